/* SPDX-License-Identifier: MIT */
/* Verbs of the nouns: what they send, and objects too short to be one. */
#include "fake.h"

static uint8_t sent[512];
static size_t sent_len;

static void keep(const uint8_t *req, size_t len)
{
	assert_true(len <= sizeof sent);
	memcpy(sent, req, len);
	sent_len = len;
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), 0);
}

static void is(uint16_t type, uint16_t flags)
{
	assert_int_equal(weft_get_u16(sent + 4), type);
	assert_int_equal(weft_get_u16(sent + 6), WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK | flags);
}

static void types(void **state)
{
	const uint16_t new = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL;
	struct weft_session *s = fake_session(0);

	(void)state;
	fake_on_send = keep;
	assert_int_equal(weft_link_add(s, NULL), 0);
	is(16, new);
	assert_int_equal(weft_link_set(s, NULL), 0);
	is(16, 0);
	assert_int_equal(weft_link_del(s, NULL), 0);
	is(17, 0);
	assert_int_equal(weft_addr_add(s, NULL), 0);
	is(20, new);
	assert_int_equal(weft_addr_del(s, NULL), 0);
	is(21, 0);
	assert_int_equal(weft_route_add(s, NULL), 0);
	is(24, new);
	assert_int_equal(weft_route_replace(s, NULL), 0);
	is(24, WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE);
	assert_int_equal(weft_route_del(s, NULL), 0);
	is(25, 0);
	assert_int_equal(weft_neigh_add(s, NULL), 0);
	is(28, new);
	assert_int_equal(weft_neigh_del(s, NULL), 0);
	is(29, 0);
	assert_int_equal(weft_rule_add(s, NULL), 0);
	is(32, new);
	assert_int_equal(weft_rule_del(s, NULL), 0);
	is(33, 0);
	weft_session_close(s);
}

/* The prefix length of an address goes into the header, whether it is one or its text. */
static void prefixes(void **state)
{
	struct weft_session *s = fake_session(0);

	(void)state;
	fake_on_send = keep;
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(addr, local, weft_ip("10.0.0.1/24")))), 0);
	assert_int_equal(sent[17], 24);
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(addr, address, weft_ip("10.0.0.1/25")))), 0);
	assert_int_equal(sent[17], 25);
	assert_int_equal(weft_addr_add(s, WEFT_ATTRS(weft_kv_bytes(WEFT_KEY(addr, local),
								   (struct weft_bytes){ (const uint8_t *)"1234", 4 }))),
			 0);
	assert_int_equal(sent[17], 0);
	assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("fd00::/48")),
						      WEFT_KV(route, src, weft_ip("fd01::/32")))),
			 0);
	assert_int_equal(sent[17], 48);
	assert_int_equal(sent[18], 32);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(weft_kv_str(WEFT_KEY(rule, src), "10.0.0.0"),
						     weft_kv_str(WEFT_KEY(rule, dst), "10.1.0.0"))),
			 0);
	assert_int_equal(sent[17], 32);
	assert_int_equal(sent[18], 32);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(weft_kv_str(WEFT_KEY(rule, src), "x"))), -EINVAL);
	assert_int_equal(weft_rule_add(s, WEFT_ATTRS(weft_kv_str(WEFT_KEY(rule, src), NULL))), -EINVAL);
	weft_session_close(s);
}

#define NOUN(noun)                                                                                                     \
	static int noun##_next(struct weft_session *s)                                                                 \
	{                                                                                                              \
		struct weft_##noun x;                                                                                  \
		struct weft_dump *d;                                                                                   \
		int r;                                                                                                 \
		fake_on_send = short_object;                                                                           \
		assert_int_equal(weft_##noun##_dump(s, NULL, &d), 0);                                                  \
		r = weft_##noun##_next(d, &x);                                                                         \
		weft_dump_close(d);                                                                                    \
		fake_reset();                                                                                          \
		return r;                                                                                              \
	}

static void short_object(const uint8_t *req, size_t len)
{
	(void)len;
	fake_reply(16, WEFT_NLM_F_MULTI, fake_seq(req), "1234", 4);
	fake_end(WEFT_NLMSG_DONE, WEFT_NLM_F_MULTI, fake_seq(req), 0);
}

NOUN(link)
NOUN(addr)
NOUN(route)
NOUN(rule)
NOUN(neigh)

static void too_short(void **state)
{
	struct weft_session *s = fake_session(0);

	(void)state;
	assert_int_equal(link_next(s), -EBADMSG);
	assert_int_equal(addr_next(s), -EBADMSG);
	assert_int_equal(route_next(s), -EBADMSG);
	assert_int_equal(rule_next(s), -EBADMSG);
	assert_int_equal(neigh_next(s), -EBADMSG);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(too_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
