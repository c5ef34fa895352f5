# SPDX-License-Identifier: MIT
"""Rules: `ip rule`."""
from compare import Table
from convert import hexed, hexed_unless, names, same, text, unless

ACTIONS = {"blackhole": "6", "unreachable": "7", "prohibit": "8"}
ALL_ONES = 4294967295


def lookup(v, action, l3mdev, _):
    return str(v) if action == "to-tbl" and not l3mdev else None


def fwmask(v, _):
    return None if v in (None, 0, ALL_ONES) else hex(v)


def single(v, _):
    return v["start"] if v and v["start"] == v["end"] else None


def low(v, _):
    return v["start"] if v and v["start"] != v["end"] else None


def high(v, _):
    return v["end"] if v and v["start"] != v["end"] else None


def flag(number, only=None):
    return lambda v, _: True if v & number else None


def length(n, af, _):
    return n if n and n != (32 if af == 2 else 128) else None


PORTS = [((f"{p}-range",), f"{p}", single) for p in ("sport", "dport")]
PORTS += [((f"{p}-range",), f"{p}_start", low) for p in ("sport", "dport")]
PORTS += [((f"{p}-range",), f"{p}_end", high) for p in ("sport", "dport")]
PORTS += [(f"{p}-mask", f"{p}_mask", hexed) for p in ("sport", "dport")]
TABLE = Table([
    ("priority", "priority", lambda v, _: v or 0), ("src", "src", lambda v, _: v or "all"),
    ("dst", "dst", same), (("src-len", "?family"), "srclen", length), (("dst-len", "?family"), "dstlen", length),
    ("tos", "tos", hexed_unless(0)), ("fwmark", "fwmark", hexed_unless(0)), ("fwmask", "fwmask", fwmask),
    ("iifname", "iif", same), ("oifname", "oif", same), ("flags", "iif_detached", flag(8)),
    ("flags", "oif_detached", flag(16)), ("flags", "not", flag(2)), ("flags", "unresolved", flag(4)),
    ("l3mdev", "l3mdev", lambda v, _: True if v else None), *PORTS,
    ("uid-range.start", "uid_start", same), ("uid-range.end", "uid_end", same),
    ("ip-proto", "ipproto", lambda v, _: v and f"ipproto-{v}"), ("tun-id", "tun_id", same),
    (("table", "?action", "?l3mdev"), "table", lookup), ("action", "action", lambda v, _: ACTIONS.get(v)),
    ("action", "nop", lambda v, _: True if v == "nop" else None), ("goto", "goto", same),
    ("suppress-prefixlen", "suppress_prefixlen", unless(ALL_ONES)), ("suppress-ifgroup", "suppress_ifgroup", text),
    ("flow", "flow_from", lambda v, _: str(v >> 16) if v and v >> 16 else None),
    ("flow", "flow_to", lambda v, _: str(v & 0xffff) if v else None),
    ("protocol", "protocol", text), ("dscp", "dscp", text), ("dscp-mask", "dscp_mask", hexed),
    ("flowlabel", "flowlabel", hexed), ("flowlabel-mask", "flowlabel_mask", hexed),
], {"family": "they are asked for one", "hdr_table": "the table, as far as it fits"})
DUMPS = [("rt-rule", "getrule", None)]
ASK = [("ip", ["-4", "-N"], "rule show"), ("ip", ["-6", "-N"], "rule show")]
NEW = [("newrule", "--create")]
ASSIGNED = ASSIGNED_THEIRS = {}


def not_made(x):
    if x["family"] not in (2, 10):
        return "of multicast: they have no command for them"
    return "there from the start" if x["protocol"] == 2 else None


def table(_):
    return TABLE


def ours(dumps):
    return [((x["family"], x.get("priority", 0)), x) for x in dumps[0] if x["family"] in (2, 10)]


def theirs(answers):
    return [((af, x["priority"]), x) for af, a in zip((2, 10), answers) for x in a]


def theirs_not_made(_, x):
    return x["protocol"] == "2"
