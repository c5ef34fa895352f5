# SPDX-License-Identifier: MIT
"""Routes of MPLS: `ip -f mpls route`."""
import obj_route
from compare import Table
from convert import device, number_of, same, text
from obj_route import ASSIGNED, ASSIGNED_THEIRS, flags, mpls_hops, tidy, via  # noqa: F401

TABLE = Table([
    ("rtm-type", "type", number_of(obj_route.TYPES)), ("dst", "dst", same), ("newdst", "to", same), ("via", "via", via),
    ("oif", "dev", device), ("rtm-protocol", "protocol", text), ("rtm-scope", "scope", text), ("rtm-flags", "flags", flags),
    ("multipath", "nexthops", mpls_hops), ("ttl-propagate", "ttl-propogate", lambda v, _: None if v is None else bool(v)),
], {"rtm_*": "the same for all labels"})
DUMPS = [("rt-route", "getroute", {"rtm-family": 28})]
ASK = [("ip", ["-f", "mpls", "-N"], "route show")]
NEW = [("newroute", "--create")]


def not_made(_):
    return None


def table(_):
    return TABLE


def ours(dumps):
    return [(x["dst"], x) for x in dumps[0]]


def theirs(answers):
    return [(x["dst"], tidy(x)) for x in answers[0]]


def theirs_not_made(*_):
    return None
