/* SPDX-License-Identifier: MIT */
/* Words of netem: delay, loss and their like. */
#include <errno.h>
#include <string.h>

#include "object/tc_dist.h"
#include "object/tc_rate.h"
#include "object/tc_words.h"

enum {
	LIMIT = 1000,
};

/* Numbers with commas; how many, 0 when it is none. */
static size_t numbers(struct weft_msg *m, const char *name, const char *text, int16_t table[WEFT__DIST_MAX])
{
	const char *item;
	size_t n = 0, len;
	uint64_t v;

	for (; n < WEFT__DIST_MAX && weft__word_item(&text, &item, &len); n++) {
		bool minus = *item == '-';

		if (!weft__word_number(item + minus, len - minus, false, INT16_MAX, &v)) {
			weft__word_fail(m, -EINVAL, name,
					"not uniform, normal, pareto, paretonormal or numbers: \"%.40s\"", item);
			return 0;
		}
		table[n] = (int16_t)(minus ? -(int)v : (int)v);
	}
	return n;
}

/* A distribution by name, or a list of its numbers. The kernel's own is uniform. */
static void put_dist(struct weft__words *w, const char *name, uint32_t key)
{
	const char *text = weft__word_text(w, name);
	int16_t table[WEFT__DIST_MAX];
	size_t n;

	if (!text || strcmp(text, "uniform") == 0)
		return;
	n = weft__dist(text, table) ? WEFT__DIST_N : numbers(w->m, name, text, table);
	weft_open(w->m, key);
	for (size_t i = 0; i < n; i++)
		weft_put(w->m, weft_kv_int(0, table[i]));
	weft_close(w->m);
}

static uint32_t part(struct weft__words *w, const char *name)
{
	uint32_t v = 0;

	(void)weft__word_u32(w, name, WEFT_U_PART, &v);
	return v;
}

/* Nanoseconds that a 64-bit attribute has room for; the old member has them in ticks. */
static uint64_t time_of(struct weft__words *w, const char *name, uint32_t *ret_ticks)
{
	uint64_t ns = 0, ticks;

	if (weft__word_uint(w, name, WEFT_U_NS, &ns) && ns > INT64_MAX)
		weft__word_fail(w->m, -ERANGE, name, "longer than 292 years");
	ticks = ns / WEFT__TC_TICK;
	*ret_ticks = ticks > UINT32_MAX ? UINT32_MAX : (uint32_t)ticks;
	return ns;
}

static int32_t bytes_of(struct weft__words *w, const char *name)
{
	const char *text = weft__word_text(w, name);
	bool minus = text && *text == '-';
	uint64_t v = 0;

	if (text && weft__word_value(w->m, name, WEFT_U_SIZE, text + minus, &v) && v > INT32_MAX)
		weft__word_fail(w->m, -ERANGE, name, "more than 2 GB");
	return minus ? -(int32_t)v : (int32_t)v;
}

