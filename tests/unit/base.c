/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <weft/base.h>

static void ip_text(void **state)
{
	static const struct {
		const char *in, *out;
		int plen;
	} good[] = {
		{ "10.0.0.1", "10.0.0.1", 32 },
		{ "10.0.0.0/8", "10.0.0.0", 8 },
		{ "0.0.0.0/0", "0.0.0.0", 0 },
		{ "fe80::1/64", "fe80::1", 64 },
		{ "::", "::", 128 },
		{ "2001:DB8::0:1", "2001:db8::1", 128 },
		{ "::ffff:1.2.3.4", "::ffff:1.2.3.4", 128 },
	};
	static const char *const bad[] = { "",
					   "x",
					   "10.0.0",
					   "10.0.0.1/",
					   "10.0.0.1/33",
					   "1.2.3.4/8x",
					   "fe80::1/129",
					   "1.2.3.4/-1",
					   "256.0.0.1",
					   "10.0.0.1 ",
					   ":::",
					   "1.2.3.4/99999999999999" };
	char buf[WEFT_IP_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct weft_ip ip = weft_ip(good[i].in);

		assert_string_equal(weft_ip_text(&ip, buf), good[i].out);
		assert_int_equal(ip.plen, good[i].plen);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct weft_ip ip = { .family = 77 };

		assert_int_equal(weft_ip_parse(bad[i], &ip), -EINVAL);
		assert_int_equal(ip.family, 77);
		assert_int_equal(weft_ip(bad[i]).family, 0);
	}
	assert_int_equal(weft_ip(NULL).family, 0);
}

static void mac_text(void **state)
{
	struct weft_mac m = weft_mac("02:00:5E:00:00:fF");

	(void)state;
	assert_int_equal(m.len, 6);
	assert_memory_equal(m.b, "\x02\x00\x5e\x00\x00\xff", 6);
	assert_int_equal(weft_mac("0a").len, 1);
	assert_int_equal(weft_mac("").len, 0);
	assert_int_equal(weft_mac("02:").len, 0);
	assert_memory_equal(weft_mac("02-00-5e").b, "\x02\x00\x5e", 3);
	assert_int_equal(weft_mac("02_00").len, 0);
	assert_int_equal(weft_mac(NULL).len, 0);
	assert_int_equal(weft_mac("00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"
				  ":00:00:00:00:00:00:00:00")
			     .len,
			 32);
	assert_int_equal(weft_mac("2:00").len, 0);
	assert_int_equal(weft_mac("02:0g").len, 0);
	assert_int_equal(weft_mac("00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"
				  ":00:00:00:00:00:00:00:00:00:00")
			     .len,
			 0);
}

static void text_forms(void **state)
{
	struct weft_text t = { 0 };

	(void)state;
	weft_text_uint(&t, 0);
	weft_text_putc(&t, ' ');
	weft_text_uint(&t, UINT64_MAX);
	weft_text_putc(&t, ' ');
	weft_text_int(&t, INT64_MIN);
	assert_string_equal(t.p, "0 18446744073709551615 -9223372036854775808");
	weft_text_clear(&t);
	weft_text_json(&t, "a\"\\\n\xff\xc3\xa4\xed\xa0\x80", 10);
	assert_string_equal(t.p, "\"a\\\"\\\\\\u000a\\udcff\xc3\xa4\\udced\\udca0\\udc80\"");
	weft_text_clear(&t);
	weft_text_safe(&t, "a\x1b[\xc2\x9b\xff", 6);
	assert_string_equal(t.p, "a\\x1b[\\xc2\\x9b\\xff");
	weft_text_clear(&t);
	weft_text_printf(&t, "%s-%d", "x", 7);
	assert_string_equal(t.p, "x-7");
	assert_int_equal(t.err, 0);
	weft_text_free(&t);
	assert_null(t.p);
}

