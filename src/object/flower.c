/* SPDX-License-Identifier: MIT */
/* Words of flower, in the order in which they are told. */
#include <stdio.h>
#include <string.h>

#include "object/cls.h"
#include "object/flower.h"

enum {
	TCP = 6,
	UDP = 17,
	ICMP = 1,
	ICMPV6 = 58,
	SCTP = 132,
	ALL = 3, /* protocols of Ethernet */
};

#define KEY(x) WEFT_KEY(flower, x)

static uint8_t protocol_said(const struct weft__cls *c)
{
	const char *text = weft__cls_look(c, "ip_proto");
	uint8_t v = 0;

	return text && weft__ipproto_value(text, &v) ? v : 0;
}

/* Rows of ports: of one number, with a mask, of the ends of a range; destination and source. */
static const struct ports {
	uint8_t proto;
	uint32_t key[2], mask[2];
} ports[] = {
	{ TCP, { KEY(key_tcp_dst), KEY(key_tcp_src) }, { KEY(key_tcp_dst_mask), KEY(key_tcp_src_mask) } },
	{ UDP, { KEY(key_udp_dst), KEY(key_udp_src) }, { KEY(key_udp_dst_mask), KEY(key_udp_src_mask) } },
	{ SCTP, { KEY(key_sctp_dst), KEY(key_sctp_src) }, { KEY(key_sctp_dst_mask), KEY(key_sctp_src_mask) } },
};
static const uint32_t range[2][2] = { { KEY(key_port_dst_min), KEY(key_port_dst_max) },
				      { KEY(key_port_src_min), KEY(key_port_src_max) } };

static void put_range(struct weft__cls *c, const struct weft__cls_row *r, const char *value, size_t dash)
{
	uint64_t a, b;

	if (!weft__cls_number(value, dash, UINT16_MAX, &a) ||
	    !weft__cls_number(value + dash + 1, strlen(value + dash + 1), UINT16_MAX, &b)) {
		weft__cls_fail(c, r->word, "not a range of ports: \"%.40s\"", value);
		return;
	}
	weft__cls_uint(c, r->word, range[r->value][0], a);
	weft__cls_uint(c, r->word, range[r->value][1], b);
}

/* 80, 80/0xfff0, 80-90. .value: which of the two. */
static void put_port(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint8_t proto = protocol_said(c);
	const char *value = w ? w->value : NULL;
	size_t dash = value ? strcspn(value, "-") : 0;

	if (!value) {
		weft__cls_fail(c, r->word, "needs a value");
		return;
	}
	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		const struct weft__cls_row row = { r->word, ports[i].key[r->value], ports[i].mask[r->value],
						   WEFT__F_MASKED };

		if (ports[i].proto != proto)
			continue;
		if (value[dash])
			put_range(c, r, value, dash);
		else
			weft__cls_value(c, &row, value);
		return;
	}
	weft__cls_fail(c, r->word, "needs ip_proto=tcp, udp or sctp");
}

static void tell_port(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr min = weft__cls_at(t->at, range[r->value][0]), max = weft__cls_at(t->at, range[r->value][1]);

	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		const struct weft__cls_row row = { r->word, ports[i].key[r->value], ports[i].mask[r->value],
						   WEFT__F_MASKED };
		struct weft_attr a = weft__cls_at(t->at, row.key);

		if (a.p)
			weft__cls_tell_value(t, &row, a);
	}
	if (!min.p || !max.p)
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_printf(t->t, "%u-%u", (unsigned)weft_uint(min, 0), (unsigned)weft_uint(max, 0));
}

/* Type and code of ICMP: .key and .mask of IPv4, .key6 and .mask6 of IPv6. */
static void put_icmp(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint8_t proto = protocol_said(c);
	struct weft__cls_row row = { r->word, r->key, r->mask, WEFT__F_MASKED };

	if (proto == ICMPV6) {
		row.key = r->key6;
		row.mask = r->mask6;
	} else if (proto != ICMP) {
		weft__cls_fail(c, r->word, "needs ip_proto=icmp or icmpv6");
		return;
	}
	if (w && w->value)
		weft__cls_value(c, &row, w->value);
	else
		weft__cls_fail(c, r->word, "needs a value");
}

