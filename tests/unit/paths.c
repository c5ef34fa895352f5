/* SPDX-License-Identifier: MIT */
/* Values, paths and places at their edges: of bytes that do not fit, of lists, without a schema, too deep. */
#include "bytes.h"

static void values(void **state)
{
	uint8_t via[6] = { 0, 0, 10, 0, 0, 1 };
	uint64_t v = 0;

	(void)state;
	begin(0);
	weft_write_attr(&w, 9, "", 0);
	assert_int_equal(weft_get_uint(weft_at(body(), "flag"), &v), 1);
	assert_int_equal(v, 1);
	begin(0);
	weft_write_attr(&w, 9, "\7", 1);
	assert_int_equal(weft_uint(weft_at(body(), "flag"), 9), 1);
	begin(0);
	weft_write_attr(&w, 9, "\0", 1);
	weft_write_attr(&w, 2, "\xff", 1);
	weft_write_attr(&w, 3, "\xff\xff", 2);
	weft_write_attr(&w, 4, "\xff\xff\xff\xff", 4);
	weft_write_attr(&w, 6, "\1\2", 2);
	weft_write_attr(&w, 16, "abc", 3);
	weft_write_attr(&w, 17, "ab\0", 3);
	weft_set_u16(via, WEFT_AF_INET);
	weft_write_attr(&w, 37, via, 6);
	weft_write_attr(&w, 18, "\1\0\0\2", 4);
	assert_int_equal(weft_uint(weft_at(body(), "flag"), 9), 0);
	assert_int_equal(weft_int(weft_at(body(), "s8"), 9), -1);
	assert_int_equal(weft_int(weft_at(body(), "s16"), 9), -1);
	assert_int_equal(weft_int(weft_at(body(), "s32"), 9), -1);
	assert_int_equal(weft_int(weft_at(body(), "u8"), -7), -7);
	assert_int_equal(weft_uint(weft_at(body(), "be16"), 0), 0x102);
	assert_int_equal(weft_uint(weft_at(body(), "bin"), 9), 9); /* three bytes are no number */
	assert_int_equal(weft_get_uint(weft_at(body(), "bin"), &v), -EBADMSG);
	assert_string_equal(weft_str(weft_at(body(), "str"), ""), "ab");
	assert_string_equal(weft_str(weft_at(body(), "bin"), "none"), "none"); /* no NUL */
	assert_string_equal(weft_str(weft_at(body(), "pair"), "none"), "none");
	assert_int_equal(weft_ip_of(weft_at(body(), "via")).b[0], 10);
	assert_int_equal(weft_ip_of(weft_at(body(), "str")).family, 0);
	assert_int_equal(weft_ip_of(weft_at(body(), "s32")).family, 0);
	assert_int_equal(weft_ip_of(weft_at(body(), "pair")).family, 0);
	/* unknown bytes are what they look like */
	for (uint32_t len = 0; len < 10; len++) {
		struct weft_attr a = { .p = (const uint8_t *)"\1\0\0\0\0\0\0\0\0", .len = len };
		int want = len == 1 || len == 2 || len == 4 || len == 8;

		assert_int_equal(weft_get_uint(a, &v), want ? 1 : -EBADMSG);
		assert_int_equal(weft_ip_of(a).family, len == 4 ? WEFT_AF_INET : 0);
		assert_string_equal(weft_str(a, "none"), len > 1 ? "\1" : "none");
	}
	/* a via without an address */
	assert_int_equal(weft_ip_of((struct weft_attr){
					.p = (const uint8_t *)"\2", .len = 2, .field = weft_field_by_number(&own, 37) })
			     .family,
			 0);
}

static void at_is(const char *path, uint64_t want)
{
	struct weft_path p;
	struct weft_error e;

	assert_int_equal(weft_path_compile(&own, path, &p, &e), 0);
	assert_int_equal(weft_uint(weft_at_path(body(), &p), 77), want);
	assert_int_equal(weft_uint(weft_at(body(), path), 77), want);
}

/* A message of own with values, lists and nests, some of them of a wrong size. */
static void write_all(void)
{
	begin(9);
	weft_write_attr(&w, 60, "\1", 1);
	weft_write_attr(&w, 4, "\1", 1); /* one byte where four should be */
	weft_write_attr(&w, 50, "\5\0\0\0", 4);
	weft_set_u32(buf + 8 + w.len - 4, 5);
	weft_write_attr(&w, 10, "\12\0\0\1", 4);
	weft_write_attr(&w, 11, "0123456789abcdef", 16);
	weft_write_attr(&w, 1, "\3", 1);
	weft_write_open(&w, 35);
	weft_write_raw(&w, "\6\0\0\0\0\0\0\0", 8);
	weft_write_attr(&w, 1, "\4", 1);
	weft_write_close(&w);
	weft_write_attr(&w, 12, "\1\2\3\4\5", 5);
	weft_write_attr(&w, 27, "", 0);
	weft_write_attr(&w, 28, "x", 2);
	weft_write_attr(&w, 28, "y", 2);
	weft_write_attr(&w, 29, "a", 2);
	weft_write_open(&w, 30);
	weft_write_attr(&w, 1, "\7\7\7\7", 4);
	weft_write_close(&w);
}

