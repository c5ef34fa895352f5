/* SPDX-License-Identifier: MIT */
/* Views of every noun: each attribute in its right size, in every wrong one, twice; header members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <weft/weft.h>

enum form {
	U32,
	BYTE,
	IP_ANY,
	IP_OF_FAMILY,
	TEXT,
	BYTES,
	ANY,
	KIND
};

struct view {
	const char *name;
	uint32_t header;
	uint32_t (*has)(struct weft_attr body, int *ret);
	struct row {
		uint32_t key, bit;
		enum form form;
	} rows[12];
};

#define HAS(noun)                                                                                                      \
	static uint32_t noun##_has(struct weft_attr body, int *ret)                                                    \
	{                                                                                                              \
		struct weft_##noun x = { .has = 0 };                                                                   \
		*ret = weft_##noun##_view(body, &x);                                                                   \
		return x.has;                                                                                          \
	}
HAS(link)
HAS(addr)
HAS(route)
HAS(rule)
HAS(neigh)

static const struct view views[] = {
	{ "link",
	  16,
	  link_has,
	  { { WEFT_KEY(link, ifname), WEFT_LINK_HAS_IFNAME, TEXT },
	    { WEFT_KEY(link, mtu), WEFT_LINK_HAS_MTU, U32 },
	    { WEFT_KEY(link, master), WEFT_LINK_HAS_MASTER, U32 },
	    { WEFT_KEY(link, link), WEFT_LINK_HAS_PARENT, U32 },
	    { WEFT_KEY(link, address), WEFT_LINK_HAS_ADDRESS, BYTES },
	    { WEFT_KEY(link, linkinfo), WEFT_LINK_HAS_KIND, KIND },
	    { WEFT_KEY(link, operstate), WEFT_LINK_HAS_OPERSTATE, BYTE },
	    { WEFT_KEY(link, qdisc), WEFT_LINK_HAS_QDISC, TEXT },
	    { WEFT_KEY(link, txqlen), WEFT_LINK_HAS_TXQLEN, U32 },
	    { WEFT_KEY(link, ifalias), WEFT_LINK_HAS_ALIAS, TEXT },
	    { WEFT_KEY(link, group), 0, U32 } } },
	{ "addr",
	  8,
	  addr_has,
	  { { WEFT_KEY(addr, address), WEFT_ADDR_HAS_ADDRESS, IP_ANY },
	    { WEFT_KEY(addr, local), WEFT_ADDR_HAS_LOCAL, IP_ANY },
	    { WEFT_KEY(addr, broadcast), WEFT_ADDR_HAS_BROADCAST, IP_ANY },
	    { WEFT_KEY(addr, label), WEFT_ADDR_HAS_LABEL, TEXT },
	    { WEFT_KEY(addr, flags), WEFT_ADDR_HAS_FLAGS, U32 },
	    { WEFT_KEY(addr, rt_priority), 0, U32 } } },
	{ "route",
	  12,
	  route_has,
	  { { WEFT_KEY(route, dst), WEFT_ROUTE_HAS_DST, IP_OF_FAMILY },
	    { WEFT_KEY(route, src), WEFT_ROUTE_HAS_SRC, IP_OF_FAMILY },
	    { WEFT_KEY(route, gateway), WEFT_ROUTE_HAS_GATEWAY, IP_OF_FAMILY },
	    { WEFT_KEY(route, prefsrc), WEFT_ROUTE_HAS_PREFSRC, IP_OF_FAMILY },
	    { WEFT_KEY(route, oif), WEFT_ROUTE_HAS_OIF, U32 },
	    { WEFT_KEY(route, priority), WEFT_ROUTE_HAS_PRIORITY, U32 },
	    { WEFT_KEY(route, table), WEFT_ROUTE_HAS_TABLE, U32 },
	    { WEFT_KEY(route, nh_id), WEFT_ROUTE_HAS_NH_ID, U32 },
	    { WEFT_KEY(route, multipath), WEFT_ROUTE_HAS_MULTIPATH, ANY },
	    { WEFT_KEY(route, mark), 0, U32 } } },
	{ "rule",
	  12,
	  rule_has,
	  { { WEFT_KEY(rule, dst), WEFT_RULE_HAS_DST, IP_OF_FAMILY },
	    { WEFT_KEY(rule, src), WEFT_RULE_HAS_SRC, IP_OF_FAMILY },
	    { WEFT_KEY(rule, iifname), WEFT_RULE_HAS_IIF, TEXT },
	    { WEFT_KEY(rule, oifname), WEFT_RULE_HAS_OIF, TEXT },
	    { WEFT_KEY(rule, priority), WEFT_RULE_HAS_PRIORITY, U32 },
	    { WEFT_KEY(rule, fwmark), WEFT_RULE_HAS_FWMARK, U32 },
	    { WEFT_KEY(rule, table), WEFT_RULE_HAS_TABLE, U32 },
	    { WEFT_KEY(rule, flow), 0, U32 } } },
	{ "neigh",
	  12,
	  neigh_has,
	  { { WEFT_KEY(neigh, dst), WEFT_NEIGH_HAS_DST, IP_ANY },
	    { WEFT_KEY(neigh, lladdr), WEFT_NEIGH_HAS_LLADDR, BYTES },
	    { WEFT_KEY(neigh, probes), 0, U32 } } },
};

static bool right_size(enum form form, uint32_t len, uint8_t family)
{
	switch (form) {
	case U32:
		return len == 4;
	case BYTE:
		return len == 1;
	case IP_ANY:
		return len == 4 || len == 16;
	case IP_OF_FAMILY:
		return (family == WEFT_AF_INET && len == 4) || (family == WEFT_AF_INET6 && len == 16);
	case BYTES:
	case TEXT:
		return len > 0;
	case ANY:
		return true;
	case KIND:
		break;
	}
	return false;
}

/* A message with one attribute of so many bytes, the last of them `last`. */
static struct weft_attr body(uint8_t *buf, uint32_t header, uint8_t family, uint32_t key, uint32_t len, char last)
{
	struct weft_writer w;
	char payload[32];

