# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # the names that RUN/paths sets
# Process 1 of a virtual machine, run by busybox on the writable overlay: makes the usual file systems, runs
# RUN/job, hands its exit status to the host and powers off. $1 is RUN, the host's folder of this run.
run=$1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
ln -s /proc/self/fd /dev/fd
for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${n%:*}" "/dev/${n#*:}"; done
mount -t tmpfs shm /dev/shm
mkdir /dev/net
mknod /dev/net/tun c 10 200
mknod /dev/ppp c 108 0
mount -t tmpfs run /run
mkdir /run/lock /run/netns
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup /sys/fs/cgroup

# shellcheck source=/dev/null
. "$run/paths" # VM_KERNEL, VM_OUT, modules, tools

mkdir -p /lib/modules
mount --bind "$modules" /lib/modules
for name in modprobe insmod rmmod lsmod modinfo depmod; do
	[ -e "/sbin/$name" ] || ln -s "$tools/bin/kmod" "/sbin/$name"
done
for lib in "$tools"/usr/lib/*/libkmod.so.2; do
	[ -e "/usr/lib/x86_64-linux-gnu/${lib##*/}" ] || ln -s "$lib" /usr/lib/x86_64-linux-gnu
done
stdout=/dev/vport0p1 stderr=/dev/vport0p2 status=/dev/vport0p3
mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,cache=mmap out "$VM_OUT"
# what is started again and again, into the machine's memory: over 9p each start asks the host for each file
while read -r file; do
	if cp -p "$file" "$file.hot"; then mv "$file.hot" "$file"; else rm -f "$file.hot"; fi
done <"$run/hot"
# New namespaces get no tunnel links of their own (gre0, sit0, ...) when their modules are loaded.
echo 2 >/proc/sys/net/core/fb_tunnels_only_for_init_net
hostname "weft-$VM_KERNEL"
ip link set lo up
exec 3>$status
echo up >&3

# Through pipes: the ports can be opened only once, and a script may open /dev/stderr again.
mkfifo /run/stdout /run/stderr
cat /run/stdout >$stdout 3>&- &
out=$!
cat /run/stderr >$stderr 3>&- &
err=$!
"$run/job" >/run/stdout 2>/run/stderr </dev/null 3>&-
rc=$?
# What a process left behind by the script still writes is not waited for.
for _ in 1 2 3 4 5 6 7 8 9 10; do
	kill -0 $out 2>/dev/null || kill -0 $err 2>/dev/null || break
	usleep 50000
done
sync
umount "$VM_OUT"
echo "exit $rc" >&3
echo o >/proc/sysrq-trigger
sleep 60
