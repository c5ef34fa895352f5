#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a script as root on another kernel: `./dev vm`. README.md tells how.
# shellcheck disable=SC2317 # functions are called by names made of parts, and by traps
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
cache=$top/build-vm
kernels='7.3 6.12 6.1 host'
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin # of scripts

usage() {
	cat <<'TXT'
usage: ./dev vm [-t SECS] [-o DIR] [KERNEL] SCRIPT [ARGUMENT...]
       ./dev vm list | prepare [KERNEL]...
Runs SCRIPT (a program, or a file for sh) as root on KERNEL: 7.3 (default), 6.12, 6.1 or host. It sees this
file system, may write anywhere, and only what it leaves in $VM_OUT comes back; output and exit status do.
  -t SECS  time limit, 300 by default; then the status is 124. 125: the machine failed or its kernel crashed
  -o DIR   the folder that is $VM_OUT, build-vm/out/KERNEL (emptied) by default
Set for SCRIPT, which gets nothing else of this environment: WEFT, VM_KERNEL, VM_OUT, VM_IP2 (folder of ip, tc, bridge 6.15).
TXT
}

say() { printf '== %s\n' "$*" >&2; }
die() {
	printf 'vm: %s\n' "$*" >&2
	exit 125
}

# shellcheck source=tests/vm/prepare.sh
. "$here/prepare.sh"

list() {
	for k in $kernels; do
		if [ "$k" = host ]; then
			printf '%-5s %s\n' host "$(uname -r)"
		elif [ -e "$cache/$k/ready" ]; then
			printf '%-5s %s, in the cache\n' "$k" "$(basename "$cache/$k"/lib/modules/*)"
		else
			printf '%-5s not in the cache\n' "$k"
		fi
	done
}

# quoted WORD...: as a line for sh.
quoted() {
	for word; do
		printf "'%s' " "$(printf '%s\n' "$word" | sed "s/'/'\\\\''/g")"
	done
}

# job PROGRAM ARGUMENT...: what the machine runs: this folder, the same small environment everywhere, the script.
job() {
	echo '#!/bin/sh'
	printf 'cd %s || exit 125\n' "$(quoted "$PWD")"
	printf 'exec env -i %s\n' "$(quoted HOME=/root LANG=C.UTF-8 TERM=dumb "PATH=$path" "WEFT=$WEFT" \
		"VM_KERNEL=$VM_KERNEL" "VM_OUT=$VM_OUT" "VM_IP2=$cache/iproute2/bin" \
		"TC_LIB_DIR=$cache/iproute2/usr/lib/x86_64-linux-gnu/tc" "$@")"
}

# hot PROGRAM...: the files of programs that scripts start all the time, with their libraries.
hot() {
	for program; do
		program=$(PATH=$path command -v "$program") || continue
		echo "$program"
		ldd "$program" 2>/dev/null | grep -o '/[^ ]*'
	done | sort -u | xargs -r readlink -e | sort -u
}

# The machines, as processes that `timeout` ends, with all they started, when they run too long.
machine_qemu() {
	hot sh cat cp env grep ls mkdir python3 rm sed seq sleep sort timeout tr unshare nsenter ip "$WEFT" \
		"$cache/iproute2/bin/ip" "$cache/iproute2/bin/tc" "$cache/iproute2/bin/bridge" >"$run/hot"
	limited qemu-system-x86_64 -machine q35,accel=tcg -cpu Nehalem,+rdrand -smp 1 -m 1024 -nodefaults \
		-display none -monitor none -no-reboot -nic none \
		-kernel "$dir/vmlinux" -initrd "$dir/initramfs" \
		-append "console=ttyS0 mitigations=off nowatchdog random.trust_cpu=on oops=panic panic=-1 norandmaps \
			no_timer_check lsm= init_on_alloc=0 randomize_kstack_offset=off cgroup_disable=memory $boot" \
		-serial "file:$run/log" -device virtio-serial \
		-chardev "file,id=out,path=$run/stdout" -device virtserialport,chardev=out,nr=1 \
		-chardev "file,id=err,path=$run/stderr" -device virtserialport,chardev=err,nr=2 \
		-chardev "file,id=status,path=$run/status" -device virtserialport,chardev=status,nr=3 \
		-virtfs local,path=/,mount_tag=root,security_model=none,readonly=on,multidevs=remap \
		-virtfs "local,path=$VM_OUT,mount_tag=out,security_model=none" >"$run/machine" 2>&1
}

# shellcheck disable=SC2016
machine_host() {
	limited sh -c 'echo up >"$0/status"; "$0/job"; echo "exit $?" >>"$0/status"' "$run" \
		>"$run/stdout" 2>"$run/stderr"
}

