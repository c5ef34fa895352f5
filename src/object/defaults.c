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
	STATE_PERMANENT = 0x80,
};

static uint64_t of(struct weft_msg *m, const char *path)
{
	return weft_uint(weft_at(weft_msg_body(m), path), 0);
}

static bool has(struct weft_msg *m, const char *path)
{
	return weft_at(weft_msg_body(m), path).p != NULL;
}

static void set(struct weft_msg *m, uint32_t key, uint64_t v)
{
	weft_put(m, weft_kv_uint(key, v));
}

/* The family of the first address among paths, 0 without one. */
static uint8_t family(struct weft_msg *m, const char *const *paths)
{
	for (; *paths; paths++) {
		struct weft_ip ip = weft_ip_of(weft_at(weft_msg_body(m), *paths));

		if (ip.family)
			return ip.family;
	}
	return 0;
}

static uint64_t scope(struct weft_msg *m)
{
	uint64_t type = of(m, "rtm-type");

	if (of(m, "rtm-family") != WEFT_AF_INET)
		return 0;
	if (type == TYPE_LOCAL)
		return SCOPE_HOST;
	if (type > TYPE_LOCAL && type <= TYPE_MULTICAST)
		return SCOPE_LINK;
	if (type != TYPE_UNICAST || has(m, "gateway") || has(m, "via") || has(m, "multipath") ||
	    has(m, "nh-id"))
		return 0;
	return SCOPE_LINK;
}

static void route(struct weft_msg *m, bool add)
{
	static const char *const paths[] = { "dst", "gateway", "prefsrc", "multipath[0].gateway", NULL };

	if (!of(m, "rtm-family"))
		set(m, WEFT_KEY(rtmsg, rtm_family), family(m, paths) ? family(m, paths) : WEFT_AF_INET);
	if (!of(m, "rtm-table") && !has(m, "table"))
		set(m, WEFT_KEY(rtmsg, rtm_table), TABLE_MAIN);
	if (!add) {
		if (!of(m, "rtm-scope"))
			set(m, WEFT_KEY(rtmsg, rtm_scope), SCOPE_NOWHERE);
		return;
	}
	if (!of(m, "rtm-protocol"))
		set(m, WEFT_KEY(rtmsg, rtm_protocol), PROTOCOL_STATIC);
	if (!of(m, "rtm-type"))
		set(m, WEFT_KEY(rtmsg, rtm_type), TYPE_UNICAST);
	if (!of(m, "rtm-scope"))
		set(m, WEFT_KEY(rtmsg, rtm_scope), scope(m));
}

static void rule(struct weft_msg *m, bool add)
{
	static const char *const paths[] = { "src", "dst", NULL };

	if (!of(m, "family"))
		set(m, WEFT_KEY(fib_rule_hdr, family), family(m, paths) ? family(m, paths) : WEFT_AF_INET);
	if (add && !of(m, "action"))
		set(m, WEFT_KEY(fib_rule_hdr, action), ACTION_TABLE);
}

static void addr(struct weft_msg *m)
{
	static const char *const paths[] = { "local", "address", NULL };
	struct weft_attr local = weft_at(weft_msg_body(m), "local");

	if (!of(m, "ifa-family"))
		set(m, WEFT_KEY(ifaddrmsg, ifa_family), family(m, paths));
	/* without one the kernel takes the other side's address for its own */
	if (local.p && !has(m, "address"))
		weft_put(m, WEFT_KV(addr, address, weft_ip_of(local)));
	else if (!local.p && has(m, "address"))
		weft_put(m, WEFT_KV(addr, local, weft_ip_of(weft_at(weft_msg_body(m), "address"))));
}

static void neigh(struct weft_msg *m, bool add)
{
	static const char *const paths[] = { "dst", NULL };

	if (!of(m, "ndm-family"))
		set(m, WEFT_KEY(ndmsg, ndm_family), family(m, paths));
	if (add && !of(m, "ndm-state") && !of(m, "ndm-flags"))
		set(m, WEFT_KEY(ndmsg, ndm_state), STATE_PERMANENT);
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
	default:
		break;
	}
}
