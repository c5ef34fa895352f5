/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_READER_H
#define WEFT_TRANSPORT_READER_H

#include "transport/transport.h"

/* Puts a thread between the open local socket *s and its user, which takes what comes as it comes and keeps up to
 * `bytes` of it. *s is as before on failure. */
int weft__reader_start(struct weft__socket *s, uint32_t bytes, struct weft_error *reterr);
/* What the thread of s did; false: it has none. */
struct weft__reader_counts {
	uint64_t datagrams, bytes; /* taken from the kernel */
	uint64_t peak;		   /* most bytes that waited */
	uint64_t full;		   /* times there was no room, and the kernel had to keep what came */
};
bool weft__reader_counts(struct weft__socket *s, struct weft__reader_counts *ret);

#endif
