/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_DIAL_H
#define WEFT_TRANSPORT_DIAL_H

#include "transport/stream.h"

/* Connects: fills st->fd, and child and child_err where a process carries the stream. */
int weft__dial(const char *target, const char *agent, struct weft__stream *st, struct weft_error *reterr);

#endif
