/* SPDX-License-Identifier: MIT */
/* weft netns: namespaces kept by name in the folder that ip netns uses. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "netns.h"

static const char help[] =
    "usage: weft netns list | list-id\n"
    "       weft netns add NAME | attach NAME PID | del NAME\n"
    "       weft netns exec NAME COMMAND [ARGUMENT...]\n"
    "       weft netns set-id NAME NUMBER|auto\n"
    "       weft netns identify [PID|self] | pids NAME\n"
    "       weft netns monitor [--count N] [--duration SECONDS]\n"
    "Namespaces live in /run/netns, where ip netns has them too. Ids are those that the target's\n"
    "namespace has for others. exec shows the files of /etc/netns/NAME in /etc, as ip netns exec does.\n";

/* What the machine refuses is no fault of the way to it. */
int netns_failed(const struct weft_error *e)
{
	struct weft_error told = *e;

	if (e->code == -EPERM || e->code == -EACCES || e->code == -ENOENT || e->code == -EBUSY)
		told.where = WEFT_WHERE_KERNEL;
	return cli_error(&told, "");
}

int netns_target(const char *name, char target[NETNS_TARGET])
{
	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > 255)
		return cli_fail(CLI_USAGE, "not a namespace name: \"%.60s\"", name);
	(void)snprintf(target, NETNS_TARGET, "netns:%s", name);
	return 0;
}

int netns_process(const char *pid, char target[NETNS_TARGET])
{
	bool self = strcmp(pid, "self") == 0;

	if (!self && (!*pid || strspn(pid, "0123456789") != strlen(pid) || strlen(pid) > 10))
		return cli_fail(CLI_USAGE, "not a process id: \"%.40s\"", pid);
	(void)snprintf(target, NETNS_TARGET, self ? "local" : "pid:%s", pid);
	return 0;
}

/* What one of the library's functions said. */
static int done(int r, const struct weft_error *e)
{
	return r < 0 ? netns_failed(e) : 0;
}

static int attach(const char *name, const char *pid)
{
	struct weft_error e = { 0 };
	char target[NETNS_TARGET];
	int status = netns_process(pid, target);

	return status ? status : done(weft_netns_attach(name, target, &e), &e);
}

static void note(const char *text, void *user)
{
	(void)user;
	(void)cli_fail(0, "%s", text);
}

static int exec_in(const char *name, char **argv)
{
	struct weft_error e = { 0 };
	char target[NETNS_TARGET];
	int status = netns_target(name, target);

	return status ? status
		      : done(weft_netns_exec(target, argv, WEFT_OPTS(weft_netns_opts, .files = true, .note = note), &e),
			     &e);
}

/* Whether a word asks for the ids that the target's namespace has for others; all others are about the folder
 * and the processes of this machine. */
static bool asks_target(const char *word)
{
	return strcmp(word, "list") == 0 || strcmp(word, "list-id") == 0 || strcmp(word, "set-id") == 0 ||
	       strcmp(word, "monitor") == 0;
}

static bool is_far(const char *target)
{
	return strncmp(target, "ssh:", 4) == 0 || strncmp(target, "unix:", 5) == 0 || strncmp(target, "exec:", 5) == 0;
}

static const char *const verbs[] = { "list", "list-id", "add",	    "attach", "del",
				     "exec", "set-id",	"identify", "pids",   "monitor" };

static bool is_verb(const char *word)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(word, verbs[i]) == 0)
			return true;
	return false;
}

static int verb(struct cli *c, int argc, char **argv)
{
	const char *v = argv[0];
	struct weft_error e = { 0 };

	if (strcmp(v, "list") == 0 && argc == 1)
		return netns_list(c);
	if (strcmp(v, "list-id") == 0 && argc == 1)
		return netns_list_id(c);
	if (strcmp(v, "add") == 0 && argc == 2)
		return done(weft_netns_create(argv[1], &e), &e);
	if (strcmp(v, "attach") == 0 && argc == 3)
		return attach(argv[1], argv[2]);
	if (strcmp(v, "del") == 0 && argc == 2)
		return done(weft_netns_remove(argv[1], &e), &e);
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
	bool exec;
	int status;

	if (argc < 2)
		return cli_fail(CLI_USAGE, "a word is needed: list, add, del, exec ...; see weft netns --help");
	if (c->target && is_far(c->target))
		return cli_fail(CLI_USAGE, "netns works on this machine only, not on %.100s", c->target);
	exec = strcmp(argv[1], "exec") == 0 && argc >= 4 && argv[2][0] != '-';
	if (!exec && cli_help(c, argc, argv, help))
		return CLI_OK;
	if (c->target && strcmp(c->target, "local") != 0 && is_verb(argv[1]) && !asks_target(argv[1]))
		return cli_fail(
		    CLI_USAGE, "netns %.40s has no target: namespaces are kept by name for the whole machine", argv[1]);
	if (exec)
		return exec_in(argv[2], argv + 3);
	status = verb(c, argc - 1, argv + 1);
	if (status >= 0)
		return status;
	if (is_verb(argv[1]))
		return cli_fail(CLI_USAGE, "wrong arguments; see weft netns --help");
	return cli_unknown("word", argv[1], verbs, sizeof verbs / sizeof *verbs);
}
