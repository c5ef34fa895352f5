/* SPDX-License-Identifier: MIT */
/* Answers that a real kernel rarely gives, or gives to nobody; requests that cannot be sent or wait too long. */
#include "tally.h"

/* Everything that may stand before an answer. */
static void noisy(const uint8_t *req, size_t len)
{
	uint8_t b[64];
	uint32_t n, seq = fake_seq(req);

	(void)len;
	fake_reply(WEFT_NLMSG_NOOP, 0, seq, "", 0);
	fake_reply(WEFT_NLMSG_OVERRUN, 0, seq, "", 0);
	fake_reply(7, 0, seq, "", 0);
	fake_reply(NEWLINK, 0, seq + 1, link_body, 16);
	n = fake_msg(b, sizeof b, NEWLINK, 0, seq, link_body, 16);
	weft_set_u32(b + 12, FAKE_PORT + 1);
	fake_receive(b, n);
	fake_receive_from(b, n, 99, 0);
	fake_receive("12345", 5);
	fake_reply(NEWLINK, 0, seq, link_body, 16);
}

static void noise(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_reply *reply = NULL;
	struct weft_session_stats st;

	(void)state;
	fake_on_send = noisy;
	assert_int_equal(weft_call(s, get_link(), &reply), 0);
	assert_int_equal(weft_reply_body(reply).len, 16);
	weft_reply_free(reply);
	st = weft_session_stats(s);
	assert_int_equal(st.overruns, 1);
	assert_int_equal(st.late, 2);
	assert_int_equal(st.forged, 1);
	assert_int_equal(st.malformed, 1);
	/* a sender whose address is none of netlink's, or cut */
	fake_on_send = NULL;
	for (int i = FAKE_SHORT_NAME; i <= FAKE_OTHER_FAMILY; i++) {
		fake_receive("x", 1);
		fake_sender = (enum fake_sender)i;
		assert_int_equal(weft_process(s), 1);
	}
	assert_int_equal(weft_session_stats(s).forged, 3);
	weft_session_close(s);
}

static void ack(const uint8_t *req, size_t len)
{
	(void)len;
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), 0);
}

/* Calls until n answers were received. */
static unsigned unseen_of(struct weft_session *s, unsigned n)
{
	fake_unseen = 0;
	fake_on_send = ack;
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(weft_call(s, get_link(), NULL), 0);
	return fake_unseen;
}

/* Others are shut out by connecting to the kernel: after some answers nobody asks who sent them any more. Where that
 * failed, all are looked at. */
static void senders(void **state)
{
	struct weft_session *s = fake_session(0);

	(void)state;
	assert_int_equal(unseen_of(s, 64), 0);
	assert_int_equal(unseen_of(s, 10), 10);
	/* who has the descriptor may let others in */
	assert_true(weft_fd(s) >= 0);
	assert_int_equal(unseen_of(s, 300), 0);
	weft_session_close(s);
	/* what others sent is none of the answers that are looked at */
	s = fake_session(0);
	assert_int_equal(unseen_of(s, 60), 0);
	for (unsigned i = 0; i < 20; i++) {
		fake_receive_from("forged", 6, 99, 0);
		assert_int_equal(weft_process(s), 1);
	}
	assert_int_equal(weft_session_stats(s).forged, 20);
	assert_int_equal(unseen_of(s, 10), 6);
	weft_session_close(s);
	fake_reset();
	fake_fail(FAKE_CONNECT, EACCES, 0, 1);
	assert_int_equal(weft_session_open(0, NULL, &s, NULL), 0);
	assert_int_equal(unseen_of(s, 300), 0);
	weft_session_close(s);
}

