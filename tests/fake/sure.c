/* SPDX-License-Identifier: MIT */
/* Dumps of objects that the kernel only counts: the second one says whether the first was whole. */
#include "fake.h"

#include "session/session.h"

enum {
	NEWADDR = 20,
	NEWROUTE = 24,
	NEWNEIGH = 28,
	NEWQDISC = 36,
	NEWTCLASS = 40,
	NEWTFILTER = 44,
	GETACTION = 50,
	NEWADDRLABEL = 72,
	NEWCHAIN = 100,
	MULTI = WEFT_NLM_F_MULTI,
	OBJECTS = 300,
};

static unsigned asked, good_from; /* dumps so far; from which on nothing moves */
static unsigned objects = OBJECTS;
static uint16_t type;

/* The header of an attribute. */
static void head(uint8_t *p, uint16_t len, uint16_t number)
{
	weft_set_u16(p, len);
	weft_set_u16(p + 2, number);
}

/* The n-th object of a type. */
static uint32_t body_of(uint8_t *b, uint32_t n)
{
	memset(b, 0, 64);
	weft_set_u32(b + 4, 7);
	switch (type) {
	case NEWADDR:
		b[0] = WEFT_AF_INET6;
		head(b + 8, 8, 1);
		weft_set_u32(b + 12, n);
		return 16;
	case NEWROUTE:
		/* one is of IPv4, and another each time: the kernel marks changes of those */
		b[0] = n == 6 ? WEFT_AF_INET : WEFT_AF_INET6;
		head(b + 12, 8, 1);
		weft_set_u32(b + 16, n == 6 ? 1000 + asked : n);
		/* times pass */
		head(b + 20, 8, 23);
		weft_set_u32(b + 24, asked);
		return 28;
	case NEWNEIGH:
		b[0] = WEFT_AF_BRIDGE;
		/* lladdr */
		head(b + 12, 10, 2);
		weft_set_u32(b + 16, n);
		return 24;
	case GETACTION:
		/* tab, its only item, kind, options with parms */
		head(b + 4, 40, 1);
		head(b + 8, 36, 1);
		head(b + 12, 9, 1);
		memcpy(b + 16, "gact", 5);
		head(b + 24, 20, 2);
		head(b + 28, 16, n & 1 ? 2 : 1);
		weft_set_u32(b + 32, n);
		return 44;
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
	if (type == NEWADDR || type == NEWROUTE)
		assert_int_equal(req[16], asked % 2 ? WEFT_AF_INET6 : 0);
	for (uint32_t n = 0; n < objects; n++) {
		/* one object is another each time */
		uint32_t size = body_of(b, n == 5 && asked < good_from ? 1000 + asked : n);

		at += fake_msg(all + at, sizeof all - at, type, MULTI, fake_seq(req), b, size);
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
	static const struct {
		uint16_t type;
		const char *family, *op;
	} ops[] = { { NEWNEIGH, "rt-neigh", "getneigh" }, { NEWQDISC, "tc", "getqdisc" },
		    { NEWTCLASS, "tc", "gettclass" }, { GETACTION, "tc", "getaction" }, { NEWCHAIN, "tc", "getchain" },
		    { NEWADDRLABEL, "rt-addrlabel", "getaddrlabel" }, { NEWTFILTER, "tc", "gettfilter" },
		    { NEWADDR, "rt-addr", "getaddr" }, { NEWROUTE, "rt-route", "getroute" } };
	struct weft_msg *m = NULL;

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
		if (ops[i].type == type)
			m = weft_request(ops[i].family, ops[i].op, 0);
	if (type == NEWNEIGH)
		weft_put(m, WEFT_KV(ndmsg, ndm_family, WEFT_AF_BRIDGE));
	return m;
}

static const uint16_t types[] = { NEWNEIGH, NEWQDISC, NEWTCLASS, GETACTION, NEWCHAIN, NEWADDRLABEL,
				  NEWTFILTER, NEWADDR, NEWROUTE };

static struct weft_session *begin(uint16_t of, unsigned from)
{
	struct weft_session *s = fake_session(0);

	fake_on_send = answer;
	type = of;
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
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		for (unsigned from = 0; from < 4; from++) {
			struct weft_session *s = begin(types[i], from);

			assert_int_equal(weft_dump_start(s, request(), &d), 0);
			assert_int_equal(count(d, &n), 0);
			assert_int_equal(n, OBJECTS);
			assert_int_equal(asked, asks[from]);
			weft_dump_close(d);
			weft_session_close(s);
		}
	}
}

static void never_calm(void **state)
{
	struct weft_session *s = begin(NEWTCLASS, 99);
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
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		for (unsigned from = 0; from < 2; from++) {
			struct weft_session *s = begin(types[i], from);
			unsigned n = 0;

			result = 1;
			assert_int_equal(weft_start(s, request(), WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done,
									    .user = &n, .dump = true), NULL), 0);
			while (result > 0)
				assert_true(weft_process(s) >= 0);
			assert_int_equal(result, from ? -EAGAIN : 0);
			assert_int_equal(n, OBJECTS);
			assert_int_equal(asked, 2);
			weft_session_close(s);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pulled),
		cmocka_unit_test(never_calm),
		cmocka_unit_test(pushed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
