/* SPDX-License-Identifier: MIT */
/* Traffic control at its edges: what old or new kernels, and other programs' objects, have that no word makes is
 * told so that a person sees it; words that are wrong, with the error a person reads. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <weft/json.h>
#include <weft/weft.h>

#define N(a) (sizeof(a) / sizeof *(a))

static const struct {
	const char *op, *json, *text;
} told[] = {
#include "odd_told.h"
};

static const struct {
	const char *op, *kind, *words, *path, *text;
} wrong[] = {
#include "odd_wrong.h"
};

static struct weft_msg *of_json(const char *op, const char *json)
{
	struct weft_msg *m = weft_request("tc", op, 0);
	struct weft_error e = { 0 };

	if (weft_put_json(m, json, strlen(json), &e) < 0)
		fail_msg("%s: %s: %s", json, e.path, e.msg);
	return m;
}

static int tell(const char *op, struct weft_attr body, struct weft_text *t)
{
	return strstr(op, "filter") ? weft_filter_text(body, NULL, t) : weft_tc_text(body, t);
}

/* What makes the object again tells the same; of gred the queues in brackets follow in requests of their own. */
static void same_again(const char *op, struct weft_attr body, const char *want)
{
	struct weft_msg *m = strstr(op, "filter") ? weft_filter_again(body, 0) : weft_tc_again(body, 0, 0);
	struct weft_text t = { 0 };
	struct weft_error e = { 0 };

	if (!m)
		return;
	if (weft_msg_error(m, &e) < 0)
		fail_msg("%s: %s: %s", want, e.path, e.msg);
	assert_int_equal(tell(op, weft_msg_body(m), &t), 0);
	if (strchr(want, '['))
		assert_memory_equal(t.p, want, t.len);
	else
		assert_string_equal(t.p ? t.p : "", want);
	weft_text_free(&t);
	weft_msg_free(m);
}

static void told_of_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(told); i++) {
		struct weft_msg *m = of_json(told[i].op, told[i].json);
		struct weft_attr body = weft_msg_body(m);
		struct weft_text t = { 0 };

		assert_int_equal(tell(told[i].op, body, &t), 0);
		assert_string_equal(t.p ? t.p : "", told[i].text);
		same_again(told[i].op, body, told[i].text);
		weft_text_free(&t);
		weft_msg_free(m);
	}
}

/* Words with spaces between; values have none. */
static size_t split(char *line, struct weft_word *ret)
{
	size_t n = 0;

	for (char *p = strtok(line, " "); p; p = strtok(NULL, " ")) {
		char *eq = strchr(p, '=');

		assert_true(n < 60);
		if (eq)
			*eq = 0;
		ret[n++] = (struct weft_word){ p, eq ? eq + 1 : NULL };
		/* a space that stands in a value */
		for (char *c = eq ? eq + 1 : p; *c; c++)
			*c = *c == '~' ? ' ' : *c;
	}
	return n;
}

static void refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(wrong); i++) {
		struct weft_msg *m = weft_request("tc", wrong[i].op, 0);
		struct weft_error e = { 0 };
		struct weft_word w[60];
		char *line = strdup(wrong[i].words);
		size_t n = split(line, w);

		weft_put_named(m, "kind", weft_kv_str(0, wrong[i].kind));
		if (strstr(wrong[i].op, "filter"))
			weft_filter_put(m, w, n, NULL);
		else
			weft_tc_put(m, w, n);
		if (weft_msg_error(m, &e) >= 0 || strcmp(e.path, wrong[i].path) != 0 ||
		    strcmp(e.msg, wrong[i].text) != 0)
			fail_msg("%s %s: %s: %s", wrong[i].kind, wrong[i].words, e.path, e.msg);
		weft_msg_free(m);
		free(line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told_of_json), cmocka_unit_test(refused) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
