/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_INTERNAL_H
#define WEFT_SCHEMA_INTERNAL_H

/* What the engines share. */

#include <weft/schema.h>

/* Depth at which engines stop to look into nests and show bytes instead. */
#define WEFT__DEPTH 16

/* Bytes of a scalar on the wire, 0 for types of any length. */
uint32_t weft__type_width(uint8_t type);
bool weft__type_signed(uint8_t type);
bool weft__is_number(uint8_t type);
/* Integer of a scalar payload of its right width, host order; signed ones sign-extended. */
uint64_t weft__load(const struct weft_field *f, const uint8_t *p, uint32_t len);

/* Bytes of the fixed header of a schema, padded; 0 without one. */
uint32_t weft__header_size(const struct weft_schema *s);

/* Variant of a choice: by text, or by number. NULL: none. */
const struct weft_schema *weft__choose_text(const struct weft_choice *c, const char *s, size_t len);
const struct weft_schema *weft__choose_number(const struct weft_choice *c, uint32_t n);
/* Schema of a field's content among the attributes of a container. */
const struct weft_schema *weft__content(const struct weft_field *f, const uint8_t *p, uint32_t len,
					uint8_t family);

/* "100/200" of a label stack; false when it has no such form. */
bool weft__labels_text(const uint8_t *p, uint32_t len, struct weft_text *t);
/* Hex digit value or -1. */
int weft__hex_digit(char c);

#endif
