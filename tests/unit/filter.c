/* SPDX-License-Identifier: MIT */
/* Filters and actions in words: into a message, and the same words out of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/json.h>
#include <weft/weft.h>

static uint32_t link_index(const char *name, void *user)
{
	(void)user;
	return strcmp(name, "v1") == 0 ? 7 : 0;
}

static const char *link_name(uint32_t index, char *buf, void *user)
{
	(void)buf;
	(void)user;
	return index == 7 ? "v1" : NULL;
}
static const struct weft_link_names links = { link_index, link_name, NULL };

/* Words of a shell's line, in s. */
static size_t split(char *s, struct weft_word *w)
{
	size_t n = 0;

	while (*s) {
		char *to = s;
		bool quoted = false;

		w[n] = (struct weft_word){ s, NULL };
		for (; *s && (quoted || *s != ' '); s++) {
			if (*s == '\\' && !quoted) {
				*to++ = *++s;
			} else if (*s == '\'') {
				quoted = !quoted;
			} else if (*s == '=' && !w[n].value) {
				*to++ = 0;
				w[n].value = to;
			} else {
				*to++ = *s;
			}
		}
		s += *s != 0;
		*to = 0;
		n++;
	}
	return n;
}

static struct weft_msg *filter(const char *kind, uint16_t protocol, const char *line)
{
	struct weft_msg *m = weft_request("tc", "newtfilter", 0);
	struct weft_word w[40];
	char buf[1000];

	(void)snprintf(buf, sizeof buf, "%s", line);
	weft_put(m, WEFT_KV(tcmsg, info, weft_tc_info(1, protocol)));
	weft_put(m, WEFT_KV(tc, kind, kind));
	weft_filter_put(m, w, split(buf, w), &links);
	return m;
}

static void text_is(struct weft_msg *m, const char *line, const char *want)
{
	struct weft_text t = { 0 };
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e))
		fail_msg("%s: %s: %s", line, e.path, e.msg);
	assert_int_equal(weft_filter_text(weft_msg_body(m), &links, &t), 0);
	assert_string_equal(t.p ? t.p : "", want);
	weft_text_free(&t);
}

