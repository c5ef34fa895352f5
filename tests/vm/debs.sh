# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Packages of other suites and architectures, unpacked into a folder. The machine's own packages and sources
# stay as they are: apt gets a configuration, lists and an empty status file of its own.

# apt_private DIR ARCH SUITE: makes that configuration in DIR/apt and reads the suite's list.
apt_private() {
	a=$1/apt
	mkdir -p "$a/lists/partial" "$a/cache/archives/partial" "$a/none"
	: >"$a/status"
	case $3 in
	*-security) archive=debian-security ;;
	*) archive=debian ;;
	esac
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/$archive $3 main" \
		>"$a/sources.list"
	cat >"$a/apt.conf" <<CONF
APT::Architecture "$2";
APT::Architectures { "$2"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::State "$a";
Dir::State::lists "$a/lists";
Dir::State::status "$a/status";
Dir::Cache "$a/cache";
Dir::Etc::SourceList "$a/sources.list";
Dir::Etc::SourceParts "$a/none";
CONF
	APT_CONFIG=$a/apt.conf apt-get update
}

# newest DIR PATTERN: the package of the suite whose name matches and has the highest version in it.
newest() {
	APT_CONFIG=$1/apt/apt.conf apt-cache search --names-only "^$2\$" | cut -d' ' -f1 | sort -V | tail -n 1
}

# debs_fetch DIR ARCH SUITE PACKAGE...: as debs, talking.
debs_fetch() {
	dir=$1
	apt_private "$1" "$2" "$3" || return 1
	shift 3
	for pattern; do
		name=$(newest "$dir" "$pattern")
		[ -n "$name" ] || { echo "no package $pattern"; return 1; }
		(cd "$dir" && APT_CONFIG=$dir/apt/apt.conf apt-get download "$name") || return 1
	done
	for deb in "$dir"/*.deb; do
		dpkg-deb -x "$deb" "$dir" || return 1
		rm "$deb"
	done
	rm -rf "$dir/apt"
	touch "$dir/done"
}

# debs DIR ARCH SUITE PACKAGE...: unpacks packages of another architecture or suite into DIR, once. A
# package may be a pattern (extended regular expression), then the newest that matches is taken.
debs() {
	[ -e "$1/done" ] && return 0
	mkdir -p "$1"
	debs_fetch "$@" >"$1/apt.log" 2>&1 && return 0
	tail -n 5 "$1/apt.log" >&2
	return 1
}
