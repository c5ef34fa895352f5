/* SPDX-License-Identifier: MIT */
/* What is in the database: bridges, and the devices that are their ports. Rows that make no sense, and names that no
 * device can have, are passed over. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ovs.h"

static json_t *select_op(const char *table, const char *columns)
{
	json_t *list = json_loads(columns, 0, NULL);

	return json_pack("{s:s,s:s,s:[],s:o}", "op", "select", "table", table, "where", "columns", list);
}

/* The value of a column, or the only one of a set. */
static const json_t *one(const json_t *row, const char *column)
{
	const json_t *v = json_object_get(row, column);
	const char *tag = json_is_array(v) ? json_string_value(json_array_get(v, 0)) : NULL;

	if (!tag || strcmp(tag, "set") != 0)
		return v;
	return json_array_size(json_array_get(v, 1)) == 1 ? json_array_get(json_array_get(v, 1), 0) : NULL;
}

static bool word(const json_t *row, const char *column, char *to, size_t size)
{
	const char *s = json_string_value(one(row, column));
	size_t n = s ? strlen(s) : 0;

	if (s && n < size)
		memcpy(to, s, n + 1);
	return s && n < size;
}

/* "error" may be cut. */
static void text(const json_t *row, const char *column, char *to, size_t size)
{
	const char *s = json_string_value(one(row, column));

	(void)snprintf(to, size, "%s", s ? s : "");
}

static const char *uuid_of(const json_t *v)
{
	const char *tag = json_is_array(v) ? json_string_value(json_array_get(v, 0)) : NULL;
	const char *u = tag && strcmp(tag, "uuid") == 0 ? json_string_value(json_array_get(v, 1)) : NULL;

	return u && strlen(u) == WEFT__OVS_UUID - 1 ? u : NULL;
}

static bool uuid(const json_t *row, char to[WEFT__OVS_UUID])
{
	const char *u = uuid_of(json_object_get(row, "_uuid"));

	if (u)
		memcpy(to, u, WEFT__OVS_UUID);
	return u != NULL;
}

/* The i-th reference of a column; NULL behind the last. */
static const char *reference(const json_t *row, const char *column, size_t i)
{
	const json_t *v = json_object_get(row, column);
	const char *tag = json_is_array(v) ? json_string_value(json_array_get(v, 0)) : NULL;

	if (tag && strcmp(tag, "set") == 0)
		return uuid_of(json_array_get(json_array_get(v, 1), i));
	return i == 0 ? uuid_of(v) : NULL;
}

static uint32_t number(const json_t *row, const char *column)
{
	const json_t *v = one(row, column);
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : 0;

	return n > 0 && n <= UINT32_MAX ? (uint32_t)n : 0;
}

size_t weft__ovs_vlans(const json_t *row, const char *column, uint16_t *v, size_t n)
{
	const json_t *all = json_object_get(row, column), *only = json_is_integer(all) ? all : NULL;
	size_t have = only ? 1 : json_array_size(json_array_get(all, 1)), got = 0;

	for (size_t i = 0; i < have && got < n; i++) {
		const json_t *item = only ? only : json_array_get(json_array_get(all, 1), i);
		json_int_t vlan = json_is_integer(item) ? json_integer_value(item) : -1;

		if (vlan >= 0 && vlan <= 4095)
			v[got++] = (uint16_t)vlan;
	}
	return got;
}

static json_t *rows(const struct ovs_db *db, size_t i)
{
	return json_object_get(json_array_get(db->answer, i), "rows");
}

static void read_bridge(struct ovs_db *db, const json_t *row)
{
	struct ovs_bridge *b = &db->bridge[db->n_bridges];

	if (!word(row, "name", b->name, sizeof b->name) || !uuid(row, b->uuid))
		return;
	(void)word(row, "datapath_type", b->datapath_type, sizeof b->datapath_type);
	(void)word(row, "fail_mode", b->fail_mode, sizeof b->fail_mode);
	(void)word(row, "datapath_id", b->datapath_id, sizeof b->datapath_id);
	b->stp = json_is_true(json_object_get(row, "stp_enable"));
	b->rstp = json_is_true(json_object_get(row, "rstp_enable"));
	b->snooping = json_is_true(json_object_get(row, "mcast_snooping_enable"));
	db->n_bridges++;
}

/* A device with what its port and its bridge say of it. */
static void read_port(struct ovs_db *db, const json_t *iface, const json_t *port, uint32_t bridge)
{
	struct ovs_port *p = &db->port[db->n_ports];
	const json_t *ofport = one(iface, "ofport");

	if (!word(iface, "name", p->name, sizeof p->name) || !uuid(iface, p->iface) || !uuid(port, p->uuid))
		return;
	(void)word(iface, "type", p->type, sizeof p->type);
	(void)word(port, "vlan_mode", p->vlan_mode, sizeof p->vlan_mode);
	text(iface, "error", p->error, sizeof p->error);
	p->row = port;
	p->bridge = bridge;
	p->ifindex = number(iface, "ifindex");
	p->ofport = json_is_integer(ofport) ? json_integer_value(ofport) : 0;
	p->local = strcmp(p->name, db->bridge[bridge].name) == 0;
	p->shared = reference(port, "interfaces", 1) != NULL;
	if (p->local)
		db->bridge[bridge].ifindex = p->ifindex;
	db->n_ports++;
}

