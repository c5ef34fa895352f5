/* SPDX-License-Identifier: MIT */
/* What callbacks may do to the session that runs them; dumps, of which the kernel runs one at a time. */
#include "tally.h"

static void items(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally t = { .item_gives = -EXDEV };

	(void)state;
	answer(s, start(s, &t, false), 0);
	assert_int_equal(t.result, -EXDEV);
	t.item_gives = 5;
	answer(s, start(s, &t, false), 0);
	assert_int_equal(t.result, -ECANCELED);
	t.item_gives = 0;
	t.cancel = start(s, &t, false);
	answer(s, t.cancel, 0);
	assert_int_equal(t.result, -ECANCELED);
	assert_int_equal(t.done, 3);
	t.cancel = NULL;
	/* one of several parts ends nothing; an end without a part does */
	struct weft_pending *c = start(s, &t, false);

	answer(s, c, DUMP);
	assert_int_equal(t.done, 3);
	fake_end(WEFT_NLMSG_ERROR, 0, c->seq, 0);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(t.result, 0);
	/* no item callback */
	assert_int_equal(weft_start(s, get_link(), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t), &c), 0);
	answer(s, c, 0);
	assert_int_equal(t.done, 5);
	/* closed inside; a second message of the same datagram finds nobody */
	t.close_in_item = true;
	c = start(s, &t, false);
	uint8_t two[128];
	uint32_t n = fake_msg(two, sizeof two, NEWLINK, 0, c->seq, link_body, 16);

	memcpy(two + n, two, n);
	fake_receive(two, 2 * n);
	assert_int_equal(weft_process(s), -ECANCELED);
	assert_int_equal(t.items, 5);
	assert_int_equal(t.done, 6);
}

/* A dump in parts of which the second cannot be asked for. */
static void parts(void **state)
{
	static const struct weft_field family[] = { { .token = "f", .type = WEFT_T_U8 } };
	static const struct weft_schema header = { .name = "header", .id = 3000, .n = 1, .size = 4, .fields = family };
	static const struct weft_schema body = { .name = "own", .id = 3001, .header = &header };
	static const struct weft_op op = {
		"get", 99, 98, WEFT_OP_DUMP | WEFT_OP_SPLIT, 0, &body, .reply_schema = NULL
	};
	static const struct weft_family f = { .name = "own", .n_ops = 1, .ops = &op };
	struct weft_session *s = fake_session(0);
	struct tally t = { .s = s };
	struct weft_pending *c;
	struct weft_dump *d;
	struct weft_attr a;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(weft_start(s, weft_msg_new(&f, &op, 0),
					    WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t, .dump = true), &c),
				 0);
		fake_end(WEFT_NLMSG_DONE, DUMP, c->seq, 0);
		if (i)
			fake_fail(FAKE_SEND, EPERM, 0, 1);
		assert_int_equal(weft_process(s), 1);
		assert_int_equal(t.done, i ? 2 : 0);
		if (i)
			break;
		fake_end(WEFT_NLMSG_DONE, DUMP, c->seq, 0);
		assert_int_equal(weft_process(s), 1);
		assert_int_equal(t.done, 1);
	}
	assert_int_equal(t.result, -EPERM);
	assert_int_equal(weft_dump_start(s, weft_msg_new(&f, &op, 0), &d), 0);
	fake_end(WEFT_NLMSG_DONE, DUMP, s->seq, 0);
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(weft_dump_next(d, &a), -EPERM);
	weft_dump_close(d);
	weft_session_close(s);
}

static int sync_inside(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct tally *t = user;
	struct weft_reply *reply = (void *)1;

	(void)c;
	(void)a;
	assert_int_equal(weft_call(t->s, get_link(), &reply), -EBUSY);
	assert_null(reply);
	assert_int_equal(weft_process(t->s), -EBUSY);
	t->items++;
	return 0;
}

static void inside(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally t = { .s = s };
	struct weft_pending *c;

	(void)state;
	assert_int_equal(weft_start(s, get_link(), WEFT_OPTS(weft_call_opts, .item = sync_inside, .user = &t), &c), 0);
	answer(s, c, 0);
	assert_int_equal(t.items, 1);
	assert_int_equal(weft_timeout_ms(s), -1);
	weft_session_close(s);
}

