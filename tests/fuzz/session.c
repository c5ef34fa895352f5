/* SPDX-License-Identifier: MIT */
/* Any bytes as what a session, a dump and a watch receive: datagrams, errors, other senders; calls started,
 * cancelled and closed meanwhile. Every call ends once, no descriptor stays open. */
#define LARGE_INSIDE
#include "large.h"

#include "../fake/fake.h"
#include "session/session.h"

static unsigned started, ended, inside;
static bool closed;

struct input {
	const uint8_t *p;
	size_t len;
};

static uint8_t byte(struct input *in)
{
	if (in->len == 0)
		return 0;
	in->len--;
	return *in->p++;
}

/* A datagram of up to three messages, or an error. Numbers that would never be hit by chance are made
 * right half of the time. */
static void receive(struct input *in, uint32_t seq)
{
	static const int errors[] = { EINTR, ENOBUFS, EAGAIN, ENETDOWN };
	static const uint16_t types[] = { 1, 2, 3, 4, 16, 17, 18, 92 };
	uint8_t what = byte(in), buf[1024];
	struct weft_writer w;

	if (what < 16) {
		fake_receive_error(errors[what % 4]);
		if (what == 15)
			fake_fail(FAKE_MALLOC, ENOMEM, byte(in) % 8, 1);
		return;
	}
	weft_write_init(&w, buf, sizeof buf);
	for (unsigned i = 0; i < what % 4u; i++) {
		uint8_t how = byte(in), n = byte(in);

		weft_write_msg(&w, how & 1 ? types[how >> 1 & 7] : byte(in), (uint16_t)(byte(in) | byte(in) << 8),
			       how & 16 ? seq + byte(in) % 3 - 1 : byte(in), how & 32 ? FAKE_PORT : byte(in));
		n = n > in->len ? (uint8_t)in->len : n;
		weft_write_raw(&w, in->p, n);
		in->p += n;
		in->len -= n;
		(void)!weft_write_end(&w);
	}
	if (what & 64 && w.len)
		buf[byte(in) % w.len] ^= byte(in);
	fake_receive_from(buf, what & 128 ? w.len : w.len / 2, what & 32 ? 0 : byte(in), what & 7);
}

static void close_it(struct weft_session *s)
{
	closed = true;
	weft_session_close(s);
}

static int on_item(struct weft_pending *c, struct weft_attr a, void *user)
{
	uint8_t **how = user;

	(void)weft_uint(weft_at(a, "mtu"), 0);
	switch (**how & 15) {
	case 1:
		return -EXDEV;
	case 2:
		weft_cancel(c);
		return 0;
	case 3:
		close_it(c->s);
		return 0;
	default:
		return 0;
	}
}

static void start(struct weft_session *s, bool dump, uint8_t **how);

static void on_done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	uint8_t **how = user;

	REQUIRE(result == 0 ? !err : err && err->code == result && err->msg[0]);
	ended++;
	inside++;
	if (inside < 4 && (**how & 0xf0) == 16)
		start(c->s, false, how);
	if ((**how & 0xf0) == 32)
		close_it(c->s);
	inside--;
}

static void start(struct weft_session *s, bool dump, uint8_t **how)
{
	if (weft_start(s, weft_request("rt-link", "getlink", 0),
		       WEFT_OPTS(weft_call_opts, .item = on_item, .done = on_done, .user = how, .dump = dump),
		       NULL) == 0)
		started++;
}

static void calls(struct input *in)
{
	struct weft_session *s = fake_session(0);
	uint8_t mode = 0, *how = &mode;

	started = ended = inside = 0;
	closed = false;
	for (int i = 0; i < 12 && in->len && !closed; i++) {
		uint8_t b = byte(in);

		mode = b & 1 ? byte(in) : 0;
		if (b & 2)
			start(s, b & 4, &how);
		receive(in, s->seq);
		fake_ms += b & 8 ? 2000 : 0;
		if (b & 32 && s->first)
			weft_cancel(s->first);
		else if (b & 16)
			(void)!weft_call(s, weft_request("rt-link", "getlink", 0), NULL);
		else
			(void)!weft_process(s);
	}
	if (!closed)
		weft_session_close(s);
	REQUIRE(started == ended);
}

static void dump(struct input *in)
{
	struct weft_session *s = fake_session(0);
	struct weft_dump *d = NULL;
	struct weft_attr a;

	if (weft_dump_start(s, weft_request("rt-link", "getlink", 0), &d) == 0) {
		for (int i = 0; i < 8; i++)
			receive(in, s->seq);
		for (int i = 0; i < 100 && weft_dump_next(d, &a) > 0; i++)
			(void)weft_uint(weft_at(a, "linkinfo.data.id"), 0);
	}
	weft_dump_close(d);
	weft_session_close(s);
}

static void watch(struct input *in)
{
	static const uint32_t group = 1;
	struct weft_watch *w = NULL;
	struct weft_event ev;

	fake_reset();
	REQUIRE(weft_watch_open(byte(in) & 1 ? 16 : 0, NULL, &group, 1, weft_family_find("nlctrl"), &w, NULL) == 0);
	for (int i = 0; i < 8; i++)
		receive(in, 0);
	for (int i = 0; i < 40; i++)
		if (weft_watch_next(w, &ev) > 0)
			(void)weft_uint(weft_at(ev.body, "mtu"), 0);
	weft_watch_close(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };

	fake_malloc = large_malloc;
	switch (byte(&in) % 3) {
	case 0:
		calls(&in);
		break;
	case 1:
		dump(&in);
		break;
	default:
		watch(&in);
	}
	fake_reset();
	REQUIRE(fake_sockets == 0);
	return 0;
}
