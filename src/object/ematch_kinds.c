/* SPDX-License-Identifier: MIT */
/* What stands in the parentheses of each extended match. */
#include <stdio.h>
#include <string.h>

#include "object/ematch.h"

enum {
	TRANS = 1,
	CAN_EFF = (int)0x80000000u,
	SFF_MASK = 0x7ff,
	EFF_MASK = 0x1fffffff,
	CAN_MAX = 32,
	/* of sets (linux/netfilter/ipset/ip_set.h) */
	SRC = 1,
	DIMENSIONS = 6,
};

static const char *const layers[] = { "link", "network", "transport" };
static const char *const operators[] = { "eq", "gt", "lt" };

static bool width(struct weft__em_scan *s, uint64_t *ret)
{
	if (weft__em_is(s, "u8"))
		*ret = 1;
	else if (weft__em_is(s, "u16"))
		*ret = 2;
	else if (weft__em_is(s, "u32"))
		*ret = 4;
	else
		return false;
	return true;
}

/* u16 at 2 layer network mask 0xfff0 trans gt 100 */
static bool put_cmp(struct weft__cls *c, struct weft__em_scan *s)
{
	uint64_t align, off, layer = 1, mask = 0, op, value;
	bool trans = false;

	if (!width(s, &align) || !weft__em_is(s, "at") || !weft__em_number(s, UINT16_MAX, &off))
		return false;
	for (;;) {
		bool good = true;

		if (weft__em_is(s, "trans"))
			trans = true;
		else if (weft__em_is(s, "layer"))
			good = weft__em_layer(s, &layer);
		else if (weft__em_is(s, "mask"))
			good = weft__em_number(s, UINT32_MAX, &mask);
		else
			break;
		if (!good)
			return false;
	}
	if (!weft__em_operator(s, &op) || !weft__em_number(s, UINT32_MAX, &value))
		return false;
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, val), value);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, mask), mask);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, off), off);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, align), align);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, flags), trans ? TRANS : 0);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, layer), layer);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_cmp, opnd), op);
	return true;
}

static void tell_cmp(struct weft_text *t, struct weft_attr a)
{
	uint64_t layer = weft_uint(weft_at(a, "layer"), 0), op = weft_uint(weft_at(a, "opnd"), 0);
	uint64_t mask = weft_uint(weft_at(a, "mask"), 0);

	weft_text_printf(t, "u%u at %u layer ", (unsigned)weft_uint(weft_at(a, "align"), 0) * 8,
			 (unsigned)weft_uint(weft_at(a, "off"), 0));
	if (layer < 3)
		weft_text_puts(t, layers[layer]);
	else
		weft_text_uint(t, layer);
	if (mask)
		weft_text_printf(t, " mask 0x%x", (unsigned)mask);
	weft_text_printf(t, "%s %s %u", weft_uint(weft_at(a, "flags"), 0) & TRANS ? " trans" : "",
			 op < 3 ? operators[op] : "eq", (unsigned)weft_uint(weft_at(a, "val"), 0));
}

/* Bytes as they are, in quotes, or in hex. */
static bool bytes(struct weft__em_scan *s, uint8_t *ret, size_t max, size_t *ret_len)
{
	const char *p;
	size_t len;
	bool quoted;

	if (!weft__em_word(s, &p, &len, &quoted))
		return false;
	if (!quoted)
		return weft__cls_hex(p, len, ret, max, ret_len) && *ret_len;
	if (len > max || !len)
		return false;
	memcpy(ret, p, len);
	*ret_len = len;
	return true;
}

void weft__em_tell_bytes(struct weft_text *t, const uint8_t *p, uint32_t len)
{
	bool plain = len > 0;

	for (uint32_t i = 0; i < len; i++)
		plain &= p[i] > ' ' && p[i] < 0x7f && p[i] != '"' && p[i] != '\\';
	weft_text_puts(t, plain ? "\"" : "0x");
	if (plain)
		weft_text_put(t, p, len);
	else
		weft_text_hex(t, p, len);
	if (plain)
		weft_text_putc(t, '"');
}

