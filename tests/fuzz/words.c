/* SPDX-License-Identifier: MIT */
/* Any words of add, set, del and get for any object: a message that is right, or one line that says what is wrong. */
#include <errno.h>
#include <stdio.h>

#include "quiet.h"

#include "change.h"

int __wrap_cli_error(const struct weft_error *e, const char *what);
int __wrap_cli_error(const struct weft_error *e, const char *what)
{
	REQUIRE(e->code < 0 && what);
	lines++;
	return CLI_USAGE;
}

int __wrap_cli_unknown(const char *kind, const char *word, const char *const *words, size_t n);
int __wrap_cli_unknown(const char *kind, const char *word, const char *const *words, size_t n)
{
	REQUIRE(kind && word);
	for (size_t i = 0; i < n; i++)
		REQUIRE(words[i]);
	lines++;
	return CLI_USAGE;
}

/* No kernel: two links, of which nothing more is known. */
int __wrap_cli_session(struct cli *c, uint16_t protocol, struct weft_session **ret);
int __wrap_cli_session(struct cli *c, uint16_t protocol, struct weft_session **ret)
{
	(void)c;
	(void)protocol;
	*ret = NULL;
	return 0;
}

int __wrap_links_load(struct weft_session *s, struct links *ret);
int __wrap_links_load(struct weft_session *s, struct links *ret)
{
	(void)s;
	ret->v = calloc(2, sizeof *ret->v);
	REQUIRE(ret->v);
	ret->n = ret->cap = 2;
	for (uint32_t i = 0; i < 2; i++) {
		ret->v[i].index = 5 + i;
		(void)snprintf(ret->v[i].name, sizeof ret->v[i].name, "v%u", i);
	}
	return 0;
}

int __wrap_weft_call(struct weft_session *s, struct weft_msg *m, struct weft_reply **ret);
int __wrap_weft_call(struct weft_session *s, struct weft_msg *m, struct weft_reply **ret)
{
	(void)s;
	weft_msg_free(m);
	if (ret)
		*ret = NULL;
	return -ENODEV;
}

int __wrap_weft_dump_start(struct weft_session *s, struct weft_msg *m, struct weft_dump **ret);
int __wrap_weft_dump_start(struct weft_session *s, struct weft_msg *m, struct weft_dump **ret)
{
	(void)s;
	weft_msg_free(m);
	*ret = NULL;
	return -ENODEV;
}

static void change(const struct object *o, enum verb verb, int n, char **words)
{
	static const char *const names[] = {
		[VERB_ADD] = "add", [VERB_SET] = "set", [VERB_DEL] = "del", [VERB_GET] = "get"
	};
	struct cli c = { 0 };
	struct weft_msg *m = NULL;
	struct weft_text t = { 0 };
	struct change x;
	int status = change_open(&x, &c, o, verb, names[verb]);

	if (status == 0)
		status = change_words(&x, n, words);
	if (status == 0)
		status = change_message(&x, 0, &m);
	REQUIRE((status == 0) == (m != NULL));
	/* one line, and no more, for whoever made a mistake */
	REQUIRE(status == 0 || lines == 1);
	if (m) {
		REQUIRE(weft_msg_error(m, NULL) == 0);
		REQUIRE(weft_json(weft_msg_body(m), &t) == 0);
	}
	weft_text_free(&t);
	weft_msg_free(m);
	change_free(&x);
}

/* Object, verb, and a word for each line. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text, *words[32], *save = NULL;
	size_t objects = 0;
	int n = 0;

	if (size < 3 || size > 2048)
		return 0;
	while (object_at(objects))
		objects++;
	text = malloc(size - 1);
	REQUIRE(text);
	memcpy(text, data + 2, size - 2);
	text[size - 2] = 0;
	for (char *w = strtok_r(text, "\n", &save); w && n < 32; w = strtok_r(NULL, "\n", &save))
		words[n++] = w;
	lines = 0;
	if (n)
		change(object_at(data[0] % objects), (enum verb)(data[1] % 4), n, words);
	free(text);
	return 0;
}