static void put_delay(struct weft__words *w)
{
	uint32_t latency, jitter, limit = LIMIT, gap = 0, reorder = part(w, "reorder");
	uint64_t ns = time_of(w, "delay", &latency), jitter_ns = time_of(w, "jitter", &jitter);

	(void)weft__word_u32(w, "limit", WEFT_U_PACKETS, &limit);
	if (!weft__word_u32(w, "gap", WEFT_U_PACKETS, &gap) && reorder)
		gap = 1;
	if (reorder && !ns)
		weft__word_fail(w->m, -EINVAL, "reorder", "only packets that are delayed can be overtaken");
	weft_put(w->m, WEFT_KV(tc_netem_qopt, latency, latency));
	weft_put(w->m, WEFT_KV(tc_netem_qopt, jitter, jitter));
	weft_put(w->m, WEFT_KV(tc_netem_qopt, limit, limit));
	weft_put(w->m, WEFT_KV(tc_netem_qopt, gap, gap));
	weft_put(w->m, WEFT_KV(tc_netem_qopt, loss, part(w, "loss")));
	weft_put(w->m, WEFT_KV(tc_netem_qopt, duplicate, part(w, "duplicate")));
	weft_put(w->m, WEFT_KV(netem, latency64, (int64_t)ns));
	weft_put(w->m, WEFT_KV(netem, jitter64, (int64_t)jitter_ns));
	weft_put(w->m, WEFT_KV(netem, reorder,
			       WEFT_ATTRS(WEFT_KV(tc_netem_reorder, probability, reorder),
					  WEFT_KV(tc_netem_reorder, correlation, part(w, "reorder_corr")))));
	weft_put(w->m, WEFT_KV(netem, corrupt,
			       WEFT_ATTRS(WEFT_KV(tc_netem_corrupt, probability, part(w, "corrupt")),
					  WEFT_KV(tc_netem_corrupt, correlation, part(w, "corrupt_corr")))));
	weft_put(w->m, WEFT_KV(netem, corr,
			       WEFT_ATTRS(WEFT_KV(tc_netem_corr, delay_corr, part(w, "delay_corr")),
					  WEFT_KV(tc_netem_corr, loss_corr, part(w, "loss_corr")),
					  WEFT_KV(tc_netem_corr, dup_corr, part(w, "duplicate_corr")))));
}

static void put_rate(struct weft__words *w)
{
	int32_t packet = bytes_of(w, "packet_overhead"), cell = bytes_of(w, "cell_overhead");
	uint32_t size = 0;
	uint64_t rate;

	(void)weft__word_u32(w, "cell_size", WEFT_U_SIZE, &size);
	if (!weft__word_uint(w, "rate", WEFT_U_RATE, &rate))
		return;
	weft_open(w->m, WEFT_KEY(netem, rate));
	weft_put(w->m, WEFT_KV(tc_netem_rate, rate, weft__tc_large(rate) ? UINT32_MAX : (uint32_t)rate));
	weft_put(w->m, WEFT_KV(tc_netem_rate, packet_overhead, packet));
	weft_put(w->m, WEFT_KV(tc_netem_rate, cell_size, size));
	weft_put(w->m, WEFT_KV(tc_netem_rate, cell_overhead, cell));
	weft_close(w->m);
	if (weft__tc_large(rate))
		weft_put(w->m, WEFT_KV(netem, rate64, rate));
}

/* "1ms" or "1ms,5ms": the least and the most between two slots. */
static bool slot_times(struct weft__words *w, const char *text, uint64_t ret[2])
{
	char one[32];
	const char *item;
	size_t len, n = 0;

	for (; n < 2 && weft__word_item(&text, &item, &len); n++) {
		if (len >= sizeof one)
			break;
		memcpy(one, item, len);
		one[len] = 0;
		if (!weft__word_value(w->m, "slot", WEFT_U_NS, one, &ret[n]))
			return false;
	}
	if (n == 1)
		ret[1] = ret[0];
	if (n == 0 || *text || len >= sizeof one || ret[0] > ret[1] || ret[1] > INT64_MAX)
		weft__word_fail(w->m, -EINVAL, "slot", "MIN or MIN,MAX is needed, as 1ms,5ms");
	return true;
}

