/* SPDX-License-Identifier: MIT */
/* weft add, set, del: FIELD=VALUE words become one request. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <weft/json.h>

#include "object.h"

struct change {
	struct cli *c;
	const struct object *o;
	const char *verb;
	struct weft_session *s;
	const struct weft_op *op;
	struct links links;
	json_t *root;
	const char *kind; /* of a link, for its own fields; owned */
	int ns;		  /* namespace a link moves to, or -1 */
};

/* Sets a.b.c in a tree of objects. */
static int put_path(json_t *at, const char *path, json_t *value)
{
	const char *dot;

	while ((dot = strchr(path, '.')) != NULL) {
		json_t *next;
		char name[64];

		if (dot - path >= (long)sizeof name) {
			json_decref(value);
			return cli_fail(CLI_USAGE, "%s: not a path", path);
		}
		memcpy(name, path, (size_t)(dot - path));
		name[dot - path] = 0;
		next = json_object_get(at, name);
		if (next && !json_is_object(next)) {
			json_decref(value);
			return cli_fail(CLI_USAGE, "%s: has a value already", name);
		}
		if (!next) {
			next = json_object();
			if (json_object_set_new(at, name, next) < 0)
				break;
		}
		at = next;
		path = dot + 1;
	}
	if (dot)
		json_decref(value);
	if (dot || json_object_set_new(at, path, value) < 0)
		return cli_fail(CLI_INTERNAL, "out of memory or text that is not UTF-8");
	return 0;
}

static int put_text(struct change *x, const char *path, const char *text)
{
	json_t *v = json_string(text);

	return v ? put_path(x->root, path, v) : cli_fail(CLI_USAGE, "%s: text that is not UTF-8", path);
}

static int put_number(struct change *x, const char *path, uint64_t n)
{
	return put_path(x->root, path, json_integer((json_int_t)n));
}

static int device(struct change *x, const char *word, const char *name, uint32_t *ret)
{
	const char *near[64];
	size_t n = 0;
	char *end;
	unsigned long v;

	if (!x->links.v) {
		int status = links_load(x->s, &x->links);

		if (status)
			return status;
	}
	for (size_t i = 0; i < x->links.n; i++) {
		if (strcmp(x->links.v[i].name, name) == 0) {
			*ret = x->links.v[i].index;
			return 0;
		}
		if (n < 64)
			near[n++] = x->links.v[i].name;
	}
	v = strtoul(name, &end, 10);
	if (end != name && !*end && v <= INT32_MAX) {
		*ret = (uint32_t)v;
		return 0;
	}
	(void)cli_unknown(word, name, near, n);
	return CLI_REFUSED;
}

/* "10.0.0.1/24" into the address and its length. */
static int prefix(struct change *x, const char *word, const char *path, const char *value)
{
	static const struct {
		const char *object, *path, *length;
	} lengths[] = {
		{ "addr", "local", "ifa-prefixlen" }, { "addr", "address", "ifa-prefixlen" },
		{ "route", "dst", "rtm-dst-len" },    { "route", "src", "rtm-src-len" },
		{ "rule", "dst", "dst-len" },	      { "rule", "src", "src-len" },
	};
	char buf[WEFT_IP_TEXT];
	struct weft_ip ip;
	int status;

	if (strcmp(value, "default") == 0 || strcmp(value, "all") == 0)
		return 0;
	if (weft_ip_parse(value, &ip) < 0) {
		/* an MPLS label goes as it is */
		if (strcmp(x->o->name, "route") == 0 && strspn(value, "0123456789") == strlen(value))
			return put_text(x, path, value);
		return cli_fail(CLI_USAGE, "%s: not an address or prefix: \"%.60s\"", word, value);
	}
	status = put_text(x, path, weft_ip_text(&ip, buf));
	for (size_t i = 0; status == 0 && i < sizeof lengths / sizeof *lengths; i++)
		if (!strcmp(x->o->name, lengths[i].object) && !strcmp(path, lengths[i].path))
			status = put_number(x, lengths[i].length, ip.plen);
	if (status == 0 && ip.family == WEFT_AF_INET6 && strcmp(x->o->name, "route") == 0)
		status = put_number(x, "rtm-family", ip.family);
	return status;
}

