#!/bin/sh
# SPDX-License-Identifier: MIT
# add, set, del and show: the result is what iproute2 sees.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { "$WEFT" netns exec "$ns" ip "$@"; }

# same TEXT IP-ARGUMENT...: iproute2's view has the text.
same() {
	text=$1
	shift
	count=$((count + 1))
	if ! i "$@" 2>&1 | grep -qE -- "$text"; then
		echo "FAILED: ip $* does not show: $text"
		i "$@" | sed 's/^/  /'
		rc=1
	fi
}

right '' add link ifname=v0 kind=veth peer.ifname=v1 peer.mtu=1300
same 'v1@v0.* mtu 1300' link show v1
right '' set link v0 up mtu=1400 address=02:00:00:00:00:01 ifalias=uplink
same 'v0@v1.*,UP.* mtu 1400' link show v0
same 'alias uplink' link show v0
same '02:00:00:00:00:01' link show v0
right '' set link v1 up
right '' add link ifname=br0 kind=bridge forward_delay=400 ageing-time=1000
same 'forward_delay 400 .*ageing_time 1000' -d link show br0
right '' set link br0 forward_delay=500
same 'forward_delay 500 ' -d link show br0
right '' set link v1 master=br0
same 'master br0' link show v1
right '' set link v1 master=none
right '' add link ifname=x0 kind=vxlan id=7 port=4790 local=10.0.0.1 learning=0
same 'vxlan id 7 local 10.0.0.1 .*dstport 4790 .*nolearning' -d link show x0
right '' add link ifname=m0 kind=macvlan link=v0 mode=bridge
same 'm0@v0' link show m0
same 'macvlan mode bridge' -d link show m0
right '' set link m0 down
right '' del link m0
right '' add link ifname=i0 kind=ifb
right '' set link i0 ifname=i1
same 'i1:' link show i1
right '' add link ifname=i2 kind=ifb
wrong 2 'File exists' set link i1 ifname=i2 mtu=1300
same 'i2:.* mtu 1500' link show i2
right '' set link i1 altname=first altname=second
same 'altname first' link show i1
same 'altname second' link show i1
right '' add addr dev=second address=10.0.66.1/24
same '10.0.66.1/24' addr show dev i1
right '' del addr dev=second address=10.0.66.1/24
right '' set link i1 'altname!=first'
same 'does not exist' link show dev first
wrong 1 'together with other fields' set link i1 altname=third mtu=1300
wrong 1 'one name of the link' del link i1 altname=second
wrong 1 'linkinfo: parts of it are given already' add link ifname=i9 kind=dummy linkinfo=dummy
wrong 1 'linkinfo.data.peer.ifname: not a path' add link ifname=i9 kind=veth linkinfo.data=x peer=i8
wrong 1 'linkinfo.data: parts of it are given already' add link ifname=i9 kind=veth peer=i8 linkinfo.data=x
wrong 1 'altname: is given by set' add link ifname=i3 kind=ifb altname=third
wrong 1 'mtu: given twice' set link i1 mtu=1400 mtu=1450
wrong 1 'link: given twice' add link ifname=m1 kind=macvlan parent=i1 link=i2
wrong 1 'ifname: given twice' set link i1 ifname=i3 ifname=i4
wrong 1 'min-mtu: read-only' set link i1 min-mtu=100
wrong 1 'min_mtu: read-only' add link ifname=i3 kind=ifb min_mtu=100
wrong 1 'num-tx-queues: cannot be set' set link i1 num-tx-queues=4
wrong 1 'type: cannot be set' set link i1 ifi-type=5
wrong 1 'qdisc: cannot be given in set link' set link i1 qdisc=noqueue
wrong 1 'prop-list.alt-ifname: cannot be given' set link i1 prop-list.alt-ifname=xyz
wrong 1 'kind: cannot be set: the link is of kind ifb' set link i1 kind=bridge
wrong 1 'kind: cannot be set: the link is of no kind' set link lo kind=bridge
right '' set link i1 kind=ifb
right '' set link i1 group=7
same 'group 7' link show i1
right '' set link v1 master=br0
right '' set link v1 cost=77 learning=0
same 'learning off .*cost 77|cost 77 .*learning off' -d link show v1
right '' set link v1 master=none
right '' add addr dev=v0 address=10.0.0.1/24
right '' add addr dev=v0 address=fd00::1/64 flags=nodad
right '' add addr dev=v0 address=fd00::5/64 valid_lft=1000 preferred_lft=500
right '' set addr dev=v0 address=fd00::5/64 valid_lft=4000 preferred_lft=3000
same 'valid_lft (4000|39..)sec preferred_lft (3000|29..)sec' -6 addr show dev v0
right '' add addr dev=v0 local=10.1.0.1/32 peer=10.1.0.2/32
same 'inet 10.0.0.1/24 ' addr show dev v0
same 'fd00::1/64 .*nodad' addr show dev v0
same '10.1.0.1 peer 10.1.0.2/32' addr show dev v0
right '' add route dst=10.9.0.0/16 via=10.0.0.2 metric=50 mtu=1200
same '10.9.0.0/16 via 10.0.0.2 dev v0 proto static metric 50 mtu 1200' route show
right '' add route dst=10.8.0.0/16 nexthop=via:10.0.0.2,weight:2 nexthop=via:10.0.0.3,dev:v0
same 'nexthop via 10.0.0.2 dev v0 weight 2' route show
right '' add route 10.56.0.0/16 via=10.77.0.2 dev=v0 onlink
same '10.56.0.0/16 via 10.77.0.2 dev v0 proto static onlink' route show
right '' add route 10.57.0.0/16 nexthop=via:10.77.0.2,dev:v0,onlink nexthop=via:10.0.0.3
same 'nexthop via 10.77.0.2 dev v0 weight 1 onlink' route show
wrong 1 'weight:N or onlink is needed, not "onlik"' add route 10.58.0.0/16 nexthop=via:10.0.0.2,onlik
right '' add route dst=10.7.0.0/16 type=blackhole table=100
same 'blackhole 10.7.0.0/16' route show table 100
right '' add route 10.8.0.0/16 unreachable table=100
same 'unreachable 10.8.0.0/16' route show table 100
right '' add route dst=fd01::/64 via=fd00::2 protocol=bgp
same 'fd01::/64 via fd00::2 dev v0 proto bgp' -6 route show
right '' set route dst=10.9.0.0/16 via=10.0.0.3 metric=50
same '10.9.0.0/16 via 10.0.0.3 ' route show
right '' add rule from=10.0.0.0/8 priority=100 table=100 fwmark=5
right '' add rule not to=10.9.0.0/16 iif=v0 fwmark=0x10/0xf0 ipproto=tcp sport=80-90 uid=0-100 priority=101 table=100
same '101:.*not from all to 10.9.0.0/16 fwmark 0x10/0xf0 iif v0 uidrange 0-100 ipproto tcp sport 80-90 lookup 100' rule show
right '' add rule dport=443 priority=102 goto=200
same '102:.*from all dport 443 goto 200' rule show
right '' add rule from=10.88.0.0/16 priority=104 prohibit
same '104:.*from 10.88.0.0/16 prohibit' rule show
right '' del rule priority=104 prohibit
right '' add rule l3mdev priority=103
same '103:.*from all lookup \[l3mdev-table\]' rule show
same '100:.*from 10.0.0.0/8 fwmark 0x5 lookup 100' rule show
right '' add neigh dst=10.0.0.9 dev=v0 lladdr=02:00:00:00:00:09
same '10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 PERMANENT' neigh show

