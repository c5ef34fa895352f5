/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_QUICK_H
#define WEFT_SCHEMA_QUICK_H

/* The short way for what most values of most messages are: a number in host order or an IP address, at the top
 * level, that fits its row. Whatever is not so takes the long way, which also says what is wrong. */

#include <string.h>

#include "schema/msg.h"

/* Members of a header are told apart by where they stand; many headers begin with bytes, so that the place of one is
 * its number too. */
static inline const struct weft_field *weft__quick_member(const struct weft_schema *header, uint32_t at)
{
	if (at < header->n && header->fields[at].number == at)
		return &header->fields[at];
	for (uint32_t i = 0; i < header->n; i++)
		if (header->fields[i].number == at)
			return &header->fields[i];
	return NULL;
}

/* Where a key of the top level goes; NULL: not on this way. */
static inline const struct weft_field *weft__quick_row(const struct weft_schema *s, uint32_t key, bool *ret_member)
{
	uint32_t number = key & 0xffff, first;
	const struct weft_field *f = NULL;

	*ret_member = s->id != key >> 16;
	if (*ret_member) {
		f = s->header && s->header->id == key >> 16 ? weft__quick_member(s->header, number) : NULL;
	} else if (s->n) {
		/* rows stand in the order of their numbers, mostly without gaps */
		first = s->fields->number;
		f = number - first < s->n && s->fields[number - first].number == number ? &s->fields[number - first] : NULL;
	}
	return f && !f->list && !f->bits ? f : NULL;
}

/* What a key stands for; false: not on this way. */
static inline bool weft__quick_spot(const struct weft_schema *s, uint32_t key, struct weft__spot *ret)
{
	static const uint8_t widths[WEFT_T_PAD + 1] = { [WEFT_T_U8] = 1, [WEFT_T_U16] = 2, [WEFT_T_U32] = 4,
							[WEFT_T_S32] = 4 };
	bool member;
	const struct weft_field *f = weft__quick_row(s, key, &member);

	if (!f || (!widths[f->type] && f->type != WEFT_T_IP))
		return false;
	*ret = (struct weft__spot){ .key = key, .number = f->number, .width = widths[f->type], .member = member };
	ret->most = f->type == WEFT_T_S32 ? INT32_MAX : UINT32_MAX >> (32 - 8 * (ret->width ? ret->width : 4));
	return true;
}

/* Where bytes go: copies of what the message has, so that a byte that is written is no reason to look it up again. */
struct weft__quick {
	uint8_t *buf, *header; /* header: the fixed one, in buf */
	uint32_t len, cap;
};

/* Room for an attribute of 4 to 16 bytes, its header written; NULL: not on this way. */
static inline uint8_t *weft__quick_attr(struct weft__quick *q, uint16_t type, uint32_t len, uint32_t padded)
{
	uint16_t head[2] = { (uint16_t)(WEFT_NLA_HDR + len), type };
	uint8_t *at = q->buf + q->len;

	if (q->len + WEFT_NLA_HDR + padded > q->cap)
		return NULL;
	memcpy(at, head, sizeof head);
	q->len += (uint32_t)WEFT_NLA_HDR + padded;
	return at + WEFT_NLA_HDR;
}

static inline void weft__quick_set(uint8_t *at, uint32_t width, uint32_t v)
{
	if (width == 1)
		*at = (uint8_t)v;
	else if (width == 2)
		weft_set_u16(at, (uint16_t)v);
	else
		weft_set_u32(at, v);
}

/* A number of 1, 2 or 4 bytes in host order. False: nothing was done, as below. */
static inline bool weft__quick_number(struct weft__quick *q, const struct weft__spot *p, uint64_t v)
{
	uint32_t none = 0;
	uint8_t *at;

	if (!p->width || v > p->most)
		return false;
	if (p->member) {
		weft__quick_set(q->header + p->number, p->width, (uint32_t)v);
		return true;
	}
	at = weft__quick_attr(q, p->number, p->width, 4);
	if (!at)
		return false;
	memcpy(at, &none, 4);
	weft__quick_set(at, p->width, (uint32_t)v);
	return true;
}

/* Of the message's own family, which must be known by then. */
static inline bool weft__quick_ip(struct weft__quick *q, const struct weft__spot *p, const struct weft_ip *ip)
{
	uint32_t len = ip->family == WEFT_AF_INET ? 4 : ip->family == WEFT_AF_INET6 ? 16 : 0;
	uint8_t *at;

	if (p->width || p->member || !len || ip->family != *q->header)
		return false;
	at = weft__quick_attr(q, p->number, len, len);
	if (!at)
		return false;
	if (len == 4)
		memcpy(at, ip->b, 4);
	else
		memcpy(at, ip->b, 16);
	return true;
}

static inline bool weft__quick_one(struct weft__quick *q, const struct weft__spot *p, const struct weft_kv *kv)
{
	if (kv->kind == WEFT_K_UINT || (kv->kind == WEFT_K_INT && kv->v.i >= 0))
		return weft__quick_number(q, p, kv->v.u);
	return kv->kind == WEFT_K_IP && weft__quick_ip(q, p, &kv->v.ip);
}

/* Puts values as long as they go this way, most of them or up to WEFT_END; how many. */
static inline size_t weft__quick_put(struct weft_msg *m, const struct weft_kv *kvs, size_t most)
{
	struct weft__quick q = { m->buf, m->buf + m->level[0].start, m->len, m->cap };
	const struct weft_schema *s = m->level[0].schema;
	struct weft__spot own, *p;
	size_t n = 0;

	if (m->depth || m->err.code || !s)
		return 0;
	for (; n < most && kvs[n].kind != WEFT_K_END; n++) {
		if (kvs[n].kind == WEFT_K_SKIP)
			continue;
		own.key = 0;
		p = m->spots && n < WEFT__SPOTS ? &m->spots[n] : &own;
		if ((!p->key || p->key != kvs[n].key) && !weft__quick_spot(s, kvs[n].key, p))
			break;
		if (!weft__quick_one(&q, p, &kvs[n]))
			break;
	}
	m->len = q.len;
	return n;
}

#endif
