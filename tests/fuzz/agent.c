/* SPDX-License-Identifier: MIT */
/* Any bytes as what an agent hears from a peer, and as what a kernel answers. There is no kernel:
 * sockets of netlink give back what was sent to them. Whatever comes, what the agent says are
 * frames, no channel gets more than it was granted, and a read-only agent sends nothing that a
 * kernel would take for a change. */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weft/agent.h>

#include "large.h"
#include "transport/frame.h"

enum {
	FDS = 1200,
	LARGEST = 1 << 16,
};

static struct {
	bool open, group;
	uint16_t protocol;
	uint8_t *p;
	size_t len;
} sockets[FDS];
static unsigned n_open, salt;
static bool read_only;
static size_t chunk;
static int in_fd = -1, out_fd = -1;

#define REAL_AND_WRAP(type, name, ...)                                                                                 \
	type __real_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__)

REAL_AND_WRAP(int, socket, int domain, int type, int protocol)
{
	int fd;

	if (domain != AF_NETLINK)
		return __real_socket(domain, type, protocol);
	/* always readable, as far as poll knows */
	fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
	if (fd < 0 || fd >= FDS) {
		(void)close(fd);
		errno = EMFILE;
		return -1;
	}
	sockets[fd].open = true;
	sockets[fd].protocol = (uint16_t)protocol;
	n_open++;
	return fd;
}

static bool ours(int fd)
{
	return fd >= 0 && fd < FDS && sockets[fd].open;
}

REAL_AND_WRAP(int, close, int fd)
{
	if (ours(fd)) {
		free(sockets[fd].p);
		memset(&sockets[fd], 0, sizeof sockets[fd]);
		n_open--;
	}
	return __real_close(fd);
}

REAL_AND_WRAP(int, setsockopt, int fd, int level, int name, const void *value, socklen_t len)
{
	if (!ours(fd))
		return __real_setsockopt(fd, level, name, value, len);
	if (name == NETLINK_ADD_MEMBERSHIP) {
		sockets[fd].group = true;
		errno = EINVAL;
		return *(const uint32_t *)value > 64 ? -1 : 0;
	}
	return 0;
}

REAL_AND_WRAP(int, bind, int fd, const struct sockaddr *a, socklen_t len)
{
	return ours(fd) ? 0 : __real_bind(fd, a, len);
}

REAL_AND_WRAP(int, getsockname, int fd, struct sockaddr *a, socklen_t *len)
{
	if (!ours(fd))
		return __real_getsockname(fd, a, len);
	((struct sockaddr_nl *)(void *)a)->nl_pid = (uint32_t)fd + 1000;
	return 0;
}

/* Types that change nothing, as docs/protocol.md has them; not as the agent finds them. */
static bool asks(uint16_t protocol, const struct nlmsghdr *h)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		return h->nlmsg_type % 4 == 2 && h->nlmsg_type != 78;
	case NETLINK_GENERIC:
		return h->nlmsg_type == 16;
	case NETLINK_SOCK_DIAG:
		return h->nlmsg_type != 21;
	case NETLINK_XFRM:
		return h->nlmsg_type == 0x12 || h->nlmsg_type == 0x15 || h->nlmsg_type == 0x1f ||
		       h->nlmsg_type == 0x23 || h->nlmsg_type == 0x25 || h->nlmsg_type == 0x28;
	case NETLINK_NETFILTER:
		return h->nlmsg_type != 16 && (h->nlmsg_type & 0xff) != 0x03;
	default:
		return false;
	}
}

/* As a kernel walks a datagram. */
static void judge(uint16_t protocol, const uint8_t *p, size_t len)
{
	struct nlmsghdr h;

	REQUIRE(protocol == NETLINK_ROUTE || protocol == NETLINK_GENERIC || protocol == NETLINK_SOCK_DIAG ||
		protocol == NETLINK_XFRM || protocol == NETLINK_NETFILTER);
	while (len >= sizeof h) {
		memcpy(&h, p, sizeof h);
		if (h.nlmsg_len < sizeof h || h.nlmsg_len > len)
			return;
		REQUIRE(h.nlmsg_type < NLMSG_MIN_TYPE || asks(protocol, &h));
		if (NLMSG_ALIGN(h.nlmsg_len) >= len)
			return;
		p += NLMSG_ALIGN(h.nlmsg_len);
		len -= NLMSG_ALIGN(h.nlmsg_len);
	}
}

REAL_AND_WRAP(ssize_t, send, int fd, const void *p, size_t len, int flags)
{
	const struct nlmsghdr *h = p;

	if (!ours(fd))
		return __real_send(fd, p, len, flags);
	/* what is done when a socket is made is of the agent itself */
	if (read_only && !(len == sizeof *h && h->nlmsg_type == NLMSG_NOOP))
		judge(sockets[fd].protocol, p, len);
	if (salt++ % 16 == 15) {
		errno = ECONNREFUSED;
		return -1;
	}
	free(sockets[fd].p);
	sockets[fd].p = malloc(len ? len : 1);
	REQUIRE(sockets[fd].p);
	memcpy(sockets[fd].p, p, len);
	sockets[fd].len = len;
	return (ssize_t)len;
}

/* What was sent comes back once, from the kernel or from somebody; now and then something is lost.
 */
