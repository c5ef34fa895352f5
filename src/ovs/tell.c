/* SPDX-License-Identifier: MIT */
/* Answers to questions for links: what the kernel tells, and what the database has beside it. Notifications stay as the
 * kernel sends them. */
#include <errno.h>
#include <string.h>

#include "ovs.h"

enum {
	INFO_KIND = 1, /* linux/if_link.h */
	INFO_DATA = 2,
	INFO_PORT_KIND = 4,
	INFO_PORT_DATA = 5,
	MASTER = 10,
	LINKINFO = 18,
	VLANS = 4096,
	PATIENCE = 2000, /* who asks for links does not wait long for what the switch has to say */
};

static void tell_bridge(struct weft_msg *m, const struct ovs_bridge *b)
{
	weft_put(m, WEFT_KV(linkinfo, kind, "ovs-bridge"));
	weft_open(m, WEFT_KEY(linkinfo, data));
	weft_put(m, WEFT_KV(ovs_bridge, datapath_type, b->datapath_type[0] ? b->datapath_type : "system"));
	if (b->fail_mode[0])
		weft_put(m, WEFT_KV(ovs_bridge, fail_mode, b->fail_mode));
	weft_put(m, WEFT_KV(ovs_bridge, stp_enable, b->stp));
	weft_put(m, WEFT_KV(ovs_bridge, rstp_enable, b->rstp));
	weft_put(m, WEFT_KV(ovs_bridge, mcast_snooping_enable, b->snooping));
	if (b->datapath_id[0])
		weft_put(m, WEFT_KV(ovs_bridge, datapath_id, b->datapath_id));
	weft_close(m);
}

static void tell_port(struct weft_msg *m, const struct ovs_port *p)
{
	uint16_t v[VLANS];
	size_t n;

	weft_put(m, WEFT_KV(linkinfo, slave_kind, "ovs-bridge"));
	weft_open(m, WEFT_KEY(linkinfo, slave_data));
	if (weft__ovs_vlans(p->row, "tag", v, 1))
		weft_put(m, WEFT_KV(ovs_port, tag, v[0]));
	n = weft__ovs_vlans(p->row, "trunks", v, VLANS);
	if (n)
		weft_put_raw(m, WEFT_KEY(ovs_port, trunks) & 0xffff, v, n * sizeof *v);
	if (p->vlan_mode[0])
		weft_put(m, WEFT_KV(ovs_port, vlan_mode, p->vlan_mode));
	weft_put(m, WEFT_KV(ovs_port, type, p->type[0] ? p->type : "system"));
	if (p->ofport > 0)
		weft_put(m, WEFT_KV(ovs_port, ofport, (uint32_t)p->ofport));
	weft_close(m);
}

static void put_info(struct weft_msg *m, const struct ovs_db *db, const struct ovs_port *p, struct weft_attr info)
{
	bool own = strcmp(p->type, "internal") == 0;
	struct weft_walk walk = weft_walk(info);
	struct weft_attr a;

	weft_open(m, WEFT_KEY(link, linkinfo));
	if (p->local)
		tell_bridge(m, &db->bridge[p->bridge]);
	else if (own)
		weft_put(m, WEFT_KV(linkinfo, kind, "ovs-port"));
	while (info.p && weft_walk_next(&walk, &a) > 0) {
		if (a.number == INFO_PORT_KIND || a.number == INFO_PORT_DATA ||
		    (own && (a.number == INFO_KIND || a.number == INFO_DATA)))
			continue;
		weft_put_raw(m, a.number, a.p, a.len);
	}
	if (!p->local)
		tell_port(m, p);
	weft_close(m);
}

/* All of the top level but what is told otherwise. */
static void copy_rest(struct weft_msg *m, struct weft_attr body, bool master)
{
	struct weft_reader r = weft_reader(body.p + 16, body.len - 16);
	struct weft_tlv a;

	weft_put(m, WEFT_KV(ifinfomsg, ifi_family, body.p[0]));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_type, weft_get_u16(body.p + 2)));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)weft_get_u32(body.p + 4)));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, weft_get_u32(body.p + 8)));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_change, weft_get_u32(body.p + 12)));
	while (weft_read_attr(&r, &a) > 0)
		if (a.type != LINKINFO && !(master && a.type == MASTER))
			weft_put_raw(m, (uint16_t)(a.type | a.flags), a.p, a.len);
}

enum weft_verdict weft__ovs_on_answer(struct weft_passing *p, void *user)
{
	struct ovs *o = user;
	struct weft_attr body = weft_passing_body(p);
	const struct ovs_port *port;
	const struct ovs_bridge *b;
	struct weft_msg *m;

	if (!o->told.n_ports || body.len < 16 || body.p[0] == WEFT_AF_BRIDGE)
		return WEFT_FORWARD;
	port = weft__ovs_port(&o->told, weft_str(weft_at(body, "ifname"), ""));
	if (!port)
		return WEFT_FORWARD;
	b = &o->told.bridge[port->bridge];
	m = weft_request("rt-link", "newlink", 0);
	copy_rest(m, body, true);
	if (!port->local && b->ifindex)
		weft_put(m, WEFT_KV(link, master, b->ifindex));
	put_info(m, &o->told, port, weft_at(body, "linkinfo"));
	/* better what the kernel tells than nothing */
	if (weft_msg_error(m, NULL) < 0) {
		weft_msg_free(m);
		return WEFT_FORWARD;
	}
	return weft_hook_replace(p, m) == 0 ? WEFT_FORWARD : WEFT_ERROR;
}

/* The kernel must not leave out by what it knows otherwise; the session compares with what comes back here. */
static void widen(struct weft_passing *p, const struct ovs_db *db)
{
	struct weft_attr body = weft_passing_body(p);
	const char *kind = weft_str(weft_at(body, "linkinfo.kind"), "");
	uint32_t master = (uint32_t)weft_uint(weft_at(body, "master"), 0);
	bool wide = strncmp(kind, "ovs-", 4) == 0 || strcmp(kind, "tun") == 0;
	struct weft_msg *m;

	for (size_t i = 0; i < db->n_bridges; i++)
		wide = wide || (master && db->bridge[i].ifindex == master);
	if (!wide || body.len < 16)
		return;
	m = weft_request("rt-link", "getlink", weft_passing_flags(p));
	copy_rest(m, body, true);
	(void)!weft_hook_replace(p, m);
}

enum weft_verdict weft__ovs_on_getlink(struct weft_passing *p, void *user)
{
	struct ovs *o = user;
	struct ovs_wire w;
	struct ovs_db db = { 0 };

	if (weft__ovs_open(&w, o->path, o->target, o->timeout_ms < PATIENCE ? o->timeout_ms : PATIENCE) == 1 &&
	    weft__ovs_load(&w, &db) < 0)
		db = (struct ovs_db){ 0 };
	weft__ovs_close(&w);
	weft__ovs_unload(&o->told);
	o->told = db;
	if (db.n_ports && weft_passing_flags(p) & WEFT_NLM_F_MATCH)
		widen(p, &o->told);
	return WEFT_FORWARD;
}
