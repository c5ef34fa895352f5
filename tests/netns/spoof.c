/* SPDX-License-Identifier: MIT */
/* A second privileged process sends a million forged messages to a session and a watch: none may be
 * believed, each must be counted. */
#include "ns.h"

#include <linux/netlink.h>
#include <sys/socket.h>

/* Makes a million; SPOOF_ROUNDS may say fewer, for a machine that is slow. */
static int rounds = 10500;

static uint32_t port_of(int fd)
{
	struct sockaddr_nl a;
	socklen_t len = sizeof a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	return a.nl_pid;
}

/* 32 kinds: 16 message types, each plain and with an error or flags that mean something. */
static uint32_t forge(uint8_t *buf, int kind, uint32_t seq, uint32_t port)
{
	static const uint16_t types[16] = { WEFT_NLMSG_ERROR, WEFT_NLMSG_DONE, WEFT_NLMSG_OVERRUN,
					    WEFT_NLMSG_NOOP, 16, 17, 20, 21, 24, 25, 28, 29, 32, 33, 92,
					    0x7fff };
	struct weft_writer w;
	uint8_t body[32] = { 0 };

	if (kind & 1)
		weft_set_u32(body, (uint32_t)-EPERM);
	else
		weft_set_u32(body + 4, 1);
	weft_write_init(&w, buf, 512);
	weft_write_msg(&w, types[kind / 2], kind & 1 ? WEFT_NLM_F_MULTI | WEFT_NLM_F_DUMP_INTR : 0, seq,
		       port);
	weft_write_raw(&w, body, sizeof body);
	weft_write_attr(&w, 3, "forged", 7);
	assert_int_equal(weft_write_end(&w), 0);
	return w.len;
}

/* The other process: sends one of each kind for each order, and says how many went out. */
struct order {
	uint32_t to, seq;
};

static int send_kinds(int from, const struct order *o)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_pid = o->to };
	uint8_t buf[512];
	int sent = 0;

	for (int kind = 0; kind < 32; kind++) {
		uint32_t n = forge(buf, kind, o->seq, o->to);

		sent += sendto(from, buf, n, 0, (struct sockaddr *)&a, sizeof a) == (ssize_t)n;
	}
	return sent;
}

static int orders = -1;

static void start_forger(void)
{
	int pair[2], fd;
	struct order o;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	fflush(NULL);
	if (fork() != 0) {
		close(pair[1]);
		orders = pair[0];
		return;
	}
	close(pair[0]);
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	while (fd >= 0 && recv(pair[1], &o, sizeof o, 0) == sizeof o) {
		int sent = send_kinds(fd, &o);

		if (send(pair[1], &sent, sizeof sent, 0) != sizeof sent)
			break;
	}
	_exit(0);
}

static int send_all(uint32_t to, uint32_t seq)
{
	struct order o = { to, seq };
	int sent = 0;

	assert_int_equal(send(orders, &o, sizeof o, 0), sizeof o);
	assert_int_equal(recv(orders, &sent, sizeof sent, 0), sizeof sent);
	return sent;
}

struct seen {
	int items, done, result;
	uint32_t last_seq;
};

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct seen *x = user;

	(void)c;
	assert_string_equal(weft_str(weft_at(a, "ifname"), ""), "lo");
	x->items++;
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *e, void *user)
{
	struct seen *x = user;

	(void)c;
	(void)e;
	x->done++;
	x->result = result;
}

static void call_survives(void **state)
{
	struct weft_session *s = open_route();
	uint32_t port = port_of(weft_fd(s)), base = 0;
	uint64_t sent = 0;

	(void)state;
	for (int i = 0; i < rounds; i++) {
		struct seen x = { 0 };
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);
		const uint8_t *bytes = weft_msg_bytes(m).p;

		weft_put(m, WEFT_KV(link, ifname, "lo"));
		bytes = weft_msg_bytes(m).p;
		/* forged with the number that will come next, before and after the request */
		sent += (uint64_t)send_all(port, base + 1);
		assert_int_equal(weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = on_item,
							    .done = on_done, .user = &x), NULL), 0);
		base = weft_get_u32(bytes + 8);
		sent += (uint64_t)send_all(port, base);
		for (int k = 0; k < 10 && !x.done; k++)
			assert_true(weft_process(s) >= 0);
		assert_int_equal(x.done, 1);
		assert_int_equal(x.result, 0);
		assert_int_equal(x.items, 1);
		while (weft_process(s) > 0)
			;
	}
	assert_true(sent >= (uint64_t)rounds * 60);
	assert_int_equal(weft_session_stats(s).forged, sent);
	assert_int_equal(weft_session_stats(s).late, 0);
	printf("%llu forged messages, none believed\n", (unsigned long long)sent);
	weft_session_close(s);
}

/* Every netlink socket of this namespace gets forged answers. */
static uint64_t send_everybody(uint32_t seq)
{
	FILE *f = fopen("/proc/net/netlink", "r");
	char text[300];
	uint64_t sent = 0;
	unsigned protocol, port;

	assert_non_null(f);
	while (fgets(text, sizeof text, f))
		if (sscanf(text, "%*s %u %u", &protocol, &port) == 2 && protocol == 0 && port != 0)
			sent += (uint64_t)send_all(port, seq);
	(void)fclose(f);
	return sent;
}

/* The socket of a dump is nobody's to know, so all are tried. */
static void dump_survives(void **state)
{
	struct weft_session *s = open_route();
	uint64_t sent = 0;

	(void)state;
	for (int i = 0; i < rounds / 50; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);
		struct weft_dump *d;
		struct weft_attr a;
		int links = 0, r;

		assert_int_equal(weft_dump_start(s, m, &d), 0);
		sent += send_everybody(weft_get_u32((const uint8_t *)weft_msg_bytes(m).p + 8));
		while ((r = weft_dump_next(d, &a)) > 0) {
			assert_string_not_equal(weft_str(weft_at(a, "ifname"), ""), "forged");
			links++;
		}
		assert_int_equal(r, 0);
		assert_true(links >= 1);
		weft_dump_close(d);
		while (weft_process(s) > 0)
			;
	}
	/* the forger itself gets some of its own, and those that came after the end of a dump are gone */
	assert_true(weft_session_stats(s).forged > sent / 4);
	assert_int_equal(weft_session_stats(s).late, 0);
	printf("%llu forged messages, none believed\n", (unsigned long long)sent);
	weft_session_close(s);
}

static void watch_survives(void **state)
{
	struct weft_session *s = open_route();
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	uint32_t group = 1;
	int events = 0;
	uint64_t sent = 0;

	(void)state;
	assert_int_equal(weft_watch_open(0, NULL, &group, 1, NULL, &w, &e), 0);
	for (int i = 0; i < rounds; i++) {
		sent += (uint64_t)send_all(port_of(weft_watch_fd(w)), 0);
		assert_int_equal(weft_watch_next(w, &ev), 0);
	}
	assert_int_equal(weft_watch_stats(w).forged, sent);
	assert_true(sent >= (uint64_t)rounds * 30);
	assert_int_equal(add_veth(s, "s0", "s1"), 0);
	while (weft_watch_next(w, &ev) > 0)
		events++;
	assert_true(events >= 2);
	printf("%llu forged messages, none believed\n", (unsigned long long)sent);
	weft_watch_close(w);
	weft_session_close(s);
}

int main(void)
{
	const char *fewer = getenv("SPOOF_ROUNDS");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_survives),
		cmocka_unit_test(dump_survives),
		cmocka_unit_test(watch_survives),
	};

	if (fewer)
		rounds = atoi(fewer);
	own_namespace();
	start_forger();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