	memset(payload, 'x', sizeof payload);
	if (len)
		payload[len - 1] = last;
	memset(buf, 0, header);
	buf[0] = family;
	weft_write_init(&w, buf + header, 64);
	weft_write_attr(&w, (uint16_t)key, payload, len);
	assert_int_equal(w.err, 0);
	return weft_body(NULL, buf, header + w.len);
}

static void sizes(void **state)
{
	static const uint8_t families[] = { WEFT_AF_INET, WEFT_AF_INET6, WEFT_AF_MPLS };
	uint8_t buf[128];
	int r;

	(void)state;
	for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
		for (const struct row *row = views[v].rows; row->key; row++) {
			for (unsigned n = 0; n < 3 * 20; n++) {
				uint32_t len = n / 3;
				uint8_t family = families[n % 3];
				uint32_t want = right_size(row->form, len, family) ? row->bit : 0;

				if (views[v].has(body(buf, views[v].header, family, row->key, len, 0), &r) != want)
					fail_msg("%s.%u of %u bytes", views[v].name, row->key & 0xffff, len);
				assert_int_equal(r, 0);
				if (row->form == TEXT)
					assert_int_equal(
					    views[v].has(body(buf, views[v].header, family, row->key, len, 'x'), &r),
					    0);
			}
		}
	}
}

static void short_bodies(void **state)
{
	uint8_t buf[128] = { 0 };
	int r;

	(void)state;
	for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
		for (uint32_t len = 0; len <= views[v].header + 3; len++) {
			assert_int_equal(views[v].has(weft_body(NULL, buf, len), &r), 0);
			assert_int_equal(r, len < views[v].header ? -EBADMSG : 0);
		}
		assert_int_equal(views[v].has(weft_body(NULL, NULL, 64), &r), 0);
		assert_int_equal(r, -EBADMSG);
	}
}

