#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints golden lines of what the running kernel sends over plain sockets, decoded by rows.py, in a
namespace of its own. As root, the state of tests/oracle:
unshare -n tests/golden/record.py > tests/golden/linux-$(uname -r).txt
and nexthops, multicast databases and routes, tunnels, counters, with the events of a router's advertisement:
unshare -n tests/golden/record.py rest > tests/golden/linux-$(uname -r)-rest.txt
and, on a machine of its own whose drivers abound, links of all kinds, tunnels, VLANs of bridges:
tests/golden/record.py kinds > tests/golden/linux-$(uname -r).txt"""
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "oracle"))
import rows  # noqa: E402
import states  # noqa: E402

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
# For kernels with many drivers (`./dev vm`), of which each has its own.
KINDS = """
modprobe -qa mpls_router mpls_iptunnel fou ovpn slcan
sysctl -qw net.mpls.platform_labels=1000
ip link set lo up
ip link add d0 address 02:00:00:00:01:00 type dummy
ip link add d1 address 02:00:00:00:01:01 type dummy
ip link add d2 address 02:00:00:00:01:02 type dummy
ip link add d3 address 02:00:00:00:01:03 type dummy
ip link add d4 address 02:00:00:00:01:04 type dummy
ip link add d5 address 02:00:00:00:01:05 type dummy
ip link add d6 address 02:00:00:00:01:06 type dummy
ip link add d7 address 02:00:00:00:01:07 type dummy
ip link set d0 up
ip link set d1 up
ip link set d2 up
ip addr add 10.1.0.1/24 dev d0
ip addr add 2001:db8::1/64 dev d0 nodad
ip link add k1 type vcan
ip link add k2 type vxcan peer name k3
ip link add k4 type gtp role sgsn
ip link add k5 type bareudp dstport 6635 ethertype mpls_uc srcportmin 4000 multiproto
ip link add k6 type amt mode gateway local 10.1.0.1 discovery 10.1.0.2 dev d0 relay_port 2268 gateway_port 2267
ip link add k7 type batadv
ip link add k8 link d3 type virt_wifi
ip link add k9 type hsr slave1 d4 slave2 d5 supervision 45 version 1
ip link add k10 link d0 type macsec port 11 encrypt on cipher gcm-aes-256 icvlen 16 send_sci on replay on window 32
ip link add k11 type xfrm dev d0 if_id 5
ip link add k12 type team
ip link add k13 type pfcp
ip link add k14 type nlmon
ip link add k15 type vsockmon
ip link add k16 type wireguard
ip link add k17 type ovpn
ip link add k18 type vti local 10.1.0.1 remote 10.1.0.9 ikey 7 okey 8
ip link add k19 type vti6 local 2001:db8::1 remote 2001:db8::9 key 7
ip link add k20 type geneve id 5 remote 10.1.0.9 ttl 5 df set udpcsum
ip link add k21 type geneve external dstport 6082
ip link add k22 type bond mode 802.3ad miimon 100 lacp_rate fast xmit_hash_policy layer3+4 ad_actor_sys_prio 7
ip link set d6 master k22
ip link add k23 type bond mode active-backup arp_interval 200 arp_ip_target 10.1.0.2,10.1.0.3 ns_ip6_target 2001:db8::2
ip link add k24 link d2 type ipvlan mode l3s private
ip link add k25 link d1 type macvlan mode source bcqueuelen 500
ip link set k25 type macvlan macaddr add 02:00:00:00:02:01
ip link add k26 link d0 type vlan id 7 protocol 802.1ad gvrp on egress-qos-map 1:2 3:4 ingress-qos-map 5:6
ip link add k27 type gre local 10.1.0.1 remote 10.1.0.9 key 5 ttl 9 csum
ip link add k28 type gretap local 10.1.0.1 remote 10.1.0.9 encap fou encap-sport auto encap-dport 5555
ip link add k29 type ip6gre local 2001:db8::1 remote 2001:db8::9 encaplimit 4
ip link add k30 type ip6gretap local 2001:db8::1 remote 2001:db8::9 hoplimit 8
ip link add k31 type erspan local 10.1.0.1 remote 10.1.0.9 seq key 5 erspan_ver 1 erspan 123
ip link add k32 type ip6erspan local 2001:db8::1 remote 2001:db8::9 seq key 5 erspan_ver 2 erspan_dir egress erspan_hwid 17
ip link add k33 type ipip local 10.1.0.1 remote 10.1.0.9 mode any fwmark 6
ip link add k34 type sit local 10.1.0.1 6rd-prefix 2001:db8::/32
ip link add k35 type ip6tnl local 2001:db8::1 remote 2001:db8::9 mode ip4ip6 flowlabel 0x5
ip link add k36 type vrf table 100
ip link set d7 master k36
ip link add k37 type netkit mode l3 peer name k38
ip link add k39 link d3 type rmnet mux_id 5
ip link add k40 type vxlan id 9 local 10.1.0.1 remote 10.1.0.9 dstport 4789 dev d0 udpcsum l2miss gbp
ip link add k41 type bridge vlan_filtering 1 mst_enabled 1 vlan_stats_enabled 1 vlan_stats_per_port 1 mcast_snooping 1 mcast_vlan_snooping 1 mcast_stats_enabled 1
ip link add k42 type veth peer name k43
ip link set k42 master k41
ip link set k41 up
ip link set k42 up
ip link set k43 up
bridge vlan add dev k42 vid 10-12
bridge vlan add dev k42 vid 9 pvid untagged
bridge vlan add dev k42 vid 20
bridge vlan add dev k41 vid 20 self
bridge vlan global set dev k41 vid 20 mcast_snooping 1 mcast_querier 1 msti 3
bridge mst set dev k42 msti 3 state learning
bridge vlan set dev k42 vid 20 mcast_max_groups 9 mcast_router 2
ip link property add dev d0 altname another-name-of-d0
ip link set k25 protodown on
ip link set k25 protodown_reason 3 on
ip route add 10.2.0.0/24 encap mpls 100/200 ttl 7 via 10.1.0.2
ip link add k44 type xfrm external
ip link set k44 up
ip route add 10.4.0.0/24 encap ip id 5 dst 10.2.2.2 dev d0
ip -6 route add fc01::/64 encap seg6 mode l2encap segs fc00::1,fc00::2 dev d0
ip -6 route add fc02::/64 encap rpl segs fc00::1,fc00::2 dev d0
ip -6 route add fc03::/64 encap ioam6 freq 1/3 mode encap tundst fc00::7 trace prealloc type 0x800000 ns 1 size 12 dev d0
ip -6 route add fc04::/64 encap ila 1:2:3:4 csum-mode no-action ident-type luid hook-type output via 2001:db8::2
ip -f mpls route add 100 as 200/300 via inet 10.1.0.2
ip -f mpls route add 101 nexthop as 200 via inet 10.1.0.2 nexthop as 201 via inet6 2001:db8::2
ip nexthop add id 6 encap mpls 100/200 via 10.1.0.2 dev d0
"""
KINDS_DUMPS = [("rt-link", "getlink", "link", 18, 16), ("rt-link", "getlink", "link", 18, 16, 7),
               ("rt-link", "getstats", "link_stats", 94, 12), ("rt-vlan", "getvlan", "vlandb", 114, 8, 7, 0),
               ("rt-vlan", "getvlan", "vlandb", 114, 8, 7, 1), ("rt-vlan", "getvlan", "vlandb", 114, 8, 7, 2),
               ("rt-nexthop", "getnexthop", "nexthop", 106, 8), ("rt-netconf", "getnetconf", "netconf", 82, 4, 28),
               ("rt-route", "getroute", "route", 26, 12, 2), ("rt-route", "getroute", "route", 26, 12, 10),
               ("rt-route", "getroute", "route", 26, 12, 28)]
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
    for command in states.load("mixed")[0].commands((99, 0), {}):
        if command.startswith("ip "):
            subprocess.run(command.split(), check=True)
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
        try:
            events.setsockopt(270, 1, group)
        except OSError:
            pass  # newer than this kernel
    child = subprocess.Popen(["unshare", "-n", "sleep", "60"])
    for command in REST.strip().splitlines():
        subprocess.run(command.split(), check=False, stderr=subprocess.DEVNULL)
    ask(88, bytes(4) + attr(1, struct.pack("=i", 5)) + attr(2, struct.pack("=L", child.pid)))
    try:
        vxlan_group()
    except OSError:
        pass
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


def serial_can():
    """The one CAN controller that needs no hardware: a serial line (linux/tty.h: N_SLCAN)."""
    fcntl.ioctl(os.openpty()[1], 0x5423, struct.pack("=i", 17))


def xfrm_route():
    """iproute2 looks for a device where none is named."""
    out = [struct.pack("=L", socket.if_nametoindex(n)) for n in ("k44", "d0")]
    encap = attr(21, struct.pack("=H", 10)) + attr(NEST | 22, attr(1, struct.pack("=L", 5)) + attr(2, out[1]))
    ask(24, struct.pack("=BBBBBBBBL", 2, 24, 0, 0, 254, 4, 253, 1, 0) + attr(1, socket.inet_aton("10.3.0.0")) +
        attr(4, out[0]) + encap)


def new_places(value, seen, path=""):
    """Notes the places of a JSON value; whether there were new ones."""
    inside = value.items() if isinstance(value, dict) else (("", v) for v in value) if isinstance(value, list) else ()
    found = False
    for key, v in inside:
        found |= new_places(v, seen, f"{path}.{v if key == 'kind' else key}")
    found |= path not in seen
    seen.add(path)
    return found


def kinds():
    """ip and bridge from $VM_IP2, where that is set: Debian 12's know less."""
    path = os.environ.get("VM_IP2")
    if path:
        os.environ["PATH"] = f"{path}/../bin:{path}:" + os.environ["PATH"]
    for command in KINDS.strip().splitlines():
        done = subprocess.run(command.split(), check=False, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"{command}: {done.stderr.strip()}", file=sys.stderr)
    for more in (xfrm_route, serial_can):
        try:
            more()
        except OSError as e:
            print(f"{more.__name__}: {e.strerror or e}", file=sys.stderr)
    time.sleep(1)
    seen = set()
    for family, op, schema, kind, size, *af in KINDS_DUMPS:
        header = bytes([af[0] if af else 0]) + bytes(size - 1)
        if op == "getstats":
            header = bytes(8) + struct.pack("=L", 0x1f)
        if op == "getlink" and af:
            header += attr(29, struct.pack("=L", 2 | 16 | 32 | 64 | 128))
        if op == "getvlan":
            header += attr(1, struct.pack("=L", af[1]))
        try:
            for body in dump(socket.NETLINK_ROUTE, kind, header):
                line = rows.line(family, op, schema, body)
                # of many alike, those that have something that no other has
                if new_places(json.loads(line.split("\t")[3]), seen):
                    print(line)
        except OSError as e:
            print(f"# {family} {op}: {e.strerror or e}")


if __name__ == "__main__":
    {"rest": rest, "kinds": kinds}.get(sys.argv[1] if sys.argv[1:] else "", oracle)()
