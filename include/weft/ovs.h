/* SPDX-License-Identifier: MIT */
#ifndef WEFT_OVS_H
#define WEFT_OVS_H

/*
 * Bridges and ports of Open vSwitch as links: libweft-ovs (link with -lweft-ovs; needs jansson). A routing session or
 * an agent that has this handler makes, changes, tells and deletes them by the same requests as other links: kind
 * "ovs-bridge"; any link becomes a port of one by its master; kind "ovs-port" is a port that is a device of the switch
 * itself. What a port has of its own is linkinfo.slave-data (schema ovs_port): VLAN tag, trunks. The database of the
 * switch (RFC 7047) must be at a unix socket, its server in the namespace of the session; else the links of a session
 * are what the kernel tells, and requests for these kinds end with -EOPNOTSUPP. Each request is one transaction, and
 * returns when the switch has done it, or undoes it.
 */

#include <weft/hook.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weft_ovs_opts {
	size_t size;	     /* sizeof(struct weft_ovs_opts); WEFT_OPTS sets it */
	const char *path;    /* socket of the database; NULL: /run/openvswitch/db.sock; copied */
	uint32_t timeout_ms; /* for the switch to act; 0: 10,000 */
};

/* A weft_handler_fn, for .handler of a session or an agent; user: a const struct weft_ovs_opts, or NULL. */
WEFT_API WEFT_MUST int weft_ovs(struct weft_hooks *to, const char *target, void *user);

#ifdef __cplusplus
}
#endif
#endif
