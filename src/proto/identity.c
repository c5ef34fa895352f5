/* SPDX-License-Identifier: MIT */
/* What tells an object of a dump from others of its sort, whatever else of it changes: a number of it. Messages that
 * tell several objects give the sum of theirs. */
#include <string.h>

#include "proto/proto.h"

enum {
	NEWLINK = 16, /* linux/rtnetlink.h */
	NEWADDR = 20,
	NEWROUTE = 24,
	NEWNEIGH = 28,
	NEWRULE = 32,
	NEWQDISC = 36,
	NEWTCLASS = 40,
	NEWTFILTER = 44,
	NEWACTION = 48,
	GETACTION = 50, /* so the kernel calls its answers; and some more of those below */
	NEWMULTICAST = 56,
	GETMULTICAST = 58,
	NEWANYCAST = 60,
	GETANYCAST = 62,
	NEWNEIGHTBL = 64,
	NEWADDRLABEL = 72,
	NEWMDB = 84,
	GETMDB = 86,
	NEWNSID = 88,
	NEWCHAIN = 100,
	NEWVLAN = 112,
	NEWTUNNEL = 120,
	NSIDMSG = 4, /* bytes */
	IFADDRMSG = 8,
	IFINFOMSG = 16,
	RTMSG = 12,
	TCMSG = 20,
	TC_PLACE = 16, /* of them: family, device, handle, parent */
	NDMSG = 12,
	LINK_PLACE = 8, /* family, device */
	ND_PLACE = 8,	/* the same */
	TCAMSG = 4,
	NDTMSG = 4,
	PORTMSG = 8,
	LABELMSG = 12, /* its last four count changes */
	TUNNELMSG = 8, /* also of VLANs of bridges */
	VLAN_ENTRY = 1,
	ADDRESS = 1,
	CHAIN = 11,
	ACTIONS = 1,
	OPTIONS = 2,
	ADDR_TIMES = 6, /* IFA_CACHEINFO */
	NEIGH_DST = 1,
	NEIGH_TIMES = 3,
	NEIGH_LAST = 8, /* what tells an entry of a bridge from others: group or port, address, VLAN, VNI */
	TABLE_NAME = 1,
	TABLE_CONFIG = 5, /* only the table itself has it, which is told with each answer */
	TABLE_PARMS = 6,
	PARMS_DEVICE = 1,
	IPMR = 128,    /* RTNL_FAMILY_IPMR, _IP6MR: routes of multicast, which count packets */
	RT_PLACE = 8,  /* of the header, without flags */
	ROUTE_IIF = 3, /* destination, source, device; all behind them may change */
	ROUTE_TIMES = 12,
	ROUTE_EXPIRY = 23,
	GROUPS = 1,	/* MDBA_MDB, its entries, and what these are made of */
	GROUP_WHAT = 6, /* behind device, state and flags of struct br_mdb_entry: VLAN, address, protocol */
	GROUP_LEN = 22,
	GROUP = 28,
	GROUP_FROM = 4, /* attributes of an entry that tell it from others: source and all that follow */
	TIMES = 32, /* bytes of struct tcf_t, which stands where others have the struct that begins with the index */
};

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

/* The parameters of a device in a table of neighbours. */
static uint64_t parms(const struct weft_nlmsg *in)
{
	const uint8_t *p = in->body + NDTMSG;
	size_t len = in->body_len - NDTMSG;
	struct weft_tlv name = find(p, len, TABLE_NAME), of = find(p, len, TABLE_PARMS), device = { 0 };

	if (of.p)
		device = find(of.p, of.len, PARMS_DEVICE);
	if (!device.p || !name.p || find(p, len, TABLE_CONFIG).p)
		return 0;
	return mix(mix(1, name.p, name.len), device.p, device.len);
}

/* One entry of a bridge's multicast groups: a struct, attributes behind it. */
static uint64_t group(uint64_t h, const struct weft_tlv *info)
{
	struct weft_reader r = weft_reader(info->p + GROUP, info->len - GROUP);
	struct weft_tlv a;

	h = mix(mix(h, info->p, 4), info->p + GROUP_WHAT, GROUP_LEN);
	while (weft_read_attr(&r, &a) > 0)
		if (a.type >= GROUP_FROM)
			h = mix(h ^ a.type, a.p, a.len);
	return h;
}

static uint64_t groups(const struct weft_nlmsg *in)
{
	struct weft_tlv list = find(in->body + PORTMSG, in->body_len - PORTMSG, GROUPS), entry, info;
	struct weft_reader r = weft_reader(list.p, list.p ? list.len : 0), e;
	uint64_t h = mix(1, in->body, PORTMSG), sum = 0;

	while (weft_read_attr(&r, &entry) > 0)
		for (e = weft_reader(entry.p, entry.len); weft_read_attr(&e, &info) > 0;)
			if (info.len >= GROUP)
				sum += group(h, &info);
	return sum;
}

/* Of all numbers up to n, their sum and that of their cubes: however a range is told in parts, these add up. */
static uint64_t numbers(uint64_t h, uint64_t n)
{
	uint64_t sum = n * (n + 1) / 2;

	return h * n + 0x9e3779b97f4a7c15u * sum + sum * sum;
}

