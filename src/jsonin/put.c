/* SPDX-License-Identifier: MIT */
/* JSON into messages: what weft_json prints, and what people write. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <weft/msg.h>

enum {
	DEPTH = 16,
};

static void object(struct weft_msg *m, const json_t *o, const struct weft_schema *s, int depth);
static void value(struct weft_msg *m, const char *name, const json_t *v,
		  const struct weft_field *f, int depth);

/* The message keeps the first error: a value that no row takes makes it say so. */
static void wrong(struct weft_msg *m, const char *name)
{
	struct weft_kv kv = { 0, WEFT_K_NEST, { 0 } };

	weft_put_named(m, name, kv);
}

/* Text of JSON with bytes that were no UTF-8 told as U+DC80 to U+DCFF is beyond jansson, which
 * refuses lone surrogates; plain text goes through. */
static struct weft_kv scalar(const json_t *v)
{
	if (json_is_string(v))
		return weft_kv_str(0, json_string_value(v));
	if (json_is_integer(v))
		return weft_kv_int(0, json_integer_value(v));
	if (json_is_boolean(v))
		return weft_kv_uint(0, json_is_true(v));
	return weft_kv_none(WEFT_K_NEST);
}

/* ["up", "running", 4] to "up,running,4". */
static void flags(struct weft_msg *m, const char *name, const json_t *v)
{
	struct weft_text t = { 0 };

	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *x = json_array_get(v, i);

		if (t.len)
			weft_text_putc(&t, ',');
		if (json_is_string(x))
			weft_text_puts(&t, json_string_value(x));
		else if (json_is_integer(x) && json_integer_value(x) >= 0)
			weft_text_uint(&t, (uint64_t)json_integer_value(x));
		else
			weft_text_putc(&t, '?');
	}
	weft_put_named(m, name, weft_kv_str(0, t.p ? t.p : ""));
	weft_text_free(&t);
}

static void raw_one(struct weft_msg *m, const char *name, uint16_t number, const json_t *v)
{
	/* a row of plain bytes checks the hex */
	const char *s = json_string_value(v);
	size_t n = s ? strlen(s) : 1;
	uint8_t *b = n % 2 ? NULL : malloc(n / 2 + 1);

	for (size_t i = 0; b && i < n / 2; i++) {
		unsigned x;
		char two[3] = { s[2 * i], s[2 * i + 1], 0 };

		if (strspn(two, "0123456789abcdefABCDEF") != 2 || sscanf(two, "%2x", &x) != 1) {
			free(b);
			b = NULL;
			break;
		}
		b[i] = (uint8_t)x;
	}
	if (b)
		weft_put_raw(m, number, b, n / 2);
	else
		wrong(m, name);
	free(b);
}

/* "@NUMBER": "hex" or an array of them. */
static void raw(struct weft_msg *m, const char *name, const json_t *v)
{
	char *end;
	unsigned long number = strtoul(name + 1, &end, 10);

	if (end == name + 1 || *end || number > WEFT_NLA_TYPE_MASK) {
		wrong(m, name);
		return;
	}
	if (!json_is_array(v)) {
		raw_one(m, name, (uint16_t)number, v);
		return;
	}
	for (size_t i = 0; i < json_array_size(v); i++)
		raw_one(m, name, (uint16_t)number, json_array_get(v, i));
}

/* One item of an open list: {"1": {...}} names its position, {...} takes the next. */
static void item(struct weft_msg *m, const json_t *v, const struct weft_field *f, int depth)
{
	const char *key = NULL;
	void *it;

	if (!json_is_object(v)) {
		weft_put_named(m, "", scalar(v));
		return;
	}
	it = json_object_iter((json_t *)(uintptr_t)v);
	if (json_object_size(v) == 1 && it)
		key = json_object_iter_key(it);
	if (key && *key && strspn(key, "0123456789") == strlen(key) && f->list == WEFT_L_INDEXED) {
		weft_open_named(m, key);
		v = json_object_iter_value(it);
	} else {
		weft_open(m, 0);
	}
	object(m, v, f->sub, depth + 1);
	weft_close(m);
}

static void list(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f,
		 int depth)
{
	const char *key;
	json_t *x;

	weft_open_named(m, name);
	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++)
			item(m, json_array_get(v, i), f, depth);
	} else {
		json_object_foreach((json_t *)(uintptr_t)v, key, x) {
			weft_open_named(m, key);
			object(m, x, f->sub, depth + 1);
			weft_close(m);
		}
	}
	weft_close(m);
}

static void bitfield(struct weft_msg *m, const char *name, const json_t *v)
{
	const json_t *a = json_object_get(v, "value"), *b = json_object_get(v, "selector");
	struct weft_kv two[3] = { weft_kv_none(WEFT_K_END), weft_kv_none(WEFT_K_END), WEFT_END };

	if (json_is_integer(a) && json_is_integer(b)) {
		two[0] = weft_kv_uint(0, (uint64_t)json_integer_value(a));
		two[1] = weft_kv_uint(0, (uint64_t)json_integer_value(b));
	}
	weft_put_named(m, name, weft_kv_nest(0, two));
}

