/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <weft/base.h>

static void ip_text(void **state)
{
	static const struct {
		const char *in, *out;
		int plen;
	} good[] = {
		{ "10.0.0.1", "10.0.0.1", 32 },	  { "10.0.0.0/8", "10.0.0.0", 8 },
		{ "0.0.0.0/0", "0.0.0.0", 0 },	  { "fe80::1/64", "fe80::1", 64 },
		{ "::", "::", 128 },		  { "2001:DB8::0:1", "2001:db8::1", 128 },
		{ "::ffff:1.2.3.4", "::ffff:1.2.3.4", 128 },
	};
	static const char *const bad[] = { "", "x", "10.0.0", "10.0.0.1/", "10.0.0.1/33", "1.2.3.4/8x",
					   "fe80::1/129", "1.2.3.4/-1", "256.0.0.1", "10.0.0.1 ",
					   ":::", "1.2.3.4/99999999999999" };
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
	assert_int_equal(weft_mac("2:00").len, 0);
	assert_int_equal(weft_mac("02:0g").len, 0);
	assert_int_equal(weft_mac("00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"
				  ":00:00:00:00:00:00:00:00:00:00").len, 0);
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
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ip_text),
		cmocka_unit_test(mac_text),
		cmocka_unit_test(text_forms),
		cmocka_unit_test(error_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
