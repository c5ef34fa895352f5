/* SPDX-License-Identifier: MIT */
/* What the verbs of all nouns share. */
#include "object/object.h"

/* Lengths of one member of the header: written ones beat those of whole addresses, and what is told for the
 * member itself beats both. */
struct lengths {
	int written[2], whole[2]; /* by row of an address; -1: none */
	bool told[2];
};

static void look(const struct weft_kv *kv, const struct weft__prefixes *p, struct lengths *l)
{
	for (int i = 0; i < 2; i++) {
		struct weft_ip ip = { 0 };

		if (kv->key == p->length[i])
			l->told[i] = true;
		if (kv->key != p->address[i])
			continue;
		if (kv->kind == WEFT_K_IP)
			ip = kv->v.ip;
		else if (kv->kind == WEFT_K_STR && kv->v.s)
			ip = weft_ip(kv->v.s);
		if (ip.written || ip.plen != 8 * weft_ip_len(&ip))
			l->written[i] = ip.plen;
		else if (ip.family)
			l->whole[i] = ip.plen;
	}
}

/* A length that two rows share is that of the first, if it has one. */
static int choose(const int v[2], const struct weft__prefixes *p, int i)
{
	return v[i] < 0 && p->length[0] == p->length[1] ? v[1] : v[i];
}

static void put_lengths(struct weft_msg *m, const struct weft_kv *kvs, const struct weft__prefixes *p, bool whole)
{
	struct lengths l = { { -1, -1 }, { -1, -1 }, { false, false } };

	for (const struct weft_kv *kv = kvs; kv && kv->kind != WEFT_K_END; kv++)
		look(kv, p, &l);
	for (int i = 0; i < 2; i++) {
		int n = choose(l.written, p, i);

		if (n < 0 && whole)
			n = choose(l.whole, p, i);
		if (n >= 0 && !l.told[i])
			weft_put(m, weft_kv_uint(p->length[i], (uint64_t)n));
		if (p->length[0] == p->length[1])
			break;
	}
}

int weft__verb(struct weft_session *s, const char *family, const char *op, uint16_t flags, const struct weft_kv *kvs,
	       const struct weft__prefixes *p)
{
	const struct weft_family *f = weft_family_find(family);
	struct weft_msg *m = weft_session_msg(s, f, weft_op_find(f, op), flags);

	weft_put_all(m, kvs);
	if (p)
		put_lengths(m, kvs, p, true);
	weft_msg_defaults(m);
	return weft_call(s, m, NULL);
}

int weft__dump(struct weft_session *s, const char *family, const char *op, const struct weft_kv *match,
	       const struct weft__prefixes *p, struct weft_dump **ret)
{
	struct weft_msg *m = weft_request(family, op, 0);

	weft_put_all(m, match);
	if (p)
		put_lengths(m, match, p, false);
	return weft_dump_start(s, m, ret);
}
