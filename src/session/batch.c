/* SPDX-License-Identifier: MIT */
/* Batches: windows of messages in one datagram, the answers matched to each. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/batch.h>

#include "base/opts.h"
#include "schema/msg.h"
#include "session/session.h"
#include "transport/local.h"
#include "transport/tally.h"

enum {
	BYTES = 64 << 10, /* of a window, without its end; far below the send buffer of any kernel */
	WINDOW = 256,
	ANSWERS = 65,	  /* read at once: those of a window, and of its end, in four times */
	ANSWER = 1024,	  /* bytes of one; longer ones are objects, which nobody waits for here */
	FIRST = 32 << 10, /* of the first, for whoever sees it on its way and gets them one by one */
	ROOM = 1024,	  /* receive buffer that the kernel counts for an answer */
};

/* What is to be known of a message until it is answered. */
struct sent {
	uint32_t at, len;
	const struct weft_op *op;
	const struct weft_family *family;
	bool answered;
};

struct weft_batch {
	struct weft_session *s; /* NULL: a hook closed it */
	struct weft__socket sock;
	struct weft_batch_opts o;
	struct weft_batch_result result;
	struct weft_error first;		  /* failure; code 0: none */
	struct weft_msg m;			  /* under construction */
	struct weft__spot spots[WEFT__SPOTS + 1]; /* of m */
	bool building, stopped, fenced;		  /* fenced: the end of the window is answered */
	uint32_t window, n, len, seq;		  /* messages and bytes of the window; number of its first */
	uint32_t answered;			  /* how many of the window are */
	size_t base;				  /* which of the batch that one is */
	struct sent *sent;
	uint8_t *buf, *answers;
	struct weft__datagram in[ANSWERS]; /* to answers */
	struct weft__tally tally;
};

static void lay_out_answers(struct weft_batch *b)
{
	b->in[0].to = (struct iovec){ b->answers, FIRST };
	for (int i = 1; i < ANSWERS; i++)
		b->in[i].to = (struct iovec){ b->answers + FIRST + i * ANSWER, ANSWER };
}

int weft_batch_open(struct weft_session *s, const struct weft_batch_opts *opts, struct weft_batch **ret)
{
	struct weft_batch_opts o = { 0 };
	struct weft_batch *b;
	int r = weft__session_check(s);

	if (r < 0)
		return r;
	if (!ret || !weft__opts(&o, sizeof o, opts))
		return weft_error_set(&s->err, -EINVAL, WEFT_WHERE_CALLER, "",
				      ret ? WEFT__NO_SIZE : "nowhere to put a batch");
	b = calloc(1, sizeof *b);
	if (!b)
		return weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	b->o = o;
	b->s = s;
	weft__msg_lend(&b->m, b->m.small, sizeof b->m.small);
	b->m.spots = b->spots;
	b->window = b->o.window ? b->o.window : WINDOW;
	/* every message of a window may be answered before the first answer is read */
	b->window = b->window > s->rcvbuf / ROOM ? s->rcvbuf / ROOM : b->window;
	b->window = b->window ? b->window : 1;
	b->sent = calloc(b->window, sizeof *b->sent);
	b->buf = malloc(BYTES + WEFT_NLMSG_HDR);
	b->answers = malloc(FIRST + ANSWERS * ANSWER);
	r = b->sent && b->buf && b->answers ? weft__session_socket(s, &s->sock, s->rcvbuf, 0, &b->sock, &s->err)
					    : weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	if (r < 0) {
		weft_batch_close(b);
		return r;
	}
	lay_out_answers(b);
	/* what is recorded has to be read; the end of a window is acknowledged too */
	if (b->o.each && b->o.tally && !s->record)
		(void)weft__tally_open(weft__local_inside(&b->sock), b->window + 1, &b->tally);
	*ret = b;
	return 0;
}

void weft_batch_close(struct weft_batch *b)
{
	if (!b)
		return;
	weft__socket_close(&b->sock);
	weft__tally_close(&b->tally);
	weft__msg_drop(&b->m);
	free(b->sent);
	free(b->buf);
	free(b->answers);
	free(b);
}

/* Around what may send and receive. */
static void hold(struct weft_batch *b)
{
	if (b->s)
		weft__session_hold(b->s);
}

static void let_go(struct weft_batch *b)
{
	if (b->s && weft__session_let_go(b->s, 0) == -ESHUTDOWN)
		b->s = NULL;
}

/* Why nothing can be sent. */
static int useless(struct weft_batch *b, struct weft_error *e)
{
	if (!b->s || b->s->closing)
		return weft_error_set(e, -ECANCELED, WEFT_WHERE_CALLER, "", "the session was closed");
	(void)weft__session_check(b->s);
	*e = b->s->err;
	return e->code;
}

