#!/bin/sh
# SPDX-License-Identifier: MIT
# The tests of tier vm, run in one boot: tier.sh LIST, from the top of the tree; LIST is of tests.py. Each test's
# result is a line of $VM_OUT/results.txt (result, test, seconds), its output a file beside it.
list=$1
export SPOOF_ROUNDS=300
# starting a process is slow in qemu: what the other kernels have shown is not shown again
case $VM_KERNEL in
7.3 | 6.12) export ORACLE_BRIEF=1 CHURN_ROUNDS=5 LIMITS_LINKS=500 NETNS_ROUNDS=2000 ;;
*) export CHURN_ROUNDS=10 LIMITS_LINKS=1000 NETNS_ROUNDS=5000 ;;
esac
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
# once for each kernel package: kept beside it
[ -e "build-vm/$VM_KERNEL/capabilities.txt" ] || run capabilities 300 tests/vm/capabilities.py
while IFS=$tab read -r name most command <&3; do
	# user-mode Linux loses the test's own /run on the way, why is not known; the command's tests of names run there
	if [ "$VM_KERNEL-$name" = 6.1-netns-named ]; then
		echo "skipped $name 0" >>"$VM_OUT/results.txt"
		continue
	fi
	run "$name" "$most" sh -c "$command" 3<&-
done 3<"$list"
exit $failures
