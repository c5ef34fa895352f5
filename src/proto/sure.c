/* SPDX-License-Identifier: MIT */
/* Dumps in which the kernel counts how many objects it told, or goes back to where it was without the lock under
 * which they are changed: when others are deleted or made between two of its answers, it leaves some out or tells
 * them twice, without a word (classes, filters, actions, address labels, addresses and routes of IPv6 on all of
 * Linux 6.1 to 7.3). Such a dump is asked for once more, when it was more than one answer: where both tell the same
 * objects, nothing moved. */
#include "proto/proto.h"

enum {
	NEWADDR = 20, /* linux/rtnetlink.h */
	GETADDR = 22,
	NEWROUTE = 24,
	GETROUTE = 26,
	NEWNEIGH = 28,
	GETNEIGH = 30,
	NEWQDISC = 36,
	GETQDISC = 38,
	NEWTCLASS = 40,
	GETTCLASS = 42,
	NEWTFILTER = 44,
	GETTFILTER = 46,
	NEWACTION = 48,
	GETACTION = 50,
	NEWADDRLABEL = 72,
	GETADDRLABEL = 74,
	NEWCHAIN = 100,
	GETCHAIN = 102,
	IFADDRMSG = 8, /* bytes */
	RTMSG = 12,
	TCMSG = 20,
	TC_PLACE = 16, /* of them: family, device, handle, parent */
	NDMSG = 12,
	TCAMSG = 4,
	LABELMSG = 12, /* its last four count changes */
	ADDRESS = 1,
	CHAIN = 11,
	ACTIONS = 1,
	OPTIONS = 2,
	ADDR_TIMES = 6, /* IFA_CACHEINFO */
	NEIGH_TIMES = 3,
	NEIGH_LAST = 8, /* what tells an entry of a bridge from others: group or port, address, VLAN, VNI */
	ROUTE_TIMES = 12,
	ROUTE_EXPIRY = 23,
	TIMES = 32, /* bytes of struct tcf_t, which stands where others have the struct that begins with the index */
	/* what fits in the smallest answer that the kernel makes */
	ONE_ANSWER = 3500,
};

/* The message is the library's own; only callers see it as constant. Every header begins with the family. */
static uint8_t *family_of(const struct weft_msg *m)
{
	return (uint8_t *)(uintptr_t)weft_msg_bytes(m).p + WEFT_NLMSG_HDR;
}

static bool counts(uint16_t request, uint8_t family)
{
	switch (request) {
	case GETADDR:
	case GETROUTE:
		return family == 0 || family == WEFT_AF_INET6;
	case GETNEIGH:
		return family == WEFT_AF_BRIDGE;
	default:
		return request == GETQDISC || request == GETTCLASS || request == GETTFILTER || request == GETACTION ||
		       request == GETCHAIN || request == GETADDRLABEL;
	}
}

void weft__sure_begin(struct weft__sure *x, const struct weft_msg *m)
{
	uint16_t request = weft_msg_op(m)->request;

	if (x->narrowed)
		*family_of(m) = x->family;
	*x = (struct weft__sure){ 0 };
	if (weft_msg_family(m)->protocol != 0 || weft_msg_bytes(m).len <= WEFT_NLMSG_HDR)
		return;
	x->six = request == GETADDR || request == GETROUTE;
	x->family = *family_of(m);
	x->on = counts(request, x->family);
}

