/* SPDX-License-Identifier: MIT */
/* churning FAMILY OP JSON NAMES: one dump; prints the names of its objects, a line each.
 * churning -n DUMPS [-c CHANGES] [-t SECONDS] FAMILY OP JSON NAMES: that many dumps while others make and delete
 * objects, and more until so many were unlike the one before; or as many as there is time for. Lines of standard input
 * are the names of those that stay: each is in every dump once, or the dump says that it may not be whole. Ends with
 * 0; 1: there were faults; 2: there was nothing to be judged.
 * So that something changes between two answers of a dump there are, by turns, pauses and more and smaller answers.
 *
 * NAMES: what objects are known by, [PLACE: ]NAME[ if CONDITION].
 *   ifname               a path; an object without it has no name
 *   id+res-bucket.index  several values, "-" for one that is not there
 *   start..end           the numbers of a range; that of start where there is no end
 *   entry.info: NAME     a name for each thing at a place, lists item by item
 *   if vlan, if !vlan, if ndm-state=permanent   of objects that have it, have it not, have that value or flag */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <weft/json.h>
#include <weft/session.h>

#include "answers.h"

enum {
	PARTS_MOST = 4,
	STABLE_MOST = 1 << 16,
	SLOTS = 2 * STABLE_MOST, /* a power of two */
	NAME_MOST = 255,
	RANGE_MOST = 1 << 20,
	SHOWN = 10,   /* faults; and failed dumps after which there is no more to be learnt */
	PAUSE = 300,  /* microseconds, at most */
	SMALL = 5000, /* bytes of an answer */
	WRONG = 2,
};

struct spec {
	const char *place, *part[PARTS_MOST], *end, *condition, *value;
	unsigned parts;
	bool without;
};

/* A name that stays: how often the dump of that number has it. */
struct stable {
	char *name;
	uint64_t hash, dump;
	uint32_t seen;
};

struct run {
	const struct weft_family *family;
	const struct weft_op *op;
	struct spec spec;
	struct weft_json_doc *doc;
	struct weft_session *session;
	struct weft_error err;
	struct weft_text text; /* the name that is being made */
	struct stable *slots;  /* NULL: names are printed */
	uint32_t stable;
	/* of the dump under way: names that stay, those of them that were there again; all names, in any order */
	uint32_t there, again;
	uint64_t dumps, sum, last, changes, inconsistent, faults, failed;
};

static bool pauses;
static size_t answers = KERNELS_MOST;

/* The library's calls come here: the kernel makes an answer when the one before is fetched. */
ssize_t recvfrom(int fd, void *restrict buf, size_t len, int flags, struct sockaddr *restrict from,
		 socklen_t *restrict from_len)
{
	if (pauses)
		(void)usleep((useconds_t)random() % PAUSE);
	return syscall(SYS_recvfrom, fd, buf, less(len, answers), flags, from, from_len);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	return show_less(fd, m, flags, answers);
}

static int say(const char *what, const char *of)
{
	fprintf(stderr, "churning: %s: %s\n", of, what);
	return WRONG;
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t hash_of(const char *p, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)p[i]) * UINT64_C(0x100000001b3);
	/* sums of such have to tell sets apart */
	h = (h ^ h >> 31) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

/* Its place, or the free one where it would be. */
static struct stable *find(struct run *r, const char *name, uint64_t hash)
{
	uint64_t at = hash % SLOTS;

	while (r->slots[at].name && (r->slots[at].hash != hash || strcmp(r->slots[at].name, name) != 0))
		at = (at + 1) % SLOTS;
	return &r->slots[at];
}

/* The name in r->text. */
static int see(struct run *r)
{
	struct stable *x;
	uint64_t hash;

	if (r->text.err)
		return r->text.err;
	if (!r->slots) {
		puts(r->text.p);
		return 0;
	}
	hash = hash_of(r->text.p, r->text.len);
	r->sum += hash;
	x = find(r, r->text.p, hash);
	if (!x->name)
		return 0;
	if (x->dump != r->dumps + 1) {
		x->dump = r->dumps + 1;
		x->seen = 0;
		r->there++;
	}
	r->again += ++x->seen == 2;
	return 0;
}

static int range(struct run *r, struct weft_attr a)
{
	struct weft_attr from = weft_at(a, r->spec.part[0]);
	uint64_t first = weft_uint(from, 0), last = weft_uint(weft_at(a, r->spec.end), first);
	int e = 0;

	if (!from.p)
		return 0;
	if (last < first || last - first > RANGE_MOST)
		return weft_error_set(&r->err, -EBADMSG, WEFT_WHERE_CALLER, r->spec.end, "no range");
	for (uint64_t n = first; e == 0 && n <= last; n++) {
		weft_text_clear(&r->text);
		weft_text_uint(&r->text, n);
		e = see(r);
	}
	return e;
}

