/* SPDX-License-Identifier: MIT */
/* A request under construction: a writer, the places that are open in it, the first error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/msg.h>

#include "schema/encode.h"

enum {
	IN_NEST,   /* attributes, perhaps after a fixed header */
	IN_STRUCT, /* members at offsets */
	IN_LIST,   /* items */
};

/* One open place. The first is the message itself. */
struct level {
	const struct weft_schema *schema; /* of the members, or of the items' content */
	const struct weft_field *field;	  /* NULL: the message */
	uint8_t how;
	bool attr;	/* an attribute whose length close sets; else a part of one */
	bool hop;	/* begins with a length of its own (struct rtnexthop) */
	uint32_t at;	/* offset of the attribute or item */
	uint32_t start; /* offset of the content: header or struct first */
	uint32_t items;
	uint16_t number;
};

struct weft_msg {
	const struct weft_family *family;
	const struct weft_op *op;
	uint8_t *buf;
	uint32_t len, cap;
	struct weft_error err;
	uint32_t depth;
	struct level level[WEFT_NEST_DEPTH + 1];
	uint8_t small[512]; /* buf, until more is needed */
};

/* Shared by all who could not get one; never written to. */
static const struct weft_msg poisoned = { .err = { .code = -ENOMEM, .where = WEFT_WHERE_CALLER,
						   .msg = "out of memory" } };

static struct level *top(struct weft_msg *m)
{
	return &m->level[m->depth];
}

/* Keeps the first error, with the path of the open places before it. */
static void fail(struct weft_msg *m, const struct weft_error *e, const char *name)
{
	if (m->err.code || !e->code)
		return;
	m->err = *e;
	if (name && *name)
		weft_error_prefix(&m->err, name, -1);
	for (uint32_t d = m->depth; d > 0; d--) {
		const struct level *l = &m->level[d];
		char buf[64], item[16];

		if (l->how != IN_LIST && m->level[d - 1].how == IN_LIST) {
			(void)snprintf(item, sizeof item, "[%u]", m->level[d - 1].items - 1);
			weft_error_prefix(&m->err, item, -1);
		} else if (l->field) {
			weft_error_prefix(&m->err, weft_field_name(l->field, buf, sizeof buf), -1);
		}
	}
}

static void refuse(struct weft_msg *m, int code, const char *name, const char *text)
{
	struct weft_error e;

	(void)weft_error_set(&e, code, WEFT_WHERE_CALLER, "", "%s", text);
	fail(m, &e, name);
}

/* Room for len more bytes and no open attribute longer than 16 bits. */
static bool room(struct weft_msg *m, uint32_t len, const char *name)
{
	uint32_t need = m->len + len, cap = m->cap;
	uint8_t *p;

	if (m->err.code)
		return false;
	for (uint32_t d = 1; d <= m->depth; d++) {
		if (m->level[d].attr && need - m->level[d].at > UINT16_MAX) {
			refuse(m, -EOVERFLOW, name, "larger than an attribute can be (65535 bytes)");
			return false;
		}
	}
	if (need > WEFT_MSG_MAX) {
		refuse(m, -EMSGSIZE, name, "the message is too large");
		return false;
	}
	if (need <= cap)
		return true;
	while (cap < need)
		cap *= 2;
	p = m->buf == m->small ? malloc(cap) : realloc(m->buf, cap);
	if (p && m->buf == m->small)
		memcpy(p, m->small, m->len);
	if (!p) {
		refuse(m, -ENOMEM, name, "out of memory");
		return false;
	}
	m->buf = p;
	m->cap = cap;
	return true;
}

/* Appends bytes (zeros when p is NULL) and padding to 4. */
static bool append(struct weft_msg *m, const void *p, uint32_t len, bool pad, const char *name)
{
	uint32_t end = pad ? (len + 3) & ~3u : len;

	if (!room(m, end, name))
		return false;
	if (p && len)
		memcpy(m->buf + m->len, p, len);
	memset(m->buf + m->len + (p ? len : 0), 0, end - (p ? len : 0));
	m->len += end;
	return true;
}

