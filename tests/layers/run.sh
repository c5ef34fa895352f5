#!/bin/sh
# SPDX-License-Identifier: MIT
# A folder under src/ includes only itself and the folders above it; the library does not print,
# exit or abort; in it, the command and the tests no function is longer than 60 lines, no file
# longer than 600 (tables aside: rows, and the words of tests/unit/odd.c).
set -u
cd "$1" || exit 1
order="base codec schema rows proto transport hook session netns agent object jsonin ovs"
rc=0
seen=
for d in $order; do
	seen="$seen $d"
	for f in src/"$d"/*.c src/"$d"/*.h; do
		[ -f "$f" ] || continue
		# shellcheck disable=SC2013
		for inc in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$f"); do
			case $inc in */*) dir=${inc%%/*} ;; *) dir=$d ;; esac
			case " $seen " in
			*" $dir "*) ;;
			*)
				echo "$f: includes $inc, which stands below it"
				rc=1
				;;
			esac
		done
		if grep -nE '\b(printf|fprintf|puts|perror|abort|exit|assert)\(' "$f"; then
			echo "$f: the library does not print, exit or abort"
			rc=1
		fi
	done
done
for f in src/*/*.c src/*/*.h include/weft/*.h cli/*.c cli/*.h cli/*/*.c tests/*/*.c tests/*/*.h; do
	[ -f "$f" ] || continue
	case $f in src/rows/* | tests/unit/odd_told.h | tests/unit/odd_wrong.h) continue ;; esac
	lines=$(wc -l <"$f")
	if [ "$lines" -gt 600 ]; then
		echo "$f: $lines lines"
		rc=1
	fi
	awk -v f="$f" '
		/^[a-zA-Z].*\)$/ || /^[a-zA-Z_].*\($/ { name = $0 }
		/^\{$/ { start = NR }
		/^\}$/ { if (start && NR - start > 60) { print f ": " NR - start " lines: " name; bad = 1 } start = 0 }
		END { exit bad }' "$f" || rc=1
done
exit $rc
