/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_TAPE_H
#define WEFT_TRANSPORT_TAPE_H

/* Sockets whose traffic is written to a file, and sockets that play such a file: docs/tape.md. */

#include "transport/transport.h"

/* Puts a recorder around the open socket *s. It writes to the tape of way->with when that is recorded
 * too, else to a new file. On failure *s is as before. */
int weft__tape_record(struct weft__socket *s, uint16_t protocol, const struct weft__way *way,
		      struct weft_error *reterr);
/* The next socket of a tape that is being played by `with`, or the first of a file. */
int weft__tape_play(uint16_t protocol, const char *path, struct weft__socket *with, struct weft__socket *ret,
		    struct weft_error *reterr);

#endif
