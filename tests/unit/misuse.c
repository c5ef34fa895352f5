/* SPDX-License-Identifier: MIT */
/* Calls that are wrong: in order, in kind, in size. Each is an error with its place, none a crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

static unsigned cases;

static void is(struct weft_msg *m, int code, const char *path, const char *text)
{
	struct weft_error e = { 0 };

	cases++;
	if (weft_msg_error(m, &e) != code || strcmp(e.path, path) != 0 || !strstr(e.msg, text))
		fail_msg("%d \"%s\": %s instead of %d \"%s\": %s", e.code, e.path, e.msg, code, path, text);
	weft_msg_free(m);
}

static struct weft_msg *link_msg(void)
{
	return weft_request("rt-link", "newlink", 0);
}

static void places(void **state)
{
	struct weft_msg *m;

	(void)state;
	is(weft_request("rt-lnk", "newlink", 0), -EINVAL, "", "unknown family rt-lnk");
	is(weft_request("rt-link", "newlnk", 0), -EINVAL, "", "no operation newlnk");
	is(weft_request(NULL, NULL, 0), -EINVAL, "", "unknown family");
	is(weft_msg_new(NULL, NULL, 0), -EINVAL, "", "unknown family");
	is(weft_msg_new(weft_family_find("rt-link"), NULL, 0), -EINVAL, "", "unknown operation");
	m = link_msg();
	weft_put(m, WEFT_KV(route, oif, 1));
	is(m, -EINVAL, "", "does not belong into link");
	m = link_msg();
	weft_put(m, weft_kv_uint(0xffffffff, 1));
	is(m, -EINVAL, "", "does not belong into link");
	m = link_msg();
	weft_close(m);
	is(m, -EINVAL, "", "closed what was not open");
	m = link_msg();
	weft_open(m, WEFT_KEY(link, mtu));
	is(m, -EINVAL, "mtu", "has no members");
	m = link_msg();
	weft_open(m, WEFT_KEY(ifinfomsg, ifi_index));
	is(m, -EINVAL, "ifi-index", "has no members");
	m = link_msg();
	weft_open_named(m, "nope");
	is(m, -EINVAL, "nope", "unknown field");
	m = link_msg();
	weft_put_named(m, "linkinfo.kind", weft_kv_str(0, "x"));
	is(m, -EINVAL, "linkinfo.kind", "unknown field");
	/* what chooses is not there */
	m = link_msg();
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_open(m, WEFT_KEY(linkinfo, data));
	is(m, -EINVAL, "linkinfo.data", "no fields are known for this kind");
	m = link_msg();
	weft_open(m, WEFT_KEY(link, map));
	weft_put_raw(m, 1, "x", 1);
	is(m, -EINVAL, "map.@1", "does not belong here");
	m = link_msg();
	weft_open(m, WEFT_KEY(link, map));
	weft_put_rest(m, 4, "12345", 5);
	is(m, -ERANGE, "map", "more bytes");
	m = link_msg();
	weft_open(m, WEFT_KEY(link, map));
	weft_put_rest(m, 1u << 20, NULL, 0);
	is(m, -ERANGE, "map", "more bytes");
	/* the first failure stays */
	m = link_msg();
	weft_put(m, WEFT_KV(link, ifname, "a-name-that-is-too-long"));
	weft_put_raw(m, 1, NULL, 1 << 20);
	weft_close(m);
	is(m, -ERANGE, "ifname", "is too long");
}

static void sizes(void **state)
{
	static const uint8_t big[70000];
	struct weft_msg *m = link_msg();
	struct weft_error e = { 0 };

	(void)state;
	weft_put_raw(m, 4000, big, sizeof big);
	is(m, -EOVERFLOW, "@4000", "larger than an attribute can be");
	m = link_msg();
	weft_put(m, weft_kv_bytes(WEFT_KEY(link, wireless), (struct weft_bytes){ big, sizeof big }));
	is(m, -EOVERFLOW, "wireless", "70000 bytes");
	/* two that fit, in a nest that they do not fit */
	m = link_msg();
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put_raw(m, 4000, big, 40000);
	weft_put_raw(m, 4001, big, 40000);
	is(m, -EOVERFLOW, "linkinfo.@4001", "larger than an attribute can be");
	/* more than a message may have */
	m = link_msg();
	for (int i = 0; i < 20; i++)
		weft_put_raw(m, 4000, big, 60000);
	is(m, -EMSGSIZE, "@4000", "the message is too large");
	/* a message that grows keeps what it has */
	m = link_msg();
	weft_put(m, WEFT_KV(link, ifname, "v0"));
	for (int i = 0; i < 10; i++)
		weft_put_raw(m, 4000, big, 5000);
	assert_int_equal(weft_msg_error(m, &e), 0);
	assert_string_equal(weft_str(weft_at(weft_msg_body(m), "ifname"), ""), "v0");
	assert_true(weft_msg_bytes(m).len > 50000);
	weft_msg_free(m);
}

