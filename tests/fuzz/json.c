/* SPDX-License-Identifier: MIT */
/* Any text as JSON input of any operation: a message or an error, never half of either. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct weft_error e = { 0 };
	struct weft_text t = { 0 };
	struct weft_msg *m;
	int r;

	if (size < 1 || size > 4096)
		return 0;
	op = pick(data[0], &f);
	m = weft_msg_new(f, op, 0);
	r = weft_put_json(m, (const char *)data + 1, size - 1, &e);
	if (r < 0)
		REQUIRE(e.code == r && e.msg[0]);
	else
		REQUIRE(weft_json(weft_msg_body(m), &t) == 0);
	weft_msg_defaults(m);
	weft_text_free(&t);
	weft_msg_free(m);
	return 0;
}
