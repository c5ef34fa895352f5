/* SPDX-License-Identifier: MIT */
/* conform TARGET [AGENT-COMMAND [TAPE]]: one line for each thing that a session must do, with what
 * came of it. conform.py holds the lines of all transports against each other. It works in the
 * namespace that the target reaches, which must be empty but for lo. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static void requests(void)
{
	struct weft_reply *r = NULL;
	int code = weft_call(s, get("lo"), &r);

	say("request", "%d %s mtu %llu index %lld", code, weft_str(weft_at(weft_reply_body(r), "ifname"), "-"),
	    (unsigned long long)weft_uint(weft_at(weft_reply_body(r), "mtu"), 0),
	    (long long)weft_int(weft_at(weft_reply_body(r), "ifi-index"), 0));
	weft_reply_free(r);
	say("change", "%d", mtu("lo", 60000));
	say("change-back", "%d", mtu("lo", 65536));
}

static void errors(void)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE);
	int code = weft_call(s, get("nope"), NULL);

	say("no-such", "%d %s|%s", code, weft_last_error(s)->path, weft_last_error(s)->msg);
	weft_put(m, WEFT_KV(link, ifname, "x0"));
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put(m, WEFT_KV(linkinfo, kind, "vxlan"));
	weft_open(m, WEFT_KEY(linkinfo, data));
	weft_put(m, WEFT_KV(vxlan, id, 1u << 30));
	weft_close(m);
	weft_close(m);
	code = weft_call(s, m, NULL);
	say("path", "%d %s|%s", code, weft_last_error(s)->path, weft_last_error(s)->msg);
	m = weft_request("rt-link", "newlink", 0);
	weft_put_named(m, "mtu", weft_kv_str(0, "many"));
	code = weft_call(s, m, NULL);
	say("caller", "%d %s|%s", code, weft_last_error(s)->path, weft_last_error(s)->msg);
	m = weft_request("rt-route", "getroute", 0);
	weft_put(m, WEFT_KV(rtmsg, rtm_family, 2));
	weft_put(m, WEFT_KV(route, table, 12345));
	code = -1;
	struct weft_dump *d;
	struct weft_attr a;

	if (weft_dump_start(s, m, &d) == 0) {
		code = weft_dump_next(d, &a);
		weft_dump_close(d);
	}
	say("dump-error", "%d %s", code, weft_last_error(s)->msg);
}

static void dumps(void)
{
	struct weft_dump *d = NULL;
	struct weft_link l;
	char names[200] = "";
	int r = weft_link_dump(s, NULL, &d);

	while (r == 0 && (r = weft_link_next(d, &l)) == 1) {
		(void)snprintf(names + strlen(names), sizeof names - strlen(names), " %s", l.ifname);
		r = 0;
	}
	weft_dump_close(d);
	say("dump", "%d%s", r, names);
	/* given up early, then another */
	r = weft_link_dump(s, NULL, &d);
	if (r == 0)
		r = weft_link_next(d, &l);
	weft_dump_close(d);
	say("dump-early", "%d", r);
}

static void note(size_t index, const struct weft_error *e, void *user)
{
	size_t *sum = user;

	sum[0] += index;
	sum[1] += (size_t)-e->code;
}

static void put_routes(struct weft_batch *b, const char *op_name, uint16_t flags)
{
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, op_name);

	for (uint32_t i = 0; i < 3000; i++) {
		struct weft_msg *m = weft_batch_msg(b, f, op, flags);
		/* every seventh is there twice */
		uint32_t n = i % 7 == 6 ? i - 1 : i;
		uint8_t ip[4] = { 10, 77, (uint8_t)(n >> 8), (uint8_t)n };

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(rtmsg, rtm_family, 2), WEFT_KV(rtmsg, rtm_dst_len, 32),
					   WEFT_KV(rtmsg, rtm_table, 200), WEFT_KV(rtmsg, rtm_protocol, 4),
					   WEFT_KV(rtmsg, rtm_scope, 253), WEFT_KV(rtmsg, rtm_type, 1),
					   WEFT_KV(route, dst, weft_ip_bytes(ip, 4)), WEFT_KV(route, oif, 1)));
	}
}