/* Cancelled from outside, done closes the session: nothing of it is left, nothing is done twice. */
static void close_by_cancel(void **state)
{
	int fds = fake_open_fds();
	struct weft_session *s = fake_session(0);
	struct tally a = { .close_in_done = true, .start_in_done = true }, b = { 0 };
	struct weft_pending *c = start(s, &a, false);

	(void)state;
	start(s, &b, true);
	weft_cancel(c);
	assert_int_equal(a.done, 1);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.result, -ECANCELED);
	assert_int_equal(fake_open_fds(), fds);
}

/* The kernel goes on with a dump whose end nobody waits for, and runs no other meanwhile. */
static void ended_early(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally a = { .item_gives = 1 }, b = { 0 };
	struct weft_pending *c;
	uint32_t seq;

	(void)state;
	for (int how = 0; how < 3; how++) {
		a.done = b.done = 0;
		c = start(s, &a, true);
		seq = c->seq;
		if (how == 0) {
			answer(s, c, DUMP);
		} else if (how == 1) {
			weft_cancel(c);
		} else {
			fake_ms += 2000;
			assert_int_equal(weft_process(s), 1);
		}
		assert_int_equal(a.done, 1);
		c = start(s, &b, true);
		assert_false(c->sent);
		fake_reply(NEWLINK, DUMP, seq, link_body, 16);
		assert_int_equal(weft_process(s), 1);
		assert_false(c->sent);
		fake_end(WEFT_NLMSG_DONE, DUMP, seq, 0);
		assert_int_equal(weft_process(s), 1);
		assert_true(c->sent);
		fake_end(WEFT_NLMSG_DONE, DUMP, c->seq, 0);
		assert_int_equal(weft_process(s), 1);
		assert_int_equal(b.done, 1);
		assert_int_equal(b.result, 0);
	}
	/* an end that never comes is not waited for, by those who wait already and have time left then */
	weft_cancel(start(s, &a, true));
	b.done = 0;
	c = start(s, &b, true);
	assert_false(c->sent);
	fake_ms += (uint64_t)weft_timeout_ms(s);
	assert_true(weft_process(s) >= 0);
	assert_true(c->sent);
	fake_end(WEFT_NLMSG_DONE, DUMP, c->seq, 0);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(b.done, 1);
	assert_int_equal(b.result, 0);
	weft_cancel(start(s, &a, true));
	fake_ms += 2000;
	c = start(s, &b, true);
	assert_true(c->sent);
	weft_session_close(s);
}

static void dumps(void **state)
{
	struct weft_session *s = fake_session(0);
	struct tally a = { 0 }, b = { 0 }, c = { 0 };
	struct weft_pending *one = start(s, &a, true), *two = start(s, &b, true);

	(void)state;
	/* one at a time; a part of it says that something changed meanwhile */
	assert_true(one->sent && !two->sent);
	start(s, &c, true);
	answer(s, one, DUMP | WEFT_NLM_F_DUMP_INTR);
	fake_end(WEFT_NLMSG_DONE, DUMP, one->seq, 0);
	/* the second cannot be sent, the third can */
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(a.result, -EAGAIN);
	assert_non_null(strstr(a.msg, "interrupted"));
	assert_int_equal(b.result, -EPERM);
	assert_int_equal(c.done, 0);
	assert_true(s->first->sent);
	/* a failed dump says why, whatever changed */
	answer(s, s->first, DUMP | WEFT_NLM_F_DUMP_INTR);
	fake_end(WEFT_NLMSG_ERROR, DUMP, s->first->seq, -EINVAL);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(c.result, -EINVAL);
	weft_session_close(s);
	/* closed while the next one is started */
	s = fake_session(0);
	one = start(s, &a, true);
	start(s, &b, true);
	b.close_in_done = true;
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	fake_end(WEFT_NLMSG_DONE, DUMP, one->seq, 0);
	assert_int_equal(weft_process(s), -ECANCELED);
	assert_int_equal(b.result, -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items), cmocka_unit_test(inside),	cmocka_unit_test(close_by_cancel),
		cmocka_unit_test(dumps), cmocka_unit_test(ended_early), cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
