/* SPDX-License-Identifier: MIT */
/* Words of random early detection: red, choke, gred, sfq. The kernel wants logarithms and a table, which
 * follow from the size of packets, the burst that is let pass, and the bandwidth. */
#include <errno.h>

#include "object/tc_math.h"
#include "object/tc_rate.h"
#include "object/tc_red.h"
#include "object/tc_words.h"

enum {
	ECN = 1,
	HARDDROP = 2,
	ADAPTIVE = 4,
	NODROP = 8,
	IDLE_MOST = 31, /* a shift by more leaves nothing of an average */
	BANDWIDTH = 10000000 / 8,
	AVPKT = 1000,
	PROBABILITY = 85899345, /* 2 % of 2^32 */
	ALL_DPS = 16,
};

struct red {
	uint32_t limit, min, max, max_p;
	uint32_t wlog, plog, clog;
	uint32_t flags;
	uint8_t stab[WEFT__RED_STAB];
};

void weft__red_stab(uint8_t ret[WEFT__RED_STAB])
{
	/* the scale is chosen so that between half and all of the items are below the most */
	for (unsigned i = 0; i < WEFT__RED_STAB; i++)
		ret[i] = (uint8_t)(i * IDLE_MOST / 384);
	ret[WEFT__RED_STAB - 1] = IDLE_MOST;
}

/* The weight of a new sample, 2^-wlog, by which a burst of so many packets stays below min. 0: there is none. */
static uint32_t weight(uint32_t min, uint32_t burst, uint32_t avpkt)
{
	double a = burst + 1.0 - (double)min / avpkt, w = 0.5;

	for (uint32_t log = 1; a >= 1 && log < 32; log++, w /= 2)
		if (a <= (1 - weft__power(1 - w, burst)) / w)
			return log;
	return 0;
}

/* The logarithm of (max - min) / probability. 32: there is none. */
static uint32_t slope(uint32_t min, uint32_t max, uint32_t max_p)
{
	double p = (double)max_p / UINT32_MAX / (max - min);
	uint32_t log = 0;

	for (; log < 32 && p <= 1; log++)
		p *= 2;
	return log;
}

/* Fills the table and its scale: after how many units of 2^clog ticks an average is halved how often. */
static bool idle(struct red *r, uint32_t avpkt, uint64_t bandwidth)
{
	double time = (double)weft__tc_ticks(bandwidth, avpkt), decay = weft__log_rest((int)r->wlog) / time;
	double most = IDLE_MOST / decay;

	for (r->clog = 0; r->clog < 32 && most / (double)(1u << r->clog) >= 512;)
		r->clog++;
	if (r->clog == 32)
		return false;
	for (uint32_t i = 0; i < WEFT__RED_STAB; i++) {
		double v = (double)((uint64_t)i << r->clog) * decay;

		r->stab[i] = v > IDLE_MOST ? IDLE_MOST : (uint8_t)v;
	}
	r->stab[WEFT__RED_STAB - 1] = IDLE_MOST;
	return true;
}

/* Thresholds as they are usual, where they are not given. */
static void thresholds(struct weft__words *w, struct red *r, const char *limit, uint8_t unit)
{
	if (!weft__word_u32(w, limit, unit, &r->limit) || !r->limit)
		weft__word_fail(w->m, -EINVAL, limit, "missing");
	(void)weft__word_u32(w, "min", unit, &r->min);
	(void)weft__word_u32(w, "max", unit, &r->max);
	if (!r->max)
		r->max = r->min ? (r->min > UINT32_MAX / 3 ? UINT32_MAX : r->min * 3) : r->limit / 4;
	if (!r->min)
		r->min = r->max / 3;
	if (r->max > r->limit)
		weft__word_fail(w->m, -EINVAL, "max", "more than limit");
	if (r->min >= r->max)
		weft__word_fail(w->m, -EINVAL, "min", "not less than max (%u)", r->max);
}

