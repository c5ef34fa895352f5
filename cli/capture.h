/* SPDX-License-Identifier: MIT */
#ifndef WEFT_CLI_CAPTURE_H
#define WEFT_CLI_CAPTURE_H

/* Datagrams out of files: tapes, pcap and pcapng of nlmon devices, hex. */

#include "cli.h"

struct datagram {
	uint64_t us;		 /* time, since the start of a tape or of 1970 */
	bool has_time, recorded; /* recorded: not typed by somebody */
	unsigned socket;	 /* of a tape */
	const char *way;	 /* "send", "recv", "refused"; NULL: not known */
	int protocol;
	const uint8_t *p;
	size_t len;
};
typedef int datagram_fn(const struct datagram *d, void *user);

/* Calls fn for each datagram of a file's bytes; its result other than 0 ends it and is returned. protocol: that of hex.
 * Wrong bytes are an exit status, after what was right before them. */
int capture_read(const uint8_t *p, size_t len, int protocol, datagram_fn *fn, void *user);

#endif
