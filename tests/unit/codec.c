/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/codec.h>

#include "codec/scan.h"

static void round_trip(void **state)
{
	uint8_t buf[257];
	struct weft_writer w;
	struct weft_reader r, in;
	struct weft_nlmsg m;
	struct weft_tlv a;

	(void)state;
	/* an odd address on purpose: nothing may need alignment */
	weft_write_init(&w, buf + 1, 256);
	weft_write_msg(&w, 16, WEFT_NLM_F_REQUEST, 7, 9);
	weft_write_raw(&w, "\x01", 1);
	weft_write_attr(&w, 3, "eth0", 5);
	weft_write_open(&w, 18);
	weft_write_attr(&w, 1, "vlan", 4);
	weft_write_close(&w);
	assert_int_equal(weft_write_end(&w), 0);
	weft_write_msg(&w, 17, 0, 8, 0);
	assert_int_equal(weft_write_end(&w), 0);

	r = weft_reader(buf + 1, w.len);
	assert_int_equal(weft_read_msg(&r, &m), 1);
	assert_int_equal(m.type, 16);
	assert_int_equal(m.seq, 7);
	assert_int_equal(m.port, 9);
	assert_memory_equal(m.body, "\x01\0\0\0", 4);
	in = weft_reader(m.body + 4, m.body_len - 4);
	assert_int_equal(weft_read_attr(&in, &a), 1);
	assert_int_equal(a.type, 3);
	assert_int_equal(a.len, 5);
	assert_string_equal((const char *)a.p, "eth0");
	assert_int_equal(weft_read_attr(&in, &a), 1);
	assert_int_equal(a.type, 18);
	assert_int_equal(a.flags, WEFT_NLA_NESTED);
	assert_int_equal(a.len, 8);
	assert_int_equal(weft_read_attr(&in, &a), 0);
	assert_int_equal(weft_read_msg(&r, &m), 1);
	assert_int_equal(m.type, 17);
	assert_int_equal(weft_read_msg(&r, &m), 0);
}

static void malformed(void **state)
{
	static const uint8_t bad[][8] = {
		{ 3, 0, 1, 0 },		    /* shorter than its own header */
		{ 0, 0, 1, 0 },		    /* no progress */
		{ 9, 0, 1, 0, 0, 0, 0, 0 }, /* past the end */
		{ 0xff, 0xff, 1, 0 },
	};
	struct weft_tlv a;
	struct weft_nlmsg m;
	uint8_t hdr[16] = { 0 };
	struct weft_reader r;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		uint8_t le[8];

		memcpy(le, bad[i], 8);
		weft_set_u16(le, (uint16_t)(bad[i][0] | bad[i][1] << 8));
		r = weft_reader(le, 8);
		assert_int_equal(weft_read_attr(&r, &a), -EBADMSG);
		assert_int_equal(weft_read_attr(&r, &a), 0);
	}
	for (uint32_t n = 1; n < 16; n++) {
		r = weft_reader(hdr, n);
		assert_int_equal(weft_read_msg(&r, &m), -EBADMSG);
	}
	weft_set_u32(hdr, 15);
	r = weft_reader(hdr, 16);
	assert_int_equal(weft_read_msg(&r, &m), -EBADMSG);
	weft_set_u32(hdr, 17);
	r = weft_reader(hdr, 16);
	assert_int_equal(weft_read_msg(&r, &m), -EBADMSG);
	/* the last attribute may lack its padding */
	weft_set_u16(hdr, 5);
	r = weft_reader(hdr, 5);
	assert_int_equal(weft_read_attr(&r, &a), 1);
	assert_int_equal(a.len, 1);
	assert_int_equal(weft_read_attr(&r, &a), 0);
}

static void full_buffer(void **state)
{
	(void)state;
	for (uint32_t cap = 0; cap < 64; cap++) {
		uint8_t *buf = malloc(cap + 1);
		struct weft_writer w;

		assert_non_null(buf);
		buf[cap] = 0x5a;
		weft_write_init(&w, buf, cap);
		weft_write_msg(&w, 1, 0, 1, 0);
		weft_write_open(&w, 2);
		weft_write_attr(&w, 1, "abcdefgh", 9);
		weft_write_close(&w);
		assert_int_equal(weft_write_end(&w), cap < 16 + 4 + 16 ? -EMSGSIZE : 0);
		assert_true(w.len <= cap);
		assert_int_equal(buf[cap], 0x5a);
		free(buf);
	}
}

