/* SPDX-License-Identifier: MIT */
/* "linkinfo.data.id", "multipath[1].gateway": from text to a place in a message, and back from a
 * byte offset to the text. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "codec/scan.h"
#include "schema/schema.h"

/* Length of the name at s; *ret_index gets [N] or -1; *ret_end what follows. -EINVAL: no path. */
static int step(const char *s, size_t *ret_len, int32_t *ret_index, const char **ret_end)
{
	size_t n = strcspn(s, ".[");
	long v = 0;

	*ret_len = n;
	*ret_index = -1;
	s += n;
	if (n == 0)
		return -EINVAL;
	if (*s == '[') {
		const char *d = ++s;

		for (; *s >= '0' && *s <= '9' && v < 100000; s++)
			v = v * 10 + (*s - '0');
		if (s == d || *s != ']')
			return -EINVAL;
		*ret_index = (int32_t)v;
		s++;
	}
	if (*s == '.' && s[1])
		s++;
	else if (*s)
		return -EINVAL;
	*ret_end = s;
	return 0;
}

static struct weft_attr nothing(void)
{
	return (struct weft_attr){ 0 };
}

/* The attribute of one row among a's, a MULTI list as a whole. */
static struct weft_attr pick(struct weft_attr a, const struct weft_field *f)
{
	struct weft_walk w = weft_walk(a);
	struct weft_attr at;

	while (weft_walk_next(&w, &at) > 0) {
		if (at.field != f)
			continue;
		if (f->list == WEFT_L_MULTI) {
			at.item = 0;
			at.len = (uint32_t)(a.p + a.len - at.p + WEFT_NLA_HDR);
			at.p -= WEFT_NLA_HDR;
		}
		return at;
	}
	return nothing();
}

static struct weft_attr item(struct weft_attr list, int32_t index)
{
	struct weft_walk w;
	struct weft_attr at;

	if (!list.p || list.item)
		return nothing();
	w = weft_walk(list);
	while (weft_walk_next(&w, &at) > 0)
		if (index-- == 0)
			return at;
	return nothing();
}

int weft_at_strict(struct weft_attr a, const char *path, struct weft_attr *ret, struct weft_error *reterr)
{
	const char *s = path;

	if (!path || !ret)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "",
				      "no path, or nowhere to put what is there");
	while (*s) {
		const struct weft_field *f;
		size_t n;
		int32_t index;
		const char *end;

		if (step(s, &n, &index, &end) < 0)
			return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, path, "not a path");
		if (!a.p || !a.schema || (a.field && !a.item))
			return 0;
		f = weft_field_find(a.schema, s, n, NULL);
		if (!f) {
			char near[96] = "";

			if (reterr)
				weft_field_nearest(a.schema, s, n, near, sizeof near);
			return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, path, "unknown field \"%.*s\"%s%s",
					      (int)(n > 40 ? 40 : n), s, near[0] ? "; near: " : "", near);
		}
		a = pick(a, f);
		if (index >= 0)
			a = item(a, index);
		s = end;
	}
	if (!a.p)
		return 0;
	*ret = a;
	return 1;
}

struct weft_attr weft_at(struct weft_attr a, const char *path)
{
	struct weft_attr at;

	return weft_at_strict(a, path, &at, NULL) == 1 ? at : nothing();
}

/* Plain values behind a header of one size are found without making an attr of each one passed over. */
static void shorten(struct weft_step *st)
{
	const struct weft_field *f = st->field;
	uint32_t width = weft__type_width(f->type);

	if (st->index >= 0 || st->in->size || f->list != WEFT_L_NONE || weft__has_tail(st->in->header))
		return;
	st->skip = (uint16_t)weft__header_size(st->in);
	st->widths = (uint8_t)(f->type == WEFT_T_IP ? 4 | 16 : width);
}

