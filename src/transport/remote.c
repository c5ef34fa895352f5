/* SPDX-License-Identifier: MIT */
/* Sockets that an agent opens for us: each is a channel of one stream. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "transport/remote.h"

enum {
	OTHERS = 256, /* frames for other channels that one call takes */
};

struct remote {
	struct weft__stream *st;
	struct weft__channel channel;
};

static const struct weft_bytes nothing = { NULL, 0 };

bool weft__is_remote(const char *target)
{
	return target && (!strncmp(target, "ssh:", 4) || !strncmp(target, "unix:", 5) || !strncmp(target, "exec:", 5));
}

/* "ssh:host/netns:blue": the peer, and the target there ("" when it is the peer's own namespace). */
static char *peer_of(const char *target, const char **ret_there)
{
	const char *ns = NULL;
	char *peer;

	for (const char *s = target; (s = strchr(s, '/')) != NULL; s++)
		if (!strncmp(s, "/netns:", 7) || !strncmp(s, "/pid:", 5)) {
			ns = s;
			break;
		}
	*ret_there = ns ? ns + 1 : "";
	peer = ns ? strndup(target, (size_t)(ns - target)) : strdup(target);
	return peer;
}

static int send_numbers(struct remote *r, uint8_t type, uint32_t v, int tail)
{
	uint8_t b[5];

	weft__set_le32(b, v);
	b[4] = (uint8_t)tail;
	return weft__stream_send(r->st, type, r->channel.number, (struct weft_bytes){ b, tail < 0 ? 4 : 5 }, nothing);
}

static int remote_send(struct weft__socket *s, struct weft_bytes b)
{
	struct remote *r = s->own;
	uint8_t group[4] = { 0 };

	if (b.len > WEFT__FRAME_MAX - sizeof group)
		return -EMSGSIZE;
	return weft__stream_send(r->st, WEFT__F_DATA, r->channel.number, (struct weft_bytes){ group, 4 }, b);
}

/* The agent may send as much again once half of what it may was taken. */
static void taken(struct remote *r, uint32_t bytes)
{
	r->channel.taken += bytes + WEFT__FRAME_HDR;
	if (r->channel.taken < WEFT__WINDOW / 2)
		return;
	(void)send_numbers(r, WEFT__F_CREDIT, r->channel.taken, -1);
	r->channel.taken = 0;
}

/* What a frame of this channel means to a receiver: bytes, a negative errno, or -EAGAIN for nothing. */
static int deliver(struct remote *r, uint8_t type, const uint8_t *p, uint32_t len, void *buf, size_t cap,
		   uint32_t *ret_group)
{
	struct weft__frame f = { .type = type, .p = p, .len = len };
	struct weft_bytes text;

	if (type == WEFT__F_FAILED) {
		int code = weft__frame_code(&f, &text);

		taken(r, len);
		return code;
	}
	if (type != WEFT__F_DATA)
		return -EAGAIN;
	if (ret_group)
		*ret_group = weft__get_le32(p);
	memcpy(buf, p + 4, len - 4 <= cap ? len - 4 : cap);
	/* last: what is borrowed may move while credit is sent */
	taken(r, len);
	return len - 4 <= cap ? (int)len - 4 : -EMSGSIZE;
}

static struct weft__kept *pop(struct weft__channel *c)
{
	struct weft__kept *k = c->first;
	uint64_t n;

	if (!k)
		return NULL;
	c->first = k->next;
	c->kept -= k->len;
	if (!c->first) {
		c->last = NULL;
		if (read(c->wake, &n, sizeof n) < 0)
			return k; /* it was not set: nothing waits for it */
	}
	return k;
}

