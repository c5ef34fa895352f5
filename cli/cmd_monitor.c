/* SPDX-License-Identifier: MIT */
/* weft monitor: changes as they happen, field by field, against the state seen last. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

static const char help[] =
	"usage: weft [-j] monitor [OBJECT...] [--count N] [--duration SECONDS]\n"
	"Prints \"link v0 changed mtu 1500 -> 1400\" and the like; with -j one JSON object per line.\n"
	"Ends after N lines or SECONDS, or by SIGINT or SIGTERM, with status 0.\n";

/* One object as last seen. */
struct known {
	struct known *next;
	const struct object *o;
	char *name; /* identity columns */
	uint8_t *body;
	uint32_t len;
	bool stale; /* not seen again in the dump after a loss */
};

struct monitor {
	struct cli *c;
	struct weft_session *s;
	struct weft_watch *w;
	bool on[5];
	struct known **slot; /* a hash table by name, as large as what is in it */
	size_t n_slots, n_known;
	struct links links;
	unsigned long count, lines;
	double until;
	const char *what; /* of the line being printed */
	const struct object *o;
	const char *name;
};

static const struct weft_op *op_of(const struct object *o)
{
	return weft_op_find(weft_family_find(o->family), o->get);
}

static void line(struct monitor *m, const char *what, const char *path, const char *from, const char *to)
{
	struct weft_text *t = &m->c->out;
	const struct {
		const char *key, *value;
	} part[] = { { "object", m->o->name }, { "name", m->name }, { "event", what },
		     { "field", path },	       { "old", from },	    { "new", to } };

	m->lines++;
	if (!m->c->json) {
		weft_text_printf(t, "%s %s %s", m->o->name, m->name, what);
		if (path)
			weft_text_printf(t, " %s %s -> %s", path, from, to);
		weft_text_putc(t, '\n');
		return;
	}
	for (size_t i = 0; i < 6; i++) {
		if (!part[i].value)
			continue;
		weft_text_printf(t, "%s\"%s\":", i ? "," : "{", part[i].key);
		weft_text_json(t, part[i].value, strlen(part[i].value));
	}
	weft_text_puts(t, "}\n");
}

/* How the column of a path is written. */
static enum form form_of(const struct object *o, const char *path)
{
	for (const struct column *k = o->columns; k->name; k++)
		if (strcmp(k->path, path) == 0 && k->form != BIT && k->form != AS_IS && k->form != PREFIX)
			return k->form;
	return AS_IS;
}

static int field(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	struct monitor *m = user;
	struct weft_text from = { 0 }, to = { 0 };
	enum form form = form_of(m->o, path);
	/* the flags of an address are there twice, in the header without the upper bits */
	bool told = strcmp(path, "ifi-change") && strcmp(path, "ifa-flags") && !strstr(path, "cacheinfo");
	int r;

	weft_text_puts(&from, a.p ? "" : "-");
	weft_text_puts(&to, b.p ? "" : "-");
	if (a.p)
		(void)value_text(form, a, &m->links, &from);
	if (b.p)
		(void)value_text(form, b, &m->links, &to);
	r = from.err ? from.err : to.err;
	if (r == 0 && told)
		line(m, "changed", path, from.p, to.p);
	weft_text_free(&from);
	weft_text_free(&to);
	return r;
}

/* Whether a column is part of a name. Routes of IPv6 differ in their device alone; neighbours without an
 * address are entries of a bridge. */
static bool names(const struct object *o, const struct column *k, struct weft_attr body)
{
	if (strcmp(o->name, "route") == 0 && strcmp(k->name, "dev") == 0)
		return body.family == WEFT_AF_INET6;
	for (int i = 0; i < 5 && o->identity[i]; i++)
		if (strcmp(k->name, o->identity[i]) == 0)
			return true;
	return false;
}

/* "v0", "10.0.0.1/24 v0", "unicast 10.0.0.0/8 table main": the columns that name the object; numbers
 * that are not set are left out. */
