/* SPDX-License-Identifier: MIT */
#ifndef WEFT_NETNS_H
#define WEFT_NETNS_H

/*
 * Network namespaces of this machine: names in /run/netns, where `ip netns` keeps them too; which is which;
 * functions and commands inside. No thread of the caller changes its namespace, and every function leaves the
 * descriptors and processes that it promises, no other.
 *
 * A target is "local" or NULL, "netns:NAME", "netns:/path" or "pid:N", as in struct weft_session_opts. All but the
 * ids can be used from any thread at any time. reterr may be NULL.
 */

#include <weft/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- names --- */

/* Makes a namespace, with nothing but a loopback device that is down, and gives it a name: at most 255 bytes,
 * without '/' and with no '.' at its head. -EEXIST when the name is taken. */
WEFT_API WEFT_MUST int weft_netns_create(const char *name, struct weft_error *reterr);
/* Gives a name, maybe a second one, to the namespace of a target. -EINVAL when that is no network namespace. */
WEFT_API WEFT_MUST int weft_netns_attach(const char *name, const char *target, struct weft_error *reterr);
/* Takes a name away; the namespace goes with its last user. A name without a namespace, which a failed tool may
 * have left, goes too. -ENOENT when there is none. */
WEFT_API WEFT_MUST int weft_netns_remove(const char *name, struct weft_error *reterr);

struct weft_netns_names {
	char **name;
	size_t n;
};
/* All names, sorted by byte. ret is filled in any case; free with weft_netns_names_free. */
WEFT_API WEFT_MUST int weft_netns_list(struct weft_netns_names *ret, struct weft_error *reterr);
/* The names, none to many, that the namespace of a target has. ret as above. */
WEFT_API WEFT_MUST int weft_netns_identify(const char *target, struct weft_netns_names *ret, struct weft_error *reterr);
WEFT_API void weft_netns_names_free(struct weft_netns_names *n);

/* The processes that were in the namespace of a target, by number; *ret (NULL when there are none) is to be freed
 * with free(). Processes that the caller may not look at are left out. */
WEFT_API WEFT_MUST int weft_netns_pids(const char *target, int **ret, size_t *ret_n, struct weft_error *reterr);

/* --- ids, by which one namespace speaks of others --- */

#define WEFT_NETNS_ANY_ID (-1)
/* The id that the namespace of a routing session has for that of a target: 1 and *ret, 0: none. Negative:
 * weft_last_error(s) tells; -EOPNOTSUPP when the session is not of this machine. */
WEFT_API WEFT_MUST int weft_netns_id(struct weft_session *s, const char *target, int32_t *ret);
/* Gives it one that is free, or WEFT_NETNS_ANY_ID: any. An id stays as long as both namespaces; -EEXIST when it has
 * one already. */
WEFT_API WEFT_MUST int weft_netns_set_id(struct weft_session *s, const char *target, int32_t id);

/* --- inside --- */

/* Runs fn in the namespace of a target. fn takes the place of the calling thread, with its memory, its descriptors
 * and a stack of 1 MiB; sockets that it makes and sessions that it opens stay, and belong to that namespace. It may
 * not start threads or processes, end the process, leave by longjmp, or wait for the calling thread's signals, which
 * are held meanwhile. What fn returns; or a negative errno, with reterr->code, when it could not run. */
WEFT_API int weft_netns_run(const char *target, int (*fn)(void *user), void *user, struct weft_error *reterr);

/* What a command inside has for a standard stream. */
enum weft_netns_stream {
	WEFT_NETNS_SAME, /* what the caller has */
	WEFT_NETNS_PIPE, /* a pipe to the caller */
	WEFT_NETNS_NONE, /* /dev/null */
};

struct weft_netns_opts {
	size_t size; /* sizeof(struct weft_netns_opts); WEFT_OPTS sets it */
	enum weft_netns_stream in, out, err;
	char *const *env; /* as of execve; NULL: the caller's */
	/* a mount namespace of its own, where /sys shows the devices of the namespace and the files of
	 * /etc/netns/NAME stand in for those of /etc */
	bool files;
	/* told of each file that could not be put in place, while nothing is lost but that; may only write(2); NULL:
	 * nobody is */
	void (*note)(const char *text, void *user);
	void *user;
};

/* A command that runs. The caller's child, which is to be ended by weft_netns_wait or weft_netns_end. */
struct weft_netns_child {
	int pid;	  /* 0: none */
	int in, out, err; /* our ends of its pipes, close-on-exec; -1: none. Who closes one sets it to -1. */
};
/* Starts a command (argv as of execvp) in the namespace of a target. opts may be NULL. 0 when it runs; negative when it
 * could not be started, also when there is no such command: nothing is left then. */
WEFT_API WEFT_MUST int weft_netns_spawn(const char *target, char *const argv[], const struct weft_netns_opts *opts,
					struct weft_netns_child *ret, struct weft_error *reterr);
/* Closes our end of its standard input, waits until it ends, closes the other pipes. *ret_status (may be NULL): its
 * exit status, or -N when signal N ended it. -ECHILD when it is no child of the caller. */
WEFT_API WEFT_MUST int weft_netns_wait(struct weft_netns_child *c, int *ret_status);
/* The same without patience: a command that still runs is killed. For any child, also one that has ended. */
WEFT_API void weft_netns_end(struct weft_netns_child *c);
/* Puts a command in the place of this process, as execvp does. Returns only when it fails, with the thread in the
 * namespaces it was in; streams of opts are not looked at. For processes with one thread. */
WEFT_API int weft_netns_exec(const char *target, char *const argv[], const struct weft_netns_opts *opts,
			     struct weft_error *reterr);

/* --- names that come and go --- */

struct weft_netns_watch;
struct weft_netns_event {
	bool added;	  /* or removed. A name is there a moment before its namespace can be entered. */
	const char *name; /* borrowed until the next call */
};
WEFT_API WEFT_MUST int weft_netns_watch_open(struct weft_netns_watch **ret, struct weft_error *reterr);
/* Readable when there may be an event. */
WEFT_API int weft_netns_watch_fd(const struct weft_netns_watch *w);
/* 1 and an event, 0 nothing there; -ENOBUFS: events were lost, list again, then go on; -ENOENT: the folder itself is
 * gone; other negative: unusable. Never blocks. */
WEFT_API WEFT_MUST int weft_netns_watch_next(struct weft_netns_watch *w, struct weft_netns_event *ret);
/* NULL is fine. */
WEFT_API void weft_netns_watch_close(struct weft_netns_watch *w);

#ifdef __cplusplus
}
#endif
#endif
