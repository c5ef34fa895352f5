/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "save.h"

static const struct {
	uint32_t magic;
	const char *family, *op;
} foreign[] = {
	{ 0x45311224, "rt-route", "getroute" },
	{ 0x47361222, "rt-addr", "getaddr" },
	{ 0x71706986, "rt-rule", "getrule" },
};

uint32_t save_magic(const struct weft_family *f, const struct weft_op *op)
{
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		if (strcmp(foreign[i].family, f->name) == 0 && strcmp(foreign[i].op, op->name) == 0)
			return foreign[i].magic;
	return 0;
}

const struct weft_op *save_of_magic(uint32_t magic, const struct weft_family **ret)
{
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		if (foreign[i].magic != magic)
			continue;
		*ret = weft_family_find(foreign[i].family);
		return weft_op_find(*ret, foreign[i].op);
	}
	return NULL;
}

/* Where the bytes go. */
struct sink {
	int fd;
	const char *path;
	char *tmp; /* name until the file is whole; NULL: standard output */
	struct weft_text t;
};

static int sink_flush(struct sink *k)
{
	size_t at = 0;

	if (k->t.err)
		return cli_fail(CLI_INTERNAL, "out of memory");
	while (at < k->t.len) {
		ssize_t n = write(k->fd, k->t.p + at, k->t.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cli_fail(CLI_TRANSPORT, "%.200s: %s", k->path, strerror(errno));
		at += (size_t)n;
	}
	weft_text_clear(&k->t);
	return 0;
}

static int sink_open(struct sink *k, const char *path)
{
	size_t len = strlen(path) + 8;
	mode_t mask;

	*k = (struct sink){ .fd = STDOUT_FILENO, .path = path };
	if (strcmp(path, "-") == 0) {
		k->path = "standard output";
		return isatty(k->fd) ? cli_fail(CLI_USAGE, "--save -: standard output is a terminal") : 0;
	}
	k->tmp = malloc(len);
	if (!k->tmp)
		return cli_fail(CLI_INTERNAL, "out of memory");
	(void)snprintf(k->tmp, len, "%s.XXXXXX", path);
	k->fd = mkstemp(k->tmp);
	if (k->fd < 0) {
		free(k->tmp);
		k->tmp = NULL;
		return cli_fail(CLI_TRANSPORT, "%.200s: %s", path, strerror(errno));
	}
	mask = umask(0);
	(void)umask(mask);
	(void)fchmod(k->fd, 0666 & ~mask);
	return 0;
}

/* Gives the file its name, or leaves nothing behind. */
static int sink_close(struct sink *k, int status)
{
	if (status == 0)
		status = sink_flush(k);
	if (k->tmp) {
		if (close(k->fd) < 0 && status == 0)
			status = cli_fail(CLI_TRANSPORT, "%.200s: %s", k->path, strerror(errno));
		if (status == 0 && rename(k->tmp, k->path) < 0)
			status = cli_fail(CLI_TRANSPORT, "%.200s: %s", k->path, strerror(errno));
		if (status)
			(void)unlink(k->tmp);
	}
	free(k->tmp);
	weft_text_free(&k->t);
	return status;
}

static void header(struct sink *k, const struct cli *c, const struct weft_family *f, const struct weft_op *op)
{
	uint8_t buf[SAVE_HEADER + 1024];
	const char *target = c->target ? c->target : "local";
	uint32_t magic = save_magic(f, op);
	struct weft_writer w;

	if (magic) {
		weft_text_put(&k->t, &magic, 4);
		return;
	}
	weft_write_init(&w, buf, sizeof buf);
	(void)weft_write_raw(&w, NULL, SAVE_HEADER);
	(void)weft_write_attr(&w, SAVE_FAMILY, f->name, (uint32_t)strlen(f->name) + 1);
	(void)weft_write_attr(&w, SAVE_OP, op->name, (uint32_t)strlen(op->name) + 1);
	(void)weft_write_attr(&w, SAVE_TARGET, target, (uint32_t)strnlen(target, 500) + 1);
	weft_set_u32(buf, SAVE_MAGIC);
	weft_set_u16(buf + 4, SAVE_VERSION);
	weft_set_u16(buf + 6, (uint16_t)w.len);
	weft_text_put(&k->t, buf, w.len);
}

static void message(struct sink *k, uint16_t type, const void *body, uint32_t len)
{
	uint8_t h[WEFT_NLMSG_HDR] = { 0 };

	weft_set_u32(h, WEFT_NLMSG_HDR + len);
	weft_set_u16(h + 4, type);
	weft_set_u16(h + 6, WEFT_NLM_F_MULTI);
	weft_text_put(&k->t, h, sizeof h);
	weft_text_put(&k->t, body, len);
	weft_text_put(&k->t, "\0\0\0", (4 - len % 4) % 4);
}

int save_dump(struct cli *c, const char *path, const struct weft_family *f, const struct weft_op *op,
	      struct weft_session *s, struct weft_dump *d)
{
	struct weft_attr a;
	struct sink k;
	size_t n = 0;
	int r = 0, status = sink_open(&k, path);

	if (status)
		return status;
	header(&k, c, f, op);
	while (status == 0 && (r = weft_dump_next(d, &a)) > 0) {
		message(&k, op->reply, a.p, a.len);
		n++;
		if (k.t.len > 60000)
			status = sink_flush(&k);
	}
	if (status == 0 && r < 0 && r != -EAGAIN)
		status = cli_error(weft_last_error(s), "");
	/* says that the file is whole; iproute2's files have no such end */
	if (!save_magic(f, op))
		message(&k, WEFT_NLMSG_DONE, "\0\0\0", 4);
	status = sink_close(&k, status);
	if (status == 0 && c->verbose)
		(void)cli_fail(0, "saved %zu messages", n);
	return status == 0 && r == -EAGAIN ? cli_error(weft_last_error(s), "") : status;
}
