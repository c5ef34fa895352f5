/* SPDX-License-Identifier: MIT */
/* Options of tunnels, MPLS label stacks, CFM: words of flower that stand for nests. */
#include <stdio.h>
#include <string.h>

#include "object/flower.h"
#include "schema/msg.h"

enum {
	GENEVE,
	VXLAN,
	ERSPAN,
	GTP,
	PFCP,
	DATA_MAX = 124,
};

const struct weft__tunnel_opts weft__flower_opts[5] = {
	{ WEFT_KEY(flower_enc_opts, geneve),
	  { WEFT_KEY(flower_geneve, class), WEFT_KEY(flower_geneve, type), WEFT_KEY(flower_geneve, data) } },
	{ WEFT_KEY(flower_enc_opts, vxlan), { WEFT_KEY(flower_vxlan, gbp) } },
	{ WEFT_KEY(flower_enc_opts, erspan),
	  { WEFT_KEY(flower_erspan, ver), WEFT_KEY(flower_erspan, index), WEFT_KEY(flower_erspan, dir),
	    WEFT_KEY(flower_erspan, hwid) } },
	{ WEFT_KEY(flower_enc_opts, gtp), { WEFT_KEY(flower_gtp, pdu_type), WEFT_KEY(flower_gtp, qfi) } },
	{ WEFT_KEY(flower_enc_opts, pfcp), { WEFT_KEY(flower_pfcp, type), WEFT_KEY(flower_pfcp, seid) } },
};
const struct weft__tunnel_opts weft__tunnel_opts[3] = {
	{ WEFT_KEY(tunnel_opts, geneve),
	  { WEFT_KEY(tunnel_geneve, class), WEFT_KEY(tunnel_geneve, type), WEFT_KEY(tunnel_geneve, data) } },
	{ WEFT_KEY(tunnel_opts, vxlan), { WEFT_KEY(tunnel_vxlan, gbp) } },
	{ WEFT_KEY(tunnel_opts, erspan),
	  { WEFT_KEY(tunnel_erspan, ver), WEFT_KEY(tunnel_erspan, index), WEFT_KEY(tunnel_erspan, dir),
	    WEFT_KEY(tunnel_erspan, hwid) } },
};

/* The next part of "a:b:c" as a number. */
static bool part(const char **at, const char *end, bool hex, uint64_t max, uint64_t *ret)
{
	size_t n = 0;

	while (*at + n < end && (*at)[n] != ':')
		n++;
	if (hex ? !weft__word_number(*at, n, true, max, ret) : !weft__cls_number(*at, n, max, ret))
		return false;
	*at += n;
	*at += *at < end;
	return true;
}

/* CLASS:TYPE:DATA in hex, each in a nest of its own. */
static bool put_geneve(struct weft__cls *c, const char *word, const struct weft__tunnel_opts *o, const char *at,
		       const char *end)
{
	while (at < end) {
		const char *stop = memchr(at, ',', (size_t)(end - at));
		uint8_t data[DATA_MAX];
		uint64_t class, type;
		size_t len;

		stop = stop ? stop : end;
		if (!part(&at, stop, true, UINT16_MAX, &class) || !part(&at, stop, true, UINT8_MAX, &type) ||
		    !weft__cls_hex(at, (size_t)(stop - at), data, sizeof data, &len) || !len)
			return false;
		weft_open(c->m, o->nest);
		weft__cls_uint(c, word, o->field[0], class);
		weft__cls_uint(c, word, o->field[1], type);
		weft__cls_bytes(c, word, o->field[2], data, len);
		weft_close(c->m);
		at = stop + (stop < end);
	}
	return true;
}

/* VERSION:INDEX:DIRECTION:HARDWARE; the first version has the second alone, the next the others. */
static bool put_erspan(struct weft__cls *c, const char *word, const struct weft__tunnel_opts *o, const char *at,
		       const char *end)
{
	uint64_t v[4] = { 0 };

	if (!part(&at, end, false, UINT8_MAX, &v[0]))
		return false;
	for (int i = 1; i < 4 && at < end; i++)
		if (!part(&at, end, false, i == 1 ? UINT32_MAX : UINT8_MAX, &v[i]))
			return false;
	weft_open(c->m, o->nest);
	weft__cls_uint(c, word, o->field[0], v[0]);
	if (v[0] == 1) {
		weft__cls_uint(c, word, o->field[1], v[1]);
	} else {
		weft__cls_uint(c, word, o->field[2], v[2]);
		weft__cls_uint(c, word, o->field[3], v[3]);
	}
	weft_close(c->m);
	return at == end;
}

/* One or two numbers. */
static bool put_numbers(struct weft__cls *c, const char *word, const struct weft__tunnel_opts *o, unsigned kind,
			const char *at, const char *end)
{
	uint64_t max = kind == VXLAN ? UINT32_MAX : UINT8_MAX, a, b = 0;

	if (!part(&at, end, kind != VXLAN, max, &a) ||
	    (kind != VXLAN && !part(&at, end, true, kind == GTP ? UINT8_MAX : UINT64_MAX, &b)))
		return false;
	weft_open(c->m, o->nest);
	weft__cls_uint(c, word, o->field[0], a);
	if (kind != VXLAN)
		weft__cls_uint(c, word, o->field[1], b);
	weft_close(c->m);
	return at == end;
}

