/* SPDX-License-Identifier: MIT */
/* library SCENARIO: what the command has no use for, done with the library, for faults.py. Says what it
 * got; the first failure is one line and status 1, a promise that the library broke is status 99. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/json.h>
#include <weft/weft.h>

static struct weft_session *session;
static char out[4096];
static size_t used;

/* Written at once at the end: what was said is all there, or the status is not 0. */
static void say(const char *word, long n)
{
	int r = snprintf(out + used, sizeof out - used, "%s %ld\n", word, n);

	if (r > 0)
		used += (size_t)r;
}

static int failed(const char *what, int r)
{
	const struct weft_error *e = session ? weft_last_error(session) : NULL;

	fprintf(stderr, "weft: %s: %d %s\n", what, r, e ? e->msg : "");
	return 1;
}

static int open_session(void)
{
	struct weft_error e = { 0 };
	int r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .timeout_ms = 500), &session, &e);

	if (r < 0 && (e.code != r || !e.msg[0]))
		return 99;
	return r < 0 ? failed(e.msg, r) : 0;
}

static void close_session(void)
{
	weft_session_close(session);
	session = NULL;
}

struct tally {
	long items, done, bad;
};

static int on_item(struct weft_pending *c, struct weft_attr item, void *user)
{
	(void)c;
	(void)item;
	((struct tally *)user)->items++;
	return 0;
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;

	(void)c;
	if (result < 0 && (!err || err->code != result || !err->msg[0]))
		exit(99);
	t->done++;
	t->bad += result < 0;
}

static int wait_for(struct tally *t, long n)
{
	for (int turns = 0; t->done < n && turns < 10000; turns++) {
		struct pollfd p = { .fd = weft_fd(session), .events = (short)weft_events(session) };
		int r = poll(&p, 1, weft_timeout_ms(session));

		if (r < 0 && errno != EINTR)
			return -errno;
		r = weft_process(session);
		if (r < 0)
			return r;
	}
	return t->done == n ? 0 : -ETIMEDOUT;
}

/* Four calls under way at once, one of them a dump, one cancelled: each ends once. */
static int async(void)
{
	struct tally t = { 0 };
	const struct weft_call_opts one = { .size = sizeof one, .item = on_item, .done = on_done, .user = &t };
	struct weft_call_opts all = one;
	struct weft_pending *last = NULL;
	long started = 0;
	int r = 0, status = open_session();

	all.dump = true;
	for (int i = 0; !status && r == 0 && i < 4; i++) {
		struct weft_msg *m = weft_request("rt-link", "getlink", 0);

		if (i != 2)
			weft_put(m, WEFT_KV(link, ifname, "v0"));
		r = weft_start(session, m, i == 2 ? &all : &one, i == 3 ? &last : NULL);
		started += r == 0;
	}
	if (r == 0 && last)
		weft_cancel(last);
	if (!status && r == 0)
		r = wait_for(&t, started);
	if (r < 0 && session)
		status = failed("async", r);
	close_session();
	if (t.done != started)
		return 99;
	if (!status && t.bad != 1)
		return failed("a call failed", (int)t.bad);
	say("items", t.items);
	return status;
}

/* A call whose session is closed with it under way. */
static int close_early(void)
{
	struct tally t = { 0 };
	int status = open_session(), r = 0;

	if (status)
		return status;
	r = weft_start(session, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &t, .dump = true), NULL);
	if (r < 0)
		status = failed("start", r);
	close_session();
	if (t.done != (r == 0))
		return 99;
	say("closed", t.done);
	return status;
}

/* A change seen by a watcher. */
static int watch(void)
{
	const uint32_t groups[] = { 1 };
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	struct pollfd p = { .events = POLLIN };
	int status = open_session(), r;
	long seen = 0;

	if (status)
		return status;
	r = weft_watch_open(0, NULL, groups, 1, NULL, &w, &e);
	if (r < 0 && (e.code != r || !e.msg[0]))
		status = 99;
	else if (r < 0)
		status = failed(e.msg, r);
	if (w && !status) {
		struct weft_msg *m = weft_request("rt-link", "newlink", 0);

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "w0"), WEFT_KV(ifinfomsg, ifi_flags, 1u),
					   WEFT_KV(ifinfomsg, ifi_change, 1u)));
		r = weft_call(session, m, NULL);
		status = r < 0 ? failed("set", r) : 0;
	}
	for (int turns = 0; w && !status && !seen && turns < 100; turns++) {
		p.fd = weft_watch_fd(w);
		r = poll(&p, 1, 500);
		if (r > 0)
			r = weft_watch_next(w, &ev);
		if (r < 0 && errno != EINTR)
			status = failed("next", r);
		seen += r > 0;
	}
	weft_watch_close(w);
	close_session();
	say("seen", seen);
	return status;
}

/* A dump read to its end, and one given up after the first object. */
static int dumps(void)
{
	struct weft_dump *d = NULL;
	struct weft_link l;
	int status = open_session(), r;
	long n = 0;

	if (status)
		return status;
	r = weft_link_dump(session, NULL, &d);
	while (r == 0 && (r = weft_link_next(d, &l)) > 0) {
		n++;
		r = 0;
	}
	weft_dump_close(d);
	d = NULL;
	if (r == 0)
		r = weft_link_dump(session, NULL, &d);
	if (r == 0 && (r = weft_link_next(d, &l)) == 0)
		r = -ENOENT;
	weft_dump_close(d);
	if (r < 0)
		status = failed("dump", r);
	close_session();
	say("links", n);
	return status;
}

