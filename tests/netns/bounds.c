/* SPDX-License-Identifier: MIT */
/* What a peer can make an agent hold, and what becomes of messages that are refused for it. */
#include "ns.h"

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <weft/hook.h>
#include <weft/weft.h>

#include "agent.h"
#include "raw.h"

enum {
	CHANNELS = WEFT__CHANNELS,
	EACH = 64,	     /* requests of a datagram */
	MOST_KIB = 64 << 10, /* what an agent may take, docs/protocol.md */
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEASURED false
#elif defined(__has_feature)
#define MEASURED                                                                                                       \
	(!__has_feature(address_sanitizer) && !__has_feature(memory_sanitizer) && !__has_feature(thread_sanitizer))
#else
#define MEASURED true
#endif

/* Of the next agent. */
static bool read_only;
static int (*handler)(struct weft_hooks *to, const char *target, void *user);

/* An agent in a process of its own, at the other end of *ret_fd. */
static pid_t spawn_agent(int *ret_fd)
{
	int pair[2];
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		close(pair[0]);
		(void)!weft_agent_serve(pair[1], pair[1],
					WEFT_OPTS(weft_agent_opts, .read_only = read_only, .handler = handler), NULL);
		_exit(0);
	}
	assert_true(pid > 0);
	close(pair[1]);
	*ret_fd = pair[0];
	greet(pair[0]);
	return pid;
}

/* KiB of memory of its own that a process has now, or had at most. */
static long memory(pid_t pid, const char *what)
{
	char name[64], line[128];
	long kib = -1;
	FILE *f;

	(void)snprintf(name, sizeof name, "/proc/%d/status", (int)pid);
	f = fopen(name, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		if (strncmp(line, what, strlen(what)) == 0)
			kib = atol(line + strlen(what));
	(void)fclose(f);
	assert_true(kib >= 0);
	return kib;
}

/* A tap that is there already: a hook asks the kernel, and answers with an error. */
static uint32_t put_tap(uint8_t *to, uint32_t seq)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_ACK);
	struct weft_bytes b;

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"),
				   WEFT_KV(link, linkinfo,
					   WEFT_ATTRS(WEFT_KV(linkinfo, kind, "tun"),
						      WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(tun, type, 2)))))));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	b = weft_msg_bytes(m);
	memset(to, 0, (b.len + 3) & ~(size_t)3);
	memcpy(to, b.p, b.len);
	weft_set_u32(to + 8, seq);
	weft_msg_free(m);
	return ((uint32_t)b.len + 3) & ~3u;
}

struct heard {
	int fd;
	unsigned opened, failed, exist, full, other;
};

static void *listen_to(void *user)
{
	struct heard *h = user;
	static uint8_t in[1 << 20];
	uint32_t len;
	uint8_t type;

	while ((type = hear(h->fd, 3000, in, sizeof in, &len)) != 0 && type != WEFT__F_BYE) {
		h->opened += type == WEFT__F_OPENED;
		h->failed += type == WEFT__F_FAILED;
		if (type == WEFT__F_DATA) {
			int code = (int32_t)weft_get_u32(in + 20);

			h->exist += code == -EEXIST;
			h->full += code == -ENOBUFS;
			h->other += code != -EEXIST && code != -ENOBUFS;
		}
		if (type == WEFT__F_PONG)
			break;
	}
	return NULL;
}

static void channels(int fd, uint32_t credit, uint32_t rcvbuf)
{
	for (unsigned i = 1; i <= CHANNELS; i++) {
		uint8_t b[12] = { 0 };

		weft__set_le32(b + 4, rcvbuf);
		weft__set_le32(b + 8, credit);
		say(fd, WEFT__F_OPEN, (uint16_t)i, b, sizeof b);
	}
}

/* Requests for hooks on all channels, whose answers nobody takes. */
static void attack(int fd, unsigned rounds)
{
	static uint8_t b[4 + EACH * 256];
	uint32_t len = 4;

	for (uint32_t i = 0; i < EACH; i++)
		len += put_tap(b + len, i + 1);
	for (unsigned k = 0; k < rounds; k++)
		for (unsigned i = 1; i <= CHANNELS; i++)
			say(fd, WEFT__F_DATA, (uint16_t)i, b, len);
}

static void memory_of_channels(void **state)
{
	struct heard h = { 0 };
	uint8_t cookie[8] = { 1 };
	pthread_t thread;
	pid_t agent = spawn_agent(&h.fd);

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, listen_to, &h), 0);
	channels(h.fd, 1, 0);
	attack(h.fd, 2);
	say(h.fd, WEFT__F_PING, 0, cookie, sizeof cookie);
	assert_int_equal(pthread_join(thread, NULL), 0);
	/* one for each channel was asked; its answer waits, and is the reason why no more are */
	assert_int_equal(h.opened, CHANNELS);
	assert_int_equal(h.full, CHANNELS * (2 * EACH - 1));
	assert_int_equal(h.failed + h.exist + h.other, 0);
	assert_true(!MEASURED || memory(agent, "VmHWM:") < MOST_KIB);
	printf("channels: now %ld KiB, at most %ld\n", memory(agent, "RssAnon:"), memory(agent, "VmHWM:"));
	close(h.fd);
	assert_int_equal(waitpid(agent, NULL, 0), agent);
}

