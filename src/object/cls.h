/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLS_H
#define WEFT_CLS_H

/* Words of people and the options of filters and actions they stand for. */

#include <weft/filter.h>

#include "object/tc_words.h"

enum {
	WEFT__CLS_WORDS = 256,
};

struct weft__cls_kind;
struct weft__cls_row;

/* One call: words, and the message whose options are open. */
struct weft__cls {
	struct weft_msg *m;
	const struct weft_word *v;
	size_t n;
	const struct weft__cls_kind *kind;
	const struct weft_link_names *names;
	uint16_t protocol; /* of the filter */
	uint32_t handle;   /* that follows from the words; 0: none does */
	bool used[WEFT__CLS_WORDS];
};

/* Words that are told, of options at `at`. */
struct weft__cls_tell {
	struct weft_text *t;
	char sep, equals; /* between words, before their values */
	bool any;
	uint16_t protocol;
	const struct weft_link_names *names;
	struct weft_attr at;
};

enum weft__form {
	WEFT__F_ROW,	   /* as the row takes it */
	WEFT__F_HANDLE,	   /* the same of 1:10 */
	WEFT__F_ALONE,	   /* stands alone: the row is .value */
	WEFT__F_BIT,	   /* stands alone: adds .value to the row */
	WEFT__F_MASKED,	   /* VALUE[/MASK] into .key and .mask */
	WEFT__F_IP,	   /* ADDRESS[/LENGTH]: also .key6 and .mask6 */
	WEFT__F_MAC,	   /* MAC[/MAC] or MAC[/BITS] */
	WEFT__F_HEX,	   /* bytes[/bytes] */
	WEFT__F_ETHER,	   /* protocol of Ethernet */
	WEFT__F_PROTO,	   /* protocol of IP */
	WEFT__F_LINK,	   /* index of a link */
	WEFT__F_CONTROL,   /* what becomes of a packet */
	WEFT__F_OWN,	   /* .put and .tell */
	WEFT__F_OWN_ALONE, /* the same for a word without a value */
};

struct weft__cls_row {
	const char *word;
	uint32_t key, mask;
	uint8_t form;
	bool zero;  /* 0 is not told */
	bool whole; /* in an action: the value goes up to the next ',' */
	uint32_t value;
	uint32_t key6, mask6;
	/* All words of this name; not called when there is none. */
	void (*put)(struct weft__cls *c, const struct weft__cls_row *r);
	void (*tell)(struct weft__cls_tell *t, const struct weft__cls_row *r);
	const char *also; /* another name of the word */
};

struct weft__cls_kind {
	const char *kind;
	const struct weft__cls_row *rows;
	uint32_t parms;	      /* of an action: key of the attribute with the struct that all have */
	uint32_t schema;      /* of that struct */
	int32_t control;      /* what becomes of a packet when nobody says it, and is not told */
	uint32_t other_parms; /* another attribute of the same meaning */
	uint32_t (*choose)(const struct weft__cls *c); /* which of the two */
	void (*put_parms)(struct weft__cls *c);	       /* into the open struct */
	void (*put)(struct weft__cls *c);	       /* before the rows */
	/* instead of .control: by the other words, by the options */
	int32_t (*said)(const struct weft__cls *c);
	int32_t (*told)(struct weft_attr options);
};

extern const struct weft__cls_kind weft__filters[], weft__actions[], weft__actions_more[];
extern const struct weft__cls_row weft__flower_words[], weft__u32_words[];
/* Words of pedit's changes have a dot; how much of s is the value of one. */
extern const struct weft__cls_row weft__pedit_words[];
size_t weft__pedit_value(const char *name, size_t len, const char *s);

/* The next word of this name that was not taken, or NULL; the second: the value of the first of it, "" for
 * a word alone, and it stays for others. */
const struct weft_word *weft__cls_take(struct weft__cls *c, const char *name);
const char *weft__cls_look(const struct weft__cls *c, const char *name);
/* A value into a row; failures are told of the word. */
void weft__cls_kv(struct weft__cls *c, const char *word, struct weft_kv kv);
static inline void weft__cls_uint(struct weft__cls *c, const char *word, uint32_t key, uint64_t v)
{
	weft__cls_kv(c, word, weft_kv_uint(key, v));
}
static inline void weft__cls_bytes(struct weft__cls *c, const char *word, uint32_t key, const void *p, size_t len)
{
	weft__cls_kv(c, word, weft_kv_bytes(key, (struct weft_bytes){ p, len }));
}
#define weft__cls_fail(c, word, ...) weft__word_fail((c)->m, -22, word, __VA_ARGS__)

/* Rows of struct members (of kind->schema), or of attributes. */
void weft__cls_rows(struct weft__cls *c, bool members);
/* What was not taken: fields of the open options, or failures. */
void weft__cls_rest(struct weft__cls *c);
/* Index of a link by name or number; 0: there is none. */
uint32_t weft__cls_link(const struct weft__cls *c, const char *value);
/* Puts one word's value in the form of its row. */
void weft__cls_value(struct weft__cls *c, const struct weft__cls_row *r, const char *value);

/* The attribute or struct member of a key. */
struct weft_attr weft__cls_at(struct weft_attr options, uint32_t key);
void weft__cls_tell_rows(struct weft__cls_tell *t, const struct weft__cls_row *rows);
void weft__cls_tell_name(struct weft__cls_tell *t, const char *word);
void weft__cls_tell_alone(struct weft__cls_tell *t, const char *word);
void weft__cls_tell_value(struct weft__cls_tell *t, const struct weft__cls_row *r, struct weft_attr a);

/* "a/b" into a and what is behind the slash (NULL: none); false: a is too long. */
bool weft__cls_halves(const char *value, char a[64], const char **ret_b);
/* Decimal or 0x number. */
bool weft__cls_number(const char *s, size_t len, uint64_t max, uint64_t *ret);
/* Bytes of hex digits, at most max. */
bool weft__cls_hex(const char *s, size_t len, uint8_t *ret, size_t max, size_t *ret_len);
bool weft__ipproto_value(const char *s, uint8_t *ret);
const char *weft__ipproto_name(uint8_t v);

/* Extended matches: text into the nest that is open, and back. */
void weft__ematch_put(struct weft__cls *c, uint32_t key, const char *word, const char *text);
void weft__ematch_tell(struct weft__cls_tell *t, struct weft_attr tree);

#endif
