/* SPDX-License-Identifier: MIT */
/* Team devices. The kernel makes them and takes ports into them like any link, but knows nothing of their options by
 * netlink's link messages: these are set and told by a generic family, and where a daemon manages the device, by it.
 * Here they are fields of the link, linkinfo.data of kind "team" and linkinfo.slave-data of a port. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/handlers.h"
#include "hook/passing.h"
#include "hook/team.h"
#include "rows/tables.h"

enum {
	LINKINFO = 18, /* linux/if_link.h */
	INFO_KIND = 1,
	INFO_DATA = 2,
	INFO_PORT_KIND = 4,
	INFO_PORT_DATA = 5,
	KEPT = 8,
	MAKE = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL | WEFT_NLM_F_REPLACE | WEFT_NLM_F_APPEND,
};

/* What the kernel said of a device while one dump went on. */
struct said {
	uint32_t index;
	struct weft__bytes_out options, ports;
};

struct team {
	char *target;
	struct weft_session *genl;
	struct said kept[KEPT];
	uint32_t seq; /* of the request whose answers they are for */
	unsigned n;
};

/* A request on its way. */
struct wish {
	struct weft_passing *p;
	struct team *t;
	struct weft_attr body, data, port; /* p NULL: nothing of that sort is wanted */
	struct weft_session *s;
	uint32_t index, master;
	char name[IF_NAMESIZE], of[IF_NAMESIZE]; /* of the link, and of the device that it is a port of */
};

static void forget(struct team *t)
{
	for (unsigned i = 0; i < t->n; i++) {
		free(t->kept[i].options.p);
		free(t->kept[i].ports.p);
	}
	t->n = 0;
}

static void release(void *user)
{
	struct team *t = user;

	forget(t);
	weft_session_close(t->genl);
	free(t->target);
	free(t);
}

static struct weft_session *genl(struct team *t)
{
	if (!t->genl && weft_session_open(16, WEFT_OPTS(weft_session_opts, .target = t->target), &t->genl, NULL) < 0)
		return NULL;
	return t->genl;
}

static enum weft_verdict fail(struct wish *w, int code, const char *path, const char *text)
{
	weft_hook_fail(w->p, code, path, "%s", text);
	return WEFT_ERROR;
}

static enum weft_verdict fail_as(struct wish *w, const struct weft_session *s, int code)
{
	return fail(w, code, weft_last_error(s)->path, weft_last_error(s)->msg);
}

/* --- requests --- */

/* All that is for the kernel: of linkinfo no options. */
static struct weft_msg *rest(const struct wish *w, bool *ret_any)
{
	struct weft_copy but = { .but = WEFT_KEY(link, linkinfo) };
	struct weft_msg *m = weft_msg_new(weft_passing_family(w->p), weft_passing_op(w->p),
					  (weft_passing_flags(w->p) & MAKE) | WEFT_NLM_F_ECHO);
	struct weft_walk walk = weft_walk(weft_at(w->body, "linkinfo"));
	bool create = weft_passing_flags(w->p) & WEFT_NLM_F_CREATE;
	struct weft_attr a;

	weft_put_from(m, w->body, &but);
	*ret_any = create || weft_has_from(w->body, &but) || weft_uint(weft_at(w->body, "ifi-change"), 0);
	if (!create && w->data.p && !w->port.p)
		return m;
	weft_open(m, WEFT_KEY(link, linkinfo));
	while (weft_walk_next(&walk, &a) > 0)
		if (a.number != INFO_PORT_KIND && a.number != INFO_PORT_DATA && !(w->data.p && a.number == INFO_DATA))
			weft_put_raw(m, a.number, a.p, a.len);
	weft_close(m);
	return m;
}

static void note(char to[IF_NAMESIZE], const char *name)
{
	size_t n = strnlen(name, IF_NAMESIZE - 1);

	memcpy(to, name, n);
	to[n] = 0;
}

/* Which link is meant, by whatever name. */
static int find(struct wish *w, uint32_t index, const char *name, char ret_name[IF_NAMESIZE], uint32_t *ret_index,
		uint32_t *ret_master)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	int code;

	if (index)
		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)index));
	else
		weft_put_named(m, strlen(name) < IF_NAMESIZE ? "ifname" : "alt-ifname", weft_kv_str(0, name));
	code = weft_call(w->s, m, &r);
	if (code == 0 && r) {
		note(ret_name, weft_str(weft_at(weft_reply_body(r), "ifname"), ""));
		*ret_index = (uint32_t)weft_uint(weft_at(weft_reply_body(r), "ifi-index"), 0);
		if (ret_master)
			*ret_master = (uint32_t)weft_uint(weft_at(weft_reply_body(r), "master"), 0);
	}
	weft_reply_free(r);
	return code;
}

