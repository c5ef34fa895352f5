/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_LOCAL_H
#define WEFT_TRANSPORT_LOCAL_H

#include "transport/transport.h"

/* Sockets of this machine's kernel. target as in weft__socket_open. */
int weft__local_open(uint16_t protocol, const char *target, uint32_t rcvbuf, struct weft__socket *ret,
		     struct weft_error *reterr);

#endif
