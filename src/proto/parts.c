/* SPDX-License-Identifier: MIT */
/* Dumps in parts, one for each address family. The kernel has no dump of multicast and anycast addresses
 * of all families, and loses objects between the tables of neighbours: where an answer is full just
 * before a table, net/core/neighbour.c goes on behind as many of its objects as the table before had.
 * Where it is full within a table, the table itself comes again with the next. */
#include <errno.h>

#include "proto/proto.h"

enum {
	GETNEIGHTBL = 66, /* linux/rtnetlink.h */
	NDTMSG = 4,	  /* bytes; linux/neighbour.h */
	NDTA_CONFIG = 5,  /* only the table itself has it */
};

static const uint8_t families[] = { WEFT_AF_INET, WEFT_AF_INET6 };

void weft__parts_begin(struct weft__parts *p, const struct weft_msg *m)
{
	p->told = 0;
	p->tables = weft_msg_op(m)->request == GETNEIGHTBL && weft_msg_family(m)->protocol == 0;
	if (!p->split && (!(weft_msg_op(m)->kinds & WEFT_OP_SPLIT) || *weft__family_at(m) != 0))
		return;
	p->split = true;
	weft__parts_restart(p, m);
}

void weft__parts_restart(struct weft__parts *p, const struct weft_msg *m)
{
	if (!p->split)
		return;
	p->got = false;
	p->at = 0;
	*weft__family_at(m) = families[0];
}

bool weft__parts_next(struct weft__parts *p, const struct weft_msg *m, struct weft_error *e)
{
	/* a kernel may have one family only */
	if (!p->split || (e->code != 0 && e->code != -EOPNOTSUPP))
		return false;
	p->got |= e->code == 0;
	if (++p->at < sizeof families) {
		*weft__family_at(m) = families[p->at];
		return true;
	}
	if (p->got)
		e->code = 0;
	return false;
}

bool weft__parts_told(struct weft__parts *p, const struct weft_nlmsg *in)
{
	struct weft_reader r;
	struct weft_tlv t;
	uint8_t bit;

	if (!p->tables || in->body_len < NDTMSG)
		return false;
	bit = in->body[0] == WEFT_AF_INET ? 1 : in->body[0] == WEFT_AF_INET6 ? 2 : 0;
	r = weft_reader(in->body + NDTMSG, in->body_len - NDTMSG);
	while (weft_read_attr(&r, &t) > 0) {
		if (t.type != NDTA_CONFIG)
			continue;
		if (p->told & bit)
			return true;
		p->told |= bit;
	}
	return false;
}
