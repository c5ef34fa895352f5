/* SPDX-License-Identifier: MIT */
/* Routes, and what the kernel answers when it is asked for the way to an address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	LOOKUP_TABLE = 0x1000, /* RTM_F_LOOKUP_TABLE: the table the route is in, not where it was asked */
	FIB_MATCH = 0x2000,    /* RTM_F_FIB_MATCH: the route as it is in the table */
	DEAD = 1,
	ONLINK = 4,
	LINKDOWN = 16,
	OFFLOAD = 8,
	CLONED = 0x200,
	MAIN = 254,
	LABEL = 20, /* bits of an MPLS label */
};

static column_text gateways, devices, flags, multipath, encap_kind;

static const struct column columns[] = {
	{ "family", "rtm-family", FAMILY, .ask = "rtm-family", .wide = true },
	{ "table_id", "table", .wide = true },
	{ "type", "rtm-type", .ask = "rtm-type" },
	{ "dst", "dst", PREFIX, "rtm-dst-len", .absent = "default" },
	{ "src", "src", PREFIX, "rtm-src-len", .wide = true, .more = true },
	{ "tos", "rtm-tos", .wide = true, .more = true },
	{ "gateway", "gateway", .or = "via", .table_text = gateways },
	{ "dev", "oif", DEVICE, .ask = "oif", .table_text = devices },
	{ "oif", "oif", .wide = true },
	{ "table_name", "table", TABLE, .or = "rtm-table", .ask = "table" },
	{ "metric", "priority" },
	{ "protocol", "rtm-protocol", PROTOCOL, .ask = "rtm-protocol" },
	{ "scope", "rtm-scope", SCOPE },
	{ "prefsrc", "prefsrc" },
	{ "nhid", "nh-id", .wide = true, .more = true },
	{ "flags", "rtm-flags", .text = flags, .list = true, .wide = true, .more = true },
	{ "dead", "rtm-flags", BIT, .bit = DEAD, .wide = true },
	{ "linkdown", "rtm-flags", BIT, .bit = LINKDOWN, .wide = true },
	{ "offload", "rtm-flags", BIT, .bit = OFFLOAD, .wide = true },
	{ "cached", "rtm-flags", BIT, .bit = CLONED, .wide = true },
	{ "iif", "iif", DEVICE, .wide = true },
	{ "mark", "mark", .wide = true },
	{ "uid", "uid", .wide = true },
	{ "mtu", "metrics.mtu", .wide = true, .more = true },
	{ "advmss", "metrics.advmss", .wide = true, .more = true },
	{ "initcwnd", "metrics.initcwnd", .wide = true, .more = true },
	{ "hoplimit", "metrics.hoplimit", .wide = true, .more = true },
	{ "congctl", "metrics.cc-algo", .wide = true, .more = true },
	{ "lock", "metrics.lock", .wide = true, .more = true },
	{ "window", "metrics.window", .wide = true, .more = true },
	{ "rtt", "metrics.rtt", .wide = true, .more = true },
	{ "rttvar", "metrics.rttvar", .wide = true, .more = true },
	{ "ssthresh", "metrics.ssthresh", .wide = true, .more = true },
	{ "cwnd", "metrics.cwnd", .wide = true, .more = true },
	{ "reordering", "metrics.reordering", .wide = true, .more = true },
	{ "features", "metrics.features", .wide = true, .more = true },
	{ "rto_min", "metrics.rto-min", .wide = true, .more = true },
	{ "initrwnd", "metrics.initrwnd", .wide = true, .more = true },
	{ "quickack", "metrics.quickack", .wide = true, .more = true },
	{ "fastopen_no_cookie", "metrics.fastopen-no-cookie", .wide = true, .more = true },
	{ "pref", "pref", .wide = true },
	{ "realms", "flow", .wide = true, .more = true },
	{ "newdst", "newdst", .wide = true, .more = true },
	{ "encap_type", "encap-type", .wide = true },
	{ "encap_kind", .text = encap_kind, .wide = true, .more = true },
	{ "encap", "encap", .wide = true, .more = true },
	{ "ttl_propagate", "ttl-propagate", .wide = true, .more = true, .zero = true },
	{ "expires", "expires", .wide = true, .more = true },
	{ "multipath", "multipath", .text = multipath, .number = true, .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dst", "dst", PREFIX, "rtm-dst-len" },
	{ "src", "src", PREFIX, "rtm-src-len" },
	{ "via", "gateway" },
	{ "gateway", "gateway" },
	{ "dev", "oif", DEVICE },
	{ "table", "table", TABLE },
	{ "table_name", "table", TABLE },
	{ "family", "rtm-family", FAMILY },
	{ "metric", "priority" },
	{ "protocol", "rtm-protocol", PROTOCOL },
	{ "scope", "rtm-scope", SCOPE },
	{ "type", "rtm-type" },
	{ "tos", "rtm-tos" },
	{ "nhid", "nh-id" },
	{ "mtu", "metrics.mtu" },
	{ "advmss", "metrics.advmss" },
	{ "initcwnd", "metrics.initcwnd" },
	{ "hoplimit", "metrics.hoplimit" },
	{ "congctl", "metrics.cc-algo" },
	{ 0 },
};

/* The message has the number of a tunnel's kind. */
static bool encap_kind(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, "encap");
	const char *name = a.schema ? strchr(a.schema->name, '_') : NULL;

	(void)col;
	(void)links;
	if (name)
		weft_text_puts(t, name + 1);
	return name;
}

