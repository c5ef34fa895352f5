/* SPDX-License-Identifier: MIT */
/* A session as a plain socket: what is sent and what comes, message by message, with nothing
 * matched. */
#include <errno.h>
#include <string.h>

#include "session/session.h"

/* Calls take what comes for themselves. */
static int check(struct weft_session *s)
{
	int r = weft__session_check(s);

	if (r == 0 && (s->first || s->busy))
		r = weft_error_set(&s->err, -EBUSY, WEFT_WHERE_CALLER, "", "calls are under way");
	return r;
}

int weft_send(struct weft_session *s, struct weft_msg *m, uint16_t flags, uint32_t *ret_seq)
{
	uint16_t type = 0;
	uint32_t seq;
	int r = check(s);

	if (r == 0)
		r = weft__session_takes(s, m, false, NULL);
	if (r < 0) {
		weft_msg_free(m);
		return r;
	}
	weft__session_hold(s);
	r = weft__session_type(s, m, &type);
	if (r == 0) {
		seq = weft__session_seq(s);
		weft__stamp(m, type, flags, seq, s->sock.port);
		r = weft__socket_send(&s->sock, weft_msg_bytes(m));
		if (r < 0)
			(void)weft_error_set(&s->err, r, WEFT_WHERE_TRANSPORT, "", "send: %s",
					     weft__socket_says(&s->sock, r));
		else if (ret_seq)
			*ret_seq = seq;
	}
	weft_msg_free(m);
	r = weft__session_let_go(s, r);
	return r == -ESHUTDOWN ? -ECANCELED : r;
}

static void describe(struct weft_session *s, const struct weft_nlmsg *in, struct weft_incoming *ret)
{
	uint32_t skip = s->protocol == 16 && in->type >= 16 && in->body_len >= 4 ? 4 : 0;
	const struct weft_schema *schema = NULL;

	*ret = (struct weft_incoming){ .type = skip ? in->body[0] : in->type,
				       .flags = in->flags,
				       .seq = in->seq,
				       .port = in->port,
				       .bytes = { in->body - WEFT_NLMSG_HDR, in->len } };
	if (weft__read(in, NULL, &s->err) == WEFT__END) {
		ret->code = s->err.code;
		ret->end = true;
		return;
	}
	if (skip) {
		ret->family = weft__genl_family(s, in->type);
		ret->op = ret->family ? weft_op_by_reply(ret->family, ret->type) : NULL;
	} else if (s->protocol == 0) {
		ret->op = weft_op_rtnl(in->type, &ret->family);
	}
	if (ret->op)
		schema = ret->op->reply_schema ? ret->op->reply_schema : ret->op->schema;
	ret->body = weft_body(schema, in->body + skip, in->body_len - skip);
}

/* 1: there is a datagram to read, 0, or a negative errno. */
static int fill(struct weft_session *s)
{
	int n;

	weft__session_hold(s);
	do {
		n = weft__socket_recv(&s->sock, s->buf, WEFT__RECV, NULL);
		s->stats.forged += n == -EPERM;
	} while (n == -EPERM);
	n = weft__session_let_go(s, n);
	if (n == -ESHUTDOWN)
		return -ECANCELED;
	if (n == -EAGAIN)
		return 0;
	s->stats.overruns += n == -ENOBUFS;
	if (n < 0)
		return weft_error_set(&s->err, n, WEFT_WHERE_TRANSPORT, "", "receive: %s",
				      weft__socket_says(&s->sock, n));
	s->plain = weft_reader(s->buf, (uint32_t)n);
	return 1;
}

int weft_recv(struct weft_session *s, struct weft_incoming *ret)
{
	struct weft_nlmsg in;
	int r = ret ? check(s) : -EINVAL;

	while (r >= 0) {
		int n = weft_read_msg(&s->plain, &in);

		if (n > 0 && in.type == WEFT_NLMSG_OVERRUN) {
			s->stats.overruns++;
			return weft_error_set(&s->err, -ENOBUFS, WEFT_WHERE_KERNEL, "", "the kernel dropped messages");
		}
		if (n > 0 && in.type != WEFT_NLMSG_NOOP) {
			describe(s, &in, ret);
			return 1;
		}
		s->stats.malformed += n < 0;
		if (n <= 0 && (r = fill(s)) == 0)
			return 0;
	}
	return r;
}
