/* SPDX-License-Identifier: MIT */
/* Values into a message: by key or by name, into its header, attributes, nests, structs and lists. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/encode.h"
#include "schema/msg.h"
#include "schema/quick.h"

/* Where a row goes: an attribute of the open place, or a member of its header or struct. */
struct place {
	const struct weft_field *field;
	bool member;
};

static bool in_schema(const struct weft_schema *s, uint32_t key, struct place *ret)
{
	if (!s || s->id != key >> 16)
		return false;
	ret->field = weft_field_by_number(s, (uint16_t)key);
	ret->member = s->size != 0;
	return ret->field != NULL;
}

static bool find_key(struct weft_msg *m, uint32_t key, struct place *ret)
{
	struct weft__level *l = weft__top(m);
	char text[64];

	if (m->err.code)
		return false;
	if (l->how == WEFT__IN_LIST) {
		if (key == 0 || in_schema(l->schema, key, ret)) {
			ret->field = l->field;
			ret->member = false;
			return true;
		}
	} else if (in_schema(l->schema, key, ret) || in_schema(l->schema->header, key, ret)) {
		return true;
	}
	(void)snprintf(text, sizeof text, "field %u of schema %u does not belong into %s", key & 0xffff, key >> 16,
		       l->schema ? l->schema->name : "raw bytes");
	weft__msg_refuse(m, -EINVAL, "", text);
	return false;
}

static bool find_name(struct weft_msg *m, const char *name, struct place *ret)
{
	struct weft__level *l = weft__top(m);
	const struct weft_schema *in = NULL;
	char near[96], text[160];

	if (m->err.code)
		return false;
	if (l->how == WEFT__IN_LIST && *name) {
		weft__msg_refuse(m, -EINVAL, name, "items of a list have no names");
		return false;
	}
	if (l->how == WEFT__IN_LIST) {
		ret->field = l->field;
		ret->member = false;
		return true;
	}
	ret->field = weft_field_find(l->schema, name, strlen(name), &in);
	ret->member = in && in->size;
	if (ret->field)
		return true;
	weft_field_nearest(l->schema, name, strlen(name), near, sizeof near);
	(void)snprintf(text, sizeof text, "unknown field%s%s", near[0] ? "; near: " : "", near);
	weft__msg_refuse(m, -EINVAL, name, text);
	return false;
}

/* Schema of what a row contains here, by what is written already. */
static const struct weft_schema *content(struct weft_msg *m, const struct weft_field *f)
{
	struct weft__level *l = weft__top(m);
	uint32_t from = l->start + weft__header_len(l->schema, m->buf + l->start, m->len - l->start);
	struct weft__about about = { weft__msg_family(m), 0 };

	from = from < m->len ? from : m->len;
	for (uint32_t d = 1; d <= m->depth; d++) {
		const struct weft__level *up = &m->level[d - 1];
		uint32_t at = up->start + weft__header_len(up->schema, m->buf + up->start, m->len - up->start);

		if (m->level[d].field && at <= m->level[d].at)
			about.outer = weft__outer(m->level[d].field, m->buf + at, m->level[d].at - at, about.outer);
	}
	return weft__content(f, m->buf + from, m->len - from, about);
}

static void push(struct weft_msg *m, struct weft__level l, const char *name)
{
	if (m->depth == WEFT_NEST_DEPTH) {
		weft__msg_refuse(m, -EINVAL, name, "nested too deep");
		return;
	}
	m->level[++m->depth] = l;
	if (l.how == WEFT__IN_NEST && l.schema->header)
		(void)weft__msg_append(m, NULL, weft__header_size(l.schema), true, name);
}

/* Opens an item of the innermost list. */
static void open_item(struct weft_msg *m, uint16_t number)
{
	struct weft__level *l = weft__top(m);
	const struct weft_field *f = l->field;
	bool index = f->list != WEFT_L_PACKED && f->list != WEFT_L_HOPS;
	struct weft__level n = { .schema = f->sub,
				 .field = f,
				 .how = WEFT__IN_NEST,
				 .attr = index,
				 .at = m->len,
				 .hop = f->list == WEFT_L_HOPS };

	l->items++;
	if (!f->sub || l->fixed) {
		weft__msg_refuse(m, -EINVAL, "", "a plain value is needed");
		return;
	}
	if (index &&
	    !weft__msg_attr(m, (uint16_t)(number | (f->type == WEFT_T_STRUCT ? 0 : WEFT_NLA_NESTED)), NULL, 0, ""))
		return;
	n.start = m->len;
	n.number = number;
	if (f->type == WEFT_T_STRUCT) {
		n.how = WEFT__IN_STRUCT;
		if (!weft__msg_append(m, NULL, f->sub->size, index, ""))
			return;
	}
	push(m, n, "");
}

