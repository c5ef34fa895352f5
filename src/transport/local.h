/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_LOCAL_H
#define WEFT_TRANSPORT_LOCAL_H

#include "transport/transport.h"

/* Sockets of this machine's kernel. */
int weft__local_open(uint16_t protocol, const struct weft__way *way, struct weft__socket *ret,
		     struct weft_error *reterr);

#endif
