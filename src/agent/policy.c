/* SPDX-License-Identifier: MIT */
/* Which requests change nothing. */
#include <stdlib.h>
#include <string.h>

#include <weft/agent.h>
#include <weft/codec.h>

#include "agent/policy.h"

enum {
	ROUTE = 0,
	SOCK_DIAG = 4,
	XFRM = 6,
	NETFILTER = 12,
	UEVENT = 15,
	GENERIC = 16,
	CTRL_ID = 16,
	MIN_TYPE = 16, /* below are control messages, which those protocols ignore */
};

static const struct {
	const char *name;
	int number;
} protocols[] = {
	{ "route", 0 },		 { "usersock", 2 },   { "sock_diag", 4 },	{ "xfrm", 6 },
	{ "selinux", 7 },	 { "iscsi", 8 },      { "audit", 9 },		{ "fib_lookup", 10 },
	{ "connector", 11 },	 { "netfilter", 12 }, { "kobject_uevent", 15 }, { "generic", 16 },
	{ "scsitransport", 18 }, { "rdma", 20 },      { "crypto", 21 },		{ "smc", 22 },
};

int weft_protocol_number(const char *name)
{
	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (strcmp(protocols[i].name, name) == 0)
			return protocols[i].number;
	if (!*name || strspn(name, "0123456789") != strlen(name) || strlen(name) > 2)
		return -1;
	return (int)strtol(name, NULL, 10);
}

/* Of generic netlink only what the controller tells: ids of the other families belong to whom the kernel gave them,
 * and some of their dumps run commands of drivers. */
static bool generic_asks(uint16_t type, const uint8_t *body, uint32_t len)
{
	enum {
		GETFAMILY = 3,
		GETPOLICY = 10
	};

	return type == CTRL_ID && len >= 1 && (body[0] == GETFAMILY || body[0] == GETPOLICY);
}

/* Questions of other families, by name: those that rows are known of (linux/if_team.h: options and ports). */
static const struct {
	const char *family;
	uint8_t command[2];
} questions[] = {
	{ "team", { 2, 3 } },
};

const char *weft__asks_of(uint16_t protocol, const uint8_t *message, uint32_t len)
{
	uint8_t command;

	if (protocol != GENERIC || len < WEFT_NLMSG_HDR + 4)
		return NULL;
	command = message[WEFT_NLMSG_HDR];
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++)
		if (questions[i].command[0] == command || questions[i].command[1] == command)
			return questions[i].family;
	return NULL;
}

/* The get messages of rtnetlink (linux/rtnetlink.h). Not 78: those of DCB change things, by a number inside. */
static bool route_asks(uint16_t type)
{
	static const uint16_t asks[] = {
		18,  22,  26,  30,  34,	 /* links, addresses, routes, neighbours, rules */
		38,  42,  46,  50,	 /* qdiscs, classes, filters, actions */
		58,  62,  66,  74,	 /* multicast and anycast addresses, neighbour tables, labels of addresses */
		82,  86,  90,  94,	 /* netconf, multicast, namespace ids, statistics */
		102, 106, 114, 118, 122, /* chains, nexthops, VLANs, buckets of nexthops, tunnels */
	};

	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		if (asks[i] == type)
			return true;
	return false;
}

/* The get messages of nfnetlink by subsystem (linux/netfilter/nfnetlink*.h). Those that also reset counters
 * are not among them. */
static bool netfilter_asks(uint16_t type)
{
	static const uint16_t asks[] = {
		0x101, 0x104, 0x105, 0x106, 0x107, /* conntrack: get, statistics, dying, unconfirmed */
		0x201, 0x203,			   /* expectations: get, statistics */
		0x601, 0x607, 0x608, 0x60b, 0x60c, 0x60d, 0x60e, 0x60f, /* ipset: protocol, list, save, test ... */
		0x701, 0x801, 0x901,					/* accounts, timeouts, helpers */
		0xa01, 0xa04, 0xa07, 0xa0a, 0xa0d, 0xa10, 0xa13, 0xa17, /* tables ... generation, flowtables */
		0xc00,							/* hooks */
	};

	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++)
		if (asks[i] == type)
			return true;
	return false;
}

/* Those whose input is known, and what only tells of devices. */
bool weft__can_ask(uint16_t protocol)
{
	return protocol == ROUTE || protocol == GENERIC || protocol == SOCK_DIAG || protocol == XFRM ||
	       protocol == NETFILTER || protocol == UEVENT;
}

bool weft__only_asks(uint16_t protocol, const uint8_t *message, uint32_t len)
{
	uint16_t type = len < WEFT_NLMSG_HDR ? 0 : weft_get_u16(message + 4);

	/* some have a mind of their own about types */
	if (!weft__can_ask(protocol) || protocol == UEVENT)
		return false;
	if (type < MIN_TYPE)
		return true;
	switch (protocol) {
	case ROUTE:
		return route_asks(type);
	case GENERIC:
		return generic_asks(type, message + WEFT_NLMSG_HDR, len - (uint32_t)WEFT_NLMSG_HDR);
	case SOCK_DIAG:
		return type == 18 || type == 19 || type == 20; /* 21 destroys */
	case XFRM:
		/* states, policies, replay counters, the totals of both, the default */
		return type == 0x12 || type == 0x15 || type == 0x1f || type == 0x23 || type == 0x25 || type == 0x28;
	default:
		return netfilter_asks(type);
	}
}

/* Attributes of links and addresses by which a message is about another namespace than that of its socket
 * (linux/if_link.h, linux/if_addr.h): its pid, descriptor and ids. */
static bool leads_away(uint16_t type, bool link)
{
	return link ? type == 19 || type == 28 || type == 37 || type == 46 : type == 10;
}

/* What is inside an attribute of a link: link information, its data, and in that of pairs the other end. */
enum place {
	LINK,
	INFO,
	DATA,
};

static bool stays(const uint8_t *p, uint32_t len, enum place where, bool link)
{
	struct weft_reader r = weft_reader(p, len);
	struct weft_tlv a;
	const uint8_t *b;

	while (weft_read_attr(&r, &a) > 0) {
		b = a.p;
		if (where == LINK && leads_away(a.type, link))
			return false;
		if (where == LINK && link && a.type == 18 && !stays(b, a.len, INFO, link))
			return false;
		if (where == INFO && a.type == 2 && !stays(b, a.len, DATA, link))
			return false;
		/* other kinds have a number there, or an address: too short to be a link with attributes */
		if (where == DATA && a.type == 1 && a.len > 16 && !stays(b + 16, a.len - 16, LINK, link))
			return false;
	}
	return true;
}

bool weft__stays_here(uint16_t protocol, const uint8_t *message, uint32_t len)
{
	enum {
		NSID = 88,
		LINKS = 16,
		ADDRS = 20,
		SHORT = 4
	};
	uint16_t type = len < WEFT_NLMSG_HDR ? 0 : weft_get_u16(message + 4);
	uint32_t head;

	if (protocol != ROUTE || type < MIN_TYPE)
		return true;
	if (type >= NSID && type < NSID + 4)
		return false;
	if (type >= ADDRS + 4 && !(type >= 108 && type < 112)) /* properties of links */
		return true;
	len -= (uint32_t)WEFT_NLMSG_HDR;
	message += WEFT_NLMSG_HDR;
	/* questions may have a head of one byte */
	head = type >= ADDRS && type < ADDRS + 4 ? 8 : 16;
	head = len < head ? SHORT : head;
	return len < head || stays(message + head, len - head, LINK, type < ADDRS || type > ADDRS + 4);
}
