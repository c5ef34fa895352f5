/* SPDX-License-Identifier: MIT */
/* libnl-route doing what visit.c and change.c do; apart, so that its memory is not theirs. */
#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "bench.h"

enum {
	TABLE = 100,
};

static struct nl_sock *nl(void)
{
	struct nl_sock *s = nl_socket_alloc();

	if (!s || nl_connect(s, NETLINK_ROUTE) < 0)
		die("libnl");
	return s;
}

static uint64_t routes_nl(void)
{
	struct nl_cache *c;
	uint64_t n = 0;

	if (rtnl_route_alloc_cache(nl(), AF_INET, 0, &c) < 0)
		die("libnl routes");
	for (struct nl_object *o = nl_cache_get_first(c); o; o = nl_cache_get_next(o), n++) {
		struct rtnl_route *r = (struct rtnl_route *)o;

		sum += (uintptr_t)rtnl_route_get_dst(r);
		sum += (uint64_t)rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(r, 0));
	}
	return n;
}

static uint64_t links_nl(void)
{
	struct nl_cache *c;
	uint64_t n = 0;

	if (rtnl_link_alloc_cache(nl(), AF_UNSPEC, &c) < 0)
		die("libnl links");
	for (struct nl_object *o = nl_cache_get_first(c); o; o = nl_cache_get_next(o), n++) {
		sum += rtnl_link_get_mtu((struct rtnl_link *)o);
		sum += (uint64_t)rtnl_link_get_name((struct rtnl_link *)o)[0];
	}
	return n;
}

static uint64_t insert_nl(void)
{
	struct nl_sock *s = nl_socket_alloc();
	uint64_t n = inserts();

	if (!s || nl_connect(s, NETLINK_ROUTE) < 0)
		die("libnl");
	for (uint64_t i = 0; i < n; i++) {
		struct rtnl_route *r = rtnl_route_alloc();
		struct rtnl_nexthop *hop = rtnl_route_nh_alloc();
		uint32_t a = address(i);
		struct nl_addr *dst = nl_addr_build(AF_INET, &a, 4);

		nl_addr_set_prefixlen(dst, 32);
		rtnl_route_set_family(r, AF_INET);
		rtnl_route_set_table(r, TABLE);
		rtnl_route_set_scope(r, RT_SCOPE_LINK);
		rtnl_route_set_dst(r, dst);
		rtnl_route_nh_set_ifindex(hop, 1);
		rtnl_route_add_nexthop(r, hop);
		if (rtnl_route_add(s, r, NLM_F_EXCL) < 0)
			die("libnl add");
		nl_addr_put(dst);
		rtnl_route_put(r);
	}
	return n;
}

int main(int argc, char **argv)
{
	static const struct way ways[] = {
		{ "nl", routes_nl },
		{ "links-nl", links_nl },
		{ "insert-nl", insert_nl },
		{ NULL, NULL },
	};

	return run_way(ways, argc, argv);
}
