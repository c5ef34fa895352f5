/* SPDX-License-Identifier: MIT */
/* LD_PRELOAD: lets the n-th allocation or system call of a program fail.
 *
 * FAULT_SERVER=IN,OUT: the program is loaded once and waits before its main. What is told at IN is what shall fail
 * next, alloc:N or sys:N:ERRNO (N 0: nothing), or two of them with a comma: a child goes on with that, its standard
 * input, output and error being files, the first at its beginning, the others empty. OUT is told the child's process
 * and, when it and all that it started have ended, its status, an int each. Before it ends one line goes to the file
 * named by FAULT_REPORT: allocations and calls that were made, blocks still held, descriptors still open. */
/* both names of a call are wrapped here, so neither may stand for the other */
#undef _FILE_OFFSET_BITS
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long alloc_at[2], sys_at[2], allocs, calls, live;
static int sys_errno[2];
static pid_t self;
static char last[64]; /* calls that failed */
/* main has returned: what runs then, such as the writing of a coverage report, is not under test */
static bool registered, over;

static void tell(int to, int what)
{
	if (write(to, &what, sizeof what) != sizeof what)
		_exit(98);
}

static void serve(int from, int to, char line[static 64])
{
	ssize_t n;
	int status = 0;

	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	while ((n = read(from, line, 63)) > 0) {
		line[n] = '\0';
		for (int fd = 0; fd < 3; fd++)
			if (lseek(fd, 0, SEEK_SET) == 0 && fd > 0 && ftruncate(fd, 0))
				_exit(97);
		pid_t child = fork();
		if (child == 0) {
			close(from);
			close(to);
			unsetenv("FAULT_SERVER"); /* not for what it starts */
			return;
		}
		if (child < 0)
			_exit(95);
		tell(to, child);
		if (waitpid(child, &status, 0) < 0)
			_exit(96);
		while (waitpid(-1, NULL, 0) > 0)
			;
		tell(to, status);
	}
	_exit(n < 0 ? 94 : 0);
}

__attribute__((constructor)) static void begin(void)
{
	const char *f = NULL, *server = getenv("FAULT_SERVER");
	char line[64];
	int from, to;

	if (server && sscanf(server, "%d,%d", &from, &to) == 2) {
		serve(from, to, line);
		f = line;
	}
	self = getpid();
	for (int i = 0; f && i < 2; i++) {
		if (strncmp(f, "alloc:", 6) == 0)
			alloc_at[i] = atol(f + 6);
		if (strncmp(f, "sys:", 4) == 0)
			(void)sscanf(f + 4, "%ld:%d", &sys_at[i], &sys_errno[i]);
		f = strchr(f, ',');
		f += f != NULL;
	}
	allocs = calls = 0;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("FAULT_REPORT");
	int fds = 0, fd;
	char line[160];

	if (!path || getpid() != self)
		return;
	for (int i = 3; i < 64; i++)
		fds += fcntl(i, F_GETFD) >= 0;
	fd = creat(path, 0600);
	(void)snprintf(line, sizeof line, "%ld %ld %ld %d %s\n", allocs, calls, live, fds, last);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		_exit(99);
	close(fd);
}

static void stop(void)
{
	over = true;
}

/* Not from the constructor: handlers run in reverse, and that of the program's own end must come later. */
static bool counts(void)
{
	if (!registered) {
		registered = true;
		(void)atexit(stop);
	}
	return !over;
}

/* Children count for themselves and fail at nothing: what they do is one step of their parent. */
static bool fault(const char *name)
{
	if (getpid() != self || !counts())
		return false;
	calls++;
	for (int i = 0; i < 2; i++) {
		if (calls != sys_at[i])
			continue;
		(void)snprintf(last + strlen(last), sizeof last - strlen(last), "%s%s", last[0] ? "+" : "", name);
		errno = sys_errno[i];
		return true;
	}
	return false;
}

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t m);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static bool no_memory(void)
{
	if (!counts() || (++allocs != alloc_at[0] && allocs != alloc_at[1]))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t n)
{
	void *p = no_memory() ? NULL : __libc_malloc(n);

	live += p != NULL;
	return p;
}

