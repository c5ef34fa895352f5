# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# Helpers of the command's tests: a namespace of their own and one line per expectation.

# shellcheck disable=SC2034
rc=0
count=0
if [ "$(id -u)" != 0 ]; then
	echo "skipped: network namespaces need root"
	exit 77
fi
ns=weft-t-$$
dir=$(mktemp -d)
trap 'rm -rf "$dir"; "$WEFT" netns del "$ns"' EXIT
"$WEFT" netns add "$ns" || exit 1

# In the test's namespace, unless the arguments name another or are about names of namespaces.
w() {
	case " $* " in
	' -t '*) "$WEFT" "$@" ;;
	*' netns set-id '* | *' netns list'* | *' netns monitor '*) "$WEFT" -t "netns:$ns" "$@" ;;
	' netns '* | ' -j netns '*) "$WEFT" "$@" ;;
	*) "$WEFT" -t "netns:$ns" "$@" ;;
	esac
}

# wrong STATUS TEXT ARGUMENT...: the command fails so, with one line on stderr that has TEXT, and
# nothing on stdout.
wrong() {
	want=$1
	text=$2
	shift 2
	count=$((count + 1))
	w "$@" >"$dir/out" 2>"$dir/err" </dev/null
	got=$?
	if [ "$got" != "$want" ] || [ "$(wc -l <"$dir/err")" != 1 ] || [ -s "$dir/out" ] ||
		! grep -qF -- "$text" "$dir/err"; then
		echo "FAILED: weft $*"
		echo "  status $got, wanted $want and: $text"
		sed 's/^/  /' "$dir/err"
		rc=1
	fi
}

# right TEXT ARGUMENT...: the command succeeds and its output has TEXT; '' means silence.
right() {
	text=$1
	shift
	count=$((count + 1))
	w "$@" >"$dir/out" 2>"$dir/err" </dev/null
	got=$?
	if [ "$got" != 0 ] || { [ -n "$text" ] && ! grep -qF -- "$text" "$dir/out"; } ||
		{ [ -z "$text" ] && [ -s "$dir/out" ]; }; then
		echo "FAILED: weft $*"
		echo "  status $got, wanted 0 and: $text"
		sed 's/^/  /' "$dir/err" "$dir/out"
		rc=1
	fi
}

# has TEXT COMMAND...: the output of another tool has a line like TEXT.
has() {
	text=$1
	shift
	count=$((count + 1))
	"$@" 2>&1 | grep -qE -- "$text" || { echo "FAILED: $*: no $text"; "$@"; rc=1; }
}

# none TEXT COMMAND...: it has no such line.
none() {
	text=$1
	shift
	count=$((count + 1))
	if "$@" 2>&1 | grep -qE -- "$text"; then
		echo "FAILED: $*: still $text"
		rc=1
	fi
}
