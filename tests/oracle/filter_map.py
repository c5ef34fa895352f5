# SPDX-License-Identifier: MIT
"""What `tc -j -d filter show` says of the filters that weft dumps. Each function takes what weft told of options and
gives what tc should; what it does not look at is a fault of this table (filter.py sees to that). NOT_TOLD is what tc
leaves out of its JSON, with the reason."""
import ipaddress
import re

from action_map import NAMED, bytecode, control, police
from qdisc_map import some

ETHERTYPES = {0x0003: "all", 0x0800: "ip", 0x86dd: "ipv6", 0x0806: "arp", 0x8100: "802.1Q", 0x88a8: "802.1ad", 0x8847: "mpls_uc",
              0x8848: "mpls_mc", 0x8864: "ppp_ses", 0x8902: "cfm"}
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 50: "esp", 58: "icmpv6", 115: "l2tp", 132: "sctp"}
FLAGS = {1: "skip_hw", 2: "skip_sw", 4: "in_hw", 8: "not_in_hw"}
NOT_TOLD = {
    "pcnt": "hits, with -s only",
    "stats": "bytes and packets of a police that is no action, with -s only",
    "in-hw-count": "told where it is not 0",
}


def classid(v):
    major, minor = v >> 16, v & 0xffff
    return f"{major:x}:{minor:x}" if minor else f"{major:x}:"


def flags(v):
    if isinstance(v, list):
        return {x.replace("-", "_"): True for x in v}
    return {name: True for bit, name in FLAGS.items() if (v or 0) & bit}


def prefix(address, mask):
    n = bin(int(ipaddress.ip_address(mask))).count("1")
    return address if n == ipaddress.ip_address(address).max_prefixlen else f"{address}/{n}"


def mac(address, mask):
    n = bin(int(mask.replace(":", ""), 16)).count("1")
    return address if n == 48 else f"{address}/{n}"


def dotted(v):
    return str(ipaddress.IPv4Address(v))


# --- matches ---

RELATIONS = {"and": "AND", "or": "OR"}
OPERANDS = {"eq": "eq", "gt": "gt", "lt": "lt"}
META = {1: "random", 4: "load", 5: "dev", 6: "priority", 12: "nf_mark"}
LAYERS = {"link": 0, "network": 1, "transport": 2}


def cmp(d):
    f = d.get("flags")
    return f"{d.get('align')} at {d.get('off')} layer {LAYERS[d.get('layer')]} mask 0x{d.get('mask'):x}" + \
        (" trans" if f & 1 else "") + f" {d.get('opnd')} {d.get('val')}"


def u32_match(d):
    return f"{d.get('val'):08x}/{d.get('mask'):08x} at " + ("nexthdr+" if d.get("offmask") else "") + str(d.get("off"))


def nbyte(d):
    p = bytes.fromhex(d.get("pattern"))[:d.get("len")]
    return f"{p.hex(' ')} \"{p.decode()}\" at {d.get('off')} layer {LAYERS[d.get('layer')]}"


def meta(d):
    h = d.get("hdr")
    left, right = h.get("left"), h.get("right")
    number = int.from_bytes(bytes.fromhex(d.get("lvalue")), "little")
    value = int.from_bytes(bytes.fromhex(d.get("rvalue")), "little")
    right.skip("kind", "shift", "op")  # a number: its length is that of rvalue
    shift = left.get("shift")
    return META[left.get("kind") & 0xfff] + (f" shift {shift}" if shift else "") + \
        (f" mask 0x{number:08x}" if number else "") + f" {left.get('op')} {value}"


def canid(d):
    def one(x):
        v, m = x.get("can-id"), x.get("can-mask")
        kind, whole = ("eff", 0x1fffffff) if v & 0x80000000 else ("sff", 0x7ff)
        v, m = v & 0x1fffffff, m & 0x1fffffff
        return f"{kind} 0x{v:X}" + ("" if m == whole else f":0x{m:X}")
    return " ".join(one(x) for x in [d, *(d.get("more") or [])])


MATCHES = {"cmp": cmp, "u32": u32_match, "nbyte": nbyte, "meta": meta, "canid": canid}