static int name(struct run *r, struct weft_attr a)
{
	bool any = false;

	if (r->spec.end)
		return range(r, a);
	weft_text_clear(&r->text);
	for (unsigned i = 0; i < r->spec.parts; i++) {
		struct weft_attr at = weft_at(a, r->spec.part[i]);

		if (i)
			weft_text_putc(&r->text, ' ');
		if (!at.p)
			weft_text_putc(&r->text, '-');
		else if (weft_value_text(at, &r->text) < 0)
			return weft_error_set(&r->err, -EBADMSG, WEFT_WHERE_CODEC, r->spec.part[i], "cannot be read");
		any |= at.p != NULL;
	}
	return any ? see(r) : 0;
}

/* The names of all things at a place. */
static int names(struct run *r, struct weft_attr a, const char *place)
{
	bool list = a.field && a.field->list && !a.item;
	size_t len = strcspn(place, ".");
	const char *rest = place[len] ? place + len + 1 : "";
	const struct weft_field *f = NULL;
	struct weft_walk w;
	struct weft_attr at;
	int e;

	if (!list && !*place)
		return name(r, a);
	if (!list) {
		f = a.schema ? weft_field_find(a.schema, place, len, NULL) : NULL;
		if (!f)
			return 0;
	}
	w = weft_walk(a);
	while ((e = weft_walk_next(&w, &at)) > 0) {
		if (!list && at.field != f)
			continue;
		e = names(r, at, list ? place : rest);
		if (e < 0)
			return e;
	}
	return e;
}

/* Whether a list of words has this one. */
static bool has(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strcspn(p, ",") == len && memcmp(p, word, len) == 0)
			return true;
	return false;
}

static int object(struct run *r, struct weft_attr a)
{
	const struct spec *x = &r->spec;
	struct weft_attr at = x->condition ? weft_at(a, x->condition) : a;
	bool right = at.p != NULL;

	if (right && x->value) {
		weft_text_clear(&r->text);
		if (weft_value_text(at, &r->text) < 0)
			return weft_error_set(&r->err, -EBADMSG, WEFT_WHERE_CODEC, x->condition, "cannot be read");
		right = r->text.p && has(r->text.p, x->value);
	}
	return right != x->without ? names(r, a, x->place) : 0;
}

/* All of a dump: 0, -EAGAIN when it may not be whole; what else went wrong is in r->err. */
static int dump(struct run *r)
{
	struct weft_msg *m = weft_msg_new(r->family, r->op, 0);
	struct weft_dump *d = NULL;
	struct weft_attr a;
	int e = r->doc ? weft_json_put(m, r->doc, 0, &r->err) : 0;

	if (e < 0) {
		weft_msg_free(m);
		return e;
	}
	weft_msg_defaults(m);
	e = weft_dump_start(r->session, m, &d);
	while (e >= 0 && (e = weft_dump_next(d, &a)) > 0) {
		e = object(r, a);
		if (e < 0) {
			weft_dump_close(d);
			return e;
		}
	}
	if (e < 0)
		r->err = *weft_last_error(r->session);
	weft_dump_close(d);
	return e;
}

/* Names that are there not once, up to some. */
static void show(const struct run *r)
{
	unsigned shown = 0;

	printf("dump %" PRIu64 ": %" PRIu32 " not once each:", r->dumps, r->stable - r->there + r->again);
	for (size_t i = 0; i < SLOTS && shown < SHOWN; i++) {
		const struct stable *x = &r->slots[i];
		uint32_t n = x->dump == r->dumps + 1 ? x->seen : 0;

		if (!x->name || n == 1)
			continue;
		printf("%s %s %" PRIu32 " times", shown++ ? "," : "", x->name, n);
	}
	putchar('\n');
	fflush(stdout);
}

static void judge(struct run *r, int e)
{
	bool right = r->there == r->stable && r->again == 0;

	if (e == -EAGAIN)
		r->inconsistent++;
	else if (e < 0 && ++r->failed <= SHOWN)
		printf("dump %" PRIu64 ": %s: %s (%s)\n", r->dumps, r->err.path, r->err.msg, strerror(-e));
	else if (e == 0 && !right && r->faults - r->failed < SHOWN)
		show(r);
	r->faults += e < 0 ? e != -EAGAIN : !right;
	if (e == 0 || e == -EAGAIN) {
		r->changes += r->dumps > 0 && r->sum != r->last;
		r->last = r->sum;
	}
	r->dumps++;
}

