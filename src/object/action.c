/* SPDX-License-Identifier: MIT */
/* Actions: verbs, and one action in words. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/cls.h"
#include "object/object.h"
#include "object/police.h"
#include "schema/msg.h"

enum {
	TEXT_MAX = 2048,
	WORDS_MAX = 128,
	/* bits of TCA_ACT_FLAGS and TCA_ACT_HW_STATS */
	NO_PERCPU = 1,
	SKIP_HW = 2,
	SKIP_SW = 4,
	IMMEDIATE = 1,
	DELAYED = 2,
	LARGE_DUMP = 1,
};

static const struct weft__cls_kind *kind_at(size_t i)
{
	const struct weft__cls_kind *k = weft__actions;

	while (k->kind && i) {
		k++;
		i--;
	}
	if (k->kind)
		return k;
	for (k = weft__actions_more; k->kind && i; k++)
		i--;
	return k->kind ? k : NULL;
}

static const struct weft__cls_kind *kind_find(const char *kind, size_t len)
{
	const struct weft__cls_kind *k;

	for (size_t i = 0; (k = kind_at(i)) != NULL; i++)
		if (strlen(k->kind) == len && strncmp(k->kind, kind, len) == 0)
			return k;
	return NULL;
}

const char *weft_action_kind(size_t i)
{
	const struct weft__cls_kind *k = kind_at(i);

	return k ? k->kind : NULL;
}

const char *weft_action_word(const char *kind, size_t i)
{
	const struct weft__cls_kind *k = kind_find(kind, strlen(kind));

	for (const struct weft__cls_row *r = k ? k->rows : NULL; r && r->word; r++)
		if (i-- == 0)
			return r->word;
	return NULL;
}

/* --- verbs --- */

int weft_action_dump(struct weft_session *s, const char *kind, struct weft_dump **ret)
{
	struct weft_msg *m = weft_request("tc", "getaction", 0);
	const struct weft_kv large[] = { weft_kv_uint(0, LARGE_DUMP), weft_kv_uint(0, LARGE_DUMP), WEFT_END };

	weft_put(m, WEFT_KV(action, tab, WEFT_ATTRS(WEFT_ITEM(WEFT_KV(act, kind, kind)))));
	weft_put(m, WEFT_KV(action, flags, large));
	return weft_dump_start(s, m, ret);
}

static int one(struct weft_session *s, const char *op, uint16_t flags, const struct weft_kv *kvs)
{
	struct weft_msg *m = weft_request("tc", op, flags);

	weft_open(m, WEFT_KEY(action, tab));
	weft_open(m, 0);
	weft_put_all(m, kvs);
	weft_close(m);
	weft_close(m);
	return weft_call(s, m, NULL);
}

int weft_action_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return one(s, "newaction", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs);
}

int weft_action_replace(struct weft_session *s, const struct weft_kv *kvs)
{
	return one(s, "newaction", WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE, kvs);
}

int weft_action_del(struct weft_session *s, const char *kind, uint32_t index)
{
	return one(s, "delaction", 0, WEFT_ATTRS(WEFT_KV(act, kind, kind), WEFT_KV(act, index, index)));
}

int weft_action_flush(struct weft_session *s, const char *kind)
{
	return one(s, "delaction", WEFT_NLM_F_ROOT, WEFT_ATTRS(WEFT_KV(act, kind, kind)));
}

/* --- words --- */

static const struct weft__cls_row *row_find(const struct weft__cls_kind *k, const char *s, size_t len)
{
	for (const struct weft__cls_row *r = k->rows; r && r->word; r++) {
		size_t i = 0;

		while (i < len && r->word[i] && (r->word[i] == s[i] || (r->word[i] == '_' && s[i] == '-')))
			i++;
		if (i == len && !r->word[i])
			return r;
	}
	return NULL;
}

static bool is_hex(const char *s, size_t len)
{
	return len && len <= 4 && strspn(s, "0123456789abcdefABCDEF") >= len;
}

