/* SPDX-License-Identifier: MIT */
#ifndef WEFT_OBJECT_H
#define WEFT_OBJECT_H

#include <string.h>

#include <weft/weft.h>

#include "codec/scan.h"

/* One request of a verb: prefix length of the address row `prefix` into the header member
 * `length` (keys; 0: none), defaults, call. */
int weft__verb(struct weft_session *s, const char *family, const char *op, uint16_t flags,
	       const struct weft_kv *kvs, const uint32_t *prefix, const uint32_t *length);
int weft__dump(struct weft_session *s, const char *family, const char *op,
	       const struct weft_kv *match, struct weft_dump **ret);

static inline uint32_t weft__u32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, 4);
	return v;
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
	*ret = weft__text(p, len);
	return *ret ? bit : 0;
}

static inline uint32_t weft__take_address(const uint8_t *p, bool fits, const uint8_t **ret, uint32_t bit)
{
	if (!fits)
		return 0;
	*ret = p;
	return bit;
}

#endif
