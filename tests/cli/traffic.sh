#!/bin/sh
# SPDX-License-Identifier: MIT
# Qdiscs, classes, filters: made by weft, judged by tc, and read back; as far as this kernel has them.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { ip -n "$ns" "$@"; }
t() { tc -n "$ns" "$@"; }
i link add v0 type veth peer name v1
if ! t qdisc add dev v0 root handle 1: htb default 1 2>/dev/null; then
	echo "skipped: this kernel has no htb"
	exit 77
fi
t class add dev v0 parent 1: classid 1:1 htb rate 1mbit
right '' add qdisc dev=v0 parent=1:1 handle=10: kind=pfifo limit=77
has 'qdisc pfifo 10: parent 1:1 limit 77p' t qdisc show dev v0
right '' set qdisc dev=v0 parent=1:1 handle=10: kind=pfifo limit=78
has 'qdisc pfifo 10: parent 1:1 limit 78p' t qdisc show dev v0
right 'pfifo  10:     1:1' show qdisc dev=v0 kind=pfifo
right '"kind":"pfifo","handle":"10:","parent":"1:1","refcnt":1,"offloaded":0,"options":{"limit":78},"words":"limit=78p","bytes":0' \
	-j show qdisc handle=10:
right '"handle":"1:1","parent":"root"' -j show class dev=v0
right '[]' -j show class dev=v1
t filter add dev v0 parent 1: protocol ip prio 5 u32 match u32 0 0 classid 1:1
right '"prio":5,"protocol":"ip","kind":"u32","handle":"800::800"' -j show filter handle=800::800
right 'v0' show filter prio=5 protocol=ip dev=v0
right '' add filter dev=v0 parent=1: prio=7 protocol=ipv6 kind=u32 handle=10: divisor=4
has 'filter parent 1: protocol ipv6 pref 7 u32 chain 0 fh 10: ht divisor 4' t filter show dev v0
right '' flush filter dev=v0 prio=5
none 'pref 5' t filter show dev v0
has 'pref 7' t filter show dev v0
right '' add qdisc dev=v1 clsact
has 'qdisc clsact ffff: parent ffff:fff1' t qdisc show dev v1
t filter add dev v1 ingress protocol all prio 9 u32 match u32 0 0
right '"parent":"ingress"' -j show filter dev=v1 protocol=all
right '' del qdisc dev=v1 clsact
none clsact t qdisc show dev v1
right '' flush qdisc dev=v0 parent=root
none 'htb' t qdisc show dev v0

(exec "$WEFT" -t "netns:$ns" monitor qdisc class --count 4 >"$dir/events") &
watch=$!
for n in $(seq 50); do
	t qdisc add dev v0 root handle "$n:" htb
	t qdisc del dev v0 root
	kill -0 "$watch" 2>/dev/null || break
	sleep 0.1
done
kill "$watch" 2>/dev/null
wait "$watch" || { echo "FAILED: the status of monitor"; rc=1; }
has '^qdisc v0 htb [0-9a-f]+: parent root added' cat "$dir/events"
wrong 1 'dev: missing' add qdisc root kind=pfifo
wrong 2 'kind is unknown' add qdisc dev=v0 root kind=nonesuch
wrong 1 'limt: no such word; near: limit' add qdisc dev=v0 root kind=pfifo limt=5
wrong 1 'handle: TABLE:BUCKET:NODE' add filter dev=v0 parent=1: kind=u32 handle=800:x
right 'limit' add qdisc kind=pfifo --help

