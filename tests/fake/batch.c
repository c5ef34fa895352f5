/* SPDX-License-Identifier: MIT */
/* Batches: every way in which answers come, fail, or do not come. */
#include "fake.h"

#include <sys/wait.h>
#include <unistd.h>

#include <weft/batch.h>
#include <weft/hook.h>

#include "session/session.h"

enum {
	NEWLINK = 16,
	BAD = 2, /* number in a window of what is refused */
};

static unsigned windows, in_window;
static bool each;		     /* answers for all */
static bool fence;		     /* the last message of a window is answered */
static int refuse;		     /* errno for message BAD; 0: none */
static void (*before)(uint32_t seq); /* what else is received before the fence's answer */

/* Reads a window as the kernel would, and answers it. */
static void answer(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;
	uint32_t last = 0;

	in_window = 0;
	windows++;
	while (weft_read_msg(&r, &m) > 0) {
		last = m.seq;
		if (m.type == WEFT_NLMSG_NOOP)
			break;
		in_window++;
		assert_int_equal(m.port, FAKE_PORT);
		assert_int_equal((m.flags & WEFT_NLM_F_ACK) != 0, each);
		if (refuse && in_window == BAD + 1)
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, -refuse);
		else if (each)
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
	}
	assert_int_equal(m.type, WEFT_NLMSG_NOOP);
	assert_int_equal(m.flags, WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK);
	assert_int_equal(r.len, 0);
	if (before)
		before(last - in_window);
	if (fence)
		fake_end(WEFT_NLMSG_ERROR, 0, last, 0);
}

static size_t failed_index;
static unsigned failed_times;

static void on_failed(size_t index, const struct weft_error *err, void *user)
{
	assert_true(err->code < 0 && err->msg[0]);
	assert_ptr_equal(user, &failed_index);
	failed_index = index;
	failed_times++;
}

static struct weft_session *begin(void)
{
	struct weft_session *s = NULL;

	/* without hooks, which see each message of a window alone */
	fake_reset();
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .plain = true, .timeout_ms = 1000), &s, NULL), 0);
	fake_on_send = answer;
	windows = failed_times = 0;
	each = false;
	fence = true;
	refuse = 0;
	before = NULL;
	return s;
}

static struct weft_batch *open_batch(struct weft_session *s, bool stop, uint32_t window)
{
	struct weft_batch *b = NULL;

	assert_int_equal(weft_batch_open(s,
					 WEFT_OPTS(weft_batch_opts, .failed = on_failed, .user = &failed_index,
						   .each = each, .stop = stop, .window = window),
					 &b),
			 0);
	return b;
}

static void add(struct weft_batch *b, unsigned n)
{
	const struct weft_family *f = weft_family_find("rt-link");

	for (unsigned i = 0; i < n; i++)
		weft_put(weft_batch_msg(b, f, weft_op_find(f, "newlink"), 0), WEFT_KV(link, mtu, 1000 + i));
}

static void result(struct weft_batch *b, int code, struct weft_batch_result want)
{
	struct weft_batch_result got;

	assert_int_equal(weft_batch_commit(b, &got), code);
	assert_int_equal(got.added, want.added);
	assert_int_equal(got.done, want.done);
	assert_int_equal(got.failed, want.failed);
	assert_int_equal(got.unsent, want.unsent);
	assert_int_equal(got.unknown, want.unknown);
	assert_int_equal(got.added, got.done + got.failed + got.unsent + got.unknown);
}

#define RESULT(...) ((struct weft_batch_result){ __VA_ARGS__ })

static void good(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct weft_session *s = begin();
		struct weft_batch *b;

		each = i;
		b = open_batch(s, false, 4);
		result(b, 0, RESULT(0));
		assert_int_equal(windows, 0);
		add(b, 10);
		result(b, 0, RESULT(.added = 10, .done = 10));
		assert_int_equal(windows, 3);
		assert_int_equal(in_window, 2);
		/* numbers begin anew */
		add(b, 1);
		assert_int_equal(weft_batch_commit(b, NULL), 0);
		weft_batch_close(b);
		weft_session_close(s);
	}
}

