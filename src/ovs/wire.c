/* SPDX-License-Identifier: MIT */
/* JSON-RPC over a unix socket, as RFC 7047 has it. What the server says is bounded in size, depth and time, and may be
 * anything. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "jsonin/load.h"
#include "ovs.h"

enum {
	MOST = 64 << 20, /* bytes of one message */
	DEEPEST = 32,	 /* arrays and objects in each other */
};

uint64_t weft__ovs_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

__attribute__((format(printf, 3, 4))) static int fail(struct ovs_wire *w, int code, const char *fmt, ...)
{
	va_list ap;
	size_t n = (size_t)snprintf(w->why, sizeof w->why, "Open vSwitch: ");

	va_start(ap, fmt);
	(void)vsnprintf(w->why + n, sizeof w->why - n, fmt, ap);
	va_end(ap);
	return code;
}

/* Why a connection fails where no server is for us; all else may be different the next time. */
static bool nobody(int code)
{
	return code == ENOENT || code == ECONNREFUSED || code == ENOTDIR || code == EACCES || code == EPERM ||
	       code == ELOOP;
}

int weft__ovs_open(struct ovs_wire *w, const char *path, const char *target, uint32_t timeout_ms)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int inside;

	*w = (struct ovs_wire){ .fd = -1, .until = weft__ovs_now() + timeout_ms };
	if (strlen(path) >= sizeof at.sun_path)
		return fail(w, 0, "the path of ovsdb-server's socket is too long");
	memcpy(at.sun_path, path, strlen(path));
	w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return fail(w, -errno, "socket: %s", strerror(errno));
	if (connect(w->fd, (struct sockaddr *)&at, sizeof at) < 0) {
		int code = nobody(errno) ? 0 : -errno;

		fail(w, 0, "no ovsdb-server at %.90s: %s", path, strerror(errno));
		weft__ovs_close(w);
		return code;
	}
	inside = weft_peer_inside(target, w->fd);
	if (inside == -ENOMEM) {
		weft__ovs_close(w);
		return fail(w, -ENOMEM, "out of memory");
	}
	if (inside != 1) {
		fail(w, 0, "the ovsdb-server at %.60s is %s", path,
		     inside == 0 ? "in another network namespace" : "in a network namespace that cannot be told");
		weft__ovs_close(w);
		return 0;
	}
	return 1;
}

void weft__ovs_close(struct ovs_wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	free(w->in);
	w->fd = -1;
	w->in = NULL;
	w->have = w->cap = 0;
}

/* Until the socket is ready for it. */
static int wait_for(struct ovs_wire *w, short events)
{
	struct pollfd p = { .fd = w->fd, .events = events };

	for (;;) {
		uint64_t now = weft__ovs_now();
		int r = now < w->until ? poll(&p, 1, (int)(w->until - now)) : 0;

		if (r > 0)
			return 0;
		if (r == 0)
			return fail(w, -ETIMEDOUT, "ovsdb-server does not answer");
		if (errno != EINTR)
			return fail(w, -errno, "poll: %s", strerror(errno));
	}
}

/* Into memory of the size that it needs: json_dumps leaves names out that it has no memory for, and says nothing. */
static char *text_of(const json_t *message, size_t *ret_len)
{
	size_t len = message ? json_dumpb(message, NULL, 0, JSON_COMPACT) : 0;
	char *text = len ? malloc(len) : NULL;

	*ret_len = len;
	if (!text || json_dumpb(message, text, len, JSON_COMPACT) == len)
		return text;
	free(text);
	return NULL;
}

static int say(struct ovs_wire *w, json_t *message)
{
	size_t at = 0, len;
	char *text = text_of(message, &len);
	int r = text ? 0 : fail(w, -ENOMEM, "out of memory");

	json_decref(message);
	while (r == 0 && at < len) {
		ssize_t n = send(w->fd, text + at, len - at, MSG_NOSIGNAL);

		if (n >= 0)
			at += (size_t)n;
		else if (errno == EAGAIN)
			r = wait_for(w, POLLOUT);
		else if (errno != EINTR)
			r = fail(w, -errno, "ovsdb-server: %s", strerror(errno));
	}
	free(text);
	return r;
}

static int more(struct ovs_wire *w)
{
	ssize_t n;

	if (w->have == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 16384;
		char *p = cap <= MOST ? realloc(w->in, cap) : NULL;

		if (!p)
			return cap <= MOST ? fail(w, -ENOMEM, "out of memory")
					   : fail(w, -EMSGSIZE, "an answer of more than %d bytes", MOST);
		w->in = p;
		w->cap = cap;
	}
	n = recv(w->fd, w->in + w->have, w->cap - w->have, 0);
	if (n > 0) {
		w->have += (size_t)n;
		return 0;
	}
	if (n == 0)
		return fail(w, -ECONNRESET, "ovsdb-server closed the connection");
	return errno == EAGAIN || errno == EINTR ? wait_for(w, POLLIN)
						 : fail(w, -errno, "ovsdb-server: %s", strerror(errno));
}

