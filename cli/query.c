/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "query.h"
#include "table.h"

/* Whether what a list of kinds chooses has a field by this name in one of them. */
static bool of_kind(const struct weft_field *data, const char *word)
{
	for (unsigned i = 0; data && data->choice && i < data->choice->n; i++)
		if (data->choice->v[i].schema &&
		    weft_field_find(data->choice->v[i].schema, word, strcspn(word, ".["), NULL))
			return true;
	return false;
}

/* A field of the kind of a link, or of the port that it is, needs no path. */
static int kind_filter(const struct query *q, struct filter *f)
{
	static const char *const at[] = { "linkinfo.data", "linkinfo.slave-data" };
	struct weft_path p;

	for (size_t i = 0; i < 2; i++) {
		if (weft_path_compile(object_told(q->o), at[i], &p, NULL) < 0 ||
		    !of_kind(p.step[p.n - 1].field, f->word))
			continue;
		if (asprintf(&f->path, "%s.%s", at[i], f->word) < 0) {
			f->path = NULL;
			return cli_fail(CLI_INTERNAL, "out of memory");
		}
		f->col.path = f->path;
		return 0;
	}
	return column_unknown(q->o, f->word, strlen(f->word));
}

/* A path that is no column. */
static int path_filter(const struct query *q, struct filter *f)
{
	struct weft_error e = { 0 };
	struct weft_path at;

	f->col = (struct column){ .name = f->word, .path = f->word };
	if (weft_path_compile(object_told(q->o), f->word, &at, &e) == 0)
		return 0;
	return strchr(f->word, '.') ? cli_error(&e, "") : kind_filter(q, f);
}

/* "0x10/0xff" of a column that has the mask in another is a filter for each. */
static int split(struct query *q, struct filter *f)
{
	const struct alias *a = q->o->aliases;
	struct filter *mask = f + 1;
	const char *slash = strchr(f->value, '/');

	while (a->word && (a->form != MASKED || !f->col.path || strcmp(a->path, f->col.path) != 0))
		a++;
	if (!a->word || !slash || f->col.form != AS_IS)
		return 0;
	*mask = (struct filter){ .word = strdup(f->word), .value = slash + 1, .not = f->not };
	f->part = strndup(f->value, (size_t)(slash - f->value));
	q->n++;
	if (!mask->word || !f->part)
		return cli_fail(CLI_INTERNAL, "out of memory");
	f->value = f->part;
	mask->col = (struct column){ .name = mask->word, .path = a->beside };
	return 0;
}

/* Places of traffic control that add takes without '=', too. */
static bool is_place(const struct object *o, const char *word)
{
	return column_find(o, "parent", 6) && object_op(o, "getqdisc") &&
	       (strcmp(word, "root") == 0 || strcmp(word, "ingress") == 0 || strcmp(word, "egress") == 0);
}

static int parse(struct query *q, const char *word)
{
	const char *eq = strchr(word, '='), *first = q->o->first;
	size_t len = eq ? (size_t)(eq - word) : 0;
	struct filter *f = &q->filter[q->n];
	const struct column *k;

	/* what names the object may stand first alone */
	if (!eq && q->n == 0 && first && word[0] != '-' && column_find(q->o, first, strlen(first))) {
		f->value = word;
		word = first;
		len = strlen(first);
	} else if (!eq && is_place(q->o, word)) {
		f->value = word;
		word = "parent";
		len = strlen(word);
	} else {
		f->not = eq && len && word[len - 1] == '!';
		f->value = eq ? eq + 1 : "";
		len -= f->not ;
	}
	if (!len)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	q->n++;
	f->word = strndup(word, len);
	if (!f->word)
		return cli_fail(CLI_INTERNAL, "out of memory");
	k = column_find(q->o, word, len);
	if (!k)
		return path_filter(q, f);
	f->col = *k;
	return split(q, f);
}

int query_open(struct query *q, struct cli *c, const struct object *o, int argc, char **argv)
{
	int status = 0;

	*q = (struct query){ .c = c, .o = o };
	q->filter = calloc((size_t)argc * 2 + 1, sizeof *q->filter);
	if (!q->filter)
		return cli_fail(CLI_INTERNAL, "out of memory");
	for (int i = 0; status == 0 && i < argc; i++)
		status = parse(q, argv[i]);
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
	for (size_t i = 0; i < q->n; i++) {
		free(q->filter[i].word);
		free(q->filter[i].part);
		free(q->filter[i].path);
	}
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

	if (!field || f->not || f->none)
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

	bool all = true;

	for (size_t i = 0; i < r->q->n; i++)
		if (all || r->q->filter[i].doubt)
			all &= filter_match(r->q, &r->q->filter[i], e);
	return all ? r->fn(e, r->user) : 0;
}

