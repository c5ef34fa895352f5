/* SPDX-License-Identifier: MIT */
#ifndef TEST_RAW_H
#define TEST_RAW_H

/* The wire between a session and an agent by hand. */

#include <poll.h>
#include <sys/socket.h>

#include "agent.h"
#include "transport/frame.h"

static inline bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

static inline int dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static inline void put_out(int fd, const void *p, uint32_t len)
{
	ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

	if (n < 0 && agent_process)
		_exit(0);
	assert_int_equal(n, len);
}

static inline void say(int fd, uint8_t type, uint16_t channel, const void *p, uint32_t len)
{
	uint8_t head[WEFT__FRAME_HDR];

	weft__frame_header(head, type, channel, len);
	put_out(fd, head, sizeof head);
	if (len)
		put_out(fd, p, len);
}

static inline void say_number(int fd, uint8_t type, uint32_t v)
{
	uint8_t b[4];

	weft__set_le32(b, v);
	say(fd, type, 1, b, sizeof b);
}

/* The next frame within ms; 0: none. Its payload in buf, its length in *ret_len. */
static inline uint8_t hear(int fd, int ms, uint8_t *buf, uint32_t size, uint32_t *ret_len)
{
	uint8_t head[WEFT__FRAME_HDR];

	if (!readable(fd, ms) || recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head)
		return 0;
	*ret_len = weft__get_le32(head);
	assert_true(*ret_len <= size);
	if (*ret_len)
		assert_int_equal(recv(fd, buf, *ret_len, MSG_WAITALL), *ret_len);
	return head[4];
}

/* The greeting of a session. */
static inline void greet(int fd)
{
	struct weft__hello h = {
		.low = 1, .high = 1, .big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, .keepalive_ms = 10000
	};
	uint8_t b[WEFT__HELLO_SIZE], in[4096];
	uint32_t len;

	weft__hello_put(b, &h);
	say(fd, WEFT__F_HELLO, 0, b, sizeof b);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_HELLO);
}

static inline int greeted(void)
{
	int fd = dial();

	greet(fd);
	return fd;
}

static inline void open_channel(int fd, uint32_t credit)
{
	uint8_t b[12] = { 0 }, in[4096];
	uint32_t len;

	weft__set_le32(b + 4, 1 << 20);
	weft__set_le32(b + 8, credit);
	say(fd, WEFT__F_OPEN, 1, b, sizeof b);
	assert_int_equal(hear(fd, 2000, in, sizeof in, &len), WEFT__F_OPENED);
}

#endif
