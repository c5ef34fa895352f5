/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <weft/base.h>

#include "base/hex.h"

/* The decimal number after '/', at most max; -1 if it is none. */
static int prefix(const char *s, int max)
{
	int v = 0;

	if (!*s)
		return -1;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
		if (v > max)
			return -1;
	}
	return v;
}

int weft_ip_parse(const char *text, struct weft_ip *ret)
{
	struct weft_ip ip = { 0 };
	char host[INET6_ADDRSTRLEN + 1];
	const char *slash = text ? strchr(text, '/') : NULL;
	size_t n = !text ? 0 : slash ? (size_t)(slash - text) : strlen(text);
	int plen;

	if (n == 0 || n >= sizeof host)
		return -EINVAL;
	memcpy(host, text, n);
	host[n] = 0;
	if (inet_pton(AF_INET, host, ip.b) == 1)
		ip.family = WEFT_AF_INET;
	else if (inet_pton(AF_INET6, host, ip.b) == 1)
		ip.family = WEFT_AF_INET6;
	else
		return -EINVAL;
	plen = ip.family == WEFT_AF_INET ? 32 : 128;
	if (slash)
		plen = prefix(slash + 1, plen);
	if (plen < 0)
		return -EINVAL;
	ip.written = slash != NULL;
	ip.plen = (uint8_t)plen;
	*ret = ip;
	return 0;
}

struct weft_ip weft_ip(const char *text)
{
	struct weft_ip ip = { 0 };

	if (weft_ip_parse(text, &ip) < 0)
		ip.family = 0;
	return ip;
}

/* inet_ntop goes through printf: too slow for a million routes. */
static void ipv4_text(const uint8_t *b, char *buf)
{
	for (int i = 0; i < 4; i++) {
		if (b[i] >= 100)
			*buf++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*buf++ = (char)('0' + b[i] / 10 % 10);
		*buf++ = (char)('0' + b[i] % 10);
		*buf++ = i < 3 ? '.' : 0;
	}
}

const char *weft_ip_text(const struct weft_ip *ip, char *buf)
{
	buf[0] = 0;
	if (ip->family == WEFT_AF_INET)
		ipv4_text(ip->b, buf);
	else if (ip->family == WEFT_AF_INET6)
		(void)inet_ntop(AF_INET6, ip->b, buf, WEFT_IP_TEXT);
	return buf;
}

size_t weft_ip_len(const struct weft_ip *ip)
{
	return ip->family == WEFT_AF_INET ? 4 : ip->family == WEFT_AF_INET6 ? 16 : 0;
}

struct weft_mac weft_mac(const char *text)
{
	struct weft_mac m = { 0 }, none = { 0 };
	const char *s = text;

	if (!s || !*s)
		return none;
	for (;;) {
		if (m.len == sizeof m.b || !weft__unhex(s, 1, &m.b[m.len]))
			return none;
		m.len++;
		s += 2;
		if (!*s)
			return m;
		if (*s != ':' && *s != '-')
			return none;
		s++;
	}
}
