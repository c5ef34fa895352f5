/* SPDX-License-Identifier: MIT */
/* Between a session and an agent frames are held up, come twice, or after the next one. Each call ends in its time,
 * with an error or with the whole and right answer, and no change is done twice. */
#include "ns.h"

#include <poll.h>
#include <pthread.h>
#include <time.h>

#include <weft/weft.h>

#include "agent.h"
#include "transport/frame.h"

enum {
	KEEPALIVE = 300,
	LIMIT = 3000, /* ms that a script may take */
	LINKS = 40,
	NEVER = 1 << 30,
};

enum how {
	LATE,  /* each frame a little */
	TWICE, /* the frame `at` */
	AFTER, /* the next one */
	LAST,  /* again, much later: after eight more */
	HOWS,
};

/* One way of the wire, in whole frames. */
struct way {
	int from, to;
	uint8_t buf[1 << 20];
	size_t have;
	int frames;
	uint8_t *held;
	size_t held_len;
	int held_until;
};

struct wire {
	int listener, way;
	enum how how;
	int at;
	int frames[2];
};

static void out(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		p += k;
		n -= (size_t)k;
	}
}

static void hold(struct way *w, const uint8_t *p, size_t n, int until)
{
	w->held = malloc(n);
	assert_non_null(w->held);
	memcpy(w->held, p, n);
	w->held_len = n;
	w->held_until = until;
}

static void let_go(struct way *w)
{
	if (!w->held)
		return;
	out(w->to, w->held, w->held_len);
	free(w->held);
	w->held = NULL;
}

static void frame(struct wire *w, struct way *y, bool here, const uint8_t *p, size_t n)
{
	int at = y->frames++;

	if (w->how == LATE)
		(void)poll(NULL, 0, at % 3);
	if (here && at == w->at && w->how == AFTER) {
		hold(y, p, n, at + 1);
		return;
	}
	out(y->to, p, n);
	if (here && at == w->at && w->how == TWICE)
		out(y->to, p, n);
	if (here && at == w->at && w->how == LAST)
		hold(y, p, n, at + 8);
	if (y->held && at >= y->held_until)
		let_go(y);
}

/* False at the end. */
static bool pass(struct wire *w, struct way *y, bool here)
{
	ssize_t n = recv(y->from, y->buf + y->have, sizeof y->buf - y->have, 0);
	struct weft__frame f;
	size_t size, at = 0;

	if (n <= 0)
		return false;
	y->have += (size_t)n;
	while (weft__frame_read(y->buf + at, y->have - at, &f, &size) > 0) {
		frame(w, y, here, y->buf + at, size);
		at += size;
	}
	memmove(y->buf, y->buf + at, y->have - at);
	y->have -= at;
	return true;
}

static void *agent(void *user)
{
	int fd = *(int *)user;

	(void)!weft_agent_serve(fd, fd, NULL, NULL);
	close(fd);
	return NULL;
}