/* How much of s is the value of a row: addresses have colons of their own. */
static size_t value_len(const struct weft__cls_row *r, const char *s)
{
	size_t n = strcspn(s, ":,"), whole = strcspn(s, ","), next;

	if (s[n] != ':')
		return n;
	if (r->form == WEFT__F_MAC) {
		n = whole < 17 ? whole : 17;
		if (n == 17 && s[n] == '/')
			n = whole < 35 ? whole : 35;
		return n;
	}
	if (r->form == WEFT__F_IP)
		return memchr(s, '.', n) ? n : whole;
	if (r->whole)
		return whole;
	next = strcspn(s + n + 1, ":,");
	if (r->form == WEFT__F_CONTROL)
		return strncmp(s, "jump", n) == 0 || strncmp(s, "goto_chain", n) == 0 ? n + 1 + next : n;
	if (r->form == WEFT__F_HANDLE && is_hex(s, n) && (is_hex(s + n + 1, next) || (!next && s[n + 1] != ':')))
		return n + 1 + next;
	return n;
}

struct scan {
	char buf[TEXT_MAX];
	struct weft_word v[WORDS_MAX];
	size_t n;
	bool control;
	int32_t verdict;
};

/* How much of s is what becomes of the packet; 0: it says something else. */
static size_t verdict_len(const char *s, int32_t *ret)
{
	static const struct weft__cls_row row = { .form = WEFT__F_CONTROL };
	size_t n = value_len(&row, s);
	char buf[32];

	(void)snprintf(buf, sizeof buf, "%.*s", (int)(n < sizeof buf ? n : 0), s);
	return weft_control_parse(buf, ret) ? n : 0;
}

/* Whether the word of len bytes at s has a value; how much of what follows is it. */
static bool takes_value(const struct weft__cls_kind *k, const char *s, size_t len, size_t *ret)
{
	static const char *const common[] = { "index", "cookie", "hw_stats" };
	const struct weft__cls_row *r = row_find(k, s, len);
	const char *value = s + len + 1;

	if (r) {
		*ret = value_len(r, value);
		return r->form != WEFT__F_ALONE && r->form != WEFT__F_BIT && r->form != WEFT__F_OWN_ALONE;
	}
	if (k->rows == weft__pedit_words && memchr(s, '.', len)) {
		*ret = weft__pedit_value(s, len, value);
		return true;
	}
	*ret = strcspn(value, ":,");
	for (size_t i = 0; i < sizeof common / sizeof *common; i++)
		if (strlen(common[i]) == len && strncmp(common[i], s, len) == 0)
			return true;
	return false;
}

/* Words with their values; what becomes of the packet apart. false: too many. */
static bool scan(struct scan *x, const struct weft__cls_kind *k, char *s)
{
	while (*s) {
		size_t len = strcspn(s, ":,"), n = 0;
		bool known = row_find(k, s, len) != NULL, valued = s[len] && takes_value(k, s, len, &n);
		char *end = s + len + (valued ? 1 + n : 0), *next;

		if (!known && !valued && (n = verdict_len(s, &x->verdict)) != 0) {
			x->control = true;
			s += n + (s[n] != 0);
			continue;
		}
		if (x->n == WORDS_MAX)
			return false;
		next = *end ? end + 1 : end;
		*end = 0;
		s[len] = 0;
		x->v[x->n++] = (struct weft_word){ s, valued ? s + len + 1 : NULL };
		s = next;
	}
	return true;
}

static void put_bits(struct weft__cls *c, const char *word, uint32_t key, uint64_t value, uint64_t selector)
{
	const struct weft_kv kvs[] = { weft_kv_uint(0, value), weft_kv_uint(0, selector), WEFT_END };

	weft__cls_kv(c, word, weft_kv_nest(key, kvs));
}

