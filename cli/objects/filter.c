/* SPDX-License-Identifier: MIT */
/* Traffic control: filters and chains of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/json.h>

#include "objects.h"
#include "tc.h"

enum {
	OWN_TABLE = 0x800, /* tables of u32 from here on are the kernel's */
};

static column_text device, block, parent, prio, protocol, handle, classid, words;

static const struct column filter_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex", .text = device },
	{ "ifindex", "ifindex", .wide = true },
	{ "block", "parent", .text = block, .number = true },
	{ "parent", "parent", .text = parent },
	{ "chain", "chain" },
	{ "prio", "info", .text = prio, .number = true },
	{ "protocol", "info", .text = protocol },
	{ "kind", "kind" },
	{ "handle", "handle", .text = handle },
	{ "classid", "options", .text = classid, .wide = true },
	{ "options", "options", .wide = true },
	{ "words", "options", .text = words },
	{ 0 },
};

static const struct column chain_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex", .text = device },
	{ "ifindex", "ifindex", .wide = true },
	{ "block", "parent", .text = block, .number = true },
	{ "parent", "parent", .text = parent },
	{ "chain", "chain" },
	{ "kind", "kind" },
	{ "options", "options", .wide = true },
	{ "words", "options", .text = words },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ifindex", DEVICE },
	{ "parent", "parent" },
	{ 0 },
};

/* A block that devices share stands in the place of one. */
static bool in_block(const struct entry *e)
{
	return weft_int(weft_at(e->at, "ifindex"), 0) == WEFT_BLOCK;
}

static bool device(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	return !in_block(e) && value_text(DEVICE, weft_at(e->at, col->path), links, t);
}

static bool block(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	if (!in_block(e))
		return false;
	weft_text_uint(t, weft_uint(weft_at(e->at, col->path), 0));
	return true;
}

static bool parent(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, col->path);
	uint64_t v = weft_uint(a, 0);

	(void)links;
	if (in_block(e))
		return false;
	if (v == WEFT_TC_CLSACT_INGRESS || v == WEFT_TC_CLSACT_EGRESS)
		weft_text_puts(t, v == WEFT_TC_CLSACT_INGRESS ? "ingress" : "egress");
	else
		return weft_value_text(a, t) == 0;
	return true;
}

static bool prio(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	weft_text_uint(t, weft_uint(weft_at(e->at, col->path), 0) >> 16);
	return true;
}

static bool protocol(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_filter f;
	char buf[16];

	(void)col;
	(void)links;
	if (weft_filter_view(e->at, &f) < 0)
		return false;
	weft_text_puts(t, weft_ethertype_text(f.protocol, buf));
	return true;
}

/* "800:1:2" of u32, table, bucket and node; the mark of fw; else a number. */
static bool handle(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	uint32_t h = (uint32_t)weft_uint(weft_at(e->at, col->path), 0);
	char buf[16];

	(void)links;
	if (!h)
		return false;
	if (strcmp(weft_str(weft_at(e->at, "kind"), ""), "u32") == 0)
		weft_text_puts(t, weft_u32_handle_text(h, buf));
	else
		weft_text_printf(t, "%#x", h);
	return true;
}

static bool classid(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(weft_at(e->at, col->path), "classid");

	(void)links;
	return a.p && weft_value_text(a, t) == 0;
}

static bool words(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_link_names names = tc_link_names(links);
	size_t len = t->len;

	(void)col;
	return weft_filter_text(e->at, &names, t) == 0 && t->len > len;
}

/* The head of the filters of one priority is none, nor is the table of u32 that comes with it. */
static bool is_filter(struct weft_attr body)
{
	struct weft_filter f;

	if (weft_filter_view(body, &f) < 0 || !f.options.p)
		return false;
	return !f.kind || strcmp(f.kind, "u32") != 0 || f.handle & 0xfffff || f.handle >> 20 < OWN_TABLE;
}

/* --- changes --- */

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

static int put_kind(struct change *x, const char *value)
{
	free(x->kind);
	x->kind = strdup(value);
	return x->kind ? change_text(x, "kind", value) : change_memory();
}

static int put_prio(struct change *x, const char *value)
{
	json_int_t info = json_integer_value(json_object_get(x->root, "info"));
	unsigned long n = 0;
	int status = change_uint("prio", value, 0, UINT16_MAX, &n);

	return status ? status : change_number(x, "info", ((uint64_t)info & 0xffff) | n << 16);
}