static void sixteen_bits(void **state)
{
	uint8_t *buf = malloc(1 << 18);
	static const uint8_t zero[40000];
	struct weft_writer w;

	(void)state;
	assert_non_null(buf);
	weft_write_init(&w, buf, 1 << 18);
	assert_non_null(weft_write_attr(&w, 1, NULL, WEFT_NLA_MAX));
	assert_null(weft_write_attr(&w, 1, NULL, WEFT_NLA_MAX + 1));
	assert_int_equal(w.err, -EOVERFLOW);

	/* two inner nests that fit, whose sum does not fit the outer one */
	weft_write_init(&w, buf, 1 << 18);
	weft_write_msg(&w, 1, 0, 1, 0);
	weft_write_open(&w, 1);
	for (int i = 0; i < 2; i++) {
		weft_write_open(&w, 2);
		weft_write_attr(&w, 3, zero, sizeof zero);
		weft_write_close(&w);
	}
	weft_write_close(&w);
	assert_int_equal(weft_write_end(&w), -EOVERFLOW);
	free(buf);
}

static void wrong_order(void **state)
{
	uint8_t buf[256];
	struct weft_writer w;

	(void)state;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_close(&w);
	assert_int_equal(weft_write_end(&w), -EINVAL);
	weft_write_init(&w, buf, sizeof buf);
	for (int i = 0; i <= WEFT_NEST_DEPTH; i++)
		weft_write_open(&w, 1);
	assert_int_equal(w.err, -EINVAL);
	weft_write_init(&w, buf, sizeof buf);
	weft_write_msg(&w, 1, 0, 0, 0);
	weft_write_open(&w, 1);
	assert_int_equal(weft_write_end(&w), -EINVAL);
}

