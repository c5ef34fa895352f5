/* SPDX-License-Identifier: MIT */
/* Numbers that have names: built in, and those that the files of iproute2 add on this machine. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "object.h"

struct word {
	uint32_t value;
	const char *name;
};

static const struct word tables[] = { { 255, "local" }, { 254, "main" }, { 253, "default" }, { 0 } };
static const struct word protocols[] = {
	{ 1, "redirect" }, { 2, "kernel" },    { 3, "boot" },	     { 4, "static" },
	{ 8, "gated" },	   { 9, "ra" },	       { 10, "mrt" },	     { 11, "zebra" },
	{ 12, "bird" },	   { 13, "dnrouted" }, { 14, "xorp" },	     { 15, "ntk" },
	{ 16, "dhcp" },	   { 17, "mrouted" },  { 18, "keepalived" }, { 42, "babel" },
	{ 84, "ovn" },	   { 99, "openr" },    { 186, "bgp" },	     { 187, "isis" },
	{ 188, "ospf" },   { 189, "rip" },     { 192, "eigrp" },     { 0 },
};
static const struct word addrprotos[] = {
	{ 0, "unspec" }, { 1, "kernel_lo" }, { 2, "kernel_ra" }, { 3, "kernel_ll" }, { 0, NULL }
};
static const struct word scopes[] = {
	{ 200, "site" }, { 253, "link" },   { 254, "host" }, { 255, "nowhere" },
	{ 0, "global" }, { 0, "universe" }, { 0, NULL },
};
static const struct word operstates[] = {
	{ 1, "notpresent" }, { 2, "down" }, { 3, "lowerlayerdown" }, { 4, "testing" },
	{ 5, "dormant" },    { 6, "up" },   { 0, "unknown" },	     { 0, NULL },
};
static const struct word linktypes[] = {
	{ 1, "ether" },		 { 24, "ieee1394" },	{ 32, "infiniband" },
	{ 512, "ppp" },		 { 768, "ipip" },	{ 769, "tunnel6" },
	{ 772, "loopback" },	 { 776, "sit" },	{ 778, "gre" },
	{ 823, "gre6" },	 { 65534, "none" },	{ 280, "can" },
	{ 290, "mctp" },	 { 801, "ieee802.11" }, { 803, "ieee802.11/radiotap" },
	{ 804, "ieee802.15.4" }, { 824, "netlink" },	{ 519, "rawip" },
	{ 778, "gre" },		 { 779, "pimreg" },	{ 0 },
};
static const struct word families[] = {
	{ 0, "unspec" }, { 2, "inet" },	  { 7, "bridge" },  { 10, "inet6" }, { 28, "mpls" },
	{ 45, "mctp" },	 { 128, "ipmr" }, { 129, "ip6mr" }, { 0, NULL },
};
static const struct word groups[] = { { 0, "default" }, { 0, NULL } };
static const struct word ipprotos[] = {
	{ 1, "icmp" },	     { 2, "igmp" },    { 4, "ipip" },	   { 6, "tcp" },    { 17, "udp" },
	{ 33, "dccp" },	     { 41, "ipv6" },   { 47, "gre" },	   { 50, "esp" },   { 51, "ah" },
	{ 58, "ipv6-icmp" }, { 58, "icmpv6" }, { 89, "ospf" },	   { 103, "pim" },  { 112, "vrrp" },
	{ 115, "l2tp" },     { 132, "sctp" },  { 136, "udplite" }, { 137, "mpls" }, { 0 },
};

static const struct word ethertypes[] = {
	{ 0x0003, "all" },
	{ 0x0800, "ip" },
	{ 0x86dd, "ipv6" },
	{ 0x0806, "arp" },
	{ 0x8100, "802.1q" },
	{ 0x88a8, "802.1ad" },
	{ 0x8847, "mpls_uc" },
	{ 0x8848, "mpls_mc" },
	{ 0x8863, "ppp_disc" },
	{ 0x8864, "ppp_ses" },
	{ 0x88cc, "lldp" },
	{ 0x88f7, "ptp" },
	{ 0 },
};

/* The names of a form, and the file that has more of them. */
static const struct {
	const struct word *v;
	const char *file;
} known[N_FORMS] = {
	[TABLE] = { tables, "rt_tables" },
	[PROTOCOL] = { protocols, "rt_protos" },
	[ADDRPROTO] = { addrprotos, "rt_addrprotos" },
	[SCOPE] = { scopes, "rt_scopes" },
	[OPERSTATE] = { operstates, NULL },
	[LINKTYPE] = { linktypes, NULL },
	[FAMILY] = { families, NULL },
	[GROUP] = { groups, "group" },
	[IPPROTO] = { ipprotos, NULL },
	[ETHERTYPE] = { ethertypes, NULL },
};

