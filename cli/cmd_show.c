/* SPDX-License-Identifier: MIT */
/* weft show: objects as a table for people, or with -j as JSON. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

enum {
	COLUMNS = 32,
	FILTERS = 16,
};

static const char help[] =
	"usage: weft [-j] show OBJECT [FIELD=VALUE...]\n"
	"OBJECT: link addr route rule neigh. FIELD: a column (all of them with -j) or a path\n"
	"(linkinfo.data.id); only objects with that value are shown.\n";

struct filter {
	struct column col;
	const char *value;
	char *path; /* owned, when it is no column */
};

struct show {
	struct cli *c;
	const struct object *o;
	const struct links *links;
	struct filter filter[FILTERS];
	int n_filters;
	/* the table: cells one after the other, NUL-terminated */
	struct weft_text cells;
	size_t width[COLUMNS], rows;
};

static int unknown_field(const struct object *o, const char *word, size_t len)
{
	const char *words[COLUMNS];
	char buf[64];
	size_t n = 0;

	for (const struct column *k = o->columns; k->name; k++)
		words[n++] = k->name;
	(void)snprintf(buf, sizeof buf, "%.*s", (int)len, word);
	return cli_unknown("field", buf, words, n);
}

static int parse_filter(struct show *s, const char *word, const struct weft_schema *schema)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	struct filter *f = &s->filter[s->n_filters];

	if (!eq)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	if (s->n_filters == FILTERS)
		return cli_fail(CLI_USAGE, "too many filters");
	f->value = eq + 1;
	for (const struct column *k = s->o->columns; k->name; k++) {
		if (strlen(k->name) == len && memcmp(k->name, word, len) == 0)
			f->col = *k;
	}
	for (const struct alias *a = s->o->aliases; !f->col.name && a->word; a++) {
		if (strlen(a->word) != len || memcmp(a->word, word, len) != 0)
			continue;
		for (const struct column *k = s->o->columns; k->name; k++)
			if (strcmp(k->path, a->path) == 0)
				f->col = *k;
	}
	if (!f->col.name) {
		char *path = strndup(word, len);
		struct weft_attr none;

		if (!path)
			return cli_fail(CLI_INTERNAL, "out of memory");
		if (weft_at_strict(weft_body(schema, "", 0), path, &none, NULL) < 0 && !strchr(path, '.')) {
			free(path);
			return unknown_field(s->o, word, len);
		}
		f->path = path;
		f->col = (struct column){ path, path, NULL, AS_IS, false };
	}
	s->n_filters++;
	return 0;
}

/* "10.0.0.1" also finds "10.0.0.1/24". */
static bool matches(const struct filter *f, const char *text)
{
	size_t n = strlen(f->value);

	if (strcmp(text, f->value) == 0)
		return true;
	return (f->col.form == PREFIX || f->col.form == OWN) && !strchr(f->value, '/') && strncmp(text, f->value, n) == 0 &&
	       text[n] == '/';
}

static bool wanted(struct show *s, struct weft_attr body)
{
	bool all = true, number;

	for (int i = 0; all && i < s->n_filters; i++) {
		struct weft_text t = { 0 };

		struct column plain = s->filter[i].col;

		all = cell(&s->filter[i].col, body, s->links, &t, &number) && t.p &&
		      matches(&s->filter[i], t.p);
		/* table=254 is table=main */
		plain.form = AS_IS;
		t.len = 0;
		all = all || (cell(&plain, body, s->links, &t, &number) && t.p && matches(&s->filter[i], t.p));
		s->c->out.err = s->c->out.err ? s->c->out.err : t.err;
		weft_text_free(&t);
	}
	return all;
}

static void json_row(struct show *s, struct weft_attr body)
{
	struct weft_text t = { 0 }, *out = &s->c->out;
	const char *sep = "{";
	bool number;

	weft_text_puts(out, s->rows++ ? ",\n" : "[");
	for (const struct column *k = s->o->columns; k->name; k++) {
		struct weft_attr a = weft_at(body, k->path);

		t.len = 0;
		if (k->table || !cell(k, body, s->links, &t, &number))
			continue;
		weft_text_puts(out, sep);
		sep = ",";
		weft_text_json(out, k->name, strlen(k->name));
		weft_text_putc(out, ':');
		if (number)
			weft_text_put(out, t.p, t.len);
		else if (k->form == AS_IS && weft_json(a, out) == 0)
			continue;
		else
			weft_text_json(out, t.p ? t.p : "", t.len);
	}
	weft_text_puts(out, *sep == '{' ? "{}" : "}");
	out->err = out->err ? out->err : t.err;
	weft_text_free(&t);
}

/* Gateways and devices of a multipath route stand in one cell. */
static bool hops(struct show *s, const struct column *k, struct weft_attr body)
{
	bool gateway = k->form == GATEWAY, any = false;

	if (!gateway && strcmp(k->path, "oif") != 0)
		return false;
	WEFT_EACH(hop, weft_at(body, "multipath")) {
		struct weft_attr a = weft_at(hop, gateway ? "gateway" : "rtnh-ifindex");

		if (!a.p && gateway)
			a = weft_at(hop, "via");
		if (any)
			weft_text_putc(&s->cells, ',');
		if (!a.p || !value_text(gateway ? AS_IS : DEVICE, a, s->links, &s->cells))
			weft_text_putc(&s->cells, '-');
		any = true;
	}
	return any;
}