static void big_endian(void **state)
{
	uint8_t b[8];

	(void)state;
	weft_set_be64(b, 0x0102030405060708u);
	assert_memory_equal(b, "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(weft_get_be16(b), 0x0102);
	assert_int_equal(weft_get_be32(b), 0x01020304);
	assert_true(weft_get_be64(b) == 0x0102030405060708u);
	weft_set_u32(b + 1, 0xa1b2c3d4);
	assert_int_equal(weft_get_u32(b + 1), 0xa1b2c3d4);
}

/* What is left at the end of a nest: padding, or bytes that are no attribute. */
static void leftovers(void **state)
{
	uint8_t b[8] = { 0 };
	struct weft_reader r;
	struct weft_tlv a;

	(void)state;
	for (uint32_t n = 0; n < 4; n++) {
		memset(b, 0, sizeof b);
		r = weft_reader(b, n);
		assert_int_equal(weft_read_attr(&r, &a), 0);
		assert_ptr_equal(r.p, b + n);
		for (uint32_t i = 0; i < n; i++) {
			memset(b, 0, sizeof b);
			b[i] = 1;
			r = weft_reader(b, n);
			assert_int_equal(weft_read_attr(&r, &a), -EBADMSG);
			assert_ptr_equal(r.p, b + n);
			assert_int_equal(r.len, 0);
		}
	}
	/* the shortest attribute there is, with nothing behind it */
	memset(b, 0, sizeof b);
	weft_set_u16(b, 4);
	weft_set_u16(b + 2, 7);
	r = weft_reader(b, 4);
	assert_int_equal(weft_read_attr(&r, &a), 1);
	assert_int_equal(a.type, 7);
	assert_int_equal(a.len, 0);
	assert_int_equal(weft_read_attr(&r, &a), 0);
}

/* Several messages in one buffer: each has its own header, lengths and zeros. */
static void several(void **state)
{
	uint8_t buf[256];
	struct weft_writer w;
	struct weft_reader r;
	struct weft_nlmsg m;

	(void)state;
	memset(buf, 0xee, sizeof buf);
	weft_write_init(&w, buf, sizeof buf);
	for (uint32_t i = 1; i < 4; i++) {
		uint8_t *zeros;

		weft_write_msg(&w, (uint16_t)(100 + i), (uint16_t)(200 + i), 300 + i, 400 + i);
		zeros = weft_write_raw(&w, NULL, 4 * i);
		assert_non_null(zeros);
		for (uint32_t k = 0; k < 4 * i; k++)
			assert_int_equal(zeros[k], 0);
		zeros = weft_write_attr(&w, 1, "\1\2\3\4\5", 5);
		assert_non_null(zeros);
		assert_memory_equal(zeros, "\1\2\3\4\5\0\0\0", 8);
		assert_int_equal(weft_write_end(&w), 0);
	}
	assert_int_equal(buf[w.len], 0xee);
	r = weft_reader(buf, w.len);
	for (uint32_t i = 1; i < 4; i++) {
		assert_int_equal(weft_read_msg(&r, &m), 1);
		assert_int_equal(m.type, 100 + i);
		assert_int_equal(m.flags, 200 + i);
		assert_int_equal(m.seq, 300 + i);
		assert_int_equal(m.port, 400 + i);
		assert_int_equal(m.len, 16 + 4 * i + 12);
	}
	assert_int_equal(weft_read_msg(&r, &m), 0);
	/* a message has its length from the beginning */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_msg(&w, 7, 0, 0, 0);
	r = weft_reader(buf, w.len);
	assert_int_equal(weft_read_msg(&r, &m), 1);
	assert_int_equal(m.body_len, 0);
	/* not while a nest is open */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_open(&w, 1);
	weft_write_msg(&w, 1, 0, 0, 0);
	assert_int_equal(w.err, -EINVAL);
	assert_int_equal(w.len, 4);
}

/* The last length that fits, and the first that does not. */
static void limits(void **state)
{
	static uint8_t buf[1 << 17];
	struct weft_writer w;

	(void)state;
	/* a nest of 65,532 bytes is the longest with whole words */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_open(&w, 1);
	assert_non_null(weft_write_attr(&w, 2, NULL, 65532 - 8));
	assert_int_equal(w.err, 0);
	assert_int_equal(w.len, 65532);
	weft_write_attr(&w, 2, NULL, 0);
	assert_int_equal(w.err, -EOVERFLOW);
	assert_int_equal(w.len, 65532);
	/* the same behind a message's header: what counts is where the nest begins */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_msg(&w, 1, 0, 0, 0);
	weft_write_open(&w, 1);
	assert_non_null(weft_write_attr(&w, 2, NULL, 65532 - 8));
	assert_int_equal(w.err, 0);
	weft_write_init(&w, buf, sizeof buf);
	weft_write_open(&w, 1);
	(void)weft_write_attr(&w, 2, NULL, 65532 - 8);
	(void)weft_write_attr(&w, 2, NULL, 0);
	/* nothing is written after a failure */
	assert_null(weft_write_raw(&w, "x", 1));
	assert_int_equal(w.len, 65532);
	/* a length that no padding can be added to */
	weft_write_init(&w, buf, sizeof buf);
	assert_null(weft_write_raw(&w, NULL, UINT32_MAX));
	assert_int_equal(w.err, -EMSGSIZE);
	assert_int_equal(w.len, 0);
	weft_write_init(&w, buf, 8);
	assert_non_null(weft_write_raw(&w, NULL, 8));
	assert_int_equal(w.err, 0);
	assert_null(weft_write_raw(&w, NULL, 1));
	assert_int_equal(w.err, -EMSGSIZE);
	weft_write_init(&w, buf, 15);
	weft_write_msg(&w, 1, 0, 0, 0);
	assert_int_equal(w.err, -EMSGSIZE);
	assert_int_equal(w.len, 0);
}

/* The first failure stays, whatever is done wrong after it; what was written stays too. */
static void first_error(void **state)
{
	uint8_t buf[64];
	struct weft_writer w;

	(void)state;
	for (int i = 0; i < 2; i++) {
		memset(buf, 0xee, sizeof buf);
		weft_write_init(&w, buf, 36);
		weft_write_msg(&w, 1, 0, 0, 0);
		weft_write_open(&w, 1);
		assert_null(weft_write_attr(&w, 2, NULL, 13));
		assert_int_equal(w.err, -EMSGSIZE);
		assert_null(weft_write_attr(&w, 2, NULL, WEFT_NLA_MAX + 1));
		weft_write_msg(&w, 1, 0, 0, 0);
		w.depth = i ? WEFT_NEST_DEPTH : 1;
		weft_write_open(&w, 1);
		w.depth = (uint32_t)i;
		weft_write_close(&w);
		assert_int_equal(weft_write_end(&w), -EMSGSIZE);
		assert_int_equal(w.len, 20);
		for (size_t k = 20; k < sizeof buf; k++)
			assert_int_equal(buf[k], 0xee);
	}
	/* an end without a beginning writes nothing */
	memset(buf, 0xee, sizeof buf);
	weft_write_init(&w, buf, 0);
	assert_int_equal(weft_write_end(&w), -EINVAL);
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 1, "abc", 3);
	assert_int_equal(weft_write_end(&w), -EINVAL);
	assert_int_equal(weft_get_u16(buf), 7);
	assert_int_equal(buf[8], 0xee);
	/* nothing at an address of nothing */
	weft_write_init(&w, buf, sizeof buf);
	assert_non_null(weft_write_raw(&w, "x", 0));
	assert_non_null(weft_write_raw(&w, NULL, 0));
	assert_int_equal(w.len, 0);
	assert_non_null(weft_write_attr(&w, 1, "x", 0));
	assert_int_equal(w.len, 4);
}

