/* SPDX-License-Identifier: MIT */
/* What a file of recorded messages may be, and the datagrams in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/codec.h>

#include "capture.h"

enum {
	NLMON = 253, /* LINKTYPE_NETLINK of tcpdump.org */
	COOKED = 16, /* bytes before the messages; the last two are the protocol */
	SOCKETS = 65536,
	INTERFACES = 256,
};

struct reader {
	datagram_fn *fn;
	void *user;
	bool swap; /* numbers of the file are in the other byte order */
	struct {
		unsigned type, snap; /* most bytes of a packet; 0: all */
		uint8_t unit;	     /* of times: 10^-unit seconds, or with the highest bit 2^-unit */
	} link[INTERFACES];
	size_t n_links;
};

static uint32_t u32(const struct reader *r, const uint8_t *p)
{
	uint32_t v = weft_get_u32(p);

	return r->swap ? __builtin_bswap32(v) : v;
}

static uint16_t u16(const struct reader *r, const uint8_t *p)
{
	uint16_t v = weft_get_u16(p);

	return r->swap ? __builtin_bswap16(v) : v;
}

/* One packet of an nlmon device. */
static int packet(const struct reader *r, unsigned link, const uint64_t *us, const uint8_t *p, size_t len)
{
	if (link != NLMON)
		return cli_fail(CLI_USAGE, "packets of link type %u: only those of nlmon devices (253) are netlink",
				link);
	if (len < COOKED)
		return cli_fail(CLI_USAGE, "a packet of %zu bytes is too short", len);
	return r->fn(&(struct datagram){ .us = us ? *us : 0,
					 .has_time = us != NULL,
					 .recorded = true,
					 .protocol = weft_get_be16(p + 14),
					 .p = p + COOKED,
					 .len = len - COOKED },
		     r->user);
}

static int pcap(struct reader *r, const uint8_t *p, size_t len)
{
	uint32_t magic = weft_get_u32(p);
	bool nano = magic == 0xa1b23c4d || magic == 0x4d3cb2a1;
	unsigned link;
	int status = 0;
	size_t at = 24;

	r->swap = magic == 0xd4c3b2a1 || magic == 0x4d3cb2a1;
	if (len < at)
		return cli_fail(CLI_USAGE, "the capture is cut off");
	link = u32(r, p + 20) & 0xffff;
	while (status == 0 && at < len) {
		uint64_t us;
		uint32_t n;

		if (len - at < 16 || (n = u32(r, p + at + 8)) > len - at - 16)
			return cli_fail(CLI_USAGE, "the capture is cut off at byte %zu", at);
		us = (uint64_t)u32(r, p + at) * 1000000 + u32(r, p + at + 4) / (nano ? 1000 : 1);
		status = packet(r, link, &us, p + at + 16, n);
		at += 16 + (size_t)n;
	}
	return status;
}

/* Microseconds of a time of pcapng. */
static uint64_t micro(uint64_t t, uint8_t unit)
{
	unsigned n = unit & 0x7f;

	if (unit & 0x80) {
		/* as many bits as a product with a million has room for */
		for (; n > 40; n--)
			t >>= 1;
		return (t >> n) * 1000000 + (((t & ((1ull << n) - 1)) * 1000000) >> n);
	}
	for (; n < 6; n++)
		t *= 10;
	for (; n > 6 && t; n--)
		t /= 10;
	return t;
}

/* An interface: link type, most bytes of a packet, options. */
static int interface(struct reader *r, const uint8_t *p, size_t len)
{
	enum {
		IF_TSRESOL = 9
	};
	size_t at = 8;

	if (r->n_links == INTERFACES)
		return cli_fail(CLI_USAGE, "more than %d interfaces", INTERFACES);
	r->link[r->n_links].type = u16(r, p);
	r->link[r->n_links].snap = u32(r, p + 4);
	r->link[r->n_links].unit = 6;
	while (len - at >= 4) {
		uint16_t code = u16(r, p + at), n = u16(r, p + at + 2);

		if (code == 0 || n > len - at - 4)
			break;
		if (code == IF_TSRESOL && n == 1)
			r->link[r->n_links].unit = p[at + 4];
		at += 4 + ((n + 3u) & ~3u);
		at = at > len ? len : at;
	}
	r->n_links++;
	return 0;
}

/* A packet of the first interface, without a time. */
static int simple(const struct reader *r, const uint8_t *p, size_t len)
{
	uint32_t n = len >= 4 ? u32(r, p) : 0;

	if (len < 4 || r->n_links == 0)
		return cli_fail(CLI_USAGE, "a packet of the capture is not whole");
	n = r->link[0].snap && n > r->link[0].snap ? r->link[0].snap : n;
	return packet(r, r->link[0].type, NULL, p + 4, n < len - 4 ? n : len - 4);
}

/* One block of pcapng: sections, interfaces, packets; others are passed over. */
static int block(struct reader *r, uint32_t type, const uint8_t *p, size_t len)
{
	enum {
		INTERFACE = 1,
		SIMPLE = 3,
		ENHANCED = 6
	};
	uint64_t us;
	uint32_t n;

	if (type == INTERFACE && len >= 8)
		return interface(r, p, len);
	if (type == SIMPLE)
		return simple(r, p, len);
	if (type != ENHANCED)
		return 0;
	if (len < 20 || (n = u32(r, p + 12)) > len - 20 || u32(r, p) >= r->n_links)
		return cli_fail(CLI_USAGE, "a packet of the capture is not whole");
	us = micro((uint64_t)u32(r, p + 4) << 32 | u32(r, p + 8), r->link[u32(r, p)].unit);
	return packet(r, r->link[u32(r, p)].type, &us, p + 20, n);
}

