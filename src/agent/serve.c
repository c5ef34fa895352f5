/* SPDX-License-Identifier: MIT */
/* What a peer asks of an agent. Every frame is taken for hostile. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/codec.h>

#include "agent/agent.h"
#include "agent/policy.h"
#include "hook/handlers.h"
#include "transport/stream.h"

enum {
	PATIENCE = 10000, /* ms, at most: of what a hook waits for */
};

static struct weft__served *channel(const struct weft__agent *a, uint16_t number)
{
	for (struct weft__served *c = a->first; c; c = c->next)
		if (c->number == number)
			return c;
	return NULL;
}

void weft__agent_close(struct weft__agent *a, struct weft__served *c)
{
	struct weft__served **at = &a->first;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (c->chain)
		weft__chain_orphan(c->chain);
	weft__socket_close(&c->sock);
	weft__chain_unref(c->chain);
	weft__ns_drop(&c->ns);
	a->rcvbufs -= c->rcvbuf;
	free(c);
	a->n--;
}

static void hello(struct weft__agent *a, const struct weft__frame *f)
{
	struct weft__hello h, ours = { .low = WEFT__FRAME_VERSION,
				       .high = WEFT__FRAME_VERSION,
				       .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,
				       .read_only = a->o.read_only };
	uint8_t bytes[WEFT__HELLO_SIZE];

	if (a->greeted || weft__hello_get(f, &h) < 0) {
		weft__agent_end(a, -EPROTO, "a greeting was expected");
		return;
	}
	if (h.low > WEFT__FRAME_VERSION || h.high < WEFT__FRAME_OLDEST || h.low > h.high) {
		weft__agent_end(a, -EPROTONOSUPPORT, "this agent speaks the versions 1 and 2");
		return;
	}
	if (h.big_endian != ours.big_endian) {
		weft__agent_end(a, -EPROTONOSUPPORT, "this machine has another byte order");
		return;
	}
	if (h.high < ours.high)
		ours.low = ours.high = h.high;
	ours.keepalive_ms = h.keepalive_ms;
	/* it asks after half of it, and has the rest to hear something */
	a->patience_ms = h.keepalive_ms < PATIENCE / 2 * 5 ? h.keepalive_ms / 5 * 2 : PATIENCE;
	a->patience_ms += h.keepalive_ms && !a->patience_ms;
	weft__hello_put(bytes, &ours);
	weft__agent_say(a, WEFT__F_HELLO, 0, bytes, sizeof bytes);
	a->greeted = true;
	a->numbered = ours.low >= WEFT__FRAME_VERSION;
}

static bool protocol_allowed(const struct weft__agent *a, uint16_t protocol)
{
	if (!a->o.protocols)
		return true;
	for (const char *const *p = a->o.protocols; *p; p++)
		if (weft_protocol_number(*p) == protocol)
			return true;
	return false;
}

static bool namespace_allowed(const struct weft__agent *a, const char *target)
{
	if (!a->o.namespaces)
		return true;
	for (const char *const *n = a->o.namespaces; *n; n++)
		if (strcmp(*n, *target ? target : "local") == 0)
			return true;
	return false;
}

/* A session of the namespace of a channel, for the calls of its hooks. */
static struct weft_session *open_inner(void *user, struct weft__chain *chain)
{
	struct weft__served *c = user;
	struct weft_session *s = NULL;

	(void)chain;
	return weft_session_open(0,
				 WEFT_OPTS(weft_session_opts, .target = c->ns.target,
					   .timeout_ms = c->agent->patience_ms, .handler = c->agent->o.handler,
					   .handler_user = c->agent->o.handler_user),
				 &s, NULL) == 0
		   ? s
		   : NULL;
}

/* Answers of hooks count as those of the kernel do: what a peer does not take is not made. One may be asked in any
 * case, as a datagram of the kernel may overdraw what was granted. */
static bool may_hook(void *user, size_t waiting)
{
	const struct weft__served *c = user;

	return c->agent->held < WEFT__AGENT_HELD && (waiting == 0 || (c->credit > 0 && waiting < (size_t)c->credit));
}

static uint32_t patience(void *user)
{
	const struct weft__served *c = user;
	uint64_t now = weft__stream_now(), until = c->agent->quiet_until;

	if (!c->agent->patience_ms)
		return 0;
	return until > now ? (uint32_t)(until - now) : 1;
}

