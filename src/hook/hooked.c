/* SPDX-License-Identifier: MIT */
/* The layer around a socket: messages that a hook wants are taken out of datagrams, the others go by untouched. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/scan.h"
#include "hook/passing.h"

enum {
	GENERIC = 16,
	MIN_TYPE = 16,
	HERE = 1,	 /* no errno: it stays where it is */
	MOST = 4 << 20,	 /* bytes of answers that wait */
	LEAST = 1 << 10, /* kept of a buffer that is empty */
	ACK = 512,	 /* more than an acknowledgement takes */
};

/* What the last message that went the same way was. */
struct known {
	uint16_t type;
	bool wanted, answers; /* by a hook; as far as the type tells */
	unsigned changes;     /* of the chain when that was so */
	const struct weft_family *family;
	const struct weft_op *op;
};

/* What hooks want of what comes in. */
struct incoming {
	unsigned changes; /* of the chain when this was so */
	bool all, answers;
	bool any; /* whatever it says; else what mentions this text */
	const char *mention;
	size_t mention_len;
};

struct hooked {
	struct weft__socket inner;
	struct weft__chain *chain;
	uint16_t protocol;
	struct weft__bytes_out back; /* answers of hooks */
	size_t back_at, counted;     /* counted: of it by the owner of the chain */
	struct weft__bytes_out scratch;
	struct known out, in;
	struct incoming incoming;
	unsigned groups; /* joined */
	bool asked;	 /* something whose answers a hook wants to see */
};

uint8_t *weft__out_room(struct weft__bytes_out *o, size_t more)
{
	size_t cap = o->cap ? o->cap : 512;
	uint8_t *p;

	if (o->len + more > MOST)
		return NULL;
	while (cap < o->len + more)
		cap *= 2;
	if (cap != o->cap) {
		p = realloc(o->p, cap);
		if (!p)
			return NULL;
		o->p = p;
		o->cap = cap;
	}
	return o->p + o->len;
}

/* A buffer that was large once is not so for ever. */
static void emptied(struct weft__bytes_out *o)
{
	o->len = 0;
	if (o->cap <= LEAST)
		return;
	free(o->p);
	*o = (struct weft__bytes_out){ 0 };
}

static void count(struct hooked *h)
{
	size_t *held = h->chain->owner.held;

	if (held)
		*held += h->back.cap - h->counted;
	h->counted = h->back.cap;
}

static bool put(struct weft__bytes_out *o, const void *p, size_t len)
{
	size_t padded = (len + 3) & ~(size_t)3;
	uint8_t *to = weft__out_room(o, padded);

	if (!to)
		return false;
	memcpy(to, p, len);
	memset(to + len, 0, padded - len);
	o->len += padded;
	return true;
}

/* Operation of a message: by the request's number when it goes out. */
static const struct weft_op *op_of(const struct weft_family *f, uint16_t type, bool send)
{
	for (unsigned i = 0; send && f && i < f->n_ops; i++)
		if (f->ops[i].request == type)
			return &f->ops[i];
	return send ? NULL : weft_op_by_reply(f, type);
}

/* The family of a message of a protocol without ids: that with such an operation. */
static const struct weft_family *family_of(uint16_t protocol, uint16_t type, bool send)
{
	const struct weft_family *f;

	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++)
		if (f->protocol == protocol && !f->generic && op_of(f, type, send))
			return f;
	return NULL;
}

static void look_up(struct known *k, uint16_t protocol, uint16_t type, bool send)
{
	if (k->type == type)
		return;
	k->type = type;
	k->family = family_of(protocol, type, send);
	k->op = op_of(k->family, type, send);
}

static void describe(struct hooked *h, struct weft_passing *p, enum weft_direction direction)
{
	bool send = direction == WEFT_ON_SEND;
	struct known *k = send ? &h->out : &h->in;

	p->chain = h->chain;
	p->direction = direction;
	p->type = p->in.type;
	/* whatever a request says of it */
	p->port = send ? h->inner.port : p->in.port;
	if (h->protocol == GENERIC) {
		p->family = h->chain->owner.family_of && !h->chain->orphan
				? h->chain->owner.family_of(h->chain->owner.user, p->in.type)
				: NULL;
		p->type = p->in.body_len ? p->in.body[0] : 0;
		p->op = op_of(p->family, p->type, send);
	} else {
		look_up(k, h->protocol, p->in.type, send);
		p->family = k->family;
		p->op = k->op;
	}
	/* in requests that make something the same bits mean something else */
	p->dump = send && (p->in.flags & WEFT_NLM_F_DUMP) == WEFT_NLM_F_DUMP &&
		  (p->op ? p->op->kinds & WEFT_OP_DUMP : h->protocol == GENERIC || (p->in.type & 3) == 2);
}

