/* SPDX-License-Identifier: MIT */
/* Any bytes as what a database of Open vSwitch says: as a stream of messages, or as the results of one. What is made of
 * it are bridges and ports with names that end, and operations that are JSON. */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"
#include "ovs/ovs.h"

enum {
	LARGEST = 1 << 15,
	FOR_MS = 100,
};

static bool ends(const char *text, size_t room)
{
	return strnlen(text, room) < room;
}

static void put(int fd, const void *p, size_t len)
{
	REQUIRE(send(fd, p, len, MSG_NOSIGNAL) == (ssize_t)len);
}

static void look(const struct ovs_db *db)
{
	for (size_t i = 0; i < db->n_bridges; i++) {
		REQUIRE(ends(db->bridge[i].name, sizeof db->bridge[i].name) &&
			ends(db->bridge[i].uuid, sizeof db->bridge[i].uuid));
		REQUIRE(weft__ovs_bridge(db, db->bridge[i].name));
	}
	for (size_t i = 0; i < db->n_ports; i++) {
		const struct ovs_port *p = &db->port[i];
		json_t *ops = json_array();
		uint16_t vlans[8];
		char *text;

		REQUIRE(p->bridge < db->n_bridges && ends(p->name, sizeof p->name) && ends(p->error, sizeof p->error));
		REQUIRE(weft__ovs_port(db, p->name));
		REQUIRE(weft__ovs_vlans(p->row, "trunks", vlans, 8) <= 8 &&
			weft__ovs_vlans(p->row, "tag", vlans, 1) <= 1);
		weft__ovs_rename_port(ops, db, p, "new", 1400);
		weft__ovs_move_port(ops, db, p, &db->bridge[0]);
		text = json_dumps(ops, 0);
		REQUIRE(text);
		free(text);
		json_decref(ops);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ovs_wire w = { .until = weft__ovs_now() + FOR_MS };
	struct ovs_db db = { 0 };
	int pair[2], r;

	if (size < 1 || size > LARGEST)
		return 0;
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) == 0);
	w.fd = pair[0];
	if (data[0] & 1)
		put(pair[1], "{\"id\":1,\"error\":null,\"result\":", 30);
	put(pair[1], data + 1, size - 1);
	if (data[0] & 1)
		put(pair[1], "}", 1);
	REQUIRE(shutdown(pair[1], SHUT_WR) == 0);
	r = data[0] & 2 ? weft__ovs_commit(&w, json_array()) : weft__ovs_load(&w, &db);
	REQUIRE(r <= 0 && (r == 0 || ends(w.why, sizeof w.why)));
	if (r == 0)
		look(&db);
	weft__ovs_unload(&db);
	weft__ovs_close(&w);
	close(pair[1]);
	return 0;
}
