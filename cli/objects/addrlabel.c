/* SPDX-License-Identifier: MIT */
/* Labels for the choice of IPv6 source addresses. */
#include "../change.h"
#include "objects.h"

static const struct column columns[] = {
	{ "prefix", "address", PREFIX, "ifal-prefixlen" },
	{ "label", "label" },
	{ "dev", "ifal-index", DEVICE },
	{ 0 },
};
static const struct alias aliases[] = {
	{ "prefix", "address", PREFIX, "ifal-prefixlen" },
	{ "dev", "ifal-index", DEVICE },
	{ 0 },
};

/* The kernel wants a label to be deleted too, and does not look at it. */
static int ready(struct change *x)
{
	return x->verb == VERB_DEL && !change_has(x, "label") ? change_number(x, "label", 0) : 0;
}

static const char *const deleted_by[] = { "address", "ifal-prefixlen", "ifal-index", "ifal-family", NULL };

const struct object object_addrlabel = {
	"addrlabel",
	"addrlabels",
	"rt-addrlabel",
	"newaddrlabel",
	"deladdrlabel",
	"getaddrlabel",
	"add|set|del addrlabel PREFIX label=N [dev=DEV]\n",
	.columns = columns,
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "address", NULL, "prefix: missing" },
					{ 1 << VERB_ADD, "label", NULL, "label: missing" },
					{ 0 } },
	.first = "prefix",
	.deleted_by = deleted_by,
	.ready = ready,
	.set_flags = WEFT_NLM_F_CREATE | WEFT_NLM_F_REPLACE,
};
