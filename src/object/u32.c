/* SPDX-License-Identifier: MIT */
/* Words of u32: matches as values, masks and offsets, by the names that fields of packets have. */
#include <stdio.h>
#include <string.h>

#include "object/cls.h"

enum {
	TERMINAL = 1,
	OFFSET = 2,
	VAROFFSET = 4,
	EAT = 8,
	KEYS_MAX = 128,
	AUTO_TABLE = 0x800,
	NEXT = -1, /* offset from where the next header begins */
};

/* In host order. */
struct key {
	uint32_t mask, value;
	int32_t off, offmask;
};
struct sel {
	struct weft__cls *c;
	const char *word;
	struct key key[KEYS_MAX];
	uint8_t n;
};

/* Keys of one place are one, as long as they do not contradict each other. */
static void add(struct sel *s, uint32_t value, uint32_t mask, int32_t off, int32_t offmask)
{
	value &= mask;
	for (size_t i = 0; i < s->n; i++) {
		struct key *k = &s->key[i];

		if (k->off != off || k->offmask != offmask)
			continue;
		if ((k->value ^ value) & mask & k->mask)
			weft__cls_fail(s->c, s->word, "two values for the same bits");
		k->value |= value;
		k->mask |= mask;
		return;
	}
	if (s->n == KEYS_MAX)
		weft__cls_fail(s->c, s->word, "more than %d keys", KEYS_MAX);
	else
		s->key[s->n++] = (struct key){ mask, value, off, offmask };
}

/* A value of 1, 2 or 4 bytes at any offset that suits it. */
static bool add_bytes(struct sel *s, unsigned bytes, uint64_t value, uint64_t mask, int32_t off, int32_t offmask)
{
	uint32_t at = (uint32_t)off & 3, shift = 8 * (4 - at - bytes);

	if (at + bytes > 4)
		return false;
	add(s, (uint32_t)(value << shift), (uint32_t)(mask << shift), (int32_t)((uint32_t)off - at), offmask);
	return true;
}

/* Fields by name: width in bytes, offset, what their own mask is shifted by and limited to. */
static const struct field {
	const char *name;
	uint8_t bytes;
	int8_t next; /* counts from the next header */
	int16_t off;
	uint32_t mask;
	uint8_t shift;
	bool flag; /* has no value: .mask is it, or 0 with "no" */
	uint32_t value;
} fields[] = {
	{ "ip.ihl", 1, 0, 0, 0xf, 0 },
	{ "ip.tos", 1, 0, 1, 0xff, 0 },
	{ "ip.dsfield", 1, 0, 1, 0xff, 0 },
	{ "ip.precedence", 1, 0, 1, 0xff, 0 },
	{ "ip.nofrag", 2, 0, 6, 0x3fff, 0, true, 0 },
	{ "ip.firstfrag", 2, 0, 6, 0x1fff, 0, true, 0 },
	{ "ip.df", 2, 0, 6, 0x4000, 0, true, 0x4000 },
	{ "ip.mf", 2, 0, 6, 0x2000, 0, true, 0x2000 },
	{ "ip.ttl", 1, 0, 8, 0xff, 0 },
	{ "ip.protocol", 1, 0, 9, 0xff, 0 },
	{ "ip.sport", 2, 0, 20, 0xffff, 0 },
	{ "ip.dport", 2, 0, 22, 0xffff, 0 },
	{ "ip.icmp_type", 1, 0, 20, 0xff, 0 },
	{ "ip.icmp_code", 1, 0, 21, 0xff, 0 },
	{ "ip6.priority", 4, 0, 0, 0xff, 20 },
	{ "ip6.flowlabel", 4, 0, 0, 0xfffff, 0 },
	{ "ip6.protocol", 1, 0, 6, 0xff, 0 },
	{ "ip6.hoplimit", 1, 0, 7, 0xff, 0 },
	{ "ip6.sport", 2, 0, 40, 0xffff, 0 },
	{ "ip6.dport", 2, 0, 42, 0xffff, 0 },
	{ "ip6.icmp_type", 1, 0, 40, 0xff, 0 },
	{ "ip6.icmp_code", 1, 0, 41, 0xff, 0 },
	{ "tcp.src", 2, 1, 0, 0xffff, 0 },
	{ "tcp.dst", 2, 1, 2, 0xffff, 0 },
	{ "udp.src", 2, 1, 0, 0xffff, 0 },
	{ "udp.dst", 2, 1, 2, 0xffff, 0 },
	{ "icmp.type", 1, 1, 0, 0xff, 0 },
	{ "icmp.code", 1, 1, 1, 0xff, 0 },
};