/* The error answer of a hook, as the kernel makes them (linux/netlink.h: struct nlmsgerr). code 0: an
 * acknowledgement. */
static bool put_ack(struct weft__bytes_out *to, const struct weft_passing *p, int code)
{
	enum {
		ERROR = 2,
		CAPPED = 0x100,
		TLVS = 0x200,
		MSG = 1,
		OFFS = 2
	};
	const uint8_t *message = p->in.body - WEFT_NLMSG_HDR;
	uint32_t text = code ? (uint32_t)strlen(p->text) : 0, len = 36;
	uint8_t b[36 + 8 + 4 + 164] = { 0 };

	weft_set_u16(b + 4, ERROR);
	weft_set_u16(b + 6, CAPPED | (text ? TLVS : 0));
	weft_set_u32(b + 8, p->in.seq);
	weft_set_u32(b + 12, p->port);
	weft_set_u32(b + 16, (uint32_t)code);
	memcpy(b + 20, message, WEFT_NLMSG_HDR);
	if (text) {
		weft_set_u16(b + len, (uint16_t)(4 + text + 1));
		weft_set_u16(b + len + 2, MSG);
		memcpy(b + len + 4, p->text, text);
		len += 4 + ((text + 4) & ~3u);
	}
	if (text && p->offset) {
		weft_set_u16(b + len, 8);
		weft_set_u16(b + len + 2, OFFS);
		weft_set_u32(b + len + 4, p->offset);
		len += 8;
	}
	weft_set_u32(b, len);
	return put(to, b, len);
}

static bool put_done(struct weft__bytes_out *to, const struct weft_passing *p)
{
	enum {
		DONE = 3
	};
	uint8_t b[20] = { 0 };

	weft_set_u32(b, sizeof b);
	weft_set_u16(b + 4, DONE);
	weft_set_u16(b + 6, WEFT_NLM_F_MULTI);
	weft_set_u32(b + 8, p->in.seq);
	weft_set_u32(b + 12, p->port);
	return put(to, b, sizeof b);
}

/* Whether what a hook does can be answered: it is not asked to do anything that nobody hears of. */
static bool answerable(struct hooked *h)
{
	const struct weft__chain_owner *o = &h->chain->owner;
	bool may = (!o->room || h->chain->orphan || o->room(o->user, h->back.len - h->back_at)) &&
		   weft__out_room(&h->back, ACK);

	count(h);
	return may;
}

/* What comes back of a request that the kernel does not see; for the last of it there is room. */
static void give_back(struct hooked *h, struct weft_passing *p, enum weft_verdict v)
{
	size_t before = h->back.len;

	if (v == WEFT_RETURN && p->answer.len &&
	    (!put(&h->back, p->answer.p, p->answer.len) || !weft__out_room(&h->back, ACK))) {
		h->back.len = before;
		v = WEFT_ERROR;
		p->code = -ENOBUFS;
		p->offset = 0;
		(void)snprintf(p->text, sizeof p->text, "the answer of a hook has no room");
	}
	if (v == WEFT_ERROR)
		(void)put_ack(&h->back, p, p->code ? p->code : -EINVAL);
	else if (p->dump)
		(void)put_done(&h->back, p);
	else if (p->in.flags & WEFT_NLM_F_ACK)
		(void)put_ack(&h->back, p, 0);
	count(h);
}

static int send_run(struct hooked *h, const uint8_t *from, const uint8_t *to)
{
	return from == to ? 0 : weft__socket_send(&h->inner, (struct weft_bytes){ from, (size_t)(to - from) });
}

/* One message that a hook wants. */
static int pass_out(struct hooked *h, struct weft_passing *p)
{
	enum weft_verdict v;
	int r = 0;

	if (!answerable(h))
		return -ENOBUFS;
	v = weft__chain_run(h->chain, p);
	if (v == WEFT_FORWARD)
		r = weft__socket_send(&h->inner, weft_passing_bytes(p));
	else
		give_back(h, p, v);
	free(p->replaced.p);
	free(p->answer.p);
	return r;
}

/* Most messages concern no hook, and the next one is mostly like the last one. */
static bool like_last(const struct hooked *h, const struct weft_nlmsg *in)
{
	return in->type == h->out.type && !h->out.wanted && h->out.changes == h->chain->changes &&
	       (h->asked || !h->out.answers);
}

/* Steps over those that follow one like the last one and are of its type. */
static void step_over(const struct hooked *h, struct weft_reader *r)
{
	struct weft_reader at = *r;
	struct weft_nlmsg in;

	while (weft__scan_msg(&at, &in) && in.type == h->out.type)
		*r = at;
}

/* One message on its way out, and what stands before it from *run on; HERE: no hook wants it. *run: the first that did
 * not go. */
