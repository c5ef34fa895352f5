/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_SAVE_H
#define WEFT_CLI_SAVE_H

/* Files of netlink messages; docs/formats.md. */

#include "cli.h"

enum {
	SAVE_VERSION = 1,
	SAVE_HEADER = 8, /* magic, version, length */
};
#define SAVE_MAGIC 0x54464557u /* "WEFT" in little-endian memory */

/* Attributes of the header. */
enum {
	SAVE_FAMILY = 1,
	SAVE_OP = 2,
	SAVE_TARGET = 3,
};

/* The magic that iproute2 gives files of this operation's messages, or 0. */
uint32_t save_magic(const struct weft_family *f, const struct weft_op *op);
/* Family and operation of such a magic, or NULL. */
const struct weft_op *save_of_magic(uint32_t magic, const struct weft_family **ret);

/* Writes a dump that was started to a file ("-": standard output). The file appears when it is whole.
 * Exit status. */
int save_dump(struct cli *c, const char *path, const struct weft_family *f, const struct weft_op *op,
	      struct weft_session *s, struct weft_dump *d);

/* A file as read. Set path, for messages, before. */
struct save_file {
	const char *path;
	uint8_t *p;
	size_t len;
	const struct weft_family *f;
	const struct weft_op *get; /* whose answers the messages are */
	bool own;		   /* weft's header, and an end */
	struct weft_attr *body;	   /* of each message, all of them well formed */
	size_t n, cap;
};
/* 0, or an exit status after one line that says what is wrong. */
int save_read(struct save_file *x, int fd);
void save_free(struct save_file *x);

#endif
