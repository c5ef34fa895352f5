/* SPDX-License-Identifier: MIT */
/* Families with their operations and groups (linux/rtnetlink.h, linux/genetlink.h). */
#include <string.h>

#include "rows/tables.h"

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))
#define S(x) &weft__schema_##x

enum {
	DO = WEFT_OP_DO,
	DUMP = WEFT_OP_DUMP,
	NOTIFY = WEFT_OP_NOTIFY,
	SPLIT = WEFT_OP_SPLIT,
};

#define BIT(n) ((uint64_t)1 << (n))

/* master, linkinfo (its kind only), ext-mask, target-netnsid; less by the dumps of bridge ports, of what IPv6
 * knows of links, and of multicast routing (128: RTNL_FAMILY_IPMR) */
static const struct weft_filters link_filters[] = {
	{ .family = WEFT_AF_BRIDGE, .members = BIT(0), .attrs = BIT(29) },
	{ .family = WEFT_AF_INET6, .members = BIT(0) },
	{ .family = 128, .members = BIT(0) },
	{ .members = BIT(0), .attrs = BIT(10) | BIT(18) | BIT(29) | BIT(46) },
};

static const struct weft_op link_ops[] = {
	{ "newlink", 16, 16, DO | NOTIFY, 0, S(link), NULL },
	{ "dellink", 17, 17, DO | NOTIFY, 0, S(link), NULL },
	{ "getlink", 18, 16, DO | DUMP, 0, S(link), NULL, .filters = link_filters },
	{ "setlink", 19, 19, DO, 0, S(link), NULL },
	{ "getstats", 94, 92, DO | DUMP, 0, S(stats_get), S(link_stats) },
	{ "setstats", 95, 95, DO, 0, S(stats_set), NULL },
	{ "newstats", 0, 92, NOTIFY, 0, S(link_stats), NULL },
	{ "newlinkprop", 108, 108, DO, 0, S(link), NULL },
	{ "dellinkprop", 109, 109, DO, 0, S(link), NULL },
};
static const struct weft_group link_groups[] = {
	{ "rtnlgrp-link", 1 },
	{ "rtnlgrp-ipv6-ifinfo", 12 },
	{ "rtnlgrp-stats", 36 },
};

/* the link's index; target-netnsid */
static const struct weft_filters addr_filters[] = {
	{ .members = BIT(0) | BIT(4), .attrs = BIT(10) },
};

static const struct weft_op addr_ops[] = {
	{ "newaddr", 20, 20, DO | NOTIFY, 0, S(addr), NULL },
	{ "deladdr", 21, 21, DO | NOTIFY, 0, S(addr), NULL },
	{ "getaddr", 22, 20, DO | DUMP, 0, S(addr), NULL, .filters = addr_filters },
	{ "getmulticast", 58, 56, DO | DUMP | SPLIT, 0, S(addr), NULL, .filters = addr_filters },
	{ "newmulticast", 0, 56, NOTIFY, 0, S(addr), NULL },
	{ "delmulticast", 0, 57, NOTIFY, 0, S(addr), NULL },
	{ "getanycast", 62, 60, DO | DUMP | SPLIT, 0, S(addr), NULL, .filters = addr_filters },
	{ "newanycast", 0, 60, NOTIFY, 0, S(addr), NULL },
	{ "delanycast", 0, 61, NOTIFY, 0, S(addr), NULL },
};
static const struct weft_group addr_groups[] = {
	{ "rtnlgrp-ipv4-ifaddr", 5 },
	{ "rtnlgrp-ipv6-ifaddr", 9 },
	{ "rtnlgrp-ipv4-mcaddr", 37 },
	{ "rtnlgrp-ipv6-mcaddr", 38 },
	{ "rtnlgrp-ipv6-acaddr", 39 },
};

/* table, protocol, type, and of the flags cloned and prefix; oif, table */
static const struct weft_filters route_filters[] = {
	{ .members = BIT(0) | BIT(4) | BIT(5) | BIT(7), .flags_at = 8, .flags = 0xa00, .attrs = BIT(4) | BIT(15) },
};

static const struct weft_op route_ops[] = {
	{ "newroute", 24, 24, DO | NOTIFY, 0, S(route), NULL },
	{ "delroute", 25, 25, DO | NOTIFY, 0, S(route), NULL },
	{ "getroute", 26, 24, DO | DUMP, 0, S(route), NULL, .filters = route_filters },
};
static const struct weft_group route_groups[] = {
	{ "rtnlgrp-ipv4-route", 7 },
	{ "rtnlgrp-ipv6-route", 11 },
	{ "rtnlgrp-mpls-route", 27 },
	{ "rtnlgrp-ipv4-mroute", 6 },
	{ "rtnlgrp-ipv6-mroute", 10 },
};

