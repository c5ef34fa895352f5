/* SPDX-License-Identifier: MIT */
/* Any bytes as answers to a request. */
#include "fuzz.h"
#include "proto/proto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weft_reader r = weft_reader(data, (uint32_t)size);
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_nlmsg in;

	weft_put_all(m, WEFT_ATTRS(WEFT_KV(link, ifname, "v0"),
				   WEFT_KV(link, linkinfo,
					   WEFT_ATTRS(WEFT_KV(linkinfo, kind, "vxlan"),
						      WEFT_KV(linkinfo, data, WEFT_ATTRS(WEFT_KV(vxlan, id, 1)))))));
	REQUIRE(weft_msg_error(m, NULL) == 0);
	while (weft_read_msg(&r, &in) > 0) {
		struct weft_error e = { 0 };

		if (weft__read(&in, m, &e) == WEFT__END)
			REQUIRE(e.code <= 0 && (e.code == 0 || e.msg[0]));
		(void)weft_uint(weft_at(weft__item(&in, m), "mtu"), 0);
	}
	weft_msg_free(m);
	return 0;
}
