/* SPDX-License-Identifier: MIT */
/* What differs between two messages: its paths, at every depth, until the caller has seen enough. */
#include "own.h"

struct log {
	struct weft_text t;
	int left; /* calls until the walk is ended */
};

static int note(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	struct log *l = user;

	weft_text_printf(&l->t, "%s%s%s ", a.p ? "-" : "", b.p ? "+" : "", path);
	return l->left-- > 0 ? 0 : -EINTR;
}

static void differ(const char *x, const char *y, int left, int want, const char *paths)
{
	struct weft_msg *a = own_of_json(x), *b = own_of_json(y);
	struct log l = { .left = left };

	weft_text_puts(&l.t, "");
	assert_int_equal(weft_diff(weft_msg_body(a), weft_msg_body(b), note, &l), want);
	if (strcmp(l.t.p, paths) != 0)
		fail_msg("%s and %s: %s instead of %s", x, y, l.t.p, paths);
	weft_text_free(&l.t);
	weft_msg_free(a);
	weft_msg_free(b);
}

static void differences(void **state)
{
	(void)state;
	differ("{\"u8\":1}", "{\"u8\":2}", 99, 0, "-+u8 ");
	differ("{\"u8\":1,\"s8\":1}", "{\"s8\":1,\"u8\":1}", 99, 0, "");
	differ("{\"@60\":\"01\"}", "{\"@60\":[\"01\",\"02\"],\"@61\":\"\"}", 99, 0, "+@60 +@61 ");
	differ("{\"@50\":\"01\"}", "{\"late\":1}", 99, 0, "-@50 +late ");
	differ("{\"pair\":{\"x\":1,\"y\":2}}", "{\"pair\":{\"x\":1,\"y\":3}}", 99, 0, "-+pair.y ");
	differ("{\"pairs\":[{\"x\":1},{\"x\":2}]}", "{\"pairs\":[{\"x\":1},{\"x\":3},{\"x\":4}]}", 99, 0,
	       "-+pairs[1].x +pairs[2] ");
	differ("{\"nests\":[{\"1\":{\"a\":1}}]}", "{\"nests\":[{\"7\":{\"b\":\"x\"}}]}", 99, 0,
	       "-nests[0].a +nests[0].b ");
	differ("{\"multi\":[{\"a\":1},{\"a\":2}]}", "{\"multi\":[{\"a\":1},{\"a\":3}]}", 99, 0, "-+multi.a ");
	differ("{\"nums\":[1,2]}", "{\"nums\":[1]}", 99, 0, "-+nums ");
	differ("{\"kind\":\"a\",\"data\":{\"a\":1}}", "{\"kind\":\"b\",\"data\":{\"b\":1}}", 99, 0, "-+kind -+data ");
	differ("{\"nests\":[{\"a\":1,\"c\":1}]}", "{\"nests\":[{\"a\":1,\"c\":2}]}", 99, 0, ""); /* a counter */
	differ("{\"nests\":[{\"a\":1,\"c\":1}]}", "{\"nests\":[{\"a\":1}]}", 99, 0, "");
	/* fn ends the walk, in either round */
	differ("{\"u8\":1,\"s8\":1}", "{\"u8\":2,\"s8\":2}", 0, -EINTR, "-+u8 ");
	differ("{}", "{\"u8\":2,\"s8\":2}", 0, -EINTR, "+u8 ");
	differ("{\"deep\":{\"u8\":1,\"s8\":1}}", "{\"deep\":{\"u8\":2,\"s8\":2}}", 1, -EINTR, "-+deep.u8 -+deep.s8 ");
}

/* As deep as anyone looks: below, what differs is told of the last place. Malformed bytes are said. */
static void deep_differences(void **state)
{
	uint8_t x[1024] = { 0 }, y[1024];
	struct log l = { .left = 99 };
	uint32_t len = 16;

	(void)state;
	weft_set_u16(x + 8, 5);
	weft_set_u16(x + 10, 1);
	x[12] = 1;
	for (int i = 0; i < 20; i++) {
		memmove(x + 12, x, len);
		memset(x, 0, 12);
		len += 12;
		weft_set_u16(x + 8, (uint16_t)(len - 8));
		weft_set_u16(x + 10, 35);
	}
	memcpy(y, x, sizeof y);
	y[len - 4] = 2;
	assert_int_equal(weft_diff(weft_body(&own, x, len), weft_body(&own, y, len), note, &l), 0);
	assert_int_equal(l.t.len, 2 + 17 * 5);
	assert_int_equal(weft_diff(weft_body(&own, x, len - 1), weft_body(&own, y, len), note, &l), -EBADMSG);
	assert_int_equal(weft_diff(weft_body(&own, x, 8), weft_body(&own, y, len - 1), note, &l), -EBADMSG);
	assert_int_equal(weft_diff((struct weft_attr){ 0 }, (struct weft_attr){ 0 }, note, &l), 0);
	weft_text_free(&l.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences),
		cmocka_unit_test(deep_differences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
