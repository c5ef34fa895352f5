/* SPDX-License-Identifier: MIT */
/* Changes as operations of RFC 7047, section 5.2. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ovs.h"

enum {
	TICK_MS = 10,
};

/* Without memory, for o too, the array gets something that the server refuses, for which there is room in it then. */
static void op(json_t *ops, json_t *o)
{
	if (o && json_array_append_new(ops, o) == 0)
		return;
	if (json_array_append_new(ops, json_null()) < 0) {
		(void)json_array_clear(ops);
		(void)json_array_append_new(ops, json_null());
	}
}

/* A column more; *row is NULL when one could not be made, and no operation comes of it then. */
static void put(json_t **row, const char *column, json_t *value)
{
	if (json_object_set_new(*row, column, value) == 0)
		return;
	json_decref(*row);
	*row = NULL;
}

static json_t *is(const char *uuid)
{
	return json_pack("[[s,s,[s,s]]]", "_uuid", "==", "uuid", uuid);
}

/* Takes a reference out of a set, or puts one into it. */
static void mutate(json_t *ops, const char *table, json_t *where, const char *column, const char *how,
		   json_t *reference)
{
	op(ops, json_pack("{s:s,s:s,s:o,s:[[s,s,[s,[o]]]]}", "op", "mutate", "table", table, "where", where,
			  "mutations", column, how, "set", reference));
}

static json_t *named(const char *name)
{
	return json_pack("[s,s]", "named-uuid", name);
}

static json_t *known(const char *uuid)
{
	return json_pack("[s,s]", "uuid", uuid);
}

static void update(json_t *ops, const char *table, const char *uuid, json_t *row)
{
	if (!row || json_object_size(row))
		op(ops, json_pack("{s:s,s:s,s:o,s:O}", "op", "update", "table", table, "where", is(uuid), "row", row));
	json_decref(row);
}

/* --- fields of links as columns --- */

static void put_text(json_t **row, struct weft_attr data, const char *field, const char *column)
{
	const char *s = data.p ? weft_str(weft_at(data, field), NULL) : NULL;

	if (s)
		put(row, column, *s ? json_string(s) : json_pack("[s,[]]", "set"));
}

static void put_switch(json_t **row, struct weft_attr data, const char *field, const char *column)
{
	struct weft_attr a = data.p ? weft_at(data, field) : (struct weft_attr){ 0 };

	if (a.p)
		put(row, column, json_boolean(weft_uint(a, 0)));
}

static json_t *bridge_row(struct weft_attr data)
{
	json_t *row = json_object();
	const char *type = data.p ? weft_str(weft_at(data, "datapath-type"), NULL) : NULL;

	/* no set: "" is the kernel's */
	if (type)
		put(&row, "datapath_type", json_string(type));
	put_text(&row, data, "fail-mode", "fail_mode");
	put_switch(&row, data, "stp-enable", "stp_enable");
	put_switch(&row, data, "rstp-enable", "rstp_enable");
	put_switch(&row, data, "mcast-snooping-enable", "mcast_snooping_enable");
	return row;
}

/* NULL without memory. */
static json_t *numbers(struct weft_attr of)
{
	json_t *list = json_array();

	WEFT_EACH(one, of)
	if (json_array_append_new(list, json_integer((json_int_t)weft_uint(one, 0))) < 0) {
		json_decref(list);
		list = NULL;
	}
	return list;
}

static json_t *port_row(struct weft_attr data)
{
	struct weft_attr tag = data.p ? weft_at(data, "tag") : (struct weft_attr){ 0 };
	struct weft_attr trunks = data.p ? weft_at(data, "trunks") : (struct weft_attr){ 0 };
	json_t *row = json_object();

	if (tag.p)
		put(&row, "tag",
		    weft_uint(tag, 0) ? json_integer((json_int_t)weft_uint(tag, 0)) : json_pack("[s,[]]", "set"));
	if (trunks.p)
		put(&row, "trunks", json_pack("[s,o]", "set", numbers(trunks)));
	put_text(&row, data, "vlan-mode", "vlan_mode");
	return row;
}

