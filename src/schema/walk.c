/* SPDX-License-Identifier: MIT */
/* From bytes to attrs: members of messages, nests and structs, items of lists. */
#include <errno.h>
#include <string.h>

#include "schema/schema.h"

enum {
	MEMBERS, /* of a struct or a fixed header */
	ATTRS,
	REPEATS,  /* items of a MULTI list: the same number again and again */
	NUMBERED, /* INDEXED, TYPED */
	PACKED,
	HOPS,
	ENDED,
};

/* Bytes of the tail of the header at p; 0 without one. */
static uint32_t tail_len(const struct weft_schema *h, const uint8_t *p, uint32_t len)
{
	if (!weft__has_tail(h))
		return 0;
	for (uint32_t i = 0; i < h->n; i++)
		if (h->fields[i].flags & WEFT_F_LENGTH && h->fields[i].number + 2u <= len)
			return weft_get_u16(p + h->fields[i].number);
	return 0;
}

uint32_t weft__header_len(const struct weft_schema *s, const uint8_t *p, uint32_t len)
{
	uint32_t n = weft__header_size(s);

	return n ? (n + tail_len(s->header, p, len) + 3u) & ~3u : 0;
}

static const struct weft_variant *by_text(const struct weft_choice *c, const char *s, size_t len)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].value && strlen(c->v[i].value) == len && !memcmp(c->v[i].value, s, len))
			return &c->v[i];
	return NULL;
}

static const struct weft_variant *by_number(const struct weft_choice *c, uint32_t n)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].number == n && (n || !c->v[i].value))
			return &c->v[i];
	return NULL;
}

/* What the value of a selector chooses. */
static const struct weft_variant *by_value(const struct weft_choice *c, const uint8_t *p, uint32_t len)
{
	if (c->n && c->v[0].number && len && len <= 4 && len != 3)
		return by_number(c, (uint32_t)weft__load(&(struct weft_field){ .type = WEFT_T_U32 }, p, len));
	return by_text(c, (const char *)p, strnlen((const char *)p, len));
}

/* What the sibling among the attributes at p chooses. */
static const struct weft_variant *by_sibling(const struct weft_choice *c, const uint8_t *p, uint32_t len)
{
	struct weft_reader r = weft_reader(p, len);
	struct weft_tlv t;

	while (weft_read_attr(&r, &t) > 0)
		if (t.type == c->selector)
			return by_value(c, t.p, t.len);
	return NULL;
}

const struct weft_schema *weft__content(const struct weft_field *f, const uint8_t *p, uint32_t len,
					struct weft__about about)
{
	const struct weft_choice *c = f->choice;
	const struct weft_variant *v = NULL;

	if (f->type != WEFT_T_SUB || !c)
		return f->sub;
	if (c->selector == WEFT_SELECT_FAMILY)
		v = by_number(c, about.family);
	else if (c->selector == WEFT_SELECT_OUTER)
		v = about.outer && about.outer <= c->n ? &c->v[about.outer - 1] : NULL;
	else
		v = by_sibling(c, p, len);
	return v ? v->schema : f->sub;
}

uint8_t weft__outer(const struct weft_field *f, const uint8_t *p, uint32_t len, uint8_t outer)
{
	const struct weft_variant *v;

	if (f->type != WEFT_T_NEST || !f->choice)
		return outer;
	v = by_sibling(f->choice, p, len);
	return v ? (uint8_t)(v - f->choice->v + 1) : 0;
}

const struct weft_schema *weft__tail(const struct weft_schema *s, const struct weft_field *f, const uint8_t *p,
				     uint32_t len)
{
	const struct weft_field *by = f->choice ? weft_field_by_number(s, f->choice->selector) : NULL;
	const struct weft_variant *v = NULL;

	if (f->type == WEFT_T_SUB && by && by->number + weft__type_width(by->type) <= len)
		v = by_number(f->choice, (uint32_t)weft__load(by, p + by->number, weft__type_width(by->type)));
	return v ? v->schema : f->sub;
}

struct weft_attr weft_body(const struct weft_schema *s, const void *p, uint32_t len)
{
	struct weft_attr a = { .p = p, .len = len, .item = 1, .schema = s };

	if (len && weft__begins_with_family(s))
		a.family = a.p[0];
	return a;
}

/* Numbers side by side, or a nest of some of them? No first value of such a list is the header of an
 * attribute. */
static bool is_nest(const struct weft_attr *in)
{
	uint32_t width = weft__part_size(in->field);

	return in->len >= WEFT_NLA_HDR + width && weft_get_u16(in->p) == WEFT_NLA_HDR + width &&
	       weft_get_u16(in->p + 2) > 0 && weft_get_u16(in->p + 2) < 256 && in->len % (WEFT_NLA_HDR + width) == 0;
}