static int pcapng(struct reader *r, const uint8_t *p, size_t len)
{
	int status = 0;

	for (size_t at = 0; status == 0 && at < len;) {
		uint32_t type, n;

		if (len - at < 12)
			return cli_fail(CLI_USAGE, "the capture is cut off at byte %zu", at);
		type = weft_get_u32(p + at);
		if (type == 0x0a0d0d0a) {
			/* a section says in which byte order it is */
			r->swap = weft_get_u32(p + at + 8) != 0x1a2b3c4d;
			r->n_links = 0;
		}
		n = u32(r, p + at + 4);
		if (n < 12 || n % 4 || n > len - at)
			return cli_fail(CLI_USAGE, "the capture is cut off at byte %zu", at);
		status = block(r, type == 0x0a0d0d0a ? type : u32(r, p + at), p + at + 8, n - 12);
		at += n;
	}
	return status;
}

static int digit(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* Bytes of hex into `to`; blanks are passed over. The number of bytes, or -1. */
static long unhex(const char *s, size_t len, uint8_t *to)
{
	long n = 0;
	int half = -1;

	for (size_t i = 0; i < len; i++) {
		int d = digit((unsigned char)s[i]);

		if (strchr(" \t\r\n:", s[i]))
			continue;
		if (d < 0)
			return -1;
		if (half >= 0)
			to[n++] = (uint8_t)(half << 4 | d);
		half = half < 0 ? d : -1;
	}
	return half < 0 ? n : -1;
}

/* "TIME SOCKET VERB [NUMBER] [HEX]" of a tape; docs/tape.md. */
static int tape_line(struct reader *r, char *line, unsigned number, uint8_t *protocols, uint8_t *bytes)
{
	struct datagram d = { .has_time = true, .recorded = true, .p = bytes };
	unsigned long long us;
	unsigned n, socket;
	char verb[16];
	int at = 0;
	long len;

	if (sscanf(line, "%llu %u %15s %n", &us, &socket, verb, &at) < 3 || socket >= SOCKETS)
		return cli_fail(CLI_USAGE, "line %u is not of a tape", number);
	d.us = us;
	d.socket = socket;
	if (strcmp(verb, "open") == 0) {
		protocols[socket] = sscanf(line + at, "%u", &n) == 1 && n < 32 ? (uint8_t)n : 0;
		return 0;
	}
	d.way = strcmp(verb, "send") == 0      ? "send"
		: strcmp(verb, "recv") == 0    ? "recv"
		: strcmp(verb, "refused") == 0 ? "refused"
					       : NULL;
	if (!d.way)
		return 0;
	if (*d.way == 'r')
		at += (int)strcspn(line + at, " ");
	len = unhex(line + at, strlen(line + at), bytes);
	if (len < 0)
		return cli_fail(CLI_USAGE, "line %u is not of a tape", number);
	d.len = (size_t)len;
	d.protocol = protocols[socket];
	return r->fn(&d, r->user);
}

static int tape(struct reader *r, const uint8_t *p, size_t len)
{
	uint8_t *bytes = malloc(len / 2 + 1), *protocols = calloc(1, SOCKETS);
	char *text = strndup((const char *)p, len), *save = NULL;
	unsigned number = 1;
	int status = 0;

	if (!bytes || !protocols || !text)
		status = cli_fail(CLI_INTERNAL, "out of memory");
	for (char *line = status ? NULL : strtok_r(text, "\n", &save); status == 0 && line;
	     line = strtok_r(NULL, "\n", &save), number++)
		if (number > 1)
			status = tape_line(r, line, number, protocols, bytes);
	free(bytes);
	free(protocols);
	free(text);
	return status;
}

static int hex(struct reader *r, const uint8_t *p, size_t len, int protocol)
{
	uint8_t *bytes = malloc(len / 2 + 1);
	long n = bytes ? unhex((const char *)p, len, bytes) : 0;
	int status;

	if (!bytes)
		return cli_fail(CLI_INTERNAL, "out of memory");
	if (n < 0)
		status = cli_fail(CLI_USAGE, "neither a tape nor a capture nor hex");
	else
		status = r->fn(&(struct datagram){ .protocol = protocol, .p = bytes, .len = (size_t)n }, r->user);
	free(bytes);
	return status;
}

int capture_read(const uint8_t *p, size_t len, int protocol, datagram_fn *fn, void *user)
{
	struct reader r = { .fn = fn, .user = user };
	uint32_t magic = len >= 4 ? weft_get_u32(p) : 0;

	if (len >= 12 && memcmp(p, "weft-tape 1 ", 12) == 0)
		return tape(&r, p, len);
	if (magic == 0x0a0d0d0a)
		return pcapng(&r, p, len);
	if (magic == 0xa1b2c3d4 || magic == 0xd4c3b2a1 || magic == 0xa1b23c4d || magic == 0x4d3cb2a1)
		return pcap(&r, p, len);
	return hex(&r, p, len, protocol);
}
