/* SPDX-License-Identifier: MIT */
#ifndef TEST_NS_H
#define TEST_NS_H

/* A network namespace of the test process's own, with lo up. */

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/rows.h>
#include <weft/session.h>

static inline void own_namespace(void)
{
	if (geteuid() != 0 || unshare(CLONE_NEWNET) < 0) {
		printf("skipped: a network namespace needs root (%s)\n", strerror(errno));
		exit(77);
	}
}

static inline struct weft_session *open_route(void)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };

	if (weft_session_open(0, NULL, &s, &e) < 0)
		fail_msg("session: %s", e.msg);
	return s;
}

/* A link by JSON-free means; returns weft_call's result. */
static inline int add_veth(struct weft_session *s, const char *name, const char *peer)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE | WEFT_NLM_F_EXCL);

	weft_put_all(
	    m, WEFT_ATTRS(
		   WEFT_KV(link, ifname, name),
		   WEFT_KV(link, linkinfo,
			   WEFT_ATTRS(WEFT_KV(linkinfo, data,
					      WEFT_ATTRS(WEFT_KV(veth, peer, WEFT_ATTRS(WEFT_KV(link, ifname, peer))))),
				      WEFT_KV(linkinfo, kind, "veth")))));
	return weft_call(s, m, NULL);
}

static inline int del_link(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "dellink", 0);

	weft_put(m, WEFT_KV(link, ifname, name));
	return weft_call(s, m, NULL);
}

#endif