/* A second attribute that is wrong takes nothing away from the first. */
static void twice(void **state)
{
	uint8_t buf[256] = { 0 };
	struct weft_writer w;
	struct weft_link l;
	uint32_t mtu = 1500;

	(void)state;
	weft_write_init(&w, buf + 16, sizeof buf - 16);
	weft_write_attr(&w, WEFT_KEY(link, ifname) & 0xffff, "v0", 3);
	weft_write_attr(&w, WEFT_KEY(link, mtu) & 0xffff, &mtu, 4);
	weft_write_open(&w, WEFT_KEY(link, linkinfo) & 0xffff);
	weft_write_attr(&w, WEFT_KEY(linkinfo, data) & 0xffff, "", 0);
	weft_write_attr(&w, WEFT_KEY(linkinfo, kind) & 0xffff, "veth", 5);
	weft_write_close(&w);
	weft_write_attr(&w, WEFT_KEY(link, ifname) & 0xffff, "v1", 2);
	weft_write_attr(&w, WEFT_KEY(link, mtu) & 0xffff, &mtu, 3);
	weft_write_open(&w, WEFT_KEY(link, linkinfo) & 0xffff);
	weft_write_attr(&w, WEFT_KEY(linkinfo, kind) & 0xffff, "v", 1);
	weft_write_close(&w);
	weft_write_attr(&w, WEFT_KEY(link, linkinfo) & 0xffff, "", 0);
	assert_int_equal(w.err, 0);
	assert_int_equal(weft_link_view(weft_body(NULL, buf, 16 + w.len), &l), 0);
	assert_int_equal(l.has, WEFT_LINK_HAS_IFNAME | WEFT_LINK_HAS_MTU | WEFT_LINK_HAS_KIND);
	assert_string_equal(l.ifname, "v0");
	assert_string_equal(l.kind, "veth");
	assert_int_equal(l.mtu, 1500);
	/* an attribute longer than the message ends it */
	weft_set_u16(buf + 16, 200);
	assert_int_equal(weft_link_view(weft_body(NULL, buf, 16 + w.len), &l), 0);
	assert_int_equal(l.has, 0);
	weft_set_u16(buf + 16, 3);
	assert_int_equal(weft_link_view(weft_body(NULL, buf, 16 + w.len), &l), 0);
	assert_int_equal(l.has, 0);
}

/* Members of the fixed headers, each with a value of its own. */
static void headers(void **state)
{
	uint8_t b[16] = { 10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16 };
	struct weft_link l;
	struct weft_addr a;
	struct weft_route r;
	struct weft_rule u;
	struct weft_neigh n;

	(void)state;
	assert_int_equal(weft_link_view(weft_body(NULL, b, 16), &l), 0);
	assert_int_equal(l.family, 10);
	assert_int_equal(l.type, weft_get_u16(b + 2));
	assert_int_equal(l.index, weft_get_u32(b + 4));
	assert_int_equal(l.flags, weft_get_u32(b + 8));
	assert_ptr_equal(l.self.p, b);
	assert_int_equal(weft_addr_view(weft_body(NULL, b, 8), &a), 0);
	assert_true(a.family == 10 && a.plen == 1 && a.flags == 2 && a.scope == 3);
	assert_int_equal(a.index, weft_get_u32(b + 4));
	assert_int_equal(weft_route_view(weft_body(NULL, b, 12), &r), 0);
	assert_true(r.family == 10 && r.dst_len == 1 && r.src_len == 2 && r.tos == 3 && r.table == 4);
	assert_true(r.protocol == 5 && r.scope == 6 && r.type == 7);
	assert_int_equal(r.flags, weft_get_u32(b + 8));
	assert_int_equal(weft_rule_view(weft_body(NULL, b, 12), &u), 0);
	assert_true(u.family == 10 && u.dst_len == 1 && u.src_len == 2 && u.tos == 3 && u.table == 4 && u.action == 7);
	assert_int_equal(u.flags, weft_get_u32(b + 8));
	assert_int_equal(weft_neigh_view(weft_body(NULL, b, 12), &n), 0);
	assert_true(n.family == 10 && n.flags == 11 && n.type == 12);
	assert_int_equal(n.index, weft_get_u32(b + 4));
	assert_int_equal(n.state, weft_get_u16(b + 8));
}

static struct weft_msg *with_defaults(const char *family, const char *op, const struct weft_kv *kvs)
{
	struct weft_msg *m = weft_request(family, op, 0);

	weft_put_all(m, kvs);
	weft_msg_defaults(m);
	assert_int_equal(weft_msg_error(m, NULL), 0);
	return m;
}

static void header_is(const char *family, const char *op, const struct weft_kv *kvs, const char *member, uint64_t want)
{
	struct weft_msg *m = with_defaults(family, op, kvs);
	uint64_t got = weft_uint(weft_at(weft_msg_body(m), member), UINT64_MAX);

	if (got != want)
		fail_msg("%s %s: %s is %d, not %d", family, op, member, (int)got, (int)want);
	weft_msg_free(m);
}

