/* SPDX-License-Identifier: MIT */
/* One connection to an agent: bytes in and out, greetings, keep-alive. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/self.h"
#include "transport/dial.h"
#include "transport/stream.h"

enum {
	PINGS = 1000, /* and the like, handled without a pause */
	LAST = 64,    /* times that is read what a peer said before it went */
	WORDS = 64,   /* reads of what the process says, at once: more than a pipe holds */
	PATIENCE = 4, /* times the keep-alive time in which a peer takes a whole frame */
};

uint64_t weft__stream_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Nobody waits for it any more. A child of ours may have a copy, so closing it is not enough for that. */
static void words_ended(struct weft__stream *st)
{
	for (unsigned i = 1; i <= WEFT__CHANNELS; i++)
		if (st->channel[i] && st->channel[i]->poll >= 0)
			(void)epoll_ctl(st->channel[i]->poll, EPOLL_CTL_DEL, st->child_err, NULL);
	close(st->child_err);
	st->child_err = -1;
}

/* Takes what the process wrote to its standard error, of which the end is kept: one that is not heard waits for that
 * some day, and carries nothing meanwhile. */
static void listen_to_child(struct weft__stream *st)
{
	char buf[4096];
	ssize_t n = 0;

	for (int i = 0; st->child_err >= 0 && i < WORDS; i++) {
		size_t keep;

		n = read(st->child_err, buf, sizeof buf);
		if (n <= 0)
			break;
		keep = st->n_words + (size_t)n > sizeof st->words ? sizeof st->words - (size_t)n : st->n_words;
		memmove(st->words, st->words + st->n_words - keep, keep);
		memcpy(st->words + keep, buf, (size_t)n);
		st->n_words = keep + (size_t)n;
	}
	if (st->child_err >= 0 && (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)))
		words_ended(st);
}

/* The last line that the process wrote to its standard error: mostly why it ended. */
static void last_words(struct weft__stream *st, char *buf, size_t size)
{
	struct pollfd p = { .fd = st->child_err, .events = POLLIN };
	size_t end, at;

	/* the stream may be gone a moment before the words are there */
	if (st->child_err >= 0)
		(void)poll(&p, 1, 200);
	listen_to_child(st);
	end = st->n_words;
	while (end && (st->words[end - 1] == '\n' || st->words[end - 1] == '\r'))
		end--;
	for (at = end; at && st->words[at - 1] != '\n'; at--)
		;
	buf[0] = 0;
	if (end)
		(void)snprintf(buf, size, ": %.*s", (int)(end - at > 100 ? 100 : end - at), st->words + at);
}

static int send_frame(struct weft__stream *st, uint8_t type, uint16_t channel, struct weft_bytes a,
		      struct weft_bytes b);

bool weft__stream_mine(const struct weft__stream *st)
{
	return st->pid == weft__self();
}

/* Numbers that mean less to those who receive: nothing is there, or one datagram is lost. An agent may say farewell
 * with any. */
static bool means_less(int code)
{
	return code == -EAGAIN || code == -EPERM || code == -ENOBUFS || code == -EMSGSIZE;
}

int weft__stream_die(struct weft__stream *st, int code, const char *fmt, ...)
{
	char words[120];
	size_t len;
	va_list ap;

	if (st->dead)
		return st->dead;
	st->dead = means_less(code) ? -ECONNRESET : code;
	va_start(ap, fmt);
	(void)vsnprintf(st->why, sizeof st->why, fmt, ap);
	va_end(ap);
	last_words(st, words, sizeof words);
	len = strlen(st->why);
	(void)snprintf(st->why + len, sizeof st->why - len, "%s", words);
	/* sets fd readable for all who wait */
	(void)shutdown(st->fd, SHUT_RDWR);
	return st->dead;
}

/* Reads what is there: 1 something came, 0 nothing, negative. */
static int fill(struct weft__stream *st)
{
	ssize_t n;

	if (st->at) {
		memmove(st->in, st->in + st->at, st->have);
		st->at = 0;
	}
	do
		n = recv(st->fd, st->in + st->have, WEFT__STREAM_IN + WEFT__FRAME_MAX - st->have, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n > 0) {
		st->have += (size_t)n;
		st->heard = weft__stream_now();
		st->asked = 0;
		return 1;
	}
	if (n < 0 && errno == EAGAIN) {
		listen_to_child(st);
		return 0;
	}
	return n < 0 ? weft__stream_die(st, -errno, "the stream broke: %s", strerror(errno))
		     : weft__stream_die(st, -ECONNRESET, "the agent is gone");
}

