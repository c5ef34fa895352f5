/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_RED_H
#define WEFT_TC_RED_H

#include <stdint.h>

enum {
	WEFT__RED_STAB = 256,
};
/* What idle time takes from the average, as well as a dump lets one know. */
void weft__red_stab(uint8_t ret[WEFT__RED_STAB]);

#endif
