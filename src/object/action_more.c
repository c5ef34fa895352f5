/* SPDX-License-Identifier: MIT */
/* Words of actions whose options have more to them: ct, ctinfo, gate, ife, tunnel_key; pedit and police, which
 * have files of their own. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/flower.h"
#include "object/police.h"
#include "schema/msg.h"

enum {
	OK = 0,
	RECLASSIFY = 1,
	PIPE = 3,
	/* bits of TCA_CT_ACTION */
	COMMIT = 1,
	FORCE = 2,
	CLEAR = 4,
	NAT = 8,
	SRC = 16,
	DST = 32,
};

static uint32_t ip4(const struct weft_ip *ip)
{
	return weft_get_be32(ip->b);
}

/* A or A-B, of one family. */
static bool addresses(const char *text, struct weft_ip *a, struct weft_ip *b)
{
	size_t dash = strcspn(text, "-");
	char first[64];

	(void)snprintf(first, sizeof first, "%.*s", (int)dash, text);
	*a = weft_ip(first);
	*b = text[dash] ? weft_ip(text + dash + 1) : *a;
	return dash < sizeof first && a->family && a->family == b->family;
}

static void put_nat_addresses(struct weft__cls *c, const char *word, const char *text)
{
	struct weft_ip a, b;

	if (!addresses(text, &a, &b)) {
		weft__cls_fail(c, word, "an address or a range of them is needed: \"%.60s\"", text);
	} else if (a.family == WEFT_AF_INET) {
		weft__cls_uint(c, word, WEFT_KEY(act_ct, nat_ipv4_min), ip4(&a));
		weft__cls_uint(c, word, WEFT_KEY(act_ct, nat_ipv4_max), ip4(&b));
	} else {
		weft__cls_bytes(c, word, WEFT_KEY(act_ct, nat_ipv6_min), a.b, 16);
		weft__cls_bytes(c, word, WEFT_KEY(act_ct, nat_ipv6_max), b.b, 16);
	}
}

static void put_nat_ports(struct weft__cls *c, const char *text)
{
	size_t dash = strcspn(text, "-");
	uint64_t a, b;

	if (!weft__cls_number(text, dash, UINT16_MAX, &a) ||
	    (text[dash] && !weft__cls_number(text + dash + 1, strlen(text + dash + 1), UINT16_MAX, &b))) {
		weft__cls_fail(c, "port", "a port or a range of them is needed: \"%.40s\"", text);
		return;
	}
	weft__cls_uint(c, "port", WEFT_KEY(act_ct, nat_port_min), a);
	weft__cls_uint(c, "port", WEFT_KEY(act_ct, nat_port_max), text[dash] ? b : a);
}

/* helper:ipv4-tcp-ftp */
static void put_helper(struct weft__cls *c, const char *text)
{
	size_t first = strcspn(text, "-"), second = text[first] ? strcspn(text + first + 1, "-") : 0;
	const char *name = text[first] && text[first + 1 + second] ? text + first + second + 2 : NULL;
	char proto[16];
	uint8_t v;

	(void)snprintf(proto, sizeof proto, "%.*s", (int)second, text[first] ? text + first + 1 : "");
	if (!name || (strncmp(text, "ipv4", first) != 0 && strncmp(text, "ipv6", first) != 0) || first != 4 ||
	    !weft__ipproto_value(proto, &v)) {
		weft__cls_fail(c, "helper", "needed as in ipv4-tcp-ftp: \"%.40s\"", text);
		return;
	}
	weft__cls_kv(c, "helper", weft_kv_str(WEFT_KEY(act_ct, helper_name), name));
	weft__cls_uint(c, "helper", WEFT_KEY(act_ct, helper_family), text[3] == '4' ? WEFT_AF_INET : WEFT_AF_INET6);
	weft__cls_uint(c, "helper", WEFT_KEY(act_ct, helper_proto), v);
}

