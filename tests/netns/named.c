/* SPDX-License-Identifier: MIT */
/* Names, ids and insides of namespaces, in a /run of the test's own. */
#include "ns.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <weft/weft.h>

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

static ino_t inode(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_ino;
}

/* Nothing is left, and the thread is where it was. */
static int files_before;
static ino_t net_before, mnt_before;

static int setup(void **state)
{
	(void)state;
	files_before = open_files();
	net_before = inode("/proc/thread-self/ns/net");
	mnt_before = inode("/proc/thread-self/ns/mnt");
	return 0;
}

static int teardown(void **state)
{
	struct weft_netns_names n;

	(void)state;
	assert_int_equal(weft_netns_list(&n, NULL), 0);
	assert_int_equal(n.n, 0);
	weft_netns_names_free(&n);
	assert_int_equal(open_files(), files_before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(inode("/proc/thread-self/ns/net"), net_before);
	assert_int_equal(inode("/proc/thread-self/ns/mnt"), mnt_before);
	return 0;
}

static void create(const char *name)
{
	struct weft_error e = { 0 };

	if (weft_netns_create(name, &e) < 0)
		fail_msg("%s", e.msg);
}

static void gone(const char *name)
{
	assert_int_equal(weft_netns_remove(name, NULL), 0);
}

/* What another tool prints, or what it says is wrong. */
static void shell(const char *command, char *out, size_t size)
{
	FILE *f = popen(command, "r");

	assert_non_null(f);
	out[fread(out, 1, size - 1, f)] = 0;
	(void)pclose(f);
}

static void names(void **state)
{
	struct weft_netns_names n;
	struct weft_error e = { 0 };
	char out[400];

	(void)state;
	assert_int_equal(weft_netns_list(&n, &e), 0);
	assert_int_equal(n.n, 0);
	create("b");
	create("a");
	shell("ip netns add c 2>&1", out, sizeof out);
	assert_int_equal(weft_netns_list(&n, &e), 0);
	assert_int_equal(n.n, 3);
	assert_string_equal(n.name[0], "a");
	assert_string_equal(n.name[2], "c");
	weft_netns_names_free(&n);
	shell("ip netns list | sort | tr -d '\\n'", out, sizeof out);
	assert_string_equal(out, "abc");
	assert_int_equal(weft_netns_create("a", &e), -EEXIST);
	assert_non_null(strstr(e.msg, "add a: File exists"));
	gone("a");
	gone("c");
	shell("ip netns del b 2>&1", out, sizeof out);
	assert_string_equal(out, "");
	assert_int_equal(weft_netns_remove("a", &e), -ENOENT);
	assert_int_equal(e.where, WEFT_WHERE_KERNEL);
}

static void bad_names(void **state)
{
	static const char *const bad[] = { "", ".", "..", ".x", "a/b", "/", NULL };
	char most[300];
	struct weft_error e;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(weft_netns_create(bad[i], &e), -EINVAL);
		assert_int_equal(weft_netns_remove(bad[i], &e), -EINVAL);
		assert_int_equal(weft_netns_attach(bad[i], NULL, &e), -EINVAL);
		assert_int_equal(e.where, WEFT_WHERE_CALLER);
	}
	memset(most, 'x', sizeof most);
	most[256] = 0;
	assert_int_equal(weft_netns_create(most, &e), -EINVAL);
	most[255] = 0;
	create(most);
	gone(most);
}

/* A file that no namespace is mounted on is listed, is no target, and goes. */
static void left_over(void **state)
{
	struct weft_session *s = NULL;
	int fd = open("/run/netns/left", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "netns:left"), &s, NULL), -EINVAL);
	assert_int_equal(weft_netns_run("netns:left", NULL, NULL, NULL), -EINVAL);
	assert_int_equal(weft_netns_attach("other", "netns:left", NULL), -EINVAL);
	assert_int_equal(weft_netns_attach("other", "netns:/proc/self/ns/mnt", NULL), -EINVAL);
	gone("left");
}

