/* SPDX-License-Identifier: MIT */
#ifndef TEST_OWN_H
#define TEST_OWN_H

/* A family of the tests' own, with a row of every type and every form of list, also such as no family of
 * the kernel has yet. */

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

#include "schema/schema.h"

#define KEY(schema, number) ((uint32_t)(schema) << 16 | (number))
#define ROW(t, num, ty, ...)                                                                                           \
	{                                                                                                              \
		.token = #t, .number = num, .type = WEFT_T_##ty, __VA_ARGS__                                           \
	}
#define LIST(t, num, form, ty, ...)                                                                                    \
	{                                                                                                              \
		.token = #t, .number = num, .type = WEFT_T_##ty, .list = WEFT_L_##form, __VA_ARGS__                    \
	}
#define N(a) (sizeof(a) / sizeof *(a))

enum {
	PAIR = 3001,
	HEAD,
	INNER,
	HOP_HEAD,
	HOP,
	ANY,
	A,
	B,
	OWN,
	COUNTED,
	CHOSEN,
	BLOB
};

static const struct weft_name own_flag_names[] = {
	{ 1, "one" }, { 2, "two" }, { 4, "four" }, { 3, "both" }, { 0, "zero" }
};
static const struct weft_names own_flags = { "own_flags", 5, own_flag_names };
static const struct weft_name own_enum_names[] = { { 0, "none" }, { 1, "some" } };
static const struct weft_names own_enum = { "own_enum", 2, own_enum_names };

static const struct weft_field pair_fields[] = { ROW(x, 0, U16), ROW(y, 2, BE16) };
static const struct weft_schema pair = { .name = "pair", .id = PAIR, .n = 2, .size = 4, .fields = pair_fields };

static const struct weft_field head_fields[] = { ROW(family, 0, U8), ROW(text, 1, STR, .max = 3),
						 ROW(inside, 4, STRUCT, .sub = &pair) };
static const struct weft_schema head = { .name = "head", .id = HEAD, .n = 3, .size = 8, .fields = head_fields };

static const struct weft_field inner_fields[] = { ROW(a, 1, U32), ROW(b, 2, STR),
						  ROW(c, 3, U32, .flags = WEFT_F_COUNTER) };
static const struct weft_schema inner = { .name = "inner", .id = INNER, .n = 3, .fields = inner_fields };

static const struct weft_field hop_head_fields[] = { ROW(len, 0, U16), ROW(weight, 2, U8), ROW(index, 4, U32) };
static const struct weft_schema hop_head = {
	.name = "hop_head", .id = HOP_HEAD, .n = 3, .size = 8, .fields = hop_head_fields
};
static const struct weft_schema hop = { .name = "hop", .id = HOP, .n = 3, .header = &hop_head, .fields = inner_fields };

static const struct weft_field any_fields[] = { ROW(any, WEFT_NUMBER_ANY, NEST, .sub = &inner) };
static const struct weft_schema any = { .name = "any", .id = ANY, .n = 1, .fields = any_fields };

static const struct weft_field a_fields[] = { ROW(a, 1, U32) };
static const struct weft_schema kind_a = { .name = "kind_a", .id = A, .n = 1, .fields = a_fields };
static const struct weft_field b_fields[] = { ROW(b, 1, U16) };
static const struct weft_schema kind_b = { .name = "kind_b", .id = B, .n = 1, .fields = b_fields };
static const struct weft_variant by_text[] = { { "a", 0, &kind_a }, { "b", 0, &kind_b } };
static const struct weft_choice text_choice = { 29, 2, by_text };
static const struct weft_variant by_number[] = { { "a", 1, &kind_a }, { NULL, 0, &kind_b } };
static const struct weft_choice number_choice = { 32, 2, by_number };
static const struct weft_variant by_family[] = { { NULL, 7, &kind_a } };
static const struct weft_choice family_choice = { WEFT_SELECT_FAMILY, 1, by_family };

/* Structs whose last member takes the rest: items, what another member chooses, bytes. */
static const struct weft_field counted_fields[] = { ROW(n, 0, U16), LIST(room, 2, PACKED, U16, .max = 4),
						    LIST(pairs, 8, PACKED, STRUCT, .sub = &pair,
							 .flags = WEFT_F_TAIL) };
static const struct weft_schema counted = {
	.name = "counted", .id = COUNTED, .n = 3, .size = 8, .fields = counted_fields
};
static const struct weft_variant by_what[] = { { NULL, 1, &pair }, { NULL, 2, &inner } };
static const struct weft_choice what_choice = { 0, 2, by_what };
static const struct weft_field chosen_fields[] = { ROW(what, 0, U32),
						   ROW(rest, 4, SUB, .choice = &what_choice, .flags = WEFT_F_TAIL) };
static const struct weft_schema chosen = { .name = "chosen", .id = CHOSEN, .n = 2, .size = 4, .fields = chosen_fields };
static const struct weft_field blob_fields[] = { ROW(n, 0, U32), ROW(nest, 4, NEST, .max = 4),
						 ROW(data, 8, BIN, .flags = WEFT_F_TAIL) };
