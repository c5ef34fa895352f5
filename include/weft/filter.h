/* SPDX-License-Identifier: MIT */
#ifndef WEFT_FILTER_H
#define WEFT_FILTER_H

/*
 * Filters of traffic control, the chains they stand in and the actions they have (struct tcmsg and
 * TCA_* of linux/rtnetlink.h, struct tcamsg), and their options in the words that people use:
 * "dst_ip=10.0.0.0/24 action=drop".
 */

#include <weft/tc.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a filter or a chain. */
struct weft_filter {
	int32_t index;		 /* of the link; WEFT_BLOCK: parent is the index of a block */
	uint32_t handle;	 /* its meaning is up to the kind */
	uint32_t parent;	 /* of a qdisc, of a class, WEFT_TC_CLSACT_...; or a block */
	uint16_t prio, protocol; /* protocol: of Ethernet, 3 is all */
	uint32_t chain;
	const char *kind;	  /* NULL: not told */
	struct weft_attr options; /* p NULL: the head of the filters of one priority, no filter */
	struct weft_attr self;
};
#define WEFT_BLOCK	       (-1)
#define WEFT_TC_CLSACT_INGRESS 0xfffffff2u
#define WEFT_TC_CLSACT_EGRESS  0xfffffff3u

/* Priority and protocol as they stand in WEFT_KV(tcmsg, info, ...): weft_tc_info(10, 0x0800). */
WEFT_API uint32_t weft_tc_info(uint16_t prio, uint16_t protocol);
/* Protocols of Ethernet by name ("ip", "802.1q", "all") or number; 1 and *ret, or 0. The other way:
 * written to buf of 16 bytes as a number when it has no name. */
WEFT_API WEFT_MUST int weft_ethertype_parse(const char *text, uint16_t *ret);
WEFT_API const char *weft_ethertype_text(uint16_t v, char *buf);
/* Handles of u32: "800:", "800:1f:", "800:1f:800", "::7"; 1 and *ret, or 0. The other way: to buf of 16
 * bytes. */
WEFT_API WEFT_MUST int weft_u32_handle_parse(const char *text, uint32_t *ret);
WEFT_API const char *weft_u32_handle_text(uint32_t v, char *buf);
/* What becomes of a packet: "drop", "pass", "pipe", "goto_chain:5", "jump:2" ... (TC_ACT_*); 1 and *ret,
 * or 0. The other way: to buf of 32 bytes. */
WEFT_API WEFT_MUST int weft_control_parse(const char *text, int32_t *ret);
WEFT_API const char *weft_control_text(int32_t v, char *buf);

/* Starts a dump of the filters, or chains, of one qdisc, class or block: match has ifindex and parent. 0 or
 * a negative errno. */
WEFT_API WEFT_MUST int weft_filter_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
WEFT_API WEFT_MUST int weft_chain_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_filter_next(struct weft_dump *d, struct weft_filter *ret);
/* Fills a view from a message body (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_filter_view(struct weft_attr body, struct weft_filter *ret);

/* Each is one request, encoded before the call returns. add: -EEXIST when there is one already. replace:
 * made, or changed when it is there. del without kind or handle takes all that the header describes. */
WEFT_API WEFT_MUST int weft_filter_add(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_filter_replace(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_filter_del(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_chain_add(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_chain_del(struct weft_session *s, const struct weft_kv *kvs);

/* Names of links, for words that speak of them; without one they are numbers. */
struct weft_link_names {
	/* Index of a name, 0: there is none. */
	uint32_t (*index)(const char *name, void *user);
	/* Name of an index, borrowed, or written to buf of 16 bytes; NULL: it has none. */
	const char *(*name)(uint32_t index, char *buf, void *user);
	void *user;
};

/* Puts the options of a filter, or of a chain's template, into a request that has its kind and info
 * already: all of them in one call, at most 256. Words that are no people's words are fields of the options.
 * The message keeps the failure, with the word as its path. names may be NULL. */
WEFT_API void weft_filter_put(struct weft_msg *m, const struct weft_word *words, size_t n,
			      const struct weft_link_names *names);
/* The other way: appends the options of a dumped filter, with blanks between, as words that make the same
 * again; quoted for a shell where they need it. 0, or -ENOMEM (also in t->err). */
WEFT_API WEFT_MUST int weft_filter_text(struct weft_attr body, const struct weft_link_names *names,
					struct weft_text *t);
/* The words of a kind, i from 0; NULL past the end. Every kind has "action" too. */
WEFT_API const char *weft_filter_word(const char *kind, size_t i);

/* Puts one action, in words with ':' or ',' between ("drop", "mirred:redirect:dev:v1",
 * "police:rate:1mbit:burst:10k:drop"), as an item of the list of actions that is open. */
WEFT_API void weft_action_put(struct weft_msg *m, const char *text, const struct weft_link_names *names);
/* The other way, of an item of such a list. */
WEFT_API WEFT_MUST int weft_action_text(struct weft_attr act, const struct weft_link_names *names, struct weft_text *t);
/* The kinds of actions, and the words of a kind, i from 0; NULL past the end. */
WEFT_API const char *weft_action_kind(size_t i);
WEFT_API const char *weft_action_word(const char *kind, size_t i);

/* Starts a dump of the actions of a kind. Answers have several in "tab". 0 or a negative errno. */
WEFT_API WEFT_MUST int weft_action_dump(struct weft_session *s, const char *kind, struct weft_dump **ret);
/* Makes an action that stands alone, or changes it; kvs are those of WEFT_SCHEMA_act. */
WEFT_API WEFT_MUST int weft_action_add(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_action_replace(struct weft_session *s, const struct weft_kv *kvs);
/* Deletes one by its index, or all of a kind that no filter has. */
WEFT_API WEFT_MUST int weft_action_del(struct weft_session *s, const char *kind, uint32_t index);
WEFT_API WEFT_MUST int weft_action_flush(struct weft_session *s, const char *kind);

/* The request that makes a dumped filter or chain again, with flags of NLM_F_; NULL when there is nothing to
 * make: what comes with something else. Actions that are nobody else's get new indexes. Hash tables of u32
 * (their options have a divisor) come before the filters that link to them. To be freed or given to a call. */
WEFT_API struct weft_msg *weft_filter_again(struct weft_attr body, uint16_t flags);
WEFT_API struct weft_msg *weft_chain_again(struct weft_attr body, uint16_t flags);
/* The i-th request, from 0, for dumped actions that do not come with a filter; NULL past the last. */
WEFT_API struct weft_msg *weft_action_again(struct weft_attr body, uint16_t flags, unsigned i);

#ifdef __cplusplus
}
#endif
#endif
