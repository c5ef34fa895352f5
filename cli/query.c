/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"
#include "table.h"

/* A word without '=' that comes first is what names the object. */
static int name(struct query *q, const char *word)
{
	q->filter[q->n].col = *column_find(q->o, q->o->first, strlen(q->o->first));
	q->filter[q->n++].value = word;
	return 0;
}

static int parse(struct query *q, const char *word, const struct weft_schema *schema)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) : 0;
	struct filter *f = &q->filter[q->n];
	const struct column *k;

	if (!eq && q->n == 0 && q->o->first && word[0] != '-' && column_find(q->o, q->o->first, strlen(q->o->first)))
		return name(q, word);
	if (eq && len && word[len - 1] == '!') {
		f->not = true;
		len--;
	}
	if (!len)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	f->value = eq + 1;
	k = column_find(q->o, word, len);
	if (k) {
		f->col = *k;
	} else {
		char *path = strndup(word, len);
		struct weft_error e = { 0 };
		struct weft_path at;
		int status = path ? 0 : cli_fail(CLI_INTERNAL, "out of memory");

		if (path && weft_path_compile(schema, path, &at, &e) < 0)
			status = strchr(path, '.') ? cli_error(&e, "") : column_unknown(q->o, word, len);
		if (status) {
			free(path);
			return status;
		}
		f->path = path;
		f->col = (struct column){ .name = path, .path = path };
	}
	q->n++;
	return 0;
}

int query_open(struct query *q, struct cli *c, const struct object *o, int argc, char **argv)
{
	const struct weft_op *op = object_op(o, o->get);
	int status = 0;

	*q = (struct query){ .c = c, .o = o };
	q->filter = calloc((size_t)argc + 1, sizeof *q->filter);
	if (!q->filter)
		return cli_fail(CLI_INTERNAL, "out of memory");
	for (int i = 0; status == 0 && i < argc; i++)
		status = parse(q, argv[i], op->reply_schema ? op->reply_schema : op->schema);
	if (status == 0)
		status = cli_session(c, 0, &q->s);
	if (status == 0)
		status = links_load(q->s, &q->links);
	for (size_t i = 0; status == 0 && i < q->n; i++)
		status = filter_check(q, &q->filter[i]);
	return status;
}

void query_free(struct query *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->filter[i].path);
	free(q->filter);
	links_free(&q->links);
	weft_session_close(q->s);
}

bool query_has(const struct query *q, const char *column)
{
	for (size_t i = 0; i < q->n; i++)
		if (strcmp(q->filter[i].col.name, column) == 0)
			return true;
	return false;
}

/* A value by its path, "tab[0].kind": of a list only the first item. */
static void put_path(struct weft_msg *m, const char *path, struct weft_kv kv)
{
	int opened = 0;

	for (;;) {
		size_t n = strcspn(path, ".[");
		char name[64];

		(void)snprintf(name, sizeof name, "%.*s", (int)n, path);
		if (!path[n]) {
			weft_put_named(m, name, kv);
			break;
		}
		weft_open_named(m, name);
		opened++;
		if (path[n] == '[') {
			weft_open(m, 0);
			opened++;
			n += strcspn(path + n, ".");
		}
		path += n + 1;
	}
	while (opened--)
		weft_close(m);
}

/* What the kernel can filter, it filters; the result is checked here all the same. */
static void narrow(const struct query *q, const struct filter *f, struct weft_msg *m)
{
	const char *field = f->col.ask;
	struct weft_kv kv = weft_kv_str(0, f->value);
	uint32_t v = 0;

	if (!field || f->not)
		return;
	if (f->col.form == DEVICE) {
		v = links_index(&q->links, f->value);
		if (!v)
			return;
		kv = weft_kv_uint(0, v);
	} else if (f->col.form != AS_IS) {
		if (!form_value(f->col.form, f->value, &v))
			return;
		kv = weft_kv_uint(0, v);
	}
	put_path(m, field, kv);
}

struct run {
	struct query *q;
	entry_fn *fn;
	void *user;
};

static int look(const struct entry *e, void *user)
{
	struct run *r = user;

	for (size_t i = 0; i < r->q->n; i++)
		if (!filter_match(r->q, &r->q->filter[i], e))
			return 0;
	return r->fn(e, r->user);
}

/* Whether a filter names a device, and this part is of another one. */
static bool elsewhere(const struct query *q, const struct fixed *part)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct filter *f = &q->filter[i];

		for (const struct fixed *p = part; p && p->field; p++)
			if (f->col.form == DEVICE && f->col.ask && !f->not && strcmp(f->col.ask, p->field) == 0 &&
			    links_index(&q->links, f->value) != p->value)
				return true;
	}
	return false;
}

/* One dump; more: further fields of its request, or NULL. */
static int dump(const struct fixed *more, void *user)
{
	struct run *run = user;
	struct query *q = run->q;
	struct weft_msg *m;
	struct weft_dump *d;
	struct weft_attr a;
	int r, status = 0;

	if (elsewhere(q, more))
		return 0;
	m = weft_request(q->o->family, q->o->get, 0);
	for (const struct fixed *f = q->o->ask; f && f->field; f++)
		weft_put_named(m, f->field, weft_kv_uint(0, f->value));
	for (const struct fixed *f = more; f && f->field; f++)
		put_path(m, f->field, f->text ? weft_kv_str(0, f->text) : weft_kv_int(0, (int64_t)f->value));
	for (size_t i = 0; i < q->n; i++)
		narrow(q, &q->filter[i], m);
	cli_tell(q->c, m);
	r = weft_dump_start(q->s, m, &d);
	if (r < 0)
		return cli_error(weft_last_error(q->s), "");
	while (status == 0 && (r = weft_dump_next(d, &a)) > 0)
		status = entries(q->o, a, look, run);
	weft_dump_close(d);
	q->interrupted |= r == -EAGAIN;
	/* asked for a table that does not exist, or for a part that went: nothing to show */
	if (status || r == 0 || r == -EAGAIN || (r == -ENOENT && q->n) || (more && (r == -ENODEV || r == -EINVAL)))
		return status;
	if (q->lenient && r == -EOPNOTSUPP)
		return 0;
	return cli_error(weft_last_error(q->s), "");
}

int query_run(struct query *q, entry_fn *fn, void *user)
{
	struct run run = { q, fn, user };
	int status = 0;

	if (q->o->parts)
		return q->o->parts(q->s, &q->links, dump, &run);
	if (!q->o->each)
		return dump(NULL, &run);
	for (size_t i = 0; status == 0 && i < q->links.n; i++) {
		const struct fixed more[] = { { q->o->each, q->links.v[i].index }, { 0 } };

		status = dump(more, &run);
	}
	return status;
}

int query_end(const struct query *q)
{
	if (!q->interrupted)
		return 0;
	return cli_fail(CLI_INTERRUPTED, "the dump was interrupted: objects may be missing or there twice");
}