def tree(o):
    """The expression, as tc prints it; blanks are not compared."""
    o.get("tree-hdr").skip("nmatches", "progid")
    entries = [e.get(k) for i, e in enumerate(o.get("tree-list") or []) for k in (str(i + 1),)]

    def sequence(at):
        out = []
        while True:
            e = entries[at]
            e.skip("matchid")
            f = e.get("flags")
            inner = sequence(e.get("data").get("first")) if e.get("kind") == "container" else None
            text = f"( {inner} )" if inner else f"{e.get('kind')}({MATCHES[e.get('kind')](e.get('data'))})"
            relation = [RELATIONS[x] for x in f if x in RELATIONS]
            out += (["NOT"] if "invert" in f else []) + [text] + relation
            if not relation:
                return " ".join(out)
            at += 1
    return sequence(0) if entries else None


def blanks(text):
    return re.sub(r"\s+", " ", text).strip()


# --- kinds ---

def common(o, name="flowid"):
    o.skip(*NOT_TOLD)
    return some(**{name: classid(o.get("classid")) if o.get("classid") is not None else None})


def matchall(o, x):
    return {"handle": x, **common(o), **flags(o.get("flags"))}


def basic(o, x):
    return some(handle=f"{x:x}", ematch=tree(o.get("ematches")), **common(o))


def cgroup(o, x):
    return some(handle=hex(x), ematch=tree(o.get("ematches")))


def fw(o, x):
    return some(fw={"mark": hex(x), "mask": hex(o.get("mask"))}, indev=o.get("indev"), **common(o, "classid"))


def route(o, x):
    device = o.get("iif")
    realms = [str(v) for v in (o.get("to"), o.get("from")) if v is not None]
    return some(fh=hex(x), fromif=device and Context.names[device], **common(o), name=realms if len(realms) > 1 else realms[0])


HASHED = ["src", "dst", "proto", "proto-src", "proto-dst", "iif", "priority", "mark", "nfct", "nfct-src", "nfct-dst",
          "nfct-proto-src", "nfct-proto-dst", "rt-classid", "sk-uid", "sk-gid", "vlan-tag", "rxhash"]


def flow(o, x):
    keys = o.get("keys")
    addend, xor, mask = o.get("addend"), o.get("xor"), o.get("mask")
    return some(handle=hex(x), mode=["map", "hash"][o.get("mode")], keys=[n for i, n in enumerate(HASHED) if keys >> i & 1],
                divisor=o.get("divisor"), baseclass=classid(o.get("baseclass")), perturb=o.get("perturb"), xor=hex(xor) if xor else None,
                rshift=o.get("rshift"), addend=hex(addend) if addend else None, **{"and": hex(mask) if mask is not None else None})


def bpf(o, x):
    return {"handle": hex(x), **common(o), **flags(o.get("flags-gen")), **bytecode(o)}


def table(v):
    return f"{v >> 20:x}"


def u32(o, x):
    htid, bucket, node = x >> 20, x >> 12 & 0xff, x & 0xfff
    out = {"fh": f"{htid:x}:{f'{bucket:x}' if bucket else ''}" + (f":{node:x}" if node else "")}
    if o.get("divisor"):
        return {**out, "ht_divisor": o.get("divisor")}
    sel, link, of, mark, device = o.get("sel"), o.get("link"), o.get("hash"), o.get("mark"), o.get("indev")
    out.update(order=node, key_ht=table(of), bkt=f"{of >> 12 & 0xff:x}", **common(o), **flags(o.get("flags")))
    if link:
        out["link"] = table(link) + ":"
    if mark:
        out.update(fwmark_value=f"0x{mark.get('val'):x}", fwmark_mask=f"0x{mark.get('mask'):x}", fwmark_success=mark.get("success"))
    out["match"] = [{"value": f"{k.get('val'):x}", "mask": f"{k.get('mask'):x}", "offmask": "nexthdr+" if k.get("offmask") else "",
                     "off": k.get("off")} for k in sel.get("keys")]
    sel.skip("nkeys")
    f = sel.get("flags")  # TC_U32_TERMINAL, OFFSET, VAROFFSET, EAT
    if f & 6:
        out.update(offset_mask=f"{sel.get('offmask'):x}", offset_shift=sel.get("offshift"), offset_off=sel.get("off"))
        sel.skip("offoff")
    else:
        sel.skip("offmask", "offshift", "off", "offoff")
    if f & 8:
        out["eat"] = True
    if sel.get("hmask"):
        out.update(hash_mask=f"{sel.get('hmask'):x}", hash_off=sel.get("hoff"))
    sel.skip("hoff")
    if device:
        out["input_dev"] = device
    if o.get("police"):
        out.update(police(o.get("police")))
    return out


