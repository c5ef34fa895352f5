/* SPDX-License-Identifier: MIT */
/* What the commands share: errors, output, sessions, names. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

enum {
	INPUT_MAX = 64 << 20,
};

static void line(const char *text)
{
	static const char no_room[] = "weft: out of memory\n";
	struct weft_text t = { 0 };

	weft_text_puts(&t, "weft: ");
	weft_text_safe(&t, text, strlen(text));
	weft_text_putc(&t, '\n');
	if (write(STDERR_FILENO, t.err ? no_room : t.p, t.err ? sizeof no_room - 1 : t.len) < 0)
		errno = 0; /* there is nowhere left to say so */
	weft_text_free(&t);
}

int cli_fail(int status, const char *fmt, ...)
{
	char buf[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	line(buf);
	return status;
}

int cli_error(const struct weft_error *e, const char *what)
{
	int status = CLI_REFUSED;

	switch (e->where) {
	case WEFT_WHERE_CALLER:
		status = CLI_USAGE;
		break;
	case WEFT_WHERE_TRANSPORT:
	case WEFT_WHERE_PEER:
		status = e->code == -ETIMEDOUT ? CLI_TIMEOUT : CLI_TRANSPORT;
		break;
	case WEFT_WHERE_CODEC:
		status = CLI_INTERNAL;
		break;
	case WEFT_WHERE_KERNEL:
	case WEFT_WHERE_NONE:
		break;
	}
	if (e->code == -EAGAIN)
		status = CLI_INTERRUPTED;
	if (e->code == -ENOMEM && e->where != WEFT_WHERE_TRANSPORT)
		status = CLI_INTERNAL;
	if (e->path[0])
		return cli_fail(status, "%s%s%s: %s", what, *what ? ": " : "", e->path,
				e->msg[0] ? e->msg : strerror(-e->code));
	return cli_fail(status, "%s%s%s", what, *what ? ": " : "", e->msg[0] ? e->msg : strerror(-e->code));
}

int cli_unknown(const char *kind, const char *word, const char *const *words, size_t n)
{
	char near[128];

	weft_nearest(words, n, word, strlen(word), near, sizeof near);
	return cli_fail(CLI_USAGE, "unknown %s \"%.60s\"%s%s", kind, word, near[0] ? "; near: " : "", near);
}

void words_add(struct words *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i], word) == 0)
			return;
	if (w->n < sizeof w->v / sizeof *w->v)
		w->v[w->n++] = word;
}

void words_schema(struct words *w, const struct weft_schema *s)
{
	for (unsigned i = 0; s && i < s->n; i++)
		if (s->fields[i].type != WEFT_T_PAD)
			words_add(w, s->fields[i].token);
	if (s && s->header)
		words_schema(w, s->header);
}

void words_kinds(struct words *w, const struct weft_choice *kinds)
{
	for (unsigned i = 0; i < kinds->n; i++)
		if (kinds->v[i].value)
			words_add(w, kinds->v[i].value);
}

int cli_flush(struct cli *c)
{
	size_t at = 0;

	if (c->out.err && !c->out_failed) {
		c->out_failed = true;
		return cli_fail(CLI_INTERNAL, "out of memory");
	}
	while (!c->out_failed && at < c->out.len) {
		ssize_t n = write(STDOUT_FILENO, c->out.p + at, c->out.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			c->out_failed = true;
			(void)cli_fail(CLI_TRANSPORT, "standard output: %s", strerror(errno));
			break;
		}
		at += (size_t)n;
	}
	weft_text_clear(&c->out);
	return c->out_failed ? CLI_TRANSPORT : 0;
}

int cli_drain(struct cli *c)
{
	return c->out.len > 60000 || c->out.err ? cli_flush(c) : 0;
}

void cli_tell(const struct cli *c, const struct weft_msg *m)
{
	struct weft_text t = { 0 };

	if (!c->verbose || weft_msg_error(m, NULL))
		return;
	weft_text_printf(&t, "> %s %s ", weft_msg_family(m)->name, weft_msg_op(m)->name);
	if (weft_json(weft_msg_body(m), &t) == 0)
		line(t.p);
	weft_text_free(&t);
}

int cli_session(struct cli *c, uint16_t protocol, struct weft_session **ret)
{
	struct weft_error e = { 0 };
	int r = weft_session_open(protocol,
				  WEFT_OPTS(weft_session_opts, .target = c->target, .agent = c->agent,
					    .record = c->record, .handler = weft_ovs, .handler_user = &c->ovs),
				  ret, &e);

	return r < 0 ? cli_error(&e, "") : 0;
}

