/* SPDX-License-Identifier: MIT */
/* Sessions behind an agent, and agents and sessions whose other end does what it should not. */
#include "ns.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include <weft/agent.h>
#include <weft/weft.h>

#include "agent.h"
#include "raw.h"

static struct weft_msg *get_lo(void)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	return m;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	(void)c;
	(void)err;
	assert_int_equal(result, 0);
	++*(int *)user;
}

/* What one reader of the stream has read for others, or left for later, is seen by those who poll. */
static void nobody_sleeps(void **state)
{
	pid_t agent = start_agent(serve);
	struct weft_session *s = open_remote(NULL), *t = open_remote(s);
	int done = 0, theirs = 0;

	(void)state;
	for (int i = 0; i < 300; i++) {
		assert_int_equal(
		    weft_start(s, get_lo(), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &done), NULL), 0);
		assert_int_equal(
		    weft_start(t, get_lo(), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &theirs), NULL), 0);
	}
	(void)poll(NULL, 0, 200);
	while (done < 300) {
		assert_true(readable(weft_fd(s), 1000));
		assert_true(weft_process(s) >= 0);
	}
	while (theirs < 300) {
		assert_true(readable(weft_fd(t), 1000));
		assert_true(weft_process(t) >= 0);
	}
	assert_false(readable(weft_fd(s), 0));
	assert_false(readable(weft_fd(t), 0));
	weft_session_close(t);
	weft_session_close(s);
	end_agent(agent);
}

/* A child that closes its copies says nothing on its parent's stream. */
static void child_is_quiet(void **state)
{
	pid_t agent = start_agent(serve);
	struct weft_session *s = open_remote(NULL), *t = open_remote(s);
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		int r = weft_call(t, get_lo(), NULL);

		weft_session_close(t);
		weft_session_close(s);
		_exit(r == -ECHILD ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(weft_call(t, get_lo(), NULL), 0);
	assert_int_equal(weft_call(s, get_lo(), NULL), 0);
	weft_session_close(s);
	assert_int_equal(weft_call(t, get_lo(), NULL), 0);
	weft_session_close(t);
	end_agent(agent);
}

static void large_link(struct weft_session *s)
{
	assert_int_equal(add_veth(s, "big", "big1"), 0);
	for (int i = 0; i < 320; i++) {
		struct weft_msg *m =
		    weft_request("rt-link", "newlinkprop", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_APPEND);
		char name[128];

		(void)snprintf(name, sizeof name, "big-%0110d", i);
		weft_put(m, WEFT_KV(link, ifname, "big"));
		weft_put(m, WEFT_KV(link, prop_list, WEFT_ATTRS(WEFT_KV(prop_list, alt_ifname, name))));
		assert_int_equal(weft_call(s, m, NULL), 0);
	}
}

/* The first event of the large link has all of it. */
static void large_event(struct weft_session *s, const struct weft_session_opts *o)
{
	uint32_t group = 1, most = 0;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	struct weft_error e;
	int r;

	assert_int_equal(weft_watch_open(0, o, &group, 1, NULL, &w, &e), 0);
	assert_int_equal(
	    weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "big"), WEFT_KV(link, mtu, o->reader ? 1300 : 1400))), 0);
	while (most < 36 << 10 && readable(weft_watch_fd(w), 2000)) {
		while ((r = weft_watch_next(w, &ev)) > 0)
			most = ev.body.len > most ? ev.body.len : most;
		assert_int_equal(r, 0);
	}
	assert_true(most > 36 << 10);
	weft_watch_close(w);
}

/* An object larger than 32 KiB goes through an agent, and through a thread that reads ahead, like any other. */
static void large(void **state)
{
	struct weft_session *here = open_route(), *s;
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	pid_t agent;

	(void)state;
	large_link(here);
	agent = start_agent(serve);
	s = open_remote(NULL);
	weft_put(m, WEFT_KV(link, ifname, "big"));
	assert_int_equal(weft_call(s, m, &r), 0);
	assert_true(weft_reply_body(r).len > 36 << 10);
	weft_reply_free(r);
	large_event(here, WEFT_OPTS(weft_session_opts, .target = target));
	large_event(here, WEFT_OPTS(weft_session_opts, .reader = 1 << 20));
	weft_session_close(s);
	end_agent(agent);
	assert_int_equal(del_link(here, "big"), 0);
	weft_session_close(here);
}

