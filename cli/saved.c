/* SPDX-License-Identifier: MIT */
/* Reads a file of messages, whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "save.h"

enum {
	FILE_MAX = 1 << 30,
};

static int refused(const struct save_file *x, const char *text)
{
	return cli_fail(CLI_USAGE, "%.200s: %s", x->path, text);
}

static int load(struct save_file *x, int fd)
{
	size_t cap = 65536;
	ssize_t n = 1;

	x->p = malloc(cap);
	while (x->p && n > 0) {
		n = read(fd, x->p + x->len, cap - x->len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n < 0)
			return cli_fail(CLI_TRANSPORT, "%.200s: %s", x->path, strerror(errno));
		else
			x->len += (size_t)n;
		if (n > 0 && x->len == cap) {
			uint8_t *more = cap < FILE_MAX ? realloc(x->p, cap * 2) : NULL;

			if (!more)
				return refused(x, "too large");
			x->p = more;
			cap *= 2;
		}
	}
	return x->p ? 0 : cli_fail(CLI_INTERNAL, "out of memory");
}

/* Text of an attribute of the header, or NULL. */
static const char *text_of(const struct weft_tlv *t)
{
	return t->len && t->p[t->len - 1] == 0 ? (const char *)t->p : NULL;
}

static int own_header(struct save_file *x, uint32_t *ret_len)
{
	const char *family = NULL, *op = NULL;
	struct weft_reader r;
	struct weft_tlv t;
	int more;

	if (x->len < SAVE_HEADER || weft_get_u16(x->p + 6) < SAVE_HEADER || weft_get_u16(x->p + 6) > x->len)
		return refused(x, "cut in its header");
	if (weft_get_u16(x->p + 4) != SAVE_VERSION)
		return refused(x, "of a version that is not known here");
	*ret_len = weft_get_u16(x->p + 6);
	r = weft_reader(x->p + SAVE_HEADER, *ret_len - SAVE_HEADER);
	while ((more = weft_read_attr(&r, &t)) > 0) {
		family = t.type == SAVE_FAMILY ? text_of(&t) : family;
		op = t.type == SAVE_OP ? text_of(&t) : op;
	}
	if (more < 0 || !family || !op)
		return refused(x, "its header cannot be read");
	x->own = true;
	x->f = weft_family_find(family);
	x->get = weft_op_find(x->f, op);
	return x->get ? 0 : cli_fail(CLI_USAGE, "%.200s: of %.40s %.40s, which is not known here", x->path, family, op);
}

static int header(struct save_file *x, uint32_t *ret_len)
{
	uint32_t magic, swapped;

	if (x->len < 4)
		return refused(x, "not a file of weft dump --save or ip save");
	magic = weft_get_u32(x->p);
	swapped = __builtin_bswap32(magic);
	if (magic == SAVE_MAGIC)
		return own_header(x, ret_len);
	*ret_len = 4;
	x->get = save_of_magic(magic, &x->f);
	if (x->get)
		return 0;
	if (swapped == SAVE_MAGIC || save_of_magic(swapped, &x->f))
		return refused(x, "written on a machine of the other byte order");
	return refused(x, "not a file of weft dump --save or ip save");
}

/* Whether all that a body has can be read. */
static bool well_formed(struct weft_attr body)
{
	struct weft_text t = { 0 };
	uint32_t header = body.schema && body.schema->header ? body.schema->header->size : 0;
	bool good = body.len >= header && weft_json(body, &t) == 0;

	weft_text_free(&t);
	return good;
}

static int take(struct save_file *x, const struct weft_nlmsg *m)
{
	const struct weft_schema *schema = x->get->reply_schema ? x->get->reply_schema : x->get->schema;

	if (x->n == x->cap) {
		size_t cap = x->cap ? x->cap * 2 : 256;
		struct weft_attr *p = realloc(x->body, cap * sizeof *p);

		if (!p)
			return cli_fail(CLI_INTERNAL, "out of memory");
		x->body = p;
		x->cap = cap;
	}
	if (m->type != x->get->reply)
		return cli_fail(CLI_USAGE, "%.200s: message %zu is of type %u, not of %s", x->path, x->n, m->type,
				x->get->name);
	x->body[x->n] = weft_body(schema, m->body, m->body_len);
	if (!well_formed(x->body[x->n]))
		return cli_fail(CLI_USAGE, "%.200s: message %zu cannot be read", x->path, x->n);
	x->n++;
	return 0;
}

int save_read(struct save_file *x, int fd)
{
	uint32_t at = 0;
	struct weft_reader r;
	struct weft_nlmsg m;
	bool ended = false;
	int more = 0, status = isatty(fd) ? refused(x, "is a terminal") : load(x, fd);

	if (status == 0)
		status = header(x, &at);
	r = weft_reader(x->p ? x->p + at : x->p, x->p ? (uint32_t)x->len - at : 0);
	while (status == 0 && !ended && (more = weft_read_msg(&r, &m)) > 0) {
		ended = x->own && m.type == WEFT_NLMSG_DONE;
		if (!ended)
			status = take(x, &m);
	}
	if (status == 0 && (more < 0 || (x->own && !ended)))
		status = cli_fail(CLI_USAGE, "%.200s: cut after message %zu", x->path, x->n);
	if (status == 0 && r.len)
		status = refused(x, "has more after its end");
	return status;
}

void save_free(struct save_file *x)
{
	free(x->body);
	free(x->p);
}
