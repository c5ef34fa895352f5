/* SPDX-License-Identifier: MIT */
/* Neighbour tables: their limits, and the times of each device. */
#include "../change.h"
#include "objects.h"

static const struct column columns[] = {
	{ "name", "name" },
	{ "family", "family", FAMILY },
	{ "ifindex", "parms.ifindex", .wide = true },
	{ "ifname", "parms.ifindex", DEVICE },
	{ "thresh1", "thresh1", .wide = true },
	{ "thresh2", "thresh2", .wide = true },
	{ "thresh3", "thresh3", .wide = true },
	{ "gc_interval", "gc-interval", .wide = true },
	{ "entries", "config.entries", .wide = true },
	{ "reachable_time", "parms.reachable-time" },
	{ "base_reachable_time", "parms.base-reachable-time" },
	{ "retrans_time", "parms.retrans-time" },
	{ "gc_staletime", "parms.gc-staletime" },
	{ "delay_probe_time", "parms.delay-probe-time" },
	{ "interval_probe_time", "parms.interval-probe-time-ms", .wide = true },
	{ "queue_len", "parms.queue-len" },
	{ "queue_len_bytes", "parms.queue-lenbytes", .wide = true },
	{ "app_probes", "parms.app-probes", .wide = true },
	{ "ucast_probes", "parms.ucast-probes", .wide = true },
	{ "mcast_probes", "parms.mcast-probes", .wide = true },
	{ "mcast_reprobes", "parms.mcast-reprobes", .wide = true },
	{ "anycast_delay", "parms.anycast-delay", .wide = true },
	{ "proxy_delay", "parms.proxy-delay", .wide = true },
	{ "proxy_queue", "parms.proxy-qlen", .wide = true },
	{ "locktime", "parms.locktime", .wide = true },
	{ "refcnt", "parms.refcnt", .wide = true },
	{ "config", "config", .wide = true },
	{ "stats", "stats", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "parms.ifindex", DEVICE },
	{ "family", "family", FAMILY },
	{ "base_reachable", "parms.base-reachable-time" },
	{ "reachable_time", "parms.reachable-time" },
	{ "base_reachable_time", "parms.base-reachable-time" },
	{ "retrans_time", "parms.retrans-time" },
	{ "gc_staletime", "parms.gc-staletime" },
	{ "delay_probe_time", "parms.delay-probe-time" },
	{ "interval_probe_time", "parms.interval-probe-time-ms" },
	{ "queue_len", "parms.queue-len" },
	{ "queue_len_bytes", "parms.queue-lenbytes" },
	{ "app_probes", "parms.app-probes" },
	{ "ucast_probes", "parms.ucast-probes" },
	{ "mcast_probes", "parms.mcast-probes" },
	{ "mcast_reprobes", "parms.mcast-reprobes" },
	{ "anycast_delay", "parms.anycast-delay" },
	{ "proxy_delay", "parms.proxy-delay" },
	{ "proxy_queue", "parms.proxy-qlen" },
	{ "locktime", "parms.locktime" },
	{ 0 },
};

const struct object object_ntable = {
	"ntable", "ntables", "rt-neigh", "setneightbl", NULL, "getneightbl",
	"set ntable NAME family=FAMILY [dev=DEV] [FIELD=VALUE...]: arp_cache family=inet dev=eth0\n"
	"     retrans_time=500; times are in milliseconds\n",
	.columns = columns,
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "name", NULL, "name: missing" }, { 0 } },
	.first = "name",
	.no_add = true,
	.no_flush = true,
};
