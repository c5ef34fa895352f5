/* SPDX-License-Identifier: MIT */
/* Words of the kinds whose options are taken as they are. */
#include <errno.h>
#include <string.h>

#include "object/tc_words.h"

enum {
	CODEL_SHIFT = 10,
	PIE_SHIFT = 6,
};

static const struct weft__tc_row limit[] = { { "limit", "limit" }, { 0 } };

static const struct weft__tc_row prio[] = {
	{ "bands", "bands", .absent = "3" },
	{ "priomap", "priomap", WEFT__BYTES, .absent = "1,2,2,2,1,2,0,0,1,1,1,1,1,1,1,1" },
	{ 0 },
};
/* The kernel sets both by the queues of the device. */
static const struct weft__tc_row multiq[] = {
	{ "bands", "bands", .absent = "0" },
	{ 0 },
};
static const struct weft__tc_row plug[] = {
	{ "block", "action", WEFT__ALONE, 0 },
	{ "release", "action", WEFT__ALONE, 1 },
	{ "release_indefinite", "action", WEFT__ALONE, 2 },
	{ 0 },
};
static const struct weft__tc_row codel[] = {
	{ "limit", "limit" },
	{ "target", "target", WEFT__ROUNDED, CODEL_SHIFT },
	{ "ce_threshold", "ce-threshold", WEFT__ROUNDED, CODEL_SHIFT },
	{ "interval", "interval", WEFT__ROUNDED, CODEL_SHIFT },
	{ "ecn", "ecn", WEFT__ALONE, 1 },
	{ "noecn", "ecn", WEFT__ALONE, 0 },
	{ 0 },
};
static const struct weft__tc_row fq_codel[] = {
	{ "limit", "limit" },
	{ "flows", "flows" },
	{ "quantum", "quantum" },
	{ "target", "target", WEFT__ROUNDED, CODEL_SHIFT },
	{ "ce_threshold", "ce-threshold", WEFT__ROUNDED, CODEL_SHIFT },
	{ "ce_threshold_selector", "ce-threshold-selector" },
	{ "ce_threshold_mask", "ce-threshold-mask" },
	{ "interval", "interval", WEFT__ROUNDED, CODEL_SHIFT },
	{ "memory_limit", "memory-limit" },
	{ "drop_batch", "drop-batch-size" },
	{ "ecn", "ecn", WEFT__ALONE, 1 },
	{ "noecn", "ecn", WEFT__ALONE, 0 },
	{ 0 },
};
static const struct weft__tc_row fq[] = {
	{ "limit", "plimit" },
	{ "flow_limit", "flow-plimit" },
	{ "buckets", "buckets-log", WEFT__LOG2 },
	{ "orphan_mask", "orphan-mask" },
	{ "quantum", "quantum" },
	{ "initial_quantum", "initial-quantum" },
	{ "maxrate", "flow-max-rate" },
	{ "low_rate_threshold", "low-rate-threshold" },
	{ "refill_delay", "flow-refill-delay" },
	{ "ce_threshold", "ce-threshold" },
	{ "timer_slack", "timer-slack" },
	{ "horizon", "horizon" },
	{ "offload_horizon", "offload-horizon" },
	{ "weights", "weights", WEFT__LIST },
	{ "priomap", "priomap", WEFT__PRIOMAP },
	{ "pacing", "rate-enable", WEFT__ALONE, 1 },
	{ "nopacing", "rate-enable", WEFT__ALONE, 0 },
	{ "horizon_drop", "horizon-drop", WEFT__ALONE, 1 },
	{ "horizon_cap", "horizon-drop", WEFT__ALONE, 0 },
	{ 0 },
};
static const struct weft__tc_row hhf[] = {
	{ "limit", "backlog-limit" },	      { "quantum", "quantum" },
	{ "hh_limit", "hh-flows-limit" },     { "reset_timeout", "reset-timeout" },
	{ "admit_bytes", "admit-bytes" },     { "evict_timeout", "evict-timeout" },
	{ "non_hh_weight", "non-hh-weight" }, { 0 },
};
static const struct weft__tc_row pie[] = {
	{ "limit", "limit" },
	{ "target", "target", WEFT__ROUNDED, PIE_SHIFT },
	{ "tupdate", "tupdate" },
	{ "alpha", "alpha" },
	{ "beta", "beta" },
	{ "ecn", "ecn", WEFT__ALONE, 1 },
	{ "noecn", "ecn", WEFT__ALONE, 0 },
	{ "bytemode", "bytemode", WEFT__ALONE, 1 },
	{ "nobytemode", "bytemode", WEFT__ALONE, 0 },
	{ "dq_rate_estimator", "dq-rate-estimator", WEFT__ALONE, 1 },
	{ "no_dq_rate_estimator", "dq-rate-estimator", WEFT__ALONE, 0 },
	{ 0 },
};
static const struct weft__tc_row fq_pie[] = {
	{ "limit", "limit" },
	{ "flows", "flows" },
	{ "target", "target", WEFT__ROUNDED, PIE_SHIFT },
	{ "tupdate", "tupdate" },
	{ "alpha", "alpha" },
	{ "beta", "beta" },
	{ "quantum", "quantum" },
	{ "memory_limit", "memory-limit" },
	{ "ecn_prob", "ecn-prob" },
	{ "ecn", "ecn", WEFT__ALONE, 1 },
	{ "noecn", "ecn", WEFT__ALONE, 0 },
	{ "bytemode", "bytemode", WEFT__ALONE, 1 },
	{ "nobytemode", "bytemode", WEFT__ALONE, 0 },
	{ "dq_rate_estimator", "dq-rate-estimator", WEFT__ALONE, 1 },
	{ "no_dq_rate_estimator", "dq-rate-estimator", WEFT__ALONE, 0 },
	{ 0 },
};
static const struct weft__tc_row dualpi2[] = {
	{ "limit", "limit" },
	{ "memlimit", "memory-limit" },
	{ "target", "target" },
	{ "tupdate", "tupdate" },
	{ "alpha", "alpha" },
	{ "beta", "beta" },
	{ "step_thresh_pkts", "step-thresh-pkts" },
	{ "step_thresh", "step-thresh-us" },
	{ "min_qlen_step", "min-qlen-step" },
	{ "coupling_factor", "coupling" },
	{ "overflow", "drop-overload", WEFT__ALONE, 0 },
	{ "drop_on_overload", "drop-overload", WEFT__ALONE, 1 },
	{ "drop_dequeue", "drop-early", WEFT__ALONE, 0 },
	{ "drop_enqueue", "drop-early", WEFT__ALONE, 1 },
	{ "classic_protection", "c-protection" },
	{ "l4s_ect", "ecn-mask", WEFT__ALONE, 1 },
	{ "classic_ect", "ecn-mask", WEFT__ALONE, 2 },
	{ "any_ect", "ecn-mask", WEFT__ALONE, 3 },
	{ "no_split_gso", "split-gso", WEFT__ALONE, 0 },
	{ "split_gso", "split-gso", WEFT__ALONE, 1 },
	{ 0 },
};
static const struct weft__tc_row drr[] = { { "quantum", "quantum" }, { 0 } };
static const struct weft__tc_row qfq[] = { { "weight", "weight" }, { "maxpkt", "lmax" }, { 0 } };
static const struct weft__tc_row sfb[] = {
	{ "rehash", "parms.rehash-interval", .absent = "600s" },
	{ "db", "parms.warmup-time", .absent = "60s" },
	{ "limit", "parms.limit", .absent = "0" },
	{ "max", "parms.max", .absent = "25" },
	{ "target", "parms.bin-size", .absent = "20" },
	{ "increment", "parms.increment", .absent = "33" },
	{ "decrement", "parms.decrement", .absent = "3" },
	{ "penalty_rate", "parms.penalty-rate", .absent = "10" },
	{ "penalty_burst", "parms.penalty-burst", .absent = "20" },
	{ 0 },
};
static const struct weft__tc_row cbs[] = {
	{ "hicredit", "parms.hicredit", .absent = "0" },   { "locredit", "parms.locredit", .absent = "0" },
	{ "idleslope", "parms.idleslope", .absent = "0" }, { "sendslope", "parms.sendslope", .absent = "0" },
	{ "offload", "parms.offload", .absent = "0" },	   { 0 },
};
static const struct weft__tc_row etf[] = {
	{ "delta", "parms.delta", .absent = "0" },
	{ "clockid", "parms.clockid", WEFT__CLOCK },
	{ "deadline_mode", "parms.flags", WEFT__BIT, 1, .absent = "0" },
	{ "offload", "parms.flags", WEFT__BIT, 2 },
	{ "skip_sock_check", "parms.flags", WEFT__BIT, 4 },
	{ 0 },
};
static const struct weft__tc_row ets[] = {
	{ "bands", "nbands" },
	{ "strict", "nstrict" },
	{ "quanta", "quanta.quanta-band", WEFT__LIST },
	{ "priomap", "priomap.priomap-band", WEFT__LIST },
	{ 0 },
};
static const struct weft__tc_row ets_class[] = { { "quantum", "quanta-band", WEFT__LIST }, { 0 } };
static const struct weft__tc_row cake[] = {
	{ "unlimited", "base-rate64", WEFT__ALONE, 0 },
	{ "bandwidth", "base-rate64" },
	{ "autorate_ingress", "autorate", WEFT__ALONE, 1 },
	{ "no_autorate", "autorate", WEFT__ALONE, 0 },
	{ "diffserv3", "diffserv-mode", WEFT__ALONE, 0 },
	{ "diffserv4", "diffserv-mode", WEFT__ALONE, 1 },
	{ "diffserv8", "diffserv-mode", WEFT__ALONE, 2 },
	{ "besteffort", "diffserv-mode", WEFT__ALONE, 3 },
	{ "precedence", "diffserv-mode", WEFT__ALONE, 4 },
	{ "flowblind", "flow-mode", WEFT__ALONE, 0 },
	{ "srchost", "flow-mode", WEFT__ALONE, 1 },
	{ "dsthost", "flow-mode", WEFT__ALONE, 2 },
	{ "hosts", "flow-mode", WEFT__ALONE, 3 },
	{ "flows", "flow-mode", WEFT__ALONE, 4 },
	{ "dual_srchost", "flow-mode", WEFT__ALONE, 5 },
	{ "dual_dsthost", "flow-mode", WEFT__ALONE, 6 },
	{ "triple_isolate", "flow-mode", WEFT__ALONE, 7 },
	{ "nat", "nat", WEFT__ALONE, 1 },
	{ "nonat", "nat", WEFT__ALONE, 0 },
	{ "wash", "wash", WEFT__ALONE, 1 },
	{ "nowash", "wash", WEFT__ALONE, 0 },
	{ "ingress", "ingress", WEFT__ALONE, 1 },
	{ "egress", "ingress", WEFT__ALONE, 0 },
	{ "ack_filter", "ack-filter", WEFT__ALONE, 1 },
	{ "ack_filter_aggressive", "ack-filter", WEFT__ALONE, 2 },
	{ "no_ack_filter", "ack-filter", WEFT__ALONE, 0 },
	{ "split_gso", "split-gso", WEFT__ALONE, 1 },
	{ "no_split_gso", "split-gso", WEFT__ALONE, 0 },
	{ "rtt", "rtt" },
	{ "target", "target" },
	{ "raw", "raw", WEFT__ALONE, 0 },
	{ "atm", "atm", WEFT__ALONE, 1 },
	{ "noatm", "atm", WEFT__ALONE, 0 },
	{ "ptm", "atm", WEFT__ALONE, 2 },
	{ "overhead", "overhead" },
	{ "mpu", "mpu" },
	{ "memlimit", "memory" },
	{ "fwmark", "fwmark" },
	{ 0 },
};

