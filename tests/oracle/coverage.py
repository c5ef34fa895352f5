#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""docs/coverage.md: everything that has rows, and what proved it, from the results that `./dev check` leaves in build-vm.

usage: coverage.py > docs/coverage.md
       coverage.py check: whether the file names the rows, kinds and messages that there are, and no others
"""
import glob
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "golden"))
sys.dont_write_bytecode = True

import rows  # noqa: E402 pylint: disable=wrong-import-position

KERNELS = ("6.1", "6.12", "host", "7.3")
FILE = os.path.join(ROOT, "docs", "coverage.md")
TITLES = {"link_data": "Link kinds", "link_port_data": "Ports of links", "link_xstats": "Statistics of link kinds",
          "lwt_encap": "Encapsulations of routes", "protinfo": "Ports by family", "af_spec": "Links by family",
          "mdb_addr": "Addresses of multicast groups", "tc_options": "Qdiscs and filters", "tc_class": "Classes",
          "tc_xstats": "Statistics of qdiscs", "tclass_xstats": "Statistics of classes", "ematch": "Matches of filters",
          "act_options": "Actions"}
SAME = {"nexthop_encap": "lwt_encap", "tc_app": "tc_xstats", "tclass_app": "tclass_xstats"}
CAPABILITY = {"link_data": "link", "link_port_data": "link", "tc_options": "qdisc filter", "act_options": "action", "tc_class": "qdisc",
              "tc_xstats": "qdisc", "tclass_xstats": "qdisc", "lwt_encap": "encap", "ematch": "ematch"}


# of these, kinds without rows stand in the table as well
ALL_KINDS = ("link_data", "tc_options", "act_options")


class Proof:
    """What kernels sent: rows by (schema, token), kinds by (choice, value), messages by (family, operation)."""

    def __init__(self):
        self.rows, self.kinds, self.ops, self.again, self.golden = {}, {}, {}, {}, {}

    def note(self, table, key, kernel):
        table.setdefault(key, set()).add(kernel)


def operations():
    """(family, operation) -> schemas of its request and of its answer."""
    text = rows.read("src/rows/families.c")
    families = dict(re.findall(r'\.name = "([\w-]+)",.*?(?:FAMILY\(|\.ops = )(\w+?)(?:_ops)?[ ),]', text))
    out = {}
    for family, table in families.items():
        body = re.search(r"weft_op %s_ops\[\] = \{(.*?)\n\};" % table, text, re.S).group(1)
        for op, asks, tells in re.findall(r'\{ "([\w-]+)", .*?S\((\w+)\), (NULL|S\(\w+\))', body):
            out[family, op] = (asks, asks if tells == "NULL" else tells[2:-1])
    return out


OPS = operations()


class Walk:
    """Through the JSON of one message, by its schema."""

    def __init__(self, seen):
        self.seen = seen  # called with ("row" or "kind", two names)

    def choose(self, row, holder, schema, outer, family):
        """The schema of a payload that a sibling chooses; notes which it was."""
        by, table = rows.CHOICES[row.choice]
        if by is None:
            value = family
        elif by == "outer":
            value = outer
        else:
            sibling = rows.SCHEMAS[row.schema].row(by)
            value = holder.get(sibling.name) if sibling else None
            if isinstance(value, str) and value not in table:
                value = next((n for n, name in rows.NAMES.get(sibling.names or "", []) if name == value), value)
        if value is not None and value in table or row.choice in ALL_KINDS:
            self.seen("kind", SAME.get(row.choice, row.choice), value)
        return table.get(value), value

    def walk(self, x, name, outer=None, family=0):
        if isinstance(x, list):
            for v in x:
                self.walk(v, name, outer, family)
            return
        if not isinstance(x, dict):
            return
        schema = rows.SCHEMAS[name]
        header = {r.name: r for r in rows.SCHEMAS[schema.header].rows} if schema.header else {}
        family = next((v for k, v in x.items() if k in header and "family" in k and isinstance(v, int)), family)
        mine = {r.name: r for r in schema.rows}
        for r in schema.rows:  # kinds that send nothing of their own
            if r.choice in ALL_KINDS and r.name not in x:
                self.choose(r, x, schema, outer, family)
        for k, v in x.items():
            row = mine.get(k) or header.get(k)
            if row is None:
                if re.fullmatch(r"\d+", k):
                    self.walk(v, name, outer, family)
                continue
            self.seen("row", row.schema, row.token)
            below, inner = row.sub, outer
            if row.choice and below and rows.CHOICES[row.choice][0] is not None:
                inner = x.get("kind")  # it chooses further inside
            elif row.choice:
                chosen, inner = self.choose(row, x, schema, outer, family)
                below = chosen or below
            elif "kind" in x:
                inner = x["kind"]
            if below:
                self.walk(v, below, inner, family)


def proof():
    p = Proof()
    releases = {}
    for kernel in KERNELS:
        for path in sorted(glob.glob(os.path.join(ROOT, "build-vm", "check", kernel, "*.json"))):
            with open(path, encoding="utf-8") as f:
                told = json.load(f)
            releases[kernel] = short(told["kernel"])
            for state in told["states"]:
                if state["result"] == "ok":
                    take(p, state, releases[kernel])
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "golden", "linux-*.txt"))):
        release = re.search(r"linux-([\d.]+)", path).group(1).strip(".")
        with open(path, encoding="utf-8") as f:
            for line in f:
                recorded(p, line.rstrip("\n").split("\t"), release)
    return p, [releases[k] for k in KERNELS if k in releases]


def short(release):
    return ".".join(re.findall(r"\d+", release)[:2])


def take(p, state, kernel):
    for key, dump in state["dumps"].items():
        family, op = key.split()[:2]
        again = key in state.get("again", [])
        p.note(p.ops, (family, op), kernel)

        def seen(what, a, b, again=again):
            p.note(p.rows if what == "row" else p.kinds, (a, b), kernel)
            if again and what == "kind":
                p.note(p.again, (a, b), kernel)
        Walk(seen).walk(dump, OPS[family, op][1])
        if again:
            p.note(p.again, (family, op), kernel)


def recorded(p, line, release):
    if len(line) < 4 or line[1] not in (".", "*"):
        return
    family, op = line[0].split()[:2]

    def seen(what, a, b):
        p.note(p.golden, (a, b), release)
    p.note(p.golden, (family, op), release)
    if (family, op) in OPS:
        Walk(seen).walk(json.loads(line[3]), OPS[family, op][1])


def capabilities():
    """What none of the kernels has: {(class, name)}."""
    there, asked = set(), set()
    for path in glob.glob(os.path.join(ROOT, "build-vm", "*", "capabilities.txt")):
        with open(path, encoding="ascii") as f:
            for what, name, answer in re.findall(r"^(\w+) (\S+) (yes|no)$", f.read(), re.M):
                asked.add((what, name))
                if answer == "yes":
                    there.add((what, name))
    return asked - there, there


def reasons():
    with open(os.path.join(HERE, "unproven.txt"), encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if not line.startswith("#") and "\t" in line]


def cell(kernels):
    return " ".join(sorted(kernels, key=lambda k: [int(x) for x in k.split(".")])) or "–"


def why(absent, choice, value):
    for pattern, reason in REASONS:
        if re.fullmatch(pattern, f"{choice}.{value}"):
            return reason
    for what in CAPABILITY.get(choice, "").split():
        if (what, value) in absent:
            return "no kernel here has the driver"
    return ""


REASONS = reasons()


def kinds(p, absent):
    for choice, title in TITLES.items():
        _, table = rows.CHOICES[choice]
        found = {v for c, v in [*p.kinds, *p.golden] if c == choice}
        yield f"\n## {title}\n| kind | rows | read and printed | made again | recorded | only golden bytes, because |\n|---|---|---|---|---|---|\n"
        for value in sorted(set(table) | found, key=str):
            key = (choice, value)
            read, golden = p.kinds.get(key, set()), p.golden.get(key, set())
            name = dict(named(choice)).get(value, value)
            reason = why(absent, choice, name) if not read and not golden else ""
            again = "counted" if choice.endswith("xstats") else cell(p.again.get(key, set()))
            yield (f"| {name} | {table.get(value, 'none')} | {cell(read)} | {again} | {cell(golden)} | "
                   f"{reason} |\n")


def named(choice):
    """Names of the values of a choice that a number makes."""
    for schema in rows.SCHEMAS.values():
        for r in schema.rows:
            if r.choice == choice and rows.CHOICES[choice][0] not in (None, "outer"):
                sibling = schema.row(rows.CHOICES[choice][0])
                return rows.NAMES.get(sibling.names or "", []) if sibling else []
    return {None: [(2, "inet"), (7, "bridge"), (10, "inet6"), (128, "ipmr")]}.get(rows.CHOICES[choice][0], [])


def messages(p):
    yield "\n## Messages\n| family | operation | read and printed | made again | recorded | else, because |\n|---|---|---|---|---|---|\n"
    for family, op in OPS:
        read, golden = p.ops.get((family, op), set()), p.golden.get((family, op), set())
        # what makes objects again is the request that is called after the dump
        again = p.again.get((family, re.sub("^(new|set)", "get", op)), set()) if op.startswith(("new", "set")) else set()
        reason = "" if read or golden or again else next((r for x, r in REASONS if re.fullmatch(x, f"{family} {op}")), "")
        yield f"| {family} | {op} | {cell(read)} | {cell(again)} | {cell(golden)} | {reason} |\n"


def attributes(p):
    yield ("\n## Rows\nEvery row has a golden line, in both directions and both byte orders. Those named here no kernel has "
           "sent in a state or a recording.\n\n| rows of | there are | sent by a kernel | only golden bytes |\n|---|---|---|---|\n")
    for name, schema in sorted(rows.SCHEMAS.items()):
        if not schema.rows:
            continue
        sent = [r for r in schema.rows if (name, r.token) in p.rows or (name, r.token) in p.golden]
        left = ", ".join(r.token for r in schema.rows if r not in sent)
        yield f"| {name} | {len(schema.rows)} | {len(sent)} | {left} |\n"


HEAD = """# Coverage
Made by `./dev table` from the rows and from what `./dev check` found on Linux {kernels}; a test holds its names against
the rows. *Read and printed*: iproute2 made a state, and weft told every attribute of it by name as iproute2 did. *Made
again*: weft made the same from its own dump, with iproute2 as judge. *Recorded*: bytes of that kernel stand among the
golden lines. Numbers are releases of Linux.
"""


def text():
    p, releases = proof()
    absent, _ = capabilities()
    yield HEAD.format(kernels=", ".join(releases))
    yield from kinds(p, absent)
    yield from messages(p)
    yield from attributes(p)


def names(lines):
    """What the file names: sections with the first cells of their rows; of rows also how many there are."""
    section, out = "", set()
    for line in lines:
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("| ") and not line.startswith(("| kind |", "| family |", "| rows of |")):
            cells = [x.strip() for x in line.split("|")]
            out.add((section, *cells[1:2 if section not in ("Messages", "Rows") else 3]))
    return out


def check():
    with open(FILE, encoding="utf-8") as f:
        told = names(f)
    want = {("Messages", *x) for x in OPS} | {("Rows", n, str(len(s.rows))) for n, s in rows.SCHEMAS.items() if s.rows}
    for choice, title in TITLES.items():
        table = dict(named(choice)) if named(choice) else {}
        want |= {(title, str(table.get(v, v))) for v in rows.CHOICES[choice][1]}
    # kinds without rows stand there as well
    surplus = {x for x in told - want if x[0] in ("Messages", "Rows")}
    for what, x in [("does not tell of", want - told), ("tells of what is not there:", surplus)]:
        for y in sorted(x):
            print(f"FAILED: docs/coverage.md {what} {' '.join(y)}")
    print(f"{len(want)} names")
    return 1 if want - told or surplus else 0


if sys.argv[1:] == ["check"]:
    sys.exit(check())
sys.stdout.writelines(text())
