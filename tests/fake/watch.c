/* SPDX-License-Identifier: MIT */
/* Watches: what events are told as, and every way to lose one. */
#include "fake.h"

static struct weft_watch *open_watch(uint16_t protocol, const struct weft_family *f)
{
	static const uint32_t groups[] = { 1, 2 };
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };

	fake_reset();
	assert_int_equal(weft_watch_open(protocol, NULL, groups, 2, f, &w, &e), 0);
	return w;
}

static void event(uint16_t type, uint32_t group, const void *body, uint32_t len)
{
	uint8_t b[256];

	fake_receive_from(b, fake_msg(b, sizeof b, type, 3, 5, body, len), 0, group);
}

static void opening(void **state)
{
	static const uint32_t groups[] = { 1, 2 };
	int fds = fake_open_fds();
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };

	(void)state;
	fake_reset();
	assert_int_equal(weft_watch_open(0, NULL, groups, 0, NULL, &w, &e), -EINVAL);
	assert_int_equal(weft_watch_open(0, NULL, NULL, 1, NULL, &w, &e), -EINVAL);
	fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
	assert_int_equal(weft_watch_open(0, NULL, groups, 2, NULL, &w, &e), -ENOMEM);
	fake_fail(FAKE_MALLOC, ENOMEM, 1, 1);
	assert_int_equal(weft_watch_open(0, NULL, groups, 2, NULL, &w, &e), -ENOMEM);
	fake_fail(FAKE_SOCKET, EMFILE, 0, 1);
	assert_int_equal(weft_watch_open(0, WEFT_OPTS(weft_session_opts, .keepalive_ms = 5), groups, 2, NULL, &w, &e),
			 -EMFILE);
	fake_fail(FAKE_JOIN, EPERM, 1, 1);
	assert_int_equal(weft_watch_open(0, NULL, groups, 2, NULL, &w, &e), -EPERM);
	assert_string_equal(e.msg, "group 2: Operation not permitted");
	assert_null(w);
	assert_int_equal(
	    weft_watch_open(0, WEFT_OPTS(weft_session_opts, .rcvbuf = UINT32_MAX), groups, 2, NULL, &w, &e), 0);
	assert_true(weft_watch_fd(w) >= 0);
	assert_int_equal(weft_watch_timeout_ms(w), -1);
	assert_int_equal(weft_watch_timeout_ms(NULL), -1);
	assert_int_equal(weft_watch_next(w, NULL), -EINVAL);
	weft_watch_close(w);
	assert_int_equal(fake_open_fds(), fds);
}

static void route_events(void **state)
{
	struct weft_watch *w = open_watch(0, NULL);
	static const uint8_t body[16];
	struct weft_event ev;

	(void)state;
	assert_int_equal(weft_watch_next(w, &ev), 0);
	event(16, 1, body, 16);
	event(4000, 2, body, 2);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_string_equal(ev.op->name, "newlink");
	assert_string_equal(ev.family->name, "rt-link");
	assert_int_equal(ev.group, 1);
	assert_int_equal(ev.flags, 3);
	assert_int_equal(ev.seq, 5);
	assert_int_equal(ev.port, FAKE_PORT);
	assert_int_equal(ev.body.len, 16);
	/* a type that nobody knows */
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_null(ev.op);
	assert_null(ev.family);
	assert_null(ev.body.schema);
	assert_int_equal(ev.type, 4000);
	assert_int_equal(ev.body.len, 4);
	weft_watch_close(w);
	/* another protocol of which there are no tables */
	w = open_watch(4, NULL);
	event(16, 1, body, 16);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_null(ev.op);
	assert_int_equal(ev.type, 16);
	weft_watch_close(w);
}

static void generic_events(void **state)
{
	struct weft_watch *w = open_watch(16, weft_family_find("nlctrl"));
	static const uint8_t body[8] = { 1, 2 }; /* newfamily */
	struct weft_event ev;

	(void)state;
	event(16, 16, body, 8);
	event(16, 16, "\1", 0);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_string_equal(ev.op->name, "newfamily");
	assert_int_equal(ev.type, 1);
	assert_int_equal(ev.body.len, 4);
	/* without the generic header */
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_null(ev.op);
	assert_int_equal(ev.body.len, 0);
	weft_watch_close(w);
	w = open_watch(16, NULL);
	event(16, 16, body, 8);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_null(ev.op);
	assert_int_equal(ev.type, 1);
	weft_watch_close(w);
	/* a family is only for generic netlink */
	w = open_watch(0, weft_family_find("nlctrl"));
	event(16, 16, body, 8);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_string_equal(ev.family->name, "rt-link");
	weft_watch_close(w);
}

static void losses(void **state)
{
	static uint8_t big[(1u << 20) + 1];
	struct weft_watch *w = open_watch(0, NULL);
	struct weft_event ev;
	struct weft_session_stats st;

	(void)state;
	event(WEFT_NLMSG_OVERRUN, 0, "", 0);
	event(16, 1, big, 16);
	assert_int_equal(weft_watch_next(w, &ev), -ENOBUFS);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	fake_receive_error(ENOBUFS);
	assert_int_equal(weft_watch_next(w, &ev), -ENOBUFS);
	fake_receive(big, sizeof big);
	assert_int_equal(weft_watch_next(w, &ev), -ENOBUFS);
	fake_receive_error(EINTR);
	fake_receive_error(ENETDOWN);
	assert_int_equal(weft_watch_next(w, &ev), -ENETDOWN);
	/* noise, bytes that are no message, somebody else */
	event(WEFT_NLMSG_NOOP, 0, "", 0);
	event(15, 0, "", 0);
	fake_receive("12345", 5);
	fake_receive_from(big, 32, 99, 1);
	assert_int_equal(weft_watch_next(w, &ev), 0);
	st = weft_watch_stats(w);
	assert_int_equal(st.overruns, 3);
	assert_int_equal(st.malformed, 1);
	assert_int_equal(st.forged, 1);
	weft_watch_close(w);
}

/* Control data that does not tell the group. */
static void no_group(void **state)
{
	struct weft_watch *w = open_watch(0, NULL);
	struct weft_event ev;

	(void)state;
	for (int i = FAKE_SHORT; i <= FAKE_NONE; i++) {
		fake_control = (enum fake_control)i;
		event(16, 7, "0123456789abcdef", 16);
		assert_int_equal(weft_watch_next(w, &ev), 1);
		assert_int_equal(ev.group, 0);
	}
	weft_watch_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening), cmocka_unit_test(route_events), cmocka_unit_test(generic_events),
		cmocka_unit_test(losses),  cmocka_unit_test(no_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