static int put_protocol(struct change *x, const char *value)
{
	json_int_t info = json_integer_value(json_object_get(x->root, "info"));
	uint16_t type;

	if (!weft_ethertype_parse(value, &type))
		return cli_fail(CLI_USAGE, "protocol: not a protocol of Ethernet: \"%.40s\"", value);
	return change_number(x, "info", ((uint64_t)info & 0xffff0000) | weft_tc_info(0, type));
}

/* Of u32 with colons; of fw a mark, perhaps with its mask. */
static int put_handle(struct change *x, const char *value)
{
	bool fw = x->kind && strcmp(x->kind, "fw") == 0;
	const char *slash = fw ? strchr(value, '/') : NULL;
	unsigned long v = 0;
	char mark[20] = "";
	uint32_t h;
	int status;

	if (strchr(value, ':')) {
		if (!weft_u32_handle_parse(value, &h))
			return cli_fail(CLI_USAGE, "handle: TABLE:BUCKET:NODE in hex is needed: \"%.40s\"", value);
		return change_number(x, "handle", h);
	}
	strncpy(mark, value, sizeof mark - 1);
	mark[strcspn(mark, "/")] = 0;
	status = change_uint("handle", slash ? mark : value, 0, UINT32_MAX, &v);
	if (status == 0 && slash)
		status = change_text(x, "options.mask", slash + 1);
	return status ? status : change_number(x, "handle", v);
}

static int put_block(struct change *x, const char *value)
{
	unsigned long n = 0;
	int status = change_uint("block", value, 1, UINT32_MAX, &n);

	if (status == 0)
		status = change_put(x, "ifindex", json_integer(WEFT_BLOCK));
	return status ? status : change_number(x, "parent", n);
}

static const struct {
	const char *word;
	uint32_t parent;
} places[] = { { "root", WEFT_TC_ROOT }, { "ingress", WEFT_TC_CLSACT_INGRESS }, { "egress", WEFT_TC_CLSACT_EGRESS } };

/* ingress, or parent=ingress. */
static int put_place(struct change *x, const char *name)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strcmp(places[i].word, name) == 0)
			return change_number(x, "parent", places[i].parent);
	return NOT_MINE;
}

static bool is_word(const struct change *x, const char *word)
{
	const char *w;

	if (!x->kind)
		return false;
	if (strcmp(word, "flowid") == 0 || strcmp(word, "police") == 0)
		return true;
	for (size_t i = 0; (w = weft_filter_word(x->kind, i)) != NULL; i++) {
		size_t k = 0;

		while (w[k] && (w[k] == word[k] || (w[k] == '_' && word[k] == '-')))
			k++;
		if (!w[k] && !word[k])
			return true;
	}
	return false;
}

static int word(struct change *x, const char *word, const char *value)
{
	static const struct {
		const char *word;
		int (*put)(struct change *x, const char *value);
	} own[] = { { "kind", put_kind },   { "handle", put_handle },	  { "prio", put_prio },
		    { "pref", put_prio },   { "protocol", put_protocol }, { "block", put_block },
		    { "parent", put_place } };
	struct weft_text t = { 0 };
	int status = NOT_MINE;

	if (!value && put_place(x, word) != NOT_MINE)
		return 0;
	for (size_t i = 0; value && i < sizeof own / sizeof *own; i++)
		if (strcmp(own[i].word, word) == 0)
			return own[i].put(x, value);
	if (value && strcmp(word, "action") == 0)
		return tc_action(x, "options.act", value);
	if (value && strcmp(word, "pedit") == 0) {
		weft_text_printf(&t, "pedit:%s", value);
		status = t.p ? tc_action(x, "options.act", t.p) : change_memory();
		weft_text_free(&t);
		return status;
	}
	return is_word(x, word) ? change_word(x, word, value) : NOT_MINE;
}

/* u32 does the actions of those keys only that are said to end the search. */
static int end_search(json_t *made, const json_t *options)
{
	json_t *sel = json_object_get(made, "sel"), *flags = json_object_get(sel, "flags");

	if (!flags || !json_object_get(options, "act"))
		return 0;
	return json_object_set_new(sel, "flags", json_integer(json_integer_value(flags) | 1));
}

