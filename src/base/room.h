/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_ROOM_H
#define WEFT_BASE_ROOM_H

#include <weft/base.h>

/* Where n more bytes of a text may be written before its len is set anew, or NULL. */
char *weft__text_room(struct weft_text *t, size_t n);

#endif
