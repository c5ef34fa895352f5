/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_OPTS_H
#define WEFT_BASE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Options as a caller gives them, who may know fewer or more: a struct that begins with its size. own is all
 * zero before. NULL: nothing to take. false: the size was not set, so nobody can tell what is there. */
static inline bool weft__opts(void *own, size_t size, const void *given)
{
	size_t has;

	if (!given)
		return true;
	memcpy(&has, given, sizeof has);
	if (has < sizeof has)
		return false;
	memcpy(own, given, has < size ? has : size);
	return true;
}

/* The same without a copy, where a caller knows all of them; NULL: as false. */
static inline const void *weft__opts_seen(void *own, size_t size, const void *given)
{
	size_t has = 0;

	if (given)
		memcpy(&has, given, sizeof has);
	return has >= size ? given : weft__opts(own, size, given) ? own : NULL;
}

#define WEFT__NO_SIZE "options without their size: WEFT_OPTS sets it"

#endif
