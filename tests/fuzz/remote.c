/* SPDX-License-Identifier: MIT */
/* Any bytes as what an agent says to sessions: frames of every type, whole, cut and wrong, answers
 * with the right numbers and with others, while calls, dumps, batches and watches are under way on
 * several channels. Every call ends once, and well only with its answer; at the end the stream is
 * gone, and nothing is open. */
#include <errno.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "large.h"
#include "transport/frame.h"

enum {
	MOST = 1 << 16,
};

static const uint8_t *input;
static size_t left;
static int wire = -1; /* an eventfd that is always readable stands for the stream */
static bool gone;
static uint16_t channel, opened; /* of the last frame that was sent; the last that was opened */
static uint32_t seq, port = 4000;
static uint8_t out[MOST];
static size_t out_at, out_have;

#define REAL_AND_WRAP(type, name, ...)                                                                                 \
	type __real_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__)

static uint8_t byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *input++;
}

REAL_AND_WRAP(int, socket, int domain, int type, int protocol)
{
	if (domain != AF_UNIX)
		return __real_socket(domain, type, protocol);
	wire = eventfd(1, EFD_CLOEXEC);
	return wire;
}

REAL_AND_WRAP(int, connect, int fd, const struct sockaddr *a, socklen_t len)
{
	return fd == wire ? 0 : __real_connect(fd, a, len);
}

REAL_AND_WRAP(int, shutdown, int fd, int how)
{
	return fd == wire ? 0 : __real_shutdown(fd, how);
}

static void put(const void *p, size_t n)
{
	n = n < sizeof out - out_have ? n : sizeof out - out_have;
	if (n)
		memcpy(out + out_have, p, n);
	out_have += n;
}

static void frame(uint8_t type, uint16_t to, const void *p, uint32_t len)
{
	uint8_t head[WEFT__FRAME_HDR];

	weft__frame_header(head, type, to, len);
	put(head, sizeof head);
	put(p, len);
}

/* A datagram of up to four messages, mostly with the number that is waited for. */
static void answer(uint8_t how)
{
	static const uint16_t types[] = { 2, 3, 16, 16, 2, 4, 24, 17 };
	uint8_t buf[1200] = { 0 };
	struct weft_writer w;

	weft_write_init(&w, buf + 4, sizeof buf - 4);
	weft__set_le32(buf, how & 4 ? 1 : 0);
	for (unsigned i = 0; i <= (how & 3u); i++) {
		uint8_t b = byte(), n = byte();

		weft_write_msg(&w, types[b & 7],
			       (uint16_t)(b & 8	   ? 2
					  : b & 16 ? 0x12
						   : 0),
			       b & 32 ? seq + n : seq, b & 64 ? 1 : port);
		n = n > left ? (uint8_t)left : n;
		if ((types[b & 7] == 2 || types[b & 7] == 3) && b & 128)
			weft_write_raw(&w, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", types[b & 7] == 2 ? 20 : 4);
		weft_write_raw(&w, input, n);
		input += n;
		left -= n;
		(void)!weft_write_end(&w);
	}
	frame(WEFT__F_DATA, how & 8 ? opened : channel, buf, 4 + w.len);
}

static void raw_frame(uint8_t type)
{
	uint8_t n = byte();

	n = n > left ? (uint8_t)left : n;
	frame(type, type & 32 ? byte() : channel, input, n);
	input += n;
	left -= n;
}

/* What is said next, when the session listens. */
static void say(void)
{
	uint8_t how = byte(), b[8] = { 0 };

	out_at = out_have = 0;
	count_frames(1);
	if (how >= 250) {
		put(input, left < 20 ? left : 20); /* no frame at all */
	} else if (how >= 200) {
		raw_frame(how % 13);
	} else if (how >= 190) {
		b[0] = how == 190 ? 0 : byte();
		frame(how & 1 ? WEFT__F_FAILED : WEFT__F_BYE, channel, b, how & 1 ? 5 : 4);
	} else if (how >= 180) {
		frame(how & 1 ? WEFT__F_PING : WEFT__F_PONG, 0, b, 8);
	} else {
		answer(how);
	}
}

/* What the session asks of the stream is done in order, most of the time. */
static void obey(uint8_t type, uint16_t to, const uint8_t *p)
{
	const struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	uint8_t b[WEFT__HELLO_SIZE];

	channel = to;
	if (left && *input == 255) /* not this time */
		return;
	if (type == WEFT__F_HELLO) {
		weft__hello_put(b, &h);
		frame(WEFT__F_HELLO, 0, b, sizeof b);
	} else if (type == WEFT__F_OPEN) {
		weft__set_le32(b, port);
		opened = to;
		frame(WEFT__F_OPENED, to, b, 4);
	} else if (type == WEFT__F_MEMBER) {
		frame(WEFT__F_DONE, to, p, 4);
	} else if (type == WEFT__F_CLOSE) {
		frame(WEFT__F_CLOSE, to, NULL, 0);
	}
}

REAL_AND_WRAP(ssize_t, sendmsg, int fd, const struct msghdr *m, int flags)
{
	const uint8_t *head = m->msg_iov->iov_base;
	size_t all = 0;

	if (fd != wire)
		return __real_sendmsg(fd, m, flags);
	REQUIRE(m->msg_iov->iov_len == WEFT__FRAME_HDR);
	for (size_t i = 0; i < m->msg_iovlen; i++)
		all += m->msg_iov[i].iov_len;
	REQUIRE(all == WEFT__FRAME_HDR + (size_t)weft__get_le32(head));
	if (head[4] == WEFT__F_DATA && m->msg_iov[2].iov_len >= 16)
		seq = weft_get_u32((const uint8_t *)m->msg_iov[2].iov_base + 8);
	obey(head[4], weft__get_le16(head + 6), m->msg_iovlen > 1 ? m->msg_iov[1].iov_base : NULL);
	return (ssize_t)all;
}

REAL_AND_WRAP(ssize_t, recv, int fd, void *buf, size_t cap, int flags)
{
	size_t n;

	if (fd != wire)
		return __real_recv(fd, buf, cap, flags);
	if (out_at == out_have) {
		if (left == 0) {
			gone = true;
			return 0;
		}
		say();
	}
	n = out_have - out_at < cap ? out_have - out_at : cap;
	/* some in parts */
	n = left && *input & 1 && n > 3 ? n / 2 : n;
	memcpy(buf, out + out_at, n);
	out_at += n;
	if (n)
		return (ssize_t)n;
	errno = EAGAIN;
	return -1;
}

static unsigned started, ended;

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	(void)c;
	(void)user;
	REQUIRE(result == 0 ? !err : err && err->code == result && err->msg[0]);
	ended++;
}

