/* SPDX-License-Identifier: MIT */
/* weft do, weft dump: any operation of any family, JSON in and out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/json.h>
#include <weft/tc.h>

#include "cli.h"
#include "help.h"
#include "recreate.h"
#include "save.h"

static const char do_help[] =
    "usage: weft do FAMILY OP [JSON] [--create] [--excl] [--replace] [--append] [--bulk]\n"
    "Sends one request and prints the reply, if there is one. JSON is an object with the fields\n"
    "of the operation, \"-\" for standard input, or an array to send one request for each. A dump\n"
    "may be given back as it is: fields that only the kernel sets are left out; with newlink\n"
    "--create, links are made in the order they need and then get what is set later; addresses, routes,\n"
    "rules and nexthops of an array that are there already stay as they are. --bulk deletes all that match\n"
    "(delneigh of a bridge, delmdb).\n";
static const char dump_help[] =
    "usage: weft dump FAMILY OP [JSON] [--save FILE]\n"
    "Prints every reply as one JSON array. JSON narrows the request. With --save the messages go to FILE\n"
    "(\"-\": standard output), for weft restore; of routes, addresses and rules it is a file of ip save.\n";

/* Positional arguments and flags of a request. */
struct request {
	const char *word[3];
	int n;
	uint16_t flags;
	const char *save; /* file, or NULL */
};

static int parse(int argc, char **argv, bool flags, struct request *q)
{
	static const struct {
		const char *name;
		uint16_t flag;
	} known[] = {
		{ "--create", WEFT_NLM_F_CREATE }, { "--excl", WEFT_NLM_F_EXCL }, { "--replace", WEFT_NLM_F_REPLACE },
		{ "--append", WEFT_NLM_F_APPEND }, { "--bulk", WEFT_NLM_F_BULK },
	};

	for (int i = 1; i < argc; i++) {
		size_t k = 0;

		if (!flags && strcmp(argv[i], "--save") == 0) {
			if (i + 1 == argc)
				return cli_fail(CLI_USAGE, "--save: a file is needed");
			q->save = argv[++i];
			continue;
		}
		if (argv[i][0] != '-' || argv[i][1] == 0) {
			if (q->n == 3)
				return cli_fail(CLI_USAGE, "too many arguments: \"%.60s\"", argv[i]);
			q->word[q->n++] = argv[i];
			continue;
		}
		while (flags && k < sizeof known / sizeof *known && strcmp(known[k].name, argv[i]) != 0)
			k++;
		if (!flags || k == sizeof known / sizeof *known)
			return cli_fail(CLI_USAGE, "unknown option \"%.60s\"", argv[i]);
		q->flags |= known[k].flag;
	}
	if (q->n < 2)
		return cli_fail(CLI_USAGE, "family and operation are needed; see weft %s --help", argv[0]);
	return 0;
}

/* The messages of a request, encoded before the first is sent: wrong input changes nothing. */
struct batch {
	struct weft_msg **m;
	size_t n;
	bool array;
};

static void batch_free(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		weft_msg_free(b->m[i]);
	free(b->m);
}

static const char *place(const struct batch *b, size_t i, char *buf, size_t size)
{
	buf[0] = 0;
	if (b->array)
		(void)snprintf(buf, size, "[%zu]", i);
	return buf;
}

static bool is_op(const struct weft_op *op, const char *family, const char *name)
{
	return op == weft_op_find(weft_family_find(family), name);
}

/* A handle with a minor number is that of a class. */
static bool is_class(const struct weft_msg *m)
{
	struct weft_tc tc;

	return weft_tc_view(weft_msg_body(m), &tc) == 0 && tc.handle & 0xffff;
}

/* The same for what the kernel refuses, which may name no field. */
static const char *asked(const struct batch *b, size_t i, const struct weft_op *op, char *buf, size_t size)
{
	if (!b->array)
		(void)snprintf(buf, size, "%s", op->name);
	return b->array ? place(b, i, buf, size) : buf;
}

/* What is empty was not written by anybody, but by a command that failed. */
static int read_json(const char *arg, char **ret, size_t *ret_len)
{
	int status = cli_read(arg, ret, ret_len);
	size_t blank = 0;

	if (status)
		return status;
	while (blank < *ret_len && strchr(" \t\r\n", (*ret)[blank]))
		blank++;
	if (blank < *ret_len)
		return 0;
	free(*ret);
	return cli_fail(CLI_USAGE, "no JSON%s; {} is an empty request",
			strcmp(arg, "-") == 0 ? " on standard input" : "");
}

