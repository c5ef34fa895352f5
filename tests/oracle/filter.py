#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The states filter_* and action_*: weft knows every attribute of them by name, and what its dumps give back, and what
its words say, makes chains, filters and actions of which tc tells the same as of those it made itself.

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

import needs  # noqa: E402 pylint: disable=wrong-import-position
import states
from results import write
from qdisc import HERE, WEFT, Broken, commands, dumps, make, namespace, run, unknown, wants_words

HOOKS = {"clsact": (0xfffffff2, 0xfffffff3)}
WHERE = {0xfffffff2: "ingress", 0xfffffff3: "egress"}
BLOCK = -1
COUNTS = re.compile(r" *(installed \S+ sec|used \S+ sec|firstused \S+ sec|expires \S+ sec)| ref \d+ bind \d+|"
                    r" *\(rule hit \d+ success \d+\)| *\(success \d+ \)| not_in_hw| *\n *Sent .*\n.*backlog .*")
ASSIGNED = re.compile(r"\bindex \d+|(?<=fh )80\d|(?<=key ht )80\d")  # actions and tables of u32 that the kernel numbers
ROOTS = re.compile(r"^80\d::")
NEVER = re.compile(r"(?!)")


class Seen:
    """What stands in this namespace, told by weft and by tc."""

    def __init__(self, lines):
        self.qdiscs, self.classes = dumps()
        self.places = list(self.found(lines))
        self.chains, self.filters = self.each("getchain"), self.each("gettfilter")
        self.kinds = sorted({x for line in lines if line.startswith("tc actions ") for x in re.findall(r"action (\w+)", line)})
        self.actions = [json.loads(run([WEFT, "dump", "tc", "getaction", json.dumps({"tab": [{"kind": k}]})]))
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
