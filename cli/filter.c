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

/* The row of a column's value, and the schema that it is in; NULL: behind a choice, or written by code. */
static const struct weft_field *field_of(const struct query *q, const struct column *col,
					 const struct weft_schema **ret_in)
{
	bool around = col->path && strncmp(col->path, "../", 3) == 0;
	const struct weft_schema *s = around ? object_told(q->o) : object_items(q->o);
	struct weft_path p;

	if (!col->path || weft_path_compile(s, around ? col->path + 3 : col->path, &p, NULL) < 0 || !p.n)
		return NULL;
	*ret_in = p.n > 1 && p.step[p.n - 2].field ? p.step[p.n - 2].field->sub : s;
	return p.step[p.n - 1].field;
}

static bool is_ip(const struct weft_field *f)
{
	return f && (f->type == WEFT_T_IP || f->type == WEFT_T_IP4 || f->type == WEFT_T_IP6 || f->type == WEFT_T_VIA);
}

/* The kinds that a field chooses by, or NULL. */
static const struct weft_choice *choice_by(const struct weft_field *f, const struct weft_schema *in)
{
	for (unsigned i = 0; f && f->type == WEFT_T_STR && in && i < in->n; i++) {
		const struct weft_choice *c = in->fields[i].choice;

		if (c && c->selector == f->number && c->n && c->v[0].value)
			return c;
	}
	return NULL;
}

/* What stands for no value at all. */
static bool means_none(const struct filter *f, const struct weft_field *field, const struct weft_choice *kinds)
{
	bool none = strcmp(f->value, "none") == 0;

	if (f->col.form == PREFIX)
		return none || strcmp(f->value, "all") == 0 || strcmp(f->value, "default") == 0;
	return none && (f->col.form == DEVICE || kinds || is_ip(field));
}

static int check_device(struct query *q, struct filter *f)
{
	struct words w = { 0 };
	unsigned long long n;
	uint32_t index;

	if (links_index(&q->links, f->value) || number(f->value, &n) ||
	    (strncmp(f->value, "if", 2) == 0 && number(f->value + 2, &n)))
		return 0;
	index = links_ask(q->s, f->value);
	if (index) {
		f->value = links_name(&q->links, index, "", 0);
		return 0;
	}
	for (size_t i = 0; i < q->links.n; i++)
		words_add(&w, q->links.v[i].name);
	(void)cli_unknown(f->word, f->value, w.v, w.n);
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
	return cli_unknown(f->word, f->value, w.v, w.n);
}

static int unknown_kind(const struct filter *f, const struct weft_choice *kinds)
{
	struct words w = { 0 };

	words_kinds(&w, kinds);
	return cli_unknown(f->word, f->value, w.v, w.n);
}

/* This kernel may have kinds that have no rows. */
static int check_kind(struct filter *f, const struct weft_choice *kinds)
{
	for (unsigned i = 0; i < kinds->n; i++)
		if (kinds->v[i].value && strcmp(kinds->v[i].value, f->value) == 0)
			return 0;
	f->doubt = kinds;
	return f->not ? unknown_kind(f, kinds) : 0;
}

static int check_name(const struct filter *f, const struct weft_names *names, const char *name)
{
	struct words w = { 0 };
	unsigned long long v;
	uint32_t found;

	if (number(name, &v) || weft_names_value(names, name, strlen(name), &found))
		return 0;
	for (uint32_t i = 0; i < names->n; i++) {
		words_add(&w, names->v[i].name);
		if (strcasecmp(names->v[i].name, name) == 0)
			return 0;
	}
	return cli_unknown(f->word, name, w.v, w.n);
}

/* Each of the words "a,b" is one of the field's. */
static int check_names(const struct filter *f, const struct weft_names *names)
{
	int status = 0;
	char name[128];

	for (const char *p = f->value; status == 0 && *p; p += *p == ',') {
		size_t n = strcspn(p, ",");

		(void)snprintf(name, sizeof name, "%.*s", (int)(n > 127 ? 127 : n), p);
		status = check_name(f, names, name);
		p += n;
	}
	return status;
}

static int check_bit(struct filter *f)
{
	bool yes = strcmp(f->value, "true") == 0 || strcmp(f->value, "1") == 0;

	if (!yes && strcmp(f->value, "false") != 0 && strcmp(f->value, "0") != 0)
		return cli_fail(CLI_USAGE, "%s: true or false is needed: \"%.40s\"", f->word, f->value);
	f->value = yes ? "true" : "false";
	return 0;
}

