/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BATCH_H
#define WEFT_BATCH_H

/*
 * Many changes with few system calls. Messages are put into one buffer and sent some hundred at a time,
 * never more than the kernel has room to answer; each failure is told with the number of its message. The
 * kernel executes messages in order and one by one: those after a failed one are executed all the same.
 *
 *	weft_batch_open(s, WEFT_OPTS(weft_batch_opts, .failed = on_failed), &b);
 *	for (...) {
 *		struct weft_msg *m = weft_batch_msg(b, family, op, WEFT_NLM_F_CREATE);
 *
 *		weft_put(m, WEFT_KV(route, dst, ...));
 *	}
 *	r = weft_batch_commit(b, &result);
 */

#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weft_batch;

/* A message of the batch failed: its number, from 0, the negative errno with text and path (borrowed).
 * Called from weft_batch_msg, weft_batch_put and weft_batch_commit; it may not use the batch. */
typedef void weft_batch_failed_fn(size_t index, const struct weft_error *err, void *user);

struct weft_batch_opts {
	size_t size;		      /* sizeof(struct weft_batch_opts); WEFT_OPTS sets it */
	weft_batch_failed_fn *failed; /* NULL: only counted */
	void *user;
	bool each;	 /* an acknowledgement is asked for each message, not only for the last of a window: an
			    answer that is lost is noticed for that message alone */
	bool stop;	 /* nothing more is sent after a window with a failure; what is in that window has been
			    executed */
	uint32_t window; /* most messages sent at once; 0: 256. Less when the socket's buffer holds fewer
			    answers. */
	bool tally;	 /* with each: the acknowledgements of what was done are noted in the kernel, by a small program
			    (BPF) on the batch's socket, instead of being read one by one. Where that cannot be they are
			    read: it needs CAP_BPF, Linux 5.5, and a session of this machine that is not recorded. Only
			    when asked for, as there are sandboxes that end whoever asks the kernel for it. */
};

struct weft_batch_result {
	size_t added;	/* messages that were put into the batch */
	size_t done;	/* that the kernel executed */
	size_t failed;	/* that it refused, or that could not be made */
	size_t unsent;	/* that were not sent after a failure */
	size_t unknown; /* whose answer was lost: executed or not */
	size_t first;	/* number of the first that failed; valid when failed is not 0 */
	size_t tallied; /* of done: whose acknowledgement was noted in the kernel */
};

/* A batch of session s, on a socket of its own, of the session's protocol. *ret is to be closed before s. 0, or
 * a negative errno (weft_last_error(s) tells). */
WEFT_API WEFT_MUST int weft_batch_open(struct weft_session *s, const struct weft_batch_opts *opts,
				       struct weft_batch **ret);
/* The next message, to be filled with weft_put and its like until the next call on b. Owned by b, which no callback of
 * the session may use meanwhile. A request for a dump fails with -EINVAL. Never NULL: a batch that is at its end gives
 * a message that keeps the reason. */
WEFT_API struct weft_msg *weft_batch_msg(struct weft_batch *b, const struct weft_family *f, const struct weft_op *op,
					 uint16_t flags);
/* Adds a copy of a finished message of the caller's; the batch's own is finished by this, and added once. */
WEFT_API WEFT_MUST int weft_batch_put(struct weft_batch *b, const struct weft_msg *m);
/* Sends what is left and waits until all is answered. 0, or the code of the first failure (weft_last_error
 * of the session has its text and path); -ENOBUFS when answers were lost; -ECHILD in a child of the opener. *ret (may
 * be NULL) is filled in any case. The batch is empty then, and its numbers begin at 0 again. */
WEFT_API WEFT_MUST int weft_batch_commit(struct weft_batch *b, struct weft_batch_result *ret);
/* Drops what was not sent. NULL is fine. */
WEFT_API void weft_batch_close(struct weft_batch *b);

#ifdef __cplusplus
}
#endif
#endif
