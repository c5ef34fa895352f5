/* SPDX-License-Identifier: MIT */
/* What the kernel's acks and errors mean, byte by byte: whole and cut requests, offsets, what is
 * missing, codes that no kernel sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include <weft/weft.h>

#include "proto/proto.h"

static struct weft_msg *request(void)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "v0"),
				   WEFT_KV(link, linkinfo,
					   WEFT_ATTRS(WEFT_KV(linkinfo, kind, "vlan"),
						      WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(vlan, id, 5000)))))));
	assert_int_equal(weft_msg_error(m, NULL), 0);
	return m;
}

/* An NLMSG_ERROR about m; flags as the kernel sets them. */
static enum weft__meaning answer(struct weft_msg *m, int32_t code, bool cut, struct weft_writer *tlvs,
				 struct weft_error *e)
{
	static uint8_t buf[4096];
	struct weft_bytes req = weft_msg_bytes(m);
	uint32_t copied = cut ? WEFT_NLMSG_HDR : (uint32_t)req.len;
	struct weft_nlmsg in = { .type = WEFT_NLMSG_ERROR, .body = buf };

	weft_set_u32(buf, (uint32_t)code);
	memcpy(buf + 4, req.p, copied);
	in.body_len = 4 + ((copied + 3) & ~3u);
	if (tlvs) {
		memcpy(buf + in.body_len, tlvs->buf, tlvs->len);
		in.body_len += tlvs->len;
	}
	in.flags = (uint16_t)((cut ? WEFT_NLM_F_CAPPED : 0) | (tlvs ? WEFT_NLM_F_ACK_TLVS : 0));
	return weft__read(&in, m, e);
}

static uint32_t offset_of(struct weft_msg *m, const char *path)
{
	return (uint32_t)(weft_at(weft_msg_body(m), path).p - (const uint8_t *)weft_msg_bytes(m).p) - 4;
}

static void texts(void **state)
{
	struct weft_msg *m = request();
	uint8_t buf[256];
	struct weft_writer w;
	struct weft_error e;
	uint32_t offset = offset_of(m, "linkinfo.data.id");

	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		weft_write_init(&w, buf, sizeof buf);
		weft_write_attr(&w, 1, "Invalid VLAN id", 16);
		weft_write_attr(&w, 2, &offset, 4);
		assert_int_equal(answer(m, -ERANGE, cut, &w, &e), WEFT__END);
		assert_int_equal(e.code, -ERANGE);
		assert_int_equal(e.where, WEFT_WHERE_KERNEL);
		assert_string_equal(e.path, "linkinfo.data.id");
		assert_string_equal(e.msg, "Invalid VLAN id");
	}
	/* text without its NUL, an offset outside, a size that is none */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 1, "no end", 6);
	offset = 60000;
	weft_write_attr(&w, 2, &offset, 4);
	weft_write_attr(&w, 2, &offset, 3);
	assert_int_equal(answer(m, -EINVAL, true, &w, &e), WEFT__END);
	assert_string_equal(e.msg, "no end");
	assert_string_equal(e.path, "");
	/* a warning with success */
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 1, "deprecated", 11);
	assert_int_equal(answer(m, 0, true, &w, &e), WEFT__END);
	assert_int_equal(e.code, 0);
	assert_string_equal(e.msg, "deprecated");
	/* nothing but a number */
	assert_int_equal(answer(m, -EPERM, true, NULL, &e), WEFT__END);
	assert_string_equal(e.msg, "Operation not permitted");
	weft_msg_free(m);
}

static void missing(void **state)
{
	struct weft_msg *m = request();
	uint8_t buf[256];
	struct weft_writer w;
	struct weft_error e;
	uint32_t type = 4, nest;

	(void)state;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 5, &type, 4);
	(void)answer(m, -EINVAL, true, &w, &e);
	assert_string_equal(e.path, "mtu");
	assert_string_equal(e.msg, "missing");
	nest = offset_of(m, "linkinfo.data");
	type = 1;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 1, "an id is needed", 16);
	weft_write_attr(&w, 5, &type, 4);
	weft_write_attr(&w, 6, &nest, 4);
	(void)answer(m, -EINVAL, false, &w, &e);
	assert_string_equal(e.path, "linkinfo.data.id");
	assert_string_equal(e.msg, "an id is needed");
	type = 999;
	weft_write_init(&w, buf, sizeof buf);
	weft_write_attr(&w, 5, &type, 4);
	weft_write_attr(&w, 6, &nest, 4);
	(void)answer(m, -EINVAL, false, &w, &e);
	assert_string_equal(e.path, "linkinfo.data.@999");
	weft_msg_free(m);
}

