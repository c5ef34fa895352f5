# SPDX-License-Identifier: MIT
"""What links have of their kind, and ports of their master's kind."""
import ipaddress

from compare import Table
from convert import (Words, bit, boolean, device, hexed, hexed_unless, moving, names, onoff, same, unless, yes, zero)

SET_INHERIT = dict(enumerate(["unset", "set", "inherit"]))
PROTOCOLS = {"8021q": "[33024]", "8021ad": "[34984]"}


def any_address(v, _):
    return "any" if v in ("0.0.0.0", "::") else v


def flag_list(v, _):
    return None if v is None else Words(f.upper().replace("-", "_") for f in v)


def bridge_id(v, _):
    return v and "%04x.%s" % (v["prio"], ":".join(f"{int(b, 16):x}" for b in v["addr"].split(":")))


def option(number):
    return lambda v, _: None if v is None else v >> number & 1


def mask(v, _):
    return None if v is None else hex(v) if v else "0"


def timer(name):
    return (name, name.replace("-", "_"), moving)


BRIDGE = Table([
    ("bridge-id", "bridge_id", bridge_id), ("root-id", "root_id", bridge_id),
    *(timer(n) for n in ("hello-timer", "tcn-timer", "topology-change-timer", "gc-timer")),
    ("group-fwd-mask", "group_fwd_mask", mask),
    ("vlan-protocol", "vlan_protocol", lambda v, _: None if v is None else f"[{v}]"),
    *(("multi-boolopt.optval", n, option(i))
      for i, n in enumerate(["no_linklocal_learn", "mcast_vlan_snooping", "mst_enabled"])),
    ("mcast-querier-state.ip-address", "mcast_querier_state_ipv4.mcast_querier_ipv4_addr", same),
    ("mcast-querier-state.ip-port", "mcast_querier_state_ipv4.mcast_querier_ipv4_port", device),
    ("mcast-querier-state.ip-other-timer", "mcast_querier_state_ipv4.mcast_querier_ipv4_other_timer", moving),
    ("mcast-querier-state.ipv6-address", "mcast_querier_state_ipv6.mcast_querier_ipv6_addr", same),
    ("mcast-querier-state.ipv6-port", "mcast_querier_state_ipv6.mcast_querier_ipv6_port", device),
    ("mcast-querier-state.ipv6-other-timer", "mcast_querier_state_ipv6.mcast_querier_ipv6_other_timer", moving),
], {"multi_boolopt.optmask": "they show the three options they know", "stp_mode": "newer than they are"})

PORT_STATES = dict(enumerate(["disabled", "listening", "learning", "forwarding", "blocking"]))
LOCAL_GROUPS = {0x4000: "lldp"}
BRIDGE_PORT = Table([
    ("state", "state", names(PORT_STATES)), ("mode", "hairpin", boolean), ("protect", "root_block", boolean),
    ("fast-leave", "fastleave", boolean), ("unicast-flood", "flood", boolean),
    ("mcast-to-ucast", "mcast_to_unicast", boolean), ("proxyarp", "proxy_arp", boolean),
    ("proxyarp-wifi", "proxy_arp_wifi", boolean), ("id", "id", hexed), ("no", "no", hexed),
    ("bridge-id", "bridge_id", bridge_id), ("root-id", "root_id", bridge_id),
    *(timer(n) for n in ("hold-timer", "message-age-timer", "forward-delay-timer")),
    ("group-fwd-mask", "group_fwd_mask", mask),
    ("group-fwd-mask", "group_fwd_mask_str", lambda v, _: None if v is None else LOCAL_GROUPS.get(v, hex(v))),
    ("backup-port", "backup_port", device), ("backup-nhid", "backup_nhid", same),
], {"neigh_forward_grat": "newer than they are", "mrp_ring_open": "they show it only with MRP", "mrp_in_open": "they show it only with MRP",
    "mcast_eht_hosts_limit": "not in their output", "mcast_eht_hosts_cnt": "not in their output",
    "mcast_n_groups": "`bridge link` has it", "mcast_max_groups": "`bridge link` has it"})

BOND_MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
HASHES = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
VALIDATE = [True, "active", "backup", "all", "filter", "filter_active", "filter_backup"]


def listed(words):
    return names(dict(enumerate(words)))


BOND = Table([
    ("mode", "mode", listed(BOND_MODES)), ("xmit-hash-policy", "xmit_hash_policy", listed(HASHES)),
    ("active-slave", "active_slave", device), ("primary", "primary", device),
    ("peer-notif-delay", "peer_notify_delay", same), ("missed-max", "arp_missed_max", same),
    ("arp-validate", "arp_validate", listed(VALIDATE)), ("arp-all-targets", "arp_all_targets", listed(["any", "all"])),
    ("primary-reselect", "primary_reselect", listed(["always", "better", "failure"])),
    ("fail-over-mac", "fail_over_mac", listed(["none", "active", "follow"])),
    ("ad-lacp-active", "ad_lacp_active", onoff), ("ad-lacp-rate", "ad_lacp_rate", listed(["slow", "fast"])),
    ("ad-select", "ad_select", listed(["stable", "bandwidth", "count"])),
], {"broadcast_neigh": "newer than they are", "lacp_strict": "newer than they are"})

