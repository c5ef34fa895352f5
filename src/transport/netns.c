/* SPDX-License-Identifier: MIT */
/* Sockets of other network namespaces. A socket belongs to the namespace of the task that makes it,
 * for ever: here a task that does nothing else. It shares the memory and the descriptors of the
 * caller, which stands still meanwhile (as with vfork), so the socket is simply there when the task
 * is gone. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#if __has_include(<sanitizer/asan_interface.h>)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)0)
#endif

#include "base/self.h"
#include "transport/netns.h"

enum {
	STACK = 1 << 20, /* address space only */
	GUARD = 64 << 10,
};

#define OWN  "/proc/thread-self/ns/net"
#define HELD "netns:/proc/thread-self/fd/"

int weft__plain_socket(uint16_t protocol)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	return fd < 0 ? -errno : fd;
}

int weft__clone(int flags, int (*fn)(void *user), void *user, void *ret_before)
{
	sigset_t all, before;
	int pid;
	char *stack = mmap(NULL, GUARD + STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

	if (stack == MAP_FAILED)
		return -errno;
	(void)mprotect(stack, GUARD, PROT_NONE);
	/* the task must not be the first to ask: its answer would be kept as that of this process
	 */
	(void)weft__self();
	/* no handler of the caller may run on the small stack, in the wrong namespace */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, &before);
	if (ret_before)
		memcpy(ret_before, &before, sizeof before);
	pid = clone(fn, stack + GUARD + STACK, CLONE_VM | CLONE_VFORK | flags, user);
	if (pid < 0)
		pid = -errno;
	/* without an exit signal it is nobody's child but ours to wait for */
	else if ((flags & CSIGNAL) == 0)
		while (waitpid(pid, NULL, __WALL) < 0 && errno == EINTR)
			;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	/* a task that became another program has left its frames marked, for whatever comes to this place */
	ASAN_UNPOISON_MEMORY_REGION(stack + GUARD, STACK);
	(void)munmap(stack, GUARD + STACK);
	return pid;
}

struct errand {
	int ns, result;
	int (*fn)(void *user);
	void *user;
};

static int inside(void *user)
{
	struct errand *e = user;

	e->result = e->ns >= 0 && setns(e->ns, CLONE_NEWNET) < 0 ? -errno : e->fn(e->user);
	return 0;
}

int weft__task(int ns, int (*fn)(void *user), void *user)
{
	struct errand e = { ns, -EIO, fn, user };
	/* without an exit signal the caller's handling of its children is not disturbed */
	int pid = weft__clone(CLONE_FILES, inside, &e, NULL);

	return pid < 0 ? pid : e.result;
}

static int plain(void *user)
{
	return weft__plain_socket(*(const uint16_t *)user);
}

int weft__socket_inside(uint16_t protocol, const struct weft__ns *ns)
{
	return weft__ns_run(ns, plain, &protocol);
}

static bool is_local(const char *target)
{
	return !target || strcmp(target, "local") == 0;
}

int weft__ns_hold(const char *target, struct weft__ns *ret, struct weft_error *e)
{
	struct stat st = { 0 };

	*ret = (struct weft__ns){ .fd = weft__ns_open(target, is_local(target) ? NULL : e), .target = "local" };
	ret->own = is_local(target) || strncmp(target, HELD, strlen(HELD)) == 0;
	if (ret->fd >= 0 && fstat(ret->fd, &st) < 0) {
		close(ret->fd);
		ret->fd = weft_error_set(e, -errno, WEFT_WHERE_TRANSPORT, "", "namespace: %s", strerror(errno));
	}
	if (ret->fd < 0) {
		int r = ret->fd;

		ret->fd = -1;
		/* where there is no /proc it is the one where the caller is */
		return is_local(target) ? 0 : r;
	}
	ret->dev = st.st_dev;
	ret->ino = st.st_ino;
	(void)snprintf(ret->target, sizeof ret->target, HELD "%d", ret->fd);
	return 0;
}

void weft__ns_drop(struct weft__ns *ns)
{
	if (ns->fd >= 0)
		close(ns->fd);
	ns->fd = -1;
}

/* Whether the caller is in it. */
static bool is_here(const struct weft__ns *ns)
{
	struct stat st = { 0 };

	return ns->fd < 0 || (ns->own && stat(OWN, &st) == 0 && st.st_dev == ns->dev && st.st_ino == ns->ino);
}

int weft__ns_run(const struct weft__ns *ns, int (*fn)(void *user), void *user)
{
	return is_here(ns) ? fn(user) : weft__task(ns->fd, fn, user);
}

int weft__inside(const char *target, int (*fn)(void *user), void *user)
{
	struct weft__ns ns;
	int r;

	if (is_local(target))
		return fn(user);
	r = weft__ns_hold(target, &ns, NULL);
	if (r < 0)
		return r;
	r = weft__ns_run(&ns, fn, user);
	weft__ns_drop(&ns);
	return r;
}

bool weft__ns_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') && strlen(name) <= 255;
}

int weft__ns_path(const char *target, char *path, size_t size, struct weft_error *e)
{
	int n;

	if (is_local(target)) {
		n = snprintf(path, size, OWN);
	} else if (strncmp(target, "netns:", 6) == 0 && target[6] == '/') {
		n = snprintf(path, size, "%s", target + 6);
	} else if (strncmp(target, "netns:", 6) == 0) {
		if (!weft__ns_name(target + 6))
			return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "not a namespace name: \"%.60s\"",
					      target + 6);
		n = snprintf(path, size, WEFT__NS_FOLDER "/%s", target + 6);
	} else if (strncmp(target, "pid:", 4) == 0 && target[4] &&
		   strspn(target + 4, "0123456789") == strlen(target + 4)) {
		n = snprintf(path, size, "/proc/%s/ns/net", target + 4);
	} else {
		return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "",
				      "unknown target \"%.60s\": local, netns:NAME, netns:/path, pid:N, "
				      "ssh:HOST, unix:/path, exec:COMMAND or tape:FILE",
				      target);
	}
	if ((size_t)n >= size)
		return weft_error_set(e, -ENAMETOOLONG, WEFT_WHERE_CALLER, "", "target too long");
	return 0;
}

/* Only a namespace is opened: a pipe would make the caller wait, and some devices do something when they are opened. */
static int open_ns_file(const char *path)
{
	enum {
		NSFS = 0x6e736673
	}; /* linux/magic.h */
	int at = open(path, O_PATH | O_CLOEXEC), ns, code;
	char self[40];
	struct statfs fs;

	if (at < 0)
		return -errno;
	if (fstatfs(at, &fs) < 0)
		code = -errno;
	else
		code = fs.f_type == NSFS ? 0 : -EINVAL;
	(void)snprintf(self, sizeof self, "/proc/self/fd/%d", at);
	ns = code == 0 ? open(self, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : code;
	if (code == 0 && ns < 0)
		ns = -errno;
	close(at);
	return ns;
}

int weft__ns_open(const char *target, struct weft_error *e)
{
	char path[WEFT__NS_PATH];
	int ns, r = weft__ns_path(target, path, sizeof path, e);

	if (r < 0)
		return r;
	ns = open_ns_file(path);
	if (ns >= 0)
		return ns;
	r = ns;
	return weft_error_set(e, r, WEFT_WHERE_TRANSPORT, "", "namespace %.100s: %s", path, strerror(-r));
}