struct weft_walk weft_walk(struct weft_attr in)
{
	static const uint8_t states[] = {
		[WEFT_L_MULTI] = REPEATS, [WEFT_L_INDEXED] = NUMBERED, [WEFT_L_INDEXED0] = NUMBERED,
		[WEFT_L_PACKED] = PACKED, [WEFT_L_HOPS] = HOPS,	       [WEFT_L_TYPED] = NUMBERED
	};
	struct weft_walk w = { .in = in, .r = weft_reader(in.p, in.p ? in.len : 0), .state = ENDED };
	uint8_t list = in.field && !in.item ? in.field->list : (uint8_t)WEFT_L_NONE;

	if (!in.p)
		return w;
	if (list != WEFT_L_NONE)
		w.state = states[list];
	else if (in.schema)
		w.state = in.schema->size || in.schema->header ? MEMBERS : ATTRS;
	if (w.state == PACKED && in.field->flags & WEFT_F_NEST_IN && is_nest(&in))
		w.state = NUMBERED;
	return w;
}

/* A place inside w's: what all have in common. */
static struct weft_attr inside(const struct weft_walk *w, const struct weft_field *f, const uint8_t *p, uint32_t len)
{
	return (struct weft_attr){ .p = p,
				   .len = len,
				   .family = w->in.family,
				   .item = 1,
				   .outer = w->in.outer,
				   .field = f,
				   .schema = f->sub };
}

/* The member that takes what is behind a struct; false: it cannot be of its type, and the bytes are
 * shown as they are. */
static bool next_tail(struct weft_walk *w, const struct weft_schema *s, const struct weft_field *f,
		      struct weft_attr *ret)
{
	uint32_t len = w->in.len - f->number, one = weft__part_size(f), counted;

	if (!w->in.schema->size) {
		counted = tail_len(s, w->in.p, w->in.len);
		if (counted == 0 || counted > len)
			return false;
		len = counted;
	}
	if (f->list == WEFT_L_PACKED && (!one || len % one))
		return false;
	*ret = inside(w, f, w->in.p + f->number, len);
	ret->number = f->number;
	ret->item = f->list == WEFT_L_NONE;
	ret->schema = weft__tail(s, f, w->in.p, w->in.len);
	if (ret->schema && ret->schema->size && f->type == WEFT_T_SUB && len < ret->schema->size)
		ret->schema = NULL;
	return true;
}

/* The next member that lies whole within the bytes; then the attributes, if it is a header. */
static int next_member(struct weft_walk *w, struct weft_attr *ret)
{
	const struct weft_schema *s = w->in.schema->size ? w->in.schema : w->in.schema->header;

	while (w->next < s->n) {
		const struct weft_field *f = &s->fields[w->next++];
		uint32_t size = f->list == WEFT_L_PACKED ? f->max : weft__part_size(f);

		if (f->flags & WEFT_F_TAIL) {
			if (w->in.len > f->number && next_tail(w, s, f, ret))
				return 1;
			continue;
		}
		if (weft__offset(f) + size > w->in.len || f->type == WEFT_T_PAD)
			continue;
		*ret = inside(w, f, w->in.p + weft__offset(f), size);
		ret->number = f->number;
		ret->item = f->list == WEFT_L_NONE;
		if (f->type == WEFT_T_SUB)
			ret->schema = weft__tail(s, f, w->in.p, w->in.len);
		return 1;
	}
	w->state = ENDED;
	if (w->in.schema->size)
		return 0;
	w->state = ATTRS;
	size_t skip = weft__header_len(w->in.schema, w->in.p, w->in.len);

	if (skip > w->r.len)
		skip = w->r.len;
	w->r = weft_reader(w->r.p + skip, w->r.len - (uint32_t)skip);
	return weft_walk_next(w, ret);
}

/* Whether bytes can be one value of a row's type. */
static bool is_value(const struct weft_field *f, uint32_t len, uint8_t family)
{
	uint32_t width = weft__type_width(f->type);

	if (width)
		return len == width;
	switch ((enum weft_type)f->type) {
	case WEFT_T_FLAG:
		return len <= 1; /* some are flags on input and one byte when the kernel sends them */
	case WEFT_T_UINT:
		return len == 1 || len == 2 || len == 4 || len == 8;
	case WEFT_T_IP:
		return family == WEFT_AF_INET ? len == 4
		       : family == WEFT_AF_INET6
			   ? len == 16
			   : len == 4 || len == 16 || (family == WEFT_AF_MPLS && len && len % 4 == 0);
	case WEFT_T_LABELS:
		return len && len % 4 == 0;
	case WEFT_T_VIA:
		return len == 6 || len == 8 || len == 18; /* of IPv4, Ethernet, IPv6 */
	case WEFT_T_MAC:
		return len && len <= sizeof((struct weft_mac *)0)->b;
	default:
		return true;
	}
}

/* Whether a payload can be what its row says; what cannot is shown as unknown bytes. */
static bool fits(const struct weft_field *f, uint32_t len, uint8_t family)
{
	if (f->list == WEFT_L_PACKED)
		return weft__part_size(f) && len % weft__part_size(f) == 0;
	return (f->list != WEFT_L_NONE && f->list != WEFT_L_MULTI) || is_value(f, len, family);
}

