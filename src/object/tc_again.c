/* SPDX-License-Identifier: MIT */
/* Qdiscs and classes from their own dump. The kernel wants some of what it does not tell: tables that follow
 * from the rest, one request for each virtual queue, a schedule under another number. */
#include <string.h>

#include <weft/tc.h>

#include "object/tc_rate.h"
#include "object/tc_red.h"

enum {
	ALL_DPS = 16,
	NOT_MADE = WEFT_F_READONLY | WEFT_F_COUNTER,
	LATER = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_REPLACE,
};

struct again {
	struct weft_attr body, options;
	const char *kind;
	bool of_class;
};

static bool is(const struct again *x, const char *kind)
{
	return strcmp(x->kind, kind) == 0;
}

/* Whether somebody made it; the kernel gives its own qdiscs no handle, and most kinds their classes. */
static bool is_made(const struct again *x)
{
	struct weft_tc tc;

	if (weft_tc_view(x->body, &tc) < 0 || !x->kind[0])
		return false;
	if (!x->of_class)
		return tc.handle != 0;
	return tc.handle & 0xffff && (is(x, "htb") || is(x, "hfsc") || is(x, "drr") || is(x, "qfq"));
}

/* red and choke, whose parameters have one layout. The flags of red stand in an attribute too, and are
 * refused in both. */
static void put_red(struct weft_msg *m, const struct again *x)
{
	struct weft_attr parms = weft_at(x->options, "parms");
	struct weft_copy rest = { .but = WEFT_KEY(red, parms) };
	uint8_t stab[WEFT__RED_STAB], p[16] = { 0 };

	weft__red_stab(stab);
	if (parms.p)
		memcpy(p, parms.p, parms.len < sizeof p ? parms.len : sizeof p);
	if (weft_at(x->options, "flags").p)
		p[WEFT_KEY(tc_red_qopt, flags) & 0xffff] = 0;
	weft_open_named(m, "options");
	weft_put_raw(m, parms.number, p, sizeof p);
	weft_put_from(m, x->options, &rest);
	if (!weft_at(x->options, "stab").p)
		weft_put_named(m, "stab", weft_kv_bytes(0, (struct weft_bytes){ stab, sizeof stab }));
	weft_close(m);
}

/* Kinds whose times are rounded. */
static bool put_times(struct weft_msg *m, const struct again *x)
{
	bool codel = is(x, "codel") || is(x, "fq_codel"), pie = is(x, "pie") || is(x, "fq_pie");
	struct weft_walk w = weft_walk(x->options);
	struct weft_attr a;

	if (!codel && !pie)
		return false;
	weft_open_named(m, "options");
	while (weft_walk_next(&w, &a) > 0) {
		bool time = a.field && a.field->unit == WEFT_U_US && (codel || strcmp(a.field->token, "target") == 0);

		if (time)
			weft_put_named(m, a.field->token,
				       weft_kv_uint(0, weft__tc_rounded(weft_uint(a, 0), codel ? 10 : 6)));
		else
			weft_put_raw(m, a.number, a.p, a.len);
	}
	weft_close(m);
	return true;
}

/* How many queues it has; then the i-th of them that is set, or false. */
static void put_gred(struct weft_msg *m, const struct again *x)
{
	weft_open_named(m, "options");
	weft_put_raw(m, WEFT_KEY(gred, dps) & 0xffff, weft_at(x->options, "dps").p, weft_at(x->options, "dps").len);
	if (weft_at(x->options, "limit").p)
		weft_put(m, WEFT_KV(gred, limit, (uint32_t)weft_uint(weft_at(x->options, "limit"), 0)));
	weft_close(m);
}

static bool gred_queue(const struct again *x, unsigned i, struct weft_attr *ret)
{
	WEFT_EACH(q, weft_at(x->options, "parms"))
	{
		if (weft_uint(weft_at(q, "DP"), ALL_DPS) >= ALL_DPS || i--)
			continue;
		*ret = q;
		return true;
	}
	return false;
}

