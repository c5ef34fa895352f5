/* SPDX-License-Identifier: MIT */
/* Verbs and views of each noun, against the kernel. */
#include "ns.h"

#include <weft/weft.h>

static struct weft_session *s;
static uint32_t v0;

static bool same_ip(struct weft_ip a, const char *text)
{
	struct weft_ip b = weft_ip(text);

	return a.family == b.family && memcmp(a.b, b.b, weft_ip_len(&b)) == 0;
}

static bool same_bytes(const uint8_t *p, const char *text)
{
	struct weft_ip b = weft_ip(text);

	return p && memcmp(p, b.b, weft_ip_len(&b)) == 0;
}

/* The link of a name, its strings copied; false when there is none. */
static bool find_link(const char *name, struct weft_link *ret, char *kind, char *alias)
{
	struct weft_dump *d;
	struct weft_link l;
	bool found = false;
	int r;

	assert_int_equal(weft_link_dump(s, NULL, &d), 0);
	while ((r = weft_link_next(d, &l)) > 0) {
		if (!l.ifname || strcmp(l.ifname, name) != 0)
			continue;
		found = true;
		*ret = l;
		(void)snprintf(kind, 16, "%s", l.kind ? l.kind : "");
		(void)snprintf(alias, 16, "%s", l.alias ? l.alias : "");
		assert_true(l.has & WEFT_LINK_HAS_ADDRESS);
		assert_int_equal(l.address.len, 6);
		assert_int_equal(weft_uint(weft_at(l.self, "mtu"), 0), l.mtu);
	}
	assert_int_equal(r, 0);
	weft_dump_close(d);
	return found;
}

static int up(const char *name)
{
	return weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, name), WEFT_KV(ifinfomsg, ifi_flags, 1),
					   WEFT_KV(ifinfomsg, ifi_change, 1)));
}

static int setup(void **state)
{
	char kind[16], alias[16];
	struct weft_link l;

	(void)state;
	own_namespace();
	s = open_route();
	assert_int_equal(add_veth(s, "v0", "v1"), 0);
	assert_int_equal(up("lo"), 0);
	assert_int_equal(up("v0"), 0);
	assert_int_equal(up("v1"), 0);
	assert_true(find_link("v0", &l, kind, alias));
	v0 = (uint32_t)l.index;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	weft_session_close(s);
	return 0;
}

static void links(void **state)
{
	const struct weft_kv *bridge =
	    WEFT_ATTRS(WEFT_KV(link, ifname, "br0"), WEFT_KV(link, mtu, 1400), WEFT_KV(link, txqlen, 77),
		       WEFT_KV(link, linkinfo, WEFT_ATTRS(WEFT_KV(linkinfo, kind, "bridge"))));
	char kind[16], alias[16];
	struct weft_link l;

	(void)state;
	assert_int_equal(weft_link_add(s, bridge), 0);
	assert_int_equal(weft_link_add(s, bridge), -EEXIST);
	assert_true(find_link("br0", &l, kind, alias));
	assert_string_equal(kind, "bridge");
	assert_int_equal(l.mtu, 1400);
	assert_int_equal(l.txqlen, 77);
	assert_false(l.flags & 1);
	assert_false(l.has & (WEFT_LINK_HAS_MASTER | WEFT_LINK_HAS_ALIAS));
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_index, l.index),
						     WEFT_KV(link, ifalias, "office"), WEFT_KV(link, mtu, 1300))),
			 0);
	assert_int_equal(
	    weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "v1"), WEFT_KV(link, master, (uint32_t)l.index))), 0);
	assert_true(find_link("br0", &l, kind, alias));
	assert_string_equal(alias, "office");
	assert_int_equal(l.mtu, 1300);
	assert_true(l.has & WEFT_LINK_HAS_QDISC && l.has & WEFT_LINK_HAS_OPERSTATE);
	int32_t bridge_index = l.index;

	assert_true(find_link("v1", &l, kind, alias));
	assert_int_equal(l.master, (uint32_t)bridge_index);
	assert_int_equal(l.parent, v0);
	assert_string_equal(kind, "veth");
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "v1"), WEFT_CLEAR(link, master))), 0);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "br0"), WEFT_CLEAR(link, ifalias))), 0);
	assert_true(find_link("v1", &l, kind, alias));
	assert_false(l.has & WEFT_LINK_HAS_MASTER);
	assert_true(find_link("br0", &l, kind, alias));
	assert_false(l.has & WEFT_LINK_HAS_ALIAS);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "v1"), WEFT_CLEAR(link, mtu))), -EOPNOTSUPP);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "nope"), WEFT_KV(link, mtu, 1300))),
			 -ENODEV);
	assert_int_equal(weft_link_del(s, WEFT_ATTRS(WEFT_KV(link, ifname, "br0"))), 0);
	assert_false(find_link("br0", &l, kind, alias));
}

