# SPDX-License-Identifier: MIT
"""Addresses: `ip addr`."""
from compare import Table
from convert import Near, bit, family, same, text

FOREVER = 4294967295


def local(address, own, _):
    return own or address


def peer(address, own, _):
    return address if own and address != own else None


def lifetime(v, _):
    return v if v is None or v == FOREVER else Near(v)


def dynamic(flags, _):
    return None if "permanent" in flags else True


def protocol(v, _):
    return None if v is None else hex(v)


FLAGS = [("secondary", "secondary"), ("nodad", "nodad"), ("optimistic", "optimistic"), ("dadfailed", "dadfailed"),
         ("homeaddress", "home"), ("deprecated", "deprecated"), ("tentative", "tentative"),
         ("managetempaddr", "mngtmpaddr"), ("noprefixroute", "noprefixroute"), ("mcautojoin", "autojoin"),
         ("stable-privacy", "stable-privacy")]
TABLE = Table([
    ("ifa-family", "family", family), (("address", "local"), "local", local), (("address", "local"), "address", peer),
    ("ifa-prefixlen", "prefixlen", same), ("ifa-scope", "scope", text), ("rt-priority", "metric", same),
    ("proto", "protocol", protocol), ("cacheinfo.ifa-valid", "valid_life_time", lifetime),
    ("cacheinfo.ifa-prefered", "preferred_life_time", lifetime), ("flags", "dynamic", dynamic),
    *(("flags", theirs, bit(ours)) for ours, theirs in FLAGS),
], {
    "ifa_flags": "the first eight of the flags", "ifa_index": "the link it stands under",
    "cacheinfo.cstamp": "not in their output", "cacheinfo.tstamp": "not in their output",
})
DUMPS = [("rt-addr", "getaddr", None)]
ASK = [("ip", ["-N"], "addr show")]
NEW = [("newaddr", "--create", "--replace")]
STAMP = "when it was made"
ASSIGNED = {"cacheinfo.cstamp": STAMP, "cacheinfo.tstamp": STAMP, "cacheinfo.ifa-valid": "what is left of it",
            "cacheinfo.ifa-prefered": "what is left of it"}
ASSIGNED_THEIRS = {"valid_life_time": "what is left of it", "preferred_life_time": "what is left of it"}


def not_made(x):
    if x["ifa-index"] == 1:
        return "lo has them as soon as it is up"
    if x["ifa-family"] == 10 and x["ifa-scope"] == 253:
        return "made by the kernel"
    return None


def table(_):
    return TABLE


def ours(dumps):
    return [((x["ifa-index"], x.get("local") or x["address"], x["ifa-prefixlen"], x["address"]), x) for x in dumps[0]]


def theirs(answers):
    return [((x["ifindex"], y["local"], y["prefixlen"], y.get("address", y["local"])), y)
            for x in answers[0] for y in x.get("addr_info", [])]


def theirs_not_made(key, x):
    return key[0] == 1 or (x["family"] == "inet6" and x["scope"] == "253")
