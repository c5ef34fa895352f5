/* SPDX-License-Identifier: MIT */
/* One request at a time: N gets of a link by its index, N routes put in with an answer to each. */
#include <libmnl/libmnl.h>

#include "bench.h"

enum {
	GETS = 200000,
	TABLE = 100,
};

static void expect_ack(int fd)
{
	static char buf[32768];
	struct nlmsghdr *h = (struct nlmsghdr *)buf;

	if (recv(fd, buf, sizeof buf, 0) < 0 || h->nlmsg_type != NLMSG_ERROR ||
	    ((struct nlmsgerr *)NLMSG_DATA(h))->error)
		die("no ack");
}

/* who: it is also looked at who answered, without which anybody may. */
static uint64_t get_bare(bool who)
{
	static char buf[32768];
	struct sockaddr_nl from = { 0 };
	socklen_t len = sizeof from;
	int fd = raw_socket();

	for (uint32_t i = 0; i < GETS; i++) {
		struct {
			struct nlmsghdr h;
			struct ifinfomsg r;
		} q = { { sizeof q, RTM_GETLINK, NLM_F_REQUEST, i + 1, 0 }, { .ifi_index = 1 } };

		if (send(fd, &q, sizeof q, 0) != sizeof q ||
		    (who ? recvfrom(fd, buf, sizeof buf, 0, (struct sockaddr *)&from, &len)
			 : recv(fd, buf, sizeof buf, 0)) < 0 ||
		    from.nl_pid)
			die("get");
	}
	return GETS;
}

static uint64_t get_raw(void)
{
	return get_bare(false);
}

static uint64_t get_raw_who(void)
{
	return get_bare(true);
}

static uint64_t get_weft(void)
{
	struct weft_session *s = session();
	const struct weft_family *f = weft_family_find("rt-link");
	const struct weft_op *op = weft_op_find(f, "getlink");

	for (uint32_t i = 0; i < GETS; i++) {
		struct weft_msg *m = weft_session_msg(s, f, op, 0);

		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, 1));
		if (weft_call(s, m, NULL) < 0)
			die("get");
	}
	weft_session_close(s);
	return GETS;
}

struct route {
	struct nlmsghdr h;
	struct rtmsg r;
	struct rtattr table_h;
	uint32_t table;
	struct rtattr dst_h;
	uint32_t dst;
	struct rtattr oif_h;
	uint32_t oif;
};

static struct route route(uint64_t i, uint16_t flags)
{
	return (struct route){
		.h = { sizeof(struct route), RTM_NEWROUTE, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | flags,
		       (uint32_t)i + 1, 0 },
		.r = { .rtm_family = AF_INET,
		       .rtm_dst_len = 32,
		       .rtm_protocol = RTPROT_STATIC,
		       .rtm_scope = RT_SCOPE_LINK,
		       .rtm_type = RTN_UNICAST },
		.table_h = { 8, RTA_TABLE },
		.table = TABLE,
		.dst_h = { 8, RTA_DST },
		.dst = address(i),
		.oif_h = { 8, RTA_OIF },
		.oif = 1,
	};
}

/* A message made once, of which only address and sequence number change. */
static uint64_t insert_raw(void)
{
	struct route q = route(0, NLM_F_ACK);
	int fd = raw_socket(), one = 1;
	uint64_t n = inserts();

	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
	for (uint64_t i = 0; i < n; i++) {
		q.h.nlmsg_seq = (uint32_t)i + 1;
		q.dst = address(i);
		if (send(fd, &q, sizeof q, 0) != sizeof q)
			die("send");
		expect_ack(fd);
	}
	return n;
}

static uint64_t insert_mnl(void)
{
	static char buf[8192];
	int fd = raw_socket();
	uint64_t n = inserts();

	for (uint64_t i = 0; i < n; i++) {
		struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
		struct rtmsg *r;

		h->nlmsg_type = RTM_NEWROUTE;
		h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
		h->nlmsg_seq = (uint32_t)i + 1;
		r = mnl_nlmsg_put_extra_header(h, sizeof *r);
		r->rtm_family = AF_INET;
		r->rtm_dst_len = 32;
		r->rtm_protocol = RTPROT_STATIC;
		r->rtm_scope = RT_SCOPE_LINK;
		r->rtm_type = RTN_UNICAST;
		mnl_attr_put_u32(h, RTA_TABLE, TABLE);
		mnl_attr_put_u32(h, RTA_DST, address(i));
		mnl_attr_put_u32(h, RTA_OIF, 1);
		if (send(fd, h, h->nlmsg_len, 0) < 0)
			die("send");
		expect_ack(fd);
	}
	return n;
}