/* The flags of a queue where they are not those of all. */
static void put_gred_flags(struct weft_msg *m, const struct again *x, uint64_t dp)
{
	uint64_t all = weft_uint(weft_at(x->options, "dps.flags"), 0);

	WEFT_EACH(e, weft_at(x->options, "vq-list.entry"))
	{
		uint64_t flags = weft_uint(weft_at(e, "flags"), all);

		if (weft_uint(weft_at(e, "dp"), ALL_DPS) != dp || flags == all)
			continue;
		weft_open(m, WEFT_KEY(gred, vq_list));
		weft_put(m, WEFT_KV(gred_vq_list, entry,
				    WEFT_ATTRS(WEFT_KV(gred_vq, dp, (uint32_t)dp),
					       WEFT_KV(gred_vq, flags, (uint32_t)flags))));
		weft_close(m);
	}
}

static void put_gred_queue(struct weft_msg *m, const struct again *x, struct weft_attr q)
{
	uint64_t dp = weft_uint(weft_at(q, "DP"), 0), i = 0;
	uint8_t stab[WEFT__RED_STAB];

	weft__red_stab(stab);
	weft_open_named(m, "options");
	weft_put_raw(m, WEFT_KEY(gred, parms) & 0xffff, q.p, q.len);
	weft_put(m, WEFT_KV(gred, stab, (struct weft_bytes){ stab, sizeof stab }));
	WEFT_EACH(p, weft_at(x->options, "max-p"))
	if (i++ == dp)
		weft_put_raw(m, WEFT_KEY(gred, max_p) & 0xffff, p.p, p.len);
	put_gred_flags(m, x, dp);
	weft_close(m);
}

/* The schedule that runs comes first, then the one that follows it. */
static void put_taprio(struct weft_msg *m, const struct again *x, unsigned i)
{
	struct weft_attr next = weft_at(x->options, "admin-sched");
	bool runs = weft_at(x->options, "sched-entry-list").p;
	struct weft_copy first = { .but = WEFT_KEY(taprio, admin_sched) };
	static const char *const kept[] = { "priomap", "sched-clockid", "flags", "txtime-delay" };

	weft_open_named(m, "options");
	if (i == 0)
		weft_put_from(m, x->options, &first);
	for (size_t k = 0; i && k < sizeof kept / sizeof *kept; k++) {
		struct weft_attr a = weft_at(x->options, kept[k]);

		if (a.p)
			weft_put_raw(m, a.number, a.p, a.len);
	}
	if (i == 1 || !runs)
		weft_put_from(m, next, NULL);
	weft_close(m);
}

/* The version told is not the one that is wanted: its upper half. */
static void put_htb(struct weft_msg *m, const struct again *x)
{
	struct weft_attr init = weft_at(x->options, "init");
	struct weft_copy rest = { .but = WEFT_KEY(htb, init) };
	uint32_t version = (uint32_t)weft_uint(weft_at(init, "version"), 0);
	struct weft_walk w = weft_walk(init);
	struct weft_attr a;

	weft_open_named(m, "options");
	weft_open(m, WEFT_KEY(htb, init));
	while (weft_walk_next(&w, &a) > 0)
		if (a.field && !(a.field->flags & NOT_MADE))
			weft_put(m, weft_kv_uint((uint32_t)WEFT_SCHEMA_tc_htb_glob << 16 | a.number, weft_uint(a, 0)));
	weft_put(m, WEFT_KV(tc_htb_glob, version, version > UINT16_MAX ? version >> 16 : version));
	weft_close(m);
	weft_put_from(m, x->options, &rest);
	weft_close(m);
}

/* What only hardware does is told without it too, and refused then. */
static void put_mqprio(struct weft_msg *m, struct weft_attr options)
{
	uint32_t size = options.schema->header->size;

	weft_put_raw(m, options.number, options.p, options.len < size ? options.len : size);
}