/* Whether a filter names a device, and this part is of another one. */
static bool elsewhere(const struct query *q, const struct fixed *part)
{
	for (size_t i = 0; i < q->n; i++) {
		const struct filter *f = &q->filter[i];

		for (const struct fixed *p = part; p && p->field; p++)
			if (f->col.form == DEVICE && f->col.ask && !f->not &&strcmp(f->col.ask, p->field) == 0 &&
			    links_index(&q->links, f->value) != p->value)
				return true;
	}
	return false;
}

/* An answer with what it was asked for, in a copy at *ret_copy, where the kernel tells only the upper half of that:
 * of chains, the qdisc and not its class or hook. 0, or an exit status. */
static int with_asked(const struct query *q, const struct fixed *more, struct weft_attr *a, uint8_t **ret_copy)
{
	struct weft_attr told = q->o->asked ? weft_at(*a, q->o->asked) : (struct weft_attr){ 0 };

	*ret_copy = NULL;
	for (const struct fixed *f = more; told.len == 4 && f && f->field; f++) {
		uint32_t asked = (uint32_t)f->value;

		if (strcmp(f->field, q->o->asked) != 0 || weft_get_u32(told.p) != (asked & 0xffff0000))
			continue;
		*ret_copy = malloc(a->len);
		if (!*ret_copy)
			return cli_fail(CLI_INTERNAL, "out of memory");
		memcpy(*ret_copy, a->p, a->len);
		weft_set_u32(*ret_copy + (told.p - a->p), asked);
		a->p = *ret_copy;
		break;
	}
	return 0;
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
	while (status == 0 && (r = weft_dump_next(d, &a)) > 0) {
		uint8_t *copy;

		status = with_asked(q, more, &a, &copy);
		if (status == 0)
			status = entries(q->o, a, look, run);
		free(copy);
	}
	weft_dump_close(d);
	q->interrupted |= r == -EAGAIN;
	/* asked for a table that does not exist, or for a part that went: nothing to show */
	if (status || r == 0 || r == -EAGAIN || (r == -ENOENT && q->n) || (more && (r == -ENODEV || r == -EINVAL)))
		return status;
	if (q->lenient && r == -EOPNOTSUPP)
		return 0;
	return cli_error(weft_last_error(q->s), "");
}

/* What one link has; nothing, where it has no such thing. */
static int one(struct run *run, const struct link_name *link)
{
	struct query *q = run->q;
	struct weft_msg *m = weft_request(q->o->family, q->o->get, 0);
	struct weft_reply *reply = NULL;
	int r, status;

	for (const struct fixed *f = q->o->ask; f && f->field; f++)
		weft_put_named(m, f->field, weft_kv_uint(0, f->value));
	weft_put_named(m, q->o->named, weft_kv_str(0, link->name));
	cli_tell(q->c, m);
	r = weft_call(q->s, m, &reply);
	if (r < 0)
		return r == -EOPNOTSUPP || r == -ENODEV ? 0 : cli_error(weft_last_error(q->s), "");
	status = reply ? entries(q->o, weft_reply_body(reply), look, run) : 0;
	weft_reply_free(reply);
	return status;
}

static int all_parts(struct query *q, struct run *run)
{
	int status = 0;

	if (q->o->parts)
		return q->o->parts(q->s, &q->links, dump, run);
	for (size_t i = 0; q->o->named && status == 0 && i < q->links.n; i++)
		status = one(run, &q->links.v[i]);
	if (q->o->named)
		return status;
	if (!q->o->each)
		return dump(NULL, run);
	for (size_t i = 0; status == 0 && i < q->links.n; i++) {
		const struct fixed more[] = { { q->o->each, q->links.v[i].index }, { 0 } };

		status = dump(more, run);
	}
	return status;
}

int query_run(struct query *q, entry_fn *fn, void *user)
{
	int status = all_parts(q, &(struct run){ q, fn, user });

	for (size_t i = 0; status == 0 && i < q->n; i++)
		status = filter_end(&q->filter[i]);
	return status;
}

int query_end(const struct query *q)
{
	if (!q->interrupted)
		return 0;
	return cli_fail(CLI_INTERRUPTED, "the dump was interrupted: objects may be missing or there twice");
}
