# SPDX-License-Identifier: MIT
"""What `tc -j -d` says of the actions that weft dumps, for filter_map.py."""
import ipaddress
import struct

from qdisc_map import some

TICK = 64  # nanoseconds
VERDICTS = {-1: "continue", 0: "pass", 1: "reclassify", 2: "drop", 3: "pipe", 4: "stolen", 5: "queued", 6: "repeat", 7: "redirect",
            8: "trap"}
PROTOCOLS = {0x0800: "ip", 0x86dd: "ipv6", 0x8100: "802.1Q", 0x88a8: "802.1ad", 0x8847: "mpls_uc", 0x8848: "mpls_mc"}
NOTHING = {"random_type": "none", "control_action": {"type": "pass"}, "val": 0}
CLOCKS = {0: "REALTIME", 1: "MONOTONIC", 7: "BOOTTIME", 11: "TAI"}


class NAMED:
    names = {}


def verdict(v):
    if v & 0xf0000000 == 0x20000000 and v > 0:
        return {"type": "goto", "chain": v & 0xfffffff}
    if v & 0xf0000000 == 0x10000000 and v > 0:
        return {"type": "jump", "jump": v & 0xfffffff}
    return {"type": VERDICTS[v]}


def head(p):
    p.skip("capab")
    return {"control_action": verdict(p.get("action")), "index": p.get("index"), "ref": p.get("refcnt"), "bind": p.get("bindcnt")}


def parms(o, name="parms"):
    o.skip("tm")
    return o.get(name)


def dotted(v):
    return str(ipaddress.IPv4Address(v))


def network(address, mask):
    return f"{address}/{bin(int(ipaddress.ip_address(mask))).count('1')}"


def bytecode(o):
    if o.get("ops-len") is None:
        return {}
    insns = struct.iter_unpack("=HBBI", bytes.fromhex(o.get("ops")))
    return {"bytecode": {"length": o.get("ops-len"), "insns": [dict(zip(("code", "jt", "jf", "k"), i)) for i in insns]}}


def gact(o):
    p = o.get("prob")
    prob = {"random_type": ["none", "netrand", "determ"][p.get("ptype")], "control_action": verdict(p.get("paction")),
            "val": p.get("pval")} if p else NOTHING
    return {"kind": "gact", **head(parms(o)), "prob": prob}


def mirred(o):
    p, block = parms(o), o.get("blockid")
    way, what = p.get("eaction").split("-")
    device = p.get("ifindex")
    return some(kind="mirred", mirred_action={"redir": "redirect", "mirror": "mirror"}[what], direction=way, to_blockid=block,
                to_dev=None if block else NAMED.names[device], **head(p))


def police(o):
    """Rates, bursts and sizes are text only: filter.py compares those."""
    t = o.get("tbf")
    t.skip("limit", "burst", "mtu", "capab")
    o.skip("tm", "rate64", "peakrate64", "avrate")
    rate, peak, result = t.get("rate"), t.get("peakrate"), o.get("result")
    rate.skip("cell-log", "cell-align", "rate", "mpu")
    peak.skip("cell-log", "cell-align", "rate", "mpu", "linklayer", "overhead")
    burst = o.get("pktburst64")
    packets = o.get("pktrate64")
    verdicts = [verdict(t.get("action"))] + ([verdict(result)] if result is not None else [])
    return some(kind="police", index=t.get("index"), control_action=verdicts[-1], overhead=rate.get("overhead"),
                linklayer=["unspec", "ethernet", "atm"][rate.get("linklayer")], ref=t.get("refcnt"), bind=t.get("bindcnt"),
                pkts_rate=packets, pkts_burst=packets and round(burst * TICK * packets / 1e9))


def bpf(o):
    return {"kind": "bpf", **head(parms(o)), **bytecode(o)}


def connmark(o):
    p = parms(o)
    return {"kind": "connmark", "zone": p.get("zone"), **head(p)}


def csum(o):
    p = parms(o)
    order = (("ipv4hdr", "iph"), ("icmp", "icmp"), ("igmp", "igmp"), ("tcp", "tcp"), ("udp", "udp"), ("udplite", "udplite"),
             ("sctp", "sctp"))
    is_set = p.get("update-flags")
    return {"kind": "csum", "csum": ", ".join(b for a, b in order if a in is_set), **head(p)}


