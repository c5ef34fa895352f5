/* SPDX-License-Identifier: MIT */
/* Acks, errors and ends of dumps (linux/netlink.h: struct nlmsgerr, enum nlmsgerr_attrs). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "proto/proto.h"
#include "schema/schema.h"

enum {
	ATTR_MSG = 1,
	ATTR_OFFS = 2,
	ATTR_MISS_TYPE = 5,
	ATTR_MISS_NEST = 6,
};

void weft__stamp(const struct weft_msg *m, uint16_t genl_id, uint16_t extra_flags, uint32_t seq, uint32_t port)
{
	struct weft_bytes b = weft_msg_bytes(m);
	/* the message is the library's own; only callers see it as constant */
	uint8_t *h = (uint8_t *)(uintptr_t)b.p;

	if (genl_id)
		weft_set_u16(h + 4, genl_id);
	weft_set_u16(h + 6, (uint16_t)(weft_get_u16(h + 6) | extra_flags));
	weft_set_u32(h + 8, seq);
	weft_set_u32(h + 12, port);
}

struct weft_attr weft__item(const struct weft_nlmsg *in, const struct weft_msg *m)
{
	const struct weft_op *op = weft_msg_op(m);
	uint32_t skip = weft_msg_family(m)->generic ? 4 : 0;

	if (skip > in->body_len)
		skip = in->body_len;
	return weft_body(op->reply_schema ? op->reply_schema : op->schema, in->body + skip, in->body_len - skip);
}

/* The place in the request that an offset from its header means. */
static void path_of(const struct weft_msg *m, uint32_t offset, char *buf, size_t size)
{
	struct weft_attr body = weft_msg_body(m);
	struct weft_bytes whole = weft_msg_bytes(m);
	uint32_t before = (uint32_t)(body.p - (const uint8_t *)whole.p);

	buf[0] = 0;
	if (offset >= before)
		(void)weft_path_at(body, offset - before, buf, size);
}

/* The name of an attribute that should have been in a nest (at an offset, 0: top level). */
static void missing(const struct weft_msg *m, uint32_t nest, uint32_t type, struct weft_error *e)
{
	struct weft_attr in = weft_msg_body(m);
	char name[64], place[96] = "";
	const struct weft_field *f;
	size_t len;

	if (nest) {
		path_of(m, nest, place, sizeof place);
		in = weft_at(in, place);
	}
	f = in.schema && type <= UINT16_MAX ? weft_field_by_number(in.schema, (uint16_t)type) : NULL;
	(void)snprintf(e->path, sizeof e->path, "%s", place);
	len = strlen(e->path);
	if (f)
		(void)snprintf(e->path + len, sizeof e->path - len, "%s%s", len ? "." : "",
			       weft_field_name(f, name, sizeof name));
	else
		(void)snprintf(e->path + len, sizeof e->path - len, "%s@%u", len ? "." : "", type);
	if (!e->msg[0])
		(void)snprintf(e->msg, sizeof e->msg, "missing");
}

static void extended(struct weft_reader r, const struct weft_msg *m, struct weft_error *e)
{
	uint32_t miss_type = UINT32_MAX, miss_nest = 0;
	struct weft_tlv t;

	while (weft_read_attr(&r, &t) > 0) {
		if (t.type == ATTR_MSG) {
			size_t n = strnlen((const char *)t.p, t.len);

			(void)snprintf(e->msg, sizeof e->msg, "%.*s", (int)(n > 190 ? 190 : n), (const char *)t.p);
		} else if (m && t.type == ATTR_OFFS && t.len == 4) {
			path_of(m, weft_get_u32(t.p), e->path, sizeof e->path);
		} else if (t.type == ATTR_MISS_TYPE && t.len == 4) {
			miss_type = weft_get_u32(t.p);
		} else if (t.type == ATTR_MISS_NEST && t.len == 4) {
			miss_nest = weft_get_u32(t.p);
		}
	}
	if (m && miss_type != UINT32_MAX)
		missing(m, miss_nest, miss_type, e);
}

static enum weft__meaning end(const struct weft_nlmsg *in, const struct weft_msg *m, uint32_t tlvs,
			      struct weft_error *e)
{
	int32_t code = in->body_len >= 4 ? (int32_t)weft_get_u32(in->body) : -EBADMSG;

	/* the team family ends what it tells with no result at all */
	if (in->type == WEFT_NLMSG_DONE && in->body_len == 0)
		code = 0;
	/* the number is the kernel's, but a positive one would read as success */
	if (code > 0 || code < -4095)
		code = -EBADMSG;
	(void)weft_error_set(e, code, WEFT_WHERE_KERNEL, "", NULL);
	if (in->flags & WEFT_NLM_F_ACK_TLVS && tlvs < in->body_len)
		extended(weft_reader(in->body + tlvs, in->body_len - tlvs), m, e);
	if (code && !e->msg[0])
		(void)snprintf(e->msg, sizeof e->msg, "%s", strerror(-code));
	return WEFT__END;
}

enum weft__meaning weft__read(const struct weft_nlmsg *in, const struct weft_msg *m, struct weft_error *e)
{
	uint32_t tlvs = 4 + WEFT_NLMSG_HDR;

	switch (in->type) {
	case WEFT_NLMSG_NOOP:
		return WEFT__NOISE;
	case WEFT_NLMSG_OVERRUN:
		return WEFT__LOST;
	case WEFT_NLMSG_DONE:
		return end(in, m, 4, e);
	case WEFT_NLMSG_ERROR:
		/* uncapped errors carry the whole request before the extended ack */
		if (!(in->flags & WEFT_NLM_F_CAPPED) && in->body_len >= 8) {
			uint32_t len = weft_get_u32(in->body + 4);

			if (len > WEFT_NLMSG_HDR && len < WEFT_MSG_MAX)
				tlvs += ((len + 3) & ~3u) - WEFT_NLMSG_HDR;
		}
		return end(in, m, tlvs, e);
	default:
		return in->type < 16 ? WEFT__NOISE : WEFT__ITEM;
	}
}
