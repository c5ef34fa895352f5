/* SPDX-License-Identifier: MIT */
/* Forwarding settings of devices. */
#include "../change.h"
#include "objects.h"

enum {
	ALL = -1, /* NETCONFA_IFINDEX_* */
	DEFAULT = -2,
};

static column_text device;

static const struct column columns[] = {
	{ "family", "ncm-family", FAMILY, .ask = "ncm-family" },
	{ "ifname", "ifindex", .text = device },
	{ "ifindex", "ifindex", .wide = true },
	{ "forwarding", "forwarding" },
	{ "rp_filter", "rp-filter" },
	{ "mc_forwarding", "mc-forwarding" },
	{ "proxy_neigh", "proxy-neigh" },
	{ "ignore_routes_with_linkdown", "ignore-routes-with-linkdown", .wide = true },
	{ "bc_forwarding", "bc-forwarding", .wide = true },
	{ "force_forwarding", "force-forwarding", .wide = true },
	{ "input", "input", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = { { "dev", "ifindex", DEVICE }, { 0 } };

static bool device(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	int64_t i = weft_int(weft_at(e->at, col->path), 0);
	char buf[16];

	weft_text_puts(t, i == ALL	 ? "all"
			  : i == DEFAULT ? "default"
					 : links_name(links, (uint32_t)i, buf, sizeof buf));
	return true;
}

const struct object object_netconf = {
	"netconf",
	"netconfs",
	"rt-netconf",
	NULL,
	NULL,
	"getnetconf",
	.groups = { 24, 25, 29 },
	.new_event = "newnetconf",
	.del_event = "delnetconf",
	.columns = columns,
	.identity = (const struct ident[]){ { "family" }, { "ifname" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.partial = true,
	.quiet = true,
};
