/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_QUICK_H
#define WEFT_SCHEMA_QUICK_H

/* The short way for what most values of most messages are: a number in host order or an IP address, at the top
 * level, that fits its row. Whatever is not so takes the long way, which also says what is wrong. */

#include <string.h>

#include "schema/msg.h"

/* Members of a header are told apart by where they stand, and are few. */
static inline const struct weft_field *weft__quick_member(const struct weft_schema *header, uint32_t at)
{
	for (uint32_t i = 0; i < header->n; i++)
		if (header->fields[i].number == at)
			return &header->fields[i];
	return NULL;
}

/* Where a key of the top level goes; NULL: not on this way. */
static inline const struct weft_field *weft__quick_row(const struct weft_schema *s, uint32_t key, bool *ret_member)
{
	uint32_t number = key & 0xffff;
	const struct weft_field *f = NULL;

	if (!s)
		return NULL;
	*ret_member = s->id != key >> 16;
	if (*ret_member)
		f = s->header && s->header->id == key >> 16 ? weft__quick_member(s->header, number) : NULL;
	/* rows stand in the order of their numbers, mostly without gaps */
	else if (s->n && number >= s->fields->number && number - s->fields->number < s->n)
		f = &s->fields[number - s->fields->number];
	return f && f->number == number && !f->list && !f->bits ? f : NULL;
}

/* Bytes of a value of host order at *at, 0: not on this way. */
static inline uint32_t weft__quick_bytes(const struct weft_field *f, const struct weft_kv *kv, uint8_t at[8])
{
	uint64_t v = kv->v.u;
	uint32_t v32 = (uint32_t)v;
	uint16_t v16 = (uint16_t)v;

	if (kv->kind != WEFT_K_UINT && (kv->kind != WEFT_K_INT || kv->v.i < 0))
		return 0;
	switch (f->type) {
	case WEFT_T_U8:
		at[0] = (uint8_t)v;
		return v <= UINT8_MAX ? 1 : 0;
	case WEFT_T_U16:
		memcpy(at, &v16, 2);
		return v <= UINT16_MAX ? 2 : 0;
	case WEFT_T_U32:
	case WEFT_T_S32:
		memcpy(at, &v32, 4);
		return v <= (f->type == WEFT_T_S32 ? INT32_MAX : UINT32_MAX) ? 4 : 0;
	default:
		return 0;
	}
}

/* Appends an attribute of 1 to 16 bytes. */
static inline bool weft__quick_attr(struct weft_msg *m, uint16_t type, const uint8_t *p, uint32_t len)
{
	uint16_t head[2] = { (uint16_t)(WEFT_NLA_HDR + len), type };
	uint32_t padded = (len + 3) & ~3u, end = m->len + WEFT_NLA_HDR + padded;
	uint8_t *at = m->buf + m->len;

	if (end > m->cap)
		return false;
	memcpy(at, head, sizeof head);
	if (len == 4) {
		memcpy(at + 4, p, 4);
	} else {
		memset(at + 4, 0, padded);
		memcpy(at + 4, p, len);
	}
	m->len = end;
	return true;
}

/* False: nothing was done. */
static inline bool weft__quick_put(struct weft_msg *m, const struct weft_kv *kv)
{
	const struct weft_field *f;
	uint8_t small[8];
	bool member;
	uint32_t len;

	if (m->depth || m->err.code)
		return false;
	f = weft__quick_row(m->level[0].schema, kv->key, &member);
	if (!f)
		return false;
	len = weft__quick_bytes(f, kv, small);
	if (len && member) {
		memcpy(m->buf + m->level[0].start + f->number, small, len);
		return true;
	}
	if (len)
		return weft__quick_attr(m, f->number, small, len);
	/* of the message's own family, which must be known by then */
	if (kv->kind != WEFT_K_IP || f->type != WEFT_T_IP || member || kv->v.ip.family != m->buf[m->level[0].start])
		return false;
	len = kv->v.ip.family == WEFT_AF_INET ? 4 : kv->v.ip.family == WEFT_AF_INET6 ? 16 : 0;
	return len && weft__quick_attr(m, f->number, kv->v.ip.b, len);
}

#endif
