/* SPDX-License-Identifier: MIT */
/* Ids of generic families: asked once, kept, forgotten; answers that tell none. */
#include <stdio.h>

#include "fake.h"

#include <weft/hook.h>

#include "session/session.h"

enum {
	CTRL = 16,
	MULTI = WEFT_NLM_F_MULTI,
};

static const struct weft_schema any = { .name = "any", .id = 3000 };
static const struct weft_op op = { "get", 1, 1, WEFT_OP_DO | WEFT_OP_DUMP, 0, &any, NULL };
static const struct weft_family own = { .name = "own", .protocol = 16, .generic = true, .n_ops = 1, .ops = &op };

static bool is_question(const uint8_t *req)
{
	return weft_get_u16(req + 4) == CTRL;
}

static void tell(uint32_t seq, uint16_t id)
{
	uint8_t b[16] = { 1, 2 };

	weft_set_u16(b + 4, 6);
	weft_set_u16(b + 6, 1);
	weft_set_u16(b + 8, id);
	fake_reply(CTRL, 0, seq, b, 12);
}

static unsigned questions;
static uint16_t next_id;

static void answer(const uint8_t *req, size_t len)
{
	(void)len;
	if (is_question(req)) {
		questions++;
		tell(fake_seq(req), next_id);
	}
}

static void only_ack(const uint8_t *req, size_t len)
{
	(void)len;
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), 0);
}

static struct weft_session *open_generic(void)
{
	struct weft_session *s = fake_session(16);

	fake_on_send = answer;
	questions = 0;
	next_id = 40;
	return s;
}

struct seen {
	int done, result;
};

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)err;
	x->done++;
	x->result = result;
}

static struct weft_pending *start(struct weft_session *s, struct seen *x, bool dump)
{
	struct weft_pending *c = NULL;

	assert_int_equal(weft_start(s, weft_msg_new(&own, &op, 0),
				    WEFT_OPTS(weft_call_opts, .done = on_done, .user = x, .dump = dump), &c),
			 0);
	return c;
}

static void asked_once(void **state)
{
	struct weft_session *s = open_generic();
	uint16_t id = 0;

	(void)state;
	assert_int_equal(weft_genl_id(s, "own", &id), 0);
	assert_int_equal(id, 40);
	assert_int_equal(weft_genl_id(s, "own", &id), 0);
	assert_int_equal(questions, 1);
	assert_int_equal(weft_genl_id(s, "nlctrl", &id), 0);
	assert_int_equal(id, CTRL);
	assert_int_equal(questions, 1);
	/* more than are kept, and a name too long to be one */
	for (int i = 0; i < 20; i++) {
		char name[20];

		(void)snprintf(name, sizeof name, "family-%d", i);
		next_id = (uint16_t)(100 + i);
		assert_int_equal(weft_genl_id(s, name, &id), 0);
		assert_int_equal(id, 100 + i);
	}
	assert_int_equal(weft_genl_id(s, "family-3", &id), 0);
	assert_int_equal(id, 103);
	assert_int_equal(questions, 21);
	weft_session_close(s);
	s = open_generic();
	assert_int_equal(weft_genl_id(s, "a-name-longer-than-names-are", &id), -ERANGE);
	assert_int_equal(weft_genl_id(s, NULL, &id), -EINVAL);
	assert_int_equal(weft_genl_id(s, "own", NULL), -EINVAL);
	assert_int_equal(weft_genl_group(s, NULL, "x", &(uint32_t){ 0 }), -EINVAL);
	assert_int_equal(weft_genl_group(s, "own", NULL, &(uint32_t){ 0 }), -EINVAL);
	assert_int_equal(weft_genl_group(s, "own", "x", NULL), -EINVAL);
	weft_session_close(s);
}

/* The kernel no longer has the number: it is asked again. */
static void forgotten(void **state)
{
	struct weft_session *s = open_generic();
	struct seen x = { 0 };
	uint16_t id = 0;
	struct weft_pending *c;

	(void)state;
	assert_int_equal(weft_genl_id(s, "other", &id), 0);
	assert_int_equal(weft_genl_id(s, "own", &id), 0);
	next_id = 41;
	assert_int_equal(weft_genl_id(s, "third", &id), 0);
	c = start(s, &x, false);
	fake_end(WEFT_NLMSG_ERROR, 0, c->seq, -ENOENT);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(x.result, -ENOENT);
	assert_int_equal(s->n_genl, 2);
	assert_int_equal(weft_genl_id(s, "third", &id), 0);
	assert_int_equal(id, 41);
	assert_int_equal(questions, 3);
	assert_int_equal(weft_genl_id(s, "own", &id), 0);
	assert_int_equal(questions, 4);
	weft_session_close(s);
}