/* What the words make, as a message of its own, into the request. */
static int put_options(struct change *x)
{
	struct weft_msg *m = weft_msg_new(weft_family_find("tc"), x->op, 0);
	struct weft_link_names names = tc_change_names(x);
	json_t *made = NULL, *options = json_object_get(x->root, "options");
	struct weft_error e;
	int status = 0;

	weft_put(m, WEFT_KV(tcmsg, info, (uint32_t)json_integer_value(json_object_get(x->root, "info"))));
	weft_put(m, WEFT_KV(tc, kind, x->kind));
	weft_filter_put(m, x->word, x->n_words, &names);
	if (weft_msg_error(m, &e))
		status = cli_fail(CLI_USAGE, "%s: %s", e.path, e.msg);
	else
		made = change_tree(weft_at(weft_msg_body(m), "options"));
	if (status == 0 && !options) {
		options = json_object();
		if (json_object_set_new(x->root, "options", options) < 0)
			options = NULL;
	}
	if (status == 0 && (!made || end_search(made, options) < 0 || json_object_update_missing(options, made) < 0))
		status = change_memory();
	if (status == 0 && !change_has(x, "handle") && weft_uint(weft_at(weft_msg_body(m), "handle"), 0))
		status = change_number(x, "handle", weft_uint(weft_at(weft_msg_body(m), "handle"), 0));
	json_decref(made);
	weft_msg_free(m);
	return status;
}

/* Protocol and priority that nobody said; the words at last. */
static int ready(struct change *x)
{
	json_int_t info = json_integer_value(json_object_get(x->root, "info"));
	bool chain = strcmp(x->o->name, "chain") == 0, makes = x->verb == VERB_ADD || x->verb == VERB_SET;
	int status = 0;

	if (!change_has(x, "ifindex"))
		status = cli_fail(CLI_USAGE, "dev or block: missing");
	if (status == 0 && !chain && x->verb == VERB_ADD && !x->kind)
		status = cli_fail(CLI_USAGE, "kind: missing");
	if (status == 0 && !chain && makes && !((uint64_t)info & 0xffff))
		status = put_protocol(x, "all");
	/* without any words the kind may still want some */
	if (status == 0 && makes && x->kind && weft_filter_word(x->kind, 0))
		status = put_options(x);
	return status;
}

/* --- dumps --- */

/* Where filters may stand: at a handle of a device, or in a block. */
struct spots {
	struct spot {
		uint64_t device, parent;
	} * v;
	size_t n, cap;
};

static bool spot(struct spots *p, uint64_t device, uint64_t parent)
{
	for (size_t i = 0; device == (uint64_t)WEFT_BLOCK && i < p->n; i++)
		if (p->v[i].device == device && p->v[i].parent == parent)
			return true;
	if (p->n == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 64;
		struct spot *v = realloc(p->v, cap * sizeof *v);

		if (!v)
			return false;
		p->v = v;
		p->cap = cap;
	}
	p->v[p->n++] = (struct spot){ device, parent };
	return true;
}

/* Where filters of a qdisc or class stand. */
static bool spots_at(struct spots *p, struct weft_attr a)
{
	uint64_t at = weft_uint(weft_at(a, "ifindex"), 0), handle = weft_uint(weft_at(a, "handle"), 0);
	struct weft_attr in = weft_at(a, "ingress-block"), out = weft_at(a, "egress-block");
	const char *kind = weft_str(weft_at(a, "kind"), "");

	if (strcmp(kind, "clsact") != 0 && strcmp(kind, "ingress") != 0)
		return !handle || spot(p, at, handle);
	if (in.p ? !spot(p, (uint64_t)WEFT_BLOCK, weft_uint(in, 0)) : !spot(p, at, WEFT_TC_CLSACT_INGRESS))
		return false;
	if (strcmp(kind, "ingress") == 0)
		return true;
	return out.p ? spot(p, (uint64_t)WEFT_BLOCK, weft_uint(out, 0)) : spot(p, at, WEFT_TC_CLSACT_EGRESS);
}

/* Qdiscs, or a part of the classes. */
static int spots_of(struct weft_session *s, const char *op, const struct fixed *more, struct spots *p)
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
	while (room && (r = weft_dump_next(d, &a)) > 0)
		room = spots_at(p, a);
	weft_dump_close(d);
	if (!room)
		return cli_fail(CLI_INTERNAL, "out of memory");
	return r < 0 && r != -EAGAIN && r != -ENODEV && r != -EINVAL ? cli_error(weft_last_error(s), "") : 0;
}

