/* SPDX-License-Identifier: MIT */
/* A session as an ordinary netlink socket: behind poll, epoll and io_uring, here and through an
 * agent. */
#include "ns.h"

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#ifdef HAVE_URING
#include <liburing.h>
#endif

#include <weft/agent.h>
#include <weft/hook.h>
#include <weft/weft.h>

#include "agent.h"

static struct weft_msg *get(const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	if (name)
		weft_put(m, WEFT_KV(link, ifname, name));
	return m;
}

typedef void wait_fn(int fd);

static void by_poll(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&p, 1, 5000), 1);
	assert_int_equal(p.revents, POLLIN);
}

static void by_epoll(int fd)
{
	struct epoll_event e = { .events = EPOLLIN };
	int ep = epoll_create1(EPOLL_CLOEXEC);

	assert_int_equal(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e), 0);
	assert_int_equal(epoll_wait(ep, &e, 1, 5000), 1);
	close(ep);
}

#ifdef HAVE_URING
static struct io_uring ring;

static int uring_result(void)
{
	struct __kernel_timespec limit = { .tv_sec = 5 };
	struct io_uring_cqe *cqe = NULL;
	int r;

	assert_int_equal(io_uring_submit(&ring), 1);
	assert_int_equal(io_uring_wait_cqe_timeout(&ring, &cqe, &limit), 0);
	r = cqe->res;
	io_uring_cqe_seen(&ring, cqe);
	return r;
}

static void by_uring(int fd)
{
	io_uring_prep_poll_add(io_uring_get_sqe(&ring), fd, POLLIN);
	assert_true(uring_result() & POLLIN);
}
#endif

/* The next message, waited for. */
static void next(struct weft_session *s, wait_fn *wait, struct weft_incoming *in)
{
	int r = weft_recv(s, in);

	while (r == 0) {
		if (weft_timeout_ms(s) != 0)
			wait(weft_fd(s));
		r = weft_recv(s, in);
	}
	assert_int_equal(r, 1);
}

/* Three requests, answered in their order, told apart by number; one fails; then a dump. */
static void talk(struct weft_session *s, wait_fn *wait)
{
	struct weft_incoming in;
	uint32_t seq[4];
	int links = 0;

	assert_int_equal(weft_recv(s, &in), 0);
	assert_int_equal(weft_send(s, get("lo"), 0, &seq[0]), 0);
	assert_int_equal(weft_send(s, get("nope"), 0, &seq[1]), 0);
	assert_int_equal(weft_send(s, get("lo"), WEFT_NLM_F_ACK, &seq[2]), 0);
	next(s, wait, &in);
	assert_int_equal(in.seq, seq[0]);
	assert_string_equal(in.op->name, "newlink");
	assert_string_equal(weft_str(weft_at(in.body, "ifname"), "-"), "lo");
	assert_false(in.end);
	next(s, wait, &in);
	assert_int_equal(in.seq, seq[1]);
	assert_true(in.end);
	assert_int_equal(in.code, -ENODEV);
	assert_true(weft_last_error(s)->msg[0] != 0);
	next(s, wait, &in);
	assert_int_equal(in.seq, seq[2]);
	assert_int_equal(weft_get_u32((const uint8_t *)in.bytes.p), in.bytes.len);
	next(s, wait, &in);
	assert_true(in.end && in.code == 0 && in.type == WEFT_NLMSG_ERROR && in.seq == seq[2]);
	assert_int_equal(weft_send(s, get(NULL), WEFT_NLM_F_DUMP, &seq[3]), 0);
	for (next(s, wait, &in); !in.end; next(s, wait, &in)) {
		assert_int_equal(in.seq, seq[3]);
		links++;
	}
	assert_int_equal(in.type, WEFT_NLMSG_DONE);
	assert_true(links > 0);
	assert_int_equal(weft_recv(s, &in), 0);
	/* calls go on as ever */
	assert_int_equal(weft_call(s, get("lo"), NULL), 0);
}

static void local(void **state)
{
	struct weft_session *s = open_route();

	(void)state;
	talk(s, by_poll);
	talk(s, by_epoll);
	weft_session_close(s);
}

