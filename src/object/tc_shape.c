/* SPDX-License-Identifier: MIT */
/* Words of the kinds that shape: htb, hfsc, tbf. */
#include <errno.h>
#include <string.h>

#include "object/tc_rate.h"
#include "object/tc_words.h"

enum {
	HZ = 1000000000, /* of the clock that sends; a burst lasts a tick of it at least */
	HTB_MTU = 1600,
};

static uint32_t ticks(struct weft_msg *m, const char *name, uint64_t rate, uint64_t bytes)
{
	uint64_t t = weft__tc_ticks(rate, bytes);

	if (t > UINT32_MAX)
		weft__word_fail(m, -ERANGE, name, "longer than 274 seconds at this rate");
	return t > UINT32_MAX ? UINT32_MAX : (uint32_t)t;
}

/* Overhead, minimum and kind of packets, which all rates of an object have alike. */
static struct weft__tc_rate framing(struct weft__words *w)
{
	struct weft__tc_rate r = { .linklayer = weft__word_linklayer(w, "linklayer") };
	uint32_t v[2] = { 0 };

	if (weft__word_u32(w, "overhead", WEFT_U_SIZE, &v[0]) && v[0] > UINT16_MAX)
		weft__word_fail(w->m, -ERANGE, "overhead", "%u is out of range (0 to 65535)", v[0]);
	if (weft__word_u32(w, "mpu", WEFT_U_SIZE, &v[1]) && v[1] > UINT16_MAX)
		weft__word_fail(w->m, -ERANGE, "mpu", "%u is out of range (0 to 65535)", v[1]);
	r.overhead = (uint16_t)v[0];
	r.mpu = (uint16_t)v[1];
	return r;
}

static void tell_framing(struct weft__tell *t, struct weft_attr spec)
{
	uint64_t overhead = weft_uint(weft_at(spec, "overhead"), 0), mpu = weft_uint(weft_at(spec, "mpu"), 0);
	uint64_t linklayer = weft_uint(weft_at(spec, "linklayer"), 0);

	if (overhead)
		weft__tell_uint(t, "overhead", 0, overhead);
	if (mpu)
		weft__tell_uint(t, "mpu", 0, mpu);
	if (linklayer == WEFT__TC_ATM)
		weft__tell_linklayer(t, "linklayer", linklayer);
}

/* The row for 64 bits, or the member of the struct. */
static uint64_t rate_of(struct weft_attr options, const char *wide, const char *spec)
{
	return weft_uint(weft_at(options, wide), weft_uint(weft_at(weft_at(options, spec), "rate"), 0));
}

static const struct weft__tc_row htb[] = {
	{ "", "init.version", .absent = "3" },
	{ "r2q", "init.rate2quantum", .absent = "10" },
	{ "default", "init.defcls", WEFT__MINOR, .absent = "0" },
	{ "debug", "init.debug", .absent = "0" },
	{ "direct_qlen", "direct-qlen" },
	{ "offload", "offload", WEFT__ALONE, 1 },
	{ 0 },
};

static const char *const htb_words[] = { "rate", "ceil",     "burst", "cburst",	   "prio", "quantum",
					 "mtu",	 "overhead", "mpu",   "linklayer", NULL };

static void put_htb_class(struct weft__words *w)
{
	struct weft__tc_rate rate = framing(w), ceil = rate;
	uint32_t mtu = HTB_MTU, prio = 0, quantum = 0;
	uint64_t burst, cburst;

	if (!weft__word_uint(w, "rate", WEFT_U_RATE, &rate.rate) || !rate.rate)
		weft__word_fail(w->m, -EINVAL, "rate", "missing");
	ceil.rate = rate.rate;
	(void)weft__word_uint(w, "ceil", WEFT_U_RATE, &ceil.rate);
	(void)weft__word_u32(w, "mtu", WEFT_U_SIZE, &mtu);
	(void)weft__word_u32(w, "prio", WEFT_U_NONE, &prio);
	(void)weft__word_u32(w, "quantum", WEFT_U_SIZE, &quantum);
	burst = rate.rate / HZ + mtu;
	cburst = ceil.rate / HZ + mtu;
	(void)weft__word_uint(w, "burst", WEFT_U_SIZE, &burst);
	(void)weft__word_uint(w, "cburst", WEFT_U_SIZE, &cburst);
	if (!ceil.rate)
		weft__word_fail(w->m, -EINVAL, "ceil", "nothing would ever be sent");
	weft_open(w->m, WEFT_KEY(htb, parms));
	weft__tc_put_rate(w->m, WEFT_KEY(tc_htb_opt, rate), &rate);
	weft__tc_put_rate(w->m, WEFT_KEY(tc_htb_opt, ceil), &ceil);
	weft_put(w->m, WEFT_KV(tc_htb_opt, buffer, ticks(w->m, "burst", rate.rate, burst)));
	weft_put(w->m, WEFT_KV(tc_htb_opt, cbuffer, ticks(w->m, "cburst", ceil.rate, cburst)));
	weft_put(w->m, WEFT_KV(tc_htb_opt, quantum, quantum));
	weft_put(w->m, WEFT_KV(tc_htb_opt, prio, prio));
	weft_close(w->m);
	if (weft__tc_large(rate.rate))
		weft_put(w->m, WEFT_KV(htb, rate64, rate.rate));
	if (weft__tc_large(ceil.rate))
		weft_put(w->m, WEFT_KV(htb, ceil64, ceil.rate));
}

