/* SPDX-License-Identifier: MIT */
/* From text to jansson's values without losing what jansson cannot hold. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "jsonin/jsonin.h"
#include "jsonin/load.h"

enum {
	SAFE_DIGITS = 14, /* fewer digits than 2^63 has, and no more than jansson's lexer has room for at first */
};

/* A walk over JSON text that copies it with changes. */
struct prepare {
	const char *text;
	size_t len, at, from; /* place in text; what was not yet copied */
	struct weft_text *out;
	size_t limit; /* stop when the copy would be longer */
	size_t shift; /* characters put in since the line began */
};

static void replace(struct prepare *p, size_t start, size_t end, const char *a, const char *b, size_t b_len,
		    const char *c)
{
	weft_text_put(p->out, p->text + p->from, start - p->from);
	weft_text_puts(p->out, a);
	weft_text_put(p->out, b, b_len);
	weft_text_puts(p->out, c);
	p->shift += strlen(a) + b_len + strlen(c) - (end - start);
	p->from = end;
}

/* what: lower case; its letters may be upper case in the text. */
static bool is(const struct prepare *p, size_t at, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i < n; i++)
		if (at + i >= p->len ||
		    (p->text[at + i] != what[i] && (what[i] < 'a' || p->text[at + i] != what[i] - 'a' + 'A')))
			return false;
	return true;
}

/* \ud800 to \udbff: the \udcXX that follows makes a character with it. */
static bool is_high(const struct prepare *p, size_t at)
{
	return is(p, at, "\\ud8") || is(p, at, "\\ud9") || is(p, at, "\\uda") || is(p, at, "\\udb");
}

/* One escape within a string; p->at stands on its backslash. */
static void escape(struct prepare *p)
{
	size_t at = p->at;

	if (is_high(p, at)) {
		p->at += is(p, at + 6, "\\ud") ? 12 : 6;
		return;
	}
	if (is(p, at, "\\udc") && at + 6 <= p->len && weft__hex_digit(p->text[at + 4]) >= 0 &&
	    weft__hex_digit(p->text[at + 5]) >= 0)
		replace(p, at, at + 6, "\\u0000", p->text + at + 4, 2, "");
	else if (is(p, at, "\\u0000"))
		replace(p, at, at + 6, "\\u0000--", "", 0, "");
	p->at += p->from == at + 6 ? 6 : 2;
}

static void digits(struct prepare *p)
{
	size_t start = p->at, n = 0;

	while (p->at + n < p->len && p->text[p->at + n] >= '0' && p->text[p->at + n] <= '9')
		n++;
	p->at += n;
	if (n <= SAFE_DIGITS)
		return;
	if (start && p->text[start - 1] == '-')
		start--;
	replace(p, start, p->at, "\"\\u0000#", p->text + start, p->at - start, "\"");
}

static void run(struct prepare *p)
{
	bool string = false;

	while (p->at < p->len && p->out->len + (p->at - p->from) < p->limit) {
		char c = p->text[p->at];

		if (string && c == '\\') {
			escape(p);
			continue;
		}
		if (c == '"')
			string = !string;
		if (c == '\n')
			p->shift = 0;
		if (!string && c >= '0' && c <= '9')
			digits(p);
		else
			p->at++;
	}
	p->at = p->at > p->len ? p->len : p->at;
	if (p->from < p->at)
		weft_text_put(p->out, p->text + p->from, p->at - p->from);
}

static void no_memory(struct weft_error *e)
{
	(void)weft_error_set(e, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
}

json_t *weft__json_parse(const char *text, size_t len, struct weft_error *e)
{
	struct weft_text ready = { 0 }, again = { 0 };
	struct prepare p = { .text = text, .len = len, .out = &ready, .limit = SIZE_MAX };
	json_error_t at = { 0 };
	json_t *root;

	run(&p);
	if (ready.err) {
		weft_text_free(&ready);
		no_memory(e);
		return NULL;
	}
	root = weft__json_load(ready.len ? ready.p : "", ready.len, JSON_ALLOW_NUL, &at);
	/* nor has it a place or a word for some of what it has no memory for */
	if (!root && (at.line < 0 || json_error_code(&at) == json_error_out_of_memory)) {
		no_memory(e);
	} else if (!root) {
		/* the column of the text that was given, not of the changed one */
		p = (struct prepare){ .text = text, .len = len, .out = &again, .limit = (size_t)at.position };
		run(&p);
		(void)weft_error_set(e, -EINVAL, WEFT_WHERE_CALLER, "", "bad JSON, line %d column %d: %s", at.line,
				     at.column - (int)p.shift, at.text);
	}
	weft_text_free(&ready);
	weft_text_free(&again);
	return root;
}

bool weft__json_is(const json_t *v, json_type type)
{
	return v && json_typeof(v) == type;
}

const char *weft__json_string(const json_t *v, char **heap, int *ret_error)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v), o = 0;

	*heap = NULL;
	*ret_error = 0;
	if (!memchr(s, 0, n))
		return s;
	*heap = malloc(n + 1);
	*ret_error = *heap ? 0 : -ENOMEM;
	for (size_t i = 0; *heap && i < n; i++) {
		uint8_t byte = 0;
		bool marked = !s[i] && i + 2 < n && weft__unhex(s + i + 1, 1, &byte);

		if (s[i]) {
			(*heap)[o++] = s[i];
		} else if (!marked || byte < 0x80) {
			free(*heap);
			*heap = NULL;
			*ret_error = -EINVAL;
		} else {
			(*heap)[o++] = (char)byte;
			i += 2;
		}
	}
	if (*heap)
		(*heap)[o] = 0;
	return *heap;
}
