/* SPDX-License-Identifier: MIT */
/* From one value to the payload of a row. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "schema/encode.h"

#define BAD(e, code, ...) weft_error_set(e, code, WEFT_WHERE_CALLER, "", __VA_ARGS__)

/* Decimal or 0x number: 1, 0 none, -ERANGE too large. */
static int digits(const char *s, size_t len, uint64_t *ret)
{
	unsigned base = len > 2 && s[0] == '0' && (s[1] | 32) == 'x' ? 16 : 10;
	size_t i = base == 16 ? 2 : 0;
	uint64_t v = 0;

	if (i == len)
		return 0;
	for (; i < len; i++) {
		int d = weft__hex_digit(s[i]);

		if (d < 0 || (unsigned)d >= base)
			return 0;
		if (__builtin_mul_overflow(v, (uint64_t)base, &v) || __builtin_add_overflow(v, (uint64_t)d, &v))
			return -ERANGE;
	}
	*ret = v;
	return 1;
}

static int unknown_name(const struct weft_field *f, const char *s, size_t len, struct weft_error *e)
{
	const char *words[96];
	char near[96];
	size_t n = 0;

	for (; f->names && n < f->names->n && n < 96; n++)
		words[n] = f->names->v[n].name;
	weft_nearest(words, n, s, len, near, sizeof near);
	return BAD(e, -EINVAL, "not a %s: \"%.*s\"%s%s",
		   f->names  ? "name or number"
		   : f->unit ? weft__unit_example(f->unit)
			     : "number",
		   (int)(len > 60 ? 60 : len), s, near[0] ? "; near: " : "", near);
}

/* One word: a name of the row, or a number, perhaps negative (as two's complement). */
static int word(const struct weft_field *f, const char *s, size_t len, uint64_t *ret, bool *ret_minus,
		struct weft_error *e)
{
	uint32_t named;
	int r;

	*ret_minus = false;
	if (weft_names_value(f->names, s, len, &named)) {
		*ret = named;
		return 0;
	}
	*ret_minus = len > 1 && s[0] == '-';
	r = weft__unit_parse(f->unit, s + *ret_minus, len - *ret_minus, ret);
	if (r == 0)
		r = digits(s + *ret_minus, len - *ret_minus, ret);
	if (r < 0)
		return BAD(e, -ERANGE, "%.*s is out of range", (int)(len > 60 ? 60 : len), s);
	return r > 0 ? 0 : unknown_name(f, s, len, e);
}

/* Numbers and names; for flags a list with commas. */
static int words(const struct weft_field *f, const char *s, uint64_t *ret, bool *ret_minus, struct weft_error *e)
{
	uint64_t all = 0, v;
	int r = 0;

	if (!f->names || !(f->flags & WEFT_F_FLAGS))
		return word(f, s, strlen(s), ret, ret_minus, e);
	*ret_minus = false;
	while (r == 0 && *s) {
		size_t n = strcspn(s, ",");

		r = word(f, s, n, &v, ret_minus, e);
		all |= v;
		s += n + (s[n] == ',');
	}
	*ret = all;
	return r;
}

static int out_of_range(struct weft_error *e, uint64_t v, bool minus, uint64_t max, bool sign)
{
	return BAD(e, -ERANGE, "%s%llu is out of range (%s%llu to %llu)", minus ? "-" : "", (unsigned long long)v,
		   sign ? "-" : "", sign ? (unsigned long long)max + 1 : 0ull, (unsigned long long)max);
}

/* v is the magnitude. */
static int store(const struct weft_field *f, uint64_t v, bool minus, struct weft__leaf *ret, struct weft_error *e)
{
	bool sign = weft__type_signed(f->type);
	uint32_t width = f->type == WEFT_T_UINT ? (v > UINT32_MAX ? 8u : 4u) : weft__type_width(f->type);
	unsigned bits = f->bits ? f->bits : width * 8 - sign;
	uint64_t max = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;

	if ((minus && v && !sign) || (v > max && !(minus && v == max + 1)))
		return out_of_range(e, v, minus, max, sign);
	if (minus)
		v = 0 - v;
	ret->p = ret->small;
	ret->len = width;
	switch ((enum weft_type)f->type) {
	case WEFT_T_BE16:
		weft_set_be16(ret->small, (uint16_t)v);
		return 0;
	case WEFT_T_BE32:
		weft_set_be32(ret->small, (uint32_t)v);
		return 0;
	case WEFT_T_BE64:
		weft_set_be64(ret->small, v);
		return 0;
	default:
		break;
	}
	if (width == 1)
		ret->small[0] = (uint8_t)v;
	else if (width == 2)
		weft_set_u16(ret->small, (uint16_t)v);
	else if (width == 4)
		weft_set_u32(ret->small, (uint32_t)v);
	else
		weft_set_u64(ret->small, v);
	return 0;
}

