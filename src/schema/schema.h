/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_INTERNAL_H
#define WEFT_SCHEMA_INTERNAL_H

/* What the engines share. */

#include <weft/schema.h>

#include "base/hex.h"

/* Depth at which engines stop to look into nests and show bytes instead. */
#define WEFT__DEPTH 16

/* Bytes of a scalar on the wire, 0 for types of any length. */
uint32_t weft__type_width(uint8_t type);
/* Of a member of a struct, or of an item of a packed list. */
uint32_t weft__part_size(const struct weft_field *f);
bool weft__type_signed(uint8_t type);
bool weft__is_number(uint8_t type);
/* Where a member of a struct lies. */
static inline uint32_t weft__offset(const struct weft_field *f)
{
	return f->bits ? f->number & 0xfffu : f->number;
}
/* How far a member that is some bits is from the low end of its unit. */
uint32_t weft__shift(const struct weft_field *f);
/* Integer of a scalar payload of 1, 2, 4 or 8 bytes, host order; signed ones sign-extended. */
uint64_t weft__load(const struct weft_field *f, const uint8_t *p, uint32_t len);

/* Bytes of the fixed header of a schema, padded; 0 without one. */
static inline uint32_t weft__header_size(const struct weft_schema *s)
{
	return s && s->header ? (s->header->size + 3u) & ~3u : 0;
}
/* Whether a header (NULL: none) ends in bytes that it counts itself. */
static inline bool weft__has_tail(const struct weft_schema *header)
{
	return header && header->n && header->fields[header->n - 1].flags & WEFT_F_TAIL;
}
/* Every header of rtnetlink begins with the address family in one byte. */
static inline bool weft__begins_with_family(const struct weft_schema *s)
{
	return s && s->header && s->header->n && s->header->fields[0].type == WEFT_T_U8 &&
	       s->header->fields[0].number == 0;
}
/* The same of the message or nest at p, with such bytes. */
uint32_t weft__header_len(const struct weft_schema *s, const uint8_t *p, uint32_t len);

/* What a place has from those around it: address family of the message, variant of an outer choice. */
struct weft__about {
	uint8_t family, outer;
};
/* Schema of a field's content among the attributes of a container. */
const struct weft_schema *weft__content(const struct weft_field *f, const uint8_t *p, uint32_t len,
					struct weft__about about);
/* The variant that a nest hands on to what is inside it, from 1: its own choice among the attributes at
 * p, or what it was handed itself. */
uint8_t weft__outer(const struct weft_field *f, const uint8_t *p, uint32_t len, uint8_t outer);
/* Schema of the member that takes the rest of a struct at p. */
const struct weft_schema *weft__tail(const struct weft_schema *s, const struct weft_field *f, const uint8_t *p,
				     uint32_t len);

/* A number with a unit: 1 and the plain number, 0 when it has no unit that is known here, -ERANGE. */
int weft__unit_parse(uint8_t unit, const char *s, size_t len, uint64_t *ret);
/* What such a number is, with an example: "rate (10mbit) or number". */
const char *weft__unit_example(uint8_t unit);
/* The other way; false: this number has no text with a unit. */
bool weft__unit_text(uint8_t unit, uint64_t v, struct weft_text *t);

/* Link-layer address, with colons. */
void weft__mac_text(const uint8_t *p, uint32_t len, struct weft_text *t);
enum {
	WEFT__LABELS = 32, /* that text has; more than the kernel takes (net/mpls/internal.h: MAX_NEW_LABELS) */
};
/* Whether whole entries are labels alone, the last one marked. */
bool weft__is_stack(const uint8_t *p, uint32_t len);
/* "100/200" of a label stack of whole entries; false when it has no such form. */
bool weft__labels_text(const uint8_t *p, uint32_t len, struct weft_text *t);

#endif
