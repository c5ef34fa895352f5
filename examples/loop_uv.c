/* SPDX-License-Identifier: MIT */
/* A session and a watch in a loop of libuv: lists the links, sets lo up, ends with the word of
 * that. */
#include <stdio.h>
#include <uv.h>

#include <weft/weft.h>

static struct weft_session *session;
static struct weft_watch *changes;
static uv_timer_t timer;

static void on_time(uv_timer_t *t);

/* What is there now, and when to look again without news. */
static void handle(void)
{
	struct weft_event e;

	if (weft_process(session) < 0)
		uv_stop(uv_default_loop());
	while (weft_watch_next(changes, &e) > 0)
		if (e.op) {
			printf("%s %s\n", e.op->name, weft_str(weft_at(e.body, "ifname"), "?"));
			uv_stop(uv_default_loop());
		}
	if (weft_timeout_ms(session) >= 0)
		uv_timer_start(&timer, on_time, (uint64_t)weft_timeout_ms(session), 0);
}

static void on_time(uv_timer_t *t)
{
	(void)t;
	handle();
}

static void on_ready(uv_poll_t *p, int status, int events)
{
	(void)p;
	(void)status;
	(void)events;
	handle();
}

static int on_link(struct weft_pending *c, struct weft_attr link, void *user)
{
	(void)c;
	(void)user;
	printf("link %s\n", weft_str(weft_at(link, "ifname"), "?"));
	return 0;
}

int main(void)
{
	const uint32_t links = 1;
	uv_poll_t calls, events;
	struct weft_msg *up = weft_request("rt-link", "newlink", 0);

	if (weft_session_open(0, NULL, &session, NULL) < 0 ||
	    weft_watch_open(0, NULL, &links, 1, NULL, &changes, NULL) < 0)
		return 1;
	uv_timer_init(uv_default_loop(), &timer);
	uv_poll_init(uv_default_loop(), &calls, weft_fd(session));
	uv_poll_init(uv_default_loop(), &events, weft_watch_fd(changes));
	uv_poll_start(&calls, UV_READABLE, on_ready);
	uv_poll_start(&events, UV_READABLE, on_ready);
	weft_put_all(up, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
				    WEFT_KV(ifinfomsg, ifi_change, 1)));
	if (weft_start(session, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_link, .dump = true), NULL) < 0 ||
	    weft_start(session, up, NULL, NULL) < 0)
		return 1;
	uv_run(uv_default_loop(), UV_RUN_DEFAULT);
	weft_watch_close(changes);
	weft_session_close(session);
	return 0;
}
