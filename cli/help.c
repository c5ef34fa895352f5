/* SPDX-License-Identifier: MIT */
/* Help made of the rows and the tables of the objects. */
#include <stdio.h>
#include <string.h>

#include "help.h"

enum {
	DEPTH = 4, /* nests inside nests */
	NAME = 28, /* width of the names */
};

static const char *type_name(const struct weft_field *f)
{
	static const char *const names[] = {
		[WEFT_T_FLAG] = "flag",
		[WEFT_T_U8] = "u8",
		[WEFT_T_U16] = "u16",
		[WEFT_T_U32] = "u32",
		[WEFT_T_U64] = "u64",
		[WEFT_T_S8] = "s8",
		[WEFT_T_S16] = "s16",
		[WEFT_T_S32] = "s32",
		[WEFT_T_S64] = "s64",
		[WEFT_T_BE16] = "u16",
		[WEFT_T_BE32] = "u32",
		[WEFT_T_BE64] = "u64",
		[WEFT_T_UINT] = "number",
		[WEFT_T_STR] = "text",
		[WEFT_T_BIN] = "hex bytes",
		[WEFT_T_IP] = "address",
		[WEFT_T_IP4] = "IPv4 address",
		[WEFT_T_IP6] = "IPv6 address",
		[WEFT_T_MAC] = "link-layer address",
		[WEFT_T_VIA] = "address",
		[WEFT_T_LABELS] = "labels",
		[WEFT_T_BITFIELD32] = "bits",
		[WEFT_T_NEST] = "",
		[WEFT_T_STRUCT] = "",
		[WEFT_T_SUB] = "",
	};

	return f->type < sizeof names / sizeof *names && names[f->type] ? names[f->type] : "value";
}

static void words(struct weft_text *t, const struct weft_names *n, bool flags)
{
	weft_text_puts(t, " ");
	for (uint32_t i = 0; i < n->n; i++)
		weft_text_printf(t, "%s%s", i ? flags ? "," : "|" : "", n->v[i].name);
}

static void field(struct weft_text *t, const struct weft_field *f, const char *above, int depth);

static void fields(struct weft_text *t, const struct weft_schema *s, const char *above, int depth)
{
	if (s->header)
		fields(t, s->header, above, depth);
	for (unsigned i = 0; i < s->n; i++)
		if (s->fields[i].type != WEFT_T_PAD && !(s->fields[i].flags & WEFT_F_READONLY))
			field(t, &s->fields[i], above, depth);
}

static void choices(struct weft_text *t, const struct weft_choice *c)
{
	weft_text_puts(t, " by its kind:");
	for (unsigned i = 0; i < c->n; i++)
		if (c->v[i].value)
			weft_text_printf(t, " %s", c->v[i].value);
}

static void field(struct weft_text *t, const struct weft_field *f, const char *above, int depth)
{
	bool nest = f->type == WEFT_T_NEST || f->type == WEFT_T_STRUCT;
	char name[64], path[200];

	(void)snprintf(path, sizeof path, "%s%s%s", above, *above ? "." : "", weft_field_name(f, name, sizeof name));
	weft_text_printf(t, "  %-*s %s%s", NAME, path, f->list ? "list " : "", type_name(f));
	if (f->type == WEFT_T_STR && f->max)
		weft_text_printf(t, " of at most %u bytes", f->max);
	if (f->names)
		words(t, f->names, f->flags & WEFT_F_FLAGS);
	if (f->type == WEFT_T_SUB && f->choice && f->choice->n && f->choice->v[0].value)
		choices(t, f->choice);
	while (t->len && !t->err && t->p[t->len - 1] == ' ')
		t->len--;
	if (f->doc)
		weft_text_printf(t, " (%s)", f->doc);
	weft_text_putc(t, '\n');
	if (nest && f->sub && depth < DEPTH)
		fields(t, f->sub, path, depth + 1);
}

void help_fields(struct weft_text *t, const struct weft_schema *s)
{
	fields(t, s, "", 0);
}