/* The built-in hooks work where the kernel is. */
static int add_hooks(struct weft__served *c)
{
	const struct weft__chain_owner owner = { .user = c,
						 .open = open_inner,
						 .close = weft_session_close,
						 .room = may_hook,
						 .held = &c->agent->held,
						 .patience_ms = patience };
	struct weft__chain *chain = weft__chain_new(&owner);
	int r = chain ? weft__handlers_add(chain, c->ns.target) : -ENOMEM;

	if (r == 0 && c->agent->o.handler)
		r = c->agent->o.handler(weft__chain_hooks(chain), c->ns.target, c->agent->o.handler_user);
	if (r == 0)
		r = weft__hooked(&c->sock, c->protocol, chain);
	c->chain = r == 0 ? chain : NULL;
	if (r < 0)
		weft__chain_unref(chain);
	return r;
}

static int open_channel(struct weft__agent *a, const struct weft__frame *f, const char *target, struct weft__served *c,
			struct weft_error *e)
{
	uint32_t asked = weft__get_le32(f->p + 4);
	struct weft__way way = { .target = *target ? target : NULL,
				 .ns = &c->ns,
				 .rcvbuf = asked < WEFT__AGENT_RCVBUF ? asked : WEFT__AGENT_RCVBUF };
	int r;

	c->protocol = weft__get_le16(f->p);
	c->credit = weft__get_le32(f->p + 8);
	if (c->credit > WEFT__AGENT_CREDIT)
		c->credit = WEFT__AGENT_CREDIT;
	c->rcvbuf = way.rcvbuf < WEFT__AGENT_NO_RCVBUF ? WEFT__AGENT_NO_RCVBUF : way.rcvbuf;
	/* an agent does not go on to another machine */
	if (*target && !weft__is_here(target))
		return weft_error_set(e, -EINVAL, WEFT_WHERE_PEER, "", "not a namespace of the agent's machine: %.60s",
				      target);
	if (!protocol_allowed(a, c->protocol))
		return weft_error_set(e, -EPERM, WEFT_WHERE_PEER, "", "the agent does not allow protocol %u",
				      c->protocol);
	/* to open another one may load a module, and nothing could be asked there */
	if (a->o.read_only && !weft__can_ask(c->protocol))
		return weft_error_set(e, -EPERM, WEFT_WHERE_PEER, "",
				      "the agent is read-only, and knows no questions of protocol %u", c->protocol);
	if (!namespace_allowed(a, target))
		return weft_error_set(e, -EPERM, WEFT_WHERE_PEER, "", "the agent does not allow namespace %.60s",
				      *target ? target : "local");
	if (a->rcvbufs + c->rcvbuf > WEFT__AGENT_RCVBUFS)
		return weft_error_set(e, -ENOBUFS, WEFT_WHERE_PEER, "",
				      "the receive buffers of all channels would be more than %d MiB",
				      WEFT__AGENT_RCVBUFS >> 20);
	r = weft__ns_hold(way.target, &c->ns, e);
	if (r == 0)
		r = weft__socket_open(c->protocol, &way, &c->sock, e);
	if (r == 0 && c->protocol == 0 && add_hooks(c) < 0) {
		weft__socket_close(&c->sock);
		r = weft_error_set(e, -ENOMEM, WEFT_WHERE_PEER, "", "out of memory");
	}
	return r;
}

static void open_frame(struct weft__agent *a, const struct weft__frame *f)
{
	struct weft__served *c = calloc(1, sizeof *c);
	char target[513] = "";
	struct weft_error e = { 0 };
	uint8_t port[4];
	int r;

	if (!c || f->channel == 0 || f->channel > WEFT__CHANNELS || channel(a, f->channel)) {
		weft__agent_end(a, c ? -EPROTO : -ENOMEM, c ? "a channel that cannot be opened" : "out of memory");
		free(c);
		return;
	}
	c->agent = a;
	c->ns.fd = -1;
	memcpy(target, f->p + 12, f->len - 12);
	r = strlen(target) == f->len - 12 ? open_channel(a, f, target, c, &e)
					  : weft_error_set(&e, -EINVAL, WEFT_WHERE_PEER, "", "a target with a NUL");
	if (r < 0) {
		(void)weft__agent_fail(a, f->channel, r, WEFT__FAILED_OPEN, e.msg);
		weft__ns_drop(&c->ns);
		free(c);
		return;
	}
	c->number = f->channel;
	c->next = a->first;
	a->first = c;
	a->n++;
	a->rcvbufs += c->rcvbuf;
	weft__set_le32(port, c->sock.port);
	weft__agent_say(a, WEFT__F_OPENED, c->number, port, sizeof port);
}

