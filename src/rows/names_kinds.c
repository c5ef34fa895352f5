/* SPDX-License-Identifier: MIT */
/* Names of values that only some link kinds have. */
#include "rows/tables.h"

#define TABLE(x) const struct weft_names weft__names_##x = { #x, sizeof x / sizeof *x, x }

static const struct weft_name amt_mode[] = {
	{ 0, "gateway" },
	{ 1, "relay" },
};
TABLE(amt_mode);

static const struct weft_name can_ctrlmode[] = {
	{ 1, "loopback" },
	{ 2, "listenonly" },
	{ 4, "3-samples" },
	{ 8, "one-shot" },
	{ 16, "berr-reporting" },
	{ 32, "fd" },
	{ 64, "presume-ack" },
	{ 128, "fd-non-iso" },
	{ 256, "cc-len8-dlc" },
	{ 512, "tdc-auto" },
	{ 1024, "tdc-manual" },
	{ 2048, "restricted" },
	{ 4096, "xl" },
	{ 8192, "xl-tdc-auto" },
	{ 16384, "xl-tdc-manual" },
	{ 32768, "xl-tms" },
};
TABLE(can_ctrlmode);

static const struct weft_name can_state[] = {
	{ 0, "error-active" },
	{ 1, "error-warning" },
	{ 2, "error-passive" },
	{ 3, "bus-off" },
	{ 4, "stopped" },
	{ 5, "sleeping" },
};
TABLE(can_state);

static const struct weft_name gtp_role[] = {
	{ 0, "ggsn" },
	{ 1, "sgsn" },
};
TABLE(gtp_role);

static const struct weft_name ipoib_mode[] = {
	{ 0, "datagram" },
	{ 1, "connected" },
};
TABLE(ipoib_mode);

static const struct weft_name rmnet_flags[] = {
	{ 1, "ingress-deaggregation" },
	{ 2, "ingress-map-commands" },
	{ 4, "ingress-map-cksumv4" },
	{ 8, "egress-map-cksumv4" },
	{ 16, "ingress-map-cksumv5" },
	{ 32, "egress-map-cksumv5" },
};
TABLE(rmnet_flags);
