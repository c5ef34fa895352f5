/* SPDX-License-Identifier: MIT */
/* The engines on messages of the real rows: encode, read by path, copy, difference; numbers with units. */
#include "rows.h"

static void encode_and_read(void **state)
{
	struct weft_msg *m = vlan();
	struct weft_attr b = weft_msg_body(m);
	struct weft_path p;
	struct weft_error e;

	(void)state;
	assert_int_equal(weft_msg_error(m, &e), 0);
	assert_int_equal(weft_uint(weft_at(b, "linkinfo.data.id"), 0), 10);
	assert_int_equal(weft_uint(weft_at(b, "linkinfo.data.protocol"), 0), 0x88a8);
	assert_string_equal(weft_str(weft_at(b, "ifname"), ""), "eth0.10");
	assert_int_equal(weft_int(weft_at(b, "ifi_index"), 0), 7);
	assert_int_equal(weft_uint(weft_at(b, "mtu"), 99), 99);
	assert_int_equal(weft_at_strict(b, "linkinfo.data.ix", &b, &e), -EINVAL);
	assert_non_null(strstr(e.msg, "id"));
	assert_int_equal(weft_path_compile(weft_msg_op(m)->schema, "linkinfo.data.id", &p, &e), 0);
	assert_int_equal(weft_uint(weft_at_path(weft_msg_body(m), &p), 0), 10);
	assert_int_equal(weft_path_compile(weft_msg_op(m)->schema, "linkinf.data", &p, &e), -EINVAL);
	json_is(weft_at(weft_msg_body(m), "linkinfo"),
		"{\"kind\":\"vlan\",\"data\":{\"id\":10,\"protocol\":\"8021ad\"}}");
	weft_msg_free(m);
}

/* IPv4 settings: numbers side by side from the kernel, a nest to it. */
static void told_otherwise(void **state)
{
	static const uint32_t conf[3] = { 1, 0, 7 };
	struct weft_msg *m = weft_request("rt-link", "newlink", 0), *n = weft_request("rt-link", "newlink", 0);
	struct weft_attr spec;

	(void)state;
	weft_open(m, WEFT_KEY(link, af_spec));
	weft_open(m, WEFT_KEY(af_spec, inet));
	weft_put_raw(m, 1, conf, sizeof conf);
	weft_close(m);
	weft_close(m);
	json_is(weft_at(weft_msg_body(m), "af-spec.inet"), "{\"conf\":[1,0,7]}");
	weft_put_from(n, weft_msg_body(m), NULL);
	assert_int_equal(weft_msg_error(n, NULL), 0);
	spec = weft_at(weft_msg_body(n), "af-spec.inet.conf");
	assert_int_equal(spec.len, 24); /* three attributes of 8 bytes */
	json_is(weft_at(weft_msg_body(n), "af-spec.inet"), "{\"conf\":[1,0,7]}");
	assert_int_equal(weft_uint(weft_at(weft_msg_body(n), "af-spec.inet.conf[2]"), 0), 7);
	weft_msg_free(m);
	weft_msg_free(n);
}

static int no_diff(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	(void)user;
	fail_msg("%s differs", path);
	return -1;
}

/* A flag as the kernel tells it, with a byte: left out, or without one. */
static void told_as_byte(void **state)
{
	(void)state;
	for (uint8_t byte = 0; byte < 2; byte++) {
		struct weft_msg *m = weft_request("rt-link", "newlink", 0), *n = weft_request("rt-link", "newlink", 0);
		struct weft_attr flag;

		weft_open(m, WEFT_KEY(link, linkinfo));
		weft_put(m, WEFT_KV(linkinfo, kind, "vxlan"));
		weft_open(m, WEFT_KEY(linkinfo, data));
		weft_put(m, WEFT_KV(vxlan, id, 7));
		weft_put_raw(m, 28, &byte, 1);
		weft_close(m);
		weft_close(m);
		json_is(weft_at(weft_msg_body(m), "linkinfo.data"),
			byte ? "{\"id\":7,\"ttl-inherit\":true}" : "{\"id\":7,\"ttl-inherit\":false}");
		weft_put_from(n, weft_msg_body(m), NULL);
		assert_int_equal(weft_msg_error(n, NULL), 0);
		flag = weft_at(weft_msg_body(n), "linkinfo.data.ttl-inherit");
		assert_int_equal(weft_diff(weft_msg_body(m), weft_msg_body(n), no_diff, NULL), 0);
		assert_int_equal(flag.p != NULL, byte);
		assert_int_equal(flag.len, 0);
		assert_int_equal(weft_uint(weft_at(weft_msg_body(n), "linkinfo.data.id"), 0), 7);
		weft_msg_free(m);
		weft_msg_free(n);
	}
}

