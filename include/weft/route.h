/* SPDX-License-Identifier: MIT */
#ifndef WEFT_ROUTE_H
#define WEFT_ROUTE_H

/*
 * Routes (struct rtmsg, RTA_* of linux/rtnetlink.h).
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of has: what the kernel sent. */
enum {
	WEFT_ROUTE_HAS_DST = 1 << 0,
	WEFT_ROUTE_HAS_SRC = 1 << 1,
	WEFT_ROUTE_HAS_GATEWAY = 1 << 2,
	WEFT_ROUTE_HAS_PREFSRC = 1 << 3,
	WEFT_ROUTE_HAS_OIF = 1 << 4,
	WEFT_ROUTE_HAS_PRIORITY = 1 << 5,
	WEFT_ROUTE_HAS_TABLE = 1 << 6,
	WEFT_ROUTE_HAS_MULTIPATH = 1 << 7,
	WEFT_ROUTE_HAS_NH_ID = 1 << 8,
};

struct weft_route {
	uint32_t has;
	uint8_t family, dst_len, src_len, tos;
	uint8_t protocol, scope, type;
	uint32_t flags;
	uint32_t table; /* RTA_TABLE, else rtm_table */
	uint32_t oif, priority, nh_id;
	/* Network order, of the family's length; NULL when absent. */
	const uint8_t *dst, *src, *gateway, *prefsrc;
	struct weft_attr self;
};

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). What the kernel can
 * narrow by it is asked for, the rest is compared here; header members that are 0 ask for nothing. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_route_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_route_next(struct weft_dump *d, struct weft_route *ret);
/* Fills a view from a message body of this noun (a reply, an event). 0 or -EBADMSG; *ret is of no use then. */
WEFT_API WEFT_MUST int weft_route_view(struct weft_attr body, struct weft_route *ret);
/* Creates one; -EEXIST when it is there already. kvs is encoded before the call returns. */
WEFT_API WEFT_MUST int weft_route_add(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one. */
WEFT_API WEFT_MUST int weft_route_del(struct weft_session *s, const struct weft_kv *kvs);
/* Creates one, or changes one that is there (same dst, table, metric, tos). */
WEFT_API WEFT_MUST int weft_route_replace(struct weft_session *s, const struct weft_kv *kvs);
/* These take dst and src with their prefix lengths, unless WEFT_KV(rtmsg, rtm_dst_len, 16) tells it, and fill
 * what nobody gave: table main, protocol static, type unicast, the scope that fits. */

#ifdef __cplusplus
}
#endif
#endif
