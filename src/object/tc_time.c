/* SPDX-License-Identifier: MIT */
/* Words of the kinds that share a device's queues among traffic classes: mqprio, taprio. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/tc_words.h"

enum {
	CLASSES = 16,
};

/* struct tc_mqprio_qopt */
struct map {
	uint32_t num_tc, hw;
	uint8_t tc[CLASSES];
	uint16_t count[CLASSES], offset[CLASSES];
};

/* "4@0,2@4": how many queues, from which. */
static void queues(struct weft__words *w, struct map *m)
{
	const char *text = weft__word_text(w, "queues"), *item;
	uint64_t count, offset;
	size_t len, n = 0;

	while (text && weft__word_item(&text, &item, &len)) {
		const char *at = memchr(item, '@', len);
		size_t before = at ? (size_t)(at - item) : 0;

		if (!at || n == CLASSES || !weft__word_number(item, before, false, UINT16_MAX, &count) ||
		    !weft__word_number(at + 1, len - before - 1, false, UINT16_MAX, &offset)) {
			weft__word_fail(w->m, -EINVAL, "queues", "COUNT@OFFSET for each class is needed: \"%.40s\"",
					item);
			return;
		}
		m->count[n] = (uint16_t)count;
		m->offset[n++] = (uint16_t)offset;
	}
}

static void take_map(struct weft__words *w, struct map *m)
{
	const char *text = weft__word_text(w, "map"), *item;
	size_t len, n = 0;
	uint64_t v;

	if (weft__word_u32(w, "num_tc", WEFT_U_NONE, &m->num_tc) && m->num_tc > CLASSES)
		weft__word_fail(w->m, -ERANGE, "num_tc", "%u is out of range (0 to 16)", m->num_tc);
	while (text && weft__word_item(&text, &item, &len)) {
		if (n == CLASSES || !weft__word_number(item, len, false, CLASSES - 1, &v)) {
			weft__word_fail(w->m, -EINVAL, "map", "not up to 16 numbers of classes: \"%.40s\"", item);
			return;
		}
		m->tc[n++] = (uint8_t)v;
	}
	/* priorities that are not named belong to the first class */
	if (n)
		memset(m->tc + n, 0, CLASSES - n);
	queues(w, m);
}

static void put_map(struct weft_msg *m, const struct map *map)
{
	weft_put(m, WEFT_KV(tc_mqprio_qopt, num_tc, (uint8_t)map->num_tc));
	weft_put(m, WEFT_KV(tc_mqprio_qopt, prio_tc_map, (struct weft_bytes){ map->tc, sizeof map->tc }));
	weft_put(m, WEFT_KV(tc_mqprio_qopt, hw, (uint8_t)map->hw));
	weft_open(m, WEFT_KEY(tc_mqprio_qopt, count));
	for (int i = 0; i < CLASSES; i++)
		weft_put(m, weft_kv_uint(0, map->count[i]));
	weft_close(m);
	weft_open(m, WEFT_KEY(tc_mqprio_qopt, offset));
	for (int i = 0; i < CLASSES; i++)
		weft_put(m, weft_kv_uint(0, map->offset[i]));
	weft_close(m);
}

static void tell_map(struct weft__tell *t, struct weft_attr map)
{
	struct weft_attr prio = weft_at(map, "prio-tc-map");
	uint64_t n = weft_uint(weft_at(map, "num-tc"), 0), i = 0;
	struct weft_walk offsets = weft_walk(weft_at(map, "offset"));

	weft__tell_uint(t, "num_tc", 0, n);
	weft__tell_name(t, "map");
	for (uint32_t k = 0; k < prio.len; k++)
		weft_text_printf(t->t, "%s%u", k ? "," : "", prio.p[k]);
	if (!n)
		return;
	weft__tell_name(t, "queues");
	WEFT_EACH(count, weft_at(map, "count"))
	{
		struct weft_attr offset = weft_after(&offsets);

		if (i++ < n)
			weft_text_printf(t->t, "%s%llu@%llu", i > 1 ? "," : "", (unsigned long long)weft_uint(count, 0),
					 (unsigned long long)weft_uint(offset, 0));
	}
}

/* "E,P,P": express or preemptible, for each class; "1500,0": the largest frame. Each class has an entry. */
static void put_entries(struct weft__words *w, uint32_t entry, uint32_t index, uint32_t fp, uint32_t max_sdu)
{
	const char *kinds = weft__word_text(w, "fp"), *sizes = max_sdu ? weft__word_text(w, "max_sdu") : NULL;
	const char *kind = "", *size = "";
	size_t kind_len = 0, size_len = 0;
	uint64_t v = 0;

	for (uint32_t i = 0; i < CLASSES; i++) {
		bool has_kind = kinds && weft__word_item(&kinds, &kind, &kind_len);
		bool has_size = sizes && weft__word_item(&sizes, &size, &size_len);

		if (!has_kind && !has_size)
			return;
		if (has_kind && (kind_len != 1 || (*kind != 'E' && *kind != 'P')))
			weft__word_fail(w->m, -EINVAL, "fp", "E or P for each class is needed: \"%.40s\"", kind);
		if (has_size && !weft__word_number(size, size_len, false, UINT32_MAX, &v))
			weft__word_fail(w->m, -EINVAL, "max_sdu", "a size for each class is needed: \"%.40s\"", size);
		weft_open(w->m, entry);
		weft_put(w->m, weft_kv_uint(index, i));
		if (has_size)
			weft_put(w->m, weft_kv_uint(max_sdu, v));
		if (has_kind)
			weft_put(w->m, weft_kv_uint(fp, *kind == 'E' ? 1 : 2));
		weft_close(w->m);
	}
}

