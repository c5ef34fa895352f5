/* SPDX-License-Identifier: MIT */
/* Header members that follow from the rest of a request (linux/rtnetlink.h). */
#include "object/object.h"

enum {
	SCOPE_LINK = 253,
	SCOPE_HOST = 254,
	SCOPE_NOWHERE = 255,
	TYPE_UNICAST = 1,
	TYPE_LOCAL = 2,
	TYPE_MULTICAST = 5,
	TABLE_MAIN = 254,
	PROTOCOL_STATIC = 4,
	ACTION_TABLE = 1,
	ACTION_GOTO = 2,
	STATE_PERMANENT = 0x80,
	ALL_STATS = 0x1f,
};

/* What a request has, read in one pass: this is done for each object that is added. */
struct about {
	struct weft_msg *m;
	const uint8_t *header;
	uint64_t has;	      /* bit n: attribute n */
	uint8_t family[64];   /* of attribute n, if it is an address */
	struct weft_ip first; /* the address of attribute 1 */
};

static struct about about(struct weft_msg *m, uint32_t header)
{
	struct weft_attr body = weft_msg_body(m);
	struct about a = { .m = m, .header = body.p };
	const uint8_t *p = body.p + header, *at;
	uint32_t left = body.len - header, len;
	uint16_t type;

	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		if (type >= 64)
			continue;
		a.has |= (uint64_t)1 << type;
		a.family[type] = len == 4 ? WEFT_AF_INET : len == 16 ? WEFT_AF_INET6 : 0;
		if (type == 1)
			a.first = weft_ip_bytes(at, len);
	}
	return a;
}

#define HAS(a, schema, row)    ((a)->has >> (WEFT_KEY(schema, row) & 0xffff) & 1)
#define FAMILY(a, schema, row) ((a)->family[WEFT_KEY(schema, row) & 0xffff])

static void set(const struct about *a, uint32_t key, uint64_t v)
{
	weft_put(a->m, weft_kv_uint(key, v));
}

/* The first of several that is not 0. */
static uint8_t either(uint8_t a, uint8_t b, uint8_t c)
{
	return a ? a : b ? b : c;
}

static uint8_t scope(const struct about *a, uint8_t af, uint8_t type)
{
	if (af != WEFT_AF_INET)
		return 0;
	if (type == TYPE_LOCAL)
		return SCOPE_HOST;
	if (type > TYPE_LOCAL && type <= TYPE_MULTICAST)
		return SCOPE_LINK;
	if (type != TYPE_UNICAST || HAS(a, route, gateway) || HAS(a, route, via) || HAS(a, route, multipath) ||
	    HAS(a, route, nh_id))
		return 0;
	return SCOPE_LINK;
}

/* The family of the first next hop of a multipath route. That of a via would be another than the route's. */
static uint8_t hop_family(const struct about *a)
{
	if (!HAS(a, route, multipath))
		return 0;
	return weft_ip_of(weft_at(weft_msg_body(a->m), "multipath[0].gateway")).family;
}

static void route(struct weft_msg *m, bool add)
{
	struct about a = about(m, 12);
	uint8_t af = a.header[0], type = a.header[7];

	if (!af) {
		af = either(FAMILY(&a, route, dst), FAMILY(&a, route, gateway), FAMILY(&a, route, prefsrc));
		af = either(af, hop_family(&a), WEFT_AF_INET);
		set(&a, WEFT_KEY(rtmsg, rtm_family), af);
	}
	if (!a.header[4] && !HAS(&a, route, table))
		set(&a, WEFT_KEY(rtmsg, rtm_table), TABLE_MAIN);
	if (!add) {
		if (!a.header[6])
			set(&a, WEFT_KEY(rtmsg, rtm_scope), SCOPE_NOWHERE);
		return;
	}
	if (!a.header[5])
		set(&a, WEFT_KEY(rtmsg, rtm_protocol), PROTOCOL_STATIC);
	if (!type)
		set(&a, WEFT_KEY(rtmsg, rtm_type), type = TYPE_UNICAST);
	if (!a.header[6])
		set(&a, WEFT_KEY(rtmsg, rtm_scope), scope(&a, af, type));
}

static void rule(struct weft_msg *m, bool add)
{
	struct about a = about(m, 12);
	uint8_t action = a.header[7];

	if (!a.header[0])
		set(&a, WEFT_KEY(fib_rule_hdr, family),
		    either(FAMILY(&a, rule, src), FAMILY(&a, rule, dst), WEFT_AF_INET));
	if (!add)
		return;
	if (!action)
		set(&a, WEFT_KEY(fib_rule_hdr, action), action = HAS(&a, rule, goto) ? ACTION_GOTO : ACTION_TABLE);
	/* the kernel would look for an empty one; a rule of VRFs has none of its own */
	if (action == ACTION_TABLE && !a.header[4] && !HAS(&a, rule, table) && !HAS(&a, rule, l3mdev))
		set(&a, WEFT_KEY(fib_rule_hdr, table), TABLE_MAIN);
}

static void addr(struct weft_msg *m)
{
	struct about a = about(m, 8);

	if (!a.header[0])
		set(&a, WEFT_KEY(ifaddrmsg, ifa_family), either(FAMILY(&a, addr, local), FAMILY(&a, addr, address), 0));
	/* without one the kernel takes the other side's address for its own */
	if (HAS(&a, addr, local) && !HAS(&a, addr, address))
		weft_put(m, WEFT_KV(addr, address, weft_ip_of(weft_at(weft_msg_body(m), "local"))));
	else if (!HAS(&a, addr, local) && HAS(&a, addr, address))
		weft_put(m, WEFT_KV(addr, local, a.first));
}

static void neigh(struct weft_msg *m, bool add)
{
	struct about a = about(m, 12);
	uint16_t state = weft_get_u16(a.header + 8);
	uint8_t af = a.header[0];

	/* a link-layer address alone is that of a forwarding entry */
	if (!af && !HAS(&a, neigh, dst) && HAS(&a, neigh, lladdr))
		set(&a, WEFT_KEY(ndmsg, ndm_family), af = WEFT_AF_BRIDGE);
	else if (!af)
		set(&a, WEFT_KEY(ndmsg, ndm_family), FAMILY(&a, neigh, dst));
	/* of forwarding entries when they go, too */
	if (!state && (af == WEFT_AF_BRIDGE || (add && !a.header[10])))
		set(&a, WEFT_KEY(ndmsg, ndm_state), STATE_PERMANENT);
}

/* The kernel refuses to tell no counters. */
static void stats(struct weft_msg *m)
{
	if (weft_get_u32((const uint8_t *)weft_msg_body(m).p + 8) == 0)
		weft_put(m, WEFT_KV(if_stats_msg, filter_mask, ALL_STATS));
}

void weft_msg_defaults(struct weft_msg *m)
{
	const struct weft_op *op = weft_msg_op(m);

	if (!op || weft_msg_error(m, NULL) || weft_msg_family(m)->generic)
		return;
	switch (op->request) {
	case 20:
	case 21:
		addr(m);
		break;
	case 24:
	case 25:
		route(m, op->request == 24);
		break;
	case 28:
	case 29:
		neigh(m, op->request == 28);
		break;
	case 32:
	case 33:
		rule(m, op->request == 32);
		break;
	case 94:
		stats(m);
		break;
	default:
		break;
	}
}
