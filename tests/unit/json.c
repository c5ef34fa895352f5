/* SPDX-License-Identifier: MIT */
/* JSON of the real rows: what weft_json prints is taken back, what cannot be is refused with its place. */
#include "rows.h"

/* JSON in gives the bytes that the typed constructors give. */
static void json_in(void **state)
{
	static const char text[] = "{\"ifi-index\": 7, \"ifname\": \"eth0.10\", \"link\": 2, \"linkinfo\": {\"data\": "
				   "{\"id\": \"0xa\", \"protocol\": \"8021ad\"}, \"kind\": \"vlan\"}}";
	struct weft_msg *a = vlan(), *b = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE);
	struct weft_error e = { 0 };
	struct weft_bytes x, y;

	(void)state;
	assert_int_equal(weft_put_json(b, text, strlen(text), &e), 0);
	x = weft_msg_bytes(a);
	y = weft_msg_bytes(b);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.p, y.p, x.len);
	weft_msg_free(a);
	weft_msg_free(b);
}

static void large_numbers(void **state)
{
	static const char text[] = "{\"dst\": \"10.0.0.1\", \"encap-type\": 2, "
				   "\"encap\": {\"id\": 18446744073709551615}}";
	struct weft_msg *m = weft_request("rt-route", "newroute", 0);
	struct weft_error e = { 0 };

	(void)state;
	assert_int_equal(weft_put_json(m, text, strlen(text), &e), 0);
	json_is(weft_at(weft_msg_body(m), "encap"), "{\"id\":18446744073709551615}");
	weft_msg_free(m);
}

/* Columns are those of the given text, whatever was done to it before parsing. */
static void bad_json(void **state)
{
	static const struct {
		const char *text, *want;
	} bad[] = {
		{ "{\"mtu\": }", "bad JSON, line 1 column 9:" },
		{ "{\"group\": 99999999999999999999, \"mtu\": }", "bad JSON, line 1 column 40:" },
		{ "{\"ifalias\": \"\\udcff\", \"mtu\": }", "bad JSON, line 1 column 30:" },
		{ "{\"group\": 99999999999999999999,\n \"mtu\": }", "bad JSON, line 2 column 9:" },
		{ "{\"mtu\": 1, \"mtu\": 2}", "bad JSON, line 1 column" },
		{ "", "bad JSON, line 1 column 0:" },
		{ "[1]", "an array of objects is needed" },
		{ "7", "bad JSON, line 1 column 1:" },
		{ "[{\"mtu\": 1}]", "a JSON object is needed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct weft_msg *m = weft_request("rt-link", "newlink", 0);
		struct weft_error e = { 0 };

		assert_int_equal(weft_put_json(m, bad[i].text, strlen(bad[i].text), &e), -EINVAL);
		if (!strstr(e.msg, bad[i].want))
			fail_msg("%s: %s", bad[i].text, e.msg);
		weft_msg_free(m);
	}
}

/* What weft_json prints is taken back and printed the same. */
static void there_and_back(const char *family, const char *op, const char *text)
{
	struct weft_msg *m = weft_request(family, op, 0), *n = weft_request(family, op, 0);
	struct weft_text first = { 0 }, second = { 0 };
	struct weft_error e = { 0 };

	if (weft_put_json(m, text, strlen(text), &e) < 0)
		fail_msg("%s: %s: %s", text, e.path, e.msg);
	assert_int_equal(weft_json(weft_msg_body(m), &first), 0);
	assert_int_equal(weft_put_json(n, first.p, first.len, &e), 0);
	assert_int_equal(weft_json(weft_msg_body(n), &second), 0);
	assert_string_equal(first.p, second.p);
	if (!strstr(first.p, text + 1))
		fail_msg("%s is not in %s", text, first.p);
	weft_text_free(&first);
	weft_text_free(&second);
	weft_msg_free(m);
	weft_msg_free(n);
}

static void odd_values(void **state)
{
	static const char nul[] = "{\"ifalias\":\"a\\u0000b\"}";
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };

	(void)state;
	/* text that is no UTF-8, and text that only looks as if it were a byte */
	there_and_back("rt-link", "newlink", "{\"ifalias\":\"a\\udcff\\udc80b\"}");
	there_and_back("rt-link", "newlink", "{\"ifalias\":\"\\udce9\"}");
	there_and_back("rt-link", "newlink", "{\"ifalias\":\"\xf0\x9f\x90\x9f\"}");
	/* structs of kernels older and newer than the rows */
	there_and_back("rt-link", "newlink", "{\"map\":{\"mem-start\":5,\"@size\":8}}");
	there_and_back("rt-link", "newlink", "{\"map\":{\"mem-start\":5,\"@size\":11,\"@rest\":\"0a0b0c\"}}");
	there_and_back("rt-link", "newlink",
		       "{\"map\":{\"mem-start\":5,\"mem-end\":0,\"base-addr\":0,\"irq\":1,\"dma\":0,\"port\":2,"
		       "\"@size\":36,\"@rest\":\"01020304\"}}");
	assert_int_equal(weft_put_json(m, nul, strlen(nul), &e), -EINVAL);
	assert_string_equal(e.path, "ifalias");
	weft_msg_free(m);
	m = weft_request("rt-link", "newlink", 0);
	weft_put_rest(m, 4, NULL, 0);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	weft_msg_free(m);
}

