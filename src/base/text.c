/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/room.h"

/* Room for n more bytes and the NUL. */
static bool room(struct weft_text *t, size_t n)
{
	size_t need, cap;
	char *p;

	if (t->err)
		return false;
	/* the common case first: this stands behind every character of output */
	if (n < t->cap - t->len)
		return true;
	if (__builtin_add_overflow(t->len, n, &need) || __builtin_add_overflow(need, (size_t)1, &need)) {
		t->err = -ENOMEM;
		return false;
	}
	cap = t->cap ? t->cap : 256;
	while (cap < need) {
		if (cap > SIZE_MAX / 2) {
			t->err = -ENOMEM;
			return false;
		}
		cap *= 2;
	}
	p = realloc(t->p, cap);
	if (!p) {
		t->err = -ENOMEM;
		return false;
	}
	t->p = p;
	t->p[t->len] = 0;
	t->cap = cap;
	return true;
}

char *weft__text_room(struct weft_text *t, size_t n)
{
	return room(t, n) ? t->p + t->len : NULL;
}

void weft_text_put(struct weft_text *t, const void *p, size_t len)
{
	if (!room(t, len))
		return;
	if (len)
		memcpy(t->p + t->len, p, len);
	t->len += len;
	t->p[t->len] = 0;
}

void weft_text_puts(struct weft_text *t, const char *s)
{
	weft_text_put(t, s, strlen(s));
}

void weft_text_putc(struct weft_text *t, char c)
{
	if (!room(t, 1))
		return;
	t->p[t->len++] = c;
	t->p[t->len] = 0;
}

void weft_text_uint(struct weft_text *t, uint64_t v)
{
	char buf[20];
	size_t at = sizeof buf;

	if (v < 1000 && room(t, 3)) {
		char *p = t->p + t->len, *from = p;

		if (v >= 100)
			*p++ = (char)('0' + v / 100);
		if (v >= 10)
			*p++ = (char)('0' + v / 10 % 10);
		*p++ = (char)('0' + v % 10);
		*p = 0;
		t->len += (size_t)(p - from);
		return;
	}
	do
		buf[--at] = (char)('0' + v % 10);
	while (v /= 10);
	weft_text_put(t, buf + at, sizeof buf - at);
}

void weft_text_int(struct weft_text *t, int64_t v)
{
	if (v < 0)
		weft_text_putc(t, '-');
	weft_text_uint(t, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

static const char hexdigits[] = "0123456789abcdef";

void weft_text_hex(struct weft_text *t, const void *p, size_t len)
{
	const uint8_t *b = p;

	if (len > SIZE_MAX / 2) {
		t->err = -ENOMEM;
		return;
	}
	if (!room(t, len * 2))
		return;
	for (size_t i = 0; i < len; i++) {
		t->p[t->len++] = hexdigits[b[i] >> 4];
		t->p[t->len++] = hexdigits[b[i] & 15];
	}
	t->p[t->len] = 0;
}

/* Bytes of the UTF-8 sequence at s, or 0 when it is not valid (RFC 3629: no surrogates, no overlong
 * forms, nothing above U+10FFFF). */
static size_t utf8(const uint8_t *s, size_t len)
{
	size_t n = s[0] < 0x80			 ? 1
		   : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
		   : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
		   : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
						 : 0;

	if (n == 0 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)))
		return 0;
	if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)))
		return 0;
	return n;
}

void weft_text_json(struct weft_text *t, const char *s, size_t len)
{
	const uint8_t *b = (const uint8_t *)s;

	weft_text_putc(t, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8(b + i, len - i);

		if (n == 0) {
			weft_text_puts(t, "\\udc");
			weft_text_hex(t, b + i, 1);
			n = 1;
		} else if (b[i] == '"' || b[i] == '\\') {
			weft_text_putc(t, '\\');
			weft_text_putc(t, (char)b[i]);
		} else if (b[i] < 0x20 || b[i] == 0x7f) {
			weft_text_puts(t, "\\u00");
			weft_text_hex(t, b + i, 1);
		} else {
			weft_text_put(t, b + i, n);
		}
		i += n;
	}
	weft_text_putc(t, '"');
}

void weft_text_safe(struct weft_text *t, const char *s, size_t len)
{
	const uint8_t *b = (const uint8_t *)s;

	for (size_t i = 0; i < len;) {
		size_t n = utf8(b + i, len - i);
		/* U+0080 to U+009F are control characters to a terminal too */
		bool c1 = n == 2 && b[i] == 0xc2 && b[i + 1] < 0xa0;

		if (n == 0 || c1 || b[i] < 0x20 || b[i] == 0x7f) {
			n = n ? n : 1;
			for (size_t k = 0; k < n; k++) {
				weft_text_puts(t, "\\x");
				weft_text_hex(t, b + i + k, 1);
			}
		} else {
			weft_text_put(t, b + i, n);
		}
		i += n;
	}
}

void weft_text_printf(struct weft_text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!room(t, 0))
		return;
	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		t->err = -EINVAL;
	if (n < 0 || !room(t, (size_t)n))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(t->p + t->len, t->cap - t->len, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void weft_text_clear(struct weft_text *t)
{
	t->len = 0;
	t->err = 0;
	if (t->p)
		t->p[0] = 0;
}

void weft_text_free(struct weft_text *t)
{
	free(t->p);
	*t = (struct weft_text){ 0 };
}
