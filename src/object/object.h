/* SPDX-License-Identifier: MIT */
#ifndef WEFT_OBJECT_H
#define WEFT_OBJECT_H

#include <string.h>

#include <weft/weft.h>

/* One request of a verb: prefix length of the address row `prefix` into the header member
 * `length` (keys; 0: none), defaults, call. */
int weft__verb(struct weft_session *s, const char *family, const char *op, uint16_t flags,
	       const struct weft_kv *kvs, const uint32_t *prefix, const uint32_t *length);
int weft__dump(struct weft_session *s, const char *family, const char *op,
	       const struct weft_kv *match, struct weft_dump **ret);

/* The next attribute without a function call: views are on the path of every dumped object. The
 * checks are those of weft_read_attr. */
static inline bool weft__next(const uint8_t **p, uint32_t *left, uint16_t *ret_type,
			      const uint8_t **ret_at, uint32_t *ret_len)
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
