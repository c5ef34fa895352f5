/* SPDX-License-Identifier: MIT */
#ifndef WEFT_NETNS_INTERNAL_H
#define WEFT_NETNS_INTERNAL_H

#include <weft/netns.h>

#include "transport/netns.h"

/* An errno of this machine's: "what name: text". Returns code. */
int weft__ns_failed(struct weft_error *e, int code, const char *what, const char *name);
/* Makes the folder if it is not there. */
int weft__ns_folder(struct weft_error *e);

/* How a command sees its namespace. */
struct weft__ns_inside {
	int ns;		  /* its descriptor */
	const char *name; /* whose files of /etc/netns; NULL: none */
	const struct weft_netns_opts *o;
	const char *failed; /* what did not work */
};
/* Takes the calling task inside; 0 or a negative errno. */
int weft__ns_enter(struct weft__ns_inside *in);

#endif
