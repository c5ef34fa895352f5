/* SPDX-License-Identifier: MIT */
/* Sync dumps: what is lost, cut, late, too large or interrupted on the way. */
#include "fake.h"

#include "session/session.h"

enum {
	NEWLINK = 16,
	MULTI = WEFT_NLM_F_MULTI,
	INTR = WEFT_NLM_F_MULTI | WEFT_NLM_F_DUMP_INTR,
};

static const uint8_t link_body[16];
static unsigned asked;	    /* dumps requested */
static unsigned bad_rounds; /* that fail before one is good */
static int failure;	    /* how */
static uint16_t part;	    /* flags of the good one */

static struct weft_msg *get_links(void)
{
	return weft_request("rt-link", "getlink", 0);
}

static void answer(const uint8_t *req, size_t len)
{
	uint32_t seq = fake_seq(req);

	(void)len;
	fake_reply(NEWLINK, part, seq, link_body, 16);
	if (asked++ < bad_rounds && failure) {
		fake_receive_error(failure);
		return;
	}
	fake_reply(NEWLINK, asked <= bad_rounds ? INTR : MULTI, seq, link_body, 16);
	fake_end(WEFT_NLMSG_DONE, MULTI, seq, 0);
}

static struct weft_dump *begin(struct weft_session **s, unsigned bad, int how)
{
	struct weft_dump *d = NULL;

	*s = fake_session(0);
	fake_on_send = answer;
	asked = 0;
	bad_rounds = bad;
	failure = how;
	part = MULTI;
	assert_int_equal(weft_dump_start(*s, get_links(), &d), 0);
	return d;
}

static int count(struct weft_dump *d, unsigned *ret)
{
	struct weft_attr a;
	int r;

	for (*ret = 0; (r = weft_dump_next(d, &a)) > 0; ++*ret)
		assert_int_equal(a.len, 16);
	return r;
}

static void again(void **state)
{
	static const int how[] = { ENOBUFS, 0 };
	struct weft_session *s;
	struct weft_dump *d;
	unsigned n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (unsigned bad = 0; bad < 5; bad++) {
			d = begin(&s, bad, how[i]);
			assert_int_equal(count(d, &n), 0);
			assert_int_equal(n, 2);
			assert_int_equal(asked, bad + 1);
			assert_int_equal(weft_session_stats(s).dump_retries, bad);
			assert_int_equal(weft_session_stats(s).overruns, how[i] ? bad : 0);
			weft_dump_close(d);
			weft_session_close(s);
		}
		d = begin(&s, 99, how[i]);
		assert_int_equal(count(d, &n), how[i] ? -ENOBUFS : -EAGAIN);
		assert_int_equal(asked, WEFT__TRIES);
		assert_int_equal(n, how[i] ? 1 : 2);
		assert_non_null(strstr(weft_last_error(s)->msg, how[i] ? "no room" : "may be missing or doubled"));
		weft_dump_close(d);
		weft_session_close(s);
	}
	/* asking again fails */
	d = begin(&s, 1, ENOBUFS);
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(count(d, &n), -EPERM);
	assert_int_equal(n, 0);
	weft_dump_close(d);
	weft_session_close(s);
}

static void ends(void **state)
{
	struct weft_session *s;
	struct weft_dump *d = begin(&s, 99, ENETDOWN);
	struct weft_attr a;
	unsigned n;
	uint64_t from;

	(void)state;
	assert_int_equal(weft_dump_next(d, NULL), -EINVAL);
	assert_int_equal(count(d, &n), -ENETDOWN);
	assert_int_equal(n, 1);
	assert_int_equal(asked, 1);
	/* and so it stays */
	assert_int_equal(weft_dump_next(d, &a), -ENETDOWN);
	weft_dump_close(d);
	/* silence */
	fake_on_send = NULL;
	assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
	from = fake_ms;
	fake_fail(FAKE_POLL, EINTR, 0, 1);
	assert_int_equal(count(d, &n), -ETIMEDOUT);
	assert_int_equal(fake_ms - from, 1000);
	weft_dump_close(d);
	/* refused, and marked as interrupted all the same */
	assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
	fake_reply(NEWLINK, INTR, s->seq, link_body, 16);
	fake_end(WEFT_NLMSG_ERROR, MULTI, s->seq, -EPERM);
	assert_int_equal(count(d, &n), -EPERM);
	assert_int_equal(n, 1);
	weft_dump_close(d);
	weft_session_close(s);
}

