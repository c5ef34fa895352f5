/* SPDX-License-Identifier: MIT */
/* Multicast routes: what daemons told the kernel to forward, and how much it did. */
#include "objects.h"

enum {
	IPMR = 128, /* families of the kernel's own for them */
	IP6MR = 129,
};

/* The devices that get a copy. */
static bool outputs(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *sep = "";

	WEFT_EACH(hop, weft_at(e->at, col->path))
	{
		weft_text_puts(t, sep);
		(void)value_text(DEVICE, weft_at(hop, "rtnh-ifindex"), links, t);
		sep = ",";
	}
	return *sep != 0;
}

static const struct column columns[] = {
	{ "src", "src" },
	{ "dst", "dst" },
	{ "iif", "iif", DEVICE },
	{ "out", "multipath", .text = outputs, .list = true },
	{ "table_name", "table", TABLE },
	{ "packets", "mfc-stats.packets" },
	{ "bytes", "mfc-stats.bytes", .wide = true },
	{ "wrong_if", "mfc-stats.wrong-if", .wide = true },
	{ "expires", "expires", .wide = true },
	{ 0 },
};
static const struct alias aliases[] = { { "group", "dst" }, { 0 } };

static bool is_mroute(struct weft_attr body)
{
	uint64_t family = weft_uint(weft_at(body, "rtm-family"), 0);

	return family == IPMR || family == IP6MR;
}

/* The kernel has no dump of both. */
static int parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		 void *user)
{
	int status = part((const struct fixed[]){ { "rtm-family", IPMR }, { 0 } }, user);

	(void)s;
	(void)links;
	return status ? status : part((const struct fixed[]){ { "rtm-family", IP6MR }, { 0 } }, user);
}

const struct object object_mroute = {
	"mroute",
	"mroutes",
	"rt-route",
	NULL,
	NULL,
	"getroute",
	.groups = { 6, 10 },
	.new_event = "newroute",
	.del_event = "delroute",
	.columns = columns,
	.identity = (const struct ident[]){ { "table_name" }, { "src" }, { "dst" }, { 0 } },
	.aliases = aliases,
	.first = "dst",
	.quiet = true,
	.is = is_mroute,
	.parts = parts,
};
