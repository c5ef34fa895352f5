/* SPDX-License-Identifier: MIT */
/* The list of hooks, and one message passing them. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/passing.h"

struct weft__chain *weft__chain_new(const struct weft__chain_owner *owner)
{
	struct weft__chain *c = calloc(1, sizeof *c);

	if (c) {
		c->refs = 1;
		c->owner = *owner;
	}
	return c;
}

struct weft__chain *weft__chain_ref(struct weft__chain *c)
{
	c->refs++;
	return c;
}

/* Frees the hooks that were removed, unless one of them may still be running. */
static void sweep(struct weft__chain *c)
{
	struct weft_hook **at = &c->first;

	if (c->depth)
		return;
	while (*at) {
		struct weft_hook *h = *at;

		if (!h->dead) {
			at = &h->next;
			continue;
		}
		*at = h->next;
		if (h->release)
			h->release(h->user);
		free(h);
	}
}

void weft__chain_orphan(struct weft__chain *c)
{
	struct weft_session **inner = c->inner;
	unsigned n = c->n_inner;

	c->inner = NULL;
	c->n_inner = 0;
	c->orphan = true;
	for (struct weft_hook *h = c->first; h; h = h->next)
		h->dead = true;
	sweep(c);
	for (unsigned i = 0; i < n; i++)
		c->owner.close(inner[i]);
	free(inner);
}

bool weft__chain_runs(const struct weft__chain *c)
{
	return c->depth > 0;
}

void weft__chain_unref(struct weft__chain *c)
{
	if (!c || --c->refs)
		return;
	for (struct weft_hook *h = c->first; h; h = h->next)
		h->dead = true;
	sweep(c);
	free(c);
}

struct weft_hook *weft__chain_add_own(struct weft__chain *c, enum weft_direction direction, const struct weft_family *f,
				      uint16_t type, weft_hook_fn *fn, void *user, void (*release)(void *user))
{
	struct weft_hook *h = calloc(1, sizeof *h), **at = &c->first;

	if (!h)
		return NULL;
	*h = (struct weft_hook){ .chain = c,
				 .direction = direction,
				 .family = f,
				 .type = type,
				 .fn = fn,
				 .user = user,
				 .release = release,
				 .since = c->messages };
	while (*at)
		at = &(*at)->next;
	*at = h;
	c->changes++;
	return h;
}

struct weft_hook *weft__chain_add(struct weft__chain *c, enum weft_direction direction, const struct weft_family *f,
				  uint16_t type, weft_hook_fn *fn, void *user)
{
	return weft__chain_add_own(c, direction, f, type, fn, user, NULL);
}

int weft_hooks_add(struct weft_hooks *to, enum weft_direction direction, const struct weft_family *f, uint16_t type,
		   weft_hook_fn *fn, void *user, void (*release)(void *user))
{
	struct weft__chain *c = (struct weft__chain *)to;

	if (!c || !fn || !(direction & (WEFT_ON_SEND | WEFT_ON_RECV | WEFT_ON_ANSWER)))
		return -EINVAL;
	return weft__chain_add_own(c, direction, f, type, fn, user, release) ? 0 : -ENOMEM;
}

void weft_hook_remove(struct weft_hook *h)
{
	if (!h)
		return;
	h->dead = true;
	sweep(h->chain);
}

static bool comes_by(const struct weft_hook *h, const struct weft_passing *p)
{
	return h->direction & p->direction ||
	       (h->direction & WEFT_ON_ANSWER && p->direction == WEFT_ON_RECV && !p->notified);
}

static bool is_for(const struct weft_hook *h, const struct weft_passing *p)
{
	return !h->dead && !h->running && comes_by(h, p) && (!h->type || h->type == p->type) &&
	       (!h->family || h->family == p->family);
}

bool weft__chain_wants(const struct weft__chain *c, const struct weft_passing *p)
{
	for (const struct weft_hook *h = c->first; h; h = h->next)
		if (is_for(h, p))
			return true;
	return false;
}

bool weft__chain_may_want(const struct weft__chain *c, const struct weft_passing *p, bool *ret_answers)
{
	bool may = false;

	*ret_answers = false;
	for (const struct weft_hook *h = c->first; h; h = h->next) {
		if (h->family && h->family != p->family)
			continue;
		may |= h->direction & WEFT_ON_SEND && (!h->type || h->type == p->type);
		*ret_answers |= h->direction & WEFT_ON_ANSWER && p->op && (!h->type || h->type == p->op->reply);
	}
	return may;
}

enum weft_verdict weft__chain_run(struct weft__chain *c, struct weft_passing *p)
{
	enum weft_verdict v = WEFT_FORWARD;
	uint64_t now = ++c->messages;

	c->depth++;
	/* a hook that is added meanwhile sees the next message first */
	for (struct weft_hook *h = c->first; h && v == WEFT_FORWARD; h = h->next) {
		if (!is_for(h, p) || h->since >= now)
			continue;
		h->running = true;
		v = h->fn(p, h->user);
		h->running = false;
		if (p->failed && v != WEFT_ERROR) {
			v = WEFT_ERROR;
			p->code = p->failed;
		}
	}
	c->depth--;
	sweep(c);
	return v;
}

