/* SPDX-License-Identifier: MIT */
/* Which namespace is which: names, ids, processes. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

enum {
	NO_ID = -1,
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int netns_names(struct netns_names *ret)
{
	DIR *d = opendir(NETNS_FOLDER);
	struct dirent *e;
	int status = 0;

	*ret = (struct netns_names){ 0 };
	if (!d)
		return errno == ENOENT ? 0 : netns_failed("open", NETNS_FOLDER);
	while (status == 0 && (e = readdir(d)) != NULL) {
		char **more;

		if (e->d_name[0] == '.')
			continue;
		more = realloc(ret->v, (ret->n + 1) * sizeof *more);
		if (more)
			ret->v = more;
		if (!more || !(more[ret->n] = strdup(e->d_name)))
			status = cli_fail(CLI_INTERNAL, "out of memory");
		else
			ret->n++;
	}
	closedir(d);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof *ret->v, by_name);
	return status;
}

void netns_free(struct netns_names *n)
{
	for (size_t i = 0; i < n->n; i++)
		free(n->v[i]);
	free(n->v);
}

/* The id that the session's namespace has for a named one, or NO_ID. */
static int32_t id_of(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-nsid", "getnsid", 0);
	struct weft_reply *r = NULL;
	char path[NETNS_PATH];
	int32_t id = NO_ID;
	int fd;

	(void)snprintf(path, sizeof path, NETNS_FOLDER "/%.200s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		weft_msg_free(m);
		return NO_ID;
	}
	weft_put_named(m, "fd", weft_kv_int(0, fd));
	if (weft_call(s, m, &r) == 0 && r)
		id = (int32_t)weft_int(weft_at(weft_reply_body(r), "nsid"), NO_ID);
	weft_reply_free(r);
	close(fd);
	return id;
}

static void json_name(struct cli *c, size_t i, const char *name, int32_t id)
{
	weft_text_puts(&c->out, i ? ",\n{" : "[{");
	if (name) {
		weft_text_puts(&c->out, "\"name\":");
		weft_text_json(&c->out, name, strlen(name));
	}
	if (id != NO_ID)
		weft_text_printf(&c->out, "%s\"id\":%d", name ? "," : "", id);
	weft_text_putc(&c->out, '}');
}

static int json_end(struct cli *c, size_t n)
{
	if (c->json)
		weft_text_puts(&c->out, n ? "]\n" : "[]\n");
	return 0;
}

int netns_list(struct cli *c)
{
	struct weft_session *s = NULL;
	struct netns_names names;
	int status = netns_names(&names);

	if (status == 0 && names.n)
		status = cli_session(c, 0, &s);
	for (size_t i = 0; status == 0 && i < names.n; i++) {
		int32_t id = id_of(s, names.v[i]);

		if (c->json) {
			json_name(c, i, names.v[i], id);
			continue;
		}
		weft_text_safe(&c->out, names.v[i], strlen(names.v[i]));
		if (id != NO_ID)
			weft_text_printf(&c->out, " (id: %d)", id);
		weft_text_putc(&c->out, '\n');
	}
	if (status == 0)
		status = json_end(c, names.n);
	netns_free(&names);
	weft_session_close(s);
	return status;
}

/* Every id that the namespace has given, with the name if it has one. */
int netns_list_id(struct cli *c)
{
	struct weft_session *s;
	struct netns_names names = { 0 };
	struct weft_dump *d;
	struct weft_attr a;
	int r, status = cli_session(c, 0, &s);
	size_t n = 0;

	if (status)
		return status;
	status = netns_names(&names);
	if (status == 0 && weft_dump_start(s, weft_request("rt-nsid", "getnsid", 0), &d) < 0)
		status = cli_error(weft_last_error(s), "");
	if (status) {
		netns_free(&names);
		weft_session_close(s);
		return status;
	}
	while ((r = weft_dump_next(d, &a)) > 0) {
		int32_t id = (int32_t)weft_int(weft_at(a, "nsid"), NO_ID);
		const char *name = NULL;

		for (size_t i = 0; i < names.n && !name; i++)
			name = id_of(s, names.v[i]) == id ? names.v[i] : NULL;
		if (c->json) {
			json_name(c, n++, name, id);
			continue;
		}
		weft_text_printf(&c->out, "nsid %d", id);
		if (name) {
			weft_text_puts(&c->out, " name ");
			weft_text_safe(&c->out, name, strlen(name));
		}
		weft_text_putc(&c->out, '\n');
	}
	if (r < 0)
		status = cli_error(weft_last_error(s), "");
	weft_dump_close(d);
	netns_free(&names);
	weft_session_close(s);
	return status ? status : json_end(c, n);
}

