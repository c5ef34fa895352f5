/* SPDX-License-Identifier: MIT */
/* Messages, JSON and text without memory: each allocation fails in turn. What fails says so; what does not
 * is whole. */
#include "fake.h"

#include <jansson.h>

#include "../unit/own.h"

static const char text[] =
    "{\"flags\":[\"one\",8],\"bin\":\"0a0b\",\"str\":\"a\\udcffb\",\"be64\":18446744073709551615,\"@60\":[\"01\","
    "\"02\"],"
    "\"pair\":{\"x\":1,\"y\":2,\"@size\":9,\"@rest\":\"0102030405\"},\"pairs\":[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}],"
    "\"pairs-i\":[{\"1\":{\"x\":1,\"y\":2}},{\"2\":{\"x\":3,\"y\":4}}],\"nums\":[1,2,3,4,5,6,7,8,9,10],"
    "\"typed\":{\"5\":{\"a\":1},\"6\":\"0102\"},\"multi-s\":[\"one\",\"two\"],\"kind\":\"a\",\"data\":{\"a\":1},"
    "\"hops\":[{\"weight\":1,\"a\":5}],\"anys\":{\"3\":{\"b\":\"text\"}},\"via\":{\"addr\":\"::1\"},"
    "\"bits\":{\"value\":1,\"selector\":3},\"labels\":\"16/17\",\"deep\":{\"deep\":{\"u8\":1}}}";

/* One way through, with so many allocations that work: 0 and what came of it, or an error. */
typedef int scenario(struct weft_text *out);

static int json_in(struct weft_text *out)
{
	struct weft_msg *m = own_msg();
	struct weft_error e = { 0 };
	int r = weft_put_json(m, text, strlen(text), &e);
	struct weft_bytes b = weft_msg_bytes(m);

	if (r < 0)
		assert_true(e.code == r && e.msg[0]);
	else
		weft_text_hex(out, b.p, b.len);
	weft_msg_free(m);
	return r < 0 ? r : out->err;
}

