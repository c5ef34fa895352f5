/* SPDX-License-Identifier: MIT */
/* Operation, message, words that are told. */
{ "newtfilter",
  "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ipv4-dst\":\"10.0.0.0\",\"key-ipv4-dst-mask\":\"255.0.255.0\"}"
  "}",
  "dst_ip=10.0.0.0/255.0.255.0" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ipv4-dst\":\"10.0.0.0\",\"key-ipv4-dst-mask\":\"255.160.0."
      "0\"}}",
      "dst_ip=10.0.0.0/255.160.0.0" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-eth-dst\":\"02:00:00:00:00:01\",\"key-eth-dst-mask\":\"ff:"
      "00:00:00:00:00\"}}",
      "dst_mac=02:00:00:00:00:01/8" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ct-labels\":\"01000000000000000000000000000000\",\"key-ct-"
      "labels-mask\":\"0f000000000000000000000000000000\"}}",
      "ct_label=01000000000000000000000000000000/0f000000000000000000000000000000" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ip-proto\":200}}", "ip_proto=200" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-eth-type\":2054,\"key-arp-op\":3},\"info\":0}",
      "eth_type=arp arp_op=3" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-eth-type\":2054,\"key-arp-op\":2,\"key-arp-op-mask\":255}}",
      "eth_type=arp arp_op=reply" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-eth-type\":2054,\"key-arp-op\":1,\"key-arp-op-mask\":15}}",
      "eth_type=arp arp_op=1/0xf" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-port-dst-min\":80}}", "" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-flags\":1}}", "" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ct-state\":1}}", "" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ppp-proto\":1234}}", "ppp_proto=0x04d2" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-enc-opts\":{\"vxlan\":{\"gbp\":5}}}}",
      "vxlan_opts=5" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-enc-opts\":{\"vxlan\":{\"gbp\":5}},\"key-enc-opts-mask\":{"
      "\"vxlan\":{\"gbp\":255}}}}",
      "vxlan_opts=5/255" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-enc-opts\":{\"erspan\":{\"ver\":1,\"index\":7}},\"key-enc-"
      "opts-mask\":{\"erspan\":{\"ver\":1,\"index\":7}}}}",
      "erspan_opts=1:7:0:0/1:7:0:0" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-enc-opts\":{\"erspan\":{\"ver\":2,\"dir\":1,\"hwid\":3}},"
      "\"key-enc-opts-mask\":{\"erspan\":{\"ver\":2,\"dir\":1,\"hwid\":3}}}}",
      "erspan_opts=2:0:1:3/2:0:1:3" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ip-proto\":1,\"key-icmpv4-type\":8}}",
      "ip_proto=icmp type=8" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-ip-proto\":58,\"key-icmpv6-type\":128}}",
      "ip_proto=icmpv6 type=128" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"flower\",\"options\":{\"key-mpls-opts\":{\"lse\":[]}}}", "" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":1,\"flags\":0,\"data\":{\"val\":1,\"mask\":0,\"off\":0,\"align\":1,\"flags\":0,"
      "\"layer\":5,\"opnd\":7}}}]}}}",
      "match='cmp(u8 at 0 layer 5 eq 1)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":2,\"flags\":0,\"data\":{\"off\":1,\"len\":9,\"layer\":4,\"pattern\":\"61\"}}}]}}}",
      "match='nbyte(\"a\" at 1 layer 4)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":3,\"flags\":0,\"data\":{\"mask\":1,\"val\":1,\"off\":-4,\"offmask\":-1}}}]}}}",
      "match='u32(0x00000001 0x00000001 at nexthdr-4)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":3,\"flags\":0,\"data\":{\"mask\":1,\"val\":1,\"off\":4,\"offmask\":-1}}}]}}}",
      "match='u32(0x00000001 0x00000001 at nexthdr+4)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":5,\"flags\":0,\"data\":{\"algo\":\"bm\",\"from-offset\":1,\"to-offset\":2,\"pattern-"
      "len\":1,\"from-layer\":6,\"to-layer\":7,\"pattern\":\"22\"}}}]}}}",
      "match='text(bm 0x22 from 6 1 to 7 2)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":6,\"flags\":0,\"data\":\"0102\"}}]}}}",
      "match='6(0x0102)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":99,\"flags\":0,\"data\":\"0102\"}}]}}}",
      "match='99(0x0102)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":4,\"flags\":0,\"data\":{\"hdr\":{\"left\":{\"kind\":4095,\"shift\":0,\"op\":7},"
      "\"right\":{\"kind\":4096,\"shift\":0,\"op\":0}},\"rvalue\":\"05000005\"}}}]}}}",
      "match='meta(2047 eq 83886085)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":4,\"flags\":0,\"data\":{\"hdr\":{\"left\":{\"kind\":4097,\"shift\":0,\"op\":0},"
      "\"right\":{\"kind\":4096,\"shift\":0,\"op\":0}},\"rvalue\":\"0500000000000005\"}}}]}}}",
      "match='meta(random eq 360287970189639685)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":4,\"flags\":0,\"data\":{\"hdr\":{\"left\":{\"kind\":4097,\"shift\":0,\"op\":0},"
      "\"right\":{\"kind\":4096,\"shift\":0,\"op\":0}},\"rvalue\":\"05\"}}}]}}}",
      "match='meta(random eq 0)'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":0,\"flags\":0,\"data\":{\"first\":0}}}]}}}",
      "match='()'" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":1},\"tree-list\":[{\"1\":"
      "{\"matchid\":0,\"kind\":8,\"flags\":0,\"data\":{\"index\":3,\"dim\":9,\"flags\":2}}}]}}}",
      "match='ipset(3 src,dst,dst,dst,dst,dst)'" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"ematches\":{\"tree-hdr\":{\"nmatches\":0}}}}",
      "" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"police\":{\"tbf\":{\"index\":1,\"action\":2,\"burst\":1000,"
      "\"rate\":{\"rate\":125000,\"linklayer\":1}}}}}",
      "police=rate:1mbit,burst:8b,drop" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"basic\",\"options\":{\"police\":{\"tbf\":{\"index\":1,\"action\":2,\"mtu\":4294967295,"
      "\"rate\":{\"rate\":125000,\"linklayer\":0}}}}}",
      "police=rate:1mbit,drop" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"u32\",\"options\":{\"sel\":{\"flags\":4,\"offshift\":2,\"nkeys\":0,\"offmask\":15,"
      "\"off\":4,\"offoff\":0,\"hoff\":0,\"hmask\":0}}}",
      "offset=at:0,mask:0xf,shift:2" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"u32\",\"options\":{\"sel\":{\"flags\":2,\"nkeys\":0,\"off\":4,\"hoff\":12,\"hmask\":"
      "255}}}",
      "offset=plus:4 hashkey=at:12,mask:0xff" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"u32\",\"options\":{\"sel\":{\"flags\":8,\"nkeys\":0}}}", "offset=eat" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"u32\",\"options\":{\"sel\":{\"flags\":1,\"nkeys\":2,\"keys\":[{\"mask\":1,\"val\":1,"
      "\"off\":-4,\"offmask\":-1},{\"mask\":1,\"val\":1,\"off\":-14,\"offmask\":0}]}}}",
      "match=u32:0x00000001:0x00000001:nexthdr-4 match=u32:0x00000001:0x00000001:-14" },
    { "newtfilter", "{\"kind\":\"u32\",\"options\":{\"hash\":2147483648,\"sel\":{\"nkeys\":0}},\"handle\":2147485696}",
      "" },
    { "newtfilter", "{\"handle\":1,\"kind\":\"fw\",\"options\":{\"police\":{\"tbf\":{\"index\":1,\"action\":-1}}}}",
      "police=continue" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":-3,\"refcnt\":1,\"bindcnt\":1}}}}]}}",
      "action=-3" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":268435456,\"refcnt\":1,\"bindcnt\":1}}}}]}}",
      "action=jump:0" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":1879048193,\"refcnt\":1,\"bindcnt\":1}}}}]}}",
      "action=1879048193" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"mirred\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":4,\"refcnt\":1,\"bindcnt\":1,\"eaction\":9,\"ifindex\":4}}}}]}}",
      "action=mirred,dev:4" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"mirred\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1,\"eaction\":4,\"ifindex\":4}}}}]}}",
      "action=mirred,ingress,mirror,dev:4" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":2,\"refcnt\":1,\"bindcnt\":1}},\"hw-stats\":{\"value\":0,\"selector\":3}}}]}}",
      "action=drop,hw_stats:disabled" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":2,\"refcnt\":1,\"bindcnt\":1}},\"hw-stats\":{\"value\":1,\"selector\":1}}}]}}",
      "action=drop,hw_stats:immediate" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":2,\"refcnt\":1,\"bindcnt\":1}},\"flags\":{\"value\":5,\"selector\":5}}}]}}",
      "action=drop,no_percpu,skip_sw" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":2,\"refcnt\":3,\"bindcnt\":1}}}}]}}",
      "action=drop,index:1" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gact\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":2,\"refcnt\":2,\"bindcnt\":2}}}}]}}",
      "action=drop,index:1" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"nosuch\",\"options\":\"0102\"}}]}}",
      "action=nosuch" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"bpf\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":-1,\"refcnt\":1,\"bindcnt\":1},\"ops-len\":1,\"ops\":\"0600\"}}}]}}",
      "action=bpf,continue" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"ct\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"action\":24,\"nat-ipv4-min\":167772161}}}]}}",
      "action=ct,src:10.0.0.1" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"ct\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"action\":40,\"nat-ipv6-min\":\"2001:db8::1\",\"nat-ipv6-"
      "max\":\"2001:db8::9\",\"nat-port-min\":5}}}]}}",
      "action=ct,dst:2001:db8::1-2001:db8::9,port:5" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"ct\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"action\":1,\"helper-name\":\"ftp\",\"helper-family\":10,"
      "\"helper-proto\":200}}}]}}",
      "action=ct,commit,helper:ipv6-200-ftp" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"gate\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"clockid\":9}}}]}}",
      "action=gate,clockid:9" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"police\",\"options\":{\"tbf\":{"
      "\"index\":1,\"action\":2,\"burst\":1000,\"rate\":{\"rate\":125000,\"linklayer\":2}}}}}]}}",
      "action=police,rate:1mbit,burst:8b,linklayer:atm,drop" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"pedit\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1,\"flags\":0,\"nkeys\":1,\"keys\":[{\"mask\":16776960,"
      "\"val\":117440519,\"off\":0}]}}}}]}}",
      "action=pedit,network.u32+0:set:0x07000007/0xff0000ff,pipe" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"mpls\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1,\"m-action\":3},\"proto\":2048}}}]}}",
      "action=mpls,modify" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"skbedit\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"queue-mapping\":2}}}]}}",
      "action=skbedit,queue_mapping:2" },
    { "newtfilter",
      "{\"handle\":1,\"kind\":\"matchall\",\"options\":{\"act\":[{\"1\":{\"kind\":\"skbedit\",\"options\":{\"parms\":{"
      "\"index\":1,\"action\":3,\"refcnt\":1,\"bindcnt\":1},\"ptype\":9}}}]}}",
      "action=skbedit" },
    { "newtclass", "{\"handle\":65537,\"kind\":\"htb\",\"options\":{\"rate64\":5}}", "" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"tbf\",\"options\":{\"rate64\":5}}", "" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"htb\",\"options\":{\"init\":{\"version\":3,\"defcls\":48}}}",
      "r2q=0 default=30 debug=0" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"red\",\"options\":{\"parms\":{\"limit\":10,\"qth-min\":1,\"qth-max\":2,\"flags\":"
      "15},\"early-drop-block\":3,\"mark-block\":4}}",
      "limit=10b min=1b max=2b ewma=0 plog=0 scell_log=0 probability=0% ecn harddrop adaptive nodrop "
      "early_drop_block=3 mark_block=4" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"choke\",\"options\":{\"parms\":{\"limit\":10,\"flags\":1}}}",
      "limit=10p min=0p max=0p ewma=0 plog=0 scell_log=0 probability=0% ecn" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"gred\",\"options\":{\"dps\":{\"DPs\":2,\"def-DP\":1,\"grio\":1,\"flags\":2},"
      "\"limit\":5,\"parms\":[{\"DP\":0,\"limit\":7},{\"DP\":17},{\"DP\":1,\"limit\":8}]}}",
      "DPs=2 default=1 grio limit=5b harddrop [DP=0 limit=7b min=0b max=0b ewma=0 plog=0 scell_log=0 prio=0] [DP=1 "
      "limit=8b min=0b max=0b ewma=0 plog=0 scell_log=0 prio=0]" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"sfq\",\"options\":{\"v0\":{\"limit\":5,\"flows\":128,\"divisor\":1024}}}",
      "quantum=0b divisor=1024 flows=128" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"sfq\",\"options\":{\"v0\":{\"limit\":127,\"flows\":12,\"perturb-period\":10},"
      "\"depth\":7,\"headdrop\":1,\"qth-max\":9,\"qth-min\":3,\"limit\":0,\"flags\":1,\"max-P\":5}}",
      "limit=127p quantum=0b divisor=0 flows=12 depth=7p perturb=10s headdrop redflowlimit=9b min=3b max=9b ewma=0 "
      "plog=0 scell_log=0 probability=0.00000012% ecn" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"mqprio\",\"options\":{\"num-tc\":0,\"hw\":0}}",
      "num_tc=0 map=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 hw=0" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"mqprio\",\"options\":{\"num-tc\":1,\"hw\":1,\"count\":[1],\"offset\":[0],\"mode\":"
      "0,\"shaper\":0,\"max-rate64\":{\"max-rate64\":[125000,250000]},\"tc-entry\":[{\"index\":0,\"fp\":2},{\"index\":"
      "1}]}}",
      "num_tc=1 map=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 queues=1@0 hw=1 mode=dcb shaper=dcb max_rate=1mbit,2mbit fp=P,E" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"taprio\",\"options\":{\"priomap\":{\"num-tc\":1,\"count\":[1],\"offset\":[0]},"
      "\"admin-sched\":{\"sched-base-time\":9,\"sched-cycle-time\":1000,\"sched-entry-list\":{\"entry\":[{\"cmd\":9,"
      "\"gate-mask\":3,\"interval\":500}]}}}}",
      "num_tc=1 map=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 queues=1@0 sched=?:3:500ns base_time=9ns cycle_time=1us" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"taprio\",\"options\":{\"priomap\":{\"num-tc\":1}}}",
      "num_tc=1 map=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 queues=0@0" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"netem\",\"options\":{\"limit\":5,\"slot\":{\"min-delay\":1,\"max-delay\":2,\"dist-"
      "delay\":5,\"dist-jitter\":6,\"max-bytes\":3},\"ecn\":1,\"rate\":{\"rate\":125000},\"delay-dist\":[1,2]}}",
      "limit=5p rate=1mbit slot=1ns,2ns slot_bytes=3 slot_delay=5ns slot_jitter=6ns ecn" },
    { "newtclass",
      "{\"handle\":65537,\"kind\":\"hfsc\",\"options\":{\"rsc\":{\"m1\":1000,\"d\":0,\"m2\":2000},\"fsc\":{\"m1\":1000,"
      "\"d\":0,\"m2\":3000}}}",
      "rt=8kbit:0ns:16kbit ls=8kbit:0ns:24kbit" },
    { "newtclass", "{\"handle\":65537,\"kind\":\"hfsc\",\"options\":{\"fsc\":{\"m2\":3000}}}", "ls=24kbit" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"etf\",\"options\":{\"parms\":{\"delta\":5,\"clockid\":9}}}",
      "delta=5ns clockid=9" },
    { "newqdisc",
      "{\"handle\":65536,\"kind\":\"bfifo\",\"options\":{\"limit\":5},\"stab\":{\"base\":{\"overhead\":-4,"
      "\"linklayer\":0,\"mpu\":64,\"mtu\":2047,\"tsize\":512}}}",
      "limit=5b stab_overhead=-4 stab_linklayer=unaware stab_mpu=64 stab_mtu=2047 stab_tsize=512" },
    { "newqdisc", "{\"handle\":65536,\"kind\":\"cake\",\"options\":{\"ack-filter\":2,\"flow-mode\":9}}",
      "ack_filter_aggressive" },
