/* SPDX-License-Identifier: MIT */
/* Names of values of bridges, their VLANs and multicast groups, and of tunnels. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name br_state[] = {
	{ 0, "disabled" },
	{ 1, "listening" },
	{ 2, "learning" },
	{ 3, "forwarding" },
	{ 4, "blocking" },
};
TABLE(br_state);

static const struct weft_name vlandb_dump_flags[] = {
	{ 1, "stats" },
	{ 2, "global" },
};
TABLE(vlandb_dump_flags);

static const struct weft_name mdb_state[] = {
	{ 0, "temporary" },
	{ 1, "permanent" },
};
TABLE(mdb_state);

static const struct weft_name mdb_flags[] = {
	{ 1, "offload" },
	{ 2, "fast-leave" },
	{ 4, "star-excl" },
	{ 8, "blocked" },
	{ 16, "offload-failed" },
};
TABLE(mdb_flags);

static const struct weft_name mdb_group_mode[] = {
	{ 0, "exclude" },
	{ 1, "include" },
};
TABLE(mdb_group_mode);

static const struct weft_name mdb_rtr_type[] = {
	{ 0, "disabled" },
	{ 1, "temp-query" },
	{ 2, "perm" },
	{ 3, "temp" },
};
TABLE(mdb_rtr_type);

static const struct weft_name tunnel_msg_flags[] = {
	{ 1, "stats" },
};
TABLE(tunnel_msg_flags);