static const struct weft_filters rule_filters[] = {
	{ .members = BIT(0) },
};

static const struct weft_op rule_ops[] = {
	{ "newrule", 32, 32, DO | NOTIFY, 0, S(rule), NULL },
	{ "delrule", 33, 33, DO | NOTIFY, 0, S(rule), NULL },
	{ "getrule", 34, 32, DO | DUMP, 0, S(rule), NULL, .filters = rule_filters },
};
static const struct weft_group rule_groups[] = {
	{ "rtnlgrp-ipv4-rule", 8 },
	{ "rtnlgrp-ipv6-rule", 19 },
};

/* the flag proxy; ifindex, master */
static const struct weft_filters neigh_filters[] = {
	{ .family = WEFT_AF_BRIDGE, .members = BIT(0), .from = 4, .to = 8, .attrs = BIT(8) | BIT(9) },
	{ .members = BIT(0), .flags_at = 10, .flags = 8, .from = 4, .to = 8, .attrs = BIT(8) | BIT(9) },
};

static const struct weft_op neigh_ops[] = {
	{ "newneigh", 28, 28, DO | NOTIFY, 0, S(neigh), NULL },
	{ "delneigh", 29, 29, DO | NOTIFY, 0, S(neigh), NULL },
	{ "getneigh", 30, 28, DO | DUMP, 0, S(neigh), NULL, .filters = neigh_filters },
	{ "getneightbl", 66, 64, DUMP | SPLIT, 0, S(ndt), NULL },
	{ "setneightbl", 67, 67, DO, 0, S(ndt), NULL },
};
static const struct weft_group neigh_groups[] = {
	{ "rtnlgrp-neigh", 3 },
};

/* of qdiscs nothing but dump-invisible; of classes their link and the qdisc they are in */
static const struct weft_filters qdisc_filters[] = {
	{ .members = BIT(0), .attrs = BIT(10) },
};
static const struct weft_filters class_filters[] = {
	{ .members = BIT(0) | BIT(4) | BIT(12) },
};
/* of filters and chains their place, priority, protocol and chain */
static const struct weft_filters cls_filters[] = {
	{ .members = BIT(0) | BIT(4) | BIT(12) | BIT(16), .attrs = BIT(11) | BIT(15) },
};
static const struct weft_filters chain_filters[] = {
	{ .members = BIT(0) | BIT(4) | BIT(12), .attrs = BIT(11) },
};

/* A qdisc or class that is asked for comes as an event, to the one who asked only with an echo. */
static const struct weft_op tc_ops[] = {
	{ "newqdisc", 36, 36, DO | NOTIFY, 0, S(tc), NULL },
	{ "delqdisc", 37, 37, DO | NOTIFY, 0, S(tc), NULL },
	{ "getqdisc", 38, 36, DO | DUMP, WEFT_NLM_F_ECHO, S(tc), NULL, .filters = qdisc_filters },
	{ "newtclass", 40, 40, DO | NOTIFY, 0, S(tclass), NULL },
	{ "deltclass", 41, 41, DO | NOTIFY, 0, S(tclass), NULL },
	{ "gettclass", 42, 40, DO | DUMP, WEFT_NLM_F_ECHO, S(tclass), NULL, .filters = class_filters },
	{ "newtfilter", 44, 44, DO | NOTIFY, 0, S(tc), NULL },
	{ "deltfilter", 45, 45, DO | NOTIFY, 0, S(tc), NULL },
	{ "gettfilter", 46, 44, DO | DUMP, 0, S(tc), NULL, .filters = cls_filters },
	{ "newaction", 48, 48, DO | NOTIFY, 0, S(action), NULL },
	{ "delaction", 49, 49, DO | NOTIFY, 0, S(action), NULL },
	{ "getaction", 50, 50, DO | DUMP, 0, S(action), NULL },
	{ "newchain", 100, 100, DO | NOTIFY, 0, S(tc), NULL },
	{ "delchain", 101, 101, DO | NOTIFY, 0, S(tc), NULL },
	{ "getchain", 102, 100, DO | DUMP, 0, S(tc), NULL, .filters = chain_filters },
};
static const struct weft_group tc_groups[] = {
	{ "rtnlgrp-tc", 4 },
};

static const struct weft_op nexthop_ops[] = {
	{ "newnexthop", 104, 104, DO | NOTIFY, 0, S(nexthop), NULL },
	{ "delnexthop", 105, 105, DO | NOTIFY, 0, S(nexthop), NULL },
	{ "getnexthop", 106, 104, DO | DUMP, 0, S(nexthop), NULL },
	{ "newnexthopbucket", 0, 116, NOTIFY, 0, S(nexthop), NULL },
	{ "delnexthopbucket", 0, 117, NOTIFY, 0, S(nexthop), NULL },
	{ "getnexthopbucket", 118, 116, DO | DUMP, 0, S(nexthop), NULL },
};
static const struct weft_group nexthop_groups[] = {
	{ "rtnlgrp-nexthop", 32 },
};

