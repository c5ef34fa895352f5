#!/bin/sh
# SPDX-License-Identifier: MIT
# dump --save and restore: files go both ways between weft and ip save; a file that is not whole changes
# nothing.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

other=$ns-b
trap 'rm -rf "$dir"; "$WEFT" netns del "$ns"; "$WEFT" netns del "$other" 2>/dev/null' EXIT
i() { ip -n "$ns" "$@"; }
o() { ip -n "$other" "$@"; }

links() {
	"$WEFT" netns exec "$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0
	ip -n "$1" link set lo up
	ip -n "$1" link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
	ip -n "$1" link set v0 up
	ip -n "$1" link set v1 up
}
# again: the other namespace anew, with the links only
again() {
	"$WEFT" netns del "$other" 2>/dev/null
	"$WEFT" netns add "$other"
	links "$other"
}

# until the kernel has made the routes of the restored addresses, which IPv6 does a little later
calm() {
	for _ in $(seq 50); do
		[ "$(o -6 route show table local | grep -c 'local f[de][08][02]::.* metric 0 ')" = 4 ] && break
		sleep 0.1
	done
}
# fail TEXT
fail() {
	echo "FAILED: $1"
	rc=1
}
# same WHAT IP-ARGUMENT...: both namespaces look alike to ip.
same() {
	what=$1
	shift
	count=$((count + 1))
	i "$@" | sed 's/ expires [0-9]*sec//; s/[0-9]*sec/sec/g' | sort >"$dir/a"
	o "$@" | sed 's/ expires [0-9]*sec//; s/[0-9]*sec/sec/g' | sort >"$dir/b"
	cmp -s "$dir/a" "$dir/b" || { fail "$what: ip $* differs"; diff "$dir/a" "$dir/b"; }
}

links "$ns"
i addr add 10.0.0.1/24 dev v0
i addr add 10.1.0.1 peer 10.1.0.2/32 dev v0
i addr add 10.2.0.1/24 brd + dev v1 label v1:x
i addr add fd00::1/64 dev v0 nodad
i addr add fd02::1/64 dev v1 nodad valid_lft 10000 preferred_lft 5000
i route add 10.9.0.0/16 via 10.0.0.2 metric 7 mtu 1200
i route add 10.8.0.0/16 nexthop via 10.9.0.2 dev v0 onlink weight 2 nexthop via 10.0.0.3
i route add default via 10.0.0.9 table 100
i route add blackhole 10.7.0.0/16 table 100
i route add fd09::/32 via fd00::2
i route add fd08::/32 nexthop via fd00::2 nexthop via fd00::3
# found by way of another route that stands later in the dump
i route add 10.200.0.0/24 dev v1
i route add 10.100.0.0/16 via 10.200.0.1 dev v1
i rule add from 10.0.0.0/8 priority 5 table 100 dport 80-90
i rule add not fwmark 0x10/0xff priority 6 blackhole
i -6 rule add to fd00::/16 iif v0 priority 7 table 100
i neigh add 10.0.0.50 dev v0 lladdr 02:00:00:00:00:50
i neigh add proxy 10.0.0.51 dev v0

