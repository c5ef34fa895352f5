#!/bin/sh
# SPDX-License-Identifier: MIT
# tun and tap devices are made, set, listed and deleted like any link, here and through an agent; ip is the judge.
set -u
ns=weft-tun-$$
"$WEFT" netns add $ns || exit 1
trap '"$WEFT" netns del $ns' EXIT
rc=0
bad() {
	echo "FAILED: $*"
	rc=1
}
has() { case $1 in *"$2"*) ;; *) bad "$3: no \"$2\" in: $1" ;; esac }

# refused STATUS WORDS ARGUMENTS...: the command fails with these words, and nothing is there afterwards.
refused() {
	status=$1 words=$2
	shift 2
	out=$(w "$@" 2>&1)
	[ $? = "$status" ] || bad "$*: status"
	has "$out" "$words" "$*"
}

each() {
	w add link ifname=tap7 kind=tun type=tap mtu=1400 owner=54321 linkinfo.data.group=54322 vnet-hdr=1 multi-queue=1 up || bad "add tap"
	w add link ifname=tun8 kind=tun type=tun address=none 2>/dev/null && bad "a wrong address went unnoticed"
	ip -n $ns link show tun8 >/dev/null 2>&1 && bad "a device that was refused is there"
	w add link ifname=tun8 kind=tun type=tun || bad "add tun"
	tap=$(ip -n $ns -d link show tap7)
	for word in "mtu 1400" "tun type tap" "pi off" "vnet_hdr on" "persist on" "user 54321" "group 54322" "multi_queue" ",UP"; do
		has "$tap" "$word" tap7
	done
	has "$(ip -n $ns -d link show tun8)" "tun type tun" tun8
	has "$(w show links kind=tun)" tap7 "show"
	refused 2 "File exists" add link ifname=tap7 kind=tun type=tap
	refused 2 "tun (1) or tap (2) is needed" add link ifname=tap9 kind=tun
	refused 2 "must persist" add link ifname=tap9 kind=tun type=tap persist=0
	# what the kernel refuses of the rest takes the device away again
	refused 2 "" add link ifname=tap9 kind=tun type=tap mtu=9
	ip -n $ns link show tap9 >/dev/null 2>&1 && bad "tap9 was left behind"
	ip link show tap7 >/dev/null 2>&1 && bad "tap7 is in the wrong namespace"
	w set link tap7 mtu=1300 || bad "set"
	has "$(ip -n $ns link show tap7)" "mtu 1300" "set"
	w del link tap7 || bad "del tap7"
	w del link tun8 || bad "del tun8"
	[ "$(ip -n $ns -o link | wc -l)" = 1 ] || bad "something is left"
}

w() { "$WEFT" -t "netns:$ns" "$@"; }
each
w() { "$WEFT" -t "exec:$WEFT agent/netns:$ns" "$@"; }
each
exit $rc
