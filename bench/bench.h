/* SPDX-License-Identifier: MIT */
#ifndef BENCH_H
#define BENCH_H

/* What the benchmarks share: counted allocations, a bare socket, the report of a run. */

#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <weft/weft.h>

static uint64_t sum; /* what was read is used, so that no compiler leaves it out */
static uint64_t allocations;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t m);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t m);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
	allocations++;
	return __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t m)
{
	allocations++;
	return __real_calloc(n, m);
}

void *__wrap_realloc(void *p, size_t n)
{
	allocations++;
	return __real_realloc(p, n);
}

static inline void die(const char *what)
{
	perror(what);
	exit(1);
}

static inline int raw_socket(void)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), one = 1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) < 0)
		die("socket");
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof one);
	return fd;
}

static inline struct weft_session *session(void)
{
	struct weft_session *s;
	struct weft_error e;

	if (weft_session_open(0, NULL, &s, &e) < 0) {
		fprintf(stderr, "%s\n", e.msg);
		exit(1);
	}
	return s;
}

/* How many routes to put in. */
static inline uint64_t inserts(void)
{
	const char *n = getenv("ROUTES");

	return n ? strtoull(n, NULL, 10) : 100000;
}

/* 20.0.0.0 and on, in network order. */
static inline uint32_t address(uint64_t i)
{
	uint8_t b[4] = { 20, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
	uint32_t v;

	memcpy(&v, b, 4);
	return v;
}

/* What was done before this does not count. */
static long before;

static inline long cpu_time(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000L + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static inline void start_clock(void)
{
	before = cpu_time();
}

/* CPU microseconds, objects, allocations and peak memory. */
static inline void report(uint64_t n)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	printf("%ld %llu %llu %ld %llu\n", cpu_time() - before, (unsigned long long)n, (unsigned long long)allocations,
	       u.ru_maxrss, (unsigned long long)sum);
}

struct way {
	const char *name;
	uint64_t (*run)(void);
};

static inline int run_way(const struct way *ways, int argc, char **argv)
{
	for (; argc > 1 && ways->name; ways++) {
		if (strcmp(ways->name, argv[1]) != 0)
			continue;
		start_clock();
		report(ways->run());
		return 0;
	}
	return 1;
}

#endif
