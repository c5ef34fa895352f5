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

static const struct weft_name dualpi2_drop_overload[] = {
	{ 0, "overflow" },
	{ 1, "drop" },
};
TABLE(dualpi2_drop_overload);

static const struct weft_name dualpi2_drop_early[] = {
	{ 0, "drop-dequeue" },
	{ 1, "drop-enqueue" },
};
TABLE(dualpi2_drop_early);

static const struct weft_name dualpi2_ecn_mask[] = {
	{ 1, "l4s-ect" },
	{ 2, "cla-ect" },
	{ 3, "any-ect" },
};
TABLE(dualpi2_ecn_mask);

static const struct weft_name dualpi2_split_gso[] = {
	{ 0, "no-split-gso" },
	{ 1, "split-gso" },
};
TABLE(dualpi2_split_gso);
