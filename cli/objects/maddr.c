/* SPDX-License-Identifier: MIT */
/* Multicast groups that this host listens to, and its anycast addresses. */
#include "objects.h"

static const struct column columns[] = {
	{ "ifname", "ifa-index", DEVICE, .ask = "ifa-index" },
	{ "ifindex", "ifa-index", .wide = true },
	{ "family", "ifa-family", FAMILY, .ask = "ifa-family" },
	{ "address", "multicast" },
	{ "users", "mc-users", .wide = true },
	{ "scope", "ifa-scope", SCOPE, .wide = true },
	{ 0 },
};
static const struct column anycast_columns[] = {
	{ "ifname", "ifa-index", DEVICE, .ask = "ifa-index" },
	{ "ifindex", "ifa-index", .wide = true },
	{ "family", "ifa-family", FAMILY },
	{ "address", "anycast" },
	{ "scope", "ifa-scope", SCOPE, .wide = true },
	{ 0 },
};
static const struct alias aliases[] = { { "dev", "ifa-index", DEVICE }, { 0 } };

const struct object object_maddr = {
	"maddr",
	"maddrs",
	"rt-addr",
	NULL,
	NULL,
	"getmulticast",
	.groups = { 37, 38 },
	.new_event = "newmulticast",
	.del_event = "delmulticast",
	.columns = columns,
	.identity = (const struct ident[]){ { "ifname" }, { "address" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.quiet = true,
};

const struct object object_anycast = {
	"anycast",
	"anycasts",
	"rt-addr",
	NULL,
	NULL,
	"getanycast",
	.groups = { 39 },
	.new_event = "newanycast",
	.del_event = "delanycast",
	.columns = anycast_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "address" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.quiet = true,
};
