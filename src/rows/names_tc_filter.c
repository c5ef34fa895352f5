/* SPDX-License-Identifier: MIT */
/* Names of values of filters and actions. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name tcf_em[] = {
	{ 0, "container" },
	{ 1, "cmp" },
	{ 2, "nbyte" },
	{ 3, "u32" },
	{ 4, "meta" },
	{ 5, "text" },
	{ 6, "vlan" },
	{ 7, "canid" },
	{ 8, "ipset" },
	{ 9, "ipt" },
};
TABLE(tcf_em);

static const struct weft_name tcf_em_flags[] = {
	{ 1, "and" },
	{ 2, "or" },
	{ 4, "invert" },
	{ 8, "simple" },
};
TABLE(tcf_em_flags);

static const struct weft_name tcf_em_align[] = {
	{ 1, "u8" },
	{ 2, "u16" },
	{ 4, "u32" },
};
TABLE(tcf_em_align);

static const struct weft_name tcf_layer[] = {
	{ 0, "link" },
	{ 1, "network" },
	{ 2, "transport" },
};
TABLE(tcf_layer);

static const struct weft_name tcf_em_opnd[] = {
	{ 0, "eq" },
	{ 1, "gt" },
	{ 2, "lt" },
};
TABLE(tcf_em_opnd);

static const struct weft_name cls_flags[] = {
	{ 1, "skip-hw" },
	{ 2, "skip-sw" },
	{ 4, "in-hw" },
	{ 8, "not-in-hw" },
	{ 16, "verbose" },
};
TABLE(cls_flags);

static const struct weft_name flower_key_ctrl_flags[] = {
	{ 1, "frag" },
	{ 2, "firstfrag" },
	{ 4, "tuncsum" },
	{ 8, "tundf" },
	{ 16, "tunoam" },
	{ 32, "tuncrit" },
};
TABLE(flower_key_ctrl_flags);

static const struct weft_name csum_update[] = {
	{ 1, "ipv4hdr" },
	{ 2, "icmp" },
	{ 4, "igmp" },
	{ 8, "tcp" },
	{ 16, "udp" },
	{ 32, "udplite" },
	{ 64, "sctp" },
};
TABLE(csum_update);

static const struct weft_name ife_flags[] = {
	{ 0, "decode" },
	{ 1, "encode" },
};
TABLE(ife_flags);

static const struct weft_name mirred_eaction[] = {
	{ 1, "egress-redir" },
	{ 2, "egress-mirror" },
	{ 3, "ingress-redir" },
	{ 4, "ingress-mirror" },
};
TABLE(mirred_eaction);

static const struct weft_name nat_flags[] = {
	{ 1, "egress" },
};
TABLE(nat_flags);

static const struct weft_name pedit_header[] = {
	{ 0, "network" },
	{ 1, "eth" },
	{ 2, "ip4" },
	{ 3, "ip6" },
	{ 4, "tcp" },
	{ 5, "udp" },
};
TABLE(pedit_header);

static const struct weft_name pedit_cmd[] = {
	{ 0, "set" },
	{ 1, "add" },
};
TABLE(pedit_cmd);

static const struct weft_name skbmod_flags[] = {
	{ 1, "dmac" },
	{ 2, "smac" },
	{ 4, "etype" },
	{ 8, "swapmac" },
	{ 16, "ecn" },
};
TABLE(skbmod_flags);

static const struct weft_name tunnel_key_action[] = {
	{ 1, "set" },
	{ 2, "release" },
};
TABLE(tunnel_key_action);
