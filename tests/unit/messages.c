/* SPDX-License-Identifier: MIT */
/* Message types and their families; headers and structs whose parts say what other parts are; dumps that
 * are asked for in parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

#include "proto/proto.h"

static void json_is(struct weft_attr a, const char *want)
{
	struct weft_text t = { 0 };

	assert_int_equal(weft_json(a, &t), 0);
	assert_string_equal(t.p, want);
	weft_text_free(&t);
}

/* An event is read by what its type says, in whichever family that is. */
static void types(void **state)
{
	const struct weft_family *f, *got;
	unsigned n = 0;

	(void)state;
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++) {
		for (unsigned k = 0; f->protocol == 0 && k < f->n_ops; k++) {
			const struct weft_op *op = weft_op_rtnl(f->ops[k].reply, &got);

			assert_non_null(op);
			assert_ptr_equal(got, f);
			assert_int_equal(op->reply, f->ops[k].reply);
			n++;
		}
	}
	assert_true(n > 60);
	assert_null(weft_op_rtnl(15, &got));
}

/* A request begins with the family that the kernel wants for it; any other can be said. */
static void families(void **state)
{
	struct weft_msg *m = weft_request("rt-mdb", "getmdb", 0);

	(void)state;
	assert_int_equal(((const uint8_t *)weft_msg_body(m).p)[0], WEFT_AF_BRIDGE);
	weft_put(m, WEFT_KV(br_port_msg, family, 0));
	assert_int_equal(((const uint8_t *)weft_msg_body(m).p)[0], 0);
	weft_msg_free(m);
	m = weft_request("rt-link", "getlink", 0);
	assert_int_equal(((const uint8_t *)weft_msg_body(m).p)[0], 0);
	weft_msg_free(m);
}

static int put(const char *op, const char *json, const char *want)
{
	struct weft_msg *m = weft_request("rt-mdb", op, 0);
	struct weft_error e = { 0 };
	int r = weft_put_json(m, json, strlen(json), &e);

	if (r < 0)
		assert_string_equal(e.path, want);
	else
		json_is(weft_at(weft_msg_body(m), "set-entry.addr"), want);
	weft_msg_free(m);
	return r;
}

/* The address of a group, by its protocol, which may stand behind it. */
static void chosen_member(void **state)
{
	struct weft_msg *m = weft_request("rt-mdb", "newmdb", 0);

	(void)state;
	assert_int_equal(put("newmdb", "{\"set-entry\":{\"addr\":{\"ip4\":\"239.1.1.1\"},\"proto\":2048}}",
			     "{\"ip4\":\"239.1.1.1\"}"),
			 0);
	assert_int_equal(
	    put("newmdb", "{\"set-entry\":{\"addr\":{\"ip6\":\"ff02::5\"},\"proto\":34525}}", "{\"ip6\":\"ff02::5\"}"),
	    0);
	assert_int_equal(put("newmdb", "{\"set-entry\":{\"addr\":{\"mac-addr\":\"01:00:5e:00:00:01\"}}}",
			     "{\"mac-addr\":\"01:00:5e:00:00:01\"}"),
			 0);
	assert_int_equal(
	    put("newmdb", "{\"set-entry\":{\"addr\":\"0102\",\"proto\":9}}", "\"01020000000000000000000000000000\""),
	    0);
	assert_int_equal(
	    put("newmdb", "{\"set-entry\":{\"addr\":{\"ip4\":\"239.1.1.1\"},\"proto\":34525}}", "set-entry.addr.ip4"),
	    -EINVAL);
	assert_int_equal(
	    put("newmdb", "{\"set-entry\":{\"addr\":{\"ip4\":\"239.1.1.1\"},\"proto\":9}}", "set-entry.addr"), -EINVAL);
	/* by key */
	weft_put(m, WEFT_KV(mdb_set, set_entry,
			    WEFT_ATTRS(WEFT_KV(br_mdb_entry, proto, 0x0800),
				       WEFT_KV(br_mdb_entry, addr,
					       WEFT_ATTRS(WEFT_KV(mdb_addr_ip4, ip4, weft_ip("239.1.1.2")))))));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	json_is(weft_at(weft_msg_body(m), "set-entry.addr.ip4"), "\"239.1.1.2\"");
	weft_msg_free(m);
}

