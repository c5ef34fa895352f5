/* SPDX-License-Identifier: MIT */
/* JSON with the names and value forms of the kernel's ynl tool. Every byte that a message has can be
 * read back: what has no row, or does not fit its row, is "@NUMBER": "hex". */
#include <errno.h>
#include <string.h>

#include "base/room.h"
#include "schema/schema.h"

static int value(struct weft_attr a, struct weft_text *t, int depth);

/* A token as text: '_' becomes '-', in eight bytes at a time. Keys are most of the output. */
static void dashed(const char *token, char *to)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7fu, score = 0x5f5f5f5f5f5f5f5fu;
	uint64_t v[WEFT_TOKEN_MAX / 8];

	memcpy(v, token, sizeof v);
	for (size_t i = 0; i < WEFT_TOKEN_MAX / 8; i++) {
		uint64_t x = v[i] ^ score;
		/* the top bit of each byte that is '_' */
		uint64_t is = ~(((x & low) + low) | x | low);

		/* '_' and '-' differ in 0x72 */
		v[i] ^= is >> 1 | is >> 2 | is >> 3 | is >> 6;
	}
	memcpy(to, v, sizeof v);
}

/* The key of a row. */
static void row_key(const struct weft_field *f, struct weft_text *t, bool *first)
{
	char *p = weft__text_room(t, WEFT_TOKEN_MAX + 4), *at = p;

	if (!p)
		return;
	*at = ',';
	at += !*first;
	*first = false;
	*at++ = '"';
	dashed(f->token, at);
	at += f->token_len ? f->token_len : strnlen(f->token, WEFT_TOKEN_MAX);
	memcpy(at, "\":", 3);
	t->len += (size_t)(at - p) + 2;
}

static void key(const struct weft_attr *a, struct weft_text *t, bool *first)
{
	if (a->field && a->field->number != WEFT_NUMBER_ANY && !a->field->name) {
		row_key(a->field, t, first);
		return;
	}
	weft_text_puts(t, *first ? "\"" : ",\"");
	*first = false;
	if (!a->field)
		weft_text_putc(t, '@');
	if (a->field && a->field->name)
		weft_text_puts(t, a->field->name);
	else
		weft_text_uint(t, a->number);
	weft_text_puts(t, "\":");
}

static void hex(struct weft_attr a, struct weft_text *t)
{
	weft_text_putc(t, '"');
	weft_text_hex(t, a.p, a.len);
	weft_text_putc(t, '"');
}

/* Sorted names of the set bits, then what is left as one number. */
static void flags(const struct weft_names *n, uint64_t v, struct weft_text *t)
{
	const char *last = "", *sep = "";

	weft_text_putc(t, '[');
	for (;;) {
		const struct weft_name *best = NULL;

		for (uint32_t i = 0; i < n->n; i++) {
			const struct weft_name *x = &n->v[i];

			if (x->value && (v & x->value) == x->value && strcmp(x->name, last) > 0 &&
			    (!best || strcmp(x->name, best->name) < 0))
				best = x;
		}
		if (!best)
			break;
		weft_text_puts(t, sep);
		weft_text_json(t, best->name, strlen(best->name));
		last = best->name;
		sep = ",";
	}
	for (uint32_t i = 0; i < n->n; i++)
		v &= ~(uint64_t)n->v[i].value;
	if (v) {
		weft_text_puts(t, sep);
		weft_text_uint(t, v);
	}
	weft_text_putc(t, ']');
}

static void number(const struct weft_field *f, const uint8_t *p, uint32_t len, struct weft_text *t)
{
	uint64_t v = weft__load(f, p, len);
	const char *name = NULL;

	if (f->names && (f->flags & WEFT_F_FLAGS)) {
		flags(f->names, v, t);
		return;
	}
	if (f->names && v <= UINT32_MAX && !(f->flags & (WEFT_F_WORDS | WEFT_F_NAMED)))
		name = weft_names_name(f->names, (uint32_t)v);
	if (name) {
		/* names are plain words */
		weft_text_putc(t, '"');
		weft_text_puts(t, name);
		weft_text_putc(t, '"');
	} else if (weft__type_signed(f->type))
		weft_text_int(t, (int64_t)v);
	else
		weft_text_uint(t, v);
}

/* A label stack, or the bytes when it is none that has a text. */
static void labels(struct weft_attr a, struct weft_text *t)
{
	size_t start = t->len;

	weft_text_putc(t, '"');
	if (weft__labels_text(a.p, a.len, t)) {
		weft_text_putc(t, '"');
		return;
	}
	t->len = start;
	hex(a, t);
}

static void address(struct weft_attr a, struct weft_text *t)
{
	struct weft_ip ip = weft_ip_of(a);
	char buf[WEFT_IP_TEXT];

	if (a.family == WEFT_AF_MPLS && a.field->type == WEFT_T_IP) {
		labels(a, t);
		return;
	}
	weft_text_putc(t, '"');
	weft_text_puts(t, weft_ip_text(&ip, buf));
	weft_text_putc(t, '"');
}

