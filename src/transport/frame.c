/* SPDX-License-Identifier: MIT */
/* Frames: reading, writing, and how long each kind may be. */
#include <errno.h>
#include <string.h>

#include "transport/frame.h"

static const uint8_t magic[4] = { 'w', 'e', 'f', 't' };

/* Shortest and longest payload of each type. */
static const struct {
	uint32_t least, most;
} lengths[] = {
	[WEFT__F_HELLO] = { WEFT__HELLO_SIZE, 4096 },
	[WEFT__F_OPEN] = { 12, 12 + 512 },
	[WEFT__F_OPENED] = { 4, 4 },
	[WEFT__F_DATA] = { 4, WEFT__FRAME_MAX },
	[WEFT__F_FAILED] = { 5, 1024 },
	[WEFT__F_MEMBER] = { 5, 5 },
	[WEFT__F_DONE] = { 4, 4 },
	[WEFT__F_CREDIT] = { 4, 4 },
	[WEFT__F_CLOSE] = { 0, 0 },
	[WEFT__F_PING] = { 8, 8 },
	[WEFT__F_PONG] = { 8, 8 },
	[WEFT__F_BYE] = { 4, 1024 },
};

void weft__frame_header(uint8_t head[WEFT__FRAME_HDR], uint8_t type, uint16_t channel, uint32_t len)
{
	weft__set_le32(head, len);
	head[4] = type;
	head[5] = 0;
	weft__set_le16(head + 6, channel);
}

int weft__frame_read(const uint8_t *p, size_t n, struct weft__frame *ret, size_t *ret_size)
{
	uint32_t len;
	uint8_t type;

	if (n < WEFT__FRAME_HDR)
		return 0;
	len = weft__get_le32(p);
	type = p[4];
	if (type < WEFT__F_HELLO || type > WEFT__F_BYE || len < lengths[type].least || len > lengths[type].most)
		return -EPROTO;
	if (n - WEFT__FRAME_HDR < len)
		return 0;
	*ret = (struct weft__frame){ type, weft__get_le16(p + 6), p + WEFT__FRAME_HDR, len, p[5] };
	*ret_size = WEFT__FRAME_HDR + (size_t)len;
	return 1;
}

void weft__hello_put(uint8_t out[WEFT__HELLO_SIZE], const struct weft__hello *h)
{
	memset(out, 0, WEFT__HELLO_SIZE);
	memcpy(out, magic, sizeof magic);
	weft__set_le16(out + 4, h->low);
	weft__set_le16(out + 6, h->high);
	out[8] = h->big_endian ? 2 : 1;
	out[9] = h->read_only;
	weft__set_le32(out + 12, h->keepalive_ms);
}

int weft__hello_get(const struct weft__frame *f, struct weft__hello *ret)
{
	if (f->type != WEFT__F_HELLO || f->channel || memcmp(f->p, magic, sizeof magic) != 0 || f->p[8] < 1 ||
	    f->p[8] > 2)
		return -EPROTO;
	*ret = (struct weft__hello){ .low = weft__get_le16(f->p + 4),
				     .high = weft__get_le16(f->p + 6),
				     .big_endian = f->p[8] == 2,
				     .read_only = f->p[9] & 1,
				     .keepalive_ms = weft__get_le32(f->p + 12) };
	return 0;
}

int weft__frame_code(const struct weft__frame *f, struct weft_bytes *ret_text)
{
	uint32_t skip = f->type == WEFT__F_FAILED ? 5 : 4, code = weft__get_le32(f->p);

	*ret_text = (struct weft_bytes){ f->p + skip, f->len - skip };
	/* never success, and never a number that is none of Linux */
	return code == 0 || code > 4095 ? -EPROTO : -(int)code;
}