right '"dst":"10.9.0.0/16"' -j show routes dev=v0 table=main metric=50
right '"ifname":"x0"' -j show links linkinfo.data.id=7
right '[]' -j show links linkinfo.data.id=8
right 'v0' show addr address=fd00::1
right '02:00:00:00:00:09' show neigh dev=v0 nud=permanent
right '"priority":100' -j show rules table=100

wrong 1 'unknown object "lnik"; near: link' show lnik
wrong 1 'unknown field "ifnam"; near: ifname' show link ifnam=x
wrong 1 'unknown field "kynd"; near: kind' add link ifname=y kynd=veth
wrong 1 'unknown field "forward_dealy"; near: forward-delay' set link br0 forward_dealy=1
wrong 1 'kind: missing' add link ifname=y
count=$((count + 1))
[ "$(w add link v8 kynd=veth 2>&1)" = 'weft: unknown field "kynd"; near: kind' ] || { echo 'FAILED: near names'; rc=1; }
wrong 1 'dev: missing' add addr address=10.0.0.1/24
wrong 1 'address: missing' add addr dev=v0
wrong 1 'dst: missing' add route via=10.0.0.2
right '' add route default via=10.0.0.2 metric=9
wrong 1 'dst: missing' del route dev=v0
wrong 1 'dst: missing' set route via=10.0.0.3 metric=9
same 'default via 10.0.0.2 .*metric 9' route show
right '' del route default metric=9
right '' add route default dev=v0 family=inet6 metric=9
same 'default dev v0 .*metric 9' -6 route show
right '' del route dst=default family=inet6 metric=9
wrong 1 'family: not of the family' add route dst=10.5.0.0/16 family=inet6 dev=v0
wrong 1 'not an address or prefix: "10.0.0.0/40"' add route dst=10.0.0.0/40
wrong 1 'cannot be set' set rule priority=1
wrong 1 'FIELD=VALUE is needed' add rule priority=5 dst
wrong 1 'priority: not a number: "dst"' add rule dst
wrong 1 'unknown word "prohibt"; near: prohibit' add rule prohibt priority=8
wrong 1 'nexthop weight: not a number from 1 to 256' add route dst=10.1.0.0/16 nexthop=via:10.0.0.2,weight:0
wrong 1 'mtu: not a number' set link v0 mtu=big
wrong 1 'via: not an IP address: "10.0.0"' add route 10.98.0.0/16 via=10.0.0
wrong 2 'unknown dev "v00"; near: v0' add addr dev=v00 address=10.0.0.1/24
wrong 2 'weft: ' add addr dev=v0 address=10.0.0.1/24
wrong 2 'del link nope: No such device' del link nope
wrong 2 'set link nope up: No such device' set link nope up
wrong 2 'get link nope: No such device' get link nope
wrong 2 'get route to=10.250.0.1: Network is unreachable' get route to 10.250.0.1
wrong 2 'getlink: No such device' 'do' rt-link getlink '{"ifname":"nope"}'
wrong 2 'del rule priority=107 family=inet6: No such file or directory' del rule priority=107 family=inet6

