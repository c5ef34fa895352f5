/* SPDX-License-Identifier: MIT */
/* Words of actions whose options are plain. */
#include <stdio.h>
#include <string.h>

#include "object/bytecode.h"
#include "object/flower.h"
#include "object/police.h"

enum {
	OK = 0,
	PIPE = 3,
	STOLEN = 4,
	REDIRECT_OUT = 1,
	MIRROR_OUT = 2,
	REDIRECT_IN = 3,
	MIRROR_IN = 4,
};

/* mirred: where to and how are one number. */
static void put_eaction(struct weft__cls *c)
{
	bool in = weft__cls_take(c, "ingress") != NULL, redirect = weft__cls_take(c, "redirect") != NULL;
	bool mirror = weft__cls_take(c, "mirror") != NULL;

	(void)weft__cls_take(c, "egress");
	if (redirect == mirror)
		weft__cls_fail(c, "mirred", "redirect or mirror is needed");
	else
		weft__cls_uint(c, "mirred", WEFT_KEY(tc_mirred, eaction),
			       in ? (redirect ? REDIRECT_IN : MIRROR_IN) : (redirect ? REDIRECT_OUT : MIRROR_OUT));
}

static void tell_eaction(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	uint64_t v = weft_uint(weft__cls_at(t->at, WEFT_KEY(tc_mirred, eaction)), 0);

	if (strcmp(r->word, "ingress") == 0 && (v == REDIRECT_IN || v == MIRROR_IN))
		weft__cls_tell_alone(t, "ingress");
	if (strcmp(r->word, "redirect") == 0 && (v == REDIRECT_IN || v == REDIRECT_OUT))
		weft__cls_tell_alone(t, "redirect");
	if (strcmp(r->word, "mirror") == 0 && (v == MIRROR_IN || v == MIRROR_OUT))
		weft__cls_tell_alone(t, "mirror");
}

/* The words are taken before the rows. */
static void taken(struct weft__cls *c, const struct weft__cls_row *r)
{
	(void)c;
	(void)r;
}

static int32_t mirred_said(const struct weft__cls *c)
{
	return weft__cls_look(c, "mirror") ? PIPE : STOLEN;
}

static int32_t mirred_told(struct weft_attr options)
{
	uint64_t v = weft_uint(weft__cls_at(options, WEFT_KEY(tc_mirred, eaction)), 0);

	return v == MIRROR_IN || v == MIRROR_OUT ? PIPE : STOLEN;
}

/* gact: in VALUE of the packets, at random or every VALUEth, something else becomes of them. */
static void put_random(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const char *text = w && w->value ? w->value : "";
	size_t n = strcspn(text, "/");
	char verdict[32];
	int32_t control;
	uint64_t v;

	(void)snprintf(verdict, sizeof verdict, "%s", text[n] ? text + n + 1 : "");
	if (!weft__cls_number(text, n, UINT16_MAX, &v) || !weft_control_parse(verdict, &control)) {
		weft__cls_fail(c, r->word, "N/VERDICT is needed, as in determ:5/drop");
		return;
	}
	weft_open(c->m, WEFT_KEY(act_gact, prob));
	weft__cls_uint(c, r->word, WEFT_KEY(tc_gact_p, ptype), r->value);
	weft__cls_uint(c, r->word, WEFT_KEY(tc_gact_p, pval), v);
	weft__cls_kv(c, r->word, weft_kv_int(WEFT_KEY(tc_gact_p, paction), control));
	weft_close(c->m);
}

static void tell_random(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr prob = weft__cls_at(t->at, WEFT_KEY(act_gact, prob));
	char buf[32];

	if (weft_uint(weft_at(prob, "ptype"), 0) != r->value)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_printf(t->t, "%u/%s", (unsigned)weft_uint(weft_at(prob, "pval"), 0),
			 weft_control_text((int32_t)weft_int(weft_at(prob, "paction"), 0), buf));
}