static void refused(void **state)
{
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 8);

	(void)state;
	refuse = EEXIST;
	add(b, 20);
	result(b, -EEXIST, RESULT(.added = 20, .done = 17, .failed = 3));
	assert_int_equal(weft_last_error(s)->code, -EEXIST);
	assert_int_equal(failed_times, 3);
	assert_int_equal(failed_index, 18);
	weft_batch_close(b);
	b = open_batch(s, true, 8);
	add(b, 20);
	result(b, -EEXIST, RESULT(.added = 20, .done = 7, .failed = 1, .unsent = 12));
	assert_int_equal(failed_index, 2);
	/* nothing of it stays */
	refuse = 0;
	add(b, 2);
	result(b, 0, RESULT(.added = 2, .done = 2));
	weft_batch_close(b);
	weft_session_close(s);
}

static uint32_t first_seq;

/* Answers of others, twice, of no message, parts of an answer, and bytes that are none. */
static void noise(uint32_t seq)
{
	uint8_t b[64];
	uint32_t n = fake_msg(b, sizeof b, WEFT_NLMSG_ERROR, 0, seq, (const uint8_t[20]){ 0 }, 20);

	first_seq = seq;
	fake_receive_from(b, n, 99, 0);
	weft_set_u32(b + 12, FAKE_PORT + 1);
	fake_receive(b, n);
	fake_end(WEFT_NLMSG_ERROR, 0, seq - 1, -EPERM);
	fake_reply(NEWLINK, 0, seq, "0123456789abcdef", 16);
	fake_reply(WEFT_NLMSG_ERROR, 0, seq, "", 0); /* too short for a number */
	fake_end(WEFT_NLMSG_ERROR, 0, seq, -EPERM);
	fake_end(WEFT_NLMSG_ERROR, 0, seq + 1, 0);
	fake_end(WEFT_NLMSG_ERROR, 0, seq + 1, -EPERM);
	fake_receive("12345", 5);
}

static void noisy(void **state)
{
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 0);

	(void)state;
	before = noise;
	add(b, 3);
	result(b, -EBADMSG, RESULT(.added = 3, .done = 2, .failed = 1));
	assert_int_equal(weft_session_stats(s).forged, 1);
	assert_int_equal(weft_session_stats(s).late, 4);
	weft_batch_close(b);
	weft_session_close(s);
}

static void too_long(uint32_t seq)
{
	static const uint8_t big[40 << 10];

	(void)seq;
	fake_receive(big, sizeof big);
}

static void no_room(uint32_t seq)
{
	fake_end(WEFT_NLMSG_ERROR, 0, seq + BAD, -EPERM);
	fake_receive_error(ENOBUFS);
}

static void broken(uint32_t seq)
{
	(void)seq;
	fake_receive_error(EINTR);
	fake_receive_error(ENETDOWN);
}

static void lost(void **state)
{
	static const struct {
		void (*before)(uint32_t seq);
		int code;
		bool fence, poll;
		unsigned failed;
	} cases[] = { { too_long, -EMSGSIZE, true, false, 0 },
		      { no_room, -ENOBUFS, true, false, 1 },
		      { broken, -ENETDOWN, true, false, 0 },
		      { NULL, -ETIMEDOUT, false, false, 0 },
		      { NULL, -ENOMEM, false, true, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct weft_session *s = begin();
		struct weft_batch *b = open_batch(s, false, 8);

		before = cases[i].before;
		fence = cases[i].fence;
		if (cases[i].poll)
			fake_fail(FAKE_POLL, ENOMEM, 0, 1);
		add(b, 10);
		result(b, cases[i].code,
		       RESULT(.added = 10, .failed = cases[i].failed, .unknown = 8 - cases[i].failed, .unsent = 2));
		assert_non_null(strstr(weft_last_error(s)->msg, "answers were lost"));
		weft_batch_close(b);
		weft_session_close(s);
	}
}

static void only_fence(const uint8_t *req, size_t len)
{
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req) + 3, 0);
	(void)len;
}

