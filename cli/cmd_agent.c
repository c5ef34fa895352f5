/* SPDX-License-Identifier: MIT */
/* weft agent: netlink sockets of this machine for sessions elsewhere. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weft/agent.h>

#include "cli.h"

enum {
	MOST = 64,	 /* of namespaces, protocols, users, groups, and of peers at once */
	OTHERS = 48,	 /* peers at once that are neither root nor this user, who get in in any case */
	EACH = 16,	 /* of one user among them */
	GREETING = 5000, /* ms until a peer must have said what it is */
};

static const char help[] =
    "usage: weft agent [--read-only] [--allow LIST] [--listen unix:PATH [--uid UID]... [--gid GID]...]\n"
    "Opens netlink sockets here for a session elsewhere (weft -t ssh:HOST, -t unix:PATH, -t exec:COMMAND).\n"
    "Without --listen the session is on standard input and output.\n"
    "  --read-only     only operations that change nothing; the others are refused with EPERM\n"
    "  --allow LIST    what may be opened, with commas: namespaces (local, netns:NAME) and protocols\n"
    "                  (route, generic, netfilter, sock_diag, xfrm, ... or a number); of the sort that is\n"
    "                  not named everything; to keep a peer inside namespaces name them and route alone\n"
    "  --listen unix:PATH  serves many peers until a signal ends it; only those of this user, of root, and of\n"
    "                  --uid (name or number) and --gid (any of their groups) are admitted; of each\n"
    "                  user 16, of all together 64, and none that says nothing for 5 s\n";

struct agent {
	struct weft_agent_opts o;
	const char *namespaces[MOST + 1], *protocols[MOST + 1];
	size_t n_namespaces, n_protocols;
	char *allow[MOST]; /* cut up; the words above stand in them */
	size_t n_lists;
	const char *path;
	uid_t uid[MOST];
	gid_t gid[MOST];
	size_t n_uids, n_gids;
	struct peer {
		pid_t pid;
		uid_t uid;
	} peers[MOST]; /* that are served now */
	unsigned n_peers;
};

