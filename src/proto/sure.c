/* SPDX-License-Identifier: MIT */
/* Dumps in which the kernel only counts how many objects it told: when others before them are deleted or made
 * between two of its answers, it leaves some out or tells them twice, without a word (classes and actions on all of
 * Linux 6.1 to 7.3). Such a dump is asked for once more, when it was more than one answer: where both tell the same
 * objects, nothing moved. */
#include "proto/proto.h"

enum {
	NEWNEIGH = 28, /* linux/rtnetlink.h */
	GETNEIGH = 30,
	NEWQDISC = 36,
	GETQDISC = 38,
	NEWTCLASS = 40,
	GETTCLASS = 42,
	NEWACTION = 48,
	GETACTION = 50,
	NEWADDRLABEL = 72,
	GETADDRLABEL = 74,
	NEWCHAIN = 100,
	GETCHAIN = 102,
	TCMSG = 20, /* bytes */
	TC_PLACE = 16, /* of them: family, device, handle, parent */
	NDMSG = 12,
	TCAMSG = 4,
	LABELMSG = 12, /* its last four count changes */
	ADDRESS = 1,
	CHAIN = 11,
	ACTIONS = 1,
	OPTIONS = 2,
	TIMES = 32, /* bytes of struct tcf_t, which stands where others have the struct that begins with the index */
	/* what fits in the smallest answer that the kernel makes */
	ONE_ANSWER = 3500,
};

void weft__sure_begin(struct weft__sure *x, const struct weft_msg *m)
{
	uint16_t request = weft_msg_op(m)->request;

	*x = (struct weft__sure){ 0 };
	if (weft_msg_family(m)->protocol != 0)
		return;
	x->on = request == GETQDISC || request == GETTCLASS || request == GETACTION || request == GETCHAIN ||
		request == GETADDRLABEL ||
		(request == GETNEIGH && weft_uint(weft_at(weft_msg_body(m), "ndm-family"), 0) == WEFT_AF_BRIDGE);
}

static uint64_t mix(uint64_t h, const uint8_t *p, size_t len)
{
	for (; len; p++, len--)
		h = (h ^ *p) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
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

/* What tells an entry of a bridge from others: device, group or port, address, VLAN, VNI. */
static uint64_t entry(const struct weft_nlmsg *in)
{
	uint64_t h = mix(1, in->body, 8);
	struct weft_reader r = weft_reader(in->body + NDMSG, in->body_len - NDMSG);
	struct weft_tlv a;

	while (weft_read_attr(&r, &a) > 0)
		if (a.type != 3 && a.type <= 8) /* its times */
			h = mix(h ^ a.type, a.p, a.len);
	return h;
}

static uint64_t identity(const struct weft_nlmsg *in)
{
	struct weft_tlv a;

	switch (in->type) {
	case NEWQDISC:
	case NEWTCLASS:
		return in->body_len < TCMSG ? 0 : mix(1, in->body, TC_PLACE);
	case NEWCHAIN:
		if (in->body_len < TCMSG)
			return 0;
		a = find(in->body + TCMSG, in->body_len - TCMSG, CHAIN);
		return mix(mix(1, in->body, TC_PLACE), a.p, a.p ? a.len : 0);
	case NEWADDRLABEL:
		if (in->body_len < LABELMSG)
			return 0;
		a = find(in->body + LABELMSG, in->body_len - LABELMSG, ADDRESS);
		return mix(mix(1, in->body, LABELMSG - 4), a.p, a.p ? a.len : 0);
	case NEWNEIGH:
		return in->body_len < NDMSG ? 0 : entry(in);
	case NEWACTION:
	case GETACTION: /* so the kernel calls its answers */
		return in->body_len < TCAMSG ? 0 : actions(in);
	default:
		return 0;
	}
}

void weft__sure_see(struct weft__sure *x, const struct weft_nlmsg *in)
{
	if (!x->on)
		return;
	x->sum[x->again] += identity(in);
	x->bytes += in->len;
}

bool weft__sure_next(struct weft__sure *x, bool intr)
{
	if (!x->on || x->again || intr || x->bytes <= ONE_ANSWER)
		return false;
	x->again = true;
	return true;
}

bool weft__sure_differs(const struct weft__sure *x)
{
	return x->again && x->sum[0] != x->sum[1];
}
