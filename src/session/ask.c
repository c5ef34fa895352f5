/* SPDX-License-Identifier: MIT */
/* What must be right before a request is sent. */
#include <errno.h>

#include "schema/msg.h"
#include "session/session.h"

enum {
	GETLINK = 18, /* linux/rtnetlink.h */
	EXT_MASK = 29,
	SKIP_STATS = 8,	 /* that bridges have none of; newer kernels leave out all counters of links, older ones some */
	OF_BRIDGES = 16, /* RTEXT_FILTER_MRP: nothing that a link itself would tell */
};

/* The kernel makes room for the largest link only when this attribute is there and not 0: without it a
 * link that does not fit ends the dump, in silence. What it says changes nothing in the answer. */
static void mask_links(struct weft_msg *m)
{
	struct weft_attr body = weft_msg_body(m);
	uint8_t v[4];

	if (weft_uint(weft_at(body, "ext-mask"), 0))
		return;
	weft_set_u32(v, weft_uint(weft_at(body, "ifi-family"), 0) ? SKIP_STATS : OF_BRIDGES);
	/* of two the kernel takes the last */
	weft_put_raw(m, EXT_MASK, v, sizeof v);
}

int weft__session_takes(struct weft_session *s, struct weft_msg *m, bool dump, struct weft_msg **ret_want)
{
	int r = weft__session_check(s);

	if (r == 0)
		r = weft_msg_error(m, &s->err);
	if (r < 0)
		return r;
	if (m->depth)
		return weft_error_set(&s->err, -EINVAL, WEFT_WHERE_CALLER, "", "a nest is still open");
	if (m->family->protocol != s->protocol)
		return weft_error_set(&s->err, -EINVAL, WEFT_WHERE_CALLER, "",
				      "%s is of another protocol than the session", m->family->name);
	if (!dump)
		return 0;
	if (m->op->request == GETLINK && !m->family->protocol && weft__msg_filters(m, EXT_MASK))
		mask_links(m);
	return weft__msg_narrow(m, ret_want, &s->err);
}

struct weft_msg *weft_session_msg(struct weft_session *s, const struct weft_family *f, const struct weft_op *op,
				  uint16_t flags)
{
	if (!s || s->msg_out)
		return weft_msg_new(f, op, flags);
	if (s->msg) {
		weft__msg_begin(s->msg, f, op, flags);
	} else {
		struct weft_msg *m = weft_msg_new(f, op, flags);

		if (!weft__msg_keep(m, &s->msg_out))
			return m;
		s->msg = m;
	}
	s->msg_out = true;
	return s->msg;
}

void weft__session_msg_end(struct weft_session *s)
{
	if (s->msg)
		(void)weft__msg_keep(s->msg, NULL);
	if (!s->msg_out)
		weft_msg_free(s->msg);
}
