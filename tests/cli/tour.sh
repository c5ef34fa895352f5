#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs every command of the README's tour, as it stands there.
set -u
if [ "$(id -u)" != 0 ]; then
	echo "skipped: network namespaces need root"
	exit 77
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(mktemp -d)
ln -s "$WEFT" "$bin/weft"
PATH=$bin:$PATH
trap '[ ! -e /run/netns/tour ] || weft netns del tour; [ ! -e /run/netns/tour2 ] || weft netns del tour2; rm -rf "$bin"' EXIT
if [ -e /run/netns/tour ] || [ -e /run/netns/tour2 ]; then
	echo "skipped: a namespace named tour or tour2 is there already"
	trap 'rm -rf "$bin"' EXIT
	exit 77
fi
awk '/^```tour$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >"$bin/tour"
n=0
rc=0
while IFS= read -r line; do
	n=$((n + 1))
	if ! sh -c "$line" >"$bin/out" 2>&1 </dev/null; then
		echo "FAILED: $line"
		cat "$bin/out"
		rc=1
	fi
done <"$bin/tour"
echo "$n commands"
[ "$n" -ge 10 ] || rc=1
exit $rc