static const struct field *find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strlen(fields[i].name) == len && strncmp(fields[i].name, name, len) == 0)
			return &fields[i];
	return NULL;
}

static bool add_field(struct sel *s, const struct field *f, const char *text)
{
	size_t n = strcspn(text, "/");
	uint64_t value, mask = f->mask;
	uint8_t proto;

	if (f->flag)
		return !*text && add_bytes(s, f->bytes, f->value, f->mask, f->off, f->next ? NEXT : 0);
	if (strstr(f->name, "protocol") && !text[n] && weft__ipproto_value(text, &proto))
		value = proto;
	else if (!weft__cls_number(text, n, f->mask, &value))
		return false;
	if (text[n] && !weft__cls_number(text + n + 1, strlen(text + n + 1), f->mask, &mask))
		return false;
	return add_bytes(s, f->bytes, value << f->shift, mask << f->shift, f->off, f->next ? NEXT : 0);
}

/* Words of an address that its prefix covers. */
static bool add_address(struct sel *s, const char *text, unsigned family, int32_t off)
{
	struct weft_ip ip;

	if (weft_ip_parse(text, &ip) < 0 || ip.family != family)
		return false;
	for (unsigned bit = 0; bit < ip.plen; bit += 32) {
		unsigned left = ip.plen - bit;
		uint32_t mask = left >= 32 ? UINT32_MAX : ~(UINT32_MAX >> left);

		add(s, weft_get_be32(ip.b + bit / 8), mask, off + (int32_t)bit / 8, 0);
	}
	if (!ip.plen)
		add(s, 0, 0, off, 0);
	return true;
}

/* Ethernet stands before what offsets count from. */
static bool add_mac(struct sel *s, const char *text, int32_t off)
{
	struct weft_mac mac = weft_mac(text);

	if (mac.len != 6)
		return false;
	if (off & 2) {
		return add_bytes(s, 2, weft_get_be16(mac.b), 0xffff, off, 0) &&
		       add_bytes(s, 4, weft_get_be32(mac.b + 2), UINT32_MAX, off + 2, 0);
	}
	return add_bytes(s, 4, weft_get_be32(mac.b), UINT32_MAX, off, 0) &&
	       add_bytes(s, 2, weft_get_be16(mac.b + 4), 0xffff, off + 4, 0);
}

/* VALUE:MASK:OFFSET, the offset perhaps as nexthdr+N. */
static bool add_raw(struct sel *s, unsigned bytes, const char *text)
{
	size_t a = strcspn(text, ":"), b = text[a] ? strcspn(text + a + 1, ":") : 0;
	const char *off = text[a] && text[a + 1 + b] ? text + a + 1 + b + 1 : NULL;
	uint64_t max = UINT32_MAX >> (32 - 8 * bytes), value, mask, n;
	int32_t offmask = 0;
	bool minus;

	if (!off || !weft__cls_number(text, a, max, &value) || !weft__cls_number(text + a + 1, b, max, &mask))
		return false;
	if (strncmp(off, "nexthdr", 7) == 0) {
		offmask = NEXT;
		off += 7 + (off[7] == '+');
	}
	minus = *off == '-';
	if (!*off)
		n = 0;
	else if (!weft__cls_number(off + minus, strlen(off + minus), INT16_MAX, &n))
		return false;
	return add_bytes(s, bytes, value, mask, minus ? -(int32_t)n : (int32_t)n, offmask);
}

