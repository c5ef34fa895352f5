#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests of tier vm, run in one boot: tier.sh BUILD, from the top of the tree. Each test's result is a line
# of $VM_OUT/results.txt, its output a file beside it.
build=$1
export WEFT="$build/cli/weft" SPOOF_ROUNDS=300
failures=0

# run NAME PROGRAM ARGUMENT...
run() {
	name=$1
	shift
	read -r start _ </proc/uptime
	timeout 300 "$@" >"$VM_OUT/$name.log" 2>&1 </dev/null
	rc=$?
	read -r end _ </proc/uptime
	case $rc in
	0) result=ok ;;
	77) result=skipped ;;
	*) result=failed failures=1 ;;
	esac
	echo "$result $name $((${end%.*} - ${start%.*}))" >>"$VM_OUT/results.txt"
	[ "$result" = failed ] || return 0
	echo "FAILED in kernel $VM_KERNEL: $name (status $rc)"
	tail -n 30 "$VM_OUT/$name.log" | sed 's/^/  /'
}

rm -f "$VM_OUT/results.txt"
run smoke tests/vm/smoke.sh
# once for each kernel package: kept beside it
[ -e "build-vm/$VM_KERNEL/capabilities.txt" ] || run capabilities tests/vm/capabilities.py
for t in "$build"/tests/netns/netns_*; do
	[ -d "$t" ] || run "${t##*/}" "$t"
done
run oracle tests/oracle/oracle.py
for t in tests/cli/*.sh; do
	[ "$t" = tests/cli/check.sh ] || run "cli_$(basename "$t" .sh)" "$t"
done
exit $failures
