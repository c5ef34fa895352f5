/* SPDX-License-Identifier: MIT */
/* Multicast groups from their own dump: it has all of a bridge in a message, a request one of them, in other rows. */
#include <string.h>

#include <weft/weft.h>

#include "recreate.h"

enum {
	PROTO_KERNEL = 2,
	PROTO_STATIC = 4,
	MODE_EXCLUDE = 0,
};

static void copy_as(struct weft_msg *m, struct weft_attr from, const char *name)
{
	struct weft_attr a = weft_at(from, name);

	if (a.p)
		weft_put_named(m, name, weft_kv_bytes(0, (struct weft_bytes){ a.p, a.len }));
}

static bool equal(struct weft_attr a, struct weft_attr b)
{
	return a.len == b.len && (!a.len || memcmp(a.p, b.p, a.len) == 0);
}

/* Whether two entries are of one group at one port, whatever their source. */
static bool same_group(struct weft_attr a, struct weft_attr b)
{
	static const char *const members[] = { "ifindex", "vid", "proto", "addr" };

	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		if (!equal(weft_at(a, members[i]), weft_at(b, members[i])))
			return false;
	return true;
}

static bool lists(struct weft_attr entry, struct weft_attr source)
{
	WEFT_EACH(one, weft_at(entry, "src-list.entry"))
	if (equal(weft_at(one, "address"), source))
		return true;
	return false;
}

/* The kernel makes an entry for each address of a source list itself. */
static bool comes_with_list(struct weft_attr body, struct weft_attr info)
{
	struct weft_attr source = weft_at(info, "source");

	if (!source.p)
		return false;
	WEFT_EACH(entry, weft_at(body, "mdb.entry"))
	WEFT_EACH(other, weft_at(entry, "info"))
	if (same_group(other, info) && lists(other, source))
		return true;
	return false;
}

/* The i-th entry of a bridge that is to be made. */
static bool group_at(struct weft_attr body, unsigned i, struct weft_attr *ret)
{
	WEFT_EACH(entry, weft_at(body, "mdb.entry"))
	WEFT_EACH(info, weft_at(entry, "info"))
	if (weft_uint(weft_at(info, "rtprot"), PROTO_STATIC) != PROTO_KERNEL && !comes_with_list(body, info) &&
	    i-- == 0) {
		*ret = info;
		return true;
	}
	return false;
}

/* A mode of all sources only: older kernels know no other than to exclude. A new entry is static. */
static void put_attrs(struct weft_msg *m, struct weft_attr info)
{
	static const char *const as_told[] = { "source", "dst", "dst-port", "vni", "dst-ifindex", "src-vni" };
	struct weft_attr sources = weft_at(info, "src-list.entry");

	weft_open_named(m, "set-entry-attrs");
	for (size_t i = 0; i < sizeof as_told / sizeof *as_told; i++)
		copy_as(m, info, as_told[i]);
	if (!weft_at(info, "source").p && (sources.p || weft_uint(weft_at(info, "group-mode"), 0) != MODE_EXCLUDE))
		copy_as(m, info, "group-mode");
	if (weft_uint(weft_at(info, "rtprot"), PROTO_STATIC) != PROTO_STATIC)
		copy_as(m, info, "rtprot");
	if (sources.p) {
		weft_open_named(m, "src-list");
		WEFT_EACH(one, sources)
		{
			weft_open_named(m, "entry");
			copy_as(m, one, "address");
			weft_close(m);
		}
		weft_close(m);
	}
	weft_close(m);
}

struct weft_msg *recreate_group(struct weft_attr body, uint16_t flags, unsigned i)
{
	static const char *const members[] = { "ifindex", "state", "vid", "addr", "proto" };
	struct weft_attr info;
	struct weft_msg *m;

	if (!group_at(body, i, &info))
		return NULL;
	m = weft_request("rt-mdb", "newmdb", flags);
	copy_as(m, body, "ifindex");
	weft_open_named(m, "set-entry");
	for (size_t k = 0; k < sizeof members / sizeof *members; k++)
		copy_as(m, info, members[k]);
	weft_close(m);
	put_attrs(m, info);
	return m;
}
