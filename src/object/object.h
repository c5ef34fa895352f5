/* SPDX-License-Identifier: MIT */
#ifndef WEFT_OBJECT_H
#define WEFT_OBJECT_H

#include <string.h>

#include <weft/weft.h>

#include "codec/scan.h"

/* Rows of addresses (keys), and the members of the header that have their prefix lengths. One member for both:
 * the first row's length wins. */
struct weft__prefixes {
	uint32_t address[2], length[2];
};
/* One request of a verb: values, prefix lengths (p NULL: none), defaults, call. */
int weft__verb(struct weft_session *s, const char *family, const char *op, uint16_t flags, const struct weft_kv *kvs,
	       const struct weft__prefixes *p);
/* A dump with what it is narrowed by; of prefix lengths those that were written. */
int weft__dump(struct weft_session *s, const char *family, const char *op, const struct weft_kv *match,
	       const struct weft__prefixes *p, struct weft_dump **ret);

/* What a _next of a noun returns, by what its view did. */
static inline int weft__seen(int r)
{
	return r < 0 ? r : 1;
}

/* Bytes of an address of a family; others have no plain ones. */
static inline uint32_t weft__ip_size(uint8_t family)
{
	return family == WEFT_AF_INET ? 4 : family == WEFT_AF_INET6 ? 16 : UINT32_MAX;
}

static inline uint32_t weft__u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
}

/* Goes over the next attribute when it is this one, with len bytes, a multiple of 4. */
static inline bool weft__next(const uint8_t **p, uint32_t *left, uint32_t len, uint32_t key)
{
	uint16_t head[2] = { (uint16_t)(WEFT_NLA_HDR + len), (uint16_t)key };

	if (*left < WEFT_NLA_HDR + len || memcmp(*p, head, sizeof head) != 0)
		return false;
	*p += WEFT_NLA_HDR + len;
	*left -= WEFT_NLA_HDR + len;
	return true;
}

/* Text with its NUL inside the payload, or NULL. */
static inline const char *weft__text(const uint8_t *p, uint32_t len)
{
	return memchr(p, 0, len) ? (const char *)p : NULL;
}

/* Take a value into a field: the bit when it was right, else 0. */
static inline uint32_t weft__take_u32(const uint8_t *p, uint32_t len, uint32_t *ret, uint32_t bit)
{
	if (len != 4)
		return 0;
	*ret = weft__u32(p);
	return bit;
}

static inline uint32_t weft__take_text(const uint8_t *p, uint32_t len, const char **ret, uint32_t bit)
{
	const char *text = weft__text(p, len);

	if (!text)
		return 0;
	*ret = text;
	return bit;
}

static inline uint32_t weft__take_address(const uint8_t *p, bool fits, const uint8_t **ret, uint32_t bit)
{
	if (!fits)
		return 0;
	*ret = p;
	return bit;
}

#endif
