/* SPDX-License-Identifier: MIT */
/* Sessions against the real kernel. */
#include "ns.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

static void get_one(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	struct weft_attr b;

	(void)state;
	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, 1));
	assert_int_equal(weft_call(s, m, &r), 0);
	b = weft_reply_body(r);
	assert_string_equal(weft_str(weft_at(b, "ifname"), ""), "lo");
	assert_int_equal(weft_uint(weft_at(b, "ifi-index"), 0), 1);
	assert_int_equal(weft_uint(weft_at(b, "mtu"), 0), 65536);
	assert_null(weft_at(b, "master").p);
	assert_null(weft_at(b, "no.such.path").p);
	weft_reply_free(r);
	weft_session_close(s);
}

static void kernel_errors(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	(void)state;
	weft_put(m, WEFT_KV(link, ifname, "nope"));
	assert_int_equal(weft_call(s, m, &r), -ENODEV);
	assert_null(r);
	assert_int_equal(weft_last_error(s)->where, WEFT_WHERE_KERNEL);

	/* the kernel's offset becomes a path */
	m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE);
	weft_put(m, WEFT_KV(link, ifname, "v0"));
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put(m, WEFT_KV(linkinfo, kind, "vxlan"));
	weft_open(m, WEFT_KEY(linkinfo, data));
	weft_put(m, WEFT_KV(vxlan, id, 1u << 30));
	weft_close(m);
	weft_close(m);
	assert_int_equal(weft_call(s, m, NULL), -ERANGE);
	assert_string_equal(weft_last_error(s)->path, "linkinfo.data.id");
	assert_true(weft_last_error(s)->msg[0] != 0);

	assert_int_equal(del_link(s, "nope"), -ENODEV);
	weft_session_close(s);
}

static void caller_errors(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e;

	(void)state;
	weft_put_named(m, "mtu", weft_kv_str(0, "5000000000"));
	weft_put(m, WEFT_KV(link, ifname, "ok"));
	assert_int_equal(weft_call(s, m, NULL), -ERANGE);
	assert_string_equal(weft_last_error(s)->path, "mtu");
	assert_int_equal(weft_last_error(s)->where, WEFT_WHERE_CALLER);

	m = weft_request("rt-link", "newlink", 0);
	weft_put(m, WEFT_KV(route, oif, 1));
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	weft_msg_free(m);
	assert_int_equal(weft_call(s, weft_request("rt-link", "nope", 0), NULL), -EINVAL);
	assert_int_equal(weft_call(s, weft_request("nope", "getlink", 0), NULL), -EINVAL);
	assert_int_equal(weft_call(s, NULL, NULL), -EINVAL);
	assert_int_equal(weft_call(NULL, weft_request("rt-link", "getlink", 0), NULL), -EINVAL);
	assert_int_equal(weft_call(s, weft_request("nlctrl", "getfamily", 0), NULL), -EINVAL);
	weft_session_close(s);
	weft_session_close(NULL);
}

static int count_links(struct weft_session *s, int *ret_result)
{
	struct weft_dump *d;
	struct weft_attr a;
	int n = 0, r;

	assert_int_equal(weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d), 0);
	while ((r = weft_dump_next(d, &a)) > 0)
		n += weft_str(weft_at(a, "ifname"), NULL) != NULL;
	weft_dump_close(d);
	*ret_result = r;
	return n;
}

static void dump_all(void **state)
{
	struct weft_session *s = open_route();
	int before, after, r;

	(void)state;
	before = count_links(s, &r);
	assert_int_equal(r, 0);
	for (int i = 0; i < 100; i++) {
		char a[16], b[16];

		(void)snprintf(a, sizeof a, "a%d", i);
		(void)snprintf(b, sizeof b, "b%d", i);
		assert_int_equal(add_veth(s, a, b), 0);
	}
	after = count_links(s, &r);
	assert_int_equal(r, 0);
	assert_int_equal(after, before + 200);
	for (int i = 0; i < 100; i++) {
		char a[16];

		(void)snprintf(a, sizeof a, "a%d", i);
		assert_int_equal(del_link(s, a), 0);
	}
	weft_session_close(s);
}