static void tell_icmp(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft__cls_row four = { r->word, r->key, r->mask, WEFT__F_MASKED };
	struct weft__cls_row six = { r->word, r->key6, r->mask6, WEFT__F_MASKED };

	if (weft__cls_at(t->at, r->key).p)
		weft__cls_tell_value(t, &four, weft__cls_at(t->at, r->key));
	if (weft__cls_at(t->at, r->key6).p)
		weft__cls_tell_value(t, &six, weft__cls_at(t->at, r->key6));
}

/* Names of bits. */
struct bit {
	const char *name;
	uint32_t value;
};
static const struct bit ip_flags[] = { { "frag", 1 },  { "firstfrag", 2 }, { "tuncsum", 4 },
				       { "tundf", 8 }, { "tunoam", 16 },   { "tuncrit", 32 },
				       { 0 } };
static const struct bit ct_flags[] = { { "new", 1 },  { "est", 2 },  { "rel", 4 }, { "trk", 8 },
				       { "inv", 16 }, { "rpl", 32 }, { 0 } };

static uint32_t bit_named(const struct bit *b, const char *name, size_t len)
{
	for (; b->name; b++)
		if (strlen(b->name) == len && strncmp(b->name, name, len) == 0)
			return b->value;
	return 0;
}

/* "frag/nofirstfrag": bits that must be set, or with "no" not. */
static void put_flags(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint32_t value = 0, mask = 0;

	for (const char *at = w && w->value ? w->value : ""; *at;) {
		size_t n = strcspn(at, "/,");
		bool no = strncmp(at, "no", 2) == 0;
		uint32_t bit = no ? bit_named(ip_flags, at + 2, n - 2) : bit_named(ip_flags, at, n);

		if (!bit) {
			weft__cls_fail(c, r->word, "no flag: \"%.20s\"", at);
			return;
		}
		mask |= bit;
		value |= no ? 0 : bit;
		at += n + (at[n] != 0);
	}
	if (!mask) {
		weft__cls_fail(c, r->word, "needs flags: frag, nofirstfrag ...");
		return;
	}
	weft__cls_uint(c, r->word, r->key, value);
	weft__cls_uint(c, r->word, r->mask, mask);
}

static void tell_flags(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	uint64_t value = weft_uint(weft__cls_at(t->at, r->key), 0), mask = weft_uint(weft__cls_at(t->at, r->mask), 0);
	const char *sep = "";

	if (!mask)
		return;
	weft__cls_tell_name(t, r->word);
	for (const struct bit *b = ip_flags; b->name; b++) {
		if (!(mask & b->value))
			continue;
		weft_text_printf(t->t, "%s%s%s", sep, value & b->value ? "" : "no", b->name);
		sep = "/";
	}
}

/* "+trk-est" */
static void put_ct_state(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint32_t value = 0, mask = 0;

	for (const char *at = w && w->value ? w->value : ""; *at;) {
		size_t n = strcspn(at + 1, "+-");
		uint32_t bit = bit_named(ct_flags, at + 1, n);

		if (!bit || (*at != '+' && *at != '-')) {
			weft__cls_fail(c, r->word, "not a state as +trk-new: \"%.20s\"", at);
			return;
		}
		mask |= bit;
		value |= *at == '+' ? bit : 0;
		at += 1 + n;
	}
	if (!mask) {
		weft__cls_fail(c, r->word, "needs a state as +trk-new");
		return;
	}
	weft__cls_uint(c, r->word, r->key, value);
	weft__cls_uint(c, r->word, r->mask, mask);
}

static void tell_ct_state(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	uint64_t value = weft_uint(weft__cls_at(t->at, r->key), 0), mask = weft_uint(weft__cls_at(t->at, r->mask), 0);

	if (!mask)
		return;
	weft__cls_tell_name(t, r->word);
	for (const struct bit *b = ct_flags; b->name; b++)
		if (mask & b->value)
			weft_text_printf(t->t, "%c%s", value & b->value ? '+' : '-', b->name);
}

