/* SPDX-License-Identifier: MIT */
/* What the verbs of all nouns share. */
#include <errno.h>

#include "object/object.h"

/* Prefix length of a value, or -1. */
static int plen_of(const struct weft_kv *kv)
{
	struct weft_ip ip = { 0 };

	if (kv->kind == WEFT_K_IP)
		ip = kv->v.ip;
	else if (kv->kind == WEFT_K_STR && kv->v.s)
		ip = weft_ip(kv->v.s);
	return ip.family ? ip.plen : -1;
}

int weft__verb(struct weft_session *s, const char *family, const char *op, uint16_t flags,
	       const struct weft_kv *kvs, const uint32_t *prefix, const uint32_t *length)
{
	struct weft_msg *m = weft_request(family, op, flags);

	weft_put_all(m, kvs);
	for (; prefix && *prefix; prefix++, length++)
		for (const struct weft_kv *kv = kvs; kv && kv->kind != WEFT_K_END; kv++)
			if (kv->key == *prefix && plen_of(kv) >= 0)
				weft_put(m, weft_kv_uint(*length, (uint64_t)plen_of(kv)));
	weft_msg_defaults(m);
	return weft_call(s, m, NULL);
}

int weft__dump(struct weft_session *s, const char *family, const char *op,
	       const struct weft_kv *match, struct weft_dump **ret)
{
	struct weft_msg *m = weft_request(family, op, 0);

	weft_put_all(m, match);
	return weft_dump_start(s, m, ret);
}
