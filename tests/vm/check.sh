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
	mkdir "$out"
	if ! tests/vm/tests.py "$build" "$@" >"$out/tests"; then
		echo "failed tests 0" >"$out/results.txt"
		return
	fi
	WEFT=$build/cli/weft sh tests/vm/vm.sh -t 1800 -o "$out" "$k" tests/vm/tier.sh "$out/tests" 2>&1
	[ $? -gt 1 ] && echo "failed machine 0" >>"$out/results.txt"
	[ ! -e "$out/capabilities.txt" ] || cp "$out/capabilities.txt" "build-vm/$k/"
	awk -v k="$k" '{ n[$1]++; s += $3 } END {
		printf "== kernel %s: %d passed, %d failed, %d skipped, %d s\n", k, n["ok"], n["failed"], n["skipped"], s }' \
		"$out/results.txt"
}

# kernel KERNEL: what is run there. The command's tests start many processes, which is slow in qemu: there only
# those of devices that other kernels have no drivers for. What the oracles do besides states the others do.
kernel() {
	if sh tests/vm/vm.sh prepare "$1"; then
		case $1 in
		6.1) boot "$1" netns oracle cli switches churn-between ;;
		6.12) boot "$1" netns oracle-oracle oracle-qdisc oracle-filter oracle-policy churn ;;
		*) boot "$1" netns oracle-oracle oracle-files oracle-qdisc oracle-filter oracle-policy oracle-tc_words churn cli-devices cli-team ;;
		esac
	elif [ -e "build-vm/$1/done" ]; then
		mkdir "build-vm/check/$1"
		echo "failed machine 0" >"build-vm/check/$1/results.txt"
	else
		echo "== kernel $1: skipped, its packages cannot be had"
		mkdir "build-vm/check/$1"
		echo "skipped machine 0" >"build-vm/check/$1/results.txt"
	fi
}

# At once: none waits for another.
for k in 7.3 6.12 6.1; do kernel $k >build-vm/check/$k.txt 2>&1 & done
wait
for k in 7.3 6.12 6.1; do cat build-vm/check/$k.txt; done
for k in 7.3 6.12 6.1; do [ -s "build-vm/check/$k/results.txt" ] || echo "failed machine 0" >"build-vm/check/$k/results.txt"; done
for k in 7.3 6.12 6.1; do sed "s/ / $k /" "build-vm/check/$k/results.txt"; done >$results
if ! grep -q '^skipped .* machine' $results; then
	if tests/vm/behaviour.py; then result=ok; else result=failed; fi
	echo "$result host behaviour 0" >>$results
fi
! grep -q '^failed' $results