# what the kernel adds by itself, addresses of links that went up and their routes, comes within seconds
settled() {
	for _ in $(seq 50); do
		w show "$1" | sort >"$dir/$1.before"
		sleep 0.5
		w show "$1" | sort | cmp -s - "$dir/$1.before" && [ -z "$(i -6 addr show tentative)" ] && break
	done
}
settled route

# a dump given back changes nothing where all of it is there
i nexthop add id 77 via 10.0.0.2 dev v0
for pair in addr route rule neigh nexthop; do
	w dump rt-$pair get$pair >"$dir/$pair.json"
	w show $pair | sort >"$dir/$pair.before"
	count=$((count + 1))
	if ! w 'do' rt-$pair new$pair - --create <"$dir/$pair.json" || ! w show $pair | sort | cmp -s - "$dir/$pair.before"; then
		echo "FAILED: the dump of $pair given back"
		w show $pair | sort | diff "$dir/$pair.before" -
		rc=1
	fi
done

# what names an object stands first alone
right '' add rule 120 table=5
right '120' show rule 120
right '' del rule 120
right '' add qdisc v0 root handle=7: kind=pfifo limit=10
right 'pfifo' show qdisc v0
right '' del qdisc v0 root
wrong 1 'root or parent=HANDLE is missing' add qdisc v0 kind=pfifo
wrong 2 'unknown dev "v00"; near: v0' show qdisc v00
right 'v0' show stats v0
right 'v0' show maddr v0
right 'v0' show netconf v0

# set makes what is not there, except links and what stands in them; its help says so
right '' set addr 10.0.67.1/24 dev=v0
same '10.0.67.1/24' addr show dev v0
right '' set route 10.68.0.0/16 via=10.0.0.2
right '' set route 10.68.0.0/16 via=10.0.0.3
right '' set route 10.68.0.0/16 via=10.0.0.4 metric=5
same '10.68.0.0/16 via 10.0.0.3 dev v0 proto static *$' route show
same '10.68.0.0/16 via 10.0.0.4 dev v0 proto static metric 5' route show
right '' set neigh 10.0.0.69 dev=v0 lladdr=02:00:00:00:00:69
same '10.0.0.69 dev v0 lladdr 02:00:00:00:00:69' neigh show
wrong 2 'set qdisc v0 root kind=tbf' set qdisc v0 root kind=tbf rate=1mbit burst=10kb limit=10kb
right 'where it is not it makes addr route neigh nexthop fdb mdb action addrlabel' set --help
right 'set changes one that is there.' set link --help
right 'set changes one that is there, and makes it where it is not.' set route --help
right '' del addr 10.0.67.1/24 dev=v0
right '' del neigh 10.0.0.69 dev=v0

