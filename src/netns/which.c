/* SPDX-License-Identifier: MIT */
/* Which namespace is which: processes in it, and the ids by which others speak of it. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns/netns.h"
#include "session/session.h"

static bool is_in(const struct stat *own, const char *pid)
{
	char path[64];
	struct stat other;

	/* a process that ended meanwhile is in none */
	(void)snprintf(path, sizeof path, "/proc/%.20s/ns/net", pid);
	return stat(path, &other) == 0 && own->st_dev == other.st_dev && own->st_ino == other.st_ino;
}

static int keep(int **v, size_t *n, const char *pid)
{
	int *more = realloc(*v, (*n + 1) * sizeof *more);

	if (!more)
		return -ENOMEM;
	more[(*n)++] = (int)strtol(pid, NULL, 10);
	*v = more;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a < *(const int *)b ? -1 : 1;
}

static int processes(const struct stat *own, int **ret, size_t *ret_n, struct weft_error *e)
{
	DIR *d = opendir("/proc");
	struct dirent *f;
	int *v = NULL, r = 0;
	size_t n = 0;

	if (!d)
		return weft__ns_failed(e, -errno, "open", "/proc");
	while (r == 0 && (f = readdir(d)) != NULL)
		if (isdigit((unsigned char)f->d_name[0]) && is_in(own, f->d_name))
			r = keep(&v, &n, f->d_name);
	closedir(d);
	if (r < 0) {
		free(v);
		return weft_error_set(e, r, WEFT_WHERE_CALLER, "", "out of memory");
	}
	if (n)
		qsort(v, n, sizeof *v, by_number);
	*ret = v;
	*ret_n = n;
	return 0;
}

int weft_netns_pids(const char *target, int **ret, size_t *ret_n, struct weft_error *reterr)
{
	struct stat own;
	int ns = weft__ns_open(target, reterr), r;

	if (ns < 0)
		return ns;
	r = fstat(ns, &own) < 0 ? weft__ns_failed(reterr, -errno, "namespace", target ? target : "local")
				: processes(&own, ret, ret_n, reterr);
	close(ns);
	return r;
}

/* The kernel takes the namespace's descriptor, so it must be the kernel of this process. */
static int ask(struct weft_session *s, const char *op, const char *target, const int32_t *id, struct weft_reply **ret)
{
	struct weft_msg *m;
	int ns, r = weft__session_check(s);

	if (r < 0)
		return r;
	if (s->protocol != 0 || !weft__is_here(s->target))
		return weft_error_set(&s->err, -EOPNOTSUPP, WEFT_WHERE_CALLER, "",
				      "ids are for routing sessions of this machine");
	ns = weft__ns_open(target, &s->err);
	if (ns < 0)
		return ns;
	m = weft_request("rt-nsid", op, 0);
	weft_put_named(m, "fd", weft_kv_int(0, ns));
	if (id)
		weft_put_named(m, "nsid", weft_kv_int(0, *id));
	r = weft_call(s, m, ret);
	close(ns);
	return r;
}

int weft_netns_id(struct weft_session *s, const char *target, int32_t *ret)
{
	struct weft_reply *reply = NULL;
	int r = ask(s, "getnsid", target, NULL, &reply);
	int32_t id =
	    r == 0 ? (int32_t)weft_int(weft_at(weft_reply_body(reply), "nsid"), WEFT_NETNS_ANY_ID) : WEFT_NETNS_ANY_ID;

	weft_reply_free(reply);
	if (r < 0 || id < 0)
		return r;
	*ret = id;
	return 1;
}

int weft_netns_set_id(struct weft_session *s, const char *target, int32_t id)
{
	return ask(s, "newnsid", target, &id, NULL);
}
