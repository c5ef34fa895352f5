/* SPDX-License-Identifier: MIT */
/* What every qdisc may have: a table of packet sizes, an estimator of its rate. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "object/tc_math.h"
#include "object/tc_rate.h"
#include "object/tc_words.h"

uint8_t weft__word_linklayer(struct weft__words *w, const char *name)
{
	const char *text = weft__word_text(w, name);

	if (!text || strcmp(text, "ethernet") == 0)
		return WEFT__TC_ETHERNET;
	if (strcmp(text, "unaware") == 0)
		return WEFT__TC_UNAWARE;
	if (strcmp(text, "atm") == 0 || strcmp(text, "adsl") == 0)
		return WEFT__TC_ATM;
	weft__word_fail(w->m, -EINVAL, name, "ethernet or atm is needed: \"%.40s\"", text);
	return WEFT__TC_ETHERNET;
}

void weft__tell_linklayer(struct weft__tell *t, const char *name, uint64_t v)
{
	weft__tell_name(t, name);
	weft_text_puts(t->t, v == WEFT__TC_ATM ? "atm" : v == WEFT__TC_UNAWARE ? "unaware" : "ethernet");
}

void weft__tc_put_stab(struct weft_msg *m, const struct weft__tc_stab *s)
{
	uint16_t *table = weft__tc_sizes(s);

	if (!table) {
		weft__word_fail(m, -ENOMEM, "stab", "out of memory");
		return;
	}
	weft_open_named(m, "stab");
	weft_open(m, WEFT_KEY(stab, base));
	weft_put(m, WEFT_KV(tc_sizespec, cell_log, s->cell_log));
	weft_put(m, WEFT_KV(tc_sizespec, size_log, s->size_log));
	weft_put(m, WEFT_KV(tc_sizespec, cell_align, s->cell_align));
	weft_put(m, WEFT_KV(tc_sizespec, overhead, s->overhead));
	weft_put(m, WEFT_KV(tc_sizespec, linklayer, s->linklayer));
	weft_put(m, WEFT_KV(tc_sizespec, mpu, s->mpu));
	weft_put(m, WEFT_KV(tc_sizespec, mtu, s->mtu));
	weft_put(m, WEFT_KV(tc_sizespec, tsize, s->tsize));
	weft_close(m);
	if (s->tsize) {
		weft_open(m, WEFT_KEY(stab, data));
		for (uint32_t i = 0; i < s->tsize; i++)
			weft_put(m, weft_kv_uint(0, table[i]));
		weft_close(m);
	}
	weft_close(m);
	free(table);
}

static bool at_most(struct weft__words *w, const char *name, uint8_t unit, uint32_t max, uint32_t *ret)
{
	if (!weft__word_u32(w, name, unit, ret))
		return false;
	if (*ret > max)
		weft__word_fail(w->m, -ERANGE, name, "%u is out of range (0 to %u)", *ret, max);
	return true;
}

/* Classes have none. */
static void put_stab(struct weft__words *w)
{
	struct weft__tc_stab s = { 0 };
	const char *overhead = weft__word_text(w, "stab_overhead");
	bool any = overhead || weft__word_look(w, "stab_linklayer"), minus = overhead && *overhead == '-';
	uint64_t v = 0;

	s.linklayer = weft__word_linklayer(w, "stab_linklayer");
	any |= at_most(w, "stab_mpu", WEFT_U_SIZE, 1 << 24, &s.mpu);
	any |= at_most(w, "stab_mtu", WEFT_U_SIZE, 1 << 24, &s.mtu);
	any |= at_most(w, "stab_tsize", WEFT_U_NONE, WEFT__TC_SIZES_MAX, &s.tsize);
	if (overhead && !(weft__word_value(w->m, "stab_overhead", WEFT_U_SIZE, overhead + minus, &v) && v <= 1 << 24))
		weft__word_fail(w->m, -ERANGE, "stab_overhead", "not a number of bytes");
	if (any && weft_msg_body(w->m).schema->id == WEFT_SCHEMA_tclass)
		weft__word_fail(w->m, -EINVAL, "stab_overhead", "a class has no size table");
	if (!any || weft_msg_error(w->m, NULL))
		return;
	s.overhead = minus ? -(int32_t)v : (int32_t)v;
	weft__tc_scale(&s);
	weft__tc_put_stab(w->m, &s);
}

/* "1s,8s": how often the rate is taken, and over what time it is averaged. The kernel counts intervals of a
 * quarter second times 2^interval, and weighs each by 2^-ewma_log. */
static void put_estimator(struct weft__words *w)
{
	const char *text = weft__word_text(w, "estimator"), *item;
	uint64_t us[2] = { 0 };
	int n = 0, interval = 0, log = 1;
	char one[32];
	size_t len;

	if (!text)
		return;
	for (; n < 2 && weft__word_item(&text, &item, &len) && len < sizeof one; n++) {
		memcpy(one, item, len);
		one[len] = 0;
		if (!weft__word_value(w->m, "estimator", WEFT_U_US, one, &us[n]))
			return;
	}
	while (interval <= 5 && us[0] > (uint64_t)250000 << interval)
		interval++;
	while (log < 32 && (double)us[0] / weft__log_rest(log) <= (double)us[1])
		log++;
	log--;
	if (n != 2 || *text || interval > 5 || log == 0 || log == 31) {
		weft__word_fail(w->m, -EINVAL, "estimator",
				"interval,time as in 1s,8s; at most 8s, and the second longer");
		return;
	}
	weft_open_named(w->m, "rate");
	weft_put(w->m, WEFT_KV(gnet_estimator, interval, (int8_t)(interval - 2)));
	weft_put(w->m, WEFT_KV(gnet_estimator, ewma_log, (uint8_t)log));
	weft_close(w->m);
}

void weft__put_common(struct weft__words *w)
{
	put_stab(w);
	put_estimator(w);
}

struct weft__tc_stab weft__tc_stab_of(struct weft_attr base)
{
	return (struct weft__tc_stab){
		.cell_log = (uint8_t)weft_uint(weft_at(base, "cell-log"), 0),
		.size_log = (uint8_t)weft_uint(weft_at(base, "size-log"), 0),
		.cell_align = (int16_t)weft_int(weft_at(base, "cell-align"), 0),
		.overhead = (int32_t)weft_int(weft_at(base, "overhead"), 0),
		.linklayer = (uint32_t)weft_uint(weft_at(base, "linklayer"), 0),
		.mpu = (uint32_t)weft_uint(weft_at(base, "mpu"), 0),
		.mtu = (uint32_t)weft_uint(weft_at(base, "mtu"), 0),
		.tsize = (uint32_t)weft_uint(weft_at(base, "tsize"), 0),
	};
}

void weft__tell_common(struct weft__tell *t, struct weft_attr body)
{
	struct weft_attr base = weft_at(body, "stab.base");
	struct weft__tc_stab s = weft__tc_stab_of(base);

	if (!base.p)
		return;
	weft__tell_name(t, "stab_overhead");
	weft_text_int(t->t, s.overhead);
	weft__tell_linklayer(t, "stab_linklayer", s.linklayer);
	if (s.mpu)
		weft__tell_uint(t, "stab_mpu", 0, s.mpu);
	if (s.tsize) {
		weft__tell_uint(t, "stab_mtu", 0, s.mtu);
		weft__tell_uint(t, "stab_tsize", 0, s.tsize);
	}
}
