/* SPDX-License-Identifier: MIT */
/* Filters, chains and actions from their own dump. The kernel tells of them what it does not take: flags of the
 * hardware, options of tunnels in one nest, protocols; and wants what it does not tell: tables of rates. */
#include <string.h>

#include "object/cls.h"
#include "object/police.h"

enum {
	NOT_MADE = WEFT_F_READONLY | WEFT_F_COUNTER,
	/* of TCA_CLS_FLAGS: skip_hw, skip_sw, verbose */
	FLAGS_MADE = 1 | 2 | 16,
	ALL = 3,	    /* protocols of Ethernet */
	AUTO_TABLE = 0x800, /* tables of u32 from here on are the kernel's own */
	/* of TCA_MPLS_ACT */
	MODIFY = 3,
	DEC_TTL = 4,
};
static const uint32_t root_table = 0xfff00000;

bool weft__mpls_has_protocol(struct weft_attr options)
{
	uint64_t how = weft_uint(weft_at(options, "parms.m-action"), 0);

	return how != MODIFY && how != DEC_TTL;
}

static void raw(struct weft_msg *m, const struct weft_attr *a)
{
	bool nest = a->field && a->field->type == WEFT_T_NEST;

	weft_put_raw(m, (uint16_t)(a->number | (nest ? WEFT_NLA_NESTED : 0)), a->p, a->len);
}

/* The n-th attribute of a number. */
static bool nth(struct weft_attr nest, uint16_t number, unsigned n, struct weft_attr *ret)
{
	struct weft_walk w = weft_walk(nest);

	while (weft_walk_next(&w, ret) > 0)
		if (ret->number == number && n-- == 0)
			return true;
	return false;
}

/* Options that stand in one nest, as three lists, each into a nest of its own. */
static void geneve(struct weft_msg *m, struct weft_attr nest)
{
	struct weft_attr a;

	for (unsigned i = 0; nth(nest, 1, i, &a); i++) {
		weft_open_named(m, "geneve");
		for (uint16_t number = 1; number <= 3; number++)
			if (nth(nest, number, i, &a))
				raw(m, &a);
		weft_close(m);
	}
}

static bool is(const struct weft_attr *a, const char *token)
{
	return a->field && strcmp(a->field->token, token) == 0;
}

static void tunnel_opts(struct weft_msg *m, const struct weft_attr *opts)
{
	struct weft_walk w = weft_walk(*opts);
	struct weft_attr a;

	weft_open_named(m, opts->field->token);
	while (weft_walk_next(&w, &a) > 0) {
		if (is(&a, "geneve"))
			geneve(m, a);
		else
			raw(m, &a);
	}
	weft_close(m);
}

/* An action that others know by its index; one without references was not told by the kernel. */
static bool is_shared(struct weft_attr parms)
{
	int64_t binds = weft_int(weft_at(parms, "bindcnt"), 0), refs = weft_int(weft_at(parms, "refcnt"), 0);

	return !refs || binds > 1 || refs > binds;
}

/* The struct that all kinds of actions have: the one with an index. */
static bool is_parms(const struct weft_attr *a)
{
	return a->schema && a->schema->size && weft_at(*a, "index").p && weft_at(*a, "bindcnt").p;
}

/* Without the index, which comes first in it, unless others need it. */
static void parms(struct weft_msg *m, const struct weft_attr *a)
{
	uint8_t none[4] = { 0 };

	if (is_shared(*a) || a->len <= sizeof none) {
		raw(m, a);
		return;
	}
	weft_open_named(m, a->field->token);
	weft_put_named(m, "index", weft_kv_uint(0, 0));
	for (struct weft_walk w = weft_walk(*a);;) {
		struct weft_attr member;

		if (weft_walk_next(&w, &member) <= 0)
			break;
		if (is(&member, "index"))
			continue;
		if (member.item) {
			weft_put_named(m, member.field->token,
				       weft_kv_bytes(0, (struct weft_bytes){ member.p, member.len }));
			continue;
		}
		weft_open_named(m, member.field->token);
		WEFT_EACH(one, member)
		weft_put(m, weft_kv_bytes(0, (struct weft_bytes){ one.p, one.len }));
		weft_close(m);
	}
	weft_close(m);
}

static void action_options(struct weft_msg *m, const char *kind, struct weft_attr options)
{
	struct weft_walk w = weft_walk(options);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0) {
		if (a.field && a.field->flags & NOT_MADE)
			continue;
		if (strcmp(kind, "mpls") == 0 && is(&a, "proto") && !weft__mpls_has_protocol(options))
			continue;
		if (is(&a, "tbf"))
			weft__police_again(m, options, !is_shared(a));
		else if (is_parms(&a))
			parms(m, &a);
		else if (is(&a, "enc_opts"))
			tunnel_opts(m, &a);
		else
			raw(m, &a);
	}
}

static void action(struct weft_msg *m, struct weft_attr act)
{
	const char *kind = weft_str(weft_at(act, "kind"), "");
	struct weft_walk w = weft_walk(act);
	struct weft_attr a;

	weft_open(m, 0);
	weft_put(m, WEFT_KV(act, kind, kind));
	while (weft_walk_next(&w, &a) > 0) {
		if ((a.field && a.field->flags & NOT_MADE) || is(&a, "kind") || is(&a, "index"))
			continue;
		if (!is(&a, "options") || !a.schema) {
			raw(m, &a);
			continue;
		}
		weft_open(m, WEFT_KEY(act, options));
		action_options(m, kind, a);
		weft_close(m);
	}
	weft_close(m);
}

