#!/bin/sh
# SPDX-License-Identifier: MIT
# Tier vm: check.sh BUILD runs the tests of BUILD on every kernel, one boot each. Leaves a line for each test in
# build-vm/results.txt (result, kernel, test, seconds) and each test's output in build-vm/out/KERNEL.
set -u
here=$(cd "$(dirname "$0")" && pwd)
build=$1
cd "$here/../.." || exit 1
results="build-vm/results.txt"
mkdir -p build-vm
: >$results

# boot KERNEL: the tests there. A machine that does not come to its end is a failed test.
boot() {
	out=build-vm/out/$1
	rm -rf "$out"
	sh tests/vm/vm.sh -t 900 -o "$out" "$1" tests/vm/tier.sh "$build" >"$out.txt" 2>&1
	status=$?
	[ $status -gt 1 ] && echo "failed machine 0" >>"$out/results.txt"
	[ ! -e "$out/capabilities.txt" ] || cp "$out/capabilities.txt" "build-vm/$1/"
	cat "$out.txt"
	sed "s/ / $1 /" "$out/results.txt" >>$results
	awk -v k="$1" '{ n[$1]++; s += $3 } END {
		printf "== kernel %s: %d passed, %d failed, %d skipped, %d s\n", k, n["ok"], n["failed"], n["skipped"], s }' \
		"$out/results.txt"
}

mkdir -p build-vm/out
kernels=
for k in 6.1 7.3 6.12; do
	if sh tests/vm/vm.sh prepare "$k"; then
		kernels="$kernels $k"
	else
		echo "== kernel $k: skipped, its packages cannot be had"
		echo "skipped $k machine 0" >>$results
	fi
done
# user-mode Linux and qemu beside each other: each takes one processor
uml=
for k in $kernels; do
	case $k in
	6.1)
		boot "$k" >build-vm/out/uml.txt &
		uml=$!
		;;
	*) boot "$k" ;;
	esac
done
[ -z "$uml" ] || { wait "$uml"; cat build-vm/out/uml.txt; }
if [ -n "$kernels" ]; then
	if tests/vm/behaviour.py; then result=ok; else result=failed; fi
	echo "$result host behaviour 0" >>$results
fi
! grep -q '^failed' $results