/* struct nduseroptmsg tells how many bytes of options stand between it and the attributes. */
static void counted_header(void **state)
{
	const struct weft_op *op = weft_op_find(weft_family_find("rt-nduseropt"), "newnduseropt");
	uint8_t b[16 + 8 + 20] = { WEFT_AF_INET6 };
	struct weft_attr body = weft_body(op->schema, b, sizeof b);

	(void)state;
	memset(b + 16, 7, 8);
	weft_set_u16(b + 24, 20);
	weft_set_u16(b + 26, 1);
	b[43] = 1;
	weft_set_u16(b + 2, 8);
	json_is(weft_at(body, "nduseropt-opts"), "\"0707070707070707\"");
	json_is(weft_at(body, "srcaddr"), "\"::1\"");
	/* padded to 4 */
	weft_set_u16(b + 2, 5);
	json_is(weft_at(body, "nduseropt-opts"), "\"0707070707\"");
	json_is(weft_at(body, "srcaddr"), "\"::1\"");
	/* more than there is, and nothing */
	weft_set_u16(b + 2, 100);
	assert_null(weft_at(body, "nduseropt-opts").p);
	assert_null(weft_at(body, "srcaddr").p);
	weft_set_u16(b + 2, 0);
	assert_null(weft_at(body, "nduseropt-opts").p);
	for (uint32_t n = 0; n < sizeof b; n++)
		assert_null(weft_at(weft_body(op->schema, b, n), "srcaddr").p);
}

/* The first byte behind the message header. */
static uint8_t asks_for(const struct weft_msg *m)
{
	return ((const uint8_t *)weft_msg_body(m).p)[0];
}

static void parts(void **state)
{
	struct weft_msg *m = weft_request("rt-addr", "getmulticast", 0);
	struct weft__parts p = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	weft__parts_begin(&p, m);
	assert_int_equal(asks_for(m), WEFT_AF_INET);
	e.code = -EOPNOTSUPP;
	assert_true(weft__parts_next(&p, m, &e));
	assert_int_equal(asks_for(m), WEFT_AF_INET6);
	/* asked again from the start */
	weft__parts_begin(&p, m);
	assert_int_equal(asks_for(m), WEFT_AF_INET);
	assert_true(weft__parts_next(&p, m, &e));
	e.code = 0;
	assert_false(weft__parts_next(&p, m, &e));
	assert_int_equal(e.code, 0);
	/* the second is missing, then both; another error ends it at once */
	weft__parts_begin(&p, m);
	assert_true(weft__parts_next(&p, m, &e));
	e.code = -EOPNOTSUPP;
	assert_false(weft__parts_next(&p, m, &e));
	assert_int_equal(e.code, 0);
	weft__parts_begin(&p, m);
	e.code = -EOPNOTSUPP;
	assert_true(weft__parts_next(&p, m, &e));
	assert_false(weft__parts_next(&p, m, &e));
	assert_int_equal(e.code, -EOPNOTSUPP);
	weft__parts_begin(&p, m);
	e.code = -EPERM;
	assert_false(weft__parts_next(&p, m, &e));
	weft_msg_free(m);
}

/* A family that was given stays; other dumps are whole. */
static void no_parts(void **state)
{
	struct weft_msg *m = weft_request("rt-addr", "getmulticast", 0);
	struct weft__parts p = { 0 }, q = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	weft_put(m, WEFT_KV(ifaddrmsg, ifa_family, WEFT_AF_INET6));
	weft__parts_begin(&p, m);
	assert_int_equal(asks_for(m), WEFT_AF_INET6);
	assert_false(weft__parts_next(&p, m, &e));
	weft_msg_free(m);
	m = weft_request("rt-addr", "getaddr", 0);
	weft__parts_begin(&q, m);
	assert_int_equal(asks_for(m), 0);
	assert_false(weft__parts_next(&q, m, &e));
	weft_msg_free(m);
}

