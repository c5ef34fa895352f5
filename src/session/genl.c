/* SPDX-License-Identifier: MIT */
/* Generic netlink: ids of families and groups by name (linux/genetlink.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/session.h"

enum {
	CTRL_ID = 16,
};

bool weft__genl_known(const struct weft_session *s, const struct weft_family *f, uint16_t *ret)
{
	*ret = 0;
	if (!f->generic)
		return true;
	if (strcmp(f->name, "nlctrl") == 0) {
		*ret = CTRL_ID;
		return true;
	}
	for (unsigned i = 0; i < s->n_genl; i++) {
		if (strcmp(s->genl[i].name, f->name) == 0) {
			*ret = s->genl[i].id;
			return true;
		}
	}
	return false;
}

const struct weft_family *weft__genl_family(const struct weft_session *s, uint16_t id)
{
	if (id == CTRL_ID)
		return weft_family_find("nlctrl");
	for (unsigned i = 0; i < s->n_genl; i++)
		if (s->genl[i].id == id)
			return weft_family_find(s->genl[i].name);
	return NULL;
}

int weft__genl_learn(struct weft_session *s, const char *family, struct weft_attr answer, uint16_t *ret)
{
	uint16_t id = (uint16_t)weft_uint(weft_at(answer, "family-id"), 0);

	if (id == 0)
		return weft_error_set(&s->err, -EBADMSG, WEFT_WHERE_KERNEL, "", "a family without id");
	*ret = id;
	for (unsigned i = 0; i < s->n_genl; i++)
		if (strcmp(s->genl[i].name, family) == 0)
			return 0;
	if (s->n_genl < sizeof s->genl / sizeof *s->genl) {
		/* no longer name was asked for */
		(void)snprintf(s->genl[s->n_genl].name, sizeof s->genl[0].name, "%.15s", family);
		s->genl[s->n_genl++].id = id;
	}
	return 0;
}

/* A module that was unloaded and loaded again has another id. */
void weft__genl_forget(struct weft_session *s, const struct weft_family *f)
{
	for (unsigned i = 0; i < s->n_genl; i++)
		if (strcmp(s->genl[i].name, f->name) == 0)
			s->genl[i] = s->genl[--s->n_genl];
}

int weft__session_type(struct weft_session *s, const struct weft_msg *m, uint16_t *ret)
{
	const struct weft_family *f = weft_msg_family(m);

	return weft__genl_known(s, f, ret) ? 0 : weft_genl_id(s, f->name, ret);
}

static int ask(struct weft_session *s, const char *family, struct weft_reply **ret)
{
	struct weft_msg *m = weft_request("nlctrl", "getfamily", 0);
	struct weft_kv kv = weft_kv_str(0, family);
	int r;

	weft_put_named(m, "family-name", kv);
	r = weft_call(s, m, ret);
	if (r == 0 && !*ret)
		r = weft_error_set(&s->err, -EBADMSG, WEFT_WHERE_KERNEL, "", "an answer without a family");
	return r;
}

int weft_genl_id(struct weft_session *s, const char *family, uint16_t *ret)
{
	const struct weft_family f = { .name = family, .generic = true };
	struct weft_reply *reply = NULL;
	uint16_t id;
	int r = 0;

	if (!s || !family || !ret)
		return -EINVAL;
	if (!weft__genl_known(s, &f, &id)) {
		r = ask(s, family, &reply);
		if (r == 0)
			r = weft__genl_learn(s, family, weft_reply_body(reply), &id);
		weft_reply_free(reply);
	}
	if (r == 0)
		*ret = id;
	return r;
}

int weft_genl_group(struct weft_session *s, const char *family, const char *group, uint32_t *ret)
{
	struct weft_reply *reply = NULL;
	int r;

	if (!s || !family || !group || !ret)
		return -EINVAL;
	r = ask(s, family, &reply);
	if (r < 0)
		return r;
	r = -ENOENT;
	WEFT_EACH(g, weft_at(weft_reply_body(reply), "mcast-groups"))
	{
		if (strcmp(weft_str(weft_at(g, "name"), ""), group) == 0) {
			*ret = (uint32_t)weft_uint(weft_at(g, "id"), 0);
			r = 0;
		}
	}
	weft_reply_free(reply);
	if (r < 0)
		(void)weft_error_set(&s->err, r, WEFT_WHERE_KERNEL, "", "%.40s has no group %.40s", family, group);
	return r;
}