static void tell_entries(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr list = weft_at(options, "tc-entry");
	const char *sep = "";

	if (weft_at(options, "tc-entry[0].fp").p) {
		weft__tell_name(t, "fp");
		WEFT_EACH(e, list)
		{
			weft_text_printf(t->t, "%s%c", sep, weft_uint(weft_at(e, "fp"), 1) == 2 ? 'P' : 'E');
			sep = ",";
		}
	}
	sep = "";
	if (weft_at(options, "tc-entry[0].max-sdu").p) {
		weft__tell_name(t, "max_sdu");
		WEFT_EACH(e, list)
		{
			weft_text_printf(t->t, "%s%llu", sep, (unsigned long long)weft_uint(weft_at(e, "max-sdu"), 0));
			sep = ",";
		}
	}
}

static void put_rates(struct weft__words *w, const char *name, uint32_t nest, uint32_t key)
{
	const char *text = weft__word_text(w, name), *item;
	char one[32];
	uint64_t v;
	size_t len;

	if (!text)
		return;
	weft_open(w->m, nest);
	while (weft__word_item(&text, &item, &len)) {
		/* one that does not fit is no rate either */
		(void)snprintf(one, sizeof one, "%.*s", len < sizeof one ? (int)len : 0, item);
		if (weft__word_value(w->m, name, WEFT_U_RATE, one, &v))
			weft_put(w->m, weft_kv_uint(key, v));
	}
	weft_close(w->m);
}

/* Two words of which one is meant, as a number. */
static bool either(struct weft__words *w, const char *name, const char *zero, const char *one, uint16_t *ret)
{
	const char *text = weft__word_text(w, name);

	if (!text)
		return false;
	if (strcmp(text, zero) != 0 && strcmp(text, one) != 0)
		weft__word_fail(w->m, -EINVAL, name, "%s or %s is needed: \"%.40s\"", zero, one, text);
	*ret = strcmp(text, one) == 0;
	return true;
}

static void put_mqprio(struct weft__words *w)
{
	struct map map = { .num_tc = 8, .hw = 1, .tc = { 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 1, 1, 3, 3, 3, 3 } };
	uint16_t v;

	take_map(w, &map);
	if (weft__word_u32(w, "hw", WEFT_U_NONE, &map.hw) && map.hw > 1)
		weft__word_fail(w->m, -ERANGE, "hw", "%u is out of range (0 to 1)", map.hw);
	put_map(w->m, &map);
	if (either(w, "mode", "dcb", "channel", &v))
		weft_put(w->m, WEFT_KV(mqprio, mode, v));
	if (either(w, "shaper", "dcb", "bw_rlimit", &v))
		weft_put(w->m, WEFT_KV(mqprio, shaper, v));
	put_rates(w, "min_rate", WEFT_KEY(mqprio, min_rate64), WEFT_KEY(mqprio_min_rate64, min_rate64));
	put_rates(w, "max_rate", WEFT_KEY(mqprio, max_rate64), WEFT_KEY(mqprio_max_rate64, max_rate64));
	put_entries(w, WEFT_KEY(mqprio, tc_entry), WEFT_KEY(mqprio_tc_entry, index), WEFT_KEY(mqprio_tc_entry, fp), 0);
}

static void tell_rates(struct weft__tell *t, const char *name, struct weft_attr nest)
{
	const char *sep = "";

	if (!nest.p)
		return;
	weft__tell_name(t, name);
	WEFT_EACH(rate, nest)
	{
		weft_text_puts(t->t, sep);
		(void)!weft_value_text(rate, t->t);
		sep = ",";
	}
}

static void tell_mqprio(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr mode = weft_at(options, "mode"), shaper = weft_at(options, "shaper");

	tell_map(t, options);
	weft__tell_uint(t, "hw", 0, weft_uint(weft_at(options, "hw"), 0));
	/* the rest is only for hardware */
	if (!weft_uint(weft_at(options, "hw"), 0))
		return;
	if (mode.p) {
		weft__tell_name(t, "mode");
		weft_text_puts(t->t, weft_uint(mode, 0) ? "channel" : "dcb");
	}
	if (shaper.p) {
		weft__tell_name(t, "shaper");
		weft_text_puts(t->t, weft_uint(shaper, 0) ? "bw_rlimit" : "dcb");
	}
	tell_rates(t, "min_rate", weft_at(options, "min-rate64"));
	tell_rates(t, "max_rate", weft_at(options, "max-rate64"));
	tell_entries(t, options);
}

