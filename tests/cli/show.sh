#!/bin/sh
# SPDX-License-Identifier: MIT
# Tables for people, JSON for programs, filters; namespaces by name.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
i link set lo up
i link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
i link add br0 address 02:00:00:00:00:0b type bridge
i link set v1 master br0
i link set v0 up
i link set v0 alias "$(printf 'a\033[31mb\377')"
i link property add dev v0 altname uplink
i addr add 10.0.0.1/24 dev v0
i addr add 10.1.0.1 peer 10.1.0.2/32 dev v0
i route add 10.8.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3
i route add 10.44.0.0/16 via inet6 fe80::2 dev v0
i route add default via 10.0.0.9 table 200
i rule add from 10.0.0.0/8 priority 5 table 100 dport 80-90
i rule add fwmark 0x10/0xf0 priority 8 table 100
i neigh add 10.0.0.50 dev v0 lladdr 02:00:00:00:00:50

# table PATTERN ARGUMENT...: a line of the table matches; blanks between columns do not count.
table() {
	pattern=$1
	shift
	count=$((count + 1))
	if ! w "$@" | tr -s ' ' | grep -qE -- "$pattern"; then
		echo "FAILED: weft $*: no line like $pattern"
		w "$@"
		rc=1
	fi
}

# json EXPRESSION ARGUMENT...: weft -j, as x in Python.
json() {
	expression=$1
	shift
	count=$((count + 1))
	if ! w -j "$@" | python3 -c "import json, sys; x = json.load(sys.stdin); sys.exit(not ($expression))"; then
		echo "FAILED: weft -j $*: not $expression"
		w -j "$@"
		rc=1
	fi
}

table '^ifindex ifname kind operstate mtu address master parent$' show links
table '^[0-9]+ v1 veth [a-z]+ 1500 02:00:00:00:00:02 br0 v0$' show links
table '^1 lo - unknown 65536 00:00:00:00:00:00 - -$' show link ifname=lo
table '^v0 inet 10.1.0.1/32 10.1.0.2 global permanent$' show addrs
table '^unicast 10.8.0.0/16 10.0.0.2,10.0.0.3 v0,v0 main' show routes
table '^unicast 10.44.0.0/16 fe80::2 v0 main' show routes
table '^unicast default 10.0.0.9 v0 200' show routes table=200
table '^family .* table_name more$' show rules
table '^inet 5 10.0.0.0/8 - - - - to-tbl 100 dport=80-90$' show rules
table '^inet 0 - - - - - to-tbl local$' show rules
table '^10.0.0.50 v0 02:00:00:00:00:50 permanent$' show neighs
right 'v1' show links master=br0
right 'v0' show link linkinfo.kind=veth ifname=v0
right '10.0.0.1/24' show addr dev=v0 address=10.0.0.1
json 'len(x) == 4 and {y["ifname"] for y in x} == {"lo", "v0", "v1", "br0"}' show links
json 'x[0]["ifalias"] == "a\x1b[31mb\udcff" and x[0]["altnames"] == ["uplink"]' show link ifname=v0
json 'x[0]["master"] == "br0" and x[0]["parent"] == "v0" and x[0]["admin_up"] is False' show link ifname=v1
json 'x == []' show links ifname=v0 kind=bridge
wrong 2 'unknown ifname "nobody"' show links ifname=nobody
wrong 2 'unknown ifname "v00"; near: v0' show link v00
json 'x[0]["address"] == "10.1.0.1/32" and x[0]["peer"] == "10.1.0.2" and x[0]["scope"] == "global"' \
	show addr address=10.1.0.1
json 'len(x) == 1 and x[0]["table_id"] == 200 and x[0]["gateway"] == "10.0.0.9"' show routes table=200
json '[x[0]["multipath"] == [{"gateway": "10.0.0.2", "dev": "v0", "oif": o, "weight": 2, "flags": ["linkdown"]},
	{"gateway": "10.0.0.3", "dev": "v0", "oif": o, "weight": 1, "flags": ["linkdown"]}] for o in [x[0]["multipath"][0]["oif"]]][0]' \
	show routes dst=10.8.0.0/16
json 'len(x) > 2 and all(y["table_name"] == "main" for y in x)' show routes table=main
json 'len(x) > 2 and all(y["table_name"] == "main" for y in x)' show routes table=254
json 'x[0]["dport"] == "80-90" and x[0]["src"] == "10.0.0.0/8"' show rules priority=5
json 'x[0]["lladdr"] == "02:00:00:00:00:50" and x[0]["nud"] == ["permanent"]' show neigh dst=10.0.0.50

# values are compared by what they mean
i route add 2001:db8:5::/48 dev v0
for filter in dst=2001:DB8:5::/48 dst=2001:db8:5:0::/48 dst=2001:db8:5::; do
	right '2001:db8:5::/48' show route $filter
