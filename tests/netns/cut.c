/* SPDX-License-Identifier: MIT */
/* cut [STEP [SILENT [FIRST]]]: a connection to an agent that ends, or falls silent, after each byte
 * of either direction (each STEP-th from the FIRST; each SILENT-th for silence), while frames of
 * every type are under way. Every call ends, with an error unless it has all of its answer; nothing
 * waits longer than the keep-alive, and nothing is left. */
#include "ns.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>

#include <weft/weft.h>

#include "agent.h"
#include "transport/frame.h"

enum {
	KEEPALIVE = 200,
	LIMIT = 4000, /* ms that a script may take whatever happens, on a busy machine */
	ROUTES = 12000,
	NEVER = 1 << 30,
};

/* What is between the session and the agent. */
struct wire {
	int listener, stop;
	int cut_at[2]; /* bytes that pass: to the agent, from it */
	bool silent;   /* then nothing more, instead of the end */
	int passed[2];
	unsigned types[2]; /* bits: frames that began */
	struct {
		uint8_t head[WEFT__FRAME_HDR];
		uint32_t have, left;
	} frame[2];
};

static int step = 7, silent_step = 499, first;
static long runs, cut_runs, errors_seen;

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void note_types(struct wire *w, int way, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (w->frame[way].left) {
			size_t skip = n - i < w->frame[way].left ? n - i : w->frame[way].left;

			w->frame[way].left -= (uint32_t)skip;
			i += skip - 1;
			continue;
		}
		w->frame[way].head[w->frame[way].have++] = p[i];
		if (w->frame[way].have < WEFT__FRAME_HDR)
			continue;
		w->frame[way].have = 0;
		w->frame[way].left = weft__get_le32(w->frame[way].head);
		w->types[way] |= 1u << w->frame[way].head[4];
	}
}

/* One way of the wire; false at its end. */
static bool pass(struct wire *w, int way, int from, int to)
{
	uint8_t buf[65536];
	size_t room = (size_t)(w->cut_at[way] - w->passed[way]);
	ssize_t n = recv(from, buf, room < sizeof buf ? room : sizeof buf, MSG_DONTWAIT);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	note_types(w, way, buf, (size_t)n);
	w->passed[way] += (int)n;
	for (ssize_t at = 0, k; at < n; at += k) {
		k = send(to, buf + at, (size_t)(n - at), MSG_NOSIGNAL);
		if (k <= 0)
			return false;
	}
	return true;
}

struct served {
	int fd;
	struct wire *w;
};

static void *agent(void *user)
{
	struct served *s = user;

	(void)!weft_agent_serve(s->fd, s->fd, WEFT_OPTS(weft_agent_opts, .stop_fd = &s->w->stop), NULL);
	close(s->fd);
	return NULL;
}

/* What the agent still says when its peer has gone; is there anybody to hear it or not. */
static void last_words(struct wire *w, int peer, int inner)
{
	struct pollfd p = { .fd = inner, .events = POLLIN };

	(void)shutdown(inner, SHUT_WR);
	while (poll(&p, 1, LIMIT) > 0 && pass(w, 1, inner, peer))
		;
}

/* Until one side ends or the bytes are used up. */
static void carry(struct wire *w, int peer, int inner)
{
	struct pollfd p[2] = { { .fd = peer, .events = POLLIN }, { .fd = inner, .events = POLLIN } };

	while (w->passed[0] < w->cut_at[0] && w->passed[1] < w->cut_at[1]) {
		(void)poll(p, 2, -1);
		if (p[0].revents && !pass(w, 0, peer, inner)) {
			if (w->cut_at[1] == NEVER)
				last_words(w, peer, inner);
			return;
		}
		if (p[1].revents && !pass(w, 1, inner, peer))
			return;
	}
	if (!w->silent)
		return;
	/* nobody hears anything any more, until the session gives up */
	p[0].events = POLLRDHUP;
	(void)poll(p, 1, 10 * LIMIT);
}

static void *proxy(void *user)
{
	struct wire *w = user;
	int peer = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC), pair[2];
	struct served s = { .w = w };
	pthread_t thread;

	if (peer < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		abort();
	s.fd = pair[1];
	if (pthread_create(&thread, NULL, agent, &s) != 0)
		abort();
	carry(w, peer, pair[0]);
	close(peer);
	close(pair[0]);
	(void)pthread_join(thread, NULL);
	return NULL;
}

/* --- what a session does meanwhile --- */

struct tally {
	int started, done, ended_well, items;
};

static int on_item(struct weft_pending *c, struct weft_attr item, void *user)
{
	(void)c;
	(void)item;
	((struct tally *)user)->items++;
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;

	(void)c;
	assert_true(result == 0 || (err && err->code == result && err->msg[0]));
	t->done++;
	t->ended_well += result == 0;
}

static struct weft_msg *get_lo(void)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	return m;
}

static int note(int r)
{
	errors_seen += r < 0;
	return r;
}

