/* SPDX-License-Identifier: MIT */
#ifndef TEST_FAKE_H
#define TEST_FAKE_H

/* Netlink sockets without a kernel: the test says what is received, and what fails. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

enum {
	FAKE_PORT = 77,
};

/* Calls that can be made to fail. */
enum fake_call {
	FAKE_SOCKET,
	FAKE_BIND,
	FAKE_CONNECT,
	FAKE_GETSOCKNAME,
	FAKE_FORCE, /* setsockopt SO_RCVBUFFORCE */
	FAKE_JOIN,  /* setsockopt NETLINK_ADD_MEMBERSHIP */
	FAKE_SEND,
	FAKE_POLL,
	FAKE_CLONE,
	FAKE_WAITPID,
	FAKE_SETNS,
	FAKE_MMAP,
	FAKE_MADVISE,
	FAKE_MALLOC,
	FAKE_FSTAT,
	FAKE_FSTATFS,
	FAKE_CALLS,
};

/* What malloc does when it does not fail. */
extern void *(*fake_malloc)(size_t n);
/* Everything as at the start: nothing to receive, nothing fails. */
void fake_reset(void);
/* The next times calls fail with err, after `skip` that work. */
void fake_fail(enum fake_call c, int err, unsigned skip, unsigned times);
/* How often it will still fail. */
unsigned fake_failures_left(enum fake_call c);
/* Bytes the next send takes, instead of all. */
void fake_short_send(size_t n);
/* What is received next: bytes, of another sender or to a group, or an errno. */
void fake_receive(const void *p, size_t len);
void fake_receive_from(const void *p, size_t len, uint32_t port, uint32_t group);
void fake_receive_error(int err);
/* Sees each request as it is sent. */
extern void (*fake_on_send)(const uint8_t *req, size_t len);
/* Runs inside madvise. */
extern void (*fake_in_madvise)(void);
/* What happens while something is waited for, instead of time that goes on. */
extern void (*fake_in_poll)(void);
extern uint64_t fake_ms; /* the clock */
/* A control message of recvmsg that is shorter than it should be, of another level or type, or none. */
enum fake_control {
	FAKE_WHOLE,
	FAKE_SHORT,
	FAKE_OTHER_LEVEL,
	FAKE_OTHER_TYPE,
	FAKE_NONE
};
extern enum fake_control fake_control;
extern unsigned fake_unseen; /* datagrams received without asking who sent them */
/* Address of the next sender: whole, too short, of another family. */
enum fake_sender {
	FAKE_NETLINK,
	FAKE_SHORT_NAME,
	FAKE_OTHER_FAMILY
};
extern enum fake_sender fake_sender;
extern unsigned fake_sockets; /* netlink sockets that are open */
/* All descriptors that are open. */
int fake_open_fds(void);

/* A message with body bytes. */
static inline uint32_t fake_msg(uint8_t *buf, uint32_t cap, uint16_t type, uint16_t flags, uint32_t seq,
				const void *body, uint32_t len)
{
	struct weft_writer w;

	weft_write_init(&w, buf, cap);
	weft_write_msg(&w, type, flags, seq, FAKE_PORT);
	weft_write_raw(&w, body, len);
	assert_int_equal(weft_write_end(&w), 0);
	return w.len;
}

static inline void fake_reply(uint16_t type, uint16_t flags, uint32_t seq, const void *body, uint32_t len)
{
	uint8_t buf[512];

	fake_receive(buf, fake_msg(buf, sizeof buf, type, flags, seq, body, len));
}

/* An ack or the end of a dump. */
static inline void fake_end(uint16_t type, uint16_t flags, uint32_t seq, int code)
{
	uint8_t body[20] = { 0 };

	weft_set_u32(body, (uint32_t)code);
	fake_reply(type, flags, seq, body, type == WEFT_NLMSG_DONE ? 4 : sizeof body);
}

static inline uint32_t fake_seq(const uint8_t *req)
{
	return weft_get_u32(req + 8);
}

static inline struct weft_session *fake_session(uint16_t protocol)
{
	struct weft_session *s = NULL;

	fake_reset();
	assert_int_equal(weft_session_open(protocol, WEFT_OPTS(weft_session_opts, .timeout_ms = 1000), &s, NULL), 0);
	return s;
}

#endif