static void depth(void **state)
{
	struct weft_msg *m = link_msg();
	struct weft_text t = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++) {
		weft_open(m, WEFT_KEY(link, linkinfo));
		weft_put(m, WEFT_KV(linkinfo, kind, "veth"));
		weft_open(m, WEFT_KEY(linkinfo, data));
		weft_open(m, WEFT_KEY(veth, peer));
	}
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "too deep"));
	weft_msg_free(m);
	/* the same as JSON */
	for (int i = 0; i < 100; i++)
		weft_text_puts(&t, "{\"linkinfo\":{\"kind\":\"veth\",\"data\":{\"peer\":");
	weft_text_puts(&t, "{}");
	for (int i = 0; i < 100; i++)
		weft_text_puts(&t, "}}}");
	m = link_msg();
	assert_int_equal(weft_put_json(m, t.p, t.len, &e), -EINVAL);
	weft_msg_free(m);
	/* deeper than the parser goes */
	weft_text_clear(&t);
	for (int i = 0; i < 100000; i++)
		weft_text_putc(&t, '[');
	m = link_msg();
	assert_int_equal(weft_put_json(m, t.p, t.len, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "bad JSON"));
	weft_msg_free(m);
	weft_text_free(&t);
}

/* Every kind of value into every row of every operation: taken, or refused with the row's name. */
static void kinds(void **state)
{
	const struct weft_family *f;
	unsigned taken = 0, refused = 0;

	(void)state;
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++) {
		for (unsigned k = 0; k < f->n_ops; k++) {
			const struct weft_schema *sch = f->ops[k].schema;

			for (unsigned r = 0; sch && r < sch->n; r++) {
				uint32_t key = (uint32_t)sch->id << 16 | sch->fields[r].number;
				const struct weft_kv values[] = {
					weft_kv_uint(key, UINT64_MAX),
					weft_kv_int(key, INT64_MIN),
					weft_kv_str(key, NULL),
					weft_kv_str(key, "\x1b[31m\xff"),
					weft_kv_ip(key, (struct weft_ip){ .family = 99 }),
					weft_kv_ip(key, weft_ip("::1")),
					weft_kv_mac(key, (struct weft_mac){ .len = 200 }),
					weft_kv_bytes(key, (struct weft_bytes){ NULL, 0 }),
					weft_kv_nest(key, NULL),
					weft_kv_nest(key, WEFT_ATTRS(weft_kv_uint(0, 1))),
					weft_kv_none(99),
				};

				for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
					struct weft_msg *m = weft_msg_new(f, &f->ops[k], 0);
					struct weft_error e = { 0 };

					weft_put(m, values[v]);
					if (weft_msg_error(m, &e) == 0) {
						struct weft_text t = { 0 };

						assert_int_equal(weft_json(weft_msg_body(m), &t), 0);
						weft_text_free(&t);
						taken++;
					} else {
						assert_true(e.msg[0] && e.code < 0);
						refused++;
					}
					weft_msg_free(m);
				}
			}
		}
	}
	cases += taken + refused;
	print_message("%u taken, %u refused\n", taken, refused);
	assert_true(taken > 500 && refused > 2000);
}

