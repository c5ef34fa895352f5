/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CODEC_H
#define WEFT_CODEC_H

/*
 * Reader and writer of netlink messages, attributes and nests (linux/netlink.h: struct nlmsghdr,
 * struct nlattr). For protocols without rows; everything above uses it too. No allocation, no
 * alignment needed, nothing is read or written outside the given buffer.
 */

#include <weft/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	WEFT_NLMSG_HDR = 16, /* sizeof(struct nlmsghdr) */
	WEFT_NLA_HDR = 4,    /* sizeof(struct nlattr) */
	WEFT_NLA_NESTED = 0x8000,
	WEFT_NLA_NET_BYTEORDER = 0x4000,
	WEFT_NLA_TYPE_MASK = 0x3fff,
	WEFT_NLA_MAX = 65531, /* largest payload of one attribute: nla_len has 16 bits */
	WEFT_NEST_DEPTH = 16, /* open nests of a writer */
};

/* Message types below NLMSG_MIN_TYPE and the flags of nlmsghdr. */
enum {
	WEFT_NLMSG_NOOP = 1,
	WEFT_NLMSG_ERROR = 2,
	WEFT_NLMSG_DONE = 3,
	WEFT_NLMSG_OVERRUN = 4,
	WEFT_NLM_F_REQUEST = 0x1,
	WEFT_NLM_F_MULTI = 0x2,
	WEFT_NLM_F_ACK = 0x4,
	WEFT_NLM_F_ECHO = 0x8,
	WEFT_NLM_F_DUMP_INTR = 0x10,
	WEFT_NLM_F_DUMP_FILTERED = 0x20,
	WEFT_NLM_F_ROOT = 0x100,
	WEFT_NLM_F_MATCH = 0x200,
	WEFT_NLM_F_DUMP = 0x300,
	WEFT_NLM_F_REPLACE = 0x100,
	WEFT_NLM_F_EXCL = 0x200,
	WEFT_NLM_F_CREATE = 0x400,
	WEFT_NLM_F_APPEND = 0x800,
	WEFT_NLM_F_BULK = 0x200, /* of a deletion: all that match */
	WEFT_NLM_F_CAPPED = 0x100,
	WEFT_NLM_F_ACK_TLVS = 0x200,
};

/* One message as read: the header in host order and the bytes after it. Borrows the buffer. */
struct weft_nlmsg {
	uint32_t len; /* nlmsg_len: header included, padding not */
	uint16_t type, flags;
	uint32_t seq, port;
	const uint8_t *body;
	uint32_t body_len;
};

/* One attribute as read. Borrows the buffer. */
struct weft_tlv {
	uint16_t type;	/* without the two flag bits */
	uint16_t flags; /* WEFT_NLA_NESTED, WEFT_NLA_NET_BYTEORDER */
	uint32_t len;	/* payload */
	const uint8_t *p;
};

/* What is still to be read. */
struct weft_reader {
	const uint8_t *p;
	uint32_t len;
};

static inline struct weft_reader weft_reader(const void *p, uint32_t len)
{
	struct weft_reader r = { (const uint8_t *)p, len };
	return r;
}

/* The next message: 1, 0 at the end, -EBADMSG when the bytes left make no message (the reader is
 * then at its end). */
WEFT_API WEFT_MUST int weft_read_msg(struct weft_reader *r, struct weft_nlmsg *ret);
/* The next attribute: the same results. Up to 3 bytes of padding at the end are no error. */
WEFT_API WEFT_MUST int weft_read_attr(struct weft_reader *r, struct weft_tlv *ret);

/* Integers of a width, host order, from any address. */
WEFT_API uint16_t weft_get_u16(const void *p);
WEFT_API uint32_t weft_get_u32(const void *p);
WEFT_API uint64_t weft_get_u64(const void *p);
WEFT_API uint16_t weft_get_be16(const void *p);
WEFT_API uint32_t weft_get_be32(const void *p);
WEFT_API uint64_t weft_get_be64(const void *p);
WEFT_API void weft_set_u16(void *p, uint16_t v);
WEFT_API void weft_set_u32(void *p, uint32_t v);
WEFT_API void weft_set_u64(void *p, uint64_t v);
WEFT_API void weft_set_be16(void *p, uint16_t v);
WEFT_API void weft_set_be32(void *p, uint32_t v);
WEFT_API void weft_set_be64(void *p, uint64_t v);

/*
 * Writes into a buffer of the caller's. The first failure stays in err and every later put does
 * nothing: -EMSGSIZE when the buffer is full, -EOVERFLOW when an attribute or an open nest would
 * pass 65,535 bytes (it is never cut), -EINVAL for a close without open, more than
 * WEFT_NEST_DEPTH open nests, or an end without a message.
 */
struct weft_writer {
	uint8_t *buf;
	uint32_t cap, len;
	uint32_t msg; /* offset of the message being written */
	int err;
	uint32_t depth;
	uint32_t open[WEFT_NEST_DEPTH]; /* offsets of the open nests */
};

WEFT_API void weft_write_init(struct weft_writer *w, void *buf, uint32_t cap);
/* Starts a message; earlier ones in the same buffer stay. */
WEFT_API void weft_write_msg(struct weft_writer *w, uint16_t type, uint16_t flags, uint32_t seq, uint32_t port);
/* Bytes as they are, then zeros up to a multiple of 4: fixed headers. Returns their address for
 * later changes, or NULL on failure. p may be NULL: zeros. */
WEFT_API void *weft_write_raw(struct weft_writer *w, const void *p, uint32_t len);
/* One attribute; type may carry the flag bits. p may be NULL: zeros. Returns the payload's address
 * or NULL on failure. */
WEFT_API void *weft_write_attr(struct weft_writer *w, uint16_t type, const void *p, uint32_t len);
/* A nest: WEFT_NLA_NESTED is set on type here. */
WEFT_API void weft_write_open(struct weft_writer *w, uint16_t type);
WEFT_API void weft_write_close(struct weft_writer *w);
/* Ends the message: sets its length. Returns 0 or the first failure. */
WEFT_API WEFT_MUST int weft_write_end(struct weft_writer *w);

#ifdef __cplusplus
}
#endif
#endif
