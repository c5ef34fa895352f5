/* SPDX-License-Identifier: MIT */
/* Values and messages as people read them. */
#include <errno.h>
#include <string.h>

#include "schema/schema.h"

/* A number with its unit; false: it has none. */
static bool with_unit(struct weft_attr a, struct weft_text *t)
{
	uint64_t v = weft__load(a.field, a.p, a.len);
	bool minus = weft__type_signed(a.field->type) && (int64_t)v < 0;

	if (minus)
		weft_text_putc(t, '-');
	return weft__unit_text(a.field->unit, minus ? 0 - v : v, t);
}

/* JSON without its quotes, brackets and escapes is what people write; strings are made safe for a
 * terminal on their own. */
int weft_value_text(struct weft_attr a, struct weft_text *t)
{
	struct weft_text j = { 0 };
	int r;

	if (!a.p)
		return t->err;
	if (a.field && a.field->type == WEFT_T_STR && a.item) {
		weft_text_safe(t, (const char *)a.p, strnlen((const char *)a.p, a.len));
		return t->err;
	}
	if (a.field && a.field->unit && a.item && with_unit(a, t))
		return t->err;
	if (a.field && a.field->flags & WEFT_F_WORDS && a.item) {
		const char *name = weft_names_name(a.field->names, (uint32_t)weft_uint(a, UINT32_MAX));

		if (name) {
			weft_text_puts(t, name);
			return t->err;
		}
	}
	if (a.field && a.field->type == WEFT_T_VIA) {
		struct weft_ip ip = weft_ip_of(a);
		char buf[WEFT_IP_TEXT];

		if (ip.family)
			weft_text_puts(t, weft_ip_text(&ip, buf));
		else
			weft__mac_text(a.p + 2, a.len - 2, t);
		return t->err;
	}
	r = weft_json(a, &j);
	if (r == 0) {
		bool plain = a.schema == NULL;

		for (size_t i = 0; i < j.len; i++)
			if (!plain || !strchr("\"[]", j.p[i]))
				weft_text_putc(t, j.p[i]);
	}
	if (!t->err)
		t->err = j.err;
	weft_text_free(&j);
	return r < 0 ? r : t->err;
}

static int block(struct weft_attr in, struct weft_text *t, int depth);

/* The lines of a nest, or its bytes when they are no attributes. */
static int below(struct weft_attr a, struct weft_text *t, int depth)
{
	size_t start = t->len;
	int r;

	weft_text_putc(t, '\n');
	r = block(a, t, depth);
	if (r == -EBADMSG) {
		t->len = start;
		weft_text_putc(t, ' ');
		weft_text_hex(t, a.p, a.len);
		weft_text_putc(t, '\n');
		r = t->err;
	}
	return r;
}

static int block(struct weft_attr in, struct weft_text *t, int depth)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;
	int r;

	while ((r = weft_walk_next(&w, &a)) > 0) {
		char name[64];

		for (int i = 0; i < depth; i++)
			weft_text_puts(t, "  ");
		if (in.field && !in.item)
			weft_text_printf(t, "[%u]:", a.number);
		else if (a.field)
			weft_text_printf(t, "%s:", weft_field_name(a.field, name, sizeof name));
		else
			weft_text_printf(t, "@%u:", a.number);
		if ((a.schema || (a.field && !a.item)) && depth < WEFT__DEPTH &&
		    (a.schema || a.field->list != WEFT_L_PACKED)) {
			r = below(a, t, depth + 1);
		} else {
			weft_text_putc(t, ' ');
			r = weft_value_text(a, t);
			weft_text_putc(t, '\n');
		}
		if (r < 0)
			return r;
	}
	return r < 0 ? r : t->err;
}

int weft_show(struct weft_attr a, struct weft_text *t)
{
	return a.p ? block(a, t, 0) : t->err;
}
