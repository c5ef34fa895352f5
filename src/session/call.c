/* SPDX-License-Identifier: MIT */
/* Requests and their answers. Sync calls wait on the async ones. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts.h"
#include "codec/scan.h"
#include "session/session.h"

static int ask_family(struct weft_pending *c);

static int send_it(struct weft_pending *c)
{
	struct weft_session *s = c->s;
	uint16_t type, flags = c->dump ? WEFT_NLM_F_DUMP : c->ack ? WEFT_NLM_F_ACK : 0;
	int r;

	if (!weft__genl_known(s, weft_msg_family(c->m), &type))
		return ask_family(c);
	c->seq = weft__session_seq(s);
	weft__stamp(c->m, type, flags, c->seq, s->sock.port);
	r = weft__socket_send(&s->sock, weft_msg_bytes(c->m));
	if (r < 0)
		return weft_error_set(&s->err, r, WEFT_WHERE_TRANSPORT, "", "send: %s", weft__socket_says(&s->sock, r));
	c->sent = true;
	c->runs = c->dump;
	return 0;
}

/* The kernel runs one dump per socket; the others wait for their turn. */
static bool dump_runs(const struct weft_session *s)
{
	for (const struct weft_pending *c = s->first; c; c = c->next)
		if (c->dump && c->sent)
			return true;
	return s->drains && weft__now_ms() < s->drain_until;
}

void weft__next_dump(struct weft_session *s)
{
	for (struct weft_pending *c = s->first; c && !s->closing && !dump_runs(s);) {
		int r = c->sent || c->asking ? 0 : send_it(c);

		if (r == 0) {
			c = c->next;
			continue;
		}
		weft__finish(c, r);
		c = s->first;
	}
}

void weft__finish(struct weft_pending *c, int result)
{
	struct weft_session *s = c->s;
	struct weft_pending **at = &s->first;
	bool dump = c->dump && c->sent, was = s->busy;
	struct weft_error err;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->asking)
		c->asking->user = NULL;
	if (c->runs) {
		s->drains = true;
		s->drain_seq = c->seq;
		/* what waits behind it has time left then */
		s->drain_until = weft__now_ms() + s->timeout_ms / 2;
	}
	s->busy = true;
	/* a copy: what done calls may have errors of its own */
	if (result < 0)
		err = s->err;
	/* what waits in a child of the opener is a copy: the parent's callbacks run in the parent */
	if (c->done && s->pid == weft__self())
		c->done(c, result, result < 0 ? &err : NULL, c->user);
	s->busy = was;
	weft_msg_free(c->m);
	if (c->dump) {
		weft__missing_free(&c->missing);
		weft_msg_free(c->want);
	}
	if (s->spare)
		free(c);
	else
		s->spare = c;
	if (dump && !s->closing)
		weft__next_dump(s);
}

static int on_family(struct weft_pending *asking, struct weft_attr item, void *user)
{
	struct weft_pending *c = user;
	uint16_t id;

	return c ? weft__genl_learn(asking->s, weft_msg_family(c->m)->name, item, &id) : 0;
}

static void on_asked(struct weft_pending *asking, int result, const struct weft_error *err, void *user)
{
	struct weft_pending *c = user;
	uint16_t id;

	(void)err;
	if (!c)
		return;
	c->asking = NULL;
	if (result == 0 && !weft__genl_known(asking->s, weft_msg_family(c->m), &id))
		result = weft_error_set(&asking->s->err, -EBADMSG, WEFT_WHERE_KERNEL, "", "an answer without a family");
	if (result == 0 && !(c->dump && dump_runs(asking->s)))
		result = send_it(c);
	if (result < 0)
		weft__finish(c, result);
}

/* The id of a generic family comes first; the request itself is sent when it is there. */
static int ask_family(struct weft_pending *c)
{
	struct weft_msg *m = weft_request("nlctrl", "getfamily", 0);

	weft_put_named(m, "family-name", weft_kv_str(0, weft_msg_family(c->m)->name));
	return weft_start(
	    c->s, m,
	    WEFT_OPTS(weft_call_opts, .item = on_family, .done = on_asked, .user = c, .timeout_ms = c->s->timeout_ms),
	    &c->asking);
}

static void begin(struct weft_pending *c, struct weft_msg *m, const struct weft_call_opts *o, struct weft_msg *want)
{
	c->next = c->asking = NULL;
	c->m = m;
	c->item = o->item;
	c->done = o->done;
	c->user = o->user;
	c->seq = 0;
	c->sent = c->intr = c->runs = false;
	c->dump = o->dump;
	/* what answers with an object needs no ack on top of it */
	c->ack = !(weft_msg_op(m)->kinds & WEFT_OP_DUMP);
	if (!c->dump)
		return;
	memset(&c->parts, 0, sizeof *c - offsetof(struct weft_pending, parts));
	c->want = want;
	weft__parts_begin(&c->parts, m);
	weft__missing_begin(&c->missing, m);
	weft__sure_begin(&c->sure, m);
}