/* Requests in memory of the session: one at a time is, whatever became of it; it may outlive the session. */
static void kept_message(void **state)
{
	const struct weft_family *f = weft_family_find("rt-link");
	const struct weft_op *op = weft_op_find(f, "getlink");
	struct weft_session *s = fake_session(0);
	struct weft_msg *m, *other;
	uint8_t big[4096] = { 0 };

	(void)state;
	fake_on_send = ack;
	m = weft_session_msg(s, f, op, 0);
	other = weft_session_msg(s, f, op, 0);
	assert_ptr_not_equal(m, other);
	weft_put(m, WEFT_KV(link, ifname, "blue"));
	assert_int_equal(weft_msg_bytes(other).len, 32);
	weft_msg_free(other);
	assert_int_equal(weft_call(s, m, NULL), 0);
	/* nothing is left of the last one, large or wrong as it was */
	for (int i = 0; i < 3; i++) {
		fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
		assert_ptr_equal(weft_session_msg(s, f, op, 0), m);
		assert_int_equal(fake_failures_left(FAKE_MALLOC), 1);
		fake_fail(FAKE_MALLOC, 0, 0, 0);
		assert_int_equal(weft_msg_bytes(m).len, 32);
		assert_int_equal(weft_msg_error(m, NULL), 0);
		if (i == 0)
			weft_put_raw(m, 500, big, sizeof big);
		else if (i == 1)
			weft_put_named(m, "no-such", weft_kv_uint(0, 1));
		weft_msg_free(m);
	}
	m = weft_session_msg(s, f, op, 0);
	weft_session_close(s);
	weft_put(m, WEFT_KV(link, ifname, "blue"));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	weft_msg_free(m);
	/* without a session, and without memory, as weft_msg_new */
	m = weft_session_msg(NULL, f, op, 0);
	assert_int_equal(weft_msg_error(m, NULL), 0);
	weft_msg_free(m);
	s = fake_session(0);
	fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
	assert_int_equal(weft_msg_error(weft_session_msg(s, f, op, 0), NULL), -ENOMEM);
	m = weft_session_msg(s, f, NULL, 0);
	assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
	weft_msg_free(m);
	weft_session_close(s);
}

static enum weft_verdict deny(struct weft_passing *p, void *user)
{
	++*(unsigned *)user;
	weft_hook_fail(p, -EPERM, NULL, "no");
	return WEFT_ERROR;
}

static unsigned got[256]; /* messages of each type, by the kernel */

static void count_types(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;

	while (weft_read_msg(&r, &m) > 0)
		got[m.type & 255]++;
}

/* One datagram of messages of these types. */
static void send_types(struct weft_session *s, const uint8_t *types, unsigned n)
{
	uint8_t b[512];
	struct weft_writer w;

	weft_write_init(&w, b, sizeof b);
	for (unsigned i = 0; i < n; i++) {
		weft_write_msg(&w, types[i], 1, i + 1, 0);
		weft_write_raw(&w, link_body, 16);
		assert_int_equal(weft_write_end(&w), 0);
	}
	(void)weft__socket_send(&s->sock, (struct weft_bytes){ b, w.len });
}

/* Whatever stands before a message that a hook wants, the hook sees it. */
static void control_first(void **state)
{
	enum {
		DELLINK = 17
	};
	static const uint8_t alone[] = { DELLINK }, behind[] = { 4, DELLINK },
			     mixed[] = { GETLINK, GETLINK, 4, DELLINK, 3, GETLINK, DELLINK };
	struct weft_session *s = NULL;
	struct weft_hook *h;
	unsigned seen = 0;

	(void)state;
	fake_reset();
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .plain = true), &s, NULL), 0);
	memset(got, 0, sizeof got);
	fake_on_send = count_types;
	/* nobody wants it yet */
	send_types(s, behind, 2);
	assert_int_equal(got[DELLINK], 1);
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, weft_family_find("rt-link"), DELLINK, deny, &seen, &h), 0);
	send_types(s, behind, 2);
	send_types(s, alone, 1);
	send_types(s, behind, 2);
	send_types(s, mixed, 7);
	assert_int_equal(seen, 5);
	assert_int_equal(got[DELLINK], 1);
	assert_int_equal(got[GETLINK], 3);
	weft_hook_remove(h);
	send_types(s, behind, 2);
	assert_int_equal(got[DELLINK], 2);
	weft_session_close(s);
}