static void start_fails(void **state)
{
	int fds = fake_open_fds();
	struct weft_session *s = fake_session(0);
	struct weft_dump *d = NULL;

	(void)state;
	assert_int_equal(weft_dump_start(s, weft_request("nlctrl", "getfamily", 0), &d), -EINVAL);
	assert_non_null(strstr(weft_last_error(s)->msg, "another protocol"));
	assert_int_equal(weft_dump_start(s, weft_request("rt-link", "nope", 0), &d), -EINVAL);
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(weft_dump_start(s, get_links(), &d), -EPERM);
	assert_string_equal(weft_last_error(s)->msg, "send: Operation not permitted");
	fake_fail(FAKE_SOCKET, EMFILE, 0, 1);
	assert_int_equal(weft_dump_start(s, get_links(), &d), -EMFILE);
	for (unsigned i = 0; i < 3; i++) {
		fake_fail(FAKE_MALLOC, ENOMEM, i, 1);
		assert_int_equal(weft_dump_start(s, get_links(), &d), -ENOMEM);
		assert_string_equal(weft_last_error(s)->msg, "out of memory");
	}
	/* the same with much to be compared here */
	for (unsigned i = 0, more = 1; more; i++) {
		struct weft_msg *m = weft_request("rt-route", "getroute", 0);
		int r;

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_scope, 200), WEFT_KV(route, dst, weft_ip("10.0.0.0")),
					   WEFT_KV(route, gateway, weft_ip("10.0.0.1")), WEFT_KV(route, priority, 5)));
		for (int k = 0; k < 10; k++)
			weft_put_raw(m, 100, "0123456789abcdef", 16);
		fake_fail(FAKE_MALLOC, ENOMEM, i, 1);
		r = weft_dump_start(s, m, &d);
		more = r < 0;
		if (r < 0)
			assert_int_equal(r, -ENOMEM);
		else
			weft_dump_close(d);
		d = NULL;
	}
	fake_reset();
	/* a mask of the caller's stays */
	struct weft_msg *links = get_links();

	weft_put(links, WEFT_KV(link, ext_mask, 1));
	assert_int_equal(weft_dump_start(s, links, &d), 0);
	assert_int_equal(weft_msg_bytes(links).len, 16 + 16 + 8);
	weft_dump_close(d);
	weft_session_close(s);
	assert_int_equal(fake_open_fds(), fds);
}

/* What is not the dump's is passed over and counted. */
static void others(void **state)
{
	struct weft_session *s;
	struct weft_dump *d = begin(&s, 0, 0);
	uint8_t b[64];
	unsigned n = 0;
	uint32_t len, seq = s->seq;

	(void)state;
	fake_reset();
	fake_reply(NEWLINK, MULTI, seq - 1, link_body, 16);
	len = fake_msg(b, sizeof b, NEWLINK, MULTI, seq, link_body, 16);
	fake_receive_from(b, len, 99, 0);
	weft_set_u32(b + 12, FAKE_PORT + 1);
	fake_receive(b, len);
	fake_reply(WEFT_NLMSG_NOOP, 0, seq, "", 0);
	fake_reply(7, 0, seq, "", 0);
	fake_reply(NEWLINK, MULTI, seq, link_body, 16);
	fake_reply(NEWLINK, MULTI, seq, "", 0);
	fake_end(WEFT_NLMSG_DONE, MULTI, seq, 0);
	for (struct weft_attr a; weft_dump_next(d, &a) > 0; n++)
		assert_int_equal(a.len, n == 0 ? 16 : 0);
	assert_int_equal(n, 2);
	assert_int_equal(weft_session_stats(s).late, 2);
	assert_int_equal(weft_session_stats(s).forged, 1);
	weft_dump_close(d);
	weft_session_close(s);
}

/* A message shorter than it says, shorter than a header, a rest that is no message: what stood before is
 * handed out, then the dump has failed. */
static unsigned trickled;

/* Something comes, again and again, but not what is waited for. */
static void trickle(void)
{
	assert_true(++trickled < 100);
	fake_ms += 100;
	if (trickled % 3)
		fake_reply(NEWLINK, MULTI, 1, link_body, 16);
	else
		fake_receive_from(link_body, 16, 99, 0);
}

/* What is waited for comes, one by one and each in time. */
static void dribble(void)
{
	assert_true(++trickled < 100);
	fake_ms += 900;
	fake_reply(NEWLINK, MULTI, asked, link_body, 16);
}

static void nothing(const uint8_t *req, size_t len)
{
	(void)req;
	(void)len;
}

static void late_all_the_same(void **state)
{
	struct weft_dump *d = NULL;
	struct weft_session *s = fake_session(0);
	uint64_t since = fake_ms;
	unsigned n;

	(void)state;
	fake_on_send = nothing;
	fake_in_poll = trickle;
	assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
	assert_int_equal(count(d, &n), -ETIMEDOUT);
	assert_int_equal(fake_ms - since, 1000);
	weft_dump_close(d);
	weft_session_close(s);
}

