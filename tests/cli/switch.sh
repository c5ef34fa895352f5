# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # dir, ns
# An Open vSwitch of a test's own: server and daemon in its namespace, files in its folder. Sourced behind check.sh.
export OVS_RUNDIR="$dir/ovs" OVS_LOGDIR="$dir/ovs" OVS_DBDIR="$dir/ovs"
db=$dir/ovs/db.sock
# the daemons must not outlive a test that is ended from outside: its trap on EXIT stops them
trap 'exit 1' HUP INT TERM PIPE

have_switch() { command -v ovsdb-server >/dev/null && command -v ovs-vswitchd >/dev/null && command -v ovs-vsctl >/dev/null; }

vsctl() { ovs-vsctl --db="unix:$db" "$@"; }

start_daemon() {
	ip netns exec "$ns" ovs-vswitchd "unix:$db" --unixctl="$dir/ovs/v.ctl" --pidfile="$dir/ovs/v.pid" \
		--log-file="$dir/ovs/v.log" --detach --no-chdir 2>/dev/null
}

start_switch() {
	mkdir -p "$dir/ovs" && ovsdb-tool create "$dir/ovs/db" /usr/share/openvswitch/vswitch.ovsschema &&
		ip netns exec "$ns" ovsdb-server "$dir/ovs/db" --remote="punix:$db" --unixctl="$dir/ovs/s.ctl" \
			--pidfile="$dir/ovs/s.pid" --log-file="$dir/ovs/s.log" --detach --no-chdir 2>/dev/null &&
		vsctl --no-wait init && start_daemon
}

# stop_process FILE: that which wrote its number there, and waits until it is gone.
stop_process() {
	[ -e "$1" ] || return 0
	pid=$(cat "$1")
	kill "$pid" 2>/dev/null
	for _ in $(seq 50); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.1
	done
}

stop_switch() {
	stop_process "$dir/ovs/v.pid"
	stop_process "$dir/ovs/s.pid"
}
