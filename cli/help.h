/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_HELP_H
#define WEFT_CLI_HELP_H

#include "object.h"

/* "--help" or "-h" anywhere: writes what the words before it ask about and is true; *ret_status is then
 * the exit status. "weft add link kind=vxlan --help" lists the fields of that kind. */
bool help_change(struct cli *c, int argc, char **argv, int *ret_status);
bool help_show(struct cli *c, int argc, char **argv, int *ret_status);
/* The same for commands that take a family and an operation: text, then the fields of the operation. */
bool help_op(struct cli *c, int argc, char **argv, const char *text, unsigned kind, int *ret_status);
/* For commands that take an object: text, then the names of objects. */
bool help_objects(struct cli *c, int argc, char **argv, const char *text);

/* The fields of a schema and what is in them, one per line: name, type, words. */
void help_fields(struct weft_text *t, const struct weft_schema *s);

#endif
