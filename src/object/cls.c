/* SPDX-License-Identifier: MIT */
/* Words into the options of filters and actions, as tables of words say. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/cls.h"
#include "schema/msg.h"

static bool same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

static size_t find(const struct weft__cls *c, const char *name)
{
	size_t i = 0;

	while (i < c->n && (c->used[i] || !same(c->v[i].name, name)))
		i++;
	return i;
}

const struct weft_word *weft__cls_take(struct weft__cls *c, const char *name)
{
	size_t i = find(c, name);

	if (i == c->n)
		return NULL;
	c->used[i] = true;
	return &c->v[i];
}

const char *weft__cls_look(const struct weft__cls *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (same(c->v[i].name, name))
			return c->v[i].value ? c->v[i].value : "";
	return NULL;
}

void weft__cls_kv(struct weft__cls *c, const char *word, struct weft_kv kv)
{
	bool good = !c->m->err.code;

	weft_put(c->m, kv);
	if (good && c->m->err.code)
		(void)snprintf(c->m->err.path, sizeof c->m->err.path, "%s", word);
}

bool weft__cls_halves(const char *value, char a[64], const char **ret_b)
{
	size_t n = strcspn(value, "/");

	*ret_b = value[n] ? value + n + 1 : NULL;
	(void)snprintf(a, 64, "%.*s", (int)n, value);
	return n < 64;
}

bool weft__cls_number(const char *s, size_t len, uint64_t max, uint64_t *ret)
{
	bool hex = len > 2 && s[0] == '0' && (s[1] | 32) == 'x';

	return weft__word_number(s, len, hex, max, ret);
}

bool weft__cls_hex(const char *s, size_t len, uint8_t *ret, size_t max, size_t *ret_len)
{
	if (len > 2 && s[0] == '0' && (s[1] | 32) == 'x') {
		s += 2;
		len -= 2;
	}
	if (len % 2 || len / 2 > max)
		return false;
	for (size_t i = 0; i < len / 2; i++) {
		int hi = weft__hex_digit(s[2 * i]), lo = weft__hex_digit(s[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return false;
		ret[i] = (uint8_t)(hi << 4 | lo);
	}
	*ret_len = len / 2;
	return true;
}

static void put_masked(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	const char *mask;
	char a[64];

	if (!weft__cls_halves(value, a, &mask)) {
		weft__cls_fail(c, r->word, "too long");
		return;
	}
	weft__cls_kv(c, r->word, weft_kv_str(r->key, a));
	if (mask)
		weft__cls_kv(c, r->word, weft_kv_str(r->mask, mask));
}

/* The first bits of len bytes set. */
static void mask_of(unsigned bits, uint8_t *ret, size_t len)
{
	for (size_t i = 0; i < len; i++, bits -= bits < 8 ? bits : 8)
		ret[i] = (uint8_t)(bits >= 8 ? 0xff : 0xff00 >> bits);
}

static bool parse_ip(const char *value, struct weft_ip *ret, uint8_t mask[16], bool *ret_masked)
{
	struct weft_ip m;
	const char *b;
	char a[64];

	if (!weft__cls_halves(value, a, &b))
		return false;
	*ret_masked = b != NULL;
	if (b && weft_ip_parse(b, &m) == 0) {
		memcpy(mask, m.b, sizeof m.b);
		return weft_ip_parse(a, ret) == 0 && ret->family == m.family;
	}
	if (weft_ip_parse(value, ret) < 0)
		return false;
	mask_of(ret->plen, mask, weft_ip_len(ret));
	return true;
}

static void put_ip(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	uint32_t key = r->key, mask_key = r->mask;
	struct weft_ip ip;
	uint8_t mask[16];
	bool masked;

	if (!parse_ip(value, &ip, mask, &masked)) {
		weft__cls_fail(c, r->word, "not an IP address: \"%.60s\"", value);
		return;
	}
	if (ip.family == WEFT_AF_INET6) {
		key = r->key6;
		mask_key = r->mask6;
	}
	if (!key || (masked && !mask_key)) {
		weft__cls_fail(c, r->word, key ? "takes a whole address" : "an address of the other family is needed");
		return;
	}
	for (size_t i = 0; i < weft_ip_len(&ip); i++)
		ip.b[i] &= mask[i];
	weft__cls_bytes(c, r->word, key, ip.b, weft_ip_len(&ip));
	if (masked)
		weft__cls_bytes(c, r->word, mask_key, mask, weft_ip_len(&ip));
}

static void put_mac(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	struct weft_mac mac, mask = { .len = 6 };
	uint64_t bits;
	const char *b;
	char a[64];
	bool good = weft__cls_halves(value, a, &b);

	mac = weft_mac(a);
	if (b && weft__cls_number(b, strlen(b), 48, &bits))
		mask_of((unsigned)bits, mask.b, 6);
	else if (b)
		mask = weft_mac(b);
	if (!good || mac.len != 6 || mask.len != 6 || (b && !r->mask)) {
		weft__cls_fail(c, r->word, "not an Ethernet address%s: \"%.60s\"", r->mask ? " or prefix" : "", value);
		return;
	}
	weft__cls_bytes(c, r->word, r->key, mac.b, 6);
	if (b)
		weft__cls_bytes(c, r->word, r->mask, mask.b, 6);
}

