/* SPDX-License-Identifier: MIT */
/* Which schema a payload has, by a sibling's value. Kinds without a line stay raw bytes. */
#include "rows/tables.h"

enum {
	FAMILY_IPMR = 128, /* linux/rtnetlink.h; multicast routing has families of its own */
};

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))

/* By IFLA_INFO_KIND (1 of linkinfo). */
static const struct weft_variant link_data[] = {
	{ "amt", 0, &weft__schema_amt },
	{ "bareudp", 0, &weft__schema_bareudp },
	{ "batadv", 0, &weft__schema_batadv_link },
	{ "bond", 0, &weft__schema_bond },
	{ "bridge", 0, &weft__schema_bridge },
	{ "caif", 0, &weft__schema_caif },
	{ "can", 0, &weft__schema_can },
	{ "dsa", 0, &weft__schema_dsa },
	{ "erspan", 0, &weft__schema_gre },
	{ "geneve", 0, &weft__schema_geneve },
	{ "gre", 0, &weft__schema_gre },
	{ "gretap", 0, &weft__schema_gre },
	{ "gtp", 0, &weft__schema_gtp },
	{ "hsr", 0, &weft__schema_hsr },
	{ "ip6erspan", 0, &weft__schema_gre6 },
	{ "ip6gre", 0, &weft__schema_gre6 },
	{ "ip6gretap", 0, &weft__schema_gre6 },
	{ "ip6tnl", 0, &weft__schema_ip6tnl },
	{ "ipip", 0, &weft__schema_iptun },
	{ "ipoib", 0, &weft__schema_ipoib },
	{ "ipvlan", 0, &weft__schema_ipvlan },
	{ "ipvtap", 0, &weft__schema_ipvlan },
	{ "macsec", 0, &weft__schema_macsec_link },
	{ "macvlan", 0, &weft__schema_macvlan },
	{ "macvtap", 0, &weft__schema_macvlan },
	{ "netkit", 0, &weft__schema_netkit },
	{ "ovpn", 0, &weft__schema_ovpn },
	{ "ovs-bridge", 0, &weft__schema_ovs_bridge },
	{ "ovs-port", 0, &weft__schema_ovs_port },
	{ "ppp", 0, &weft__schema_ppp },
	{ "rmnet", 0, &weft__schema_rmnet },
	{ "sit", 0, &weft__schema_iptun },
	{ "team", 0, &weft__schema_team },
	{ "tun", 0, &weft__schema_tun },
	{ "veth", 0, &weft__schema_veth },
	{ "vlan", 0, &weft__schema_vlan },
	{ "vrf", 0, &weft__schema_vrf },
	{ "vti", 0, &weft__schema_vti },
	{ "vti6", 0, &weft__schema_vti6 },
	{ "vxcan", 0, &weft__schema_veth },
	{ "vxlan", 0, &weft__schema_vxlan },
	{ "wwan", 0, &weft__schema_wwan },
	{ "xfrm", 0, &weft__schema_xfrm_link },
};
const struct weft_choice weft__choice_link_data = { 1, N(link_data), link_data };

/* IFLA_INFO_XSTATS by IFLA_INFO_KIND. */
static const struct weft_variant link_xstats[] = {
	{ "can", 0, &weft__schema_can_device_stats },
};
const struct weft_choice weft__choice_link_xstats = { 1, N(link_xstats), link_xstats };

/* By IFLA_INFO_SLAVE_KIND (4 of linkinfo). */
static const struct weft_variant link_port_data[] = {
	{ "bond", 0, &weft__schema_bond_port },
	{ "bridge", 0, &weft__schema_brport },
	{ "ovs-bridge", 0, &weft__schema_ovs_port },
	{ "team", 0, &weft__schema_team_port },
	{ "vrf", 0, &weft__schema_vrf_port },
};
const struct weft_choice weft__choice_link_port_data = { 4, N(link_port_data), link_port_data };

/* By RTA_ENCAP_TYPE (21 of route and hop), or NHA_ENCAP_TYPE (7 of nexthop). */
static const struct weft_variant lwt_encap[] = {
	{ "mpls", 1, &weft__schema_encap_mpls },
	{ "ip", 2, &weft__schema_encap_ip },
	{ "ila", 3, &weft__schema_encap_ila },
	{ "ip6", 4, &weft__schema_encap_ip6 },
	{ "seg6", 5, &weft__schema_encap_seg6 },
	{ "bpf", 6, &weft__schema_encap_bpf },
	{ "seg6-local", 7, &weft__schema_encap_seg6local },
	{ "rpl", 8, &weft__schema_encap_rpl },
	{ "ioam6", 9, &weft__schema_encap_ioam6 },
	{ "xfrm", 10, &weft__schema_encap_xfrm },
};
const struct weft_choice weft__choice_lwt_encap = { 21, N(lwt_encap), lwt_encap };
const struct weft_choice weft__choice_nexthop_encap = { 7, N(lwt_encap), lwt_encap };

/* IFLA_PROTINFO of bridge and IPv6 messages; elsewhere raw bytes. */
static const struct weft_variant protinfo[] = {
	{ NULL, WEFT_AF_BRIDGE, &weft__schema_brport },
	{ NULL, WEFT_AF_INET6, &weft__schema_link_inet6 },
};
const struct weft_choice weft__choice_protinfo = { WEFT_SELECT_FAMILY, N(protinfo), protinfo };

/* IFLA_AF_SPEC holds one nest per address family, but in a bridge message the bridge's own
 * attributes, and of RTNL_FAMILY_IPMR a table of multicast routing. */
static const struct weft_variant af_spec[] = {
	{ NULL, WEFT_AF_BRIDGE, &weft__schema_bridge_af_spec },
	{ NULL, FAMILY_IPMR, &weft__schema_ipmr_table },
};
const struct weft_choice weft__choice_af_spec = { WEFT_SELECT_FAMILY, N(af_spec), af_spec };

/* The address in struct br_mdb_entry by its protocol, at byte 24. */
static const struct weft_variant mdb_addr[] = {
	{ NULL, 0x0800, &weft__schema_mdb_addr_ip4 },
	{ NULL, 0x86dd, &weft__schema_mdb_addr_ip6 },
	{ NULL, 0, &weft__schema_mdb_addr_mac },
};
const struct weft_choice weft__choice_mdb_addr = { 24, N(mdb_addr), mdb_addr };
