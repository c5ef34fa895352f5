/* SPDX-License-Identifier: MIT */
#ifndef WEFT_SCHEMA_H
#define WEFT_SCHEMA_H

/*
 * The description of messages: one row (struct weft_field) per attribute or struct member, rows
 * gathered in schemas, schemas reached from operations and families. All tables are constant.
 * Engines over these tables: attributes by path, JSON, text, difference.
 */

#include <weft/codec.h>

#ifdef __cplusplus
extern "C" {
#endif

enum weft_type {
	WEFT_T_FLAG, /* presence is the value; no payload */
	WEFT_T_U8,
	WEFT_T_U16,
	WEFT_T_U32,
	WEFT_T_U64,
	WEFT_T_S8,
	WEFT_T_S16,
	WEFT_T_S32,
	WEFT_T_S64,
	WEFT_T_BE16, /* big-endian on the wire */
	WEFT_T_BE32,
	WEFT_T_BE64,
	WEFT_T_UINT, /* 4 or 8 bytes, by value (YNL "uint") */
	WEFT_T_STR,  /* NUL-terminated on the wire; the NUL may be missing when read */
	WEFT_T_BIN,  /* bytes; hex as text */
	WEFT_T_IP,   /* 4 or 16 bytes; in a message of family MPLS a label stack */
	WEFT_T_IP4,
	WEFT_T_IP6,
	WEFT_T_MAC,	   /* link-layer address of any length */
	WEFT_T_VIA,	   /* struct rtvia: 16-bit family, address */
	WEFT_T_LABELS,	   /* MPLS label stack, "100/200" as text */
	WEFT_T_BITFIELD32, /* struct nla_bitfield32: value, selector */
	WEFT_T_NEST,	   /* .sub; begins with .sub->header when that is set */
	WEFT_T_STRUCT,	   /* .sub: members at offsets */
	WEFT_T_SUB,	   /* .choice picks the schema by a sibling */
	WEFT_T_PAD,	   /* alignment filler or unused number: skipped on read, refused on write */
};

/* How a list lies on the wire. A caller always sees a list. */
enum weft_list {
	WEFT_L_NONE,
	WEFT_L_MULTI,	 /* the attribute repeats */
	WEFT_L_INDEXED,	 /* a nest whose members' types are positions, from 1 */
	WEFT_L_INDEXED0, /* the same from 0 */
	WEFT_L_PACKED,	 /* scalars or structs one after the other in one payload */
	WEFT_L_HOPS,	 /* struct rtnexthop and its attributes, length-prefixed (linux/rtnetlink.h) */
	WEFT_L_TYPED,	 /* a nest whose members' types are data: {"TYPE": {...}} (genl policies) */
};

enum weft_field_flag {
	WEFT_F_FLAGS = 1,      /* .names are masks of a set, not values */
	WEFT_F_READONLY = 2,   /* the kernel refuses or ignores it on input */
	WEFT_F_HEX = 4,	       /* YNL display-hint hex (text output only) */
	WEFT_F_COUNTER = 8,    /* changes by itself: not part of a comparison */
	WEFT_F_AFTER = 16,     /* refused or ignored when an object is made; set once it is there */
	WEFT_F_ZERO = 32,      /* the kernel tells 0 where nothing was set, and refuses to be told it */
	WEFT_F_NEST_IN = 64,   /* a PACKED list that the kernel takes as an INDEXED one */
	WEFT_F_LIVE = 128,     /* follows events; can be set, but is no part of what is made again */
	WEFT_F_TAIL = 256,     /* last member of a struct, at its size: takes the rest of the payload; of a
				* fixed header: the bytes that its F_LENGTH member tells */
	WEFT_F_LENGTH = 512,   /* 16-bit member of a fixed header: bytes of the F_TAIL that follows it */
	WEFT_F_CLEAR = 1024,   /* 0, or an empty string, takes it away */
	WEFT_F_WORDS = 0x4000, /* names are for input and for people; messages as JSON have the number */
	WEFT_F_NAMED = 0x8000, /* names are for input alone; all else has the number */
	WEFT_F_NEXT = 2048,    /* as AFTER, but before other objects refer to this one */
	WEFT_F_MASK = 4096,    /* a struct of bits and a mask of the same size: those that are set or cleared */
};

/* Names of values. In a table used with WEFT_F_FLAGS the values are masks. */
struct weft_name {
	uint32_t value;
	const char *name;
};
struct weft_names {
	const char *name;
	uint32_t n;
	const struct weft_name *v;
};

/* What a number counts: how people write it. Messages and JSON have the plain number; text may have a
 * unit on input ("10mbit", "100ms", "1:10"), and has one on output. */
enum weft_unit {
	WEFT_U_NONE,
	WEFT_U_RATE, /* bytes a second; written in bits: 10mbit, 1gbit, or bytes: 2mbps (iproute2's words) */
	WEFT_U_SIZE, /* bytes: 1600b, 64kb, 1mb, of 1024 */
	WEFT_U_S,    /* seconds, milliseconds ...: 2s, 100ms, 50us, 10ns */
	WEFT_U_MS,
	WEFT_U_US,
	WEFT_U_NS,
	WEFT_U_TICKS,	/* packet scheduler ticks of 64 ns (net/pkt_sched.h) */
	WEFT_U_HANDLE,	/* of traffic control: 1:, 1:10 (both hex), root, ingress, none */
	WEFT_U_PART,	/* of 2^32: 12.5% */
	WEFT_U_PACKETS, /* 1000p */
};

struct weft_schema;

/* The schemas one payload may have, by the value of a sibling attribute. */
struct weft_choice {
	/* number of the sibling (of a member that takes the rest of a struct: offset of the member that
	 * says what it is); WEFT_SELECT_FAMILY: the message's family; WEFT_SELECT_OUTER: what the same
	 * table of the nest around it said */
	uint16_t selector;
	uint16_t n;
	const struct weft_variant {
		const char *value; /* of a string selector, or the name of a number */
		uint32_t number;   /* of a number selector */
		const struct weft_schema *schema;
	} * v;
};
#define WEFT_SELECT_FAMILY 0xffff
#define WEFT_SELECT_OUTER  0xfffe
/* Number of a row that stands for every attribute of its schema; named by its number in text. */
#define WEFT_NUMBER_ANY 0x3fff

#define WEFT_TOKEN_MAX 32
struct weft_field {
	char token[WEFT_TOKEN_MAX]; /* "num_tx_queues": C token; as text '_' becomes '-' */
	uint16_t number;	    /* attribute type, or offset of a struct member; with .bits: offset, and in its
				     * upper four bits how many bits stand before these in a C bit-field of .type */
	uint8_t type;		    /* enum weft_type */
	uint8_t list;		    /* enum weft_list */
	uint16_t max;	/* STR, BIN, MAC: most bytes (a STR's without NUL); a member's, or member list's, size */
	uint16_t flags; /* enum weft_field_flag */
	const struct weft_names *names;
	const struct weft_schema *sub;
	const struct weft_choice *choice; /* SUB; without a match .sub is used, or raw bytes. NEST: what
					   * WEFT_SELECT_OUTER inside it goes by */
	const char *name;		  /* set only where the text name is not the token with '-' */
	const char *doc;
	uint8_t token_len; /* of the token; 0: to be counted */
	uint8_t unit;	   /* enum weft_unit */
	uint8_t bits;	   /* a struct member that is no more than so many bits of its type */
};

struct weft_schema {
	const char *name;
	uint16_t id;			  /* upper half of every key; never changes */
	uint16_t n;			  /* fields */
	uint16_t size;			  /* a struct: its bytes; else 0 */
	const struct weft_schema *header; /* fixed header before the attributes, or NULL */
	const struct weft_field *fields;
};

/* Operation kinds. */
enum {
	WEFT_OP_DO = 1,
	WEFT_OP_DUMP = 2,
	WEFT_OP_NOTIFY = 4,
	WEFT_OP_SPLIT = 8, /* a dump of no given family is asked for IPv4, then for IPv6 */
};

/* What the kernel itself narrows a dump by. The rest of what a request has is compared with each answer,
 * by the session. */
struct weft_filters {
	uint8_t family;	  /* of requests that begin with this address family; 0: of all others, ends the list */
	uint8_t flags_at; /* offset of a header member of which the kernel takes some bits; 0: none */
	uint8_t from, to; /* offset of a header member that it wants as this attribute; 0: none */
	uint32_t flags;	  /* those bits */
	uint32_t members; /* bit n: takes the header member at offset n */
	uint64_t attrs;	  /* bit n: takes attribute n */
};

struct weft_op {
	const char *name;		  /* "getlink" */
	uint16_t request;		  /* message type, or generic netlink command; 0: only a notification */
	uint16_t reply;			  /* the same of its replies */
	uint8_t kinds;			  /* WEFT_OP_DO | WEFT_OP_DUMP | ... */
	uint16_t flags;			  /* NLM_F_ flags a plain do needs (CREATE|EXCL for new..., else 0) */
	const struct weft_schema *schema; /* of requests, and of replies when reply_schema is NULL */
	const struct weft_schema *reply_schema;
	uint8_t family; /* address family that a new request begins with, where the kernel wants one */
	const struct weft_filters *filters; /* of a dump; NULL: all that is asked goes to the kernel */
};

struct weft_group {
	const char *name;
	uint32_t number; /* 0: asked of the kernel by name (generic netlink) */
};

struct weft_family {
	const char *name;  /* "rt-link"; of a generic family also its name on the wire */
	uint16_t protocol; /* NETLINK_ROUTE 0, NETLINK_GENERIC 16 */
	bool generic;
	uint8_t version; /* of the generic header */
	uint16_t n_ops, n_groups;
	const struct weft_op *ops;
	const struct weft_group *groups;
};

/* Families with compiled-in tables; i from 0, NULL past the end. */
WEFT_API const struct weft_family *weft_family_at(size_t i);
/* By name ('_' and '-' are the same), or NULL. */
WEFT_API const struct weft_family *weft_family_find(const char *name);
/* Operation by name, or NULL. */
WEFT_API const struct weft_op *weft_op_find(const struct weft_family *f, const char *name);
/* Operation whose messages the kernel sends with this type (or command): a notification if there is
 * one, else the first, else NULL. */
WEFT_API const struct weft_op *weft_op_by_reply(const struct weft_family *f, uint16_t type);
/* Rtnetlink operation and family by message type, for events; NULL when unknown. */
WEFT_API const struct weft_op *weft_op_rtnl(uint16_t type, const struct weft_family **ret_family);

/* Row by name of `len` bytes ('-' and '_' are the same; the token or .name); looks in the schema,
 * then in its header. NULL when there is none; *ret_in (may be NULL) gets the schema it is in. */
WEFT_API const struct weft_field *weft_field_find(const struct weft_schema *s, const char *name, size_t len,
						  const struct weft_schema **ret_in);
/* Row by attribute number, or NULL. */
WEFT_API const struct weft_field *weft_field_by_number(const struct weft_schema *s, uint16_t number);
/* Writes the text name ("num-tx-queues") to buf of size bytes, cut if needed. Returns buf. */
WEFT_API const char *weft_field_name(const struct weft_field *f, char *buf, size_t size);
/* The nearest names to a wrong one, "did you mean a, b?" material: writes up to 3, separated by
 * ", ", into buf. Returns how many. */
WEFT_API int weft_field_nearest(const struct weft_schema *s, const char *name, size_t len, char *buf, size_t size);
/* The same over plain words. */
WEFT_API int weft_nearest(const char *const *words, size_t n, const char *name, size_t len, char *buf, size_t size);
/* Value of a name: 1 and *ret, or 0. Name of a value, or NULL. */
WEFT_API WEFT_MUST int weft_names_value(const struct weft_names *n, const char *name, size_t len, uint32_t *ret);
WEFT_API const char *weft_names_name(const struct weft_names *n, uint32_t value);

/*
 * A decoded place in a message: payload, row, and the schema of what is inside. A value: borrows
 * the message's bytes and owns nothing. p is NULL when absent.
 */
struct weft_attr {
	const uint8_t *p;
	uint32_t len;
	uint16_t number;		  /* attribute type as on the wire; for unknown attributes all there is */
	uint8_t family;			  /* address family of the message, for addresses */
	uint8_t item : 1;		  /* 1: one item of a list field, not the list */
	uint8_t outer : 7;		  /* variant that the nest around it chose, from 1; 0: none */
	const struct weft_field *field;	  /* NULL: unknown attribute, or a whole message */
	const struct weft_schema *schema; /* of the content; NULL: none or unknown */
};

/* A whole message body (fixed header and attributes; for generic netlink what follows genlmsghdr)
 * as an attr that weft_at, weft_json ... take. */
WEFT_API struct weft_attr weft_body(const struct weft_schema *s, const void *p, uint32_t len);

/* Walks the members of a nest, message or struct, or the items of a list. Start with
 * weft_walk(a). weft_walk_next gives 1 and the next member, 0 at the end, -EBADMSG for malformed
 * bytes. Members of a MULTI list come one by one, as on the wire (item = 1). */
struct weft_walk {
	struct weft_attr in;
	struct weft_reader r;
	uint32_t next; /* struct member or item number to come */
	uint8_t state, outer;
	/* the last row whose content was chosen by another attribute, and what was */
	const struct weft_field *by;
	const struct weft_schema *chosen;
};
WEFT_API struct weft_walk weft_walk(struct weft_attr in);
WEFT_API WEFT_MUST int weft_walk_next(struct weft_walk *w, struct weft_attr *ret);

/* By path: "linkinfo.data.id", "multipath[1].gateway", "alt-ifname[0]", "ifi-index". Absent, or an
 * absent parent, gives an attr with p NULL. An unknown name, or no path (NULL), gives the same. Readers below give the
 * default on it. */
WEFT_API struct weft_attr weft_at(struct weft_attr a, const char *path);
/* Strict: 1 there, 0 absent, -EINVAL a name in the path no row has (reterr, may be NULL, says
 * which and what is near), -EBADMSG. */
WEFT_API WEFT_MUST int weft_at_strict(struct weft_attr a, const char *path, struct weft_attr *ret,
				      struct weft_error *reterr);
/* A path made once for hot loops: up to WEFT_PATH_STEPS steps, no allocation. */
#define WEFT_PATH_STEPS 8
struct weft_path {
	uint8_t n;
	struct weft_step {
		const struct weft_schema *in; /* NULL: by name at run time (behind a SUB) */
		const struct weft_field *field;
		int32_t index;	  /* of a list, or -1 */
		const char *name; /* borrowed from the text given to compile */
		uint8_t name_len;
		uint8_t widths; /* the lengths of its value that are looked for the short way, or'd; 0: none */
		uint16_t skip;	/* header in front of the attributes then */
	} step[WEFT_PATH_STEPS];
};
/* 0, or -EINVAL with reterr (may be NULL). text is borrowed for the life of *ret. */
WEFT_API WEFT_MUST int weft_path_compile(const struct weft_schema *s, const char *text, struct weft_path *ret,
					 struct weft_error *reterr);
WEFT_API struct weft_attr weft_at_path(struct weft_attr a, const struct weft_path *p);

/* Values with a default for absent or too short ones. Big-endian rows come out in host order. */
WEFT_API uint64_t weft_uint(struct weft_attr a, uint64_t absent);
WEFT_API int64_t weft_int(struct weft_attr a, int64_t absent);
/* A STR (or unknown bytes) whose NUL is inside the payload; borrowed. Without NUL, or of another type:
 * absent. */
WEFT_API const char *weft_str(struct weft_attr a, const char *absent);
/* IP, IP4, IP6, VIA, and bytes of such a length; family 0 when absent or of another type. */
WEFT_API struct weft_ip weft_ip_of(struct weft_attr a);
/* 1 and the value, 0 absent, -EBADMSG too short or of an odd width. */
WEFT_API WEFT_MUST int weft_get_uint(struct weft_attr a, uint64_t *ret);

/* Iteration over the items of a list or the members of a nest:
 * WEFT_EACH(hop, weft_at(body, "multipath")) { ... weft_at(hop, "gateway") ... } */
WEFT_API struct weft_attr weft_first(struct weft_walk *w, struct weft_attr list);
WEFT_API struct weft_attr weft_after(struct weft_walk *w);
#define WEFT_EACH(it, list)                                                                                            \
	for (struct weft_walk it##_walk, *it##_once = &it##_walk; it##_once; it##_once = NULL)                         \
		for (struct weft_attr it = weft_first(&it##_walk, (list)); it.p; it = weft_after(&it##_walk))

/* JSON of a message, nest or value, with the names and forms of the kernel's ynl tool. 0, or
 * -EBADMSG, or -ENOMEM (also in t->err). */
WEFT_API WEFT_MUST int weft_json(struct weft_attr a, struct weft_text *t);
/* One value as people write it, without quotes: "up", "10.0.0.1", "1500", flags joined by ','. */
WEFT_API WEFT_MUST int weft_value_text(struct weft_attr a, struct weft_text *t);
/* A message as indented text, one field per line. */
WEFT_API WEFT_MUST int weft_show(struct weft_attr a, struct weft_text *t);

/* Whether a message or nest has all that `want`, one of the same schema, has: equal values, at least the
 * same flags of a set, at least the same items of a list. What routes have in one of several next hops
 * counts. Members of fixed headers and structs that are 0 in `want` ask for nothing. */
WEFT_API bool weft_match(struct weft_attr a, struct weft_attr want);

/* Difference of two messages of one schema: fn is called for each field that differs, with its
 * path; absent sides have p NULL. Counters (WEFT_F_COUNTER) are left out. fn's negative result
 * ends the walk and is returned; else 0, or -EBADMSG. */
typedef int weft_diff_fn(const char *path, struct weft_attr old_, struct weft_attr new_, void *user);
WEFT_API WEFT_MUST int weft_diff(struct weft_attr a, struct weft_attr b, weft_diff_fn *fn, void *user);

/* The path of the attribute at byte `offset` of a message body ("linkinfo.data.id"), for the
 * kernel's error offsets. Writes to buf; empty when nothing is there. Returns buf. */
WEFT_API const char *weft_path_at(struct weft_attr body, uint32_t offset, char *buf, size_t size);

#ifdef __cplusplus
}
#endif
#endif
