/* SPDX-License-Identifier: MIT */
#ifndef WEFT_TC_WORDS_H
#define WEFT_TC_WORDS_H

/* Words of people and the options they stand for, by kind. */

#include <weft/tc.h>

/* The words of one call. */
struct weft__words {
	struct weft_msg *m;
	const struct weft_word *v;
	size_t n;
	uint64_t used; /* bit i: word i was taken */
};
/* The value of a word as a number with a unit (0: none); false: it is not there, or it is wrong, which the
 * message then keeps. */
bool weft__word_uint(struct weft__words *w, const char *name, uint8_t unit, uint64_t *ret);
/* The same for what a 32-bit field takes. */
bool weft__word_u32(struct weft__words *w, const char *name, uint8_t unit, uint32_t *ret);
/* Text with a unit; name: the word of a failure. */
bool weft__word_value(struct weft_msg *m, const char *name, uint8_t unit, const char *text, uint64_t *ret);
/* The text of a word; NULL: not there. The second leaves it for others. */
const char *weft__word_text(struct weft__words *w, const char *name);
const char *weft__word_look(const struct weft__words *w, const char *name);
/* A word alone. */
bool weft__word_alone(struct weft__words *w, const char *name);
/* Keeps a failure about a word. */
void weft__word_fail(struct weft_msg *m, int code, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The next item of a list with commas or blanks: 1 and its place, 0 at the end. */
bool weft__word_item(const char **at, const char **ret, size_t *ret_len);
/* A number without unit of len bytes; hex: of hex digits. */
bool weft__word_number(const char *s, size_t len, bool hex, uint64_t max, uint64_t *ret);

/* Words that are told. */
struct weft__tell {
	struct weft_text *t;
	bool any;
};
void weft__tell_word(struct weft__tell *t, const char *word);
void weft__tell_name(struct weft__tell *t, const char *name); /* " name=" */
void weft__tell_uint(struct weft__tell *t, const char *name, uint8_t unit, uint64_t v);

/* What a word does in a table. */
enum weft__how {
	WEFT__AS_ROW,  /* its value goes into the row at .path */
	WEFT__ALONE,   /* stands alone and means .value there */
	WEFT__BIT,     /* stands alone and adds .value there */
	WEFT__LOG2,    /* the row has the logarithm */
	WEFT__BYTES,   /* "1,2,3" into bytes */
	WEFT__LIST,    /* "1,2,3" into the items of a list, or a repeated row in a nest of its own */
	WEFT__MINOR,   /* minor part of a handle, in hex */
	WEFT__CLOCK,   /* CLOCK_TAI */
	WEFT__ROUNDED, /* a time that the kernel rounds down, to 2^.value nanoseconds */
	WEFT__PRIOMAP, /* bytes into a struct tc_prio_qopt of three bands */
};
struct weft__tc_row {
	const char *word; /* "": none, only .absent */
	const char *path; /* of one or two steps below the options */
	uint8_t how;
	uint32_t value;
	const char *absent; /* as which a word counts that is not there */
};
struct weft__tc_kind {
	const char *kind;
	bool of_class;
	bool always; /* has options even if no word speaks of them */
	const struct weft__tc_row *rows;
	const char *const *names; /* of words that are not in rows */
	/* beside rows, before them: into the open options */
	void (*put)(struct weft__words *w);
	void (*tell)(struct weft__tell *t, struct weft_attr options);
};
extern const struct weft__tc_kind weft__tc_plain[], weft__tc_shape[], weft__tc_red[], weft__tc_delay[], weft__tc_time[];

/* Words that all kinds have: size tables, rate estimator. */
void weft__put_common(struct weft__words *w);
void weft__tell_common(struct weft__tell *t, struct weft_attr body);
/* "ethernet", "atm": the value of a word, WEFT__TC_ETHERNET without it. */
uint8_t weft__word_linklayer(struct weft__words *w, const char *name);
void weft__tell_linklayer(struct weft__tell *t, const char *name, uint64_t v);

/* Clocks by name, with or without CLOCK_. */
bool weft__clock_value(const char *s, uint64_t *ret);
const char *weft__clock_name(int64_t v);

#endif