static void unknown_is_data(void **state)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0), *n;
	static const char want[] = "{\"ifi-family\":0,\"ifi-type\":0,\"ifi-index\":0,\"ifi-flags\":[\"up\",1073741824],"
				   "\"ifi-change\":0,\"@4000\":[\"01\",\"0203\"],\"mtu\":1,"
				   "\"linkinfo\":{\"kind\":\"no-such-kind\",\"data\":\"abcd\"},\"@4\":\"02000000\"}";
	struct weft_error e = { 0 };
	uint32_t two = 2;

	(void)state;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	two = 0x02000000;
#endif
	weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, 1 | 1u << 30));
	weft_put_raw(m, 4000, "\1", 1);
	weft_put(m, WEFT_KV(link, mtu, 1));
	weft_put_raw(m, 4000, "\2\3", 2);
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put(m, WEFT_KV(linkinfo, kind, "no-such-kind"));
	weft_put_raw(m, 2, "\xab\xcd", 2);
	weft_close(m);
	weft_put_raw(m, 4, &two, 4);
	assert_int_equal(weft_msg_error(m, &e), 0);
	json_is(weft_msg_body(m), want);
	n = weft_request("rt-link", "newlink", 0);
	assert_int_equal(weft_put_json(n, want, strlen(want), &e), 0);
	json_is(weft_msg_body(n), want);
	weft_msg_free(m);
	weft_msg_free(n);
}

/* A struct whose last member is a list, or depends on another member. */
static void rest_of_structs(void **state)
{
	static const char text[] =
	    "{\"kind\":\"u32\",\"options\":{\"sel\":{\"nkeys\":2,\"keys\":[{\"mask\":255},{\"val\":7,\"off\":16}]}}}";
	static const char match[] =
	    "{\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-list\":["
	    "{\"1\":{\"data\":{\"opnd\":\"gt\",\"layer\":\"transport\",\"align\":\"u16\"},\"kind\":\"cmp\"}},"
	    "{\"2\":{\"kind\":9,\"data\":\"0102\"}}]}}}";
	struct weft_msg *m = weft_request("tc", "newtfilter", 0);
	struct weft_error e = { 0 };
	struct weft_attr keys;

	(void)state;
	assert_int_equal(weft_put_json(m, text, strlen(text), &e), 0);
	keys = weft_at(weft_msg_body(m), "options.sel.keys");
	assert_int_equal(keys.len, 32);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "options.sel.keys[1].val"), 0), 7);
	assert_int_equal(weft_at(weft_msg_body(m), "options.sel").len, 48);
	weft_msg_free(m);

	m = weft_request("tc", "newtfilter", 0);
	assert_int_equal(weft_put_json(m, match, strlen(match), &e), 0);
	json_is(weft_at(weft_msg_body(m), "options.ematches.tree-list"),
		"[{\"1\":{\"matchid\":0,\"kind\":\"cmp\",\"flags\":[],\"data\":{\"val\":0,\"mask\":0,\"off\":0,"
		"\"align\":\"u16\",\"flags\":0,\"layer\":\"transport\",\"opnd\":\"gt\"}}},"
		"{\"2\":{\"matchid\":0,\"kind\":\"ipt\",\"flags\":[],\"data\":\"0102\"}}]");
	weft_msg_free(m);

	/* an array inside a struct has its room and no more */
	m = weft_request("tc", "newqdisc", 0);
	weft_put_named(m, "kind", weft_kv_str(0, "mqprio"));
	weft_open_named(m, "options");
	weft_open_named(m, "count");
	for (int i = 0; i < 17; i++)
		weft_put(m, weft_kv_uint(0, (uint64_t)i));
	assert_int_equal(weft_msg_error(m, &e), -ERANGE);
	assert_string_equal(e.path, "options.count[16]");
	weft_msg_free(m);
}

