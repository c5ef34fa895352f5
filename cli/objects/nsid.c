/* SPDX-License-Identifier: MIT */
/* The ids that a namespace has for others. */
#include "objects.h"

static const struct column columns[] = {
	{ "nsid", "nsid" },
	{ "current_nsid", "current-nsid", .wide = true },
	{ 0 },
};
static const struct alias aliases[] = { { "nsid", "nsid" }, { "pid", "pid" }, { 0 } };

const struct object object_nsid = {
	"nsid",
	"nsids",
	"rt-nsid",
	"newnsid",
	NULL,
	"getnsid",
	"add nsid NUMBER pid=PID; see also netns set-id\n",
	.groups = { 28 },
	.new_event = "newnsid",
	.del_event = "delnsid",
	.columns = columns,
	.identity = (const struct ident[]){ { "nsid" }, { 0 } },
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "pid", "fd", "pid: missing" }, { 0 } },
	.first = "nsid",
	.no_set = true,
	.quiet = true,
};
