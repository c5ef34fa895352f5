#!/bin/sh
# SPDX-License-Identifier: MIT
# The first process of user-mode Linux, whose root is the host's file system, read-only: puts a writable
# overlay over it and goes there, as init does for the others. busybox, overlay, guest and run are in the
# environment. (Not by busybox: it runs its applets through /proc/self/exe, and here is the host's /proc.)
# shellcheck disable=SC2154
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -n -t proc proc /proc
mount -n -t tmpfs rw /mnt
"$busybox" insmod "$overlay"
mkdir /mnt/upper /mnt/work /mnt/host /mnt/root
mount -n -t hostfs -o ro host /mnt/host
mount -n -t overlay -o lowerdir=/mnt/host,upperdir=/mnt/upper,workdir=/mnt/work root /mnt/root
mount -n -t proc proc /mnt/root/proc
cd /mnt/root && exec "$busybox" chroot . "$busybox" sh "$guest" "$run"