static unsigned count_addrs(uint32_t index, const char *local, struct weft_addr *ret, char *label)
{
	struct weft_dump *d;
	struct weft_addr a;
	unsigned n = 0;
	int r;

	assert_int_equal(weft_addr_dump(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, index)), &d), 0);
	while ((r = weft_addr_next(d, &a)) > 0) {
		assert_int_equal(a.index, index); /* narrowed by the kernel */
		if (!same_ip(a.has & WEFT_ADDR_HAS_LOCAL ? a.local : a.address, local))
			continue;
		*ret = a;
		(void)snprintf(label, 16, "%s", a.label ? a.label : "");
		n++;
	}
	assert_int_equal(r, 0);
	weft_dump_close(d);
	return n;
}

static void addrs(void **state)
{
	const struct weft_kv *four =
	    WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0), WEFT_KV(addr, local, weft_ip("10.0.0.1/24")),
		       WEFT_KV(addr, broadcast, weft_ip("10.0.0.255")), WEFT_KV(addr, label, "v0:x"));
	struct weft_addr a;
	char label[16];

	(void)state;
	assert_int_equal(weft_addr_add(s, four), 0);
	assert_int_equal(weft_addr_add(s, four), -EEXIST);
	assert_int_equal(weft_addr_replace(s, four), 0);
	assert_int_equal(count_addrs(v0, "10.0.0.1", &a, label), 1);
	assert_int_equal(a.family, WEFT_AF_INET);
	assert_int_equal(a.plen, 24);
	assert_true(same_ip(a.address, "10.0.0.1"));
	assert_true(a.has & WEFT_ADDR_HAS_BROADCAST && same_ip(a.broadcast, "10.0.0.255"));
	assert_string_equal(label, "v0:x");
	assert_true(a.has & WEFT_ADDR_HAS_FLAGS && a.flags & 0x80); /* permanent */
	/* the other side of a point-to-point address */
	assert_int_equal(
	    weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0), WEFT_KV(addr, local, weft_ip("10.1.0.1")),
					WEFT_KV(addr, address, weft_ip("10.1.0.2/32")))),
	    0);
	assert_int_equal(count_addrs(v0, "10.1.0.1", &a, label), 1);
	assert_true(same_ip(a.address, "10.1.0.2"));
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0),
						     WEFT_KV(addr, address, weft_ip("fd00::1/64")))),
			 0);
	assert_int_equal(count_addrs(v0, "fd00::1", &a, label), 1);
	assert_int_equal(a.family, WEFT_AF_INET6);
	assert_int_equal(a.plen, 64);
	assert_int_equal(weft_addr_del(s, four), 0);
	assert_int_equal(count_addrs(v0, "10.0.0.1", &a, label), 0);
	assert_int_equal(weft_addr_del(s, four), -EADDRNOTAVAIL);
	/* not an address at all: refused by name, nothing is sent */
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0),
						     WEFT_KV(addr, local, weft_ip("10.0.0.300")))),
			 -EINVAL);
	assert_string_equal(weft_last_error(s)->path, "local");
}

