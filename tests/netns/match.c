/* SPDX-License-Identifier: MIT */
/* Dumps narrowed: by the kernel where it can, by the session where it cannot, with the same result. */
#include "ns.h"

#include <weft/weft.h>

static struct weft_session *s;
static uint32_t v0, v1;

static uint32_t index_of(const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	uint32_t index;

	weft_put(m, WEFT_KV(link, ifname, name));
	assert_int_equal(weft_call(s, m, &r), 0);
	index = (uint32_t)weft_uint(weft_at(weft_reply_body(r), "ifi-index"), 0);
	weft_reply_free(r);
	return index;
}

static int setup(void **state)
{
	static const char *const names[] = { "v0", "v1" };

	(void)state;
	own_namespace();
	s = open_route();
	assert_int_equal(add_veth(s, "v0", "v1"), 0);
	assert_int_equal(
	    weft_link_add(s, WEFT_ATTRS(WEFT_KV(link, ifname, "br0"),
					WEFT_KV(link, linkinfo, WEFT_ATTRS(WEFT_KV(linkinfo, kind, "bridge"))))),
	    0);
	v0 = index_of("v0");
	v1 = index_of("v1");
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(
		    weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, names[i]), WEFT_KV(ifinfomsg, ifi_flags, 1),
						WEFT_KV(ifinfomsg, ifi_change, 1))),
		    0);
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0),
						     WEFT_KV(addr, local, weft_ip("10.0.0.1/24")))),
			 0);
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0),
						     WEFT_KV(addr, local, weft_ip("10.5.0.1/16")))),
			 0);
	assert_int_equal(
	    weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "v1"), WEFT_KV(link, master, index_of("br0")))), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	weft_session_close(s);
	return 0;
}

/* Objects of a dump, and the result: 0 unless told. */
static unsigned count(struct weft_dump *d, const char *path, const char *value)
{
	struct weft_attr a;
	unsigned n = 0;
	int r;

	while ((r = weft_dump_next(d, &a)) > 0) {
		n++;
		if (path)
			assert_string_equal(weft_str(weft_at(a, path), ""), value);
	}
	weft_dump_close(d);
	assert_int_equal(r, 0);
	return n;
}

static unsigned links(const struct weft_kv *match)
{
	struct weft_dump *d;

	assert_int_equal(weft_link_dump(s, match, &d), 0);
	return count(d, NULL, NULL);
}

static void of_links(void **state)
{
	struct weft_dump *d;

	(void)state;
	assert_int_equal(links(NULL), 4);
	assert_int_equal(weft_link_dump(s, WEFT_ATTRS(WEFT_KV(link, ifname, "v0")), &d), 0);
	assert_int_equal(count(d, "ifname", "v0"), 1);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, ifname, "v"))), 0);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_index, (int32_t)v0))), 1);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_flags, 1))), 2);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, mtu, 1500), WEFT_KV(ifinfomsg, ifi_flags, 1))), 2);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, mtu, 1501))), 0);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, master, index_of("br0")))), 1);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, master, index_of("br0")), WEFT_KV(link, ifname, "v0"))), 0);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, linkinfo, WEFT_ATTRS(WEFT_KV(linkinfo, kind, "veth"))))), 2);
	/* one that the kernel does not know, and what it does not look at */
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(link, linkinfo, WEFT_ATTRS(WEFT_KV(linkinfo, kind, "nope"))))), 0);
	assert_int_equal(
	    links(WEFT_ATTRS(WEFT_KV(link, linkinfo,
				     WEFT_ATTRS(WEFT_KV(linkinfo, kind, "bridge"),
						WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(bridge, max_age, 2000))))))),
	    1);
	assert_int_equal(
	    links(WEFT_ATTRS(WEFT_KV(link, linkinfo,
				     WEFT_ATTRS(WEFT_KV(linkinfo, kind, "bridge"),
						WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(bridge, max_age, 1999))))))),
	    0);
	/* ports of bridges are told by another dump */
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_family, WEFT_AF_BRIDGE), WEFT_KV(link, ifname, "v1"))),
			 1);
	assert_int_equal(links(WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_family, WEFT_AF_BRIDGE), WEFT_KV(link, master, 1))),
			 0);
}

static unsigned addrs(const struct weft_kv *match)
{
	struct weft_dump *d;

	assert_int_equal(weft_addr_dump(s, match, &d), 0);
	return count(d, NULL, NULL);
}

static void of_addrs(void **state)
{
	(void)state;
	assert_int_equal(
	    addrs(WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v0), WEFT_KV(ifaddrmsg, ifa_family, WEFT_AF_INET))), 2);
	assert_int_equal(addrs(WEFT_ATTRS(WEFT_KV(addr, local, weft_ip("10.0.0.1")))), 1);
	assert_int_equal(addrs(WEFT_ATTRS(WEFT_KV(addr, local, weft_ip("10.0.0.1/24")))), 1);
	assert_int_equal(addrs(WEFT_ATTRS(WEFT_KV(addr, local, weft_ip("10.0.0.1/25")))), 0);
	assert_int_equal(addrs(WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_prefixlen, 16))), 1);
	assert_int_equal(addrs(WEFT_ATTRS(WEFT_KV(addr, flags, 0x80), WEFT_KV(ifaddrmsg, ifa_family, WEFT_AF_INET))),
			 2);
	assert_int_equal(
	    addrs(WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, v1), WEFT_KV(addr, local, weft_ip("10.0.0.1")))), 0);
}

