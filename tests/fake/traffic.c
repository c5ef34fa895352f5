/* SPDX-License-Identifier: MIT */
/* Traffic control: what its verbs send, objects too short to be one, dumps that the kernel leaves filters out of. */
#include "fake.h"

static uint8_t sent[512];
static size_t sent_len;

static void keep(const uint8_t *req, size_t len)
{
	assert_true(len <= sizeof sent);
	memcpy(sent, req, len);
	sent_len = len;
	fake_end(WEFT_NLMSG_ERROR, 0, fake_seq(req), 0);
}

static void is(int r, uint16_t type, uint16_t flags)
{
	assert_int_equal(r, 0);
	assert_int_equal(weft_get_u16(sent + 4), type);
	assert_int_equal(weft_get_u16(sent + 6), WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK | flags);
}

static void types(void **state)
{
	const uint16_t new = WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, replace = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE;
	struct weft_session *s = fake_session(0);

	(void)state;
	fake_on_send = keep;
	is(weft_qdisc_add(s, NULL), 36, new);
	is(weft_qdisc_replace(s, NULL), 36, replace);
	is(weft_qdisc_set(s, NULL), 36, 0);
	is(weft_qdisc_del(s, NULL), 37, 0);
	is(weft_class_add(s, NULL), 40, new);
	is(weft_class_replace(s, NULL), 40, replace);
	is(weft_class_set(s, NULL), 40, 0);
	is(weft_class_del(s, NULL), 41, 0);
	is(weft_filter_add(s, NULL), 44, new);
	is(weft_filter_replace(s, NULL), 44, WEFT_NLM_F_CREATE);
	is(weft_filter_del(s, NULL), 45, 0);
	is(weft_chain_add(s, NULL), 100, new);
	is(weft_chain_del(s, NULL), 101, 0);
	is(weft_action_add(s, NULL), 48, new);
	is(weft_action_replace(s, NULL), 48, replace);
	/* tcamsg, the list, an item of it, kind and index */
	is(weft_action_del(s, "gact", 7), 49, 0);
	assert_int_equal(sent_len, 16 + 4 + 4 + 4 + 12 + 8);
	assert_string_equal((char *)sent + 16 + 4 + 4 + 4 + 4, "gact");
	assert_int_equal(weft_get_u32(sent + sent_len - 4), 7);
	is(weft_action_flush(s, "gact"), 49, WEFT_NLM_F_ROOT);
	weft_session_close(s);
}

static void short_object(const uint8_t *req, size_t len)
{
	memcpy(sent, req, len);
	fake_reply(44, WEFT_NLM_F_MULTI, fake_seq(req), "1234", 4);
	fake_end(WEFT_NLMSG_DONE, WEFT_NLM_F_MULTI, fake_seq(req), 0);
}

static void empty(const uint8_t *req, size_t len)
{
	memcpy(sent, req, len);
	fake_end(WEFT_NLMSG_DONE, WEFT_NLM_F_MULTI, fake_seq(req), 0);
}

static void too_short(void **state)
{
	struct weft_session *s = fake_session(0);
	struct weft_filter f;
	struct weft_tc x;
	struct weft_dump *d;

	(void)state;
	fake_on_send = short_object;
	assert_int_equal(weft_qdisc_dump(s, NULL, &d), 0);
	assert_int_equal(weft_get_u16(sent + 4), 38);
	assert_int_equal(weft_tc_next(d, &x), -EBADMSG);
	weft_dump_close(d);
	assert_int_equal(weft_class_dump(s, NULL, &d), 0);
	assert_int_equal(weft_get_u16(sent + 4), 42);
	assert_int_equal(weft_tc_next(d, &x), -EBADMSG);
	assert_int_equal(weft_tc_next(d, &x), 0);
	weft_dump_close(d);
	assert_int_equal(weft_filter_dump(s, NULL, &d), 0);
	assert_int_equal(weft_get_u16(sent + 4), 46);
	assert_int_equal(weft_filter_next(d, &f), -EBADMSG);
	assert_int_equal(weft_filter_next(d, &f), 0);
	weft_dump_close(d);
	assert_int_equal(weft_chain_dump(s, NULL, &d), 0);
	assert_int_equal(weft_get_u16(sent + 4), 102);
	weft_dump_close(d);
	fake_on_send = empty;
	assert_int_equal(weft_action_dump(s, "mirred", &d), 0);
	assert_int_equal(weft_get_u16(sent + 4), 50);
	assert_string_equal((char *)sent + 16 + 4 + 4 + 4 + 4, "mirred");
	weft_dump_close(d);
	weft_session_close(s);
}