static void call(struct weft_session *s)
{
	struct weft_reply *reply = NULL;

	if (note(weft_call(s, get_lo(), &reply)) == 0)
		assert_string_equal(weft_str(weft_at(weft_reply_body(reply), "ifname"), "-"), "lo");
	else
		assert_true(weft_last_error(s)->msg[0] != 0);
	weft_reply_free(reply);
}

/* A dump that says that it is whole has all. */
static void dump(struct weft_session *s, struct weft_msg *m, int all)
{
	struct weft_dump *d = NULL;
	struct weft_attr a;
	int n = 0, r = note(weft_dump_start(s, m, &d));

	if (r < 0)
		return;
	while ((r = weft_dump_next(d, &a)) == 1)
		n++;
	note(r);
	weft_dump_close(d);
	assert_true(r < 0 ? n <= all : n == all);
}

static void outstanding(struct weft_session *s)
{
	struct tally t = { 0 };
	const struct weft_call_opts o = { .size = sizeof o, .item = on_item, .done = on_done, .user = &t };
	uint64_t until = now() + LIMIT;
	int r = 0;

	for (int i = 0; i < 3 && r == 0; i++) {
		r = weft_start(s, get_lo(), &o, NULL);
		t.started += r == 0;
	}
	note(r);
	while (t.done < t.started && now() < until) {
		struct pollfd p = { .fd = weft_fd(s), .events = (short)weft_events(s) };

		(void)poll(&p, 1, weft_timeout_ms(s));
		r = weft_process(s);
	}
	note(r);
	/* each once, and well only with its answer */
	assert_int_equal(t.done, t.started);
	assert_true(t.ended_well <= t.items && t.items <= t.started);
}

static void batch(struct weft_session *s)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_batch_result res = { 0 };
	struct weft_batch *b = NULL;
	int r = note(weft_batch_open(s, NULL, &b));

	if (r < 0)
		return;
	for (uint32_t i = 0; i < 3; i++)
		weft_put_all(weft_batch_msg(b, f, weft_op_find(f, "newlink"), 0),
			     WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(link, txqlen, 1000 + i)));
	r = note(weft_batch_commit(b, &res));
	assert_int_equal(res.added, 3);
	assert_int_equal(res.done + res.failed + res.unsent + res.unknown, 3);
	assert_true(r < 0 || res.done == 3);
	weft_batch_close(b);
}

static void watch(struct weft_session *s, const struct weft_session_opts *opts)
{
	struct weft_session_opts o = *opts;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	uint32_t group = 1, none = 1u << 20;
	uint64_t until = now() + LIMIT;
	int r;

	o.via = s;
	r = note(weft_watch_open(0, &o, &none, 1, NULL, &w, NULL));
	assert_true(r < 0);
	if (note(weft_watch_open(0, &o, &group, 1, NULL, &w, NULL)) < 0)
		return;
	r = note(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(link, mtu, 60000))));
	if (r == 0)
		r = note(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(link, mtu, 65536))));
	/* what was told to be done is told to the watch too, unless that ends with an error */
	while (r == 0 && (r = weft_watch_next(w, &ev)) == 0 && now() < until) {
		struct pollfd p = { .fd = weft_watch_fd(w), .events = POLLIN };

		(void)poll(&p, 1, weft_watch_timeout_ms(w));
	}
	assert_int_not_equal(note(r), 0);
	weft_watch_close(w);
}

static void elsewhere(struct weft_session *s, const struct weft_session_opts *opts)
{
	struct weft_session_opts o = *opts;
	struct weft_session *t = NULL;
	struct weft_error e = { 0 };
	char there[120];
	int r;

	(void)snprintf(there, sizeof there, "%s/netns:no-such", target);
	o.via = s;
	o.target = there;
	r = weft_session_open(0, &o, &t, &e);
	if (r >= 0 || e.code != r || !e.msg[0])
		fail_msg("%d %d %s", r, e.code, e.msg);
}

static void all_kinds(struct weft_session *s, const struct weft_session_opts *o)
{
	call(s);
	dump(s, weft_request("rt-link", "getlink", 0), 1);
	elsewhere(s, o);
	watch(s, o);
	outstanding(s);
	batch(s);
}

/* More than the agent may send before it is granted more. */
static void much(struct weft_session *s, const struct weft_session_opts *o)
{
	struct weft_msg *m = weft_request("rt-route", "getroute", 0);

	(void)o;
	weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(route, table, 77)));
	dump(s, m, ROUTES);
}

/* Nothing is to be said, so each asks whether the other is there. */
static void idle(struct weft_session *s, const struct weft_session_opts *opts)
{
	struct weft_session_opts o = *opts;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	uint32_t group = 1;
	uint64_t until = now() + KEEPALIVE * 3 / 4;
	int r = 0;

	o.via = s;
	if (note(weft_watch_open(0, &o, &group, 1, NULL, &w, NULL)) < 0)
		return;
	while (r == 0 && now() < until) {
		struct pollfd p = { .fd = weft_watch_fd(w), .events = POLLIN };
		int due = weft_watch_timeout_ms(w);

		(void)poll(&p, 1, due < KEEPALIVE / 8 ? due : KEEPALIVE / 8);
		r = note(weft_watch_next(w, &ev));
	}
	weft_watch_close(w);
}

