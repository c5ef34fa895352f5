/* SPDX-License-Identifier: MIT */
/* JSON into messages: what weft_json prints, and what people write. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "jsonin/jsonin.h"

static void object(struct weft_msg *m, const json_t *o, const struct weft_schema *s);
static void value(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f);

static void *first(const json_t *o)
{
	return json_object_iter((json_t *)(uintptr_t)o);
}

static void *next(const json_t *o, void *it)
{
	return json_object_iter_next((json_t *)(uintptr_t)o, it);
}

/* Digits of a number that jansson cannot hold, or NULL. */
static const char *large(const json_t *v)
{
	const char *s = json_string_value(v);

	return s && json_string_length(v) > sizeof WEFT__LARGE - 1 &&
		       memcmp(s, WEFT__LARGE, sizeof WEFT__LARGE - 1) == 0
		   ? s + sizeof WEFT__LARGE - 1
		   : NULL;
}

static bool is_number(const struct weft_field *f)
{
	return f && f->type >= WEFT_T_U8 && f->type <= WEFT_T_UINT;
}

/* What can be no more than on and off. */
static bool is_switch(const struct weft_field *f)
{
	return f && (f->type == WEFT_T_FLAG || f->type == WEFT_T_U8 || f->type == WEFT_T_S8);
}

static void scalar(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f)
{
	struct weft_kv kv = weft_kv_none(WEFT_K_NEST);
	char *heap = NULL;
	int e = 0;

	if (weft__json_is(v, JSON_NULL))
		kv = weft_kv_clear(0);
	else if (is_number(f) && large(v))
		kv = weft_kv_str(0, large(v));
	else if (weft__json_is(v, JSON_STRING))
		kv = weft_kv_str(0, weft__json_string(v, &heap, &e));
	else if (weft__json_is(v, JSON_INTEGER))
		kv = weft_kv_int(0, json_integer_value(v));
	else if ((weft__json_is(v, JSON_TRUE) || weft__json_is(v, JSON_FALSE)) && is_switch(f))
		kv = weft_kv_uint(0, weft__json_is(v, JSON_TRUE));
	if (e)
		weft_msg_refuse(m, e, name, e == -ENOMEM ? "out of memory" : "a NUL inside text");
	else
		weft_put_named(m, name, kv);
	free(heap);
}

/* A string without anything special, or NULL. */
static const char *plain(const json_t *v)
{
	const char *s = json_string_value(v);

	return s && strlen(s) == json_string_length(v) ? s : NULL;
}

/* ["up", "running", 4] to "up,running,4". */
static void flags(struct weft_msg *m, const char *name, const json_t *v)
{
	struct weft_text t = { 0 };

	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *x = json_array_get(v, i);

		if (t.len)
			weft_text_putc(&t, ',');
		if (plain(x) || large(x))
			weft_text_puts(&t, plain(x) ? plain(x) : large(x));
		else if (weft__json_is(x, JSON_INTEGER) && json_integer_value(x) >= 0)
			weft_text_uint(&t, (uint64_t)json_integer_value(x));
		else
			weft_text_putc(&t, '?');
	}
	if (t.err)
		weft_msg_refuse(m, t.err, name, "out of memory");
	else
		weft_put_named(m, name, weft_kv_str(0, t.p ? t.p : ""));
	weft_text_free(&t);
}

/* Bytes of hex, to be freed; NULL: refused. */
static uint8_t *unhex(struct weft_msg *m, const char *name, const json_t *v, size_t *ret_len)
{
	const char *s = plain(v);
	size_t n = s ? strlen(s) : 1;
	uint8_t *b = malloc(n / 2 + 1);
	bool good = n % 2 == 0;

	if (!b) {
		weft_msg_refuse(m, -ENOMEM, name, "out of memory");
		return NULL;
	}
	if (!good || !weft__unhex(s, n / 2, b)) {
		weft_msg_refuse(m, -EINVAL, name, "hex is needed");
		free(b);
		return NULL;
	}
	*ret_len = n / 2;
	return b;
}

static void raw_one(struct weft_msg *m, const char *name, uint16_t number, const json_t *v)
{
	size_t n;
	uint8_t *b = unhex(m, name, v, &n);

	if (b)
		weft_put_raw(m, number, b, n);
	free(b);
}

/* "@NUMBER": "hex" or an array of them. */
static void raw(struct weft_msg *m, const char *name, const json_t *v)
{
	char *end;
	unsigned long number = strtoul(name + 1, &end, 10);

	if (end == name + 1 || *end || number > WEFT_NLA_TYPE_MASK) {
		weft_msg_refuse(m, -EINVAL, name, "not the number of an attribute");
		return;
	}
	if (!weft__json_is(v, JSON_ARRAY)) {
		raw_one(m, name, (uint16_t)number, v);
		return;
	}
	for (size_t i = 0; i < json_array_size(v); i++)
		raw_one(m, name, (uint16_t)number, json_array_get(v, i));
}