/* An answer as large as the buffer is read; a larger one is lost, and who waits is told. */
static void too_large(void **state)
{
	static uint8_t big[WEFT__RECV + 1];
	struct weft_session *s = fake_session(0);
	struct tally t = { 0 };

	(void)state;
	fake_receive(big, WEFT__RECV);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(weft_session_stats(s).malformed, 1);
	fake_receive(big, WEFT__RECV + 1);
	start(s, &t, false);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(t.result, -EMSGSIZE);
	assert_string_equal(t.msg, "an answer was larger than 1 MiB");
	weft_session_close(s);
}

/* Answers lost: all that wait are told, not those that start meanwhile. */
static void no_room(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally a = { .start_in_done = true }, b = { 0 };

	(void)state;
	start(s, &a, false);
	start(s, &b, false);
	fake_receive_error(ENOBUFS);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(a.done, 1);
	assert_int_equal(a.result, -ENOBUFS);
	assert_int_equal(b.result, -ENOBUFS);
	assert_int_equal(weft_session_stats(s).overruns, 1);
	/* a call that another one's end cancels is told once */
	b.done = 0;
	a.cancel_in_done = start(s, &b, false);
	fake_receive_error(ENOBUFS);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(a.done, 2);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.result, -ECANCELED);
	a.done = 1;
	start(s, &a, false);
	fake_receive_error(ENOBUFS);
	a.close_in_done = true;
	assert_int_equal(weft_process(s), -ECANCELED);
	assert_int_equal(a.done, 2);
}

static void broken(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally t = { 0 };

	(void)state;
	start(s, &t, false);
	fake_receive_error(ENETDOWN);
	assert_int_equal(weft_process(s), -ENETDOWN);
	assert_string_equal(weft_last_error(s)->msg, "receive: Network is down");
	/* who waits is told */
	assert_int_equal(t.done, 1);
	assert_int_equal(t.result, -ENETDOWN);
	fake_receive_error(ENETDOWN);
	assert_int_equal(weft_call(s, get_link(), NULL), -ENETDOWN);
	assert_string_equal(weft_last_error(s)->msg, "Network is down");
	/* a call that cannot wait ends alone */
	t.done = 0;
	start(s, &t, false);
	fake_fail(FAKE_POLL, ENOMEM, 0, 1);
	assert_int_equal(weft_call(s, get_link(), NULL), -ENOMEM);
	assert_string_equal(weft_last_error(s)->msg, "wait: Cannot allocate memory");
	assert_int_equal(t.done, 0);
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(weft_call(s, get_link(), NULL), -EPERM);
	assert_string_equal(weft_last_error(s)->msg, "send: Operation not permitted");
	fake_fail(FAKE_SEND, EINTR, 0, 3);
	fake_short_send(3);
	assert_int_equal(weft_call(s, get_link(), NULL), -EIO);
	/* nor by a call that cannot be made at all */
	assert_int_equal(weft_call(s, weft_request("rt-link", "nope", 0), NULL), -EINVAL);
	assert_int_equal(weft_call(s, weft_request("nlctrl", "getfamily", 0), NULL), -EINVAL);
	assert_non_null(strstr(weft_last_error(s)->msg, "another protocol"));
	fake_fail(FAKE_MALLOC, ENOMEM, 1, 1);
	assert_int_equal(weft_call(s, get_link(), NULL), -ENOMEM);
	fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
	assert_int_equal(weft_call(s, get_link(), NULL), -ENOMEM);
	assert_int_equal(t.done, 0);
	weft_session_close(s);
	assert_int_equal(t.done, 1);
	assert_int_equal(t.result, -ECANCELED);
}