static unsigned count_routes(uint8_t family, uint32_t table, const char *dst, struct weft_route *ret)
{
	struct weft_dump *d;
	struct weft_route x;
	unsigned n = 0;
	int r;

	assert_int_equal(
	    weft_route_dump(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, family), WEFT_KV(route, table, table)), &d), 0);
	while ((r = weft_route_next(d, &x)) > 0) {
		assert_int_equal(x.family, family);
		assert_int_equal(x.table, table);
		if (dst ? !same_bytes(x.dst, dst) : x.dst != NULL)
			continue;
		*ret = x;
		n++;
		if (x.has & WEFT_ROUTE_HAS_MULTIPATH) {
			unsigned hops = 0;

			WEFT_EACH(hop, weft_at(x.self, "multipath"))
			hops += weft_ip_of(weft_at(hop, "gateway")).family == WEFT_AF_INET;
			assert_int_equal(hops, 2);
		}
		if (x.gateway)
			assert_true(same_bytes(x.gateway, family == WEFT_AF_INET ? "10.0.0.2" : "fd00::2"));
	}
	assert_true(r == 0 || r == -ENOENT);
	weft_dump_close(d);
	return n;
}

/* A written length beats that of a whole address, the other side's beats one's own, and what is told for the
 * header itself beats all, in every order. */
static void lengths(void **state)
{
	static const struct {
		const char *local, *address;
		int told, plen;
	} cases[] = {
		{ "10.5.0.1", "10.5.0.2/24", -1, 24 },
		{ "10.5.0.1/24", "10.5.0.2", -1, 24 },
		{ "10.5.0.1/24", "10.5.0.2/28", -1, 28 },
		{ "10.5.0.1/24", "10.5.0.2/32", -1, 32 },
		{ "10.5.0.1", "10.5.0.2", -1, 32 },
		{ "10.5.0.1/32", NULL, -1, 32 },
		{ "10.5.0.1", NULL, 24, 24 },
		{ "10.5.0.1/16", "10.5.0.2/28", 24, 24 },
		{ "10.5.0.1", NULL, 0, 0 },
	};
	char label[16];
	struct weft_addr a;
	struct weft_route x;

	(void)state;
	for (unsigned i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		const char *local = cases[i / 2].local, *address = cases[i / 2].address;
		struct weft_kv kv[] = {
			WEFT_KV(ifaddrmsg, ifa_index, v0),
			WEFT_KV(addr, local, weft_ip(local)),
			WEFT_IF(address, WEFT_KV(addr, address, weft_ip(address))),
			WEFT_IF(cases[i / 2].told >= 0, WEFT_KV(ifaddrmsg, ifa_prefixlen, (uint8_t)cases[i / 2].told)),
			WEFT_END,
		};
		struct weft_kv back[] = { kv[3], kv[2], kv[1], kv[0], WEFT_END };

		assert_int_equal(weft_addr_add(s, i % 2 ? back : kv), 0);
		assert_int_equal(count_addrs(v0, "10.5.0.1", &a, label), 1);
		assert_int_equal(a.plen, cases[i / 2].plen);
		assert_int_equal(weft_addr_del(s, i % 2 ? back : kv), 0);
	}
	assert_int_equal(
	    weft_route_add(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_dst_len, 16), WEFT_KV(route, dst, weft_ip("10.60.0.0")),
					 WEFT_KV(route, oif, v0), WEFT_KV(route, table, 1001))),
	    0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1001, "10.60.0.0", &x), 1);
	assert_int_equal(x.dst_len, 16);
}

