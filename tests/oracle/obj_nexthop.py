# SPDX-License-Identifier: MIT
"""Nexthops and the buckets of resilient groups: `ip nexthop`."""
import obj_encap
from compare import Table
from convert import Near, Words, device, same, text
from obj import COUNTED, Object


def group(v, _):
    """A weight of one is not shown."""
    out = []
    for x in v or []:
        weight = (x["weight-high"] << 8 | x["weight"]) + 1
        out.append({"id": x["id"], **({"weight": weight} if weight > 1 else {})})
    return out or None


def seconds(v, _):
    return None if v is None else v // 100


class Nexthop(Object):
    DUMPS = [("rt-nexthop", "getnexthop", None)]
    ASK = [("ip", ["-N"], "nexthop show")]
    NEW = [("newnexthop", "--create")]
    TABLE = Table([
        ("nh-scope", "scope", text), ("nh-protocol", "protocol", text), ("nh-flags", "flags", lambda v, _: Words(v)),
        ("oif", "dev", device), ("group", "group", group),
        ("group-type", "type", lambda v, _: "resilient" if v == "res" else None),
        ("res-group.buckets", "resilient_args.buckets", same),
        ("res-group.idle-timer", "resilient_args.idle_timer", seconds),
        ("res-group.unbalanced-timer", "resilient_args.unbalanced_timer", seconds),
        ("res-group.unbalanced-time", "resilient_args.unbalanced_time", lambda v, _: None if v is None else Near(v // 100)),
        (("encap", "encap-type"), "encap", lambda v, kind, c: v and obj_encap.theirs(v, kind, c)),
    ], {"nh_family": "the address tells it", "op_flags": "what the answer has in it"})
    ASSIGNED = {"res-group.unbalanced-time": "a time", "op-flags": "what the answer has in it"}
    ASSIGNED_THEIRS = {"resilient_args.unbalanced_time": "a time"}

    def ours(self, dumps):
        return [(x["id"], x) for x in dumps[0]]

    def theirs(self, answers):
        return [(x["id"], x) for x in answers[0]]


class Bucket(Object):
    DUMPS = [("rt-nexthop", "getnexthopbucket", None)]
    ASK = [("ip", ["-N"], "nexthop bucket show")]
    NEW = [None]
    TABLE = Table([
        ("res-bucket.nh-id", "bucket.nhid", same), ("res-bucket.index", "bucket.index", same),
        ("res-bucket.idle-time", "bucket.idle_time", lambda v, _: None if v is None else Near(v / 100)),
        ("nh-flags", "flags", lambda v, _: Words(v)),
    ], {"nh_*": "of nexthops, not of buckets"})
    ASSIGNED = {"res-bucket.idle-time": COUNTED}
    ASSIGNED_THEIRS = {"bucket.idle_time": COUNTED}

    def ours(self, dumps):
        return [((x["id"], x["res-bucket"]["index"]), x) for x in dumps[0]]

    def theirs(self, answers):
        return [((x["id"], x["bucket"]["index"]), x) for x in answers[0]]