static void tell_htb_class(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr parms = weft_at(options, "parms");
	uint64_t rate = rate_of(options, "rate64", "parms.rate"), ceil = rate_of(options, "ceil64", "parms.ceil");

	if (!parms.p)
		return;
	weft__tell_uint(t, "rate", WEFT_U_RATE, rate);
	weft__tell_uint(t, "ceil", WEFT_U_RATE, ceil);
	weft__tell_uint(t, "burst", WEFT_U_SIZE, weft__tc_bytes(rate, weft_uint(weft_at(parms, "buffer"), 0)));
	weft__tell_uint(t, "cburst", WEFT_U_SIZE, weft__tc_bytes(ceil, weft_uint(weft_at(parms, "cbuffer"), 0)));
	weft__tell_uint(t, "prio", 0, weft_uint(weft_at(parms, "prio"), 0));
	weft__tell_uint(t, "quantum", 0, weft_uint(weft_at(parms, "quantum"), 0));
	tell_framing(t, weft_at(parms, "rate"));
}

static const char *const tbf_words[] = { "rate", "burst",    "limit", "latency",   "peakrate",
					 "mtu",	 "overhead", "mpu",   "linklayer", NULL };

/* What may wait: as long as latency says at the rates, and the bursts. */
static uint32_t tbf_limit(struct weft_msg *m, uint64_t us, uint64_t rate, uint64_t burst, uint64_t peak, uint64_t mtu)
{
	uint64_t limit = weft__muldiv(rate, us, 1000000, false), other;

	if (__builtin_add_overflow(limit, burst, &limit))
		limit = UINT64_MAX;
	other = peak ? weft__muldiv(peak, us, 1000000, false) + mtu : limit;
	limit = other < limit ? other : limit;
	if (limit > UINT32_MAX)
		weft__word_fail(m, -ERANGE, "latency", "more than 4 GB would wait");
	return (uint32_t)limit;
}

static void put_tbf(struct weft__words *w)
{
	struct weft__tc_rate rate = framing(w), peak = rate;
	uint32_t burst = 0, limit = 0, mtu = 0;
	uint64_t latency = 0;

	if (!weft__word_uint(w, "rate", WEFT_U_RATE, &rate.rate) || !rate.rate)
		weft__word_fail(w->m, -EINVAL, "rate", "missing");
	if (!weft__word_u32(w, "burst", WEFT_U_SIZE, &burst) || !burst)
		weft__word_fail(w->m, -EINVAL, "burst", "missing");
	(void)weft__word_uint(w, "peakrate", WEFT_U_RATE, &peak.rate);
	if (!weft__word_u32(w, "mtu", WEFT_U_SIZE, &mtu) && peak.rate)
		weft__word_fail(w->m, -EINVAL, "mtu", "missing beside peakrate");
	if (weft__word_uint(w, "latency", WEFT_U_US, &latency))
		limit = tbf_limit(w->m, latency, rate.rate, burst, peak.rate, mtu);
	else if (!weft__word_u32(w, "limit", WEFT_U_SIZE, &limit))
		weft__word_fail(w->m, -EINVAL, "limit", "missing: limit or latency is needed");
	weft_open(w->m, WEFT_KEY(tbf, parms));
	weft__tc_put_rate(w->m, WEFT_KEY(tc_tbf_qopt, rate), &rate);
	if (peak.rate)
		weft__tc_put_rate(w->m, WEFT_KEY(tc_tbf_qopt, peakrate), &peak);
	weft_put(w->m, WEFT_KV(tc_tbf_qopt, limit, limit));
	weft_put(w->m, WEFT_KV(tc_tbf_qopt, buffer, ticks(w->m, "burst", rate.rate, burst)));
	weft_put(w->m, WEFT_KV(tc_tbf_qopt, mtu, peak.rate ? ticks(w->m, "mtu", peak.rate, mtu) : 0));
	weft_close(w->m);
	weft_put(w->m, WEFT_KV(tbf, burst, burst));
	if (weft__tc_large(rate.rate))
		weft_put(w->m, WEFT_KV(tbf, rate64, rate.rate));
	if (weft__tc_large(peak.rate))
		weft_put(w->m, WEFT_KV(tbf, prate64, peak.rate));
	if (peak.rate)
		weft_put(w->m, WEFT_KV(tbf, pburst, mtu));
}

/* The kernel tells the time of a burst, with all that comes to it on the wire. */
static uint64_t tbf_burst(struct weft_attr spec, uint64_t rate, struct weft_attr ticks)
{
	return weft__tc_off_wire(weft__tc_bytes_of(rate, weft_uint(ticks, 0)),
				 (uint32_t)weft_uint(weft_at(spec, "overhead"), 0),
				 (uint8_t)weft_uint(weft_at(spec, "linklayer"), 0));
}