static unsigned routes(const struct weft_kv *match)
{
	struct weft_dump *d;

	assert_int_equal(weft_route_dump(s, match, &d), 0);
	return count(d, NULL, NULL);
}

static void of_routes(void **state)
{
	(void)state;
	assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")),
						      WEFT_KV(route, gateway, weft_ip("10.0.0.2")))),
			 0);
	assert_int_equal(
	    weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/17")), WEFT_KV(route, priority, 7),
					 WEFT_KV(route, gateway, weft_ip("10.0.0.3")))),
	    0);
	assert_int_equal(
	    weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.8.0.0/16")),
					 WEFT_KV(route, multipath,
						 WEFT_ATTRS(WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("10.0.0.2"))),
							    WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("10.0.0.4"))))))),
	    0);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0")))), 2);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")))), 1);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(route, priority, 7))), 1);
	/* a next hop among several counts, as it does for the kernel's own filter by oif */
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(route, gateway, weft_ip("10.0.0.2")))), 2);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(route, gateway, weft_ip("10.0.0.4")))), 1);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(rtmsg, rtm_protocol, 4), WEFT_KV(rtmsg, rtm_family, WEFT_AF_INET),
					   WEFT_KV(route, oif, v0))),
			 3);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(rtmsg, rtm_protocol, 4), WEFT_KV(rtmsg, rtm_dst_len, 16))), 2);
	assert_int_equal(routes(WEFT_ATTRS(WEFT_KV(rtmsg, rtm_scope, 254), WEFT_KV(route, table, 254))), 0);
}

static unsigned rules(const struct weft_kv *match)
{
	struct weft_dump *d;

	assert_int_equal(weft_rule_dump(s, match, &d), 0);
	return count(d, NULL, NULL);
}

static void of_rules(void **state)
{
	(void)state;
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(WEFT_KV(rule, src, weft_ip("10.0.0.0/8")),
						     WEFT_KV(rule, priority, 100), WEFT_KV(rule, table, 1000))),
			 0);
	assert_int_equal(rules(WEFT_ATTRS(WEFT_KV(rule, priority, 100))), 1);
	assert_int_equal(rules(WEFT_ATTRS(WEFT_KV(rule, table, 1000))), 1);
	assert_int_equal(rules(WEFT_ATTRS(WEFT_KV(rule, src, weft_ip("10.0.0.0/8")))), 1);
	assert_int_equal(rules(WEFT_ATTRS(WEFT_KV(rule, src, weft_ip("10.0.0.0/9")))), 0);
	assert_int_equal(rules(WEFT_ATTRS(WEFT_KV(rule, table, 254), WEFT_KV(fib_rule_hdr, family, WEFT_AF_INET))), 1);
}

static unsigned neighs(const struct weft_kv *match)
{
	struct weft_dump *d;

	assert_int_equal(weft_neigh_dump(s, match, &d), 0);
	return count(d, NULL, NULL);
}

static void of_neighs(void **state)
{
	(void)state;
	assert_int_equal(weft_neigh_add(s, WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0),
						      WEFT_KV(neigh, dst, weft_ip("10.0.0.50")),
						      WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:50")))),
			 0);
	assert_int_equal(
	    weft_neigh_add(s, WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0),
					 WEFT_KV(neigh, dst, weft_ip("10.0.0.51")), WEFT_KV(ndmsg, ndm_flags, 8))),
	    0);
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(neigh, dst, weft_ip("10.0.0.50")))), 1);
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:50")))), 1);
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0), WEFT_KV(ndmsg, ndm_state, 0x80))),
			 1);
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v1), WEFT_KV(ndmsg, ndm_state, 0x80))),
			 0);
	/* proxies are told only to those who ask for them */
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_flags, 8))), 1);
	assert_int_equal(neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_flags, 0x80))), 0);
	/* forwarding entries */
	assert_int_equal(weft_neigh_add(s, WEFT_ATTRS(WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v1),
						      WEFT_KV(ndmsg, ndm_family, WEFT_AF_BRIDGE),
						      WEFT_KV(ndmsg, ndm_flags, 4), WEFT_KV(ndmsg, ndm_state, 0x80),
						      WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:77")))),
			 0);
	/* a kernel with VLAN filtering has it twice: for the port's VLAN as well */
	assert_in_range(neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_family, WEFT_AF_BRIDGE),
					  WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:77")))),
			1, 2);
	assert_int_equal(
	    neighs(WEFT_ATTRS(WEFT_KV(ndmsg, ndm_family, WEFT_AF_BRIDGE), WEFT_KV(ndmsg, ndm_ifindex, (int32_t)v0),
			      WEFT_KV(neigh, lladdr, weft_mac("02:00:00:00:00:77")))),
	    0);
}

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	(void)c;
	assert_string_equal(weft_str(weft_at(a, "ifname"), ""), "v1");
	++*(unsigned *)user;
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	(void)c;
	(void)err;
	assert_int_equal(result, 0);
	*(unsigned *)user += 100;
}

static void async(void **state)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	unsigned n = 0;

	(void)state;
	weft_put(m, WEFT_KV(link, ifname, "v1"));
	assert_int_equal(
	    weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &n, .dump = true),
		       NULL),
	    0);
	while (n < 100)
		assert_true(weft_process(s) >= 0);
	assert_int_equal(n, 101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_links), cmocka_unit_test(of_addrs),	 cmocka_unit_test(of_routes),
		cmocka_unit_test(of_rules), cmocka_unit_test(of_neighs), cmocka_unit_test(async),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
