/* SPDX-License-Identifier: MIT */
/* The objects: columns of show, words of add, set and del. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

static const struct column link_columns[] = {
	{ "ifindex", "ifi-index", NULL, AS_IS, false },
	{ "ifname", "ifname", NULL, AS_IS, false },
	{ "altnames", "prop-list.alt-ifname", NULL, AS_IS, true },
	{ "kind", "linkinfo.kind", NULL, AS_IS, false },
	{ "type", "ifi-type", NULL, LINKTYPE, true },
	{ "address", "address", NULL, AS_IS, true },
	{ "broadcast", "broadcast", NULL, AS_IS, true },
	{ "perm_address", "perm-address", NULL, AS_IS, true },
	{ "operstate", "operstate", NULL, OPERSTATE, false },
	{ "mtu", "mtu", NULL, AS_IS, false },
	{ "min_mtu", "min-mtu", NULL, AS_IS, true },
	{ "max_mtu", "max-mtu", NULL, AS_IS, true },
	{ "address", "address", NULL, AS_IS, false, .table = true },
	{ "flags", "ifi-flags", NULL, AS_IS, true },
	{ "admin_up", "ifi-flags", NULL, BIT, true, .bit = 1 },
	{ "running", "ifi-flags", NULL, BIT, true, .bit = 64 },
	{ "carrier_changes", "carrier-changes", NULL, AS_IS, true },
	{ "master_ifindex", "master", NULL, AS_IS, true },
	{ "master", "master", NULL, DEVICE, false },
	{ "parent_ifindex", "link", NULL, AS_IS, true },
	{ "parent", "link", NULL, DEVICE, false },
	{ "group_id", "group", NULL, AS_IS, true },
	{ "qdisc", "qdisc", NULL, AS_IS, true },
	{ "txqlen", "txqlen", NULL, AS_IS, true },
	{ "ifalias", "ifalias", NULL, AS_IS, true },
	{ 0 },
};
static const struct alias link_aliases[] = {
	{ "kind", "linkinfo.kind", AS_IS }, { "index", "ifi-index", AS_IS },
	{ "ifindex", "ifi-index", AS_IS },  { "link", "link", DEVICE },
	{ "parent", "link", DEVICE },	    { "master", "master", DEVICE },
	{ 0 },
};
static const struct column addr_columns[] = {
	{ "ifindex", "ifa-index", NULL, AS_IS, true },
	{ "ifname", "ifa-index", NULL, DEVICE, false },
	{ "family", "ifa-family", NULL, FAMILY, false },
	{ "address", "local", "ifa-prefixlen", OWN, false },
	{ "prefixlen", "ifa-prefixlen", NULL, AS_IS, true },
	{ "local", "local", NULL, AS_IS, true },
	{ "peer", "address", NULL, PEER, false },
	{ "broadcast", "broadcast", NULL, AS_IS, true },
	{ "label", "label", NULL, AS_IS, true },
	{ "scope", "ifa-scope", NULL, SCOPE, false },
	{ "flags", "flags", NULL, AS_IS, false },
	{ "tentative", "flags", NULL, BIT, true, .bit = 64 },
	{ "dadfailed", "flags", NULL, BIT, true, .bit = 8 },
	{ "deprecated", "flags", NULL, BIT, true, .bit = 32 },
	{ "secondary", "flags", NULL, BIT, true, .bit = 1 },
	{ "protocol", "proto", NULL, AS_IS, true },
	{ "valid_lft", "cacheinfo.ifa-valid", NULL, AS_IS, true },
	{ "preferred_lft", "cacheinfo.ifa-prefered", NULL, AS_IS, true },
	{ "metric", "rt-priority", NULL, AS_IS, true },
	{ 0 },
};
static const struct alias addr_aliases[] = {
	{ "dev", "ifa-index", DEVICE }, { "address", "local", PREFIX },	 { "local", "local", PREFIX },
	{ "peer", "address", PREFIX },	{ "scope", "ifa-scope", SCOPE }, { "metric", "rt-priority", AS_IS },
	{ 0 },
};
static const struct column route_columns[] = {
	{ "family", "rtm-family", NULL, FAMILY, true },
	{ "table_id", "table", NULL, AS_IS, true },
	{ "type", "rtm-type", NULL, AS_IS, false },
	{ "dst", "dst", "rtm-dst-len", PREFIX, false },
	{ "src", "src", "rtm-src-len", PREFIX, true },
	{ "tos", "rtm-tos", NULL, AS_IS, true },
	{ "gateway", "gateway", NULL, GATEWAY, false },
	{ "dev", "oif", NULL, DEVICE, false },
	{ "oif", "oif", NULL, AS_IS, true },
	{ "table_name", "table", NULL, TABLE, false },
	{ "metric", "priority", NULL, AS_IS, false },
	{ "protocol", "rtm-protocol", NULL, PROTOCOL, false },
	{ "scope", "rtm-scope", NULL, SCOPE, false },
	{ "prefsrc", "prefsrc", NULL, AS_IS, false },
	{ "nhid", "nh-id", NULL, AS_IS, true },
	{ "flags", "rtm-flags", NULL, AS_IS, true },
	{ "mtu", "metrics.mtu", NULL, AS_IS, true },
	{ "advmss", "metrics.advmss", NULL, AS_IS, true },
	{ "pref", "pref", NULL, AS_IS, true },
	{ "encap", "encap", NULL, AS_IS, true },
	{ "expires", "expires", NULL, AS_IS, true },
	{ "multipath", "multipath", NULL, AS_IS, true },
	{ 0 },
};
static const struct alias route_aliases[] = {
	{ "dst", "dst", PREFIX },	  { "src", "src", PREFIX },
	{ "via", "gateway", AS_IS },	  { "dev", "oif", DEVICE },
	{ "table", "table", TABLE },	  { "table_name", "table", TABLE },
	{ "metric", "priority", AS_IS },  { "protocol", "rtm-protocol", PROTOCOL },
	{ "scope", "rtm-scope", SCOPE },  { "type", "rtm-type", AS_IS },
	{ "tos", "rtm-tos", AS_IS },	  { "nhid", "nh-id", AS_IS },
	{ "mtu", "metrics.mtu", AS_IS },  { 0 },
};
static const struct column rule_columns[] = {
	{ "family", "family", NULL, FAMILY, false },
	{ "priority", "priority", NULL, AS_IS, false, .absent = "0" },
	{ "src", "src", "src-len", PREFIX, false },
	{ "dst", "dst", "dst-len", PREFIX, false },
	{ "iif", "iifname", NULL, AS_IS, false },
	{ "oif", "oifname", NULL, AS_IS, false },
	{ "tos", "tos", NULL, AS_IS, true },
	{ "fwmark", "fwmark", NULL, AS_IS, false },
	{ "fwmask", "fwmask", NULL, AS_IS, true },
	{ "ipproto", "ip-proto", NULL, AS_IS, true },
	{ "sport", "sport-range", NULL, RANGE, true },
	{ "dport", "dport-range", NULL, RANGE, true },
	{ "uid_start", "uid-range.start", NULL, AS_IS, true },
	{ "uid_end", "uid-range.end", NULL, AS_IS, true },
	{ "action", "action", NULL, AS_IS, false },
	{ "table_id", "table", NULL, AS_IS, true },
	{ "table_name", "table", NULL, TABLE, false },
	{ "goto", "goto", NULL, AS_IS, true },
	{ "suppress_prefixlen", "suppress-prefixlen", NULL, AS_IS, true },
	{ "suppress_ifgroup", "suppress-ifgroup", NULL, AS_IS, true },
	{ "protocol", "protocol", NULL, PROTOCOL, true },
	{ 0 },
};
static const struct alias rule_aliases[] = {
	{ "src", "src", PREFIX },    { "from", "src", PREFIX },	  { "dst", "dst", PREFIX },
	{ "to", "dst", PREFIX },     { "iif", "iifname", AS_IS },  { "oif", "oifname", AS_IS },
	{ "table", "table", TABLE }, { "table_name", "table", TABLE },
	{ "protocol", "protocol", PROTOCOL }, { 0 },
};
static const struct column neigh_columns[] = {
	{ "ifindex", "ndm-ifindex", NULL, AS_IS, true },
	{ "dst", "dst", NULL, AS_IS, false },
	{ "ifname", "ndm-ifindex", NULL, DEVICE, false },
	{ "family", "ndm-family", NULL, FAMILY, true },
	{ "lladdr", "lladdr", NULL, AS_IS, false },
	{ "nud", "ndm-state", NULL, AS_IS, false },
	{ "router", "ndm-flags", NULL, BIT, true, .bit = 128 },
	{ "proxy", "ndm-flags", NULL, BIT, true, .bit = 8 },
	{ "ext_learn", "ndm-flags", NULL, BIT, true, .bit = 16 },
	{ "protocol", "protocol", NULL, PROTOCOL, true },
	{ 0 },
};
static const struct alias neigh_aliases[] = {
	{ "dev", "ndm-ifindex", DEVICE }, { "nud", "ndm-state", AS_IS }, { "state", "ndm-state", AS_IS },
	{ 0 },
};

static const struct object objects[] = {
	{ "link", "links", "rt-link", "newlink", "dellink", "getlink", { 1 }, link_columns,
	  { "ifname" }, link_aliases,
	  "add link ifname=NAME kind=KIND [FIELD=VALUE...]; set|del link NAME [FIELD=VALUE...]\n"
	  "Fields of the kind need no path: kind=vlan link=eth0 id=10; kind=veth peer.ifname=v1.\n"
	  "Also: up, down, netns=NAME, master=DEV.\n" },
	{ "addr", "addrs", "rt-addr", "newaddr", "deladdr", "getaddr", { 5, 9 }, addr_columns,
	  { "ifname", "address", "peer" }, addr_aliases,
	  "add|del addr dev=DEV address=ADDRESS/LENGTH [FIELD=VALUE...]\n" },
	{ "route", "routes", "rt-route", "newroute", "delroute", "getroute", { 7, 11 }, route_columns,
	  { "type", "dst", "table_name", "metric", "tos" }, route_aliases,
	  "add|set|del route dst=PREFIX|default [via=ADDRESS] [dev=DEV] [table=TABLE] [metric=N]\n"
	  "     [nexthop=via:ADDRESS,dev:DEV,weight:N]... [FIELD=VALUE...]\n" },
	{ "rule", "rules", "rt-rule", "newrule", "delrule", "getrule", { 8, 19 }, rule_columns,
	  { "priority", "family", "src", "dst", "table_name" }, rule_aliases,
	  "add|del rule [from=PREFIX] [to=PREFIX] [priority=N] [table=TABLE] [FIELD=VALUE...]\n" },
	{ "neigh", "neighs", "rt-neigh", "newneigh", "delneigh", "getneigh", { 3 }, neigh_columns,
	  { "dst", "ifname" }, neigh_aliases,
	  "add|set|del neigh dst=ADDRESS dev=DEV [lladdr=MAC] [nud=STATE]\n" },
};

enum {
	N_OBJECTS = sizeof objects / sizeof *objects,
};

const struct object *object_at(size_t i)
{
	return i < N_OBJECTS ? &objects[i] : NULL;
}

int object_find(const char *name, const struct object **ret)
{
	const char *words[N_OBJECTS];

	for (size_t i = 0; i < N_OBJECTS; i++) {
		words[i] = objects[i].name;
		if (strcmp(name, objects[i].name) && strcmp(name, objects[i].plural))
			continue;
		*ret = &objects[i];
		return 0;
	}
	return cli_unknown("object", name, words, N_OBJECTS);
}

static struct link_name *link_of(const struct links *l, uint32_t index)
{
	for (size_t i = 0; l && i < l->n; i++)
		if (l->v[i].index == index)
			return &l->v[i];
	return NULL;
}

static bool add(struct links *l, const struct weft_link *link)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct link_name *p = realloc(l->v, cap * sizeof *p);

		if (!p)
			return false;
		l->v = p;
		l->cap = cap;
	}
	l->v[l->n].index = (uint32_t)link->index;
	(void)snprintf(l->v[l->n++].name, 16, "%s", link->ifname ? link->ifname : "");
	return true;
}

bool links_note(struct links *l, struct weft_attr body)
{
	struct weft_link link;
	struct link_name *at;

	if (weft_link_view(body, &link) < 0 || !link.ifname)
		return true;
	at = link_of(l, (uint32_t)link.index);
	if (!at)
		return add(l, &link);
	(void)snprintf(at->name, sizeof at->name, "%s", link.ifname);
	return true;
}

int links_load(struct weft_session *s, struct links *ret)
{
	struct weft_dump *d;
	struct weft_link l;
	int r = weft_link_dump(s, NULL, &d);
	bool room = true;

	*ret = (struct links){ 0 };
	if (r < 0)
		return cli_error(weft_last_error(s), "");
	while (room && (r = weft_link_next(d, &l)) > 0)
		room = add(ret, &l);
	weft_dump_close(d);
	if (!room)
		return cli_fail(CLI_INTERNAL, "out of memory");
	return r < 0 && r != -EAGAIN ? cli_error(weft_last_error(s), "") : 0;
}

void links_free(struct links *l)
{
	free(l->v);
}

const char *links_name(const struct links *l, uint32_t index, char *buf, size_t size)
{
	const struct link_name *at = link_of(l, index);

	if (at)
		return at->name;
	(void)snprintf(buf, size, "%u", index);
	return buf;
}

struct word {
	uint32_t value;
	const char *name;
};

static const struct word tables[] = { { 255, "local" }, { 254, "main" }, { 253, "default" }, { 0 } };
static const struct word protocols[] = {
	{ 1, "redirect" }, { 2, "kernel" },    { 3, "boot" },	 { 4, "static" },     { 8, "gated" },
	{ 9, "ra" },	   { 10, "mrt" },      { 11, "zebra" },	 { 12, "bird" },      { 13, "dnrouted" },
	{ 14, "xorp" },	   { 15, "ntk" },      { 16, "dhcp" },	 { 17, "mrouted" },   { 18, "keepalived" },
	{ 42, "babel" },   { 84, "ovn" },      { 99, "openr" },	 { 186, "bgp" },      { 187, "isis" },
	{ 188, "ospf" },   { 189, "rip" },     { 192, "eigrp" }, { 0 },
};
static const struct word scopes[] = {
	{ 200, "site" }, { 253, "link" }, { 254, "host" }, { 255, "nowhere" }, { 0, "global" },
	{ 0, NULL },
};
static const struct word operstates[] = {
	{ 1, "notpresent" }, { 2, "down" },    { 3, "lowerlayerdown" }, { 4, "testing" },
	{ 5, "dormant" },    { 6, "up" },      { 0, "unknown" },	{ 0, NULL },
};
static const struct word linktypes[] = {
	{ 1, "ether" },	     { 24, "ieee1394" }, { 32, "infiniband" }, { 512, "ppp" },
	{ 768, "ipip" },     { 769, "tunnel6" }, { 772, "loopback" },  { 776, "sit" },
	{ 778, "gre" },	     { 823, "gre6" },	 { 65534, "none" },    { 280, "can" }, { 0 },
};
static const struct word families[] = {
	{ 2, "inet" }, { 7, "bridge" }, { 10, "inet6" }, { 28, "mpls" }, { 128, "ipmr" }, { 129, "ip6mr" }, { 0 },
};

static const struct word *words_of(enum form form)
{
	switch (form) {
	case TABLE:
		return tables;
	case PROTOCOL:
		return protocols;
	case SCOPE:
		return scopes;
	case OPERSTATE:
		return operstates;
	case LINKTYPE:
		return linktypes;
	case FAMILY:
		return families;
	case AS_IS:
	case DEVICE:
	case PREFIX:
	case BIT:
	case OWN:
	case PEER:
	case GATEWAY:
	case RANGE:
		break;
	}
	return NULL;
}

bool form_value(enum form form, const char *word, uint32_t *ret)
{
	for (const struct word *w = words_of(form); w && w->name; w++) {
		if (strcmp(w->name, word) == 0 || (form == SCOPE && w->value == 0 && !strcmp(word, "universe"))) {
			*ret = w->value;
			return true;
		}
	}
	return false;
}

static bool prefix(const struct column *col, struct weft_attr body, struct weft_text *t)
{
	struct weft_attr a = weft_at(body, col->path);
	uint64_t len = weft_uint(weft_at(body, col->length), 0);

	if (!a.p && len == 0 && strcmp(col->name, "dst") == 0 && strcmp(col->length, "rtm-dst-len") == 0) {
		weft_text_puts(t, "default");
		return true;
	}
	/* IPv6 addresses have only one of the two */
	if (!a.p && col->form == OWN)
		a = weft_at(body, "address");
	if (!a.p || weft_value_text(a, t) < 0)
		return false;
	if (a.family != WEFT_AF_MPLS) {
		weft_text_putc(t, '/');
		weft_text_uint(t, len);
	}
	return true;
}

