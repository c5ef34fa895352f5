/* SPDX-License-Identifier: MIT */
/* A thread that empties a socket into a ring of memory: the kernel's buffer holds some milliseconds of events, the
 * ring as much as is wanted. One writer, one reader, no locks. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "transport/reader.h"

enum {
	DATAGRAM = 1 << 20, /* mostly 32 KiB, but one object may need more */
	LEAST = 4 * DATAGRAM,
};

/* What stands before each datagram in the ring. */
struct record {
	int32_t len; /* bytes, or a negative errno; WRAP: the next stands at the beginning */
	uint32_t group;
};
#define WRAP INT32_MIN

struct reader {
	struct weft__socket inner;
	pthread_t thread;
	pid_t pid;
	int wake, stop;
	int broken; /* why nothing comes any more: told whenever something is asked for */
	uint8_t *ring;
	size_t size;
	/* bytes ever written and taken; positions are these modulo size */
	_Atomic uint64_t written, taken;
	_Atomic uint64_t datagrams, bytes, peak, full;
};

static void signal_fd(int fd)
{
	uint64_t one = 1;

	(void)!write(fd, &one, sizeof one);
}

static size_t padded(int32_t len)
{
	return sizeof(struct record) + (len > 0 ? ((size_t)len + 7) & ~(size_t)7 : 0);
}

static void publish(struct reader *r, uint64_t at, const struct record *rec, size_t used)
{
	uint64_t before = atomic_load(&r->taken), waits = at + used - before;

	memcpy(r->ring + at % r->size, rec, sizeof *rec);
	if (waits > atomic_load_explicit(&r->peak, memory_order_relaxed))
		atomic_store_explicit(&r->peak, waits, memory_order_relaxed);
	atomic_store(&r->written, at + used);
	/* whoever found the ring empty waits for a sign */
	if (atomic_load(&r->taken) >= at)
		signal_fd(r->wake);
}

/* Until the socket has something, or the owner wants an end: false. */
static bool wait_for_kernel(struct reader *r)
{
	struct pollfd p[2] = { { .fd = r->inner.fd, .events = POLLIN }, { .fd = r->stop, .events = POLLIN } };

	(void)poll(p, 2, -1);
	return !p[1].revents;
}

/* Until there is room again, or an end is wanted: false. What comes meanwhile stays with the kernel. */
static bool wait_for_room(struct reader *r)
{
	struct pollfd p = { .fd = r->stop, .events = POLLIN };

	atomic_fetch_add_explicit(&r->full, 1, memory_order_relaxed);
	return poll(&p, 1, 1) == 0;
}

/* Room for a datagram in one piece at *ret; goes round the end of the ring when what is left there is too little. */
static bool room(struct reader *r, uint64_t *ret)
{
	const size_t need = sizeof(struct record) + DATAGRAM;
	uint64_t at = atomic_load_explicit(&r->written, memory_order_relaxed), free_;
	size_t tail = r->size - at % r->size;

	free_ = r->size - (at - atomic_load(&r->taken));
	if (tail < need) {
		struct record wrap = { WRAP, 0 };

		if (free_ < tail + need)
			return false;
		publish(r, at, &wrap, tail);
		at += tail;
	} else if (free_ < need) {
		return false;
	}
	*ret = at;
	return true;
}

/* Losses and strangers are told once each; a socket that is broken would tell for ever. */
static bool ends(int32_t len)
{
	return len < 0 && len != -ENOBUFS && len != -EPERM && len != -EMSGSIZE;
}

static void *run(void *user)
{
	struct reader *r = user;
	uint64_t at;

	for (;;) {
		struct record rec = { 0 };

		if (!room(r, &at)) {
			if (!wait_for_room(r))
				return NULL;
			continue;
		}
		rec.len = weft__socket_recv(&r->inner, r->ring + at % r->size + sizeof rec, DATAGRAM, &rec.group);
		if (rec.len == -EAGAIN) {
			if (!wait_for_kernel(r))
				return NULL;
			continue;
		}
		if (rec.len >= 0) {
			atomic_fetch_add_explicit(&r->datagrams, 1, memory_order_relaxed);
			atomic_fetch_add_explicit(&r->bytes, (uint64_t)rec.len, memory_order_relaxed);
		}
		publish(r, at, &rec, padded(rec.len));
		if (ends(rec.len))
			return NULL;
	}
}

/* --- the owner's side --- */

