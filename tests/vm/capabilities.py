#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What this kernel has of link kinds, qdiscs, classifiers, actions, ematches, encapsulations and families.

Asks the kernel with the shortest request that names the kind, without options, in a network namespace of
its own: a kind that is missing gets its own error, one that is there gets some other or none. Modules are
loaded by the kernel on the way. Writes lines of class, name, yes or no to $VM_OUT/capabilities.txt.
"""
import ctypes
import errno
import itertools
import os
import socket
import struct
import subprocess

LINKS = """amt bareudp batadv bond bridge can caif cfhsi dsa dummy erspan ip6erspan geneve gre gretap gtp hsr ifb
ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap lowpan macsec macvlan macvtap netdevsim netkit nlmon ovpn
pfcp ppp rmnet sit team tun vcan veth virt_wifi vlan vrf vti vti6 vxcan vxlan wireguard wwan
xfrm""".split()
QDISCS = """bfifo bpf cake cake_mq cbq cbs choke clsact codel drr dsmark dualpi2 etf ets fq fq_codel fq_pie gred hfsc
hhf htb ingress mq mqprio multiq netem noqueue pfifo pfifo_fast pfifo_head_drop pie plug prio qfq red sfb sfq skbprio
taprio tbf teql0""".split()
FILTERS = "basic bpf cgroup flow flower fw matchall route rsvp rsvp6 tcindex u32".split()
ACTIONS = """bpf connmark csum ct ctinfo gact gate ife ipt mirred mpls nat pedit police sample simple skbedit skbmod
tunnel_key vlan xt""".split()
EMATCHES = {"cmp": 1, "nbyte": 2, "u32": 3, "meta": 4, "text": 5, "vlan": 6, "canid": 7, "ipset": 8, "ipt": 9}
ENCAPS = {"mpls": 1, "ip": 2, "ila": 3, "ip6": 4, "seg6": 5, "bpf": 6, "seg6local": 7, "rpl": 8, "ioam6": 9, "xfrm": 10}
FAMILIES = """nlctrl acpi_event batadv binder cifs devlink dev-energymodel dpll drbd ethtool fou gtp handshake HSR
IOAM6 nl802154 ila IPVS l2tp lockd macsec MAC80211_HWSIM mptcp_pm nbd NCSI net-shaper NET_DM netdev nfc nfsd nl80211
NLBL_CIPSOv4 NLBL_CALIPSO NLBL_MGMT NLBL_UNLBL ovpn ovs_ct_limit ovs_datapath ovs_flow ovs_meter ovs_packet ovs_vport
psample psp SEG6 SMC_GEN_NETLINK TASKSTATS TCM-USER tcp_metrics team thermal TIPC TIPCv2 vdpa VFS_DQUOT
wireguard""".split() + ["802.15.4 MAC"]
PROTOCOLS = {"route": 0, "usersock": 2, "sock_diag": 4, "nflog": 5, "xfrm": 6, "selinux": 7, "iscsi": 8, "audit": 9,
             "fib_lookup": 10, "connector": 11, "netfilter": 12, "dnrtmsg": 14, "kobject_uevent": 15, "generic": 16,
             "scsitransport": 18, "ecryptfs": 19, "rdma": 20, "crypto": 21, "smc": 22}
NFNETLINK = {"conntrack": (1, 1), "expect": (2, 1), "queue": (3, 3), "log": (4, 1), "ipset": (6, 0),
             "acct": (7, 1), "cttimeout": (8, 1), "cthelper": (9, 1), "nftables": (10, 1)}
# Loaded by nothing but their names: rarely used, found by a device only, or not asked for below.
MODULES = """ax25 br_netfilter caif_socket can can_raw cifs drop_monitor fou hsr ieee802154_socket ila ip_set_hash_net
ip_vs l2tp_eth l2tp_ip l2tp_netlink mac80211_hwsim mac802154 mctp mpls_iptunnel mpls_router nbd nfc nfnetlink_hook
nfnetlink_osf nfsd nft_compat openvswitch ppp_generic psample rdma_rxe rds sch_teql scsi_transport_iscsi smc smc_diag
target_core_user team tipc tun vdpa virt_wifi wwan x25""".split()
SOCKETS = {"ax25": 3, "ipx": 4, "x25": 9, "packet": 17, "atmpvc": 8, "rds": 21, "llc": 26, "can": 29, "tipc": 30,
           "bluetooth": 31, "phonet": 35, "ieee802154": 36, "nfc": 39, "vsock": 40, "kcm": 41, "qipcrtr": 42, "smc": 43,
           "xdp": 44, "mctp": 45}

REQUEST, ACK, DUMP, EXCL, CREATE = 1, 4, 0x300, 0x200, 0x400
NEWLINK, DELLINK, NEWROUTE, NEWQDISC, DELQDISC, NEWTFILTER, NEWACTION = 16, 17, 24, 36, 37, 44, 48


def attr(kind, data):
    return struct.pack("HH", len(data) + 4, kind) + data + b"\0" * (-len(data) % 4)


def name(kind, text):
    return attr(kind, text.encode() + b"\0")


class Netlink:
    def __init__(self, protocol):
        self.s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.s.setsockopt(270, 11, 1)  # NETLINK_EXT_ACK: errors with a text
        self.s.bind((0, 0))
        self.s.settimeout(20)
        self.seq = 0

    def ask(self, kind, flags, body):
        """The errno of the answer, 0 when it is none, and the whole answer."""
        self.seq += 1
        self.s.send(struct.pack("IHHII", 16 + len(body), kind, REQUEST | ACK | flags, self.seq, 0) + body)
        while True:
            data = self.s.recv(65536)
            _, what, _, seq, _ = struct.unpack_from("IHHII", data)
            if seq == self.seq and what == 2:
                return -struct.unpack_from("i", data, 16)[0], data
            if seq == self.seq and (what == 3 or flags & DUMP == DUMP):
                return 0, data


def tcmsg(parent, handle=0, info=0):
    return struct.pack("BxxxiIII", 0, INDEX, handle, parent, info)


def link(rt, kind):
    head = struct.pack("BxHiII", 0, 0, 0, 0, 0) + name(3, "probe")
    e, text = rt.ask(NEWLINK, CREATE | EXCL, head + attr(18, name(1, kind)))
    if e == 0:
        rt.ask(DELLINK, 0, head)
    return b"Unknown device type" not in text


def qdisc(rt, kind):
    parent, handle = (0xFFFFFFF1, 0xFFFF0000) if kind in ("clsact", "ingress") else (0xFFFFFFFF, 0x10000)
    e, _ = rt.ask(NEWQDISC, CREATE | EXCL, tcmsg(parent, handle) + name(1, kind))
    if e == 0:
        rt.ask(DELQDISC, 0, tcmsg(parent, handle))
    return e != errno.ENOENT


PRIORITY = itertools.count(1)


def classifier(rt, kind, options=b""):
    """On the ingress side of a clsact qdisc."""
    message = tcmsg(0xFFFFFFF2, 0, next(PRIORITY) << 16 | socket.htons(3)) + name(1, kind) + options
    return rt.ask(NEWTFILTER, CREATE | EXCL, message)[0] != errno.ENOENT


def action(rt, kind):
    return rt.ask(NEWACTION, CREATE | EXCL, bytes(4) + attr(1, attr(1, name(1, kind))))[0] != errno.ENOENT


def ematch(rt, number):
    tree = attr(1, struct.pack("HH", 1, 0)) + attr(2, attr(1, struct.pack("HHHH", 0, number, 0, 0)))
    return classifier(rt, "basic", attr(2, attr(2, tree)))


def encap(rt, number):
    """With an empty encapsulation, which every type refuses."""
    body = struct.pack("BBBBBBBBI", 2, 32, 0, 0, 254, 4, 253, 1, 0) + attr(1, bytes([10, 9, 8, 7])) + \
        attr(4, struct.pack("i", INDEX)) + attr(21, struct.pack("H", number)) + attr(22, b"")
    return rt.ask(NEWROUTE, CREATE, body)[0] != errno.EOPNOTSUPP


def family(ge, kind):
    return ge.ask(16, 0, struct.pack("BBH", 3, 1, 0) + name(2, kind))[0] != errno.ENOENT


def opens(domain, numbers):
    for kind, number in itertools.product(range(1, 6), numbers):
        try:
            socket.socket(domain, kind, number).close()
            return True
        except OSError as e:
            if e.errno not in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT):
                return True
    return False


def nfnetlink(message):
    """A subsystem that is not there answers as one that does not know the message."""
    try:
        e, _ = Netlink(12).ask(message[0] << 8 | message[1], DUMP, struct.pack("BBH", 2, 0, 0))
    except OSError:
        return False
    return e != errno.EINVAL


def modules():
    """Loads them, but not into the host's own kernel."""
    for k in MODULES:
        if os.environ.get("VM_KERNEL", "host") != "host":
            subprocess.run(["modprobe", "-q", k], check=False)
        yield "module", k, os.path.isdir("/sys/module/" + k)


