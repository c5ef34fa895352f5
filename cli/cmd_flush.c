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
    "neighbours and fdb entries that are permanent or without ARP, neighbours of a proxy. -v tells how\n"
    "many went.\n";

enum {
	ROUNDS = 10,
	WAIT_MS = 20, /* doubled from round to round, so often */
	MOST_WAIT = 4,
};

struct requests {
	struct weft_msg **m;
	size_t n, cap;
};

struct flush {
	struct query *q;
	const struct weft_op *op;
	bool spare, like;
	struct requests now;  /* of a round */
	struct requests last; /* what takes the places of those that went, at the end */
	size_t deleted;
	struct weft_error err; /* of the last round */
	bool busy;	       /* something was still in use then */
};

static bool add(struct requests *r, struct weft_msg *m)
{
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 256;
		struct weft_msg **p = realloc(r->m, cap * sizeof(struct weft_msg *));

		if (!p) {
			weft_msg_free(m);
			return false;
		}
		r->m = p;
		r->cap = cap;
	}
	r->m[r->n++] = m;
	return true;
}

static bool is_last(const struct requests *r, const struct weft_msg *m)
{
	struct weft_bytes a, b = weft_msg_bytes(m);

	if (!r->n)
		return false;
	a = weft_msg_bytes(r->m[r->n - 1]);
	return a.len == b.len && memcmp(a.p, b.p, a.len) == 0;
}

static struct weft_msg *request(const struct flush *f)
{
	return weft_msg_new(weft_family_find(f->q->o->family), f->op, 0);
}

static int note(const struct entry *e, void *user)
{
	static const struct weft_copy settable = { .without = WEFT_F_READONLY };
	struct flush *f = user;
	struct weft_msg *m;
	bool room;

	if (f->spare && f->q->o->spared(e))
		return 0;
	m = request(f);
	if (f->q->o->erase)
		f->q->o->erase(e, m);
	else
		weft_put_from(m, e->msg, &settable);
	room = add(&f->now, m);
	if (room && f->like) {
		m = request(f);
		f->q->o->erase_like(e, m);
		if (is_last(&f->last, m))
			weft_msg_free(m);
		else
			room = add(&f->last, m);
	}
	return room ? 0 : cli_fail(CLI_INTERNAL, "out of memory");
}

/* The object was gone already: with another, or by another's hand. */
static bool was_gone(int code)
{
	return code == -ESRCH || code == -ENOENT || code == -ENODEV || code == -EADDRNOTAVAIL || code == -ENXIO;
}

/* Sends them; *ret_left: how many the kernel refused. */
static int send_them(struct flush *f, struct requests *r, size_t *ret_left)
{
	int *code = calloc(r->n + 1, sizeof *code);
	int status = code ? many_send(f->q->c, f->q->s, r->m, r->n, was_gone, code, &f->err)
			  : cli_fail(CLI_INTERNAL, "out of memory");

	*ret_left = 0;
	f->busy = false;
	for (size_t i = 0; i < r->n; i++) {
		weft_msg_free(r->m[i]);
		f->busy |= status == 0 && code[i] == -EBUSY;
		f->deleted += r == &f->now && status == 0 && code[i] == 0;
		*ret_left += status != 0 || (code[i] < 0 && !was_gone(code[i]));
	}
	r->n = 0;
	free(code);
	return status;
}

/* Deleting one object may bring or take others: an address its secondaries, a route that was hidden. */
static int rounds(struct flush *f, int *ret_rounds)
{
	size_t left = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int status;
		size_t n;

		f->q->interrupted = false;
		status = query_run(f->q, note, f);
		n = f->now.n;
		if (status == 0)
			status = send_them(f, &f->now, &left);
		if (status)
			return status;
		*ret_rounds += n > 0;
		if (n == 0 && !f->q->interrupted)
			return f->last.n ? send_them(f, &f->last, &left) : 0;
		if (n && left == n && !f->busy)
			break;
		/* what used it is gone a little later, on a busy machine later than that */
		if (f->busy)
			(void)poll(NULL, 0, WAIT_MS << (i < MOST_WAIT ? i : MOST_WAIT));
	}
	if (left)
		return cli_error(&f->err, f->q->o->name);
	return cli_fail(CLI_REFUSED, "there are still such objects after %d rounds", ROUNDS);
}

static void drop(struct requests *r)
{
	for (size_t i = 0; i < r->n; i++)
		weft_msg_free(r->m[i]);
	free(r->m);
}

/* Whether no filter speaks of more than the columns that erase_like goes by. */
static bool only_like(const struct query *q)
{
	for (size_t i = 0; q->o->erase_like && i < q->n; i++) {
		const char *const *name = q->o->like;

		while (*name && strcmp(*name, q->filter[i].col.name) != 0)
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
	f.spare = q->o->spared;
	for (const char *const *name = q->o->spared_by; *name; name++)
		f.spare = f.spare && !query_has(q, *name);
	status = rounds(&f, &n);
	drop(&f.now);
	drop(&f.last);
	if (q->c->verbose)
		(void)cli_fail(0, "deleted %zu %s in %d round%s", f.deleted, f.deleted == 1 ? q->o->name : q->o->plural,
			       n, n == 1 ? "" : "s");
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
