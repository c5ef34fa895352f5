#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same state read by weft and by iproute2, and made again from weft's own dump.

A namespace is filled by iproute2. Every object of each dump is compared field by field with what
`ip -j -d` says, as far as both have it. Then each object is created again in an empty namespace with
`weft do ... < its own dump`, and the two dumps must be equal but for what the kernel assigns.
"""
import json
import os
import re
import subprocess
import sys

from state import STATE

WEFT = os.environ["WEFT"]
A, B = f"weft-o-{os.getpid()}", f"weft-p-{os.getpid()}"
failures = 0
compared = 0

def ip(ns, *args, check=True):
    r = subprocess.run(["ip", "-n", ns, *args], capture_output=True, text=True)
    if check and r.returncode:
        raise SystemExit(f"ip {' '.join(args)}: {r.stderr.strip()}")
    return r


def weft(ns, *args, stdin=None):
    return subprocess.run([WEFT, "-t", f"netns:{ns}", *args], input=stdin, capture_output=True,
                          text=True)


def dump(ns, family, op):
    r = weft(ns, "dump", family, op)
    if r.returncode:
        fail(f"dump {family} {op}: {r.stderr}")
        return []
    return json.loads(r.stdout)


def fail(text):
    global failures
    failures += 1
    print("FAILED:", text)


def same(what, ours, theirs):
    global compared
    compared += 1
    if ours != theirs:
        fail(f"{what}: weft {ours!r}, ip {theirs!r}")


def links(ours):
    theirs = {x["ifname"]: x for x in json.loads(ip(A, "-j", "-d", "link").stdout)}
    same("number of links", len(ours), len(theirs))
    states = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"]
    index = {x["ifi-index"]: x["ifname"] for x in ours}
    for x in ours:
        y, n = theirs[x["ifname"]], x["ifname"]
        for a, b in (("ifi-index", "ifindex"), ("mtu", "mtu"), ("qdisc", "qdisc"), ("address", "address"),
                     ("broadcast", "broadcast"), ("ifalias", "ifalias"), ("txqlen", "txqlen"),
                     ("min-mtu", "min_mtu"), ("max-mtu", "max_mtu"), ("num-tx-queues", "num_tx_queues"),
                     ("gso-max-size", "gso_max_size"), ("promiscuity", "promiscuity")):
            if a in x and b in y:
                same(f"{n} {a}", x[a], y[b])
        same(f"{n} operstate", states[x["operstate"]], y["operstate"])
        same(f"{n} flags", set(x["ifi-flags"]) - {"running", "m-down"} >= {"up"}, "UP" in y["flags"])
        same(f"{n} kind", x.get("linkinfo", {}).get("kind"), y.get("linkinfo", {}).get("info_kind"))
        if "master" in x:
            same(f"{n} master", index[x["master"]], y["master"])
        mine = x.get("linkinfo", {}).get("data", {})
        for k, v in y.get("linkinfo", {}).get("info_data", {}).items():
            k = {"group": "group", "port": "port", "ttl": "ttl"}.get(k, k).replace("_", "-")
            if k in mine and isinstance(v, (int, str)) and isinstance(mine[k], (int, str)) and \
                    not isinstance(v, bool) and k not in ("hello-timer", "gc-timer", "link", "port-range", "type",
                              "group-fwd-mask", "vlan-protocol"):
                same(f"{n} data {k}", mine[k], v)


def addrs(ours):
    theirs = {}
    for x in json.loads(ip(A, "-j", "-d", "addr").stdout):
        for y in x["addr_info"]:
            theirs[(x["ifindex"], y["local"])] = y
    same("number of addresses", len(ours), len(theirs))
    for x in ours:
        local = x.get("local", x["address"])
        y = theirs[(x["ifa-index"], local)]
        same(f"{local} length", x["ifa-prefixlen"], y["prefixlen"])
        same(f"{local} family", {2: "inet", 10: "inet6"}[x["ifa-family"]], y["family"])
        same(f"{local} label", x.get("label"), y.get("label"))
        same(f"{local} broadcast", x.get("broadcast"), y.get("broadcast"))
        same(f"{local} scope", {0: "global", 253: "link", 254: "host"}[x["ifa-scope"]], y["scope"])
        same(f"{local} peer", x["address"] if "local" in x and x["address"] != local else None, y.get("address"))
        same(f"{local} metric", x.get("rt-priority"), y.get("metric"))
        same(f"{local} valid", x["cacheinfo"]["ifa-valid"], y["valid_life_time"])


def routes(ours):
    tables = {254: "main", 255: "local", 253: "default"}
    for six in ("-4", "-6"):
        theirs = json.loads(ip(A, six, "-j", "-d", "-N", "route", "show", "table", "all").stdout)
        mine = [x for x in ours if x["rtm-family"] == (2 if six == "-4" else 10)]
        same(f"number of routes {six}", len(mine), len(theirs))
        names = {x["ifi-index"]: x["ifname"] for x in dump(A, "rt-link", "getlink")}
        for x, y in zip(mine, theirs):
            dst = x.get("dst", "default")
            if "dst" in x and x["rtm-dst-len"] != (32 if six == "-4" else 128):
                dst += f"/{x['rtm-dst-len']}"
            same("route dst", dst, y["dst"])
            same(f"{dst} table", str(x["table"]), str(y.get("table", 254)))
            same(f"{dst} protocol", str(x["rtm-protocol"]), str(y["protocol"]))
            same(f"{dst} gateway", x.get("gateway"), y.get("gateway"))
            same(f"{dst} via", x.get("via", {}).get("addr"), y.get("via", {}).get("host"))
            same(f"{dst} dev", names.get(x.get("oif")), y.get("dev"))
            same(f"{dst} prefsrc", x.get("prefsrc"), y.get("prefsrc"))
            same(f"{dst} metric", x.get("priority"), y.get("metric"))
            for m in ("mtu", "advmss"):
                want = y.get("metrics", [{}])[0].get(m)
                same(f"{dst} {m}", x.get("metrics", {}).get(m), want)
            hops = x.get("multipath", [])
            same(f"{dst} hops", [(h["gateway"], h["rtnh-hops"] + 1) for h in hops],
                 [(h["gateway"], h["weight"]) for h in y.get("nexthops", [])])


def rules(ours):
    for six in ("-4", "-6"):
        theirs = json.loads(ip(A, six, "-j", "-d", "-N", "rule").stdout)
        mine = [x for x in ours if x["family"] == (2 if six == "-4" else 10)]
        same(f"number of rules {six}", len(mine), len(theirs))
        for x, y in zip(mine, theirs):
            n = f"rule {y['priority']}"
            same(n, x.get("priority", 0), y["priority"])
            same(f"{n} src", x.get("src", "all"), y["src"])
            same(f"{n} iif", x.get("iifname"), y.get("iif"))
            same(f"{n} table", str(x["table"]) if x["action"] == "to-tbl" else None,
                 str(y["table"]) if "table" in y else None)
            same(f"{n} fwmark", x.get("fwmark", 0) or None,
                 int(y["fwmark"], 16) if "fwmark" in y else None)
            same(f"{n} uid", x.get("uid-range", {}).get("start"), y.get("uid_start"))


def neighs(ours):
    theirs = {x["dst"]: x for x in json.loads(ip(A, "-j", "-d", "neigh", "show", "nud", "all").stdout)}
    for x in ours:
        y = theirs.get(x["dst"])
        if not y or x.get("ndm-flags") == ["proxy"]:
            continue
        same(f"{x['dst']} lladdr", x.get("lladdr"), y.get("lladdr"))
        same(f"{x['dst']} state", [s.upper() for s in x["ndm-state"]], y["state"])


def families(ours):
    """Generic netlink families against `genl ctrl list`."""
    said = subprocess.run(["ip", "netns", "exec", A, "genl", "ctrl", "list"], capture_output=True, text=True,
                          check=True).stdout
    theirs = {}
    for part in said.split("Name: ")[1:]:
        head = re.search(r"ID: (\S+)\s+Version: (\S+)\s+header size: (\d+)\s+max attribs: (\d+)", part)
        theirs[part.split()[0]] = {
            "head": [int(x, 0) for x in head.groups()],
            "ops": [int(x, 0) for x in re.findall(r"#\d+:\s+ID-(\S+)", part.split("multicast groups")[0])],
            "flags": [int(x, 0) for x in re.findall(r"Capabilities \((\S+)\)", part)],
            "groups": [int(x, 0) for x in re.findall(r"#\d+:\s+ID-(\S+)\s+name", part)],
            "names": re.findall(r"name: (\S+)", part)}
    same("number of families", len(ours), len(theirs))
    bits = {"admin-perm": 1, "cmd-cap-do": 2, "cmd-cap-dump": 4, "cmd-cap-haspol": 8, "uns-admin-perm": 16}
    for x in ours:
        n, y = x["family-name"], theirs[x["family-name"]]
        same(n, [x["family-id"], x["version"], x["hdrsize"], x["maxattr"]], y["head"])
        ops = [v for o in x.get("ops", []) for v in o.values()]
        groups = [v for g in x.get("mcast-groups", []) for v in g.values()]
        same(f"{n} ops", [o["id"] for o in ops], y["ops"])
        # genl does not tell them of every family
        if y["flags"]:
            same(f"{n} flags", [sum(bits[f] for f in o.get("flags", [])) for o in ops], y["flags"])
        same(f"{n} groups", [g["id"] for g in groups], y["groups"])
        same(f"{n} group names", [g["name"] for g in groups], y["names"])


ASSIGNED = {"ifi-change", "stats", "stats64", "carrier-changes", "carrier-up-count", "carrier-down-count",
            "cacheinfo", "operstate", "carrier", "linkmode", "qdisc", "bridge-id", "root-id", "gc-timer",
            "cstamp", "tstamp", "probes", "designated-bridge", "designated-root",
            "rtnh-flags", "hello-timer", "topology-change-timer", "tcn-timer"}


# Linux 7 refuses a list of the settings of IPv4 that has those it will not change, even as they are.
INET_CONF = int(os.uname().release.split(".")[0]) < 7


def plain(x, names):
    """A dump without what the kernel assigns, indexes as names."""
    if isinstance(x, list):
        return [plain(y, names) for y in x]
    if not isinstance(x, dict):
        return x
    out = {}
    for k, v in x.items():
        if k in ASSIGNED or (k == "inet" and not INET_CONF):
            continue
        if k == "ifi-flags":  # what follows from the state of the other end, a little later
            v = [f for f in v if f not in ("running", "lower-up")]
        if k == "inet6":  # the rest of it cannot be set by a message
            v = {n: v[n] for n in ("token", "addr-gen-mode") if n in v}
        if k in ("ifi-index", "ifa-index", "oif", "ndm-ifindex", "rtnh-ifindex", "link", "master") and \
                isinstance(v, int):
            v = names.get(v, v)
        out[k] = plain(v, names)
    return out


def again():
    """Links, addresses, routes, rules and neighbours in B from the dumps of A, as they are."""
    made = 0

    def give_back(family, get, new, skip, *flags):
        nonlocal made
        objects = [x for x in dump(A, family, get) if not skip(x)]
        for x in objects if not INET_CONF else []:
            x.get("af-spec", {}).pop("inet", None)
        r = weft(B, "do", family, new, "-", "--create", *flags, stdin=json.dumps(objects))
        made += len(objects)
        if r.returncode:
            fail(f"{new} from its own dump: {r.stderr.strip()}")

    # a tun device is made through a file, not by a message; old kernels refuse lo its own address
    ip(B, "link", "set", "lo", "up")
    give_back("rt-link", "getlink", "newlink", lambda x: x["ifname"] in ("lo", "t0", "t1"))
    # lo has its addresses as soon as it is up, and so have others their own of IPv6
    give_back("rt-addr", "getaddr", "newaddr", lambda x: False, "--replace")
    give_back("rt-route", "getroute", "newroute", lambda x: x["rtm-protocol"] == 2)
    # the three rules that are always there, and those of families that no route is of
    give_back("rt-rule", "getrule", "newrule",
              lambda x: x["family"] not in (2, 10) or x.get("priority", 0) in (0, 32766, 32767))
    give_back("rt-neigh", "getneigh", "newneigh",
              lambda x: x["ndm-state"] != ["permanent"] and x["ndm-flags"] != ["proxy"])
    names = [{x["ifi-index"]: x["ifname"] for x in dump(n, "rt-link", "getlink")} for n in (A, B)]
    for family, op, skip in (("rt-link", "getlink", lambda x: x["ifname"] in ("t0", "t1")),
                             ("rt-addr", "getaddr", lambda x: x["ifa-scope"] == 253),
                             ("rt-route", "getroute", lambda x: x["rtm-protocol"] == 2),
                             ("rt-rule", "getrule", lambda x: x["family"] > 10),
                             ("rt-neigh", "getneigh", lambda x: x["ndm-state"] != ["permanent"])):
        a, b = ([json.dumps(plain(x, names[i]), sort_keys=True) for x in dump(n, family, op) if not skip(x)]
                for i, n in enumerate((A, B)))
        for x in sorted(set(a) - set(b)):
            fail(f"{op}: not made again: {x[:700]}")
        for x in sorted(set(b) - set(a)):
            fail(f"{op}: made otherwise:  {x[:700]}")
    return made


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    for n in (A, B):
        subprocess.run([WEFT, "netns", "add", n], check=True)
    try:
        for line in STATE.strip().splitlines():
            subprocess.run(["ip", *([] if line.startswith("netns") else ["-n", A]), *line.format(A=A).split()],
                           check=True)
        what = (("rt-link", "getlink", links), ("rt-addr", "getaddr", addrs),
                    ("rt-route", "getroute", routes), ("rt-rule", "getrule", rules),
                    ("rt-neigh", "getneigh", neighs), ("nlctrl", "getfamily", families))
        objects = 0
        for family, op, check in what:
            ours = dump(A, family, op)
            objects += len(ours)
            check(ours)
        made = again()
        print(f"{objects} objects, {compared} comparisons, {made} objects made again, {failures} failures")
        if objects < 25 or compared < 100:
            fail("too few objects")
    finally:
        for n in (A, B):
            subprocess.run([WEFT, "netns", "del", n])
    return 1 if failures else 0


sys.exit(main())