static const struct weft_schema blob = { .name = "blob", .id = BLOB, .n = 3, .size = 8, .fields = blob_fields };

static const struct weft_schema own;
static const struct weft_field own_fields[] = {
	ROW(u8, 1, U8),
	ROW(s8, 2, S8),
	ROW(s16, 3, S16),
	ROW(s32, 4, S32),
	ROW(s64, 5, S64),
	ROW(be16, 6, BE16),
	ROW(be64, 7, BE64),
	ROW(uint, 8, UINT),
	ROW(flag, 9, FLAG),
	ROW(ip, 10, IP),
	ROW(ip6, 11, IP6),
	ROW(ip4, 12, IP4),
	ROW(mac, 13, MAC),
	ROW(mac6, 14, MAC, .max = 6),
	ROW(labels, 15, LABELS),
	ROW(bin, 16, BIN, .max = 8),
	ROW(str, 17, STR),
	ROW(pair, 18, STRUCT, .sub = &pair),
	LIST(pairs, 19, PACKED, STRUCT, .sub = &pair),
	LIST(pairs_i, 20, INDEXED, STRUCT, .sub = &pair),
	LIST(pairs_0, 21, INDEXED0, STRUCT, .sub = &pair),
	LIST(nums, 22, INDEXED, U32),
	LIST(nums_0, 23, INDEXED0, U32),
	LIST(packed, 24, PACKED, U16),
	LIST(typed, 25, TYPED, NEST, .sub = &inner),
	LIST(multi, 27, MULTI, NEST, .sub = &inner),
	LIST(multi_s, 28, MULTI, STR),
	ROW(kind, 29, STR),
	ROW(data, 30, SUB, .choice = &text_choice),
	LIST(hops, 31, HOPS, NEST, .sub = &hop),
	ROW(num, 32, U32),
	ROW(data_n, 33, SUB, .choice = &number_choice, .sub = &inner),
	ROW(anys, 34, NEST, .sub = &any),
	ROW(deep, 35, NEST, .sub = &own),
	ROW(bits, 36, BITFIELD32),
	ROW(via, 37, VIA),
	ROW(flags, 38, U32, .names = &own_flags, .flags = WEFT_F_FLAGS),
	ROW(word, 39, U8, .names = &own_enum),
	ROW(bare, 40, NEST),
	LIST(threes, 41, PACKED, BIN, .max = 3),
	LIST(nothing, 42, PACKED, BIN),
	ROW(pad, 43, PAD),
	LIST(nests, 44, INDEXED, NEST, .sub = &inner),
	ROW(zero, 45, U32, .flags = WEFT_F_ZERO),
	ROW(data_f, 46, SUB, .choice = &family_choice),
	ROW(renamed, 47, U32, .name = "other-name"),
	LIST(told, 48, PACKED, U32, .flags = WEFT_F_NEST_IN),
	ROW(loose, 49, SUB),
	ROW(late, 50, U32, .flags = WEFT_F_AFTER),
	LIST(multi_u, 51, MULTI, U32),
	ROW(wide, 52, U64, .names = &own_enum),
	ROW(wide_flags, 53, U64, .names = &own_flags, .flags = WEFT_F_FLAGS),
	ROW(tag, 54, U32, .names = &own_enum, .flags = WEFT_F_WORDS),
	ROW(rate, 55, U64, .unit = WEFT_U_RATE),
	ROW(counted, 56, STRUCT, .sub = &counted),
	ROW(chosen, 57, STRUCT, .sub = &chosen),
	ROW(blob, 58, STRUCT, .sub = &blob),
	ROW(cleared, 59, U32, .flags = WEFT_F_CLEAR),
};
static const struct weft_schema own = {
	.name = "own", .id = OWN, .n = N(own_fields), .header = &head, .fields = own_fields
};
static const struct weft_op own_op = { "set", 99, 99, WEFT_OP_DO, 0, &own, NULL };
static const struct weft_family own_family = { .name = "own", .n_ops = 1, .ops = &own_op };

static inline struct weft_msg *own_msg(void)
{
	return weft_msg_new(&own_family, &own_op, 0);
}

static inline struct weft_msg *own_of_json(const char *text)
{
	struct weft_msg *m = own_msg();
	struct weft_error e = { 0 };

	if (weft_put_json(m, text, strlen(text), &e) < 0)
		fail_msg("%s: %s: %s", text, e.path, e.msg);
	return m;
}

/* What the JSON of m has behind the fixed header. */
static inline char *own_json(const struct weft_msg *m)
{
	static const char start[] = "{\"family\":0,\"text\":\"\",\"inside\":{\"x\":0,\"y\":0}";
	struct weft_text t = { 0 };

	assert_int_equal(weft_json(weft_msg_body(m), &t), 0);
	if (strncmp(t.p, start, strlen(start)) == 0) {
		size_t skip = strlen(start);

		t.p[--skip] = '{';
		skip += t.p[skip + 1] == ',';
		t.p[skip] = '{';
		memmove(t.p, t.p + skip, t.len - skip + 1);
	}
	return t.p;
}

#endif