static void batches(void)
{
	for (int each = 0; each < 2; each++) {
		struct weft_batch_result res = { 0 };
		struct weft_batch *b = NULL;
		size_t sum[2] = { 0 };
		int r = weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = note, .user = sum, .each = each), &b);

		put_routes(b, "newroute", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
		r = weft_batch_commit(b, &res);
		say(each ? "batch-each" : "batch",
		    "%d added %zu done %zu failed %zu unknown %zu first %zu sum %zu codes %zu", r, res.added, res.done,
		    res.failed, res.unknown, res.first, sum[0], sum[1]);
		put_routes(b, "delroute", 0);
		r = weft_batch_commit(b, &res);
		say(each ? "batch-each-del" : "batch-del", "%d done %zu failed %zu first %zu", r, res.done, res.failed,
		    res.first);
		weft_batch_close(b);
	}
}

struct tally {
	long items, done, bad;
	char order[300];
	int result;
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
	(void)err;
	t->done++;
	t->bad += result < 0;
	t->result = result;
}

static void until_done(struct tally *t, long n)
{
	while (t->done < n) {
		struct pollfd p = { .fd = weft_fd(s), .events = (short)weft_events(s) };

		(void)poll(&p, 1, weft_timeout_ms(s));
		if (weft_process(s) < 0)
			die("process");
	}
}

static void outstanding(void)
{
	struct tally t = { 0 };

	for (int i = 0; i < 1000; i++)
		if (weft_start(s, get(i % 10 == 9 ? "nope" : "lo"),
			       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &t), NULL) < 0)
			die("start");
	until_done(&t, 1000);
	say("outstanding", "items %ld done %ld bad %ld", t.items, t.done, t.bad);
}

/* Requests of other kinds are answered while dumps run and wait for each other. */
static void mixed(void)
{
	struct tally dump[2] = { 0 }, one[4] = { 0 };

	for (int i = 0; i < 2; i++)
		if (weft_start(
			s, weft_request("rt-link", "getlink", 0),
			WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &dump[i], .dump = true),
			NULL) < 0)
			die("start");
	for (int i = 0; i < 4; i++)
		if (weft_start(s, get("lo"),
			       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = &one[i]), NULL) < 0)
			die("start");
	for (int i = 0; i < 4; i++)
		until_done(&one[i], 1);
	until_done(&dump[0], 1);
	until_done(&dump[1], 1);
	say("mixed", "%ld %ld of dumps, %ld %ld %ld %ld", dump[0].items, dump[1].items, one[0].items, one[1].items,
	    one[2].items, one[3].items);
}

static void on_done_call(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	on_done(c, result, err, user);
	((struct tally *)user)->result = weft_call(s, get("lo"), NULL);
}

static void cancels(void)
{
	struct weft_pending *c = NULL;
	struct tally t = { 0 }, u = { 0 };

	if (weft_start(s, get("lo"), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t), &c) < 0)
		die("start");
	weft_cancel(c);
	say("cancel", "%ld %d", t.done, t.result);
	if (weft_start(s, get("lo"), WEFT_OPTS(weft_call_opts, .done = on_done_call, .user = &u), NULL) < 0)
		die("start");
	until_done(&u, 1);
	say("call-in-callback", "%d", u.result);
	say("after-cancel", "%d", weft_call(s, get("lo"), NULL));
}

static struct weft_watch *watch_links(uint32_t rcvbuf)
{
	struct weft_session_opts o = opts;
	struct weft_error e = { 0 };
	struct weft_watch *w = NULL;
	const uint32_t group = 1;

	o.via = s;
	o.rcvbuf = rcvbuf;
	if (weft_watch_open(0, &o, &group, 1, NULL, &w, &e) < 0) {
		fprintf(stderr, "watch: %s\n", e.msg);
		exit(1);
	}
	return w;
}

static int wait_event(struct weft_watch *w, struct weft_event *e)
{
	struct pollfd p = { .fd = weft_watch_fd(w), .events = POLLIN };

	(void)poll(&p, 1, 100);
	return weft_watch_next(w, e);
}

/* The next event, however long it takes: 1 or an errno. */
static int next_event(struct weft_watch *w, struct weft_event *e)
{
	int r = weft_watch_next(w, e);

	for (int i = 0; r == 0 && i < 100; i++)
		r = wait_event(w, e);
	return r;
}

