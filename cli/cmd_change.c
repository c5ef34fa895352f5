/* SPDX-License-Identifier: MIT */
/* weft add, set, del: FIELD=VALUE words become one request. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/json.h>

#include "change.h"
#include "help.h"
#include "query.h"
#include "table.h"

static int unknown(struct change *x, const char *word)
{
	const char *path;
	struct words w = { 0 };

	const char *own;

	for (size_t i = 0; x->o->words && x->kind && (own = x->o->words(x->kind, i)) != NULL; i++)
		words_add(&w, own);
	for (const struct alias *a = x->o->aliases; a->word; a++)
		words_add(&w, a->word);
	for (const struct column *k = x->o->columns; !x->o->items && k->name; k++)
		words_add(&w, k->name);
	words_schema(&w, x->op->schema);
	for (unsigned i = 0; x->o->more && i < MORE_MAX; i++)
		words_schema(&w, x->o->more(x, i, false, &path));
	return cli_unknown("field", word, w.v, w.n);
}

static const struct alias *aliases(const struct change *x)
{
	return x->verb == VERB_GET && x->o->get_aliases ? x->o->get_aliases : x->o->aliases;
}

/* The field at a path whose name may be written with '_'; NULL behind a choice. */
static const struct weft_field *field_at(const struct change *x, const char *path)
{
	struct weft_path p;

	return weft_path_compile(x->op->schema, path, &p, NULL) == 0 && p.n ? p.step[p.n - 1].field : NULL;
}

/* Notes that a word sets a field: twice is an error, and so is one that the kernel would ignore. */
static int give(struct change *x, const char *word, const char *path)
{
	const struct weft_field *f = field_at(x, path);
	bool change = x->verb == VERB_ADD || x->verb == VERB_SET;
	char key[300];
	size_t n = 0;

	for (; path[n] && n + 1 < sizeof key; n++)
		key[n] = path[n] == '_' ? '-' : path[n];
	key[n] = 0;
	if (json_object_get(x->given, key))
		return cli_fail(CLI_USAGE, "%s: given twice", word);
	if (change && f && f->flags & WEFT_F_READONLY)
		return cli_fail(CLI_USAGE, "%s: read-only", word);
	for (const char *const *p = x->o->add_only; x->verb == VERB_SET && p && *p; p++)
		if (strcmp(*p, key) == 0)
			return cli_fail(CLI_USAGE, "%s: cannot be set, only given when the %s is added", word,
					x->o->name);
	for (const char *const *p = x->o->ignored; change && p && *p; p++)
		if (strcmp(*p, key) == 0)
			return cli_fail(CLI_USAGE, "%s: cannot be given in %s %s", word, x->verb_name, x->o->name);
	return json_object_set_new(x->given, key, json_string_nocheck(word)) < 0 ? change_memory() : 0;
}

bool change_given(const struct change *x, const char *path)
{
	return json_object_get(x->given, path) != NULL;
}

/* A word that show has for a bit. */
static int put_bit(struct change *x, const struct column *k, const char *value)
{
	json_int_t bits = json_integer_value(json_object_get(x->root, k->path));
	int yes = 0, status = 0;

	if (!k->settable)
		return cli_fail(CLI_USAGE, "%s: read-only", k->name);
	status = change_bool(k->name, value, &yes);
	if (status)
		return status;
	return yes ? change_number(x, k->path, (uint64_t)bits | k->bit) : 0;
}

/* A column of show that is no field by that name; NOT_MINE: there is none. */
static int put_column(struct change *x, const char *name, const char *value)
{
	const struct column *k = column_find(x->o, name, strlen(name));
	struct weft_path p;
	int status;

	if (!k || strcmp(k->name, name) != 0)
		return NOT_MINE;
	if (x->o->items || !k->path || k->text || weft_path_compile(x->op->schema, k->path, &p, NULL) < 0)
		return cli_fail(CLI_USAGE, "%s: read-only", name);
	if (k->form == BIT)
		return put_bit(x, k, value);
	status = give(x, name, k->path);
	return status ? status : change_alias(x, &(struct alias){ name, k->path, k->form, k->beside }, value);
}

/* A list has its items with commas between them. */
static int put_list(struct change *x, const char *path, const struct weft_field *f, const char *value)
{
	bool items =
	    f && f->list != WEFT_L_NONE && f->type != WEFT_T_NEST && f->type != WEFT_T_STRUCT && strchr(value, ',');
	json_t *list = items ? json_array() : NULL;
	const char *at = value;

	if (!items)
		return change_text(x, path, value);
	for (;;) {
		size_t n = strcspn(at, ",");

		if (json_array_append_new(list, json_stringn_nocheck(at, n)) < 0) {
			json_decref(list);
			return change_memory();
		}
		if (!at[n])
			return change_put(x, path, list);
		at += n + 1;
	}
}

