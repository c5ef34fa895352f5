/* SPDX-License-Identifier: MIT */
/* A session stays in its namespace with all that it opens later: when another one gets the name by which it was found,
 * when the caller goes elsewhere, behind an agent too. */
#include <sys/mount.h>

#include "ns.h"

#include "agent.h"

#include <weft/weft.h>

static struct weft_session *open_at(const char *where, struct weft_session *via)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };

	if (weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = where, .via = via), &s, &e) < 0)
		fail_msg("%s: %s", where, e.msg);
	return s;
}

static int add_tap(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

	weft_put(m, WEFT_KV(link, ifname, name));
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put(m, WEFT_KV(linkinfo, kind, "tun"));
	weft_open(m, WEFT_KEY(linkinfo, data));
	weft_put_named(m, "type", weft_kv_uint(0, 2));
	weft_close(m);
	weft_close(m);
	return weft_call(s, m, NULL);
}

static int get(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, name));
	return weft_call(s, m, NULL);
}

static bool dumps(struct weft_session *s, const char *name)
{
	struct weft_dump *d = NULL;
	struct weft_link l;
	bool there = false;

	assert_int_equal(weft_link_dump(s, NULL, &d), 0);
	while (weft_link_next(d, &l) > 0)
		there = there || strcmp(l.ifname, name) == 0;
	weft_dump_close(d);
	return there;
}

static int batch_deletes(struct weft_session *s, const char *name)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_batch *b = NULL;
	int r;

	assert_int_equal(weft_batch_open(s, NULL, &b), 0);
	weft_put(weft_batch_msg(b, f, weft_op_find(f, "dellink"), 0), WEFT_KV(link, ifname, name));
	r = weft_batch_commit(b, NULL);
	weft_batch_close(b);
	return r;
}

/* Everything that opens a socket of its own works where the session's own calls do. */
static void all_in_one(struct weft_session *s, const char *where)
{
	struct weft_session *more;
	struct weft_watch *w = NULL;
	const uint32_t group = 1;
	struct weft_event ev;
	struct weft_error e = { 0 };

	assert_int_equal(add_veth(s, "own0", "own1"), 0);
	assert_true(dumps(s, "own0"));
	more = open_at(where, s);
	assert_int_equal(get(more, "own0"), 0);
	weft_session_close(more);
	if (access("/dev/net/tun", W_OK) == 0) {
		assert_int_equal(add_tap(s, "tap7"), 0);
		assert_int_equal(get(s, "tap7"), 0);
	}
	assert_int_equal(
	    weft_watch_open(0, WEFT_OPTS(weft_session_opts, .target = where, .via = s), &group, 1, NULL, &w, &e), 0);
	assert_int_equal(batch_deletes(s, "own0"), 0);
	assert_int_equal(get(s, "own0"), -ENODEV);
	if (strncmp(where, "unix:", 5) != 0)
		assert_int_equal(weft_watch_next(w, &ev), 1);
	weft_watch_close(w);
}

static void a_name(void **state)
{
	struct weft_session *s, *other;
	struct weft_error e = { 0 };

	(void)state;
	if (weft_netns_create("stays", &e) < 0)
		fail_msg("%s", e.msg);
	s = open_at("netns:stays", NULL);
	assert_int_equal(weft_netns_remove("stays", NULL), 0);
	assert_int_equal(weft_netns_create("stays", &e), 0);
	all_in_one(s, "netns:stays");
	other = open_at("netns:stays", NULL);
	assert_int_equal(get(other, "tap7"), -ENODEV);
	weft_session_close(other);
	weft_session_close(s);
	assert_int_equal(weft_netns_remove("stays", NULL), 0);
}

static void behind_an_agent(void **state)
{
	struct weft_session *s;
	char where[120];
	pid_t pid = start_agent(serve);

	(void)state;
	assert_int_equal(weft_netns_create("far", NULL), 0);
	(void)snprintf(where, sizeof where, "%s/netns:far", target);
	s = open_at(where, NULL);
	assert_int_equal(weft_netns_remove("far", NULL), 0);
	assert_int_equal(weft_netns_create("far", NULL), 0);
	if (access("/dev/net/tun", W_OK) == 0) {
		assert_int_equal(add_tap(s, "tap7"), 0);
		assert_int_equal(get(s, "tap7"), 0);
	}
	weft_session_close(s);
	end_agent(pid);
	assert_int_equal(weft_netns_remove("far", NULL), 0);
}

static void ends_well(pid_t pid)
{
	int status = 0;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void a_caller_that_goes(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		struct weft_session *s = open_at(NULL, NULL);

		assert_int_equal(unshare(CLONE_NEWNET), 0);
		all_in_one(s, "local");
		weft_session_close(s);
		_exit(0);
	}
	ends_well(pid);
}

static void a_process(void **state)
{
	struct weft_session *s;
	char where[40];
	int ready[2], go[2];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready) | pipe(go), 0);
	pid = fork();
	if (pid == 0) {
		char c = 0;

		_exit(unshare(CLONE_NEWNET) < 0 || write(ready[1], &c, 1) != 1 || read(go[0], &c, 1) != 1);
	}
	assert_int_equal(read(ready[0], where, 1), 1);
	(void)snprintf(where, sizeof where, "pid:%d", (int)pid);
	s = open_at(where, NULL);
	assert_int_equal(write(go[1], where, 1), 1);
	ends_well(pid);
	all_in_one(s, where);
	weft_session_close(s);
	for (int i = 0; i < 2; i++) {
		close(ready[i]);
		close(go[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name),
		cmocka_unit_test(behind_an_agent),
		cmocka_unit_test(a_caller_that_goes),
		cmocka_unit_test(a_process),
	};

	own_namespace();
	if (unshare(CLONE_NEWNS) < 0 || mount("", "/", "none", MS_PRIVATE | MS_REC, NULL) < 0 ||
	    mount("run", "/run", "tmpfs", 0, NULL) < 0) {
		printf("skipped: a folder of the test's own: %s\n", strerror(errno));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