/* Every edge of UTF-8 (RFC 3629): the last byte sequence of each form that is right, and the next one. */
static void utf8(void **state)
{
	static const struct {
		const char *in, *json;
	} cases[] = {
		{ "\x7f", "\\u007f" },
		{ " ~", " ~" },
		{ "\xc1\xbf", "\\udcc1\\udcbf" },
		{ "\xc2\x80", "\xc2\x80" },
		{ "\xdf\xbf", "\xdf\xbf" },
		{ "\xc3\x7f", "\\udcc3\\u007f" },
		{ "\xe0\x9f\xbf", "\\udce0\\udc9f\\udcbf" },
		{ "\xe0\xa0\x80", "\xe0\xa0\x80" },
		{ "\xe1\x80\x80", "\xe1\x80\x80" },
		{ "\xed\x9f\xbf", "\xed\x9f\xbf" },
		{ "\xed\xa0\x80", "\\udced\\udca0\\udc80" },
		{ "\xef\xbf\xbf", "\xef\xbf\xbf" },
		{ "\xf0\x8f\xbf\xbf", "\\udcf0\\udc8f\\udcbf\\udcbf" },
		{ "\xf0\x90\x80\x80", "\xf0\x90\x80\x80" },
		{ "\xf1\x80\x80\x80", "\xf1\x80\x80\x80" },
		{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
		{ "\xf4\x90\x80\x80", "\\udcf4\\udc90\\udc80\\udc80" },
		{ "\xf5\x80\x80\x80", "\\udcf5\\udc80\\udc80\\udc80" },
		{ "\x80", "\\udc80" },
		{ "\xe2\x82", "\\udce2\\udc82" },
		{ "\xe2\x82"
		  "a",
		  "\\udce2\\udc82a" },
		{ "\xe2"
		  "a\xac",
		  "\\udce2a\\udcac" },
		{ "\xf0\x9f\x90", "\\udcf0\\udc9f\\udc90" },
		{ "\xc0\x80", "\\udcc0\\udc80" },
	};
	struct weft_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_text_clear(&t);
		weft_text_json(&t, cases[i].in, strlen(cases[i].in));
		assert_int_equal(t.len, strlen(cases[i].json) + 2);
		assert_memory_equal(t.p + 1, cases[i].json, t.len - 2);
	}
	/* what moves a terminal's cursor is told, other two-byte letters are not */
	weft_text_clear(&t);
	weft_text_safe(&t, "\xc2\x80\xc2\x9f\xc2\xa0\xc3\x80\x7f\t ~\xe2\x82\xac", 15);
	assert_string_equal(t.p, "\\xc2\\x80\\xc2\\x9f\xc2\xa0\xc3\x80\\x7f\\x09 ~\xe2\x82\xac");
	weft_text_free(&t);
}

/* Numbers around each change of width, and lengths that no text can have. */
static void text_sizes(void **state)
{
	static const struct {
		uint64_t v;
		const char *text;
	} cases[] = { { 9, "9" },	{ 10, "10" },
		      { 99, "99" },	{ 100, "100" },
		      { 105, "105" },	{ 999, "999" },
		      { 1000, "1000" }, { 10000000000000000000u, "10000000000000000000" } };
	const wchar_t bad[] = { 0x110000, 0 };
	struct weft_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		weft_text_clear(&t);
		weft_text_uint(&t, cases[i].v);
		assert_string_equal(t.p, cases[i].text);
		weft_text_clear(&t);
		weft_text_int(&t, -(int64_t)(cases[i].v & INT64_MAX));
		assert_int_equal(t.p[0], '-');
	}
	for (int empty = 0; empty < 2; empty++) {
		static const size_t sizes[] = { SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2 + 1 };

		for (size_t i = 0; i < 3; i++) {
			if (empty)
				weft_text_free(&t);
			else
				weft_text_clear(&t);
			if (!empty)
				weft_text_putc(&t, 'x');
			weft_text_put(&t, "", sizes[i]);
			assert_int_equal(t.err, -ENOMEM);
			weft_text_putc(&t, 'y');
			assert_int_equal(t.len, empty ? 0 : 1);
			weft_text_clear(&t);
			weft_text_hex(&t, "", sizes[i]);
			assert_int_equal(t.err, -ENOMEM);
		}
	}
	weft_text_free(&t);
	weft_text_printf(&t, "%ls", bad);
	assert_int_equal(t.err, -EINVAL);
	assert_string_equal(t.p, "");
	weft_text_free(&t);
	weft_text_clear(&t);
	weft_text_put(&t, NULL, 0);
	assert_string_equal(t.p, "");
	/* one character after the other, over every growth */
	for (int i = 0; i < 5000; i++) {
		weft_text_putc(&t, 'x');
		assert_true(t.p[t.len] == 0 && t.len < t.cap);
	}
	assert_int_equal(strlen(t.p), 5000);
	weft_text_free(&t);
}