/* An error answer to one message, as the kernel makes them (linux/netlink.h: struct nlmsgerr). */
static void refuse(struct weft__agent *a, struct weft__served *c, const uint8_t *message, int code, const char *text)
{
	enum {
		ERROR = 2,
		CAPPED = 0x100,
		ACK_TLVS = 0x200,
		MSG = 1
	};
	uint32_t text_len = *text ? (uint32_t)strnlen(text, 120) + 1 : 0;
	uint8_t b[4 + 36 + 4 + 124] = { 0 }, *m = b + 4;
	uint32_t len = 36 + (text_len ? 4 + ((text_len + 3) & ~3u) : 0);

	weft_set_u32(m, len);
	weft_set_u16(m + 4, ERROR);
	weft_set_u16(m + 6, CAPPED | (text_len ? ACK_TLVS : 0));
	memcpy(m + 8, message + 8, 4);
	weft_set_u32(m + 12, c->sock.port);
	weft_set_u32(m + 16, (uint32_t)code);
	memcpy(m + 20, message, 16);
	if (text_len) {
		weft_set_u16(m + 36, (uint16_t)(4 + text_len));
		weft_set_u16(m + 38, MSG);
		memcpy(m + 40, text, text_len - 1);
	}
	weft__agent_say(a, WEFT__F_DATA, c->number, b, 4 + len);
	/* the peer counts it as it counts what the kernel says */
	c->credit -= WEFT__FRAME_HDR + 4 + len;
}

/* Calls refuse for each message that the kernel would see in a datagram. */
static void refuse_all(struct weft__agent *a, struct weft__served *c, struct weft_bytes b, int code, const char *text)
{
	struct weft_reader r = weft_reader(b.p, (uint32_t)b.len);
	struct weft_nlmsg in;

	for (unsigned n = 0; !a->over && weft_read_msg(&r, &in) > 0; n++)
		refuse(a, c, in.body - WEFT_NLMSG_HDR, code, n < WEFT__AGENT_TEXTS ? text : "");
}

/* Asks the kernel each time: a number may go to another family with the module that had it. */
static bool is_family(struct weft__agent *a, uint16_t id, const char *name)
{
	struct weft_msg *m;
	struct weft_reply *r = NULL;
	bool is;

	if (!a->names &&
	    weft_session_open(16, WEFT_OPTS(weft_session_opts, .plain = true, .timeout_ms = 1000), &a->names, NULL) < 0)
		return false;
	m = weft_request("nlctrl", "getfamily", 0);
	weft_put_named(m, "family-id", weft_kv_uint(0, id));
	is = weft_call(a->names, m, &r) == 0 && weft__text_is(weft_at(weft_reply_body(r), "family-name"), name);
	weft_reply_free(r);
	return is;
}

static bool asks(struct weft__agent *a, uint16_t protocol, const uint8_t *message, uint32_t len)
{
	const char *of;

	if (weft__only_asks(protocol, message, len))
		return true;
	of = weft__asks_of(protocol, message, len);
	return of && is_family(a, weft_get_u16(message + 4), of);
}

static bool only_asks(struct weft__agent *a, const struct weft__served *c, struct weft_bytes b)
{
	struct weft_reader r = weft_reader(b.p, (uint32_t)b.len);
	struct weft_nlmsg in;
	int n;

	while ((n = weft_read_msg(&r, &in)) > 0)
		if (!asks(a, c->protocol, in.body - WEFT_NLMSG_HDR, in.len))
			return false;
	/* what is left may be no message to us; to the kernel neither, but that is not for us to bet on */
	return n == 0 && b.len;
}

static bool stay_here(const struct weft__served *c, struct weft_bytes b)
{
	struct weft_reader r = weft_reader(b.p, (uint32_t)b.len);
	struct weft_nlmsg in;

	while (weft_read_msg(&r, &in) > 0)
		if (!weft__stays_here(c->protocol, in.body - WEFT_NLMSG_HDR, in.len))
			return false;
	return true;
}