/* The other side of a point-to-point address. */
static bool peer(struct weft_attr body, struct weft_text *t)
{
	struct weft_attr a = weft_at(body, "address"), own = weft_at(body, "local");

	if (!a.p || !own.p || (a.len == own.len && memcmp(a.p, own.p, a.len) == 0))
		return false;
	return weft_value_text(a, t) == 0;
}

static bool range(struct weft_attr a, struct weft_text *t)
{
	uint64_t from = weft_uint(weft_at(a, "start"), 0), to = weft_uint(weft_at(a, "end"), 0);

	if (!a.p)
		return false;
	weft_text_uint(t, from);
	if (to != from) {
		weft_text_putc(t, '-');
		weft_text_uint(t, to);
	}
	return true;
}

bool value_text(enum form form, struct weft_attr a, const struct links *links, struct weft_text *t)
{
	uint64_t v = weft_uint(a, 0);
	char buf[16];

	if (form == DEVICE) {
		weft_text_puts(t, links_name(links, (uint32_t)v, buf, sizeof buf));
		return true;
	}
	for (const struct word *w = words_of(form); w && w->name; w++) {
		if (w->value == v) {
			weft_text_puts(t, w->name);
			return true;
		}
	}
	return weft_value_text(a, t) == 0;
}

bool cell(const struct column *col, struct weft_attr body, const struct links *links,
	  struct weft_text *t, bool *ret_number)
{
	struct weft_attr a = weft_at(body, col->path);

	*ret_number = false;
	if (col->form == PREFIX || col->form == OWN)
		return prefix(col, body, t);
	if (col->form == PEER)
		return peer(body, t);
	if (col->form == RANGE)
		return range(a, t);
	if (!a.p && strcmp(col->path, "table") == 0) /* a rule or route without the long form */
		a = weft_at(body, "hdr-table");
	if (!a.p && col->form == GATEWAY) /* of another family than the route */
		a = weft_at(body, "via");
	if (!a.p && col->absent) {
		weft_text_puts(t, col->absent);
		*ret_number = true;
		return true;
	}
	if (!a.p)
		return false;
	if (col->form == BIT) {
		weft_text_puts(t, weft_uint(a, 0) & col->bit ? "true" : "false");
		*ret_number = true;
		return true;
	}
	*ret_number = col->form == AS_IS && a.field && a.field->type >= WEFT_T_U8 &&
		      a.field->type <= WEFT_T_UINT && !a.field->names;
	return value_text(col->form, a, links, t);
}
