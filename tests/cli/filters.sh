#!/bin/sh
# SPDX-License-Identifier: MIT
# Filters, chains and actions in people's words, judged by tc; told in the same words, made again from dumps;
# as far as this kernel has them.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
t() { tc -n "$ns" "$@"; }
# again OPERATION FILE: what a dump tells, made
again() {
	count=$((count + 1))
	"$WEFT" -t "netns:$ns" "do" tc "$1" - --create --excl <"$2" || {
		echo "FAILED: do tc $1"
		rc=1
	}
}
i link add v0 type veth peer name v1
if ! t qdisc add dev v0 clsact 2>/dev/null ||
	! t filter add dev v0 egress u32 match u32 0 0 action mirred egress redirect dev v1 2>/dev/null; then
	echo "skipped: this kernel has no clsact, u32 or mirred"
	exit 77
fi
t filter del dev v0 egress

# u32: matches by names of fields, actions
right '' add filter dev=v0 parent=ingress prio=5 protocol=ip kind=u32 match=ip.src:10.0.0.0/8 match=ip.protocol:tcp \
	match=tcp.dst:443 classid=1:10 action=mirred:redirect:dev:v1
has 'filter protocol ip pref 5 u32 chain 0 fh 800::800 .*flowid 1:10' t filter show dev v0 ingress
has 'match 0a000000/ff000000 at 12' t filter show dev v0 ingress
has 'match 00060000/00ff0000 at 8' t filter show dev v0 ingress
has 'match 000001bb/0000ffff at nexthdr\+0' t filter show dev v0 ingress
has 'mirred \(Egress Redirect to device v1\) stolen' t filter show dev v0 ingress
right 'match=u32:0x0a000000:0xff000000:12' show filters dev=v0 parent=ingress
right 'classid=1:10 action=mirred,redirect,dev:v1' show filters dev=v0
right '"handle":"800::800","classid":"1:10","options":{"sel":{"flags":1,' -j show filters dev=v0
right '' add filter dev=v0 ingress prio=6 protocol=ipv6 kind=u32 handle=1: divisor=16
right '' add filter dev=v0 ingress prio=6 protocol=ipv6 kind=u32 handle=1:4:9 ht=1:4: match=ip6.dst:2001:db8::/32
right '' add filter dev=v0 ingress prio=6 protocol=ipv6 kind=u32 match=u8:6:0xff:6 hashkey=at:24,mask:0xf link=1:
has 'fh 1:4:9 order 9 key ht 1 bkt 4' t filter show dev v0 ingress
has 'link 1:' t filter show dev v0 ingress
# without a class, too, the search ends where there is an action: else it would not be done
right '' add filter dev=v0 ingress prio=8 protocol=ip kind=u32 match=u8:6:0xff:9 action=mirred:redirect:dev:v1
has 'terminal flowid' t filter show dev v0 ingress prio 8
t filter del dev v0 ingress prio 8
# an action as JSON; other places
right '' add filter dev=v0 egress chain=3 prio=7 kind=u32 match=u16:0x800:0xffff:-2 \
	action='{"kind":"mirred","options":{"parms":{"action":3,"eaction":"egress-mirror","ifindex":2}}}'
has 'match 00000800/0000ffff at -4' t filter show dev v0 egress
has 'chain 3' t filter show dev v0 egress
right '"parent":"egress","chain":3,"prio":7,"protocol":"all"' -j show filters prio=7

# as told, so said: the words of each filter make the same again
t -d filter show dev v0 ingress >"$dir/tc-before"
"$WEFT" -t "netns:$ns" dump tc gettfilter "{\"ifindex\":3,\"parent\":4294967282}" >"$dir/dump"
right '' flush filters dev=v0 parent=ingress
none 'match|fh 1:' t filter show dev v0 ingress
t filter del dev v0 ingress
# the kernel gives numbers of tables free a little later
sleep 0.5
again newtfilter "$dir/dump"
t -d filter show dev v0 ingress >"$dir/tc-after"
has . cat "$dir/tc-after"
for f in before after; do
	# the kernel numbers its own tables, and actions
	sed 's/index [0-9]* ref/ref/; s/80[0-9]/80N/g; s/installed.*//; s/ (rule hit.*//' "$dir/tc-$f" >"$dir/plain-$f"
done
count=$((count + 1))
cmp -s "$dir/plain-before" "$dir/plain-after" || {
	echo "FAILED: filters made again differ"
	diff "$dir/plain-before" "$dir/plain-after"
	rc=1
}
right '' flush filters all
right '' add filter dev=v0 parent=ingress prio=5 protocol=ip kind=u32 handle=::800 \
	match=u32:0x0a000000:0xff000000:12 match=u32:0x00060000:0x00ff0000:8 match=u32:0x000001bb:0x0000ffff:nexthdr+0 \
	classid=1:10 action=mirred,redirect,dev:v1