static int find_link(struct wish *w, struct weft_reply *made)
{
	struct weft_attr body = made ? weft_reply_body(made) : w->body;
	const char *name = weft_str(weft_at(w->body, "ifname"), weft_str(weft_at(w->body, "alt-ifname"), ""));
	int r = find(w, (uint32_t)weft_uint(weft_at(body, "ifi-index"), 0), name, w->name, &w->index, &w->master);

	if (r == 0 && w->port.p && w->master) {
		uint32_t index;

		return find(w, w->master, "", w->of, &index, NULL);
	}
	return r;
}

/* What only the daemon does; text as an error tells it. */
static int by_daemon(struct wish *w, const char *device, const char *const *words, const char *path)
{
	char text[WEFT__TEAMD_TEXT];
	int r = weft__teamd_ask(w->t->target, device, words, text);

	if (r == 0)
		weft_hook_fail(w->p, -EOPNOTSUPP, path, "teamd does not manage %s: nobody is at /run/teamd/%s.sock",
			       device, device);
	else if (r < 0)
		weft_hook_fail(w->p, r, path, "teamd: %.140s", text);
	return r == 0 ? -EOPNOTSUPP : r < 0 ? r : 0;
}

/* "runner.active_port=eth0" */
static int set_item(struct wish *w, const char *item)
{
	const char *value = strchr(item, '=');
	char name[128];

	if (!value || (size_t)(value - item) >= sizeof name) {
		(void)fail(w, -EINVAL, "linkinfo.data.item", "ITEM=VALUE is needed");
		return -EINVAL;
	}
	memcpy(name, item, (size_t)(value - item));
	name[value - item] = 0;
	return by_daemon(w, w->name, (const char *const[]){ "StateItemValueSet", name, value + 1, NULL },
			 "linkinfo.data.item");
}

static int set_options(struct wish *w, uint32_t device, uint32_t port, struct weft_attr data)
{
	struct weft_session *s = genl(w->t);
	const struct weft_field *field = NULL;
	char path[64];
	int r;

	if (!weft__team_has_options(data))
		return 0;
	r = s ? weft__team_set(s, device, port, data, &field) : -ENOMEM;
	(void)snprintf(path, sizeof path, "linkinfo.%s%s%s", port ? "slave-data" : "data", field ? "." : "",
		       field ? field->token : "");
	if (r < 0)
		(void)fail(w, r, path, s ? weft_last_error(s)->msg : "no session");
	return r;
}

static int set_port(struct wish *w)
{
	const char *config = weft_str(weft_at(w->port, "config"), NULL);
	int r = 0;

	if (!w->master) {
		(void)fail(w, -EINVAL, "linkinfo.slave-data", "the link is no port of a team");
		return -EINVAL;
	}
	if (config)
		r = by_daemon(w, w->of, (const char *const[]){ "PortConfigUpdate", w->name, config, NULL },
			      "linkinfo.slave-data.config");
	return r < 0 ? r : set_options(w, w->master, w->index, w->port);
}

static int set_all(struct wish *w)
{
	const char *item = w->data.p ? weft_str(weft_at(w->data, "item"), NULL) : NULL;
	int r = w->data.p ? set_options(w, w->index, 0, w->data) : 0;

	if (r == 0 && item)
		r = set_item(w, item);
	return r == 0 && w->port.p ? set_port(w) : r;
}

static void remove_made(struct wish *w)
{
	struct weft_msg *m = weft_request("rt-link", "dellink", 0);

	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)w->index));
	(void)!weft_call(w->s, m, NULL);
}

/* The kernel tells who asks with NLM_F_ECHO what it made. */
static void echo(struct wish *w, struct weft_reply *made)
{
	struct weft_msg *m;

	if (!made || !(weft_passing_flags(w->p) & WEFT_NLM_F_ECHO))
		return;
	m = weft_request("rt-link", "newlink", 0);
	weft_put_from(m, weft_reply_body(made), NULL);
	(void)!weft_hook_reply(w->p, m);
}

static enum weft_verdict grant(struct wish *w)
{
	bool any, create = weft_passing_flags(w->p) & WEFT_NLM_F_CREATE;
	struct weft_msg *m = rest(w, &any);
	struct weft_reply *made = NULL;
	enum weft_verdict v = WEFT_RETURN;
	int r = 0;

