/* SPDX-License-Identifier: MIT */
/* Families, operations, rows, names of values: by name, by number, by what is near. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <weft/weft.h>

#include "schema/schema.h"

static void families(void **state)
{
	static const char *const bad[] = { "",	      "rt",	 "rt-lin",  "rt-linkx", "rt_linkx", "rt-",
					   "rtxlink", "rt.link", "Rt-link", "r-link",	"rt--link" };
	const struct weft_family *f = weft_family_find("rt-link");

	(void)state;
	assert_ptr_equal(weft_family_find("rt_link"), f);
	assert_string_equal(f->name, "rt-link");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_null(weft_family_find(bad[i]));
	assert_null(weft_family_find(NULL));
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++) {
		assert_ptr_equal(weft_family_find(f->name), f);
		for (unsigned k = 0; k < f->n_ops; k++)
			assert_ptr_equal(weft_op_find(f, f->ops[k].name), &f->ops[k]);
		assert_null(weft_op_find(f, "nope"));
		assert_null(weft_op_find(f, NULL));
	}
	assert_null(weft_op_find(NULL, "getlink"));
	assert_ptr_equal(weft_op_find(weft_family_find("nlctrl"), "newmcast_grp"),
			 weft_op_find(weft_family_find("nlctrl"), "newmcast-grp"));
}

static void operations(void **state)
{
	const struct weft_family *link = weft_family_find("rt-link"), *f = NULL;

	(void)state;
	/* a notification comes before what only answers */
	assert_string_equal(weft_op_by_reply(link, 16)->name, "newlink");
	/* else the first */
	assert_null(weft_op_by_reply(link, 999));
	assert_null(weft_op_by_reply(NULL, 16));
	assert_string_equal(weft_op_rtnl(24, &f)->name, "newroute");
	assert_string_equal(f->name, "rt-route");
	assert_string_equal(weft_op_rtnl(33, NULL)->name, "delrule");
	assert_null(weft_op_rtnl(999, &f));
	/* a command of generic netlink is no message type */
	assert_null(weft_op_rtnl(1, &f));
}

/* Two operations of one reply that are no notifications: the first of them. */
static void first_reply(void **state)
{
	static const struct weft_op ops[] = { { "a", 1, 7, WEFT_OP_DO, 0, NULL, NULL },
					      { "b", 2, 7, WEFT_OP_DO, 0, NULL, NULL },
					      { "c", 3, 8, WEFT_OP_DO, 0, NULL, NULL },
					      { "d", 4, 8, WEFT_OP_NOTIFY, 0, NULL, NULL } };
	static const struct weft_family f = { .name = "f", .n_ops = 4, .ops = ops };

	(void)state;
	assert_string_equal(weft_op_by_reply(&f, 7)->name, "a");
	assert_string_equal(weft_op_by_reply(&f, 8)->name, "d");
}

static void rows(void **state)
{
	const struct weft_schema *s = weft_op_find(weft_family_find("rt-link"), "getlink")->schema, *in = NULL;
	const struct weft_field *f = weft_field_find(s, "num-tx-queues", 13, &in);
	char buf[40];

	(void)state;
	assert_ptr_equal(in, s);
	assert_ptr_equal(weft_field_find(s, "num_tx_queues", 13, NULL), f);
	assert_ptr_equal(weft_field_find(s, "num_tx-queues and more", 13, NULL), f);
	assert_null(weft_field_find(s, "num-tx-queue", 12, NULL));
	assert_null(weft_field_find(s, "num-tx-queuesx", 14, NULL));
	assert_null(weft_field_find(s, "", 0, NULL));
	assert_null(weft_field_find(NULL, "mtu", 3, NULL));
	assert_non_null(weft_field_find(s, "ifi-index", 9, &in));
	assert_ptr_equal(in, s->header);
	for (unsigned i = 0; i < s->n; i++)
		assert_ptr_equal(weft_field_by_number(s, s->fields[i].number), &s->fields[i]);
	assert_null(weft_field_by_number(s, 9999));
	assert_string_equal(weft_field_name(f, buf, sizeof buf), "num-tx-queues");
	assert_string_equal(weft_field_name(f, buf, 14), "num-tx-queues");
	assert_string_equal(weft_field_name(f, buf, 13), "num-tx-queue");
	assert_string_equal(weft_field_name(f, buf, 1), "");
	buf[0] = 'x';
	assert_ptr_equal(weft_field_name(f, buf, 0), buf);
	assert_int_equal(buf[0], 'x');
}

/* Numbers with gaps, none, and one that stands for all. */
static void by_number(void **state)
{
	static const struct weft_field gaps[] = { { .token = "a", .number = 2 },
						  { .token = "b", .number = 5 },
						  { .token = "c", .number = 3 } };
	static const struct weft_field any[] = { { .token = "any", .number = WEFT_NUMBER_ANY } };
	const struct weft_schema g = { .name = "g", .n = 3, .fields = gaps }, none = { .name = "n" },
				 a = { .name = "a", .n = 1, .fields = any };

	(void)state;
	for (unsigned n = 0; n < 8; n++) {
		const struct weft_field *f = weft_field_by_number(&g, (uint16_t)n);

		assert_ptr_equal(f, n == 2 ? &gaps[0] : n == 5 ? &gaps[1] : n == 3 ? &gaps[2] : NULL);
		assert_ptr_equal(weft_field_by_number(&a, (uint16_t)n), any);
		assert_null(weft_field_by_number(&(struct weft_schema){ .fields = gaps }, (uint16_t)n));
	}
	assert_null(weft_field_by_number(&none, 1));
}

