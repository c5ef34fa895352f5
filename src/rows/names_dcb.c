/* SPDX-License-Identifier: MIT */
/* Names of values of data centre bridging. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name dcb_cmd[] = {
	{ 0, "undefined" },
	{ 1, "gstate" },
	{ 2, "sstate" },
	{ 3, "pgtx-gcfg" },
	{ 4, "pgtx-scfg" },
	{ 5, "pgrx-gcfg" },
	{ 6, "pgrx-scfg" },
	{ 7, "pfc-gcfg" },
	{ 8, "pfc-scfg" },
	{ 9, "set-all" },
	{ 10, "gperm-hwaddr" },
	{ 11, "gcap" },
	{ 12, "gnumtcs" },
	{ 13, "snumtcs" },
	{ 14, "pfc-gstate" },
	{ 15, "pfc-sstate" },
	{ 16, "bcn-gcfg" },
	{ 17, "bcn-scfg" },
	{ 18, "gapp" },
	{ 19, "sapp" },
	{ 20, "ieee-set" },
	{ 21, "ieee-get" },
	{ 22, "gdcbx" },
	{ 23, "sdcbx" },
	{ 24, "gfeatcfg" },
	{ 25, "sfeatcfg" },
	{ 26, "cee-get" },
	{ 27, "ieee-del" },
};
TABLE(dcb_cmd);

static const struct weft_name dcb_dcbx[] = {
	{ 1, "host" },
	{ 2, "lld-managed" },
	{ 4, "ver-cee" },
	{ 8, "ver-ieee" },
	{ 16, "static" },
};
TABLE(dcb_dcbx);

static const struct weft_name dcb_app_selector[] = {
	{ 1, "ethertype" },
	{ 2, "stream" },
	{ 3, "dgram" },
	{ 4, "any" },
	{ 5, "dscp" },
	{ 255, "pcp" },
};
TABLE(dcb_app_selector);

static const struct weft_name dcb_app_idtype[] = {
	{ 0, "ethtype" },
	{ 1, "portnum" },
};
TABLE(dcb_app_idtype);

static const struct weft_name dcb_feature[] = {
	{ 1, "error" },
	{ 2, "enable" },
	{ 4, "willing" },
	{ 8, "advertise" },
};
TABLE(dcb_feature);
