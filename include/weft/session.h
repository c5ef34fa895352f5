/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SESSION_H
#define WEFT_SESSION_H

/*
 * One conversation with one netlink protocol of one kernel. Sync calls and async calls run on the
 * same code. A session belongs to one thread at a time; after fork the child's use of it gives
 * -ECHILD.
 */

#include <weft/msg.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weft_session;
struct weft_hooks;
struct weft_dump;
struct weft_watch;

struct weft_session_opts {
	size_t size; /* sizeof(struct weft_session_opts); WEFT_OPTS sets it; -EINVAL without it */
	/* "local" or NULL; "netns:NAME", "netns:/path", "pid:N"; behind an agent (weft/agent.h)
	 * "ssh:[user@]host[:port]", "unix:/path" or "exec:COMMAND WORDS", each with "/netns:NAME" or
	 * "/pid:N" at its end for a namespace there; "tape:FILE" plays what was recorded: every request
	 * must be, byte for byte, that of the tape, else it fails with -EILSEQ; copied. A namespace is looked up
	 * once: the session stays in it, whatever its name stands for later */
	const char *target;
	uint32_t timeout_ms; /* of each call as a whole; 0: 10,000. A sync dump is waited for as long without news, and
				in all as long and 1 ms for each byte that came */
	uint32_t rcvbuf;     /* bytes of socket buffer, forced when privileged; 0: 1 MiB, of a watch 4 MiB, with
				a reader thread 32 MiB */
	uint32_t dump_hold;  /* bytes of a dump kept until it is known to be whole, so that an
				interrupted one can be asked again; 0: 896 KiB, at most 1 GiB.
				Larger dumps are handed out while they run. */
	const char *agent;   /* ssh: the command on the far side; NULL: "weft agent"; copied */
	struct weft_session *via; /* shares the stream to the agent with this session of the same
				     peer, or the namespace of the same target; both belong to one
				     thread; NULL: a stream of its own */
	const char *record;	  /* file to which all traffic is written (docs/tape.md); with via: that of the
				     other session, if it is recorded; NULL: none; copied */
	/* a thread takes what the kernel sends as it comes and keeps up to so many bytes of it (at least 4
	 * MiB) until it is asked for: events of a watch, answers to calls; this machine's kernel only; 0: no
	 * thread. Nothing else changes. */
	uint32_t reader;
	/* without the built-in hooks, by which tun and tap devices and options of teams are like those of any link,
	 * and without .handler */
	bool plain;
	uint32_t keepalive_ms; /* an agent that is silent so long while something is expected of it is
				  taken for dead; 0: 10,000 */
	/* adds more hooks to a routing session of this machine (weft/hook.h; weft_ovs of weft/ovs.h is one);
	 * what handler_user points at is borrowed while the session is open */
	int (*handler)(struct weft_hooks *to, const char *target, void *user);
	void *handler_user;
};
#define WEFT_OPTS(type, ...) (&(struct type){ .size = sizeof(struct type), __VA_ARGS__ })

/* Opens a session of a protocol (NETLINK_ROUTE 0, NETLINK_GENERIC 16). opts may be NULL. reterr
 * (may be NULL) tells what failed. */
WEFT_API WEFT_MUST int weft_session_open(uint16_t protocol, const struct weft_session_opts *opts,
					 struct weft_session **ret, struct weft_error *reterr);
/* NULL is fine. Outstanding calls end with -ECANCELED; so do sync dumps, whose handles are still to be
 * closed. In a child of the opener no callback runs. Safe within callbacks and hooks of s: what called them then
 * returns -ECANCELED, and s is no more; below a hook calls and dumps end not before that. */
WEFT_API void weft_session_close(struct weft_session *s);
/* What the last failed call on s said; valid until the next call. Never NULL. */
WEFT_API const struct weft_error *weft_last_error(const struct weft_session *s);

/* What a session saw that it did not believe or lost. */
struct weft_session_stats {
	uint64_t forged;    /* datagrams whose sender was not the kernel, which refuses most of those itself */
	uint64_t late;	    /* replies to no outstanding request */
	uint64_t malformed; /* datagrams with bytes that make no message */
	uint64_t overruns;  /* ENOBUFS or NLMSG_OVERRUN */
	uint64_t dump_retries;
	/* of the reader thread, if there is one */
	uint64_t reader_datagrams, reader_bytes; /* taken from the kernel */
	uint64_t reader_peak;			 /* most bytes that waited at once */
	uint64_t reader_full; /* times there was no room for more, and the kernel had to keep what came */
};
WEFT_API struct weft_session_stats weft_session_stats(struct weft_session *s);

/* --- sync --- */

/* A request as weft_msg_new makes it, in memory that s keeps, so that one request after the other allocates nothing.
 * Freed or taken by a call like any other, by the thread that uses s; until it is freed, or what took it has ended, the
 * next one is from weft_msg_new. It may outlive s. */
WEFT_API struct weft_msg *weft_session_msg(struct weft_session *s, const struct weft_family *f,
					   const struct weft_op *op, uint16_t flags);

/* Sends m and waits until it is answered. Takes m, on failure too. When ret is not NULL it gets the
 * first reply (free with weft_reply_free), or NULL if there was only an ack. 0, or the kernel's
 * negative errno; -EBUSY from inside a callback of s. */
struct weft_reply;
WEFT_API WEFT_MUST int weft_call(struct weft_session *s, struct weft_msg *m, struct weft_reply **ret);
WEFT_API struct weft_attr weft_reply_body(const struct weft_reply *r);
WEFT_API void weft_reply_free(struct weft_reply *r);

