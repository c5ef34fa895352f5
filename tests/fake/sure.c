/* SPDX-License-Identifier: MIT */
/* Dumps of objects that the kernel only counts: the second one says whether the first was whole. */
#include "fake.h"

#include "session/session.h"

enum {
	NEWLINK = 16,
	NEWADDR = 20,
	NEWROUTE = 24,
	NEWNEIGH = 28,
	NEWRULE = 32,
	NEWQDISC = 36,
	NEWTCLASS = 40,
	NEWTFILTER = 44,
	GETACTION = 50,
	GETMULTICAST = 58,
	GETANYCAST = 62,
	NEWNEIGHTBL = 64,
	NEWADDRLABEL = 72,
	NEWMDB = 84,
	NEWNSID = 88,
	NEWCHAIN = 100,
	NEWVLAN = 112,
	NEWTUNNEL = 120,
	IPMR = 128,
	MULTI = WEFT_NLM_F_MULTI,
	OBJECTS = 300,
};

static unsigned asked, good_from; /* dumps so far; from which on nothing moves */
static unsigned objects = OBJECTS;

/* again: of which family the second dump is; parts: each dump is two of one family */
static const struct sort {
	uint16_t type;
	uint8_t family, again;
	bool parts;
	const char *of, *op;
} sorts[] = {
	{ NEWLINK, WEFT_AF_BRIDGE, WEFT_AF_BRIDGE, false, "rt-link", "getlink" },
	{ NEWNEIGH, WEFT_AF_BRIDGE, WEFT_AF_BRIDGE, false, "rt-neigh", "getneigh" },
	{ NEWNEIGH, 0, 0, false, "rt-neigh", "getneigh" },
	{ NEWRULE, 0, 0, false, "rt-rule", "getrule" },
	{ NEWQDISC, 0, 0, false, "tc", "getqdisc" },
	{ NEWTCLASS, 0, 0, false, "tc", "gettclass" },
	{ GETACTION, 0, 0, false, "tc", "getaction" },
	{ NEWCHAIN, 0, 0, false, "tc", "getchain" },
	{ NEWADDRLABEL, WEFT_AF_INET6, WEFT_AF_INET6, false, "rt-addrlabel", "getaddrlabel" },
	{ NEWTFILTER, 0, 0, false, "tc", "gettfilter" },
	{ NEWADDR, 0, WEFT_AF_INET6, false, "rt-addr", "getaddr" },
	{ NEWROUTE, 0, WEFT_AF_INET6, false, "rt-route", "getroute" },
	{ NEWROUTE, IPMR, IPMR, false, "rt-route", "getroute" },
	{ GETMULTICAST, WEFT_AF_INET6, WEFT_AF_INET6, false, "rt-addr", "getmulticast" },
	{ GETANYCAST, 0, 0, true, "rt-addr", "getanycast" },
	{ NEWNEIGHTBL, 0, 0, true, "rt-neigh", "getneightbl" },
	{ NEWMDB, WEFT_AF_BRIDGE, WEFT_AF_BRIDGE, false, "rt-mdb", "getmdb" },
	{ NEWNSID, 0, 0, false, "rt-nsid", "getnsid" },
	{ NEWVLAN, WEFT_AF_BRIDGE, WEFT_AF_BRIDGE, false, "rt-vlan", "getvlan" },
	{ NEWTUNNEL, WEFT_AF_BRIDGE, WEFT_AF_BRIDGE, false, "rt-tunnel", "gettunnel" },
};
static const struct sort *sort;

/* The header of an attribute. */
static void head(uint8_t *p, uint16_t len, uint16_t number)
{
	weft_set_u16(p, len);
	weft_set_u16(p + 2, number);
}

static uint32_t addr_of(uint8_t *b, uint32_t n)
{
	b[0] = WEFT_AF_INET6;
	head(b + 8, 8, 1);
	weft_set_u32(b + 12, n);
	return 16;
}

static uint32_t route_of(uint8_t *b, uint32_t n)
{
	/* one is of IPv4, and another each time: the kernel marks changes of those */
	b[0] = n == 6 ? WEFT_AF_INET : sort->again;
	head(b + 12, 8, 1);
	weft_set_u32(b + 16, n == 6 ? 1000 + asked : n);
	/* times pass */
	head(b + 20, 8, 23);
	weft_set_u32(b + 24, asked);
	return 28;
}

