/* SPDX-License-Identifier: MIT */
/* What goes on below calls, dumps, batches and watches: hooks that close their session, hooks in calls of hooks, large
 * answers of hooks and of the kernel, and use by a child of the opener. */
#include <poll.h>
#include <sys/wait.h>

#include "ns.h"

#include <weft/weft.h>

#include "session/session.h"
#include "transport/reader.h"

static const struct weft_family *links(void)
{
	return weft_family_find("rt-link");
}

static struct weft_session *open_plain(void)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };

	if (weft_session_open(0, WEFT_OPTS(weft_session_opts, .plain = true), &s, &e) < 0)
		fail_msg("session: %s", e.msg);
	return s;
}

static struct weft_msg *get(const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	if (name)
		weft_put(m, WEFT_KV(link, ifname, name));
	return m;
}

struct closer {
	struct weft_session *s;
	int calls, done, released;
};

/* The session is still there below it. */
static enum weft_verdict closes(struct weft_passing *p, void *user)
{
	struct closer *c = user;

	(void)p;
	c->calls++;
	weft_session_close(c->s);
	assert_int_equal(weft_start(c->s, get("lo"), WEFT_OPTS(weft_call_opts, .done = NULL), NULL), -ECANCELED);
	return WEFT_FORWARD;
}

static void note_done(struct weft_pending *pending, int result, const struct weft_error *e, void *user)
{
	struct closer *c = user;

	(void)pending;
	(void)e;
	assert_int_equal(result, -ECANCELED);
	c->done++;
}

static void note_release(void *user)
{
	((struct closer *)user)->released++;
}

static void arm(struct closer *c, enum weft_direction direction)
{
	*c = (struct closer){ .s = open_plain() };
	assert_int_equal(weft_hooks_add(weft__chain_hooks(c->s->chain), direction, links(),
					direction == WEFT_ON_SEND ? 18 : 16, closes, c, note_release),
			 0);
}

/* Once, and everything is given back. */
static void went(const struct closer *c)
{
	assert_int_equal(c->calls, 1);
	assert_int_equal(c->released, 1);
}

static void closed_below_a_call(void **state)
{
	struct closer c;

	(void)state;
	arm(&c, WEFT_ON_SEND);
	/* another call is under way: it ends, too */
	assert_int_equal(weft_start(c.s, weft_request("rt-addr", "getaddr", 0),
				    WEFT_OPTS(weft_call_opts, .done = note_done, .user = &c, .dump = true), NULL),
			 0);
	assert_int_equal(weft_call(c.s, get("lo"), NULL), -ECANCELED);
	assert_int_equal(c.done, 1);
	went(&c);
	arm(&c, WEFT_ON_RECV);
	assert_int_equal(weft_call(c.s, get("lo"), NULL), -ECANCELED);
	went(&c);
	arm(&c, WEFT_ON_RECV);
	assert_int_equal(weft_start(c.s, get("lo"), WEFT_OPTS(weft_call_opts, .done = note_done, .user = &c), NULL), 0);
	assert_int_equal(weft_process(c.s), -ECANCELED);
	assert_int_equal(c.done, 1);
	went(&c);
	arm(&c, WEFT_ON_SEND);
	assert_int_equal(weft_send(c.s, get("lo"), WEFT_NLM_F_ACK, NULL), -ECANCELED);
	went(&c);
}

static void closed_below_a_dump(void **state)
{
	struct weft_dump *d = NULL;
	struct weft_attr a;
	struct closer c;

	(void)state;
	arm(&c, WEFT_ON_SEND);
	assert_int_equal(weft_dump_start(c.s, get(NULL), &d), -ECANCELED);
	went(&c);
	arm(&c, WEFT_ON_RECV);
	assert_int_equal(weft_dump_start(c.s, get(NULL), &d), 0);
	assert_int_equal(weft_dump_next(d, &a), -ECANCELED);
	went(&c);
	assert_int_equal(weft_dump_next(d, &a), -ECANCELED);
	weft_dump_close(d);
}

static void closed_below_a_batch(void **state)
{
	const struct weft_op *op = weft_op_find(links(), "getlink");
	struct weft_batch_result res;
	struct weft_batch *b = NULL;
	struct closer c;

	(void)state;
	for (int i = 0; i < 2; i++) {
		arm(&c, i ? WEFT_ON_RECV : WEFT_ON_SEND);
		assert_int_equal(weft_batch_open(c.s, NULL, &b), 0);
		weft_put(weft_batch_msg(b, links(), op, 0), WEFT_KV(link, ifname, "lo"));
		(void)!weft_batch_commit(b, &res);
		went(&c);
		weft_put(weft_batch_msg(b, links(), op, 0), WEFT_KV(link, ifname, "lo"));
		assert_int_equal(weft_batch_commit(b, &res), -ECANCELED);
		assert_int_equal(res.done, 0);
		weft_batch_close(b);
	}
}

