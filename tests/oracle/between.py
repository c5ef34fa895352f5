#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Dumps between whose answers objects of the same sort are made or deleted: not by chance, but by a library (between.c)
that is loaded before weft and runs another program before the fetching of an answer.

Whatever was there before and after is in every dump, once; or the dump says that it may not be whole (exit 7). Where
nothing is changed after the second answer, weft asks again, and the dump must be whole.
usage: between.py LIBRARY [SORT...]; in a hurry (CHURN_BRIEF) those that not every kernel has
"""
import os
import sys
import tempfile

sys.dont_write_bytecode = True

import helpers  # noqa: E402 pylint: disable=wrong-import-position
import sorts
import space

PLACES = ("1", "2", "1,2", "*")
LASTING = "*"
LATER = ("nsid",)  # of which the kernel forgets some long after they were deleted
SIZE = "5000"  # bytes of an answer


class Changes:
    """The lines that make and delete what comes and goes, as commands; whether it is there."""

    def __init__(self, sort, folder):
        tool, _, make, remove, _, _ = sorts.SORTS[sort]
        program, options = sorts.program(tool)
        self.there, self.commands, self.log = False, {}, os.path.join(folder, "log")
        # deleted from the front: what is told already goes first
        for what, line in ((True, make), (False, remove)):
            path = os.path.join(folder, f"{what}")
            with open(path, "w", encoding="ascii") as f:
                f.writelines(line(i) + "\n" for i in sorts.moving(sort))
            self.commands[what] = f"{' '.join([program, *options])} -force -batch {path} >/dev/null 2>&1"
            if sort == "nsid" and not what:
                self.commands[what] += "; sleep 0.1"  # the kernel forgets them later

    def environment(self, library, places):
        if os.path.exists(self.log):
            os.unlink(self.log)
        return {"LD_PRELOAD": library, "BETWEEN_SIZE": SIZE, "BETWEEN_AT": places, "BETWEEN_LOG": self.log, "BETWEEN_DO": self.commands[not self.there],
                "BETWEEN_BACK": self.commands[self.there], "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}

    def done(self):
        """How many there were."""
        if not os.path.exists(self.log):
            return 0
        with open(self.log, encoding="ascii") as f:
            n = int(f.read())
        self.there ^= n % 2 == 1
        return n


def dump(sort, library, places, changes):
    space.ENV.update(changes.environment(library, places))
    try:
        return sorts.read(sorts.SORTS[sort][1])
    finally:
        for x in ("LD_PRELOAD", "BETWEEN_SIZE", "BETWEEN_AT", "BETWEEN_LOG", "BETWEEN_DO", "BETWEEN_BACK", "ASAN_OPTIONS"):
            del space.ENV[x]


def between(sort, library):
    """Faults of one sort, dumps, changes while they ran, those that said that they may not be whole."""
    faults, dumps, ran, marked = [], 0, 0, 0
    s, stable = sorts.prepare(sort)
    try:
        with tempfile.TemporaryDirectory() as folder:
            changes = Changes(sort, folder)
            for places in PLACES:
                code, objects = dump(sort, library, places, changes)
                was, n = changes.there, changes.done()
                dumps, ran, marked = dumps + 1, ran + n, marked + (code != 0)
                what = f"{sort}: {'deleted' if was else 'made'} before answer {places}"
                faults += [f"{what}: {x}" for x in sorts.wrong(sort, stable, code, objects)]
                if code and places != LASTING and sort not in LATER:
                    faults.append(f"{what}: given up")
    finally:
        helpers.end()
        s.close()
    return faults, dumps, ran, marked


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    failed = total = changed = 0
    sorts.own_names()
    if os.environ.get("VM_KERNEL", "host") != "host":
        space.run(["modprobe", "-q", "mpls_router"])
    for sort in sys.argv[2:] or sorts.chosen():
        try:
            faults, dumps, ran, marked = between(sort, sys.argv[1])
        except space.Broken as e:
            print(f"{sort}: not on this kernel: {e}")
            continue
        failed, total, changed = failed + len(faults), total + dumps, changed + ran
        print(f"{sort}: {dumps} dumps with {ran} changes, {marked} said to be inconsistent, {len(faults)} faults")
        for f in faults[:20]:
            print("  ", f)
        sys.stdout.flush()
    print(f"{os.uname().release}: {total} dumps with {changed} changes, {failed} faults")
    return 1 if failed or not changed else 0


if __name__ == "__main__":
    sys.exit(main())
