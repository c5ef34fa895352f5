#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Dumps while another process makes and deletes objects of the same sort.

Whatever was there before and after is in every dump, once; or the dump says that it may not be whole (exit 7). Some
dumps are those of the command, more are those of a program that does nothing but dumps (churning.c).
usage: churn.py [ROUNDS [SORT...]]  (of each sort; or CHURN_ROUNDS; in a hurry, CHURN_BRIEF, those that not every kernel has)
       churn.py --long DUMPS [SORT...]  at least as many of each sort, and until much has changed, by that program alone
"""
import collections
import itertools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import helpers  # noqa: E402 pylint: disable=wrong-import-position
import sorts
import space

PROGRAM = os.environ.get("CHURNING", os.path.join(os.path.dirname(space.WEFT), "../tests/oracle/churning"))
# of the program in a short run: dumps, changes, seconds
BRIEF = (20, 0, 0.3)
# what dumps came to; texts: of some of the faults
Result = collections.namedtuple("Result", "dumps changes inconsistent faults texts")


def churner(sort, folder, times=1):
    """A process that makes and deletes the objects between the stable ones, until it is ended; so often by one program."""
    tool, _, make, remove, _, _ = sorts.SORTS[sort]
    path = os.path.join(folder, "lines")
    with open(path, "w", encoding="ascii") as f:
        f.writelines(times * ([make(i) + "\n" for i in sorts.moving(sort)] +
                              [remove(i) + "\n" for i in reversed(sorts.moving(sort))]))
    program = " ".join(map(str, (lambda name, options: [name, *options])(*sorts.program(tool))))
    # not longer than this process, however it ends
    loop = f'while kill -0 {os.getpid()}; do {program} -force -batch "{path}" >/dev/null 2>&1; done 2>/dev/null'
    return subprocess.Popen(["sh", "-c", loop], env=space.ENV, start_new_session=True, stdin=subprocess.DEVNULL)


def of_command(sort, stable, rounds):
    faults, inconsistent, moved = [], 0, 0
    last = None
    end = time.monotonic() + 1.5
    for n in itertools.count():
        if (n >= rounds and moved >= 3) or (n >= 5 and time.monotonic() > end):
            break
        code, objects = sorts.read(sorts.SORTS[sort][1])
        seen = sorted(map(str, sorts.names(sort, objects)))
        moved += last is not None and seen != last
        last = seen
        inconsistent += code == sorts.INCONSISTENT
        faults += [f"dump {n}: {x}" for x in sorts.wrong(sort, stable, code, objects)]
    return Result(n, moved, inconsistent, len(faults), faults)


def question(sort):
    return [*(sorts.words(sorts.SORTS[sort][1]) + [""])[:3], sorts.NAMES[sort]]


def lines(sort, stable):
    """The names that the program has for the stable objects: those that are told where we know the stable ones."""
    for _ in range(40):
        known = [k for k in sorts.names(sort, sorts.read(sorts.SORTS[sort][1])[1]) if k is not None]
        code, out, err = space.run([PROGRAM, *question(sort)])
        if code:
            raise RuntimeError(f"{sort}: status {code}: {err.strip()}")
        told = out.splitlines()
        mine = {(k, line) for k, line in zip(known, told) if k in stable}
        if len(known) == len(told) and len(mine) == len(stable) == len({line for _, line in mine}):
            return [line for _, line in mine]
        time.sleep(0.05)
    raise RuntimeError(f"{sort}: {len(told)} names, {len(mine)} of them of {len(stable)} stable objects; {len(known)} from JSON")


def of_program(sort, told, dumps, changes, seconds):
    code, out, err = space.run([PROGRAM, "-n", str(dumps), "-c", str(changes), "-t", str(seconds), *question(sort)],
                               "".join(f"{x}\n" for x in told))
    m = re.search(r"(\d+) dumps, (\d+) unlike the one before, (\d+) said to be inconsistent, (\d+) faults\n$", out)
    if code not in (0, 1) or not m:
        return Result(0, 0, 0, 1, [f"the program ended with {code}: {err.strip()}"])
    return Result(*map(int, m.groups()), out.splitlines()[:-1])


def churn(sort, folder, rounds, long):
    """What the dumps of one sort came to: of the command, then of the program."""
    s, stable = sorts.prepare(sort)
    p = None
    try:
        told = lines(sort, stable)
        p = churner(sort, folder, 5 if long else 1)
        time.sleep(0.1)
        if long:
            r = of_program(sort, told, long, long // 20, max(60, long / 5))
            return r if r.changes else r._replace(faults=r.faults + 1, texts=r.texts + ["nothing changed meanwhile"])
        a, b = of_command(sort, stable, rounds), of_program(sort, told, *BRIEF)
        return Result(*(x + y for x, y in zip(a, b)))
    finally:
        if p:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()
        helpers.end()
        s.close()


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    words = sys.argv[1:]
    long = int(words[1]) if words[:1] == ["--long"] else 0
    rounds = int(words[0] if words and not long else os.environ.get("CHURN_ROUNDS", "5"))
    failed = moved = dumps = marked = 0
    sorts.own_names()
    if os.environ.get("VM_KERNEL", "host") != "host":
        space.run(["modprobe", "-q", "mpls_router"])
    with tempfile.TemporaryDirectory() as folder:
        for sort in words[2 if long else 1:] or sorts.chosen():
            try:
                r = churn(sort, folder, rounds, long)
            except space.Broken as e:
                print(f"{sort}: not on this kernel: {e}")
                continue
            failed += r.faults
            moved, dumps, marked = moved + r.changes, dumps + r.dumps, marked + r.inconsistent
            print(f"{sort}: {r.dumps} dumps of at least {sorts.SORTS[sort][5]} objects, {r.changes} unlike the one before, "
                  f"{r.inconsistent} said to be inconsistent, {r.faults} faults")
            for f in r.texts[:10]:
                print(f"   {sort}: {f}")
            sys.stdout.flush()
    print(f"{os.uname().release}: {dumps} dumps, {marked} said to be inconsistent, {failed} faults")
    # on one processor, few dumps may well see nothing
    if not moved and "CHURN_BRIEF" not in os.environ:
        print("FAILED: nothing changed meanwhile")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
