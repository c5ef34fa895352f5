/* SPDX-License-Identifier: MIT */
#ifndef WEFT_NEIGH_H
#define WEFT_NEIGH_H

/*
 * Neighbours (struct ndmsg, NDA_* of linux/neighbour.h).
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of has: what the kernel sent. */
enum {
	WEFT_NEIGH_HAS_DST = 1 << 0,
	WEFT_NEIGH_HAS_LLADDR = 1 << 1,
};

struct weft_neigh {
	uint32_t has;
	uint8_t family, flags, type;
	uint16_t state; /* NUD_* */
	int32_t index;	/* of the link */
	struct weft_ip dst;
	struct weft_bytes lladdr;
	struct weft_attr self;
};

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). What the kernel can
 * narrow by it is asked for, the rest is compared here; header members that are 0 ask for nothing. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_neigh_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_neigh_next(struct weft_dump *d, struct weft_neigh *ret);
/* Fills a view from a message body of this noun (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_neigh_view(struct weft_attr body, struct weft_neigh *ret);
/* Creates one; -EEXIST when it is there already. kvs is encoded before the call returns. */
WEFT_API WEFT_MUST int weft_neigh_add(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one. */
WEFT_API WEFT_MUST int weft_neigh_del(struct weft_session *s, const struct weft_kv *kvs);
/* Creates one, or changes one that is there. */
WEFT_API WEFT_MUST int weft_neigh_replace(struct weft_session *s, const struct weft_kv *kvs);
/* A link-layer address without dst is a forwarding entry of a bridge or a device: family bridge is filled in
 * (those of VXLAN that have a dst must tell it). Without a state add and replace make it permanent. */

#ifdef __cplusplus
}
#endif
#endif
