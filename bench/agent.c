/* SPDX-License-Identifier: MIT */
/* What an agent costs: the same dump of all IPv4 routes, and the same single request, here and through an agent behind
 * a unix socket. Time as a clock on the wall tells it, for two processes take turns. */
#include <errno.h>
#include <signal.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include <weft/agent.h>

#include "bench.h"

enum {
	GETS = 2000, /* of each round */
};

static char path[64], target[80];

static uint64_t wall(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static pid_t start_agent(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), peer;
	pid_t pid;

	(void)snprintf(path, sizeof path, "/tmp/weft-bench-%d", (int)getpid());
	(void)snprintf(target, sizeof target, "unix:%s", path);
	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 1) < 0)
		die("listen");
	pid = fork();
	if (pid == 0) {
		peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
		_exit(weft_agent_serve(peer, peer, NULL, NULL) == 0 ? 0 : 1);
	}
	close(fd);
	return pid;
}

static uint64_t dump(struct weft_session *s)
{
	struct weft_dump *d;
	struct weft_route r;
	uint64_t n = 0;

	if (weft_route_dump(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2)), &d) < 0)
		die("dump");
	while (weft_route_next(d, &r) > 0) {
		sum += r.oif;
		n++;
	}
	weft_dump_close(d);
	return n;
}

static void get(struct weft_session *s)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	weft_put(m, WEFT_KV(link, ifname, "lo"));
	if (weft_call(s, m, &r) < 0)
		die("get");
	sum += weft_uint(weft_at(weft_reply_body(r), "mtu"), 0);
	weft_reply_free(r);
}

static int by_size(const void *a, const void *b)
{
	return *(const uint64_t *)a < *(const uint64_t *)b ? -1 : 1;
}

/* The median of single requests, in nanoseconds. */
static uint64_t gets(struct weft_session *s)
{
	static uint64_t took[GETS];

	for (int i = 0; i < GETS; i++) {
		uint64_t at = wall();

		get(s);
		took[i] = wall() - at;
	}
	qsort(took, GETS, sizeof *took, by_size);
	return took[GETS / 2];
}

static void fill(uint64_t n)
{
	const struct weft_family *f = weft_family_find("rt-route");
	struct weft_session *s = session();
	struct weft_batch *b = NULL;

	if (weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
					WEFT_KV(ifinfomsg, ifi_change, 1))) < 0 ||
	    weft_batch_open(s, NULL, &b) < 0)
		die("fill");
	for (uint64_t i = 0; i < n; i++) {
		uint32_t v = address(i);

		weft_put_all(weft_batch_msg(b, f, weft_op_find(f, "newroute"), WEFT_NLM_F_CREATE),
			     WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, 32),
					WEFT_KV(rtmsg, rtm_table, 100), WEFT_KV(rtmsg, rtm_protocol, 4),
					WEFT_KV(rtmsg, rtm_scope, 253), WEFT_KV(rtmsg, rtm_type, 1),
					WEFT_KV(route, dst, weft_ip_bytes(&v, 4)), WEFT_KV(route, oif, 1)));
	}
	if (weft_batch_commit(b, NULL) < 0)
		die(weft_last_error(s)->msg);
	weft_batch_close(b);
	weft_session_close(s);
}

/* In turns, the median of five, so that what else the machine does falls on both. */
int main(void)
{
	enum {
		ROUNDS = 5
	};
	uint64_t dumps[2][ROUNDS], requests[2][ROUNDS], n = 0;
	struct weft_session *s[2] = { session(), NULL };
	struct weft_error e;
	pid_t agent = start_agent();
	double ratio, added;

	if (weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s[1], &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	fill(inserts());
	for (int round = 0; round < ROUNDS; round++)
		for (int way = 0; way < 2; way++) {
			uint64_t at = wall();

			n = dump(s[way]);
			dumps[way][round] = wall() - at;
			requests[way][round] = gets(s[way]);
		}
	for (int way = 0; way < 2; way++) {
		qsort(dumps[way], ROUNDS, sizeof **dumps, by_size);
		qsort(requests[way], ROUNDS, sizeof **requests, by_size);
		weft_session_close(s[way]);
	}
	ratio = (double)dumps[1][2] / (double)dumps[0][2];
	added = ((double)requests[1][2] - (double)requests[0][2]) / 1000;
	printf("agent-dump   %9llu us  ratio %.3f  objects %llu (here %llu us; at most 2)\n",
	       (unsigned long long)dumps[1][2] / 1000, ratio, (unsigned long long)n,
	       (unsigned long long)dumps[0][2] / 1000);
	printf("agent-get    %9.1f us  %.1f us more than here (at most 100)\n", (double)requests[1][2] / 1000, added);
	(void)waitpid(agent, NULL, 0);
	(void)unlink(path);
	return ratio > 2 || added > 100;
}
