/* SPDX-License-Identifier: MIT */
/* The action pedit: bytes of packets by the names of their fields, "ip.ttl:set:64"; "ip4.u32+8:set:VALUE/MASK"
 * where they have none. */
#include <stdio.h>
#include <string.h>

#include "object/police.h"

enum {
	KEYS_MAX = 128,
	SET = 0,
	ADD = 1,
	XOR, /* a word only: SET, where bits that stay are changed too */
	/* headers that offsets count from */
	NETWORK = 0,
	ETH,
	IP4,
	IP6,
	TCP,
	UDP,
};
static const char *const headers[] = { "network", "eth", "ip4", "ip6", "tcp", "udp" };

enum type {
	NUMBER,
	MAC,
	ADDRESS,
	ADDRESS6,
};

static const struct field {
	const char *name;
	uint8_t header, off, bytes, type;
	uint32_t retain; /* the bits of a number that it is; 0: all */
} fields[] = {
	{ "eth.dst", ETH, 0, 6, MAC, 0 },
	{ "eth.src", ETH, 6, 6, MAC, 0 },
	{ "eth.type", ETH, 12, 2, NUMBER, 0 },
	{ "ip.ihl", IP4, 0, 1, NUMBER, 0x0f },
	{ "ip.tos", IP4, 1, 1, NUMBER, 0 },
	{ "ip.id", IP4, 4, 2, NUMBER, 0 },
	{ "ip.ttl", IP4, 8, 1, NUMBER, 0 },
	{ "ip.protocol", IP4, 9, 1, NUMBER, 0 },
	{ "ip.src", IP4, 12, 4, ADDRESS, 0 },
	{ "ip.dst", IP4, 16, 4, ADDRESS, 0 },
	{ "ip6.traffic_class", IP6, 0, 4, NUMBER, 0x0ff00000 },
	{ "ip6.flow_lbl", IP6, 0, 4, NUMBER, 0x000fffff },
	{ "ip6.payload_len", IP6, 4, 2, NUMBER, 0 },
	{ "ip6.nexthdr", IP6, 6, 1, NUMBER, 0 },
	{ "ip6.hoplimit", IP6, 7, 1, NUMBER, 0 },
	{ "ip6.src", IP6, 8, 16, ADDRESS6, 0 },
	{ "ip6.dst", IP6, 24, 16, ADDRESS6, 0 },
	{ "tcp.sport", TCP, 0, 2, NUMBER, 0 },
	{ "tcp.dport", TCP, 2, 2, NUMBER, 0 },
	{ "tcp.flags", TCP, 13, 1, NUMBER, 0 },
	{ "udp.sport", UDP, 0, 2, NUMBER, 0 },
	{ "udp.dport", UDP, 2, 2, NUMBER, 0 },
};
#define N_FIELDS (sizeof fields / sizeof *fields)

/* Four bytes of a packet: bits of mask stay, the others are 0 and then all are changed by xor with value; or of
 * the others those of the sum with value. */
struct key {
	uint8_t header, cmd;
	uint32_t off;
	uint8_t mask[4], value[4];
};

/* Of len bytes: a field by its name, or HEADER.u32+OFF, which is written to *own. */
static const struct field *find(const char *name, size_t len, struct field *own)
{
	size_t dot = 0;
	uint64_t off;

	for (size_t i = 0; i < N_FIELDS; i++)
		if (strlen(fields[i].name) == len && strncmp(fields[i].name, name, len) == 0)
			return &fields[i];
	while (dot < len && name[dot] != '.')
		dot++;
	*own = (struct field){ .header = sizeof headers / sizeof *headers, .type = NUMBER };
	for (uint8_t h = 0; h < sizeof headers / sizeof *headers; h++)
		if (strlen(headers[h]) == dot && strncmp(headers[h], name, dot) == 0)
			own->header = h;
	if (own->header == sizeof headers / sizeof *headers || dot == len)
		return NULL;
	name += dot + 1;
	len -= dot + 1;
	own->bytes = len > 2 && strncmp(name, "u8+", 3) == 0 ? 1 : len > 3 && strncmp(name, "u16+", 4) == 0 ? 2 : 4;
	if (own->bytes == 4 && (len < 4 || strncmp(name, "u32+", 4) != 0))
		return NULL;
	name += own->bytes == 1 ? 3 : 4;
	len -= own->bytes == 1 ? 3 : 4;
	if (!weft__cls_number(name, len, UINT8_MAX, &off))
		return NULL;
	own->off = (uint8_t)off;
	return own;
}

