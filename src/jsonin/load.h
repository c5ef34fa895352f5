/* SPDX-License-Identifier: MIT */
#ifndef WEFT_JSONIN_LOAD_H
#define WEFT_JSONIN_LOAD_H

#include <jansson.h>

/* jansson's value of a text, with JSON_REJECT_DUPLICATES among the flags. NULL: *e says why; line -1: no memory. */
json_t *weft__json_load(const char *text, size_t len, size_t flags, json_error_t *e);

#endif