static void data(struct weft__agent *a, struct weft__served *c, const struct weft__frame *f)
{
	struct weft_bytes b = { f->p + 4, f->len - 4 };
	int r;

	if (a->o.read_only && !only_asks(a, c, b)) {
		refuse_all(a, c, b, -EPERM, "the agent lets only requests through that change nothing");
		return;
	}
	if (a->o.namespaces && !stay_here(c, b)) {
		refuse_all(a, c, b, -EPERM, "the agent lets nothing through that is about another namespace");
		return;
	}
	r = weft__socket_send(&c->sock, b);
	if (r < 0) {
		/* what went has answers of its own */
		b = (struct weft_bytes){ f->p + 4 + c->sock.went, b.len - c->sock.went };
		refuse_all(a, c, b, r,
			   r == -ENOBUFS && c->chain ? "earlier answers of hooks still wait" : strerror(-r));
		return;
	}
	/* the answer is mostly there already */
	while (c->credit > 0 && a->out_have < WEFT__AGENT_OUT && weft__agent_receive(a, c) &&
	       weft__socket_due(&c->sock) == 0)
		;
}

static void member(struct weft__agent *a, struct weft__served *c, const struct weft__frame *f)
{
	uint32_t group = weft__get_le32(f->p);
	int r = f->p[4] ? weft__socket_join(&c->sock, group) : weft__socket_leave(&c->sock, group);

	if (r < 0)
		(void)weft__agent_fail(a, c->number, r, WEFT__FAILED_MEMBER, strerror(-r));
	else
		weft__agent_say(a, WEFT__F_DONE, c->number, f->p, 4);
}

static void for_channel(struct weft__agent *a, const struct weft__frame *f)
{
	struct weft__served *c = channel(a, f->channel);

	if (!c) {
		weft__agent_end(a, -EPROTO, "a channel that is not open");
		return;
	}
	switch (f->type) {
	case WEFT__F_DATA:
		a->quiet_until = weft__stream_now() + a->patience_ms;
		data(a, c, f);
		break;
	case WEFT__F_MEMBER:
		member(a, c, f);
		break;
	case WEFT__F_CREDIT:
		c->credit += weft__get_le32(f->p);
		c->credit = c->credit < WEFT__AGENT_CREDIT ? c->credit : WEFT__AGENT_CREDIT;
		break;
	case WEFT__F_CLOSE:
		weft__agent_close(a, c);
		weft__agent_say(a, WEFT__F_CLOSE, f->channel, NULL, 0);
		break;
	default:
		weft__agent_end(a, -EPROTO, "a frame that only an agent sends");
	}
}

void weft__agent_frame(struct weft__agent *a, const struct weft__frame *f)
{
	if (!a->greeted || f->type == WEFT__F_HELLO) {
		hello(a, f);
		return;
	}
	switch (f->type) {
	case WEFT__F_OPEN:
		open_frame(a, f);
		break;
	case WEFT__F_PING:
		weft__agent_say(a, WEFT__F_PONG, 0, f->p, f->len);
		break;
	case WEFT__F_PONG:
		break;
	case WEFT__F_BYE:
		a->over = true;
		break;
	default:
		for_channel(a, f);
	}
}

bool weft__agent_receive(struct weft__agent *a, struct weft__served *c)
{
	uint32_t head = WEFT__FRAME_HDR + 4, group = 0, cost;
	uint8_t *to = weft__agent_room(a, head + WEFT__AGENT_RECV);
	int n;

	if (!to)
		return false;
	n = weft__socket_recv(&c->sock, to + head, WEFT__AGENT_RECV, &group);
	if (n == -EAGAIN)
		return false;
	if (n == -EPERM)
		return true; /* forged: nobody behind the stream hears of it */
	if (n < 0) {
		cost = WEFT__FRAME_HDR + weft__agent_fail(a, c->number, n, WEFT__FAILED_RECEIVE, strerror(-n));
	} else {
		weft__frame_header(to, WEFT__F_DATA, c->number, (uint32_t)n + 4);
		weft__set_le32(to + WEFT__FRAME_HDR, group);
		weft__agent_commit(a, head + (size_t)n);
		cost = (uint32_t)n + head;
	}
	c->credit -= cost;
	return true;
}