/* A limit below the number of flows is the kernel's own, and would lower that. */
static void put_sfq(struct weft_msg *m, const struct again *x)
{
	struct weft_attr limit = weft_at(x->options, "v0.limit"), flows = weft_at(x->options, "v0.flows");
	uint8_t p[128];
	uint32_t n = x->options.len < sizeof p ? x->options.len : sizeof p;

	memcpy(p, x->options.p, n);
	if (limit.p && weft_uint(limit, 0) < weft_uint(flows, 0))
		memset(p + (limit.p - x->options.p), 0, limit.len);
	weft_put_raw(m, x->options.number, p, n);
}

static void put_as_is(struct weft_msg *m, struct weft_attr options)
{
	if (!options.schema || options.schema->size) {
		weft_put_raw(m, options.number, options.p, options.len);
		return;
	}
	weft_open_named(m, "options");
	weft_put_from(m, options, NULL);
	weft_close(m);
}

static void put_options(struct weft_msg *m, const struct again *x, unsigned i)
{
	struct weft_attr q;

	if (is(x, "red") || is(x, "choke"))
		put_red(m, x);
	else if (is(x, "gred") && i == 0)
		put_gred(m, x);
	else if (is(x, "gred") && gred_queue(x, i - 1, &q))
		put_gred_queue(m, x, q);
	else if (is(x, "taprio"))
		put_taprio(m, x, i);
	else if (is(x, "sfq"))
		put_sfq(m, x);
	else if (is(x, "mqprio") && !weft_uint(weft_at(x->options, "hw"), 1))
		put_mqprio(m, x->options);
	else if (is(x, "htb") && weft_at(x->options, "init").p)
		put_htb(m, x);
	else if (!put_times(m, x))
		put_as_is(m, x->options);
}

/* Whether there is an i-th request. */
static bool has(const struct again *x, unsigned i)
{
	struct weft_attr q;

	if (i == 0)
		return true;
	if (is(x, "gred"))
		return gred_queue(x, i - 1, &q);
	return i == 1 && is(x, "taprio") && weft_at(x->options, "admin-sched").p &&
	       weft_at(x->options, "sched-entry-list").p;
}

static void put_stab(struct weft_msg *m, struct weft_attr stab)
{
	struct weft__tc_stab s = weft__tc_stab_of(weft_at(stab, "base"));

	if (s.tsize && !weft_at(stab, "data").p)
		weft__tc_put_stab(m, &s);
	else
		weft_put_raw(m, stab.number | WEFT_NLA_NESTED, stab.p, stab.len);
}

struct weft_msg *weft_tc_again(struct weft_attr body, uint16_t flags, unsigned i)
{
	struct again x = { .body = body,
			   .options = weft_at(body, "options"),
			   .kind = weft_str(weft_at(body, "kind"), ""),
			   .of_class = body.schema && body.schema->id == WEFT_SCHEMA_tclass };
	struct weft_walk w = weft_walk(body);
	struct weft_msg *m;
	struct weft_attr a;

	if (!is_made(&x) || !has(&x, i))
		return NULL;
	m = weft_request("tc", x.of_class ? "newtclass" : "newqdisc", i ? flags & (uint16_t)~LATER : flags);
	while (weft_walk_next(&w, &a) > 0) {
		if (!a.field || a.field->flags & NOT_MADE)
			continue;
		if (strcmp(a.field->token, "info") == 0)
			continue; /* counts users, or names what the class has */
		if (a.p < body.p + 20)
			weft_put_named(m, a.field->token, weft_kv_bytes(0, (struct weft_bytes){ a.p, a.len }));
		else if (a.number == x.options.number)
			put_options(m, &x, i);
		else if (a.number == (WEFT_KEY(tc, stab) & 0xffff))
			put_stab(m, a);
		else
			weft_put_raw(m, a.number, a.p, a.len);
	}
	return m;
}
