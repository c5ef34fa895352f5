/* SPDX-License-Identifier: MIT */
#ifndef WEFT_HOOK_HANDLERS_H
#define WEFT_HOOK_HANDLERS_H

/* Built-in hooks: devices that the kernel makes only in other ways than by netlink look like any link. */

#include <string.h>

#include "hook/chain.h"

/* Whether text of a message, which may do without a NUL at its end, is a word. */
static inline bool weft__text_is(struct weft_attr a, const char *word)
{
	return a.p && strnlen((const char *)a.p, a.len) == strlen(word) && memcmp(a.p, word, strlen(word)) == 0;
}

/* Adds them to the chain of a NETLINK_ROUTE socket; target: NULL or "local", "netns:...", "pid:...". -ENOMEM. */
int weft__handlers_add(struct weft__chain *c, const char *target);
/* tun and tap devices, through /dev/net/tun. */
int weft__tuntap_add(struct weft__chain *c, const char *target);
/* Options of team devices and their ports, through the team family and teamd. */
int weft__team_add(struct weft__chain *c, const char *target);

#endif