/* Each line as it is told; those that people write otherwise stand in `other`. */
static const struct {
	const char *kind;
	uint16_t protocol;
	const char *line;
} lines[] = {
	{ "flower", 0x800,
	  "ip_proto=tcp dst_ip=10.0.0.0/8 src_ip=10.1.0.1 dst_port=80 src_port=1024-2047 tcp_flags=2/0x17 "
	  "action=pass" },
	{ "flower", 0x800,
	  "ip_proto=udp ip_tos=16/0x1c ip_ttl=64 ip_flags=frag/nofirstfrag dst_port=53 src_port=256/0xff00" },
	{ "flower", 0x86dd,
	  "ip_proto=icmpv6 dst_ip=2001:db8::1 src_ip=2001:db8::/32 type=135 code=0/0xf0 classid=1:10" },
	{ "flower", 0x806,
	  "arp_tip=10.0.0.1 arp_sip=10.0.0.0/24 arp_op=request arp_tha=00:00:00:00:00:00/8 arp_sha=02:00:00:00:00:01" },
	{ "flower", 0x8100,
	  "indev=v1 dst_mac=02:00:00:00:00:02 src_mac=02:00:00:00:00:00/ff:00:00:00:00:ff num_of_vlans=2 vlan_id=100 "
	  "vlan_prio=5 vlan_ethtype=802.1q cvlan_id=200 cvlan_prio=3 cvlan_ethtype=ip skip_hw" },
	{ "flower", 0x800,
	  "ct_state=-new+est+trk ct_zone=7 ct_mark=16/0xff ct_label=01020304050607080910111213141516" },
	{ "flower", 0x8847, "mpls=depth:1,label:100,tc:3,bos:0,ttl:64 mpls=depth:2,label:200" },
	{ "flower", 0x8864, "pppoe_sid=1234 ppp_proto=ip" },
	{ "flower", 0x8902, "cfm=mdl:3,op:5 l2_miss=1" },
	{ "flower", 3,
	  "eth_type=ip enc_dst_ip=2001:db8::2 enc_src_ip=2001:db8::/32 enc_key_id=101 enc_dst_port=4789 "
	  "enc_tos=16/0xfc" },
	{ "flower", 3, "geneve_opts=0102:80:01020304,0103:01:0a0b0c0d/ffff:ff:ffffffff,ffff:ff:ff00ff00" },
	{ "flower", 3, "erspan_opts=2:0:1:3" },
	{ "flower", 3, "gtp_opts=01:09/0f:ff" },
	{ "flower", 3, "pfcp_opts=01:1000" },
	{ "u32", 0x800, "match=u32:0x0a000012:0xffffffff:12 match=mark:0x10/0xff ht=1:12: classid=1:10" },
	{ "u32", 0x800, "match=u32:0x00060000:0x00ff0000:8 offset=at:0,mask:0xf00,shift:6,eat link=2:" },
	{ "u32", 0x800, "match=u32:0x12345678:0xffffffff:nexthdr+4 hashkey=at:12,mask:0xff link=1:" },
	{ "u32", 0x800, "divisor=256" },
	{ "basic", 3,
	  "match='cmp(u16 at 2 layer network mask 0xfff0 trans gt 100) and not (u32(0x0a000000 0xff000000 at 12) or "
	  "nbyte(\"ab\" at 4 layer transport))' classid=1:1" },
	{ "basic", 3, "match='meta(priority mask 0xff gt 5) or meta(dev eq \"v0\") and meta(random shift 1 lt 3)'" },
	{ "basic", 3, "match='canid(eff 0x124:0x7ff sff 0x123)'" },
	{ "basic", 3, "match='text(kmp 0x61206200 from network 0 to transport 9)'" },
	{ "basic", 3, "match='ipset(3 src,dst)'" },
	{ "cgroup", 3,
	  "match='(cmp(u8 at 0 layer link eq 1) and (cmp(u8 at 1 layer link eq 2))) or cmp(u8 at 2 layer link lt 3)'" },
	{ "flow", 3, "hash=src,dst,proto divisor=1024 baseclass=1:1 perturb=10s" },
	{ "flow", 3, "map=mark mask=255 rshift=2 addend=16" },
	{ "fw", 3, "mask=255 indev=v1 classid=1:10" },
	{ "route", 3, "from=10 to=20" },
	{ "route", 3, "fromif=v1" },
	{ "bpf", 3, "bytecode='2,40 0 0 12,6 0 0 4294967295' direct_action skip_sw" },
	{ "matchall", 3, "action=pass,determ:5/jump:2 action=reclassify,cookie:0102aabb action=goto_chain:5" },
	{ "matchall", 3,
	  "action=mirred,mirror,dev:v1 action=mirred,ingress,redirect,dev:v1,pipe,skip_hw,hw_stats:delayed" },
	{ "matchall", 3, "action=police,rate:10mbit,burst:20kb,mtu:2000b,peakrate:20mbit,drop" },
	{ "matchall", 3,
	  "action=police,rate:100gbit,burst:100mb,overhead:24,mpu:64,linklayer:atm,conform:goto_chain:5,drop" },
	{ "matchall", 3, "action=police,pkts_rate:1000,pkts_burst:50,conform:pipe,drop" },
	{ "matchall", 3, "action='bpf,bytecode:1;6 0 0 4294967295' action=connmark,zone:5 action=csum,ip4h,tcp,pipe" },
	{ "matchall", 3,
	  "action=ct,commit,zone:4,mark:16/0xff,src:10.0.0.1-10.0.0.9,port:1000-2000 action=ct,nat action=ct,clear" },
	{ "matchall", 3, "action=ct,commit,force,dst:2001:db8::1,port:80,helper:ipv4-tcp-ftp" },
	{ "matchall", 3, "action=ctinfo,zone:3,dscp:4227858432,dscp_state:16777216,cpmark:255" },
	{ "matchall", 3, "action=mpls,push,protocol:mpls_uc,label:100,tc:3,ttl:64,bos:1 action=mpls,dec_ttl" },
	{ "matchall", 3,
	  "action=nat,ingress,from:10.0.0.0/24,to:192.0.2.0 action=nat,egress,from:10.0.0.1,to:192.0.2.1,pipe" },
	{ "matchall", 3,
	  "action=pedit,ip.ttl:set:64,ip.dst:set:10.0.0.1,tcp.dport:set:80,eth.dst:set:02:00:00:00:00:01,ip.ttl:add:"
	  "255" },
	{ "matchall", 3,
	  "action=pedit,network.u32+0:set:0x45000000/0xff000000 "
	  "action=pedit,ip6.src:set:2001:db8::1,ip6.flow_lbl:set:5,pipe" },
	{ "matchall", 3, "action=sample,rate:100,group:5,trunc:64 action='simple,sdata:hello there'" },
	{ "matchall", 3, "action=skbedit,mark:16/0xff,priority:1:10,queue_mapping:2-5,ptype:host,inheritdsfield" },
	{ "matchall", 3, "action=skbmod,dmac:02:00:00:00:00:02,etype:ipv6 action=skbmod,swap_mac" },
	{ "matchall", 3,
	  "action=tunnel_key,set,src_ip:192.0.2.1,dst_ip:192.0.2.2,id:100,tos:16,geneve_opts:0102:80:01020304,"
	  "geneve_opts:0103:01:0a0b0c0d,nofrag,nocsum action=tunnel_key,unset" },
	{ "matchall", 3,
	  "action=vlan,push,id:100,protocol:802.1ad,priority:5 action=vlan,push_eth,dst_mac:02:00:00:00:00:01" },
	{ "matchall", 3, "action=ife,encode,use:mark/5,allow:prio,use:tcindex/7,type:60734,dst:02:00:00:00:00:02" },
	{ "matchall", 3,
	  "action=gate,clockid:CLOCK_TAI,priority:3,base_time:200s,entry:open/100ms/5/8000000,entry:close/200ms/-1/"
	  "-1" },
};