static void no_answer(void **state)
{
	struct weft_session *s = open_generic();
	struct seen x = { 0 };
	struct weft_dump *d = NULL;
	uint16_t id = 7;
	uint32_t group = 7;

	(void)state;
	next_id = 0;
	assert_int_equal(weft_genl_id(s, "own", &id), -EBADMSG);
	assert_string_equal(weft_last_error(s)->msg, "a family without id");
	assert_int_equal(weft_dump_start(s, weft_msg_new(&own, &op, 0), &d), -EBADMSG);
	start(s, &x, false);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(x.result, -EBADMSG);
	fake_on_send = only_ack;
	assert_int_equal(weft_genl_id(s, "own", &id), -EBADMSG);
	assert_string_equal(weft_last_error(s)->msg, "an answer without a family");
	assert_int_equal(weft_genl_group(s, "own", "x", &group), -EBADMSG);
	start(s, &x, false);
	assert_int_equal(weft_process(s), 1);
	assert_int_equal(x.done, 2);
	assert_int_equal(x.result, -EBADMSG);
	assert_int_equal(id, 7);
	assert_int_equal(group, 7);
	/* the question cannot be sent */
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	assert_int_equal(weft_start(s, weft_msg_new(&own, &op, 0), NULL, NULL), -EPERM);
	weft_session_close(s);
}

/* Two questions under way, one call of them cancelled; a dump that waits for another's end. */
static void at_once(void **state)
{
	struct weft_session *s = open_generic();
	struct seen a = { 0 }, b = { 0 }, c = { 0 };
	struct weft_pending *one, *two, *three;

	(void)state;
	one = start(s, &a, true);
	two = start(s, &b, true);
	three = start(s, &c, false);
	assert_int_equal(questions, 3);
	weft_cancel(three);
	assert_int_equal(c.result, -ECANCELED);
	assert_true(weft_process(s) > 0);
	assert_int_equal(s->n_genl, 1);
	assert_true(one->sent && !two->sent);
	fake_end(WEFT_NLMSG_DONE, MULTI, one->seq, 0);
	assert_true(weft_process(s) > 0);
	assert_int_equal(a.done, 1);
	assert_true(two->sent);
	fake_end(WEFT_NLMSG_DONE, MULTI, two->seq, 0);
	assert_true(weft_process(s) > 0);
	assert_int_equal(b.done, 1);
	/* one that is no dump goes out as soon as its number is known */
	s->n_genl = 0;
	three = start(s, &c, false);
	assert_true(weft_process(s) > 0);
	assert_true(three->sent);
	fake_end(WEFT_NLMSG_ERROR, 0, three->seq, 0);
	assert_true(weft_process(s) > 0);
	assert_int_equal(c.result, 0);
	/* a third waits with its question while the others go by turns */
	s->n_genl = 0;
	two = start(s, &b, true);
	s->n_genl = 1;
	one = start(s, &a, true);
	fake_reset();
	fake_end(WEFT_NLMSG_DONE, MULTI, one->seq, 0);
	assert_true(weft_process(s) > 0);
	assert_int_equal(a.done, 2);
	assert_true(!two->sent && two->asking);
	weft_session_close(s);
	assert_int_equal(b.done, 2);
}

static void dumped(void **state)
{
	struct weft_session *s = open_generic();
	struct weft_dump *d = NULL;
	struct weft_attr a;

	(void)state;
	assert_int_equal(weft_dump_start(s, weft_msg_new(&own, &op, 0), &d), 0);
	fake_reply(40, MULTI, s->seq, "\1\2\0\0", 4);
	fake_reply(40, MULTI, s->seq, "", 0);
	fake_end(WEFT_NLMSG_DONE, MULTI, s->seq, 0);
	assert_int_equal(weft_dump_next(d, &a), 1);
	assert_int_equal(a.len, 0);
	/* without the generic header */
	assert_int_equal(weft_dump_next(d, &a), 1);
	assert_int_equal(a.len, 0);
	assert_int_equal(weft_dump_next(d, &a), 0);
	weft_dump_close(d);
	weft_session_close(s);
}

static unsigned passed;

static enum weft_verdict see(struct weft_passing *p, void *user)
{
	passed++;
	*(const struct weft_family **)user = weft_passing_family(p);
	return WEFT_FORWARD;
}

/* Hooks know the families of messages by the numbers that the session has learnt. */
static void hooks(void **state)
{
	struct weft_session *s = open_generic();
	const struct weft_family *seen = &own;
	struct weft_hook *h = NULL;
	uint16_t id;
	struct weft_pending *c;
	struct seen x = { 0 };

	(void)state;
	assert_int_equal(weft_hook_add(NULL, WEFT_ON_RECV, NULL, 0, see, &seen, &h), -EINVAL);
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, NULL, 0, NULL, &seen, &h), -EINVAL);
	assert_int_equal(weft_hook_add(s, (enum weft_direction)0, NULL, 0, see, &seen, &h), -EINVAL);
	fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, NULL, 0, see, &seen, &h), -ENOMEM);
	assert_null(h);
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, NULL, 0, see, &seen, NULL), 0);
	assert_int_equal(weft_genl_id(s, "own", &id), 0);
	assert_ptr_equal(seen, weft_family_find("nlctrl"));
	/* a family without tables, and a number that is nobody's */
	c = start(s, &x, true);
	fake_reply(40, MULTI, c->seq, "\1\2\0\0", 4);
	assert_true(weft_process(s) > 0);
	assert_int_equal(passed, 2);
	assert_null(seen);
	seen = &own;
	fake_reply(41, MULTI, c->seq, "\1\2\0\0", 4);
	assert_true(weft_process(s) > 0);
	assert_int_equal(passed, 3);
	assert_null(seen);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_once), cmocka_unit_test(forgotten), cmocka_unit_test(no_answer),
		cmocka_unit_test(at_once),    cmocka_unit_test(dumped),	   cmocka_unit_test(hooks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