static void put_ct(struct weft__cls *c)
{
	const struct weft_word *src, *dst, *port, *helper;
	uint32_t action = 0;

	action |= weft__cls_take(c, "commit") ? COMMIT : 0;
	action |= weft__cls_take(c, "force") ? FORCE : 0;
	action |= weft__cls_take(c, "clear") ? CLEAR : 0;
	action |= weft__cls_take(c, "nat") ? NAT : 0;
	src = weft__cls_take(c, "src");
	dst = weft__cls_take(c, "dst");
	port = weft__cls_take(c, "port");
	helper = weft__cls_take(c, "helper");
	action |= src ? NAT | SRC : 0;
	action |= dst ? NAT | DST : 0;
	/* there is room for the addresses of one */
	if (src && dst)
		weft__cls_fail(c, "dst", "src is given too: one of both is needed");
	weft__cls_uint(c, "ct", WEFT_KEY(act_ct, action), action);
	if (src)
		put_nat_addresses(c, "src", src->value ? src->value : "");
	if (dst)
		put_nat_addresses(c, "dst", dst->value ? dst->value : "");
	if (port)
		put_nat_ports(c, port->value ? port->value : "");
	if (helper)
		put_helper(c, helper->value ? helper->value : "");
}

static void taken(struct weft__cls *c, const struct weft__cls_row *r)
{
	(void)c;
	(void)r;
}

static void tell_addresses(struct weft__cls_tell *t)
{
	static const uint32_t keys[2][2] = { { WEFT_KEY(act_ct, nat_ipv4_min), WEFT_KEY(act_ct, nat_ipv4_max) },
					     { WEFT_KEY(act_ct, nat_ipv6_min), WEFT_KEY(act_ct, nat_ipv6_max) } };
	char buf[WEFT_IP_TEXT];

	for (int i = 0; i < 2; i++) {
		struct weft_attr a = weft__cls_at(t->at, keys[i][0]), b = weft__cls_at(t->at, keys[i][1]);
		struct weft_ip min = weft_ip_bytes(a.p, a.len), max = weft_ip_bytes(b.p, b.len);

		if (!a.p)
			continue;
		weft_text_puts(t->t, weft_ip_text(&min, buf));
		if (b.p && b.len == a.len && memcmp(a.p, b.p, a.len) != 0)
			weft_text_printf(t->t, "-%s", weft_ip_text(&max, buf));
	}
}

static void tell_ct(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	uint64_t action = weft_uint(weft__cls_at(t->at, WEFT_KEY(act_ct, action)), 0);

	if (r->value == NAT) {
		if ((action & (NAT | SRC | DST)) == NAT)
			weft__cls_tell_alone(t, "nat");
	} else if (r->value == SRC || r->value == DST) {
		if (!(action & r->value))
			return;
		weft__cls_tell_name(t, r->word);
		tell_addresses(t);
	} else if (action & r->value) {
		weft__cls_tell_alone(t, r->word);
	}
}

static void tell_port(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, WEFT_KEY(act_ct, nat_port_min));
	uint64_t max = weft_uint(weft__cls_at(t->at, WEFT_KEY(act_ct, nat_port_max)), weft_uint(a, 0));

	if (!a.p)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_uint(t->t, weft_uint(a, 0));
	if (max != weft_uint(a, 0))
		weft_text_printf(t->t, "-%u", (unsigned)max);
}

static void tell_helper(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const char *name = weft_str(weft__cls_at(t->at, WEFT_KEY(act_ct, helper_name)), NULL);
	uint8_t proto = (uint8_t)weft_uint(weft__cls_at(t->at, WEFT_KEY(act_ct, helper_proto)), 0);

	if (!name)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_printf(t->t, "ipv%c-",
			 weft_uint(weft__cls_at(t->at, WEFT_KEY(act_ct, helper_family)), 0) == WEFT_AF_INET ? '4'
													    : '6');
	if (weft__ipproto_name(proto))
		weft_text_puts(t->t, weft__ipproto_name(proto));
	else
		weft_text_uint(t->t, proto);
	weft_text_putc(t->t, '-');
	weft_text_safe(t->t, name, strlen(name));
}

