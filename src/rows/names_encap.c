/* SPDX-License-Identifier: MIT */
/* Names of values of lightweight tunnels. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name ila_csum_mode[] = {
	{ 0, "adjust-transport" },
	{ 1, "neutral-map" },
	{ 2, "no-action" },
	{ 3, "neutral-map-auto" },
};
TABLE(ila_csum_mode);

static const struct weft_name ila_ident_type[] = {
	{ 0, "iid" },
	{ 1, "luid" },
	{ 2, "virt-v4" },
	{ 3, "virt-uni-v6" },
	{ 4, "virt-multi-v6" },
	{ 5, "nonlocal-addr" },
	{ 6, "rsvd-1" },
	{ 7, "rsvd-2" },
	{ 32, "use-format" },
};
TABLE(ila_ident_type);

static const struct weft_name ila_hook_type[] = {
	{ 0, "route-output" },
	{ 1, "route-input" },
};
TABLE(ila_hook_type);

static const struct weft_name srh_flags[] = {
	{ 8, "hmac" },
	{ 16, "alert" },
	{ 32, "oam" },
	{ 64, "protected" },
};
TABLE(srh_flags);

static const struct weft_name seg6_mode[] = {
	{ 0, "inline" },
	{ 1, "encap" },
	{ 2, "l2encap" },
	{ 3, "encap-red" },
	{ 4, "l2encap-red" },
};
TABLE(seg6_mode);

static const struct weft_name seg6_local_action[] = {
	{ 0, "unspec" },
	{ 1, "end" },
	{ 2, "end-x" },
	{ 3, "end-t" },
	{ 4, "end-dx2" },
	{ 5, "end-dx6" },
	{ 6, "end-dx4" },
	{ 7, "end-dt6" },
	{ 8, "end-dt4" },
	{ 9, "end-b6" },
	{ 10, "end-b6-encap" },
	{ 11, "end-bm" },
	{ 12, "end-s" },
	{ 13, "end-as" },
	{ 14, "end-am" },
	{ 15, "end-bpf" },
	{ 16, "end-dt46" },
};
TABLE(seg6_local_action);

static const struct weft_name seg6_local_flavor[] = {
	{ 2, "psp" },
	{ 4, "usp" },
	{ 8, "usd" },
	{ 16, "next-csid" },
};
TABLE(seg6_local_flavor);

static const struct weft_name ioam6_mode[] = {
	{ 1, "inline" },
	{ 2, "encap" },
	{ 3, "auto" },
};
TABLE(ioam6_mode);
