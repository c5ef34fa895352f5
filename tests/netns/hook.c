/* SPDX-License-Identifier: MIT */
/* Hooks: what a caller sees when messages are changed, answered and refused on their way. */
#include <sys/socket.h>

#include "ns.h"

#include <weft/ovs.h>
#include <weft/weft.h>

static const struct weft_family *route_family(const char *name)
{
	return weft_family_find(name);
}

static uint16_t request_of(const char *family, const char *op)
{
	return weft_op_find(weft_family_find(family), op)->request;
}

static struct weft_hook *on_send(struct weft_session *s, const char *op, weft_hook_fn *fn, void *user)
{
	struct weft_hook *h = NULL;

	assert_int_equal(
	    weft_hook_add(s, WEFT_ON_SEND, route_family("rt-link"), request_of("rt-link", op), fn, user, &h), 0);
	assert_non_null(h);
	return h;
}

static struct weft_msg *made_up(const char *name, int index)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, index));
	weft_put(m, WEFT_KV(link, ifname, name));
	return m;
}

static enum weft_verdict answer(struct weft_passing *p, void *user)
{
	int *calls = user;

	++*calls;
	assert_string_equal(weft_passing_family(p)->name, "rt-link");
	assert_string_equal(weft_passing_op(p)->name, "getlink");
	assert_int_equal(weft_passing_flags(p) & WEFT_NLM_F_REQUEST, WEFT_NLM_F_REQUEST);
	assert_int_equal(weft_get_u32((const uint8_t *)weft_passing_bytes(p).p + 8), weft_passing_seq(p));
	assert_int_equal(weft_passing_patience_ms(p), 0); /* of a session nobody knows */
	assert_int_equal(weft_hook_reply(p, made_up("made-up", 4711)), 0);
	return WEFT_RETURN;
}

static void returns(void **state)
{
	struct weft_session *s = open_route();
	struct weft_reply *r = NULL;
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_dump *d = NULL;
	struct weft_link l;
	int calls = 0;
	struct weft_hook *h = on_send(s, "getlink", answer, &calls);

	(void)state;
	weft_put(m, WEFT_KV(link, ifname, "no-such-link"));
	assert_int_equal(weft_call(s, m, &r), 0);
	assert_string_equal(weft_str(weft_at(weft_reply_body(r), "ifname"), ""), "made-up");
	assert_int_equal(weft_uint(weft_at(weft_reply_body(r), "ifi-index"), 0), 4711);
	weft_reply_free(r);

	/* a dump ends as dumps do */
	assert_int_equal(weft_link_dump(s, NULL, &d), 0);
	assert_int_equal(weft_link_next(d, &l), 1);
	assert_string_equal(l.ifname, "made-up");
	assert_int_equal(weft_link_next(d, &l), 0);
	weft_dump_close(d);
	assert_int_equal(calls, 2);

	weft_hook_remove(h);
	m = weft_request("rt-link", "getlink", 0);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(s, m, NULL), 0);
	assert_int_equal(calls, 2);
	weft_session_close(s);
}

static enum weft_verdict refuse(struct weft_passing *p, void *user)
{
	(void)user;
	weft_hook_fail(p, -EMLINK, "mtu", "not with %d of them", 3);
	return WEFT_ERROR;
}

static void errors(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)state;
	(void)on_send(s, "newlink", refuse, NULL);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	weft_put(m, WEFT_KV(link, mtu, 1400));
	assert_int_equal(weft_call(s, m, NULL), -EMLINK);
	assert_string_equal(weft_last_error(s)->path, "mtu");
	assert_string_equal(weft_last_error(s)->msg, "not with 3 of them");
	assert_int_equal(weft_last_error(s)->where, WEFT_WHERE_KERNEL);
	weft_session_close(s);
}

/* Sees mtu 1 and asks for 1300 instead. */
static enum weft_verdict change(struct weft_passing *p, void *user)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)user;
	if (weft_uint(weft_at(weft_passing_body(p), "mtu"), 0) != 1) {
		weft_msg_free(m);
		return WEFT_FORWARD;
	}
	weft_put(m, WEFT_KV(link, ifname, weft_str(weft_at(weft_passing_body(p), "ifname"), "")));
	weft_put(m, WEFT_KV(link, mtu, 1300));
	assert_int_equal(weft_hook_replace(p, m), 0);
	return WEFT_FORWARD;
}

/* Runs after it and sees what it made. */
static enum weft_verdict note(struct weft_passing *p, void *user)
{
	*(uint64_t *)user = weft_uint(weft_at(weft_passing_body(p), "mtu"), 0);
	return WEFT_FORWARD;
}