/* --- what a hook sees and does --- */

const struct weft_family *weft_passing_family(const struct weft_passing *p)
{
	return p->family;
}

const struct weft_op *weft_passing_op(const struct weft_passing *p)
{
	return p->op;
}

struct weft_attr weft_passing_body(const struct weft_passing *p)
{
	uint32_t skip = p->family && p->family->generic ? 4 : 0;
	struct weft_bytes b = weft_passing_bytes(p);
	const uint8_t *at = (const uint8_t *)b.p + WEFT_NLMSG_HDR;
	uint32_t len = (uint32_t)b.len - (uint32_t)WEFT_NLMSG_HDR;

	skip = skip > len ? len : skip;
	return weft_body(p->op ? p->op->schema : NULL, at + skip, len - skip);
}

uint16_t weft_passing_flags(const struct weft_passing *p)
{
	return p->in.flags;
}

uint32_t weft_passing_patience_ms(const struct weft_passing *p)
{
	const struct weft__chain *c = p->chain;

	return c->owner.patience_ms && !c->orphan ? c->owner.patience_ms(c->owner.user) : 0;
}

uint32_t weft_passing_seq(const struct weft_passing *p)
{
	return p->in.seq;
}

struct weft_bytes weft_passing_bytes(const struct weft_passing *p)
{
	if (p->replaced.len)
		return (struct weft_bytes){ p->replaced.p, p->replaced.len };
	return (struct weft_bytes){ p->in.body - WEFT_NLMSG_HDR, p->in.len };
}

struct weft_session *weft_passing_session(struct weft_passing *p)
{
	struct weft__chain *c = p->chain;
	struct weft_session **more;

	if (!c->depth || c->orphan || !c->owner.open)
		return NULL;
	/* that of a hook in whose call this one runs waits for an answer */
	if (c->depth > c->n_inner) {
		more = realloc(c->inner, c->depth * sizeof *more);
		if (!more)
			return NULL;
		memset(more + c->n_inner, 0, (c->depth - c->n_inner) * sizeof *more);
		c->inner = more;
		c->n_inner = c->depth;
	}
	if (!c->inner[c->depth - 1])
		c->inner[c->depth - 1] = c->owner.open(c->owner.user, c);
	return c->inner[c->depth - 1];
}

/* Appends m with the number of what is passing; at a multiple of 4. */
static int append(struct weft_passing *p, struct weft__bytes_out *to, struct weft_msg *m, uint16_t type, uint16_t flags)
{
	struct weft_bytes b = weft_msg_bytes(m);
	uint32_t seq = p->in.seq, port = to == &p->answer ? p->port : p->in.port;
	uint16_t kept = weft_get_u16((const uint8_t *)p->in.body - WEFT_NLMSG_HDR + 4);
	int r = weft_msg_error(m, NULL);
	uint8_t *at;

	at = r == 0 ? weft__out_room(to, (b.len + 3) & ~(size_t)3) : NULL;
	if (r == 0 && !at)
		r = -ENOMEM;
	if (r == 0) {
		memset(at, 0, (b.len + 3) & ~(size_t)3);
		memcpy(at, b.p, b.len);
		/* the number of a generic family is that of the kernel */
		weft_set_u16(at + 4, p->family && p->family->generic ? kept : type);
		if (p->family && p->family->generic)
			at[WEFT_NLMSG_HDR] = (uint8_t)type;
		weft_set_u16(at + 6, flags);
		weft_set_u32(at + 8, seq);
		weft_set_u32(at + 12, port);
		to->len += (b.len + 3) & ~(size_t)3;
	}
	weft_msg_free(m);
	if (r < 0)
		p->failed = r;
	return r;
}

int weft_hook_replace(struct weft_passing *p, struct weft_msg *m)
{
	const struct weft_op *op = weft_msg_op(m);
	const struct weft_family *family = weft_msg_family(m);
	int r;

	p->replaced.len = 0;
	r = append(p, &p->replaced, m, op ? (p->direction == WEFT_ON_SEND ? op->request : op->reply) : 0, p->in.flags);
	if (r == 0 && op) {
		p->op = op;
		p->family = family;
	}
	return r;
}

int weft_hook_reply(struct weft_passing *p, struct weft_msg *m)
{
	const struct weft_op *op = p->op;

	return append(p, &p->answer, m, op ? op->reply : 0, p->dump ? WEFT_NLM_F_MULTI : 0);
}

void weft_hook_fail(struct weft_passing *p, int code, const char *path, const char *fmt, ...)
{
	struct weft_attr at = path && *path ? weft_at(weft_passing_body(p), path) : (struct weft_attr){ 0 };
	va_list ap;

	p->code = code < 0 && code >= -4095 ? code : -EINVAL;
	p->offset = at.p && at.p >= p->in.body + WEFT_NLA_HDR && at.p < p->in.body + p->in.body_len
			? (uint32_t)(at.p - WEFT_NLA_HDR - (p->in.body - WEFT_NLMSG_HDR))
			: 0;
	va_start(ap, fmt);
	(void)vsnprintf(p->text, sizeof p->text, fmt, ap);
	va_end(ap);
}
