/* SPDX-License-Identifier: MIT */
/* Qdiscs and classes. Their options are said in the words of weft/tc.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/tc.h>

#include "../change.h"
#include "objects.h"

enum {
	INGRESS_MAJOR = 0xffff0000 >> 16,
};

static column_text options, leaf;

#define COUNTERS                                                                                                       \
	{ "bytes", "stats2.basic.bytes", .or = "stats.bytes", .wide = true },                                          \
	    { "packets", "stats2.basic.packets", .or = "stats.packets", .wide = true },                                \
	    { "drops", "stats2.queue.drops", .or = "stats.drops", .wide = true },                                      \
	    { "overlimits", "stats2.queue.overlimits", .or = "stats.overlimits", .wide = true },                       \
	    { "requeues", "stats2.queue.requeues", .wide = true },                                                     \
	    { "qlen", "stats2.queue.qlen", .or = "stats.qlen", .wide = true },                                         \
	    { "backlog", "stats2.queue.backlog", .or = "stats.backlog", .wide = true },                                \
	    { "bps", "stats2.rate-est64.bps", .or = "stats2.rate-est.bps", .wide = true },                             \
	    { "pps", "stats2.rate-est64.pps", .or = "stats2.rate-est.pps", .wide = true },                             \
	{                                                                                                              \
		"xstats", "stats2.app", .or = "xstats", .wide = true                                                   \
	}

static const struct column qdisc_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex" },
	{ "ifindex", "ifindex", .wide = true },
	{ "kind", "kind" },
	{ "handle", "handle", WRITTEN },
	{ "parent", "parent", WRITTEN },
	{ "refcnt", "info", .wide = true },
	{ "offloaded", "hw-offload", .wide = true },
	{ "ingress_block", "ingress-block", .wide = true },
	{ "egress_block", "egress-block", .wide = true },
	{ "options", "options", .wide = true },
	{ "stab", "stab", .wide = true },
	{ "words", "options", .text = options },
	COUNTERS,
	{ 0 },
};

static const struct column class_columns[] = {
	{ "ifname", "ifindex", DEVICE, .ask = "ifindex" },
	{ "ifindex", "ifindex", .wide = true },
	{ "kind", "kind" },
	{ "handle", "handle", WRITTEN },
	{ "parent", "parent", WRITTEN },
	{ "leaf", "info", .text = leaf, .wide = true },
	{ "options", "options", .wide = true },
	{ "words", "options", .text = options },
	COUNTERS,
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ifindex", DEVICE }, { "parent", "parent" }, { "handle", "handle" }, { "classid", "handle" }, { 0 },
};

/* The words that make the same again. */
static bool options(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	size_t before = t->len;

	(void)col;
	(void)links;
	return weft_tc_text(e->at, t) == 0 && t->len > before;
}

/* The handle of the qdisc in a class. */
static bool leaf(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	uint64_t handle = weft_uint(weft_at(e->at, col->path), 0);

	(void)links;
	if (handle)
		weft_text_printf(t, "%x:", (unsigned)(handle >> 16));
	return handle != 0;
}

static bool of_class(const struct change *x)
{
	return x->o == &object_class;
}

/* The fields of the kind, by paths. */
static const struct weft_schema *more(struct change *x, unsigned i, bool use, const char **ret_path)
{
	const struct weft_field *field = weft_field_find(x->op->schema, "options", 7, NULL);

	(void)use;
	for (unsigned k = 0; i == 0 && x->kind && k < field->choice->n; k++) {
		if (strcmp(field->choice->v[k].value, x->kind) != 0)
			continue;
		*ret_path = "options";
		return field->choice->v[k].schema;
	}
	return NULL;
}

static const char *known_qdisc_word(const char *kind, size_t i)
{
	return weft_tc_word(kind, false, i);
}

static const char *known_class_word(const char *kind, size_t i)
{
	return weft_tc_word(kind, true, i);
}

static bool same(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !((*a == '-' || *a == '_') && (*b == '-' || *b == '_')))
			return false;
	return *a == *b;
}

static bool is_known(const struct change *x, const char *word)
{
	const char *known;

	for (size_t i = 0; x->kind && (known = weft_tc_word(x->kind, of_class(x), i)) != NULL; i++)
		if (same(known, word))
			return true;
	return false;
}

