#!/bin/sh
# SPDX-License-Identifier: MIT
# What somebody meant: nothing is changed that was not said, and what was said is not cut, ignored or guessed.
set -u
# shellcheck source=tests/cli/check.sh
. "$(dirname "$0")/check.sh"

i() { "$WEFT" netns exec "$ns" ip "$@"; }
# shellcheck disable=SC2317
sent() { w -v "$@" 2>&1; }

i link set lo up
right '' add link v0 kind=veth peer=v1
right '' set link v0 up address=02:00:00:00:00:01
right '' set link v1 up
right '' add link d0 kind=bridge forward_delay=900

# addresses of another family than the message is of, in whatever order they stand
wrong 1 'peer: an IPv6 address where IPv4 is needed' add addr 10.0.0.5/24 dev=v0 peer=fe80::1
wrong 1 'peer: an IPv6 address where IPv4 is needed' add addr peer=fe80::1 dev=v0 address=10.0.0.5/24
wrong 1 'local: an IPv6 address where IPv4 is needed' do rt-addr newaddr \
	'{"local": "fe80::7", "ifa-family": 2, "ifa-prefixlen": 24, "ifa-index": 1}'
wrong 1 'gateway: an IPv6 address where IPv4 is needed' do rt-route newroute \
	'{"gateway": "fe80::7", "dst": "10.9.0.0", "rtm-family": 2, "rtm-dst-len": 16}'
wrong 1 'dst: an IPv4 address where IPv6 is needed' do rt-route newroute '{"dst": "10.9.0.0", "rtm-family": "inet6"}'
none 'inet [0-9]' i addr show dev v0
has '"dst":"100","via"' sent do rt-route newroute '{"dst": "100", "via": "10.0.0.2", "rtm-family": 28, "rtm-dst-len": 20}'

# link-layer addresses of another length than the link has
wrong 1 'address: not a link-layer address: "fe80::1"' set link v0 address=fe80::1
wrong 1 'address: the link has addresses of 6 bytes' set link v0 address=02:00:00:00:00:00:09
wrong 1 'broadcast: the link has addresses of 6 bytes' set link v0 broadcast=02:00:00:00:00:00:09
wrong 1 'lladdr: not a link-layer address: "fe80::1"' add neigh 10.0.0.9 dev=v0 lladdr=fe80::1
has '02:00:00:00:00:01' i link show v0
right '' set link v0 address=02:00:00:00:00:02
has '02:00:00:00:00:02' i link show v0

# what is deleted is as the words say
right '' add addr 10.5.0.1/24 dev=v0
right '' add neigh 10.5.0.9 dev=v0 lladdr=02:00:00:00:00:09
wrong 2 'no such link: nothing is deleted' del link d0 kind=veth
wrong 2 'no such link: nothing is deleted' del link v0 mtu=9999
wrong 2 'no such link: nothing is deleted' del link v0 address=00:11:22:33:44:55
wrong 1 'up: says nothing of which link is deleted' del link v0 up
wrong 2 'no such addr: nothing is deleted' del addr 10.5.0.1/24 dev=v0 scope=host
wrong 1 'router: says nothing of which neigh' del neigh 10.5.0.9 dev=v0 router
wrong 1 'lladdr: the link has addresses of 6 bytes' set neigh 10.5.0.9 dev=v0 lladdr=02:00:00:00:00:00:09:01
right '' add addr 10.6.0.1 dev=v0 peer=10.6.0.2/24
wrong 2 'no such addr: nothing is deleted' del addr 10.6.0.1/24 dev=v0 peer=10.6.0.3
has '10.6.0.1 peer 10.6.0.2/24' i addr show dev v0
right '' del addr 10.6.0.1/24 dev=v0 peer=10.6.0.2
right '' add addr 2001:db8:5::1/128 dev=v0 peer=2001:db8:5::9
wrong 2 'no such addr: nothing is deleted' del addr 2001:db8:5::1/128 dev=v0 peer=2001:db8:5::77
right '' add route 2001:db8::/32 dev=v0 mtu=1300
wrong 2 'no such route: nothing is deleted' del route 2001:db8::/32 mtu=9000
wrong 2 'no such route: nothing is deleted' del route 2001:db8::/32 type=blackhole
has '2001:db8::/32 dev v0' i -6 route show
right '' del route 2001:db8::/32 dev=v0 mtu=1300
none '2001:db8::/32' i -6 route show
right '' add addrlabel 2001:db8:9::/48 label=77
wrong 2 'no such addrlabel: nothing is deleted' del addrlabel 2001:db8:9::/48 label=5
right '' del addrlabel 2001:db8:9::/48 label=77
wrong 2 'no such neigh: nothing is deleted' del neigh 10.5.0.9 dev=v0 lladdr=02:00:00:00:00:08
wrong 1 'unknown field "mtuu"' del link v0 mtuu=1500
has 'd0' i link show d0
has 'v0' i link show v0
has '10.5.0.1/24' i addr show dev v0
has '10.5.0.9' i neigh show dev v0
right '' del neigh 10.5.0.9 dev=v0 lladdr=02:00:00:00:00:09
none '10.5.0.9' i neigh show dev v0
right '' del addr 10.5.0.1/24 dev=v0 scope=global
none '10.5.0.1' i addr show dev v0
right '' del link v0 mtu=1500 kind=veth
none 'v0' i link show

# twice, or nothing
right '' add link v0 kind=veth peer=v1
wrong 1 'down: given twice' set link v0 up down
wrong 1 'nothing to set' set link v0
none 'UP' i -br link show v0

# what is near, of values too
wrong 2 'Unknown device type; near: veth' add link x0 kind=vet
wrong 1 'unknown table "mian"; near: main' add route 10.9.0.0/16 dev=lo table=mian
wrong 1 'unknown protocol "statik"; near: static' add route 10.9.0.0/16 dev=lo protocol=statik
wrong 1 'unknown scope "globl"; near: global' add route 10.9.0.0/16 dev=lo scope=globl
wrong 1 'rtm-table: not a name or number: "mian"; near: main' do rt-route newroute '{"rtm-table": "mian"}'

# names on input, numbers on output
has '"rtm-family":2,.*"rtm-table":254,"rtm-protocol":4,"rtm-scope":253' sent do rt-route newroute \
	'{"rtm-family": "inet", "rtm-table": "main", "rtm-protocol": "static", "rtm-scope": "link", "rtm-type": "unicast", "dst": "10.9.0.0", "rtm-dst-len": 16, "oif": 1}' --create
has '10.9.0.0/16 dev lo' i route show
right '"rtm-table":254' dump rt-route getroute '{"rtm-family": "inet", "table": "main"}'

# fields of a kind need no path, in show either
right 'd0' show links kind=bridge forward_delay=900
right '[]' -j show links forward_delay=901
wrong 1 'unknown field "forward_dely"' show links kind=bridge forward_dely=900

# nothing is no request
wrong 1 'no JSON; {} is an empty request' do rt-link getlink ''
wrong 1 'no JSON on standard input; {} is an empty request' do rt-link getlink -
wrong 1 'no JSON on standard input' dump rt-link getlink -
wrong 1 '--columns: NAME,... is needed' show links --columns
wrong 1 '--columns: NAME,... is needed' get link lo --columns
right 'usage: weft' help --help
right 'usage: weft' help help
echo "$count expectations"
exit $rc
