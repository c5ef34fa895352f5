/* SPDX-License-Identifier: MIT */
/* weft monitor: changes as they happen, field by field, against the state seen last. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "help.h"
#include "objects/objects.h"
#include "query.h"
#include "table.h"

static const char help[] =
    "usage: weft [-j] monitor [OBJECT...] [--count N] [--duration SECONDS]\n"
    "Prints \"link v0 changed mtu 1500 -> 1400\" and the like; with -j one JSON object per line.\n"
    "Ends after N lines or SECONDS, or by SIGINT or SIGTERM, with status 0.\n";

/* One object as last seen. */
struct known {
	struct known *next;
	const struct object *o;
	char *key;  /* identity columns, devices by their number: names may change */
	char *name; /* as told last */
	uint8_t *body;
	uint32_t len;
	bool stale; /* not seen again in the dump after a loss */
};

struct monitor {
	struct cli *c;
	struct weft_session *s;
	struct weft_watch *w;
	bool on[OBJECTS_MAX];
	struct known **slot; /* a hash table by name, as large as what is in it */
	size_t n_slots, n_known;
	struct links links;
	unsigned long count, lines;
	double until;
	const char *what; /* of the line being printed */
	const struct object *o;
	const char *name;
	bool interrupted; /* the dump of what is there was */
	bool elsewhere;	  /* the device below that link is in another namespace */
};

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
		if (k->path && strcmp(k->path, path) == 0 && k->form != BIT && k->form != PREFIX && k->form != RANGE &&
		    k->form != AS_IS)
			return k->form;
	return AS_IS;
}

static int field(const char *path, struct weft_attr a, struct weft_attr b, void *user)
{
	struct monitor *m = user;
	struct weft_text from = { 0 }, to = { 0 };
	enum form form = m->elsewhere && strcmp(path, "link") == 0 ? AS_IS : form_of(m->o, path);
	bool told = !strstr(path, "cacheinfo") && (b.p || !m->o->partial);
	int r;

	for (const char *const *p = m->o->untold; p && *p; p++)
		told = told && strcmp(path, *p) != 0;
	if (!a.p || !value_text(form, a, &m->links, &from))
		weft_text_puts(&from, "-");
	if (!b.p || !value_text(form, b, &m->links, &to))
		weft_text_puts(&to, "-");
	weft_text_puts(&from, "");
	weft_text_puts(&to, "");
	r = from.err ? from.err : to.err;
	if (r == 0 && told)
		line(m, "changed", path, from.p, to.p);
	weft_text_free(&from);
	weft_text_free(&to);
	return r;
}

/* "v0", "10.0.0.1/24 v0", "unicast 10.0.0.0/8 table main": the columns that name the object; numbers
 * that are not set are left out. Without links: devices by their number. */
