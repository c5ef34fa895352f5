/* SPDX-License-Identifier: MIT */
/* The engines over bytes that nobody would build: wrong widths, padding, repeated and unknown attributes,
 * messages that are cut. */
#include <stdio.h>

#include "bytes.h"

static void json_is(struct weft_attr a, const char *want)
{
	struct weft_text t = { 0 };
	const char *got;

	assert_int_equal(weft_json(a, &t), 0);
	got = strstr(t.p, "\"y\":0}");
	got = got && a.schema == &own ? got + 6 : t.p;
	if (strcmp(got, want) != 0)
		fail_msg("%s instead of %s", got, want);
	weft_text_free(&t);
}

/* One attribute of so many bytes, as JSON. */
static void shown(uint8_t family, uint16_t number, const char *bytes, uint32_t len, const char *want)
{
	begin(family);
	weft_write_attr(&w, number, bytes, len);
	json_is(body(), want);
}

/* What does not fit its row is told as bytes. */
static void widths(void **state)
{
	char want[64];

	(void)state;
	for (uint32_t len = 0; len < 10; len++) {
		const char *hex[] = {
			"",	      "01",	      "0102",		"010203",	    "01020304",
			"0102030405", "010203040506", "01020304050607", "0102030405060708", "010203040506070809"
		};
		const char *bytes = "\1\2\3\4\5\6\7\10\11";

		(void)snprintf(want, sizeof want, ",\"@8\":\"%s\"}", hex[len]);
		begin(0);
		weft_write_attr(&w, 8, bytes, len);
		if (len == 1 || len == 2 || len == 4 || len == 8)
			assert_true(weft_uint(weft_at(body(), "uint"), 0) > 0);
		else
			json_is(body(), want);
		(void)snprintf(want, sizeof want, ",\"@9\":\"%s\"}", hex[len]);
		shown(0, 9, bytes, len, len < 2 ? ",\"flag\":true}" : want);
		(void)snprintf(want, sizeof want, ",\"@5\":\"%s\"}", hex[len]);
		if (len != 8)
			shown(0, 5, bytes, len, want);
		(void)snprintf(want, sizeof want, ",\"@37\":\"%s\"}", hex[len]);
		if (len != 6)
			shown(0, 37, bytes, len, want);
		(void)snprintf(want, sizeof want, ",\"@43\":\"%s\"}", hex[len]);
		shown(0, 43, bytes, len, len ? want : "}");
	}
	shown(0, 9, "\0", 1, ",\"flag\":false}");
	shown(0, 10, "\12\0\0\1", 4, ",\"ip\":\"10.0.0.1\"}");
	shown(0, 10, "\12\0\0\1\0", 5, ",\"@10\":\"0a00000100\"}");
	shown(0, 13, "0123456789abcdef0123456789abcdef", 32,
	      ",\"mac\":\"30:31:32:33:34:35:36:37:38:39:61:62:63:64:65:66:30:31:32:33:34:35:36:37:38:39:61:62:63:64:65:"
	      "66\"}");
	shown(0, 13, "0123456789abcdef0123456789abcdef0", 33,
	      ",\"@13\":\"303132333435363738396162636465663031323334353637383961626364656630\"}");
	/* text ends at its NUL, or where it ends */
	shown(0, 17, "ab\0cd", 5, ",\"str\":\"ab\"}");
	shown(0, 17, "ab", 2, ",\"str\":\"ab\"}");
	shown(0, 17, "", 0, ",\"str\":\"\"}");
}

