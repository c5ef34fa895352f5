/* SPDX-License-Identifier: MIT */
#ifndef WEFT_LINK_H
#define WEFT_LINK_H

/*
 * Links: network devices (struct ifinfomsg, IFLA_* of linux/if_link.h).
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of has: what the kernel sent. */
enum {
	WEFT_LINK_HAS_IFNAME = 1 << 0,
	WEFT_LINK_HAS_MTU = 1 << 1,
	WEFT_LINK_HAS_MASTER = 1 << 2,
	WEFT_LINK_HAS_PARENT = 1 << 3,
	WEFT_LINK_HAS_ADDRESS = 1 << 4,
	WEFT_LINK_HAS_KIND = 1 << 5,
	WEFT_LINK_HAS_OPERSTATE = 1 << 6,
	WEFT_LINK_HAS_QDISC = 1 << 7,
	WEFT_LINK_HAS_TXQLEN = 1 << 8,
	WEFT_LINK_HAS_ALIAS = 1 << 9,
};

/* The fields most readers want; all others by path in self. Borrows the message. */
struct weft_link {
	uint32_t has;
	int32_t index;
	uint32_t flags; /* IFF_* */
	uint16_t type;	/* ARPHRD_* */
	uint8_t family;
	uint8_t operstate; /* RFC 2863: 6 is up */
	uint32_t mtu;	   /* bytes */
	uint32_t master;   /* index of the device it is a port of */
	uint32_t parent;   /* index of the device it stands on (IFLA_LINK) */
	uint32_t txqlen;   /* packets */
	const char *ifname, *kind, *qdisc, *alias;
	struct weft_bytes address;
	struct weft_attr self;
};

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). What the kernel can
 * narrow by it is asked for, the rest is compared here; header members that are 0 ask for nothing. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_link_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_link_next(struct weft_dump *d, struct weft_link *ret);
/* Fills a view from a message body of this noun (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_link_view(struct weft_attr body, struct weft_link *ret);
/* Creates one; -EEXIST when it is there already. kvs is encoded before the call returns. */
WEFT_API WEFT_MUST int weft_link_add(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one. */
WEFT_API WEFT_MUST int weft_link_del(struct weft_session *s, const struct weft_kv *kvs);
/* Changes one that is there, named by ifi-index or ifname. */
WEFT_API WEFT_MUST int weft_link_set(struct weft_session *s, const struct weft_kv *kvs);

#ifdef __cplusplus
}
#endif
#endif