static uint32_t neigh_of(uint8_t *b, uint32_t n)
{
	b[0] = sort->family ? sort->family : WEFT_AF_INET;
	/* lladdr; the address, and a lladdr that is another each time */
	head(b + 12, 8, sort->family ? 2 : 1);
	weft_set_u32(b + 16, n);
	if (!sort->family) {
		head(b + 20, 8, 2);
		weft_set_u32(b + 24, asked);
	}
	return sort->family ? 20 : 28;
}

static uint32_t action_of(uint8_t *b, uint32_t n)
{
	/* tab, its only item, kind, options with parms */
	head(b + 4, 40, 1);
	head(b + 8, 36, 1);
	head(b + 12, 9, 1);
	memcpy(b + 16, "gact", 5);
	head(b + 24, 20, 2);
	head(b + 28, 16, n & 1 ? 2 : 1);
	weft_set_u32(b + 32, n);
	return 44;
}

static uint32_t table_of(uint8_t *b, uint32_t n)
{
	/* name, parms with the device; what is counted is left out */
	head(b + 4, 6, 1);
	b[8] = 'a';
	head(b + 12, 12, 6);
	head(b + 16, 8, 1);
	weft_set_u32(b + 20, n);
	return 24;
}

static uint32_t mdb_of(uint8_t *b, uint32_t n)
{
	/* mdb, entry, info, of which state and flags may be others */
	head(b + 8, 56, 1);
	head(b + 12, 52, 1);
	head(b + 16, 48, 1);
	b[24] = (uint8_t)asked;
	weft_set_u32(b + 28, n);
	/* a timer, a source */
	head(b + 48, 8, 1);
	weft_set_u32(b + 52, asked);
	head(b + 56, 8, 4);
	weft_set_u32(b + 60, n);
	return 64;
}

static uint32_t vlan_of(uint8_t *b, uint32_t n)
{
	/* entry with its info: flags, number */
	head(b + 8, 20, 1);
	head(b + 12, 8, 1);
	weft_set_u16(b + 18, (uint16_t)n);
	/* as a range of one */
	head(b + 20, n & 1 ? 6 : 5, 2);
	weft_set_u16(b + 24, (uint16_t)n);
	return 28;
}

/* The n-th object of a type. */
static uint32_t body_of(uint8_t *b, uint32_t n)
{
	memset(b, 0, 64);
	weft_set_u32(b + 4, 7);
	switch (sort->type) {
	case NEWLINK:
		b[0] = WEFT_AF_BRIDGE;
		weft_set_u32(b + 4, n);
		return 16;
	case GETMULTICAST:
	case GETANYCAST:
	case NEWADDR:
		return addr_of(b, n);
	case NEWROUTE:
		return route_of(b, n);
	case NEWNEIGH:
		return neigh_of(b, n);
	case GETACTION:
		return action_of(b, n);
	case NEWNEIGHTBL:
		return table_of(b, n);
	case NEWMDB:
		return mdb_of(b, n);
	case NEWNSID:
		head(b + 4, 8, 1);
		weft_set_u32(b + 8, n);
		return 12;
	case NEWVLAN:
		return vlan_of(b, n);
	case NEWTUNNEL:
		/* entry with its start */
		head(b + 8, 12, 1);
		head(b + 12, 8, 1);
		weft_set_u32(b + 16, n);
		return 20;
	case NEWRULE:
	case NEWADDRLABEL:
		head(b + 12, 8, 1);
		weft_set_u32(b + 16, n);
		return 20;
	case NEWCHAIN:
		head(b + 20, 8, 11);
		weft_set_u32(b + 24, n);
		return 28;
	default:
		weft_set_u32(b + 8, n);
		return 20;
	}
}

static void answer(const uint8_t *req, size_t len)
{
	static uint8_t all[OBJECTS * 64];
	uint8_t b[64];
	uint32_t at = 0;

	(void)len;
	if (!sort->parts)
		assert_int_equal(req[16], asked % 2 ? sort->again : sort->family);
	for (uint32_t n = 0; n < objects; n++) {
		/* one object is another each time */
		uint32_t size = body_of(b, n == 5 && asked / (sort->parts ? 2 : 1) < good_from ? 1000 + asked : n);

		at += fake_msg(all + at, sizeof all - at, sort->type, MULTI, fake_seq(req), b, size);
		if (n % 100 == 99) {
			fake_receive(all, at);
			at = 0;
		}
	}
	if (at)
		fake_receive(all, at);
	fake_end(WEFT_NLMSG_DONE, MULTI, fake_seq(req), 0);
	asked++;
}