/* In a message of family MPLS addresses are label stacks. */
static void labels(void **state)
{
	(void)state;
	shown(WEFT_AF_MPLS, 10, "\0\6\100\0\0\14\201\0", 8, ",\"ip\":\"100/200\"}");
	shown(WEFT_AF_MPLS, 10, "\0\6\101\0", 4, ",\"ip\":\"100\"}");
	shown(WEFT_AF_MPLS, 10, "\0\6\100\0", 4, ",\"ip\":\"00064000\"}"); /* no bottom */
	shown(WEFT_AF_MPLS, 10, "\0\6\101\0\0", 5, ",\"@10\":\"0006410000\"}");
	shown(WEFT_AF_MPLS, 10, "", 0, ",\"@10\":\"\"}");
	/* what is an address whatever the message is of stays one */
	shown(WEFT_AF_MPLS, 12, "\1\2\3\4", 4, ",\"ip4\":\"1.2.3.4\"}");
	shown(0, 15, "\0\6\101\0", 4, ",\"labels\":\"100\"}");
	shown(0, 15, "\0\6\101\100", 4, ",\"labels\":\"00064140\"}"); /* a time to live */
	shown(0, 15, "\0\6\101", 3, ",\"@15\":\"000641\"}");
	shown(0, 15, "", 0, ",\"@15\":\"\"}");
}

/* Items of lists that are no values of their row. */
static void items(void **state)
{
	(void)state;
	begin(0);
	weft_write_open(&w, 22);
	weft_write_attr(&w, 1, "\1\2\3", 3);
	weft_write_attr(&w, 2, "\1\1\1\1", 4);
	weft_write_attr(&w, 3, "", 0);
	weft_write_close(&w);
	json_is(body(), ",\"nums\":[\"010203\",16843009,\"\"]}");
	assert_int_equal(weft_uint(weft_at(body(), "nums[0]"), 77), 77);
	assert_int_equal(weft_uint(weft_at(body(), "nums[1]"), 77), 0x1010101);
	assert_int_equal(weft_uint(weft_at(body(), "nums[3]"), 77), 77);
	/* a repeated list of which one does not fit */
	begin(0);
	weft_write_attr(&w, 50, "\1\1\1\1", 4);
	weft_write_attr(&w, 50, "\1\1\1", 3);
	weft_write_attr(&w, 50, "\2\2\2\2", 4);
	json_is(body(), ",\"late\":16843009,\"@50\":[\"010101\",\"02020202\"]}");
	/* numbers side by side, or a nest of them: told apart by what looks like headers */
	begin(0);
	weft_write_attr(&w, 48, "\10\0\0\0\0\0\0\0\0\0\0\0", 12); /* number 0 */
	assert_int_equal(weft_at(body(), "told[0]").len, 4);
	assert_int_equal(weft_at(body(), "told[2]").len, 4);
	begin(0);
	weft_write_open(&w, 48);
	weft_write_attr(&w, 256, "\1\1\1\1", 4); /* more than any list has */
	weft_write_close(&w);
	assert_int_equal(weft_uint(weft_at(body(), "told[1]"), 0), 0x1010101);
	begin(0);
	weft_write_open(&w, 48);
	weft_write_attr(&w, 1, "\1\1\1\1", 4); /* with a rest that makes no other */
	weft_write_raw(&w, "\2\2\2\2", 4);
	weft_write_close(&w);
	assert_int_equal(weft_uint(weft_at(body(), "told[1]"), 0), 0x1010101);
	begin(0);
	weft_write_open(&w, 48);
	weft_write_attr(&w, 1, "\1\1\1\1", 4);
	weft_write_close(&w);
	json_is(body(), ",\"told\":[16843009]}");
	assert_null(weft_at(body(), "told[1]").p);
	begin(0);
	weft_write_attr(&w, 48, "\7\0\0\0", 4);
	assert_null(weft_at(body(), "told[1]").p);
	shown(0, 42, "\1", 1, ",\"@42\":\"01\"}");
	/* nor is one that does not fit among those that are told together */
	begin(0);
	weft_write_attr(&w, 51, "\1\1\1\1", 4);
	weft_write_attr(&w, 51, "\1", 1);
	weft_write_attr(&w, 51, "\2\2\2\2", 4);
	json_is(body(), ",\"multi-u\":[16843009,33686018],\"@51\":\"01\"}");
	/* a row without a size is no list */
	assert_null(weft_first(&(struct weft_walk){ 0 },
			       (struct weft_attr){ .p = buf, .len = 8, .field = weft_field_by_number(&own, 42) })
			.p);
	begin(0);
	weft_write_attr(&w, 24, "\1\0\2\0\3", 5);
	json_is(body(), ",\"@24\":\"0100020003\"}");
	begin(0);
	weft_write_attr(&w, 24, "", 0);
	json_is(body(), ",\"packed\":[]}");
}