int cli_family(const char *name, const struct weft_family **ret)
{
	const char *words[32];
	size_t n = 0;

	for (const struct weft_family *f; n < 32 && (f = weft_family_at(n)) != NULL; n++)
		words[n] = f->name;
	*ret = weft_family_find(name);
	return *ret ? 0 : cli_unknown("family", name, words, n);
}

int cli_op(const struct weft_family *f, const char *name, unsigned kind, const struct weft_op **ret)
{
	const char *words[64];
	size_t n = 0;

	for (unsigned i = 0; i < f->n_ops && n < 64; i++)
		if (f->ops[i].kinds & kind)
			words[n++] = f->ops[i].name;
	*ret = weft_op_find(f, name);
	if (!*ret)
		return cli_unknown("operation", name, words, n);
	if (!((*ret)->kinds & kind) || !(*ret)->request)
		return cli_fail(CLI_USAGE, "%s %s cannot be %s", f->name, name,
				kind == WEFT_OP_DUMP ? "dumped" : "done");
	return 0;
}

int cli_read(const char *arg, char **ret, size_t *ret_len)
{
	size_t cap = 65536, len = 0;
	char *p;

	if (strcmp(arg, "-") != 0) {
		*ret = strdup(arg);
		*ret_len = strlen(arg);
		return *ret ? 0 : cli_fail(CLI_INTERNAL, "out of memory");
	}
	p = malloc(cap);
	for (;;) {
		ssize_t n = p ? read(STDIN_FILENO, p + len, cap - len) : -1;
		char *q;

		if (n < 0 && p && errno == EINTR)
			continue;
		if (n < 0) {
			free(p);
			return cli_fail(CLI_TRANSPORT, "standard input: %s", p ? strerror(errno) : "out of memory");
		}
		len += (size_t)n;
		if (n == 0)
			break;
		if (len < cap)
			continue;
		cap *= 2;
		q = cap <= INPUT_MAX ? realloc(p, cap) : NULL;
		if (!q) {
			free(p);
			return cap <= INPUT_MAX ? cli_fail(CLI_INTERNAL, "out of memory")
						: cli_fail(CLI_USAGE, "standard input is larger than 64 MiB");
		}
		p = q;
	}
	*ret = p;
	*ret_len = len;
	return 0;
}

bool cli_help(struct cli *c, int argc, char **argv, const char *text)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") != 0 && strcmp(argv[i], "-h") != 0)
			continue;
		weft_text_puts(&c->out, text);
		return true;
	}
	return false;
}

static volatile sig_atomic_t stopped;
static sigset_t outside; /* the mask while waiting: the only time at which the two signals come */

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

void cli_catch(void)
{
	struct sigaction sa = { .sa_handler = stop };
	sigset_t both;

	(void)sigemptyset(&both);
	(void)sigaddset(&both, SIGINT);
	(void)sigaddset(&both, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &both, &outside);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

bool cli_stopped(void)
{
	return stopped;
}

double cli_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

bool cli_wait(int fd, double until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	double left = until > 0 ? until - cli_now() : 1e6;
	struct timespec t;

	if (left <= 0)
		return false;
	t = (struct timespec){ .tv_sec = (time_t)left, .tv_nsec = (long)((left - (double)(time_t)left) * 1e9) };
	return ppoll(&p, 1, &t, &outside) >= 0 || errno == EINTR;
}

int cli_until(const char *option, const char *value, unsigned long *ret_count, double *ret_until)
{
	bool count = strcmp(option, "--count") == 0;
	unsigned long n = 0;
	char *end = NULL;
	double seconds = 0;

	if (!value || (!count && strcmp(option, "--duration") != 0))
		return cli_fail(CLI_USAGE, "unknown option \"%.60s\"", option);
	errno = 0;
	if (count)
		n = strtoul(value, &end, 10);
	else
		seconds = strtod(value, &end);
	/* the second also when it is no number at all */
	if (end == value || *end || errno || *value == '-' || !(seconds <= 1e6))
		return cli_fail(CLI_USAGE, "%s: not a number%s: \"%.60s\"", option, count ? "" : " from 0 to 1000000",
				value);
	if (count)
		*ret_count = n;
	else
		*ret_until = cli_now() + seconds;
	return 0;
}