# --- flower ---

ADDRESSES = {"ip": ("key-ipv4-", "key-ipv6-"), "enc_ip": ("key-enc-ipv4-", "key-enc-ipv6-")}
EXACT = {"vlan-id": "vlan_id", "vlan-prio": "vlan_prio", "cvlan-id": "cvlan_id", "cvlan-prio": "cvlan_prio",
         "enc-key-id": "enc_key_id", "num-of-vlans": "num_of_vlans", "pppoe-sid": "pppoe_sid", "l2tpv3-sid": "l2tpv3_sid",
         "mpls-label": "mpls_label"}
MASKED = {"ip-tos": "ip_tos", "ip-ttl": "ip_ttl", "enc-ip-tos": "enc_tos", "enc-ip-ttl": "enc_ttl", "ct-zone": "ct_zone",
          "ct-mark": "ct_mark", "enc-udp-dst-port": "enc_dst_port", "enc-udp-src-port": "enc_src_port"}
WHOLE = {"ip_tos": 255, "ip_ttl": 255, "enc_tos": 255, "enc_ttl": 255, "ct_zone": 0xffff, "ct_mark": 0xffffffff,
         "enc_dst_port": 0xffff, "enc_src_port": 0xffff}
STATES = {1: "new", 2: "est", 4: "rel", 8: "trk", 16: "inv", 32: "rpl"}


def addresses(o, out):
    for end in ("dst", "src"):
        for name, kinds in ADDRESSES.items():
            for kind in kinds:
                a = o.get(f"{kind}{end}")
                if a is not None:
                    out[name.replace("ip", f"{end}_ip")] = prefix(a, o.get(f"{kind}{end}-mask"))
        if o.get(f"key-eth-{end}") is not None:
            out[f"{end}_mac"] = mac(o.get(f"key-eth-{end}"), o.get(f"key-eth-{end}-mask"))
        for proto in ("tcp", "udp", "sctp"):
            port, mask = o.get(f"key-{proto}-{end}"), o.get(f"key-{proto}-{end}-mask")
            if port is not None:
                out[f"{end}_port"] = port
                if mask != 0xffff:
                    out[f"{end}_port_mask"] = f"{mask:x}"
        if o.get(f"key-port-{end}-min") is not None:
            out[f"{end}_port"] = {"start": o.get(f"key-port-{end}-min"), "end": o.get(f"key-port-{end}-max")}


def arp(o, out):
    for name in ("sip", "tip"):
        if o.get(f"key-arp-{name}") is not None:
            out[f"arp_{name}"] = prefix(dotted(o.get(f"key-arp-{name}")), dotted(o.get(f"key-arp-{name}-mask")))
    for name in ("sha", "tha"):
        if o.get(f"key-arp-{name}") is not None:
            out[f"arp_{name}"] = mac(o.get(f"key-arp-{name}"), o.get(f"key-arp-{name}-mask"))
    op = o.get("key-arp-op")
    if op is not None:
        out["arp_op"] = {1: "request", 2: "reply"}[op] if o.get("key-arp-op-mask") == 255 else f"{op}"


def icmp(o, out):
    for version in ("4", "6"):
        for name in ("type", "code"):
            v = o.get(f"key-icmpv{version}-{name}")
            if v is not None:
                m = o.get(f"key-icmpv{version}-{name}-mask")
                out[f"icmp_{name}"] = f"{v}" + ("" if m == 255 else f"/{m:x}")


def mpls(o, out):
    stack = o.get("key-mpls-opts")
    if stack:
        out["mpls"] = [some(depth=e.get("lse-depth"), label=e.get("lse-label"), tc=e.get("lse-tc"), bos=e.get("lse-bos"),
                            ttl=e.get("lse-ttl")) for e in stack.get("lse")]
    for name in ("tc", "bos", "ttl"):
        v = o.get(f"key-mpls-{name}")
        if v is not None:
            out[f"mpls_{name}"] = str(v)


def state_of(o, out):
    v, m = o.get("key-ct-state"), o.get("key-ct-state-mask")
    if m:
        out["ct_state"] = "".join(("+" if v & b else "-") + STATES[b] for b in (8, 1, 2, 16, 32, 4) if m & b)
    label, mask = o.get("key-ct-labels"), o.get("key-ct-labels-mask")
    if label:
        out["ct_label"] = label + ("" if mask == "f" * 32 else f"/{mask}")


