#!/bin/sh
# SPDX-License-Identifier: MIT
# Namespaces by name: what weft keeps, ip netns sees, and the other way round.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

a=$ns-a
b=$ns-b
sleeper=
watcher=
jwatcher=
# shellcheck disable=SC2317
finish() {
	[ -n "$sleeper" ] && kill "$sleeper" 2>/dev/null
	[ -n "$watcher" ] && kill "$watcher" "$jwatcher" 2>/dev/null
	rm -rf "$dir" "/etc/netns/$a"
	rmdir /etc/netns 2>/dev/null
	for n in "$ns" "$a" "$b" "$ns-c"; do
		[ -e "/run/netns/$n" ] && "$WEFT" netns del "$n"
	done
}
trap finish EXIT
fail() {
	echo "FAILED: $1"
	rc=1
}

(exec "$WEFT" netns monitor >"$dir/watch") &
watcher=$!
(exec "$WEFT" -j netns monitor >"$dir/watch.json") &
jwatcher=$!
# until both watch
for p in $watcher $jwatcher; do
	for _ in $(seq 50); do
		grep -qs '^inotify wd' /proc/"$p"/fdinfo/* && break
		sleep 0.1
	done
done

right '' netns add "$a"
ip netns add "$b"
right "$a" netns list
right "$b" netns list
right "{\"name\":\"$b\"}" -j netns list
ip netns list | grep -q "^$a" || fail "ip does not see $a"

# ids: given by each, seen by both; the namespace that gives them is the test's own
right '' netns set-id "$a" 7
ip -n "$ns" netns set "$b" 12
right "$a (id: 7)" netns list
right "$b (id: 12)" netns list
right "{\"name\":\"$a\",\"id\":7}" -j netns list
right "nsid 7 name $a" netns list-id
right "{\"name\":\"$b\",\"id\":12}" -j netns list-id
ip -n "$ns" netns list | grep -q "^$a (id: 7)" || fail "ip does not see the id of $a"
ip -n "$ns" netns list-id | grep -q "nsid 7 .*name: $a" || fail 'ip netns list-id'
count=$((count + 3))
wrong 2 'already has a nsid' netns set-id "$a" 8
right '' netns add "$ns-c"
right '' netns set-id "$ns-c" auto
right "$ns-c (id: " netns list
wrong 1 'not a number or auto' netns set-id "$a" seven
wrong 1 'not a number or auto' netns set-id "$a" -5
wrong 2 'No such file' netns set-id nobody-here 3

# processes
ip netns exec "$a" sleep 60 &
sleeper=$!
for _ in $(seq 50); do
	ip netns pids "$a" | grep -q "^$sleeper$" && break
	sleep 0.1
done
right "$sleeper" netns pids "$a"
count=$((count + 2))
[ "$("$WEFT" netns pids "$a")" = "$(ip netns pids "$a")" ] || fail 'netns pids differs from ip'
[ "$("$WEFT" -j netns pids "$a")" = "[$sleeper]" ] || fail 'netns pids -j'
right '' netns pids "$b"
right "$a" netns identify "$sleeper"
right "[\"$a\"]" -j netns identify "$sleeper"
count=$((count + 3))
[ "$("$WEFT" netns identify "$sleeper")" = "$(ip netns identify "$sleeper")" ] || fail 'identify differs from ip'
[ "$("$WEFT" netns exec "$b" "$WEFT" netns identify)" = "$b" ] || fail 'identify self'
[ "$("$WEFT" netns exec "$b" "$WEFT" netns identify self)" = "$b" ] || fail 'identify self'
wrong 2 'No such file' netns identify 999999999
wrong 1 'not a process id' netns identify init
wrong 2 'No such file' netns pids nobody-here

# a second name for the namespace of a process
right '' netns del "$b"
right '' netns attach "$b" "$sleeper"
count=$((count + 1))
[ "$(ip netns pids "$b")" = "$sleeper" ] || fail 'attach gives no name'
[ "$("$WEFT" netns identify "$sleeper" | tr '\n' ' ')" = "$a $b " ] || fail 'identify gives one name of two'
wrong 2 'File exists' netns attach "$b" "$sleeper"
wrong 2 'No such file' netns attach "$ns-d" 999999999
[ -e "/run/netns/$ns-d" ] && fail 'a failed attach leaves a file'

# files of /etc/netns/NAME, as ip netns exec shows them
mkdir -p "/etc/netns/$a"
echo 'nameserver 192.0.2.1' >"/etc/netns/$a/hosts"
count=$((count + 1))
if [ "$("$WEFT" netns exec "$a" cat /etc/hosts)" != "$(ip netns exec "$a" cat /etc/hosts)" ] ||
	! "$WEFT" netns exec "$a" grep -q 192.0.2.1 /etc/hosts; then
	fail 'files of /etc/netns'
fi
grep -q 192.0.2.1 /etc/hosts && fail 'the file of a namespace is seen outside'

ip netns del "$b"
right '' netns del "$a"
[ -e "/run/netns/$a" ] && fail "$a is left"
for _ in $(seq 50); do
	grep -q "^delete $a" "$dir/watch" && break
	sleep 0.1
done
for line in "add $a" "add $b" "delete $b" "delete $a"; do
	count=$((count + 1))
	grep -q "^$line$" "$dir/watch" || fail "monitor does not tell: $line"
done
count=$((count + 1))
grep -q "^{\"event\":\"add\",\"name\":\"$a\"}$" "$dir/watch.json" || fail 'monitor -j'
kill "$watcher" "$jwatcher"
wait "$watcher" || fail 'the status of monitor after a signal'
watcher=
kill "$sleeper"
wait "$sleeper"
sleeper=
right '' netns monitor --duration 0.0001
(sleep 0.3; ip netns add "$b") &
right '{"event":"' -j netns monitor --count 1
wait
ip netns del "$b"

wrong 1 'unknown word "lsit"; near: list' netns lsit
wrong 1 'wrong arguments' netns set-id "$a"
wrong 1 'not a namespace name' netns add ../x
wrong 1 'on this machine only' -t ssh:nowhere netns list
echo "$count expectations"
exit $rc
