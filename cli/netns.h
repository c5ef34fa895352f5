/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_NETNS_H
#define WEFT_CLI_NETNS_H

/* Network namespaces by name, in the folder where ip netns keeps them too. */

#include <weft/netns.h>

#include "cli.h"

enum {
	NETNS_TARGET = 300,
};

/* One line, and an exit status. */
int netns_failed(const struct weft_error *e);
/* "netns:NAME" into target, or an exit status. */
int netns_target(const char *name, char target[NETNS_TARGET]);
/* "pid:N" into target, or an exit status. self: "local". */
int netns_process(const char *pid, char target[NETNS_TARGET]);

int netns_list(struct cli *c);
int netns_list_id(struct cli *c);
int netns_set_id(struct cli *c, const char *name, const char *id);
int netns_identify(struct cli *c, const char *pid);
int netns_pids(struct cli *c, const char *name);
int netns_monitor(struct cli *c, int argc, char **argv);

#endif
