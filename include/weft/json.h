/* SPDX-License-Identifier: MIT */
#ifndef WEFT_JSON_H
#define WEFT_JSON_H

/*
 * JSON into messages: libweft-json (link with -lweft-json; needs jansson). Everything that weft_json
 * prints is read back: names and numbers, "@NUMBER": "hex" for attributes without a row, bytes that
 * are no UTF-8 as \udcXX, integers of any size, structs of another size than the rows know. Booleans are
 * for flags and numbers of one byte; null is WEFT_CLEAR.
 */

#include <weft/msg.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A parsed text: one object, or an array of objects. */
struct weft_json_doc;
/* 0, -EINVAL with line and column in reterr (may be NULL), or -ENOMEM. */
WEFT_API WEFT_MUST int weft_json_read(const char *text, size_t len, struct weft_json_doc **ret,
				      struct weft_error *reterr);
/* Objects in it. */
WEFT_API size_t weft_json_count(const struct weft_json_doc *d);
WEFT_API bool weft_json_is_array(const struct weft_json_doc *d);
/* Adds the members of object i to the innermost open place of m. 0, or a negative errno with reterr
 * (may be NULL) that names the path; the message keeps the failure too. */
WEFT_API int weft_json_put(struct weft_msg *m, const struct weft_json_doc *d, size_t i, struct weft_error *reterr);
/* NULL is fine. */
WEFT_API void weft_json_free(struct weft_json_doc *d);

/* All in one, for a single object; the message keeps the failure, also of text that is no JSON. */
WEFT_API int weft_put_json(struct weft_msg *m, const char *text, size_t len, struct weft_error *reterr);
/* The same for an object that a program has made with jansson; it is only read. Its text may be bytes that
 * are no UTF-8 (json_string_nocheck). */
struct json_t;
WEFT_API int weft_put_jansson(struct weft_msg *m, const struct json_t *o, struct weft_error *reterr);

#ifdef __cplusplus
}
#endif
#endif