static void attach(void **state)
{
	struct weft_netns_names n;
	char target[40];
	int *pids = NULL;
	size_t count = 0;
	pid_t pid;

	(void)state;
	create("first");
	pid = fork();
	if (pid == 0) {
		int fd = open("/run/netns/first", O_RDONLY | O_CLOEXEC);

		_exit(setns(fd, 0) < 0 || pause());
	}
	(void)snprintf(target, sizeof target, "pid:%d", (int)pid);
	for (int i = 0; i < 500 && count == 0; i++) {
		assert_int_equal(weft_netns_pids("netns:first", &pids, &count, NULL), 0);
		if (count == 0)
			(void)poll(NULL, 0, 10);
	}
	assert_int_equal(count, 1);
	assert_int_equal(pids[0], pid);
	free(pids);
	assert_int_equal(weft_netns_attach("second", target, NULL), 0);
	assert_int_equal(weft_netns_attach("third", "netns:/run/netns/first", NULL), 0);
	assert_int_equal(weft_netns_attach("own", NULL, NULL), 0);
	assert_int_equal(weft_netns_identify(target, &n, NULL), 0);
	assert_int_equal(n.n, 3);
	assert_string_equal(n.name[1], "second");
	weft_netns_names_free(&n);
	assert_int_equal(weft_netns_identify("local", &n, NULL), 0);
	assert_int_equal(n.n, 1);
	assert_string_equal(n.name[0], "own");
	weft_netns_names_free(&n);
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(weft_netns_pids("netns:second", &pids, &count, NULL), 0);
	assert_int_equal(count, 0);
	assert_null(pids);
	assert_int_equal(weft_netns_attach("third", target, NULL), -ENOENT);
	assert_int_equal(weft_netns_identify(target, &n, NULL), -ENOENT);
	assert_int_equal(weft_netns_pids(target, &pids, &count, NULL), -ENOENT);
	gone("first");
	gone("second");
	gone("third");
	gone("own");
}

static void ids(void **state)
{
	struct weft_session *s = open_route(), *g = NULL;
	int32_t id = 77;

	(void)state;
	create("a");
	create("b");
	assert_int_equal(weft_netns_id(s, "netns:a", &id), 0);
	assert_int_equal(id, 77);
	assert_int_equal(weft_netns_set_id(s, "netns:a", 12), 0);
	assert_int_equal(weft_netns_id(s, "netns:a", &id), 1);
	assert_int_equal(id, 12);
	assert_int_equal(weft_netns_set_id(s, "netns:a", 13), -EEXIST);
	assert_int_equal(weft_netns_set_id(s, "netns:b", 12), -EEXIST);
	assert_int_equal(weft_netns_set_id(s, "netns:b", WEFT_NETNS_ANY_ID), 0);
	assert_int_equal(weft_netns_id(s, "netns:/run/netns/b", &id), 1);
	assert_int_not_equal(id, 12);
	assert_int_equal(weft_netns_id(s, "netns:none", &id), -ENOENT);
	assert_non_null(strstr(weft_last_error(s)->msg, "netns/none"));
	assert_int_equal(weft_netns_id(s, "netns:/proc/self/ns/mnt", &id), -EINVAL);
	assert_int_equal(weft_session_open(16, NULL, &g, NULL), 0);
	assert_int_equal(weft_netns_id(g, "netns:a", &id), -EOPNOTSUPP);
	weft_session_close(g);
	weft_session_close(s);
	gone("a");
	gone("b");
}

static int make_link(void *user)
{
	struct weft_session **s = user;
	int r = weft_session_open(0, NULL, s, NULL);

	return r < 0 ? r : add_veth(*s, "in0", "in1");
}

static int two(void *user)
{
	(void)user;
	return 2;
}

static int crash(void *user)
{
	(void)user;
	(void)kill((pid_t)syscall(SYS_gettid), SIGKILL);
	return 0;
}

/* A session that a function opens inside belongs to that namespace, here and afterwards. */
static void run(void **state)
{
	struct weft_session *s = NULL, *here = open_route();
	struct weft_error e = { 0 };

	(void)state;
	create("a");
	assert_int_equal(weft_netns_run("netns:a", make_link, &s, &e), 0);
	assert_non_null(s);
	assert_int_equal(del_link(here, "in0"), -ENODEV);
	assert_int_equal(del_link(s, "in0"), 0);
	assert_int_equal(weft_netns_run(NULL, two, NULL, &e), 2);
	assert_int_equal(weft_netns_run("netns:none", two, NULL, &e), -ENOENT);
	assert_int_equal(e.code, -ENOENT);
	assert_int_equal(weft_netns_run("mars", two, NULL, &e), -EINVAL);
	/* a function that does not come back costs nothing but itself */
	assert_int_equal(weft_netns_run("netns:a", crash, NULL, &e), -EIO);
	weft_session_close(s);
	weft_session_close(here);
	gone("a");
}

static void read_all(int fd, char *buf, size_t size)
{
	size_t have = 0;
	ssize_t n;

	while (have < size - 1 && (n = read(fd, buf + have, size - 1 - have)) > 0)
		have += (size_t)n;
	buf[have] = 0;
}

#define PIPES	  .in = WEFT_NETNS_PIPE, .out = WEFT_NETNS_PIPE, .err = WEFT_NETNS_PIPE
#define ARGV(...) ((char *const[]){ __VA_ARGS__, NULL })
#define WORD(s)	  ((char[]){ s })