static bool append_attr(struct weft_msg *m, uint16_t type, const void *p, uint32_t len,
			const char *name)
{
	uint8_t h[WEFT_NLA_HDR];

	if (len > WEFT_NLA_MAX) {
		refuse(m, -EOVERFLOW, name, "larger than an attribute can be (65535 bytes)");
		return false;
	}
	if (!room(m, WEFT_NLA_HDR + ((len + 3) & ~3u), name))
		return false;
	weft_set_u16(h, (uint16_t)(WEFT_NLA_HDR + len));
	weft_set_u16(h + 2, type);
	return append(m, h, sizeof h, false, name) && append(m, p, len, true, name);
}

struct weft_msg *weft_msg_new(const struct weft_family *f, const struct weft_op *op, uint16_t flags)
{
	struct weft_msg *m = malloc(sizeof *m);
	uint32_t header, skip = f && f->generic ? 4 : 0;

	if (!m)
		return (struct weft_msg *)(uintptr_t)&poisoned;
	m->buf = m->small;
	m->cap = sizeof m->small;
	m->len = 0;
	m->depth = 0;
	m->family = f;
	m->op = op;
	m->err.code = 0;
	m->err.path[0] = m->err.msg[0] = 0;
	m->level[0] = (struct level){ 0 };
	if (!f || !op) {
		refuse(m, -EINVAL, "", f ? "unknown operation" : "unknown family");
		return m;
	}
	header = weft__header_size(op->schema);
	(void)append(m, NULL, WEFT_NLMSG_HDR + skip + header, true, "");
	weft_set_u16(m->buf + 4, f->generic ? 0 : op->request);
	weft_set_u16(m->buf + 6, (uint16_t)(WEFT_NLM_F_REQUEST | op->flags | flags));
	if (f->generic) {
		m->buf[WEFT_NLMSG_HDR] = (uint8_t)op->request;
		m->buf[WEFT_NLMSG_HDR + 1] = f->version;
	}
	m->level[0].schema = op->schema;
	m->level[0].start = WEFT_NLMSG_HDR + skip;
	return m;
}

struct weft_msg *weft_request(const char *family, const char *op, uint16_t flags)
{
	const struct weft_family *f = weft_family_find(family);
	struct weft_msg *m = weft_msg_new(f, weft_op_find(f, op), flags);

	if (m->family && !m->op)
		(void)snprintf(m->err.msg, sizeof m->err.msg, "%s has no operation %.40s", f->name,
			       op ? op : "");
	else if (!m->family && m != &poisoned)
		(void)snprintf(m->err.msg, sizeof m->err.msg, "unknown family %.40s",
			       family ? family : "");
	return m;
}

void weft_msg_free(struct weft_msg *m)
{
	if (!m || m == &poisoned)
		return;
	if (m->buf != m->small)
		free(m->buf);
	free(m);
}

static uint8_t family_of(const struct weft_msg *m)
{
	const struct weft_schema *h = m->level[0].schema ? m->level[0].schema->header : NULL;

	return h && h->n && h->fields[0].type == WEFT_T_U8 && h->fields[0].number == 0
		       ? m->buf[m->level[0].start]
		       : 0;
}

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
	struct level *l = top(m);
	char text[64];

	if (m->err.code)
		return false;
	if (l->how == IN_LIST) {
		if (key == 0 || in_schema(l->schema, key, ret)) {
			ret->field = l->field;
			ret->member = false;
			return true;
		}
	} else if (in_schema(l->schema, key, ret) ||
		   in_schema(l->schema ? l->schema->header : NULL, key, ret)) {
		return true;
	}
	(void)snprintf(text, sizeof text, "field %u of schema %u does not belong into %s", key & 0xffff,
		       key >> 16, l->schema ? l->schema->name : "raw bytes");
	refuse(m, -EINVAL, "", text);
	return false;
}