has 'match 000001bb/0000ffff at nexthdr\+0' t filter show dev v0 ingress
handle=$("$WEFT" -t "netns:$ns" -j show filters prio=5 --columns handle | sed 's/.*"handle":"\([^"]*\)".*/\1/')
right '' set filter dev=v0 parent=ingress prio=5 protocol=ip kind=u32 handle="$handle" \
	match=u32:0x0a000000:0xff000000:12 match=u32:0x00060000:0x00ff0000:8 match=u32:0x000001bb:0x0000ffff:nexthdr+0 \
	classid=1:11 action=mirred,redirect,dev:v1
has 'flowid 1:11' t filter show dev v0 ingress
right "$handle" get filter dev=v0 parent=ingress prio=5 protocol=ip kind=u32 handle="$handle"
right "$handle" get filter dev=v0 parent=ingress prio=5
right "$handle" show filters dev=v0 ingress
none "$handle" w show filters dev=v0 egress
wrong 1 'FIELD=VALUE is needed: "ingres"' show filters dev=v0 ingres
wrong 2 'no such filter' get filter dev=v0 parent=ingress prio=6
right '' del filter dev=v0 parent=ingress prio=5
none 'pref 5' t filter show dev v0 ingress

# chains: the kernel does not tell the hook they are at
right '' add chain dev=v0 ingress chain=5
right '' add chain dev=v0 egress chain=6
right '"parent":"egress","chain":6' -j show chains dev=v0 egress
right '"parent":"ingress","chain":5' -j get chain dev=v0 chain=5
right '' flush chains dev=v0 egress
none 'chain 6' t chain show dev v0 egress
has 'chain 5' t chain show dev v0 ingress
right '' flush chains dev=v0
none 'chain 5' t chain show dev v0 ingress

# blocks that devices share, chains
right '' add qdisc dev=v1 ingress ingress_block=22
right '' add filter block=22 prio=1 kind=u32 match=u32:0:0:0 action=mirred:mirror:dev:v0
has 'mirred' t filter show block 22
right 'action=mirred,mirror,dev:v0' show filters block=22
right '"block":22,"chain":0,"prio":1' -j show filters
right '' add chain block=22 chain=4
has 'chain 4' t chain show block 22
right '"block":22,"chain":4' -j show chains block=22
right '' del chain block=22 chain=4
none 'chain 4' t chain show block 22
right '' flush filters block=22
none . t filter show block 22

# actions that stand alone
right '' add action mirred:mirror:dev:v1:index:5 action=mirred:redirect:dev:v0:index:9
has 'mirred \(Egress Mirror to device v1\) pipe' t actions ls action mirred
right 'mirred  9      1     0      mirred,redirect,dev:v0,index:9' show actions
right '' add filter dev=v0 ingress prio=1 kind=u32 match=u32:0:0:0 action=mirred:index:9
has 'index 9 ref 2 bind 1' t filter show dev v0 ingress
right 'action=mirred,redirect,dev:v0,index:9' show filters dev=v0
right '' set action mirred:mirror:dev:v0:index:5
has 'mirred \(Egress Mirror to device v0\) pipe' t actions ls action mirred
right '"kind":"mirred","index":5,"control":"pipe"' -j show actions index=5
"$WEFT" -t "netns:$ns" dump tc getaction '{"tab":[{"kind":"mirred"}]}' >"$dir/actions"
right '' del filter dev=v0 ingress
for _ in 1 2 3 4 5 6 7 8 9 10; do
	t actions ls action mirred | grep -q 'bind 1' || break
	sleep 0.1
done
right '' flush actions all
none mirred t actions ls action mirred
again newaction "$dir/actions"
has 'index 9 ref 1 bind 0' t actions ls action mirred
has 'index 5 ref 1 bind 0' t actions ls action mirred
# by a file, too: one that is there keeps no other from being made
w dump tc getaction '{"tab":[{"kind":"mirred"}]}' --save "$dir/actions"
right '' flush actions index=9
right '' restore "$dir/actions"
has 'index 9 ref 1 bind 0' t actions ls action mirred
right '' flush actions all
right '' restore "$dir/actions"
has 'index 9 ref 1 bind 0' t actions ls action mirred
has 'index 5 ref 1 bind 0' t actions ls action mirred
right '' del action mirred index=5
none 'index 5' t actions ls action mirred
right '' flush actions index=9
none 'index' t actions ls action mirred

wrong 1 'dev or block: missing' add filter kind=u32 match=u32:0:0:0
wrong 1 'kind: missing' add filter dev=v0 ingress prio=1
wrong 1 'unknown field "mtch"; near: match' add filter dev=v0 ingress kind=u32 mtch=1
wrong 1 'protocol: not a protocol of Ethernet: "ipx7"' add filter dev=v0 ingress protocol=ipx7 kind=u32
wrong 1 'dev: no such link: "v7"' add filter dev=v0 ingress kind=u32 action=mirred:redirect:dev:v7
wrong 1 'action: not JSON' add filter dev=v0 ingress kind=u32 'action={"kind"'
wrong 1 'handle: TABLE:BUCKET:NODE' add filter dev=v0 ingress kind=u32 handle=800:x
wrong 2 'classifier' add filter dev=v0 ingress kind=nonesuch
wrong 1 'kind: missing' del action index=1
wrong 1 'an action is needed' add action index=1
right 'KIND:WORD:VALUE' add filter --help
echo "$count expectations"
exit $rc
