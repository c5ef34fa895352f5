/* SPDX-License-Identifier: MIT */
/* Sync dumps, each on a socket of its own: the kernel runs one per socket, and a call in between must
 * not disturb what was handed out. Datagrams are kept until the dump is known to be whole, up to a
 * limit; so long an interrupted one is asked again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "codec/scan.h"
#include "schema/schema.h"
#include "session/session.h"

enum {
	MIN_TYPE = 16,
	ERROR = 2,    /* NLMSG_ERROR */
	DONE = 3,     /* NLMSG_DONE */
	BYTES_MS = 1, /* bytes that put the end off by a millisecond: so slow no stream is that is of use */
};

struct weft_dump {
	struct weft_session *s;	      /* NULL: closed */
	struct weft_dump **at, *next; /* among those of s */
	struct weft_msg *m, *want;
	struct weft_attr wanted; /* what want has; p NULL: all will do */
	struct weft__socket sock;
	uint32_t seq, port; /* port: of the socket that was asked first */
	uint16_t type;	    /* of the request */
	uint8_t *buf;
	uint32_t len;			  /* at most what is held and one datagram more */
	struct weft_reader r;		  /* what is still to be handed out */
	const struct weft_schema *schema; /* of the objects */
	uint32_t skip;			  /* the generic header */
	bool has_family;		  /* objects begin with their address family */
	bool plain;			  /* every object is handed out, and nothing of it has to be kept in mind */
	bool noted;			  /* what r still has was looked through ahead */
	uint64_t until;		      /* when waiting for the next of its messages ends; 0: nothing was waited for */
	uint64_t waited, came;	      /* ms and bytes, in all */
	bool heard;		      /* something of it was in the last datagram */
	bool ended, intr, given, all; /* given: it is being handed out; all: to its end */
	unsigned tries;
	struct weft__parts parts;
	struct weft__missing missing;
	struct weft__sure sure;
	uint32_t ends, told;   /* of the kernel, before it was asked to be sure: that came, that were handed out */
	struct weft_error end; /* the result, once ended */
};

/* A socket on which nothing was asked yet. */
static int another(struct weft_dump *d)
{
	weft__socket_close(&d->sock);
	return weft__session_socket(d->s, &d->s->sock, d->s->rcvbuf, 0, &d->sock, &d->s->err);
}

static int send_it(struct weft_dump *d, struct weft_error *reterr)
{
	int r = weft__socket_send(&d->sock, weft_msg_bytes(d->m));

	if (r < 0)
		return weft_error_set(reterr, r, WEFT_WHERE_TRANSPORT, "", "send: %s", weft__socket_says(&d->sock, r));
	return 0;
}

static int ask(struct weft_dump *d)
{
	int r = weft__session_type(d->s, d->m, &d->type);

	if (r < 0)
		return r;
	d->seq = weft__session_seq(d->s);
	d->len = 0;
	d->ended = d->intr = false;
	d->until = 0;
	weft__parts_begin(&d->parts, d->m);
	weft__missing_begin(&d->missing, d->m);
	weft__sure_begin(&d->sure, d->m);
	d->ends = 0;
	d->port = d->sock.port;
	d->plain = !d->want && !d->missing.on && !d->sure.on && !d->parts.split && !d->parts.tables;
	weft__stamp(d->m, d->type, WEFT_NLM_F_DUMP, d->seq, d->sock.port);
	return send_it(d, &d->s->err);
}

/* The kernel is done: with all of it, or with a part. */
static void end(struct weft_dump *d)
{
	bool first = !d->sure.again, more = weft__parts_next(&d->parts, d->m, &d->end) ||
					    (first && weft__missing_next(&d->missing, d->m, &d->end)) ||
					    (d->end.code == 0 && weft__sure_next(&d->sure, &d->parts, d->m, d->intr));

	d->ends += first;
	d->intr |= weft__sure_differs(&d->sure) && !more;
	/* where each family begins an answer, only the first of a socket is cut elsewhere */
	if (more && d->sure.again && (d->sure.narrowed || d->parts.at > 0) && another(d) < 0) {
		d->end = d->s->err;
		more = false;
	}
	if (more)
		weft__stamp(d->m, d->type, WEFT_NLM_F_DUMP, d->seq, d->sock.port);
	d->ended = !more || send_it(d, &d->end) < 0;
}