/* The next record, or false when there is none. */
static bool next(struct reader *r, struct record *ret, const uint8_t **ret_p, uint64_t *ret_end, bool *ret_cleared)
{
	*ret_cleared = false;
	for (;;) {
		uint64_t at = atomic_load_explicit(&r->taken, memory_order_relaxed);

		if (at == atomic_load(&r->written)) {
			uint64_t n;

			if (*ret_cleared)
				return false;
			/* takes the sign back, then looks again: it may be of what has just come */
			(void)!read(r->wake, &n, sizeof n);
			*ret_cleared = true;
			continue;
		}
		memcpy(ret, r->ring + at % r->size, sizeof *ret);
		if (ret->len == WRAP) {
			atomic_store(&r->taken, at + (r->size - at % r->size));
			continue;
		}
		*ret_p = r->ring + at % r->size + sizeof *ret;
		*ret_end = at + padded(ret->len);
		return true;
	}
}

static int reader_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct reader *r = s->own;
	struct record rec;
	const uint8_t *p;
	bool cleared;
	uint64_t end;
	int n;

	if (r->broken)
		return r->broken;
	if (!next(r, &rec, &p, &end, &cleared))
		return -EAGAIN;
	n = rec.len > 0 && (size_t)rec.len > cap ? -EMSGSIZE : rec.len;
	if (n > 0)
		memcpy(buf, p, (size_t)n);
	if (ret_group)
		*ret_group = rec.group;
	atomic_store(&r->taken, end);
	if (ends(rec.len)) {
		r->broken = rec.len;
		signal_fd(r->wake);
	}
	/* the descriptor stays readable while anything waits */
	if (cleared && end != atomic_load(&r->written))
		signal_fd(r->wake);
	return n;
}

static int reader_send(struct weft__socket *s, struct weft_bytes b)
{
	struct reader *r = s->own;
	int n = weft__socket_send(&r->inner, b);

	s->went = r->inner.went;
	return n;
}

static int reader_member(struct weft__socket *s, uint32_t group, bool join)
{
	struct reader *r = s->own;

	return join ? weft__socket_join(&r->inner, group) : weft__socket_leave(&r->inner, group);
}

static int reader_wait(struct weft__socket *s, int timeout_ms)
{
	struct reader *r = s->own;
	struct pollfd p = { .fd = r->wake, .events = POLLIN };

	if (r->broken || atomic_load(&r->taken) != atomic_load(&r->written))
		return 0;
	return poll(&p, 1, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

static void release(struct reader *r)
{
	if (r->wake >= 0)
		close(r->wake);
	if (r->stop >= 0)
		close(r->stop);
	if (r->ring)
		(void)munmap(r->ring, r->size);
	free(r);
}

static void reader_close(struct weft__socket *s)
{
	struct reader *r = s->own;

	/* the thread of a parent is not there in its child */
	if (r->pid == getpid()) {
		signal_fd(r->stop);
		(void)pthread_join(r->thread, NULL);
	}
	weft__socket_close(&r->inner);
	release(r);
}

static struct weft__socket *reader_inner(struct weft__socket *s)
{
	struct reader *r = s->own;

	return &r->inner;
}

static const struct weft__carrier reader = {
	.send = reader_send,
	.recv = reader_recv,
	.member = reader_member,
	.wait = reader_wait,
	.inner = reader_inner,
	.close = reader_close,
};

static int start_thread(struct reader *r)
{
	sigset_t all, before;
	int code;

	/* signals are the caller's */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	code = pthread_create(&r->thread, NULL, run, r);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -code;
}

int weft__reader_start(struct weft__socket *s, uint32_t bytes, struct weft_error *reterr)
{
	struct reader *r = calloc(1, sizeof *r);
	int code = -ENOMEM;

	if (!r)
		return weft_error_set(reterr, code, WEFT_WHERE_CALLER, "", "out of memory");
	r->size = (bytes < LEAST ? LEAST : (size_t)bytes + 7) & ~(size_t)7;
	r->inner = *s;
	r->pid = getpid();
	r->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	/* memory is used as far as it is needed */
	r->ring = mmap(NULL, r->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (r->ring == MAP_FAILED)
		r->ring = NULL;
	else if (r->wake < 0 || r->stop < 0)
		code = -EMFILE;
	else
		code = start_thread(r);
	if (code < 0) {
		release(r);
		return weft_error_set(reterr, code, WEFT_WHERE_TRANSPORT, "", "no reader thread: %s", strerror(-code));
	}
	*s = (struct weft__socket){ .by = &reader, .own = r, .fd = r->wake, .port = s->port, .seq = s->seq };
	return 0;
}

bool weft__reader_counts(struct weft__socket *s, struct weft__reader_counts *ret)
{
	struct reader *r;

	while (s && s->by && s->by != &reader)
		s = s->by->inner ? s->by->inner(s) : NULL;
	if (!s || !s->by)
		return false;
	r = s->own;
	*ret = (struct weft__reader_counts){ .datagrams = atomic_load(&r->datagrams),
					     .bytes = atomic_load(&r->bytes),
					     .peak = atomic_load(&r->peak),
					     .full = atomic_load(&r->full) };
	return true;
}