/* --- bridges and ports --- */

/* mtu: 0 leaves it to the switch. */
static void insert_port(json_t *ops, const char *name, const char *type, uint32_t mtu, json_t *row)
{
	json_t *iface = json_pack("{s:s,s:s}", "name", name, "type", type);

	if (mtu)
		put(&iface, "mtu_request", json_integer((json_int_t)mtu));
	op(ops,
	   json_pack("{s:s,s:s,s:s,s:o}", "op", "insert", "table", "Interface", "uuid-name", "iface", "row", iface));
	put(&row, "name", json_string(name));
	put(&row, "interfaces", named("iface"));
	op(ops, json_pack("{s:s,s:s,s:s,s:o}", "op", "insert", "table", "Port", "uuid-name", "port", "row", row));
}

static const char *mac_text(struct weft_attr mac, char text[18])
{
	(void)snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac.p[0], mac.p[1], mac.p[2], mac.p[3], mac.p[4],
		       mac.p[5]);
	return text;
}

/* What the kernel is told of address and MTU the switch must know, or it sets them back. */
static uint32_t mtu_of(struct weft_attr body)
{
	return (uint32_t)weft_uint(weft_at(body, "mtu"), 0);
}

void weft__ovs_add_bridge(json_t *ops, const char *name, struct weft_attr data, struct weft_attr body)
{
	struct weft_attr mac = weft_at(body, "address");
	json_t *row = bridge_row(data);
	char text[18];

	insert_port(ops, name, "internal", mtu_of(body), json_object());
	if (mac.p && mac.len == 6)
		put(&row, "other_config", json_pack("[s,[[s,s]]]", "map", "hwaddr", mac_text(mac, text)));
	put(&row, "name", json_string(name));
	put(&row, "ports", named("port"));
	op(ops, json_pack("{s:s,s:s,s:s,s:o}", "op", "insert", "table", "Bridge", "uuid-name", "bridge", "row", row));
	mutate(ops, "Open_vSwitch", json_array(), "bridges", "insert", named("bridge"));
}

void weft__ovs_del_bridge(json_t *ops, const struct ovs_bridge *b)
{
	mutate(ops, "Open_vSwitch", json_array(), "bridges", "delete", known(b->uuid));
}

void weft__ovs_add_port(json_t *ops, const struct ovs_bridge *b, const char *name, const char *type,
			struct weft_attr data, struct weft_attr body)
{
	insert_port(ops, name, type, *type ? mtu_of(body) : 0, port_row(data));
	mutate(ops, "Bridge", is(b->uuid), "ports", "insert", named("port"));
}

/* Of a port of several devices only this one goes. */
void weft__ovs_del_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p)
{
	if (p->shared)
		mutate(ops, "Port", is(p->uuid), "interfaces", "delete", known(p->iface));
	else
		mutate(ops, "Bridge", is(db->bridge[p->bridge].uuid), "ports", "delete", known(p->uuid));
}

void weft__ovs_move_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p, const struct ovs_bridge *to)
{
	mutate(ops, "Bridge", is(db->bridge[p->bridge].uuid), "ports", "delete", known(p->uuid));
	mutate(ops, "Bridge", is(to->uuid), "ports", "insert", known(p->uuid));
}

void weft__ovs_rename_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p, const char *name,
			   uint32_t mtu)
{
	/* what these were is written by the switch itself */
	static const char *const not [] = { "_uuid",	  "_version",	     "name",
					    "interfaces", "status",	     "rstp_status",
					    "statistics", "rstp_statistics", NULL };
	json_t *row = json_copy((json_t *)(uintptr_t)p->row);

	/* a copy lacks what there was no memory for */
	if (json_object_size(row) != json_object_size(p->row)) {
		json_decref(row);
		row = NULL;
	}
	for (const char *const *c = not ; *c; c++)
		(void)json_object_del(row, *c);
	weft__ovs_del_port(ops, db, p);
	insert_port(ops, name, p->type, mtu, row);
	mutate(ops, "Bridge", is(db->bridge[p->bridge].uuid), "ports", "insert", named("port"));
}

