/* SPDX-License-Identifier: MIT */
/* Sixteen threads, each with sessions of its own, all with the same schemas and one compiled path: calls,
 * dumps, watches, changes, namespaces, at once. For -fsanitize=thread, and right without it. */
#include "ns.h"

#include <poll.h>
#include <pthread.h>

#include <weft/weft.h>

enum {
	THREADS = 16,
	ROUNDS = 12,
};

static struct weft_path ifname; /* read by all */
static char target[32];		/* this namespace, by the way of a child */
static pthread_barrier_t barrier;

struct worker {
	pthread_t thread;
	int number;
	unsigned events, links;
	char failure[240];
};

/* The first thing that goes wrong in a thread ends it; cmocka's own checks are for one thread only. */
static bool wrong(struct worker *w, bool is, const char *what, int r)
{
	if (is && !w->failure[0])
		(void)snprintf(w->failure, sizeof w->failure, "thread %d: %s: %d", w->number, what, r);
	return is;
}

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	(void)c;
	*(unsigned *)user += weft_at_path(a, &ifname).p != NULL;
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	(void)c;
	(void)err;
	*(unsigned *)user += result == 0 ? 1000 : 1000000;
}

static bool async_calls(struct worker *w, struct weft_session *s)
{
	unsigned seen = 0;
	int r = 0;

	for (int i = 0; i < 8 && r == 0; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);

		weft_put(m, WEFT_KV(link, ifname, "lo"));
		r = weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &seen), NULL);
	}
	for (int i = 0; i < 100 && r >= 0 && seen < 8000; i++) {
		struct pollfd p = { .fd = weft_fd(s), .events = (short)weft_events(s) };

		r = weft_process(s);
		if (r == 0)
			(void)poll(&p, 1, weft_timeout_ms(s));
	}
	return !wrong(w, r < 0 || seen != 8008, "async calls", r < 0 ? r : (int)seen);
}

static bool dump(struct worker *w, struct weft_session *s)
{
	struct weft_dump *d = NULL;
	struct weft_text t = { 0 };
	struct weft_link l;
	int r = weft_link_dump(s, NULL, &d);

	if (wrong(w, r < 0, "dump", r))
		return false;
	while ((r = weft_link_next(d, &l)) > 0) {
		w->links++;
		if (weft_json(l.self, &t) < 0)
			break;
		weft_text_clear(&t);
	}
	weft_dump_close(d);
	weft_text_free(&t);
	/* others add and delete meanwhile */
	return !wrong(w, r < 0 && r != -EAGAIN, "dump", r);
}

static bool change(struct worker *w, struct weft_session *s)
{
	char name[16], peer[16];
	int r;

	(void)snprintf(name, sizeof name, "t%d", w->number);
	(void)snprintf(peer, sizeof peer, "p%d", w->number);
	r = add_veth(s, name, peer);
	if (wrong(w, r < 0, "add", r))
		return false;
	r = add_veth(s, name, peer);
	if (wrong(w, r != -EEXIST || weft_last_error(s)->code != -EEXIST, "add twice", r))
		return false;
	r = del_link(s, name);
	return !wrong(w, r < 0, "delete", r);
}

static bool names(struct worker *w)
{
	struct weft_session *s = NULL;
	uint32_t group = 0;
	int r = weft_session_open(16, NULL, &s, NULL);

	if (r == 0)
		r = weft_genl_group(s, "nlctrl", "notify", &group);
	weft_session_close(s);
	return !wrong(w, r < 0 || group != 16, "names", r);
}

static bool round_of(struct worker *w, struct weft_watch *events)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	/* some by another way, some with a thread of their own that reads */
	int r = weft_session_open(0,
				  WEFT_OPTS(weft_session_opts, .target = w->number % 4 ? NULL : target,
					    .reader = w->number % 4 == 1 ? 1u << 20 : 0),
				  &s, &e);

	if (wrong(w, r < 0, e.msg, r))
		return false;
	if (async_calls(w, s) && dump(w, s) && change(w, s) && names(w))
		while ((r = weft_watch_next(events, &ev)) > 0)
			w->events += ev.op != NULL;
	wrong(w, w->number % 4 == 1 && weft_session_stats(s).reader_datagrams == 0, "nothing read", 0);
	weft_session_close(s);
	wrong(w, r < 0 && r != -ENOBUFS, "events", r);
	return !w->failure[0];
}

static void *work(void *user)
{
	struct worker *w = user;
	const uint32_t group = 1;
	struct weft_watch *events = NULL;
	int r;

	/* all begin at once, with what is made at the first use */
	(void)pthread_barrier_wait(&barrier);
	r = weft_watch_open(0, NULL, &group, 1, NULL, &events, NULL);
	if (!wrong(w, r < 0, "watch", r))
		for (int i = 0; i < ROUNDS && round_of(w, events); i++)
			;
	weft_watch_close(events);
	return NULL;
}

static void at_once(void **state)
{
	static struct worker workers[THREADS];
	const struct weft_op *op = weft_op_find(weft_family_find("rt-link"), "getlink");

	(void)state;
	assert_int_equal(weft_path_compile(op->schema, "ifname", &ifname, NULL), 0);
	(void)snprintf(target, sizeof target, "pid:%ld", (long)getpid());
	assert_int_equal(pthread_barrier_init(&barrier, NULL, THREADS), 0);
	for (int i = 0; i < THREADS; i++) {
		workers[i].number = i;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		if (workers[i].failure[0])
			fail_msg("%s", workers[i].failure);
		assert_true(workers[i].links >= ROUNDS);
		assert_true(workers[i].events > 0);
	}
	(void)pthread_barrier_destroy(&barrier);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(at_once) };

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