/* A member of a struct that is a struct itself, a list, or takes the rest. */
static void open_member(struct weft_msg *m, const struct weft_field *f, const char *name)
{
	struct weft__level *l = weft__top(m);
	const struct weft_schema *in = l->schema->size ? l->schema : l->schema->header;
	struct weft__level n = {
		.schema = f->sub, .field = f, .how = WEFT__IN_STRUCT, .at = m->len, .start = l->start + f->number
	};

	if (f->list == WEFT_L_PACKED)
		n.how = WEFT__IN_LIST;
	else if (f->type == WEFT_T_SUB)
		n.schema = weft__tail(in, f, m->buf + l->start, m->len - l->start);
	else if (f->type != WEFT_T_STRUCT)
		weft__msg_refuse(m, -EINVAL, name, "has no members");
	if (!n.schema && n.how != WEFT__IN_LIST)
		weft__msg_refuse(m, -EINVAL, name, "no fields are known for this kind");
	if (m->err.code)
		return;
	if (f->type == WEFT_T_SUB && !n.schema->size)
		n.how = WEFT__IN_NEST;
	if (!(f->flags & WEFT_F_TAIL))
		n.fixed = n.how == WEFT__IN_LIST;
	else if (m->len != n.start)
		weft__msg_refuse(m, -EINVAL, name, "has a value already");
	else if (n.how == WEFT__IN_STRUCT)
		(void)weft__msg_append(m, NULL, n.schema->size, false, name);
	if (!m->err.code)
		push(m, n, name);
}

static void open_place(struct weft_msg *m, struct place p)
{
	const struct weft_field *f = p.field;
	struct weft__level *l = weft__top(m);
	char buf[64];
	const char *name = weft_field_name(f, buf, sizeof buf);
	struct weft__level n = { .field = f, .how = WEFT__IN_NEST, .attr = true, .at = m->len, .number = f->number };

	if (l->how == WEFT__IN_LIST) {
		open_item(m, (uint16_t)(f->list == WEFT_L_INDEXED0 ? l->items : l->items + 1));
		return;
	}
	if (f->type < WEFT_T_NEST && (f->list == WEFT_L_NONE || f->list == WEFT_L_MULTI)) {
		weft__msg_refuse(m, -EINVAL, name,
				 f->type == WEFT_T_BITFIELD32 ? "give value and selector" : "has no members");
		return;
	}
	if (p.member) {
		open_member(m, f, name);
		return;
	}
	n.schema = content(m, f);
	if (!n.schema && f->type >= WEFT_T_NEST) {
		weft__msg_refuse(m, -EINVAL, name, "no fields are known for this kind");
		return;
	}
	if (f->list != WEFT_L_NONE && f->list != WEFT_L_MULTI)
		n.how = WEFT__IN_LIST;
	else if (f->type == WEFT_T_STRUCT || (f->type == WEFT_T_SUB && n.schema->size))
		n.how = WEFT__IN_STRUCT;
	bool nested = n.how == WEFT__IN_NEST || f->list == WEFT_L_INDEXED || f->list == WEFT_L_INDEXED0 ||
		      f->list == WEFT_L_TYPED || f->flags & WEFT_F_NEST_IN;

	if (!weft__msg_attr(m, (uint16_t)(f->number | (nested ? WEFT_NLA_NESTED : 0)), NULL, 0, name))
		return;
	n.start = m->len;
	if (n.how == WEFT__IN_STRUCT && !weft__msg_append(m, NULL, n.schema->size, false, name))
		return;
	push(m, n, name);
}

void weft_open(struct weft_msg *m, uint32_t key)
{
	struct place p;

	if (m && find_key(m, key, &p))
		open_place(m, p);
}

