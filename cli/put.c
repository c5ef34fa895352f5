/* SPDX-License-Identifier: MIT */
/* Values of words into a request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change.h"

int change_memory(void)
{
	return cli_fail(CLI_INTERNAL, "out of memory");
}

/* The member or item that a step of a path names, made when it is not there: "name" or "name[2]". */
static json_t *step(json_t *at, const char *path, size_t len)
{
	size_t n = strcspn(path, "[");
	char name[64];
	json_t *next;
	unsigned long i;

	if (len >= sizeof name)
		return NULL;
	memcpy(name, path, len);
	name[len] = 0;
	if (n < len)
		name[n] = 0;
	next = json_object_get(at, name);
	if (!next) {
		next = n < len ? json_array() : json_object();
		if (json_object_set_new(at, name, next) < 0)
			return NULL;
	}
	if (n >= len)
		return next;
	i = strtoul(name + n + 1, NULL, 10);
	if (i > 255)
		return NULL;
	while (json_array_size(next) <= i)
		if (json_array_append_new(next, json_object()) < 0)
			return NULL;
	return json_array_get(next, i);
}

int change_put(struct change *x, const char *path, json_t *value)
{
	const char *whole = path, *dot;
	json_t *at = x->root, *had;

	if (!value)
		return change_memory();
	for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
		at = step(at, path, (size_t)(dot - path));
		if (!json_is_object(at)) {
			json_decref(value);
			return cli_fail(CLI_USAGE, "%.100s: not a path, or it has a value already", whole);
		}
	}
	had = json_object_get(at, path);
	if (json_is_object(had) || json_is_array(had)) {
		json_decref(value);
		return cli_fail(CLI_USAGE, "%.100s: parts of it are given already", whole);
	}
	return json_object_set_new(at, path, value) < 0 ? change_memory() : 0;
}

int change_text(struct change *x, const char *path, const char *text)
{
	return change_put(x, path, json_string_nocheck(text));
}

int change_number(struct change *x, const char *path, uint64_t n)
{
	return change_put(x, path, json_integer((json_int_t)n));
}

bool change_has(const struct change *x, const char *path)
{
	const json_t *at = x->root;
	const char *dot;
	char name[64];

	for (; (dot = strchr(path, '.')) != NULL; path = dot + 1) {
		if (dot - path >= (long)sizeof name)
			return false;
		memcpy(name, path, (size_t)(dot - path));
		name[dot - path] = 0;
		at = json_object_get(at, name);
	}
	return json_object_get(at, path) != NULL;
}

bool change_is_device(struct change *x, const char *name, uint32_t *ret)
{
	if (!x->links.v && links_load(x->s, &x->links))
		return false;
	*ret = links_index(&x->links, name);
	if (!*ret)
		*ret = links_ask(x->s, name);
	return *ret != 0;
}

int change_device(struct change *x, const char *word, const char *name, uint32_t *ret)
{
	const char *near[64];
	size_t n = 0;
	char *end;
	unsigned long v;

	if (!x->links.v) {
		int status = links_load(x->s, &x->links);

		if (status)
			return status;
	}
	if (change_is_device(x, name, ret))
		return 0;
	v = strtoul(name, &end, 10);
	if (end != name && !*end && v <= INT32_MAX) {
		*ret = (uint32_t)v;
		return 0;
	}
	for (; n < x->links.n && n < 64; n++)
		near[n] = x->links.v[n].name;
	(void)cli_unknown(word, name, near, n);
	return CLI_REFUSED;
}

int change_uint(const char *word, const char *value, unsigned long min, unsigned long max, unsigned long *ret)
{
	char *end;
	unsigned long v = strtoul(value, &end, 0);

	if (*value < '0' || *value > '9' || *end || v < min || v > max)
		return cli_fail(CLI_USAGE, "%s: not a number from %lu to %lu: \"%.40s\"", word, min, max, value);
	*ret = v;
	return 0;
}

