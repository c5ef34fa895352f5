/* SPDX-License-Identifier: MIT */
/* Names that come and go in the folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

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

static int read_events(struct cli *c, int fd, struct watch *w)
{
	char buf[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
	ssize_t n = read(fd, buf, sizeof buf);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : cli_fail(CLI_TRANSPORT, "inotify: %s", strerror(errno));
	for (ssize_t at = 0; at < n && (!w->count || w->seen < w->count);) {
		struct inotify_event e;

		memcpy(&e, buf + at, sizeof e);
		if (e.mask & IN_Q_OVERFLOW)
			(void)cli_fail(0, "events were lost");
		else if (e.len && e.mask & (IN_CREATE | IN_DELETE)) {
			tell(c, e.mask & IN_CREATE ? "add" : "delete", buf + at + sizeof e);
			w->seen++;
		}
		at += (ssize_t)(sizeof e + e.len);
	}
	return cli_flush(c);
}

int netns_monitor(struct cli *c, int argc, char **argv)
{
	struct watch w = { 0 };
	int fd, status = parse(argc, argv, &w);

	if (status == 0)
		status = netns_folder();
	if (status)
		return status;
	cli_catch();
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0 || inotify_add_watch(fd, NETNS_FOLDER, IN_CREATE | IN_DELETE) < 0)
		status = netns_failed("watch", NETNS_FOLDER);
	while (status == 0 && !cli_stopped() && (!w.count || w.seen < w.count) && cli_wait(fd, w.until))
		status = read_events(c, fd, &w);
	if (fd >= 0)
		close(fd);
	return status;
}
