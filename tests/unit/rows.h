/* SPDX-License-Identifier: MIT */
#ifndef TEST_ROWS_H
#define TEST_ROWS_H

/* A message of the real rows, and what one is as JSON. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

static inline struct weft_msg *vlan(void)
{
	struct weft_msg *m = weft_request("rt-link", "newlink", WEFT_NLM_F_CREATE);

	weft_put_all(
	    m, WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_index, 7), WEFT_KV(link, ifname, "eth0.10"), WEFT_KV(link, link, 2),
			  WEFT_KV(link, linkinfo,
				  WEFT_ATTRS(
				      /* what chooses may come after what it chooses */
				      WEFT_KV(linkinfo, data,
					      WEFT_ATTRS(WEFT_KV(vlan, id, 10), WEFT_KV(vlan, protocol, 0x88a8))),
				      WEFT_KV(linkinfo, kind, "vlan")))));
	return m;
}

static inline void json_is(struct weft_attr a, const char *want)
{
	struct weft_text t = { 0 };

	assert_int_equal(weft_json(a, &t), 0);
	assert_string_equal(t.p, want);
	weft_text_free(&t);
}

#endif