/* RTM_GETLINK of lo, n times. */
static void ask(int fd, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct weft_msg *m = get_lo();
		struct weft_bytes bytes = weft_msg_bytes(m);
		uint8_t b[256] = { 0 };

		memcpy(b + 4, bytes.p, bytes.len);
		say(fd, WEFT__F_DATA, 1, b, 4 + (uint32_t)bytes.len);
		weft_msg_free(m);
	}
}

/* Never more than was granted and one datagram, however often the credit is used up. */
static void credit_is_kept(void **state)
{
	enum {
		GRANT = 2000,
		ROUNDS = 40
	};
	pid_t agent = start_agent(serve);
	uint32_t granted = GRANT, got = 0, len;
	uint8_t in[4096];
	int fd;

	(void)state;
	fd = greeted();
	open_channel(fd, GRANT);
	ask(fd, 200);
	for (int i = 0; i < ROUNDS; i++) {
		while (hear(fd, got + sizeof in < granted ? 1000 : 50, in, sizeof in, &len) == WEFT__F_DATA)
			got += len + WEFT__FRAME_HDR;
		assert_true(got < granted + sizeof in);
		say_number(fd, WEFT__F_CREDIT, GRANT);
		granted += GRANT;
	}
	assert_true(got > granted / 2);
	close(fd);
	end_agent(agent);
}

static void serve_read_only(int peer)
{
	_exit(weft_agent_serve(peer, peer, WEFT_OPTS(weft_agent_opts, .read_only = true), NULL) == 0 ? 0 : 1);
}

/* Answers of an agent itself count too, and a datagram with a rest that is no message is refused. */
static void read_only(void **state)
{
	pid_t agent = start_agent(serve_read_only);
	struct weft_session *s = open_remote(NULL);
	struct weft_msg *m = get_lo();
	struct weft_bytes bytes = weft_msg_bytes(m);
	uint8_t b[256] = { 0 }, in[4096];
	uint32_t len;
	int fd;

	(void)state;
	assert_int_equal(weft_call(s, get_lo(), NULL), 0);
	assert_int_equal(add_veth(s, "ro0", "ro1"), -EPERM);
	assert_non_null(strstr(weft_last_error(s)->msg, "change nothing"));
	weft_session_close(s);
	fd = greeted();
	open_channel(fd, 1 << 20);
	ask(fd, 1);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_DATA);
	assert_int_equal(weft_get_u16(in + 8), 16);
	memcpy(b + 4, bytes.p, bytes.len);
	b[4 + bytes.len] = 7;
	say(fd, WEFT__F_DATA, 1, b, 4 + (uint32_t)bytes.len + 8);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_DATA);
	assert_int_equal(weft_get_u16(in + 8), WEFT_NLMSG_ERROR);
	assert_int_equal((int32_t)weft_get_u32(in + 20), -EPERM);
	weft_msg_free(m);
	close(fd);
	end_agent(agent);
}

static int32_t refused(int fd, uint16_t type, const void *body, uint32_t len)
{
	uint8_t b[512] = { 0 }, in[4096];
	uint32_t n;

	assert_true(len <= sizeof b - 20);
	weft_set_u32(b + 4, 16 + len);
	weft_set_u16(b + 8, type);
	weft_set_u16(b + 10, 5);
	memcpy(b + 20, body, len);
	say(fd, WEFT__F_DATA, 1, b, 20 + len);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &n), WEFT__F_DATA);
	return weft_get_u16(in + 8) == WEFT_NLMSG_ERROR ? (int32_t)weft_get_u32(in + 20) : 0;
}

