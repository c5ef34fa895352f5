/* SPDX-License-Identifier: MIT */
/* New bridges and ports: the switch makes them, the kernel does the rest; what fails leaves nothing behind. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ovs.h"

enum {
	IFNAME = 3, /* linux/if_link.h */
	MASTER = 10,
	LINKINFO = 18,
	ALT_IFNAME = 53,
	INFO_PORT_KIND = 4,
	INFO_PORT_DATA = 5,
	TICK_MS = 5,
	UNDO_MS = 2000,
};

int weft__ovs_wait(struct ovs_job *j, const char *name, bool there)
{
	for (;;) {
		struct timespec tick = { .tv_nsec = TICK_MS * 1000000 };
		struct weft_reply *r = weft__ovs_ask(j->o, 0, name);
		bool is = r != NULL;

		weft_reply_free(r);
		if (is == there)
			return 0;
		if (weft__ovs_now() >= j->w.until) {
			(void)snprintf(j->w.why, sizeof j->w.why, "Open vSwitch: the kernel %s %s",
				       there ? "does not show" : "still has", name);
			return -ETIMEDOUT;
		}
		(void)nanosleep(&tick, NULL);
	}
}

/* "... (No such device)": the errno with that text. */
static int errno_of(const char *text)
{
	const char *from = strrchr(text, '(');

	for (int e = 1; from && e < 134; e++) {
		const char *name = strerror(e);

		if (strncmp(from + 1, name, strlen(name)) == 0 && from[1 + strlen(name)] == ')')
			return -e;
	}
	return -EINVAL;
}

int weft__ovs_check(struct ovs_job *j, const char *name)
{
	struct ovs_db db = { 0 };
	const struct ovs_port *p;
	int r = weft__ovs_load(&j->w, &db);

	if (r < 0)
		return r;
	p = weft__ovs_port(&db, name);
	if (!p || p->error[0]) {
		(void)snprintf(j->w.why, sizeof j->w.why, "Open vSwitch: %.130s",
			       p ? p->error : "another took it away again");
		r = p ? errno_of(p->error) : -ENODEV;
	}
	weft__ovs_unload(&db);
	return r;
}

/* What was said of the failure stays said. */
void weft__ovs_undo(struct ovs_job *j, json_t *ops)
{
	char why[WEFT__OVS_WHY];
	int r;

	memcpy(why, j->w.why, sizeof why);
	j->w.until = weft__ovs_now() + UNDO_MS;
	json_decref(weft__ovs_transact(&j->w, ops, &r));
	memcpy(j->w.why, why, sizeof why);
}

/* A connection on which something went wrong may be of no more use. */
static bool anew(struct ovs_job *j, struct ovs_wire *w, struct ovs_db *db)
{
	return weft__ovs_open(w, j->o->path, j->o->target, UNDO_MS) == 1 && weft__ovs_load(w, db) == 0;
}

void weft__ovs_undo_port(struct ovs_job *j, const char *name)
{
	struct ovs_wire w = { .fd = -1 };
	struct ovs_db db = { 0 };
	const struct ovs_port *p = anew(j, &w, &db) ? weft__ovs_port(&db, name) : NULL;
	json_t *ops = json_array();
	int r;

	if (p && p->local)
		weft__ovs_del_bridge(ops, &db.bridge[p->bridge]);
	else if (p)
		weft__ovs_del_port(ops, &db, p);
	if (p)
		json_decref(weft__ovs_transact(&w, ops, &r));
	else
		json_decref(ops);
	weft__ovs_unload(&db);
	weft__ovs_close(&w);
}

/* linkinfo without what is of a port. */
static void put_info(struct weft_msg *m, struct weft_tlv info)
{
	struct weft_reader r = weft_reader(info.p, info.len);
	struct weft_tlv a;

	weft_open(m, WEFT_KEY(link, linkinfo));
	while (weft_read_attr(&r, &a) > 0)
		if (a.type != INFO_PORT_KIND && a.type != INFO_PORT_DATA)
			weft_put_raw(m, (uint16_t)(a.type | a.flags), a.p, a.len);
	weft_close(m);
}

struct weft_msg *weft__ovs_rest(const struct ovs_job *j, uint16_t flags, bool info)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", flags);
	const uint8_t *b = j->body.p;
	struct weft_reader r = weft_reader(b + 16, j->body.len - 16);
	bool any = info || weft_get_u32(b + 12) || weft_get_u32(b + 8);
	struct weft_tlv a;

	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)weft_get_u32(b + 4)));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, weft_get_u32(b + 8)));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_change, weft_get_u32(b + 12)));
	while (weft_read_attr(&r, &a) > 0) {
		if (a.type == MASTER)
			continue;
		any = any || (a.type != IFNAME && a.type != ALT_IFNAME && a.type != LINKINFO) ||
		      (a.type == IFNAME && weft_get_u32(b + 4));
		if (a.type != LINKINFO)
			weft_put_raw(m, (uint16_t)(a.type | a.flags), a.p, a.len);
		else if (info)
			put_info(m, a);
	}
	if (any)
		return m;
	weft_msg_free(m);
	return NULL;
}

int weft__ovs_send(struct ovs_job *j, struct weft_msg *m, struct weft_reply **ret_made)
{
	return m ? weft_call(weft_passing_session(j->p), m, ret_made) : 0;
}

