/* SPDX-License-Identifier: MIT */
/* The list of objects. */
#include <string.h>

#include "objects/objects.h"

static const struct object *const objects[] = {
	&object_link,	 &object_addr,	    &object_route,   &object_rule,   &object_neigh,
	&object_nexthop, &object_bucket,    &object_fdb,     &object_mdb,    &object_vlan,
	&object_vni,	 &object_qdisc,	    &object_class,   &object_filter, &object_chain,
	&object_action,	 &object_ntable,    &object_netconf, &object_maddr,  &object_anycast,
	&object_mroute,	 &object_addrlabel, &object_nsid,    &object_stats,  &object_dcb,
};

enum {
	N_OBJECTS = sizeof objects / sizeof *objects,
};
_Static_assert(sizeof objects / sizeof *objects <= OBJECTS_MAX, "more objects than monitor has room for");

const struct object *object_at(size_t i)
{
	return i < N_OBJECTS ? objects[i] : NULL;
}

size_t object_number(const struct object *o)
{
	size_t i = 0;

	while (i < N_OBJECTS && objects[i] != o)
		i++;
	return i;
}

int object_find(const char *name, const struct object **ret)
{
	static const char *const also[][2] = {
		{ "address", "addr" },	   { "addresses", "addr" }, { "neighbour", "neigh" },
		{ "neighbours", "neigh" }, { "neighbor", "neigh" }, { "neighbors", "neigh" },
	};
	const char *words[N_OBJECTS];

	for (size_t i = 0; i < sizeof also / sizeof *also; i++)
		name = strcmp(also[i][0], name) == 0 ? also[i][1] : name;
	for (size_t i = 0; i < N_OBJECTS; i++) {
		words[i] = objects[i]->name;
		if (strcmp(name, objects[i]->name) && strcmp(name, objects[i]->plural))
			continue;
		*ret = objects[i];
		return 0;
	}
	return cli_unknown("object", name, words, N_OBJECTS);
}

const struct weft_op *object_op(const struct object *o, const char *name)
{
	return weft_op_find(weft_family_find(o->family), name);
}

const struct weft_schema *object_told(const struct object *o)
{
	const struct weft_op *op = object_op(o, o->get);

	return op->reply_schema ? op->reply_schema : op->schema;
}

const struct weft_schema *object_items(const struct object *o)
{
	const struct weft_schema *s = object_told(o);

	for (const char *p = o->items; s && p && *p;) {
		size_t n = strcspn(p, "./");
		const struct weft_field *f = weft_field_find(s, p, n, NULL);

		s = f ? f->sub : NULL;
		p += n + (p[n] != 0);
	}
	return s;
}

void object_names(struct weft_text *t)
{
	for (size_t i = 0; i < N_OBJECTS; i++) {
		weft_text_putc(t, ' ');
		weft_text_puts(t, objects[i]->name);
	}
}
