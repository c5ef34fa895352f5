/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_REMOTE_H
#define WEFT_TRANSPORT_REMOTE_H

#include "transport/stream.h"
#include "transport/transport.h"

/* Whether a target is behind a byte stream. */
bool weft__is_remote(const char *target);
/* A socket of a kernel far away, on the stream of `with` or on a new one. */
int weft__remote_open(uint16_t protocol, const char *target, struct weft__socket *with, uint32_t rcvbuf,
		      const struct weft__stream_opts *o, struct weft__socket *ret, struct weft_error *reterr);

#endif