static void missing(void **state)
{
	struct weft_session *s = begin();
	struct weft_batch *b;

	(void)state;
	each = true;
	b = open_batch(s, false, 8);
	/* each should have been answered */
	fake_on_send = only_fence;
	add(b, 3);
	result(b, -ENOBUFS, RESULT(.added = 3, .unknown = 3));
	fake_on_send = answer;
	fake_fail(FAKE_SEND, EPERM, 0, 1);
	add(b, 3);
	result(b, -EPERM, RESULT(.added = 3, .unknown = 3));
	/* no window reaches over the number 0 */
	s->seq = UINT32_MAX - 2;
	add(b, 3);
	result(b, 0, RESULT(.added = 3, .done = 3));
	s->seq = UINT32_MAX;
	add(b, 3);
	result(b, 0, RESULT(.added = 3, .done = 3));
	weft_batch_close(b);
	weft_session_close(s);
}

/* Some of those that are asked to be answered are: who lost an answer, or has one twice, or a failure behind another's,
 * or in the second window only, is told so exactly. */
enum odd_ack {
	NONE_ODD,
	ONE_MISSING,
	ONE_TWICE,
	TWO_IN_ONE
};
static enum odd_ack odd;
static unsigned odd_window;

static void each_but(const uint8_t *req, size_t len)
{
	struct weft_reader r = weft_reader(req, (uint32_t)len);
	struct weft_nlmsg m;
	enum odd_ack how = ++windows == odd_window ? odd : NONE_ODD;
	uint32_t first = 0;
	uint8_t two[128];

	while (weft_read_msg(&r, &m) > 0) {
		first = first ? first : m.seq;
		if (how == TWO_IN_ONE && m.seq == first)
			continue;
		if (m.type == WEFT_NLMSG_NOOP || m.seq != first + 1 || how == NONE_ODD) {
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
		} else if (how == ONE_TWICE) {
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
			fake_end(WEFT_NLMSG_ERROR, 0, m.seq, 0);
		} else if (how == TWO_IN_ONE) {
			uint8_t body[20] = { 0 };
			uint32_t n = fake_msg(two, sizeof two, WEFT_NLMSG_ERROR, 0, first, body, sizeof body);

			weft_set_u32(body, (uint32_t)-EEXIST);
			n += fake_msg(two + n, (uint32_t)sizeof two - n, WEFT_NLMSG_ERROR, 0, m.seq, body, sizeof body);
			fake_receive(two, n);
		}
	}
}

static void odd_acks(void **state)
{
	static const struct {
		enum odd_ack how;
		int code;
		struct weft_batch_result want;
	} cases[] = {
		{ NONE_ODD, 0, { .added = 12, .done = 12 } },
		{ ONE_MISSING, -ENOBUFS, { .added = 12, .done = 3, .unknown = 1, .unsent = 8 } },
		{ ONE_TWICE, 0, { .added = 12, .done = 12 } },
		{ TWO_IN_ONE, -EEXIST, { .added = 12, .done = 11, .failed = 1, .first = 1 } },
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
		struct weft_session *s = begin();
		struct weft_batch_result want = cases[i / 2].want;
		struct weft_batch *b;

		each = true;
		odd = cases[i / 2].how;
		odd_window = 1 + i % 2;
		if (i % 2 && odd == ONE_MISSING) {
			want.done += 4;
			want.unsent -= 4;
		}
		fake_on_send = each_but;
		b = open_batch(s, false, 4);
		add(b, 12);
		result(b, cases[i / 2].code, want);
		assert_int_equal(weft_session_stats(s).late, odd == ONE_TWICE);
		weft_batch_close(b);
		weft_session_close(s);
	}
}

/* Of one that is lost all after it in the window may be, too: an answer that came twice stands for none of them. */
static void twice_then_lost(uint32_t seq)
{
	fake_end(WEFT_NLMSG_ERROR, 0, seq, 0);
	fake_end(WEFT_NLMSG_ERROR, 0, seq, 0);
	fake_end(WEFT_NLMSG_ERROR, 0, seq, 0);
	fake_receive_error(ENETDOWN);
}