static void told_as_said(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct weft_msg *m = filter(lines[i].kind, lines[i].protocol, lines[i].line);

		text_is(m, lines[i].line, lines[i].line);
		weft_msg_free(m);
	}
}

/* What people write in more than one way. */
static const struct {
	const char *kind, *line, *told;
} other[] = {
	{ "u32", "match=ip.src:10.0.0.0/8 flowid=1:10", "match=u32:0x0a000000:0xff000000:12 classid=1:10" },
	{ "u32", "match=ip.protocol:tcp match=ip.ttl:64/0xf0", "match=u32:0x40060000:0xf0ff0000:8" },
	{ "u32", "match=ip6.dst:2001:db8::/48",
	  "match=u32:0x20010db8:0xffffffff:24 match=u32:0x00000000:0xffff0000:28" },
	{ "u32", "match=ether.dst:02:00:00:00:00:01",
	  "match=u32:0x00000200:0x0000ffff:-16 match=u32:0x00000001:0xffffffff:-12" },
	{ "u32", "match=tcp.dst:443", "match=u32:0x000001bb:0x0000ffff:nexthdr+0" },
	{ "u32", "match=u8:0x10:0xff:1", "match=u32:0x00100000:0x00ff0000:0" },
	{ "u32", "", "" },
	{ "matchall", "action=mirred:redirect:dev:v1", "action=mirred,redirect,dev:v1" },
	{ "matchall", "action=police:rate:1mbit:burst:10k:drop", "action=police,rate:1mbit,burst:10kb,drop" },
	{ "matchall", "action=skbmod:dmac:02:00:00:00:00:02:etype:0x86dd",
	  "action=skbmod,dmac:02:00:00:00:00:02,etype:ipv6" },
	{ "matchall", "action=nat:egress:from:10.0.0.1:to:192.0.2.1:pass",
	  "action=nat,egress,from:10.0.0.1,to:192.0.2.1" },
	{ "matchall", "action=skbedit:priority:1:10:drop", "action=skbedit,priority:1:10,drop" },
	{ "matchall", "action=pedit:ip.ttl:set:64:pipe", "action=pedit,ip.ttl:set:64,pipe" },
	{ "matchall", "pedit=ip.ttl:set:64", "action=pedit,ip.ttl:set:64" },
	{ "matchall", "action=gact:drop action=shot action=ok", "action=drop action=drop action=pass" },
	{ "matchall", "action=goto_chain:7", "action=goto_chain:7" },
	{ "matchall", "police=rate:1mbit,burst:10kb,drop", NULL },
	{ "flower", "ppp_proto=1234", "ppp_proto=0x04d2" },
	{ "matchall", "action=pass:hw_stats:immediate action=pass:hw_stats:disabled:skip_sw",
	  "action=pass,hw_stats:immediate action=pass,skip_sw,hw_stats:disabled" },
	{ "flower", "src_ip=10.1.2.3/255.255.0.0", "src_ip=10.1.0.0/16" },
	{ "flower", "src_ip=10.31.2.3/12", "src_ip=10.16.0.0/12" },
	{ "u32", "match=ip.src:0.0.0.0/0 match=ip.df",
	  "match=u32:0x00000000:0x00000000:12 match=u32:0x00004000:0x00004000:4" },
	{ "u32", "match=ip.nofrag match=ip6.priority:3",
	  "match=u32:0x00000000:0x00003fff:4 match=u32:0x00300000:0x0ff00000:0" },
	{ "u32", "match=ether.src:02:00:00:00:00:01",
	  "match=u32:0x02000000:0xffffffff:-8 match=u32:0x00010000:0xffff0000:-4" },
	{ "basic", "match='cmp(u32 at 0 lt 1)'", "match='cmp(u32 at 0 layer network lt 1)'" },
	{ "basic", "match='canid(sff 1 eff 2 sff 3)'", "match='canid(eff 0x2 sff 0x1 sff 0x3)'" },
	{ "basic", "match='nbyte(0x6162 at 0)'", "match='nbyte(\"ab\" at 0 layer network)'" },
	{ "matchall", "action='simple:sdata:isn'\\''t'", "action='simple,sdata:isn'\\''t'" },
	{ "matchall", "action=pedit:ip.ttl:clear:tcp.sport:clear", "action=pedit,ip.ttl:set:0,tcp.sport:set:0" },
	{ "matchall", "action=pedit:ip.ttl:invert", "action=pedit,ip4.u32+8:xor:0xff000000" },
	{ "matchall", "action=pedit:ip4.u32+8:invert:ip6.u16+2:xor:0x105/0xff00",
	  "action=pedit,ip4.u32+8:invert,ip6.u32+0:xor:0x00000105/0xffffff00" },
	{ "matchall", "action=pedit:ip6.flow_lbl:invert", "action=pedit,ip6.u32+0:xor:0x000fffff" },
	{ "matchall", "action=police:rate:100gbit:burst:100mb:peakrate:200gbit:mtu:2000:avrate:1mbit:pass",
	  "action=police,rate:100gbit,burst:100mb,mtu:2000b,peakrate:200gbit,avrate:1mbit,pass" },
	{ "matchall", "action=skbedit:priority:1:,mark:5", "action=skbedit,mark:5,priority:1:" },
};

