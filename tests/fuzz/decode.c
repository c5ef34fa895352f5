/* SPDX-License-Identifier: MIT */
/* Every engine over bytes as a message of any operation. */
#include <jansson.h>

#include "fuzz.h"

static int on_diff(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	(void)a;
	(void)b;
	REQUIRE(path[0]);
	++*(int *)user;
	return 0;
}

/* What weft prints as JSON is JSON; what it takes back prints the same. */
static void json(const struct weft_family *f, const struct weft_op *op, struct weft_attr body)
{
	struct weft_text t = { 0 }, again = { 0 };
	struct weft_msg *m;
	json_t *j;

	if (weft_json(body, &t) < 0 || body.p == NULL) {
		weft_text_free(&t);
		return;
	}
	/* lone surrogates (text that is no UTF-8) and NUL are not taken by jansson */
	if (!strstr(t.p, "\\udc") && !strstr(t.p, "\\u0000")) {
		j = json_loadb(t.p, t.len, JSON_DECODE_INT_AS_REAL, NULL);
		REQUIRE(j);
		json_decref(j);
		m = weft_msg_new(f, op, 0);
		if (weft_put_json(m, t.p, t.len, NULL) == 0)
			REQUIRE(weft_json(weft_msg_body(m), &again) == 0);
		weft_msg_free(m);
	}
	weft_text_free(&again);
	weft_text_free(&t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct weft_family *f;
	const struct weft_op *op;
	struct weft_text t = { 0 };
	struct weft_attr body;
	char path[64];
	int differs = 0;

	if (size < 1 || size > 4096)
		return 0;
	op = pick(data[0], &f);
	body = weft_body(op->schema, data + 1, (uint32_t)size - 1);
	json(f, op, body);
	(void)!weft_show(body, &t);
	for (uint32_t at = 0; at < size; at += 3)
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
	return 0;
}
