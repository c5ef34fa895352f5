/* SPDX-License-Identifier: MIT */
/* Any bytes as calls that build a message: rows of the open place, right or wrong, nests opened and
 * closed in any order. What was built without an error is read back, and copied without a difference. */
#include "fuzz.h"

struct input {
	const uint8_t *p;
	size_t len;
};

static uint64_t number(struct input *in, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes && in->len; i++, in->p++, in->len--)
		v = v << 8 | *in->p;
	return v;
}

/* A key of the open schema or its header, or one that is nobody's. */
static uint32_t key(struct weft_msg *m, struct input *in)
{
	const struct weft_schema *s = weft_msg_open_schema(m);
	uint8_t b = (uint8_t)number(in, 1);

	if (s && b % 8 == 0 && s->header)
		s = s->header;
	if (!s || !s->n || b == 255)
		return (uint32_t)number(in, 4);
	return (uint32_t)s->id << 16 | s->fields[b % s->n].number;
}

static struct weft_kv value(struct input *in, uint32_t k, char *text)
{
	static const char *const words[] = {
		"",	  "1",	  "-1",	   "eth0",    "10.0.0.1", "fe80::1", "02:00:00:00:00:01", "0a0b", "veth",
		"bridge", "vlan", "vxlan", "100/200", "up",	  "x"
	};
	size_t n;

	switch (number(in, 1) % 7) {
	case 0:
		return weft_kv_uint(k, number(in, 1 + in->len % 8));
	case 1:
		return weft_kv_int(k, (int64_t)number(in, 8));
	case 2:
		return weft_kv_ip(k, weft_ip(words[number(in, 1) % 15]));
	case 3:
		return weft_kv_mac(k, weft_mac("02:00:00:00:00:01"));
	case 4:
		n = number(in, 1) % 32;
		n = n > in->len ? in->len : n;
		in->p += n;
		in->len -= n;
		return weft_kv_bytes(k, (struct weft_bytes){ in->p - n, n });
	case 5:
		return weft_kv_str(k, words[number(in, 1) % 15]);
	default:
		n = number(in, 1) % 20;
		for (size_t i = 0; i < n; i++)
			text[i] = (char)(1 + number(in, 1) % 255);
		text[n] = 0;
		return weft_kv_str(k, text);
	}
}

static void step(struct weft_msg *m, struct input *in)
{
	char text[32];
	uint32_t k;

	switch (number(in, 1) % 8) {
	case 0:
		weft_open(m, key(m, in));
		break;
	case 1:
		weft_close(m);
		break;
	case 2:
		weft_put_raw(m, (uint16_t)number(in, 2), in->p, in->len > 9 ? 9 : in->len);
		break;
	case 3:
		weft_put(m, value(in, 0, text));
		break;
	case 4:
		weft_open(m, 0);
		break;
	case 5:
		weft_put_rest(m, number(in, 1), in->p, in->len > 3 ? 3 : in->len);
		break;
	default:
		k = key(m, in);
		weft_put(m, value(in, k, text));
	}
}

/* Flags that are false are not copied: of several, others take their places. */
static int on_diff(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	const struct weft_field *f = a.p ? a.field : b.field;

	(void)path;
	(void)user;
	REQUIRE(f && f->type == WEFT_T_FLAG);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	const struct weft_family *f;
	const struct weft_op *op = pick((uint8_t)number(&in, 1), &f);
	struct weft_msg *m = weft_msg_new(f, op, 0), *n;
	struct weft_error e = { 0 };
	struct weft_text t = { 0 };

	for (int i = 0; i < 200 && in.len && weft_msg_error(m, &e) == 0; i++)
		step(m, &in);
	if (e.code)
		REQUIRE(e.code < 0 && e.msg[0]);
	for (int i = 0; i < 17 && weft_msg_error(m, NULL) == 0; i++)
		weft_close(m);
	weft_msg_free(m);

	/* the same again, closed in time, and read */
	in = (struct input){ data, size };
	(void)number(&in, 1);
	m = weft_msg_new(f, op, 0);
	for (int i = 0; i < 40 && in.len > size / 2 && weft_msg_error(m, NULL) == 0; i++)
		step(m, &in);
	while (weft_msg_error(m, NULL) == 0)
		weft_close(m);
	weft_msg_free(m);
	m = weft_msg_new(f, op, 0);
	while (in.len && weft_msg_error(m, NULL) == 0) {
		char text[32];
		uint32_t k = key(m, &in);

		weft_put(m, value(&in, k, text));
	}
	if (weft_msg_error(m, NULL) == 0) {
		REQUIRE(weft_json(weft_msg_body(m), &t) == 0);
		n = weft_msg_new(f, op, 0);
		weft_put_from(n, weft_msg_body(m), NULL);
		REQUIRE(weft_msg_error(n, NULL) == 0);
		(void)!weft_diff(weft_msg_body(m), weft_msg_body(n), on_diff, NULL);
		weft_msg_free(n);
	}
	weft_text_free(&t);
	weft_msg_free(m);
	return 0;
}