def nat_of_ct(o):
    v = o.get("action")
    if not v & 8:
        return None
    low = o.get("nat-ipv4-min") and dotted(o.get("nat-ipv4-min")) or o.get("nat-ipv6-min")
    high = o.get("nat-ipv4-max") and dotted(o.get("nat-ipv4-max")) or o.get("nat-ipv6-max")
    first, last = o.get("nat-port-min"), o.get("nat-port-max")
    words = [{16: "src", 32: "dst", 0: None}[v & 48]]
    words += [f"addr {low}" + (f"-{high}" if high != low else "")] if low else []
    words += [f"port {first}" + (f"-{last}" if last != first else "")] if first else []
    return " ".join(w for w in words if w)


def ct(o):
    v, label, mask = o.get("action"), o.get("labels"), o.get("labels-mask")
    words = [w for bit, w in ((1, "commit"), (2, "force"), (4, "clear")) if v & bit]
    mark = o.get("mark-mask")
    return some(kind="ct", action=" ".join(words) or None, mark=o.get("mark"), zone=o.get("zone"),
                mark_mask=f"{mark:x}" if mark not in (None, 0xffffffff) else None,
                label=label and label + ("" if mask == "f" * 32 else f"/{mask}"), nat=nat_of_ct(o), **head(parms(o)))


def ctinfo(o):
    o.skip("stats-dscp-set", "stats-dscp-error", "stats-cpmark-set")
    return {"kind": "ctinfo", "zone": o.get("zone"), **head(parms(o, "act")), "dscpmask": hex(o.get("parms-dscp-mask")),
            "dscpstatemask": hex(o.get("parms-dscp-statemask")), "cpmark": hex(o.get("parms-cpmark-mask"))}


def mpls(o):
    p = parms(o)
    what = ["", "pop", "push", "modify", "dec_ttl", "mac_push"][p.get("m-action")]
    protocol = o.get("proto")  # the kernel tells it of all, tc of those that have one
    return some(kind="mpls", mpls_action=what, label=o.get("label"), tc=o.get("tc"), bos=o.get("bos"), ttl=o.get("ttl"), **head(p),
                protocol=PROTOCOLS[protocol] if what in ("pop", "push", "mac_push") else None)


def nat(o):
    p = parms(o)
    return {"type": "nat", "direction": "egress" if "egress" in p.get("flags") else "ingress",
            "old_addr": network(p.get("old-addr"), p.get("mask")), "new_addr": p.get("new-addr"), **head(p)}


KEYS = {"ip4": "ipv4", "ip6": "ipv6", None: "network"}


def swapped(v):
    return f"{int.from_bytes(v.to_bytes(4, 'little'), 'big'):x}"


def pedit(o):
    p = parms(o, "parms-ex") or o.get("parms")
    p.skip("flags")
    more = (o.get("keys-ex") or {}) and o.get("keys-ex").get("key-ex")
    keys = []
    for i, k in enumerate(p.get("keys")):
        k.skip("at", "offmask", "shift")
        of = more[i].get("htype") if more else None
        keys.append({"htype": KEYS.get(of, of), "offset": k.get("off"), "cmd": more[i].get("cmd") if more else "set",
                     "val": swapped(k.get("val")), "mask": swapped(k.get("mask"))})
    return {"kind": "pedit", "nkeys": p.get("nkeys"), **head(p), "keys": keys}


def sample(o):
    return some(kind="sample", rate=o.get("rate"), group=o.get("psample-group"), trunc_size=o.get("trunc-size"), **head(parms(o)))


def simple(o):
    h = head(parms(o))
    del h["control_action"]  # printed in text only
    return {"simple": o.get("data"), **h}


def skbedit(o):
    mask, kind, flags, prio = o.get("mask"), o.get("ptype"), o.get("flags"), o.get("priority")
    return some(kind="skbedit", queue_mapping=o.get("queue-mapping"), mark=o.get("mark"),
                priority=f"{prio >> 16:x}:{prio & 0xffff:x}" if prio is not None else None,
                mask=f"{mask:x}" if mask is not None else None,
                ptype={0: "host", 1: "broadcast", 2: "multicast", 3: "otherhost"}[kind] if kind is not None else None,
                inheritdsfield=True if flags and flags & 32 else None, **head(parms(o)))


