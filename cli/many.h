/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_MANY_H
#define WEFT_CLI_MANY_H

#include "cli.h"

/* Sends n requests in order, many at a time, and waits for all answers. Takes the messages: m[i] is NULL
 * afterwards. code[i] gets the result of each; *reterr what the first said that failed otherwise than with
 * an errno that fine (may be NULL) is content with. 0, or an exit status when answers are missing. */
int many_send(struct cli *c, struct weft_session *s, struct weft_msg **m, size_t n, bool (*fine)(int code), int *code,
	      struct weft_error *reterr);

#endif