static void tlv_answer(struct weft_msg *m, struct weft_error *e, const char *text, uint32_t text_len,
		       const uint32_t *offs, const uint32_t *type, const uint32_t *nest, uint32_t len)
{
	uint8_t buf[512];
	struct weft_writer w;

	weft_write_init(&w, buf, sizeof buf);
	if (text)
		weft_write_attr(&w, 1, text, text_len);
	if (offs)
		weft_write_attr(&w, 2, offs, len);
	if (type)
		weft_write_attr(&w, 5, type, len);
	if (nest)
		weft_write_attr(&w, 6, nest, len);
	assert_int_equal(w.err, 0);
	(void)answer(m, -EINVAL, true, &w, e);
}

static void odd_tlvs(void **state)
{
	struct weft_msg *m = request();
	struct weft_error e;
	uint32_t offs, type = 999, nest;
	char text[300];

	(void)state;
	/* longer than the text of an error can be */
	memset(text, 'x', sizeof text);
	tlv_answer(m, &e, text, sizeof text, NULL, NULL, NULL, 4);
	assert_int_equal(strlen(e.msg), 190);
	/* text without its end is as long as its attribute, whatever follows */
	type = 0x78787878;
	tlv_answer(m, &e, "four", 4, NULL, NULL, &type, 4);
	assert_string_equal(e.msg, "four");
	type = 999;
	/* an offset into the header of the message, at its end */
	offs = 4;
	tlv_answer(m, &e, NULL, 0, &offs, NULL, NULL, 4);
	assert_string_equal(e.path, "");
	offs = WEFT_NLMSG_HDR;
	tlv_answer(m, &e, NULL, 0, &offs, NULL, NULL, 4);
	assert_string_equal(e.path, "ifi-family");
	offs = (uint32_t)weft_msg_bytes(m).len;
	tlv_answer(m, &e, NULL, 0, &offs, NULL, NULL, 4);
	assert_string_equal(e.path, "");
	/* no row has the number; the number is none; the nest is a plain value or nowhere */
	tlv_answer(m, &e, NULL, 0, NULL, &type, NULL, 4);
	assert_string_equal(e.path, "@999");
	type = 0x10000;
	tlv_answer(m, &e, NULL, 0, NULL, &type, NULL, 4);
	assert_string_equal(e.path, "@65536");
	type = 1;
	nest = offset_of(m, "ifname");
	tlv_answer(m, &e, NULL, 0, NULL, &type, &nest, 4);
	assert_string_equal(e.path, "ifname.@1");
	nest = 5;
	tlv_answer(m, &e, NULL, 0, NULL, &type, &nest, 4);
	assert_string_equal(e.path, "address");
	/* sizes that are none, one byte short and one too many */
	for (uint32_t len = 3; len < 6; len += 2) {
		uint8_t bytes[8] = { 0 };
		uint32_t *p = (uint32_t *)(void *)bytes;

		tlv_answer(m, &e, NULL, 0, p, p, p, len);
		assert_string_equal(e.path, "");
		assert_string_equal(e.msg, "Invalid argument");
	}
	weft_msg_free(m);
}

