/* SPDX-License-Identifier: MIT */
/* rounds [ROUNDS [THREADS [NAMESPACES]]], or NETNS_ROUNDS in the environment: threads, each with many namespaces, go in
 * and out of them, by name, path and process, while names are taken away in use, mounts vanish and processes are killed
 * in between. Each namespace has a mark, so that an operation in a wrong one is noticed. Afterwards nothing is left. */
#include "ns.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <weft/weft.h>

static long rounds = 10000;
static int threads = 8, namespaces = 6;
static char own[64]; /* what /proc/.../ns/net says of the namespace of all threads */

struct worker {
	pthread_t thread;
	int number;
	unsigned random;
	long done, in_use, by_pid, vanished, second, killed, checks, shortages;
	uint32_t *mark; /* last number written into each namespace */
	char failure[300];
};

static int wrong(struct worker *w, const char *what, int r, const char *text)
{
	if (!w->failure[0])
		(void)snprintf(w->failure, sizeof w->failure, "thread %d, round %ld: %s: %d %.150s", w->number, w->done,
			       what, r, text);
	return -1;
}

/* A kernel may lack memory for a task for a moment, as is seen in slow machines: then nothing has been changed,
 * and the same is done soon after. */
static bool shortage(struct worker *w, int r)
{
	if (r != -ENOMEM || w->shortages == 3)
		return false;
	w->shortages++;
	(void)poll(NULL, 0, 50);
	return true;
}

static void target_of(const struct worker *w, int n, char target[64])
{
	(void)snprintf(target, 64, "netns:weft-rounds-%d-%d", w->number, n);
}

static int set_lo(struct weft_session *s, struct weft_kv kv)
{
	return weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), kv));
}

/* Reads the mark and writes the next. */
static int visit(struct worker *w, struct weft_session *s, int n)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *reply = NULL;
	char target[64];
	int r;

	target_of(w, n, target);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	r = weft_call(s, m, &reply);
	if (r == 0 && (strcmp(weft_str(weft_at(weft_reply_body(reply), "ifalias"), ""), target) != 0 ||
		       weft_uint(weft_at(weft_reply_body(reply), "txqlen"), 0) != w->mark[n]))
		r = wrong(w, "not the namespace that was meant", 0, target);
	weft_reply_free(reply);
	if (r == 0)
		r = set_lo(s, WEFT_KV(link, txqlen, ++w->mark[n]));
	w->checks++;
	return r < 0 ? wrong(w, "visit", r, weft_last_error(s)->msg) : 0;
}

static int go(struct worker *w, const char *target, int n)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	int r;

	do
		r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, &e);
	while (shortage(w, r));
	if (r < 0)
		return wrong(w, target, r, e.msg);
	r = visit(w, s, n);
	weft_session_close(s);
	return r;
}

static int make(struct worker *w, int n)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	char target[64];
	int r;

	target_of(w, n, target);
	w->mark[n] = 1000;
	do
		r = weft_netns_create(target + 6, &e);
	while (shortage(w, r));
	if (r == 0)
		r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, &e);
	if (r < 0)
		return wrong(w, target, r, e.msg);
	r = set_lo(s, WEFT_KV(link, ifalias, target));
	if (r == 0)
		r = set_lo(s, WEFT_KV(link, txqlen, w->mark[n]));
	weft_session_close(s);
	return r < 0 ? wrong(w, "mark", r, target) : 0;
}

static int take_away(struct worker *w, int n)
{
	struct weft_error e = { 0 };
	char target[64];

	target_of(w, n, target);
	return weft_netns_remove(target + 6, &e) < 0 ? wrong(w, "remove", e.code, e.msg) : 0;
}

/* The name goes while a session is inside; that stays where it is. */
static int in_use(struct worker *w, const char *target, int n)
{
	struct weft_session *s = NULL, *t = NULL;
	struct weft_error e = { 0 };
	int r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, &e);

	if (r < 0)
		return wrong(w, target, r, e.msg);
	r = take_away(w, n);
	if (r == 0)
		r = visit(w, s, n);
	if (r == 0 && (r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &t, &e)) != -ENOENT)
		r = wrong(w, "a name that is gone", r, e.msg);
	weft_session_close(s);
	w->in_use++;
	return r == -ENOENT ? make(w, n) : -1;
}

