/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <weft/base.h>

int weft_error_set(struct weft_error *e, int code, enum weft_where where, const char *path, const char *fmt, ...)
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

/* Adds s behind the first `at` bytes of buf, cut where there is no room. */
static size_t add(char *buf, size_t size, size_t at, const char *s)
{
	while (*s && at + 1 < size)
		buf[at++] = *s++;
	buf[at] = 0;
	return at;
}

void weft_error_prefix(struct weft_error *e, const char *name, int64_t index)
{
	char old[sizeof e->path];
	char at[24] = "";
	size_t len;

	if (!e)
		return;
	memcpy(old, e->path, sizeof old);
	if (index >= 0)
		(void)snprintf(at, sizeof at, "[%lld]", (long long)index);
	len = add(e->path, sizeof e->path, 0, name);
	len = add(e->path, sizeof e->path, len, at);
	/* an item's own path goes on with its index: "hops" + "[1].via" */
	len = add(e->path, sizeof e->path, len, old[0] && old[0] != '[' ? "." : "");
	(void)add(e->path, sizeof e->path, len, old);
}
