/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stddef.h>

#include "object/object.h"

static const struct weft__prefixes prefixes = {
	{ WEFT_KEY(route, dst), WEFT_KEY(route, src) },
	{ WEFT_KEY(rtmsg, rtm_dst_len), WEFT_KEY(rtmsg, rtm_src_len) },
};

/* What most routes begin with, in the order in which the kernel tells it (net/ipv4/fib_semantics.c: fib_dump_info);
 * the bits of what was there. */
static inline uint32_t first(struct weft_route *ret, uint32_t size, const uint8_t **p, uint32_t *left)
{
	uint32_t has = 0;

	if (weft__next(p, left, 4, WEFT_KEY(route, table)))
		has |= weft__take_u32(*p - 4, 4, &ret->table, WEFT_ROUTE_HAS_TABLE);
	if (weft__next(p, left, size, WEFT_KEY(route, dst)))
		has |= weft__take_address(*p - size, true, &ret->dst, WEFT_ROUTE_HAS_DST);
	if (weft__next(p, left, 4, WEFT_KEY(route, priority)))
		has |= weft__take_u32(*p - 4, 4, &ret->priority, WEFT_ROUTE_HAS_PRIORITY);
	if (weft__next(p, left, size, WEFT_KEY(route, prefsrc)))
		has |= weft__take_address(*p - size, true, &ret->prefsrc, WEFT_ROUTE_HAS_PREFSRC);
	if (weft__next(p, left, size, WEFT_KEY(route, gateway)))
		has |= weft__take_address(*p - size, true, &ret->gateway, WEFT_ROUTE_HAS_GATEWAY);
	if (weft__next(p, left, 4, WEFT_KEY(route, oif)))
		has |= weft__take_u32(*p - 4, 4, &ret->oif, WEFT_ROUTE_HAS_OIF);
	return has;
}

static void put_header(struct weft_route *ret, const uint8_t *p)
{
	uint8_t h[12];

	memcpy(h, p, sizeof h);
	ret->family = h[0];
	ret->dst_len = h[1];
	ret->src_len = h[2];
	ret->tos = h[3];
	ret->table = h[4];
	ret->protocol = h[5];
	ret->scope = h[6];
	ret->type = h[7];
	ret->flags = weft_get_u32(h + 8);
}

/* From ret->self: a dump's object is put there at once, and not copied. */
static int fill(struct weft_route *ret)
{
	const uint8_t *p = ret->self.p, *at;
	uint32_t left = ret->self.len, len, has;
	uint16_t type;
	uint32_t size;

	if (!p || left < 12)
		return -EBADMSG;
	memset(ret, 0, offsetof(struct weft_route, self));
	put_header(ret, p);
	size = weft__ip_size(ret->family);
	p += 12;
	left -= 12;
	has = size <= 16 ? first(ret, size, &p, &left) : 0;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		switch (type) {
		case WEFT_KEY(route, dst) & 0xffff:
			has |= weft__take_address(at, len == size, &ret->dst, WEFT_ROUTE_HAS_DST);
			break;
		case WEFT_KEY(route, src) & 0xffff:
			has |= weft__take_address(at, len == size, &ret->src, WEFT_ROUTE_HAS_SRC);
			break;
		case WEFT_KEY(route, gateway) & 0xffff:
			has |= weft__take_address(at, len == size, &ret->gateway, WEFT_ROUTE_HAS_GATEWAY);
			break;
		case WEFT_KEY(route, prefsrc) & 0xffff:
			has |= weft__take_address(at, len == size, &ret->prefsrc, WEFT_ROUTE_HAS_PREFSRC);
			break;
		case WEFT_KEY(route, oif) & 0xffff:
			has |= weft__take_u32(at, len, &ret->oif, WEFT_ROUTE_HAS_OIF);
			break;
		case WEFT_KEY(route, priority) & 0xffff:
			has |= weft__take_u32(at, len, &ret->priority, WEFT_ROUTE_HAS_PRIORITY);
			break;
		case WEFT_KEY(route, table) & 0xffff:
			has |= weft__take_u32(at, len, &ret->table, WEFT_ROUTE_HAS_TABLE);
			break;
		case WEFT_KEY(route, nh_id) & 0xffff:
			has |= weft__take_u32(at, len, &ret->nh_id, WEFT_ROUTE_HAS_NH_ID);
			break;
		case WEFT_KEY(route, multipath) & 0xffff:
			has |= WEFT_ROUTE_HAS_MULTIPATH;
			break;
		default:
			break;
		}
	}
	ret->has = has;
	return 0;
}

int weft_route_view(struct weft_attr body, struct weft_route *ret)
{
	ret->self = body;
	return fill(ret);
}

int weft_route_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "rt-route", "getroute", match, &prefixes, ret);
}

int weft_route_next(struct weft_dump *d, struct weft_route *ret)
{
	int r = weft_dump_next(d, ret ? &ret->self : NULL);

	return r > 0 ? weft__seen(fill(ret)) : r;
}

int weft_route_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-route", "newroute", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs, &prefixes);
}

int weft_route_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-route", "delroute", 0, kvs, &prefixes);
}

int weft_route_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-route", "newroute", WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE, kvs, &prefixes);
}