static const struct weft_op netconf_ops[] = {
	{ "newnetconf", 0, 80, NOTIFY, 0, S(netconf), NULL },
	{ "delnetconf", 0, 81, NOTIFY, 0, S(netconf), NULL },
	{ "getnetconf", 82, 80, DO | DUMP, 0, S(netconf), NULL },
};
static const struct weft_group netconf_groups[] = {
	{ "rtnlgrp-ipv4-netconf", 24 },
	{ "rtnlgrp-ipv6-netconf", 25 },
	{ "rtnlgrp-mpls-netconf", 29 },
};

static const struct weft_op mdb_ops[] = {
	{ "newmdb", 84, 84, DO | NOTIFY, 0, S(mdb_set), S(mdb), WEFT_AF_BRIDGE },
	{ "delmdb", 85, 85, DO | NOTIFY, 0, S(mdb_set), S(mdb), WEFT_AF_BRIDGE },
	{ "getmdb", 86, 84, DO | DUMP, 0, S(mdb_get), S(mdb), WEFT_AF_BRIDGE },
};
static const struct weft_group mdb_groups[] = {
	{ "rtnlgrp-mdb", 26 },
};

static const struct weft_op vlan_ops[] = {
	{ "newvlan", 112, 112, DO | NOTIFY, 0, S(vlandb), NULL, WEFT_AF_BRIDGE },
	{ "delvlan", 113, 113, DO | NOTIFY, 0, S(vlandb), NULL, WEFT_AF_BRIDGE },
	{ "getvlan", 114, 112, DUMP, 0, S(vlandb_get), S(vlandb), WEFT_AF_BRIDGE },
};
static const struct weft_group vlan_groups[] = {
	{ "rtnlgrp-brvlan", 33 },
};

static const struct weft_op tunnel_ops[] = {
	{ "newtunnel", 120, 120, DO | NOTIFY, 0, S(tunnel), NULL, WEFT_AF_BRIDGE },
	{ "deltunnel", 121, 121, DO | NOTIFY, 0, S(tunnel), NULL, WEFT_AF_BRIDGE },
	{ "gettunnel", 122, 120, DUMP, 0, S(tunnel), NULL, WEFT_AF_BRIDGE },
};
static const struct weft_group tunnel_groups[] = {
	{ "rtnlgrp-tunnel", 35 },
};

static const struct weft_op nsid_ops[] = {
	{ "newnsid", 88, 88, DO | NOTIFY, 0, S(nsid), NULL },
	{ "delnsid", 0, 89, NOTIFY, 0, S(nsid), NULL },
	{ "getnsid", 90, 88, DO | DUMP, 0, S(nsid), NULL },
};
static const struct weft_group nsid_groups[] = {
	{ "rtnlgrp-nsid", 28 },
};

/* The kernel tells nobody of changes here, whatever its headers say. */
static const struct weft_op addrlabel_ops[] = {
	{ "newaddrlabel", 72, 72, DO, 0, S(addrlabel), NULL, WEFT_AF_INET6 },
	{ "deladdrlabel", 73, 73, DO, 0, S(addrlabel), NULL, WEFT_AF_INET6 },
	{ "getaddrlabel", 74, 72, DO | DUMP, 0, S(addrlabel), NULL, WEFT_AF_INET6 },
};

static const struct weft_op prefix_ops[] = {
	{ "newprefix", 0, 52, NOTIFY, 0, S(prefix), NULL },
};
static const struct weft_group prefix_groups[] = {
	{ "rtnlgrp-ipv6-prefix", 18 },
};

static const struct weft_op nduseropt_ops[] = {
	{ "newnduseropt", 0, 68, NOTIFY, 0, S(nduseropt), NULL },
};
static const struct weft_group nduseropt_groups[] = {
	{ "rtnlgrp-nd-useropt", 20 },
};

static const struct weft_op cachereport_ops[] = {
	{ "newcachereport", 0, 96, NOTIFY, 0, S(cachereport), NULL },
};
static const struct weft_group cachereport_groups[] = {
	{ "rtnlgrp-ipv4-mroute-r", 30 },
	{ "rtnlgrp-ipv6-mroute-r", 31 },
};

static const struct weft_op dcb_ops[] = {
	{ "getdcb", 78, 78, DO | NOTIFY, 0, S(dcb), NULL },
	{ "setdcb", 79, 79, DO | NOTIFY, 0, S(dcb), NULL },
};
static const struct weft_group dcb_groups[] = {
	{ "rtnlgrp-dcb", 23 },
};