/* As much as the agent takes, of a peer that reads nothing. */
static void flood(int fd, const uint8_t *p, size_t len, unsigned ms)
{
	size_t at = 0;
	struct pollfd w = { .fd = fd, .events = POLLOUT };

	while (poll(&w, 1, (int)ms) > 0) {
		ssize_t n = send(fd, p + at, len - at, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0)
			return;
		at = (at + (size_t)n) % len;
	}
}

/* Datagrams of 4 MiB for hooks, and credit for all answers, of which none is taken. */
static void memory_of_a_flood(void **state)
{
	enum {
		LEN = 4 << 20
	};
	struct heard h = { 0 };
	uint8_t *b = calloc(1, WEFT__FRAME_HDR + 4 + LEN + 256);
	uint32_t len = 4;
	pid_t agent = spawn_agent(&h.fd);

	(void)state;
	assert_non_null(b);
	channels(h.fd, 64 << 20, 0);
	while (len + 256 < LEN)
		len += put_tap(b + WEFT__FRAME_HDR + len, 1);
	weft__frame_header(b, WEFT__F_DATA, 1, len);
	flood(h.fd, b, WEFT__FRAME_HDR + len, 3000);
	printf("flood: now %ld KiB, at most %ld\n", memory(agent, "RssAnon:"), memory(agent, "VmHWM:"));
	assert_true(!MEASURED || memory(agent, "VmHWM:") < MOST_KIB);
	free(b);
	close(h.fd);
	assert_int_equal(waitpid(agent, NULL, 0), agent);
}

/* Messages that are refused, as small and as many as they can be. */
static void memory_of_refusals(void **state)
{
	enum {
		LEN = 4 << 20
	};
	struct heard h = { 0 };
	uint8_t *b = calloc(1, WEFT__FRAME_HDR + 4 + LEN);
	pid_t agent;

	(void)state;
	assert_non_null(b);
	read_only = true;
	agent = spawn_agent(&h.fd);
	read_only = false;
	channels(h.fd, 1, 0);
	weft__frame_header(b, WEFT__F_DATA, 1, 4 + LEN);
	for (uint8_t *m = b + WEFT__FRAME_HDR + 4; m < b + WEFT__FRAME_HDR + 4 + LEN; m += 16) {
		weft_set_u32(m, 16);
		weft_set_u16(m + 4, 16);
	}
	flood(h.fd, b, WEFT__FRAME_HDR + 4 + LEN, 1000);
	printf("refusals: now %ld KiB, at most %ld\n", memory(agent, "RssAnon:"), memory(agent, "VmHWM:"));
	assert_true(!MEASURED || memory(agent, "VmHWM:") < MOST_KIB);
	free(b);
	close(h.fd);
	assert_int_equal(waitpid(agent, NULL, 0), agent);
}

/* Receive buffers are the kernel's memory: all channels together get so much. */
static void receive_buffers(void **state)
{
	static uint8_t in[4096];
	struct heard h = { 0 };
	uint32_t len;
	pid_t agent = spawn_agent(&h.fd);

	(void)state;
	channels(h.fd, 1 << 20, 64 << 20);
	for (unsigned i = 1; i <= CHANNELS; i++) {
		uint8_t type = hear(h.fd, 2000, in, sizeof in, &len);

		assert_int_equal(type, i <= 8 ? WEFT__F_OPENED : WEFT__F_FAILED);
		if (type == WEFT__F_FAILED) {
			assert_int_equal(weft__get_le32(in), ENOBUFS);
			assert_non_null(memmem(in, len, "receive buffers", 15));
		}
	}
	/* what one had is there for another */
	say(h.fd, WEFT__F_CLOSE, 1, NULL, 0);
	assert_int_equal(hear(h.fd, 2000, in, sizeof in, &len), WEFT__F_CLOSE);
	open_channel(h.fd, 1 << 20);
	close(h.fd);
	assert_int_equal(waitpid(agent, NULL, 0), agent);
}

/* --- what fails half way --- */

enum {
	WINDOW = 10,
	BREAKS = 5, /* the message of a window whose replacement no kernel takes */
	MTU = 60000,
};

static enum weft_verdict enlarge(struct weft_passing *p, void *user)
{
	static const uint8_t much[60000];
	struct weft_msg *m;

