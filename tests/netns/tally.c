/* SPDX-License-Identifier: MIT */
/* Batches whose acknowledgements are noted in the kernel: nothing else is different. */
#include <linux/capability.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "ns.h"

#include <weft/weft.h>

enum {
	ROUTES = 3000, /* of a batch */
};

struct outcome {
	int code;
	struct weft_batch_result r;
	size_t failed[ROUTES], n_failed;
	char text[sizeof((struct weft_error *)0)->msg]; /* of the first */
};

static void note(size_t index, const struct weft_error *e, void *user)
{
	struct outcome *o = user;

	assert_int_equal(e->code, -EEXIST);
	assert_true(o->n_failed < ROUTES);
	o->failed[o->n_failed++] = index;
}

static struct weft_session *recorded_to(const char *record)
{
	struct weft_session *s = NULL;

	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .record = record), &s, NULL), 0);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
						     WEFT_KV(ifinfomsg, ifi_change, 1))),
			 0);
	return s;
}

static void put_route(struct weft_batch *b, const char *what, unsigned i)
{
	const struct weft_family *f = weft_family_find("rt-route");
	bool add = strcmp(what, "newroute") == 0;
	uint8_t dst[4] = { 10, (uint8_t)(i >> 8), (uint8_t)i, 1 };
	struct weft_msg *m = weft_batch_msg(b, f, weft_op_find(f, what), add ? WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL : 0);

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(route, table, 77), WEFT_KV(route, dst, weft_ip_bytes(dst, 4)),
				   WEFT_KV(rtmsg, rtm_dst_len, 32), WEFT_KV(route, oif, 1)));
	weft_msg_defaults(m);
}

/* Routes of which every seventh is there already. */
static void add_routes(struct weft_session *s, bool tally, uint32_t window, struct outcome *ret)
{
	struct weft_batch *b = NULL;

	memset(ret, 0, sizeof *ret);
	assert_int_equal(weft_batch_open(s,
					 WEFT_OPTS(weft_batch_opts, .failed = note, .user = ret, .each = true,
						   .tally = tally, .window = window),
					 &b),
			 0);
	for (unsigned i = 0; i < ROUTES; i++)
		put_route(b, "newroute", i % 7 == 6 ? i - 1 : i);
	ret->code = weft_batch_commit(b, &ret->r);
	(void)snprintf(ret->text, sizeof ret->text, "%s", weft_last_error(s)->msg);
	weft_batch_close(b);
}

static size_t table_routes(struct weft_session *s, uint64_t table)
{
	struct weft_dump *d = NULL;
	struct weft_attr a;
	size_t n = 0;
	int r;

	assert_int_equal(weft_dump_start(s, weft_request("rt-route", "getroute", 0), &d), 0);
	while ((r = weft_dump_next(d, &a)) > 0)
		n += weft_uint(weft_at(a, "table"), 0) == table;
	assert_int_equal(r, 0);
	weft_dump_close(d);
	return n;
}

static void del_routes(struct weft_session *s)
{
	struct weft_batch *b = NULL;

	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	for (unsigned i = 0; i < ROUTES; i++)
		if (i % 7 != 6)
			put_route(b, "delroute", i);
	assert_int_equal(weft_batch_commit(b, NULL), 0);
	weft_batch_close(b);
	assert_int_equal(table_routes(s, 77), 0);
}

/* The same as with each acknowledgement read, at windows of all sizes; and they were not read. */
static void as_without(void **state)
{
	static const uint32_t windows[] = { 0, 1, 7, 64, 1024 };
	static struct outcome with, without;
	struct weft_session *s = recorded_to(NULL);

	(void)state;
	add_routes(s, false, 0, &without);
	del_routes(s);
	assert_int_equal(without.r.failed, ROUTES / 7);
	assert_int_equal(without.r.tallied, 0);
	for (size_t i = 0; i < sizeof windows / sizeof *windows; i++) {
		add_routes(s, true, windows[i], &with);
		assert_int_equal(with.code, -EEXIST);
		assert_int_equal(with.r.tallied, with.r.done);
		assert_int_equal(with.r.unknown + with.r.unsent, 0);
		assert_int_equal(table_routes(s, 77), with.r.done);
		with.r.tallied = 0;
		assert_memory_equal(&with, &without, sizeof with);
		del_routes(s);
	}
	weft_session_close(s);
}

