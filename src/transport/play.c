/* SPDX-License-Identifier: MIT */
/* Plays a tape: answers come from the file, and requests must be those of the file. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/hex.h"
#include "transport/tape.h"

enum {
	LINE = 16 << 20, /* bytes of a line: a datagram of 4 MiB in hex, and more */
	SOCKETS = 1 << 16,
	ERRNO_MAX = 4095, /* what a kernel can tell in place of a length */
};

enum verb {
	SEND,
	RECV,
	FAILED,
	REFUSED,
	MEMBER,
	CLOSE,
};

struct event {
	struct event *next;
	unsigned line;
	enum verb verb;
	uint32_t a, b; /* errno, or group and result */
	size_t len;
	uint8_t p[];
};

struct player;

struct reel {
	struct player *player; /* NULL: none yet, or no more */
	bool used;
	uint32_t port, seq;
	uint16_t protocol;
	struct event *first, *last;
};

struct tape {
	unsigned refs;
	size_t n, n_out, at_out;
	struct reel *reel;
	/* lines on which something goes out, in their order: what comes in after one of them on the tape comes
	 * after it when it is played, on whatever socket; 0: done */
	unsigned *out;
	char why[160];
};

struct player {
	struct tape *t;
	struct reel *reel;
	int fd, dead;
	bool looked; /* at the end, as whoever closes a socket may when it was recorded */
};

static void tape_free(struct tape *t)
{
	for (size_t i = 0; i < t->n; i++)
		for (struct event *e = t->reel[i].first, *next; e; e = next) {
			next = e->next;
			free(e);
		}
	free(t->reel);
	free(t->out);
	free(t);
}

/* --- reading the file --- */

static struct event *new_event(const char *hex, size_t digits)
{
	struct event *e = digits % 2 ? NULL : calloc(1, sizeof *e + digits / 2 + 1);

	if (e && !weft__unhex(hex, digits / 2, e->p)) {
		free(e);
		return NULL;
	}
	if (e)
		e->len = digits / 2;
	return e;
}

/* Arrays double when their length is a power of two. */
static void *grown(void *old, size_t n, size_t one)
{
	return (n & (n - 1)) == 0 ? realloc(old, (n ? n * 2 : 1) * one) : old;
}

static int add_socket(struct tape *t, const char *rest)
{
	unsigned protocol, port, seq;
	struct reel *p;

	if (sscanf(rest, "%u %u %u", &protocol, &port, &seq) != 3 || protocol > 31 || t->n == SOCKETS)
		return -EINVAL;
	p = grown(t->reel, t->n, sizeof *p);
	if (!p)
		return -ENOMEM;
	t->reel = p;
	t->reel[t->n++] = (struct reel){ .protocol = (uint16_t)protocol, .port = port, .seq = seq };
	return 0;
}

/* Numbers before the bytes, and which verb it is. Returns the numbers' count, -1: no such verb. */
static int verb_of(const char *word, size_t len, enum verb *ret)
{
	static const struct {
		const char *name;
		enum verb verb;
		int numbers;
	} verbs[] = { { "send", SEND, 0 },   { "recv", RECV, 1 },    { "failed", FAILED, 1 }, { "refused", REFUSED, 1 },
		      { "join", MEMBER, 2 }, { "leave", MEMBER, 2 }, { "close", CLOSE, 0 } };

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strlen(verbs[i].name) == len && !memcmp(verbs[i].name, word, len)) {
			*ret = verbs[i].verb;
			return verbs[i].numbers;
		}
	}
	return -1;
}

static int add_out(struct tape *t, unsigned line)
{
	unsigned *out = grown(t->out, t->n_out, sizeof *out);

	if (!out)
		return -ENOMEM;
	t->out = out;
	t->out[t->n_out++] = line;
	return 0;
}

/* An errno of a tape is returned as one: any other number would be taken for a length, or for success. */
static bool sane(enum verb verb, const unsigned long v[2])
{
	if (verb == FAILED || verb == REFUSED)
		return v[0] >= 1 && v[0] <= ERRNO_MAX;
	return verb != MEMBER || v[1] <= ERRNO_MAX;
}

