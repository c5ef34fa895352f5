/* SPDX-License-Identifier: MIT */
/* Names that come and go in the folder. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "netns/netns.h"

struct weft_netns_watch {
	int fd;
	size_t at, have; /* of buf */
	char name[256];
	char buf[8192] __attribute__((aligned(__alignof__(struct inotify_event))));
};

int weft_netns_watch_open(struct weft_netns_watch **ret, struct weft_error *reterr)
{
	struct weft_netns_watch *w;
	int r = weft__ns_folder(reterr);

	if (r < 0)
		return r;
	w = calloc(1, sizeof *w);
	if (!w)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd < 0 || inotify_add_watch(w->fd, WEFT__NS_FOLDER, IN_CREATE | IN_DELETE | IN_ONLYDIR) < 0) {
		r = weft__ns_failed(reterr, -errno, "watch", WEFT__NS_FOLDER);
		weft_netns_watch_close(w);
		return r;
	}
	*ret = w;
	return 0;
}

int weft_netns_watch_fd(const struct weft_netns_watch *w)
{
	return w->fd;
}

static int fill(struct weft_netns_watch *w)
{
	ssize_t n;

	if (w->at < w->have)
		return 1;
	do
		n = read(w->fd, w->buf, sizeof w->buf);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n == 0 || errno == EAGAIN ? 0 : -errno;
	w->at = 0;
	w->have = (size_t)n;
	return 1;
}

int weft_netns_watch_next(struct weft_netns_watch *w, struct weft_netns_event *ret)
{
	struct inotify_event e;
	const char *name;
	int r;

	while ((r = fill(w)) > 0) {
		memcpy(&e, w->buf + w->at, sizeof e);
		name = w->buf + w->at + sizeof e;
		w->at += sizeof e + e.len;
		if (e.mask & IN_Q_OVERFLOW)
			return -ENOBUFS;
		/* removed, or another file system in its place */
		if (e.mask & (IN_IGNORED | IN_UNMOUNT))
			return -ENOENT;
		if (!e.len || *name == '.' || !(e.mask & (IN_CREATE | IN_DELETE)))
			continue;
		memcpy(w->name, name, strnlen(name, sizeof w->name - 1) + 1);
		*ret = (struct weft_netns_event){ .added = e.mask & IN_CREATE, .name = w->name };
		return 1;
	}
	return r;
}

void weft_netns_watch_close(struct weft_netns_watch *w)
{
	if (w && w->fd >= 0)
		close(w->fd);
	free(w);
}
