/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "object/bytecode.h"

enum {
	OPS_MAX = 4096,
	ONE = 8, /* struct sock_filter: u16 code, u8 jt, jf, u32 k */
};

/* The next number and what ends it. */
static bool number(const char **at, uint64_t max, uint64_t *ret)
{
	size_t n;

	*at += strspn(*at, " ");
	n = strcspn(*at, " ,;");
	if (!weft__cls_number(*at, n, max, ret))
		return false;
	*at += n;
	return true;
}

static bool one(const char **at, uint8_t *op)
{
	uint64_t v[4];

	if (**at != ',' && **at != ';')
		return false;
	++*at;
	for (int i = 0; i < 4; i++)
		if (!number(at, i == 0 ? UINT16_MAX : i == 3 ? UINT32_MAX : UINT8_MAX, &v[i]))
			return false;
	weft_set_u16(op, (uint16_t)v[0]);
	op[2] = (uint8_t)v[1];
	op[3] = (uint8_t)v[2];
	weft_set_u32(op + 4, (uint32_t)v[3]);
	return true;
}

void weft__bytecode_put(struct weft__cls *c, const char *word, uint32_t len, uint32_t ops)
{
	const struct weft_word *w = weft__cls_take(c, word);
	const char *at = w && w->value ? w->value : "";
	uint8_t b[OPS_MAX * ONE];
	uint64_t n = 0, i = 0;
	bool good = number(&at, OPS_MAX, &n);

	while (good && i < n)
		good = one(&at, b + ONE * i++);
	if (!good || !n || at[strspn(at, ",;")]) {
		weft__cls_fail(c, word, "not a program as \"N,CODE JT JF K,...\"");
		return;
	}
	weft__cls_uint(c, word, len, n);
	weft__cls_bytes(c, word, ops, b, (size_t)n * ONE);
}

void weft__bytecode_tell(struct weft__cls_tell *t, const char *word, struct weft_attr ops)
{
	if (!ops.p || ops.len < ONE)
		return;
	weft__cls_tell_name(t, word);
	weft_text_uint(t->t, ops.len / ONE);
	for (uint32_t at = 0; at + ONE <= ops.len; at += ONE)
		weft_text_printf(t->t, ",%u %u %u %u", weft_get_u16(ops.p + at), ops.p[at + 2], ops.p[at + 3],
				 weft_get_u32(ops.p + at + 4));
}
