/* SPDX-License-Identifier: MIT */
#ifndef ANSWERS_H
#define ANSWERS_H

/* The kernel makes answers as large as the buffers that it has seen: with smaller ones there are more of them. */
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	KERNELS_MOST = 32768, /* bytes of an answer */
};

static inline size_t less(size_t len, size_t most)
{
	return len >= KERNELS_MOST ? most : len * most / KERNELS_MOST;
}

/* recvmsg with smaller buffers, where it is what shows the kernel one: where there are several. */
static inline ssize_t show_less(int fd, struct msghdr *m, int flags, size_t most)
{
	char buf[KERNELS_MOST];
	struct iovec all = { buf, 0 };
	struct msghdr mine = *m;

	if (m->msg_iovlen == 1)
		return syscall(SYS_recvmsg, fd, m, flags);
	for (size_t i = 0; i < m->msg_iovlen; i++)
		all.iov_len += m->msg_iov[i].iov_len;
	all.iov_len = less(all.iov_len, most);
	mine.msg_iov = &all;
	mine.msg_iovlen = 1;
	return syscall(SYS_recvmsg, fd, &mine, flags);
}

#endif