/* What takes the rest of a struct, or of a header, when there is not what it should be. */
static void tails(void **state)
{
	static const struct weft_field counting[] = { ROW(n, 0, U16, .flags = WEFT_F_LENGTH), ROW(pad, 2, U16),
						      ROW(data, 4, BIN, .flags = WEFT_F_TAIL) };
	struct weft_schema header = { .name = "header", .id = 3200, .n = 3, .size = 4, .fields = counting };
	const struct weft_schema s = { .name = "s", .id = 3201, .n = 1, .header = &header, .fields = a_fields };
	uint8_t b[20] = { 0 };
	struct weft_text t = { 0 };

	(void)state;
	shown(0, 56, "\0\0\1\1\2\2\0\0\3\3\0\4", 12,
	      ",\"counted\":{\"n\":0,\"room\":[257,514],\"pairs\":[{\"x\":771,\"y\":4}]}}");
	shown(0, 56, "\0\0\1\1\2\2\0\0\3\3\3", 11,
	      ",\"counted\":{\"n\":0,\"room\":[257,514],\"@size\":11,\"@rest\":\"030303\"}}");
	shown(0, 56, "\0\0\1\1\2", 5, ",\"counted\":{\"n\":0,\"@size\":5,\"@rest\":\"010102\"}}");
	/* chosen, but shorter than what is chosen */
	weft_set_u32(b, 1);
	memcpy(b + 4, "\1\1\0\2", 4);
	for (uint32_t len = 5; len <= 8; len++) {
		begin(0);
		weft_write_attr(&w, 57, b, len);
		assert_ptr_equal(weft_at(body(), "chosen.rest").schema, len < 8 ? NULL : &pair);
		assert_int_equal(weft_at(body(), "chosen.rest").len, len - 4);
	}
	/* too short for what chooses */
	begin(0);
	weft_write_attr(&w, 57, b, 3);
	assert_null(weft_at(body(), "chosen.rest").p);
	/* a header that counts its own end: none, some, all, more than there is */
	for (uint16_t n = 0; n < 20; n++) {
		memset(b, 0, sizeof b);
		weft_set_u16(b, n);
		weft_set_u16(b + 12, 8);
		weft_set_u16(b + 14, 1);
		weft_text_clear(&t);
		assert_int_equal(weft_json(weft_body(&s, b, sizeof b), &t), (n > 4 && n <= 8) || n > 12 ? 0 : -EBADMSG);
		assert_int_equal(weft_at(weft_body(&s, b, sizeof b), "data").len, n <= 16 ? n : 0);
		if (n > 4 && n <= 8)
			assert_non_null(strstr(t.p, "\"a\":0}"));
	}
	header.n = 0;
	assert_int_equal(weft__header_len(&s, b, sizeof b), 4);
	weft_text_free(&t);
}

/* An address of another length than its family has. */
static void vias(void **state)
{
	uint8_t b[18] = { 0 };

	(void)state;
	weft_set_u16(b, WEFT_AF_INET);
	b[2] = 10;
	begin(0);
	weft_write_attr(&w, 37, b, 6);
	json_is(body(), ",\"via\":{\"family\":2,\"addr\":\"10.0.0.0\"}}");
	/* not as long as an address of its family */
	begin(0);
	weft_write_attr(&w, 37, b, 18);
	assert_null(weft_at(body(), "via").p);
	weft_set_u16(b, 0x0202);
	begin(0);
	weft_write_attr(&w, 37, b, 6);
	json_is(body(), ",\"@37\":\"02020a000000\"}");
}

