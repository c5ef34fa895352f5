/* SPDX-License-Identifier: MIT */
#ifndef WEFT_POLICE_H
#define WEFT_POLICE_H

/* The actions pedit and police, and what making others again takes. */

#include "object/cls.h"

uint32_t weft__pedit_choose(const struct weft__cls *c);
void weft__pedit_put_keys(struct weft__cls *c);
void weft__pedit_put(struct weft__cls *c);

extern const struct weft__cls_row weft__police_words[];
void weft__police_put_parms(struct weft__cls *c);
void weft__police_put(struct weft__cls *c);
/* Puts the struct of dumped options with what the kernel wants of it and does not tell: tables of rates, and
 * their steps in it. renumber: without the index. */
void weft__police_again(struct weft_msg *m, struct weft_attr options, bool renumber);

/* police as filters had it before there were lists of actions: a nest of their options. */
void weft__police_nest_put(struct weft_msg *m, const char *text);
void weft__police_nest_tell(struct weft_attr nest, struct weft_text *t);
/* Whether options of mpls have a protocol that may be set. */
bool weft__mpls_has_protocol(struct weft_attr options);

#endif