/* What is done with a value. */
static int op_find(const char *s, size_t len)
{
	static const char *const ops[] = { [SET] = "set", [ADD] = "add", [XOR] = "xor" };

	for (int i = 0; i < 3; i++)
		if (strlen(ops[i]) == len && strncmp(ops[i], s, len) == 0)
			return i;
	return -1;
}

size_t weft__pedit_value(const char *name, size_t len, const char *s)
{
	struct field own;
	const struct field *f = find(name, len, &own);
	size_t op = strcspn(s, ":,"), whole = strcspn(s, ",");

	if (s[op] != ':' || op_find(s, op) < 0)
		return op;
	if (f && f->type == MAC)
		return whole < op + 18 ? whole : op + 18;
	if (f && f->type == ADDRESS6)
		return whole;
	return op + 1 + strcspn(s + op + 1, ":,");
}

struct keys {
	struct key v[KEYS_MAX];
	size_t n;
};

/* Bytes of a field into keys of four. */
static bool add(struct keys *k, const struct field *f, uint8_t cmd, const uint8_t *value, const uint8_t *mask)
{
	for (size_t i = 0; i < f->bytes;) {
		struct key *x = &k->v[k->n];

		if (k->n == KEYS_MAX)
			return false;
		*x = (struct key){ f->header, cmd, (f->off + (uint32_t)i) & ~3u, { 255, 255, 255, 255 }, { 0 } };
		do {
			uint32_t at = (f->off + (uint32_t)i) & 3;

			x->mask[at] = mask[i];
			x->value[at] = value[i];
			i++;
		} while (i < f->bytes && (f->off + i) & 3);
		k->n++;
	}
	return true;
}

static void big(uint32_t v, unsigned bytes, uint8_t *ret)
{
	for (unsigned i = 0; i < bytes; i++)
		ret[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
}

static unsigned trailing(uint32_t v)
{
	return v ? (unsigned)__builtin_ctz(v) : 0;
}

/* VALUE[/BITS] of a field; *ret_bits false: without them. */
static bool parse_value(const struct field *f, const char *text, uint8_t *value, uint8_t *bits, bool *ret_bits)
{
	size_t n = strcspn(text, "/");
	uint32_t all = UINT32_MAX >> (32 - 8 * (f->bytes > 4 ? 4 : f->bytes)), own = f->retain ? f->retain : all;
	uint64_t v, mask = own >> trailing(own);
	struct weft_mac mac;
	struct weft_ip ip;

	*ret_bits = text[n];
	if (f->type == MAC) {
		mac = weft_mac(text);
		memcpy(value, mac.b, 6);
		return mac.len == 6;
	}
	if (f->type != NUMBER) {
		if (weft_ip_parse(text, &ip) < 0 || weft_ip_len(&ip) != f->bytes || text[n])
			return false;
		memcpy(value, ip.b, f->bytes);
		return true;
	}
	if (!weft__cls_number(text, n, own >> trailing(own), &v) ||
	    (text[n] && !weft__cls_number(text + n + 1, strlen(text + n + 1), own >> trailing(own), &mask)))
		return false;
	big((uint32_t)v << trailing(own), f->bytes, value);
	big((uint32_t)mask << trailing(own), f->bytes, bits);
	return true;
}

/* set, add: the bits behind '/' are those that change; xor: those that stay before. */
static bool parse(struct keys *k, const char *name, const char *text)
{
	uint8_t value[16] = { 0 }, bits[16], mask[16];
	struct field own;
	const struct field *f = find(name, strlen(name), &own);
	size_t len = strcspn(text, ":");
	int op = op_find(text, len);
	bool said = false;

	if (!f)
		return false;
	memset(bits, 0xff, sizeof bits);
	if (f->retain)
		big(f->retain, f->bytes, bits);
	if (strcmp(text, "invert") == 0) {
		memcpy(value, bits, sizeof value);
		op = XOR;
	} else if (strcmp(text, "clear") == 0) {
		op = SET;
	} else if (op < 0 || !text[len] || !parse_value(f, text + len + 1, value, bits, &said)) {
		return false;
	}
	for (size_t i = 0; i < sizeof mask; i++) {
		mask[i] = op != XOR ? (uint8_t)~bits[i] : said ? bits[i] : 0xff;
		value[i] &= op != XOR ? bits[i] : 0xff;
	}
	return add(k, f, op == ADD ? ADD : SET, value, mask);
}

/* Words of munges have a dot. */
static bool read_words(const struct weft__cls *c, struct keys *k, const char **ret_bad)
{
	k->n = 0;
	for (size_t i = 0; i < c->n; i++) {
		*ret_bad = c->v[i].name;
		if (strchr(c->v[i].name, '.') && !parse(k, c->v[i].name, c->v[i].value ? c->v[i].value : ""))
			return false;
	}
	*ret_bad = "pedit";
	return k->n > 0;
}

/* Headers and commands need the newer attributes. */
static bool is_extended(const struct keys *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].header != NETWORK || k->v[i].cmd != SET)
			return true;
	return false;
}