static int out_of_memory(void)
{
	return cli_fail(CLI_INTERNAL, "out of memory or text that is not UTF-8");
}

/* One word of a next hop. */
static int hop_word(struct change *x, json_t *hop, const char *word, const char *value)
{
	const char *key = "gateway";
	json_t *v = NULL;
	uint32_t n = 0;
	int status = 0;

	if (strcmp(word, "via") == 0) {
		v = json_string(value);
	} else if (strcmp(word, "dev") == 0) {
		status = device(x, "nexthop dev", value, &n);
		key = "rtnh-ifindex";
		v = json_integer(n);
	} else if (strcmp(word, "weight") == 0) {
		char *end;
		unsigned long weight = strtoul(value, &end, 10);

		if (*end || end == value || weight < 1 || weight > 256)
			return cli_fail(CLI_USAGE, "nexthop: weight is 1 to 256: \"%.20s\"", value);
		key = "rtnh-hops";
		v = json_integer((json_int_t)weight - 1);
	} else {
		return cli_fail(CLI_USAGE, "nexthop: via:ADDRESS, dev:DEV or weight:N is needed, not \"%.40s\"",
				word);
	}
	if (status == 0 && (!v || json_object_set(hop, key, v) < 0))
		status = out_of_memory();
	json_decref(v);
	return status;
}

/* nexthop=via:10.0.0.1,dev:v0,weight:2 */
static int nexthop(struct change *x, const char *value)
{
	json_t *list = json_object_get(x->root, "multipath"), *hop = json_object();
	char *copy = strdup(value), *save = NULL;
	int status = 0;

	if (!list) {
		list = json_array();
		if (json_object_set_new(x->root, "multipath", list) < 0)
			list = NULL;
	}
	if (!copy || !hop || !list || json_array_append(list, hop) < 0)
		status = out_of_memory();
	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0;
	     w = strtok_r(NULL, ",", &save)) {
		char *v = strchr(w, ':');

		if (v)
			*v++ = 0;
		status = hop_word(x, hop, v ? w : "", v ? v : w);
	}
	json_decref(hop);
	free(copy);
	return status;
}

static int netns(struct change *x, const char *name)
{
	char path[256];

	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > 200)
		return cli_fail(CLI_USAGE, "netns: not a namespace name: \"%.60s\"", name);
	(void)snprintf(path, sizeof path, "/run/netns/%s", name);
	x->ns = open(path, O_RDONLY | O_CLOEXEC);
	if (x->ns < 0)
		return cli_fail(CLI_REFUSED, "netns: %.100s: %s", path, strerror(errno));
	return put_number(x, "net-ns-fd", (uint64_t)x->ns);
}

/* The kind of the link that is there, for words like id=10 in set. */
static const char *ask_kind(struct change *x)
{
	const char *name = json_string_value(json_object_get(x->root, "ifname"));
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	if (!name) {
		weft_msg_free(m);
		return NULL;
	}
	weft_put_named(m, "ifname", weft_kv_str(0, name));
	if (weft_call(x->s, m, &r) == 0 && !x->kind) {
		const char *k = weft_str(weft_at(weft_reply_body(r), "linkinfo.kind"), NULL);

		x->kind = k ? strdup(k) : NULL;
	}
	weft_reply_free(r);
	if (x->kind)
		(void)put_text(x, "linkinfo.kind", x->kind);
	return x->kind;
}

static const struct weft_schema *kind_schema(struct change *x)
{
	const struct weft_field *info, *data;

	if (strcmp(x->o->name, "link") != 0 || (!x->kind && !ask_kind(x)))
		return NULL;
	info = weft_field_find(x->op->schema, "linkinfo", 8, NULL);
	data = weft_field_find(info->sub, "data", 4, NULL);
	for (unsigned i = 0; i < data->choice->n; i++)
		if (strcmp(data->choice->v[i].value, x->kind) == 0)
			return data->choice->v[i].schema;
	return NULL;
}