# short words, and namespaces by path and process
right '' netns add "$ns-p"
right '' add link p0 kind=veth peer=p1 peer.netns="$ns-p"
same 'p0@if' link show p0
has 'p1@if' ip -n "$ns-p" link show p1
right '' set link p0 alias=short
same 'alias short' link show p0
right '' set link p0 alias="$(printf 'a\377b')"
right '"ifalias":"a\udcffb"' -j show link p0
wrong 1 'dev: no value takes it away' add addr dev=none address=10.0.0.1
right '' set link p0 netns="/run/netns/$ns-p"
has 'p0@p1' ip -n "$ns-p" link show p0
right '' netns del "$ns-p"
wrong 1 'not a namespace name, path or process' set link v0 netns=a/b
wrong 2 'netns: /run/netns/nosuch: No such file' set link v0 netns=nosuch
right '' add link x2 kind=vxlan id=9 group=239.1.1.1 dstport=4999 link=v0
same 'vxlan id 9 group 239.1.1.1 dev v0 .*dstport 4999' -d link show x2
right '' del link x2
# a field of the kind where the link has one of that name: sent, whether or not this kernel has the kind
for words in 'kind=gre link=v0 local=10.0.0.1' 'kind=gre dev=v0 local=10.0.0.1'; do
	count=$((count + 1))
	# shellcheck disable=SC2086
	w -v add link g0 $words 2>&1 | grep -q '"kind":"gre","data":{"link":[1-9]' || { echo "FAILED: $words"; rc=1; }
done
count=$((count + 1))
w -v add link nk0 kind=netkit headroom=7 2>&1 | grep -qF '"kind":"netkit","data":{"headroom":7' ||
	{ echo 'FAILED: headroom of a netkit'; rc=1; }
w del link g0 2>/dev/null
w del link nk0 2>/dev/null
wrong 1 'headroom: read-only' set link v0 headroom=7
# a new link has no further names that a long one could be
wrong 1 'is too long: 17 bytes, at most 15' add link aaaaaaaaaaaaaaaaa kind=ifb
none 'ifb0' i link
# the words of show are words of add and set
right '' add addr ifname=v0 address=10.0.7.1 prefixlen=24 family=inet
same '10.0.7.1/24 ' addr show dev v0
right '' add addr dev=v0 prefixlen=25 address=10.0.8.1
same '10.0.8.1/25 ' addr show dev v0
right '' add addr dev=v0 peer=10.0.12.2/24 address=10.0.11.1
same '10.0.11.1 peer 10.0.12.2/24' addr show dev v0
right '' add rule uid_start=5 uid_end=9 not=true table_id=5 priority=110 family=inet6
same '110:.*not from all uidrange 5-9 lookup 5' -6 rule show
right '' set link v1 master_ifindex=0 group_id=5
same 'group 5' link show v1
right '' add neigh dst=10.0.0.10 ifname=v0 proxy=true
same '10.0.0.10 dev v0 +proxy' neigh show proxy
# the kernel tells those of a proxy only when it is asked for them
right '10.0.0.10  v0      -       proxy' show neigh proxy=true
right '"dst":"10.0.0.10","ifname":"v0"' -j show neigh flags=proxy
right '10.0.0.10' show neigh dev=v0
right '' flush neigh dev=v0
same '10.0.0.10 dev v0 +proxy' neigh show proxy
right '' flush neigh proxy=true
right '[]' -j show neigh proxy=true
right '' add neigh dst=10.0.0.10 ifname=v0 proxy=true
wrong 1 'running: read-only' set link v1 running=true
wrong 1 'not: true or false is needed' add rule not=maybe table=5
# a gateway of another family
wrong 1 'encap-type: not a name or number: "mlps"; near: mpls' add route dst=10.35.0.0/16 via=10.0.0.2 encap-type=mlps
right '' add route dst=10.32.0.0/16 via=fe80::2 dev=v0
same '10.32.0.0/16 via inet6 fe80::2 dev v0' route show
right '' add route 10.33.0.0/16 nexthop=via:10.0.0.2 nexthop=dev:v0,via:fe80::2
same 'nexthop via inet6 fe80::2 dev v0' route show
right '' del route dst=10.32.0.0/16 via=fe80::2 dev=v0
count=$((count + 1))
w -v add route dst=100 via=10.0.0.2 2>&1 | grep -F '"rtm-family":28,"rtm-dst-len":20' |
	grep -qF '"dst":"100","via":{"family":2,"addr":"10.0.0.2"}' || { echo 'FAILED: a route of a label'; rc=1; }
count=$((count + 1))
w -v add route 100 newdst=200/300 via=fe80::2 dev=v0 2>&1 | grep -F '"rtm-family":28,"rtm-dst-len":20' |
	grep -F '"dst":"100"' | grep -F '"via":{"family":10,"addr":"fe80::2"}' | grep -qF '"newdst":"200/300"' ||
	{ echo 'FAILED: a route of a label that stands first'; rc=1; }

right '' del neigh dst=10.0.0.9 dev=v0
right '' del rule from=10.0.0.0/8 priority=100 table=100 fwmark=5
right '' del route dst=10.7.0.0/16 type=blackhole table=100
right '' del addr dev=v0 address=10.0.0.1/24
right '' del link x0
right '' del link v0
count=$((count + 1))
[ -z "$(i route show)" ] || { echo 'FAILED: routes are left'; rc=1; }
echo "$count expectations"
exit $rc