static void put_hex(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	size_t n = strcspn(value, "/"), len = 0, mask_len = 0;
	const char *mask = value[n] ? value + n + 1 : NULL;
	uint8_t a[255], b[255];

	if (!weft__cls_hex(value, n, a, sizeof a, &len) ||
	    (mask && (!r->mask || !weft__cls_hex(mask, strlen(mask), b, sizeof b, &mask_len) || mask_len != len))) {
		weft__cls_fail(c, r->word, "not bytes in hex: \"%.60s\"", value);
		return;
	}
	weft__cls_bytes(c, r->word, r->key, a, len);
	if (mask)
		weft__cls_bytes(c, r->word, r->mask, b, len);
}

uint32_t weft__cls_link(const struct weft__cls *c, const char *value)
{
	uint32_t index = c->names ? c->names->index(value, c->names->user) : 0;
	uint64_t n;

	return !index && weft__cls_number(value, strlen(value), INT32_MAX, &n) ? (uint32_t)n : index;
}

static void put_link(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	uint32_t index = weft__cls_link(c, value);

	if (index)
		weft__cls_uint(c, r->word, r->key, index);
	else
		weft__cls_fail(c, r->word, "no such link: \"%.20s\"", value);
}

void weft__cls_value(struct weft__cls *c, const struct weft__cls_row *r, const char *value)
{
	uint16_t ether;
	uint8_t proto;

	switch ((enum weft__form)r->form) {
	case WEFT__F_MASKED:
		put_masked(c, r, value);
		break;
	case WEFT__F_IP:
		put_ip(c, r, value);
		break;
	case WEFT__F_MAC:
		put_mac(c, r, value);
		break;
	case WEFT__F_HEX:
		put_hex(c, r, value);
		break;
	case WEFT__F_LINK:
		put_link(c, r, value);
		break;
	case WEFT__F_ETHER:
		if (weft_ethertype_parse(value, &ether))
			weft__cls_uint(c, r->word, r->key, ether);
		else
			weft__cls_fail(c, r->word, "not a protocol of Ethernet: \"%.40s\"", value);
		break;
	case WEFT__F_PROTO:
		if (weft__ipproto_value(value, &proto))
			weft__cls_uint(c, r->word, r->key, proto);
		else
			weft__cls_fail(c, r->word, "not a protocol of IP: \"%.40s\"", value);
		break;
	default:
		weft__cls_kv(c, r->word, weft_kv_str(r->key, value));
	}
}

/* All bits of one key whose words are there. */
static void bits(struct weft__cls *c, const struct weft__cls_row *rows, uint32_t key)
{
	const char *last = NULL;
	uint64_t v = 0;

	for (const struct weft__cls_row *r = rows; r->word; r++) {
		const struct weft_word *w = r->form == WEFT__F_BIT && r->key == key ? weft__cls_take(c, r->word) : NULL;

		if (!w)
			continue;
		if (w->value)
			weft__cls_fail(c, r->word, "takes no value");
		v |= r->value;
		last = r->word;
	}
	if (last)
		weft__cls_uint(c, last, key, v);
}

void weft__cls_rows(struct weft__cls *c, bool members)
{
	const struct weft__cls_row *rows = c->kind->rows;

	for (const struct weft__cls_row *r = rows; r && r->word && !c->m->err.code; r++) {
		bool member = c->kind->schema && r->key >> 16 == c->kind->schema;
		const struct weft_word *w;

		if (member != members || !(weft__cls_look(c, r->word) || (r->also && weft__cls_look(c, r->also))))
			continue;
		if (r->form >= WEFT__F_OWN) {
			r->put(c, r);
			continue;
		}
		if (r->form == WEFT__F_BIT) {
			bits(c, rows, r->key);
			continue;
		}
		w = weft__cls_take(c, r->word);
		if (!w && r->also)
			w = weft__cls_take(c, r->also);
		if (!w)
			continue;
		if (r->form == WEFT__F_ALONE && !w->value)
			weft__cls_uint(c, r->word, r->key, r->value);
		else if (r->form == WEFT__F_ALONE || !w->value)
			weft__cls_fail(c, r->word, w->value ? "takes no value" : "needs a value");
		else
			weft__cls_value(c, r, w->value);
	}
}

void weft__cls_rest(struct weft__cls *c)
{
	for (size_t i = 0; i < c->n && !c->m->err.code; i++) {
		const struct weft_schema *in = weft_msg_open_schema(c->m);
		const char *words[WEFT__CLS_WORDS], *name = c->v[i].name;
		bool known = false;
		char near[96];
		size_t n = 0;

		if (c->used[i])
			continue;
		c->used[i] = true;
		if (c->v[i].value && in && find(c, name) == c->n && weft_field_find(in, name, strlen(name), NULL)) {
			weft_put_named(c->m, name, weft_kv_str(0, c->v[i].value));
			continue;
		}
		for (const struct weft__cls_row *r = c->kind->rows; r && r->word && n < WEFT__CLS_WORDS; r++)
			words[n++] = r->word;
		weft_nearest(words, n, name, strlen(name), near, sizeof near);
		for (size_t k = 0; k < n; k++)
			known |= same(words[k], name);
		weft__cls_fail(c, *name ? name : c->kind->kind, "%s of %s%s%s",
			       known ? "wrong or said twice: a word" : "no word", c->kind->kind,
			       known || !near[0] ? "" : "; near: ", known ? "" : near);
	}
}