static int keep_kind(struct change *x, const char *value)
{
	free(x->kind);
	x->kind = strdup(value);
	return x->kind ? change_text(x, "kind", value) : change_memory();
}

/* A place without '=', or a kind that has only one. */
static int place(struct change *x, const char *word)
{
	bool clsact = strcmp(word, "clsact") == 0;
	int status;

	if (strcmp(word, "root") == 0)
		return change_number(x, "parent", WEFT_TC_ROOT);
	if (!clsact && strcmp(word, "ingress") != 0)
		return NOT_MINE;
	status = keep_kind(x, word);
	if (status == 0)
		status = change_number(x, "parent", WEFT_TC_INGRESS);
	return status ? status : change_number(x, "handle", (uint64_t)INGRESS_MAJOR << 16);
}

static int word(struct change *x, const char *word, const char *value)
{
	bool says = x->verb == VERB_ADD || x->verb == VERB_SET;
	int status;

	if (value && strcmp(word, "kind") == 0)
		return keep_kind(x, value);
	if (says && is_known(x, word))
		return change_word(x, word, value);
	status = value ? NOT_MINE : place(x, word);
	if (status != NOT_MINE || !says)
		return status;
	for (const struct alias *a = aliases; a->word; a++)
		if (strcmp(a->word, word) == 0)
			return NOT_MINE;
	/* fields of the message, and paths; rate is a word of kinds first */
	if (strpbrk(word, ".[") ||
	    (strcmp(word, "rate") != 0 && weft_field_find(x->op->schema, word, strlen(word), NULL)))
		return NOT_MINE;
	return change_word(x, word, value);
}

/* What the kind is of one that is there. */
static void ask_kind(struct change *x)
{
	struct weft_msg *m = weft_request("tc", x->o->get, 0);
	static const char *const fields[] = { "ifindex", "handle", "parent" };
	struct weft_reply *r = NULL;
	const char *kind;

	for (size_t i = 0; i < 3; i++) {
		const json_t *v = json_object_get(x->root, fields[i]);

		if (json_is_integer(v))
			weft_put_named(m, fields[i], weft_kv_uint(0, (uint64_t)json_integer_value(v)));
		else if (json_is_string(v))
			weft_put_named(m, fields[i], weft_kv_str(0, json_string_value(v)));
	}
	if (weft_call(x->s, m, &r) == 0) {
		kind = weft_str(weft_at(weft_reply_body(r), "kind"), NULL);
		if (kind)
			(void)!keep_kind(x, kind);
	}
	weft_reply_free(r);
}

/* A part of a message into the request; what is there already stays. */
static int merge(struct change *x, const struct weft_msg *m, const char *field)
{
	struct weft_attr a = weft_at(weft_msg_body(m), field);
	json_t *there = json_object_get(x->root, field), *v = a.p ? change_tree(a) : NULL;

	if (!a.p)
		return 0;
	if (v && json_is_object(v) && json_is_object(there) && json_object_update(v, there) < 0) {
		json_decref(v);
		v = NULL;
	}
	return v ? change_put(x, field, v) : change_memory();
}

static int ready(struct change *x)
{
	struct weft_error e = { 0 };
	struct weft_msg *m;
	int status = 0;

	if (x->verb == VERB_SET && !x->kind && x->n_words)
		ask_kind(x);
	if (x->verb == VERB_ADD && !x->kind)
		return cli_fail(CLI_USAGE, "kind: missing");
	if (x->verb == VERB_DEL || x->verb == VERB_GET || !x->kind)
		return x->n_words ? cli_fail(CLI_REFUSED, "there is no such %s", x->o->name) : 0;
	/* nothing to say, or said by fields */
	if (!x->n_words && (x->verb == VERB_SET || change_has(x, "options")))
		return 0;
	m = weft_request("tc", x->op->name, 0);
	weft_put_named(m, "kind", weft_kv_str(0, x->kind));
	weft_tc_put(m, x->word, x->n_words);
	if (weft_msg_error(m, &e) < 0)
		status = cli_fail(CLI_USAGE, "%s: %s", e.path, e.msg);
	for (size_t i = 0; status == 0 && i < 3; i++)
		status = merge(x, m, (const char *const[]){ "options", "stab", "rate" }[i]);
	weft_msg_free(m);
	return status;
}

