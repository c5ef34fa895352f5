/* SPDX-License-Identifier: MIT */
/* Nexthops and groups of them, and the buckets of resilient groups. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	HASHED = 0, /* group types */
	RESILIENT = 1,
};

static column_text members;

static const struct column columns[] = {
	{ "id", "id" },
	{ "family", "nh-family", FAMILY, .ask = "nh-family" },
	{ "gateway", "gateway" },
	{ "dev", "oif", DEVICE, .ask = "oif" },
	{ "oif", "oif", .wide = true },
	{ "members", .text = members, .table = true },
	{ "group", "group", .wide = true },
	{ "group_type", "group-type", .wide = true },
	{ "blackhole", "blackhole", .wide = true, .more = true },
	{ "fdb", "fdb", .wide = true, .more = true },
	{ "scope", "nh-scope", SCOPE },
	{ "protocol", "nh-protocol", PROTOCOL },
	{ "flags", "nh-flags" },
	{ "buckets", "res-group.buckets", .wide = true, .more = true },
	{ "idle_timer", "res-group.idle-timer", .wide = true, .more = true },
	{ "unbalanced_timer", "res-group.unbalanced-timer", .wide = true, .more = true },
	{ "unbalanced_time", "res-group.unbalanced-time", .wide = true },
	{ "encap_type", "encap-type", .wide = true, .more = true },
	{ "encap", "encap", .wide = true, .more = true },
	{ "group_stats", "group-stats", .wide = true },
	{ "hw_stats_enable", "hw-stats-enable", .wide = true },
	{ "hw_stats_used", "hw-stats-used", .wide = true },
	{ "dst_port", "dst-port", .wide = true },
	{ "master", "master", DEVICE, .ask = "master", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "id", "id" },
	{ "via", "gateway" },
	{ "gateway", "gateway" },
	{ "dev", "oif", DEVICE },
	{ "protocol", "nh-protocol", PROTOCOL },
	{ "scope", "nh-scope", SCOPE },
	{ "buckets", "res-group.buckets" },
	{ "idle_timer", "res-group.idle-timer" },
	{ "unbalanced_timer", "res-group.unbalanced-timer" },
	{ 0 },
};

/* "1,3/2": ids with their weights. */
static bool members(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *sep = "";

	(void)col;
	(void)links;
	WEFT_EACH(one, weft_at(e->at, "group"))
	{
		uint64_t weight =
		    weft_uint(weft_at(one, "weight"), 0) + 1 + (weft_uint(weft_at(one, "weight-high"), 0) << 8);

		weft_text_printf(t, "%s%u", sep, (unsigned)weft_uint(weft_at(one, "id"), 0));
		if (weight != 1)
			weft_text_printf(t, "/%u", (unsigned)weight);
		sep = ",";
	}
	return *sep;
}

static int member(json_t *list, char *word)
{
	unsigned long id, weight = 1;
	char *slash = strchr(word, '/');
	int status;

	if (slash)
		*slash++ = 0;
	status = change_uint("group", word, 1, UINT32_MAX, &id);
	if (status == 0 && slash)
		status = change_uint("group weight", slash, 1, 65536, &weight);
	if (status)
		return status;
	weight--;
	return json_array_append_new(list, json_pack("{s:I,s:I,s:I}", "id", (json_int_t)id, "weight",
						     (json_int_t)(weight & 0xff), "weight-high",
						     (json_int_t)(weight >> 8))) < 0
		   ? change_memory()
		   : 0;
}

/* group=1,3/2 */
static int group(struct change *x, const char *value)
{
	json_t *list = json_array();
	char *copy = strdup(value), *save = NULL;
	int status = copy && list ? 0 : change_memory();

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save))
		status = member(list, w);
	free(copy);
	if (status) {
		json_decref(list);
		return status;
	}
	return change_put(x, "group", list);
}

static int word(struct change *x, const char *word, const char *value)
{
	if (value && strcmp(word, "group") == 0)
		return group(x, value);
	if (value && strcmp(word, "type") == 0)
		return change_number(x, "group-type", strcmp(value, "resilient") == 0 ? RESILIENT : HASHED);
	if (!value && (strcmp(word, "blackhole") == 0 || strcmp(word, "fdb") == 0))
		return change_put(x, word, json_true());
	return NOT_MINE;
}

/* A nexthop without an address has no family by itself; a group never has one. */
static int ready(struct change *x)
{
	const char *via = json_string_value(json_object_get(x->root, "gateway"));

	if (change_has(x, "nh-family") || x->verb == VERB_DEL || x->verb == VERB_GET || change_has(x, "group"))
		return 0;
	return change_number(x, "nh-family", via && strchr(via, ':') ? WEFT_AF_INET6 : WEFT_AF_INET);
}

static void erase(const struct entry *e, struct weft_msg *m)
{
	weft_put_named(m, "id", weft_kv_uint(0, weft_uint(weft_at(e->at, "id"), 0)));
}

const struct object object_nexthop = {
	"nexthop",
	"nexthops",
	"rt-nexthop",
	"newnexthop",
	"delnexthop",
	"getnexthop",
	"add|set nexthop ID via=ADDRESS dev=DEV [fdb]; add nexthop ID blackhole\n"
	"add|set nexthop ID group=ID[/WEIGHT],... [type=resilient] [buckets=N] [idle_timer=N]\n"
	"     [unbalanced_timer=N] [fdb]; del nexthop ID. Timers are in hundredths of a second.\n",
	.groups = { 32 },
	.columns = columns,
	.identity = (const struct ident[]){ { "id" }, { 0 } },
	.aliases = aliases,
	.needs = (const struct need[]){ { 1 << VERB_DEL | 1 << VERB_GET, "id", NULL, "id: missing" }, { 0 } },
	.first = "id",
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.get_one = true,
	.word = word,
	.ready = ready,
	.erase = erase,
};

static const struct column bucket_columns[] = {
	{ "id", "id" },
	{ "index", "res-bucket.index" },
	{ "nhid", "res-bucket.nh-id" },
	{ "idle_time", "res-bucket.idle-time" },
	{ "flags", "nh-flags", .wide = true },
	{ 0 },
};
static const struct alias bucket_aliases[] = { { "id", "id" }, { 0 } };
static const char *const bucket_untold[] = { "res-bucket.idle-time", NULL };

/* The kernel tells those that go to another nexthop later than their group does. */
const struct object object_bucket = {
	"bucket",
	"buckets",
	"rt-nexthop",
	NULL,
	NULL,
	"getnexthopbucket",
	.groups = { 32 },
	.new_event = "newnexthopbucket",
	.del_event = "delnexthopbucket",
	.columns = bucket_columns,
	.identity = (const struct ident[]){ { "id" }, { "index", "index" }, { 0 } },
	.aliases = bucket_aliases,
	.first = "id",
	.quiet = true,
	.untold = bucket_untold,
};