static const struct alias get_aliases[] = {
	{ "to", "dst", PREFIX, "rtm-dst-len" },
	{ "dst", "dst", PREFIX, "rtm-dst-len" },
	{ "from", "src", PREFIX, "rtm-src-len" },
	{ "src", "src", PREFIX, "rtm-src-len" },
	{ "iif", "iif", DEVICE },
	{ "oif", "oif", DEVICE },
	{ "dev", "oif", DEVICE },
	{ "mark", "mark" },
	{ "uid", "uid" },
	{ "tos", "rtm-tos" },
	{ "ipproto", "ip-proto", IPPROTO },
	{ "sport", "sport" },
	{ "dport", "dport" },
	{ "flowlabel", "flowlabel" },
	{ 0 },
};

/* A value of every next hop, in one cell. */
static bool hops(const struct entry *e, const char *path, const char * or, enum form form, const struct links *links,
		 struct weft_text *t)
{
	bool any = false;

	WEFT_EACH(hop, weft_at(e->at, "multipath"))
	{
		struct weft_attr a = weft_at(hop, path);

		if (!a.p && or)
			a = weft_at(hop, or);
		if (any)
			weft_text_putc(t, ',');
		if (!a.p || !value_text(form, a, links, t))
			weft_text_putc(t, '-');
		any = true;
	}
	return any;
}

static bool gateways(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	return hops(e, "gateway", "via", AS_IS, links, t);
}

static bool devices(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	return hops(e, "rtnh-ifindex", NULL, DEVICE, links, t);
}

/* The bits by iproute2's words; numbers for others. */
static bool flag_words(uint32_t v, struct weft_text *t)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} bits[] = {
		{ DEAD, "dead" },	  { 2, "pervasive" },
		{ ONLINK, "onlink" },	  { OFFLOAD, "offload" },
		{ LINKDOWN, "linkdown" }, { 32, "unresolved" },
		{ 64, "trap" },		  { 0x100, "notify" },
		{ CLONED, "cloned" },	  { 0x400, "equalize" },
		{ 0x800, "prefix" },	  { 0x1000, "lookup_table" },
		{ 0x2000, "fib_match" },  { 0x4000, "rt_offload" },
		{ 0x8000, "rt_trap" },	  { 0x20000000, "rt_offload_failed" },
	};
	const char *sep = "";

	for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
		if (!(v & bits[i].bit))
			continue;
		weft_text_printf(t, "%s%s", sep, bits[i].word);
		sep = ",";
		v &= ~bits[i].bit;
	}
	if (v)
		weft_text_printf(t, "%s%#x", sep, v);
	return true;
}

static bool flags(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	(void)links;
	return flag_words((uint32_t)weft_uint(weft_at(e->at, "rtm-flags"), 0), t);
}

static void hop_name(const char *name, struct weft_text *t)
{
	weft_text_printf(t, "%s\"%s\":", t->len && t->p[t->len - 1] == '{' ? "" : ",", name);
}