def options(x, kind):
    """Options of a tunnel, or their mask."""
    if kind == "geneve":
        return [{"class": c, "type": t, "data": list(bytes.fromhex(d))}
                for g in x for c, t, d in zip(g.get("class"), g.get("type"), g.get("data"))]
    if kind == "vxlan":
        return [{"gbp": x.get("gbp")}]
    if kind == "pfcp":  # printed as 32 bits
        return [{"type": x.get("type"), "seid": x.get("seid") & 0xffffffff}]
    return [{n: x.get(n) or 0 for n in ("ver", "index", "dir", "hwid")}]


def tunnels(o, out):
    for what, end in (("key-enc-opts", "key"), ("key-enc-opts-mask", "mask")):
        x = o.get(what)
        for kind in ("geneve", "vxlan", "erspan", "pfcp"):
            if x and x.get(kind):
                out[f"{kind}_opt_{end}"] = options(x.get(kind), kind)
        if x and x.get("gtp"):  # printed by no iproute2 up to 6.15
            x.get("gtp").skip("pdu-type", "qfi")
    for ours, theirs in (("key-flags", "ip_flags"), ("key-enc-flags", "enc_flags")):
        v, m = o.get(ours), o.get(f"{ours}-mask")
        if m:
            out[theirs] = {n: n in v for n in m}


def flower(o, x):
    o.skip(*NOT_TOLD)
    keys = {}
    for ours, theirs in EXACT.items():
        if o.get(f"key-{ours}") is not None:
            keys[theirs] = o.get(f"key-{ours}")
    for ours, theirs in MASKED.items():
        v, m = o.get(f"key-{ours}"), o.get(f"key-{ours}-mask")
        if v is not None:
            keys[theirs] = v
            if m != WHOLE[theirs]:
                keys[f"{theirs}_mask"] = f"{m:x}"
    for part in (addresses, arp, icmp, mpls, state_of, tunnels):
        part(o, keys)
    kind = o.get("key-eth-type")
    if kind is not None:
        keys["eth_type"] = {0x0800: "ipv4", 0x86dd: "ipv6", 0x0806: "arp"}.get(kind, f"{kind:x}")
    for ours, theirs in (("key-vlan-eth-type", "vlan_ethtype"), ("key-cvlan-eth-type", "cvlan_ethtype")):
        if o.get(ours) is not None:
            keys[theirs] = ETHERTYPES[o.get(ours)]
    if o.get("key-ip-proto") is not None:
        keys["ip_proto"] = PROTOCOLS[o.get("key-ip-proto")]
    if o.get("key-tcp-flags") is not None:
        keys["tcp_flags"] = f"0x{o.get('key-tcp-flags'):x}/{o.get('key-tcp-flags-mask'):x}"
    if o.get("key-ppp-proto") is not None:
        keys["ppp_proto"] = {0x21: "ip", 0x57: "ipv6"}[o.get("key-ppp-proto")]
    if o.get("key-spi") is not None:
        o.skip("key-spi-mask")
        keys["spi"] = f"{o.get('key-spi'):x}"
    cfm = o.get("key-cfm")
    if cfm:
        keys["cfm"] = some(mdl=cfm.get("md-level"), op=cfm.get("opcode"))
    if o.get("l2-miss") is not None:
        keys["l2_miss"] = o.get("l2-miss")
    c = o.get("classid")
    return some(handle=x, classid=classid(c) if c is not None else None, indev=o.get("indev"), keys=keys, **flags(o.get("flags")))


KINDS = {"matchall": matchall, "basic": basic, "cgroup": cgroup, "fw": fw, "route": route, "flow": flow, "bpf": bpf, "u32": u32,
         "flower": flower}


class Context:
    names = {}


def filter_(x, names):
    """What tc should say of a filter."""
    Context.names = NAMED.names = names
    info, o = x.get("info"), x.get("options")
    x.skip("family", "ifindex", "parent", "block", "stats")
    protocol = (info & 0xff) << 8 | info >> 8 & 0xff
    out = {"protocol": ETHERTYPES[protocol], "pref": info >> 16, "kind": x.get("kind"), "chain": x.get("chain")}
    handle = x.get("handle")
    if o is None:
        return out
    out["options"] = KINDS[x.get("kind")](o, handle)
    for name in ("act", "action"):
        for group in o.get(name) or []:
            for order in list(group.value):
                out["options"].setdefault("actions", []).append({"order": int(order), **control(group.get(order))})
    return out
