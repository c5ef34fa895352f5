/* SPDX-License-Identifier: MIT */
/* Messages built by key in every form, copied in part, told as text; calls in the wrong place. */
#include <stdio.h>

#include <jansson.h>

#include "own.h"

#define OWN_KEY(n) KEY(OWN, n)

static void is(struct weft_msg *m, const char *want)
{
	struct weft_error e = { 0 };
	char *got;

	if (weft_msg_error(m, &e) < 0)
		fail_msg("%s: %s", e.path, e.msg);
	got = own_json(m);
	if (strcmp(got, want) != 0)
		fail_msg("%s instead of %s", got, want);
	free(got);
	weft_msg_free(m);
}

static void fails(struct weft_msg *m, int code, const char *path, const char *text)
{
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e) != code || strcmp(e.path, path) != 0 || !strstr(e.msg, text))
		fail_msg("%d \"%s\": %s", e.code, e.path, e.msg);
	/* nothing that comes later changes it */
	weft_put(m, weft_kv_uint(OWN_KEY(1), 1));
	weft_put_named(m, "u8", weft_kv_uint(0, 1));
	weft_put_all(m, WEFT_ATTRS(weft_kv_uint(OWN_KEY(1), 1)));
	weft_put_raw(m, 1, "x", 1);
	weft_put_rest(m, 1, "x", 1);
	weft_open(m, OWN_KEY(35));
	weft_open_named(m, "deep");
	weft_close(m);
	weft_msg_refuse(m, -EDOM, "other", "other");
	assert_int_equal(weft_msg_error(m, NULL), code);
	assert_null(weft_msg_open_schema(m));
	weft_msg_free(m);
}