	if (any)
		r = weft_call(w->s, m, &made);
	else
		weft_msg_free(m);
	if (r < 0)
		return fail_as(w, w->s, r);
	r = find_link(w, made);
	if (r < 0)
		v = fail_as(w, w->s, r);
	else if (set_all(w) < 0)
		v = WEFT_ERROR;
	if (v == WEFT_ERROR && r == 0 && create && weft_passing_flags(w->p) & WEFT_NLM_F_EXCL)
		remove_made(w);
	if (v == WEFT_RETURN)
		echo(w, made);
	weft_reply_free(made);
	return v;
}

/* The nest of a sort of options, where the kind beside it is "team". */
static struct weft_attr options_of(struct weft_attr body, const char *kind, const char *data)
{
	struct weft_attr a = weft__text_is(weft_at(body, kind), "team") ? weft_at(body, data) : (struct weft_attr){ 0 };

	return a.p && a.len ? a : (struct weft_attr){ 0 };
}

static enum weft_verdict on_request(struct weft_passing *p, void *user)
{
	struct wish w = { .p = p, .t = user, .body = weft_passing_body(p) };

	if (!weft_at(w.body, "linkinfo").p)
		return WEFT_FORWARD;
	w.data = options_of(w.body, "linkinfo.kind", "linkinfo.data");
	w.port = options_of(w.body, "linkinfo.slave-kind", "linkinfo.slave-data");
	if (!w.data.p && !w.port.p)
		return WEFT_FORWARD;
	if (weft_at(w.body, "net-ns-fd").p || weft_at(w.body, "net-ns-pid").p || weft_at(w.body, "target-netnsid").p)
		return fail(&w, -EOPNOTSUPP, "linkinfo", "options of a team are set where it is");
	w.s = weft_passing_session(p);
	return w.s ? grant(&w) : fail(&w, -ENOMEM, NULL, "no session for the device");
}

/* --- answers --- */

/* The two kinds in a message, without a path for each: every link that is told comes by here. */
static bool is_team(struct weft_tlv info, uint16_t type)
{
	struct weft_reader r = weft_reader(info.p, info.len);
	struct weft_tlv a;

	while (r.len && weft_read_attr(&r, &a) > 0)
		if (a.type == type)
			return a.len >= 4 && memcmp(a.p, "team", 4) == 0 && (a.len == 4 || a.p[4] == 0);
	return false;
}

/* NULL: the kernel does not tell. */
static struct said *said_of(struct team *t, uint32_t index)
{
	struct weft_session *s = genl(t);
	struct said *k;

	for (unsigned i = 0; i < t->n; i++)
		if (t->kept[i].index == index)
			return &t->kept[i];
	if (!s || !index || t->n == KEPT)
		return NULL;
	k = &t->kept[t->n];
	*k = (struct said){ .index = index };
	/* who may not ask sees the link as the kernel tells it */
	if (weft__team_get(s, "options-get", index, &k->options) < 0 ||
	    weft__team_get(s, "port-list-get", index, &k->ports) < 0) {
		free(k->options.p);
		free(k->ports.p);
		return NULL;
	}
	t->n++;
	return k;
}

static void tell_daemon(struct weft_msg *m, const char *target, const char *device)
{
	char text[WEFT__TEAMD_TEXT];

	if (weft__teamd_ask(target, device, (const char *const[]){ "StateItemValueGet", "setup.runner_name", NULL },
			    text) != 1)
		return;
	weft_put(m, WEFT_KV(team, runner, text));
	if (weft__teamd_ask(target, device, (const char *const[]){ "ConfigDump", NULL }, text) == 1)
		weft_put(m, WEFT_KV(team, config, text));
}

static void tell_port(struct weft_msg *m, const struct said *k, uint32_t index)
{
	struct weft_attr all = weft_body(&weft__schema_team_ports, k->ports.p, (uint32_t)k->ports.len);

	WEFT_EACH(port, weft_at(all, "port"))
	{
		if (weft_uint(weft_at(port, "ifindex"), 0) != index)
			continue;
		weft_put(m, WEFT_KV(team_port, linkup, weft_at(port, "linkup").p != NULL));
		weft_put(m, WEFT_KV(team_port, speed, (uint32_t)weft_uint(weft_at(port, "speed"), 0)));
		weft_put(m, WEFT_KV(team_port, duplex, (uint8_t)weft_uint(weft_at(port, "duplex"), 0)));
	}
}