static void tables_once(void **state)
{
	struct weft_msg *m = weft_request("rt-neigh", "getneightbl", 0);
	uint8_t table[8] = { WEFT_AF_INET }, params[8] = { WEFT_AF_INET }, other[8] = { WEFT_AF_INET6 };
	struct weft_nlmsg t = { .type = 64, .body = table, .body_len = 8 };
	struct weft_nlmsg o = { .type = 64, .body = other, .body_len = 8 };
	struct weft_nlmsg n = { .type = 64, .body = params, .body_len = 8 };
	struct weft__parts p = { 0 };

	(void)state;
	weft_set_u16(table + 4, 4);
	weft_set_u16(table + 6, 5);
	weft_set_u16(other + 4, 4);
	weft_set_u16(other + 6, 5);
	weft_set_u16(params + 4, 4);
	weft_set_u16(params + 6, 6);
	for (int again = 0; again < 2; again++) {
		weft__parts_begin(&p, m);
		assert_false(weft__parts_told(&p, &t));
		assert_false(weft__parts_told(&p, &n));
		assert_true(weft__parts_told(&p, &t));
		assert_false(weft__parts_told(&p, &n));
		assert_false(weft__parts_told(&p, &o));
		assert_true(weft__parts_told(&p, &o));
		t.body_len = 3;
		assert_false(weft__parts_told(&p, &t));
		t.body_len = 8;
	}
	weft_msg_free(m);
}

/* What a dump tells of a filter; prio stands in both, so that they are the same place. */
struct told {
	const char *kind;
	uint16_t prio;
	uint32_t chain;
	bool head;
};

static void see(struct weft__missing *x, const struct told *t, bool skipped)
{
	struct weft_msg *m = weft_request("tc", "newtfilter", 0);
	struct weft_attr b;
	struct weft_nlmsg in = { .type = 44 };

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(tcmsg, info, (uint32_t)t->prio << 16), WEFT_KV(tc, kind, t->kind)));
	if (t->chain)
		weft_put(m, WEFT_KV(tc, chain, t->chain));
	if (!t->head) {
		weft_open(m, WEFT_KEY(tc, options));
		weft_close(m);
	}
	b = weft_msg_body(m);
	assert_int_equal(weft_msg_error(m, NULL), 0);
	in.body = b.p;
	in.body_len = b.len;
	weft__missing_see(x, &in);
	assert_int_equal(weft__missing_skip(x, x->at, &in), skipped);
	weft_msg_free(m);
}

/* Two heads without their filters: at the end of one chain, and in front of another. */
static void dump_with_gaps(struct weft__missing *x)
{
	static const struct told dump[] = {
		{ "matchall", 1, 0, true }, { "matchall", 1, 0, false }, { "flower", 2, 0, true },
		{ "matchall", 3, 0, true }, { "flower", 4, 0, true },	 { "flower", 4, 0, false },
		{ "matchall", 3, 5, true },
	};

	for (size_t i = 0; i < sizeof dump / sizeof *dump; i++)
		see(x, &dump[i], false);
}

static uint32_t asks_info(const struct weft_msg *m)
{
	return weft_get_u32((const uint8_t *)weft_msg_body(m).p + 16);
}

