/* SPDX-License-Identifier: MIT */
#ifndef TEST_AGENT_H
#define TEST_AGENT_H

/* An agent behind a unix socket, in a process of its own. */

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include <weft/agent.h>

static char path[64], target[80];
static bool agent_process; /* this is one of an agent: it just ends with its peer */

static inline int listen_at(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timespec t;

	/* the same number may be another process in another namespace of processes */
	(void)clock_gettime(CLOCK_REALTIME, &t);
	(void)snprintf(path, sizeof path, "/tmp/weft-remote-%d-%ld", (int)getpid(), t.tv_nsec);
	(void)snprintf(target, sizeof target, "unix:%s", path);
	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	(void)unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

/* A process that serves every peer in one of its own, or does what `with` does. */
static inline pid_t start_agent(void (*with)(int peer))
{
	int fd = listen_at();
	pid_t pid = fork();

	if (pid == 0) {
		agent_process = true;
		(void)signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

			if (fork() == 0) {
				close(fd);
				with(peer);
				_exit(0);
			}
			close(peer);
		}
	}
	close(fd);
	assert_true(pid > 0);
	return pid;
}

static inline void end_agent(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	(void)unlink(path);
}

static inline void serve(int peer)
{
	_exit(weft_agent_serve(peer, peer, NULL, NULL) == 0 ? 0 : 1);
}

static inline struct weft_session *open_remote(struct weft_session *via)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };

	if (weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target, .via = via), &s, &e) < 0)
		fail_msg("session: %s", e.msg);
	return s;
}

#endif
