/* SPDX-License-Identifier: MIT */
#ifndef WEFT_OVS_OVS_H
#define WEFT_OVS_OVS_H

/* What the files of this folder share. */

#include <jansson.h>

#include <weft/ovs.h>
#include <weft/weft.h>

enum {
	WEFT__OVS_NAME = 16, /* of a device, with NUL */
	WEFT__OVS_ALT = 128, /* another name of it */
	WEFT__OVS_WORD = 32, /* other words of the database */
	WEFT__OVS_UUID = 37,
	WEFT__OVS_WHY = 160,
};

/* --- one conversation with the server (wire.c) --- */

struct ovs_wire {
	int fd;		/* -1: none */
	uint64_t until; /* milliseconds of the monotonic clock */
	json_int_t id;
	char *in;
	size_t have, cap;
	char why[WEFT__OVS_WHY]; /* after a failure */
	bool aborted;		 /* the last operation that was refused asked for that */
};
uint64_t weft__ovs_now(void);
/* 1 connected, 0: nobody is there who serves the namespace of target (why tells), or a negative errno. */
int weft__ovs_open(struct ovs_wire *w, const char *path, const char *target, uint32_t timeout_ms);
void weft__ovs_close(struct ovs_wire *w);
/* Runs operations, a JSON array that it takes (NULL: -ENOMEM), as one transaction. The results, to be freed, or NULL
 * with *ret_code a negative errno and why. */
json_t *weft__ovs_transact(struct ovs_wire *w, json_t *ops, int *ret_code);

/* --- what is in the database (db.c) --- */

struct ovs_bridge {
	char name[WEFT__OVS_NAME], uuid[WEFT__OVS_UUID];
	char datapath_type[WEFT__OVS_WORD], fail_mode[WEFT__OVS_WORD], datapath_id[WEFT__OVS_WORD];
	bool stp, rstp, snooping;
	uint32_t ifindex; /* of its own device; 0: not known */
};

/* A device that is a port, or part of one. */
struct ovs_port {
	char name[WEFT__OVS_NAME], uuid[WEFT__OVS_UUID]; /* uuid of the port */
	char iface[WEFT__OVS_UUID];
	const json_t *row; /* of the port, in the answer */
	char type[WEFT__OVS_WORD], vlan_mode[WEFT__OVS_WORD], error[WEFT__OVS_WHY];
	uint32_t bridge; /* index */
	uint32_t ifindex;
	int64_t ofport;
	bool local;  /* the bridge's own device */
	bool shared; /* other devices are in this port, too */
};

struct ovs_db {
	json_t *answer;
	struct ovs_bridge *bridge;
	struct ovs_port *port; /* in the order of names */
	size_t n_bridges, n_ports;
};
int weft__ovs_load(struct ovs_wire *w, struct ovs_db *ret);
void weft__ovs_unload(struct ovs_db *db);
const struct ovs_bridge *weft__ovs_bridge(const struct ovs_db *db, const char *name);
const struct ovs_port *weft__ovs_port(const struct ovs_db *db, const char *name);
/* VLANs of a column that is a set, up to n; how many there are. */
size_t weft__ovs_vlans(const json_t *row, const char *column, uint16_t *v, size_t n);

/* --- changes (edit.c); each adds operations to ops --- */

/* body: the request, for what the switch must know of it beside data. */
void weft__ovs_add_bridge(json_t *ops, const char *name, struct weft_attr data, struct weft_attr body);
void weft__ovs_del_bridge(json_t *ops, const struct ovs_bridge *b);
/* type: "" for a device of the kernel, "internal". */
void weft__ovs_add_port(json_t *ops, const struct ovs_bridge *b, const char *name, const char *type,
			struct weft_attr data, struct weft_attr body);
void weft__ovs_del_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p);
void weft__ovs_move_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p, const struct ovs_bridge *to);
/* The port under another name, with all that it has. */
void weft__ovs_rename_port(json_t *ops, const struct ovs_db *db, const struct ovs_port *p, const char *name,
			   uint32_t mtu);