/* The end of a dump has its number, and may say more behind it. */
static void done(void **state)
{
	struct weft_msg *m = request();
	uint8_t buf[64];
	struct weft_writer w;
	struct weft_error e;
	struct weft_nlmsg in = { .type = WEFT_NLMSG_DONE, .flags = WEFT_NLM_F_ACK_TLVS, .body = buf };

	(void)state;
	weft_set_u32(buf, (uint32_t)-EINVAL);
	weft_write_init(&w, buf + 4, sizeof buf - 4);
	weft_write_attr(&w, 1, "no such filter", 15);
	in.body_len = 4 + w.len;
	assert_int_equal(weft__read(&in, m, &e), WEFT__END);
	assert_int_equal(e.code, -EINVAL);
	assert_string_equal(e.msg, "no such filter");
	/* of two places the last counts, also when it is none; what nobody knows is passed over */
	uint32_t there = offset_of(m, "ifname"), nowhere = 4, four = 4;

	weft_write_init(&w, buf + 4, sizeof buf - 4);
	weft_write_attr(&w, 2, &there, 4);
	weft_write_attr(&w, 2, &nowhere, 4);
	in.body_len = 4 + w.len;
	(void)weft__read(&in, m, &e);
	assert_string_equal(e.path, "");
	weft_write_init(&w, buf + 4, sizeof buf - 4);
	weft_write_attr(&w, 5, &four, 4);
	weft_write_attr(&w, 3, &there, 4);
	weft_write_attr(&w, 7, &there, 4);
	in.body_len = 4 + w.len;
	(void)weft__read(&in, m, &e);
	assert_string_equal(e.path, "mtu");
	weft_msg_free(m);
}

/* Where the extended ack begins: behind the request that is copied back, whole or cut. */
static void lengths(void **state)
{
	struct weft_msg *m = request();
	uint8_t buf[512];
	struct weft_error e;
	const uint32_t req = (uint32_t)weft_msg_bytes(m).len;

	(void)state;
	for (uint32_t copied = 0; copied < req + 40; copied++) {
		struct weft_nlmsg in = { .type = WEFT_NLMSG_ERROR, .flags = WEFT_NLM_F_ACK_TLVS, .body = buf };
		uint32_t at = 4 + (copied < WEFT_NLMSG_HDR ? WEFT_NLMSG_HDR : (copied + 3) & ~3u);
		struct weft_writer w;

		memset(buf, 0, sizeof buf);
		weft_set_u32(buf, (uint32_t)-EPERM);
		weft_set_u32(buf + 4, copied);
		weft_write_init(&w, buf + at, 64);
		weft_write_attr(&w, 1, "here", 5);
		in.body_len = at + w.len;
		assert_int_equal(weft__read(&in, m, &e), WEFT__END);
		assert_string_equal(e.msg, "here");
		/* without the flag nobody looks */
		in.flags = 0;
		assert_int_equal(weft__read(&in, m, &e), WEFT__END);
		assert_string_equal(e.msg, "Operation not permitted");
		/* nothing behind it */
		in.flags = WEFT_NLM_F_ACK_TLVS;
		in.body_len = at;
		assert_int_equal(weft__read(&in, m, &e), WEFT__END);
		assert_string_equal(e.msg, "Operation not permitted");
	}
	weft_msg_free(m);
}

static void codes(void **state)
{
	static const int32_t code[] = { 0, -1, -4095, -4096, 1, INT32_MIN, INT32_MAX };
	static const int want[] = { 0, -1, -4095, -EBADMSG, -EBADMSG, -EBADMSG, -EBADMSG };
	struct weft_msg *m = request();
	struct weft_error e;

	(void)state;
	for (size_t i = 0; i < sizeof code / sizeof *code; i++) {
		uint8_t b[4];
		const struct weft_nlmsg done = { .type = WEFT_NLMSG_DONE, .body = b, .body_len = 4 };

		(void)answer(m, code[i], true, NULL, &e);
		assert_int_equal(e.code, want[i]);
		weft_set_u32(b, (uint32_t)code[i]);
		assert_int_equal(weft__read(&done, m, &e), WEFT__END);
		assert_int_equal(e.code, want[i]);
	}
	/* without any number it ends all the same, but one that is cut does not */
	for (uint32_t len = 0; len < 4; len++) {
		const uint8_t zero[4] = { 0 };
		const struct weft_nlmsg bare = { .type = WEFT_NLMSG_DONE, .body = zero, .body_len = len };

		assert_int_equal(weft__read(&bare, m, &e), WEFT__END);
		assert_int_equal(e.code, len ? -EBADMSG : 0);
	}
	weft_msg_free(m);
}