static void note_seq(const uint8_t *req, size_t len)
{
	(void)len;
	asked = fake_seq(req);
}

/* The end of a dump is put off by what came of it, not by each time that something comes. */
static void no_dribble(void **state)
{
	struct weft_dump *d = NULL;
	struct weft_session *s = fake_session(0);
	uint64_t since = fake_ms;
	unsigned n;

	(void)state;
	fake_on_send = note_seq;
	fake_in_poll = dribble;
	trickled = 0;
	assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
	assert_int_equal(count(d, &n), -ETIMEDOUT);
	assert_true(n > 0 && fake_ms - since < 3000);
	weft_dump_close(d);
	weft_session_close(s);
}

static void no_message(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_dump *d;
	uint8_t b[64];
	unsigned n;

	(void)state;
	for (int i = 0; i < 3; i++) {
		uint32_t len;

		assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
		fake_reply(NEWLINK, MULTI, s->seq, link_body, 16);
		len = fake_msg(b, sizeof b, NEWLINK, MULTI, s->seq, link_body, 16);
		if (i == 0)
			weft_set_u32(b, len + 1);
		if (i == 1)
			weft_set_u32(b, 15);
		if (i == 2)
			memset(b + len, 0xff, 7);
		fake_receive(b, i == 2 ? len + 7 : len);
		fake_end(WEFT_NLMSG_DONE, MULTI, s->seq, 0);
		assert_int_equal(count(d, &n), -EBADMSG);
		assert_int_equal(n, i == 2 ? 2 : 1);
		assert_non_null(strstr(weft_last_error(s)->msg, "no message"));
		weft_dump_close(d);
		fake_reset();
	}
	assert_int_equal(weft_session_stats(s).malformed, 3);
	weft_session_close(s);
}

static uint8_t big[WEFT__RECV + 1];
static uint32_t size;

static void large(const uint8_t *req, size_t len)
{
	(void)fake_msg(big, 64, NEWLINK, MULTI, fake_seq(req), link_body, 16);
	(void)len;
	weft_set_u32(big, size);
	fake_receive(big, size);
	fake_end(WEFT_NLMSG_DONE, MULTI, fake_seq(req), 0);
}

/* An object as large as a message may be, and a larger one, which is said. */
static void too_large(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	for (size = WEFT__RECV; size < WEFT__RECV + 2; size++) {
		fake_on_send = large;
		assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
		if (size == WEFT__RECV) {
			assert_int_equal(weft_dump_next(d, &a), 1);
			assert_int_equal(a.len, WEFT__RECV - 16);
			assert_int_equal(weft_dump_next(d, &a), 0);
		} else {
			assert_int_equal(weft_dump_next(d, &a), -EMSGSIZE);
			assert_non_null(strstr(weft_last_error(s)->msg, "larger than 1 MiB"));
		}
		weft_dump_close(d);
		fake_reset();
	}
	assert_int_equal(weft_session_stats(s).dump_retries, 0);
	weft_session_close(s);
}

/* As much is held as the caller allows; the rest is handed out as it comes. */
static void held(void **state)
{
	static const uint32_t holds[] = { 1, 1u << 20, 64u << 20 };
	struct weft_session *s;
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		unsigned n = 0;
		int r;

		fake_reset();
		assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .dump_hold = holds[i]), &s, NULL),
				 0);
		assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
		(void)fake_msg(big, 64, NEWLINK, i ? MULTI : INTR, s->seq, link_body, 16);
		weft_set_u32(big, 32000);
		for (int k = 0; k < 200; k++)
			fake_receive(big, 32000);
		fake_end(WEFT_NLMSG_DONE, MULTI, s->seq, 0);
		while ((r = weft_dump_next(d, &a)) > 0)
			n++;
		assert_int_equal(n, 200);
		/* too late to ask again */
		assert_int_equal(r, i ? 0 : -EAGAIN);
		assert_int_equal(weft_session_stats(s).dump_retries, 0);
		weft_dump_close(d);
		weft_session_close(s);
	}
}

/* Objects of a caller's own tables: another schema in answers than in requests, headers that begin with
 * something else than an address family. */