static const struct weft_op ctrl_ops[] = {
	{ "newfamily", 0, 1, NOTIFY, 0, S(ctrl), NULL },
	{ "delfamily", 0, 2, NOTIFY, 0, S(ctrl), NULL },
	{ "getfamily", 3, 1, DO | DUMP, 0, S(ctrl), NULL },
	{ "newmcast-grp", 0, 7, NOTIFY, 0, S(ctrl), NULL },
	{ "delmcast-grp", 0, 8, NOTIFY, 0, S(ctrl), NULL },
	{ "getpolicy", 10, 10, DUMP, 0, S(ctrl), NULL },
};
static const struct weft_group ctrl_groups[] = {
	{ "notify", 16 },
};

/* Options of one device are asked for, not dumped, yet come in several messages. */
static const struct weft_op team_ops[] = {
	{ "options-set", 1, 1, DO, 0, S(team_family), NULL },
	{ "options-get", 2, 2, DO | NOTIFY, 0, S(team_family), NULL },
	{ "port-list-get", 3, 3, DO | NOTIFY, 0, S(team_family), NULL },
};
static const struct weft_group team_groups[] = {
	{ "change_event", 0 },
};

#define FAMILY(x) .n_ops = N(x##_ops), .ops = x##_ops, .n_groups = N(x##_groups), .groups = x##_groups
static const struct weft_family families[] = {
	{ .name = "rt-link", FAMILY(link) },
	{ .name = "rt-addr", FAMILY(addr) },
	{ .name = "rt-route", FAMILY(route) },
	{ .name = "rt-rule", FAMILY(rule) },
	{ .name = "rt-neigh", FAMILY(neigh) },
	{ .name = "tc", FAMILY(tc) },
	{ .name = "rt-nexthop", FAMILY(nexthop) },
	{ .name = "rt-netconf", FAMILY(netconf) },
	{ .name = "rt-mdb", FAMILY(mdb) },
	{ .name = "rt-vlan", FAMILY(vlan) },
	{ .name = "rt-tunnel", FAMILY(tunnel) },
	{ .name = "rt-nsid", FAMILY(nsid) },
	{ .name = "rt-addrlabel", .n_ops = N(addrlabel_ops), .ops = addrlabel_ops },
	{ .name = "rt-prefix", FAMILY(prefix) },
	{ .name = "rt-nduseropt", FAMILY(nduseropt) },
	{ .name = "rt-cachereport", FAMILY(cachereport) },
	{ .name = "rt-dcb", FAMILY(dcb) },
	{ .name = "nlctrl", .protocol = 16, .generic = true, .version = 2, FAMILY(ctrl) },
	{ .name = "team", .protocol = 16, .generic = true, .version = 1, FAMILY(team) },
};

static char dash(char c)
{
	return c == '_' ? '-' : c;
}

/* '-' and '_' are the same; mostly names are written as they are here, and every request comes by. */
static inline bool same(const char *a, const char *b)
{
	if (*a != *b)
		return false;
	if (strcmp(a, b) == 0)
		return true;
	for (; dash(*a) == dash(*b); a++, b++)
		if (!*a)
			return true;
	return false;
}

const struct weft_family *weft_family_at(size_t i)
{
	return i < N(families) ? &families[i] : NULL;
}

const struct weft_family *weft_family_find(const char *name)
{
	for (size_t i = 0; name && i < N(families); i++)
		if (same(families[i].name, name))
			return &families[i];
	return NULL;
}

const struct weft_op *weft_op_find(const struct weft_family *f, const char *name)
{
	for (size_t i = 0; f && name && i < f->n_ops; i++)
		if (same(f->ops[i].name, name))
			return &f->ops[i];
	return NULL;
}

const struct weft_op *weft_op_by_reply(const struct weft_family *f, uint16_t type)
{
	const struct weft_op *first = NULL;

	for (size_t i = 0; f && i < f->n_ops; i++) {
		if (f->ops[i].reply != type)
			continue;
		if (f->ops[i].kinds & WEFT_OP_NOTIFY)
			return &f->ops[i];
		if (!first)
			first = &f->ops[i];
	}
	return first;
}

const struct weft_op *weft_op_rtnl(uint16_t type, const struct weft_family **ret_family)
{
	for (size_t i = 0; i < N(families); i++) {
		const struct weft_op *op;

		if (families[i].protocol != 0)
			continue;
		op = weft_op_by_reply(&families[i], type);
		if (op) {
			if (ret_family)
				*ret_family = &families[i];
			return op;
		}
	}
	return NULL;
}
