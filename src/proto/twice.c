/* SPDX-License-Identifier: MIT */
/* Objects that a dump tells twice. Addresses and routes of IPv6 are dumped without the lock under which they are
 * changed: when others come in between, the kernel goes back and tells some again, and does not always mark the
 * dump as interrupted (seen up to Linux 7.3). No two of these objects are alike but for their times. */
#include <stdlib.h>
#include <string.h>

#include "proto/proto.h"

enum {
	GETADDR = 22, /* linux/rtnetlink.h */
	GETROUTE = 26,
	ADDR_HEADER = 8, /* bytes */
	ROUTE_HEADER = 12,
	IFA_TIMES = 6, /* IFA_CACHEINFO */
	RTA_TIMES = 12, /* RTA_CACHEINFO */
	RTA_EXPIRY = 23, /* RTA_EXPIRES */
	ROOM = 256,	/* at first; a power of two */
};

void weft__twice_begin(struct weft__twice *t, const struct weft_msg *m)
{
	uint16_t request = weft_msg_op(m)->request;

	t->on = weft_msg_family(m)->protocol == 0 && (request == GETADDR || request == GETROUTE);
	t->n = 0;
	if (t->v)
		memset(t->v, 0, t->cap * sizeof *t->v);
}

static uint64_t mix(uint64_t h, const uint8_t *p, size_t len)
{
	for (; len >= 4; p += 4, len -= 4)
		h = (h ^ weft_get_u32(p)) * 0x9e3779b97f4a7c15u;
	for (; len; p++, len--)
		h = (h ^ *p) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Of everything but times; never 0. */
static uint64_t hash(const struct weft_nlmsg *in)
{
	bool route = in->type == GETROUTE - 2;
	uint32_t head = route ? ROUTE_HEADER : ADDR_HEADER;
	uint64_t h = mix(in->type, in->body, head);
	struct weft_reader r = weft_reader(in->body + head, in->body_len - head);
	struct weft_tlv a;

	while (weft_read_attr(&r, &a) > 0)
		if (route ? a.type != RTA_TIMES && a.type != RTA_EXPIRY : a.type != IFA_TIMES)
			h = mix(h ^ a.type, a.p, a.len);
	return h ? h : 1;
}

/* Whether h was there; else it is from now on. */
static bool put(uint64_t *v, size_t cap, uint64_t h)
{
	size_t i = (size_t)(h >> 7) & (cap - 1);

	for (; v[i]; i = (i + 1) & (cap - 1))
		if (v[i] == h)
			return true;
	v[i] = h;
	return false;
}

static bool grow(struct weft__twice *t)
{
	size_t cap = t->cap ? 2 * t->cap : ROOM;
	uint64_t *v = calloc(cap, sizeof *v);

	if (!v)
		return false;
	for (size_t i = 0; i < t->cap; i++)
		if (t->v[i])
			(void)put(v, cap, t->v[i]);
	free(t->v);
	t->v = v;
	t->cap = cap;
	return true;
}

bool weft__twice_see(struct weft__twice *t, const struct weft_nlmsg *in)
{
	uint32_t head = in->type == GETROUTE - 2 ? ROUTE_HEADER : ADDR_HEADER;

	if (!t->on || (in->type != GETADDR - 2 && in->type != GETROUTE - 2) || in->body_len < head ||
	    in->body[0] != WEFT_AF_INET6)
		return false;
	/* without memory nobody knows */
	if (2 * (t->n + 1) > t->cap && !grow(t))
		return true;
	if (put(t->v, t->cap, hash(in)))
		return true;
	t->n++;
	return false;
}

void weft__twice_free(struct weft__twice *t)
{
	free(t->v);
	t->v = NULL;
	t->cap = t->n = 0;
}
