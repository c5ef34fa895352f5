#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests of tier vm, run in one boot: tier.sh LIST, from the top of the tree; LIST is of tests.py. Each test's
# result is a line of $VM_OUT/results.txt (result, test, seconds), its output a file beside it.
list=$1
# starting a process is slow in qemu: what another kernel or the host has shown is not shown again
export SPOOF_ROUNDS=300 NETNS_ROUNDS=500 CHURN_ROUNDS=5 CHURN_BRIEF=1 LIMITS_BRIEF=1
[ "$VM_KERNEL" = 6.1 ] || export ORACLE_BRIEF=1 # the oldest takes all
failures=0
tab=$(printf '\t')

# run NAME SECONDS PROGRAM ARGUMENT...
run() {
	name=$1 most=$2
	shift 2
	read -r start _ </proc/uptime
	timeout "$most" "$@" >"$VM_OUT/$name.log" 2>&1 </dev/null
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
run smoke 300 tests/vm/smoke.sh
while IFS=$tab read -r name most command <&3; do
	run "$name" "$most" sh -c "$command" 3<&-
done 3<"$list"
exit $failures
