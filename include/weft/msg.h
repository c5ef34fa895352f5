/* SPDX-License-Identifier: MIT */
#ifndef WEFT_MSG_H
#define WEFT_MSG_H

/* Builds one request. Sticky: the first failure is kept with its path and told by weft_call. */

#include <weft/schema.h>
#include <weft/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weft_msg;

/* A request of an operation with extra NLM_F_ flags. Never NULL: without memory it is a shared
 * message that keeps -ENOMEM. With family or op NULL it keeps -EINVAL. The caller frees it, unless a
 * call takes it. Messages grow up to WEFT_MSG_MAX bytes. */
#define WEFT_MSG_MAX (1u << 20)
WEFT_API struct weft_msg *weft_msg_new(const struct weft_family *f, const struct weft_op *op, uint16_t flags);
/* The same by names: weft_request("rt-link", "getlink", 0); unknown names are kept as the error. */
WEFT_API struct weft_msg *weft_request(const char *family, const char *op, uint16_t flags);
/* NULL is fine. */
WEFT_API void weft_msg_free(struct weft_msg *m);

/* Adds a value: keys of the message's schema, its header, or the innermost open nest. Fixed header
 * members may come at any time at top level. */
WEFT_API void weft_put(struct weft_msg *m, struct weft_kv kv);
WEFT_API void weft_put_all(struct weft_msg *m, const struct weft_kv *kvs);
/* Opens a nest, list or sub-message row (key 0: one item of the open list), closes the innermost. */
WEFT_API void weft_open(struct weft_msg *m, uint32_t key);
WEFT_API void weft_close(struct weft_msg *m);
/* An attribute by number with payload as it is, into the innermost open place. */
WEFT_API void weft_put_raw(struct weft_msg *m, uint16_t type, const void *p, size_t len);
/* Gives the struct that was just opened, an attribute's, another size than these rows know, with len
 * bytes at its end: as older or newer kernels have it. -ERANGE when len is more than size. */
WEFT_API void weft_put_rest(struct weft_msg *m, size_t size, const void *p, size_t len);
/* By text name, as the command and JSON do: kv.key is ignored. */
WEFT_API void weft_put_named(struct weft_msg *m, const char *name, struct weft_kv kv);
WEFT_API void weft_open_named(struct weft_msg *m, const char *name);

/* What to take of another message. */
struct weft_copy {
	uint16_t without;      /* not rows with one of these WEFT_F_ flags; WEFT_F_ZERO: only where 0 */
	uint16_t only;	       /* only rows with one of these flags, and what is in them; 0: all */
	uint32_t but;	       /* not this row of the top level (a key); 0: none */
	struct weft_attr than; /* not what this message has alike; p NULL: no comparison */
};
/* Adds what a message or nest of the same schema has; its fixed header is taken whole. o NULL: all.
 * What chooses a sub-message is taken with it. */
WEFT_API void weft_put_from(struct weft_msg *m, struct weft_attr from, const struct weft_copy *o);
/* Whether there is anything to take beside the fixed header. */
WEFT_API bool weft_has_from(struct weft_attr from, const struct weft_copy *o);

/* Fills the header members that a request of this operation needs and nobody set: address family,
 * and of a new or deleted route table, type, protocol and scope, of a rule table and action, of a
 * neighbour its state; of a question for counters of links, that all are meant. Verbs of weft/route.h and its like do
 * so themselves. */
WEFT_API void weft_msg_defaults(struct weft_msg *m);

/* Keeps a failure of a caller's own as the first one, if there is none yet: with the path of the open
 * places before name ("" for none). */
WEFT_API void weft_msg_refuse(struct weft_msg *m, int code, const char *name, const char *text);
/* The first failure, or 0 with *ret (may be NULL) untouched. */
WEFT_API int weft_msg_error(const struct weft_msg *m, struct weft_error *ret);
/* The bytes so far: a whole message whose seq and port are 0 and whose type is 0 for generic
 * netlink until a session sends it. Borrowed until the next change of m. */
WEFT_API struct weft_bytes weft_msg_bytes(const struct weft_msg *m);
/* The body (fixed header and attributes) as an attr. */
WEFT_API struct weft_attr weft_msg_body(const struct weft_msg *m);
/* Schema of the innermost open place; NULL when nothing is known of it. */
WEFT_API const struct weft_schema *weft_msg_open_schema(const struct weft_msg *m);
WEFT_API const struct weft_op *weft_msg_op(const struct weft_msg *m);
WEFT_API const struct weft_family *weft_msg_family(const struct weft_msg *m);

#ifdef __cplusplus
}
#endif
#endif