static void routes(void **state)
{
	const struct weft_kv *plain =
	    WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")), WEFT_KV(route, gateway, weft_ip("10.0.0.2")),
		       WEFT_KV(route, priority, 50), WEFT_KV(route, table, 1000));
	struct weft_route x;

	(void)state;
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0),
						     WEFT_KV(addr, local, weft_ip("10.0.0.1/24")))),
			 0);
	assert_int_equal(weft_route_add(s, plain), 0);
	assert_int_equal(weft_route_add(s, plain), -EEXIST);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, "10.9.0.0", &x), 1);
	assert_int_equal(x.dst_len, 16);
	assert_int_equal(x.oif, v0);
	assert_int_equal(x.priority, 50);
	assert_int_equal(x.protocol, 4);
	assert_int_equal(x.type, 1);
	assert_int_equal(x.scope, 0);
	assert_true(x.has & WEFT_ROUTE_HAS_GATEWAY);
	assert_int_equal(
	    weft_route_replace(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")), WEFT_KV(route, priority, 50),
					     WEFT_KV(route, table, 1000),
					     WEFT_KV(route, multipath,
						     WEFT_ATTRS(WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("10.0.0.2"))),
								WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("10.0.0.3")),
									  WEFT_KV(rtnexthop, rtnh_hops, 4)))))),
	    0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, "10.9.0.0", &x), 1);
	assert_true(x.has & WEFT_ROUTE_HAS_MULTIPATH);
	assert_int_equal(
	    weft_route_del(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")), WEFT_KV(route, table, 1000))), 0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, "10.9.0.0", &x), 0);
	/* of the link's scope without a gateway, of the host for local ones, nowhere for the rest */
	assert_int_equal(
	    weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.8.0.0/16")), WEFT_KV(route, oif, v0),
					 WEFT_KV(route, table, 1000), WEFT_KV(route, prefsrc, weft_ip("10.0.0.1")))),
	    0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, "10.8.0.0", &x), 1);
	assert_int_equal(x.scope, 253);
	assert_true(x.has & WEFT_ROUTE_HAS_PREFSRC);
	assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.7.0.1")), WEFT_KV(route, oif, v0),
						      WEFT_KV(rtmsg, rtm_type, 2), WEFT_KV(route, table, 1000))),
			 0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, "10.7.0.1", &x), 1);
	assert_int_equal(x.scope, 254);
	assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_type, 6), WEFT_KV(route, table, 1000))), 0);
	assert_int_equal(count_routes(WEFT_AF_INET, 1000, NULL, &x), 1);
	assert_int_equal(x.type, 6);
	assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("fd09::/64")),
						      WEFT_KV(route, oif, v0), WEFT_KV(route, table, 1000))),
			 0);
	assert_int_equal(count_routes(WEFT_AF_INET6, 1000, "fd09::", &x), 1);
	assert_int_equal(x.dst_len, 64);
	assert_int_equal(count_routes(WEFT_AF_INET, 999, "10.8.0.0", &x), 0);
}

static unsigned count_rules(uint32_t priority, struct weft_rule *ret, char *iif)
{
	struct weft_dump *d;
	struct weft_rule x;
	unsigned n = 0;
	int r;

	assert_int_equal(weft_rule_dump(s, NULL, &d), 0);
	while ((r = weft_rule_next(d, &x)) > 0) {
		if (x.priority != priority)
			continue;
		*ret = x;
		(void)snprintf(iif, 16, "%s", x.iif ? x.iif : "");
		n++;
		if (x.has & WEFT_RULE_HAS_SRC)
			assert_true(same_bytes(x.src, "10.0.0.0"));
	}
	assert_int_equal(r, 0);
	weft_dump_close(d);
	return n;
}