static void closed_below_a_watch(void **state)
{
	const uint32_t group = 1;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	struct weft_session *other = open_plain();
	struct closer c;

	(void)state;
	arm(&c, WEFT_ON_RECV);
	assert_int_equal(weft_watch_open(0, WEFT_OPTS(weft_session_opts, .via = c.s), &group, 1, NULL, &w, NULL), 0);
	assert_int_equal(add_veth(other, "h0", "h1"), 0);
	weft_session_close(c.s);
	/* the hooks went with their session, events come on */
	assert_int_equal(weft_watch_next(w, &ev), 1);
	weft_watch_close(w);
	assert_int_equal(del_link(other, "h0"), 0);
	weft_session_close(other);
}

struct caller {
	int calls;
	bool failed;
};

/* Makes a call of its own. */
static enum weft_verdict calls(struct weft_passing *p, void *user)
{
	struct weft_session *own = weft_passing_session(p);
	struct caller *c = user;

	c->calls++;
	assert_non_null(own);
	c->failed = c->failed || weft_call(own, get("lo"), NULL) != 0;
	return WEFT_FORWARD;
}

static void in_calls_of_hooks(void **state)
{
	struct weft_session *s = open_plain();
	struct caller c[3] = { 0 };

	(void)state;
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, links(), 18, calls, &c[0], NULL), 0);
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, links(), 16, calls, &c[1], NULL), 0);
	assert_int_equal(weft_hook_add(s, WEFT_ON_ANSWER, links(), 16, calls, &c[2], NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(weft_call(s, get("lo"), NULL), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(c[i].calls > 3);
		assert_false(c[i].failed);
	}
	weft_session_close(s);
}

/* 2 KiB, which no window of a batch waits for. */
static enum weft_verdict large(struct weft_passing *p, void *user)
{
	static const char filler[2000];
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)user;
	weft_put_raw(m, 0x3ff0, filler, sizeof filler);
	for (int i = 0; i < 20; i++)
		weft_put_raw(m, 0x3ff0, filler, sizeof filler);
	assert_int_equal(weft_hook_reply(p, m), 0);
	return WEFT_RETURN;
}

static void large_answers(void **state)
{
	struct weft_session *s = open_plain();
	const struct weft_op *op = weft_op_find(links(), "newlink");
	struct weft_batch_result res;
	struct weft_batch *b = NULL;
	char name[16];

	(void)state;
	/* the kernel tells what it made */
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true), &b), 0);
	for (int i = 0; i < 100; i++) {
		struct weft_msg *m =
		    weft_batch_msg(b, links(), op, WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_ECHO);

		(void)snprintf(name, sizeof name, "e%d", i);
		weft_put_named(m, "ifname", weft_kv_str(0, name));
		weft_put(m, WEFT_KV(link, linkinfo, WEFT_ATTRS(WEFT_KV(linkinfo, kind, "veth"))));
	}
	assert_int_equal(weft_batch_commit(b, &res), 0);
	assert_int_equal(res.done, 100);
	assert_int_equal(res.unknown, 0);
	weft_batch_close(b);

	/* so do hooks; what comes after it is as if nothing had been */
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, links(), op->request, large, NULL, NULL), 0);
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = true), &b), 0);
	for (int i = 0; i < 6; i++) {
		weft_put(weft_batch_msg(b, links(), weft_op_find(links(), i % 2 ? "setlink" : "newlink"), 0),
			 WEFT_KV(link, ifname, "lo"));
		if (i < 3)
			continue;
		assert_int_equal(weft_batch_commit(b, &res), 0);
		assert_int_equal(res.done, res.added);
	}
	weft_batch_close(b);
	weft_session_close(s);
}

static enum weft_verdict answers(struct weft_passing *p, void *user)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)user;
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_hook_reply(p, m), 0);
	return WEFT_RETURN;
}

static enum weft_verdict refuses(struct weft_passing *p, void *user)
{
	(void)user;
	weft_hook_fail(p, -EMLINK, NULL, "no");
	return WEFT_ERROR;
}