static struct weft_msg *request(void)
{
	struct weft_msg *m = weft_request(sort->of, sort->op, 0);

	/* where the request has none of its own */
	switch (sort->type) {
	case NEWLINK:
		weft_put(m, WEFT_KV(ifinfomsg, ifi_family, sort->family));
		break;
	case NEWNEIGH:
		weft_put(m, WEFT_KV(ndmsg, ndm_family, sort->family));
		break;
	case NEWROUTE:
		weft_put(m, WEFT_KV(rtmsg, rtm_family, sort->family));
		break;
	case GETMULTICAST:
		weft_put(m, WEFT_KV(ifaddrmsg, ifa_family, sort->family));
		break;
	default:
		break;
	}
	return m;
}

static const struct sort *sort_of(uint16_t type)
{
	const struct sort *x = sorts;

	while (x->type != type)
		x++;
	return x;
}

static struct weft_session *begin(const struct sort *of, unsigned from)
{
	struct weft_session *s = fake_session(0);

	fake_on_send = answer;
	sort = of;
	asked = 0;
	good_from = from;
	objects = OBJECTS;
	return s;
}

static int count(struct weft_dump *d, unsigned *ret)
{
	struct weft_attr a;
	int r;

	for (*ret = 0; (r = weft_dump_next(d, &a)) > 0; ++*ret)
		;
	return r;
}

static void pulled(void **state)
{
	static const unsigned asks[] = { 2, 4, 4, 6 };
	struct weft_dump *d;
	unsigned n;

	(void)state;
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
		for (unsigned from = 0; from < 4; from++) {
			struct weft_session *s = begin(&sorts[i], from);

			assert_int_equal(weft_dump_start(s, request(), &d), 0);
			assert_int_equal(count(d, &n), 0);
			assert_int_equal(n, sort->parts ? 2 * OBJECTS : OBJECTS);
			assert_int_equal(asked, asks[from] * (sort->parts ? 2 : 1));
			weft_dump_close(d);
			weft_session_close(s);
		}
	}
}

static void never_calm(void **state)
{
	struct weft_session *s = begin(sort_of(NEWTCLASS), 99);
	struct weft_dump *d;
	unsigned n;

	(void)state;
	assert_int_equal(weft_dump_start(s, request(), &d), 0);
	assert_int_equal(count(d, &n), -EAGAIN);
	assert_int_equal(n, OBJECTS);
	assert_int_equal(asked, 2 * WEFT__TRIES);
	weft_dump_close(d);
	/* one answer is always whole */
	asked = 0;
	objects = 10;
	assert_int_equal(weft_dump_start(s, request(), &d), 0);
	assert_int_equal(count(d, &n), 0);
	assert_int_equal(asked, 1);
	weft_dump_close(d);
	weft_session_close(s);
}

/* Among many objects, in the second dump only: one of another type, and ranges without a beginning. Neither counts. */
static void with_others(const uint8_t *req, size_t len)
{
	uint8_t b[64] = { 0 };

	if (asked % 2) {
		fake_reply(999, MULTI, fake_seq(req), b, 20);
		head(b + 8, 8, 1);
		fake_reply(sort->type, MULTI, fake_seq(req), b, 16);
		head(b + 8, 16, 1);
		head(b + 12, 12, 1);
		fake_reply(sort->type, MULTI, fake_seq(req), b, 24);
	}
	answer(req, len);
}

static void others(void **state)
{
	struct weft_session *s = begin(sort_of(NEWTUNNEL), 0);
	struct weft_dump *d;
	unsigned n;

	(void)state;
	fake_on_send = with_others;
	assert_int_equal(weft_dump_start(s, request(), &d), 0);
	assert_int_equal(count(d, &n), 0);
	assert_int_equal(n, OBJECTS);
	assert_int_equal(asked, 2);
	weft_dump_close(d);
	weft_session_close(s);
}

/* A filter of matchall of priority 2, or its head. */
static uint32_t matchall(uint8_t *all, uint32_t cap, uint32_t seq, bool whole)
{
	uint8_t b[40] = { 0 };

	weft_set_u32(b + 8, whole);
	weft_set_u32(b + 16, 2 << 16);
	head(b + 20, 13, 1);
	memcpy(b + 24, "matchall", 9);
	head(b + 36, 4, 2);
	return (uint32_t)fake_msg(all, cap, NEWTFILTER, MULTI, seq, b, whole ? 40 : 36);
}