static struct weft_msg *of_json(const char *text)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };

	if (weft_put_json(m, text, strlen(text), &e) < 0)
		fail_msg("%s: %s: %s", text, e.path, e.msg);
	return m;
}

static void copy_is(const char *from, const char *than, struct weft_copy o, const char *want)
{
	struct weft_msg *a = of_json(from), *b = of_json(than), *m = weft_request("rt-link", "newlink", 0);
	struct weft_text t = { 0 };
	const char *body;

	o.than = *than ? weft_msg_body(b) : (struct weft_attr){ 0 };
	weft_put_from(m, weft_msg_body(a), &o);
	assert_int_equal(weft_msg_error(m, NULL), 0);
	assert_int_equal(weft_json(weft_msg_body(m), &t), 0);
	body = strstr(t.p, "\"ifi-change\":0");
	assert_non_null(body);
	assert_string_equal(body + strlen("\"ifi-change\":0"), want);
	assert_int_equal(weft_has_from(weft_msg_body(a), &o), want[0] != '}');
	weft_text_free(&t);
	weft_msg_free(a);
	weft_msg_free(b);
	weft_msg_free(m);
}

static void copies(void **state)
{
	static const char all[] =
	    "{\"ifname\":\"v0\",\"mtu\":9,\"promiscuity\":1,\"ifalias\":\"x\",\"@4000\":\"01\",\"linkinfo\":"
	    "{\"kind\":\"bridge\",\"data\":{\"vlan-filtering\":0,\"priority\":5},\"slave-kind\":\"bridge\","
	    "\"slave-data\":{\"cost\":7}},\"prop-list\":{\"alt-ifname\":[\"a\",\"b\"]}}";

	(void)state;
	copy_is(
	    all, "{}", (struct weft_copy){ .without = WEFT_F_READONLY | WEFT_F_AFTER | WEFT_F_ZERO },
	    ",\"ifname\":\"v0\",\"mtu\":9,\"@4000\":\"01\",\"linkinfo\":{\"kind\":\"bridge\",\"slave-kind\":\"bridge\","
	    "\"data\":{\"priority\":5}},\"prop-list\":{\"alt-ifname\":[\"a\",\"b\"]}}");
	/* what chooses the sub-message comes with it */
	copy_is(all, "{}", (struct weft_copy){ .only = WEFT_F_AFTER },
		",\"ifalias\":\"x\",\"linkinfo\":{\"slave-kind\":\"bridge\",\"slave-data\":{\"cost\":7}}}");
	copy_is(all, "{}", (struct weft_copy){ .only = WEFT_F_AFTER, .but = WEFT_KEY(link, linkinfo) },
		",\"ifalias\":\"x\"}");
	copy_is(all, all, (struct weft_copy){ 0 }, "}");
	copy_is(all,
		"{\"ifname\":\"v0\",\"mtu\":8,\"promiscuity\":1,\"@4000\":\"01\",\"linkinfo\":{\"kind\":\"bridge\","
		"\"data\":"
		"{\"priority\":5},\"slave-kind\":\"bridge\",\"slave-data\":{\"cost\":8}},"
		"\"prop-list\":{\"alt-ifname\":[\"b\"]}}",
		(struct weft_copy){ .without = WEFT_F_ZERO },
		",\"mtu\":9,\"ifalias\":\"x\",\"linkinfo\":{\"slave-kind\":\"bridge\",\"slave-data\":{\"cost\":7}},"
		"\"prop-list\":{\"alt-ifname\":[\"a\"]}}");
	/* of bits with a mask: those that differ */
	copy_is("{\"linkinfo\":{\"kind\":\"vlan\",\"data\":{\"flags\":{\"flags\":1,\"mask\":255}}}}",
		"{\"linkinfo\":{\"kind\":\"vlan\",\"data\":{\"flags\":{\"flags\":4,\"mask\":255}}}}",
		(struct weft_copy){ 0 },
		",\"linkinfo\":{\"kind\":\"vlan\",\"data\":{\"flags\":{\"flags\":[\"reorder-hdr\"],\"mask\":5}}}}");
	/* of numbered settings, too: only those that differ, under their numbers */
	copy_is("{\"af-spec\":{\"inet\":{\"conf\":[1,0,5]}}}", "{\"af-spec\":{\"inet\":{\"conf\":[1,0,7]}}}",
		(struct weft_copy){ 0 }, ",\"af-spec\":{\"inet\":{\"conf\":[5]}}}");
	copy_is("{\"af-spec\":{\"inet\":{\"conf\":[1,0]}}}", "{\"af-spec\":{\"inet\":{\"conf\":[1,0,7]}}}",
		(struct weft_copy){ 0 }, "}");
}

