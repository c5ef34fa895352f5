#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Dumps while another process makes and deletes objects of the same sort.

Whatever was there before and after is in every dump, once; or the dump says that it may not be whole (exit 7).
usage: churn.py [ROUNDS]  (of each sort; or CHURN_ROUNDS)
"""
import collections
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True

import space  # noqa: E402 pylint: disable=wrong-import-position

STABLE, CHURN = 400, 60
INCONSISTENT = 7
MAC = "02:00:00:00:{:02x}:{:02x}"


def mac(i):
    return MAC.format(i >> 8, i & 255)


# sort: program, dump, the line that makes the i-th object, that deletes it, how a dumped object is known
def known(field):
    return lambda x: x.get(field)


SORTS = {
    "link": ("ip", ("rt-link", "getlink"), lambda i: f"link add s{i} type ifb", lambda i: f"link del s{i}", known("ifname"), 60),
    "addr 4": ("ip", ("rt-addr", "getaddr"), lambda i: f"addr add 10.{i >> 8}.{i & 255}.1/32 dev v0",
               lambda i: f"addr del 10.{i >> 8}.{i & 255}.1/32 dev v0", known("local"), STABLE),
    "addr 6": ("ip", ("rt-addr", "getaddr"), lambda i: f"addr add fd00::{i:x}/128 dev v0 nodad",
               lambda i: f"addr del fd00::{i:x}/128 dev v0", known("address"), STABLE),
    "route 4": ("ip", ("rt-route", "getroute"), lambda i: f"route add blackhole 10.{i >> 8}.{i & 255}.0/24",
                lambda i: f"route del blackhole 10.{i >> 8}.{i & 255}.0/24", known("dst"), STABLE),
    "route 6": ("ip", ("rt-route", "getroute"), lambda i: f"route add blackhole fd00:{i:x}::/64",
                lambda i: f"route del blackhole fd00:{i:x}::/64", known("dst"), STABLE),
    "rule": ("ip", ("rt-rule", "getrule"), lambda i: f"rule add priority {i} table {i}",
             lambda i: f"rule del priority {i} table {i}", known("priority"), STABLE),
    "neigh": ("ip", ("rt-neigh", "getneigh"), lambda i: f"neigh add 10.{i >> 8}.{i & 255}.1 dev v0 lladdr {mac(i)} nud permanent",
              lambda i: f"neigh del 10.{i >> 8}.{i & 255}.1 dev v0",
              lambda x: x["dst"] if "permanent" in x["ndm-state"] else None, STABLE),
    "nexthop": ("ip", ("rt-nexthop", "getnexthop"), lambda i: f"nexthop add id {i} blackhole", lambda i: f"nexthop del id {i}",
                known("id"), STABLE),
    "fdb": ("bridge", ("rt-neigh", "getneigh", '{"ndm-family":7}'), lambda i: f"fdb add {mac(i)} dev x0 dst 10.0.0.5",
            lambda i: f"fdb del {mac(i)} dev x0", known("lladdr"), STABLE),
    "qdisc": ("tc", ("tc", "getqdisc"), lambda i: f"qdisc add dev v0 parent 1:{i + 15:x} handle {i + 15:x}: pfifo",
              lambda i: f"qdisc del dev v0 parent 1:{i + 15:x} handle {i + 15:x}:", known("handle"), 100),
}
BEFORE = {
    "ip": ["link set lo up", "link add v0 type veth peer name v1", "link set v0 addrgenmode none", "link set v1 addrgenmode none", "link set v0 up",
           "link set v1 up", "link add x0 type vxlan id 9 dstport 4789"],
    "tc": [],
}


def prepare(sort):
    """A namespace with stable objects; the names by which these are known in a dump."""
    tool, dump, make, _, name, count = SORTS[sort]
    s = space.Space()
    s.enter()
    space.batch("ip", [], BEFORE["ip"])
    if sort == "qdisc":
        space.batch("tc", [], ["qdisc add dev v0 root handle 1: htb"] +
                    [f"class add dev v0 parent 1: classid 1:{i:x} htb rate 1mbit" for i in range(16, 2 * count + 16)])
    before = collections.Counter(name(x) for x in read(dump)[1])
    space.batch(tool, [], [make(i) for i in range(1, 2 * count, 2)])
    stable = {name(x) for x in read(dump)[1]} - set(before) - {None}
    if sort.startswith("route"):  # of the other family there may be some more later
        stable = {x for x in stable if x.startswith("10." if sort == "route 4" else "fd00:")}
    if len(stable) != count:
        raise RuntimeError(f"{sort}: {len(stable)} objects instead of {count}")
    return s, stable


def read(dump):
    code, out, err = space.weft("dump", *dump)
    if code not in (0, INCONSISTENT):
        raise space.Broken(f"weft dump {' '.join(dump)}: status {code}: {err.strip()}")
    return code, json.loads(out)


def churner(sort, folder):
    """A process that makes and deletes the objects between the stable ones, until it is ended."""
    tool, _, make, remove, _, count = SORTS[sort]
    which = range(2, 2 * count + 1, max(2, 2 * (count // CHURN)))
    path = os.path.join(folder, sort.replace(" ", ""))
    with open(path, "w", encoding="ascii") as f:
        for i in which:
            f.write(make(i) + "\n")
        for i in reversed(which):
            f.write(remove(i) + "\n")
    loop = f'while :; do "{tool}" -force -batch "{path}" >/dev/null 2>&1; done'
    return subprocess.Popen(["sh", "-c", loop], env=space.ENV, start_new_session=True, stdin=subprocess.DEVNULL)


def churn(sort, rounds, folder):
    """Faults of one sort, and how many of its dumps said that they may not be whole."""
    s, stable = prepare(sort)
    faults, inconsistent, moved = [], 0, 0
    p = churner(sort, folder)
    try:
        time.sleep(0.1)
        name = SORTS[sort][4]
        last = None
        for n in range(rounds):
            code, objects = read(SORTS[sort][1])
            seen = collections.Counter(name(x) for x in objects)
            moved += last is not None and len(objects) != last
            last = len(objects)
            inconsistent += code == INCONSISTENT
            wrong = {k: seen[k] for k in stable if seen[k] != 1}
            if wrong and code == 0:
                faults.append(f"{sort}: dump {n}: not once each: {dict(list(wrong.items())[:5])}")
            if any("@" in k for x in objects for k in x):
                faults.append(f"{sort}: dump {n}: an attribute is known by number only")
    finally:
        os.killpg(p.pid, signal.SIGKILL)
        p.wait()
        s.close()
    return faults, inconsistent, moved


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    rounds = int(sys.argv[1] if sys.argv[1:] else os.environ.get("CHURN_ROUNDS", "60"))
    failed = moved = 0
    with tempfile.TemporaryDirectory() as folder:
        for sort in SORTS:
            try:
                faults, inconsistent, changes = churn(sort, rounds, folder)
            except space.Broken as e:
                print(f"{sort}: not on this kernel: {e}")
                continue
            failed += len(faults)
            moved += changes
            print(f"{sort}: {rounds} dumps of at least {SORTS[sort][5]} objects, {changes} unlike the one before, "
                  f"{inconsistent} said to be inconsistent, {len(faults)} faults")
            for f in faults[:10]:
                print("  ", f)
            sys.stdout.flush()
    if not moved:
        print("FAILED: nothing changed meanwhile")
    return 1 if failed or not moved else 0


sys.exit(main())