/* A field that needs no path; NOT_MINE: there is none. */
static int put_more(struct change *x, const char *name, const char *value)
{
	size_t first = strcspn(name, ".[");
	const char *at;
	int status;

	for (unsigned i = 0; x->o->more && i < MORE_MAX; i++) {
		const struct weft_schema *s = x->o->more(x, i, false, &at);
		char path[300];

		if (!s || !weft_field_find(s, name, first, NULL))
			continue;
		/* which said why */
		if (!x->o->more(x, i, true, &at))
			return CLI_USAGE;
		(void)snprintf(path, sizeof path, "%s.%s", at, name);
		status = give(x, name, path);
		return status ? status
			      : put_list(x, path, name[first] ? NULL : weft_field_find(s, name, first, NULL), value);
	}
	return NOT_MINE;
}

/* The value of a field by any of its names. */
static int put_value(struct change *x, const char *name, const char *value)
{
	const struct weft_field *f = weft_field_find(x->op->schema, name, strcspn(name, ".["), NULL);
	int status = NOT_MINE;

	for (const struct alias *a = aliases(x); a->word; a++) {
		if (strcmp(a->word, name) != 0)
			continue;
		status = give(x, name, a->path);
		return status ? status : change_alias(x, a, value);
	}
	/* what nobody can set may be a field of the kind, too */
	if (!f || f->flags & WEFT_F_READONLY)
		status = put_more(x, name, value);
	if (status == NOT_MINE && f) {
		status = give(x, name, name);
		return status ? status : change_text(x, name, value);
	}
	if (status == NOT_MINE)
		status = put_column(x, name, value);
	return status == NOT_MINE ? unknown(x, name) : status;
}

/* One word. */
static int put_word(struct change *x, const char *word)
{
	const char *eq = strchr(word, '='), *value = eq ? eq + 1 : NULL;
	size_t len = eq ? (size_t)(eq - word) : strlen(word);
	int status = NOT_MINE;
	char name[256];

	if (len == 0 || len > 200)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	(void)snprintf(name, sizeof name, "%.*s", (int)len, word);
	if (x->o->word)
		status = x->o->word(x, name, value);
	if (status != NOT_MINE)
		return status;
	if (!value)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	return put_value(x, name, value);
}

/* Whether others are read in the light of a word: it comes first. */
static bool comes_first(const struct change *x, const char *word)
{
	size_t n = x->o->first ? strlen(x->o->first) : 0;

	return strncmp(word, "kind=", 5) == 0 || strncmp(word, "master=", 7) == 0 ||
	       (n && strncmp(word, x->o->first, n) == 0 && word[n] == '=');
}

/* A first word without '=' names the object: a device where no other word does, before it is anything else. */
static int put_first(struct change *x, int argc, char **argv)
{
	bool device = strcmp(x->o->first, "dev") == 0;
	int status = NOT_MINE;
	uint32_t index;

	for (int i = 1; i < argc; i++)
		device = device && strncmp(argv[i], "dev=", 4) != 0;
	if (device && change_is_device(x, argv[0], &index))
		return put_value(x, x->o->first, argv[0]);
	if (x->o->word)
		status = x->o->word(x, argv[0], NULL);
	if (status == NOT_MINE && x->o->word)
		status = x->o->word(x, x->o->first, argv[0]);
	return status == NOT_MINE ? put_value(x, x->o->first, argv[0]) : status;
}

int change_words(struct change *x, int argc, char **argv)
{
	int status = 0, at = 0;

	if (argc && x->o->first && !strchr(argv[0], '=')) {
		status = put_first(x, argc, argv);
		at = 1;
	}
	for (int round = 0; round < 2; round++)
		for (int i = at; status == 0 && i < argc; i++)
			if (comes_first(x, argv[i]) == (round == 0))
				status = put_word(x, argv[i]);
	for (const struct need *n = x->o->needs; status == 0 && n && n->text; n++)
		if (n->verbs & 1u << x->verb && !change_has(x, n->path) && !(n->or &&change_has(x, n->or)))
			status = cli_fail(CLI_USAGE, "%s", n->text);
	for (const struct fixed *f = x->o->fixed; status == 0 && f && f->field; f++)
		if (!change_has(x, f->field))
			status = change_number(x, f->field, f->value);
	return status == 0 && x->o->ready ? x->o->ready(x) : status;
}

/* An error by the word that set the field. */
static int by_word(const struct change *x, const struct weft_error *e, const char *what)
{
	const char *word = json_string_value(json_object_get(x->given, e->path));
	struct weft_error said = *e;

	if (word)
		(void)snprintf(said.path, sizeof said.path, "%s", word);
	return cli_error(&said, what);
}

int change_message(struct change *x, uint16_t flags, struct weft_msg **ret)
{
	struct weft_msg *m = weft_msg_new(weft_family_find(x->o->family), x->op, flags | x->flags);
	struct weft_error e = { 0 };

	if (weft_put_jansson(m, x->root, &e) < 0) {
		weft_msg_free(m);
		return by_word(x, &e, "");
	}
	weft_msg_defaults(m);
	*ret = m;
	return 0;
}