static int number(const struct weft_field *f, const struct weft_kv *kv, struct weft__leaf *ret, struct weft_error *e)
{
	bool minus = false;
	uint64_t v;
	int r;

	switch (kv->kind) {
	case WEFT_K_UINT:
		return store(f, kv->v.u, false, ret, e);
	case WEFT_K_INT:
		minus = kv->v.i < 0;
		return store(f, minus ? 0 - (uint64_t)kv->v.i : (uint64_t)kv->v.i, minus, ret, e);
	case WEFT_K_STR:
		r = words(f, kv->v.s, &v, &minus, e);
		return r < 0 ? r : store(f, v, minus, ret, e);
	default:
		return BAD(e, -EINVAL, "a number is needed");
	}
}

static int string(const struct weft_field *f, const char *s, struct weft__leaf *ret, struct weft_error *e)
{
	size_t n = strlen(s);

	if (f->max && n > f->max)
		return BAD(e, -ERANGE, "\"%.40s\"%s is too long: %zu bytes, at most %u", s, n > 40 ? "..." : "", n,
			   f->max);
	if (n >= WEFT_NLA_MAX)
		return BAD(e, -EOVERFLOW, "too long for an attribute: %zu bytes", n);
	ret->p = s;
	ret->len = (uint32_t)n + 1;
	return 0;
}

static int hex(const struct weft_field *f, const char *s, struct weft__leaf *ret, struct weft_error *e)
{
	size_t n = strlen(s), len = n / 2;
	uint8_t *b;

	if (len > WEFT_NLA_MAX)
		return BAD(e, -EOVERFLOW, "too long for an attribute: %zu bytes", len);
	if (n % 2)
		return BAD(e, -EINVAL, "hex with an odd number of digits");
	b = ret->heap = malloc(len ? len : 1);
	if (!b)
		return BAD(e, -ENOMEM, "out of memory");
	if (!weft__unhex(s, len, b))
		return BAD(e, -EINVAL, "not hex: \"%.60s\"", s);
	if (f && f->max && len > f->max)
		return BAD(e, -ERANGE, "too long: %zu bytes, at most %u", len, f->max);
	ret->p = b;
	ret->len = (uint32_t)len;
	return 0;
}

/* Entries that are no stack are told in hex, which may have no letters. */
static bool told_in_hex(const char *s)
{
	size_t n = strlen(s);
	uint8_t b[4 * WEFT__LABELS];

	return n && n % 8 == 0 && n / 2 <= sizeof b && weft__unhex(s, n / 2, b) && !weft__is_stack(b, (uint32_t)n / 2);
}

/* "100/200": the last label has the bottom bit. Anything else may be hex. */
static int labels(const char *s, struct weft__leaf *ret, struct weft_error *e)
{
	uint32_t n = 0;
	const char *at = s;

	if (told_in_hex(s))
		return hex(NULL, s, ret, e);
	while (n < WEFT__LABELS) {
		size_t len = strcspn(at, "/");
		uint64_t v;

		if (digits(at, len, &v) != 1 || v > 0xfffff)
			break;
		weft_set_be32(ret->small + 4 * n++, (uint32_t)v << 12);
		if (at[len] == 0) {
			ret->small[4 * n - 2] |= 1;
			ret->p = ret->small;
			ret->len = 4 * n;
			return 0;
		}
		at += len + 1;
	}
	if (hex(NULL, s, ret, e) == 0 && ret->len && ret->len % 4 == 0)
		return 0;
	return BAD(e, -EINVAL, "not an MPLS label stack: \"%.60s\"", s);
}

static const char *family_name(unsigned family)
{
	return family == WEFT_AF_INET ? "IPv4" : "IPv6";
}

/* A neighbour of MPLS that is known by its link-layer address. */
static int via_mac(const char *s, struct weft__leaf *ret)
{
	struct weft_mac m = weft_mac(s);

	weft_set_u16(ret->small, WEFT_AF_PACKET);
	memcpy(ret->small + 2, m.b, m.len);
	ret->p = ret->small;
	ret->len = 2u + m.len;
	return 0;
}

static int address(const struct weft_field *f, const struct weft_kv *kv, uint8_t family, struct weft__leaf *ret,
		   struct weft_error *e)
{
	struct weft_ip ip = kv->kind == WEFT_K_IP ? kv->v.ip : (struct weft_ip){ 0 };
	unsigned want = f->type == WEFT_T_IP4 ? WEFT_AF_INET : f->type == WEFT_T_IP6 ? WEFT_AF_INET6 : 0;
	uint32_t at = f->type == WEFT_T_VIA ? 2 : 0;