static void hop_json(const char *name, struct weft_attr a, struct weft_text *t)
{
	if (!a.p)
		return;
	hop_name(name, t);
	(void)!weft_json(a, t);
}

static void hop_text(const char *name, enum form form, struct weft_attr a, const struct links *links,
		     struct weft_text *t)
{
	struct weft_text v = { 0 };

	if (a.p && value_text(form, a, links, &v)) {
		hop_name(name, t);
		weft_text_json(t, v.p ? v.p : "", v.len);
	}
	t->err = t->err ? t->err : v.err;
	weft_text_free(&v);
}

/* [{"gateway":"10.0.0.1","dev":"v0","weight":2}, ...] */
static bool multipath(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *sep = "[";

	WEFT_EACH(hop, weft_at(e->at, col->path))
	{
		struct weft_attr gateway = weft_at(hop, "gateway");

		weft_text_printf(t, "%s{", sep);
		sep = ",";
		hop_text("gateway", AS_IS, gateway.p ? gateway : weft_at(hop, "via"), links, t);
		hop_text("dev", DEVICE, weft_at(hop, "rtnh-ifindex"), links, t);
		hop_json("oif", weft_at(hop, "rtnh-ifindex"), t);
		hop_name("weight", t);
		weft_text_uint(t, weft_uint(weft_at(hop, "rtnh-hops"), 0) + 1);
		hop_json("flags", weft_at(hop, "rtnh-flags"), t);
		hop_json("encap_type", weft_at(hop, "encap-type"), t);
		hop_json("encap", weft_at(hop, "encap"), t);
		hop_json("newdst", weft_at(hop, "newdst"), t);
		weft_text_putc(t, '}');
	}
	if (*sep == ',')
		weft_text_putc(t, ']');
	return *sep == ',';
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
		status = change_device(x, "nexthop dev", value, &n);
		key = "rtnh-ifindex";
		v = json_integer(n);
	} else if (strcmp(word, "weight") == 0) {
		unsigned long weight = 1;

		status = change_uint("nexthop weight", value, 1, 256, &weight);
		key = "rtnh-hops";
		v = json_integer((json_int_t)weight - 1);
	} else if (!*word && strcmp(value, "onlink") == 0) {
		key = "rtnh-flags";
		v = json_integer(ONLINK);
	} else {
		return cli_fail(CLI_USAGE, "nexthop: via:ADDRESS, dev:DEV, weight:N or onlink is needed, not \"%.40s\"",
				*word ? word : value);
	}
	if (status == 0 && (!v || json_object_set(hop, key, v) < 0))
		status = change_memory();
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
		status = change_memory();
	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save)) {
		char *v = strchr(w, ':');

		if (v)
			*v++ = 0;
		status = hop_word(x, hop, v ? w : "", v ? v : w);
	}
	json_decref(hop);
	free(copy);
	return status;
}

static bool is_network(const char *text)
{
	struct weft_ip ip = weft_ip(text);

	return strcmp(text, "default") == 0 || (ip.family && ip.plen < (ip.family == WEFT_AF_INET ? 32 : 128));
}

/* Whether a network is named, not an address: the kernel tells the way to addresses only. */
static bool names_network(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		bool dst = strncmp(argv[i], "dst=", 4) == 0;

		if ((dst || i == 0) && is_network(argv[i] + (dst ? 4 : 0)))
			return true;
	}
	return false;
}

static int word(struct change *x, const char *word, const char *value)
{
	bool dst = strcmp(word, "dst") == 0 || strcmp(word, "src") == 0;

	if (x->verb == VERB_GET && value && strcmp(word, "to") == 0 && is_network(value))
		return cli_fail(CLI_USAGE, "to: an address is needed; a network's own route is meant by dst=%.60s",
				value);
	if (x->verb == VERB_GET)
		return value || strcmp(word, "fibmatch") != 0 ? NOT_MINE : change_number(x, "rtm-flags", FIB_MATCH);
	if (value && strcmp(word, "nexthop") == 0)
		return nexthop(x, value);
	if (!value && strcmp(word, "onlink") == 0)
		return change_number(x, "rtm-flags", ONLINK);
	if (!value && (strcmp(word, "blackhole") == 0 || strcmp(word, "unreachable") == 0 ||
		       strcmp(word, "prohibit") == 0 || strcmp(word, "throw") == 0))
		return change_text(x, "rtm-type", word);
	/* an MPLS label; the family comes first, it says what a destination is */
	if (value && dst && *value && strspn(value, "0123456789/") == strlen(value) && !strchr(value, '.')) {
		int status = change_number(x, "rtm-family", WEFT_AF_MPLS);

		if (status == 0 && word[0] == 'd')
			status = change_number(x, "rtm-dst-len", LABEL);
		return status ? status : change_text(x, word, value);
	}
	return NOT_MINE;
}