#define A(...)	WEFT_ATTRS(__VA_ARGS__)
#define TYPE(n) WEFT_KV(rtmsg, rtm_type, n)

static void route_defaults(void **state)
{
	const struct weft_kv four = WEFT_KV(route, dst, weft_ip("10.0.0.0"));
	const struct weft_kv gateway = WEFT_KV(route, gateway, weft_ip("10.0.0.1"));

	(void)state;
	header_is("rt-route", "newroute", A(four), "rtm-family", 2);
	header_is("rt-route", "newroute", A(WEFT_KV(route, gateway, weft_ip("::1"))), "rtm-family", 10);
	header_is("rt-route", "newroute", A(WEFT_KV(route, prefsrc, weft_ip("::1"))), "rtm-family", 10);
	header_is("rt-route", "newroute", A(WEFT_KV(route, oif, 1)), "rtm-family", 2);
	header_is("rt-route", "newroute",
		  A(WEFT_KV(route, multipath, A(WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("::1")))))), "rtm-family", 10);
	header_is("rt-route", "newroute", A(WEFT_KV(rtmsg, rtm_family, 28)), "rtm-family", 28);
	header_is("rt-route", "newroute", A(four), "rtm-table", 254);
	header_is("rt-route", "newroute", A(WEFT_KV(rtmsg, rtm_table, 7)), "rtm-table", 7);
	header_is("rt-route", "newroute", A(WEFT_KV(route, table, 1000)), "rtm-table", 0);
	header_is("rt-route", "newroute", A(four), "rtm-protocol", 4);
	header_is("rt-route", "newroute", A(WEFT_KV(rtmsg, rtm_protocol, 9)), "rtm-protocol", 9);
	header_is("rt-route", "newroute", A(four), "rtm-type", 1);
	header_is("rt-route", "newroute", A(TYPE(6)), "rtm-type", 6);
	/* scope: link without a gateway, host for local, universe else; IPv6 has none */
	header_is("rt-route", "newroute", A(four), "rtm-scope", 253);
	header_is("rt-route", "newroute", A(four, gateway), "rtm-scope", 0);
	header_is("rt-route", "newroute", A(WEFT_KV(route, via, weft_ip("::1"))), "rtm-scope", 0);
	header_is("rt-route", "newroute", A(four, WEFT_KV(route, nh_id, 1)), "rtm-scope", 0);
	header_is("rt-route", "newroute",
		  A(four, WEFT_KV(route, multipath, A(WEFT_ITEM(WEFT_KV(rtnexthop, rtnh_hops, 1))))), "rtm-scope", 0);
	header_is("rt-route", "newroute", A(four, TYPE(2)), "rtm-scope", 254);
	for (uint8_t type = 3; type <= 5; type++)
		header_is("rt-route", "newroute", A(four, TYPE(type)), "rtm-scope", 253);
	header_is("rt-route", "newroute", A(four, TYPE(6)), "rtm-scope", 0);
	header_is("rt-route", "newroute", A(four, WEFT_KV(rtmsg, rtm_scope, 200)), "rtm-scope", 200);
	header_is("rt-route", "newroute", A(WEFT_KV(route, dst, weft_ip("fd00::"))), "rtm-scope", 0);
	header_is("rt-route", "delroute", A(four), "rtm-scope", 255);
	header_is("rt-route", "delroute", A(four, WEFT_KV(rtmsg, rtm_scope, 200)), "rtm-scope", 200);
	header_is("rt-route", "delroute", A(four), "rtm-type", 0);
	header_is("rt-route", "delroute", A(four), "rtm-protocol", 0);
	header_is("rt-route", "delroute", A(four), "rtm-table", 254);
	header_is("rt-route", "getroute", A(four), "rtm-family", 0);
}

