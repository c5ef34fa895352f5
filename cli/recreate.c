/* SPDX-License-Identifier: MIT */
/* Links from their own dump. The kernel tells of a link what it does not take when one is made: what
 * belongs to a device that is there, both ends of a pair as two links, names in a list of their own. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

#include "recreate.h"

enum {
	NEVER = WEFT_F_READONLY | WEFT_F_LIVE,
	NOT_MADE = NEVER | WEFT_F_AFTER | WEFT_F_NEXT | WEFT_F_ZERO,
};

/* What became of a link of the list. */
enum {
	WAITS,
	FOUND, /* was there: it is only set */
	MADE,
};

struct recreate {
	const struct cli *c;
	struct weft_session *s;
	struct weft_msg *const *all;
	size_t n;
	uint16_t flags;
	uint8_t *is;
};

static struct weft_attr body(const struct recreate *x, size_t i)
{
	return weft_msg_body(x->all[i]);
}

static uint64_t number(const struct recreate *x, size_t i, const char *path)
{
	return weft_uint(weft_at(body(x, i), path), 0);
}

/* The other end of a pair whose dump tells it only by its index, or n. */
static size_t other_end(const struct recreate *x, size_t i)
{
	uint64_t index = number(x, i, "ifi-index"), peer = number(x, i, "link");

	if (!recreate_makes_pair(body(x, i)) || !index || !peer || weft_at(body(x, i), "link-netnsid").p)
		return x->n;
	for (size_t j = 0; j < x->n; j++)
		if (j != i && x->is[j] == WAITS && recreate_is_pair(body(x, j)) && number(x, j, "ifi-index") == peer &&
		    number(x, j, "link") == index)
			return j;
	return x->n;
}

/* Whether a link stands on another of the same list that is still to be made. */
static bool must_wait(const struct recreate *x, size_t i, size_t pair)
{
	uint64_t lower = number(x, i, "link");

	if (!lower || pair < x->n || weft_at(body(x, i), "link-netnsid").p)
		return false;
	for (size_t j = 0; j < x->n; j++)
		if (j != i && x->is[j] == WAITS && number(x, j, "ifi-index") == lower)
			return true;
	return false;
}

static int call(struct recreate *x, struct weft_msg *m)
{
	cli_tell(x->c, m);
	return weft_call(x->s, m, NULL);
}

/* Links come up when all that they have is set. */
static int make(struct recreate *x, size_t i, size_t pair)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", x->flags);
	struct weft_attr peer = pair < x->n ? body(x, pair) : (struct weft_attr){ 0 };
	struct weft_copy o = { .without = NOT_MADE };
	uint32_t flags = (uint32_t)number(x, i, "ifi-flags");
	int r;

	if (recreate_kind(m, body(x, i), peer, NOT_MADE))
		o.but = WEFT_KEY(link, linkinfo);
	weft_put_from(m, body(x, i), &o);
	recreate_address(m, body(x, i));
	weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, flags & ~(uint32_t)IFF_UP));
	r = call(x, m);
	if (r == 0) {
		x->is[i] = MADE;
		if (pair < x->n)
			x->is[pair] = MADE;
	}
	return r;
}

/* Further names of a link come by a request of their own. */
static int add_names(struct recreate *x, size_t i, struct weft_attr now)
{
	struct weft_attr wanted = weft_at(body(x, i), "prop-list");
	struct weft_copy o = { .than = weft_at(now, "prop-list") };
	struct weft_msg *m;

	if (!wanted.p || !weft_has_from(wanted, &o))
		return 0;
	m = weft_request("rt-link", "newlinkprop", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);
	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)weft_int(weft_at(now, "ifi-index"), 0)));
	weft_open(m, WEFT_KEY(link, prop_list));
	weft_put_from(m, wanted, &o);
	weft_close(m);
	return call(x, m);
}

static bool is_up(struct weft_attr link)
{
	return weft_uint(weft_at(link, "ifi-flags"), 0) & IFF_UP;
}

/* Whether a link should be up and is not. */
static bool is_down(const struct recreate *x, size_t i, struct weft_attr now)
{
	return is_up(body(x, i)) && !is_up(now);
}

/* One step of what is set once a link is there. */
struct step {
	uint16_t only; /* rows with these flags, of a link that was made */
	bool up;       /* and it comes up; else only what does not need it */
	uint32_t but;
};

/* Takes one step with a link, as far as it is not so already. */
static int settle(struct recreate *x, size_t i, const char *name, const struct step *step)
{
	struct weft_copy o = { .without = NEVER, .only = x->is[i] == FOUND ? 0 : step->only, .but = step->but };
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *reply;
	int r;

	weft_put(m, WEFT_KV(link, ifname, name));
	r = weft_call(x->s, m, &reply);
	if (r < 0)
		return r;
	o.than = weft_reply_body(reply);
	if (step->up)
		r = add_names(x, i, o.than);
	if (r == 0 && (weft_has_from(body(x, i), &o) || (step->up && is_down(x, i, o.than)))) {
		m = weft_request("rt-link", "newlink", 0);
		weft_put_from(m, body(x, i), &o);
		if (!step->up)
			weft_put(m,
				 WEFT_KV(ifinfomsg, ifi_flags, (uint32_t)weft_uint(weft_at(o.than, "ifi-flags"), 0)));
		weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)weft_int(weft_at(o.than, "ifi-index"), 0)));
		r = call(x, m);
	}
	weft_reply_free(reply);
	return r;
}