static void left_out(void **state)
{
	static const struct told here = { "matchall", 3, 0, false }, there = { "matchall", 3, 5, false };
	static const struct told head = { "matchall", 3, 0, true }, next = { "flower", 3, 0, false };
	struct weft_msg *m = weft_request("tc", "gettfilter", 0);
	struct weft__missing x = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	weft_put(m, WEFT_KV(tcmsg, info, 8));
	for (int again = 0; again < 2; again++) {
		weft__missing_begin(&x, m);
		assert_int_equal(asks_info(m), 8);
		dump_with_gaps(&x);
		assert_true(weft__missing_next(&x, m, &e));
		assert_int_equal(asks_info(m), 3 << 16);
		see(&x, &head, true);
		see(&x, &there, true);
		see(&x, &next, true);
		see(&x, &here, false);
		assert_true(weft__missing_next(&x, m, &e));
		see(&x, &here, true);
		see(&x, &there, false);
	}
	assert_false(weft__missing_next(&x, m, &e));
	assert_int_equal(asks_info(m), 8);
	/* not behind an error */
	weft__missing_begin(&x, m);
	dump_with_gaps(&x);
	e.code = -EPERM;
	assert_false(weft__missing_next(&x, m, &e));
	weft__missing_free(&x);
	weft_msg_free(m);
}

/* Other dumps are what they are, and so are whole ones. */
static void nothing_left_out(void **state)
{
	static const struct told alone = { "matchall", 1, 0, true }, filter = { "matchall", 1, 0, false };
	struct weft_msg *m = weft_request("tc", "gettfilter", 0), *q = weft_request("tc", "getqdisc", 0);
	struct weft__missing x = { 0 };
	struct weft_error e = { 0 };

	(void)state;
	weft__missing_begin(&x, m);
	see(&x, &alone, false);
	see(&x, &filter, false);
	assert_false(weft__missing_next(&x, m, &e));
	weft__missing_begin(&x, q);
	see(&x, &alone, false);
	assert_false(weft__missing_next(&x, q, &e));
	weft__missing_free(&x);
	weft_msg_free(m);
	weft_msg_free(q);
}

static int note(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	struct weft_text *t = user;

	weft_text_printf(t, "%s%s%s ", a.p ? "-" : "", b.p ? "+" : "", path);
	return 0;
}

/* Numbers of a few bits share their bytes with others, and differ for themselves. */
static void different_bits(void **state)
{
	static const char before[] = "{\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-list\":"
				     "[{\"1\":{\"kind\":1,\"data\":{\"align\":1,\"flags\":";
	struct weft_msg *m[2];
	struct weft_text diff = { 0 }, t = { 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		m[i] = weft_request("tc", "newtfilter", 0);
		weft_text_clear(&t);
		weft_text_printf(&t, "%s%d}}}]}}}", before, i);
		assert_int_equal(weft_put_json(m[i], t.p, t.len, NULL), 0);
	}
	assert_int_equal(weft_diff(weft_msg_body(m[0]), weft_msg_body(m[1]), note, &diff), 0);
	assert_string_equal(diff.p, "-+options.ematches.tree-list[0].data.flags ");
	weft_text_free(&diff);
	weft_text_free(&t);
	weft_msg_free(m[0]);
	weft_msg_free(m[1]);
}

/* Label stacks, and bytes that are none though they are told with digits alone. */
static void label_bytes(void **state)
{
	static const struct {
		const char *text, *bytes;
	} all[] = { { "100", "\0\6\101\0" },
		    { "1048575", "\377\377\361\0" },
		    { "00064000", "\0\6\100\0" },
		    { "00000000", "\0\0\0\0" },
		    { "0", "\0\0\1\0" },
		    /* no such bytes are told so */
		    { "00000100", "\0\6\101\0" },
		    { "0x000064", "\0\6\101\0" } };

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct weft_msg *m = weft_request("rt-neigh", "newneigh", 0);
		struct weft_attr dst;

		weft_put(m, WEFT_KV(ndmsg, ndm_family, WEFT_AF_MPLS));
		weft_put_named(m, "dst", weft_kv_str(0, all[i].text));
		assert_int_equal(weft_msg_error(m, NULL), 0);
		dst = weft_at(weft_msg_body(m), "dst");
		assert_int_equal(dst.len, 4);
		assert_memory_equal(dst.p, all[i].bytes, 4);
		weft_msg_free(m);
	}
}

