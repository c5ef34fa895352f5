/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_OBJECT_H
#define WEFT_CLI_OBJECT_H

/* What show, add, set, del, get, flush and monitor know of each kind of object: a table in
 * objects/NOUN.c, listed in object.c. */

#include <weft/weft.h>

#include "cli.h"
#include "links.h"

struct change;

/* How a value is written. */
enum form {
	AS_IS,	   /* as the rows say */
	DEVICE,	   /* index to name */
	PREFIX,	   /* address with a length beside it */
	TABLE,	   /* routing table, by name where it has one */
	PROTOCOL,  /* who made a route */
	ADDRPROTO, /* who made an address */
	SCOPE,
	OPERSTATE, /* RFC 2863 */
	LINKTYPE,  /* ARPHRD_* */
	FAMILY,
	GROUP,	   /* of links */
	IPPROTO,   /* tcp, udp ... */
	ETHERTYPE, /* ip, ipv6, arp ... */
	BIT,	   /* one bit as true or false */
	RANGE,	   /* start and end of a struct: "80-90" */
	MASKED,	   /* a number and its mask: "0x1/0xff" */
	WRITTEN,   /* as people write it, with its unit, in JSON too: "1:10" */
	N_FORMS,
};

/* One object as it came: at is the message, or with .items one of the objects in it. */
struct entry {
	struct weft_attr msg, at;
};

struct column;
typedef bool column_text(const struct column *col, const struct entry *e, const struct links *links,
			 struct weft_text *t);

struct column {
	const char *name;
	const char *path; /* in the object; "../ifindex": in the message around it */
	enum form form;
	const char *beside;	 /* PREFIX: path of the length; MASKED, RANGE: of the mask */
	const char * or ;	 /* path of the same idea when path has nothing */
	const char *word;	 /* another name for filters and --columns */
	const char *absent;	 /* what it is when the kernel does not tell it */
	const char *ask;	 /* field of a dump's request by which the kernel narrows to a value of this column */
	uint32_t bit;		 /* BIT: which */
	bool unset;		 /* BIT: true when it is not set */
	bool settable;		 /* BIT: add and set take it */
	bool device;		 /* a filter's value is the name of a link that is there */
	bool wide;		 /* only in JSON */
	bool table;		 /* only in the table */
	bool more;		 /* in the table at the end of a line, by name, where it says something */
	bool zero;		 /* .more: 0 says something */
	bool number;		 /* what .text writes is one, or JSON as it is */
	bool list;		 /* what .text writes are words with commas: in JSON an array */
	column_text *text;	 /* instead of the form */
	column_text *table_text; /* in the table when there is no value */
};

/* A word people use for a field, and where its value goes. */
struct alias {
	const char *word, *path;
	enum form form;
	const char *beside; /* PREFIX: field of the length; MASKED, RANGE: of the mask */
};

/* What names one object, in the order of monitor's lines. */
struct ident {
	const char *column;
	const char *label; /* said before the value, or NULL */
	uint8_t family;	   /* only in messages of this one; 0: all */
	const char *key;   /* column that stays when this one changes, or NULL */
};

/* A word that a change cannot do without. */
struct need {
	unsigned verbs;		 /* 1 << enum verb */
	const char *path, * or ; /* fields, one of which must be there */
	const char *text;	 /* "dev: missing" */
};

/* A number, or a text, that every request of an object has. field may be a path: "tab[0].kind". */
struct fixed {
	const char *field;
	uint64_t value;
	const char *text;
};

enum verb {
	VERB_ADD,
	VERB_SET,
	VERB_DEL,
	VERB_GET,
};

