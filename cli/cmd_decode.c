/* SPDX-License-Identifier: MIT */
/* weft decode: recorded messages as people read them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <weft/agent.h>
#include <weft/codec.h>

#include "capture.h"

enum {
	GENERIC = 16,
	CTRL = 16,
	FAMILIES = 64,
	MOST = 1 << 30, /* bytes of a file */
};

static const char help[] =
    "usage: weft [-j] decode [--protocol NAME] [FILE]\n"
    "Messages of a tape (--record), of a pcap or pcapng file of an nlmon device, or of hex: a line each. FILE is "
    "standard\n"
    "input when it is not given or \"-\". --protocol: that of hex, \"route\" if not given. Families of generic netlink "
    "are\n"
    "known by name once the file has shown them; -j prints one JSON object for each message. What is recorded and no\n"
    "netlink message, as events of devices are, is printed as bytes.\n";

struct decode {
	struct cli *c;
	struct {
		uint16_t id;
		char name[16];
	} family[FAMILIES];
	size_t n;
};

static const struct weft_op *op_of(const struct weft_family *f, uint16_t type, bool request)
{
	for (unsigned i = 0; request && f && i < f->n_ops; i++)
		if (f->ops[i].request == type)
			return &f->ops[i];
	return f ? weft_op_by_reply(f, type) : NULL;
}

static const struct weft_family *family_of(const struct decode *d, int protocol, const struct weft_nlmsg *m,
					   bool request)
{
	const struct weft_family *f;

	if (protocol == GENERIC && m->type == CTRL)
		return weft_family_find("nlctrl");
	for (size_t i = 0; protocol == GENERIC && i < d->n; i++)
		if (d->family[i].id == m->type)
			return weft_family_find(d->family[i].name);
	for (size_t i = 0; protocol != GENERIC && (f = weft_family_at(i)) != NULL; i++)
		if (f->protocol == protocol && !f->generic && op_of(f, m->type, request))
			return f;
	return NULL;
}

/* The controller tells ids and names. */
static void learn(struct decode *d, struct weft_attr body)
{
	const char *name = weft_str(weft_at(body, "family-name"), NULL);
	uint64_t id = weft_uint(weft_at(body, "family-id"), 0);

	if (!name || !id || id > UINT16_MAX || d->n == FAMILIES)
		return;
	d->family[d->n].id = (uint16_t)id;
	(void)snprintf(d->family[d->n++].name, sizeof d->family->name, "%s", name);
}

static const char *control_name(uint16_t type)
{
	static const char *const names[] = { NULL, "noop", "error", "done", "overrun" };

	return type < sizeof names / sizeof *names ? names[type] : NULL;
}

/* Flags by name; what the upper bits mean depends on the message. */
static void flags(struct weft_text *t, uint16_t v, bool get, bool control)
{
	static const char *const low[] = { "request", "multi", "ack", "echo", "dump-intr", "filtered" };
	static const char *const make[] = { "replace", "excl", "create", "append" };
	static const char *const ask[] = { "root", "match", "atomic" };
	static const char *const end[] = { "capped", "tlvs" };
	const char *sep = "";

	for (unsigned i = 0; i < 16; i++) {
		const char *name = i < 6     ? low[i]
				   : i < 8   ? NULL
				   : control ? (i < 10 ? end[i - 8] : NULL)
				   : get     ? (i < 11 ? ask[i - 8] : NULL)
				   : i < 12  ? make[i - 8]
					     : NULL;

		if (!(v >> i & 1))
			continue;
		weft_text_puts(t, sep);
		sep = ",";
		if (name)
			weft_text_puts(t, name);
		else
			weft_text_printf(t, "0x%x", 1u << i);
	}
}

