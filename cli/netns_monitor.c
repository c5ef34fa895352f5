/* SPDX-License-Identifier: MIT */
/* Names that come and go in the folder. */
#include <errno.h>
#include <string.h>

#include "netns.h"

struct watch {
	unsigned long count, seen;
	double until;
};

static int parse(int argc, char **argv, struct watch *w)
{
	for (int i = 0; i < argc; i += 2) {
		int status = cli_until(argv[i], argv[i + 1], &w->count, &w->until);

		if (status)
			return status;
	}
	return 0;
}

static void tell(struct cli *c, const char *what, const char *name)
{
	if (c->json) {
		weft_text_printf(&c->out, "{\"event\":\"%s\",\"name\":", what);
		weft_text_json(&c->out, name, strlen(name));
		weft_text_puts(&c->out, "}\n");
		return;
	}
	weft_text_printf(&c->out, "%s ", what);
	weft_text_safe(&c->out, name, strlen(name));
	weft_text_putc(&c->out, '\n');
}

static int read_events(struct cli *c, struct weft_netns_watch *names, struct watch *w)
{
	struct weft_netns_event e;
	int r = 1;

	while (r > 0 && (!w->count || w->seen < w->count)) {
		r = weft_netns_watch_next(names, &e);
		if (r > 0) {
			tell(c, e.added ? "add" : "delete", e.name);
			w->seen++;
		} else if (r == -ENOBUFS) {
			(void)cli_fail(0, "events were lost");
			r = 1;
		} else if (r < 0) {
			return cli_fail(CLI_TRANSPORT, "watch: %s", strerror(-r));
		}
	}
	return cli_flush(c);
}

int netns_monitor(struct cli *c, int argc, char **argv)
{
	struct weft_netns_watch *names = NULL;
	struct weft_error e = { 0 };
	struct watch w = { 0 };
	int status = parse(argc, argv, &w);

	if (status)
		return status;
	cli_catch();
	if (weft_netns_watch_open(&names, &e) < 0)
		return netns_failed(&e);
	while (status == 0 && !cli_stopped() && (!w.count || w.seen < w.count) &&
	       cli_wait(weft_netns_watch_fd(names), w.until))
		status = read_events(c, names, &w);
	weft_netns_watch_close(names);
	return status;
}
