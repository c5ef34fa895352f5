/* SPDX-License-Identifier: MIT */
#ifndef WEFT_HOOK_H
#define WEFT_HOOK_H

/*
 * Code that sees messages on their way between a session and its kernel, and may change, answer or refuse them.
 * Hooks see what calls, dumps, batches and watches (opened with .via) of the session send and get, in the order in
 * which they were added. A caller cannot tell an answer of a hook from one of the kernel.
 */

#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

enum weft_direction {
	WEFT_ON_SEND = 1,
	WEFT_ON_RECV = 2,
	WEFT_ON_ANSWER = 4, /* as on receive, but of what answers requests of this socket: no notifications */
};

enum weft_verdict {
	WEFT_FORWARD, /* goes on: as it was, or as weft_hook_replace made it */
	WEFT_RETURN,  /* on send: what weft_hook_reply added comes back, then the acknowledgement or the end of the
			 dump; the kernel sees nothing. On receive: the message is dropped. */
	WEFT_ERROR,   /* the errno of weft_hook_fail comes back in its stead */
};

/* A message on its way; valid during the hook. */
struct weft_passing;
typedef enum weft_verdict weft_hook_fn(struct weft_passing *p, void *user);

/* Adds a hook for messages of family f (NULL: any) of a type: the request's on send, the message's on receive
 * (message type, or command of generic netlink; 0: any). Control messages (acks, ends of dumps) pass no hook. Safe from
 * within a hook; it sees the next message first. Owned by the session. */
struct weft_hook;
WEFT_API WEFT_MUST int weft_hook_add(struct weft_session *s, enum weft_direction direction, const struct weft_family *f,
				     uint16_t type, weft_hook_fn *fn, void *user, struct weft_hook **ret);
/* Where hooks are, for code that adds its own whenever a routing socket is opened (.handler of a session, of an
 * agent): the namespace where they work is what target, as targets of sessions are written, stands for as long as the
 * hooks are there. 0 or a negative errno. */
struct weft_hooks;
typedef int weft_handler_fn(struct weft_hooks *to, const char *target, void *user);
/* The same; release (may be NULL) is called with user when the hook is no more. On failure user stays the caller's. */
WEFT_API WEFT_MUST int weft_hooks_add(struct weft_hooks *to, enum weft_direction direction, const struct weft_family *f,
				      uint16_t type, weft_hook_fn *fn, void *user, void (*release)(void *user));
/* Whether the process at the other end of a connected unix socket is in the network namespace of a target: 1, 0, or a
 * negative errno when that cannot be told. */
WEFT_API WEFT_MUST int weft_peer_inside(const char *target, int fd);
/* NULL is fine; safe from within a hook, also its own. */
WEFT_API void weft_hook_remove(struct weft_hook *h);

/* What is passing. Family and operation are NULL for messages that no table has. */
WEFT_API const struct weft_family *weft_passing_family(const struct weft_passing *p);
WEFT_API const struct weft_op *weft_passing_op(const struct weft_passing *p);
WEFT_API struct weft_attr weft_passing_body(const struct weft_passing *p);
WEFT_API uint16_t weft_passing_flags(const struct weft_passing *p); /* NLM_F_ */
WEFT_API uint32_t weft_passing_seq(const struct weft_passing *p);
/* Milliseconds for which whoever sent it waits for what the hook does; 0: nobody knows. Behind an agent nothing else of
 * the same stream goes on meanwhile, and a peer that hears nothing takes it for lost. */
WEFT_API uint32_t weft_passing_patience_ms(const struct weft_passing *p);
/* The whole message with its header; borrowed. */
WEFT_API struct weft_bytes weft_passing_bytes(const struct weft_passing *p);
/* A session of the same kernel for the hook's own calls, opened at the first use; its messages pass every hook but
 * this one, and those may make calls of their own. Borrowed. NULL when it cannot be opened (weft_last_error of the
 * hook's session tells nothing of it). */
WEFT_API struct weft_session *weft_passing_session(struct weft_passing *p);

/* For WEFT_FORWARD: this message instead, with the number and flags of the one that is passing. Takes m. */
WEFT_API WEFT_MUST int weft_hook_replace(struct weft_passing *p, struct weft_msg *m);
/* For WEFT_RETURN: one object of the answer. Takes m; its type becomes that of the operation's replies. */
WEFT_API WEFT_MUST int weft_hook_reply(struct weft_passing *p, struct weft_msg *m);
/* For WEFT_ERROR: a negative errno, the path of the field at fault (may be NULL) and a text. */
WEFT_API void weft_hook_fail(struct weft_passing *p, int code, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#ifdef __cplusplus
}
#endif
#endif