uint32_t weft__pedit_choose(const struct weft__cls *c)
{
	struct keys k;
	const char *bad;

	return read_words(c, &k, &bad) && !is_extended(&k) ? WEFT_KEY(act_pedit, parms) : WEFT_KEY(act_pedit, parms_ex);
}

static uint32_t as_is(const uint8_t b[4])
{
	return weft_get_u32(b);
}

void weft__pedit_put_keys(struct weft__cls *c)
{
	struct keys k;
	const char *bad;

	if (!read_words(c, &k, &bad)) {
		weft__cls_fail(c, bad,
			       "no change of a packet as ip.ttl:set:64, ip.ttl:add:255 or ip4.u32+8:set:VALUE/MASK");
		return;
	}
	weft__cls_uint(c, "pedit", WEFT_KEY(tc_pedit_sel, nkeys), k.n);
	weft_open(c->m, WEFT_KEY(tc_pedit_sel, keys));
	for (size_t i = 0; i < k.n; i++) {
		const struct weft_kv kvs[] = { WEFT_KV(tc_pedit_key, mask, as_is(k.v[i].mask)),
					       WEFT_KV(tc_pedit_key, val, as_is(k.v[i].value)),
					       WEFT_KV(tc_pedit_key, off, k.v[i].off), WEFT_END };

		weft_put(c->m, weft_kv_nest(0, kvs));
	}
	weft_close(c->m);
}

void weft__pedit_put(struct weft__cls *c)
{
	struct keys k;
	const char *bad;

	for (size_t i = 0; i < c->n; i++)
		c->used[i] |= strchr(c->v[i].name, '.') != NULL;
	if (!read_words(c, &k, &bad) || !is_extended(&k))
		return;
	weft_open(c->m, WEFT_KEY(act_pedit, keys_ex));
	for (size_t i = 0; i < k.n; i++) {
		weft_open(c->m, WEFT_KEY(pedit_keys_ex, key_ex));
		weft__cls_uint(c, "pedit", WEFT_KEY(pedit_key_ex, htype), k.v[i].header);
		weft__cls_uint(c, "pedit", WEFT_KEY(pedit_key_ex, cmd), k.v[i].cmd);
		weft_close(c->m);
	}
	weft_close(c->m);
}

/* The i-th key with its header and command; false: there is none. */
static bool key_at(struct weft_attr options, size_t i, struct key *ret)
{
	struct weft_attr list = weft_at(options, "parms-ex.keys");
	size_t n = 0;
	bool found = false;

	*ret = (struct key){ 0 };
	if (!list.p)
		list = weft_at(options, "parms.keys");
	WEFT_EACH(key, list)
	{
		if (n++ != i)
			continue;
		weft_set_u32(ret->mask, (uint32_t)weft_uint(weft_at(key, "mask"), 0));
		weft_set_u32(ret->value, (uint32_t)weft_uint(weft_at(key, "val"), 0));
		ret->off = (uint32_t)weft_uint(weft_at(key, "off"), 0);
		found = true;
	}
	n = 0;
	WEFT_EACH(ex, weft_at(options, "keys-ex.key-ex"))
	{
		if (n++ != i)
			continue;
		ret->header = (uint8_t)weft_uint(weft_at(ex, "htype"), 0);
		ret->cmd = (uint8_t)weft_uint(weft_at(ex, "cmd"), 0);
	}
	return found;
}

