/* SPDX-License-Identifier: MIT */
/* The action police: its rates with their tables, bursts as times. */
#include <string.h>

#include "object/police.h"
#include "object/tc_rate.h"
#include "schema/schema.h"

struct police {
	struct weft__tc_rate rate, peak;
	uint64_t burst, packets, packet_burst; /* bytes; a second; packets */
	uint32_t mtu, avrate;
	uint32_t table[WEFT__TC_RTAB], peak_table[WEFT__TC_RTAB];
	int32_t conform;
	bool conforms;
};

static bool value(struct weft__cls *c, const char *name, uint8_t unit, uint64_t *ret)
{
	const char *text = weft__cls_look(c, name);

	*ret = 0;
	return text && weft__word_value(c->m, name, unit, text, ret);
}

static uint32_t narrow(struct weft__cls *c, const char *name, uint8_t unit, uint32_t max)
{
	uint64_t v;

	if (value(c, name, unit, &v) && v > max)
		weft__cls_fail(c, name, "%llu is out of range (0 to %u)", (unsigned long long)v, max);
	return (uint32_t)v;
}

/* Read twice, for the struct and for the attributes: the words are taken the second time. */
static void read_words(struct weft__cls *c, struct police *p)
{
	const char *layer = weft__cls_look(c, "linklayer"), *conform = weft__cls_look(c, "conform");

	*p = (struct police){ .rate.linklayer = layer && strcmp(layer, "atm") == 0 ? WEFT__TC_ATM : WEFT__TC_ETHERNET };
	if (layer && strcmp(layer, "atm") != 0 && strcmp(layer, "ethernet") != 0)
		weft__cls_fail(c, "linklayer", "ethernet or atm is needed");
	p->rate.overhead = (uint16_t)narrow(c, "overhead", WEFT_U_SIZE, UINT16_MAX);
	p->rate.mpu = (uint16_t)narrow(c, "mpu", WEFT_U_SIZE, UINT16_MAX);
	p->peak = p->rate;
	p->mtu = narrow(c, "mtu", WEFT_U_SIZE, UINT32_MAX);
	p->avrate = narrow(c, "avrate", WEFT_U_RATE, UINT32_MAX);
	(void)value(c, "rate", WEFT_U_RATE, &p->rate.rate);
	(void)value(c, "peakrate", WEFT_U_RATE, &p->peak.rate);
	(void)value(c, "burst", WEFT_U_SIZE, &p->burst);
	(void)value(c, "pkts_rate", WEFT_U_NONE, &p->packets);
	(void)value(c, "pkts_burst", WEFT_U_NONE, &p->packet_burst);
	p->conforms = conform != NULL;
	if (conform && !weft_control_parse(conform, &p->conform))
		weft__cls_fail(c, "conform", "not what becomes of a packet: \"%.40s\"", conform);
	if (p->rate.rate && !p->burst)
		weft__cls_fail(c, "burst", "missing");
	if (p->packets && !p->packet_burst)
		weft__cls_fail(c, "pkts_burst", "missing");
	if (p->peak.rate && (!p->rate.rate || !p->mtu))
		weft__cls_fail(c, p->mtu ? "rate" : "mtu", "missing: peakrate needs it");
	if (p->rate.rate)
		weft__tc_rtab(&p->rate, p->mtu, p->table);
	if (p->peak.rate)
		weft__tc_rtab(&p->peak, p->mtu, p->peak_table);
}

void weft__police_put_parms(struct weft__cls *c)
{
	struct police p;
	uint64_t ticks;

	read_words(c, &p);
	ticks = p.rate.rate ? weft__tc_ticks(p.rate.rate, p.burst) : 0;
	if (ticks > UINT32_MAX)
		weft__cls_fail(c, "burst", "longer than 274 seconds at this rate");
	weft__cls_uint(c, "burst", WEFT_KEY(tc_police, burst), (uint32_t)ticks);
	weft__cls_uint(c, "mtu", WEFT_KEY(tc_police, mtu), p.mtu);
	if (p.rate.rate)
		weft__tc_put_rate(c->m, WEFT_KEY(tc_police, rate), &p.rate);
	if (p.peak.rate)
		weft__tc_put_rate(c->m, WEFT_KEY(tc_police, peakrate), &p.peak);
}

static void put_tables(struct weft_msg *m, struct police *p)
{
	if (p->rate.rate)
		weft_put(m, weft_kv_bytes(WEFT_KEY(police, rate), (struct weft_bytes){ p->table, sizeof p->table }));
	if (p->peak.rate)
		weft_put(m, weft_kv_bytes(WEFT_KEY(police, peakrate),
					  (struct weft_bytes){ p->peak_table, sizeof p->peak_table }));
}

void weft__police_put(struct weft__cls *c)
{
	struct police p;

	read_words(c, &p);
	for (const struct weft__cls_row *r = weft__police_words; r->word; r++)
		(void)weft__cls_take(c, r->word);
	put_tables(c->m, &p);
	if (weft__tc_large(p.rate.rate))
		weft__cls_uint(c, "rate", WEFT_KEY(police, rate64), p.rate.rate);
	if (weft__tc_large(p.peak.rate))
		weft__cls_uint(c, "peakrate", WEFT_KEY(police, peakrate64), p.peak.rate);
	if (p.packets) {
		weft__cls_uint(c, "pkts_rate", WEFT_KEY(police, pktrate64), p.packets);
		weft__cls_uint(c, "pkts_burst", WEFT_KEY(police, pktburst64),
			       weft__tc_ticks(p.packets, p.packet_burst));
	}
	if (p.avrate)
		weft__cls_uint(c, "avrate", WEFT_KEY(police, avrate), p.avrate);
	if (p.conforms)
		weft__cls_bytes(c, "conform", WEFT_KEY(police, result), &p.conform, sizeof p.conform);
}