static const char commands[] = "SHR"; /* set the gates; and hold, or release, what is preemptible */

/* "S:01:300us": command, mask of the gates in hex, how long. */
static void put_step(struct weft__words *w, const char *item, size_t len)
{
	const char *command = memchr(commands, *item, 3), *mask = item + 2, *colon;
	uint64_t gates, interval;
	char one[32];
	size_t n;

	colon = len > 2 ? memchr(mask, ':', len - 2) : NULL;
	n = colon ? len - (size_t)(colon + 1 - item) : sizeof one;
	if (!command || item[1] != ':' || n >= sizeof one ||
	    !weft__word_number(mask, (size_t)(colon - mask), true, UINT32_MAX, &gates)) {
		weft__word_fail(w->m, -EINVAL, "sched", "COMMAND:GATES:TIME is needed, as S:0f:300us: \"%.40s\"", item);
		return;
	}
	memcpy(one, colon + 1, n);
	one[n] = 0;
	if (!weft__word_value(w->m, "sched", WEFT_U_NS, one, &interval))
		return;
	if (interval > UINT32_MAX)
		weft__word_fail(w->m, -ERANGE, "sched", "%s is longer than 4 seconds", one);
	weft_open(w->m, WEFT_KEY(taprio_sched, entry));
	weft_put(w->m, WEFT_KV(taprio_sched_entry, cmd, (uint8_t)(command - commands)));
	weft_put(w->m, WEFT_KV(taprio_sched_entry, gate_mask, (uint32_t)gates));
	weft_put(w->m, WEFT_KV(taprio_sched_entry, interval, (uint32_t)interval));
	weft_close(w->m);
}

static const struct weft__tc_row taprio[] = {
	{ "base_time", "sched-base-time" },
	{ "cycle_time", "sched-cycle-time" },
	{ "cycle_time_extension", "sched-cycle-time-extension" },
	{ "clockid", "sched-clockid", WEFT__CLOCK },
	{ "flags", "flags" },
	{ "txtime_delay", "txtime-delay" },
	{ 0 },
};

static void put_taprio(struct weft__words *w)
{
	const char *sched, *item;
	struct map map = { 0 };
	size_t len;

	/* a new schedule of one that is there leaves the classes alone */
	if (weft__word_look(w, "num_tc")) {
		take_map(w, &map);
		weft_open(w->m, WEFT_KEY(taprio, priomap));
		put_map(w->m, &map);
		weft_close(w->m);
	}
	sched = weft__word_text(w, "sched");
	if (sched) {
		weft_open(w->m, WEFT_KEY(taprio, sched_entry_list));
		while (weft__word_item(&sched, &item, &len))
			put_step(w, item, len);
		weft_close(w->m);
	}
	put_entries(w, WEFT_KEY(taprio, tc_entry), WEFT_KEY(taprio_tc_entry, index), WEFT_KEY(taprio_tc_entry, fp),
		    WEFT_KEY(taprio_tc_entry, max_sdu));
}

/* The schedule that runs, or if none does yet the one that is to come. */
static void tell_taprio(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr sched = weft_at(options, "sched-entry-list").p ? options : weft_at(options, "admin-sched");
	const char *sep = "";

	tell_map(t, weft_at(options, "priomap"));
	tell_entries(t, options);
	if (!sched.p)
		return;
	weft__tell_name(t, "sched");
	WEFT_EACH(e, weft_at(sched, "sched-entry-list.entry"))
	{
		uint64_t command = weft_uint(weft_at(e, "cmd"), 0);

		weft_text_printf(t->t, "%s%c:%llx:", sep, command < 3 ? commands[command] : '?',
				 (unsigned long long)weft_uint(weft_at(e, "gate-mask"), 0));
		(void)!weft_value_text(weft_at(e, "interval"), t->t);
		sep = ",";
	}
	if (sched.p == options.p)
		return;
	for (const struct weft__tc_row *r = taprio; r->word && r->how == WEFT__AS_ROW; r++) {
		if (!weft_at(sched, r->path).p)
			continue;
		weft__tell_name(t, r->word);
		(void)!weft_value_text(weft_at(sched, r->path), t->t);
	}
}

static const char *const mqprio_words[] = { "num_tc", "map",	  "queues",   "hw", "mode",
					    "shaper", "min_rate", "max_rate", "fp", NULL };
static const char *const taprio_words[] = { "num_tc", "map", "queues", "sched", "max_sdu", "fp", NULL };

const struct weft__tc_kind weft__tc_time[] = {
	{ "mqprio", .always = true, .names = mqprio_words, .put = put_mqprio, .tell = tell_mqprio },
	{ "taprio", .always = true, .rows = taprio, .names = taprio_words, .put = put_taprio, .tell = tell_taprio },
	{ 0 },
};