/* Whether one row stands for all numbers here. */
static bool takes_any(const struct weft__level *l)
{
	return l->how == WEFT__IN_NEST && l->schema->n == 1 && l->schema->fields[0].number == WEFT_NUMBER_ANY &&
	       l->schema->fields[0].sub;
}

static void open_any(struct weft_msg *m, uint16_t number, const char *name)
{
	const struct weft_field *f = weft__top(m)->schema->fields;
	struct weft__level n = { .schema = f->sub, .field = f, .attr = true, .at = m->len, .number = number };

	if (!weft__msg_attr(m, number | WEFT_NLA_NESTED, NULL, 0, name))
		return;
	n.start = m->len;
	push(m, n, name);
}

void weft_open_named(struct weft_msg *m, const char *name)
{
	struct place p;
	unsigned long number;
	bool numbered;
	char *end;

	if (!m || m->err.code)
		return;
	number = strtoul(name, &end, 10);
	numbered = end != name && !*end && number <= WEFT_NLA_TYPE_MASK;
	if (numbered && weft__top(m)->how == WEFT__IN_LIST)
		open_item(m, (uint16_t)number);
	else if (numbered && takes_any(weft__top(m)))
		open_any(m, (uint16_t)number, name);
	else if (find_name(m, name, &p))
		open_place(m, p);
}

void weft_close(struct weft_msg *m)
{
	struct weft__level *l;

	if (!m || m->err.code)
		return;
	if (m->depth == 0) {
		weft__msg_refuse(m, -EINVAL, "", "closed what was not open");
		return;
	}
	l = weft__top(m);
	if (l->attr)
		weft_set_u16(m->buf + l->at, (uint16_t)(m->len - l->at));
	else if (l->hop)
		weft_set_u16(m->buf + l->at, (uint16_t)(m->len - l->at));
	/* items of a packed list follow each other without gap */
	if (l->attr || l->hop)
		(void)weft__msg_append(m, NULL, (4 - m->len % 4) % 4, false, "");
	m->depth--;
}

/* Puts the name of a row, or the place of an item, at the end of the path of a failure; names are only made
 * then. */
static void name_last(struct weft_msg *m, const struct weft_field *f)
{
	char name[64];
	size_t len = strlen(m->err.path);

	if (!f)
		(void)snprintf(m->err.path + len, sizeof m->err.path - len, "[%u]", weft__top(m)->items - 1u);
	else
		(void)snprintf(m->err.path + len, sizeof m->err.path - len, "%s%s", len ? "." : "",
			       weft_field_name(f, name, sizeof name));
}

/* Some bits among those of their neighbours. */
static void put_bits(const struct weft_field *f, uint8_t *p, const uint8_t *value)
{
	const struct weft_field unit = { .type = f->type };
	uint32_t width = weft__type_width(f->type), mask = ((1u << f->bits) - 1) << weft__shift(f);
	uint32_t v = (uint32_t)weft__load(&unit, p, width) & ~mask;

	v |= (uint32_t)weft__load(&unit, value, width) << weft__shift(f) & mask;
	if (width == 1)
		*p = (uint8_t)v;
	else
		weft_set_u16(p, (uint16_t)v);
}

static void put_member(struct weft_msg *m, const struct weft_field *f, const struct weft__leaf *leaf)
{
	uint32_t size = f->list == WEFT_L_PACKED ? f->max : weft__part_size(f);

	if (f->flags & WEFT_F_TAIL && m->len == weft__top(m)->start + f->number)
		(void)weft__msg_append(m, leaf->p, leaf->len, !weft__top(m)->schema->size, NULL);
	else if (f->flags & WEFT_F_TAIL)
		weft__msg_refuse(m, -EINVAL, NULL, "has a value already");
	else if (leaf->len > size || (f->bits && leaf->len != size))
		weft__msg_refuse(m, -ERANGE, NULL, leaf->len > size ? "too long" : "too short");
	else if (f->bits)
		put_bits(f, m->buf + weft__top(m)->start + weft__offset(f), leaf->p);
	else
		memcpy(m->buf + weft__top(m)->start + f->number, leaf->p, leaf->len);
}

