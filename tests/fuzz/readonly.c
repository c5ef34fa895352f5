/* SPDX-License-Identifier: MIT */
/* Any bytes as what is sent through a read-only agent to the real kernel, in a namespace of its
 * own, with every tool to change it at hand: whatever the encoding, nothing there changes. A socket
 * that hears of every change tells so after each input, and now and then all that there is is
 * looked at. */
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weft/agent.h>

#include "large.h"
#include "transport/frame.h"

enum {
	LARGEST = 1 << 15,
	GROUPS = 40,
};

static const int protocols[] = { NETLINK_ROUTE, NETLINK_GENERIC, NETLINK_NETFILTER, NETLINK_XFRM, NETLINK_SOCK_DIAG };
static int in_fd, out_fd, watch[3];
static uint64_t state;
static unsigned long runs;
static const uint8_t *input;
static size_t left;

static uint8_t byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

static struct weft_session *open_session(void)
{
	struct weft_session *s = NULL;

	REQUIRE(weft_session_open(0, NULL, &s, NULL) == 0);
	return s;
}

/* Something of every sort that could be changed. */
static void fill(struct weft_session *s)
{
	REQUIRE(weft_link_add(
		    s, WEFT_ATTRS(
			   WEFT_KV(link, ifname, "v0"),
			   WEFT_KV(link, linkinfo,
				   WEFT_ATTRS(WEFT_KV(linkinfo, kind, "veth"),
					      WEFT_KV(linkinfo, data,
						      WEFT_ATTRS(WEFT_KV(
							  veth, peer, WEFT_ATTRS(WEFT_KV(link, ifname, "v1"))))))))) ==
		0);
	for (int i = 0; i < 3; i++)
		REQUIRE(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname,
							    i == 0   ? "lo"
							    : i == 1 ? "v0"
								     : "v1"),
						    WEFT_KV(ifinfomsg, ifi_flags, 1),
						    WEFT_KV(ifinfomsg, ifi_change, 1))) == 0);
	REQUIRE(weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, 1u),
					    WEFT_KV(addr, local, weft_ip("10.0.0.1/24")))) == 0);
	REQUIRE(weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")),
					     WEFT_KV(route, gateway, weft_ip("10.0.0.2")))) == 0);
}

/* All that the dumps tell, but counters, ages and the like. */
static uint64_t look(struct weft_session *s)
{
	static const struct {
		const char *family, *op;
	} dumps[] = { { "rt-addr", "getaddr" }, { "rt-route", "getroute" }, { "rt-rule", "getrule" } };
	struct weft_text t = { 0 };
	uint64_t sum = 14695981039346656037u;
	struct weft_link l;
	struct weft_dump *d;
	struct weft_attr a;
	int r;

	REQUIRE(weft_link_dump(s, NULL, &d) == 0);
	while ((r = weft_link_next(d, &l)) > 0)
		weft_text_printf(&t, "%d %s %u %u", l.index, l.ifname, l.mtu, l.flags);
	REQUIRE(r == 0);
	weft_dump_close(d);
	for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
		REQUIRE(weft_dump_start(s, weft_request(dumps[i].family, dumps[i].op, 0), &d) == 0);
		while ((r = weft_dump_next(d, &a)) > 0)
			if (i == 2 || !weft_at(a, "cacheinfo").p)
				REQUIRE(weft_json(a, &t) == 0);
		REQUIRE(r == 0);
		weft_dump_close(d);
	}
	for (size_t i = 0; i < t.len; i++)
		sum = (sum ^ (uint8_t)t.p[i]) * 1099511628211u;
	weft_text_free(&t);
	return sum;
}

/* Hears of all that changes. */
static int listen_to(int protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), size = 1 << 22;

	REQUIRE(fd >= 0);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
	for (int group = 1; group < GROUPS; group++)
		(void)setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
	return fd;
}

static bool heard(void)
{
	uint8_t buf[8192];
	bool any = false;

	for (size_t i = 0; i < sizeof watch / sizeof *watch; i++)
		while (recv(watch[i], buf, sizeof buf, 0) >= 0)
			any = true;
	return any;
}

/* Addresses of IPv6 settle for a while after the links are up. */
static void settle(void)
{
	for (int quiet = 0; quiet < 30; quiet++) {
		if (heard())
			quiet = 0;
		(void)usleep(100000);
	}
}

static void begin(void)
{
	struct weft_session *s;

	if (unshare(CLONE_NEWNET) < 0) {
		printf("skipped: a network namespace needs root\n");
		_exit(77);
	}
	in_fd = memfd_create("in", MFD_CLOEXEC);
	out_fd = memfd_create("out", MFD_CLOEXEC);
	REQUIRE(in_fd >= 0 && out_fd >= 0);
	s = open_session();
	fill(s);
	watch[0] = listen_to(NETLINK_ROUTE);
	watch[1] = listen_to(NETLINK_NETFILTER);
	watch[2] = listen_to(NETLINK_XFRM);
	settle();
	state = look(s);
	weft_session_close(s);
}