static ssize_t receive(int fd, void *buf, size_t cap, struct sockaddr_nl *from)
{
	size_t len = sockets[fd].len, n = len < cap ? len : cap;
	struct {
		struct nlmsghdr h;
		struct nlmsgerr e;
	} answer = { { sizeof answer, NLMSG_ERROR, NLM_F_CAPPED, 0, 0 }, { .error = -ENOENT } };
	struct nlmsghdr h;

	if (!sockets[fd].p) {
		errno = EAGAIN;
		return -1;
	}
	memcpy(buf, sockets[fd].p, n);
	free(sockets[fd].p);
	sockets[fd].p = NULL;
	/* whose number it is the agent itself asks, and waits for the answer */
	if (sockets[fd].protocol == NETLINK_GENERIC && len >= sizeof h && cap >= sizeof answer) {
		memcpy(&h, buf, sizeof h);
		answer.h.nlmsg_seq = h.nlmsg_seq;
		answer.h.nlmsg_pid = (uint32_t)fd + 1000;
		answer.e.msg = h;
		memcpy(buf, &answer, sizeof answer);
		*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
		return sizeof answer;
	}
	*from = (struct sockaddr_nl){ .nl_family = AF_NETLINK, .nl_pid = salt % 8 == 7 };
	if (salt++ % 8 == 5) {
		errno = ENOBUFS;
		return -1;
	}
	return (ssize_t)len;
}

REAL_AND_WRAP(ssize_t, recvfrom, int fd, void *buf, size_t cap, int flags, struct sockaddr *a, socklen_t *len)
{
	return ours(fd) ? receive(fd, buf, cap, (struct sockaddr_nl *)(void *)a)
			: __real_recvfrom(fd, buf, cap, flags, a, len);
}

REAL_AND_WRAP(ssize_t, recvmsg, int fd, struct msghdr *m, int flags)
{
	ssize_t n;

	if (!ours(fd))
		return __real_recvmsg(fd, m, flags);
	if (!m->msg_name) { /* the answer to what is done when a socket is made */
		free(sockets[fd].p);
		sockets[fd].p = NULL;
		return 0;
	}
	n = receive(fd, m->msg_iov->iov_base, m->msg_iov->iov_len, m->msg_name);
	m->msg_flags = n > 0 && (size_t)n > m->msg_iov->iov_len ? MSG_TRUNC : 0;
	m->msg_controllen = 0;
	return n;
}

REAL_AND_WRAP(ssize_t, read, int fd, void *buf, size_t len)
{
	return __real_read(fd, buf, fd == in_fd && len > chunk ? chunk : len);
}

/* No device is made. */
int __wrap_ioctl(int fd, unsigned long what, ...);
int __wrap_ioctl(int fd, unsigned long what, ...)
{
	(void)fd;
	(void)what;
	errno = EPERM;
	return -1;
}

static void frame(int fd, uint8_t type, uint16_t channel, const void *p, uint32_t len)
{
	uint8_t head[WEFT__FRAME_HDR];

	weft__frame_header(head, type, channel, len);
	REQUIRE(write(fd, head, sizeof head) == sizeof head && write(fd, p, len) == len);
}

/* What chance would hardly write: a greeting, and a channel. */
static void begin(uint8_t how)
{
	const struct weft__hello h = { .low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	static const uint16_t protocols[] = { 0, 16, 12, 6, 4, 8, 11, 15 };
	uint8_t hello[WEFT__HELLO_SIZE], open[12] = { 0 };

	weft__hello_put(hello, &h);
	frame(in_fd, WEFT__F_HELLO, 0, hello, sizeof hello);
	weft__set_le16(open, protocols[how & 7]);
	weft__set_le32(open + 8, 1000);
	frame(in_fd, WEFT__F_OPEN, 1, open, sizeof open);
}

/* What the agent said: whole frames, and of no channel more than it may. */
static void heard(void)
{
	static uint8_t said[LARGEST * 64];
	ssize_t have = pread(out_fd, said, sizeof said, 0);
	struct weft__frame f;
	size_t at = 0, size;
	int r;

	REQUIRE(have >= 0);
	while ((r = weft__frame_read(said + at, (size_t)have - at, &f, &size)) > 0)
		at += size;
	REQUIRE(r == 0 && (at == (size_t)have || have == sizeof said));
}

/* With the one that is none. */
static unsigned long frames_of(const uint8_t *p, size_t len)
{
	unsigned long n = 1;
	struct weft__frame f;
	size_t size;

	for (; weft__frame_read(p, len, &f, &size) > 0; n++, len -= size)
		p += size;
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const namespaces[] = { "local", "netns:none", NULL };
	struct weft_agent_opts o = { .size = sizeof o, .namespaces = namespaces };

	if (size < 2 || size > LARGEST)
		return 0;
	if (in_fd < 0) {
		in_fd = memfd_create("in", MFD_CLOEXEC);
		out_fd = memfd_create("out", MFD_CLOEXEC);
		REQUIRE(in_fd >= 0 && out_fd >= 0);
	}
	REQUIRE(ftruncate(in_fd, 0) == 0 && ftruncate(out_fd, 0) == 0);
	REQUIRE(lseek(in_fd, 0, SEEK_SET) == 0 && lseek(out_fd, 0, SEEK_SET) == 0);
	salt = data[1];
	chunk = data[1] & 1 ? 1 + (data[1] & 126u) : LARGEST;
	if (!(data[0] & 128))
		begin(data[0]);
	REQUIRE(write(in_fd, data + 2, size - 2) == (ssize_t)size - 2);
	REQUIRE(lseek(in_fd, 0, SEEK_SET) == 0);
	read_only = o.read_only = data[0] & 64;
	(void)!weft_agent_serve(in_fd, out_fd, &o, NULL);
	heard();
	count_frames(frames_of(data + 2, size - 2));
	REQUIRE(n_open == 0);
	return 0;
}