/* A filter of matchall, or of another kind: its head or itself. */
static void tell(uint32_t seq, const char *kind, uint16_t prio, bool head)
{
	uint8_t b[64] = { 0 };
	struct weft_writer w;

	weft_write_init(&w, b, sizeof b);
	w.len = 20;
	weft_set_u32(b + 8, head ? 0 : prio);
	weft_set_u32(b + 16, (uint32_t)prio << 16);
	weft_write_attr(&w, 1, kind, (uint32_t)strlen(kind) + 1);
	if (!head)
		weft_write_attr(&w, 2, "", 0);
	fake_reply(44, WEFT_NLM_F_MULTI, seq, b, w.len);
}

static unsigned asked;
static enum fake_call fails = FAKE_CALLS;
static unsigned works; /* how often it does before it fails */

/* The first answer ends behind the head of 2; those for one priority have it twice. */
static void with_gap(const uint8_t *req, size_t len)
{
	uint32_t seq = fake_seq(req), info = weft_get_u32(req + 32);

	assert_true(len >= 36);
	asked++;
	if (info == 2 << 16) {
		tell(seq, "matchall", 2, true);
		tell(seq, "matchall", 2, false);
		tell(seq, "flower", 2, false);
	} else {
		assert_int_equal(info, 0);
		tell(seq, "matchall", 1, true);
		tell(seq, "matchall", 1, false);
		tell(seq, "matchall", 2, true);
	}
	fake_end(WEFT_NLMSG_DONE, WEFT_NLM_F_MULTI, seq, 0);
	if (fails != FAKE_CALLS)
		fake_fail(fails, EPERM, works, 1);
}

struct seen {
	unsigned filters, heads;
	uint32_t prios;
	int result;
};

static int see(struct weft_pending *c, struct weft_attr body, void *user)
{
	struct seen *x = user;
	struct weft_filter f;

	(void)c;
	assert_int_equal(weft_filter_view(body, &f), 0);
	x->filters += f.handle != 0;
	x->heads += f.handle == 0;
	x->prios += f.prio;
	return 0;
}

static void done(struct weft_pending *c, int result, const struct weft_error *e, void *user)
{
	(void)c;
	(void)e;
	((struct seen *)user)->result = result;
}

static int by_call(struct weft_session *s, struct seen *x)
{
	*x = (struct seen){ .result = 1 };
	asked = 0;
	assert_int_equal(weft_start(s, weft_request("tc", "gettfilter", 0),
				    WEFT_OPTS(weft_call_opts, .item = see, .done = done, .user = x, .dump = true),
				    NULL),
			 0);
	while (x->result == 1)
		assert_true(weft_process(s) > 0);
	return x->result;
}

static int by_dump(struct weft_session *s, struct seen *x)
{
	struct weft_dump *d;
	struct weft_attr a;
	int r;

	*x = (struct seen){ 0 };
	asked = 0;
	assert_int_equal(weft_filter_dump(s, NULL, &d), 0);
	while ((r = weft_dump_next(d, &a)) > 0)
		(void)see(NULL, a, x);
	weft_dump_close(d);
	return r;
}

/* Where no memory is left for the place of what is left out, the dump says so. */
static void no_memory(struct weft_session *s, int (*way)(struct weft_session *, struct seen *))
{
	struct seen x;
	unsigned failed = 0;

	fails = FAKE_MALLOC;
	for (works = 0; works < 8; works++) {
		int r = way(s, &x);

		assert_true(r == 0 || r == -ENOMEM);
		if (r == 0)
			assert_int_equal(x.filters, 2);
		failed += r < 0;
		fake_fail(FAKE_MALLOC, 0, 0, 0);
	}
	works = 0;
	assert_true(failed > 0);
}

static void gaps(void **state)
{
	static int (*const ways[])(struct weft_session *, struct seen *) = { by_dump, by_call };
	struct weft_session *s = fake_session(0);
	struct seen x;

	(void)state;
	fake_on_send = with_gap;
	for (size_t i = 0; i < 2; i++) {
		fails = FAKE_CALLS;
		assert_int_equal(ways[i](s, &x), 0);
		assert_int_equal(asked, 2);
		assert_int_equal(x.filters, 2);
		assert_int_equal(x.heads, 2);
		assert_int_equal(x.prios, 1 + 1 + 2 + 2);
		/* what is left out cannot be asked for */
		fails = FAKE_SEND;
		assert_int_equal(ways[i](s, &x), -EPERM);
		assert_int_equal(asked, 1);
		no_memory(s, ways[i]);
	}
	weft_session_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types),
		cmocka_unit_test(too_short),
		cmocka_unit_test(gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
