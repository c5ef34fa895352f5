/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_NETNS_H
#define WEFT_TRANSPORT_NETNS_H

#include <weft/base.h>

enum {
	WEFT__NS_PATH = 256,
};

/* The namespace file that a target names ("netns:NAME", "netns:/path", "pid:N"). */
int weft__ns_path(const char *target, char *path, size_t size, struct weft_error *e);
/* A netlink socket of the caller's own namespace: fd or negative errno. */
int weft__plain_socket(uint16_t protocol);
/* The same of the namespace that the descriptor ns refers to. No thread of the caller changes its
 * namespace, and nothing is left behind. */
int weft__socket_inside(uint16_t protocol, int ns);
/* Runs fn in the namespace of a target (NULL or "local": here) and returns what it returns: 0, or a negative
 * errno. fn makes system calls only: it runs on a small stack, in place of the caller. */
int weft__inside(const char *target, int (*fn)(void *user), void *user);

#endif