static void other_defaults(void **state)
{
	struct weft_msg *m;

	(void)state;
	header_is("rt-rule", "newrule", A(WEFT_KV(rule, src, weft_ip("::1"))), "family", 10);
	header_is("rt-rule", "newrule", A(WEFT_KV(rule, dst, weft_ip("::1"))), "family", 10);
	header_is("rt-rule", "newrule", A(WEFT_KV(rule, table, 1)), "family", 2);
	header_is("rt-rule", "newrule", A(WEFT_KV(fib_rule_hdr, family, 10)), "family", 10);
	header_is("rt-rule", "newrule", A(WEFT_KV(rule, table, 1)), "action", 1);
	header_is("rt-rule", "newrule", A(WEFT_KV(fib_rule_hdr, action, 6)), "action", 6);
	header_is("rt-rule", "delrule", A(WEFT_KV(rule, table, 1)), "action", 0);
	header_is("rt-addr", "newaddr", A(WEFT_KV(addr, local, weft_ip("::1"))), "ifa-family", 10);
	header_is("rt-addr", "newaddr", A(WEFT_KV(addr, address, weft_ip("::1"))), "ifa-family", 10);
	header_is("rt-addr", "newaddr", A(WEFT_KV(addr, flags, 1)), "ifa-family", 0);
	header_is("rt-addr", "deladdr", A(WEFT_KV(ifaddrmsg, ifa_family, 2)), "ifa-family", 2);
	header_is("rt-neigh", "newneigh", A(WEFT_KV(neigh, dst, weft_ip("::1"))), "ndm-family", 10);
	header_is("rt-neigh", "newneigh", A(WEFT_KV(ndmsg, ndm_family, 7)), "ndm-family", 7);
	header_is("rt-neigh", "newneigh", A(WEFT_SKIP), "ndm-state", 0x80);
	header_is("rt-neigh", "newneigh", A(WEFT_KV(ndmsg, ndm_state, 2)), "ndm-state", 2);
	header_is("rt-neigh", "newneigh", A(WEFT_KV(ndmsg, ndm_flags, 8)), "ndm-state", 0);
	header_is("rt-neigh", "delneigh", A(WEFT_SKIP), "ndm-state", 0);
	header_is("rt-link", "newlink", A(WEFT_SKIP), "ifi-family", 0);
	/* one address stands for both */
	m = with_defaults("rt-addr", "newaddr", A(WEFT_KV(addr, local, weft_ip("10.0.0.1"))));
	assert_int_equal(weft_ip_of(weft_at(weft_msg_body(m), "address")).b[3], 1);
	weft_msg_free(m);
	m = with_defaults("rt-addr", "newaddr", A(WEFT_KV(addr, address, weft_ip("10.0.0.2"))));
	assert_int_equal(weft_ip_of(weft_at(weft_msg_body(m), "local")).b[3], 2);
	weft_msg_free(m);
	m = with_defaults("rt-addr", "newaddr",
			  A(WEFT_KV(addr, address, weft_ip("10.0.0.2")), WEFT_KV(addr, local, weft_ip("10.0.0.1"))));
	assert_int_equal(weft_ip_of(weft_at(weft_msg_body(m), "local")).b[3], 1);
	assert_int_equal(weft_msg_bytes(m).len, 16 + 8 + 8 + 8);
	weft_msg_free(m);
	/* numbers that are no row's, messages that are none */
	m = weft_request("rt-route", "newroute", 0);
	weft_put_raw(m, 100, "\1\2\3\4", 4);
	weft_put_raw(m, 64, "\1\2\3\4", 4);
	weft_put_raw(m, 63, "\1\2\3\4", 4);
	weft_msg_defaults(m);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "rtm-family"), 0), 2);
	weft_msg_free(m);
	m = weft_request("rt-route", "nope", 0);
	weft_msg_defaults(m);
	weft_msg_free(m);
	m = weft_request("rt-route", "newroute", 0);
	weft_put(m, weft_kv_uint(WEFT_KEY(route, oif), UINT64_MAX));
	weft_msg_defaults(m);
	assert_int_equal(weft_msg_bytes(m).len, 28);
	weft_msg_free(m);
	m = weft_request("nlctrl", "getfamily", 0);
	weft_msg_defaults(m);
	assert_int_equal(weft_msg_bytes(m).len, 20);
	weft_msg_free(m);
}