static void put_common(struct weft__cls *c)
{
	static const struct weft__cls_row cookie = { "cookie", WEFT_KEY(act, cookie), 0, WEFT__F_HEX };
	const struct weft_word *w = weft__cls_take(c, "cookie");
	uint64_t flags = 0;

	if (w)
		weft__cls_value(c, &cookie, w->value ? w->value : "x");
	flags |= weft__cls_take(c, "no_percpu") ? NO_PERCPU : 0;
	flags |= weft__cls_take(c, "skip_hw") ? SKIP_HW : 0;
	flags |= weft__cls_take(c, "skip_sw") ? SKIP_SW : 0;
	if (flags)
		put_bits(c, "flags", WEFT_KEY(act, flags), flags, flags);
	w = weft__cls_take(c, "hw_stats");
	if (!w)
		return;
	if (w->value && strcmp(w->value, "immediate") == 0)
		put_bits(c, w->name, WEFT_KEY(act, hw_stats), IMMEDIATE, IMMEDIATE);
	else if (w->value && strcmp(w->value, "delayed") == 0)
		put_bits(c, w->name, WEFT_KEY(act, hw_stats), DELAYED, DELAYED);
	else if (w->value && strcmp(w->value, "disabled") == 0)
		put_bits(c, w->name, WEFT_KEY(act, hw_stats), 0, IMMEDIATE | DELAYED);
	else
		weft__cls_fail(c, w->name, "immediate, delayed or disabled is needed");
}

/* The struct that all kinds have, then the rest, into the open options. */
static void put_options(struct weft__cls *c, const struct scan *x)
{
	const struct weft_word *index = weft__cls_take(c, "index");
	int32_t control = x->control ? x->verdict : c->kind->said ? c->kind->said(c) : c->kind->control;

	weft_open(c->m, c->kind->choose ? c->kind->choose(c) : c->kind->parms);
	if (index)
		weft_put_named(c->m, "index", weft_kv_str(0, index->value ? index->value : ""));
	weft_put_named(c->m, "action", weft_kv_int(0, control));
	/* one that is there goes by its index alone */
	if (index && c->n == 1 && !x->control) {
		weft_close(c->m);
		return;
	}
	weft__cls_rows(c, true);
	if (c->kind->put_parms)
		c->kind->put_parms(c);
	weft_close(c->m);
	if (c->kind->put)
		c->kind->put(c);
	weft__cls_rows(c, false);
	weft__cls_rest(c);
}

/* The kind that a text begins with, and where its words do; what becomes of a packet alone is one of gact. */
static const struct weft__cls_kind *begin(const char *text, const char **ret)
{
	size_t len = strcspn(text, ":,");
	const struct weft__cls_kind *k = kind_find(text, len);
	int32_t control;

	*ret = k ? text + len + (text[len] != 0) : text;
	return k ? k : verdict_len(text, &control) ? kind_find("gact", 4) : NULL;
}

/* Words of a kind, and then the message with them. */
static bool read_words(struct weft__cls *c, struct scan *x, const char *words)
{
	(void)snprintf(x->buf, sizeof x->buf, "%s", words);
	if (strlen(words) >= sizeof x->buf || !scan(x, c->kind, x->buf)) {
		weft__word_fail(c->m, -E2BIG, "action", "too many words");
		return false;
	}
	c->v = x->v;
	c->n = x->n;
	if (!x->control && strcmp(c->kind->kind, "gact") == 0 && !weft__cls_look(c, "index"))
		weft__word_fail(c->m, -EINVAL, "action", "%s%s%s",
				x->n ? "no such word: " : "what becomes of the packet?", x->n ? x->v[0].name : "",
				x->n ? "" : " pass, drop ...");
	return !c->m->err.code;
}

void weft_action_put(struct weft_msg *m, const char *text, const struct weft_link_names *names)
{
	struct weft__cls c = { .m = m, .names = names };
	struct scan x = { .n = 0 };
	const char *words;

	if (!m || m->err.code)
		return;
	c.kind = begin(text, &words);
	if (!c.kind) {
		weft__word_fail(m, -EINVAL, "action", "no kind of action, nor what becomes of a packet: \"%.40s\"",
				text);
		return;
	}
	if (!read_words(&c, &x, words))
		return;
	weft_open(m, 0);
	weft_put(m, WEFT_KV(act, kind, c.kind->kind));
	put_common(&c);
	weft_open(m, WEFT_KEY(act, options));
	put_options(&c, &x);
	weft_close(m);
	weft_close(m);
}

