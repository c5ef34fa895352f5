/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fake.h"

enum {
	FDS = 256,
	QUEUE = 256,
};

static struct datagram {
	int err;
	uint32_t port, group;
	size_t len;
	uint8_t *p;
} queue[QUEUE];
static unsigned first, queued;
static struct {
	int err;
	unsigned skip, times;
} fails[FAKE_CALLS];
static bool ours[FDS];
static size_t short_send;

void (*fake_on_send)(const uint8_t *req, size_t len);
void (*fake_in_madvise)(void);
void (*fake_in_poll)(void);
uint64_t fake_ms;
enum fake_control fake_control;
enum fake_sender fake_sender;
unsigned fake_sockets;
unsigned fake_unseen;

void fake_reset(void)
{
	for (; first < queued; first++)
		free(queue[first].p);
	first = queued = 0;
	memset(fails, 0, sizeof fails);
	short_send = 0;
	fake_on_send = NULL;
	fake_in_poll = NULL;
	fake_control = FAKE_WHOLE;
	fake_sender = FAKE_NETLINK;
	fake_unseen = 0;
	fake_ms = fake_ms ? fake_ms : 1000;
}

void fake_fail(enum fake_call c, int err, unsigned skip, unsigned times)
{
	fails[c].err = err;
	fails[c].skip = skip;
	fails[c].times = times;
}

unsigned fake_failures_left(enum fake_call c)
{
	return fails[c].times;
}

static bool fails_now(enum fake_call c)
{
	if (!fails[c].times)
		return false;
	if (fails[c].skip) {
		fails[c].skip--;
		return false;
	}
	fails[c].times--;
	errno = fails[c].err;
	return true;
}

void fake_short_send(size_t n)
{
	short_send = n;
}

void *__real_malloc(size_t n);

static void add(struct datagram d, const void *p)
{
	if (first == queued)
		first = queued = 0;
	assert_true(queued < QUEUE);
	if (p) {
		d.p = __real_malloc(d.len + 1);
		assert_non_null(d.p);
		memcpy(d.p, p, d.len);
	}
	queue[queued++] = d;
}

void fake_receive_from(const void *p, size_t len, uint32_t port, uint32_t group)
{
	add((struct datagram){ .port = port, .group = group, .len = len }, p);
}

void fake_receive(const void *p, size_t len)
{
	fake_receive_from(p, len, 0, 0);
}

void fake_receive_error(int err)
{
	add((struct datagram){ .err = err }, NULL);
}

int fake_open_fds(void)
{
	int n = 0;

	for (int i = 3; i < FDS; i++)
		n += fcntl(i, F_GETFD) >= 0;
	return n;
}

/* --- in place of the system calls --- */

#define REAL_AND_WRAP(type, name, ...)                                                                                 \
	type __real_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__);                                                                               \
	type __wrap_##name(__VA_ARGS__)

REAL_AND_WRAP(int, socket, int domain, int type, int protocol)
{
	int fd;

	if (domain != AF_NETLINK)
		return __real_socket(domain, type, protocol);
	if (fails_now(FAKE_SOCKET))
		return -1;
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0 && fd < FDS);
	ours[fd] = true;
	fake_sockets++;
	return fd;
}

REAL_AND_WRAP(int, close, int fd)
{
	if (fd >= 0 && fd < FDS && ours[fd]) {
		ours[fd] = false;
		fake_sockets--;
	}
	return __real_close(fd);
}

REAL_AND_WRAP(int, setsockopt, int fd, int level, int name, const void *p, socklen_t len)
{
	(void)fd;
	(void)p;
	(void)len;
	if (level == SOL_SOCKET && name == SO_RCVBUFFORCE && fails_now(FAKE_FORCE))
		return -1;
	return level == SOL_NETLINK && name == NETLINK_ADD_MEMBERSHIP && fails_now(FAKE_JOIN) ? -1 : 0;
}

REAL_AND_WRAP(int, bind, int fd, const struct sockaddr *a, socklen_t len)
{
	(void)fd;
	(void)a;
	(void)len;
	return fails_now(FAKE_BIND) ? -1 : 0;
}