# words of people: tc is the judge, and what show tells makes the same again
i link add v2 type veth peer name v3
right '' add qdisc dev=v2 root handle=1: kind=htb default=10 r2q=5
has 'qdisc htb 1: root .* r2q 5 default 0x10' t qdisc show dev v2
right '' add class dev=v2 parent=1: classid=1:1 kind=htb rate=100gbit ceil=400gbit burst=4mb quantum=60000
has 'class htb 1:1 root .*rate 100Gbit ceil 400Gbit' t class show dev v2
right '' add class dev=v2 parent=1:1 classid=1:10 kind=htb rate=10mbit ceil=1gbit burst=15kb prio=2 quantum=3000
has 'class htb 1:10 parent 1:1 prio 2 rate 10Mbit ceil 1Gbit burst 15Kb' t class show dev v2
right '' set class dev=v2 classid=1:10 rate=20mbit quantum=3000
has 'class htb 1:10 parent 1:1 prio 0 rate 20Mbit ceil 20Mbit' t class show dev v2
right 'rate=20mbit ceil=20mbit burst=1600b cburst=1600b prio=0 quantum=3000' show class dev=v2 handle=1:10
right '' add qdisc dev=v2 parent=1:10 handle=10: kind=tbf rate=1mbit burst=10kb latency=70ms
has 'qdisc tbf 10: parent 1:10 rate 1Mbit burst 10Kb/1 mpu 0b lat 70ms' t -d qdisc show dev v2
right '"words":"rate=1mbit burst=10kb limit=18990b"' -j show qdisc handle=10:
right '"leaf":"10:"' -j show class handle=1:10
right '' add qdisc dev=v3 root handle=3: kind=pfifo limit=9 stab_linklayer=atm stab_overhead=5
has 'qdisc pfifo 3: root .*limit 9p' t qdisc show dev v3
has 'linklayer atm overhead 5 mtu 2047 tsize 512' t -d qdisc show dev v3
right 'stab_overhead=5 stab_linklayer=atm stab_mtu=2047 stab_tsize=512' show qdisc handle=3:
wrong 1 'rate: missing' add class dev=v2 parent=1: classid=1:2 kind=htb
wrong 1 'burst: said twice' add class dev=v2 parent=1: classid=1:2 kind=htb rate=1mbit burst=1kb burst=2kb
wrong 1 'kind: missing' add qdisc dev=v2 root limit=5
wrong 2 'there is no such class' set class dev=v2 classid=1:77 rate=5mbit
right 'rate ceil burst cburst' add class kind=htb --help

# from their own dump, in the order that they stand in each other; what the kernel makes is passed over
i link del v0
t qdisc del dev v3 root
i link add v4 type veth peer name v5
index() { i -o link show "$1" | cut -d: -f1; }
{
	w dump tc gettclass "{\"ifindex\":$(index v2)}"
	w dump tc getqdisc
} | tr -d '\n' | sed "s/\]\[/,/; s/\"ifindex\":$(index v2)/\"ifindex\":$(index v4)/g" >"$dir/in"
count=$((count + 1))
w do tc newqdisc - --create --excl <"$dir/in" || { echo "FAILED: classes and qdiscs from their dump"; rc=1; }
for kind in qdisc class; do
	t -j -d "$kind" show dev v2 | sed 's/v2//' >"$dir/want"
	t -j -d "$kind" show dev v4 | sed 's/v4//' | diff "$dir/want" - || { echo "FAILED: not the same $kind"; rc=1; }
done
count=$((count + 1))
w do tc newqdisc - --create --excl <"$dir/in" 2>/dev/null && { echo "FAILED: made a second time"; rc=1; }
right 'htb   1:10' show class dev=v4

# from files: qdiscs, then the classes that some of them stand in, then those
w dump tc getqdisc '{"ifindex":'"$(index v4)"'}' --save "$dir/qdiscs"
w dump tc gettclass '{"ifindex":'"$(index v4)"'}' --save "$dir/classes"
t -j -d qdisc show dev v4 >"$dir/want"
t -j -d class show dev v4 >>"$dir/want"
t qdisc del dev v4 root
wrong 2 'objects could not be made' restore "$dir/qdiscs"
right '' restore "$dir/classes"
right '' restore "$dir/qdiscs"
count=$((count + 1))
{
	t -j -d qdisc show dev v4
	t -j -d class show dev v4
} | diff "$dir/want" - || { echo "FAILED: not what was saved"; rc=1; }
right '' restore "$dir/qdiscs"
right '"kind":"htb","handle":"1:1"' -j get class dev=v4 handle=1:1
echo "$count expectations"
exit $rc
