/* SPDX-License-Identifier: MIT */
/* Objects other than links from their own dump. */
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

#include "recreate.h"

enum {
	/* flags of nexthops that the kernel sets: dead, offload, linkdown, unresolved, trap */
	FOUND_OUT = 1 | 8 | 16 | 32 | 64,
	TYPE_LOCAL = 2, /* RTN_LOCAL */
	OFFLOADED = 0x4000 | 0x8000 | 0x20000000, /* RTM_F_OFFLOAD, _TRAP, _OFFLOAD_FAILED */
};

/* Takes bits from a number of the fixed header, in a copy of the message. */
static void clear(struct weft_attr body, uint8_t *copy, const char *name, uint32_t bits)
{
	struct weft_attr a = weft_at(body, name);

	if (a.p && a.len == 4)
		weft_set_u32(copy + (a.p - body.p), weft_get_u32(a.p) & ~bits);
}

/* What the kernel found out of each next hop: struct rtnexthop, flags in its third byte. */
static void clean_hops(struct weft_attr body, uint8_t *copy)
{
	WEFT_EACH(hop, weft_at(body, "multipath")) {
		struct weft_attr flags = weft_at(hop, "rtnh-flags");

		if (flags.p)
			copy[flags.p - body.p] &= (uint8_t)~FOUND_OUT;
	}
}

static bool by_nexthop(const struct weft_attr *a)
{
	static const char *const fields[] = { "oif", "gateway", "via", "multipath", "encap", "encap_type" };

	for (size_t i = 0; a->field && i < sizeof fields / sizeof *fields; i++)
		if (strcmp(a->field->token, fields[i]) == 0)
			return true;
	return false;
}

/* A route by a nexthop object tells what that object is, too. */
static void put_route(struct weft_msg *m, struct weft_attr body)
{
	const struct weft_schema *header = body.schema->header;
	struct weft_walk w = weft_walk(body);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0) {
		bool member = a.p < body.p + header->size;
		uint16_t nested = a.field && a.field->type == WEFT_T_NEST ? WEFT_NLA_NESTED : 0;

		if (member)
			weft_put_named(m, a.field->token, weft_kv_bytes(0, (struct weft_bytes){ a.p, a.len }));
		else if (!by_nexthop(&a))
			weft_put_raw(m, (uint16_t)(a.number | nested), a.p, a.len);
	}
}

static struct weft_msg *copy_of(const struct weft_family *f, const struct weft_op *op, uint16_t flags,
				struct weft_attr body)
{
	static const struct weft_copy settable = { .without = WEFT_F_READONLY };
	struct weft_msg *m = weft_msg_new(f, op, flags);
	bool route = strcmp(op->name, "newroute") == 0, nexthop = strcmp(op->name, "newnexthop") == 0;
	uint8_t *copy = route || nexthop ? malloc(body.len + 1) : NULL;
	struct weft_attr clean = body;

	if (!copy) {
		weft_put_from(m, body, &settable);
		/* a dump does not tell the priority 0, and without one the kernel chooses */
		if (strcmp(op->name, "newrule") == 0 && !weft_at(body, "priority").p &&
		    weft_uint(weft_at(body, "suppress-prefixlen"), 0) == UINT32_MAX)
			weft_put_named(m, "priority", weft_kv_uint(0, 0));
		return m;
	}
	memcpy(copy, body.p, body.len);
	clear(body, copy, "rtm-flags", FOUND_OUT | OFFLOADED);
	clear(body, copy, "nh-flags", FOUND_OUT);
	if (nexthop && body.len > 1)
		copy[1] = 0; /* the scope follows from the address */
	if (route)
		clean_hops(body, copy);
	clean.p = copy;
	if (route && weft_at(body, "nh-id").p)
		put_route(m, clean);
	else
		weft_put_from(m, clean, &settable);
	free(copy);
	return m;
}

static bool is(const struct weft_op *op, const char *name)
{
	return op == weft_op_find(weft_family_find("tc"), name);
}

int recreate_rank(const struct weft_op *op, struct weft_attr body)
{
	static const char *const by_way[] = { "gateway", "via", "multipath", "nh-id" };

	/* tables of u32 before the filters that link to them */
	if (is(op, "newtfilter"))
		return weft_at(weft_at(body, "options"), "divisor").p ? 0 : 1;
	/* routes to this host, to its networks, and by way of those */
	if (strcmp(op->name, "newroute") != 0 || weft_uint(weft_at(body, "rtm-type"), 0) == TYPE_LOCAL)
		return 0;
	for (size_t k = 0; k < 4; k++)
		if (weft_at(body, by_way[k]).p)
			return 2;
	return 1;
}

struct weft_msg *recreate_one(const struct weft_family *f, const struct weft_op *op, uint16_t flags,
			      struct weft_attr body, unsigned i)
{
	if (is(op, "newaction"))
		return weft_action_again(body, flags, i);
	if (i > 0)
		return NULL;
	if (is(op, "newtfilter"))
		return weft_filter_again(body, flags);
	return is(op, "newchain") ? weft_chain_again(body, flags) : copy_of(f, op, flags, body);
}
