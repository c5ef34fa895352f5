/* SPDX-License-Identifier: MIT */
/* A request under construction: its bytes, the places that are open in it, the first error. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/msg.h"

enum {
	USUAL = 48, /* bytes that the headers of most messages fit in, and every buffer has */
};

/* Shared by all who could not get one; never written to. */
static const struct weft_msg poisoned = { .err = {
					      .code = -ENOMEM, .where = WEFT_WHERE_CALLER, .msg = "out of memory" } };

/* Keeps the first error, with the path of the open places before it. */
void weft__msg_fail(struct weft_msg *m, const struct weft_error *e, const char *name)
{
	if (m->err.code)
		return;
	m->err = *e;
	if (name && *name)
		weft_error_prefix(&m->err, name, -1);
	for (uint32_t d = m->depth; d > 0; d--) {
		const struct weft__level *l = &m->level[d];
		char buf[64], item[16];

		if (l->how != WEFT__IN_LIST && m->level[d - 1].how == WEFT__IN_LIST) {
			(void)snprintf(item, sizeof item, "[%u]", m->level[d - 1].items - 1);
			weft_error_prefix(&m->err, item, -1);
		} else if (l->field->number == WEFT_NUMBER_ANY) {
			(void)snprintf(item, sizeof item, "%u", l->number);
			weft_error_prefix(&m->err, item, -1);
		} else {
			weft_error_prefix(&m->err, weft_field_name(l->field, buf, sizeof buf), -1);
		}
	}
}

void weft__msg_refuse(struct weft_msg *m, int code, const char *name, const char *text)
{
	struct weft_error e;

	(void)weft_error_set(&e, code, WEFT_WHERE_CALLER, "", "%s", text);
	weft__msg_fail(m, &e, name);
}

void weft_msg_refuse(struct weft_msg *m, int code, const char *name, const char *text)
{
	if (m && !m->err.code)
		weft__msg_refuse(m, code, name, text);
}

/* Room for len more bytes and no open attribute longer than 16 bits. */
static bool room(struct weft_msg *m, uint32_t len, const char *name)
{
	uint32_t need = m->len + len, cap = m->cap;
	uint8_t *p;

	for (uint32_t d = 1; d <= m->depth; d++) {
		if (m->level[d].attr && need - m->level[d].at > UINT16_MAX) {
			weft__msg_refuse(m, -EOVERFLOW, name, "larger than an attribute can be (65535 bytes)");
			return false;
		}
	}
	if (need > WEFT_MSG_MAX) {
		weft__msg_refuse(m, -EMSGSIZE, name, "the message is too large");
		return false;
	}
	if (need <= cap)
		return true;
	while (cap < need)
		cap *= 2;
	p = m->lent ? malloc(cap) : realloc(m->buf, cap);
	if (!p) {
		weft__msg_refuse(m, -ENOMEM, name, "out of memory");
		return false;
	}
	if (m->lent)
		memcpy(p, m->buf, m->len);
	m->lent = false;
	m->buf = p;
	m->cap = cap;
	return true;
}

/* Appends bytes (zeros when p is NULL) and padding to 4. */
bool weft__msg_append(struct weft_msg *m, const void *p, uint32_t len, bool pad, const char *name)
{
	uint32_t end = pad ? (len + 3) & ~3u : len;

	if (!room(m, end, name))
		return false;
	if (p)
		memcpy(m->buf + m->len, p, len);
	memset(m->buf + m->len + (p ? len : 0), 0, end - (p ? len : 0));
	m->len += end;
	return true;
}

bool weft__msg_attr(struct weft_msg *m, uint16_t type, const void *p, uint32_t len, const char *name)
{
	uint32_t padded = (len + 3) & ~3u;
	uint8_t *at;

	if (!room(m, WEFT_NLA_HDR + padded, name))
		return false;
	at = m->buf + m->len;
	m->len += WEFT_NLA_HDR + padded;
	weft_set_u16(at, (uint16_t)(WEFT_NLA_HDR + len));
	weft_set_u16(at + 2, type);
	at += WEFT_NLA_HDR;
	if (p)
		memcpy(at, p, len);
	memset(at + (p ? len : 0), 0, padded - (p ? len : 0));
	return true;
}

void weft__msg_drop(struct weft_msg *m)
{
	if (!m->lent)
		free(m->buf);
	weft__msg_lend(m, m->small, sizeof m->small);
}

void weft__msg_lend(struct weft_msg *m, uint8_t *buf, uint32_t cap)
{
	m->buf = buf;
	m->cap = cap;
	m->lent = true;
}