static char *name_of(struct monitor *m, const struct object *o, struct weft_attr body)
{
	struct weft_text t = { 0 };
	bool number;

	for (const struct column *k = o->columns; k->name; k++) {
		size_t start = t.len, value;

		if (!names(o, k, body))
			continue;
		if (t.len)
			weft_text_putc(&t, ' ');
		if (k->form == TABLE || (k->form == AS_IS && strcmp(k->name, "type") && strcmp(k->name, "dst") &&
					 strcmp(k->name, "ifname")))
			weft_text_printf(&t, "%s ", k->form == TABLE ? "table" : k->name);
		value = t.len;
		if (!cell(k, body, &m->links, &t, &number) || t.err || strcmp(t.p + value, "0") == 0)
			t.len = t.err ? t.len : start;
	}
	if (t.err)
		weft_text_free(&t);
	else if (t.p)
		t.p[t.len] = 0;
	else
		t.p = strdup("");
	return t.p;
}

static size_t hash(const struct object *o, const char *name)
{
	size_t h = (uintptr_t)o >> 4;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 1099511628211u;
	return h ^ h >> 29;
}

static struct known **find(struct monitor *m, const struct object *o, const char *name)
{
	struct known **at = &m->slot[hash(o, name) & (m->n_slots - 1)];

	while (*at && ((*at)->o != o || strcmp((*at)->name, name) != 0))
		at = &(*at)->next;
	return at;
}

/* Room for one more. */
static bool room(struct monitor *m)
{
	size_t n = m->n_slots ? m->n_slots * 2 : 256;
	struct known **slot;

	if (m->n_known < m->n_slots)
		return true;
	slot = calloc(n, sizeof *slot);
	if (!slot)
		return false;
	for (size_t i = 0; i < m->n_slots; i++) {
		for (struct known *k = m->slot[i], *next; k; k = next) {
			struct known **at = &slot[hash(k->o, k->name) & (n - 1)];

			next = k->next;
			k->next = *at;
			*at = k;
		}
	}
	free(m->slot);
	m->slot = slot;
	m->n_slots = n;
	return true;
}

static void forget(struct monitor *m, struct known **at)
{
	struct known *k = *at;

	*at = k->next;
	free(k->name);
	free(k->body);
	free(k);
	m->n_known--;
}

/* Takes a new state; tells the difference unless quiet. */
static int see(struct monitor *m, const struct object *o, struct weft_attr body, bool gone, bool quiet)
{
	char *name = name_of(m, o, body);
	uint8_t *copy = malloc(body.len ? body.len : 1);
	struct known **at, *k;
	int r = 0;

	if (!name || !copy || !room(m)) {
		free(name);
		free(copy);
		return -ENOMEM;
	}
	memcpy(copy, body.p, body.len);
	m->o = o;
	m->name = name;
	at = find(m, o, name);
	k = *at;
	if (gone) {
		if (!quiet)
			line(m, "removed", NULL, NULL, NULL);
		if (k)
			forget(m, at);
		free(name);
		free(copy);
		return 0;
	}
	if (!k) {
		k = calloc(1, sizeof *k);
		if (!k) {
			free(name);
			free(copy);
			return -ENOMEM;
		}
		*at = k;
		m->n_known++;
		k->o = o;
		k->name = name;
		if (!quiet)
			line(m, "added", NULL, NULL, NULL);
	} else {
		if (!quiet)
			r = weft_diff(weft_body(op_of(o)->schema, k->body, k->len), body, field, m);
		free(k->body);
		free(name);
	}
	k->body = copy;
	k->len = body.len;
	k->stale = false;
	return r;
}

/* What was there before a loss and is not any more. */
static void sweep(struct monitor *m)
{
	for (size_t i = 0; i < m->n_slots; i++) {
		for (struct known **at = &m->slot[i]; *at;) {
			if (!(*at)->stale) {
				at = &(*at)->next;
				continue;
			}
			m->o = (*at)->o;
			m->name = (*at)->name;
			line(m, "removed", NULL, NULL, NULL);
			forget(m, at);
		}
	}
}