/* "text" at 4 layer transport */
static bool put_nbyte(struct weft__cls *c, struct weft__em_scan *s)
{
	uint8_t b[WEFT__EM_DATA];
	uint64_t off = 0, layer = 1;
	size_t len;

	if (!bytes(s, b, sizeof b, &len))
		return false;
	if (weft__em_is(s, "at") && !weft__em_number(s, UINT16_MAX, &off))
		return false;
	if (weft__em_is(s, "layer") && !weft__em_layer(s, &layer))
		return false;
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_nbyte, off), off);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_nbyte, len), len);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_nbyte, layer), layer);
	weft__cls_bytes(c, "match", WEFT_KEY(tcf_em_nbyte, pattern), b, len);
	return true;
}

static uint32_t shorter(struct weft_attr a, uint64_t len)
{
	return len < a.len ? (uint32_t)len : a.len;
}

static void tell_nbyte(struct weft_text *t, struct weft_attr a)
{
	struct weft_attr pattern = weft_at(a, "pattern");
	uint64_t layer = weft_uint(weft_at(a, "layer"), 0);

	weft__em_tell_bytes(t, pattern.p, shorter(pattern, weft_uint(weft_at(a, "len"), 0)));
	weft_text_printf(t, " at %u layer ", (unsigned)weft_uint(weft_at(a, "off"), 0));
	if (layer < 3)
		weft_text_puts(t, layers[layer]);
	else
		weft_text_uint(t, layer);
}

/* [u32] 0x0a000000 0xff000000 at [nexthdr+]12 */
static bool put_u32(struct weft__cls *c, struct weft__em_scan *s)
{
	uint64_t bytes = 4, value, mask, n = 0;
	const char *p;
	size_t len;
	bool quoted, minus, next;
	uint32_t at, shift;

	(void)width(s, &bytes);
	if (!weft__em_number(s, UINT32_MAX, &value) || !weft__em_number(s, UINT32_MAX, &mask) ||
	    !weft__em_is(s, "at") || !weft__em_word(s, &p, &len, &quoted))
		return false;
	next = len >= 7 && strncmp(p, "nexthdr", 7) == 0;
	p += next ? 7 : 0;
	len -= next ? 7 : 0;
	minus = len && *p == '-';
	if (len && (*p == '-' || *p == '+')) {
		p++;
		len--;
	}
	if ((len || !next) && !weft__cls_number(p, len, INT16_MAX, &n))
		return false;
	at = (minus ? 0u - (uint32_t)n : (uint32_t)n) & 3;
	if (at + bytes > 4)
		return false;
	shift = 8 * (4 - at - (uint32_t)bytes);
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_key, mask), (uint32_t)(mask << shift));
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_key, val), (uint32_t)(value << shift));
	weft__cls_kv(c, "match", weft_kv_int(WEFT_KEY(tc_u32_key, off), (minus ? -(int64_t)n : (int64_t)n) - at));
	weft__cls_kv(c, "match", weft_kv_int(WEFT_KEY(tc_u32_key, offmask), next ? -1 : 0));
	return true;
}

static void tell_u32(struct weft_text *t, struct weft_attr a)
{
	int64_t off = weft_int(weft_at(a, "off"), 0);

	weft_text_printf(t, "0x%08x 0x%08x at %s%lld", (unsigned)weft_uint(weft_at(a, "val"), 0),
			 (unsigned)weft_uint(weft_at(a, "mask"), 0),
			 weft_uint(weft_at(a, "offmask"), 0) ? (off < 0 ? "nexthdr" : "nexthdr+") : "", (long long)off);
}

