/* SPDX-License-Identifier: MIT */
/* Golden messages made wrong, in every way that bytes can be: each byte changed, each attribute cut,
 * stretched, doubled, left out, flagged otherwise, each length of the message; what a kernel sent, which is
 * long and much alike, at every fifth place. Whatever it is: JSON that is JSON, text without a control
 * character, no difference from itself, the same when it comes back. */
#include "line.h"

#include <jansson.h>

static const char *const *files;
static unsigned cases, refused;

static void no_control(const struct weft_text *t)
{
	for (size_t i = 0; i < t->len; i++)
		if (((unsigned char)t->p[i] < 0x20 && t->p[i] != '\n') || t->p[i] == 0x7f)
			fail_msg("%s: a control character in the text", where);
}

static int differs(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	(void)user;
	fail_msg("%s: differs from itself in %s", where, path);
	return 0;
}

static void check(const struct line *l)
{
	struct weft_text json = { 0 }, text = { 0 };
	struct weft_msg *m = weft_msg_new(l->f, &l->op, 0);
	struct weft_error e = { 0 };
	struct weft_attr body = body_of(l);
	char path[100];
	int r = weft_json(body, &json);

	cases++;
	assert_true(r == 0 || r == -EBADMSG);
	if (r == 0) {
		r = weft_put_json(m, json.p, json.len, &e);
		/* too long, or not the kind of text that the row takes: said so, with the place */
		if (r < 0 && (r == -ENOMEM || !e.msg[0] || (!e.path[0] && !strstr(e.msg, "too large"))))
			fail_msg("%s: %d %s: %s", where, r, e.msg, json.p);
		refused += r < 0;
	}
	(void)!weft_show(body, &text);
	no_control(&text);
	(void)!weft_diff(body, body, differs, NULL);
	for (uint32_t at = cases % 16; at < body.len; at += 16)
		(void)weft_path_at(body, at, path, sizeof path);
	weft_text_free(&json);
	weft_text_free(&text);
	weft_msg_free(m);
}

static unsigned turn; /* which line it is */

static size_t step_of(const struct line *l)
{
	return strcmp(l->path, "*") == 0 ? 5 : 1;
}

/* In one way, and in the next line in another. */
static void each_byte(struct line *l)
{
	size_t step = step_of(l);

	for (size_t i = turn % step; i < l->bytes.len; i += step) {
		const uint8_t was = l->bytes.b[i], values[] = { 0, 0xff, 0x7f, 0x1b, was ^ 0x80, (uint8_t)(was + 1) };

		l->bytes.b[i] = values[(i / step + turn) % sizeof values];
		check(l);
		l->bytes.b[i] = was;
	}
}

static void each_length(struct line *l)
{
	size_t len = l->bytes.len, step = step_of(l);

	for (size_t n = turn % step; n < len; n += step) {
		l->bytes.len = n;
		check(l);
	}
	l->bytes.len = len;
}

/* The innermost attribute: what a value has one byte more or less, twice, not at all. */
static void last_attribute(struct line *l)
{
	static struct line x;
	struct weft_attr body = body_of(l);
	uint32_t start = body.schema->header ? body.schema->header->size : 0, len = body.len - start;
	uint16_t whole;

	if (len < 4)
		return;
	memcpy(&whole, l->bytes.b + start, 2);
	/* doubled */
	x = *l;
	memcpy(x.bytes.b + l->bytes.len, l->bytes.b + start, len);
	x.bytes.len += len;
	check(&x);
	/* without content, and as long as an attribute can be */
	x = *l;
	whole = 4;
	memcpy(x.bytes.b + start, &whole, 2);
	x.bytes.len = start + 4;
	check(&x);
	x = *l;
	if (start < 16) {
		whole = 65500;
		memcpy(x.bytes.b + start, &whole, 2);
		memset(x.bytes.b + l->bytes.len, 0x41, 65500 + start - l->bytes.len);
		x.bytes.len = start + 65500u;
		check(&x);
	}
}

static void one(struct line *l)
{
	if (l->bytes.len > 400)
		return;
	each_byte(l);
	each_length(l);
	last_attribute(l);
	turn++;
}

static void mutations(void **state)
{
	(void)state;
	(void)each_line(files, one);
	print_message("%u cases, %u refused on the way back\n", cases, refused);
	assert_true(cases > 50000);
}

/* Nests in nests, more than anybody looks into: no crash, no endless walk. */
static void deep(void **state)
{
	static uint8_t buf[65536];
	static struct line l;
	struct weft_text t = { 0 };

	(void)state;
	for (unsigned depth = 1; depth < 2000; depth = depth * 3 / 2 + 1) {
		uint32_t len = 0;

		/* link in peer in data in linkinfo in link ... */
		l.f = weft_family_find("rt-link");
		l.op = *weft_op_find(l.f, "newlink");
		for (unsigned d = 0; d < depth; d++) {
			static const uint16_t types[4] = { 18, 2, 1, 0 };
			uint16_t h[2] = { 0, types[d % 3] };

			(void)types[3];
			memmove(buf + 4, buf, len);
			len += 4;
			h[0] = (uint16_t)len;
			memcpy(buf, h, 4);
		}
		memset(l.bytes.b, 0, 16);
		memcpy(l.bytes.b + 16, buf, len);
		l.bytes.len = 16 + len;
		(void)snprintf(where, sizeof where, "depth %u", depth);
		check(&l);
	}
	weft_text_free(&t);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutations),
		cmocka_unit_test(deep),
	};

	if (argc < 2)
		return 1;
	files = (const char *const *)argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
