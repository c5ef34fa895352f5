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
				   WEFT_KV(link, linkinfo, WEFT_ATTRS(
					   WEFT_KV(linkinfo, kind, "vlan"),
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

static void odd_answers(void **state)
{
	static const uint16_t types[] = { WEFT_NLMSG_NOOP, WEFT_NLMSG_OVERRUN, 7, 16, WEFT_NLMSG_DONE };
	static const enum weft__meaning want[] = { WEFT__NOISE, WEFT__LOST, WEFT__NOISE, WEFT__ITEM, WEFT__END };
	struct weft_msg *m = request();
	uint8_t buf[64] = { 0 };
	struct weft_error e;

	(void)state;
	/* a positive code would read as success */
	(void)answer(m, 7, true, NULL, &e);
	assert_int_equal(e.code, -EBADMSG);
	(void)answer(m, -5000, true, NULL, &e);
	assert_int_equal(e.code, -EBADMSG);
	for (size_t i = 0; i < 5; i++) {
		struct weft_nlmsg in = { .type = types[i], .body = buf, .body_len = 4 };

		assert_int_equal(weft__read(&in, m, &e), want[i]);
	}
	/* shorter than any answer */
	for (uint32_t len = 0; len < 20; len++) {
		struct weft_nlmsg in = { .type = WEFT_NLMSG_ERROR, .flags = WEFT_NLM_F_ACK_TLVS, .body = buf,
					 .body_len = len };

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
		cmocka_unit_test(texts),
		cmocka_unit_test(missing),
		cmocka_unit_test(odd_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
