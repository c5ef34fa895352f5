/* SPDX-License-Identifier: MIT */
/* Objects other than links from their own dump. */
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

#include "recreate.h"

enum {
	/* flags of nexthops that the kernel sets: dead, offload, linkdown, unresolved, trap */
	FOUND_OUT = 1 | 8 | 16 | 32 | 64,
	TYPE_LOCAL = 2,				  /* RTN_LOCAL */
	SELF = 2,				  /* NTF_SELF */
	MASTER = 4,				  /* NTF_MASTER */
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
	WEFT_EACH(hop, weft_at(body, "multipath"))
	{
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

/* A VLAN's options as the kernel takes them: a tunnel with a word for what to do with it, no state where it is
 * the one that a new VLAN has. */
static void put_vlan(struct weft_msg *m, struct weft_attr entry, const struct weft_copy *o, bool again)
{
	struct weft_walk w = weft_walk(entry);
	struct weft_attr a;

	weft_open(m, WEFT_KEY(vlandb, entry));
	while (weft_walk_next(&w, &a) > 0) {
		unsigned flags = a.field ? a.field->flags : 0;

		if (flags & WEFT_F_READONLY || (flags & o->without & WEFT_F_ZERO && weft_uint(a, 1) == 0))
			continue;
		if (again && a.number == 3 && weft_uint(a, 0) == 3) /* state: forwarding */
			continue;
		if (again && a.number == 4 && !weft_at(a, "cmd").p) {
			weft_open(m, WEFT_KEY(vlandb_entry, tunnel_info));
			weft_put_from(m, a, NULL);
			weft_put(m, WEFT_KV(vlandb_tinfo, cmd, 19)); /* RTM_SETLINK: add */
			weft_close(m);
			continue;
		}
		weft_put_raw(m, (uint16_t)(a.number | (a.number == 4 ? WEFT_NLA_NESTED : 0)), a.p, a.len);
	}
	weft_close(m);
}

static void put_vlans(struct weft_msg *m, struct weft_attr body, struct weft_copy o, bool again)
{
	o.but = WEFT_KEY(vlandb, entry);
	weft_put_from(m, body, &o);
	WEFT_EACH(entry, weft_at(body, "entry"))
	put_vlan(m, entry, &o, again);
}

/* An instance of the spanning tree other than the first, whose state is that of the port. */
static bool is_instance(struct weft_attr entry)
{
	return weft_uint(weft_at(entry, "msti"), 0) != 0;
}

static bool has_instance(struct weft_attr body)
{
	WEFT_EACH(entry, weft_at(body, "af-spec.mst.entry"))
	if (is_instance(entry))
		return true;
	return false;
}

static void put_instances(struct weft_msg *m, struct weft_attr body)
{
	weft_open(m, WEFT_KEY(link, af_spec));
	weft_open(m, WEFT_KEY(bridge_af_spec, mst));
	WEFT_EACH(entry, weft_at(body, "af-spec.mst.entry"))
	{
		if (!is_instance(entry))
			continue;
		weft_open(m, WEFT_KEY(mst, entry));
		weft_put_from(m, entry, NULL);
		weft_close(m);
	}
	weft_close(m);
	weft_close(m);
}

/* A bridge is told of its own VLANs by itself, its ports' by its ports' master. */
static void put_bridge_link(struct weft_msg *m, struct weft_attr body, struct weft_copy o)
{
	struct weft_attr spec = weft_at(body, "af-spec");

	if (weft_at(spec, "mst").p) {
		o.but = WEFT_KEY(link, af_spec);
		weft_put_from(m, body, &o);
		put_instances(m, body);
		return;
	}
	if (!spec.p || weft_at(spec, "flags").p ||
	    weft_uint(weft_at(body, "master"), 0) != weft_uint(weft_at(body, "ifi-index"), 0)) {
		weft_put_from(m, body, &o);
		return;
	}
	o.but = WEFT_KEY(link, af_spec);
	weft_put_from(m, body, &o);
	weft_open(m, WEFT_KEY(link, af_spec));
	weft_put(m, WEFT_KV(bridge_af_spec, flags, 2)); /* BRIDGE_FLAGS_SELF */
	weft_put_from(m, spec, NULL);
	weft_close(m);
}

/* The same of a forwarding entry; that of a port may have flags only if they say that it is its master's. */
static void put_neigh(struct weft_msg *m, struct weft_attr body, const struct weft_copy *o)
{
	uint64_t flags = weft_uint(weft_at(body, "ndm-flags"), 0), master = weft_uint(weft_at(body, "master"), 0);

	weft_put_from(m, body, o);
	if (!master || flags & (SELF | MASTER))
		return;
	if (master == weft_uint(weft_at(body, "ndm-ifindex"), 0))
		weft_put(m, WEFT_KV(ndmsg, ndm_flags, (uint8_t)(flags | SELF)));
	else if (flags)
		weft_put(m, WEFT_KV(ndmsg, ndm_flags, (uint8_t)(flags | MASTER)));
}

/* Whether the message is what the kernel told, not what a person wrote. */
static bool is_told(uint16_t flags, struct weft_attr body)
{
	struct weft_copy told = { .only = WEFT_F_READONLY };

	return flags & WEFT_NLM_F_CREATE || weft_has_from(body, &told);
}

static void put_other(struct weft_msg *m, const struct weft_op *op, uint16_t flags, struct weft_attr body)
{
	bool again = is_told(flags, body);
	struct weft_copy o = { .without = WEFT_F_READONLY };

	if (again)
		o.without |= WEFT_F_LIVE | WEFT_F_ZERO;
	if (strcmp(op->name, "newvlan") == 0)
		put_vlans(m, body, o, again);
	else if (strcmp(op->name, "setlink") == 0 && weft_uint(weft_at(body, "ifi-family"), 0) == WEFT_AF_BRIDGE)
		put_bridge_link(m, body, o);
	else if (again && strcmp(op->name, "newneigh") == 0)
		put_neigh(m, body, &o);
	else
		weft_put_from(m, body, &o);
	/* a dump does not tell the priority 0, and without one the kernel chooses */
	if (strcmp(op->name, "newrule") == 0 && !weft_at(body, "priority").p &&
	    weft_uint(weft_at(body, "suppress-prefixlen"), 0) == UINT32_MAX)
		weft_put_named(m, "priority", weft_kv_uint(0, 0));
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
		put_other(m, op, flags, body);
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

static bool is_of(const struct weft_op *op, const char *family, const char *name)
{
	return op == weft_op_find(weft_family_find(family), name);
}

static bool is(const struct weft_op *op, const char *name)
{
	return is_of(op, "tc", name);
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
	if (is_of(op, "rt-link", "setlink") && weft_at(body, "af-spec.mst").p && !has_instance(body))
		return NULL;
	/* one that is written as a request stays as it is */
	if (is_of(op, "rt-mdb", "newmdb") && body.schema != op->schema)
		return recreate_group(body, flags, i);
	if (i > 0)
		return NULL;
	if (is(op, "newtfilter"))
		return weft_filter_again(body, flags);
	return is(op, "newchain") ? weft_chain_again(body, flags) : copy_of(f, op, flags, body);
}
