/* SPDX-License-Identifier: MIT */
#ifndef QUIET_H
#define QUIET_H

/* For harnesses of the command: nothing is printed, which would take longer than all the rest. Lines are counted. */

#include <stdarg.h>
#include <stdio.h>

#include "fuzz.h"

static unsigned lines;

int __wrap_cli_fail(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int __wrap_cli_fail(int status, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	REQUIRE(vsnprintf(text, sizeof text, fmt, ap) > 0);
	va_end(ap);
	lines++;
	return status;
}

#endif
