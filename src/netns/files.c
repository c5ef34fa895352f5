/* SPDX-License-Identifier: MIT */
/* What a command inside sees of files, as under ip netns exec. No allocation but opendir's: this
 * may run in a task with the memory of its parent. */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "netns/netns.h"

static void note(const struct weft_netns_opts *o, const char *from, const char *to, int code)
{
	char text[1024];

	if (!o->note)
		return;
	(void)snprintf(text, sizeof text, "%.400s in place of %.400s: %s", from, to, strerror(code));
	o->note(text, o->user);
}

/* Files of /etc/netns/NAME stand in for those of /etc: a namespace has resolvers of its own. */
static void bind_etc(const struct weft__ns_inside *in)
{
	char from[600], to[300];
	struct dirent *e;
	DIR *d;

	(void)snprintf(from, sizeof from, "/etc/netns/%.255s", in->name);
	d = opendir(from);
	while (d && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(from, sizeof from, "/etc/netns/%.255s/%.255s", in->name, e->d_name);
		(void)snprintf(to, sizeof to, "/etc/%.255s", e->d_name);
		if (mount(from, to, "none", MS_BIND, NULL) < 0)
			note(in->o, from, to, errno);
	}
	if (d)
		closedir(d);
}

/* /sys shows the devices of the namespace it was mounted in. */
static int mounts(struct weft__ns_inside *in)
{
	in->failed = "mount namespace for";
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return -errno;
	in->failed = "unmount /sys for";
	if (umount2("/sys", MNT_DETACH) < 0 && errno != EINVAL)
		return -errno;
	in->failed = "mount /sys for";
	if (mount(in->name ? in->name : "netns", "/sys", "sysfs", 0, NULL) < 0)
		return -errno;
	if (in->name)
		bind_etc(in);
	return 0;
}

int weft__ns_enter(struct weft__ns_inside *in)
{
	in->failed = "enter";
	if (setns(in->ns, CLONE_NEWNET) < 0)
		return -errno;
	return in->o->files ? mounts(in) : 0;
}
