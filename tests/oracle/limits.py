#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Large numbers and many objects: read by weft as they are, made again by it; or told clearly that the kernel cannot."""
import json
import os
import re
import socket
import struct
import sys

sys.dont_write_bytecode = True

import needs  # noqa: E402 pylint: disable=wrong-import-position
import space

LINKS = int(os.environ.get("LIMITS_LINKS", "10000"))


def weft(*args, text=None):
    code, out, err = space.weft(*args, text=text)
    if code:
        raise space.Broken(f"weft {' '.join(args)}: status {code}: {err.strip()}")
    return out


def dump(*args):
    return json.loads(weft("dump", *args))


def expect(what, got, want):
    if got != want:
        raise AssertionError(f"{what}: {str(got)[:300]} instead of {str(want)[:300]}")


def rates():
    """100 GB in a second: more than 32 bits of bytes."""
    space.batch("ip", [], ["link add v0 type veth peer name v1"])
    weft("add", "qdisc", "dev=v0", "root", "handle=1:", "kind=htb")
    weft("add", "class", "dev=v0", "parent=1:", "classid=1:1", "kind=htb", "rate=800gbit", "ceil=1600gbit")
    # not -j: before 6.15 tc prints no JSON of classes
    _, out, _ = space.run(["tc", "class", "show", "dev", "v0"])
    expect("tc's rate", "rate 800Gbit ceil 1600Gbit" in out, True)
    words = json.loads(weft("-j", "show", "class", "dev=v0"))[0]["words"]
    expect("weft's words", "rate=800gbit" in words and "ceil=1600gbit" in words, True)