/* Messages alone: JSON in, a copy, the difference of two. */
static int message(void)
{
	static const char text[] =
	    "{\"ifname\": \"x\", \"linkinfo\": {\"kind\": \"bridge\", \"data\": {\"priority\": 7}}}";
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_msg *copy = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };
	int r = weft_put_json(m, text, sizeof text - 1, &e), status = 0;

	if (r == 0)
		weft_put_from(copy, weft_msg_body(m), NULL);
	if (r == 0)
		r = weft_msg_error(copy, &e);
	if (r < 0 && (e.code != r || !e.msg[0]))
		status = 99;
	else if (r < 0)
		status = failed(e.msg, r);
	else
		say("bytes", (long)weft_msg_bytes(copy).len);
	weft_msg_free(m);
	weft_msg_free(copy);
	return status;
}

/* A family's number and a group's, asked twice. */
static int names(void)
{
	struct weft_error e = { 0 };
	uint16_t id = 0;
	uint32_t group = 0;
	int r = weft_session_open(16, NULL, &session, &e), status = 0;

	if (r < 0)
		return failed(e.msg, r);
	for (int i = 0; i < 2 && r == 0; i++)
		r = weft_genl_id(session, "nlctrl", &id);
	if (r == 0)
		r = weft_genl_group(session, "nlctrl", "notify", &group);
	if (r < 0)
		status = failed("names", r);
	close_session();
	say("family", id);
	say("group", group);
	return status;
}

/* Some hundred messages in two windows, some of them refused; each acknowledged. */
static int batch_of(bool tally)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_batch_result res = { 0 };
	struct weft_batch *b = NULL;
	int status = open_session(), r;

	if (status)
		return status;
	r = weft_batch_open(session, WEFT_OPTS(weft_batch_opts, .each = true, .tally = tally), &b);
	for (int i = 0; r == 0 && i < 300; i++)
		weft_put(weft_batch_msg(b, f, weft_op_find(f, "getlink"), 0),
			 WEFT_KV(ifinfomsg, ifi_index, i % 50 ? 1 : 4711));
	if (r == 0)
		r = weft_batch_commit(b, &res);
	weft_batch_close(b);
	if (res.added != res.done + res.failed + res.unsent + res.unknown || (r == -ENODEV && res.failed != 6))
		return 99;
	if (r != -ENODEV)
		status = failed("batch", r);
	close_session();
	say("done", (long)res.done);
	return status;
}

static int batch(void)
{
	return batch_of(false);
}

static int batch_tally(void)
{
	return batch_of(true);
}

static int answer(void *user)
{
	return *(int *)user;
}

/* What is found out about the namespace of this process, a function and a command inside. */
static int inside(void)
{
	char *argv[] = { (char[]){ "true" }, NULL };
	struct weft_netns_child c = { 0 };
	struct weft_netns_names names = { 0 };
	struct weft_netns_watch *w = NULL;
	struct weft_netns_event ev;
	struct weft_error e = { 0 };
	int *pids = NULL, status = -1, n = 42, r = weft_netns_identify("pid:1", &names, &e);
	size_t count = 0;

	weft_netns_names_free(&names);
	r = r < 0 ? r : weft_netns_pids("local", &pids, &count, &e);
	free(pids);
	r = r < 0 ? r : weft_netns_watch_open(&w, &e);
	if (r == 0 && weft_netns_watch_next(w, &ev) < 0)
		r = weft_error_set(&e, -EIO, WEFT_WHERE_TRANSPORT, "", "watch");
	weft_netns_watch_close(w);
	r = r < 0 ? r : weft_netns_run("pid:1", answer, &n, &e);
	if (r >= 0 && r != n)
		return 99;
	r = r < 0 ? r : weft_netns_spawn("pid:1", argv, WEFT_OPTS(weft_netns_opts, .out = WEFT_NETNS_PIPE), &c, &e);
	if (r == 0 && weft_netns_wait(&c, &status) < 0)
		r = weft_error_set(&e, -EIO, WEFT_WHERE_TRANSPORT, "", "wait");
	weft_netns_end(&c);
	if (r < 0)
		return e.code == r && e.msg[0] ? failed(e.msg, r) : 99;
	say("status", status);
	return 0;
}

static ssize_t write_out(void)
{
	ssize_t n;

	do
		n = write(1, out, used);
	while (n < 0 && errno == EINTR);
	return n;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} scenarios[] = { { "async", async },	{ "close", close_early }, { "watch", watch },
			  { "dumps", dumps },	{ "message", message },	  { "names", names },
			  { "inside", inside }, { "batch", batch },	  { "tally", batch_tally } };
	int status = 98;

	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		if (argc == 2 && strcmp(argv[1], scenarios[i].name) == 0)
			status = scenarios[i].run();
	if (status == 0 && write_out() < 0)
		status = failed("write", -errno);
	return status;
}