static void actions(struct weft_msg *m, struct weft_attr list)
{
	weft_open_named(m, list.field->token);
	WEFT_EACH(a, list)
	action(m, a);
	weft_close(m);
}

/* The one action that filters had before there were lists of them. */
static void police(struct weft_msg *m, struct weft_attr options)
{
	weft_open_named(m, options.field->token);
	action_options(m, "police", options);
	weft_close(m);
}

static void flags(struct weft_msg *m, const struct weft_attr *a)
{
	uint64_t v = weft_uint(*a, 0) & FLAGS_MADE;

	if (v)
		weft_put_named(m, a->field->token, weft_kv_uint(0, v));
}

static bool in_own_table(const struct weft_filter *f)
{
	return f->kind && strcmp(f->kind, "u32") == 0 && f->handle >> 20 >= AUTO_TABLE;
}

static void filter_options(struct weft_msg *m, const struct weft_filter *f)
{
	bool bpf = strcmp(f->kind, "bpf") == 0;
	struct weft_walk w = weft_walk(f->options);
	struct weft_attr a;

	weft_open(m, WEFT_KEY(tc, options));
	while (weft_walk_next(&w, &a) > 0) {
		if (a.field && a.field->flags & NOT_MADE)
			continue;
		if (is(&a, "act") && !a.item)
			actions(m, a);
		else if (is(&a, "flags_gen") || (is(&a, "flags") && !bpf))
			flags(m, &a);
		else if (is(&a, "key_enc_opts") || is(&a, "key_enc_opts_mask"))
			tunnel_opts(m, &a);
		else if (is(&a, "key_eth_type") && f->protocol && f->protocol != ALL)
			weft_put(m, WEFT_KV(flower, key_eth_type, f->protocol));
		else if (is(&a, "ematches") && !weft_uint(weft_at(a, "tree-hdr.nmatches"), 0))
			continue;
		else if (is(&a, "police") && a.schema)
			police(m, a);
		else if (is(&a, "hash") && in_own_table(f))
			weft_put(m, WEFT_KV(u32, hash, root_table));
		else
			raw(m, &a);
	}
	weft_close(m);
}

static void header(struct weft_msg *m, const struct weft_filter *f)
{
	weft_put(m, WEFT_KV(tcmsg, family, f->self.p[0]));
	weft_put(m, WEFT_KV(tcmsg, ifindex, f->index));
	weft_put(m, WEFT_KV(tcmsg, parent, f->parent));
	weft_put(m, WEFT_KV(tcmsg, info, weft_tc_info(f->prio, f->protocol)));
	/* the kernel's own table may have another number */
	weft_put(m, WEFT_KV(tcmsg, handle, in_own_table(f) ? f->handle & 0xfff : f->handle));
}

static struct weft_msg *again(const struct weft_filter *f, const char *op, uint16_t nlm_flags)
{
	struct weft_msg *m = weft_request("tc", op, nlm_flags);

	header(m, f);
	if (f->kind)
		weft_put(m, WEFT_KV(tc, kind, f->kind));
	if (weft_at(f->self, "chain").p)
		weft_put(m, WEFT_KV(tc, chain, f->chain));
	if (f->options.p && f->options.schema && f->kind)
		filter_options(m, f);
	else if (f->options.p)
		raw(m, &f->options);
	return m;
}

struct weft_msg *weft_filter_again(struct weft_attr body, uint16_t nlm_flags)
{
	struct weft_filter f;

	/* the head of the filters of one priority, or the table of u32 that comes with it */
	if (weft_filter_view(body, &f) < 0 || (!f.options.p && !f.handle) ||
	    (in_own_table(&f) && !(f.handle & 0xfffff) && weft_at(f.options, "divisor").p))
		return NULL;
	return again(&f, "newtfilter", nlm_flags);
}

struct weft_msg *weft_chain_again(struct weft_attr body, uint16_t nlm_flags)
{
	struct weft_filter f;

	return weft_filter_view(body, &f) < 0 ? NULL : again(&f, "newchain", nlm_flags);
}

/* Whether it stands alone. */
static bool is_own(struct weft_attr act)
{
	struct weft_walk w = weft_walk(weft_at(act, "options"));
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0)
		if (is_parms(&a))
			return !weft_int(weft_at(a, "refcnt"), 0) ||
			       weft_int(weft_at(a, "refcnt"), 0) > weft_int(weft_at(a, "bindcnt"), 0);
	return true;
}

struct weft_msg *weft_action_again(struct weft_attr body, uint16_t nlm_flags, unsigned i)
{
	struct weft_msg *m = NULL;
	unsigned n = 0;

	WEFT_EACH(a, weft_at(body, "tab"))
	{
		if (!is_own(a) || n++ != i)
			continue;
		if (!m) {
			m = weft_request("tc", "newaction", nlm_flags);
			weft_open(m, WEFT_KEY(action, tab));
		}
		action(m, a);
	}
	if (m)
		weft_close(m);
	return m;
}
