/* SPDX-License-Identifier: MIT */
/* Messages of batches are what they would be alone, whatever stands before them in the window. */
#include "fake.h"

#include <weft/batch.h>

#include "session/session.h"

static struct weft_session *begin(void)
{
	struct weft_session *s = NULL;

	/* without hooks, which see each message of a window alone */
	fake_reset();
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .plain = true, .timeout_ms = 1000), &s, NULL), 0);
	return s;
}

static void on_failed(size_t index, const struct weft_error *err, void *user)
{
	assert_true(err->code < 0 && err->msg[0]);
	*(size_t *)user = index;
}

/* Messages of one batch whose values are alike, in another order, of other sizes, of another operation, wrong: each is
 * what it would be alone. */
static const struct weft_kv *values(unsigned i)
{
	static struct weft_kv v[6][5];
	const uint8_t a4[4] = { 10, 0, 0, 1 }, a6[16] = { 0xfd, [15] = 1 };
	const struct weft_kv all[6][5] = {
		{ WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(route, table, 7), WEFT_KV(route, dst, weft_ip_bytes(a4, 4)),
		  WEFT_KV(route, oif, 1), WEFT_END },
		{ WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(route, table, 70000), WEFT_SKIP, WEFT_KV(route, oif, 2),
		  WEFT_END },
		{ WEFT_KV(route, oif, 1), WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(route, table, 8),
		  WEFT_KV(rtmsg, rtm_scope, 253), WEFT_END },
		{ WEFT_KV(rtmsg, rtm_family, 10), WEFT_KV(route, table, 9), WEFT_KV(route, dst, weft_ip_bytes(a6, 16)),
		  WEFT_KV(route, oif, 3), WEFT_END },
		{ weft_kv_uint(WEFT_KEY(rtmsg, rtm_family), 300), WEFT_KV(route, table, 7), WEFT_END },
		{ WEFT_KV(rtmsg, rtm_family, 2), weft_kv_uint(0, 5), WEFT_END },
	};

	memcpy(v, all, sizeof v);
	return v[i];
}

static const uint8_t *alone(unsigned i, bool del, uint32_t *ret_len)
{
	static uint8_t bytes[256];
	struct weft_msg *m = weft_request("rt-route", del ? "delroute" : "newroute", 0);

	weft_put_all(m, values(i));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	*ret_len = (uint32_t)weft_msg_bytes(m).len;
	memcpy(bytes, weft_msg_bytes(m).p, *ret_len);
	weft_msg_free(m);
	return bytes;
}

static const unsigned turns[] = { 0, 0, 1, 2, 3, 0, 10, 2 }; /* 10: of 0, to be deleted */
static unsigned compared;

static void compare(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;

	for (unsigned i = 0; i < sizeof turns / sizeof *turns; i++) {
		uint32_t want;
		const uint8_t *bytes = alone(turns[i] % 10, turns[i] == 10, &want);

		assert_true(weft_read_msg(&r, &m) > 0);
		assert_int_equal(m.len, want);
		assert_int_equal(m.type, weft_get_u16(bytes + 4));
		assert_memory_equal(m.body, bytes + WEFT_NLMSG_HDR, m.body_len);
		compared++;
	}
	assert_true(weft_read_msg(&r, &m) > 0);
	fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
}

static void in_turn(void **state)
{
	const struct weft_family *f = weft_family_find("rt-route");
	struct weft_batch_result got;
	struct weft_batch *b;
	struct weft_session *s = begin();
	size_t failed_index = SIZE_MAX;

	(void)state;
	fake_on_send = compare;
	compared = 0;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = on_failed, .user = &failed_index), &b),
			 0);
	for (unsigned i = 0; i < sizeof turns / sizeof *turns; i++)
		weft_put_all(weft_batch_msg(b, f, weft_op_find(f, turns[i] == 10 ? "delroute" : "newroute"), 0),
			     values(turns[i] % 10));
	assert_int_equal(weft_batch_commit(b, &got), 0);
	assert_int_equal(compared, 8);
	assert_int_equal(got.done, 8);
	for (unsigned i = 4; i < 6; i++) {
		weft_put_all(weft_batch_msg(b, f, weft_op_find(f, "newroute"), 0), values(i));
		assert_true(weft_batch_commit(b, &got) < 0);
		assert_int_equal(got.failed, 1);
	}
	weft_batch_close(b);
	weft_session_close(s);
}

static uint32_t dice(uint32_t below)
{
	static uint32_t x = 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return x % below;
}