/* A number of 16 or 32 bits, or one behind the flags of struct bridge_vlan_info. */
static bool number(const struct weft_tlv *a, bool behind_flags, uint64_t *ret)
{
	if (!a->p || (a->len != 4 && a->len != 2) || (behind_flags && a->len != 4))
		return false;
	*ret = behind_flags ? weft_get_u16(a->p + 2) : a->len == 4 ? weft_get_u32(a->p) : weft_get_u16(a->p);
	return true;
}

/* What a tunnel's filter or a bridge keeps: ranges of numbers, which grow together in a dump. */
static uint64_t ranges(const struct weft_nlmsg *in)
{
	struct weft_reader r = weft_reader(in->body + TUNNELMSG, in->body_len - TUNNELMSG);
	uint64_t h = mix(1, in->body, TUNNELMSG), sum = 0, first, last;
	struct weft_tlv a;

	while (weft_read_attr(&r, &a) > 0) {
		struct weft_tlv start = find(a.p, a.len, 1), end = find(a.p, a.len, 2);

		if (!number(&start, in->type == NEWVLAN && a.type == VLAN_ENTRY, &first))
			continue;
		if (!number(&end, false, &last))
			last = first;
		sum += numbers(h ^ a.type, last) - numbers(h ^ a.type, first - 1);
	}
	return sum;
}

/* The fixed header of a message that has an identity; 0: none. */
static uint32_t header_of(uint16_t type)
{
	switch (type) {
	case NEWLINK:
		return IFINFOMSG;
	case NEWADDR:
	case NEWMULTICAST:
	case GETMULTICAST:
	case NEWANYCAST:
	case GETANYCAST:
		return IFADDRMSG;
	case NEWROUTE:
	case NEWRULE:
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
	case NEWNEIGHTBL:
		return NDTMSG;
	case NEWMDB:
	case GETMDB:
		return PORTMSG;
	case NEWNSID:
		return NSIDMSG;
	case NEWTUNNEL:
	case NEWVLAN:
		return TUNNELMSG;
	case NEWACTION:
	case GETACTION:
		return TCAMSG;
	default:
		return 0;
	}
}

static uint64_t neighbour(const struct weft_nlmsg *in)
{
	static const uint16_t but[2] = { NEIGH_TIMES, NEIGH_TIMES };
	uint16_t last = in->body[0] == WEFT_AF_BRIDGE ? NEIGH_LAST : NEIGH_DST;

	return rest(mix(1, in->body, ND_PLACE), in, NDMSG, but, last);
}

/* Of traffic control: where it is, and in which chain. */
static uint64_t of_chain(const struct weft_nlmsg *in, size_t header)
{
	struct weft_tlv a = find(in->body + TCMSG, in->body_len - TCMSG, CHAIN);

	return mix(mix(1, in->body, header), a.p, a.p ? a.len : 0);
}

/* Filters of kind matchall may be left out (missing.c), but not the heads of their places. */
static uint64_t filter(const struct weft_nlmsg *in)
{
	const uint8_t *p = in->body + TCMSG;
	size_t len = in->body_len - TCMSG;
	struct weft_tlv kind = find(p, len, 1);

	if (kind.p && kind.len == sizeof "matchall" && memcmp(kind.p, "matchall", kind.len) == 0 &&
	    find(p, len, OPTIONS).p)
		return 0;
	return of_chain(in, TCMSG);
}

uint64_t weft__identity(const struct weft_nlmsg *in)
{
	static const uint16_t times[2] = { ADDR_TIMES, ADDR_TIMES }, of_route[2] = { ROUTE_TIMES, ROUTE_EXPIRY },
			      none[2] = { 0 };
	uint32_t header = header_of(in->type);
	struct weft_tlv a;

	if (!header || in->body_len < header)
		return 0;
	switch (in->type) {
	case NEWLINK:
		return mix(1, in->body, LINK_PLACE);
	case NEWROUTE:
		if (in->body[0] >= IPMR)
			return rest(mix(1, in->body, RT_PLACE), in, header, none, ROUTE_IIF);
		return rest(mix(1, in->body, header), in, header, of_route, UINT16_MAX);
	case NEWRULE:
	case NEWNSID:
		return rest(mix(1, in->body, header), in, header, none, UINT16_MAX);
	case NEWNEIGH:
		return neighbour(in);
	case NEWNEIGHTBL:
		return parms(in);
	case NEWQDISC:
	case NEWTCLASS:
		return mix(1, in->body, TC_PLACE);
	case NEWTFILTER:
		return filter(in);
	case NEWCHAIN:
		return of_chain(in, TC_PLACE);
	case NEWADDRLABEL:
		a = find(in->body + header, in->body_len - header, ADDRESS);
		return mix(mix(1, in->body, LABELMSG - 4), a.p, a.p ? a.len : 0);
	case NEWMDB:
	case GETMDB:
		return groups(in);
	case NEWTUNNEL:
	case NEWVLAN:
		return ranges(in);
	case NEWACTION:
	case GETACTION:
		return actions(in);
	default: /* addresses of all sorts */
		return rest(mix(1, in->body, header), in, header, times, UINT16_MAX);
	}
}