/* linkinfo with what is known beside it. */
static void put_info(struct weft_msg *m, struct team *t, struct weft_attr body, const struct said *device,
		     const struct said *of)
{
	uint32_t index = (uint32_t)weft_uint(weft_at(body, "ifi-index"), 0);
	struct weft_walk walk = weft_walk(weft_at(body, "linkinfo"));
	struct weft_attr a;

	weft_open(m, WEFT_KEY(link, linkinfo));
	while (weft_walk_next(&walk, &a) > 0)
		if (a.number == INFO_KIND)
			weft_put(m, WEFT_KV(linkinfo, kind, weft_str(a, "")));
		else if (a.number == INFO_PORT_KIND)
			weft_put(m, WEFT_KV(linkinfo, slave_kind, weft_str(a, "")));
		else if (!(device && a.number == INFO_DATA) && !(of && a.number == INFO_PORT_DATA))
			weft_put_raw(m, a.number, a.p, a.len);
	if (device) {
		weft_open(m, WEFT_KEY(linkinfo, data));
		weft__team_tell(m, &weft__schema_team, (struct weft_bytes){ device->options.p, device->options.len },
				0);
		tell_daemon(m, t->target, weft_str(weft_at(body, "ifname"), "/"));
		weft_close(m);
	}
	if (of) {
		weft_open(m, WEFT_KEY(linkinfo, slave_data));
		weft__team_tell(m, &weft__schema_team_port, (struct weft_bytes){ of->options.p, of->options.len },
				index);
		tell_port(m, of, index);
		weft_close(m);
	}
	weft_close(m);
}

/* The attribute linkinfo; p NULL: none. Every answer about a link passes here: no more than a look at each length and
 * type. */
static struct weft_tlv info_of(struct weft_attr body)
{
	const uint8_t *p = body.p + (body.len < 16 ? body.len : 16), *end = body.p + body.len;

	while (end - p >= WEFT_NLA_HDR) {
		uint16_t len = weft_get_u16(p), type = weft_get_u16(p + 2) & WEFT_NLA_TYPE_MASK;
		ptrdiff_t step = (len + 3) & ~3;

		if (len < WEFT_NLA_HDR || len > end - p)
			break;
		if (type == LINKINFO)
			return (struct weft_tlv){ .type = type, .len = len - WEFT_NLA_HDR, .p = p + WEFT_NLA_HDR };
		if (step > end - p)
			break;
		p += step;
	}
	return (struct weft_tlv){ 0 };
}

/* What was said stays good for one dump, and as long as there is room for a link and what it is a port of. */
static void keep(struct team *t, uint32_t seq)
{
	if (t->seq != seq || t->n + 2 > KEPT)
		forget(t);
	t->seq = seq;
}

static enum weft_verdict on_answer(struct weft_passing *p, void *user)
{
	struct weft_attr body = weft_passing_body(p);
	struct weft_tlv info = info_of(body);
	bool is = is_team(info, INFO_KIND), port = is_team(info, INFO_PORT_KIND);
	const struct said *device, *of;
	struct weft_msg *m;

	if (!is && !port)
		return WEFT_FORWARD;
	keep(user, weft_passing_seq(p));
	device = is ? said_of(user, (uint32_t)weft_uint(weft_at(body, "ifi-index"), 0)) : NULL;
	of = port ? said_of(user, (uint32_t)weft_uint(weft_at(body, "master"), 0)) : NULL;
	if (!device && !of)
		return WEFT_FORWARD;
	m = weft_request("rt-link", "newlink", 0);
	weft_put_from(m, body, &(struct weft_copy){ .but = WEFT_KEY(link, linkinfo) });
	put_info(m, user, body, device, of);
	/* better the link without its options than none */
	if (weft_msg_error(m, NULL) < 0) {
		weft_msg_free(m);
		return WEFT_FORWARD;
	}
	return weft_hook_replace(p, m) == 0 ? WEFT_FORWARD : WEFT_ERROR;
}

int weft__team_add(struct weft__chain *c, const char *target)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct team *t = calloc(1, sizeof *t);
	struct weft_hook *answer;

	if (t)
		t->target = strdup(target ? target : "local");
	if (!t || !t->target ||
	    !weft__chain_add_own(c, WEFT_ON_SEND, f, weft_op_find(f, "newlink")->request, on_request, t, release)) {
		free(t ? t->target : NULL);
		free(t);
		return -ENOMEM;
	}
	/* the first of them releases what they share */
	answer = weft__chain_add_own(c, WEFT_ON_ANSWER, f, weft_op_find(f, "newlink")->reply, on_answer, t, NULL);
	if (!answer ||
	    !weft__chain_add_own(c, WEFT_ON_SEND, f, weft_op_find(f, "setlink")->request, on_request, t, NULL))
		return -ENOMEM;
	answer->mention = "team";
	return 0;
}
