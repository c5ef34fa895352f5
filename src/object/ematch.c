/* SPDX-License-Identifier: MIT */
/* Trees of extended matches: text to tcf_ematch structs and back. The kernel has a tree as a list: siblings
 * stand together, and a container says where those inside it begin (net/sched/ematch.c). */
#include <stdio.h>
#include <string.h>

#include "object/ematch.h"
#include "schema/msg.h"

enum {
	AND = 1,
	OR = 2,
	INVERT = 4,
	DEPTH = 8,
};

static const struct {
	const char *name;
	uint16_t kind;
} kinds[] = { { "cmp", WEFT__EM_CMP },	  { "nbyte", WEFT__EM_NBYTE }, { "u32", WEFT__EM_U32 },
	      { "meta", WEFT__EM_META },  { "text", WEFT__EM_TEXT },   { "canid", WEFT__EM_CANID },
	      { "ipset", WEFT__EM_IPSET } };

struct node {
	uint16_t kind, flags;
	int16_t child, next; /* -1: none */
	struct weft__em_scan text;
};
struct tree {
	struct node node[WEFT__EM_NODES];
	int16_t n;
};

static void blanks(struct weft__em_scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

bool weft__em_word(struct weft__em_scan *s, const char **ret, size_t *ret_len, bool *ret_quoted)
{
	const char *from;

	blanks(s);
	if (s->at == s->end)
		return false;
	*ret_quoted = *s->at == '"';
	from = s->at += *ret_quoted;
	while (s->at < s->end && (*ret_quoted ? *s->at != '"' : *s->at != ' '))
		s->at++;
	*ret = from;
	*ret_len = (size_t)(s->at - from);
	if (*ret_quoted && s->at == s->end)
		return false;
	s->at += *ret_quoted;
	return true;
}

bool weft__em_is(struct weft__em_scan *s, const char *word)
{
	struct weft__em_scan was = *s;
	const char *p;
	size_t len;
	bool quoted;

	if (weft__em_word(s, &p, &len, &quoted) && !quoted && strlen(word) == len && memcmp(p, word, len) == 0)
		return true;
	*s = was;
	return false;
}

bool weft__em_number(struct weft__em_scan *s, uint64_t max, uint64_t *ret)
{
	const char *p;
	size_t len;
	bool quoted;

	return weft__em_word(s, &p, &len, &quoted) && !quoted && weft__cls_number(p, len, max, ret);
}

bool weft__em_operator(struct weft__em_scan *s, uint64_t *ret)
{
	static const char *const names[] = { "eq", "gt", "lt" };

	for (*ret = 0; *ret < 3; ++*ret)
		if (weft__em_is(s, names[*ret]))
			return true;
	return false;
}

bool weft__em_layer(struct weft__em_scan *s, uint64_t *ret)
{
	static const char *const names[] = { "link", "network", "transport" };

	for (*ret = 0; *ret < 3; ++*ret)
		if (weft__em_is(s, names[*ret]))
			return true;
	return weft__em_number(s, 15, ret);
}

/* The place of the parenthesis that closes what begins at p, or NULL. */
static const char *closing(const char *p, const char *end)
{
	int depth = 1;

	for (; p < end; p++) {
		if (*p == '"') {
			p = memchr(p + 1, '"', (size_t)(end - p - 1));
			if (!p)
				return NULL;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' && --depth == 0) {
			return p;
		}
	}
	return NULL;
}

static int16_t parse(struct tree *t, struct weft__em_scan *s, int depth);

/* Name and what stands in its parentheses; or a tree in parentheses. */
static bool parse_one(struct tree *t, struct node *n, struct weft__em_scan *s, int depth)
{
	const char *open, *close;
	size_t i = 0, len;

	blanks(s);
	open = memchr(s->at, '(', (size_t)(s->end - s->at));
	close = open ? closing(open + 1, s->end) : NULL;
	if (!close)
		return false;
	n->text = (struct weft__em_scan){ open + 1, close };
	len = (size_t)(open - s->at);
	if (len == 0) {
		struct weft__em_scan inner = n->text;

		n->kind = WEFT__EM_CONTAINER;
		n->child = parse(t, &inner, depth + 1);
		s->at = close + 1;
		return n->child >= 0;
	}
	while (i < sizeof kinds / sizeof *kinds &&
	       (strlen(kinds[i].name) != len || strncmp(kinds[i].name, s->at, len) != 0))
		i++;
	if (i == sizeof kinds / sizeof *kinds)
		return false;
	n->kind = kinds[i].kind;
	s->at = close + 1;
	return true;
}

/* Siblings up to the end; the place of the first, or -1. */
static int16_t parse(struct tree *t, struct weft__em_scan *s, int depth)
{
	int16_t first = -1;
	struct node *last = NULL;

	if (depth > DEPTH)
		return -1;
	do {
		struct node *n = &t->node[t->n];

		if (t->n == WEFT__EM_NODES)
			return -1;
		*n = (struct node){ .child = -1, .next = -1 };
		if (last)
			last->next = t->n;
		else
			first = t->n;
		t->n++;
		if (weft__em_is(s, "not"))
			n->flags |= INVERT;
		if (!parse_one(t, n, s, depth))
			return -1;
		last = n;
		blanks(s);
		if (s->at == s->end)
			return first;
		if (weft__em_is(s, "and"))
			n->flags |= AND;
		else if (weft__em_is(s, "or"))
			n->flags |= OR;
	} while (last->flags & (AND | OR));
	return -1;
}

/* Places in the kernel's list: siblings one after the other, then those inside them. */
static void flatten(const struct tree *t, int16_t first, int16_t *order, int16_t *n, int16_t *inside)
{
	for (int16_t i = first; i >= 0; i = t->node[i].next)
		order[(*n)++] = i;
	for (int16_t i = first; i >= 0; i = t->node[i].next) {
		if (t->node[i].child < 0)
			continue;
		inside[i] = *n;
		flatten(t, t->node[i].child, order, n, inside);
	}
}

static void put_node(struct weft__cls *c, const char *word, const struct node *n, int16_t inside)
{
	struct weft__em_scan s = n->text;
	bool good = true;

	weft_open(c->m, 0);
	weft__cls_uint(c, word, WEFT_KEY(tcf_ematch, kind), n->kind);
	weft__cls_uint(c, word, WEFT_KEY(tcf_ematch, flags), n->flags);
	weft_open(c->m, WEFT_KEY(tcf_ematch, data));
	if (n->kind == WEFT__EM_CONTAINER)
		weft__cls_uint(c, word, WEFT_KEY(tcf_em_container, first), (uint64_t)inside);
	else
		good = weft__em_put(c, n->kind, &s);
	weft_close(c->m);
	weft_close(c->m);
	if (!good || (n->kind != WEFT__EM_CONTAINER && (blanks(&s), s.at != s.end)))
		weft__cls_fail(c, word, "not understood: \"%.*s\"",
			       (int)(s.end - n->text.at > 80 ? 80 : s.end - n->text.at), n->text.at);
}

void weft__ematch_put(struct weft__cls *c, uint32_t key, const char *word, const char *text)
{
	struct weft__em_scan s = { text, text + strlen(text) };
	int16_t order[WEFT__EM_NODES], inside[WEFT__EM_NODES], n = 0;
	struct tree t = { .n = 0 };
	int16_t first = parse(&t, &s, 0);

	if (first < 0) {
		weft__cls_fail(c, word, "no tree of matches as \"cmp(...) and not u32(...)\": \"%.80s\"", s.at);
		return;
	}
	flatten(&t, first, order, &n, inside);
	weft_open(c->m, key);
	weft_open(c->m, WEFT_KEY(ematch_tree, tree_hdr));
	weft__cls_uint(c, word, WEFT_KEY(tcf_ematch_tree_hdr, nmatches), (uint64_t)n);
	weft_close(c->m);
	weft_open(c->m, WEFT_KEY(ematch_tree, tree_list));
	for (int16_t i = 0; i < n; i++)
		put_node(c, word, &t.node[order[i]], inside[order[i]]);
	weft_close(c->m);
	weft_close(c->m);
}

static struct weft_attr nth(struct weft_attr list, uint64_t n)
{
	WEFT_EACH(m, list)
	if (n-- == 0)
		return m;
	return (struct weft_attr){ 0 };
}

static void tell(struct weft_text *t, struct weft_attr list, uint64_t first, int depth)
{
	for (uint64_t i = first;; i++) {
		struct weft_attr m = nth(list, i), data = weft_at(m, "data");
		uint64_t flags = weft_uint(weft_at(m, "flags"), 0), kind = weft_uint(weft_at(m, "kind"), 0), inner;

		if (!m.p)
			return;
		if (flags & INVERT)
			weft_text_puts(t, "not ");
		inner = weft_uint(weft_at(data, "first"), 0);
		if (kind == WEFT__EM_CONTAINER) {
			weft_text_putc(t, '(');
			/* those inside come later, or the list is none of the kernel's */
			if (inner > i && depth < DEPTH)
				tell(t, list, inner, depth + 1);
			weft_text_putc(t, ')');
		} else {
			size_t k = 0;

			while (k < sizeof kinds / sizeof *kinds && kinds[k].kind != kind)
				k++;
			if (k < sizeof kinds / sizeof *kinds)
				weft_text_puts(t, kinds[k].name);
			else
				weft_text_uint(t, kind);
			weft_text_putc(t, '(');
			weft__em_tell(t, (uint16_t)kind, data);
			weft_text_putc(t, ')');
		}
		if (!(flags & (AND | OR)))
			return;
		weft_text_puts(t, flags & AND ? " and " : " or ");
	}
}

void weft__ematch_tell(struct weft__cls_tell *t, struct weft_attr tree)
{
	struct weft_attr list = weft_at(tree, "tree-list");

	if (!nth(list, 0).p)
		return;
	weft__cls_tell_name(t, "match");
	tell(t->t, list, 0, 0);
}
