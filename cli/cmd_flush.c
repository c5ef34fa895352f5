/* SPDX-License-Identifier: MIT */
/* weft flush: deletes the objects that a filter describes, until there are none. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "many.h"
#include "query.h"

static const char help[] =
	"usage: weft [-v] flush OBJECT FIELD=VALUE...|all\n"
	"Deletes the objects that weft show OBJECT FIELD=VALUE... shows, again until there are none. Left\n"
	"alone are, unless a filter speaks of them: routes outside of table main, rules of priority 0,\n"
	"neighbours and fdb entries that are permanent or without ARP. -v tells how many went.\n";

enum {
	ROUNDS = 10,
	WAIT_MS = 20,
};

struct flush {
	struct query *q;
	const struct weft_op *op;
	bool spare, like;
	struct weft_msg **m; /* the requests of a round */
	size_t n, cap;
	size_t deleted;
	struct weft_error err; /* of the last round */
	bool busy; /* something was still in use then */
};

static int note(const struct entry *e, void *user)
{
	static const struct weft_copy settable = { .without = WEFT_F_READONLY };
	struct flush *f = user;
	struct weft_msg *m;

	if (f->spare && f->q->o->spared(e))
		return 0;
	if (f->n == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 256;
		struct weft_msg **p = realloc(f->m, cap * sizeof(struct weft_msg *));

		if (!p)
			return cli_fail(CLI_INTERNAL, "out of memory");
		f->m = p;
		f->cap = cap;
	}
	m = weft_msg_new(weft_family_find(f->q->o->family), f->op, 0);
	if (f->like)
		f->q->o->erase_like(e, m);
	else if (f->q->o->erase)
		f->q->o->erase(e, m);
	else
		weft_put_from(m, e->msg, &settable);
	f->m[f->n++] = m;
	return 0;
}

/* The object was gone already: with another, or by another's hand. */
static bool was_gone(int code)
{
	return code == -ESRCH || code == -ENOENT || code == -ENODEV || code == -EADDRNOTAVAIL || code == -ENXIO;
}

/* Notes and deletes; *ret_left: what is still there after it. */
static int round_of(struct flush *f, size_t *ret_left)
{
	int status = query_run(f->q, note, f);
	int *code = calloc(f->n + 1, sizeof *code);

	if (!code)
		status = cli_fail(CLI_INTERNAL, "out of memory");
	if (status == 0)
		status = many_send(f->q->c, f->q->s, f->m, f->n, was_gone, code, &f->err);
	*ret_left = 0;
	f->busy = false;
	for (size_t i = 0; i < f->n; i++) {
		f->busy |= status == 0 && code[i] == -EBUSY;
		weft_msg_free(f->m[i]);
		f->deleted += status == 0 && code[i] == 0;
		*ret_left += status != 0 || (code[i] < 0 && !was_gone(code[i]));
	}
	free(code);
	return status;
}

/* Deleting one object may bring or take others: an address its secondaries, a route that was hidden. */
static int rounds(struct flush *f, int *ret_rounds)
{
	size_t left = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int status;

		f->n = 0;
		f->q->interrupted = false;
		status = round_of(f, &left);
		if (status)
			return status;
		*ret_rounds += f->n > 0;
		if (f->n == 0 && !f->q->interrupted)
			return 0;
		if (f->n && left == f->n && !f->busy)
			break;
		/* what used it is gone a little later */
		if (f->busy)
			(void)poll(NULL, 0, WAIT_MS);
	}
	if (left)
		return cli_error(&f->err, f->q->o->name);
	return cli_fail(CLI_REFUSED, "there are still such objects after %d rounds", ROUNDS);
}

/* Whether no filter speaks of more than the columns that erase_like goes by. */
static bool only_like(const struct query *q)
{
	for (size_t i = 0; q->o->erase_like && i < q->n; i++) {
		const char *const *name = q->o->like;

		while (*name && (q->filter[i].path || strcmp(*name, q->filter[i].col.name) != 0))
			name++;
		if (!*name)
			return false;
	}
	return q->o->erase_like != NULL;
}

static int flush(struct query *q)
{
	struct flush f = { .q = q, .op = object_op(q->o, q->o->del) };
	int n = 0, status;

	f.like = only_like(q);
	f.spare = q->o->spared && !(q->o->spared_by && query_has(q, q->o->spared_by));
	status = rounds(&f, &n);
	free(f.m);
	if (q->c->verbose)
		(void)cli_fail(0, "deleted %zu %s in %d round%s", f.deleted, f.deleted == 1 ? q->o->name : q->o->plural, n,
			       n == 1 ? "" : "s");
	return status;
}

int cmd_flush(struct cli *c, int argc, char **argv)
{
	const struct object *o;
	struct query q;
	bool all;
	int status;

	if (help_objects(c, argc, argv, help))
		return CLI_OK;
	if (argc < 2)
		return cli_fail(CLI_USAGE, "an object is needed; see weft flush --help");
	status = object_find(argv[1], &o);
	if (status)
		return status;
	all = argc == 3 && strcmp(argv[2], "all") == 0;
	if (!o->del || o->no_flush)
		return cli_fail(CLI_USAGE, "%s cannot be flushed", o->name);
	if (argc == 2)
		return cli_fail(CLI_USAGE, "which %s? FIELD=VALUE or all is needed", o->plural);
	status = query_open(&q, c, o, all ? 0 : argc - 2, argv + 2);
	if (status == 0)
		status = flush(&q);
	query_free(&q);
	return status;
}