static void mac(struct weft_attr a, struct weft_text *t)
{
	weft_text_putc(t, '"');
	weft__mac_text(a.p, a.len, t);
	weft_text_putc(t, '"');
}

static void via(struct weft_attr a, struct weft_text *t)
{
	uint16_t family = weft_get_u16(a.p);
	struct weft_ip ip = weft_ip_of(a);
	char buf[WEFT_IP_TEXT];

	weft_text_puts(t, "{\"family\":");
	weft_text_uint(t, family);
	weft_text_puts(t, ",\"addr\":\"");
	if (ip.family == family)
		weft_text_puts(t, weft_ip_text(&ip, buf));
	else
		weft__mac_text(a.p + 2, a.len - 2, t);
	weft_text_puts(t, "\"}");
}

static void leaf(struct weft_attr a, struct weft_text *t)
{
	switch ((enum weft_type)a.field->type) {
	case WEFT_T_FLAG:
		weft_text_puts(t, a.len && !a.p[0] ? "false" : "true");
		break;
	case WEFT_T_STR:
		weft_text_json(t, (const char *)a.p, strnlen((const char *)a.p, a.len));
		break;
	case WEFT_T_IP:
	case WEFT_T_IP4:
	case WEFT_T_IP6:
		address(a, t);
		break;
	case WEFT_T_MAC:
		mac(a, t);
		break;
	case WEFT_T_VIA:
		via(a, t);
		break;
	case WEFT_T_LABELS:
		labels(a, t);
		break;
	case WEFT_T_BITFIELD32:
		weft_text_puts(t, "{\"value\":");
		weft_text_uint(t, weft_get_u32(a.p));
		weft_text_puts(t, ",\"selector\":");
		weft_text_uint(t, weft_get_u32(a.p + 4));
		weft_text_putc(t, '}');
		break;
	default:
		if (weft__is_number(a.field->type))
			number(a.field, a.p, a.len, t);
		else
			hex(a, t);
	}
}

static bool came_before(struct weft_attr in, const struct weft_attr *a);

/* More items of a number that had its turn: as bytes, all at the second of them. */
static void again(struct weft_attr list, struct weft_attr second, struct weft_text *t, bool *first)
{
	struct weft_walk w = weft_walk(list);
	struct weft_attr a;
	int n = 0;

	while (weft_walk_next(&w, &a) > 0)
		if (a.number == second.number) {
			if (n == 1 && a.p != second.p)
				return;
			n++;
		}
	second.field = NULL;
	key(&second, t, first);
	weft_text_puts(t, n > 2 ? "[" : "");
	w = weft_walk(list);
	for (int i = 0; weft_walk_next(&w, &a) > 0;) {
		if (a.number != second.number || i++ == 0)
			continue;
		if (i > 2)
			weft_text_putc(t, ',');
		hex(a, t);
	}
	weft_text_puts(t, n > 2 ? "]" : "");
}

static int items(struct weft_attr list, struct weft_text *t, int depth)
{
	bool typed = list.field->list == WEFT_L_TYPED, first = true;
	bool keyed = list.field->list == WEFT_L_INDEXED && list.schema;
	struct weft_walk w = weft_walk(list);
	struct weft_attr a;
	int r;

	weft_text_putc(t, typed ? '{' : '[');
	while ((r = weft_walk_next(&w, &a)) > 0) {
		if (typed && came_before(list, &a)) {
			again(list, a, t, &first);
			continue;
		}
		if (!first)
			weft_text_putc(t, ',');
		first = false;
		if (typed || keyed) {
			weft_text_puts(t, keyed ? "{\"" : "\"");
			weft_text_uint(t, a.number);
			weft_text_puts(t, "\":");
		}
		r = value(a, t, depth + 1);
		if (r < 0)
			return r;
		if (keyed)
			weft_text_putc(t, '}');
	}
	weft_text_putc(t, typed ? '}' : ']');
	return r;
}

/* Which rows were shown already, by place in the table. */
struct seen {
	uint64_t bit[4];
};

static bool test_and_set(struct seen *s, const struct weft_attr *in, const struct weft_attr *a)
{
	size_t i = (size_t)(a->field - in->schema->fields);
	bool was;

	if (i >= 256)
		return came_before(*in, a);
	was = s->bit[i / 64] >> i % 64 & 1;
	s->bit[i / 64] |= (uint64_t)1 << i % 64;
	return was;
}

/* Whether the same number stands before a. */
static bool came_before(struct weft_attr in, const struct weft_attr *a)
{
	struct weft_walk w = weft_walk(in);
	struct weft_attr b;

	while (weft_walk_next(&w, &b) > 0 && b.p < a->p)
		if (b.number == a->number)
			return true;
	return false;
}

/* Whether an attr is shown as "@NUMBER": it has no row, or its row had its turn. */
static bool is_extra(struct seen *s, const struct weft_attr *in, const struct weft_attr *a, bool *ret_repeat)
{
	*ret_repeat = false;
	if (!a->field)
		return true;
	if (a->field->number == WEFT_NUMBER_ANY)
		return came_before(*in, a);
	*ret_repeat = test_and_set(s, in, a);
	return *ret_repeat && a->field->list != WEFT_L_MULTI;
}

