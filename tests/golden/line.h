/* SPDX-License-Identifier: MIT */
#ifndef GOLDEN_LINE_H
#define GOLDEN_LINE_H

/* Golden lines as bytes. README.md tells the notation. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

static char where[300]; /* file and line, for messages */

struct bytes {
	uint8_t b[65536];
	size_t len;
	size_t open[16];
	int depth;
};

static inline void put(struct bytes *o, const void *p, size_t n)
{
	assert_true(o->len + n <= sizeof o->b);
	memcpy(o->b + o->len, p, n);
	o->len += n;
}

/* "u16:258" and its like. */
static inline void put_number(struct bytes *o, const char *w)
{
	const char *colon = strchr(w, ':');
	bool big = w[0] == 'b';
	unsigned bits = (unsigned)strtoul(w + (big ? 2 : 1), NULL, 10);
	uint64_t v = colon[1] == '-' ? (uint64_t)strtoll(colon + 1, NULL, 10) : strtoull(colon + 1, NULL, 10);

	assert_true(bits == 8 || bits == 16 || bits == 32 || bits == 64);
	for (unsigned i = 0; i < bits / 8; i++) {
		bool high = big || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
		uint8_t b = (uint8_t)(v >> 8 * (high ? bits / 8 - 1 - i : i));

		put(o, &b, 1);
	}
}

/* "f8:4/4,1/4": bit-fields of one unit with their widths, in the order in which C has them. */
static inline void put_bits(struct bytes *o, const char *w)
{
	unsigned size = (unsigned)strtoul(w + 1, NULL, 10), before = 0, all = 0;
	char *at = strchr(w, ':'), n[24];

	while (*at) {
		unsigned v = (unsigned)strtoul(at + 1, &at, 10), bits = (unsigned)strtoul(at + 1, &at, 10);
		bool high = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;

		all |= v << (high ? size - before - bits : before);
		before += bits;
	}
	(void)snprintf(n, sizeof n, "u%u:%u", size, all);
	put_number(o, n);
}

static inline void put_hex(struct bytes *o, const char *w)
{
	for (; w[0]; w += 2) {
		unsigned x;
		uint8_t b;

		assert_int_equal(sscanf(w, "%2x", &x), 1);
		b = (uint8_t)x;
		put(o, &b, 1);
	}
}

static inline void open_attr(struct bytes *o, const char *w)
{
	char *end;
	uint16_t h[2] = { 0, (uint16_t)strtoul(w + 1, &end, 10) };

	for (; *end; end++)
		h[1] |= *end == '!' ? WEFT_NLA_NESTED : WEFT_NLA_NET_BYTEORDER;
	assert_true(o->depth < 16);
	o->open[o->depth++] = o->len;
	put(o, h, 4);
}

static inline void close_attr(struct bytes *o)
{
	size_t at;
	uint16_t len;

	assert_true(o->depth > 0);
	at = o->open[--o->depth];
	len = (uint16_t)(o->len - at);
	memcpy(o->b + at, &len, 2);
	put(o, "\0\0\0", (4 - o->len % 4) % 4);
}

static inline void assemble(struct bytes *o, char *wire)
{
	char *save = NULL;

	o->len = 0;
	o->depth = 0;
	for (char *w = strtok_r(wire, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (w[0] == '[')
			open_attr(o, w);
		else if (w[0] == ']')
			close_attr(o);
		else if (w[0] == 'f')
			put_bits(o, w);
		else if (w[0] == 'x')
			put_hex(o, w + 2);
		else if (w[0] == '"') {
			w[strlen(w) - 1] = 0;
			put(o, w + 1, strlen(w + 1) + 1);
		} else {
			put_number(o, w);
		}
	}
	assert_int_equal(o->depth, 0);
}

struct line {
	const struct weft_family *f;
	struct weft_op op; /* with the schema of this line for both ways */
	const char *path, *json;
	struct bytes bytes;
};

static inline void parse_line(char *text, struct line *l)
{
	char *col[4] = { 0 }, *save = NULL, *op_name, *request;
	const struct weft_op *op;

	for (int i = 0; i < 4; i++)
		col[i] = strtok_r(i ? NULL : text, "\t\n", &save);
	if (!col[3])
		fail_msg("%s: four columns are needed", where);
	op_name = strchr(col[0], ' ');
	assert_non_null(op_name);
	*op_name++ = 0;
	request = strchr(op_name, ' ');
	if (request)
		*request++ = 0;
	assert_true(!request || strcmp(request, "request") == 0);
	l->f = weft_family_find(col[0]);
	op = weft_op_find(l->f, op_name);
	assert_non_null(op);
	l->op = *op;
	if (op->reply_schema && !request)
		l->op.schema = op->reply_schema;
	l->path = col[1];
	l->json = col[3];
	assemble(&l->bytes, col[2]);
}

static inline struct weft_attr body_of(const struct line *l)
{
	return weft_body(l->op.schema, l->bytes.b, (uint32_t)l->bytes.len);
}

/* fn for each line of the files; returns how many there are. */
static inline unsigned each_line(const char *const *files, void (*fn)(struct line *l))
{
	static char text[200000];
	static struct line l;
	unsigned n = 0;

	for (const char *const *file = files; *file; file++) {
		FILE *f = fopen(*file, "r");

		assert_non_null(f);
		for (int row = 1; fgets(text, sizeof text, f); row++) {
			(void)snprintf(where, sizeof where, "%s:%d", *file, row);
			if (text[0] == '#' || text[0] == '\n')
				continue;
			parse_line(text, &l);
			fn(&l);
			n++;
		}
		(void)fclose(f);
	}
	return n;
}

#endif
