/* SPDX-License-Identifier: MIT */
/* JSON without what jansson loses. Its lexer drops a character of a string that it has no memory for, and goes on: so
 * the lengths of all strings are held against the text. */
#include <stdbool.h>
#include <string.h>

#include "base/hex.h"
#include "jsonin/load.h"

/* Bytes of one character at an escape in valid JSON, and the length of the escape. */
static size_t escaped(const char *s, size_t *ret_len)
{
	unsigned v = 0;

	*ret_len = s[1] == 'u' ? 6 : 2;
	for (int i = 2; s[1] == 'u' && i < 6; i++)
		v = v << 4 | (unsigned)weft__hex_digit(s[i]);
	if ((v & 0xfc00) != 0xd800)
		return v < 0x80 ? 1 : v < 0x800 ? 2 : 3;
	*ret_len = 12; /* the other half of the character follows */
	return 4;
}

/* Bytes of all strings in valid JSON. */
static size_t strings_in_text(const char *s, size_t len)
{
	size_t n = 0;
	bool string = false;

	for (size_t i = 0, step; i < len; i += step) {
		step = 1;
		if (s[i] == '"')
			string = !string;
		else if (string)
			n += s[i] == '\\' ? escaped(s + i, &step) : 1;
	}
	return n;
}

static size_t strings_in(const json_t *v)
{
	size_t n = 0;

	if (v && json_typeof(v) == JSON_STRING)
		return json_string_length(v);
	for (size_t i = 0; i < json_array_size(v); i++)
		n += strings_in(json_array_get(v, i));
	for (void *it = json_object_iter((json_t *)(uintptr_t)v); it;
	     it = json_object_iter_next((json_t *)(uintptr_t)v, it))
		n += strlen(json_object_iter_key(it)) + strings_in(json_object_iter_value(it));
	return n;
}

json_t *weft__json_load(const char *text, size_t len, size_t flags, json_error_t *e)
{
	json_t *root = json_loadb(text, len, flags | JSON_REJECT_DUPLICATES, e);

	if (root && strings_in(root) != strings_in_text(text, len)) {
		json_decref(root);
		e->line = -1;
		return NULL;
	}
	return root;
}