static int examine(struct hooked *h, const struct weft_nlmsg *in, const uint8_t **run)
{
	struct weft_passing p = { .in = *in };
	bool answers;
	int code;

	describe(h, &p, WEFT_ON_SEND);
	h->out.wanted = weft__chain_may_want(h->chain, &p, &answers);
	h->out.answers = answers;
	h->out.changes = h->chain->changes;
	h->asked = h->asked || answers;
	if (!weft__chain_wants(h->chain, &p))
		return HERE;
	code = send_run(h, *run, in->body - WEFT_NLMSG_HDR);
	if (code < 0)
		return code;
	*run = in->body - WEFT_NLMSG_HDR;
	return pass_out(h, &p);
}

/* Messages are executed in their order: what stands before one that a hook wants goes out first. */
static int hooked_send(struct weft__socket *s, struct weft_bytes b)
{
	struct hooked *h = s->own;
	struct weft_reader r = weft_reader(b.p, (uint32_t)b.len);
	const uint8_t *run = b.p, *end = (const uint8_t *)b.p + b.len;
	struct weft_nlmsg in;
	int code = 0;

	if (!h->chain->first) {
		code = weft__socket_send(&h->inner, b);
		s->went = h->inner.went;
		return code;
	}
	h->inner.went = 0;
	while (code == 0 && weft__scan_msg(&r, &in)) {
		if (in.type < MIN_TYPE)
			continue;
		if (like_last(h, &in)) {
			step_over(h, &r);
			continue;
		}
		code = examine(h, &in, &run);
		if (code == 0)
			run = r.p;
		else if (code == HERE)
			code = 0;
	}
	if (code == 0)
		code = send_run(h, run, end);
	s->went = code < 0 ? (size_t)(run - (const uint8_t *)b.p) + h->inner.went : 0;
	return code;
}

/* Whole messages of what waits, as many as fit. One that never will is lost, as a datagram is that is too large. */
static int take_back(struct hooked *h, void *buf, size_t cap)
{
	struct weft_reader r = weft_reader(h->back.p + h->back_at, (uint32_t)(h->back.len - h->back_at));
	struct weft_nlmsg in;
	size_t n = 0, lost = 0;

	while (weft_read_msg(&r, &in) > 0) {
		size_t end = (size_t)(r.p - (h->back.p + h->back_at));

		if (end > cap) {
			lost = n ? 0 : end;
			break;
		}
		n = end;
	}
	/* what makes no message neither */
	if (n == 0) {
		lost = lost ? lost : h->back.len - h->back_at;
		n = lost < cap ? lost : cap;
	}
	memcpy(buf, h->back.p + h->back_at, n);
	h->back_at += lost ? lost : n;
	if (h->back_at == h->back.len) {
		h->back_at = 0;
		emptied(&h->back);
		count(h);
	}
	return lost ? -EMSGSIZE : (int)n;
}

/* One message on its way in: false without memory; *ret_same: it stays as it is, else what takes its place stands in
 * the new datagram, behind what was before it in the old one. */
static bool pass_in(struct hooked *h, struct weft_passing *p, struct weft_bytes before, bool *ret_same)
{
	enum weft_verdict v = weft__chain_run(h->chain, p);
	bool fits = true;

	*ret_same = v == WEFT_FORWARD && !p->replaced.len;
	if (!*ret_same)
		fits = put(&h->scratch, before.p, before.len);
	if (fits && v == WEFT_FORWARD && !*ret_same)
		fits = put(&h->scratch, p->replaced.p, p->replaced.len);
	else if (fits && v == WEFT_ERROR)
		fits = put_ack(&h->scratch, p, p->code ? p->code : -EINVAL);
	free(p->replaced.p);
	free(p->answer.p);
	return fits;
}

/* The new datagram in place of the old; what has no room comes as the next one. */
static int hand_over(struct hooked *h, void *buf, size_t cap)
{
	size_t len = h->scratch.len;
	bool fits = len <= cap;

	if (fits)
		memcpy(buf, h->scratch.p, len);
	else if (!put(&h->back, h->scratch.p, len))
		return -ENOMEM;
	emptied(&h->scratch);
	count(h);
	return fits ? (int)len : take_back(h, buf, cap);
}

/* A datagram with what the hooks made of its messages. Nothing is copied where they change nothing. */
static int filter(struct hooked *h, void *buf, int n, size_t cap, bool notified)
{
	struct weft_reader r = weft_reader(buf, (uint32_t)n);
	const uint8_t *kept = buf; /* what follows is not in the new datagram yet */
	bool changed = false;
	struct weft_nlmsg in;

	h->scratch.len = 0;
	while (weft__scan_msg(&r, &in)) {
		struct weft_passing p = { .in = in, .notified = notified };
		const uint8_t *at = in.body - WEFT_NLMSG_HDR;
		bool same = true;

		describe(h, &p, WEFT_ON_RECV);
		if (in.type < MIN_TYPE || !weft__chain_wants(h->chain, &p))
			continue;
		if (!pass_in(h, &p, (struct weft_bytes){ kept, (size_t)(at - kept) }, &same))
			return -ENOMEM;
		if (same)
			continue;
		changed = true;
		kept = r.p;
	}
	if (!changed)
		return n;
	if (!put(&h->scratch, kept, (size_t)((const uint8_t *)buf + n - kept)))
		return -ENOMEM;
	return hand_over(h, buf, cap);
}

