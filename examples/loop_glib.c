/* SPDX-License-Identifier: MIT */
/* A session and a watch in a loop of GLib: lists the links, sets lo up, ends with the word of that.
 */
#include <glib-unix.h>
#include <stdio.h>

#include <weft/weft.h>

static struct weft_session *session;
static struct weft_watch *changes;

static gboolean on_time(gpointer loop);

/* What is there now, and when to look again without news. */
static gboolean on_ready(gint fd, GIOCondition condition, gpointer loop)
{
	static guint timer;
	struct weft_event e;

	(void)fd;
	(void)condition;
	if (weft_process(session) < 0)
		g_main_loop_quit(loop);
	while (weft_watch_next(changes, &e) > 0)
		if (e.op) {
			printf("%s %s\n", e.op->name, weft_str(weft_at(e.body, "ifname"), "?"));
			g_main_loop_quit(loop);
		}
	if (timer)
		g_source_remove(timer);
	timer = weft_timeout_ms(session) < 0 ? 0 : g_timeout_add((guint)weft_timeout_ms(session), on_time, loop);
	return G_SOURCE_CONTINUE;
}

static gboolean on_time(gpointer loop)
{
	/* replaces this timer too */
	return on_ready(-1, 0, loop);
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

	if (weft_session_open(0, NULL, &session, NULL) < 0 ||
	    weft_watch_open(0, NULL, &links, 1, NULL, &changes, NULL) < 0)
		return 1;
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	g_unix_fd_add(weft_fd(session), G_IO_IN, on_ready, loop);
	g_unix_fd_add(weft_watch_fd(changes), G_IO_IN, on_ready, loop);
	weft_put_all(up, WEFT_ATTRS(WEFT_KV(link, ifname, "lo"), WEFT_KV(ifinfomsg, ifi_flags, 1),
				    WEFT_KV(ifinfomsg, ifi_change, 1)));
	if (weft_start(session, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_link, .dump = true), NULL) < 0 ||
	    weft_start(session, up, NULL, NULL) < 0)
		return 1;
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
	weft_watch_close(changes);
	weft_session_close(session);
	return 0;
}
