/* SPDX-License-Identifier: MIT */
#ifndef WEFT_FLOWER_H
#define WEFT_FLOWER_H

/* Words of flower that stand for nests. */

#include "object/cls.h"

/* What follows from the rest of the filter. */
void weft__flower_put(struct weft__cls *c);

void weft__flower_put_opts(struct weft__cls *c, const struct weft__cls_row *r);
void weft__flower_tell_opts(struct weft__cls_tell *t, const struct weft__cls_row *r);
void weft__flower_put_mpls(struct weft__cls *c, const struct weft__cls_row *r);
void weft__flower_tell_mpls(struct weft__cls_tell *t, const struct weft__cls_row *r);
void weft__flower_put_cfm(struct weft__cls *c, const struct weft__cls_row *r);
void weft__flower_tell_cfm(struct weft__cls_tell *t, const struct weft__cls_row *r);
void weft__flower_put_ppp(struct weft__cls *c, const struct weft__cls_row *r);
void weft__flower_tell_ppp(struct weft__cls_tell *t, const struct weft__cls_row *r);

/* Options of tunnels, of flower and of the action tunnel_key: rows of each kind, from 0 as in the words
 * geneve, vxlan, erspan, gtp, pfcp. */
struct weft__tunnel_opts {
	uint32_t nest; /* key of the nest of the kind */
	uint32_t field[4];
};
extern const struct weft__tunnel_opts weft__flower_opts[5], weft__tunnel_opts[3];
/* Text ("0102:80:01020304,...") into the open nest of options; false: it is none. */
bool weft__opts_put(struct weft__cls *c, const char *word, const struct weft__tunnel_opts *o, unsigned kind,
		    const char *text, size_t len);
/* How many options a nest has; the i-th of them. */
unsigned weft__opts_count(const struct weft__tunnel_opts *o, unsigned kind, struct weft_attr nest);
void weft__opts_tell(struct weft_text *t, const struct weft__tunnel_opts *o, unsigned kind, struct weft_attr nest,
		     unsigned i);

#endif