/* Answers are for the port of the socket, whatever a request has in its header: those of the kernel, those of hooks. */
static void ports(void **state)
{
	struct weft_session *s = open_plain();
	const uint16_t flags[] = { WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK, WEFT_NLM_F_REQUEST | WEFT_NLM_F_DUMP };
	struct weft_incoming in;
	unsigned came = 0;
	uint8_t req[32] = { 32 };

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct weft_hook *h = NULL;

		if (round)
			assert_int_equal(
			    weft_hook_add(s, WEFT_ON_SEND, links(), 18, round == 1 ? answers : refuses, NULL, &h), 0);
		for (int i = 0; i < 2; i++) {
			weft_set_u32(req, sizeof req);
			weft_set_u16(req + 4, 18);
			weft_set_u16(req + 6, flags[i]);
			weft_set_u32(req + 8, 9);
			weft_set_u32(req + 12, 0);
			weft_set_u32(req + 20, i ? 0 : 1);
			assert_int_equal(weft__socket_send(&s->sock, (struct weft_bytes){ req, sizeof req }), 0);
			while (weft_recv(s, &in) == 1) {
				came++;
				assert_int_equal(in.seq, 9);
				assert_int_equal(in.port, s->sock.port);
			}
		}
		weft_hook_remove(h);
	}
	assert_true(came >= 2 + 2 + 2 + 2 + 2);
	weft_session_close(s);
}

/* Text of the wire need not end with a NUL. */
static void unended_text(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
	const uint8_t tap = 2;

	(void)state;
	if (access("/dev/net/tun", W_OK) < 0)
		skip();
	weft_put_raw(m, 3, "tap9", 4);
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put_raw(m, 1, "tun", 3);
	weft_open(m, WEFT_KEY(linkinfo, data));
	weft_put_raw(m, 3, &tap, 1);
	weft_close(m);
	weft_close(m);
	assert_int_equal(weft_call(s, m, NULL), 0);
	assert_int_equal(weft_call(s, get("tap9"), NULL), 0);
	assert_int_equal(del_link(s, "tap9"), 0);
	weft_session_close(s);
}

/* What a child took would be missing to its parent. */
static void in_a_child(void **state)
{
	struct weft_session *s = open_plain();
	const struct weft_op *op = weft_op_find(links(), "setlink");
	const uint32_t group = 1;
	struct weft_batch_result res;
	struct weft_batch *b = NULL;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	int status = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(weft_watch_open(0, NULL, &group, 1, NULL, &w, NULL), 0);
	assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .window = 1), &b), 0);
	assert_int_equal(add_veth(s, "h0", "h1"), 0);
	weft_put(weft_batch_msg(b, links(), op, 0), WEFT_KV(link, ifname, "lo"));
	pid = fork();
	if (pid == 0) {
		assert_int_equal(weft_watch_next(w, &ev), -ECHILD);
		for (int i = 0; i < 3; i++)
			weft_put(weft_batch_msg(b, links(), op, 0), WEFT_KV(link, ifname, "lo"));
		memset(&res, 0xff, sizeof res);
		assert_int_equal(weft_batch_commit(b, &res), -ECHILD);
		assert_int_equal(res.added, 4);
		assert_int_equal(res.done + res.unknown, 0);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_int_equal(weft_batch_commit(b, &res), 0);
	assert_int_equal(res.done, 1);
	weft_batch_close(b);
	weft_watch_close(w);
	assert_int_equal(del_link(s, "h0"), 0);
	weft_session_close(s);
}

static int broken_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	(void)s;
	(void)buf;
	(void)cap;
	(void)ret_group;
	return -ENETDOWN;
}

static void broken_close(struct weft__socket *s)
{
	(void)s;
}

/* A socket that is of no more use behind a reader thread says so whenever it is asked. */
static void broken_for_good(void **state)
{
	static const struct weft__carrier broken = { .recv = broken_recv, .close = broken_close };
	struct weft__socket sock = { .by = &broken, .fd = -1 };
	char buf[16];

	(void)state;
	assert_int_equal(weft__reader_start(&sock, 1, NULL), 0);
	for (int i = 0; i < 3; i++) {
		struct pollfd p = { .fd = sock.fd, .events = POLLIN };

		assert_int_equal(weft__socket_wait(&sock, 10000), 0);
		assert_int_equal(poll(&p, 1, 10000), 1);
		assert_int_equal(weft__socket_recv(&sock, buf, sizeof buf, NULL), -ENETDOWN);
	}
	weft__socket_close(&sock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_below_a_call),
		cmocka_unit_test(closed_below_a_dump),
		cmocka_unit_test(closed_below_a_batch),
		cmocka_unit_test(closed_below_a_watch),
		cmocka_unit_test(in_calls_of_hooks),
		cmocka_unit_test(large_answers),
		cmocka_unit_test(ports),
		cmocka_unit_test(unended_text),
		cmocka_unit_test(in_a_child),
		cmocka_unit_test(broken_for_good),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