static bool add_match(struct sel *s, const char *text)
{
	size_t n = strcspn(text, ":");
	const char *value = text[n] ? text + n + 1 : "";
	const struct field *f = find(text, n);
	static const struct {
		const char *name;
		uint8_t family;
		int16_t off;
	} addresses[] = { { "ip.src", WEFT_AF_INET, 12 },  { "ip.dst", WEFT_AF_INET, 16 },
			  { "ip6.src", WEFT_AF_INET6, 8 }, { "ip6.dst", WEFT_AF_INET6, 24 },
			  { "ether.src", 0, -8 },	   { "ether.dst", 0, -14 } };

	if (f)
		return add_field(s, f, value);
	for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
		if (strlen(addresses[i].name) != n || strncmp(addresses[i].name, text, n) != 0)
			continue;
		return addresses[i].family ? add_address(s, value, addresses[i].family, addresses[i].off)
					   : add_mac(s, value, addresses[i].off);
	}
	if (n == 3 && strncmp(text, "u32", 3) == 0)
		return add_raw(s, 4, value);
	if (n == 3 && strncmp(text, "u16", 3) == 0)
		return add_raw(s, 2, value);
	return n == 2 && strncmp(text, "u8", 2) == 0 && add_raw(s, 1, value);
}

/* match=mark:VALUE[/MASK]: an attribute of its own. */
static bool put_mark(struct weft__cls *c, const char *text)
{
	size_t n = strcspn(text, "/");
	uint64_t value, mask = UINT32_MAX;

	if (!weft__cls_number(text, n, UINT32_MAX, &value) ||
	    (text[n] && !weft__cls_number(text + n + 1, strlen(text + n + 1), UINT32_MAX, &mask)))
		return false;
	weft_open(c->m, WEFT_KEY(u32, mark));
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_mark, val), value);
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_mark, mask), mask);
	weft_close(c->m);
	return true;
}

/* "at:12,mask:0xff": numbers of a word, in the order of names; those not said stay as they are. */
static bool numbers(const char *text, const char *const *names, int64_t *ret, uint32_t *ret_said)
{
	const char *item;
	size_t len;

	*ret_said = 0;
	while (weft__word_item(&text, &item, &len)) {
		size_t n = 0, i = 0;
		uint64_t v = 0;
		bool minus;

		while (n < len && item[n] != ':')
			n++;
		while (names[i] && (strlen(names[i]) != n || strncmp(names[i], item, n) != 0))
			i++;
		minus = n + 1 < len && item[n + 1] == '-';
		if (!names[i] ||
		    (n < len && !weft__cls_number(item + n + 1 + minus, len - n - 1 - minus, UINT32_MAX, &v)))
			return false;
		ret[i] = minus ? -(int64_t)v : (int64_t)v;
		*ret_said |= 1u << i;
	}
	return true;
}

/* offset=at:0,mask:0x0f00,shift:6,plus:4,eat: where the next header begins. */
static uint8_t put_offset(struct weft__cls *c)
{
	static const char *const names[] = { "at", "mask", "shift", "plus", "eat", NULL };
	const struct weft_word *w = weft__cls_take(c, "offset");
	int64_t v[5] = { 0 };
	uint32_t said;

	if (!w)
		return 0;
	if (!w->value || !numbers(w->value, names, v, &said)) {
		weft__cls_fail(c, "offset", "not at:N,mask:N,shift:N,plus:N,eat: \"%.60s\"", w->value ? w->value : "");
		return 0;
	}
	weft__cls_kv(c, "offset", weft_kv_int(WEFT_KEY(tc_u32_sel, offoff), v[0]));
	weft__cls_uint(c, "offset", WEFT_KEY(tc_u32_sel, offmask), (uint64_t)v[1]);
	weft__cls_uint(c, "offset", WEFT_KEY(tc_u32_sel, offshift), (uint64_t)v[2]);
	weft__cls_uint(c, "offset", WEFT_KEY(tc_u32_sel, off), (uint64_t)v[3]);
	return (uint8_t)((said & 7 ? VAROFFSET : 0) | (said & 8 ? OFFSET : 0) | (said & 16 ? EAT : 0));
}