int weft_dump_start(struct weft_session *s, struct weft_msg *m, struct weft_dump **ret)
{
	struct weft_dump *d = NULL;
	struct weft_msg *want = NULL;
	int r = ret ? weft__session_takes(s, m, true, &want) : -EINVAL;

	if (r == 0) {
		d = calloc(1, sizeof *d);
		r = d ? 0 : weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	if (r < 0) {
		weft_msg_free(want);
		weft_msg_free(m);
		return r;
	}
	d->s = s;
	d->at = &s->dumps;
	d->next = s->dumps;
	if (d->next)
		d->next->at = &d->next;
	s->dumps = d;
	d->m = m;
	d->want = want;
	if (want)
		d->wanted = weft_msg_body(want);
	d->schema = weft_msg_op(m)->reply_schema ? weft_msg_op(m)->reply_schema : weft_msg_op(m)->schema;
	d->skip = weft_msg_family(m)->generic ? 4 : 0;
	d->has_family = weft__begins_with_family(d->schema);
	weft__session_hold(s);
	d->buf = malloc((size_t)s->hold + WEFT__RECV);
	r = d->buf ? weft__session_socket(s, &s->sock, s->rcvbuf, 0, &d->sock, &s->err)
		   : weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	if (r == 0)
		r = ask(d);
	r = weft__session_let_go(s, r);
	if (r < 0) {
		weft_dump_close(d);
		return r == -ESHUTDOWN ? -ECANCELED : r;
	}
	*ret = d;
	return 0;
}

static bool ours(const struct weft_dump *d, const struct weft_nlmsg *in)
{
	return in->seq == d->seq && (in->port == d->sock.port || in->port == d->port);
}

static int lost(struct weft_dump *d, int code, const char *text)
{
	d->ended = true;
	return weft_error_set(&d->end, code, WEFT_WHERE_TRANSPORT, "", "%s", text);
}

/* What is no object. */
static void control(struct weft_dump *d, const struct weft_nlmsg *in)
{
	if (weft__read(in, d->m, &d->end) == WEFT__END)
		end(d);
}

static void broken(struct weft_dump *d)
{
	if (d->s)
		d->s->stats.malformed++;
	(void)lost(d, -EBADMSG, "bytes that make no message among the answers");
	d->r = weft_reader(NULL, 0);
}

/* Notes what a new datagram says of the dump as a whole. */
static void scan(struct weft_dump *d, uint32_t from)
{
	struct weft_reader r = weft_reader(d->buf + from, d->len - from);
	struct weft_nlmsg in;

	while (weft__scan_msg(&r, &in)) {
		if (!ours(d, &in)) {
			d->s->stats.late++;
			continue;
		}
		d->heard = true;
		d->intr |= (in.flags & WEFT_NLM_F_DUMP_INTR) != 0;
		if (in.type < MIN_TYPE) {
			control(d, &in);
			continue;
		}
		if (d->missing.on && !d->sure.again)
			weft__missing_see(&d->missing, &in);
		if (d->sure.on && (!d->missing.at || d->sure.again))
			weft__sure_see(&d->sure, &in);
	}
	if (r.len) {
		d->len = (uint32_t)(r.p - d->buf);
		broken(d);
	}
}

/* What is handed out at once and begins with an object is noted on its way out: that saves looking at all of it twice.
 */
static bool as_it_comes(struct weft_dump *d, uint32_t from)
{
	struct weft_reader r = weft_reader(d->buf + from, d->len - from);
	struct weft_nlmsg in;

	d->noted = !d->given || !d->plain || !weft__scan_msg(&r, &in) || !ours(d, &in) || in.type < MIN_TYPE;
	d->heard = !d->noted;
	return !d->noted;
}

/* Milliseconds for which there is still to be waited; what is of no use does not put the end off, and what trickles in
 * not for long. */
static int left(struct weft_dump *d)
{
	uint64_t now = weft__now_ms(), all = d->s->timeout_ms + d->came / BYTES_MS, gap;

	if (!d->until)
		d->until = now + d->s->timeout_ms;
	if (now >= d->until || d->waited >= all)
		return 0;
	gap = d->until - now;
	return (int)(gap < all - d->waited ? gap : all - d->waited);
}

static void wait(struct weft_dump *d, int ms)
{
	uint64_t since = weft__now_ms();

	(void)weft__socket_wait(&d->sock, ms);
	d->waited += weft__now_ms() - since;
}

/* What was received of a dump at `at`; false: nothing of it. */
static bool keep(struct weft_dump *d, uint32_t at, uint32_t n)
{
	bool counted = d->sure.again; /* nothing of it is handed out */

	/* what follows begins on 4 bytes; so does the end of the buffer */
	memset(d->buf + at + n, 0, (4 - n % 4) % 4);
	d->len += (n + 3) & ~3u;
	if (!as_it_comes(d, at))
		scan(d, at);
	if (d->heard) {
		d->until = 0;
		d->came += n;
	}
	if (counted || (!d->heard && !d->ended))
		d->len = at;
	return d->heard || d->ended;
}

/* One datagram behind those kept. 0, or negative when the dump is over. */
static int take_one(struct weft_dump *d)
{
	int r = weft__session_check(d->s), ms;

	if (r < 0)
		return lost(d, r, d->s->err.msg);
	for (;;) {
		uint32_t at = d->len;
		int n = weft__socket_recv(&d->sock, d->buf + at, WEFT__RECV, NULL);

		if (d->s->closing)
			return lost(d, -ECANCELED, "the session was closed");
		if (n >= 0 && keep(d, at, (uint32_t)n))
			return 0;
		d->s->stats.forged += n == -EPERM;
		if (n == -ENOBUFS) {
			d->s->stats.overruns++;
			return lost(d, n, "the kernel had no room for its answers");
		}
		if (n == -EMSGSIZE)
			return lost(d, n, "an object was larger than 1 MiB");
		if (n < 0 && n != -EAGAIN && n != -EPERM)
			return lost(d, n, weft__socket_says(&d->sock, n));
		ms = left(d);
		if (ms == 0)
			return lost(d, -ETIMEDOUT, "no answer in time");
		if (n == -EAGAIN)
			wait(d, ms);
	}
}

/* The same; afterwards d->s is NULL when a hook closed the session. */
static void receive(struct weft_dump *d)
{
	struct weft_session *s = d->s;

	weft__session_hold(s);
	(void)take_one(d);
	(void)weft__session_let_go(s, 0);
}

/* Asks once more, if there is somebody to be asked. */
static void ask_again(struct weft_dump *d)
{
	struct weft_session *s = d->s;
	/* the kernel may still be at the old one, and runs no other on that socket; or this one is to be cut elsewhere
	 */
	bool anew = d->end.code < 0 || d->sure.on;

	d->tries++;
	s->stats.dump_retries++;
	weft__session_hold(s);
	if (anew && another(d) < 0) {
		d->end = s->err;
		d->ended = true;
		(void)weft__session_let_go(s, 0);
		return;
	}
	/* what is left of the old one must not be taken for the new one: seq tells */
	if (ask(d) < 0) {
		d->end = s->err;
		d->ended = true;
	}
	(void)weft__session_let_go(s, 0);
}

/* Receives until the dump is whole or fills what may be kept; asks again while that helps. */
static void fill(struct weft_dump *d)
{
	while (d->s) {
		bool again;

		if (d->len >= d->s->hold)
			return;
		receive(d);
		if (!d->ended)
			continue;
		again = d->s && (d->end.code == -ENOBUFS || (d->end.code == 0 && d->intr));
		if (!again || d->tries + 1 >= WEFT__TRIES)
			return;
		ask_again(d);
		if (d->ended)
			return;
	}
}

static int finish(struct weft_dump *d)
{
	if (d->end.code == 0 && d->intr)
		(void)weft_error_set(&d->end, -EAGAIN, WEFT_WHERE_KERNEL, "",
				     "the dump was interrupted by changes: objects may be missing or doubled");
	if (d->s)
		d->s->err = d->end;
	return d->end.code;
}

/* What weft__item makes, from what is the same for all objects of a dump. */
static inline void item(const struct weft_dump *d, const struct weft_nlmsg *in, struct weft_attr *ret)
{
	uint32_t skip = d->skip < in->body_len ? d->skip : in->body_len;

	*ret = (struct weft_attr){ .p = in->body + skip, .len = in->body_len - skip, .item = 1, .schema = d->schema };
	if (d->has_family && ret->len)
		ret->family = ret->p[0];
}

/* Something of a plain dump that was not noted yet and is no object of it. */
static void note(struct weft_dump *d, const struct weft_nlmsg *in)
{
	struct weft_session *s = d->s;

	if (!ours(d, in)) {
		s->stats.late++;
		return;
	}
	d->intr |= (in->flags & WEFT_NLM_F_DUMP_INTR) != 0;
	weft__session_hold(s);
	control(d, in);
	(void)weft__session_let_go(s, 0);
}

/* Whether a message is an object that is to be handed out: of dumps that are told in parts, or twice, or where the
 * kernel tells more than was asked for. */
static bool picked(struct weft_dump *d, const struct weft_nlmsg *in, struct weft_attr *ret)
{
	bool own = ours(d, in);

	if (in->type < MIN_TYPE || !own) {
		d->missing.given += in->type == DONE && own;
		d->told += (in->type == DONE || in->type == ERROR) && own;
		d->all = d->sure.again && d->told >= d->ends;
		return false;
	}
	if (d->all || (d->parts.tables && weft__parts_told(&d->parts, in)) ||
	    (d->missing.given && weft__missing_skip(&d->missing, d->missing.given, in)))
		return false;
	item(d, in, ret);
	return !d->wanted.p || weft_match(*ret, d->wanted);
}

/* One more datagram to be handed out. */
static void refill(struct weft_dump *d)
{
	if (d->given) {
		d->len = 0;
		receive(d);
	} else {
		fill(d);
		d->given = d->noted = true;
	}
	d->r = weft_reader(d->buf, d->len);
}

/* The next message when it is an object, as most are of most dumps. */
static inline bool easy(struct weft_dump *d, struct weft_attr *ret)
{
	struct weft_reader r = d->r;
	struct weft_nlmsg in;

	if (!d->plain || !weft__scan_msg(&r, &in) || in.type < MIN_TYPE || !ours(d, &in))
		return false;
	d->r = r;
	if (in.flags & WEFT_NLM_F_DUMP_INTR)
		d->intr = true;
	item(d, &in, ret);
	return true;
}

/* Until there is an object, or the end. */
static int search(struct weft_dump *d, struct weft_attr *ret)
{
	struct weft_nlmsg in;

	for (;;) {
		if (easy(d, ret))
			return 1;
		if (weft__scan_msg(&d->r, &in)) {
			if (!d->plain && picked(d, &in, ret))
				return 1;
			if (d->plain && !d->noted)
				note(d, &in);
			continue;
		}
		if (d->r.len)
			broken(d);
		if (d->ended)
			return finish(d);
		refill(d);
	}
}

int weft_dump_next(struct weft_dump *d, struct weft_attr *ret)
{
	if (!d || !ret)
		return -EINVAL;
	return easy(d, ret) ? 1 : search(d, ret);
}

static void forget(struct weft_dump *d)
{
	*d->at = d->next;
	if (d->next)
		d->next->at = d->at;
	d->s = NULL;
}

/* What was handed out stays until the dump is closed too. */
void weft__dumps_end(struct weft_session *s)
{
	while (s->dumps) {
		struct weft_dump *d = s->dumps;

		forget(d);
		weft__socket_close(&d->sock);
		d->given = d->ended = true;
		d->intr = false;
		d->r = weft_reader(NULL, 0);
		(void)lost(d, -ECANCELED, "the session was closed");
	}
}

void weft_dump_close(struct weft_dump *d)
{
	if (!d)
		return;
	if (d->s)
		forget(d);
	weft__socket_close(&d->sock);
	weft__missing_free(&d->missing);
	weft_msg_free(d->m);
	weft_msg_free(d->want);
	free(d->buf);
	free(d);
}
