/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_TABLE_H
#define WEFT_CLI_TABLE_H

/* Objects as a table for people, or with -j as JSON. */

#include "object.h"

struct table {
	struct cli *c;
	const struct object *o;
	const struct links *links;
	const struct column **col; /* those that are printed */
	size_t n, rows;
	bool one;   /* JSON is one object, not a list */
	bool usual; /* no columns were named */
	bool more;  /* a line has more than the columns */
	/* the table: cells one after the other, NUL-terminated */
	struct weft_text cells;
	size_t *width;
};

/* names: the columns wanted, separated by commas; NULL: the usual ones. 0 or an exit status. */
int table_open(struct table *t, struct cli *c, const struct object *o, const struct links *links, const char *names);
/* One object; JSON goes out while it comes. */
int table_row(struct table *t, const struct entry *e);
/* Prints what was kept and ends the list. */
int table_end(struct table *t);
void table_free(struct table *t);

/* Column of an object by its name or by a word that stands for its field, or NULL. */
const struct column *column_find(const struct object *o, const char *name, size_t len);
int column_unknown(const struct object *o, const char *name, size_t len);

#endif
