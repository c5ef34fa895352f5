# SPDX-License-Identifier: MIT
"""Encapsulations of routes and nexthops: from ours to theirs, as a whole."""
KINDS = ["none", "mpls", "ip", "ila", "ip6", "seg6", "bpf", "seg6local", "rpl", "ioam6", "xfrm"]
# TUNNEL_* of linux/if_tunnel.h, those that are shown
TUNNEL = {1: "csum", 4: "key", 8: "seq"}
ACTIONS = {"end": "End", "end-x": "End.X", "end-t": "End.T", "end-dx2": "End.DX2", "end-dx6": "End.DX6",
           "end-dx4": "End.DX4", "end-dt6": "End.DT6", "end-dt4": "End.DT4", "end-b6": "End.B6",
           "end-b6-encap": "End.B6.Encaps", "end-bm": "End.BM", "end-s": "End.S", "end-as": "End.AS",
           "end-am": "End.AM", "end-bpf": "End.BPF", "end-dt46": "End.DT46"}


def options(v):
    out = {}
    if "geneve" in v:
        out["geneve_opts"] = [{"class": c, "type": t, "data": d} for o in v["geneve"]
                              for c, t, d in zip(o["class"], o["type"], o["data"])]
    if "vxlan" in v:
        out["vxlan_opts"] = [v["vxlan"]]
    if "erspan" in v:
        e = v["erspan"]
        out["erspan_opts"] = [{"ver": e["ver"], "index": e.get("index", 0), "dir": e.get("dir", 0), "hwid": e.get("hwid", 0)}]
    return out


def tunnel(v, _):
    out = {k: w for k, w in v.items() if k not in ("flags", "opts")}
    out.update({name: True for bit, name in TUNNEL.items() if v["flags"] & bit})
    out.update(options(v.get("opts", {})))
    return out


def segments(srh):
    return list(reversed(srh["segments"]))


def seg6(v, _):
    out = {"mode": v["srh"]["mode"].replace("-", "."), "segs": segments(v["srh"])}
    return out


def seg6local(v, c):
    out = {"action": ACTIONS[v["action"]]}
    for k in ("nh4", "nh6"):
        if k in v:
            out[k] = v[k]
    for k in ("table", "vrftable"):
        if k in v:
            out[k] = str(v[k])
    for k in ("iif", "oif"):
        if k in v:
            out[k] = c.name(v[k])
    if "srh" in v:
        out["srh"] = {"segs": segments(v["srh"])}
    f = v.get("flavors", {})
    if f:
        out["flavors"] = f["operation"]
        if "lcblock-bits" in f:
            out.update(lblen=f["lcblock-bits"], nflen=f["lcnode-fn-bits"])
    return out


def bpf(v, _):
    out = {hook: v[hook]["name"] for hook in ("in", "out", "xmit") if hook in v}
    if "xmit-headroom" in v:
        out["headroom"] = v["xmit-headroom"]
    return out


def xfrm(v, c):
    out = {"if_id": v["if-id"]}
    if "link" in v:
        out["link_dev"] = c.name(v["link"])
    return out


def ila(v, _):
    locator = ":".join(f"{v['locator'] >> n & 0xffff:x}" for n in (48, 32, 16, 0))
    return {"locator": locator, "csum_mode": v["csum-mode"], "ident_type": v["ident-type"],
            "hook_type": v["hook-type"].removeprefix("route-")}


MAKE = {"mpls": lambda v, _: dict(v), "ip": tunnel, "ip6": tunnel, "seg6": seg6, "seg6local": seg6local, "bpf": bpf,
        "rpl": lambda v, _: {"segs": segments(v["srh"])}, "xfrm": xfrm, "ila": ila}


def theirs(v, kind, c):
    kind = KINDS[kind] if isinstance(kind, int) else kind
    return {"encap_type": kind, **MAKE[kind](v, c)}
