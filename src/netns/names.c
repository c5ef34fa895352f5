/* SPDX-License-Identifier: MIT */
/* Names: files in a folder on which the kernel's handles of namespaces are mounted, so that they
 * stay without a process. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns/netns.h"

int weft__ns_failed(struct weft_error *e, int code, const char *what, const char *name)
{
	bool refused = code == -EPERM || code == -EACCES || code == -EEXIST || code == -ENOENT || code == -EBUSY;

	return weft_error_set(e, code, refused ? WEFT_WHERE_KERNEL : WEFT_WHERE_TRANSPORT, "", "%s %.100s: %s", what,
			      name, strerror(-code));
}

int weft__ns_folder(struct weft_error *e)
{
	if (mkdir(WEFT__NS_FOLDER, 0755) == 0 || errno == EEXIST)
		return 0;
	return weft__ns_failed(e, -errno, "make", WEFT__NS_FOLDER);
}

static int path_of(const char *name, char path[WEFT__NS_PATH], struct weft_error *e)
{
	if (!name || !weft__ns_name(name))
		return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "not a namespace name: \"%.60s\"",
				      name ? name : "");
	(void)snprintf(path, WEFT__NS_PATH, WEFT__NS_FOLDER "/%s", name);
	return 0;
}

static int share(void)
{
	if (mount("", WEFT__NS_FOLDER, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	if (mount(WEFT__NS_FOLDER, WEFT__NS_FOLDER, "none", MS_BIND | MS_REC, NULL) < 0 ||
	    mount("", WEFT__NS_FOLDER, "none", MS_SHARED | MS_REC, NULL) < 0)
		return -errno;
	return 0;
}

/* The folder must be a shared mount, so that a name removed here is removed in every mount
 * namespace that saw it. Whoever makes it one holds a lock, as ip netns does: else it would be
 * mounted twice. */
static int ready(struct weft_error *e)
{
	int fd, r = weft__ns_folder(e);

	if (r < 0)
		return r;
	fd = open(WEFT__NS_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return weft__ns_failed(e, -errno, "open", WEFT__NS_FOLDER);
	while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
		;
	r = share();
	close(fd);
	return r < 0 ? weft__ns_failed(e, r, "share", WEFT__NS_FOLDER) : 0;
}

struct naming {
	const char *from, *path;
};

static int bind_it(void *user)
{
	const struct naming *n = user;

	return mount(n->from, n->path, "none", MS_BIND, NULL) < 0 ? -errno : 0;
}

static int make(void *user)
{
	return unshare(CLONE_NEWNET) < 0 ? -errno : bind_it(user);
}

/* A file for the name, and on it what fn mounts there. */
static int add(const char *name, const char *from, int (*fn)(void *user), struct weft_error *e)
{
	char path[WEFT__NS_PATH];
	struct naming n = { from, path };
	int fd, r = path_of(name, path, e);

	if (r == 0)
		r = ready(e);
	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return weft__ns_failed(e, -errno, "add", name);
	close(fd);
	/* a task of its own, for the namespace is a property of the task */
	r = weft__task(-1, fn, &n);
	if (r == 0)
		return 0;
	(void)unlink(path);
	return weft__ns_failed(e, r, "add", name);
}

int weft_netns_create(const char *name, struct weft_error *reterr)
{
	return add(name, "/proc/thread-self/ns/net", make, reterr);
}

int weft_netns_attach(const char *name, const char *target, struct weft_error *reterr)
{
	char from[64];
	int ns = weft__ns_open(target, reterr), r;

	if (ns < 0)
		return ns;
	if (ioctl(ns, NS_GET_NSTYPE) != CLONE_NEWNET) {
		close(ns);
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "not a network namespace: %.100s",
				      target);
	}
	/* the one that was looked at, whatever the target may be by now */
	(void)snprintf(from, sizeof from, "/proc/thread-self/fd/%d", ns);
	r = add(name, from, bind_it, reterr);
	close(ns);
	return r;
}

int weft_netns_remove(const char *name, struct weft_error *reterr)
{
	char path[WEFT__NS_PATH];
	int r = path_of(name, path, reterr);

	if (r < 0)
		return r;
	/* not mounted is no obstacle: the file may be left over */
	if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL)
		return weft__ns_failed(reterr, -errno, "del", name);
	return unlink(path) < 0 ? weft__ns_failed(reterr, -errno, "del", name) : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int keep(struct weft_netns_names *n, const char *name)
{
	char **more = realloc(n->name, (n->n + 1) * sizeof *more);

	if (more)
		n->name = more;
	if (!more || !(more[n->n] = strdup(name)))
		return -ENOMEM;
	n->n++;
	return 0;
}

static bool same(const struct stat *a, const char *name)
{
	char path[WEFT__NS_PATH];
	struct stat b;

	(void)snprintf(path, sizeof path, WEFT__NS_FOLDER "/%s", name);
	return stat(path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

/* All names, or those of one namespace. */
static int list(const struct stat *of, struct weft_netns_names *ret, struct weft_error *e)
{
	DIR *d = opendir(WEFT__NS_FOLDER);
	struct dirent *f;
	int r = 0;

	if (!d)
		return errno == ENOENT ? 0 : weft__ns_failed(e, -errno, "open", WEFT__NS_FOLDER);
	while (r == 0 && (f = readdir(d)) != NULL)
		if (f->d_name[0] != '.' && (!of || same(of, f->d_name)))
			r = keep(ret, f->d_name);
	closedir(d);
	if (ret->n)
		qsort(ret->name, ret->n, sizeof *ret->name, by_name);
	return r < 0 ? weft_error_set(e, r, WEFT_WHERE_CALLER, "", "out of memory") : 0;
}

int weft_netns_list(struct weft_netns_names *ret, struct weft_error *reterr)
{
	*ret = (struct weft_netns_names){ 0 };
	return list(NULL, ret, reterr);
}

int weft_netns_identify(const char *target, struct weft_netns_names *ret, struct weft_error *reterr)
{
	struct stat own;
	int ns = weft__ns_open(target, reterr), r;

	*ret = (struct weft_netns_names){ 0 };
	if (ns < 0)
		return ns;
	r = fstat(ns, &own) < 0 ? weft__ns_failed(reterr, -errno, "namespace", target ? target : "local")
				: list(&own, ret, reterr);
	close(ns);
	return r;
}

void weft_netns_names_free(struct weft_netns_names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->name[i]);
	free(n->name);
	*n = (struct weft_netns_names){ 0 };
}
