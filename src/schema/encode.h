/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_ENCODE_H
#define WEFT_SCHEMA_ENCODE_H

#include <weft/value.h>

#include "schema/schema.h"

/* Bytes of one value. heap is freed with weft__leaf_free. */
struct weft__leaf {
	const void *p;
	uint32_t len;
	void *heap;
	uint8_t small[4 * WEFT__LABELS];
};

/* Turns a value into the payload of a row. family: of the message, for addresses. 0, or a negative
 * errno with *e filled (path left empty). */
int weft__leaf_make(const struct weft_field *f, const struct weft_kv *kv, uint8_t family, struct weft__leaf *ret,
		    struct weft_error *e);
void weft__leaf_free(struct weft__leaf *l);

#endif