static unsigned gaps, dumps; /* a bit for each dump of the whole that leaves a filter out; how many there were */

/* Behind many filters stands one of which some dumps tell the head only: it is told when it is asked for. */
static void with_gap(const uint8_t *req, size_t len)
{
	static uint8_t all[OBJECTS * 64];
	bool part = weft_get_u32(req + 32) != 0;
	uint8_t b[64];
	uint32_t at = 0, seq = fake_seq(req);

	(void)len;
	for (uint32_t n = 0; !part && n < OBJECTS; n++)
		at += fake_msg(all + at, sizeof all - at, NEWTFILTER, MULTI, seq, b, body_of(b, n));
	at += matchall(all + at, (uint32_t)sizeof all - at, seq, false);
	if (part || !(gaps >> dumps & 1))
		at += matchall(all + at, (uint32_t)sizeof all - at, seq, true);
	fake_receive(all, at);
	fake_end(WEFT_NLMSG_DONE, MULTI, seq, 0);
	dumps += !part;
	asked++;
}

static void left_out(void **state)
{
	(void)state;
	for (gaps = 0; gaps < 4; gaps++) {
		struct weft_session *s = begin(sort_of(NEWTFILTER), 0);
		struct weft_dump *d;
		unsigned n;

		dumps = 0;
		fake_on_send = with_gap;
		assert_int_equal(weft_dump_start(s, request(), &d), 0);
		assert_int_equal(count(d, &n), 0);
		assert_int_equal(n, OBJECTS + 2);
		/* once more for that of the first dump; the head of it is in both */
		assert_int_equal(asked, 2 + (gaps & 1));
		weft_dump_close(d);
		weft_session_close(s);
	}
}

/* The second dump is on another socket, which cannot be had. */
static void no_socket(void **state)
{
	struct weft_session *s = begin(sort_of(NEWROUTE), 0);
	struct weft_dump *d;
	unsigned n;

	(void)state;
	assert_int_equal(weft_dump_start(s, request(), &d), 0);
	fake_fail(FAKE_SOCKET, EMFILE, 0, 1);
	assert_int_equal(count(d, &n), -EMFILE);
	assert_int_equal(asked, 1);
	weft_dump_close(d);
	/* nor one for the next try */
	asked = 0;
	good_from = 9;
	assert_int_equal(weft_dump_start(s, request(), &d), 0);
	fake_fail(FAKE_SOCKET, EMFILE, 1, 1);
	assert_int_equal(count(d, &n), -EMFILE);
	assert_int_equal(asked, 2);
	weft_dump_close(d);
	weft_session_close(s);
}

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	(void)c;
	(void)a;
	++*(unsigned *)user;
	return 0;
}

static int result;

static void on_done(struct weft_pending *c, int r, const struct weft_error *err, void *user)
{
	(void)c;
	(void)err;
	(void)user;
	result = r;
}

static void pushed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
		for (unsigned from = 0; from < 2; from++) {
			struct weft_session *s = begin(&sorts[i], from);
			unsigned n = 0;

			result = 1;
			assert_int_equal(weft_start(s, request(),
						    WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done,
							      .user = &n, .dump = true),
						    NULL),
					 0);
			while (result > 0)
				assert_true(weft_process(s) >= 0);
			assert_int_equal(result, from ? -EAGAIN : 0);
			assert_int_equal(n, sort->parts ? 2 * OBJECTS : OBJECTS);
			assert_int_equal(asked, sort->parts ? 4 : 2);
			weft_session_close(s);
		}
	}
}

static void left_out_of_pushed(void **state)
{
	(void)state;
	for (gaps = 0; gaps < 4; gaps++) {
		struct weft_session *s = begin(sort_of(NEWTFILTER), 0);
		unsigned n = 0;

		dumps = 0;
		result = 1;
		fake_on_send = with_gap;
		assert_int_equal(
		    weft_start(s, request(),
			       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &n, .dump = true),
			       NULL),
		    0);
		while (result > 0)
			assert_true(weft_process(s) >= 0);
		assert_int_equal(result, 0);
		assert_int_equal(n, OBJECTS + 2);
		assert_int_equal(asked, 2 + (gaps & 1));
		weft_session_close(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(left_out_of_pushed),
		cmocka_unit_test(pulled),
		cmocka_unit_test(others),
		cmocka_unit_test(never_calm),
		cmocka_unit_test(left_out),
		cmocka_unit_test(no_socket),
		cmocka_unit_test(pushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