/* What is chosen may be a struct: it goes as it is, however long. */
static void copies_of_structs(void **state)
{
	static const char *const texts[] = { "{\"kind\":\"pfifo\",\"options\":{\"limit\":100}}",
					     "{\"kind\":\"pfifo\",\"@2\":\"0102\"}",
					     "{\"kind\":\"pfifo\",\"@2\":\"01000000020000000300\"}",
					     "{\"kind\":\"netem\",\"options\":{\"limit\":5,\"latency64\":7}}" };
	struct weft_copy o = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct weft_msg *m = weft_request("tc", "newqdisc", 0), *n = weft_request("tc", "newqdisc", 0);

		assert_int_equal(weft_put_json(m, texts[i], strlen(texts[i]), NULL), 0);
		weft_put_from(n, weft_msg_body(m), NULL);
		assert_int_equal(weft_msg_error(n, NULL), 0);
		assert_int_equal(weft_msg_body(n).len, weft_msg_body(m).len);
		assert_memory_equal(weft_msg_body(n).p, weft_msg_body(m).p, weft_msg_body(n).len);
		o.than = weft_msg_body(n);
		assert_false(weft_has_from(weft_msg_body(m), &o));
		weft_msg_free(n);
		n = weft_request("tc", "newqdisc", 0);
		weft_put_json(n, texts[(i + 1) % 4], strlen(texts[(i + 1) % 4]), NULL);
		o.than = weft_msg_body(n);
		assert_true(weft_has_from(weft_msg_body(m), &o));
		weft_msg_free(m);
		weft_msg_free(n);
	}
}

static void routes(void **state)
{
	struct weft_msg *m = weft_request("rt-route", "newroute", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_put_all(
	    m, WEFT_ATTRS(
		   WEFT_KV(route, multipath,
			   WEFT_ATTRS(
			       WEFT_ITEM(WEFT_KV(hop, gateway, weft_ip("10.0.0.2")), WEFT_KV(rtnexthop, rtnh_hops, 1)),
			       WEFT_ITEM(WEFT_KV(rtnexthop, rtnh_ifindex, 3), WEFT_KV(hop, encap_type, 1),
					 WEFT_KV(hop, encap, WEFT_ATTRS(WEFT_KV(encap_mpls, dst, "100/200")))))),
		   WEFT_KV(route, metrics, WEFT_ATTRS(WEFT_KV(metrics, mtu, 1400))),
		   WEFT_KV(route, via, weft_ip("fe80::1"))));
	weft_msg_defaults(m);
	assert_int_equal(weft_msg_error(m, &e), 0);
	/* the second item's real length: header 8, encap-type 8, encap 16 */
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "multipath[1].rtnh-len"), 0), 32);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "multipath[0].rtnh-hops"), 9), 1);
	json_is(weft_at(weft_msg_body(m), "multipath[1].encap"), "{\"dst\":\"100/200\"}");
	json_is(weft_at(weft_msg_body(m), "via"), "{\"family\":10,\"addr\":\"fe80::1\"}");
	weft_msg_free(m);
}