static void put_slot(struct weft__words *w)
{
	const char *text = weft__word_text(w, "slot");
	uint64_t time[2] = { 0 };
	uint32_t packets = 0, unused;
	int32_t bytes = bytes_of(w, "slot_bytes");
	uint64_t delay = time_of(w, "slot_delay", &unused), jitter = time_of(w, "slot_jitter", &unused);

	if (weft__word_u32(w, "slot_packets", WEFT_U_PACKETS, &packets) && packets > INT32_MAX)
		weft__word_fail(w->m, -ERANGE, "slot_packets", "%u is out of range (0 to 2147483647)", packets);
	if ((text && !slot_times(w, text, time)) || (!text && !delay && !jitter && !packets && !bytes))
		return;
	weft_open(w->m, WEFT_KEY(netem, slot));
	weft_put(w->m, WEFT_KV(tc_netem_slot, min_delay, (int64_t)time[0]));
	weft_put(w->m, WEFT_KV(tc_netem_slot, max_delay, (int64_t)time[1]));
	weft_put(w->m, WEFT_KV(tc_netem_slot, max_packets, (int32_t)packets));
	weft_put(w->m, WEFT_KV(tc_netem_slot, max_bytes, bytes));
	weft_put(w->m, WEFT_KV(tc_netem_slot, dist_delay, (int64_t)delay));
	weft_put(w->m, WEFT_KV(tc_netem_slot, dist_jitter, (int64_t)jitter));
	weft_close(w->m);
}

/* Percentages with commas, as many as there are; the rest stay as they are. */
static bool parts(struct weft__words *w, const char *name, size_t n, uint32_t *ret)
{
	const char *text = weft__word_text(w, name), *item;
	size_t len, i = 0;
	char one[32];
	uint64_t v;

	if (!text)
		return false;
	for (; i < n && weft__word_item(&text, &item, &len); i++) {
		if (len >= sizeof one)
			break;
		memcpy(one, item, len);
		one[len] = 0;
		if (!weft__word_value(w->m, name, WEFT_U_PART, one, &v))
			return false;
		if (v > UINT32_MAX)
			weft__word_fail(w->m, -ERANGE, name, "%s is out of range", one);
		ret[i] = (uint32_t)v;
	}
	if (i == 0 || *text || len >= sizeof one)
		weft__word_fail(w->m, -EINVAL, name, "1 to %zu percentages with commas are needed", n);
	else if (i == 1)
		ret[1] = UINT32_MAX - ret[0];
	return true;
}

/* Loss by a model with states: four of them, or a good and a bad one (Gilbert and Elliot). */
static void put_model(struct weft__words *w)
{
	uint32_t gi[5] = { 0, 0, 0, 0, UINT32_MAX }, ge[4] = { 0 };
	bool four = parts(w, "loss_gi", 5, gi), two = parts(w, "loss_ge", 4, ge);

	if (!four && !two)
		return;
	weft_open(w->m, WEFT_KEY(netem, loss_model));
	if (four)
		weft_put(w->m, WEFT_KV(netem_loss, gi,
				       WEFT_ATTRS(
					   WEFT_KV(tc_netem_gimodel, p13, gi[0]), WEFT_KV(tc_netem_gimodel, p31, gi[1]),
					   WEFT_KV(tc_netem_gimodel, p32, gi[2]), WEFT_KV(tc_netem_gimodel, p14, gi[3]),
					   WEFT_KV(tc_netem_gimodel, p23, gi[4]))));
	else
		weft_put(w->m, WEFT_KV(netem_loss, ge,
				       WEFT_ATTRS(
					   WEFT_KV(tc_netem_gemodel, p, ge[0]), WEFT_KV(tc_netem_gemodel, r, ge[1]),
					   WEFT_KV(tc_netem_gemodel, h, ge[2]), WEFT_KV(tc_netem_gemodel, k1, ge[3]))));
	weft_close(w->m);
}

static void put_netem(struct weft__words *w)
{
	uint64_t seed;

	put_delay(w);
	put_rate(w);
	put_slot(w);
	put_model(w);
	put_dist(w, "distribution", WEFT_KEY(netem, delay_dist));
	put_dist(w, "slot_distribution", WEFT_KEY(netem, slot_dist));
	if (weft__word_alone(w, "ecn"))
		weft_put(w->m, WEFT_KV(netem, ecn, 1));
	if (weft__word_uint(w, "seed", WEFT_U_NONE, &seed))
		weft_put(w->m, WEFT_KV(netem, prng_seed, seed));
}

