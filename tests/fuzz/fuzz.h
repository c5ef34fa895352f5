/* SPDX-License-Identifier: MIT */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdlib.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(x)                                                                                                     \
	do {                                                                                                           \
		if (!(x))                                                                                              \
			__builtin_trap();                                                                              \
	} while (0)

/* The first byte picks one of all operations. */
static inline const struct weft_op *pick(uint8_t n, const struct weft_family **ret)
{
	unsigned total = 0;
	const struct weft_family *f;

	*ret = NULL;
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; i++)
		total += f->n_ops;
	n = (uint8_t)(n % total);
	for (size_t i = 0; (f = weft_family_at(i)) != NULL; n = (uint8_t)(n - f->n_ops), i++) {
		if (n < f->n_ops) {
			*ret = f;
			return &f->ops[n];
		}
	}
	return NULL;
}

#endif
