/* SPDX-License-Identifier: MIT */
/* Data centre bridging: what a device does with priorities and traffic classes (IEEE 802.1Qaz). The words are those of
 * the program dcb; lists are INDEX:VALUE with commas. The kernel takes a struct as a whole, so what no word speaks of
 * is asked for first. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../change.h"
#include "objects.h"

enum {
	IEEE_SET = 20, /* linux/dcbnl.h */
	IEEE_GET = 21,
	SET_DCBX = 23,
	IEEE_DEL = 27,
	ETHERTYPES = 1, /* selectors of applications */
	STREAMS = 2,
	DATAGRAMS = 3,
	PORTS = 4,
	DSCP = 5,
	PCP = 255,
	CLASSES = 8,
};

static column_text list, algorithms, priorities, rates, applications, standard, mode;

static const struct column columns[] = {
	{ "ifname", "ifname", .word = "dev", .device = true },
	{ "dcbx", "dcbx", .text = mode, .list = true },
	{ "willing", "ieee.ets.willing" },
	{ "ets_cap", "ieee.ets.ets-cap", .wide = true },
	{ "cbs", "ieee.ets.cbs", .wide = true },
	{ "tc_bw", "ieee.ets.tc-tx-bw", .text = list, .list = true },
	{ "pg_bw", "ieee.ets.tc-rx-bw", .text = list, .list = true, .wide = true },
	{ "tc_tsa", "ieee.ets.tc-tsa", .text = algorithms, .list = true },
	{ "prio_tc", "ieee.ets.prio-tc", .text = list, .list = true },
	{ "reco_tc_bw", "ieee.ets.tc-reco-bw", .text = list, .list = true, .wide = true },
	{ "reco_tc_tsa", "ieee.ets.tc-reco-tsa", .text = algorithms, .list = true, .wide = true },
	{ "reco_prio_tc", "ieee.ets.reco-prio-tc", .text = list, .list = true, .wide = true },
	{ "pfc_cap", "ieee.pfc.pfc-cap", .wide = true },
	{ "prio_pfc", "ieee.pfc.pfc-en", .text = priorities, .list = true },
	{ "macsec_bypass", "ieee.pfc.mbc", .wide = true },
	{ "delay", "ieee.pfc.delay", .wide = true },
	{ "requests", "ieee.pfc.requests", .text = list, .list = true, .wide = true },
	{ "indications", "ieee.pfc.indications", .text = list, .list = true, .wide = true },
	{ "tc_maxrate", "ieee.maxrate.tc-maxrate", .text = rates, .list = true, .wide = true },
	{ "prio_buffer", "ieee.buffer.prio2buffer", .text = list, .list = true, .wide = true },
	{ "buffer_size", "ieee.buffer.buffer-size", .text = list, .list = true, .wide = true },
	{ "total_size", "ieee.buffer.total-size", .wide = true },
	{ "default_prio", "ieee.app-table.ieee-app", .text = standard, .list = true },
	{ "ethtype_prio", "ieee.app-table.ieee-app", .text = applications, .list = true, .wide = true },
	{ "stream_port_prio", "ieee.app-table.ieee-app", .text = applications, .list = true, .wide = true },
	{ "dgram_port_prio", "ieee.app-table.ieee-app", .text = applications, .list = true, .wide = true },
	{ "port_prio", "ieee.app-table.ieee-app", .text = applications, .list = true, .wide = true },
	{ "dscp_prio", "ieee.app-table.ieee-app", .text = applications, .list = true },
	{ "pcp_prio", "ieee.app-table.dcb-app", .text = applications, .list = true, .wide = true },
	{ 0 },
};

static const struct alias aliases[] = { { "dev", "ifname" }, { 0 } };

static const char *const modes[] = { "host", "lld-managed", "cee", "ieee", "static" };
static const struct {
	const char *name;
	uint8_t number;
} ways[] = { { "strict", 0 }, { "cbs", 1 }, { "ets", 2 }, { "vendor", 255 } };