/* What stands under a number: members, or bytes that are none. */
static void numbered(struct weft_msg *m, const char *key, const json_t *v, const struct weft_schema *s)
{
	char *end;
	unsigned long n = strtoul(key, &end, 10);

	if (key[0] == '@') {
		raw(m, key, v);
		return;
	}
	if (weft__json_is(v, JSON_STRING) && end != key && !*end && n <= WEFT_NLA_TYPE_MASK) {
		raw_one(m, key, (uint16_t)n, v);
		return;
	}
	weft_open_named(m, key);
	object(m, v, s);
	weft_close(m);
}

/* One item of an open list: {"1": {...}} names its position, {...} takes the next. */
static void item(struct weft_msg *m, const json_t *v, const struct weft_field *f)
{
	const char *key = "";
	void *it;

	if (!weft__json_is(v, JSON_OBJECT)) {
		scalar(m, "", v, f);
		return;
	}
	it = first(v);
	if (json_object_size(v) == 1)
		key = json_object_iter_key(it);
	if (*key && strspn(key, "0123456789") == strlen(key) && f->list == WEFT_L_INDEXED) {
		numbered(m, key, json_object_iter_value(it), f->sub);
		return;
	}
	weft_open(m, 0);
	object(m, v, f->sub);
	weft_close(m);
}

static void list(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f)
{
	weft_open_named(m, name);
	if (weft__json_is(v, JSON_ARRAY)) {
		for (size_t i = 0; i < json_array_size(v); i++)
			item(m, json_array_get(v, i), f);
	} else {
		for (void *it = first(v); it; it = next(v, it))
			numbered(m, json_object_iter_key(it), json_object_iter_value(it), f->sub);
	}
	weft_close(m);
}

static void bitfield(struct weft_msg *m, const char *name, const json_t *v)
{
	const json_t *a = json_object_get(v, "value"), *b = json_object_get(v, "selector");
	struct weft_kv two[3] = { weft_kv_none(WEFT_K_END), weft_kv_none(WEFT_K_END), WEFT_END };

	if (weft__json_is(a, JSON_INTEGER) && weft__json_is(b, JSON_INTEGER)) {
		two[0] = weft_kv_uint(0, (uint64_t)json_integer_value(a));
		two[1] = weft_kv_uint(0, (uint64_t)json_integer_value(b));
	}
	weft_put_named(m, name, weft_kv_nest(0, two));
}

/* {"family": 2, "addr": "10.0.0.1"}: the address says its family. */
static void via(struct weft_msg *m, const char *name, const json_t *v)
{
	const char *addr = plain(json_object_get(v, "addr"));

	if (addr)
		weft_put_named(m, name, weft_kv_str(0, addr));
	else
		weft_msg_refuse(m, -EINVAL, name, "an address is needed, as \"addr\"");
}

static void value(struct weft_msg *m, const char *name, const json_t *v, const struct weft_field *f)
{
	bool is_list = f && f->list != WEFT_L_NONE && f->list != WEFT_L_MULTI;

	if (!f)
		scalar(m, name, v, NULL);
	else if (is_list &&
		 (weft__json_is(v, JSON_ARRAY) || (weft__json_is(v, JSON_OBJECT) && f->list == WEFT_L_TYPED)))
		list(m, name, v, f);
	else if (weft__json_is(v, JSON_ARRAY) && f->list == WEFT_L_MULTI)
		for (size_t i = 0; i < json_array_size(v); i++) {
			struct weft_field one = *f;

			one.list = WEFT_L_NONE;
			value(m, name, json_array_get(v, i), &one);
		}
	else if (weft__json_is(v, JSON_ARRAY) && f->names && (f->flags & WEFT_F_FLAGS))
		flags(m, name, v);
	else if (weft__json_is(v, JSON_OBJECT) && f->type == WEFT_T_BITFIELD32)
		bitfield(m, name, v);
	else if (weft__json_is(v, JSON_OBJECT) && f->type == WEFT_T_VIA)
		via(m, name, v);
	else if (weft__json_is(v, JSON_OBJECT)) {
		weft_open_named(m, name);
		/* what is inside a chosen sub-message is only known to the message */
		object(m, v, f->type == WEFT_T_SUB ? weft_msg_open_schema(m) : f->sub);
		weft_close(m);
	} else
		scalar(m, name, v, f);
}

/* "@size": 40, "@rest": "hex" of a struct that has another size than its rows. */
static void rest(struct weft_msg *m, const json_t *o)
{
	const json_t *size = json_object_get(o, "@size"), *bytes = json_object_get(o, "@rest");
	size_t n = 0;
	uint8_t *b = bytes ? unhex(m, "@rest", bytes, &n) : NULL;

	if (weft__json_is(size, JSON_INTEGER) && json_integer_value(size) >= 0)
		weft_put_rest(m, (size_t)json_integer_value(size), b, n);
	else
		weft_msg_refuse(m, -EINVAL, "@size", "a number of bytes is needed");
	free(b);
}

