#!/bin/sh
# SPDX-License-Identifier: MIT
# What an agent is told to allow, where it listens, and how it ends.
set -u
dir=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$dir"' EXIT
rc=0
bad() {
	echo "FAILED: $*"
	rc=1
}

for list in '' ',' 'route,' ',route' 'route,,generic'; do
	timeout 5 "$WEFT" agent --allow "$list" </dev/null >/dev/null 2>&1
	[ $? = 1 ] || bad "--allow '$list' was taken"
done
"$WEFT" -t "exec:$WEFT agent --allow local,route --allow sock_diag" show links >/dev/null || bad "two lists"
"$WEFT" -t "exec:$WEFT agent --allow local,audit --allow sock_diag" show links >/dev/null 2>&1 && bad "a third protocol"

# a file is no namespace, and a pipe that nobody writes to keeps nobody waiting
mkfifo "$dir/fifo"
echo no >"$dir/file"
for f in fifo file; do
	timeout 5 "$WEFT" -t "netns:$dir/$f" show links >/dev/null 2>"$dir/err"
	[ $? = 124 ] && bad "$f: waited for"
	grep -q "Invalid argument" "$dir/err" || bad "$f: $(cat "$dir/err")"
done

# only a socket gives way
timeout 5 "$WEFT" agent --listen "unix:$dir/file" 2>/dev/null && bad "listens on a file"
[ "$(cat "$dir/file")" = no ] || bad "a file was taken away"

# a peer's process ends with the one that listens
"$WEFT" agent --listen "unix:$dir/sock" &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S "$dir/sock" ] && break; sleep 0.2; done
"$WEFT" -t "unix:$dir/sock" monitor --duration 20 >/dev/null 2>&1 &
watcher=$!
child=
for _ in 1 2 3 4 5 6 7 8 9 10; do
	child=$(cat "/proc/$pid/task/$pid/children")
	[ -n "$child" ] && break
	sleep 0.2
done
[ -n "$child" ] || bad "no process for the peer"
kill "$pid"
wait "$pid"
pid=
for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$child" 2>/dev/null || break; sleep 0.2; done
# shellcheck disable=SC2086
kill -0 $child 2>/dev/null && bad "a peer is still served"
wait "$watcher"

# what carries the stream may talk as much as it likes, before it and meanwhile; its last words are told
cat >"$dir/chatty" <<TXT
#!/bin/sh
head -c 1048576 /dev/zero | tr '\\0' x >&2
yes chatter | head -c 1048576 >&2 &
"$WEFT" agent
head -c 1048576 /dev/zero | tr '\\0' x >&2
TXT
cat >"$dir/last" <<TXT
#!/bin/sh
head -c 1048576 /dev/zero | tr '\\0' x >&2
printf '\\nno route to anywhere\\n' >&2
exit 1
TXT
chmod 755 "$dir/chatty" "$dir/last"
timeout 20 "$WEFT" -t "exec:$dir/chatty" show links >/dev/null || bad "a chatty process"
timeout 20 "$WEFT" -t "exec:$dir/chatty" monitor --duration 1 >/dev/null || bad "a chatty process, and a monitor"
timeout 20 "$WEFT" -t "exec:$dir/last" show links 2>"$dir/err" && bad "no agent"
grep -q "no route to anywhere" "$dir/err" || bad "last words: $(cat "$dir/err")"

# nobody keeps others out
chmod 755 "$dir"
python3 "$(dirname "$0")/peers.py" "$WEFT" "$dir" || bad "peers"
exit $rc
