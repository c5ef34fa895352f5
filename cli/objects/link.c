/* SPDX-License-Identifier: MIT */
/* Links: network devices. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	UP = 1,		     /* IFF_UP */
	RUNNING = 64,	     /* IFF_RUNNING */
	NAME_MAX_SHORT = 15, /* longer names are further names of a link */
};

static column_text parent, vrf, pair;

static const struct column columns[] = {
	{ "ifindex", "ifi-index" },
	{ "ifname", "ifname", .device = true },
	{ "altnames", "prop-list.alt-ifname", .word = "altname", .wide = true },
	{ "kind", "linkinfo.kind", .ask = "linkinfo.kind" },
	{ "type", "ifi-type", LINKTYPE, .wide = true },
	{ "address", "address", .wide = true },
	{ "broadcast", "broadcast", .wide = true },
	{ "perm_address", "perm-address", .wide = true },
	{ "operstate", "operstate", OPERSTATE },
	{ "mtu", "mtu" },
	{ "min_mtu", "min-mtu", .wide = true },
	{ "max_mtu", "max-mtu", .wide = true },
	{ "address", "address", .table = true },
	{ "flags", "ifi-flags", .wide = true },
	{ "admin_up", "ifi-flags", BIT, .bit = UP, .wide = true },
	{ "running", "ifi-flags", BIT, .bit = RUNNING, .wide = true },
	{ "carrier", "carrier", .wide = true },
	{ "carrier_changes", "carrier-changes", .wide = true },
	{ "master_ifindex", "master", .wide = true },
	{ "master", "master", DEVICE, .ask = "master" },
	{ "port_kind", "linkinfo.slave-kind", .wide = true },
	{ "parent_ifindex", "link", .wide = true },
	{ "parent", "link", DEVICE, .text = parent },
	{ "parent_netns", "link-netnsid", .wide = true },
	{ "peer_ifindex", "link", .text = pair, .number = true, .wide = true },
	{ "peer_netns", "link-netnsid", .text = pair, .number = true, .wide = true },
	{ "vrf", "master", DEVICE, .text = vrf, .wide = true },
	{ "group_id", "group", .wide = true },
	{ "group", "group", GROUP, .wide = true },
	{ "qdisc", "qdisc", .wide = true },
	{ "txqlen", "txqlen", .wide = true },
	{ "num_tx_queues", "num-tx-queues", .wide = true },
	{ "num_rx_queues", "num-rx-queues", .wide = true },
	{ "promiscuity", "promiscuity", .wide = true },
	{ "allmulti", "allmulti", .wide = true },
	{ "gso_max_size", "gso-max-size", .wide = true },
	{ "gso_max_segs", "gso-max-segs", .wide = true },
	{ "proto_down", "proto-down", .wide = true },
	{ "phys_port_name", "phys-port-name", .wide = true },
	{ "parent_dev", "parent-dev-name", .wide = true },
	{ "parent_bus", "parent-dev-bus-name", .wide = true },
	{ "bus_info", "parent-dev-name", .wide = true },
	{ "ifalias", "ifalias", .wide = true },
	{ "carrier_up_count", "carrier-up-count", .wide = true },
	{ "carrier_down_count", "carrier-down-count", .wide = true },
	{ "linkmode", "linkmode", .wide = true },
	{ "gro_max_size", "gro-max-size", .wide = true },
	{ "gso_ipv4_max_size", "gso-ipv4-max-size", .wide = true },
	{ "gro_ipv4_max_size", "gro-ipv4-max-size", .wide = true },
	{ "tso_max_size", "tso-max-size", .wide = true },
	{ "tso_max_segs", "tso-max-segs", .wide = true },
	{ "max_pacing_offload_horizon", "max-pacing-offload-horizon", .wide = true },
	{ "headroom", "headroom", .wide = true },
	{ "tailroom", "tailroom", .wide = true },
	{ "netns_immutable", "netns-immutable", .wide = true },
	{ "phys_port_id", "phys-port-id", .wide = true },
	{ "phys_switch_id", "phys-switch-id", .wide = true },
	{ "proto_down_reason", "proto-down-reason", .wide = true },
	{ "addrgenmode", "af-spec.inet6.addr-gen-mode", .wide = true },
	{ "xdp", "xdp", .wide = true },
	{ "num_vf", "num-vf", .wide = true },
	{ "vfinfo_list", "vfinfo-list", .wide = true },
	{ "data", "linkinfo.data", .wide = true },
	{ "port_data", "linkinfo.slave-data", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "kind", "linkinfo.kind" },  { "index", "ifi-index" },
	{ "ifindex", "ifi-index" },   { "link", "link", DEVICE },
	{ "parent", "link", DEVICE }, { "master", "master", DEVICE },
	{ "group", "group", GROUP },  { "altname", "alt-ifname" },
	{ "alias", "ifalias" },	      { 0 },
};

