/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

/* Whether a column shows the field of a word: of an object that is a part of a message, the message's. */
static bool shows(const struct object *o, const struct column *k, const struct alias *a)
{
	if (!k->path)
		return false;
	if (!o->items)
		return strcmp(k->path, a->path) == 0;
	return strncmp(k->path, "../", 3) == 0 && strcmp(k->path + 3, a->path) == 0;
}

const struct column *column_find(const struct object *o, const char *name, size_t len)
{
	const struct column *found = NULL;

	for (const struct column *k = o->columns; k->name; k++)
		if ((strlen(k->name) == len && memcmp(k->name, name, len) == 0) ||
		    (k->word && strlen(k->word) == len && memcmp(k->word, name, len) == 0))
			found = k;
	for (const struct alias *a = o->aliases; !found && a && a->word; a++) {
		if (strlen(a->word) != len || memcmp(a->word, name, len) != 0)
			continue;
		for (const struct column *k = o->columns; k->name; k++)
			if (shows(o, k, a) && (!found || k->form == a->form))
				found = k;
	}
	return found;
}

int column_unknown(const struct object *o, const char *name, size_t len)
{
	struct words w = { 0 };
	char buf[64];

	for (const struct column *k = o->columns; k->name; k++)
		words_add(&w, k->name);
	(void)snprintf(buf, sizeof buf, "%.*s", (int)(len > 60 ? 60 : len), name);
	return cli_unknown("field", buf, w.v, w.n);
}

static int choose(struct table *t, const char *names)
{
	for (const char *p = names; *p; p += *p == ',') {
		size_t len = strcspn(p, ",");
		const struct column *k = column_find(t->o, p, len);

		if (!k)
			return column_unknown(t->o, p, len);
		t->col[t->n++] = k;
		p += len;
	}
	return t->n ? 0 : cli_fail(CLI_USAGE, "no columns");
}

int table_open(struct table *t, struct cli *c, const struct object *o, const struct links *links, const char *names)
{
	size_t n = names ? strlen(names) + 1 : 0;

	*t = (struct table){ .c = c, .o = o, .links = links, .usual = !names };
	for (const struct column *k = o->columns; k->name; k++)
		n++;
	t->col = calloc(n, sizeof *t->col);
	t->width = calloc(n, sizeof *t->width);
	if (!t->col || !t->width)
		return cli_fail(CLI_INTERNAL, "out of memory");
	if (names)
		return choose(t, names);
	for (const struct column *k = o->columns; k->name; k++)
		if (c->json ? !k->table : !k->wide)
			t->col[t->n++] = k;
	return 0;
}

void table_free(struct table *t)
{
	free(t->col);
	free(t->width);
	weft_text_free(&t->cells);
}

/* "a,b" as ["a","b"] */
static void words_json(struct weft_text *out, const char *text)
{
	weft_text_putc(out, '[');
	for (const char *p = text; *p; p += *p == ',') {
		size_t n = strcspn(p, ",");

		if (p != text)
			weft_text_putc(out, ',');
		weft_text_json(out, p, n);
		p += n;
	}
	weft_text_putc(out, ']');
}

static void json_row(struct table *t, const struct entry *e)
{
	struct weft_text text = { 0 }, *out = &t->c->out;
	const char *sep = "{";
	bool number;

	weft_text_puts(out, t->rows ? ",\n" : t->one ? "" : "[");
	for (size_t i = 0; i < t->n; i++) {
		const struct column *k = t->col[i];

		text.len = 0;
		if (!cell(k, e, t->links, &text, &number))
			continue;
		weft_text_puts(out, sep);
		sep = ",";
		weft_text_json(out, k->name, strlen(k->name));
		weft_text_putc(out, ':');
		if (number)
			weft_text_put(out, text.p, text.len);
		else if (k->list)
			words_json(out, text.len ? text.p : "");
		else if (!k->text && k->form == AS_IS && entry_at(e, k->path).p &&
			 weft_json(entry_at(e, k->path), out) == 0)
			continue;
		else
			weft_text_json(out, text.p ? text.p : "", text.len);
	}
	weft_text_puts(out, *sep == '{' ? "{}" : "}");
	out->err = out->err ? out->err : text.err;
	weft_text_free(&text);
}

/* Whether a value is worth a word at the end of a line. */
static bool says(const struct column *k, const char *value)
{
	static const char *const nothing[] = { "", "false", "4294967295" };

	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		if (strcmp(value, nothing[i]) == 0)
			return false;
	return k->zero || strcmp(value, "0") != 0;
}

/* "not ipproto=tcp": the last cell of a line, empty where there is nothing of the kind. */
static void more(struct table *t, const struct entry *e)
{
	struct weft_text value = { 0 };
	const char *sep = "";
	bool number;

	for (const struct column *k = t->usual ? t->o->columns : NULL; k && k->name; k++) {
		value.len = 0;
		if (!k->more || !cell(k, e, t->links, &value, &number))
			continue;
		weft_text_put(&value, "", 1);
		if (value.err || !says(k, value.p))
			continue;
		weft_text_puts(&t->cells, sep);
		weft_text_puts(&t->cells, k->name);
		if (strcmp(value.p, "true") != 0)
			weft_text_printf(&t->cells, "=%s", value.p);
		sep = " ";
		t->more = true;
	}
	t->cells.err = t->cells.err ? t->cells.err : value.err;
	weft_text_put(&t->cells, "", 1);
	weft_text_free(&value);
}

static void table_line(struct table *t, const struct entry *e)
{
	bool number;

	for (size_t i = 0; i < t->n; i++) {
		const struct column *k = t->col[i];
		size_t start = t->cells.len;

		if (!cell(k, e, t->links, &t->cells, &number))
			t->cells.len = t->cells.err ? t->cells.len : start;
		if (t->cells.len == start && k->table_text && !k->table_text(k, e, t->links, &t->cells))
			t->cells.len = t->cells.err ? t->cells.len : start;
		if (t->cells.len == start)
			weft_text_putc(&t->cells, '-');
		if (t->cells.len - start > t->width[i])
			t->width[i] = t->cells.len - start;
		weft_text_put(&t->cells, "", 1);
	}
	more(t, e);
}

int table_row(struct table *t, const struct entry *e)
{
	if (t->c->json)
		json_row(t, e);
	else
		table_line(t, e);
	t->rows++;
	return cli_drain(t->c);
}

static void print(struct table *t)
{
	struct weft_text *out = &t->c->out;
	const char *at = t->cells.p;

	for (size_t row = 0; row <= t->rows; row++) {
		for (size_t i = 0; i < t->n; i++) {
			const char *text = row ? at : t->col[i]->name;
			size_t len = strlen(text);
			bool last = i + 1 == t->n && !(t->more && (!row || at[len + 1]));

			if (len > t->width[i])
				t->width[i] = len;
			weft_text_put(out, text, len);
			if (row)
				at += len + 1;
			for (; !last && len < t->width[i] + 2; len++)
				weft_text_putc(out, ' ');
		}
		if (t->more)
			weft_text_puts(out, row ? at : "more");
		if (row)
			at += strlen(at) + 1;
		weft_text_putc(out, '\n');
	}
}

int table_end(struct table *t)
{
	if (t->cells.err)
		return cli_fail(CLI_INTERNAL, "out of memory");
	if (!t->c->json)
		print(t);
	else if (t->one)
		weft_text_puts(&t->c->out, t->rows ? "\n" : "null\n");
	else
		weft_text_puts(&t->c->out, t->rows ? "]\n" : "[]\n");
	return 0;
}