/* What is chosen is looked for once for all repetitions of a row. */
static void choose(struct weft_walk *w, const struct weft_field *f)
{
	const struct weft_attr *in = &w->in;
	uint32_t skip = weft__header_len(in->schema, in->p, in->len);

	if (w->by == f)
		return;
	w->by = f;
	w->chosen = weft__content(f, in->p + skip, in->len - skip, (struct weft__about){ in->family, in->outer });
	w->outer = weft__outer(f, in->p + skip, in->len - skip, in->outer) & 0x7fu;
}

/* An address family and an address as long as it says. */
static bool is_via(const struct weft_tlv *t)
{
	uint16_t family = weft_get_u16(t->p);

	return t->len == 6 ? family == WEFT_AF_INET : t->len == 18 ? family == WEFT_AF_INET6 : family == WEFT_AF_PACKET;
}

static struct weft_attr attr_of(struct weft_walk *w, const struct weft_field *f, const struct weft_tlv *t)
{
	const struct weft_attr *in = &w->in;
	struct weft_attr a = { .p = t->p, .len = t->len, .number = t->type, .family = in->family, .outer = in->outer };

	if (!f || f->type == WEFT_T_PAD || !fits(f, t->len, in->family))
		return a;
	if (f->type == WEFT_T_VIA && !is_via(t))
		return a;
	a.field = f;
	a.item = f->list == WEFT_L_MULTI || f->list == WEFT_L_NONE;
	if (f->type >= WEFT_T_NEST)
		a.schema = f->sub;
	if (f->type >= WEFT_T_NEST && f->choice) {
		choose(w, f);
		a.schema = w->chosen;
		a.outer = w->outer & 0x7fu;
	}
	return a;
}

static int next_hop(struct weft_walk *w, struct weft_attr *ret)
{
	uint32_t len = w->r.len >= 8 ? weft_get_u16(w->r.p) : 0, step;

	if (w->r.len == 0) {
		w->state = ENDED;
		return 0;
	}
	if (len < 8 || len > w->r.len) {
		w->state = ENDED;
		return -EBADMSG;
	}
	*ret = inside(w, w->in.field, w->r.p, len);
	ret->number = (uint16_t)w->next++;
	step = (len + 3) & ~3u;
	step = step > w->r.len ? w->r.len : step;
	w->r = weft_reader(w->r.p + step, w->r.len - step);
	return 1;
}

static int next_packed(struct weft_walk *w, struct weft_attr *ret)
{
	uint32_t size = weft__part_size(w->in.field);

	if (size == 0 || w->r.len < size) {
		w->state = ENDED;
		return 0;
	}
	*ret = inside(w, w->in.field, w->r.p, size);
	ret->number = (uint16_t)w->next++;
	w->r = weft_reader(w->r.p + size, w->r.len - size);
	return 1;
}

/* An item of a nest whose members' types are positions or data. */
static int next_numbered(struct weft_walk *w, struct weft_attr *ret)
{
	struct weft_tlv t;
	int r = weft_read_attr(&w->r, &t);

	if (r <= 0) {
		w->state = ENDED;
		return r;
	}
	*ret = inside(w, w->in.field, t.p, t.len);
	ret->number = t.type;
	if (!is_value(w->in.field, t.len, w->in.family)) {
		ret->field = NULL;
		ret->schema = NULL;
	}
	return 1;
}

static int next_attr(struct weft_walk *w, struct weft_attr *ret)
{
	struct weft_tlv t;
	int r;

	for (;;) {
		r = weft_read_attr(&w->r, &t);
		if (r <= 0) {
			w->state = ENDED;
			return r;
		}
		if (w->state == REPEATS) {
			if (t.type != w->in.number || !fits(w->in.field, t.len, w->in.family))
				continue;
			*ret = inside(w, w->in.field, t.p, t.len);
			ret->number = t.type;
			return 1;
		}
		const struct weft_field *f = weft_field_by_number(w->in.schema, t.type);

		if (f && f->type == WEFT_T_PAD && t.len == 0)
			continue;
		*ret = attr_of(w, f, &t);
		return 1;
	}
}

int weft_walk_next(struct weft_walk *w, struct weft_attr *ret)
{
	switch (w->state) {
	case MEMBERS:
		return next_member(w, ret);
	case ATTRS:
	case REPEATS:
		return next_attr(w, ret);
	case NUMBERED:
		return next_numbered(w, ret);
	case PACKED:
		return next_packed(w, ret);
	case HOPS:
		return next_hop(w, ret);
	default:
		return 0;
	}
}

struct weft_attr weft_after(struct weft_walk *w)
{
	struct weft_attr a = { 0 };

	if (weft_walk_next(w, &a) <= 0)
		a.p = NULL;
	return a;
}

struct weft_attr weft_first(struct weft_walk *w, struct weft_attr list)
{
	*w = weft_walk(list);
	return weft_after(w);
}