/* An index in another namespace has no name here: "if2". */
static bool parent(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, "link");

	(void)col;
	if (!a.p || !weft_at(e->at, "link-netnsid").p)
		return a.p && value_text(DEVICE, a, links, t);
	weft_text_printf(t, "if%u", (unsigned)weft_uint(a, 0));
	return true;
}

/* Of a link that is one end of a pair, what names the other. */
static bool pair(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	const char *kind = weft_str(weft_at(e->at, "linkinfo.kind"), "");
	struct weft_attr a = weft_at(e->at, col->path);
	bool is = strcmp(kind, "veth") == 0 || strcmp(kind, "vxcan") == 0 || strcmp(kind, "netkit") == 0;

	(void)links;
	return is && a.p && weft_value_text(a, t) == 0;
}

static bool vrf(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	bool in = strcmp(weft_str(weft_at(e->at, "linkinfo.slave-kind"), ""), "vrf") == 0;

	return in && value_text(DEVICE, weft_at(e->at, col->path), links, t);
}

/* A namespace by name, path or the number of a process, into the fields that end in fd or pid. */
static int netns(struct change *x, const char *name, const char *fd, const char *pid)
{
	char path[256];

	if (x->ns >= 0)
		return cli_fail(CLI_USAGE, "netns: given twice");
	if (*name && strspn(name, "0123456789") == strlen(name))
		return change_text(x, pid, name);
	if (!*name || *name == '.' || (*name != '/' && strchr(name, '/')) || strlen(name) > 200)
		return cli_fail(CLI_USAGE, "netns: not a namespace name, path or process: \"%.60s\"", name);
	(void)snprintf(path, sizeof path, "%s%s", *name == '/' ? "" : "/run/netns/", name);
	x->ns = open(path, O_RDONLY | O_CLOEXEC);
	if (x->ns < 0)
		return cli_fail(CLI_REFUSED, "netns: %.100s: %s", path, strerror(errno));
	return change_number(x, fd, (uint64_t)x->ns);
}

static const struct weft_schema *more(struct change *x, unsigned i, bool use, const char **ret_path);

/* Short words for fields of kinds, where those have another name or the link has a field of that name. */
static int kind_word(struct change *x, const char *word, const char *value)
{
	const char *kind = x->verb == VERB_ADD && x->kind ? x->kind : "", *path;
	const struct weft_schema *data = *kind ? more(x, 0, false, &path) : NULL;
	bool below = strcmp(word, "dev") == 0 || strcmp(word, "link") == 0 || strcmp(word, "parent") == 0;
	bool tunnel = strcmp(kind, "vxlan") == 0, pair = strcmp(kind, "veth") == 0 || strcmp(kind, "vxcan") == 0;

	if (strcmp(word, "activeport") == 0 && more(x, 0, true, &path) && strcmp(x->kind, "team") == 0)
		return change_alias(x, &(struct alias){ word, "linkinfo.data.activeport", DEVICE, NULL }, value);
	if (pair && strcmp(word, "peer") == 0)
		return change_text(x, "linkinfo.data.peer.ifname", value);
	if (pair && strcmp(word, "peer.netns") == 0)
		return netns(x, value, "linkinfo.data.peer.net-ns-fd", "linkinfo.data.peer.net-ns-pid");
	/* tunnels say what is below them in a field of their own */
	if (below && data && weft_field_find(data, "link", 4, NULL))
		return change_alias(x, &(struct alias){ word, "linkinfo.data.link", DEVICE, NULL }, value);
	if (tunnel && strcmp(word, "dstport") == 0)
		return change_text(x, "linkinfo.data.port", value);
	if (tunnel && strcmp(word, "group") == 0 && strpbrk(value, ".:"))
		return change_text(x, strchr(value, ':') ? "linkinfo.data.group6" : "linkinfo.data.group", value);
	return NOT_MINE;
}

/* The names by which a request can say which link it means. */
static const char *const names[] = { "ifi-index", "ifname", "alt-ifname", NULL };

static bool named(const struct change *x)
{
	return change_has(x, names[0]) || change_has(x, names[1]) || change_has(x, names[2]);
}

/* altname=NAME of a link that is named already gives it that name, altname!=NAME takes it away. */
static int altname(struct change *x, const char *name, bool away)
{
	const struct weft_op *op = object_op(x->o, away ? "dellinkprop" : "newlinkprop");
	json_t *list = json_object_get(json_object_get(x->root, "prop-list"), "alt-ifname"), *v = json_string(name);

	if (list && op != x->op) {
		json_decref(v);
		return cli_fail(CLI_USAGE, "altname: names are given or taken away, not both at once");
	}
	x->op = op;
	x->flags = away ? 0 : WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL;
	if (list)
		return json_array_append_new(list, v) < 0 ? change_memory() : 0;
	return change_put(x, "prop-list", json_pack("{s:[o]}", "alt-ifname", v));
}