int change_open(struct change *x, struct cli *c, const struct object *o, enum verb verb, const char *verb_name)
{
	const char *op = verb == VERB_DEL ? o->del : verb == VERB_GET ? o->get : o->add;

	*x = (struct change){ .c = c, .o = o, .verb = verb, .verb_name = verb_name, .ns = -1 };
	if (!op || (verb == VERB_ADD && o->no_add))
		return cli_fail(CLI_USAGE, "%s cannot be %s", o->name,
				verb == VERB_DEL   ? "deleted"
				: verb == VERB_SET ? "set"
						   : "added");
	if (verb == VERB_SET && o->no_set)
		return cli_fail(CLI_USAGE, "%s cannot be set: delete it and add it", o->name);
	x->op = object_op(o, op);
	x->root = json_object();
	x->given = json_object();
	return x->root && x->given ? cli_session(c, 0, &x->s) : cli_fail(CLI_INTERNAL, "out of memory");
}

void change_free(struct change *x)
{
	if (x->ns >= 0)
		close(x->ns);
	json_decref(x->root);
	json_decref(x->given);
	links_free(&x->links);
	for (size_t i = 0; i < x->n_words; i++)
		free((void *)(uintptr_t)x->word[i].name);
	free(x->kind);
	free(x->port);
	weft_session_close(x->s);
}

/* Names near a kind that neither weft nor, as it seems, the kernel knows. */
static void near_kinds(const struct change *x, char *near, size_t size)
{
	const struct weft_field *data = x->kind ? field_at(x, "linkinfo.data") : NULL;
	struct words w = { 0 };

	if (!data || !data->choice)
		return;
	words_kinds(&w, data->choice);
	for (size_t i = 0; i < w.n; i++)
		if (strcmp(w.v[i], x->kind) == 0)
			return;
	weft_nearest(w.v, w.n, x->kind, strlen(x->kind), near, size);
}

int change_refused(const struct change *x, int argc, char **argv)
{
	struct weft_error said = *weft_last_error(x->s), *e = &said;
	char near[96] = "";
	char what[160];
	size_t n = (size_t)snprintf(what, sizeof what, "%s %s", x->verb_name, x->o->name);

	for (int i = 0; i < argc && n < sizeof what; i++)
		n += (size_t)snprintf(what + n, sizeof what - n, " %s", argv[i]);
	near_kinds(x, near, sizeof near);
	if (near[0]) {
		n = strlen(e->msg);
		(void)snprintf(e->msg + n, sizeof e->msg - n, "; near: %s", near);
	}
	return by_word(x, e, e->path[0] ? "" : what);
}

static int count_it(const struct entry *e, void *user)
{
	(void)e;
	++*(size_t *)user;
	return 0;
}

/* Words that the kernel would not go by: what is deleted is to be as they say. */
static int is_as_said(struct change *x, int argc, char **argv)
{
	size_t more = json_object_size(x->given), n = 0;
	struct query q;
	int status;

	for (const char *const *p = x->o->deleted_by; p && *p; p++)
		more -= json_object_get(x->given, *p) != NULL;
	if (x->verb != VERB_DEL || !x->o->deleted_by || !more)
		return 0;
	status = query_open(&q, x->c, x->o, argc, argv);
	if (status == 0)
		status = query_run(&q, count_it, &n);
	if (status == 0 && n == 0)
		status = cli_fail(CLI_REFUSED, "no such %s: nothing is deleted", x->o->name);
	query_free(&q);
	return status;
}

static int send_it(struct change *x, int argc, char **argv)
{
	uint16_t flags = x->verb == VERB_ADD   ? WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL
			 : x->verb == VERB_SET ? x->o->set_flags
					       : 0;
	struct weft_reply *reply = NULL;
	struct weft_msg *m;
	int status = change_message(x, flags, &m), r;

	if (status)
		return status;
	cli_tell(x->c, m);
	if (weft_call(x->s, m, x->o->result ? &reply : NULL) < 0)
		return change_refused(x, argc, argv);
	r = reply ? x->o->result(weft_reply_body(reply)) : 0;
	weft_reply_free(reply);
	if (r < 0)
		return cli_fail(CLI_REFUSED, "%s %s: %s", x->verb_name, x->o->name, strerror(-r));
	if (weft_last_error(x->s)->msg[0])
		(void)cli_fail(0, "warning: %s", weft_last_error(x->s)->msg);
	return 0;
}

int cmd_change(struct cli *c, int argc, char **argv)
{
	enum verb verb = argv[0][0] == 'a' ? VERB_ADD : argv[0][0] == 's' ? VERB_SET : VERB_DEL;
	const struct object *o;
	struct change x;
	int status;

	if (help_change(c, argc, argv, &status))
		return status;
	if (argc < 3)
		return cli_fail(CLI_USAGE, "an object and FIELD=VALUE are needed; see weft %s --help", argv[0]);
	status = object_find(argv[1], &o);
	if (status)
		return status;
	status = change_open(&x, c, o, verb, argv[0]);
	if (status == 0)
		status = change_words(&x, argc - 2, argv + 2);
	if (status == 0)
		status = is_as_said(&x, argc - 2, argv + 2);
	if (status == 0)
		status = send_it(&x, argc - 2, argv + 2);
	change_free(&x);
	return status;
}