/* 0, or why nothing can be sent. */
static inline int usable(struct weft_batch *b, struct weft_error *e)
{
	return b->s && weft__session_usable(b->s) ? 0 : useless(b, e);
}

static void fail(struct weft_batch *b, size_t index, const struct weft_error *e)
{
	if (b->result.failed++ == 0) {
		b->result.first = index;
		b->first = *e;
	}
	if (b->o.failed)
		b->o.failed(index, e, b->o.user);
	b->stopped = b->stopped || b->o.stop;
}

/* Number in the batch of a message of the window. */
static size_t index_of(const struct weft_batch *b, uint32_t i)
{
	return b->base + i;
}

static void mark_answered(struct weft_batch *b, struct sent *sent)
{
	sent->answered = true;
	b->answered++;
}

/* What most answers are: one message, which says that one of the window was done and nothing else. */
static inline bool done(struct weft_batch *b, const struct weft__datagram *d)
{
	const uint8_t *p = d->to.iov_base;
	uint32_t i;

	if (d->len < WEFT_NLMSG_HDR + 4 || weft_get_u32(p) != (uint32_t)d->len ||
	    weft_get_u16(p + 4) != WEFT_NLMSG_ERROR || weft_get_u32(p + WEFT_NLMSG_HDR) != 0)
		return false;
	i = weft_get_u32(p + 8) - b->seq;
	if (weft_get_u32(p + 12) != b->sock.port || i >= b->n || b->sent[i].answered)
		return false;
	mark_answered(b, &b->sent[i]);
	return true;
}

/* One message of an answer. */
static void answer(struct weft_batch *b, const struct weft_nlmsg *in)
{
	uint32_t i = in->seq - b->seq;
	struct weft_error e;
	struct weft_msg m;
	struct sent *sent;

	if (in->port == b->sock.port && i == b->n && b->n) {
		b->fenced = true;
		return;
	}
	if (in->port != b->sock.port || i >= b->n || b->sent[i].answered) {
		b->s->stats.late++;
		return;
	}
	sent = &b->sent[i];
	/* a view of the request, for the path of what is at fault */
	m.family = sent->family;
	m.op = sent->op;
	m.buf = b->buf + sent->at;
	m.len = sent->len;
	m.level[0].start = WEFT_NLMSG_HDR + (sent->family->generic ? 4 : 0);
	if (weft__read(in, &m, &e) != WEFT__END)
		return;
	mark_answered(b, sent);
	if (e.code < 0)
		fail(b, index_of(b, i), &e);
}

/* An object that was cut off at its end; an answer that says whether something was done never is so long. */
static bool is_object(const struct weft__datagram *d)
{
	return d->len == -EMSGSIZE && weft_get_u16((const uint8_t *)d->to.iov_base + 4) >= 16;
}

/* One datagram of answers; 0, or negative when the socket is of no more use. */
static int read_one(struct weft_batch *b, const struct weft__datagram *d)
{
	struct weft_reader r = weft_reader(d->to.iov_base, d->len > 0 ? (uint32_t)d->len : 0);
	struct weft_nlmsg in;

	if (d->len == -EPERM)
		b->s->stats.forged++;
	else if (d->len < 0 && !is_object(d))
		return d->len;
	while (weft_read_msg(&r, &in) > 0)
		answer(b, &in);
	return 0;
}

/* Receives up to so many answers: 1, 0 nothing there, negative when the socket is of no more use. */
static int receive(struct weft_batch *b, int most)
{
	int n, r = 0;

	weft_set_u16(b->answers + 4, 0);
	n = weft__socket_recv_many(&b->sock, b->in, most);
	if (n == -EAGAIN)
		return 0;
	if (n < 0)
		return n;
	for (int i = 0; i < n && r == 0; i++)
		if (!done(b, &b->in[i]))
			r = read_one(b, &b->in[i]);
	return r < 0 ? r : 1;
}

/* What the tally has of the window. */
static void note_tallied(struct weft_batch *b)
{
	for (uint32_t i = 0; i < b->n; i++) {
		if (!weft__tally_take(&b->tally, b->seq + i))
			continue;
		mark_answered(b, &b->sent[i]);
		b->result.tallied++;
	}
	b->fenced = weft__tally_take(&b->tally, b->seq + b->n);
}

/* Notes what the tally has, and reads what it has not: that is there by now, and others' answers too. */
static int take_tallied(struct weft_batch *b)
{
	int r;

	note_tallied(b);
	do
		r = receive(b, ANSWERS);
	while (r > 0);
	return r;
}