/* Of which selector the applications of a column or word are; whether these name a protocol. */
static const struct {
	const char *word;
	uint8_t selector;
	bool protocol;
} selectors[] = { { "default_prio", ETHERTYPES, false },
		  { "ethtype_prio", ETHERTYPES, true },
		  { "stream_port_prio", STREAMS, true },
		  { "dgram_port_prio", DATAGRAMS, true },
		  { "port_prio", PORTS, true },
		  { "dscp_prio", DSCP, true },
		  { "pcp_prio", PCP, true } };

static const char *way_of(uint64_t number, char buf[24])
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (ways[i].number == number)
			return ways[i].name;
	(void)snprintf(buf, 24, "%llu", (unsigned long long)number);
	return buf;
}

/* In kbit/s, in the largest unit that tells it whole. */
static const char *rate_of(uint64_t rate, char buf[24])
{
	static const char *const units[] = { "kbit", "mbit", "gbit" };
	size_t i = 0;

	for (; i < 2 && rate && rate % 1000 == 0; i++)
		rate /= 1000;
	(void)snprintf(buf, 24, "%llu%s", (unsigned long long)rate, units[i]);
	return buf;
}

static const char *plain(uint64_t number, char buf[24])
{
	(void)snprintf(buf, 24, "%llu", (unsigned long long)number);
	return buf;
}

static bool indexed(const struct column *col, const struct entry *e, struct weft_text *t,
		    const char *(*say)(uint64_t, char[24]))
{
	unsigned i = 0;
	char buf[24];

	WEFT_EACH(one, weft_at(e->at, col->path))
	{
		weft_text_printf(t, "%s%u:%s", i ? "," : "", i, say(weft_uint(one, 0), buf));
		i++;
	}
	return i > 0;
}

static bool list(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	return indexed(col, e, t, plain);
}

static bool algorithms(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	return indexed(col, e, t, way_of);
}

static bool rates(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	return indexed(col, e, t, rate_of);
}

static bool priorities(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, col->path);
	uint64_t on = weft_uint(a, 0);

	(void)links;
	for (unsigned i = 0; a.p && i < CLASSES; i++)
		weft_text_printf(t, "%s%u:%s", i ? "," : "", i, on >> i & 1 ? "on" : "off");
	return a.p;
}

static bool mode(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	struct weft_attr a = weft_at(e->at, col->path);
	uint64_t on = weft_uint(a, 0);
	const char *sep = "";

	(void)links;
	for (size_t i = 0; a.p && i < sizeof modes / sizeof *modes; i++)
		if (on >> i & 1) {
			weft_text_printf(t, "%s%s", sep, modes[i]);
			sep = ",";
		}
	return a.p;
}

/* Those of one selector; without a protocol, what is for all others. */
static bool told(const struct column *col, const struct entry *e, struct weft_text *t, uint32_t selector, bool with)
{
	const char *sep = "";

	WEFT_EACH(one, weft_at(e->at, col->path))
	{
		uint64_t protocol = weft_uint(weft_at(one, "protocol"), 0),
			 prio = weft_uint(weft_at(one, "priority"), 0);

		if (weft_uint(weft_at(one, "selector"), 0) != selector || (selector == ETHERTYPES && !protocol) == with)
			continue;
		weft_text_puts(t, sep);
		sep = ",";
		if (with)
			weft_text_printf(t, selector == ETHERTYPES ? "0x%llx:" : "%llu:", (unsigned long long)protocol);
		weft_text_printf(t, "%llu", (unsigned long long)prio);
	}
	return *sep;
}

static bool applications(const struct column *col, const struct entry *e, const struct links *links,
			 struct weft_text *t)
{
	uint8_t selector = 0;

	(void)links;
	for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++)
		if (strcmp(selectors[i].word, col->name) == 0)
			selector = selectors[i].selector;
	return told(col, e, t, selector, true);
}