static void monitors(void)
{
	struct weft_watch *w = watch_links(4 << 20);
	struct weft_event e = { 0 };
	char text[800] = "";
	int r = 1;

	veth("c0", "c1");
	(void)mtu("c0", 1300);
	unlink_("c0");
	/* until both are gone */
	for (int gone = 0; r == 1 && gone < 2;) {
		r = next_event(w, &e);
		if (r != 1)
			break;
		gone += e.op && strcmp(e.op->name, "dellink") == 0;
		(void)snprintf(text + strlen(text), sizeof text - strlen(text), " %s:%s:%llu", e.op ? e.op->name : "?",
			       weft_str(weft_at(e.body, "ifname"), "-"),
			       (unsigned long long)weft_uint(weft_at(e.body, "mtu"), 0));
	}
	say("monitor", "%d group %u%s", r, e.group, text);
	weft_watch_close(w);
}

/* More events than there is room for: told once, and what comes after is there again. */
static void overruns(void)
{
	struct weft_watch *w = watch_links(4096);
	struct weft_event e = { 0 };
	long seen = 0;
	int lost = 0, r = 1;

	veth("c0", "c1");
	for (uint32_t i = 0; i < 4000; i++)
		(void)mtu("c0", 1300 + i % 2);
	for (int idle = 0; idle < 5; idle += r == 0) {
		r = r == 0 ? wait_event(w, &e) : weft_watch_next(w, &e);
		lost |= r == -ENOBUFS;
		seen += r == 1;
		if (r < 0 && r != -ENOBUFS)
			die("overrun");
	}
	(void)mtu("c0", 1400);
	do
		r = next_event(w, &e);
	while (r == -ENOBUFS || (r == 1 && weft_uint(weft_at(e.body, "mtu"), 0) != 1400));
	say("overrun", "lost %d all %d then %d", lost, seen >= 4000, r);
	weft_watch_close(w);
	unlink_("c0");
}

static pid_t churn(void)
{
	pid_t pid = fork();
	struct weft_error e;

	if (pid != 0)
		return pid;
	if (weft_session_open(0, NULL, &s, &e) < 0)
		_exit(1);
	for (;;) {
		veth("c0", "c1");
		unlink_("c0");
	}
}

/* Dumps beside a process that makes and deletes links: what stays is there once, and a dump that
 * the kernel calls interrupted is never passed off as whole. */
static void interrupted(void)
{
	pid_t pid = churn();
	int wrong = 0, whole = 0;

	for (int i = 0; i < 60; i++) {
		struct weft_dump *d = NULL;
		struct weft_link l;
		int lo = 0, r = weft_link_dump(s, NULL, &d);

		while (r == 0 && (r = weft_link_next(d, &l)) == 1) {
			lo += strcmp(l.ifname, "lo") == 0;
			r = 0;
		}
		weft_dump_close(d);
		wrong += lo != 1 || (r != 0 && r != -EAGAIN);
		whole += r == 0;
	}
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	say("interrupted", "wrong %d some-whole %d", wrong, whole > 0);
	if (weft_link_del(s, WEFT_ATTRS(WEFT_KV(link, ifname, "c0"))) < 0 && weft_last_error(s)->code != -ENODEV)
		die("del");
}

/* Enough links for several datagrams of a dump. */
enum {
	PAIRS = 50,
};

static void many_links(bool add)
{
	for (int i = 0; i < PAIRS; i++) {
		char a[16], b[16];

		(void)snprintf(a, sizeof a, "m%d", i);
		(void)snprintf(b, sizeof b, "n%d", i);
		if (add)
			veth(a, b);
		else
			unlink_(a);
	}
}

static enum weft_verdict answer_at_once(struct weft_passing *p, void *user)
{
	struct weft_msg *m;

	(void)user;
	if (strcmp(weft_str(weft_at(weft_passing_body(p), "ifname"), ""), "at-once") != 0)
		return WEFT_FORWARD;
	m = weft_request("rt-link", "newlink", 0);
	weft_put(m, WEFT_KV(link, ifname, "at-once"));
	return weft_hook_reply(p, m) < 0 ? WEFT_ERROR : WEFT_RETURN;
}

static void on_done_in_turn(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;
	static int turn;

	on_done(c, result, err, t);
	(void)snprintf(t->order, sizeof t->order, "%d", turn++);
}