/* The kernel answers in order, and what hooks answer is there at once: when the fence is answered, all is. */
static int wait_for_fence(struct weft_batch *b)
{
	uint64_t until = weft__now_ms() + b->s->timeout_ms, now;
	int most = b->o.each ? ANSWERS : 1; /* mostly nothing else comes */
	int r = b->tally.marks ? take_tallied(b) : 0;

	while (r >= 0 && !b->fenced) {
		r = receive(b, most);
		most = ANSWERS;
		if (r < 0 || b->fenced)
			break;
		now = weft__now_ms();
		if (now >= until)
			return -ETIMEDOUT;
		if (r == 0)
			r = weft__socket_wait(&b->sock, (int)(until - now));
	}
	return r < 0 ? r : 0;
}

/* A window ends with a message that does nothing and is acknowledged (linux/netlink.h: NLMSG_NOOP). */
static void put_fence(struct weft_batch *b)
{
	uint8_t *h = b->buf + b->len;

	weft_set_u32(h, WEFT_NLMSG_HDR);
	weft_set_u16(h + 4, WEFT_NLMSG_NOOP);
	weft_set_u16(h + 6, WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK);
	weft_set_u32(h + 8, b->seq + b->n);
	weft_set_u32(h + 12, b->sock.port);
	b->fenced = false;
}

/* failed: how many of the window are known to have failed. */
static void lost(struct weft_batch *b, size_t failed, int code)
{
	size_t unknown;

	/* a mark that is left would stand for a later message */
	if (b->tally.marks)
		note_tallied(b);
	unknown = b->n - b->answered;
	b->result.unknown += unknown;
	b->result.done += b->n - unknown - failed;
	b->stopped = true;
	(void)weft_error_set(&b->first, code, WEFT_WHERE_TRANSPORT, "", "answers were lost: %s",
			     weft__socket_says(&b->sock, code));
}

/* A hook, or what it made, had no room half way: what stands before it was sent, the rest is not. Sends the end of
 * what was. */
static int cut_off(struct weft_batch *b, size_t went, int code)
{
	uint32_t n = 0;

	while (n < b->n && b->sent[n].at < went)
		n++;
	b->result.unsent += b->n - n;
	b->len = n < b->n ? b->sent[n].at : b->len;
	b->n = n;
	b->stopped = true;
	if (!b->first.code)
		(void)weft_error_set(&b->first, code, WEFT_WHERE_TRANSPORT, "", "the rest could not be sent: %s",
				     weft__socket_says(&b->sock, code));
	put_fence(b);
	return weft__socket_send(&b->sock, (struct weft_bytes){ b->buf + b->len, WEFT_NLMSG_HDR });
}

static void flush(struct weft_batch *b)
{
	size_t failed = b->result.failed;
	struct weft_error e = { 0 };
	int r;

	if (b->n == 0)
		return;
	if (usable(b, &e) < 0) {
		b->stopped = true;
		b->first = b->first.code ? b->first : e;
	}
	if (b->stopped) {
		b->result.unsent += b->n;
	} else {
		put_fence(b);
		b->base = b->result.added - b->n;
		r = weft__socket_send(&b->sock, (struct weft_bytes){ b->buf, b->len + WEFT_NLMSG_HDR });
		if (r < 0 && b->sock.went)
			r = cut_off(b, b->sock.went, r);
		if (r == 0)
			r = wait_for_fence(b);
		if (r == 0 && b->o.each && b->answered < b->n)
			r = -ENOBUFS;
		if (r < 0)
			lost(b, b->result.failed - failed, r);
		else
			b->result.done += b->n - (b->result.failed - failed);
	}
	/* those that were not needed are others', unless somebody had one since */
	if (b->s && b->s->seq == b->seq + b->window)
		b->s->seq = b->seq + b->n;
	b->n = 0;
	b->len = 0;
}

/* The numbers of a window are its own before its messages are there: calls may be made meanwhile. */
static void begin_window(struct weft_batch *b)
{
	b->seq = b->s->seq + 1;
	/* the number 0 is never used: no window reaches over it */
	if (b->seq == 0 || b->seq + b->window < b->seq)
		b->seq = 1;
	b->s->seq = b->seq + b->window;
	b->answered = 0;
}

/* The message at the end of the window is one of it. */
static void take(struct weft_batch *b, const struct weft_msg *m, uint32_t len)
{
	uint8_t *h = b->buf + b->len;

	if (b->n == 0)
		begin_window(b);
	if (b->o.each)
		weft_set_u16(h + 6, (uint16_t)(weft_get_u16(h + 6) | WEFT_NLM_F_ACK));
	weft_set_u32(h + 8, b->seq + b->n);
	weft_set_u32(h + 12, b->sock.port);
	b->sent[b->n++] = (struct sent){ .at = b->len, .len = len, .op = m->op, .family = m->family };
}

/* Of requests that change something the same bits say something else. */
static bool asks_for_dump(const struct weft_msg *m)
{
	return m->op->kinds & WEFT_OP_DUMP && (weft_get_u16(m->buf + 6) & WEFT_NLM_F_DUMP) == WEFT_NLM_F_DUMP;
}

