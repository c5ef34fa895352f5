/* SPDX-License-Identifier: MIT */
/* The meta match: meta(LEFT [shift N] [mask N] eq|gt|lt RIGHT), each side a value of the packet, a number, or
 * a text. */
#include <string.h>

#include "object/ematch.h"

enum {
	VAR, /* bytes */
	INT,
	ID_MASK = 0x7ff,
	VALUE = 0, /* no value of the packet, but one that is given */
};

/* Of linux/tc_ematch/tc_em_meta.h, by number. */
static const char *const ids[] = {
	"",
	"random",
	"loadavg_1",
	"loadavg_5",
	"loadavg_15",
	"dev",
	"priority",
	"protocol",
	"pkt_type",
	"pkt_len",
	"data_len",
	"mac_len",
	"fwmark",
	"tc_index",
	"rt_classid",
	"rt_iif",
	"sk_family",
	"sk_state",
	"sk_reuse",
	"sk_bind_if",
	"sk_refcnt",
	"sk_shutdown",
	"sk_proto",
	"sk_type",
	"sk_rcvbuf",
	"sk_rmem",
	"sk_wmem",
	"sk_omem",
	"sk_wmem_queue",
	"sk_rcv_queue",
	"sk_snd_queue",
	"sk_err_queue",
	"sk_fwd_alloc",
	"sk_sndbuf",
	"sk_allocs",
	"",
	"sk_hash",
	"sk_lingertime",
	"sk_ack_backlog",
	"sk_max_ack_backlog",
	"sk_prio",
	"sk_rcvlowat",
	"sk_rcvtimeo",
	"sk_sndtimeo",
	"sk_sendmsg_off",
	"sk_write_pending",
	"vlan",
	"rxhash",
};
#define N_IDS (sizeof ids / sizeof *ids)

struct side {
	uint16_t id, type;
	uint64_t shift, mask;
	uint64_t number; /* of a given value */
	const char *text;
	size_t len;
};

static uint16_t id_named(const char *name, size_t len)
{
	for (uint16_t i = 1; i < N_IDS; i++)
		if (len && strlen(ids[i]) == len && memcmp(ids[i], name, len) == 0)
			return i;
	return 0;
}

static bool parse(struct weft__em_scan *s, struct side *ret)
{
	const char *p;
	size_t len;
	bool quoted;

	*ret = (struct side){ .type = INT };
	if (!weft__em_word(s, &p, &len, &quoted))
		return false;
	ret->id = quoted ? VALUE : id_named(p, len);
	if (quoted) {
		ret->type = VAR;
		ret->text = p;
		ret->len = len;
	} else if (ret->id == VALUE && !weft__cls_number(p, len, UINT32_MAX, &ret->number)) {
		return false;
	}
	for (;;) {
		bool good;

		if (weft__em_is(s, "shift"))
			good = weft__em_number(s, 63, &ret->shift);
		else if (weft__em_is(s, "mask"))
			good = weft__em_number(s, UINT32_MAX, &ret->mask);
		else
			return true;
		if (!good)
			return false;
	}
}

/* Both sides are numbers, or both are bytes. */
static bool agree(struct side *left, struct side *right)
{
	uint16_t type = left->text || right->text ? VAR : INT;

	if ((left->id == VALUE && left->type != type) || (right->id == VALUE && right->type != type) ||
	    (type == VAR && (left->mask || right->mask)))
		return false;
	left->type = right->type = type;
	return true;
}

static void put_head(struct weft__cls *c, uint32_t key, const struct side *x, uint64_t op)
{
	weft_open(c->m, key);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_meta_val, kind), (uint64_t)x->type << 12 | x->id);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_meta_val, shift), x->shift);
	weft__cls_uint(c, "match", WEFT_KEY(tcf_meta_val, op), op);
	weft_close(c->m);
}

/* A given value; of one of the packet, its mask. */
static void put_side(struct weft__cls *c, uint32_t key, const struct side *x)
{
	uint32_t v = (uint32_t)(x->id == VALUE ? x->number : x->mask);

	if (x->text)
		weft__cls_bytes(c, "match", key, x->text, x->len);
	else if (x->id == VALUE || x->mask)
		weft__cls_bytes(c, "match", key, &v, sizeof v);
}

bool weft__em_put_meta(struct weft__cls *c, struct weft__em_scan *s)
{
	struct side left, right;
	uint64_t op;

	if (!parse(s, &left) || !weft__em_operator(s, &op) || !parse(s, &right) || !agree(&left, &right))
		return false;
	weft_open(c->m, WEFT_KEY(em_meta, hdr));
	put_head(c, WEFT_KEY(tcf_meta_hdr, left), &left, op);
	put_head(c, WEFT_KEY(tcf_meta_hdr, right), &right, 0);
	weft_close(c->m);
	put_side(c, WEFT_KEY(em_meta, lvalue), &left);
	put_side(c, WEFT_KEY(em_meta, rvalue), &right);
	return true;
}

/* A number of 4 or 8 bytes. */
static uint64_t number(struct weft_attr a)
{
	return a.p && a.len == 4 ? weft_get_u32(a.p) : a.p && a.len == 8 ? weft_get_u64(a.p) : 0;
}

static void tell_side(struct weft_text *t, struct weft_attr head, struct weft_attr value)
{
	uint64_t kind = weft_uint(weft_at(head, "kind"), 0), shift = weft_uint(weft_at(head, "shift"), 0);
	uint64_t id = kind & ID_MASK;

	if (id == VALUE && kind >> 12 == VAR)
		weft__em_tell_bytes(t, value.p, value.len);
	else if (id == VALUE)
		weft_text_uint(t, number(value));
	else if (id < N_IDS && *ids[id])
		weft_text_puts(t, ids[id]);
	else
		weft_text_uint(t, id);
	if (shift)
		weft_text_printf(t, " shift %u", (unsigned)shift);
	if (id != VALUE && number(value))
		weft_text_printf(t, " mask 0x%llx", (unsigned long long)number(value));
}

void weft__em_tell_meta(struct weft_text *t, struct weft_attr data)
{
	static const char *const operators[] = { "eq", "gt", "lt" };
	uint64_t op = weft_uint(weft_at(data, "hdr.left.op"), 0);

	tell_side(t, weft_at(data, "hdr.left"), weft_at(data, "lvalue"));
	weft_text_printf(t, " %s ", op < 3 ? operators[op] : "eq");
	tell_side(t, weft_at(data, "hdr.right"), weft_at(data, "rvalue"));
}