/* gate: entry:open/100ms/PRIORITY/OCTETS, as many as there are. */
static bool put_entry(struct weft__cls *c, const char *word, const char *text)
{
	size_t n = strcspn(text, "/"), len = text[n] ? strcspn(text + n + 1, "/") : 0;
	bool open = n == 4 && strncmp(text, "open", 4) == 0;
	const char *at = text + n + 1 + len;
	int64_t v[2] = { -1, -1 };
	char interval[32];

	if ((!open && strncmp(text, "close", n) != 0) || !text[n] || len >= sizeof interval)
		return false;
	(void)snprintf(interval, sizeof interval, "%.*s", (int)len, text + n + 1);
	for (int i = 0; i < 2 && *at; i++) {
		bool minus = at[1] == '-';
		size_t digits = strcspn(at + 1 + minus, "/");
		uint64_t x;

		if (!weft__cls_number(at + 1 + minus, digits, INT32_MAX, &x))
			return false;
		v[i] = minus ? -(int64_t)x : (int64_t)x;
		at += 1 + minus + digits;
	}
	weft_open(c->m, WEFT_KEY(gate_entries, one_entry));
	if (open)
		weft__cls_uint(c, word, WEFT_KEY(gate_entry, gate), 1);
	weft__cls_kv(c, word, weft_kv_str(WEFT_KEY(gate_entry, interval), interval));
	weft__cls_kv(c, word, weft_kv_int(WEFT_KEY(gate_entry, ipv), v[0]));
	weft__cls_kv(c, word, weft_kv_int(WEFT_KEY(gate_entry, max_octets), v[1]));
	weft_close(c->m);
	return !*at;
}

static void put_entries(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w;

	weft_open(c->m, WEFT_KEY(act_gate, entry_list));
	while ((w = weft__cls_take(c, r->word)) != NULL)
		if (!put_entry(c, r->word, w->value ? w->value : ""))
			weft__cls_fail(c, r->word, "needed as in open/100ms/-1/-1: \"%.60s\"",
				       w->value ? w->value : "");
	weft_close(c->m);
}

static void tell_entries(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	WEFT_EACH(e, weft_at(weft__cls_at(t->at, WEFT_KEY(act_gate, entry_list)), "one-entry"))
	{
		weft__cls_tell_name(t, r->word);
		weft_text_printf(t->t, "%s/", weft_uint(weft_at(e, "gate"), 0) ? "open" : "close");
		(void)!weft_value_text(weft_at(e, "interval"), t->t);
		weft_text_printf(t->t, "/%d/%d", (int)weft_int(weft_at(e, "ipv"), -1),
				 (int)weft_int(weft_at(e, "max-octets"), -1));
	}
}

static void put_clock(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint64_t v;

	if (w && w->value && weft__clock_value(w->value, &v))
		weft__cls_uint(c, r->word, r->key, v);
	else
		weft__cls_fail(c, r->word, "not a clock");
}

static void tell_clock(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, r->key);
	const char *name = weft__clock_name(weft_int(a, -1));

	if (!a.p)
		return;
	weft__cls_tell_name(t, r->word);
	if (name)
		weft_text_puts(t->t, name);
	else
		weft_text_int(t->t, weft_int(a, -1));
}

/* ife: use:mark/5 sends a value, allow:mark that of the packet. */
static const struct {
	const char *name;
	uint32_t key;
	uint8_t bytes;
} metas[] = { { "mark", WEFT_KEY(ife_meta, skbmark), 4 },
	      { "prio", WEFT_KEY(ife_meta, prio), 4 },
	      { "hashid", WEFT_KEY(ife_meta, hashid), 4 },
	      { "qmap", WEFT_KEY(ife_meta, qmap), 4 },
	      { "tcindex", WEFT_KEY(ife_meta, tcindex), 2 } };

static bool put_meta(struct weft__cls *c, const char *word, const char *text, bool use)
{
	size_t n = strcspn(text, "/"), i = 0;
	uint64_t v = 0;
	uint32_t wide;
	uint16_t narrow;

	while (i < sizeof metas / sizeof *metas && (strlen(metas[i].name) != n || strncmp(metas[i].name, text, n) != 0))
		i++;
	if (i == sizeof metas / sizeof *metas || (text[n] != 0) != use ||
	    (use &&
	     !weft__cls_number(text + n + 1, strlen(text + n + 1), metas[i].bytes == 2 ? UINT16_MAX : UINT32_MAX, &v)))
		return false;
	wide = (uint32_t)v;
	narrow = (uint16_t)v;
	weft__cls_bytes(c, word, metas[i].key, metas[i].bytes == 2 ? (const void *)&narrow : (const void *)&wide,
			use ? metas[i].bytes : 0);
	return true;
}