REAL_AND_WRAP(int, connect, int fd, const struct sockaddr *a, socklen_t len)
{
	if (fd < 0 || fd >= FDS || !ours[fd])
		return __real_connect(fd, a, len);
	return fails_now(FAKE_CONNECT) ? -1 : 0;
}

REAL_AND_WRAP(int, getsockname, int fd, struct sockaddr *a, socklen_t *len)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = FAKE_PORT };

	(void)fd;
	if (fails_now(FAKE_GETSOCKNAME))
		return -1;
	assert_true(*len >= sizeof nl);
	memcpy(a, &nl, sizeof nl);
	return 0;
}

REAL_AND_WRAP(ssize_t, send, int fd, const void *p, size_t len, int flags)
{
	(void)fd;
	(void)flags;
	/* what a new socket says is not for the test */
	if (len >= 6 && weft_get_u16((const uint8_t *)p + 4) == WEFT_NLMSG_NOOP)
		return (ssize_t)len;
	if (fails_now(FAKE_SEND))
		return -1;
	if (fake_on_send)
		fake_on_send(p, len);
	return (ssize_t)(short_send ? short_send : len);
}

/* The next datagram, or NULL and errno. */
static struct datagram *take(void)
{
	if (first == queued) {
		errno = EAGAIN;
		return NULL;
	}
	if (queue[first].err) {
		errno = queue[first++].err;
		return NULL;
	}
	return &queue[first++];
}

static socklen_t put_sender(const struct datagram *d, void *to)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = d->port };

	if (!to) {
		fake_unseen++;
		return 0;
	}
	if (fake_sender == FAKE_OTHER_FAMILY)
		nl.nl_family = AF_UNIX;
	memcpy(to, &nl, sizeof nl);
	return fake_sender == FAKE_SHORT_NAME ? 2 : sizeof nl;
}

static ssize_t hand_over(struct datagram *d, void *p, size_t cap, size_t ret)
{
	memcpy(p, d->p, d->len < cap ? d->len : cap);
	free(d->p);
	d->p = NULL;
	return (ssize_t)ret;
}

REAL_AND_WRAP(ssize_t, recvfrom, int fd, void *p, size_t cap, int flags, struct sockaddr *from, socklen_t *len)
{
	struct datagram *d = take();
	socklen_t n;

	(void)fd;
	assert_int_equal(flags, MSG_TRUNC);
	if (!d)
		return -1;
	n = put_sender(d, from);
	if (len)
		*len = n;
	return hand_over(d, p, cap, d->len);
}

static void put_group(const struct datagram *d, struct msghdr *m)
{
	struct nl_pktinfo info = { .group = d->group };
	struct cmsghdr *c = CMSG_FIRSTHDR(m);

	c->cmsg_level = fake_control == FAKE_OTHER_LEVEL ? SOL_SOCKET : SOL_NETLINK;
	c->cmsg_type = fake_control == FAKE_OTHER_TYPE ? 99 : NETLINK_PKTINFO;
	c->cmsg_len = CMSG_LEN(fake_control == FAKE_SHORT ? 0 : sizeof info);
	if (fake_control != FAKE_SHORT)
		memcpy(CMSG_DATA(c), &info, sizeof info);
	m->msg_controllen = fake_control == FAKE_NONE ? 0 : CMSG_SPACE(sizeof info);
}

REAL_AND_WRAP(ssize_t, recvmsg, int fd, struct msghdr *m, int flags)
{
	struct datagram *d;

	assert_int_equal(flags, 0);
	assert_true(fd < FDS && ours[fd]);
	/* who asks for no group is shown a buffer */
	if (!m->msg_control) {
		errno = EAGAIN;
		return -1;
	}
	d = take();
	if (!d)
		return -1;
	m->msg_namelen = put_sender(d, m->msg_name);
	m->msg_flags = d->len > m->msg_iov->iov_len ? MSG_TRUNC : 0;
	put_group(d, m);
	return hand_over(d, m->msg_iov->iov_base, m->msg_iov->iov_len,
			 d->len < m->msg_iov->iov_len ? d->len : m->msg_iov->iov_len);
}

