/* SPDX-License-Identifier: MIT */
/* Qdiscs and classes: views and verbs. */
#include <errno.h>

#include <weft/tc.h>

#include "object/object.h"

int weft_tc_view(struct weft_attr body, struct weft_tc *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len;
	uint16_t type;

	if (!p || left < 20)
		return -EBADMSG;
	*ret = (struct weft_tc){ .self = body,
				 .index = (int32_t)weft_get_u32(p + 4),
				 .handle = weft_get_u32(p + 8),
				 .parent = weft_get_u32(p + 12),
				 .info = weft_get_u32(p + 16) };
	p += 20;
	left -= 20;
	while (weft__scan_attr(&p, &left, &type, &at, &len))
		if (type == (WEFT_KEY(tc, kind) & 0xffff))
			ret->kind = weft__text(at, len);
	return 0;
}

int weft_tc_next(struct weft_dump *d, struct weft_tc *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_tc_view(a, ret)) : r;
}

int weft_qdisc_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "tc", "getqdisc", match, NULL, ret);
}

int weft_class_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "tc", "gettclass", match, NULL, ret);
}

enum {
	ADD = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL,
	REPLACE = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
};

int weft_qdisc_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newqdisc", ADD, kvs, NULL);
}

int weft_qdisc_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newqdisc", REPLACE, kvs, NULL);
}

int weft_qdisc_set(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newqdisc", 0, kvs, NULL);
}

int weft_qdisc_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "delqdisc", 0, kvs, NULL);
}

int weft_class_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newtclass", ADD, kvs, NULL);
}

int weft_class_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newtclass", REPLACE, kvs, NULL);
}

int weft_class_set(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newtclass", 0, kvs, NULL);
}

int weft_class_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "deltclass", 0, kvs, NULL);
}