void *calloc(size_t n, size_t m)
{
	void *p = no_memory() ? NULL : __libc_calloc(n, m);

	live += p != NULL;
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = no_memory() ? NULL : __libc_realloc(old, n);

	live += p && !old;
	return p;
}

void free(void *p)
{
	live -= p != NULL;
	__libc_free(p);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define WRAP(type, name, params, args, bad)                                                                            \
	type name params                                                                                               \
	{                                                                                                              \
		static __typeof__(&name) real;                                                                         \
		if (!real)                                                                                             \
			real = REAL(name);                                                                             \
		return fault(#name) ? (bad) : real args;                                                               \
	}

WRAP(int, socket, (int a, int b, int c), (a, b, c), -1)
WRAP(int, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d), -1)
WRAP(int, bind, (int a, const struct sockaddr *b, socklen_t c), (a, b, c), -1)
WRAP(int, getsockname, (int a, struct sockaddr *b, socklen_t *c), (a, b, c), -1)
WRAP(int, setsockopt, (int a, int b, int c, const void *d, socklen_t e), (a, b, c, d, e), -1)
WRAP(int, connect, (int a, const struct sockaddr *b, socklen_t c), (a, b, c), -1)
WRAP(int, nanosleep, (const struct timespec *a, struct timespec *b), (a, b), -1)
WRAP(ssize_t, recv, (int a, void *b, size_t c, int d), (a, b, c, d), -1)
WRAP(ssize_t, send, (int a, const void *b, size_t c, int d), (a, b, c, d), -1)
WRAP(ssize_t, sendmsg, (int a, const struct msghdr *b, int c), (a, b, c), -1)
WRAP(ssize_t, recvmsg, (int a, struct msghdr *b, int c), (a, b, c), -1)
WRAP(ssize_t, recvfrom, (int a, void *b, size_t c, int d, struct sockaddr *e, socklen_t *f), (a, b, c, d, e, f), -1)
WRAP(int, recvmmsg, (int a, struct mmsghdr *b, unsigned c, int d, struct timespec *e), (a, b, c, d, e), -1)
WRAP(void *, mmap64, (void *a, size_t b, int c, int d, int e, off64_t f), (a, b, c, d, e, f), MAP_FAILED)
WRAP(int, poll, (struct pollfd * a, nfds_t b, int c), (a, b, c), -1)
WRAP(ssize_t, read, (int a, void *b, size_t c), (a, b, c), -1)
WRAP(ssize_t, write, (int a, const void *b, size_t c), (a, b, c), -1)
WRAP(pid_t, fork, (void), (), -1)
WRAP(pid_t, waitpid, (pid_t a, int *b, int c), (a, b, c), -1)
WRAP(int, pipe2, (int a[2], int b), (a, b), -1)
WRAP(int, flock, (int a, int b), (a, b), -1)
WRAP(int, inotify_init1, (int a), (a), -1)
WRAP(int, inotify_add_watch, (int a, const char *b, uint32_t c), (a, b, c), -1)
WRAP(int, setns, (int a, int b), (a, b), -1)
WRAP(int, unshare, (int a), (a), -1)
WRAP(int, mount, (const char *a, const char *b, const char *c, unsigned long d, const void *e), (a, b, c, d, e), -1)
WRAP(int, umount2, (const char *a, int b), (a, b), -1)
WRAP(int, mkdir, (const char *a, mode_t b), (a, b), -1)
WRAP(int, unlink, (const char *a), (a), -1)
WRAP(DIR *, opendir, (const char *a), (a), NULL)

/* Three arguments are the most that weft has. */
long syscall(long number, ...)
{
	static __typeof__(&syscall) real;
	long a[3];
	va_list ap;

	if (!real)
		real = REAL(syscall);
	va_start(ap, number);
	for (int i = 0; i < 3; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	return fault("syscall") ? -1 : real(number, a[0], a[1], a[2]);
}

int open(const char *path, int flags, ...)
{
	static __typeof__(&open) real;
	mode_t mode = 0;
	va_list ap;

	if (!real)
		real = REAL(open);
	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return fault("open") ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return open(path, flags, mode);
}