static void put_metas(struct weft__cls *c, const struct weft__cls_row *r)
{
	static const char *const words[] = { "use", "allow" };

	/* both words fill the one list */
	if (strcmp(r->word, "allow") == 0 && weft__cls_look(c, "use"))
		return;
	weft_open(c->m, WEFT_KEY(act_ife, metalst));
	for (int i = 0; i < 2; i++) {
		const struct weft_word *w;

		while ((w = weft__cls_take(c, words[i])) != NULL)
			if (!put_meta(c, words[i], w->value ? w->value : "", i == 0))
				weft__cls_fail(
				    c, words[i],
				    "use:mark/5 or allow:mark is needed, of mark, prio, hashid, qmap or tcindex");
	}
	weft_close(c->m);
}

static void tell_metas(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr list = weft__cls_at(t->at, WEFT_KEY(act_ife, metalst));

	(void)r;
	for (size_t i = 0; i < sizeof metas / sizeof *metas; i++) {
		struct weft_attr a = weft__cls_at(list, metas[i].key);

		if (!a.p)
			continue;
		weft__cls_tell_name(t, a.len ? "use" : "allow");
		weft_text_puts(t->t, metas[i].name);
		if (a.len == 4)
			weft_text_printf(t->t, "/%u", weft_get_u32(a.p));
		else if (a.len == 2)
			weft_text_printf(t->t, "/%u", weft_get_u16(a.p));
	}
}

/* tunnel_key: a word for each option. .value: its kind. */
static void put_opts(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w;

	weft_open(c->m, WEFT_KEY(act_tunnel_key, enc_opts));
	while ((w = weft__cls_take(c, r->word)) != NULL) {
		const char *text = w->value ? w->value : "";

		if (!*text || !weft__opts_put(c, r->word, &weft__tunnel_opts[r->value], r->value, text, strlen(text)))
			weft__cls_fail(c, r->word, "not options of this tunnel: \"%.60s\"", text);
	}
	weft_close(c->m);
}

static void tell_opts(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__tunnel_opts *o = &weft__tunnel_opts[r->value];
	struct weft_walk w = weft_walk(weft__cls_at(t->at, WEFT_KEY(act_tunnel_key, enc_opts)));
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0) {
		if (a.number != (o->nest & 0xffff))
			continue;
		for (unsigned i = 0; i < weft__opts_count(o, r->value, a); i++) {
			weft__cls_tell_name(t, r->word);
			weft__opts_tell(t->t, o, r->value, a, i);
		}
	}
}

#define ROW(w, s, k)                                                                                                   \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_ROW                                                                      \
	}
#define FORM(w, s, k, f)                                                                                               \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_##f                                                                      \
	}
#define CT(w, v)                                                                                                       \
	{                                                                                                              \
		w, 0, 0, WEFT__F_OWN_ALONE, .value = v, .put = taken, .tell = tell_ct                                  \
	}
#define OPTS(w, i)                                                                                                     \
	{                                                                                                              \
		w, 0, 0, WEFT__F_OWN, .whole = true, .value = i, .put = put_opts, .tell = tell_opts                    \
	}