/* Whether there is nothing to be said about a message, and room for it: so it is with most. */
static inline bool is_fine(const struct weft_batch *b, const struct weft_msg *m)
{
	return b->s && weft__session_usable(b->s) && m->buf && !m->err.code && !m->depth && !m->family->generic &&
	       m->family->protocol == b->s->protocol && b->n < b->window && b->len + m->len <= BYTES &&
	       !asks_for_dump(m);
}

/* What is wrong with a message, or 0 and the type that it is sent with. */
static int check(struct weft_batch *b, const struct weft_msg *m, uint16_t *ret_type, struct weft_error *e)
{
	int r = usable(b, e);

	if (r == 0)
		r = weft_msg_error(m, e);
	if (r == 0 && m->depth)
		r = weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "a nest is still open");
	if (r == 0 && weft_msg_family(m)->protocol != b->s->protocol)
		r = weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "%s is of another protocol than the session",
				   weft_msg_family(m)->name);
	if (r == 0 && asks_for_dump(m))
		r = weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "a dump, which needs a socket of its own");
	if (r == 0 && m->len > BYTES)
		r = weft_error_set(e, -EMSGSIZE, WEFT_WHERE_CALLER, "", "the message is larger than a window");
	if (r == 0 && weft__session_type(b->s, m, ret_type) < 0) {
		*e = b->s->err;
		r = e->code;
	}
	return r;
}

/* Checks a message and makes room for it; false: it failed. */
static __attribute__((noinline)) bool make_room(struct weft_batch *b, const struct weft_msg *m, uint16_t *ret_type)
{
	struct weft_error e; /* of a failure */

	/* a failure has its number: the messages of the window before it are sent first */
	if (check(b, m, ret_type, &e) < 0) {
		flush(b);
		fail(b, b->result.added++, &e);
		return false;
	}
	if (b->n == b->window || b->len + m->len > BYTES)
		flush(b);
	return true;
}

static void add(struct weft_batch *b, const struct weft_msg *m)
{
	struct weft_bytes bytes = weft_msg_bytes(m); /* a multiple of 4, as all that is put into a message */
	uint8_t *to;
	uint16_t type = 0;

	if (!is_fine(b, m) && !make_room(b, m, &type))
		return;
	to = b->buf + b->len;
	b->result.added++;
	if (bytes.p != to)
		memcpy(to, bytes.p, bytes.len);
	if (m->family->generic)
		weft_set_u16(to + 4, type);
	take(b, m, (uint32_t)bytes.len);
	b->len += (uint32_t)bytes.len;
}

static void finish_message(struct weft_batch *b)
{
	bool built = b->building;

	b->building = false;
	if (built)
		add(b, &b->m);
}

/* The next message is made where it is sent from, if there is room for one of the usual size. */
static void place(struct weft_batch *b)
{
	weft__msg_drop(&b->m);
	if (BYTES - b->len >= sizeof b->m.small)
		weft__msg_lend(&b->m, b->buf + b->len, BYTES - b->len);
}

struct weft_msg *weft_batch_msg(struct weft_batch *b, const struct weft_family *f, const struct weft_op *op,
				uint16_t flags)
{
	if (!b)
		return weft_msg_new(NULL, NULL, 0);
	hold(b);
	finish_message(b);
	if (b->n == b->window)
		flush(b);
	let_go(b);
	place(b);
	weft__msg_begin(&b->m, f, op, flags);
	b->building = true;
	return &b->m;
}

int weft_batch_put(struct weft_batch *b, const struct weft_msg *m)
{
	size_t failed;

	if (!b || !m)
		return -EINVAL;
	hold(b);
	failed = b->result.failed;
	finish_message(b);
	/* the batch's own is in it by now */
	if (m != &b->m) {
		failed = b->result.failed;
		add(b, m);
	}
	let_go(b);
	return b->result.failed != failed && weft_msg_error(m, NULL) ? weft_msg_error(m, NULL) : 0;
}

int weft_batch_commit(struct weft_batch *b, struct weft_batch_result *ret)
{
	struct weft_error e = { 0 };
	int r;

	if (!b) {
		if (ret)
			*ret = (struct weft_batch_result){ 0 };
		return -EINVAL;
	}
	hold(b);
	finish_message(b);
	flush(b);
	if (ret)
		*ret = b->result;
	if (!b->first.code && usable(b, &e) < 0)
		b->first = e;
	r = b->first.code;
	if (b->s)
		b->s->err = b->first;
	let_go(b);
	b->result = (struct weft_batch_result){ 0 };
	b->first = (struct weft_error){ 0 };
	b->stopped = false;
	return r;
}
