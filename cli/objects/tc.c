/* SPDX-License-Identifier: MIT */
/* Filters and chains of filters. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

#define H_ROOT 0xffffffffu
#define H_CLSACT_IN 0xfffffff2u
#define H_CLSACT_OUT 0xfffffff3u

static column_text prio, protocol, filter_handle;

static const struct column filter_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex" },
	{ "ifindex", "ifindex", .wide = true },
	{ "parent", "parent", WRITTEN },
	{ "chain", "chain" },
	{ "prio", "info", .text = prio, .number = true },
	{ "protocol", "info", .text = protocol },
	{ "kind", "kind" },
	{ "handle", "handle", .text = filter_handle },
	{ "options", "options" },
	{ 0 },
};

static const struct column chain_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex" },
	{ "ifindex", "ifindex", .wide = true },
	{ "parent", "parent", WRITTEN },
	{ "chain", "chain" },
	{ "kind", "kind" },
	{ "options", "options", .wide = true },
	{ 0 },
};

/* The fields of filters have a classid of their own. */
static const struct alias filter_aliases[] = {
	{ "dev", "ifindex", DEVICE },
	{ "parent", "parent" },
	{ 0 },
};

static bool prio(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	weft_text_uint(t, weft_uint(weft_at(e->at, col->path), 0) >> 16);
	return true;
}

/* The ethertype, in network order as it stands in the header. */
static uint16_t ethertype(const struct entry *e, const char *path)
{
	uint16_t raw = (uint16_t)weft_uint(weft_at(e->at, path), 0);

	return weft_get_be16(&raw);
}

static bool protocol(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *name = form_word(ETHERTYPE, ethertype(e, col->path));

	(void)links;
	if (name)
		weft_text_puts(t, name);
	else
		weft_text_printf(t, "%#x", ethertype(e, col->path));
	return true;
}

/* "800:1:2" of u32, table, bucket and node; else a number. */
static bool filter_handle(const struct column *col, const struct entry *e, const struct links *links,
			  struct weft_text *t)
{
	uint32_t h = (uint32_t)weft_uint(weft_at(e->at, col->path), 0);

	(void)links;
	if (!h)
		return false;
	if (strcmp(weft_str(weft_at(e->at, "kind"), ""), "u32") != 0) {
		weft_text_printf(t, "%#x", h);
		return true;
	}
	weft_text_printf(t, "%x:", h >> 20);
	if (h >> 12 & 0xff)
		weft_text_printf(t, "%x", h >> 12 & 0xff);
	if (h & 0xfffff)
		weft_text_putc(t, ':');
	if (h & 0xfff)
		weft_text_printf(t, "%x", h & 0xfff);
	return true;
}

/* TABLE:[BUCKET][:NODE] in hex, or a number. */
static int put_handle(struct change *x, const char *value)
{
	static const unsigned long max[3] = { 0xfff, 0xff, 0xfff };
	unsigned long part[3] = { 0 };
	const char *p = value;
	bool good = true;
	int status;

	if (!strchr(value, ':')) {
		status = change_uint("handle", value, 0, UINT32_MAX, &part[0]);
		return status ? status : change_number(x, "handle", part[0]);
	}
	for (int i = 0; good && i < 3 && *p; i++) {
		char *end;

		part[i] = strtoul(p, &end, 16);
		good = strspn(p, "0123456789abcdefABCDEF") == (size_t)(end - p) && part[i] <= max[i] &&
		       (*end == ':' || !*end) && (i < 2 || !*end);
		p = *end == ':' ? end + 1 : end;
	}
	if (!good || *p)
		return cli_fail(CLI_USAGE, "handle: TABLE:BUCKET:NODE in hex is needed: \"%.40s\"", value);
	return change_number(x, "handle", part[0] << 20 | part[1] << 12 | part[2]);
}

/* The fields of the kind. */
static const struct weft_schema *more(struct change *x, unsigned i, bool use, const char **ret_path)
{
	const struct weft_field *options = weft_field_find(x->op->schema, "options", 7, NULL);

	(void)use;
	for (unsigned k = 0; i == 0 && x->kind && k < options->choice->n; k++) {
		if (strcmp(options->choice->v[k].value, x->kind) != 0)
			continue;
		*ret_path = "options";
		return options->choice->v[k].schema;
	}
	return NULL;
}

static int keep_kind(struct change *x, const char *value)
{
	free(x->kind);
	x->kind = strdup(value);
	return x->kind ? change_text(x, "kind", value) : change_memory();
}

