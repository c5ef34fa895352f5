/* SPDX-License-Identifier: MIT */
/* Golden lines: bytes to JSON and back, and a line for every row. README.md tells the notation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <weft/json.h>
#include <weft/weft.h>

#include "rows/tables.h"

enum {
	SCHEMAS = 2048,
	ROWS = 128,
};

static unsigned char seen[SCHEMAS][ROWS];
static const char *const *files;
static char where[300];

struct bytes {
	uint8_t b[65536];
	size_t len;
	size_t open[16];
	int depth;
};

static void put(struct bytes *o, const void *p, size_t n)
{
	assert_true(o->len + n <= sizeof o->b);
	memcpy(o->b + o->len, p, n);
	o->len += n;
}

/* "u16:258" and its like. */
static void put_number(struct bytes *o, const char *w)
{
	const char *colon = strchr(w, ':');
	bool big = w[0] == 'b';
	unsigned bits = (unsigned)strtoul(w + (big ? 2 : 1), NULL, 10);
	uint64_t v = colon[1] == '-' ? (uint64_t)strtoll(colon + 1, NULL, 10)
				     : strtoull(colon + 1, NULL, 10);

	assert_true(bits == 8 || bits == 16 || bits == 32 || bits == 64);
	for (unsigned i = 0; i < bits / 8; i++) {
		bool high = big || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
		uint8_t b = (uint8_t)(v >> 8 * (high ? bits / 8 - 1 - i : i));

		put(o, &b, 1);
	}
}

static void put_hex(struct bytes *o, const char *w)
{
	for (; w[0]; w += 2) {
		unsigned x;
		uint8_t b;

		assert_int_equal(sscanf(w, "%2x", &x), 1);
		b = (uint8_t)x;
		put(o, &b, 1);
	}
}

static void open_attr(struct bytes *o, const char *w)
{
	char *end;
	uint16_t h[2] = { 0, (uint16_t)strtoul(w + 1, &end, 10) };

	for (; *end; end++)
		h[1] |= *end == '!' ? WEFT_NLA_NESTED : WEFT_NLA_NET_BYTEORDER;
	assert_true(o->depth < 16);
	o->open[o->depth++] = o->len;
	put(o, h, 4);
}

static void close_attr(struct bytes *o)
{
	size_t at;
	uint16_t len;

	assert_true(o->depth > 0);
	at = o->open[--o->depth];
	len = (uint16_t)(o->len - at);
	memcpy(o->b + at, &len, 2);
	put(o, "\0\0\0", (4 - o->len % 4) % 4);
}

static void assemble(struct bytes *o, char *wire)
{
	char *save = NULL;

	o->len = 0;
	o->depth = 0;
	for (char *w = strtok_r(wire, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (w[0] == '[')
			open_attr(o, w);
		else if (w[0] == ']')
			close_attr(o);
		else if (w[0] == 'x')
			put_hex(o, w + 2);
		else if (w[0] == '"') {
			w[strlen(w) - 1] = 0;
			put(o, w + 1, strlen(w + 1) + 1);
		} else {
			put_number(o, w);
		}
	}
	assert_int_equal(o->depth, 0);
}

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

	json_array_foreach(j, i, v)
		drop_false(v);
	json_object_foreach_safe(j, next, key, v) {
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
	} else {
		json_t *x = json_loads(one, 0, NULL), *y = json_loads(two, 0, NULL);

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

static void line(char *text)
{
	char *col[4] = { 0 }, *save = NULL, *op_name, *got;
	const struct weft_family *f;
	const struct weft_op *op;
	struct weft_attr body, at;
	static struct bytes o;
	bool whole;

	for (int i = 0; i < 4; i++)
		col[i] = strtok_r(i ? NULL : text, "\t\n", &save);
	if (!col[3])
		fail_msg("%s: four columns are needed", where);
	op_name = strchr(col[0], ' ');
	assert_non_null(op_name);
	*op_name++ = 0;
	f = weft_family_find(col[0]);
	op = weft_op_find(f, op_name);
	assert_non_null(op);
	assemble(&o, col[2]);
	body = weft_body(op->reply_schema ? op->reply_schema : op->schema, o.b, (uint32_t)o.len);
	/* "*": a whole message, perhaps of a kernel that orders its attributes otherwise */
	whole = strcmp(col[1], "*") == 0;
	at = whole || strcmp(col[1], ".") == 0 ? body : weft_at(body, col[1]);
	got = json_of(at);
	if (strcmp(got, col[3]) != 0)
		fail_msg("%s:\n got  %s\n want %s", where, got, col[3]);
	free(got);
	mark(body);
	back(op, f, body, !whole);
}

static void lines(void **state)
{
	static char text[200000];
	unsigned n = 0;

	(void)state;
	for (const char *const *file = files; *file; file++) {
		FILE *f = fopen(*file, "r");

		assert_non_null(f);
		for (int row = 1; fgets(text, sizeof text, f); row++) {
			(void)snprintf(where, sizeof where, "%s:%d", *file, row);
			if (text[0] == '#' || text[0] == '\n')
				continue;
			line(text);
			n++;
		}
		(void)fclose(f);
	}
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

#define WEFT_BEGIN(s, id, ...) &weft__schema_##s,
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