/* Values go straight into a message while there is room, and room is made. */
static void many(void **state)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };
	const uint8_t *p;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		weft_put(m, WEFT_KV(link, mtu, i));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	p = weft_msg_body(m).p;
	assert_int_equal(weft_msg_body(m).len, 16 + 1000 * 8);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(weft_get_u32(p + 16 + i * 8 + 4), i);
	weft_put(m, weft_kv_uint(WEFT_KEY(link, operstate), 256));
	assert_int_equal(weft_msg_error(m, &e), -ERANGE);
	assert_string_equal(e.path, "operstate");
	weft_msg_free(m);
}

/* Addresses that were put before the message had a family are held against it when it gets one. */
static void late_family(void **state)
{
	static const struct {
		uint8_t family;
		const char *address;
		int code;
		const char *says;
	} cases[] = { { 2, "10.0.0.1", 0, "" },
		      { 10, "fe80::1", 0, "" },
		      { 7, "fe80::1", 0, "" },
		      { 2, "fe80::1", -EINVAL, "an IPv6 address where IPv4 is needed" },
		      { 10, "10.0.0.1", -EINVAL, "an IPv4 address where IPv6 is needed" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (int how = 0; how < 3; how++) {
			struct weft_msg *m = weft_request("rt-addr", "newaddr", 0);
			struct weft_kv address = WEFT_KV(addr, local, weft_ip(cases[i].address));
			struct weft_kv family = WEFT_KV(ifaddrmsg, ifa_family, cases[i].family);
			struct weft_error e = { 0 };

			weft_put(m, WEFT_KV(addr, label, "x"));
			if (how == 0)
				weft_put_all(m, (const struct weft_kv[]){ address, family, WEFT_END });
			if (how == 1)
				weft_put(m, address);
			if (how == 1)
				weft_put(m, family);
			if (how == 2)
				weft_put_named(m, "local", weft_kv_str(0, cases[i].address));
			if (how == 2)
				weft_put_named(m, "ifa-family", weft_kv_uint(0, cases[i].family));
			assert_int_equal(weft_msg_error(m, &e), cases[i].code);
			assert_string_equal(e.msg, cases[i].says);
			assert_string_equal(e.path, cases[i].code ? "local" : "");
			weft_msg_free(m);
		}
	}
}

/* So are those of next hops. */
static void late_family_inside(void **state)
{
	const struct weft_kv hop[] = { WEFT_KV(route, gateway, weft_ip("fe80::2")), WEFT_END };
	const struct weft_kv good[] = { WEFT_KV(route, gateway, weft_ip("10.0.0.2")), WEFT_END };

	(void)state;
	for (int bad = 0; bad < 2; bad++) {
		struct weft_msg *m = weft_request("rt-route", "newroute", 0);
		struct weft_error e = { 0 };

		weft_open_named(m, "multipath");
		for (int i = 0; i < 2; i++) {
			weft_open(m, 0);
			weft_put_named(m, "gateway", bad && i ? hop[0] : good[0]);
			weft_close(m);
		}
		weft_close(m);
		weft_put(m, WEFT_KV(rtmsg, rtm_family, 2));
		assert_int_equal(weft_msg_error(m, &e), bad ? -EINVAL : 0);
		assert_string_equal(e.path, bad ? "multipath[1].gateway" : "");
		weft_msg_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_family), cmocka_unit_test(late_family_inside), cmocka_unit_test(types),
		cmocka_unit_test(families),    cmocka_unit_test(chosen_member),	     cmocka_unit_test(counted_header),
		cmocka_unit_test(parts),       cmocka_unit_test(no_parts),	     cmocka_unit_test(tables_once),
		cmocka_unit_test(left_out),    cmocka_unit_test(nothing_left_out),   cmocka_unit_test(different_bits),
		cmocka_unit_test(many),	       cmocka_unit_test(label_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
