/* SPDX-License-Identifier: MIT */
/* The tables of the command against the rows: every path is one, every word has a place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "object.h"
#include "table.h"

static int bad;

static void wrong(const struct object *o, const char *what, const char *name, const char *why)
{
	printf("%s: %s \"%s\": %s\n", o->name, what, name, why);
	bad++;
}

/* Whether a path leads somewhere in a schema, or may do so behind a choice. */
static void path(const struct object *o, const struct weft_schema *s, const char *what, const char *name)
{
	struct weft_error e = { 0 };
	struct weft_path p;

	if (weft_path_compile(s, name, &p, &e) < 0)
		wrong(o, what, name, e.msg);
}

static void place(const struct object *o, const char *what, const char *name)
{
	if (strncmp(name, "../", 3) == 0)
		path(o, object_told(o), what, name + 3);
	else
		path(o, object_items(o), what, name);
}

static void columns(void **state)
{
	const struct object *o;

	(void)state;
	bad = 0;
	for (size_t i = 0; (o = object_at(i)) != NULL; i++) {
		if (!object_items(o)) {
			wrong(o, "items", o->items, "leads nowhere");
			continue;
		}
		for (const struct column *k = o->columns; k->name; k++) {
			if (!k->path && !k->text)
				wrong(o, "column", k->name, "has neither path nor text");
			if (k->path)
				place(o, "column", k->path);
			if (k->or)
				place(o, "or", k->or);
			if (k->beside)
				place(o, "beside", k->beside);
			if (k->ask)
				path(o, object_op(o, o->get)->schema, "ask", k->ask);
			if ((k->form == BIT) != (k->bit != 0))
				wrong(o, "column", k->name, "a bit and no form, or the other way round");
			if (k->form == PREFIX && !k->text && !k->beside)
				wrong(o, "column", k->name, "a prefix without a length");
			for (const struct column *j = o->columns; j < k; j++)
				if (strcmp(j->name, k->name) == 0 && j->table == k->table)
					wrong(o, "column", k->name, "is there twice");
		}
		for (const struct ident *n = o->identity; n && n->column; n++)
			if (!column_find(o, n->column, strlen(n->column)))
				wrong(o, "identity", n->column, "is no column");
		for (const char *const *p = o->spared_by; *p; p++)
			if (!column_find(o, *p, strlen(*p)))
				wrong(o, "spared_by", *p, "is no column");
		for (const char *const *p = o->untold; p && *p; p++)
			place(o, "untold", *p);
	}
	assert_int_equal(bad, 0);
}

static void words(void **state)
{
	const struct object *o;

	(void)state;
	bad = 0;
	for (size_t i = 0; (o = object_at(i)) != NULL; i++) {
		const struct weft_schema *set = object_op(o, o->add ? o->add : o->get)->schema;
		const struct weft_schema *get = object_op(o, o->get)->schema;

		for (const struct alias *a = o->aliases; a->word; a++) {
			path(o, o->add ? set : object_told(o), "alias", a->path);
			if (a->beside)
				path(o, set, "beside", a->beside);
		}
		for (const struct alias *a = o->get_aliases; a && a->word; a++)
			path(o, get, "alias of get", a->path);
		for (const struct fixed *f = o->ask; f && f->field; f++)
			path(o, get, "ask", f->field);
		for (const struct fixed *f = o->fixed; f && f->field; f++)
			path(o, set, "fixed", f->field);
		for (const struct need *n = o->needs; n && n->text; n++) {
			path(o, set, "need", n->path);
			if (n->or)
				path(o, set, "need", n->or);
		}
		if (o->prefix_family)
			path(o, set, "prefix_family", o->prefix_family);
		if (o->each)
			path(o, get, "each", o->each);
	}
	assert_int_equal(bad, 0);
}

static void operations(void **state)
{
	const struct object *o;

	(void)state;
	bad = 0;
	for (size_t i = 0; (o = object_at(i)) != NULL; i++) {
		const char *ops[] = { o->add, o->del, o->get, o->new_event, o->del_event };
		const struct object *found = NULL;

		for (size_t k = 0; k < 5; k++)
			if (ops[k] && !object_op(o, ops[k]))
				wrong(o, "operation", ops[k], "is none of the family");
		if (o->add && !o->help)
			wrong(o, "help", "", "missing");
		if (o->groups[0] && (!o->identity || !(o->add || o->new_event)))
			wrong(o, "groups", "", "monitor has no name or no event for it");
		if (object_find(o->name, &found) || found != o || object_find(o->plural, &found) || found != o)
			wrong(o, "name", o->plural, "finds another object");
		if (object_number(o) != i)
			wrong(o, "number", "", "wrong");
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns),
		cmocka_unit_test(words),
		cmocka_unit_test(operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
