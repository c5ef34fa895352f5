#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Qdiscs and classes made by tc (iproute2 of 6.10 or later), and by weft in the words of people: the kernel tells the same of both. What
this kernel does not have is passed over."""
import ctypes
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WEFT = os.environ["WEFT"]
TC = os.path.join(os.environ["VM_IP2"], "tc") if os.environ.get("VM_IP2") else "tc"
NEWNET = 0x40000000
COUNTED = {"stats", "stats2", "xstats", "info", "prng-seed", "direct-pkts"}
libc = ctypes.CDLL(None, use_errno=True)


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def must(*argv):
    p = run(*argv)
    if p.returncode:
        raise RuntimeError(f"{' '.join(argv)}: {p.stderr.strip()}")
    return p.stdout


def plain(x):
    """Without what is counted or drawn by lot."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items() if k not in COUNTED}
    return [plain(v) for v in x] if isinstance(x, list) else x


def seen(by, kind, words):
    """What the kernel tells of it, made by one of the two in a namespace of its own; or why it does not."""
    if libc.unshare(NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    must("ip", "link", "add", "v0", "numtxqueues", "4", "type", "veth", "peer", "name", "v1")
    must("ip", "link", "set", "v1", "up")
    must("ip", "link", "set", "v0", "up")
    if kind == "c" and run(TC, "qdisc", "add", "dev", "v0", "root", "handle", "1:", words[0]).returncode:
        return "its qdisc is unknown"
    if by == "tc":
        place = "qdisc add dev v0 root handle 1:" if kind == "q" else "class add dev v0 parent 1: classid 1:1"
        p = run(TC, *place.split(), *words)
    else:
        place = "add qdisc dev=v0 root handle=1:" if kind == "q" else "add class dev=v0 parent=1: classid=1:1"
        p = run(WEFT, *place.split(), f"kind={words[0]}", *words[1:])
    if p.returncode:
        return p.stderr.strip()
    index = json.loads(must(WEFT, "do", "rt-link", "getlink", '{"ifname":"v0"}'))["ifi-index"]
    told = json.loads(must(WEFT, "dump", "tc", "getqdisc"))
    classes = json.loads(must(WEFT, "dump", "tc", "gettclass", json.dumps({"ifindex": index})))
    told += [x for x in classes if kind == "c"]  # others come and go with packets
    return sorted((x["handle"], json.dumps(plain(x), sort_keys=True)) for x in told if x["ifindex"] == index)


def main():
    if os.getuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    version = re.search(r"iproute2-(\d+)\.(\d+)", must(TC, "-V"))
    if not version or tuple(map(int, version.groups())) < (6, 10):
        print("skipped: this tc counts bursts in whole microseconds")
        return 77
    same, absent, bad = 0, 0, 0
    with open(os.path.join(HERE, "words.txt"), encoding="ascii") as f:
        for line in f:
            if line.startswith("#"):
                continue
            kind, theirs, ours = line.rstrip("\n").split("\t")
            a = seen("tc", kind, theirs.split())
            if isinstance(a, str) and "unknown" in a:
                absent += 1
                continue
            b = seen("weft", kind, ours.split())
            same += a == b
            if a != b or isinstance(a, str):
                bad += 1
                print(f"FAILED: {theirs}\n  tc:   {a}\n  weft: {b}")
    print(f"{same} the same, {absent} not in this kernel, {bad} failures")
    return 1 if bad or not same else 0


sys.exit(main())
