# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2154 # here, cache
# The cache of the virtual machines: kernels, modules, tools. Sourced by vm.sh, which sets cache and here.
# shellcheck source=tests/vm/debs.sh
. "$here/debs.sh"

# Drivers of hardware that no virtual machine has: left out, as unpacking them takes long.
unused='sound drivers/gpu drivers/media drivers/iio drivers/hwmon drivers/usb drivers/input drivers/hid
drivers/platform drivers/ata drivers/md drivers/mtd drivers/comedi drivers/staging
drivers/infiniband/hw drivers/net/usb drivers/accel drivers/edac drivers/ufs drivers/soundwire drivers/watchdog
drivers/i2c drivers/mmc drivers/nvme drivers/video drivers/thunderbolt drivers/firewire drivers/w1 drivers/leds
fs/xfs fs/btrfs fs/ocfs2 fs/ceph fs/f2fs fs/bcachefs fs/gfs2 fs/jfs fs/nilfs2 fs/ubifs fs/reiserfs fs/ext4 fs/ntfs3'

tools() {
	debs "$cache/tools" amd64 bookworm busybox-static kmod libkmod2 &&
		debs "$cache/iproute2" amd64 bookworm-backports iproute2 || return 1
	for name in tc bridge devlink dcb; do
		[ -e "$cache/iproute2/bin/$name" ] || ln -s "../sbin/$name" "$cache/iproute2/bin/$name"
	done
}

busybox() { "$cache/tools/bin/busybox" "$@"; }

# index DIR: the module lists of DIR/lib/modules/VERSION. kmod goes by the name that it is called with.
index() {
	ln -sf kmod "$cache/tools/bin/depmod"
	LD_LIBRARY_PATH=$cache/tools/usr/lib/x86_64-linux-gnu "$cache/tools/bin/depmod" -b "$1" \
		"$(basename "$1"/lib/modules/*)" 2>"$1/depmod.log"
}

# le32 FILE OFFSET: a number of the boot header.
le32() { od -A n -t u4 -j "$2" -N 4 "$1" | tr -d ' '; }

# bare FILE OUT: the ELF kernel within a bzImage that zstd or xz compressed; unpacked here it starts sooner, as
# the machine's own processor is faster than the emulated one.
bare() {
	sectors=$(od -A n -t u1 -j 497 -N 1 "$1" | tr -d ' ')
	start=$(((sectors + 1) * 512 + $(le32 "$1" 584)))
	# the last four bytes are the unpacked size
	tail -c "+$((start + 1))" "$1" | head -c "$(($(le32 "$1" 588) - 4))" >"$2.packed"
	zstd -q -d -f -o "$2" "$2.packed" 2>/dev/null || xz -d -c <"$2.packed" >"$2" || return 1
	rm "$2.packed"
}

# initramfs MODULES OUT: busybox, init, and what it takes to mount the root file system.
initramfs() {
	tree=$(mktemp -d)
	mkdir -p "$tree/bin" "$tree/dev" "$tree/rw" "$tree/host" "$tree/root" "$tree/modules"
	cp "$here/init" "$tree/init"
	chmod 755 "$tree/init"
	cp "$cache/tools/bin/busybox" "$tree/bin"
	for name in sh mount umount mkdir insmod switch_root; do ln -s busybox "$tree/bin/$name"; done
	n=10
	for name in virtio/virtio virtio/virtio_ring virtio/virtio_pci_modern_dev virtio/virtio_pci_legacy_dev \
		virtio/virtio_pci char/virtio_console netfs/netfs fscache/fscache 9p/9pnet 9p/9pnet_virtio 9p/9p overlayfs/overlay; do
		n=$((n + 1))
		# what is not there is built in
		for module in "$1"/kernel/*/"$name.ko"; do
			[ ! -e "$module" ] || cp "$module" "$tree/modules/$n.ko" || return 1
		done
	done
	mknod "$tree/dev/console" c 5 1
	(cd "$tree" && find . | busybox cpio -o -H newc) >"$2" 2>/dev/null
	rm -rf "$tree"
}

# prune MODULES: drops the drivers that are not used and makes the rest quick to load: unpacked, and without
# signature, whose check is slow on an emulated processor.
prune() {
	for name in $unused; do rm -rf "$1/kernel/$name"; done
	find "$1/kernel/drivers/net/wireless" "$1/kernel/drivers/net/ethernet" "$1/kernel/drivers/scsi" \
		-mindepth 1 -maxdepth 1 ! -name virtual ! -name intel ! -name '*iscsi*' ! -name 'scsi*' -exec rm -rf {} +
	find "$1" -name '*.ko.xz' -print0 | xargs -0 -r -n 100 -P 2 xz -d &&
		find "$1" -name '*.ko' -print0 | xargs -0 "$here/unsign.py"
}

# qemu_kernel DIR: makes vmlinux, lib/modules/VERSION and initramfs of the packages unpacked in DIR.
qemu_kernel() {
	dir=$1
	[ -d "$dir/lib/modules" ] || { mkdir "$dir/lib" && mv "$dir/usr/lib/modules" "$dir/lib/modules"; }
	modules=$(echo "$dir"/lib/modules/*)
	image=$modules/vmlinuz
	[ -e "$image" ] || image=$(echo "$dir"/boot/vmlinuz-*)
	bare "$image" "$dir/vmlinux" && prune "$modules" &&
		index "$dir" && initramfs "$modules" "$dir/initramfs"
}

# kernel NAME: the kernel's folder in the cache, made when it is not there.
kernel() {
	dir=$cache/$1
	[ -e "$dir/ready" ] && [ -e "$dir/initramfs" ] && return 0
	rm -rf "$dir"
	say "unpacking kernel $1 into ${dir#"$PWD/"}"
	case $1 in
	7.3)
		debs "$dir" amd64 trixie-backports 'linux-binary-7\.3\.[0-9.]*\+deb13-amd64' \
			'linux-modules-7\.3\.[0-9.]*\+deb13-amd64' && qemu_kernel "$dir"
		;;
	6.12) debs "$dir" amd64 bookworm-security 'linux-image-6\.12\.[0-9.]*\+deb12-amd64' && qemu_kernel "$dir" ;;
	6.1) debs "$dir" amd64 bookworm 'linux-image-6\.1\.[0-9]+-[0-9]+-amd64' && qemu_kernel "$dir" ;;
	*) return 1 ;;
	esac && touch "$dir/ready"
}

# prepare KERNEL: everything that this kernel's machine takes; one process at a time.
prepare() {
	mkdir -p "$cache"
	exec 9>"$cache/lock"
	flock 9
	# what a killed run left
	for run in "$cache"/run.*; do kill -0 "${run##*.}" 2>/dev/null || rm -rf "$run"; done
	tools && { [ "$1" = host ] || kernel "$1"; }
	result=$?
	exec 9>&-
	return $result
}
