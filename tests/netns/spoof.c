/* SPDX-License-Identifier: MIT */
/* A second privileged process sends a million forged messages to a session and a watch: none may be
 * believed. The kernel refuses those to a port, and those to a group are counted. */
#include "ns.h"

#include <errno.h>
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
	static const uint16_t types[16] = { WEFT_NLMSG_ERROR,
					    WEFT_NLMSG_DONE,
					    WEFT_NLMSG_OVERRUN,
					    WEFT_NLMSG_NOOP,
					    16,
					    17,
					    20,
					    21,
					    24,
					    25,
					    28,
					    29,
					    32,
					    33,
					    92,
					    0x7fff };
	struct weft_writer w;
	uint8_t body[32] = { 0 };

	if (kind & 1)
		weft_set_u32(body, (uint32_t)-EPERM);
	else
		weft_set_u32(body + 4, 1);
	weft_write_init(&w, buf, 512);
	weft_write_msg(&w, types[kind / 2], kind & 1 ? WEFT_NLM_F_MULTI | WEFT_NLM_F_DUMP_INTR : 0, seq, port);
	weft_write_raw(&w, body, sizeof body);
	weft_write_attr(&w, 3, "forged", 7);
	assert_int_equal(weft_write_end(&w), 0);
	return w.len;
}

/* The other process: sends one of each kind for each order, to a port or to groups (and then to itself, for nobody is
 * the kernel), and says how often it was refused. */
struct order {
	uint32_t to, groups, seq;
};

struct outcome {
	uint32_t tried, refused;
};

static struct outcome send_kinds(int from, const struct order *o)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK,
				 .nl_pid = o->groups ? port_of(from) : o->to,
				 .nl_groups = o->groups };
	struct outcome out = { 0 };
	uint8_t buf[512];

	for (int kind = 0; kind < 32; kind++) {
		uint32_t n = forge(buf, kind, o->seq, o->to);

		out.tried++;
		out.refused += sendto(from, buf, n, 0, (struct sockaddr *)&a, sizeof a) < 0 && errno == ECONNREFUSED;
	}
	return out;
}

static int orders = -1;

static void start_forger(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
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
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0)
		_exit(1);
	while (recv(pair[1], &o, sizeof o, 0) == sizeof o) {
		struct outcome out = send_kinds(fd, &o);

		if (send(pair[1], &out, sizeof out, 0) != sizeof out)
			break;
	}
	_exit(0);
}

static struct outcome send_all(uint32_t to, uint32_t groups, uint32_t seq)
{
	struct order o = { to, groups, seq };
	struct outcome out = { 0 };

	assert_int_equal(send(orders, &o, sizeof o, 0), sizeof o);
	assert_int_equal(recv(orders, &out, sizeof out, 0), sizeof out);
	return out;
}

/* How many, all of which were refused. */
static uint32_t refused(uint32_t to, uint32_t seq)
{
	struct outcome out = send_all(to, 0, seq);

	assert_int_equal(out.refused, out.tried);
	return out.tried;
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
	/* the descriptor is not asked for: after some answers nobody looks at senders any more */
	uint32_t port = 0, base = 0;
	uint64_t sent = 0;

	(void)state;
	for (int i = 0; i < rounds; i++) {
		struct seen x = { 0 };
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);
		const uint8_t *bytes = weft_msg_bytes(m).p;

		weft_put(m, WEFT_KV(link, ifname, "lo"));
		bytes = weft_msg_bytes(m).p;
		/* forged with the number that will come next, before and after the request */
		sent += port ? refused(port, base + 1) : 0;
		assert_int_equal(
		    weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &x), NULL), 0);
		base = weft_get_u32(bytes + 8);
		port = weft_get_u32(bytes + 12);
		sent += refused(port, base);
		for (int k = 0; k < 10 && !x.done; k++)
			assert_true(weft_process(s) >= 0);
		assert_int_equal(x.done, 1);
		assert_int_equal(x.result, 0);
		assert_int_equal(x.items, 1);
		while (weft_process(s) > 0)
			;
	}
	assert_true(sent >= (uint64_t)(rounds - 1) * 60);
	assert_int_equal(weft_session_stats(s).forged, 0);
	assert_int_equal(weft_session_stats(s).late, 0);
	printf("%llu forged messages, none believed\n", (unsigned long long)sent);
	weft_session_close(s);
}

/* Every netlink socket of this namespace gets forged answers. */
static struct outcome send_everybody(uint32_t seq)
{
	FILE *f = fopen("/proc/net/netlink", "r");
	struct outcome out, all = { 0 };
	char text[300];
	unsigned protocol, port;

	assert_non_null(f);
	while (fgets(text, sizeof text, f))
		if (sscanf(text, "%*s %u %u", &protocol, &port) == 2 && protocol == 0 && port != 0) {
			out = send_all(port, 0, seq);
			all.tried += out.tried;
			all.refused += out.refused;
		}
	(void)fclose(f);
	return all;
}

/* The socket of a dump is nobody's to know, so all are tried. */
static void dump_survives(void **state)
{
	struct weft_session *s = open_route();
	struct outcome out;
	uint64_t sent = 0;

	(void)state;
	for (int i = 0; i < rounds / 50; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);
		struct weft_dump *d;
		struct weft_attr a;
		int links = 0, r;

		assert_int_equal(weft_dump_start(s, m, &d), 0);
		out = send_everybody(weft_get_u32((const uint8_t *)weft_msg_bytes(m).p + 8));
		/* the session's and the dump's; the forger's own takes them */
		assert_in_range(out.refused, 64, out.tried);
		sent += out.tried;
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
	assert_int_equal(weft_session_stats(s).forged, 0);
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
		uint32_t port = port_of(weft_watch_fd(w));

		(void)refused(port, 0);
		sent += send_all(port, 1, 0).tried;
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
