# SPDX-License-Identifier: MIT
"""Links: `ip -s -s -d link`."""
import ipaddress

import obj_link_kinds
from compare import Table
from convert import counter, device, names, same, unless, yes

STATES = dict(enumerate(["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"]))
MODES = dict(enumerate(["DEFAULT", "DORMANT", "TESTING"]))
GEN_MODES = dict(enumerate(["eui64", "none", "stable_secret", "random"]))
FLAGS = {"no-arp": "NOARP", "point-to-point": "POINTOPOINT", "all-multi": "ALLMULTI"}
V4, V6 = {768, 776, 778}, {769, 823}
COUNTS = ["bytes", "packets", "errors", "dropped"]


def flags(v, _):
    """They take RUNNING out and say NO-CARRIER when a link is up and does not run."""
    shown = {FLAGS.get(f, f.upper().replace("-", "_")) for f in v}
    if "UP" in shown and "RUNNING" not in shown:
        shown.add("NO-CARRIER")
    return sorted(shown - {"RUNNING"})


def tidy(x):
    """M-DOWN tells of the lower link, not of this one."""
    return {**x, "flags": sorted(set(x["flags"]) - {"M-DOWN"})}


def link(v, netnsid, c):
    """The other device by name; by index when it is elsewhere; null (true here) for none."""
    if v is None or netnsid is not None:
        return None
    return c.name(v) if v else True


def link_index(v, netnsid, _):
    return v if v and netnsid is not None else None


def reasons(mask, _):
    return [str(i) for i in range(32) if mask >> i & 1] if mask else None


def address(v, kind, _):
    """They show those of tunnels as addresses of IP."""
    if v is None or kind not in V4 | V6:
        return v
    return str(ipaddress.ip_address(bytes.fromhex(v.replace(":", ""))))


def perm_address(v, current, kind, c):
    return address(v, kind, c) if v != current else None


def peer(shown, other_end, _):
    return True if other_end and "point-to-point" in shown else None


def stats(direction):
    out = [(f"stats64.{direction}-{n}", f"stats64.{direction}.{n}", counter) for n in COUNTS]
    more = {"rx": ["length", "crc", "frame", "fifo"], "tx": ["aborted", "fifo", "window", "heartbeat"]}[direction]
    out += [(f"stats64.{direction}-{n}-errors", f"stats64.{direction}.{n}_errors", counter) for n in more]
    return out


HEAD = Table([
    ("ifi-index", "ifindex", same), ("ifi-flags", "flags", flags), ("ifi-type", "link_type", lambda v, _: f"[{v}]"),
    ("operstate", "operstate", names(STATES)), ("linkmode", "linkmode", names(MODES)),
    ("group", "group", lambda v, _: None if v is None else str(v)),
    ("master", "master", device), ("prop-list.alt-ifname", "altnames", same),
    (("link", "link-netnsid"), "link", link), (("link", "link-netnsid"), "link_index", link_index),
    ("proto-down", "proto_down", yes), ("proto-down-reason.value", "proto_down_reason", reasons),
    ("af-spec.inet6.addr-gen-mode", "inet6_addr_gen_mode", names(GEN_MODES)),
    *stats("rx"), *stats("tx"),
    ("stats64.rx-over-errors", "stats64.rx.over_errors", counter),
    ("stats64.rx-missed-errors", "stats64.rx.missed_errors", counter),
    ("stats64.multicast", "stats64.rx.multicast", counter), ("stats64.collisions", "stats64.tx.collisions", counter),
    ("stats64.tx-carrier-errors", "stats64.tx.carrier_errors", counter),
    ("carrier-changes", "stats64.tx.carrier_changes", same),
    ("stats64.rx-nohandler", "stats64.rx.nohandler", unless(0)),
    ("stats64.rx-otherhost-dropped", "stats64.rx.otherhost", unless(0)),
    ("stats64.rx-compressed", "stats64.rx.compressed", unless(0)),
    ("stats64.tx-compressed", "stats64.tx.compressed", unless(0)),
    (("address", "ifi-type"), "address", address), (("broadcast", "ifi-type"), "broadcast", address),
    (("perm-address", "address", "ifi-type"), "permaddr", perm_address),
    (("ifi-flags", "?broadcast"), "link_pointtopoint", peer), ("link-netnsid", "link_netnsid", same),
    ("linkinfo.kind", "linkinfo.info_kind", same), ("linkinfo.slave-kind", "linkinfo.info_slave_kind", same),
], {
    "ifi_family": "of the request", "ifi_change": "means nothing in a dump",
    "stats.*": "the same counters in 32 bits", "map.*": "they print it only with -d of a device that has one",
    "af_spec.inet.*": "not in their output", "af_spec.inet6.*": "only the mode of addresses is",
    "carrier": "not in their output", "carrier_up_count": "not in their output",
    "carrier_down_count": "not in their output", "headroom": "not in their output", "tailroom": "not in their output",
    "netns_immutable": "not in their output", "max_pacing_offload_horizon": "not in their output",
    "xdp.attached": "not in their output without a program",
    "proto_down_reason.mask": "only requests have a use for it", "new_ifindex": "", "event": "",
})


def table(x):
    """The table of one link: that of its kind and of the kind it is a port of."""
    info = x.get("linkinfo", {})
    t = HEAD
    if "data" in info:
        t = t.with_(obj_link_kinds.of(info["kind"]).under("linkinfo.data", "linkinfo.info_data"))
    if "slave-data" in info:
        t = t.with_(obj_link_kinds.port(info["slave-kind"]).under("linkinfo.slave-data", "linkinfo.info_slave_data"))
    moves = [("linkinfo.data", "linkinfo.info_data"), ("linkinfo.slave-data", "linkinfo.info_slave_data")]
    t.moves = moves
    return t


NEW = [("newlink", "--create")]
COUNTED = "counted"
QDISC = "qdiscs are objects of their own; a VLAN that comes up with its device has one from then on"
BORN = "what it was made with, or by chance"
ASSIGNED_THEIRS = {"stats64.*": COUNTED, "permaddr": BORN, "promiscuity": "counted by what stands on it", "qdisc": QDISC, "linkinfo.info_data.*timer*": "a timer", "linkinfo.info_slave_data.*timer*": "a timer"}
ASSIGNED = {
    "perm-address": BORN, "promiscuity": "counted by what stands on it", "qdisc": QDISC, "carrier": "follows events", "stats.*": COUNTED, "stats64.*": COUNTED, "carrier-*": COUNTED, "af-spec.inet6.stats": COUNTED,
    "af-spec.inet6.icmp6stats": COUNTED, "af-spec.inet6.flags": "what routers told", "af-spec.inet6.conf": "set through files", "af-spec.inet6.cacheinfo.*": "counted from when it was made",
    "linkinfo.data.*-timer": "a timer", "linkinfo.slave-data.*-timer": "a timer",
}


def not_made(_):
    return None


def theirs_not_made(*_):
    return None


DUMPS = [("rt-link", "getlink", None)]
ASK = [("ip", ["-s", "-s", "-N"], "link show")]


def ours(dumps):
    return [(x["ifname"], x) for x in dumps[0]]


def theirs(answers):
    return [(x["ifname"], tidy(x)) for x in answers[0]]
