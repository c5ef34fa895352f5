/* SPDX-License-Identifier: MIT */
/* Options of filters and actions as words, in mirror order of cls.c. */
#include <string.h>

#include "object/cls.h"

struct weft_attr weft__cls_at(struct weft_attr options, uint32_t key)
{
	struct weft_walk w = weft_walk(options);
	struct weft_attr a, none = { 0 };

	if (!options.p || !options.schema)
		return none;
	while (weft_walk_next(&w, &a) > 0) {
		if (options.schema->id == key >> 16 && a.field && a.field->number == (key & 0xffff))
			return a;
		if (options.schema->id != key >> 16 && a.item && a.schema && a.schema->size &&
		    a.schema->id == key >> 16)
			return weft__cls_at(a, key);
	}
	return none;
}

static void word(struct weft__cls_tell *t, const char *word)
{
	if (t->any)
		weft_text_putc(t->t, t->sep);
	t->any = true;
	weft_text_puts(t->t, word);
}

void weft__cls_tell_alone(struct weft__cls_tell *t, const char *name)
{
	word(t, name);
}

void weft__cls_tell_name(struct weft__cls_tell *t, const char *name)
{
	word(t, name);
	weft_text_putc(t->t, t->equals);
}

/* -1: not whole bits from the left. */
static int prefix_len(const uint8_t *p, uint32_t len)
{
	int n = 0;
	uint32_t i = 0;

	for (; i < len && p[i] == 0xff; i++)
		n += 8;
	if (i < len && p[i]) {
		uint8_t rest = p[i++];

		for (; rest & 0x80; rest = (uint8_t)(rest << 1))
			n++;
		if (rest)
			return -1;
	}
	for (; i < len; i++)
		if (p[i])
			return -1;
	return n;
}

static void tell_mask(struct weft__cls_tell *t, struct weft_attr mask)
{
	uint64_t v = weft_uint(mask, 0), all = mask.len < 8 ? ((uint64_t)1 << mask.len * 8) - 1 : UINT64_MAX;

	if (mask.p && v != all)
		weft_text_printf(t->t, "/0x%llx", (unsigned long long)v);
}

static void tell_ip(struct weft__cls_tell *t, struct weft_attr a, struct weft_attr mask)
{
	struct weft_ip ip = weft_ip_bytes(a.p, a.len), m = weft_ip_bytes(mask.p, mask.len);
	char buf[WEFT_IP_TEXT];
	int n = mask.p ? prefix_len(mask.p, mask.len) : (int)a.len * 8;

	weft_text_puts(t->t, weft_ip_text(&ip, buf));
	if (n < 0)
		weft_text_printf(t->t, "/%s", weft_ip_text(&m, buf));
	else if (n != (int)a.len * 8)
		weft_text_printf(t->t, "/%d", n);
}

static void mac(struct weft_text *t, struct weft_attr a)
{
	for (uint32_t i = 0; i < a.len; i++)
		weft_text_printf(t, "%s%02x", i ? ":" : "", a.p[i]);
}

static void tell_mac(struct weft__cls_tell *t, struct weft_attr a, struct weft_attr mask)
{
	int n = mask.p ? prefix_len(mask.p, mask.len) : 48;

	mac(t->t, a);
	if (n < 0) {
		weft_text_putc(t->t, '/');
		mac(t->t, mask);
	} else if (n != 48) {
		weft_text_printf(t->t, "/%d", n);
	}
}

static void tell_hex(struct weft__cls_tell *t, struct weft_attr a, struct weft_attr mask)
{
	bool all = true;

	weft_text_hex(t->t, a.p, a.len);
	for (uint32_t i = 0; i < mask.len && mask.p; i++)
		all &= mask.p[i] == 0xff;
	if (all)
		return;
	weft_text_putc(t->t, '/');
	weft_text_hex(t->t, mask.p, mask.len);
}

static void tell_link(struct weft__cls_tell *t, struct weft_attr a)
{
	uint32_t index = (uint32_t)weft_uint(a, 0);
	char buf[16];
	const char *name = t->names ? t->names->name(index, buf, t->names->user) : NULL;

	if (name)
		weft_text_safe(t->t, name, strlen(name));
	else
		weft_text_uint(t->t, index);
}

static void tell_form(struct weft__cls_tell *t, const struct weft__cls_row *r, struct weft_attr a)
{
	struct weft_attr mask = r->mask ? weft__cls_at(t->at, r->mask) : (struct weft_attr){ 0 };
	uint64_t v = weft_uint(a, 0);
	char buf[32];

	switch ((enum weft__form)r->form) {
	case WEFT__F_MASKED:
		(void)!weft_value_text(a, t->t);
		tell_mask(t, mask);
		break;
	case WEFT__F_IP:
		tell_ip(t, a, a.len == 16 ? weft__cls_at(t->at, r->mask6) : mask);
		break;
	case WEFT__F_MAC:
		tell_mac(t, a, mask);
		break;
	case WEFT__F_HEX:
		tell_hex(t, a, mask);
		break;
	case WEFT__F_ETHER:
		weft_text_puts(t->t, weft_ethertype_text((uint16_t)v, buf));
		break;
	case WEFT__F_PROTO:
		if (weft__ipproto_name((uint8_t)v))
			weft_text_puts(t->t, weft__ipproto_name((uint8_t)v));
		else
			weft_text_uint(t->t, v);
		break;
	case WEFT__F_LINK:
		tell_link(t, a);
		break;
	default:
		(void)!weft_value_text(a, t->t);
	}
}

void weft__cls_tell_value(struct weft__cls_tell *t, const struct weft__cls_row *r, struct weft_attr a)
{
	weft__cls_tell_name(t, r->word);
	tell_form(t, r, a);
}

void weft__cls_tell_rows(struct weft__cls_tell *t, const struct weft__cls_row *rows)
{
	for (const struct weft__cls_row *r = rows; r && r->word; r++) {
		struct weft_attr a;

		if (r->form >= WEFT__F_OWN || r->tell) {
			if (r->tell)
				r->tell(t, r);
			continue;
		}
		a = weft__cls_at(t->at, r->key);
		if (!a.p && r->key6)
			a = weft__cls_at(t->at, r->key6);
		if (!a.p)
			continue;
		if (r->form == WEFT__F_ALONE || r->form == WEFT__F_BIT) {
			uint64_t v = weft_uint(a, 0);

			if (r->form == WEFT__F_ALONE ? v == r->value : (v & r->value) == r->value)
				word(t, r->word);
		} else if (!r->zero || weft_uint(a, 1)) {
			weft__cls_tell_value(t, r, a);
		}
	}
}
