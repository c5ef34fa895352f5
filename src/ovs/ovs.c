/* SPDX-License-Identifier: MIT */
/* Requests for links: which of them are the switch's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ovs.h"

bool weft__ovs_is(struct weft_attr a, const char *word)
{
	size_t n = a.p ? strnlen((const char *)a.p, a.len) : 0;

	return a.p && n == strlen(word) && memcmp(a.p, word, n) == 0;
}

const char *weft__ovs_text(struct weft_attr a, char *buf, size_t size)
{
	size_t n = a.p ? strnlen((const char *)a.p, a.len) : 0;

	if (n >= size)
		n = 0;
	if (n)
		memcpy(buf, a.p, n);
	buf[n] = 0;
	return buf;
}

enum weft_verdict weft__ovs_fail(struct ovs_job *j, int code, const char *path, const char *text)
{
	weft_hook_fail(j->p, code, path, "%s", text);
	return WEFT_ERROR;
}

enum weft_verdict weft__ovs_fail_switch(struct ovs_job *j, int code)
{
	return weft__ovs_fail(j, code, NULL, j->w.why);
}

enum weft_verdict weft__ovs_fail_kernel(struct ovs_job *j, int code)
{
	const struct weft_error *e = weft_last_error(weft_passing_session(j->p));

	if (e->where != WEFT_WHERE_TRANSPORT)
		return weft__ovs_fail(j, code, e->path, e->msg);
	(void)snprintf(j->w.why, sizeof j->w.why,
		       "the kernel's answer was lost (%.80s): it may have done it all the same", e->msg);
	return weft__ovs_fail_switch(j, code);
}

struct weft_reply *weft__ovs_ask(struct ovs *o, uint32_t index, const char *name)
{
	struct weft_msg *m;
	struct weft_reply *r = NULL;

	if (!o->s &&
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = o->target, .plain = true), &o->s, NULL) < 0)
		return NULL;
	m = weft_request("rt-link", "getlink", 0);
	if (index)
		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)index));
	else
		weft_put_named(m, strlen(name) < WEFT__OVS_NAME ? "ifname" : "alt-ifname", weft_kv_str(0, name));
	return weft_call(o->s, m, &r) == 0 ? r : NULL;
}

/* The link that a request means, and what is to be its master. */
static void look_up(struct ovs_job *j)
{
	uint32_t index = (uint32_t)weft_uint(weft_at(j->body, "ifi-index"), 0);
	struct weft_attr own = weft_at(j->body, "ifname");
	char buf[WEFT__OVS_ALT];
	const char *name = weft__ovs_text(own.p ? own : weft_at(j->body, "alt-ifname"), buf, sizeof buf);
	struct weft_attr master = weft_at(j->body, "master");
	struct weft_reply *r = index || *name ? weft__ovs_ask(j->o, index, name) : NULL;

	if (r) {
		(void)weft__ovs_text(weft_at(weft_reply_body(r), "ifname"), j->name, sizeof j->name);
		j->master = (uint32_t)weft_uint(weft_at(weft_reply_body(r), "master"), 0);
	} else if (!index && strlen(name) < sizeof j->name) {
		memcpy(j->name, name, strlen(name) + 1);
	}
	weft_reply_free(r);
	j->port = weft__ovs_port(&j->db, j->name);
	j->has_master = master.p != NULL;
	r = weft_uint(master, 0) ? weft__ovs_ask(j->o, (uint32_t)weft_uint(master, 0), "") : NULL;
	if (r)
		j->to = weft__ovs_bridge(&j->db, weft_str(weft_at(weft_reply_body(r), "ifname"), ""));
	weft_reply_free(r);
}

/* Connects and reads what is there: 1, 0: there is no switch here, -1: the request has failed. */
static int begin(struct ovs_job *j, bool needed)
{
	uint32_t patience = weft_passing_patience_ms(j->p), most = j->o->timeout_ms;
	int r = weft__ovs_open(&j->w, j->o->path, j->o->target, patience && patience < most ? patience : most);

	if (r == 0 && needed)
		(void)weft__ovs_fail_switch(j, -EOPNOTSUPP);
	if (r == 0)
		return needed ? -1 : 0;
	if (r > 0)
		r = weft__ovs_load(&j->w, &j->db);
	if (r < 0) {
		(void)weft__ovs_fail_switch(j, r);
		return -1;
	}
	look_up(j);
	return 1;
}

static void end(struct ovs_job *j)
{
	weft__ovs_close(&j->w);
	weft__ovs_unload(&j->db);
}

static enum weft_verdict decide(struct ovs_job *j, struct weft_attr kind, bool create, bool port_data)
{
	bool bridge = weft__ovs_is(kind, "ovs-bridge"), own = weft__ovs_is(kind, "ovs-port");