/* Members of a few bits: neighbours stay as they are, too large ones are refused. */
static void bit_fields(void **state)
{
	static const char text[] = "{\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-list\":[{\"1\":"
				   "{\"kind\":\"nbyte\",\"data\":{\"layer\":\"network\",\"len\":%u}}}]}}}";
	char buf[200];
	struct weft_error e = { 0 };

	(void)state;
	for (unsigned len = 4095; len <= 4096; len++) {
		struct weft_msg *m = weft_request("tc", "newtfilter", 0);
		struct weft_attr at;

		(void)snprintf(buf, sizeof buf, text, len);
		assert_int_equal(weft_put_json(m, buf, strlen(buf), &e), len == 4095 ? 0 : -ERANGE);
		at = weft_at(weft_msg_body(m), "options.ematches.tree-list[0].data");
		if (len == 4095)
			json_is(at, "{\"off\":0,\"len\":4095,\"layer\":\"network\"}");
		weft_msg_free(m);
	}
	assert_string_equal(e.msg, "4096 is out of range (0 to 4095)");
}

/* The statistics of a kind stand two levels below its name. */
static void outer_choice(void **state)
{
	static const char text[] = "{\"stats2\":{\"app\":{\"count\":9}},\"kind\":\"codel\"}";
	struct weft_msg *m = weft_request("tc", "newqdisc", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_put_named(m, "kind", weft_kv_str(0, "codel"));
	weft_open_named(m, "stats2");
	weft_open_named(m, "app");
	weft_put_named(m, "count", weft_kv_uint(0, 9));
	weft_close(m);
	weft_close(m);
	assert_int_equal(weft_msg_error(m, &e), 0);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "stats2.app.count"), 0), 9);
	weft_msg_free(m);

	m = weft_request("tc", "newqdisc", 0);
	assert_int_equal(weft_put_json(m, text, strlen(text), &e), 0);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "stats2.app.count"), 0), 9);
	weft_msg_free(m);
}

/* JSON keeps its types: true is no number, a number no text, and null takes away. */
static void json_types(void **state)
{
	static const struct {
		const char *text, *path, *want; /* want: JSON, or NULL: refused */
	} cases[] = {
		{ "{\"txqlen\":true}", "txqlen", NULL },
		{ "{\"proto-down\":true}", "proto-down", "1" },
		{ "{\"linkinfo\":{\"kind\":\"bridge\",\"data\":{\"vlan-filtering\":false}}}",
		  "linkinfo.data.vlan-filtering", "0" },
		{ "{\"linkinfo\":{\"kind\":\"vxlan\",\"data\":{\"gbp\":true}}}", "linkinfo.data.gbp", "true" },
		{ "{\"ifalias\":5}", "ifalias", NULL },
		{ "{\"ifalias\":1234567890123456789}", "ifalias", NULL },
		{ "{\"ifalias\":-1234567890123456789}", "ifalias", NULL },
		{ "{\"ifalias\":\"1234567890123456789\"}", "ifalias", "\"1234567890123456789\"" },
		{ "{\"ifalias\":\"\\u0000#1234567890123456789\"}", "ifalias", NULL },
		{ "{\"address\":1234567890123456789}", "address", NULL },
		{ "{\"txqlen\":\"1000\"}", "txqlen", "1000" },
		{ "{\"txqlen\":1000000000000000000000}", "txqlen", NULL },
		{ "{\"link-netnsid\":-2}", "link-netnsid", "-2" },
		{ "{\"master\":null}", "master", "0" },
		{ "{\"ifalias\":null}", "ifalias", "\"\"" },
		{ "{\"mtu\":null}", "mtu", NULL },
		{ "{\"nope\":null}", "nope", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct weft_msg *m = weft_request("rt-link", "newlink", 0);
		struct weft_error e = { 0 };
		int r = weft_put_json(m, cases[i].text, strlen(cases[i].text), &e);

		if (!cases[i].want != (r < 0))
			fail_msg("%s: %d %s", cases[i].text, r, e.msg);
		if (r < 0)
			assert_string_equal(e.path, cases[i].path);
		else
			json_is(weft_at(weft_msg_body(m), cases[i].path), cases[i].want);
		weft_msg_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_in),    cmocka_unit_test(large_numbers),	 cmocka_unit_test(bad_json),
		cmocka_unit_test(odd_values), cmocka_unit_test(unknown_is_data), cmocka_unit_test(rest_of_structs),
		cmocka_unit_test(bit_fields), cmocka_unit_test(outer_choice),	 cmocka_unit_test(json_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