static void addresses(void **state)
{
	static const struct {
		size_t len;
		unsigned family, plen;
	} sizes[] = { { 0, 0, 0 }, { 3, 0, 0 }, { 4, WEFT_AF_INET, 32 }, { 5, 0, 0 }, { 16, WEFT_AF_INET6, 128 },
		      { 17, 0, 0 } };
	struct weft_ip ip = { 0 };
	char buf[WEFT_IP_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		ip = weft_ip_bytes("0123456789abcdefg", sizes[i].len);
		assert_int_equal(ip.family, sizes[i].family);
		assert_int_equal(ip.plen, sizes[i].plen);
		assert_int_equal(weft_ip_len(&ip), sizes[i].family ? sizes[i].len : 0);
	}
	assert_int_equal(weft_ip_bytes(NULL, 4).family, 0);
	assert_string_equal(weft_ip_text(&ip, buf), "");
	/* as long as text can be, and longer */
	assert_int_equal(weft_ip("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128").family, WEFT_AF_INET6);
	assert_int_equal(weft_ip("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555").family, 0);
	assert_int_equal(weft_ip("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.25555").family, 0);
	for (unsigned i = 0; i < 256; i++) {
		const uint8_t b[4] = { (uint8_t)i, 9, 10, 100 };
		char want[20];

		(void)snprintf(want, sizeof want, "%u.9.10.100", i);
		ip = weft_ip_bytes(b, 4);
		assert_string_equal(weft_ip_text(&ip, buf), want);
	}
}

static void error_path(void **state)
{
	struct weft_error e;

	(void)state;
	assert_int_equal(weft_error_set(&e, -EINVAL, WEFT_WHERE_CALLER, "via", "bad %d", 3), -EINVAL);
	weft_error_prefix(&e, "multipath", 1);
	weft_error_prefix(&e, "route", -1);
	assert_string_equal(e.path, "route.multipath[1].via");
	assert_string_equal(e.msg, "bad 3");
	assert_int_equal(weft_error_set(NULL, -5, WEFT_WHERE_CALLER, NULL, NULL), -5);
	assert_int_equal(weft_error_set(&e, -5, WEFT_WHERE_KERNEL, NULL, NULL), -5);
	assert_string_equal(e.path, "");
	assert_string_equal(e.msg, "");
	weft_error_prefix(NULL, "x", 1);
	weft_error_prefix(&e, "last", -1);
	assert_string_equal(e.path, "last");
	(void)weft_error_set(&e, -5, WEFT_WHERE_KERNEL, "[2].x", NULL);
	weft_error_prefix(&e, "list", -1);
	assert_string_equal(e.path, "list[2].x");
	weft_error_prefix(&e, "outer", 0);
	assert_string_equal(e.path, "outer[0].list[2].x");
	/* a path longer than there is room for keeps its beginning */
	for (int i = 0; i < 50; i++)
		weft_error_prefix(&e, "abc", -1);
	assert_int_equal(strlen(e.path), sizeof e.path - 1);
	assert_memory_equal(e.path, "abc.abc.", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_text),    cmocka_unit_test(mac_text),   cmocka_unit_test(text_forms),
		cmocka_unit_test(utf8),	      cmocka_unit_test(text_sizes), cmocka_unit_test(addresses),
		cmocka_unit_test(error_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