static int unknown(struct change *x, const struct weft_schema *kind, const char *word, size_t len)
{
	const char *words[256];
	char buf[64];
	size_t n = 0;

	for (const struct alias *a = x->o->aliases; a->word; a++)
		words[n++] = a->word;
	for (unsigned i = 0; i < x->op->schema->n && n < 256; i++)
		if (x->op->schema->fields[i].type != WEFT_T_PAD)
			words[n++] = x->op->schema->fields[i].token;
	for (unsigned i = 0; kind && i < kind->n && n < 256; i++)
		if (kind->fields[i].type != WEFT_T_PAD)
			words[n++] = kind->fields[i].token;
	(void)snprintf(buf, sizeof buf, "%.*s", (int)(len > 60 ? 60 : len), word);
	return cli_unknown("field", buf, words, n);
}

static int put_alias(struct change *x, const struct alias *a, const char *value)
{
	uint32_t n;
	int status;

	if (a->form == PREFIX)
		return prefix(x, a->word, a->path, value);
	if (a->form == DEVICE) {
		n = 0;
		status = strcmp(value, "none") == 0 ? 0 : device(x, a->word, value, &n);
		return status ? status : put_number(x, a->path, n);
	}
	if (form_value(a->form, value, &n))
		return put_number(x, a->path, n);
	if (strcmp(a->word, "kind") == 0) {
		free((char *)(uintptr_t)x->kind);
		x->kind = strdup(value);
	}
	return put_text(x, a->path, value);
}

/* One word. */
static int put_word(struct change *x, const char *word)
{
	const char *eq = strchr(word, '='), *value = eq ? eq + 1 : "";
	size_t len = eq ? (size_t)(eq - word) : strlen(word), first = strcspn(word, ".[=");
	const struct weft_schema *kind;
	char path[256];

	if (!eq && strcmp(x->o->name, "link") == 0 && (!strcmp(word, "up") || !strcmp(word, "down"))) {
		int status = put_number(x, "ifi-change", 1);

		return status ? status : put_number(x, "ifi-flags", word[0] == 'u');
	}
	if (!eq || len == 0 || len > 200)
		return cli_fail(CLI_USAGE, "FIELD=VALUE is needed: \"%.60s\"", word);
	if (len == 7 && !memcmp(word, "nexthop", 7) && !strcmp(x->o->name, "route"))
		return nexthop(x, value);
	if (len == 5 && !memcmp(word, "netns", 5) && !strcmp(x->o->name, "link"))
		return netns(x, value);
	for (const struct alias *a = x->o->aliases; a->word; a++)
		if (strlen(a->word) == len && memcmp(a->word, word, len) == 0)
			return put_alias(x, a, value);
	(void)snprintf(path, sizeof path, "%.*s", (int)len, word);
	if (weft_field_find(x->op->schema, word, first, NULL))
		return put_text(x, path, value);
	kind = kind_schema(x);
	if (kind && weft_field_find(kind, word, first, NULL)) {
		(void)snprintf(path, sizeof path, "linkinfo.data.%.*s", (int)len, word);
		return put_text(x, path, value);
	}
	return unknown(x, kind, word, len);
}

/* kind= first: other words may be fields of it. */
static int put_words(struct change *x, int argc, char **argv)
{
	int status = 0, at = 2;

	if (at < argc && !strchr(argv[at], '=') && strcmp(x->o->name, "link") == 0 &&
	    strcmp(argv[at], "up") != 0 && strcmp(argv[at], "down") != 0)
		status = put_text(x, "ifname", argv[at++]);
	for (int round = 0; round < 2; round++)
		for (int i = at; status == 0 && i < argc; i++)
			if ((strncmp(argv[i], "kind=", 5) == 0 || strncmp(argv[i], "ifname=", 7) == 0) ==
			    (round == 0))
				status = put_word(x, argv[i]);
	return status;
}