REAL_AND_WRAP(int, recvmmsg, int fd, struct mmsghdr *m, unsigned n, int flags, struct timespec *timeout)
{
	unsigned i;

	(void)fd;
	(void)timeout;
	assert_int_equal(flags, MSG_DONTWAIT);
	for (i = 0; i < n; i++) {
		struct msghdr *h = &m[i].msg_hdr;
		struct datagram *d;

		if (i && first < queued && queue[first].err)
			break;
		d = take();
		if (!d)
			break;
		h->msg_namelen = put_sender(d, h->msg_name);
		h->msg_flags = d->len > h->msg_iov->iov_len ? MSG_TRUNC : 0;
		m[i].msg_len = (unsigned)(d->len < h->msg_iov->iov_len ? d->len : h->msg_iov->iov_len);
		(void)hand_over(d, h->msg_iov->iov_base, h->msg_iov->iov_len, 0);
	}
	return i ? (int)i : -1;
}

/* Nothing comes by waiting, but time goes on. */
REAL_AND_WRAP(int, poll, struct pollfd *p, nfds_t n, int ms)
{
	(void)p;
	(void)n;
	assert_true(ms >= 0);
	if (fake_in_poll)
		fake_in_poll();
	else
		fake_ms += (uint64_t)ms;
	return fails_now(FAKE_POLL) ? -1 : 0;
}

REAL_AND_WRAP(int, clock_gettime, clockid_t id, struct timespec *t)
{
	/* the coarse one is as far behind as it may be */
	uint64_t ms = fake_ms - (id == CLOCK_MONOTONIC_COARSE ? 10 : 0);

	t->tv_sec = (time_t)(ms / 1000);
	t->tv_nsec = (long)(ms % 1000) * 1000000;
	return 0;
}

#define FAILING(type, id, name, bad, params, args)                                                                     \
	REAL_AND_WRAP(type, name, params)                                                                              \
	{                                                                                                              \
		return fails_now(id) ? (bad) : __real_##name args;                                                     \
	}
#define P(...) __VA_ARGS__

FAILING(pid_t, FAKE_WAITPID, waitpid, -1, P(pid_t a, int *b, int c), (a, b, c))
FAILING(int, FAKE_FSTAT, fstat64, -1, P(int a, struct stat64 *b), (a, b))
FAILING(int, FAKE_FSTATFS, fstatfs64, -1, P(int a, struct statfs64 *b), (a, b))
FAILING(void *, FAKE_MMAP, mmap64, MAP_FAILED, P(void *a, size_t b, int c, int d, int e, off_t f), (a, b, c, d, e, f))
void *(*fake_malloc)(size_t n) = __real_malloc;

REAL_AND_WRAP(void *, malloc, size_t n)
{
	return fails_now(FAKE_MALLOC) ? NULL : fake_malloc(n);
}

FAILING(void *, FAKE_MALLOC, calloc, NULL, P(size_t a, size_t b), (a, b))
FAILING(void *, FAKE_MALLOC, realloc, NULL, P(void *a, size_t b), (a, b))
FAILING(char *, FAKE_MALLOC, strdup, NULL, P(const char *a), (a))

REAL_AND_WRAP(int, madvise, void *p, size_t len, int advice)
{
	void (*f)(void) = fake_in_madvise;

	fake_in_madvise = NULL;
	if (f)
		f();
	return fails_now(FAKE_MADVISE) ? -1 : __real_madvise(p, len, advice);
}

int __real_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);
int __wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);

int __wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	return fails_now(FAKE_CLONE) ? -1 : __real_clone(fn, stack, flags, arg);
}

/* The child's new namespace is that of the test: no right is needed. */
REAL_AND_WRAP(int, setns, int fd, int type)
{
	(void)fd;
	(void)type;
	return fails_now(FAKE_SETNS) ? -1 : 0;
}