static void put_item(struct weft_msg *m, const struct weft_field *f, const struct weft__leaf *leaf)
{
	struct weft__level *l = weft__top(m);

	if (l->fixed) {
		uint32_t at = l->start + l->items++ * leaf->len;

		if (at + leaf->len > l->start + l->field->max)
			weft__msg_refuse(m, -ERANGE, NULL, "more items than there is room for");
		else
			memcpy(m->buf + at, leaf->p, leaf->len);
		return;
	}
	if (f->list == WEFT_L_PACKED && !(f->flags & WEFT_F_NEST_IN)) {
		l->items++;
		if (leaf->len == weft__part_size(f))
			(void)weft__msg_append(m, leaf->p, leaf->len, false, NULL);
		else
			weft__msg_refuse(m, -ERANGE, NULL, "not as long as an item is");
		return;
	}
	if (f->list == WEFT_L_HOPS) {
		/* bytes as they are: they begin with their own length */
		l->items++;
		if (leaf->len < 8 || weft_get_u16(leaf->p) != leaf->len)
			weft__msg_refuse(m, -EINVAL, NULL, "no next hop: its length is wrong");
		else
			(void)weft__msg_append(m, leaf->p, leaf->len, true, NULL);
		return;
	}
	l->items++;
	(void)weft__msg_attr(m, (uint16_t)(f->list == WEFT_L_INDEXED0 ? l->items - 1 : l->items), leaf->p, leaf->len,
			     NULL);
}

static void put_leaf(struct weft_msg *m, struct place p, const struct weft_kv *kv)
{
	const struct weft_field *f = p.field;
	bool item = weft__top(m)->how == WEFT__IN_LIST;
	bool nested = f->type == WEFT_T_NEST || f->type == WEFT_T_SUB;
	struct weft__leaf leaf;
	struct weft_error e;
	int r = weft__leaf_make(f, kv, weft__msg_family(m), &leaf, &e);

	if (r < 0) {
		if (item)
			weft__top(m)->items++;
		weft__msg_fail(m, &e, NULL);
	} else if (f->type == WEFT_T_FLAG && r == 1) {
		/* false is told by leaving it out */
	} else if (item) {
		put_item(m, f, &leaf);
	} else if (p.member) {
		put_member(m, f, &leaf);
	} else {
		(void)weft__msg_attr(m, (uint16_t)(f->number | (nested ? WEFT_NLA_NESTED : 0)), leaf.p, leaf.len, NULL);
	}
	if (m->err.code)
		name_last(m, item ? NULL : f);
	else if (p.member && m->depth == 0 && f->number == 0 && weft__begins_with_family(m->op->schema))
		weft__msg_check_addresses(m);
	weft__leaf_free(&leaf);
}

/* struct nla_bitfield32 from {value, selector}: items with key 0, in this order. */
static void put_bitfield(struct weft_msg *m, struct place p, const struct weft_kv *kvs)
{
	uint8_t b[8];
	struct weft_kv kv = { 0, WEFT_K_BYTES, { 0 } };

	for (int i = 0; i < 2; i++) {
		if (kvs[i].kind != WEFT_K_UINT || kvs[i].v.u > UINT32_MAX) {
			weft__msg_refuse(m, -EINVAL, p.field->token, "two numbers are needed: value, selector");
			return;
		}
		weft_set_u32(b + 4 * i, (uint32_t)kvs[i].v.u);
	}
	kv.v.bytes = (struct weft_bytes){ b, 8 };
	put_leaf(m, p, &kv);
}

/* The value that takes a field away. */
static void put_clear(struct weft_msg *m, struct place p)
{
	struct weft_kv kv = p.field->type == WEFT_T_STR ? weft_kv_str(0, "") : weft_kv_uint(0, 0);
	char buf[64];

	if (p.field->flags & WEFT_F_CLEAR && weft__top(m)->how != WEFT__IN_LIST)
		put_leaf(m, p, &kv);
	else
		weft__msg_refuse(m, -EOPNOTSUPP,
				 weft__top(m)->how == WEFT__IN_LIST ? "" : weft_field_name(p.field, buf, sizeof buf),
				 "no value takes it away");
}

