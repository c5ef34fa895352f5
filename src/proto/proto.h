/* SPDX-License-Identifier: MIT */
#ifndef WEFT_PROTO_H
#define WEFT_PROTO_H

/* The conversation without I/O: what a message means to a request. */

#include <weft/msg.h>

/* Puts sequence number and port into a finished request, and the type of a generic one. */
void weft__stamp(const struct weft_msg *m, uint16_t genl_id, uint16_t extra_flags, uint32_t seq, uint32_t port);

enum weft__meaning {
	WEFT__ITEM,  /* part of the answer */
	WEFT__END,   /* the request is done, code in *e */
	WEFT__NOISE, /* nothing to do */
	WEFT__LOST,  /* the kernel dropped messages */
};

/* Reads one message that answers request m. For END, *e has the result: code 0 or the kernel's
 * errno, its text, and the path of the attribute at fault; that not without m. */
enum weft__meaning weft__read(const struct weft_nlmsg *in, const struct weft_msg *m, struct weft_error *e);
/* The body of an item, behind the generic header if there is one. */
struct weft_attr weft__item(const struct weft_nlmsg *in, const struct weft_msg *m);
/* Where a request names an address family: the first byte of its fixed header. The message is the library's own; only
 * callers see it as constant. */
static inline uint8_t *weft__family_at(const struct weft_msg *m)
{
	return (uint8_t *)(uintptr_t)weft_msg_bytes(m).p + WEFT_NLMSG_HDR;
}

/* A dump of all address families that is asked for one after the other (WEFT_OP_SPLIT); and what a dump
 * of neighbour tables told already. */
struct weft__parts {
	bool split, got, tables;
	uint8_t at, told;
};
/* At the start of a dump, also when it is asked again. */
void weft__parts_begin(struct weft__parts *p, const struct weft_msg *m);
/* From the first part on once more. */
void weft__parts_restart(struct weft__parts *p, const struct weft_msg *m);
/* At an end with result *e: true when m asks for the next part now; else *e is the result of all. */
bool weft__parts_next(struct weft__parts *p, const struct weft_msg *m, struct weft_error *e);
/* Whether an item of a dump of neighbour tables is one that was told already. */
bool weft__parts_told(struct weft__parts *p, const struct weft_nlmsg *in);

/* Filters that the kernel leaves out of a dump, which are asked for one after the other at its end. */
struct weft__place {
	uint32_t info, chain;
};
struct weft__missing {
	bool on, full; /* full: no memory */
	bool head;     /* the last message was the head of filters, and nothing came behind it yet */
	struct weft__place last, *v;
	uint32_t n, cap, asked; /* asked: what the request had before it was changed */
	uint32_t at;		/* which part runs: 0 the dump, then one for each of v */
	uint32_t given;		/* the same of what was handed out, where that comes later */
};
/* At the start of a dump, also when it is asked again. */
void weft__missing_begin(struct weft__missing *x, const struct weft_msg *m);
/* Each message as it comes. */
void weft__missing_see(struct weft__missing *x, const struct weft_nlmsg *in);
/* At an end with result *e: true when m asks for the next part now. */
bool weft__missing_next(struct weft__missing *x, const struct weft_msg *m, struct weft_error *e);
/* Whether a message of a part was told before, or is none of what the part is for. */
bool weft__missing_skip(const struct weft__missing *x, uint32_t part, const struct weft_nlmsg *in);
void weft__missing_free(struct weft__missing *x);

/* A number of what a message of a dump tells: the same for the same objects; 0: it tells none that is known. */
uint64_t weft__identity(const struct weft_nlmsg *in);

/* Dumps that are true only when a second one tells the same objects. */
struct weft__sure {
	bool on, again; /* again: this is the second one, of which nothing is handed out */
	bool some;	/* objects of some families only, whatever else the dump tells */
	bool narrowed;	/* the request names one of these now, and named family before */
	uint8_t family, seen,
	    at; /* seen: of which of these there were some; at: how many of them were asked for again */
	uint64_t sum[2], objects, bytes;
};
/* At the start of a dump, also when it is asked again. */
void weft__sure_begin(struct weft__sure *x, const struct weft_msg *m);
/* Each message as it comes, but for those that are asked for one after the other at the end. */
void weft__sure_see(struct weft__sure *x, const struct weft_nlmsg *in);
/* At the end of a dump, and of all its parts: whether m is to be sent once more. */
bool weft__sure_next(struct weft__sure *x, struct weft__parts *parts, const struct weft_msg *m, bool intr);
bool weft__sure_differs(const struct weft__sure *x);

#endif
