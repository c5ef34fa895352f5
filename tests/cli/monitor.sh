#!/bin/sh
# SPDX-License-Identifier: MIT
# Changes as they happen: monitor, listen.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
i link set lo up
i link add v0 type veth peer name v1
i link add br0 type bridge

# Waits until FILE has TEXT, at most 5 seconds.
seen() {
	count=$((count + 1))
	for _ in $(seq 50); do
		grep -qF -- "$2" "$1" && return 0
		sleep 0.1
	done
	echo "FAILED: not told: $2"
	sed 's/^/  /' "$1" | cut -c1-200
	rc=1
}

# not through w: a signal must reach the command itself
(exec "$WEFT" -t "netns:$ns" monitor >"$dir/all") &
all=$!
(exec "$WEFT" -t "netns:$ns" -j monitor link >"$dir/links") &
links=$!
(exec "$WEFT" -t "netns:$ns" listen rt-link rtnlgrp-link >"$dir/listen") &
listen=$!
(exec "$WEFT" -t "netns:$ns" listen rt-route >"$dir/routes") &
routes=$!
# until all four have read what is there
i link set v1 mtu 1300
for n in $(seq 1301 1350); do
	i link set v1 mtu "$n"
	[ -s "$dir/all" ] && [ -s "$dir/links" ] && [ -s "$dir/listen" ] && break
	sleep 0.1
done

i link set v0 up
i link set v1 up
i link set v0 mtu 1400
i link set v1 master br0
i addr add 10.0.0.77/24 dev v0
i route add 10.99.0.0/16 via 10.0.0.2 metric 7
i rule add from 10.0.0.0/8 priority 100 table 100
i neigh add 10.0.0.9 dev v0 lladdr 02:00:00:00:00:09
i addr del 10.0.0.77/24 dev v0
i link del br0

seen "$dir/all" 'link v0 changed mtu 1500 -> 1400'
seen "$dir/all" 'link v0 changed operstate '
seen "$dir/all" ' -> up'
seen "$dir/all" 'link v1 changed master - -> br0'
seen "$dir/all" 'addr v0 10.0.0.77/24 added'
seen "$dir/all" 'route unicast 10.99.0.0/16 table main metric 7 added'
seen "$dir/all" 'rule inet priority 100 10.0.0.0/8 table 100 added'
seen "$dir/all" 'neigh 10.0.0.9 v0 added'
seen "$dir/all" 'addr v0 10.0.0.77/24 removed'
seen "$dir/all" 'link br0 removed'
seen "$dir/links" '{"object":"link","name":"v0","event":"changed","field":"mtu","old":"1500","new":"1400"}'
seen "$dir/listen" '"mtu":1400'
seen "$dir/listen" '{"name":"dellink","msg":{'
seen "$dir/routes" '"dst":"10.99.0.0"'
# a link keeps what is known of it, and of others on it, when its name changes
i addr add 10.0.0.78/24 dev v0
seen "$dir/all" 'addr v0 10.0.0.78/24 added'
seen "$dir/all" 'route unicast 10.0.0.0/24 table main added'
# down, as kernels before 6.2 rename no link that is up
i link set v0 down
i link set v0 name vv0
seen "$dir/all" 'link v0 changed ifname v0 -> vv0'
i addr del 10.0.0.78/24 dev vv0
seen "$dir/all" 'addr vv0 10.0.0.78/24 removed'
none 'link vv0 (added|removed)' cat "$dir/all"
# IPv4 routes go without a word when their link goes down
i link set vv0 up
i addr add 10.44.0.1/24 dev vv0
seen "$dir/all" 'route unicast 10.44.0.0/24 table main added'
i link set vv0 down
seen "$dir/all" 'route unicast 10.44.0.0/24 table main removed'
i link set vv0 up
for _ in $(seq 50); do
	[ "$(grep -c 'route unicast 10.44.0.0/24 table main added' "$dir/all")" = 2 ] && break
	sleep 0.1
done
has '^2$' grep -c 'route unicast 10.44.0.0/24 table main added' "$dir/all"
# ... also when the link is up again before anybody looks; a route through it does not come back
i route add 10.45.0.0/16 via 10.44.0.9
seen "$dir/all" 'route unicast 10.45.0.0/16 table main added'
kill -STOP "$all"
i link set vv0 down
i link set vv0 up
kill -CONT "$all"
seen "$dir/all" 'route unicast 10.45.0.0/16 table main removed'
for _ in $(seq 50); do
	[ "$(grep -c 'route unicast 10.44.0.0/24 table main added' "$dir/all")" = 3 ] && break
	sleep 0.1
done
has '^3$' grep -c 'route unicast 10.44.0.0/24 table main added' "$dir/all"
has '^2$' grep -c 'route unicast 10.44.0.0/24 table main removed' "$dir/all"
has '^1$' grep -c 'route local 10.44.0.1/32 table local added' "$dir/all"
none 'route local 10.44.0.1/32 table local removed' cat "$dir/all"
i link set vv0 down
i link set vv0 name v0
i link set v0 up

for seconds in -5 inf nan 1e300 5x; do
	wrong 1 'not a number from 0 to 1000000' monitor --duration $seconds
	wrong 1 'not a number from 0 to 1000000' listen rt-link --duration $seconds
	wrong 1 'not a number from 0 to 1000000' netns monitor --duration $seconds
done
wrong 1 'not a number' monitor --count -1

if grep -q '"object":"addr"' "$dir/links"; then
	echo "FAILED: monitor link tells of more"
	rc=1
fi

# ended by a signal: that is how it is meant to end
kill -TERM "$all"
kill -INT "$links"
kill -TERM "$listen" "$routes"
for p in $all $links $listen $routes; do
	wait "$p"
	got=$?
	count=$((count + 1))
	[ $got = 0 ] || { echo "FAILED: status $got after a signal"; rc=1; }
done
python3 -c 'import json, sys
for file in sys.argv[1:]:
	for line in open(file):
		json.loads(line)' "$dir/links" "$dir/listen" "$dir/routes" || rc=1

# a count and a time, when the kernel has nothing more to tell
while [ -n "$(i addr show tentative)" ]; do sleep 0.1; done
right '' monitor --duration 0.2
(sleep 0.3; i link set v0 mtu 1401) &
right 'mtu' monitor link --count 1
wait
wrong 1 'unknown option "--cuont"' monitor --cuont 3
wrong 1 'not a number: "x"' monitor --count x
wrong 1 'unknown object "lnik"; near: link' monitor lnik
echo "$count expectations"
exit $rc