static int dump_all(struct run *r, uint64_t least, uint64_t changes, double seconds)
{
	double end = seconds > 0 ? now() + seconds : 0;

	while ((r->dumps < least || r->changes < changes) && r->failed < SHOWN && (end == 0 || now() < end)) {
		pauses = r->dumps & 1;
		answers = r->dumps & 2 ? SMALL : KERNELS_MOST;
		r->sum = 0;
		r->there = r->again = 0;
		judge(r, dump(r));
	}
	printf("%" PRIu64 " dumps, %" PRIu64 " unlike the one before, %" PRIu64 " said to be inconsistent, %" PRIu64
	       " faults\n",
	       r->dumps, r->changes, r->inconsistent, r->faults);
	return r->faults > 0;
}

static int print_names(struct run *r)
{
	int e = dump(r);

	if (e == 0)
		return 0;
	fprintf(stderr, "churning: %s: %s (%s)\n", r->err.path, r->err.msg, strerror(-e));
	return WRONG;
}

static int add(struct run *r, const char *line, size_t len)
{
	uint64_t hash = hash_of(line, len);
	struct stable *x = find(r, line, hash);

	if (x->name)
		return say("twice", line);
	if (len > NAME_MOST || strlen(line) != len || r->stable == STABLE_MOST)
		return say("too long, with a NUL, or too many", "a name");
	x->name = strdup(line);
	x->hash = hash;
	r->stable++;
	return x->name ? 0 : say("out of memory", "names");
}

static int read_stable(struct run *r)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int e = 0;

	r->slots = calloc(SLOTS, sizeof *r->slots);
	if (!r->slots)
		return say("out of memory", "names");
	while (e == 0 && (n = getline(&line, &size, stdin)) > 0) {
		if (line[n - 1] == '\n')
			line[--n] = 0;
		e = add(r, line, (size_t)n);
	}
	free(line);
	return e || r->stable ? e : say("nothing on standard input", "names");
}

/* What follows a mark in *s, which ends there. NULL: no such mark. */
static char *cut(char *s, const char *mark)
{
	char *at = strstr(s, mark);

	if (!at)
		return NULL;
	*at = 0;
	return at + strlen(mark);
}

static int parse(struct spec *x, char *s)
{
	char *condition = cut(s, " if "), *inner = cut(s, ": ");

	if (condition) {
		x->without = *condition == '!';
		x->condition = condition + x->without;
		x->value = cut(condition, "=");
	}
	x->place = inner ? s : "";
	s = inner ? inner : s;
	x->end = cut(s, "..");
	while (s && x->parts < PARTS_MOST) {
		char *part = s;

		s = cut(s, "+");
		x->part[x->parts++] = part;
	}
	if (s || (x->end && x->parts > 1) || (x->end && !*x->end) || (x->condition && !*x->condition))
		return -EINVAL;
	for (unsigned i = 0; i < x->parts; i++)
		if (!*x->part[i])
			return -EINVAL;
	return 0;
}

static int begin(struct run *r, char **word)
{
	if (parse(&r->spec, word[3]) < 0)
		return say("not like that", "names");
	r->family = weft_family_find(word[0]);
	r->op = weft_op_find(r->family, word[1]);
	if (!r->op || !(r->op->kinds & WEFT_OP_DUMP))
		return say("no such dump", word[1]);
	if (*word[2] && weft_json_read(word[2], strlen(word[2]), &r->doc, &r->err) < 0)
		return say(r->err.msg, "JSON");
	if (r->doc && weft_json_count(r->doc) != 1)
		return say("one object is needed", "JSON");
	if (weft_session_open(r->family->protocol, NULL, &r->session, &r->err) < 0)
		return say(r->err.msg, "session");
	return 0;
}

static void finish(struct run *r)
{
	for (size_t i = 0; r->slots && i < SLOTS; i++)
		free(r->slots[i].name);
	free(r->slots);
	weft_text_free(&r->text);
	weft_session_close(r->session);
	weft_json_free(r->doc);
}

int main(int argc, char **argv)
{
	struct run r = { 0 };
	unsigned long least = 0, changes = 0;
	double seconds = 0;
	int option, status = 0;

	while ((option = getopt(argc, argv, "n:c:t:")) != -1) {
		if (option == 'n')
			least = strtoul(optarg, NULL, 10);
		else if (option == 'c')
			changes = strtoul(optarg, NULL, 10);
		else if (option == 't')
			seconds = strtod(optarg, NULL);
		else
			status = WRONG;
		if (option == 'n' && least == 0)
			status = WRONG;
	}
	if (status || argc - optind != 4)
		return say("FAMILY OP JSON NAMES", "usage");
	status = begin(&r, argv + optind);
	if (status == 0 && least)
		status = read_stable(&r);
	if (status == 0)
		status = least ? dump_all(&r, least, changes, seconds) : print_names(&r);
	finish(&r);
	return status;
}
