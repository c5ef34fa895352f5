#!/bin/sh
# SPDX-License-Identifier: MIT
# loop.sh PROGRAM: an example with a loop, in a namespace of its own: it lists lo and hears that lo is up. It is under 80
# lines.
set -eu
want='link lo
newlink lo'
got=$(timeout 20 unshare -n "$1")
if [ "$got" != "$want" ]; then
	printf '%s\n' "$got"
	exit 1
fi
for f in "$(dirname "$0")"/*.c; do
	[ "$(wc -l <"$f")" -lt 80 ] || { echo "$f: 80 lines or more"; exit 1; }
done