int change_bool(const char *word, const char *value, int *ret)
{
	*ret = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
	if (*ret || strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		return 0;
	return cli_fail(CLI_USAGE, "%s: true or false is needed: \"%.40s\"", word, value);
}

/* All that say the family must say the same. */
static int put_family(struct change *x, const struct alias *a, const char *path, uint32_t family)
{
	const json_t *said = json_object_get(x->root, path);

	if (json_is_integer(said) && json_integer_value(said) != family)
		return cli_fail(CLI_USAGE, "%s: not of the family that the others are of", a->word);
	return change_number(x, path, family);
}

/* "10.0.0.1/24" into the address and its length. */
static int prefix(struct change *x, const struct alias *a, const char *value)
{
	char buf[WEFT_IP_TEXT];
	struct weft_ip ip;
	int status;

	if (strcmp(value, "default") == 0 || strcmp(value, "all") == 0)
		return 0;
	if (weft_ip_parse(value, &ip) < 0)
		return cli_fail(CLI_USAGE, "%s: not an address or prefix: \"%.60s\"", a->word, value);
	if (!a->beside && ip.plen < 8 * weft_ip_len(&ip))
		return cli_fail(CLI_USAGE, "%s: an address is needed, not a prefix: \"%.60s\"", a->word, value);
	status = change_text(x, a->path, weft_ip_text(&ip, buf));
	/* a length that is said counts, in whatever order */
	if (status == 0 && a->beside && (ip.written || !change_has(x, a->beside)))
		status = change_number(x, a->beside, ip.plen);
	if (status == 0 && x->o->prefix_family)
		status = put_family(x, a, x->o->prefix_family, ip.family);
	return status;
}

/* "80" or "80-90", and "/0xff" after it where there is a place for a mask. */
static int range(struct change *x, const struct alias *a, const char *value)
{
	const char *slash = strchr(value, '/'), *dash = strchr(value, '-');
	unsigned long from = 0, to = 0, mask = 0;
	char path[80], text[40];
	int status = 0;

	(void)snprintf(text, sizeof text, "%.*s", (int)strcspn(value, "-/"), value);
	status = change_uint(a->word, text, 0, UINT32_MAX, &from);
	to = from;
	if (status == 0 && dash) {
		(void)snprintf(text, sizeof text, "%.*s", (int)strcspn(dash + 1, "/"), dash + 1);
		status = change_uint(a->word, text, from, UINT32_MAX, &to);
	}
	if (status == 0 && slash) {
		if (!a->beside)
			return cli_fail(CLI_USAGE, "%s: has no mask: \"%.40s\"", a->word, value);
		status = change_uint(a->word, slash + 1, 0, UINT32_MAX, &mask);
		if (status == 0)
			status = change_number(x, a->beside, mask);
	}
	(void)snprintf(path, sizeof path, "%s.start", a->path);
	if (status == 0)
		status = change_number(x, path, from);
	(void)snprintf(path, sizeof path, "%s.end", a->path);
	return status ? status : change_number(x, path, to);
}

/* "0x1/0xff" */
static int masked(struct change *x, const struct alias *a, const char *value)
{
	const char *slash = strchr(value, '/');
	unsigned long v, mask;
	char text[40];
	int status;

	(void)snprintf(text, sizeof text, "%.*s", (int)strcspn(value, "/"), value);
	status = change_uint(a->word, text, 0, UINT32_MAX, &v);
	if (status == 0)
		status = change_number(x, a->path, v);
	if (status == 0 && slash)
		status = change_uint(a->word, slash + 1, 0, UINT32_MAX, &mask);
	return status || !slash ? status : change_number(x, a->beside, mask);
}

int change_word(struct change *x, const char *word, const char *value)
{
	char *copy = strdup(word);

	if (!copy)
		return change_memory();
	if (x->n_words == CHANGE_WORDS) {
		free(copy);
		return cli_fail(CLI_USAGE, "more than %d words", CHANGE_WORDS);
	}
	x->word[x->n_words++] = (struct weft_word){ copy, value };
	return 0;
}

/* Numbers that jansson has no room for, as strings. */
static void quote_large(const char *p, struct weft_text *t)
{
	bool string = false;

	while (*p) {
		size_t n = string ? 0 : strspn(p, "0123456789");

		if (n > 18)
			weft_text_putc(t, '"');
		weft_text_put(t, p, n ? n : 1);
		if (n > 18)
			weft_text_putc(t, '"');
		if (!n && *p == '"')
			string = !string;
		p += n ? n : 1;
	}
}

json_t *change_tree(struct weft_attr a)
{
	struct weft_text t = { 0 }, q = { 0 };
	json_t *v = NULL;

	if (weft_json(a, &t) == 0)
		quote_large(t.p, &q);
	if (q.p && !q.err)
		v = json_loadb(q.p, q.len, JSON_DECODE_ANY, NULL);
	weft_text_free(&t);
	weft_text_free(&q);
	return v;
}

int change_mac_size(const struct change *x, const char *field, uint32_t len)
{
	const char *text = json_string_value(json_object_get(x->root, field));
	struct weft_mac said = weft_mac(text ? text : "");

	if (!said.len || !len || said.len == len)
		return 0;
	return cli_fail(CLI_USAGE, "%s: the link has addresses of %u bytes", field, len);
}

/* A value of a form with words that is neither one of them nor a number may be a name of the row's own. */
static int other_word(struct change *x, const struct alias *a, const char *value)
{
	struct words w = { 0 };
	struct weft_path p;
	uint32_t n;

	form_list(a->form, &w);
	if (!w.n || (*value >= '0' && *value <= '9') || *value == '-' ||
	    weft_path_compile(x->op->schema, a->path, &p, NULL) < 0 || !p.n || !p.step[p.n - 1].field ||
	    weft_names_value(p.step[p.n - 1].field->names, value, strlen(value), &n))
		return change_text(x, a->path, value);
	return cli_unknown(a->word, value, w.v, w.n);
}

int change_alias(struct change *x, const struct alias *a, const char *value)
{
	uint32_t n = 0;
	int status;

	switch (a->form) {
	case PREFIX:
		return prefix(x, a, value);
	case RANGE:
		return range(x, a, value);
	case MASKED:
		return masked(x, a, value);
	case DEVICE:
		if (strcmp(value, "none") == 0)
			return change_put(x, a->path, json_null());
		status = change_device(x, a->word, value, &n);
		return status ? status : change_number(x, a->path, n);
	case AS_IS:
	case TABLE:
	case PROTOCOL:
	case ADDRPROTO:
	case SCOPE:
	case OPERSTATE:
	case LINKTYPE:
	case FAMILY:
	case GROUP:
	case IPPROTO:
	case ETHERTYPE:
	case BIT:
	case WRITTEN:
	case N_FORMS:
		break;
	}
	if (a->form == FAMILY && form_value(FAMILY, value, &n))
		return put_family(x, a, a->path, n);
	return form_value(a->form, value, &n) ? change_number(x, a->path, n) : other_word(x, a, value);
}
