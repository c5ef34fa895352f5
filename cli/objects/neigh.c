/* SPDX-License-Identifier: MIT */
/* Neighbours, and the forwarding tables of bridges and VXLANs, which the kernel tells by the same
 * messages. */
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	NOARP = 0x40,
	PERMANENT = 0x80,
	ROUTER = 128,
	PROXY = 8,
	EXT_LEARN = 16,
};

static column_text proxy;

static const struct column columns[] = {
	{ "ifindex", "ndm-ifindex", .wide = true },
	{ "dst", "dst" },
	{ "ifname", "ndm-ifindex", DEVICE, .ask = "ifindex" },
	{ "family", "ndm-family", FAMILY, .ask = "ndm-family", .wide = true },
	{ "lladdr", "lladdr" },
	{ "nud", "ndm-state", .table_text = proxy },
	{ "flags", "ndm-flags", .wide = true },
	{ "flags_ext", "flags-ext", .wide = true },
	{ "router", "ndm-flags", BIT, .bit = ROUTER, .settable = true, .wide = true },
	{ "proxy", "ndm-flags", BIT, .bit = PROXY, .settable = true, .wide = true },
	{ "ext_learn", "ndm-flags", BIT, .bit = EXT_LEARN, .settable = true, .wide = true },
	{ "protocol", "protocol", PROTOCOL, .wide = true },
	{ "master", "master", DEVICE, .ask = "master", .wide = true },
	{ "used", "cacheinfo.used", .wide = true },
	{ "confirmed", "cacheinfo.confirmed", .wide = true },
	{ "updated", "cacheinfo.updated", .wide = true },
	{ "refcnt", "cacheinfo.refcnt", .wide = true },
	{ "probes", "probes", .wide = true },
	{ 0 },
};

static const struct alias aliases[] = {
	{ "dst", "dst", PREFIX },
	{ "dev", "ndm-ifindex", DEVICE },
	{ "nud", "ndm-state" },
	{ "state", "ndm-state" },
	{ "flags", "ndm-flags" },
	{ "protocol", "protocol", PROTOCOL },
	{ 0 },
};

static bool is_neigh(struct weft_attr body)
{
	return body.family != WEFT_AF_BRIDGE;
}

static bool is_proxy(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "ndm-flags"), 0) & PROXY;
}

/* An entry of a proxy has no state. */
static bool proxy(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)col;
	(void)links;
	if (is_proxy(e))
		weft_text_puts(t, "proxy");
	return is_proxy(e);
}

/* The kernel tells the entries of proxies only when it is asked for them. */
static int parts(struct weft_session *s, const struct links *links, int (*part)(const struct fixed *more, void *user),
		 void *user)
{
	int status = part(NULL, user);

	(void)s;
	(void)links;
	return status ? status : part((const struct fixed[]){ { "ndm-flags", PROXY }, { 0 } }, user);
}

static bool spared(const struct entry *e)
{
	return weft_uint(weft_at(e->at, "ndm-state"), 0) & (PERMANENT | NOARP) || is_proxy(e);
}

/* The entries of a proxy are asked for by their flag. */
static int word(struct change *x, const char *word, const char *value)
{
	if (value || (strcmp(word, "proxy") != 0 && strcmp(word, "router") != 0))
		return NOT_MINE;
	if (x->verb == VERB_DEL && word[0] == 'r')
		return cli_fail(CLI_USAGE, "%s: says nothing of which neigh is deleted", word);
	return change_number(x, "ndm-flags", word[0] == 'p' ? PROXY : ROUTER);
}

static int ready(struct change *x)
{
	const json_t *index = json_object_get(x->root, "ndm-ifindex");
	struct weft_reply *r = NULL;
	struct weft_msg *m;
	uint32_t len;

	if (!change_has(x, "lladdr") || x->verb == VERB_DEL)
		return 0;
	m = weft_request("rt-link", "getlink", 0);
	weft_put(m, WEFT_KV(ifinfomsg, ifi_index, (int32_t)json_integer_value(index)));
	len = weft_call(x->s, m, &r) == 0 ? weft_at(weft_reply_body(r), "address").len : 0;
	weft_reply_free(r);
	return change_mac_size(x, "lladdr", len);
}

static const char *const deleted_by[] = { "dst", "ndm-ifindex", "ndm-family", NULL };

const struct object object_neigh = {
	"neigh",
	"neighs",
	"rt-neigh",
	"newneigh",
	"delneigh",
	"getneigh",
	"add|set|del neigh ADDRESS dev=DEV [lladdr=MAC] [nud=STATE] [router] [proxy]\n",
	.groups = { 3 },
	.columns = columns,
	.identity = (const struct ident[]){ { "dst" }, { "ifname" }, { 0 } },
	.aliases = aliases,
	.first = "dst",
	.prefix_family = "ndm-family",
	.needs = (const struct need[]){ { ~0u, "dst", NULL, "dst: missing" },
					{ ~0u, "ndm-ifindex", NULL, "dev: missing" },
					{ 0 } },
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
	.get_one = true,
	.deleted_by = deleted_by,
	.is = is_neigh,
	.spared = spared,
	.spared_by = { "nud", "proxy", "flags" },
	.parts = parts,
	.word = word,
	.ready = ready,
};
