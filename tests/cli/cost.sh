#!/bin/sh
# SPDX-License-Identifier: MIT
# weft show links costs fewer instructions than ip link show, from start to end, with four links.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

# meson has memory filled, which is not what is measured
unset MALLOC_PERTURB_
ip -n "$ns" link add v0 type veth peer name v1
ip -n "$ns" link add br0 type bridge

# cost COMMAND...: instructions that it takes in the namespace
cost() {
	ip netns exec "$ns" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
		sed -n 's/.*Collected : \([0-9]*\)$/\1/p'
}

ours=$(cost "$WEFT" show links)
theirs=$(cost ip link show)
if [ -z "$ours" ] || [ -z "$theirs" ]; then
	echo "skipped: no valgrind, or a build that it cannot run"
	exit 77
fi
echo "weft show links: $ours instructions; ip link show: $theirs"
[ "$ours" -lt "$theirs" ]