static void farewell(struct weft__stream *st, const struct weft__frame *f)
{
	struct weft_bytes text;
	int code = weft__frame_code(f, &text);

	(void)weft__stream_die(st, code, "the agent ended: %.*s", (int)(text.len > 100 ? 100 : text.len),
			       (const char *)text.p);
}

static bool whole_frame(const struct weft__stream *st)
{
	struct weft__frame f;
	size_t size;

	return weft__frame_read(st->in + st->at, st->have, &f, &size) != 0;
}

/* What was read and is still to be handled is not seen by those who poll the socket. */
static void show(struct weft__stream *st)
{
	bool more = whole_frame(st);
	uint64_t n = 1;

	if (more == st->told)
		return;
	st->told = more;
	if (more)
		(void)!write(st->more, &n, sizeof n);
	else
		(void)!read(st->more, &n, sizeof n);
}

/* Not while a frame is on its way: it would stand in the middle of it. Pings that come while this one waits for room
 * are answered the next time something is sent or received. */
static void say_pong(struct weft__stream *st)
{
	uint8_t cookie[8];

	if (!st->pong || st->dead)
		return;
	st->pong = false;
	memcpy(cookie, st->cookie, sizeof cookie);
	(void)send_frame(st, WEFT__F_PONG, 0, (struct weft_bytes){ cookie, sizeof cookie },
			 (struct weft_bytes){ NULL, 0 });
}

/* Pongs only say that there is somebody, as any byte does. False: the frame is the caller's. */
static bool housekeeping(struct weft__stream *st, const struct weft__frame *f)
{
	switch (f->type) {
	case WEFT__F_PING:
		memcpy(st->cookie, f->p, sizeof st->cookie);
		st->pong = true;
		if (!st->sending)
			say_pong(st);
		return true;
	case WEFT__F_PONG:
		return true;
	case WEFT__F_CLOSE:
		if (f->channel <= WEFT__CHANNELS)
			st->closing[f->channel] = false;
		return true;
	case WEFT__F_BYE:
		farewell(st, f);
		return true;
	default:
		return false;
	}
}

/* A frame out of the bytes that are there, or 0. */
static int parse(struct weft__stream *st, struct weft__frame *ret)
{
	size_t size;
	int r = weft__frame_read(st->in + st->at, st->have, ret, &size);

	if (r < 0)
		return weft__stream_die(st, r, "the agent sent what is no frame");
	if (r > 0 && ret->number != weft__frame_number(st->numbered, &st->n_heard))
		return weft__stream_die(st, -EPROTO, "the agent sent a frame that is not the next one");
	if (r > 0) {
		st->at += size;
		st->have -= size;
	}
	return r;
}

/* A peer that says nothing but such things, without end, does not keep the caller here. */
static int next(struct weft__stream *st, struct weft__frame *ret)
{
	say_pong(st);
	for (int i = 0; i < PINGS; i++) {
		int r = parse(st, ret);

		if (r > 0 && housekeeping(st, ret))
			continue;
		if (r > 0)
			return 1;
		if (st->dead)
			return st->dead;
		r = fill(st);
		if (r <= 0)
			return r;
	}
	return 0;
}

int weft__stream_next(struct weft__stream *st, struct weft__frame *ret)
{
	int r;

	if (!weft__stream_mine(st))
		return -ECHILD;
	r = next(st, ret);
	show(st);
	return r;
}

static void put_kept(struct weft__channel *c, struct weft__kept *k)
{
	uint64_t one = 1;

	if (c->last) {
		c->last->next = k;
	} else {
		c->first = k;
		/* cannot fail: the counter of an eventfd has room for one more */
		(void)!write(c->wake, &one, sizeof one);
	}
	c->last = k;
}

int weft__stream_keep(struct weft__stream *st, const struct weft__frame *f)
{
	struct weft__channel *c = f->channel <= WEFT__CHANNELS ? st->channel[f->channel] : NULL;
	struct weft__kept *k;

	if (!c)
		return 0;
	/* an agent that keeps to what it was granted never has so much under way */
	if (c->kept > WEFT__WINDOW + WEFT__FRAME_MAX)
		return weft__stream_die(st, -EPROTO, "the agent sends more than it may");
	k = malloc(sizeof *k + f->len);
	if (!k)
		return weft__stream_die(st, -ENOMEM, "out of memory");
	*k = (struct weft__kept){ .len = f->len, .type = f->type };
	memcpy(k->p, f->p, f->len);
	c->kept += f->len;
	put_kept(c, k);
	return 0;
}