bool weft__opts_put(struct weft__cls *c, const char *word, const struct weft__tunnel_opts *o, unsigned kind,
		    const char *text, size_t len)
{
	if (kind == GENEVE)
		return put_geneve(c, word, o, text, text + len);
	if (kind == ERSPAN)
		return put_erspan(c, word, o, text, text + len);
	return put_numbers(c, word, o, kind, text, text + len);
}

static struct weft_attr nth(struct weft_attr nest, uint32_t key, unsigned n)
{
	struct weft_walk w = weft_walk(nest);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0)
		if (a.number == (key & 0xffff) && n-- == 0)
			return a;
	return (struct weft_attr){ 0 };
}

static unsigned long long number(struct weft_attr nest, uint32_t key)
{
	return weft_uint(nth(nest, key, 0), 0);
}

unsigned weft__opts_count(const struct weft__tunnel_opts *o, unsigned kind, struct weft_attr nest)
{
	unsigned n = 0;

	while (kind == GENEVE && nth(nest, o->field[0], n).p)
		n++;
	return kind == GENEVE ? n : 1;
}

void weft__opts_tell(struct weft_text *t, const struct weft__tunnel_opts *o, unsigned kind, struct weft_attr nest,
		     unsigned i)
{
	struct weft_attr data;

	switch (kind) {
	case GENEVE:
		data = nth(nest, o->field[2], i);
		weft_text_printf(t, "%04x:%02x:", (unsigned)weft_uint(nth(nest, o->field[0], i), 0),
				 (unsigned)weft_uint(nth(nest, o->field[1], i), 0));
		weft_text_hex(t, data.p, data.len);
		break;
	case VXLAN:
		weft_text_printf(t, "%llu", number(nest, o->field[0]));
		break;
	case ERSPAN:
		weft_text_printf(t, "%llu:%llu:%llu:%llu", number(nest, o->field[0]), number(nest, o->field[1]),
				 number(nest, o->field[2]), number(nest, o->field[3]));
		break;
	default:
		weft_text_printf(t, "%02llx:%02llx", number(nest, o->field[0]), number(nest, o->field[1]));
	}
}

/* Each option of each nest of the kind. */
static void tell_opts(struct weft_text *t, const struct weft__tunnel_opts *o, unsigned kind, struct weft_attr opts)
{
	const char *sep = "";
	struct weft_attr a;

	for (unsigned i = 0; (a = nth(opts, o->nest, i)).p; i++) {
		for (unsigned k = 0; k < weft__opts_count(o, kind, a); k++) {
			weft_text_puts(t, sep);
			weft__opts_tell(t, o, kind, a, k);
			sep = ",";
		}
	}
}

/* The mask in which all bits count, where the kernel needs to be told. */
static const char *whole_mask(unsigned kind, const char *text)
{
	if (kind != ERSPAN)
		return NULL;
	return text[0] == '1' ? "1:4294967295:0:0" : "2:0:1:63";
}

/* "OPTIONS[/MASKS]"; without masks all bits count. .value: the kind. */
void weft__flower_put_opts(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const char *text = w && w->value ? w->value : "", *mask;
	size_t n = strcspn(text, "/");

	weft_open(c->m, r->key);
	if (!n || !weft__opts_put(c, r->word, &weft__flower_opts[r->value], r->value, text, n))
		weft__cls_fail(c, r->word, "not options of this tunnel: \"%.60s\"", text);
	weft_close(c->m);
	mask = text[n] ? text + n + 1 : whole_mask((unsigned)r->value, text);
	if (!mask)
		return;
	weft_open(c->m, r->mask);
	if (!weft__opts_put(c, r->word, &weft__flower_opts[r->value], r->value, mask, strlen(mask)))
		weft__cls_fail(c, r->word, "not a mask of options: \"%.60s\"", mask);
	weft_close(c->m);
}

/* Whether every bit counts. */
static bool all_ones(struct weft_attr nest)
{
	struct weft_walk w = weft_walk(nest);
	struct weft_attr a;

	while (weft_walk_next(&w, &a) > 0)
		for (uint32_t i = 0; i < a.len; i++)
			if (a.p[i] != 0xff)
				return false;
	return true;
}

/* The same of ERSPAN, whose version says which fields there are; the kernel keeps six bits of the last. */
static bool all_of_erspan(const struct weft__tunnel_opts *o, struct weft_attr nest)
{
	if (number(nest, o->field[0]) == 1)
		return number(nest, o->field[1]) == UINT32_MAX;
	return number(nest, o->field[2]) == 1 && number(nest, o->field[3]) == 63;
}