static void put_arp_op(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const struct weft__cls_row row = { r->word, r->key, r->mask, WEFT__F_MASKED };
	const char *value = w && w->value ? w->value : "";

	weft__cls_value(c, &row, strcmp(value, "request") == 0 ? "1" : strcmp(value, "reply") == 0 ? "2" : value);
}

static void tell_arp_op(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__cls_row row = { r->word, r->key, r->mask, WEFT__F_MASKED };
	struct weft_attr a = weft__cls_at(t->at, r->key);
	uint64_t v = weft_uint(a, 0);

	if (!a.p)
		return;
	if ((v == 1 || v == 2) && weft_uint(weft__cls_at(t->at, r->mask), 0xff) == 0xff) {
		weft__cls_tell_name(t, r->word);
		weft_text_puts(t->t, v == 1 ? "request" : "reply");
	} else {
		weft__cls_tell_value(t, &row, a);
	}
}

/* Follows from the filter's protocol, if it has one. The kernel tells here what is inside VLAN tags or PPP. */
static void tell_eth_type(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__cls_row row = { r->word, r->key, 0, WEFT__F_ETHER };
	struct weft_attr a = weft__cls_at(t->at, r->key);

	if (a.p && (!t->protocol || t->protocol == ALL))
		weft__cls_tell_value(t, &row, a);
}

static void put_eth_type(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const struct weft__cls_row row = { r->word, r->key, 0, WEFT__F_ETHER };

	weft__cls_value(c, &row, w && w->value ? w->value : "");
}

void weft__flower_put(struct weft__cls *c)
{
	if (!weft__cls_look(c, "eth_type") && !weft__cls_look(c, "key_eth_type") && c->protocol && c->protocol != ALL)
		weft__cls_uint(c, "protocol", KEY(key_eth_type), c->protocol);
}

