/* SPDX-License-Identifier: MIT */
/* The row files as constant tables: one array and one schema for each. */
#include "rows/tables.h"

#define NAMES(x) .names = &weft__names_##x
#define SUB(x) .sub = &weft__schema_##x
#define CHOICE(x) .choice = &weft__choice_##x
#define LEN(t) .token_len = sizeof #t - 1
#define HEADER(x) .header = &weft__schema_##x

#define WEFT_BEGIN(s, id, ...) static const struct weft_field fields_##s[] = {
#define WEFT_BEGIN_STRUCT(s, id, size) static const struct weft_field fields_##s[] = {
#define WEFT_ROW(s, t, n, ty, ...) { #t, n, WEFT_T_##ty, WEFT_L_NONE, LEN(t), __VA_ARGS__ },
#define WEFT_MULTI(s, t, n, ty, ...) { #t, n, WEFT_T_##ty, WEFT_L_MULTI, LEN(t), __VA_ARGS__ },
#define WEFT_LIST(s, t, n, form, ty, ...) { #t, n, WEFT_T_##ty, WEFT_L_##form, LEN(t), __VA_ARGS__ },
#define WEFT_FINISH(s) };
#include <weft/rows/all.def>
#undef WEFT_BEGIN
#undef WEFT_BEGIN_STRUCT
#undef WEFT_ROW
#undef WEFT_MULTI
#undef WEFT_LIST
#undef WEFT_FINISH

#define COMMON(s, num)                                                                             \
	.name = #s, .id = (num), .n = sizeof fields_##s / sizeof *fields_##s, .fields = fields_##s
#define WEFT_BEGIN(s, num, ...)                                                                    \
	const struct weft_schema weft__schema_##s = { COMMON(s, num), __VA_ARGS__ };
#define WEFT_BEGIN_STRUCT(s, num, bytes)                                                           \
	const struct weft_schema weft__schema_##s = { COMMON(s, num), .size = (bytes) };
#define WEFT_ROW(s, t, n, ty, ...)
#define WEFT_MULTI(s, t, n, ty, ...)
#define WEFT_LIST(s, t, n, form, ty, ...)
#define WEFT_FINISH(s)
#include <weft/rows/all.def>
