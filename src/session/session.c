/* SPDX-License-Identifier: MIT */
/* Life of a session. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/opts.h"
#include "session/session.h"
#include "hook/handlers.h"
#include "transport/reader.h"
#include "transport/tape.h"

uint64_t weft__now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

uint64_t weft__ms_ahead(uint32_t ms)
{
	enum {
		FAR = 1000,
		TICK = 10, /* the longest */
	};
	struct timespec t;

	if (ms < FAR)
		return weft__now_ms() + ms;
	/* a fifth of the price */
	(void)clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 + ms + TICK;
}

/* Not the same on every session: late answers to an older one must not fit. */
static uint32_t first_seq(const struct weft_session *s)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint32_t)(((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec) / 1000 * 2654435761u) ^
	       (uint32_t)(uintptr_t)s;
}

enum {
	HOLD = 896 << 10, /* bytes of a dump: with them a small program stays below 3 MiB */
	HOLD_MAX = 1 << 30,
	LINE = 64, /* of the cache */
};

static int open_session(uint16_t protocol, const struct weft_session_opts *opts, struct weft__chain *chain,
			struct weft_session **ret, struct weft_error *reterr);

static void release(struct weft_session *s)
{
	if (!s)
		return;
	if (s->chain && !s->inner)
		weft__chain_orphan(s->chain);
	if (s->behind && !s->inner)
		weft__chain_orphan(s->behind);
	weft__socket_close(&s->sock);
	weft__chain_unref(s->chain);
	weft__chain_unref(s->behind);
	free(s->spare);
	weft__session_msg_end(s);
	free(s->room);
	free(s->target);
	free(s->agent);
	free(s->record);
	weft__ns_drop(&s->ns);
	free(s);
}

const char *weft__socket_says(const struct weft__socket *sock, int code)
{
	const char *why = weft__socket_why(sock);

	return why ? why : strerror(-code);
}

struct weft__way weft__session_way(struct weft_session *s)
{
	return (struct weft__way){ .target = s->target,
				   .ns = weft__is_here(s->target) ? &s->ns : NULL,
				   .agent = s->agent,
				   .record = s->record,
				   .with = &s->sock,
				   .rcvbuf = s->rcvbuf,
				   .timeout_ms = s->timeout_ms,
				   .keepalive_ms = s->keepalive_ms };
}

const char *weft__session_target(const struct weft_session *via, const char *target)
{
	const char *theirs = via && via->target ? via->target : "local";

	return via && via->ns.fd >= 0 && strcmp(theirs, target ? target : "local") == 0 ? via->ns.target : target;
}

static int hook_it(struct weft__socket *sock, uint16_t protocol, struct weft__chain *c, struct weft_error *e)
{
	int r = weft__hooked(sock, protocol, c);

	return r < 0 ? weft_error_set(e, r, WEFT_WHERE_CALLER, "", "out of memory") : 0;
}

int weft__session_dressed(struct weft_session *s, uint16_t protocol, const struct weft__way *way,
			  struct weft__socket *ret, struct weft_error *reterr)
{
	struct weft__chain *behind = s ? s->behind : NULL;
	struct weft__way bare = *way;
	int r;

	bare.record = behind ? NULL : way->record;
	r = weft__socket_open(protocol, &bare, ret, reterr);
	if (r == 0 && behind && way->record) {
		r = hook_it(ret, protocol, behind, reterr);
		r = r < 0 ? r : weft__tape_record(ret, protocol, way, reterr);
	}
	if (r == 0 && s)
		r = hook_it(ret, protocol, s->chain, reterr);
	if (r < 0)
		weft__socket_close(ret);
	return r;
}

int weft__session_socket(struct weft_session *s, struct weft__socket *with, uint32_t rcvbuf, uint32_t seq,
			 struct weft__socket *ret, struct weft_error *reterr)
{
	struct weft__way way = weft__session_way(s);

	/* dumps and batches are read as they come anyway */
	way.reader = ret == &s->sock ? s->reader : 0;

	way.with = with;
	way.rcvbuf = rcvbuf;
	way.seq = seq;
	return weft__session_dressed(s, s->protocol, &way, ret, reterr);
}

static const struct weft_family *family_of(void *user, uint16_t id)
{
	return weft__genl_family(user, id);
}

/* For the calls of hooks: as s, with the same hooks. What hooks behind a tape say is not on it. NULL: it could not be
 * opened. */
static struct weft_session *open_inner(void *user, struct weft__chain *c)
{
	struct weft_session *s = user, *inner = NULL;
	const char *record = c == s->behind ? NULL : s->record;

	(void)open_session(s->protocol,
			   WEFT_OPTS(weft_session_opts, .target = s->target, .agent = s->agent, .via = s,
				     .timeout_ms = s->timeout_ms, .record = record),
			   c, &inner, NULL);
	return inner;
}