/* What the kernel made itself it does not delete. */
static bool own_qdisc(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "handle"), 0) == 0;
}

/* The qdiscs of all links. */
struct qdiscs {
	struct qdisc {
		int32_t index;
		uint32_t handle;
		bool netem;
	} * v;
	size_t n, cap;
};

static int load(struct weft_session *s, struct qdiscs *q)
{
	struct weft_dump *d;
	struct weft_tc tc;
	int r = weft_qdisc_dump(s, NULL, &d);

	if (r < 0)
		return cli_error(weft_last_error(s), "");
	while ((r = weft_tc_next(d, &tc)) > 0) {
		size_t cap = q->cap ? q->cap * 2 : 64;
		struct qdisc *v = q->n < q->cap ? q->v : realloc(q->v, cap * sizeof *v);

		if (!v) {
			r = -ENOMEM;
			break;
		}
		q->cap = q->n < q->cap ? q->cap : cap;
		q->v = v;
		/* a root without a handle is asked for by what is not 0 and has no major number */
		if (tc.handle || tc.parent == WEFT_TC_ROOT)
			q->v[q->n++] = (struct qdisc){ tc.index, tc.handle ? tc.handle : 1,
						       tc.kind && strcmp(tc.kind, "netem") == 0 };
	}
	weft_dump_close(d);
	if (r == -ENOMEM)
		return cli_fail(CLI_INTERNAL, "out of memory");
	return r < 0 && r != -EAGAIN ? cli_error(weft_last_error(s), "") : 0;
}

/* The kernel tells the classes of one link at a time. A netem without a qdisc in it ends that early: then
 * they are asked of each qdisc. */
int class_parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		void *user)
{
	struct qdiscs q = { 0 };
	int status = load(s, &q);

	for (size_t i = 0; status == 0 && i < links->n; i++) {
		bool any = false, netem = false;

		for (size_t k = 0; k < q.n; k++) {
			any |= (uint32_t)q.v[k].index == links->v[i].index;
			netem |= (uint32_t)q.v[k].index == links->v[i].index && q.v[k].netem;
		}
		if (any && !netem)
			status = part((const struct fixed[]){ { "ifindex", links->v[i].index }, { 0 } }, user);
		for (size_t k = 0; netem && status == 0 && k < q.n; k++)
			if ((uint32_t)q.v[k].index == links->v[i].index)
				status = part((const struct fixed[]){ { "ifindex", links->v[i].index },
								      { "parent", q.v[k].handle },
								      { 0 } },
					      user);
	}
	free(q.v);
	return status;
}

static const struct need needs[] = {
	{ ~0u, "ifindex", NULL, "dev: missing" },
	{ 1 << VERB_ADD, "parent", NULL, "root or parent=HANDLE is missing" },
	{ 0 },
};
static const char *const untold[] = { "info", NULL };

const struct object object_qdisc = {
	"qdisc",
	"qdiscs",
	"tc",
	"newqdisc",
	"delqdisc",
	"getqdisc",
	"add|set|del qdisc dev=DEV root|parent=HANDLE [handle=HANDLE] kind=KIND [WORD|WORD=VALUE...]\n"
	"add|del qdisc dev=DEV ingress|clsact\n"
	"     kind=tbf rate=10mbit burst=10kb latency=50ms; kind=netem delay=100ms jitter=10ms loss=1%\n",
	.groups = { 4 },
	.columns = qdisc_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "kind" }, { "handle" }, { "parent", "parent" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.needs = needs,
	.untold = untold,
	.spared = own_qdisc,
	.word = word,
	.words = known_qdisc_word,
	.more = more,
	.ready = ready,
};

const struct object object_class = {
	"class",
	"classes",
	"tc",
	"newtclass",
	"deltclass",
	"gettclass",
	"add|set|del class dev=DEV parent=HANDLE classid=HANDLE kind=KIND [WORD|WORD=VALUE...]\n"
	"     kind=htb rate=10mbit ceil=1gbit burst=15kb; kind=hfsc sc=10mbit:5ms:1mbit\n",
	.groups = { 4 },
	.columns = class_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "kind" }, { "handle" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.needs = needs,
	.parts = class_parts,
	.untold = untold,
	.word = word,
	.words = known_class_word,
	.more = more,
	.ready = ready,
};
