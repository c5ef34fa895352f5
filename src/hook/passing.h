/* SPDX-License-Identifier: MIT */
#ifndef WEFT_HOOK_PASSING_H
#define WEFT_HOOK_PASSING_H

/* A chain and a message in it, as chain.c and hooked.c share them. */

#include "hook/chain.h"

struct weft_hook {
	struct weft_hook *next;
	struct weft__chain *chain;
	enum weft_direction direction;
	const struct weft_family *family;
	uint16_t type;
	weft_hook_fn *fn;
	void *user;
	void (*release)(void *user);
	const char *mention; /* it wants no datagram without this text; NULL: any */
	uint64_t since;	     /* messages that had passed when it was added */
	bool dead, running;
};

struct weft__chain {
	unsigned refs, depth;
	struct weft__chain_owner owner;
	struct weft_session **inner; /* one for each depth at which hooks run in calls of hooks */
	unsigned n_inner;
	struct weft_hook *first;
	uint64_t messages;
	unsigned changes; /* how often a hook was added */
	bool orphan;
};

/* Bytes that grow. */
struct weft__bytes_out {
	uint8_t *p;
	size_t len, cap;
};
/* Room for more bytes behind the others, or NULL. */
uint8_t *weft__out_room(struct weft__bytes_out *o, size_t more);

struct weft_passing {
	struct weft__chain *chain;
	enum weft_direction direction;
	struct weft_nlmsg in;
	const struct weft_family *family;
	const struct weft_op *op;
	uint16_t type;	     /* message type, or generic command */
	uint32_t port;	     /* to which answers go */
	bool dump, notified; /* notified: came to a multicast group */
	struct weft__bytes_out replaced, answer;
	int failed; /* a message of the hook that could not be made */
	/* of weft_hook_fail */
	int code;
	uint32_t offset;
	char text[160];
};

bool weft__chain_wants(const struct weft__chain *c, const struct weft_passing *p);
/* The same before it goes out, of it and of its answers, whether or not a hook runs now. */
bool weft__chain_may_want(const struct weft__chain *c, const struct weft_passing *p, bool *ret_answers);
enum weft_verdict weft__chain_run(struct weft__chain *c, struct weft_passing *p);

#endif