static void counted_once(void **state)
{
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 8);

	(void)state;
	before = twice_then_lost;
	add(b, 2);
	result(b, -ENETDOWN, RESULT(.added = 2, .done = 1, .unknown = 1));
	assert_int_equal(weft_session_stats(s).late, 2);
	weft_batch_close(b);
	weft_session_close(s);
}

static void not_made(void **state)
{
	static const uint8_t big[65000];
	const struct weft_family *f = weft_family_find("rt-link");
	const struct weft_op *op = weft_op_find(f, "newlink");
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 8);
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)state;
	assert_int_equal(weft_batch_put(b, m), 0);
	/* more than a message in its first memory, more than a window, and as much as that */
	weft_put_raw(weft_batch_msg(b, f, op, 0), 4000, big, 40000);
	weft_put_raw(weft_batch_msg(b, f, op, 0), 4000, big, 40000);
	weft_open(weft_batch_msg(b, f, op, 0), WEFT_KEY(link, linkinfo));
	weft_put(weft_batch_msg(b, f, op, 0), weft_kv_uint(0xffffffff, 1));
	(void)weft_batch_msg(b, NULL, NULL, 0);
	(void)weft_batch_msg(b, weft_family_find("nlctrl"), weft_op_find(weft_family_find("nlctrl"), "getfamily"), 0);
	weft_put_raw(m, 4000, big, 65000);
	weft_put_raw(m, 4000, big, 1000);
	assert_int_equal(weft_batch_put(b, m), 0);
	weft_put(m, weft_kv_uint(0xffffffff, 1));
	assert_int_equal(weft_batch_put(b, m), -EINVAL);
	assert_int_equal(failed_times, 6);
	assert_int_equal(failed_index, 8);
	result(b, -EINVAL, RESULT(.added = 9, .done = 3, .failed = 6));
	assert_int_equal(weft_batch_put(b, NULL), -EINVAL);
	assert_int_equal(weft_batch_put(NULL, m), -EINVAL);
	assert_int_equal(weft_batch_commit(NULL, NULL), -EINVAL);
	weft_msg_free(m);
	m = weft_batch_msg(NULL, f, op, 0);
	assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
	weft_msg_free(m);
	weft_batch_close(b);
	weft_batch_close(NULL);
	/* not sent, not left behind */
	b = open_batch(s, false, 8);
	weft_put_raw(weft_batch_msg(b, f, op, 0), 4000, big, 40000);
	weft_batch_close(b);
	weft_session_close(s);
}

static void opening(void **state)
{
	int fds = fake_open_fds();
	struct weft_session *s = begin();
	struct weft_batch *b = NULL;

	(void)state;
	assert_int_equal(weft_batch_open(NULL, NULL, &b), -EINVAL);
	assert_int_equal(weft_batch_open(s, NULL, NULL), -EINVAL);
	assert_int_equal(weft_batch_open(s, &(struct weft_batch_opts){ 0 }, &b), -EINVAL);
	for (unsigned i = 0; i < 4; i++) {
		fake_fail(FAKE_MALLOC, ENOMEM, i, 1);
		assert_int_equal(weft_batch_open(s, NULL, &b), -ENOMEM);
	}
	fake_fail(FAKE_SOCKET, EMFILE, 0, 1);
	assert_int_equal(weft_batch_open(s, NULL, &b), -EMFILE);
	assert_null(b);
	weft_session_close(s);
	/* with room for no answer at all there is one message at a time */
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .plain = true, .rcvbuf = 1), &s, NULL), 0);
	b = open_batch(s, false, 0);
	add(b, 3);
	result(b, 0, RESULT(.added = 3, .done = 3));
	assert_int_equal(windows, 3);
	s->pid++;
	assert_int_equal(weft_batch_commit(b, NULL), -ECHILD);
	s->pid--;
	weft_batch_close(b);
	weft_session_close(s);
	assert_int_equal(fake_open_fds(), fds);
}

static unsigned questions;

