/* SPDX-License-Identifier: MIT */
/* Golden messages of traffic control in people's words. What a kernel told is said again, and told the same then.
 * The same made wrong, each byte and each length: no control character, and a failure has a place. */
#include "line.h"

static const char *const *files;
static unsigned cases, said;
static size_t step; /* which bytes are made wrong: all, or one of so many */
static bool exact;  /* of a kernel, and not changed */

static void no_control(const struct weft_text *t)
{
	for (size_t i = 0; i < t->len; i++)
		if ((unsigned char)t->p[i] < 0x20 || t->p[i] == 0x7f)
			fail_msg("%s: a control character in the words", where);
}

/* Words of a shell's line, in s. */
static size_t split(char *s, struct weft_word *w, size_t max)
{
	size_t n = 0;

	while (*s && n < max) {
		char *to = s;
		bool quoted = false, name = true;

		w[n] = (struct weft_word){ s, NULL };
		for (; *s && (quoted || *s != ' '); s++) {
			if (*s == '\\' && !quoted && s[1]) {
				*to++ = *++s;
			} else if (*s == '\'') {
				quoted = !quoted;
			} else if (*s == '=' && name) {
				*to++ = 0;
				w[n].value = to;
				name = false;
			} else {
				*to++ = *s;
			}
		}
		s += *s != 0;
		*to = 0;
		n++;
	}
	return n;
}

/* Numbers of actions that others know by them are the kernel's. */
static void without_indexes(char *s)
{
	char *at;

	while ((at = strstr(s, ",index:")) != NULL) {
		size_t n = strspn(at + 7, "0123456789");

		memmove(at, at + 7 + n, strlen(at + 7 + n) + 1);
	}
}

static void told_the_same(const struct weft_text *a, const struct weft_text *b)
{
	if (!a->p || !b->p) {
		assert_true(!a->p && !b->p);
		return;
	}
	without_indexes(a->p);
	without_indexes(b->p);
	if (strcmp(a->p, b->p) != 0)
		fail_msg("%s: %s, and then %s", where, a->p, b->p);
}

/* What was told is understood, or refused with its place; what was understood is told the same. */
static void understood(struct weft_msg *m, struct weft_text *t, int (*tell)(struct weft_attr, struct weft_text *))
{
	struct weft_text again = { 0 };
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e) < 0 && (exact || !e.path[0] || !e.msg[0]))
		fail_msg("%s: %d: %s: %s: %s", where, e.code, e.path, e.msg, t->p);
	if (!e.code) {
		said++;
		assert_int_equal(tell(weft_msg_body(m), &again), 0);
		if (exact)
			told_the_same(t, &again);
	}
	weft_text_free(&again);
	weft_msg_free(m);
}

/* What the kernel tells otherwise than it is told: times in units of its own, bursts with all that comes to
 * them on the wire, and queues that each are a request of their own. */
static bool otherwise(const char *kind, const char *words)
{
	if (strcmp(kind, "tbf") == 0)
		return strstr(words, "linklayer=") || strstr(words, "overhead=");
	return strstr(kind, "codel") || strstr(kind, "pie") || strcmp(kind, "gred") == 0;
}

static int filter_text(struct weft_attr body, struct weft_text *t)
{
	return weft_filter_text(body, NULL, t);
}

static void say(const struct line *l, const struct weft_filter *f, struct weft_text *t)
{
	static struct weft_word w[300];
	struct weft_msg *m = weft_msg_new(l->f, weft_op_find(l->f, "newtfilter"), 0);
	char *copy = strdup(t->p ? t->p : "");

	assert_non_null(copy);
	weft_put(m, WEFT_KV(tcmsg, info, weft_tc_info(f->prio, f->protocol)));
	weft_put(m, WEFT_KV(tc, kind, f->kind));
	weft_filter_put(m, w, split(copy, w, 300), NULL);
	understood(m, t, filter_text);
	free(copy);
}

static void say_qdisc(const struct line *l, const char *kind, struct weft_text *t)
{
	static struct weft_word w[300];
	const char *op = strstr(l->op.name, "class") ? "newtclass" : "newqdisc";
	struct weft_msg *m = weft_msg_new(l->f, weft_op_find(l->f, op), 0);
	char *copy = strdup(t->p ? t->p : "");

	assert_non_null(copy);
	weft_put_named(m, "kind", weft_kv_str(0, kind));
	weft_tc_put(m, w, split(copy, w, 300));
	exact &= !(t->p && otherwise(kind, t->p));
	understood(m, t, weft_tc_text);
	free(copy);
}

static void filters(const struct line *l, struct weft_attr body)
{
	struct weft_text t = { 0 };
	struct weft_filter f;

	if (weft_filter_view(body, &f) < 0)
		return;
	assert_int_equal(weft_filter_text(body, NULL, &t), 0);
	no_control(&t);
	if (f.kind && *f.kind && strlen(f.kind) < 16 && f.options.p)
		say(l, &f, &t);
	weft_text_free(&t);
	weft_msg_free(weft_filter_again(body, WEFT_NLM_F_CREATE));
	weft_msg_free(weft_chain_again(body, WEFT_NLM_F_CREATE));
}

static void actions(struct weft_attr body)
{
	struct weft_text t = { 0 };
	struct weft_msg *m;

	for (unsigned i = 0; (m = weft_action_again(body, WEFT_NLM_F_CREATE, i)); i++)
		weft_msg_free(m);
	WEFT_EACH(act, weft_at(body, "tab"))
	assert_int_equal(weft_action_text(act, NULL, &t), 0);
	no_control(&t);
	weft_text_free(&t);
}

static void qdiscs(const struct line *l, struct weft_attr body)
{
	const char *kind = weft_str(weft_at(body, "kind"), "");
	struct weft_text t = { 0 };
	struct weft_msg *m;

	for (unsigned i = 0; (m = weft_tc_again(body, WEFT_NLM_F_CREATE, i)); i++)
		weft_msg_free(m);
	assert_int_equal(weft_tc_text(body, &t), 0);
	no_control(&t);
	if (*kind && strlen(kind) < 16)
		say_qdisc(l, kind, &t);
	weft_text_free(&t);
}

static void check(const struct line *l)
{
	struct weft_attr body = body_of(l);

	cases++;
	if (strstr(l->op.name, "action"))
		actions(body);
	else if (strstr(l->op.name, "filter") || strstr(l->op.name, "chain"))
		filters(l, body);
	else
		qdiscs(l, body);
}

static void one(struct line *l)
{
	static const uint8_t values[] = { 0, 0xff, 0x1b };
	size_t len = l->bytes.len;

	if (strcmp(l->f->name, "tc") != 0)
		return;
	exact = strcmp(l->path, "*") == 0;
	check(l);
	exact = false;
	for (size_t i = cases % step; i < len && i < 2000; i += step) {
		uint8_t was = l->bytes.b[i];

		for (size_t k = 0; k < sizeof values; k++) {
			l->bytes.b[i] = values[k];
			check(l);
		}
		l->bytes.b[i] = (uint8_t)(was + 1);
		check(l);
		l->bytes.b[i] = was;
		l->bytes.len = i;
		check(l);
		l->bytes.len = len;
	}
}

static void words(void **state)
{
	(void)state;
	(void)each_line(files, one);
	print_message("%u cases, %u said again\n", cases, said);
	assert_true(said > 10000 / step);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words) };

	if (argc < 3 || !(step = strtoul(argv[1], NULL, 10)))
		return 1;
	files = (const char *const *)argv + 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