static void look_again(struct hooked *h)
{
	struct incoming *in = &h->incoming;

	*in = (struct incoming){ .changes = h->chain->changes };
	for (const struct weft_hook *k = h->chain->first; k; k = k->next) {
		if (k->dead || !(k->direction & (WEFT_ON_RECV | WEFT_ON_ANSWER)))
			continue;
		in->all |= k->direction & WEFT_ON_RECV;
		in->answers = true;
		in->any = in->any || !k->mention || (in->mention && strcmp(in->mention, k->mention) != 0);
		in->mention = k->mention;
		in->mention_len = k->mention ? strlen(k->mention) : 0;
	}
}

/* Hooks that went since then cost a look at a datagram more than is needed, no other harm. */
static inline bool sees_in(struct hooked *h)
{
	if (h->incoming.changes != h->chain->changes)
		look_again(h);
	return h->incoming.all || (h->incoming.answers && h->asked);
}

static bool mentions(const uint8_t *p, size_t n, const char *text, size_t len)
{
	const uint8_t *end = p + n;

	while ((p = memchr(p, text[0], (size_t)(end - p))) != NULL && (size_t)(end - p) >= len) {
		if (memcmp(p, text, len) == 0)
			return true;
		p++;
	}
	return false;
}

static int hooked_recv(struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group)
{
	struct hooked *h = s->own;
	bool in = sees_in(h);
	uint32_t group = 0;
	int n;

	if (ret_group)
		*ret_group = 0;
	if (h->back.len)
		return take_back(h, buf, cap);
	/* whoever is in no group gets answers only */
	n = weft__socket_recv(&h->inner, buf, cap, ret_group || (in && h->groups) ? &group : NULL);
	if (ret_group)
		*ret_group = group;
	if (n <= 0 || !in ||
	    (!h->incoming.any && !mentions(buf, (size_t)n, h->incoming.mention, h->incoming.mention_len)))
		return n;
	return filter(h, buf, n, cap, group != 0);
}

static int hooked_recv_many(struct weft__socket *s, struct weft__datagram *d, int n)
{
	struct hooked *h = s->own;

	if (!h->back.len && !sees_in(h))
		return weft__socket_recv_many(&h->inner, d, n);
	d->len = hooked_recv(s, d->to.iov_base, d->to.iov_len, NULL);
	return d->len == -EAGAIN ? -EAGAIN : 1;
}

static int hooked_member(struct weft__socket *s, uint32_t group, bool join)
{
	struct hooked *h = s->own;

	h->groups += join;
	return join ? weft__socket_join(&h->inner, group) : weft__socket_leave(&h->inner, group);
}

static int hooked_wait(struct weft__socket *s, int timeout_ms)
{
	struct hooked *h = s->own;

	return h->back.len ? 0 : weft__socket_wait(&h->inner, timeout_ms);
}

static int hooked_due(const struct weft__socket *s)
{
	const struct hooked *h = s->own;

	return h->back.len ? 0 : weft__socket_due(&h->inner);
}

static const char *hooked_why(const struct weft__socket *s)
{
	const struct hooked *h = s->own;

	return weft__socket_why(&h->inner);
}

static struct weft__socket *hooked_inner(struct weft__socket *s)
{
	struct hooked *h = s->own;

	return &h->inner;
}

static void hooked_close(struct weft__socket *s)
{
	struct hooked *h = s->own;

	weft__socket_close(&h->inner);
	free(h->back.p);
	h->back.cap = 0;
	count(h);
	weft__chain_unref(h->chain);
	free(h->scratch.p);
	free(h);
}

static const struct weft__carrier hooked = {
	.send = hooked_send,
	.recv = hooked_recv,
	.recv_many = hooked_recv_many,
	.member = hooked_member,
	.wait = hooked_wait,
	.due = hooked_due,
	.why = hooked_why,
	.inner = hooked_inner,
	.close = hooked_close,
};

int weft__hooked(struct weft__socket *s, uint16_t protocol, struct weft__chain *c)
{
	struct hooked *h = calloc(1, sizeof *h);

	if (!h)
		return -ENOMEM;
	h->inner = *s;
	h->chain = weft__chain_ref(c);
	h->protocol = protocol;
	*s = (struct weft__socket){ .by = &hooked, .own = h, .fd = s->fd, .port = s->port, .seq = s->seq };
	return 0;
}
