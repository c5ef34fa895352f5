/* SPDX-License-Identifier: MIT */
/* Numbers with units: what people write, what is printed, and that the one is read as the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "schema/schema.h"

static const struct {
	uint8_t unit;
	const char *text;
	int result;
	uint64_t number;
} parsed[] = {
	{ WEFT_U_RATE, "8bit", 1, 1 },
	{ WEFT_U_RATE, "10mbit", 1, 1250000 },
	{ WEFT_U_RATE, "1.5kbit", 1, 187 },
	{ WEFT_U_RATE, "10MBit", 1, 1250000 },
	{ WEFT_U_RATE, "1gbit", 1, 125000000 },
	{ WEFT_U_RATE, "1tbit", 1, 125000000000 },
	{ WEFT_U_RATE, "1kibit", 1, 128 },
	{ WEFT_U_RATE, "1mibit", 1, 131072 },
	{ WEFT_U_RATE, "1gibit", 1, 134217728 },
	{ WEFT_U_RATE, "1tibit", 1, 137438953472 },
	{ WEFT_U_RATE, "2bps", 1, 2 },
	{ WEFT_U_RATE, "2kbps", 1, 2000 },
	{ WEFT_U_RATE, "2mbps", 1, 2000000 },
	{ WEFT_U_RATE, "2gbps", 1, 2000000000 },
	{ WEFT_U_RATE, "2tbps", 1, 2000000000000 },
	{ WEFT_U_RATE, "0.25mbps", 1, 250000 },
	{ WEFT_U_RATE, "1bit", -ERANGE, 0 },
	{ WEFT_U_RATE, "0bit", 1, 0 },
	{ WEFT_U_RATE, "99999999999999999999mbit", 0, 0 },
	{ WEFT_U_RATE, "9999999999999999999mbit", -ERANGE, 0 },
	{ WEFT_U_RATE, "10", 0, 0 },
	{ WEFT_U_RATE, "mbit", 0, 0 },
	{ WEFT_U_RATE, "10mbi", 0, 0 },
	{ WEFT_U_RATE, "10mbits", 0, 0 },
	{ WEFT_U_RATE, "", 0, 0 },
	{ WEFT_U_RATE, ".", 0, 0 },
	{ WEFT_U_RATE, ".5kbit", 1, 62 },
	{ WEFT_U_RATE, "-1kbit", 0, 0 },
	{ WEFT_U_RATE, "1.kbit", 1, 125 },
	{ WEFT_U_RATE, "2305843009213693951.9tbps", -ERANGE, 0 },
	{ WEFT_U_SIZE, "1600b", 1, 1600 },
	{ WEFT_U_SIZE, "16k", 1, 16384 },
	{ WEFT_U_SIZE, "16kb", 1, 16384 },
	{ WEFT_U_SIZE, "1m", 1, 1048576 },
	{ WEFT_U_SIZE, "1gb", 1, 1073741824 },
	{ WEFT_U_SIZE, "1.5kb", 1, 1536 },
	{ WEFT_U_SIZE, "1g", 1, 1073741824 },
	{ WEFT_U_SIZE, "1mb", 1, 1048576 },
	{ WEFT_U_S, "2s", 1, 2 },
	{ WEFT_U_S, "2000ms", 1, 2 },
	{ WEFT_U_S, "100ms", -ERANGE, 0 },
	{ WEFT_U_MS, "100ms", 1, 100 },
	{ WEFT_U_MS, "1.5sec", 1, 1500 },
	{ WEFT_U_US, "50us", 1, 50 },
	{ WEFT_U_US, "50usec", 1, 50 },
	{ WEFT_U_NS, "10ns", 1, 10 },
	{ WEFT_U_NS, "10nsec", 1, 10 },
	{ WEFT_U_NS, "1msec", 1, 1000000 },
	{ WEFT_U_NS, "0.000000001s", 1, 1 },
	{ WEFT_U_NS, "0.0000000019s", 0, 0 },
	{ WEFT_U_TICKS, "64ns", 1, 1 },
	{ WEFT_U_TICKS, "100ms", 1, 1562500 },
	{ WEFT_U_PART, "0%", 1, 0 },
	{ WEFT_U_PART, "100%", 1, UINT32_MAX },
	{ WEFT_U_PART, "50%", 1, 2147483648 },
	{ WEFT_U_PART, "12.5%", 1, 536870912 },
	{ WEFT_U_PART, "100.0000001%", -ERANGE, 0 },
	{ WEFT_U_PART, "101%", -ERANGE, 0 },
	{ WEFT_U_PART, "5", 0, 0 },
	{ WEFT_U_PART, "%", 0, 0 },
	{ WEFT_U_HANDLE, "1:", 1, 0x10000 },
	{ WEFT_U_HANDLE, "1:10", 1, 0x10010 },
	{ WEFT_U_HANDLE, "ffff:ffff", 1, 0xffffffff },
	{ WEFT_U_HANDLE, ":1", 1, 1 },
	{ WEFT_U_HANDLE, "root", 1, 0xffffffff },
	{ WEFT_U_HANDLE, "Ingress", 1, 0xfffffff1 },
	{ WEFT_U_HANDLE, "clsact", 1, 0xfffffff1 },
	{ WEFT_U_HANDLE, "none", 1, 0 },
	{ WEFT_U_HANDLE, ":", 0, 0 },
	{ WEFT_U_HANDLE, "10000:1", 0, 0 },
	{ WEFT_U_HANDLE, "1:10000", 0, 0 },
	{ WEFT_U_HANDLE, "x:1", 0, 0 },
	{ WEFT_U_HANDLE, "1:x", 0, 0 },
	{ WEFT_U_HANDLE, "10", 0, 0 },
	{ WEFT_U_HANDLE, "", 0, 0 },
	{ WEFT_U_NONE, "10mbit", 0, 0 },
	{ WEFT_U_PACKETS, "1000p", 1, 1000 },
	{ WEFT_U_PACKETS, "1000", 0, 0 },
};

static void reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof parsed / sizeof *parsed; i++) {
		uint64_t v = 77;
		int r = weft__unit_parse(parsed[i].unit, parsed[i].text, strlen(parsed[i].text), &v);

		if (r != parsed[i].result || (r > 0 && v != parsed[i].number))
			fail_msg("%u: %s: %d, %llu", parsed[i].unit, parsed[i].text, r, (unsigned long long)v);
	}
}

static const struct {
	uint8_t unit;
	uint64_t number;
	const char *text;
} printed[] = {
	{ WEFT_U_RATE, 0, "0bit" },
	{ WEFT_U_RATE, 1, "8bit" },
	{ WEFT_U_RATE, 125, "1kbit" },
	{ WEFT_U_RATE, 1250000, "10mbit" },
	{ WEFT_U_RATE, 1250001, "10000008bit" },
	{ WEFT_U_RATE, 125000000000, "1tbit" },
	{ WEFT_U_RATE, UINT64_MAX, NULL },
	{ WEFT_U_SIZE, 0, "0b" },
	{ WEFT_U_SIZE, 1600, "1600b" },
	{ WEFT_U_SIZE, 16384, "16kb" },
	{ WEFT_U_SIZE, 1048576, "1mb" },
	{ WEFT_U_SIZE, (uint64_t)1 << 40, "1024gb" },
	{ WEFT_U_S, 2, "2s" },
	{ WEFT_U_MS, 100, "100ms" },
	{ WEFT_U_MS, 2000, "2s" },
	{ WEFT_U_US, 50, "50us" },
	{ WEFT_U_NS, 10, "10ns" },
	{ WEFT_U_TICKS, 1, "64ns" },
	{ WEFT_U_TICKS, 1562500, "100ms" },
	{ WEFT_U_TICKS, UINT64_MAX, NULL },
	{ WEFT_U_PART, 0, "0%" },
	{ WEFT_U_PART, UINT32_MAX, "100%" },
	{ WEFT_U_PART, 536870912, "12.5%" },
	{ WEFT_U_PART, (uint64_t)UINT32_MAX + 1, NULL },
	{ WEFT_U_HANDLE, 0x10000, "1:" },
	{ WEFT_U_HANDLE, 0x10010, "1:10" },
	{ WEFT_U_HANDLE, 0xffffffff, "root" },
	{ WEFT_U_HANDLE, 0xfffffff1, "ingress" },
	{ WEFT_U_HANDLE, 0, "none" },
	{ WEFT_U_HANDLE, (uint64_t)1 << 32, NULL },
	{ WEFT_U_PACKETS, 1000, "1000p" },
	{ WEFT_U_NONE, 5, NULL },
};

static void printing(void **state)
{
	struct weft_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof printed / sizeof *printed; i++) {
		weft_text_clear(&t);
		if (weft__unit_text(printed[i].unit, printed[i].number, &t) != (printed[i].text != NULL))
			fail_msg("%u: %llu", printed[i].unit, (unsigned long long)printed[i].number);
		if (printed[i].text)
			assert_string_equal(t.p, printed[i].text);
	}
	weft_text_free(&t);
}

/* Whatever number: what is printed of it is read as the same. */
static void there_and_back(void **state)
{
	struct weft_text t = { 0 };
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t unit = (uint8_t)(1 + i % WEFT_U_PART);
		uint64_t v, got;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		v = x >> (i / 16 % 64);
		if (unit == WEFT_U_PART || unit == WEFT_U_HANDLE)
			v &= UINT32_MAX;
		weft_text_clear(&t);
		if (!weft__unit_text(unit, v, &t))
			continue;
		if (weft__unit_parse(unit, t.p, t.len, &got) != 1 || got != v)
			fail_msg("%u: %llu as %s", unit, (unsigned long long)v, t.p);
	}
	weft_text_free(&t);
}

static void examples(void **state)
{
	(void)state;
	assert_string_equal(weft__unit_example(WEFT_U_RATE), "rate (10mbit) or number of bytes a second");
	assert_string_equal(weft__unit_example(WEFT_U_SIZE), "size (16kb) or number of bytes");
	for (uint8_t u = WEFT_U_S; u <= WEFT_U_TICKS; u++)
		assert_string_equal(weft__unit_example(u), "time (100ms) or number");
	assert_string_equal(weft__unit_example(WEFT_U_PART), "percentage (12.5%) or number");
	assert_string_equal(weft__unit_example(WEFT_U_HANDLE), "handle (1:10) or number");
	assert_string_equal(weft__unit_example(WEFT_U_NONE), "number");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(printing),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