struct classes {
	struct weft_session *s;
	struct spots *p;
};

static int classes(const struct fixed *more, void *user)
{
	struct classes *x = user;

	return spots_of(x->s, "gettclass", more, x->p);
}

/* The kernel tells the filters of one place at a time. */
static int parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		 void *user)
{
	struct spots p = { 0 };
	struct classes x = { s, &p };
	int status = spots_of(s, "getqdisc", NULL, &p);

	if (status == 0)
		status = class_parts(s, links, classes, &x);
	for (size_t i = 0; status == 0 && i < p.n; i++)
		status = part((const struct fixed[]){ { .field = "ifindex", .value = p.v[i].device },
						      { .field = "parent", .value = p.v[i].parent },
						      { 0 } },
			      user);
	free(p.v);
	return status;
}

/* What names a filter; its options are none of it. */
static void erase(const struct entry *e, struct weft_msg *m)
{
	static const char *const fields[] = { "ifindex", "parent", "info", "handle", "kind", "chain" };

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		struct weft_attr a = weft_at(e->at, fields[i]);

		if (a.p)
			weft_put_named(m, fields[i], weft_kv_bytes(0, (struct weft_bytes){ a.p, a.len }));
	}
}

/* All filters of one priority. */
static void erase_prio(const struct entry *e, struct weft_msg *m)
{
	erase(e, m);
	weft_put(m, WEFT_KV(tcmsg, handle, 0));
}

static const char *const of_prio[] = {
	"ifname", "ifindex", "block", "parent", "chain", "prio", "protocol", "kind", NULL
};
static const char *const untold[] = { "info", NULL };

/* The kernel chooses it, and gives none alone without it. */
static bool without_handle(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], "handle=", strlen("handle=")) == 0)
			return false;
	return true;
}

const struct object object_filter = {
	"filter",
	"filters",
	"tc",
	"newtfilter",
	"deltfilter",
	"gettfilter",
	"add|set|del filter dev=DEV root|ingress|egress|parent=HANDLE, or block=N [prio=N] [protocol=PROTOCOL]\n"
	"     [handle=N|MARK/MASK|TABLE:BUCKET:NODE] [chain=N] kind=KIND [WORD=VALUE...] [action=ACTION...]\n"
	"kind=flower dst_ip=10.0.0.0/24 ip_proto=tcp dst_port=80 action=drop\n"
	"kind=u32 match=ip.src:10.0.0.0/8 classid=1:10; kind=basic match='cmp(u16 at 2 gt 100)'\n"
	"ACTION: what becomes of the packet (pass, drop, goto_chain:N ...), KIND:WORD:VALUE:... as in\n"
	"mirred:redirect:dev:v1 or police:rate:1mbit:burst:10k:drop, or JSON. del without kind takes all.\n",
	.groups = { 4 },
	.columns = filter_columns,
	.identity = (const struct ident[]){ { "ifname" },
					    { "block", "block" },
					    { "parent", "parent" },
					    { "chain", "chain" },
					    { "prio", "prio" },
					    { "protocol" },
					    { "kind" },
					    { "handle" },
					    { 0 } },
	.aliases = aliases,
	.first = "dev",
	.parts = parts,
	.get_one = true,
	.listed = without_handle,
	.is = is_filter,
	.erase = erase,
	.erase_like = erase_prio,
	.like = of_prio,
	.untold = untold,
	.word = word,
	.more = more,
	.words = weft_filter_word,
	.ready = ready,
};

const struct object object_chain = {
	"chain",
	"chains",
	"tc",
	"newchain",
	"delchain",
	"getchain",
	"add|del chain dev=DEV root|ingress|egress|parent=HANDLE, or block=N chain=N\n"
	"     [kind=KIND [protocol=PROTOCOL] WORD=VALUE...]\n",
	.groups = { 4 },
	.columns = chain_columns,
	.identity =
	    (const struct ident[]){
		{ "ifname" }, { "block", "block" }, { "parent", "parent" }, { "chain", "chain" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.parts = parts,
	.asked = "parent",
	.no_set = true,
	.erase = erase,
	.word = word,
	.more = more,
	.words = weft_filter_word,
	.ready = ready,
};
