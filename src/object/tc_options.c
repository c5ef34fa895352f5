/* SPDX-License-Identifier: MIT */
/* Options in people's words: what a table of words says, for each kind. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "object/tc_rate.h"
#include "object/tc_words.h"
#include "schema/msg.h"

enum {
	NEWQDISC = 36,
	NEWTCLASS = 40,
	WORDS_MAX = 64,
	BYTES_MAX = 256,
};

static const struct weft__tc_kind *kind_at(size_t i)
{
	static const struct weft__tc_kind *const all[] = { weft__tc_plain, weft__tc_shape, weft__tc_red, weft__tc_delay,
							   weft__tc_time };

	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		for (const struct weft__tc_kind *at = all[k]; at->kind; at++)
			if (i-- == 0)
				return at;
	return NULL;
}

static const struct weft__tc_kind *kind_find(const char *kind, bool of_class)
{
	const struct weft__tc_kind *k;

	for (size_t i = 0; (k = kind_at(i)) != NULL; i++)
		if (strcmp(k->kind, kind) == 0 && k->of_class == of_class)
			return k;
	return NULL;
}

const char *weft_tc_word(const char *kind, bool of_class, size_t i)
{
	/* of all kinds: an estimator, and of qdiscs size tables */
	static const char *const common[] = { "estimator", "stab_overhead", "stab_linklayer",
					      "stab_mpu",  "stab_mtu",	    "stab_tsize" };
	const struct weft__tc_kind *k = kind_find(kind, of_class);

	for (const char *const *name = k ? k->names : NULL; name && *name; name++)
		if (i-- == 0)
			return *name;
	for (const struct weft__tc_row *r = k ? k->rows : NULL; r && r->word; r++)
		if (*r->word && i-- == 0)
			return r->word;
	return i < (of_class ? 1 : sizeof common / sizeof *common) ? common[i] : NULL;
}

/* leaf NULL: an item of the open list. A failure of a row is told of the word that it came by. */
static void put(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, struct weft_kv kv)
{
	bool good = !w->m->err.code;

	if (leaf)
		weft_put_named(w->m, leaf, kv);
	else
		weft_put(w->m, kv);
	if (good && w->m->err.code)
		(void)snprintf(w->m->err.path, sizeof w->m->err.path, "%s", r->word);
}

static void put_bytes(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	uint8_t b[BYTES_MAX];
	const char *item;
	size_t len, n = 0;
	uint64_t v;

	while (weft__word_item(&text, &item, &len)) {
		if (n == BYTES_MAX || !weft__word_number(item, len, false, UINT8_MAX, &v)) {
			weft__word_fail(w->m, -EINVAL, r->word, "not numbers from 0 to 255 with commas: \"%.60s\"",
					item);
			return;
		}
		b[n++] = (uint8_t)v;
	}
	put(w, r, leaf, weft_kv_bytes(0, (struct weft_bytes){ b, n }));
}

static void put_list(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	const struct weft_schema *in = weft_msg_open_schema(w->m);
	const struct weft_field *f = in ? weft_field_find(in, leaf, strlen(leaf), NULL) : NULL;
	bool packed = f && f->list == WEFT_L_PACKED;
	const char *item;
	char one[32];
	size_t len;

	if (packed)
		weft_open_named(w->m, leaf);
	while (weft__word_item(&text, &item, &len)) {
		(void)snprintf(one, sizeof one, "%.*s", len < sizeof one ? (int)len : 0, item);
		put(w, r, packed ? NULL : leaf, weft_kv_str(0, one));
	}
	if (packed)
		weft_close(w->m);
}

static void put_log2(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	uint64_t v, log = 0;

	if (!weft__word_number(text, strlen(text), false, UINT32_MAX, &v) || !v || v & (v - 1)) {
		weft__word_fail(w->m, -EINVAL, r->word, "not a power of two: \"%.60s\"", text);
		return;
	}
	while (v >> log > 1)
		log++;
	put(w, r, leaf, weft_kv_uint(0, log));
}

/* "10" or "1:10", hex as handles are. */
static void put_minor(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	const char *colon = strchr(text, ':'), *minor = colon ? colon + 1 : text;
	uint64_t v;

	if (weft__word_number(minor, strlen(minor), true, UINT16_MAX, &v))
		put(w, r, leaf, weft_kv_uint(0, v));
	else
		weft__word_fail(w->m, -EINVAL, r->word, "not the minor number of a class in hex: \"%.60s\"", text);
}

static void put_clock(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	uint64_t v;

	if (weft__clock_value(text, &v))
		put(w, r, leaf, weft_kv_uint(0, v));
	else
		weft__word_fail(w->m, -EINVAL, r->word, "not a clock: \"%.60s\"", text);
}