static void stamps(void **state)
{
	struct weft_msg *m = request();
	const uint8_t *h = weft_msg_bytes(m).p;

	(void)state;
	weft__stamp(m, 0, WEFT_NLM_F_ACK, 77, 99);
	assert_int_equal(weft_get_u16(h + 4), 16);
	assert_int_equal(weft_get_u16(h + 6), WEFT_NLM_F_REQUEST | WEFT_NLM_F_ACK);
	assert_int_equal(weft_get_u32(h + 8), 77);
	assert_int_equal(weft_get_u32(h + 12), 99);
	weft__stamp(m, 40, 0, 78, 0);
	assert_int_equal(weft_get_u16(h + 4), 40);
	assert_int_equal(weft_get_u32(h + 8), 78);
	weft_msg_free(m);
}

/* What stands behind the generic header, if there is one. */
static void bodies(void **state)
{
	static const uint8_t b[] = "0123456789abcdef";
	const struct weft_schema reply = { .name = "reply", .id = 3000 };
	struct weft_op op = *weft_op_find(weft_family_find("rt-link"), "getlink");
	struct weft_msg *m = weft_msg_new(weft_family_find("rt-link"), &op, 0);
	struct weft_msg *g = weft_request("nlctrl", "getfamily", 0);

	(void)state;
	for (uint32_t len = 0; len <= 8; len++) {
		const struct weft_nlmsg in = { .type = 16, .body = b, .body_len = len };

		assert_int_equal(weft__item(&in, m).len, len);
		assert_ptr_equal(weft__item(&in, m).schema, op.schema);
		assert_int_equal(weft__item(&in, g).len, len < 4 ? 0 : len - 4);
		assert_ptr_equal(weft__item(&in, g).p, b + (len < 4 ? len : 4));
	}
	op.reply_schema = &reply;
	assert_ptr_equal(weft__item(&(struct weft_nlmsg){ .body = b, .body_len = 4 }, m).schema, &reply);
	weft_msg_free(m);
	weft_msg_free(g);
}

static void odd_answers(void **state)
{
	static const uint16_t types[] = { WEFT_NLMSG_NOOP, WEFT_NLMSG_OVERRUN, 7, 15, 16, WEFT_NLMSG_DONE };
	static const enum weft__meaning want[] = { WEFT__NOISE, WEFT__LOST, WEFT__NOISE,
						   WEFT__NOISE, WEFT__ITEM, WEFT__END };
	struct weft_msg *m = request();
	uint8_t buf[64] = { 0 };
	struct weft_error e;

	(void)state;
	/* a positive code would read as success */
	(void)answer(m, 7, true, NULL, &e);
	assert_int_equal(e.code, -EBADMSG);
	(void)answer(m, -5000, true, NULL, &e);
	assert_int_equal(e.code, -EBADMSG);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct weft_nlmsg in = { .type = types[i], .body = buf, .body_len = 4 };

		assert_int_equal(weft__read(&in, m, &e), want[i]);
	}
	/* shorter than any answer */
	for (uint32_t len = 0; len < 20; len++) {
		struct weft_nlmsg in = {
			.type = WEFT_NLMSG_ERROR, .flags = WEFT_NLM_F_ACK_TLVS, .body = buf, .body_len = len
		};

		assert_int_equal(weft__read(&in, m, &e), WEFT__END);
		assert_int_equal(e.code, len < 4 ? -EBADMSG : 0);
	}
	/* a request said to be longer than the answer */
	weft_set_u32(buf + 4, 0xfffffff0);
	struct weft_nlmsg in = { .type = WEFT_NLMSG_ERROR, .flags = WEFT_NLM_F_ACK_TLVS, .body = buf, .body_len = 40 };

	assert_int_equal(weft__read(&in, m, &e), WEFT__END);
	weft_msg_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),  cmocka_unit_test(missing), cmocka_unit_test(odd_tlvs),
		cmocka_unit_test(done),	  cmocka_unit_test(lengths), cmocka_unit_test(codes),
		cmocka_unit_test(stamps), cmocka_unit_test(bodies),  cmocka_unit_test(odd_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
