/* SPDX-License-Identifier: MIT */
/* The daemon that manages a team device: lines over a socket of sequenced packets, as teamdctl speaks them. What it
 * answers is not believed: it is cut to a size, waited for no longer than a second, and plain text to us. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "hook/team.h"

enum {
	REQUEST = 64 << 10,
};

/* A connected socket, 0: nobody is there, or a negative errno. */
static int reach(const char *target, const char *device)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 1 };
	int fd, n = snprintf(at.sun_path, sizeof at.sun_path, "/run/teamd/%s.sock", device);

	if (n >= (int)sizeof at.sun_path || strchr(device, '/'))
		return 0;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0 ||
	    connect(fd, (struct sockaddr *)&at, sizeof at) < 0 || weft_peer_inside(target, fd) != 1) {
		close(fd);
		return 0;
	}
	return fd;
}

/* One line per word; a newline in it is written as \n. */
static void write_words(struct weft_text *t, const char *const *words)
{
	weft_text_puts(t, "REQUEST\n");
	for (; *words; words++) {
		for (const char *c = *words; *c; c++) {
			if (*c == '\n' || *c == '\\')
				weft_text_putc(t, '\\');
			weft_text_putc(t, *c == '\n' ? 'n' : *c);
		}
		weft_text_putc(t, '\n');
	}
}

/* The lines behind the first, the last newline left out. */
static int read_answer(char *text)
{
	char *rest = strchr(text, '\n');
	bool ok = rest && strncmp(text, "REPLY_SUCCESS\n", 14) == 0,
	     bad = rest && strncmp(text, "REPLY_ERROR\n", 12) == 0;
	size_t n;

	/* behind the word for an error stands its name, then what it means */
	if (bad && strchr(rest + 1, '\n') && strchr(rest + 1, '\n')[1])
		rest = strchr(rest + 1, '\n');
	if (!ok && !bad)
		return -EPROTO;
	n = strlen(rest + 1);
	memmove(text, rest + 1, n + 1);
	while (n && text[n - 1] == '\n')
		text[--n] = 0;
	return ok ? 1 : -EINVAL;
}

static int exchange(int fd, const struct weft_text *t, char text[WEFT__TEAMD_TEXT])
{
	ssize_t n;

	if (send(fd, t->p, t->len, MSG_NOSIGNAL) < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	n = recv(fd, text, WEFT__TEAMD_TEXT - 1, MSG_TRUNC);
	if (n < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (n >= WEFT__TEAMD_TEXT || n == 0)
		return n ? -EMSGSIZE : -ECONNRESET;
	text[n] = 0;
	return read_answer(text);
}

int weft__teamd_ask(const char *target, const char *device, const char *const *words, char text[WEFT__TEAMD_TEXT])
{
	struct weft_text t = { 0 };
	int fd = reach(target, device), r;

	text[0] = 0;
	if (fd <= 0)
		return fd;
	write_words(&t, words);
	r = t.err ? t.err : t.len > REQUEST ? -EMSGSIZE : exchange(fd, &t, text);
	weft_text_free(&t);
	close(fd);
	if (r < 0 && !text[0])
		(void)snprintf(text, WEFT__TEAMD_TEXT, "%s", strerror(-r));
	return r;
}