static void said_otherwise(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
		struct weft_msg *m = filter(other[i].kind, 0x800, other[i].line);

		if (other[i].told)
			text_is(m, other[i].line, other[i].told);
		else
			assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
		weft_msg_free(m);
	}
}

/* What cannot be, where it is wrong, and what is said of it, if that is of interest. */
static const struct {
	const char *kind, *line, *path, *text;
} wrong[] = {
	{ "flower", "dst_prt=80", "dst_prt", "no word of flower; near: dst-port, dst-mac, dst-ip" },
	{ "flower", "dst_port=80", "dst_port", "needs ip_proto=tcp, udp or sctp" },
	{ "flower", "type=8", "type", "needs ip_proto=icmp or icmpv6" },
	{ "flower", "dst_ip=10.0.0.0.1", "dst_ip", "not an IP address: \"10.0.0.0.1\"" },
	{ "flower", "dst_mac=02:00", "dst_mac", "not an Ethernet address or prefix: \"02:00\"" },
	{ "flower", "dst_ip=10.0.0.1 dst_ip=10.0.0.2", "dst_ip", "wrong or said twice: a word of flower" },
	{ "flower", "skip_hw=1", "skip_hw", NULL },
	{ "flower", "ip_flags=fragg", "ip_flags", "no flag: \"fragg\"" },
	{ "flower", "ct_state=trk", "ct_state", NULL },
	{ "flower", "geneve_opts=1:2", "geneve_opts", NULL },
	{ "u32", "match=ip.src:10", "match", NULL },
	{ "u32", "match=u32:1:2", "match", NULL },
	{ "u32", "match=u16:1:0xffff:3", "match", NULL },
	{ "u32", "match=ip.tos:1 match=ip.tos:2", "match", "two values for the same bits" },
	{ "u32", "link=x:", "link", "not a handle as 800: or 800:1f:" },
	{ "basic", "match=cmp(u8", "match", NULL },
	{ "basic", "match='cmp(u8 at 0 eq)'", "match", "not understood: \"u8 at 0 eq\"" },
	{ "basic", "match='cmp(u8 at 0 eq 1) or'", "match", NULL },
	{ "bpf", "bytecode=1", "bytecode", NULL },
	{ "matchall", "action=drup", "action", NULL },
	{ "matchall", "action=mirred:dev:v1", "mirred", "redirect or mirror is needed" },
	{ "matchall", "action=mirred:redirect:dev:v9", "dev", "no such link: \"v9\"" },
	{ "matchall", "action=police:rate:1mbit", "burst", "missing" },
	{ "matchall", "action=police:rate:1mbit:burst:1kk", "burst", NULL },
	{ "matchall", "action=police:rate:1mbit:burst:10k:mpu:70000", "mpu", "70000 is out of range (0 to 65535)" },
	{ "matchall", "action=gact", "action", "what becomes of the packet? pass, drop ..." },
	{ "matchall", "action=gact:foo", "action", "no such word: foo" },
	{ "matchall", "action=skbmod::drop", "skbmod", NULL },
	{ "flower", "ct_mark=1111111111111111111111111111111111111111111111111111111111111111/1", "ct_mark",
	  "too long" },
	{ "flower", "ip_proto=tcp dst_port=1111111111111111111111111111111111111111111111111111111111111111/1",
	  "dst_port", NULL },
	{ "flower", "dst_mac=1111111111111111111111111111111111111111111111111111111111111111/1", "dst_mac", NULL },
	{ "flower", "dst_ip=1111111111111111111111111111111111111111111111111111111111111111/1", "dst_ip", NULL },
	{ "flower", "ip_proto=foo", "ip_proto", "not a protocol of IP: \"foo\"" },
	{ "matchall", "action=pedit:munge:x:ip.ttl:clear", "munge", NULL },
	{ "basic", "match='text(a\" \"b from)'", "match", NULL },
	{ "u32", "match=ip.ttl:300", "match", NULL },
	{ "u32", "match=ip.ttl:3/300", "match", NULL },
	{ "u32", "match=ip.df:1", "match", NULL },
	{ "u32", "match=ether.src:02:00", "match", NULL },
	{ "basic", "match='nbyte(\"ab at 0)'", "match", NULL },
	{ "basic", "match='nbyte(xy at 0)'", "match", NULL },
	{ "basic", "match='nbyte(\"\" at 0)'", "match", NULL },
	{ "basic", "match='text(aaaaaaaaaaaaaaaa 0x61)'", "match", NULL },
	{ "basic", "match='text(kmp)'", "match", NULL },
	{ "basic", "match='meta(dev mask 0xff eq \"v0\")'", "match", NULL },
	{ "basic",
	  "match='((((((((((((((((((((((((((((((((((((((((cmp(u8 at 0 eq 1)))))))))))))))))))))))))))))))))))))))))'",
	  "match", NULL },
	{ "matchall", "action=pedit:ip.tttl:set:1", "ip.tttl", NULL },
	{ "matchall", "action=vlan:push:idd:4", "idd", NULL },
	{ "matchall", "action=ct:src:10.0.0.1-2001:db8::1", "src", NULL },
	{ "matchall", "action=nat:ingress", "from", NULL },
};

