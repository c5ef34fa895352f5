/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_STREAM_H
#define WEFT_TRANSPORT_STREAM_H

/* The near end of a byte stream to an agent: one connection, many channels. Belongs to one thread. */

#include <sys/types.h>

#include "transport/frame.h"

/* A frame kept for a channel until somebody asks for it. */
struct weft__kept {
	struct weft__kept *next;
	uint32_t len;
	uint8_t type;
	uint8_t p[];
};

struct weft__channel {
	uint16_t number;
	bool open;
	int wake;	/* eventfd: readable while something is kept */
	int poll;	/* epoll, over wake and what the stream has; the socket's descriptor */
	uint32_t taken; /* bytes consumed and not yet granted anew */
	uint32_t kept;
	struct weft__kept *first, *last;
};

struct weft__stream {
	unsigned refs;
	int fd, child_err; /* child_err: -1 once it ended */
	char words[4096];  /* the last that came of it */
	size_t n_words;
	int more;    /* eventfd: readable while whole frames wait in `in` */
	bool told;   /* it is */
	pid_t child; /* 0: none */
	pid_t pid;   /* whose connection it is: a child of that process leaves it alone */
	int dead;    /* negative errno once the stream is of no use */
	char why[160];
	uint32_t keepalive_ms, timeout_ms;
	uint64_t heard, asked; /* ms: the last byte that came; the last ping, 0: answered */
	bool numbered;	       /* frames are, from now on; the last ones of both sides */
	uint8_t n_heard, n_said;
	bool sending; /* a frame is under way: no other may begin */
	bool pong;    /* a ping waits for its answer, with this cookie; of several the last */
	uint8_t cookie[8];
	uint8_t *in;
	size_t at, have; /* unread bytes in `in` */
	uint16_t n_channels;
	struct weft__channel *channel[WEFT__CHANNELS + 1];
	bool closing[WEFT__CHANNELS + 1]; /* closed here, but the agent may still send on it */
};

enum {
	WEFT__STREAM_IN = 256 << 10,
	WEFT__WINDOW = 1 << 20, /* bytes the agent may send on a channel before it is granted more */
};

struct weft__stream_opts {
	const char *agent; /* command on the far side; NULL: "weft agent" */
	uint32_t timeout_ms, keepalive_ms;
};

/* Milliseconds of the monotonic clock. */
uint64_t weft__stream_now(void);
/* Connects as a target says ("ssh:...", "unix:...", "exec:...", without what stands behind the peer) and
 * exchanges greetings. */
int weft__stream_open(const char *target, const struct weft__stream_opts *o, struct weft__stream **ret,
		      struct weft_error *reterr);
void weft__stream_unref(struct weft__stream *st);
/* Ends the stream for all channels. Returns code, or what it is told as. */
int weft__stream_die(struct weft__stream *st, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Sends a frame of two parts (b may be empty). While the far side does not take it, what comes is read. */
int weft__stream_send(struct weft__stream *st, uint8_t type, uint16_t channel, struct weft_bytes a,
		      struct weft_bytes b);
/* The next frame that came, without waiting: 1 and *ret (borrowed until the next call), 0, or negative. Pings
 * and farewells are dealt with here. */
int weft__stream_next(struct weft__stream *st, struct weft__frame *ret);
/* Keeps a frame for its channel. Frames of channels that are closed are dropped. */
int weft__stream_keep(struct weft__stream *st, const struct weft__frame *f);
/* Whether the connection is this process's own. */
bool weft__stream_mine(const struct weft__stream *st);
/* Waits for bytes, at most ms (-1: no limit), and sees to the keep-alive meanwhile. */
int weft__stream_wait(struct weft__stream *st, int ms);
/* Asks whether the peer is there, or finds that it is not, when it is time for that; ms until then. */
void weft__stream_tick(struct weft__stream *st);
int weft__stream_due(const struct weft__stream *st);

/* A process with the stream as its standard input and output; its standard error can be read from
 * *ret_err. argv as in execvp. */
int weft__spawn(char *const argv[], int *ret_fd, int *ret_err, pid_t *ret_pid);

#endif
