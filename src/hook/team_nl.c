/* SPDX-License-Identifier: MIT */
/* Options of team devices and their ports, by the kernel's family (linux/if_team.h). An option has a name and says
 * what type it is; fields of links have the same names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hook/team.h"
#include "rows/tables.h"

enum {
	/* what types are called on the wire: the kernel's own numbers for policies of attributes */
	TYPE_U32 = 3,
	TYPE_STRING = 5,
	TYPE_FLAG = 6,
	TYPE_BINARY = 11,
	TYPE_S32 = 14,
	FIRST_NOT = 10, /* fields from here on are no options */
};

struct gathered {
	struct weft__bytes_out *to;
	bool options, over;
	int code;
};

static int gather(struct weft_pending *c, struct weft_attr item, void *user)
{
	struct gathered *g = user;
	struct weft_attr list = weft_at(item, g->options ? "list-option" : "list-port");
	uint8_t *at = list.p ? weft__out_room(g->to, (list.len + 3) & ~3u) : NULL;

	(void)c;
	if (!list.p)
		return 0;
	if (!at)
		return -ENOMEM;
	memset(at, 0, (list.len + 3) & ~3u);
	memcpy(at, list.p, list.len);
	g->to->len += (list.len + 3) & ~3u;
	return 0;
}

static void done(struct weft_pending *c, int result, const struct weft_error *err, void *user)
{
	struct gathered *g = user;

	(void)c;
	(void)err;
	g->code = result;
	g->over = true;
}

int weft__team_get(struct weft_session *s, const char *command, uint32_t index, struct weft__bytes_out *ret)
{
	struct gathered g = { .to = ret, .options = strcmp(command, "options-get") == 0 };
	struct weft_msg *m = weft_request("team", command, 0);
	uint16_t id;
	int r = weft_genl_id(s, "team", &id);

	weft_put(m, WEFT_KV(team_family, team_ifindex, index));
	if (r < 0) {
		weft_msg_free(m);
		return r;
	}
	r = weft_start(s, m, WEFT_OPTS(weft_call_opts, .item = gather, .done = done, .user = &g), NULL);
	/* the kernel has answered by the time that sending returns */
	while (r >= 0 && !g.over) {
		r = weft_process(s);
		if (r == 0 && !g.over)
			r = -EPROTO;
	}
	return r < 0 ? r : g.code;
}

/* What the kernel tells of a team without a mode is none that it takes. */
static bool is_option(const struct weft_attr *a)
{
	return a->field && a->number < FIRST_NOT &&
	       !(a->field->type == WEFT_T_STR && strcmp(weft_str(*a, ""), "*NOMODE*") == 0);
}

bool weft__team_has_options(struct weft_attr data)
{
	struct weft_walk w = weft_walk(data);
	struct weft_attr a;

	while (data.p && weft_walk_next(&w, &a) > 0)
		if (is_option(&a))
			return true;
	return false;
}

static uint8_t type_of(const struct weft_field *f)
{
	return f->type == WEFT_T_STR   ? TYPE_STRING
	       : f->type == WEFT_T_U32 ? TYPE_U32
	       : f->type == WEFT_T_S32 ? TYPE_S32
	       : f->type == WEFT_T_U8  ? TYPE_FLAG
				       : TYPE_BINARY;
}

/* A switch that is off has no data. */
static void put_option(struct weft_msg *m, const struct weft_attr *a, uint32_t port)
{
	uint8_t type = type_of(a->field);

	weft_open(m, WEFT_KEY(team_options, option));
	weft_put(m, WEFT_KV(team_option, name, a->field->token));
	weft_put(m, WEFT_KV(team_option, type, type));
	if (type != TYPE_FLAG || weft_uint(*a, 0))
		weft_put(m, WEFT_KV(team_option, data, ((struct weft_bytes){ a->p, type == TYPE_FLAG ? 0 : a->len })));
	if (port)
		weft_put(m, WEFT_KV(team_option, port_ifindex, port));
	weft_close(m);
}

/* One request each: the kernel knows some options only when others are set, and stops at the first that is wrong. */
int weft__team_set(struct weft_session *s, uint32_t index, uint32_t port, struct weft_attr data,
		   const struct weft_field **reterr_field)
{
	struct weft_walk w = weft_walk(data);
	struct weft_attr a;
	int r = 0;

	while (r == 0 && weft_walk_next(&w, &a) > 0) {
		struct weft_msg *m;

		if (!is_option(&a))
			continue;
		m = weft_request("team", "options-set", 0);
		weft_put(m, WEFT_KV(team_family, team_ifindex, index));
		weft_open(m, WEFT_KEY(team_family, list_option));
		put_option(m, &a, port);
		weft_close(m);
		r = weft_call(s, m, NULL);
		/* it is set, and nobody listens to what the kernel tells of it */
		if (r == -ESRCH)
			r = 0;
		*reterr_field = a.field;
	}
	return r;
}

/* The field of links that an option is, NULL: none. */
static const struct weft_field *field_of(const struct weft_schema *as, const char *name)
{
	for (unsigned i = 0; i < as->n; i++)
		if (as->fields[i].number < FIRST_NOT && strcmp(as->fields[i].token, name) == 0)
			return &as->fields[i];
	return NULL;
}

static void tell(struct weft_msg *m, const struct weft_field *f, struct weft_attr option)
{
	struct weft_attr data = weft_at(option, "data");
	uint8_t on = data.p != NULL;

	if (weft_uint(weft_at(option, "type"), 0) != type_of(f))
		return;
	if (f->type == WEFT_T_U8)
		weft_put_raw(m, f->number, &on, 1);
	else if (data.p && (f->type == WEFT_T_STR || f->type == WEFT_T_BIN || data.len == 4) && data.len <= 1024)
		weft_put_raw(m, f->number, data.p, data.len);
}

void weft__team_tell(struct weft_msg *m, const struct weft_schema *as, struct weft_bytes options, uint32_t port)
{
	struct weft_attr all = weft_body(&weft__schema_team_options, options.p, (uint32_t)options.len);

	WEFT_EACH(o, weft_at(all, "option"))
	{
		const struct weft_field *f = field_of(as, weft_str(weft_at(o, "name"), ""));

		if (f && weft_uint(weft_at(o, "port-ifindex"), 0) == port && !weft_at(o, "array-index").p)
			tell(m, f, o);
	}
}