/* nat: the two addresses, of one prefix length. */
static void put_nat(struct weft__cls *c)
{
	const struct weft_word *from = weft__cls_take(c, "from"), *to = weft__cls_take(c, "to");
	struct weft_ip a = weft_ip(from ? from->value : NULL), b = weft_ip(to ? to->value : NULL);
	uint32_t mask = 0;
	uint8_t m[4];

	if (a.family != WEFT_AF_INET || b.family != WEFT_AF_INET) {
		weft__cls_fail(c, a.family ? "to" : "from",
			       "an IPv4 address is needed, as in nat:ingress:from:10.0.0.0/24:to:192.0.2.0");
		return;
	}
	mask = a.plen ? UINT32_MAX << (32 - a.plen) : 0;
	weft_set_be32(m, mask);
	weft__cls_bytes(c, "from", WEFT_KEY(tc_nat, old_addr), a.b, 4);
	weft__cls_bytes(c, "to", WEFT_KEY(tc_nat, new_addr), b.b, 4);
	weft__cls_bytes(c, "from", WEFT_KEY(tc_nat, mask), m, 4);
	if (weft__cls_take(c, "egress"))
		weft__cls_uint(c, "egress", WEFT_KEY(tc_nat, flags), 1);
	else
		(void)weft__cls_take(c, "ingress");
}

static void tell_nat(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__cls_row from = { "from", WEFT_KEY(tc_nat, old_addr), WEFT_KEY(tc_nat, mask), WEFT__F_IP };
	const struct weft__cls_row to = { "to", WEFT_KEY(tc_nat, new_addr), 0, WEFT__F_IP };

	(void)r;
	weft__cls_tell_alone(t, weft_uint(weft__cls_at(t->at, WEFT_KEY(tc_nat, flags)), 0) & 1 ? "egress" : "ingress");
	weft__cls_tell_value(t, &from, weft__cls_at(t->at, from.key));
	weft__cls_tell_value(t, &to, weft__cls_at(t->at, to.key));
}

static void put_bytecode(struct weft__cls *c, const struct weft__cls_row *r)
{
	weft__bytecode_put(c, r->word, WEFT_KEY(act_bpf, ops_len), WEFT_KEY(act_bpf, ops));
}

/* With ';' for ',': that parts words here. */
static void tell_bytecode(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_text one = { 0 };
	struct weft__cls_tell sub = { .t = &one, .equals = t->equals };

	if (t->any)
		sub.sep = t->sep;
	weft__bytecode_tell(&sub, r->word, weft__cls_at(t->at, WEFT_KEY(act_bpf, ops)));
	for (char *p = one.p; p && *p; p++)
		if (*p == ',')
			*p = ';';
	if (one.len) {
		weft_text_puts(t->t, t->any ? "," : "");
		t->any = true;
		weft_text_puts(t->t, one.p);
	}
	if (one.err && !t->t->err)
		t->t->err = one.err;
	weft_text_free(&one);
}

/* mpls: the kernel tells a protocol where it takes none. */
static void put_mpls(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const struct weft__cls_row row = { r->word, r->key, 0, WEFT__F_ETHER };

	weft__cls_value(c, &row, w && w->value ? w->value : "");
}

static void tell_mpls(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__cls_row row = { r->word, r->key, 0, WEFT__F_ETHER };
	struct weft_attr a = weft__cls_at(t->at, r->key);

	if (a.p && weft__mpls_has_protocol(t->at))
		weft__cls_tell_value(t, &row, a);
}

/* skbedit: of the queues, one, or a range that the hash of packets chooses from. */
enum {
	INHERIT = 0x20,
	BY_HASH = 0x40,
};

static void put_skbedit(struct weft__cls *c)
{
	const struct weft_word *w = weft__cls_take(c, "queue_mapping");
	size_t dash = w && w->value ? strcspn(w->value, "-") : 0;
	uint64_t first, last = 0, flags = 0;

	if (w && (!w->value || !weft__cls_number(w->value, dash, UINT16_MAX, &first) ||
		  (w->value[dash] &&
		   !weft__cls_number(w->value + dash + 1, strlen(w->value + dash + 1), UINT16_MAX, &last)))) {
		weft__cls_fail(c, "queue_mapping", "a queue or a range of them is needed");
		return;
	}
	if (w)
		weft__cls_uint(c, "queue_mapping", WEFT_KEY(act_skbedit, queue_mapping), first);
	if (w && w->value[dash]) {
		weft__cls_uint(c, "queue_mapping", WEFT_KEY(act_skbedit, queue_mapping_max), last);
		flags |= BY_HASH;
	}
	if (weft__cls_take(c, "inheritdsfield"))
		flags |= INHERIT;
	if (flags)
		weft__cls_uint(c, "flags", WEFT_KEY(act_skbedit, flags), flags);
}

