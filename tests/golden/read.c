/* SPDX-License-Identifier: MIT */
/* Every golden message, whole and cut, through every engine that reads: with nothing but the library, so
 * that memory can be checked for what was never written. */
#include "line.h"

static const char *const *files;
static unsigned cases;

static int differs(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	(void)user;
	fail_msg("%s: differs from itself in %s", where, path);
	return 0;
}

/* Text is looked at byte by byte: that is where a byte that nobody wrote would be seen. */
static unsigned sum(const struct weft_text *t)
{
	unsigned n = 0;

	for (size_t i = 0; i < t->len; i++)
		n += t->p[i] == '"';
	return n;
}

static void engines(const struct line *l)
{
	struct weft_attr body = body_of(l);
	struct weft_text t = { 0 };
	struct weft_msg *m = weft_msg_new(l->f, &l->op, 0);
	char path[100];

	assert_true(weft_json(body, &t) == 0 || t.err == 0);
	assert_int_equal(sum(&t) % 2, 0);
	weft_text_clear(&t);
	(void)!weft_show(body, &t);
	(void)sum(&t);
	(void)!weft_diff(body, body, differs, NULL);
	for (uint32_t at = cases % 16; at < body.len; at += 16)
		(void)weft_path_at(body, at, path, sizeof path);
	weft_put_from(m, body, NULL);
	weft_text_clear(&t);
	if (weft_msg_error(m, NULL) == 0)
		weft_text_hex(&t, weft_msg_bytes(m).p, weft_msg_bytes(m).len);
	(void)sum(&t);
	weft_text_free(&t);
	weft_msg_free(m);
	cases++;
}

static void one(struct line *l)
{
	static unsigned turn;
	size_t len = l->bytes.len;

	/* as lines are alike, each is cut at other places */
	for (l->bytes.len = (len > 64 ? len - 64 : 0) + turn++ % 3; l->bytes.len < len; l->bytes.len += 3)
		engines(l);
	l->bytes.len = len;
	engines(l);
}

static void all(void **state)
{
	(void)state;
	(void)each_line(files, one);
	print_message("%u messages\n", cases);
	assert_true(cases > 5000);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(all) };

	if (argc < 2)
		return 1;
	files = (const char *const *)argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