/* Rows by their uuid, for references; NULL without memory. */
static json_t *by_uuid(json_t *list)
{
	json_t *map = json_object(), *row;
	bool all = map != NULL;
	size_t i;

	json_array_foreach(list, i, row)
	{
		const char *u = uuid_of(json_object_get(row, "_uuid"));

		if (u)
			all = all && json_object_set(map, u, row) == 0;
	}
	if (all)
		return map;
	json_decref(map);
	return NULL;
}

static void read_ports(struct ovs_db *db, size_t most, const json_t *ports, const json_t *ifaces)
{
	json_t *row;
	size_t i;
	const char *pu, *iu;

	json_array_foreach(rows(db, 0), i, row)
	{
		uint32_t bridge = 0;
		const char *name = json_string_value(json_object_get(row, "name"));

		while (bridge < db->n_bridges && name && strcmp(db->bridge[bridge].name, name) != 0)
			bridge++;
		for (size_t p = 0; name && bridge < db->n_bridges && (pu = reference(row, "ports", p)) != NULL; p++) {
			const json_t *port = json_object_get(ports, pu);

			for (size_t k = 0; db->n_ports < most && (iu = reference(port, "interfaces", k)) != NULL; k++)
				if (json_object_get(ifaces, iu))
					read_port(db, json_object_get(ifaces, iu), port, bridge);
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ovs_port *)a)->name, ((const struct ovs_port *)b)->name);
}

/* An operation more; *ops is NULL when one could not be made. */
static void put(json_t **ops, json_t *op)
{
	if (json_array_append_new(*ops, op) == 0)
		return;
	json_decref(*ops);
	*ops = NULL;
}

int weft__ovs_load(struct ovs_wire *w, struct ovs_db *ret)
{
	json_t *ops = json_array(), *ports, *ifaces, *row;
	struct ovs_db db = { 0 };
	size_t most, i;
	int r;

	put(&ops, select_op("Bridge", "[\"_uuid\",\"name\",\"ports\",\"datapath_type\",\"fail_mode\","
				      "\"stp_enable\",\"rstp_enable\",\"mcast_snooping_enable\","
				      "\"datapath_id\"]"));
	put(&ops, json_pack("{s:s,s:s,s:[]}", "op", "select", "table", "Port", "where"));
	put(&ops, select_op("Interface", "[\"_uuid\",\"name\",\"type\",\"ifindex\",\"ofport\",\"error\"]"));
	db.answer = weft__ovs_transact(w, ops, &r);
	if (!db.answer)
		return r;
	most = json_array_size(rows(&db, 2));
	db.bridge = calloc(json_array_size(rows(&db, 0)) + 1, sizeof *db.bridge);
	db.port = calloc(most + 1, sizeof *db.port);
	ports = by_uuid(rows(&db, 1));
	ifaces = by_uuid(rows(&db, 2));
	r = db.bridge && db.port && ports && ifaces ? 0 : -ENOMEM;
	json_array_foreach(r == 0 ? rows(&db, 0) : NULL, i, row) read_bridge(&db, row);
	if (r == 0)
		read_ports(&db, most, ports, ifaces);
	else
		(void)snprintf(w->why, sizeof w->why, "Open vSwitch: out of memory");
	json_decref(ports);
	json_decref(ifaces);
	if (r < 0) {
		weft__ovs_unload(&db);
		return r;
	}
	qsort(db.port, db.n_ports, sizeof *db.port, by_name);
	*ret = db;
	return 0;
}

void weft__ovs_unload(struct ovs_db *db)
{
	json_decref(db->answer);
	free(db->bridge);
	free(db->port);
	*db = (struct ovs_db){ 0 };
}

const struct ovs_bridge *weft__ovs_bridge(const struct ovs_db *db, const char *name)
{
	for (size_t i = 0; i < db->n_bridges; i++)
		if (strcmp(db->bridge[i].name, name) == 0)
			return &db->bridge[i];
	return NULL;
}

const struct ovs_port *weft__ovs_port(const struct ovs_db *db, const char *name)
{
	struct ovs_port key = { 0 };
	size_t n = strlen(name);

	if (n >= sizeof key.name || !db->n_ports)
		return NULL;
	memcpy(key.name, name, n + 1);
	return bsearch(&key, db->port, db->n_ports, sizeof *db->port, by_name);
}
