/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include <weft/batch.h>

#include "many.h"

struct many {
	bool (*fine)(int code);
	int *code;
	size_t n;
	struct weft_error *err;
};

static void failed(size_t index, const struct weft_error *e, void *user)
{
	struct many *a = user;

	if (index < a->n)
		a->code[index] = e->code;
	if (!a->err->code && !(a->fine && a->fine(e->code)))
		*a->err = *e;
}

int many_send(struct cli *c, struct weft_session *s, struct weft_msg **m, size_t n, bool (*fine)(int code), int *code,
	      struct weft_error *reterr)
{
	struct many a = { fine, code, n, reterr };
	struct weft_batch_opts o = { .size = sizeof o, .failed = failed, .user = &a };
	struct weft_batch_result result = { 0 };
	struct weft_batch *b;
	int r;

	*reterr = (struct weft_error){ 0 };
	if (weft_batch_open(s, &o, &b) < 0)
		return cli_error(weft_last_error(s), "");
	for (size_t i = 0; i < n; i++) {
		code[i] = 0;
		cli_tell(c, m[i]);
		/* a message that could not be made is told by failed() like any other */
		(void)!weft_batch_put(b, m[i]);
		weft_msg_free(m[i]);
		m[i] = NULL;
	}
	r = weft_batch_commit(b, &result);
	weft_batch_close(b);
	/* without all answers nobody knows what is done */
	return r < 0 && (result.unknown || result.unsent) ? cli_error(weft_last_error(s), "") : 0;
}
