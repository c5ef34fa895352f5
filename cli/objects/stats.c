/* SPDX-License-Identifier: MIT */
/* Counters of links, and whether a device that forwards by itself counts too. */
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	LINK_64 = 1, /* bits of the filter: attributes 1 and 4 */
	OFFLOADED = 8,
	L3 = 3, /* place of those of the third layer among the lists of a device */
};

static column_text l3_stats, l3_used;

static const struct column columns[] = {
	{ "ifindex", "ifindex", .wide = true },
	{ "ifname", "ifindex", DEVICE },
	{ "rx_bytes", "link-64.rx-bytes" },
	{ "rx_packets", "link-64.rx-packets" },
	{ "rx_errors", "link-64.rx-errors" },
	{ "rx_dropped", "link-64.rx-dropped" },
	{ "tx_bytes", "link-64.tx-bytes" },
	{ "tx_packets", "link-64.tx-packets" },
	{ "tx_errors", "link-64.tx-errors" },
	{ "tx_dropped", "link-64.tx-dropped" },
	{ "multicast", "link-64.multicast", .wide = true },
	{ "collisions", "link-64.collisions", .wide = true },
	{ "rx_length_errors", "link-64.rx-length-errors", .wide = true },
	{ "rx_over_errors", "link-64.rx-over-errors", .wide = true },
	{ "rx_crc_errors", "link-64.rx-crc-errors", .wide = true },
	{ "rx_frame_errors", "link-64.rx-frame-errors", .wide = true },
	{ "rx_fifo_errors", "link-64.rx-fifo-errors", .wide = true },
	{ "rx_missed_errors", "link-64.rx-missed-errors", .wide = true },
	{ "tx_aborted_errors", "link-64.tx-aborted-errors", .wide = true },
	{ "tx_carrier_errors", "link-64.tx-carrier-errors", .wide = true },
	{ "tx_fifo_errors", "link-64.tx-fifo-errors", .wide = true },
	{ "tx_heartbeat_errors", "link-64.tx-heartbeat-errors", .wide = true },
	{ "tx_window_errors", "link-64.tx-window-errors", .wide = true },
	{ "rx_compressed", "link-64.rx-compressed", .wide = true },
	{ "tx_compressed", "link-64.tx-compressed", .wide = true },
	{ "rx_nohandler", "link-64.rx-nohandler", .wide = true },
	{ "l3_stats", .text = l3_stats, .number = true, .wide = true },
	{ "l3_used", .text = l3_used, .number = true, .wide = true },
	{ 0 },
};

static const struct alias aliases[] = { { "dev", "ifindex", DEVICE }, { 0 } };

static bool l3(const struct entry *e, const char *what, struct weft_text *t)
{
	WEFT_EACH(one, weft_at(e->at, "link-offload-xstats.hw-s-info"))
	{
		struct weft_attr a = weft_at(one, what);

		if (one.number != L3 || !a.p)
			continue;
		weft_text_puts(t, weft_uint(a, 0) ? "true" : "false");
		return true;
	}
	return false;
}

/* Whether it was asked for. */
static bool l3_stats(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	(void)links;
	return l3(e, "request", t);
}

/* Whether a device does it. */
static bool l3_used(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	(void)links;
	return l3(e, "used", t);
}

static int word(struct change *x, const char *word, const char *value)
{
	bool on = value && (strcmp(value, "on") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0);

	if (!value || strcmp(word, "l3_stats") != 0)
		return NOT_MINE;
	if (!on && strcmp(value, "off") != 0 && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
		return cli_fail(CLI_USAGE, "l3_stats: on or off is needed: \"%.60s\"", value);
	return change_number(x, "set-offload-xstats-l3-stats", on);
}

static const char *const untold[] = { "filter-mask", NULL };

const struct object object_stats = {
	"stats",
	"stats",
	"rt-link",
	"setstats",
	NULL,
	"getstats",
	"set stats DEV l3_stats=on|off\n",
	.groups = { 36 },
	.new_event = "newstats",
	.columns = columns,
	.identity = (const struct ident[]){ { "ifname", .key = "ifindex" }, { 0 } },
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "ifindex", NULL, "dev: missing" },
					{ 1 << VERB_SET, "set-offload-xstats-l3-stats", NULL, "l3_stats: missing" },
					{ 0 } },
	.first = "dev",
	.ask = (const struct fixed[]){ { "filter-mask", LINK_64 | OFFLOADED }, { 0 } },
	.no_add = true,
	.no_flush = true,
	.partial = true,
	.quiet = true,
	.untold = untold,
	.word = word,
};
