/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_H
#define WEFT_TRANSPORT_H

/* Datagrams to and from a kernel: this machine's, in any network namespace, or one far away. */

#include <errno.h>
#include <sys/uio.h>

#include <weft/base.h>

struct weft__socket;
struct weft__ns;

/* One of several datagrams received at once. */
struct weft__datagram {
	struct iovec to; /* where it goes, and how much of it */
	int len;	 /* bytes, or what weft__socket_recv would say of it */
};
enum {
	WEFT__MANY = 72, /* at most; what is asked for beyond that is left for the next time */
};

/* What moves the bytes of a socket. */
struct weft__carrier {
	int (*send)(struct weft__socket *s, struct weft_bytes b);
	int (*recv)(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group);
	int (*recv_many)(struct weft__socket *s, struct weft__datagram *d, int n); /* NULL: one by one */
	int (*member)(struct weft__socket *s, uint32_t group, bool join);
	int (*wait)(struct weft__socket *s, int timeout_ms);
	int (*due)(const struct weft__socket *s);	       /* NULL: never */
	const char *(*why)(const struct weft__socket *s);      /* NULL: nothing to tell */
	struct weft__socket *(*inner)(struct weft__socket *s); /* NULL: it is not around another */
	void (*close)(struct weft__socket *s);
};

enum {
	WEFT__ALL = UINT8_MAX,
};

struct weft__socket {
	const struct weft__carrier *by; /* NULL: closed */
	void *own;			/* the carrier's; NULL: nothing beside fd */
	int fd;				/* readable when there may be something to receive */
	uint32_t port;			/* netlink port id; how answers are addressed */
	uint8_t look; /* this machine's: datagrams whose senders are still to be looked at, or WEFT__ALL */
	uint32_t seq; /* sequence number before the first that is to be used; 0: any */
	size_t went;  /* when sending failed: bytes of whole messages at the head of the datagram that were taken
		       * all the same, and are answered; nothing of the rest was done, unless the socket is
		       * of no more use */
};

/* Whose kernel, and how to get there. */
struct weft__way {
	const char *target;	   /* NULL or "local", "netns:NAME", "netns:/path", "pid:N", "ssh:...", "unix:...",
				    * "exec:...", "tape:FILE" */
	const struct weft__ns *ns; /* the namespace that target named when it was looked up; NULL: not yet */
	const char *record;	   /* tape to be written; NULL: none */
	const char *agent;	   /* command on the far side; NULL: "weft agent" */
	struct weft__socket *with; /* an open socket of the same peer, whose connection carries this one
				    * too; NULL: none */
	uint32_t rcvbuf, timeout_ms, keepalive_ms;
	uint32_t seq;	 /* sequence number before the first, for a tape */
	uint32_t reader; /* bytes that a thread of its own keeps of what comes; 0: no thread */
};
/* Whether a target is a namespace of this machine. */
bool weft__is_here(const char *target);
/* 0, or a negative errno that reterr explains. */
int weft__socket_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		      struct weft_error *reterr);

static inline void weft__socket_close(struct weft__socket *s)
{
	if (s->by)
		s->by->close(s);
	s->by = NULL;
	s->fd = -1;
}

/* One datagram; 0 or a negative errno. */
static inline int weft__socket_send(struct weft__socket *s, struct weft_bytes b)
{
	s->went = 0;
	return s->by->send(s, b);
}

/* Never waits. Bytes received, or -EAGAIN, -ENOBUFS, -EMSGSIZE (datagram larger than cap: lost), -EPERM
 * (sender was not the kernel: dropped), other errno. Of what was too large the beginning may stand in buf. *ret_group
 * (may be NULL): multicast group or 0. */
static inline int weft__socket_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	return s->by->recv(s, buf, cap, ret_group);
}

/* Up to n datagrams at once, without waiting: how many, or a negative errno. */
static inline int weft__socket_recv_many(struct weft__socket *s, struct weft__datagram *d, int n)
{
	if (s->by->recv_many)
		return s->by->recv_many(s, d, n);
	d->len = s->by->recv(s, d->to.iov_base, d->to.iov_len, NULL);
	return d->len == -EAGAIN ? d->len : 1;
}

static inline int weft__socket_join(struct weft__socket *s, uint32_t group)
{
	return s->by->member(s, group, true);
}

static inline int weft__socket_leave(struct weft__socket *s, uint32_t group)
{
	return s->by->member(s, group, false);
}

/* Until there may be something to receive, or the time is over (-1: none is set). */
static inline int weft__socket_wait(struct weft__socket *s, int timeout_ms)
{
	return s->by->wait(s, timeout_ms);
}

/* Whoever has the descriptor may join groups with it, through which others can send. */
static inline void weft__socket_expose(struct weft__socket *s)
{
	for (; s && s->by; s = s->by->inner ? s->by->inner(s) : NULL)
		s->look = WEFT__ALL;
}

/* Milliseconds until receiving should be tried without news from the descriptor; -1: never. */
static inline int weft__socket_due(const struct weft__socket *s)
{
	return s->by->due ? s->by->due(s) : -1;
}

/* Why the socket is of no more use, or NULL. */
static inline const char *weft__socket_why(const struct weft__socket *s)
{
	return s->by && s->by->why ? s->by->why(s) : NULL;
}

#endif