	if (kv->kind == WEFT_K_STR && at && weft_mac(kv->v.s).len == 6)
		return via_mac(kv->v.s, ret);
	if (kv->kind == WEFT_K_STR && family == WEFT_AF_MPLS && f->type == WEFT_T_IP)
		return labels(kv->v.s, ret, e);
	if (kv->kind == WEFT_K_STR && weft_ip_parse(kv->v.s, &ip) < 0) {
		if (strlen(kv->v.s) == 8 && want != WEFT_AF_INET6 && hex(NULL, kv->v.s, ret, e) == 0)
			return 0;
		return BAD(e, -EINVAL, "not an IP address: \"%.60s\"", kv->v.s);
	}
	if (ip.family != WEFT_AF_INET && ip.family != WEFT_AF_INET6)
		return BAD(e, -EINVAL, "not an IP address");
	if (!want && f->type == WEFT_T_IP && (family == WEFT_AF_INET || family == WEFT_AF_INET6))
		want = family;
	if (want && ip.family != want)
		return BAD(e, -EINVAL, "an %s address where %s is needed", family_name(ip.family), family_name(want));
	if (at)
		weft_set_u16(ret->small, ip.family);
	ret->p = ret->small;
	ret->len = at + (uint32_t)weft_ip_len(&ip);
	memcpy(ret->small + at, ip.b, ret->len - at);
	return 0;
}

static int mac(const struct weft_field *f, const struct weft_kv *kv, struct weft__leaf *ret, struct weft_error *e)
{
	struct weft_mac m = kv->kind == WEFT_K_STR   ? weft_mac(kv->v.s)
			    : kv->kind == WEFT_K_MAC ? kv->v.mac
						     : (struct weft_mac){ 0 };
	bool empty = kv->kind == WEFT_K_STR && kv->v.s[0] == 0;

	/* tunnels of IPv4 have its addresses, which people write as such: too short for any other link; those of IPv6
	 * are not taken, as of 16 bytes the kernel takes the first 6 for one of Ethernet. Of none, "" */
	if (kv->kind == WEFT_K_STR && m.len == 0 && !empty && f->max == 0 && strchr(kv->v.s, '.')) {
		struct weft_ip ip = weft_ip(kv->v.s);

		m.len = ip.family == WEFT_AF_INET ? 4 : 0;
		memcpy(m.b, ip.b, 4);
	}
	if ((m.len == 0 && !empty) || m.len > sizeof m.b || (f->max && m.len > f->max))
		return BAD(e, -EINVAL, "not a link-layer address: \"%.60s\"", kv->kind == WEFT_K_STR ? kv->v.s : "");
	memcpy(ret->small, m.b, m.len);
	ret->p = ret->small;
	ret->len = m.len;
	return 0;
}

static int flag(const struct weft_kv *kv, struct weft_error *e)
{
	if (kv->kind == WEFT_K_UINT && kv->v.u <= 1)
		return kv->v.u ? 0 : 1;
	if (kv->kind == WEFT_K_STR && (!strcmp(kv->v.s, "true") || !strcmp(kv->v.s, "1")))
		return 0;
	if (kv->kind == WEFT_K_STR && (!strcmp(kv->v.s, "false") || !strcmp(kv->v.s, "0")))
		return 1;
	return BAD(e, -EINVAL, "true or false is needed");
}

int weft__leaf_make(const struct weft_field *f, const struct weft_kv *kv, uint8_t family, struct weft__leaf *ret,
		    struct weft_error *e)
{
	ret->heap = NULL;
	ret->p = "";
	ret->len = 0;
	if (f->type == WEFT_T_PAD)
		return BAD(e, -EINVAL, "has no value");
	if (kv->kind == WEFT_K_STR && !kv->v.s)
		return BAD(e, -EINVAL, "no text given");
	if (kv->kind == WEFT_K_BYTES) {
		if (kv->v.bytes.len > WEFT_NLA_MAX)
			return BAD(e, -EOVERFLOW, "too long for an attribute: %zu bytes", kv->v.bytes.len);
		ret->p = kv->v.bytes.p ? kv->v.bytes.p : ret->p;
		ret->len = (uint32_t)kv->v.bytes.len;
		return 0;
	}
	if (weft__is_number(f->type))
		return number(f, kv, ret, e);
	switch ((enum weft_type)f->type) {
	case WEFT_T_FLAG:
		return flag(kv, e);
	case WEFT_T_IP:
	case WEFT_T_IP4:
	case WEFT_T_IP6:
	case WEFT_T_VIA:
		return address(f, kv, family, ret, e);
	case WEFT_T_MAC:
		return mac(f, kv, ret, e);
	default:
		break;
	}
	if (kv->kind != WEFT_K_STR)
		return BAD(e, -EINVAL, f->type == WEFT_T_STR ? "a string is needed" : "hex or a nest is needed");
	if (f->type == WEFT_T_STR)
		return string(f, kv->v.s, ret, e);
	if (f->type == WEFT_T_LABELS)
		return labels(kv->v.s, ret, e);
	return hex(f, kv->v.s, ret, e);
}

void weft__leaf_free(struct weft__leaf *l)
{
	free(l->heap);
	l->heap = NULL;
}