static void tell_skbedit(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr first = weft__cls_at(t->at, WEFT_KEY(act_skbedit, queue_mapping));
	struct weft_attr last = weft__cls_at(t->at, WEFT_KEY(act_skbedit, queue_mapping_max));

	if (strcmp(r->word, "inheritdsfield") == 0) {
		if (weft_uint(weft__cls_at(t->at, WEFT_KEY(act_skbedit, flags)), 0) & INHERIT)
			weft__cls_tell_alone(t, r->word);
		return;
	}
	if (!first.p)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_uint(t->t, weft_uint(first, 0));
	if (last.p)
		weft_text_printf(t->t, "-%u", (unsigned)weft_uint(last, 0));
}

static const char *const ptypes[] = { "host", "broadcast", "multicast", "otherhost", "outgoing" };

static void put_ptype(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);

	for (size_t i = 0; i < sizeof ptypes / sizeof *ptypes; i++) {
		if (!w || !w->value || strcmp(ptypes[i], w->value) != 0)
			continue;
		weft__cls_uint(c, r->word, r->key, i);
		return;
	}
	weft__cls_fail(c, r->word, "host, broadcast, multicast or otherhost is needed");
}

static void tell_ptype(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, r->key);
	uint64_t v = weft_uint(a, 99);

	if (v >= sizeof ptypes / sizeof *ptypes)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_puts(t->t, ptypes[v]);
}

/* skbmod: what is set has a bit of its own. */
static void put_skbmod(struct weft__cls *c)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} bits[] = { { "dmac", 1 }, { "smac", 2 }, { "etype", 4 }, { "swap_mac", 8 }, { "ecn", 16 } };
	uint32_t flags = 0;

	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
		flags |= weft__cls_look(c, bits[i].word) ? bits[i].bit : 0;
	weft__cls_uint(c, "skbmod", WEFT_KEY(tc_skbmod, flags), flags);
}

#define ROW(w, s, k)                                                                                                   \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_ROW                                                                      \
	}
#define ALONE(w, s, k, v)                                                                                              \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_ALONE, .value = v                                                        \
	}
#define BIT(w, s, k, v)                                                                                                \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_BIT, .value = v                                                          \
	}
#define FORM(w, s, k, f)                                                                                               \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_##f                                                                      \
	}
#define TOLD(w, f)                                                                                                     \
	{                                                                                                              \
		w, 0, 0, WEFT__F_OWN_ALONE, .put = taken, .tell = tell_##f                                             \
	}
#define UNTOLD(w)                                                                                                      \
	{                                                                                                              \
		w, 0, 0, WEFT__F_OWN_ALONE, .put = taken                                                               \
	}

static const struct weft__cls_row gact[] = {
	{ "netrand", 0, 0, WEFT__F_OWN, .whole = true, .value = 1, .put = put_random, .tell = tell_random },
	{ "determ", 0, 0, WEFT__F_OWN, .whole = true, .value = 2, .put = put_random, .tell = tell_random },
	{ 0 },
};
static const struct weft__cls_row mirred[] = {
	TOLD("ingress", eaction),
	UNTOLD("egress"),
	TOLD("redirect", eaction),
	TOLD("mirror", eaction),
	{ "dev", WEFT_KEY(tc_mirred, ifindex), 0, WEFT__F_LINK, .zero = true },
	ROW("blockid", act_mirred, blockid),
	{ 0 },
};
static const struct weft__cls_row bpf[] = {
	{ "bytecode", 0, 0, WEFT__F_OWN, .whole = true, .put = put_bytecode, .tell = tell_bytecode },
	ROW("fd", act_bpf, fd),
	ROW("name", act_bpf, name),
	{ 0 },
};
static const struct weft__cls_row connmark[] = { { "zone", WEFT_KEY(tc_connmark, zone), 0, WEFT__F_ROW, .zero = true },
						 { 0 } };
