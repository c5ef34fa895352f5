/* SPDX-License-Identifier: MIT */
/* Counters of links. */
#include "objects.h"

enum {
	LINK_64 = 1, /* bit of the filter: attribute 1 */
};

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
	{ 0 },
};

static const struct alias aliases[] = { { "dev", "ifindex", DEVICE }, { 0 } };

const struct object object_stats = {
	"stats", "stats", "rt-link", NULL, NULL, "getstats",
	.columns = columns,
	.aliases = aliases,
	.first = "dev",
	.ask = (const struct fixed[]){ { "filter-mask", LINK_64 }, { 0 } },
};
