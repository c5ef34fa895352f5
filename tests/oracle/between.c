/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD before a program that dumps: changes the kernel's objects between two answers of a dump, not by chance.
 * An answer is made when the one before it is fetched, so a command runs before the fetching of those that BETWEEN_AT
 * names ("2", "1,3", "*"), the two of BETWEEN_DO and BETWEEN_BACK by turns. Tells in the file BETWEEN_LOG how many ran. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	KERNELS_MOST = 32768, /* bytes of an answer */
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

/* The kernel makes answers as large as the buffers that it has seen: with smaller ones there are more of them. */
static size_t less(size_t len)
{
	const char *most = getenv("BETWEEN_SIZE");
	size_t all = most ? strtoul(most, NULL, 10) : KERNELS_MOST;

	return len >= KERNELS_MOST ? all : len * all / KERNELS_MOST;
}

ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_len)
{
	fetched++;
	if (ran < CHANGES_MOST && wanted(getenv("BETWEEN_AT")))
		change();
	return syscall(SYS_recvfrom, fd, buf, less(len), flags, from, from_len);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	char buf[KERNELS_MOST];
	struct iovec all = { buf, 0 };
	struct msghdr mine = *m;

	if (m->msg_iovlen == 1)
		return syscall(SYS_recvmsg, fd, m, flags);
	/* what shows the kernel a buffer */
	for (size_t i = 0; i < m->msg_iovlen; i++)
		all.iov_len += m->msg_iov[i].iov_len;
	all.iov_len = less(all.iov_len);
	mine.msg_iov = &all;
	mine.msg_iovlen = 1;
	return syscall(SYS_recvmsg, fd, &mine, flags);
}
