/* SPDX-License-Identifier: MIT */
/* Who am I, without a system call: a page that the kernel clears in the child of a fork. */
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/self.h"

static _Atomic(_Atomic(pid_t) *) page;

static _Atomic(pid_t) *make_page(void)
{
	_Atomic(pid_t) *expected = NULL;
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (madvise(p, 4096, MADV_WIPEONFORK) < 0 || !atomic_compare_exchange_strong(&page, &expected, p)) {
		(void)munmap(p, 4096);
		return expected;
	}
	return p;
}

pid_t weft__self(void)
{
	_Atomic(pid_t) *p = atomic_load_explicit(&page, memory_order_acquire);
	pid_t pid = p ? atomic_load_explicit(p, memory_order_relaxed) : 0;

	if (pid)
		return pid;
	if (!p)
		p = make_page();
	pid = getpid();
	if (p)
		atomic_store_explicit(p, pid, memory_order_relaxed);
	return pid;
}