/* Objects that are answered too, more than the socket has room for, are in nobody's way. */
static void answers_too(void **state)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_session *s = recorded_to(NULL);
	struct weft_batch_result r;
	struct weft_batch *b = NULL;

	(void)state;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true, .tally = true), &b), 0);
	for (unsigned i = 0; i < 5000; i++)
		weft_put(weft_batch_msg(b, f, weft_op_find(f, "getlink"), 0),
			 WEFT_KV(ifinfomsg, ifi_index, i % 2 ? 1 : 4711));
	assert_int_equal(weft_batch_commit(b, &r), -ENODEV);
	assert_int_equal(r.done, 2500);
	assert_int_equal(r.tallied, 2500);
	assert_int_equal(r.failed, 2500);
	assert_int_equal(r.first, 0);
	weft_batch_close(b);
	weft_session_close(s);
}

/* Of two in three a hook says what becomes of them; the kernel notes the rest. */
static enum weft_verdict by_priority(struct weft_passing *p, void *user)
{
	uint64_t i = weft_uint(weft_at(weft_passing_body(p), "priority"), 0);

	(void)user;
	if (i % 3 == 1)
		return WEFT_RETURN;
	if (i % 3 == 0)
		return WEFT_FORWARD;
	weft_hook_fail(p, -EEXIST, "priority", "of hook");
	return WEFT_ERROR;
}

static void hooks_too(void **state)
{
	static struct outcome o;
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_session *s = recorded_to(NULL);
	struct weft_batch *b = NULL;

	(void)state;
	memset(&o, 0, sizeof o);
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, f, op->request, by_priority, NULL, NULL), 0);
	assert_int_equal(
	    weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = note, .user = &o, .each = true, .tally = true), &b),
	    0);
	for (unsigned i = 0; i < 600; i++) {
		struct weft_msg *m = weft_batch_msg(b, f, op, WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.7.0.0")), WEFT_KV(rtmsg, rtm_dst_len, 16),
					   WEFT_KV(route, oif, 1), WEFT_KV(route, table, 78),
					   WEFT_KV(route, priority, i)));
		weft_msg_defaults(m);
	}
	assert_int_equal(weft_batch_commit(b, &o.r), -EEXIST);
	assert_int_equal(o.r.done, 400);
	assert_int_equal(o.r.tallied, 200);
	assert_int_equal(o.r.failed, 200);
	for (size_t i = 0; i < 200; i++)
		assert_int_equal(o.failed[i], 3 * i + 2);
	assert_int_equal(table_routes(s, 78), 200);
	weft_batch_close(b);
	weft_session_close(s);
}

/* More messages than there are marks: each is used again, and by then was taken. */
static void many_windows(void **state)
{
	struct weft_session *s = recorded_to(NULL);
	struct weft_batch_result r;
	struct weft_batch *b = NULL;

	(void)state;
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true, .tally = true, .window = 100), &b),
			 0);
	for (unsigned k = 0; k < 20; k++) {
		bool add = k % 2 == 0;

		for (unsigned i = 0; i < 1000 + k; i++)
			put_route(b, add ? "newroute" : "delroute", i);
		assert_int_equal(weft_batch_commit(b, &r), add ? 0 : -ESRCH);
		/* one more is deleted than was added */
		assert_int_equal(r.tallied, add ? 1000 + k : 1000 + k - 1);
		assert_int_equal(r.done, r.tallied);
	}
	weft_batch_close(b);
	weft_session_close(s);
}

/* Neither where the acks are wanted on tape, nor without being asked for. */
static void not_always(void **state)
{
	char path[] = "/tmp/weft-tally-XXXXXX";
	static struct outcome o;
	struct weft_session *s;
	struct weft_batch *b = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	s = recorded_to(path);
	add_routes(s, true, 0, &o);
	assert_int_equal(o.r.tallied, 0);
	assert_int_equal(o.r.failed, ROUTES / 7);
	del_routes(s);
	weft_session_close(s);
	close(fd);
	unlink(path);
	/* nor for those that are not asked of each, nor of more than there are marks */
	s = recorded_to(NULL);
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .tally = true), &b), 0);
	put_route(b, "newroute", 1);
	assert_int_equal(weft_batch_commit(b, &o.r), 0);
	assert_int_equal(o.r.done, 1);
	assert_int_equal(o.r.tallied, 0);
	put_route(b, "delroute", 1);
	assert_int_equal(weft_batch_commit(b, NULL), 0);
	weft_batch_close(b);
	weft_session_close(s);
	s = NULL;
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .rcvbuf = 128u << 20), &s, NULL), 0);
	assert_int_equal(
	    weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true, .tally = true, .window = 100000), &b), 0);
	put_route(b, "newroute", 1);
	put_route(b, "delroute", 1);
	assert_int_equal(weft_batch_commit(b, &o.r), 0);
	assert_int_equal(o.r.done, 2);
	assert_int_equal(o.r.tallied, 0);
	weft_batch_close(b);
	weft_session_close(s);
}