static struct wire *stopped;

/* The agent says farewell by itself. */
static void farewell(struct weft_session *s, const struct weft_session_opts *o)
{
	uint64_t one = 1;

	(void)o;
	assert_int_equal(write(stopped->stop, &one, sizeof one), sizeof one);
	(void)poll(NULL, 0, 2);
	for (int i = 0; i < 3; i++)
		if (note(weft_call(s, get_lo(), NULL)) < 0)
			break;
	/* it may take what is there; then it is gone */
	assert_true(weft_call(s, get_lo(), NULL) < 0);
}

typedef void script_fn(struct weft_session *s, const struct weft_session_opts *o);

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static void run(script_fn *script, struct wire *w)
{
	const struct weft_session_opts o = { .size = sizeof o,
					     .target = target,
					     .timeout_ms = LIMIT / 4,
					     .keepalive_ms = KEEPALIVE,
					     .dump_hold = 1 << 16 };
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	pthread_t thread;
	int files = open_files();
	uint64_t began = now();

	w->stop = eventfd(0, EFD_CLOEXEC);
	stopped = w;
	assert_int_equal(pthread_create(&thread, NULL, proxy, w), 0);
	if (weft_session_open(0, &o, &s, &e) == 0)
		script(s, &o);
	else
		assert_true(note(e.code) < 0 && e.msg[0]);
	weft_session_close(s);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(now() - began < LIMIT);
	close(w->stop);
	assert_int_equal(open_files(), files);
	runs++;
}

/* Bytes of both ways when nothing is cut, and the types of frames among them. */
static void whole(script_fn *script, int listener, int passed[2], unsigned types[2])
{
	struct wire w = { .listener = listener, .cut_at = { NEVER, NEVER } };

	run(script, &w);
	for (int way = 0; way < 2; way++) {
		passed[way] = w.passed[way];
		types[way] |= w.types[way];
	}
}

static void cut_all(script_fn *script, const int passed[2], int way, int each, bool silent, int listener)
{
	for (int at = first; at < passed[way]; at += each) {
		struct wire w = { .listener = listener, .cut_at = { NEVER, NEVER }, .silent = silent };
		long before = errors_seen;

		w.cut_at[way] = at;
		run(script, &w);
		cut_runs++;
		/* the very last bytes are farewells, which nobody waits for */
		if (at < passed[way] - 64 && errors_seen == before)
			fail_msg("cut after byte %d of %d, way %d: nobody noticed", at, passed[way], way);
	}
}

static void add_routes(void)
{
	const struct weft_family *f = weft_family_find("rt-route");
	struct weft_session *s = open_route();
	struct weft_batch *b = NULL;

	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
						     WEFT_KV(ifinfomsg, ifi_change, 1))),
			 0);
	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	for (uint32_t i = 0; i < ROUTES; i++) {
		uint8_t ip[4] = { 10, 7, (uint8_t)(i >> 8), (uint8_t)i };

		weft_put_all(weft_batch_msg(b, f, weft_op_find(f, "newroute"), WEFT_NLM_F_CREATE),
			     WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, 32),
					WEFT_KV(rtmsg, rtm_table, 77), WEFT_KV(rtmsg, rtm_protocol, 4),
					WEFT_KV(rtmsg, rtm_scope, 253), WEFT_KV(rtmsg, rtm_type, 1),
					WEFT_KV(route, dst, weft_ip_bytes(ip, 4)), WEFT_KV(route, oif, 1)));
	}
	assert_int_equal(weft_batch_commit(b, NULL), 0);
	weft_batch_close(b);
	weft_session_close(s);
}

static void every_byte(void **state)
{
	/* the second number: only each so many of the many bytes of the agent */
	static const struct {
		script_fn *script;
		int sparse;
	} scripts[] = { { all_kinds, 1 }, { much, 4999 }, { idle, 1 }, { farewell, 1 } };
	unsigned types[2] = { 0 };
	int listener = listen_at();

	(void)state;
	add_routes();
	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
		int passed[2];

		whole(scripts[i].script, listener, passed, types);
		for (int way = 0; way < 2; way++)
			for (int silent = 0; silent < 2; silent++)
				cut_all(scripts[i].script, passed, way,
					(silent ? silent_step : step) * (way ? scripts[i].sparse : 1), silent,
					listener);
		printf("%d bytes to the agent, %d from it\n", passed[0], passed[1]);
	}
	/* HELLO, OPEN, DATA, MEMBER, CREDIT, CLOSE, PING, BYE; HELLO, OPENED, DATA, FAILED, DONE,
	 * CLOSE, PONG, BYE */
	assert_int_equal(types[0], 1 << 1 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12);
	assert_int_equal(types[1], 1 << 1 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 9 | 1 << 11 | 1 << 12);
	printf("%ld connections, %ld of them cut, %ld errors told\n", runs, cut_runs, errors_seen);
	close(listener);
	(void)unlink(path);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_byte) };

	if (argc > 1)
		step = atoi(argv[1]);
	if (argc > 2)
		silent_step = atoi(argv[2]);
	if (argc > 3)
		first = atoi(argv[3]);
	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