static void *proxy(void *user)
{
	static struct way ways[2];
	struct wire *w = user;
	int peer = accept4(w->listener, NULL, NULL, SOCK_CLOEXEC), pair[2];
	struct pollfd p[2];
	pthread_t thread;
	bool on = true;

	if (peer < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    pthread_create(&thread, NULL, agent, &pair[1]) != 0)
		abort();
	for (int i = 0; i < 2; i++) {
		ways[i] = (struct way){ .from = i ? pair[0] : peer, .to = i ? peer : pair[0] };
		p[i] = (struct pollfd){ .fd = ways[i].from, .events = POLLIN };
	}
	while (on) {
		/* what waits for a frame that does not come is only late */
		if (poll(p, 2, ways[0].held || ways[1].held ? 50 : -1) == 0) {
			let_go(&ways[0]);
			let_go(&ways[1]);
		}
		for (int i = 0; i < 2 && on; i++)
			on = !p[i].revents || pass(w, &ways[i], w->way == i);
	}
	for (int i = 0; i < 2; i++) {
		free(ways[i].held);
		w->frames[i] = ways[i].frames;
	}
	close(peer);
	close(pair[0]);
	(void)pthread_join(thread, NULL);
	return NULL;
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Links whose name begins so; fewer than 0: the dump has failed. */
static int links(struct weft_session *s, const char *name)
{
	struct weft_dump *d = NULL;
	struct weft_link l;
	int n = 0, r = weft_link_dump(s, NULL, &d);

	while (r >= 0 && (r = weft_link_next(d, &l)) > 0)
		n += strncmp(l.ifname, name, strlen(name)) == 0;
	weft_dump_close(d);
	return r < 0 ? r : n;
}

static int errors, runs;

/* The kernel makes up the name, so that each time a new pair comes. What the call said. */
static int script(struct weft_session *s)
{
	int made = add_veth(s, "w%d", "x%d"), n = links(s, "y"), r, told = 0;

	errors += made < 0;
	if (n >= 0 && n != LINKS)
		fail_msg("a dump told %d of %d links, and that it was all", n, LINKS);
	errors += n < 0;
	for (int i = 0; i < 8; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);
		struct weft_reply *reply = NULL;
		char name[16];

		(void)snprintf(name, sizeof name, "y%d", i);
		weft_put(m, WEFT_KV(link, ifname, name));
		r = weft_call(s, m, &reply);
		errors += r < 0;
		told += r == 0 && strcmp(weft_str(weft_at(weft_reply_body(reply), "ifname"), ""), name) == 0;
		assert_true(r < 0 || told == i + 1);
		weft_reply_free(reply);
		if (r < 0)
			break;
	}
	return made;
}

/* When all is over: a call that failed early may have been done later. */
static void judge(struct weft_session *here, int r)
{
	int made = links(here, "w");

	if (made > 1 || (r == 0 && made != 1))
		fail_msg("%d pairs were made, and the call said %d", made, r);
	if (made)
		assert_int_equal(del_link(here, "w0"), 0);
}

static void run(struct wire *w, struct weft_session *here)
{
	struct weft_session *s = NULL;
	uint64_t began = now();
	pthread_t thread;
	int r = -1;

	assert_int_equal(pthread_create(&thread, NULL, proxy, w), 0);
	if (weft_session_open(
		0, WEFT_OPTS(weft_session_opts, .target = target, .timeout_ms = LIMIT / 3, .keepalive_ms = KEEPALIVE),
		&s, NULL) == 0)
		r = script(s);
	else
		errors++;
	weft_session_close(s);
	assert_int_equal(pthread_join(thread, NULL), 0);
	judge(here, r);
	assert_true(now() - began < LIMIT);
	runs++;
}

static void every_frame(void **state)
{
	struct weft_session *here = open_route();
	struct wire whole = { .listener = listen_at(), .at = NEVER, .how = TWICE };

	(void)state;
	for (int i = 0; i < LINKS / 2; i++) {
		char a[16], b[16];

		(void)snprintf(a, sizeof a, "y%d", i);
		(void)snprintf(b, sizeof b, "y%d", i + LINKS / 2);
		assert_int_equal(add_veth(here, a, b), 0);
	}
	run(&whole, here);
	assert_int_equal(errors, 0);
	for (int how = 0; how < HOWS; how++)
		for (int way = 0; way < 2; way++)
			for (int at = 0; at < (how == LATE ? 1 : whole.frames[way]); at++) {
				struct wire w = {
					.listener = whole.listener, .how = (enum how)how, .way = way, .at = at
				};
				int before = errors;

				run(&w, here);
				assert_true(how != LATE || errors == before);
				/* the last ones are farewells, which nobody waits for */
				if (how == TWICE && way == 0 && at < whole.frames[0] - 4 && errors == before)
					fail_msg("frame %d of %d came twice, and nobody noticed", at, whole.frames[0]);
			}
	printf("%d connections, %d errors told; %d frames to the agent, %d from it\n", runs, errors, whole.frames[0],
	       whole.frames[1]);
	weft_session_close(here);
	close(whole.listener);
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_frame) };

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
