/* SPDX-License-Identifier: MIT */
/* weft get: one object by what names it, and the route to an address. */
#include <stdlib.h>
#include <string.h>

#include "change.h"
#include "help.h"
#include "query.h"
#include "table.h"

static const char help[] =
    "usage: weft [-j] get OBJECT FIELD=VALUE... [--columns NAME,...]\n"
    "       weft [-j] get link NAME\n"
    "       weft [-j] get route to ADDRESS [from ADDRESS] [iif DEV] [oif DEV] [mark N] [uid N] [tos N]\n"
    "            [ipproto PROTOCOL] [sport PORT] [dport PORT] [fibmatch]\n"
    "Prints the one object that is meant; JSON is one object. It is an error when there is none or more\n"
    "than one. With fibmatch the route as it stands in its table, else as packets take it. FIELD=VALUE\n"
    "may be written as two words.\n";

/* Whether a word is one that takes the next as its value. */
static bool takes_next(const struct object *o, const char *word, const char *next)
{
	const struct alias *a = o->get_aliases ? o->get_aliases : o->aliases;

	if (!next || strchr(word, '=') || strchr(next, '='))
		return false;
	for (; a->word; a++)
		if (strcmp(a->word, word) == 0)
			return true;
	return !o->get_aliases && column_find(o, word, strlen(word));
}

/* "to ADDRESS" becomes "to=ADDRESS", to be freed; what names the object alone gets its field. */
static int join(const struct object *o, int argc, char **argv, char ***ret, int *ret_n)
{
	char **v = calloc((size_t)argc + 1, sizeof *v);
	int n = 0;

	*ret = v;
	*ret_n = 0;
	for (int i = 0; v && i < argc; i++) {
		struct weft_text t = { 0 };
		bool next = takes_next(o, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

		if (i == 0 && !next && !strchr(argv[i], '=') && o->first && !o->get_one)
			weft_text_printf(&t, "%s=", o->first);
		weft_text_puts(&t, argv[i]);
		if (next) {
			weft_text_putc(&t, '=');
			weft_text_puts(&t, argv[++i]);
		}
		if (t.err)
			return change_memory();
		v[n++] = t.p;
		*ret_n = n;
	}
	return v ? 0 : change_memory();
}

/* The kernel gives it by its identity. */
static int get_one(struct change *x, int argc, char **argv, const char *columns)
{
	struct table t = { 0 };
	struct weft_reply *r = NULL;
	struct weft_msg *m;
	int status = change_words(x, argc, argv);

	if (status == 0)
		status = change_message(x, 0, &m);
	if (status)
		return status;
	cli_tell(x->c, m);
	if (weft_call(x->s, m, &r) < 0)
		return change_refused(x, argc, argv);
	links_free(&x->links);
	status = r ? links_load(x->s, &x->links) : cli_fail(CLI_REFUSED, "no such %s", x->o->name);
	if (status == 0)
		status = table_open(&t, x->c, x->o, &x->links, columns);
	t.one = true;
	if (status == 0)
		status = table_row(&t, &(struct entry){ weft_reply_body(r), weft_reply_body(r) });
	if (status == 0)
		status = table_end(&t);
	table_free(&t);
	weft_reply_free(r);
	return status;
}

/* The only one that a dump has. */
static int only(const struct entry *e, void *user)
{
	struct table *t = user;

	if (t->rows)
		return cli_fail(CLI_REFUSED, "more than one such %s", t->o->name);
	return table_row(t, e);
}

static int get_from_all(struct cli *c, const struct object *o, int argc, char **argv, const char *columns)
{
	struct table t = { 0 };
	struct query q;
	int status = query_open(&q, c, o, argc, argv);

	if (status == 0 && !argc)
		status = cli_fail(CLI_USAGE, "which %s? FIELD=VALUE is needed", o->name);
	if (status == 0)
		status = table_open(&t, c, o, &q.links, columns);
	t.one = true;
	if (status == 0)
		status = query_run(&q, only, &t);
	if (status == 0 && !t.rows)
		status = cli_fail(CLI_REFUSED, "no such %s", o->name);
	if (status == 0)
		status = table_end(&t);
	else
		weft_text_clear(&c->out);
	if (status == 0)
		status = query_end(&q);
	table_free(&t);
	query_free(&q);
	return status;
}

static int get(struct cli *c, const struct object *o, int argc, char **argv, const char *columns)
{
	struct change x;
	int status;

	if (!o->get_one || (o->listed && o->listed(argc, argv)))
		return get_from_all(c, o, argc, argv, columns);
	status = change_open(&x, c, o, VERB_GET, "get");
	if (status == 0)
		status = get_one(&x, argc, argv, columns);
	change_free(&x);
	return status;
}

int cmd_get(struct cli *c, int argc, char **argv)
{
	const char *columns = NULL;
	const struct object *o;
	char **words = NULL;
	int status, n = 0;

	if (help_objects(c, argc, argv, help))
		return CLI_OK;
	if (argc < 3)
		return cli_fail(CLI_USAGE, "an object and what names it are needed; see weft get --help");
	status = object_find(argv[1], &o);
	if (status)
		return status;
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--columns") == 0 && i + 1 == argc)
			return cli_fail(CLI_USAGE, "--columns: NAME,... is needed");
		if (strcmp(argv[i], "--columns") == 0)
			columns = argv[++i];
		else
			argv[2 + n++] = argv[i];
	}
	status = join(o, n, argv + 2, &words, &n);
	if (status == 0)
		status = get(c, o, n, words, columns);
	for (int i = 0; i < n; i++)
		free(words[i]);
	free(words);
	return status;
}
