/* SPDX-License-Identifier: MIT */
/* Names of values. In a table of flags the values are masks. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name ifinfo_flags[] = {
	{ 1, "up" },
	{ 2, "broadcast" },
	{ 4, "debug" },
	{ 8, "loopback" },
	{ 16, "point-to-point" },
	{ 32, "no-trailers" },
	{ 64, "running" },
	{ 128, "no-arp" },
	{ 256, "promisc" },
	{ 512, "all-multi" },
	{ 1024, "master" },
	{ 2048, "slave" },
	{ 4096, "multicast" },
	{ 8192, "portsel" },
	{ 16384, "auto-media" },
	{ 32768, "dynamic" },
	{ 0x10000, "lower-up" },
	{ 0x20000, "dormant" },
	{ 0x40000, "echo" },
};
TABLE(ifinfo_flags);

static const struct weft_name vlan_flags[] = {
	{ 1, "reorder-hdr" },
	{ 2, "gvrp" },
	{ 4, "loose-binding" },
	{ 8, "mvrp" },
	{ 16, "bridge-binding" },
};
TABLE(vlan_flags);

static const struct weft_name ifla_vf_link_state_enum[] = {
	{ 0, "auto" },
	{ 1, "enable" },
	{ 2, "disable" },
};
TABLE(ifla_vf_link_state_enum);

static const struct weft_name rtext_filter[] = {
	{ 1, "vf" },
	{ 2, "brvlan" },
	{ 4, "brvlan-compressed" },
	{ 8, "skip-stats" },
	{ 16, "mrp" },
	{ 32, "cfm-config" },
	{ 64, "cfm-status" },
	{ 128, "mst" },
	{ 256, "name-only" },
};
TABLE(rtext_filter);

static const struct weft_name br_stp_mode[] = {
	{ 0, "auto" },
	{ 1, "user" },
	{ 2, "kernel" },
};
TABLE(br_stp_mode);

static const struct weft_name vlan_protocols[] = {
	{ 33024, "8021q" },
	{ 34984, "8021ad" },
};
TABLE(vlan_protocols);

static const struct weft_name netkit_policy[] = {
	{ 0, "forward" },
	{ 2, "blackhole" },
};
TABLE(netkit_policy);

static const struct weft_name netkit_mode[] = {
	{ 0, "l2" },
	{ 1, "l3" },
};
TABLE(netkit_mode);

static const struct weft_name netkit_scrub[] = {
	{ 0, "none" },
	{ 1, "default" },
};
TABLE(netkit_scrub);

static const struct weft_name netkit_pairing[] = {
	{ 0, "pair" },
	{ 1, "single" },
};
TABLE(netkit_pairing);

static const struct weft_name ovpn_mode[] = {
	{ 0, "p2p" },
	{ 1, "mp" },
};
TABLE(ovpn_mode);

static const struct weft_name bridge_vlan_flags[] = {
	{ 1, "master" },
	{ 2, "pvid" },
	{ 4, "untagged" },
	{ 8, "range-begin" },
	{ 16, "range-end" },
	{ 32, "brentry" },
	{ 64, "only-opts" },
};
TABLE(bridge_vlan_flags);

static const struct weft_name vxlan_df[] = {
	{ 0, "unset" },
	{ 1, "set" },
	{ 2, "inherit" },
};
TABLE(vxlan_df);

static const struct weft_name vxlan_label_policy[] = {
	{ 0, "fixed" },
	{ 1, "inherit" },
};
TABLE(vxlan_label_policy);

static const struct weft_name macvlan_mode[] = {
	{ 1, "private" },
	{ 2, "vepa" },
	{ 4, "bridge" },
	{ 8, "passthru" },
	{ 16, "source" },
};
TABLE(macvlan_mode);

static const struct weft_name macvlan_flags[] = {
	{ 1, "nopromisc" },
	{ 2, "nodst" },
};
TABLE(macvlan_flags);

static const struct weft_name macvlan_macaddr_mode[] = {
	{ 0, "add" },
	{ 1, "del" },
	{ 2, "flush" },
	{ 3, "set" },
};
TABLE(macvlan_macaddr_mode);

static const struct weft_name ipvlan_mode[] = {
	{ 0, "l2" },
	{ 1, "l3" },
	{ 2, "l3s" },
};
TABLE(ipvlan_mode);

static const struct weft_name ipvlan_flags[] = {
	{ 1, "private" },
	{ 2, "vepa" },
};
TABLE(ipvlan_flags);

static const struct weft_name ifa_flags[] = {
	{ 1, "secondary" },
	{ 2, "nodad" },
	{ 4, "optimistic" },
	{ 8, "dadfailed" },
	{ 16, "homeaddress" },
	{ 32, "deprecated" },
	{ 64, "tentative" },
	{ 128, "permanent" },
	{ 256, "managetempaddr" },
	{ 512, "noprefixroute" },
	{ 1024, "mcautojoin" },
	{ 2048, "stable-privacy" },
};
TABLE(ifa_flags);

static const struct weft_name rtm_type[] = {
	{ 0, "unspec" },
	{ 1, "unicast" },
	{ 2, "local" },
	{ 3, "broadcast" },
	{ 4, "anycast" },
	{ 5, "multicast" },
	{ 6, "blackhole" },
	{ 7, "unreachable" },
	{ 8, "prohibit" },
	{ 9, "throw" },
	{ 10, "nat" },
	{ 11, "xresolve" },
};
TABLE(rtm_type);

static const struct weft_name rt_del_reason[] = {
	{ 0, "unspec" },
	{ 1, "expired" },
	{ 2, "ra-withdrawn" },
};
TABLE(rt_del_reason);

static const struct weft_name rtnh_flags[] = {
	{ 1, "dead" },
	{ 2, "pervasive" },
	{ 4, "onlink" },
	{ 8, "offload" },
	{ 16, "linkdown" },
	{ 32, "unresolved" },
	{ 64, "trap" },
};
TABLE(rtnh_flags);

static const struct weft_name lwt_type[] = {
	{ 0, "none" },
	{ 1, "mpls" },
	{ 2, "ip" },
	{ 3, "ila" },
	{ 4, "ip6" },
	{ 5, "seg6" },
	{ 6, "bpf" },
	{ 7, "seg6-local" },
	{ 8, "rpl" },
	{ 9, "ioam6" },
	{ 10, "xfrm" },
};
TABLE(lwt_type);

static const struct weft_name fr_act[] = {
	{ 0, "unspec" },
	{ 1, "to-tbl" },
	{ 2, "goto" },
	{ 3, "nop" },
	{ 4, "res3" },
	{ 5, "res4" },
	{ 6, "blackhole" },
	{ 7, "unreachable" },
	{ 8, "prohibit" },
};
TABLE(fr_act);

static const struct weft_name nud_state[] = {
	{ 1, "incomplete" },
	{ 2, "reachable" },
	{ 4, "stale" },
	{ 8, "delay" },
	{ 16, "probe" },
	{ 32, "failed" },
	{ 64, "noarp" },
	{ 128, "permanent" },
};
TABLE(nud_state);

static const struct weft_name ntf_flags[] = {
	{ 1, "use" },
	{ 2, "self" },
	{ 4, "master" },
	{ 8, "proxy" },
	{ 16, "ext-learned" },
	{ 32, "offloaded" },
	{ 64, "sticky" },
	{ 128, "router" },
};
TABLE(ntf_flags);

static const struct weft_name ntf_ext_flags[] = {
	{ 1, "managed" },
	{ 2, "locked" },
	{ 4, "ext-validated" },
};
TABLE(ntf_ext_flags);

static const struct weft_name op_flags[] = {
	{ 1, "admin-perm" },
	{ 2, "cmd-cap-do" },
	{ 4, "cmd-cap-dump" },
	{ 8, "cmd-cap-haspol" },
	{ 16, "uns-admin-perm" },
};
TABLE(op_flags);

static const struct weft_name attr_type[] = {
	{ 0, "invalid" },
	{ 1, "flag" },
	{ 2, "u8" },
	{ 3, "u16" },
	{ 4, "u32" },
	{ 5, "u64" },
	{ 6, "s8" },
	{ 7, "s16" },
	{ 8, "s32" },
	{ 9, "s64" },
	{ 10, "binary" },
	{ 11, "string" },
	{ 12, "nul-string" },
	{ 13, "nested" },
	{ 14, "nested-array" },
	{ 15, "bitfield32" },
	{ 16, "sint" },
	{ 17, "uint" },
};
TABLE(attr_type);

static const struct weft_name tun_type[] = {
	{ 1, "tun" },
	{ 2, "tap" },
};
TABLE(tun_type);