/* kmp "text" [from LAYER OFFSET] [to LAYER OFFSET] */
static bool put_text(struct weft__cls *c, struct weft__em_scan *s)
{
	uint64_t from[2] = { 0 }, to[2] = { 0 };
	uint8_t b[WEFT__EM_DATA];
	const char *p;
	char algo[16];
	size_t len;
	bool quoted;

	if (!weft__em_word(s, &p, &len, &quoted) || len >= sizeof algo)
		return false;
	(void)snprintf(algo, sizeof algo, "%.*s", (int)len, p);
	if (!bytes(s, b, sizeof b, &len))
		return false;
	if (weft__em_is(s, "from") && !(weft__em_layer(s, &from[0]) && weft__em_number(s, UINT16_MAX, &from[1])))
		return false;
	if (weft__em_is(s, "to") && !(weft__em_layer(s, &to[0]) && weft__em_number(s, UINT16_MAX, &to[1])))
		return false;
	weft__cls_kv(c, "match", weft_kv_str(WEFT_KEY(tcf_em_text, algo), algo));
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_text, from_offset), from[1]);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_text, to_offset), to[1]);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_text, pattern_len), len);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_text, from_layer), from[0]);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_em_text, to_layer), to[0]);
	weft__cls_bytes(c, "match", WEFT_KEY(tcf_em_text, pattern), b, len);
	return true;
}

static void tell_place(struct weft_text *t, const char *word, uint64_t layer, uint64_t off)
{
	weft_text_printf(t, " %s ", word);
	if (layer < 3)
		weft_text_puts(t, layers[layer]);
	else
		weft_text_uint(t, layer);
	weft_text_printf(t, " %u", (unsigned)off);
}

static void tell_text(struct weft_text *t, struct weft_attr a)
{
	struct weft_attr pattern = weft_at(a, "pattern");
	const char *algo = weft_str(weft_at(a, "algo"), "");

	weft_text_safe(t, algo, strlen(algo));
	weft_text_putc(t, ' ');
	weft__em_tell_bytes(t, pattern.p, shorter(pattern, weft_uint(weft_at(a, "pattern-len"), 0)));
	tell_place(t, "from", weft_uint(weft_at(a, "from-layer"), 0), weft_uint(weft_at(a, "from-offset"), 0));
	tell_place(t, "to", weft_uint(weft_at(a, "to-layer"), 0), weft_uint(weft_at(a, "to-offset"), 0));
}

/* sff ID[:MASK] and eff ID[:MASK], as many as one likes; the kernel wants the longer ones first. */
static bool put_canid(struct weft__cls *c, struct weft__em_scan *s)
{
	struct {
		uint32_t id, mask;
	} v[CAN_MAX];
	size_t n = 0, first = 0;

	for (; n < CAN_MAX; n++) {
		bool eff = weft__em_is(s, "eff"), quoted;
		uint64_t id, mask;
		const char *p;
		size_t len, colon = 0;

		if (!eff && !weft__em_is(s, "sff"))
			break;
		mask = eff ? EFF_MASK : SFF_MASK;
		if (!weft__em_word(s, &p, &len, &quoted))
			return false;
		while (colon < len && p[colon] != ':')
			colon++;
		if (!weft__cls_number(p, colon, mask, &id) ||
		    (colon < len && !weft__cls_number(p + colon + 1, len - colon - 1, mask, &mask)))
			return false;
		v[n].id = (uint32_t)id | (eff ? (uint32_t)CAN_EFF : 0);
		v[n].mask = (uint32_t)mask | (uint32_t)CAN_EFF;
		if (eff && n != first) {
			uint32_t sff[2] = { v[first].id, v[first].mask };

			v[first] = v[n];
			v[n].id = sff[0];
			v[n].mask = sff[1];
		}
		first += eff;
	}
	if (!n)
		return false;
	weft__cls_uint(c, "match", WEFT_KEY(em_canid, can_id), v[0].id);
	weft__cls_uint(c, "match", WEFT_KEY(em_canid, can_mask), v[0].mask);
	if (n > 1)
		weft__cls_bytes(c, "match", WEFT_KEY(em_canid, more), &v[1], (n - 1) * sizeof *v);
	return true;
}