static int encode(const struct weft_family *f, const struct weft_op *op, uint16_t flags, const char *text, size_t len,
		  struct batch *ret)
{
	struct weft_json_doc *d;
	struct weft_error e = { 0 };
	char what[32];
	int r = weft_json_read(len ? text : "{}", len ? len : 2, &d, &e);

	if (r < 0)
		return cli_error(&e, "");
	ret->array = weft_json_is_array(d);
	ret->m = calloc(weft_json_count(d) + 1, sizeof(struct weft_msg *));
	if (!ret->m)
		r = cli_fail(CLI_INTERNAL, "out of memory");
	while (r == 0 && ret->n < weft_json_count(d)) {
		struct weft_msg *m = weft_msg_new(f, op, flags);

		r = weft_json_put(m, d, ret->n, &e);
		if (ret->array && is_op(op, "tc", "newqdisc") && (r < 0 || is_class(m))) {
			/* among qdiscs, as their dump and that of classes come one after the other */
			struct weft_error other;
			struct weft_msg *class = weft_request("tc", "newtclass", flags);
			int rr = weft_json_put(class, d, ret->n, &other);

			weft_msg_free(rr < 0 ? class : m);
			m = rr < 0 ? m : class;
			r = rr < 0 ? r : rr;
		}
		ret->m[ret->n] = m;
		if (r < 0)
			r = cli_error(&e, place(ret, ret->n, what, sizeof what));
		ret->n++;
	}
	weft_json_free(d);
	return r;
}

/* there: it may be there already. */
static int send_one(struct cli *c, struct weft_session *s, struct weft_msg *m, const char *what, bool there)
{
	struct weft_reply *reply = NULL;
	int r;

	cli_tell(c, m);
	r = weft_call(s, m, &reply);

	if (r == -EEXIST && there)
		return 0;
	if (r < 0)
		return cli_error(weft_last_error(s), what);
	if (weft_last_error(s)->msg[0])
		(void)cli_fail(0, "warning: %s", weft_last_error(s)->msg);
	if (reply) {
		r = weft_json(weft_reply_body(reply), &c->out);
		weft_text_putc(&c->out, '\n');
	}
	weft_reply_free(reply);
	if (r < 0)
		return cli_fail(CLI_INTERNAL, "the reply cannot be read");
	return cli_drain(c);
}

/* Whether a dump is made again: with --create alone, what is there already stays. Without EXCL the kernel
 * takes a route beside those to the same place, and refuses one that is the same. */
static bool again(const struct batch *b, const struct weft_op *op, uint16_t flags)
{
	return b->array && flags == WEFT_NLM_F_CREATE &&
	       (strcmp(op->name, "newaddr") == 0 || strcmp(op->name, "newroute") == 0 ||
		strcmp(op->name, "newrule") == 0 || strcmp(op->name, "newnexthop") == 0);
}

/* IPv6 routes that come with an address: with the metric 0 that only the kernel can give, so that what is
 * asked for would be another one. */
static bool by_kernel(const struct weft_op *op, struct weft_attr body)
{
	enum {
		KERNEL = 2,
		UNICAST = 1
	};

	return strcmp(op->name, "newroute") == 0 && weft_uint(weft_at(body, "rtm-family"), 0) == WEFT_AF_INET6 &&
	       weft_uint(weft_at(body, "rtm-protocol"), 0) == KERNEL &&
	       weft_uint(weft_at(body, "rtm-type"), 0) != UNICAST && weft_uint(weft_at(body, "priority"), 1) == 0;
}

/* A dump may be given back as it is: the kernel refuses some of what it tells. there: what is there already
 * stays. */
static int send_again(struct cli *c, struct weft_session *s, const struct weft_op *op, uint16_t flags, struct batch *b,
		      size_t at, bool there)
{
	struct weft_msg *m;
	char what[64];
	int status = 0;
	unsigned i = 0;

	if (there && by_kernel(op, weft_msg_body(b->m[at])))
		return 0;
	while (status == 0 &&
	       (m = recreate_one(weft_msg_family(b->m[at]), op, flags, weft_msg_body(b->m[at]), i)) != NULL) {
		status = send_one(c, s, m, asked(b, at, op, what, sizeof what), there);
		i++;
	}
	/* one that comes by itself, and all the same is wanted alone */
	if (i == 0 && !b->array) {
		m = b->m[at];
		b->m[at] = NULL;
		status = send_one(c, s, m, "", there);
	}
	return status;
}

