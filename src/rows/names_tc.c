/* SPDX-License-Identifier: MIT */
/* Names of values of traffic control. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name tc_linklayer[] = {
	{ 0, "unaware" },
	{ 1, "ethernet" },
	{ 2, "atm" },
};
TABLE(tc_linklayer);

static const struct weft_name tcf_em[] = {
	{ 0, "container" },
	{ 1, "cmp" },
	{ 2, "nbyte" },
	{ 3, "u32" },
	{ 4, "meta" },
	{ 5, "text" },
	{ 6, "vlan" },
	{ 7, "canid" },
	{ 8, "ipset" },
	{ 9, "ipt" },
};
TABLE(tcf_em);