static unsigned items(const char *list)
{
	const char *item;
	unsigned n = 0;
	size_t len;

	while (list && weft__word_item(&list, &item, &len))
		n++;
	return n;
}

/* As many bands as are strict or have a quantum. */
static void put_ets(struct weft__words *w)
{
	const char *strict = weft__word_look(w, "strict");
	uint64_t n = 0;

	if (weft__word_look(w, "bands"))
		return;
	if (strict && !weft__word_number(strict, strlen(strict), false, UINT8_MAX, &n))
		n = 0;
	n += items(weft__word_look(w, "quanta"));
	if (n == 0 || n > UINT8_MAX)
		weft__word_fail(w->m, -EINVAL, "bands", "missing");
	weft_put(w->m, WEFT_KV(ets, nbands, (uint8_t)n));
}

const struct weft__tc_kind weft__tc_plain[] = {
	{ "bfifo", .rows = limit },
	{ "cake", .rows = cake },
	{ "cake_mq", .rows = cake },
	{ "cbs", .rows = cbs, .always = true },
	{ "codel", .rows = codel },
	{ "drr", .of_class = true, .rows = drr, .always = true },
	{ "dualpi2", .rows = dualpi2 },
	{ "etf", .rows = etf, .always = true },
	{ "ets", .rows = ets, .always = true, .put = put_ets },
	{ "ets", .of_class = true, .rows = ets_class, .always = true },
	{ "fq", .rows = fq },
	{ "fq_codel", .rows = fq_codel },
	{ "fq_pie", .rows = fq_pie },
	{ "hhf", .rows = hhf },
	{ "multiq", .rows = multiq, .always = true },
	{ "pfifo", .rows = limit },
	{ "pfifo_fast", .rows = prio },
	{ "pfifo_head_drop", .rows = limit },
	{ "pie", .rows = pie },
	{ "plug", .rows = plug },
	{ "prio", .rows = prio, .always = true },
	{ "qfq", .of_class = true, .rows = qfq, .always = true },
	{ "sfb", .rows = sfb, .always = true },
	{ "skbprio", .rows = limit },
	{ 0 },
};