/* The requests of each message; stops at the first that fails. */
static int send_all(struct cli *c, struct weft_session *s, const struct weft_op *op, uint16_t flags, struct batch *b)
{
	bool anew = !(op->kinds & WEFT_OP_DUMP), filters = is_op(op, "tc", "newtfilter"), there = again(b, op, flags);
	char what[64];
	int status = 0;

	/* a rule is made twice unless the kernel is told not to */
	if (there && strcmp(op->name, "newrule") == 0)
		flags |= WEFT_NLM_F_EXCL;
	for (int rank = 0; rank < (filters ? RECREATE_RANKS : 1); rank++) {
		for (size_t i = 0; status == 0 && i < b->n; i++) {
			struct weft_msg *m = b->m[i];

			if (filters && (!m || recreate_rank(op, weft_msg_body(m)) != rank))
				continue;
			if (anew) {
				status = send_again(c, s, op, flags, b, i, there);
				continue;
			}
			b->m[i] = NULL;
			weft_msg_defaults(m);
			status = send_one(c, s, m, asked(b, i, op, what, sizeof what), there);
		}
	}
	return status;
}

static int execute(struct cli *c, struct weft_session *s, const struct weft_op *op, uint16_t flags, struct batch *b)
{
	bool links = is_op(op, "rt-link", "newlink");
	bool tc = b->array && (is_op(op, "tc", "newqdisc") || is_op(op, "tc", "newtclass"));
	struct weft_error e = { 0 };
	char what[32];
	size_t failed = 0;
	int r;

	if ((!links && !tc) || !(flags & WEFT_NLM_F_CREATE))
		return send_all(c, s, op, flags, b);
	if (links)
		r = recreate_links(c, s, b->m, b->n, flags, &failed, &e);
	else
		r = recreate_tc(c, s, b->m, b->n, flags, NULL, &failed, &e);
	return r < 0 ? cli_error(&e, place(b, failed, what, sizeof what)) : 0;
}

int cmd_do(struct cli *c, int argc, char **argv)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct request q = { 0 };
	struct batch b = { 0 };
	struct weft_session *s;
	char *text = NULL;
	size_t len = 0;
	int status;

	if (help_op(c, argc, argv, do_help, WEFT_OP_DO, &status))
		return status;
	status = parse(argc, argv, true, &q);
	if (status == 0)
		status = cli_family(q.word[0], &f);
	if (status == 0)
		status = cli_op(f, q.word[1], WEFT_OP_DO, &op);
	if (status == 0 && q.n > 2)
		status = read_json(q.word[2], &text, &len);
	if (status)
		return status;
	status = encode(f, op, q.flags, text, len, &b);
	free(text);
	if (status == 0)
		status = cli_session(c, f->protocol, &s);
	if (status == 0) {
		status = execute(c, s, op, q.flags, &b);
		weft_session_close(s);
	}
	batch_free(&b);
	return status;
}

static int print_all(struct cli *c, struct weft_session *s, struct weft_dump *d)
{
	struct weft_attr a;
	const char *sep = "[";
	int r, status = 0;

	while ((r = weft_dump_next(d, &a)) > 0) {
		weft_text_puts(&c->out, sep);
		sep = ",\n";
		if (weft_json(a, &c->out) < 0)
			return cli_fail(CLI_INTERNAL, "a reply cannot be read");
		status = cli_drain(c);
		if (status)
			return status;
	}
	if (r == 0 || r == -EAGAIN)
		weft_text_puts(&c->out, *sep == '[' ? "[]\n" : "]\n");
	return r < 0 ? cli_error(weft_last_error(s), "") : 0;
}

int cmd_dump(struct cli *c, int argc, char **argv)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct request q = { 0 };
	struct weft_session *s;
	struct weft_error e = { 0 };
	struct weft_dump *d;
	struct weft_msg *m;
	char *text = NULL;
	size_t len = 0;
	int status;

	if (help_op(c, argc, argv, dump_help, WEFT_OP_DUMP, &status))
		return status;
	status = parse(argc, argv, false, &q);
	if (status == 0)
		status = cli_family(q.word[0], &f);
	if (status == 0)
		status = cli_op(f, q.word[1], WEFT_OP_DUMP, &op);
	if (status == 0 && q.n > 2)
		status = read_json(q.word[2], &text, &len);
	if (status)
		return status;
	m = weft_msg_new(f, op, 0);
	if (len && weft_put_json(m, text, len, &e) < 0)
		status = cli_error(&e, "");
	free(text);
	if (status == 0)
		status = cli_session(c, f->protocol, &s);
	if (status) {
		weft_msg_free(m);
		return status;
	}
	weft_msg_defaults(m);
	cli_tell(c, m);
	if (weft_dump_start(s, m, &d) < 0) {
		status = cli_error(weft_last_error(s), "");
	} else {
		status = q.save ? save_dump(c, q.save, f, op, s, d) : print_all(c, s, d);
		weft_dump_close(d);
	}
	weft_session_close(s);
	return status;
}