static void wrong_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct weft_msg *m = filter(wrong[i].kind, 0x800, wrong[i].line);
		struct weft_error e = { 0 };

		if (!weft_msg_error(m, &e) || strcmp(e.path, wrong[i].path) != 0 ||
		    (wrong[i].text && strcmp(e.msg, wrong[i].text) != 0))
			fail_msg("%s: %s: %s", wrong[i].line, e.path, e.msg);
		weft_msg_free(m);
	}
}

/* Whatever is said: it is taken, or refused with a place. */
static void taken_or_refused(size_t i, const char *line)
{
	struct weft_msg *m = filter(lines[i].kind, lines[i].protocol, line);
	struct weft_error e = { 0 };

	if (weft_msg_error(m, &e) < 0 && (!e.path[0] || !e.msg[0]))
		fail_msg("%s: %d: %s: %s", line, e.code, e.path, e.msg);
	weft_msg_free(m);
}

/* Each character left out, or another one; each length. */
static void misspelt(void **state)
{
	static const char others[] = ":,/-+.(=9xz ";
	char buf[1000];

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t len = strlen(lines[i].line);

		for (size_t at = 0; at < len; at++) {
			(void)snprintf(buf, sizeof buf, "%.*s%s", (int)at, lines[i].line, lines[i].line + at + 1);
			taken_or_refused(i, buf);
			(void)snprintf(buf, sizeof buf, "%s", lines[i].line);
			for (const char *c = others; *c; c++) {
				buf[at] = *c;
				taken_or_refused(i, buf);
			}
			buf[at] = 0;
			taken_or_refused(i, buf);
		}
	}
}

