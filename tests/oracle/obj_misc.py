# SPDX-License-Identifier: MIT
"""Tables of neighbours, settings, numbers of namespaces, labels of addresses, groups, multicast routes."""
import ipaddress

from compare import Table
from convert import Any, Maybe, Near, counter, device, family, names, same, text
from obj import COUNTED, Object, index_of

PARMS = {"reachable-time": "reachable", "base-reachable-time": "base_reachable", "retrans-time": "retrans",
         "gc-staletime": "gc_stale", "delay-probe-time": "delay_probe", "queue-len": "queue", "proxy-qlen": "proxy_queue",
         "app-probes": "app_probes", "ucast-probes": "ucast_probes", "mcast-probes": "mcast_probes",
         "anycast-delay": "anycast_delay", "proxy-delay": "proxy_delay", "locktime": "locktime", "refcnt": "refcnt"}
CONFIG = {"key-len": "key_length", "entry-size": "entry_size", "entries": "entries", "hash-rnd": "hash_rnd",
          "hash-chain-gc": "hash_chain_gc", "proxy-qlen": "proxy_qlen"}
STATS = ["allocs", "destroys", "hash-grows", "res-failed", "lookups", "hits", "rcv-probes-mcast", "rcv-probes-ucast",
         "periodic-gc-runs", "forced-gc-runs", "table-fulls"]

SYSTEM = "of all namespaces"


class NeighbourTable(Object):
    DUMPS = [("rt-neigh", "getneightbl", None)]
    ASK = [("ip", ["-s"], "ntable show")]
    NEW = [("setneightbl",)]
    TABLE = Table([
        ("family", "family", family), ("parms.ifindex", "dev", device), ("gc-interval", "gc_interval", same),
        *((f"parms.{a}", b, same) for a, b in PARMS.items()), *((f"config.{a}", b, same) for a, b in CONFIG.items()),
        *((f"stats.{a}", a.replace("-", "_"), counter) for a in STATS),
        ("config.hash-mask", "hash_mask", lambda v, _: None if v is None else hex(v)),
        ("config.last-flush", "last_flush", lambda v, _: v and Any()), ("config.last-rand", "last_rand", lambda v, _: v and Any()),
    ], {"parms.queue_lenbytes": "they show it in packets", "parms.mcast_reprobes": "not in their output",
        "parms.interval_probe_time_ms": "not in their output"})
    ASSIGNED = {"config.*": SYSTEM, "stats.*": SYSTEM, "thresh*": SYSTEM, "gc-interval": SYSTEM,
                "parms.reachable-time": "by chance", "parms.refcnt": COUNTED}
    ASSIGNED_THEIRS = {**{n.replace("-", "_"): SYSTEM for n in STATS}, "reachable": "by chance", "last_*": SYSTEM,
                       "refcnt": COUNTED, "hash_*": SYSTEM, "entries": SYSTEM}

    def not_made(self, x):
        return None if "ifindex" in x.get("parms", {}) else "its thresholds are those of all namespaces"

    def theirs_not_made(self, _, x):
        return "dev" not in x

    def ours(self, dumps):
        return [((x["family"], x["name"], x.get("parms", {}).get("ifindex")), x) for x in dumps[0]]

    def theirs(self, answers):
        af = {"inet": 2, "inet6": 10}
        return [((af[x["family"]], x["name"], index_of(x["dev"]) if "dev" in x else None), x) for x in answers[0]]


def boolean(v, _):
    return None if v is None else bool(v)


class Netconf(Object):
    DUMPS = [("rt-netconf", "getnetconf", None)]
    ASK = [("ip", [], "netconf show")]
    NEW = [None]
    WHERE = {-1: "all", -2: "default"}
    TABLE = Table([
        ("ncm-family", "family", family), ("forwarding", "forwarding", boolean), ("mc-forwarding", "mc_forwarding", boolean),
        ("rp-filter", "rp_filter", names({0: "off", 1: "strict", 2: "loose"})), ("proxy-neigh", "proxy_neigh", boolean),
        ("ignore-routes-with-linkdown", "ignore_routes_with_linkdown", boolean), ("input", "input", boolean),
        ("ifindex", "interface", lambda v, c: Netconf.WHERE.get(v) or c.name(v)),
    ], {"bc_forwarding": "newer than they are", "force_forwarding": "newer than they are"})

    def ours(self, dumps):
        return [((x["ncm-family"], x["ifindex"]), x) for x in dumps[0]]

    def theirs(self, answers):
        af = {"inet": 2, "inet6": 10, "mpls": 28}
        where = {"all": -1, "default": -2}
        return [((af[x["family"]], where.get(x["interface"]) or index_of(x["interface"])), x) for x in answers[0]]