static uint32_t dice(uint32_t below)
{
	static uint32_t x = 12345;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

/* A route with some attributes, in the kernel's order or another, of any size, twice, cut off. */
static uint32_t any_route(uint8_t *buf, uint32_t cap)
{
	static const uint16_t usual[] = { 15, 1, 6, 7, 5, 4 }, families[] = { 2, 2, 10, 28, 0 };
	const uint8_t family = (uint8_t)families[dice(5)];
	uint8_t value[24];
	struct weft_writer w;

	weft_write_init(&w, buf, cap);
	weft_write_msg(&w, 24, 0, 0, 0);
	for (unsigned i = 0; i < sizeof value; i++)
		value[i] = (uint8_t)dice(256);
	value[0] = family;
	weft_write_raw(&w, value, 12);
	for (unsigned i = 0; i < 6; i++) {
		uint16_t type = dice(4) ? usual[i] : (uint16_t)dice(32);
		bool address = type == 1 || type == 5 || type == 7;

		if (dice(3) == 0)
			continue;
		weft_write_attr(&w, dice(20) ? type : (uint16_t)(type | WEFT_NLA_NESTED), value,
				dice(6) == 0		  ? dice(24)
				: address && family == 10 ? 16
							  : 4);
	}
	assert_int_equal(weft_write_end(&w), 0);
	memmove(buf, buf + WEFT_NLMSG_HDR, w.len - WEFT_NLMSG_HDR);
	/* an attribute that says it is shorter than its own header, or longer than there is */
	if (dice(8) == 0)
		weft_set_u16(buf + 12, (uint16_t)(dice(2) ? dice(5) : UINT16_MAX - dice(5)));
	return dice(4) ? w.len - WEFT_NLMSG_HDR : 12 + dice(w.len - WEFT_NLMSG_HDR - 11);
}

/* The same one attribute after the other. */
static void slowly(const uint8_t *p, uint32_t len, struct weft_route *ret)
{
	struct weft_reader r = weft_reader(p + 12, len - 12);
	size_t size = p[0] == 2 ? 4 : p[0] == 10 ? 16 : 1000;
	struct weft_tlv t;

	*ret = (struct weft_route){ .family = p[0],
				    .dst_len = p[1],
				    .src_len = p[2],
				    .tos = p[3],
				    .table = p[4],
				    .protocol = p[5],
				    .scope = p[6],
				    .type = p[7],
				    .flags = weft_get_u32(p + 8) };
	while (weft_read_attr(&r, &t) > 0) {
		const uint8_t **to = t.type == 1   ? &ret->dst
				     : t.type == 2 ? &ret->src
				     : t.type == 5 ? &ret->gateway
						   : &ret->prefsrc;
		uint32_t *number = t.type == 4	  ? &ret->oif
				   : t.type == 6  ? &ret->priority
				   : t.type == 15 ? &ret->table
						  : &ret->nh_id;

		if ((t.type == 1 || t.type == 2 || t.type == 5 || t.type == 7) && t.len == size)
			*to = t.p;
		if ((t.type == 4 || t.type == 6 || t.type == 15 || t.type == 30) && t.len == 4)
			*number = weft_get_u32(t.p);
	}
}

static void route_orders(void **state)
{
	const struct weft_schema *schema = weft_op_find(weft_family_find("rt-route"), "getroute")->schema;
	uint8_t buf[512];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		struct weft_route got, want;
		/* behind its end there is nothing to be read */
		uint8_t *p = buf + sizeof buf - any_route(buf, sizeof buf);
		uint32_t len = (uint32_t)(buf + sizeof buf - p);

		memmove(p, buf, len);
		assert_int_equal(weft_route_view(weft_body(schema, p, len), &got), 0);
		slowly(p, len, &want);
		assert_int_equal(got.family, want.family);
		assert_memory_equal(&got.dst_len, &want.dst_len, 6);
		assert_int_equal(got.flags, want.flags);
		assert_int_equal(got.table, want.table);
		assert_int_equal(got.oif, want.oif);
		assert_int_equal(got.priority, want.priority);
		assert_int_equal(got.nh_id, want.nh_id);
		assert_ptr_equal(got.dst, want.dst);
		assert_ptr_equal(got.src, want.src);
		assert_ptr_equal(got.gateway, want.gateway);
		assert_ptr_equal(got.prefsrc, want.prefsrc);
		assert_int_equal(!!(got.has & WEFT_ROUTE_HAS_DST), got.dst != NULL);
		assert_int_equal(!!(got.has & WEFT_ROUTE_HAS_GATEWAY), got.gateway != NULL);
		assert_int_equal(!!(got.has & WEFT_ROUTE_HAS_PREFSRC), got.prefsrc != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(route_orders),	  cmocka_unit_test(sizes),   cmocka_unit_test(short_bodies),
		cmocka_unit_test(twice),	  cmocka_unit_test(headers), cmocka_unit_test(route_defaults),
		cmocka_unit_test(other_defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