static bool chooses(const struct weft_schema *s, uint16_t number)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->fields[i].choice && s->fields[i].choice->selector == number)
			return true;
	return false;
}

/* The fixed header first, as its address family says what addresses are; sub-messages after what chooses them; last
 * what has a row all the same, for it did not fit the row or came after another that did. */
static int turn(const struct weft_schema *s, const struct weft_field *f, const struct weft_schema *in, const char *key)
{
	uint16_t number;

	if (f)
		return f->choice ? 2 : in != s ? 0 : 1;
	if (key[0] != '@' || !s)
		return 1;
	number = (uint16_t)strtoul(key + 1, NULL, 10);
	return weft_field_by_number(s, number) && !chooses(s, number) ? 3 : 1;
}

/* One member of an object, if this is its turn. */
static void member(struct weft_msg *m, const char *key, const json_t *v, const struct weft_schema *s, int now)
{
	const struct weft_schema *in = s;
	const struct weft_field *f = s ? weft_field_find(s, key, strlen(key), &in) : NULL;

	if (turn(s, f, in, key) != now)
		return;
	if (!f && s && s->size && (!strcmp(key, "@size") || !strcmp(key, "@rest")))
		return;
	if (!f && s && s->n == 1 && s->fields[0].number == WEFT_NUMBER_ANY)
		numbered(m, key, v, s->fields[0].sub);
	else if (!f && key[0] == '@')
		raw(m, key, v);
	else
		value(m, key, v, f);
}

static void object(struct weft_msg *m, const json_t *o, const struct weft_schema *s)
{
	if (!weft__json_is(o, JSON_OBJECT)) {
		weft_msg_refuse(m, -EINVAL, "", "an object is needed");
		return;
	}
	for (int now = 0; now < 4; now++)
		for (void *it = first(o); it && !weft_msg_error(m, NULL); it = next(o, it))
			member(m, json_object_iter_key(it), json_object_iter_value(it), s, now);
	if (s && s->size && (json_object_get(o, "@size") || json_object_get(o, "@rest")))
		rest(m, o);
}

int weft_json_read(const char *text, size_t len, struct weft_json_doc **ret, struct weft_error *reterr)
{
	struct weft_error e = { 0 };
	struct weft_json_doc *d = malloc(sizeof *d);
	bool fits = true;

	*ret = NULL;
	if (!d)
		return weft_error_set(reterr, -ENOMEM, WEFT_WHERE_CALLER, "", "out of memory");
	d->root = weft__json_parse(text, len, &e);
	for (size_t i = 0; fits && i < json_array_size(d->root); i++)
		fits = weft__json_is(json_array_get(d->root, i), JSON_OBJECT);
	if (!fits)
		(void)weft_error_set(&e, -EINVAL, WEFT_WHERE_CALLER, "",
				     "a JSON object or an array of objects is needed");
	if (e.code) {
		weft_json_free(d);
		if (reterr)
			*reterr = e;
		return e.code;
	}
	*ret = d;
	return 0;
}

bool weft_json_is_array(const struct weft_json_doc *d)
{
	return weft__json_is(d->root, JSON_ARRAY);
}

size_t weft_json_count(const struct weft_json_doc *d)
{
	return weft__json_is(d->root, JSON_ARRAY) ? json_array_size(d->root) : 1;
}

int weft_json_put(struct weft_msg *m, const struct weft_json_doc *d, size_t i, struct weft_error *reterr)
{
	int r = weft_msg_error(m, reterr);

	if (r < 0)
		return r;
	if (i >= weft_json_count(d))
		return weft_error_set(reterr, -EINVAL, WEFT_WHERE_CALLER, "", "no object %zu", i);
	object(m, weft__json_is(d->root, JSON_ARRAY) ? json_array_get(d->root, i) : d->root, weft_msg_open_schema(m));
	return weft_msg_error(m, reterr);
}

void weft_json_free(struct weft_json_doc *d)
{
	if (d)
		json_decref(d->root);
	free(d);
}

int weft_put_json(struct weft_msg *m, const char *text, size_t len, struct weft_error *reterr)
{
	struct weft_json_doc *d = NULL;
	struct weft_error e = { 0 };
	int r = weft_msg_error(m, reterr);

	if (r < 0)
		return r;
	r = weft_json_read(text, len, &d, &e);
	if (r < 0)
		weft_msg_refuse(m, r, "", e.msg);
	else if (weft_json_is_array(d))
		weft_msg_refuse(m, -EINVAL, "", "a JSON object is needed");
	else
		(void)weft_json_put(m, d, 0, NULL);
	weft_json_free(d);
	return weft_msg_error(m, reterr);
}

int weft_put_jansson(struct weft_msg *m, const struct json_t *o, struct weft_error *reterr)
{
	object(m, o, weft_msg_open_schema(m));
	return weft_msg_error(m, reterr);
}
