/* SPDX-License-Identifier: MIT */
/* The far end of a stream: its loop and its bytes. Whatever the peer does costs bounded memory, and no
 * channel can hold up another: each is read only while the peer has room for it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/agent.h"
#include "base/opts.h"
#include "transport/stream.h"

uint8_t *weft__agent_room(struct weft__agent *a, size_t len)
{
	size_t used = a->out_at + a->out_have, cap;
	uint8_t *p;

	if (a->out_buf && used + len <= a->out_cap)
		return a->out_buf + used;
	if (a->out_have)
		memmove(a->out_buf, a->out_buf + a->out_at, a->out_have);
	a->out_at = 0;
	if (a->out_have + len <= a->out_cap)
		return a->out_buf + a->out_have;
	/* room for one datagram behind all that may wait; once, and only what is used of it is touched */
	cap = WEFT__AGENT_OUT + 2 * WEFT__AGENT_RECV;
	cap = cap < a->out_have + len ? a->out_have + len + WEFT__AGENT_OUT : cap;
	p = realloc(a->out_buf, cap);
	if (!p) {
		a->over = true;
		a->code = -ENOMEM;
		return NULL;
	}
	a->out_buf = p;
	a->out_cap = cap;
	return p + a->out_have;
}

void weft__agent_commit(struct weft__agent *a, size_t len)
{
	a->out_buf[a->out_at + a->out_have + 5] = weft__frame_number(a->numbered, &a->said);
	a->out_have += len;
}

void weft__agent_say(struct weft__agent *a, uint8_t type, uint16_t channel, const void *p, size_t len)
{
	uint8_t *to = weft__agent_room(a, WEFT__FRAME_HDR + len);

	if (!to)
		return;
	weft__frame_header(to, type, channel, (uint32_t)len);
	if (len)
		memcpy(to + WEFT__FRAME_HDR, p, len);
	weft__agent_commit(a, WEFT__FRAME_HDR + len);
}

uint32_t weft__agent_fail(struct weft__agent *a, uint16_t channel, int code, uint8_t what, const char *text)
{
	uint8_t b[5 + 256];
	size_t n = strlen(text) < 256 ? strlen(text) : 256;

	weft__set_le32(b, (uint32_t)-code);
	b[4] = what;
	memcpy(b + 5, text, n);
	weft__agent_say(a, WEFT__F_FAILED, channel, b, 5 + n);
	return (uint32_t)(5 + n);
}

void weft__agent_end(struct weft__agent *a, int code, const char *text)
{
	uint8_t b[4 + 128];
	size_t n = strlen(text) < 128 ? strlen(text) : 128;

	if (a->over)
		return;
	weft__set_le32(b, (uint32_t)-code);
	memcpy(b + 4, text, n);
	weft__agent_say(a, WEFT__F_BYE, 0, b, 4 + n);
	a->over = true;
	a->code = a->code ? a->code : code;
	(void)snprintf(a->why, sizeof a->why, "%s", text);
}

static bool has_room(const struct weft__agent *a)
{
	return a->out_have < WEFT__AGENT_OUT;
}

/* Whether something that was read is still to be handled. */
static bool frame_waits(const struct weft__agent *a)
{
	struct weft__frame f;
	size_t size;

	return weft__frame_read(a->in_buf, a->in_have, &f, &size) != 0;
}

/* Whole frames of what was read, as long as there is room for what is said to them; the rest stays. */
static void frames(struct weft__agent *a)
{
	size_t at = 0, size;
	struct weft__frame f;
	int r = 0;

	while (!a->over && has_room(a) && (r = weft__frame_read(a->in_buf + at, a->in_have - at, &f, &size)) > 0) {
		/* a frame twice or out of its turn may be a change that is done twice or out of its turn */
		if (f.number == weft__frame_number(a->numbered, &a->heard))
			weft__agent_frame(a, &f);
		else
			weft__agent_end(a, -EPROTO, "a frame that is not the next one");
		at += size;
	}
	if (at)
		memmove(a->in_buf, a->in_buf + at, a->in_have - at);
	a->in_have -= at;
	if (r < 0)
		weft__agent_end(a, -EPROTO, "what came is no frame");
}

/* Room for the frame that has begun: its length was checked, so it is bounded. */
static bool in_room(struct weft__agent *a)
{
	size_t want = WEFT__AGENT_IN;
	uint8_t *p;

	if (a->in_have >= WEFT__FRAME_HDR && WEFT__FRAME_HDR + (size_t)weft__get_le32(a->in_buf) > want)
		want = WEFT__FRAME_HDR + (size_t)weft__get_le32(a->in_buf);
	if (want <= a->in_cap)
		return true;
	p = realloc(a->in_buf, want);
	if (!p)
		return false;
	a->in_buf = p;
	a->in_cap = want;
	return true;
}

static void read_peer(struct weft__agent *a)
{
	ssize_t n;

	if (!in_room(a)) {
		weft__agent_end(a, -ENOMEM, "out of memory");
		return;
	}
	n = read(a->in, a->in_buf + a->in_have, a->in_cap - a->in_have);
	if (n > 0) {
		a->in_have += (size_t)n;
	} else if (n == 0) {
		a->over = true;
		a->code = a->in_have ? -ECONNRESET : 0;
	} else if (errno != EAGAIN && errno != EINTR) {
		a->over = true;
		a->code = -errno;
	}
}