/* What the kernel alone cannot is done where the kernel is: far away by the agent. */
static int chains_for(struct weft_session *s, const struct weft_session_opts *o, struct weft_error *reterr)
{
	const struct weft__chain_owner owner = {
		.user = s, .family_of = family_of, .open = open_inner, .close = weft_session_close
	};
	bool built_in = !o->plain && s->protocol == 0 && weft__is_here(s->target);
	struct weft__chain *c;
	int r = 0;

	s->chain = weft__chain_new(&owner);
	if (s->chain && built_in && o->record)
		s->behind = weft__chain_new(&owner);
	c = built_in && o->record ? s->behind : s->chain;
	if (!s->chain || !c)
		r = -ENOMEM;
	else if (built_in)
		r = weft__handlers_add(c, s->ns.target);
	if (r == 0 && built_in && o->handler)
		r = o->handler(weft__chain_hooks(c), s->ns.target, o->handler_user);
	if (r < 0)
		return weft_error_set(reterr, r, WEFT_WHERE_CALLER, "", "%s",
				      r == -ENOMEM ? "out of memory" : "the handler of the session failed");
	return 0;
}

int weft_hook_add(struct weft_session *s, enum weft_direction direction, const struct weft_family *f, uint16_t type,
		  weft_hook_fn *fn, void *user, struct weft_hook **ret)
{
	struct weft_hook *h;
	int r = weft__session_check(s);

	if (r < 0)
		return r;
	if (!fn || !(direction & (WEFT_ON_SEND | WEFT_ON_RECV | WEFT_ON_ANSWER)))
		return weft_error_set(&s->err, -EINVAL, WEFT_WHERE_CALLER, "", "a hook without function or direction");
	h = weft__chain_add(s->chain, direction, f, type, fn, user);
	if (!h)
		return weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	if (ret)
		*ret = h;
	return 0;
}

int weft_session_open(uint16_t protocol, const struct weft_session_opts *opts, struct weft_session **ret,
		      struct weft_error *reterr)
{
	if (!ret)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "nowhere to put a session");
	return open_session(protocol, opts, NULL, ret, reterr);
}

static int open_session(uint16_t protocol, const struct weft_session_opts *opts, struct weft__chain *chain,
			struct weft_session **ret, struct weft_error *reterr)
{
	struct weft_session_opts o = { 0 };
	struct weft_session *s;
	int r;

