/* SPDX-License-Identifier: MIT */
/* VLANs of bridges and their ports, and the VNIs that a VXLAN lets in. Each message has those of one
 * device, as ranges. */
#include <stdio.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

/* Bits of BRIDGE_VLAN_INFO_* */
enum {
	PVID = 2,
	UNTAGGED = 4,
	BRENTRY = 32,
	ONLY_OPTS = 64,
};

static const struct column columns[] = {
	{ "ifname", "../ifindex", DEVICE, .ask = "ifindex" },
	{ "vid", "info.vid" },
	{ "vid_end", "range", .or = "info.vid" },
	{ "flags", "info.flags" },
	{ "pvid", "info.flags", BIT, .bit = PVID, .wide = true },
	{ "untagged", "info.flags", BIT, .bit = UNTAGGED, .wide = true },
	{ "state", "state" },
	{ "tunnel_id", "tunnel-info.id", .wide = true },
	{ "mcast_router", "mcast-router", .wide = true },
	{ "mcast_n_groups", "mcast-n-groups", .wide = true },
	{ "mcast_max_groups", "mcast-max-groups", .wide = true },
	{ "neigh_suppress", "neigh-suppress", .wide = true },
	{ "rx_bytes", "stats.rx-bytes", .wide = true },
	{ "rx_packets", "stats.rx-packets", .wide = true },
	{ "tx_bytes", "stats.tx-bytes", .wide = true },
	{ "tx_packets", "stats.tx-packets", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ifindex", DEVICE },
	{ "ifname", "ifindex", DEVICE },
	{ "flags", "entry[0].info.flags" },
	{ "state", "entry[0].state" },
	{ "tunnel_id", "entry[0].tunnel-info.id" },
	{ "mcast_router", "entry[0].mcast-router" },
	{ "mcast_max_groups", "entry[0].mcast-max-groups" },
	{ "neigh_suppress", "entry[0].neigh-suppress" },
	{ 0 },
};

/* "vid=10" or "vid=10-20" */
static int vid(struct change *x, const char *value)
{
	unsigned long from, to;
	char first[16];
	const char *dash = strchr(value, '-');
	int status;

	(void)snprintf(first, sizeof first, "%.*s", (int)strcspn(value, "-"), value);
	status = change_uint("vid", first, 1, 4094, &from);
	if (status == 0)
		status = change_number(x, "entry[0].info.vid", from);
	if (status || !dash)
		return status;
	status = change_uint("vid", dash + 1, from, 4094, &to);
	return status || to == from ? status : change_number(x, "entry[0].range", to);
}

static int word(struct change *x, const char *word, const char *value)
{
	static const struct {
		const char *word;
		unsigned bit;
	} bits[] = { { "pvid", PVID }, { "untagged", UNTAGGED }, { "self", BRENTRY } };
	json_t *entry = json_array_get(json_object_get(x->root, "entry"), 0);
	json_int_t flags = json_integer_value(json_object_get(json_object_get(entry, "info"), "flags"));

	if (value && strcmp(word, "vid") == 0)
		return vid(x, value);
	if (value && strcmp(word, "vid_end") == 0)
		return change_text(x, "entry[0].range", value);
	for (size_t i = 0; i < 3; i++) {
		int yes = 1, status = 0;

		if (strcmp(bits[i].word, word) != 0)
			continue;
		status = value ? change_bool(word, value, &yes) : 0;
		return status || !yes ? status : change_number(x, "entry[0].info.flags", (uint64_t)flags | bits[i].bit);
	}
	return NOT_MINE;
}

/* set changes what a VLAN that is there has, and not its flags. */
static int ready(struct change *x)
{
	json_t *entry = json_array_get(json_object_get(x->root, "entry"), 0);

	if (!json_object_get(json_object_get(entry, "info"), "vid"))
		return cli_fail(CLI_USAGE, "vid: missing");
	return x->verb == VERB_SET ? change_number(x, "entry[0].info.flags", ONLY_OPTS) : 0;
}

static void erase(const struct entry *e, struct weft_msg *m)
{
	struct weft_attr range = weft_at(e->at, "range");

	weft_put_named(m, "ifindex", weft_kv_uint(0, weft_uint(weft_at(e->msg, "ifindex"), 0)));
	weft_open_named(m, "entry");
	weft_open_named(m, "info");
	weft_put_named(m, "vid", weft_kv_uint(0, weft_uint(weft_at(e->at, "info.vid"), 0)));
	weft_put_named(m, "flags", weft_kv_uint(0, weft_uint(weft_at(e->at, "info.flags"), 0) & BRENTRY));
	weft_close(m);
	if (range.p)
		weft_put_named(m, "range", weft_kv_uint(0, weft_uint(range, 0)));
	weft_close(m);
}

const struct object object_vlan = {
	"vlan",
	"vlans",
	"rt-vlan",
	"newvlan",
	"delvlan",
	"getvlan",
	"add|del vlan dev=PORT vid=N[-N] [pvid] [untagged] [self]\n"
	"set vlan dev=PORT vid=N[-N] [state=STATE] [mcast_router=N] [neigh_suppress=0|1] [tunnel_id=N]\n",
	.groups = { 33 },
	.columns = columns,
	.identity = (const struct ident[]){ { "ifname" }, { "vid", "vid" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.needs = (const struct need[]){ { ~0u, "ifindex", NULL, "dev: missing" }, { 0 } },
	.items = "entry",
	.word = word,
	.ready = ready,
	.erase = erase,
};

static const struct column vni_columns[] = {
	{ "ifname", "../ifindex", DEVICE, .ask = "ifindex" },
	{ "vni", "start" },
	{ "vni_end", "end", .or = "start" },
	{ "group", "group", .or = "group6" },
	{ "rx_bytes", "stats.rx-bytes", .wide = true },
	{ "rx_packets", "stats.rx-pkts", .wide = true },
	{ "rx_drops", "stats.rx-drops", .wide = true },
	{ "tx_bytes", "stats.tx-bytes", .wide = true },
	{ "tx_packets", "stats.tx-pkts", .wide = true },
	{ "tx_drops", "stats.tx-drops", .wide = true },
	{ 0 },
};

static const struct alias vni_aliases[] = {
	{ "dev", "ifindex", DEVICE },
	{ "ifname", "ifindex", DEVICE },
	{ "vni_end", "entry[0].end" },
	{ 0 },
};

/* "vni=10" or "vni=10-20", group=ADDRESS */
static int vni_word(struct change *x, const char *word, const char *value)
{
	unsigned long from, to;
	const char *dash = value ? strchr(value, '-') : NULL;
	char first[16];
	int status;

	if (value && strcmp(word, "group") == 0)
		return change_text(x, strchr(value, ':') ? "entry[0].group6" : "entry[0].group", value);
	if (!value || strcmp(word, "vni") != 0)
		return NOT_MINE;
	(void)snprintf(first, sizeof first, "%.*s", (int)strcspn(value, "-"), value);
	status = change_uint("vni", first, 0, 0xffffff, &from);
	if (status == 0)
		status = change_number(x, "entry[0].start", from);
	if (status || !dash)
		return status;
	status = change_uint("vni", dash + 1, from, 0xffffff, &to);
	return status ? status : change_number(x, "entry[0].end", to);
}

static void vni_erase(const struct entry *e, struct weft_msg *m)
{
	struct weft_attr end = weft_at(e->at, "end");

	weft_put_named(m, "ifindex", weft_kv_uint(0, weft_uint(weft_at(e->msg, "ifindex"), 0)));
	weft_open_named(m, "entry");
	weft_put_named(m, "start", weft_kv_uint(0, weft_uint(weft_at(e->at, "start"), 0)));
	if (end.p)
		weft_put_named(m, "end", weft_kv_uint(0, weft_uint(end, 0)));
	weft_close(m);
}

const struct object object_vni = {
	"vni",
	"vnis",
	"rt-tunnel",
	"newtunnel",
	"deltunnel",
	"gettunnel",
	"add|del vni dev=VXLAN vni=N[-N] [group=ADDRESS]\n",
	.groups = { 35 },
	.columns = vni_columns,
	.identity = (const struct ident[]){ { "ifname" }, { "vni", "vni" }, { 0 } },
	.aliases = vni_aliases,
	.first = "dev",
	.needs = (const struct need[]){ { ~0u, "ifindex", NULL, "dev: missing" },
					{ ~0u, "entry", NULL, "vni: missing" },
					{ 0 } },
	.items = "entry",
	.no_set = true,
	.quiet = true,
	.word = vni_word,
	.erase = vni_erase,
};
