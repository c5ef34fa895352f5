/* SPDX-License-Identifier: MIT */
/* Kinds of links that take, when they are made, what they do not tell, or take it otherwise. */
#include <string.h>

#include <weft/weft.h>

#include "recreate.h"

void recreate_address(struct weft_msg *m, struct weft_attr link)
{
	struct weft_attr own = weft_at(link, "linkinfo.slave-data.perm-hwaddr");

	if (own.p && own.len == 6)
		weft_put(m, weft_kv_bytes(WEFT_KEY(link, address), (struct weft_bytes){ own.p, own.len }));
}

/* The other end of a pair, in the nest that its kind has for it. It comes up when the pair is whole. */
static void put_peer(struct weft_msg *m, struct weft_attr peer, uint32_t nest, uint16_t without)
{
	struct weft_copy o = { .without = without };

	weft_open(m, nest);
	weft_put_from(m, peer, &o);
	recreate_address(m, peer);
	weft_put(m, WEFT_KV(ifinfomsg, ifi_flags, 0));
	weft_close(m);
}

/* The last byte of the address that supervision frames go to is the kind's own option. */
static void put_hsr(struct weft_msg *m, struct weft_attr data)
{
	struct weft_attr to = weft_at(data, "supervision-addr");

	if (to.len == 6)
		weft_put(m, WEFT_KV(hsr, multicast_spec, to.p[5]));
}

/* A macvlan takes the addresses it listens to with a word for what to do with them. */
static void put_sources(struct weft_msg *m, struct weft_attr data)
{
	if (weft_at(data, "macaddr-data").p)
		weft_put(m, WEFT_KV(macvlan, macaddr_mode, 3)); /* MACVLAN_MACADDR_SET */
}

/* An end station of MACsec, or one whose identifier is not sent, is made with a port; the identifier has it as its
 * end. */
static uint32_t put_port(struct weft_msg *m, struct weft_attr data)
{
	struct weft_attr sci = weft_at(data, "sci");

	if (weft_uint(weft_at(data, "inc-sci"), 1) || sci.len != 8)
		return 0;
	weft_put(m, WEFT_KV(macsec_link, port, (uint16_t)(weft_uint(sci, 0) & 0xffff)));
	return WEFT_KEY(macsec_link, sci);
}

enum recreate_kind {
	OTHER,
	VETH,
	NETKIT,
	HSR,
	MACVLAN,
	MACSEC,
	GTP,
};

static enum recreate_kind kind_of(struct weft_attr link)
{
	static const struct {
		const char *name;
		enum recreate_kind kind;
	} kinds[] = {
		{ "veth", VETH },	{ "vxcan", VETH },	{ "netkit", NETKIT }, { "hsr", HSR },
		{ "macvlan", MACVLAN }, { "macvtap", MACVLAN }, { "macsec", MACSEC }, { "gtp", GTP },
	};
	const char *kind = weft_str(weft_at(link, "linkinfo.kind"), "");

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, kind) == 0)
			return kinds[i].kind;
	return OTHER;
}

bool recreate_is_pair(struct weft_attr link)
{
	enum recreate_kind k = kind_of(link);

	return k == VETH || k == NETKIT;
}

bool recreate_makes_pair(struct weft_attr link)
{
	switch (kind_of(link)) {
	case VETH:
		return !weft_at(link, "linkinfo.data.peer").p;
	case NETKIT:
		return weft_uint(weft_at(link, "linkinfo.data.primary"), 1) &&
		       !weft_at(link, "linkinfo.data.peer-info").p;
	case OTHER:
	case HSR:
	case MACVLAN:
	case MACSEC:
	case GTP:
		break;
	}
	return false;
}

bool recreate_kind(struct weft_msg *m, struct weft_attr link, struct weft_attr peer, uint16_t without)
{
	enum recreate_kind k = kind_of(link);
	struct weft_attr data = weft_at(link, "linkinfo.data");
	struct weft_copy o = { .without = without };

	if (k == OTHER || (!data.p && !peer.p))
		return false;
	weft_open(m, WEFT_KEY(link, linkinfo));
	weft_put(m, WEFT_KV(linkinfo, kind, weft_str(weft_at(link, "linkinfo.kind"), "")));
	weft_open(m, WEFT_KEY(linkinfo, data));
	if (k == HSR)
		put_hsr(m, data);
	if (k == MACVLAN)
		put_sources(m, data);
	if (k == MACSEC)
		o.but = put_port(m, data);
	if (k == GTP && !weft_at(data, "fd1").p)
		weft_put(m, WEFT_KV(gtp, create_sockets, 1)); /* those it has now belong to a program */
	weft_put_from(m, data, &o);
	if (peer.p)
		put_peer(m, peer, k == VETH ? WEFT_KEY(veth, peer) : WEFT_KEY(netkit, peer_info), without);
	weft_close(m);
	weft_close(m);
	return true;
}
