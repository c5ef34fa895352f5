/* SPDX-License-Identifier: MIT */
#ifndef TEST_CONFORM_H
#define TEST_CONFORM_H

/* The session that conform asks, its lines, and the links it makes. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <weft/weft.h>

static struct weft_session_opts opts = { .size = sizeof opts, .rcvbuf = 16 << 20, .timeout_ms = 20000 };
static struct weft_session *s;

static inline void say(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static inline void say(const char *name, const char *fmt, ...)
{
	char text[2000];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	printf("%s\t%s\n", name, text);
	(void)fflush(stdout);
}

static inline void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, s ? weft_last_error(s)->msg : "");
	exit(1);
}

static inline struct weft_msg *get(const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);

	weft_put(m, WEFT_KV(link, ifname, name));
	return m;
}

static inline void veth(const char *a, const char *b)
{
	if (weft_link_add(
		s, WEFT_ATTRS(WEFT_KV(link, ifname, a),
			      WEFT_KV(link, linkinfo,
				      WEFT_ATTRS(WEFT_KV(linkinfo, kind, "veth"),
						 WEFT_KV(linkinfo, data,
							 WEFT_ATTRS(WEFT_KV(
							     veth, peer, WEFT_ATTRS(WEFT_KV(link, ifname, b))))))))) <
	    0)
		die("veth");
}

static inline void unlink_(const char *name)
{
	if (weft_link_del(s, WEFT_ATTRS(WEFT_KV(link, ifname, name))) < 0)
		die("del");
}

static inline int mtu(const char *name, uint32_t v)
{
	return weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, name), WEFT_KV(link, mtu, v)));
}

#endif
