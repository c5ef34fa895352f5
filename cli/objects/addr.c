/* SPDX-License-Identifier: MIT */
/* Addresses of this host. */
#include <string.h>

#include "objects.h"

enum {
	SECONDARY = 1,
	DADFAILED = 8,
	DEPRECATED = 32,
	TENTATIVE = 64,
	PERMANENT = 128,
};

static column_text own, peer;

static const struct column columns[] = {
	{ "ifindex", "ifa-index", .wide = true },
	{ "ifname", "ifa-index", DEVICE, .ask = "ifa-index" },
	{ "family", "ifa-family", FAMILY, .ask = "ifa-family" },
	{ "address", "local", PREFIX, .text = own },
	{ "prefixlen", "ifa-prefixlen", .wide = true },
	{ "local", "local", .or = "address", .wide = true },
	{ "peer", "address", .text = peer },
	{ "broadcast", "broadcast", .wide = true },
	{ "label", "label", .wide = true },
	{ "scope", "ifa-scope", SCOPE },
	{ "flags", "flags" },
	{ "tentative", "flags", BIT, .bit = TENTATIVE, .wide = true },
	{ "dadfailed", "flags", BIT, .bit = DADFAILED, .wide = true },
	{ "deprecated", "flags", BIT, .bit = DEPRECATED, .wide = true },
	{ "secondary", "flags", BIT, .bit = SECONDARY, .wide = true },
	{ "dynamic", "flags", BIT, .bit = PERMANENT, .unset = true, .wide = true },
	{ "protocol", "proto", ADDRPROTO, .wide = true },
	{ "valid_lft", "cacheinfo.ifa-valid", .wide = true },
	{ "preferred_lft", "cacheinfo.ifa-prefered", .wide = true },
	{ "metric", "rt-priority", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ifa-index", DEVICE },
	{ "address", "local", PREFIX, "ifa-prefixlen" },
	{ "local", "local", PREFIX, "ifa-prefixlen" },
	{ "peer", "address", PREFIX, "ifa-prefixlen" },
	{ "scope", "ifa-scope", SCOPE },
	{ "metric", "rt-priority" },
	{ "valid_lft", "cacheinfo.ifa-valid" },
	{ "preferred_lft", "cacheinfo.ifa-prefered" },
	{ "protocol", "proto", ADDRPROTO },
	{ 0 },
};

/* IPv6 addresses have only one of the two attributes. */
static bool own(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, "local");

	(void)col;
	(void)links;
	if (!a.p)
		a = weft_at(e->at, "address");
	if (!a.p || weft_value_text(a, t) < 0)
		return false;
	weft_text_putc(t, '/');
	weft_text_uint(t, weft_uint(weft_at(e->at, "ifa-prefixlen"), 0));
	return true;
}

/* The other side of a point-to-point address. */
static bool peer(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, "address"), local = weft_at(e->at, "local");

	(void)col;
	(void)links;
	if (!a.p || !local.p || (a.len == local.len && memcmp(a.p, local.p, a.len) == 0))
		return false;
	return weft_value_text(a, t) == 0;
}

static const char *const deleted_by[] = { "ifa-index", "local", "ifa-prefixlen", "ifa-family", NULL };
static const char *const untold[] = { "ifa-flags", NULL };

const struct object object_addr = {
	"addr",
	"addrs",
	"rt-addr",
	"newaddr",
	"deladdr",
	"getaddr",
	"add|set|del addr ADDRESS/LENGTH dev=DEV [peer=ADDRESS] [valid_lft=SECONDS]\n"
	"     [preferred_lft=SECONDS] [metric=N] [FIELD=VALUE...]\n",
	.groups = { 5, 9 },
	.columns = columns,
	.identity = (const struct ident[]){ { "ifname" }, { "address" }, { "peer" }, { 0 } },
	.aliases = aliases,
	.first = "address",
	.needs = (const struct need[]){ { ~0u, "ifa-index", NULL, "dev: missing" },
					{ ~0u, "local", "address", "address: missing" },
					{ 0 } },
	.deleted_by = deleted_by,
	/* the flags of an address are there twice, in the header without the upper bits */
	.untold = untold,
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
};
