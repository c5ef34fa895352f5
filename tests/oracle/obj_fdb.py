# SPDX-License-Identifier: MIT
"""Forwarding entries of bridges and of devices: `bridge fdb`."""
from compare import Table
from convert import Near, Words, device, same
from obj_neigh import names

FLAGS = {"self": "self", "router": "router", "ext-learned": "extern_learn", "offloaded": "offload", "sticky": "sticky",
         "master": "master"}


def state(v, _):
    """The first of the states that they know."""
    for ours_, theirs_ in (("permanent", "permanent"), ("noarp", "static"), ("stale", "stale"), ("reachable", "")):
        if ours_ in v:
            return theirs_
    return None


def seconds(v, _):
    return None if v is None else Near(v // 100, 10)


def extended(flags, more, _):
    return Words([FLAGS[f] for f in flags] + ["locked" for f in more or [] if f == "locked"])


TABLE = Table([
    ("lladdr", "mac", same), ("ndm-ifindex", "ifname", device), ("dst", "dst", same), ("master", "master", device),
    ("ndm-state", "state", state), (("ndm-flags", "flags-ext"), "flags", extended), ("ifindex", "viaIf", device),
    ("nh-id", "nhid", same), ("cacheinfo.used", "used", seconds), ("cacheinfo.updated", "updated", seconds),
], {"ndm_family": "of the request", "ndm_type": "not in their output", "cacheinfo.confirmed": "not in their output",
    "cacheinfo.refcnt": "not in their output"})
DUMPS = [("rt-neigh", "getneigh", {"ndm-family": 7})]
ASK = [("bridge", ["-s"], "fdb show")]
NEW = [("newneigh", "--create", "--append")]
ASSIGNED = {"cacheinfo.*": "a time"}
ASSIGNED_THEIRS = {"used": "a time", "updated": "a time"}


def not_made(x):
    """A device listens to groups by itself; a port's own address is its own."""
    if x["lladdr"].startswith(("33:33:00:00:00:0", "33:33:00:00:00:6a", "01:00:5e:00:00", "33:33:ff")):
        return "made by the kernel"
    if x["ndm-state"] == ["permanent"] and "master" in x and x["lladdr"][:15] == "02:00:00:00:00:" and \
            x["lladdr"][15] == "0":
        return "a port's own address"
    return None


def table(_):
    return TABLE


def ours(dumps):
    return [((x["ndm-ifindex"], x["lladdr"], x.get("vlan"), x.get("dst"), x.get("src-vni")), x) for x in dumps[0]]


def theirs(answers):
    index = names()
    return [((index[x["ifname"]], x["mac"], x.get("vlan"), x.get("dst"), x.get("src_vni")), x) for x in answers[0]]


def theirs_not_made(_, x):
    return not_made({"lladdr": x["mac"], "ndm-state": [x["state"]], **({"master": 1} if "master" in x else {})})
