/* SPDX-License-Identifier: MIT */
/* From a target to what carries its datagrams. */
#include "transport/local.h"
#include "transport/remote.h"

int weft__socket_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		      struct weft_error *reterr)
{
	struct weft__stream_opts o = { .agent = way->agent, .timeout_ms = way->timeout_ms,
				       .keepalive_ms = way->keepalive_ms };

	if (!weft__is_remote(way->target))
		return weft__local_open(protocol, way->target, way->rcvbuf, ret, reterr);
	return weft__remote_open(protocol, way->target, way->with, way->rcvbuf, &o, ret, reterr);
}
