/* SPDX-License-Identifier: MIT */
/* Any bytes as a tape, and as what a tape tells of a session: whatever it says, calls end, and what they
 * return is what an errno can be. */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

static void line(struct weft_text *t, unsigned socket, const char *what, struct weft_msg *m, uint16_t flags,
		 uint32_t seq)
{
	struct weft_bytes b = weft_msg_bytes(m);
	uint8_t copy[256];

	REQUIRE(b.len <= sizeof copy);
	memcpy(copy, b.p, b.len);
	weft_set_u16(copy + 6, flags);
	weft_set_u32(copy + 8, seq);
	weft_set_u32(copy + 12, 7 + socket);
	weft_text_printf(t, "0 %u %s ", socket, what);
	weft_text_hex(t, copy, b.len);
	weft_text_printf(t, "\n");
	weft_msg_free(m);
}

/* A tape that begins as it should, most of the time: chance would hardly write the requests. */
static void write_tape(int fd, const uint8_t *data, size_t size)
{
	bool little = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	struct weft_text t = { 0 };
	struct weft_msg *dump;

	weft_text_printf(&t, "weft-tape 1 %s\n0 0 open 0 7 1000 local\n0 1 open 0 8 0 local\n",
			 little ? "little" : "big");
	line(&t, 0, "send", weft_request("rt-link", "getlink", 0), 1, 1001);
	if (size && data[0] & 2) {
		line(&t, 0, "recv 0", weft_request("rt-link", "newlink", 0), 0, 1001);
		dump = weft_request("rt-link", "getlink", 0);
		weft_put(dump, WEFT_KV(link, ext_mask, 0x10));
		line(&t, 1, "send", dump, 0x301, 1002);
	}
	if (size && data[0] & 1)
		REQUIRE(write(fd, t.p, t.len) == (ssize_t)t.len);
	if (size)
		REQUIRE(write(fd, data + 1, size - 1) == (ssize_t)size - 1);
	weft_text_free(&t);
}

static void use(struct weft_session *s, const struct weft_session_opts *o)
{
	struct weft_session_opts via = *o;
	struct weft_watch *w = NULL;
	struct weft_dump *d = NULL;
	uint32_t group = 1;
	struct weft_event ev;
	struct weft_attr a;
	int r = weft_call(s, weft_request("rt-link", "getlink", 0), NULL);

	REQUIRE(r <= 0 && r >= -4095);
	via.via = s;
	if (weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d) == 0) {
		while ((r = weft_dump_next(d, &a)) > 0)
			(void)weft_uint(weft_at(a, "mtu"), 0);
		REQUIRE(r >= -4095);
		weft_dump_close(d);
	}
	if (weft_watch_open(0, &via, &group, 1, NULL, &w, NULL) < 0)
		return;
	for (int i = 0; i < 50 && (r = weft_watch_next(w, &ev)) > 0; i++)
		(void)weft_uint(weft_at(ev.body, "mtu"), 0);
	REQUIRE(r >= -4095);
	weft_watch_close(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("tape", MFD_CLOEXEC);
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	char target[64];
	struct weft_session_opts o = { .size = sizeof o, .target = target, .timeout_ms = 20 };

	REQUIRE(fd >= 0);
	write_tape(fd, data, size);
	(void)snprintf(target, sizeof target, "tape:/proc/self/fd/%d", fd);
	if (weft_session_open(0, &o, &s, &e) == 0)
		use(s, &o);
	else
		REQUIRE(e.code < 0 && e.msg[0]);
	weft_session_close(s);
	(void)close(fd);
	return 0;
}
