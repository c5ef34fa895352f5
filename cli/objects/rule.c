/* SPDX-License-Identifier: MIT */
/* Routing rules. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

/* Bits of the flags: FIB_RULE_* */
enum {
	PERMANENT = 1,
	INVERT = 2,
	UNRESOLVED = 4,
	IIF_DETACHED = 8,
	OIF_DETACHED = 16,
};

static column_text suppressed;

static const struct column columns[] = {
	{ "family", "family", FAMILY, .ask = "family" },
	{ "priority", "priority", .absent = "0" },
	{ "not", "flags", BIT, .bit = INVERT, .settable = true, .wide = true, .more = true },
	{ "src", "src", PREFIX, "src-len" },
	{ "dst", "dst", PREFIX, "dst-len" },
	{ "iif", "iifname" },
	{ "oif", "oifname" },
	{ "detached", "flags", BIT, .bit = IIF_DETACHED | OIF_DETACHED, .wide = true, .more = true },
	{ "iif_detached", "flags", BIT, .bit = IIF_DETACHED, .wide = true },
	{ "oif_detached", "flags", BIT, .bit = OIF_DETACHED, .wide = true },
	{ "tos", "tos", .wide = true, .more = true },
	{ "dscp", "dscp", .wide = true, .more = true, .zero = true },
	{ "dscp_mask", "dscp-mask", .wide = true, .more = true },
	{ "fwmark", "fwmark" },
	{ "fwmask", "fwmask", .wide = true, .more = true },
	{ "tun_id", "tun-id", .wide = true, .more = true },
	{ "ipproto", "ip-proto", IPPROTO, .wide = true, .more = true },
	{ "sport", "sport-range", RANGE, "sport-mask", .wide = true, .more = true },
	{ "dport", "dport-range", RANGE, "dport-mask", .wide = true, .more = true },
	{ "uid_start", "uid-range.start", .wide = true, .more = true, .zero = true },
	{ "uid_end", "uid-range.end", .wide = true, .more = true, .zero = true },
	{ "flowlabel", "flowlabel", .wide = true, .more = true },
	{ "flowlabel_mask", "flowlabel-mask", .wide = true, .more = true },
	{ "l3mdev", "l3mdev", .wide = true, .more = true },
	{ "action", "action" },
	{ "table_id", "table", .or = "hdr-table", .wide = true },
	{ "table_name", "table", TABLE, .or = "hdr-table" },
	{ "goto", "goto", .wide = true, .more = true },
	{ "unresolved", "flags", BIT, .bit = UNRESOLVED, .wide = true, .more = true },
	{ "realms", "flow", .wide = true, .more = true },
	{ "suppress_prefixlen", "suppress-prefixlen", .text = suppressed, .number = true, .wide = true, .more = true,
	  .zero = true },
	{ "suppress_ifgroup", "suppress-ifgroup", .wide = true, .more = true, .zero = true },
	{ "protocol", "protocol", PROTOCOL, .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "src", "src", PREFIX, "src-len" },
	{ "from", "src", PREFIX, "src-len" },
	{ "dst", "dst", PREFIX, "dst-len" },
	{ "to", "dst", PREFIX, "dst-len" },
	{ "iif", "iifname" },
	{ "oif", "oifname" },
	{ "fwmark", "fwmark", MASKED, "fwmask" },
	{ "dscp", "dscp", MASKED, "dscp-mask" },
	{ "flowlabel", "flowlabel", MASKED, "flowlabel-mask" },
	{ "ipproto", "ip-proto", IPPROTO },
	{ "sport", "sport-range", RANGE, "sport-mask" },
	{ "dport", "dport-range", RANGE, "dport-mask" },
	{ "uid", "uid-range", RANGE },
	{ "table", "table", TABLE },
	{ "table_name", "table", TABLE },
	{ "family", "family", FAMILY },
	{ "protocol", "protocol", PROTOCOL },
	{ 0 },
};

/* The kernel tells -1 where nothing was set. */
static bool suppressed(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	uint64_t v = weft_uint(weft_at(e->at, col->path), UINT32_MAX);

	(void)links;
	if (v != UINT32_MAX)
		weft_text_uint(t, v);
	return v != UINT32_MAX;
}

/* A word that stands alone is a priority, if it is not one of these badly written. */
static int badly_written(const char *word)
{
	static const char *const words[] = { "not", "l3mdev", "blackhole", "unreachable", "prohibit" };
	char near[96];

	if (weft_nearest(words, sizeof words / sizeof *words, word, strlen(word), near, sizeof near) == 0)
		return NOT_MINE;
	return cli_fail(CLI_USAGE, "unknown word \"%.40s\"; near: %s", word, near);
}

/* goto=N is an action too; l3mdev looks the table up itself. */
static int word(struct change *x, const char *word, const char *value)
{
	int status;

	if (value && strcmp(word, "goto") == 0) {
		status = change_text(x, "action", "goto");
		return status ? status : change_text(x, "goto", value);
	}
	if (value)
		return NOT_MINE;
	if (strcmp(word, "not") == 0)
		return change_number(x, "flags", INVERT);
	if (strcmp(word, "l3mdev") == 0)
		return change_number(x, "l3mdev", 1);
	/* what becomes of it, as ip says it */
	if (strcmp(word, "blackhole") == 0 || strcmp(word, "unreachable") == 0 || strcmp(word, "prohibit") == 0)
		return change_text(x, "action", word);
	return badly_written(word);
}

/* The rule of table local: without it the host does not hear its own addresses. */
static bool spared(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "priority"), 0) == 0;
}

const struct object object_rule = {
	"rule",
	"rules",
	"rt-rule",
	"newrule",
	"delrule",
	"getrule",
	"add|del rule [not] [from=PREFIX] [to=PREFIX] [iif=DEV] [oif=DEV] [fwmark=N[/MASK]] [tos=N]\n"
	"     [dscp=N] [ipproto=PROTOCOL] [sport=N[-N][/MASK]] [dport=N[-N][/MASK]] [uid=N[-N]] [tun_id=N]\n"
	"     [priority=N] [table=TABLE|goto=N|l3mdev|blackhole|unreachable|prohibit]\n"
	"     [FIELD=VALUE...]\n",
	.groups = { 8, 19 },
	.columns = columns,
	.identity =
	    (const struct ident[]){
		{ "family" }, { "priority", "priority" }, { "src" }, { "dst" }, { "table_name", "table" }, { 0 } },
	.aliases = aliases,
	.first = "priority",
	.no_set = true,
	.spared = spared,
	.spared_by = { "priority" },
	.word = word,
};
