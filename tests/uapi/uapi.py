#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our numbers, struct sizes and offsets, names of values, message types and groups against kernel
headers; and everything of those headers against our rows. What the headers do not know yet is passed
over, what we leave out stands in spaces.txt with its reason.

uapi.py [DIR]: headers of DIR, which has linux/; without it those that are installed."""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
import rows  # noqa: E402


def spaces():
    """The lines of spaces.txt by their first word; "skip" and "header" by their second."""
    out = {w: [] for w in ("attributes", "subset", "struct", "names", "bits", "header")}
    out["skip"] = {}
    with open(os.path.join(HERE, "spaces.txt"), encoding="utf-8") as f:
        for line in f:
            word, *rest = line.split("#")[0].split() or [""]
            if word == "skip":
                out["skip"][rest[0]] = " ".join(rest[1:])
            elif word:
                out[word].append(rest)
    return out


def renamed(extra):
    return dict(x.split("=") for x in extra)


class Headers:
    """What a compiler makes of the headers."""

    def __init__(self, include, names):
        self.flags = ["-I", include] if include else []
        self.dir = tempfile.TemporaryDirectory()
        self.text = "#include <stddef.h>\n#include <stdio.h>\n#include <sys/socket.h>\n#include <linux/types.h>\n"
        for h in names:
            if subprocess.run(["cc", *self.flags, "-E", "-x", "c", "-o", "/dev/null", "-"], text=True,
                              input=f"#include <linux/{h}.h>\n", stderr=subprocess.DEVNULL, check=False).returncode == 0:
                self.text += f"#include <linux/{h}.h>\n"
        self.code = self.run(["-E", "-P"])
        self.names = set(re.findall(r"\w+", self.code)) | set(re.findall(r"#define (\w+)", self.run(["-E", "-dM"])))
        self.enums = [re.findall(r"\b([A-Z_]\w+)\s*(?:=[^,}]*)?(?:,|$)", body.strip())
                      for body in re.findall(r"enum\s*\w*\s*\{([^}]*)\}", self.code)]
        self.enums = [[x for x in e if not x.endswith(("_MAX", "_CNT", "_SIZE", "_END"))] for e in self.enums]

    def run(self, options):
        return subprocess.run(["cc", *self.flags, *options, "-x", "c", "-"], input=self.text, text=True,
                              capture_output=True, check=True).stdout

    def values(self, expressions):
        """Values of C expressions that are known to compile."""
        path = os.path.join(self.dir.name, "x")
        body = "".join(f'printf("%lld\\n", (long long)({e}));' for e in expressions)
        macros = "#define BIT(n) (1u << (n))\n"
        subprocess.run(["cc", *self.flags, "-w", "-x", "c", "-o", path, "-"], text=True, check=True,
                       input=f"{self.text}\n{macros}int main(void) {{ {body} return 0; }}\n")
        out = subprocess.run([path], capture_output=True, text=True, check=True).stdout.split()
        return dict(zip(expressions, map(int, out)))

    def members(self, struct):
        m = re.search(r"struct %s \{(.*?)\n?\};" % struct, self.code, re.S)
        return set(re.findall(r"(\w+)(?:\[[^]]*\])*;", m.group(1))) if m else None

    def around(self, names):
        """The enums that have one of these constants, as a set of constants."""
        names = set(names)
        return {x for e in self.enums if names & set(e) for x in e}


def attributes(h, s, fail, seen):
    """Numbers of rows; and every enumerator beside one of ours is ours too."""
    want, whole = [], []
    for word in ("attributes", "subset"):
        for schema, prefix, *extra in s[word]:
            other = renamed(extra)
            ours = {other.get(r.token, prefix + r.token.upper()): r for r in rows.SCHEMAS[schema].rows}
            known = [n for n in ours if n in h.names]
            want += [(f"{schema}.{ours[n].token}", n, ours[n].number) for n in known]
            beside = {x for x in h.around(known) if not x.startswith("__") and
                      not x.endswith(("_UNSPEC", "_UNDEFINED", "_PAD"))}
            seen |= h.around(known)
            if word == "attributes":
                whole += [(schema, x, {r.number for r in ours.values()}) for x in sorted(beside)]
    got = h.values(sorted({n for _, n, _ in want + whole}))
    for what, name, number in want:
        if got[name] != number:
            fail(f"{what} is {number} here, {name} is {got[name]} there")
    for schema, name, numbers in whole:
        if got[name] not in numbers and name not in s["skip"]:
            fail(f"{name} ({got[name]}) has no row in {schema}")
    return len(want)


def structs(h, s, fail, _):
    want = []
    for schema, struct, *extra in s["struct"]:
        other = renamed(extra)
        members = h.members(struct)
        if members is None:
            continue
        ours = rows.SCHEMAS[schema]
        known = [(r, other.get(r.token, r.token)) for r in ours.rows
                 if other.get(r.token, r.token).split(".")[0] in members and not r.bits and "TAIL" not in r.flags]
        want.append((ours, struct, [(r, f"offsetof(struct {struct}, {m})", f"sizeof(((struct {struct} *)0)->{m})")
                                    for r, m in known]))
    got = h.values([f"sizeof(struct {x})" for _, x, _ in want] + [e for _, _, k in want for _, *es in k for e in es])
    for ours, struct, known in want:
        size = got[f"sizeof(struct {struct})"]
        # structs grow at their end: members that ours has more are newer than the headers
        newer = any(r.number >= size for r in ours.rows)
        if ours.size < size or (ours.size > size + 8 and not newer):
            fail(f"{ours.name} has {ours.size} bytes here, {size} there")
        for r, offset, width in known:
            there = (got[offset], got[width])
            if (r.number, r.max if r.form else rows.member_size(r)) != there:
                fail(f"{ours.name}.{r.token} is at {r.number} with {rows.member_size(r)} bytes here, {there} there")
    return sum(len(k) for _, _, k in want)


def names(h, s, fail, seen):
    """Names of values. "bits": the constants are numbers of bits, ours masks."""
    tables = []
    for word in ("names", "bits"):
        for table, prefix, *extra in s[word]:
            other = renamed(extra)
            ours = {other.get(name, prefix + name.upper().replace("-", "_")): v for v, name in rows.NAMES[table]}
            known = [x for x in ours if x in h.names]
            seen |= h.around(known)
            beside = [x for x in h.around(known) if not x.startswith("__") and
                      not (word == "bits" and x.endswith("_UNSPEC"))]
            if not known and h.complete:
                fail(f"{table}: no name is a constant with {prefix}")
            tables.append((word, table, ours, known, beside))
    got = h.values(sorted({x for *_, k, b in tables for x in k + b}))
    for word, table, ours, known, beside in tables:
        for name in known:
            if ours[name] != (1 << got[name] if word == "bits" else got[name] & 0xffffffff):
                fail(f"{table}: {name} is {ours[name]} here, {got[name]} there")
        for name in beside:
            value = 1 << got[name] if word == "bits" else got[name]
            if value not in ours.values() and name not in s["skip"]:
                fail(f"{name} ({got[name]}) has no name in {table}")
    return sum(len(k) for _, _, _, k, _ in tables)


def messages(h, s, fail, seen):
    """Message types and groups of rtnetlink."""
    text = rows.read("src/rows/families.c")
    ours = {"RTM_" + n.upper(): int(a) or int(b)
            for n, a, b in re.findall(r'\{ "((?:new|del|get|set)\w+)", (\d+), (\d+), ', text)}
    ours.update({n.upper().replace("-", "_"): int(v) for n, v in re.findall(r'\{ "(rtnlgrp-[\w-]+)", (\d+) \}', text)})
    known = [x for x in ours if x in h.names]
    got = h.values(known)
    for name in known:
        if got[name] != ours[name]:
            fail(f"{name} is {ours[name]} here, {got[name]} there")
    beside = {x.upper() for x in h.around(known) if not x.startswith("__")}
    seen |= h.around(known)
    for name in sorted(beside - set(ours) - set(s["skip"])):
        fail(f"{name} is in no family")
    return len(known)


def spaces_known(h, s, fail, seen):
    """Every list of attributes in the headers of lines "header" is one that we know."""
    n = 0
    for header, *part in s["header"]:
        if part:
            continue
        path = os.path.join(h.flags[1] if h.flags else "/usr/include", "linux", header + ".h")
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            code = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
        for body in re.findall(r"enum\s*\w*\s*\{([^}]*)\}", code):
            enum = re.findall(r"^\s*([A-Z_]\w+)", body, re.M)
            if not any(re.match(r"__\w*MAX$", x) for x in enum):
                continue
            n += 1
            if not seen & set(enum) and not set(s["skip"]) & set(enum):
                fail(f"linux/{header}.h: {enum[0]}, {enum[1]} ... are in no schema")
    return n


def main():
    failures, seen = [], set()
    s = spaces()
    h = Headers(sys.argv[1] if len(sys.argv) > 1 else None, [x[0] for x in s["header"]])
    h.complete = len(sys.argv) > 1
    counts = [f(h, s, failures.append, seen) for f in (attributes, structs, names, messages, spaces_known)]
    for f in failures:
        print("FAILED:", f)
    print(f"{counts[0]} numbers of rows, {counts[1]} members of structs, {counts[2]} names, {counts[3]} message "
          f"types and groups, {counts[4]} enums, {len(failures)} failures")
    return 1 if failures or min(counts) < 50 else 0


sys.exit(main())
