/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_H
#define WEFT_TC_H

/*
 * Traffic control: queueing disciplines and their classes (struct tcmsg, TCA_* of linux/rtnetlink.h),
 * and their options in the words that people use: "rate=10mbit burst=15kb".
 */

#include <weft/rows.h>
#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Of a qdisc or a class. Handles are major << 16 | minor. */
struct weft_tc {
	int32_t index; /* of the link */
	uint32_t handle, parent, info;
	const char *kind; /* NULL: not told */
	struct weft_attr self;
};
#define WEFT_TC_ROOT	0xffffffffu
#define WEFT_TC_INGRESS 0xfffffff1u

/* Starts a dump. match (may be NULL): only objects that have all of this (weft_match). Classes are those of one
 * link, ifindex; parent in match is the qdisc they are in, at whatever depth. The kernel's dump of classes
 * ends early at a netem without a qdisc in it; with the handle of each qdisc as parent it has them all. 0 or a
 * negative errno. */
WEFT_API WEFT_MUST int weft_qdisc_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
WEFT_API WEFT_MUST int weft_class_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret);
/* 1 and the next one, borrowed until the next call on d; else as weft_dump_next. */
WEFT_API WEFT_MUST int weft_tc_next(struct weft_dump *d, struct weft_tc *ret);
/* Fills a view from a message body (a reply, an event). 0 or -EBADMSG. */
WEFT_API WEFT_MUST int weft_tc_view(struct weft_attr body, struct weft_tc *ret);

/* Each is one request, encoded before the call returns. add: -EEXIST when there is one already. replace:
 * whatever is there. set: changes one that is there. */
WEFT_API WEFT_MUST int weft_qdisc_add(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_qdisc_replace(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_qdisc_set(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_qdisc_del(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_class_add(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_class_replace(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_class_set(struct weft_session *s, const struct weft_kv *kvs);
WEFT_API WEFT_MUST int weft_class_del(struct weft_session *s, const struct weft_kv *kvs);

/* "rate=10mbit", or with value NULL a word alone: "ecn". '-' and '_' in names are the same. */
struct weft_word {
	const char *name, *value;
};
/* Puts the options of a qdisc or class into a newqdisc or newtclass request that has its kind already:
 * all of them in one call, at most 64. Computes what the kernel wants computed, and fills in what it wants
 * and nobody said. Words that are no people's words are fields of the options. The message keeps the
 * failure, with the word as its path. words are borrowed for the call. */
WEFT_API void weft_tc_put(struct weft_msg *m, const struct weft_word *words, size_t n);
/* The other way: appends the options of a dumped qdisc or class, with blanks between, as words that make
 * the same again, as far as the kernel tells them. 0, or -ENOMEM (also in t->err). */
WEFT_API WEFT_MUST int weft_tc_text(struct weft_attr body, struct weft_text *t);
/* The words of a kind, then those of all kinds; i from 0, NULL past the end. */
WEFT_API const char *weft_tc_word(const char *kind, bool of_class, size_t i);

/* The i-th request, from 0, that makes a dumped qdisc or class again; most need one. Later ones have of the
 * NLM_F_ flags only those that change what is there. NULL past the last, and when there is nothing to make:
 * the kernel's own, which come with something else. To be freed or given to a call. */
WEFT_API struct weft_msg *weft_tc_again(struct weft_attr body, uint16_t flags, unsigned i);

#ifdef __cplusplus
}
#endif
#endif
