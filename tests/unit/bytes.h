/* SPDX-License-Identifier: MIT */
#ifndef TEST_BYTES_H
#define TEST_BYTES_H

/* Messages of own, written byte by byte. */

#include "own.h"

static uint8_t buf[70000];
static struct weft_writer w;

/* A message of own: its fixed header, then what the test writes. */
static inline void begin(uint8_t family)
{
	memset(buf, 0, 8);
	buf[0] = family;
	weft_write_init(&w, buf + 8, sizeof buf - 8);
}

static inline struct weft_attr body(void)
{
	assert_int_equal(w.err, 0);
	return weft_body(&own, buf, 8 + w.len);
}

#endif
