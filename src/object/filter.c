/* SPDX-License-Identifier: MIT */
/* Filters and chains: views, verbs, options in words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/cls.h"
#include "object/object.h"
#include "object/police.h"
#include "schema/msg.h"

enum {
	NEWTFILTER = 44,
	NEWCHAIN = 100,
	ADD = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL,
};

static uint16_t protocol_of(uint32_t info)
{
	uint16_t low = (uint16_t)info;
	uint8_t b[2];

	memcpy(b, &low, 2);
	return weft_get_be16(b);
}

int weft_filter_view(struct weft_attr body, struct weft_filter *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len, info;
	uint16_t type;

	if (!p || left < 20)
		return -EBADMSG;
	info = weft_get_u32(p + 16);
	*ret = (struct weft_filter){ .self = body,
				     .index = (int32_t)weft_get_u32(p + 4),
				     .handle = weft_get_u32(p + 8),
				     .parent = weft_get_u32(p + 12),
				     .prio = (uint16_t)(info >> 16),
				     .protocol = protocol_of(info) };
	p += 20;
	left -= 20;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		if (type == (WEFT_KEY(tc, kind) & 0xffff))
			ret->kind = weft__text(at, len);
		else if (type == (WEFT_KEY(tc, chain) & 0xffff))
			(void)weft__take_u32(at, len, &ret->chain, 0);
	}
	ret->options = weft_at(body, "options");
	return 0;
}

int weft_filter_next(struct weft_dump *d, struct weft_filter *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_filter_view(a, ret)) : r;
}

int weft_filter_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "tc", "gettfilter", match, NULL, ret);
}

int weft_chain_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "tc", "getchain", match, NULL, ret);
}

int weft_filter_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newtfilter", ADD, kvs, NULL);
}

int weft_filter_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newtfilter", WEFT_NLM_F_CREATE, kvs, NULL);
}

int weft_filter_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "deltfilter", 0, kvs, NULL);
}

int weft_chain_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "newchain", ADD, kvs, NULL);
}

int weft_chain_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "tc", "delchain", 0, kvs, NULL);
}

static const struct weft__cls_kind *kind_find(const char *kind)
{
	static const struct weft__cls_kind none = { "this kind", NULL };

	for (const struct weft__cls_kind *k = weft__filters; k->kind; k++)
		if (strcmp(k->kind, kind) == 0)
			return k;
	return &none;
}

const char *weft_filter_word(const char *kind, size_t i)
{
	const struct weft__cls_row *r = kind_find(kind)->rows;

	for (; r && r->word; r++)
		if (i-- == 0)
			return r->word;
	return NULL;
}

/* All words "action" and "pedit", in their order. */
static void put_actions(struct weft__cls *c)
{
	const struct weft_word *police = weft__cls_take(c, "police");
	char buf[300];
	size_t n = 0;

	if (police)
		weft__police_nest_put(c->m, police->value ? police->value : "");

	for (size_t i = 0; i < c->n && !c->m->err.code; i++) {
		const char *name = c->v[i].name, *value = c->v[i].value;
		bool pedit = strcmp(name, "pedit") == 0;

		if (c->used[i] || (!pedit && strcmp(name, "action") != 0))
			continue;
		c->used[i] = true;
		if (!n++)
			weft_open_named(c->m, "act");
		(void)snprintf(buf, sizeof buf, "pedit:%s", value ? value : "");
		weft_action_put(c->m, pedit ? buf : value ? value : "", c->names);
	}
	if (n)
		weft_close(c->m);
}

void weft_filter_put(struct weft_msg *m, const struct weft_word *words, size_t n, const struct weft_link_names *names)
{
	const struct weft_op *op = m ? weft_msg_op(m) : NULL;
	struct weft__cls c = { .m = m, .v = words, .n = n, .names = names };
	struct weft_filter f;

	if (!m || m->err.code)
		return;
	if (!op || (op->request != NEWTFILTER && op->request != NEWCHAIN) || m->depth || n > WEFT__CLS_WORDS) {
		weft__msg_refuse(m, -EINVAL, "",
				 n > WEFT__CLS_WORDS ? "more than 256 words" : "no request for a filter or chain");
		return;
	}
	if (weft_filter_view(weft_msg_body(m), &f) < 0 || !f.kind) {
		weft__msg_refuse(m, -EINVAL, "kind", "missing");
		return;
	}
	c.kind = kind_find(f.kind);
	c.protocol = f.protocol;
	weft_open_named(m, "options");
	if (c.kind->put)
		c.kind->put(&c);
	weft__cls_rows(&c, false);
	put_actions(&c);
	weft__cls_rest(&c);
	weft_close(m);
	if (!f.handle && c.handle)
		weft_put(m, WEFT_KV(tcmsg, handle, c.handle));
}

/* A word as a shell takes it. */
static void quote(struct weft_text *t, const char *word, size_t len)
{
	size_t name = 0;

	if (!memchr(word, ' ', len) && strcspn(word, "()'\"<>|&;*?$`\\{}[]~!#") >= len) {
		weft_text_put(t, word, len);
		return;
	}
	while (name < len && word[name] != '=')
		name++;
	name += name < len;
	weft_text_put(t, word, name);
	weft_text_putc(t, '\'');
	for (size_t i = name; i < len; i++) {
		if (word[i] == '\'')
			weft_text_puts(t, "'\\'");
		weft_text_putc(t, word[i]);
	}
	weft_text_putc(t, '\'');
}

int weft_filter_text(struct weft_attr body, const struct weft_link_names *names, struct weft_text *t)
{
	struct weft_text lines = { 0 };
	struct weft__cls_tell tell = { .t = &lines, .sep = '\n', .equals = '=', .names = names };
	struct weft_filter f;

	if (weft_filter_view(body, &f) < 0 || !f.kind || !f.options.p)
		return t->err;
	tell.at = f.options;
	tell.protocol = f.protocol;
	weft__cls_tell_rows(&tell, kind_find(f.kind)->rows);
	if (weft_at(f.options, "police").p) {
		weft__cls_tell_name(&tell, "police");
		weft__police_nest_tell(weft_at(f.options, "police"), &lines);
	}
	WEFT_EACH(one, weft_at(f.options, "act"))
	{
		weft__cls_tell_name(&tell, "action");
		(void)!weft_action_text(one, names, &lines);
	}
	for (const char *at = lines.p; at && *at;) {
		size_t n = strcspn(at, "\n");

		if (at != lines.p)
			weft_text_putc(t, ' ');
		quote(t, at, n);
		at += n + (at[n] != 0);
	}
	if (lines.err && !t->err)
		t->err = lines.err;
	weft_text_free(&lines);
	return t->err;
}
