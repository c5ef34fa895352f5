/* SPDX-License-Identifier: MIT */
#ifndef LARGE_H
#define LARGE_H

/* Large blocks are kept for the next of their size, for a sanitizer takes longer to give one out
 * than a whole input takes. And how many frames went through in all, which is told at the end. */

#include <stdio.h>

#include "fuzz.h"

enum {
	LARGE = 512 << 10,
};

static struct {
	void *p;
	size_t n;
	bool used;
} large[16];

void *__real_malloc(size_t n);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static void *large_malloc(size_t n)
{
	for (size_t i = 0; n >= LARGE && i < sizeof large / sizeof *large; i++) {
		if (large[i].used || (large[i].p && large[i].n != n))
			continue;
		if (!large[i].p)
			large[i].p = __real_malloc(n);
		large[i].n = n;
		large[i].used = large[i].p != NULL;
		return large[i].p;
	}
	return __real_malloc(n);
}

void __wrap_free(void *p)
{
	for (size_t i = 0; p && i < sizeof large / sizeof *large; i++)
		if (large[i].p == p) {
			REQUIRE(large[i].used);
			large[i].used = false;
			return;
		}
	__real_free(p);
}

/* The harness that has a malloc of its own around it calls large_malloc there. */
#ifndef LARGE_INSIDE
void *__wrap_malloc(size_t n)
{
	return large_malloc(n);
}

void *__wrap_realloc(void *p, size_t n)
{
	void *q;

	if (!p)
		return large_malloc(n);
	for (size_t i = 0; i < sizeof large / sizeof *large; i++)
		if (large[i].p == p) {
			q = large_malloc(n);
			if (q) {
				memcpy(q, p, n < large[i].n ? n : large[i].n);
				__wrap_free(p);
			}
			return q;
		}
	return __real_realloc(p, n);
}
#endif

static unsigned long frames;

static void tell(void)
{
	fprintf(stderr, "frames: %lu\n", frames);
}

static inline void count_frames(unsigned long n)
{
	if (!frames)
		(void)atexit(tell);
	frames += n;
}

#endif