static void own_schemas(void **state)
{
	static const struct weft_field first[][1] = { { { .token = "n", .type = WEFT_T_U32 } },
						      { { .token = "b", .number = 1, .type = WEFT_T_U8 } },
						      { { .token = "f", .type = WEFT_T_U8 } } };
	struct weft_schema header = { .name = "header", .id = 3000, .n = 1, .size = 4 };
	struct weft_schema body = { .name = "own", .id = 3001, .header = &header };
	const struct weft_schema plain = { .name = "plain", .id = 3002 };
	struct weft_op op = { "get", 99, 98, WEFT_OP_DUMP, 0, &plain, &body };
	const struct weft_family f = { .name = "own", .n_ops = 1, .ops = &op };
	struct weft_session *s = fake_session(0);
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	for (int i = 0; i < 5; i++) {
		header.fields = first[i < 3 ? i : 0];
		header.n = i != 3;
		op.reply_schema = i == 4 ? NULL : &body;
		assert_int_equal(weft_dump_start(s, weft_msg_new(&f, &op, 0), &d), 0);
		fake_reply(98, MULTI, s->seq, "\7\7\7\7", 4);
		fake_end(WEFT_NLMSG_DONE, MULTI, s->seq, 0);
		assert_int_equal(weft_dump_next(d, &a), 1);
		assert_ptr_equal(a.schema, i == 4 ? &plain : &body);
		assert_int_equal(a.family, i == 2 ? 7 : 0);
		assert_int_equal(weft_dump_next(d, &a), 0);
		weft_dump_close(d);
	}
	weft_session_close(s);
}

/* Two objects alone, then two in one datagram with the end, which alone says that the dump was interrupted. */
static void torn_at_its_end(const uint8_t *req, size_t len)
{
	static const uint8_t body[16], result[4];
	uint32_t seq = fake_seq(req), n = 0;
	uint8_t b[256];

	(void)len;
	fake_reply(16, WEFT_NLM_F_MULTI, seq, body, sizeof body);
	fake_reply(16, WEFT_NLM_F_MULTI, seq, body, sizeof body);
	n += fake_msg(b + n, sizeof b - n, 16, WEFT_NLM_F_MULTI, seq, body, sizeof body);
	n += fake_msg(b + n, sizeof b - n, 16, WEFT_NLM_F_MULTI, seq, body, sizeof body);
	n += fake_msg(b + n, sizeof b - n, WEFT_NLMSG_DONE, WEFT_NLM_F_MULTI | WEFT_NLM_F_DUMP_INTR, seq, result,
		      sizeof result);
	fake_receive(b, n);
}

/* What is handed out as it comes is known to be interrupted by the last message, too. */
static void interrupted_at_its_end(void **state)
{
	struct weft_session *s = NULL;
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	fake_reset();
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .timeout_ms = 1000, .dump_hold = 1), &s, NULL), 0);
	fake_on_send = torn_at_its_end;
	assert_int_equal(weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(weft_dump_next(d, &a), 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(weft_dump_next(d, &a), -EAGAIN);
	weft_dump_close(d);
	weft_session_close(s);
}

/* What is handed out as it comes is looked through on its way: messages of others, and bytes that are none. */
static void mixed_as_it_comes(void **state)
{
	struct weft_session *s = NULL;
	struct weft_dump *d;
	struct weft_attr a;
	uint8_t b[256];
	uint32_t n = 0;

	(void)state;
	fake_reset();
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .timeout_ms = 1000, .dump_hold = 1), &s, NULL), 0);
	assert_int_equal(weft_dump_start(s, get_links(), &d), 0);
	fake_reply(NEWLINK, MULTI, s->seq, link_body, 16);
	n += fake_msg(b + n, sizeof b - n, NEWLINK, MULTI, s->seq, link_body, 16);
	n += fake_msg(b + n, sizeof b - n, NEWLINK, MULTI, s->seq - 1, link_body, 16);
	n += fake_msg(b + n, sizeof b - n, NEWLINK, MULTI, s->seq, link_body, 16);
	memset(b + n, 0xff, 8);
	fake_receive(b, n + 8);
	for (int i = 0; i < 3; i++)
		assert_int_equal(weft_dump_next(d, &a), 1);
	assert_int_equal(weft_dump_next(d, &a), -EBADMSG);
	assert_int_equal(weft_dump_next(d, &a), -EBADMSG);
	assert_int_equal(weft_session_stats(s).late, 1);
	assert_int_equal(weft_session_stats(s).malformed, 1);
	weft_dump_close(d);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(again),       cmocka_unit_test(ends),
		cmocka_unit_test(start_fails), cmocka_unit_test(others),
		cmocka_unit_test(no_message),  cmocka_unit_test(late_all_the_same),
		cmocka_unit_test(no_dribble),  cmocka_unit_test(too_large),
		cmocka_unit_test(held),	       cmocka_unit_test(interrupted_at_its_end),
		cmocka_unit_test(own_schemas), cmocka_unit_test(mixed_as_it_comes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