def attr(kind, data):
    return struct.pack("=HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def decoded(kind, body):
    raw = struct.pack("=IHHII", 16 + len(body), kind, 0, 1, 0) + body
    return json.loads(weft("-j", "decode", "-", text=raw.hex()).splitlines()[0])


def counters():
    """64 bits, all of them, as numbers of JSON."""
    values = [2 ** 53 + 1, 2 ** 63 + 5, 2 ** 64 - 1, *range(1, 23)]
    seen = decoded(16, struct.pack("=BxHiII", 0, 1, 7, 0, 0) + attr(3, b"v0\0") + attr(23, struct.pack("=25Q", *values)))
    seen = find(seen, "stats64")
    expect("counters", [seen["rx-packets"], seen["tx-packets"], seen["rx-bytes"]], values[:3])


def find(x, key):
    if isinstance(x, dict):
        return x[key] if key in x else next((y for y in (find(v, key) for v in x.values()) if y is not None), None)
    return next((y for y in (find(v, key) for v in x) if y is not None), None) if isinstance(x, list) else None


def functions():
    """250 virtual functions of a device."""
    def one(n):
        mac = bytes([2, 0, 0, 0, n >> 8, n & 255])
        return attr(1, attr(1, struct.pack("=I", n) + mac + bytes(26)) + attr(2, struct.pack("=III", n, n + 1, 0)) +
                    attr(6, struct.pack("=III", n, 10, 100_000)))
    listed = b"".join(one(n) for n in range(250))
    seen = decoded(16, struct.pack("=BxHiII", 0, 1, 7, 0, 0) + attr(3, b"p0\0") + attr(21, struct.pack("=I", 250)) +
                   attr(22 | 0x8000, listed))
    infos = find(seen, "vfinfo-list")
    infos = infos["info"] if isinstance(infos, dict) else [i.get("info", i) for i in infos]
    expect("functions", [(i["vlan"]["vlan"], i["rate"]["max-tx-rate"]) for i in infos], [(n + 1, 100_000) for n in range(250)])


def names():
    """Any byte that the kernel takes in a name of a link; what weft tells names the same link again."""
    space.batch("ip", [], ["link add base type veth peer name other"])
    index = socket.if_nametoindex("other")
    last, taken = "other", 0
    for byte in range(1, 256):
        name = os.fsdecode(b"n" + bytes([byte]) + b"z")
        if space.run(["ip", "link", "set", "dev", last, "name", name])[0]:
            continue
        last, taken = name, taken + 1
        told = next(x["ifname"] for x in dump("rt-link", "getlink") if x["ifi-index"] == index)
        again = json.loads(weft("do", "rt-link", "getlink", json.dumps({"ifname": told})))
        expect(f"the link whose name has byte {byte}", again["ifi-index"], index)
        if byte < 128:
            expect("its name", told, name)
    expect("names with a byte each", taken > 240, True)


def links():
    with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w", encoding="ascii") as f:
        f.write("1")
    space.batch("ip", [], [f"link add l{i} type ifb" for i in range(LINKS)])
    seen = sorted(x["ifname"] for x in dump("rt-link", "getlink") if x["ifname"] != "lo")
    expect("links", seen, sorted(f"l{i}" for i in range(LINKS)))


def remotes(message):
    return [i.get("dst") for e in message.get("mdb", {}).get("entry", []) for i in e.get("info", [])]


def ports():
    """A multicast group that 4,000 get: VTEPs of VXLAN, as a bridge has 1,023 ports at most."""
    if needs.tools_version() < (6, 5):
        raise space.Broken("groups of VXLAN are not supported by this iproute2")
    want = sorted(f"10.{i >> 8}.{i & 255}.1" for i in range(4000))
    space.batch("ip", [], ["link add x0 type vxlan external dstport 4789 local 10.200.0.1", "link set x0 up"])
    space.batch("bridge", [], [f"mdb add dev x0 port x0 grp 239.1.1.1 permanent dst {d}" for d in want])
    seen = sorted(d for m in dump("rt-mdb", "getmdb") for d in remotes(m) if d)
    expect("remotes", seen, want)


def bridge_ports():
    space.batch("ip", [], ["link add b0 type bridge", *(f"link add p{i} type ifb" for i in range(1024)),
                           *(f"link set p{i} master b0" for i in range(1023))])
    seen = [x for x in dump("rt-link", "getlink") if "master" in x]
    expect("ports", len(seen), 1023)
    code, _, err = space.weft("set", "link", "ifname=p1023", "master=b0")
    expect("the port that is too many", (code, bool(re.search("full|ports|space", err))), (2, True))


def hops():
    """A route of 300 hops, made again from its own dump."""
    space.batch("ip", [], ["link add v0 type veth peer name v1", "link set v0 up", "link set v1 up", "addr add 10.0.0.1/16 dev v0"])
    index = socket.if_nametoindex("v0")
    hop = [{"rtnh-hops": i % 200, "rtnh-ifindex": index, "gateway": f"10.0.{i >> 8}.{i & 255}"} for i in range(2, 302)]
    # ip has no room for so many in a request, but shows them
    weft("do", "rt-route", "newroute", "--create", json.dumps(
        {"rtm-family": 2, "rtm-dst-len": 16, "rtm-table": 254, "rtm-type": "unicast", "dst": "10.9.0.0", "multipath": hop}))
    mine = [x for x in dump("rt-route", "getroute") if x.get("dst") == "10.9.0.0"]
    expect("hops", len(mine[0]["multipath"]), 300)
    space.alone(["ip", "route", "del", "10.9.0.0/16"])
    weft("do", "rt-route", "newroute", "-", "--create", "--excl", text=json.dumps(mine))
    # alone it would lack the route: the kernel makes the first part of a dump as large as earlier receives
    told = space.documents(space.batch("ip", ["-j"], ["link show dev lo", "route show 10.9.0.0/16"]))[1][0]["nexthops"]
    expect("hops for ip", [(h["gateway"], h["weight"]) for h in told],
           [(f"10.0.{i >> 8}.{i & 255}", i % 200 + 1) for i in range(2, 302)])


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    failed = 0
    # in a hurry: what not every kernel has a driver for
    brief = "LIMITS_BRIEF" in os.environ
    for test in (rates,) if brief else (rates, counters, functions, names, ports, bridge_ports, hops, links):
        s = space.Space()
        s.enter()
        try:
            test()
            print(f"ok: {test.__name__}")
        except space.Broken as e:
            absent = any(x in str(e) for x in ("not supported", "Unknown device type", "is unknown", "nknown qdisc", "is not a bridge"))
            print(f"{'not on this kernel' if absent else 'FAILED'}: {test.__name__}: {e}")
            failed += not absent
        except (AssertionError, LookupError, TypeError) as e:
            print(f"FAILED: {test.__name__}: {type(e).__name__} {e}")
            failed += 1
        finally:
            s.close()
        sys.stdout.flush()
    return 1 if failed else 0


sys.exit(main())