static bool standard(const struct column *col, const struct entry *e, const struct links *links, struct weft_text *t)
{
	(void)links;
	return told(col, e, t, ETHERTYPES, false);
}

/* --- words --- */

static int number_of(const char *value, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(value, &end, 0);
	return *value >= '0' && *value <= '9' && !*end && !errno ? 0 : -1;
}

static int one_way(const char *value, uint64_t *ret)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (strcmp(ways[i].name, value) == 0) {
			*ret = ways[i].number;
			return 0;
		}
	return number_of(value, ret);
}

static int one_rate(const char *value, uint64_t *ret)
{
	static const struct {
		const char *name;
		uint64_t times;
	} units[] = { { "kbit", 1 }, { "mbit", 1000 }, { "gbit", 1000000 } };
	char *end;

	errno = 0;
	*ret = strtoull(value, &end, 10);
	for (size_t i = 0; *value >= '0' && *value <= '9' && !errno && i < 3; i++)
		if (strcmp(end, units[i].name) == 0 && *ret <= UINT64_MAX / units[i].times) {
			*ret *= units[i].times;
			return 0;
		}
	return -1;
}

static int one_switch(const char *value, uint64_t *ret)
{
	*ret = strcmp(value, "on") == 0;
	return *ret || strcmp(value, "off") == 0 ? 0 : -1;
}

/* key: of a list, or a number, in one of the structs; most: of a value. */
static const struct part {
	const char *word, *in, *key;
	int (*read)(const char *value, uint64_t *ret);
	uint64_t most;
	bool list, bits;
} parts[] = {
	{ "willing", "ets", "willing", one_switch, 1 },
	{ "tc_bw", "ets", "tc-tx-bw", number_of, 100, true },
	{ "pg_bw", "ets", "tc-rx-bw", number_of, 100, true },
	{ "tc_tsa", "ets", "tc-tsa", one_way, 255, true },
	{ "prio_tc", "ets", "prio-tc", number_of, 7, true },
	{ "reco_tc_bw", "ets", "tc-reco-bw", number_of, 100, true },
	{ "reco_tc_tsa", "ets", "tc-reco-tsa", one_way, 255, true },
	{ "reco_prio_tc", "ets", "reco-prio-tc", number_of, 7, true },
	{ "prio_pfc", "pfc", "pfc-en", one_switch, 1, true, true },
	{ "macsec_bypass", "pfc", "mbc", one_switch, 1 },
	{ "delay", "pfc", "delay", number_of, 65535 },
	{ "tc_maxrate", "maxrate", "tc-maxrate", one_rate, INT64_MAX, true },
	{ "prio_buffer", "buffer", "prio2buffer", number_of, 7, true },
	{ "buffer_size", "buffer", "buffer-size", number_of, UINT32_MAX, true },
};

static int refused(const char *word, const char *value)
{
	return cli_fail(CLI_USAGE, "%s: not understood: \"%.60s\"", word, value);
}

/* "0:10,1:20" or "all:5" into a list or the bits of a number; without a list, one value. */
static int merge(const struct part *p, const char *value, json_t *tree)
{
	json_t *at = json_object_get(tree, p->key);
	char *copy = strdup(value), *save = NULL;
	int status = copy ? 0 : change_memory();

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save)) {
		char *colon = strchr(w, ':');
		bool all = p->list && strncmp(w, "all:", 4) == 0;
		uint64_t v, n = 0;

		if (p->list != (colon != NULL) || p->read(colon ? colon + 1 : w, &v) < 0 || v > p->most) {
			status = refused(p->word, value);
			break;
		}
		if (colon)
			*colon = 0;
		if (p->list && !all && (number_of(w, &n) < 0 || n >= CLASSES))
			status = refused(p->word, value);
		for (size_t i = all ? 0 : n; status == 0 && i < (all ? CLASSES : n + 1); i++) {
			json_int_t old = json_integer_value(at), bit = 1 << i;

			if (p->list && !p->bits)
				(void)json_array_set_new(at, i, json_integer((json_int_t)v));
			else
				(void)json_integer_set(at, !p->bits ? (json_int_t)v : v ? old | bit : old & ~bit);
		}
	}
	free(copy);
	return status;
}

