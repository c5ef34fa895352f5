/* SPDX-License-Identifier: MIT */
/* Which namespace is which: names, ids, processes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"

/* The id that the session's namespace has for a named one, or WEFT_NETNS_ANY_ID. */
static int32_t id_of(struct weft_session *s, const char *name)
{
	char target[NETNS_TARGET];
	int32_t id = WEFT_NETNS_ANY_ID;

	(void)snprintf(target, sizeof target, "netns:%s", name);
	return weft_netns_id(s, target, &id) > 0 ? id : WEFT_NETNS_ANY_ID;
}

static void json_name(struct cli *c, size_t i, const char *name, int32_t id)
{
	weft_text_puts(&c->out, i ? ",\n{" : "[{");
	if (name) {
		weft_text_puts(&c->out, "\"name\":");
		weft_text_json(&c->out, name, strlen(name));
	}
	if (id != WEFT_NETNS_ANY_ID)
		weft_text_printf(&c->out, "%s\"id\":%d", name ? "," : "", id);
	weft_text_putc(&c->out, '}');
}

static int json_end(struct cli *c, size_t n)
{
	if (c->json)
		weft_text_puts(&c->out, n ? "]\n" : "[]\n");
	return 0;
}

int netns_list(struct cli *c)
{
	struct weft_session *s = NULL;
	struct weft_netns_names names;
	struct weft_error e = { 0 };
	int status = weft_netns_list(&names, &e) < 0 ? netns_failed(&e) : 0;

	if (status == 0 && names.n)
		status = cli_session(c, 0, &s);
	for (size_t i = 0; status == 0 && i < names.n; i++) {
		int32_t id = id_of(s, names.name[i]);

		if (c->json) {
			json_name(c, i, names.name[i], id);
			continue;
		}
		weft_text_safe(&c->out, names.name[i], strlen(names.name[i]));
		if (id != WEFT_NETNS_ANY_ID)
			weft_text_printf(&c->out, " (id: %d)", id);
		weft_text_putc(&c->out, '\n');
	}
	if (status == 0)
		status = json_end(c, names.n);
	weft_netns_names_free(&names);
	weft_session_close(s);
	return status;
}

static void put_id(struct cli *c, size_t n, int32_t id, const char *name)
{
	if (c->json) {
		json_name(c, n, name, id);
		return;
	}
	weft_text_printf(&c->out, "nsid %d", id);
	if (name) {
		weft_text_puts(&c->out, " name ");
		weft_text_safe(&c->out, name, strlen(name));
	}
	weft_text_putc(&c->out, '\n');
}

static int put_ids(struct cli *c, struct weft_session *s, const struct weft_netns_names *names)
{
	struct weft_dump *d;
	struct weft_attr a;
	size_t n = 0;
	int r = weft_dump_start(s, weft_request("rt-nsid", "getnsid", 0), &d);

	if (r < 0)
		return cli_error(weft_last_error(s), "");
	while ((r = weft_dump_next(d, &a)) > 0) {
		int32_t id = (int32_t)weft_int(weft_at(a, "nsid"), WEFT_NETNS_ANY_ID);
		const char *name = NULL;

		for (size_t i = 0; i < names->n && !name; i++)
			name = id_of(s, names->name[i]) == id ? names->name[i] : NULL;
		put_id(c, n++, id, name);
	}
	if (r < 0)
		r = cli_error(weft_last_error(s), "");
	weft_dump_close(d);
	return r ? r : json_end(c, n);
}

/* Every id that the namespace has given, with the name if it has one. */
int netns_list_id(struct cli *c)
{
	struct weft_session *s = NULL;
	struct weft_netns_names names;
	struct weft_error e = { 0 };
	int status = weft_netns_list(&names, &e) < 0 ? netns_failed(&e) : cli_session(c, 0, &s);

	if (status == 0)
		status = put_ids(c, s, &names);
	weft_netns_names_free(&names);
	weft_session_close(s);
	return status;
}

int netns_set_id(struct cli *c, const char *name, const char *id)
{
	struct weft_session *s = NULL;
	char target[NETNS_TARGET], *end;
	long v = strtol(id, &end, 10);
	int status = netns_target(name, target);

	if (strcmp(id, "auto") == 0)
		v = WEFT_NETNS_ANY_ID;
	else if (status == 0 && (*id < '0' || *id > '9' || *end || v > INT32_MAX))
		status = cli_fail(CLI_USAGE, "not a number or auto: \"%.40s\"", id);
	if (status == 0)
		status = cli_session(c, 0, &s);
	if (status == 0 && weft_netns_set_id(s, target, (int32_t)v) < 0)
		status = netns_failed(weft_last_error(s));
	weft_session_close(s);
	return status;
}

int netns_identify(struct cli *c, const char *pid)
{
	struct weft_netns_names names;
	struct weft_error e = { 0 };
	char target[NETNS_TARGET];
	int status = netns_process(pid, target);

	if (status)
		return status;
	if (weft_netns_identify(target, &names, &e) < 0)
		status = netns_failed(&e);
	for (size_t i = 0; status == 0 && i < names.n; i++) {
		if (c->json) {
			weft_text_puts(&c->out, i ? "," : "[");
			weft_text_json(&c->out, names.name[i], strlen(names.name[i]));
			continue;
		}
		weft_text_safe(&c->out, names.name[i], strlen(names.name[i]));
		weft_text_putc(&c->out, '\n');
	}
	if (status == 0)
		status = json_end(c, names.n);
	weft_netns_names_free(&names);
	return status;
}

int netns_pids(struct cli *c, const char *name)
{
	struct weft_error e = { 0 };
	char target[NETNS_TARGET];
	int *pids = NULL, status = netns_target(name, target);
	size_t n = 0;

	if (status)
		return status;
	if (weft_netns_pids(target, &pids, &n, &e) < 0)
		return netns_failed(&e);
	for (size_t i = 0; i < n; i++)
		weft_text_printf(&c->out, c->json ? "%s%d" : "%s%d\n", !c->json ? "" : i ? "," : "[", pids[i]);
	free(pids);
	return json_end(c, n);
}