static struct weft_kv any_value(bool plain)
{
	static const uint64_t numbers[] = { 0,	 1,	2,	   10,	       127,	   255,
					    256, 65536, INT32_MAX, UINT32_MAX, 1ull << 32, UINT64_MAX };
	static const uint8_t a4[4] = { 10, 0, 0, 1 }, a6[16] = { 0xfd, [15] = 1 };
	static const uint32_t keys[] = { WEFT_KEY(rtmsg, rtm_dst_len), WEFT_KEY(rtmsg, rtm_scope),
					 WEFT_KEY(route, table),       WEFT_KEY(rtmsg, rtm_flags),
					 WEFT_KEY(route, oif),	       WEFT_KEY(route, dst),
					 WEFT_KEY(route, gateway),     WEFT_KEY(route, pref),
					 WEFT_KEY(link, mtu) };
	uint32_t key = keys[dice(dice(20) ? 8 : 9)];

	if (plain)
		return weft_kv_uint(keys[dice(5)], dice(100));
	switch (dice(10)) {
	case 0:
		return WEFT_SKIP;
	case 1:
		return weft_kv_int(key, (int64_t)numbers[dice(12)]);
	case 2:
	case 3:
	case 4:
		return weft_kv_ip(dice(9) ? WEFT_KEY(route, dst) : key,
				  dice(4) ? weft_ip_bytes(a4, 4) : weft_ip_bytes(a6, 16));
	case 5:
		return weft_kv_str(key, "7");
	default:
		return weft_kv_uint(key, numbers[dice(dice(9) ? 6 : 12)]);
	}
}

enum {
	MANY = 20000,
	MOST = 22, /* values of a message; the places of fewer are remembered */
};

static struct kept {
	int code;
	uint32_t len;
	uint8_t body[256];
} wanted[MANY];
static unsigned next_wanted;

static void as_wanted(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;

	while (weft_read_msg(&r, &m) > 0) {
		if (m.type == WEFT_NLMSG_NOOP) {
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
			return;
		}
		while (next_wanted < MANY && wanted[next_wanted].code)
			next_wanted++;
		assert_true(next_wanted < MANY);
		assert_int_equal(m.body_len, wanted[next_wanted].len);
		assert_memory_equal(m.body, wanted[next_wanted].body, m.body_len);
		next_wanted++;
	}
	fail();
}

static void not_as_wanted(size_t index, const struct weft_error *e, void *user)
{
	(void)user;
	assert_int_equal(e->code, wanted[index].code);
	assert_true(e->code < 0);
}

/* Whatever values the messages of a batch have, like those of the one before or not: each is what it would be alone,
 * and fails as it would. */
static void any_values(void **state)
{
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_kv v[MOST + 1] = { WEFT_KV(rtmsg, rtm_family, 2) };
	struct weft_session *s = begin();
	struct weft_batch_result got;
	struct weft_batch *b;
	unsigned bad = 0, n = 1;

	(void)state;
	fake_on_send = as_wanted;
	next_wanted = 0;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = not_as_wanted), &b), 0);
	for (unsigned i = 0; i < MANY; i++) {
		struct weft_msg *m = weft_msg_new(f, op, 0);

		if (dice(3) == 0)
			n = 1 + dice(dice(5) ? 8 : MOST);
		for (unsigned k = 1; k < n; k++)
			if (i == 0 || v[k].kind == WEFT_K_END || dice(6) == 0)
				v[k] = any_value(i % 100 > 50);
		v[n] = WEFT_END;
		weft_put_all(m, v);
		wanted[i].code = weft_msg_error(m, NULL);
		wanted[i].len = (uint32_t)weft_msg_bytes(m).len - WEFT_NLMSG_HDR;
		assert_true(wanted[i].len <= sizeof wanted[i].body);
		memcpy(wanted[i].body, (const uint8_t *)weft_msg_bytes(m).p + WEFT_NLMSG_HDR, wanted[i].len);
		bad += wanted[i].code != 0;
		weft_msg_free(m);
		weft_put_all(weft_batch_msg(b, f, op, 0), v);
	}
	assert_true(weft_batch_commit(b, &got) < 0);
	assert_in_range(bad, 1000, MANY - 1000);
	assert_int_equal(got.failed, bad);
	assert_int_equal(got.done, MANY - bad);
	/* nobody else can send by now */
	assert_true(fake_unseen > 0);
	weft_batch_close(b);
	weft_session_close(s);
}

