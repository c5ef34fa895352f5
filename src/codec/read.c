/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "codec/scan.h"

/* Steps over an item of len bytes and its padding; the last item's padding may be missing. */
static void step(struct weft_reader *r, uint32_t len)
{
	uint32_t pad = (4 - len % 4) % 4;

	if (pad > r->len - len)
		pad = r->len - len;
	r->p += len + pad;
	r->len -= len + pad;
}

static int malformed(struct weft_reader *r)
{
	r->p += r->len;
	r->len = 0;
	return -EBADMSG;
}

int weft_read_msg(struct weft_reader *r, struct weft_nlmsg *ret)
{
	if (r->len == 0)
		return 0;
	return weft__scan_msg(r, ret) ? 1 : malformed(r);
}

int weft_read_attr(struct weft_reader *r, struct weft_tlv *ret)
{
	uint32_t len;
	uint16_t type;

	if (r->len < WEFT_NLA_HDR) {
		bool end = true;

		for (uint32_t i = 0; i < r->len; i++)
			end = end && r->p[i] == 0;
		(void)malformed(r);
		return end ? 0 : -EBADMSG;
	}
	len = weft_get_u16(r->p);
	type = weft_get_u16(r->p + 2);
	if (len < WEFT_NLA_HDR || len > r->len)
		return malformed(r);
	ret->type = type & WEFT_NLA_TYPE_MASK;
	ret->flags = (uint16_t)(type & ~WEFT_NLA_TYPE_MASK);
	ret->len = len - WEFT_NLA_HDR;
	ret->p = r->p + WEFT_NLA_HDR;
	step(r, len);
	return 1;
}