static void bitfields(void **state)
{
	static const struct weft_field fields[] = { { .token = "bits", .number = 1, .type = WEFT_T_BITFIELD32 } };
	static const struct weft_schema sch = { .name = "own", .id = 3000, .n = 1, .fields = fields };
	static const struct weft_op op = { "set", 99, 99, WEFT_OP_DO, 0, &sch, NULL };
	static const struct weft_family f = { .name = "own", .n_ops = 1, .ops = &op };
	struct weft_msg *m = weft_msg_new(&f, &op, 0);
	static const char text[] = "{\"bits\":{\"value\":1,\"selector\":3}}";
	struct weft_text t = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	assert_int_equal(weft_put_json(m, text, strlen(text), &e), 0);
	assert_int_equal(weft_json(weft_msg_body(m), &t), 0);
	assert_string_equal(t.p, text);
	weft_text_free(&t);
	weft_msg_free(m);
	m = weft_msg_new(&f, &op, 0);
	weft_put(m, weft_kv_nest(3000u << 16 | 1, WEFT_ATTRS(weft_kv_uint(0, 1ull << 40), weft_kv_uint(0, 1))));
	is(m, -EINVAL, "bits", "two numbers are needed");
	m = weft_msg_new(&f, &op, 0);
	weft_put(m, weft_kv_nest(3000u << 16 | 1, WEFT_ATTRS(weft_kv_uint(0, 1))));
	is(m, -EINVAL, "bits", "two numbers are needed");
	m = weft_msg_new(&f, &op, 0);
	weft_open(m, 3000u << 16 | 1);
	is(m, -EINVAL, "bits", "give value and selector");
}

static void paths(void **state)
{
	static const char *const bad[] = {
		"",	 ".",	    "a.",   ".a",	 "mtu[", "mtu[]",	  "mtu[x]",
		"mtu[1", "mtu[1]x", "a..b", "linkinfo.", "nope", "linkinfo.nope", "mtu[999999999999]"
	};
	struct weft_msg *m = link_msg();
	struct weft_path p;
	struct weft_attr at;
	struct weft_error e = { 0 };

	(void)state;
	weft_put(m, WEFT_KV(link, mtu, 1500));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cases++;
		assert_int_equal(weft_path_compile(weft_msg_op(m)->schema, bad[i], &p, &e), -EINVAL);
		assert_true(e.msg[0]);
		if (i > 0) {
			assert_null(weft_at(weft_msg_body(m), bad[i]).p);
			assert_true(weft_at_strict(weft_msg_body(m), bad[i], &at, &e) <= 0);
		}
	}
	assert_int_equal(weft_path_compile(NULL, "a.b.c.d.e.f.g.h.i", &p, &e), -EINVAL);
	assert_null(weft_at(weft_msg_body(m), "mtu[0]").p);
	assert_null(weft_at(weft_msg_body(m), "mtu.x").p);
	assert_int_equal(weft_at_strict(weft_msg_body(m), "linkinfo.kind", &at, &e), 0);
	assert_int_equal(weft_at_strict(weft_msg_body(m), "mtu", &at, &e), 1);
	assert_int_equal(weft_get_uint(at, &(uint64_t){ 0 }), 1);
	assert_int_equal(weft_get_uint((struct weft_attr){ 0 }, &(uint64_t){ 0 }), 0);
	assert_string_equal(weft_str(at, "none"), "none");
	assert_int_equal(weft_ip_of(at).family, 0);
	weft_msg_free(m);
}

/* Sessions, watches and agents that cannot be had. */
static void no_target(void **state)
{
	struct weft_session *s = NULL;
	struct weft_watch *w = NULL;
	struct weft_error e = { 0 };
	const uint32_t group = 1;

	(void)state;
	assert_int_equal(weft_session_open(0, NULL, NULL, &e), -EINVAL);
	/* without a size nobody can tell what else is there */
	assert_int_equal(weft_session_open(0, &(struct weft_session_opts){ .target = "netns:x" }, &s, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "size"));
	assert_int_equal(
	    weft_watch_open(0, &(struct weft_session_opts){ .target = "netns:x" }, &group, 1, NULL, &w, &e), -EINVAL);
	assert_int_equal(weft_agent_serve(-1, -1, &(struct weft_agent_opts){ .read_only = true }, &e), -EINVAL);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "mars"), &s, &e), -EINVAL);
	assert_null(s);
	assert_non_null(strstr(e.msg, "mars"));
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "netns:../x"), &s, &e), -EINVAL);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "pid:0x1"), &s, &e), -EINVAL);
	assert_int_equal(weft_session_open(0, WEFT_OPTS(weft_session_opts, .target = "pid:999999999"), &s, &e),
			 -ENOENT);
	assert_int_equal(weft_session_open(99, NULL, &s, &e), -EPROTONOSUPPORT);
	assert_int_equal(weft_watch_open(0, NULL, NULL, 0, NULL, &w, &e), -EINVAL);
	assert_int_equal(weft_watch_open(0, NULL, &group, 1, NULL, NULL, &e), -EINVAL);
	cases += 10;
}