/* A child adds and deletes links all the time: a dump is whole, or says that it is not. */
static void dump_under_churn(void **state)
{
	struct weft_session *s = open_route();
	int pipes[2], r, doubtful = 0;
	pid_t pid;

	(void)state;
	for (int i = 0; i < 150; i++) {
		char a[16], b[16];

		(void)snprintf(a, sizeof a, "a%d", i);
		(void)snprintf(b, sizeof b, "b%d", i);
		assert_int_equal(add_veth(s, a, b), 0);
	}
	assert_int_equal(pipe2(pipes, O_NONBLOCK | O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct weft_session *t = open_route();
		char c;

		while (read(pipes[0], &c, 1) < 0)
			if (add_veth(t, "churn0", "churn1") < 0 || del_link(t, "churn0") < 0)
				_exit(1);
		_exit(0);
	}
	for (int i = 0; i < 30; i++) {
		int n = count_links(s, &r);

		if (r == -EAGAIN) {
			doubtful++;
			continue;
		}
		assert_int_equal(r, 0);
		assert_true(n >= 301 && n <= 303);
	}
	assert_int_equal(write(pipes[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, &r, 0), pid);
	assert_int_equal(r, 0);
	printf("30 dumps, asked again %llu times, %d doubtful\n",
	       (unsigned long long)weft_session_stats(s).dump_retries, doubtful);
	weft_session_close(s);
}

struct seen {
	int items, done, result;
	bool sync_refused;
	struct weft_session *s;
};

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct seen *x = user;

	(void)c;
	x->items += weft_str(weft_at(a, "ifname"), NULL) != NULL;
	if (x->s) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);

		x->sync_refused = weft_call(x->s, m, NULL) == -EBUSY;
	}
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)err;
	x->done++;
	x->result = result;
}

static void drive(struct weft_session *s, int *done, int n)
{
	for (int i = 0; i < 200 && *done < n; i++) {
		struct pollfd p = { weft_fd(s), (short)weft_events(s), 0 };

		assert_true(poll(&p, 1, weft_timeout_ms(s)) >= 0);
		assert_true(weft_process(s) >= 0);
	}
	assert_int_equal(*done, n);
}

static struct weft_msg *get_lo(void)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	return m;
}

static void async_many(void **state)
{
	struct weft_session *s = open_route();
	struct seen x = { .s = s };
	struct weft_pending *c = NULL;
	struct weft_call_opts o = { .size = sizeof o, .item = on_item, .done = on_done, .user = &x };

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(weft_start(s, get_lo(), &o, NULL), 0);
	o.dump = true;
	for (int i = 0; i < 3; i++)
		assert_int_equal(weft_start(s, weft_request("rt-link", "getlink", 0), &o, NULL), 0);
	assert_int_equal(x.done, 0);
	drive(s, &x.done, 23);
	assert_true(x.items >= 23);
	assert_true(x.sync_refused);
	assert_int_equal(x.result, 0);

	o.dump = false;
	assert_int_equal(weft_start(s, get_lo(), &o, &c), 0);
	weft_cancel(c);
	assert_int_equal(x.done, 24);
	assert_int_equal(x.result, -ECANCELED);
	/* the answer to the cancelled one comes late and is dropped */
	assert_true(weft_process(s) >= 0);
	assert_int_equal(weft_session_stats(s).late, 1);

	assert_int_equal(weft_start(s, get_lo(), &o, NULL), 0);
	weft_session_close(s);
	assert_int_equal(x.done, 25);
	assert_int_equal(x.result, -ECANCELED);
}

static void close_inside(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)result;
	(void)err;
	x->done++;
	weft_session_close(x->s);
}

static void close_in_callback(void **state)
{
	struct weft_session *s = open_route();
	struct seen x = { .s = s };

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    weft_start(s, get_lo(), WEFT_OPTS(weft_call_opts, .done = close_inside, .user = &x), NULL), 0);
	assert_int_equal(weft_process(s), -ECANCELED);
	assert_int_equal(x.done, 3);
}

