/* SPDX-License-Identifier: MIT */
/* Which schema a payload has, by a sibling's value. Kinds without a line stay raw bytes. */
#include "rows/tables.h"

#define N(a) ((uint16_t)(sizeof(a) / sizeof *(a)))

/* By IFLA_INFO_KIND (1 of linkinfo). */
static const struct weft_variant link_data[] = {
	{ "bond", 0, &weft__schema_bond },	{ "bridge", 0, &weft__schema_bridge },
	{ "erspan", 0, &weft__schema_gre },	{ "geneve", 0, &weft__schema_geneve },
	{ "gre", 0, &weft__schema_gre },	{ "gretap", 0, &weft__schema_gre },
	{ "hsr", 0, &weft__schema_hsr },	{ "ip6erspan", 0, &weft__schema_gre6 },
	{ "ip6gre", 0, &weft__schema_gre6 },	{ "ip6gretap", 0, &weft__schema_gre6 },
	{ "ip6tnl", 0, &weft__schema_ip6tnl },	{ "ipip", 0, &weft__schema_iptun },
	{ "ipvlan", 0, &weft__schema_ipvlan },	{ "ipvtap", 0, &weft__schema_ipvlan },
	{ "macsec", 0, &weft__schema_macsec_link }, { "macvlan", 0, &weft__schema_macvlan },
	{ "macvtap", 0, &weft__schema_macvlan }, { "netkit", 0, &weft__schema_netkit },
	{ "ovpn", 0, &weft__schema_ovpn },	{ "sit", 0, &weft__schema_iptun },
	{ "tun", 0, &weft__schema_tun },	{ "veth", 0, &weft__schema_veth },
	{ "vlan", 0, &weft__schema_vlan },	{ "vrf", 0, &weft__schema_vrf },
	{ "vti", 0, &weft__schema_vti },	{ "vti6", 0, &weft__schema_vti6 },
	{ "vxcan", 0, &weft__schema_veth },	{ "vxlan", 0, &weft__schema_vxlan },
	{ "xfrm", 0, &weft__schema_xfrm_link },
};
const struct weft_choice weft__choice_link_data = { 1, N(link_data), link_data };

/* By IFLA_INFO_SLAVE_KIND (4 of linkinfo). */
static const struct weft_variant link_port_data[] = {
	{ "bond", 0, &weft__schema_bond_port },
	{ "bridge", 0, &weft__schema_brport },
	{ "vrf", 0, &weft__schema_vrf_port },
};
const struct weft_choice weft__choice_link_port_data = { 4, N(link_port_data), link_port_data };

/* By RTA_ENCAP_TYPE (21 of route and hop). */
static const struct weft_variant lwt_encap[] = {
	{ "mpls", 1, &weft__schema_encap_mpls },
	{ "ip", 2, &weft__schema_encap_ip },
	{ "ip6", 4, &weft__schema_encap_ip6 },
};
const struct weft_choice weft__choice_lwt_encap = { 21, N(lwt_encap), lwt_encap };

/* IFLA_PROTINFO of bridge and IPv6 messages; elsewhere raw bytes. */
static const struct weft_variant protinfo[] = {
	{ NULL, WEFT_AF_BRIDGE, &weft__schema_brport },
	{ NULL, WEFT_AF_INET6, &weft__schema_link_inet6 },
};
const struct weft_choice weft__choice_protinfo = { WEFT_SELECT_FAMILY, N(protinfo), protinfo };

/* IFLA_AF_SPEC holds one nest per address family, but in a bridge message the bridge's own
 * attributes. */
static const struct weft_variant af_spec[] = {
	{ NULL, WEFT_AF_BRIDGE, &weft__schema_bridge_af_spec },
};
const struct weft_choice weft__choice_af_spec = { WEFT_SELECT_FAMILY, N(af_spec), af_spec };
