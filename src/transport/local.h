/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_LOCAL_H
#define WEFT_TRANSPORT_LOCAL_H

#include "transport/transport.h"

/* Sockets of this machine's kernel. */
int weft__local_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		     struct weft_error *reterr);
/* The socket of this machine's kernel that s is around, if nobody else can send to it; else NULL. */
const struct weft__socket *weft__local_inside(struct weft__socket *s);

#endif