/* A callback that runs while a sync call waits closes the session under it. */
static void close_in_call(void **state)
{
	struct weft_session *s = open_route();
	struct seen x = { .s = s };
	struct weft_reply *reply = NULL;

	(void)state;
	assert_int_equal(weft_start(s, get_lo(), WEFT_OPTS(weft_call_opts, .done = close_inside, .user = &x), NULL), 0);
	assert_int_equal(weft_call(s, get_lo(), &reply), -ECANCELED);
	assert_null(reply);
	assert_int_equal(x.done, 1);
}

static void forked(void **state)
{
	struct weft_session *s = open_route();
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0)
		_exit(weft_call(s, get_lo(), NULL) == -ECHILD ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(weft_call(s, get_lo(), NULL), 0);
	weft_session_close(s);
}

static void other_namespace(void **state)
{
	struct weft_session *s = NULL, *here = open_route();
	struct weft_error e = { 0 };
	char target[64];
	pid_t pid;
	int go[2], r;

	(void)state;
	assert_int_equal(pipe2(go, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) < 0 || write(go[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(go[0], target, 1), 1);
	(void)snprintf(target, sizeof target, "pid:%d", (int)pid);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, &e), 0);
	assert_int_equal(add_veth(s, "far0", "far1"), 0);
	assert_int_equal(count_links(s, &r), 3);
	assert_int_equal(del_link(here, "far0"), -ENODEV);
	weft_session_close(s);
	(void)kill(pid, 9);
	assert_int_equal(waitpid(pid, &r, 0), pid);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "netns:no-such"), &s, &e),
			 -ENOENT);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "netns:../x"), &s, &e), -EINVAL);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "mars"), &s, &e), -EINVAL);
	weft_session_close(here);
}

static void watch_events(void **state)
{
	struct weft_session *s = open_route();
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	uint32_t group = 1;
	int added = 0, removed = 0, r;

	(void)state;
	assert_int_equal(weft_watch_open(0, NULL, &group, 1, NULL, &w, &e), 0);
	assert_int_equal(weft_watch_next(w, &ev), 0);
	assert_int_equal(add_veth(s, "w0", "w1"), 0);
	assert_int_equal(del_link(s, "w0"), 0);
	while ((r = weft_watch_next(w, &ev)) > 0) {
		assert_non_null(ev.op);
		assert_int_equal(ev.group, 1);
		added += strcmp(ev.op->name, "newlink") == 0;
		removed += strcmp(ev.op->name, "dellink") == 0;
	}
	assert_int_equal(r, 0);
	assert_true(added >= 2);
	assert_int_equal(removed, 2);
	weft_watch_close(w);
	weft_session_close(s);
}

static void watch_overrun(void **state)
{
	struct weft_session *s = open_route();
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	uint32_t group = 1;
	int r, lost = 0, events = 0;

	(void)state;
	assert_int_equal(weft_watch_open(0, WEFT_OPTS(weft_session_opts, .rcvbuf = 4096), &group, 1, NULL, &w, &e), 0);
	for (int i = 0; i < 50; i++) {
		assert_int_equal(add_veth(s, "o0", "o1"), 0);
		assert_int_equal(del_link(s, "o0"), 0);
	}
	while ((r = weft_watch_next(w, &ev)) != 0) {
		lost += r == -ENOBUFS;
		events += r == 1;
		assert_true(r == 1 || r == -ENOBUFS);
	}
	assert_true(lost >= 1);
	assert_true(events < 200);
	assert_int_equal(weft_watch_stats(w).overruns, lost);
	weft_watch_close(w);
	weft_session_close(s);
}

static void generic(void **state)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	uint16_t id = 0;
	uint32_t group = 0;

	(void)state;
	assert_int_equal(weft_session_open(16, NULL, &s, &e), 0);
	assert_int_equal(weft_genl_id(s, "nlctrl", &id), 0);
	assert_int_equal(id, 16);
	assert_int_equal(weft_genl_id(s, "no-such", &id), -ENOENT);
	assert_int_equal(weft_genl_group(s, "nlctrl", "notify", &group), 0);
	assert_int_equal(group, 16);
	assert_int_equal(weft_genl_group(s, "nlctrl", "nope", &group), -ENOENT);
	weft_session_close(s);
}

