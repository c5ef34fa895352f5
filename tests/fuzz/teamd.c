/* SPDX-License-Identifier: MIT */
/* Any bytes as what a daemon of a team device answers: a code, and a text that ends, is not larger than its room, and
 * says something when the answer is an error. */
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "hook/team.h"

static const uint8_t *answer;
static size_t left;

int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *a, socklen_t len);
int __wrap_weft_peer_inside(const char *target, int fd);

/* One that has its answer already. */
int __wrap_socket(int domain, int type, int protocol)
{
	int pair[2];

	REQUIRE(socketpair(domain, type, protocol, pair) == 0);
	REQUIRE(send(pair[1], answer, left, MSG_NOSIGNAL) == (ssize_t)left);
	REQUIRE(shutdown(pair[1], SHUT_WR) == 0);
	/* what is sent goes nowhere, and is taken all the same */
	REQUIRE(dup2(pair[1], 100) == 100);
	close(pair[1]);
	return pair[0];
}

int __wrap_connect(int fd, const struct sockaddr *a, socklen_t len)
{
	(void)fd;
	(void)a;
	(void)len;
	return 0;
}

int __wrap_weft_peer_inside(const char *target, int fd)
{
	(void)target;
	(void)fd;
	return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[WEFT__TEAMD_TEXT], word[65];
	const char *const words[] = { "ConfigDump", word, NULL };
	size_t n = size < 64 ? size : 64;
	int r;

	if (size > 2 * sizeof text)
		return 0;
	memcpy(word, data, n);
	word[n] = 0;
	answer = data;
	left = size;
	memset(text, 'x', sizeof text);
	r = weft__teamd_ask(NULL, "t0", words, text);
	close(100);
	REQUIRE(r == 1 || r < 0);
	n = strnlen(text, sizeof text);
	REQUIRE(n < sizeof text);
	REQUIRE(r < 0 || n == 0 || text[n - 1] != '\n');
	return 0;
}
