/* SPDX-License-Identifier: MIT */
/* Writes what goes over a socket to a file, a line each. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/self.h"
#include "transport/tape.h"

struct tape {
	unsigned refs, sockets;
	int fd;
	pid_t pid; /* who writes it: not a child of it */
	struct weft_text line;
	uint64_t start; /* microseconds */
	int failed;	/* negative errno: the tape is not whole */
};

struct recorder {
	struct weft__socket inner;
	struct tape *t;
	unsigned id;
};

static uint64_t now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void head(struct recorder *r, const char *what)
{
	weft_text_clear(&r->t->line);
	weft_text_printf(&r->t->line, "%llu %u %s", (unsigned long long)(now_us() - r->t->start), r->id, what);
}

static void bytes(struct tape *t, const void *p, size_t len)
{
	weft_text_putc(&t->line, ' ');
	weft_text_hex(&t->line, p, len);
}

static int write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno != EINTR)
			return -errno;
		p += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* Each line is there before the next thing happens: a tape of a crash tells what was before it. */
static int end(struct tape *t)
{
	weft_text_putc(&t->line, '\n');
	if (t->pid != weft__self())
		return -ECHILD;
	if (!t->failed)
		t->failed = t->line.err ? t->line.err : write_all(t->fd, t->line.p, t->line.len);
	return t->failed;
}

static int rec_send(struct weft__socket *s, struct weft_bytes b)
{
	struct recorder *r = s->own;
	int n = weft__socket_send(&r->inner, b), failed;

	s->went = r->inner.went;
	if (n < 0) {
		head(r, "refused");
		weft_text_printf(&r->t->line, " %d", -n);
	} else {
		head(r, "send");
	}
	bytes(r->t, b.p, b.len);
	failed = end(r->t);
	return n < 0 ? n : failed;
}

static int rec_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct recorder *r = s->own;
	uint32_t group = 0;
	int n = weft__socket_recv(&r->inner, buf, cap, ret_group ? &group : NULL), failed;

	if (n == -EAGAIN)
		return n;
	if (n < 0) {
		head(r, "failed");
		weft_text_printf(&r->t->line, " %d", -n);
	} else {
		head(r, "recv");
		weft_text_printf(&r->t->line, " %u", group);
		bytes(r->t, buf, (size_t)n);
	}
	failed = end(r->t);
	if (ret_group)
		*ret_group = group;
	return failed < 0 ? failed : n;
}

static int rec_member(struct weft__socket *s, uint32_t group, bool join)
{
	struct recorder *r = s->own;
	int n = join ? weft__socket_join(&r->inner, group) : weft__socket_leave(&r->inner, group), failed;

	head(r, join ? "join" : "leave");
	weft_text_printf(&r->t->line, " %u %d", group, -n);
	failed = end(r->t);
	return n < 0 ? n : failed;
}

static int rec_wait(struct weft__socket *s, int timeout_ms)
{
	struct recorder *r = s->own;

	return weft__socket_wait(&r->inner, timeout_ms);
}

static int rec_due(const struct weft__socket *s)
{
	const struct recorder *r = s->own;

	return weft__socket_due(&r->inner);
}

static const char *rec_why(const struct weft__socket *s)
{
	const struct recorder *r = s->own;

	return r->t->failed ? "the tape cannot be written" : weft__socket_why(&r->inner);
}

static void unref(struct tape *t)
{
	if (--t->refs)
		return;
	close(t->fd);
	weft_text_free(&t->line);
	free(t);
}

static void rec_close(struct weft__socket *s)
{
	struct recorder *r = s->own;

	head(r, "close");
	(void)end(r->t);
	weft__socket_close(&r->inner);
	unref(r->t);
	free(r);
}

static struct weft__socket *rec_inner(struct weft__socket *s)
{
	struct recorder *r = s->own;

	return &r->inner;
}

static const struct weft__carrier recorder = {
	.send = rec_send,
	.recv = rec_recv,
	.member = rec_member,
	.wait = rec_wait,
	.due = rec_due,
	.why = rec_why,
	.inner = rec_inner,
	.close = rec_close,
};

/* A tape may hold secrets: keys, addresses. A file that was there and that others could read becomes the owner's
 * alone before anything is written; what is no file, such as a device, stays as it is. */
static int new_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), code;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) == 0 && (!S_ISREG(st.st_mode) || (fchmod(fd, 0600) == 0 && ftruncate(fd, 0) == 0)))
		return fd;
	code = -errno;
	close(fd);
	return code;
}

static struct tape *new_tape(const char *path, struct weft_error *e)
{
	struct tape *t = calloc(1, sizeof *t);
	int code;

	if (!t) {
		(void)weft_error_set(e, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
		return NULL;
	}
	t->fd = new_file(path);
	if (t->fd < 0) {
		code = t->fd;
		(void)weft_error_set(e, code, WEFT_WHERE_CALLER, "", "tape %.100s: %s", path, strerror(-code));
		free(t);
		return NULL;
	}
	t->start = now_us();
	t->pid = weft__self();
	weft_text_printf(&t->line, "weft-tape 1 %s", __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? "big" : "little");
	(void)end(t);
	return t;
}

int weft__tape_record(struct weft__socket *s, uint16_t protocol, const struct weft__way *way, struct weft_error *reterr)
{
	struct weft__socket *with = way->with;
	struct recorder *r = calloc(1, sizeof *r);
	struct tape *t = NULL;
	int failed;

	while (with && with->by && with->by != &recorder && with->by->inner)
		with = with->by->inner(with);
	if (!r)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	t = with && with->by == &recorder ? ((struct recorder *)with->own)->t : new_tape(way->record, reterr);
	if (!t) {
		free(r);
		return -EIO;
	}
	t->refs++;
	*r = (struct recorder){ .inner = *s, .t = t, .id = t->sockets++ };
	*s = (struct weft__socket){ .by = &recorder, .own = r, .fd = s->fd, .port = s->port, .seq = s->seq };
	head(r, "open");
	weft_text_printf(&t->line, " %u %u %u %s", protocol, s->port, way->seq, way->target ? way->target : "local");
	failed = end(t);
	if (failed < 0) {
		*s = r->inner;
		unref(t);
		free(r);
		return weft_error_set(reterr, failed, WEFT_WHERE_CALLER, "", "tape %.100s: %s", way->record,
				      strerror(-failed));
	}
	return 0;
}
