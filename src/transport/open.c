/* SPDX-License-Identifier: MIT */
/* From a target to what carries its datagrams. */
#include <string.h>

#include "transport/local.h"
#include "transport/reader.h"
#include "transport/remote.h"
#include "transport/tape.h"

bool weft__is_here(const char *target)
{
	return !target || !strcmp(target, "local") || !strncmp(target, "netns:", 6) || !strncmp(target, "pid:", 4);
}

static struct weft__socket *innermost(struct weft__socket *s)
{
	while (s && s->by && s->by->inner)
		s = s->by->inner(s);
	return s && s->by ? s : NULL;
}

static int open_it(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret, struct weft_error *reterr)
{
	struct weft__stream_opts o = { .agent = way->agent,
				       .timeout_ms = way->timeout_ms,
				       .keepalive_ms = way->keepalive_ms };

	if (way->target && strncmp(way->target, "tape:", 5) == 0)
		return weft__tape_play(protocol, way->target + 5, innermost(way->with), ret, reterr);
	if (weft__is_remote(way->target))
		return weft__remote_open(protocol, way->target, innermost(way->with), way->rcvbuf, &o, ret, reterr);
	return weft__local_open(protocol, way, ret, reterr);
}

int weft__socket_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		      struct weft_error *reterr)
{
	int r;

	*ret = (struct weft__socket){ .fd = -1 };
	r = open_it(protocol, way, ret, reterr);

	if (r == 0 && way->reader && ret->own)
		r = weft_error_set(reterr, -EOPNOTSUPP, WEFT_WHERE_CALLER, "",
				   "a reader thread is for sockets of this machine");
	else if (r == 0 && way->reader)
		r = weft__reader_start(ret, way->reader, reterr);
	if (r < 0) {
		weft__socket_close(ret);
		return r;
	}
	if (way->record) {
		r = weft__tape_record(ret, protocol, way, reterr);
		if (r < 0)
			weft__socket_close(ret);
	}
	return r;
}