int weft_start(struct weft_session *s, struct weft_msg *m, const struct weft_call_opts *opts, struct weft_pending **ret)
{
	struct weft_call_opts own = { 0 };
	const struct weft_call_opts *o = weft__opts_seen(&own, sizeof own, opts);
	struct weft_pending *c, **at;
	struct weft_msg *want = NULL;
	int r;

	r = o ? weft__session_takes(s, m, o->dump, &want)
	      : weft_error_set(s ? &s->err : NULL, -EINVAL, WEFT_WHERE_CALLER, "", WEFT__NO_SIZE);
	c = r == 0 ? s->spare : NULL;
	if (c)
		s->spare = NULL;
	else if (r == 0)
		c = malloc(sizeof *c);
	if (!c) {
		weft_msg_free(want);
		weft_msg_free(m);
		return r < 0 ? r : weft_error_set(&s->err, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	begin(c, m, o, want);
	c->s = s;
	c->deadline = weft__ms_ahead(o->timeout_ms ? o->timeout_ms : s->timeout_ms);
	weft__session_hold(s);
	if (!c->dump || !dump_runs(s))
		r = send_it(c);
	if (s->closing && r == 0)
		r = weft_error_set(&s->err, -ECANCELED, WEFT_WHERE_CALLER, "", "a hook closed the session");
	if (r < 0) {
		weft_msg_free(want);
		weft_msg_free(m);
		free(c);
		(void)weft__session_let_go(s, r);
		return r;
	}
	for (at = &s->first; *at; at = &(*at)->next)
		;
	*at = c;
	if (ret)
		*ret = c;
	return weft__session_let_go(s, 0);
}

void weft_cancel(struct weft_pending *c)
{
	struct weft_session *s = c ? c->s : NULL;
	bool outer;

	if (!s || s->pid != weft__self())
		return;
	outer = weft__session_enter(s);
	(void)weft_error_set(&s->err, -ECANCELED, WEFT_WHERE_CALLER, "", "cancelled");
	weft__finish(c, -ECANCELED);
	if (outer)
		(void)weft__session_leave(s, 0);
}

static struct weft_pending *by_seq(struct weft_session *s, uint32_t seq)
{
	for (struct weft_pending *c = s->first; c; c = c->next)
		if (c->sent && c->seq == seq)
			return c;
	return NULL;
}

static int tell(struct weft_pending *c, const struct weft_nlmsg *in)
{
	struct weft_attr a = weft__item(in, c->m);

	if (c->dump && c->want && !weft_match(a, weft_msg_body(c->want)))
		return 0;
	return c->item(c, a, c->user);
}

static void item(struct weft_pending *c, const struct weft_nlmsg *in)
{
	struct weft_session *s = c->s;
	uint32_t seq = c->seq;
	bool told = c->item != NULL;
	int r = told ? tell(c, in) : 0;

	/* the callback may have cancelled its own call */
	if (told && (s->closing || by_seq(s, seq) != c))
		return;
	if (r != 0) {
		r = r < 0 ? r : -ECANCELED;
		(void)weft_error_set(&s->err, r, WEFT_WHERE_CALLER, "", "ended by the caller");
		weft__finish(c, r);
	} else if (!c->dump && !c->ack && !(in->flags & WEFT_NLM_F_MULTI)) {
		s->err.code = 0;
		s->err.path[0] = s->err.msg[0] = 0;
		weft__finish(c, 0);
	}
}

/* What comes of a dump that was ended early. */
static void drained(struct weft_session *s, const struct weft_nlmsg *in)
{
	if (!s->drains || in->port != s->sock.port || in->seq != s->drain_seq ||
	    (in->type != WEFT_NLMSG_DONE && in->type != WEFT_NLMSG_ERROR))
		return;
	s->drains = false;
	weft__next_dump(s);
}

/* Whether an object of a dump is one that was not told yet. */
static bool dump_sees(struct weft_pending *c, const struct weft_nlmsg *in)
{
	if (!c->sure.again)
		weft__missing_see(&c->missing, in);
	if (!c->missing.at || c->sure.again)
		weft__sure_see(&c->sure, in);
	return !c->sure.again && !weft__parts_told(&c->parts, in) &&
	       !weft__missing_skip(&c->missing, c->missing.at, in);
}

/* Whether a dump at its end is to be asked for more. */
static bool dump_goes_on(struct weft_pending *c, struct weft_error *e)
{
	return weft__parts_next(&c->parts, c->m, e) || (!c->sure.again && weft__missing_next(&c->missing, c->m, e)) ||
	       (e->code == 0 && weft__sure_next(&c->sure, &c->parts, c->m, c->intr));
}

/* One message. False when the session is not to be touched any more. */
static bool handle(struct weft_session *s, const struct weft_nlmsg *in)
{
	struct weft_pending *c = in->port == s->sock.port ? by_seq(s, in->seq) : NULL;
	struct weft_error e;

	if (!c) {
		s->stats.late++;
		drained(s, in);
		return !s->closing;
	}
	c->intr |= (in->flags & WEFT_NLM_F_DUMP_INTR) != 0;
	switch (weft__read(in, c->m, &e)) {
	case WEFT__ITEM:
		if (!c->dump || dump_sees(c, in))
			item(c, in);
		break;
	case WEFT__NOISE:
		break;
	case WEFT__LOST:
		s->stats.overruns++;
		break;
	case WEFT__END:
		c->runs = false;
		if (c->dump && dump_goes_on(c, &e)) {
			int r = send_it(c);

			if (r < 0)
				weft__finish(c, r);
			break;
		}
		if (c->dump && e.code == 0 && (c->intr || weft__sure_differs(&c->sure)))
			(void)weft_error_set(&e, -EAGAIN, WEFT_WHERE_KERNEL, "", "the dump was interrupted by changes");
		s->err = e;
		if (e.code == -ENOENT)
			weft__genl_forget(s, weft_msg_family(c->m));
		weft__finish(c, e.code);
		break;
	}
	return !s->closing;
}

/* A reply was lost: nobody can know whose, so every call that waits is told. */
static int lost(struct weft_session *s, int code, const char *text)
{
	size_t n = 0;

	/* not those that a callback starts anew meanwhile */
	for (const struct weft_pending *c = s->first; c; c = c->next)
		n++;
	while (n-- && s->first) {
		(void)weft_error_set(&s->err, code, WEFT_WHERE_TRANSPORT, "", "%s", text);
		weft__finish(s->first, code);
	}
	return 1;
}

int weft__session_pump(struct weft_session *s)
{
	struct weft_reader r;
	struct weft_nlmsg in;
	int n = weft__socket_recv(&s->sock, s->buf, WEFT__RECV, NULL);

	s->plain = (struct weft_reader){ 0 };
	if (n == -EAGAIN)
		return 0;
	/* by a hook */
	if (s->closing)
		return 1;
	if (n == -EPERM) {
		s->stats.forged++;
		return 1;
	}
	if (n == -ENOBUFS) {
		s->stats.overruns++;
		return lost(s, n, "the kernel had no room for its answers");
	}
	if (n == -EMSGSIZE)
		return lost(s, n, "an answer was larger than 1 MiB");
	if (n < 0) {
		(void)lost(s, n, weft__socket_says(&s->sock, n));
		return weft_error_set(&s->err, n, WEFT_WHERE_TRANSPORT, "", "receive: %s",
				      weft__socket_says(&s->sock, n));
	}
	r = weft_reader(s->buf, (uint32_t)n);
	while (weft__scan_msg(&r, &in))
		if (!handle(s, &in))
			return 1;
	s->stats.malformed += r.len > 0;
	return 1;
}

/* --- sync --- */

struct weft_reply {
	struct weft_attr body;
	uint8_t bytes[];
};

struct wait {
	struct weft_reply **reply;
	bool done;
	int result;
	struct weft_error err; /* of a failure */
};

static int keep(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct wait *w = user;
	struct weft_reply *r;

	(void)c;
	if (*w->reply)
		return 0;
	r = malloc(sizeof *r + a.len);
	if (!r)
		return -ENOMEM;
	memcpy(r->bytes, a.p, a.len);
	r->body = weft_body(a.schema, r->bytes, a.len);
	*w->reply = r;
	return 0;
}

static void ended(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct wait *w = user;

	w->done = true;
	w->result = result;
	(void)c;
	if (err)
		w->err = *err;
}

int weft_call(struct weft_session *s, struct weft_msg *m, struct weft_reply **ret)
{
	struct weft_pending *c;
	struct wait w;
	int r;

	w.reply = ret;
	w.done = false;
	w.result = 0;

	if (ret)
		*ret = NULL;
	if (s && s->busy) {
		weft_msg_free(m);
		return weft_error_set(&s->err, -EBUSY, WEFT_WHERE_CALLER, "", "a sync call inside a callback");
	}
	r = weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = ret ? keep : NULL, .done = ended, .user = &w), &c);
	if (r < 0)
		return r;
	while (r >= 0 && !w.done) {
		r = weft__session_step(s);
		if (r == 0)
			r = weft__socket_wait(&s->sock, weft_timeout_ms(s));
	}
	if (!w.done) {
		(void)weft_error_set(&s->err, r, WEFT_WHERE_TRANSPORT, "", "wait: %s", strerror(-r));
		(void)weft__session_enter(s);
		weft__finish(c, r);
		r = weft__session_leave(s, r);
	}
	/* gone when a callback closed it */
	if (w.result < 0 && r != -ESHUTDOWN)
		s->err = w.err;
	if (w.result < 0 && ret) {
		weft_reply_free(*ret);
		*ret = NULL;
	}
	return w.result;
}

struct weft_attr weft_reply_body(const struct weft_reply *r)
{
	return r ? r->body : (struct weft_attr){ 0 };
}

void weft_reply_free(struct weft_reply *r)
{
	free(r);
}
