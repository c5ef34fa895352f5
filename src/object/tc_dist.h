/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_DIST_H
#define WEFT_TC_DIST_H

#include <stddef.h>
#include <stdint.h>

enum {
	WEFT__DIST_N = 4096,	/* of ours */
	WEFT__DIST_MAX = 16384, /* of the kernel */
};
/* Fills in a distribution: of WEFT__DIST_N chances alike, how far each is from the mean in 1/8192 of the
 * standard deviation. false: no such name. */
_Bool weft__dist(const char *name, int16_t ret[WEFT__DIST_N]);

#endif
