/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_QUERY_H
#define WEFT_CLI_QUERY_H

/* The objects of a kind that FIELD=VALUE words describe: a dump, narrowed by the kernel where it can,
 * and looked at again here. */

#include "object.h"

struct filter {
	struct column col;
	char *word; /* as it was written; owned */
	const char *value;
	char *part;			 /* value, where it is a part of what was written; owned */
	char *path;			 /* of col, where the word is not all of it; owned */
	bool not ;			 /* FIELD!=VALUE */
	const struct weft_choice *doubt; /* the value is none of these, and may be one of this kernel's */
	bool found;			 /* by this filter alone */
	bool none;			 /* the value stands for no value at all */
};

struct query {
	struct cli *c;
	const struct object *o;
	struct weft_session *s;
	struct links links;
	struct filter *filter;
	size_t n;
	bool lenient;	  /* a kernel without such objects has none */
	bool interrupted; /* the dump may lack objects or have some twice */
};

/* Whether a filter can find anything: 0, or an exit status and a line that says what is no value of it. */
int filter_check(struct query *q, struct filter *f);
/* The same at the end, of what can only be known then. */
int filter_end(const struct filter *f);
/* Values are compared by what they mean, not by how they are written. */
bool filter_match(const struct query *q, struct filter *f, const struct entry *e);

/* Opens the session and reads the names of links. 0 or an exit status. */
int query_open(struct query *q, struct cli *c, const struct object *o, int argc, char **argv);
/* Whether a word speaks of a column. */
bool query_has(const struct query *q, const char *column);
/* Calls fn for each object; its non-zero result ends the walk and is the result. Exit status; with
 * .interrupted it is 0. */
int query_run(struct query *q, entry_fn *fn, void *user);
/* What .interrupted means as the end of a command: 0, or CLI_INTERRUPTED and a line. */
int query_end(const struct query *q);
void query_free(struct query *q);

#endif
