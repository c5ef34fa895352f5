/* SPDX-License-Identifier: MIT */
/* The plain socket when not all is well. */
#include "fake.h"

#include <weft/hook.h>

static struct weft_msg *get_lo(void)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	return m;
}

static void not_sent(void **state)
{
	struct weft_session *s = fake_session(0);
	uint32_t seq = 5;

	(void)state;
	fake_fail(FAKE_SEND, ECONNREFUSED, 0, 1);
	assert_int_equal(weft_send(s, get_lo(), 0, &seq), -ECONNREFUSED);
	assert_non_null(strstr(weft_last_error(s)->msg, "send: "));
	assert_int_equal(seq, 5);
	assert_int_equal(weft_send(s, get_lo(), 0, NULL), 0);
	weft_session_close(s);
	fake_reset();
}

/* Rubbish and others' messages are passed over, losses are told, all are counted. */
static void not_all(void **state)
{
	static const uint8_t body[16] = { 0 };
	struct weft_session *s = fake_session(0);
	struct weft_incoming in;

	(void)state;
	fake_receive("rubbish", 7);
	fake_receive_from("other", 5, 99, 0);
	fake_reply(WEFT_NLMSG_NOOP, 0, 1, NULL, 0);
	fake_reply(16, 0, 3, body, sizeof body);
	assert_int_equal(weft_recv(s, &in), 1);
	assert_int_equal(in.seq, 3);
	assert_string_equal(in.op->name, "newlink");
	assert_int_equal(weft_session_stats(s).malformed, 1);
	assert_int_equal(weft_session_stats(s).forged, 1);
	fake_reply(9999, 0, 4, body, sizeof body);
	assert_int_equal(weft_recv(s, &in), 1);
	assert_null(in.op);
	assert_int_equal(in.type, 9999);
	fake_reply(WEFT_NLMSG_OVERRUN, 0, 1, NULL, 0);
	fake_receive_error(ENOBUFS);
	fake_receive_error(ENETDOWN);
	assert_int_equal(weft_recv(s, &in), -ENOBUFS);
	assert_int_equal(weft_recv(s, &in), -ENOBUFS);
	assert_int_equal(weft_session_stats(s).overruns, 2);
	assert_int_equal(weft_recv(s, &in), -ENETDOWN);
	assert_non_null(strstr(weft_last_error(s)->msg, "receive: "));
	assert_int_equal(weft_recv(s, &in), 0);
	weft_session_close(s);
	fake_reset();
}

/* Ends, with what an extended ack says but for the place, which is in a request that is not kept.
 */
static void ends(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_incoming in;
	struct weft_writer w;
	uint8_t buf[200];

	(void)state;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_msg(&w, WEFT_NLMSG_ERROR, WEFT_NLM_F_CAPPED | WEFT_NLM_F_ACK_TLVS, 7, FAKE_PORT);
	weft_write_raw(&w, "\xea\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20);
	weft_write_attr(&w, 1, "no such thing", 14);
	weft_write_attr(&w, 2, "\x20\0\0\0", 4);
	weft_write_attr(&w, 5, "\x03\0\0\0", 4);
	assert_int_equal(weft_write_end(&w), 0);
	fake_receive(buf, w.len);
	assert_int_equal(weft_recv(s, &in), 1);
	assert_true(in.end);
	assert_int_equal(in.code, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? -EBADMSG : -EINVAL);
	assert_string_equal(weft_last_error(s)->msg, "no such thing");
	assert_string_equal(weft_last_error(s)->path, "");
	fake_end(WEFT_NLMSG_DONE, 2, 8, 0);
	assert_int_equal(weft_recv(s, &in), 1);
	assert_true(in.end && in.code == 0 && in.seq == 8);
	weft_session_close(s);
	fake_reset();
}

static enum weft_verdict close_it(struct weft_passing *p, void *user)
{
	(void)p;
	weft_session_close(user);
	return WEFT_FORWARD;
}

/* A hook closes the session on receive: that is said, and nothing of it is touched again. */
static void closed_by_hook(void **state)
{
	static const uint8_t body[16] = { 0 };
	struct weft_session *s = fake_session(0);
	struct weft_incoming in;

	(void)state;
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, NULL, 0, close_it, s, NULL), 0);
	fake_reply(16, 0, 3, body, sizeof body);
	assert_int_equal(weft_recv(s, &in), -ECANCELED);
	assert_int_equal(fake_sockets, 0);
	fake_reset();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(not_sent), cmocka_unit_test(not_all),
					    cmocka_unit_test(ends), cmocka_unit_test(closed_by_hook) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