/* All attributes of one number that are shown as bytes: one string, or an array of them. */
static void extras(struct weft_attr in, uint16_t num, struct weft_text *t)
{
	for (int pass = 0, n = 0; pass < 2; pass++) {
		struct seen s = { { 0 } };
		struct weft_walk w = weft_walk(in);
		struct weft_attr a;
		int i = 0;
		bool repeat;

		if (pass && n > 1)
			weft_text_putc(t, '[');
		while (weft_walk_next(&w, &a) > 0) {
			if (a.number != num)
				continue;
			if (w.next && a.p < in.p + weft__header_len(in.schema, in.p, in.len))
				continue;
			if (!is_extra(&s, &in, &a, &repeat))
				continue;
			if (pass) {
				if (i++)
					weft_text_putc(t, ',');
				hex(a, t);
			} else {
				n++;
			}
		}
		if (pass && n > 1)
			weft_text_putc(t, ']');
	}
}

/* Whether "@num" was printed for an attribute before the one at p. */
static bool printed(struct weft_attr in, uint16_t num, const uint8_t *p)
{
	struct seen s = { { 0 } };
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;
	bool repeat;

	while (weft_walk_next(&w, &a) > 0 && a.p < p) {
		if (a.p < in.p + weft__header_len(in.schema, in.p, in.len))
			continue;
		if (a.number == num && is_extra(&s, &in, &a, &repeat))
			return true;
	}
	return false;
}

/* A struct that older or newer kernels have shorter or longer: its size, and the bytes behind the last
 * known member that lies whole in it. */
static void odd_size(struct weft_attr in, uint32_t end, struct weft_text *t, bool first)
{
	end = in.len > in.schema->size ? in.schema->size : end;
	weft_text_puts(t, first ? "\"@size\":" : ",\"@size\":");
	weft_text_uint(t, in.len);
	if (in.len > end) {
		weft_text_puts(t, ",\"@rest\":\"");
		weft_text_hex(t, in.p + end, in.len - end);
		weft_text_putc(t, '"');
	}
}

/* The numbers at the beginning of a fixed header, without the way that attributes take: they are most of
 * what a route has. Returns how many members were told. */
static uint32_t plain_header(struct weft_attr in, struct weft_text *t, bool *first)
{
	const struct weft_schema *h = in.schema->size ? NULL : in.schema->header;
	uint32_t i;

	for (i = 0; h && i < h->n; i++) {
		const struct weft_field *f = &h->fields[i];
		uint32_t width = weft__type_width(f->type);

		if (!weft__is_number(f->type) || f->list || f->name || f->bits || f->number + width > in.len)
			break;
		row_key(f, t, first);
		number(f, in.p + f->number, width, t);
	}
	return i;
}

static int members(struct weft_attr in, struct weft_text *t, int depth)
{
	uint32_t header = weft__header_len(in.schema, in.p, in.len), end = 0;
	struct seen s = { { 0 } };
	struct weft_walk w = weft_walk(in);
	struct weft_attr a;
	bool first = true, repeat;
	int r;

	weft_text_putc(t, '{');
	w.next = plain_header(in, t, &first);
	while ((r = weft_walk_next(&w, &a)) > 0) {
		bool member = in.schema->size || a.p < in.p + header;

		if (member && (uint32_t)(a.p - in.p) + a.len > end)
			end = (uint32_t)(a.p - in.p) + a.len;
		if (!member && is_extra(&s, &in, &a, &repeat)) {
			if (printed(in, a.number, a.p))
				continue;
			a.field = NULL;
			key(&a, t, &first);
			extras(in, a.number, t);
			continue;
		}
		if (!member && a.field->list == WEFT_L_MULTI) {
			if (repeat)
				continue;
			key(&a, t, &first);
			a.item = 0;
			a.len = (uint32_t)(in.p + in.len - a.p + WEFT_NLA_HDR);
			a.p -= WEFT_NLA_HDR;
		} else {
			key(&a, t, &first);
		}
		r = value(a, t, depth + 1);
		if (r < 0)
			return r;
	}
	if (in.schema->size && in.len != in.schema->size && (in.len < in.schema->size || end != in.len))
		odd_size(in, end, t, first);
	weft_text_putc(t, '}');
	return r;
}

static int value(struct weft_attr a, struct weft_text *t, int depth)
{
	size_t start = t->len;
	int r;

	if (!a.item && a.field && depth < WEFT__DEPTH)
		r = items(a, t, depth);
	else if (a.schema && depth < WEFT__DEPTH)
		r = members(a, t, depth);
	else if (a.field && a.field->type < WEFT_T_NEST) {
		leaf(a, t);
		return t->err;
	} else {
		hex(a, t);
		return t->err;
	}
	/* bytes that are no attributes: shown as they are, but not at the top */
	if (r == -EBADMSG && depth > 0) {
		t->len = start;
		hex(a, t);
		r = 0;
	}
	return t->err ? t->err : r;
}

int weft_json(struct weft_attr a, struct weft_text *t)
{
	if (!a.p)
		weft_text_puts(t, "null");
	return a.p ? value(a, t, 0) : t->err;
}