static int on_item(struct weft_pending *c, struct weft_attr item, void *user)
{
	(void)c;
	(void)user;
	(void)weft_uint(weft_at(item, "mtu"), 0);
	return 0;
}

static void start(struct weft_session *s, bool dump)
{
	started += weft_start(s, weft_request("rt-link", "getlink", 0),
			      WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .dump = dump), NULL) == 0;
}

static void dump(struct weft_session *s)
{
	struct weft_dump *d = NULL;
	struct weft_attr a;

	if (weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d) < 0)
		return;
	for (int i = 0; i < 50 && weft_dump_next(d, &a) > 0; i++)
		(void)weft_uint(weft_at(a, "linkinfo.data.id"), 0);
	weft_dump_close(d);
}

static void batch(struct weft_session *s)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_batch_result res = { 0 };
	struct weft_batch *b = NULL;
	int r;

	if (weft_batch_open(s, NULL, &b) < 0)
		return;
	for (int i = 0; i < 3; i++)
		weft_put(weft_batch_msg(b, f, weft_op_find(f, "setlink"), 0), WEFT_KV(link, ifname, "lo"));
	r = weft_batch_commit(b, &res);
	REQUIRE(res.done + res.failed + res.unsent + res.unknown == 3);
	REQUIRE(r < 0 || res.done == 3);
	weft_batch_close(b);
}

static void watch(struct weft_session *s, const struct weft_session_opts *opts)
{
	struct weft_session_opts o = *opts;
	struct weft_watch *w = NULL;
	struct weft_event ev;
	uint32_t group = 1;

	o.via = s;
	if (weft_watch_open(0, &o, &group, 1, NULL, &w, NULL) < 0)
		return;
	for (int i = 0; i < 8; i++)
		if (weft_watch_next(w, &ev) > 0)
			(void)weft_uint(weft_at(ev.body, "mtu"), 0);
	weft_watch_close(w);
}

static void session(void)
{
	/* nothing is waited for: what is not there yet is said when it is asked for */
	const struct weft_session_opts o = {
		.size = sizeof o, .target = "unix:/fuzz", .timeout_ms = 50, .keepalive_ms = 1000, .dump_hold = 4096
	};
	struct weft_session *s = NULL, *t = NULL;
	struct weft_session_opts via = o;
	struct weft_error e = { 0 };

	if (weft_session_open(0, &o, &s, &e) < 0) {
		REQUIRE(e.code < 0 && e.msg[0]);
		return;
	}
	via.via = s;
	for (int i = 0; i < 12 && left; i++) {
		switch (byte() & 7) {
		case 0:
			(void)!weft_call(s, weft_request("rt-link", "getlink", 0), NULL);
			break;
		case 1:
			dump(s);
			break;
		case 2:
			batch(s);
			break;
		case 3:
			watch(s, &o);
			break;
		case 4:
			start(s, true);
			break;
		case 5:
			if (!t)
				(void)!weft_session_open(16, &via, &t, NULL);
			break;
		default:
			start(t && left & 1 ? t : s, false);
			(void)!weft_process(s);
		}
	}
	if (t)
		(void)!weft_process(t);
	weft_session_close(t);
	weft_session_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int first = dup(2), fd;

	(void)close(first);
	if (size > MOST / 2)
		return 0;
	input = data;
	left = size;
	out_at = out_have = 0;
	started = ended = 0;
	gone = false;
	session();
	REQUIRE(started == ended);
	/* the lowest that is free is the same: nothing stays open */
	fd = dup(2);
	REQUIRE(fd == first);
	(void)close(fd);
	return 0;
}
