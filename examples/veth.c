/* SPDX-License-Identifier: MIT */
/* Makes a veth pair with an address and a route, shows a refusal, and removes it. Run it in a
 * namespace of your own: weft netns exec NAME veth. */
#include <stdio.h>

#include <weft/weft.h>

static int index_of(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;
	int index = -1;

	weft_put(m, WEFT_KV(link, ifname, name));
	if (weft_call(s, m, &r) == 0)
		index = (int)weft_int(weft_at(weft_reply_body(r), "ifi-index"), -1);
	weft_reply_free(r);
	return index;
}

static int build(struct weft_session *s)
{
	int r, index;

	r = weft_link_add(
	    s, WEFT_ATTRS(WEFT_KV(link, ifname, "ex0"),
			  WEFT_KV(link, linkinfo,
				  WEFT_ATTRS(WEFT_KV(linkinfo, kind, "veth"),
					     WEFT_KV(linkinfo, data,
						     WEFT_ATTRS(WEFT_KV(veth, peer,
									WEFT_ATTRS(WEFT_KV(link, ifname, "ex1")))))))));
	if (r < 0)
		return r;
	index = index_of(s, "ex0");
	r = weft_link_set(s, WEFT_ATTRS(WEFT_KV(ifinfomsg, ifi_index, index), WEFT_KV(ifinfomsg, ifi_flags, 1),
					WEFT_KV(ifinfomsg, ifi_change, 1)));
	if (r == 0)
		r = weft_addr_add(s, WEFT_ATTRS(WEFT_KV(ifaddrmsg, ifa_index, (uint32_t)index),
						WEFT_KV(addr, local, weft_ip("10.0.0.1/24"))));
	if (r == 0)
		r = weft_route_add(s, WEFT_ATTRS(WEFT_KV(route, dst, weft_ip("10.9.0.0/16")),
						 WEFT_KV(route, gateway, weft_ip("10.0.0.2"))));
	return r;
}

int main(void)
{
	struct weft_session *s;
	struct weft_error e;
	int r = weft_session_open(0, NULL, &s, &e);

	if (r < 0) {
		fprintf(stderr, "veth: %s\n", e.msg);
		return 1;
	}
	r = build(s);
	if (r < 0)
		fprintf(stderr, "veth: %s: %s\n", weft_last_error(s)->path, weft_last_error(s)->msg);
	else if (weft_link_set(s, WEFT_ATTRS(WEFT_KV(link, ifname, "ex0"), WEFT_KV(link, mtu, 1u << 30))) < 0)
		printf("refused, as it should be: %s\n", weft_last_error(s)->msg);
	if (weft_link_del(s, WEFT_ATTRS(WEFT_KV(link, ifname, "ex0"))) < 0)
		r = -1;
	weft_session_close(s);
	return r < 0;
}