# ours read by ip makes what its own files make
w dump --save "$dir/route" rt-route getroute || fail 'dump --save routes'
w dump rt-addr getaddr --save "$dir/addr" || fail 'dump --save addresses'
w dump --save - rt-rule getrule >"$dir/rule" || fail 'dump --save rules'
i addr save >"$dir/addr.ip"
i route save table all >"$dir/route4.ip"
i -6 route save table all >"$dir/route6.ip"
i rule save >"$dir/rule4.ip"
i -6 rule save >"$dir/rule6.ip"
# the carriers of a pair come a moment after both are up, and addresses are tentative for as long as they like
view() {
	tries=0
	while o link | grep -q LOWERLAYERDOWN && [ $tries -lt 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	for what in addr rule '-6 rule' 'route show table all' '-6 route show table all'; do
		# shellcheck disable=SC2086
		o $what | sed 's/[0-9]*sec/sec/g; s/ tentative//' | sort
	done
}
again
{
	o addr restore <"$dir/addr.ip"
	for f in route4 route6; do o route restore <"$dir/$f.ip"; done
	for f in rule4 rule6; do o rule restore <"$dir/$f.ip"; done
} 2>/dev/null
view >"$dir/theirs"
again
{
	o addr restore <"$dir/addr" || fail 'ip addr restore of ours'
	o route restore <"$dir/route" || fail 'ip route restore of ours'
	o rule restore <"$dir/rule" || fail 'ip rule restore of ours'
} 2>/dev/null
view >"$dir/ours"
count=$((count + 1))
cmp -s "$dir/theirs" "$dir/ours" || { fail 'ip makes something else of our files'; diff "$dir/theirs" "$dir/ours"; }
o route showdump <"$dir/route" | grep -q '10.9.0.0/16 via 10.0.0.2' || fail 'ip route showdump of ours'

# theirs read by us
again
for f in addr route4 route6 rule4 rule6; do
	right '' -t "netns:$other" restore "$dir/$f.ip"
	[ $f = addr ] && calm
done
same 'weft, theirs' addr show
same 'weft, theirs' route show table all
same 'weft, theirs' -6 route show table all
same 'weft, theirs' rule show
same 'weft, theirs' -6 rule show

# ours read by us, twice: what is there stays
again
for f in addr route rule; do
	right '' -t "netns:$other" restore "$dir/$f"
	[ $f = addr ] && calm
	right '' -t "netns:$other" restore "$dir/$f"
done
same 'weft, ours' addr show
same 'weft, ours' route show table all
same 'weft, ours' -6 route show table all
same 'weft, ours' rule show
w dump --save "$dir/neigh" rt-neigh getneigh
right '' -t "netns:$other" restore "$dir/neigh"
same 'weft, ours' neigh show nud permanent
count=$((count + 1))
"$WEFT" -v -t "netns:$other" restore "$dir/route" 2>&1 | tail -n 1 | grep -qE 'restored 0 objects, [0-9]+ were there' ||
	fail 'restore -v'

# what the kernel found out about a route is no part of it: the carrier of v0 is gone
again
i link set v1 down
w dump --save "$dir/dead" rt-route getroute
has 'via 10.0.0.2 .*linkdown' ip -n "$ns" route
right '' -t "netns:$other" restore "$dir/addr"
right '' -t "netns:$other" restore "$dir/dead"
has '10.9.0.0/16 via 10.0.0.2 ' ip -n "$other" route
i link set v1 up

# links, in the order that they need
i link add br0 type bridge
i link add m0 link v0 type macvlan mode bridge
i link set v1 master br0
i link set br0 up
w dump --save "$dir/link" rt-link getlink
"$WEFT" netns del "$other"
"$WEFT" netns add "$other"
right '' -t "netns:$other" restore "$dir/link"
count=$((count + 1))
o -d link show v1 | grep -q 'master br0' || fail 'v1 is no port of br0'
o -d link show m0 | grep -q 'm0@v0' || fail 'm0 does not stand on v0'

# the contents as JSON
right '"dst":"10.9.0.0"' restore --print "$dir/route"
right '"dst":"10.9.0.0"' restore --print "$dir/route4.ip"
right '"ifname":"br0"' restore --print "$dir/link"

# cut anywhere: one line, and nothing is made
again
o addr | sed 's/ tentative//; s/state [A-Z]* //' >"$dir/before"
o route show table all >>"$dir/before"
o neigh >>"$dir/before"
for f in route addr neigh; do
	size=$(stat -c %s "$dir/$f")
	for at in 0 1 3 4 7 8 11 19 20 33 $((size / 2 / 4 * 4 + 2)) $((size - 16)) $((size - 5)) $((size - 4)) $((size - 1)); do
		# ip's files have no end: between two messages they are whole
		[ "$at" = 4 ] && [ "$f" != neigh ] && continue
		head -c "$at" "$dir/$f" >"$dir/cut"
		"$WEFT" -t "netns:$other" restore "$dir/cut" >"$dir/out" 2>"$dir/err"
		got=$?
		count=$((count + 1))
		if [ $got != 1 ] || [ "$(wc -l <"$dir/err")" != 1 ] || [ -s "$dir/out" ]; then
			fail "$f cut at $at of $size: status $got"
			cat "$dir/err"
		fi
	done
done
o addr | sed 's/ tentative//; s/state [A-Z]* //' >"$dir/after"
o route show table all >>"$dir/after"
o neigh >>"$dir/after"
cmp "$dir/before" "$dir/after" || fail 'a cut file changed something'

wrong 1 'not a file of weft dump --save or ip save' restore "$WEFT"
wrong 1 'standard input: not a file' restore -
wrong 5 'No such file' restore "$dir/none"
wrong 1 'one file is needed' restore
printf '\105\061\022\044' >"$dir/swapped"
wrong 1 'of the other byte order' restore "$dir/swapped"
cat "$dir/neigh" "$dir/neigh" >"$dir/two"
wrong 1 'has more after its end' restore "$dir/two"
{ head -c 4 "$dir/route"; tail -c +5 "$dir/addr"; } >"$dir/mixed"
wrong 1 'message 0 is of type 20, not of getroute' restore "$dir/mixed"
w dump --save "$dir/stats" rt-link getstats '{"filter-mask": 1}'
wrong 1 'cannot be made again' restore "$dir/stats"
w dump --save "$dir/ctrl" nlctrl getfamily
wrong 1 'cannot be made again' restore "$dir/ctrl"
right '"family-name":"nlctrl"' restore --print "$dir/ctrl"
wrong 5 'no/such/folder' dump --save /no/such/folder/x rt-link getlink

# what cannot be made is told, the rest is made
"$WEFT" netns del "$other"
"$WEFT" netns add "$other"
o link set lo up
count=$((count + 1))
"$WEFT" -t "netns:$other" restore "$dir/route4.ip" 2>"$dir/err"
got=$?
if [ $got != 2 ] || ! grep -q 'objects could not be made' "$dir/err"; then
	fail "restore without the links: status $got"
	cat "$dir/err"
fi
o route show table 100 | grep -q 'blackhole 10.7.0.0/16' || fail 'the route that could be made is not there'

# a dump that fails leaves no file behind
w dump --save "$dir/new/file" rt-link getlink 2>/dev/null && fail 'a folder that is not there'
[ -n "$(find "$dir" -name '*.??????')" ] && fail 'a temporary file is left'
echo "$count expectations"
exit $rc
