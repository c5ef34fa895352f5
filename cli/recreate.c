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
	NOT_MADE = WEFT_F_READONLY | WEFT_F_AFTER | WEFT_F_ZERO | WEFT_F_LIVE,
};

struct recreate {
	const struct cli *c;
	struct weft_session *s;
	struct weft_msg *const *all;
	size_t n;
	uint16_t flags;
	bool *made;
};

static struct weft_attr body(const struct recreate *x, size_t i)
{
	return weft_msg_body(x->all[i]);
}

static uint64_t number(const struct recreate *x, size_t i, const char *path)
{
	return weft_uint(weft_at(body(x, i), path), 0);
}

static bool is_veth(const struct recreate *x, size_t i)
{
	return strcmp(weft_str(weft_at(body(x, i), "linkinfo.kind"), ""), "veth") == 0;
}

/* The other end of a veth whose dump tells it only by its index, or n. */
static size_t other_end(const struct recreate *x, size_t i)
{
	uint64_t index = number(x, i, "ifi-index"), peer = number(x, i, "link");

	if (!is_veth(x, i) || !index || !peer || weft_at(body(x, i), "linkinfo.data.peer").p ||
	    weft_at(body(x, i), "link-netnsid").p)
		return x->n;
	for (size_t j = 0; j < x->n; j++)
		if (j != i && !x->made[j] && is_veth(x, j) && number(x, j, "ifi-index") == peer &&
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
		if (j != i && !x->made[j] && number(x, j, "ifi-index") == lower)
			return true;
	return false;
}

/* lo is in every namespace, and old kernels refuse it even its own address. */
static bool is_there(const struct recreate *x, size_t i)
{
	return !(x->flags & WEFT_NLM_F_EXCL) && number(x, i, "ifi-flags") & IFF_LOOPBACK;
}

static int call(struct recreate *x, struct weft_msg *m)
{
	cli_tell(x->c, m);
	return weft_call(x->s, m, NULL);
}

static int make(struct recreate *x, size_t i, size_t pair)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", x->flags);
	struct weft_copy o = { .without = NOT_MADE };
	int r;

	if (pair < x->n)
		o.but = WEFT_KEY(link, linkinfo);
	weft_put_from(m, body(x, i), &o);
	if (pair < x->n) {
		weft_open(m, WEFT_KEY(link, linkinfo));
		weft_put(m, WEFT_KV(linkinfo, kind, "veth"));
		weft_open(m, WEFT_KEY(linkinfo, data));
		weft_open(m, WEFT_KEY(veth, peer));
		weft_put_from(m, body(x, pair), &o);
		/* it cannot come up before the pair is whole */
		weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, 0));
		weft_close(m);
		weft_close(m);
		weft_close(m);
	}
	r = call(x, m);
	if (r == 0) {
		x->made[i] = true;
		if (pair < x->n)
			x->made[pair] = true;
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

static bool has_more(const struct recreate *x, size_t i)
{
	struct weft_copy o = { .without = WEFT_F_READONLY | WEFT_F_LIVE, .only = WEFT_F_AFTER };

	return weft_has_from(body(x, i), &o) || weft_at(body(x, i), "prop-list").p || is_veth(x, i) ||
	       is_there(x, i);
}

/* One round of what is set once the link is there, as far as it is not so already. */
static int settle(struct recreate *x, size_t i, const char *name, uint32_t but)
{
	struct weft_copy o = { .without = WEFT_F_READONLY | WEFT_F_LIVE, .but = but,
			       .only = is_there(x, i) ? 0 : WEFT_F_AFTER };
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *reply;
	int r;

	weft_put(m, WEFT_KV(link, ifname, name));
	r = weft_call(x->s, m, &reply);
	if (r < 0)
		return r;
	o.than = weft_reply_body(reply);
	r = add_names(x, i, o.than);
	if (r == 0 && (weft_has_from(body(x, i), &o) || is_down(x, i, o.than))) {
		m = weft_request("rt-link", "newlink", 0);
		weft_put_from(m, body(x, i), &o);
		weft_put(m, WEFT_KV(ifinfomsg, ifi_index,
				    (int32_t)weft_int(weft_at(o.than, "ifi-index"), 0)));
		r = call(x, m);
	}
	weft_reply_free(reply);
	return r;
}

/* What a port has of its master is refused in the message that gives it the master. */
static int finish(struct recreate *x, size_t i)
{
	const char *name = weft_str(weft_at(body(x, i), "ifname"), NULL);
	int r = 0;

	if (name && has_more(x, i))
		r = settle(x, i, name, WEFT_KEY(link, linkinfo));
	if (name && r == 0 && weft_at(body(x, i), "linkinfo").p)
		r = settle(x, i, name, 0);
	return r;
}

/* Deletes what was made: nothing is left half done without a word. A veth takes its other end along. */
static void undo(struct recreate *x, struct weft_error *e)
{
	for (size_t i = x->n; i-- > 0;) {
		const char *name = weft_str(weft_at(body(x, i), "ifname"), NULL);
		size_t len = strlen(e->msg);
		struct weft_msg *m;
		int r;

		if (!x->made[i] || !name)
			continue;
		m = weft_request("rt-link", "dellink", 0);
		weft_put(m, WEFT_KV(link, ifname, name));
		r = call(x, m);
		if (r < 0 && r != -ENODEV)
			(void)snprintf(e->msg + len, sizeof e->msg - len, "; %s is made and could not be removed", name);
	}
}

static int make_all(struct recreate *x, size_t *ret_failed)
{
	bool progress = true;
	int r = 0;

	for (size_t i = 0; i < x->n; i++)
		x->made[i] = is_there(x, i);
	/* lower devices first; what waits in a circle is tried all the same, for the kernel's word on it */
	for (bool forced = false; r == 0 && (progress || !forced); forced = !progress) {
		progress = false;
		for (size_t i = 0; r == 0 && i < x->n; i++) {
			size_t pair = x->made[i] ? x->n : other_end(x, i);

			if (x->made[i] || (!forced && must_wait(x, i, pair)))
				continue;
			r = make(x, i, pair);
			*ret_failed = i;
			progress = true;
		}
	}
	for (size_t i = 0; r == 0 && i < x->n; i++) {
		r = finish(x, i);
		*ret_failed = i;
	}
	return r;
}

int recreate_links(const struct cli *c, struct weft_session *s, struct weft_msg *const *all, size_t n, uint16_t flags,
		   size_t *ret_failed, struct weft_error *reterr)
{
	struct recreate x = { .c = c, .s = s, .all = all, .n = n, .flags = flags };
	int r;

	x.made = calloc(n ? n : 1, sizeof *x.made);
	if (!x.made)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	r = make_all(&x, ret_failed);
	if (r < 0) {
		*reterr = *weft_last_error(s);
		if (flags & WEFT_NLM_F_EXCL)
			undo(&x, reterr);
	}
	free(x.made);
	return r;
}