static const struct weft__cls_row ct[] = {
	CT("commit", COMMIT),
	CT("force", FORCE),
	CT("clear", CLEAR),
	ROW("zone", act_ct, zone),
	{ "mark", WEFT_KEY(act_ct, mark), WEFT_KEY(act_ct, mark_mask), WEFT__F_MASKED },
	{ "label", WEFT_KEY(act_ct, labels), WEFT_KEY(act_ct, labels_mask), WEFT__F_HEX },
	CT("nat", NAT),
	{ "src", 0, 0, WEFT__F_IP, .value = SRC, .tell = tell_ct },
	{ "dst", 0, 0, WEFT__F_IP, .value = DST, .tell = tell_ct },
	{ "port", 0, 0, WEFT__F_OWN, .put = taken, .tell = tell_port },
	{ "helper", 0, 0, WEFT__F_OWN, .put = taken, .tell = tell_helper },
	{ 0 },
};
static const struct weft__cls_row ctinfo[] = {
	ROW("zone", act_ctinfo, zone),
	ROW("dscp", act_ctinfo, parms_dscp_mask),
	ROW("dscp_state", act_ctinfo, parms_dscp_statemask),
	ROW("cpmark", act_ctinfo, parms_cpmark_mask),
	{ 0 },
};
static const struct weft__cls_row gate[] = {
	{ "clockid", WEFT_KEY(act_gate, clockid), 0, WEFT__F_OWN, .put = put_clock, .tell = tell_clock },
	ROW("priority", act_gate, priority),
	ROW("base_time", act_gate, base_time),
	ROW("cycle_time", act_gate, cycle_time),
	ROW("cycle_time_ext", act_gate, cycle_time_ext),
	ROW("flags", act_gate, flags),
	{ "entry", 0, 0, WEFT__F_OWN, .put = put_entries, .tell = tell_entries },
	{ 0 },
};
static const struct weft__cls_row ife[] = {
	{ "decode", WEFT_KEY(tc_ife, flags), 0, WEFT__F_ALONE, .value = 0 },
	{ "encode", WEFT_KEY(tc_ife, flags), 0, WEFT__F_ALONE, .value = 1 },
	{ "use", 0, 0, WEFT__F_OWN, .put = put_metas, .tell = tell_metas },
	{ "allow", 0, 0, WEFT__F_OWN, .put = put_metas },
	ROW("type", act_ife, type),
	FORM("dst", act_ife, dmac, MAC),
	FORM("src", act_ife, smac, MAC),
	{ 0 },
};
static const struct weft__cls_row tunnel_key[] = {
	{ "set", WEFT_KEY(tc_tunnel_key, t_action), 0, WEFT__F_ALONE, .value = 1 },
	{ "unset", WEFT_KEY(tc_tunnel_key, t_action), 0, WEFT__F_ALONE, .value = 2 },
	{ "src_ip", WEFT_KEY(act_tunnel_key, enc_ipv4_src), 0, WEFT__F_IP,
	  .key6 = WEFT_KEY(act_tunnel_key, enc_ipv6_src) },
	{ "dst_ip", WEFT_KEY(act_tunnel_key, enc_ipv4_dst), 0, WEFT__F_IP,
	  .key6 = WEFT_KEY(act_tunnel_key, enc_ipv6_dst) },
	ROW("id", act_tunnel_key, enc_key_id),
	ROW("dst_port", act_tunnel_key, enc_dst_port),
	ROW("tos", act_tunnel_key, enc_tos),
	ROW("ttl", act_tunnel_key, enc_ttl),
	OPTS("geneve_opts", 0),
	OPTS("vxlan_opts", 1),
	OPTS("erspan_opts", 2),
	{ "nofrag", WEFT_KEY(act_tunnel_key, no_frag), 0, WEFT__F_ALONE, .value = 1 },
	{ "csum", WEFT_KEY(act_tunnel_key, no_csum), 0, WEFT__F_ALONE, .value = 0 },
	{ "nocsum", WEFT_KEY(act_tunnel_key, no_csum), 0, WEFT__F_ALONE, .value = 1 },
	{ 0 },
};

#define KIND(k, parms) #k, k, WEFT_KEY(act_##k, parms)
const struct weft__cls_kind weft__actions_more[] = {
	{ KIND(ct, parms), WEFT_SCHEMA_tc_gact, PIPE, .put = put_ct },
	{ KIND(ctinfo, act), WEFT_SCHEMA_tc_gact, PIPE },
	{ KIND(gate, parms), WEFT_SCHEMA_tc_gact, PIPE },
	{ KIND(ife, parms), WEFT_SCHEMA_tc_ife, PIPE },
	{ "pedit", weft__pedit_words, WEFT_KEY(act_pedit, parms_ex), WEFT_SCHEMA_tc_pedit_sel, OK,
	  .other_parms = WEFT_KEY(act_pedit, parms), .choose = weft__pedit_choose, .put_parms = weft__pedit_put_keys,
	  .put = weft__pedit_put },
	{ "police", weft__police_words, WEFT_KEY(police, tbf), WEFT_SCHEMA_tc_police, RECLASSIFY,
	  .put_parms = weft__police_put_parms, .put = weft__police_put },
	{ KIND(tunnel_key, parms), WEFT_SCHEMA_tc_tunnel_key, PIPE },
	{ 0 },
};
