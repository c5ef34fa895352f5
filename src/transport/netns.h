/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_NETNS_H
#define WEFT_TRANSPORT_NETNS_H

#include <sys/types.h>

#include <weft/base.h>

#define WEFT__NS_FOLDER "/run/netns"

enum {
	WEFT__NS_PATH = 512,
};

/* A namespace of this machine that stays the same one, whatever becomes of the name or the process by which it was
 * found, and wherever the caller goes. */
struct weft__ns {
	int fd;	  /* -1: that of the caller, which could not be held */
	bool own; /* was the caller's */
	dev_t dev;
	ino_t ino;
	char target[48]; /* names it, to this process, while it is held */
};
/* 0, or a negative errno. "local" and NULL always work. */
int weft__ns_hold(const char *target, struct weft__ns *ret, struct weft_error *e);
void weft__ns_drop(struct weft__ns *ns);
/* Runs fn there, as weft__inside does; a caller that is there needs no right and no task. */
int weft__ns_run(const struct weft__ns *ns, int (*fn)(void *user), void *user);

/* Whether a name can be one of the folder's. */
bool weft__ns_name(const char *name);
/* The namespace file that a target names ("netns:NAME", "netns:/path", "pid:N", "local" or NULL). */
int weft__ns_path(const char *target, char *path, size_t size, struct weft_error *e);
/* That file, open: fd or negative errno. */
int weft__ns_open(const char *target, struct weft_error *e);
/* A netlink socket of the caller's own namespace: fd or negative errno. */
int weft__plain_socket(uint16_t protocol);
/* The same of another namespace. No thread of the caller changes its namespace, and nothing is left behind. */
int weft__socket_inside(uint16_t protocol, const struct weft__ns *ns);
/* Runs fn in a task of its own, in the namespace that ns refers to (-1: that of the caller): what it returns, or a
 * negative errno. The task has the caller's memory and descriptors and runs in place of it. */
int weft__task(int ns, int (*fn)(void *user), void *user);
/* The same in the namespace of a target; "local" and NULL: fn is simply called. */
int weft__inside(const char *target, int (*fn)(void *user), void *user);
/* For tasks with flags of their own: runs fn and waits until it ends or executes another program. Number of the
 * process, or a negative errno. fn begins with all signals held, *ret_before (may be NULL) are those that were. */
int weft__clone(int flags, int (*fn)(void *user), void *user, void *ret_before);

#endif
