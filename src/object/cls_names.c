/* SPDX-License-Identifier: MIT */
/* Names of protocols, of what becomes of packets, handles. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "object/cls.h"
#include "schema/schema.h"

struct name {
	const char *name;
	uint32_t value;
};

/* Of linux/if_ether.h; the first of several names of a number is the one that is told. */
static const struct name ethertypes[] = {
	{ "all", 0x0003 },	{ "ip", 0x0800 },	{ "ipv4", 0x0800 },    { "ipv6", 0x86dd },
	{ "ip6", 0x86dd },	{ "arp", 0x0806 },	{ "rarp", 0x8035 },    { "802.1q", 0x8100 },
	{ "802.1ad", 0x88a8 },	{ "mpls_uc", 0x8847 },	{ "mpls_mc", 0x8848 }, { "ppp_ses", 0x8864 },
	{ "ppp_disc", 0x8863 }, { "cfm", 0x8902 },	{ "lldp", 0x88cc },    { "ptp", 0x88f7 },
	{ "802_3", 0x0001 },	{ "802_2", 0x0004 },	{ "snap", 0x0005 },    { "loop", 0x0060 },
	{ "can", 0x000c },	{ "canfd", 0x000d },	{ "802.1x", 0x888e },  { "802.1ah", 0x88e7 },
	{ "macsec", 0x88e5 },	{ "fcoe", 0x8906 },	{ "aoe", 0x88a2 },     { "tipc", 0x88ca },
	{ "profinet", 0x8892 }, { "ethercat", 0x88a4 }, { "hsr", 0x892f },     { "batman", 0x4305 },
};
static const struct name protocols[] = {
	{ "icmp", 1 },	 { "igmp", 2 },	  { "ipip", 4 },    { "tcp", 6 },	{ "egp", 8 },
	{ "udp", 17 },	 { "dccp", 33 },  { "ipv6", 41 },   { "rsvp", 46 },	{ "gre", 47 },
	{ "esp", 50 },	 { "ah", 51 },	  { "icmpv6", 58 }, { "ospf", 89 },	{ "pim", 103 },
	{ "vrrp", 112 }, { "l2tp", 115 }, { "sctp", 132 },  { "udplite", 136 }, { "mpls", 137 },
};
static const struct name controls[] = {
	{ "pass", 0 },	 { "ok", 0 },	    { "reclassify", 1 }, { "drop", 2 },
	{ "shot", 2 },	 { "pipe", 3 },	    { "stolen", 4 },	 { "queued", 5 },
	{ "repeat", 6 }, { "redirect", 7 }, { "trap", 8 },	 { "continue", UINT32_MAX },
};
static const struct name jumps[] = { { "jump", 1u << 28 }, { "goto_chain", 2u << 28 }, { "goto-chain", 2u << 28 } };

#define N(a) (sizeof(a) / sizeof *(a))

static const struct name *by_name(const struct name *n, size_t count, const char *s)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(n[i].name, s) == 0)
			return &n[i];
	return NULL;
}

static const char *by_value(const struct name *n, size_t count, uint32_t v)
{
	for (size_t i = 0; i < count; i++)
		if (n[i].value == v)
			return n[i].name;
	return NULL;
}

uint32_t weft_tc_info(uint16_t prio, uint16_t protocol)
{
	uint8_t b[2];
	uint16_t low;

	weft_set_be16(b, protocol);
	memcpy(&low, b, 2);
	return (uint32_t)prio << 16 | low;
}

int weft_ethertype_parse(const char *text, uint16_t *ret)
{
	const struct name *n = by_name(ethertypes, N(ethertypes), text);
	uint64_t v;

	if (n)
		*ret = (uint16_t)n->value;
	else if (weft__cls_number(text, strlen(text), UINT16_MAX, &v))
		*ret = (uint16_t)v;
	else
		return 0;
	return 1;
}

const char *weft_ethertype_text(uint16_t v, char *buf)
{
	const char *name = by_value(ethertypes, N(ethertypes), v);

	if (name)
		return name;
	(void)snprintf(buf, 16, "0x%04x", v);
	return buf;
}

bool weft__ipproto_value(const char *s, uint8_t *ret)
{
	const struct name *n = by_name(protocols, N(protocols), s);
	uint64_t v;

	if (!n && !weft__cls_number(s, strlen(s), UINT8_MAX, &v))
		return false;
	*ret = (uint8_t)(n ? n->value : v);
	return true;
}

const char *weft__ipproto_name(uint8_t v)
{
	return by_value(protocols, N(protocols), v);
}

int weft_control_parse(const char *text, int32_t *ret)
{
	const struct name *n = by_name(controls, N(controls), text);
	size_t len = strcspn(text, ":= ");
	uint64_t v;

	if (n) {
		*ret = (int32_t)n->value;
		return 1;
	}
	for (size_t i = 0; text[len] && i < N(jumps); i++) {
		const char *number = text + len + 1;

		if (strlen(jumps[i].name) != len || strncasecmp(jumps[i].name, text, len) != 0 ||
		    !weft__cls_number(number, strlen(number), (1u << 28) - 1, &v))
			continue;
		*ret = (int32_t)(jumps[i].value | (uint32_t)v);
		return 1;
	}
	if (!weft__cls_number(text, strlen(text), INT32_MAX, &v))
		return 0;
	*ret = (int32_t)v;
	return 1;
}

const char *weft_control_text(int32_t v, char *buf)
{
	const char *name = by_value(controls, N(controls), (uint32_t)v);
	uint32_t low = (uint32_t)v & ((1u << 28) - 1);

	if (name)
		return name;
	name = v > 0 ? by_value(jumps, N(jumps), (uint32_t)v - low) : NULL;
	if (name)
		(void)snprintf(buf, 32, "%s:%u", name, low);
	else
		(void)snprintf(buf, 32, "%d", v);
	return buf;
}

/* Table, bucket and node of a handle: 12, 8 and 12 bits, in hex. */
int weft_u32_handle_parse(const char *text, uint32_t *ret)
{
	static const uint32_t max[3] = { 0xfff, 0xff, 0xfff };
	uint32_t v[3] = { 0 };
	uint64_t n;
	size_t parts = 0;

	if (!strchr(text, ':')) {
		if (!weft__cls_number(text, strlen(text), UINT32_MAX, &n))
			return 0;
		*ret = (uint32_t)n;
		return 1;
	}
	for (const char *at = text; parts < 3; parts++) {
		size_t len = strcspn(at, ":");

		if (len && !weft__word_number(at, len, true, max[parts], &n))
			return 0;
		v[parts] = len ? (uint32_t)n : 0;
		at += len;
		if (!*at++) {
			*ret = v[0] << 20 | v[1] << 12 | v[2];
			return 1;
		}
	}
	return 0;
}

const char *weft_u32_handle_text(uint32_t v, char *buf)
{
	uint32_t table = v >> 20, bucket = v >> 12 & 0xff, node = v & 0xfff;
	size_t n = 0;

	if (table)
		n = (size_t)snprintf(buf, 16, "%x", table);
	n += (size_t)snprintf(buf + n, 16 - n, ":");
	if (bucket)
		n += (size_t)snprintf(buf + n, 16 - n, "%x", bucket);
	if (bucket || node)
		n += (size_t)snprintf(buf + n, 16 - n, ":");
	if (node)
		(void)snprintf(buf + n, 16 - n, "%x", node);
	return buf;
}