/* What a file adds, read when a name or number is not built in. Lives as long as the command. */
static struct added {
	struct added *next;
	enum form form;
	uint32_t value;
	char name[64];
} * added;
static bool have_read[N_FORMS];

static void read_file(enum form form, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[256];

	while (f && fgets(line, sizeof line, f)) {
		struct added *a;
		char name[64], number[32], *end;
		unsigned long v;

		if (sscanf(line, " %31[0-9xXa-fA-F] %63[^ \t\n#]", number, name) != 2)
			continue;
		v = strtoul(number, &end, 0);
		a = *end || v > UINT32_MAX ? NULL : malloc(sizeof *a);
		if (!a)
			continue;
		*a = (struct added){ .next = added, .form = form, .value = (uint32_t)v };
		memcpy(a->name, name, sizeof a->name);
		added = a;
	}
	if (f)
		(void)fclose(f);
}

static void read_files(enum form form)
{
	static const char *const folders[] = { "/usr/share/iproute2", "/usr/lib/iproute2", "/etc/iproute2" };
	char path[300];

	if (have_read[form] || !known[form].file)
		return;
	have_read[form] = true;
	for (size_t i = 0; i < 3; i++) {
		struct dirent *e;
		DIR *d;

		(void)snprintf(path, sizeof path, "%s/%s", folders[i], known[form].file);
		read_file(form, path);
		(void)snprintf(path, sizeof path, "%s/%s.d", folders[i], known[form].file);
		d = opendir(path);
		while (d && (e = readdir(d)) != NULL) {
			size_t n = strlen(e->d_name);

			if (n < 6 || n > 200 || e->d_name[0] == '.' || strcmp(e->d_name + n - 5, ".conf") != 0)
				continue;
			(void)snprintf(path, sizeof path, "%s/%s.d/%.200s", folders[i], known[form].file, e->d_name);
			read_file(form, path);
		}
		if (d)
			(void)closedir(d);
	}
}

bool form_value(enum form form, const char *word, uint32_t *ret)
{
	for (const struct word *w = known[form].v; w && w->name; w++) {
		if (strcmp(w->name, word) == 0) {
			*ret = w->value;
			return true;
		}
	}
	if (word[0] >= '0' && word[0] <= '9')
		return false;
	read_files(form);
	for (const struct added *a = added; a; a = a->next) {
		if (a->form == form && strcmp(a->name, word) == 0) {
			*ret = a->value;
			return true;
		}
	}
	return false;
}

const char *form_word(enum form form, uint64_t value)
{
	for (const struct word *w = known[form].v; w && w->name; w++)
		if (w->value == value)
			return w->name;
	read_files(form);
	for (const struct added *a = added; a; a = a->next)
		if (a->form == form && a->value == value)
			return a->name;
	return NULL;
}

void form_words(enum form form, struct weft_text *t)
{
	for (const struct word *w = known[form].v; w && w->name; w++) {
		weft_text_puts(t, w == known[form].v ? "" : "|");
		weft_text_puts(t, w->name);
	}
}

void form_list(enum form form, struct words *w)
{
	for (const struct word *k = known[form].v; k && k->name; k++)
		words_add(w, k->name);
	for (const struct added *a = added; w->n && a; a = a->next)
		if (a->form == form)
			words_add(w, a->name);
}
