/* SPDX-License-Identifier: MIT */
/* Messages and attributes, nested, from any bytes; what is read is written back the same. */
#include "fuzz.h"

static void attrs(struct weft_reader r, int depth)
{
	struct weft_tlv t;
	int n;

	while ((n = weft_read_attr(&r, &t)) > 0) {
		struct weft_writer w;
		uint8_t buf[300];

		if (depth < 8)
			attrs(weft_reader(t.p, t.len), depth + 1);
		weft_write_init(&w, buf, sizeof buf);
		if (weft_write_attr(&w, t.type, t.p, t.len)) {
			struct weft_reader back = weft_reader(buf, w.len);
			struct weft_tlv u;

			REQUIRE(weft_read_attr(&back, &u) == 1);
			REQUIRE(u.type == t.type && u.len == t.len && !memcmp(u.p, t.p, t.len));
			REQUIRE(weft_read_attr(&back, &u) == 0);
		} else {
			REQUIRE(w.err < 0);
		}
	}
	REQUIRE(r.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct weft_reader r = weft_reader(data, (uint32_t)size);
	struct weft_nlmsg m;

	while (weft_read_msg(&r, &m) > 0)
		attrs(weft_reader(m.body, m.body_len), 0);
	attrs(weft_reader(data, (uint32_t)size), 0);
	return 0;
}