static int allow(struct agent *a, const char *list)
{
	char *save = NULL;

	/* an empty list is a mistake, such as a variable that is not set, and would allow everything */
	if (!*list || *list == ',' || list[strlen(list) - 1] == ',' || strstr(list, ",,"))
		return cli_fail(CLI_USAGE, "--allow: an empty word in \"%.60s\"", list);
	if (a->n_lists == MOST)
		return cli_fail(CLI_USAGE, "--allow: more than %d lists", MOST);
	a->allow[a->n_lists] = strdup(list);
	if (!a->allow[a->n_lists])
		return cli_fail(CLI_INTERNAL, "out of memory");
	for (char *w = strtok_r(a->allow[a->n_lists++], ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		bool ns = strcmp(w, "local") == 0 || strncmp(w, "netns:", 6) == 0;

		if ((ns ? a->n_namespaces : a->n_protocols) == MOST)
			return cli_fail(CLI_USAGE, "--allow: more than %d of a sort", MOST);
		if (ns)
			a->namespaces[a->n_namespaces++] = w;
		else if (weft_protocol_number(w) < 0)
			return cli_fail(CLI_USAGE,
					"--allow: no namespace (local, netns:NAME) and no protocol: \"%.40s\"", w);
		else
			a->protocols[a->n_protocols++] = w;
	}
	return 0;
}

static int number(const char *word, unsigned *ret)
{
	char *end;
	unsigned long v = strtoul(word, &end, 10);

	if (end == word || *end || v >= UINT32_MAX || *word == '-')
		return -1;
	*ret = (unsigned)v;
	return 0;
}

static int user(struct agent *a, const char *word)
{
	const struct passwd *p;
	unsigned v;

	if (a->n_uids == MOST)
		return cli_fail(CLI_USAGE, "--uid: more than %d", MOST);
	if (number(word, &v) < 0) {
		p = getpwnam(word);
		if (!p)
			return cli_fail(CLI_USAGE, "--uid: no user \"%.40s\"", word);
		v = p->pw_uid;
	}
	a->uid[a->n_uids++] = v;
	return 0;
}

static int group(struct agent *a, const char *word)
{
	const struct group *g;
	unsigned v;

	if (a->n_gids == MOST)
		return cli_fail(CLI_USAGE, "--gid: more than %d", MOST);
	if (number(word, &v) < 0) {
		g = getgrnam(word);
		if (!g)
			return cli_fail(CLI_USAGE, "--gid: no group \"%.40s\"", word);
		v = g->gr_gid;
	}
	a->gid[a->n_gids++] = v;
	return 0;
}

static int listen_on(struct agent *a, const char *word)
{
	if (strncmp(word, "unix:", 5) != 0 || !word[5])
		return cli_fail(CLI_USAGE, "--listen: unix:PATH is needed, not \"%.60s\"", word);
	a->path = word + 5;
	return 0;
}

static int parse(struct agent *a, int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*take)(struct agent *a, const char *word);
	} options[] = { { "--allow", allow }, { "--listen", listen_on }, { "--uid", user }, { "--gid", group } };
	int status = 0;

	for (int i = 1; status == 0 && i < argc; i++) {
		size_t k = 0;

		if (strcmp(argv[i], "--read-only") == 0) {
			a->o.read_only = true;
			continue;
		}
		while (k < 4 && strcmp(options[k].name, argv[i]) != 0)
			k++;
		if (k == 4)
			return cli_fail(CLI_USAGE, "unknown option \"%.60s\"; see weft agent --help", argv[i]);
		if (i + 1 == argc)
			return cli_fail(CLI_USAGE, "%s: a value is needed", argv[i]);
		status = options[k].take(a, argv[++i]);
	}
	if (status == 0 && !a->path && (a->n_uids || a->n_gids))
		return cli_fail(CLI_USAGE, "--uid and --gid go with --listen");
	a->o.size = sizeof a->o;
	a->o.namespaces = a->n_namespaces ? a->namespaces : NULL;
	a->o.protocols = a->n_protocols ? a->protocols : NULL;
	return status;
}

/* 0 also when the peer just went away: that is how most sessions end. */
static int serve(const struct agent *a, int in, int out)
{
	struct weft_error e = { 0 };
	int r = weft_agent_serve(in, out, &a->o, &e);

	if (r == 0 || r == -ECANCELED)
		return CLI_OK;
	return cli_fail(CLI_TRANSPORT, "agent: %s", e.msg);
}

static bool has_group(const struct agent *a, gid_t gid)
{
	for (size_t i = 0; i < a->n_gids; i++)
		if (a->gid[i] == gid)
			return true;
	return false;
}

/* Whether one of the other groups of a peer is among those of --gid. */
static bool has_groups(const struct agent *a, int peer)
{
	gid_t none, *all = NULL;
	socklen_t len = sizeof none;
	bool has = false;

	if (a->n_gids == 0)
		return false;
	/* fails, and tells how much is needed */
	if (getsockopt(peer, SOL_SOCKET, SO_PEERGROUPS, &none, &len) == 0)
		return len == sizeof none && has_group(a, none);
	all = errno == ERANGE ? malloc(len) : NULL;
	if (all && getsockopt(peer, SOL_SOCKET, SO_PEERGROUPS, all, &len) == 0)
		for (size_t i = 0; !has && i < len / sizeof *all; i++)
			has = has_group(a, all[i]);
	free(all);
	return has;
}

