/* SPDX-License-Identifier: MIT */
/* Multicast groups of bridges and VXLANs. Each message has the entries of one bridge. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	PERMANENT = 1,
	IPV4 = 0x0800, /* ETH_P_IP, ETH_P_IPV6 */
	IPV6 = 0x86dd,
};

static column_text address, sources;

static const struct column columns[] = {
	{ "bridge", "../ifindex", DEVICE },
	{ "port", "ifindex", DEVICE },
	{ "grp", "addr", PREFIX, .text = address },
	{ "src", "source" },
	{ "vid", "vid" },
	{ "state", "state" },
	{ "flags", "flags" },
	{ "filter_mode", "group-mode", .wide = true },
	{ "source_list", "src-list", .text = sources, .wide = true },
	{ "protocol", "rtprot", PROTOCOL, .wide = true },
	{ "dst", "dst", .wide = true },
	{ "dst_port", "dst-port", .wide = true },
	{ "vni", "vni", .wide = true },
	{ "src_vni", "src-vni", .wide = true },
	{ "via", "dst-ifindex", DEVICE, .wide = true },
	{ "timer", "timer", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dev", "ifindex", DEVICE },
	{ "bridge", "ifindex", DEVICE },
	{ "port", "set-entry.ifindex", DEVICE },
	{ "vid", "set-entry.vid" },
	{ "state", "set-entry.state" },
	{ "src", "set-entry-attrs.source" },
	{ "filter_mode", "set-entry-attrs.group-mode" },
	{ "protocol", "set-entry-attrs.rtprot", PROTOCOL },
	{ "dst", "set-entry-attrs.dst" },
	{ "dst_port", "set-entry-attrs.dst-port" },
	{ "vni", "set-entry-attrs.vni" },
	{ "src_vni", "set-entry-attrs.src-vni" },
	{ "via", "set-entry-attrs.dst-ifindex", DEVICE },
	{ 0 },
};

/* The address without the name of its kind. */
static bool address(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	static const char *const kinds[] = { "addr.ip4", "addr.ip6", "addr.mac-addr" };

	(void)col;
	(void)links;
	for (size_t i = 0; i < 3; i++)
		if (weft_at(e->at, kinds[i]).p)
			return weft_value_text(weft_at(e->at, kinds[i]), t) == 0;
	return false;
}

static bool sources(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *sep = "";

	(void)col;
	(void)links;
	WEFT_EACH(one, weft_at(e->at, "src-list.entry"))
	{
		weft_text_puts(t, sep);
		if (weft_value_text(weft_at(one, "address"), t) < 0)
			return false;
		sep = ",";
	}
	return *sep;
}

/* grp=239.1.1.1: the protocol says what the address is. */
static int group(struct change *x, const char *value)
{
	bool mac = weft_mac(value).len == 6;
	struct weft_ip ip = weft_ip(value);
	int status;

	if (!mac && !ip.family)
		return cli_fail(CLI_USAGE, "grp: not an address: \"%.60s\"", value);
	status = change_number(x, "set-entry.proto", mac ? 0 : ip.family == WEFT_AF_INET ? IPV4 : IPV6);
	if (status)
		return status;
	return change_text(x,
			   mac			       ? "set-entry.addr.mac-addr"
			   : ip.family == WEFT_AF_INET ? "set-entry.addr.ip4"
						       : "set-entry.addr.ip6",
			   value);
}

/* source_list=10.0.0.1,10.0.0.2 */
static int source_list(struct change *x, const char *value)
{
	char *copy = strdup(value), *save = NULL, path[64];
	int status = copy ? 0 : change_memory(), i = 0;

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save)) {
		(void)snprintf(path, sizeof path, "set-entry-attrs.src-list.entry[%d].address", i++);
		status = change_text(x, path, w);
	}
	free(copy);
	return status;
}

static int word(struct change *x, const char *word, const char *value)
{
	if (value && strcmp(word, "grp") == 0)
		return group(x, value);
	if (value && strcmp(word, "source_list") == 0)
		return source_list(x, value);
	if (!value && (strcmp(word, "permanent") == 0 || strcmp(word, "temp") == 0))
		return change_number(x, "set-entry.state", word[0] == 'p' ? PERMANENT : 0);
	return NOT_MINE;
}

/* A group of the bridge itself has the bridge as its port. */
static int ready(struct change *x)
{
	json_t *bridge = json_object_get(x->root, "ifindex");

	if (change_has(x, "set-entry.ifindex"))
		return 0;
	return change_number(x, "set-entry.ifindex", (uint64_t)json_integer_value(bridge));
}

static void copy(struct weft_msg *m, const struct entry *e, const char *path, const char *name)
{
	struct weft_attr a = entry_at(e, path);

	if (a.p)
		weft_put_named(m, name, weft_kv_bytes(0, (struct weft_bytes){ a.p, a.len }));
}

static void erase(const struct entry *e, struct weft_msg *m)
{
	static const struct {
		const char *told, *asked;
	} attrs[] = { { "source", "source" }, { "dst", "dst" },		{ "dst-port", "dst-port" },
		      { "vni", "vni" },	      { "src-vni", "src-vni" }, { "dst-ifindex", "dst-ifindex" } };
	static const char *const members[] = { "ifindex", "state", "vid", "addr", "proto" };

	copy(m, e, "../ifindex", "ifindex");
	weft_open_named(m, "set-entry");
	for (size_t i = 0; i < 5; i++)
		copy(m, e, members[i], members[i]);
	weft_close(m);
	weft_open_named(m, "set-entry-attrs");
	for (size_t i = 0; i < 6; i++)
		copy(m, e, attrs[i].told, attrs[i].asked);
	weft_close(m);
}

static const char *const untold[] = { "timer", NULL };

const struct object object_mdb = {
	"mdb",
	"mdbs",
	"rt-mdb",
	"newmdb",
	"delmdb",
	"getmdb",
	"add|set|del mdb dev=BRIDGE grp=ADDRESS [port=DEV] [src=ADDRESS] [permanent] [vid=N]\n"
	"     [filter_mode=include|exclude] [source_list=ADDRESS,...] [protocol=PROTOCOL]; of a VXLAN also\n"
	"     [dst=ADDRESS] [dst_port=N] [vni=N] [src_vni=N] [via=DEV]\n",
	.groups = { 26 },
	.columns = columns,
	.identity =
	    (const struct ident[]){ { "bridge" }, { "port" }, { "grp" }, { "src", "src" }, { "vid", "vid" }, { 0 } },
	.aliases = aliases,
	.first = "dev",
	.needs = (const struct need[]){ { ~0u, "ifindex", NULL, "dev: missing" },
					{ ~0u, "set-entry.addr", NULL, "grp: missing" },
					{ 0 } },
	.items = "mdb.entry/info",
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.untold = untold,
	.word = word,
	.ready = ready,
	.erase = erase,
};
