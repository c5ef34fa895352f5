/* SPDX-License-Identifier: MIT */
#ifndef WEFT_ROWS_TABLES_H
#define WEFT_ROWS_TABLES_H

/* The tables that rows refer to by name. */

#include <weft/schema.h>

extern const struct weft_names weft__names_ifinfo_flags;
extern const struct weft_names weft__names_vlan_flags;
extern const struct weft_names weft__names_ifla_vf_link_state_enum;
extern const struct weft_names weft__names_rtext_filter;
extern const struct weft_names weft__names_br_stp_mode;
extern const struct weft_names weft__names_vlan_protocols;
extern const struct weft_names weft__names_netkit_policy;
extern const struct weft_names weft__names_netkit_mode;
extern const struct weft_names weft__names_netkit_scrub;
extern const struct weft_names weft__names_netkit_pairing;
extern const struct weft_names weft__names_ovpn_mode;
extern const struct weft_names weft__names_bridge_vlan_flags;
extern const struct weft_names weft__names_vxlan_df;
extern const struct weft_names weft__names_vxlan_label_policy;
extern const struct weft_names weft__names_macvlan_mode;
extern const struct weft_names weft__names_macvlan_flags;
extern const struct weft_names weft__names_macvlan_macaddr_mode;
extern const struct weft_names weft__names_ipvlan_mode;
extern const struct weft_names weft__names_ipvlan_flags;
extern const struct weft_names weft__names_ifa_flags;
extern const struct weft_names weft__names_rtm_type;
extern const struct weft_names weft__names_rt_family;
extern const struct weft_names weft__names_rt_table;
extern const struct weft_names weft__names_rt_protocol;
extern const struct weft_names weft__names_rt_scope;
extern const struct weft_names weft__names_rt_del_reason;
extern const struct weft_names weft__names_rtnh_flags;
extern const struct weft_names weft__names_lwt_type;
extern const struct weft_names weft__names_fr_act;
extern const struct weft_names weft__names_nud_state;
extern const struct weft_names weft__names_ntf_flags;
extern const struct weft_names weft__names_ntf_ext_flags;
extern const struct weft_names weft__names_op_flags;
extern const struct weft_names weft__names_attr_type;
extern const struct weft_names weft__names_tun_type;
extern const struct weft_names weft__names_tc_linklayer;
extern const struct weft_names weft__names_dualpi2_drop_overload;
extern const struct weft_names weft__names_dualpi2_drop_early;
extern const struct weft_names weft__names_dualpi2_ecn_mask;
extern const struct weft_names weft__names_dualpi2_split_gso;

extern const struct weft_choice weft__choice_link_data, weft__choice_link_port_data;
extern const struct weft_choice weft__choice_lwt_encap, weft__choice_af_spec, weft__choice_protinfo;
extern const struct weft_choice weft__choice_tc_options, weft__choice_tc_class, weft__choice_tc_xstats;
extern const struct weft_choice weft__choice_tc_app, weft__choice_tclass_xstats, weft__choice_tclass_app;
extern const struct weft_names weft__names_amt_mode;
extern const struct weft_names weft__names_can_ctrlmode;
extern const struct weft_names weft__names_can_state;
extern const struct weft_names weft__names_gtp_role;
extern const struct weft_names weft__names_ipoib_mode;
extern const struct weft_names weft__names_rmnet_flags;
extern const struct weft_names weft__names_br_state;
extern const struct weft_names weft__names_vlandb_dump_flags;
extern const struct weft_names weft__names_mdb_state;
extern const struct weft_names weft__names_mdb_flags;
extern const struct weft_names weft__names_mdb_group_mode;
extern const struct weft_names weft__names_mdb_rtr_type;
extern const struct weft_names weft__names_tunnel_msg_flags;
extern const struct weft_names weft__names_nexthop_grp_type;
extern const struct weft_names weft__names_nexthop_op_flags;
extern const struct weft_names weft__names_vif_flags;
extern const struct weft_names weft__names_creport_msgtype;
extern const struct weft_names weft__names_prefix_flags;
extern const struct weft_names weft__names_ila_csum_mode;
extern const struct weft_names weft__names_ila_ident_type;
extern const struct weft_names weft__names_ila_hook_type;
extern const struct weft_names weft__names_srh_flags;
extern const struct weft_names weft__names_seg6_mode;
extern const struct weft_names weft__names_seg6_local_action;
extern const struct weft_names weft__names_seg6_local_flavor;
extern const struct weft_names weft__names_ioam6_mode;
extern const struct weft_names weft__names_dcb_cmd;
extern const struct weft_names weft__names_dcb_dcbx;
extern const struct weft_names weft__names_dcb_app_selector;
extern const struct weft_names weft__names_dcb_app_idtype;
extern const struct weft_names weft__names_dcb_feature;

extern const struct weft_choice weft__choice_link_xstats, weft__choice_nexthop_encap, weft__choice_mdb_addr;

/* Of filters and actions. */
extern const struct weft_names weft__names_tcf_em, weft__names_tcf_em_flags, weft__names_tcf_em_align;
extern const struct weft_names weft__names_tcf_layer, weft__names_tcf_em_opnd, weft__names_cls_flags;
extern const struct weft_names weft__names_flower_key_ctrl_flags, weft__names_csum_update, weft__names_ife_flags;
extern const struct weft_names weft__names_mirred_eaction, weft__names_nat_flags, weft__names_pedit_header;
extern const struct weft_names weft__names_pedit_cmd, weft__names_skbmod_flags, weft__names_tunnel_key_action;
extern const struct weft_choice weft__choice_ematch, weft__choice_act_options;

#define WEFT_BEGIN(s, id, ...) extern const struct weft_schema weft__schema_##s;
#define WEFT_BEGIN_STRUCT(s, id, size) extern const struct weft_schema weft__schema_##s;
#define WEFT_ROW(s, t, n, ty, ...)
#define WEFT_MULTI(s, t, n, ty, ...)
#define WEFT_LIST(s, t, n, form, ty, ...)
#define WEFT_FINISH(s)
#include <weft/rows/all.def>
#undef WEFT_BEGIN
#undef WEFT_BEGIN_STRUCT
#undef WEFT_ROW
#undef WEFT_MULTI
#undef WEFT_LIST
#undef WEFT_FINISH

#endif
