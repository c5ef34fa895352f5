/* SPDX-License-Identifier: MIT */
#ifndef WEFT_ADDR_H
#define WEFT_ADDR_H

/*
 * Addresses of links (struct ifaddrmsg, IFA_* of linux/if_addr.h).
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of has: what the kernel sent. */
enum {
	WEFT_ADDR_HAS_ADDRESS = 1 << 0,
	WEFT_ADDR_HAS_LOCAL = 1 << 1,
	WEFT_ADDR_HAS_BROADCAST = 1 << 2,
	WEFT_ADDR_HAS_LABEL = 1 << 3,
	WEFT_ADDR_HAS_FLAGS = 1 << 4,
};

struct weft_addr {
	uint32_t has;
	uint32_t index; /* of the link */
	uint32_t flags; /* IFA_F_*, all 32 bits */
	uint8_t family, plen, scope;
	struct weft_ip address; /* of the other side on a point-to-point link, else the same as local */
	struct weft_ip local;
	struct weft_ip broadcast;
	const char *label;
	struct weft_attr self;
};

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). What the kernel can
 * narrow by it is asked for, the rest is compared here; header members that are 0 ask for nothing. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_addr_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_addr_next(struct weft_dump *d, struct weft_addr *ret);
/* Fills a view from a message body of this noun (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_addr_view(struct weft_attr body, struct weft_addr *ret);
/* Creates one; -EEXIST when it is there already. kvs is encoded before the call returns. */
WEFT_API WEFT_MUST int weft_addr_add(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one. */
WEFT_API WEFT_MUST int weft_addr_del(struct weft_session *s, const struct weft_kv *kvs);
/* Creates one, or changes lifetimes, metric and flags of one that is there. */
WEFT_API WEFT_MUST int weft_addr_replace(struct weft_session *s, const struct weft_kv *kvs);
/* These take local (or address) with its prefix length: WEFT_KV(addr, local, weft_ip("10.0.0.1/24")), and
 * WEFT_KV(ifaddrmsg, ifa_index, index). Of two written lengths that of address, the other side's, counts; a
 * length given as WEFT_KV(ifaddrmsg, ifa_prefixlen, 24) beats them, without any it is a whole address. */

#ifdef __cplusplus
}
#endif
#endif
