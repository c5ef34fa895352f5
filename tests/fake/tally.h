/* SPDX-License-Identifier: MIT */
#ifndef TEST_TALLY_H
#define TEST_TALLY_H

/* Calls for links whose callbacks count, and do to the session what the test wants. */

#include "fake.h"

#include "session/session.h"

enum {
	NEWLINK = 16,
	GETLINK = 18,
	DUMP = WEFT_NLM_F_MULTI,
};

static const uint8_t link_body[16];

static inline struct weft_msg *get_link(void)
{
	return weft_request("rt-link", "getlink", 0);
}

struct tally {
	struct weft_session *s;
	struct weft_pending *cancel, *cancel_in_done;
	int items, done, result;
	int item_gives;
	bool close_in_item, close_in_done, start_in_done;
	char msg[192];
};

static inline int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	struct tally *t = user;

	(void)c;
	(void)a;
	t->items++;
	if (t->cancel)
		weft_cancel(t->cancel);
	if (t->close_in_item)
		weft_session_close(t->s);
	return t->item_gives;
}

static inline void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct tally *t = user;

	(void)c;
	t->done++;
	t->result = result;
	assert_true(result == 0 ? err == NULL : err && err->code == result);
	memcpy(t->msg, err ? err->msg : "", err ? sizeof err->msg : 1);
	if (t->close_in_done)
		weft_session_close(t->s);
	if (t->cancel_in_done) {
		struct weft_pending *other = t->cancel_in_done;

		t->cancel_in_done = NULL;
		weft_cancel(other);
	}
	if (t->start_in_done) {
		t->start_in_done = false;
		assert_int_equal(
		    weft_start(t->s, get_link(), WEFT_OPTS(weft_call_opts, .done = on_done, .user = t), NULL),
		    t->close_in_done ? -ECANCELED : 0);
	}
}

static inline struct weft_pending *start(struct weft_session *s, struct tally *t, bool dump)
{
	struct weft_pending *c = NULL;

	t->s = s;
	assert_int_equal(
	    weft_start(s, get_link(),
		       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = t, .dump = dump), &c),
	    0);
	return c;
}

static inline void answer(struct weft_session *s, struct weft_pending *c, uint16_t flags)
{
	fake_reply(NEWLINK, flags, c->seq, link_body, 16);
	(void)!weft_process(s);
}

#endif
