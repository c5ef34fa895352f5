/* SPDX-License-Identifier: MIT */
/* Reading and telling single words. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "object/tc_words.h"
#include "schema/encode.h"
#include "schema/msg.h"

static bool same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

/* The place of a word that was not taken yet, or w->n. */
static size_t find(const struct weft__words *w, const char *name, bool alone)
{
	size_t i = 0;

	while (i < w->n && (w->used >> i & 1 || !same(w->v[i].name, name) || (w->v[i].value == NULL) != alone))
		i++;
	return i;
}

static const struct weft_word *take(struct weft__words *w, const char *name, bool alone)
{
	size_t i = find(w, name, alone);

	if (i == w->n)
		return NULL;
	w->used |= (uint64_t)1 << i;
	return &w->v[i];
}

void weft__word_fail(struct weft_msg *m, int code, const char *name, const char *fmt, ...)
{
	va_list ap;

	if (m->err.code)
		return;
	(void)weft_error_set(&m->err, code, WEFT_WHERE_CALLER, name, "%s", "");
	va_start(ap, fmt);
	(void)vsnprintf(m->err.msg, sizeof m->err.msg, fmt, ap);
	va_end(ap);
}

bool weft__word_value(struct weft_msg *m, const char *name, uint8_t unit, const char *text, uint64_t *ret)
{
	const struct weft_field f = { .type = WEFT_T_U64, .unit = unit };
	const struct weft_kv kv = weft_kv_str(0, text);
	struct weft__leaf leaf;
	struct weft_error e;

	if (weft__leaf_make(&f, &kv, 0, &leaf, &e) < 0) {
		weft__word_fail(m, e.code, name, "%s", e.msg);
		return false;
	}
	memcpy(ret, leaf.p, sizeof *ret);
	return true;
}

bool weft__word_uint(struct weft__words *w, const char *name, uint8_t unit, uint64_t *ret)
{
	const struct weft_word *word = take(w, name, false);

	return word && weft__word_value(w->m, name, unit, word->value, ret);
}

bool weft__word_u32(struct weft__words *w, const char *name, uint8_t unit, uint32_t *ret)
{
	uint64_t v;

	if (!weft__word_uint(w, name, unit, &v))
		return false;
	if (v > UINT32_MAX) {
		weft__word_fail(w->m, -ERANGE, name, "%llu is out of range (0 to 4294967295)", (unsigned long long)v);
		return false;
	}
	*ret = (uint32_t)v;
	return true;
}

const char *weft__word_text(struct weft__words *w, const char *name)
{
	const struct weft_word *word = take(w, name, false);

	return word ? word->value : NULL;
}

const char *weft__word_look(const struct weft__words *w, const char *name)
{
	size_t i = find(w, name, false);

	return i < w->n ? w->v[i].value : NULL;
}

bool weft__word_alone(struct weft__words *w, const char *name)
{
	return take(w, name, true) != NULL;
}

bool weft__word_item(const char **at, const char **ret, size_t *ret_len)
{
	*at += strspn(*at, ", ");
	*ret = *at;
	*ret_len = strcspn(*at, ", ");
	*at += *ret_len;
	return *ret_len > 0;
}

bool weft__word_number(const char *s, size_t len, bool hex, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (hex && len > 2 && s[0] == '0' && (s[1] | 32) == 'x') {
		s += 2;
		len -= 2;
	}
	if (!len || len > 19)
		return false;
	for (size_t i = 0; i < len; i++) {
		int d = weft__hex_digit(s[i]);

		if (d < 0 || (!hex && d > 9))
			return false;
		v = v * (hex ? 16 : 10) + (unsigned)d;
	}
	*ret = v;
	return v <= max;
}

void weft__tell_word(struct weft__tell *t, const char *word)
{
	if (t->any)
		weft_text_putc(t->t, ' ');
	t->any = true;
	weft_text_puts(t->t, word);
}

void weft__tell_name(struct weft__tell *t, const char *name)
{
	weft__tell_word(t, name);
	weft_text_putc(t->t, '=');
}

void weft__tell_uint(struct weft__tell *t, const char *name, uint8_t unit, uint64_t v)
{
	weft__tell_name(t, name);
	if (!unit || !weft__unit_text(unit, v, t->t))
		weft_text_uint(t->t, v);
}

static const struct {
	uint8_t value;
	const char *name;
} clocks[] = { { 0, "CLOCK_REALTIME" }, { 1, "CLOCK_MONOTONIC" }, { 7, "CLOCK_BOOTTIME" }, { 11, "CLOCK_TAI" } };

bool weft__clock_value(const char *s, uint64_t *ret)
{
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		if (strcasecmp(s, clocks[i].name) && strcasecmp(s, clocks[i].name + strlen("CLOCK_")))
			continue;
		*ret = clocks[i].value;
		return true;
	}
	return weft__word_number(s, strlen(s), false, INT32_MAX, ret);
}

const char *weft__clock_name(int64_t v)
{
	for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++)
		if (clocks[i].value == v)
			return clocks[i].name;
	return NULL;
}
