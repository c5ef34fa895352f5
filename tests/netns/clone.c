/* SPDX-License-Identifier: MIT */
/* For -fsanitize=thread only, which takes every clone() for a fork and then finds the caller's own state used
 * twice: the task that makes a socket elsewhere shares the memory of its caller, who waits. glibc has the same
 * function under a name that the sanitizer leaves alone. */
int __clone(int (*fn)(void *), void *stack, int flags, void *arg, ...);
int __wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg);

int __wrap_clone(int (*fn)(void *), void *stack, int flags, void *arg)
{
	return __clone(fn, stack, flags, arg);
}
