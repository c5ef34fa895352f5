/* SPDX-License-Identifier: MIT */
/* What the options, statistics and matches of traffic control are, by kind. */
#include "rows/tables.h"

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))

/* By TCA_KIND of qdiscs and filters, whose names do not collide. */
static const struct weft_variant tc_options[] = {
	{ "atm", 0, &weft__schema_atm },
	{ "basic", 0, &weft__schema_basic },
	{ "bfifo", 0, &weft__schema_tc_bfifo_qopt },
	{ "bpf", 0, &weft__schema_bpf },
	{ "cake", 0, &weft__schema_cake },
	{ "cake_mq", 0, &weft__schema_cake },
	{ "cbq", 0, &weft__schema_cbq },
	{ "cbs", 0, &weft__schema_cbs },
	{ "cgroup", 0, &weft__schema_cgroup },
	{ "choke", 0, &weft__schema_choke },
	{ "clsact", 0, &weft__schema_ingress },
	{ "codel", 0, &weft__schema_codel },
	{ "drr", 0, &weft__schema_drr },
	{ "dsmark", 0, &weft__schema_dsmark },
	{ "dualpi2", 0, &weft__schema_dualpi2 },
	{ "etf", 0, &weft__schema_etf },
	{ "ets", 0, &weft__schema_ets },
	{ "flow", 0, &weft__schema_flow },
	{ "flower", 0, &weft__schema_flower },
	{ "fq", 0, &weft__schema_fq },
	{ "fq_codel", 0, &weft__schema_fq_codel },
	{ "fq_pie", 0, &weft__schema_fq_pie },
	{ "fw", 0, &weft__schema_fw },
	{ "gred", 0, &weft__schema_gred },
	{ "hfsc", 0, &weft__schema_tc_hfsc_qopt },
	{ "hhf", 0, &weft__schema_hhf },
	{ "htb", 0, &weft__schema_htb },
	{ "ingress", 0, &weft__schema_ingress },
	{ "matchall", 0, &weft__schema_matchall },
	{ "mqprio", 0, &weft__schema_mqprio },
	{ "multiq", 0, &weft__schema_tc_multiq_qopt },
	{ "netem", 0, &weft__schema_netem },
	{ "pfifo", 0, &weft__schema_tc_fifo_qopt },
	{ "pfifo_fast", 0, &weft__schema_tc_prio_qopt },
	{ "pfifo_head_drop", 0, &weft__schema_tc_fifo_qopt },
	{ "pie", 0, &weft__schema_pie },
	{ "plug", 0, &weft__schema_tc_plug_qopt },
	{ "prio", 0, &weft__schema_tc_prio_qopt },
	{ "qfq", 0, &weft__schema_qfq },
	{ "red", 0, &weft__schema_red },
	{ "route", 0, &weft__schema_route4 },
	{ "sfb", 0, &weft__schema_sfb },
	{ "sfq", 0, &weft__schema_tc_sfq_qopt_v1 },
	{ "skbprio", 0, &weft__schema_tc_fifo_qopt },
	{ "taprio", 0, &weft__schema_taprio },
	{ "tbf", 0, &weft__schema_tbf },
	{ "u32", 0, &weft__schema_u32 },
};
const struct weft_choice weft__choice_tc_options = { 1, N(tc_options), tc_options };

/* By TCA_KIND of classes. */
static const struct weft_variant tc_class[] = {
	{ "atm", 0, &weft__schema_atm },
	{ "cbq", 0, &weft__schema_cbq },
	{ "drr", 0, &weft__schema_drr },
	{ "dsmark", 0, &weft__schema_dsmark },
	{ "ets", 0, &weft__schema_ets },
	{ "hfsc", 0, &weft__schema_hfsc },
	{ "htb", 0, &weft__schema_htb },
	{ "qfq", 0, &weft__schema_qfq },
};
const struct weft_choice weft__choice_tc_class = { 1, N(tc_class), tc_class };

/* By TCA_KIND, beside it and, in TCA_STATS2, around it. */
static const struct weft_variant tc_xstats[] = {
	{ "cake", 0, &weft__schema_cake_stats },
	{ "cake_mq", 0, &weft__schema_cake_stats },
	{ "cbq", 0, &weft__schema_tc_cbq_xstats },
	{ "choke", 0, &weft__schema_tc_choke_xstats },
	{ "codel", 0, &weft__schema_tc_codel_xstats },
	{ "dualpi2", 0, &weft__schema_tc_dualpi2_xstats },
	{ "fq", 0, &weft__schema_tc_fq_qd_stats },
	{ "fq_codel", 0, &weft__schema_tc_fq_codel_xstats },
	{ "fq_pie", 0, &weft__schema_tc_fq_pie_xstats },
	{ "hhf", 0, &weft__schema_tc_hhf_xstats },
	{ "netem", 0, &weft__schema_tc_netem_xstats },
	{ "pie", 0, &weft__schema_tc_pie_xstats },
	{ "red", 0, &weft__schema_tc_red_xstats },
	{ "sfb", 0, &weft__schema_tc_sfb_xstats },
	{ "sfq", 0, &weft__schema_tc_sfq_xstats },
	{ "taprio", 0, &weft__schema_taprio_offload_stats },
};
const struct weft_choice weft__choice_tc_xstats = { 1, N(tc_xstats), tc_xstats };
const struct weft_choice weft__choice_tc_app = { WEFT_SELECT_OUTER, N(tc_xstats), tc_xstats };

static const struct weft_variant tclass_xstats[] = {
	{ "cake", 0, &weft__schema_cake_stats },
	{ "cbq", 0, &weft__schema_tc_cbq_xstats },
	{ "drr", 0, &weft__schema_tc_drr_stats },
	{ "fq_codel", 0, &weft__schema_tc_fq_codel_cl_xstats },
	{ "hfsc", 0, &weft__schema_tc_hfsc_stats },
	{ "htb", 0, &weft__schema_tc_htb_xstats },
	{ "qfq", 0, &weft__schema_tc_qfq_stats },
	{ "sfq", 0, &weft__schema_tc_sfq_xstats },
	{ "taprio", 0, &weft__schema_taprio_offload_stats },
};
const struct weft_choice weft__choice_tclass_xstats = { 1, N(tclass_xstats), tclass_xstats };
const struct weft_choice weft__choice_tclass_app = { WEFT_SELECT_OUTER, N(tclass_xstats), tclass_xstats };
