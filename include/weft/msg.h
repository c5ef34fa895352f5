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
WEFT_API struct weft_msg *weft_msg_new(const struct weft_family *f, const struct weft_op *op,
				       uint16_t flags);
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
/* By text name, as the command and JSON do: kv.key is ignored. */
WEFT_API void weft_put_named(struct weft_msg *m, const char *name, struct weft_kv kv);
WEFT_API void weft_open_named(struct weft_msg *m, const char *name);

/* Fills the header members that a request of this operation needs and nobody set: address family,
 * and of a new or deleted route table, type, protocol and scope, of a rule table and action, of a
 * neighbour its state. Verbs of weft/route.h and its like do so themselves. */
WEFT_API void weft_msg_defaults(struct weft_msg *m);

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

/* libweft-json: adds the members of a JSON object (text of len bytes). 0, or a negative errno with
 * reterr (may be NULL) that names path, line and column; the message then keeps the failure too.
 * Attributes may be written as names or "@NUMBER": "hex". Fields that only the kernel sets
 * (WEFT_F_READONLY) are left out, so that a dumped object can be given back as it is. */
WEFT_API int weft_put_json(struct weft_msg *m, const char *text, size_t len,
			   struct weft_error *reterr);

#ifdef __cplusplus
}
#endif
#endif