/* Everything that is computed; scale: bytes that one of min and max counts (0: avpkt). */
static void compute(struct weft__words *w, struct red *r, uint32_t scale)
{
	uint32_t avpkt = AVPKT, burst = 0;
	uint64_t bandwidth = BANDWIDTH, min, max;

	r->max_p = PROBABILITY;
	(void)weft__word_u32(w, "probability", WEFT_U_PART, &r->max_p);
	if (weft__word_u32(w, "avpkt", WEFT_U_SIZE, &avpkt) && !avpkt)
		weft__word_fail(w->m, -EINVAL, "avpkt", "0 bytes");
	if (weft__word_uint(w, "bandwidth", WEFT_U_RATE, &bandwidth) && !bandwidth)
		weft__word_fail(w->m, -EINVAL, "bandwidth", "nothing would ever be sent");
	if (weft_msg_error(w->m, NULL))
		return;
	scale = scale ? scale : avpkt;
	min = (uint64_t)r->min * scale;
	max = (uint64_t)r->max * scale;
	if (!weft__word_u32(w, "burst", WEFT_U_PACKETS, &burst))
		burst = (uint32_t)((2 * min + max) / (3 * (uint64_t)avpkt));
	if (max > UINT32_MAX) {
		weft__word_fail(w->m, -ERANGE, "max", "more than 4 GB");
		return;
	}
	if (!weft__word_u32(w, "ewma", WEFT_U_NONE, &r->wlog))
		r->wlog = weight((uint32_t)min, burst, avpkt);
	if (r->wlog == 0 || r->wlog > 31)
		weft__word_fail(w->m, -EINVAL, "burst", "no weight fits: burst + 1 must be at least min / avpkt");
	if (!weft__word_u32(w, "plog", WEFT_U_NONE, &r->plog))
		r->plog = slope((uint32_t)min, (uint32_t)max, r->max_p);
	if (r->plog > 31)
		weft__word_fail(w->m, -EINVAL, "probability", "too small");
	if (weft_msg_error(w->m, NULL))
		return;
	if (weft__word_u32(w, "scell_log", WEFT_U_NONE, &r->clog) && r->clog < 32)
		weft__red_stab(r->stab);
	else if (!idle(r, avpkt, bandwidth))
		weft__word_fail(w->m, -EINVAL, "bandwidth", "too small");
}

static void flags(struct weft__words *w, struct red *r)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} all[] = { { "ecn", ECN }, { "harddrop", HARDDROP }, { "adaptive", ADAPTIVE }, { "nodrop", NODROP } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (weft__word_alone(w, all[i].word))
			r->flags |= all[i].flag;
}

static void tell_flags(struct weft__tell *t, uint64_t v)
{
	if (v & ECN)
		weft__tell_word(t, "ecn");
	if (v & HARDDROP)
		weft__tell_word(t, "harddrop");
	if (v & ADAPTIVE)
		weft__tell_word(t, "adaptive");
	if (v & NODROP)
		weft__tell_word(t, "nodrop");
}

static void put_stab(struct weft_msg *m, uint32_t key, const struct red *r)
{
	weft_put(m, weft_kv_bytes(key, (struct weft_bytes){ r->stab, sizeof r->stab }));
}

static void put_red(struct weft__words *w)
{
	struct red r = { 0 };
	uint32_t block;

	thresholds(w, &r, "limit", WEFT_U_SIZE);
	compute(w, &r, 1);
	flags(w, &r);
	weft_open(w->m, WEFT_KEY(red, parms));
	weft_put(w->m, WEFT_KV(tc_red_qopt, limit, r.limit));
	weft_put(w->m, WEFT_KV(tc_red_qopt, qth_min, r.min));
	weft_put(w->m, WEFT_KV(tc_red_qopt, qth_max, r.max));
	weft_put(w->m, WEFT_KV(tc_red_qopt, Wlog, (uint8_t)r.wlog));
	weft_put(w->m, WEFT_KV(tc_red_qopt, Plog, (uint8_t)r.plog));
	weft_put(w->m, WEFT_KV(tc_red_qopt, Scell_log, (uint8_t)r.clog));
	weft_close(w->m);
	put_stab(w->m, WEFT_KEY(red, stab), &r);
	weft_put(w->m, WEFT_KV(red, max_p, r.max_p));
	weft_put(w->m, WEFT_KV(red, flags, WEFT_ATTRS(weft_kv_uint(0, r.flags), weft_kv_uint(0, r.flags))));
	if (weft__word_u32(w, "early_drop_block", WEFT_U_NONE, &block))
		weft_put(w->m, WEFT_KV(red, early_drop_block, block));
	if (weft__word_u32(w, "mark_block", WEFT_U_NONE, &block))
		weft_put(w->m, WEFT_KV(red, mark_block, block));
}