static int application(size_t which, const char *value, json_t *apps)
{
	char *copy = strdup(value), *save = NULL;
	int status = copy ? 0 : change_memory();

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save)) {
		char *colon = strchr(w, ':');
		uint64_t protocol = 0, prio;

		if (colon)
			*colon = 0;
		if (selectors[which].protocol != (colon != NULL) || (colon && number_of(w, &protocol) < 0) ||
		    number_of(colon ? colon + 1 : w, &prio) < 0 || protocol > UINT16_MAX || prio > UINT8_MAX) {
			status = refused(selectors[which].word, value);
			break;
		}
		if (json_array_append_new(apps, json_pack("{s:i,s:i,s:i}", "selector", selectors[which].selector,
							  "priority", (int)prio, "protocol", (int)protocol)) < 0)
			status = change_memory();
	}
	free(copy);
	return status;
}

/* The applications of all words; those that are known by their PCP have an attribute of their own. */
static int table(struct change *x, bool pcp)
{
	json_t *apps = json_array();
	int status = apps ? 0 : change_memory();

	for (size_t i = 0; status == 0 && i < x->n_words; i++)
		for (size_t k = 0; status == 0 && k < sizeof selectors / sizeof *selectors; k++)
			if ((selectors[k].selector == PCP) == pcp && strcmp(selectors[k].word, x->word[i].name) == 0)
				status = application(k, x->word[i].value, apps);
	if (status == 0 && json_array_size(apps))
		return change_put(x, pcp ? "ieee.app-table.dcb-app" : "ieee.app-table.ieee-app", apps);
	json_decref(apps);
	return status;
}

/* What the device has now; *ret to be freed. */
static int ask(struct change *x, struct weft_reply **ret)
{
	const char *dev = json_string_value(json_object_get(x->root, "ifname"));
	struct weft_msg *m = weft_request("rt-dcb", "getdcb", 0);

	weft_put_named(m, "cmd", weft_kv_uint(0, IEEE_GET));
	weft_put_named(m, "ifname", weft_kv_str(0, dev));
	if (weft_call(x->s, m, ret) < 0)
		return cli_error(weft_last_error(x->s), dev);
	return 0;
}

/* Each struct that words speak of, as it was but for these. */
static int structs(struct change *x, const char *in, struct weft_reply **old)
{
	json_t *tree = NULL;
	char path[32];
	int status = 0;

	(void)snprintf(path, sizeof path, "ieee.%s", in);
	for (size_t i = 0; i < x->n_words && status == 0; i++)
		for (const struct part *p = parts; p < parts + sizeof parts / sizeof *parts && status == 0; p++) {
			if (strcmp(p->in, in) != 0 || strcmp(p->word, x->word[i].name) != 0)
				continue;
			if (!*old)
				status = ask(x, old);
			if (status == 0 && !tree)
				tree = change_tree(weft_at(weft_reply_body(*old), path));
			if (status == 0)
				status = tree ? merge(p, x->word[i].value, tree)
					      : cli_fail(CLI_REFUSED, "%s: the device has no %s", p->word, in);
		}
	if (status == 0 && tree)
		return change_put(x, path, tree);
	json_decref(tree);
	return status;
}