static void table_row(struct show *s, struct weft_attr body)
{
	size_t i = 0;
	bool number;

	for (const struct column *k = s->o->columns; k->name; k++) {
		size_t start = s->cells.len;

		if (k->wide)
			continue;
		if (!cell(k, body, s->links, &s->cells, &number) && !hops(s, k, body))
			s->cells.len = s->cells.err ? s->cells.len : start;
		if (s->cells.len == start)
			weft_text_putc(&s->cells, '-');
		if (s->cells.len - start > s->width[i])
			s->width[i] = s->cells.len - start;
		i++;
		weft_text_put(&s->cells, "", 1);
	}
	s->rows++;
}

static void print_table(struct show *s)
{
	const char *at = s->cells.p;
	const struct column *last = NULL;

	for (const struct column *k = s->o->columns; k->name; k++)
		if (!k->wide)
			last = k;
	for (size_t row = 0; row <= s->rows; row++) {
		size_t i = 0;

		for (const struct column *k = s->o->columns; k->name; k++) {
			const char *text = row ? at : k->name;
			size_t len;

			if (k->wide)
				continue;
			len = strlen(text);
			if (len > s->width[i])
				s->width[i] = len;
			weft_text_puts(&s->c->out, text);
			for (; k != last && len < s->width[i] + 2; len++)
				weft_text_putc(&s->c->out, ' ');
			if (row)
				at += strlen(text) + 1;
			i++;
		}
		weft_text_putc(&s->c->out, '\n');
	}
}

/* What the kernel can filter, it filters; the result is checked here all the same. */
static void narrow(const struct show *s, struct weft_msg *m)
{
	for (int i = 0; i < s->n_filters; i++) {
		const struct filter *f = &s->filter[i];
		uint32_t v = 0;
		bool known = false;

		for (size_t k = 0; f->col.form == DEVICE && k < s->links->n; k++) {
			known = known || strcmp(s->links->v[k].name, f->value) == 0;
			if (known && !v)
				v = s->links->v[k].index;
		}
		if (f->col.form == DEVICE && known && strcmp(f->col.name, "parent"))
			weft_put_named(m, strcmp(f->col.path, "ndm-ifindex") ? f->col.path : "ifindex",
				       weft_kv_uint(0, v));
		else if (strcmp(f->col.path, "linkinfo.kind") == 0) {
			weft_open_named(m, "linkinfo");
			weft_put_named(m, "kind", weft_kv_str(0, f->value));
			weft_close(m);
		} else if (f->col.form == TABLE && strcmp(s->o->name, "route") == 0 &&
			 form_value(TABLE, f->value, &v))
			weft_put_named(m, "table", weft_kv_uint(0, v));
	}
}

static int run(struct show *s, struct weft_session *session)
{
	struct weft_msg *m = weft_request(s->o->family, s->o->get, 0);
	struct weft_dump *d;
	struct weft_attr a;
	int r, status = 0;

	narrow(s, m);
	cli_tell(s->c, m);
	r = weft_dump_start(session, m, &d);
	if (r < 0)
		return cli_error(weft_last_error(session), "");
	while (status == 0 && (r = weft_dump_next(d, &a)) > 0) {
		if (!wanted(s, a))
			continue;
		if (s->c->json)
			json_row(s, a);
		else
			table_row(s, a);
		status = cli_drain(s->c);
	}
	weft_dump_close(d);
	/* asked for a table that does not exist: nothing to show */
	if (r == -ENOENT && s->n_filters)
		r = 0;
	if (r < 0 && r != -EAGAIN)
		return cli_error(weft_last_error(session), "");
	if (s->cells.err)
		return cli_fail(CLI_INTERNAL, "out of memory");
	if (s->c->json)
		weft_text_puts(&s->c->out, s->rows ? "]\n" : "[]\n");
	else
		print_table(s);
	return status ? status : r < 0 ? cli_error(weft_last_error(session), "") : 0;
}

int cmd_show(struct cli *c, int argc, char **argv)
{
	struct show s = { .c = c };
	struct links links = { 0 };
	struct weft_session *session;
	const struct weft_op *op;
	int status;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	if (argc < 2)
		return cli_fail(CLI_USAGE, "an object is needed; see weft show --help");
	status = object_find(argv[1], &s.o);
	if (status)
		return status;
	op = weft_op_find(weft_family_find(s.o->family), s.o->get);
	for (int i = 2; status == 0 && i < argc; i++)
		status = parse_filter(&s, argv[i], op->schema);
	if (status == 0)
		status = cli_session(c, 0, &session);
	if (status == 0) {
		status = links_load(session, &links);
		s.links = &links;
		if (status == 0)
			status = run(&s, session);
		weft_session_close(session);
	}
	links_free(&links);
	weft_text_free(&s.cells);
	for (int i = 0; i < s.n_filters; i++)
		free(s.filter[i].path);
	return status;
}