static void hops(void **state)
{
	static const char *const bad[] = { "\7\0\0\0\0\0\0", "\7\0\0\0\0\0\0\0", "\11\0\0\0\0\0\0\0" };
	char want[64];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t b[8];
		uint32_t len = i ? 8 : 7;

		memcpy(b, bad[i], len);
		weft_set_u16(b, (uint16_t)bad[i][0]);
		begin(0);
		weft_write_attr(&w, 31, b, len);
		/* bytes that are no hop: as bytes */
		(void)snprintf(want, sizeof want, ",\"hops\":\"%02x%02x%02x%02x%02x%02x%02x%s\"}", b[0], b[1], b[2],
			       b[3], b[4], b[5], b[6], len == 8 ? "00" : "");
		json_is(body(), want);
	}
	/* the last hop may lack its padding */
	begin(0);
	uint8_t hop9[10] = { 0 };

	weft_set_u16(hop9, 10);
	weft_write_attr(&w, 31, hop9, 10);
	assert_int_equal(weft_at(body(), "hops[0]").len, 10);
	assert_null(weft_at(body(), "hops[1]").p);
}

/* The same number again, unknown numbers, more than once: nothing is lost, no key comes twice. */
static void repeated(void **state)
{
	(void)state;
	begin(0);
	weft_write_attr(&w, 1, "\1", 1);
	weft_write_attr(&w, 60, "\2", 1);
	weft_write_attr(&w, 1, "\3", 1);
	weft_write_attr(&w, 1, "\4", 1);
	weft_write_attr(&w, 60, "\5", 1);
	weft_write_attr(&w, 27, "", 0);
	weft_write_attr(&w, 61, "", 0);
	weft_write_attr(&w, 27, "", 0);
	json_is(body(), ",\"u8\":1,\"@60\":[\"02\",\"05\"],\"@1\":[\"03\",\"04\"],\"multi\":[{},{}],\"@61\":\"\"}");
	/* in a list whose numbers are data, and where one row stands for all */
	for (uint16_t number = 25; number < 35; number += 9) {
		begin(0);
		weft_write_open(&w, number);
		weft_write_attr(&w, 5, "", 0);
		weft_write_attr(&w, 6, "", 0);
		weft_write_attr(&w, 5, "\1", 1);
		weft_write_attr(&w, 6, "\2", 1);
		weft_write_attr(&w, 5, "\3", 1);
		weft_write_close(&w);
		json_is(body(), number == 25 ? ",\"typed\":{\"5\":{},\"6\":{},\"@5\":[\"01\",\"03\"],\"@6\":\"02\"}}"
					     : ",\"anys\":{\"5\":{},\"6\":{},\"@5\":[\"01\",\"03\"],\"@6\":\"02\"}}");
	}
}

/* More rows than are remembered at once. */
static void many_names(void **state)
{
	static struct weft_name v[100];
	static char names[100][8];
	const struct weft_names table = { "table", 100, v };
	struct weft_field f[] = { ROW(x, 1, U8, .names = &table) };
	const struct weft_schema s = { .name = "s", .id = 3100, .n = 1, .fields = f };
	const struct weft_op op = { "set", 99, 99, WEFT_OP_DO, 0, &s, NULL };
	struct weft_msg *m = weft_msg_new(&own_family, &op, 0);
	struct weft_error e;

	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		(void)snprintf(names[i], sizeof names[i], "name%u", i);
		v[i] = (struct weft_name){ i, names[i] };
	}
	weft_put_named(m, "x", weft_kv_str(0, "name99"));
	assert_int_equal(weft_msg_error(m, &e), 0);
	weft_put_named(m, "x", weft_kv_str(0, "nam0"));
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "near: name0"));
	weft_msg_free(m);
}

