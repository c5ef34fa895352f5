/* SPDX-License-Identifier: MIT */
/* Notifications, on a socket that carries nothing else. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/opts.h"
#include "session/session.h"

struct weft_watch {
	struct weft__socket sock;
	uint16_t protocol;
	pid_t pid; /* who opened it */
	const struct weft_family *family;
	struct weft_session_stats stats;
	struct weft_reader r;
	uint32_t group;
	uint8_t *buf; /* of WEFT__RECV */
};

int weft_watch_open(uint16_t protocol, const struct weft_session_opts *opts, const uint32_t *groups, size_t n,
		    const struct weft_family *f, struct weft_watch **ret, struct weft_error *reterr)
{
	struct weft_session_opts o = { 0 };
	struct weft__way way;
	struct weft__ns ns = { .fd = -1 };
	struct weft_watch *w;
	int r;

	if (!ret || !groups || n == 0)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "no groups given");
	if (!weft__opts(&o, sizeof o, opts))
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", WEFT__NO_SIZE);
	w = calloc(1, sizeof *w);
	if (w)
		w->buf = malloc(WEFT__RECV);
	if (!w || !w->buf) {
		weft_watch_close(w);
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	w->protocol = protocol;
	w->pid = weft__self();
	w->family = f;
	way = (struct weft__way){ .target = o.target,
				  .agent = o.agent,
				  .record = o.record,
				  .reader = o.reader,
				  .with = o.via ? &o.via->sock : NULL,
				  .rcvbuf = o.rcvbuf   ? o.rcvbuf
					    : o.reader ? 32u << 20
						       : 4u << 20,
				  .timeout_ms = o.timeout_ms ? o.timeout_ms : 10000,
				  .keepalive_ms = o.keepalive_ms ? o.keepalive_ms : 10000 };
	r = weft__is_here(o.target) ? weft__ns_hold(weft__session_target(o.via, o.target), &ns, reterr) : 0;
	way.ns = weft__is_here(o.target) ? &ns : NULL;
	if (r == 0)
		r = weft__session_dressed(o.via, protocol, &way, &w->sock, reterr);
	weft__ns_drop(&ns);
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = weft__socket_join(&w->sock, groups[i]);
		if (r < 0)
			(void)weft_error_set(reterr, r, WEFT_WHERE_KERNEL, "", "group %u: %s", groups[i], strerror(-r));
	}
	if (r < 0) {
		weft_watch_close(w);
		return r;
	}
	*ret = w;
	return 0;
}

int weft_watch_fd(const struct weft_watch *w)
{
	return w ? w->sock.fd : -EINVAL;
}

int weft_watch_timeout_ms(const struct weft_watch *w)
{
	return w ? weft__socket_due(&w->sock) : -1;
}

struct weft_session_stats weft_watch_stats(struct weft_watch *w)
{
	if (!w)
		return (struct weft_session_stats){ 0 };
	weft__count_reader(&w->sock, &w->stats);
	return w->stats;
}

static void describe(struct weft_watch *w, const struct weft_nlmsg *in, struct weft_event *e)
{
	uint32_t skip = w->protocol == 16 && in->body_len >= 4 ? 4 : 0;
	const struct weft_schema *schema = NULL;

	*e = (struct weft_event){ .type = skip ? in->body[0] : in->type,
				  .flags = in->flags,
				  .group = w->group,
				  .seq = in->seq,
				  .port = in->port };
	if (w->family && w->protocol == 16) {
		e->family = w->family;
		e->op = weft_op_by_reply(w->family, e->type);
	} else if (w->protocol == 0) {
		e->op = weft_op_rtnl(in->type, &e->family);
	}
	if (e->op)
		schema = e->op->reply_schema ? e->op->reply_schema : e->op->schema;
	e->body = weft_body(schema, in->body + skip, in->body_len - skip);
}

int weft_watch_next(struct weft_watch *w, struct weft_event *ret)
{
	struct weft_nlmsg in;

	if (!w || !ret)
		return -EINVAL;
	/* what a child took would be lost to its parent, without a word */
	if (w->pid != weft__self())
		return -ECHILD;
	for (;;) {
		int n;

		while ((n = weft_read_msg(&w->r, &in)) > 0) {
			/* on a socket without requests only the kernel's events mean anything */
			if (in.type == WEFT_NLMSG_OVERRUN) {
				w->stats.overruns++;
				return -ENOBUFS;
			}
			if (in.type < 16)
				continue;
			describe(w, &in, ret);
			return 1;
		}
		if (n < 0)
			w->stats.malformed++;
		n = weft__socket_recv(&w->sock, w->buf, WEFT__RECV, &w->group);
		if (n == -EAGAIN)
			return 0;
		if (n == -EPERM) {
			w->stats.forged++;
			continue;
		}
		if (n == -ENOBUFS || n == -EMSGSIZE) {
			w->stats.overruns++;
			return -ENOBUFS;
		}
		if (n < 0)
			return n;
		w->r = weft_reader(w->buf, (uint32_t)n);
	}
}

void weft_watch_close(struct weft_watch *w)
{
	if (!w)
		return;
	weft__socket_close(&w->sock);
	free(w->buf);
	free(w);
}