	if (j->port && create && weft_passing_flags(j->p) & WEFT_NLM_F_EXCL)
		return weft__ovs_fail(j, -EEXIST, NULL, "File exists");
	if (create && (bridge || own) && !j->port)
		return weft__ovs_make(j, bridge);
	if (j->to && !(j->port && j->port->local))
		return weft__ovs_plug(j);
	if (j->port && j->port->local && j->has_master)
		return weft__ovs_fail(j, -EOPNOTSUPP, "master", "a bridge of Open vSwitch is no port of another");
	if (j->port && j->has_master)
		return weft__ovs_unplug(j);
	if (j->port)
		return weft__ovs_set(j);
	if (port_data)
		return weft__ovs_fail(j, -EINVAL, "linkinfo.slave-data", "the link is no port of Open vSwitch");
	return WEFT_FORWARD;
}

enum weft_verdict weft__ovs_on_newlink(struct weft_passing *p, void *user)
{
	struct ovs_job j = { .p = p, .o = user, .body = weft_passing_body(p), .w = { .fd = -1 } };
	struct weft_attr kind = weft_at(j.body, "linkinfo.kind");
	bool ours = weft__ovs_is(kind, "ovs-bridge") || weft__ovs_is(kind, "ovs-port");
	bool port_data = weft__ovs_is(weft_at(j.body, "linkinfo.slave-kind"), "ovs-bridge");
	bool create = weft_passing_flags(p) & WEFT_NLM_F_CREATE;
	enum weft_verdict v;
	int r;

	/* a new link of another kind that is no port of anything is none of ours, whatever else it has */
	if (!ours && !port_data && !weft_at(j.body, "master").p &&
	    (create || (!weft_at(j.body, "mtu").p && !weft_at(j.body, "address").p && !weft_at(j.body, "ifname").p)))
		return WEFT_FORWARD;
	j.data = weft_at(j.body, port_data ? "linkinfo.slave-data" : "linkinfo.data");
	j.data = ours || port_data ? j.data : (struct weft_attr){ 0 };
	r = begin(&j, ours || port_data);
	if (r > 0 && !weft_passing_session(p))
		v = weft__ovs_fail(&j, -ENOMEM, NULL, "no session for the device");
	else
		v = r > 0 ? decide(&j, kind, create, port_data) : r < 0 ? WEFT_ERROR : WEFT_FORWARD;
	end(&j);
	return v;
}

/* A device of the kernel goes as the kernel lets it; the switch forgets it first. */
static enum weft_verdict delete_device(struct ovs_job *j)
{
	bool own = strcmp(j->port->type, "") != 0 && strcmp(j->port->type, "system") != 0;
	json_t *ops = json_array();
	int r;

	if (j->port->local)
		weft__ovs_del_bridge(ops, &j->db.bridge[j->port->bridge]);
	else
		weft__ovs_del_port(ops, &j->db, j->port);
	r = weft__ovs_commit(&j->w, ops);
	if (r == 0 && own)
		r = weft__ovs_wait(j, j->name, false);
	if (r < 0)
		return weft__ovs_fail_switch(j, r);
	return own ? WEFT_RETURN : WEFT_FORWARD;
}

enum weft_verdict weft__ovs_on_dellink(struct weft_passing *p, void *user)
{
	struct ovs_job j = { .p = p, .o = user, .body = weft_passing_body(p), .w = { .fd = -1 } };
	int r = begin(&j, false);
	enum weft_verdict v = r < 0 ? WEFT_ERROR : r > 0 && j.port ? delete_device(&j) : WEFT_FORWARD;

	end(&j);
	return v;
}

static void release(void *user)
{
	struct ovs *o = user;

	weft_session_close(o->s);
	weft__ovs_unload(&o->told);
	free(o->target);
	free(o->path);
	free(o);
}

int weft_ovs(struct weft_hooks *to, const char *target, void *user)
{
	static const struct {
		const char *op;
		enum weft_direction direction;
		weft_hook_fn *fn;
	} hooks[] = { { "newlink", WEFT_ON_SEND, weft__ovs_on_newlink },
		      { "setlink", WEFT_ON_SEND, weft__ovs_on_newlink },
		      { "dellink", WEFT_ON_SEND, weft__ovs_on_dellink },
		      { "getlink", WEFT_ON_SEND, weft__ovs_on_getlink },
		      { "newlink", WEFT_ON_ANSWER, weft__ovs_on_answer } };
	const struct weft_ovs_opts *opts = user;
	const struct weft_family *f = weft_family_find("rt-link");
	struct ovs *o = opts && opts->size != sizeof *opts ? NULL : calloc(1, sizeof *o);
	int r = 0;

	if (!o)
		return opts && opts->size != sizeof *opts ? -EINVAL : -ENOMEM;
	o->target = strdup(target ? target : "local");
	o->path = strdup(opts && opts->path ? opts->path : "/run/openvswitch/db.sock");
	o->timeout_ms = opts && opts->timeout_ms ? opts->timeout_ms : 10000;
	if (!o->target || !o->path)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < sizeof hooks / sizeof *hooks; i++) {
		r = weft_hooks_add(to, hooks[i].direction, f, weft_op_find(f, hooks[i].op)->request, hooks[i].fn, o,
				   i == 0 ? release : NULL);
		/* from the first on it is released with the hooks */
		if (r < 0 && i > 0)
			return r;
	}
	if (r < 0)
		release(o);
	return r;
}
