/* SPDX-License-Identifier: MIT */
/* weft netns: namespaces kept by name in the folder that ip netns uses. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "netns.h"

static const char help[] =
	"usage: weft netns list | list-id\n"
	"       weft netns add NAME | attach NAME PID | del NAME\n"
	"       weft netns exec NAME COMMAND [ARGUMENT...]\n"
	"       weft netns set-id NAME NUMBER|auto\n"
	"       weft netns identify [PID|self] | pids NAME\n"
	"       weft netns monitor [--count N] [--duration SECONDS]\n"
	"Namespaces live in " NETNS_FOLDER ", where ip netns has them too. Ids are those that the target's\n"
	"namespace has for others. exec shows the files of /etc/netns/NAME in /etc, as ip netns exec does.\n";

int netns_failed(const char *what, const char *name)
{
	return cli_fail(errno == EPERM || errno == EACCES || errno == EEXIST || errno == ENOENT ||
				errno == EBUSY ? CLI_REFUSED : CLI_TRANSPORT,
			"%s %.100s: %s", what, name, strerror(errno));
}

int netns_path(const char *name, char path[NETNS_PATH])
{
	int n;

	if (!*name || name[0] == '.' || strchr(name, '/') || strlen(name) > 200)
		return cli_fail(CLI_USAGE, "not a namespace name: \"%.60s\"", name);
	n = snprintf(path, NETNS_PATH, NETNS_FOLDER "/%s", name);
	return n < 0 || n >= NETNS_PATH ? CLI_USAGE : 0;
}

int netns_folder(void)
{
	return mkdir(NETNS_FOLDER, 0755) < 0 && errno != EEXIST ? netns_failed("make", NETNS_FOLDER) : 0;
}

/* The folder must be a shared mount, so that a namespace removed here is removed in every mount
 * namespace that saw it. */