static void time_out(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally a = { 0 }, b = { 0 };
	uint64_t begin;

	(void)state;
	assert_int_equal(weft_timeout_ms(s), -1);
	begin = fake_ms;
	fake_fail(FAKE_POLL, EINTR, 0, 1);
	assert_int_equal(weft_call(s, get_link(), NULL), -ETIMEDOUT);
	assert_int_equal(fake_ms - begin, 1000);
	start(s, &a, false);
	assert_int_equal(weft_timeout_ms(s), 1000);
	fake_ms += 1500;
	start(s, &b, false);
	assert_int_equal(weft_timeout_ms(s), 0);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(a.result, -ETIMEDOUT);
	assert_int_equal(b.done, 0);
	/* longer than an int of milliseconds; nobody to tell */
	assert_int_equal(weft_start(s, get_link(), WEFT_OPTS(weft_call_opts, .timeout_ms = UINT32_MAX), NULL), 0);
	fake_ms += 1000;
	b.close_in_done = true;
	assert_true(weft_process(s) == -ECANCELED);
	assert_int_equal(b.result, -ETIMEDOUT);
	s = fake_session(0);
	assert_int_equal(weft_start(s, get_link(), WEFT_OPTS(weft_call_opts, .timeout_ms = UINT32_MAX), NULL), 0);
	assert_int_equal(weft_timeout_ms(s), INT32_MAX);
	assert_int_equal(weft_start(s, get_link(), NULL, NULL), 0);
	assert_int_equal(weft_timeout_ms(s), 1000);
	weft_session_close(s);
}

/* What answers a change with the object, as asked by NLM_F_ECHO: the ack is still to come. */
static void echo(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally t = { .s = s };
	struct weft_pending *c;

	(void)state;
	assert_int_equal(weft_start(s, weft_request("rt-link", "newlink", WEFT_NLM_F_ECHO),
				    WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &t), &c),
			 0);
	answer(s, c, 0);
	assert_int_equal(t.items, 1);
	assert_int_equal(t.done, 0);
	fake_end(WEFT_NLMSG_ERROR, 0, c->seq, 0);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(t.done, 1);
	weft_session_close(s);
}

static void two_parts(const uint8_t *req, size_t len)
{
	(void)len;
	fake_reply(NEWLINK, DUMP, fake_seq(req), "first part......", 16);
	fake_reply(NEWLINK, DUMP, fake_seq(req), "second part.....", 16);
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), 0);
}

/* A sync call keeps the first answer. */
static void first_answer(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_reply *reply = NULL;

	(void)state;
	fake_on_send = two_parts;
	assert_int_equal(weft_call(s, get_link(), &reply), 0);
	assert_memory_equal(weft_reply_body(reply).p, "first", 5);
	weft_reply_free(reply);
	assert_int_equal(weft_call(s, get_link(), NULL), 0);
	/* no memory to keep it: the call fails, and says so */
	fake_fail(FAKE_MALLOC, ENOMEM, 1, 1);
	assert_int_equal(weft_call(s, get_link(), &reply), -ENOMEM);
	assert_null(reply);
	weft_session_close(s);
}

static void sequence(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally t = { 0 };

	(void)state;
	s->seq = UINT32_MAX - 1;
	assert_int_equal(start(s, &t, false)->seq, UINT32_MAX);
	/* 0 is nobody's */
	assert_int_equal(start(s, &t, false)->seq, 1);
	weft_session_close(s);
	/* more datagrams than one turn takes */
	s = fake_session(0);
	for (int i = 0; i < 64; i++)
		fake_receive("", 0);
	assert_int_equal(weft_process(s), 64);
	assert_int_equal(weft_process(s), 0);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise),   cmocka_unit_test(too_large),	   cmocka_unit_test(no_room),
		cmocka_unit_test(senders), cmocka_unit_test(kept_message), cmocka_unit_test(control_first),
		cmocka_unit_test(broken),  cmocka_unit_test(time_out),	   cmocka_unit_test(sequence),
		cmocka_unit_test(echo),	   cmocka_unit_test(first_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
