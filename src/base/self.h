/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_SELF_H
#define WEFT_BASE_SELF_H

#include <stdatomic.h>
#include <sys/types.h>

/* A page that the kernel clears in the child of a fork, with the pid or 0; NULL until it is needed. */
extern _Atomic(_Atomic(pid_t) *) weft__self_page;
/* The long way, with a system call. */
pid_t weft__self_asked(void);

/* The pid of this process; cheap. What a process opened is not its children's to use. */
static inline pid_t weft__self(void)
{
	_Atomic(pid_t) *p = atomic_load_explicit(&weft__self_page, memory_order_acquire);
	pid_t pid = p ? atomic_load_explicit(p, memory_order_relaxed) : 0;

	return pid ? pid : weft__self_asked();
}

#endif