/* How the average is taken is told as the kernel has it: avpkt, burst and bandwidth cannot be known again. */
static void tell_average(struct weft__tell *t, struct weft_attr parms)
{
	weft__tell_uint(t, "ewma", 0, weft_uint(weft_at(parms, "Wlog"), 0));
	weft__tell_uint(t, "plog", 0, weft_uint(weft_at(parms, "Plog"), 0));
	weft__tell_uint(t, "scell_log", 0, weft_uint(weft_at(parms, "Scell-log"), 0));
}

static void tell_thresholds(struct weft__tell *t, struct weft_attr parms, const char *limit, uint8_t unit)
{
	weft__tell_uint(t, limit, unit, weft_uint(weft_at(parms, "limit"), 0));
	weft__tell_uint(t, "min", unit, weft_uint(weft_at(parms, "qth-min"), 0));
	weft__tell_uint(t, "max", unit, weft_uint(weft_at(parms, "qth-max"), 0));
}

static void tell_red(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr parms = weft_at(options, "parms"), bits = weft_at(options, "flags"), block;

	tell_thresholds(t, parms, "limit", WEFT_U_SIZE);
	tell_average(t, parms);
	weft__tell_uint(t, "probability", WEFT_U_PART, weft_uint(weft_at(options, "max-p"), 0));
	tell_flags(t, bits.len == 8 ? weft_get_u32(bits.p) : weft_uint(weft_at(parms, "flags"), 0));
	block = weft_at(options, "early-drop-block");
	if (block.p)
		weft__tell_uint(t, "early_drop_block", 0, weft_uint(block, 0));
	block = weft_at(options, "mark-block");
	if (block.p)
		weft__tell_uint(t, "mark_block", 0, weft_uint(block, 0));
}

static void put_choke(struct weft__words *w)
{
	struct red r = { 0 };

	thresholds(w, &r, "limit", WEFT_U_PACKETS);
	compute(w, &r, 0);
	flags(w, &r);
	weft_open(w->m, WEFT_KEY(choke, parms));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, limit, r.limit));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, qth_min, r.min));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, qth_max, r.max));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, Wlog, (uint8_t)r.wlog));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, Plog, (uint8_t)r.plog));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, Scell_log, (uint8_t)r.clog));
	weft_put(w->m, WEFT_KV(tc_choke_qopt, flags, (uint8_t)r.flags));
	weft_close(w->m);
	put_stab(w->m, WEFT_KEY(choke, stab), &r);
	weft_put(w->m, WEFT_KV(choke, max_p, r.max_p));
}

static void tell_choke(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr parms = weft_at(options, "parms");

	tell_thresholds(t, parms, "limit", WEFT_U_PACKETS);
	tell_average(t, parms);
	weft__tell_uint(t, "probability", WEFT_U_PART, weft_uint(weft_at(options, "max-p"), 0));
	tell_flags(t, weft_uint(weft_at(parms, "flags"), 0));
}

/* First the number of virtual queues, DPs; each is then set by a request of its own, with DP. */
static void put_gred_setup(struct weft__words *w, uint32_t dps)
{
	struct red r = { 0 };
	uint32_t standard = 0, limit;
	bool grio = weft__word_alone(w, "grio");

	(void)weft__word_u32(w, "default", WEFT_U_NONE, &standard);
	flags(w, &r);
	weft_open(w->m, WEFT_KEY(gred, dps));
	weft_put(w->m, WEFT_KV(tc_gred_sopt, DPs, dps));
	weft_put(w->m, WEFT_KV(tc_gred_sopt, def_DP, standard));
	weft_put(w->m, WEFT_KV(tc_gred_sopt, grio, grio));
	weft_put(w->m, WEFT_KV(tc_gred_sopt, flags, (uint8_t)r.flags));
	weft_close(w->m);
	if (weft__word_u32(w, "limit", WEFT_U_SIZE, &limit))
		weft_put(w->m, WEFT_KV(gred, limit, limit));
}

