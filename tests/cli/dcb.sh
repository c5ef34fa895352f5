#!/bin/sh
# SPDX-License-Identifier: MIT
# Data centre bridging: dcb.sh LIBRARY, which gives the link v0 a device that has it (dcb_device.c).
set -u
[ "$(id -u)" = 0 ] || { echo "skipped: network namespaces need root"; exit 77; }
[ -n "${DCB_INSIDE:-}" ] || DCB_INSIDE=1 exec unshare -n "$0" "$@"
library=$1 rc=0
DCB_STATE=$(mktemp)
export DCB_STATE
trap 'rm -f "$DCB_STATE"' EXIT
ip link add v0 type veth peer name v1

# w STATUS TEXT ARGUMENT...: what the command ends with and prints.
w() {
	status=$1 want=$2
	shift 2
	got=$(LD_PRELOAD=$library "$WEFT" "$@" 2>&1)
	is=$?
	[ "$is" = "$status" ] && [ "$got" = "$want" ] && return
	echo "FAILED: $*: status $is: $got"
	rc=1
}

w 0 '' set dcb v0 tc_bw=0:60,1:40 tc_tsa=all:ets,7:strict prio_tc=3:1,4:1 willing=on
w 0 '' set dcb v0 tc_bw=0:50,1:50
w 0 '' set dcb v0 prio_pfc=3:on,4:on delay=10
w 0 '' set dcb v0 prio_pfc=4:off
w 0 '' set dcb v0 tc_maxrate=all:10gbit,7:1500kbit
w 0 '' set dcb v0 buffer_size=1:20000 prio_buffer=3:1
w 0 '' add dcb v0 dscp_prio=46:5,34:4 ethtype_prio=0x88cc:7 default_prio=1 pcp_prio=3:3
w 0 '' add dcb v0 stream_port_prio=443:2 dgram_port_prio=53:3 port_prio=80:6
w 0 '' del dcb v0 dscp_prio=34:4
w 0 '' set dcb v0 dcbx=host,ieee
w 0 '{"ifname":"v0","dcbx":["host","ieee"],"willing":1,"tc_bw":["0:50","1:50","2:0","3:0","4:0","5:0","6:0","7:0"],'\
'"tc_tsa":["0:ets","1:ets","2:ets","3:ets","4:ets","5:ets","6:ets","7:strict"],'\
'"prio_tc":["0:0","1:0","2:0","3:1","4:1","5:0","6:0","7:0"],'\
'"prio_pfc":["0:off","1:off","2:off","3:on","4:off","5:off","6:off","7:off"],"delay":10,'\
'"tc_maxrate":["0:10gbit","1:10gbit","2:10gbit","3:10gbit","4:10gbit","5:10gbit","6:10gbit","7:1500kbit"],'\
'"prio_buffer":["0:0","1:0","2:0","3:1","4:0","5:0","6:0","7:0"],'\
'"buffer_size":["0:0","1:20000","2:0","3:0","4:0","5:0","6:0","7:0"],"default_prio":["1"],'\
'"ethtype_prio":["0x88cc:7"],"stream_port_prio":["443:2"],"dgram_port_prio":["53:3"],"port_prio":["80:6"],'\
'"dscp_prio":["46:5"],"pcp_prio":["3:3"]}' -j get dcb v0 --columns ifname,dcbx,willing,tc_bw,tc_tsa,prio_tc,prio_pfc,delay,\
tc_maxrate,prio_buffer,buffer_size,default_prio,ethtype_prio,stream_port_prio,dgram_port_prio,port_prio,dscp_prio,pcp_prio
# links without it are passed over
w 0 'ifname  dcbx
v0      host,ieee' show dcb --columns ifname,dcbx
w 0 'ifname' show dcb dev=v1 --columns ifname
w 2 'weft: v1: Operation not supported' set dcb v1 tc_bw=0:10
w 2 'weft: add dcb v1 dscp_prio=1:1: Operation not supported' add dcb v1 dscp_prio=1:1
# what the device says in its answer, which the kernel acknowledges all the same
w 2 'weft: set dcb: Invalid argument' set dcb v0 tc_bw=0:61
w 2 'weft: set dcb: Invalid argument' set dcb v0 dcbx=host,cee
w 1 'weft: tc_bw: not understood: ""' set dcb v0 tc_bw=
w 1 'weft: dcbx: not understood: ""' set dcb v0 dcbx=
w 1 'weft: tc_maxrate: not understood: "0:99999999999999999999gbit"' set dcb v0 tc_maxrate=0:99999999999999999999gbit
w 1 'weft: tc_maxrate: not understood: "0:99999999999999999999kbit"' set dcb v0 tc_maxrate=0:99999999999999999999kbit
w 1 'weft: tc_bw: not understood: "8:1"' set dcb v0 tc_bw=8:1
w 1 'weft: tc_bw: not understood: "0:101"' set dcb v0 tc_bw=0:101
w 1 'weft: tc_bw: not understood: "50"' set dcb v0 tc_bw=50
w 1 'weft: tc_tsa: not understood: "0:fair"' set dcb v0 tc_tsa=0:fair
w 1 'weft: tc_maxrate: not understood: "0:1"' set dcb v0 tc_maxrate=0:1
w 1 'weft: willing: not understood: "0:on"' set dcb v0 willing=0:on
w 1 'weft: dscp_prio: not understood: "5"' add dcb v0 dscp_prio=5
w 1 'weft: default_prio: not understood: "1:2"' add dcb v0 default_prio=1:2
w 1 'weft: dcbx: not understood: "iee"' set dcb v0 dcbx=iee
w 1 'weft: dcbx: is set alone' set dcb v0 dcbx=host delay=3
w 1 'weft: delay: only with set' add dcb v0 delay=3
w 1 'weft: nothing to be set' set dcb v0
exit $rc
