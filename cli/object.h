/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_OBJECT_H
#define WEFT_CLI_OBJECT_H

/* What show, add, set, del and monitor know of each kind of object. */

#include <weft/weft.h>

#include "cli.h"

enum form {
	AS_IS,	   /* value as text */
	DEVICE,	   /* index to name */
	PREFIX,	   /* address with the length in `length` */
	TABLE,	   /* routing table, by name where it has one */
	PROTOCOL,  /* who made a route */
	SCOPE,
	OPERSTATE, /* RFC 2863 */
	LINKTYPE,  /* ARPHRD_* */
	FAMILY,
	BIT,	   /* one bit as true or false */
	OWN,	   /* an address of this host with its prefix length */
	PEER,	   /* that of the other side, if it has another */
	GATEWAY,   /* also one of another family than the route */
	RANGE,	   /* start and end of a struct */
};

struct column {
	const char *name;
	const char *path;   /* in the message */
	const char *length; /* PREFIX: path of the prefix length */
	enum form form;
	bool wide; /* only in JSON */
	bool table; /* only in the table */
	uint32_t bit; /* BIT: which */
	const char *absent; /* what it is when the kernel does not tell it */
};

/* A word people use for a field, and where its value goes. */
struct alias {
	const char *word, *path;
	enum form form;
};

struct object {
	const char *name, *plural;
	const char *family, *add, *del, *get;
	uint32_t groups[3];
	const struct column *columns;
	const char *identity[5]; /* columns that name one object */
	const struct alias *aliases;
	const char *help;
};

/* By name, singular or plural; 0 or an exit status. */
int object_find(const char *name, const struct object **ret);
const struct object *object_at(size_t i);

/* Names of links by index, read once. */
struct links {
	struct link_name {
		uint32_t index;
		char name[16];
	} *v;
	size_t n, cap;
};
int links_load(struct weft_session *s, struct links *ret);
/* Takes the name of a new or renamed link from its message; false without memory. */
bool links_note(struct links *l, struct weft_attr body);
void links_free(struct links *l);
/* Name of an index into buf, as a number when it has none. */
const char *links_name(const struct links *l, uint32_t index, char *buf, size_t size);

/* Appends the text of a column; false when the object has no such value. *ret_number: it is one. */
bool cell(const struct column *col, struct weft_attr body, const struct links *links,
	  struct weft_text *t, bool *ret_number);
/* Appends a value in a form; false when it has no text. */
bool value_text(enum form form, struct weft_attr a, const struct links *links, struct weft_text *t);
/* Number of a name of a form (tables, protocols, scopes), or false. */
bool form_value(enum form form, const char *word, uint32_t *ret);

#endif
