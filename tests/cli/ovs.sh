#!/bin/sh
# SPDX-License-Identifier: MIT
# Bridges and ports of Open vSwitch as links; ovs-vsctl is the judge. Then servers that lie, stop, and are not there.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"
# shellcheck source=tests/cli/switch.sh
. "$(dirname "$0")/switch.sh"
# shellcheck disable=SC2317
finish() {
	stop_switch
	rm -rf "$dir"
	"$WEFT" netns del "$ns"
}
trap finish EXIT
i() { ip -n "$ns" "$@"; }
w() { "$WEFT" --ovsdb "$db" -t "netns:$ns" "$@"; }

# nobody is there
wrong 2 "Open vSwitch: no ovsdb-server at $db" add link ifname=br0 kind=ovs-bridge
right '' add link ifname=d0 kind=veth peer=d1 mtu=1400
right '' set link d0 mtu=1300
right '' del link d0

ip netns exec "$ns" env WEFT="$WEFT" python3 "$(dirname "$0")/ovs_lies.py" || rc=1
if ! have_switch; then
	[ $rc = 0 ] || exit $rc
	echo "skipped: no package openvswitch-switch"
	exit 77
fi
start_switch || exit 1

right '' add link ifname=br0 kind=ovs-bridge datapath_type=netdev mtu=1400 address=02:00:00:00:00:10 fail_mode=secure up
has '^netdev$' vsctl get bridge br0 datapath_type
has '^secure$' vsctl get bridge br0 fail_mode
has '02:00:00:00:00:10' vsctl get bridge br0 other_config:hwaddr
has 'mtu 1400' i link show dev br0
wrong 2 'File exists' add link ifname=br0 kind=ovs-bridge datapath_type=netdev
wrong 2 'File exists' add link ifname=lo kind=ovs-bridge datapath_type=netdev
wrong 2 'constraint violation' add link ifname=br1 kind=ovs-bridge datapath_type=netdev fail_mode=nosuch
wrong 2 '' add link ifname=br1 kind=ovs-bridge datapath_type=netdev mtu=9
none br1 vsctl list-br
none br1 i link show

# ports of all sorts, in one request or later
right '' add link ifname=v0 kind=veth peer=v1 master=br0 tag=5
right '' add link ifname=p0 kind=ovs-port master=br0 trunks=10,20,30 vlan_mode=trunk mtu=1350
right '' add link ifname=t0 kind=tun type=tap master=br0 tag=70
right '' set link v1 master=br0 tag=7
has '^5$' vsctl get port v0 tag
has '10, 20, 30' vsctl get port p0 trunks
has '^trunk$' vsctl get port p0 vlan_mode
has '^internal$' vsctl get interface p0 type
has '^70$' vsctl get port t0 tag
has '^br0$' vsctl port-to-br v1
has 'mtu 1350' i link show dev p0
wrong 2 'the bridge of Open vSwitch that it is a port of is needed' add link ifname=p1 kind=ovs-port
wrong 2 'is not in the valid range' add link ifname=x0 kind=veth peer=x1 master=br0 tag=5000
none x0 i link show
right '' set link v0 tag=9 mtu=1450
has '^9$' vsctl get port v0 tag
has 'mtu 1450' i link show dev v0
wrong 2 'is not in the valid range' set link v0 tag=5000 mtu=1400
has '^9$' vsctl get port v0 tag
has 'mtu 1450' i link show dev v0
wrong 2 'mtu' set link v0 tag=11 mtu=9
has '^9$' vsctl get port v0 tag
right '' set link v0 tag=0 trunks=1,2
has '^\[\]$' vsctl get port v0 tag
has '\[1, 2\]' vsctl get port v0 trunks
wrong 2 'the link is no port of Open vSwitch' do rt-link newlink \
	'{"ifname":"lo","linkinfo":{"slave-kind":"ovs-bridge","slave-data":{"tag":3}}}'

# as show tells them, and what narrows it
right '"kind":"ovs-bridge"' -j show links ifname=br0
right '"master":"br0","port_kind":"ovs-bridge"' -j show links ifname=v0
right '"kind":"ovs-port"' -j show links master=br0
right '"ifname":"br0"' -j show links kind=ovs-bridge
none '"ifname":"[pv]' w -j show links kind=ovs-bridge
right '"slave-data":{"trunks":[10,20,30],"vlan-mode":"trunk","type":"internal","ofport"' dump rt-link getlink
right '"data":{"datapath-type":"netdev","fail-mode":"secure","stp-enable":0' dump rt-link getlink '{"ifname":"br0"}'
none ovs-bridge "$WEFT" -t "netns:$ns" show links kind=tun

# from one bridge to another, and out
right '' add link ifname=br1 kind=ovs-bridge datapath_type=netdev
right '' set link v0 master=br1
has '^br1$' vsctl port-to-br v0
has '\[1, 2\]' vsctl get port v0 trunks
right '' set link v0 master=none
none v0 vsctl list-ports br1
wrong 2 'is no port of another' set link br1 master=br0
wrong 2 'has no other name for it' set link br1 ifname=br2
i addr add 10.9.9.9/24 dev p0
wrong 2 'renamed only when it is down and has no address' set link p0 ifname=p1
i addr del 10.9.9.9/24 dev p0
right '' set link p0 ifname=p1
has '10, 20, 30' vsctl get port p1 trunks
has 'mtu 1350' i link show dev p1

# the whole is one transaction: the server counts them
right '' set link br1 stp-enable=1 mcast-snooping-enable=1
has true vsctl get bridge br1 mcast_snooping_enable
right '' set link br1 fail_mode=standalone
has standalone vsctl get bridge br1 fail_mode

# what the kernel deletes is no port any more
right '' del link v1
none 'v[01]' vsctl list-ports br0
none 'v[01]' i link show
right '' del link p1
none p1 vsctl list-ports br0
right '' del link t0
right '' del link br0
right '' del link br1
none br vsctl list-br
none "br[0-9]" i link show

# another namespace has a switch of its own, or none
"$WEFT" netns add "$ns-b"
count=$((count + 1))
"$WEFT" --ovsdb "$db" -t "netns:$ns-b" add link ifname=br0 kind=ovs-bridge 2>"$dir/err" && { echo "FAILED: in the wrong namespace"; rc=1; }
grep -q 'is in another network namespace' "$dir/err" || { echo "FAILED: $(cat "$dir/err")"; rc=1; }
"$WEFT" netns del "$ns-b"

# the daemon is gone: told in time, and undone
stop_process "$dir/ovs/v.pid"
wrong 2 'ovs-vswitchd does not act' add link ifname=br2 kind=ovs-bridge datapath_type=netdev
none br2 vsctl --no-wait list-br
echo "$count expectations"
exit $rc
