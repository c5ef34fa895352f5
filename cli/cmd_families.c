/* SPDX-License-Identifier: MIT */
/* weft families: what weft has tables for, and what this kernel offers. */
#include <string.h>

#include "cli.h"

static const char help[] = "usage: weft families\n"
			   "Lists the families weft knows with their operations, and the generic netlink\n"
			   "families of this kernel with their ids.\n";

static void json(struct cli *c, const struct weft_family *f, size_t i)
{
	const char *sep = "";

	weft_text_printf(&c->out, "%s{\"name\":\"%s\",\"protocol\":%u,\"operations\":[", i ? ",\n" : "[", f->name,
			 f->protocol);
	for (unsigned k = 0; k < f->n_ops; k++) {
		if (!f->ops[k].request)
			continue;
		weft_text_printf(&c->out, "%s\"%s\"", sep, f->ops[k].name);
		sep = ",";
	}
	weft_text_puts(&c->out, "]}");
}

static void known(struct cli *c)
{
	const struct weft_family *f;

	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++) {
		if (c->json) {
			json(c, f, i);
			continue;
		}
		weft_text_printf(&c->out, "%-12s protocol %-3u", f->name, f->protocol);
		for (unsigned k = 0; k < f->n_ops; k++)
			if (f->ops[k].request)
				weft_text_printf(&c->out, " %s", f->ops[k].name);
		weft_text_putc(&c->out, '\n');
	}
}

static void offered(struct cli *c, struct weft_attr a)
{
	const char *name = weft_str(weft_at(a, "family-name"), "");

	if (weft_family_find(name) && weft_family_find(name)->generic)
		return;
	if (c->json) {
		weft_text_puts(&c->out, ",\n{\"name\":");
		weft_text_json(&c->out, name, strlen(name));
		weft_text_printf(&c->out, ",\"protocol\":16,\"id\":%u,\"version\":%u}",
				 (unsigned)weft_uint(weft_at(a, "family-id"), 0),
				 (unsigned)weft_uint(weft_at(a, "version"), 0));
		return;
	}
	weft_text_printf(&c->out, "%-12s protocol 16  id %u version %u (this kernel)\n", name,
			 (unsigned)weft_uint(weft_at(a, "family-id"), 0),
			 (unsigned)weft_uint(weft_at(a, "version"), 0));
}

int cmd_families(struct cli *c, int argc, char **argv)
{
	struct weft_session *s;
	struct weft_dump *d;
	struct weft_attr a;
	int status, r;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	if (argc > 1)
		return cli_fail(CLI_USAGE, "weft families takes no arguments: \"%.60s\"", argv[1]);
	status = cli_session(c, 16, &s);
	if (status && c->json)
		return status;
	known(c);
	if (status)
		return status;
	r = weft_dump_start(s, weft_request("nlctrl", "getfamily", 0), &d);
	if (r == 0) {
		while ((r = weft_dump_next(d, &a)) > 0)
			offered(c, a);
		weft_dump_close(d);
	}
	if (c->json)
		weft_text_puts(&c->out, "]\n");
	if (r < 0)
		status = cli_error(weft_last_error(s), "");
	weft_session_close(s);
	return status;
}
