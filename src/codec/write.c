/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include <weft/codec.h>

/* Padded length, or 0 (and the error kept) when so many bytes cannot be written. */
static uint32_t fits(struct weft_writer *w, uint32_t len)
{
	uint32_t padded;

	if (w->err)
		return 0;
	if (__builtin_add_overflow(len, 3u, &padded)) {
		w->err = -EMSGSIZE;
		return 0;
	}
	padded &= ~3u;
	/* the outermost open nest is the longest: no other passes 16 bits before it */
	if (w->depth && w->len + (uint64_t)padded - w->open[0] > UINT16_MAX) {
		w->err = -EOVERFLOW;
		return 0;
	}
	if (padded > w->cap - w->len) {
		w->err = -EMSGSIZE;
		return 0;
	}
	return padded;
}

void weft_write_init(struct weft_writer *w, void *buf, uint32_t cap)
{
	w->buf = buf;
	w->cap = cap;
	w->len = w->msg = 0;
	w->err = 0;
	w->depth = 0;
}

void weft_write_msg(struct weft_writer *w, uint16_t type, uint16_t flags, uint32_t seq, uint32_t port)
{
	uint32_t at = w->len;

	if (w->depth && !w->err)
		w->err = -EINVAL;
	if (!fits(w, WEFT_NLMSG_HDR))
		return;
	weft_set_u32(w->buf + at, WEFT_NLMSG_HDR);
	weft_set_u16(w->buf + at + 4, type);
	weft_set_u16(w->buf + at + 6, flags);
	weft_set_u32(w->buf + at + 8, seq);
	weft_set_u32(w->buf + at + 12, port);
	w->msg = at;
	w->len += WEFT_NLMSG_HDR;
}

void *weft_write_raw(struct weft_writer *w, const void *p, uint32_t len)
{
	uint32_t padded = fits(w, len);
	uint8_t *at = w->buf + w->len;

	if (w->err)
		return NULL;
	if (p && len)
		memcpy(at, p, len);
	memset(at + (p ? len : 0), 0, padded - (p ? len : 0));
	w->len += padded;
	return at;
}

void *weft_write_attr(struct weft_writer *w, uint16_t type, const void *p, uint32_t len)
{
	uint8_t *at = w->buf + w->len;

	if (len > WEFT_NLA_MAX && !w->err)
		w->err = -EOVERFLOW;
	if (!fits(w, WEFT_NLA_HDR + len))
		return NULL;
	weft_set_u16(at, (uint16_t)(WEFT_NLA_HDR + len));
	weft_set_u16(at + 2, type);
	w->len += WEFT_NLA_HDR;
	return weft_write_raw(w, p, len);
}

void weft_write_open(struct weft_writer *w, uint16_t type)
{
	uint32_t at = w->len;

	if (w->depth == WEFT_NEST_DEPTH && !w->err)
		w->err = -EINVAL;
	if (!weft_write_attr(w, type | WEFT_NLA_NESTED, NULL, 0))
		return;
	w->open[w->depth++] = at;
}

void weft_write_close(struct weft_writer *w)
{
	uint32_t at;

	if (w->depth == 0 && !w->err)
		w->err = -EINVAL;
	if (w->err)
		return;
	at = w->open[--w->depth];
	weft_set_u16(w->buf + at, (uint16_t)(w->len - at));
}

int weft_write_end(struct weft_writer *w)
{
	if ((w->depth || w->len < w->msg + WEFT_NLMSG_HDR) && !w->err)
		w->err = -EINVAL;
	if (!w->err)
		weft_set_u32(w->buf + w->msg, w->len - w->msg);
	return w->err;
}
