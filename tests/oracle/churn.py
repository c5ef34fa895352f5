#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Dumps while another process makes and deletes objects of the same sort.

Whatever was there before and after is in every dump, once; or the dump says that it may not be whole (exit 7).
usage: churn.py [ROUNDS [SORT...]]  (of each sort; or CHURN_ROUNDS; in a hurry, ORACLE_BRIEF, those that not every kernel has)
"""
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import helpers  # noqa: E402 pylint: disable=wrong-import-position
import sorts
import space


def churner(sort, folder):
    """A process that makes and deletes the objects between the stable ones, until it is ended."""
    tool, _, make, remove, _, _ = sorts.SORTS[sort]
    path = os.path.join(folder, "lines")
    with open(path, "w", encoding="ascii") as f:
        for i in sorts.moving(sort):
            f.write(make(i) + "\n")
        for i in reversed(sorts.moving(sort)):
            f.write(remove(i) + "\n")
    program = " ".join(map(str, (lambda name, options: [name, *options])(*sorts.program(tool))))
    # not longer than this process, however it ends
    loop = f'while kill -0 {os.getpid()}; do {program} -force -batch "{path}" >/dev/null 2>&1; done 2>/dev/null'
    return subprocess.Popen(["sh", "-c", loop], env=space.ENV, start_new_session=True, stdin=subprocess.DEVNULL)


def churn(sort, rounds, folder):
    """Faults of one sort, how many of its dumps said that they may not be whole, that were unlike the one before; dumps."""
    s, stable = sorts.prepare(sort)
    faults, inconsistent, moved = [], 0, 0
    p = churner(sort, folder)
    try:
        time.sleep(0.1)
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
            faults += [f"{sort}: dump {n}: {x}" for x in sorts.wrong(sort, stable, code, objects)]
    finally:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        helpers.end()
        s.close()
    return faults, inconsistent, moved, n


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    rounds = int(sys.argv[1] if sys.argv[1:] else os.environ.get("CHURN_ROUNDS", "5"))
    failed = moved = dumps = marked = 0
    sorts.own_names()
    if os.environ.get("VM_KERNEL", "host") != "host":
        space.run(["modprobe", "-q", "mpls_router"])
    with tempfile.TemporaryDirectory() as folder:
        for sort in sys.argv[2:] or sorts.chosen():
            try:
                faults, inconsistent, changes, n = churn(sort, rounds, folder)
            except space.Broken as e:
                print(f"{sort}: not on this kernel: {e}")
                continue
            failed += len(faults)
            moved, dumps, marked = moved + changes, dumps + n, marked + inconsistent
            print(f"{sort}: {n} dumps of at least {sorts.SORTS[sort][5]} objects, {changes} unlike the one before, "
                  f"{inconsistent} said to be inconsistent, {len(faults)} faults")
            for f in faults[:10]:
                print("  ", f)
            sys.stdout.flush()
    print(f"{os.uname().release}: {dumps} dumps, {marked} said to be inconsistent, {failed} faults")
    # on one processor, few dumps may well see nothing
    if not moved and "ORACLE_BRIEF" not in os.environ:
        print("FAILED: nothing changed meanwhile")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
