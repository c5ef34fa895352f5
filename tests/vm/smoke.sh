#!/bin/sh
# SPDX-License-Identifier: MIT
# In a virtual machine: it runs the kernel that was asked for, which makes the link kinds that it should have,
# loading their modules itself, and weft sees them. The host's own kernel is a case like any other.
set -u
rc=0
count=0
ip() { "$VM_IP2/ip" -n "$ns" "$@"; }
failed() {
	echo "FAILED: $*"
	rc=1
}

# kind KIND ARGUMENT...: makes a link of this kind (upon base), asks weft for it, deletes it.
kind() {
	count=$((count + 1))
	if ! ip link add link base name probe type "$@" 2>"$errors"; then
		failed "$1: $(cat "$errors")"
		return
	fi
	"$WEFT" -t "netns:$ns" -j show link ifname=probe | grep -qF "\"$1\"" || failed "$1: weft does not show it"
	ip link del probe
}

case $VM_KERNEL in
host) ;;
*)
	case $(uname -r) in
	"$VM_KERNEL".*) ;;
	*) failed "kernel $(uname -r), not $VM_KERNEL" ;;
	esac
	;;
esac
ns=weft-s-$$
errors=$(mktemp)
trap 'rm -f "$errors"; "$WEFT" netns del "$ns"' EXIT
"$WEFT" netns add "$ns" || exit 1
ip link add name base type veth peer name other
kind veth
kind bridge
kind macvlan
kind vxlan id 5 dstport 4789
if [ "$VM_KERNEL" != host ]; then
	for k in dummy bond team nlmon ifb gretap vcan batadv ip6tnl; do kind "$k"; done
	kind vrf table 7
	kind vlan id 9
	kind macsec
	kind ipvlan
	kind geneve id 5 remote 10.0.0.9
	kind gre local 10.0.0.1 remote 10.0.0.2
	kind erspan seq key 9 erspan_ver 1 local 10.0.0.1 remote 10.0.0.2
	kind sit local 10.0.0.1 remote 10.0.0.3
	kind wireguard
	kind xfrm if_id 9
	kind vti local 10.0.0.1 remote 10.0.0.2 key 3
fi
case $VM_KERNEL in
6.12 | 7.3)
	kind netkit
	kind hsr slave1 base slave2 other
	;;
esac
# its module does not say that it is for links
[ "$VM_KERNEL" = 7.3 ] && modprobe ovpn && kind ovpn
echo "$count link kinds"
exit $rc