/* Some values and some bytes behind them, up to more than a window has. */
static void fill_any(struct weft_msg *m, unsigned sort, unsigned seed)
{
	static uint8_t bytes[70000];

	for (unsigned i = 0; i < 1000 && !bytes[1]; i++)
		memset(bytes + i * 70, (int)(i + 1), 70);
	weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, (uint8_t)seed),
				   WEFT_KV(route, table, seed), WEFT_KV(route, oif, 7)));
	for (unsigned i = 0; i < 1 + sort % 4; i++) {
		size_t len = sort % 7 == 0   ? (seed * 131 + i * 13) % 30000
			     : sort % 5 == 0 ? (seed + i) % 3000
					     : (seed + i) % 60;

		weft_put_raw(m, (uint16_t)(500 + i), bytes + seed * 71 % 40000, len);
	}
	weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_tos, (uint8_t)seed)));
	if (sort % 97 == 3)
		weft_put(m, WEFT_KV(link, mtu, 3));
}

static struct {
	bool bad;
	size_t len;
	uint8_t *p;
} sized[600];
static unsigned next_sized;
static uint32_t last_seq;

static void as_sized(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;

	while (weft_read_msg(&r, &m) > 0) {
		if (m.type == WEFT_NLMSG_NOOP || m.type == 18) {
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
			continue;
		}
		while (sized[next_sized].bad)
			next_sized++;
		assert_int_equal(m.len, sized[next_sized].len);
		assert_memory_equal(m.body, sized[next_sized].p + WEFT_NLMSG_HDR, m.body_len);
		assert_int_equal(m.port, FAKE_PORT);
		assert_true(!last_seq || (int32_t)(m.seq - last_seq) > 0);
		last_seq = m.seq;
		next_sized++;
	}
}

static void bad_one(size_t index, const struct weft_error *e, void *user)
{
	(void)user;
	assert_true(e->code < 0 && sized[index].bad);
}

/* One batch of n messages of all sizes, of the batch's own making or not, with calls in between. */
static void sizes_of(struct weft_session *s, uint32_t window, unsigned n)
{
	const struct weft_family *f = weft_family_find("rt-route"), *links = weft_family_find("rt-link");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_batch_result result;
	struct weft_batch *b;
	unsigned bad = 0;

	next_sized = 0;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = bad_one, .window = window), &b), 0);
	for (unsigned i = 0; i < n; i++) {
		unsigned sort = dice(1000), seed = dice(250);
		struct weft_msg *m = weft_msg_new(f, op, 0);
		struct weft_bytes bytes;

		fill_any(m, sort, seed);
		bytes = weft_msg_bytes(m);
		sized[i].bad = weft_msg_error(m, NULL) < 0 || bytes.len > 1 << 16;
		bad += sized[i].bad;
		sized[i].len = bytes.len;
		sized[i].p = realloc(sized[i].p, bytes.len);
		assert_non_null(sized[i].p);
		memcpy(sized[i].p, bytes.p, bytes.len);
		if (dice(4))
			fill_any(weft_batch_msg(b, f, op, 0), sort, seed);
		else
			assert_true(weft_batch_put(b, m) <= 0);
		weft_msg_free(m);
		if (dice(20) == 0) {
			last_seq = 0;
			assert_int_equal(
			    weft_call(s, weft_session_msg(s, links, weft_op_find(links, "getlink"), 0), NULL), 0);
		}
	}
	(void)!weft_batch_commit(b, &result);
	assert_int_equal(result.added, n);
	assert_int_equal(result.failed, bad);
	assert_int_equal(result.done, n - bad);
	last_seq = 0;
	weft_batch_close(b);
}

static void any_size(void **state)
{
	static const uint32_t of[] = { 0, 1, 2, 3, 7, 3000 };
	struct weft_session *s = begin();

	(void)state;
	fake_on_send = as_sized;
	for (unsigned i = 0; i < 24; i++)
		sizes_of(s, of[i % 6], 300 + dice(300));
	for (unsigned i = 0; i < sizeof sized / sizeof *sized; i++)
		free(sized[i].p);
	weft_session_close(s);
}

static void want_sized(unsigned i, const struct weft_msg *m)
{
	sized[i].bad = false;
	sized[i].len = weft_msg_bytes(m).len;
	sized[i].p = malloc(sized[i].len);
	assert_non_null(sized[i].p);
	memcpy(sized[i].p, weft_msg_bytes(m).p, sized[i].len);
}

