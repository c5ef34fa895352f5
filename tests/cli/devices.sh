#!/bin/sh
# SPDX-License-Identifier: MIT
# One script of link verbs for a veth pair, a tap, ports of Open vSwitch and a port of a team: here, in another
# namespace and through an agent. ip, ovs-vsctl and teamnl are the judges.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=tests/cli/switch.sh
. "$(dirname "$0")/switch.sh"
watcher=
# shellcheck disable=SC2317
finish() {
	[ -z "$watcher" ] || kill "$watcher" 2>/dev/null
	stop_switch
	rm -rf "$dir"
	"$WEFT" netns del "$ns"
}
trap finish EXIT
sorts='veth tap'
i() { ip -n "$ns" "$@"; }

bad() {
	echo "FAILED: $way, $sort: $*"
	rc=1
}

w() {
	case $way in
	local) ip netns exec "$ns" "$WEFT" --ovsdb "$db" "$@" ;;
	netns) "$WEFT" --ovsdb "$db" -t "netns:$ns" "$@" ;;
	agent) "$WEFT" -t "exec:$WEFT --ovsdb $db agent/netns:$ns" "$@" ;;
	esac
}

# The same, in place of this shell: a signal must reach the command itself.
watch() {
	case $way in
	local) exec ip netns exec "$ns" "$WEFT" -j monitor link ;;
	netns) exec "$WEFT" -t "netns:$ns" -j monitor link ;;
	agent) exec "$WEFT" -t "exec:$WEFT agent/netns:$ns" -j monitor link ;;
	esac
}

is() {
	text=$1
	shift
	w -j show links ifname="$1" >"$dir/show"
	grep -qF -- "$text" "$dir/show" || bad "$1 has no $text: $(cat "$dir/show")"
}
gone() {
	w -j show links >"$dir/show" || bad "show links"
	grep -qF "\"ifname\":\"$1\"" "$dir/show" && bad "$1 is there"
}

# What the device is in, as another tool sees it.
is_in() {
	case $sort in
	ovs*) has "^$2\$" vsctl port-to-br "$1" ;;
	*) has "master $2" i link show dev "$1" ;;
	esac
}
is_out() {
	case $sort in
	ovs*) none "^$1\$" vsctl list-ports "$2" ;;
	*) none "master" i link show dev "$1" ;;
	esac
}

# The words that make the device, the master that it belongs to, and the words for that one.
words() {
	case $sort in
	veth | ovs-veth | team) echo "kind=veth peer=d1" ;;
	tap) echo "kind=tun type=tap" ;;
	ovs) echo "kind=ovs-port master=m0 tag=5" ;;
	esac
}
of_master() {
	case $sort in
	veth | tap) echo "kind=bridge" ;;
	ovs*) echo "kind=ovs-bridge datapath_type=$datapath" ;;
	team) echo "kind=team mode=activebackup" ;;
	esac
}

verbs() {
	# shellcheck disable=SC2046
	right '' add link ifname=m0 $(of_master)
	# here, for the shell behind opens it when it comes to it: what is in it is of the time before
	: >"$dir/events"
	watch >"$dir/events" &
	watcher=$!
	for _ in $(seq 100); do
		[ -s "$dir/events" ] && break
		i link set lo up
		i link set lo down
		sleep 0.1
	done

	# add
	# shellcheck disable=SC2046
	wrong 2 '' add link ifname=d0 $(words) mtu=9
	gone d0
	# shellcheck disable=SC2046
	right '' add link ifname=d0 $(words) mtu=1400 address=02:00:00:00:00:01
	is '"mtu":1400' d0
	is '"address":"02:00:00:00:00:01"' d0
	# shellcheck disable=SC2046
	wrong 2 'File exists' add link ifname=d0 $(words)
	# set
	right '' set link d0 mtu=1300
	is '"mtu":1300' d0
	right '' set link d0 address=02:00:00:00:00:02
	has '02:00:00:00:00:02' i link show dev d0
	right '' set link d0 up
	is '"admin_up":true' d0
	right '' set link d0 down
	is '"admin_up":false' d0
	right '' set link d0 ifname=d9
	gone d0
	is '"mtu":1300' d9
	is '"address":"02:00:00:00:00:02"' d9
	right '' set link d9 ifname=d0
	wrong 2 '' set link d0 mtu=9
	wrong 2 'unknown master "nosuch"' set link d0 master=nosuch
	# enslave
	right '' set link d0 master=m0
	is '"master":"m0"' d0
	is_in d0 m0
	w -j show links master=m0 | grep -q '"ifname":"d0"' || bad "show links master=m0"
	case $sort in
	ovs) wrong 2 'nothing without its bridge' set link d0 master=none ;;
	*)
		right '' set link d0 master=none
		is_out d0 m0
		w -j show links ifname=d0 | grep -q '"master"' && bad "d0 still has a master"
		right '' set link d0 master=m0
		;;
	esac
	is_in d0 m0
	# delete
	right '' del link d0
	gone d0
	is_out d0 m0 2>/dev/null
	wrong 2 'No such device' del link d0
	right '' del link m0
	gone m0
	[ "$(w -j show links | grep -o '"ifname":"[dm][0-9]"')" = '' ] || bad "something is left"

	sleep 0.3
	kill "$watcher"
	wait "$watcher" 2>/dev/null
	watcher=
	for event in '"d0","event":"added"' '"field":"mtu","old":"1400","new":"1300"' '"d0","event":"removed"' '"m0","event":"removed"'; do
		grep -qF "$event" "$dir/events" || bad "not told: $event"
	done
	grep -q '"d9"' "$dir/events" || bad "the other name is not told"
}

i link set lo up
if i link add probe0 type team 2>/dev/null; then
	i link del probe0
	sorts="$sorts team"
else
	echo "skipped: this kernel has no team driver"
fi
if ! i link add probe0 type bridge 2>/dev/null; then
	sorts=$(echo "$sorts" | sed 's/veth tap//')
	echo "skipped: this kernel has no bridge"
else
	i link del probe0
fi
if have_switch && start_switch; then
	sorts="$sorts ovs-veth ovs"
	datapath=netdev
	# the kernel's own, where it has one
	if vsctl --timeout=10 add-br probe0 2>/dev/null && i link show dev probe0 >/dev/null 2>&1; then datapath=system; fi
	vsctl --if-exists del-br probe0
	echo "Open vSwitch: datapath of type $datapath"
else
	echo "skipped: no package openvswitch-switch"
fi
ways='local netns agent'
# an emulated machine is slow: there only what others do not have
if [ "${VM_KERNEL:-host}" != host ]; then
	sorts=$(echo "$sorts" | sed 's/veth tap//; s/ovs-veth//')
	ways='local agent'
fi
for way in $ways; do
	for sort in $sorts; do
		before=$rc
		rc=0
		verbs
		[ $rc = 0 ] && echo "$way $sort: same" || echo "$way $sort: DIFFERENT"
		[ $before = 0 ] || rc=$before
	done
done
echo "$count expectations"
exit $rc