static void many_rows(void **state)
{
	static struct weft_field fields[300];
	const struct weft_schema s = { .name = "many", .id = 3100, .n = 300, .fields = fields };
	struct weft_text t = { 0 };

	(void)state;
	for (uint16_t i = 0; i < 300; i++) {
		(void)snprintf(fields[i].token, sizeof fields[i].token, "f%u", i);
		fields[i].number = (uint16_t)(i + 1);
		fields[i].type = WEFT_T_U8;
	}
	weft_write_init(&w, buf, sizeof buf);
	for (uint16_t n = 254; n < 260; n++) {
		weft_write_attr(&w, n, "\1", 1);
		weft_write_attr(&w, n, "\2", 1);
	}
	weft_write_attr(&w, 300, "\1", 1);
	assert_int_equal(weft_json(weft_body(&s, buf, w.len), &t), 0);
	assert_string_equal(
	    t.p, "{\"f253\":1,\"@254\":\"02\",\"f254\":1,\"@255\":\"02\",\"f255\":1,\"@256\":\"02\",\"f256\":1,"
		 "\"@257\":\"02\",\"f257\":1,\"@258\":\"02\",\"f258\":1,\"@259\":\"02\",\"f299\":1}");
	weft_text_free(&t);
}

/* Headers and structs that are cut, or longer. */
static void cut(void **state)
{
	struct weft_text t = { 0 };
	struct weft_attr a;

	(void)state;
	begin(7);
	weft_write_attr(&w, 1, "\1", 1);
	for (uint32_t len = 0; len < 16; len++) {
		struct weft_walk walk = weft_walk(weft_body(&own, buf, len));
		bool padding = true;
		unsigned n = 0;
		int r;

		while ((r = weft_walk_next(&walk, &a)) > 0)
			n++;
		/* what is left of an attribute is malformed, up to three zeros are padding */
		for (uint32_t i = 8; i < len; i++)
			padding = padding && len < 12 && buf[i] == 0;
		assert_int_equal(r, padding || len >= 13 ? 0 : -EBADMSG);
		assert_int_equal(n, (len >= 1) + (len >= 4) + (len >= 8) + (len >= 13));
		weft_text_clear(&t);
		assert_int_equal(weft_json(weft_body(&own, buf, len), &t), r);
		assert_int_equal(weft_body(&own, buf, len).family, len ? 7 : 0);
	}
	weft_text_clear(&t);
	assert_int_equal(weft_json((struct weft_attr){ 0 }, &t), 0);
	assert_string_equal(t.p, "null");
	weft_text_clear(&t);
	assert_int_equal(weft_show((struct weft_attr){ 0 }, &t), 0);
	assert_int_equal(weft_value_text((struct weft_attr){ 0 }, &t), 0);
	assert_string_equal(t.p, "");
	weft_text_free(&t);
	shown(0, 18, "\1\1\0", 3, ",\"pair\":{\"x\":257,\"@size\":3,\"@rest\":\"00\"}}");
	shown(0, 18, "", 0, ",\"pair\":{\"@size\":0}}");
	shown(0, 18, "\1\1\0\2\3", 5, ",\"pair\":{\"x\":257,\"y\":2,\"@size\":5,\"@rest\":\"03\"}}");
}

static void schemas(void **state)
{
	static const struct weft_field padded[] = { ROW(a, 0, U8), ROW(gap, 1, PAD), ROW(b, 2, U16) };
	static const struct weft_schema s = { .name = "s", .id = 3100, .n = 3, .size = 4, .fields = padded };
	static const struct weft_field backward[] = { ROW(b, 2, U16), ROW(a, 0, U8) };
	static const struct weft_schema backwards = { .name = "s", .id = 3100, .n = 2, .size = 4, .fields = backward };
	struct weft_schema head_of[3] = { { .name = "h", .id = 3101, .n = 1, .size = 4, .fields = &padded[0] },
					  { .name = "h", .id = 3101, .n = 1, .size = 4, .fields = &padded[2] },
					  { .name = "h", .id = 3101, .size = 4 } };
	static const struct weft_field later[] = { ROW(x, 1, U8) };
	struct weft_schema late = { .name = "h", .id = 3101, .n = 1, .size = 4, .fields = later };
	struct weft_schema of = { .name = "of", .id = 3102 };
	struct weft_text t = { 0 };

	(void)state;
	/* padding within a struct is nobody's member */
	assert_int_equal(weft_json(weft_body(&s, "\1\2\3\3", 4), &t), 0);
	assert_string_equal(t.p, "{\"a\":1,\"b\":771}");
	weft_text_free(&t);
	/* rows in another order than the bytes */
	assert_int_equal(weft_json(weft_body(&backwards, "\1\2\3\3\4", 5), &t), 0);
	assert_string_equal(t.p, "{\"b\":771,\"a\":1,\"@size\":5,\"@rest\":\"04\"}");
	weft_text_free(&t);
	/* only a header that begins with one byte begins with an address family */
	for (int i = 0; i < 3; i++) {
		of.header = &head_of[i];
		assert_int_equal(weft_body(&of, "\7\7\7\7", 4).family, i ? 0 : 7);
	}
	of.header = &late;
	assert_int_equal(weft_body(&of, "\7\7\7\7", 4).family, 0);
	assert_int_equal(weft_body(NULL, "\7\7\7\7", 4).family, 0);
	assert_int_equal(weft__header_size(NULL), 0);
	/* bytes without a schema have no members */
	assert_null(weft_first(&(struct weft_walk){ 0 }, weft_body(NULL, "\7\7\7\7", 4)).p);
}

