/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_RECREATE_H
#define WEFT_CLI_RECREATE_H

#include "cli.h"

/* Makes n links from requests as weft_json_put fills them from a dump: in the order that they stand
 * on each other, both ends of a veth in one, then what can only be set on a link that is there. 0, or
 * the first failure with the place of its link; with WEFT_NLM_F_EXCL in flags the links that were made
 * are then deleted again. */
int recreate_links(const struct cli *c, struct weft_session *s, struct weft_msg *const *all, size_t n, uint16_t flags,
		   size_t *ret_failed, struct weft_error *reterr);
/* The same of qdiscs and classes. What the kernel makes by itself is passed over. With left not NULL the rest is
 * made when one fails: *reterr is then the first failure, and left counts. */
struct recreate_left {
	size_t n, there; /* how many are not there at the end, how many were before */
};
int recreate_tc(const struct cli *c, struct weft_session *s, struct weft_msg *const *all, size_t n, uint16_t flags,
		struct recreate_left *left, size_t *ret_failed, struct weft_error *reterr);

/* Whether a link is one end of a pair, and whether making it makes the other end too. */
bool recreate_is_pair(struct weft_attr link);
bool recreate_makes_pair(struct weft_attr link);
/* Puts the address that a bond's port has of its own: the bond gives it another. The last of two counts. */
void recreate_address(struct weft_msg *m, struct weft_attr link);
/* Puts what a link's kind has, without rows of these flags, when the kind takes it otherwise than it tells it;
 * false: it does not, or not in this message. peer may be nothing. */
bool recreate_kind(struct weft_msg *m, struct weft_attr link, struct weft_attr peer, uint16_t without);

/* The i-th request, from 0, that makes again what a dump tells of one object that is no link: without what the
 * kernel tells and refuses to be told. Most need one. NULL past the last, and when there is nothing to make.
 * The caller frees it, unless a call takes it. */
struct weft_msg *recreate_one(const struct weft_family *f, const struct weft_op *op, uint16_t flags,
			      struct weft_attr body, unsigned i);
/* The same of a group of the bridge whose message this is. */
struct weft_msg *recreate_group(struct weft_attr body, uint16_t flags, unsigned i);
/* Objects with a lower one are made first. */
int recreate_rank(const struct weft_op *op, struct weft_attr body);
enum {
	RECREATE_RANKS = 3,
};

#endif
