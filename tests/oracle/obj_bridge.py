# SPDX-License-Identifier: MIT
"""VLANs of bridges, their instances of the spanning tree, VNI filters, multicast groups: `bridge`."""
import ipaddress

from compare import Table
from convert import Words, device, same
from obj import COUNTED, Object, index_of

VLAN_FLAGS = {"pvid": "PVID", "untagged": "Egress Untagged"}
BRIDGE = ("rt-link", "getlink", {"ifi-family": 7, "ext-mask": ["brvlan"]})


class Vlan(Object):
    """Members of bridges by AF_BRIDGE links, their options by RTM_NEWVLAN."""
    DUMPS = [BRIDGE, ("rt-vlan", "getvlan", {"dump-flags": ["stats"]})]
    ASK = [("bridge", ["-s"], "vlan show"), ("bridge", [], "vlan tunnelshow")]
    NEW = [("setlink",), ("newvlan",)]
    TABLE = Table([
        ("info.vid", "vlan", same), ("info.flags", "flags", lambda v, _: Words(VLAN_FLAGS[f] for f in v) or None),
        ("neigh-suppress", "neigh_suppress", lambda v, _: None if v is None else bool(v)),
        ("tunnel-info.id", "tunid", same),
        *((f"stats.{n}", n.replace("-", "_"), same) for n in ("rx-bytes", "rx-packets", "tx-bytes", "tx-packets")),
    ], {"neigh_forward_grat": "newer than they are"})
    ASSIGNED = {"stats.*": COUNTED}
    ASSIGNED_THEIRS = {"*_bytes": COUNTED, "*_packets": COUNTED}

    def give(self, dump, dumps):
        """With instances of the spanning tree, VLANs have the state of theirs and take no other."""
        mst = any(x.get("af-spec", {}).get("mst") for d in dumps.values() for x in d)
        for x in dump:
            if "entry" in x and mst:
                x = {**x, "entry": [{k: v for k, v in e.items() if k != "state"} for e in x["entry"]]}
            if "af-spec" in x:  # tunnels come with the options
                x = {**x, "af-spec": {k: v for k, v in x["af-spec"].items() if k != "vlan-tunnel-info"}}
            yield x

    def ours(self, dumps):
        out = []
        for x in dumps[1]:
            for entry in x.get("entry", []):
                start = entry["info"]["vid"]
                for vid in range(start, entry.get("range", start) + 1):
                    y = {k: v for k, v in entry.items() if k != "range"}
                    y["info"] = {**entry["info"], "vid": vid}
                    if "tunnel-info" in y:
                        y["tunnel-info"] = {"id": entry["tunnel-info"]["id"] + vid - start}
                    out.append(((x["ifindex"], vid), y))
        return out

    def theirs(self, answers):
        tunnels = {}
        for x in answers[1]:
            for t in x["tunnels"]:
                for i in range(t.get("vlanEnd", t["vlan"]) - t["vlan"] + 1):
                    tunnels[(x["ifname"], t["vlan"] + i)] = t["tunid"] + i
        out = []
        for x in answers[0]:
            for v in x["vlans"]:
                if (x["ifname"], v["vlan"]) in tunnels:
                    v = {**v, "tunid": tunnels[(x["ifname"], v["vlan"])]}
                out.append(((index_of(x["ifname"]), v["vlan"]), v))
        return out


class VlanGlobal(Object):
    DUMPS = [("rt-vlan", "getvlan", {"dump-flags": ["global"]})]
    ASK = [("bridge", [], "vlan global show")]  # with -s it fails on older kernels
    NEW = [("newvlan",)]
    TABLE = Table([
        ("id", "vlan", same), ("range", "vlanEnd", same),
        *((f"mcast-{n}-intvl", f"mcast_{n.replace('-', '_')}_interval", same)
          for n in ("last-member", "membership", "querier", "query", "query-response", "startup-query")),
        *((f"mcast-{n}-cnt", f"mcast_{n.replace('-', '_')}_count", same) for n in ("last-member", "startup-query")),
        ("mcast-router-ports.router", "router_ports", lambda v, c: v and [{"port": c.name(x["ifindex"])} for x in v["port"]]),
    ], {"mcast_querier_state.*": "they show it when there is a querier"})
    ASSIGNED = {"mcast-querier-state.*": "a time"}

    def ours(self, dumps):
        return [((x["ifindex"], y["id"]), y) for x in dumps[0] for y in x.get("global-options", [])]

    def theirs(self, answers):
        return [((index_of(x["ifname"]), y["vlan"]), y) for x in answers[0] for y in x["vlans"]]


ROUTER_TYPES = {"temp-query": "temp", "perm": "permanent", "temp": "temp", "disabled": "disabled"}


def router(x, c):
    return {"port": c.name(x["ifindex"]), "timer": f"{x.get('timer', 0) / 100:7.2f}", "type": ROUTER_TYPES[x["type"]]}


class Mst(Object):
    DUMPS = [("rt-link", "getlink", {"ifi-family": 7, "ext-mask": ["mst"]})]
    ASK = [("bridge", [], "mst show")]
    NEW = [("setlink",)]
    STATES = ["disabled", "listening", "learning", "forwarding", "blocking"]

    def ours(self, dumps):
        return [((x["ifi-index"], e["msti"]), e)
                for x in dumps[0] for e in x.get("af-spec", {}).get("mst", {}).get("entry", [])]

    def theirs(self, answers):
        return [((index_of(x["ifname"]), e["msti"]), e) for x in answers[0] for e in x["mst"]]

    def table(self, _):
        return Table([("state", "state", lambda v, _: self.STATES[v] if isinstance(v, int) else v)])


