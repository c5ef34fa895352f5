/* SPDX-License-Identifier: MIT */
/* tun and tap: the kernel makes them by ioctl on /dev/net/tun (linux/if_tun.h) and refuses to by netlink. What else the
 * request has is set by netlink once the device is there; if that fails, the device goes again. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <weft/weft.h>

#include "hook/handlers.h"
#include "transport/netns.h"

#define TUN_SET_IFF	_IOW('T', 202, int)
#define TUN_SET_PERSIST _IOW('T', 203, int)
#define TUN_SET_OWNER	_IOW('T', 204, int)
#define TUN_SET_GROUP	_IOW('T', 206, int)

enum {
	TUN = 1,
	TAP = 2,
	F_MULTI_QUEUE = 0x100,
	F_NO_PI = 0x1000,
	F_VNET_HDR = 0x4000,
	F_EXCL = 0x8000,
};

/* What is done in the namespace: system calls only. */
struct errand {
	struct ifreq r;
	int64_t owner, group; /* -1: nobody's */
};

static int make(void *user)
{
	struct errand *e = user;
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC), r = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, TUN_SET_IFF, &e->r) < 0 || (e->owner >= 0 && ioctl(fd, TUN_SET_OWNER, e->owner) < 0) ||
	    (e->group >= 0 && ioctl(fd, TUN_SET_GROUP, e->group) < 0) || ioctl(fd, TUN_SET_PERSIST, 1L) < 0)
		r = -errno;
	/* without persistence it goes with the descriptor */
	close(fd);
	return r;
}

static bool flag(struct weft_attr body, const char *path)
{
	return weft_uint(weft_at(body, path), 0) != 0;
}

static int read_request(struct weft_passing *p, struct weft_attr body, struct errand *ret)
{
	struct weft_attr name = weft_at(body, "ifname");
	int len = name.p ? (int)strnlen((const char *)name.p, name.len) : 0;
	uint64_t type = weft_uint(weft_at(body, "linkinfo.data.type"), 0);
	short flags = (short)(type == TAP ? TAP : TUN);

	if (type != TUN && type != TAP) {
		weft_hook_fail(p, -EINVAL, "linkinfo.data.type", "type: tun (1) or tap (2) is needed");
		return -EINVAL;
	}
	if (weft_uint(weft_at(body, "linkinfo.data.persist"), 1) == 0) {
		weft_hook_fail(p, -EINVAL, "linkinfo.data.persist", "a device that nobody holds must persist");
		return -EINVAL;
	}
	*ret = (struct errand){ .owner = (int64_t)weft_uint(weft_at(body, "linkinfo.data.owner"), UINT64_MAX),
				.group = (int64_t)weft_uint(weft_at(body, "linkinfo.data.group"), UINT64_MAX) };
	flags = (short)(flags | (flag(body, "linkinfo.data.pi") ? 0 : F_NO_PI) |
			(flag(body, "linkinfo.data.vnet-hdr") ? F_VNET_HDR : 0) |
			(flag(body, "linkinfo.data.multi-queue") ? F_MULTI_QUEUE : 0) | F_EXCL);
	ret->r.ifr_flags = flags;
	if (len >= (int)sizeof ret->r.ifr_name) {
		weft_hook_fail(p, -EINVAL, "ifname", "a name of at most 15 bytes is needed");
		return -EINVAL;
	}
	if (len)
		memcpy(ret->r.ifr_name, name.p, (size_t)len);
	return 0;
}

static struct weft_reply *ask(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "getlink", 0);
	struct weft_reply *r = NULL;

	weft_put(m, WEFT_KV(link, ifname, name));
	return weft_call(s, m, &r) == 0 ? r : NULL;
}

static bool exists(struct weft_session *s, const char *name)
{
	struct weft_reply *r = *name ? ask(s, name) : NULL;
	bool is = r != NULL;

	weft_reply_free(r);
	return is;
}

