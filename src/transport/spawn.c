/* SPDX-License-Identifier: MIT */
/* Processes that carry a stream: ssh, or any command. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/stream.h"

extern char **environ;

static int start(char *const argv[], int peer, int err, pid_t *ret_pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, pipe;
	int r = posix_spawn_file_actions_init(&files);

	if (r)
		return -r;
	r = posix_spawnattr_init(&attr);
	if (r) {
		(void)posix_spawn_file_actions_destroy(&files);
		return -r;
	}
	(void)sigemptyset(&none);
	(void)sigemptyset(&pipe);
	(void)sigaddset(&pipe, SIGPIPE);
	/* a session of its own: what the terminal sends to the caller is not for it */
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &pipe);
	r = posix_spawn_file_actions_adddup2(&files, peer, 0);
	r = r ? r : posix_spawn_file_actions_adddup2(&files, peer, 1);
	r = r ? r : posix_spawn_file_actions_adddup2(&files, err, 2);
	r = r ? r : posix_spawnp(ret_pid, argv[0], &files, &attr, argv, environ);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&files);
	return -r;
}

int weft__spawn(char *const argv[], int *ret_fd, int *ret_err, pid_t *ret_pid)
{
	int pair[2], err[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return -errno;
	if (pipe2(err, O_CLOEXEC) < 0) {
		r = -errno;
		close(pair[0]);
		close(pair[1]);
		return r;
	}
	/* dup2 of a descriptor onto itself would keep it closed on exec; these are above 2 unless the caller
	 * runs without standard descriptors */
	r = pair[1] > 2 && err[1] > 2 ? start(argv, pair[1], err[1], ret_pid) : -EBADF;
	close(pair[1]);
	close(err[1]);
	if (r < 0) {
		close(pair[0]);
		close(err[0]);
		return r;
	}
	(void)fcntl(pair[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(err[0], F_SETFL, O_NONBLOCK);
	*ret_fd = pair[0];
	*ret_err = err[0];
	return 0;
}