static struct weft__tc_rate rate_of(struct weft_attr options, const char *spec, const char *wide)
{
	struct weft_attr s = weft_at(weft_at(options, "tbf"), spec);

	return (struct weft__tc_rate){ .rate = weft_uint(weft_at(options, wide), weft_uint(weft_at(s, "rate"), 0)),
				       .overhead = (uint16_t)weft_uint(weft_at(s, "overhead"), 0),
				       .mpu = (uint16_t)weft_uint(weft_at(s, "mpu"), 0),
				       .linklayer = (uint8_t)weft_uint(weft_at(s, "linklayer"), 0) };
}

void weft__police_again(struct weft_msg *m, struct weft_attr options, bool renumber)
{
	enum {
		RATE = WEFT_KEY(tc_police, rate) & 0xffff,
		PEAK = WEFT_KEY(tc_police, peakrate) & 0xffff,
	};
	struct police p = { .rate = rate_of(options, "rate", "rate64"),
			    .peak = rate_of(options, "peakrate", "peakrate64") };
	uint32_t mtu = (uint32_t)weft_uint(weft_at(options, "tbf.mtu"), 0);
	struct weft_attr tbf = weft_at(options, "tbf");
	uint8_t copy[56] = { 0 };

	memcpy(copy, tbf.p, tbf.len < sizeof copy ? tbf.len : sizeof copy);
	if (renumber)
		weft_set_u32(copy, 0);
	if (p.rate.rate)
		weft__tc_rtab(&p.rate, mtu, p.table);
	if (p.peak.rate)
		weft__tc_rtab(&p.peak, mtu, p.peak_table);
	copy[RATE] = p.rate.cell_log;
	copy[PEAK] = p.peak.cell_log;
	weft_put_raw(m, WEFT_KEY(police, tbf) & 0xffff, copy, sizeof copy);
	if (!weft_at(options, "rate").p)
		put_tables(m, &p);
}

static void none(struct weft__cls *c, const struct weft__cls_row *r)
{
	(void)c;
	(void)r;
}

static void tell_number(struct weft__cls_tell *t, const char *word, uint8_t unit, uint64_t v)
{
	if (!v)
		return;
	weft__cls_tell_name(t, word);
	if (!unit || !weft__unit_text(unit, v, t->t))
		weft_text_uint(t->t, v);
}

/* All of it, at the first of the words. */
static void tell(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft__tc_rate rate = rate_of(t->at, "rate", "rate64"), peak = rate_of(t->at, "peakrate", "peakrate64");
	uint64_t mtu = weft_uint(weft_at(t->at, "tbf.mtu"), 0), packets = weft_uint(weft_at(t->at, "pktrate64"), 0);
	struct weft_attr result = weft_at(t->at, "result");
	char buf[32];

	(void)r;
	tell_number(t, "rate", WEFT_U_RATE, rate.rate);
	if (rate.rate)
		tell_number(t, "burst", WEFT_U_SIZE,
			    weft__tc_bytes(rate.rate, weft_uint(weft_at(t->at, "tbf.burst"), 0)));
	tell_number(t, "mtu", WEFT_U_SIZE, mtu == UINT32_MAX ? 0 : mtu);
	tell_number(t, "peakrate", WEFT_U_RATE, peak.rate);
	tell_number(t, "avrate", WEFT_U_RATE, weft_uint(weft_at(t->at, "avrate"), 0));
	tell_number(t, "overhead", 0, rate.overhead);
	tell_number(t, "mpu", 0, rate.mpu);
	if (rate.linklayer == WEFT__TC_ATM) {
		weft__cls_tell_name(t, "linklayer");
		weft_text_puts(t->t, "atm");
	}
	tell_number(t, "pkts_rate", 0, packets);
	if (packets)
		tell_number(t, "pkts_burst", 0, weft__tc_bytes(packets, weft_uint(weft_at(t->at, "pktburst64"), 0)));
	if (result.p) {
		weft__cls_tell_name(t, "conform");
		weft_text_puts(t->t, weft_control_text((int32_t)(uint32_t)weft_uint(result, 0), buf));
	}
}

#define WORD(w)                                                                                                        \
	{                                                                                                              \
		w, 0, 0, WEFT__F_OWN, .put = none                                                                      \
	}
const struct weft__cls_row weft__police_words[] = {
	{ "rate", 0, 0, WEFT__F_OWN, .put = none, .tell = tell },
	WORD("burst"),
	WORD("mtu"),
	WORD("peakrate"),
	WORD("avrate"),
	WORD("overhead"),
	WORD("mpu"),
	WORD("linklayer"),
	WORD("pkts_rate"),
	WORD("pkts_burst"),
	{ "conform", 0, 0, WEFT__F_CONTROL },
	{ 0 },
};
