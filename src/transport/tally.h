/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_TALLY_H
#define WEFT_TRANSPORT_TALLY_H

/* Acknowledgements that need not be read. A program of a few instructions on a socket of this machine's kernel (BPF)
 * notes those that say that a message was done, in memory that is shared with it, and drops them; all else is received
 * as ever. The kernel acknowledges a message before sending it returns: what was sent is noted by then. */

#include <stdbool.h>
#include <stdint.h>

struct weft__socket;

struct weft__tally {
	uint8_t *marks; /* a byte for each sequence number, at its lowest bits; NULL: nothing is noted */
	uint32_t size;	/* a power of two */
};

/* For a socket to which nobody but the kernel can send (NULL: there is none), and n messages at a time. False: it
 * cannot be: no right (CAP_BPF), a kernel before 5.5 or without BPF, more messages than it is good for. */
bool weft__tally_open(const struct weft__socket *s, uint32_t n, struct weft__tally *ret);
void weft__tally_close(struct weft__tally *t);

/* Whether a message was acknowledged; once. */
static inline bool weft__tally_take(struct weft__tally *t, uint32_t seq)
{
	uint8_t *at = &t->marks[seq & (t->size - 1)];
	bool is = *at != 0;

	*at = 0;
	return is;
}

#endif