static bool ours(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static bool admitted(const struct agent *a, int peer, const struct ucred *who)
{
	if (ours(who->uid))
		return true;
	for (size_t i = 0; i < a->n_uids; i++)
		if (a->uid[i] == who->uid)
			return true;
	return has_group(a, who->gid) || has_groups(a, peer);
}

/* Nobody keeps others out, least of all those whose agent it is. */
static bool has_place(const struct agent *a, uid_t uid)
{
	unsigned same = 0, others = 0;

	for (unsigned i = 0; i < a->n_peers; i++) {
		same += a->peers[i].uid == uid;
		others += !ours(a->peers[i].uid);
	}
	return a->n_peers < MOST && (ours(uid) || (same < EACH && others < OTHERS));
}

/* A peer's process is ended by a signal, and with the one that listens. */
static void stoppable(pid_t parent)
{
	sigset_t none;

	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(CLI_TRANSPORT);
}

/* A process for each peer: what one does to its agent does not touch the others. */
static void serve_peer(struct agent *a, int listener, int peer, uid_t uid)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == 0) {
		close(listener);
		stoppable(parent);
		_exit(serve(a, peer, peer));
	}
	if (pid < 0)
		(void)cli_fail(0, "fork: %s", strerror(errno));
	else
		a->peers[a->n_peers++] = (struct peer){ .pid = pid, .uid = uid };
}

static void forget_peers(struct agent *a)
{
	pid_t pid;

	while (a->n_peers && (pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (unsigned i = 0; i < a->n_peers; i++)
			if (a->peers[i].pid == pid) {
				a->peers[i] = a->peers[--a->n_peers];
				break;
			}
}

static void take_peer(struct agent *a, int listener)
{
	int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	struct ucred who;
	socklen_t len = sizeof who;

	/* their places are free */
	forget_peers(a);
	if (peer < 0) {
		/* without descriptors the peer keeps waiting, and the listener stays readable */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			(void)poll(NULL, 0, 100);
		return;
	}
	if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0 || !admitted(a, peer, &who)) {
		(void)cli_fail(0, "a peer was turned away: its user may not");
		weft_agent_turn_away(peer, -EACCES, "the user may not");
	} else if (!has_place(a, who.uid)) {
		(void)cli_fail(0, "a peer of user %u was turned away: too many are there", (unsigned)who.uid);
		weft_agent_turn_away(peer, -EUSERS, "too many peers");
	} else {
		serve_peer(a, listener, peer, who.uid);
	}
	close(peer);
}

/* A socket that is left of an agent which is no more gives way to this one. */
static int open_listener(const char *path, bool others)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;
	mode_t before;
	int r;

	if (fd < 0)
		return -errno;
	if (strlen(path) >= sizeof at.sun_path) {
		close(fd);
		return -ENAMETOOLONG;
	}
	memcpy(at.sun_path, path, strlen(path));
	/* nothing else is taken away: connecting to a file is refused as well */
	if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0 && errno == ECONNREFUSED && lstat(path, &st) == 0 &&
	    S_ISSOCK(st.st_mode))
		(void)unlink(path);
	/* who may connect is decided by what the kernel says of the peer; others cannot even try */
	before = umask(others ? 0 : 077);
	r = bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, 16) < 0 ? -errno : 0;
	(void)umask(before);
	if (r < 0) {
		close(fd);
		return r;
	}
	return fd;
}

static int listen_loop(struct agent *a)
{
	int fd = open_listener(a->path, a->n_uids || a->n_gids);

	if (fd < 0)
		return cli_fail(CLI_TRANSPORT, "%.100s: %s", a->path, strerror(-fd));
	a->o.greeting_ms = GREETING;
	cli_catch();
	while (!cli_stopped()) {
		if (cli_wait(fd, cli_now() + 1))
			take_peer(a, fd);
		forget_peers(a);
	}
	close(fd);
	(void)unlink(a->path);
	return CLI_OK;
}

int cmd_agent(struct cli *c, int argc, char **argv)
{
	struct agent a = { .o = { .handler = weft_ovs, .handler_user = &c->ovs } };
	int status;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	status = parse(&a, argc, argv);
	if (status == 0)
		status = a.path ? listen_loop(&a) : serve(&a, 0, 1);
	while (a.n_lists)
		free(a.allow[--a.n_lists]);
	return status;
}