static bool find_name(struct weft_msg *m, const char *name, struct place *ret)
{
	struct level *l = top(m);
	const struct weft_schema *in = NULL;
	char near[96], text[160];

	if (m->err.code)
		return false;
	if (l->how == IN_LIST) {
		ret->field = l->field;
		ret->member = false;
		return true;
	}
	if (l->schema) {
		ret->field = weft_field_find(l->schema, name, strlen(name), &in);
		ret->member = in && in->size;
		if (ret->field)
			return true;
	}
	weft_field_nearest(l->schema, name, strlen(name), near, sizeof near);
	(void)snprintf(text, sizeof text, "unknown field%s%s", near[0] ? "; near: " : "", near);
	refuse(m, -EINVAL, name, text);
	return false;
}

/* Schema of what a row contains here, by what is written already. */
static const struct weft_schema *content(struct weft_msg *m, const struct weft_field *f)
{
	struct level *l = top(m);
	uint32_t from = l->start + weft__header_size(l->schema);

	if (from > m->len)
		from = m->len;
	return weft__content(f, m->buf + from, m->len - from, family_of(m));
}

static void push(struct weft_msg *m, struct level l, const char *name)
{
	if (m->depth == WEFT_NEST_DEPTH) {
		refuse(m, -EINVAL, name, "nested too deep");
		return;
	}
	m->level[++m->depth] = l;
	if (l.how == IN_NEST && l.schema && l.schema->header)
		(void)append(m, NULL, weft__header_size(l.schema), true, name);
}

/* Opens an item of the innermost list. */
static void open_item(struct weft_msg *m, uint16_t number)
{
	struct level *l = top(m);
	const struct weft_field *f = l->field;
	bool index = f->list != WEFT_L_PACKED && f->list != WEFT_L_HOPS;
	struct level n = { .schema = f->sub, .field = f, .how = IN_NEST, .attr = index, .at = m->len,
			   .hop = f->list == WEFT_L_HOPS };

	l->items++;
	if (!f->sub) {
		refuse(m, -EINVAL, "", "a plain value is needed");
		return;
	}
	if (index && !append_attr(m, number | WEFT_NLA_NESTED, NULL, 0, ""))
		return;
	n.start = m->len;
	n.number = number;
	if (f->type == WEFT_T_STRUCT) {
		n.how = IN_STRUCT;
		if (!append(m, NULL, f->sub->size, index, ""))
			return;
	}
	push(m, n, "");
}

static void open_place(struct weft_msg *m, struct place p)
{
	const struct weft_field *f = p.field;
	struct level *l = top(m);
	char buf[64];
	const char *name = weft_field_name(f, buf, sizeof buf);
	struct level n = { .field = f, .how = IN_NEST, .attr = true, .at = m->len,
			   .number = f->number };

	if (l->how == IN_LIST) {
		open_item(m, (uint16_t)(f->list == WEFT_L_INDEXED0 ? l->items : l->items + 1));
		return;
	}
	if (f->type < WEFT_T_NEST && (f->list == WEFT_L_NONE || f->list == WEFT_L_MULTI)) {
		refuse(m, -EINVAL, name, f->type == WEFT_T_BITFIELD32 ? "give value and selector"
									: "has no members");
		return;
	}
	if (p.member) {
		if (f->type != WEFT_T_STRUCT)
			refuse(m, -EINVAL, name, "has no members");
		n = (struct level){ .schema = f->sub, .field = f, .how = IN_STRUCT,
				    .start = l->start + f->number };
		if (!m->err.code)
			push(m, n, name);
		return;
	}
	n.schema = content(m, f);
	if (!n.schema && f->type >= WEFT_T_NEST) {
		refuse(m, -EINVAL, name, "no fields are known for this kind");
		return;
	}
	if (f->list != WEFT_L_NONE && f->list != WEFT_L_MULTI)
		n.how = IN_LIST;
	else if (f->type == WEFT_T_STRUCT)
		n.how = IN_STRUCT;
	bool nested = n.how == IN_NEST || f->list == WEFT_L_INDEXED || f->list == WEFT_L_INDEXED0 ||
		      f->list == WEFT_L_TYPED;

	if (!append_attr(m, (uint16_t)(f->number | (nested ? WEFT_NLA_NESTED : 0)), NULL, 0, name))
		return;
	n.start = m->len;
	if (n.how == IN_STRUCT && !append(m, NULL, n.schema->size, false, name))
		return;
	push(m, n, name);
}

