/* SPDX-License-Identifier: MIT */
/* weft restore: makes again what a file of weft dump --save, ip route save and the like has. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/tc.h>

#include "many.h"
#include "recreate.h"
#include "save.h"

static const char help[] =
    "usage: weft restore FILE\n"
    "       weft restore --print FILE\n"
    "Makes the objects of a file again, written by weft dump --save, or by ip route, addr or rule save;\n"
    "\"-\" is standard input. The file is read whole first: one that is cut or foreign changes nothing.\n"
    "Objects that are there already stay. Routes are made in the order they need: local ones, those\n"
    "without a gateway, the rest; what still fails is tried again after the others. -v tells how many.\n"
    "--print shows the messages as JSON.\n";

enum {
	PASSES = 8,
	UNLIKE = WEFT_F_READONLY | WEFT_F_COUNTER | WEFT_F_LIVE, /* no part of what an object is */
};

static int print(struct cli *c, const struct save_file *x)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < x->n; i++) {
		weft_text_puts(&c->out, i ? ",\n" : "[");
		if (weft_json(x->body[i], &c->out) < 0)
			return cli_fail(CLI_INTERNAL, "a message cannot be read");
		status = cli_drain(c);
	}
	weft_text_puts(&c->out, x->n ? "]\n" : "[]\n");
	return status;
}

struct restore {
	struct cli *c;
	struct weft_session *s;
	const struct save_file *x;
	const struct weft_op *make;
	bool *made;
	struct weft_msg **m; /* requests of one pass, and which objects they are */
	size_t *of, room;
	int *code;
	size_t there, left;
	struct weft_error err;
};

/* What an object is, as a message. */
static struct weft_msg *essence(const struct restore *r, struct weft_attr body)
{
	static const struct weft_copy o = { .without = UNLIKE };
	struct weft_msg *m = weft_msg_new(r->x->f, r->make, WEFT_NLM_F_CREATE);

	weft_put_from(m, body, &o);
	return m;
}

/* The objects of the kernel, as sorted bytes without what changes by itself. */
struct same {
	struct weft_bytes *v;
	size_t n, cap;
};

static int compare(const void *a, const void *b)
{
	const struct weft_bytes *x = a, *y = b;

	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return memcmp(x->p, y->p, x->len);
}

static int same_add(struct same *k, const struct weft_msg *m)
{
	struct weft_bytes b = weft_msg_bytes(m);
	void *copy = malloc(b.len);

	if (copy && k->n == k->cap) {
		size_t cap = k->cap ? k->cap * 2 : 256;
		struct weft_bytes *v = realloc(k->v, cap * sizeof *v);

		if (!v) {
			free(copy);
			return cli_fail(CLI_INTERNAL, "out of memory");
		}
		k->v = v;
		k->cap = cap;
	}
	if (!copy)
		return cli_fail(CLI_INTERNAL, "out of memory");
	memcpy(copy, b.p, b.len);
	k->v[k->n++] = (struct weft_bytes){ copy, b.len };
	return 0;
}

static void same_free(struct same *k)
{
	for (size_t i = 0; i < k->n; i++)
		free((void *)(uintptr_t)k->v[i].p);
	free(k->v);
}

static int same_load(struct restore *r, struct same *k)
{
	struct weft_msg *m = weft_msg_new(r->x->f, r->x->get, 0);
	struct weft_dump *d;
	struct weft_attr a;
	uint8_t family = r->x->n ? r->x->body[0].family : 0;
	int more = 0, status = 0;

	/* forwarding entries, for one, are not in the dump of all families */
	for (size_t i = 0; i < r->x->n; i++)
		family = r->x->body[i].family == family ? family : 0;
	if (family && r->x->get->schema->header)
		weft_put_named(m, r->x->get->schema->header->fields[0].token, weft_kv_uint(0, family));
	if (weft_dump_start(r->s, m, &d) < 0)
		return cli_error(weft_last_error(r->s), "");
	while (status == 0 && (more = weft_dump_next(d, &a)) > 0) {
		m = essence(r, a);
		status = weft_msg_error(m, NULL) ? cli_fail(CLI_INTERNAL, "out of memory") : same_add(k, m);
		weft_msg_free(m);
	}
	if (status == 0 && more < 0 && more != -EAGAIN && more != -EOPNOTSUPP)
		status = cli_error(weft_last_error(r->s), "");
	weft_dump_close(d);
	if (k->n)
		qsort(k->v, k->n, sizeof *k->v, compare);
	return status;
}