static void flush(struct weft__agent *a)
{
	while (a->out_have) {
		ssize_t n = write(a->out, a->out_buf + a->out_at, a->out_have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			/* nobody listens; what was still said to us tells whether that is in order */
			a->out_have = 0;
			break;
		}
		a->out_at += (size_t)n;
		a->out_have -= (size_t)n;
	}
	a->out_at = 0;
	/* refusals may need more than the room that is always there */
	if (a->out_cap > WEFT__AGENT_OUT + 2 * WEFT__AGENT_RECV) {
		free(a->out_buf);
		a->out_buf = NULL;
		a->out_cap = 0;
	}
}

/* Descriptors to wait for: the peer's, and those of channels that the peer has room for. */
static unsigned gather(const struct weft__agent *a, struct pollfd *p, bool *ret_now)
{
	bool room = has_room(a), waits = frame_waits(a);
	unsigned n = 3;

	p[0] = (struct pollfd){ .fd = room && !waits ? a->in : -1, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = a->out_have ? a->out : -1, .events = POLLOUT };
	p[2] = (struct pollfd){ .fd = a->o.stop_fd ? *a->o.stop_fd : -1, .events = POLLIN };
	*ret_now = room && waits;
	for (const struct weft__served *c = a->first; c; c = c->next) {
		bool may = room && c->credit > 0;

		/* answers of hooks are there without the kernel */
		*ret_now = *ret_now || (may && weft__socket_due(&c->sock) == 0);
		p[n++] = (struct pollfd){ .fd = may ? c->sock.fd : -1, .events = POLLIN };
	}
	return n;
}

/* Milliseconds for which a peer that said no greeting may go on; -1: it did. */
static int greeting_due(const struct weft__agent *a)
{
	uint64_t now;

	if (a->greeted || !a->until)
		return -1;
	now = weft__stream_now();
	return now >= a->until ? 0 : a->until - now > INT_MAX ? INT_MAX : (int)(a->until - now);
}

static void turn(struct weft__agent *a, struct pollfd *p)
{
	bool now;
	unsigned n = gather(a, p, &now), i = 3;

	if (poll(p, n, now ? 0 : greeting_due(a)) < 0)
		return;
	if (p[2].revents)
		weft__agent_end(a, -ECANCELED, "the agent was stopped");
	/* channels first: frames may close them, and then p does not fit any more */
	for (struct weft__served *c = a->first; c && !a->over; c = c->next)
		if (p[i++].revents || weft__socket_due(&c->sock) == 0)
			for (int k = 0; k < 8 && c->credit > 0 && has_room(a); k++)
				if (!weft__agent_receive(a, c))
					break;
	if (p[0].revents && !a->over)
		read_peer(a);
	frames(a);
	if (!a->over && greeting_due(a) == 0)
		weft__agent_end(a, -ETIMEDOUT, "no greeting in time");
	flush(a);
}

/* The farewell goes out if the peer takes it soon. */
static void last_flush(struct weft__agent *a)
{
	struct pollfd p = { .fd = a->out, .events = POLLOUT };

	for (int i = 0; a->out_have && i < 10; i++) {
		(void)poll(&p, 1, 100);
		flush(a);
	}
}

/* Whatever a peer does that goes away, the caller gets no signal for it. What was so before. */
struct pipe_signal {
	sigset_t mask;
	bool pending;
};

static struct pipe_signal hold_sigpipe(void)
{
	struct pipe_signal s;
	sigset_t set;

	(void)sigpending(&set);
	s.pending = sigismember(&set, SIGPIPE) == 1;
	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &set, &s.mask);
	return s;
}

static void let_sigpipe(const struct pipe_signal *s)
{
	const struct timespec now = { 0, 0 };
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGPIPE);
	if (!s->pending)
		(void)sigtimedwait(&set, NULL, &now);
	(void)pthread_sigmask(SIG_SETMASK, &s->mask, NULL);
}

void weft_agent_turn_away(int fd, int code, const char *text)
{
	uint8_t b[WEFT__FRAME_HDR + 4 + 128];
	size_t n = text ? strnlen(text, 128) : 0;

	weft__frame_header(b, WEFT__F_BYE, 0, (uint32_t)(4 + n));
	weft__set_le32(b + WEFT__FRAME_HDR, (uint32_t)-code);
	if (n)
		memcpy(b + WEFT__FRAME_HDR + 4, text, n);
	(void)!send(fd, b, WEFT__FRAME_HDR + 4 + n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

int weft_agent_serve(int in, int out, const struct weft_agent_opts *opts, struct weft_error *reterr)
{
	struct weft__agent a = { .in = in, .out = out };
	struct pipe_signal before;
	struct pollfd *p;

	if (!weft__opts(&a.o, sizeof a.o, opts))
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", WEFT__NO_SIZE);
	p = calloc(WEFT__CHANNELS + 3, sizeof *p);
	a.until = a.o.greeting_ms ? weft__stream_now() + a.o.greeting_ms : 0;
	before = hold_sigpipe();
	if (fcntl(in, F_SETFL, fcntl(in, F_GETFL) | O_NONBLOCK) < 0 ||
	    fcntl(out, F_SETFL, fcntl(out, F_GETFL) | O_NONBLOCK) < 0)
		a.code = -errno;
	if (!p)
		a.code = -ENOMEM;
	while (!a.over && !a.code)
		turn(&a, p);
	last_flush(&a);
	let_sigpipe(&before);
	while (a.first)
		weft__agent_close(&a, a.first);
	weft_session_close(a.names);
	free(p);
	free(a.in_buf);
	free(a.out_buf);
	if (a.code)
		(void)weft_error_set(reterr, a.code, WEFT_WHERE_PEER, "", "%s", a.why[0] ? a.why : strerror(-a.code));
	return a.code;
}