static int note(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	struct weft_text *t = user;

	weft_text_printf(t, "%s%s%s ", a.p ? "-" : "", b.p ? "+" : "", path);
	return 0;
}

static void difference(void **state)
{
	struct weft_msg *a = vlan(), *b = vlan();
	struct weft_text t = { 0 };

	(void)state;
	assert_int_equal(weft_diff(weft_msg_body(a), weft_msg_body(b), note, &t), 0);
	assert_int_equal(t.len, 0);
	weft_put(b, WEFT_KV(link, mtu, 1400));
	weft_put(b, WEFT_KV(ifinfomsg, ifi_index, 8));
	weft_put(a, WEFT_KV(link, group, 1));
	assert_int_equal(weft_diff(weft_msg_body(a), weft_msg_body(b), note, &t), 0);
	assert_string_equal(t.p, "-+ifi-index -group +mtu ");
	weft_text_free(&t);
	weft_msg_free(a);
	weft_msg_free(b);
}

/* Every row of every operation: a value of the wrong kind is refused by name, or encoded and read
 * back; nothing crashes. */
static unsigned sweep(const struct weft_family *f, const struct weft_op *op, unsigned *refused)
{
	static const char *const values[] = { "",      "x",	      "-1",    "99999999999999999999",
					      "0x",    "10.0.0.1/99", "zz:zz", "abc",
					      "1,2,x", "true",	      "::1",   "4294967296" };
	unsigned n = 0;

	for (unsigned i = 0; i < op->schema->n; i++) {
		for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
			struct weft_msg *m = weft_msg_new(f, op, 0);
			struct weft_text t = { 0 };
			struct weft_error e = { 0 };

			weft_put_named(m, op->schema->fields[i].token, weft_kv_str(0, values[v]));
			if (weft_msg_error(m, &e) < 0) {
				assert_true(e.path[0] && e.msg[0]);
				++*refused;
			} else {
				assert_int_equal(weft_json(weft_msg_body(m), &t), 0);
			}
			weft_text_free(&t);
			weft_msg_free(m);
			n++;
		}
	}
	return n;
}

static void bad_values(void **state)
{
	const struct weft_family *f;
	unsigned n = 0, refused = 0;

	(void)state;
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++)
		for (unsigned k = 0; k < f->n_ops; k++)
			n += sweep(f, &f->ops[k], &refused);
	assert_true(n > 5000 && refused > n / 2);
	print_message("%u values, %u refused\n", n, refused);
}

static void misuse(void **state)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_close(m);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	weft_msg_free(m);
	m = weft_request("rt-link", "newlink", 0);
	for (int i = 0; i < 40; i++)
		weft_open(m, WEFT_KEY(link, linkinfo));
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	weft_msg_free(m);
	m = weft_request("rt-link", "newlink", 0);
	for (int i = 0; i < 5; i++)
		weft_put_raw(m, 999, NULL, 60000);
	assert_int_equal(weft_msg_error(m, &e), 0);
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put_raw(m, 1, NULL, 40000);
	weft_put_raw(m, 2, NULL, 40000);
	assert_int_equal(weft_msg_error(m, &e), -EOVERFLOW);
	assert_string_equal(e.path, "linkinfo.@2");
	weft_msg_free(m);
	m = weft_request("rt-link", "newlink", 0);
	weft_put(m, WEFT_KV(link, ifname, NULL));
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	weft_msg_free(m);
	weft_msg_free(NULL);
	weft_put(NULL, WEFT_KV(link, mtu, 1));
	assert_null(weft_at((struct weft_attr){ 0 }, "a.b").p);
	assert_null(weft_family_find("nope"));
	assert_null(weft_op_find(NULL, "x"));
}