/* Requests of DCB have the type of a question and may be none; every message of a long datagram is answered. */
static void read_only_lists(void **state)
{
	enum {
		MANY = 1500
	};
	static uint8_t b[4 + MANY * 16], in[4096];
	static const uint8_t dcb[4] = { 0, 20 }, set[4] = { 1 }, get[4] = { 2 },
			     family[12] = { 3, 2, 0, 0, 6, 0, 1, 0, 16 };
	uint8_t open[12] = { 0 };
	pid_t agent = start_agent(serve_read_only);
	int fd = greeted();
	uint32_t len;

	(void)state;
	open_channel(fd, 1 << 20);
	assert_int_equal(refused(fd, 78, dcb, sizeof dcb), -EPERM);
	/* kobject_uevent tells of itself; audit can be asked nothing */
	weft__set_le32(open + 8, 1 << 20);
	weft__set_le16(open, 15);
	say(fd, WEFT__F_OPEN, 2, open, sizeof open);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_OPENED);
	weft__set_le16(open, 9);
	say(fd, WEFT__F_OPEN, 3, open, sizeof open);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_FAILED);
	assert_int_equal(weft__get_le32(in), EPERM);
	say(fd, WEFT__F_CLOSE, 1, NULL, 0);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_CLOSE);
	weft__set_le16(open, 16);
	say(fd, WEFT__F_OPEN, 1, open, sizeof open);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_OPENED);
	/* numbers that some family has, and one that none has */
	for (uint16_t id = 17; id < 40; id++)
		assert_int_equal(refused(fd, id, set, sizeof set), -EPERM);
	assert_int_equal(refused(fd, 0x7fff, get, sizeof get), -EPERM);
	/* with its answer and an acknowledgement */
	assert_int_equal(refused(fd, 16, family, sizeof family), 0);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_DATA);
	say(fd, WEFT__F_CLOSE, 1, NULL, 0);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_CLOSE);
	open_channel(fd, 1 << 20);
	for (size_t i = 0; i < MANY; i++) {
		weft_set_u32(b + 4 + i * 16, 16);
		weft_set_u16(b + 4 + i * 16 + 4, 16);
	}
	say(fd, WEFT__F_DATA, 1, b, sizeof b);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_DATA);
	close(fd);
	end_agent(agent);
}

static void serve_local(int peer)
{
	static const char *const namespaces[] = { "local", NULL };

	_exit(weft_agent_serve(peer, peer, WEFT_OPTS(weft_agent_opts, .namespaces = namespaces), NULL) == 0 ? 0 : 1);
}

static uint32_t put_attr(uint8_t *p, uint16_t type, const void *v, uint32_t len)
{
	weft_set_u16(p, (uint16_t)(4 + len));
	weft_set_u16(p + 2, type);
	memcpy(p + 4, v, len);
	return (4 + len + 3) & ~3u;
}

/* No message is about another namespace than those that are allowed. */
static void namespaces_only(void **state)
{
	static const uint16_t away[] = { 19, 28, 37, 46 };
	pid_t agent = start_agent(serve_local);
	int fd = greeted();
	uint8_t b[128] = { 0 }, in[128] = { 0 };
	uint32_t one = 1, len;

	(void)state;
	open_channel(fd, 1 << 20);
	for (size_t i = 0; i < 4; i++) {
		memset(b, 0, sizeof b);
		len = put_attr(b + 16, away[i], &one, 4);
		assert_int_equal(refused(fd, 16, b, 16 + len), -EPERM);
		assert_int_equal(refused(fd, 18, b, 16 + len), -EPERM);
		/* the other end of a pair */
		memset(in, 0, sizeof in);
		len = put_attr(in + 16, away[i], &one, 4);
		len = put_attr(b, 1, in, 16 + len);
		len = put_attr(in, 2, b, len);
		memset(b, 0, 16);
		len = put_attr(b + 16, 18, in, len);
		assert_int_equal(refused(fd, 16, b, 16 + len), -EPERM);
	}
	memset(b, 0, sizeof b);
	len = put_attr(b + 8, 10, &one, 4);
	assert_int_equal(refused(fd, 22, b, 8 + len), -EPERM);
	assert_int_equal(refused(fd, 88, b, 4), -EPERM);
	assert_int_not_equal(refused(fd, 18, "\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0", 16), -EPERM);
	close(fd);
	end_agent(agent);
}

