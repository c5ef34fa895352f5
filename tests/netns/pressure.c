/* SPDX-License-Identifier: MIT */
/* Sessions that are short of something: no answer, no room, more than may be held back. Nothing is lost
 * in silence. */
#include "ns.h"

#include <poll.h>

#include <weft/weft.h>

/* A message type that the kernel takes without a word. */
static const struct weft_schema none = { .name = "none", .id = 2000 };
static const struct weft_op silent = { "silent", 1, 1, WEFT_OP_DO | WEFT_OP_DUMP, 0, &none, NULL };
static const struct weft_family quiet = { .name = "quiet", .n_ops = 1, .ops = &silent };

static struct weft_session *open_with(const struct weft_session_opts *o)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };

	if (weft_session_open(0, o, &s, &e) < 0)
		fail_msg("session: %s", e.msg);
	return s;
}

struct tally {
	unsigned done, good, bad;
	int last;
};

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;

	(void)c;
	assert_true(result == 0 ? !err : err && err->code == result && err->msg[0]);
	t->done++;
	t->good += result == 0;
	t->bad += result < 0;
	t->last = result;
}

static void no_answer(void **state)
{
	struct weft_session *s = open_with(WEFT_OPTS(weft_session_opts, .timeout_ms = 50));
	struct tally t = { 0 };
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	assert_int_equal(weft_timeout_ms(s), -1);
	assert_int_equal(weft_call(s, weft_msg_new(&quiet, &silent, 0), NULL), -ETIMEDOUT);
	assert_int_equal(weft_last_error(s)->where, WEFT_WHERE_TRANSPORT);
	assert_string_equal(weft_last_error(s)->msg, "no answer in time");
	assert_int_equal(weft_start(s, weft_msg_new(&quiet, &silent, 0),
				    WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t, .timeout_ms = 20), NULL),
			 0);
	assert_int_equal(weft_start(s, weft_msg_new(&quiet, &silent, 0),
				    WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t, .timeout_ms = 20), NULL),
			 0);
	assert_true(weft_timeout_ms(s) >= 0 && weft_timeout_ms(s) <= 20);
	while (t.done < 2) {
		(void)poll(NULL, 0, weft_timeout_ms(s));
		assert_true(weft_process(s) >= 0);
	}
	assert_int_equal(t.last, -ETIMEDOUT);
	assert_int_equal(weft_dump_start(s, weft_msg_new(&quiet, &silent, 0), &d), 0);
	assert_int_equal(weft_dump_next(d, &a), -ETIMEDOUT);
	weft_dump_close(d);
	/* the session goes on */
	assert_int_equal(add_veth(s, "t0", "t1"), 0);
	weft_session_close(s);
}

/* Many requests without reading, into a socket with room for one answer. */
static void no_room(void **state)
{
	struct weft_session *s = open_with(WEFT_OPTS(weft_session_opts, .rcvbuf = 1, .timeout_ms = 300));
	struct tally t = { 0 };

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);

		weft_put(m, WEFT_KV(link, ifname, "lo"));
		assert_int_equal(weft_start(s, m, WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t), NULL), 0);
	}
	while (t.done < 200) {
		struct pollfd p = { weft_fd(s), (short)weft_events(s), 0 };

		(void)poll(&p, 1, weft_timeout_ms(s));
		assert_true(weft_process(s) >= 0);
	}
	/* every one of them has an end, and some had to fail */
	assert_int_equal(t.good + t.bad, 200);
	assert_true(t.bad > 0);
	print_message("%u of 200 answered, %u told that they were not\n", t.good, t.bad);
	assert_int_equal(add_veth(s, "u0", "u1"), 0);
	weft_session_close(s);
}

static void fill_table(struct weft_session *s, uint32_t oif, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t b[4] = { 20, 0, (uint8_t)(i >> 8), (uint8_t)i };

		assert_int_equal(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip_bytes(b, 4)),
							      WEFT_KV(route, oif, oif), WEFT_KV(route, table, 77))),
				 0);
	}
}

static unsigned count(struct weft_session *s, int *ret_result)
{
	struct weft_dump *d;
	struct weft_route r;
	unsigned n = 0;

	assert_int_equal(weft_route_dump(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(route, table, 77)), &d),
			 0);
	while ((*ret_result = weft_route_next(d, &r)) > 0)
		n++;
	/* after the end it stays at its end */
	assert_int_equal(weft_route_next(d, &r), *ret_result);
	weft_dump_close(d);
	return n;
}

/* A dump larger than what is held back comes all the same, and so does one closed early. */
static void more_than_held(void **state)
{
	struct weft_session *s = open_with(NULL), *small = open_with(WEFT_OPTS(weft_session_opts, .dump_hold = 1));
	struct weft_dump *d;
	struct weft_attr a;
	int result;

	(void)state;
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
						     WEFT_KV(ifinfomsg, ifi_change, 1))),
			 0);
	fill_table(s, 1, 5000);
	assert_int_equal(count(s, &result), 5000);
	assert_int_equal(result, 0);
	assert_int_equal(count(small, &result), 5000);
	assert_int_equal(result, 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(weft_dump_start(small, weft_request("rt-route", "getroute", 0), &d), 0);
		assert_int_equal(weft_dump_next(d, &a), 1);
		weft_dump_close(d);
	}
	assert_int_equal(count(small, &result), 5000);
	weft_session_close(small);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_answer),
		cmocka_unit_test(no_room),
		cmocka_unit_test(more_than_held),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
