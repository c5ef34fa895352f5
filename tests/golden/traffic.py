#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints golden lines of the qdiscs, classes, chains, filters and actions that the running kernel tells in the
states of tests/oracle, each in a namespace of its own; of many alike, those with something that no other has.
As root, with tc of $VM_IP2 where that is set, and states by the start of their names:
tests/golden/traffic.py qdisc filter action > tests/golden/linux-$(uname -r)-traffic.txt"""
import ctypes
import glob
import json
import os
import re
import shlex
import socket
import struct
import subprocess
import sys

import record
import rows

LIBC = ctypes.CDLL(None, use_errno=True)
STATES = os.path.join(rows.ROOT, "tests", "oracle", "states")
RELEASE = [int(n) for n in re.findall(r"\d+", os.uname().release)[:2]]
INGRESS, EGRESS, BLOCK = 0xfffffff2, 0xfffffff3, 0xffffffff
NEWNET, QDISC, TCLASS, FILTER, ACTION, CHAIN = 0x40000000, 38, 42, 46, 50, 102


def commands(text):
    for line in text.splitlines():
        since = re.match(r"\[(>=|<)([\d.]+)\] ", line)
        if since:
            newer = RELEASE >= [int(n) for n in since.group(2).split(".")]
            if newer != (since.group(1) == ">="):
                continue
            line = line[since.end():]
        if line and line[0] not in "#{[":
            yield line


def make(path):
    """What the state wants, without what is said in loops; what this kernel lacks is told and passed over."""
    with open(path, encoding="utf-8") as f:
        text = f.read()
    for command in commands(text):
        done = subprocess.run(shlex.split(command), check=False, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"{command}: {done.stderr.strip()}", file=sys.stderr)
    return text


def tell(seen, op, kind, header, schema="tc"):
    out = []
    try:
        for body in record.dump(socket.NETLINK_ROUTE, kind, header):
            out.append(body)
            line = rows.line("tc", op, schema, body)
            if record.new_places(json.loads(line.split("\t")[3]), seen[op]):
                print(line)
    except OSError as e:
        print(f"{op}: {e}", file=sys.stderr)
    return out


def place(index, parent=0):
    return struct.pack("=BxxxlLLL", 0, index, 0, parent, 0)


def parents(bodies):
    """Where filters may be of what a dump told."""
    for body in bodies:
        index, handle, parent = struct.unpack("=lLL", body[4:16])
        if parent == 0xfffffff1:
            yield from ((index, INGRESS), (index, EGRESS))
        elif handle:
            yield index, handle


def state(path, seen):
    if LIBC.unshare(NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    text = make(path)
    at = list(parents(tell(seen, "getqdisc", QDISC, place(0))))
    for index, _ in socket.if_nameindex():
        at += parents(tell(seen, "gettclass", TCLASS, place(index), "tclass"))
    at += [(-1, int(n)) for n in set(re.findall(r" block (\d+)", text))]
    for index, parent in dict.fromkeys(at):
        tell(seen, "getchain", CHAIN, place(index, parent))
        tell(seen, "gettfilter", FILTER, place(index, parent))
    for kind in sorted(set(re.findall(r"^tc actions .*?action (\w+)", text, re.M))):
        tab = record.attr(record.NEST | 1, record.attr(record.NEST | 1, record.attr(1, kind.encode() + b"\0")))
        tell(seen, "getaction", ACTION, bytes(4) + tab, "action")


def main(names):
    path = os.environ.get("VM_IP2")
    if path:
        os.environ["PATH"] = f"{path}:" + os.environ["PATH"]
    seen = {op: set() for op in ("getqdisc", "gettclass", "gettfilter", "getchain", "getaction")}
    for name in sorted(glob.glob(os.path.join(STATES, "*.txt"))):
        if os.path.basename(name).startswith(tuple(names)):
            state(name, seen)


main(sys.argv[1:])
