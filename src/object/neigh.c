/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "object/object.h"

int weft_neigh_view(struct weft_attr body, struct weft_neigh *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len;
	uint16_t type;

	if (!p || left < 12)
		return -EBADMSG;
	*ret = (struct weft_neigh){ .self = body,
				    .family = p[0],
				    .index = (int32_t)weft_get_u32(p + 4),
				    .state = weft_get_u16(p + 8),
				    .flags = p[10],
				    .type = p[11] };
	p += 12;
	left -= 12;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		switch (type) {
		case WEFT_KEY(neigh, dst) & 0xffff:
			if (len == 4 || len == 16) {
				ret->dst = weft_ip_bytes(at, len);
				ret->has |= WEFT_NEIGH_HAS_DST;
			}
			break;
		case WEFT_KEY(neigh, lladdr) & 0xffff:
			if (len) {
				ret->lladdr = (struct weft_bytes){ at, len };
				ret->has |= WEFT_NEIGH_HAS_LLADDR;
			}
			break;
		default:
			break;
		}
	}
	return 0;
}

int weft_neigh_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "rt-neigh", "getneigh", match, NULL, ret);
}

int weft_neigh_next(struct weft_dump *d, struct weft_neigh *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_neigh_view(a, ret)) : r;
}

int weft_neigh_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-neigh", "newneigh", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs, NULL);
}

int weft_neigh_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-neigh", "newneigh", WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE, kvs, NULL);
}

int weft_neigh_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-neigh", "delneigh", 0, kvs, NULL);
}