void weft__ovs_set_bridge(json_t *ops, const struct ovs_bridge *b, struct weft_attr data);
void weft__ovs_set_port(json_t *ops, const struct ovs_port *p, struct weft_attr data);
void weft__ovs_set_mtu(json_t *ops, const struct ovs_port *p, uint32_t mtu);
void weft__ovs_set_address(json_t *ops, const struct ovs_bridge *b, struct weft_attr mac);
/* Whether the server would run ops (not taken), as far as it can tell without doing it. */
int weft__ovs_try(struct ovs_wire *w, json_t *ops);
/* Runs ops (taken) and waits until the switch has acted on them. */
int weft__ovs_commit(struct ovs_wire *w, json_t *ops);

/* --- hooks --- */

struct ovs {
	char *target, *path;
	uint32_t timeout_ms;
	struct weft_session *s; /* without hooks, for questions */
	struct ovs_db told;	/* what answers to the last question for links are told by */
};

/* A request on its way. */
struct ovs_job {
	struct weft_passing *p;
	struct ovs *o;
	struct weft_attr body, data; /* data: what a port or bridge is to have; p NULL: nothing */
	struct ovs_wire w;
	struct ovs_db db;
	char name[WEFT__OVS_NAME];   /* of the link; "": it has none yet */
	const struct ovs_port *port; /* what it is in the switch; NULL: nothing */
	const struct ovs_bridge *to; /* its master to be; NULL: none of the switch */
	uint32_t master;	     /* what the kernel has as its master */
	bool has_master;	     /* the request says one, or none */
};

/* Texts of a request may end with the attribute, without a NUL. text: in buf, "" when there is none or it is too long.
 */
bool weft__ovs_is(struct weft_attr a, const char *word);
const char *weft__ovs_text(struct weft_attr a, char *buf, size_t size);
/* The request fails: for code and text, for what the switch said, for what the kernel said. */
enum weft_verdict weft__ovs_fail(struct ovs_job *j, int code, const char *path, const char *text);
enum weft_verdict weft__ovs_fail_switch(struct ovs_job *j, int code);
enum weft_verdict weft__ovs_fail_kernel(struct ovs_job *j, int code);
/* A question of ours by index or name. NULL: no such link. */
struct weft_reply *weft__ovs_ask(struct ovs *o, uint32_t index, const char *name);
/* Until the kernel has the link, or has it no more: 0 or -ETIMEDOUT. */
int weft__ovs_wait(struct ovs_job *j, const char *name, bool there);
/* What the switch says of a device that it was given: 0, or a negative errno and why. */
int weft__ovs_check(struct ovs_job *j, const char *name);
/* Takes ops back what was done, and waits for nothing. */
void weft__ovs_undo(struct ovs_job *j, json_t *ops);
/* Takes a port out of whatever bridge it is in now. */
void weft__ovs_undo_port(struct ovs_job *j, const char *name);
/* The same message for the kernel: with linkinfo or without, never with a master; NULL when it asks for nothing. */
struct weft_msg *weft__ovs_rest(const struct ovs_job *j, uint16_t flags, bool info);
/* Sends it, if it is one; with *ret_made (may be NULL) what the kernel made. */
int weft__ovs_send(struct ovs_job *j, struct weft_msg *m, struct weft_reply **ret_made);

/* What a request comes to (make.c, set.c). */
enum weft_verdict weft__ovs_make(struct ovs_job *j, bool bridge);
enum weft_verdict weft__ovs_plug(struct ovs_job *j);
enum weft_verdict weft__ovs_unplug(struct ovs_job *j);
enum weft_verdict weft__ovs_set(struct ovs_job *j);

weft_hook_fn weft__ovs_on_newlink, weft__ovs_on_dellink, weft__ovs_on_getlink, weft__ovs_on_answer;

#endif
