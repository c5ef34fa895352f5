# SPDX-License-Identifier: MIT
"""Statistics of links: `ip stats`."""
from compare import Table
from convert import counter, same
from obj import Object

VERSIONS = {"igmp": (1, 2, 3), "mld": (1, 2)}


def direction(i):
    return lambda v, c: None if v is None else counter(v[i], c)


def multicast(ours, theirs):
    """Counters of a bridge's multicast."""
    for proto, versions in VERSIONS.items():
        for i, d in enumerate(("rx", "tx")):
            for what in ("queries", "reports"):
                for n in versions:
                    yield (f"{ours}.mcast.{proto}-v{n}{what}", f"{theirs}.mcast.{proto}_{what}.{d}_v{n}", direction(i))
            yield (f"{ours}.mcast.{proto}-leaves", f"{theirs}.mcast.{proto}_leaves.{d}", direction(i))
        yield (f"{ours}.mcast.{proto}-parse-errors", f"{theirs}.mcast.{proto}_parse_errors", counter)


STP = ["transition-blk", "transition-fwd", "rx-bpdu", "tx-bpdu", "rx-tcn", "tx-tcn"]
LINK = [(f"link-64.{d}-{n}", f"link.{d}.{n}", counter) for d in ("rx", "tx") for n in ("bytes", "packets", "errors", "dropped")]
LINK += [(f"link-64.rx-{n}-errors", f"link.rx.{n}_errors", counter)
         for n in ("over", "length", "crc", "frame", "fifo", "missed")]
LINK += [(f"link-64.tx-{n}-errors", f"link.tx.{n}_errors", counter)
         for n in ("carrier", "aborted", "fifo", "window", "heartbeat")]
LINK += [("link-64.multicast", "link.rx.multicast", counter), ("link-64.collisions", "link.tx.collisions", counter)]
MPLS = [(f"af-spec.mpls.link.{d}-{n}", f"mpls.{d}.{n}", counter) for d in ("rx", "tx")
        for n in ("bytes", "packets", "errors", "dropped")]
MPLS += [("af-spec.mpls.link.rx-noroute", "mpls.rx.noroute", counter)]


class Stats(Object):
    DUMPS = [("rt-link", "getstats", {"filter-mask": 31})]
    ASK = [("ip", [], "stats show")]
    NEW = [None]
    TABLE = Table([
        ("ifindex", "ifindex", same), *LINK, *MPLS,
        *multicast("link-xstats.bridge", "xstats"), *multicast("link-xstats-slave.bridge", "xstats_slave"),
        *((f"link-xstats-slave.bridge.stp.{n}", f"xstats_slave.stp.{n.replace('-', '_')}", counter) for n in STP),
        ("link-offload-xstats.hw-s-info", "info", lambda v, _: v and [bool(v[0]["3"]["request"]), bool(v[0]["3"]["used"])]),
    ], {"family": "of the request", "filter_mask": "of the request", "link_64.*": "they show it when it is not 0",
        "*.bridge.vlan*": "`bridge vlan` has them", "*.bridge.mcast.mcast_*": "not in their output"})

    def ours(self, dumps):
        return [(x["ifindex"], x) for x in dumps[0]]

    def theirs(self, answers):
        links = {}
        for x in answers[0]:
            d = links.setdefault(x["ifindex"], {"ifindex": x["ifindex"]})
            if x["group"] == "link":
                d["link"] = x["stats64"]
            elif "mpls_stats" in x:
                d["mpls"] = x["mpls_stats"]
            elif "info" in x and "l3_stats" in x["info"]:
                d["info"] = [x["info"]["l3_stats"]["request"], x["info"]["l3_stats"]["used"]]
            for name in ("multicast", "stp"):
                if name in x:
                    d.setdefault(x["group"], {})["mcast" if name == "multicast" else name] = x[name]
        return list(links.items())