/* What is written with a unit, the plain number, and what is printed. */
static void unit_is(const char *kind, const char *field, const char *text, uint64_t number, const char *back)
{
	struct weft_msg *m = weft_request("tc", "newqdisc", 0);
	struct weft_text t = { 0 };
	struct weft_attr a;
	char path[64];

	weft_put_named(m, "kind", weft_kv_str(0, kind));
	weft_open_named(m, "options");
	weft_put_named(m, field, weft_kv_str(0, text));
	weft_close(m);
	assert_int_equal(weft_msg_error(m, NULL), 0);
	(void)snprintf(path, sizeof path, "options.%s", field);
	a = weft_at(weft_msg_body(m), path);
	assert_int_equal(weft_uint(a, 7777), number);
	assert_int_equal(weft_value_text(a, &t), 0);
	assert_string_equal(t.p, back);
	weft_text_free(&t);
	weft_msg_free(m);
}

static void handle_is(const char *text, uint32_t number, const char *back)
{
	struct weft_msg *m = weft_request("tc", "newqdisc", 0);
	struct weft_text t = { 0 };
	struct weft_attr a;

	weft_put_named(m, "parent", weft_kv_str(0, text));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	a = weft_at(weft_msg_body(m), "parent");
	assert_int_equal(weft_uint(a, 7777), number);
	assert_int_equal(weft_value_text(a, &t), 0);
	assert_string_equal(t.p, back);
	weft_text_free(&t);
	weft_msg_free(m);
}

static void units(void **state)
{
	(void)state;
	unit_is("codel", "target", "5ms", 5000, "5ms");
	unit_is("codel", "target", "5000", 5000, "5ms");
	unit_is("codel", "target", "1.5ms", 1500, "1500us");
	unit_is("codel", "target", "2S", 2000000, "2s");
	unit_is("codel", "target", "7us", 7, "7us");
	unit_is("codel", "target", "0us", 0, "0ns");
	unit_is("cake", "base-rate64", "10mbit", 1250000, "10mbit");
	unit_is("cake", "base-rate64", "1.5Mbit", 187500, "1500kbit");
	unit_is("cake", "base-rate64", "100gbit", 12500000000, "100gbit");
	unit_is("cake", "base-rate64", "2mbps", 2000000, "16mbit");
	unit_is("cake", "base-rate64", "8kibit", 1024, "8192bit");
	unit_is("cake", "base-rate64", "2305843009213693951", 2305843009213693951, "18446744073709551608bit");
	unit_is("cake", "base-rate64", "2305843009213693952", 2305843009213693952, "2305843009213693952");
	unit_is("cake", "memory", "15kb", 15360, "15kb");
	unit_is("cake", "memory", "1600b", 1600, "1600b");
	unit_is("cake", "memory", "1.5k", 1536, "1536b");
	unit_is("cake", "memory", "32M", 33554432, "32mb");
	unit_is("netem", "latency", "100ms", 1562500, "100ms");
	unit_is("netem", "latency", "64ns", 1, "64ns");
	unit_is("netem", "latency", "1us", 15, "960ns");
	unit_is("netem", "loss", "12.5%", 536870912, "12.5%");
	unit_is("netem", "loss", "0%", 0, "0%");
	unit_is("netem", "loss", "100%", 4294967295, "100%");
	unit_is("netem", "loss", "33.3%", 1430224109, "33.3%");
	unit_is("netem", "loss", "1", 1, "0.00000002%");
	unit_is("netem", "loss", "4294967294", 4294967294, "99.99999998%");
	unit_is("netem", "limit", "1000p", 1000, "1000p");
	unit_is("netem", "limit", "1000", 1000, "1000p");
	unit_is("netem", "jitter64", "-5us", (uint64_t)-5000, "-5us");
	unit_is("netem", "jitter64", "-7", (uint64_t)-7, "-7ns");
	handle_is("1:", 0x10000, "1:");
	handle_is("1:10", 0x10010, "1:10");
	handle_is("ffff:fff2", 0xfffffff2, "ffff:fff2");
	handle_is(":2", 2, "0:2");
	handle_is("root", 0xffffffff, "root");
	handle_is("clsact", 0xfffffff1, "ingress");
	handle_is("none", 0, "none");
	handle_is("65536", 0x10000, "1:");
}

