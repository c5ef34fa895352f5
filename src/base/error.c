/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weft/base.h>

int weft_error_set(struct weft_error *e, int code, enum weft_where where, const char *path,
		   const char *fmt, ...)
{
	va_list ap;

	if (!e)
		return code;
	e->code = code;
	e->where = where;
	e->path[0] = 0;
	if (path && *path)
		(void)snprintf(e->path, sizeof e->path, "%s", path);
	e->msg[0] = 0;
	if (fmt) {
		va_start(ap, fmt);
		(void)vsnprintf(e->msg, sizeof e->msg, fmt, ap);
		va_end(ap);
	}
	return code;
}

void weft_error_prefix(struct weft_error *e, const char *name, int64_t index)
{
	char old[sizeof e->path];
	char at[24] = "";
	/* an item's own path goes on with its index: "hops" + "[1].via" */
	const char *dot;

	if (!e)
		return;
	memcpy(old, e->path, sizeof old);
	if (index >= 0)
		(void)snprintf(at, sizeof at, "[%lld]", (long long)index);
	dot = old[0] && old[0] != '[' ? "." : "";
	if (snprintf(e->path, sizeof e->path, "%s%s%s%s", name, at, dot, old) < 0)
		e->path[0] = 0;
}