/* As many nests as may be open, each with the right length when closed. */
static void nests(void **state)
{
	uint8_t buf[256];
	struct weft_writer w;

	(void)state;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_msg(&w, 1, 0, 0, 0);
	for (uint16_t i = 0; i < WEFT_NEST_DEPTH; i++)
		weft_write_open(&w, (uint16_t)(i + 1));
	assert_int_equal(w.err, 0);
	assert_int_equal(w.depth, WEFT_NEST_DEPTH);
	weft_write_attr(&w, 99, "x", 1);
	for (int i = 0; i < WEFT_NEST_DEPTH; i++)
		weft_write_close(&w);
	assert_int_equal(weft_write_end(&w), 0);
	for (unsigned i = 0; i < WEFT_NEST_DEPTH; i++) {
		assert_int_equal(weft_get_u16(buf + 16 + 4 * i), 4 * (WEFT_NEST_DEPTH - i) + 8);
		assert_int_equal(weft_get_u16(buf + 16 + 4 * i + 2), WEFT_NLA_NESTED | (i + 1));
	}
	assert_int_equal(weft_get_u32(buf), 16 + 4 * WEFT_NEST_DEPTH + 8);
}

/* The reader of the hot loops sees what the other one sees, byte for byte, until something is malformed. */
static void same_attributes(void **state)
{
	uint32_t x = 12345;
	unsigned seen = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		uint8_t b[40];
		uint32_t n = 0, left, len;
		struct weft_reader r;
		struct weft_tlv t;
		const uint8_t *p = b, *at;
		uint16_t type;

		for (size_t k = 0; k < sizeof b; k++) {
			x = x * 1103515245 + 12345;
			b[k] = (uint8_t)(k % 4 == 1 ? 0 : k % 4 ? x >> 16 : x >> 16 & 15);
		}
		n = left = x >> 8 & 31;
		weft_set_u16(b, (uint16_t)(x >> 20 & 15));
		r = weft_reader(b, n);
		while (weft__scan_attr(&p, &left, &type, &at, &len)) {
			assert_int_equal(weft_read_attr(&r, &t), 1);
			assert_int_equal(type, t.type);
			assert_int_equal(len, t.len);
			assert_ptr_equal(at, t.p);
			assert_ptr_equal(p, r.p);
			assert_int_equal(left, r.len);
			seen++;
		}
		assert_true(weft_read_attr(&r, &t) <= 0);
	}
	assert_true(seen > 10000);
}

static void host_order(void **state)
{
	uint8_t b[10] = { 0 };
	uint16_t v16 = 0x1234;
	uint32_t v32 = 0x12345678;
	uint64_t v64 = 0x123456789abcdef0;

	(void)state;
	weft_set_u16(b + 1, v16);
	assert_memory_equal(b + 1, &v16, 2);
	assert_int_equal(b[0] | b[3], 0);
	assert_int_equal(weft_get_u16(b + 1), v16);
	weft_set_u32(b + 1, v32);
	assert_memory_equal(b + 1, &v32, 4);
	assert_int_equal(b[0] | b[5], 0);
	assert_int_equal(weft_get_u32(b + 1), v32);
	weft_set_u64(b + 1, v64);
	assert_memory_equal(b + 1, &v64, 8);
	assert_int_equal(b[0] | b[9], 0);
	assert_true(weft_get_u64(b + 1) == v64);
	weft_set_be16(b + 1, 0x8182);
	assert_memory_equal(b + 1, "\x81\x82", 2);
	assert_int_equal(weft_get_be16(b + 1), 0x8182);
	weft_set_be32(b + 1, 0x81828384);
	assert_memory_equal(b + 1, "\x81\x82\x83\x84", 4);
	assert_int_equal(weft_get_be32(b + 1), 0x81828384);
	weft_set_be64(b + 1, 0x8182838485868788);
	assert_memory_equal(b + 1, "\x81\x82\x83\x84\x85\x86\x87\x88", 8);
	assert_true(weft_get_be64(b + 1) == 0x8182838485868788);
	assert_int_equal(b[0] | b[9], 0);
}

/* Flags and type of an attribute, each bit where it belongs. */
static void flags(void **state)
{
	uint8_t b[4];
	struct weft_reader r;
	struct weft_tlv t;

	(void)state;
	for (unsigned bit = 0; bit < 16; bit++) {
		weft_set_u16(b, 4);
		weft_set_u16(b + 2, (uint16_t)(1u << bit));
		r = weft_reader(b, 4);
		assert_int_equal(weft_read_attr(&r, &t), 1);
		assert_int_equal(t.type, bit < 14 ? 1u << bit : 0);
		assert_int_equal(t.flags, bit < 14 ? 0 : 1u << bit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),	   cmocka_unit_test(malformed),	  cmocka_unit_test(full_buffer),
		cmocka_unit_test(sixteen_bits),	   cmocka_unit_test(leftovers),	  cmocka_unit_test(several),
		cmocka_unit_test(limits),	   cmocka_unit_test(first_error), cmocka_unit_test(nests),
		cmocka_unit_test(same_attributes), cmocka_unit_test(host_order),  cmocka_unit_test(flags),
		cmocka_unit_test(wrong_order),	   cmocka_unit_test(big_endian),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
