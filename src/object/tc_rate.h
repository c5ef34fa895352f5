/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_RATE_H
#define WEFT_TC_RATE_H

/* Rates, the time that packets take at them, and the tables some qdiscs and actions want of these. */

#include <weft/rows.h>
#include <weft/msg.h>

enum {
	WEFT__TC_RTAB = 256,  /* items of a rate table */
	WEFT__TC_TICK = 64,   /* nanoseconds */
	WEFT__TC_UNAWARE = 0, /* nobody said */
	WEFT__TC_ETHERNET = 1,
	WEFT__TC_ATM = 2,
};

struct weft__tc_rate {
	uint64_t rate; /* bytes a second */
	uint16_t overhead, mpu;
	uint8_t linklayer, cell_log;
};

/* a * b / c, rounded down, or up; UINT64_MAX when that is larger. c is not 0. */
uint64_t weft__muldiv(uint64_t a, uint64_t b, uint64_t c, bool up);
/* Ticks that size bytes take, rounded up; bytes in so many ticks, rounded down. */
uint64_t weft__tc_ticks(uint64_t rate, uint64_t size);
uint64_t weft__tc_bytes(uint64_t rate, uint64_t ticks);
/* The bytes whose time the kernel, rounding down, makes so many ticks. */
uint64_t weft__tc_bytes_of(uint64_t rate, uint64_t ticks);
/* The most bytes of a packet that are so many on the wire, or a few more where there are no so many. */
uint64_t weft__tc_off_wire(uint64_t wire, uint32_t overhead, uint8_t linklayer);
/* A time in microseconds that the kernel counts in units of 2^shift nanoseconds, rounded down on both ways:
 * what makes it tell the same again. */
uint64_t weft__tc_rounded(uint64_t us, unsigned shift);
/* Bytes on the wire of a packet's. */
uint32_t weft__tc_on_wire(uint32_t size, uint32_t mpu, uint8_t linklayer);
/* Time of packets up to mtu (0: 2047) in the steps that this sets in r->cell_log. */
void weft__tc_rtab(struct weft__tc_rate *r, uint32_t mtu, uint32_t ret[WEFT__TC_RTAB]);
/* Puts a struct tc_ratespec, a rate above 32 bits as the largest: its row for 64 bits has it. */
void weft__tc_put_rate(struct weft_msg *m, uint32_t key, const struct weft__tc_rate *r);
static inline bool weft__tc_large(uint64_t rate)
{
	return rate > UINT32_MAX;
}

/* A struct tc_sizespec. */
struct weft__tc_stab {
	uint8_t cell_log, size_log;
	int16_t cell_align;
	int32_t overhead;
	uint32_t linklayer, mpu, mtu, tsize;
};
enum {
	WEFT__TC_SIZES_MAX = 32000, /* items that fit into an attribute */
};
/* Fills in what follows from overhead, linklayer, mpu, mtu and tsize (0: as usual). */
void weft__tc_scale(struct weft__tc_stab *s);
/* The table of tsize sizes, to be freed; NULL without memory or when it is too large. */
uint16_t *weft__tc_sizes(const struct weft__tc_stab *s);
struct weft__tc_stab weft__tc_stab_of(struct weft_attr base);
/* Puts a whole TCA_STAB. */
void weft__tc_put_stab(struct weft_msg *m, const struct weft__tc_stab *s);

#endif