/* A further ifname= of a link that is named already is its new name. */
static int rename_to(struct change *x, const char *name)
{
	const char *old = json_string_value(json_object_get(x->root, "ifname"));
	uint32_t index = 0;
	int status = change_has(x, "ifi-index") ? cli_fail(CLI_USAGE, "ifname: given twice")
						: change_device(x, "link", old ? old : "", &index);

	if (status == 0)
		status = change_number(x, "ifi-index", index);
	return status ? status : change_text(x, "ifname", name);
}

static int up_or_down(struct change *x, const char *word, bool up)
{
	int status;

	if (x->verb == VERB_DEL)
		return cli_fail(CLI_USAGE, "%s: says nothing of which link is deleted", word);
	if (change_has(x, "ifi-flags") || change_has(x, "ifi-change"))
		return cli_fail(CLI_USAGE, "%s: given twice, or flags beside it", word);
	status = change_number(x, "ifi-change", UP);
	return status ? status : change_number(x, "ifi-flags", up ? UP : 0);
}

static int word(struct change *x, const char *word, const char *value)
{
	bool up = strcmp(word, "up") == 0, first = json_object_size(x->root) == 0;

	if (!value && (up || strcmp(word, "down") == 0))
		return up_or_down(x, word, up);
	if (!value && first && x->verb != VERB_ADD && strlen(word) > NAME_MAX_SHORT)
		return change_text(x, "alt-ifname", word);
	if (value && strcmp(word, "netns") == 0 && x->verb != VERB_GET)
		return netns(x, value, "net-ns-fd", "net-ns-pid");
	if (value && x->verb == VERB_SET && strcmp(word, "ifname") == 0 && change_has(x, "ifname"))
		return rename_to(x, value);
	if (value && x->verb == VERB_SET && named(x) &&
	    (strcmp(word, "altname") == 0 || strcmp(word, "alt-ifname") == 0 || strcmp(word, "altname!") == 0))
		return altname(x, value, word[7] == '!');
	if (value && x->verb == VERB_ADD && (strcmp(word, "altname") == 0 || strcmp(word, "alt-ifname") == 0))
		return cli_fail(CLI_USAGE, "%s: is given by set link NAME altname=NAME, when the link is there", word);
	if (value && strcmp(word, "kind") == 0 && x->verb != VERB_SET) {
		free(x->kind);
		x->kind = strdup(value);
		x->asked = true;
	}
	return value ? kind_word(x, word, value) : NOT_MINE;
}

static struct weft_reply *ask_link(struct change *x, const char *name, const json_t *v)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	if (json_is_string(v))
		weft_put_named(m, name, weft_kv_str(0, json_string_value(v)));
	else
		weft_put_named(m, name, weft_kv_int(0, json_integer_value(v)));
	return weft_call(x->s, m, &r) == 0 ? r : NULL;
}

/* A link that becomes a port of one of these by the same request has fields of such a port, too. Of other kinds
 * the kernel takes them only when it is a port already. */
static void ask_master(struct change *x)
{
	const json_t *v = json_object_get(x->root, "master");
	struct weft_reply *r = json_integer_value(v) ? ask_link(x, "ifi-index", v) : NULL;
	const char *kind = weft_str(weft_at(r ? weft_reply_body(r) : (struct weft_attr){ 0 }, "linkinfo.kind"), "");

	x->asked_master = true;
	if (strcmp(kind, "team") == 0 || strcmp(kind, "ovs-bridge") == 0) {
		free(x->port);
		x->port = strdup(kind);
	}
	weft_reply_free(r);
}

/* The kinds of the link that is there, for words like id=10 in set. */
static void ask_kinds(struct change *x)
{
	struct weft_reply *r = NULL;

	x->asked = true;
	for (size_t i = 0; i < 3 && !r; i++) {
		const json_t *v = json_object_get(x->root, names[i]);

		if (v)
			r = ask_link(x, names[i], v);
	}
	if (r) {
		const char *kind = weft_str(weft_at(weft_reply_body(r), "linkinfo.kind"), NULL);
		const char *port = weft_str(weft_at(weft_reply_body(r), "linkinfo.slave-kind"), NULL);

		x->kind = kind ? strdup(kind) : NULL;
		x->port = port ? strdup(port) : NULL;
		x->link = true;
		x->mac_len = weft_at(weft_reply_body(r), "address").len;
	}
	weft_reply_free(r);
}

