/* SPDX-License-Identifier: MIT */
/* Dumps in which the kernel counts how many objects it told, or goes back to where it was without the lock under
 * which they are changed: when others are deleted or made between two of its answers, it leaves some out or tells
 * them twice, without a word (on all of Linux 6.1 to 7.3). Such a dump is asked for once more, when it was more than
 * one answer: where both tell the same objects, nothing moved. The first answer of a socket is smaller than all others
 * (src/transport/local.c), so the two of a weft_dump are cut at different places, and what changes at the same pace
 * as they are asked for is seen too. Dumps of weft_start share the session's socket: there such a pace may deceive. */
#include "proto/proto.h"

enum {
	GETLINK = 18, /* linux/rtnetlink.h */
	GETADDR = 22,
	GETROUTE = 26,
	GETNEIGH = 30,
	GETRULE = 34,
	GETQDISC = 38,
	GETTCLASS = 42,
	GETTFILTER = 46,
	GETACTION = 50,
	GETMULTICAST = 58,
	GETANYCAST = 62,
	GETNEIGHTBL = 66,
	GETADDRLABEL = 74,
	GETMDB = 86,
	GETNSID = 90,
	GETCHAIN = 102,
	GETVLAN = 114,
	GETTUNNEL = 122,
	/* what fits in the smallest answer that the kernel makes */
	ONE_ANSWER = 3500,
};

/* Of addresses and routes, those of other families are told right, or the kernel marks that they are not. */
static const uint8_t counted[] = { WEFT_AF_INET6, 128, 129 }; /* RTNL_FAMILY_IPMR, _IP6MR */

/* Its place among those, or how many there are. */
static uint8_t place(uint8_t family)
{
	uint8_t i = 0;

	while (i < sizeof counted && counted[i] != family)
		i++;
	return i;
}

static bool counts(uint16_t request, uint8_t family)
{
	switch (request) {
	case GETADDR:
	case GETROUTE:
		return family == 0 || place(family) < sizeof counted;
	case GETLINK:
		return family == WEFT_AF_BRIDGE;
	case GETNEIGH:
	case GETRULE:
	case GETQDISC:
	case GETTCLASS:
	case GETTFILTER:
	case GETACTION:
	case GETMULTICAST:
	case GETANYCAST:
	case GETNEIGHTBL:
	case GETADDRLABEL:
	case GETMDB:
	case GETNSID:
	case GETCHAIN:
	case GETVLAN:
	case GETTUNNEL:
		return true;
	default:
		return false;
	}
}

void weft__sure_begin(struct weft__sure *x, const struct weft_msg *m)
{
	uint16_t request = weft_msg_op(m)->request;

	if (x->narrowed)
		*weft__family_at(m) = x->family;
	*x = (struct weft__sure){ 0 };
	if (weft_msg_family(m)->protocol != 0 || weft_msg_bytes(m).len <= WEFT_NLMSG_HDR)
		return;
	x->some = request == GETADDR || request == GETROUTE;
	x->family = *weft__family_at(m);
	x->on = counts(request, x->family);
}

void weft__sure_see(struct weft__sure *x, const struct weft_nlmsg *in)
{
	uint64_t id;
	uint8_t at;

	if (!x->on)
		return;
	x->bytes += in->len;
	at = x->some && in->body_len ? place(in->body[0]) : 0;
	if (at == sizeof counted)
		return;
	id = weft__identity(in);
	x->objects += id != 0;
	x->seen |= (uint8_t)(1 << at);
	x->sum[x->again] += id;
}

/* The next of the families of which there were objects. */
static bool narrow(struct weft__sure *x, const struct weft_msg *m)
{
	while (x->at < sizeof counted)
		if (x->seen >> x->at++ & 1) {
			x->narrowed = true;
			*weft__family_at(m) = counted[x->at - 1];
			return true;
		}
	return false;
}

bool weft__sure_next(struct weft__sure *x, struct weft__parts *parts, const struct weft_msg *m, bool intr)
{
	if (!x->on || intr)
		return false;
	if (x->again)
		return x->some && narrow(x, m);
	if (!x->objects || x->bytes <= ONE_ANSWER)
		return false;
	x->again = true;
	if (x->some)
		return narrow(x, m);
	weft__parts_restart(parts, m);
	return true;
}

bool weft__sure_differs(const struct weft__sure *x)
{
	return x->again && x->sum[0] != x->sum[1];
}
