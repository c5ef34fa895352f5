/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_OBJECTS_TC_H
#define WEFT_CLI_OBJECTS_TC_H

/* What filters and actions share. */

#include "../change.h"

/* Names of links for words that speak of them. user: struct links, or struct change, whose links are read
 * when they are needed. */
struct weft_link_names tc_link_names(const struct links *links);
struct weft_link_names tc_change_names(struct change *x);
/* An action in words, or as JSON, into the list at `path` of the request. 0 or an exit status. */
int tc_action(struct change *x, const char *path, const char *text);

#endif
