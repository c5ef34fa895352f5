/* SPDX-License-Identifier: MIT */
#ifndef WEFT_JSONIN_H
#define WEFT_JSONIN_H

#include <jansson.h>

#include <weft/json.h>

struct weft_json_doc {
	json_t *root;
};

/* Whether v is there and of a type; jansson's own json_is_... are macros that ask twice. */
bool weft__json_is(const json_t *v, json_type type);

/* Parses what jansson alone would refuse or change: integers of more than 14 digits become strings,
 * \udcXX (a byte that was no UTF-8) and \u0000 become a NUL and two characters. NULL: *e says why. */
json_t *weft__json_parse(const char *text, size_t len, struct weft_error *e);

/* The bytes of v, a string, as they were: borrowed from v, or in *heap (free it). NULL: there is a NUL
 * in it, or no memory (*ret_error). */
const char *weft__json_string(const json_t *v, char **heap, int *ret_error);

/* A number of more digits than jansson holds becomes a string that no text can be: this, and the digits. */
#define WEFT__LARGE "\0#"

#endif