static void put_text(struct weft__words *w, const struct weft__tc_row *r, const char *leaf, const char *text)
{
	switch ((enum weft__how)r->how) {
	case WEFT__AS_ROW:
	case WEFT__ROUNDED:
		put(w, r, leaf, weft_kv_str(0, text));
		break;
	case WEFT__BYTES:
		put_bytes(w, r, leaf, text);
		break;
	case WEFT__LIST:
		put_list(w, r, leaf, text);
		break;
	case WEFT__LOG2:
		put_log2(w, r, leaf, text);
		break;
	case WEFT__MINOR:
		put_minor(w, r, leaf, text);
		break;
	case WEFT__CLOCK:
		put_clock(w, r, leaf, text);
		break;
	default: /* WEFT__PRIOMAP: those of a bit have no text */
		weft_open_named(w->m, leaf);
		weft_put(w->m, WEFT_KV(tc_prio_qopt, bands, 3));
		put_bytes(w, r, "priomap", text);
		weft_close(w->m);
	}
}

/* All bits that words set in the row of r, which is the first of them; false: none was said. */
static bool bits(struct weft__words *w, const struct weft__tc_row *r, uint64_t *ret)
{
	const char *path = r->path;
	bool any = r->absent != NULL;

	*ret = 0;
	for (; r->word && r->how == WEFT__BIT && strcmp(r->path, path) == 0; r++) {
		if (!weft__word_alone(w, r->word))
			continue;
		*ret |= r->value;
		any = true;
	}
	return any;
}

static void put_rows(struct weft__words *w, const struct weft__tc_row *rows)
{
	size_t open = 0; /* bytes of the path that is open */
	const char *last = "";

	for (const struct weft__tc_row *r = rows; r && r->word; r++) {
		const char *dot = strchr(r->path, '.'), *leaf = dot ? dot + 1 : r->path, *text = NULL;
		size_t before = dot ? (size_t)(dot - r->path) : 0;
		uint64_t v = r->value;
		char name[32];
		bool alone = false;

		if (r->how == WEFT__BIT)
			alone =
			    (r == rows || r[-1].how != WEFT__BIT || strcmp(r[-1].path, r->path) != 0) && bits(w, r, &v);
		else if (r->how == WEFT__ALONE)
			alone = weft__word_alone(w, r->word);
		else if ((text = weft__word_text(w, r->word)) == NULL)
			text = r->absent;
		if (!alone && !text)
			continue;
		if (open && (before != open || strncmp(last, r->path, open) != 0)) {
			weft_close(w->m);
			open = 0;
		}
		if (before && !open) {
			(void)snprintf(name, sizeof name, "%.*s", (int)before, r->path);
			weft_open_named(w->m, name);
			open = before;
			last = r->path;
		}
		if (alone)
			put(w, r, leaf, weft_kv_uint(0, v));
		else
			put_text(w, r, leaf, text);
	}
	if (open)
		weft_close(w->m);
}

/* Words that the kind has none of: fields of the options. */
static void put_fields(struct weft__words *w, const struct weft__tc_kind *k)
{
	for (size_t i = 0; i < w->n && !w->m->err.code; i++) {
		const char *words[96], *name = w->v[i].name;
		bool twice = false;
		char near[96];
		size_t n = 0;

		if (w->used >> i & 1)
			continue;
		for (size_t j = 0; j < w->n; j++)
			twice |= j != i && strcmp(w->v[j].name, name) == 0;
		if (!twice && w->v[i].value && weft_msg_open_schema(w->m) &&
		    weft_field_find(weft_msg_open_schema(w->m), name, strlen(name), NULL)) {
			put(w, &(struct weft__tc_row){ .word = name }, name, weft_kv_str(0, w->v[i].value));
			continue;
		}
		while (n < 96 && k && (words[n] = weft_tc_word(k->kind, k->of_class, n)) != NULL)
			n++;
		weft_nearest(words, n, name, strlen(name), near, sizeof near);
		weft__word_fail(w->m, -EINVAL, name, "%s%s%s",
				twice		? "said twice"
				: w->v[i].value ? "no such word"
						: "no such word without a value",
				twice || !near[0] ? "" : "; near: ", twice ? "" : near);
	}
}

static bool all_used(const struct weft__words *w)
{
	return w->used == (w->n == 64 ? UINT64_MAX : ((uint64_t)1 << w->n) - 1);
}

