#!/bin/sh
# SPDX-License-Identifier: MIT
# Nexthops, multicast groups, address labels, settings: made by weft, judged by iproute2, and read back.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
b() { bridge -n "$ns" "$@"; }
i link set lo up
i link add v0 type veth peer name v1
i link add br0 type bridge mcast_snooping 1
i link set v1 master br0
for d in v0 v1 br0; do i link set "$d" up; done
i addr add 10.0.0.1/24 dev v0
i addr add fd00::1/64 dev v0 nodad

right '' add nexthop 1 via=10.0.0.2 dev=v0
has 'id 1 via 10.0.0.2 dev v0' i nexthop
right '' add nexthop 2 via=10.0.0.3 dev=v0 protocol=bgp
has 'id 2 via 10.0.0.3 dev v0 .*proto bgp' i nexthop
right '' add nexthop 6 via=fd00::2 dev=v0
has 'id 6 via fd00::2 dev v0' i nexthop
right '' add nexthop 3 group=1,2/5
has 'id 3 group 1/2,5' i nexthop
right '' add nexthop 4 group=1,2 type=resilient buckets=4 idle_timer=6000
has 'id 4 group 1/2 type resilient buckets 4 idle_timer 60 ' i nexthop
right '' add nexthop 5 blackhole
has 'id 5 blackhole' i nexthop
right '' add nexthop 7 via=10.0.0.9 fdb
has 'id 7 via 10.0.0.9 .*fdb' i nexthop
right '' set nexthop 1 via=10.0.0.4 dev=v0
has 'id 1 via 10.0.0.4 dev v0' i nexthop
right '' add route 10.9.0.0/16 nhid=3
has '10.9.0.0/16 nhid 3' i route
right '1,2/5' show nexthop id=3
right '"group":[{"id":1,"weight":0,"weight-high":0},{"id":2,"weight":4,"weight-high":0}]' -j get nexthop 3
right '"blackhole":true' -j get nexthop 5
right 'fd00::2' get nexthop id 6
right '4   3' show bucket id=4
wrong 2 'No such' get nexthop 99
wrong 1 'group: not a number' add nexthop 8 group=1,x
wrong 1 'id: missing' del nexthop via=10.0.0.2
w dump --save "$dir/nexthops" rt-nexthop getnexthop
w dump --save "$dir/routes" rt-route getroute
right '' flush nexthop protocol=bgp
none 'id 2 ' i nexthop
right '' del nexthop 5
none 'id 5 ' i nexthop
right '' flush nexthop all
none 'id' i nexthop
right '' restore "$dir/nexthops"
has 'id 3 group 1/2,5' i nexthop
has 'id 4 group 1/2 type resilient buckets 4 idle_timer 60 ' i nexthop
# the route that stands on a nexthop, from its own dump
right '' restore "$dir/routes"
has '10.9.0.0/16 nhid 3' i route

right '' add mdb dev=br0 port=v1 grp=239.1.1.1 permanent
has 'port v1 grp 239.1.1.1 permanent' b mdb
right '' add mdb dev=br0 port=v1 grp=ff0e::7 permanent src=fd00::1
has 'port v1 grp ff0e::7 src fd00::1 permanent' b mdb
right '' add mdb dev=br0 grp=01:02:03:04:05:06 permanent
right '"grp":"ff0e::7","src":"fd00::1"' -j show mdb port=v1 src=fd00::1
right '239.1.1.1' show mdb bridge=br0 state=permanent
right '' del mdb dev=br0 port=v1 grp=239.1.1.1
none 'grp 239.1.1.1 ' b mdb
right '' flush mdb bridge=br0
# IPv6 joins groups of its own at any time
none 'permanent' b mdb
wrong 1 'grp: missing' add mdb dev=br0
wrong 1 'grp: not an address' add mdb dev=br0 grp=x

right '' add addrlabel fd00::/16 label=77
has 'prefix fd00::/16 label 77' i addrlabel
right 'fd00::/16' show addrlabel label=77
right '' flush addrlabel label=77
none 'label 77' i addrlabel
right '' add addrlabel fd01::/16 label=78 dev=v0
has 'prefix fd01::/16 dev v0 label 78' i addrlabel
right '' del addrlabel fd01::/16 dev=v0
none 'label 78' i addrlabel

