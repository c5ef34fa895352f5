/* SPDX-License-Identifier: MIT */
#ifndef WEFT_BASE_SELF_H
#define WEFT_BASE_SELF_H

#include <sys/types.h>

/* The pid of this process; cheap. What a process opened is not its children's to use. */
pid_t weft__self(void);

#endif
