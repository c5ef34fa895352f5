/* SPDX-License-Identifier: MIT */
#ifndef WEFT_HOOK_CHAIN_H
#define WEFT_HOOK_CHAIN_H

/* The hooks of a session, and the layer around its sockets that runs them. */

#include <weft/hook.h>

#include "transport/transport.h"

struct weft__chain;

/* What a chain needs of the session it belongs to. */
struct weft__chain_owner {
	void *user;
	/* Family of a generic netlink id, NULL: not known. */
	const struct weft_family *(*family_of)(void *user, uint16_t id);
	/* One more session of the same kernel, with the same chain; NULL: none. */
	struct weft_session *(*open)(void *user, struct weft__chain *c);
	void (*close)(struct weft_session *s);
	/* Whether a hook may run, while so many bytes of answers of hooks wait on its socket; NULL: always. */
	bool (*room)(void *user, size_t waiting);
	/* Milliseconds for which a hook is still waited for; NULL: nobody knows. */
	uint32_t (*patience_ms)(void *user);
	size_t *held; /* counts the bytes that such answers take in all; NULL: nobody wants to know */
};

struct weft__chain *weft__chain_new(const struct weft__chain_owner *owner);
struct weft__chain *weft__chain_ref(struct weft__chain *c);
void weft__chain_unref(struct weft__chain *c);
/* Whether one of its hooks is running. */
bool weft__chain_runs(const struct weft__chain *c);
/* The owner is gone: sockets that are still open pass everything on. */
void weft__chain_orphan(struct weft__chain *c);
struct weft_hook *weft__chain_add(struct weft__chain *c, enum weft_direction direction, const struct weft_family *f,
				  uint16_t type, weft_hook_fn *fn, void *user);
/* A built-in hook that runs user's release when the chain ends. */
struct weft_hook *weft__chain_add_own(struct weft__chain *c, enum weft_direction direction, const struct weft_family *f,
				      uint16_t type, weft_hook_fn *fn, void *user, void (*release)(void *user));

/* The chain as callers know it. */
static inline struct weft_hooks *weft__chain_hooks(struct weft__chain *c)
{
	return (struct weft_hooks *)c;
}

/* Puts the layer around the open socket *s. -ENOMEM leaves *s as it was. */
int weft__hooked(struct weft__socket *s, uint16_t protocol, struct weft__chain *c);

#endif