/* A gateway of another family than the route is said in a field of its own. */
static int other_family(struct change *x, json_t *at)
{
	json_int_t family = json_integer_value(json_object_get(x->root, "rtm-family"));
	const char *text = json_string_value(json_object_get(at, "gateway"));
	struct weft_ip ip;

	if (!family || !text || weft_ip_parse(text, &ip) < 0 || ip.family == family)
		return 0;
	if (json_object_set(at, "via", json_object_get(at, "gateway")) < 0)
		return change_memory();
	return json_object_del(at, "gateway") < 0 ? change_memory() : 0;
}

static int via(struct change *x)
{
	json_t *hop, *hops = json_object_get(x->root, "multipath");
	int status = other_family(x, x->root);
	size_t i;

	json_array_foreach(hops, i, hop) if (status == 0) status = other_family(x, hop);
	return status;
}

static int ready(struct change *x)
{
	json_int_t flags = json_integer_value(json_object_get(x->root, "rtm-flags"));

	/* without one, it would be the default route: that has to be said */
	if (x->verb != VERB_GET)
		return change_given(x, "dst") || change_has(x, "dst") ? via(x) : cli_fail(CLI_USAGE, "dst: missing");
	if (!change_has(x, "dst"))
		return cli_fail(CLI_USAGE, "an address is needed: weft get route to ADDRESS");
	/* IPv6 always tells the table, and refuses to be asked */
	if (json_integer_value(json_object_get(x->root, "rtm-family")) == WEFT_AF_INET)
		return change_number(x, "rtm-flags", (uint64_t)flags | LOOKUP_TABLE);
	return 0;
}

/* Only table main is emptied when no table is named. */
static bool spared(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "table"), weft_uint(weft_at(e->at, "rtm-table"), 0)) != MAIN;
}

static const char *const deleted_by[] = { "dst",	"rtm-dst-len", "src",	  "rtm-src-len", "table",
					  "rtm-table",	"oif",	       "gateway", "via",	 "priority",
					  "rtm-family", "multipath",   "rtm-tos", "nh-id",	 NULL };

const struct object object_route = {
	"route",
	"routes",
	"rt-route",
	"newroute",
	"delroute",
	"getroute",
	"add|set|del route PREFIX|default [via=ADDRESS] [dev=DEV] [table=TABLE] [metric=N] [onlink]\n"
	"     [blackhole|unreachable|prohibit|throw]\n"
	"     [nexthop=via:ADDRESS,dev:DEV,weight:N,onlink]... [FIELD=VALUE...]\n"
	"Routes that differ in metric, tos or table are different ones.\n"
	"get route to ADDRESS [from ADDRESS] [iif DEV] [oif DEV] [mark N] [uid N] [tos N]\n"
	"     [ipproto PROTOCOL] [sport PORT] [dport PORT] [fibmatch]\n",
	.groups = { 7, 11, 27 },
	.columns = columns,
	.identity = (const struct ident[]){ { "type" },
					    { "dst" },
					    { "tos", "tos" },
					    { "dev", NULL, WEFT_AF_INET6 },
					    { "table_name", "table" },
					    { "metric", "metric" },
					    { 0 } },
	.aliases = aliases,
	.first = "dst",
	.get_aliases = get_aliases,
	.prefix_family = "rtm-family",
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.get_one = true,
	.listed = names_network,
	.spared = spared,
	.spared_by = { "table_name" },
	.deleted_by = deleted_by,
	.word = word,
	.ready = ready,
};