/* Where the next byte of a message stands in it. */
struct scan {
	size_t at;
	int depth;
	bool text, escaped;
};

/* Bytes of the whole message that the buffer begins with; 0: it goes on; negative errno. */
static ssize_t whole(struct ovs_wire *w, struct scan *s)
{
	for (; s->at < w->have; s->at++) {
		char c = w->in[s->at];

		if (s->text) {
			s->text = c != '"' || s->escaped;
			s->escaped = c == '\\' && !s->escaped;
			continue;
		}
		if (!s->depth && c != '{' && c != ' ' && c != '\n' && c != '\t' && c != '\r')
			return fail(w, -EPROTO, "ovsdb-server sent what is no JSON object");
		s->text = c == '"';
		if ((c == '{' || c == '[') && ++s->depth > DEEPEST)
			return fail(w, -EPROTO, "an answer nested too deeply");
		if ((c == '}' || c == ']') && --s->depth == 0)
			return (ssize_t)++s->at;
	}
	return 0;
}

/* The next message; NULL with *ret_code. */
static json_t *hear(struct ovs_wire *w, int *ret_code)
{
	struct scan s = { 0 };
	json_error_t e;
	ssize_t n;
	json_t *m;

	while ((n = whole(w, &s)) == 0) {
		*ret_code = more(w);
		if (*ret_code < 0)
			return NULL;
	}
	*ret_code = (int)n;
	if (n < 0)
		return NULL;
	m = weft__json_load(w->in, (size_t)n, JSON_ALLOW_NUL, &e);
	memmove(w->in, w->in + n, w->have - (size_t)n);
	w->have -= (size_t)n;
	if (!m && e.line < 0)
		*ret_code = fail(w, -ENOMEM, "out of memory");
	else
		*ret_code = m ? 0 : fail(w, -EPROTO, "ovsdb-server sent what is no JSON");
	return m;
}

/* The server asks whether we are still there. */
static int answer_echo(struct ovs_wire *w, const json_t *m)
{
	return say(w, json_pack("{s:O?,s:n,s:O}", "result", json_object_get(m, "params"), "error", "id",
				json_object_get(m, "id")));
}

/* What an operation failed of. */
static int refused(struct ovs_wire *w, const json_t *error)
{
	const char *what = json_string_value(json_object_get(error, "error"));
	const char *details = json_string_value(json_object_get(error, "details"));
	bool taken = what && strcmp(what, "constraint violation") == 0 && details && strstr(details, "index on");

	w->aborted = what && strcmp(what, "aborted") == 0;
	if (taken)
		return fail(w, -EEXIST, "%s", details);
	return fail(w, what && strcmp(what, "permission error") == 0 ? -EPERM : -EINVAL, "%s%s%s",
		    what ? what : "an error", details ? ": " : "", details ? details : "");
}

static json_t *results(struct ovs_wire *w, json_t *m, int *ret_code)
{
	json_t *error = json_object_get(m, "error"), *all = json_object_get(m, "result"), *one;
	size_t i;

	*ret_code = 0;
	if (error && !json_is_null(error)) {
		const char *text = json_string_value(json_is_object(error) ? json_object_get(error, "error") : error);

		*ret_code = fail(w, -EPROTO, "ovsdb-server: %s", text ? text : "an error");
	} else if (!json_is_array(all)) {
		*ret_code = fail(w, -EPROTO, "ovsdb-server: an answer without results");
	}
	json_array_foreach(*ret_code == 0 ? all : NULL, i,
			   one) if (*ret_code == 0 && json_is_object(one) && json_object_get(one, "error")) *ret_code =
	    refused(w, one);
	all = *ret_code == 0 ? json_incref(all) : NULL;
	json_decref(m);
	return all;
}

json_t *weft__ovs_transact(struct ovs_wire *w, json_t *ops, int *ret_code)
{
	if (!ops || json_array_insert_new(ops, 0, json_string("Open_vSwitch")) < 0) {
		json_decref(ops);
		*ret_code = fail(w, -ENOMEM, "out of memory");
		return NULL;
	}
	*ret_code = say(w, json_pack("{s:s,s:o,s:I}", "method", "transact", "params", ops, "id", ++w->id));
	while (*ret_code == 0) {
		json_t *m = hear(w, ret_code), *id = m ? json_object_get(m, "id") : NULL;
		const char *method = m ? json_string_value(json_object_get(m, "method")) : NULL;

		if (!m)
			break;
		if (!method && json_is_integer(id) && json_integer_value(id) == w->id)
			return results(w, m, ret_code);
		if (method && strcmp(method, "echo") == 0 && id)
			*ret_code = answer_echo(w, m);
		json_decref(m);
	}
	return NULL;
}
