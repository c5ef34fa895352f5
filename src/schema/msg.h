/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_MSG_H
#define WEFT_SCHEMA_MSG_H

/* A message under construction, as msg.c and put.c share it. */

#include <weft/msg.h>

#include "schema/schema.h"

enum {
	WEFT__IN_NEST,	 /* attributes, perhaps after a fixed header */
	WEFT__IN_STRUCT, /* members at offsets */
	WEFT__IN_LIST,	 /* items */
};

/* One open place. The first is the message itself. */
struct weft__level {
	const struct weft_schema *schema; /* of the members, or of the items' content */
	const struct weft_field *field;	  /* NULL: the message */
	uint32_t at;			  /* offset of the attribute or item */
	uint32_t start;			  /* offset of the content: header or struct first */
	uint16_t items;
	uint16_t number;
	uint8_t how;
	bool attr;  /* an attribute whose length close sets; else a part of one */
	bool fixed; /* a list that is a member of a struct, with the room that its row says */
	bool hop;   /* begins with a length of its own (struct rtnexthop) */
};

enum weft__spot_how {
	WEFT__SPOT_SKIP, /* nothing is put */
	WEFT__SPOT_IP,
	WEFT__SPOT_NUMBER,	     /* an attribute */
	WEFT__SPOT_BYTE,	     /* a number in the header */
	WEFT__SPOT_MEMBER,	     /* a larger one there */
	WEFT__SPOT_NONE = UINT8_MAX, /* nothing is known */
};

/* What a key of the top level stands for on the short way (schema/quick.h). */
struct weft__spot {
	uint32_t key, kind; /* as in struct weft_kv */
	uint32_t most;	    /* the largest number */
	uint16_t number;
	uint8_t width; /* of a number; else 0 */
	uint8_t how;
};
enum {
	WEFT__SPOTS = 16, /* and one of which nothing is ever known; that is told by all bits set */
};

struct weft_msg {
	const struct weft_family *family;
	const struct weft_op *op;
	uint8_t *buf;
	uint32_t len, cap;
	bool lent; /* buf is small or somebody else's, until more is needed */
	bool *out; /* false: whoever keeps this message may use it again; NULL: nobody keeps it */
	/* WEFT__SPOTS + 1 of them: of the values of the last message of this operation, in their order, as the next one
	 * of a batch mostly has the same; NULL: none are kept */
	struct weft__spot *spots;
	struct weft_error err;
	uint32_t depth;
	struct weft__level level[WEFT_NEST_DEPTH + 1];
	uint8_t small[128]; /* all of the message stays in what malloc keeps at hand */
};

static inline struct weft__level *weft__top(struct weft_msg *m)
{
	return &m->level[m->depth];
}

/* Lends m the bytes it is made of, from the next beginning on. */
void weft__msg_lend(struct weft_msg *m, uint8_t *buf, uint32_t cap);
/* Gives back memory that m got itself. */
void weft__msg_drop(struct weft_msg *m);
/* Whoever keeps m for the next request is told at *out that it is free again; NULL: nobody does. False: it cannot be
 * kept. */
bool weft__msg_keep(struct weft_msg *m, bool *out);
/* Makes m a request anew; its memory is kept. */
void weft__msg_begin(struct weft_msg *m, const struct weft_family *f, const struct weft_op *op, uint16_t flags);
/* Keep the first error, with the path of the open places before name (may be NULL). */
void weft__msg_fail(struct weft_msg *m, const struct weft_error *e, const char *name) __attribute__((cold));
void weft__msg_refuse(struct weft_msg *m, int code, const char *name, const char *text) __attribute__((cold));
/* Append bytes (zeros when p is NULL), padded to 4 if asked; an attribute, of up to WEFT_NLA_MAX.
 * false: refused. */
bool weft__msg_append(struct weft_msg *m, const void *p, uint32_t len, bool pad, const char *name);
bool weft__msg_attr(struct weft_msg *m, uint16_t type, const void *p, uint32_t len, const char *name);
/* Refuses addresses of another family than the header says: for those that were put before it. */
void weft__msg_check_addresses(struct weft_msg *m);
/* Whether the kernel narrows a dump by this attribute of m. */
bool weft__msg_filters(const struct weft_msg *m, uint16_t attr);
/* Takes out of a dump's request what the kernel does not narrow it by: *ret_want, NULL when that is nothing. */
int weft__msg_narrow(struct weft_msg *m, struct weft_msg **ret_want, struct weft_error *e);
/* Address family in the fixed header, or 0. */
uint8_t weft__msg_family(const struct weft_msg *m);

#endif