static void forwards_changed(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_reply *r = NULL;
	uint64_t seen = 0;

	(void)state;
	assert_int_equal(add_veth(s, "h0", "h1"), 0);
	(void)on_send(s, "newlink", change, NULL);
	(void)on_send(s, "newlink", note, &seen);
	weft_put(m, WEFT_KV(link, ifname, "h0"));
	weft_put(m, WEFT_KV(link, mtu, 1));
	assert_int_equal(weft_call(s, m, NULL), 0);
	assert_int_equal(seen, 1300);
	m = weft_request("rt-link", "getlink", 0);
	weft_put(m, WEFT_KV(link, ifname, "h0"));
	assert_int_equal(weft_call(s, m, &r), 0);
	assert_int_equal(weft_uint(weft_at(weft_reply_body(r), "mtu"), 0), 1300);
	weft_reply_free(r);
	assert_int_equal(del_link(s, "h0"), 0);
	weft_session_close(s);
}

/* On the way in: lo is renamed, h1 is dropped, others pass. */
static enum weft_verdict disguise(struct weft_passing *p, void *user)
{
	const char *name = weft_str(weft_at(weft_passing_body(p), "ifname"), "");

	++*(int *)user;
	if (strcmp(name, "h1") == 0)
		return WEFT_RETURN;
	if (strcmp(name, "lo") == 0)
		assert_int_equal(weft_hook_replace(p, made_up("disguised", 1)), 0);
	return WEFT_FORWARD;
}

static void on_receive(void **state)
{
	struct weft_session *s = open_route();
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	struct weft_dump *d = NULL;
	struct weft_link l;
	struct weft_hook *h = NULL;
	char names[200] = "";
	const uint32_t group = 1;
	int calls = 0;

	(void)state;
	assert_int_equal(add_veth(s, "h0", "h1"), 0);
	assert_int_equal(weft_watch_open(0, WEFT_OPTS(weft_session_opts, .via = s), &group, 1, NULL, &w, &e), 0);
	assert_int_equal(weft_hook_add(s, WEFT_ON_RECV, route_family("rt-link"), 16, disguise, &calls, &h), 0);
	assert_int_equal(weft_link_dump(s, NULL, &d), 0);
	while (weft_link_next(d, &l) > 0) {
		strcat(names, l.ifname);
		strcat(names, " ");
	}
	weft_dump_close(d);
	assert_string_equal(names, "disguised h0 ");
	assert_int_equal(calls, 3);

	/* events of a watch that goes by way of the session */
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "h1"), WEFT_KV(link, mtu, 1400))), 0);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "h0"), WEFT_KV(link, mtu, 1400))), 0);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_string_equal(weft_str(weft_at(ev.body, "ifname"), ""), "h0");
	weft_hook_remove(h);
	weft_watch_close(w);
	assert_int_equal(del_link(s, "h0"), 0);
	weft_session_close(s);
}

static int released;
static void release(void *user)
{
	(void)user;
	released++;
}

/* Answers only: every link is told with a name of its own and more bytes than a datagram has room for. */
static enum weft_verdict enlarge(struct weft_passing *p, void *user)
{
	static const char filler[12000];
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	++*(int *)user;
	weft_put_from(m, weft_passing_body(p), NULL);
	weft_put_raw(m, 0x3ff0, filler, sizeof filler);
	assert_int_equal(weft_hook_replace(p, m), 0);
	return WEFT_FORWARD;
}

static int add_enlarge(struct weft_hooks *to, const char *target, void *user)
{
	struct weft_session *s = NULL;

	/* of this very namespace */
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = target, .plain = true), &s, NULL),
			 0);
	weft_session_close(s);
	assert_int_equal(weft_hooks_add(to, 0, NULL, 0, enlarge, user, NULL), -EINVAL);
	assert_int_equal(weft_hooks_add(to, WEFT_ON_ANSWER, NULL, 0, NULL, user, NULL), -EINVAL);
	return weft_hooks_add(to, WEFT_ON_ANSWER, route_family("rt-link"), 16, enlarge, user, release);
}

static int add_nothing(struct weft_hooks *to, const char *target, void *user)
{
	(void)to;
	(void)target;
	(void)user;
	return -EPERM;
}