/* Everything as it is now. After a loss also tells what changed unseen. */
static int load(struct monitor *m, bool quiet)
{
	const struct object *o;
	int status;

	for (size_t i = 0; i < m->n_slots; i++)
		for (struct known *k = m->slot[i]; k; k = k->next)
			k->stale = true;
	links_free(&m->links);
	status = links_load(m->s, &m->links);
	for (size_t i = 0; status == 0 && (o = object_at(i)) != NULL; i++) {
		struct weft_dump *d;
		struct weft_attr a;
		int r = 0;

		if (!m->on[i])
			continue;
		if (weft_dump_start(m->s, weft_request(o->family, o->get, 0), &d) < 0)
			return cli_error(weft_last_error(m->s), "");
		while (r == 0 && (r = weft_dump_next(d, &a)) > 0)
			r = see(m, o, a, false, quiet);
		weft_dump_close(d);
		if (r < 0 && r != -EAGAIN)
			status = cli_error(weft_last_error(m->s), "");
	}
	if (status == 0)
		sweep(m);
	return status;
}

static int event(struct monitor *m, const struct weft_event *e)
{
	const struct object *o;

	for (size_t i = 0; e->op && (o = object_at(i)) != NULL; i++) {
		bool gone = strcmp(e->op->name, o->del) == 0;

		if (!m->on[i] || (!gone && strcmp(e->op->name, o->add) != 0))
			continue;
		/* a bridge tells of its ports and its forwarding table in messages of its own */
		if (e->body.family == WEFT_AF_BRIDGE)
			return 0;
		if (i == 0 && !gone && !links_note(&m->links, e->body))
			return -ENOMEM;
		return see(m, o, e->body, gone, false);
	}
	return 0;
}

static int loop(struct monitor *m)
{
	struct weft_event e;

	while (!cli_stopped() && (!m->count || m->lines < m->count)) {
		int r = weft_watch_next(m->w, &e);

		if (r == 0) {
			if (cli_flush(m->c))
				return CLI_TRANSPORT;
			if (!cli_wait(weft_watch_fd(m->w), m->until))
				break;
		} else if (r == -ENOBUFS) {
			(void)cli_fail(0, "events were lost; reading everything again");
			r = load(m, false);
			if (r)
				return r;
		} else if (r < 0 || event(m, &e) < 0) {
			return cli_fail(CLI_TRANSPORT, "receive: %s", r < 0 ? strerror(-r) : "failed");
		}
	}
	return 0;
}

static int parse(struct monitor *m, int argc, char **argv)
{
	bool any = false;

	for (int i = 1; i < argc; i++) {
		const struct object *o, *at;
		char *end = NULL;
		int status;

		if (argv[i][0] == '-') {
			if (i + 1 < argc && strcmp(argv[i], "--count") == 0)
				m->count = strtoul(argv[i + 1], &end, 10);
			else if (i + 1 < argc && strcmp(argv[i], "--duration") == 0)
				m->until = cli_now() + strtod(argv[i + 1], &end);
			else
				return cli_fail(CLI_USAGE, "unknown option \"%.60s\"", argv[i]);
			if (end == argv[i + 1] || *end)
				return cli_fail(CLI_USAGE, "%s: not a number: \"%.60s\"", argv[i],
						argv[i + 1]);
			i++;
			continue;
		}
		status = object_find(argv[i], &o);
		if (status)
			return status;
		for (size_t k = 0; (at = object_at(k)) != NULL; k++)
			m->on[k] |= at == o;
		any = true;
	}
	for (size_t k = 0; !any && k < 5; k++)
		m->on[k] = true;
	return 0;
}

int cmd_monitor(struct cli *c, int argc, char **argv)
{
	struct monitor m = { .c = c };
	struct weft_error e = { 0 };
	uint32_t groups[16];
	size_t n = 0;
	int status;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	status = parse(&m, argc, argv);
	if (status == 0)
		status = cli_session(c, 0, &m.s);
	if (status)
		return status;
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; m.on[i] && k < 3 && object_at(i)->groups[k]; k++)
			groups[n++] = object_at(i)->groups[k];
	cli_catch();
	/* subscribe first, then read: nothing falls in between */
	if (weft_watch_open(0, WEFT_OPTS(weft_session_opts, .target = c->target, .agent = c->agent, .record = c->record, .via = m.s), groups, n, NULL, &m.w,
			    &e) < 0)
		status = cli_error(&e, "");
	if (status == 0)
		status = load(&m, true);
	if (status == 0)
		status = loop(&m);
	weft_watch_close(m.w);
	for (size_t i = 0; i < m.n_slots; i++)
		while (m.slot[i])
			forget(&m, &m.slot[i]);
	free(m.slot);
	links_free(&m.links);
	weft_session_close(m.s);
	return status;
}
