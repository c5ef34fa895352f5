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
		f = number - first < s->n && s->fields[number - first].number == number ? &s->fields[number - first]
											: NULL;
	}
	return f && !f->list && !f->bits ? f : NULL;
}

/* Where a value goes; false: not on this way. */
static inline bool weft__quick_spot(const struct weft_schema *s, const struct weft_kv *kv, struct weft__spot *ret)
{
	static const uint8_t widths[WEFT_T_PAD + 1] = {
		[WEFT_T_U8] = 1, [WEFT_T_U16] = 2, [WEFT_T_U32] = 4, [WEFT_T_S32] = 4
	};
	bool member, number = kv->kind == WEFT_K_UINT || kv->kind == WEFT_K_INT;
	const struct weft_field *f = number || kv->kind == WEFT_K_IP ? weft__quick_row(s, kv->key, &member) : NULL;
	uint8_t width;

	if (!f || (number ? !widths[f->type] : f->type != WEFT_T_IP || member))
		return false;
	width = widths[f->type];
	*ret = (struct weft__spot){ .key = kv->key, .kind = kv->kind, .number = f->number, .width = width };
	ret->how = !number	? WEFT__SPOT_IP
		   : !member	? WEFT__SPOT_NUMBER
		   : width == 1 ? WEFT__SPOT_BYTE
				: WEFT__SPOT_MEMBER;
	/* negative numbers are larger */
	ret->most = f->type == WEFT_T_S32 ? INT32_MAX : UINT32_MAX >> (32 - 8 * (width ? width : 4));
	return true;
}

/* Where bytes go: copies of what the message has, so that a byte that is written is no reason to look it up again. */
struct weft__quick {
	uint8_t *end, *stop, *header; /* stop: behind the last byte that there is room for; header: the fixed one */
};

/* Room for an attribute of 4 or 16 bytes, its header written; NULL: none. */
static inline uint8_t *weft__quick_attr(struct weft__quick *q, uint16_t type, uint32_t len, uint32_t padded)
{
	uint16_t head[2] = { (uint16_t)(WEFT_NLA_HDR + len), type };
	uint8_t *at = q->end;

	if ((size_t)(q->stop - at) < WEFT_NLA_HDR + padded)
		return NULL;
	memcpy(at, head, sizeof head);
	q->end = at + WEFT_NLA_HDR + padded;
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
static inline bool weft__quick_number(struct weft__quick *q, const struct weft__spot *p, uint32_t v)
{
	uint8_t *at = weft__quick_attr(q, p->number, p->width, 4);

	if (!at)
		return false;
	if (p->width != 4)
		memset(at, 0, 4);
	weft__quick_set(at, p->width, v);
	return true;
}

/* Of the message's own family, which must be known by then. */
static inline bool weft__quick_ip(struct weft__quick *q, const struct weft__spot *p, const struct weft_ip *ip)
{
	uint32_t len = ip->family == WEFT_AF_INET ? 4 : ip->family == WEFT_AF_INET6 ? 16 : 0;
	uint8_t *at;

	if (!len || ip->family != *q->header)
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

/* A value of the kind that the spot is for. */
static inline bool weft__quick_one(struct weft__quick *q, const struct weft__spot *p, const struct weft_kv *kv)
{
	if (p->how == WEFT__SPOT_IP)
		return weft__quick_ip(q, p, &kv->v.ip);
	if (p->how == WEFT__SPOT_SKIP)
		return true;
	if (p->how == WEFT__SPOT_NONE || kv->v.u > p->most)
		return false;
	if (p->how == WEFT__SPOT_NUMBER)
		return weft__quick_number(q, p, (uint32_t)kv->v.u);
	weft__quick_set(q->header + p->number, p->width, (uint32_t)kv->v.u);
	return true;
}

static inline bool weft__quick_begin(struct weft__quick *q, const struct weft_msg *m)
{
	if (m->depth || m->err.code || !m->level[0].schema)
		return false;
	*q = (struct weft__quick){ m->buf + m->len, m->buf + m->cap, m->buf + m->level[0].start };
	return true;
}

/* Whether a member says what is wanted of attributes that are there already: the address family. */
static inline bool weft__quick_late(const struct weft_msg *m, const struct weft__quick *q, const struct weft__spot *p)
{
	return p->how == WEFT__SPOT_BYTE && p->number == 0 &&
	       q->end > q->header + weft__header_size(m->level[0].schema);
}

/* Puts one value, if it goes this way. */
static inline bool weft__quick_put(struct weft_msg *m, const struct weft_kv *kv)
{
	struct weft__quick q;
	struct weft__spot p;

	if (!weft__quick_begin(&q, m) || !weft__quick_spot(m->level[0].schema, kv, &p) || weft__quick_late(m, &q, &p) ||
	    !weft__quick_one(&q, &p, kv))
		return false;
	m->len = (uint32_t)(q.end - m->buf);
	return true;
}

/* Puts values as long as they are like those of the message before, whose places the spots tell, and go this way; the
 * first that is not put. */
const struct weft_kv *weft__quick_again(struct weft_msg *m, const struct weft_kv *kvs);

#endif
