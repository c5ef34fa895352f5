/* SPDX-License-Identifier: MIT */
#ifndef WEFT_AGENT_H
#define WEFT_AGENT_H

/*
 * The far end of a byte stream: opens netlink sockets here for sessions elsewhere. What goes over the
 * stream is told in docs/protocol.md. The command `weft agent` is made of this.
 */

#include <weft/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct weft_hooks;
struct weft_agent_opts {
	size_t size;	/* sizeof(struct weft_agent_opts); WEFT_OPTS sets it */
	bool read_only; /* only operations that change nothing; others get -EPERM, as if from the kernel */
	/* What may be opened, NULL: anything. Namespaces by target ("local", "netns:NAME"), protocols by
	 * name ("route", "generic", "netfilter", "sock_diag", "xfrm", ...) or number. */
	/* With namespaces, routing messages that name another one are refused, too; generic netlink has other ways
	 * out: as a boundary allow the protocol "route" alone. */
	const char *const *namespaces;
	const char *const *protocols;
	const int *stop_fd; /* readable: the agent says farewell and ends; NULL: no such */
	/* adds more hooks to routing sockets (weft/hook.h) */
	int (*handler)(struct weft_hooks *to, const char *target, void *user);
	void *handler_user;
	uint32_t greeting_ms; /* in which the peer's greeting must have come; 0: no limit */
};

/* Serves one peer until its stream ends. in and out may be the same descriptor; both become
 * non-blocking. 0 when the peer closed in order; negative: what ended it, explained in reterr (may be
 * NULL): -EPROTO the peer sent what is no frame, -ECONNRESET, -ECANCELED stopped, -ENOMEM, -ETIMEDOUT no
 * greeting. Memory per peer is bounded, whatever it does: 64 MiB with all its channels, of which there are
 * at most 1024 (two descriptors each, two more when a hook makes calls), and receive buffers of 256 MiB
 * together. */
WEFT_API WEFT_MUST int weft_agent_serve(int in, int out, const struct weft_agent_opts *opts, struct weft_error *reterr);

/* Says farewell to a peer that is not served, without waiting: code (negative errno) and text are what its session
 * fails with. The caller closes fd. */
WEFT_API void weft_agent_turn_away(int fd, int code, const char *text);

/* Number of a netlink protocol by name as above, or of one or two digits; -1: none (linux/netlink.h). */
WEFT_API int weft_protocol_number(const char *name);

#ifdef __cplusplus
}
#endif
#endif