struct object {
	const char *name, *plural;
	const char *family, *add, *del, *get; /* operations; add and del NULL: only shown */
	const char *help;
	uint32_t groups[4];		   /* of its events */
	const char *new_event, *del_event; /* operations; NULL: add, del */
	const struct column *columns;
	const struct ident *identity;
	const struct alias *aliases;
	const struct alias *get_aliases; /* of get; NULL: aliases */
	const struct need *needs;
	const struct fixed *ask;   /* in every dump's request */
	const struct fixed *fixed; /* in every other request */
	const char *items;	   /* path of a list in the message whose items are the objects */
	const char *each;	   /* field for a link's index: the kernel dumps the objects of one link at a time */
	const char *named; /* field for a link's name: the kernel has no dump, and is asked for one link at a time */
	const char *first; /* field of a word without '=' after the object's name */
	const char *prefix_family; /* header field that takes the family of a PREFIX */
	uint16_t set_flags;	   /* NLM_F_ flags of set */
	bool no_add;		   /* is there or not by other means */
	bool no_set;		   /* can only be deleted and added */
	bool get_one;		   /* the kernel gives a single one by its identity */
	/* .get_one: whether words say less than that, or something else, and it is looked for in a dump; NULL: never */
	bool (*listed)(int argc, char **argv);
	bool no_flush;		       /* flush is refused */
	bool partial;		       /* events tell only the fields that changed */
	bool quiet;		       /* monitor tells it only when asked for by name */
	const char *const *untold;     /* paths that monitor does not tell */
	const char *const *deleted_by; /* fields that the kernel goes by in del; NULL: all */
	const char *const *add_only;   /* fields that the kernel takes in add and ignores in set */
	const char *const *ignored;    /* ... and ignores in both */
	/* Which of the answers are such objects; NULL: all. */
	bool (*is)(struct weft_attr body);
	/* Writes the request that deletes one, where the whole message is refused; NULL: the message. */
	void (*erase)(const struct entry *e, struct weft_msg *m);
	/* At the end of flush the same of all that these columns do not tell apart from one that went, when
	 * only they are spoken of. */
	void (*erase_like)(const struct entry *e, struct weft_msg *m);
	const char *const *like;
	/* Dumps that ask for one part each, where the kernel wants to be told more than a device: calls
	 * part for each, with 0-ended fields. NULL: one dump, or .each. */
	int (*parts)(struct weft_session *s, const struct links *links,
		     int (*part)(const struct fixed *more, void *user), void *user);
	/* Field of a part's request whose lower half the answers lack: "parent". NULL: none. */
	const char *asked;
	/* What flush leaves alone when the filters do not speak of it, said in its help; NULL: nothing. */
	bool (*spared)(const struct entry *e);
	const char *spared_by[4]; /* columns whose filters end that */
	/* A word of its own (value NULL: without '='): 0, an exit status, or NOT_MINE. */
	int (*word)(struct change *x, const char *word, const char *value);
	/* Words of a kind that .word knows, for help; i from 0, NULL past the end. */
	const char *(*words)(const char *kind, size_t i);
	/* Fields that need no path, beside those of the message: of a link's kind (i 0), of its port (1).
	 * use: one of them is going to be set. Their place is written to *ret_path. */
	const struct weft_schema *(*more)(struct change *x, unsigned i, bool use, const char **ret_path);
	/* A failure that the answer to a change tells, as a negative errno; 0: none. */
	int (*result)(struct weft_attr body);
	/* What follows from the words, before it is sent: 0 or an exit status. */
	int (*ready)(struct change *x);
};
#define NOT_MINE (-1)
enum {
	MORE_MAX = 2, /* places of .more */
};

/* By name, singular or plural; 0 or an exit status. */
int object_find(const char *name, const struct object **ret);
/* i from 0, NULL past the end. */
const struct object *object_at(size_t i);
/* The place of an object in that list. */
size_t object_number(const struct object *o);
enum {
	OBJECTS_MAX = 64,
};
const struct weft_op *object_op(const struct object *o, const char *name);
/* Rows of the answers, and with .items of the objects in them; NULL when items leads nowhere. */
const struct weft_schema *object_told(const struct object *o);
const struct weft_schema *object_items(const struct object *o);
/* "link addr route ...": with a blank before each. */
void object_names(struct weft_text *t);

/* By path, "../" for the message around the object. */
struct weft_attr entry_at(const struct entry *e, const char *path);
/* Calls fn for each object of a message; its non-zero result ends the walk and is returned. */
typedef int entry_fn(const struct entry *e, void *user);
int entries(const struct object *o, struct weft_attr msg, entry_fn *fn, void *user);

/* Appends the text of a column; false when the object has no such value. *ret_number: it is one. */
bool cell(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t,
	  bool *ret_number);
/* Appends a value in a form; false when it has no text. */
bool value_text(enum form form, struct weft_attr a, const struct links *links, struct weft_text *t);

/* Number of a name of a form (tables, protocols, scopes), or false; name of a number, or NULL. */
bool form_value(enum form form, const char *word, uint32_t *ret);
const char *form_word(enum form form, uint64_t value);
void form_list(enum form form, struct words *w);
/* The names of a form, separated by '|', for help; nothing when there are none. */
void form_words(enum form form, struct weft_text *t);

#endif
