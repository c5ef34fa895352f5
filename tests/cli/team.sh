#!/bin/sh
# SPDX-License-Identifier: MIT
# Options of team devices and their ports, in the kernel and by teamd. teamnl and teamdctl are the judges.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"
i() { ip -n "$ns" "$@"; }
# shellcheck disable=SC2317
nl() { ip netns exec "$ns" teamnl "$@"; }
# shellcheck disable=SC2317
ctl() { ip netns exec "$ns" teamdctl "$@"; }

if ! i link add probe0 type team 2>/dev/null; then
	# the kernel's own word
	wrong 2 '' add link ifname=t0 kind=team mode=activebackup
	none t0 i link show
	[ $rc = 0 ] || exit $rc
	echo "skipped: this kernel has no team driver"
	exit 77
fi
i link del probe0
if ! command -v teamnl >/dev/null || ! command -v teamd >/dev/null; then
	echo "skipped: no package libteam-utils"
	exit 77
fi
# shellcheck disable=SC2317
finish() {
	[ ! -e "$dir/teamd.pid" ] || kill "$(cat "$dir/teamd.pid")" 2>/dev/null
	rm -rf "$dir"
	"$WEFT" netns del "$ns"
}
trap finish EXIT

i link add v0 type veth peer name v1
i link add v2 type veth peer name v3
right '' add link ifname=t0 kind=team mode=activebackup notify_peers_count=3 mcast_rejoin_interval=40
has '^activebackup' nl t0 getoption mode
has '^3' nl t0 getoption notify_peers_count
has '^40' nl t0 getoption mcast_rejoin_interval
wrong 2 'mode: Invalid argument' add link ifname=t1 kind=team mode=nosuch
none t1 i link show
wrong 1 'unknown field "nosuch"' add link ifname=t1 kind=team nosuch=1

# a port and its options in one request, and later
right '' set link v0 master=t0 priority=-9 queue_id=2
# through an agent that changes nothing
t0=$(i -o link show dev t0 | cut -d: -f1)
asks() { "$WEFT" -t "exec:$WEFT agent --read-only/netns:$ns" do team "$1" "{\"team-ifindex\":$t0}" >/dev/null 2>&1; }
asks port-list-get || { echo "FAILED: a read-only agent tells no ports"; rc=1; }
asks options-get || { echo "FAILED: a read-only agent tells no options"; rc=1; }
asks options-set && { echo "FAILED: a read-only agent lets options be set"; rc=1; }
right '' set link v2 master=t0
has '^-9' nl t0 getoption priority --port=v0
has '^2' nl t0 getoption queue_id --port=v0
right '' set link v0 user_linkup_enabled=1 user_linkup=1
right '' set link v2 user_linkup_enabled=1 user_linkup=1 priority=4
has '^true' nl t0 getoption user_linkup --port=v0
has '^4' nl t0 getoption priority --port=v2
right '' set link t0 activeport=v2
has "^$(i -o link show dev v2 | cut -d: -f1)\$" nl t0 getoption activeport
right '' set link t0 mcast_rejoin_count=5 mtu=1400
has '^5' nl t0 getoption mcast_rejoin_count
has 'mtu 1400' i link show dev t0
right '' set link v0 enabled=0
has '^false' nl t0 getoption enabled --port=v0
wrong 2 'mode: Device or resource busy' set link t0 mode=random
wrong 2 'the link is no port of a team' do rt-link newlink \
	'{"ifname":"v1","linkinfo":{"slave-kind":"team","slave-data":{"priority":1}}}'
right '"user-linkup":1,"user-linkup-enabled":1,"priority":-9,"queue-id":2,"linkup":0' dump rt-link getlink
right '"mode":"activebackup"' dump rt-link getlink
right '"mcast-rejoin-count":5' dump rt-link getlink
right '"name":"mode","type":5,"data":"6163746976656261636b757000"' do team options-get \
	"{\"team-ifindex\":$(i -o link show dev t0 | cut -d: -f1)}"
right '"speed":0' do team port-list-get "{\"team-ifindex\":$(i -o link show dev t0 | cut -d: -f1)}"
wrong 2 'teamd does not manage t0: nobody is at /run/teamd/t0.sock' set link t0 item=runner.active_port=v0
wrong 2 'teamd does not manage t0' set link v0 config='{"prio":3}'
right '' del link t0

# a device that teamd manages
ip netns exec "$ns" teamd -d -p "$dir/teamd.pid" -t t1 \
	-c '{"device":"t1","runner":{"name":"activebackup"},"link_watch":{"name":"ethtool"}}' >"$dir/teamd.log" 2>&1 ||
	{ echo "FAILED: teamd: $(cat "$dir/teamd.log")"; rc=1; }
right '"runner":"activebackup"' dump rt-link getlink
right '' set link v0 master=t1 config='{"prio":7}'
i link set v0 up
i link set v1 up
i link set v2 down
right '' set link v2 master=t1
i link set v2 up
i link set v3 up
has '"prio": 7' ctl t1 config dump
for port in v0 v2; do
	right '' set link t1 item=runner.active_port=$port
	has "^$port" ctl t1 state item get runner.active_port
done
wrong 2 'item: teamd:' set link t1 item=runner.nosuch=1
wrong 2 'ITEM=VALUE is needed' set link t1 item=nosuch
wrong 2 'config: teamd:' set link v0 config='{'
# that of another namespace is not asked
"$WEFT" netns add "$ns-b"
ip -n "$ns-b" link add t1 type team
wrong 2 'teamd does not manage t1' -t "netns:$ns-b" set link t1 item=runner.active_port=v0
"$WEFT" netns del "$ns-b"
right '' set link v2 master=none
none 'master t1' i link show dev v2
right '' del link t1
none t1 i link show
echo "$count expectations"
exit $rc