/* Greets, answers pings, and nothing else. */
static void mute(int peer)
{
	struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__HELLO_SIZE], in[4096], type;
	uint32_t len;

	weft__hello_put(b, &h);
	while ((type = hear(peer, 10000, in, sizeof in, &len)) != 0) {
		if (type == WEFT__F_HELLO)
			say(peer, WEFT__F_HELLO, 0, b, sizeof b);
		else if (type == WEFT__F_PING)
			say(peer, WEFT__F_PONG, 0, in, len);
	}
}

static void no_answer(void **state)
{
	pid_t agent = start_agent(mute);
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	time_t before = time(NULL);

	(void)state;
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target, .timeout_ms = 300, .keepalive_ms = 200),
			      &s, &e),
	    -ETIMEDOUT);
	assert_true(time(NULL) - before < 5);
	end_agent(agent);
}

/* Greets, opens, and then asks without reading; how often: 3 times, or for ever. */
static bool without_end;
static const uint8_t last_cookie[8] = "cookie3";

static void ask_back(int peer)
{
	uint8_t cookie[8] = "cookie1";

	(void)poll(NULL, 0, 300); /* what the session sends fills the stream */
	for (int i = 0; i < 3; i++, cookie[6]++)
		say(peer, WEFT__F_PING, 0, cookie, sizeof cookie);
	while (without_end) {
		uint8_t b[WEFT__FRAME_HDR + 8] = { 0 };

		weft__frame_header(b, WEFT__F_PING, 0, 8);
		if (send(peer, b, sizeof b, MSG_NOSIGNAL) < 0)
			_exit(0);
	}
	(void)poll(NULL, 0, 200);
}

/* Whole frames, and an answer to the last ping. Opens channel 2 when all is as it should be. */
static void pings(int peer)
{
	struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__HELLO_SIZE], type, *in = malloc(WEFT__FRAME_MAX);
	unsigned data = 0, opens = 0, answers = 0;
	uint32_t len;

	weft__hello_put(b, &h);
	while ((type = hear(peer, 10000, in, WEFT__FRAME_MAX, &len)) != 0) {
		if (type == WEFT__F_HELLO)
			say(peer, WEFT__F_HELLO, 0, b, sizeof b);
		weft__set_le32(b, 77);
		data += type == WEFT__F_DATA;
		answers += type == WEFT__F_PONG && len == 8 && memcmp(in, last_cookie, 8) == 0;
		opens += type == WEFT__F_OPEN;
		if (type == WEFT__F_OPEN && opens == 1) {
			say(peer, WEFT__F_OPENED, 1, b, 4);
			ask_back(peer);
		} else if (data == 20 && opens == 2 && answers == 1) {
			say(peer, WEFT__F_OPENED, 2, b, 4);
		}
		weft__hello_put(b, &h);
	}
	free(in);
}

static int send_much(struct weft_session *s)
{
	static const uint8_t much[60000];
	int r = 0;

	for (int i = 0; r == 0 && i < 20; i++) {
		struct weft_msg *m = get_lo();

		weft_put_raw(m, 300, much, sizeof much);
		r = weft_start(s, m, NULL, NULL);
	}
	return r;
}

/* The answer to a ping never stands in the middle of a frame. */
static void pings_between(void **state)
{
	pid_t agent = start_agent(pings);
	struct weft_session *s = open_remote(NULL), *t;

	(void)state;
	assert_int_equal(send_much(s), 0);
	t = open_remote(s);
	weft_session_close(t);
	weft_session_close(s);
	end_agent(agent);
}

/* An agent that only talks is given up. */
static void pings_without_end(void **state)
{
	struct weft_session *s = NULL;
	time_t before = time(NULL);
	pid_t agent;

	(void)state;
	without_end = true;
	agent = start_agent(pings);
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target, .keepalive_ms = 200), &s, NULL), 0);
	assert_int_equal(send_much(s), -ETIMEDOUT);
	assert_true(time(NULL) - before < 10);
	weft_session_close(s);
	end_agent(agent);
	without_end = false;
}

/* Greets, opens so many channels, and then talks without end about one that is none. */
static unsigned opens_first;