/* As many as there is room for, and one more. */
static void limits(void **state)
{
	static struct weft_word w[300];
	static char text[4000];
	struct weft_msg *m;
	struct weft_error e = { 0 };

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		w[i] = (struct weft_word){ "match", "" };
	for (unsigned i = 0; i < 129; i++) {
		(void)snprintf(text + i * 20, 20, "u32:1:1:%u", i * 4);
		w[i].value = text + i * 20;
	}
	for (unsigned n = 128; n < 130; n++) {
		m = weft_request("tc", "newtfilter", 0);
		weft_put(m, WEFT_KV(tc, kind, "u32"));
		weft_filter_put(m, w, n, NULL);
		assert_int_equal(weft_msg_error(m, &e), n == 128 ? 0 : -EINVAL);
		weft_msg_free(m);
	}
	assert_string_equal(e.msg, "more than 128 keys");
	/* four keys each */
	for (unsigned n = 32; n < 34; n++) {
		size_t at = (size_t)snprintf(text, sizeof text, "pedit");

		for (unsigned i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof text - at, ":ip6.src:clear");
		m = weft_request("tc", "newaction", 0);
		weft_open(m, WEFT_KEY(action, tab));
		weft_action_put(m, text, NULL);
		assert_int_equal(weft_msg_error(m, &e), n == 32 ? 0 : -EINVAL);
		weft_msg_free(m);
	}
	for (unsigned n = 128; n < 130; n++) {
		size_t at = (size_t)snprintf(text, sizeof text, "pedit");

		for (unsigned i = 0; i < n; i++)
			at += (size_t)snprintf(text + at, sizeof text - at, ":ip.ttl:clear");
		m = filter("matchall", 3, "");
		weft_open(m, WEFT_KEY(tc, options));
		weft_open(m, WEFT_KEY(matchall, act));
		weft_action_put(m, text, NULL);
		assert_int_equal(weft_msg_error(m, &e), n == 128 ? 0 : -E2BIG);
		weft_msg_free(m);
	}
	assert_string_equal(e.msg, "too many words");
}