/* The batch's own message given to it is in it once; one that nothing is known of is refused as ever. */
static void own_message(void **state)
{
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_session *s = begin();
	struct weft_batch_result result;
	struct weft_kv none = WEFT_KV(route, oif, 1);
	struct weft_batch *b;
	struct weft_msg *m;

	(void)state;
	memset(sized, 0, sizeof sized);
	fake_on_send = as_sized;
	next_sized = 0;
	last_seq = 0;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .window = 2), &b), 0);
	for (unsigned i = 0; i < 4; i++) {
		m = weft_batch_msg(b, f, op, 0);
		fill_any(m, i * 10, i);
		want_sized(i, m);
		assert_int_equal(weft_batch_put(b, m), 0);
	}
	none.key = none.kind = UINT32_MAX;
	m = weft_batch_msg(b, f, weft_op_find(f, "delroute"), 0);
	weft_put_all(m, (const struct weft_kv[]){ none, WEFT_END });
	assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
	assert_int_equal(weft_batch_put(b, m), -EINVAL);
	assert_int_equal(weft_batch_commit(b, &result), -EINVAL);
	assert_int_equal(result.added, 5);
	assert_int_equal(result.done, 4);
	assert_int_equal(result.failed, 1);
	for (unsigned i = 0; i < 4; i++)
		free(sized[i].p);
	weft_batch_close(b);
	weft_session_close(s);
}

/* Whatever room is left in a window, the next message is as it would be elsewhere. */
static void last_bytes(void **state)
{
	static uint8_t bytes[1 << 16];
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_session *s = begin();
	struct weft_batch *b;
	struct weft_msg *m;

	(void)state;
	fake_on_send = as_sized;
	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	for (unsigned left = 0; left <= 200; left += 4) {
		next_sized = 0;
		last_seq = 0;
		m = weft_batch_msg(b, f, op, 0);
		weft_put_raw(m, 500, bytes, (1 << 16) - 28 - 4 - left);
		want_sized(0, m);
		m = weft_batch_msg(b, f, op, 0);
		fill_any(m, 1, left);
		want_sized(1, m);
		assert_int_equal(weft_batch_commit(b, NULL), 0);
		assert_int_equal(next_sized, 2);
		free(sized[0].p);
		free(sized[1].p);
	}
	weft_batch_close(b);
	weft_session_close(s);
}

/* Numbers that a window did not need are given out again. */
static void next_number(void **state)
{
	const struct weft_family *f = weft_family_find("rt-route");
	struct weft_session *s = begin();
	uint32_t was = s->seq;
	struct weft_batch *b;

	(void)state;
	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	(void)weft_batch_msg(b, f, weft_op_find(f, "newroute"), 0);
	fake_on_send = as_wanted;
	next_wanted = 0;
	memset(wanted, 0, sizeof wanted);
	wanted[0].len = 12;
	assert_int_equal(weft_batch_commit(b, NULL), 0);
	assert_int_equal(s->seq, was + 2);
	weft_batch_close(b);
	weft_session_close(s);
}

/* An address that was put before the values that are like those of the message before is held against the family, too;
 * and what asks for a dump is none of a batch. */
static void refused_alike(void **state)
{
	const struct weft_family *f = weft_family_find("rt-addr"), *links = weft_family_find("rt-link");
	const struct weft_op *op = weft_op_find(f, "newaddr");
	struct weft_session *s = begin();
	struct weft_batch_result got;
	size_t failed_index = SIZE_MAX;
	struct weft_batch *b;

	(void)state;
	fake_on_send = as_sized;
	next_sized = 0;
	last_seq = 0;
	memset(sized, 0, sizeof sized);
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = on_failed, .user = &failed_index), &b),
			 0);
	for (int i = 0; i < 2; i++) {
		struct weft_msg *m = weft_batch_msg(b, f, op, 0);

		if (i)
			weft_put(m, WEFT_KV(addr, local, weft_ip("fe80::2")));
		weft_put_all(m, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_family, 2), WEFT_KV(ifaddrmsg, ifa_prefixlen, 24)));
		assert_int_equal(weft_msg_error(m, NULL), i ? -EINVAL : 0);
		if (!i)
			want_sized(0, m);
	}
	assert_int_equal(weft_batch_commit(b, &got), -EINVAL);
	assert_int_equal(got.done, 1);
	assert_int_equal(failed_index, 1);
	free(sized[0].p);
	(void)weft_batch_msg(b, links, weft_op_find(links, "getlink"), WEFT_NLM_F_DUMP);
	assert_int_equal(weft_batch_commit(b, &got), -EINVAL);
	assert_int_equal(got.failed, 1);
	weft_batch_close(b);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_turn),	 cmocka_unit_test(any_values), cmocka_unit_test(any_size),
		cmocka_unit_test(own_message),	 cmocka_unit_test(last_bytes), cmocka_unit_test(next_number),
		cmocka_unit_test(refused_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
