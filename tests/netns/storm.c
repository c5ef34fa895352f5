/* SPDX-License-Identifier: MIT */
/* storm [SECONDS [RATE]]: another process makes and deletes routes, RATE events per second. A watch
 * with a reader thread gets all of them, though it is asked for them only now and then; what is
 * lost is told. A watch without one that is not asked is told that events were lost, never nothing.
 */
#include "ns.h"

#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include <weft/batch.h>
#include <weft/weft.h>

enum {
	TURN = 500, /* routes made, then deleted */
	TABLE = 300,
	GROUP = 7, /* routes of IPv4 */
};

static long seconds = 2, rate = 20000;

struct shared {
	volatile long sent; /* changes that the kernel made */
	volatile int begin, done;
};

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Of which each is one event. */
static long change(struct weft_batch *b, const char *name, uint16_t flags)
{
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, name);
	struct weft_batch_result res = { 0 };

	for (uint32_t i = 0; i < TURN; i++) {
		uint8_t ip[4] = { 10, 88, (uint8_t)(i >> 8), (uint8_t)i };

		weft_put_all(weft_batch_msg(b, f, op, flags),
			     WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, 32),
					WEFT_KV(rtmsg, rtm_table, 0), WEFT_KV(rtmsg, rtm_protocol, 4),
					WEFT_KV(rtmsg, rtm_scope, 253), WEFT_KV(rtmsg, rtm_type, 1),
					WEFT_KV(route, table, (uint32_t)TABLE),
					WEFT_KV(route, dst, weft_ip_bytes(ip, 4)), WEFT_KV(route, oif, 1)));
	}
	if (weft_batch_commit(b, &res) < 0 || res.done != TURN)
		_exit(1);
	return (long)res.done;
}

/* In step with the clock, so that it is the rate that was asked for, if the kernel can do so many.
 */
static void make_storm(struct shared *sh)
{
	struct weft_session *s = open_route();
	struct weft_batch *b = NULL;
	uint64_t began;

	if (weft_batch_open(s, NULL, &b) < 0)
		_exit(1);
	while (!sh->begin)
		(void)poll(NULL, 0, 1);
	began = now();
	while (now() - began < (uint64_t)seconds * 1000000) {
		long due = (long)((now() - began) / 1000 * (uint64_t)rate / 1000);

		if (sh->sent > due) {
			(void)poll(NULL, 0, 1);
			continue;
		}
		sh->sent += change(b, "newroute", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
		sh->sent += change(b, "delroute", 0);
	}
	sh->done = 1;
	_exit(0);
}

struct seen {
	long events, lost;
};

/* What is there now. Events come in the order of the changes: made, then deleted. */
static void take(struct weft_watch *w, struct seen *x)
{
	struct weft_event ev;
	int r;

	while ((r = weft_watch_next(w, &ev)) != 0) {
		if (r == -ENOBUFS) {
			x->lost++;
			continue;
		}
		assert_int_equal(r, 1);
		if (!x->lost)
			assert_int_equal(strcmp(ev.op->name, "newroute") == 0, x->events % (2 * TURN) < TURN);
		x->events++;
	}
}

static struct weft_watch *watch(uint32_t reader, uint32_t rcvbuf)
{
	const uint32_t group = GROUP;
	struct weft_watch *w = NULL;
	struct weft_error e;

	if (weft_watch_open(0, WEFT_OPTS(weft_session_opts, .reader = reader, .rcvbuf = rcvbuf), &group, 1, NULL, &w,
			    &e) < 0)
		fail_msg("%s", e.msg);
	return w;
}

static void through(void **state)
{
	struct shared *sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct weft_watch *with = watch(256u << 20, 0), *without = watch(0, 64 << 10);
	struct weft_session_stats st;
	struct seen a = { 0 }, b = { 0 };
	pid_t pid = fork();
	int status;
	uint64_t began;

	(void)state;
	if (pid == 0)
		make_storm(sh);
	began = now();
	sh->begin = 1;
	/* asked ten times a second: what a caller does that has other things to do */
	while (!sh->done && waitpid(pid, &status, WNOHANG) == 0) {
		(void)poll(NULL, 0, 100);
		take(with, &a);
	}
	began = now() - began;
	(void)waitpid(pid, &status, 0);
	/* a slow machine's reader has more to take when the storm is over */
	for (long before = -1; before != a.events + a.lost;) {
		before = a.events + a.lost;
		(void)poll(NULL, 0, 500);
		take(with, &a);
	}
	st = weft_watch_stats(with);
	take(without, &b);
	printf("%ld events in %.1f s, %.0f per second; with a reader: %ld taken, %ld times lost, "
	       "peak of %llu KiB, %llu times "
	       "full; without: %ld taken, %ld times lost\n",
	       sh->sent, (double)began / 1e6, (double)sh->sent * 1e6 / (double)began, a.events, a.lost,
	       (unsigned long long)st.reader_peak / 1024, (unsigned long long)st.reader_full, b.events, b.lost);
	assert_true(sh->done);
	/* all, or it is told; and what the thread counted is what came */
	assert_true(a.lost ? a.events < sh->sent : a.events == sh->sent);
	assert_int_equal(st.reader_datagrams, a.events);
	assert_int_equal(st.overruns, a.lost);
	assert_true(b.events < sh->sent && b.lost > 0);
	assert_int_equal(weft_watch_stats(without).overruns, b.lost);
	weft_watch_close(with);
	weft_watch_close(without);
	(void)munmap(sh, sizeof *sh);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(through) };
	struct weft_session *s;

	if (argc > 1)
		seconds = atol(argv[1]);
	if (argc > 2)
		rate = atol(argv[2]);
	own_namespace();
	s = open_route();
	if (weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
					WEFT_KV(ifinfomsg, ifi_change, 1))) < 0)
		return 1;
	weft_session_close(s);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
