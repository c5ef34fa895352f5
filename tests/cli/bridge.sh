#!/bin/sh
# SPDX-License-Identifier: MIT
# VLANs of bridges and VNIs of VXLANs, judged by iproute2, as far as this kernel has them.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
b() { bridge -n "$ns" "$@"; }
if ! i link add br0 type bridge vlan_filtering 1 mcast_snooping 1 2>/dev/null; then
	echo "skipped: this kernel has no VLAN filtering"
	exit 77
fi
i link add v0 type veth peer name v1
i link set v1 master br0
for d in br0 v0 v1; do i link set "$d" up; done

right '' add vlan dev=v1 vid=10-20
right '' add vlan dev=v1 vid=30 pvid untagged
right '' add vlan dev=br0 vid=10 self
has '^ *15$' b vlan show dev v1
has '30 PVID Egress Untagged' b vlan show dev v1
has ' 10$' b vlan show dev br0
right '{"ifname":"v1","vid":10,"vid_end":20,"flags":[]' -j show vlan dev=v1 vid=10
right '"vid":30,"vid_end":30,"flags":["pvid","untagged"],"pvid":true,"untagged":true,"state":"forwarding"' \
	-j show vlan dev=v1 vid=30
right '' set vlan dev=v1 vid=10-12 state=blocking
right '"vid":10,"vid_end":12,"flags":[],"pvid":false,"untagged":false,"state":"blocking"' -j show vlan dev=v1 vid=10
right '' del vlan dev=v1 vid=15
none '15' b vlan show dev v1
has '16' b vlan show dev v1
right '' flush vlan dev=v1 vid=30
none '30' b vlan show dev v1
right '' flush vlan dev=v1 vid=10
none '11' b vlan show dev v1
has '14' b vlan show dev v1
right '' add vlan v1 vid=40 vid_end=42 untagged=true pvid=false
right '{"ifname":"v1","vid":40,"vid_end":42,"flags":["untagged"]' -j show vlan v1 vid=40
right '' del vlan v1 vid=40-42
wrong 1 'untagged: true or false is needed' add vlan v1 vid=40 untagged=maybe
wrong 1 'rx_bytes: read-only' set vlan v1 vid=16 rx_bytes=1
wrong 1 'vid: missing' add vlan dev=v1
wrong 1 'vid: not a number from 1 to 4094: "0"' add vlan dev=v1 vid=0

right '' add fdb 02:00:00:00:00:77 dev=v1 master static vlan=16
has '02:00:00:00:00:77 dev v1 vlan 16 master br0 static' b fdb show
right '02:00:00:00:00:77' show fdb dev=v1 vlan=16
right '' del fdb 02:00:00:00:00:77 dev=v1 master vlan=16
none '00:77' b fdb show
right '' add mdb dev=br0 port=v1 grp=239.1.1.1 vid=16 permanent
has 'port v1 grp 239.1.1.1 permanent vid 16' b mdb
right '"vid":16' -j show mdb dev=br0 grp=239.1.1.1

(exec "$WEFT" -t "netns:$ns" monitor vlan >"$dir/events") &
watch=$!
for n in $(seq 100 150); do
	b vlan add dev v1 vid "$n"
	[ -s "$dir/events" ] && break
	sleep 0.1
done
b vlan add dev v1 vid 200
for _ in $(seq 50); do
	grep -q 'vid 200' "$dir/events" && break
	sleep 0.1
done
has '^vlan v1 vid 200 added' cat "$dir/events"
kill "$watch"
wait "$watch" || { echo "FAILED: the status of monitor"; rc=1; }

if i link add x0 type vxlan dstport 4789 external vnifilter 2>/dev/null; then
	right '' add vni dev=x0 vni=100-110
	right '' add vni dev=x0 vni=200
	has '100-110' b vni show dev x0
	right '"vni":100,"vni_end":110' -j show vni dev=x0
	right '' flush vni dev=x0 vni=200
	none '200' b vni show
	right '' del vni dev=x0 vni=100-110
	none '100' b vni show
fi
echo "$count expectations"
exit $rc