static int add_event(struct tape *t, unsigned id, const char *word, unsigned line)
{
	size_t len = strcspn(word, " ");
	enum verb verb = CLOSE;
	int numbers = verb_of(word, len, &verb);
	unsigned long v[2] = { 0, 0 };
	struct event *e;
	struct reel *r;

	if (id >= t->n || numbers < 0)
		return -EINVAL;
	word += len;
	for (int i = 0; i < numbers; i++) {
		char *end;

		v[i] = strtoul(word, &end, 10);
		if (end == word || v[i] > UINT32_MAX)
			return -EINVAL;
		word = end;
	}
	if (!sane(verb, v))
		return -EINVAL;
	word += strspn(word, " ");
	e = new_event(word, strlen(word));
	if (!e)
		return -EINVAL;
	e->line = line;
	e->verb = verb;
	e->a = (uint32_t)v[0];
	e->b = (uint32_t)v[1];
	r = &t->reel[id];
	if (r->last)
		r->last->next = e;
	else
		r->first = e;
	r->last = e;
	return verb == SEND || verb == REFUSED || verb == MEMBER ? add_out(t, line) : 0;
}

static int read_line(struct tape *t, char *text, unsigned line)
{
	unsigned long long us;
	unsigned id;
	int at = 0;

	text[strcspn(text, "\n")] = 0;
	if (line == 1) {
		const char *order = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? "big" : "little";

		return strncmp(text, "weft-tape 1 ", 12) != 0 ? -EINVAL
		       : strcmp(text + 12, order)	      ? -EPROTONOSUPPORT
							      : 0;
	}
	if (sscanf(text, "%llu %u %n", &us, &id, &at) < 2 || at == 0)
		return -EINVAL;
	if (strncmp(text + at, "open ", 5) == 0)
		return id == t->n ? add_socket(t, text + at + 5) : -EINVAL;
	return add_event(t, id, text + at, line);
}

static int load(const char *path, struct tape *t, struct weft_error *e)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t cap = 0;
	unsigned line = 0;
	int r = f ? 0 : -errno;

	if (!f)
		return weft_error_set(e, r, WEFT_WHERE_TRANSPORT, "", "tape %.100s: %s", path, strerror(-r));
	while (r == 0 && getline(&text, &cap, f) > 0) {
		r = strlen(text) > LINE ? -EINVAL : read_line(t, text, ++line);
		if (r < 0)
			(void)weft_error_set(e, r, WEFT_WHERE_CALLER, "", "tape %.100s: line %u: %s", path, line,
					     r == -EPROTONOSUPPORT ? "of a machine with another byte order"
					     : r == -ENOMEM	   ? "out of memory"
								   : "is not of a tape");
	}
	if (r == 0 && ferror(f))
		r = weft_error_set(e, -EIO, WEFT_WHERE_TRANSPORT, "", "tape %.100s: cannot be read", path);
	if (r == 0 && line == 0)
		r = weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "tape %.100s: is empty", path);
	free(text);
	(void)fclose(f);
	return r;
}

/* --- playing --- */

static bool comes_in(const struct tape *t, const struct event *e)
{
	return e && (e->verb == RECV || e->verb == FAILED) && (t->at_out == t->n_out || e->line < t->out[t->at_out]);
}

/* Nothing is left but what whoever used the socket did at last. */
static bool at_end(const struct player *p)
{
	const struct event *e = p->reel->first;

	return e && e->verb == CLOSE && (p->t->at_out == p->t->n_out || e->line < p->t->out[p->t->at_out]);
}

/* The descriptor is readable while the next thing on the tape is something that comes in, or its end. */
static void show(const struct player *p)
{
	uint64_t n = 1;

	if (comes_in(p->t, p->reel->first) || at_end(p) || p->dead)
		(void)!write(p->fd, &n, sizeof n);
	else
		(void)!read(p->fd, &n, sizeof n);
}

/* A line went out: what waited for it may come in. */
static void went_out(struct tape *t, unsigned line)
{
	size_t i = t->at_out;

	while (i < t->n_out && t->out[i] != line)
		i++;
	if (i < t->n_out)
		t->out[i] = 0;
	while (t->at_out < t->n_out && !t->out[t->at_out])
		t->at_out++;
	for (i = 0; i < t->n; i++)
		if (t->reel[i].player)
			show(t->reel[i].player);
}

static struct event *take(struct player *p)
{
	struct event *e = p->reel->first;

	p->reel->first = e->next;
	if (!e->next)
		p->reel->last = NULL;
	if (e->verb == SEND || e->verb == REFUSED || e->verb == MEMBER)
		went_out(p->t, e->line);
	show(p);
	return e;
}

