#!/bin/sh
# SPDX-License-Identifier: MIT
# Each public header compiles alone, twice included, as C11 and as C++17.
set -u
root=$1
rc=0
n=0
for h in "$root"/include/weft/*.h; do
	name=weft/${h##*/}
	for mode in "cc -std=c11 -x c" "c++ -std=c++17 -x c++"; do
		# shellcheck disable=SC2086
		if ! printf '#include <%s>\n#include <%s>\n' "$name" "$name" |
			$mode -Wall -Wextra -Werror -Wno-missing-field-initializers \
				-fsyntax-only -I "$root/include" -; then
			echo "FAILED: $name with $mode"
			rc=1
		fi
		n=$((n + 1))
	done
	if grep -nE '^#include <(linux|sys|net|asm)/' "$h"; then
		echo "FAILED: $name includes a system header"
		rc=1
	fi
done
echo "$n compilations"
[ "$n" -gt 0 ] || rc=1
exit $rc