static void bad_units(void **state)
{
	static const struct {
		const char *kind, *field, *text;
		int code;
		const char *msg;
	} all[] = {
		{ "codel", "target", "5m", -EINVAL, "not a time (100ms) or number: \"5m\"" },
		{ "codel", "target", "5 ms", -EINVAL, "not a time (100ms) or number: \"5 ms\"" },
		{ "codel", "target", "ms", -EINVAL, "not a time (100ms) or number: \"ms\"" },
		{ "codel", "target", "1.ms2", -EINVAL, "not a time (100ms) or number: \"1.ms2\"" },
		{ "codel", "target", "9999s", -ERANGE, "9999000000 is out of range (0 to 4294967295)" },
		{ "codel", "target", "99999999999s", -ERANGE, "99999999999s is out of range" },
		{ "codel", "target", "10ns", -ERANGE, "10ns is out of range" },
		{ "codel", "target", "-1ms", -ERANGE, "-1000 is out of range (0 to 4294967295)" },
		{ "cake", "base-rate64", "10mb", -EINVAL, "not a rate (10mbit) or number of bytes a second: \"10mb\"" },
		{ "cake", "base-rate64", "3bit", -ERANGE, "3bit is out of range" },
		{ "cake", "base-rate64", "20000000tbit", -ERANGE, "20000000tbit is out of range" },
		{ "cake", "memory", "4gb", -ERANGE, "4294967296 is out of range (0 to 4294967295)" },
		{ "cake", "memory", "1kbit", -EINVAL, "not a size (16kb) or number of bytes: \"1kbit\"" },
		{ "netem", "loss", "101%", -ERANGE, "101% is out of range" },
		{ "netem", "loss", "100.1%", -ERANGE, "100.1% is out of range" },
		{ "netem", "loss", "%", -EINVAL, "not a percentage (12.5%) or number: \"%\"" },
		{ "netem", "latency", "1h", -EINVAL, "not a time (100ms) or number: \"1h\"" },
		{ "netem", "limit", "10k", -EINVAL, "not a number of packets: \"10k\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct weft_msg *m = weft_request("tc", "newqdisc", 0);
		struct weft_error e = { 0 };
		char path[64];

		weft_put_named(m, "kind", weft_kv_str(0, all[i].kind));
		weft_open_named(m, "options");
		weft_put_named(m, all[i].field, weft_kv_str(0, all[i].text));
		assert_int_equal(weft_msg_error(m, &e), all[i].code);
		assert_string_equal(e.msg, all[i].msg);
		(void)snprintf(path, sizeof path, "options.%s", all[i].field);
		assert_string_equal(e.path, path);
		weft_msg_free(m);
	}
}

/* Unset, zero and clear are three things. */
static void clear(void **state)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_put_all(m, WEFT_ATTRS(WEFT_CLEAR(link, master), WEFT_CLEAR(link, ifalias), WEFT_KV(link, mtu, 0),
				   WEFT_KV(link, linkinfo,
					   WEFT_ATTRS(WEFT_KV(linkinfo, slave_kind, "bridge"),
						      WEFT_KV(linkinfo, slave_data,
							      WEFT_ATTRS(WEFT_CLEAR(brport, backup_port)))))));
	assert_int_equal(weft_msg_error(m, &e), 0);
	json_is(weft_at(weft_msg_body(m), "master"), "0");
	json_is(weft_at(weft_msg_body(m), "ifalias"), "\"\"");
	json_is(weft_at(weft_msg_body(m), "linkinfo.slave-data.backup-port"), "0");
	assert_null(weft_at(weft_msg_body(m), "link").p);
	/* a device can do without a master, but not without an MTU */
	weft_put(m, WEFT_CLEAR(link, mtu));
	assert_int_equal(weft_msg_error(m, &e), -EOPNOTSUPP);
	assert_string_equal(e.path, "mtu");
	weft_msg_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encode_and_read),
		cmocka_unit_test(told_otherwise),
		cmocka_unit_test(told_as_byte),
		cmocka_unit_test(copies),
		cmocka_unit_test(copies_of_structs),
		cmocka_unit_test(routes),
		cmocka_unit_test(difference),
		cmocka_unit_test(bad_values),
		cmocka_unit_test(units),
		cmocka_unit_test(bad_units),
		cmocka_unit_test(misuse),
		cmocka_unit_test(clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
