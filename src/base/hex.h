/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_HEX_H
#define WEFT_BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Value of a hex digit, or -1. */
static inline int weft__hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* n bytes out of 2 n digits; false: one of them is none. */
static inline bool weft__unhex(const char *s, size_t n, uint8_t *ret)
{
	for (size_t i = 0; i < n; i++) {
		int hi = weft__hex_digit(s[2 * i]), lo = hi < 0 ? -1 : weft__hex_digit(s[2 * i + 1]);

		if (lo < 0)
			return false;
		ret[i] = (uint8_t)(hi << 4 | lo);
	}
	return true;
}

#endif