/* hashkey=mask:0xff,at:12: the bits that choose the bucket of the table of `link`. */
static void put_hashkey(struct weft__cls *c)
{
	static const char *const names[] = { "at", "mask", NULL };
	const struct weft_word *w = weft__cls_take(c, "hashkey");
	int64_t v[2] = { 0 };
	uint32_t said;

	if (!w)
		return;
	if (!w->value || !numbers(w->value, names, v, &said)) {
		weft__cls_fail(c, "hashkey", "not at:N,mask:N: \"%.60s\"", w->value ? w->value : "");
		return;
	}
	weft__cls_kv(c, "hashkey", weft_kv_int(WEFT_KEY(tc_u32_sel, hoff), v[0]));
	weft__cls_uint(c, "hashkey", WEFT_KEY(tc_u32_sel, hmask), (uint64_t)v[1]);
}

static void put_keys(struct weft__cls *c, const struct sel *s)
{
	weft_open(c->m, WEFT_KEY(tc_u32_sel, keys));
	for (size_t i = 0; i < s->n; i++) {
		const struct key *k = &s->key[i];
		struct weft_kv kvs[] = { WEFT_KV(tc_u32_key, mask, k->mask), WEFT_KV(tc_u32_key, val, k->value),
					 WEFT_KV(tc_u32_key, off, k->off), WEFT_KV(tc_u32_key, offmask, k->offmask),
					 WEFT_END };

		weft_put(c->m, weft_kv_nest(0, kvs));
	}
	weft_close(c->m);
}

/* All matches, and what else stands in the struct of the keys. */
static void put_match(struct weft__cls *c, const struct weft__cls_row *r)
{
	bool final = weft__cls_look(c, "classid") || weft__cls_look(c, "flowid") || weft__cls_look(c, "action");
	struct sel s = { .c = c, .word = "match" };
	const struct weft_word *w;
	uint8_t flags;

	(void)r;
	while ((w = weft__cls_take(c, "match")) != NULL) {
		const char *text = w->value ? w->value : "";

		if (strncmp(text, "mark:", 5) == 0 ? !put_mark(c, text + 5) : !add_match(&s, text))
			weft__cls_fail(c, "match",
				       "not a match as ip.src:10.0.0.0/8 or u32:VALUE:MASK:OFFSET: \"%.60s\"", text);
	}
	weft_open(c->m, WEFT_KEY(u32, sel));
	flags = put_offset(c);
	put_hashkey(c);
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_sel, flags), (uint64_t)(flags | (final ? TERMINAL : 0)));
	weft__cls_uint(c, "match", WEFT_KEY(tc_u32_sel, nkeys), s.n);
	put_keys(c, &s);
	weft_close(c->m);
}

static void tell_key(struct weft__cls_tell *t, struct weft_attr key)
{
	int64_t off = weft_int(weft_at(key, "off"), 0);

	weft__cls_tell_name(t, "match");
	weft_text_printf(t->t, "u32:0x%08x:0x%08x:%s%lld", (unsigned)weft_uint(weft_at(key, "val"), 0),
			 (unsigned)weft_uint(weft_at(key, "mask"), 0),
			 weft_uint(weft_at(key, "offmask"), 0) ? (off < 0 ? "nexthdr" : "nexthdr+") : "",
			 (long long)off);
}