static void paths(void **state)
{
	struct weft_path p;
	struct weft_error e = { 0 };

	(void)state;
	write_all();
	at_is("u8", 3);
	at_is("late", 5);
	at_is("s32", 77);
	at_is("s64", 77);
	at_is("family", 9);
	at_is("inside.x", 0);
	at_is("deep.u8", 4);
	at_is("deep.family", 6);
	at_is("data.a", 0x7070707);
	at_is("data.nope", 77);
	at_is("u8[0]", 77);
	at_is("s64[0]", 77);
	at_is("ip4", 77);
	assert_int_equal(weft_path_compile(&own, "ip", &p, &e), 0);
	assert_int_equal(weft_at_path(body(), &p).len, 4);
	assert_int_equal(weft_path_compile(&own, "ip6", &p, &e), 0);
	assert_int_equal(weft_at_path(body(), &p).len, 16);
	/* a message cut within its header */
	assert_int_equal(weft_path_compile(&own, "u8", &p, &e), 0);
	assert_null(weft_at_path(weft_body(&own, buf, 5), &p).p);
	assert_null(weft_at_path((struct weft_attr){ 0 }, &p).p);
	assert_null(weft_at_path(weft_body(NULL, buf, 5), &p).p);
}

static void paths_in_lists(void **state)
{
	struct weft_path p;
	struct weft_error e = { 0 };

	(void)state;
	write_all();
	assert_int_equal(weft_path_compile(&own, "multi-s[1]", &p, &e), 0);
	assert_string_equal(weft_str(weft_at_path(body(), &p), ""), "y");
	assert_string_equal(weft_str(weft_at(body(), "multi-s[1]"), ""), "y");
	assert_null(weft_at(body(), "multi-s[2]").p);
	assert_null(weft_at(body(), "multi-s[1][1]").p);
	/* of a list as a whole there are no members */
	assert_null(weft_at(body(), "multi-s.x").p);
	assert_null(weft_at(body(), "multi.a").p);
	assert_int_equal(weft_path_compile(&own, "multi.a", &p, &e), 0);
	assert_null(weft_at_path(body(), &p).p);
	assert_int_equal(weft_path_compile(NULL, "multi-s.x", &p, &e), 0);
	assert_null(weft_at_path(body(), &p).p);
}

/* A path without a schema looks names up when it is used; one of another schema too. */
static void paths_of_others(void **state)
{
	struct weft_path p;
	struct weft_error e = { 0 };

	(void)state;
	write_all();
	assert_int_equal(weft_path_compile(NULL, "u8.x", &p, &e), 0);
	assert_null(weft_at_path(body(), &p).p);
	assert_int_equal(weft_path_compile(NULL, "deep.u8", &p, &e), 0);
	assert_int_equal(weft_uint(weft_at_path(body(), &p), 0), 4);
	assert_int_equal(weft_path_compile(NULL, "deep.nope", &p, &e), 0);
	assert_null(weft_at_path(body(), &p).p);
	assert_int_equal(weft_path_compile(&kind_a, "a", &p, &e), 0);
	assert_int_equal(weft_uint(weft_at_path(weft_at(body(), "data"), &p), 0), 0x7070707);
	assert_null(weft_at_path(body(), &p).p);
}

/* Too deep, too long, or of what is not there. */
static void wrong_paths(void **state)
{
	struct weft_path p;
	struct weft_error e = { 0 };
	struct weft_attr a;
	char name[300];

	(void)state;
	write_all();
	assert_int_equal(weft_path_compile(&own, "deep.deep.deep.deep.deep.deep.deep.u8", &p, &e), 0);
	assert_int_equal(weft_path_compile(&own, "deep.deep.deep.deep.deep.deep.deep.deep.u8", &p, &e), -EINVAL);
	memset(name, 'x', 299);
	name[299] = 0;
	assert_int_equal(weft_path_compile(NULL, name, &p, &e), -EINVAL);
	name[255] = 0;
	assert_int_equal(weft_path_compile(NULL, name, &p, &e), 0);
	assert_int_equal(weft_at_strict(body(), name, &a, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "xxx\""));
	assert_null(strstr(e.msg, "near"));
	assert_int_equal(weft_at_strict(body(), "multi-s[x]", &a, &e), -EINVAL);
	assert_int_equal(weft_at_strict(body(), "u9", &a, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "near: u8"));
	assert_int_equal(weft_at_strict(body(), "", &a, &e), 1);
	assert_int_equal(a.len, body().len);
}

