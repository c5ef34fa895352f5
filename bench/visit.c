/* SPDX-License-Identifier: MIT */
/* Dumps all IPv4 routes or all links and visits each: a bare receive loop (the limit), libmnl with a
 * callback and a table, weft's views and paths. */
#include <libmnl/libmnl.h>

#include "bench.h"

static void request_dump(int fd, uint16_t type, uint8_t family)
{
	struct {
		struct nlmsghdr h;
		union {
			struct rtmsg route;
			struct ifinfomsg link;
		} r;
	} q = { { sizeof q, type, NLM_F_REQUEST | NLM_F_DUMP, 1, 0 }, { { .rtm_family = family } } };

	if (type == RTM_GETROUTE)
		q.h.nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
	if (send(fd, &q, q.h.nlmsg_len, 0) != (ssize_t)q.h.nlmsg_len)
		die("send");
}

static uint64_t raw(uint16_t type, uint8_t family)
{
	static char buf[32768];
	int fd = raw_socket();
	uint64_t n = 0;

	request_dump(fd, type, family);
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

static uint64_t routes_raw(void)
{
	return raw(RTM_GETROUTE, AF_INET);
}

static uint64_t links_raw(void)
{
	return raw(RTM_GETLINK, 0);
}

struct table {
	const struct nlattr **tb;
	uint16_t max;
};

static int mnl_attr(const struct nlattr *a, void *user)
{
	struct table *t = user;

	if (mnl_attr_type_valid(a, t->max) > 0)
		t->tb[mnl_attr_get_type(a)] = a;
	return MNL_CB_OK;
}

static int mnl_route(const struct nlmsghdr *h, void *user)
{
	const struct nlattr *tb[RTA_MAX + 1] = { 0 };

	mnl_attr_parse(h, sizeof(struct rtmsg), mnl_attr, &(struct table){ tb, RTA_MAX });
	if (tb[RTA_DST])
		sum += mnl_attr_get_u32(tb[RTA_DST]);
	if (tb[RTA_OIF])
		sum += mnl_attr_get_u32(tb[RTA_OIF]);
	++*(uint64_t *)user;
	return MNL_CB_OK;
}

static int mnl_link(const struct nlmsghdr *h, void *user)
{
	const struct nlattr *tb[IFLA_MAX + 1] = { 0 };

	mnl_attr_parse(h, sizeof(struct ifinfomsg), mnl_attr, &(struct table){ tb, IFLA_MAX });
	if (tb[IFLA_MTU])
		sum += mnl_attr_get_u32(tb[IFLA_MTU]);
	if (tb[IFLA_IFNAME])
		sum += (uint64_t)mnl_attr_get_str(tb[IFLA_IFNAME])[0];
	++*(uint64_t *)user;
	return MNL_CB_OK;
}

static uint64_t mnl(uint16_t type, uint8_t family, mnl_cb_t cb)
{
	static char buf[32768];
	int fd = raw_socket();
	uint64_t n = 0;
	int r = 1;

	request_dump(fd, type, family);
	while (r > 0) {
		ssize_t len = recv(fd, buf, sizeof buf, 0);

		if (len < 0)
			die("recv");
		r = mnl_cb_run(buf, (size_t)len, 1, 0, cb, &n);
	}
	return n;
}

static uint64_t routes_mnl(void)
{
	return mnl(RTM_GETROUTE, AF_INET, mnl_route);
}

static uint64_t links_mnl(void)
{
	return mnl(RTM_GETLINK, 0, mnl_link);
}

static uint64_t routes_views(void)
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

static uint64_t links_views(void)
{
	struct weft_session *s = session();
	struct weft_dump *d;
	struct weft_link l;
	uint64_t n = 0;

	if (weft_link_dump(s, NULL, &d) < 0)
		die("dump");
	while (weft_link_next(d, &l) > 0) {
		sum += l.mtu + (uint64_t)l.ifname[0];
		n++;
	}
	weft_dump_close(d);
	weft_session_close(s);
	return n;
}

static uint64_t routes_path(void)
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

int main(int argc, char **argv)
{
	static const struct way ways[] = {
		{ "raw", routes_raw },		{ "mnl", routes_mnl },
		{ "views", routes_views },	{ "path", routes_path },
		{ "links-raw", links_raw },	{ "links-mnl", links_mnl },
		{ "links-views", links_views }, { NULL, NULL },
	};

	return run_way(ways, argc, argv);
}