void weft__police_nest_put(struct weft_msg *m, const char *text)
{
	struct weft__cls c = { .m = m, .kind = kind_find("police", 6) };
	struct scan x = { .n = 0 };

	if (!read_words(&c, &x, text))
		return;
	weft_open_named(m, "police");
	put_options(&c, &x);
	weft_close(m);
}

static void tell_common(struct weft__cls_tell *t, struct weft_attr act, struct weft_attr parms)
{
	struct weft_attr flags = weft_at(act, "flags"), hw = weft_at(act, "hw-stats"), cookie = weft_at(act, "cookie");
	uint64_t bits = flags.p && flags.len == 8 ? weft_get_u32(flags.p) : 0;
	int64_t binds = weft_int(weft_at(parms, "bindcnt"), 0), refs = weft_int(weft_at(parms, "refcnt"), 0);

	if (bits & NO_PERCPU)
		weft__cls_tell_alone(t, "no_percpu");
	if (bits & SKIP_HW)
		weft__cls_tell_alone(t, "skip_hw");
	if (bits & SKIP_SW)
		weft__cls_tell_alone(t, "skip_sw");
	if (hw.p && hw.len == 8) {
		uint32_t v = weft_get_u32(hw.p);

		weft__cls_tell_name(t, "hw_stats");
		weft_text_puts(t->t, v & IMMEDIATE ? "immediate" : v & DELAYED ? "delayed" : "disabled");
	}
	if (cookie.p) {
		weft__cls_tell_name(t, "cookie");
		weft_text_hex(t->t, cookie.p, cookie.len);
	}
	/* others have it too, or it stands alone: its index is what it is known by */
	if (binds > 1 || refs > binds) {
		weft__cls_tell_name(t, "index");
		weft_text_uint(t->t, weft_uint(weft_at(parms, "index"), 0));
	}
}

/* The words of the options at t->at, and what becomes of the packet. */
static struct weft_attr tell_options(struct weft__cls_tell *t, const struct weft__cls_kind *k)
{
	struct weft_attr parms = weft__cls_at(t->at, k->parms);
	bool gact = strcmp(k->kind, "gact") == 0;
	int32_t control;
	char buf[32];

	if (k->other_parms && !parms.p)
		parms = weft__cls_at(t->at, k->other_parms);
	control = (int32_t)weft_int(weft_at(parms, "action"), 0);
	if (gact)
		weft__cls_tell_alone(t, weft_control_text(control, buf));
	weft__cls_tell_rows(t, k->rows);
	if (!gact && control != (k->told ? k->told(t->at) : k->control))
		weft__cls_tell_alone(t, weft_control_text(control, buf));
	return parms;
}

int weft_action_text(struct weft_attr act, const struct weft_link_names *names, struct weft_text *t)
{
	struct weft__cls_tell tell = {
		.t = t, .sep = ',', .equals = ':', .names = names, .at = weft_at(act, "options")
	};
	const char *kind = weft_str(weft_at(act, "kind"), "");
	const struct weft__cls_kind *k = kind_find(kind, strlen(kind));

	if (!k) {
		weft_text_safe(t, kind, strlen(kind));
		return t->err;
	}
	if (strcmp(kind, "gact") != 0)
		weft__cls_tell_alone(&tell, kind);
	tell_common(&tell, act, tell_options(&tell, k));
	return t->err;
}

void weft__police_nest_tell(struct weft_attr nest, struct weft_text *t)
{
	struct weft__cls_tell tell = { .t = t, .sep = ',', .equals = ':', .at = nest };

	(void)tell_options(&tell, kind_find("police", 6));
}