void weft__flower_tell_opts(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	const struct weft__tunnel_opts *o = &weft__flower_opts[r->value];
	struct weft_attr opts = weft__cls_at(t->at, r->key), mask = weft__cls_at(t->at, r->mask), one;
	bool all = true;

	if (!nth(opts, o->nest, 0).p)
		return;
	weft__cls_tell_name(t, r->word);
	tell_opts(t->t, o, r->value, opts);
	for (unsigned i = 0; (one = nth(mask, o->nest, i)).p; i++)
		all &= r->value == ERSPAN ? all_of_erspan(o, one) : all_ones(one);
	if (all)
		return;
	weft_text_putc(t->t, '/');
	tell_opts(t->t, o, r->value, mask);
}

/* "depth:1,label:100": numbers with names. */
struct named {
	const char *name;
	uint32_t key;
};

static void put_named(struct weft__cls *c, const char *word, const struct named *n, const char *text)
{
	const char *item;
	size_t len;

	while (weft__word_item(&text, &item, &len)) {
		const struct named *x = n;
		size_t name = 0;
		char value[32];

		while (name < len && item[name] != ':')
			name++;
		while (x->name && (strlen(x->name) != name || strncmp(x->name, item, name) != 0))
			x++;
		if (!x->name || name == len) {
			weft__cls_fail(c, word, "not NAME:NUMBER: \"%.*s\"", (int)len, item);
			return;
		}
		(void)snprintf(value, sizeof value, "%.*s", (int)(len - name - 1), item + name + 1);
		weft__cls_kv(c, word, weft_kv_str(x->key, value));
	}
}

static void tell_named(struct weft__cls_tell *t, const struct named *n, struct weft_attr nest)
{
	const char *sep = "";

	for (; n->name; n++) {
		struct weft_attr a = nth(nest, n->key, 0);

		if (!a.p)
			continue;
		weft_text_printf(t->t, "%s%s:%llu", sep, n->name, (unsigned long long)weft_uint(a, 0));
		sep = ",";
	}
}

static const struct named lse[] = {
	{ "depth", WEFT_KEY(flower_mpls_lse, lse_depth) }, { "label", WEFT_KEY(flower_mpls_lse, lse_label) },
	{ "tc", WEFT_KEY(flower_mpls_lse, lse_tc) },	   { "bos", WEFT_KEY(flower_mpls_lse, lse_bos) },
	{ "ttl", WEFT_KEY(flower_mpls_lse, lse_ttl) },	   { 0 },
};
static const struct named cfm[] = { { "mdl", WEFT_KEY(flower_cfm, md_level) },
				    { "op", WEFT_KEY(flower_cfm, opcode) },
				    { 0 } };

/* One word for each entry of the label stack. */
void weft__flower_put_mpls(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w;

	weft_open(c->m, r->key);
	while ((w = weft__cls_take(c, r->word)) != NULL) {
		weft_open(c->m, WEFT_KEY(flower_mpls_opts, lse));
		put_named(c, r->word, lse, w->value ? w->value : "");
		weft_close(c->m);
	}
	weft_close(c->m);
}

void weft__flower_tell_mpls(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr all = weft__cls_at(t->at, r->key), a;

	for (unsigned i = 0; (a = nth(all, WEFT_KEY(flower_mpls_opts, lse), i)).p; i++) {
		weft__cls_tell_name(t, r->word);
		tell_named(t, lse, a);
	}
}

void weft__flower_put_cfm(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);

	weft_open(c->m, r->key);
	put_named(c, r->word, cfm, w && w->value ? w->value : "");
	weft_close(c->m);
}

void weft__flower_tell_cfm(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, r->key);

	if (!a.p)
		return;
	weft__cls_tell_name(t, r->word);
	tell_named(t, cfm, a);
}

/* Of linux/ppp_defs.h. */
static const struct {
	const char *name;
	uint16_t value;
} ppp[] = { { "ip", 0x21 }, { "ipv4", 0x21 }, { "ipv6", 0x57 }, { "mpls_uc", 0x281 }, { "mpls_mc", 0x283 } };

void weft__flower_put_ppp(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	const char *text = w && w->value ? w->value : "";
	uint64_t v;

	for (size_t i = 0; i < sizeof ppp / sizeof *ppp; i++) {
		if (strcmp(ppp[i].name, text) != 0)
			continue;
		weft__cls_uint(c, r->word, r->key, ppp[i].value);
		return;
	}
	if (weft__cls_number(text, strlen(text), UINT16_MAX, &v))
		weft__cls_uint(c, r->word, r->key, v);
	else
		weft__cls_fail(c, r->word, "not a protocol of PPP: \"%.40s\"", text);
}

void weft__flower_tell_ppp(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, r->key);

	if (!a.p)
		return;
	weft__cls_tell_name(t, r->word);
	for (size_t i = 0; i < sizeof ppp / sizeof *ppp; i++) {
		if (ppp[i].value == weft_uint(a, 0)) {
			weft_text_puts(t->t, ppp[i].name);
			return;
		}
	}
	weft_text_printf(t->t, "0x%04x", (unsigned)weft_uint(a, 0));
}
