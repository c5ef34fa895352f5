#!/bin/sh
# SPDX-License-Identifier: MIT
# get: one object by what names it; the way to an address as `ip route get` tells it.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
i link set lo up
i link add v0 type veth peer name v1
i link property add dev v0 altname the-uplink-with-a-long-name
i link set v0 up
i link set v1 up
i addr add 10.0.0.1/24 dev v0
i addr add fd00::1/64 dev v0 nodad
i addr add 10.5.0.1/24 dev v1
i route add 10.9.0.0/16 via 10.0.0.2 metric 7
i route add default via 10.0.0.3 table 100
i rule add fwmark 5 table 100 priority 50
i rule add ipproto udp dport 53 table 100 priority 51
i rule add uidrange 1000-1000 blackhole priority 52
i neigh add 10.0.0.9 dev v0 lladdr 02:00:00:00:00:09
i neigh add fd00::9 dev v0 lladdr 02:00:00:00:00:19

# way WORD...: weft and ip agree on the route.
way() {
	count=$((count + 1))
	# shellcheck disable=SC2046
	ip -n "$ns" -j route get $(echo "$*" | sed 's/^to //') >"$dir/ip" 2>/dev/null
	w -j get route "$@" >"$dir/weft" 2>"$dir/err"
	python3 - "$dir/ip" "$dir/weft" <<'PY' || { echo "FAILED: get route $*"; cat "$dir/ip" "$dir/weft" "$dir/err"; rc=1; }
import json, sys
def load(name):
    text = open(name).read()
    return json.loads(text) if text.strip() else None
theirs, ours = load(sys.argv[1]), load(sys.argv[2])
if not theirs or not ours:
    sys.exit(bool(theirs) != bool(ours))
theirs = theirs[0]
dst = theirs["dst"] if "/" in theirs["dst"] or theirs["dst"] == "default" else \
    theirs["dst"] + ("/128" if ":" in theirs["dst"] else "/32")
same = [(dst, ours["dst"]), (theirs.get("gateway"), ours.get("gateway")), (theirs.get("dev"), ours.get("dev")),
        (theirs.get("prefsrc"), ours.get("prefsrc")), (str(theirs.get("table", "main")), ours["table_name"])]
if "type" in theirs:
    same.append((theirs["type"], ours["type"]))
sys.exit(any(a != b for a, b in same))
PY
}

way to 10.9.1.1
way to 10.9.1.1 fibmatch
way to 10.0.0.1
way to 10.0.0.77 from 10.5.0.1
way to 10.0.0.77 from 10.5.0.77 iif v1
way to 10.5.0.9 oif v1
way to 10.8.0.1 mark 5
way to 10.8.0.1 ipproto udp dport 53
way to 10.9.1.1 uid 1000
way to fd00::77
way to 10.77.0.1
right '10.9.0.0/16  10.0.0.2  v0' get route to 10.9.1.1 fibmatch
right '"metric":7' -j get route to=10.9.1.1 fibmatch
# a network is a route itself
right '10.9.0.0/16  10.0.0.2  v0' get route 10.9.0.0/16
right '"metric":7' -j get route dst=10.9.0.0/16
right '"metric":7' -j get route metric=7 dst=10.9.0.0/16
wrong 2 'no such route' get route 10.9.0.0/17
wrong 1 'meant by dst=10.9.0.0/16' get route to 10.9.0.0/16
wrong 2 'Network is unreachable' get route to 10.77.0.1
wrong 1 'an address is needed' get route from 10.0.0.1
wrong 1 'not an address or prefix: "ten"' get route to ten
wrong 2 'unknown oif "v9"' get route to 10.9.1.1 oif v9

right '"ifname":"v0"' -j get link v0
right '"ifname":"v0"' -j get link the-uplink-with-a-long-name
right '"ifname":"v0"' -j get link altname=the-uplink-with-a-long-name
right '"ifname":"lo"' -j get link ifindex=1
right '02:00:00:00:00:09' get neigh 10.0.0.9 dev=v0
right '02:00:00:00:00:19' get neigh fd00::9 dev v0
right '{"ifindex":' -j get addr address=10.5.0.1
right 'v0' get addr 10.0.0.1 dev v0
right '"table_id":100' -j get rule priority=50
right 'mtu' get link v0 --columns ifname,mtu
wrong 2 'No such device' get link nobody
wrong 2 'Neighbour entry not found' get neigh 10.0.0.8 dev=v0
wrong 2 'more than one such addr' get addr dev=v0
wrong 2 'no such rule' get rule priority=99
wrong 1 'an object and what names it' get link
echo "$count expectations"
exit $rc