/* A generic family that only this test has a table of: its id is asked before the first request. */
static const struct weft_schema any = { .name = "any", .id = 2000 };
static const struct weft_op linkstate = { "linkstate-get", 6, 6, WEFT_OP_DO | WEFT_OP_DUMP, 0, &any, NULL };
static const struct weft_family ethtool = {
	.name = "ethtool", .protocol = 16, .generic = true, .version = 1, .n_ops = 1, .ops = &linkstate
};
static const struct weft_family nobody = {
	.name = "no-such-fam", .protocol = 16, .generic = true, .n_ops = 1, .ops = &linkstate
};

/* All links; Linux before 6.3 wants the empty header that says so. */
static struct weft_msg *all_states(const struct weft_family *f)
{
	struct weft_msg *m = weft_msg_new(f, &linkstate, 0);

	weft_put_raw(m, 0x8000 | 1, "", 0);
	return m;
}

struct tally {
	int items, done, result;
	struct weft_session *s;
	const struct weft_family *again; /* start this one too when done */
};

static int on_tally(struct weft_pending *c, struct weft_attr a, void *user)
{
	(void)c;
	assert_non_null(a.p);
	((struct tally *)user)->items++;
	return 0;
}

static void on_end(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;

	(void)c;
	assert_true(result < 0 ? err && err->code == result : !err);
	t->done++;
	t->result = result;
	if (t->again) {
		struct weft_msg *m = all_states(t->again);

		t->again = NULL;
		assert_int_equal(
		    weft_start(t->s, m,
			       WEFT_OPTS(weft_call_opts, .item = on_tally, .done = on_end, .user = t, .dump = true),
			       NULL),
		    0);
	}
}

static struct weft_pending *start_generic(struct weft_session *s, const struct weft_family *f, struct tally *t)
{
	struct weft_pending *c = NULL;

	t->s = s;
	assert_int_equal(
	    weft_start(s, all_states(f),
		       WEFT_OPTS(weft_call_opts, .item = on_tally, .done = on_end, .user = t, .dump = true), &c),
	    0);
	return c;
}

static void generic_by_name(void **state)
{
	struct tally one = { 0 }, two = { 0 }, gone = { 0 }, none = { .again = &ethtool };
	struct weft_session *s;
	struct weft_error e;
	uint16_t id = 0;

	(void)state;
	assert_int_equal(weft_session_open(16, NULL, &s, &e), 0);
	/* starting runs no callback, whatever has to be asked; all of these ask at once */
	start_generic(s, &ethtool, &one);
	start_generic(s, &ethtool, &two);
	weft_cancel(start_generic(s, &ethtool, &gone));
	start_generic(s, &nobody, &none);
	assert_int_equal(one.done + two.done + none.done, 0);
	assert_int_equal(gone.done, 1);
	assert_int_equal(gone.result, -ECANCELED);
	while (one.done + two.done + none.done < 4)
		assert_true(weft_process(s) >= 0);
	assert_int_equal(one.result, 0);
	assert_true(one.items > 0);
	assert_int_equal(two.items, one.items);
	/* the one nobody has, then the one started when it failed */
	assert_int_equal(none.done, 2);
	assert_int_equal(none.result, 0);
	assert_int_equal(none.items, one.items);
	assert_int_equal(gone.items, 0);
	assert_int_equal(weft_genl_id(s, "ethtool", &id), 0);
	assert_true(id > 16);
	assert_int_equal(weft_genl_id(s, "no-such-fam", &id), -ENOENT);
	/* closed while it asks */
	gone = (struct tally){ 0 };
	start_generic(s, &nobody, &gone);
	weft_session_close(s);
	assert_int_equal(gone.done, 1);
	assert_int_equal(gone.result, -ECANCELED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_one),	   cmocka_unit_test(kernel_errors),
		cmocka_unit_test(caller_errors),   cmocka_unit_test(dump_all),
		cmocka_unit_test(async_many),	   cmocka_unit_test(close_in_callback),
		cmocka_unit_test(close_in_call),   cmocka_unit_test(forked),
		cmocka_unit_test(other_namespace), cmocka_unit_test(watch_events),
		cmocka_unit_test(watch_overrun),   cmocka_unit_test(generic),
		cmocka_unit_test(generic_by_name), cmocka_unit_test(dump_under_churn),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