void weft_open(struct weft_msg *m, uint32_t key)
{
	struct place p;

	if (m && find_key(m, key, &p))
		open_place(m, p);
}

void weft_open_named(struct weft_msg *m, const char *name)
{
	struct place p;
	unsigned long number;
	char *end;

	if (!m || m->err.code)
		return;
	number = strtoul(name, &end, 10);
	if (end != name && !*end && number <= WEFT_NLA_TYPE_MASK && top(m)->how == IN_LIST) {
		open_item(m, (uint16_t)number);
		return;
	}
	if (end != name && !*end && number <= WEFT_NLA_TYPE_MASK && top(m)->how == IN_NEST &&
	    top(m)->schema && top(m)->schema->n == 1 &&
	    top(m)->schema->fields[0].number == WEFT_NUMBER_ANY) {
		const struct weft_field *f = top(m)->schema->fields;
		struct level n = { .schema = f->sub, .field = f, .attr = true, .at = m->len,
				   .number = (uint16_t)number };

		if (append_attr(m, (uint16_t)(number | WEFT_NLA_NESTED), NULL, 0, name)) {
			n.start = m->len;
			push(m, n, name);
		}
		return;
	}
	if (find_name(m, name, &p))
		open_place(m, p);
}

void weft_close(struct weft_msg *m)
{
	struct level *l;

	if (!m || m->err.code)
		return;
	if (m->depth == 0) {
		refuse(m, -EINVAL, "", "closed what was not open");
		return;
	}
	l = top(m);
	if (l->attr)
		weft_set_u16(m->buf + l->at, (uint16_t)(m->len - l->at));
	else if (l->hop)
		weft_set_u16(m->buf + l->at, (uint16_t)(m->len - l->at));
	/* items of a packed list follow each other without gap */
	if (l->attr || l->hop)
		(void)append(m, NULL, (4 - m->len % 4) % 4, false, "");
	m->depth--;
}

static void put_leaf(struct weft_msg *m, struct place p, const struct weft_kv *kv)
{
	const struct weft_field *f = p.field;
	struct level *l = top(m);
	struct weft__leaf leaf;
	struct weft_error e = { 0 };
	char buf[64];
	const char *name = l->how == IN_LIST ? "" : weft_field_name(f, buf, sizeof buf);
	int r = weft__leaf_make(f, kv, family_of(m), &leaf, &e);

	if (r < 0) {
		if (l->how == IN_LIST)
			l->items++;
		fail(m, &e, name);
	} else if (f->type == WEFT_T_FLAG && r == 1) {
		/* false is told by leaving it out */
	} else if (l->how == IN_LIST && f->list == WEFT_L_PACKED) {
		(void)append(m, leaf.p, leaf.len, false, name);
	} else if (l->how == IN_LIST) {
		l->items++;
		(void)append_attr(m, (uint16_t)(f->list == WEFT_L_INDEXED0 ? l->items - 1 : l->items),
				  leaf.p, leaf.len, name);
	} else if (p.member) {
		uint32_t size = weft__type_width(f->type);

		size = size ? size : f->sub ? f->sub->size : f->max;
		if (leaf.len > size)
			refuse(m, -ERANGE, name, "too long");
		else
			memcpy(m->buf + l->start + f->number, leaf.p, leaf.len);
	} else {
		bool nested = f->type == WEFT_T_NEST || f->type == WEFT_T_SUB;

		(void)append_attr(m, (uint16_t)(f->number | (nested ? WEFT_NLA_NESTED : 0)), leaf.p,
				  leaf.len, name);
	}
	weft__leaf_free(&leaf);
}

