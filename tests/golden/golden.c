/* SPDX-License-Identifier: MIT */
/* Golden lines: bytes to JSON and back, and a line for every row. README.md tells the notation. */
#include "line.h"

#include <jansson.h>

#include "rows/tables.h"

enum {
	SCHEMAS = 2048,
	ROWS = 128,
};

static unsigned char seen[SCHEMAS][ROWS];
static const char *const *files;

static void mark(struct weft_attr in)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0) {
		if (a.field && in.schema && !(in.field && !in.item)) {
			const struct weft_schema *s = in.schema;

			for (int i = 0; i < 2; i++, s = in.schema->header)
				if (s && a.field >= s->fields && a.field < s->fields + s->n)
					seen[s->id][a.field - s->fields] = 1;
		}
		if (a.schema || (a.field && !a.item))
			mark(a);
	}
}

static char *json_of(struct weft_attr a)
{
	struct weft_text t = { 0 };

	assert_int_equal(weft_json(a, &t), 0);
	return t.p;
}

/* Flags that the kernel tells as 0 are told to it by leaving them out. */
static void drop_false(json_t *j)
{
	const char *key;
	void *next;
	json_t *v;
	size_t i;

	json_array_foreach(j, i, v) drop_false(v);
	json_object_foreach_safe(j, next, key, v)
	{
		if (json_is_false(v))
			json_object_del(j, key);
		else
			drop_false(v);
	}
}

/* The whole message goes into JSON and comes back: the same bytes, but for the order in which a dump
 * has its attributes and what JSON does not tell (a NUL at the end of text, one byte of a flag). */
static void back(const struct weft_op *op, const struct weft_family *f, struct weft_attr body, bool exact)
{
	struct weft_msg *m = weft_msg_new(f, op, 0);
	struct weft_error e = { 0 };
	char *one = json_of(body), *two;
	struct weft_attr again;

	if (weft_put_json(m, one, strlen(one), &e) < 0)
		fail_msg("%s: %s: %s", where, e.path, e.msg);
	again = weft_msg_body(m);
	two = json_of(again);
	if (exact) {
		if (again.len != body.len || memcmp(again.p, body.p, body.len) != 0)
			fail_msg("%s: other bytes came back: %s", where, two);
	} else { /* some numbers are above what jansson has integers for */
		json_t *x = json_loads(one, JSON_DECODE_INT_AS_REAL, NULL);
		json_t *y = json_loads(two, JSON_DECODE_INT_AS_REAL, NULL);

		assert_non_null(x);
		drop_false(x);
		if (!json_equal(x, y))
			fail_msg("%s: came back as %s", where, two);
		json_decref(x);
		json_decref(y);
	}
	free(one);
	free(two);
	weft_msg_free(m);
}

static void line(struct line *l)
{
	struct weft_attr body = body_of(l), at;
	bool whole = strcmp(l->path, "*") == 0;
	char *got;

	/* "*": a whole message, perhaps of a kernel that orders its attributes otherwise */
	at = whole || strcmp(l->path, ".") == 0 ? body : weft_at(body, l->path);
	got = json_of(at);
	if (strcmp(got, l->json) != 0)
		fail_msg("%s:\n got  %s\n want %s", where, got, l->json);
	free(got);
	mark(body);
	back(&l->op, l->f, body, !whole);
}

static void lines(void **state)
{
	unsigned n = each_line(files, line);

	(void)state;
	print_message("%u lines\n", n);
	assert_true(n > 500);
}

static unsigned not_covered(const struct weft_schema *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->n; i++) {
		if (s->fields[i].type == WEFT_T_PAD || seen[s->id][i])
			continue;
		if (n++ < 3)
			print_error("%s.%s (%u) has no golden line\n", s->name, s->fields[i].token,
				    s->fields[i].number);
	}
	return n;
}

#define WEFT_BEGIN(s, id, ...)	       &weft__schema_##s,
#define WEFT_BEGIN_STRUCT(s, id, size) &weft__schema_##s,
#define WEFT_ROW(s, t, n, ty, ...)
#define WEFT_MULTI(s, t, n, ty, ...)
#define WEFT_LIST(s, t, n, form, ty, ...)
#define WEFT_FINISH(s)
static const struct weft_schema *const schemas[] = {
#include <weft/rows/all.def>
};

static void every_row(void **state)
{
	unsigned rows = 0, missing = 0;

	(void)state;
	for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
		assert_true(schemas[i]->id < SCHEMAS && schemas[i]->n <= ROWS);
		missing += not_covered(schemas[i]);
		rows += schemas[i]->n;
	}
	print_message("%u rows\n", rows);
	assert_int_equal(missing, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(every_row),
	};

	if (argc < 2)
		return 1;
	files = (const char *const *)argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