/* The kernel tells who asks with NLM_F_ECHO what it made. */
static void echo(struct ovs_job *j, const char *name)
{
	struct weft_reply *r = weft_passing_flags(j->p) & WEFT_NLM_F_ECHO ? weft__ovs_ask(j->o, 0, name) : NULL;
	struct weft_msg *m;

	if (!r)
		return;
	m = weft_request("rt-link", "newlink", 0);
	weft_put_from(m, weft_reply_body(r), NULL);
	(void)!weft_hook_reply(j->p, m);
	weft_reply_free(r);
}

enum weft_verdict weft__ovs_make(struct ovs_job *j, bool bridge)
{
	struct weft_reply *there = weft__ovs_ask(j->o, 0, j->name);
	json_t *ops;
	int r;

	weft_reply_free(there);
	if (there)
		return weft__ovs_fail(j, -EEXIST, NULL, "File exists");
	if (!j->name[0])
		return weft__ovs_fail(j, -EINVAL, "ifname", "a name of at most 15 bytes is needed");
	if (!bridge && !j->to)
		return weft__ovs_fail(j, -EINVAL, "master",
				      "the bridge of Open vSwitch that it is a port of is needed");
	ops = json_array();
	if (bridge)
		weft__ovs_add_bridge(ops, j->name, j->data, j->body);
	else
		weft__ovs_add_port(ops, j->to, j->name, "internal", j->data, j->body);
	r = weft__ovs_commit(&j->w, ops);
	if (r == 0)
		r = weft__ovs_check(j, j->name);
	if (r == 0)
		r = weft__ovs_wait(j, j->name, true);
	if (r == -EEXIST)
		return weft__ovs_fail_switch(j, r);
	if (r < 0) {
		weft__ovs_undo_port(j, j->name);
		return weft__ovs_fail_switch(j, r);
	}
	r = weft__ovs_send(j, weft__ovs_rest(j, 0, false), NULL);
	if (r < 0) {
		weft__ovs_undo_port(j, j->name);
		(void)weft__ovs_wait(j, j->name, false);
		return weft__ovs_fail_kernel(j, r);
	}
	echo(j, j->name);
	return WEFT_RETURN;
}

/* The kernel makes the link that is to be a port. */
static int make_link(struct ovs_job *j)
{
	struct weft_reply *made = NULL;
	uint16_t flags =
	    weft_passing_flags(j->p) & (WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_REPLACE | WEFT_NLM_F_APPEND);
	bool named = j->name[0] && !strchr(j->name, '%');
	int r;

	/* whoever names the link all out needs no answer, which there could be no room for when the link is there */
	r = weft__ovs_send(j, weft__ovs_rest(j, named ? flags : flags | WEFT_NLM_F_ECHO, true), named ? NULL : &made);
	if (r == 0 && made)
		(void)snprintf(j->name, sizeof j->name, "%s", weft_str(weft_at(weft_reply_body(made), "ifname"), ""));
	weft_reply_free(made);
	return r;
}

static int free_of_kernel(struct ovs_job *j)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	weft_put(m, WEFT_KV(link, ifname, j->name));
	weft_put(m, WEFT_KV(link, master, 0));
	return weft__ovs_send(j, m, NULL);
}

static int put_in(struct ovs_job *j)
{
	json_t *ops = json_array();
	int r;

	if (j->port && &j->db.bridge[j->port->bridge] != j->to)
		weft__ovs_move_port(ops, &j->db, j->port, j->to);
	if (j->port)
		weft__ovs_set_port(ops, j->port, j->data);
	else
		weft__ovs_add_port(ops, j->to, j->name, "", j->data, j->body);
	r = weft__ovs_commit(&j->w, ops);
	return r == 0 ? weft__ovs_check(j, j->name) : r;
}

static void remove_link(struct ovs_job *j)
{
	struct weft_msg *m = weft_request("rt-link", "dellink", 0);

	weft_put(m, WEFT_KV(link, ifname, j->name));
	(void)!weft_call(weft_passing_session(j->p), m, NULL);
}

enum weft_verdict weft__ovs_plug(struct ovs_job *j)
{
	bool create = weft_passing_flags(j->p) & WEFT_NLM_F_CREATE && weft_at(j->body, "linkinfo.kind").p;
	bool other = !j->port && !create && j->master;
	int r = create ? make_link(j) : other ? free_of_kernel(j) : 0;

	if (r < 0)
		return weft__ovs_fail_kernel(j, r);
	r = put_in(j);
	if (r < 0 && !j->port)
		weft__ovs_undo_port(j, j->name);
	if (r < 0) {
		if (create)
			remove_link(j);
		return weft__ovs_fail_switch(j, r);
	}
	r = create ? 0 : weft__ovs_send(j, weft__ovs_rest(j, 0, false), NULL);
	if (r < 0) {
		enum weft_verdict v = weft__ovs_fail_kernel(j, r);

		if (!j->port)
			weft__ovs_undo_port(j, j->name);
		return v;
	}
	echo(j, j->name);
	return WEFT_RETURN;
}

enum weft_verdict weft__ovs_unplug(struct ovs_job *j)
{
	json_t *ops;
	int r;

	if (strcmp(j->port->type, "internal") == 0)
		return weft__ovs_fail(j, -EOPNOTSUPP, "master",
				      "a device of the switch itself is nothing without its bridge");
	ops = json_array();
	weft__ovs_del_port(ops, &j->db, j->port);
	r = weft__ovs_commit(&j->w, ops);
	return r < 0 ? weft__ovs_fail_switch(j, r) : WEFT_FORWARD;
}
