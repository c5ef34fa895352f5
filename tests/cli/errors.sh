#!/bin/sh
# SPDX-License-Identifier: MIT
# Wrong input gets one clear line and changes nothing.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

# the kernel throws the dice for this time anew every 300 seconds (RFC 4861, section 6.3.2)
links() { w dump rt-link getlink | sed 's/"reachable-time":[0-9]*//'; }
links >"$dir/before"

wrong 1 'unknown command "dmup"; near: dump' dmup
wrong 1 'unknown option "-x"' -x
wrong 1 'no command given'
wrong 1 'family and operation are needed' do rt-link
wrong 1 'unknown family "rt-lnk"; near: rt-link' dump rt-lnk getlink
wrong 1 'unknown operation "getlnk"; near: getlink' dump rt-link getlnk
wrong 1 'cannot be dumped' dump rt-link newlink
wrong 1 'ifnme: unknown field; near: ifname' do rt-link newlink '{"ifnme": "x"}'
wrong 1 'linkinfo.kynd: unknown field; near: kind' do rt-link newlink '{"linkinfo": {"kynd": "veth"}}'
wrong 1 'mtu: not a number: "big"' do rt-link newlink '{"mtu": "big"}'
wrong 1 'mtu: has no members' do rt-link newlink '{"mtu": {"a": 1}}'
wrong 1 'ifname: a string is needed' do rt-link newlink '{"ifname": 7}'
wrong 1 'mtu: 4294967296 is out of range (0 to 4294967295)' do rt-link newlink '{"mtu": 4294967296}'
wrong 1 'mtu: -1 is out of range' do rt-link newlink '{"mtu": -1}'
wrong 1 'ifname: "interface-name-0"' do rt-link newlink '{"ifname": "interface-name-0"}'
wrong 1 'address: not a link-layer address' do rt-link newlink '{"address": "02:zz"}'
wrong 1 'bad JSON, line 1 column 9' do rt-link newlink '{"mtu": }'
wrong 1 'bad JSON, line 2 column' do rt-link newlink '{"mtu": 1,
}'
wrong 1 'bad JSON, line 1 column 1' do rt-link newlink '7'
wrong 1 'dst: not an IP address: "10.0.0"' do rt-route newroute '{"rtm-family": 2, "dst": "10.0.0"}'
wrong 1 'dst: an IPv6 address where IPv4 is needed' do rt-route newroute '{"rtm-family": 2, "dst": "fe80::1"}'
wrong 1 'not a name or number: "unicats"; near: unicast' do rt-route newroute '{"rtm-type": "unicats"}'
wrong 1 '[1]: mtu' do rt-link setlink '[{"ifname": "lo", "mtu": 65536}, {"mtu": "x"}]'
wrong 1 'more than one target' -t local -t local show links
wrong 1 'unknown target "mars"' -t mars dump rt-link getlink
wrong 1 'exec:COMMAND or tape:FILE' -t mars show links
wrong 1 '--save: a file is needed' dump rt-link getlink --save
wrong 1 'netns add has no target' -t "netns:$ns" netns add other
wrong 1 'unknown word "ad"; near: add' -t "netns:$ns" netns ad other
wrong 1 'netns exec has no target' -t "netns:$ns" netns exec "$ns" true
wrong 1 'timer: read-only' add mdb dev=lo grp=239.1.1.1 timer=5
wrong 1 'not a namespace name' netns add a/b
wrong 1 'unknown group "rtnlgrp-lnk"; near: rtnlgrp-link' listen rt-link rtnlgrp-lnk
wrong 5 '/run/netns/no-such: No such file or directory' -t netns:no-such dump rt-link getlink
wrong 2 'No such device' do rt-link getlink '{"ifname": "nope"}'
wrong 2 'File exists' netns add "$ns"
wrong 2 'File exists' do rt-link newlink '{"ifname": "lo", "linkinfo": {"kind": "veth"}}' --create --excl
wrong 2 'linkinfo.data.id' do rt-link newlink '{"linkinfo": {"data": {"id": 16777216}, "kind": "vxlan"}}' --create
wrong 2 'No such file or directory' netns del no-such-name

links >"$dir/after"
cmp "$dir/before" "$dir/after" || rc=1

right '"ifname":"lo"' do rt-link getlink '{"ifname": "lo"}'
right '"ifname":"lo"' do rt-link getlink '{"ifi_index": 1}'
right 'usage: weft do' do --help
right 'usage: weft' --help
right 'weft 0' --version
right 'nlctrl' families
right "$ns" netns list
right '"family-name":"nlctrl"' dump nlctrl getfamily
right '"policy"' dump nlctrl getpolicy '{"family-name": "nlctrl"}'

# not root: the kernel's refusal, one line
if command -v setpriv >/dev/null; then
	count=$((count + 1))
	if setpriv --reuid 65534 --clear-groups "$WEFT" do rt-link newlink '{"ifname": "x"}' --create \
		2>"$dir/err" || ! grep -qF 'Operation not permitted' "$dir/err"; then
		echo "FAILED: without permission"
		rc=1
	fi
fi

# exit 0 means that the output is complete
for out in /dev/full closed; do
	count=$((count + 1))
	if [ "$out" = closed ]; then
		w dump rt-link getlink 2>"$dir/err" >&-
	else
		w dump rt-link getlink 2>"$dir/err" >/dev/full
	fi
	got=$?
	if [ "$got" != 5 ] || ! grep -q 'standard output' "$dir/err"; then
		echo "FAILED: output to $out: status $got"
		rc=1
	fi
done
echo "$count expectations"
exit $rc
