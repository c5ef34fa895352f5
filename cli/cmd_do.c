/* SPDX-License-Identifier: MIT */
/* weft do, weft dump: any operation of any family, JSON in and out. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli.h"

static const char do_help[] =
	"usage: weft do FAMILY OP [JSON] [--create] [--excl] [--replace] [--append]\n"
	"Sends one request and prints the reply, if there is one. JSON is an object with the fields\n"
	"of the operation, \"-\" for standard input, or an array to send one request for each.\n";
static const char dump_help[] = "usage: weft dump FAMILY OP [JSON]\n"
				"Prints every reply as one JSON array. JSON narrows the request.\n";

/* Positional arguments and flags of a request. */
struct request {
	const char *word[3];
	int n;
	uint16_t flags;
};

static int parse(int argc, char **argv, bool flags, struct request *q)
{
	static const struct {
		const char *name;
		uint16_t flag;
	} known[] = {
		{ "--create", WEFT_NLM_F_CREATE },
		{ "--excl", WEFT_NLM_F_EXCL },
		{ "--replace", WEFT_NLM_F_REPLACE },
		{ "--append", WEFT_NLM_F_APPEND },
	};

	for (int i = 1; i < argc; i++) {
		size_t k = 0;

		if (argv[i][0] != '-' || argv[i][1] == 0) {
			if (q->n == 3)
				return cli_fail(CLI_USAGE, "too many arguments: \"%.60s\"", argv[i]);
			q->word[q->n++] = argv[i];
			continue;
		}
		while (flags && k < 4 && strcmp(known[k].name, argv[i]) != 0)
			k++;
		if (!flags || k == 4)
			return cli_fail(CLI_USAGE, "unknown option \"%.60s\"", argv[i]);
		q->flags |= known[k].flag;
	}
	if (q->n < 2)
		return cli_fail(CLI_USAGE, "family and operation are needed; see weft %s --help", argv[0]);
	return 0;
}

static int one(struct cli *c, struct weft_session *s, const struct weft_family *f,
	       const struct weft_op *op, const struct request *q, const char *text, size_t len,
	       const char *what)
{
	struct weft_msg *m = weft_msg_new(f, op, q->flags);
	struct weft_reply *reply = NULL;
	struct weft_error e = { 0 };
	int r = len ? weft_put_json(m, text, len, &e) : 0;

	if (r < 0) {
		weft_msg_free(m);
		return cli_error(&e, what);
	}
	r = weft_call(s, m, &reply);
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

/* An array sends one request for each of its objects and stops at the first that fails. */
static int each(struct cli *c, struct weft_session *s, const struct weft_family *f,
		const struct weft_op *op, const struct request *q, const json_t *all)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < json_array_size(all); i++) {
		char *text = json_dumps(json_array_get(all, i), JSON_COMPACT | JSON_ENCODE_ANY);
		char what[32];

		(void)snprintf(what, sizeof what, "[%zu]", i);
		status = text ? one(c, s, f, op, q, text, strlen(text), what)
			      : cli_fail(CLI_INTERNAL, "out of memory");
		free(text);
	}
	return status;
}

int cmd_do(struct cli *c, int argc, char **argv)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct request q = { 0 };
	struct weft_session *s;
	char *text = NULL;
	size_t len = 0;
	json_t *all = NULL;
	int status;

	if (cli_help(c, argc, argv, do_help))
		return CLI_OK;
	status = parse(argc, argv, true, &q);
	if (status == 0)
		status = cli_family(q.word[0], &f);
	if (status == 0)
		status = cli_op(f, q.word[1], WEFT_OP_DO, &op);
	if (status == 0 && q.n > 2)
		status = cli_read(q.word[2], &text, &len);
	if (status)
		return status;
	status = cli_session(c, f->protocol, &s);
	if (status == 0) {
		if (len && text[strspn(text, " \t\r\n")] == '[')
			all = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
		status = all ? each(c, s, f, op, &q, all) : one(c, s, f, op, &q, text, len, "");
		json_decref(all);
		weft_session_close(s);
	}
	free(text);
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

	if (cli_help(c, argc, argv, dump_help))
		return CLI_OK;
	status = parse(argc, argv, false, &q);
	if (status == 0)
		status = cli_family(q.word[0], &f);
	if (status == 0)
		status = cli_op(f, q.word[1], WEFT_OP_DUMP, &op);
	if (status == 0 && q.n > 2)
		status = cli_read(q.word[2], &text, &len);
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
	if (weft_dump_start(s, m, &d) < 0) {
		status = cli_error(weft_last_error(s), "");
	} else {
		status = print_all(c, s, d);
		weft_dump_close(d);
	}
	weft_session_close(s);
	return status;
}