# limited PROGRAM ARGUMENT...: in the background, its process id in $pid.
limited() { exec timeout -k 5 "$limit" "$@" </dev/null; }

# run_machine: starts it, copies its output to ours, waits for it.
run_machine() {
	mkfifo "$run/stdout" "$run/stderr"
	cat "$run/stdout" &
	copies=$!
	cat "$run/stderr" >&2 &
	copies="$copies $!"
	"machine_$machine" &
	pid=$!
	trap 'stop 130' INT
	trap 'stop 143' TERM HUP
	wait "$pid" 2>/dev/null
	ended=$?
	trap - INT TERM HUP
	# shellcheck disable=SC2086
	wait $copies
	cp "$run/log" "$log" 2>/dev/null
}

# stop STATUS: ends the machine at the user's wish.
stop() {
	trap '' INT TERM HUP
	kill "$pid"
	wait "$pid" 2>/dev/null
	rm -rf "$run"
	exit "$1"
}

# found PATTERN: the first place in the kernel's log that matches.
found() { grep -a -m 1 -o -E "$1" "$run/log" 2>/dev/null; }

# verdict: what the run came to, in one line if that is not the script's own end; returns the exit status.
verdict() {
	status=$(sed -n 's/^exit //p' "$run/status" 2>/dev/null)
	if [ -n "$status" ]; then
		warning=$(found 'WARNING: .*') && echo "vm: kernel $VM_KERNEL warned: $warning (log: $log)" >&2
		return "$status"
	elif crash=$(found 'BUG: .*|Oops.*|Kernel panic.*|general protection.*'); then
		echo "vm: kernel $VM_KERNEL crashed: $crash (log: $log)" >&2
		return 125
	elif [ "$ended" = 124 ] || [ "$ended" = 137 ]; then
		echo "vm: kernel $VM_KERNEL: the time limit of $limit s is over" >&2
		return 124
	fi
	echo "vm: kernel $VM_KERNEL: the machine ended with status $ended (log: $log)" \
		"$(tail -n 1 "$run/machine" 2>/dev/null)" >&2
	return 125
}

limit=300 VM_OUT=
while getopts t:o:h option; do
	case $option in
	t) limit=$OPTARG ;;
	o) VM_OUT=$OPTARG ;;
	h) usage && exit 0 ;;
	*) usage >&2 && exit 125 ;;
	esac
done
shift $((OPTIND - 1))
case ${1:-} in
list) list && exit 0 ;;
prepare)
	shift
	# shellcheck disable=SC2086
	[ $# -gt 0 ] || set -- $kernels
	for k; do prepare "$k" || die "kernel $k cannot be had"; done
	exit 0
	;;
7.3 | 6.12 | 6.1 | host) VM_KERNEL=$1 && shift ;;
*) VM_KERNEL=7.3 ;;
esac
[ $# -gt 0 ] || { usage >&2 && exit 125; }
[ "$(id -u)" = 0 ] || die "needs root"
if [ -f "$1" ] && [ ! -x "$1" ]; then
	set -- sh "$@"
elif [ -f "$1" ]; then
	program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
	shift
	set -- "$program" "$@"
fi

prepare "$VM_KERNEL" || die "kernel $VM_KERNEL cannot be had"
machine=qemu
[ "$VM_KERNEL" != host ] || machine=host
if [ -z "$VM_OUT" ]; then
	VM_OUT=$cache/out/$VM_KERNEL
	mkdir -p "$cache/out"
	exec 8>"$cache/out/$VM_KERNEL.lock"
	flock -n 8 || die "another run uses $VM_OUT: give -o DIR"
	rm -rf "$VM_OUT"
fi
mkdir -p "$VM_OUT" || die "no folder $VM_OUT"
VM_OUT=$(cd "$VM_OUT" && pwd)
WEFT=${WEFT:-}
for build in build-gcc build; do
	[ -n "$WEFT" ] || [ ! -x "$top/$build/cli/weft" ] || WEFT=$top/$build/cli/weft
done

dir=$cache/$VM_KERNEL
log=$cache/$VM_KERNEL.log
run=$cache/run.$$
rm -rf "$run"
mkdir -m 700 "$run"
boot="busybox=$cache/tools/bin/busybox guest=$here/guest.sh run=$run"
cat >"$run/paths" <<TXT
VM_KERNEL=$VM_KERNEL
VM_OUT=$(quoted "$VM_OUT")
modules=$(quoted "$dir/lib/modules")
tools=$(quoted "$cache/tools")
TXT
job "$@" >"$run/job"
chmod 755 "$run/job"
rm -f "$log"
run_machine
verdict
status=$?
rm -rf "$run"
exit $status