	(void)user;
	if (weft_uint(weft_at(weft_passing_body(p), "mtu"), 0) != MTU + BREAKS)
		return WEFT_FORWARD;
	m = weft_request("rt-link", "newlink", 0);
	/* more than a send buffer takes */
	for (int i = 0; i < 8; i++)
		weft_put_raw(m, 13, much, sizeof much);
	(void)!weft_hook_replace(p, m);
	return WEFT_FORWARD;
}

static struct weft_msg *set_mtu(uint32_t mtu)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(link, mtu, mtu)));
	return m;
}

static uint64_t mtu_now(void)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	uint64_t mtu;

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(s, m, &r), 0);
	mtu = weft_uint(weft_at(weft_reply_body(r), "mtu"), 0);
	weft_reply_free(r);
	weft_session_close(s);
	return mtu;
}

static int add_enlarge(struct weft_hooks *to, const char *where, void *user)
{
	const struct weft_family *f = weft_family_find("rt-link");

	(void)where;
	return weft_hooks_add(to, WEFT_ON_SEND, f, weft_op_find(f, "newlink")->request, enlarge, user, NULL);
}

/* With the hook in front of all, or behind a tape that is written. */
static struct weft_session *with_hook(const char *record)
{
	struct weft_error e;
	struct weft_session *s;

	if (weft_session_open(0, WEFT_OPTS(weft_session_opts, .handler = add_enlarge, .record = record), &s, &e) < 0)
		fail_msg("%s", e.msg);
	return s;
}

/* Those before it are done or refused and counted so; those behind it were not sent, and are not said to be anything
 * else. */
static void half_a_window(void **state)
{
	char tape[] = "/tmp/weft-bounds-XXXXXX";

	(void)state;
	close(mkstemp(tape));
	for (int how = 0; how < 4; how++) {
		struct weft_session *s = with_hook(how & 2 ? tape : NULL);
		struct weft_batch_result res;
		struct weft_batch *b = NULL;

		assert_int_equal(weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = how & 1), &b), 0);
		for (uint32_t i = 0; i < WINDOW; i++) {
			struct weft_msg *m = set_mtu(i == 1 ? 3000000000u : MTU + i);

			assert_int_equal(weft_batch_put(b, m), 0);
			weft_msg_free(m);
		}
		assert_true(weft_batch_commit(b, &res) < 0);
		assert_int_equal(res.added, WINDOW);
		assert_int_equal(res.done, BREAKS - 1);
		assert_int_equal(res.failed, 1);
		assert_int_equal(res.first, 1);
		assert_int_equal(res.unsent, WINDOW - BREAKS);
		assert_int_equal(res.unknown, 0);
		assert_int_equal(mtu_now(), MTU + BREAKS - 1);
		weft_batch_close(b);
		weft_session_close(s);
	}
	(void)unlink(tape);
}

/* Through an agent each message gets one answer, and that is the right one. */
static void half_a_datagram(void **state)
{
	static uint8_t b[4096], in[8192];
	unsigned answers[WINDOW] = { 0 };
	uint32_t len = 4, got;
	struct heard h = { 0 };
	pid_t agent;

	(void)state;
	handler = add_enlarge;
	agent = spawn_agent(&h.fd);
	handler = NULL;
	open_channel(h.fd, 1 << 20);
	for (uint32_t i = 0; i < WINDOW; i++) {
		struct weft_msg *m = set_mtu(MTU + (i == BREAKS ? 0 : 1000u) + i);
		struct weft_bytes bytes = weft_msg_bytes(m);

		memcpy(b + len, bytes.p, bytes.len);
		weft_set_u16(b + len + 6, 5);
		weft_set_u32(b + len + 8, i);
		len += ((uint32_t)bytes.len + 3) & ~3u;
		weft_msg_free(m);
	}
	say(h.fd, WEFT__F_DATA, 1, b, len);
	while (hear(h.fd, 300, in, sizeof in, &got) == WEFT__F_DATA) {
		uint32_t seq = weft_get_u32(in + 4 + 8);

		assert_true(seq < WINDOW && weft_get_u16(in + 8) == WEFT_NLMSG_ERROR);
		answers[seq]++;
		assert_int_equal((int32_t)weft_get_u32(in + 20), seq < BREAKS ? 0 : -EMSGSIZE);
	}
	for (int i = 0; i < WINDOW; i++)
		assert_int_equal(answers[i], 1);
	assert_int_equal(mtu_now(), MTU + 1000 + BREAKS - 1);
	close(h.fd);
	assert_int_equal(waitpid(agent, NULL, 0), agent);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_of_channels), cmocka_unit_test(memory_of_a_flood),
		cmocka_unit_test(memory_of_refusals), cmocka_unit_test(receive_buffers),
		cmocka_unit_test(half_a_window),      cmocka_unit_test(half_a_datagram),
	};
	const struct rlimit many = { 16384, 16384 };

	own_namespace();
	/* what is only reserved is not to be touched */
	(void)mallopt(M_PERTURB, 0);
	(void)setrlimit(RLIMIT_NOFILE, &many);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
