# SPDX-License-Identifier: MIT
"""Routes: `ip route`."""
import obj_encap
from compare import Table
from convert import Near, Words, device, family, number_of, same, text, unless

TYPES = dict(enumerate(["unspec", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
                        "prohibit", "throw", "nat", "xresolve"]))
# RTNH_F_*, RTM_F_*
FLAGS = {1: "dead", 2: "pervasive", 4: "onlink", 8: "offload", 16: "linkdown", 32: "unresolved", 64: "trap",
         0x4000: "rt_offload", 0x8000: "rt_trap", 0x20000000: "rt_offload_failed", 0x100: "notify"}
PREF = {0: "medium", 1: "high", 3: "low"}
WIDTH = {2: 32, 10: 128, 28: 20}


def prefix(dst, length, af, _):
    if dst is None:
        return None if not length else f"0/{length}"
    return dst if length == WIDTH[af] else f"{dst}/{length}"


def destination(dst, length, af, c):
    return prefix(dst, length, af, c) or "default"


def flags(v, _):
    return Words(name for bit, name in FLAGS.items() if (v or 0) & bit)


def expires(info, _):
    return Near(info / 100, 4) if info else None


def via(v, _):
    return v and {"family": family(v["family"], None), "host": v["addr"]}


def hop_flags(v):
    return Words(v)


def hops(v, c):
    return v and [hop(x, c) for x in v]


def hop(x, c):
    out = {"weight": x["rtnh-hops"] + 1, "dev": c.name(x["rtnh-ifindex"]), "flags": hop_flags(x["rtnh-flags"])}
    if "gateway" in x:
        out["gateway"] = x["gateway"]
    if "via" in x:
        out["via"] = via(x["via"], c)
    if "encap" in x:
        out["encap"] = obj_encap.theirs(x["encap"], x["encap-type"], c)
    if "newdst" in x:
        out["to"] = x["newdst"]
    return out


def mpls_hops(v, c):
    """They show no weight of these."""
    return v and [{k: w for k, w in hop(x, c).items() if k != "weight"} for x in v]


METRICS = ["mtu", "window", "ssthresh", "cwnd", "advmss", "reordering", "hoplimit", "initcwnd", "initrwnd", "quickack"]
TABLE = Table([
    ("rtm-type", "type", number_of(TYPES)), (("dst", "?rtm-dst-len", "?rtm-family"), "dst", destination),
    (("src", "?rtm-src-len", "?rtm-family"), "from", prefix), ("rtm-tos", "tos", lambda v, _: f"0x{v:02x}" if v else None),
    ("via", "via", via), ("oif", "dev", device), ("iif", "iif", device), ("table", "table", text),
    ("rtm-protocol", "protocol", text), ("rtm-scope", "scope", text), ("priority", "metric", same),
    ("rtm-flags", "flags", flags), ("nh-id", "nhid", same), ("multipath", "nexthops", hops),
    ("pref", "pref", lambda v, _: PREF.get(v)), ("cacheinfo.rta-expires", "expires", expires),
    *((f"metrics.{m}", f"metrics.{m}", same) for m in METRICS),
    ("metrics.rtt", "metrics.rtt", lambda v, _: v and v // 8), ("metrics.rttvar", "metrics.rttvar", lambda v, _: v and v // 4),
    ("metrics.rto-min", "metrics.rto_min", same), ("metrics.cc-algo", "metrics.congestion", same),
    ("metrics.fastopen-no-cookie", "metrics.fastopen_no_cookie", same),
    ("metrics.features", "metrics.ecn", lambda v, _: True if v and v & 1 else None),
    (("encap", "encap-type"), "encap", lambda v, kind, c: v and obj_encap.theirs(v, kind, c)),
], {
    "rtm_family": "they are asked for one", "rtm_dst_len": "part of the prefix", "rtm_src_len": "part of the prefix",
    "rtm_table": "the table, as far as it fits", "metrics.lock": "only in their text", "cacheinfo.*": "only of cached routes",
}, {"nh_info.*": "the nexthop object, which has a list of its own"})
DUMPS = [("rt-route", "getroute", None)]
ASK = [("ip", ["-N"], "route show table all")]
NEW = [("newroute", "--create", "--append")]
ASSIGNED = {"cacheinfo.rta-expires": "what is left of it", "cacheinfo.rta-lastuse": "counted",
            "encap.counters.*": "counted"}
ASSIGNED_THEIRS = {"expires": "what is left of it"}
FAMILIES = (2, 10)


def not_made(x):
    if x["rtm-family"] not in FAMILIES:
        return "another object"
    return "made by the kernel" if x["rtm-protocol"] == 2 else None


def table(_):
    return TABLE


def ours(dumps):
    return [(key(x), x) for x in dumps[0] if x["rtm-family"] in FAMILIES]


def key(x):
    return (x["rtm-family"], str(x["table"]), destination(x.get("dst"), x["rtm-dst-len"], x["rtm-family"], None),
            x.get("priority"))


def tidy(x):
    x = dict(x)
    if "metrics" in x:
        x["metrics"] = {k: v for m in x["metrics"] for k, v in m.items()}
    for h in x.get("nexthops", []):
        h["flags"] = sorted(h["flags"])
    return x


def theirs(answers):
    """They do not tell the family: a route of IPv6 has a metric always."""
    return [((10 if "metric" in x and ("pref" in x or ":" in x["dst"]) else 2, x.get("table", "254"), x["dst"],
              x.get("metric")), tidy(x)) for x in answers[0] if not x["dst"].isdigit()]


def theirs_not_made(_, x):
    return x["protocol"] == "2"