static void rules(void **state)
{
	const struct weft_kv *rule =
	    WEFT_ATTRS(WEFT_KV(rule, src, weft_ip("10.0.0.0/8")), WEFT_KV(rule, priority, 100),
		       WEFT_KV(rule, table, 1000), WEFT_KV(rule, fwmark, 5), WEFT_KV(rule, iifname, "v0"));
	struct weft_rule x;
	char iif[16];

	(void)state;
	assert_int_equal(weft_rule_add(s, rule), 0);
	assert_int_equal(weft_rule_add(s, rule), -EEXIST);
	assert_int_equal(count_rules(100, &x, iif), 1);
	assert_int_equal(x.family, WEFT_AF_INET);
	assert_int_equal(x.src_len, 8);
	assert_int_equal(x.table, 1000);
	assert_int_equal(x.fwmark, 5);
	assert_int_equal(x.action, 1);
	assert_string_equal(iif, "v0");
	assert_false(x.has & (WEFT_RULE_HAS_DST | WEFT_RULE_HAS_OIF));
	assert_int_equal(weft_rule_del(s, rule), 0);
	assert_int_equal(count_rules(100, &x, iif), 0);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(WEFT_KV(rule, dst, weft_ip("fd00::/64")),
						     WEFT_KV(rule, priority, 101), WEFT_KV(rule, table, 1000))),
			 0);
	assert_int_equal(count_rules(101, &x, iif), 1);
	assert_int_equal(x.family, WEFT_AF_INET6);
	assert_int_equal(x.dst_len, 64);
	/* without a table main, with goto that; nothing of the kind for other actions */
	assert_int_equal(
	    weft_rule_add(s, WEFT_ATTRS(WEFT_KV(rule, src, weft_ip("10.0.0.0/8")), WEFT_KV(rule, priority, 102))), 0);
	assert_int_equal(count_rules(102, &x, iif), 1);
	assert_int_equal(x.table, 254);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(WEFT_KV(rule, goto, 32766), WEFT_KV(rule, priority, 103))), 0);
	assert_int_equal(count_rules(103, &x, iif), 1);
	assert_int_equal(x.action, 2);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(WEFT_KV(fib_rule_hdr, action, 6), WEFT_KV(rule, priority, 104))),
			 0);
	assert_int_equal(count_rules(104, &x, iif), 1);
	assert_int_equal(x.action, 6);
	assert_int_equal(x.table, 0);
}

static void neighs(void **state)
{
	const struct weft_kv *neigh =
	    WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0), WEFT_KV(neigh, dst, weft_ip("10.0.0.50")),
		       WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:50")));
	struct weft_dump *d;
	struct weft_neigh x;
	unsigned n = 0;

	(void)state;
	assert_int_equal(weft_neigh_add(s, neigh), 0);
	assert_int_equal(weft_neigh_add(s, neigh), -EEXIST);
	assert_int_equal(weft_neigh_dump(s, WEFT_ATTRS(WEFT_KV(neigh, ifindex, v0)), &d), 0);
	while (weft_neigh_next(d, &x) > 0) {
		assert_int_equal(x.index, v0);
		if (!same_ip(x.dst, "10.0.0.50"))
			continue;
		n++;
		assert_int_equal(x.family, WEFT_AF_INET);
		assert_int_equal(x.state, 0x80);
		assert_int_equal(x.lladdr.len, 6);
		assert_memory_equal(x.lladdr.p, "\x02\0\0\0\0\x50", 6);
		assert_int_equal(x.has, WEFT_NEIGH_HAS_DST | WEFT_NEIGH_HAS_LLADDR);
	}
	weft_dump_close(d);
	assert_int_equal(n, 1);
	assert_int_equal(weft_neigh_del(s, neigh), 0);
	assert_int_equal(weft_neigh_del(s, neigh), -ENOENT);
	assert_int_equal(weft_neigh_add(s, neigh), 0);
	assert_int_equal(weft_neigh_replace(s, neigh), 0);
	assert_int_equal(weft_neigh_del(s, neigh), 0);
	/* a forwarding entry of the device itself */
	const struct weft_kv *fdb = WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0), WEFT_KV(ndmsg, ndm_flags, 2),
					       WEFT_KV(neigh, lladdr, weft_mac("01:00:5e:00:00:50")));

	assert_int_equal(weft_neigh_add(s, fdb), 0);
	assert_int_equal(weft_neigh_del(s, fdb), 0);
	assert_int_equal(weft_neigh_del(s, fdb), -ENOENT);
}