/* Code and text of an error or the end of a dump. */
static void end_of(struct weft_text *t, const struct weft_nlmsg *m)
{
	uint32_t at = m->type == WEFT_NLMSG_DONE ? 4 : 20, len;
	struct weft_reader r;
	struct weft_tlv a;

	if (m->body_len < 4)
		return;
	weft_text_printf(t, "{\"error\":%d", (int)weft_get_u32(m->body));
	if (m->type == WEFT_NLMSG_ERROR && m->body_len >= 20) {
		len = weft_get_u32(m->body + 4);
		if (!(m->flags & WEFT_NLM_F_CAPPED) && len > 16 && len < WEFT_MSG_MAX)
			at += ((len + 3) & ~3u) - 16;
		weft_text_printf(t, ",\"of-type\":%u", weft_get_u16(m->body + 8));
	}
	r = weft_reader(m->body + at, m->flags & WEFT_NLM_F_ACK_TLVS && at < m->body_len ? m->body_len - at : 0);
	while (weft_read_attr(&r, &a) > 0) {
		if (a.type == 1) {
			weft_text_puts(t, ",\"text\":");
			weft_text_json(t, (const char *)a.p, strnlen((const char *)a.p, a.len));
		} else if (a.type == 2 && a.len == 4) {
			weft_text_printf(t, ",\"offset\":%u", weft_get_u32(a.p));
		}
	}
	weft_text_putc(t, '}');
}

static void protocol_name(struct weft_text *t, int protocol)
{
	static const char *const known[] = { "route", "generic",   "netfilter",	     "sock_diag", "xfrm",
					     "audit", "connector", "kobject_uevent", "rdma",	  "crypto" };

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (weft_protocol_number(known[i]) == protocol) {
			weft_text_puts(t, known[i]);
			return;
		}
	}
	weft_text_int(t, protocol);
}

struct told {
	struct weft_text type, flags, body;
};

/* Name, flags and content of a message. */
static void tell(struct decode *d, const struct datagram *g, const struct weft_nlmsg *m, struct told *t)
{
	bool request = m->flags & WEFT_NLM_F_REQUEST, control = m->type < 16;
	const struct weft_family *f = control ? NULL : family_of(d, g->protocol, m, request);
	uint32_t skip = !control && g->protocol == GENERIC && m->body_len >= 4 ? 4 : 0;
	uint16_t type = skip ? m->body[0] : m->type;
	const struct weft_op *op = f ? op_of(f, type, request) : NULL;
	struct weft_attr body = weft_body(op ? op->schema : NULL, m->body + skip, m->body_len - skip);

	if (control && control_name(m->type))
		weft_text_puts(&t->type, control_name(m->type));
	else if (op)
		weft_text_printf(&t->type, "%s %s", f->name, op->name);
	else
		weft_text_printf(&t->type, "%u", m->type);
	if (!op && skip)
		weft_text_printf(&t->type, " command %u", type);
	flags(&t->flags, m->flags, op && op->kinds & WEFT_OP_DUMP && request, control || !request);
	if (control) {
		end_of(&t->body, m);
		return;
	}
	if (f && strcmp(f->name, "nlctrl") == 0)
		learn(d, body);
	if (weft_json(body, &t->body) < 0 && !t->body.err) {
		t->body.len = 0;
		weft_text_putc(&t->body, '"');
		weft_text_hex(&t->body, body.p, body.len);
		weft_text_putc(&t->body, '"');
	}
}

/* When, where and of which protocol. */
static void json_head(struct weft_text *out, const struct datagram *g)
{
	weft_text_putc(out, '{');
	if (g->has_time)
		weft_text_printf(out, "\"time\":%llu.%06llu,", (unsigned long long)(g->us / 1000000),
				 (unsigned long long)(g->us % 1000000));
	if (g->way)
		weft_text_printf(out, "\"socket\":%u,\"way\":\"%s\",", g->socket, g->way);
	weft_text_puts(out, "\"protocol\":\"");
	protocol_name(out, g->protocol);
	weft_text_putc(out, '"');
}

static void text_head(struct weft_text *out, const struct datagram *g)
{
	if (g->has_time)
		weft_text_printf(out, "%llu.%06llu ", (unsigned long long)(g->us / 1000000),
				 (unsigned long long)(g->us % 1000000));
	if (g->way)
		weft_text_printf(out, "%u %s ", g->socket, g->way);
	protocol_name(out, g->protocol);
}

static void as_json(struct weft_text *out, const struct datagram *g, const struct weft_nlmsg *m, const struct told *t)
{
	json_head(out, g);
	weft_text_printf(out, ",\"message\":\"%s\",\"type\":%u,\"flags\":\"%s\",\"seq\":%u,\"port\":%u", t->type.p,
			 m->type, t->flags.p ? t->flags.p : "", m->seq, m->port);
	if (t->body.len) {
		weft_text_puts(out, ",\"body\":");
		weft_text_put(out, t->body.p, t->body.len);
	}
	weft_text_puts(out, "}\n");
}