static void keep_all(struct weft__stream *st)
{
	struct weft__frame f;

	while (!st->dead && parse(st, &f) > 0)
		if (!housekeeping(st, &f))
			(void)weft__stream_keep(st, &f);
}

/* While the far side takes nothing it may itself wait for us to read; but not for ever, whatever it says meanwhile. */
static int make_room(struct weft__stream *st, uint64_t since)
{
	struct pollfd p[2] = { { .fd = st->fd, .events = POLLIN | POLLOUT },
			       { .fd = st->child_err, .events = POLLIN } };
	int r;

	if (poll(p, 2, (int)st->keepalive_ms) == 0 ||
	    weft__stream_now() - since > PATIENCE * (uint64_t)st->keepalive_ms)
		return weft__stream_die(st, -ETIMEDOUT, "the agent takes nothing more");
	if (p[1].revents)
		listen_to_child(st);
	if (!(p[0].revents & (POLLIN | POLLHUP | POLLERR)))
		return 0;
	keep_all(st);
	r = st->dead ? st->dead : fill(st);
	keep_all(st);
	show(st);
	return r;
}

/* A peer that takes nothing any more may have said why. */
static int broke(struct weft__stream *st, int code)
{
	for (int i = 0; i < LAST && !st->dead; i++) {
		keep_all(st);
		if (st->dead || fill(st) <= 0)
			break;
	}
	return weft__stream_die(st, -code, "the stream broke: %s", strerror(code));
}

static int send_frame(struct weft__stream *st, uint8_t type, uint16_t channel, struct weft_bytes a, struct weft_bytes b)
{
	uint8_t head[WEFT__FRAME_HDR];
	struct iovec v[3] = { { head, sizeof head },
			      { (void *)(uintptr_t)a.p, a.len },
			      { (void *)(uintptr_t)b.p, b.len } };
	struct msghdr m = { .msg_iov = v, .msg_iovlen = 3 };
	uint64_t since = 0; /* it first was not taken */

	weft__frame_header(head, type, channel, (uint32_t)(a.len + b.len));
	head[5] = weft__frame_number(st->numbered, &st->n_said);
	st->sending = true;
	while (!st->dead && m.msg_iovlen) {
		ssize_t n = sendmsg(st->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN) {
			since = since ? since : weft__stream_now();
			(void)make_room(st, since);
			continue;
		}
		if (n < 0 && errno != EINTR)
			return broke(st, errno);
		for (; n > 0 || (m.msg_iovlen && m.msg_iov->iov_len == 0); m.msg_iov++, m.msg_iovlen--) {
			size_t part = n > 0 && (size_t)n < m.msg_iov->iov_len ? (size_t)n : m.msg_iov->iov_len;

			if (part)
				m.msg_iov->iov_base = (uint8_t *)m.msg_iov->iov_base + part;
			m.msg_iov->iov_len -= part;
			n -= n > 0 ? (ssize_t)part : 0;
			if (m.msg_iov->iov_len)
				break;
		}
	}
	st->sending = false;
	return st->dead;
}

int weft__stream_send(struct weft__stream *st, uint8_t type, uint16_t channel, struct weft_bytes a, struct weft_bytes b)
{
	if (!weft__stream_mine(st))
		return -ECHILD;
	(void)send_frame(st, type, channel, a, b);
	say_pong(st);
	return st->dead;
}

/* The peer is asked at half of the time, and given up at the end of it. */
int weft__stream_due(const struct weft__stream *st)
{
	uint64_t since = weft__stream_now() - (st->asked ? st->asked : st->heard), half = st->keepalive_ms / 2;

	return st->dead || since >= half ? 0 : (int)(half - since);
}

void weft__stream_tick(struct weft__stream *st)
{
	uint8_t cookie[8] = { 0 };

	if (st->dead || weft__stream_due(st) > 0)
		return;
	if (st->asked) {
		(void)weft__stream_die(st, -ETIMEDOUT, "the agent is silent for %u ms", st->keepalive_ms);
		return;
	}
	st->asked = weft__stream_now();
	(void)weft__stream_send(st, WEFT__F_PING, 0, (struct weft_bytes){ cookie, sizeof cookie },
				(struct weft_bytes){ NULL, 0 });
}

