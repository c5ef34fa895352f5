/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_OBJECTS_H
#define WEFT_CLI_OBJECTS_H

/* One file for each; a new one is declared here and listed in object.c. */

#include "../object.h"

extern const struct object object_link;
extern const struct object object_addr;
extern const struct object object_route;
extern const struct object object_rule;
extern const struct object object_neigh;
extern const struct object object_nexthop;
extern const struct object object_bucket;
extern const struct object object_fdb;
extern const struct object object_mdb;
extern const struct object object_vlan;
extern const struct object object_vni;
extern const struct object object_qdisc;
extern const struct object object_class;
extern const struct object object_filter;
extern const struct object object_chain;
extern const struct object object_action;
extern const struct object object_ntable;
extern const struct object object_netconf;
extern const struct object object_maddr;
extern const struct object object_anycast;
extern const struct object object_mroute;
extern const struct object object_addrlabel;
extern const struct object object_nsid;
extern const struct object object_dcb;
extern const struct object object_stats;

/* Calls part for the classes of each link that has qdiscs. */
int class_parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		void *user);

#endif