static void values(void **state)
{
	static const struct weft_name v[] = { { 1, "one" }, { 2, "two-words" } };
	static const struct weft_names names = { "names", 2, v };
	uint32_t n = 77;

	(void)state;
	assert_int_equal(weft_names_value(&names, "two_words", 9, &n), 1);
	assert_int_equal(n, 2);
	assert_int_equal(weft_names_value(&names, "two", 3, &n), 0);
	assert_int_equal(weft_names_value(NULL, "one", 3, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(weft_names_name(&names, 1), "one");
	assert_null(weft_names_name(&names, 3));
	assert_null(weft_names_name(NULL, 1));
}

static void near_is(const char *const *words, size_t n, const char *name, const char *want)
{
	char buf[96];

	(void)weft_nearest(words, n, name, strlen(name), buf, sizeof buf);
	if (strcmp(buf, want) != 0)
		fail_msg("near %s: \"%s\" instead of \"%s\"", name, buf, want);
}

static void near_words(void **state)
{
	static const char *const words[] = { "address",
					     "broadcast",
					     NULL,
					     "mtu",
					     "master",
					     "txqlen",
					     "num_tx_queues",
					     "a-word-that-is-longer-than-anyone-compares",
					     "group",
					     "grops" };
	char buf[96];

	(void)state;
	near_is(words, 10, "adress", "address");   /* one missing */
	near_is(words, 10, "addreess", "address"); /* one too many */
	near_is(words, 10, "adderss", "address");  /* two swapped */
	near_is(words, 10, "bddress", "address");  /* one other */
	near_is(words, 10, "broad", "broadcast");  /* a beginning */
	near_is(words, 10, "b", "");
	near_is(words, 10, "mt", "mtu");
	near_is(words, 10, "num-tx-queue", "num-tx-queues");
	near_is(words, 10, "groups", "group, grops");
	near_is(words, 10, "grop", "group, grops");
	near_is(words, 10, "xyzzy", "");
	near_is(words, 10, "a-word-that", "a-word-that-is-longer-than-anyone-compares");
	near_is(words, 10, "a-name-that-is-longer-than-32-bytes-too", "");
	near_is(words, 0, "mtu", "");
	/* the three nearest, the nearest first */
	near_is((const char *const[]){ "abcdefg4", "abcdefgh", "abcdefg1", "abcdefg2", "abcdefghi" }, 5, "abcdefgh",
		"abcdefgh, abcdefg4, abcdefg1");
	near_is((const char *const[]){ "abcxxx", "abcdxx", "abcdex" }, 3, "abcdef", "abcdex, abcdxx");
	/* cut where there is no room */
	assert_int_equal(weft_nearest(words, 10, "groups", 6, buf, 12), 1);
	assert_string_equal(buf, "group");
	assert_int_equal(weft_nearest(words, 10, "groups", 6, buf, 5), 0);
	assert_int_equal(weft_nearest(words, 10, "groups", 6, buf, 0), 0);
	assert_int_equal(weft_nearest(words, 10, "groups", 6, buf, sizeof buf), 2);
	assert_int_equal(weft_field_nearest(NULL, "mtu", 3, buf, sizeof buf), 0);
	assert_string_equal(buf, "");
	assert_true(weft_field_nearest(weft_op_find(weft_family_find("rt-link"), "getlink")->schema, "ifi_indx", 8, buf,
				       sizeof buf) > 0);
	assert_non_null(strstr(buf, "ifi-index"));
}

static void widths(void **state)
{
	static const struct {
		enum weft_type type;
		uint32_t width;
	} cases[] = { { WEFT_T_U8, 1 },		{ WEFT_T_S8, 1 },   { WEFT_T_U16, 2 },	{ WEFT_T_S16, 2 },
		      { WEFT_T_BE16, 2 },	{ WEFT_T_U32, 4 },  { WEFT_T_S32, 4 },	{ WEFT_T_BE32, 4 },
		      { WEFT_T_IP4, 4 },	{ WEFT_T_U64, 8 },  { WEFT_T_S64, 8 },	{ WEFT_T_BE64, 8 },
		      { WEFT_T_BITFIELD32, 8 }, { WEFT_T_IP6, 16 }, { WEFT_T_FLAG, 0 }, { WEFT_T_UINT, 0 },
		      { WEFT_T_STR, 0 },	{ WEFT_T_PAD, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(weft__type_width((uint8_t)cases[i].type), cases[i].width);
	assert_int_equal(weft__type_width(200), 0);
	for (unsigned t = 0; t <= WEFT_T_PAD; t++) {
		assert_int_equal(weft__is_number((uint8_t)t), t >= WEFT_T_U8 && t <= WEFT_T_UINT);
		assert_int_equal(weft__type_signed((uint8_t)t), t >= WEFT_T_S8 && t <= WEFT_T_S64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families),   cmocka_unit_test(operations), cmocka_unit_test(first_reply),
		cmocka_unit_test(rows),	      cmocka_unit_test(by_number),  cmocka_unit_test(values),
		cmocka_unit_test(near_words), cmocka_unit_test(widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