/* Leaves out what is there as the file has it: the kernel would make some of it twice. */
static int leave_out(struct restore *r)
{
	struct same k = { 0 };
	int status = same_load(r, &k);

	for (size_t i = 0; status == 0 && k.n && i < r->x->n; i++) {
		struct weft_msg *m = essence(r, r->x->body[i]);
		struct weft_bytes b = weft_msg_bytes(m);

		if (weft_msg_error(m, NULL))
			status = cli_fail(CLI_INTERNAL, "out of memory");
		else
			r->made[i] = bsearch(&b, k.v, k.n, sizeof *k.v, compare);
		r->there += r->made[i];
		r->left -= r->made[i];
		weft_msg_free(m);
	}
	same_free(&k);
	return status;
}

static bool is_there(int code)
{
	return code == -EEXIST;
}

/* What neighbour tables have beside their devices is the same in all namespaces; in others than the first it cannot be
 * set. */
static bool is_shared(const struct restore *r, size_t i)
{
	return strcmp(r->make->name, "setneightbl") == 0 && !weft_at(r->x->body[i], "parms.ifindex").p;
}

/* Room for n requests. */
static int room(struct restore *r, size_t n)
{
	size_t want = n + n / 2 + 16;
	struct weft_msg **m;
	size_t *of;
	int *code;

	if (n <= r->room)
		return 0;
	m = realloc(r->m, want * sizeof(struct weft_msg *));
	r->m = m ? m : r->m;
	of = realloc(r->of, want * sizeof *of);
	r->of = of ? of : r->of;
	code = realloc(r->code, want * sizeof *code);
	r->code = code ? code : r->code;
	if (!m || !of || !code)
		return cli_fail(CLI_INTERNAL, "out of memory");
	r->room = want;
	return 0;
}

/* A VXLAN has one address at many places, each beside the others. */
static uint16_t how(const struct restore *r, size_t i)
{
	bool beside = strcmp(r->make->name, "newneigh") == 0 && r->x->body[i].family == WEFT_AF_BRIDGE;

	return WEFT_NLM_F_CREATE | (beside ? WEFT_NLM_F_APPEND : 0);
}

/* The requests of one object; one that comes with others is there. */
static int requests(struct restore *r, size_t i, size_t *n)
{
	struct weft_msg *m;
	unsigned k = 0;
	int status = 0;

	while (status == 0 && (m = recreate_one(r->x->f, r->make, how(r, i), r->x->body[i], k)) != NULL) {
		k++;
		status = room(r, *n + 1);
		if (status)
			weft_msg_free(m);
		else
			r->m[*n] = m;
		if (status == 0)
			r->of[(*n)++] = i;
	}
	if (k == 0) {
		r->made[i] = true;
		r->there++;
		r->left--;
	}
	return status;
}

/* Tries those of a rank that are not there yet. */
static int pass(struct restore *r, int want)
{
	struct weft_error e = { 0 };
	size_t n = 0;
	int status = 0;

	for (size_t i = 0; status == 0 && i < r->x->n; i++)
		if (!r->made[i] && recreate_rank(r->make, r->x->body[i]) == want)
			status = requests(r, i, &n);
	if (status == 0)
		status = many_send(r->c, r->s, r->m, n, is_there, r->code, &e);
	for (size_t k = 0, there = 0, done = 0; k < n; k++) {
		size_t i = r->of[k];
		bool first = k == 0 || r->of[k - 1] != i, last = k + 1 == n || r->of[k + 1] != i;
		bool stays = is_there(r->code[k]) || (r->code[k] == -ENOENT && is_shared(r, i));

		weft_msg_free(r->m[k]);
		there = (first || there) && stays;
		done = (first || done) && (stays || r->code[k] == 0);
		if (status || !last || !done)
			continue;
		r->made[i] = true;
		r->there += there;
		r->left--;
	}
	if (e.code)
		r->err = e;
	return status;
}

/* What is left is an error. */
static int told_left(const struct restore *r)
{
	char what[300];

	if (!r->left)
		return 0;
	(void)snprintf(what, sizeof what, "%.200s: %zu of %zu objects could not be made", r->x->path, r->left, r->x->n);
	return cli_error(&r->err, what);
}

/* Whether a request makes all that a message tells, in the same rows. */
static bool alike(const struct restore *r)
{
	return strcmp(r->make->name, "newaction") != 0 &&
	       r->make->schema == (r->x->get->reply_schema ? r->x->get->reply_schema : r->x->get->schema);
}