/* What is no request for a filter, or not ready for its words. */
static void not_now(void **state)
{
	static struct weft_word w[257];
	struct weft_msg *m = weft_request("tc", "newtfilter", 0);
	struct weft_error e = { 0 };

	(void)state;
	weft_filter_put(NULL, w, 0, NULL);
	weft_action_put(NULL, "drop", NULL);
	weft_filter_put(m, w, 0, NULL);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.path, "kind");
	weft_filter_put(m, w, 0, NULL);
	weft_action_put(m, "drop", NULL);
	weft_msg_free(m);
	m = weft_request("tc", "newqdisc", 0);
	weft_filter_put(m, w, 0, NULL);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.msg, "no request for a filter or chain");
	weft_msg_free(m);
	m = weft_request("tc", "newchain", 0);
	weft_put(m, WEFT_KV(tc, kind, "flower"));
	weft_filter_put(m, w, 257, NULL);
	assert_int_equal(weft_msg_error(m, &e), -EINVAL);
	assert_string_equal(e.msg, "more than 256 words");
	weft_msg_free(m);
	m = weft_request("tc", "newtfilter", 0);
	weft_put(m, WEFT_KV(tc, kind, "flower"));
	weft_open(m, WEFT_KEY(tc, options));
	weft_filter_put(m, w, 0, NULL);
	assert_int_equal(weft_msg_error(m, NULL), -EINVAL);
	weft_msg_free(m);
}

static void json_is(struct weft_attr a, const char *want)
{
	struct weft_text t = { 0 };

	assert_int_equal(weft_json(a, &t), 0);
	assert_string_equal(t.p, want);
	weft_text_free(&t);
}

/* The bytes behind the words, where the kernel reads them closely. */
static void in_the_message(void **state)
{
	struct weft_msg *m = filter("flower", 0x800, "dst_ip=10.0.0.0/8 dst_port=80-90 ip_proto=tcp");

	(void)state;
	json_is(weft_at(weft_msg_body(m), "options"), "{\"key-eth-type\":2048,\"key-ip-proto\":6,\"key-ipv4-dst\":\"10."
						      "0.0.0\",\"key-ipv4-dst-mask\":\"255.0.0.0\","
						      "\"key-port-dst-min\":80,\"key-port-dst-max\":90}");
	weft_msg_free(m);
	m = filter("u32", 0x800, "match=ip.src:10.0.0.1 classid=1:2");
	json_is(weft_at(weft_msg_body(m), "options.sel"),
		"{\"flags\":1,\"offshift\":0,\"nkeys\":1,\"offmask\":0,\"off\":0,\"offoff\":0,\"hoff\":0,\"hmask\":0,"
		"\"keys\":[{\"mask\":4294967295,\"val\":167772161,\"off\":12,\"offmask\":0}]}");
	weft_msg_free(m);
	m = filter("basic", 3, "match='(cmp(u8 at 0 eq 1)) and cmp(u8 at 1 eq 2)'");
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "options.ematches.tree-list[0].data.first"), 0), 2);
	weft_msg_free(m);
	m = filter("matchall", 3, "action=police:rate:1gbit:burst:1mb:drop");
	assert_int_equal(weft_at(weft_msg_body(m), "options.act[0].options.rate").len, 1024);
	assert_int_equal(weft_uint(weft_at(weft_msg_body(m), "options.act[0].options.tbf.burst"), 0), 131072);
	weft_msg_free(m);
}

