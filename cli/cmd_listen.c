/* SPDX-License-Identifier: MIT */
/* weft listen: notifications, one JSON object per line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char help[] =
    "usage: weft listen FAMILY [GROUP...] [--count N] [--duration SECONDS]\n"
    "Prints each notification as {\"name\": OP, \"msg\": {...}}; without GROUP all groups of the\n"
    "family. Ends after N notifications or SECONDS, or by SIGINT or SIGTERM, with status 0. Events\n"
    "that were lost are told on standard error.\n";

struct listen {
	const char *word[16];
	int n;
	unsigned long count;
	double until;
};

static int parse(int argc, char **argv, struct listen *l)
{
	for (int i = 1; i < argc; i++) {
		int status;

		if (argv[i][0] != '-') {
			if (l->n == 16)
				return cli_fail(CLI_USAGE, "too many groups");
			l->word[l->n++] = argv[i];
			continue;
		}
		status = cli_until(argv[i], argv[i + 1], &l->count, &l->until);
		if (status)
			return status;
		i++;
	}
	return l->n ? 0 : cli_fail(CLI_USAGE, "a family is needed; see weft listen --help");
}

static int group_number(struct cli *c, const struct weft_family *f, const char *name, uint32_t *ret)
{
	const char *words[16];
	size_t n = 0;

	(void)c;
	for (; n < f->n_groups && n < 16; n++) {
		words[n] = f->groups[n].name;
		if (strcmp(words[n], name) == 0) {
			*ret = f->groups[n].number;
			return 0;
		}
	}
	return cli_unknown("group", name, words, n);
}

static int print(struct cli *c, const struct weft_family *f, const struct weft_event *e)
{
	/* a group may carry what other families own */
	if (e->family && e->family != f)
		return 0;
	weft_text_puts(&c->out, "{\"name\":");
	if (e->op)
		weft_text_json(&c->out, e->op->name, strlen(e->op->name));
	else
		weft_text_uint(&c->out, e->type);
	weft_text_puts(&c->out, ",\"msg\":");
	if (weft_json(e->body, &c->out) < 0)
		return cli_fail(CLI_INTERNAL, "a notification cannot be read");
	weft_text_puts(&c->out, "}\n");
	return 1;
}

static int loop(struct cli *c, const struct weft_family *f, struct weft_watch *w, const struct listen *l)
{
	unsigned long seen = 0;
	struct weft_event e;

	while (!cli_stopped() && (!l->count || seen < l->count)) {
		int r = weft_watch_next(w, &e);

		if (r == 0) {
			if (cli_flush(c))
				return CLI_TRANSPORT;
			if (!cli_wait(weft_watch_fd(w), l->until))
				break;
			continue;
		}
		if (r == -ENOBUFS) {
			(void)cli_fail(0, "events were lost");
			continue;
		}
		if (r < 0)
			return cli_fail(CLI_TRANSPORT, "receive: %s", strerror(-r));
		r = print(c, f, &e);
		if (r > 1)
			return r;
		seen += (unsigned)r;
	}
	return 0;
}

/* Takes the group with the highest number out. */
static size_t without_last(uint32_t *groups, size_t n)
{
	size_t last = 0;

	for (size_t i = 1; i < n; i++)
		last = groups[i] > groups[last] ? i : last;
	if (n)
		groups[last] = groups[n - 1];
	return n - 1;
}

/* all: nobody named groups, and those that an older kernel lacks, the last ones, are not missed. */
static int open_watch(struct cli *c, const struct weft_family *f, uint32_t *groups, size_t n, bool all,
		      struct weft_watch **ret, struct weft_error *e)
{
	int r;

	for (;; n = without_last(groups, n)) {
		r = weft_watch_open(
		    f->protocol,
		    WEFT_OPTS(weft_session_opts, .target = c->target, .agent = c->agent, .record = c->record), groups,
		    n, f, ret, e);
		if (r != -EINVAL || !all || n <= 1)
			return r;
	}
}

int cmd_listen(struct cli *c, int argc, char **argv)
{
	struct listen l = { .n = 0 };
	const struct weft_family *f;
	struct weft_error e = { 0 };
	struct weft_watch *w;
	uint32_t groups[16];
	size_t n = 0;
	int status;

	if (cli_help(c, argc, argv, help)) {
		f = argc > 2 ? weft_family_find(argv[1]) : NULL;
		for (size_t i = 0; f && i < f->n_groups; i++)
			weft_text_printf(&c->out, "%s%s%s", i ? " " : "groups: ", f->groups[i].name,
					 i + 1 == f->n_groups ? "\n" : "");
		return CLI_OK;
	}
	status = parse(argc, argv, &l);
	if (status == 0)
		status = cli_family(l.word[0], &f);
	for (int i = 1; status == 0 && i < l.n; i++)
		status = group_number(c, f, l.word[i], &groups[n++]);
	for (size_t i = 0; status == 0 && l.n == 1 && i < f->n_groups; i++)
		groups[n++] = f->groups[i].number;
	if (status)
		return status;
	cli_catch();
	if (open_watch(c, f, groups, n, l.n == 1, &w, &e) < 0)
		return cli_error(&e, "");
	status = loop(c, f, w, &l);
	weft_watch_close(w);
	return status;
}
