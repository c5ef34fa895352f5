# SPDX-License-Identifier: MIT
"""Neighbours and proxies: `ip neigh`."""
import socket

from compare import Table
from convert import Near, bit, device, same, text

TABLE = Table([
    ("ndm-ifindex", "dev", device), ("dst", "dst", same), ("lladdr", "lladdr", same),
    ("ndm-state", "state", lambda v, _: [s.upper() for s in v] or None), ("ndm-flags", "router", bit("router")),
    ("ndm-flags", "proxy", bit("proxy")), ("ndm-flags", "extern_learn", bit("ext-learned")),
    ("ndm-flags", "offload", bit("offloaded")), ("flags-ext", "managed", bit("managed")),
    ("flags-ext", "extern_valid", bit("ext-validated")), ("protocol", "protocol", text),
    *((f"cacheinfo.{n}", n, lambda v, _: None if v is None else Near(v / 100, 10)) for n in ("used", "confirmed", "updated")),
    ("cacheinfo.refcnt", "refcnt", lambda v, _: v or None), ("probes", "probes", same),
], {"ndm_family": "they are asked for one", "ndm_type": "not in their output"})
DUMPS = [("rt-neigh", "getneigh", None), ("rt-neigh", "getneigh", {"ndm-flags": ["proxy"]})]
ASK = [("ip", ["-s", "-N"], "neigh show nud all"), ("ip", ["-s", "-N"], "neigh show proxy")]
NEW = [("newneigh", "--create"), ("newneigh", "--create")]
TIMES = "a time"
ASSIGNED = {"cacheinfo.*": TIMES, "probes": "counted"}
ASSIGNED_THEIRS = {"used": TIMES, "confirmed": TIMES, "updated": TIMES, "refcnt": "counted", "probes": "counted"}


def not_made(x):
    if "proxy" in x["ndm-flags"]:
        return None
    return "found by the kernel" if not set(x["ndm-state"]) & {"permanent", "noarp", "stale"} or \
        ("noarp" in x["ndm-state"] and x["dst"].startswith(("ff", "224.", "239."))) or x["ndm-ifindex"] == 1 else None


def table(_):
    return TABLE


def ours(dumps):
    return [((x["ndm-family"], x["ndm-ifindex"], x["dst"], "proxy" in x["ndm-flags"]), x)
            for d in dumps for x in d if x["ndm-family"] in (2, 10)]


def theirs(answers):
    index = names()
    return [((10 if ":" in x["dst"] else 2, index.get(x.get("dev")), x["dst"], proxy), x)
            for proxy, a in zip((False, True), answers) for x in a]


def names():
    return {n: i for i, n in socket.if_nameindex()}


def theirs_not_made(key, x):
    return not key[3] and not_made({"ndm-flags": [], "ndm-state": [s.lower() for s in x.get("state", [])],
                                    "dst": x["dst"], "ndm-ifindex": key[1]})
