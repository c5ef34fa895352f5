/* SPDX-License-Identifier: MIT */
/* Names of values of nexthops, multicast routes and prefixes. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

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
