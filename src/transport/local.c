/* SPDX-License-Identifier: MIT */
/* Netlink sockets of this machine's kernel. */
#include <errno.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/local.h"
#include "transport/netns.h"

enum {
	FIRST = 64, /* datagrams of a socket that nobody else can send to, whose senders are looked at all the same */
};

static int sys_error(struct weft_error *e, int code, const char *what, const char *arg)
{
	return weft_error_set(e, code, WEFT_WHERE_TRANSPORT, "", "%s%s%.100s: %s", what, arg ? " " : "", arg ? arg : "",
			      strerror(-code));
}

static int open_fd(uint16_t protocol, const struct weft__way *way, struct weft_error *e)
{
	bool own = !way->target || strcmp(way->target, "local") == 0;
	struct weft__ns ns = { .fd = -1 };
	int fd = way->ns || own ? 0 : weft__ns_hold(way->target, &ns, e);

	if (fd < 0)
		return fd;
	fd = weft__socket_inside(protocol, way->ns ? way->ns : &ns);
	weft__ns_drop(&ns);
	if (fd < 0)
		return own ? sys_error(e, fd, "netlink socket", NULL) : sys_error(e, fd, "socket in", way->target);
	return fd;
}

static void local_close(struct weft__socket *s)
{
	close(s->fd);
}

static int local_send(struct weft__socket *s, struct weft_bytes b)
{
	ssize_t n;

	/* to the kernel, whether it is connected to it or not */
	do
		n = send(s->fd, b.p, b.len, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == b.len ? 0 : -EIO;
}

/* The group that NETLINK_PKTINFO tells. */
static uint32_t group_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		struct nl_pktinfo info;

		if (c->cmsg_level != SOL_NETLINK || c->cmsg_type != NETLINK_PKTINFO ||
		    c->cmsg_len < CMSG_LEN(sizeof info))
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof info);
		return info.group;
	}
	return 0;
}

/* Only the kernel has port 0; anybody else with the right may send to ours. */
static bool from_kernel(const struct sockaddr_nl *from, socklen_t len)
{
	return len == sizeof *from && from->nl_family == AF_NETLINK && from->nl_pid == 0;
}