"$WEFT" netns exec "$ns" sysctl -qw net.ipv4.conf.v0.rp_filter=2 net.ipv4.conf.default.forwarding=1
right '"ifname":"v0","ifindex":3,"forwarding":0,"rp_filter":2' -j show netconf family=inet ifname=v0
right '"ifname":"default","ifindex":-2,"forwarding":1' -j show netconf family=inet ifname=default
right 'ff02::1' show maddr dev=v0
right '' add nsid 5 pid=$$
right '5' show nsid
has 'nsid 5' i netns list-id
wrong 1 'pid: missing' add nsid 5
wrong 1 'netconf cannot be set' set netconf dev=v0

# told as they happen
(exec "$WEFT" -t "netns:$ns" monitor nexthop mdb fdb netconf >"$dir/events") &
watch=$!
for n in $(seq 50); do
	"$WEFT" netns exec "$ns" sysctl -qw "net.ipv4.conf.v1.forwarding=$((n % 2))"
	[ "$(wc -l <"$dir/events")" -ge 2 ] && break
	sleep 0.1
done
i nexthop add id 11 via 10.0.0.11 dev v0
i nexthop replace id 11 via 10.0.0.12 dev v0
i nexthop del id 11
b mdb add dev br0 port v1 grp 239.7.7.7 permanent
b mdb del dev br0 port v1 grp 239.7.7.7 permanent
b fdb add 02:00:00:00:00:99 dev v1 master static
for _ in $(seq 50); do
	grep -q '^fdb 02:00:00:00:00:99 v1 master br0 added' "$dir/events" && break
	sleep 0.1
done
has '^nexthop 11 added' cat "$dir/events"
has '^nexthop 11 changed gateway 10.0.0.11 -> 10.0.0.12' cat "$dir/events"
has '^nexthop 11 removed' cat "$dir/events"
has '^mdb br0 v1 239.7.7.7 added' cat "$dir/events"
has '^mdb br0 v1 239.7.7.7 removed' cat "$dir/events"
has '^fdb 02:00:00:00:00:99 v1 master br0 added' cat "$dir/events"
has '^netconf inet v1 changed forwarding [01] -> [01]' cat "$dir/events"
none '^netconf .*-> -$' cat "$dir/events"
kill "$watch"
wait "$watch" || { echo "FAILED: the status of monitor"; rc=1; }
wrong 1 'the kernel does not tell changes of ntable' monitor ntable

# what is told only when it is asked for by name: buckets that go to another nexthop, counters of the hardware
for n in 21 22; do i nexthop add id $n via 10.0.0.$n dev v0; done
i nexthop add id 23 group 21/22 type resilient buckets 4 idle_timer 1
i route add 10.23.0.0/16 nhid 23
(exec "$WEFT" -t "netns:$ns" monitor buckets stats >"$dir/events") &
watch=$!
# buckets that are in use go when they have been idle for a second; until the command has read what is there
for n in $(seq 5); do
	for at in $(seq 40); do i route get "10.23.0.$at" >/dev/null; done
	i nexthop replace id 23 group 2$((n % 2 + 1)),3/2$((2 - n % 2)) type resilient buckets 4 idle_timer 1
	sleep 1.5
	[ -s "$dir/events" ] && break
done
has '^bucket 23 .*changed res-bucket.nh-id 2[12] -> 2[12]' cat "$dir/events"
if [ "$(w -j show stats v0 --columns l3_stats)" = '[{"l3_stats":false}]' ]; then
	right '' set stats v0 l3_stats=on
	right '"l3_stats":true' -j show stats v0
	right '' set stats v0 l3_stats=off
	for n in $(seq 50); do
		grep -q 'request 1 -> 0' "$dir/events" && break
		sleep 0.1
	done
	has '^stats v0 changed .*request 0 -> 1' cat "$dir/events"
	has '^stats v0 changed .*request 1 -> 0' cat "$dir/events"
fi
wrong 1 'l3_stats: on or off is needed: "maybe"' set stats v0 l3_stats=maybe
wrong 1 'l3_stats: missing' set stats v0
wrong 1 'stats cannot be added' add stats v0 l3_stats=on
kill "$watch"
wait "$watch" || { echo "FAILED: the status of monitor"; rc=1; }
echo "$count expectations"
exit $rc
