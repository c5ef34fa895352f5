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
extern const struct object object_fdb;
extern const struct object object_ntable;
extern const struct object object_stats;

#endif
