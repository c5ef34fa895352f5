# SPDX-License-Identifier: MIT
"""Sorts of objects of which some stay while others are made and deleted: how each is made, dumped and known."""
import collections
import json
import os
import socket
import time

import helpers
import space

STABLE, CHURN = 400, 30
NEWNS, REC, PRIVATE = 0x20000, 0x4000, 0x40000
INCONSISTENT = 7
MAC = "02:00:00:00:{:02x}:{:02x}"


def mac(i):
    return MAC.format(i >> 8, i & 255)


def known(field):
    return lambda x: [x.get(field)]


def spans(entries, start, end):
    """The numbers of ranges: neighbours that are alike are told as one."""
    return [n for x in entries for n in range(start(x), end(x) + 1)]


def of_bridge(x):
    return [i["addr"].get("ip4") for e in x.get("mdb", {}).get("entry", []) for i in e.get("info", [])]


def vlans(x):
    return spans(x.get("entry", []), lambda e: e["info"]["vid"], lambda e: e.get("range", e["info"]["vid"]))


def vnis(x):
    return spans(x.get("entry", []), lambda e: e["start"], lambda e: e.get("end", e["start"]))


def quad(i):
    return f"{i >> 8}.{i & 255}"


def link(i):
    return f"link add s{i} type ifb"


def unlink(i):
    return f"link del s{i}"


def namespace(i):
    return f"netns add c{i}\nnetns set c{i} {i}"


