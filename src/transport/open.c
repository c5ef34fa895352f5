/* SPDX-License-Identifier: MIT */
/* From a target to what carries its datagrams. */
#include "transport/local.h"

int weft__socket_open(uint16_t protocol, const char *target, struct weft__socket *with, uint32_t rcvbuf,
		      struct weft__socket *ret, struct weft_error *reterr)
{
	(void)with;
	return weft__local_open(protocol, target, rcvbuf, ret, reterr);
}