static int share(void)
{
	int status = netns_folder();

	if (status)
		return status;
	if (mount("", NETNS_FOLDER, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (errno != EINVAL)
		return netns_failed("share", NETNS_FOLDER);
	if (mount(NETNS_FOLDER, NETNS_FOLDER, "none", MS_BIND | MS_REC, NULL) < 0 ||
	    mount("", NETNS_FOLDER, "none", MS_SHARED | MS_REC, NULL) < 0)
		return netns_failed("share", NETNS_FOLDER);
	return 0;
}

/* In a child, because the namespace is a property of the process. */
static int make(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		if (unshare(CLONE_NEWNET) < 0 || mount("/proc/self/ns/net", path, "none", MS_BIND, NULL) < 0)
			_exit(errno > 0 && errno < 250 ? errno : 250);
		_exit(0);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

/* Gives a name to that of a process. */
static int attach(const char *pid, const char *path)
{
	char from[64];

	(void)snprintf(from, sizeof from, "/proc/%.20s/ns/net", pid);
	return mount(from, path, "none", MS_BIND, NULL) < 0 ? -errno : 0;
}

/* A new one, or with pid that of a process. */
static int add(const char *name, const char *pid)
{
	char path[NETNS_PATH];
	int fd, r, status = netns_path(name, path);

	if (status == 0 && pid && (!*pid || strspn(pid, "0123456789") != strlen(pid) || strlen(pid) > 10))
		status = cli_fail(CLI_USAGE, "not a process id: \"%.40s\"", pid);
	if (status == 0)
		status = share();
	if (status)
		return status;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return netns_failed("add", name);
	close(fd);
	r = pid ? attach(pid, path) : make(path);
	if (r == 0)
		return 0;
	(void)unlink(path);
	errno = -r;
	return netns_failed("add", name);
}

static int del(const char *name)
{
	char path[NETNS_PATH];
	int status = netns_path(name, path);

	if (status)
		return status;
	/* not mounted is no obstacle: the file may be left over */
	if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL)
		return netns_failed("del", name);
	return unlink(path) < 0 ? netns_failed("del", name) : 0;
}

/* Files of /etc/netns/NAME stand in for those of /etc: a namespace has resolvers of its own. */
static void bind_etc(const char *name)
{
	char from[600], to[300];
	struct dirent *e;
	DIR *d;

	(void)snprintf(from, sizeof from, "/etc/netns/%s", name);
	d = opendir(from);
	while (d && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(from, sizeof from, "/etc/netns/%s/%s", name, e->d_name);
		(void)snprintf(to, sizeof to, "/etc/%s", e->d_name);
		if (mount(from, to, "none", MS_BIND, NULL) < 0)
			(void)cli_fail(0, "%.200s in place of %.200s: %s", from, to, strerror(errno));
	}
	if (d)
		closedir(d);
}

/* /sys shows the devices of the namespace it was mounted in. */
static int enter(const char *name, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return netns_failed("namespace", name);
	if (setns(fd, CLONE_NEWNET) < 0) {
		int status = netns_failed("enter", name);

		close(fd);
		return status;
	}
	close(fd);
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return netns_failed("mount namespace for", name);
	if (umount2("/sys", MNT_DETACH) < 0 && errno != EINVAL)
		return netns_failed("unmount", "/sys");
	if (mount(name, "/sys", "sysfs", 0, NULL) < 0)
		return netns_failed("mount", "/sys");
	bind_etc(name);
	return 0;
}

static int exec_in(const char *name, char **argv)
{
	char path[NETNS_PATH];
	int status = netns_path(name, path);

	if (status == 0)
		status = enter(name, path);
	if (status)
		return status;
	(void)execvp(argv[0], argv);
	return netns_failed("run", argv[0]);
}

/* The folder and the processes are those of this machine. */
static bool is_far(const char *target)
{
	return target && (strncmp(target, "ssh:", 4) == 0 || strncmp(target, "unix:", 5) == 0 ||
			  strncmp(target, "exec:", 5) == 0);
}

static int verb(struct cli *c, int argc, char **argv)
{
	const char *v = argv[0];

	if (strcmp(v, "list") == 0 && argc == 1)
		return netns_list(c);
	if (strcmp(v, "list-id") == 0 && argc == 1)
		return netns_list_id(c);
	if (strcmp(v, "add") == 0 && argc == 2)
		return add(argv[1], NULL);
	if (strcmp(v, "attach") == 0 && argc == 3)
		return add(argv[1], argv[2]);
	if (strcmp(v, "del") == 0 && argc == 2)
		return del(argv[1]);
	if (strcmp(v, "set-id") == 0 && argc == 3)
		return netns_set_id(c, argv[1], argv[2]);
	if (strcmp(v, "identify") == 0 && argc <= 2)
		return netns_identify(c, argc == 2 ? argv[1] : "self");
	if (strcmp(v, "pids") == 0 && argc == 2)
		return netns_pids(c, argv[1]);
	if (strcmp(v, "monitor") == 0)
		return netns_monitor(c, argc - 1, argv + 1);
	return -1;
}

int cmd_netns(struct cli *c, int argc, char **argv)
{
	static const char *const verbs[] = { "list", "list-id", "add", "attach", "del", "exec", "set-id",
					     "identify", "pids", "monitor" };
	int status;

	if (argc < 2)
		return cli_fail(CLI_USAGE, "a word is needed: list, add, del, exec ...; see weft netns --help");
	if (is_far(c->target))
		return cli_fail(CLI_USAGE, "netns works on this machine only, not on %.100s", c->target);
	if (strcmp(argv[1], "exec") == 0 && argc >= 4 && argv[2][0] != '-')
		return exec_in(argv[2], argv + 3);
	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	status = verb(c, argc - 1, argv + 1);
	if (status >= 0)
		return status;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[1], verbs[i]) == 0)
			return cli_fail(CLI_USAGE, "wrong arguments; see weft netns --help");
	return cli_unknown("word", argv[1], verbs, sizeof verbs / sizeof *verbs);
}