/* By a process inside, which then ends. Its number may be another's by the time it is used again.
 */
static int by_pid(struct worker *w, const char *target, int n)
{
	char *argv[] = { (char[]){ "cat" }, NULL }, pid[32];
	struct weft_netns_child c = { 0 };
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	int r, status = 0;

	do
		r = weft_netns_spawn(target, argv, WEFT_OPTS(weft_netns_opts, .in = WEFT_NETNS_PIPE), &c, &e);
	while (shortage(w, r));
	if (r < 0)
		return wrong(w, "spawn", r, e.msg);
	(void)snprintf(pid, sizeof pid, "pid:%d", c.pid);
	r = go(w, pid, n);
	if (r == 0 && w->random % 2)
		r = weft_netns_wait(&c, &status);
	else
		weft_netns_end(&c);
	if (r < 0 || status != 0)
		return wrong(w, "wait", r, "");
	r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = pid), &s, &e);
	weft_session_close(s);
	w->by_pid++;
	return r < 0 && r != -ENOENT && r != -ESRCH ? wrong(w, "a process that is gone", r, e.msg) : 0;
}

/* Another program takes the mount away: there is a name, and no namespace. */
static int vanished(struct worker *w, const char *target, int n)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	char path[80];
	int r;

	(void)snprintf(path, sizeof path, "/run/netns/%s", target + 6);
	if (umount2(path, MNT_DETACH) < 0)
		return wrong(w, "umount", -errno, path);
	r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target), &s, &e);
	/* root may not even read the file: that is for its capabilities to say */
	if (r != -EINVAL && r != -EACCES)
		return wrong(w, "no namespace", r, e.msg);
	w->vanished++;
	return take_away(w, n) < 0 ? -1 : make(w, n);
}

static int second_name(struct worker *w, const char *target, int n)
{
	struct weft_netns_names names = { 0 };
	struct weft_error e = { 0 };
	char second[64];
	int r;

	(void)snprintf(second, sizeof second, "netns:weft-rounds-second-%d", w->number);
	do
		r = weft_netns_attach(second + 6, target, &e);
	while (shortage(w, r));
	if (r == 0)
		r = go(w, second, n);
	/* looks at every name: not among many */
	if (r == 0 && threads * namespaces < 500) {
		r = weft_netns_identify(target, &names, &e);
		if (r == 0 && names.n != 2)
			r = wrong(w, "names of one namespace", (int)names.n, "");
		weft_netns_names_free(&names);
	}
	if (r == 0)
		r = weft_netns_remove(second + 6, &e);
	w->second++;
	return r < 0 ? wrong(w, "second", r, e.msg) : 0;
}

static int nothing(void *user)
{
	(void)user;
	return 0;
}

/* A process that goes in and out is killed in the middle of it; only a name may be left, which can
 * be taken away. */
static int killed(struct worker *w, const char *target, int n)
{
	char name[64];
	struct weft_error e = { 0 };
	pid_t pid;
	int r;

	(void)snprintf(name, sizeof name, "weft-rounds-killed-%d", w->number);
	pid = fork();
	if (pid == 0) {
		for (;;) {
			(void)weft_netns_run(target, nothing, NULL, NULL);
			if (weft_netns_create(name, NULL) == 0)
				(void)!weft_netns_remove(name, NULL);
		}
	}
	if (pid < 0)
		return wrong(w, "fork", -errno, "");
	(void)poll(NULL, 0, (int)(w->random % 12));
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	w->killed++;
	/* the task that was under way ends by itself */
	for (int i = 0; i < 200; i++) {
		r = weft_netns_remove(name, &e);
		if (r == 0 || (r == -ENOENT && i > 20))
			return go(w, target, n);
		(void)poll(NULL, 0, 1);
	}
	return wrong(w, "what a killed process left", r, e.msg);
}

struct inner {
	struct worker *w;
	int n;
};

static int inside(void *user)
{
	struct inner *i = user;

	return go(i->w, NULL, i->n);
}