/* Views take what is too short for a header as no message, and attributes of a wrong size as absent. */
/* The qdisc at the root of v0, or a class: how many of this handle the kernel tells, the last in *ret. */
static unsigned find_tc(bool of_class, uint32_t handle, struct weft_tc *ret, char kind[16])
{
	const struct weft_kv *match = WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, handle, handle));
	struct weft_dump *d;
	struct weft_tc tc;
	unsigned n = 0;
	int r;

	assert_int_equal(of_class ? weft_class_dump(s, match, &d) : weft_qdisc_dump(s, match, &d), 0);
	while ((r = weft_tc_next(d, &tc)) > 0) {
		assert_int_equal(tc.index, v0);
		assert_int_equal(tc.handle, handle);
		(void)snprintf(kind, 16, "%s", tc.kind ? tc.kind : "");
		*ret = tc;
		n++;
	}
	assert_int_equal(r, 0);
	weft_dump_close(d);
	return n;
}

#define HTB_QDISC(flag)                                                                                                \
	WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, parent, WEFT_TC_ROOT),                         \
		   WEFT_KV(tcmsg, handle, 0x10000), WEFT_KV(tc, kind, "htb"),                                          \
		   WEFT_KV(tc, options,                                                                                \
			   WEFT_ATTRS(WEFT_KV(htb, init,                                                               \
					      WEFT_ATTRS(WEFT_KV(tc_htb_glob, version, 3),                             \
							 WEFT_KV(tc_htb_glob, rate2quantum, 10),                       \
							 WEFT_KV(tc_htb_glob, defcls, (flag)))))))

/* A class of so many bytes a second. */
static int put_class(int (*verb)(struct weft_session *, const struct weft_kv *), uint32_t rate)
{
	const struct weft_kv *spec = WEFT_ATTRS(WEFT_KV(tc_ratespec, rate, rate), WEFT_KV(tc_ratespec, linklayer, 1));
	const struct weft_kv *parms = WEFT_ATTRS(WEFT_KV(tc_htb_opt, rate, spec), WEFT_KV(tc_htb_opt, ceil, spec),
						 WEFT_KV(tc_htb_opt, buffer, 1000), WEFT_KV(tc_htb_opt, cbuffer, 1000),
						 WEFT_KV(tc_htb_opt, quantum, 2000));

	return verb(s, WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, parent, 0x10000),
				  WEFT_KV(tcmsg, handle, 0x10010), WEFT_KV(tclass, kind, "htb"),
				  WEFT_KV(tclass, options, WEFT_ATTRS(WEFT_KV(htb, parms, parms)))));
}

static uint64_t class_rate(void)
{
	struct weft_msg *m = weft_request("tc", "gettclass", 0);
	struct weft_reply *r;
	uint64_t rate;

	weft_put(m, WEFT_KV(tcmsg, ifindex, (int32_t)v0));
	weft_put(m, WEFT_KV(tcmsg, handle, 0x10010));
	assert_int_equal(weft_call(s, m, &r), 0);
	assert_non_null(r);
	rate = weft_uint(weft_at(weft_reply_body(r), "options.parms.rate.rate"), 0);
	weft_reply_free(r);
	return rate;
}

