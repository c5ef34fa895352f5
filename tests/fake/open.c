/* SPDX-License-Identifier: MIT */
/* Opening a session, here and in another namespace, with each call on the way failing. */
#include <stdio.h>
#include <unistd.h>

#include "fake.h"

#include "session/session.h"
#include "transport/netns.h"

static char own[40]; /* target: the namespace of this process */

static int open_at(const char *target, struct weft_error *e)
{
	struct weft_session *s = NULL;
	int r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, e);

	assert_true((r == 0) == (s != NULL));
	weft_session_close(s);
	return r;
}

static void make_page(void)
{
	assert_int_equal(weft__self(), getpid());
}

/* Who am I, with and without the page that tells a child from its parent. These come first. */
static void self(void **state)
{
	(void)state;
	fake_reset();
	fake_fail(FAKE_MMAP, ENOMEM, 0, 1);
	assert_int_equal(weft__self(), getpid());
	fake_fail(FAKE_MADVISE, EINVAL, 0, 1);
	assert_int_equal(weft__self(), getpid());
	/* another thread was faster */
	fake_in_madvise = make_page;
	assert_int_equal(weft__self(), getpid());
	assert_int_equal(weft__self(), getpid());
}

static void sockets(void **state)
{
	static const struct {
		enum fake_call call;
		int err;
		const char *text;
	} bad[] = { { FAKE_SOCKET, EMFILE, "netlink socket: Too many open files" },
		    { FAKE_BIND, EADDRINUSE, "bind: Address already in use" },
		    { FAKE_GETSOCKNAME, ENOBUFS, "bind: No buffer space available" },
		    { FAKE_MALLOC, ENOMEM, "out of memory" } };
	int fds = fake_open_fds();
	struct weft_error e = { 0 };

	(void)state;
	fake_reset();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		fake_fail(bad[i].call, bad[i].err, 0, 1);
		assert_int_equal(open_at("local", &e), -bad[i].err);
		assert_string_equal(e.msg, bad[i].text);
		fake_fail(bad[i].call, bad[i].err, 0, 1);
		assert_int_equal(open_at(NULL, NULL), -bad[i].err);
	}
	for (unsigned i = 0; i < 3; i++) {
		fake_fail(FAKE_MALLOC, ENOMEM, i, 1);
		assert_int_equal(open_at("local", &e), -ENOMEM);
	}
	/* which namespace it is need not be known here */
	fake_fail(FAKE_FSTAT, EIO, 0, 1);
	assert_int_equal(open_at("local", &e), 0);
	fake_fail(FAKE_FSTAT, EIO, 0, 1);
	assert_int_equal(open_at(own, &e), -EIO);
	assert_string_equal(e.msg, "namespace: Input/output error");
	fake_fail(FAKE_FSTATFS, EIO, 0, 1);
	assert_int_equal(open_at(own, &e), -EIO);
	/* without the right to a large buffer it is as large as may be */
	fake_fail(FAKE_FORCE, EPERM, 0, 1);
	assert_int_equal(open_at("local", &e), 0);
	assert_int_equal(fake_open_fds(), fds);
}

static void targets(void **state)
{
	static const struct {
		const char *target;
		int err;
		const char *text;
	} bad[] = { { "netns:", EINVAL, "not a namespace name: \"\"" },
		    { "netns:.x", EINVAL, "not a namespace name" },
		    { "netns:a/b", EINVAL, "not a namespace name" },
		    { "netns:no-such-namespace", ENOENT, "namespace /run/netns/no-such-namespace" },
		    { "netns:/no/such/file", ENOENT, "namespace /no/such/file" },
		    { "pid:", EINVAL, "unknown target" },
		    { "pid:1x", EINVAL, "unknown target" },
		    { "pid:x", EINVAL, "unknown target" },
		    { "", EINVAL, "unknown target" },
		    { "locally", EINVAL, "unknown target" } };
	char far[700] = "netns:/";
	struct weft_error e = { 0 };

	(void)state;
	fake_reset();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(open_at(bad[i].target, &e), -bad[i].err);
		if (!strstr(e.msg, bad[i].text))
			fail_msg("%s: %s", bad[i].target, e.msg);
	}
	memset(far + 7, 'x', 600);
	assert_int_equal(open_at(far, &e), -ENAMETOOLONG);
	assert_string_equal(e.msg, "target too long");
}

/* An emulator of programs, as meson names it, makes no task that shares memory and descriptors. */
static bool emulated(void)
{
	return getenv("MESON_EXE_WRAPPER") != NULL;
}

/* The task that makes the socket, and its parent. */
static void elsewhere(void **state)
{
	static const struct {
		enum fake_call call;
		int err, got;
	} bad[] = { { FAKE_MMAP, ENOMEM, ENOMEM },   { FAKE_CLONE, EAGAIN, EAGAIN }, { FAKE_SETNS, EPERM, EPERM },
		    { FAKE_SOCKET, EMFILE, EMFILE }, { FAKE_WAITPID, EINTR, 0 },     { FAKE_WAITPID, ECHILD, 0 } };
	int fds = fake_open_fds();
	struct weft_error e = { 0 };

	(void)state;
	if (emulated())
		skip();
	fake_reset();
	assert_int_equal(open_at(own, &e), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		fake_fail(bad[i].call, bad[i].err, 0, 1);
		assert_int_equal(open_at(own, &e), -bad[i].got);
		if (bad[i].got && !strstr(e.msg, "socket in pid:"))
			fail_msg("%s", e.msg);
	}
	assert_int_equal(fake_open_fds(), fds);
}

static int seven(void *user)
{
	++*(unsigned *)user;
	return 7;
}

/* An errand in another namespace, or here. */
static void errands(void **state)
{
	unsigned done = 0;

	(void)state;
	if (emulated())
		skip();
	fake_reset();
	assert_int_equal(weft__inside(NULL, seven, &done), 7);
	assert_int_equal(weft__inside("local", seven, &done), 7);
	assert_int_equal(weft__inside(own, seven, &done), 7);
	assert_int_equal(done, 3);
	assert_int_equal(weft__inside("mars", seven, &done), -EINVAL);
	assert_int_equal(weft__inside("netns:no-such-namespace", seven, &done), -ENOENT);
	fake_fail(FAKE_SETNS, EPERM, 0, 1);
	assert_int_equal(weft__inside(own, seven, &done), -EPERM);
	assert_int_equal(done, 3);
}

static void misuse(void **state)
{
	struct weft_session *s = NULL;
	/* of a caller built when options were fewer */
	const struct weft_session_opts old = { .size = sizeof(size_t), .target = "nowhere" };

	(void)state;
	fake_reset();
	assert_int_equal(weft_session_open(0, NULL, NULL, NULL), -EINVAL);
	assert_int_equal(weft_session_open(0, &old, &s, NULL), 0);
	assert_int_equal(s->timeout_ms, 10000);
	fake_receive_error(EINTR);
	assert_int_equal(weft_process(s), 0);
	weft_session_close(s);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .rcvbuf = UINT32_MAX), &s, NULL), 0);
	weft_session_close(s);
	/* a protocol whose kernel side would not know what to do with a message that does nothing */
	assert_int_equal(weft_session_open(9, WEFT_OPTS(weft_session_opts, .keepalive_ms = 5), &s, NULL), 0);
	weft_session_close(s);
	weft_session_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(self),	     cmocka_unit_test(sockets), cmocka_unit_test(targets),
		cmocka_unit_test(elsewhere), cmocka_unit_test(errands), cmocka_unit_test(misuse),
	};

	(void)snprintf(own, sizeof own, "pid:%ld", (long)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
