/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_FRAME_H
#define WEFT_TRANSPORT_FRAME_H

/* Frames between a session and an agent: docs/protocol.md. All numbers are little-endian. */

#include <weft/base.h>

enum {
	WEFT__FRAME_HDR = 8,
	WEFT__FRAME_MAX = (4 << 20) + 64, /* payload */
	WEFT__FRAME_OLDEST = 1,
	WEFT__FRAME_VERSION = 2, /* from this on frames are numbered */
	WEFT__HELLO_SIZE = 20,
	WEFT__CHANNELS = 1024,
};

enum weft__frame_type {
	WEFT__F_HELLO = 1,
	WEFT__F_OPEN,
	WEFT__F_OPENED,
	WEFT__F_DATA,
	WEFT__F_FAILED,
	WEFT__F_MEMBER,
	WEFT__F_DONE,
	WEFT__F_CREDIT,
	WEFT__F_CLOSE,
	WEFT__F_PING,
	WEFT__F_PONG,
	WEFT__F_BYE,
};

/* What a FAILED frame speaks of. */
enum {
	WEFT__FAILED_OPEN = 1,
	WEFT__FAILED_RECEIVE,
	WEFT__FAILED_MEMBER,
};

struct weft__frame {
	uint8_t type;
	uint16_t channel;
	const uint8_t *p; /* payload; borrowed */
	uint32_t len;
	uint8_t number; /* of all that its side sent after its greeting; 0 before it, and in version 1 */
};

/* What both sides say first. */
struct weft__hello {
	uint16_t low, high; /* versions */
	bool big_endian, read_only;
	uint32_t keepalive_ms;
};

static inline void weft__set_le16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void weft__set_le32(uint8_t *p, uint32_t v)
{
	weft__set_le16(p, (uint16_t)v);
	weft__set_le16(p + 2, (uint16_t)(v >> 16));
}

static inline uint16_t weft__get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t weft__get_le32(const uint8_t *p)
{
	return (uint32_t)weft__get_le16(p) | (uint32_t)weft__get_le16(p + 2) << 16;
}

/* Header of a frame with len bytes of payload and the number 0. */
void weft__frame_header(uint8_t head[WEFT__FRAME_HDR], uint8_t type, uint16_t channel, uint32_t len);
/* The first frame of n bytes: 1 and *ret with the bytes it takes in *ret_size, 0 when more bytes are
 * needed, -EPROTO when it is none or has a length that its type cannot have. */
int weft__frame_read(const uint8_t *p, size_t n, struct weft__frame *ret, size_t *ret_size);

/* The number of the next frame, behind *last. */
static inline uint8_t weft__frame_number(bool numbered, uint8_t *last)
{
	return numbered ? ++*last : 0;
}

void weft__hello_put(uint8_t out[WEFT__HELLO_SIZE], const struct weft__hello *h);
/* 0, or -EPROTO. */
int weft__hello_get(const struct weft__frame *f, struct weft__hello *ret);
/* The number at the head of a FAILED or BYE frame as a negative errno; *ret_text borrows what follows. */
int weft__frame_code(const struct weft__frame *f, struct weft_bytes *ret_text);

#endif
