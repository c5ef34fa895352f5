/* SPDX-License-Identifier: MIT */
/* What differs between two messages of one schema. */
#include <stdio.h>
#include <string.h>

#include "schema/schema.h"

struct diff {
	weft_diff_fn *fn;
	void *user;
	char path[192];
};

static int both(struct diff *d, struct weft_attr a, struct weft_attr b, int depth);

static bool equal(const struct weft_attr *a, const struct weft_attr *b)
{
	const struct weft_attr *some = a->p ? a : b;

	/* told with a byte or without one; false as by leaving it out */
	if (some->field && some->field->type == WEFT_T_FLAG)
		return weft_uint(*a, 0) == weft_uint(*b, 0);
	if (a->p && b->p && a->field && a->field->bits)
		return weft_uint(*a, 0) == weft_uint(*b, 0);
	return a->p && b->p && a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* The n-th attr of the same number and row kind in a message or list. */
static struct weft_attr twin(struct weft_attr in, const struct weft_attr *like, unsigned n, bool by_place)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr at;

	while (weft_walk_next(&w, &at) > 0)
		if (by_place || (at.number == like->number && at.field == like->field))
			if (n-- == 0)
				return at;
	return (struct weft_attr){ 0 };
}

static int one(struct diff *d, struct weft_attr a, struct weft_attr b, const char *name, int index, int depth)
{
	size_t len = strlen(d->path);
	const struct weft_attr *x = a.p ? &a : &b;
	int r = 0;

	if (equal(&a, &b) || (x->field && (x->field->flags & WEFT_F_COUNTER)))
		return 0;
	if (index >= 0)
		(void)snprintf(d->path + len, sizeof d->path - len, "[%d]", index);
	else
		(void)snprintf(d->path + len, sizeof d->path - len, "%s%s", len ? "." : "", name);
	if (a.p && b.p && a.schema && a.schema == b.schema && depth < WEFT__DEPTH)
		r = both(d, a, b, depth + 1);
	else
		r = d->fn(d->path, a, b, d->user);
	d->path[len] = 0;
	return r;
}

/* Each attr of x against its twin in y; the second round only those that y alone has. */
static int side(struct diff *d, struct weft_attr x, struct weft_attr y, bool second, int depth)
{
	bool list = x.field && !x.item;
	struct weft_walk w = weft_walk(x);
	struct weft_attr at;
	int r, place = 0;

	while ((r = weft_walk_next(&w, &at)) > 0) {
		unsigned n = 0;
		struct weft_attr t;
		char buf[64];
		const char *name = buf;

		/* how many of the same went before */
		struct weft_walk v = weft_walk(x);
		struct weft_attr before;

		while (!list && weft_walk_next(&v, &before) > 0 && before.p < at.p)
			n += before.number == at.number && before.field == at.field;
		t = twin(y, &at, list ? (unsigned)place : n, list);
		if (at.field)
			name = weft_field_name(at.field, buf, sizeof buf);
		else
			(void)snprintf(buf, sizeof buf, "@%u", at.number);
		if (!second)
			r = one(d, at, t, name, list ? place : -1, depth);
		else if (!t.p)
			r = one(d, t, at, name, list ? place : -1, depth);
		if (r < 0)
			return r;
		place++;
	}
	return r;
}

static int both(struct diff *d, struct weft_attr a, struct weft_attr b, int depth)
{
	int r = side(d, a, b, false, depth);

	return r < 0 ? r : side(d, b, a, true, depth);
}

int weft_diff(struct weft_attr a, struct weft_attr b, weft_diff_fn *fn, void *user)
{
	struct diff d = { .fn = fn, .user = user };

	return both(&d, a, b, 0);
}