static int remote_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct remote *r = s->own;
	struct weft__kept *k;
	struct weft__frame f;
	int n = 0;

	while ((k = pop(&r->channel)) != NULL) {
		n = deliver(r, k->type, k->p, k->len, buf, cap, ret_group);
		free(k);
		if (n != -EAGAIN)
			return n;
	}
	/* what comes for others without end keeps nobody here, who has a time of his own to keep */
	for (int i = 0; i < OTHERS && (n = weft__stream_next(r->st, &f)) > 0; i++) {
		if (f.channel != r->channel.number) {
			(void)weft__stream_keep(r->st, &f);
			continue;
		}
		n = deliver(r, f.type, f.p, f.len, buf, cap, ret_group);
		if (n != -EAGAIN)
			return n;
	}
	if (n == 0)
		weft__stream_tick(r->st);
	return r->st->dead ? r->st->dead : -EAGAIN;
}

static int remote_wait(struct weft__socket *s, int timeout_ms)
{
	struct remote *r = s->own;

	return r->channel.first ? 0 : weft__stream_wait(r->st, timeout_ms);
}

/* Waits for the answer to OPEN or MEMBER: 0 and *ret_value, or a negative errno with text. An agent that is
 * there and does not answer is of no use. */
static int answer(struct remote *r, uint8_t type, uint32_t *ret_value, struct weft_bytes *ret_text)
{
	uint64_t until = weft__stream_now() + r->st->timeout_ms;
	struct weft__frame f;
	int n;

	for (;;) {
		n = weft__stream_now() >= until ? 0 : weft__stream_next(r->st, &f);
		if (n == 0 && weft__stream_now() >= until)
			n = weft__stream_die(r->st, -ETIMEDOUT, "the agent does not answer");
		if (n < 0) {
			*ret_text = (struct weft_bytes){ r->st->why, strlen(r->st->why) };
			return n;
		}
		if (n == 0)
			(void)weft__stream_wait(r->st, (int)(until - weft__stream_now()));
		else if (f.channel == r->channel.number && f.type == type)
			break;
		else if (f.channel == r->channel.number && f.type == WEFT__F_FAILED && f.p[4] != WEFT__FAILED_RECEIVE)
			return weft__frame_code(&f, ret_text);
		else
			(void)weft__stream_keep(r->st, &f);
	}
	*ret_value = weft__get_le32(f.p);
	return 0;
}

static int remote_member(struct weft__socket *s, uint32_t group, bool join)
{
	struct remote *r = s->own;
	struct weft_bytes text;
	uint32_t value;
	int n = send_numbers(r, WEFT__F_MEMBER, group, join);

	return n < 0 ? n : answer(r, WEFT__F_DONE, &value, &text);
}

static int remote_due(const struct weft__socket *s)
{
	const struct remote *r = s->own;

	return r->channel.first ? 0 : weft__stream_due(r->st);
}

static const char *remote_why(const struct weft__socket *s)
{
	const struct remote *r = s->own;

	return r->st->dead ? r->st->why : NULL;
}

static void release(struct remote *r, int fd)
{
	struct weft__kept *k;

	r->st->closing[r->channel.number] = r->channel.open;
	if (r->channel.open && !r->st->dead)
		(void)weft__stream_send(r->st, WEFT__F_CLOSE, r->channel.number, nothing, nothing);
	/* not with pop: a child shares its parent's eventfd */
	while ((k = r->channel.first) != NULL) {
		r->channel.first = k->next;
		free(k);
	}
	if (r->st->channel[r->channel.number] == &r->channel)
		r->st->channel[r->channel.number] = NULL;
	if (r->channel.wake >= 0)
		close(r->channel.wake);
	if (fd >= 0)
		close(fd);
	weft__stream_unref(r->st);
	free(r);
}

static void remote_close(struct weft__socket *s)
{
	release(s->own, s->fd);
}

static const struct weft__carrier remote = {
	.send = remote_send,
	.recv = remote_recv,
	.member = remote_member,
	.wait = remote_wait,
	.due = remote_due,
	.why = remote_why,
	.close = remote_close,
};

/* A number that no open channel has, and none that the agent may still send on. */
static bool number(struct remote *r)
{
	struct weft__stream *st = r->st;

	for (unsigned i = 0; i < WEFT__CHANNELS; i++) {
		st->n_channels = (uint16_t)(st->n_channels % WEFT__CHANNELS + 1);
		if (st->channel[st->n_channels] || st->closing[st->n_channels])
			continue;
		r->channel.number = st->n_channels;
		st->channel[st->n_channels] = &r->channel;
		return true;
	}
	return false;
}

