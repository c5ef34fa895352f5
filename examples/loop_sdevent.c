/* SPDX-License-Identifier: MIT */
/* A session and a watch in a loop of sd-event: lists the links, sets lo up, ends with the word of
 * that. */
#include <stdio.h>
#include <sys/epoll.h>
#include <systemd/sd-event.h>
#include <time.h>

#include <weft/weft.h>

static struct weft_session *session;
static struct weft_watch *changes;
static sd_event_source *timer;

/* What is there now, and when to look again without news. */
static int handle(sd_event *loop)
{
	struct weft_event e;
	int ms;

	if (weft_process(session) < 0)
		return sd_event_exit(loop, 1);
	while (weft_watch_next(changes, &e) > 0)
		if (e.op) {
			printf("%s %s\n", e.op->name, weft_str(weft_at(e.body, "ifname"), "?"));
			return sd_event_exit(loop, 0);
		}
	ms = weft_timeout_ms(session);
	(void)sd_event_source_set_time_relative(timer, ms < 0 ? 0 : (uint64_t)ms * 1000);
	return sd_event_source_set_enabled(timer, ms < 0 ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static int on_time(sd_event_source *s, uint64_t usec, void *user)
{
	(void)s, (void)usec;
	return handle(user);
}

static int on_ready(sd_event_source *s, int fd, uint32_t events, void *user)
{
	(void)s, (void)fd, (void)events;
	return handle(user);
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
	struct weft_msg *up = weft_request("rt-link", "newlink", 0);
	sd_event *loop = NULL;

	if (weft_session_open(0, NULL, &session, NULL) < 0 ||
	    weft_watch_open(0, NULL, &links, 1, NULL, &changes, NULL) < 0 || sd_event_default(&loop) < 0 ||
	    sd_event_add_io(loop, NULL, weft_fd(session), EPOLLIN, on_ready, loop) < 0 ||
	    sd_event_add_io(loop, NULL, weft_watch_fd(changes), EPOLLIN, on_ready, loop) < 0 ||
	    sd_event_add_time_relative(loop, &timer, CLOCK_MONOTONIC, 0, 0, on_time, loop) < 0)
		return 1;
	weft_put_all(up, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
				    WEFT_KV(ifinfomsg, ifi_change, 1)));
	if (weft_start(session, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_link, .dump = true), NULL) < 0 ||
	    weft_start(session, up, NULL, NULL) < 0)
		return 1;
	if (sd_event_loop(loop) < 0)
		return 1;
	sd_event_unref(loop);
	weft_watch_close(changes);
	weft_session_close(session);
	return 0;
}