/* Fields of the kind, and of the port that the link is. */
static const struct weft_schema *more(struct change *x, unsigned i, bool use, const char **ret_path)
{
	static const char *const path[2] = { "linkinfo.data", "linkinfo.slave-data" };
	static const char *const choice[2] = { "linkinfo.kind", "linkinfo.slave-kind" };
	const struct weft_field *info = weft_field_find(x->op->schema, "linkinfo", 8, NULL), *data;
	const char *kind;

	if (!x->asked && x->verb == VERB_SET)
		ask_kinds(x);
	if (i == 1 && !x->asked_master && change_has(x, "master"))
		ask_master(x);
	kind = i == 0 ? x->kind : i == 1 ? x->port : NULL;
	if (!kind)
		return NULL;
	data = weft_field_find(info->sub, path[i] + 9, strlen(path[i] + 9), NULL);
	for (unsigned k = 0; k < data->choice->n; k++) {
		if (strcmp(data->choice->v[k].value, kind) != 0)
			continue;
		*ret_path = path[i];
		return !use || change_text(x, choice[i], kind) == 0 ? data->choice->v[k].schema : NULL;
	}
	return NULL;
}

/* What a link is cannot be changed: saying it again is no error. */
static int same_kind(struct change *x)
{
	const char *said = json_string_value(json_object_get(json_object_get(x->root, "linkinfo"), "kind"));

	if (!x->asked)
		ask_kinds(x);
	if (said && x->link && strcmp(said, x->kind ? x->kind : "") != 0)
		return cli_fail(CLI_USAGE, "kind: cannot be set: the link is %s%.60s",
				x->kind ? "of kind " : "of no kind", x->kind ? x->kind : "");
	return 0;
}

static int same_sizes(struct change *x)
{
	int status;

	if (!x->asked && (change_has(x, "address") || change_has(x, "broadcast")))
		ask_kinds(x);
	status = change_mac_size(x, "address", x->mac_len);
	return status ? status : change_mac_size(x, "broadcast", x->mac_len);
}

static int ready(struct change *x)
{
	int status;

	if (x->verb == VERB_ADD && !change_has(x, "linkinfo.kind"))
		return cli_fail(CLI_USAGE, "kind: missing");
	if (x->verb != VERB_ADD && !named(x))
		return cli_fail(CLI_USAGE, "the name of the link is missing");
	/* a deletion by two names would delete the link by one and ignore the other */
	if (x->verb == VERB_DEL &&
	    change_has(x, "ifname") + change_has(x, "ifi-index") + change_has(x, "alt-ifname") > 1)
		return cli_fail(CLI_USAGE,
				"one name of the link is needed; set link NAME altname!=NAME takes a name away");
	if (x->verb == VERB_SET && json_object_size(x->root) == 1)
		return cli_fail(CLI_USAGE, "nothing to set: FIELD=VALUE is needed");
	if (change_has(x, "prop-list") && json_object_size(x->root) > 2)
		return cli_fail(CLI_USAGE, "altname: cannot be changed together with other fields");
	status = x->verb == VERB_SET ? same_sizes(x) : 0;
	return status == 0 && x->verb == VERB_SET && change_has(x, "linkinfo.kind") ? same_kind(x) : status;
}

/* A bridge tells of its ports in messages of its own. */
static bool is_link(struct weft_attr body)
{
	return body.family != WEFT_AF_BRIDGE;
}

static const char *const untold[] = { "ifi-change", NULL };
static const char *const deleted_by[] = { "ifname", "ifi-index", "alt-ifname", NULL };
static const char *const add_only[] = { "ifi-type", "num-tx-queues", "num-rx-queues", NULL };
static const char *const ignored[] = { "qdisc", "prop-list", "prop-list.alt-ifname", NULL };

const struct object object_link = {
	"link",
	"links",
	"rt-link",
	"newlink",
	"dellink",
	"getlink",
	"add link NAME kind=KIND [FIELD=VALUE...]; set|del link NAME [FIELD=VALUE...]\n"
	"Fields of the kind need no path: kind=vlan link=eth0 id=10; kind=veth peer=v1; nor do\n"
	"those of a port: set link PORT cost=10. Also: up, down, netns=NAME, master=DEV;\n"
	"set link NAME ifname=NEW renames it; altname=NAME gives it a further name, altname!=NAME takes\n"
	"that away.\n",
	.groups = { 1 },
	.columns = columns,
	/* RTEXT_FILTER_VF: virtual functions are told to whoever asks for them */
	.ask = (const struct fixed[]){ { "ext-mask", 1 }, { 0 } },
	.identity = (const struct ident[]){ { "ifname", .key = "ifindex" }, { 0 } },
	.aliases = aliases,
	.first = "ifname",
	.get_one = true,
	.no_flush = true,
	.deleted_by = deleted_by,
	.untold = untold,
	.add_only = add_only,
	.ignored = ignored,
	.is = is_link,
	.word = word,
	.more = more,
	.ready = ready,
};