def multicast(want):
    return lambda v, _: v if v and ipaddress.ip_address(v).is_multicast == want else None


class Vni(Object):
    DUMPS = [("rt-tunnel", "gettunnel", {"flags": ["stats"]})]
    ASK = [("bridge", ["-s"], "vni show")]
    NEW = [("newtunnel", "--create")]
    TABLE = Table([
        ("start", "vni", same), ("group", "group", multicast(True)), ("group", "remote", multicast(False)),
        ("group6", "group", multicast(True)), ("group6", "remote", multicast(False)),
    ])

    def ours(self, dumps):
        return [((x["ifindex"], y["start"]), y) for x in dumps[0] for y in x["entry"]]

    def theirs(self, answers):
        return [((index_of(x["ifname"]), y["vni"]), y) for x in answers[0] for y in x["vnis"]]

    def table(self, x):
        six = "group6" in x
        return Table([f for f in self.TABLE.fields if f[0] != ("group" if six else "group6")])


MDB_FLAGS = {"offload": "offload", "fast-leave": "fast_leave", "star-excl": "added_by_star_ex", "blocked": "blocked",
             "offload-failed": "offload_failed"}
PROTOCOLS = {0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 186: "bgp"}


class Moment:
    """Equals a time as they write it, that is not far from ours in hundredths of a second."""

    def __init__(self, v):
        self.v = v / 100

    def __eq__(self, other):
        return other is not None and abs(float(other) - self.v) <= 3


def sources(v, _):
    return v and [{"address": x["address"], "timer": Moment(x["timer"])} for x in v]


def member(e):
    return {k: v for k, v in e.items() if k in ("ifindex", "state", "vid", "addr", "proto")}


def where(e):
    return e["ifindex"], str(e["addr"]), e["vid"]


def extra(e):
    """Their times are not set; static is what a new one is."""
    e = dict(e)
    if "source" in e or ("src-list" not in e and e.get("group-mode") == "exclude"):
        e.pop("group-mode", None)  # of all sources only; older kernels know no other than to exclude
    if "src-list" in e:
        e["src-list"] = {"entry": [{"address": x["address"]} for x in e["src-list"]["entry"]]}
    return {k: v for k, v in e.items() if k in ("source", "group-mode", "src-list", "rtprot", "dst", "dst-port", "vni",
                                                "dst-ifindex", "src-vni") and (k, v) != ("rtprot", 4)}


class Mdb(Object):
    DUMPS = [("rt-mdb", "getmdb", None)]
    ASK = [("bridge", ["-s"], "mdb show")]
    NEW = [("newmdb", "--create")]

    def give(self, dump, _):
        """The kernel takes one entry at a time, and in another form than it tells them. Of a source list, it
        makes an entry for each address itself."""
        entries = [(x["ifindex"], e) for x in dump for m in x.get("mdb", {}).get("entry", []) for e in m["info"]]
        made = {(i, *where(e), s["address"]) for i, e in entries for s in e.get("src-list", {}).get("entry", [])}
        for i, e in entries:
            if e.get("rtprot", 4) != 2 and (i, *where(e), e.get("source")) not in made:
                yield {"family": 7, "ifindex": i, "set-entry": member(e), **({"set-entry-attrs": extra(e)} if extra(e) else {})}

    TABLE = Table([
        ("router", "router", lambda v, c: v and router(v, c)),
        ("ifindex", "port", device), ("addr", "grp", lambda v, _: v and next(iter(v.values()))), ("source", "src", same),
        ("state", "state", lambda v, _: "temp" if v == "temporary" else v), ("group-mode", "filter_mode", same),
        ("src-list.entry", "source_list", sources), ("rtprot", "protocol", lambda v, _: PROTOCOLS.get(v, v and str(v))),
        ("flags", "flags", lambda v, _: None if v is None else Words(MDB_FLAGS[f] for f in v)),
        ("timer", "timer", lambda v, _: None if v is None else Moment(v)),
        ("vid", "vid", lambda v, _: v or None), ("dst-ifindex", "via", device),
    ], {"proto": "that of the address"}, {"index": "of the bridge", "dev": "of the bridge"})
    ASSIGNED = {"timer": "a time", "src-list.entry[*].timer": "a time"}
    ASSIGNED_THEIRS = {"timer": "a time", "source_list[*].timer": "a time"}

    def ours(self, dumps):
        for x in dumps[0]:
            for m in x.get("mdb", {}).get("entry", []):
                for e in m["info"]:
                    e.get("src-list", {}).get("entry", []).sort(key=lambda s: s["address"])
        return [((x["ifindex"], e["ifindex"], next(iter(e["addr"].values())), e.get("source"), e["vid"], e.get("dst")), e)
                for x in dumps[0] for m in x.get("mdb", {}).get("entry", []) for e in m["info"]] + \
            [((x["ifindex"], "router", p["ifindex"]), {"router": p}) for x in dumps[0] for p in x.get("router", {}).get("port", [])]

    def theirs(self, answers):
        for x in (x for a in answers[0] for x in a["mdb"]):
            x.get("source_list", []).sort(key=lambda s: s["address"])
        return [((x["index"], index_of(x["port"]), x["grp"], x.get("src"), x.get("vid", 0), x.get("dst")), x)
                for a in answers[0] for x in a["mdb"]] + \
            [((index_of(br), "router", index_of(p["port"])), {"router": p})
             for a in answers[0] for br, ports in a["router"].items() for p in ports]