LACP = ["active", "short_timeout", "aggregating", "in_sync", "collecting", "distributing", "defaulted", "expired"]


def lacp(v, _):
    return None if v is None else [w for i, w in enumerate(LACP) if v & 1 << i]


BOND_PORT = Table([
    *((f"ad-{who}-oper-port-state", f"ad_{who}_oper_port_state{end}", f) for who in ("actor", "partner")
      for end, f in (("", same), ("_str", lacp))),
    ("state", "state", listed(["ACTIVE", "BACKUP"])),
    ("mii-status", "mii_status", listed(["UP", "GOING_DOWN", "DOWN", "GOING_BACK"])),
], {"actor_port_prio": "newer than they are", "ad_churn_actor_state": "newer than they are",
    "ad_churn_partner_state": "newer than they are"})

VLAN = Table([
    ("protocol", "protocol", names(PROTOCOLS)), ("flags.flags", "flags", flag_list),
    ("ingress-qos.mapping", "ingress_qos", same), ("egress-qos.mapping", "egress_qos", same),
], {"flags.mask": "only requests have a use for it"})


def multicast(v):
    return v is not None and ipaddress.ip_address(v).is_multicast


def vxlan_ttl(ttl, inherit, _):
    return None if inherit else ttl


VXLAN = Table([
    *((n, m, lambda v, _, want=want: v if multicast(v) == want else None)
      for n, six in (("group", ""), ("group6", "6")) for m, want in (("group" + six, True), ("remote" + six, False))),
    ("link", "link", device), ("tos", "tos", hexed_unless(0)), (("ttl", "ttl-inherit"), "ttl", vxlan_ttl),
    ("reserved-bits", "reserved_bits", lambda v, _: v and hex(int(v, 16))),
    ("label", "label", hexed_unless(0)), ("collect-metadata", "external", boolean),
    ("limit", "limit", unless(0)), ("df", "df", names(SET_INHERIT)),
], {"label_policy": "they show it when it is not fixed"})

GENEVE = Table([
    ("tos", "tos", hexed_unless(0)), (("ttl", "ttl-inherit"), "ttl", vxlan_ttl), ("df", "df", names(SET_INHERIT)),
    ("label", "label", hexed_unless(0)), ("collect-metadata", "external", yes),
], {"port_range.*": "newer than they are"})


def keyed(key, flags, _):
    return str(ipaddress.IPv4Address(key)) if flags and flags & 0x2000 else None


def gre_bit(mask_):
    return lambda v, _: True if v and v & mask_ else None


def no_encap(kind, *rest):
    return [kind, *rest[:-1]] if kind else None


ENDS = Table([
    ("remote", "remote", any_address), ("local", "local", any_address),
    ("link", "link", lambda v, c: c.name(v) if v else None),
    ("fwmark", "fwmark", hexed_unless(0)), ("collect-metadata", "external", yes),
    (("encap-type", "encap-sport", "encap-dport", "encap-flags"), None, no_encap),
])
KEYS = Table([
    (("ikey", "iflags"), "ikey", keyed), (("okey", "oflags"), "okey", keyed),
    ("iflags", "iseq", gre_bit(0x1000)), ("oflags", "oseq", gre_bit(0x1000)),
    ("iflags", "icsum", gre_bit(0x8000)), ("oflags", "ocsum", gre_bit(0x8000)),
])
VERSIONS = Table([
    ("erspan-dir", "erspan_dir", names({0: "ingress", 1: "egress"})), ("erspan-hwid", "erspan_hwid", hexed),
])
GRE = ENDS.with_(KEYS).with_(VERSIONS).with_(Table([
    ("tos", "tos", hexed_unless(0)), ("ignore-df", "ignore_df", yes),
]))

# flags of tunnels over IPv6
SIX = ["ign_encap_limit", "use_orig_tclass", "use_orig_flowlabel", "mip6_dev", "rcv_dscp_copy", "use_orig_fwmark",
       "allow_local_remote"]


def six_flag(number):
    return lambda v, _: True if v and v >> number & 1 else None


def tclass(info, flags, _):
    return None if info is None or flags & 2 else "0x%02x" % (info >> 20 & 255)


def flowlabel(info, flags, _):
    return None if info is None or flags & 4 else "0x%05x" % (info & 0xfffff)


