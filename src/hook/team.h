/* SPDX-License-Identifier: MIT */
#ifndef WEFT_HOOK_TEAM_H
#define WEFT_HOOK_TEAM_H

/* What the built-in hook for team devices is made of: options in the kernel, and the daemon of a device. */

#include <weft/weft.h>

#include "hook/passing.h"

/* --- options, by the kernel's team family (team_nl.c); s: a generic session --- */

/* All options (command "options-get") or ports ("port-list-get") of a device, one behind the other, at the end of
 * ret: attributes of schema team_options or team_ports. 0 or a negative errno. */
int weft__team_get(struct weft_session *s, const char *command, uint32_t index, struct weft__bytes_out *ret);
/* Sets the options that data has, a nest of schema team (port 0) or team_port. 0, or a negative errno with an error
 * in s and the field that it is about. */
int weft__team_set(struct weft_session *s, uint32_t index, uint32_t port, struct weft_attr data,
		   const struct weft_field **reterr_field);
/* Whether such a nest has an option of the kernel. */
bool weft__team_has_options(struct weft_attr data);
/* Adds to the open nest of m, of schema team or team_port, what these options say of the device or a port. */
void weft__team_tell(struct weft_msg *m, const struct weft_schema *as, struct weft_bytes options, uint32_t port);

/* --- teamd: one request, one answer (teamd.c) --- */

enum {
	WEFT__TEAMD_TEXT = 8192,
};

/* Asks the daemon of a device in the namespace of target; arguments end with NULL. 1 with its answer in text, 0: no
 * daemon manages the device there, negative errno: it refused (text tells why) or did not answer. */
int weft__teamd_ask(const char *target, const char *device, const char *const *words, char text[WEFT__TEAMD_TEXT]);

#endif