static void put_at(struct weft_msg *m, struct place p, const struct weft_kv *kv)
{
	if (kv->kind == WEFT_K_CLEAR) {
		put_clear(m, p);
		return;
	}
	if (kv->kind != WEFT_K_NEST) {
		put_leaf(m, p, kv);
		return;
	}
	if (!kv->v.attrs) {
		char buf[64];

		weft__msg_refuse(m, -EINVAL,
				 weft__top(m)->how == WEFT__IN_LIST ? "" : weft_field_name(p.field, buf, sizeof buf),
				 "wrong type of value");
		return;
	}
	if (p.field->type == WEFT_T_BITFIELD32) {
		put_bitfield(m, p, kv->v.attrs);
		return;
	}
	open_place(m, p);
	weft_put_all(m, kv->v.attrs);
	weft_close(m);
}

void weft_put(struct weft_msg *m, struct weft_kv kv)
{
	struct place p;

	if (!m || weft__quick_put(m, &kv))
		return;
	if (kv.kind != WEFT_K_SKIP && kv.kind != WEFT_K_END && find_key(m, kv.key, &p))
		put_at(m, p, &kv);
}

void weft_put_named(struct weft_msg *m, const char *name, struct weft_kv kv)
{
	struct place p;

	if (m && kv.kind != WEFT_K_SKIP && kv.kind != WEFT_K_END && find_name(m, name, &p))
		put_at(m, p, &kv);
}

/* Sub-messages last: what chooses them must be there first, in whatever order the list is. */
static void put_all(struct weft_msg *m, const struct weft_kv *kvs)
{
	bool again = true;

	for (int subs = 0; again; subs++) {
		again = false;
		for (const struct weft_kv *kv = kvs; kv->kind != WEFT_K_END; kv++) {
			struct place p;

			if (kv->kind == WEFT_K_SKIP || (subs == 0 && weft__quick_put(m, kv)))
				continue;
			if (!find_key(m, kv->key, &p))
				return;
			if ((p.field->choice != NULL) == (subs == 1))
				put_at(m, p, kv);
			else
				again = again || subs == 0;
		}
	}
}

void weft_put_all(struct weft_msg *m, const struct weft_kv *kvs)
{
	if (!m || !kvs)
		return;
	if (m->spots)
		kvs = weft__quick_again(m, kvs);
	if (kvs->kind != WEFT_K_END)
		put_all(m, kvs);
}

/* A list whose items are attributes with numbers of their own. */
static bool is_numbered(const struct weft_field *f)
{
	return f->list == WEFT_L_INDEXED || f->list == WEFT_L_INDEXED0 || f->list == WEFT_L_TYPED ||
	       f->flags & WEFT_F_NEST_IN;
}

void weft_put_raw(struct weft_msg *m, uint16_t type, const void *p, size_t len)
{
	struct weft_error *e;
	struct weft__level *l;
	size_t at;

	if (!m || m->err.code)
		return;
	l = weft__top(m);
	if (l->how != WEFT__IN_NEST && !(l->how == WEFT__IN_LIST && is_numbered(l->field)))
		weft__msg_refuse(m, -EINVAL, NULL, "an attribute does not belong here");
	else if (len > WEFT_NLA_MAX)
		weft__msg_refuse(m, -EOVERFLOW, NULL, "larger than an attribute can be (65535 bytes)");
	else if (weft__msg_attr(m, type, p, (uint32_t)len, NULL))
		return;
	e = &m->err;
	at = strlen(e->path);
	(void)snprintf(e->path + at, sizeof e->path - at, "%s@%u", at ? "." : "", type & WEFT_NLA_TYPE_MASK);
}

void weft_put_rest(struct weft_msg *m, size_t size, const void *p, size_t len)
{
	struct weft__level *l;

	if (!m || m->err.code)
		return;
	l = weft__top(m);
	if (l->how != WEFT__IN_STRUCT || !l->attr) {
		weft__msg_refuse(m, -EINVAL, "", "only the struct of an attribute has a size of its own");
		return;
	}
	if (len > size || size > WEFT_NLA_MAX) {
		weft__msg_refuse(m, -ERANGE, "", "more bytes than a struct of this size has");
		return;
	}
	m->len = l->start + (uint32_t)size < m->len ? l->start + (uint32_t)size : m->len;
	if (!weft__msg_append(m, NULL, l->start + (uint32_t)size - m->len, false, ""))
		return;
	if (len)
		memcpy(m->buf + m->len - len, p, len);
}
