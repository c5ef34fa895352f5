/* SPDX-License-Identifier: MIT */
/* Filters that a dump lacks. Where an answer is full before the filter of kind matchall, the kernel counts it as
 * told and goes on behind it (mall_walk in net/sched/cls_matchall.c); of such a place only the head was told.
 * A dump of that priority alone has it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/proto.h"

enum {
	GETTFILTER = 46, /* linux/rtnetlink.h */
	TCMSG = 20,	 /* bytes */
	INFO = 16,	 /* offset of tcm_info */
	KIND = 1,
	OPTIONS = 2,
	CHAIN = 11,
};

/* The message is the library's own; only callers see it as constant. */
static uint8_t *info_of(const struct weft_msg *m)
{
	return (uint8_t *)(uintptr_t)weft_msg_bytes(m).p + WEFT_NLMSG_HDR + INFO;
}

void weft__missing_begin(struct weft__missing *x, const struct weft_msg *m)
{
	if (x->at)
		weft_set_u32(info_of(m), x->asked);
	x->on = weft_msg_op(m)->request == GETTFILTER && weft_msg_family(m)->protocol == 0;
	x->head = x->full = false;
	x->n = x->at = x->given = 0;
	if (x->on)
		x->asked = weft_get_u32(info_of(m));
}

/* Where a filter of matchall stands; false: the message is none. */
static bool place(const struct weft_nlmsg *in, struct weft__place *ret, bool *ret_head)
{
	struct weft_reader r;
	struct weft_tlv t;
	bool matchall = false;

	if (in->type < 16 || in->body_len < TCMSG)
		return false;
	*ret = (struct weft__place){ .info = weft_get_u32(in->body + INFO) };
	*ret_head = true;
	r = weft_reader(in->body + TCMSG, in->body_len - TCMSG);
	while (weft_read_attr(&r, &t) > 0) {
		if (t.type == KIND)
			matchall = t.len == sizeof "matchall" && memcmp(t.p, "matchall", t.len) == 0;
		else if (t.type == CHAIN && t.len == 4)
			ret->chain = weft_get_u32(t.p);
		else if (t.type == OPTIONS)
			*ret_head = false;
	}
	return matchall;
}

static bool same(const struct weft__place *a, const struct weft__place *b)
{
	return a->info == b->info && a->chain == b->chain;
}

static void note(struct weft__missing *x)
{
	uint32_t cap = x->cap ? x->cap * 2 : 16;
	struct weft__place *v;

	if (!x->head)
		return;
	x->head = false;
	v = x->n < x->cap ? x->v : realloc(x->v, cap * sizeof *v);
	if (!v) {
		x->full = true;
		return;
	}
	x->cap = x->n < x->cap ? x->cap : cap;
	x->v = v;
	x->v[x->n++] = x->last;
}

void weft__missing_see(struct weft__missing *x, const struct weft_nlmsg *in)
{
	struct weft__place at;
	bool head, is;

	if (!x->on || x->at)
		return;
	is = place(in, &at, &head);
	if (is && !head && x->head && same(&at, &x->last))
		x->head = false;
	note(x);
	if (is && head) {
		x->head = true;
		x->last = at;
	}
}

bool weft__missing_next(struct weft__missing *x, const struct weft_msg *m, struct weft_error *e)
{
	if (!x->on)
		return false;
	if (!x->at)
		note(x);
	if (x->full && !e->code)
		(void)weft_error_set(e, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	if (e->code || x->at == x->n) {
		weft_set_u32(info_of(m), x->asked);
		return false;
	}
	weft_set_u32(info_of(m), x->v[x->at++].info);
	return true;
}

bool weft__missing_skip(const struct weft__missing *x, uint32_t part, const struct weft_nlmsg *in)
{
	struct weft__place at;
	bool head;

	if (!x->on || !part || part > x->n)
		return false;
	return !place(in, &at, &head) || head || !same(&at, &x->v[part - 1]);
}

void weft__missing_free(struct weft__missing *x)
{
	free(x->v);
	x->v = NULL;
	x->cap = x->n = 0;
}
