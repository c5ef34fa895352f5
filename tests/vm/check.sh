#!/bin/sh
# SPDX-License-Identifier: MIT
# Tier vm: check.sh BUILD runs the tests of BUILD on every kernel, one boot each. Leaves a line for each test in
# build-vm/results.txt (result, kernel, test, seconds) and each test's output in build-vm/check/KERNEL.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1
cd "$here/../.." || exit 1
results="build-vm/results.txt"
rm -rf build-vm/check/[0-9]*
mkdir -p build-vm/check
: >$results

# boot KERNEL SUITE...: the tests there. A machine that does not come to its end is a failed test.
boot() {
	k=$1
	shift
	out=build-vm/check/$k
	if ! tests/vm/tests.py "$build" "$@" >"$out/tests"; then
		echo "failed tests 0" >"$out/results.txt"
		return
	fi
	WEFT=$build/cli/weft nice -n 5 sh tests/vm/vm.sh -t 1800 -o "$out" "$k" tests/vm/tier.sh "$out/tests" 2>&1
	[ $? -gt 1 ] && echo "failed machine 0" >>"$out/results.txt"
	awk -v k="$k" '{ n[$1]++; s += $3 } END {
		printf "== kernel %s: %d passed, %d failed, %d skipped, %d s\n", k, n["ok"], n["failed"], n["skipped"], s }' \
		"$out/results.txt"
}

# kernel KERNEL: what is run there. Starting processes is slow in qemu: of the command's tests those of devices that
# the host may have no drivers for. What needs no driver is run by the oldest kernel, and by the host.
kernel() {
	if sh tests/vm/vm.sh prepare "$1"; then
		case $1 in
		6.1) boot "$1" netns oracle switches cli-bridge cli-filters cli-team cli-traffic ;;
		6.12) boot "$1" oracle-oracle oracle-qdisc oracle-filter oracle-policy ;;
		*) boot "$1" oracle-oracle oracle-files oracle-qdisc oracle-filter oracle-policy churn cli-devices cli-team ;;
		esac
	elif [ -e "build-vm/$1/done" ]; then
		echo "failed machine 0" >"build-vm/check/$1/results.txt"
	else
		echo "== kernel $1: skipped, its packages cannot be had"
		echo "skipped machine 0" >"build-vm/check/$1/results.txt"
	fi
}

# lane KERNEL...: one after another.
lane() { for k; do kernel "$k" >"build-vm/check/$k.txt" 2>&1; done; }

# What README.md here promises of a machine.
behaviour() {
	if grep -q '^skipped machine' build-vm/check/7.3/results.txt; then result=skipped
	elif tests/vm/behaviour.py; then result=ok
	else result=failed; fi
	echo "$result behaviour 0" >build-vm/check/host.txt
}

# Whatever does not come to its end has failed.
for k in 7.3 6.12 6.1; do
	mkdir build-vm/check/$k
	echo "failed machine 0" >build-vm/check/$k/results.txt
done
echo "failed behaviour 0" >build-vm/check/host.txt
# Two at a time, for about as long.
lane 7.3 6.12 &
{ lane 6.1; behaviour >build-vm/check/behaviour.txt 2>&1; } &
wait
for k in 7.3 6.12 6.1 behaviour; do cat build-vm/check/$k.txt; done
for k in 7.3 6.12 6.1; do sed "s/ / $k /" "build-vm/check/$k/results.txt"; done >$results
sed 's/ / host /' build-vm/check/host.txt >>$results
! grep -q '^failed' $results