static int recv_with_group(int fd, void *buf, size_t cap, uint32_t *ret_group)
{
	struct sockaddr_nl from;
	struct iovec iov = { buf, cap };
	char control[64];
	struct msghdr m = { .msg_name = &from,
			    .msg_namelen = sizeof from,
			    .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof control };
	ssize_t n;

	do
		n = recvmsg(fd, &m, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!from_kernel(&from, m.msg_namelen))
		return -EPERM;
	if (m.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	*ret_group = group_of(&m);
	return (int)n;
}

/* One datagram of the kernel's less to be looked at. */
static void looked(struct weft__socket *s)
{
	if (s->look != WEFT__ALL)
		s->look--;
}

static int local_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct sockaddr_nl from;
	socklen_t len = sizeof from;
	ssize_t n;

	if (ret_group)
		return recv_with_group(s->fd, buf, cap, ret_group);
	/* MSG_TRUNC: the length is that of the datagram, also when it did not fit */
	do
		n = recvfrom(s->fd, buf, cap, MSG_TRUNC, s->look ? (struct sockaddr *)&from : NULL,
			     s->look ? &len : NULL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (s->look) {
		if (!from_kernel(&from, len))
			return -EPERM;
		looked(s);
	}
	return (size_t)n > cap ? -EMSGSIZE : (int)n;
}

static int local_recv_many(struct weft__socket *s, struct weft__datagram *d, int n)
{
	struct mmsghdr m[WEFT__MANY];
	struct sockaddr_nl from[WEFT__MANY];
	bool look = s->look != 0;
	int got;

	n = n > WEFT__MANY ? WEFT__MANY : n;
	for (int i = 0; i < n; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_iov = &d[i].to, .msg_iovlen = 1 };
	for (int i = 0; look && i < n; i++) {
		m[i].msg_hdr.msg_name = &from[i];
		m[i].msg_hdr.msg_namelen = sizeof from[i];
	}
	do
		got = recvmmsg(s->fd, m, (unsigned)n, MSG_DONTWAIT, NULL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	for (int i = 0; i < got; i++) {
		bool theirs = look && !from_kernel(&from[i], m[i].msg_hdr.msg_namelen);

		d[i].len = theirs ? -EPERM : m[i].msg_hdr.msg_flags & MSG_TRUNC ? -EMSGSIZE : (int)m[i].msg_len;
		if (s->look && !theirs)
			looked(s);
	}
	return got;
}

static int local_member(struct weft__socket *s, uint32_t group, bool join)
{
	int one = 1, what = join ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP;

	/* through a group others can send for ever: what they sent may still wait when it is left */
	s->look = WEFT__ALL;
	(void)setsockopt(s->fd, SOL_NETLINK, NETLINK_PKTINFO, &one, sizeof one);
	return setsockopt(s->fd, SOL_NETLINK, what, &group, sizeof group) < 0 ? -errno : 0;
}

static int local_wait(struct weft__socket *s, int timeout_ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

static const struct weft__carrier local = {
	.send = local_send,
	.recv = local_recv,
	.recv_many = local_recv_many,
	.member = local_member,
	.wait = local_wait,
	.close = local_close,
};

/* The kernel fills datagrams of a dump as far as the buffers that it has seen on a socket, and only a few
 * KiB while it has seen none: many dumps end there without a word when their first object is larger. So it
 * is shown one, with the answer to a message that does nothing. It is smaller than those that follow: of two dumps
 * on one socket, the first is cut at other places (src/proto/sure.c). */
static void show_buffer(int fd, uint16_t protocol)
{
	struct nlmsghdr nothing = { sizeof nothing, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, 0, 0 };
	uint8_t part[4096];
	struct iovec parts[7];
	struct sockaddr_nl from;
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = parts, .msg_iovlen = 7 };

	if (protocol != NETLINK_ROUTE && protocol != NETLINK_GENERIC && protocol != NETLINK_NETFILTER &&
	    protocol != NETLINK_SOCK_DIAG && protocol != NETLINK_XFRM)
		return;
	/* as many bytes as count, of which few are needed */
	for (int i = 0; i < 7; i++)
		parts[i] = (struct iovec){ part, sizeof part };
	/* where it fails, sessions know a stray answer when they see it */
	if (send(fd, &nothing, sizeof nothing, 0) < 0)
		return;
	while (recvmsg(fd, &m, 0) >= 0 && !from_kernel(&from, m.msg_namelen))
		m.msg_namelen = sizeof from;
}

/* To a netlink socket that is connected to the kernel nobody else can send, but through a group: the kernel answers
 * them ECONNREFUSED. Nor can others fill it then. What was under way when it was connected comes through all the same;
 * it could not know the numbers of requests that were not made yet, and the senders of the first datagrams are looked
 * at. To be told all of them would cost 2 % of a request. How many are to be looked at. */
static uint8_t shut_out_others(int fd)
{
	const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	return connect(fd, (const struct sockaddr *)&kernel, sizeof kernel) == 0 ? FIRST : WEFT__ALL;
}

int weft__local_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		     struct weft_error *reterr)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof a;
	int one = 1, size = (int)(way->rcvbuf > INT32_MAX / 2 ? INT32_MAX / 2 : way->rcvbuf), r;
	int fd = open_fd(protocol, way, reterr);

	if (fd < 0)
		return fd;
	/* older kernels lack the last three; what they give is then used as it is */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || getsockname(fd, (struct sockaddr *)&a, &len) < 0) {
		r = sys_error(reterr, -errno, "bind", NULL);
		close(fd);
		return r;
	}
	*ret = (struct weft__socket){ .by = &local, .fd = fd, .port = a.nl_pid, .look = shut_out_others(fd) };
	show_buffer(fd, protocol);
	return 0;
}

const struct weft__socket *weft__local_inside(struct weft__socket *s)
{
	while (s->by->inner)
		s = s->by->inner(s);
	return s->by == &local && s->look != WEFT__ALL ? s : NULL;
}