static int missing(struct change *x)
{
	const char *name = x->o->name;
	bool add = strcmp(x->verb, "add") == 0;
	json_t *r = x->root;

	if (!strcmp(name, "link") && add && !json_object_get(r, "linkinfo"))
		return cli_fail(CLI_USAGE, "kind: missing");
	if (!strcmp(name, "link") && !add && !json_object_get(r, "ifname") && !json_object_get(r, "ifi-index"))
		return cli_fail(CLI_USAGE, "the name of the link is missing");
	if (!strcmp(name, "addr") && !json_object_get(r, "ifa-index"))
		return cli_fail(CLI_USAGE, "dev: missing");
	if (!strcmp(name, "addr") && !json_object_get(r, "local") && !json_object_get(r, "address"))
		return cli_fail(CLI_USAGE, "address: missing");
	if (!strcmp(name, "neigh") && !json_object_get(r, "dst"))
		return cli_fail(CLI_USAGE, "dst: missing");
	if (!strcmp(name, "neigh") && !json_object_get(r, "ndm-ifindex"))
		return cli_fail(CLI_USAGE, "dev: missing");
	if (!strcmp(name, "route") && json_object_size(r) == 0)
		return cli_fail(CLI_USAGE, "dst: missing");
	return 0;
}

static int send_it(struct change *x)
{
	char *text = json_dumps(x->root, JSON_COMPACT);
	bool add = strcmp(x->verb, "add") == 0, link = strcmp(x->o->name, "link") == 0;
	uint16_t flags = add ? WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL
			 : strcmp(x->verb, "del") == 0 || link ? 0 : WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE;
	struct weft_msg *m = weft_msg_new(weft_family_find(x->o->family), x->op, flags);
	struct weft_error e = { 0 };
	int r = text ? weft_put_json(m, text, strlen(text), &e) : -ENOMEM;

	free(text);
	if (r < 0) {
		weft_msg_free(m);
		return e.code ? cli_error(&e, "") : cli_fail(CLI_INTERNAL, "out of memory");
	}
	weft_msg_defaults(m);
	cli_tell(x->c, m);
	r = weft_call(x->s, m, NULL);
	if (r < 0)
		return cli_error(weft_last_error(x->s), "");
	if (weft_last_error(x->s)->msg[0])
		(void)cli_fail(0, "warning: %s", weft_last_error(x->s)->msg);
	return 0;
}

static void show_help(struct cli *c)
{
	const struct object *o;

	weft_text_puts(&c->out, "usage: weft add|set|del OBJECT FIELD=VALUE...\n");
	for (size_t i = 0; (o = object_at(i)) != NULL; i++)
		weft_text_puts(&c->out, o->help);
	weft_text_puts(&c->out, "FIELD: a word above, a field of weft do, or a path (linkinfo.data.id).\n");
}

int cmd_change(struct cli *c, int argc, char **argv)
{
	struct change x = { .c = c, .verb = argv[0], .ns = -1 };
	int status;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			show_help(c);
			return CLI_OK;
		}
	}
	if (argc < 3)
		return cli_fail(CLI_USAGE, "an object and FIELD=VALUE are needed; see weft %s --help", argv[0]);
	status = object_find(argv[1], &x.o);
	if (status == 0 && strcmp(argv[0], "set") == 0 &&
	    (strcmp(x.o->name, "addr") == 0 || strcmp(x.o->name, "rule") == 0))
		status = cli_fail(CLI_USAGE, "%s cannot be set: delete it and add it", x.o->name);
	if (status == 0)
		status = cli_session(c, 0, &x.s);
	if (status)
		return status;
	x.op = weft_op_find(weft_family_find(x.o->family),
			    strcmp(argv[0], "del") == 0 ? x.o->del : x.o->add);
	x.root = json_object();
	status = x.root ? put_words(&x, argc, argv) : cli_fail(CLI_INTERNAL, "out of memory");
	if (status == 0)
		status = missing(&x);
	if (status == 0)
		status = send_it(&x);
	if (x.ns >= 0)
		close(x.ns);
	json_decref(x.root);
	links_free(&x.links);
	free((char *)(uintptr_t)x.kind);
	weft_session_close(x.s);
	return status;
}
