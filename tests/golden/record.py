#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints golden lines of what the running kernel sends: the state of tests/oracle in a namespace of its
own, dumped over a plain socket and decoded by rows.py. Run as root:
unshare -n tests/golden/record.py > tests/golden/kernel-$(uname -r).txt"""
import os
import socket
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import rows  # noqa: E402
from state import STATE  # noqa: E402

DUMPS = [("rt-link", "getlink", "link", 18, 16), ("rt-link", "getlink", "link", 18, 16, 7),
         ("rt-link", "getstats", "link_stats", 94, 12), ("rt-addr", "getaddr", "addr", 22, 8),
         ("rt-addr", "getmulticast", "addr", 58, 8, 2), ("rt-addr", "getmulticast", "addr", 58, 8, 10),
         ("rt-addr", "getanycast", "addr", 62, 8, 10), ("rt-route", "getroute", "route", 26, 12, 2),
         ("rt-route", "getroute", "route", 26, 12, 10), ("rt-rule", "getrule", "rule", 34, 12),
         ("rt-neigh", "getneigh", "neigh", 30, 12), ("rt-neigh", "getneightbl", "ndt", 66, 4)]


def dump(protocol, kind, header):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as s:
        s.sendto(struct.pack("=LHHLL", 16 + len(header), kind, 0x301, 1, 0) + header, (0, 0))
        while True:
            data = s.recv(1 << 20)
            while data:
                n, t = struct.unpack("=LH", data[:6])
                if t == 3:
                    return
                if t == 2:
                    raise OSError(-struct.unpack("=l", data[16:20])[0], f"dump {kind}")
                yield data[16:n]
                data = data[(n + 3) & ~3:]


def main():
    for command in STATE.strip().splitlines():
        if not command.startswith("netns"):
            subprocess.run(["ip", *command.split()], check=True)
    for family, op, schema, kind, size, *af in DUMPS:
        header = bytes([af[0] if af else 0]) + bytes(size - 1)
        if op == "getstats":
            header = bytes(8) + struct.pack("=L", 1)
        if af == [7]:  # of ports and their VLANs
            header += struct.pack("=HHL", 8, 29, 2)
        for body in dump(socket.NETLINK_ROUTE, kind, header):
            print(rows.line(family, op, schema, body))
    for body in dump(16, 16, bytes([3, 2, 0, 0])):
        print(rows.line("nlctrl", "getfamily", "ctrl", body[4:]))
    policy = bytes([10, 2, 0, 0]) + struct.pack("=HH", 11, 2) + b"nlctrl\0\0"
    for body in dump(16, 16, policy):
        print(rows.line("nlctrl", "getpolicy", "ctrl", body[4:]))


main()