static void selectors(void **state)
{
	(void)state;
	/* a text is the whole of it; 0 is a number only where no name stands for it */
	static const struct {
		uint16_t selector, number;
		const char *bytes;
		uint32_t len;
		const struct weft_schema *want;
	} cases[] = { { 29, 30, "a", 1, &kind_a },	  { 29, 30, "a", 2, &kind_a },
		      { 29, 30, "ab", 2, NULL },	  { 29, 30, "", 0, NULL },
		      { 32, 33, "a\0\0", 3, &kind_a },	  { 32, 33, "c\0\0", 3, &inner },
		      { 32, 33, "\0\0\0\0", 4, &kind_b }, { 32, 33, "\7\7\7\7", 4, &inner },
		      { 29, 30, "\0\0\0\0", 4, NULL } };

	for (size_t i = 0; i < N(cases); i++) {
		begin(0);
		weft_write_attr(&w, cases[i].selector, cases[i].bytes, cases[i].len);
		weft_write_attr(&w, cases[i].number, "", 0);
		assert_ptr_equal(weft_at(body(), cases[i].number == 30 ? "data" : "data-n").schema, cases[i].want);
	}
	/* a selector of one or two bytes is a number too; of none, three or five it is none */
	for (uint32_t len = 0; len < 6; len++) {
		static const uint8_t one[8] = { 1 };
		uint8_t n[8] = { 0 };

		memcpy(n, one, sizeof n);
		if (len == 2)
			weft_set_u16(n, 1);
		if (len == 4)
			weft_set_u32(n, 1);
		begin(0);
		weft_write_attr(&w, 32, n, len);
		weft_write_attr(&w, 33, "", 0);
		assert_ptr_equal(weft_at(body(), "data-n").schema, len == 1 || len == 2 || len == 4 ? &kind_a : &inner);
	}
	/* the first selector counts, also behind what it chooses; without one nothing is known */
	begin(0);
	weft_write_attr(&w, 30, "", 0);
	assert_null(weft_at(body(), "data").schema);
	weft_write_attr(&w, 29, "b", 1);
	weft_write_attr(&w, 29, "a", 2);
	assert_ptr_equal(weft_at(body(), "data").schema, &kind_b);
	begin(7);
	weft_write_attr(&w, 46, "", 0);
	assert_ptr_equal(weft_at(body(), "data-f").schema, &kind_a);
	begin(8);
	weft_write_attr(&w, 46, "", 0);
	assert_null(weft_at(body(), "data-f").schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths),   cmocka_unit_test(labels),	 cmocka_unit_test(items),
		cmocka_unit_test(tails),    cmocka_unit_test(vias),	 cmocka_unit_test(hops),
		cmocka_unit_test(repeated), cmocka_unit_test(many_rows), cmocka_unit_test(many_names),
		cmocka_unit_test(cut),	    cmocka_unit_test(schemas),	 cmocka_unit_test(selectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