static void as_text(struct weft_text *out, const struct datagram *g, const struct weft_nlmsg *m, const struct told *t)
{
	text_head(out, g);
	weft_text_printf(out, " %s [%s] seq %u port %u ", t->type.p, t->flags.p ? t->flags.p : "", m->seq, m->port);
	weft_text_put(out, t->body.p ? t->body.p : "", t->body.len);
	weft_text_putc(out, '\n');
}

static int message(struct decode *d, const struct datagram *g, const struct weft_nlmsg *m)
{
	struct told t = { { 0 }, { 0 }, { 0 } };
	int err;

	tell(d, g, m, &t);
	err = t.type.err ? t.type.err : t.flags.err ? t.flags.err : t.body.err;
	if (!err && d->c->json)
		as_json(&d->c->out, g, m, &t);
	else if (!err)
		as_text(&d->c->out, g, m, &t);
	weft_text_free(&t.type);
	weft_text_free(&t.flags);
	weft_text_free(&t.body);
	return err ? cli_fail(CLI_INTERNAL, "out of memory") : cli_drain(d->c);
}

/* Not everything that goes over such sockets is messages. */
static int bytes(struct decode *d, const struct datagram *g, const uint8_t *p, size_t len)
{
	struct weft_text *out = &d->c->out;

	(d->c->json ? json_head : text_head)(out, g);
	weft_text_puts(out, d->c->json ? ",\"message\":\"bytes\",\"body\":\"" : " bytes ");
	weft_text_hex(out, p, len);
	weft_text_puts(out, d->c->json ? "\"}\n" : "\n");
	return cli_drain(d->c);
}

static int datagram(const struct datagram *g, void *user)
{
	struct decode *d = user;
	struct weft_reader r = weft_reader(g->p, (uint32_t)g->len), rest = r;
	struct weft_nlmsg m;
	int status = 0, n = 0;

	while (status == 0 && (n = weft_read_msg(&r, &m)) > 0) {
		status = message(d, g, &m);
		rest = r;
	}
	if (status == 0 && n < 0 && g->recorded)
		status = bytes(d, g, rest.p, rest.len);
	else if (status == 0 && n < 0)
		status = cli_fail(CLI_USAGE, "bytes that are no message");
	return status;
}

static int read_all(int fd, char **ret, size_t *ret_len)
{
	size_t cap = 0, len = 0;
	ssize_t n = 1;
	char *p = NULL;

	while (n > 0 || (n < 0 && errno == EINTR)) {
		if (len == cap) {
			char *q = cap < MOST ? realloc(p, cap = cap ? cap * 2 : 1 << 16) : NULL;

			if (!q) {
				free(p);
				errno = ENOMEM;
				return -1;
			}
			p = q;
		}
		n = read(fd, p + len, cap - len);
		len += n > 0 ? (size_t)n : 0;
	}
	*ret = p;
	*ret_len = len;
	return n < 0 ? -1 : 0;
}

static int read_file(const char *file, char **ret, size_t *ret_len)
{
	bool in = strcmp(file, "-") == 0;
	int fd = in ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC), status = 0;

	if (fd < 0 || read_all(fd, ret, ret_len) < 0)
		status = cli_fail(CLI_TRANSPORT, "%.100s: %s", in ? "standard input" : file, strerror(errno));
	if (fd >= 0 && !in)
		close(fd);
	return status;
}

int cmd_decode(struct cli *c, int argc, char **argv)
{
	struct decode d = { .c = c };
	const char *file = "-", *protocol = "route";
	char *text = NULL;
	size_t len = 0;
	int status = 0;

	if (cli_help(c, argc, argv, help))
		return CLI_OK;
	for (int i = 1, words = 0; i < argc; i++) {
		if (strcmp(argv[i], "--protocol") == 0 && i + 1 < argc)
			protocol = argv[++i];
		else if ((argv[i][0] == '-' && argv[i][1]) || words++)
			return cli_fail(CLI_USAGE, "one file is needed, not \"%.60s\"; see weft decode --help",
					argv[i]);
		else
			file = argv[i];
	}
	if (weft_protocol_number(protocol) < 0)
		return cli_fail(CLI_USAGE, "--protocol: no protocol \"%.40s\"", protocol);
	status = read_file(file, &text, &len);
	if (status == 0)
		status = capture_read((const uint8_t *)text, len, weft_protocol_number(protocol), datagram, &d);
	free(text);
	return status;
}