int weft_path_compile(const struct weft_schema *s, const char *text, struct weft_path *ret, struct weft_error *reterr)
{
	struct weft_path p = { 0 };
	const char *at = text;

	if (!text || !ret)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "no path, or nowhere to put it");
	while (*at) {
		struct weft_step *st = &p.step[p.n];
		size_t n;
		const char *end;

		if (p.n == WEFT_PATH_STEPS || step(at, &n, &st->index, &end) < 0 || n > 255)
			return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, text, "not a path");
		st->name = at;
		st->name_len = (uint8_t)n;
		if (s) {
			st->field = weft_field_find(s, at, n, &st->in);
			if (!st->field)
				return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, text,
						      "unknown field \"%.*s\"", (int)n, at);
			if (st->in == s)
				shorten(st);
			s = st->field->type == WEFT_T_SUB ? NULL : st->field->sub;
		}
		p.n++;
		at = end;
	}
	if (p.n == 0)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, text, "empty path");
	*ret = p;
	return 0;
}

/* The long way: a step by its row, or by its name where that is not the schema's. */
static struct weft_attr by_step(struct weft_attr a, const struct weft_step *st)
{
	const struct weft_field *f = st->field;

	if (!f || (st->in != a.schema && st->in != a.schema->header))
		f = weft_field_find(a.schema, st->name, st->name_len, NULL);
	a = f ? pick(a, f) : nothing();
	return st->index >= 0 ? item(a, st->index) : a;
}

/* The short way for a step: its value, NULL when it is not there; *ret_long: only the long way tells. */
static inline const uint8_t *scan(const struct weft_attr *a, const struct weft_step *st, uint32_t *ret_len,
				  bool *ret_long)
{
	const uint8_t *p = a->p + st->skip, *at;
	uint32_t left = a->len - st->skip;
	uint16_t type;

	*ret_long = false;
	while (weft__scan_attr(&p, &left, &type, &at, ret_len))
		if (type == st->field->number) {
			*ret_long = *ret_len > 16 || !(*ret_len & st->widths) || *ret_len & (*ret_len - 1);
			return at;
		}
	return NULL;
}

static inline bool is_short(const struct weft_attr *a, const struct weft_step *st)
{
	return st->widths && a->p && st->in == a->schema && (a->item || !a->field) && a->len >= st->skip;
}

static struct weft_attr by_steps(struct weft_attr a, const struct weft_path *p)
{
	for (unsigned i = 0; i < p->n && a.p; i++) {
		if (!a.schema || (a.field && !a.item))
			return nothing();
		a = by_step(a, &p->step[i]);
	}
	return a;
}

struct weft_attr weft_at_path(struct weft_attr a, const struct weft_path *p)
{
	const struct weft_step *st = p ? p->step : NULL;
	const uint8_t *at;
	uint32_t len;
	bool is_long;

	if (!p)
		return a;
	if (p->n != 1 || !is_short(&a, st))
		return by_steps(a, p);
	at = scan(&a, st, &len, &is_long);
	if (is_long)
		return by_steps(a, p);
	if (!at)
		return nothing();
	return (struct weft_attr){
		.p = at, .len = len, .number = st->field->number, .family = a.family, .item = 1, .field = st->field
	};
}

const char *weft_path_at(struct weft_attr body, uint32_t offset, char *buf, size_t size)
{
	struct weft_attr in = body, at;
	const uint8_t *want;
	size_t len = 0;

	if (size)
		buf[0] = 0;
	if (!body.p || !size || offset >= body.len)
		return buf;
	want = body.p + offset;
	for (int depth = 0; depth < WEFT__DEPTH; depth++) {
		struct weft_walk w = weft_walk(in);
		char name[64];
		int n, index = 0;
		bool found = false;

		while (!found && weft_walk_next(&w, &at) > 0) {
			const uint8_t *from = at.p;

			if (!at.field || at.field->list != WEFT_L_HOPS)
				from = at.p - (at.p >= body.p + WEFT_NLA_HDR ? WEFT_NLA_HDR : 0);
			found = want >= from && want < at.p + (at.len ? at.len : 1);
			index += !found;
		}
		if (!found)
			return buf;
		if (in.field && !in.item)
			n = snprintf(buf + len, size - len, "[%d]", index);
		else if (at.field)
			n = snprintf(buf + len, size - len, "%s%s", len ? "." : "",
				     weft_field_name(at.field, name, sizeof name));
		else
			n = snprintf(buf + len, size - len, "%s@%u", len ? "." : "", at.number);
		if ((size_t)n >= size - len)
			return buf;
		len += (size_t)n;
		if (want < at.p)
			return buf;
		in = at;
	}
	return buf;
}