static void remove_link(struct weft_session *s, const char *name)
{
	struct weft_msg *m = weft_request("rt-link", "dellink", 0);

	weft_put(m, WEFT_KV(link, ifname, name));
	(void)!weft_call(s, m, NULL);
}

/* What the request wants of the port that the device is to be. */
static void put_port(struct weft_msg *m, struct weft_attr info)
{
	enum {
		PORT_KIND = 4,
		PORT_DATA = 5
	}; /* linux/if_link.h */
	struct weft_walk w = weft_walk(info);
	struct weft_attr a;

	weft_open(m, WEFT_KEY(link, linkinfo));
	while (weft_walk_next(&w, &a) > 0)
		if (a.number == PORT_KIND || a.number == PORT_DATA)
			weft_put_raw(m, a.number, a.p, a.len);
	weft_close(m);
}

/* Everything of the request but the kind, for the device that is there now. */
static int set_rest(struct weft_session *s, struct weft_attr body, const char *name)
{
	struct weft_copy o = { .without = WEFT_F_READONLY, .but = WEFT_KEY(link, linkinfo) };
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);

	weft_put_from(m, body, &o);
	if (weft_at(body, "linkinfo.slave-kind").p)
		put_port(m, weft_at(body, "linkinfo"));
	if (!weft_at(body, "ifname").p)
		weft_put(m, WEFT_KV(link, ifname, name));
	return weft_call(s, m, NULL);
}

/* The kernel tells who asks with NLM_F_ECHO what it made. */
static void echo(struct weft_passing *p, struct weft_session *s, const char *name)
{
	struct weft_reply *r = weft_passing_flags(p) & WEFT_NLM_F_ECHO ? ask(s, name) : NULL;
	struct weft_msg *m;

	if (!r)
		return;
	m = weft_request("rt-link", "newlink", 0);
	weft_put_from(m, weft_reply_body(r), NULL);
	(void)!weft_hook_reply(p, m);
	weft_reply_free(r);
}

static enum weft_verdict create(struct weft_passing *p, struct weft_attr body, const char *target)
{
	struct weft_session *s = weft_passing_session(p);
	struct errand e;
	int r;

	if (read_request(p, body, &e) < 0)
		return WEFT_ERROR;
	if (!s) {
		weft_hook_fail(p, -ENOMEM, NULL, "no session for the device");
		return WEFT_ERROR;
	}
	if (exists(s, e.r.ifr_name)) {
		if (!(weft_passing_flags(p) & WEFT_NLM_F_EXCL))
			return WEFT_FORWARD;
		weft_hook_fail(p, -EEXIST, NULL, "File exists");
		return WEFT_ERROR;
	}
	r = weft__inside(target, make, &e);
	if (r < 0) {
		weft_hook_fail(p, r == -EBUSY ? -EEXIST : r, NULL, "/dev/net/tun: %s", strerror(-r));
		return WEFT_ERROR;
	}
	r = set_rest(s, body, e.r.ifr_name);
	if (r < 0) {
		const struct weft_error *why = weft_last_error(s);

		weft_hook_fail(p, r, why->path, "%s", why->msg);
		remove_link(s, e.r.ifr_name);
		return WEFT_ERROR;
	}
	echo(p, s, e.r.ifr_name);
	return WEFT_RETURN;
}

static enum weft_verdict on_newlink(struct weft_passing *p, void *user)
{
	struct weft_attr body = weft_passing_body(p);

	if (!weft__text_is(weft_at(body, "linkinfo.kind"), "tun") || !(weft_passing_flags(p) & WEFT_NLM_F_CREATE))
		return WEFT_FORWARD;
	return create(p, body, user);
}

int weft__tuntap_add(struct weft__chain *c, const char *target)
{
	const struct weft_family *f = weft_family_find("rt-link");
	char *copy = strdup(target ? target : "local");

	if (!copy ||
	    !weft__chain_add_own(c, WEFT_ON_SEND, f, weft_op_find(f, "newlink")->request, on_newlink, copy, free)) {
		free(copy);
		return -ENOMEM;
	}
	return 0;
}
