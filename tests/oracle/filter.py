#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The states filter_* and action_*: each value that weft tells is what `tc -j -d` tells (filter_map.py, action_map.py),
nothing is known only by number, and what its dumps give back, and what its words say, makes chains, filters and actions
of which tc tells the same as of those it made itself.

usage: filter.py [PATTERN of states]; with tc of $VM_IP2 where that is set. What a kernel lacks is passed over."""
import fnmatch
import glob
import json
import os
import re
import shlex
import socket
import sys

sys.dont_write_bytecode = True

import action_map  # noqa: E402 pylint: disable=wrong-import-position
import filter_map
import needs
import qdisc_map
import space
import states
from results import write
from qdisc import HERE, TOOLS, WEFT, Broken, commands, dumps, make, namespace, run, unknown, wants_words

HOOKS = {"clsact": (0xfffffff2, 0xfffffff3)}
WHERE = {0xfffffff2: "ingress", 0xfffffff3: "egress"}
BLOCK = -1
COUNTS = re.compile(r" *(installed \S+ sec|used \S+ sec|firstused \S+ sec|expires \S+ sec)| ref \d+ bind \d+|"
                    r" *\(rule hit \d+ success \d+\)| *\(success \d+ \)| not_in_hw| *\n *Sent .*\n.*backlog .*")
ASSIGNED = re.compile(r"\bindex \d+|(?<=fh )80\d|(?<=key ht )80\d")  # actions and tables of u32 that the kernel numbers
ROOTS = re.compile(r"^80\d::")
NEVER = re.compile(r"(?!)")


def documents(text):
    """What tc prints with -j, with the words that it prints beside its JSON."""
    text = re.sub(r'(?<=")\n(.*?)\n? ?(?=,"actions"|\}\})', lambda m: ',"ematch":' + json.dumps(filter_map.blanks(m.group(1))), text, flags=re.S)
    return [x for d in space.documents(text.replace('," eat "', ',"eat":true')) for x in d]


class Seen:
    """What stands in this namespace, told by weft and by tc."""

    def __init__(self, lines):
        self.qdiscs, self.classes = dumps()
        self.places = list(self.found(lines))
        self.chains, self.filters = self.each("getchain"), self.each("gettfilter")
        # before actions are dumped, which makes the kernel tell more of them
        self.objects = {p: documents(run(["tc", "-j", "-d", "filter", "show", *words(p)])) for p in self.places}
        self.kinds = sorted({x for line in lines if line.startswith("tc actions ") for x in re.findall(r"action (\w+)", line)})
        self.actions = [json.loads(run([WEFT, "dump", "tc", "getaction", json.dumps({"tab": [{"kind": k}]})]))
                        for k in self.kinds]
        self.alone = [[a for d in documents(run(["tc", "-j", "-d", "actions", "ls", "action", k])) for a in d.get("actions", [])]
                      for k in self.kinds]
        self.told = {}
        for place in self.places:
            self.told[place] = [tidy(run(["tc", "-d", x, "show", *words(place)]), ASSIGNED) for x in ("filter", "chain")]
        for k in self.kinds:
            self.told[k] = [tidy(run(["tc", "-d", "actions", "ls", "action", k]))]

    def found(self, lines):
        """Where filters may be: (index, parent); of blocks -1 and their number."""
        for x in self.qdiscs + self.classes:
            for parent in HOOKS.get(x["kind"], (x["handle"],)):
                if parent and not any(f"{n}-block" in x for n in ("ingress", "egress")):
                    yield x["ifindex"], parent
        for n in sorted({n for line in lines for n in re.findall(r" block (\d+)", line)}):
            yield BLOCK, int(n)

    def each(self, op):
        def request(index, parent):
            return {"ifindex": index, "parent": parent}
        return [x for p in self.places for x in json.loads(run([WEFT, "dump", "tc", op, json.dumps(request(*p))]))]

    def all(self):
        return {"tc getqdisc": self.qdiscs, "tc gettclass": self.classes, "tc getchain": self.chains,
                "tc gettfilter": self.filters, "tc getaction": [x for d in self.actions for x in d]}


def fields(want, got, path=""):
    """Where two descriptions of one object differ; of what is printed twice, the last counts, but of matches."""
    if isinstance(got, space.Twice) and not isinstance(want, list):
        got = got[-1]
    if isinstance(want, list) and len(want) == 1 and isinstance(got, dict):
        got = [got]
    if isinstance(want, dict) and isinstance(got, dict):
        for k in sorted(set(want) | set(got)):
            yield from fields(want.get(k), got.get(k), f"{path}.{k}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (a, b) in enumerate(zip(want, got)):
            yield from fields(a, b, f"{path}[{i}]")
    elif want != got:
        yield f"{path} is {got!r} for tc, weft means {want!r}"


def agree(what, ours, theirs, convert):
    """Of objects in the order of the kernel: (faults, how many)."""
    if len(ours) != len(theirs):
        return [f"{what}: {len(ours)} for weft, {len(theirs)} for tc"]
    faults = []
    for i, (x, t) in enumerate(zip(ours, theirs)):
        seen = qdisc_map.Seen(x)
        try:
            want = convert(seen)
        except (KeyError, AttributeError, TypeError) as e:
            faults.append(f"{what} {i}: {x} has no place in the table: {e!r}")
            continue
        faults += [f"{what} {i} {x.get('kind')}: {f}" for f in fields(want, t)]
        faults += [f"{what} {i} {x.get('kind')}: {p} is not looked at" for p in seen.left()]
    return faults


def mapped(seen):
    """Field by field, what weft tells and what tc tells."""
    names, faults = dict(socket.if_nameindex()), []
    for place in seen.places:
        ours = [x for x in seen.filters if (x["ifindex"] if "ifindex" in x else BLOCK, x["parent"]) == place]
        faults += agree(f"filter at {place}", ours, seen.objects[place], lambda x: filter_map.filter_(x, names))
    for kind, dump, theirs in zip(seen.kinds, seen.actions, seen.alone):
        ours = [(int(n), a) for d in dump for t in d["tab"] for n, a in t.items()]
        action_map.NAMED.names = names
        faults += agree(f"action {kind}", [a for _, a in ours], [{k: v for k, v in t.items() if k != "order"} for t in theirs],
                        lambda x: action_map.control(x, True))
    return faults


def words(place):
    """A place for tc."""
    index, parent = place
    if index == BLOCK:
        return ["block", str(parent)]
    return ["dev", socket.if_indextoname(index), *([WHERE[parent]] if parent in WHERE else
                                                   ["parent", f"{parent >> 16:x}:{parent & 0xffff:x}"])]


def tidy(text, also=NEVER):
    """Objects, sorted: each with the lines that follow it, without times and counts, and what else has such a look."""
    out = []
    for line in also.sub("", COUNTS.sub("", text)).splitlines():
        if line[:1].strip():
            out.append([])
        if line.strip():
            out[-1].append(line.rstrip())
    return sorted("\n".join(x) for x in out)


def give(op, objects):
    if objects:
        run([WEFT, "do", "tc", op, "-", "--create", "--excl"], json.dumps(objects))


def by_dumps(seen):
    give("newqdisc", seen.qdiscs)
    give("newtclass", [x for x in seen.classes if x["kind"] in ("htb", "hfsc", "drr", "qfq")])
    give("newaction", [x for d in seen.actions for x in d])
    give("newchain", [x for x in seen.chains if "kind" in x])
    give("newtfilter", seen.filters)


def shown(what):
    return json.loads(run([WEFT, "-j", "show", what]))


def place_words(x):
    return [f"block={x['block']}"] if "block" in x else [f"dev={x['ifname']}", f"parent={x['parent']}"]


def by_words(seen, actions, chains, filters):
    give("newqdisc", seen.qdiscs)
    give("newtclass", [x for x in seen.classes if x["kind"] in ("htb", "hfsc", "drr", "qfq")])
    for x in actions:
        if x["kind"] not in seen.kinds:
            continue
        run([WEFT, "add", "action", *shlex.split(x.get("words", ""))])
    for x in chains:
        if x.get("kind"):
            run([WEFT, "add", "chain", *place_words(x), f"chain={x['chain']}", f"kind={x['kind']}", *shlex.split(x.get("words", ""))])
    for x in filters:
        if x.get("handle"):
            handle = [f"handle={ROOTS.sub('::', x['handle'])}"]
            run([WEFT, "add", "filter", *place_words(x), f"chain={x['chain']}", f"prio={x['prio']}",
                 f"protocol={x['protocol']}", f"kind={x['kind']}", *handle, *shlex.split(x.get("words", ""))])


def same(seen, again, how):
    for place in seen.told:
        for a, b in zip(seen.told[place], again.told.get(place, [[], []])):
            if a != b:
                lost = [x for x in a if x not in b]
                new = [x for x in b if x not in a]
                yield f"{how}: {place}: tc no more tells {lost[:3] or a}, now {new[:3] or b}"


def state(path):
    lines = list(commands(path))
    links = [x for x in lines if x.startswith("ip ")]
    namespace()
    make(lines)
    seen = Seen(lines)
    faults = [f"unknown: {p}" for p in unknown(seen.all())]
    if TOOLS:  # older ones tell otherwise
        faults += mapped(seen)
    ways = [("from its dump", lambda: by_dumps(seen))]
    if wants_words(path):
        told = [shown(x) for x in ("action", "chain", "filter")]
        ways.append(("by words", lambda: by_words(seen, *told)))
    for how, again in ways:
        namespace()
        make(links)
        try:
            again()
            faults += same(seen, Seen(lines), how)
        except Broken as e:
            faults.append(f"{how}: {e}")
    return seen.all(), faults


def main():
    if os.getuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    made, absent, bad, objects, told = 0, [], 0, 0, []
    for path in sorted(p for x in ("action", "filter") for p in glob.glob(os.path.join(HERE, "states", x + "_*.txt"))):
        name = os.path.basename(path)[:-4]
        if not fnmatch.fnmatch(name, sys.argv[1] if sys.argv[1:] else "*"):
            continue
        try:
            seen, faults = state(path)
        except Broken as e:
            need = needs.missing(states.State(path), True)
            bad += not need
            absent += [name] if need else []
            print(f"{'absent' if need else 'FAILED'}: {name}: {need or e}")
            continue
        told.append({"state": name, "result": "failed" if faults else "ok", "dumps": seen, "again": list(seen)})
        made, objects, bad = made + 1, objects + sum(map(len, seen.values())), bad + bool(faults)
        for f in faults[:20]:
            print(f"FAILED: {name}: {f[:1500]}")
    write("filters", told)
    print(f"{made} states with {objects} objects, {bad} failures; not in this kernel: {' '.join(absent) or 'none'}")
    return 1 if bad else 0 if made else 77


if __name__ == "__main__":
    sys.exit(main())
