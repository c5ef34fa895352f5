/* SPDX-License-Identifier: MIT */
/* What the options, statistics and matches of traffic control are, by kind. */
#include "rows/tables.h"

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))

/* By TCA_KIND of qdiscs and filters, whose names do not collide. */
static const struct weft_variant tc_options[] = {
	{ "basic", 0, &weft__schema_basic },
	{ "bfifo", 0, &weft__schema_tc_fifo_qopt },
	{ "codel", 0, &weft__schema_codel },
	{ "hfsc", 0, &weft__schema_tc_hfsc_qopt },
	{ "mqprio", 0, &weft__schema_tc_mqprio_qopt },
	{ "pfifo", 0, &weft__schema_tc_fifo_qopt },
	{ "pfifo_fast", 0, &weft__schema_tc_prio_qopt },
	{ "pfifo_head_drop", 0, &weft__schema_tc_fifo_qopt },
	{ "prio", 0, &weft__schema_tc_prio_qopt },
	{ "u32", 0, &weft__schema_u32 },
};
const struct weft_choice weft__choice_tc_options = { 1, N(tc_options), tc_options };

/* By TCA_KIND of classes. */
static const struct weft_variant tc_class[] = {
	{ "hfsc", 0, &weft__schema_hfsc },
};
const struct weft_choice weft__choice_tc_class = { 1, N(tc_class), tc_class };

/* By TCA_KIND, beside it and, in TCA_STATS2, around it. */
static const struct weft_variant tc_xstats[] = {
	{ "codel", 0, &weft__schema_tc_codel_xstats },
};
const struct weft_choice weft__choice_tc_xstats = { 1, N(tc_xstats), tc_xstats };
const struct weft_choice weft__choice_tc_app = { WEFT_SELECT_OUTER, N(tc_xstats), tc_xstats };

/* By the kind in struct tcf_ematch_hdr. */
static const struct weft_variant ematch[] = {
	{ "cmp", 1, &weft__schema_tcf_em_cmp },
};
const struct weft_choice weft__choice_ematch = { 2, N(ematch), ematch };
