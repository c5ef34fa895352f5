/* SPDX-License-Identifier: MIT */
/* Dumps that the kernel cannot do in one go: tables of neighbours with every object once, whatever the
 * number of devices; multicast and anycast addresses of both families. */
#include "ns.h"

enum {
	PAIRS = 100, /* of veth */
	INDEXES = 4 * PAIRS,
};

/* What was told, by family (IPv4, IPv6): tables, and parameters by device; [0]: the defaults. */
struct told {
	int tables[2];
	int params[2][INDEXES];
	bool done;
};

static void tell(struct told *t, struct weft_attr a)
{
	int af = a.p[0] == WEFT_AF_INET6;
	uint64_t ifindex = weft_uint(weft_at(a, "parms.ifindex"), 0);

	assert_true(a.p[0] == WEFT_AF_INET || af);
	if (weft_at(a, "config").p) {
		t->tables[af]++;
		return;
	}
	assert_in_range(ifindex, 1, INDEXES - 1);
	t->params[af][ifindex]++;
}

/* IPv6 may be a module that nobody asked for. */
static int has_ipv6(void)
{
	return access("/proc/net/if_inet6", F_OK) == 0;
}

static void check(const struct told *t, int devices, int first)
{
	for (int af = first; af <= has_ipv6(); af++) {
		int n = 0;

		assert_int_equal(t->tables[af], 1);
		for (int i = 0; i < INDEXES; i++) {
			assert_in_range(t->params[af][i], 0, 1);
			n += t->params[af][i];
		}
		assert_int_equal(n, devices);
	}
}

static void dump(struct weft_session *s, uint8_t family, struct told *t)
{
	struct weft_msg *m = weft_request("rt-neigh", "getneightbl", 0);
	struct weft_dump *d;
	struct weft_attr a;
	int r;

	memset(t, 0, sizeof *t);
	weft_put(m, WEFT_KV(ndtmsg, family, family));
	assert_int_equal(weft_dump_start(s, m, &d), 0);
	while ((r = weft_dump_next(d, &a)) > 0)
		tell(t, a);
	assert_int_equal(r, 0);
	weft_dump_close(d);
}

static int item(struct weft_pending *c, struct weft_attr a, void *user)
{
	(void)c;
	tell(user, a);
	return 0;
}

static void done(struct weft_pending *c, int result, const struct weft_error *e, void *user)
{
	struct told *t = user;

	(void)c;
	(void)e;
	assert_int_equal(result, 0);
	t->done = true;
}

static void async(struct weft_session *s, struct told *t)
{
	memset(t, 0, sizeof *t);
	assert_int_equal(weft_start(s, weft_request("rt-neigh", "getneightbl", 0),
				    WEFT_OPTS(weft_call_opts, .dump = true, .item = item, .done = done, .user = t),
				    NULL),
			 0);
	while (!t->done)
		assert_true(weft_process(s) >= 0);
}

/* lo, and what tunnel drivers put into each namespace. */
static int links(struct weft_session *s)
{
	struct weft_dump *d;
	struct weft_attr a;
	int n = 0;

	assert_int_equal(weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d), 0);
	while (weft_dump_next(d, &a) > 0)
		n++;
	weft_dump_close(d);
	return n;
}

static void each_number(void **state)
{
	struct weft_session *s = open_route();
	int before = links(s);
	static struct told t;

	(void)state;
	for (int n = 0; n < PAIRS; n++) {
		char a[16], b[16];

		(void)snprintf(a, sizeof a, "a%d", n);
		(void)snprintf(b, sizeof b, "b%d", n);
		assert_int_equal(add_veth(s, a, b), 0);
		dump(s, 0, &t);
		check(&t, before + 2 * n + 2, 0);
		async(s, &t);
		check(&t, before + 2 * n + 2, 0);
	}
	dump(s, WEFT_AF_INET6, &t);
	check(&t, before + 2 * PAIRS, 1);
	assert_int_equal(t.tables[0], 0);
	weft_session_close(s);
}

static unsigned families(struct weft_session *s, const char *op, int *ret)
{
	struct weft_dump *d;
	struct weft_attr a;
	unsigned seen = 0;

	assert_int_equal(weft_dump_start(s, weft_request("rt-addr", op, 0), &d), 0);
	while ((*ret = weft_dump_next(d, &a)) > 0)
		seen |= a.p[0] == WEFT_AF_INET ? 1 : a.p[0] == WEFT_AF_INET6 ? 2 : 4;
	weft_dump_close(d);
	return seen;
}

/* Kernels before 6.15 have no such dump of IPv4 addresses, none has one of IPv4 anycast ones. */
static void addresses(void **state)
{
	struct weft_session *s = open_route();
	int r;

	(void)state;
	assert_int_equal(families(s, "getmulticast", &r) & 6, has_ipv6() ? 2 : 0);
	assert_true(r == 0 || (r == -EOPNOTSUPP && !has_ipv6()));
	assert_int_equal(families(s, "getanycast", &r) & 5, 0);
	assert_int_equal(r, has_ipv6() ? 0 : -EOPNOTSUPP);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(each_number),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