/* Each form of growing, at every size of the message before it. */
static int building(struct weft_text *out)
{
	struct weft_msg *m = own_msg();
	struct weft_bytes b;
	int r;

	for (unsigned i = 0; i < 10; i++) {
		weft_put_raw(m, 60, "0123456789", i);
		weft_put_all(m, WEFT_ATTRS(weft_kv_nest(KEY(OWN, 18), WEFT_ATTRS(weft_kv_uint(KEY(PAIR, 0), 1)))));
		weft_open(m, KEY(OWN, 18));
		weft_put_rest(m, 40, "x", 1);
		weft_close(m);
		weft_put(m, weft_kv_nest(KEY(OWN, 22), WEFT_ATTRS(weft_kv_uint(0, 1), weft_kv_uint(0, 2))));
		weft_put(m, weft_kv_nest(KEY(OWN, 19), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
		weft_put(m, weft_kv_nest(KEY(OWN, 21), WEFT_ATTRS(WEFT_ITEM(weft_kv_uint(KEY(PAIR, 0), 1)))));
		weft_open(m, KEY(OWN, 35));
		weft_close(m);
		weft_open_named(m, "anys");
		weft_open_named(m, "9");
		weft_close(m);
		weft_close(m);
		weft_put(m, weft_kv_str(KEY(OWN, 16), "0a0b"));
	}
	r = weft_msg_error(m, NULL);
	b = weft_msg_bytes(m);
	if (r == 0)
		weft_text_hex(out, b.p, b.len);
	weft_msg_free(m);
	return r < 0 ? r : out->err;
}

static struct weft_msg *ready; /* made while there was memory */

static int json_out(struct weft_text *out)
{
	return weft_json(weft_msg_body(ready), out);
}

/* With bytes in it that are no attributes. */
static struct weft_msg *odd;

static int odd_json(struct weft_text *out)
{
	return weft_json(weft_msg_body(odd), out);
}

static int odd_show(struct weft_text *out)
{
	return weft_show(weft_msg_body(odd), out);
}

/* Both texts are short of memory. */
static int value_twice(struct weft_text *out)
{
	int r = weft_value_text(weft_at(weft_msg_body(ready), "nums"), out);

	if (r < 0)
		assert_int_equal(weft_value_text(weft_at(weft_msg_body(ready), "nums"), out), r);
	return r;
}

static int show(struct weft_text *out)
{
	return weft_show(weft_msg_body(ready), out);
}

static int value(struct weft_text *out)
{
	return weft_value_text(weft_at(weft_msg_body(ready), "pairs"), out);
}

static int print(struct weft_text *out)
{
	weft_text_printf(out, "%300s", "x");
	weft_text_printf(out, "%600s", "x");
	return out->err;
}

static int document(struct weft_text *out)
{
	struct weft_json_doc *d = NULL;
	int r = weft_json_read(text, strlen(text), &d, NULL);

	assert_true(r < 0 ? !d : d != NULL);
	weft_json_free(d);
	(void)out;
	return r;
}

static int copy(struct weft_text *out)
{
	struct weft_msg *m = own_msg();
	int r;

	weft_put_from(m, weft_msg_body(ready), NULL);
	r = weft_msg_error(m, NULL);
	if (r == 0)
		weft_text_hex(out, weft_msg_bytes(m).p, weft_msg_bytes(m).len);
	weft_msg_free(m);
	return r < 0 ? r : out->err;
}

/* People's words, of each form that needs memory of its own. */
static const struct weft_word words[] = {
	{ "match", "(cmp(u8 at 0 eq 1)) and not meta(dev eq \"a b\")" },
	{ "classid", "1:2" },
	{ "action", "ct:commit:src:10.0.0.1-10.0.0.9:port:1-2" },
	{ "action", "police:rate:1mbit:burst:10k:mtu:2k:peakrate:2mbit" },
	{ "action", "pedit:ip.ttl:set:64:ip6.dst:set:::1" },
	{ "action", "gate:entry:open/1ms/-1/-1" },
	{ "action", "tunnel_key:set:id:1:src_ip:10.0.0.1:dst_ip:10.0.0.2:geneve_opts:0102:80:01020304" },
	{ "action", "bpf:bytecode:1;6 0 0 5" },
	{ "action", "simple:sdata:it's here" },
};

static struct weft_msg *with_words(void)
{
	struct weft_msg *m = weft_request("tc", "newtfilter", 0);

	weft_put(m, WEFT_KV(tc, kind, "basic"));
	weft_filter_put(m, words, N(words), NULL);
	return m;
}

static int told(struct weft_msg *m, struct weft_text *out)
{
	int r = weft_msg_error(m, NULL);
	struct weft_bytes b = weft_msg_bytes(m);

	if (r == 0)
		weft_text_hex(out, b.p, b.len);
	weft_msg_free(m);
	return r < 0 ? r : out->err;
}

static int words_in(struct weft_text *out)
{
	return told(with_words(), out);
}

static struct weft_msg *filter; /* made while there was memory */

static int words_out(struct weft_text *out)
{
	return weft_filter_text(weft_msg_body(filter), NULL, out);
}

static int filter_again(struct weft_text *out)
{
	return told(weft_filter_again(weft_msg_body(filter), 0), out);
}

static int actions_again(struct weft_text *out)
{
	struct weft_msg *m = weft_request("tc", "newaction", 0);
	struct weft_msg *again;

	weft_open(m, WEFT_KEY(action, tab));
	for (size_t i = 0; i < N(words); i++)
		if (strcmp(words[i].name, "action") == 0)
			weft_action_put(m, words[i].value, NULL);
	weft_close(m);
	again = weft_action_again(weft_msg_body(m), 0, 0);
	weft_msg_free(m);
	return again ? told(again, out) : -ENOMEM;
}

/* Qdiscs and classes, of each kind that has words of its own and of each form of words. */
static const struct {
	const char *op, *kind;
	struct weft_word words[8];
} qdiscs[] = {
	{ "newqdisc", "gred", { { "DPs", "3" }, { "grio", NULL }, { "limit", "1mb" } } },
	{ "newqdisc", "gred", { { "DP", "1" }, { "limit", "60kb" }, { "min", "15kb" }, { "max", "45kb" } } },
	{ "newqdisc", "red", { { "limit", "400kb" }, { "min", "30kb" }, { "max", "90kb" }, { "ecn", NULL } } },
	{ "newqdisc", "choke", { { "limit", "1000" }, { "ecn", NULL } } },
	{ "newqdisc", "sfq", { { "redflowlimit", "100kb" }, { "depth", "20" }, { "headdrop", NULL } } },
	{ "newqdisc",
	  "mqprio",
	  { { "num_tc", "2" },
	    { "queues", "1@0,1@1" },
	    { "mode", "channel" },
	    { "min_rate", "1gbit,2gbit" },
	    { "fp", "E,P" } } },
	{ "newqdisc",
	  "taprio",
	  { { "num_tc", "2" }, { "sched", "S:01:300us,H:ff:200000" }, { "clockid", "tai" }, { "max_sdu", "0,300" } } },
	{ "newqdisc",
	  "netem",
	  { { "delay", "1ms" },
	    { "rate", "100gbit" },
	    { "slot", "1ms,5ms" },
	    { "loss_ge", "1%,10%" },
	    { "distribution", "1,2,3" } } },
	{ "newqdisc", "netem", { { "loss_gi", "1%" }, { "ecn", NULL }, { "seed", "5" } } },
	{ "newqdisc",
	  "pfifo",
	  { { "limit", "5" }, { "stab_linklayer", "atm" }, { "stab_tsize", "16" }, { "estimator", "1s,8s" } } },
	{ "newqdisc",
	  "fq",
	  { { "weights", "1,2,3" }, { "priomap", "1,2" }, { "buckets", "1024" }, { "nopacing", NULL } } },
	{ "newqdisc", "ets", { { "strict", "2" }, { "quanta", "3000,2000" } } },
	{ "newqdisc", "etf", { { "clockid", "tai" }, { "deadline_mode", NULL }, { "delta", "300us" } } },
	{ "newqdisc", "codel", { { "target", "5ms" }, { "noecn", NULL } } },
	{ "newqdisc", "htb", { { "default", "1:30" }, { "offload", NULL } } },
	{ "newqdisc",
	  "tbf",
	  { { "rate", "400gbit" },
	    { "burst", "1mb" },
	    { "limit", "2mb" },
	    { "peakrate", "800gbit" },
	    { "mtu", "64kb" } } },
	{ "newtclass", "htb", { { "rate", "100gbit" }, { "overhead", "10" } } },
	{ "newtclass", "hfsc", { { "sc", "10mbit:5ms:1mbit" }, { "ul", "20mbit" } } },
};
static size_t qdisc; /* which of them */

static struct weft_msg *with_qdisc(void)
{
	struct weft_msg *m = weft_request("tc", qdiscs[qdisc].op, 0);
	size_t n = 0;

	while (qdiscs[qdisc].words[n].name)
		n++;
	weft_put_named(m, "handle", weft_kv_uint(0, 65537));
	weft_put_named(m, "kind", weft_kv_str(0, qdiscs[qdisc].kind));
	weft_tc_put(m, qdiscs[qdisc].words, n);
	return m;
}

static int qdisc_in(struct weft_text *out)
{
	return told(with_qdisc(), out);
}

static struct weft_msg *made; /* while there was memory */

static int qdisc_out(struct weft_text *out)
{
	return weft_tc_text(weft_msg_body(made), out);
}

static int qdisc_again(struct weft_text *out)
{
	int r = 0;

	for (unsigned i = 0; r == 0; i++) {
		struct weft_msg *m = weft_tc_again(weft_msg_body(made), 0, i);

		if (!m)
			break;
		r = told(m, out);
	}
	return r;
}

/* The parser knows no other word for a string that it has no memory for. */
static bool says_so(scenario *run, int r)
{
	return r == -ENOMEM || (r == -EINVAL && (run == json_in || run == document));
}

static void each(scenario *run)
{
	struct weft_text good = { 0 };
	unsigned n = 0, failed = 0;
	bool more = true;

	fake_reset();
	assert_int_equal(run(&good), 0);
	for (; more; n++) {
		struct weft_text t = { 0 };
		int r;

		fake_fail(FAKE_MALLOC, ENOMEM, n, 1);
		r = run(&t);
		more = fake_failures_left(FAKE_MALLOC) == 0;
		fake_reset();
		if (r == 0) {
			assert_int_equal(t.len, good.len);
			if (good.len)
				assert_memory_equal(t.p, good.p, good.len);
		} else if (!says_so(run, r)) {
			fail_msg("allocation %u: %d", n, r);
		}
		failed += r < 0;
		weft_text_free(&t);
	}
	assert_true(failed > 0 && failed + 10 > n);
	print_message("%u allocations\n", n - 1);
	weft_text_free(&good);
}

static void *zeros(size_t n)
{
	return calloc(1, n);
}

static void all(void **state)
{
	static scenario *const scenarios[] = { json_in,	    building, json_out,	 show,	       value,
					       print,	    document, copy,	 odd_json,     odd_show,
					       value_twice, words_in, words_out, filter_again, actions_again };

	(void)state;
	json_set_alloc_funcs(zeros, free);
	fake_reset();
	ready = own_of_json(text);
	filter = with_words();
	odd = own_msg();
	for (uint16_t i = 0; i < 60; i++)
		weft_put_raw(odd, (uint16_t)(i % 2 ? 25 : 100 + i), "\1\2\3\4\5\6\7\10", 8);
	for (size_t i = 0; i < N(scenarios); i++)
		each(scenarios[i]);
	weft_msg_free(ready);
	weft_msg_free(odd);
	weft_msg_free(filter);
	/* a message that there was no memory for */
	fake_fail(FAKE_MALLOC, ENOMEM, 0, 1);
	ready = own_msg();
	assert_int_equal(weft_msg_error(ready, NULL), -ENOMEM);
	assert_null(weft_msg_body(ready).p);
	assert_null(weft_msg_bytes(ready).p);
	weft_put_raw(ready, 1, "x", 1);
	weft_msg_free(ready);
}

static void each_qdisc(void **state)
{
	(void)state;
	for (qdisc = 0; qdisc < N(qdiscs); qdisc++) {
		struct weft_error e = { 0 };

		fake_reset();
		made = with_qdisc();
		if (weft_msg_error(made, &e) < 0)
			fail_msg("%s: %s: %s", qdiscs[qdisc].kind, e.path, e.msg);
		each(qdisc_in);
		each(qdisc_out);
		each(qdisc_again);
		weft_msg_free(made);
	}
}

/* Texts longer than an attribute, which need memory of their own. */
static void too_long(void **state)
{
	char *s = malloc(140000);
	struct weft_msg *m;

	(void)state;
	assert_non_null(s);
	memset(s, 'a', 139999);
	s[139999] = 0;
	for (int i = 0; i < 2; i++) {
		m = own_msg();
		weft_put(m, weft_kv_str(KEY(OWN, i ? 17 : 16), s));
		assert_int_equal(weft_msg_error(m, NULL), -EOVERFLOW);
		weft_msg_free(m);
	}
	/* the longest text that fits, and one more */
	for (size_t n = WEFT_NLA_MAX - 2; n < WEFT_NLA_MAX + 2; n++) {
		m = own_msg();
		s[n] = 0;
		weft_put(m, weft_kv_str(KEY(OWN, 17), s));
		s[n] = 'a';
		assert_int_equal(weft_msg_error(m, NULL), n < WEFT_NLA_MAX ? 0 : -EOVERFLOW);
		weft_msg_free(m);
	}
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all),
		cmocka_unit_test(each_qdisc),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
