/* SPDX-License-Identifier: MIT */
/* weft show: objects as a table for people, or with -j as JSON. */
#include <string.h>

#include "help.h"
#include "query.h"
#include "table.h"

static int row(const struct entry *e, void *user)
{
	return table_row(user, e);
}

int cmd_show(struct cli *c, int argc, char **argv)
{
	const char *columns = NULL;
	const struct object *o;
	struct table t = { 0 };
	struct query q;
	int status, n = 0;

	if (help_show(c, argc, argv, &status))
		return status;
	if (argc < 2)
		return cli_fail(CLI_USAGE, "an object is needed; see weft show --help");
	status = object_find(argv[1], &o);
	if (status)
		return status;
	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--columns") == 0 && i + 1 == argc)
			return cli_fail(CLI_USAGE, "--columns: NAME,... is needed");
		if (strcmp(argv[i], "--columns") == 0)
			columns = argv[++i];
		else
			argv[2 + n++] = argv[i];
	}
	status = query_open(&q, c, o, n, argv + 2);
	if (status == 0)
		status = table_open(&t, c, o, &q.links, columns);
	if (status == 0)
		status = query_run(&q, row, &t);
	if (status == 0)
		status = table_end(&t);
	if (status == 0)
		status = query_end(&q);
	table_free(&t);
	query_free(&q);
	return status;
}