int netns_set_id(struct cli *c, const char *name, const char *id)
{
	struct weft_msg *m = weft_request("rt-nsid", "newnsid", 0);
	struct weft_session *s = NULL;
	char path[NETNS_PATH], *end;
	long v = strtol(id, &end, 10);
	int fd = -1, status = netns_path(name, path);

	if (strcmp(id, "auto") == 0)
		v = NO_ID;
	else if (status == 0 && (*id < '0' || *id > '9' || *end || v > INT32_MAX))
		status = cli_fail(CLI_USAGE, "not a number or auto: \"%.40s\"", id);
	if (status == 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		status = fd < 0 ? netns_failed("namespace", name) : cli_session(c, 0, &s);
	}
	weft_put_named(m, "nsid", weft_kv_int(0, v));
	weft_put_named(m, "fd", weft_kv_int(0, fd));
	if (status == 0) {
		cli_tell(c, m);
		if (weft_call(s, m, NULL) < 0)
			status = cli_error(weft_last_error(s), name);
	} else {
		weft_msg_free(m);
	}
	if (fd >= 0)
		close(fd);
	weft_session_close(s);
	return status;
}

static void put_name(struct cli *c, size_t n, const char *name)
{
	if (c->json) {
		weft_text_puts(&c->out, n ? "," : "[");
		weft_text_json(&c->out, name, strlen(name));
		return;
	}
	weft_text_safe(&c->out, name, strlen(name));
	weft_text_putc(&c->out, '\n');
}

static bool same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

int netns_identify(struct cli *c, const char *pid)
{
	struct netns_names names;
	struct stat own, other;
	char path[NETNS_PATH];
	size_t n = 0;
	int status;

	if (strcmp(pid, "self") != 0 && (!*pid || strspn(pid, "0123456789") != strlen(pid) || strlen(pid) > 10))
		return cli_fail(CLI_USAGE, "not a process id: \"%.40s\"", pid);
	(void)snprintf(path, sizeof path, "/proc/%s/ns/net", pid);
	if (stat(path, &own) < 0)
		return netns_failed("process", pid);
	status = netns_names(&names);
	for (size_t i = 0; status == 0 && i < names.n; i++) {
		(void)snprintf(path, sizeof path, NETNS_FOLDER "/%.200s", names.v[i]);
		if (stat(path, &other) == 0 && same(&own, &other))
			put_name(c, n++, names.v[i]);
	}
	netns_free(&names);
	return status ? status : json_end(c, n);
}

int netns_pids(struct cli *c, const char *name)
{
	char path[NETNS_PATH];
	struct stat own, other;
	struct dirent *e;
	size_t n = 0;
	DIR *d;
	int status = netns_path(name, path);

	if (status)
		return status;
	if (stat(path, &own) < 0)
		return netns_failed("namespace", name);
	d = opendir("/proc");
	if (!d)
		return netns_failed("open", "/proc");
	while ((e = readdir(d)) != NULL) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		/* a process that ended meanwhile is in none */
		(void)snprintf(path, sizeof path, "/proc/%.20s/ns/net", e->d_name);
		if (stat(path, &other) < 0 || !same(&own, &other))
			continue;
		weft_text_printf(&c->out, c->json ? "%s%s" : "%s%s\n", !c->json ? "" : n ? "," : "[", e->d_name);
		n++;
	}
	closedir(d);
	return json_end(c, n);
}
