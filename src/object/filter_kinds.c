/* SPDX-License-Identifier: MIT */
/* Words of the filters that have few. */
#include <stdio.h>
#include <string.h>

#include "object/bytecode.h"
#include "object/flower.h"

/* keys=src,dst: bits of a set, by the names of linux/pkt_cls.h. */
static const char *const flow_keys[] = {
	"src",	    "dst",	"proto",    "proto-src",      "proto-dst",	"iif",	      "priority", "mark",
	"nfct",	    "nfct-src", "nfct-dst", "nfct-proto-src", "nfct-proto-dst", "rt-classid", "sk-uid",	  "sk-gid",
	"vlan-tag", "rxhash",
};
#define N_KEYS (sizeof flow_keys / sizeof *flow_keys)

static bool flow_key(const char *s, size_t len, uint32_t *ret)
{
	for (size_t i = 0; i < N_KEYS; i++) {
		if (strlen(flow_keys[i]) != len || strncmp(flow_keys[i], s, len) != 0)
			continue;
		*ret |= 1u << i;
		return true;
	}
	return false;
}

/* hash=src,dst or map=mark. .value: the mode. */
static void put_flow(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const char *at = w && w->value ? w->value : "", *item;
	uint32_t keys = 0;
	size_t len;

	while (weft__word_item(&at, &item, &len)) {
		if (flow_key(item, len, &keys))
			continue;
		weft__cls_fail(c, r->word, "not a key as src or proto-dst: \"%.*s\"", (int)len, item);
		return;
	}
	weft__cls_uint(c, r->word, WEFT_KEY(flow, keys), keys);
	weft__cls_uint(c, r->word, WEFT_KEY(flow, mode), r->value);
}

static void tell_flow(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	uint64_t keys = weft_uint(weft__cls_at(t->at, WEFT_KEY(flow, keys)), 0);
	const char *sep = "";

	if (weft_uint(weft__cls_at(t->at, WEFT_KEY(flow, mode)), 2) != r->value)
		return;
	weft__cls_tell_name(t, r->word);
	for (size_t i = 0; i < N_KEYS; i++) {
		if (!(keys >> i & 1))
			continue;
		weft_text_printf(t->t, "%s%s", sep, flow_keys[i]);
		sep = ",";
	}
}

static void put_match(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);

	weft__ematch_put(c, r->key, r->word, w && w->value ? w->value : "");
}

static void tell_match(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	weft__ematch_tell(t, weft__cls_at(t->at, r->key));
}

static void put_bytecode(struct weft__cls *c, const struct weft__cls_row *r)
{
	weft__bytecode_put(c, r->word, WEFT_KEY(bpf, ops_len), WEFT_KEY(bpf, ops));
}

static void tell_bytecode(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	weft__bytecode_tell(t, r->word, weft__cls_at(t->at, WEFT_KEY(bpf, ops)));
}

/* The options of u32 without a match still have the struct of its keys. */
static void u32(struct weft__cls *c)
{
	static const char *const said[] = { "match", "offset", "hashkey", "divisor", "sel" };

	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (weft__cls_look(c, said[i]))
			return;
	weft__u32_words->put(c, weft__u32_words);
}

/* Some kernels want the handle of route that follows from its realms: the one from, or the link; the one to. */
static void route_handle(struct weft__cls *c)
{
	const char *from = weft__cls_look(c, "from"), *to = weft__cls_look(c, "to"),
		   *link = weft__cls_look(c, "fromif");
	uint32_t high = 0xffff, low = 0x8000, index;
	uint64_t v;

	if (from && weft__cls_number(from, strlen(from), 0xff, &v))
		high = (uint32_t)v;
	if (link && (index = weft__cls_link(c, link)) != 0)
		high = 0x8000 | index;
	if (to && weft__cls_number(to, strlen(to), 0xff, &v))
		low = (uint32_t)v;
	c->handle = high << 16 | low;
}

#define ROW(s, w, k)                                                                                                   \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_ROW                                                                      \
	}
#define CLASSID(s)                                                                                                     \
	{                                                                                                              \
		"classid", WEFT_KEY(s, classid), 0, WEFT__F_ROW, .also = "flowid"                                      \
	}
#define MATCH(s)                                                                                                       \
	{                                                                                                              \
		"match", WEFT_KEY(s, ematches), 0, WEFT__F_OWN, .put = put_match, .tell = tell_match                   \
	}
#define FLAG(s, k, w, v)                                                                                               \
	{                                                                                                              \
		w, WEFT_KEY(s, k), 0, WEFT__F_BIT, .value = v                                                          \
	}

static const struct weft__cls_row basic[] = { MATCH(basic), CLASSID(basic), { 0 } };
static const struct weft__cls_row cgroup[] = { MATCH(cgroup), { 0 } };
static const struct weft__cls_row fw[] = { ROW(fw, "mask", mask), ROW(fw, "indev", indev), CLASSID(fw), { 0 } };
static const struct weft__cls_row route[] = {
	ROW(route4, "from", from),
	ROW(route4, "to", to),
	{ "fromif", WEFT_KEY(route4, iif), 0, WEFT__F_LINK },
	CLASSID(route4),
	{ 0 },
};
static const struct weft__cls_row matchall[] = {
	FLAG(matchall, flags, "skip_hw", 1),
	FLAG(matchall, flags, "skip_sw", 2),
	FLAG(matchall, flags, "verbose", 16),
	CLASSID(matchall),
	{ 0 },
};
static const struct weft__cls_row flow[] = {
	{ "hash", 0, 0, WEFT__F_OWN, .value = 1, .put = put_flow, .tell = tell_flow },
	{ "map", 0, 0, WEFT__F_OWN, .value = 0, .put = put_flow, .tell = tell_flow },
	ROW(flow, "mask", mask),
	ROW(flow, "xor", xor),
	ROW(flow, "rshift", rshift),
	ROW(flow, "addend", addend),
	ROW(flow, "divisor", divisor),
	ROW(flow, "baseclass", baseclass),
	ROW(flow, "perturb", perturb),
	MATCH(flow),
	{ 0 },
};
static const struct weft__cls_row bpf[] = {
	{ "bytecode", 0, 0, WEFT__F_OWN, .put = put_bytecode, .tell = tell_bytecode },
	ROW(bpf, "fd", fd),
	ROW(bpf, "name", name),
	FLAG(bpf, flags, "direct_action", 1),
	FLAG(bpf, flags_gen, "skip_hw", 1),
	FLAG(bpf, flags_gen, "skip_sw", 2),
	FLAG(bpf, flags_gen, "verbose", 16),
	CLASSID(bpf),
	{ 0 },
};

const struct weft__cls_kind weft__filters[] = {
	{ "basic", basic },
	{ "bpf", bpf },
	{ "cgroup", cgroup },
	{ "flow", flow },
	{ "flower", weft__flower_words, .put = weft__flower_put },
	{ "fw", fw },
	{ "matchall", matchall },
	{ "route", route, .put = route_handle },
	{ "u32", weft__u32_words, .put = u32 },
	{ 0 },
};
