/* SPDX-License-Identifier: MIT */
/* Lists the links of this namespace: hot fields from the view, any other by path. */
#include <inttypes.h>
#include <stdio.h>

#include <weft/weft.h>

int main(void)
{
	struct weft_session *s;
	struct weft_dump *d;
	struct weft_link l;
	struct weft_error e;
	int r = weft_session_open(0, NULL, &s, &e);

	if (r < 0) {
		fprintf(stderr, "links: %s\n", e.msg);
		return 1;
	}
	r = weft_link_dump(s, NULL, &d);
	if (r == 0) {
		while ((r = weft_link_next(d, &l)) > 0) {
			printf("%" PRId32 " %s mtu %" PRIu32, l.index, l.ifname, l.mtu);
			if (l.has & WEFT_LINK_HAS_KIND)
				printf(" kind %s", l.kind);
			printf(" rx-packets %" PRIu64 "\n", weft_uint(weft_at(l.self, "stats64.rx-packets"), 0));
		}
		weft_dump_close(d);
	}
	if (r < 0)
		fprintf(stderr, "links: %s\n", weft_last_error(s)->msg);
	weft_session_close(s);
	return r < 0;
}