static void tell_tbf(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr parms = weft_at(options, "parms");
	uint64_t rate = rate_of(options, "rate64", "parms.rate"), peak = rate_of(options, "prate64", "parms.peakrate");

	if (!parms.p)
		return;
	weft__tell_uint(t, "rate", WEFT_U_RATE, rate);
	weft__tell_uint(t, "burst", WEFT_U_SIZE, tbf_burst(weft_at(parms, "rate"), rate, weft_at(parms, "buffer")));
	weft__tell_uint(t, "limit", WEFT_U_SIZE, weft_uint(weft_at(parms, "limit"), 0));
	if (peak) {
		weft__tell_uint(t, "peakrate", WEFT_U_RATE, peak);
		weft__tell_uint(t, "mtu", WEFT_U_SIZE,
				tbf_burst(weft_at(parms, "peakrate"), peak, weft_at(parms, "mtu")));
	}
	tell_framing(t, weft_at(parms, "rate"));
}

static const struct weft__tc_row hfsc[] = { { "default", "defcls", WEFT__MINOR, .absent = "0" }, { 0 } };
static const char *const hfsc_words[] = { "sc", "rt", "ls", "ul", NULL };

/* "m1:d:m2", or m2 alone. */
static bool curve(struct weft_msg *m, const char *name, const char *text, uint32_t ret[3])
{
	static const uint8_t unit[3] = { WEFT_U_RATE, WEFT_U_US, WEFT_U_RATE };
	int i = strchr(text, ':') ? 0 : 2;

	for (; i < 3; i++) {
		size_t len = strcspn(text, ":");
		char one[40];
		uint64_t v;

		if (len >= sizeof one || (i < 2) != (text[len] == ':')) {
			weft__word_fail(m, -EINVAL, name, "m2 or m1:d:m2 is needed, as 10mbit:5ms:1mbit");
			return false;
		}
		memcpy(one, text, len);
		one[len] = 0;
		if (!weft__word_value(m, name, unit[i], one, &v))
			return false;
		if (v > UINT32_MAX)
			weft__word_fail(m, -ERANGE, name, "%s is more than the kernel can count", one);
		ret[i] = (uint32_t)v;
		text += len + 1;
	}
	return true;
}

static void put_curve(struct weft__words *w, const char *name, uint32_t key, const char *text)
{
	uint32_t v[3] = { 0 };

	if (!text || !curve(w->m, name, text, v))
		return;
	weft_open(w->m, key);
	weft_put(w->m, WEFT_KV(tc_service_curve, m1, v[0]));
	weft_put(w->m, WEFT_KV(tc_service_curve, d, v[1]));
	weft_put(w->m, WEFT_KV(tc_service_curve, m2, v[2]));
	weft_close(w->m);
}

static void put_hfsc_class(struct weft__words *w)
{
	const char *both = weft__word_text(w, "sc"), *rt = weft__word_text(w, "rt"), *ls = weft__word_text(w, "ls");

	if (both && (rt || ls))
		weft__word_fail(w->m, -EINVAL, "sc", "is rt and ls, which are given too");
	put_curve(w, both ? "sc" : "rt", WEFT_KEY(hfsc, rsc), both ? both : rt);
	put_curve(w, both ? "sc" : "ls", WEFT_KEY(hfsc, fsc), both ? both : ls);
	put_curve(w, "ul", WEFT_KEY(hfsc, usc), weft__word_text(w, "ul"));
}

static void tell_curve(struct weft__tell *t, const char *name, struct weft_attr c)
{
	weft__tell_name(t, name);
	if (weft_uint(weft_at(c, "d"), 0) || weft_uint(weft_at(c, "m1"), 0)) {
		(void)!weft_value_text(weft_at(c, "m1"), t->t);
		weft_text_putc(t->t, ':');
		(void)!weft_value_text(weft_at(c, "d"), t->t);
		weft_text_putc(t->t, ':');
	}
	(void)!weft_value_text(weft_at(c, "m2"), t->t);
}

static void tell_hfsc_class(struct weft__tell *t, struct weft_attr options)
{
	struct weft_attr rt = weft_at(options, "rsc"), ls = weft_at(options, "fsc"), ul = weft_at(options, "usc");
	bool both = rt.p && ls.p && rt.len == ls.len && memcmp(rt.p, ls.p, rt.len) == 0;

	if (rt.p)
		tell_curve(t, both ? "sc" : "rt", rt);
	if (ls.p && !both)
		tell_curve(t, "ls", ls);
	if (ul.p)
		tell_curve(t, "ul", ul);
}

const struct weft__tc_kind weft__tc_shape[] = {
	{ "hfsc", .always = true, .rows = hfsc },
	{ "hfsc", .of_class = true, .always = true, .names = hfsc_words, .put = put_hfsc_class,
	  .tell = tell_hfsc_class },
	{ "htb", .always = true, .rows = htb },
	{ "htb", .of_class = true, .always = true, .names = htb_words, .put = put_htb_class, .tell = tell_htb_class },
	{ "tbf", .always = true, .names = tbf_words, .put = put_tbf, .tell = tell_tbf },
	{ 0 },
};
