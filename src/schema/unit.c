/* SPDX-License-Identifier: MIT */
/* Numbers with the units people write: rates, sizes, times, traffic control handles, percentages. What
 * is printed says the number exactly, and can be read back. */
#include <errno.h>
#include <string.h>

#include "schema/schema.h"

struct suffix {
	const char *name;
	uint64_t factor;
};

/* In bits a second; "bps" are bytes. */
static const struct suffix rates[] = {
	{ "bit", 1 },		{ "kbit", 1000 },	   { "mbit", 1000000 },
	{ "gbit", 1000000000 }, { "tbit", 1000000000000 }, { "kibit", 1024 },
	{ "mibit", 1 << 20 },	{ "gibit", 1 << 30 },	   { "tibit", (uint64_t)1 << 40 },
	{ "bps", 8 },		{ "kbps", 8000 },	   { "mbps", 8000000 },
	{ "gbps", 8000000000 }, { "tbps", 8000000000000 }, { 0 },
};
static const struct suffix sizes[] = {
	{ "b", 1 },	  { "kb", 1 << 10 }, { "mb", 1 << 20 }, { "gb", 1 << 30 },
	{ "k", 1 << 10 }, { "m", 1 << 20 },  { "g", 1 << 30 },	{ 0 },
};
/* In nanoseconds. */
static const struct suffix times[] = {
	{ "ns", 1 },	     { "us", 1000 },	    { "ms", 1000000 },
	{ "s", 1000000000 }, { "nsec", 1 },	    { "usec", 1000 },
	{ "msec", 1000000 }, { "sec", 1000000000 }, { 0 },
};
static const struct suffix percent[] = { { "%", 1 }, { 0 } };
static const struct suffix packets[] = { { "p", 1 }, { 0 } };

/* Suffixes of a unit, and how many of their smallest the number counts as one. */
static const struct suffix *suffixes(uint8_t unit, uint64_t *ret_one)
{
	switch ((enum weft_unit)unit) {
	case WEFT_U_RATE:
		*ret_one = 8;
		return rates;
	case WEFT_U_SIZE:
		*ret_one = 1;
		return sizes;
	case WEFT_U_S:
		*ret_one = 1000000000;
		return times;
	case WEFT_U_MS:
		*ret_one = 1000000;
		return times;
	case WEFT_U_US:
		*ret_one = 1000;
		return times;
	case WEFT_U_NS:
		*ret_one = 1;
		return times;
	case WEFT_U_TICKS:
		*ret_one = 64;
		return times;
	case WEFT_U_PART:
		*ret_one = 1;
		return percent;
	case WEFT_U_PACKETS:
		*ret_one = 1;
		return packets;
	case WEFT_U_HANDLE:
	case WEFT_U_NONE:
		break;
	}
	return NULL;
}

const char *weft__unit_example(uint8_t unit)
{
	switch ((enum weft_unit)unit) {
	case WEFT_U_RATE:
		return "rate (10mbit) or number of bytes a second";
	case WEFT_U_SIZE:
		return "size (16kb) or number of bytes";
	case WEFT_U_S:
	case WEFT_U_MS:
	case WEFT_U_US:
	case WEFT_U_NS:
	case WEFT_U_TICKS:
		return "time (100ms) or number";
	case WEFT_U_PART:
		return "percentage (12.5%) or number";
	case WEFT_U_HANDLE:
		return "handle (1:10) or number";
	case WEFT_U_PACKETS:
		return "number of packets";
	case WEFT_U_NONE:
		break;
	}
	return "number";
}

static bool is_word(const char *word, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && word[i]; i++)
		if ((s[i] | 32) != word[i] && s[i] != word[i])
			return false;
	return i == len && !word[i];
}

/* Half of a handle: up to four hex digits. */
static bool half(const char *s, size_t len, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < len; i++) {
		int d = weft__hex_digit(s[i]);

		if (d < 0 || len > 4)
			return false;
		*ret = *ret << 4 | (uint32_t)d;
	}
	return true;
}

static int handle(const char *s, size_t len, uint64_t *ret)
{
	static const struct {
		const char *name;
		uint32_t value;
	} words[] = { { "root", 0xffffffff }, { "ingress", 0xfffffff1 }, { "clsact", 0xfffffff1 }, { "none", 0 } };
	const char *colon = memchr(s, ':', len);
	uint32_t major, minor;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (is_word(words[i].name, s, len)) {
			*ret = words[i].value;
			return 1;
		}
	}
	if (!colon || len < 2 || !half(s, (size_t)(colon - s), &major) ||
	    !half(colon + 1, len - (size_t)(colon - s) - 1, &minor))
		return 0;
	*ret = major << 16 | minor;
	return 1;
}