/* {"family": 2, "addr": "10.0.0.1"}: the address says its family. */
static void via(struct weft_msg *m, const char *name, const json_t *v)
{
	const char *addr = json_string_value(json_object_get(v, "addr"));

	weft_put_named(m, name, weft_kv_str(0, addr));
}

static void value(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f,
		  int depth)
{
	bool is_list = f && f->list != WEFT_L_NONE && f->list != WEFT_L_MULTI;

	if (depth > DEPTH)
		wrong(m, name);
	else if (!f)
		weft_put_named(m, name, scalar(v));
	else if (is_list && (json_is_array(v) || (json_is_object(v) && f->list == WEFT_L_TYPED)))
		list(m, name, v, f, depth);
	else if (json_is_array(v) && f->list == WEFT_L_MULTI)
		for (size_t i = 0; i < json_array_size(v); i++) {
			struct weft_field one = *f;

			one.list = WEFT_L_NONE;
			value(m, name, json_array_get(v, i), &one, depth + 1);
		}
	else if (json_is_array(v) && f->names && (f->flags & WEFT_F_FLAGS))
		flags(m, name, v);
	else if (json_is_object(v) && f->type == WEFT_T_BITFIELD32)
		bitfield(m, name, v);
	else if (json_is_object(v) && f->type == WEFT_T_VIA)
		via(m, name, v);
	else if (json_is_object(v)) {
		weft_open_named(m, name);
		/* what is inside a chosen sub-message is only known to the message */
		object(m, v, f->type == WEFT_T_SUB ? weft_msg_open_schema(m) : f->sub, depth + 1);
		weft_close(m);
	} else
		weft_put_named(m, name, scalar(v));
}

static void object(struct weft_msg *m, const json_t *o, const struct weft_schema *s, int depth)
{
	const char *key;
	json_t *v;

	if (!json_is_object(o)) {
		wrong(m, "");
		return;
	}
	/* sub-messages last: what chooses them must be there first */
	for (int subs = 0; subs < 2; subs++) {
		json_object_foreach((json_t *)(uintptr_t)o, key, v) {
			const struct weft_field *f =
				s ? weft_field_find(s, key, strlen(key), NULL) : NULL;

			if (weft_msg_error(m, NULL))
				return;
			if ((f && f->type == WEFT_T_SUB) != (subs == 1))
				continue;
			/* a dump may be given back as it is */
			if (f && (f->flags & WEFT_F_READONLY))
				continue;
			if (!f && s && s->n == 1 && s->fields[0].number == WEFT_NUMBER_ANY) {
				weft_open_named(m, key);
				object(m, v, s->fields[0].sub, depth + 1);
				weft_close(m);
			} else if (key[0] == '@' && !f) {
				raw(m, key, v);
			} else {
				value(m, key, v, f, depth);
			}
		}
	}
}

/* Integers of more than 18 digits may pass jansson's 63 bits; as strings they come through whole.
 * Copies text to *t with those in quotes, and only if there are any. */
static void quote_large(const char *text, size_t len, struct weft_text *t)
{
	size_t from = 0;
	bool string = false;

	for (size_t i = 0; i < len; i++) {
		size_t n = 0;

		if (string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			string = !string;
		if (string)
			continue;
		while (i + n < len && text[i + n] >= '0' && text[i + n] <= '9')
			n++;
		if (n > 18) {
			size_t start = i && text[i - 1] == '-' ? i - 1 : i;

			weft_text_put(t, text + from, start - from);
			weft_text_putc(t, '"');
			weft_text_put(t, text + start, i + n - start);
			weft_text_putc(t, '"');
			from = i + n;
		}
		i += n ? n - 1 : 0;
	}
	if (from)
		weft_text_put(t, text + from, len - from);
}

int weft_put_json(struct weft_msg *m, const char *text, size_t len, struct weft_error *reterr)
{
	json_error_t e;
	struct weft_text quoted = { 0 };
	json_t *root;
	int r = weft_msg_error(m, reterr);

	if (r < 0)
		return r;
	quote_large(text, len, &quoted);
	if (quoted.err) {
		weft_text_free(&quoted);
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	}
	root = json_loadb(quoted.len ? quoted.p : text, quoted.len ? quoted.len : len,
			  JSON_REJECT_DUPLICATES, &e);
	weft_text_free(&quoted);
	if (!root)
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "",
				      "bad JSON, line %d column %d: %s", e.line, e.column, e.text);
	if (!json_is_object(root))
		r = weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "a JSON object is needed");
	else
		object(m, root, weft_msg_open_schema(m), 0);
	json_decref(root);
	return r < 0 ? r : weft_msg_error(m, reterr);
}