static uint64_t mix(uint64_t h, const uint8_t *p, size_t len)
{
	for (; len >= 4; p += 4, len -= 4)
		h = (h ^ weft_get_u32(p)) * 0x9e3779b97f4a7c15u;
	for (; len; p++, len--)
		h = (h ^ *p) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Of everything behind the header but these attributes, and those above last. */
static uint64_t rest(uint64_t h, const struct weft_nlmsg *in, uint32_t header, const uint16_t but[2], uint16_t last)
{
	struct weft_reader r = weft_reader(in->body + header, in->body_len - header);
	struct weft_tlv a;

	while (weft_read_attr(&r, &a) > 0)
		if (a.type != but[0] && a.type != but[1] && a.type <= last)
			h = mix(h ^ a.type, a.p, a.len);
	return h;
}

/* An attribute of a list; p is NULL where there is none. */
static struct weft_tlv find(const uint8_t *p, size_t len, uint16_t type)
{
	struct weft_reader r = weft_reader(p, (uint32_t)len);
	struct weft_tlv a;

	while (weft_read_attr(&r, &a) > 0)
		if (a.type == type)
			return a;
	return (struct weft_tlv){ 0 };
}

/* Kind and index of each action of a message. */
static uint64_t actions(const struct weft_nlmsg *in)
{
	struct weft_tlv list = find(in->body + TCAMSG, in->body_len - TCAMSG, ACTIONS), act;
	struct weft_reader r = weft_reader(list.p, list.p ? list.len : 0);
	uint64_t sum = 0;

	while (weft_read_attr(&r, &act) > 0) {
		struct weft_tlv kind = find(act.p, act.len, 1), options = find(act.p, act.len, OPTIONS), a = { 0 };

		if (options.p)
			a = find(options.p, options.len, 1);
		if (options.p && (!a.p || a.len == TIMES))
			a = find(options.p, options.len, 2);
		if (kind.p && a.p && a.len >= 4)
			sum += mix(mix(1, kind.p, kind.len), a.p, 4);
	}
	return sum;
}

/* The fixed header of a message that has an identity; 0: none. */
static uint32_t header_of(uint16_t type)
{
	switch (type) {
	case NEWADDR:
		return IFADDRMSG;
	case NEWROUTE:
		return RTMSG;
	case NEWQDISC:
	case NEWTCLASS:
	case NEWTFILTER:
	case NEWCHAIN:
		return TCMSG;
	case NEWADDRLABEL:
		return LABELMSG;
	case NEWNEIGH:
		return NDMSG;
	case NEWACTION:
	case GETACTION: /* so the kernel calls its answers */
		return TCAMSG;
	default:
		return 0;
	}
}

static uint64_t identity(const struct weft_nlmsg *in, uint32_t header)
{
	static const uint16_t addr[2] = { ADDR_TIMES, ADDR_TIMES }, route[2] = { ROUTE_TIMES, ROUTE_EXPIRY },
			      neigh[2] = { NEIGH_TIMES, NEIGH_TIMES };
	struct weft_tlv a;

	switch (in->type) {
	case NEWADDR:
		return rest(mix(1, in->body, header), in, header, addr, UINT16_MAX);
	case NEWROUTE:
		return rest(mix(1, in->body, header), in, header, route, UINT16_MAX);
	case NEWNEIGH:
		return rest(mix(1, in->body, 8), in, header, neigh, NEIGH_LAST);
	case NEWQDISC:
	case NEWTCLASS:
		return mix(1, in->body, TC_PLACE);
	case NEWTFILTER:
		a = find(in->body + header, in->body_len - header, CHAIN);
		return mix(mix(1, in->body, header), a.p, a.p ? a.len : 0);
	case NEWCHAIN:
		a = find(in->body + header, in->body_len - header, CHAIN);
		return mix(mix(1, in->body, TC_PLACE), a.p, a.p ? a.len : 0);
	case NEWADDRLABEL:
		a = find(in->body + header, in->body_len - header, ADDRESS);
		return mix(mix(1, in->body, LABELMSG - 4), a.p, a.p ? a.len : 0);
	default:
		return actions(in);
	}
}

void weft__sure_see(struct weft__sure *x, const struct weft_nlmsg *in)
{
	uint32_t header = x->on ? header_of(in->type) : 0;

	if (!x->on)
		return;
	x->bytes += in->len;
	if (!header || in->body_len < header || (x->six && in->body[0] != WEFT_AF_INET6))
		return;
	x->objects++;
	x->sum[x->again] += identity(in, header);
}

bool weft__sure_next(struct weft__sure *x, const struct weft_msg *m, bool intr)
{
	if (!x->on || x->again || intr || !x->objects || x->bytes <= ONE_ANSWER)
		return false;
	x->again = true;
	if (x->six) {
		x->narrowed = true;
		*family_of(m) = WEFT_AF_INET6;
	}
	return true;
}

bool weft__sure_differs(const struct weft__sure *x)
{
	return x->again && x->sum[0] != x->sum[1];
}
