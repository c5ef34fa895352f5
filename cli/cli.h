/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_H
#define WEFT_CLI_H

#include <weft/ovs.h>
#include <weft/session.h>

/* Exit statuses. */
enum {
	CLI_OK = 0,
	CLI_USAGE = 1,
	CLI_REFUSED = 2,
	CLI_TRANSPORT = 5,
	CLI_TIMEOUT = 6,
	CLI_INTERRUPTED = 7,
	CLI_INTERNAL = 70,
};

struct cli {
	const char *target, *agent, *record;
	struct weft_ovs_opts ovs;
	bool json;
	bool verbose;	      /* tell on standard error what is sent */
	struct weft_text out; /* standard output, written by cli_flush */
	bool out_failed;
};

/* One line on standard error; returns status. Control characters are escaped. */
int cli_fail(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for an error of the library; what: the user's own argument or "". */
int cli_error(const struct weft_error *e, const char *what);
/* "unknown X "word"; near: ..." out of n words. */
int cli_unknown(const char *kind, const char *word, const char *const *words, size_t n);
/* Words for it, gathered: what has no room is left out. Borrowed. */
struct words {
	const char *v[512];
	size_t n;
};
void words_add(struct words *w, const char *word);
/* Tokens of a schema and its header. */
void words_schema(struct words *w, const struct weft_schema *s);
/* The kinds that a choice has. */
void words_kinds(struct words *w, const struct weft_choice *kinds);

/* Writes what is in c->out. 0, or CLI_TRANSPORT once and for all when it cannot be written. */
int cli_flush(struct cli *c);
/* Flushes when there is much. */
int cli_drain(struct cli *c);

/* With -v: one line on standard error with the request that follows. */
void cli_tell(const struct cli *c, const struct weft_msg *m);
/* 0 and a session, or an exit status. */
int cli_session(struct cli *c, uint16_t protocol, struct weft_session **ret);
/* Family and operation by name, or an exit status. */
int cli_family(const char *name, const struct weft_family **ret);
int cli_op(const struct weft_family *f, const char *name, unsigned kind, const struct weft_op **ret);
/* All of a file ("-": standard input) or of the text itself; free *ret. */
int cli_read(const char *arg, char **ret, size_t *ret_len);

int cmd_do(struct cli *c, int argc, char **argv);
int cmd_dump(struct cli *c, int argc, char **argv);
int cmd_restore(struct cli *c, int argc, char **argv);
int cmd_listen(struct cli *c, int argc, char **argv);
int cmd_families(struct cli *c, int argc, char **argv);
int cmd_show(struct cli *c, int argc, char **argv);
/* add, set and del. */
int cmd_change(struct cli *c, int argc, char **argv);
int cmd_get(struct cli *c, int argc, char **argv);
int cmd_flush(struct cli *c, int argc, char **argv);
int cmd_monitor(struct cli *c, int argc, char **argv);
int cmd_netns(struct cli *c, int argc, char **argv);
int cmd_decode(struct cli *c, int argc, char **argv);
int cmd_agent(struct cli *c, int argc, char **argv);

/* SIGINT and SIGTERM end a wait, and nothing else: commands that run until then stop in order. */
void cli_catch(void);
bool cli_stopped(void);
/* Until fd has something to read, a signal comes, or the moment (of cli_now; 0: never). False: over. */
bool cli_wait(int fd, double until);
double cli_now(void);
/* --count N or --duration SECONDS (the moment of its end; 0 ends at once): 0 or an exit status. */
int cli_until(const char *option, const char *value, unsigned long *ret_count, double *ret_until);

/* "--help" or "-h" anywhere: prints text and is true. */
bool cli_help(struct cli *c, int argc, char **argv, const char *text);

#endif
