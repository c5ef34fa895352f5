/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD before a program that dumps: changes the kernel's objects between two answers of a dump, not by
 * chance. An answer is made when the one before it is fetched, so a command runs before the fetching of those that
 * BETWEEN_AT names ("2", "1,3", "*"), the two of BETWEEN_DO and BETWEEN_BACK by turns. Tells in the file BETWEEN_LOG
 * how many ran. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers.h"

enum {
	CHANGES_MOST = 8,
};

static unsigned fetched, ran;

static int wanted(const char *at)
{
	unsigned n;

	if (!at || *at == '*')
		return at != NULL;
	for (; at && sscanf(at, "%u", &n) == 1; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (n == fetched)
			return 1;
	return 0;
}

static void change(void)
{
	const char *command = getenv(ran % 2 ? "BETWEEN_BACK" : "BETWEEN_DO"), *log = getenv("BETWEEN_LOG");
	FILE *f = log ? fopen(log, "w") : NULL;

	ran++;
	if (command && system(command) != 0)
		fprintf(stderr, "between: %s failed\n", command);
	if (f) {
		fprintf(f, "%u\n", ran);
		fclose(f);
	}
}

__attribute__((constructor)) static void begin(void)
{
	unsetenv("LD_PRELOAD"); /* not for what it starts */
}

static size_t size(void)
{
	const char *most = getenv("BETWEEN_SIZE");

	return most ? strtoul(most, NULL, 10) : KERNELS_MOST;
}

ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_len)
{
	fetched++;
	if (ran < CHANGES_MOST && wanted(getenv("BETWEEN_AT")))
		change();
	return syscall(SYS_recvfrom, fd, buf, less(len, size()), flags, from, from_len);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	return show_less(fd, m, flags, size());
}
