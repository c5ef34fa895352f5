/* SPDX-License-Identifier: MIT */
/* Objects larger than the datagrams that the kernel makes of many: links with hundreds of names. */
#include "ns.h"

#include <weft/weft.h>

static struct weft_session *s;

static int32_t index_of(const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	int32_t index;

	weft_put(m, WEFT_KV(link, ifname, name));
	assert_int_equal(weft_call(s, m, &r), 0);
	index = (int32_t)weft_int(weft_at(weft_reply_body(r), "ifi-index"), 0);
	weft_reply_free(r);
	return index;
}

/* Adds n names of 120 bytes to a link. */
static void name_it(const char *link, int n)
{
	int32_t index = index_of(link);

	for (int i = 0; i < n; i++) {
		struct weft_msg *m =
		    weft_request("rt-link", "newlinkprop", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_APPEND);
		char name[128];

		(void)snprintf(name, sizeof name, "%s-%0110d", link, i);
		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, index));
		weft_open(m, WEFT_KEY(link, prop_list));
		weft_put(m, WEFT_KV(prop_list, alt_ifname, name));
		weft_close(m);
		assert_int_equal(weft_call(s, m, NULL), 0);
	}
}

static unsigned names_of(struct weft_attr link)
{
	unsigned n = 0;

	WEFT_EACH(name, weft_at(link, "prop-list.alt-ifname"))
	n++;
	return n;
}

/* lo a little too large for the first datagram of a fresh socket, m2 too large for any usual one. */
static int setup(void **state)
{
	(void)state;
	own_namespace();
	s = open_route();
	name_it("lo", 40);
	assert_int_equal(add_veth(s, "m0", "m1"), 0);
	assert_int_equal(add_veth(s, "m2", "m3"), 0);
	assert_int_equal(add_veth(s, "m4", "m5"), 0);
	name_it("m2", 320);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	weft_session_close(s);
	return 0;
}

static void get_large(void **state)
{
	struct weft_session *t = open_route();
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	(void)state;
	weft_put(m, WEFT_KV(link, ifname, "m2"));
	assert_int_equal(weft_call(t, m, &r), 0);
	assert_true(weft_reply_body(r).len > 36 << 10);
	assert_int_equal(names_of(weft_reply_body(r)), 320);
	weft_reply_free(r);
	weft_session_close(t);
}

static void dump_large(void **state)
{
	struct weft_session *t = open_route();
	struct weft_dump *d;
	struct weft_link l;
	unsigned links = 0, names = 0;
	int r;

	(void)state;
	assert_int_equal(weft_link_dump(t, NULL, &d), 0);
	while ((r = weft_link_next(d, &l)) > 0) {
		links++;
		names += names_of(l.self);
		assert_non_null(weft_at(l.self, "stats64").p);
		assert_non_null(weft_at(l.self, "af-spec.inet6.stats").p);
	}
	weft_dump_close(d);
	assert_int_equal(r, 0);
	assert_int_equal(links, 7);
	assert_int_equal(names, 360);
	assert_int_equal(weft_session_stats(t).dump_retries, 0);
	/* none of the flags that change what is told, said in so many words */
	assert_int_equal(weft_link_dump(t, WEFT_ATTRS(WEFT_KV(link, ext_mask, 0)), &d), 0);
	for (links = 0; (r = weft_link_next(d, &l)) > 0; links++)
		assert_non_null(weft_at(l.self, "af-spec.inet6.stats").p);
	weft_dump_close(d);
	assert_int_equal(r, 0);
	assert_int_equal(links, 7);
	weft_session_close(t);
}

struct seen {
	unsigned links, names, done;
	int result;
};

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct seen *x = user;

	(void)c;
	x->links++;
	x->names += names_of(a);
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)err;
	x->done++;
	x->result = result;
}

static void dump_async(void **state)
{
	struct weft_session *t = open_route();
	struct seen x = { 0 };

	(void)state;
	assert_int_equal(
	    weft_start(t, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &x, .dump = true), NULL),
	    0);
	while (!x.done)
		assert_true(weft_process(t) >= 0);
	assert_int_equal(x.result, 0);
	assert_int_equal(x.links, 7);
	assert_int_equal(x.names, 360);
	weft_session_close(t);
}

/* Dumps of other families of addresses take no attributes, or need them as well. */
static void families(void **state)
{
	static const uint8_t family[] = { WEFT_AF_INET6, WEFT_AF_BRIDGE };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct weft_dump *d;
		struct weft_link l;
		int r;

		assert_int_equal(weft_link_dump(s, WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_family, family[i])), &d), 0);
		while ((r = weft_link_next(d, &l)) > 0)
			assert_int_equal(l.family, family[i]);
		weft_dump_close(d);
		assert_int_equal(r, 0);
	}
}

/* A route that is too large for the first datagram of a fresh socket, and is the first. */
static void route_large(void **state)
{
	struct weft_msg *m = weft_request("rt-route", "newroute", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
	struct weft_session *t = open_route();
	int32_t index = index_of("m4");
	struct weft_dump *d;
	struct weft_route x;
	unsigned hops = 0;

	(void)state;
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "m4"), WEFT_KV(ifinfomsg, ifi_flags, 1),
						     WEFT_KV(ifinfomsg, ifi_change, 1))),
			 0);
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, (uint32_t)index),
						     WEFT_KV(addr, local, weft_ip("10.0.0.1/16")))),
			 0);
	weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_dst_len, 16), WEFT_KV(route, dst, weft_ip("1.0.0.0")),
				   WEFT_KV(route, table, 77)));
	weft_open(m, WEFT_KEY(route, multipath));
	for (uint8_t i = 0; i < 250; i++) {
		const uint8_t near[] = { 10, 0, 1, i }, far[] = { 10, 0, 2, i };

		weft_put(m, WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip_bytes(near, 4)),
				      WEFT_KV(rtnexthop, rtnh_ifindex, index)));
		weft_put(m, WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip_bytes(far, 4)),
				      WEFT_KV(rtnexthop, rtnh_ifindex, index)));
	}
	weft_close(m);
	weft_msg_defaults(m);
	assert_int_equal(weft_call(s, m, NULL), 0);
	assert_int_equal(
	    weft_route_dump(t, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, WEFT_AF_INET), WEFT_KV(route, table, 77)), &d), 0);
	assert_int_equal(weft_route_next(d, &x), 1);
	WEFT_EACH(hop, weft_at(x.self, "multipath"))
	hops++;
	assert_int_equal(hops, 500);
	assert_int_equal(weft_route_next(d, &x), 0);
	weft_dump_close(d);
	weft_session_close(t);
}

static void event_large(void **state)
{
	struct weft_watch *w = NULL;
	struct weft_error e;
	struct weft_event ev;
	uint32_t group = 1;
	unsigned names = 0;
	int r;

	(void)state;
	assert_int_equal(weft_watch_open(0, NULL, &group, 1, NULL, &w, &e), 0);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "m2"), WEFT_KV(link, mtu, 1400))), 0);
	while ((r = weft_watch_next(w, &ev)) > 0)
		names = names_of(ev.body) > names ? names_of(ev.body) : names;
	assert_int_equal(r, 0);
	assert_int_equal(names, 320);
	weft_watch_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_large), cmocka_unit_test(dump_large),  cmocka_unit_test(dump_async),
		cmocka_unit_test(families),  cmocka_unit_test(event_large), cmocka_unit_test(route_large),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