static void on_answer(void **state)
{
	struct weft_session *s = NULL;
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	struct weft_event ev;
	struct weft_dump *d = NULL;
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_attr a;
	const uint32_t group = 1;
	int calls = 0, links = 0;

	(void)state;
	released = 0;
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .handler = add_enlarge, .handler_user = &calls), &s, &e),
	    0);
	assert_int_equal(add_veth(s, "h0", "h1"), 0);
	assert_int_equal(weft_dump_start(s, m, &d), 0);
	for (; weft_dump_next(d, &a) > 0; links++)
		assert_true(a.len > 12000);
	weft_dump_close(d);
	assert_int_equal(links, 3);
	assert_int_equal(calls, 3);

	/* notifications are left alone */
	assert_int_equal(weft_watch_open(0, WEFT_OPTS(weft_session_opts, .via = s), &group, 1, NULL, &w, &e), 0);
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "h1"), WEFT_KV(link, mtu, 1400))), 0);
	assert_int_equal(weft_watch_next(w, &ev), 1);
	assert_true(ev.body.len < 12000);
	weft_watch_close(w);
	assert_int_equal(calls, 3);
	assert_int_equal(del_link(s, "h0"), 0);
	weft_session_close(s);
	assert_int_equal(released, 1);

	/* not without its handler, but when it wants none; never of another protocol */
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .handler = add_nothing), &s, &e), -EPERM);
	assert_int_equal(
	    weft_session_open(0, WEFT_OPTS(weft_session_opts, .handler = add_nothing, .plain = true), &s, &e), 0);
	weft_session_close(s);
	assert_int_equal(weft_session_open(16, WEFT_OPTS(weft_session_opts, .handler = add_nothing), &s, &e), 0);
	weft_session_close(s);
}

static void peer_inside(void **state)
{
	int pair[2], plain = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	assert_int_equal(weft_peer_inside(NULL, pair[0]), 1);
	assert_int_equal(weft_peer_inside("local", pair[0]), 1);
	assert_true(weft_peer_inside("pid:1", pair[0]) != 1);
	assert_true(weft_peer_inside("netns:no/name", pair[0]) < 0);
	assert_true(weft_peer_inside("netns:weft-not-there", pair[0]) < 0);
	assert_true(weft_peer_inside(NULL, -1) < 0);
	/* nobody is at the other end */
	assert_true(weft_peer_inside(NULL, plain) < 0);
	close(pair[0]);
	close(pair[1]);
	close(plain);
}

struct nested {
	struct weft_session *s;
	struct weft_hook *own;
	int depth, calls, added;
};

static enum weft_verdict count(struct weft_passing *p, void *user)
{
	(void)p;
	++*(int *)user;
	return WEFT_FORWARD;
}

/* Calls back into its session and into that for hooks, adds a hook, removes itself. */
static enum weft_verdict call_back(struct weft_passing *p, void *user)
{
	struct nested *n = user;
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_session *inner = weft_passing_session(p);

	n->calls++;
	assert_int_equal(++n->depth, 1);
	assert_non_null(inner);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(inner, m, NULL), 0);
	m = weft_request("rt-link", "getlink", 0);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(n->s, m, NULL), 0);
	assert_int_equal(weft_hook_add(n->s, WEFT_ON_SEND, NULL, 0, count, &n->added, NULL), 0);
	weft_hook_remove(n->own);
	n->depth--;
	return WEFT_FORWARD;
}

static void nested_calls(void **state)
{
	struct nested n = { .s = open_route() };
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	(void)state;
	n.own = on_send(n.s, "getlink", call_back, &n);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(n.s, m, NULL), 0);
	assert_int_equal(n.calls, 1);
	assert_int_equal(n.added, 0);
	/* the hook that was added sees the next message first */
	m = weft_request("rt-link", "getlink", 0);
	weft_put(m, WEFT_KV(link, ifname, "lo"));
	assert_int_equal(weft_call(n.s, m, NULL), 0);
	assert_int_equal(n.calls, 1);
	assert_int_equal(n.added, 1);
	weft_session_close(n.s);
}

static enum weft_verdict odd_only(struct weft_passing *p, void *user)
{
	uint64_t index = weft_uint(weft_at(weft_passing_body(p), "priority"), 0);

	(void)user;
	if (index % 2 == 0)
		return WEFT_FORWARD;
	weft_hook_fail(p, -EPERM, "priority", "odd");
	return WEFT_ERROR;
}

static void note_failure(size_t index, const struct weft_error *e, void *user)
{
	size_t *sum = user;

	assert_int_equal(e->code, -EPERM);
	assert_string_equal(e->path, "priority");
	assert_int_equal(index % 2, 1);
	*sum += index;
}

/* In one datagram some messages go to the kernel and some to a hook. */
static void in_a_batch(void **state)
{
	struct weft_session *s = open_route();
	const struct weft_family *f = weft_family_find("rt-route");
	const struct weft_op *op = weft_op_find(f, "newroute");
	struct weft_batch_result res;
	struct weft_batch *b = NULL;
	size_t sum = 0;

	(void)state;
	assert_int_equal(weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
						     WEFT_KV(ifinfomsg, ifi_change, 1))),
			 0);
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, f, op->request, odd_only, NULL, NULL), 0);
	assert_int_equal(
	    weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = note_failure, .user = &sum, .each = true), &b), 0);
	for (unsigned i = 0; i < 100; i++) {
		struct weft_msg *m = weft_batch_msg(b, f, op, WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

		weft_put_all(m, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.7.0.0")), WEFT_KV(rtmsg, rtm_dst_len, 16),
					   WEFT_KV(route, oif, 1), WEFT_KV(route, priority, i)));
		weft_msg_defaults(m);
	}
	assert_int_equal(weft_batch_commit(b, &res), -EPERM);
	assert_int_equal(res.added, 100);
	assert_int_equal(res.done, 50);
	assert_int_equal(res.failed, 50);
	assert_int_equal(res.first, 1);
	assert_int_equal(sum, 50 * 50);
	weft_batch_close(b);
	weft_session_close(s);
}

