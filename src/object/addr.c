/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "object/object.h"

/* the other side's length wins: it is what the link reaches */
static const struct weft__prefixes prefixes = {
	{ WEFT_KEY(addr, address), WEFT_KEY(addr, local) },
	{ WEFT_KEY(ifaddrmsg, ifa_prefixlen), WEFT_KEY(ifaddrmsg, ifa_prefixlen) },
};

int weft_addr_view(struct weft_attr body, struct weft_addr *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len;
	uint16_t type;

	if (!p || left < 8)
		return -EBADMSG;
	*ret = (struct weft_addr){
		.self = body, .family = p[0], .plen = p[1], .flags = p[2], .scope = p[3], .index = weft_get_u32(p + 4)
	};
	p += 8;
	left -= 8;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		switch (type) {
		case WEFT_KEY(addr, address) & 0xffff:
			if (len == 4 || len == 16) {
				ret->address = weft_ip_bytes(at, len);
				ret->has |= WEFT_ADDR_HAS_ADDRESS;
			}
			break;
		case WEFT_KEY(addr, local) & 0xffff:
			if (len == 4 || len == 16) {
				ret->local = weft_ip_bytes(at, len);
				ret->has |= WEFT_ADDR_HAS_LOCAL;
			}
			break;
		case WEFT_KEY(addr, broadcast) & 0xffff:
			if (len == 4 || len == 16) {
				ret->broadcast = weft_ip_bytes(at, len);
				ret->has |= WEFT_ADDR_HAS_BROADCAST;
			}
			break;
		case WEFT_KEY(addr, label) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->label, WEFT_ADDR_HAS_LABEL);
			break;
		case WEFT_KEY(addr, flags) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->flags, WEFT_ADDR_HAS_FLAGS);
			break;
		default:
			break;
		}
	}
	return 0;
}

int weft_addr_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "rt-addr", "getaddr", match, &prefixes, ret);
}

int weft_addr_next(struct weft_dump *d, struct weft_addr *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_addr_view(a, ret)) : r;
}

int weft_addr_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-addr", "newaddr", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs, &prefixes);
}

int weft_addr_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-addr", "newaddr", WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE, kvs, &prefixes);
}

int weft_addr_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-addr", "deladdr", 0, kvs, &prefixes);
}