static void tell_can(struct weft_text *t, struct weft_attr a, bool first)
{
	uint32_t id = (uint32_t)weft_uint(weft_at(a, "can-id"), 0),
		 mask = (uint32_t)weft_uint(weft_at(a, "can-mask"), 0);
	bool eff = id & (uint32_t)CAN_EFF;

	id &= EFF_MASK;
	mask &= EFF_MASK;
	weft_text_printf(t, "%s%s 0x%x", first ? "" : " ", eff ? "eff" : "sff", id);
	if (mask != (eff ? EFF_MASK : SFF_MASK))
		weft_text_printf(t, ":0x%x", mask);
}

static void tell_canid(struct weft_text *t, struct weft_attr a)
{
	tell_can(t, a, true);
	WEFT_EACH(f, weft_at(a, "more"))
	tell_can(t, f, false);
}

/* INDEX src,dst: the number of a set, and what of a packet is looked up in it. */
static bool put_ipset(struct weft__cls *c, struct weft__em_scan *s)
{
	uint64_t index;
	const char *p;
	size_t len, dim = 0;
	uint8_t flags = 0;
	bool quoted;

	if (!weft__em_number(s, UINT16_MAX, &index) || !weft__em_word(s, &p, &len, &quoted))
		return false;
	for (size_t at = 0; at < len; at += 4) {
		if (++dim > DIMENSIONS || len - at < 3 ||
		    (strncmp(p + at, "src", 3) != 0 && strncmp(p + at, "dst", 3) != 0) ||
		    (len - at > 3 && p[at + 3] != ','))
			return false;
		flags |= (uint8_t)(p[at] == 's' ? SRC << dim : 0);
	}
	weft__cls_uint(c, "match", WEFT_KEY(em_ipset, index), index);
	weft__cls_uint(c, "match", WEFT_KEY(em_ipset, dim), dim);
	weft__cls_uint(c, "match", WEFT_KEY(em_ipset, flags), flags);
	return true;
}

static void tell_ipset(struct weft_text *t, struct weft_attr a)
{
	uint64_t dim = weft_uint(weft_at(a, "dim"), 0), flags = weft_uint(weft_at(a, "flags"), 0);

	weft_text_uint(t, weft_uint(weft_at(a, "index"), 0));
	for (uint64_t i = 1; i <= dim && i <= DIMENSIONS; i++)
		weft_text_printf(t, "%s%s", i == 1 ? " " : ",", flags >> i & 1 ? "src" : "dst");
}

bool weft__em_put(struct weft__cls *c, uint16_t kind, struct weft__em_scan *s)
{
	switch (kind) {
	case WEFT__EM_CMP:
		return put_cmp(c, s);
	case WEFT__EM_NBYTE:
		return put_nbyte(c, s);
	case WEFT__EM_U32:
		return put_u32(c, s);
	case WEFT__EM_META:
		return weft__em_put_meta(c, s);
	case WEFT__EM_TEXT:
		return put_text(c, s);
	case WEFT__EM_CANID:
		return put_canid(c, s);
	default:
		return put_ipset(c, s);
	}
}

void weft__em_tell(struct weft_text *t, uint16_t kind, struct weft_attr data)
{
	switch (kind) {
	case WEFT__EM_CMP:
		tell_cmp(t, data);
		break;
	case WEFT__EM_NBYTE:
		tell_nbyte(t, data);
		break;
	case WEFT__EM_U32:
		tell_u32(t, data);
		break;
	case WEFT__EM_META:
		weft__em_tell_meta(t, data);
		break;
	case WEFT__EM_TEXT:
		tell_text(t, data);
		break;
	case WEFT__EM_CANID:
		tell_canid(t, data);
		break;
	case WEFT__EM_IPSET:
		tell_ipset(t, data);
		break;
	default:
		weft_text_puts(t, "0x");
		weft_text_hex(t, data.p, data.len);
	}
}
