/* SPDX-License-Identifier: MIT */
#ifndef WEFT_VALUE_H
#define WEFT_VALUE_H

/*
 * "name = value", the atom of every request, and lists of it. Constructors typed by row come from
 * weft/rows.h: WEFT_KV(link, ifname, "eth0").
 */

#include <weft/base.h>

#ifdef __cplusplus
extern "C" {
#endif

enum weft_kind {
	WEFT_K_END,
	WEFT_K_SKIP, /* nothing: the other arm of WEFT_IF */
	WEFT_K_UINT,
	WEFT_K_INT,
	WEFT_K_STR, /* for a row that is no string: a name, a number, an address, hex, as text */
	WEFT_K_IP,
	WEFT_K_MAC,
	WEFT_K_BYTES, /* payload as it is, whatever the row's type */
	WEFT_K_NEST,  /* members of a nest or struct, or items of a list */
	WEFT_K_CLEAR, /* what takes it away; -EOPNOTSUPP for rows that nothing does */
};

/* One value. Everything pointed at is borrowed until the call that takes the list returns. */
struct weft_kv {
	uint32_t key;  /* schema id << 16 | row number; 0 for an item of a list */
	uint32_t kind; /* enum weft_kind */
	union {
		uint64_t u;
		int64_t i;
		const char *s;
		struct weft_ip ip;
		struct weft_mac mac;
		struct weft_bytes bytes;
		const struct weft_kv *attrs; /* ends with WEFT_END */
	} v;
};

/* Member by member: what is of no use to a kind is left unset, so that compilers need no copy of it. */
static inline struct weft_kv weft_kv_none(uint32_t kind)
{
	struct weft_kv kv;

	kv.key = 0;
	kv.kind = kind;
	kv.v.attrs = NULL;
	return kv;
}
static inline struct weft_kv weft_kv_clear(uint32_t key)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_CLEAR;
	return kv;
}
static inline struct weft_kv weft_kv_uint(uint32_t key, uint64_t v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_UINT;
	kv.v.u = v;
	return kv;
}
static inline struct weft_kv weft_kv_int(uint32_t key, int64_t v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_INT;
	kv.v.i = v;
	return kv;
}
static inline struct weft_kv weft_kv_str(uint32_t key, const char *v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_STR;
	kv.v.s = v;
	return kv;
}
static inline struct weft_kv weft_kv_ip(uint32_t key, struct weft_ip v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_IP;
	kv.v.ip = v;
	return kv;
}
static inline struct weft_kv weft_kv_mac(uint32_t key, struct weft_mac v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_MAC;
	kv.v.mac = v;
	return kv;
}
static inline struct weft_kv weft_kv_bytes(uint32_t key, struct weft_bytes v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_BYTES;
	kv.v.bytes = v;
	return kv;
}
static inline struct weft_kv weft_kv_nest(uint32_t key, const struct weft_kv *v)
{
	struct weft_kv kv;

	kv.key = key;
	kv.kind = WEFT_K_NEST;
	kv.v.attrs = v;
	return kv;
}

/* Items of a list: WEFT_KV(route, multipath, WEFT_ATTRS(WEFT_ITEM(WEFT_KV(hop, ...)), ...)). */
#define WEFT_ITEM(...)	  weft_kv_nest(0, WEFT_ATTRS(__VA_ARGS__))
#define WEFT_END	  weft_kv_none(WEFT_K_END)
#define WEFT_SKIP	  weft_kv_none(WEFT_K_SKIP)
#define WEFT_IF(cond, kv) ((cond) ? (kv) : WEFT_SKIP)
/* A list on the stack of the enclosing block. */
#define WEFT_ATTRS(...) ((const struct weft_kv[]){ __VA_ARGS__, WEFT_END })

#ifdef __cplusplus
}
#endif
#endif