static void place_is(uint32_t offset, const char *want)
{
	char path[100];

	if (strcmp(weft_path_at(body(), offset, path, sizeof path), want) != 0)
		fail_msg("at %u: \"%s\" instead of \"%s\"", offset, path, want);
}

static void places(void **state)
{
	char path[16];

	(void)state;
	begin(0);
	weft_write_attr(&w, 1, "\3", 1);	   /* 8: header, 12: value, 13: padding */
	weft_write_open(&w, 35);		   /* 16 */
	weft_write_raw(&w, "\0\0\0\0\0\0\0\0", 8); /* 20 */
	weft_write_open(&w, 22);		   /* 28 */
	weft_write_attr(&w, 1, "\1\1\1\1", 4);	   /* 32 */
	weft_write_attr(&w, 2, "\1\1\1\1", 4);	   /* 40 */
	weft_write_close(&w);
	weft_write_close(&w);
	weft_write_attr(&w, 60, "\1\2", 2);	   /* 48 */
	weft_write_open(&w, 31);		   /* 56 */
	weft_write_raw(&w, "\0\0\0\0\0\0\0\0", 8); /* 60 */
	weft_write_attr(&w, 1, "\1\1\1\1", 4);	   /* 68 */
	weft_write_close(&w);
	weft_set_u16(buf + 60, 16);
	place_is(0, "family");
	place_is(1, "text");
	place_is(4, "inside.x");
	place_is(8, "u8");
	place_is(11, "u8");
	place_is(12, "u8");
	place_is(13, "");
	place_is(16, "deep");
	place_is(20, "deep.family");
	place_is(28, "deep.nums");
	place_is(32, "deep.nums[0]");
	place_is(39, "deep.nums[0]");
	place_is(44, "deep.nums[1]");
	place_is(48, "@60");
	place_is(53, "@60");
	place_is(60, "hops[0].len");
	place_is(72, "hops[0].a");
	place_is(76, "");
	place_is(1u << 20, "");
	assert_string_equal(weft_path_at((struct weft_attr){ 0 }, 0, path, sizeof path), "");
	/* as much as there is room for */
	assert_string_equal(weft_path_at(body(), 44, path, 10), "deep.nums");
	assert_string_equal(weft_path_at(body(), 44, path, 3), "de");
	path[0] = 'x';
	assert_ptr_equal(weft_path_at(body(), 44, path, 0), path);
	assert_int_equal(path[0], 'x');
	/* deeper than anyone looks */
	begin(0);
	for (int i = 0; i < 15; i++) {
		weft_write_open(&w, 35);
		weft_write_raw(&w, "\0\0\0\0\0\0\0\0", 8);
	}
	weft_write_open(&w, 34);
	weft_set_u16(weft_write_attr(&w, 1, "\0\0\0\0\1\1\1\1", 8), 8);
	while (w.depth)
		weft_write_close(&w);
	assert_non_null(strstr(weft_path_at(body(), w.len + 8 - 1, (char[200]){ 0 }, 200), ".anys"));
}

/* Below the depth that anybody looks to, lists and nests are bytes. */
static void deep(void **state)
{
	struct weft_text t = { 0 };
	uint32_t len;

	(void)state;
	for (int depth = 12; depth < 19; depth++) {
		begin(0);
		weft_write_open(&w, 22);
		weft_write_attr(&w, 1, "\1\1\1\1", 4);
		weft_write_close(&w);
		len = w.len + 8;
		for (int i = 0; i < depth; i++) {
			memmove(buf + 12, buf, len);
			memset(buf, 0, 12);
			len += 12;
			weft_set_u16(buf + 8, (uint16_t)(len - 8));
			weft_set_u16(buf + 10, 35);
		}
		weft_text_clear(&t);
		assert_int_equal(weft_json(weft_body(&own, buf, len), &t), 0);
		assert_int_equal(strstr(t.p, "\"nums\":[16843009]") != NULL, depth < 15);
		weft_text_clear(&t);
		assert_int_equal(weft_show(weft_body(&own, buf, len), &t), 0);
		assert_int_equal(strstr(t.p, "[1]: 16843009") != NULL, depth < 16);
	}
	weft_text_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),	  cmocka_unit_test(paths),
		cmocka_unit_test(paths_in_lists), cmocka_unit_test(paths_of_others),
		cmocka_unit_test(wrong_paths),	  cmocka_unit_test(places),
		cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