/* Starts a dump, on a socket of its own: calls on s and other dumps may go on beside it, and it may be
 * used inside callbacks of s (of a generic family only when its id is known already). What m has, objects
 * must have (weft_match): the kernel narrows by what it can, the rest is compared here, where the operation
 * says what that is (struct weft_filters); else m goes to the kernel as it is. Links are told without IPv6
 * counters unless m has an ext-mask; 0 is one. Takes m, on failure too. */
WEFT_API WEFT_MUST int weft_dump_start(struct weft_session *s, struct weft_msg *m, struct weft_dump **ret);
/* 1 and the next object (borrowed until the next call on d), 0 at the end; -EAGAIN: everything was
 * delivered but the kernel says objects may be missing or doubled (interrupted, after 5 tries or when
 * it could not be held); other negative: the dump failed. */
WEFT_API WEFT_MUST int weft_dump_next(struct weft_dump *d, struct weft_attr *ret);
/* NULL is fine, at any time: before the end too, and when the session is closed already. */
WEFT_API void weft_dump_close(struct weft_dump *d);

/* --- async --- */

struct weft_pending;
/* One reply; non-zero ends the call with that result (negative) or as cancelled (positive). */
typedef int weft_item_fn(struct weft_pending *c, struct weft_attr item, void *user);
/* Exactly once, also on cancel, time-out and close; c is gone afterwards. */
typedef void weft_done_fn(struct weft_pending *c, int result, const struct weft_error *err, void *user);
struct weft_call_opts {
	size_t size; /* as above */
	weft_item_fn *item;
	weft_done_fn *done;
	void *user;
	uint32_t timeout_ms; /* 0: the session's; from a second on it may be 10 ms longer */
	bool dump;	     /* every object, as weft_dump_start */
};
/* Sends, never runs a callback itself. Takes m. *ret may be NULL. */
WEFT_API WEFT_MUST int weft_start(struct weft_session *s, struct weft_msg *m, const struct weft_call_opts *o,
				  struct weft_pending **ret);
/* done runs inside with -ECANCELED. NULL is fine; nothing happens in a child of the opener. */
WEFT_API void weft_cancel(struct weft_pending *c);
WEFT_API int weft_fd(struct weft_session *s);
WEFT_API int weft_events(const struct weft_session *s);	    /* poll bits wanted */
WEFT_API int weft_timeout_ms(const struct weft_session *s); /* until the next deadline, or -1 */
/* Reads and handles what is there; never blocks. > 0 did something, 0 idle, < 0 unusable. */
WEFT_API WEFT_MUST int weft_process(struct weft_session *s);

/* --- the plain socket: for loops that match requests and answers themselves --- */

/* Sends m as it is, with flags (WEFT_NLM_F_ACK, WEFT_NLM_F_DUMP ...) beside its own and a number that no other request
 * has: *ret_seq (may be NULL). Waits for nothing, but for a generic family's id that is not known yet. Takes m. 0, or a
 * negative errno; -EBUSY while calls are under way, which take what comes. */
WEFT_API WEFT_MUST int weft_send(struct weft_session *s, struct weft_msg *m, uint16_t flags, uint32_t *ret_seq);

struct weft_incoming {
	const struct weft_family *family; /* NULL: a control message, or an unknown type */
	const struct weft_op *op;
	uint16_t type; /* message type or generic command */
	uint16_t flags;
	uint32_t seq, port;
	bool end; /* an acknowledgement, an error or the end of a dump: weft_last_error has its text */
	int code; /* of an end: 0 or a negative errno */
	struct weft_attr body;
	struct weft_bytes bytes; /* the message with its header */
};
/* The next message of the kernel: 1 and *ret (borrowed until the next call on s), 0 when nothing is there; -ENOBUFS or
 * -EMSGSIZE: messages were lost, go on; other negative: unusable. Never blocks; there is something to ask for
 * when weft_fd is readable or weft_timeout_ms is over. -EBUSY as above. */
WEFT_API WEFT_MUST int weft_recv(struct weft_session *s, struct weft_incoming *ret);

/* --- generic netlink names --- */

/* Family id by name, asked once per session (GENERIC). -ENOENT when the kernel has none. */
WEFT_API WEFT_MUST int weft_genl_id(struct weft_session *s, const char *family, uint16_t *ret);
WEFT_API WEFT_MUST int weft_genl_group(struct weft_session *s, const char *family, const char *group, uint32_t *ret);

/* --- notifications: a socket of their own --- */

struct weft_event {
	const struct weft_family *family; /* NULL: unknown type */
	const struct weft_op *op;	  /* NULL: unknown type */
	uint16_t type;			  /* message type or generic command */
	uint16_t flags;
	uint32_t group;	    /* multicast group */
	uint32_t seq, port; /* of the request that caused it, when the kernel says so */
	struct weft_attr body;
};
/* Opens a socket subscribed to groups (numbers), n > 0. For generic netlink all of family f. */
WEFT_API WEFT_MUST int weft_watch_open(uint16_t protocol, const struct weft_session_opts *opts, const uint32_t *groups,
				       size_t n, const struct weft_family *f, struct weft_watch **ret,
				       struct weft_error *reterr);
WEFT_API int weft_watch_fd(const struct weft_watch *w);
/* Until weft_watch_next should be called without news from the descriptor; -1: never (local). */
WEFT_API int weft_watch_timeout_ms(const struct weft_watch *w);
/* 1 and an event (borrowed until the next call), 0 nothing there; -ENOBUFS: events were lost, dump
 * again, then go on; -ECHILD in a child of the opener; other negative: unusable. Never blocks. */
WEFT_API WEFT_MUST int weft_watch_next(struct weft_watch *w, struct weft_event *ret);
WEFT_API struct weft_session_stats weft_watch_stats(struct weft_watch *w);
WEFT_API void weft_watch_close(struct weft_watch *w);

#ifdef __cplusplus
}
#endif
#endif
