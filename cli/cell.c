/* SPDX-License-Identifier: MIT */
/* The text of a column. */
#include <string.h>

#include "object.h"

struct weft_attr entry_at(const struct entry *e, const char *path)
{
	return strncmp(path, "../", 3) == 0 ? weft_at(e->msg, path + 3) : weft_at(e->at, path);
}

/* Items below one step of a path of lists. */
static int below(const struct object *o, struct weft_attr msg, struct weft_attr at, const char *path, entry_fn *fn,
		 void *user)
{
	size_t n = strcspn(path, "/");
	char step[64];
	int r = 0;

	if (!*path)
		return fn(&(struct entry){ msg, at }, user);
	if (n >= sizeof step)
		return 0;
	memcpy(step, path, n);
	step[n] = 0;
	path += path[n] ? n + 1 : n;
	WEFT_EACH(item, weft_at(at, step))
	if (r == 0)
		r = below(o, msg, item, path, fn, user);
	return r;
}

int entries(const struct object *o, struct weft_attr msg, entry_fn *fn, void *user)
{
	if (o->is && !o->is(msg))
		return 0;
	return below(o, msg, msg, o->items ? o->items : "", fn, user);
}

static bool prefix(const struct column *col, const struct entry *e, struct weft_attr a, struct weft_text *t)
{
	uint64_t len = weft_uint(entry_at(e, col->beside), 0);

	if (!a.p && len == 0 && col->absent) {
		weft_text_puts(t, col->absent);
		return true;
	}
	if (!a.p || weft_value_text(a, t) < 0)
		return false;
	if (a.family != WEFT_AF_MPLS) {
		weft_text_putc(t, '/');
		weft_text_uint(t, len);
	}
	return true;
}

/* "80-90/0xffff": what is usual is not said. */
static bool range(const struct column *col, const struct entry *e, struct weft_attr a, struct weft_text *t)
{
	uint64_t from = weft_uint(weft_at(a, "start"), 0), to = weft_uint(weft_at(a, "end"), 0);
	struct weft_attr mask = col->beside ? entry_at(e, col->beside) : (struct weft_attr){ 0 };

	weft_text_uint(t, from);
	if (to != from) {
		weft_text_putc(t, '-');
		weft_text_uint(t, to);
	}
	if (weft_uint(mask, 0xffff) != 0xffff)
		weft_text_printf(t, "/%#x", (unsigned)weft_uint(mask, 0));
	return true;
}

static bool masked(const struct column *col, const struct entry *e, struct weft_attr a, struct weft_text *t)
{
	uint64_t v = weft_uint(a, 0), mask = weft_uint(entry_at(e, col->beside), UINT32_MAX);

	weft_text_printf(t, "%#llx", (unsigned long long)v);
	if (mask != UINT32_MAX)
		weft_text_printf(t, "/%#llx", (unsigned long long)mask);
	return true;
}

bool value_text(enum form form, struct weft_attr a, const struct links *links, struct weft_text *t)
{
	uint64_t v = weft_uint(a, 0);
	const char *word;
	char buf[16];

	if (form == DEVICE && v == 0)
		return false;
	if (form == DEVICE) {
		weft_text_puts(t, links_name(links, (uint32_t)v, buf, sizeof buf));
		return true;
	}
	word = form_word(form, v);
	if (!word)
		return weft_value_text(a, t) == 0;
	weft_text_puts(t, word);
	return true;
}

static bool is_number(const struct column *col, struct weft_attr a)
{
	return col->form == AS_IS && a.field && !a.field->unit && a.field->type >= WEFT_T_U8 &&
	       a.field->type <= WEFT_T_UINT && (!a.field->names || a.field->flags & WEFT_F_NAMED);
}

bool cell(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t,
	  bool *ret_number)
{
	struct weft_attr a;

	*ret_number = false;
	if (col->text) {
		*ret_number = col->number;
		return col->text(col, e, links, t);
	}
	a = entry_at(e, col->path);
	if (!a.p && col->or)
		a = entry_at(e, col->or);
	if (col->form == PREFIX)
		return prefix(col, e, a, t);
	if (!a.p && col->absent) {
		weft_text_puts(t, col->absent);
		*ret_number = col->form == AS_IS;
		return true;
	}
	if (!a.p)
		return false;
	if (col->form == RANGE)
		return range(col, e, a, t);
	if (col->form == MASKED)
		return masked(col, e, a, t);
	if (col->form == BIT) {
		weft_text_puts(t, !(weft_uint(a, 0) & col->bit) == col->unset ? "true" : "false");
		*ret_number = true;
		return true;
	}
	*ret_number = is_number(col, a);
	return value_text(col->form, a, links, t);
}