static const struct weft__cls_row csum[] = {
	BIT("ip4h", tc_csum, update_flags, 1),	BIT("icmp", tc_csum, update_flags, 2),
	BIT("igmp", tc_csum, update_flags, 4),	BIT("tcp", tc_csum, update_flags, 8),
	BIT("udp", tc_csum, update_flags, 16),	BIT("udplite", tc_csum, update_flags, 32),
	BIT("sctp", tc_csum, update_flags, 64), { 0 },
};
static const struct weft__cls_row mpls[] = {
	ALONE("pop", tc_mpls, m_action, 1),
	ALONE("push", tc_mpls, m_action, 2),
	ALONE("modify", tc_mpls, m_action, 3),
	ALONE("dec_ttl", tc_mpls, m_action, 4),
	ALONE("mac_push", tc_mpls, m_action, 5),
	{ "protocol", WEFT_KEY(act_mpls, proto), 0, WEFT__F_OWN, .put = put_mpls, .tell = tell_mpls },
	ROW("label", act_mpls, label),
	ROW("tc", act_mpls, tc),
	ROW("ttl", act_mpls, ttl),
	ROW("bos", act_mpls, bos),
	{ 0 },
};
static const struct weft__cls_row nat[] = {
	{ "from", 0, 0, WEFT__F_IP }, { "to", 0, 0, WEFT__F_IP }, TOLD("ingress", nat), UNTOLD("egress"), { 0 },
};
static const struct weft__cls_row sample[] = {
	ROW("rate", act_sample, rate),
	ROW("group", act_sample, psample_group),
	ROW("trunc", act_sample, trunc_size),
	{ 0 },
};
static const struct weft__cls_row simple[] = { ROW("sdata", act_simple, data), { 0 } };
static const struct weft__cls_row skbedit[] = {
	{ "mark", WEFT_KEY(act_skbedit, mark), WEFT_KEY(act_skbedit, mask), WEFT__F_MASKED },
	FORM("priority", act_skbedit, priority, HANDLE),
	{ "queue_mapping", 0, 0, WEFT__F_OWN, .put = taken, .tell = tell_skbedit },
	{ "ptype", WEFT_KEY(act_skbedit, ptype), 0, WEFT__F_OWN, .put = put_ptype, .tell = tell_ptype },
	TOLD("inheritdsfield", skbedit),
	{ 0 },
};
static const struct weft__cls_row skbmod[] = {
	FORM("dmac", act_skbmod, dmac, MAC),
	FORM("smac", act_skbmod, smac, MAC),
	FORM("etype", act_skbmod, etype, ETHER),
	{ "swap_mac", WEFT_KEY(tc_skbmod, flags), 0, WEFT__F_BIT, .value = 8 },
	{ "ecn", WEFT_KEY(tc_skbmod, flags), 0, WEFT__F_BIT, .value = 16 },
	{ 0 },
};
static const struct weft__cls_row vlan[] = {
	ALONE("pop", tc_vlan, v_action, 1),
	ALONE("push", tc_vlan, v_action, 2),
	ALONE("modify", tc_vlan, v_action, 3),
	ALONE("pop_eth", tc_vlan, v_action, 4),
	ALONE("push_eth", tc_vlan, v_action, 5),
	ROW("id", act_vlan, push_vlan_id),
	FORM("protocol", act_vlan, push_vlan_protocol, ETHER),
	ROW("priority", act_vlan, push_vlan_priority),
	FORM("dst_mac", act_vlan, push_eth_dst, MAC),
	FORM("src_mac", act_vlan, push_eth_src, MAC),
	{ 0 },
};

#define KIND(k, parms) #k, k, WEFT_KEY(act_##k, parms)
const struct weft__cls_kind weft__actions[] = {
	{ KIND(bpf, parms), WEFT_SCHEMA_tc_gact, PIPE },
	{ KIND(connmark, parms), WEFT_SCHEMA_tc_connmark, PIPE },
	{ KIND(csum, parms), WEFT_SCHEMA_tc_csum, OK },
	{ KIND(gact, parms), WEFT_SCHEMA_tc_gact, OK },
	{ KIND(mirred, parms), WEFT_SCHEMA_tc_mirred, PIPE, .put_parms = put_eaction, .said = mirred_said,
	  .told = mirred_told },
	{ KIND(mpls, parms), WEFT_SCHEMA_tc_mpls, PIPE },
	{ KIND(nat, parms), WEFT_SCHEMA_tc_nat, OK, .put_parms = put_nat },
	{ KIND(sample, parms), WEFT_SCHEMA_tc_gact, PIPE },
	{ KIND(simple, parms), WEFT_SCHEMA_tc_gact, PIPE },
	{ KIND(skbedit, parms), WEFT_SCHEMA_tc_gact, PIPE, .put = put_skbedit },
	{ KIND(skbmod, parms), WEFT_SCHEMA_tc_skbmod, PIPE, .put_parms = put_skbmod },
	{ KIND(vlan, parms), WEFT_SCHEMA_tc_vlan, PIPE },
	{ 0 },
};