static int round_of(struct worker *w)
{
	char target[64], path[80];
	int n, r;

	w->random = w->random * 1103515245 + 12345;
	n = (int)(w->random >> 16) % namespaces;
	target_of(w, n, target);
	switch ((w->random >> 8) % 128) {
	case 0:
		return in_use(w, target, n);
	case 1:
		return by_pid(w, target, n);
	case 2:
		return vanished(w, target, n);
	case 3:
		return second_name(w, target, n);
	case 4:
		return w->done % 4 ? 0 : killed(w, target, n);
	default:
		break;
	}
	if ((w->random >> 8) % 4 == 0) {
		do
			r = weft_netns_run(target, inside, &(struct inner){ w, n }, NULL);
		while (shortage(w, r));
		return r;
	}
	(void)snprintf(path, sizeof path, "netns:/run/netns/%s", target + 6);
	return go(w, (w->random >> 8) % 4 == 1 ? path : target, n);
}

static bool moved(void)
{
	char now[64] = "";

	return readlink("/proc/thread-self/ns/net", now, sizeof now - 1) < 0 || strcmp(now, own) != 0;
}

static void *work(void *user)
{
	struct worker *w = user;
	int made = 0, r = 0;

	while (r == 0 && made < namespaces)
		r = make(w, made++);
	for (; r == 0 && w->done < rounds / threads; w->done++) {
		r = round_of(w);
		if (r < 0)
			(void)wrong(w, "round", r, "");
		if (w->done % 16 == 0 && moved())
			r = wrong(w, "the thread is in another namespace", 0, "");
	}
	while (made--)
		(void)take_away(w, made);
	return NULL;
}

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	(void)closedir(d);
	return n;
}

/* Namespaces of this test that a mount keeps; others of the machine are beneath the test's folder.
 */
static int mounts(void)
{
	FILE *f = fopen("/proc/self/mountinfo", "r");
	char line[1000];
	int n = 0;

	while (f && fgets(line, sizeof line, f))
		n += strstr(line, " /run/netns/weft-rounds-") != NULL;
	(void)fclose(f);
	return n;
}

static void nothing_left(int files)
{
	struct weft_netns_names names;

	assert_int_equal(open_files(), files);
	assert_int_equal(weft_netns_list(&names, NULL), 0);
	assert_int_equal(names.n, 0);
	weft_netns_names_free(&names);
	assert_int_equal(mounts(), 0);
	/* orphans of those that were killed come to us */
	for (int i = 0; waitpid(-1, NULL, WNOHANG | __WALL) >= 0; i++) {
		assert_true(i < 5000);
		(void)poll(NULL, 0, 1);
	}
	assert_int_equal(errno, ECHILD);
	assert_false(moved());
}

static void in_and_out(void **state)
{
	struct worker *w = calloc((size_t)threads, sizeof *w), all = { 0 };
	int files = open_files();

	(void)state;
	assert_non_null(w);
	for (int i = 0; i < threads; i++) {
		w[i].number = i;
		w[i].random = (unsigned)i * 7919;
		w[i].mark = calloc((size_t)namespaces, sizeof *w[i].mark);
		assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (int i = 0; i < threads; i++) {
		assert_int_equal(pthread_join(w[i].thread, NULL), 0);
		if (w[i].failure[0])
			print_error("%s\n", w[i].failure);
		all.done += w[i].done, all.checks += w[i].checks, all.in_use += w[i].in_use, all.by_pid += w[i].by_pid;
		all.vanished += w[i].vanished, all.second += w[i].second, all.killed += w[i].killed;
		all.shortages += w[i].shortages, all.number += w[i].failure[0] != 0;
		free(w[i].mark);
	}
	free(w);
	printf("%ld rounds, %d threads, %d namespaces: %ld marks right; %ld names taken away in "
	       "use, %ld by processes that "
	       "end, %ld mounts gone, %ld second names, %ld killed in between, %ld shortages\n",
	       all.done, threads, threads * namespaces, all.checks, all.in_use, all.by_pid, all.vanished, all.second,
	       all.killed, all.shortages);
	assert_int_equal(all.number, 0);
	nothing_left(files);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(in_and_out) };

	if (argc > 1 || getenv("NETNS_ROUNDS"))
		rounds = atol(argc > 1 ? argv[1] : getenv("NETNS_ROUNDS"));
	if (argc > 2)
		threads = atoi(argv[2]);
	if (argc > 3)
		namespaces = atoi(argv[3]);
	own_namespace();
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_PRIVATE | MS_REC, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, NULL) < 0) {
		printf("skipped: a folder of the test's own: %s\n", strerror(errno));
		return 77;
	}
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (readlink("/proc/thread-self/ns/net", own, sizeof own - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