static void uring(void **state)
{
	(void)state;
#ifdef HAVE_URING
	struct weft_session *s = open_route();
	static uint8_t buf[32768];
	struct weft_reader r;
	struct weft_nlmsg in;
	uint32_t seq;
	int n = io_uring_queue_init(8, &ring, 0);

	if (n < 0) {
		printf("skipped: io_uring: %s\n", strerror(-n));
		skip();
	}
	talk(s, by_uring);
	/* what the kernel says, without weft in between */
	assert_int_equal(weft_send(s, get("lo"), 0, &seq), 0);
	io_uring_prep_recv(io_uring_get_sqe(&ring), weft_fd(s), buf, sizeof buf, 0);
	n = uring_result();
	assert_true(n > 0);
	r = weft_reader(buf, (uint32_t)n);
	assert_int_equal(weft_read_msg(&r, &in), 1);
	assert_int_equal(in.seq, seq);
	io_uring_queue_exit(&ring);
	weft_session_close(s);
#else
	printf("skipped: liburing is not installed\n");
	skip();
#endif
}

static void remote(void **state)
{
	pid_t agent = start_agent(serve);
	struct weft_session *s = open_remote(NULL);

	(void)state;
	talk(s, by_poll);
	talk(s, by_epoll);
	weft_session_close(s);
	end_agent(agent);
}

static void generic(void **state)
{
	struct weft_session *s = NULL;
	struct weft_msg *m = weft_request("nlctrl", "getfamily", 0);
	struct weft_incoming in;
	uint32_t seq;

	(void)state;
	assert_int_equal(weft_session_open(16, NULL, &s, NULL), 0);
	weft_put_named(m, "family-name", weft_kv_str(0, "nlctrl"));
	assert_int_equal(weft_send(s, m, 0, &seq), 0);
	next(s, by_poll, &in);
	assert_int_equal(in.seq, seq);
	assert_string_equal(in.family ? in.family->name : "-", "nlctrl");
	assert_string_equal(weft_str(weft_at(in.body, "family-name"), "-"), "nlctrl");
	weft_session_close(s);
}

/* What a hook answers comes out too, though no descriptor says so. */
static enum weft_verdict answer(struct weft_passing *p, void *user)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	(void)user;
	weft_put(m, WEFT_KV(link, ifname, "made-up"));
	return weft_hook_reply(p, m) < 0 ? WEFT_ERROR : WEFT_RETURN;
}

static void hooked(void **state)
{
	const struct weft_family *f = weft_family_find("rt-link");
	struct weft_session *s = open_route();
	struct weft_hook *h = NULL;
	struct weft_incoming in;
	uint32_t seq;

	(void)state;
	assert_int_equal(weft_hook_add(s, WEFT_ON_SEND, f, weft_op_find(f, "getlink")->request, answer, NULL, &h), 0);
	assert_int_equal(weft_send(s, get("lo"), 0, &seq), 0);
	assert_int_equal(weft_timeout_ms(s), 0);
	next(s, by_poll, &in);
	assert_int_equal(in.seq, seq);
	assert_string_equal(weft_str(weft_at(in.body, "ifname"), "-"), "made-up");
	weft_session_close(s);
}

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	(void)c;
	(void)err;
	*(int *)user = result;
}

static void misuse(void **state)
{
	struct weft_session *s = open_route();
	struct weft_msg *m = get("lo");
	struct weft_incoming in;
	int result = 1;

	(void)state;
	assert_int_equal(weft_recv(NULL, &in), -EINVAL);
	assert_int_equal(weft_recv(s, NULL), -EINVAL);
	assert_int_equal(weft_send(s, weft_request("nlctrl", "getfamily", 0), 0, NULL), -EINVAL);
	weft_put_named(m, "nosuchfield", weft_kv_uint(0, 1));
	assert_int_equal(weft_send(s, m, 0, NULL), -EINVAL);
	assert_int_equal(weft_start(s, get("lo"), WEFT_OPTS(weft_call_opts, .done = on_done, .user = &result), NULL),
			 0);
	assert_int_equal(weft_send(s, get("lo"), 0, NULL), -EBUSY);
	assert_int_equal(weft_recv(s, &in), -EBUSY);
	while (result == 1)
		assert_true(weft_process(s) >= 0);
	assert_int_equal(result, 0);
	assert_int_equal(weft_recv(s, &in), 0);
	/* what is left of a datagram is not told when a call came in between */
	assert_int_equal(weft_send(s, get(NULL), WEFT_NLM_F_DUMP, NULL), 0);
	next(s, by_poll, &in);
	assert_int_equal(weft_call(s, get("lo"), NULL), 0);
	while (weft_recv(s, &in) > 0)
		assert_true(in.end || in.op);
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local),   cmocka_unit_test(uring),  cmocka_unit_test(remote),
		cmocka_unit_test(generic), cmocka_unit_test(hooked), cmocka_unit_test(misuse),
	};

	own_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