static int filter_word(struct change *x, const char *word, const char *value)
{
	static const struct {
		const char *word;
		uint32_t parent;
	} places[] = { { "root", H_ROOT }, { "ingress", H_CLSACT_IN }, { "egress", H_CLSACT_OUT } };
	json_int_t info = json_integer_value(json_object_get(x->root, "info"));
	unsigned long n = 0;
	uint32_t type = 0;
	uint8_t be[2];
	int status = 0;

	for (size_t i = 0; !value && i < 3; i++)
		if (strcmp(places[i].word, word) == 0)
			return change_number(x, "parent", places[i].parent);
	if (value && strcmp(word, "kind") == 0)
		return keep_kind(x, value);
	if (value && strcmp(word, "handle") == 0)
		return put_handle(x, value);
	if (value && strcmp(word, "prio") == 0) {
		status = change_uint("prio", value, 0, 0xffff, &n);
		return status ? status : change_number(x, "info", ((uint64_t)info & 0xffff) | n << 16);
	}
	if (!value || strcmp(word, "protocol") != 0)
		return NOT_MINE;
	if (!form_value(ETHERTYPE, value, &type)) {
		status = change_uint("protocol", value, 0, 0xffff, &n);
		type = (uint32_t)n;
	}
	weft_set_be16(be, (uint16_t)type);
	return status ? status : change_number(x, "info", ((uint64_t)info & 0xffff0000) | weft_get_u16(be));
}

/* A device and the handles that filters may stand at. */
struct places {
	struct place {
		uint64_t device, parent;
	} *v;
	size_t n, cap;
};

static bool place(struct places *p, uint64_t device, uint64_t parent)
{
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		struct place *v = realloc(p->v, cap * sizeof *v);

		if (!v)
			return false;
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = (struct place){ device, parent };
	return true;
}

/* Qdiscs, or a part of the classes. */
static int places_of(struct weft_session *s, const char *op, const struct fixed *more, struct places *p)
{
	struct weft_msg *m = weft_request("tc", op, 0);
	struct weft_dump *d;
	struct weft_attr a;
	bool room = true;
	int r;

	for (; more && more->field; more++)
		weft_put_named(m, more->field, weft_kv_uint(0, more->value));
	r = weft_dump_start(s, m, &d);
	if (r < 0)
		return cli_error(weft_last_error(s), "");
	while (room && (r = weft_dump_next(d, &a)) > 0) {
		uint64_t at = weft_uint(weft_at(a, "ifindex"), 0), handle = weft_uint(weft_at(a, "handle"), 0);
		bool clsact = strcmp(weft_str(weft_at(a, "kind"), ""), "clsact") == 0;

		if (clsact)
			room = place(p, at, H_CLSACT_IN) && place(p, at, H_CLSACT_OUT);
		else if (handle)
			room = place(p, at, handle);
	}
	weft_dump_close(d);
	if (!room)
		return cli_fail(CLI_INTERNAL, "out of memory");
	return r < 0 && r != -EAGAIN && r != -ENODEV && r != -EINVAL ? cli_error(weft_last_error(s), "") : 0;
}

struct classes {
	struct weft_session *s;
	struct places *p;
};

static int classes(const struct fixed *more, void *user)
{
	struct classes *x = user;

	return places_of(x->s, "gettclass", more, x->p);
}

/* Filters stand at qdiscs and at classes: the kernel tells those of one place at a time. */
static int parts(struct weft_session *s, const struct links *links,
		 int (*part)(const struct fixed *more, void *user), void *user)
{
	struct places p = { 0 };
	struct classes x = { s, &p };
	int status = places_of(s, "getqdisc", NULL, &p);

	if (status == 0)
		status = class_parts(s, links, classes, &x);
	for (size_t i = 0; status == 0 && i < p.n; i++)
		status = part((const struct fixed[]){ { "ifindex", p.v[i].device }, { "parent", p.v[i].parent }, { 0 } },
			      user);
	free(p.v);
	return status;
}

static const struct need need_dev[] = { { ~0u, "ifindex", NULL, "dev: missing" }, { 0 } };
const struct object object_filter = {
	"filter", "filters", "tc", "newtfilter", "deltfilter", "gettfilter",
	"add|set|del filter dev=DEV root|ingress|egress|parent=HANDLE [prio=N] [protocol=PROTOCOL]\n"
	"     [handle=N|TABLE:BUCKET:NODE] [chain=N] kind=KIND [FIELD=VALUE...]\n",
	.groups = { 4 },
	.columns = filter_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "parent", "parent" }, { "chain", "chain" }, { "prio", "prio" },
					    { "protocol" }, { "kind" }, { "handle" }, { 0 } },
	.aliases = filter_aliases,
	.needs = need_dev,
	.parts = parts,
	.word = filter_word,
	.more = more,
};

const struct object object_chain = {
	"chain", "chains", "tc", "newchain", "delchain", "getchain",
	"add|del chain dev=DEV root|ingress|egress|parent=HANDLE chain=N [kind=KIND] [FIELD=VALUE...]\n",
	.groups = { 4 },
	.columns = chain_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "parent", "parent" }, { "chain", "chain" }, { 0 } },
	.aliases = filter_aliases,
	.needs = need_dev,
	.parts = parts,
	.no_set = true,
	.word = filter_word,
	.more = more,
};