def init_namespace():
    """What some kernels have in their first network namespace only; nothing is changed there."""
    ge = Netlink(16)
    for k in FAMILIES:
        yield "family", k.replace(" ", "_"), family(ge, k)
    for k, n in PROTOCOLS.items():
        yield "protocol", k, opens(socket.AF_NETLINK, [n])
    for k, n in SOCKETS.items():
        yield "socket", k, opens(n, [0, 1])


def own_namespace(rt):
    for k in LINKS:
        yield "link", k, link(rt, k)
    for k in QDISCS:
        yield "qdisc", k, qdisc(rt, k)
    rt.ask(NEWQDISC, CREATE, tcmsg(0xFFFFFFF1, 0xFFFF0000) + name(1, "clsact"))
    for k in FILTERS:
        yield "filter", k, classifier(rt, k)
    for k in ACTIONS:
        yield "action", k, action(rt, k)
    for k, n in EMATCHES.items():
        yield "ematch", k, ematch(rt, n)
    for k, n in ENCAPS.items():
        yield "encap", k, encap(rt, n)
    for k, n in NFNETLINK.items():
        yield "nfnetlink", k, nfnetlink(n)


def lines(results):
    return [f"{what} {kind} {'yes' if there else 'no'}" for what, kind, there in results]


if __name__ == "__main__":
    found = lines(modules())
    found += lines(init_namespace())
    if ctypes.CDLL(None).unshare(0x40000000):  # CLONE_NEWNET
        raise SystemExit("capabilities: needs root")
    route = Netlink(0)
    route.ask(NEWLINK, CREATE | EXCL, struct.pack("BxHiII", 0, 0, 0, 0, 0) + name(3, "base") +
              attr(18, name(1, "veth")))
    INDEX = socket.if_nametoindex("base")
    found += lines(own_namespace(route))
    with open(os.path.join(os.environ.get("VM_OUT", "."), "capabilities.txt"), "w", encoding="ascii") as f:
        f.write(f"# {os.uname().release}\n" + "\n".join(found) + "\n")
    there = sum(x.endswith("yes") for x in found)
    print(f"{os.uname().release}: {there} of {len(found)} there")