void weft__msg_begin(struct weft_msg *m, const struct weft_family *f, const struct weft_op *op, uint16_t flags)
{
	uint32_t header, skip = f && f->generic ? 4 : 0;

	if (m->spots && m->op != op)
		memset(m->spots, 0xff, (WEFT__SPOTS + 1) * sizeof *m->spots);
	m->len = 0;
	m->depth = 0;
	m->family = f;
	m->op = op;
	m->err.code = 0;
	m->err.path[0] = m->err.msg[0] = 0;
	m->level[0] = (struct weft__level){ 0 };
	if (!f || !op) {
		weft__msg_refuse(m, -EINVAL, "", f ? "unknown operation" : "unknown family");
		return;
	}
	header = WEFT_NLMSG_HDR + skip + weft__header_size(op->schema);
	if (header <= USUAL) {
		memset(m->buf, 0, USUAL);
		m->len = header;
	} else {
		(void)weft__msg_append(m, NULL, header, true, "");
	}
	weft_set_u16(m->buf + 4, f->generic ? 0 : op->request);
	weft_set_u16(m->buf + 6, (uint16_t)(WEFT_NLM_F_REQUEST | op->flags | flags));
	if (f->generic) {
		m->buf[WEFT_NLMSG_HDR] = (uint8_t)op->request;
		m->buf[WEFT_NLMSG_HDR + 1] = f->version;
	}
	if (op->family)
		m->buf[WEFT_NLMSG_HDR] = op->family;
	m->level[0].schema = op->schema;
	m->level[0].start = WEFT_NLMSG_HDR + skip;
}

struct weft_msg *weft_msg_new(const struct weft_family *f, const struct weft_op *op, uint16_t flags)
{
	struct weft_msg *m = malloc(sizeof *m);

	if (!m)
		return (struct weft_msg *)(uintptr_t)&poisoned;
	weft__msg_lend(m, m->small, sizeof m->small);
	m->spots = NULL;
	m->out = NULL;
	weft__msg_begin(m, f, op, flags);
	return m;
}

bool weft__msg_keep(struct weft_msg *m, bool *out)
{
	if (m == &poisoned)
		return false;
	m->out = out;
	return true;
}

struct weft_msg *weft_request(const char *family, const char *op, uint16_t flags)
{
	const struct weft_family *f = weft_family_find(family);
	struct weft_msg *m = weft_msg_new(f, weft_op_find(f, op), flags);

	if (m->family && !m->op)
		(void)snprintf(m->err.msg, sizeof m->err.msg, "%s has no operation %.40s", f->name, op ? op : "");
	else if (!m->family && m != &poisoned)
		(void)snprintf(m->err.msg, sizeof m->err.msg, "unknown family %.40s", family ? family : "");
	return m;
}

void weft_msg_free(struct weft_msg *m)
{
	if (!m || m == &poisoned)
		return;
	weft__msg_drop(m);
	if (m->out)
		*m->out = false;
	else
		free(m);
}

uint8_t weft__msg_family(const struct weft_msg *m)
{
	uint32_t at = m->level[0].start;

	return m->op && m->len > at && weft__begins_with_family(m->op->schema) ? m->buf[at] : 0;
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

/* Puts a name before a path, if there is room. */
static void put_before(char *path, size_t size, const char *name)
{
	size_t len = strlen(path), n = strlen(name), dot = *path && *path != '[';

	if (len + n + dot < size) {
		memmove(path + n + dot, path, len + 1);
		memset(path + n, '.', dot);
		memcpy(path, name, n);
	}
}

/* Whether an address inside is not len bytes long, and where. */
static bool is_other_family(struct weft_attr in, uint32_t len, unsigned depth, char *path, size_t size)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;
	char name[64];

	for (unsigned i = 0; depth && weft_walk_next(&w, &a) > 0; i++) {
		/* of another length it does not fit its row */
		const struct weft_field *f = !a.field && in.schema ? weft_field_by_number(in.schema, a.number) : NULL;
		bool own = f && f->type == WEFT_T_IP && !f->list && (a.len == 4 || a.len == 16) && a.len != len;

		if (!own &&
		    !(a.field && a.field->type >= WEFT_T_NEST && is_other_family(a, len, depth - 1, path, size)))
			continue;
		if (!own && a.field == in.field)
			(void)snprintf(name, sizeof name, "[%u]", i);
		else
			(void)weft_field_name(own ? f : a.field, name, sizeof name);
		put_before(path, size, name);
		return true;
	}
	return false;
}

void weft__msg_check_addresses(struct weft_msg *m)
{
	unsigned family = weft__msg_family(m), len = family == WEFT_AF_INET ? 4 : family == WEFT_AF_INET6 ? 16 : 0;
	char path[160] = "";

	if (len && is_other_family(weft_msg_body(m), len, WEFT_NEST_DEPTH, path, sizeof path))
		weft__msg_refuse(m, -EINVAL, path,
				 len == 4 ? "an IPv6 address where IPv4 is needed"
					  : "an IPv4 address where IPv6 is needed");
}

const struct weft_family *weft_msg_family(const struct weft_msg *m)
{
	return m ? m->family : NULL;
}

const struct weft_schema *weft_msg_open_schema(const struct weft_msg *m)
{
	return m && !m->err.code ? m->level[m->depth].schema : NULL;
}
