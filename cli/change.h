/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_CHANGE_H
#define WEFT_CLI_CHANGE_H

/* A request made of FIELD=VALUE words. */

#include <jansson.h>

#include <weft/tc.h>

#include "object.h"

enum {
	CHANGE_WORDS = 256,
};

struct change {
	struct cli *c;
	const struct object *o;
	enum verb verb;
	const char *verb_name;
	struct weft_session *s;
	const struct weft_op *op;
	struct links links;
	json_t *root;			     /* the request: names as in weft do */
	json_t *given;			     /* paths that words have set: the words */
	char *kind;			     /* what chooses further fields, asked of the kernel when no word says it */
	char *port;			     /* the kind of the port that the link is */
	bool asked, link;		     /* the kernel was asked; it told of the link */
	uint32_t mac_len;		     /* bytes of its address then; 0: it has none */
	bool asked_master;		     /* what the link is to be a port of */
	int ns;				     /* a namespace that the request names by this descriptor, or -1 */
	uint16_t flags;			     /* NLM_F_ flags beside those of the verb */
	struct weft_word word[CHANGE_WORDS]; /* for .ready to understand together; names are owned */
	size_t n_words;
};

/* Session, links and root stay empty until the words need them. 0 or an exit status. */
int change_open(struct change *x, struct cli *c, const struct object *o, enum verb verb, const char *verb_name);
int change_words(struct change *x, int argc, char **argv);
/* The request, to be sent by the caller; flags are NLM_F_. */
int change_message(struct change *x, uint16_t flags, struct weft_msg **ret);
void change_free(struct change *x);
/* The kernel's word, and what it was asked where it names no field itself. An exit status. */
int change_refused(const struct change *x, int argc, char **argv);

/* Values into the request, for the hooks of objects. Each 0 or an exit status. path: "a.b[0].c". */
int change_put(struct change *x, const char *path, json_t *value);
int change_text(struct change *x, const char *path, const char *text);
int change_number(struct change *x, const char *path, uint64_t n);
bool change_has(const struct change *x, const char *path);
/* Whether a word spoke of a field, "default" and "none" too. */
bool change_given(const struct change *x, const char *path);
/* Index of a device by name or number. */
bool change_is_device(struct change *x, const char *name, uint32_t *ret);
int change_device(struct change *x, const char *word, const char *name, uint32_t *ret);
/* "word: not a number from MIN to MAX" or 0 and the number. */
int change_uint(const char *word, const char *value, unsigned long min, unsigned long max, unsigned long *ret);
/* "true", "1", "false" or "0". */
int change_bool(const char *word, const char *value, int *ret);
/* Of a link-layer address that is too long the kernel takes the beginning: the one in a field is to be as long as those
 * of its link (0: not known). */
int change_mac_size(const struct change *x, const char *field, uint32_t len);
/* By the form of an alias. */
int change_alias(struct change *x, const struct alias *a, const char *value);
/* A word for .ready to understand together with others; value is not copied. */
int change_word(struct change *x, const char *word, const char *value);
/* What a message has, as a tree for the request: numbers that jansson has no room for as strings. NULL: no
 * memory, or bytes that cannot be told. */
json_t *change_tree(struct weft_attr a);
int change_memory(void);

#endif