/* A kind may end with its attribute, without a NUL: those of hooks too. */
static void kind_without_nul(void **state)
{
	static const struct {
		const char *kind;
		int code;
		const char *says;
	} kinds[] = { { "tun", -EINVAL, "tun (1) or tap (2)" },
		      { "ovs-bridge", -EOPNOTSUPP, "no ovsdb-server" },
		      { "ovs-port", -EOPNOTSUPP, "no ovsdb-server" } };
	const struct weft_ovs_opts ovs = { .size = sizeof ovs, .path = "/nonexistent/db.sock" };
	struct weft_session *s = NULL;

	(void)state;
	assert_int_equal(weft_session_open(
			     0,
			     WEFT_OPTS(weft_session_opts, .handler = weft_ovs, .handler_user = (void *)(uintptr_t)&ovs),
			     &s, NULL),
			 0);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

		weft_put(m, WEFT_KV(link, ifname, "new0"));
		weft_open(m, WEFT_KEY(link, linkinfo));
		weft_put_raw(m, 1, kinds[i].kind, strlen(kinds[i].kind));
		weft_close(m);
		assert_int_equal(weft_call(s, m, NULL), kinds[i].code);
		assert_non_null(strstr(weft_last_error(s)->msg, kinds[i].says));
	}
	weft_session_close(s);
}

/* Makes a tap beside each new link, as whoever calls from outside would. */
static enum weft_verdict and_a_tap(struct weft_passing *p, void *user)
{
	struct weft_session *inner = weft_passing_session(p);
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

	assert_non_null(inner);
	weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "beside"),
				   WEFT_KV(link, linkinfo,
					   WEFT_ATTRS(WEFT_KV(linkinfo, kind, "tun"),
						      WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(tun, type, 2)))))));
	*(int *)user = weft_call(inner, m, NULL);
	return WEFT_FORWARD;
}

/* Whether a tape has a request for a new link in which these bytes are. */
static bool sent_newlink(char *tape, const char *hex)
{
	const uint16_t newlink = request_of("rt-link", "newlink");
	uint8_t b[2];
	char type[5], *save = NULL;

	memcpy(b, &newlink, sizeof b);
	(void)snprintf(type, sizeof type, "%02x%02x", b[0], b[1]);
	for (char *line = strtok_r(tape, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *m = strstr(line, " send ");

		if (m && strncmp(m + 6 + 8, type, 4) == 0 && strstr(m, hex))
			return true;
	}
	return false;
}

/* Of a session that is recorded, too, a hook's own calls pass what makes taps; and they are recorded. */
static void recorded(void **state)
{
	char path[] = "/tmp/weft-hook-XXXXXX";
	struct weft_session *s = NULL;
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	int made = 1, fd = mkstemp(path);
	char text[65536] = "";

	(void)state;
	assert_true(fd >= 0);
	if (access("/dev/net/tun", W_OK) < 0) {
		weft_msg_free(m);
		close(fd);
		unlink(path);
		print_message("skipped: no /dev/net/tun\n");
		skip();
	}
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .record = path), &s, NULL), 0);
	(void)on_send(s, "newlink", and_a_tap, &made);
	assert_int_equal(add_veth(s, "r0", "r1"), 0);
	assert_int_equal(made, 0);
	weft_put(m, WEFT_KV(link, ifname, "beside"));
	assert_int_equal(weft_call(s, m, &r), 0);
	assert_string_equal(weft_str(weft_at(weft_reply_body(r), "linkinfo.kind"), ""), "tun");
	weft_reply_free(r);
	assert_int_equal(del_link(s, "beside"), 0);
	weft_session_close(s);
	assert_true(read(fd, text, sizeof text - 1) > 0);
	close(fd);
	unlink(path);
	assert_true(sent_newlink(text, "626573696465")); /* "beside" */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(returns),	    cmocka_unit_test(errors),	 cmocka_unit_test(forwards_changed),
		cmocka_unit_test(on_receive),	    cmocka_unit_test(on_answer), cmocka_unit_test(peer_inside),
		cmocka_unit_test(nested_calls),	    cmocka_unit_test(recorded),	 cmocka_unit_test(in_a_batch),
		cmocka_unit_test(kind_without_nul),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