/* A dump and requests, of which one is answered before all that were sent earlier: each gets its
 * own answer. */
static void out_of_order(void)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_hook *h = NULL;
	struct tally dump = { 0 }, one[6] = { 0 };

	if (weft_hook_add(s, WEFT_ON_SEND, f, weft_op_find(f, "getlink")->request, answer_at_once, NULL, &h) < 0 ||
	    weft_start(s, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done_in_turn, .user = &dump, .dump = true),
		       NULL) < 0)
		die("start");
	for (int i = 0; i < 6; i++)
		if (weft_start(s,
			       get(i == 2   ? "nope"
				   : i == 4 ? "at-once"
					    : "lo"),
			       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done_in_turn, .user = &one[i]),
			       NULL) < 0)
			die("start");
	for (int i = 0; i < 6; i++)
		until_done(&one[i], 1);
	until_done(&dump, 1);
	say("out-of-order", "fifth in turn %s with %ld, third %d, dump %ld, others %ld %ld %ld %ld", one[4].order,
	    one[4].items, one[2].result, dump.items, one[0].items, one[1].items, one[3].items, one[5].items);
	weft_hook_remove(h);
}

/* What the caller itself changes while a dump is handed out piece by piece: what stays is there
 * once, and it is whole or said not to be. */
static void interrupted_by_self(void)
{
	struct weft_session_opts o = opts;
	struct weft_session *t = NULL;
	struct weft_error e = { 0 };
	int wrong = 0;

	o.via = s;
	o.dump_hold = 1;
	if (weft_session_open(0, &o, &t, &e) < 0)
		die("session");
	for (int i = 0; i < 5; i++) {
		int seen[PAIRS] = { 0 }, n = 0, r;
		struct weft_dump *d = NULL;
		struct weft_link l;

		if (weft_link_dump(t, NULL, &d) < 0)
			die("dump");
		while ((r = weft_link_next(d, &l)) == 1) {
			if (l.ifname[0] == 'm')
				seen[atoi(l.ifname + 1)]++;
			if (++n == 2 + i)
				veth("c0", "c1");
		}
		weft_dump_close(d);
		wrong += r != 0 && r != -EAGAIN;
		for (int k = 0; k < PAIRS; k++)
			wrong += seen[k] != 1;
		unlink_("c0");
	}
	weft_session_close(t);
	say("interrupted-self", "wrong %d", wrong);
}

static void large(void)
{
	many_links(true);
	out_of_order();
	interrupted_by_self();
	many_links(false);
}

static void generic(void)
{
	struct weft_session_opts o = opts;
	struct weft_session *g = NULL;
	struct weft_error e = { 0 };
	uint16_t id = 0;
	uint32_t group = 0;
	int r;

	o.via = s;
	r = weft_session_open(16, &o, &g, &e);
	if (r == 0)
		r = weft_genl_id(g, "nlctrl", &id);
	if (r == 0)
		r = weft_genl_group(g, "nlctrl", "notify", &group);
	say("generic", "%d id %u group %u", r, id, group);
	r = weft_genl_id(g, "no-such", &id);
	say("generic-none", "%d %s", r, weft_last_error(g)->msg);
	weft_session_close(g);
}

static void closed_early(void)
{
	struct tally t = { 0 };

	for (int i = 0; i < 5; i++)
		if (weft_start(s, get("lo"), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &t), NULL) < 0)
			die("start");
	weft_session_close(s);
	s = NULL;
	say("close", "done %ld bad %ld result %d", t.done, t.bad, t.result);
}

int main(int argc, char **argv)
{
	struct weft_error e = { 0 };

	if (argc < 2)
		return 1;
	opts.target = argv[1];
	opts.agent = argc > 2 && *argv[2] ? argv[2] : NULL;
	opts.record = argc > 3 ? argv[3] : NULL;
	if (weft_session_open(0, &opts, &s, &e) < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], e.msg);
		return 1;
	}
	requests();
	errors();
	dumps();
	generic();
	batches();
	outstanding();
	mixed();
	cancels();
	large();
	monitors();
	overruns();
	/* what another process does is on no tape */
	if (strncmp(argv[1], "tape:", 5) != 0 && !opts.record)
		interrupted();
	closed_early();
	return 0;
}
