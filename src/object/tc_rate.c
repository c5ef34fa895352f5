/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "object/tc_rate.h"

enum {
	NS = 1000000000,
	ATM_CELL = 53,
	ATM_PAYLOAD = 48,
	MTU = 2047,
	SIZES = 512,
};

uint64_t weft__muldiv(uint64_t a, uint64_t b, uint64_t c, bool up)
{
	uint64_t rest = 0, whole = 0, product;

	if (!__builtin_mul_overflow(a, b, &product))
		return product / c + (up && product % c);
	/* b bit by bit, from the highest: (whole * c + rest) is a times the bits so far */
	for (int i = 63; i >= 0; i--) {
		uint64_t add = b >> i & 1 ? a : 0, carry = 0;

		if (whole >> 63)
			return UINT64_MAX;
		carry = rest >= c - rest;
		rest = carry ? rest - (c - rest) : rest * 2;
		whole = whole * 2 + carry;
		carry = add / c;
		add %= c;
		if (add && rest >= c - add) {
			rest -= c - add;
			carry++;
		} else {
			rest += add;
		}
		if (__builtin_add_overflow(whole, carry, &whole))
			return UINT64_MAX;
	}
	return up && rest && whole < UINT64_MAX ? whole + 1 : whole;
}

uint64_t weft__tc_ticks(uint64_t rate, uint64_t size)
{
	return rate ? weft__muldiv(size, NS / WEFT__TC_TICK, rate, true) : UINT64_MAX;
}

uint64_t weft__tc_bytes(uint64_t rate, uint64_t ticks)
{
	return weft__muldiv(rate, ticks * WEFT__TC_TICK, NS, false);
}

uint64_t weft__tc_bytes_of(uint64_t rate, uint64_t ticks)
{
	/* a byte that takes less than a nanosecond gets lost in the kernel's multiplication */
	return weft__muldiv(rate, ticks * WEFT__TC_TICK + (rate >= NS), NS, true);
}

uint64_t weft__tc_off_wire(uint64_t wire, uint32_t overhead, uint8_t linklayer)
{
	if (linklayer == WEFT__TC_ATM)
		wire = (wire + ATM_CELL - 1) / ATM_CELL * ATM_PAYLOAD;
	return wire > overhead ? wire - overhead : 0;
}

uint64_t weft__tc_rounded(uint64_t us, unsigned shift)
{
	return (us * 1000 >> shift << shift) / 1000 == us ? us : us + 1;
}

uint32_t weft__tc_on_wire(uint32_t size, uint32_t mpu, uint8_t linklayer)
{
	if (size < mpu)
		size = mpu;
	return linklayer == WEFT__TC_ATM ? (size + ATM_PAYLOAD - 1) / ATM_PAYLOAD * ATM_CELL : size;
}

/* Size of the packets of a table's item. */
static uint32_t cell(uint32_t item, uint8_t log, uint32_t mpu, uint8_t linklayer)
{
	uint64_t size = ((uint64_t)item + 1) << (log < 31 ? log : 31);

	return weft__tc_on_wire(size > INT32_MAX ? INT32_MAX : (uint32_t)size, mpu, linklayer);
}

void weft__tc_rtab(struct weft__tc_rate *r, uint32_t mtu, uint32_t ret[WEFT__TC_RTAB])
{
	/* the kernel refuses tables in steps of one byte */
	r->cell_log = 1;
	while ((mtu ? mtu : MTU) >> r->cell_log > WEFT__TC_RTAB - 1)
		r->cell_log++;
	for (uint32_t i = 0; i < WEFT__TC_RTAB; i++) {
		uint64_t t = weft__tc_ticks(r->rate, cell(i, r->cell_log, r->mpu, r->linklayer));

		ret[i] = t > UINT32_MAX ? UINT32_MAX : (uint32_t)t;
	}
}

void weft__tc_put_rate(struct weft_msg *m, uint32_t key, const struct weft__tc_rate *r)
{
	weft_open(m, key);
	weft_put(m, WEFT_KV(tc_ratespec, cell_log, r->cell_log));
	weft_put(m, WEFT_KV(tc_ratespec, linklayer, r->linklayer));
	weft_put(m, WEFT_KV(tc_ratespec, overhead, r->overhead));
	weft_put(m, WEFT_KV(tc_ratespec, cell_align, r->cell_log ? -1 : 0));
	weft_put(m, WEFT_KV(tc_ratespec, mpu, r->mpu));
	weft_put(m, WEFT_KV(tc_ratespec, rate, weft__tc_large(r->rate) ? UINT32_MAX : (uint32_t)r->rate));
	weft_close(m);
}

uint16_t *weft__tc_sizes(const struct weft__tc_stab *s)
{
	uint16_t *table = s->tsize <= WEFT__TC_SIZES_MAX ? malloc((s->tsize + 1) * sizeof *table) : NULL;

	for (uint32_t i = 0; table && i < s->tsize; i++) {
		uint32_t size =
		    cell(i, s->cell_log, s->mpu, (uint8_t)s->linklayer) >> (s->size_log < 31 ? s->size_log : 31);

		table[i] = size > UINT16_MAX ? UINT16_MAX : (uint16_t)size;
	}
	return table;
}

void weft__tc_scale(struct weft__tc_stab *s)
{
	s->cell_log = s->size_log = 0;
	s->cell_align = 0;
	/* the kernel adds an overhead without a table */
	if (s->linklayer != WEFT__TC_ATM && s->mpu == 0) {
		s->mtu = s->tsize = 0;
		return;
	}
	s->mtu = s->mtu ? s->mtu : MTU;
	s->tsize = s->tsize ? s->tsize : SIZES;
	while (s->mtu >> s->cell_log > s->tsize - 1)
		s->cell_log++;
	s->cell_align = -1;
	while (cell(s->tsize - 1, s->cell_log, s->mpu, (uint8_t)s->linklayer) >> s->size_log > UINT16_MAX)
		s->size_log++;
}
