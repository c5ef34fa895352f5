/* SPDX-License-Identifier: MIT */
/* Whether a message has what is asked for; and what of a dump's request is left for us to ask. */
#include <string.h>

#include "schema/msg.h"

static bool has(struct weft_attr in, const struct weft_attr *want, int depth);
static bool all(struct weft_attr in, struct weft_attr want, int depth);

static bool all_zero(const struct weft_attr *a)
{
	for (uint32_t i = 0; i < a->len; i++)
		if (a->p[i])
			return false;
	return true;
}

/* One value, or the same nest with at least what is wanted of it. */
static bool equal(const struct weft_attr *a, const struct weft_attr *want, int depth)
{
	const struct weft_field *f = want->field;
	uint64_t x, y;

	if (a->schema && a->schema == want->schema)
		return all(*a, *want, depth + 1);
	if (f && weft__is_number(f->type) && weft_get_uint(*a, &x) == 1 && weft_get_uint(*want, &y) == 1)
		return f->flags & WEFT_F_FLAGS ? (x & y) == y : x == y;
	if (f && f->type == WEFT_T_STR)
		return strnlen((const char *)a->p, a->len) == strnlen((const char *)want->p, want->len) &&
		       memcmp(a->p, want->p, strnlen((const char *)a->p, a->len)) == 0;
	return a->len == want->len && memcmp(a->p, want->p, a->len) == 0;
}

/* A next hop of a route with several. */
static bool in_hops(const struct weft_attr *list, const struct weft_attr *want, int depth)
{
	struct weft_attr like = *want;
	struct weft_walk w = weft_walk(*list);
	struct weft_attr hop;

	like.field = weft_field_by_number(list->field->sub, want->number);
	while (like.field && weft_walk_next(&w, &hop) > 0)
		if (has(hop, &like, depth + 1))
			return true;
	return false;
}

/* Of a repeated attribute, or of one that next hops may have, any will do. */
static bool has(struct weft_attr in, const struct weft_attr *want, int depth)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;
	bool list = in.field && !in.item;

	while (depth < WEFT__DEPTH && weft_walk_next(&w, &a) > 0) {
		if (list ? equal(&a, want, depth)
			 : a.number == want->number && a.field == want->field && equal(&a, want, depth))
			return true;
		if (!list && a.field && a.field->list == WEFT_L_HOPS && a.field != want->field &&
		    in_hops(&a, want, depth))
			return true;
	}
	return false;
}

static bool all(struct weft_attr in, struct weft_attr want, int depth)
{
	uint32_t fixed = want.schema ? want.schema->size + weft__header_size(want.schema) : 0;
	struct weft_walk w = weft_walk(want);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0) {
		/* members that are there anyhow ask for something when they are not 0 */
		if (a.p < want.p + fixed && all_zero(&a))
			continue;
		if (!has(in, &a, depth))
			return false;
	}
	return true;
}

bool weft_match(struct weft_attr a, struct weft_attr want)
{
	return !want.p || (a.p && all(a, want, 0));
}

static const struct weft_filters *filters_of(const struct weft_msg *m)
{
	const struct weft_filters *f = m->op->filters;

	while (f && f->family && f->family != weft__msg_family(m))
		f++;
	return f;
}

bool weft__msg_filters(const struct weft_msg *m, uint16_t attr)
{
	const struct weft_filters *f = filters_of(m);

	return f && attr < 64 && f->attrs >> attr & 1;
}

/* The message that takes what the kernel does not. */
static struct weft_msg *rest(struct weft_msg *m, struct weft_msg **want)
{
	if (!*want)
		*want = weft_msg_new(m->family, m->op, 0);
	return *want;
}

/* One member of the fixed header, of n bytes at p. */
static void split_member(struct weft_msg *m, const struct weft_filters *f, const struct weft_field *row, uint8_t *p,
			 uint32_t n, struct weft_msg **want)
{
	uint32_t theirs = row->number && row->number == f->flags_at ? f->flags : 0;
	uint64_t v = weft__load(row, p, n), ours = v & ~(uint64_t)theirs;
	uint32_t key = (uint32_t)m->op->schema->header->id << 16 | row->number;

	if (row->number && row->number == f->from)
		weft_put_raw(m, f->to, p, n);
	else if (ours)
		weft_put(rest(m, want), weft_kv_uint(key, ours));
	weft_put(m, weft_kv_uint(key, v & theirs));
}

static void split_header(struct weft_msg *m, const struct weft_filters *f, struct weft_msg **want)
{
	const struct weft_schema *h = m->op->schema->header;

	for (uint16_t i = 0; h && i < h->n; i++) {
		const struct weft_field *row = &h->fields[i];
		/* anew each time: what is put may move the message */
		uint8_t *p = m->buf + m->level[0].start + row->number;
		uint32_t n = weft__type_width(row->type);

		if (f->members >> row->number & 1 || !n || weft__load(row, p, n) == 0)
			continue;
		split_member(m, f, row, p, n, want);
	}
}

static void split_attrs(struct weft_msg *m, const struct weft_filters *f, struct weft_msg **want)
{
	uint32_t at = m->level[0].start + weft__header_size(m->op->schema);
	struct weft_reader r = weft_reader(m->buf + at, m->len - at);
	struct weft_tlv t;

	while (weft_read_attr(&r, &t) > 0) {
		const struct weft_field *row = weft_field_by_number(m->op->schema, t.type);
		bool theirs = t.type < 64 && f->attrs >> t.type & 1;
		uint32_t step = m->len - at - r.len;

		/* of a nest the kernel may take only a part */
		if (!theirs || (row && row->type == WEFT_T_NEST))
			weft_put_raw(rest(m, want), (uint16_t)(t.type | t.flags), t.p, t.len);
		if (theirs) {
			at += step;
			continue;
		}
		memmove(m->buf + at, m->buf + at + step, r.len);
		m->len -= step;
		r = weft_reader(m->buf + at, m->len - at);
	}
}

int weft__msg_narrow(struct weft_msg *m, struct weft_msg **ret_want, struct weft_error *e)
{
	const struct weft_filters *f = filters_of(m);
	struct weft_msg *want = NULL;
	int r;

	*ret_want = NULL;
	if (!f)
		return 0;
	split_attrs(m, f, &want);
	split_header(m, f, &want);
	r = weft_msg_error(m, e);
	if (r == 0 && want)
		r = weft_msg_error(want, e);
	if (r < 0)
		weft_msg_free(want);
	else
		*ret_want = want;
	return r;
}
