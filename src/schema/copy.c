/* SPDX-License-Identifier: MIT */
/* From one message into another: all of it, what may be set, or what differs. */
#include <string.h>

#include "schema/msg.h"

static bool all_zero(const struct weft_attr *a)
{
	for (uint32_t i = 0; i < a->len; i++)
		if (a->p[i])
			return false;
	return true;
}

static bool is_flag(const struct weft_attr *a)
{
	return a->field && a->field->type == WEFT_T_FLAG;
}

static bool left_out(const struct weft_attr *a, unsigned without)
{
	unsigned f = a->field ? a->field->flags & without : 0;

	return f & ~(unsigned)WEFT_F_ZERO || (f & WEFT_F_ZERO && all_zero(a));
}

static bool is_nest(const struct weft_attr *a)
{
	/* what is chosen may also be a struct */
	return a->schema && !a->schema->size && a->item &&
	       (a->field->type == WEFT_T_NEST || a->field->type == WEFT_T_SUB);
}

/* The next attribute of a message or nest; its fixed header is passed over. */
static bool next(struct weft_walk *w, struct weft_attr *ret)
{
	uint32_t header = weft__header_len(w->in.schema, w->in.p, w->in.len);

	while (weft_walk_next(w, ret) > 0)
		if (ret->p >= w->in.p + header)
			return true;
	return false;
}

static bool equal(const struct weft_attr *a, const struct weft_attr *b)
{
	return a->len == b->len && memcmp(a->p, b->p, a->len) == 0;
}

/* The attribute of `in` that a is compared with: of a repeated one, that with equal bytes. */
static struct weft_attr twin(struct weft_attr in, const struct weft_attr *a)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr b;

	while (in.p && next(&w, &b))
		if (b.number == a->number && b.field == a->field &&
		    (!a->field || a->field->list != WEFT_L_MULTI || equal(a, &b)))
			return b;
	return (struct weft_attr){ 0 };
}

/* The same choice one level down. */
static struct weft_copy below(const struct weft_copy *o, const struct weft_attr *a)
{
	struct weft_copy c = *o;

	c.but = 0;
	if (a->field && a->field->flags & o->only)
		c.only = 0;
	c.than = twin(o->than, a);
	return c;
}

/* Numbers that the kernel sends side by side and takes as a nest of some of them: the place of the i-th. */
static uint16_t place_of(const struct weft_attr *list, const struct weft_attr *number, uint16_t i)
{
	return number->p == list->p + (uint32_t)i * number->len ? (uint16_t)(i + 1) : number->number;
}

/* Whether another such list has something else at this place. */
static bool number_differs(const struct weft_attr *number, uint16_t place, const struct weft_attr *than)
{
	struct weft_walk w = weft_walk(*than);
	struct weft_attr b;

	for (uint16_t i = 0; than->p && weft_walk_next(&w, &b) > 0; i++)
		if (place_of(than, &b, i) == place)
			return !equal(number, &b);
	return true;
}

/* Adds the numbers that differ to m, unless it is NULL; whether there are any. */
static bool numbers(struct weft_msg *m, const struct weft_attr *list, const struct weft_attr *than)
{
	struct weft_walk w = weft_walk(*list);
	struct weft_attr a;
	bool any = false;

	for (uint16_t i = 0; weft_walk_next(&w, &a) > 0; i++) {
		uint16_t place = place_of(list, &a, i);

		if (!number_differs(&a, place, than))
			continue;
		any = true;
		weft_put_raw(m, place, a.p, a.len);
	}
	return any;
}

static bool is_numbers(const struct weft_attr *a)
{
	return a->field && a->field->flags & WEFT_F_NEST_IN;
}

static bool header_differs(const struct weft_attr *a, const struct weft_attr *b)
{
	uint32_t n = weft__header_len(a->schema, a->p, a->len);

	return n && (a->len < n || b->len < n || memcmp(a->p, b->p, n) != 0);
}

static bool wanted(const struct weft_attr *a, const struct weft_copy *o, int depth)
{
	struct weft_copy c = below(o, a);
	struct weft_walk w = weft_walk(*a);
	struct weft_attr b;

	if (left_out(a, o->without) || (o->but && a->number == (uint16_t)o->but))
		return false;
	/* the kernel tells some flags as a byte and takes them with none */
	if (is_flag(a) && a->len && all_zero(a))
		return false;
	/* whoever takes it hears that it is too deep */
	if (depth > WEFT__DEPTH)
		return true;
	if (is_numbers(a))
		return !c.only && numbers(NULL, a, &c.than);
	if (!is_nest(a))
		return !c.only && !(c.than.p && equal(a, &c.than));
	if (!c.only && (!c.than.p || header_differs(a, &c.than)))
		return true;
	while (next(&w, &b))
		if (wanted(&b, &c, depth + 1))
			return true;
	return false;
}

