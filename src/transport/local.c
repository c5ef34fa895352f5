/* SPDX-License-Identifier: MIT */
/* Netlink sockets of the local kernel. A socket of another namespace is made by a short-lived child
 * that hands it back: no thread of the caller ever changes its namespace. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/transport.h"

static int sys_error(struct weft_error *e, const char *what, const char *arg)
{
	int code = -errno;

	return weft_error_set(e, code, WEFT_WHERE_TRANSPORT, "", "%s%s%.100s: %s", what, arg ? " " : "",
			      arg ? arg : "", strerror(-code));
}

static int plain_socket(uint16_t protocol)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

static int send_fd(int to, int fd, int code)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u = { { 0 } };
	struct iovec iov = { &code, sizeof code };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	if (fd >= 0) {
		m.msg_control = u.buf;
		m.msg_controllen = sizeof u.buf;
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	return sendmsg(to, &m, MSG_NOSIGNAL) == sizeof code ? 0 : -errno;
}

/* The fd, or the negative errno that the child met. */
static int receive_fd(int from)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} u;
	int code = 0, fd = -1;
	struct iovec iov = { &code, sizeof code };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = u.buf,
			    .msg_controllen = sizeof u.buf };
	struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n != sizeof code)
		return -EIO;
	if (code < 0)
		return code;
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fd))
		return -EIO;
	memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

static int socket_inside(uint16_t protocol, int ns)
{
	int pair[2], fd, status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		fd = -errno;
	} else if (pid == 0) {
		/* only async-signal-safe calls: the caller may have threads */
		int s = setns(ns, CLONE_NEWNET) < 0 ? -1 : plain_socket(protocol);

		(void)send_fd(pair[1], s, s < 0 ? -errno : 0);
		_exit(0);
	} else {
		close(pair[1]);
		pair[1] = -1;
		fd = receive_fd(pair[0]);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	close(pair[0]);
	if (pair[1] >= 0)
		close(pair[1]);
	return fd;
}

/* Path of the namespace file of a target, or an error that names it. */
static int ns_path(const char *target, char *path, size_t size, struct weft_error *e)
{
	int n;

	if (strncmp(target, "netns:", 6) == 0 && target[6] == '/') {
		n = snprintf(path, size, "%s", target + 6);
	} else if (strncmp(target, "netns:", 6) == 0) {
		if (!target[6] || target[6] == '.' || strchr(target + 6, '/'))
			return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "",
					      "not a namespace name: \"%.60s\"", target + 6);
		n = snprintf(path, size, "/run/netns/%s", target + 6);
	} else if (strncmp(target, "pid:", 4) == 0 && target[4] &&
		   strspn(target + 4, "0123456789") == strlen(target + 4)) {
		n = snprintf(path, size, "/proc/%s/ns/net", target + 4);
	} else {
		return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "",
				      "unknown target \"%.60s\": local, netns:NAME, netns:/path or pid:N",
				      target);
	}
	if (n < 0 || (size_t)n >= size)
		return weft_error_set(e, -ENAMETOOLONG, WEFT_WHERE_CALLER, "", "target too long");
	return 0;
}

static int open_fd(uint16_t protocol, const char *target, struct weft_error *e)
{
	char path[256];
	int ns, fd, r;

	if (!target || strcmp(target, "local") == 0) {
		fd = plain_socket(protocol);
		return fd < 0 ? sys_error(e, "netlink socket", NULL) : fd;
	}
	r = ns_path(target, path, sizeof path, e);
	if (r < 0)
		return r;
	ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0)
		return sys_error(e, "namespace", path);
	fd = socket_inside(protocol, ns);
	close(ns);
	if (fd < 0) {
		errno = -fd;
		return sys_error(e, "socket in namespace", path);
	}
	return fd;
}

int weft__socket_open(uint16_t protocol, const char *target, uint32_t rcvbuf,
		      struct weft__socket *ret, struct weft_error *reterr)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof a;
	int one = 1, size = (int)(rcvbuf > INT32_MAX / 2 ? INT32_MAX / 2 : rcvbuf), r;
	int fd = open_fd(protocol, target, reterr);

	if (fd < 0)
		return fd;
	/* older kernels lack the last three; what they give is then used as it is */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof one);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof one);
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0) {
		r = sys_error(reterr, "bind", NULL);
		close(fd);
		return r;
	}
	ret->fd = fd;
	ret->port = a.nl_pid;
	return 0;
}

void weft__socket_close(struct weft__socket *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

int weft__socket_send(const struct weft__socket *s, struct weft_bytes b)
{
	ssize_t n;

	/* a netlink socket that was never connected sends to the kernel */
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
	struct msghdr m = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &iov,
			    .msg_iovlen = 1, .msg_control = control,
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

int weft__socket_recv(const struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct sockaddr_nl from;
	socklen_t len = sizeof from;
	ssize_t n;

	if (ret_group)
		return recv_with_group(s->fd, buf, cap, ret_group);
	/* MSG_TRUNC: the length is that of the datagram, also when it did not fit */
	do
		n = recvfrom(s->fd, buf, cap, MSG_TRUNC, (struct sockaddr *)&from, &len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (!from_kernel(&from, len))
		return -EPERM;
	return (size_t)n > cap ? -EMSGSIZE : (int)n;
}

int weft__socket_join(const struct weft__socket *s, uint32_t group)
{
	int one = 1;

	(void)setsockopt(s->fd, SOL_NETLINK, NETLINK_PKTINFO, &one, sizeof one);
	if (setsockopt(s->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0)
		return -errno;
	return 0;
}