def skbmod(o):
    p, etype = parms(o), o.get("etype")
    flags = p.get("flags")
    return some(smac=o.get("smac"), dmac=o.get("dmac"), etype=hex(etype) if etype else None,
                swapmac=True if "swapmac" in flags else None, **head(p))


def options_of(x):
    """Options of a tunnel."""
    for kind in ("geneve", "vxlan", "erspan"):
        g = x.get(kind)
        if kind == "geneve" and g:
            yield "geneve_opts", [{"class": c, "type": t, "data": list(bytes.fromhex(d))}
                                  for i in g for c, t, d in zip(i.get("class"), i.get("type"), i.get("data"))]
        elif kind == "vxlan" and g:
            yield "vxlan_opts", [{"gbp": g.get("gbp")}]
        elif g:
            yield "erspan_opts", [{n: g.get(n) or 0 for n in ("ver", "index", "dir", "hwid")}]


def tunnel_key(o):
    p = parms(o)
    if p.get("t-action") == "release":
        return {"kind": "tunnel_key", "mode": "unset", **head(p)}
    src, dst, opts = o.get("enc-ipv4-src"), o.get("enc-ipv4-dst"), o.get("enc-opts")
    return some(kind="tunnel_key", mode="set", src_ip=dotted(src) if src else o.get("enc-ipv6-src"),
                dst_ip=dotted(dst) if dst else o.get("enc-ipv6-dst"), key_id=o.get("enc-key-id"), dst_port=o.get("enc-dst-port"),
                flag="nocsum" if o.get("no-csum") else "csum", nofrag=bool(o.get("no-frag")), tos=o.get("enc-tos"),
                ttl=o.get("enc-ttl"), **head(p), **dict(options_of(opts) if opts else ()))


def vlan(o):
    p, protocol = parms(o), o.get("push-vlan-protocol")
    return some(kind="vlan", vlan_action=["", "pop", "push", "modify", "pop_eth", "push_eth"][p.get("v-action")],
                id=o.get("push-vlan-id"), protocol=protocol and PROTOCOLS[protocol], priority=o.get("push-vlan-priority"),
                dst_mac=o.get("push-eth-dst"), src_mac=o.get("push-eth-src"), **head(p))


def ife(o):
    p, m = parms(o), o.get("metalst")

    def of(name):
        v = m.get(name)
        return v if v is None else int.from_bytes(bytes.fromhex(v), "little") if v else "allow"
    return some(kind="ife", mode=p.get("flags"), **head(p), type=f"0x{o.get('type'):x}", mark=of("skbmark"), prio=of("prio"),
                tcindex=of("tcindex"), dst=o.get("dmac"), src=o.get("smac"))


def gate(o):
    entries = o.get("entry-list").get("one-entry")
    return {"priority": o.get("priority"), "clockid": CLOCKS[o.get("clockid")], "flags": f"{o.get('flags'):x}",
            "base_time": o.get("base-time"), "cycle_time": o.get("cycle-time"), "cycle_time_ext": o.get("cycle-time-ext"),
            "schedule": [{"number": e.get("index"), "gate_state": "open" if e.get("gate") else "close", "interval": e.get("interval"),
                          "ipv": e.get("ipv"), "max_octets": e.get("max-octets")} for e in entries], **head(parms(o))}


KINDS = {f.__name__: f for f in (gact, mirred, police, bpf, connmark, csum, ct, ctinfo, mpls, nat, pedit, sample, simple, skbedit,
                                 skbmod, tunnel_key, vlan, ife, gate)}


def control(x, alone=False):
    """An action as tc tells it; alone: not of a filter."""
    x.skip("stats", "in-hw-count")
    f, used = x.get("flags"), x.get("used-hw-stats")
    out = {**KINDS[x.get("kind")](x.get("options")), **some(cookie=x.get("cookie"))}
    bits = f.get("value") & f.get("selector") if f else 0
    if bits & 1:
        out["no_percpu"] = True
    if alone:
        out["not_in_hw"] = True
        if bits & 2:
            out.update(skip_hw=True)
            del out["not_in_hw"]
    if used:
        out["used_hw_stats"] = [n for b, n in ((1, "immediate"), (2, "delayed")) if used.get("value") & b] or ["disabled"]
        used.skip("selector")
    hw = x.get("hw-stats")
    if hw:
        out["hw_stats"] = [n for b, n in ((1, "immediate"), (2, "delayed")) if hw.get("value") & b] or ["disabled"]
        hw.skip("selector")
    return out
