#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints golden lines of what the running kernel sends over plain sockets, decoded by rows.py, in a
namespace of its own. As root, the state of tests/oracle:
unshare -n tests/golden/record.py > tests/golden/linux-$(uname -r).txt
and nexthops, multicast databases and routes, tunnels, counters, with the events of a router's advertisement:
unshare -n tests/golden/record.py rest > tests/golden/linux-$(uname -r)-rest.txt"""
import fcntl
import os
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import rows  # noqa: E402
from state import STATE  # noqa: E402

DUMPS = [("rt-link", "getlink", "link", 18, 16), ("rt-link", "getlink", "link", 18, 16, 7),
         ("rt-link", "getstats", "link_stats", 94, 12), ("rt-addr", "getaddr", "addr", 22, 8),
         ("rt-addr", "getmulticast", "addr", 58, 8, 2), ("rt-addr", "getmulticast", "addr", 58, 8, 10),
         ("rt-addr", "getanycast", "addr", 62, 8, 10), ("rt-route", "getroute", "route", 26, 12, 2),
         ("rt-route", "getroute", "route", 26, 12, 10), ("rt-rule", "getrule", "rule", 34, 12),
         ("rt-neigh", "getneigh", "neigh", 30, 12), ("rt-neigh", "getneightbl", "ndt", 66, 4)]

# What a kernel does not know is passed over.
REST = """
ip link set lo up
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip link add br0 address 02:00:00:00:00:03 type bridge mcast_snooping 1 mcast_querier 1 mcast_stats_enabled 1
ip link set v1 master br0
ip link set v1 type bridge_slave mcast_router 2
ip link add x0 address 02:00:00:00:00:04 type vxlan dstport 4789 external vnifilter
sysctl -qw net.ipv6.conf.v0.accept_ra=2
sysctl -qw net.ipv6.conf.v0.accept_dad=0
ip link set v0 up
ip link set v1 up
ip link set br0 up
ip link set x0 up
ip addr add 10.1.0.1/24 dev v0
ip addr add 2001:db8::1/64 dev v0 nodad
bridge mdb add dev br0 port v1 grp 239.1.1.1 permanent
bridge mdb add dev br0 port v1 grp 239.1.1.2 src 10.9.9.9 temp
bridge mdb add dev br0 port v1 grp ff15::7 permanent
bridge mdb add dev br0 port v1 grp 01:00:5e:01:02:03 permanent
bridge vni add dev x0 vni 10-12
bridge vni add dev x0 vni 20 group 239.1.1.9
ip nexthop add id 1 via 10.1.0.2 dev v0
ip nexthop add id 2 via 10.1.0.3 dev v0 onlink
ip nexthop add id 3 blackhole
ip nexthop add id 4 via 2001:db8::2 dev v0 protocol bgp
ip nexthop add id 5 via 10.1.0.9 fdb
ip nexthop add id 6 encap ip id 77 dst 10.2.2.2 via 10.1.0.2 dev v0
ip nexthop add id 10 group 1,3/2
ip nexthop add id 11 group 1/2 type resilient buckets 4 idle_timer 60 unbalanced_timer 300
ip nexthop add id 12 group 5 fdb
ip route add 10.3.0.0/24 nhid 10
ip addrlabel add prefix 2001:db8:1::/48 label 77 dev v0
ip route add 10.9.0.0/24 encap seg6 mode encap segs fc00::1,fc00::2 dev v0
ip -6 route add fc01::/64 encap seg6 mode inline segs fc00::1,fc00::2 dev v0
ip -6 route add fc02::/64 encap seg6local action End.X nh6 fc00::9 count dev v0
ip -6 route add fc03::/64 encap seg6local action End.B6.Encaps srh segs fc00::1,fc00::2 dev v0
ip -6 route add fc04::/64 encap seg6local action End.DX4 nh4 10.1.0.7 dev v0
ip -6 route add fc05::/64 encap seg6local action End.DT6 table 100 dev v0
ip -6 route add fc06::/64 encap seg6local action End flavors psp dev v0
ip -6 route add fc0b::/64 encap seg6local action End flavors next-csid lblen 48 nflen 16 dev v0
ip -6 route add fc07::/64 encap ip6 id 5 dst fc00::8 hoplimit 3 dev v0
ip -6 route add fc08::/64 encap rpl segs fc00::1,fc00::2 dev v0
ip -6 route add fc09::/64 encap ioam6 mode inline trace prealloc type 0x800000 ns 1 size 12 dev v0
ip -6 route add fc0a::/64 encap ila 1:2:3:4 csum-mode no-action dev v0
ip route add 10.8.0.0/24 encap mpls 100/200 via 10.1.0.2
ip route add 10.7.0.0/24 encap xfrm if_id 5 dev v0
"""
REST_DUMPS = [("rt-nexthop", "getnexthop", "nexthop", 106, 8), ("rt-nexthop", "getnexthopbucket", "nexthop", 118, 8),
              ("rt-netconf", "getnetconf", "netconf", 82, 4), ("rt-mdb", "getmdb", "mdb", 86, 8, 7),
              ("rt-vlan", "getvlan", "vlandb", 114, 8, 7), ("rt-tunnel", "gettunnel", "tunnel", 122, 8, 7),
              ("rt-nsid", "getnsid", "nsid", 90, 4), ("rt-addrlabel", "getaddrlabel", "addrlabel", 74, 12, 10),
              ("rt-link", "getstats", "link_stats", 94, 12), ("rt-link", "getlink", "link", 18, 16, 128),
              ("rt-route", "getroute", "route", 26, 12, 128), ("rt-route", "getroute", "route", 26, 12, 129),
              ("rt-route", "getroute", "route", 26, 12, 2), ("rt-route", "getroute", "route", 26, 12, 10)]
# by message type
EVENTS = {52: ("rt-prefix", "newprefix", "prefix"), 68: ("rt-nduseropt", "newnduseropt", "nduseropt"),
          96: ("rt-cachereport", "newcachereport", "cachereport"), 88: ("rt-nsid", "newnsid", "nsid"),
          89: ("rt-nsid", "delnsid", "nsid"), 85: ("rt-mdb", "delmdb", "mdb"),
          105: ("rt-nexthop", "delnexthop", "nexthop"), 121: ("rt-tunnel", "deltunnel", "tunnel"),
          80: ("rt-netconf", "newnetconf", "netconf"), 117: ("rt-nexthop", "delnexthopbucket", "nexthop"),
          57: ("rt-addr", "delmulticast", "addr")}
GROUPS = (6, 10, 18, 20, 24, 25, 26, 28, 30, 31, 32, 33, 35, 37)


def messages(data):
    while data:
        n, t = struct.unpack("=LH", data[:6])
        yield t, data[16:n]
        data = data[(n + 3) & ~3:]


def dump(protocol, kind, header):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as s:
        s.sendto(struct.pack("=LHHLL", 16 + len(header), kind, 0x301, 1, 0) + header, (0, 0))
        while True:
            for t, body in messages(s.recv(1 << 20)):
                if t == 3:
                    return
                if t == 2:
                    raise OSError(-struct.unpack("=l", body[:4])[0], f"dump {kind}")
                yield body


def oracle():
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


def advertise():
    """A router's advertisement out of v1: a prefix and a name server."""
    body = struct.pack(">BBHBBHLL", 134, 0, 0, 64, 0, 1800, 0, 0)
    body += struct.pack(">BBBBLLL", 3, 4, 64, 0xc0, 7200, 3600, 0) + socket.inet_pton(socket.AF_INET6, "2001:db8:7::")
    body += struct.pack(">BBHL", 25, 3, 0, 600) + socket.inet_pton(socket.AF_INET6, "2001:db8:7::53")
    src, dst = (socket.inet_pton(socket.AF_INET6, a) for a in ("fe80::2", "ff02::1"))
    pseudo = src + dst + struct.pack(">LL", len(body), 58)
    total = sum(struct.unpack(">%dH" % ((len(pseudo) + len(body)) // 2), pseudo + body))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    body = body[:2] + struct.pack(">H", ~total & 0xffff) + body[4:]
    packet = bytes.fromhex("333300000001" "020000000002" "86dd") + struct.pack(">LHBB", 6 << 28, len(body), 58, 255)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        s.bind(("v1", 0x86dd))
        s.send(packet + src + dst + body)


def multicast_routes():
    """Two interfaces, a route between them, and a packet without one; the sockets keep all of it alive."""
    index = {n: socket.if_nametoindex(n) for n in ("v0", "br0")}
    four = socket.socket(socket.AF_INET, socket.SOCK_RAW, 2)
    four.setsockopt(0, 200, struct.pack("=i", 1))
    group, origin = (socket.inet_aton(a) for a in ("239.9.9.9", "10.1.0.7"))
    for vif, name in enumerate(("v0", "br0")):
        four.setsockopt(0, 202, struct.pack("=HBBIi4s", vif, 8, 1, 0, index[name], bytes(4)))
    four.setsockopt(0, 204, struct.pack("=4s4sH32sxxIIIi", origin, group, 0, bytes([0, 1]) + bytes(30), 0, 0, 0, 0))
    six = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 58)
    six.setsockopt(41, 200, struct.pack("=i", 1))
    for vif, name in enumerate(("v0", "br0")):
        six.setsockopt(41, 202, struct.pack("=HBBHxxI", vif, 0, 1, index[name], 0))
    group, origin = (struct.pack("=HHL", 10, 0, 0) + socket.inet_pton(socket.AF_INET6, a) + bytes(4)
                     for a in ("ff15::9", "2001:db8::7"))
    six.setsockopt(41, 204, struct.pack("=28s28sHxx32s", origin, group, 0, struct.pack("=L", 2) + bytes(28)))
    for af, to in ((socket.AF_INET, "239.9.9.8"), (socket.AF_INET6, "ff15::8")):
        with socket.socket(af, socket.SOCK_DGRAM) as s:
            if af == socket.AF_INET:
                s.setsockopt(0, socket.IP_MULTICAST_IF, struct.pack("=4s4si", bytes(4), bytes(4), index["v0"]))
            else:
                s.setsockopt(41, socket.IPV6_MULTICAST_IF, index["v0"])
            s.sendto(b"lost", (to, 9))
    return four, six


NEST = 0x8000


def attr(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def ask(kind, body):
    """One request that makes something; the kernel may refuse."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as s:
        s.sendto(struct.pack("=LHHLL", 16 + len(body), kind, 0x605, 1, 0) + body, (0, 0))
        s.recv(4096)


def vxlan_group():
    """What no iproute2 of Debian 12 can say: a group of a vxlan device, with all that it may have."""
    index = socket.if_nametoindex("x0")
    entry = struct.pack("=LBBH4s12s", index, 1, 0, 0, socket.inet_aton("239.5.5.5"), b"") + b"\x08\0\0\0"
    sources = attr(NEST | 2, attr(NEST | 1, attr(1, socket.inet_aton("10.1.0.7"))))
    more = sources + attr(3, b"\1") + attr(4, b"\xba") + attr(5, socket.inet_aton("10.1.0.8"))
    more += attr(6, struct.pack("=H", 4790)) + attr(7, struct.pack("=L", 77)) + attr(9, struct.pack("=L", 10))
    more += attr(8, struct.pack("=L", socket.if_nametoindex("v0")))
    ask(84, struct.pack("=BxxxL", 7, index) + attr(1, entry) + attr(NEST | 2, more))


def rest():
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    events.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE
    events.bind((0, 0))
    for group in GROUPS:
        events.setsockopt(270, 1, group)
    child = subprocess.Popen(["unshare", "-n", "sleep", "60"])
    for command in REST.strip().splitlines():
        subprocess.run(command.split(), check=False, stderr=subprocess.DEVNULL)
    ask(88, bytes(4) + attr(1, struct.pack("=i", 5)) + attr(2, struct.pack("=L", child.pid)))
    vxlan_group()
    time.sleep(2)
    advertise()
    held = multicast_routes()
    time.sleep(1)
    for family, op, schema, kind, size, *af in REST_DUMPS:
        header = bytes([af[0] if af else 0]) + bytes(size - 1)
        if op == "getstats":
            header = bytes(8) + struct.pack("=L", 0x1f)
        if op == "getnexthop":  # with counters
            header += attr(14, struct.pack("=L", 3))
        try:
            for body in dump(socket.NETLINK_ROUTE, kind, header):
                print(rows.line(family, op, schema, body))
        except OSError as e:
            print(f"# {family} {op}: {e.strerror or e}")
    for command in ("ip nexthop del id 11", "ip nexthop del id 1", "bridge mdb del dev br0 port v1 grp ff15::7 permanent",
                    "bridge vni del dev x0 vni 20", "ip link del x0"):
        subprocess.run(command.split(), check=False, stderr=subprocess.DEVNULL)
    child.kill()
    child.wait()
    time.sleep(1)
    fcntl.fcntl(events, fcntl.F_SETFL, os.O_NONBLOCK)
    told = {}
    try:
        while True:
            for t, body in messages(events.recv(1 << 20)):
                told[t] = told.get(t, 0) + 1
                if t in EVENTS and told[t] < 4:
                    print(rows.line(*EVENTS[t], body))
    except BlockingIOError:
        pass
    for s in held:
        s.close()


rest() if sys.argv[1:] == ["rest"] else oracle()