LABELS = '{"rtm-family":28}'
# sort: program, dump, the line that makes the i-th object, that deletes it, how a dumped object is known (its names),
# how many
SORTS = {
    "link": ("ip", ("rt-link", "getlink"), link, unlink, known("ifname"), 60),
    "port": ("ip", ("rt-link", "getlink", '{"ifi-family":7}'), lambda i: f"{link(i)}\nlink set s{i} master br0", unlink,
             known("ifname"), 60),
    "netconf": ("ip", ("rt-netconf", "getnetconf"), link, unlink, lambda x: [(x["ncm-family"], x["ifindex"])], 60),
    "ntable": ("ip", ("rt-neigh", "getneightbl"), link, unlink,
               lambda x: [(x["name"], x.get("parms", {}).get("ifindex"))], 60),
    "stats": ("ip", ("rt-link", "getstats", '{"filter-mask":1}'), link, unlink, known("ifindex"), 60),
    "nsid": ("ip", ("rt-nsid", "getnsid"), namespace, lambda i: f"netns del c{i}", known("nsid"), 100),
    "addr 4": ("ip", ("rt-addr", "getaddr"), lambda i: f"addr add 10.{quad(i)}.1/32 dev v0",
               lambda i: f"addr del 10.{quad(i)}.1/32 dev v0", known("local"), STABLE),
    "addr 6": ("ip", ("rt-addr", "getaddr"), lambda i: f"addr add fd00::{i:x}/128 dev v0 nodad",
               lambda i: f"addr del fd00::{i:x}/128 dev v0", known("address"), STABLE),
    "maddr": ("ip", ("rt-addr", "getmulticast", '{"ifa-family":2}'), lambda i: f"addr add 239.1.{quad(i)}/32 dev v0 autojoin",
              lambda i: f"addr del 239.1.{quad(i)}/32 dev v0", known("multicast"), 100),
    "maddr 6": ("ip", ("rt-addr", "getmulticast"), lambda i: f"addr add fd00::{i:x}/128 dev v0 nodad",
                lambda i: f"addr del fd00::{i:x}/128 dev v0", known("multicast"), 100),
    "anycast": ("ip", ("rt-addr", "getanycast", '{"ifa-family":10}'), lambda i: f"addr add fd00:{i:x}::1/64 dev v0 nodad",
                lambda i: f"addr del fd00:{i:x}::1/64 dev v0", known("anycast"), 100),
    "addrlabel": ("ip", ("rt-addrlabel", "getaddrlabel"), lambda i: f"addrlabel add prefix fd00:{i:x}::/64 label {i}",
                  lambda i: f"addrlabel del prefix fd00:{i:x}::/64 label {i}", known("address"), STABLE),
    "route 4": ("ip", ("rt-route", "getroute"), lambda i: f"route add blackhole 10.{quad(i)}.0/24",
                lambda i: f"route del blackhole 10.{quad(i)}.0/24", known("dst"), STABLE),
    "route 6": ("ip", ("rt-route", "getroute"), lambda i: f"route add blackhole fd00:{i:x}::/64",
                lambda i: f"route del blackhole fd00:{i:x}::/64", known("dst"), STABLE),
    "mpls": ("ip -f mpls", ("rt-route", "getroute", LABELS), lambda i: f"route add {i + 15} via inet 10.200.0.2 dev v0",
             lambda i: f"route del {i + 15}", known("dst"), STABLE),
    "mroute 4": ("helper", ("rt-route", "getroute"), lambda i: f"mfc add 10.0.0.5 239.1.{quad(i)}",
                 lambda i: f"mfc del 10.0.0.5 239.1.{quad(i)}", lambda x: [x.get("dst") if x["rtm-family"] == 128 else None], STABLE),
    "mroute 6": ("helper", ("rt-route", "getroute", '{"rtm-family":129}'), lambda i: f"mfc6 add fd00::5 ff05::{i:x}",
                 lambda i: f"mfc6 del fd00::5 ff05::{i:x}", known("dst"), STABLE),
    "rule": ("ip", ("rt-rule", "getrule"), lambda i: f"rule add priority {i} table {i}",
             lambda i: f"rule del priority {i} table {i}", known("priority"), STABLE),
    "neigh": ("ip", ("rt-neigh", "getneigh"), lambda i: f"neigh add 10.{quad(i)}.1 dev v0 lladdr {mac(i)} nud permanent",
              lambda i: f"neigh del 10.{quad(i)}.1 dev v0",
              lambda x: [x["dst"] if "permanent" in x["ndm-state"] else None], STABLE),
    "proxy": ("ip", ("rt-neigh", "getneigh", '{"ndm-flags":["proxy"]}'), lambda i: f"neigh add proxy 10.{quad(i)}.1 dev v0",
              lambda i: f"neigh del proxy 10.{quad(i)}.1 dev v0", known("dst"), STABLE),
    "nexthop": ("ip", ("rt-nexthop", "getnexthop"), lambda i: f"nexthop add id {i} blackhole", lambda i: f"nexthop del id {i}",
                known("id"), STABLE),
    "bucket": ("ip", ("rt-nexthop", "getnexthopbucket"), lambda i: f"nexthop add id {i} group 9001 type resilient buckets 4",
               lambda i: f"nexthop del id {i}", lambda x: [(x["id"], x["res-bucket"]["index"])], 50),
    "fdb": ("bridge", ("rt-neigh", "getneigh", '{"ndm-family":7}'), lambda i: f"fdb add {mac(i)} dev x0 dst 10.0.0.5",
            lambda i: f"fdb del {mac(i)} dev x0", known("lladdr"), STABLE),
    "fdb of a bridge": ("bridge", ("rt-neigh", "getneigh", '{"ndm-family":7}'), lambda i: f"fdb add {mac(i)} dev p0 master static",
                        lambda i: f"fdb del {mac(i)} dev p0 master", lambda x: [None if "vlan" in x else x["lladdr"]], STABLE),
    "mdb": ("bridge", ("rt-mdb", "getmdb"), lambda i: f"mdb add dev br0 port p0 grp 239.1.{quad(i)} permanent",
            lambda i: f"mdb del dev br0 port p0 grp 239.1.{quad(i)}", of_bridge, STABLE),
    "vlan": ("bridge", ("rt-vlan", "getvlan"), lambda i: f"vlan add dev p0 vid {i + 1}",
             lambda i: f"vlan del dev p0 vid {i + 1}", vlans, STABLE),
    "vni": ("bridge", ("rt-tunnel", "gettunnel"), lambda i: f"vni add dev x1 vni {i}", lambda i: f"vni delete dev x1 vni {i}",
            vnis, STABLE),
    "qdisc": ("tc", ("tc", "getqdisc"), lambda i: f"qdisc add dev v0 parent 1:{i + 15:x} handle {i + 15:x}: pfifo",
              lambda i: f"qdisc del dev v0 parent 1:{i + 15:x} handle {i + 15:x}:", known("handle"), 100),
    "class": ("tc", ("tc", "gettclass", '{"ifindex":V0}'), lambda i: f"class add dev v0 parent 1: classid 1:{i + 1000:x} htb rate 1mbit",
              lambda i: f"class del dev v0 classid 1:{i + 1000:x}", known("handle"), STABLE),
    "filter": ("tc", ("tc", "gettfilter", '{"ifindex":V0,"parent":4294967282}'),
               lambda i: f"filter add dev v0 ingress protocol ip prio {i} matchall classid 1:1",
               lambda i: f"filter del dev v0 ingress protocol ip prio {i} matchall",
               lambda x: [x["info"]] if "options" in x else [], 100),
    "chain": ("tc", ("tc", "getchain", '{"ifindex":V0,"parent":4294967282}'), lambda i: f"chain add dev v0 ingress chain {i}",
              lambda i: f"chain del dev v0 ingress chain {i}", known("chain"), STABLE),
    "action": ("tc", ("tc", "getaction", '{"tab":[{"kind":"gact"}]}'), lambda i: f"actions add action drop index {i}",
               lambda i: f"actions del action gact index {i}",
               lambda x: [a["options"]["parms"]["index"] for t in x["tab"] for a in t.values()], STABLE),
}
# the same names, as churning.c is told of them
NAMES = {
    "link": "ifname",
    "port": "ifname",
    "netconf": "ncm-family+ifindex",
    "ntable": "name+parms.ifindex",
    "stats": "ifindex",
    "nsid": "nsid",
    "addr 4": "local",
    "addr 6": "address",
    "maddr": "multicast",
    "maddr 6": "multicast",
    "anycast": "anycast",
    "addrlabel": "address",
    "route 4": "dst",
    "route 6": "dst",
    "mpls": "dst",
    "mroute 4": "dst if rtm-family=128",
    "mroute 6": "dst",
    "rule": "priority",
    "neigh": "dst if ndm-state=permanent",
    "proxy": "dst",
    "nexthop": "id",
    "bucket": "id+res-bucket.index",
    "fdb": "lladdr",
    "fdb of a bridge": "lladdr if !vlan",
    "mdb": "mdb.entry.info: addr.ip4",
    "vlan": "entry: info.vid..range",
    "vni": "entry: start..end",
    "qdisc": "handle",
    "class": "handle",
    "filter": "info if options",
    "chain": "chain",
    "action": "tab: options.parms.index",
}
NOT_EVERYWHERE = ("mpls", "maddr", "mroute 6", "vlan", "vni", "filter", "action")
BEFORE = ["link set lo up", "link add v0 type veth peer name v1", "link set v0 addrgenmode none",
          "link set v1 addrgenmode none", "link set v0 up", "link set v1 up", "link add x0 type vxlan id 9 dstport 4789"]
