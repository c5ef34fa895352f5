/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TRANSPORT_H
#define WEFT_TRANSPORT_H

/* A netlink socket, in this or another network namespace. */

#include <weft/base.h>

struct weft__socket {
	int fd;
	uint32_t port;
};

/* target: NULL, "local", "netns:NAME", "netns:/path", "pid:N". */
int weft__socket_open(uint16_t protocol, const char *target, uint32_t rcvbuf,
		      struct weft__socket *ret, struct weft_error *reterr);
void weft__socket_close(struct weft__socket *s);
int weft__socket_send(const struct weft__socket *s, struct weft_bytes b);
/* Bytes received, or -EAGAIN, -ENOBUFS, -EMSGSIZE (datagram larger than cap: lost), -EPERM (sender
 * was not the kernel: dropped), other errno. *ret_group (may be NULL): multicast group or 0. */
int weft__socket_recv(const struct weft__socket *s, void *buf, size_t cap, uint32_t *ret_group);
int weft__socket_join(const struct weft__socket *s, uint32_t group);

#endif