static char *name_of(const struct links *links, const struct object *o, const struct entry *e)
{
	struct weft_text t = { 0 };
	bool number;

	for (const struct ident *i = o->identity; i->column; i++) {
		const char *column = links || !i->key ? i->column : i->key;
		const struct column *k = column_find(o, column, strlen(column));
		size_t start = t.len, value;

		if (i->family && i->family != e->msg.family)
			continue;
		if (t.len)
			weft_text_putc(&t, ' ');
		if (i->label)
			weft_text_printf(&t, "%s ", i->label);
		value = t.len;
		if (!cell(k, e, links, &t, &number) || t.err || strcmp(t.p + value, "0") == 0)
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

static size_t hash(const struct object *o, const char *key)
{
	size_t h = (uintptr_t)o >> 4;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 1099511628211u;
	return h ^ h >> 29;
}

static struct known **find(struct monitor *m, const struct object *o, const char *key)
{
	struct known **at = &m->slot[hash(o, key) & (m->n_slots - 1)];

	while (*at && ((*at)->o != o || strcmp((*at)->key, key) != 0))
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
			struct known **at = &slot[hash(k->o, k->key) & (n - 1)];

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
	free(k->key);
	free(k->name);
	free(k->body);
	free(k);
	m->n_known--;
}

/* How the objects of a message are to be taken. */
struct news {
	struct monitor *m;
	const struct object *o;
	bool gone, quiet;
};

/* An object as last seen, as an attr. */
static struct weft_attr last(const struct known *k, const struct entry *e)
{
	struct weft_attr a = e->at;

	a.p = k->body;
	a.len = k->len;
	return a;
}

/* Takes the fields of a partial event into what is known, where they have the same size. */
static void merge(struct known *k, const struct entry *e)
{
	struct weft_walk new = weft_walk(e->at);
	struct weft_attr a, b;

	while (weft_walk_next(&new, &a) > 0) {
		struct weft_walk old = weft_walk(last(k, e));

		while (weft_walk_next(&old, &b) > 0)
			if (b.field == a.field && b.number == a.number && b.len == a.len)
				memcpy(k->body + (b.p - k->body), a.p, a.len);
	}
}

static struct known *remember(struct monitor *m, struct known **at, const struct object *o, char *key)
{
	struct known *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	*at = k;
	m->n_known++;
	k->o = o;
	k->key = key;
	return k;
}

/* Tells what a new state changes. */
static int tell(struct monitor *m, const struct news *n, const struct known *k, const struct entry *e, const char *name)
{
	m->o = n->o;
	/* a link that is renamed is told by the name it had */
	m->name = k && n->o == &object_link ? k->name : name;
	m->elsewhere = n->o == &object_link && weft_at(e->at, "link-netnsid").p;
	if (n->quiet)
		return 0;
	if (n->gone || !k)
		line(m, n->gone ? "removed" : "added", NULL, NULL, NULL);
	return k && !n->gone ? weft_diff(last(k, e), e->at, field, m) : 0;
}

/* Keeps a state; takes *name. */
static int keep(struct known *k, const struct news *n, const struct entry *e, char **name)
{
	uint8_t *copy;

	free(k->name);
	k->name = *name;
	*name = NULL;
	k->stale = false;
	if (n->o->partial && k->body && !n->quiet) {
		merge(k, e);
		return 0;
	}
	copy = malloc(e->at.len ? e->at.len : 1);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, e->at.p, e->at.len);
	free(k->body);
	k->body = copy;
	k->len = e->at.len;
	return 0;
}

/* Takes a new state; tells the difference unless quiet. */
static int see(const struct entry *e, void *user)
{
	const struct news *n = user;
	struct monitor *m = n->m;
	char *name = name_of(&m->links, n->o, e), *key = name_of(NULL, n->o, e);
	int r = name && key && room(m) ? 0 : -ENOMEM;
	struct known **at = NULL, *k = NULL;

	if (r == 0) {
		at = find(m, n->o, key);
		k = *at;
		r = tell(m, n, k, e, name);
	}
	if (r == 0 && n->gone && k)
		forget(m, at);
	if (r == 0 && !n->gone && !k) {
		k = remember(m, at, n->o, key);
		key = k ? NULL : key;
		r = k ? 0 : -ENOMEM;
	}
	if (r == 0 && !n->gone)
		r = keep(k, n, e, &name);
	free(name);
	free(key);
	return r;
}

/* What was there before a loss and is not any more. */
static void sweep(struct monitor *m)
{
	/* what an interrupted dump lacks may be there */
	if (m->interrupted)
		return;
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

static int load_one(struct monitor *m, const struct object *o, bool quiet)
{
	struct news n = { m, o, false, quiet };
	struct query q = { .c = m->c, .o = o, .s = m->s, .links = m->links, .lenient = true };
	int status = query_run(&q, see, &n);

	m->interrupted |= q.interrupted;
	return status < 0 ? cli_fail(CLI_INTERNAL, "out of memory") : status;
}

/* Everything as it is now. After a loss also tells what changed unseen. */
static int load(struct monitor *m, bool quiet)
{
	const struct object *o;
	int status;

	m->interrupted = false;
	for (size_t i = 0; i < m->n_slots; i++)
		for (struct known *k = m->slot[i]; k; k = k->next)
			k->stale = true;
	links_free(&m->links);
	status = links_load(m->s, &m->links);
	for (size_t i = 0; status == 0 && (o = object_at(i)) != NULL; i++)
		if (m->on[i])
			status = load_one(m, o, quiet);
	if (status == 0)
		sweep(m);
	return status;
}

/* Whether a route goes when a link goes down. */
static bool goes_with(const struct known *k, uint32_t index)
{
	enum {
		HOST = 254
	};
	struct weft_route r;

	return k->o == &object_route && weft_route_view((struct weft_attr){ .p = k->body, .len = k->len }, &r) == 0 &&
	       r.family == WEFT_AF_INET && r.has & WEFT_ROUTE_HAS_OIF && r.oif == index && r.scope != HOST;
}

static void remove_routes(struct monitor *m, uint32_t index)
{
	for (size_t i = 0; i < m->n_slots; i++) {
		for (struct known **at = &m->slot[i]; *at;) {
			if (!goes_with(*at, index)) {
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

/* When a link goes down, the kernel deletes the IPv4 routes over it without a word. It may be up again, and the
 * routes that come with its addresses be back, before all of this is read. */
static int reload_routes(struct monitor *m, uint32_t index)
{
	int status;

	if (!m->on[object_number(&object_route)])
		return 0;
	remove_routes(m, index);
	m->interrupted = false;
	for (size_t i = 0; i < m->n_slots; i++)
		for (struct known *k = m->slot[i]; k; k = k->next)
			k->stale = k->o == &object_route;
	status = load_one(m, &object_route, false);
	if (status == 0)
		sweep(m);
	return status;
}

/* Whether an event takes a link down that was up. */
static bool goes_down(struct monitor *m, const struct weft_event *e)
{
	const struct entry at = { e->body, e->body };
	char *key = name_of(NULL, &object_link, &at);
	const struct known *k = key && m->n_slots ? *find(m, &object_link, key) : NULL;
	bool up = weft_uint(weft_at(e->body, "ifi-flags"), 0) & IFF_UP;
	bool was = !k || weft_uint(weft_at(last(k, &at), "ifi-flags"), 0) & IFF_UP;

	free(key);
	return was && !up;
}

static int event(struct monitor *m, const struct weft_event *e)
{
	struct news n = { .m = m };
	bool down;
	int r = 0;

	if (!e->op)
		return 0;
	down = e->op == object_op(&object_link, "newlink") && e->body.family == 0 && goes_down(m, e);
	if (e->op == object_op(&object_link, "newlink") && e->body.family == 0 && !links_note(&m->links, e->body))
		return -ENOMEM;
	for (size_t i = 0; r == 0 && (n.o = object_at(i)) != NULL; i++) {
		if (!m->on[i])
			continue;
		n.gone = e->op == object_op(n.o, n.o->del_event ? n.o->del_event : n.o->del);
		if (!n.gone && e->op != object_op(n.o, n.o->new_event ? n.o->new_event : n.o->add))
			continue;
		r = entries(n.o, e->body, see, &n);
	}
	return r == 0 && down ? reload_routes(m, (uint32_t)weft_int(weft_at(e->body, "ifi-index"), 0)) : r;
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
		} else if (r < 0) {
			return cli_fail(CLI_TRANSPORT, "receive: %s", strerror(-r));
		} else {
			r = event(m, &e);
			if (r)
				return r < 0 ? cli_fail(CLI_INTERNAL, "out of memory") : r;
		}
	}
	return 0;
}

static int parse(struct monitor *m, int argc, char **argv)
{
	bool any = false;

	for (int i = 1; i < argc; i++) {
		const struct object *o;
		int status;

		if (argv[i][0] == '-') {
			status = cli_until(argv[i], argv[i + 1], &m->count, &m->until);
			if (status)
				return status;
			i++;
			continue;
		}
		status = object_find(argv[i], &o);
		if (status)
			return status;
		if (!o->groups[0])
			return cli_fail(CLI_USAGE, "the kernel does not tell changes of %s", o->name);
		m->on[object_number(o)] = true;
		any = true;
	}
	for (size_t k = 0; !any && object_at(k); k++)
		m->on[k] = object_at(k)->groups[0] && !object_at(k)->quiet;
	return 0;
}

int cmd_monitor(struct cli *c, int argc, char **argv)
{
	struct monitor m = { .c = c };
	struct weft_error e = { 0 };
	uint32_t groups[OBJECTS_MAX * 4 + 1];
	size_t n = 0;
	int status;

	if (help_objects(c, argc, argv, help))
		return CLI_OK;
	status = parse(&m, argc, argv);
	if (status == 0)
		status = cli_session(c, 0, &m.s);
	if (status)
		return status;
	for (size_t i = 0; object_at(i); i++)
		for (size_t k = 0; m.on[i] && k < 4 && object_at(i)->groups[k]; k++)
			groups[n++] = object_at(i)->groups[k];
	/* names of devices, and links that go down, matter to others too */
	if (!m.on[object_number(&object_link)])
		groups[n++] = object_link.groups[0];
	cli_catch();
	/* subscribe first, then read: nothing falls in between */
	if (weft_watch_open(
		0,
		WEFT_OPTS(weft_session_opts, .target = c->target, .agent = c->agent, .record = c->record, .via = m.s),
		groups, n, NULL, &m.w, &e) < 0)
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
