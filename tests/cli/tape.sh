#!/bin/sh
# SPDX-License-Identifier: MIT
# What was recorded is played without a kernel: the same output, the same status; other requests are refused.
set -u
ns=weft-tape-$$
dir=$(mktemp -d)
trap '"$WEFT" netns del "$ns"; rm -rf "$dir"' EXIT
rc=0
bad() {
	echo "FAILED: $*"
	rc=1
}

# both NAME ARGUMENTS...: recorded and played, output and status are the same.
both() {
	name=$1
	shift
	"$WEFT" -t "netns:$ns" --record "$dir/$name.tape" "$@" >"$dir/$name.out" 2>"$dir/$name.err"
	was=$?
	"$WEFT" -t "tape:$dir/$name.tape" "$@" >"$dir/$name.out2" 2>"$dir/$name.err2"
	now=$?
	[ $was = $now ] || bad "$name: status $was, played $now: $(cat "$dir/$name.err2")"
	cmp -s "$dir/$name.out" "$dir/$name.out2" || bad "$name: other output: $(cat "$dir/$name.err2")"
	cmp -s "$dir/$name.err" "$dir/$name.err2" || bad "$name: other words: $(cat "$dir/$name.err2")"
}

"$WEFT" netns add "$ns" || exit 1
both add add link ifname=v0 kind=veth peer.ifname=v1
both again add link ifname=v0 kind=veth peer.ifname=v1
both show -j show links
both dump dump rt-link getlink
both family dump nlctrl getfamily
both group do nlctrl getfamily '{"family-name": "nlctrl"}'
both wrong set link v0 mtu=1
if [ -w /dev/net/tun ]; then
	both tap add link ifname=tap0 kind=tun type=tap mtu=1400
	[ "$(grep -c ' open ' "$dir/tap.tape")" = 1 ] || bad "the tape has what hooks ask"
	both tapagain add link ifname=tap0 kind=tun type=tap
	both taps show links kind=tun
	case $(cat "$dir/taps.out") in *tap0*) ;; *) bad "no tap was made" ;; esac
fi

# a tape of events ends
"$WEFT" -t "netns:$ns" --record "$dir/mon.tape" monitor links >"$dir/mon.out" 2>/dev/null &
monitor=$!
sleep 0.5
"$WEFT" -t "netns:$ns" set link v0 mtu=1300 || bad "set"
sleep 0.5
kill -INT $monitor
wait $monitor
grep -q 1300 "$dir/mon.out" || bad "no event was recorded"
timeout 20 "$WEFT" -t "tape:$dir/mon.tape" monitor links >"$dir/mon.out2" 2>"$dir/mon.err2"
status=$?
[ $status = 5 ] || bad "the end of a tape of events: status $status, $(cat "$dir/mon.err2")"
cmp -s "$dir/mon.out" "$dir/mon.out2" || bad "other events: $(cat "$dir/mon.out2")"
if ! [ -s "$dir/show.out" ] || ! [ -s "$dir/family.out" ]; then bad "nothing was shown"; fi

out=$("$WEFT" -t "tape:$dir/add.tape" add link ifname=v0 kind=veth peer.ifname=v2 2>&1)
[ $? = 5 ] || bad "another request: status"
case $out in *"differs from line"*) ;; *) bad "another request: $out" ;; esac
cut -c1-60 "$dir/add.tape" >"$dir/cut.tape"
"$WEFT" -t "tape:$dir/cut.tape" add link ifname=v0 kind=veth peer.ifname=v1 2>/dev/null && bad "a cut tape was played"
echo hello >"$dir/no.tape"
out=$("$WEFT" -t "tape:$dir/no.tape" show links 2>&1) && bad "no tape was played"
case $out in *"line 1: is not of a tape"*) ;; *) bad "no tape: $out" ;; esac
# an errno is one: no number of a tape is taken for a length
for line in 'failed 2147483649' 'failed 0' 'failed 4096' 'failed 4294967295' 'refused 4294967200 00' 'refused 0 00' \
	'join 1 4294967295' 'leave 1 4096'; do
	{ sed -n '1,2p' "$dir/show.tape" && echo "9 0 $line"; } >"$dir/number.tape"
	out=$("$WEFT" -t "tape:$dir/number.tape" show links 2>&1)
	[ $? = 1 ] || bad "$line: status"
	case $out in *"line 3: is not of a tape"*) ;; *) bad "$line: $out" ;; esac
done
"$WEFT" --record /dev/full -t "netns:$ns" show links >/dev/null 2>&1 && bad "a tape that is not whole went unnoticed"
[ "$(stat -c %a "$dir/add.tape")" = 600 ] || bad "others can read the tape"
echo there >"$dir/open.tape"
chmod 644 "$dir/open.tape"
"$WEFT" --record "$dir/open.tape" -t "netns:$ns" show links >/dev/null || bad "record over a file"
[ "$(stat -c %a "$dir/open.tape")" = 600 ] || bad "a file that was there stays readable to others"
grep -q there "$dir/open.tape" && bad "what was in the file is still there"
exit $rc
