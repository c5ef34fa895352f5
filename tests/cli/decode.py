#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""weft decode on the same messages as a tape, as pcap and pcapng of both byte orders, and as hex."""
import json
import os
import struct
import subprocess
import sys
import tempfile

WEFT = os.environ["WEFT"]
NS = f"weft-d-{os.getpid()}"
failures = 0


def fail(text):
    global failures
    failures += 1
    print("FAILED:", text)


def weft(*args, **kw):
    return subprocess.run([WEFT, *args], capture_output=True, check=False, **kw)


def decoded(*args, **kw):
    r = weft("-j", "decode", *args, **kw)
    if r.returncode:
        fail(f"decode {args}: {r.stderr.decode()}")
    return [json.loads(line) for line in r.stdout.splitlines()]


def cooked(protocol, data):
    return struct.pack(">HHH8sH", 4, 824, 0, b"", protocol) + data


def pcap(packets, order):
    out = struct.pack(order + "LHHlLLL", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 253)
    for i, (protocol, data) in enumerate(packets):
        p = cooked(protocol, data)
        out += struct.pack(order + "LLLL", 1000 + i, 5, len(p), len(p)) + p
    return out


def ng_block(order, kind, body):
    body += bytes(-len(body) % 4)
    n = len(body) + 12
    return struct.pack(order + "LL", kind, n) + body + struct.pack(order + "L", n)


def odd(packets, order):
    """Packets without time, and with times in 2^-20 and 10^-9 seconds."""
    out = ng_block(order, 0x0a0d0d0a, struct.pack(order + "LHHq", 0x1a2b3c4d, 1, 0, -1))
    for unit in (0x80 | 20, 9):
        out += ng_block(order, 1, struct.pack(order + "HHLHHBxxxHH", 253, 0, 65535, 9, 1, unit, 0, 0))
    for i, per_second in enumerate((1 << 20, 10**9)):
        t, p = 1000 * per_second + per_second // 4, cooked(*packets[i])
        out += ng_block(order, 6, struct.pack(order + "LLLLL", i, t >> 32, t & 0xffffffff, len(p), len(p)) + p)
    p = cooked(*packets[1])
    return out + ng_block(order, 3, struct.pack(order + "L", len(p)) + p)


def pcapng(packets, order):
    out = ng_block(order, 0x0a0d0d0a, struct.pack(order + "LHHq", 0x1a2b3c4d, 1, 0, -1))
    out += ng_block(order, 1, struct.pack(order + "HHL", 253, 0, 65535))
    for i, (protocol, data) in enumerate(packets):
        p = cooked(protocol, data)
        us = (1000 + i) * 1000000 + 5
        out += ng_block(order, 6, struct.pack(order + "LLLLL", 0, us >> 32, us & 0xffffffff, len(p), len(p)) + p)
    return out


def plain(messages):
    return [{k: v for k, v in m.items() if k not in ("time", "socket", "way")} for m in messages]


def check(tmp):
    tapes = []
    for i, args in enumerate((["add", "link", "ifname=v0", "kind=veth", "peer.ifname=v1"], ["show", "links"],
                              ["do", "nlctrl", "getfamily", '{"family-name": "nlctrl"}'],
                              ["set", "link", "v0", "mtu=1"])):
        tapes.append(f"{tmp}/{i}.tape")
        weft("-t", f"netns:{NS}", "--record", tapes[-1], *args)
    for tape in tapes:
        with open(tape, encoding="ascii") as f:
            lines = [line.split() for line in f][1:]
        protocol = int(next(x[3] for x in lines if x[2] == "open"))
        packets = [(protocol, bytes.fromhex(x[-1])) for x in lines if x[2] in ("send", "recv")]
        want = decoded(tape)
        if len(want) < 2 or "way" not in want[0]:
            fail(f"{tape}: {want}")
        for order in "<>":
            for name, data in (("pcap", pcap(packets, order)), ("pcapng", pcapng(packets, order))):
                path = f"{tmp}/capture"
                with open(path, "wb") as f:
                    f.write(data)
                got = decoded(path)
                if plain(got) != plain(want):
                    fail(f"{name} {order}: {got[:1]} is not {want[:1]}")
                if got and got[0]["time"] != 1000.000005:
                    fail(f"{name} {order}: time {got[0]['time']}")
                r = weft("decode", path, "-x")
                if r.returncode != 1:
                    fail("a wrong option")
                with open(path, "wb") as f:
                    f.write(data[:-3])
                r = weft("decode", path)
                if r.returncode != 1 or b"cut off" not in r.stderr:
                    fail(f"{name} cut off: {r}")
            got = decoded("-", input=odd(packets[:2], order))
            times = [m.get("time") for m in got]
            if times != [1000.25] * (len(times) - times.count(None)) + [None] * times.count(None) or None not in times:
                fail(f"odd pcapng {order}: {times}")
            # an event of a device is text, and no end of anything
            event = b"add@/devices/virtual/net/v0\0ACTION=add\0"
            path = f"{tmp}/capture"
            with open(path, "wb") as f:
                f.write(pcap([(15, event)] + packets, order))
            got = decoded(path)
            if got[0].get("message") != "bytes" or got[0]["body"] != event.hex() or plain(got[1:]) != plain(want):
                fail(f"an event among messages {order}: {got[:2]}")
            if f" kobject_uevent bytes {event.hex()}\n" not in weft("decode", path).stdout.decode():
                fail("an event as text")
        text = " ".join(p.hex() for _, p in packets).encode()
        got = decoded("--protocol", "generic" if protocol else "route", input=text)
        if plain(got) != plain(want):
            fail(f"hex: {got[:1]} is not {want[:1]}")
    first = decoded(tapes[0])
    if first[0]["message"] != "rt-link newlink" or first[0]["body"]["linkinfo"]["kind"] != "veth" or \
            first[0]["flags"] != "request,ack,excl,create" or first[1]["body"]["error"] != 0:
        fail(f"a request and its acknowledgement: {first}")
    last = decoded(tapes[3])[-1]
    if last["body"]["error"] != -22 or "text" not in last["body"]:
        fail(f"an error: {last}")
    out = weft("decode", tapes[0]).stdout.decode()
    if " 0 send route rt-link newlink [request,ack,excl,create] seq " not in out:
        fail(f"text: {out}")
    for data, status in ((b"zz", 1), (b"0102", 1), (b"", 0)):
        if weft("decode", input=data).returncode != status:
            fail(f"{data}")


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    subprocess.run([WEFT, "netns", "add", NS], check=True)
    try:
        with tempfile.TemporaryDirectory() as tmp:
            check(tmp)
    finally:
        subprocess.run([WEFT, "netns", "del", NS], check=False)
    return 1 if failures else 0


sys.exit(main())