class Nsid(Object):
    DUMPS = [("rt-nsid", "getnsid", None)]
    ASK = [("ip", [], "netns list-id")]
    NEW = [None]
    TABLE = Table([], {"rtgen_family": "of the request"}, {"name": "of the file that stands for it"})

    def ours(self, dumps):
        return [(x["nsid"], x) for x in dumps[0]]

    def theirs(self, answers):
        return [(x["nsid"], x) for x in answers[0]]


class AddrLabel(Object):
    DUMPS = [("rt-addrlabel", "getaddrlabel", None)]
    ASK = [("ip", [], "addrlabel list")]
    NEW = [("newaddrlabel", "--create", "--replace")]
    TABLE = Table([
        ("ifal-prefixlen", "prefixlen", same), ("ifal-index", "ifname", lambda v, c: c.name(v) if v else None),
    ], {"ifal_family": "they are of IPv6", "ifal_flags": "not in their output", "ifal_seq": "not in their output"})
    ASSIGNED = {"ifal-seq": COUNTED}
    FIRST = {("::1", 128), ("::", 96), ("::ffff:0.0.0.0", 96), ("2001::", 32), ("2001:10::", 28), ("3ffe::", 16),
             ("2002::", 16), ("fec0::", 10), ("fc00::", 7), ("::", 0)}

    def not_made(self, x):
        return "there from the start" if (x["address"], x["ifal-prefixlen"]) in self.FIRST else None

    def theirs_not_made(self, key, _):
        return key[:2] in self.FIRST

    def ours(self, dumps):
        return [((x["address"], x["ifal-prefixlen"], x["ifal-index"]), x) for x in dumps[0]]

    def theirs(self, answers):
        return [((x["address"], x["prefixlen"], index_of(x["ifname"]) if "ifname" in x else 0), x) for x in answers[0]]


class Group(Object):
    """Multicast addresses."""
    DUMPS = [("rt-addr", "getmulticast", {"ifa-family": 2}), ("rt-addr", "getmulticast", {"ifa-family": 10})]
    ASK = [("ip", [], "maddr show")]
    NEW = [None, None]
    TABLE = Table([
        ("ifa-family", "family", family), ("multicast", "address", same),
        ("mc-users", "users", lambda v, _: Maybe() if v is None else v if v > 1 else None),
    ], {"ifa_*": "always the same", "cacheinfo.*": "not in their output"})

    def ours(self, dumps):
        return [((x["ifa-index"], x["multicast"]), x) for d in dumps for x in d]

    def theirs(self, answers):
        return [((x["ifindex"], m["address"]), m) for x in answers[0] for m in x["maddr"] if "address" in m]


class Anycast(Object):
    """They have no command for these: the kernel's own file is asked."""
    DUMPS = [("rt-addr", "getanycast", {"ifa-family": 10})]
    NEW = [None]
    TABLE = Table([("ifa-index", "ifindex", same), ("anycast", "address", same)],
                  {"ifa_*": "always the same", "cacheinfo.*": "not in that file"})

    def ours(self, dumps):
        return [((x["ifa-index"], x["anycast"]), x) for x in dumps[0]]

    def theirs(self, _):
        out = []
        with open("/proc/net/anycast6", encoding="ascii") as f:
            for line in f:
                index, _, address, _ = line.split()
                out.append({"ifindex": int(index), "address": str(ipaddress.IPv6Address(int(address, 16)))})
        return [((x["ifindex"], x["address"]), x) for x in out]


class MulticastRoute(Object):
    DUMPS = [("rt-route", "getroute", {"rtm-family": 128}), ("rt-route", "getroute", {"rtm-family": 129})]
    ASK = [("ip", ["-4", "-s", "-N"], "mroute show table all"), ("ip", ["-6", "-s", "-N"], "mroute show table all")]
    NEW = [None, None]
    TABLE = Table([
        ("iif", "iif", device), ("table", "table", text), ("src", "src", same), ("dst", "dst", same),
        ("multipath", "multipath", lambda v, c: v and [
            {"oif": c.name(h["rtnh-ifindex"]), **({"ttl": h["rtnh-hops"]} if h["rtnh-hops"] > 1 else {})} for h in v]),
        ("mfc-stats.packets", "packets", counter), ("mfc-stats.bytes", "bytes", counter),
        ("mfc-stats.wrong-if", "wrong_if", lambda v, _: v or None),
        ("expires", "expires", lambda v, _: None if v is None else Near(v / 100)),
    ], {"rtm_*": "always the same"}, {"state": "resolved, as it has a device"})

    def ours(self, dumps):
        return [((x["src"], x["dst"]), x) for d in dumps for x in d]

    def theirs(self, answers):
        return [((x["src"], x["dst"]), x) for a in answers for x in a]
