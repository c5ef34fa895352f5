#!/bin/sh
# SPDX-License-Identifier: MIT
# A small network in namespaces of its own, built, shown, used, broken on purpose and removed, with
# nothing but weft. Exits 0 only if all was as expected. WEFT: the command.
set -u
WEFT=${WEFT:-build/weft}
id=$$
r=weft-demo-r-$id
tmp=$(mktemp -d)
bad=0
steps=0

cleanup() {
	for n in "$r" "weft-demo-1-$id" "weft-demo-2-$id" "weft-demo-3-$id"; do
		[ ! -e "/run/netns/$n" ] || "$WEFT" netns del "$n"
	done
	rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

fault() {
	echo "   NOT AS EXPECTED: $*"
	bad=$((bad + 1))
}

# run NAMESPACE ARGUMENT...: shows and runs a command.
run() {
	ns=$1
	shift
	steps=$((steps + 1))
	echo "\$ weft -t netns:$ns $*"
	"$WEFT" -t "netns:$ns" "$@" || fault "status $?"
}

# mistake TEXT ARGUMENT...: must fail with one line that has TEXT.
mistake() {
	text=$1
	shift
	steps=$((steps + 1))
	echo "\$ weft -t netns:$r $*"
	if "$WEFT" -t "netns:$r" "$@" 2>"$tmp/err"; then
		fault "it was accepted"
	fi
	cat "$tmp/err"
	grep -qF "$text" "$tmp/err" || fault "no word of: $text"
}

# expect TEXT NAMESPACE ARGUMENT...: the output must have TEXT.
expect() {
	text=$1
	ns=$2
	shift 2
	steps=$((steps + 1))
	echo "\$ weft -t netns:$ns $*"
	"$WEFT" -t "netns:$ns" "$@" >"$tmp/out" || fault "status $?"
	cat "$tmp/out"
	grep -qF -- "$text" "$tmp/out" || fault "no word of: $text"
}

echo "== four namespaces, a bridge, three veth pairs"
"$WEFT" netns add "$r" || exit 1
run "$r" add link ifname=br0 kind=bridge
run "$r" set link br0 up
run "$r" set link lo up
for i in 1 2 3; do
	n=weft-demo-$i-$id
	"$WEFT" netns add "$n" || exit 1
	run "$r" add link ifname=p$i kind=veth peer.ifname=eth0
	run "$r" set link eth0 netns="$n"
	run "$r" set link p$i up master=br0
	run "$n" set link lo up
	run "$n" set link eth0 up
	run "$n" add addr dev=eth0 address=10.77.0.$i/24
	run "$n" add addr dev=eth0 address=fd77::$i/64 flags=nodad
done
run "$r" add addr dev=br0 address=10.77.0.254/24
run "$r" add addr dev=br0 address=fd77::fe/64 flags=nodad

echo "== a multipath route and a rule"
run "$r" add route dst=10.88.0.0/16 nexthop=via:10.77.0.1,weight:2 nexthop=via:10.77.0.2
run "$r" add rule from=10.77.0.0/24 priority=100 table=77
run "$r" add route dst=default via=10.77.0.3 table=77

echo "== shown"
expect br0 "$r" show links
expect 10.77.0.254/24 "$r" show addr dev=br0
expect 10.88.0.0/16 "$r" show routes table=main
expect 10.77.0.0/24 "$r" show rules priority=100
expect '"dst":"default"' "$r" -j show routes table=77

echo "== used"
for i in 1 2 3; do
	steps=$((steps + 1))
	"$WEFT" netns exec "$r" ping -q -c 1 -W 5 10.77.0.$i >"$tmp/out" 2>&1 || fault "no answer from 10.77.0.$i"
	"$WEFT" netns exec "$r" ping -q -c 1 -W 5 fd77::$i >"$tmp/out" 2>&1 || fault "no answer from fd77::$i"
	echo "10.77.0.$i and fd77::$i answer"
done
expect reachable "$r" show neigh dst=10.77.0.1

echo "== watched"
"$WEFT" -t "netns:$r" monitor link --duration 3 >"$tmp/events" &
pid=$!
sleep 1
run "$r" set link p1 mtu=1400
wait "$pid" || fault "the monitor failed"
cat "$tmp/events"
grep -q 'link p1 changed mtu 1500 -> 1400' "$tmp/events" || fault "the change was not seen"

echo "== three mistakes"
mistake 'near: kind' add link ifname=x0 kynd=veth
mistake 'id: VXLAN ID must be lower' add link ifname=x0 kind=vxlan id=16777216
mistake 'File exists' add link ifname=br0 kind=bridge

echo "== removed"
run "$r" del route dst=default table=77
run "$r" del rule from=10.77.0.0/24 priority=100 table=77
run "$r" del route dst=10.88.0.0/16
run "$r" del link br0
cleanup
"$WEFT" netns list | grep -q "weft-demo-.*-$id" && fault "a namespace is left"

echo "$steps steps, $bad not as expected"
[ "$bad" = 0 ]