static int set_mode(struct change *x, const char *value)
{
	uint64_t bits = 0;
	char *copy = strdup(value), *save = NULL;
	int status = copy ? 0 : change_memory();

	for (char *w = copy ? strtok_r(copy, ",", &save) : NULL; w && status == 0; w = strtok_r(NULL, ",", &save)) {
		size_t i = 0;

		while (i < sizeof modes / sizeof *modes && strcmp(modes[i], w) != 0)
			i++;
		if (i == sizeof modes / sizeof *modes)
			status = refused("dcbx", value);
		bits |= 1u << i;
	}
	free(copy);
	return status ? status : change_number(x, "dcbx", bits);
}

static int word(struct change *x, const char *name, const char *value)
{
	if (!value)
		return NOT_MINE;
	/* no list has nothing in it */
	if (!*value && strcmp(name, "dev") != 0 && strcmp(name, "ifname") != 0)
		return refused(name, value);
	for (size_t i = 0; i < sizeof selectors / sizeof *selectors; i++)
		if (strcmp(selectors[i].word, name) == 0)
			return change_word(x, name, value);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcmp(parts[i].word, name) == 0)
			return x->verb == VERB_SET ? change_word(x, name, value)
						   : cli_fail(CLI_USAGE, "%s: only with set", name);
	return strcmp(name, "dcbx") == 0 && x->verb == VERB_SET ? set_mode(x, value) : NOT_MINE;
}

static const char *words(const char *kind, size_t i)
{
	const size_t n = sizeof parts / sizeof *parts;

	(void)kind;
	if (i < n)
		return parts[i].word;
	return i - n < sizeof selectors / sizeof *selectors ? selectors[i - n].word : NULL;
}

static int ready(struct change *x)
{
	static const char *const in[] = { "ets", "pfc", "maxrate", "buffer" };
	struct weft_reply *old = NULL;
	bool dcbx = change_has(x, "dcbx");
	int status = dcbx && x->n_words ? cli_fail(CLI_USAGE, "dcbx: is set alone") : 0;

	for (size_t i = 0; status == 0 && i < sizeof in / sizeof *in; i++)
		status = structs(x, in[i], &old);
	for (int pcp = 0; status == 0 && pcp < 2; pcp++)
		status = table(x, pcp);
	weft_reply_free(old);
	if (status == 0 && !dcbx && !x->n_words)
		status = cli_fail(CLI_USAGE, "nothing to be %s", x->verb == VERB_DEL ? "deleted" : "set");
	return status ? status : change_number(x, "cmd", dcbx ? SET_DCBX : x->verb == VERB_DEL ? IEEE_DEL : IEEE_SET);
}

/* The answer to a change has its result where requests have what is changed. */
static int result(struct weft_attr body)
{
	struct weft_attr a = weft_at(body, "ieee");

	if (weft_uint(weft_at(body, "cmd"), 0) == SET_DCBX)
		return weft_uint(weft_at(body, "dcbx"), 0) ? -EINVAL : 0;
	return a.p && a.len == 1 ? -(int)a.p[0] : 0;
}

const struct object object_dcb = {
	"dcb",
	"dcbs",
	"rt-dcb",
	"setdcb",
	"setdcb",
	"getdcb",
	"set dcb DEV tc_bw=0:50,1:50 tc_tsa=all:ets prio_tc=3:1; prio_pfc=3:on; tc_maxrate=0:10gbit;\n"
	"     prio_buffer=3:1 buffer_size=1:20000; dcbx=host,ieee\n"
	"add|del dcb DEV dscp_prio=46:5,34:4; default_prio=1\n",
	.groups = { 23 },
	.new_event = "setdcb",
	.columns = columns,
	.identity = (const struct ident[]){ { "ifname" }, { 0 } },
	.aliases = aliases,
	.needs = (const struct need[]){ { ~0u, "ifname", NULL, "dev: missing" }, { 0 } },
	.ask = (const struct fixed[]){ { "cmd", IEEE_GET, NULL }, { 0 } },
	.first = "dev",
	.named = "ifname",
	.no_flush = true,
	.quiet = true,
	.word = word,
	.words = words,
	.ready = ready,
	.result = result,
};
