#!/bin/sh
# SPDX-License-Identifier: MIT
# The shared library exports what the headers mark WEFT_API and nothing else.
set -u
lib=$1
root=$2
have=$(nm -D --defined-only "$lib" | awk '{ print $3 }' | sort)
bad=$(printf '%s\n' "$have" | grep -v '^weft_[a-z0-9]' || true)
inner=$(printf '%s\n' "$have" | grep '^weft__' || true)
if [ -n "$bad$inner" ]; then
	echo "exported but not public: $bad $inner"
	exit 1
fi
rc=0
for s in $have; do
	grep -qE "\b$s\(" "$root"/include/weft/*.h || {
		echo "exported but in no header: $s"
		rc=1
	}
done
[ -n "$have" ] || rc=1
exit $rc
