/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>

#include "many.h"

enum {
	WINDOW = 100, /* requests on their way: their answers fit into any socket buffer */
};

struct many {
	struct weft_session *s;
	bool (*fine)(int code);
	struct weft_error *err;
	size_t pending;
};

struct one {
	struct many *all; /* NULL: free */
	struct weft_pending *p;
	int *code;
};

static void done(struct weft_pending *p, int result, const struct weft_error *e, void *user)
{
	struct one *o = user;

	(void)p;
	o->all->pending--;
	*o->code = result;
	if (result < 0 && !o->all->err->code && !(o->all->fine && o->all->fine(result)))
		*o->all->err = *e;
	o->all = NULL;
}

/* Waits until at most `left` answers are missing. */
static int settle(struct many *a, size_t left)
{
	while (a->pending > left) {
		struct pollfd p = { .fd = weft_fd(a->s), .events = (short)weft_events(a->s) };
		int r = weft_process(a->s);

		if (r < 0)
			return cli_error(weft_last_error(a->s), "");
		if (r == 0)
			(void)poll(&p, 1, weft_timeout_ms(a->s));
	}
	return 0;
}

int many_send(struct cli *c, struct weft_session *s, struct weft_msg **m, size_t n, bool (*fine)(int code),
	      int *code, struct weft_error *reterr)
{
	struct many a = { .s = s, .fine = fine, .err = reterr };
	struct one slot[WINDOW] = { 0 };
	int status = 0;

	*reterr = (struct weft_error){ 0 };
	for (size_t i = 0, k = 0; status == 0 && i < n; i++) {
		struct weft_call_opts o = { .size = sizeof o, .done = done };
		struct weft_msg *one = m[i];

		if (a.pending == WINDOW)
			status = settle(&a, WINDOW / 2);
		if (status)
			break;
		while (slot[k].all)
			k = (k + 1) % WINDOW;
		slot[k] = (struct one){ &a, NULL, &code[i] };
		o.user = &slot[k];
		m[i] = NULL;
		cli_tell(c, one);
		a.pending++;
		if (weft_start(s, one, &o, &slot[k].p) < 0) {
			a.pending--;
			slot[k].all = NULL;
			status = cli_error(weft_last_error(s), "");
		}
	}
	if (status == 0)
		status = settle(&a, 0);
	/* no answer comes to slots that are no more */
	for (size_t k = 0; k < WINDOW; k++)
		if (slot[k].all)
			weft_cancel(slot[k].p);
	return status;
}