static void copy(struct weft_msg *m, const struct weft_attr *from, const struct weft_copy *o, int depth);

static void header(struct weft_msg *m, const struct weft_attr *from)
{
	const struct weft_schema *h = from->schema->header;
	struct weft_walk w = weft_walk(*from);
	struct weft_attr a;

	while (h && weft_walk_next(&w, &a) > 0 && a.p < from->p + weft__header_len(from->schema, from->p, from->len))
		weft_put(m, weft_kv_bytes((uint32_t)h->id << 16 | a.number, (struct weft_bytes){ a.p, a.len }));
}

/* Bits and, as their mask, those of them that are otherwise in than. */
static void masked(struct weft_msg *m, const struct weft_attr *a, const struct weft_attr *than)
{
	uint8_t pair[16];
	uint32_t half = a->len / 2;

	memcpy(pair, a->p, a->len);
	for (uint32_t i = 0; i < half; i++)
		pair[half + i] = pair[i] ^ than->p[i];
	weft_put_raw(m, a->number, pair, a->len);
}

static void one(struct weft_msg *m, const struct weft_attr *in, const struct weft_attr *a, const struct weft_copy *o,
		int depth)
{
	uint32_t key = (uint32_t)in->schema->id << 16 | a->number;
	struct weft_copy c = below(o, a);
	bool nested = (a->schema && !a->schema->size) ||
		      (a->field && a->field->list > WEFT_L_MULTI && a->field->list != WEFT_L_PACKED);

	if (is_nest(a) && a->field->number == a->number) {
		weft_open(m, key);
		header(m, a);
		copy(m, a, &c, depth + 1);
		weft_close(m);
	} else if (is_numbers(a)) {
		weft_open(m, key);
		(void)numbers(m, a, &c.than);
		weft_close(m);
	} else if (a->field && a->field->flags & WEFT_F_MASK && c.than.p && a->len == c.than.len && a->len <= 16) {
		masked(m, a, &c.than);
	} else {
		nested = nested && a->field->type != WEFT_T_STRUCT && a->field->list != WEFT_L_HOPS;
		weft_put_raw(m, (uint16_t)(a->number | (nested ? WEFT_NLA_NESTED : 0)), a->p, is_flag(a) ? 0 : a->len);
	}
}

/* What chooses a sub-message goes with it, wanted or not. */
static void selector(struct weft_msg *m, const struct weft_attr *from, const struct weft_attr *sub,
		     const struct weft_copy *o, int depth)
{
	uint32_t header = weft__header_len(from->schema, from->p, from->len);
	struct weft_reader r = weft_reader(from->p + header, from->len - header);
	uint16_t by = sub->field->choice->selector;
	struct weft_tlv t;

	while (by != WEFT_SELECT_FAMILY && weft_read_attr(&r, &t) > 0) {
		struct weft_attr a = {
			.p = t.p, .len = t.len, .number = t.type, .field = weft_field_by_number(from->schema, t.type)
		};

		if (t.type == by && !wanted(&a, o, depth))
			weft_put_raw(m, t.type, t.p, t.len);
	}
}

static void copy(struct weft_msg *m, const struct weft_attr *from, const struct weft_copy *o, int depth)
{
	for (int subs = 0; subs < 2; subs++) {
		struct weft_walk w = weft_walk(*from);
		struct weft_attr a;

		while (!weft_msg_error(m, NULL) && next(&w, &a)) {
			bool sub = a.field && a.field->choice;

			if (sub != (subs == 1) || !wanted(&a, o, depth))
				continue;
			if (sub)
				selector(m, from, &a, o, depth);
			one(m, from, &a, o, depth);
		}
	}
}

void weft_put_from(struct weft_msg *m, struct weft_attr from, const struct weft_copy *o)
{
	static const struct weft_copy all = { 0 };

	if (!m || !from.p || !from.schema)
		return;
	header(m, &from);
	copy(m, &from, o ? o : &all, 0);
}

bool weft_has_from(struct weft_attr from, const struct weft_copy *o)
{
	struct weft_walk w = weft_walk(from);
	struct weft_attr a;

	while (from.p && from.schema && next(&w, &a))
		if (wanted(&a, o, 0))
			return true;
	return false;
}
