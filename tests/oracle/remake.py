# SPDX-License-Identifier: MIT
"""Objects made again in a fresh namespace, from weft's own dump; iproute2 is the judge of what came of it."""
import json
import os
import tempfile
import time

import compare
import helpers
import needs
import objects
import space


def give_back(o, dumps, result):
    """Sends the dumps of one object to `weft do`; how many there were."""
    made = 0
    for (family, op, request), new in zip(o.DUMPS, o.NEW):
        if new is None:
            continue
        give = [x for x in dumps[objects.key(family, op, request)] if not o.not_made(x)]
        if hasattr(o, "give"):
            give = list(o.give(give, dumps))
        if not give:
            continue
        code, _, err = space.weft("do", family, new[0], "-", *new[1:], text=json.dumps(give))
        made += len(give)
        if code:
            at = err.split("]")[0].rpartition("[")[2]
            which = json.dumps(give[int(at)])[:600] if at.isdigit() and int(at) < len(give) else ""
            result.fault(f"{new[0]} from its own dump: {err.strip()} {which}")
    return made


def restore(o, own, other, result):
    """The same by files: whole, with all that comes by itself."""
    made = 0
    for (family, op, request), new in zip(o.DUMPS, o.NEW):
        if new is None:
            continue
        with tempfile.NamedTemporaryFile() as file:
            own.enter()
            code, _, err = space.weft("dump", family, op, *([json.dumps(request)] if request else []), "--save", file.name)
            other.enter()
            if code == 0 and os.path.getsize(file.name):
                code, _, err = space.weft("restore", file.name)
                made += 1
        if code:
            result.fault(f"{new[0]} from a file: {err.strip()}")
    return made


def differences(a, b, assigned, what):
    """Of two lists of (key, object) what is not the same, but for fields that the kernel assigns."""
    left = {}
    for k, v in b:
        left.setdefault(k, []).append(v)
    for k, v in a:
        if not left.get(k):
            yield f"{what} {k}: not made again: {compare.short(v)}"
            continue
        w = left[k].pop(0)
        if v == w:
            continue
        x, y = compare.flat(v), compare.flat(w)
        for p in sorted(set(x) | set(y)):
            if x.get(p) != y.get(p) and not compare.known(p, assigned):
                yield f"{what} {k}: {p} {difference(x.get(p), y.get(p))}"
    for k, rest in left.items():
        for v in rest:
            yield f"{what} {k}: only made again: {compare.short(v)}"


def difference(a, b):
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        at = [i for i, (v, w) in enumerate(zip(a, b)) if v != w]
        return f"{at} was {compare.short([a[i] for i in at])}, made again {compare.short([b[i] for i in at])}"
    return f"was {compare.short(a)}, made again {compare.short(b)}"


def keep(o, pairs, skip):
    return [(k, v) for k, v in pairs if not skip(v)]


def judge(names, before, after):
    for n in names:
        o = objects.ALL[n]
        yield from differences(keep(o, o.ours(before[0][n]), o.not_made), keep(o, o.ours(after[0][n]), o.not_made),
                               o.ASSIGNED, f"weft's {n}")
        yield from differences([x for x in before[1][n] if not o.theirs_not_made(*x)],
                               [x for x in after[1][n] if not o.theirs_not_made(*x)], o.ASSIGNED_THEIRS, n)


def running(seen):
    """Ports take some entries only when they have their carrier."""
    return [x["ifname"] for x in seen.dumps.get("rt-link getlink", []) if {"up", "running"} <= set(x["ifi-flags"])]


def sysctls(lines):
    """Settings of a state are no objects: they are set here too, as soon as they can be. What is left."""
    left = []
    for line in lines:
        try:
            if line.startswith("sysctl "):
                space.sysctl(line.split(None, 1)[1])
        except OSError:
            left.append(line)
    return left


def again(made, seen, result, files):
    """seen: both views of the state; files: by way of them. How many objects, or files, were made again."""
    if made.peer:
        made.peer.enter()
    other = space.Space()
    try:
        other.enter()
        left = sysctls(made.state.commands(needs.KERNEL, made.names))
        count = 0
        for n in objects.ORDER:
            if n in made.state.objects and objects.ALL[n].NEW:
                count += (restore(objects.ALL[n], made.own, other, result) if files
                          else give_back(objects.ALL[n], seen.dumps, result))
                left = sysctls(left)
                if n == "link":
                    helpers.wait(*running(seen))
        if result.faults:
            return count
        for attempt in (0, 1, 2, 3):
            if attempt:
                time.sleep(0.3 * attempt)
                made.own.enter()
                seen = objects.look(made.state.objects)
                other.enter()
            now = objects.look(made.state.objects)
            faults = list(judge(made.state.objects, (seen.ours, seen.theirs), (now.ours, now.theirs)))
            if not faults:
                break
        for f in faults:
            result.fault(f)
        return count
    finally:
        other.close()
