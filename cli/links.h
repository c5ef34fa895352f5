/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_LINKS_H
#define WEFT_CLI_LINKS_H

/* Names of links by index, read once. */

#include <weft/link.h>

struct links {
	struct link_name {
		uint32_t index;
		char name[16];
	} * v;
	size_t n, cap;
};
/* 0 or an exit status. */
int links_load(struct weft_session *s, struct links *ret);
/* Takes the name of a new or renamed link from its message; false without memory. */
bool links_note(struct links *l, struct weft_attr body);
void links_free(struct links *l);
/* Name of an index, into buf as a number when it has none. */
const char *links_name(const struct links *l, uint32_t index, char *buf, size_t size);
/* Index of a name, or 0. */
uint32_t links_index(const struct links *l, const char *name);

/* Index of the link that has a further name, as the kernel says, or 0. */
uint32_t links_ask(struct weft_session *s, const char *name);

#endif
