/* SPDX-License-Identifier: MIT */
/* Values of one payload. */
#include <errno.h>
#include <string.h>

#include "schema/schema.h"

uint32_t weft__type_width(uint8_t type)
{
	switch ((enum weft_type)type) {
	case WEFT_T_U8:
	case WEFT_T_S8:
		return 1;
	case WEFT_T_U16:
	case WEFT_T_S16:
	case WEFT_T_BE16:
		return 2;
	case WEFT_T_U32:
	case WEFT_T_S32:
	case WEFT_T_BE32:
	case WEFT_T_IP4:
		return 4;
	case WEFT_T_U64:
	case WEFT_T_S64:
	case WEFT_T_BE64:
	case WEFT_T_BITFIELD32:
		return 8;
	case WEFT_T_IP6:
		return 16;
	case WEFT_T_FLAG:
	case WEFT_T_UINT:
	case WEFT_T_STR:
	case WEFT_T_BIN:
	case WEFT_T_IP:
	case WEFT_T_MAC:
	case WEFT_T_VIA:
	case WEFT_T_LABELS:
	case WEFT_T_NEST:
	case WEFT_T_STRUCT:
	case WEFT_T_SUB:
	case WEFT_T_PAD:
		break;
	}
	return 0;
}

uint32_t weft__part_size(const struct weft_field *f)
{
	uint32_t size = weft__type_width(f->type);

	if (size)
		return size;
	return f->type == WEFT_T_STRUCT && f->sub ? f->sub->size : f->max;
}

bool weft__type_signed(uint8_t type)
{
	return type >= WEFT_T_S8 && type <= WEFT_T_S64;
}

bool weft__is_number(uint8_t type)
{
	return type >= WEFT_T_U8 && type <= WEFT_T_UINT;
}

/* Compilers fill the unit of a bit-field from the end that stands first in memory. */
uint32_t weft__shift(const struct weft_field *f)
{
	uint32_t before = f->number >> 12;

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	before = weft__type_width(f->type) * 8 - before - f->bits;
#endif
	return before;
}

static uint64_t load(const struct weft_field *f, const uint8_t *p, uint32_t len)
{
	bool be = f->type == WEFT_T_BE16 || f->type == WEFT_T_BE32 || f->type == WEFT_T_BE64;
	bool sign = weft__type_signed(f->type);

	switch (len) {
	case 1:
		return sign ? (uint64_t)(int8_t)p[0] : p[0];
	case 2: {
		uint16_t v = be ? weft_get_be16(p) : weft_get_u16(p);

		return sign ? (uint64_t)(int16_t)v : v;
	}
	case 4: {
		uint32_t v = be ? weft_get_be32(p) : weft_get_u32(p);

		return sign ? (uint64_t)(int32_t)v : v;
	}
	default:
		return be ? weft_get_be64(p) : weft_get_u64(p);
	}
}

uint64_t weft__load(const struct weft_field *f, const uint8_t *p, uint32_t len)
{
	uint64_t v = load(f, p, len);

	return f->bits ? v >> weft__shift(f) & (((uint64_t)1 << f->bits) - 1) : v;
}

int weft_get_uint(struct weft_attr a, uint64_t *ret)
{
	if (!a.p)
		return 0;
	if (a.field && a.field->type == WEFT_T_FLAG) {
		*ret = a.len ? a.p[0] != 0 : 1;
		return 1;
	}
	if (a.len != 1 && a.len != 2 && a.len != 4 && a.len != 8)
		return -EBADMSG;
	if (a.field)
		*ret = weft__load(a.field, a.p, a.len);
	else
		*ret = weft__load(&(struct weft_field){ .type = WEFT_T_U64 }, a.p, a.len);
	return 1;
}

uint64_t weft_uint(struct weft_attr a, uint64_t absent)
{
	uint64_t v;

	return weft_get_uint(a, &v) == 1 ? v : absent;
}

int64_t weft_int(struct weft_attr a, int64_t absent)
{
	uint64_t v;

	return weft_get_uint(a, &v) == 1 ? (int64_t)v : absent;
}

const char *weft_str(struct weft_attr a, const char *absent)
{
	/* a number has zeros too */
	if (a.field && a.field->type != WEFT_T_STR && a.field->type != WEFT_T_BIN)
		return absent;
	return a.p && memchr(a.p, 0, a.len) ? (const char *)a.p : absent;
}

struct weft_ip weft_ip_of(struct weft_attr a)
{
	if (a.field && (a.field->type < WEFT_T_STR || a.field->type > WEFT_T_VIA))
		return weft_ip_bytes(NULL, 0);
	if (a.p && a.field && a.field->type == WEFT_T_VIA && a.len > 2)
		return weft_ip_bytes(a.p + 2, a.len - 2);
	return weft_ip_bytes(a.p, a.len);
}

/* Entries are label 20 bits, class 3, bottom 1, ttl 8 (RFC 3032). */
bool weft__is_stack(const uint8_t *p, uint32_t len)
{
	for (uint32_t at = 0; at + 4 <= len; at += 4) {
		uint32_t bottom = at + 4 == len ? 0x100 : 0;

		if ((weft_get_be32(p + at) & 0xfff) != bottom)
			return false;
	}
	return true;
}

bool weft__labels_text(const uint8_t *p, uint32_t len, struct weft_text *t)
{
	if (len > 4 * WEFT__LABELS || !weft__is_stack(p, len))
		return false;
	for (uint32_t at = 0; at + 4 <= len; at += 4) {
		if (at)
			weft_text_putc(t, '/');
		weft_text_uint(t, weft_get_be32(p + at) >> 12);
	}
	return true;
}

void weft__mac_text(const uint8_t *p, uint32_t len, struct weft_text *t)
{
	for (uint32_t i = 0; i < len; i++) {
		if (i)
			weft_text_putc(t, ':');
		weft_text_hex(t, p + i, 1);
	}
}