static void babbles(int peer)
{
	struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__HELLO_SIZE], in[4096], port[4] = { 77 }, frames[100 * (WEFT__FRAME_HDR + 20)] = { 0 };
	unsigned opens = 0;
	uint32_t len;

	for (size_t i = 0; i < sizeof frames; i += WEFT__FRAME_HDR + 20)
		weft__frame_header(frames + i, WEFT__F_DATA, 900, 20);
	weft__hello_put(b, &h);
	say(peer, WEFT__F_HELLO, 0, b, sizeof b);
	for (;;) {
		uint8_t type = hear(peer, 10000, in, sizeof in, &len);

		if (type == WEFT__F_OPEN && opens++ < opens_first)
			say(peer, WEFT__F_OPENED, 1, port, sizeof port);
		else if (type == 0 || type == WEFT__F_OPEN || type == WEFT__F_DATA)
			break;
	}
	while (send(peer, frames, sizeof frames, MSG_NOSIGNAL) > 0)
		;
}

/* Whatever else comes, a call ends in its time. */
static void babble(void **state)
{
	(void)state;
	for (opens_first = 0; opens_first < 2; opens_first++) {
		pid_t agent = start_agent(babbles);
		struct weft_session *s = NULL;
		time_t before = time(NULL);
		int r =
		    weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target, .timeout_ms = 500), &s, NULL);

		assert_int_equal(r, opens_first ? 0 : -ETIMEDOUT);
		if (r == 0)
			assert_int_equal(weft_call(s, get_lo(), NULL), -ETIMEDOUT);
		assert_true(time(NULL) - before < 3);
		weft_session_close(s);
		end_agent(agent);
	}
}

/* Farewells with numbers that mean something else to those who receive: nothing there, one datagram lost. */
static const int numbers[] = { EPERM, EAGAIN, ENOBUFS, EMSGSIZE, ENODEV };
static int farewell_number;

static void ends(int peer)
{
	struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__HELLO_SIZE], in[4096], type;
	uint32_t len;

	weft__hello_put(b, &h);
	while ((type = hear(peer, 10000, in, sizeof in, &len)) != 0) {
		if (type == WEFT__F_HELLO)
			say(peer, WEFT__F_HELLO, 0, b, sizeof b);
		weft__set_le32(b, type == WEFT__F_OPEN ? 77 : (uint32_t)farewell_number);
		if (type == WEFT__F_OPEN)
			say(peer, WEFT__F_OPENED, 1, b, 4);
		else if (type == WEFT__F_DATA)
			say(peer, WEFT__F_BYE, 0, b, 4);
		weft__hello_put(b, &h);
	}
}

static void farewells(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		struct weft_session *s;
		time_t before = time(NULL);
		pid_t agent;
		int r;

		farewell_number = numbers[i];
		agent = start_agent(ends);
		s = open_remote(NULL);
		r = weft_call(s, get_lo(), NULL);
		assert_int_equal(r, numbers[i] == ENODEV ? -ENODEV : -ECONNRESET);
		assert_non_null(strstr(weft_last_error(s)->msg, "the agent ended"));
		assert_true(weft_call(s, get_lo(), NULL) < 0);
		assert_true(time(NULL) - before < 5);
		weft_session_close(s);
		end_agent(agent);
	}
}

/* A peer that goes away while the agent writes to it is no signal for the agent's process. */
static void no_signal(void **state)
{
	struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__FRAME_HDR + WEFT__HELLO_SIZE];
	struct weft_error e = { 0 };
	int in[2], out[2];

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	close(out[0]);
	weft__frame_header(b, WEFT__F_HELLO, 0, WEFT__HELLO_SIZE);
	weft__hello_put(b + WEFT__FRAME_HDR, &h);
	assert_int_equal(write(in[1], b, sizeof b), sizeof b);
	close(in[1]);
	assert_true(weft_agent_serve(in[0], out[1], NULL, &e) <= 0);
	close(in[0]);
	close(out[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(large),	   cmocka_unit_test(nobody_sleeps), cmocka_unit_test(child_is_quiet),
		cmocka_unit_test(credit_is_kept),  cmocka_unit_test(read_only),	    cmocka_unit_test(no_answer),
		cmocka_unit_test(no_signal),	   cmocka_unit_test(farewells),	    cmocka_unit_test(read_only_lists),
		cmocka_unit_test(namespaces_only), cmocka_unit_test(pings_between), cmocka_unit_test(pings_without_end),
		cmocka_unit_test(babble),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
