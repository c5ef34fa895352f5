/* SPDX-License-Identifier: MIT */
/* Values of FIELD=VALUE words against objects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "query.h"

static bool number(const char *text, unsigned long long *ret)
{
	char *end;

	*ret = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && !*end;
}

/* The row of a column's value, or NULL: behind a choice, or written by code. */
static const struct weft_field *field_of(const struct query *q, const struct column *col)
{
	const struct weft_op *op = object_op(q->o, q->o->get);
	struct weft_path p;

	if (!col->path || q->o->items ||
	    weft_path_compile(op->reply_schema ? op->reply_schema : op->schema, col->path, &p, NULL) < 0 || !p.n)
		return NULL;
	return p.step[p.n - 1].field;
}

/* What stands for no value at all. */
static bool means_none(const struct filter *f)
{
	if (f->col.form == PREFIX)
		return strcmp(f->value, "all") == 0 || strcmp(f->value, "default") == 0;
	return f->col.form == DEVICE && strcmp(f->value, "none") == 0;
}

static int check_device(const struct query *q, const struct filter *f)
{
	struct words w = { 0 };
	unsigned long long n;

	if (links_index(&q->links, f->value) || number(f->value, &n) ||
	    (strncmp(f->value, "if", 2) == 0 && number(f->value + 2, &n)))
		return 0;
	for (size_t i = 0; i < q->links.n; i++)
		words_add(&w, q->links.v[i].name);
	(void)cli_unknown(f->col.name, f->value, w.v, w.n);
	return CLI_REFUSED;
}

static int check_word(const struct filter *f)
{
	struct words w = { 0 };
	unsigned long long n;
	uint32_t v;

	form_list(f->col.form, &w);
	if (!w.n || number(f->value, &n) || form_value(f->col.form, f->value, &v))
		return 0;
	for (size_t i = 0; i < w.n; i++)
		if (strcasecmp(w.v[i], f->value) == 0)
			return 0;
	return cli_unknown(f->col.name, f->value, w.v, w.n);
}

int filter_check(const struct query *q, const struct filter *f)
{
	const struct weft_field *field = field_of(q, &f->col);
	unsigned long long n;
	struct weft_ip ip;
	bool plain = f->col.form == AS_IS && !f->col.text && field && !field->list;

	if (means_none(f))
		return 0;
	if (f->col.form == DEVICE)
		return check_device(q, f);
	if (f->col.form == PREFIX && !f->col.text && !number(f->value, &n) &&
	    weft_ip_parse(f->value, &ip) < 0)
		return cli_fail(CLI_USAGE, "%s: not an address or prefix: \"%.60s\"", f->col.name, f->value);
	if (plain && field->type >= WEFT_T_U8 && field->type <= WEFT_T_UINT && !field->names && !field->unit &&
	    !number(f->value, &n) && f->value[0] != '-')
		return cli_fail(CLI_USAGE, "%s: not a number: \"%.60s\"", f->col.name, f->value);
	return check_word(f);
}

/* Whether two texts are the same value; exact: nothing is known of how it may be written. */
static bool same(const char *a, const char *b, bool exact)
{
	unsigned long long m, n;
	struct weft_ip x, y;

	if (exact || strcmp(a, b) == 0)
		return strcmp(a, b) == 0;
	if (number(a, &m) && number(b, &n))
		return m == n;
	if (weft_ip_parse(a, &x) == 0 && weft_ip_parse(b, &y) == 0)
		return x.family == y.family && memcmp(x.b, y.b, sizeof x.b) == 0 &&
		       (x.plen == y.plen || !x.written);
	return strcasecmp(a, b) == 0;
}

/* Whether all words of a value "a,b" are among those of a text. */
static bool among(const char *value, const char *text)
{
	char a[128], b[128];

	while (*value) {
		size_t n = strcspn(value, ","), m;
		const char *p = text;

		(void)snprintf(a, sizeof a, "%.*s", (int)(n > 127 ? 127 : n), value);
		for (; *p; p += m + (p[m] == ',')) {
			m = strcspn(p, ",");
			(void)snprintf(b, sizeof b, "%.*s", (int)(m > 127 ? 127 : m), p);
			if (same(a, b, false))
				break;
		}
		if (!*p)
			return false;
		value += n + (value[n] == ',');
	}
	return true;
}

static bool matches(const struct filter *f, const struct entry *e, const char *text)
{
	struct weft_attr a = f->col.path ? entry_at(e, f->col.path) : (struct weft_attr){ 0 };
	bool string = a.field && a.field->type == WEFT_T_STR;

	if (same(f->value, text, string))
		return true;
	return *f->value && a.field && (a.field->flags & WEFT_F_FLAGS || a.field->list) && among(f->value, text);
}

bool filter_match(const struct query *q, const struct filter *f, const struct entry *e)
{
	struct column plain = f->col;
	struct weft_text t = { 0 };
	bool is_number, yes, any = cell(&f->col, e, &q->links, &t, &is_number);

	yes = any && t.p && matches(f, e, t.p);
	/* what several next hops have is there in the table */
	if (!any && f->col.table_text) {
		t.len = 0;
		any = f->col.table_text(&f->col, e, &q->links, &t);
		yes = any && t.p && *f->value && among(f->value, t.p);
	}
	yes = yes || (!any && means_none(f)) || (any && means_none(f) && f->col.absent && t.p && strcmp(t.p, f->col.absent) == 0);
	/* table=254 is table=main */
	plain.form = AS_IS;
	plain.text = NULL;
	t.len = 0;
	yes = yes || (plain.path && cell(&plain, e, &q->links, &t, &is_number) && t.p && matches(f, e, t.p));
	q->c->out.err = q->c->out.err ? q->c->out.err : t.err;
	weft_text_free(&t);
	return yes != f->not;
}
