/* SPDX-License-Identifier: MIT */
#include "hook/handlers.h"

int weft__handlers_add(struct weft__chain *c, const char *target)
{
	return weft__tuntap_add(c, target);
}
