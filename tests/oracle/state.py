# SPDX-License-Identifier: MIT
"""A network of many kinds of objects, as commands of `ip`. {A}: the namespace."""
STATE = """
link set lo up
link add br0 type bridge forward_delay 400 ageing_time 20000
link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1 address 02:00:00:00:00:02
link set v0 up
link set v1 up alias uplink
link add v2 type veth peer name v3
link set v1 addrgenmode none
link set v3 master br0
link set v3 type bridge_slave cost 77 hairpin on
link property add dev v0 altname a-long-name-for-v0
link property add dev v0 altname another-name
link set br0 up
link set v2 up
link add x0 type vxlan id 42 dstport 4789 local 10.0.0.1 dev v0 group 239.1.1.1 ttl 5 nolearning
link add x1 type vxlan id 43 dstport 4790 remote fd00::9 local fd00::1
link add m0 link v0 type macvlan mode bridge
link add m1 link v0 type macvtap mode private
link add i0 type ifb
tuntap add t0 mode tun
tuntap add t1 mode tap
addr add 10.0.0.1/24 dev v0
addr add 10.1.0.1 peer 10.1.0.2/32 dev v0
addr add 10.2.0.1/24 dev v0 broadcast 10.2.0.255 label v0:x
addr add fd00::1/64 dev v0 nodad
addr add 10.3.0.1/24 dev v2 metric 77
route add 10.9.0.0/16 via 10.0.0.2
route add 10.8.0.0/16 nexthop via 10.0.0.2 weight 2 nexthop via 10.0.0.3 weight 5
route add 10.7.0.0/16 dev v0 metric 50 mtu 1300 advmss 1200 table 100
route add blackhole 10.6.0.0/16
route add unreachable 10.5.0.0/16 metric 9
route add 10.4.0.0/16 via 10.0.0.2 src 10.0.0.1 proto bgp tos 8
route add default via 10.0.0.9 table 200 onlink dev v0
route add fd01::/64 via fd00::2 metric 30
route add fd02::/64 nexthop via fd00::2 nexthop via fd00::3
route add 10.44.0.0/16 via inet6 fd00::2 dev v0
rule add from 10.0.0.0/8 priority 100 table 100
rule add to 10.9.0.0/16 priority 101 table 200 fwmark 5/0xff
rule add iif v0 priority 102 blackhole
rule add ipproto tcp dport 80 priority 103 table 100
rule add uidrange 10-20 priority 104 table 100
-6 rule add from fd00::/64 priority 105 table 100
neigh add 10.0.0.50 dev v0 lladdr 02:00:00:00:00:50
neigh add fd00::50 dev v0 lladdr 02:00:00:00:00:51 nud permanent
neigh add proxy 10.0.0.60 dev v0
netns exec {A} sysctl -qw net.ipv4.conf.v0.forwarding=1
netns exec {A} sysctl -qw net.ipv4.conf.v0.rp_filter=2
"""