/* struct nla_bitfield32 from {value, selector}: items with key 0, in this order. */
static void put_bitfield(struct weft_msg *m, struct place p, const struct weft_kv *kvs)
{
	uint8_t b[8];
	struct weft_kv kv = { 0, WEFT_K_BYTES, { 0 } };

	for (int i = 0; i < 2; i++) {
		if (kvs[i].kind != WEFT_K_UINT || kvs[i].v.u > UINT32_MAX) {
			refuse(m, -EINVAL, p.field->token, "two numbers are needed: value, selector");
			return;
		}
		weft_set_u32(b + 4 * i, (uint32_t)kvs[i].v.u);
	}
	kv.v.bytes = (struct weft_bytes){ b, 8 };
	put_leaf(m, p, &kv);
}

static void put_at(struct weft_msg *m, struct place p, const struct weft_kv *kv)
{
	if (kv->kind != WEFT_K_NEST) {
		put_leaf(m, p, kv);
		return;
	}
	if (!kv->v.attrs) {
		char buf[64];

		refuse(m, -EINVAL, top(m)->how == IN_LIST ? "" : weft_field_name(p.field, buf, sizeof buf),
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

	if (m && kv.kind != WEFT_K_SKIP && kv.kind != WEFT_K_END && find_key(m, kv.key, &p))
		put_at(m, p, &kv);
}

void weft_put_named(struct weft_msg *m, const char *name, struct weft_kv kv)
{
	struct place p;

	if (m && kv.kind != WEFT_K_SKIP && kv.kind != WEFT_K_END && find_name(m, name, &p))
		put_at(m, p, &kv);
}

/* Sub-messages last: what chooses them must be there first, in whatever order the list is. */
void weft_put_all(struct weft_msg *m, const struct weft_kv *kvs)
{
	for (int subs = 0; m && kvs && subs < 2; subs++) {
		for (const struct weft_kv *kv = kvs; kv->kind != WEFT_K_END; kv++) {
			struct place p;

			if (kv->kind == WEFT_K_SKIP)
				continue;
			if (!find_key(m, kv->key, &p))
				return;
			if ((p.field->type == WEFT_T_SUB) == (subs == 1))
				put_at(m, p, kv);
		}
	}
}

void weft_put_raw(struct weft_msg *m, uint16_t type, const void *p, size_t len)
{
	char name[16];

	if (!m || m->err.code)
		return;
	(void)snprintf(name, sizeof name, "@%u", type);
	if (top(m)->how != IN_NEST)
		refuse(m, -EINVAL, name, "an attribute does not belong here");
	else if (len > WEFT_NLA_MAX)
		refuse(m, -EOVERFLOW, name, "larger than an attribute can be (65535 bytes)");
	else
		(void)append_attr(m, type, p, (uint32_t)len, name);
}

int weft_msg_error(const struct weft_msg *m, struct weft_error *ret)
{
	if (!m)
		return weft_error_set(ret, -EINVAL, WEFT_WHERE_CALLER, "", "no message");
	if (m->err.code && ret)
		*ret = m->err;
	return m->err.code;
}

struct weft_bytes weft_msg_bytes(const struct weft_msg *m)
{
	if (!m || !m->buf || m->len < WEFT_NLMSG_HDR)
		return (struct weft_bytes){ NULL, 0 };
	weft_set_u32(m->buf, m->len);
	return (struct weft_bytes){ m->buf, m->len };
}

struct weft_attr weft_msg_body(const struct weft_msg *m)
{
	if (!m || !m->buf || !m->op)
		return (struct weft_attr){ 0 };
	return weft_body(m->op->schema, m->buf + m->level[0].start, m->len - m->level[0].start);
}

const struct weft_op *weft_msg_op(const struct weft_msg *m)
{
	return m ? m->op : NULL;
}

const struct weft_family *weft_msg_family(const struct weft_msg *m)
{
	return m ? m->family : NULL;
}

const struct weft_schema *weft_msg_open_schema(const struct weft_msg *m)
{
	return m && !m->err.code ? m->level[m->depth].schema : NULL;
}