static void put_gred_queue(struct weft__words *w)
{
	uint32_t dp = 0, prio = 0;
	struct red r = { 0 };

	if (!weft__word_u32(w, "DP", WEFT_U_NONE, &dp))
		weft__word_fail(w->m, -EINVAL, "DP", "missing: DPs or DP is needed");
	if (weft__word_u32(w, "prio", WEFT_U_NONE, &prio) && prio > UINT8_MAX)
		weft__word_fail(w->m, -ERANGE, "prio", "%u is out of range (0 to 255)", prio);
	thresholds(w, &r, "limit", WEFT_U_SIZE);
	compute(w, &r, 1);
	weft_open(w->m, WEFT_KEY(gred, parms));
	weft_open(w->m, 0);
	weft_put(w->m, WEFT_KV(tc_gred_qopt, limit, r.limit));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, qth_min, r.min));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, qth_max, r.max));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, DP, dp));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, Wlog, (uint8_t)r.wlog));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, Plog, (uint8_t)r.plog));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, Scell_log, (uint8_t)r.clog));
	weft_put(w->m, WEFT_KV(tc_gred_qopt, prio, (uint8_t)prio));
	weft_close(w->m);
	weft_close(w->m);
	put_stab(w->m, WEFT_KEY(gred, stab), &r);
	weft_open(w->m, WEFT_KEY(gred, max_p));
	weft_put(w->m, weft_kv_uint(0, r.max_p));
	weft_close(w->m);
}

static void put_gred(struct weft__words *w)
{
	uint32_t dps;

	if (weft__word_u32(w, "DPs", WEFT_U_NONE, &dps))
		put_gred_setup(w, dps);
	else
		put_gred_queue(w);
}

/* The virtual queues follow the set-up, each in brackets. */
static void tell_gred(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr dps = weft_at(options, "dps");

	weft__tell_uint(t, "DPs", 0, weft_uint(weft_at(dps, "DPs"), 0));
	weft__tell_uint(t, "default", 0, weft_uint(weft_at(dps, "def-DP"), 0));
	if (weft_uint(weft_at(dps, "grio"), 0))
		weft__tell_word(t, "grio");
	if (weft_at(options, "limit").p)
		weft__tell_uint(t, "limit", WEFT_U_SIZE, weft_uint(weft_at(options, "limit"), 0));
	tell_flags(t, weft_uint(weft_at(dps, "flags"), 0));
	WEFT_EACH(q, weft_at(options, "parms"))
	{
		/* of one that is not set the kernel tells a number out of range */
		if (weft_uint(weft_at(q, "DP"), ALL_DPS) >= ALL_DPS)
			continue;
		weft__tell_word(t, "[");
		t->any = false;
		weft__tell_uint(t, "DP", 0, weft_uint(weft_at(q, "DP"), 0));
		tell_thresholds(t, q, "limit", WEFT_U_SIZE);
		tell_average(t, q);
		weft__tell_uint(t, "prio", 0, weft_uint(weft_at(q, "prio"), 0));
		weft_text_putc(t->t, ']');
	}
}

/* What a flow of sfq may have is decided by its average when redflowlimit is given. */
static void put_sfq_red(struct weft__words *w, struct red *r)
{
	bool scale = weft__word_look(w, "scell_log");

	if (!weft__word_look(w, "redflowlimit"))
		return;
	thresholds(w, r, "redflowlimit", WEFT_U_SIZE);
	compute(w, r, 1);
	/* there is no table that it would be the scale of */
	r->clog = scale ? r->clog : 0;
	flags(w, r);
}

static void put_sfq(struct weft__words *w)
{
	uint32_t limit = 0, quantum = 0, divisor = 0, flows = 0, depth = 0;
	uint64_t perturb = 0;
	struct red r = { 0 };

	(void)weft__word_u32(w, "limit", WEFT_U_PACKETS, &limit);
	(void)weft__word_u32(w, "quantum", WEFT_U_SIZE, &quantum);
	(void)weft__word_u32(w, "divisor", WEFT_U_NONE, &divisor);
	(void)weft__word_u32(w, "flows", WEFT_U_NONE, &flows);
	(void)weft__word_u32(w, "depth", WEFT_U_PACKETS, &depth);
	if (weft__word_uint(w, "perturb", WEFT_U_S, &perturb) && perturb > INT32_MAX)
		weft__word_fail(w->m, -ERANGE, "perturb", "longer than 68 years");
	put_sfq_red(w, &r);
	weft_open(w->m, WEFT_KEY(tc_sfq_qopt_v1, v0));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt, quantum, quantum));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt, perturb_period, (int32_t)perturb));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt, limit, limit));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt, divisor, divisor));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt, flows, flows));
	weft_close(w->m);
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, depth, depth));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, headdrop, weft__word_alone(w, "headdrop")));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, limit, r.limit));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, qth_min, r.min));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, qth_max, r.max));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, Wlog, (uint8_t)r.wlog));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, Plog, (uint8_t)r.plog));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, Scell_log, (uint8_t)r.clog));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, flags, (uint8_t)r.flags));
	weft_put(w->m, WEFT_KV(tc_sfq_qopt_v1, max_P, r.max_p));
}