# (program, lines) that come before; what the lines of a sort need
ALSO = {
    "maddr 6": [("helper", ["wait v0"])],
    "maddr": [("sysctl", ["net.ipv4.igmp_max_memberships=1000"])],
    "anycast": [("sysctl", ["net.ipv6.conf.v0.forwarding=1"])],
    "mpls": [("sysctl", ["net.mpls.platform_labels=10000"]), ("ip", ["addr add 10.200.0.1/24 dev v0"])],
    "bucket": [("ip", ["nexthop add id 9001 dev v0"])],
    "port": [("ip", ["link add br0 type bridge"])],
    "mroute 4": [("helper", ["mroute v0 v1 10.0.0.9 239.2.0.1"])],
    "mroute 6": [("helper", ["mroute6 v0 v1 fd00::9 ff05::ffff"])],
    "fdb of a bridge": [("ip", ["link add br0 type bridge", "link add p0 type veth peer name p1", "link set p0 master br0"])],
    "mdb": [("ip", ["link add br0 type bridge", "link add p0 type veth peer name p1", "link set p0 master br0",
                    "link set p0 up", "link set p1 up", "link set br0 up"]), ("helper", ["wait p0"])],
    "vlan": [("ip", ["link add br0 type bridge vlan_filtering 1", "link add p0 type veth peer name p1", "link set p0 master br0"])],
    "vni": [("ip", ["link add x1 type vxlan external vnifilter dstport 4790"])],
    "qdisc": [("tc", ["qdisc add dev v0 root handle 1: htb"] +
               [f"class add dev v0 parent 1: classid 1:{i:x} htb rate 1mbit" for i in range(16, 216)])],
    "class": [("tc", ["qdisc add dev v0 root handle 1: htb"])],
    "filter": [("tc", ["qdisc add dev v0 clsact"])],
    "chain": [("tc", ["qdisc add dev v0 clsact"])],
}


