/* SPDX-License-Identifier: MIT */
/* Actions of traffic control: those that stand alone, and actions as words of filters. */
#include <stdlib.h>
#include <string.h>

#include "objects.h"
#include "tc.h"

static column_text control, words, parameter;

static const struct column columns[] = {
	{ "kind", "kind" },
	{ "index", "index", .text = parameter, .number = true },
	{ "control", "options", .text = control, .wide = true },
	{ "refs", "options", .text = parameter, .number = true },
	{ "binds", "options", .text = parameter, .number = true },
	{ "cookie", "cookie", .wide = true },
	{ "bytes", "stats.basic.bytes", .wide = true },
	{ "packets", "stats.basic.packets", .wide = true },
	{ "drops", "stats.queue.drops", .wide = true },
	{ "overlimits", "stats.queue.overlimits", .wide = true },
	{ "options", "options", .wide = true },
	{ "words", "options", .text = words },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "kind", "tab[0].kind" },
	{ "index", "tab[0].index" },
	{ 0 },
};

/* The struct that all kinds have, whatever its name. */
static struct weft_attr parms(struct weft_attr act)
{
	static const char *const names[] = { "parms", "parms-ex", "tbf", "act" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct weft_attr a = weft_at(weft_at(act, "options"), names[i]);

		if (a.p)
			return a;
	}
	return (struct weft_attr){ 0 };
}

static bool parameter(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	bool refs = strcmp(col->name, "refs") == 0, binds = strcmp(col->name, "binds") == 0;
	struct weft_attr a = weft_at(parms(e->at), refs ? "refcnt" : binds ? "bindcnt" : "index");

	(void)links;
	if (a.p)
		weft_text_int(t, weft_int(a, 0));
	return a.p;
}

static bool control(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(parms(e->at), "action");
	char buf[32];

	(void)col;
	(void)links;
	if (a.p)
		weft_text_puts(t, weft_control_text((int32_t)weft_int(a, 0), buf));
	return a.p;
}

static bool words(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_link_names names = tc_link_names(links);

	(void)col;
	return weft_action_text(e->at, &names, t) == 0;
}

/* --- names of links for the library --- */

static uint32_t index_of(const char *name, void *user)
{
	return links_index(user, name);
}

static const char *name_of(uint32_t index, char *buf, void *user)
{
	return links_name(user, index, buf, 16);
}

struct weft_link_names tc_link_names(const struct links *links)
{
	return (struct weft_link_names){ index_of, name_of, (void *)(uintptr_t)links };
}

static uint32_t index_asked(const char *name, void *user)
{
	struct change *x = user;

	if (!x->links.v && links_load(x->s, &x->links))
		return 0;
	return links_index(&x->links, name);
}

struct weft_link_names tc_change_names(struct change *x)
{
	return (struct weft_link_names){ index_asked, name_of, x };
}

/* --- changes --- */

static json_t *parse(const char *text)
{
	json_t *v = json_loads(text, 0, NULL);

	if (!v)
		(void)cli_fail(CLI_USAGE, "action: not JSON: \"%.60s\"", text);
	return v;
}

/* An action in words as JSON. */
static json_t *compile(struct change *x, const char *text)
{
	struct weft_msg *m = weft_request("tc", "newaction", 0);
	struct weft_link_names names = tc_change_names(x);
	struct weft_error e;
	json_t *v = NULL;

	weft_open(m, WEFT_KEY(action, tab));
	weft_action_put(m, text, &names);
	weft_close(m);
	if (weft_msg_error(m, &e))
		(void)cli_error(&e, "");
	else if (!(v = change_tree(weft_at(weft_msg_body(m), "tab[0]"))))
		(void)change_memory();
	weft_msg_free(m);
	return v;
}

int tc_action(struct change *x, const char *path, const char *text)
{
	json_t *v = *text == '{' ? parse(text) : compile(x, text), *list = json_object_get(x->root, path),
	       *at = x->root;
	const char *dot = strchr(path, '.');

	if (!v)
		return CLI_USAGE;
	if (dot) {
		/* the one place that is not at the top */
		at = json_object_get(x->root, "options");
		path = dot + 1;
		if (!at) {
			at = json_object();
			if (json_object_set_new(x->root, "options", at) < 0)
				at = NULL;
		}
		list = json_object_get(at, path);
	}
	if (!list) {
		list = json_array();
		if (json_object_set_new(at, path, list) < 0)
			list = NULL;
	}
	return list && json_array_append_new(list, v) == 0 ? 0 : change_memory();
}

/* add action drop; del action gact. */
static int word(struct change *x, const char *word, const char *value)
{
	bool makes = x->verb == VERB_ADD || x->verb == VERB_SET;

	if (value && makes && strcmp(word, "action") == 0)
		return tc_action(x, "tab", value);
	if (value)
		return NOT_MINE;
	return makes ? tc_action(x, "tab", word) : change_text(x, "tab[0].kind", word);
}

static int ready(struct change *x)
{
	const json_t *first = json_array_get(json_object_get(x->root, "tab"), 0);

	if (json_object_get(first, "kind"))
		return 0;
	return cli_fail(CLI_USAGE,
			x->verb == VERB_DEL || x->verb == VERB_GET ? "kind: missing" : "an action is needed");
}

/* --- dumps --- */

/* The kernel tells the actions of one kind at a time. */
static int parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		 void *user)
{
	const char *kind;
	int status = 0;

	(void)s;
	(void)links;
	for (size_t i = 0; status == 0 && (kind = weft_action_kind(i)) != NULL; i++)
		status = part((const struct fixed[]){ { .field = "tab[0].kind", .text = kind }, { 0 } }, user);
	return status;
}

static void erase(const struct entry *e, struct weft_msg *m)
{
	weft_open(m, WEFT_KEY(action, tab));
	weft_open(m, 0);
	weft_put(m, WEFT_KV(act, kind, weft_str(weft_at(e->at, "kind"), "")));
	weft_put(m, WEFT_KV(act, index, (uint32_t)weft_uint(weft_at(parms(e->at), "index"), 0)));
	weft_close(m);
	weft_close(m);
}

/* Those that filters have go with them. */
static bool bound(const struct entry *e)
{
	return weft_int(weft_at(parms(e->at), "bindcnt"), 0) > 0;
}

const struct object object_action = {
	"action",
	"actions",
	"tc",
	"newaction",
	"delaction",
	"getaction",
	"add|set action ACTION...; del action KIND index=N\n"
	"ACTION: what becomes of the packet, KIND:WORD:VALUE:... as in police:rate:1mbit:burst:10k:drop:index:5,\n"
	"or JSON. Filters name one by KIND:index:N.\n",
	.groups = { 4 },
	.columns = columns,
	.identity = (const struct ident[]){ { "kind" }, { "index", "index" }, { 0 } },
	.aliases = aliases,
	.items = "tab",
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.get_one = true,
	.parts = parts,
	.erase = erase,
	.spared = bound,
	.spared_by = { "binds" },
	.word = word,
	.ready = ready,
};