/* 12.5 as 12 and 500000000 of 10^-9; at most 9 digits behind the point. Returns what was read of s, 0: none. */
static size_t decimal(const char *s, size_t len, uint64_t *ret_whole, uint64_t *ret_billionths)
{
	size_t i = 0, digits = 0;
	uint64_t scale = 100000000;

	*ret_whole = *ret_billionths = 0;
	for (; i < len && s[i] >= '0' && s[i] <= '9'; i++, digits++)
		if (__builtin_mul_overflow(*ret_whole, 10u, ret_whole) ||
		    __builtin_add_overflow(*ret_whole, (uint64_t)(s[i] - '0'), ret_whole))
			return 0;
	if (i < len && s[i] == '.')
		for (i++; i < len && s[i] >= '0' && s[i] <= '9' && scale; i++, digits++, scale /= 10)
			*ret_billionths += (uint64_t)(s[i] - '0') * scale;
	return digits ? i : 0;
}

/* Percent of 2^32 - 1, rounded. */
static int part(uint64_t whole, uint64_t billionths, uint64_t *ret)
{
	if (whole > 100 || (whole == 100 && billionths))
		return -ERANGE;
	*ret = whole * UINT32_MAX / 100 +
	       (whole * UINT32_MAX % 100 * 10000000 + billionths * UINT32_MAX / 100 + 500000000) / 1000000000;
	return 1;
}

int weft__unit_parse(uint8_t unit, const char *s, size_t len, uint64_t *ret)
{
	uint64_t whole, billionths, one = 1, v, rest;
	const struct suffix *suffix = suffixes(unit, &one);
	size_t n;

	if (unit == WEFT_U_HANDLE)
		return handle(s, len, ret);
	n = suffix ? decimal(s, len, &whole, &billionths) : 0;
	if (!n || n == len)
		return 0;
	while (suffix->name && !is_word(suffix->name, s + n, len - n))
		suffix++;
	if (!suffix->name)
		return 0;
	if (unit == WEFT_U_PART)
		return part(whole, billionths, ret);
	if (__builtin_mul_overflow(whole, suffix->factor, &v))
		return -ERANGE;
	/* factors are at most 8 * 10^12: thousands first keep the product small */
	rest = suffix->factor > 1000000 ? billionths * (suffix->factor / 1000000) / 1000
					: billionths * suffix->factor / 1000000000;
	if (__builtin_add_overflow(v, rest, &v))
		return -ERANGE;
	*ret = v / one;
	return v && !*ret ? -ERANGE : 1;
}

static void print_handle(uint32_t v, struct weft_text *t)
{
	if (v == 0xffffffff || v == 0xfffffff1 || v == 0) {
		weft_text_puts(t, v == 0 ? "none" : v == 0xffffffff ? "root" : "ingress");
		return;
	}
	weft_text_printf(t, "%x:", v >> 16);
	if (v & 0xffff)
		weft_text_printf(t, "%x", v & 0xffff);
}

/* The fewest digits that are read as the same number again. */
static void print_part(uint64_t v, struct weft_text *t)
{
	uint64_t whole = v * 100 / UINT32_MAX, rest = v * 100 % UINT32_MAX;
	uint64_t scale = 1, back, fraction;
	int digits = 0;

	for (;; digits++, scale *= 10) {
		fraction = (rest * scale + UINT32_MAX / 2) / UINT32_MAX;
		if (digits == 9 ||
		    (part(whole + fraction / scale, fraction % scale * (1000000000 / scale), &back) > 0 && back == v))
			break;
	}
	weft_text_uint(t, whole + fraction / scale);
	if (digits)
		weft_text_printf(t, ".%0*llu", digits, (unsigned long long)(fraction % scale));
	weft_text_putc(t, '%');
}

bool weft__unit_text(uint8_t unit, uint64_t v, struct weft_text *t)
{
	uint64_t one = 1, small;
	const struct suffix *all = suffixes(unit, &one), *best = all;

	if (unit == WEFT_U_HANDLE && v <= UINT32_MAX) {
		print_handle((uint32_t)v, t);
		return true;
	}
	if (!all || __builtin_mul_overflow(v, one, &small) || (unit == WEFT_U_PART && v > UINT32_MAX))
		return false;
	if (unit == WEFT_U_PART) {
		print_part(v, t);
		return true;
	}
	/* the first suffixes of a table grow; the others are read only */
	for (const struct suffix *s = all; s == all || s->factor > s[-1].factor; s++)
		if (small && small % s->factor == 0)
			best = s;
	weft_text_uint(t, small / best->factor);
	weft_text_puts(t, best->name);
	return true;
}
