/* SPDX-License-Identifier: MIT */
/* Changes of bridges and ports that are there. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ovs.h"

enum {
	UP = 1, /* linux/if.h */
};

/* Whether the link has an address of IPv4: those go with the device. */
static bool has_address(struct ovs_job *j, uint32_t index)
{
	struct weft_msg *m = weft_request("rt-addr", "getaddr", 0);
	struct weft_dump *d;
	struct weft_attr a;
	bool any = false;

	weft_put(m, WEFT_KV(ifaddrmsg, ifa_family, WEFT_AF_INET));
	weft_put(m, WEFT_KV(ifaddrmsg, ifa_index, index));
	if (weft_dump_start(j->o->s, m, &d) < 0)
		return true;
	while (weft_dump_next(d, &a) > 0)
		any = true;
	weft_dump_close(d);
	return any;
}

/* A device of the switch itself cannot change its name: another takes its place, with its address and MTU. */
static enum weft_verdict rename_own(struct ovs_job *j, const char *name)
{
	struct weft_reply *old = weft__ovs_ask(j->o, 0, j->name), *other = weft__ovs_ask(j->o, 0, name);
	struct weft_attr body = old ? weft_reply_body(old) : (struct weft_attr){ 0 }, mac = weft_at(body, "address");
	bool busy = weft_uint(weft_at(body, "ifi-flags"), 0) & UP ||
		    has_address(j, (uint32_t)weft_uint(weft_at(body, "ifi-index"), 0));
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	json_t *ops = json_array();
	uint32_t mtu = (uint32_t)weft_uint(weft_at(body, "mtu"), 1500);
	int r = other ? -EEXIST : busy ? -EBUSY : 0;

	weft_put(m, WEFT_KV(link, ifname, name));
	weft_put_raw(m, WEFT_KEY(link, address) & 0xffff, mac.p, mac.len);
	weft_put(m, WEFT_KV(link, mtu, mtu));
	weft_reply_free(old);
	weft_reply_free(other);
	if (r < 0) {
		json_decref(ops);
		weft_msg_free(m);
		return weft__ovs_fail(j, r, "ifname",
				      r == -EBUSY
					  ? "a port of Open vSwitch is renamed only when it is down and has no address"
					  : "File exists");
	}
	weft__ovs_rename_port(ops, &j->db, j->port, name, mtu);
	r = weft__ovs_commit(&j->w, ops);
	if (r == 0)
		r = weft__ovs_check(j, name);
	if (r == 0)
		r = weft__ovs_wait(j, name, true);
	if (r < 0) {
		weft_msg_free(m);
		return weft__ovs_fail_switch(j, r);
	}
	r = weft__ovs_send(j, m, NULL);
	return r < 0 ? weft__ovs_fail_kernel(j, r) : WEFT_RETURN;
}

/* A device of the kernel: the switch knows it by its name, so it forgets it for as long as that takes. */
static enum weft_verdict rename_other(struct ovs_job *j, const char *name)
{
	json_t *ops = json_array();
	int r, back;

	weft__ovs_del_port(ops, &j->db, j->port);
	r = weft__ovs_commit(&j->w, ops);
	if (r < 0)
		return weft__ovs_fail_switch(j, r);
	r = weft__ovs_send(j, weft__ovs_rest(j, 0, false), NULL);
	if (r < 0)
		(void)weft__ovs_fail_kernel(j, r);
	ops = json_array();
	weft__ovs_rename_port(ops, &j->db, j->port, r < 0 ? j->name : name, 0);
	back = weft__ovs_commit(&j->w, ops);
	if (r < 0)
		return WEFT_ERROR;
	return back < 0 ? weft__ovs_fail_switch(j, back) : WEFT_RETURN;
}

/* The new name of a link that is meant by its index, in buf; NULL: it keeps its own. */
static const char *new_name(const struct ovs_job *j, char *buf, size_t size)
{
	struct weft_attr a = weft_at(j->body, "ifname");
	const char *name = weft__ovs_text(a, buf, size);

	return a.p && weft_uint(weft_at(j->body, "ifi-index"), 0) && strcmp(name, j->name) != 0 ? name : NULL;
}

/* What the switch would set back to what it thinks best. */
static void put_device(struct ovs_job *j, json_t *ops)
{
	struct weft_attr mtu = weft_at(j->body, "mtu"), mac = weft_at(j->body, "address");

	if (strcmp(j->port->type, "internal") != 0)
		return;
	if (mtu.p)
		weft__ovs_set_mtu(ops, j->port, (uint32_t)weft_uint(mtu, 0));
	if (mac.p && j->port->local)
		weft__ovs_set_address(ops, &j->db.bridge[j->port->bridge], mac);
}

/* What the switch is to do (taken; NULL: no memory) and what the kernel (taken; NULL: nothing): both, or none. The
 * switch is asked whether it would; then comes the kernel, which knows what an MTU may be. */
static int change(struct ovs_job *j, json_t *ops, struct weft_msg *rest, enum weft_verdict *ret_said)
{
	bool some = !ops || json_array_size(ops);
	int r = some && rest ? weft__ovs_try(&j->w, ops) : 0;

	if (r < 0) {
		weft_msg_free(rest);
		json_decref(ops);
		*ret_said = weft__ovs_fail_switch(j, r);
		return r;
	}
	r = weft__ovs_send(j, rest, NULL);
	if (r < 0) {
		json_decref(ops);
		*ret_said = weft__ovs_fail_kernel(j, r);
		return r;
	}
	if (some)
		r = weft__ovs_commit(&j->w, ops);
	else
		json_decref(ops);
	if (r < 0)
		*ret_said = weft__ovs_fail_switch(j, r);
	return r;
}

enum weft_verdict weft__ovs_set(struct ovs_job *j)
{
	char buf[WEFT__OVS_ALT];
	const char *name = new_name(j, buf, sizeof buf);
	json_t *ops = json_array();
	enum weft_verdict said = WEFT_ERROR;
	int r;

	if (name && (j->port->local || j->port->shared || strlen(name) >= WEFT__OVS_NAME)) {
		json_decref(ops);
		return weft__ovs_fail(j, -EOPNOTSUPP, "ifname", "Open vSwitch has no other name for it");
	}
	if (j->data.p && j->port->local)
		weft__ovs_set_bridge(ops, &j->db.bridge[j->port->bridge], j->data);
	else if (j->data.p)
		weft__ovs_set_port(ops, j->port, j->data);
	put_device(j, ops);
	r = change(j, ops, name ? NULL : weft__ovs_rest(j, 0, false), &said);
	if (r < 0)
		return said;
	if (!name)
		return WEFT_RETURN;
	return strcmp(j->port->type, "internal") == 0 ? rename_own(j, name) : rename_other(j, name);
}
