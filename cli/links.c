/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "links.h"

/* Where an index stands or would stand: they are kept in order. */
static size_t place(const struct links *l, uint32_t index)
{
	size_t from = 0, to = l->n;

	if (l->n && l->v[l->n - 1].index < index)
		return l->n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (l->v[mid].index < index)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static struct link_name *link_of(const struct links *l, uint32_t index)
{
	size_t i = l ? place(l, index) : 0;

	return l && i < l->n && l->v[i].index == index ? &l->v[i] : NULL;
}

static bool add(struct links *l, const struct weft_link *link)
{
	size_t at = place(l, (uint32_t)link->index);

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		struct link_name *p = realloc(l->v, cap * sizeof *p);

		if (!p)
			return false;
		l->v = p;
		l->cap = cap;
	}
	if (at == l->n || l->v[at].index != (uint32_t)link->index) {
		memmove(&l->v[at + 1], &l->v[at], (l->n - at) * sizeof *l->v);
		l->n++;
	}
	l->v[at].index = (uint32_t)link->index;
	(void)snprintf(l->v[at].name, 16, "%s", link->ifname ? link->ifname : "");
	return true;
}

bool links_note(struct links *l, struct weft_attr body)
{
	struct weft_link link;

	return weft_link_view(body, &link) < 0 || !link.ifname || add(l, &link);
}

int links_load(struct weft_session *s, struct links *ret)
{
	struct weft_dump *d;
	struct weft_link l;
	int r = weft_link_dump(s, NULL, &d);
	bool room = true;

	*ret = (struct links){ 0 };
	if (r < 0)
		return cli_error(weft_last_error(s), "");
	while (room && (r = weft_link_next(d, &l)) > 0)
		room = add(ret, &l);
	weft_dump_close(d);
	if (!room)
		return cli_fail(CLI_INTERNAL, "out of memory");
	return r < 0 && r != -EAGAIN ? cli_error(weft_last_error(s), "") : 0;
}

void links_free(struct links *l)
{
	free(l->v);
	*l = (struct links){ 0 };
}

const char *links_name(const struct links *l, uint32_t index, char *buf, size_t size)
{
	const struct link_name *at = link_of(l, index);

	if (at)
		return at->name;
	(void)snprintf(buf, size, "%u", index);
	return buf;
}

uint32_t links_index(const struct links *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return l->v[i].index;
	return 0;
}

uint32_t links_ask(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	uint32_t index = 0;

	weft_put_named(m, "alt-ifname", weft_kv_str(0, name));
	if (weft_call(s, m, &r) == 0 && r)
		index = (uint32_t)weft_int(weft_at(weft_reply_body(r), "ifi-index"), 0);
	weft_reply_free(r);
	return index;
}