	if (!weft__opts(&o, sizeof o, opts))
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", WEFT__NO_SIZE);
	s = calloc(1, sizeof *s);
	if (s) {
		s->ns.fd = -1;
		s->room = malloc(WEFT__RECV + LINE);
		s->buf = (uint8_t *)(((uintptr_t)s->room + LINE - 1) / LINE * LINE);
		s->target = o.target ? strdup(o.target) : NULL;
		s->agent = o.agent ? strdup(o.agent) : NULL;
		s->record = o.record ? strdup(o.record) : NULL;
	}
	if (!s || !s->room || (o.target && !s->target) || (o.agent && !s->agent) || (o.record && !s->record)) {
		release(s);
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	s->protocol = protocol;
	s->timeout_ms = o.timeout_ms ? o.timeout_ms : 10000;
	s->rcvbuf = o.rcvbuf ? o.rcvbuf : 1u << 20;
	s->hold = o.dump_hold ? o.dump_hold : HOLD;
	s->hold = s->hold < HOLD_MAX ? s->hold : HOLD_MAX;
	s->keepalive_ms = o.keepalive_ms ? o.keepalive_ms : 10000;
	s->reader = o.reader;
	s->pid = weft__self();
	s->seq = first_seq(s);
	s->inner = chain != NULL;
	s->chain = chain ? weft__chain_ref(chain) : NULL;
	if (chain && o.via && chain == o.via->chain && o.via->behind)
		s->behind = weft__chain_ref(o.via->behind);
	r = weft__is_here(s->target) ? weft__ns_hold(weft__session_target(o.via, s->target), &s->ns, reterr) : 0;
	if (r == 0 && !chain)
		r = chains_for(s, &o, reterr);
	if (r == 0)
		r = weft__session_socket(s, o.via ? &o.via->sock : NULL, s->rcvbuf, s->seq, &s->sock, reterr);
	if (r < 0) {
		release(s);
		return r;
	}
	if (s->sock.seq)
		s->seq = s->sock.seq;
	*ret = s;
	return 0;
}

bool weft__session_enter(struct weft_session *s)
{
	bool outer = !s->busy;

	s->busy = true;
	s->held += outer;
	return outer;
}

/* Everything that waits ends. */
static void wind_up(struct weft_session *s)
{
	bool was = s->busy;

	s->busy = true;
	while (s->first) {
		(void)weft_error_set(&s->err, -ECANCELED, WEFT_WHERE_CALLER, "", "the session was closed");
		weft__finish(s->first, -ECANCELED);
	}
	weft__dumps_end(s);
	s->busy = was;
}

int weft__session_let_go(struct weft_session *s, int r)
{
	if (--s->held || !s->closing)
		return r;
	wind_up(s);
	release(s);
	return -ESHUTDOWN;
}

int weft__session_leave(struct weft_session *s, int r)
{
	s->busy = false;
	return weft__session_let_go(s, r);
}

void weft_session_close(struct weft_session *s)
{
	if (!s || s->closing)
		return;
	s->closing = true;
	/* below a hook, sockets and calls are in use by whoever sends or receives */
	if (s->held && (weft__chain_runs(s->chain) || (s->behind && weft__chain_runs(s->behind))))
		return;
	weft__session_hold(s);
	wind_up(s);
	(void)weft__session_let_go(s, 0);
}

int weft__session_check(struct weft_session *s)
{
	if (!s)
		return -EINVAL;
	if (weft__session_usable(s))
		return 0;
	if (s->closing)
		return -ECANCELED;
	return weft_error_set(&s->err, -ECHILD, WEFT_WHERE_CALLER, "", "this session belongs to the parent process");
}

uint32_t weft__session_seq(struct weft_session *s)
{
	/* 0 is what notifications carry */
	if (++s->seq == 0)
		s->seq = 1;
	return s->seq;
}

const struct weft_error *weft_last_error(const struct weft_session *s)
{
	static const struct weft_error none = { .code = -EINVAL, .msg = "no session" };

	return s ? &s->err : &none;
}

void weft__count_reader(struct weft__socket *sock, struct weft_session_stats *st)
{
	struct weft__reader_counts c;

	if (!weft__reader_counts(sock, &c))
		return;
	st->reader_datagrams = c.datagrams;
	st->reader_bytes = c.bytes;
	st->reader_peak = c.peak;
	st->reader_full = c.full;
}

struct weft_session_stats weft_session_stats(struct weft_session *s)
{
	if (!s)
		return (struct weft_session_stats){ 0 };
	weft__count_reader(&s->sock, &s->stats);
	return s->stats;
}

int weft_fd(struct weft_session *s)
{
	if (!s)
		return -EINVAL;
	weft__socket_expose(&s->sock);
	return s->sock.fd;
}

int weft_events(const struct weft_session *s)
{
	return s ? POLLIN : 0;
}

int weft_timeout_ms(const struct weft_session *s)
{
	uint64_t first = UINT64_MAX, now;
	int left, due;

	for (const struct weft_pending *c = s ? s->first : NULL; c; c = c->next)
		if (c->deadline < first)
			first = c->deadline;
	/* those that wait behind what is still drained go then */
	if (first != UINT64_MAX && s->drains && s->drain_until < first)
		first = s->drain_until;
	/* what a hook answered is there for weft_recv too */
	if (first == UINT64_MAX)
		return s && weft__socket_due(&s->sock) == 0 ? 0 : -1;
	now = weft__now_ms();
	left = first <= now ? 0 : first - now > INT32_MAX ? INT32_MAX : (int)(first - now);
	due = weft__socket_due(&s->sock);
	return due >= 0 && due < left ? due : left;
}

static bool expire(struct weft_session *s)
{
	uint64_t now = weft__now_ms();

	if (s->drains && now >= s->drain_until) {
		s->drains = false;
		weft__next_dump(s);
	}
	for (struct weft_pending *c = s->first; c; c = c->next) {
		if (c->deadline > now)
			continue;
		(void)weft_error_set(&s->err, -ETIMEDOUT, WEFT_WHERE_TRANSPORT, "", "no answer in time");
		weft__finish(c, -ETIMEDOUT);
		return true;
	}
	return false;
}

/* One datagram, or what is over time. The answer to a request is there when send returns, so a sync
 * call needs no more than this. */
int weft__session_step(struct weft_session *s)
{
	int r;

	(void)weft__session_enter(s);
	r = weft__session_pump(s);
	/* what comes for nobody puts off no end either */
	if ((r == 0 || (r > 0 && s->first)) && expire(s))
		r = 1;
	return weft__session_leave(s, r);
}

int weft_process(struct weft_session *s)
{
	int r = weft__session_check(s), did = 0;

	if (r < 0)
		return r;
	if (s->busy)
		return -EBUSY;
	(void)weft__session_enter(s);
	for (;;) {
		r = weft__session_pump(s);
		if (r <= 0 || s->closing)
			break;
		if (++did == 64)
			break;
	}
	while (r >= 0 && !s->closing && expire(s))
		did++;
	r = weft__session_leave(s, r < 0 ? r : did);
	return r == -ESHUTDOWN ? -ECANCELED : r;
}
