/* SPDX-License-Identifier: MIT */
#ifndef WEFT_AGENT_AGENT_H
#define WEFT_AGENT_AGENT_H

/* One peer of an agent, as agent.c (the loop) and serve.c (what frames ask for) share it. */

#include <weft/agent.h>

#include "hook/chain.h"
#include "transport/frame.h"
#include "transport/netns.h"
#include "transport/transport.h"

enum {
	WEFT__AGENT_IN = 64 << 10,	   /* read at once */
	WEFT__AGENT_OUT = 1 << 20,	   /* waiting bytes at which nothing more is read */
	WEFT__AGENT_RECV = 1 << 20,	   /* room for one datagram; address space only */
	WEFT__AGENT_RCVBUF = 32 << 20,	   /* the largest receive buffer of a channel */
	WEFT__AGENT_RCVBUFS = 256 << 20,   /* of all channels together */
	WEFT__AGENT_NO_RCVBUF = 256 << 10, /* what one counts that asks for less */
	WEFT__AGENT_HELD = 8 << 20,	   /* answers of hooks on all channels, at which no hook is run any more */
	WEFT__AGENT_TEXTS = 1000,	   /* refusals of one datagram that say why */
	WEFT__AGENT_CREDIT = 64 << 20,	   /* the most a channel may be granted */
};

struct weft__agent;

struct weft__served {
	struct weft__served *next;
	struct weft__agent *agent;
	struct weft__socket sock;
	struct weft__chain *chain; /* of a routing socket */
	struct weft__ns ns;	   /* where it was when the channel was opened */
	uint16_t number, protocol;
	uint32_t rcvbuf; /* counted for it */
	int64_t credit;	 /* bytes that may still be sent to the peer; the last datagram may overdraw it */
};

struct weft__agent {
	int in, out;
	struct weft_agent_opts o;
	bool greeted, over; /* over: flush and end */
	bool numbered;	    /* frames are, from now on; the last ones of both sides */
	uint8_t heard, said;
	uint32_t patience_ms; /* for which the peer hears nothing and does not take it for a loss; 0: for ever */
	uint64_t quiet_until; /* ms of the monotonic clock: when what is done for a frame must be over */
	uint64_t until;	      /* ms of the monotonic clock: when a greeting must be there; 0: at no time */
	int code;	      /* why, 0: in order */
	char why[128];
	uint8_t *in_buf, *out_buf;
	size_t in_have, in_cap, out_at, out_have, out_cap;
	size_t rcvbufs, held; /* of all channels: receive buffers, answers of hooks */
	unsigned n;
	struct weft__served *first;
	struct weft_session *names; /* to ask whose a number of generic netlink is; NULL: not asked yet */
};

/* Room for len more bytes to the peer, or NULL when there is no memory (the agent is over then). What was
 * written there is sent by weft__agent_commit. */
uint8_t *weft__agent_room(struct weft__agent *a, size_t len);
void weft__agent_commit(struct weft__agent *a, size_t len);
void weft__agent_say(struct weft__agent *a, uint8_t type, uint16_t channel, const void *p, size_t len);
/* Returns the bytes of the payload. */
uint32_t weft__agent_fail(struct weft__agent *a, uint16_t channel, int code, uint8_t what, const char *text);
/* Ends with a farewell. */
void weft__agent_end(struct weft__agent *a, int code, const char *text);

/* Does what one frame asks for. */
void weft__agent_frame(struct weft__agent *a, const struct weft__frame *f);
/* Passes one datagram of a channel on; false: nothing is there. */
bool weft__agent_receive(struct weft__agent *a, struct weft__served *c);
void weft__agent_close(struct weft__agent *a, struct weft__served *c);

#endif