done
none '2001:db8:5::/48' w show route dst=2001:db8:5::/64
right 'v0' show link address=02:00:00:00:00:01
right 'br0' show link address=02:00:00:00:00:0B
right 'v0' show link mtu=0x5dc
right 'br0' show link operstate=Down
right 'v0' show link flags=up
none 'br0' w show link flags=up
right '10.8.0.0/16' show route dev=v0 dst=10.8.0.0/16
right '10.8.0.0/16' show route gateway=10.0.0.3
none '10.8.0.0/16' w show route gateway=10.0.0.30
right 'local' show rule from=all
none '10.0.0.0/8' w show rule from=all
right '200' show route dst=default table=200
right 'v0' show link master=none
none 'v1 .*veth' w show link master=none
wrong 2 'unknown dev "v00"; near: v0' show addr dev=v00
wrong 2 'unknown dev "nosuch"' show route dev=nosuch
wrong 1 'unknown table "mian"; near: main' show route table=mian
wrong 1 'unknown operstate "upp"; near: up' show link operstate=upp
wrong 1 'mtu: not a number: "big"' show link mtu=big
wrong 1 'dst: not an address or prefix: "10.0.0.0/40"' show route dst=10.0.0.0/40
wrong 1 'unknown kind "vethh"; near: veth' show link kind=vethh
wrong 1 'unknown kind "vethh"; near: veth' show link 'kind!=vethh'
wrong 1 'kind: a value is missing' show link kind=
right 'lo' show link kind=none
none 'veth' w show link kind=none
right 'lo' show link 'kind!=veth' kind=none
for word in gateway=10.0.0 via=nosuch prefsrc=x dst=10.0.0.300; do
	wrong 1 "${word%=*}: not an address" show route $word
done
wrong 1 'via: an address is needed, not a prefix' show route via=10.0.0.0/24
wrong 1 'lladdr: not an address: "zz"' show neigh lladdr=zz
wrong 1 'address: not an address' show addr address=xx
wrong 1 'grp: not an address' show mdb grp=x
wrong 1 'unknown flags "upp"; near: up' show link flags=running,upp
wrong 1 'unknown type "unicats"; near: unicast' show route type=unicats
wrong 1 'admin_up: true or false is needed' show link admin_up=maybe
right 'v0' show link admin_up=1 kind=veth
wrong 1 'sport: not a number or range' show rule sport=http
right '"fwmark":16,"fwmask":240' -j show rule fwmark=0x10/0xf0
none 'fwmark' w -j show rule fwmark=0x10/0xff
right 'v0' show link uplink
right 'v0' show link altname=uplink
right '10.0.0.1/24' show addr dev=uplink
wrong 1 'linkinfo.bogus: unknown field "bogus"' show link linkinfo.bogus=1
wrong 1 'unknown field "foo"' show link foo.bar=1
wrong 2 'unknown dev "nosuch"' flush route dev=nosuch

# what is not set is not shown, and what is there is, by the same name for both families
i -6 addr add fd00::7/64 dev v0 nodad
i rule add from 10.3.0.0/16 table main suppress_prefixlength 8 priority 6
json 'x[0]["local"] == "fd00::7" and x[0]["address"] == "fd00::7/64"' show addr fd00::7
json '"suppress_prefixlen" not in x[0]' show rule priority=5
json 'x[0]["suppress_prefixlen"] == 8' show rule suppress_prefixlen=8

# of a link, also what its kind and its master's kind have
i link add br7 type bridge forward_delay 700
i link add p7 type veth peer name q7
i link set p7 master br7
json 'x[0]["data"]["forward-delay"] == 700 and "port_data" not in x[0]' show link br7
json 'x[0]["port_data"]["cost"] == 2 and x[0]["gro_max_size"] == 65536' show link p7
json 'x[0]["addrgenmode"] == 0 and x[0]["carrier_up_count"] >= 0' show link p7
i link del p7
i link del br7
json '"lookups" in x[0]["stats"]' show ntable name=arp_cache

# what has no column of its own stands at the end of a line, where there is such a thing
i rule add not from 10.3.0.0/16 ipproto tcp uidrange 0-9 table main priority 7
table '^inet 6 10.3.0.0/16 - - - - to-tbl main suppress_prefixlen=8$' show rules
table '^inet 7 10.3.0.0/16 - - - - to-tbl main not ipproto=tcp uid_start=0 uid_end=9$' show rules
table '^family .* table_name$' show rules priority=0
table '^inet 7 true$' show rule 7 --columns family,priority,not
i route add 10.56.0.0/16 dev v0 mtu 1300 rtt 20ms rto_min 5ms quickack 1 congctl lock reno
table '^unicast 10.56.0.0/16 - v0 main - boot link - .*mtu=1300 congctl=reno lock=73728 rtt=160 rto_min=5 quickack=1$' \
	show route 10.56.0.0/16
