/* SPDX-License-Identifier: MIT */
/* What extended matches and the options of actions are, by kind. */
#include "rows/tables.h"

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))

/* By the kind in struct tcf_ematch_hdr. */
static const struct weft_variant ematch[] = {
	{ "cmp", 1, &weft__schema_tcf_em_cmp },
	{ "nbyte", 2, &weft__schema_tcf_em_nbyte },
	{ "u32", 3, &weft__schema_tc_u32_key },
	{ "meta", 4, &weft__schema_em_meta },
	{ "text", 5, &weft__schema_tcf_em_text },
	{ "canid", 7, &weft__schema_em_canid },
	{ "ipset", 8, &weft__schema_em_ipset },
	{ "ipt", 9, &weft__schema_em_ipt },
	{ NULL, 0, &weft__schema_tcf_em_container },
};
const struct weft_choice weft__choice_ematch = { 2, N(ematch), ematch };

/* By TCA_ACT_KIND. */
static const struct weft_variant act_options[] = {
	{ "bpf", 0, &weft__schema_act_bpf },
	{ "connmark", 0, &weft__schema_act_connmark },
	{ "csum", 0, &weft__schema_act_csum },
	{ "ct", 0, &weft__schema_act_ct },
	{ "ctinfo", 0, &weft__schema_act_ctinfo },
	{ "gact", 0, &weft__schema_act_gact },
	{ "gate", 0, &weft__schema_act_gate },
	{ "ife", 0, &weft__schema_act_ife },
	{ "mirred", 0, &weft__schema_act_mirred },
	{ "mpls", 0, &weft__schema_act_mpls },
	{ "nat", 0, &weft__schema_act_nat },
	{ "pedit", 0, &weft__schema_act_pedit },
	{ "police", 0, &weft__schema_police },
	{ "sample", 0, &weft__schema_act_sample },
	{ "simple", 0, &weft__schema_act_simple },
	{ "skbedit", 0, &weft__schema_act_skbedit },
	{ "skbmod", 0, &weft__schema_act_skbmod },
	{ "tunnel_key", 0, &weft__schema_act_tunnel_key },
	{ "vlan", 0, &weft__schema_act_vlan },
};
const struct weft_choice weft__choice_act_options = { 1, N(act_options), act_options };
