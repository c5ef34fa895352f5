/* SPDX-License-Identifier: MIT */
/* From a target to a byte stream: ssh, a unix socket, any command. No shell of this machine sees any part of
 * it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "transport/dial.h"

enum {
	WORDS = 64,
};

static int unix_socket(const char *path, struct weft__stream *st, struct weft_error *e)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof a.sun_path || !*path)
		return weft_error_set(e, -ENAMETOOLONG, WEFT_WHERE_CALLER, "",
				      "unix: a path of 1 to %zu bytes is needed", sizeof a.sun_path - 1);
	memcpy(a.sun_path, path, strlen(path));
	st->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (st->fd < 0 || connect(st->fd, (struct sockaddr *)&a, sizeof a) < 0) {
		int code = -errno;

		return weft_error_set(e, code, WEFT_WHERE_TRANSPORT, "", "%.100s: %s", path, strerror(-code));
	}
	return 0;
}

static int run(char **argv, struct weft__stream *st, struct weft_error *e)
{
	int r = weft__spawn(argv, &st->fd, &st->child_err, &st->child);

	if (r < 0)
		return weft_error_set(e, r, WEFT_WHERE_TRANSPORT, "", "%.60s: %s", argv[0], strerror(-r));
	return 0;
}

/* Words of a command line, split at blanks. Cuts text up. Number of words, 0: none or too many. */
static int split(char *text, char **argv, int room)
{
	int n = 0;
	char *save = NULL;

	for (char *w = strtok_r(text, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		if (n == room - 1)
			return 0;
		argv[n++] = w;
	}
	argv[n] = NULL;
	return n;
}

static int command(const char *text, struct weft__stream *st, struct weft_error *e)
{
	char *copy = strdup(text), *argv[WORDS];
	int r;

	if (!copy)
		return weft_error_set(e, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	r = split(copy, argv, WORDS) ? run(argv, st, e)
				     : weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "",
						      "exec: a command of 1 to %d words is needed", WORDS - 1);
	free(copy);
	return r;
}

/* [user@]host[:port]; a host in brackets may have colons. Cuts text up. */
static int split_host(char *text, char **ret_host, char **ret_port)
{
	char *host = strrchr(text, '@'), *colon;

	host = host ? host + 1 : text;
	*ret_port = NULL;
	*ret_host = text;
	if (*host == '[') {
		char *end = strchr(host, ']');

		if (!end || (end[1] && end[1] != ':'))
			return -EINVAL;
		colon = end[1] ? end + 1 : NULL;
		*end = 0;
		memmove(host, host + 1, (size_t)(end - host));
	} else {
		colon = strchr(host, ':');
	}
	if (colon) {
		*colon = 0;
		*ret_port = colon + 1;
		if (!**ret_port || strspn(*ret_port, "0123456789") != strlen(*ret_port))
			return -EINVAL;
	}
	/* no option of ssh, no word for a shell */
	return !*host || *text == '-' || *host == '-' || strpbrk(text, " \t\n'\"\\$`;&|<>(){}*?!") ? -EINVAL : 0;
}

static int ssh(const char *peer, const char *agent, struct weft__stream *st, struct weft_error *e)
{
	char *copy = strdup(peer), *host, *port, *argv[WORDS];
	int n = 0, r;

	if (!copy)
		return weft_error_set(e, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	if (split_host(copy, &host, &port) < 0) {
		free(copy);
		return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "not [user@]host[:port]: \"%.60s\"", peer);
	}
	argv[n++] = (char *)(uintptr_t) "ssh";
	argv[n++] = (char *)(uintptr_t) "-T";
	/* nobody is there to be asked; a dead network is told by ssh itself too */
	argv[n++] = (char *)(uintptr_t) "-oBatchMode=yes";
	argv[n++] = (char *)(uintptr_t) "-oServerAliveInterval=5";
	argv[n++] = (char *)(uintptr_t) "-oServerAliveCountMax=3";
	if (port) {
		argv[n++] = (char *)(uintptr_t) "-p";
		argv[n++] = port;
	}
	argv[n++] = (char *)(uintptr_t) "--";
	argv[n++] = host;
	argv[n++] = (char *)(uintptr_t)(agent ? agent : "weft agent");
	argv[n] = NULL;
	r = run(argv, st, e);
	free(copy);
	return r;
}

int weft__dial(const char *target, const char *agent, struct weft__stream *st, struct weft_error *reterr)
{
	if (strncmp(target, "unix:", 5) == 0)
		return unix_socket(target + 5, st, reterr);
	if (strncmp(target, "exec:", 5) == 0)
		return command(target + 5, st, reterr);
	return ssh(target + 4, agent, st, reterr);
}