static bool has_step(const struct recreate *x, size_t i, const struct step *step)
{
	struct weft_copy o = { .without = NEVER, .only = step->only, .but = step->but };

	if (x->is[i] == FOUND || weft_has_from(body(x, i), &o))
		return true;
	return step->up && (is_up(body(x, i)) || weft_at(body(x, i), "prop-list").p || recreate_is_pair(body(x, i)));
}

/* Deletes what was made: nothing is left half done without a word. A veth takes its other end along. */
static void undo(struct recreate *x, struct weft_error *e)
{
	for (size_t i = x->n; i-- > 0;) {
		const char *name = weft_str(weft_at(body(x, i), "ifname"), NULL);
		size_t len = strlen(e->msg);
		struct weft_msg *m;
		int r;

		if (x->is[i] != MADE || !name)
			continue;
		m = weft_request("rt-link", "dellink", 0);
		weft_put(m, WEFT_KV(link, ifname, name));
		r = call(x, m);
		if (r < 0 && r != -ENODEV)
			(void)snprintf(e->msg + len, sizeof e->msg - len, "; %s is made and could not be removed",
				       name);
	}
}

/* Marks the links of the list that are there already. Without a kind, a link cannot be made; a request that
 * insists on making it is told so by the kernel if the kind is known. */
static int find(struct recreate *x)
{
	struct weft_dump *d;
	struct weft_attr a;
	int r = weft_dump_start(x->s, weft_request("rt-link", "getlink", 0), &d);

	if (r < 0)
		return r;
	while ((r = weft_dump_next(d, &a)) > 0) {
		const char *name = weft_str(weft_at(a, "ifname"), "");

		for (size_t i = 0; i < x->n; i++)
			if (strcmp(weft_str(weft_at(body(x, i), "ifname"), ""), name) == 0 &&
			    !(x->flags & WEFT_NLM_F_EXCL && weft_at(body(x, i), "linkinfo.kind").p))
				x->is[i] = FOUND;
	}
	weft_dump_close(d);
	return r == -EAGAIN ? 0 : r;
}

/* Lower devices first. What refers to a link that is still to be made is tried again when that is there; what
 * waits in a circle is tried all the same, for the kernel's word on it. */
static int make_all(struct recreate *x, size_t *ret_failed)
{
	bool progress = true;
	int r = 0;

	for (bool forced = false; progress || !forced; forced = !progress) {
		int missed = 0;

		progress = false;
		for (size_t i = 0; i < x->n; i++) {
			size_t pair = x->is[i] != WAITS ? x->n : other_end(x, i);

			if (x->is[i] != WAITS || (!forced && must_wait(x, i, pair)))
				continue;
			r = make(x, i, pair);
			progress = progress || r == 0;
			if (r < 0 && (!missed || r != -ENODEV))
				*ret_failed = i;
			if (r < 0 && r != -ENODEV)
				return r;
			missed = r < 0 && !missed ? r : missed;
		}
		if (missed && !progress)
			return missed;
	}
	return 0;
}

/* The VLANs of a device come up with it, wanted or not. */
static int set_down(struct recreate *x, size_t *ret_failed)
{
	for (size_t i = 0; i < x->n; i++) {
		struct weft_msg *m;
		int r;

		if (is_up(body(x, i)) || strcmp(weft_str(weft_at(body(x, i), "linkinfo.kind"), ""), "vlan") != 0)
			continue;
		m = weft_request("rt-link", "newlink", 0);
		weft_put(m, WEFT_KV(link, ifname, weft_str(weft_at(body(x, i), "ifname"), "")));
		weft_put(m, WEFT_KV(ifinfomsg, ifi_change, IFF_UP));
		r = call(x, m);
		if (r < 0) {
			*ret_failed = i;
			return r;
		}
	}
	return 0;
}

/* What others refer to comes before they do so; what a port has of its master is refused in the message that
 * gives it the master. */
static int set_all(struct recreate *x, size_t *ret_failed)
{
	static const struct step steps[] = {
		{ WEFT_F_NEXT, false, 0 },
		{ WEFT_F_AFTER, false, WEFT_KEY(link, linkinfo) },
		{ WEFT_F_AFTER | WEFT_F_NEXT, true, 0 },
	};

	for (size_t k = 0; k < sizeof steps / sizeof *steps; k++)
		for (size_t i = 0; i < x->n; i++) {
			const char *name = weft_str(weft_at(body(x, i), "ifname"), NULL);
			int r = name && has_step(x, i, &steps[k]) ? settle(x, i, name, &steps[k]) : 0;

			if (r < 0) {
				*ret_failed = i;
				return r;
			}
		}
	return 0;
}

int recreate_links(const struct cli *c, struct weft_session *s, struct weft_msg *const *all, size_t n, uint16_t flags,
		   size_t *ret_failed, struct weft_error *reterr)
{
	struct recreate x = { .c = c, .s = s, .all = all, .n = n, .flags = flags };
	int r;

	x.is = calloc(n ? n : 1, sizeof *x.is);
	if (!x.is)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	r = find(&x);
	if (r == 0)
		r = make_all(&x, ret_failed);
	if (r == 0)
		r = set_all(&x, ret_failed);
	if (r == 0)
		r = set_down(&x, ret_failed);
	if (r < 0) {
		*reterr = *weft_last_error(s);
		if (flags & WEFT_NLM_F_EXCL)
			undo(&x, reterr);
	}
	free(x.is);
	return r;
}
