#!/bin/sh
# SPDX-License-Identifier: MIT
# flush: what a filter describes is gone, everything else is there; judged by iproute2.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }

# left NUMBER IP-ARGUMENT...: iproute2 counts so many lines.
left() {
	want=$1
	shift
	count=$((count + 1))
	got=$(i -o "$@" | wc -l)
	[ "$got" = "$want" ] || { echo "FAILED: ip $*: $got lines, wanted $want"; rc=1; }
}

i link set lo up
i link add v0 type veth peer name v1
i link add br0 type bridge
i link set v1 master br0
i link set v0 up
i link set v1 up
i link set br0 up
i addr add 10.0.0.1/16 dev v0
i addr add fd00::1/64 dev v0 nodad
for n in $(seq 1 250); do
	echo "route add 10.9.$n.0/24 via 10.0.0.2 proto 44"
	echo "route add 10.10.$n.0/24 via 10.0.0.2 proto 44 table 100"
	echo "route add fd09:$n::/32 via fd00::2 proto 44"
	echo "neigh add 10.0.1.$n dev v0 lladdr 02:00:00:00:00:09 nud stale"
	echo "rule add from 10.0.0.0/8 table 100 priority $((1000 + n))"
done >"$dir/batch"
i -batch "$dir/batch"
i route add 10.11.0.0/16 via 10.0.0.2 proto static
i neigh add 10.0.2.1 dev v0 lladdr 02:00:00:00:00:0a nud permanent

wrong 1 'which routes? FIELD=VALUE or all is needed' flush route
wrong 1 'which addrs?' flush addr
wrong 1 'link cannot be flushed' flush link all
wrong 1 'stats cannot be flushed' flush stats all
wrong 1 'unknown field "protocl"; near: protocol' flush route protocl=44
wrong 1 'FIELD=VALUE is needed' flush route protocol=44 all
left 252 route show dev v0

right '' flush route protocol=44
left 2 route show dev v0
left 250 route show table 100
left 0 -6 route show proto 44
right '' flush route table=100 dst=10.10.7.0/24
left 249 route show table 100
right '' flush routes table=100 'dst!=10.10.8.0/24'
left 1 route show table 100
right '' flush neigh dev=v0
left 1 neigh show dev v0
i neigh show dev v0 | grep -q PERMANENT || { echo "FAILED: the permanent neighbour is gone"; rc=1; }
right '' flush neigh dev=v0 nud=permanent
left 0 neigh show dev v0
right '' flush rule priority=1007
left 252 -4 rule show
right '' flush rule src=10.0.0.0/8
left 3 -4 rule show
right '' flush rule all
i rule show | grep -q '^0:.*local' || { echo "FAILED: the rule of table local is gone"; rc=1; }

# the secondaries of an address go with it, or stay when the kernel promotes them
for n in $(seq 2 50); do i addr add "10.0.0.$n/16" dev v0; done
"$WEFT" netns exec "$ns" sysctl -qw net.ipv4.conf.v0.promote_secondaries=1
right '' flush addr dev=v0 family=inet
left 0 -4 addr show dev v0
i -6 addr show dev v0 | grep -q fd00::1 || { echo "FAILED: an address of the other family is gone"; rc=1; }
right '' flush addr dev=v0
left 0 addr show dev v0 scope global

bridge -n "$ns" fdb add 02:00:00:00:00:77 dev v1 master dynamic
bridge -n "$ns" fdb add 02:00:00:00:00:78 dev v1 master static
right '' flush fdb master=br0 state=reachable
count=$((count + 2))
bridge -n "$ns" fdb show dev v1 | grep -q '00:77' && { echo "FAILED: an fdb entry is left"; rc=1; }
bridge -n "$ns" fdb show dev v1 | grep -q '00:78' || { echo "FAILED: a static fdb entry is gone"; rc=1; }

# nothing to do is done; -v counts
right '' flush route protocol=44
count=$((count + 1))
i route add 10.12.0.0/16 dev v0 proto 45
i route add 10.13.0.0/16 dev v0 proto 45
w -v flush route protocol=45 2>&1 | grep -q 'deleted 2 routes in 1 round$' || { echo "FAILED: -v does not count"; rc=1; }
# what the kernel refuses is told
count=$((count + 1))
if setpriv --reuid 65534 --clear-groups "$WEFT" flush rule all 2>"$dir/err" ||
	! grep -qF 'Operation not permitted' "$dir/err"; then
	echo "FAILED: flush without permission"
	rc=1
fi
echo "$count expectations"
exit $rc
