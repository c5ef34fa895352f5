/* SPDX-License-Identifier: MIT */
/* Values of messages that are all alike: where they go is looked up once. */
#include "schema/quick.h"

static bool same(const struct weft__spot *p, const struct weft_kv *kv)
{
	return p->key == kv->key && p->kind == kv->kind;
}

/* False: this value goes another way. */
static bool learn(const struct weft_msg *m, const struct weft__quick *q, const struct weft_kv *kv, struct weft__spot *p)
{
	struct weft__spot new;

	if (same(p, kv))
		return false;
	if (kv->kind != WEFT_K_SKIP) {
		if (!weft__quick_spot(m->level[0].schema, kv, &new) || weft__quick_late(m, q, &new))
			return false;
		*p = new;
		return true;
	}
	*p = (struct weft__spot){ .key = kv->key, .kind = kv->kind, .how = WEFT__SPOT_SKIP };
	return true;
}

/* Puts values from *kv on up to the first that is not as its spot says; the spot of that one. */
static struct weft__spot *known(struct weft__quick *q, const struct weft_kv **kv, struct weft__spot *p)
{
	const struct weft_kv *at = *kv;

	for (; same(p, at); p++, at++) {
		/* the most of them */
		if (p->how == WEFT__SPOT_BYTE && at->v.u <= p->most)
			q->header[p->number] = (uint8_t)at->v.u;
		else if (!weft__quick_one(q, p, at))
			break;
	}
	*kv = at;
	return p;
}

const struct weft_kv *weft__quick_again(struct weft_msg *m, const struct weft_kv *kv)
{
	struct weft__spot *p = m->spots;
	struct weft__quick q;

	/* what stands before them is held against the family, which is one of them */
	if (!weft__quick_begin(&q, m) || q.end > q.header + weft__header_size(m->level[0].schema))
		return kv;
	do
		p = known(&q, &kv, p);
	while (kv->kind != WEFT_K_END && p < m->spots + WEFT__SPOTS && learn(m, &q, kv, p));
	m->len = (uint32_t)(q.end - m->buf);
	return kv;
}