static void traffic(void **state)
{
	const struct weft_kv *root =
	    WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, parent, WEFT_TC_ROOT));
	struct weft_tc tc;
	char kind[16];

	(void)state;
	if (weft_qdisc_add(s, HTB_QDISC(0x10)) == -ENOENT)
		skip(); /* no such qdisc here */
	assert_int_equal(find_tc(false, 0x10000, &tc, kind), 1);
	assert_string_equal(kind, "htb");
	assert_int_equal(tc.parent, WEFT_TC_ROOT);
	assert_int_equal(weft_qdisc_add(s, HTB_QDISC(0x10)), -EEXIST);
	/* an htb cannot be changed */
	assert_int_equal(weft_qdisc_set(s, HTB_QDISC(0x20)), -EINVAL);

	assert_int_equal(put_class(weft_class_set, 1000000), -ENOENT);
	assert_int_equal(put_class(weft_class_add, 1000000), 0);
	assert_int_equal(put_class(weft_class_add, 1000000), -EEXIST);
	assert_int_equal(class_rate(), 1000000);
	assert_int_equal(put_class(weft_class_set, 2000000), 0);
	assert_int_equal(class_rate(), 2000000);
	assert_int_equal(put_class(weft_class_replace, 3000000), 0);
	assert_int_equal(class_rate(), 3000000);
	assert_int_equal(find_tc(true, 0x10010, &tc, kind), 1);
	assert_int_equal(tc.parent, WEFT_TC_ROOT);
	assert_int_equal(
	    weft_class_del(s, WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, handle, 0x10010))), 0);
	assert_int_equal(find_tc(true, 0x10010, &tc, kind), 0);

	assert_int_equal(
	    weft_qdisc_replace(s, WEFT_ATTRS(WEFT_KV(tcmsg, ifindex, (int32_t)v0), WEFT_KV(tcmsg, parent, WEFT_TC_ROOT),
					     WEFT_KV(tcmsg, handle, 0x20000), WEFT_KV(tc, kind, "pfifo"))),
	    0);
	assert_int_equal(find_tc(false, 0x10000, &tc, kind), 0);
	assert_int_equal(find_tc(false, 0x20000, &tc, kind), 1);
	assert_int_equal(weft_qdisc_del(s, root), 0);
	assert_int_equal(find_tc(false, 0x20000, &tc, kind), 0);
	assert_int_equal(weft_qdisc_del(s, root), -ENOENT);
}

static void wrong_bytes(void **state)
{
	struct weft_tc t;
	uint8_t b[64] = { 0 };
	struct weft_link l;
	struct weft_addr a;
	struct weft_route r;
	struct weft_rule u;
	struct weft_neigh n;

	(void)state;
	for (uint32_t len = 0; len < 8; len++) {
		struct weft_attr body = weft_body(NULL, b, len);

		assert_int_equal(weft_link_view(body, &l), -EBADMSG);
		assert_int_equal(weft_addr_view(body, &a), -EBADMSG);
		assert_int_equal(weft_route_view(body, &r), -EBADMSG);
		assert_int_equal(weft_rule_view(body, &u), -EBADMSG);
		assert_int_equal(weft_neigh_view(body, &n), -EBADMSG);
		assert_int_equal(weft_tc_view(body, &t), -EBADMSG);
	}
	assert_int_equal(weft_tc_view(weft_body(NULL, b, 19), &t), -EBADMSG);
	assert_int_equal(weft_tc_view(weft_body(NULL, b, 20), &t), 0);
	assert_null(t.kind);
	b[0] = WEFT_AF_INET;
	weft_set_u16(b + 12, 7); /* three bytes where an address should be */
	weft_set_u16(b + 14, 1);
	assert_int_equal(weft_route_view(weft_body(NULL, b, 20), &r), 0);
	assert_null(r.dst);
	assert_int_equal(weft_neigh_view(weft_body(NULL, b, 20), &n), 0);
	assert_int_equal(n.has, 0);
	weft_set_u16(b + 12, 60000); /* past the end */
	assert_int_equal(weft_route_view(weft_body(NULL, b, 20), &r), 0);
	assert_int_equal(r.has, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),   cmocka_unit_test(addrs),	  cmocka_unit_test(lengths),
		cmocka_unit_test(routes),  cmocka_unit_test(rules),	  cmocka_unit_test(neighs),
		cmocka_unit_test(traffic), cmocka_unit_test(wrong_bytes),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
