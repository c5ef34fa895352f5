/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SESSION_INTERNAL_H
#define WEFT_SESSION_INTERNAL_H

#include <sys/types.h>

#include <weft/session.h>

#include "base/self.h"
#include "hook/chain.h"
#include "proto/proto.h"
#include "transport/netns.h"
#include "transport/transport.h"

enum {
	/* The largest datagram. The kernel makes them of 32 KiB, but one object may need more, and what does
	 * not fit is lost. Address space only: no more is touched than came. */
	WEFT__RECV = 1 << 20,
	WEFT__TRIES = 5, /* of an interrupted dump */
};

struct weft_pending {
	struct weft_pending *next;
	struct weft_session *s;
	struct weft_msg *m;
	weft_item_fn *item;
	weft_done_fn *done;
	void *user;
	uint64_t deadline; /* ms of the monotonic clock */
	uint32_t seq;
	bool dump, sent, intr, ack, runs; /* runs: the kernel is still at the dump */
	struct weft_pending *asking;	  /* the request for the family's id that this one waits for */
	/* of dumps only: for others nobody has set them */
	struct weft__parts parts;
	struct weft_msg *want; /* what answers are compared with; NULL: all will do */
	struct weft__missing missing;
	struct weft__sure sure;
};

struct weft__genl {
	char name[16];
	uint16_t id;
};

struct weft_session {
	struct weft__socket sock;
	struct weft__chain *chain;
	struct weft__chain
	    *behind; /* built-in hooks of a session that is recorded: to the tape they are the kernel; or NULL */
	uint16_t protocol;
	struct weft__ns ns; /* of a target of this machine: where it was when the session was opened */
	char *target, *agent, *record;
	uint32_t keepalive_ms, reader;
	pid_t pid;
	uint32_t seq, timeout_ms, rcvbuf, hold;
	bool busy;     /* inside a callback, or what may run one */
	bool inner;    /* of a chain's, for the calls of its hooks */
	bool closing;  /* freed when the outermost of what holds it returns */
	unsigned held; /* by functions that run callbacks or hooks and need it after them */
	/* a dump that was ended before the kernel was at its end: none begins before that has come, or is overdue */
	bool drains;
	uint32_t drain_seq;
	uint64_t drain_until;
	struct weft_pending *first;
	struct weft_pending *spare; /* kept for the next call */
	struct weft_msg *msg;	    /* kept for the next request */
	bool msg_out;		    /* it is one now */
	struct weft_error err;
	struct weft_session_stats stats;
	struct weft_dump *dumps; /* sync ones that are open */
	void *room;
	uint8_t *buf;		  /* of WEFT__RECV, in room: the kernel copies faster to where a cache line begins */
	struct weft_reader plain; /* what weft_recv has still to tell of it */
	struct weft__genl genl[16];
	uint8_t n_genl;
};

uint64_t weft__now_ms(void);
/* When so many are over; from a second on up to 10 ms later. */
uint64_t weft__ms_ahead(uint32_t ms);
static inline bool weft__session_usable(const struct weft_session *s)
{
	return !s->closing && s->pid == weft__self();
}
/* -ECHILD in a child of the opener, -EINVAL without a session. */
int weft__session_check(struct weft_session *s);
/* Whether s may send m, a dump or not; makes it ready. *ret_want gets what answers of a dump are to be
 * compared with, or NULL. */
int weft__session_takes(struct weft_session *s, struct weft_msg *m, bool dump, struct weft_msg **ret_want);
/* The message that s keeps: whoever still has it frees it. */
void weft__session_msg_end(struct weft_session *s);
uint32_t weft__session_seq(struct weft_session *s);
/* Generic netlink: the id for m's family, else 0. false: the kernel is to be asked. */
bool weft__genl_known(const struct weft_session *s, const struct weft_family *f, uint16_t *ret);
/* The other way; NULL: not known. */
const struct weft_family *weft__genl_family(const struct weft_session *s, uint16_t id);
/* Takes it from an answer of the kernel; forgets it. */
int weft__genl_learn(struct weft_session *s, const char *family, struct weft_attr answer, uint16_t *ret);
void weft__genl_forget(struct weft_session *s, const struct weft_family *f);
/* The same as known, waiting for the answer. */
int weft__session_type(struct weft_session *s, const struct weft_msg *m, uint16_t *ret);
/* An open socket of a session's (or NULL), behind its hooks. */
int weft__session_dressed(struct weft_session *s, uint16_t protocol, const struct weft__way *way,
			  struct weft__socket *ret, struct weft_error *reterr);
/* One more socket of the session's kernel, behind its hooks. seq: see struct weft__way. */
int weft__session_socket(struct weft_session *s, struct weft__socket *with, uint32_t rcvbuf, uint32_t seq,
			 struct weft__socket *ret, struct weft_error *reterr);
/* Adds what the reader thread of a socket counted. */
void weft__count_reader(struct weft__socket *sock, struct weft_session_stats *st);
/* What a socket's failure means in words. */
const char *weft__socket_says(const struct weft__socket *sock, int code);
/* Ends all sync dumps of a session that is closed. */
void weft__dumps_end(struct weft_session *s);
/* How to get to the session's kernel once more. */
struct weft__way weft__session_way(struct weft_session *s);
/* The target to be looked up for a socket that goes by way of another session (or NULL): what that one holds, if it
 * is the same. */
const char *weft__session_target(const struct weft_session *via, const char *target);
/* Receives one datagram and handles it: 1, 0 nothing there, negative. */
int weft__session_pump(struct weft_session *s);
/* Around what may run callbacks; true: outermost, which has to leave. */
bool weft__session_enter(struct weft_session *s);
/* -ESHUTDOWN: a callback closed s, which is gone; else r. */
int weft__session_leave(struct weft_session *s, int r);
/* Around what may run hooks but no callbacks; *leave* of it as above. */
static inline void weft__session_hold(struct weft_session *s)
{
	s->held++;
}
int weft__session_let_go(struct weft_session *s, int r);
/* The same result. */
int weft__session_step(struct weft_session *s);
/* Ends a call with s->err as its error: unlinks it, runs done (not in a child of the opener), frees it. */
void weft__finish(struct weft_pending *c, int result);
/* Sends dumps that wait for their turn, when it is theirs. */
void weft__next_dump(struct weft_session *s);

#endif
