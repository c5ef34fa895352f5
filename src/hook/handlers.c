/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "hook/handlers.h"
#include "transport/netns.h"

int weft__handlers_add(struct weft__chain *c, const char *target)
{
	int r = weft__tuntap_add(c, target);

	return r < 0 ? r : weft__team_add(c, target);
}

int weft_peer_inside(const char *target, int fd)
{
	char ours[WEFT__NS_PATH] = "/proc/thread-self/ns/net", theirs[64];
	struct ucred who;
	socklen_t len = sizeof who;
	struct stat a, b;
	int r = target && strcmp(target, "local") != 0 ? weft__ns_path(target, ours, sizeof ours, NULL) : 0;

	if (r < 0)
		return r;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
		return -errno;
	(void)snprintf(theirs, sizeof theirs, "/proc/%d/ns/net", (int)who.pid);
	if (stat(ours, &a) < 0 || stat(theirs, &b) < 0)
		return -errno;
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
