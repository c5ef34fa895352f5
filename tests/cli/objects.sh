#!/bin/sh
# SPDX-License-Identifier: MIT
# The smaller objects: forwarding tables, neighbour tables, counters; help made of the rows.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
b() { bridge -n "$ns" "$@"; }

i link set lo up
i link add v0 type veth peer name v1
i link add br0 type bridge
i link set v1 master br0
i link set br0 up
i link set v0 up
i link set v1 up
i link add x0 type vxlan id 7 dstport 4789

right '' add fdb 02:00:00:00:00:77 dev=v1 master static
has '02:00:00:00:00:77 dev v1 master br0 static' b fdb show
right '' add fdb 00:00:00:00:00:00 dev=x0 dst=10.0.0.9 vni=8 port=4790 via=v0
has '00:00:00:00:00:00 dev x0 dst 10.0.0.9 port 4790 vni 8 via v0 self permanent' b fdb show
right '' add fdb 02:00:00:00:00:79 dev=v1 self
has '02:00:00:00:00:79 dev v1 self permanent' b fdb show
right '"state":["noarp"],"flags":[]' -j show fdb lladdr=02:00:00:00:00:77 master=br0
right '"dst":"10.0.0.9"' -j show fdb dev=x0
right '"vni":8' -j show fdb dev=x0
right '02:00:00:00:00:77' show fdb master=br0 state=noarp
right '' set fdb 02:00:00:00:00:77 dev=v1 master permanent
has '02:00:00:00:00:77 dev v1 master br0 permanent' b fdb show
right '' del fdb 02:00:00:00:00:77 dev=v1 master
count=$((count + 1))
b fdb show | grep -q 02:00:00:00:00:77 && { echo "FAILED: the fdb entry is left"; rc=1; }
wrong 1 'dev: missing' add fdb 02:00:00:00:00:77
wrong 1 'lladdr: missing' add fdb dev=v1
# what a bridge learned is no neighbour
count=$((count + 1))
w -j show neigh | grep -q bridge && { echo "FAILED: fdb among neigh"; rc=1; }

right '' set ntable arp_cache family=inet dev=v0 retrans_time=700 ucast_probes=5
has 'retrans 700' i ntable show dev v0 name arp_cache
has 'ucast_probes 5' i ntable show dev v0 name arp_cache
right '"retrans_time":700' -j show ntable dev=v0 name=arp_cache
wrong 1 'ntable cannot be added' add ntable arp_cache family=inet
wrong 1 'l3_stats: missing' set stats dev=v0
wrong 1 'netconf cannot be set' set netconf dev=v0
count=$((count + 1))
i -j -s -s link show v0 >"$dir/ip"
w -j show stats dev=v0 >"$dir/weft"
python3 - "$dir/ip" "$dir/weft" <<'PY' || { echo "FAILED: stats"; cat "$dir/ip" "$dir/weft"; rc=1; }
import json, sys
theirs = json.load(open(sys.argv[1]))[0]["stats64"]
ours = json.load(open(sys.argv[2]))[0]
words = {"bytes": "bytes", "packets": "packets", "errors": "errors", "dropped": "dropped", "length_errors": "length_errors",
         "over_errors": "over_errors", "crc_errors": "crc_errors", "frame_errors": "frame_errors",
         "fifo_errors": "fifo_errors", "missed_errors": "missed_errors", "aborted_errors": "aborted_errors",
         "carrier_errors": "carrier_errors", "window_errors": "window_errors", "heartbeat_errors": "heartbeat_errors"}
n = 0
for way in ("rx", "tx"):
    for key, value in theirs[way].items():
        if key in words:
            n += 1
            # a packet may pass between the two
            if abs(ours[f"{way}_{words[key]}"] - value) > 1000:
                sys.exit(1)
sys.exit(n < 10)
PY

# columns wanted, filters that exclude
right 'ifname' show link --columns ifname,mtu
count=$((count + 1))
[ "$(w show link --columns mtu,ifname ifname=v0 | tail -n 1 | tr -s ' ')" = '1500 v0' ] ||
	{ echo "FAILED: --columns"; rc=1; }
right '{"mtu":1500,"ifname":"v0"}' -j show link ifname=v0 --columns mtu,ifname
wrong 1 'unknown field "mtuu"; near: mtu' show link --columns mtuu
count=$((count + 1))
w -j show link 'kind!=veth' | grep -q '"v0"' && { echo "FAILED: kind!=veth shows v0"; rc=1; }
right '"br0"' -j show link 'kind!=veth'

# names of this machine's files
count=$((count + 1))
mkdir -p "$dir/etc"
cp -r /etc/iproute2 "$dir/etc/" 2>/dev/null || mkdir -p "$dir/etc/iproute2"
echo '4711 weft-test' >>"$dir/etc/iproute2/rt_tables"
i route add 10.77.0.0/16 dev v0 table 4711
unshare -m sh -c "mkdir -p /etc/iproute2 && mount --bind '$dir/etc/iproute2' /etc/iproute2 &&
	'$WEFT' -t netns:$ns show route table=weft-test" | grep -q 'weft-test' ||
	{ echo "FAILED: a table of rt_tables"; rc=1; }

right 'port-range.low' add link kind=vxlan --help
right 'mode                         u32 private|vepa|bridge|passthru' add link kind=macvlan --help
right 'ageing-time                  u32 (hundredths of a second)' add link kind=bridge --help
right 'master                       u32 (index of the bridge' set link --help
right 'by its kind: amt bareudp' add link --help
right 'ageing-time                  u32 (hundredths' help add link kind=bridge
right 'usage: weft [-j] show' help show
right 'columns (* in the table)' help show link
right 'fields of rt-rule newrule' help 'do' rt-rule newrule
right 'usage: weft netns' help netns add
wrong 1 'unknown command "hlep"' help hlep
right 'linkinfo.kind' set link --help
right 'table_name' show route --help
right 'vlan' add fdb --help
right 'fields of rt-route newroute' 'do' rt-route newroute --help
right 'operations of rt-link' dump rt-link --help
right 'fdb' get --help
right 'fdb' flush --help
right 'fdb' monitor --help
right 'rtnlgrp-link' listen rt-link --help
wrong 1 'unknown kind "vxlna"; near: vxlan' add link kind=vxlna --help
wrong 1 'unknown object "lnik"; near: link' show lnik --help
# a multicast route, which is there as long as the socket that made it
out=$("$WEFT" netns exec "$ns" python3 -B -c 'import subprocess, sys
sys.path.insert(0, sys.argv[1])
import helpers
helpers.mroute("lo", "lo", "10.0.0.5", "239.1.1.1")
for dst in "239.1.1.1", "239.9.9.9":
	subprocess.run([sys.argv[2], "-j", "show", "mroute", "dst=" + dst], check=True)
' "$(dirname "$0")/../oracle" "$WEFT" 2>&1)
count=$((count + 1))
case $out in
*'{"src":"10.0.0.5","dst":"239.1.1.1","iif":"lo","out":["lo"],"table_name":"default","packets":0,'*'[]') ;;
*'Protocol not available'*) ;;
*)
	echo "FAILED: a multicast route: $out"
	rc=1
	;;
esac
echo "$count expectations"
exit $rc
