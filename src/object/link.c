/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "object/object.h"

/* IFLA_INFO_KIND inside IFLA_LINKINFO. */
static uint32_t take_kind(const uint8_t *p, uint32_t left, const char **ret)
{
	const uint8_t *at;
	uint32_t len;
	uint16_t type;

	while (weft__scan_attr(&p, &left, &type, &at, &len))
		if (type == (WEFT_KEY(linkinfo, kind) & 0xffff))
			return weft__take_text(at, len, ret, WEFT_LINK_HAS_KIND);
	return 0;
}

int weft_link_view(struct weft_attr body, struct weft_link *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len;
	uint16_t type;

	if (!p || left < 16)
		return -EBADMSG;
	*ret = (struct weft_link){ .self = body,
				   .family = p[0],
				   .type = weft_get_u16(p + 2),
				   .index = (int32_t)weft_get_u32(p + 4),
				   .flags = weft_get_u32(p + 8) };
	p += 16;
	left -= 16;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		switch (type) {
		case WEFT_KEY(link, ifname) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->ifname, WEFT_LINK_HAS_IFNAME);
			break;
		case WEFT_KEY(link, mtu) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->mtu, WEFT_LINK_HAS_MTU);
			break;
		case WEFT_KEY(link, master) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->master, WEFT_LINK_HAS_MASTER);
			break;
		case WEFT_KEY(link, link) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->parent, WEFT_LINK_HAS_PARENT);
			break;
		case WEFT_KEY(link, address) & 0xffff:
			if (len) {
				ret->address = (struct weft_bytes){ at, len };
				ret->has |= WEFT_LINK_HAS_ADDRESS;
			}
			break;
		case WEFT_KEY(link, linkinfo) & 0xffff:
			ret->has |= take_kind(at, len, &ret->kind);
			break;
		case WEFT_KEY(link, operstate) & 0xffff:
			if (len == 1) {
				ret->operstate = at[0];
				ret->has |= WEFT_LINK_HAS_OPERSTATE;
			}
			break;
		case WEFT_KEY(link, qdisc) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->qdisc, WEFT_LINK_HAS_QDISC);
			break;
		case WEFT_KEY(link, txqlen) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->txqlen, WEFT_LINK_HAS_TXQLEN);
			break;
		case WEFT_KEY(link, ifalias) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->alias, WEFT_LINK_HAS_ALIAS);
			break;
		default:
			break;
		}
	}
	return 0;
}

int weft_link_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "rt-link", "getlink", match, NULL, ret);
}

int weft_link_next(struct weft_dump *d, struct weft_link *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_link_view(a, ret)) : r;
}

int weft_link_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs, NULL);
}

int weft_link_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-link", "dellink", 0, kvs, NULL);
}

int weft_link_set(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-link", "newlink", 0, kvs, NULL);
}
