/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BYTECODE_H
#define WEFT_BYTECODE_H

/* Programs of the classic packet filter, as tcpdump -ddd writes them: "2,6 0 0 1,6 0 0 0". */

#include "object/cls.h"

void weft__bytecode_put(struct weft__cls *c, const char *word, uint32_t len, uint32_t ops);
void weft__bytecode_tell(struct weft__cls_tell *t, const char *word, struct weft_attr ops);

#endif
