/* SPDX-License-Identifier: MIT */
#ifndef WEFT_EMATCH_H
#define WEFT_EMATCH_H

/* Extended matches: trees of them as text, "cmp(u16 at 2 gt 100) and not (u32(0x0a000000 0xff000000 at 12))". */

#include "object/cls.h"

enum {
	WEFT__EM_DATA = 256,
	WEFT__EM_NODES = 64,
};

/* Kinds (linux/pkt_cls.h). */
enum {
	WEFT__EM_CONTAINER,
	WEFT__EM_CMP,
	WEFT__EM_NBYTE,
	WEFT__EM_U32,
	WEFT__EM_META,
	WEFT__EM_TEXT,
	WEFT__EM_CANID = 7,
	WEFT__EM_IPSET,
};

/* What stands between the parentheses of one match. */
struct weft__em_scan {
	const char *at, *end;
};
/* The next word, up to a blank or the end; or a text in quotes, without them. false: the end. */
bool weft__em_word(struct weft__em_scan *s, const char **ret, size_t *ret_len, bool *ret_quoted);
/* Whether this word is next; then it is passed. */
bool weft__em_is(struct weft__em_scan *s, const char *word);
bool weft__em_number(struct weft__em_scan *s, uint64_t max, uint64_t *ret);
/* eq, gt, lt; link, network, transport or their numbers. */
bool weft__em_operator(struct weft__em_scan *s, uint64_t *ret);
bool weft__em_layer(struct weft__em_scan *s, uint64_t *ret);

/* The data of a match into the open struct of its kind; false: not as the kind wants it. */
bool weft__em_put(struct weft__cls *c, uint16_t kind, struct weft__em_scan *s);
bool weft__em_put_meta(struct weft__cls *c, struct weft__em_scan *s);
void weft__em_tell(struct weft_text *t, uint16_t kind, struct weft_attr data);
void weft__em_tell_meta(struct weft_text *t, struct weft_attr data);
/* Bytes as "text" in quotes, or in hex when they are none. */
void weft__em_tell_bytes(struct weft_text *t, const uint8_t *p, uint32_t len);

#endif