static void generic_answer(const uint8_t *req, size_t len)
{
	if (weft_get_u16(req + 4) == 16 && (weft_get_u16(req + 6) & WEFT_NLM_F_ACK) == 0 && questions++ == 0) {
		fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), -ENOENT);
		return;
	}
	answer(req, len);
}

static void generic(void **state)
{
	static const struct weft_schema any = { .name = "any", .id = 3000 };
	static const struct weft_op op = { "set", 1, 1, WEFT_OP_DO, 0, &any, .reply_schema = NULL };
	static const struct weft_family own = {
		.name = "own", .protocol = 16, .generic = true, .n_ops = 1, .ops = &op
	};
	const struct weft_family *ctrl = weft_family_find("nlctrl");
	struct weft_session *s;
	struct weft_batch *b;

	(void)state;
	weft_session_close(begin());
	s = fake_session(16);
	fake_on_send = generic_answer;
	questions = 0;
	b = open_batch(s, false, 8);
	(void)weft_batch_msg(b, &own, &op, 0);
	(void)weft_batch_msg(b, ctrl, weft_op_find(ctrl, "getfamily"), 0);
	refuse = 0;
	result(b, -ENOENT, RESULT(.added = 2, .done = 1, .failed = 1));
	/* what is wrong with it has its place */
	weft_put_named(weft_batch_msg(b, ctrl, weft_op_find(ctrl, "getfamily"), 0), "family-name", weft_kv_str(0, "x"));
	(void)weft_batch_msg(b, ctrl, weft_op_find(ctrl, "getfamily"), 0);
	(void)weft_batch_msg(b, ctrl, weft_op_find(ctrl, "getfamily"), 0);
	refuse = EINVAL;
	result(b, -EINVAL, RESULT(.added = 3, .done = 2, .failed = 1));
	weft_batch_close(b);
	weft_session_close(s);
}

static enum weft_verdict close_it(struct weft_passing *p, void *user)
{
	(void)p;
	weft_session_close(user);
	return WEFT_FORWARD;
}

/* A hook closes the session while a window is sent: what is added after it is not sent, and said so. */
static void closed_on_the_way(void **state)
{
	struct weft_batch_result got;
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 2);

	(void)state;
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, weft_family_find("rt-link"), NEWLINK, close_it, s, NULL), 0);
	fake_on_send = NULL;
	add(b, 4);
	assert_int_equal(weft_batch_commit(b, &got), -ECANCELED);
	assert_int_equal(got.added, 4);
	assert_int_equal(got.done, 0);
	assert_int_equal(got.added, got.failed + got.unsent + got.unknown);
	weft_batch_close(b);
	got.added = 1;
	assert_int_equal(weft_batch_commit(NULL, &got), -EINVAL);
	assert_int_equal(got.added, 0);
}

/* A child of fork sends nothing of its parent's batch. */
static void not_by_a_child(void **state)
{
	struct weft_batch_result got;
	struct weft_session *s = begin();
	struct weft_batch *b = open_batch(s, false, 8);
	int status = -1;
	pid_t child;

	(void)state;
	add(b, 2);
	/* an emulator of programs, as meson names it, does not wipe the page by which a child is known */
	if (getenv("MESON_EXE_WRAPPER")) {
		weft_batch_close(b);
		weft_session_close(s);
		skip();
	}
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fake_on_send = NULL; /* who asserts here ends the wrong process */
		_exit(weft_batch_commit(b, &got) == -ECHILD && got.added == 2 && got.unsent == 1 && got.failed == 1 &&
			      !windows
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	result(b, 0, RESULT(.added = 2, .done = 2));
	weft_batch_close(b);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),	    cmocka_unit_test(refused),		 cmocka_unit_test(noisy),
		cmocka_unit_test(lost),	    cmocka_unit_test(missing),		 cmocka_unit_test(not_made),
		cmocka_unit_test(odd_acks), cmocka_unit_test(counted_once),	 cmocka_unit_test(opening),
		cmocka_unit_test(generic),  cmocka_unit_test(closed_on_the_way), cmocka_unit_test(not_by_a_child),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
