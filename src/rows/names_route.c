/* SPDX-License-Identifier: MIT */
/* Names of values of routes, nexthops, multicast routes and prefixes. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

/* For input: the kernel has no names for these, people do. */
static const struct weft_name rt_family[] = {
	{ 0, "unspec" }, { 2, "inet" }, { 7, "bridge" }, { 10, "inet6" }, { 28, "mpls" },
};
TABLE(rt_family);

static const struct weft_name rt_table[] = {
	{ 255, "local" }, { 254, "main" }, { 253, "default" }, { 252, "compat" }, { 0, "unspec" },
};
TABLE(rt_table);

static const struct weft_name rt_protocol[] = {
	{ 0, "unspec" },      { 1, "redirect" }, { 2, "kernel" },  { 3, "boot" },   { 4, "static" },
	{ 8, "gated" },	      { 9, "ra" },	 { 10, "mrt" },	   { 11, "zebra" }, { 12, "bird" },
	{ 13, "dnrouted" },   { 14, "xorp" },	 { 15, "ntk" },	   { 16, "dhcp" },  { 17, "mrouted" },
	{ 18, "keepalived" }, { 42, "babel" },	 { 84, "ovn" },	   { 99, "openr" }, { 186, "bgp" },
	{ 187, "isis" },      { 188, "ospf" },	 { 189, "rip" },   { 192, "eigrp" },
};
TABLE(rt_protocol);

static const struct weft_name rt_scope[] = {
	{ 0, "global" }, { 0, "universe" }, { 200, "site" }, { 253, "link" }, { 254, "host" }, { 255, "nowhere" },
};
TABLE(rt_scope);

static const struct weft_name nexthop_grp_type[] = {
	{ 0, "mpath" },
	{ 1, "res" },
};
TABLE(nexthop_grp_type);

static const struct weft_name nexthop_op_flags[] = {
	{ 1, "dump-stats" },
	{ 2, "dump-hw-stats" },
	{ 0x80000000, "resp-grp-resvd-0" },
};
TABLE(nexthop_op_flags);

static const struct weft_name vif_flags[] = {
	{ 1, "tunnel" },
	{ 2, "srcrt" },
	{ 4, "register" },
	{ 8, "use-ifindex" },
};
TABLE(vif_flags);

static const struct weft_name creport_msgtype[] = {
	{ 1, "nocache" },
	{ 2, "wrongvif" },
	{ 3, "wholepkt" },
	{ 4, "wrvifwhole" },
};
TABLE(creport_msgtype);

/* As in the option itself (RFC 4861); older kernels say 1 and 2 for the last two. */
static const struct weft_name prefix_flags[] = {
	{ 16, "preferpd" },
	{ 32, "routeraddr" },
	{ 64, "autoconf" },
	{ 128, "onlink" },
};
TABLE(prefix_flags);
