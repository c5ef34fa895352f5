/* SPDX-License-Identifier: MIT */
/* Every engine over bytes as a message of any operation. */
#include <errno.h>

#include <jansson.h>

#include "fuzz.h"
#include "schema/schema.h"

static int on_diff(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	REQUIRE(path[0]);
	++*(int *)user;
	return 0;
}

/* Flags that the kernel tells as 0 are told to it by leaving them out; the length of a next hop is
 * what it has, without padding that somebody may have counted. */
static void drop_false(json_t *j)
{
	const char *key;
	void *next;
	json_t *v;
	size_t i;

	json_array_foreach(j, i, v) drop_false(v);
	json_object_foreach_safe(j, next, key, v)
	{
		if (json_is_false(v) || strcmp(key, "rtnh-len") == 0)
			json_object_del(j, key);
		else
			drop_false(v);
	}
}

static json_t *parse(const struct weft_text *t)
{
	struct weft_text text = { 0 };
	json_t *j;

	/* jansson has no lone surrogates and no numbers above 2^63; any other text and value will do */
	for (size_t i = 0; i < t->len; i++) {
		bool escape = t->p[i] == '\\' && i + 1 < t->len;

		if (escape && t->len - i > 6 && memcmp(t->p + i, "\\udc", 4) == 0)
			weft_text_putc(&text, '\\');
		weft_text_put(&text, t->p + i, escape ? 2 : 1);
		i += escape;
	}
	j = json_loadb(text.p, text.len, JSON_DECODE_INT_AS_REAL, NULL);
	REQUIRE(j);
	weft_text_free(&text);
	return j;
}

/* Nothing, as a member that was cut off is filled up with. */
static bool is_nothing(json_t *v)
{
	const char *key;
	json_t *in;

	json_object_foreach(v, key, in) if (!is_nothing(in)) return false;
	return json_is_object(v) || (json_is_array(v) && json_array_size(v) == 0) ||
	       (json_is_number(v) && json_number_value(v) == 0) || (json_is_string(v) && json_string_length(v) == 0);
}

/* Whether y says what x says. A struct at the start of a nest that was shorter than known comes back whole. */
static bool says(json_t *y, json_t *x)
{
	const char *key;
	json_t *v;
	size_t i;

	if (!json_is_object(x) && !json_is_array(x))
		return json_equal(x, y);
	if (json_typeof(x) != json_typeof(y) || json_array_size(x) != json_array_size(y))
		return false;
	json_array_foreach(x, i, v) if (!says(json_array_get(y, i), v)) return false;
	json_object_foreach(x, key, v) if (!json_object_get(y, key) || !says(json_object_get(y, key), v)) return false;
	json_object_foreach(y, key, v) if (!json_object_get(x, key) && !is_nothing(v)) return false;
	return true;
}

static void same_but_false(json_t *x, const struct weft_text *again)
{
	json_t *y = parse(again);

	drop_false(x);
	drop_false(y);
	REQUIRE(says(y, x));
	json_decref(y);
}

/* What weft prints as JSON is JSON, and is taken back and printed the same; but for what is too long
 * or too deep to be sent. */
static void json(const struct weft_family *f, const struct weft_op *op, struct weft_attr body)
{
	struct weft_text t = { 0 }, again = { 0 };
	struct weft_error e = { 0 };
	struct weft_msg *m;
	int r;

	if (weft_json(body, &t) < 0 || body.p == NULL) {
		weft_text_free(&t);
		return;
	}
	/* a fixed header is written whole */
	if (body.len < weft__header_size(body.schema)) {
		weft_text_free(&t);
		return;
	}
	m = weft_msg_new(f, op, 0);
	r = weft_put_json(m, t.p, t.len, &e);
	if (r == 0) {
		json_t *x = parse(&t);

		REQUIRE(weft_json(weft_msg_body(m), &again) == 0);
		if (strcmp(t.p, again.p) != 0)
			same_but_false(x, &again);
		json_decref(x);
	} else {
		REQUIRE(r == -ERANGE || r == -EOVERFLOW || r == -EMSGSIZE || strstr(e.msg, "too deep"));
	}
	weft_msg_free(m);
	weft_text_free(&again);
	weft_text_free(&t);
}

static void one(const struct weft_family *f, const struct weft_op *op, const uint8_t *data, size_t size)
{
	struct weft_attr body = weft_body(op->schema, data, (uint32_t)size);
	struct weft_text t = { 0 };
	char path[64];
	int differs = 0;

	json(f, op, body);
	(void)!weft_show(body, &t);
	/* a step for any size: places of all kinds, and no time that grows with its square */
	for (uint32_t at = 0; at <= size; at += 3 + (uint32_t)size / 32)
		(void)weft_path_at(body, at, path, sizeof path);
	if (weft_diff(body, body, on_diff, &differs) == 0)
		REQUIRE(differs == 0);
	(void)weft_uint(weft_at(body, "linkinfo.data.id"), 0);
	(void)weft_str(weft_at(body, "multipath[0].gateway"), "");
	(void)!weft_link_view(body, &(struct weft_link){ 0 });
	(void)!weft_addr_view(body, &(struct weft_addr){ 0 });
	(void)!weft_route_view(body, &(struct weft_route){ 0 });
	(void)!weft_rule_view(body, &(struct weft_rule){ 0 });
	(void)!weft_neigh_view(body, &(struct weft_neigh){ 0 });
	weft_text_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct weft_family *f;
	struct weft_op op;

	if (size < 1 || size > 4096)
		return 0;
	op = *pick(data[0], &f);
	one(f, &op, data + 1, size - 1);
	/* answers that have attributes of their own */
	if (op.reply_schema) {
		op.schema = op.reply_schema;
		one(f, &op, data + 1, size - 1);
	}
	return 0;
}
