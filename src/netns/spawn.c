/* SPDX-License-Identifier: MIT */
/* Functions and commands inside a namespace. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/opts.h"
#include "netns/netns.h"

extern char **environ;

struct run {
	int (*fn)(void *user);
	void *user;
	bool ran;
};

static int run(void *user)
{
	struct run *r = user;

	r->ran = true;
	return r->fn(r->user);
}

int weft_netns_run(const char *target, int (*fn)(void *user), void *user, struct weft_error *reterr)
{
	struct run what = { fn, user, false };
	int ns = weft__ns_open(target, reterr), r;

	if (ns < 0)
		return ns;
	r = weft__task(ns, run, &what);
	close(ns);
	return what.ran ? r
			: weft_error_set(reterr, r, WEFT_WHERE_TRANSPORT, "", "inside %.100s: %s",
					 target ? target : "local", strerror(-r));
}

struct spawn {
	struct weft__ns_inside in;
	char *const *argv, *const *env;
	int theirs[3]; /* what the command gets for its streams; -1: what the caller has */
	int ours[3];
	sigset_t mask; /* of the caller */
	int code;
};

/* Handlers are functions of a program that is not there any more, and until then of memory that is
 * shared. */
static void default_signals(void)
{
	struct sigaction a;

	for (int i = 1; i < NSIG; i++) {
		if (sigaction(i, NULL, &a) < 0 || a.sa_handler == SIG_DFL || (a.sa_handler == SIG_IGN && i != SIGPIPE))
			continue;
		a = (struct sigaction){ .sa_handler = SIG_DFL };
		(void)sigaction(i, &a, NULL);
	}
}

/* In the child, which has the caller's memory until it executes. */
static int become(void *user)
{
	struct spawn *s = user;

	s->code = weft__ns_enter(&s->in);
	for (int i = 0; s->code == 0 && i < 3; i++) {
		s->in.failed = "streams of";
		if (s->theirs[i] >= 0 && dup2(s->theirs[i], i) < 0)
			s->code = -errno;
	}
	if (s->code == 0) {
		default_signals();
		(void)sigprocmask(SIG_SETMASK, &s->mask, NULL);
		s->in.failed = "run";
		(void)execvpe(s->argv[0], s->argv, s->env);
		s->code = -errno;
	}
	_exit(127);
}

/* A descriptor that is in nobody's way: standard streams may be closed. */
static int lift(int fd)
{
	int high;

	if (fd < 0 || fd > 2)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	return high;
}

static int stream(enum weft_netns_stream how, int i, int *ret_theirs, int *ret_ours)
{
	int p[2];

	if (how == WEFT_NETNS_NONE)
		*ret_theirs = lift(open("/dev/null", i ? O_WRONLY | O_CLOEXEC : O_RDONLY | O_CLOEXEC));
	if (how == WEFT_NETNS_PIPE) {
		if (pipe2(p, O_CLOEXEC) < 0)
			return -errno;
		*ret_theirs = lift(p[i != 0]);
		*ret_ours = lift(p[i == 0]);
	}
	return how != WEFT_NETNS_SAME && (*ret_theirs < 0 || (how == WEFT_NETNS_PIPE && *ret_ours < 0)) ? -errno : 0;
}

static void close_all(int fd[3])
{
	for (int i = 0; i < 3; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

/* Opens the namespace; the name by which it is called, if it is. */
static int prepare(const char *target, const struct weft_netns_opts *given, struct weft_netns_opts *o,
		   struct weft__ns_inside *in, struct weft_error *e)
{
	if (!weft__opts(o, sizeof *o, given))
		return weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", WEFT__NO_SIZE);
	*in = (struct weft__ns_inside){ .ns = weft__ns_open(target, e), .o = o };
	if (target && strncmp(target, "netns:", 6) == 0 && target[6] != '/')
		in->name = target + 6;
	return in->ns < 0 ? in->ns : 0;
}

/* The child, or a negative errno with nothing left. */
static int start(struct spawn *s)
{
	int pid = weft__clone(SIGCHLD, become, s, &s->mask);

	if (pid < 0) {
		s->in.failed = "start";
		s->code = pid;
	}
	if (s->code == 0)
		return pid;
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return s->code;
}

int weft_netns_spawn(const char *target, char *const argv[], const struct weft_netns_opts *opts,
		     struct weft_netns_child *ret, struct weft_error *reterr)
{
	struct spawn s = { .argv = argv, .theirs = { -1, -1, -1 }, .ours = { -1, -1, -1 } };
	struct weft_netns_opts o = { 0 };
	int r = prepare(target, opts, &o, &s.in, reterr);
	const enum weft_netns_stream how[3] = { o.in, o.out, o.err };

	if (r < 0)
		return r;
	s.env = o.env ? o.env : environ;
	for (int i = 0; r == 0 && i < 3; i++)
		r = stream(how[i], i, &s.theirs[i], &s.ours[i]);
	s.in.failed = "streams of";
	if (r == 0)
		r = start(&s);
	close_all(s.theirs);
	close(s.in.ns);
	if (r < 0) {
		close_all(s.ours);
		return weft__ns_failed(reterr, r, s.in.failed, argv[0]);
	}
	*ret = (struct weft_netns_child){ .pid = r, .in = s.ours[0], .out = s.ours[1], .err = s.ours[2] };
	return 0;
}

static int wait_for(struct weft_netns_child *c, int *ret_status)
{
	int status, r;

	do
		r = waitpid(c->pid, &status, 0);
	while (r < 0 && errno == EINTR);
	r = r < 0 ? -errno : 0;
	c->pid = 0;
	if (r == 0 && ret_status)
		*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return r;
}

static void close_pipes(struct weft_netns_child *c)
{
	int fd[3] = { c->in, c->out, c->err };

	close_all(fd);
	c->in = c->out = c->err = -1;
}

int weft_netns_wait(struct weft_netns_child *c, int *ret_status)
{
	int r;

	if (c->in >= 0)
		close(c->in);
	c->in = -1;
	r = c->pid > 0 ? wait_for(c, ret_status) : -ECHILD;
	close_pipes(c);
	return r;
}

void weft_netns_end(struct weft_netns_child *c)
{
	if (c->pid > 0) {
		close_pipes(c);
		(void)kill(c->pid, SIGKILL);
		(void)wait_for(c, NULL);
	}
}

/* Where the thread was; what cannot be had is not gone back to. */
struct origin {
	int net, mnt, cwd;
};

static struct origin here(void)
{
	return (struct origin){ open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC),
				open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC),
				open(".", O_PATH | O_DIRECTORY | O_CLOEXEC) };
}

static void back(const struct origin *o)
{
	if (o->mnt >= 0 && setns(o->mnt, CLONE_NEWNS) == 0 && o->cwd >= 0)
		(void)!fchdir(o->cwd);
	if (o->net >= 0)
		(void)setns(o->net, CLONE_NEWNET);
	close(o->net);
	close(o->mnt);
	close(o->cwd);
}

int weft_netns_exec(const char *target, char *const argv[], const struct weft_netns_opts *opts,
		    struct weft_error *reterr)
{
	struct weft_netns_opts o = { 0 };
	struct weft__ns_inside in;
	struct origin was;
	int r = prepare(target, opts, &o, &in, reterr);

	if (r < 0)
		return r;
	was = here();
	r = weft__ns_enter(&in);
	if (r == 0) {
		in.failed = "run";
		(void)execvpe(argv[0], argv, o.env ? o.env : environ);
		r = -errno;
	}
	back(&was);
	close(in.ns);
	return weft__ns_failed(reterr, r, in.failed, argv[0]);
}
