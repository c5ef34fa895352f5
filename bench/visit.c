/* SPDX-License-Identifier: MIT */
/* Dumps all IPv4 routes and visits each, one way per run: raw (receive loop only), mnl (libmnl with a
 * callback and a table), views, path. Prints CPU microseconds, objects, allocations and peak memory.
 * get: N get-by-index requests, raw or with weft_call. */
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weft/weft.h>

static uint64_t sum;
static uint64_t allocations;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t m);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t m);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
	allocations++;
	return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t m)
{
	allocations++;
	return __real_calloc(n, m);
}

void *__wrap_realloc(void *p, size_t n)
{
	allocations++;
	return __real_realloc(p, n);
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int raw_socket(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), one = 1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("socket");
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
	return fd;
}

static void request_dump(int fd)
{
	struct {
		struct nlmsghdr h;
		struct rtmsg r;
	} q = { { sizeof q, RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { .rtm_family = AF_INET } };

	if (send(fd, &q, sizeof q, 0) != sizeof q)
		die("send");
}

static uint64_t raw(void)
{
	static char buf[32768];
	int fd = raw_socket();
	uint64_t n = 0;

	request_dump(fd);
	for (;;) {
		ssize_t len = recv(fd, buf, sizeof buf, 0);
		struct nlmsghdr *h = (struct nlmsghdr *)buf;

		if (len < 0)
			die("recv");
		for (; NLMSG_OK(h, (size_t)len); h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type == NLMSG_DONE)
				return n;
			n++;
		}
	}
}

static int mnl_attr(const struct nlattr *a, void *user)
{
	const struct nlattr **tb = user;

	if (mnl_attr_type_valid(a, RTA_MAX) > 0)
		tb[mnl_attr_get_type(a)] = a;
	return MNL_CB_OK;
}

static int mnl_msg(const struct nlmsghdr *h, void *user)
{
	const struct nlattr *tb[RTA_MAX + 1] = { 0 };

	mnl_attr_parse(h, sizeof(struct rtmsg), mnl_attr, tb);
	if (tb[RTA_DST])
		sum += mnl_attr_get_u32(tb[RTA_DST]);
	if (tb[RTA_OIF])
		sum += mnl_attr_get_u32(tb[RTA_OIF]);
	++*(uint64_t *)user;
	return MNL_CB_OK;
}

static uint64_t mnl(void)
{
	static char buf[32768];
	int fd = raw_socket();
	uint64_t n = 0;
	int r = 1;

	request_dump(fd);
	while (r > 0) {
		ssize_t len = recv(fd, buf, sizeof buf, 0);

		if (len < 0)
			die("recv");
		r = mnl_cb_run(buf, (size_t)len, 1, 0, mnl_msg, &n);
	}
	return n;
}

static struct weft_session *session(void)
{
	struct weft_session *s;
	struct weft_error e;

	if (weft_session_open(0, NULL, &s, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
	return s;
}

static uint64_t views(void)
{
	struct weft_session *s = session();
	struct weft_dump *d;
	struct weft_route r;
	uint64_t n = 0;

	if (weft_route_dump(s, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2)), &d) < 0)
		die("dump");
	while (weft_route_next(d, &r) > 0) {
		if (r.dst)
			sum += weft_get_u32(r.dst);
		sum += r.oif;
		n++;
	}
	weft_dump_close(d);
	weft_session_close(s);
	return n;
}

static uint64_t path(void)
{
	struct weft_session *s = session();
	struct weft_msg *m = weft_request("rt-route", "getroute", 0);
	const struct weft_schema *schema = weft_msg_op(m)->schema;
	struct weft_path dst, oif;
	struct weft_dump *d;
	struct weft_attr a;
	uint64_t n = 0;

	if (weft_path_compile(schema, "dst", &dst, NULL) < 0 || weft_path_compile(schema, "oif", &oif, NULL) < 0)
		die("path");
	weft_put(m, WEFT_KV(rtmsg, rtm_family, 2));
	if (weft_dump_start(s, m, &d) < 0)
		die("dump");
	while (weft_dump_next(d, &a) > 0) {
		sum += weft_uint(weft_at_path(a, &dst), 0);
		sum += weft_uint(weft_at_path(a, &oif), 0);
		n++;
	}
	weft_dump_close(d);
	weft_session_close(s);
	return n;
}

static uint64_t get_raw(uint64_t n)
{
	static char buf[32768];
	int fd = raw_socket();

	for (uint64_t i = 0; i < n; i++) {
		struct {
			struct nlmsghdr h;
			struct ifinfomsg r;
		} q = { { sizeof q, RTM_GETLINK, NLM_F_REQUEST, (uint32_t)i + 1, 0 }, { .ifi_index = 1 } };

		if (send(fd, &q, sizeof q, 0) != sizeof q || recv(fd, buf, sizeof buf, 0) < 0)
			die("get");
	}
	return n;
}

static uint64_t get_weft(uint64_t n)
{
	struct weft_session *s = session();

	for (uint64_t i = 0; i < n; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);

		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, 1));
		if (weft_call(s, m, NULL) < 0)
			die("get");
	}
	weft_session_close(s);
	return n;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";
	struct rusage u;
	uint64_t n;

	if (strcmp(how, "raw") == 0)
		n = raw();
	else if (strcmp(how, "mnl") == 0)
		n = mnl();
	else if (strcmp(how, "views") == 0)
		n = views();
	else if (strcmp(how, "path") == 0)
		n = path();
	else if (strcmp(how, "get-raw") == 0)
		n = get_raw(50000);
	else if (strcmp(how, "get-weft") == 0)
		n = get_weft(50000);
	else
		return 1;
	(void)getrusage(RUSAGE_SELF, &u);
	printf("%ld %llu %llu %ld %llu\n",
	       (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000L + u.ru_utime.tv_usec + u.ru_stime.tv_usec,
	       (unsigned long long)n, (unsigned long long)allocations, u.ru_maxrss,
	       (unsigned long long)sum);
	return 0;
}
