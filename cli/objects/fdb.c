/* SPDX-License-Identifier: MIT */
/* Forwarding tables of bridges, VXLANs and devices: neighbour messages of family bridge. */
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	NOARP = 0x40,
	PERMANENT = 0x80,
	REACHABLE = 0x02,
	SELF = 2,
	MASTER = 4,
	EXT_LEARN = 16,
	STICKY = 64,
};

static const struct column columns[] = {
	{ "lladdr", "lladdr" },
	{ "ifindex", "ndm-ifindex", .wide = true },
	{ "ifname", "ndm-ifindex", DEVICE, .ask = "ndm-ifindex" },
	{ "master", "master", DEVICE, .ask = "master" },
	{ "vlan", "vlan" },
	{ "dst", "dst" },
	{ "state", "ndm-state" },
	{ "flags", "ndm-flags" },
	{ "port", "port", .wide = true },
	{ "vni", "vni", .wide = true },
	{ "src_vni", "src-vni", .wide = true },
	{ "via", "ifindex", DEVICE, .wide = true },
	{ "nhid", "nh-id", .wide = true },
	{ "self", "ndm-flags", BIT, .bit = SELF, .wide = true },
	{ "ext_learn", "ndm-flags", BIT, .bit = EXT_LEARN, .wide = true },
	{ "sticky", "ndm-flags", BIT, .bit = STICKY, .wide = true },
	{ "flags_ext", "flags-ext", .wide = true },
	{ "protocol", "protocol", PROTOCOL, .wide = true },
	{ "used", "cacheinfo.used", .wide = true },
	{ "updated", "cacheinfo.updated", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ndm-ifindex", DEVICE },
	{ "mac", "lladdr" },
	{ "vlan", "vlan" },
	{ "dst", "dst" },
	{ "port", "port" },
	{ "vni", "vni" },
	{ "src_vni", "src-vni" },
	{ "via", "ifindex", DEVICE },
	{ "nhid", "nh-id" },
	{ "flags", "ndm-flags" },
	{ "protocol", "protocol", PROTOCOL },
	{ 0 },
};

static bool is_fdb(struct weft_attr body)
{
	return body.family == WEFT_AF_BRIDGE;
}

static bool spared(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "ndm-state"), 0) & (PERMANENT | NOARP);
}

/* The words of states and flags that people know; several flags add up. */
static int word(struct change *x, const char *word, const char *value)
{
	static const struct {
		const char *word, *field;
		unsigned value;
	} words[] = {
		{ "static", "ndm-state", NOARP | REACHABLE },
		{ "dynamic", "ndm-state", REACHABLE },
		{ "permanent", "ndm-state", NOARP | PERMANENT },
		{ "local", "ndm-state", NOARP | PERMANENT },
		{ "self", "ndm-flags", SELF },
		{ "master", "ndm-flags", MASTER },
		{ "extern_learn", "ndm-flags", EXT_LEARN },
		{ "sticky", "ndm-flags", STICKY },
	};
	bool state = value && strcmp(word, "state") == 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		json_int_t old = json_integer_value(json_object_get(x->root, words[i].field));

		if (state ? i < 4 && strcmp(words[i].word, value) == 0 : !value && strcmp(words[i].word, word) == 0)
			return change_number(x, words[i].field, words[i].value | (i < 4 ? 0 : (uint64_t)old));
	}
	return state ? change_text(x, "ndm-state", value) : NOT_MINE;
}

static int ready(struct change *x)
{
	int status = 0;

	if (!change_has(x, "ndm-flags"))
		status = change_number(x, "ndm-flags", SELF);
	if (status == 0 && x->verb != VERB_DEL && x->verb != VERB_GET && !change_has(x, "ndm-state"))
		status = change_number(x, "ndm-state", NOARP | PERMANENT);
	return status;
}

const struct object object_fdb = {
	"fdb",
	"fdbs",
	"rt-neigh",
	"newneigh",
	"delneigh",
	"getneigh",
	"add|set|del fdb MAC dev=DEV [self] [master] [static|dynamic|permanent] [vlan=N] [dst=ADDRESS]\n"
	"     [port=N] [vni=N] [src_vni=N] [via=DEV] [nhid=N] [sticky] [extern_learn]\n",
	.groups = { 3 },
	.columns = columns,
	.identity =
	    (const struct ident[]){
		{ "lladdr" }, { "ifname" }, { "vlan", "vlan" }, { "dst", "dst" }, { "master", "master" }, { 0 } },
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "lladdr", NULL, "lladdr: missing" },
					{ ~0u, "ndm-ifindex", NULL, "dev: missing" },
					{ 0 } },
	.ask = (const struct fixed[]){ { "ndm-family", WEFT_AF_BRIDGE }, { 0 } },
	.fixed = (const struct fixed[]){ { "ndm-family", WEFT_AF_BRIDGE }, { 0 } },
	.first = "lladdr",
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.is = is_fdb,
	.spared = spared,
	.spared_by = { "state" },
	.word = word,
	.ready = ready,
};