/* Whether the keys from the i-th are what setting this field makes; its bytes, and how many keys they are. */
static size_t is_field(struct weft_attr options, size_t i, const struct field *f, uint8_t *ret, uint8_t *ret_cmd)
{
	uint8_t none[16] = { 0 }, mask[16] = { 0 };
	struct keys k = { .n = 0 };

	big(f->retain ? ~f->retain : 0, f->bytes > 4 ? 4 : f->bytes, mask);
	(void)add(&k, f, SET, none, mask);
	for (size_t n = 0; n < k.n; n++) {
		struct key x;

		if (!key_at(options, i + n, &x) || x.header != f->header || x.off != k.v[n].off ||
		    memcmp(x.mask, k.v[n].mask, 4) != 0 || (n && x.cmd != *ret_cmd))
			return 0;
		for (int b = 0; b < 4; b++)
			if (x.value[b] & x.mask[b])
				return 0;
		*ret_cmd = x.cmd;
		for (uint32_t b = 0; b < f->bytes; b++)
			if (((f->off + b) & ~3u) == x.off)
				ret[b] = x.value[(f->off + b) & 3];
	}
	return k.n;
}

static void tell_value(struct weft__cls_tell *t, const struct field *f, const uint8_t *value)
{
	struct weft_ip ip = weft_ip_bytes(value, f->bytes);
	char buf[WEFT_IP_TEXT];
	uint32_t v = 0;

	if (f->type == MAC) {
		for (int i = 0; i < 6; i++)
			weft_text_printf(t->t, "%s%02x", i ? ":" : "", value[i]);
	} else if (f->type != NUMBER) {
		weft_text_puts(t->t, weft_ip_text(&ip, buf));
	} else {
		for (unsigned i = 0; i < f->bytes; i++)
			v = v << 8 | value[i];
		weft_text_uint(t->t, v >> trailing(f->retain));
	}
}

static void tell_raw(struct weft__cls_tell *t, const struct key *k)
{
	char name[40];
	uint32_t mask = weft_get_be32(k->mask), value = weft_get_be32(k->value);
	const char *of = headers[k->header < sizeof headers / sizeof *headers ? k->header : NETWORK];

	(void)snprintf(name, sizeof name, "%s.u32+%u", of, k->off);
	weft__cls_tell_name(t, name);
	if (k->cmd == ADD || !(value & mask))
		weft_text_printf(t->t, "%s:0x%08x/0x%08x", k->cmd == ADD ? "add" : "set", value, ~mask);
	else if (mask == UINT32_MAX && value == UINT32_MAX)
		weft_text_puts(t->t, "invert");
	else
		weft_text_printf(t->t, mask == UINT32_MAX ? "xor:0x%08x" : "xor:0x%08x/0x%08x", value, mask);
}

static void tell(struct weft__cls_tell *t, const struct weft__cls_row *r)
{
	struct key k;
	size_t step;

	(void)r;
	for (size_t i = 0; key_at(t->at, i, &k); i += step) {
		step = 0;
		for (size_t n = 0; n < N_FIELDS && !step; n++) {
			uint8_t value[16], cmd = 0;

			step = is_field(t->at, i, &fields[n], value, &cmd);
			if (!step)
				continue;
			weft__cls_tell_name(t, fields[n].name);
			weft_text_puts(t->t, cmd == ADD ? "add:" : "set:");
			tell_value(t, &fields[n], value);
		}
		if (!step)
			tell_raw(t, &k);
		step = step ? step : 1;
	}
}

static void none(struct weft__cls *c, const struct weft__cls_row *r)
{
	(void)c;
	(void)r;
}

const struct weft__cls_row weft__pedit_words[] = { { "munge", 0, 0, WEFT__F_OWN, .put = none, .tell = tell }, { 0 } };
