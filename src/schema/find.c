/* SPDX-License-Identifier: MIT */
/* Rows by name and number, names of values, near misses. */
#include <stdio.h>
#include <string.h>

#include "schema/schema.h"

static bool same(const char *a, const char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len && a[i]; i++) {
		char x = a[i] == '_' ? '-' : a[i], y = b[i] == '_' ? '-' : b[i];

		if (x != y)
			return false;
	}
	return i == len && a[i] == 0;
}

const struct weft_field *weft_field_find(const struct weft_schema *s, const char *name, size_t len,
					 const struct weft_schema **ret_in)
{
	const struct weft_schema *in[2] = { s, s ? s->header : NULL };

	for (int k = 0; k < 2; k++) {
		for (size_t i = 0; in[k] && i < in[k]->n; i++) {
			const struct weft_field *f = &in[k]->fields[i];

			if (f->type == WEFT_T_PAD)
				continue;
			if (!same(f->name ? f->name : f->token, name, len) && !same(f->token, name, len))
				continue;
			if (ret_in)
				*ret_in = in[k];
			return f;
		}
	}
	return NULL;
}

const struct weft_field *weft_field_by_number(const struct weft_schema *s, uint16_t number)
{
	const struct weft_field *f = s->fields;

	/* rows stand in number order, mostly without gaps */
	if (s->n && number >= f->number && number - f->number < s->n && f[number - f->number].number == number)
		return &f[number - f->number];
	for (size_t i = 0; i < s->n; i++)
		if (f[i].number == number || f[i].number == WEFT_NUMBER_ANY)
			return &f[i];
	return NULL;
}

const char *weft_field_name(const struct weft_field *f, char *buf, size_t size)
{
	size_t i;

	if (f->name)
		return f->name;
	for (i = 0; i + 1 < size && f->token[i]; i++)
		buf[i] = f->token[i] == '_' ? '-' : f->token[i];
	if (size)
		buf[i] = 0;
	return buf;
}

int weft_names_value(const struct weft_names *n, const char *name, size_t len, uint32_t *ret)
{
	for (uint32_t i = 0; n && i < n->n; i++) {
		if (same(n->v[i].name, name, len)) {
			*ret = n->v[i].value;
			return 1;
		}
	}
	return 0;
}

const char *weft_names_name(const struct weft_names *n, uint32_t value)
{
	for (uint32_t i = 0; n && i < n->n; i++)
		if (n->v[i].value == value)
			return n->v[i].name;
	return NULL;
}

/* Edit distance (insert, delete, replace, swap of neighbours), for words up to 32 bytes. */
static unsigned distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[3][33];

	if (na > 32 || nb > 32)
		return 99;
	for (unsigned j = 0; j <= nb; j++)
		row[0][j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned *cur = row[i % 3], *up = row[(i - 1) % 3], *up2 = row[(i + 1) % 3];

		cur[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned cost = up[j - 1] + (a[i - 1] != b[j - 1]);

			if (up[j] + 1 < cost)
				cost = up[j] + 1;
			if (cur[j - 1] + 1 < cost)
				cost = cur[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && up2[j - 2] + 1 < cost)
				cost = up2[j - 2] + 1;
			cur[j] = cost;
		}
	}
	return row[na % 3][nb];
}

struct best {
	unsigned cost[3];
	const char *word[3];
};

static void consider(struct best *b, const char *word, const char *name, size_t len)
{
	size_t n = strlen(word);
	unsigned cost = distance(name, len, word, n);
	unsigned most = len < 3 ? 1 : (unsigned)(len + 2) / 3;

	if (len >= 2 && n > len && strncmp(word, name, len) == 0)
		cost = 1;
	if (cost > most)
		return;
	for (int i = 0; i < 3; i++) {
		if (b->word[i] && b->cost[i] <= cost)
			continue;
		for (int k = 2; k > i; k--) {
			b->word[k] = b->word[k - 1];
			b->cost[k] = b->cost[k - 1];
		}
		b->word[i] = word;
		b->cost[i] = cost;
		return;
	}
}

static int report(const struct best *b, char *buf, size_t size)
{
	int n = 0;
	size_t at = 0;

	for (; n < 3 && b->word[n]; n++) {
		int r = snprintf(buf + at, size - at, "%s%s", n ? ", " : "", b->word[n]);

		/* no half words */
		if ((size_t)r >= size - at)
			break;
		/* show field names the way they are printed */
		for (int k = 0; k < r; k++)
			if (buf[at + (size_t)k] == '_')
				buf[at + (size_t)k] = '-';
		at += (size_t)r;
	}
	if (size)
		buf[at] = 0;
	return n;
}

int weft_field_nearest(const struct weft_schema *s, const char *name, size_t len, char *buf, size_t size)
{
	const struct weft_schema *in[2] = { s, s ? s->header : NULL };
	struct best b = { { 0 }, { NULL } };

	for (int k = 0; k < 2; k++)
		for (size_t i = 0; in[k] && i < in[k]->n; i++)
			if (in[k]->fields[i].type != WEFT_T_PAD)
				consider(&b, in[k]->fields[i].token, name, len);
	return report(&b, buf, size);
}

int weft_nearest(const char *const *words, size_t n, const char *name, size_t len, char *buf, size_t size)
{
	struct best b = { { 0 }, { NULL } };

	for (size_t i = 0; i < n; i++)
		if (words[i])
			consider(&b, words[i], name, len);
	return report(&b, buf, size);
}