/* No session, no dump, no watch. */
static void nobody(void **state)
{
	struct weft_dump *d = NULL;
	struct weft_attr a;
	uint16_t id;
	uint32_t group = 1;

	(void)state;
	assert_int_equal(weft_call(NULL, link_msg(), NULL), -EINVAL);
	assert_int_equal(weft_start(NULL, link_msg(), NULL, NULL), -EINVAL);
	assert_int_equal(weft_dump_start(NULL, link_msg(), &d), -EINVAL);
	assert_int_equal(weft_dump_next(NULL, &a), -EINVAL);
	assert_int_equal(weft_process(NULL), -EINVAL);
	assert_int_equal(weft_fd(NULL), -EINVAL);
	assert_int_equal(weft_events(NULL), 0);
	assert_int_equal(weft_timeout_ms(NULL), -1);
	assert_int_equal(weft_genl_id(NULL, "x", &id), -EINVAL);
	assert_int_equal(weft_genl_group(NULL, "x", "y", &group), -EINVAL);
	assert_int_equal(weft_watch_next(NULL, NULL), -EINVAL);
	assert_int_equal(weft_watch_fd(NULL), -EINVAL);
	assert_int_equal(weft_last_error(NULL)->code, -EINVAL);
	assert_int_equal(weft_session_stats(NULL).forged, 0);
	assert_int_equal(weft_watch_stats(NULL).forged, 0);
	assert_null(weft_reply_body(NULL).p);
	weft_reply_free(NULL);
	weft_dump_close(NULL);
	weft_watch_close(NULL);
	weft_session_close(NULL);
	weft_cancel(NULL);
	cases += 15;
}

/* No message, no family, no value, no path. */
static void nothing(void **state)
{
	struct weft_error e = { 0 };
	struct weft_attr a;
	char path[96] = "x";

	(void)state;
	weft_msg_defaults(NULL);
	weft_put(NULL, WEFT_KV(link, mtu, 1));
	weft_put_all(NULL, NULL);
	weft_put_from(NULL, (struct weft_attr){ 0 }, NULL);
	weft_put_rest(NULL, 0, NULL, 0);
	weft_open(NULL, 0);
	weft_close(NULL);
	assert_int_equal(weft_msg_error(NULL, &e), -EINVAL);
	assert_null(weft_msg_bytes(NULL).p);
	assert_null(weft_msg_body(NULL).p);
	weft_json_free(NULL);
	assert_null(weft_family_at(9999));
	assert_null(weft_op_by_reply(NULL, 1));
	assert_null(weft_op_rtnl(9999, NULL));
	assert_null(weft_at((struct weft_attr){ 0 }, NULL).p);
	assert_int_equal(weft_at_strict((struct weft_attr){ 0 }, NULL, &a, &e), -EINVAL);
	assert_int_equal(weft_path_compile(NULL, NULL, NULL, &e), -EINVAL);
	assert_null(weft_at_path((struct weft_attr){ 0 }, NULL).p);
	assert_string_equal(weft_path_at((struct weft_attr){ 0 }, 4, path, sizeof path), "");
	assert_true(weft_match((struct weft_attr){ 0 }, (struct weft_attr){ 0 }));
	cases += 15;
}

static void count(void **state)
{
	(void)state;
	print_message("%u cases\n", cases);
	assert_true(cases >= 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),    cmocka_unit_test(sizes),	  cmocka_unit_test(depth),
		cmocka_unit_test(kinds),     cmocka_unit_test(bitfields), cmocka_unit_test(paths),
		cmocka_unit_test(no_target), cmocka_unit_test(nobody),	  cmocka_unit_test(nothing),
		cmocka_unit_test(count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