static int make_all(struct restore *r)
{
	int status = alike(r) ? leave_out(r) : 0;

	for (int i = 0; status == 0 && i < PASSES && r->left; i++) {
		size_t before = r->left;

		for (int want = 0; status == 0 && want < RECREATE_RANKS; want++)
			status = pass(r, want);
		if (r->left == before)
			break;
	}
	return status ? status : told_left(r);
}

/* The messages as they are. */
static void fill(struct restore *r)
{
	for (size_t i = 0; i < r->x->n; i++) {
		r->m[i] = weft_msg_new(r->x->f, r->make, 0);
		weft_put_from(r->m[i], r->x->body[i], NULL);
	}
}

static bool is_tc(const struct restore *r)
{
	return strcmp(r->make->name, "newqdisc") == 0 || strcmp(r->make->name, "newtclass") == 0;
}

/* Each after what it stands in. */
static int make_tc(struct restore *r)
{
	struct recreate_left left = { 0 };
	size_t failed;
	int code;

	fill(r);
	code = recreate_tc(r->c, r->s, r->m, r->x->n, WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, &left, &failed, &r->err);
	for (size_t i = 0; i < r->x->n; i++)
		weft_msg_free(r->m[i]);
	r->left = left.n;
	r->there = left.there;
	return code < 0 ? cli_error(&r->err, "") : told_left(r);
}

static int make_links(struct restore *r)
{
	size_t failed = 0;
	int code;

	fill(r);
	code = recreate_links(r->c, r->s, r->m, r->x->n, WEFT_NLM_F_CREATE, &failed, &r->err);
	for (size_t i = 0; i < r->x->n; i++)
		weft_msg_free(r->m[i]);
	if (code == 0)
		r->left = 0;
	return code < 0 ? cli_error(&r->err, weft_str(weft_at(r->x->body[failed], "ifname"), "link")) : 0;
}

/* Links of a bridge as it tells them itself. */
static bool of_bridge(const struct save_file *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->body[i].family != WEFT_AF_BRIDGE)
			return false;
	return x->n;
}

/* The operation that makes what another tells, or NULL. */
static const struct weft_op *maker(const struct save_file *x)
{
	static const struct {
		const char *told, *made;
	} others[] = { { "getneightbl", "setneightbl" }, { "getaction", "newaction" } };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (strcmp(x->get->name, others[i].told) == 0)
			return weft_op_find(x->f, others[i].made);
	if (strcmp(x->get->name, "getlink") == 0 && of_bridge(x))
		return weft_op_find(x->f, "setlink");
	for (unsigned i = 0; i < x->f->n_ops && !x->f->generic; i++)
		if (x->f->ops[i].request == x->get->reply && x->f->ops[i].kinds & WEFT_OP_DO && &x->f->ops[i] != x->get)
			return &x->f->ops[i];
	return NULL;
}

static int restore(struct cli *c, const struct save_file *x)
{
	struct restore r = { .c = c, .x = x, .make = maker(x), .left = x->n };
	int status;

	if (!r.make)
		return cli_fail(CLI_USAGE, "%.200s: what %s %s tells cannot be made again", x->path, x->f->name,
				x->get->name);
	status = cli_session(c, x->f->protocol, &r.s);
	if (status)
		return status;
	r.made = calloc(x->n + 1, sizeof *r.made);
	status = r.made ? room(&r, x->n + 1) : cli_fail(CLI_INTERNAL, "out of memory");
	if (status == 0)
		status = strcmp(r.make->name, "newlink") == 0 ? make_links(&r) : is_tc(&r) ? make_tc(&r) : make_all(&r);
	if (c->verbose)
		(void)cli_fail(0, "restored %zu objects, %zu were there", x->n - r.left - r.there, r.there);
	free(r.made);
	free(r.m);
	free(r.of);
	free(r.code);
	weft_session_close(r.s);
	return status;
}

int cmd_restore(struct cli *c, int argc, char **argv)
{
	struct save_file x = { 0 };
	bool show;
	int fd = STDIN_FILENO, status;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	show = argc > 1 && strcmp(argv[1], "--print") == 0;
	if (argc != 2 + show)
		return cli_fail(CLI_USAGE, "one file is needed; see weft restore --help");
	x.path = argv[1 + show];
	if (strcmp(x.path, "-") == 0)
		x.path = "standard input";
	else
		fd = open(x.path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cli_fail(CLI_TRANSPORT, "%.200s: %s", x.path, strerror(errno));
	status = save_read(&x, fd);
	if (status == 0)
		status = show ? print(c, &x) : restore(c, &x);
	if (fd != STDIN_FILENO)
		close(fd);
	save_free(&x);
	return status;
}