static void pipes(void **state)
{
	struct weft_netns_child c;
	struct weft_error e = { 0 };
	char out[200], err[200];
	int status = -1;

	(void)state;
	create("a");
	if (weft_netns_spawn("netns:a",
			     ARGV(WORD("sh"), WORD("-c"), WORD("cat; readlink /proc/self/ns/net >&2; exit 3")),
			     WEFT_OPTS(weft_netns_opts, PIPES), &c, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(write(c.in, "hello", 5), 5);
	close(c.in);
	c.in = -1;
	read_all(c.out, out, sizeof out);
	read_all(c.err, err, sizeof err);
	assert_string_equal(out, "hello");
	(void)snprintf(out, sizeof out, "net:[%lu]\n", (unsigned long)inode("/run/netns/a"));
	assert_string_equal(err, out);
	assert_int_equal(weft_netns_wait(&c, &status), 0);
	assert_int_equal(status, 3);
	assert_int_equal(weft_netns_wait(&c, &status), -ECHILD);
	weft_netns_end(&c);
	gone("a");
}

/* Signals of the caller, held or handled, are as usual for the command; one that runs on is ended. */
static void on_signal(int n)
{
	(void)n;
}

static void ends(void **state)
{
	struct weft_netns_child c;
	sigset_t held, before;
	int status = 0;

	(void)state;
	create("a");
	(void)signal(SIGTERM, on_signal);
	assert_int_equal(weft_netns_spawn("netns:a", ARGV(WORD("sleep"), WORD("100")), NULL, &c, NULL), 0);
	(void)kill(c.pid, SIGTERM);
	assert_int_equal(weft_netns_wait(&c, &status), 0);
	assert_int_equal(status, -SIGTERM);
	(void)signal(SIGTERM, SIG_DFL);
	assert_int_equal(
	    weft_netns_spawn("netns:a", ARGV(WORD("sleep"), WORD("100")), WEFT_OPTS(weft_netns_opts, PIPES), &c, NULL),
	    0);
	weft_netns_end(&c);
	assert_int_equal(c.pid, 0);
	weft_netns_end(&c);
	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGUSR1);
	(void)sigprocmask(SIG_BLOCK, &held, &before);
	assert_int_equal(weft_netns_spawn("netns:a",
					  ARGV(WORD("grep"), WORD("-q"), WORD("^SigBlk:.*0000000000000200$"),
					       WORD("/proc/self/status")),
					  WEFT_OPTS(weft_netns_opts, .in = WEFT_NETNS_NONE), &c, NULL),
			 0);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(weft_netns_wait(&c, &status), 0);
	assert_int_equal(status, 0);
	gone("a");
}

static void not_started(void **state)
{
	struct weft_netns_child c = { .pid = 99 };
	struct weft_netns_opts no_size = { .files = true };
	struct weft_error e = { 0 };

	(void)state;
	create("a");
	assert_int_equal(
	    weft_netns_spawn("netns:a", ARGV(WORD("no-such-command")), WEFT_OPTS(weft_netns_opts, PIPES), &c, &e),
	    -ENOENT);
	assert_string_equal(e.msg, "run no-such-command: No such file or directory");
	assert_int_equal(weft_netns_spawn("netns:none", ARGV(WORD("true")), NULL, &c, &e), -ENOENT);
	assert_int_equal(weft_netns_spawn("netns:/proc/self/ns/mnt", ARGV(WORD("true")), NULL, &c, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "enter"));
	assert_int_equal(weft_netns_spawn("netns:a", ARGV(WORD("true")), &no_size, &c, &e), -EINVAL);
	assert_int_equal(c.pid, 99);
	assert_int_equal(
	    weft_netns_exec("netns:a", ARGV(WORD("no-such-command")), WEFT_OPTS(weft_netns_opts, .files = true), &e),
	    -ENOENT);
	assert_string_equal(e.msg, "run no-such-command: No such file or directory");
	assert_int_equal(weft_netns_exec("netns:none", ARGV(WORD("true")), NULL, &e), -ENOENT);
	assert_int_equal(weft_netns_exec("netns:/proc/self/ns/mnt", ARGV(WORD("true")), NULL, &e), -EINVAL);
	gone("a");
}

static void tell(const char *text, void *user)
{
	(void)write(*(int *)user, text, strlen(text));
}

/* /sys and the files of /etc/netns/NAME, and word of those that cannot be put in place. */
static void files(void **state)
{
	char name[40], folder[80], path[120], out[2000];
	struct weft_netns_child c;
	int p[2], status = 1, fd;
	char target[60];

	(void)state;
	(void)snprintf(name, sizeof name, "weft-names-%d", (int)getpid());
	(void)snprintf(target, sizeof target, "netns:%s", name);
	(void)snprintf(folder, sizeof folder, "/etc/netns/%s", name);
	(void)mkdir("/etc/netns", 0755);
	assert_int_equal(mkdir(folder, 0755), 0);
	(void)snprintf(path, sizeof path, "%s/no-file-of-etc", folder);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
	close(fd);
	create(name);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(weft_netns_spawn(target, ARGV(WORD("sh"), WORD("-c"), WORD("ls /sys/class/net; echo $HOME")),
					  WEFT_OPTS(weft_netns_opts, .out = WEFT_NETNS_PIPE, .files = true,
						    .note = tell, .user = &p[1], .env = ARGV(WORD("HOME=/here"))),
					  &c, NULL),
			 0);
	read_all(c.out, out, sizeof out);
	assert_non_null(strstr(out, "lo\n"));
	assert_non_null(strstr(out, "/here\n"));
	assert_int_equal(weft_netns_wait(&c, &status), 0);
	assert_int_equal(status, 0);
	close(p[1]);
	read_all(p[0], out, sizeof out);
	assert_non_null(strstr(out, "in place of /etc/no-file-of-etc: No such file"));
	close(p[0]);
	(void)unlink(path);
	(void)rmdir(folder);
	(void)rmdir("/etc/netns");
	gone(name);
}

static int next(struct weft_netns_watch *w, struct weft_netns_event *e)
{
	struct pollfd p = { .fd = weft_netns_watch_fd(w), .events = POLLIN };
	int r = weft_netns_watch_next(w, e);

	for (int i = 0; r == 0 && i < 50; i++) {
		(void)poll(&p, 1, 100);
		r = weft_netns_watch_next(w, e);
	}
	return r;
}

static void watch(void **state)
{
	struct weft_netns_watch *w = NULL;
	struct weft_netns_event e;

	(void)state;
	assert_int_equal(weft_netns_watch_open(&w, NULL), 0);
	assert_int_equal(weft_netns_watch_next(w, &e), 0);
	create("a");
	gone("a");
	assert_int_equal(next(w, &e), 1);
	assert_true(e.added);
	assert_string_equal(e.name, "a");
	assert_int_equal(next(w, &e), 1);
	assert_false(e.added);
	assert_string_equal(e.name, "a");
	assert_int_equal(weft_netns_watch_next(w, &e), 0);
	weft_netns_watch_close(w);
	weft_netns_watch_close(NULL);
}

/* More names than the kernel keeps word of: told, and what comes after is there again. */
static void watch_lost(void **state)
{
	struct weft_netns_watch *w = NULL;
	struct weft_netns_event e;
	bool lost = false;
	int r;

	(void)state;
	assert_int_equal(weft_netns_watch_open(&w, NULL), 0);
	for (int i = 0; i < 10000; i++) {
		int fd = open("/run/netns/x", O_CREAT | O_RDWR | O_CLOEXEC, 0600);

		close(fd);
		(void)unlink("/run/netns/x");
	}
	while ((r = weft_netns_watch_next(w, &e)) != 0)
		lost = lost || r == -ENOBUFS;
	assert_true(lost);
	create("a");
	assert_int_equal(next(w, &e), 1);
	assert_string_equal(e.name, "a");
	weft_netns_watch_close(w);
	gone("a");
	assert_int_equal(weft_netns_watch_open(&w, NULL), 0);
	assert_int_equal(umount("/run/netns"), 0);
	assert_int_equal(rmdir("/run/netns"), 0);
	while ((r = weft_netns_watch_next(w, &e)) == 1)
		;
	assert_int_equal(r, -ENOENT);
	weft_netns_watch_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_names, setup, teardown),
		cmocka_unit_test_setup_teardown(left_over, setup, teardown),
		cmocka_unit_test_setup_teardown(attach, setup, teardown),
		cmocka_unit_test_setup_teardown(ids, setup, teardown),
		cmocka_unit_test_setup_teardown(run, setup, teardown),
		cmocka_unit_test_setup_teardown(pipes, setup, teardown),
		cmocka_unit_test_setup_teardown(ends, setup, teardown),
		cmocka_unit_test_setup_teardown(not_started, setup, teardown),
		cmocka_unit_test_setup_teardown(files, setup, teardown),
		cmocka_unit_test_setup_teardown(watch, setup, teardown),
		cmocka_unit_test_setup_teardown(watch_lost, setup, teardown),
	};

	own_namespace();
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_PRIVATE | MS_REC, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, NULL) < 0) {
		printf("skipped: a folder of the test's own: %s\n", strerror(errno));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
