#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC1010
# do, dump and listen with the smaller messages of rtnetlink; iproute2 sees what weft made.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
i link set lo up
i link add v0 type veth peer name v1
i link add br0 type bridge mcast_snooping 1
i link set v1 master br0
i link add x0 type vxlan dstport 4789 external vnifilter
for d in v0 v1 br0 x0; do i link set "$d" up; done
i addr add 10.1.0.1/24 dev v0
v0=$(i -o link show v0 | cut -d: -f1)
v1=$(i -o link show v1 | cut -d: -f1)
br0=$(i -o link show br0 | cut -d: -f1)
x0=$(i -o link show x0 | cut -d: -f1)

# kernel MAJOR MINOR: this one is as new.
release=$(uname -r)
major=${release%%.*}
minor=${release#*.}
minor=${minor%%[!0-9]*}
kernel() {
	[ "$major" -gt "$1" ] || { [ "$major" = "$1" ] && [ "$minor" -ge "$2" ]; }
}

# judge TEXT COMMAND...: the output of another program has TEXT.
judge() {
	text=$1
	shift
	count=$((count + 1))
	"$@" >"$dir/out" 2>&1
	if ! grep -qF -- "$text" "$dir/out"; then
		echo "FAILED: $*: no $text"
		sed 's/^/  /' "$dir/out"
		rc=1
	fi
}

# listeners, told in files of their own
for f in nexthop mdb nsid netconf tunnel addr; do
	(exec "$WEFT" -t "netns:$ns" listen "rt-$f" --duration 100 >"$dir/$f") &
	eval "$f=\$!"
done
sleep 1

right '' do rt-nexthop newnexthop --create '{"nh-family":2,"id":1,"oif":'"$v0"',"gateway":"10.1.0.2"}'
right '' do rt-nexthop newnexthop --create '{"nh-family":2,"id":2,"oif":'"$v0"',"gateway":"10.1.0.3","nh-flags":["onlink"],"encap-type":"ip","encap":{"id":7,"dst":"10.2.2.2"}}'
right '' do rt-nexthop newnexthop --create '{"id":3,"group":[{"id":1,"weight":4},{"id":2}],"group-type":"res","res-group":{"buckets":8,"idle-timer":6000}}'
judge 'id 1 via 10.1.0.2 dev v0' ip -n "$ns" nexthop
judge 'id 2  encap ip id 7 src 0.0.0.0 dst 10.2.2.2' ip -n "$ns" nexthop
judge 'id 3 group 1,5/2 type resilient buckets 8 idle_timer 60' ip -n "$ns" nexthop
right '"group":[{"id":1,"weight":4,"weight-high":0},{"id":2,"weight":0,"weight-high":0}]' do rt-nexthop getnexthop '{"id":3}'
right '"id":3,"group-type":"res"' dump rt-nexthop getnexthop '{"groups":true}'
right '"res-bucket":{"index":7,"nh-id":1' dump rt-nexthop getnexthopbucket '{"id":3}'
kernel 6 9 && right '"group-stats":{"entry":[{"id":1,"packets":0' do rt-nexthop getnexthop '{"id":3,"op-flags":["dump-stats"]}'
right '' do rt-nexthop delnexthop '{"id":3}'

right '"ifindex":'"$v0"',"forwarding":0' dump rt-netconf getnetconf
right '"ncm-family":2,"ifindex":-1' do rt-netconf getnetconf '{"ncm-family":2,"ifindex":-1}'
ip netns exec "$ns" sysctl -qw net.ipv4.conf.v0.forwarding=1

right '' do rt-mdb newmdb --create '{"ifindex":'"$br0"',"set-entry":{"ifindex":'"$v1"',"state":"permanent","addr":{"ip6":"ff15::7"},"proto":34525}}'
judge 'grp ff15::7 permanent' bridge -n "$ns" mdb
right '"addr":{"ip6":"ff15::7"},"proto":34525' dump rt-mdb getmdb
if kernel 6 7; then
	right '' do rt-mdb newmdb --create '{"ifindex":'"$x0"',"set-entry":{"ifindex":'"$x0"',"state":"permanent","addr":{"ip4":"239.5.5.5"},"proto":2048},"set-entry-attrs":{"dst":"10.1.0.8","src-vni":10,"vni":77,"dst-port":4790,"group-mode":"include","src-list":{"entry":[{"address":"10.1.0.7"}]}}}'
	right '"source":"10.1.0.7"' dump rt-mdb getmdb
	right '"dst":"10.1.0.8","dst-port":4790,"vni":77' do rt-mdb getmdb '{"ifindex":'"$x0"',"get-entry":{"addr":{"ip4":"239.5.5.5"},"proto":2048},"get-entry-attrs":{"src-vni":10}}'
fi
right '' do rt-mdb delmdb '{"ifindex":'"$br0"',"set-entry":{"ifindex":'"$v1"',"addr":{"ip6":"ff15::7"},"proto":34525}}'

if kernel 6 8; then
	right '' do rt-mdb newmdb --create '{"ifindex":'"$br0"',"set-entry":{"ifindex":'"$v1"',"state":"permanent","addr":{"ip4":"239.8.8.8"},"proto":2048}}'
	right '"239.8.8.8"' dump rt-mdb getmdb
	right '' do rt-mdb delmdb --bulk '{"ifindex":'"$br0"',"set-entry":{"state":"permanent"},"set-entry-attrs":{"state-mask":1}}'
	w dump rt-mdb getmdb >"$dir/out"
	judge 'none' sh -c "grep -q 239.8.8.8 '$dir/out' || echo none"
fi

right '' do rt-tunnel newtunnel --create '{"ifindex":'"$x0"',"entry":[{"start":10,"end":12},{"start":30}]}'
right '"entry":[{"start":10,"end":12}' dump rt-tunnel gettunnel
right '"stats":{"rx-bytes":0' dump rt-tunnel gettunnel '{"flags":["stats"]}'

right '' do rt-nsid newnsid '{"pid":'$$',"nsid":9}'
right '"nsid":9' do rt-nsid getnsid '{"pid":'$$'}'
right '"nsid":9' dump rt-nsid getnsid

right '' do rt-addrlabel newaddrlabel --create --excl '{"ifal-prefixlen":48,"address":"2001:db8:1::","label":77}'
judge 'prefix 2001:db8:1::/48 label 77' ip -n "$ns" addrlabel
right '"ifal-prefixlen":48,"ifal-flags":0,"ifal-index":0' dump rt-addrlabel getaddrlabel
right '' do rt-addrlabel deladdrlabel '{"ifal-prefixlen":48,"address":"2001:db8:1::","label":77}'

right '"filter-mask":31,"link-64":{' dump rt-link getstats
right '"filter-mask":1,"link-64":{' do rt-link getstats '{"ifindex":1,"filter-mask":1}'
right '"hw-s-info":[{"3":{"request":0,"used":0}}]' dump rt-link getstats '{"filter-mask":8,"get-filters":{"link-offload-xstats":2}}'
kernel 6 15 && right '"multicast":"224.0.0.1"' dump rt-addr getmulticast
right '"multicast":"ff02::1"' dump rt-addr getmulticast
right '[]' dump rt-addr getanycast
right '"name":"ndisc_cache"' dump rt-neigh getneightbl
right '' do rt-neigh setneightbl '{"family":2,"name":"arp_cache","parms":{"ifindex":'"$v0"',"app-probes":5,"locktime":70}}'
judge 'app_probes 5' ip -n "$ns" ntable show dev v0 name arp_cache
right '' do rt-link newlinkprop --create '{"ifname":"v0","prop-list":{"alt-ifname":["one-name","other-name"]}}'
right '"prop-list":{"alt-ifname":["one-name","other-name"]}' do rt-link getlink '{"alt-ifname":"other-name"}'
right '' do rt-link dellinkprop '{"ifname":"v0","prop-list":{"alt-ifname":["one-name"]}}'
right '"af-spec":{"id":253' dump rt-link getlink '{"ifi-family":128}'
right '[]' dump rt-route getroute '{"rtm-family":128}'

# segments of both kinds, and back from their own dump, where the kernel has them
if i -6 route add fc01::/64 encap seg6 mode encap segs fc00::1 dev v0 2>"$dir/err"; then
	i -6 route del fc01::/64
	right '' do rt-route newroute --create '[{"rtm-family":10,"rtm-dst-len":64,"rtm-table":254,"rtm-type":"unicast","rtm-protocol":4,"dst":"fc01::","oif":'"$v0"',"encap-type":5,"encap":{"srh":{"mode":"encap","hdrlen":4,"type":4,"segments-left":1,"first-segment":1,"segments":["fc00::2","fc00::1"]}}},{"rtm-family":10,"rtm-dst-len":64,"rtm-table":254,"rtm-type":"unicast","rtm-protocol":4,"dst":"fc02::","oif":'"$v0"',"encap-type":7,"encap":{"action":"end-x","nh6":"fc00::9","counters":{"packets":0,"bytes":0,"errors":0}}},{"rtm-family":10,"rtm-dst-len":64,"rtm-table":254,"rtm-type":"unicast","rtm-protocol":4,"dst":"fc03::","oif":'"$v0"',"encap-type":7,"encap":{"action":"end","flavors":{"operation":["psp"]}}}]'
	judge 'fc01::/64  encap seg6 mode encap segs 2 [ fc00::1 fc00::2 ] dev v0' ip -n "$ns" -6 route
	judge 'fc02::/64  encap seg6local action End.X nh6 fc00::9 dev v0' ip -n "$ns" -6 route
	judge 'fc03::/64  encap seg6local action End flavors psp dev v0' ip -n "$ns" -6 route
	w dump rt-route getroute '{"rtm-family":10,"rtm-table":254,"rtm-protocol":4}' >"$dir/before"
	i -6 route del fc01::/64
	i -6 route del fc02::/64
	i -6 route del fc03::/64
	right '' do rt-route newroute --create "$(cat "$dir/before")"
	w dump rt-route getroute '{"rtm-family":10,"rtm-table":254,"rtm-protocol":4}' >"$dir/after"
	count=$((count + 1))
	cmp -s "$dir/before" "$dir/after" || { echo "FAILED: other routes came back"; diff "$dir/before" "$dir/after"; rc=1; }
fi

# told FILE TEXT: a listener printed TEXT, within 5 seconds.
told() {
	count=$((count + 1))
	for _ in $(seq 50); do
		grep -qF -- "$2" "$dir/$1" && return 0
		sleep 0.1
	done
	echo "FAILED: not told: $2"
	sed 's/^/  /' "$dir/$1" | cut -c1-200
	rc=1
}

told nexthop '{"name":"newnexthop","msg":{"nh-family":2,"nh-scope":253,"nh-protocol":0,"nh-flags":[],"id":1,"oif"'
told nexthop '{"name":"delnexthop","msg":{"nh-family":0,"nh-scope":0,"nh-protocol":0,"nh-flags":[],"id":3'
told mdb '{"name":"newmdb","msg":{"family":7,"ifindex":'"$br0"',"mdb":{"entry":[{"info":[{"ifindex":'"$v1"',"state":"permanent"'
told mdb '{"name":"delmdb"'
told nsid '{"name":"newnsid","msg":{"rtgen-family":0,"nsid":9'
told netconf '{"name":"newnetconf","msg":{"ncm-family":2,"ifindex":'"$v0"',"forwarding":1'
i addr add 10.1.0.9/24 dev v0
told addr '{"name":"newaddr","msg":{"ifa-family":2,"ifa-prefixlen":24'
told tunnel '{"name":"newtunnel","msg":{"family":7,"flags":[],"ifindex":'"$x0"',"entry":[{"start":10'
# shellcheck disable=SC2154
kill "$nexthop" "$mdb" "$nsid" "$netconf" "$tunnel" "$addr"
wait

echo "$count expectations"
exit $rc