/* Sending that fails from some time on, in place of that of libc. */
static int sends, fails_from;

ssize_t send(int fd, const void *p, size_t len, int flags);
ssize_t send(int fd, const void *p, size_t len, int flags)
{
	if (fails_from && ++sends >= fails_from) {
		errno = ENOBUFS;
		return -1;
	}
	return sendto(fd, p, len, flags, NULL, 0);
}

static enum weft_verdict pass(struct weft_passing *p, void *user)
{
	(void)p;
	(void)user;
	return WEFT_FORWARD;
}

/* A window of which a part went, and its end did not: what is known of it is told, and stands for nothing later. */
static void cut_short(void **state)
{
	static struct outcome o;
	const struct weft_family *f = weft_family_find("rt-route");
	struct weft_session *s = recorded_to(NULL);
	struct weft_batch *b = NULL;

	(void)state;
	memset(&o, 0, sizeof o);
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, f, weft_op_find(f, "delroute")->request, pass, NULL, NULL), 0);
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true, .tally = true), &b), 0);
	for (unsigned i = 0; i < 100; i++)
		put_route(b, "newroute", i);
	put_route(b, "delroute", 0);
	put_route(b, "newroute", 0);
	/* what stands before the hook's message, that, the rest, the end */
	sends = 0;
	fails_from = 3;
	assert_int_equal(weft_batch_commit(b, &o.r), -ENOBUFS);
	fails_from = 0;
	assert_int_equal(o.r.added, 102);
	assert_int_equal(o.r.done, 101);
	assert_int_equal(o.r.tallied, 101);
	assert_int_equal(o.r.unsent, 1);
	weft_batch_close(b);
	/* as many as there are marks, and more */
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true, .tally = true), &b), 0);
	for (unsigned i = 0; i < 100; i++)
		put_route(b, "delroute", i ? i : 1);
	put_route(b, "delroute", 1);
	(void)!weft_batch_commit(b, &o.r);
	sends = 0;
	fails_from = 3;
	for (unsigned i = 0; i < 100; i++)
		put_route(b, "newroute", i);
	put_route(b, "delroute", 0);
	put_route(b, "newroute", 0);
	(void)!weft_batch_commit(b, &o.r);
	fails_from = 0;
	for (unsigned i = 0; i < 5000; i++)
		put_route(b, "newroute", 1);
	assert_int_equal(weft_batch_commit(b, &o.r), -EEXIST);
	assert_int_equal(o.r.failed, 5000);
	assert_int_equal(o.r.done, 0);
	weft_batch_close(b);
	weft_session_close(s);
	s = recorded_to(NULL);
	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	for (unsigned i = 1; i < 100; i++)
		put_route(b, "delroute", i);
	(void)!weft_batch_commit(b, NULL);
	weft_batch_close(b);
	weft_session_close(s);
}

static bool drop_capabilities(uint64_t which)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2] = { { 0 } };

	if (syscall(SYS_capget, &h, d) < 0)
		return false;
	d[0].effective &= ~(uint32_t)which;
	d[1].effective &= ~(uint32_t)(which >> 32);
	return syscall(SYS_capset, &h, d) == 0;
}

/* Some kernels let everybody have BPF. */
static bool right_is_needed(void)
{
	FILE *f = fopen("/proc/sys/kernel/unprivileged_bpf_disabled", "re");
	int c = f ? fgetc(f) : '1';

	if (f)
		(void)fclose(f);
	return c != '0';
}

/* Who has not the right has each of them read, and the same result. */
static void without_right(void **state)
{
	static struct outcome o;
	int status = -1;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		struct weft_session *s;

		if (!drop_capabilities(1ull << CAP_SYS_ADMIN | 1ull << CAP_BPF))
			_exit(2);
		s = recorded_to(NULL);
		add_routes(s, true, 0, &o);
		_exit(o.r.failed == ROUTES / 7 && o.r.done == ROUTES - ROUTES / 7 &&
			      (o.r.tallied == 0) == right_is_needed()
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Whether this kernel does it at all. */
static bool can_tally(void)
{
	static struct outcome o;
	struct weft_session *s = recorded_to(NULL);

	add_routes(s, true, 0, &o);
	del_routes(s);
	weft_session_close(s);
	return o.r.tallied > 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_without),	 cmocka_unit_test(answers_too), cmocka_unit_test(hooks_too),
		cmocka_unit_test(many_windows),	 cmocka_unit_test(not_always),	cmocka_unit_test(cut_short),
		cmocka_unit_test(without_right),
	};

	own_namespace();
	if (!can_tally()) {
		printf("skipped: this kernel notes no acknowledgements (BPF)\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