/* One descriptor to poll for all: bytes of the stream, frames that were read with others, frames kept while others read
 * the stream, and what its process says. */
static int pollable(struct remote *r)
{
	struct epoll_event e = { .events = EPOLLIN };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return -errno;
	r->channel.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->channel.wake < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, r->channel.wake, &e) < 0 ||
	    epoll_ctl(fd, EPOLL_CTL_ADD, r->st->fd, &e) < 0 || epoll_ctl(fd, EPOLL_CTL_ADD, r->st->more, &e) < 0 ||
	    (r->st->child_err >= 0 && epoll_ctl(fd, EPOLL_CTL_ADD, r->st->child_err, &e) < 0)) {
		int code = -errno;

		close(fd);
		return code;
	}
	r->channel.poll = fd;
	return fd;
}

static int ask(struct remote *r, uint16_t protocol, uint32_t rcvbuf, const char *there, uint32_t *ret_port,
	       struct weft_error *e)
{
	struct weft_bytes text = { NULL, 0 };
	uint8_t head[12];
	int n;

	weft__set_le16(head, protocol);
	weft__set_le16(head + 2, 0);
	weft__set_le32(head + 4, rcvbuf);
	weft__set_le32(head + 8, WEFT__WINDOW);
	n = weft__stream_send(r->st, WEFT__F_OPEN, r->channel.number, (struct weft_bytes){ head, sizeof head },
			      (struct weft_bytes){ there, strlen(there) });
	if (n == 0)
		n = answer(r, WEFT__F_OPENED, ret_port, &text);
	r->channel.open = n == 0;
	if (n == 0)
		return 0;
	/* a stream that is gone takes no question */
	if (!text.len)
		text = (struct weft_bytes){ r->st->why, strlen(r->st->why) };
	return weft_error_set(e, n, WEFT_WHERE_TRANSPORT, "", "%.*s", (int)(text.len > 180 ? 180 : text.len),
			      (const char *)text.p);
}

/* The stream: that of `with`, or a new one. */
static int stream_of(const char *peer, struct weft__socket *with, const struct weft__stream_opts *o,
		     struct weft__stream **ret, struct weft_error *e)
{
	if (with && with->by == &remote) {
		*ret = ((struct remote *)with->own)->st;
		(*ret)->refs++;
		return 0;
	}
	return weft__stream_open(peer, o, ret, e);
}

int weft__remote_open(uint16_t protocol, const char *target, struct weft__socket *with, uint32_t rcvbuf,
		      const struct weft__stream_opts *o, struct weft__socket *ret, struct weft_error *reterr)
{
	const char *there = "";
	struct remote *r = calloc(1, sizeof *r);
	char *peer = peer_of(target, &there);
	uint32_t port = 0;
	int fd = -1, n;

	n = r && peer ? stream_of(peer, with, o, &r->st, reterr)
		      : weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	free(peer);
	if (n < 0) {
		free(r);
		return n;
	}
	r->channel.wake = r->channel.poll = -1;
	if (strlen(there) > 512)
		n = weft_error_set(reterr, -ENAMETOOLONG, WEFT_WHERE_CALLER, "", "target too long");
	else if (!number(r))
		n = weft_error_set(reterr, -EMFILE, WEFT_WHERE_CALLER, "", "too many sessions on one stream");
	else if ((fd = pollable(r)) < 0)
		n = weft_error_set(reterr, fd, WEFT_WHERE_TRANSPORT, "", "%s", strerror(-fd));
	else
		n = ask(r, protocol, rcvbuf, there, &port, reterr);
	if (n < 0) {
		release(r, fd);
		return n;
	}
	*ret = (struct weft__socket){ .by = &remote, .own = r, .fd = fd, .port = port };
	return 0;
}
