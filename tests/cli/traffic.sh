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
right '"kind":"pfifo","handle":"10:","parent":"1:1","refcnt":1,"offloaded":0,"options":{"limit":78},"bytes":0' \
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
right '"parent":"ffff:fff2"' -j show filter dev=v1 protocol=all
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
wrong 1 'unknown field "limt"; near: limit' add qdisc dev=v0 root kind=pfifo limt=5
wrong 1 'handle: TABLE:BUCKET:NODE' add filter dev=v0 parent=1: kind=u32 handle=800:x
right 'limit' add qdisc kind=pfifo --help
echo "$count expectations"
exit $rc