json 'x[0]["rtt"] == 160 and x[0]["rto_min"] == 5 and x[0]["quickack"] == 1' show route 10.56.0.0/16
i route add 10.57.0.0/16 encap ip id 5 dst 10.0.0.9 dev v0
table '^unicast 10.57.0.0/16 .* encap_kind=ip encap=' show route 10.57.0.0/16
json 'x[0]["encap_kind"] == "ip"' show route 10.57.0.0/16
i route del 10.56.0.0/16
i route del 10.57.0.0/16
i nexthop add id 1 blackhole
table '^1 inet - - - global unspec - blackhole$' show nexthops
right '+ not' show rule --help

# what names an object needs no field
right 'v0' show link v0
none 'br0' w show link v0
right '10.8.0.0/16' show route 10.8.0.0/16
right '10.0.0.1/24' show addresses 10.0.0.1
right '10.0.0.50' show neighbours 10.0.0.50
right '10.0.0.50' show neighbors dev=v0
wrong 1 'FIELD=VALUE is needed: "v1"' show link v0 v1
# what programs ask for
i route add 10.55.0.0/16 via 10.0.0.2 dev v0 onlink
json 'x[0]["flags"] == ["onlink", "linkdown"]' show route 10.55.0.0/16
right '10.55.0.0/16' show route flags=onlink
none '10.8.0.0/16' w show route flags=onlink
json 'x[0]["flags"] == ["linkdown"]' show route 10.8.0.0/16
json 'x[0]["flags"] == []' show route 10.0.0.1/32 table=local
json 'x[0]["peer_ifindex"] == x[0]["parent_ifindex"] and "peer_netns" not in x[0]' show link v0
json '"peer_ifindex" not in x[0] and "vrf" not in x[0]' show link br0
i rule add iif nosuch priority 9 table 100
json 'x[0]["detached"] and x[0]["iif_detached"] and not x[0]["oif_detached"]' show rule 9
json 'not x[0]["detached"]' show rule 5
json 'x[0]["protocol"] == "kernel_lo"' show addr ::1
json 'x[0]["protocol"] == "kernel_lo"' show addr protocol=kernel_lo
json 'any(y["name"] == "rt-link" and "newlink" in y["operations"] for y in x)' families
json 'any(y["name"] == "nlctrl" for y in x)' families
right 'usage: weft' help
right 'weft ' show --version

# a link's other end in another namespace has no name here, even where its number is somebody's
away=$ns-y
right '' netns add "$away"
ip -n "$away" link add x0 index 4000 type veth peer name x1
ip -n "$away" link set x0 netns "$ns"
index=$(ip -n "$away" -j link show x1 | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["ifindex"])')
json "x[0]['parent'] == 'if$index' and x[0]['parent_netns'] == 0
	and x[0]['peer_ifindex'] == $index and x[0]['peer_netns'] == 0" show link ifname=x0
none 'x0' w show link parent=v1
none 'x0' w show link parent=v0
right 'x0' show link parent="if$index"
right '' netns del "$away"

# what is shown to a terminal has no control characters of somebody else's
count=$((count + 1))
if w show links | LC_ALL=C grep -q "$(printf '\033')"; then
	echo "FAILED: an escape character in a table"
	rc=1
fi

# namespaces: both tools see each other's
other=$ns-x
right '' netns add "$other"
ip netns list | grep -q "^$other" || { echo "FAILED: ip does not see $other"; rc=1; }
right "$other" netns list
right 'lo' netns exec "$other" ip -o link
w netns exec "$other" sh -c 'exit 7'
[ $? = 7 ] || { echo "FAILED: the status of netns exec"; rc=1; }
right '' set link v1 netns="$other"
ip -n "$other" link show v1 >/dev/null || { echo "FAILED: v1 did not move"; rc=1; }
right 'v1' -t "netns:/run/netns/$other" show links
right '' netns del "$other"
[ -e "/run/netns/$other" ] && { echo "FAILED: $other is left"; rc=1; }
ip netns add "$other"
right '' netns del "$other"
count=$((count + 6))

# -v tells what is sent, and only that
count=$((count + 1))
w -v show link kind=veth 2>&1 >/dev/null | grep -qF '> rt-link getlink {"ifi-family":0' || {
	echo "FAILED: -v does not tell the request"
	rc=1
}
for help in show add set del monitor listen 'do' dump families netns 'netns add'; do
	# shellcheck disable=SC2086
	right 'usage: weft' $help --help
done
echo "$count expectations"
exit $rc