/* Two sub-messages before what chooses them, something to skip, lists of each form. */
static void by_key(void **state)
{
	struct weft_msg *m = own_msg();

	(void)state;
	weft_put_all(m, WEFT_ATTRS(weft_kv_nest(OWN_KEY(30), WEFT_ATTRS(weft_kv_uint(KEY(A, 1), 5))), WEFT_SKIP,
				   weft_kv_nest(OWN_KEY(33), WEFT_ATTRS(weft_kv_uint(KEY(B, 1), 6))),
				   weft_kv_str(OWN_KEY(29), "a"), weft_kv_uint(OWN_KEY(32), 0)));
	is(m, "{\"kind\":\"a\",\"num\":0,\"data\":{\"a\":5},\"data-n\":{\"b\":6}}");
	m = own_msg();
	weft_put(m, weft_kv_nest(OWN_KEY(22), WEFT_ATTRS(weft_kv_uint(0, 1), weft_kv_uint(0, 2))));
	weft_put(m, weft_kv_nest(OWN_KEY(23), WEFT_ATTRS(weft_kv_uint(0, 1))));
	weft_put(m, weft_kv_nest(OWN_KEY(24), WEFT_ATTRS(weft_kv_uint(0, 1), weft_kv_uint(0, 2), weft_kv_uint(0, 3))));
	weft_put(m, weft_kv_nest(OWN_KEY(19), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)),
							 WEFT_ITEM(weft_kv_uint(KEY(PAIR, 2), 2)))));
	weft_put(m, weft_kv_nest(OWN_KEY(21), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
	weft_put(m, weft_kv_nest(OWN_KEY(18), WEFT_ATTRS(weft_kv_uint(KEY(PAIR, 2), 2))));
	weft_put(m, weft_kv_nest(OWN_KEY(36), WEFT_ATTRS(weft_kv_uint(0, 1), weft_kv_uint(0, 3))));
	is(m, "{\"nums\":[1,2],\"nums-0\":[1],\"packed\":[1,2,3],\"pairs\":[{\"x\":1,\"y\":0},{\"x\":0,\"y\":2}],"
	      "\"pairs-0\":[{\"x\":1,\"y\":0}],\"pair\":{\"x\":0,\"y\":2},\"bits\":{\"value\":1,\"selector\":3}}");
	/* members of the header's struct, at any time at top level */
	m = own_msg();
	weft_put(m, weft_kv_uint(OWN_KEY(1), 9));
	weft_put(m, weft_kv_nest(KEY(HEAD, 4), WEFT_ATTRS(weft_kv_uint(KEY(PAIR, 0), 3))));
	weft_put(m, weft_kv_uint(KEY(HEAD, 0), 7));
	is(m, "{\"family\":7,\"text\":\"\",\"inside\":{\"x\":3,\"y\":0},\"u8\":9}");
	/* an item named by a key of what is in it */
	m = own_msg();
	weft_open(m, OWN_KEY(44));
	weft_open(m, KEY(INNER, 1));
	weft_put(m, weft_kv_uint(KEY(INNER, 1), 4));
	weft_close(m);
	weft_put_raw(m, 9, "", 0);
	weft_close(m);
	is(m, "{\"nests\":[{\"1\":{\"a\":4}},{\"9\":{}}]}");
}

/* Values at the top level, over each growth of the message. */
static void growing(void **state)
{
	struct weft_msg *m = own_msg();

	(void)state;
	for (unsigned i = 0; i < 200; i++)
		weft_put(m, weft_kv_uint(OWN_KEY(51), i));
	for (unsigned i = 0; i < 200; i++) {
		char path[20];

		(void)snprintf(path, sizeof path, "multi-u[%u]", i);
		assert_int_equal(weft_uint(weft_at(weft_msg_body(m), path), 999), i);
	}
	weft_msg_free(m);
	m = own_msg();
	for (unsigned i = 0; i < 200; i++)
		weft_put(m, weft_kv_uint(OWN_KEY(50), i));
	assert_int_equal(weft_msg_bytes(m).len, 16 + 8 + 200 * 8);
	weft_msg_free(m);
	/* so many addresses need more room than a message has at first; of long ones all bytes are there */
	m = weft_request("rt-route", "newroute", 0);
	weft_put(m, WEFT_KV(rtmsg, rtm_family, 10));
	for (unsigned i = 0; i < 50; i++)
		weft_put(m, WEFT_KV(route, gateway, weft_ip("fd00::1")));
	assert_int_equal(weft_msg_bytes(m).len, 28 + 50 * 20);
	assert_int_equal(((const uint8_t *)weft_msg_bytes(m).p)[28 + 50 * 20 - 1], 1);
	weft_put(m, weft_kv_uint((WEFT_KEY(rtmsg, rtm_family) & ~0xffffu) | 200, 1));
	assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
	weft_msg_free(m);
}

static void nothing_said(void **state)
{
	struct weft_msg *m = own_msg();

	(void)state;
	/* no bytes at no address are an attribute too, and nothing in a member */
	weft_put(m, weft_kv_bytes(OWN_KEY(16), (struct weft_bytes){ NULL, 0 }));
	weft_put(m, weft_kv_bytes(KEY(HEAD, 0), (struct weft_bytes){ NULL, 0 }));
	is(m, "{\"bin\":\"\"}");
	/* nothing is said by these */
	m = own_msg();
	weft_put(m, WEFT_SKIP);
	weft_put(m, WEFT_END);
	weft_put_named(m, "u8", WEFT_SKIP);
	weft_put_named(m, "u8", WEFT_END);
	weft_put_named(NULL, "u8", weft_kv_uint(0, 1));
	weft_open_named(NULL, "deep");
	weft_put_raw(NULL, 1, NULL, 0);
	weft_msg_refuse(NULL, -EDOM, "", "");
	weft_put_all(m, NULL);
	weft_put_all(m, WEFT_ATTRS(WEFT_SKIP));
	is(m, "{}");
}

/* A value where there is no place for it, or of which there is no such value. */
static void wrong_value(void **state)
{
	const struct {
		uint32_t open; /* or 0: at the top level */
		struct weft_kv put;
		const char *path, *text;
	} cases[] = {
		{ OWN_KEY(22), weft_kv_uint(OWN_KEY(1), 1), "nums",
		  "field 1 of schema 3009 does not belong into raw bytes" },
		{ OWN_KEY(44), weft_kv_uint(OWN_KEY(1), 1), "nests", "does not belong into inner" },
		{ OWN_KEY(18), weft_kv_uint(OWN_KEY(1), 1), "pair", "does not belong into pair" },
		{ 0, weft_kv_uint(OWN_KEY(99), 1), "", "field 99 of schema 3009 does not belong into own" },
		{ 0, weft_kv_nest(OWN_KEY(22), NULL), "nums", "wrong type of value" },
		{ 0, weft_kv_nest(OWN_KEY(22), WEFT_ATTRS(weft_kv_nest(0, NULL))), "nums", "wrong type of value" },
		{ 0, weft_kv_uint(OWN_KEY(9), 2), "flag", "true or false" },
		{ 0, weft_kv_uint(OWN_KEY(43), 2), "pad", "has no value" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct weft_msg *m = own_msg();

		if (cases[i].open)
			weft_open(m, cases[i].open);
		weft_put(m, cases[i].put);
		fails(m, -EINVAL, cases[i].path, cases[i].text);
	}
}

static void wrong_place(void **state)
{
	struct weft_msg *m = own_msg();

	(void)state;
	weft_open(m, OWN_KEY(19));
	weft_put_raw(m, 1, "x", 1);
	fails(m, -EINVAL, "pairs.@1", "does not belong here");
	m = own_msg();
	weft_put_rest(m, 1, "x", 1);
	fails(m, -EINVAL, "", "only the struct of an attribute");
	m = own_msg();
	weft_open(m, KEY(HEAD, 4));
	weft_put_rest(m, 1, "x", 1);
	fails(m, -EINVAL, "inside", "only the struct of an attribute");
	m = own_msg();
	weft_open(m, OWN_KEY(18));
	weft_put_rest(m, 65535, NULL, 0);
	fails(m, -ERANGE, "pair", "more bytes");
	m = own_msg();
	weft_msg_refuse(m, -EDOM, "mine", "my own word");
	fails(m, -EDOM, "mine", "my own word");
	m = own_msg();
	weft_open(m, OWN_KEY(19));
	weft_open(m, 0);
	weft_msg_refuse(m, -EDOM, "mine", "my own word");
	fails(m, -EDOM, "pairs[0].mine", "my own word");
	/* what takes the rest of a struct is given once */
	m = own_msg();
	weft_open(m, OWN_KEY(58));
	weft_put(m, weft_kv_bytes(KEY(BLOB, 8), (struct weft_bytes){ (const uint8_t *)"abc", 3 }));
	weft_put(m, weft_kv_bytes(KEY(BLOB, 8), (struct weft_bytes){ (const uint8_t *)"abc", 3 }));
	fails(m, -EINVAL, "blob.data", "has a value already");
	m = own_msg();
	weft_open(m, OWN_KEY(56));
	weft_put(m, weft_kv_nest(KEY(COUNTED, 8), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
	weft_open(m, KEY(COUNTED, 8));
	fails(m, -EINVAL, "counted.pairs", "has a value already");
	/* a hop as bytes, that begin with their length */
	m = own_msg();
	uint8_t hop_bytes[8] = { 0 };

	weft_set_u16(hop_bytes, 8);
	weft_put(m, weft_kv_nest(OWN_KEY(31), WEFT_ATTRS(weft_kv_bytes(0, (struct weft_bytes){ hop_bytes, 8 }))));
	is(m, "{\"hops\":[{\"len\":8,\"weight\":0,\"index\":0}]}");
}

/* What stands for all numbers is opened by number. */
static void opened_by_number(void **state)
{
	/* a row of plain values that stands for all numbers is no place to open */
	static const struct weft_field plain[] = { ROW(any, WEFT_NUMBER_ANY, U32) };
	static const struct weft_schema s = { .name = "plain", .id = 3100, .n = 1, .fields = plain };
	static const struct weft_op op = { "set", 99, 99, WEFT_OP_DO, 0, &s, NULL };
	struct weft_msg *m = own_msg();

	(void)state;
	weft_open_named(m, "anys");
	weft_open_named(m, "7");
	weft_put_named(m, "a", weft_kv_uint(0, 1));
	weft_close(m);
	weft_close(m);
	is(m, "{\"anys\":{\"7\":{\"a\":1}}}");
	m = own_msg();
	weft_open_named(m, "7");
	fails(m, -EINVAL, "7", "unknown field");
	m = own_msg();
	weft_open_named(m, "");
	fails(m, -EINVAL, "", "unknown field");
	m = own_msg();
	weft_open_named(m, "nests");
	weft_open_named(m, "7x");
	fails(m, -EINVAL, "nests.7x", "no names");
	m = weft_msg_new(&own_family, &op, 0);
	weft_open_named(m, "7");
	fails(m, -EINVAL, "7", "unknown field");
}

/* A message in which the open nest, or all of it, has so many bytes left. */
static struct weft_msg *nearly_full(bool nest, uint32_t left)
{
	static const uint8_t zero[65536];
	struct weft_msg *m = own_msg();

	if (nest) {
		weft_open(m, OWN_KEY(35)); /* 12 bytes and so many, of 65,532 */
		weft_put_raw(m, 60, zero, 65532 - 16 - left);
	} else {
		for (int i = 0; i < 17; i++)
			weft_put_raw(m, 60, zero, 60000);
		weft_put_raw(m, 60, zero, WEFT_MSG_MAX - 17 * 60004 - 24 - 4 - left);
	}
	assert_int_equal(weft_msg_error(m, NULL), 0);
	return m;
}

/* One of eight calls that need room. */
static void put_one(struct weft_msg *m, int call)
{
	switch (call) {
	case 0:
		weft_put(m, weft_kv_nest(OWN_KEY(22), WEFT_ATTRS(weft_kv_uint(0, 1))));
		break;
	case 1:
		weft_put(m, weft_kv_nest(OWN_KEY(19), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
		break;
	case 2:
		weft_put(m, weft_kv_nest(OWN_KEY(21), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
		break;
	case 3:
		weft_put(m, weft_kv_nest(OWN_KEY(18), WEFT_ATTRS(weft_kv_uint(KEY(PAIR, 0), 1))));
		break;
	case 4:
		weft_open(m, OWN_KEY(18));
		weft_put_rest(m, 40, "x", 1);
		weft_close(m);
		break;
	case 5:
		weft_open_named(m, "anys");
		weft_open_named(m, "9");
		weft_close(m);
		weft_close(m);
		break;
	case 6:
		weft_put(m, weft_kv_nest(OWN_KEY(35), WEFT_ATTRS(weft_kv_uint(KEY(HEAD, 0), 1))));
		break;
	default:
		weft_put(m, weft_kv_nest(OWN_KEY(31), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(HOP_HEAD, 2), 1)))));
	}
}

/* Each call where the open nest, or the message, has no room for it any more: refused with its place, or
 * done; never half done. */
static void no_room(void **state)
{
	unsigned done = 0, refused = 0;

	(void)state;
	for (uint32_t left = 0; left < 96; left += 4) {
		for (int call = 0; call < 16; call++) {
			struct weft_msg *m = nearly_full(call < 8, left);
			uint32_t len = (uint32_t)weft_msg_bytes(m).len;
			struct weft_error e = { 0 };

			put_one(m, call % 8);
			if (call < 8 && !weft_msg_error(m, NULL))
				weft_close(m);
			if (weft_msg_error(m, &e)) {
				assert_int_equal(e.code, call < 8 ? -EOVERFLOW : -EMSGSIZE);
				assert_true(e.path[0] != 0);
				refused++;
			} else {
				assert_true(weft_msg_bytes(m).len > len && weft_msg_bytes(m).len <= len + left);
				done++;
			}
			weft_msg_free(m);
		}
	}
	assert_true(done > 100 && refused > 50);
}

/* Questions to no message, and to one that never came to be. */
static void no_message(void **state)
{
	struct weft_msg *m = weft_request("rt-link", NULL, 0);
	struct weft_error e;

	(void)state;
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.msg, "rt-link has no operation ");
	assert_null(weft_msg_bytes(m).p);
	assert_null(weft_msg_body(m).p);
	assert_null(weft_msg_op(m));
	assert_string_equal(weft_msg_family(m)->name, "rt-link");
	weft_msg_free(m);
	assert_null(weft_msg_op(NULL));
	assert_null(weft_msg_family(NULL));
	assert_null(weft_msg_open_schema(NULL));
	assert_null(weft_msg_body(NULL).p);
}

/* What a program made with jansson. */
static void jansson_made(void **state)
{
	json_t *o = json_pack("{s:i,s:[i,i],s:{s:i,s:i}}", "u8", 7, "nums", 1, 2, "pair", "x", 3, "y", 4);
	struct weft_msg *m = own_msg();
	struct weft_error e = { 0 };

	(void)state;
	assert_int_equal(json_object_set_new(o, "str", json_string_nocheck("a\377")), 0);
	assert_int_equal(weft_put_jansson(m, o, &e), 0);
	is(m, "{\"u8\":7,\"nums\":[1,2],\"pair\":{\"x\":3,\"y\":4},\"str\":\"a\\udcff\"}");
	m = own_msg();
	assert_int_equal(json_object_set_new(o, "nums", json_true()), 0);
	assert_int_equal(weft_put_jansson(m, o, &e), -EINVAL);
	assert_string_equal(e.path, "nums");
	assert_int_equal(weft_put_jansson(m, json_null(), NULL), -EINVAL);
	weft_msg_free(m);
	m = own_msg();
	assert_int_equal(weft_put_jansson(m, NULL, &e), -EINVAL);
	assert_string_equal(e.msg, "an object is needed");
	weft_msg_free(m);
	json_decref(o);
}

/* JSON into an open place. */
static void json_inside(void **state)
{
	struct weft_msg *m = own_msg();
	struct weft_json_doc *d = NULL;
	struct weft_error e = { 0 };

	(void)state;
	assert_int_equal(weft_json_read("[{\"a\":1},{\"a\":2}]", 17, &d, &e), 0);
	assert_true(weft_json_is_array(d));
	assert_int_equal(weft_json_count(d), 2);
	weft_open(m, OWN_KEY(44));
	for (size_t i = 0; i < 2; i++) {
		weft_open(m, 0);
		assert_int_equal(weft_json_put(m, d, i, NULL), 0);
		weft_close(m);
	}
	weft_close(m);
	assert_int_equal(weft_json_put(m, d, 2, &e), -EINVAL);
	assert_string_equal(e.msg, "no object 2");
	weft_json_free(d);
	is(m, "{\"nests\":[{\"1\":{\"a\":1}},{\"2\":{\"a\":2}}]}");
	assert_int_equal(weft_json_read("{\"x\":1,\"@1\":\"01\"}", 16, &d, &e), -EINVAL);
	assert_null(d);
	assert_int_equal(weft_json_read("{\"@1\":\"01\",\"x\":1}", 17, &d, NULL), 0);
	assert_false(weft_json_is_array(d));
	assert_int_equal(weft_json_count(d), 1);
	m = own_msg();
	weft_open(m, OWN_KEY(22));
	/* in a list of plain values nothing has a name */
	assert_int_equal(weft_json_put(m, d, 0, &e), -EINVAL);
	assert_string_equal(e.path, "nums.x");
	assert_int_equal(weft_json_put(m, d, 0, &e), -EINVAL);
	weft_msg_free(m);
	weft_json_free(d);
}

static void copied(const char *from, const char *than, struct weft_copy o, const char *want)
{
	struct weft_msg *a = own_of_json(from), *b = than ? own_of_json(than) : NULL, *m = own_msg();
	bool has;

	o.than = b ? weft_msg_body(b) : (struct weft_attr){ 0 };
	has = weft_has_from(weft_msg_body(a), &o);
	weft_put_from(m, weft_msg_body(a), &o);
	is(m, want);
	assert_int_equal(has, strcmp(want, "{}") != 0);
	weft_msg_free(a);
	weft_msg_free(b);
}

static void copies(void **state)
{
	const struct weft_copy all = { 0 }, zero = { .without = WEFT_F_ZERO }, late = { .only = WEFT_F_AFTER };
	static const char deep[] = "{\"deep\":{\"family\":1,\"u8\":1,\"late\":2}}";
	static const char whole[] =
	    "{\"deep\":{\"family\":1,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"u8\":1,\"late\":2}}";
	struct weft_msg *m = own_msg();

	(void)state;
	copied("{\"zero\":0,\"u8\":0}", NULL, zero, "{\"u8\":0}");
	copied("{\"zero\":65536,\"u8\":0}", NULL, zero, "{\"zero\":65536,\"u8\":0}");
	copied("{\"u8\":1,\"late\":2}", NULL, (struct weft_copy){ .without = WEFT_F_AFTER }, "{\"u8\":1}");
	copied("{\"u8\":1,\"late\":2}", NULL, late, "{\"late\":2}");
	copied("{\"u8\":1}", NULL, late, "{}");
	copied("{\"u8\":1,\"late\":2}", NULL, (struct weft_copy){ .but = OWN_KEY(1) }, "{\"late\":2}");
	copied("{\"u8\":1,\"late\":2}", "{\"u8\":1,\"late\":3}", all, "{\"late\":2}");
	copied("{\"u8\":1}", "{\"u8\":1}", all, "{}");
	/* the same number in bytes that do not fit the row is something else */
	copied("{\"late\":2}", "{\"@50\":\"02\"}", all, "{\"late\":2}");
	copied("{\"@60\":\"02\"}", "{\"@60\":\"02\"}", all, "{}");
	copied("{\"@60\":\"02\"}", "{\"@60\":\"03\"}", all, "{\"@60\":\"02\"}");
	/* a nest with a header is taken for its header alone */
	copied(deep, NULL, all, whole);
	copied(deep, deep, all, "{}");
	copied(deep, "{\"deep\":{\"u8\":1,\"late\":2}}", all,
	       "{\"deep\":{\"family\":1,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0}}}");
	copied(deep, "{\"deep\":{\"family\":1,\"u8\":1,\"late\":3}}", all,
	       "{\"deep\":{\"family\":1,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"late\":2}}");
	copied(deep, "{\"@35\":\"01\"}", all, whole);
	copied("{\"@35\":\"01\"}", deep, all, "{\"deep\":{\"family\":1,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0}}}");
	copied(deep, NULL, late, "{\"deep\":{\"family\":1,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"late\":2}}");
	copied("{\"bare\":\"01\",\"loose\":\"02\"}", NULL, all, "{\"bare\":\"01\",\"loose\":\"02\"}");
	copied("{\"multi\":[{\"a\":1},{\"a\":2}]}", "{\"multi\":[{\"a\":2}]}", all, "{\"multi\":[{\"a\":1}]}");
	copied("{\"kind\":\"a\",\"data\":{\"a\":1}}", "{\"kind\":\"a\",\"data\":{\"a\":2}}", all,
	       "{\"kind\":\"a\",\"data\":{\"a\":1}}");
	copied("{\"family\":7,\"data-f\":{\"a\":1}}", NULL, all,
	       "{\"family\":7,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0},\"data-f\":{\"a\":1}}");
	/* nothing to take, nothing to take it from */
	weft_put_from(NULL, weft_msg_body(m), NULL);
	weft_put_from(m, (struct weft_attr){ 0 }, NULL);
	weft_put_from(m, weft_body(NULL, "1234", 4), NULL);
	assert_false(weft_has_from((struct weft_attr){ 0 }, &all));
	assert_false(weft_has_from(weft_body(NULL, "1234", 4), &all));
	is(m, "{}");
}

/* Deeper than a message can be: said, not left out. */
static void deep_copies(void **state)
{
	uint8_t buf[1024];
	struct weft_copy than = { .than = { 0 } };
	struct weft_error e = { 0 };

	(void)state;
	for (int depth = 14; depth < 40; depth++) {
		struct weft_msg *m = own_msg();
		uint32_t len = 0;

		memset(buf, 0, sizeof buf);
		for (int i = 0; i < depth; i++) {
			memmove(buf + 12, buf, len);
			memset(buf, 0, 12);
			len += 12;
			weft_set_u16(buf + 8, (uint16_t)(len - 8 + 0));
			weft_set_u16(buf + 10, 35);
		}
		than.than = weft_msg_body(m);
		weft_put_from(m, weft_body(&own, buf, len), depth % 2 ? &than : NULL);
		assert_int_equal(weft_msg_error(m, &e), depth <= WEFT_NEST_DEPTH ? 0 : -EINVAL);
		assert_true(weft_has_from(weft_body(&own, buf, len), &(struct weft_copy){ .only = WEFT_F_AFTER }) ==
			    (depth > WEFT__DEPTH + 1));
		weft_msg_free(m);
	}
	assert_non_null(strstr(e.msg, "too deep"));
}

/* Text of values and messages as people read them. */
static void texts(void **state)
{
	static const struct {
		const char *path, *text;
	} cases[] = { { "u8", "7" },	    { "word", "some" }, { "flags", "four,8" }, { "ip", "10.0.0.1" },
		      { "str", "a\\x1bb" }, { "via", "::1" },	{ "packed", "1,2" },   { "pair", "{\"x\":1,\"y\":2}" },
		      { "multi-s", "x,y" }, { "bin", "0a" },	{ "nope", "" } };
	struct weft_msg *m = own_of_json(
	    "{\"u8\":7,\"word\":\"some\",\"flags\":[\"four\",8],\"ip\":\"10.0.0.1\",\"str\":\"a\\u001bb\",\"via\":\"::"
	    "1\","
	    "\"packed\":[1,2],\"pair\":{\"x\":1,\"y\":2},\"multi-s\":[\"x\",\"y\"],\"bin\":\"0a\",\"@60\":\"01\","
	    "\"nests\":[{\"1\":{\"a\":1}}],\"nums\":[5],\"typed\":{\"5\":\"01\"}}");
	struct weft_text t = { 0 };

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		weft_text_clear(&t);
		weft_text_puts(&t, "");
		assert_int_equal(weft_value_text(weft_at(weft_msg_body(m), cases[i].path), &t), 0);
		assert_string_equal(t.p, cases[i].text);
	}
	weft_text_clear(&t);
	assert_int_equal(weft_show(weft_msg_body(m), &t), 0);
	assert_string_equal(
	    t.p,
	    "family: 0\ntext: \ninside:\n  x: 0\n  y: 0\nu8: 7\nword: some\nflags: four,8\nip: 10.0.0.1\n"
	    "str: a\\x1bb\nvia: ::1\npacked: 1,2\npair:\n  x: 1\n  y: 2\nmulti-s: x\nmulti-s: y\nbin: 0a\n@60: 01\n"
	    "nests:\n  [1]:\n    a: 1\nnums:\n  [1]: 5\ntyped:\n  [5]: 01\n");
	weft_text_free(&t);
	weft_msg_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_key),      cmocka_unit_test(growing),      cmocka_unit_test(nothing_said),
		cmocka_unit_test(wrong_value), cmocka_unit_test(wrong_place),  cmocka_unit_test(opened_by_number),
		cmocka_unit_test(json_inside), cmocka_unit_test(jansson_made), cmocka_unit_test(jansson_made),
		cmocka_unit_test(no_room),     cmocka_unit_test(no_message),   cmocka_unit_test(copies),
		cmocka_unit_test(deep_copies), cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