static bool asked(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static const char *value_of(int argc, char **argv, const char *word)
{
	size_t n = strlen(word);

	for (int i = 2; i < argc; i++)
		if (strncmp(argv[i], word, n) == 0 && argv[i][n] == '=')
			return argv[i] + n + 1;
	return NULL;
}

/* What a value of `kind` opens: the rows of "linkinfo.data" for a link. */
static const struct weft_choice *choice_of(const struct weft_schema *s)
{
	const struct weft_field *info = weft_field_find(s, "linkinfo", 8, NULL);
	const struct weft_field *f =
	    info ? weft_field_find(info->sub, "data", 4, NULL) : weft_field_find(s, "options", 7, NULL);

	return f && f->type == WEFT_T_SUB ? f->choice : NULL;
}

static void kind_words(struct weft_text *t, const struct object *o, const char *kind)
{
	const char *word = o->words ? o->words(kind, 0) : NULL;

	if (word)
		weft_text_printf(t, "words of kind %s:\n ", kind);
	for (size_t i = 0; word; word = o->words(kind, ++i))
		weft_text_printf(t, " %s", word);
	if (o->words)
		weft_text_putc(t, '\n');
}

static int kind_fields(struct cli *c, const struct object *o, const char *kind)
{
	const struct weft_choice *choice = choice_of(object_op(o, o->get)->schema);
	struct words w = { 0 };

	for (unsigned i = 0; choice && i < choice->n; i++) {
		if (!choice->v[i].value)
			continue;
		words_add(&w, choice->v[i].value);
		if (strcmp(choice->v[i].value, kind) != 0)
			continue;
		kind_words(&c->out, o, kind);
		weft_text_printf(&c->out, "fields of kind %s:\n", kind);
		help_fields(&c->out, choice->v[i].schema);
		return 0;
	}
	return cli_unknown("kind", kind, w.v, w.n);
}

static void alias_words(struct weft_text *t, const struct alias *a)
{
	weft_text_puts(t, "words:\n");
	for (; a && a->word; a++) {
		weft_text_printf(t, "  %-*s %s", NAME, a->word, a->form == DEVICE ? "device" : a->path);
		if (a->form == DEVICE)
			weft_text_printf(t, " (%s)", a->path);
		if (form_word(a->form, 0) || form_word(a->form, 2)) {
			weft_text_putc(t, ' ');
			form_words(a->form, t);
		}
		weft_text_putc(t, '\n');
	}
}

/* Whether set makes an object that is not there. */
static bool set_makes(const struct object *o)
{
	return o->add && !o->no_set && o->set_flags & WEFT_NLM_F_CREATE;
}

static void set_words(struct weft_text *t, const struct object *only)
{
	const struct object *o;

	if (only && only->no_set)
		return;
	if (only) {
		weft_text_printf(t, "set changes one that is there%s.\n",
				 set_makes(only) ? ", and makes it where it is not" : "");
		return;
	}
	weft_text_puts(t, "set changes an object that is there; where it is not it makes");
	for (size_t i = 0; (o = object_at(i)) != NULL; i++)
		if (set_makes(o))
			weft_text_printf(t, " %s", o->name);
	weft_text_puts(t, ".\n");
}

bool help_change(struct cli *c, int argc, char **argv, int *ret_status)
{
	struct weft_text *t = &c->out;
	const struct object *o;
	const char *kind = value_of(argc, argv, "kind");

	if (!asked(argc, argv))
		return false;
	*ret_status = 0;
	weft_text_printf(t, "usage: weft %s OBJECT FIELD=VALUE...\n", argv[0]);
	if (argc < 3 || argv[1][0] == '-') {
		for (size_t i = 0; (o = object_at(i)) != NULL; i++)
			if (o->add)
				weft_text_puts(t, o->help);
		if (argv[0][0] == 's')
			set_words(t, NULL);
		weft_text_printf(t,
				 "FIELD: a word above, a field of weft do, or a path (linkinfo.data.id).\n"
				 "weft %s OBJECT --help lists them, with kind=KIND those of a kind.\n",
				 argv[0]);
		return true;
	}
	*ret_status = object_find(argv[1], &o);
	if (*ret_status == 0 && kind) {
		*ret_status = kind_fields(c, o, kind);
	} else if (*ret_status == 0) {
		weft_text_puts(t, o->help);
		if (argv[0][0] == 's')
			set_words(t, o);
		alias_words(t, o->aliases);
		if (o->add) {
			weft_text_puts(t, "fields:\n");
			help_fields(t, object_op(o, o->add)->schema);
		}
	}
	if (*ret_status)
		weft_text_clear(t);
	return true;
}

bool help_show(struct cli *c, int argc, char **argv, int *ret_status)
{
	struct weft_text *t = &c->out;
	const struct object *o;

	if (!asked(argc, argv))
		return false;
	*ret_status = 0;
	weft_text_printf(t, "usage: weft [-j] %s OBJECT [FIELD=VALUE...] [--columns NAME,...]\nOBJECT:", argv[0]);
	object_names(t);
	weft_text_puts(t, "\nFIELD: a column or a path (linkinfo.data.id); only objects with that value are shown,\n"
			  "with FIELD!=VALUE those without it. Without --columns the table has the usual columns\n"
			  "and JSON all; weft show OBJECT --help lists them.\n");
	if (argc < 3 || argv[1][0] == '-')
		return true;
	*ret_status = object_find(argv[1], &o);
	if (*ret_status) {
		weft_text_clear(t);
		return true;
	}
	weft_text_puts(t, "columns (* in the table), + at the end of a line where it says something:\n");
	for (const struct column *k = o->columns; k->name; k++)
		if (!k->table)
			weft_text_printf(t, " %s %s\n", k->more ? "+" : k->wide ? " " : "*", k->name);
	return true;
}

bool help_op(struct cli *c, int argc, char **argv, const char *text, unsigned kind, int *ret_status)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct weft_text *t = &c->out;

	if (!asked(argc, argv))
		return false;
	*ret_status = 0;
	weft_text_puts(t, text);
	if (argc < 3 || argv[1][0] == '-')
		return true;
	*ret_status = cli_family(argv[1], &f);
	if (*ret_status == 0 && (argc < 4 || argv[2][0] == '-')) {
		weft_text_printf(t, "operations of %s:", f->name);
		for (unsigned i = 0; i < f->n_ops; i++)
			if (f->ops[i].kinds & kind && f->ops[i].request)
				weft_text_printf(t, " %s", f->ops[i].name);
		weft_text_putc(t, '\n');
	} else if (*ret_status == 0) {
		*ret_status = cli_op(f, argv[2], kind, &op);
		if (*ret_status == 0) {
			weft_text_printf(t, "fields of %s %s:\n", f->name, op->name);
			help_fields(t, op->schema);
		}
	}
	if (*ret_status)
		weft_text_clear(t);
	return true;
}

bool help_objects(struct cli *c, int argc, char **argv, const char *text)
{
	if (!asked(argc, argv))
		return false;
	weft_text_puts(&c->out, text);
	weft_text_puts(&c->out, "OBJECT:");
	object_names(&c->out);
	weft_text_putc(&c->out, '\n');
	return true;
}