def before(sort):
    space.batch("ip", [], BEFORE)
    for tool, lines in ALSO.get(sort, []):
        if tool in ("sysctl", "helper"):
            for x in lines:
                try:
                    (space.sysctl if tool == "sysctl" else helpers.run)(x)
                except OSError as e:
                    raise space.Broken(f"{x}: {e}") from None
        else:
            space.batch(tool, [], lines)


def names(sort, objects):
    name = SORTS[sort][4]
    return [k for x in objects for k in name(x)]


def prepare(sort):
    """A namespace with stable objects; the names by which these are known in a dump."""
    tool, dump, make, remove, _, count = SORTS[sort]
    s = space.Space()
    s.enter()
    try:
        before(sort)
        there = set(names(sort, read(dump)[1]))
        space.batch(*program(tool), [make(i) for i in range(1, 2 * count, 2)])
    except space.Broken:
        s.close()
        raise
    if sort == "bucket":
        count *= 4
    for _ in range(100):
        stable = set(names(sort, read(dump)[1])) - there - {None}
        if sort.startswith("route"):  # of the other family there may be some more later
            stable = {x for x in stable if x.startswith("10." if sort == "route 4" else "fd00:")}
        if sort in ("ntable", "netconf"):  # of one of the families
            stable = {x for x in stable if x[0] in ("arp_cache", 2)}
        if len(stable) >= count:
            break
        time.sleep(0.05)  # groups of addresses are joined a little later
    if len(stable) != count:
        raise RuntimeError(f"{sort}: {len(stable)} objects instead of {count}")
    try:  # what comes and goes can do so
        for line in (make, remove):
            space.batch(*program(tool), [line(i) for i in moving(sort)])
    except space.Broken as e:
        raise RuntimeError(f"{sort}: {e}") from None
    return s, stable


def program(tool):
    name, *options = tool.split()
    return (os.path.join(os.path.dirname(os.path.abspath(__file__)), "helpers.py") if name == "helper" else name), options


def moving(sort):
    """The numbers of the objects that come and go between the stable ones."""
    count = SORTS[sort][5]
    return range(2, 2 * count + 1, max(2, 2 * (count // CHURN)))


def words(dump):
    """Family, operation and what is asked, of the links that are there."""
    return [x.replace("V0", str(socket.if_nametoindex("v0"))) if "V0" in x else x for x in dump]


def read(dump):
    code, out, err = space.weft("dump", *words(dump))
    if code not in (0, INCONSISTENT):
        raise space.Broken(f"weft dump {' '.join(dump)}: status {code}: {err.strip()}")
    return code, json.loads(out)


def wrong(sort, stable, code, objects):
    """What a dump says of the stable objects that is not so, if it does not say that it may not be whole."""
    seen = collections.Counter(names(sort, objects))
    bad = {k: seen[k] for k in stable if seen[k] != 1}
    if bad and code == 0:
        yield f"{len(bad)} not once each: {dict(list(bad.items())[:5])}"
    if any("@" in k for x in objects for k in x):
        yield "an attribute is known by number only"


def chosen():
    return NOT_EVERYWHERE if "CHURN_BRIEF" in os.environ else SORTS


def own_names():
    """Names of namespaces that nobody else sees: those of the machine stay as they are."""
    os.makedirs("/run/netns", exist_ok=True)
    space.check(space.libc.unshare(NEWNS))
    space.check(space.libc.mount(b"none", b"/", None, REC | PRIVATE, None))
    space.check(space.libc.mount(b"none", b"/run/netns", b"tmpfs", 0, None))