static uint64_t insert_weft(void)
{
	struct weft_session *s = session();
	uint64_t n = inserts();

	for (uint64_t i = 0; i < n; i++) {
		uint32_t a = address(i);

		if (weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, table, TABLE),
						 WEFT_KV(route, dst, weft_ip_bytes(&a, 4)), WEFT_KV(route, oif, 1))) <
		    0)
			die(weft_last_error(s)->msg);
	}
	weft_session_close(s);
	return n;
}

/* What can be sent fastest: messages made before the clock runs, many in a datagram, one answer for
 * all of them, or one for each. */
enum {
	WINDOW = 256,
};

/* As many answers as are asked for, read as fast as we know: many at a time, whoever sent them. */
static void expect_acks(int fd, size_t n)
{
	enum {
		AT_ONCE = 64,
		ANSWER = 1024
	};
	static char buf[AT_ONCE][ANSWER];
	struct mmsghdr m[AT_ONCE];
	struct iovec v[AT_ONCE];
	int got;

	for (int i = 0; i < AT_ONCE; i++) {
		v[i] = (struct iovec){ buf[i], ANSWER };
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &v[i], .msg_iovlen = 1 };
	}
	for (; n; n -= (size_t)got) {
		got = recvmmsg(fd, m, n < AT_ONCE ? (unsigned)n : AT_ONCE, 0, NULL);
		if (got <= 0)
			die("no acks");
		for (int i = 0; i < got; i++)
			if (((struct nlmsgerr *)NLMSG_DATA((struct nlmsghdr *)buf[i]))->error)
				die("refused");
	}
}

static uint64_t send_prepared(bool each)
{
	uint64_t n = inserts();
	struct route *q = calloc(n, sizeof *q);
	int fd = raw_socket(), one = 1, room = 1 << 20;

	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	for (uint64_t i = 0; q && i < n; i++)
		q[i] = route(i, each || (i + 1) % WINDOW == 0 || i + 1 == n ? NLM_F_ACK : 0);
	start_clock();
	for (uint64_t i = 0; q && i < n; i += WINDOW) {
		size_t window = n - i < WINDOW ? n - i : WINDOW;

		if (send(fd, &q[i], window * sizeof *q, 0) != (ssize_t)(window * sizeof *q))
			die("send");
		expect_acks(fd, each ? window : 1);
	}
	return n;
}

static uint64_t batch_raw(void)
{
	return send_prepared(false);
}

static uint64_t batch_raw_each(void)
{
	return send_prepared(true);
}

static uint64_t batch(bool each, bool tally)
{
	struct weft_session *s = session();
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_batch_result result;
	struct weft_batch *b;
	uint64_t n = inserts();

	if (weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .each = each, .tally = tally), &b) < 0)
		die(weft_last_error(s)->msg);
	for (uint64_t i = 0; i < n; i++) {
		struct weft_msg *m = weft_batch_msg(b, f, op, WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
		uint32_t a = address(i);

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, AF_INET), WEFT_KV(rtmsg, rtm_dst_len, 32),
					   WEFT_KV(rtmsg, rtm_protocol, RTPROT_STATIC),
					   WEFT_KV(rtmsg, rtm_scope, RT_SCOPE_LINK),
					   WEFT_KV(rtmsg, rtm_type, RTN_UNICAST), WEFT_KV(route, table, TABLE),
					   WEFT_KV(route, dst, weft_ip_bytes(&a, 4)), WEFT_KV(route, oif, 1)));
	}
	if (weft_batch_commit(b, &result) < 0)
		die(weft_last_error(s)->msg);
	if (tally && result.tallied != n)
		fprintf(stderr, "acknowledgements are not noted in this kernel: each was read\n");
	weft_batch_close(b);
	weft_session_close(s);
	return n;
}

static uint64_t batch_weft(void)
{
	return batch(false, false);
}

static uint64_t batch_each(void)
{
	return batch(true, false);
}

static uint64_t batch_tally(void)
{
	return batch(true, true);
}

int main(int argc, char **argv)
{
	static const struct way ways[] = {
		{ "get-raw", get_raw },	      { "get-raw-who", get_raw_who }, { "get-weft", get_weft },
		{ "insert-raw", insert_raw }, { "insert-mnl", insert_mnl },   { "insert-weft", insert_weft },
		{ "batch-raw", batch_raw },   { "batch-weft", batch_weft },   { "raw-each", batch_raw_each },
		{ "batch-each", batch_each }, { "batch-tally", batch_tally }, { NULL, NULL },
	};

	return run_way(ways, argc, argv);
}