static void tell_match(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr sel = weft__cls_at(t->at, WEFT_KEY(u32, sel)), mark = weft__cls_at(t->at, WEFT_KEY(u32, mark));
	uint64_t flags = weft_uint(weft_at(sel, "flags"), 0);

	(void)r;
	WEFT_EACH(key, weft_at(sel, "keys"))
	tell_key(t, key);
	if (mark.p) {
		weft__cls_tell_name(t, "match");
		weft_text_printf(t->t, "mark:0x%x/0x%x", (unsigned)weft_uint(weft_at(mark, "val"), 0),
				 (unsigned)weft_uint(weft_at(mark, "mask"), 0));
	}
	if (flags & (OFFSET | VAROFFSET | EAT)) {
		weft__cls_tell_name(t, "offset");
		if (flags & VAROFFSET)
			weft_text_printf(t->t, "at:%lld,mask:0x%x,shift:%u,",
					 (long long)weft_int(weft_at(sel, "offoff"), 0),
					 (unsigned)weft_uint(weft_at(sel, "offmask"), 0),
					 (unsigned)weft_uint(weft_at(sel, "offshift"), 0));
		if (flags & OFFSET)
			weft_text_printf(t->t, "plus:%u,", (unsigned)weft_uint(weft_at(sel, "off"), 0));
		if (flags & EAT)
			weft_text_puts(t->t, "eat");
		else if (t->t->len && !t->t->err)
			t->t->p[--t->t->len] = 0;
	}
	if (weft_uint(weft_at(sel, "hmask"), 0)) {
		weft__cls_tell_name(t, "hashkey");
		weft_text_printf(t->t, "at:%lld,mask:0x%x", (long long)weft_int(weft_at(sel, "hoff"), 0),
				 (unsigned)weft_uint(weft_at(sel, "hmask"), 0));
	}
}

/* offset and hashkey without a match belong to the same struct. */
static void put_other(struct weft__cls *c, const struct weft__cls_row *r)
{
	if (!weft__cls_look(c, "match"))
		put_match(c, r);
}

/* Tables by handle. */
static void put_table(struct weft__cls *c, const struct weft__cls_row *r)
{
	const struct weft_word *w = weft__cls_take(c, r->word);
	uint32_t handle;

	if (w && w->value && weft_u32_handle_parse(w->value, &handle))
		weft__cls_uint(c, r->word, r->key, handle);
	else
		weft__cls_fail(c, r->word, "not a handle as 800: or 800:1f:");
}

static void tell_table(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct weft_attr a = weft__cls_at(t->at, r->key);
	char buf[16];

	/* the kernel's own tables have no number that would be the same again */
	if (!a.p || (weft_uint(a, 0) >> 20 >= AUTO_TABLE && r->key == WEFT_KEY(u32, hash)))
		return;
	weft__cls_tell_name(t, r->word);
	weft_text_puts(t->t, weft_u32_handle_text((uint32_t)weft_uint(a, 0), buf));
}

const struct weft__cls_row weft__u32_words[] = {
	{ "match", 0, 0, WEFT__F_OWN, .put = put_match, .tell = tell_match },
	{ "offset", 0, 0, WEFT__F_OWN, .put = put_other },
	{ "hashkey", 0, 0, WEFT__F_OWN, .put = put_other },
	{ "divisor", WEFT_KEY(u32, divisor), 0, WEFT__F_ROW },
	{ "ht", WEFT_KEY(u32, hash), 0, WEFT__F_OWN, .put = put_table, .tell = tell_table },
	{ "link", WEFT_KEY(u32, link), 0, WEFT__F_OWN, .put = put_table, .tell = tell_table },
	{ "indev", WEFT_KEY(u32, indev), 0, WEFT__F_ROW },
	{ "skip_hw", WEFT_KEY(u32, flags), 0, WEFT__F_BIT, .value = 1 },
	{ "skip_sw", WEFT_KEY(u32, flags), 0, WEFT__F_BIT, .value = 2 },
	{ "verbose", WEFT_KEY(u32, flags), 0, WEFT__F_BIT, .value = 16 },
	{ "classid", WEFT_KEY(u32, classid), 0, WEFT__F_ROW, .also = "flowid" },
	{ 0 },
};