/* What the kernel tells and does not take. */
static void again(void **state)
{
	static const char text[] =
	    "{\"ifindex\":3,\"handle\":1,\"parent\":65536,\"info\":524296,\"kind\":\"flower\",\"chain\":0,\"options\":{"
	    "\"flags\":8,"
	    "\"in-hw-count\":0,\"key-eth-type\":2048,\"key-enc-opts\":{\"geneve\":[{\"class\":[1,2],\"type\":[3,4],"
	    "\"data\":[\"00000005\",\"00000006\"]}]},\"act\":[{\"1\":{\"kind\":\"gact\",\"in-hw-count\":0,\"options\":{"
	    "\"parms\":"
	    "{\"index\":9,\"action\":2,\"refcnt\":1,\"bindcnt\":1},\"tm\":{\"install\":5}}}},{\"2\":{\"kind\":\"gact\","
	    "\"options\":{\"parms\":{\"index\":8,\"action\":2,\"refcnt\":2,\"bindcnt\":1}}}}]}}";
	struct weft_msg *m = weft_request("tc", "newtfilter", 0), *a;
	struct weft_error e = { 0 };
	struct weft_attr b;

	(void)state;
	assert_int_equal(weft_put_json(m, text, strlen(text), &e), 0);
	a = weft_filter_again(weft_msg_body(m), WEFT_NLM_F_CREATE);
	assert_non_null(a);
	b = weft_msg_body(a);
	assert_int_equal(weft_msg_error(a, &e), 0);
	json_is(weft_at(b, "options.key-enc-opts"), "{\"geneve\":[{\"class\":[1],\"type\":[3],\"data\":[\"00000005\"]},"
						    "{\"class\":[2],\"type\":[4],\"data\":[\"00000006\"]}]}");
	assert_null(weft_at(b, "options.flags").p);
	assert_null(weft_at(b, "options.in-hw-count").p);
	assert_null(weft_at(b, "options.act[0].options.tm").p);
	assert_int_equal(weft_uint(weft_at(b, "options.act[0].options.parms.index"), 99), 0);
	assert_int_equal(weft_uint(weft_at(b, "options.act[1].options.parms.index"), 99), 8);
	weft_msg_free(a);
	weft_msg_free(m);
	/* the head of a priority */
	m = weft_request("tc", "newtfilter", 0);
	weft_put(m, WEFT_KV(tcmsg, info, weft_tc_info(1, 3)));
	weft_put(m, WEFT_KV(tc, kind, "flower"));
	assert_null(weft_filter_again(weft_msg_body(m), 0));
	weft_msg_free(m);
}

static void names(void **state)
{
	char buf[32];
	uint32_t h;
	int32_t c;
	uint16_t p;

	(void)state;
	assert_int_equal(weft_u32_handle_parse("800:1f:7ff", &h), 1);
	assert_int_equal(h, 0x8001f7ff);
	assert_string_equal(weft_u32_handle_text(h, buf), "800:1f:7ff");
	assert_string_equal(weft_u32_handle_text(0x80000000, buf), "800:");
	assert_string_equal(weft_u32_handle_text(0x80000800, buf), "800::800");
	assert_int_equal(weft_u32_handle_parse("::7", &h), 1);
	assert_int_equal(h, 7);
	assert_int_equal(weft_u32_handle_parse("1000:", &h), 0);
	assert_int_equal(weft_control_parse("continue", &c), 1);
	assert_int_equal(c, -1);
	assert_string_equal(weft_control_text(0x20000005, buf), "goto_chain:5");
	assert_int_equal(weft_control_parse("jump:3", &c), 1);
	assert_int_equal(c, 0x10000003);
	assert_int_equal(weft_control_parse("jump:x", &c), 0);
	assert_int_equal(weft_ethertype_parse("802.1Q", &p), 1);
	assert_int_equal(p, 0x8100);
	assert_string_equal(weft_ethertype_text(0x1234, buf), "0x1234");
	assert_string_equal(weft_action_kind(0), "bpf");
	assert_null(weft_action_kind(99));
	assert_string_equal(weft_filter_word("fw", 0), "mask");
	assert_null(weft_filter_word("fw", 9));
	assert_null(weft_filter_word("fx", 0));
	assert_string_equal(weft_action_word("mirred", 0), "ingress");
	assert_null(weft_action_word("mirred", 99));
	assert_null(weft_action_word("mirrod", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_as_said),	  cmocka_unit_test(said_otherwise), cmocka_unit_test(wrong_words),
		cmocka_unit_test(misspelt),	  cmocka_unit_test(limits),	    cmocka_unit_test(not_now),
		cmocka_unit_test(in_the_message), cmocka_unit_test(again),	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