#define MASKED(w, k)                                                                                                   \
	{                                                                                                              \
		w, KEY(k), KEY(k##_mask), WEFT__F_MASKED                                                               \
	}
#define BIT(w, v)                                                                                                      \
	{                                                                                                              \
		w, KEY(flags), 0, WEFT__F_BIT, .value = v                                                              \
	}
#define PREFIX4(w, k)                                                                                                  \
	{                                                                                                              \
		w, KEY(k), KEY(k##_mask), WEFT__F_IP                                                                   \
	}
#define PREFIX(w, k, k6)                                                                                               \
	{                                                                                                              \
		w, KEY(k), KEY(k##_mask), WEFT__F_IP, .key6 = KEY(k6), .mask6 = KEY(k6##_mask)                         \
	}
#define MAC(w, k)                                                                                                      \
	{                                                                                                              \
		w, KEY(k), KEY(k##_mask), WEFT__F_MAC                                                                  \
	}
#define ROW(w, k)                                                                                                      \
	{                                                                                                              \
		w, KEY(k), 0, WEFT__F_ROW                                                                              \
	}
#define ETHER(w, k)                                                                                                    \
	{                                                                                                              \
		w, KEY(k), 0, WEFT__F_ETHER                                                                            \
	}
#define OWN(w, k, f)                                                                                                   \
	{                                                                                                              \
		w, KEY(k), KEY(k##_mask), WEFT__F_OWN, .put = put_##f, .tell = tell_##f                                \
	}
#define OPTS(w, i)                                                                                                     \
	{                                                                                                              \
		w, KEY(key_enc_opts), KEY(key_enc_opts_mask), WEFT__F_OWN, .value = i, .put = weft__flower_put_opts,   \
									   .tell = weft__flower_tell_opts              \
	}

const struct weft__cls_row weft__flower_words[] = {
	{ "eth_type", KEY(key_eth_type), 0, WEFT__F_OWN, .put = put_eth_type, .tell = tell_eth_type },
	{ "indev", KEY(indev), 0, WEFT__F_ROW },
	MAC("dst_mac", key_eth_dst),
	MAC("src_mac", key_eth_src),
	ROW("num_of_vlans", key_num_of_vlans),
	ROW("vlan_id", key_vlan_id),
	ROW("vlan_prio", key_vlan_prio),
	ETHER("vlan_ethtype", key_vlan_eth_type),
	ROW("cvlan_id", key_cvlan_id),
	ROW("cvlan_prio", key_cvlan_prio),
	ETHER("cvlan_ethtype", key_cvlan_eth_type),
	ROW("mpls_label", key_mpls_label),
	ROW("mpls_tc", key_mpls_tc),
	ROW("mpls_bos", key_mpls_bos),
	ROW("mpls_ttl", key_mpls_ttl),
	{ "mpls", KEY(key_mpls_opts), 0, WEFT__F_OWN, .put = weft__flower_put_mpls, .tell = weft__flower_tell_mpls },
	ROW("pppoe_sid", key_pppoe_sid),
	{ "ppp_proto", KEY(key_ppp_proto), 0, WEFT__F_OWN, .put = weft__flower_put_ppp, .tell = weft__flower_tell_ppp },
	{ "ip_proto", KEY(key_ip_proto), 0, WEFT__F_PROTO },
	MASKED("ip_tos", key_ip_tos),
	MASKED("ip_ttl", key_ip_ttl),
	OWN("ip_flags", key_flags, flags),
	PREFIX("dst_ip", key_ipv4_dst, key_ipv6_dst),
	PREFIX("src_ip", key_ipv4_src, key_ipv6_src),
	{ "dst_port", 0, 0, WEFT__F_OWN, .value = 0, .put = put_port, .tell = tell_port },
	{ "src_port", 0, 0, WEFT__F_OWN, .value = 1, .put = put_port, .tell = tell_port },
	MASKED("tcp_flags", key_tcp_flags),
	{ "type", KEY(key_icmpv4_type), KEY(key_icmpv4_type_mask), WEFT__F_OWN, .key6 = KEY(key_icmpv6_type),
	  .mask6 = KEY(key_icmpv6_type_mask), .put = put_icmp, .tell = tell_icmp },
	{ "code", KEY(key_icmpv4_code), KEY(key_icmpv4_code_mask), WEFT__F_OWN, .key6 = KEY(key_icmpv6_code),
	  .mask6 = KEY(key_icmpv6_code_mask), .put = put_icmp, .tell = tell_icmp },
	PREFIX4("arp_tip", key_arp_tip),
	PREFIX4("arp_sip", key_arp_sip),
	OWN("arp_op", key_arp_op, arp_op),
	MAC("arp_tha", key_arp_tha),
	MAC("arp_sha", key_arp_sha),
	ROW("l2tpv3_sid", key_l2tpv3_sid),
	MASKED("spi", key_spi),
	{ "cfm", KEY(key_cfm), 0, WEFT__F_OWN, .put = weft__flower_put_cfm, .tell = weft__flower_tell_cfm },
	ROW("l2_miss", l2_miss),
	MASKED("hash", key_hash),
	OWN("ct_state", key_ct_state, ct_state),
	MASKED("ct_zone", key_ct_zone),
	MASKED("ct_mark", key_ct_mark),
	{ "ct_label", KEY(key_ct_labels), KEY(key_ct_labels_mask), WEFT__F_HEX },
	PREFIX("enc_dst_ip", key_enc_ipv4_dst, key_enc_ipv6_dst),
	PREFIX("enc_src_ip", key_enc_ipv4_src, key_enc_ipv6_src),
	ROW("enc_key_id", key_enc_key_id),
	MASKED("enc_dst_port", key_enc_udp_dst_port),
	MASKED("enc_src_port", key_enc_udp_src_port),
	MASKED("enc_tos", key_enc_ip_tos),
	MASKED("enc_ttl", key_enc_ip_ttl),
	OWN("enc_flags", key_enc_flags, flags),
	OPTS("geneve_opts", 0),
	OPTS("vxlan_opts", 1),
	OPTS("erspan_opts", 2),
	OPTS("gtp_opts", 3),
	OPTS("pfcp_opts", 4),
	BIT("skip_hw", 1),
	BIT("skip_sw", 2),
	BIT("verbose", 16),
	{ "classid", KEY(classid), 0, WEFT__F_ROW, .also = "flowid" },
	{ 0 },
};
