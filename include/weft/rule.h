/* SPDX-License-Identifier: MIT */
#ifndef WEFT_RULE_H
#define WEFT_RULE_H

/*
 * Policy rules (struct fib_rule_hdr, FRA_* of linux/fib_rules.h).
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bits of has: what the kernel sent. */
enum {
	WEFT_RULE_HAS_PRIORITY = 1 << 0,
	WEFT_RULE_HAS_SRC = 1 << 1,
	WEFT_RULE_HAS_DST = 1 << 2,
	WEFT_RULE_HAS_IIF = 1 << 3,
	WEFT_RULE_HAS_OIF = 1 << 4,
	WEFT_RULE_HAS_FWMARK = 1 << 5,
	WEFT_RULE_HAS_TABLE = 1 << 6,
};

struct weft_rule {
	uint32_t has;
	uint8_t family, dst_len, src_len, tos, action;
	uint32_t flags, table, priority, fwmark;
	const uint8_t *dst, *src; /* network order, or NULL */
	const char *iif, *oif;
	struct weft_attr self;
};

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). What the kernel can
 * narrow by it is asked for, the rest is compared here; header members that are 0 ask for nothing. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_rule_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_rule_next(struct weft_dump *d, struct weft_rule *ret);
/* Fills a view from a message body of this noun (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_rule_view(struct weft_attr body, struct weft_rule *ret);
/* Creates one; -EEXIST when it is there already. kvs is encoded before the call returns. */
WEFT_API WEFT_MUST int weft_rule_add(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one. */
WEFT_API WEFT_MUST int weft_rule_del(struct weft_session *s, const struct weft_kv *kvs);
/* These take src and dst with their prefix lengths. weft_rule_add fills the action, to-tbl or with goto that,
 * and for to-tbl the table main (not with l3mdev). The kernel cannot change a rule. */

#ifdef __cplusplus
}
#endif
#endif
