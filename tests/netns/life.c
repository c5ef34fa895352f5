/* SPDX-License-Identifier: MIT */
/* Ends of sessions, calls and dumps, in every order. */
#include "ns.h"

#include <dirent.h>
#include <sys/wait.h>

#include <weft/batch.h>

struct seen {
	int done, result;
	struct weft_session *close; /* in done */
};

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)err;
	x->done++;
	x->result = result;
	if (x->close)
		weft_session_close(x->close);
}

static struct weft_msg *get_lo(void)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	return m;
}

static struct weft_pending *start(struct weft_session *s, struct seen *x)
{
	struct weft_pending *c = NULL;

	assert_int_equal(weft_start(s, get_lo(), WEFT_OPTS(weft_call_opts, .done = on_done, .user = x), &c), 0);
	return c;
}

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

/* A call that fails before it is sent says so itself; others go on. */
static void bad_call_alone(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct seen x = { 0 };

	(void)state;
	start(s, &x);
	weft_put_named(m, "nosuchfield", weft_kv_uint(0, 1));
	assert_int_equal(weft_call(s, m, NULL), -EINVAL);
	assert_string_equal(weft_last_error(s)->path, "nosuchfield");
	assert_int_equal(weft_call(s, weft_request("nlctrl", "getfamily", 0), NULL), -EINVAL);
	assert_int_equal(x.done, 0);
	assert_int_equal(weft_call(s, get_lo(), NULL), 0);
	assert_int_equal(x.done, 1);
	assert_int_equal(x.result, 0);
	weft_session_close(s);
}

/* A child may close what it got a copy of; the callbacks are the parent's. */
static void child_is_quiet(void **state)
{
	struct weft_session *s = open_route();
	struct seen x = { 0 };
	struct weft_pending *c = start(s, &x);
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		int r = weft_call(s, get_lo(), NULL);

		weft_cancel(c);
		weft_session_close(s);
		_exit(r == -ECHILD && x.done == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(weft_process(s) > 0);
	assert_int_equal(x.done, 1);
	assert_int_equal(x.result, 0);
	weft_session_close(s);
}

static void close_in_cancel(void **state)
{
	int before = open_files();

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct weft_session *s = open_route();
		struct seen x = { .close = s }, y = { 0 };
		struct weft_pending *c = start(s, &x);

		start(s, &y);
		weft_cancel(c);
		assert_int_equal(x.done, 1);
		assert_int_equal(y.done, 1);
		assert_int_equal(y.result, -ECANCELED);
	}
	assert_int_equal(open_files(), before);
}

/* A dump may outlive its session: it just ends. */
static void dump_outlives(void **state)
{
	int before = open_files();

	(void)state;
	for (int read = 0; read < 2; read++) {
		struct weft_session *s = open_route();
		struct weft_dump *d, *e;
		struct weft_attr a;

		assert_int_equal(weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d), 0);
		assert_int_equal(weft_dump_start(s, weft_request("rt-rule", "getrule", 0), &e), 0);
		weft_dump_close(e);
		assert_int_equal(weft_dump_start(s, weft_request("rt-rule", "getrule", 0), &e), 0);
		if (read)
			assert_int_equal(weft_dump_next(d, &a), 1);
		weft_session_close(s);
		assert_int_equal(weft_dump_next(d, &a), -ECANCELED);
		assert_int_equal(weft_dump_next(d, &a), -ECANCELED);
		weft_dump_close(d);
		assert_int_equal(weft_dump_next(e, &a), -ECANCELED);
		weft_dump_close(e);
	}
	assert_int_equal(open_files(), before);
}

/* What a child reads, the parent would miss. */
static void dump_in_child(void **state)
{
	struct weft_session *s = open_route();
	struct weft_dump *d;
	struct weft_attr a;
	int status, r, n = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d), 0);
	pid = fork();
	if (pid == 0)
		_exit(weft_dump_next(d, &a) == -ECHILD ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	while ((r = weft_dump_next(d, &a)) > 0)
		n++;
	assert_int_equal(r, 0);
	assert_true(n > 0);
	weft_dump_close(d);
	weft_session_close(s);
}

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct seen *x = user;
	struct weft_dump *d;
	struct weft_attr rule;
	int n = 0, r;

	(void)c;
	(void)a;
	assert_int_equal(weft_call(x->close, get_lo(), NULL), -EBUSY);
	assert_int_equal(weft_dump_start(x->close, weft_request("rt-rule", "getrule", 0), &d), 0);
	while ((r = weft_dump_next(d, &rule)) > 0)
		n++;
	assert_int_equal(r, 0);
	assert_true(n >= 3);
	weft_dump_close(d);
	return 0;
}

/* Inside a callback a dump may be read, but no call waited for. */
static void dump_in_callback(void **state)
{
	struct weft_session *s = open_route();
	struct seen x = { .close = s };

	(void)state;
	assert_int_equal(
	    weft_start(s, get_lo(), WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &x), NULL), 0);
	assert_int_equal(weft_process(s), -ECANCELED);
	assert_int_equal(x.done, 1);
	assert_int_equal(x.result, 0);
}

/* What is wrong is refused before anything is sent. */
static void refused(void **state)
{
	struct weft_session *s = open_route();
	struct weft_call_opts o = { .dump = true };
	struct weft_batch *b = NULL;
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)state;
	assert_int_equal(weft_start(s, get_lo(), &o, NULL), -EINVAL);
	assert_non_null(strstr(weft_last_error(s)->msg, "size"));
	assert_int_equal(weft_dump_start(s, get_lo(), NULL), -EINVAL);
	weft_open(m, WEFT_KEY(link, linkinfo));
	assert_int_equal(weft_call(s, m, NULL), -EINVAL);
	assert_non_null(strstr(weft_last_error(s)->msg, "open"));
	assert_int_equal(weft_batch_open(s, &(struct weft_batch_opts){ .stop = true }, &b), -EINVAL);
	assert_int_equal(weft_batch_open(s, NULL, NULL), -EINVAL);
	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	weft_open(
	    weft_batch_msg(b, weft_family_find("rt-link"), weft_op_find(weft_family_find("rt-link"), "newlink"), 0),
	    WEFT_KEY(link, linkinfo));
	assert_int_equal(weft_batch_commit(b, NULL), -EINVAL);
	assert_non_null(strstr(weft_last_error(s)->msg, "open"));
	weft_batch_close(b);
	assert_int_equal(weft_session_stats(s).late, 0);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_call_alone), cmocka_unit_test(child_is_quiet), cmocka_unit_test(close_in_cancel),
		cmocka_unit_test(dump_outlives),  cmocka_unit_test(dump_in_child),  cmocka_unit_test(dump_in_callback),
		cmocka_unit_test(refused),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