/* A value that is not 0, under a name. */
static void tell(struct weft__tell *t, const char *name, struct weft_attr a)
{
	if (!weft_uint(a, 0))
		return;
	weft__tell_name(t, name);
	(void)!weft_value_text(a, t->t);
}

static void tell_slot(struct weft__tell *t, struct weft_attr slot)
{
	if (!slot.p)
		return;
	weft__tell_name(t, "slot");
	(void)!weft_value_text(weft_at(slot, "min-delay"), t->t);
	weft_text_putc(t->t, ',');
	(void)!weft_value_text(weft_at(slot, "max-delay"), t->t);
	tell(t, "slot_packets", weft_at(slot, "max-packets"));
	tell(t, "slot_bytes", weft_at(slot, "max-bytes"));
	tell(t, "slot_delay", weft_at(slot, "dist-delay"));
	tell(t, "slot_jitter", weft_at(slot, "dist-jitter"));
}

static void tell_model(struct weft__tell *t, const char *name, struct weft_attr model)
{
	const char *sep = "";

	if (!model.p)
		return;
	weft__tell_name(t, name);
	WEFT_EACH(v, model)
	{
		weft_text_puts(t->t, sep);
		(void)!weft_value_text(v, t->t);
		sep = ",";
	}
}

static void tell_netem(struct weft__tell *t, struct weft_attr o)
{
	static const struct {
		const char *name, *path;
	} all[] = {
		{ "delay", "latency64" },
		{ "jitter", "jitter64" },
		{ "delay_corr", "corr.delay-corr" },
		{ "loss", "loss" },
		{ "loss_corr", "corr.loss-corr" },
		{ "duplicate", "duplicate" },
		{ "duplicate_corr", "corr.dup-corr" },
		{ "corrupt", "corrupt.probability" },
		{ "corrupt_corr", "corrupt.correlation" },
		{ "reorder", "reorder.probability" },
		{ "reorder_corr", "reorder.correlation" },
		{ "gap", "gap" },
		{ "packet_overhead", "rate.packet-overhead" },
		{ "cell_size", "rate.cell-size" },
		{ "cell_overhead", "rate.cell-overhead" },
	};
	uint64_t rate = weft_uint(weft_at(o, "rate64"), weft_uint(weft_at(o, "rate.rate"), 0));

	weft__tell_uint(t, "limit", WEFT_U_PACKETS, weft_uint(weft_at(o, "limit"), 0));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tell(t, all[i].name, weft_at(o, all[i].path));
	if (rate)
		weft__tell_uint(t, "rate", WEFT_U_RATE, rate);
	tell_slot(t, weft_at(o, "slot"));
	tell_model(t, "loss_gi", weft_at(o, "loss-model.gi"));
	tell_model(t, "loss_ge", weft_at(o, "loss-model.ge"));
	if (weft_uint(weft_at(o, "ecn"), 0))
		weft__tell_word(t, "ecn");
	tell(t, "seed", weft_at(o, "prng-seed"));
}

static const char *const words[] = { "limit",
				     "delay",
				     "jitter",
				     "delay_corr",
				     "distribution",
				     "loss",
				     "loss_corr",
				     "loss_gi",
				     "loss_ge",
				     "duplicate",
				     "duplicate_corr",
				     "corrupt",
				     "corrupt_corr",
				     "reorder",
				     "reorder_corr",
				     "gap",
				     "rate",
				     "packet_overhead",
				     "cell_size",
				     "cell_overhead",
				     "slot",
				     "slot_packets",
				     "slot_bytes",
				     "slot_delay",
				     "slot_jitter",
				     "slot_distribution",
				     "ecn",
				     "seed",
				     NULL };

const struct weft__tc_kind weft__tc_delay[] = {
	{ "netem", .always = true, .names = words, .put = put_netem, .tell = tell_netem },
	{ 0 },
};