void weft_tc_put(struct weft_msg *m, const struct weft_word *words, size_t n)
{
	const struct weft_op *op = m ? weft_msg_op(m) : NULL;
	struct weft__words w = { .m = m, .v = words, .n = n };
	const struct weft__tc_kind *k;
	const char *kind;

	if (!m || m->err.code)
		return;
	if (!op || (op->request != NEWQDISC && op->request != NEWTCLASS) || m->depth || n > WORDS_MAX) {
		weft__msg_refuse(m, -EINVAL, "",
				 n > WORDS_MAX ? "more than 64 words" : "no request for a qdisc or class");
		return;
	}
	kind = weft_str(weft_at(weft_msg_body(m), "kind"), NULL);
	if (!kind) {
		weft__msg_refuse(m, -EINVAL, "kind", "missing");
		return;
	}
	k = kind_find(kind, op->request == NEWTCLASS);
	weft__put_common(&w);
	if (all_used(&w) && !(k && k->always))
		return;
	weft_open_named(m, "options");
	if (k && k->put)
		k->put(&w);
	put_rows(&w, k ? k->rows : NULL);
	put_fields(&w, k);
	weft_close(m);
}

static void tell_list(struct weft__tell *t, const struct weft__tc_row *r, struct weft_attr options)
{
	const char *dot = strchr(r->path, '.');
	struct weft_attr list = weft_at(options, r->path);
	const char *sep = "";
	char name[32];

	weft__tell_name(t, r->word);
	if (!dot) {
		WEFT_EACH(item, list)
		{
			weft_text_puts(t->t, sep);
			(void)!weft_value_text(item, t->t);
			sep = ",";
		}
		return;
	}
	(void)snprintf(name, sizeof name, "%.*s", (int)(dot - r->path), r->path);
	WEFT_EACH(one, weft_at(options, name))
	{
		weft_text_puts(t->t, sep);
		(void)!weft_value_text(one, t->t);
		sep = ",";
	}
}

static void tell_bytes(struct weft__tell *t, const char *word, struct weft_attr a)
{
	weft__tell_name(t, word);
	for (uint32_t i = 0; i < a.len; i++)
		weft_text_printf(t->t, "%s%u", i ? "," : "", a.p[i]);
}

static void tell_row(struct weft__tell *t, const struct weft__tc_row *r, struct weft_attr a, struct weft_attr options)
{
	uint64_t v = weft_uint(a, 0);
	const char *clock;

	switch ((enum weft__how)r->how) {
	case WEFT__AS_ROW:
		weft__tell_name(t, r->word);
		(void)!weft_value_text(a, t->t);
		break;
	case WEFT__ROUNDED:
		weft__tell_uint(t, r->word, a.field->unit, weft__tc_rounded(v, r->value));
		break;
	case WEFT__ALONE:
		if (v == r->value)
			weft__tell_word(t, r->word);
		break;
	case WEFT__BIT:
		if (v & r->value)
			weft__tell_word(t, r->word);
		break;
	case WEFT__LOG2:
		weft__tell_uint(t, r->word, 0, (uint64_t)1 << (v & 63));
		break;
	case WEFT__BYTES:
		tell_bytes(t, r->word, a);
		break;
	case WEFT__PRIOMAP:
		tell_bytes(t, r->word, weft_at(a, "priomap"));
		break;
	case WEFT__LIST:
		tell_list(t, r, options);
		break;
	case WEFT__MINOR:
		weft__tell_name(t, r->word);
		weft_text_printf(t->t, "%llx", (unsigned long long)v);
		break;
	case WEFT__CLOCK:
		clock = weft__clock_name(weft_int(a, -1));
		weft__tell_name(t, r->word);
		if (clock)
			weft_text_puts(t->t, clock);
		else
			weft_text_int(t->t, weft_int(a, -1));
		break;
	}
}

int weft_tc_text(struct weft_attr body, struct weft_text *t)
{
	struct weft_attr options = weft_at(body, "options");
	const char *kind = weft_str(weft_at(body, "kind"), "");
	bool of_class = body.schema && body.schema->id == WEFT_SCHEMA_tclass;
	const struct weft__tc_kind *k = kind_find(kind, of_class);
	struct weft__tell tell = { .t = t };

	if (k && k->tell && options.p)
		k->tell(&tell, options);
	for (const struct weft__tc_row *r = k ? k->rows : NULL; r && r->word; r++) {
		struct weft_attr a = *r->word ? weft_at(options, r->path) : (struct weft_attr){ 0 };

		/* the value may have a word of its own */
		if (a.p && !(r->how == WEFT__AS_ROW && r != k->rows && r[-1].how == WEFT__ALONE &&
			     strcmp(r[-1].path, r->path) == 0 && weft_uint(a, 1) == r[-1].value))
			tell_row(&tell, r, a, options);
	}
	weft__tell_common(&tell, body);
	return t->err;
}