OVER_SIX = ENDS.with_(Table([
    *(("flags", "ip6_tnl_f_" + n, six_flag(i)) for i, n in enumerate(SIX)),
    (("flowinfo", "flags"), "tclass", tclass), (("flowinfo", "flags"), "flowlabel", flowlabel),
    (("encap-limit", "flags"), "encap_limit", lambda v, f, _: None if f & 1 else v),
]))
GRE6 = OVER_SIX.with_(KEYS).with_(VERSIONS)
PROTOS = names({4: "ipip", 41: "ip6ip", 137: "mplsip", 0: "any"})
PROTOS6 = names({4: "ipip6", 41: "ip6ip6", 0: "any"})
IPTUN = ENDS.with_(Table([
    ("tos", "tos", hexed_unless(0)), ("proto", "proto", PROTOS),
    ("flags", "isatap", lambda v, _: True if v and v & 1 else None),
    ("6rd-prefix", "prefix", same), ("6rd-prefixlen", "prefixlen", same),
    (("6rd-relay-prefix", "6rd-relay-prefixlen"), "relay_prefix", lambda v, n, _: v if n else None),
    ("6rd-relay-prefixlen", "relay_prefixlen", unless(0)),
]))
IP6TNL = OVER_SIX.with_(Table([("proto", "proto", PROTOS6)]))


def dotted(v, _):
    return None if v is None else str(ipaddress.IPv4Address(v))


VTI = ENDS.with_(Table([("ikey", "ikey", dotted), ("okey", "okey", dotted)]))
XFRM = Table([
    (("if-id", "collect-metadata"), "if_id", lambda v, x, _: None if x else hexed(v, None)),
    ("collect-metadata", "external", yes),
], {"link": "they show it as the link's own"})

MACVLAN = Table([
    ("bc-queue-len", "bcqueuelen", same), ("bc-queue-len-used", "usedbcqueuelen", same),
    ("bc-cutoff", "bclim", same), ("flags", "nopromisc", bit("nopromisc")), ("flags", "nodst", bit("nodst")),
    (("macaddr-count", "?mode"), "macaddr_count", lambda v, m, _: v if m == "source" else zero(v, None)),
    ("macaddr-data.mac", "macaddr_data", same),
])


def ipvlan_bridge(flags, _):
    return True if flags is not None and not flags else None


IPVLAN = Table([
    ("flags", "bridge", ipvlan_bridge), ("flags", "private", bit("private")), ("flags", "vepa", bit("vepa")),
])
HSR = Table([
    ("slave1", "slave1", device), ("slave2", "slave2", device), ("interlink", "interlink", device),
    ("protocol", "proto", same),
], {"version": "not in their output"})
TUN = Table([
    ("type", "type", names({1: "tun", 2: "tap"})), ("owner", "user", same),
    ("num-queues", "numqueues", same), ("num-disabled-queues", "numdisabled", same),
])
NETKIT = Table([
    ("primary", "type", names({0: "peer", 1: "primary"})),
], {"headroom": "newer than they are", "tailroom": "newer than they are", "pairing": "newer than they are"})
CIPHERS = {0x0080020001000001: "GCM-AES-128", 0x0080C20001000001: "GCM-AES-128", 0x0080C20001000002: "GCM-AES-256",
           0x0080C20001000003: "GCM-AES-XPN-128", 0x0080C20001000004: "GCM-AES-XPN-256"}
MACSEC = Table([
    ("sci", "sci", lambda v, _: f"{v:016x}"), ("cipher-suite", "cipher_suite", names(CIPHERS)),
    ("validation", "validation", listed(["disabled", "check", "strict"])), ("offload", "offload", listed(["off", "phy", "mac"])),
])
GTP = Table([("role", "role", names({0: "ggsn", 1: "sgsn"})), ("pdp-hashsize", "hsize", same)])
OVPN = Table([], {"mode": "newer than they are"})
TEAM = Table([], {"*": "of a family that they do not ask"})

KINDS = {
    "bond": BOND, "bridge": BRIDGE, "vlan": VLAN, "vxlan": VXLAN, "geneve": GENEVE, "gre": GRE, "gretap": GRE,
    "erspan": GRE, "ip6gre": GRE6, "ip6gretap": GRE6, "ip6erspan": GRE6, "ipip": IPTUN, "sit": IPTUN,
    "ip6tnl": IP6TNL, "vti": VTI, "vti6": VTI, "xfrm": XFRM, "macvlan": MACVLAN, "macvtap": MACVLAN,
    "ipvlan": IPVLAN, "ipvtap": IPVLAN, "hsr": HSR, "tun": TUN, "netkit": NETKIT, "macsec": MACSEC, "gtp": GTP,
    "ovpn": OVPN, "team": TEAM,
}
PORTS = {"bridge": BRIDGE_PORT, "bond": BOND_PORT, "team": TEAM}


def of(kind):
    return KINDS.get(kind, Table())


def port(kind):
    return PORTS.get(kind, Table())
