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
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

#define FOLDER "/run/netns"

static const char help[] =
	"usage: weft netns list\n"
	"       weft netns add NAME\n"
	"       weft netns del NAME\n"
	"       weft netns exec NAME COMMAND [ARGUMENT...]\n"
	"Namespaces live in " FOLDER ", where ip netns has them too.\n";

static int failed(const char *what, const char *name)
{
	return cli_fail(errno == EPERM || errno == EACCES || errno == EEXIST || errno == ENOENT ||
				errno == EBUSY ? CLI_REFUSED : CLI_TRANSPORT,
			"%s %.100s: %s", what, name, strerror(errno));
}

static int path_of(const char *name, char *path, size_t size)
{
	int n;

	if (!*name || name[0] == '.' || strchr(name, '/') || strlen(name) > 200)
		return cli_fail(CLI_USAGE, "not a namespace name: \"%.60s\"", name);
	n = snprintf(path, size, FOLDER "/%s", name);
	return n < 0 || (size_t)n >= size ? CLI_USAGE : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int list(struct cli *c)
{
	DIR *d = opendir(FOLDER);
	struct dirent *e;
	char **names = NULL;
	size_t n = 0;
	int status = 0;

	if (!d)
		return errno == ENOENT ? 0 : failed("open", FOLDER);
	while (status == 0 && (e = readdir(d)) != NULL) {
		char **more;

		if (e->d_name[0] == '.')
			continue;
		more = realloc(names, (n + 1) * sizeof *names);
		if (more)
			names = more;
		if (!more || !(names[n] = strdup(e->d_name)))
			status = cli_fail(CLI_INTERNAL, "out of memory");
		else
			n++;
	}
	closedir(d);
	if (n)
		qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++) {
		weft_text_safe(&c->out, names[i], strlen(names[i]));
		weft_text_putc(&c->out, '\n');
		free(names[i]);
	}
	free(names);
	return status;
}

/* The folder must be a shared mount, so that a namespace removed here is removed in every mount
 * namespace that saw it. */
static int folder(void)
{
	if (mkdir(FOLDER, 0755) < 0 && errno != EEXIST)
		return failed("make", FOLDER);
	if (mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL) == 0)
		return 0;
	if (errno != EINVAL)
		return failed("share", FOLDER);
	if (mount(FOLDER, FOLDER, "none", MS_BIND | MS_REC, NULL) < 0 ||
	    mount("", FOLDER, "none", MS_SHARED | MS_REC, NULL) < 0)
		return failed("share", FOLDER);
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

static int add(const char *name)
{
	char path[256];
	int fd, r, status = path_of(name, path, sizeof path);

	if (status == 0)
		status = folder();
	if (status)
		return status;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
	if (fd < 0)
		return failed("add", name);
	close(fd);
	r = make(path);
	if (r == 0)
		return 0;
	(void)unlink(path);
	errno = -r;
	return failed("add", name);
}

static int del(const char *name)
{
	char path[256];
	int status = path_of(name, path, sizeof path);

	if (status)
		return status;
	/* not mounted is no obstacle: the file may be left over */
	if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL)
		return failed("del", name);
	return unlink(path) < 0 ? failed("del", name) : 0;
}

/* /sys shows the devices of the namespace it was mounted in. */
static int enter(const char *name, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return failed("namespace", name);
	if (setns(fd, CLONE_NEWNET) < 0) {
		int status = failed("enter", name);

		close(fd);
		return status;
	}
	close(fd);
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return failed("mount namespace for", name);
	if (umount2("/sys", MNT_DETACH) < 0 && errno != EINVAL)
		return failed("unmount", "/sys");
	if (mount(name, "/sys", "sysfs", 0, NULL) < 0)
		return failed("mount", "/sys");
	return 0;
}

static int exec_in(const char *name, char **argv)
{
	char path[256];
	int status = path_of(name, path, sizeof path);

	if (status == 0)
		status = enter(name, path);
	if (status)
		return status;
	(void)execvp(argv[0], argv);
	return failed("run", argv[0]);
}

int cmd_netns(struct cli *c, int argc, char **argv)
{
	static const char *const verbs[] = { "list", "add", "del", "exec" };

	if (argc < 2)
		return cli_fail(CLI_USAGE, "list, add, del or exec is needed; see weft netns --help");
	if (strcmp(argv[1], "exec") == 0 && argc >= 4 && argv[2][0] != '-')
		return exec_in(argv[2], argv + 3);
	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	if (strcmp(argv[1], "list") == 0 && argc == 2)
		return list(c);
	if (strcmp(argv[1], "add") == 0 && argc == 3)
		return add(argv[2]);
	if (strcmp(argv[1], "del") == 0 && argc == 3)
		return del(argv[2]);
	for (size_t i = 0; i < 4; i++)
		if (strcmp(argv[1], verbs[i]) == 0)
			return cli_fail(CLI_USAGE, "wrong arguments; see weft netns --help");
	return cli_unknown("word", argv[1], verbs, 4);
}
