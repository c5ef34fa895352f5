/* SPDX-License-Identifier: MIT */
/* Qdiscs and classes from their own dump: each after what it stands in. */
#include <errno.h>
#include <stdlib.h>

#include <weft/weft.h>

#include "recreate.h"

enum {
	MINOR = 0xffff,
};

struct place {
	struct weft_tc tc;
	bool of_class, made, skipped, failed;
};

struct recreate {
	const struct cli *c;
	struct weft_session *s;
	struct weft_msg *const *all;
	struct place *at;
	size_t n;
	uint16_t flags;
	struct recreate_left *left; /* not NULL: goes on past what fails */
	struct weft_error *err;
};

static bool same(const struct place *p, int32_t index, uint32_t handle)
{
	return !p->made && p->tc.index == index && p->tc.handle == handle;
}

/* Whether it stands in another of the same list that is still to be made: a class in its qdisc and its parent
 * class, a qdisc in a class, or, where classes come with a qdisc, in that. */
static bool must_wait(const struct recreate *x, size_t i)
{
	const struct weft_tc *tc = &x->at[i].tc;
	uint32_t outer = x->at[i].of_class ? tc->handle & ~(uint32_t)MINOR : tc->parent & ~(uint32_t)MINOR;

	for (size_t j = 0; j < x->n; j++)
		if (j != i && (same(&x->at[j], tc->index, outer) || same(&x->at[j], tc->index, tc->parent)))
			return true;
	return false;
}

static int call(struct recreate *x, struct weft_msg *m)
{
	cli_tell(x->c, m);
	return weft_call(x->s, m, NULL);
}

static int make(struct recreate *x, size_t i)
{
	struct weft_msg *m;
	int r = 0;

	for (unsigned k = 0; r == 0 && (m = weft_tc_again(weft_msg_body(x->all[i]), x->flags, k)) != NULL; k++) {
		r = call(x, m);
		x->at[i].made |= r == 0;
	}
	return r;
}

/* Deletes what was made: nothing is left half done. */
static void undo(struct recreate *x)
{
	for (size_t i = x->n; i-- > 0;) {
		const struct place *p = &x->at[i];
		struct weft_msg *m;

		if (!p->made || p->skipped)
			continue;
		m = weft_request("tc", p->of_class ? "deltclass" : "delqdisc", 0);
		weft_put(m, WEFT_KV(tcmsg, ifindex, p->tc.index));
		weft_put(m, WEFT_KV(tcmsg, handle, p->tc.handle));
		weft_put(m, WEFT_KV(tcmsg, parent, p->tc.parent));
		(void)!call(x, m);
	}
}

/* Whether the work goes on after a result: what is there already is as good as made. */
static bool goes_on(struct recreate *x, size_t i, int r)
{
	if (r == 0 || !x->left)
		return r == 0;
	if (r == -EEXIST) {
		x->at[i].made = true;
		x->left->there++;
		return true;
	}
	x->at[i].failed = true;
	if (!x->left->n++)
		*x->err = *weft_last_error(x->s);
	return true;
}

static int make_all(struct recreate *x, size_t *ret_failed)
{
	bool progress = true;
	int r = 0;

	/* what waits in a circle is tried all the same, for the kernel's word on it */
	for (bool forced = false; r == 0 && (progress || !forced); forced = !progress) {
		progress = false;
		for (size_t i = 0; r == 0 && i < x->n; i++) {
			if (x->at[i].made || x->at[i].failed || (!forced && must_wait(x, i)))
				continue;
			r = make(x, i);
			*ret_failed = i;
			progress = true;
			if (goes_on(x, i, r))
				r = 0;
		}
		/* the kernel puts a class whose parent is not there at the root */
		if (x->left && !progress)
			break;
	}
	for (size_t i = 0; x->left && i < x->n; i++)
		x->left->n += !x->at[i].made && !x->at[i].failed;
	return r;
}

int recreate_tc(const struct cli *c, struct weft_session *s, struct weft_msg *const *all, size_t n, uint16_t flags,
		struct recreate_left *left, size_t *ret_failed, struct weft_error *reterr)
{
	struct recreate x = { .c = c, .s = s, .all = all, .n = n, .flags = flags, .left = left, .err = reterr };
	int r;

	x.at = calloc(n ? n : 1, sizeof *x.at);
	if (!x.at)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct weft_attr body = weft_msg_body(all[i]);
		struct weft_msg *m = weft_tc_again(body, flags, 0);

		/* a body with a header of its own can always be viewed */
		(void)!weft_tc_view(body, &x.at[i].tc);
		x.at[i].of_class = body.schema && body.schema->id == WEFT_SCHEMA_tclass;
		x.at[i].skipped = x.at[i].made = m == NULL;
		weft_msg_free(m);
	}
	r = make_all(&x, ret_failed);
	if (r < 0) {
		*reterr = *weft_last_error(s);
		if (flags & WEFT_NLM_F_EXCL)
			undo(&x);
	}
	free(x.at);
	return r;
}
