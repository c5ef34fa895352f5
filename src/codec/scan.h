/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CODEC_SCAN_H
#define WEFT_CODEC_SCAN_H

/* weft_read_msg and weft_read_attr without a function call, for the loops that every object runs through. */

#include <string.h>

#include <weft/codec.h>

/* The next message, or false at the end and at what makes none. */
static inline bool weft__scan_msg(struct weft_reader *r, struct weft_nlmsg *ret)
{
	uint32_t len, step;

	if (r->len < WEFT_NLMSG_HDR)
		return false;
	memcpy(&len, r->p, 4);
	if (len < WEFT_NLMSG_HDR || len > r->len)
		return false;
	memcpy(&ret->type, r->p + 4, 2);
	memcpy(&ret->flags, r->p + 6, 2);
	memcpy(&ret->seq, r->p + 8, 4);
	memcpy(&ret->port, r->p + 12, 4);
	ret->len = len;
	ret->body = r->p + WEFT_NLMSG_HDR;
	ret->body_len = len - (uint32_t)WEFT_NLMSG_HDR;
	step = (len + 3u) & ~3u;
	step = step > r->len ? r->len : step;
	r->p += step;
	r->len -= step;
	return true;
}

/* The next attribute, or false at the end and at malformed bytes alike. */
static inline bool weft__scan_attr(const uint8_t **p, uint32_t *left, uint16_t *ret_type, const uint8_t **ret_at,
				   uint32_t *ret_len)
{
	uint16_t len, type;
	uint32_t step;

	if (*left < WEFT_NLA_HDR)
		return false;
	memcpy(&len, *p, 2);
	memcpy(&type, *p + 2, 2);
	if (len < WEFT_NLA_HDR || len > *left)
		return false;
	*ret_type = type & WEFT_NLA_TYPE_MASK;
	*ret_at = *p + WEFT_NLA_HDR;
	*ret_len = len - (uint32_t)WEFT_NLA_HDR;
	step = (len + 3u) & ~3u;
	step = step > *left ? *left : step;
	*p += step;
	*left -= step;
	return true;
}

#endif