static int check_address(const struct filter *f, const struct weft_field *field)
{
	bool mac = weft_mac(f->value).len != 0, label = strspn(f->value, "0123456789/") == strlen(f->value);
	struct weft_ip ip;

	if (weft_ip_parse(f->value, &ip) == 0)
		return is_ip(field) && f->col.form == AS_IS && !f->col.text && ip.plen < 8 * weft_ip_len(&ip)
			   ? cli_fail(CLI_USAGE, "%s: an address is needed, not a prefix: \"%.60s\"", f->word, f->value)
			   : 0;
	if (is_ip(field) ? label : mac)
		return 0;
	return cli_fail(CLI_USAGE, "%s: not an address%s: \"%.60s\"", f->word,
			f->col.form == PREFIX ? " or prefix" : "", f->value);
}

/* By the row alone, what has no form of its own. */
static int check_plain(const struct filter *f, const struct weft_field *field)
{
	unsigned long long n;

	if (field->names)
		return check_names(f, field->names);
	if (field->type >= WEFT_T_U8 && field->type <= WEFT_T_UINT && !field->unit && !field->list &&
	    !number(f->value, &n) && f->value[0] != '-')
		return cli_fail(CLI_USAGE, "%s: not a number: \"%.60s\"", f->word, f->value);
	return 0;
}

int filter_check(struct query *q, struct filter *f)
{
	const struct weft_schema *in = NULL;
	const struct weft_field *field = field_of(q, &f->col, &in);
	const struct weft_choice *kinds = choice_by(field, in);
	bool address =
	    f->col.form == PREFIX || (f->col.form == AS_IS && field && (is_ip(field) || field->type == WEFT_T_MAC));

	f->none = means_none(f, field, kinds);
	if (f->none)
		return 0;
	if (!*f->value)
		return cli_fail(CLI_USAGE, "%s: a value is missing", f->word);
	if (f->col.form == DEVICE || f->col.device)
		return check_device(q, f);
	if (f->col.form == BIT)
		return check_bit(f);
	if (f->col.form == RANGE && strspn(f->value, "0123456789-/xabcdefABCDEF") != strlen(f->value))
		return cli_fail(CLI_USAGE, "%s: not a number or range: \"%.40s\"", f->word, f->value);
	if (address)
		return check_address(f, field);
	if (kinds)
		return check_kind(f, kinds);
	if (f->col.form == AS_IS && !f->col.text && field)
		return check_plain(f, field);
	return check_word(f);
}

int filter_end(const struct filter *f)
{
	return f->doubt && !f->found ? unknown_kind(f, f->doubt) : 0;
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
		return x.family == y.family && memcmp(x.b, y.b, sizeof x.b) == 0 && (x.plen == y.plen || !x.written);
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
	return *f->value && a.field && (f->col.list || a.field->flags & WEFT_F_FLAGS || a.field->list) &&
	       among(f->value, text);
}

/* An empty text that keeps its failure. */
static void again(struct weft_text *t)
{
	t->len = 0;
	if (t->p)
		t->p[0] = 0;
}

bool filter_match(const struct query *q, struct filter *f, const struct entry *e)
{
	struct column plain = f->col;
	struct weft_text t = { 0 };
	bool is_number, yes, any = cell(&f->col, e, &q->links, &t, &is_number);

	yes = any && t.p && matches(f, e, t.p);
	/* what several next hops have is there in the table */
	if (!any && f->col.table_text) {
		again(&t);
		any = f->col.table_text(&f->col, e, &q->links, &t);
		yes = any && t.p && *f->value && among(f->value, t.p);
	}
	yes = yes || (f->none && (!any || (f->col.absent && t.p && strcmp(t.p, f->col.absent) == 0)));
	/* table=254 is table=main */
	plain.form = AS_IS;
	plain.text = NULL;
	again(&t);
	yes = yes || (plain.path && f->col.form != BIT && cell(&plain, e, &q->links, &t, &is_number) && t.p &&
		      matches(f, e, t.p));
	q->c->out.err = q->c->out.err ? q->c->out.err : t.err;
	weft_text_free(&t);
	f->found |= yes;
	return yes != f->not ;
}
