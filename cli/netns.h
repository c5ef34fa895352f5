/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_NETNS_H
#define WEFT_CLI_NETNS_H

/* Network namespaces by name, in the folder where ip netns keeps them too. */

#include <sys/stat.h>

#include "cli.h"

#define NETNS_FOLDER "/run/netns"
enum {
	NETNS_PATH = 256,
};

/* One line for errno, and an exit status. */
int netns_failed(const char *what, const char *name);
/* "/run/netns/NAME" into path, or an exit status. */
int netns_path(const char *name, char path[NETNS_PATH]);
/* Makes the folder if it is not there. */
int netns_folder(void);

/* The names, sorted; free with netns_free. 0 or an exit status. */
struct netns_names {
	char **v;
	size_t n;
};
int netns_names(struct netns_names *ret);
void netns_free(struct netns_names *n);

int netns_list(struct cli *c);
int netns_list_id(struct cli *c);
int netns_set_id(struct cli *c, const char *name, const char *id);
int netns_identify(struct cli *c, const char *pid);
int netns_pids(struct cli *c, const char *name);
int netns_monitor(struct cli *c, int argc, char **argv);

#endif