void weft__ovs_set_bridge(json_t *ops, const struct ovs_bridge *b, struct weft_attr data)
{
	update(ops, "Bridge", b->uuid, bridge_row(data));
}

void weft__ovs_set_port(json_t *ops, const struct ovs_port *p, struct weft_attr data)
{
	update(ops, "Port", p->uuid, port_row(data));
}

/* The switch would set its own devices back to what it thinks best. */
void weft__ovs_set_mtu(json_t *ops, const struct ovs_port *p, uint32_t mtu)
{
	update(ops, "Interface", p->iface, json_pack("{s:I}", "mtu_request", (json_int_t)mtu));
}

void weft__ovs_set_address(json_t *ops, const struct ovs_bridge *b, struct weft_attr mac)
{
	char text[18];

	if (mac.len != 6)
		return;
	op(ops, json_pack("{s:s,s:s,s:o,s:[[s,s,[s,[s]]],[s,s,[s,[[s,s]]]]]}", "op", "mutate", "table", "Bridge",
			  "where", is(b->uuid), "mutations", "other_config", "delete", "set", "hwaddr", "other_config",
			  "insert", "map", "hwaddr", mac_text(mac, text)));
}

/* --- commit --- */

/* A number of the one row of Open_vSwitch, from the results of a transaction whose last operation selected it. */
static int row_number(const json_t *results, const char *column, json_int_t *ret)
{
	const json_t *last = json_array_get(results, json_array_size(results) - 1);
	const json_t *v = json_object_get(json_array_get(json_object_get(last, "rows"), 0), column);

	if (!json_is_integer(v))
		return -EPROTO;
	*ret = json_integer_value(v);
	return 0;
}

static int ask_number(struct ovs_wire *w, json_t *ops, const char *column, json_int_t *ret)
{
	json_t *results;
	int r = 0;

	op(ops, json_pack("{s:s,s:s,s:[],s:[s]}", "op", "select", "table", "Open_vSwitch", "where", "columns", column));
	results = weft__ovs_transact(w, ops, &r);
	if (results)
		r = row_number(results, column, ret);
	json_decref(results);
	if (r == -EPROTO)
		(void)snprintf(w->why, sizeof w->why, "Open vSwitch: no row of it in the database");
	return r;
}

/* The server runs them, and takes them back at the end. */
int weft__ovs_try(struct ovs_wire *w, json_t *ops)
{
	json_t *copy = json_copy(ops);
	int r = 0;

	if (json_array_size(copy) != json_array_size(ops)) {
		json_decref(copy);
		copy = NULL;
	}
	if (copy)
		op(copy, json_pack("{s:s}", "op", "abort"));
	w->aborted = false;
	json_decref(weft__ovs_transact(w, copy, &r));
	if (r == 0)
		(void)snprintf(w->why, sizeof w->why, "Open vSwitch: an attempt was not taken back");
	return r == 0 ? -EPROTO : w->aborted ? 0 : r;
}

/* As its own tools do: the daemon copies the number of the configuration when it has done it. */
int weft__ovs_commit(struct ovs_wire *w, json_t *ops)
{
	json_int_t want = 0, is_at = 0;
	int r;

	op(ops, json_pack("{s:s,s:s,s:[],s:[[s,s,i]]}", "op", "mutate", "table", "Open_vSwitch", "where", "mutations",
			  "next_cfg", "+=", 1));
	r = ask_number(w, ops, "next_cfg", &want);
	while (r == 0) {
		struct timespec tick = { .tv_nsec = TICK_MS * 1000000 };

		r = ask_number(w, json_array(), "cur_cfg", &is_at);
		if (r == 0 && is_at >= want)
			return 0;
		if (r == -ETIMEDOUT || weft__ovs_now() >= w->until) {
			(void)snprintf(w->why, sizeof w->why, "Open vSwitch: ovs-vswitchd does not act");
			return -ETIMEDOUT;
		}
		(void)nanosleep(&tick, NULL);
	}
	return r;
}
