/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "object/object.h"

static const struct weft__prefixes prefixes = {
	{ WEFT_KEY(rule, dst), WEFT_KEY(rule, src) },
	{ WEFT_KEY(fib_rule_hdr, dst_len), WEFT_KEY(fib_rule_hdr, src_len) },
};

int weft_rule_view(struct weft_attr body, struct weft_rule *ret)
{
	const uint8_t *p = body.p, *at;
	uint32_t left = body.len, len;
	uint16_t type;
	uint32_t size;

	if (!p || left < 12)
		return -EBADMSG;
	*ret = (struct weft_rule){ .self = body,
				   .family = p[0],
				   .dst_len = p[1],
				   .src_len = p[2],
				   .tos = p[3],
				   .table = p[4],
				   .action = p[7],
				   .flags = weft_get_u32(p + 8) };
	size = weft__ip_size(p[0]);
	p += 12;
	left -= 12;
	while (weft__scan_attr(&p, &left, &type, &at, &len)) {
		switch (type) {
		case WEFT_KEY(rule, dst) & 0xffff:
			ret->has |= weft__take_address(at, len == size, &ret->dst, WEFT_RULE_HAS_DST);
			break;
		case WEFT_KEY(rule, src) & 0xffff:
			ret->has |= weft__take_address(at, len == size, &ret->src, WEFT_RULE_HAS_SRC);
			break;
		case WEFT_KEY(rule, iifname) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->iif, WEFT_RULE_HAS_IIF);
			break;
		case WEFT_KEY(rule, oifname) & 0xffff:
			ret->has |= weft__take_text(at, len, &ret->oif, WEFT_RULE_HAS_OIF);
			break;
		case WEFT_KEY(rule, priority) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->priority, WEFT_RULE_HAS_PRIORITY);
			break;
		case WEFT_KEY(rule, fwmark) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->fwmark, WEFT_RULE_HAS_FWMARK);
			break;
		case WEFT_KEY(rule, table) & 0xffff:
			ret->has |= weft__take_u32(at, len, &ret->table, WEFT_RULE_HAS_TABLE);
			break;
		default:
			break;
		}
	}
	return 0;
}

int weft_rule_dump(struct weft_session *s, const struct weft_kv *match, struct weft_dump **ret)
{
	return weft__dump(s, "rt-rule", "getrule", match, &prefixes, ret);
}

int weft_rule_next(struct weft_dump *d, struct weft_rule *ret)
{
	struct weft_attr a;
	int r = weft_dump_next(d, &a);

	return r > 0 ? weft__seen(weft_rule_view(a, ret)) : r;
}

int weft_rule_add(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-rule", "newrule", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL, kvs, &prefixes);
}

int weft_rule_del(struct weft_session *s, const struct weft_kv *kvs)
{
	return weft__verb(s, "rt-rule", "delrule", 0, kvs, &prefixes);
}