static int stray(struct player *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static int stray(struct player *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(p->t->why, sizeof p->t->why, fmt, ap);
	va_end(ap);
	p->dead = -EILSEQ;
	show(p);
	return p->dead;
}

static int play_send(struct weft__socket *s, struct weft_bytes b)
{
	struct player *p = s->own;
	struct event *e = p->reel->first;
	const uint8_t *now = b.p;
	size_t at = 0;
	int r = 0;

	if (p->dead)
		return p->dead;
	/* the kernel may have answered an earlier request that nobody read */
	while (e && (e->verb == RECV || e->verb == FAILED)) {
		free(take(p));
		e = p->reel->first;
	}
	if (!e || (e->verb != SEND && e->verb != REFUSED))
		return stray(p, "the tape has no request here%s", e ? "" : ": it is at its end");
	while (at < e->len && at < b.len && e->p[at] == now[at])
		at++;
	if (at < e->len || at < b.len)
		return stray(p, "the request differs from line %u of the tape at byte %zu", e->line, at);
	if (e->verb == REFUSED)
		r = -(int)e->a;
	free(take(p));
	return r;
}

static int play_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct player *p = s->own;
	struct event *e;
	int n;

	if (p->dead)
		return p->dead;
	if (!p->reel->first || (at_end(p) && p->looked)) {
		stray(p, "the tape ends here");
		return p->dead = -ENODATA;
	}
	p->looked = at_end(p);
	if (!comes_in(p->t, p->reel->first))
		return -EAGAIN;
	e = take(p);
	n = e->verb == FAILED ? -(int)e->a : e->len > cap ? -EMSGSIZE : (int)e->len;
	if (n > 0 || n == -EMSGSIZE)
		memcpy(buf, e->p, e->len < cap ? e->len : cap);
	if (ret_group)
		*ret_group = e->verb == RECV ? e->a : 0;
	free(e);
	return n;
}

static int play_member(struct weft__socket *s, uint32_t group, bool join)
{
	struct player *p = s->own;
	struct event *e = p->reel->first;
	int r;

	(void)join;
	if (!e || e->verb != MEMBER || e->a != group)
		return stray(p, "the tape has no membership of group %u here", group);
	r = -(int)e->b;
	free(take(p));
	return r;
}

static int play_wait(struct weft__socket *s, int timeout_ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) < 0 && errno != EINTR ? -errno : 0;
}

static const char *play_why(const struct weft__socket *s)
{
	const struct player *p = s->own;

	return p->dead ? p->t->why : NULL;
}

static void play_close(struct weft__socket *s)
{
	struct player *p = s->own;

	close(s->fd);
	p->reel->player = NULL;
	if (--p->t->refs == 0)
		tape_free(p->t);
	free(p);
}

static const struct weft__carrier player = {
	.send = play_send,
	.recv = play_recv,
	.member = play_member,
	.wait = play_wait,
	.why = play_why,
	.close = play_close,
};

/* The first socket of the protocol that nobody plays yet. */
static struct reel *next_reel(struct tape *t, uint16_t protocol)
{
	for (size_t i = 0; i < t->n; i++)
		if (!t->reel[i].used && t->reel[i].protocol == protocol)
			return &t->reel[i];
	return NULL;
}

static int start(struct tape *t, uint16_t protocol, struct weft__socket *ret, struct weft_error *e)
{
	struct reel *reel = next_reel(t, protocol);
	struct player *p = reel ? calloc(1, sizeof *p) : NULL;
	int fd;

	if (!reel)
		return weft_error_set(e, -ENODATA, WEFT_WHERE_TRANSPORT, "",
				      "the tape has no more sockets of protocol %u", protocol);
	fd = p ? eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) : -1;
	if (fd < 0) {
		free(p);
		return weft_error_set(e, p ? -errno : -ENOMEM, WEFT_WHERE_TRANSPORT, "", "cannot play the tape");
	}
	reel->used = true;
	t->refs++;
	*p = (struct player){ .t = t, .reel = reel, .fd = fd };
	reel->player = p;
	*ret = (struct weft__socket){ .by = &player, .own = p, .fd = fd, .port = reel->port, .seq = reel->seq };
	show(p);
	return 0;
}

int weft__tape_play(uint16_t protocol, const char *path, struct weft__socket *with, struct weft__socket *ret,
		    struct weft_error *reterr)
{
	struct tape *t;
	int r;

	if (with && with->by == &player)
		return start(((struct player *)with->own)->t, protocol, ret, reterr);
	t = calloc(1, sizeof *t);
	if (!t)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	r = load(path, t, reterr);
	if (r == 0)
		r = start(t, protocol, ret, reterr);
	if (r < 0)
		tape_free(t);
	return r;
}
