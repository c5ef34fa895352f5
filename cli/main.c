/* SPDX-License-Identifier: MIT */
/* weft: global options and the table of commands. */
#include <signal.h>
#include <string.h>

#include "object.h"

static const char usage[] =
    "usage: weft [-t TARGET] [-j] [-v] COMMAND ...\n"
    "  do FAMILY OP [JSON]     one request; prints the reply\n"
    "  dump FAMILY OP [JSON]   every reply, as one JSON array\n"
    "       [--save FILE]      the messages themselves, for restore\n"
    "  restore FILE            makes again what a file has, also one of ip route, addr or rule save\n"
    "  listen FAMILY [GROUP...] notifications, one JSON object per line\n"
    "  families                what weft knows and what this kernel offers\n"
    "  show OBJECT [FIELD=VALUE...]   a table; -j for JSON\n"
    "  add|set|del OBJECT FIELD=VALUE...   changes\n"
    "  get OBJECT FIELD=VALUE...    one object; get route to ADDRESS asks for the way there\n"
    "  flush OBJECT FIELD=VALUE...|all     deletes what they describe\n"
    "  monitor [OBJECT...]     changes as they happen, field by field\n"
    "  netns list|add|del|exec|identify|pids|set-id|monitor   network namespaces by name\n"
    "  decode [FILE]           recorded messages: a tape, a capture of nlmon, hex\n"
    "  agent                   sockets of this machine for a weft elsewhere\n"
    "  -t TARGET   local, netns:NAME, netns:/path, pid:N; with /netns:NAME at the end if wanted:\n"
    "              ssh:[user@]host[:port], unix:/path, exec:COMMAND\n"
    "              tape:FILE plays what --record FILE wrote\n"
    "  --record FILE writes all that goes to and comes from the kernel\n"
    "  --agent CMD the command that ssh runs on the far side, \"weft agent\" if not given\n"
    "  --ovsdb PATH the socket of Open vSwitch's database, /run/openvswitch/db.sock if not given\n"
    "  -j          JSON, where a table is the default\n"
    "  -v          tell on standard error what is sent\n"
    "  --help, --version; also after a command: weft add link kind=vlan --help, or weft help add link\n"
    "Exit status: 0 done, 1 usage, 2 refused, 5 transport, 6 time-out, 7 interrupted dump, "
    "70 internal\n";

static const struct command {
	const char *name;
	int (*run)(struct cli *c, int argc, char **argv);
} commands[] = {
	{ "do", cmd_do },	  { "dump", cmd_dump },		{ "restore", cmd_restore },
	{ "listen", cmd_listen }, { "families", cmd_families }, { "show", cmd_show },
	{ "get", cmd_get },	  { "add", cmd_change },	{ "set", cmd_change },
	{ "del", cmd_change },	  { "flush", cmd_flush },	{ "monitor", cmd_monitor },
	{ "netns", cmd_netns },	  { "agent", cmd_agent },	{ "decode", cmd_decode },
};

enum {
	N_COMMANDS = sizeof commands / sizeof *commands,
};

static void say_usage(struct cli *c)
{
	weft_text_puts(&c->out, usage);
	weft_text_puts(&c->out, "Objects:");
	object_names(&c->out);
	weft_text_puts(&c->out, ".\n");
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *words[N_COMMANDS];

	if (strcmp(argv[0], "help") == 0 &&
	    (argc == 1 || (argc == 2 && (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)))) {
		say_usage(c);
		return CLI_OK;
	}
	if (strcmp(argv[0], "help") == 0) {
		/* help add link: add link --help */
		memmove(argv, argv + 1, (size_t)(argc - 1) * sizeof *argv);
		argv[argc - 1] = (char *)(uintptr_t) "--help";
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		weft_text_puts(&c->out, "weft " WEFT_VERSION "\n");
		return CLI_OK;
	}

	for (size_t i = 0; i < N_COMMANDS; i++) {
		words[i] = commands[i].name;
		if (strcmp(commands[i].name, argv[0]) == 0)
			return commands[i].run(c, argc, argv);
	}
	return cli_unknown("command", argv[0], words, N_COMMANDS);
}

/* Options before the command. Returns where the command stands, or -1 when all is said. */
static int options(struct cli *c, int argc, char **argv, int *ret_status)
{
	int i = 1;

	*ret_status = CLI_OK;
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-j") == 0) {
			c->json = true;
		} else if (strcmp(argv[i], "-v") == 0) {
			c->verbose = true;
		} else if (strcmp(argv[i], "-t") == 0 && i + 1 < argc && c->target) {
			*ret_status = cli_fail(CLI_USAGE, "more than one target");
			return -1;
		} else if (strcmp(argv[i], "-t") == 0 && i + 1 < argc) {
			c->target = argv[++i];
		} else if (strcmp(argv[i], "--record") == 0 && i + 1 < argc) {
			c->record = argv[++i];
		} else if (strcmp(argv[i], "--agent") == 0 && i + 1 < argc) {
			c->agent = argv[++i];
		} else if (strcmp(argv[i], "--ovsdb") == 0 && i + 1 < argc) {
			c->ovs.path = argv[++i];
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			say_usage(c);
			return -1;
		} else if (strcmp(argv[i], "--version") == 0) {
			weft_text_puts(&c->out, "weft " WEFT_VERSION "\n");
			return -1;
		} else {
			*ret_status = cli_fail(CLI_USAGE, "unknown option \"%.60s\"; see weft --help", argv[i]);
			return -1;
		}
	}
	if (i < argc)
		return i;
	*ret_status = cli_fail(CLI_USAGE, "no command given; see weft --help");
	return -1;
}

int main(int argc, char **argv)
{
	struct cli c = { .ovs = { .size = sizeof c.ovs } };
	int status, at, written;

	/* a reader that went away is a failed write, told as such */
	(void)signal(SIGPIPE, SIG_IGN);
	at = options(&c, argc, argv, &status);
	if (at > 0)
		status = run(&c, argc - at, argv + at);
	written = cli_flush(&c);
	weft_text_free(&c.out);
	return status ? status : written;
}
