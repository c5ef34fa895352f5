/* SPDX-License-Identifier: MIT */
#ifndef WEFT_ROWS_H
#define WEFT_ROWS_H

/*
 * Keys and typed constructors of every row: WEFT_KEY(link, mtu) and WEFT_KV(link, mtu, 1500).
 * Both come from rows/<noun>.def, one line per attribute; a value of the wrong C type, a misspelt
 * field or schema does not compile.
 */

#include <weft/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WEFT_BEGIN(s, id, ...)	       WEFT_SCHEMA_##s = (id),
#define WEFT_BEGIN_STRUCT(s, id, size) WEFT_SCHEMA_##s = (id),
#define WEFT_ROW(s, t, n, ty, ...)
#define WEFT_MULTI(s, t, n, ty, ...)
#define WEFT_LIST(s, t, n, form, ty, ...)
#define WEFT_FINISH(s)
enum {
#include <weft/rows/all.def>
};
#undef WEFT_BEGIN
#undef WEFT_BEGIN_STRUCT
#undef WEFT_ROW
#undef WEFT_MULTI
#undef WEFT_LIST

#define WEFT_BEGIN(s, id, ...)
#define WEFT_BEGIN_STRUCT(s, id, size)
#define WEFT_ROW(s, t, n, ty, ...)	  WEFT_KEY_##s##_##t = WEFT_SCHEMA_##s << 16 | (n),
#define WEFT_MULTI(s, t, n, ty, ...)	  WEFT_KEY_##s##_##t = WEFT_SCHEMA_##s << 16 | (n),
#define WEFT_LIST(s, t, n, form, ty, ...) WEFT_KEY_##s##_##t = WEFT_SCHEMA_##s << 16 | (n),
enum {
#include <weft/rows/all.def>
};
#undef WEFT_ROW
#undef WEFT_MULTI
#undef WEFT_LIST

/* The C type of a value by row type, and what makes the atom of it. */
#define WEFT_C_FLAG	     bool
#define WEFT_C_U8	     uint8_t
#define WEFT_C_U16	     uint16_t
#define WEFT_C_U32	     uint32_t
#define WEFT_C_U64	     uint64_t
#define WEFT_C_S8	     int8_t
#define WEFT_C_S16	     int16_t
#define WEFT_C_S32	     int32_t
#define WEFT_C_S64	     int64_t
#define WEFT_C_BE16	     uint16_t
#define WEFT_C_BE32	     uint32_t
#define WEFT_C_BE64	     uint64_t
#define WEFT_C_UINT	     uint64_t
#define WEFT_C_STR	     const char *
#define WEFT_C_BIN	     struct weft_bytes
#define WEFT_C_IP	     struct weft_ip
#define WEFT_C_IP4	     struct weft_ip
#define WEFT_C_IP6	     struct weft_ip
#define WEFT_C_MAC	     struct weft_mac
#define WEFT_C_VIA	     struct weft_ip
#define WEFT_C_LABELS	     const char *
#define WEFT_C_BITFIELD32    const struct weft_kv *
#define WEFT_C_NEST	     const struct weft_kv *
#define WEFT_C_STRUCT	     const struct weft_kv *
#define WEFT_C_SUB	     const struct weft_kv *
#define WEFT_C_PAD	     struct weft_bytes
#define WEFT_MAKE_FLAG	     weft_kv_uint
#define WEFT_MAKE_U8	     weft_kv_uint
#define WEFT_MAKE_U16	     weft_kv_uint
#define WEFT_MAKE_U32	     weft_kv_uint
#define WEFT_MAKE_U64	     weft_kv_uint
#define WEFT_MAKE_S8	     weft_kv_int
#define WEFT_MAKE_S16	     weft_kv_int
#define WEFT_MAKE_S32	     weft_kv_int
#define WEFT_MAKE_S64	     weft_kv_int
#define WEFT_MAKE_BE16	     weft_kv_uint
#define WEFT_MAKE_BE32	     weft_kv_uint
#define WEFT_MAKE_BE64	     weft_kv_uint
#define WEFT_MAKE_UINT	     weft_kv_uint
#define WEFT_MAKE_STR	     weft_kv_str
#define WEFT_MAKE_BIN	     weft_kv_bytes
#define WEFT_MAKE_IP	     weft_kv_ip
#define WEFT_MAKE_IP4	     weft_kv_ip
#define WEFT_MAKE_IP6	     weft_kv_ip
#define WEFT_MAKE_MAC	     weft_kv_mac
#define WEFT_MAKE_VIA	     weft_kv_ip
#define WEFT_MAKE_LABELS     weft_kv_str
#define WEFT_MAKE_BITFIELD32 weft_kv_nest
#define WEFT_MAKE_NEST	     weft_kv_nest
#define WEFT_MAKE_STRUCT     weft_kv_nest
#define WEFT_MAKE_SUB	     weft_kv_nest
#define WEFT_MAKE_PAD	     weft_kv_bytes

#define WEFT_ROW(s, t, n, ty, ...)                                                                                     \
	static inline struct weft_kv weft_kv_##s##_##t(WEFT_C_##ty v)                                                  \
	{                                                                                                              \
		return WEFT_MAKE_##ty((uint32_t)WEFT_KEY_##s##_##t, v);                                                \
	}
#define WEFT_MULTI(s, t, n, ty, ...) WEFT_ROW(s, t, n, ty)
#define WEFT_LIST(s, t, n, form, ty, ...)                                                                              \
	static inline struct weft_kv weft_kv_##s##_##t(const struct weft_kv *items)                                    \
	{                                                                                                              \
		return weft_kv_nest((uint32_t)WEFT_KEY_##s##_##t, items);                                              \
	}
#include <weft/rows/all.def>
#undef WEFT_ROW
#undef WEFT_MULTI
#undef WEFT_LIST
#undef WEFT_BEGIN
#undef WEFT_BEGIN_STRUCT
#undef WEFT_FINISH

#define WEFT_KV(s, t, ...) weft_kv_##s##_##t(__VA_ARGS__)
#define WEFT_KEY(s, t)	   ((uint32_t)WEFT_KEY_##s##_##t)
/* Not in a list: it stays as it is. WEFT_KV(link, master, 0): the value 0. WEFT_CLEAR(link, master): away with
 * it, whatever value means that. */
#define WEFT_CLEAR(s, t) weft_kv_clear(WEFT_KEY(s, t))

#ifdef __cplusplus
}
#endif
#endif