static void frame(uint8_t type, uint16_t channel, const void *p, uint32_t len)
{
	uint8_t head[WEFT__FRAME_HDR];

	weft__frame_header(head, type, channel, len);
	REQUIRE(write(in_fd, head, sizeof head) == sizeof head && write(in_fd, p, len) == len);
}

/* Requests that would do much if they came through. */
static struct weft_msg *change(uint8_t n)
{
	struct weft_msg *m = weft_request("rt-link", n & 1 ? "setlink" : "dellink", 0);

	switch (n % 5) {
	case 0:
	case 1:
		weft_put(m, WEFT_KV(link, ifname, "v0"));
		weft_put(m, WEFT_KV(link, mtu, 1000u + n));
		return m;
	case 2:
		weft_msg_free(m);
		m = weft_request("rt-addr", "deladdr", 0);
		weft_put_all(m, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_family, 2), WEFT_KV(ifaddrmsg, ifa_prefixlen, 24),
					   WEFT_KV(ifaddrmsg, ifa_index, 1u),
					   WEFT_KV(addr, local, weft_ip("10.0.0.1/24"))));
		return m;
	case 3:
		weft_msg_free(m);
		m = weft_request("rt-route", "delroute", 0);
		weft_put_all(m,
			     WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, 16),
					WEFT_KV(rtmsg, rtm_table, 254), WEFT_KV(route, dst, weft_ip("10.9.0.0/16"))));
		return m;
	default:
		weft_msg_free(m);
		m = weft_request("rt-rule", "newrule", WEFT_NLM_F_CREATE);
		weft_put_all(m, WEFT_ATTRS(WEFT_KV(fib_rule_hdr, family, 2), WEFT_KV(fib_rule_hdr, action, 1),
					   WEFT_KV(rule, table, 100u), WEFT_KV(rule, priority, 1000u + n)));
		return m;
	}
}

/* A datagram out of changes, questions and rubbish, each with a length, a type and a place that may
 * be wrong. */
static size_t datagram(uint8_t *p, size_t room)
{
	size_t at = 0;

	for (unsigned n = byte() % 4u + 1; n && left; n--) {
		uint8_t how = byte();
		struct weft_msg *m = how & 1 ? change(byte()) : weft_request("rt-link", "getlink", 0);
		struct weft_bytes b = weft_msg_bytes(m);

		if (at + b.len + 16 > room) {
			weft_msg_free(m);
			break;
		}
		memcpy(p + at, b.p, b.len);
		weft_set_u16(p + at + 6, (uint16_t)(5 | (how & 2 ? 0x300 : 0)));
		if (how & 4)
			weft_set_u16(p + at + 4, (uint16_t)(weft_get_u16(p + at + 4) ^ byte()));
		if (how & 8)
			weft_set_u32(p + at, (uint32_t)(b.len + byte() - 128u));
		if (how & 16)
			p[at + byte() % b.len] = byte();
		at += how & 32 ? b.len : (b.len + 3) & ~(size_t)3;
		at -= how & 64 ? byte() % 8u : 0;
		weft_msg_free(m);
	}
	return at;
}

static void ask(void)
{
	uint8_t open[12] = { 0 }, p[4 + 4096] = { 0 };

	for (uint16_t c = 1; c <= sizeof protocols / sizeof *protocols; c++) {
		weft__set_le16(open, (uint16_t)protocols[c - 1]);
		weft__set_le32(open + 8, 1 << 16);
		frame(WEFT__F_OPEN, c, open, sizeof open);
		if (c == 1 && left && *input & 128)
			break;
	}
	while (left) {
		uint8_t how = byte();
		uint16_t c = how & 1 ? (uint16_t)(how / 2 % 5 + 1) : 1;
		size_t n;

		if (how & 64) {
			n = byte() * 2u;
			n = n < left ? n : left;
			memcpy(p + 4, input, n);
			input += n;
			left -= n;
		} else {
			n = datagram(p + 4, sizeof p - 4);
		}
		count_frames(1);
		frame(WEFT__F_DATA, c, p, (uint32_t)n + 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const namespaces[] = { "local", NULL };
	const struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t hello[WEFT__HELLO_SIZE];

	if (runs == 0)
		begin();
	if (size > LARGEST)
		return 0;
	REQUIRE(ftruncate(in_fd, 0) == 0 && ftruncate(out_fd, 0) == 0);
	REQUIRE(lseek(in_fd, 0, SEEK_SET) == 0 && lseek(out_fd, 0, SEEK_SET) == 0);
	weft__hello_put(hello, &h);
	frame(WEFT__F_HELLO, 0, hello, sizeof hello);
	input = data;
	left = size;
	ask();
	REQUIRE(lseek(in_fd, 0, SEEK_SET) == 0);
	(void)!weft_agent_serve(in_fd, out_fd, WEFT_OPTS(weft_agent_opts, .read_only = true, .namespaces = namespaces),
				NULL);
	REQUIRE(!heard());
	if (++runs % 5000 == 0 || runs < 10) {
		struct weft_session *s = open_session();

		REQUIRE(look(s) == state);
		weft_session_close(s);
	}
	return 0;
}