int weft__stream_wait(struct weft__stream *st, int ms)
{
	struct pollfd p[2] = { { .fd = st->fd, .events = POLLIN }, { .fd = st->child_err, .events = POLLIN } };
	int due;

	weft__stream_tick(st);
	due = weft__stream_due(st);
	if (!st->dead && whole_frame(st))
		return 0;
	if (poll(p, 2, ms >= 0 && ms < due ? ms : due) < 0 && errno != EINTR)
		return -errno;
	if (p[1].revents)
		listen_to_child(st);
	return 0;
}

static int greet(struct weft__stream *st, const struct weft__stream_opts *o)
{
	struct weft__hello h = { .low = WEFT__FRAME_OLDEST,
				 .high = WEFT__FRAME_VERSION,
				 .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
				 .keepalive_ms = st->keepalive_ms };
	uint64_t until = weft__stream_now() + o->timeout_ms;
	uint8_t bytes[WEFT__HELLO_SIZE];
	struct weft__frame f;
	int r;

	weft__hello_put(bytes, &h);
	r = weft__stream_send(st, WEFT__F_HELLO, 0, (struct weft_bytes){ bytes, sizeof bytes },
			      (struct weft_bytes){ NULL, 0 });
	while (r == 0 && (r = weft__stream_next(st, &f)) == 0) {
		uint64_t now = weft__stream_now();
		struct pollfd p[2] = { { .fd = st->fd, .events = POLLIN }, { .fd = st->child_err, .events = POLLIN } };

		if (now >= until)
			return weft__stream_die(st, -ETIMEDOUT, "no greeting in time");
		(void)poll(p, 2, (int)(until - now));
	}
	if (r < 0)
		return r;
	if (weft__hello_get(&f, &h) < 0)
		return weft__stream_die(st, -EPROTO, "the far side is no weft agent");
	if (h.low < WEFT__FRAME_OLDEST || h.low > WEFT__FRAME_VERSION)
		return weft__stream_die(st, -EPROTONOSUPPORT, "the agent speaks version %u, not %d to %d", h.low,
					WEFT__FRAME_OLDEST, WEFT__FRAME_VERSION);
	st->numbered = h.low == WEFT__FRAME_VERSION;
	if (h.big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))
		return weft__stream_die(st, -EPROTONOSUPPORT, "the agent's machine has another byte order");
	return 0;
}

int weft__stream_open(const char *target, const struct weft__stream_opts *o, struct weft__stream **ret,
		      struct weft_error *reterr)
{
	struct weft__stream *st = calloc(1, sizeof *st);
	int r;

	if (st)
		st->in = malloc(WEFT__STREAM_IN + WEFT__FRAME_MAX);
	if (!st || !st->in) {
		free(st);
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	st->refs = 1;
	st->fd = st->child_err = -1;
	st->pid = weft__self();
	st->keepalive_ms = o->keepalive_ms;
	st->timeout_ms = o->timeout_ms;
	st->more = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = st->more < 0 ? weft_error_set(reterr, -errno, WEFT_WHERE_TRANSPORT, "", "%s", strerror(errno))
			 : weft__dial(target, o->agent, st, reterr);
	if (r == 0) {
		st->heard = weft__stream_now();
		r = greet(st, o);
		if (r < 0)
			(void)weft_error_set(reterr, r, WEFT_WHERE_TRANSPORT, "", "%.60s: %s", target, st->why);
	}
	if (r < 0) {
		weft__stream_unref(st);
		return r;
	}
	*ret = st;
	return 0;
}

/* The process ends when its stream does; one that does not is ended. */
static void reap(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		if (waitpid(pid, NULL, WNOHANG) != 0)
			return;
		(void)poll(NULL, 0, 5);
	}
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void weft__stream_unref(struct weft__stream *st)
{
	static const uint8_t in_order[4];

	if (!st || --st->refs)
		return;
	if (st->fd >= 0 && !st->dead)
		(void)weft__stream_send(st, WEFT__F_BYE, 0, (struct weft_bytes){ in_order, sizeof in_order },
					(struct weft_bytes){ NULL, 0 });
	if (st->fd >= 0)
		close(st->fd);
	if (st->more >= 0)
		close(st->more);
	if (st->child_err >= 0)
		close(st->child_err);
	if (st->child > 0 && weft__stream_mine(st))
		reap(st->child);
	free(st->in);
	free(st);
}