static void tell_sfq(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr v0 = weft_at(options, "v0");

	uint64_t limit = weft_uint(weft_at(v0, "limit"), 0), flows = weft_uint(weft_at(v0, "flows"), 0);

	/* less than the flows is the kernel's own, and would lower their number */
	if (limit >= flows)
		weft__tell_uint(t, "limit", WEFT_U_PACKETS, limit);
	weft__tell_uint(t, "quantum", WEFT_U_SIZE, weft_uint(weft_at(v0, "quantum"), 0));
	weft__tell_uint(t, "divisor", 0, weft_uint(weft_at(v0, "divisor"), 0));
	weft__tell_uint(t, "flows", 0, flows);
	if (weft_uint(weft_at(options, "depth"), 0))
		weft__tell_uint(t, "depth", WEFT_U_PACKETS, weft_uint(weft_at(options, "depth"), 0));
	if (weft_uint(weft_at(v0, "perturb-period"), 0))
		weft__tell_uint(t, "perturb", WEFT_U_S, weft_uint(weft_at(v0, "perturb-period"), 0));
	if (weft_uint(weft_at(options, "headdrop"), 0))
		weft__tell_word(t, "headdrop");
	if (!weft_uint(weft_at(options, "qth-max"), 0))
		return;
	/* the kernel forgets the limit, which only has to be more than max */
	weft__tell_uint(t, "redflowlimit", WEFT_U_SIZE, weft_uint(weft_at(options, "qth-max"), 0));
	weft__tell_uint(t, "min", WEFT_U_SIZE, weft_uint(weft_at(options, "qth-min"), 0));
	weft__tell_uint(t, "max", WEFT_U_SIZE, weft_uint(weft_at(options, "qth-max"), 0));
	tell_average(t, options);
	weft__tell_uint(t, "probability", WEFT_U_PART, weft_uint(weft_at(options, "max-P"), 0));
	tell_flags(t, weft_uint(weft_at(options, "flags"), 0));
}

static const char *const red_words[] = { "limit",      "min",	      "max",  "avpkt",	   "burst",
					 "bandwidth",  "probability", "ecn",  "harddrop",  "adaptive",
					 "nodrop",     "ewma",	      "plog", "scell_log", "early_drop_block",
					 "mark_block", NULL };
static const char *const choke_words[] = { "limit",	  "min", "max",	 "avpkt", "burst",     "bandwidth",
					   "probability", "ecn", "ewma", "plog",  "scell_log", NULL };
static const char *const gred_words[] = { "DPs",       "default",     "grio", "limit", "ecn",	    "harddrop",
					  "DP",	       "prio",	      "min",  "max",   "avpkt",	    "burst",
					  "bandwidth", "probability", "ewma", "plog",  "scell_log", NULL };
static const char *const sfq_words[] = { "limit",    "quantum",	 "divisor",	 "flows",	"depth",
					 "perturb",  "headdrop", "redflowlimit", "min",		"max",
					 "avpkt",    "burst",	 "bandwidth",	 "probability", "ecn",
					 "harddrop", "ewma",	 "plog",	 "scell_log",	NULL };

const struct weft__tc_kind weft__tc_red[] = {
	{ "choke", .always = true, .names = choke_words, .put = put_choke, .tell = tell_choke },
	{ "gred", .always = true, .names = gred_words, .put = put_gred, .tell = tell_gred },
	{ "red", .always = true, .names = red_words, .put = put_red, .tell = tell_red },
	{ "sfq", .names = sfq_words, .put = put_sfq, .tell = tell_sfq },
	{ 0 },
};
