#!/bin/sh
# SPDX-License-Identifier: MIT
# What is installed can be used: the README's example and a program with JSON, compiled with what
# pkg-config says, linked with the shared libraries and with the archives, and run.
# Arguments: source folder, build folder.
set -u
root=$1
build=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
rc=0

fail() {
	echo "FAILED: $*"
	rc=1
}

meson install -C "$build" --no-rebuild --destdir "$dir/root" >"$dir/log" 2>&1 || {
	cat "$dir/log"
	exit 1
}
pc=$(find "$dir/root" -name libweft.pc)
lib=${pc%/pkgconfig/libweft.pc}
export PKG_CONFIG_PATH="$lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$dir/root" LD_LIBRARY_PATH="$lib"

# The example as it stands, and a main that calls it for links that are not there and that are.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" >"$dir/readme.c"
cat >>"$dir/readme.c" <<'C'

int main(int argc, char **argv)
{
	return argc > 1 ? set_mtu(argv[1], 1400) != 0 : 2;
}
C
cat >"$dir/json.c" <<'C'
#include <stdio.h>
#include <string.h>
#include <weft/json.h>
#include <weft/weft.h>

int main(void)
{
	static const char text[] = "{\"ifname\":\"v0\",\"mtu\":1400}";
	struct weft_msg *m = weft_request("rt-link", "newlink", 0);
	struct weft_text t = { 0 };
	struct weft_error e;

	if (weft_put_json(m, text, strlen(text), &e) < 0 || weft_json(weft_msg_body(m), &t) < 0)
		return 1;
	puts(t.p);
	weft_text_free(&t);
	weft_msg_free(m);
	return 0;
}
C

cat >"$dir/ovs.c" <<'C'
#include <stdio.h>
#include <weft/ovs.h>
#include <weft/weft.h>

int main(void)
{
	struct weft_session *s = NULL;
	struct weft_error e = { 0 };
	int r = weft_session_open(0, WEFT_OPTS(weft_session_opts, .handler = weft_ovs), &s, &e);

	puts(r == 0 ? "open" : e.msg);
	weft_session_close(s);
	return r != 0;
}
C

# shellcheck disable=SC2046
for kind in shared static; do
	for name in readme json ovs; do
		module=libweft
		[ "$name" = ovs ] && module=libweft-ovs
		[ "$name" = json ] && module=libweft-json
		if [ $kind = shared ]; then
			libs=$(pkg-config --libs "$module")
		else
			libs="-Wl,-Bstatic $(pkg-config --static --libs "$module" | sed 's/-ljansson/-Wl,-Bdynamic -ljansson/') -Wl,-Bdynamic"
		fi
		# shellcheck disable=SC2086
		cc -std=c11 -Wall -Wextra -Werror -o "$dir/$name-$kind" "$dir/$name.c" \
			$(pkg-config --cflags "$module") $libs || fail "$name, $kind"
	done
	ldd "$dir/json-$kind" | grep -q libweft && linked=shared || linked=static
	[ "$linked" = "$kind" ] || fail "json: $linked instead of $kind"
	got=$("$dir/json-$kind") || fail "json-$kind"
	[ "$("$dir/ovs-$kind")" = open ] || fail "ovs-$kind"
	case $got in *'"mtu":1400'*) ;; *) fail "json-$kind: $got" ;; esac
	"$dir/readme-$kind" no-such-link 2>"$dir/err" && fail "readme-$kind: a link that is not there"
	grep -q 'No such device' "$dir/err" || fail "readme-$kind: $(cat "$dir/err")"
	if [ "$(id -u)" = 0 ]; then
		unshare -n sh -c "ip link add v0 type ifb && '$dir/readme-$kind' v0 && ip link show v0 | grep -q 'mtu 1400'" ||
			fail "readme-$kind: mtu"
	fi
done
exit $rc
