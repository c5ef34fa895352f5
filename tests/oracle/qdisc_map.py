# SPDX-License-Identifier: MIT
"""What `tc -j -s -d` says of the qdiscs and classes that weft dumps. Each function takes what weft told of an object's
options and gives what tc should; what it does not look at is a fault of this table (qdisc.py sees to that)."""
import math

TICK = 64  # nanoseconds
CLOCKS = {0: "REALTIME", 1: "MONOTONIC", 7: "BOOTTIME", 11: "TAI"}
PART = 4294967295


class Seen:
    """A JSON object that remembers what was looked at."""

    def __init__(self, value, path=""):
        self.value, self.path, self.used, self.inner = value, path, set(), {}

    def get(self, name, default=None):
        self.used.add(name)
        v = self.value.get(name, default)
        if isinstance(v, dict):
            return self.inner.setdefault(name, Seen(v, f"{self.path}.{name}"))
        if isinstance(v, list) and v and isinstance(v[0], dict):
            return self.inner.setdefault(name, [Seen(x, f"{self.path}.{name}") for x in v])
        return v

    def skip(self, *names):
        self.used.update(names)

    def left(self):
        out = [f"{self.path}.{k}" for k in self.value if k not in self.used]
        for v in self.inner.values():
            for x in v if isinstance(v, list) else [v]:
                out += x.left()
        return out


def handle(v):
    major, minor = v >> 16, v & 0xffff
    return "root" if v == PART else f"{major:x}:" + (f"{minor:x}" if minor else "")


def part(v):
    return v / PART


def some(**kv):
    """Only what is there."""
    return {k.replace("__", "-").rstrip("_"): v for k, v in kv.items() if v is not None}


def true(v):
    return True if v else None


def size(v):
    """Sizes as tc prints them: exact in kilobytes or megabytes when it is near, else in bytes."""
    for unit, name, off in ((1 << 20, "Mb", 1 << 14), (1024, "Kb", 16)):
        if v >= unit and abs(round(v / unit) * unit - v) < off:
            return f"{round(v / unit)}{name}"
    return f"{v}b"


def limit(o):
    return some(limit=o.get("limit"))


def bytes_of(hexed):
    return list(bytes.fromhex(hexed))


def prio(o):
    return {"bands": o.get("bands"), "priomap": bytes_of(o.get("priomap")), "multiqueue": False}


def multiq(o):
    return {"bands": f"{o.get('bands')}/{o.get('max-bands')}"}


def rate64(o, wide, spec):
    low = spec.get("rate")
    return o.get(wide) or low


def spec_rest(s):
    s.skip("cell-log", "cell-align")
    return s


def tbf(o):
    p = o.get("parms")
    r, peak = spec_rest(p.get("rate")), spec_rest(p.get("peakrate"))
    rate, top = rate64(o, "rate64", r), rate64(o, "prate64", peak)
    burst = p.get("buffer") * TICK * rate // 1000000000
    out = {"rate": rate, "burst": size(burst) + "/1", "mpu": r.get("mpu"),
           "linklayer": {1: "ethernet", 2: "atm"}[r.get("linklayer")]}
    latency = 1e6 * p.get("limit") / rate - p.get("buffer") * TICK / 1000
    peak.skip("mpu", "linklayer", "overhead")
    mtu = p.get("mtu")
    if top:
        out["mtu"] = size(mtu * TICK * top // 1000000000) + "/1"
        latency = max(latency, 1e6 * p.get("limit") / top - mtu * TICK / 1000)
    out["lat"] = int(latency)
    if r.get("overhead"):
        out["overhead"] = r.get("overhead")
    return out


def htb(o):
    i = o.get("init")
    i.skip("version", "debug")
    defcls = i.get("defcls")
    return some(r2q=i.get("rate2quantum"), default=hex(defcls) if defcls else "0", ver="3.17",
                direct_packets_stat=i.get("direct-pkts"), direct_qlen=o.get("direct-qlen"))


def hfsc(o):
    return {"default": f"{o.get('defcls'):x}"}


def codel(o):
    return some(limit=o.get("limit"), target=o.get("target"), ce_threshold=o.get("ce-threshold"),
                interval=o.get("interval"), ecn=true(o.get("ecn")))


def fq_codel(o):
    selector, mask = o.get("ce-threshold-selector"), o.get("ce-threshold-mask")
    return some(flows=o.get("flows"), quantum=o.get("quantum"), memory_limit=o.get("memory-limit"),
                drop_batch=o.get("drop-batch-size"), ce_threshold_selector=selector if mask else None,
                ce_threshold_mask=mask or None, **codel(o))


def fq(o):
    weights, p = o.get("weights"), o.get("priomap")
    out = some(limit=o.get("plimit"), flow_limit=o.get("flow-plimit"), buckets=1 << o.get("buckets-log"),
               orphan_mask=o.get("orphan-mask"), quantum=o.get("quantum"), initial_quantum=o.get("initial-quantum"),
               maxrate=o.get("flow-max-rate"), low_rate_threshold=o.get("low-rate-threshold"),
               refill_delay=o.get("flow-refill-delay"), ce_threshold=o.get("ce-threshold"),
               timer_slack=o.get("timer-slack"), horizon=o.get("horizon"), offload_horizon=o.get("offload-horizon"))
    if out.get("maxrate") == PART:
        del out["maxrate"]
    if out.get("ce_threshold") in (PART, PART // 1000):
        del out["ce_threshold"]
    if not o.get("rate-enable"):
        out["pacing"] = False
    if p:
        out.update({"bands": p.get("bands"), "priomap ": bytes_of(p.get("priomap")), "weights ": weights})
    out["horizon_drop" if o.get("horizon-drop") else "horizon_cap"] = None
    return out


def pie(o):
    return some(limit=o.get("limit"), target=o.get("target"), tupdate=o.get("tupdate"), alpha=o.get("alpha"),
                beta=o.get("beta"), ecn=true(o.get("ecn")), bytemode=true(o.get("bytemode")),
                dq_rate_estimator=true(o.get("dq-rate-estimator")))


def fq_pie(o):
    return some(flows=o.get("flows"), quantum=o.get("quantum"), memory_limit=o.get("memory-limit"),
                ecn_prob=o.get("ecn-prob"), **pie(o))


def hhf(o):
    return some(limit=o.get("backlog-limit"), quantum=o.get("quantum"), hh_limit=o.get("hh-flows-limit"),
                reset_timeout=o.get("reset-timeout"), admit_bytes=o.get("admit-bytes"),
                evict_timeout=o.get("evict-timeout"), non_hh_weight=o.get("non-hh-weight"))


def red_flags(v):
    return {n: bool(v & b) for n, b in (("ecn", 1), ("harddrop", 2), ("adaptive", 4), ("nodrop", 8))}


def red_parms(p, max_p):
    p.skip("Plog")
    return {"limit": p.get("limit"), "min": p.get("qth-min"), "max": p.get("qth-max"), "ewma": p.get("Wlog"),
            "probability": max_p / 2 ** 32, "Scell_log": p.get("Scell-log")}


def red(o):
    p, bits = o.get("parms"), o.get("flags")
    events = [{"kind": k, "block": b} for k, b in (("early_drop", o.get("early-drop-block")),
                                                   ("mark", o.get("mark-block"))) if b]
    bits.skip("selector")
    p.skip("flags")
    return some(qevents=events or None, **red_parms(p, o.get("max-p")), **red_flags(bits.get("value")))


def choke(o):
    p = o.get("parms")
    return {**red_parms(p, o.get("max-p")), **red_flags(p.get("flags"))}


def gred(o):
    d, queues = o.get("dps"), []
    max_p, more = o.get("max-p"), {}
    for e in (o.get("vq-list").get("entry") if o.get("vq-list") else []):
        e.skip("stat-bytes", "stat-packets")
        more[e.get("dp")] = {**red_flags(e.get("flags")), "backlog": e.get("stat-backlog"),
                             "prob_drop": e.get("stat-prob-drop"), "prob_mark": e.get("stat-prob-mark"),
                             "forced_drop": e.get("stat-forced-drop"), "forced_mark": e.get("stat-forced-mark"),
                             "pdrop": e.get("stat-pdrop"), "other": e.get("stat-other", 0)}
    for i, q in enumerate(o.get("parms")):
        q.skip("backlog", "forced", "early", "other", "pdrop")
        parms, rest = red_parms(q, max_p[i]), {"prio": q.get("prio"), "qave": q.get("qave"),
                                               "packets": q.get("packets"), "bytes": q.get("bytesin")}
        if q.get("DP") < 16:
            queues.append({"vq": q.get("DP"), **rest, **parms, **more.get(q.get("DP"), {})})
    return some(dp_cnt=d.get("DPs"), dp_default=d.get("def-DP"), grio=bool(d.get("grio")), limit=o.get("limit"),
                vqs=queues, **red_flags(d.get("flags")))


def sfb(o):
    p = o.get("parms")
    return {"rehash": p.get("rehash-interval") * 1000, "db": p.get("warmup-time") * 1000, "limit": p.get("limit"),
            "max": p.get("max"), "target": p.get("bin-size"), "increment": p.get("increment") / 65535,
            "decrement": p.get("decrement") / 65535, "penalty_rate": p.get("penalty-rate"),
            "penalty_burst": p.get("penalty-burst")}


def sfq(o):
    v = o.get("v0")
    out = some(limit=v.get("limit"), quantum=v.get("quantum"), divisor=v.get("divisor"), flows=v.get("flows"),
               depth=o.get("depth") or None, headdrop=true(o.get("headdrop")), perturb=v.get("perturb-period") or None)
    o.skip("limit", "Plog", "Scell-log")
    s, flags = o.get("stats"), red_flags(o.get("flags"))
    numbers = {n.replace("-", "_"): s.get(n) for n in ("prob-drop", "prob-mark", "prob-mark-head", "forced-drop",
                                                       "forced-mark", "forced-mark-head")}
    if o.get("qth-min"):
        out.update(min=o.get("qth-min"), max=o.get("qth-max"), ewma=o.get("Wlog"), **flags, **numbers)
        out["probability"] = o.get("max-P") / 2 ** 32
    o.skip("qth-max", "Wlog", "max-P")
    return out


def netem(o):
    corr, c, r = o.get("corr"), o.get("corrupt"), o.get("reorder")
    delay, jitter = o.get("latency64") / 1e9, o.get("jitter64") / 1e9
    # tc takes the jitter of the 32-bit member, in which longer ones are cut
    out = {"limit": o.get("limit"), "ecn": bool(o.get("ecn")), "gap": o.get("gap")}
    o.skip("latency", "jitter")
    if o.get("prng-seed"):
        out["seed"] = o.get("prng-seed")
    dc, lc, pc = (part(corr.get(n)) for n in ("delay-corr", "loss-corr", "dup-corr"))
    if delay or jitter:
        out["delay"] = {"delay": delay, "jitter": min(jitter, 2.14748) if jitter > 2.14748 else jitter, "correlation": dc}
    if o.get("loss"):
        out["loss-random"] = {"loss": part(o.get("loss")), "correlation": lc}
    if o.get("duplicate"):
        out["duplicate"] = {"duplicate": part(o.get("duplicate")), "correlation": pc}
    for name, x in (("corrupt", c), ("reorder", r)):
        p, q = part(x.get("probability")), part(x.get("correlation"))
        if p:
            out[name] = {name: p, "correlation": q}
    model = o.get("loss-model")
    if model and model.get("gi"):
        out["loss-state"] = {n: part(model.get("gi").get(n)) for n in ("p13", "p31", "p32", "p23", "p14")}
    if model and model.get("ge"):
        g = model.get("ge")
        out["loss-gemodel"] = {"p": part(g.get("p")), "r": part(g.get("r")), "1-h": 1 - part(g.get("h")),
                               "1-k": part(g.get("k1"))}
    rate = o.get("rate")
    values = {"rate": rate64(o, "rate64", rate), "packetoverhead": rate.get("packet-overhead"),
              "cellsize": rate.get("cell-size"), "celloverhead": rate.get("cell-overhead")}
    rate.skip("rate")
    if values["rate"]:
        out["rate"] = values
    s = o.get("slot")
    if s:
        times = {n: s.get(n) / 1e9 for n in ("min-delay", "max-delay", "dist-delay", "dist-jitter")}
        out["slot"] = {"packets": s.get("max-packets"), "bytes": s.get("max-bytes")}
        out["slot"].update({"distribution": times["dist-delay"], "jitter": times["dist-jitter"]} if times["dist-jitter"]
                           else {"min-delay": times["min-delay"], "max-delay": times["max-delay"]})
    return out


def cake(o):
    out = some(bandwidth=o.get("base-rate64") or "unlimited",
               diffserv=["diffserv3", "diffserv4", "diffserv8", "besteffort", "precedence"][o.get("diffserv-mode")],
               flowmode=["flowblind", "srchost", "dsthost", "hosts", "flows", "dual-srchost", "dual-dsthost",
                         "triple-isolate"][o.get("flow-mode")], nat=bool(o.get("nat")), wash=bool(o.get("wash")),
               ingress=bool(o.get("ingress")), split_gso=bool(o.get("split-gso")), rtt=o.get("rtt"),
               raw=o.get("raw") is not None, atm=[None, "atm", "ptm"][o.get("atm")], overhead=o.get("overhead"),
               mpu=o.get("mpu") or None, memlimit=o.get("memory") or None, fwmark=f"{o.get('fwmark'):#x}")
    out["ack-filter"] = ["disabled", "enabled", "aggressive"][o.get("ack-filter")]
    if out["fwmark"] == "0x0":
        out["fwmark"] = "0"
    o.skip("target")
    if o.get("autorate"):
        out["autorate"] = True
    return out


def ets(o):
    q, p = o.get("quanta"), o.get("priomap")
    return some(bands=o.get("nbands"), strict=o.get("nstrict"), quanta=q.get("quanta-band") if q else None,
                priomap=p.get("priomap-band"))


def entries(o):
    """Of traffic classes: their index, largest packet, preemption, which older kernels do not tell."""
    return [(e.get("index"), e.get("max-sdu"), {None: None, 2: "P"}.get(e.get("fp"), "E")) for e in o.get("tc-entry") or []]


def preemption(fp):
    return {"fp": [f for _, _, f in fp]} if fp and fp[0][2] else {}


def mqprio(o):
    n, counts, offsets = o.get("num-tc"), o.get("count"), o.get("offset")
    fp = entries(o)
    # kernels that tell nothing behind the struct: tc shows neither
    mode, shaper = (v or 0 if fp or v is not None else None for v in (o.get("mode"), o.get("shaper")))
    out = some(tc=n, map=bytes_of(o.get("prio-tc-map")), mode=None if mode is None else ["dcb", "channel"][mode],
               shaper=None if shaper is None else ["dcb", "bw_rlimit"][shaper],
               queues=[[offsets[i], offsets[i] + counts[i] - 1] for i in range(n)])
    o.skip("hw")
    return {**out, **preemption(fp)}


def sched(o):
    out = some(base_time=o.get("sched-base-time"), cycle_time=o.get("sched-cycle-time"),
               cycle_time_extension=o.get("sched-cycle-time-extension"))
    out["schedule"] = [{"index": e.get("index"), "cmd": "SHR"[e.get("cmd")], "gatemask": hex(e.get("gate-mask")),
                        "interval": e.get("interval")} for e in o.get("sched-entry-list").get("entry")]
    return out


def taprio(o):
    m, fp = o.get("priomap"), entries(o)
    n, counts, offsets = m.get("num-tc"), m.get("count"), m.get("offset")
    m.skip("hw")
    out = some(tc=n, map=bytes_of(m.get("prio-tc-map")),
               queues=[{"offset": offsets[i], "count": counts[i]} for i in range(n)],
               flags=hex(o.get("flags")) if o.get("flags") else None, txtime_delay=o.get("txtime-delay"))
    if o.get("sched-clockid") is not None:
        out["clockid"] = CLOCKS.get(o.get("sched-clockid"), "invalid")
    # tc shows the schedule that runs, or the one that is to come
    out.update(sched(o.get("admin-sched") if o.get("admin-sched") else o))
    if fp and fp[0][1] is not None:
        out["max-sdu"] = [s for _, s, _ in fp]
    return {**out, **preemption(fp)}


def cbs(o):
    p = o.get("parms")
    return {n: p.get(n) for n in ("hicredit", "locredit", "sendslope", "idleslope", "offload")}


def etf(o):
    p = o.get("parms")
    return {"clockid": CLOCKS[p.get("clockid")], "delta": p.get("delta"),
            **{n: "on" if p.get("flags") & b else "off" for n, b in (("deadline_mode", 1), ("offload", 2),
                                                                      ("skip_sock_check", 4))}}


def none(_):
    return {}


QDISC = {"bfifo": limit, "pfifo": limit, "pfifo_head_drop": limit, "skbprio": limit, "prio": prio, "pfifo_fast": prio,
         "multiq": multiq, "tbf": tbf, "htb": htb, "hfsc": hfsc, "codel": codel, "fq_codel": fq_codel, "fq": fq, "pie": pie,
         "fq_pie": fq_pie, "hhf": hhf, "red": red, "choke": choke, "gred": gred, "sfb": sfb, "sfq": sfq, "netem": netem,
         "cake": cake, "ets": ets, "mqprio": mqprio, "taprio": taprio, "cbs": cbs, "etf": etf}


def same_names(*names, **renamed):
    """Of statistics: ours with '_' for '-', but for those renamed; NONE: not in their output."""
    def convert(s):
        out = {n: s.get(n.replace("_", "-")) for n in names}
        for theirs, ours in renamed.items():
            out[theirs] = s.get(ours)
        return out
    return convert


def xfq(s):
    out = {"flows": s.get("flows"), "inactive": s.get("inactive-flows"), "throttled": s.get("throttled-flows"),
           "gc": s.get("gc-flows"), "highprio": s.get("highprio-packets")}
    bands = s.get("band-pkt-count")
    # of older kernels, without bands, tc shows what is behind the end
    out.update({f"band{i}_pkts": n for i, n in enumerate(bands or [0] * 3)})
    for theirs, ours in (("ce_mark", "ce-mark"), ("fastpath", "fastpath-packets"), ("horizon_drops", "horizon-drops"),
                         ("horizon_caps", "horizon-caps"), ("flows_plimit", "flows-plimit"),
                         ("latency", "unthrottle-latency-ns"), ("retrans", "tcp-retrans"), ("too_long", "pkts-too-long"),
                         ("alloc_errors", "allocation-errors"), ("throttled_total", "throttled")):
        if s.get(ours) and theirs not in ("throttled_total",):
            out[theirs] = s.get(ours)
    s.skip("time-next-delayed-flow", "throttled", "band-drops", "@size")
    return out


def xcodel(s):
    s.skip("dropping", "ce-mark")
    return same_names("count", "lastcount", "ldelay", "drop_next", "maxpacket", "ecn_mark", "drop_overlimit")(s)


def xfq_codel(s):
    s.skip("type", "ce-mark", "memory-usage", "drop-overmemory")
    return same_names("maxpacket", "drop_overlimit", "new_flow_count", "ecn_mark", "new_flows_len", "old_flows_len")(s)


def xpie(s):
    s.skip("dq-rate-estimating")
    out = same_names("delay", "overlimit", "dropped", "maxq", "ecn_mark", pkts_in="packets-in")(s)
    out["prob"] = s.get("prob") / 2 ** 64
    if s.get("avg-dq-rate") is not None:
        out["avg_dq_rate"] = s.get("avg-dq-rate")
    return out


def xcake(s):
    out = same_names("memory_used", "memory_limit", capacity_estimate="capacity-estimate64", min_network_size="min-netlen",
                     max_network_size="max-netlen", min_adj_size="min-adjlen", max_adj_size="max-adjlen",
                     avg_hdr_offset="avg-netoff")(s)
    s.skip("active-queues")
    out["tins"] = []
    for tin in s.get("tin-stats"):
        t = next(iter(tin.value)) and tin.get(next(iter(tin.value)))
        t.skip("dropped-bytes64", "acks-dropped-bytes64", "ecn-marked-bytes64", "backlog-packets")
        out["tins"].append(same_names(
            "target_us", "interval_us", "peak_delay_us", "avg_delay_us", "base_delay_us", "sent_packets",
            "way_indirect_hits", "way_misses", "way_collisions", "sparse_flows", "bulk_flows", "unresponsive_flows",
            "flow_quantum", "backlog_bytes", threshold_rate="threshold-rate64", sent_bytes="sent-bytes64",
            drops="dropped-packets", ecn_mark="ecn-marked-packets", ack_drops="acks-dropped-packets",
            max_pkt_len="max-skblen")(t))
    return out


STATS = {"red": same_names("early", "pdrop", "other", "marked"),
         "choke": same_names("early", "pdrop", "other", "marked", "matched"),
         "codel": xcodel, "fq_codel": xfq_codel, "fq": xfq, "pie": xpie, "cake": xcake,
         "fq_pie": same_names("overlimit", "overmemory", "dropped", "ecn_mark", "new_flow_count", "new_flows_len",
                              "old_flows_len", pkts_in="packets-in", memory_used="memory-usage"),
         "hhf": same_names("drop_overlimit", "hh_overlimit", tot_hh="hh-tot-count", cur_hh="hh-cur-count"),
         "sfb": same_names("earlydrop", "penaltydrop", "bucketdrop", "queuedrop", "childdrop", "marked", "maxqlen",
                           "maxprob", "avgprob")}
# Statistics that tc of iproute2 6.15 does not know.
NEWER = {"netem", "taprio"}


def htb_class(o):
    p = o.get("parms")
    r, c = spec_rest(p.get("rate")), spec_rest(p.get("ceil"))
    rate, ceil = rate64(o, "rate64", r), rate64(o, "ceil64", c)
    c.skip("linklayer", "overhead")
    out = {"rate": rate, "ceil": ceil, "linklayer": {1: "ethernet", 2: "atm"}[r.get("linklayer")], "burst_cell": 1,
           "cburst_cell": 1, "mpu_rate": r.get("mpu"), "mpu_ceil": c.get("mpu"), "level": p.get("level"),
           "burst": p.get("buffer") * TICK * rate / 1e9, "cburst": p.get("cbuffer") * TICK * ceil / 1e9}
    if r.get("overhead"):
        out["overhead"] = r.get("overhead")
    if not p.get("level"):
        out.update(prio=p.get("prio"), quantum=p.get("quantum"))
    p.skip("prio", "quantum")
    return out


def htb_stats(s):
    return same_names("borrowed", "giants", "tokens", "ctokens", lended="lends", borrowed="borrows")(s)


def curve(c):
    return [c.get("m1") * 8, c.get("d"), c.get("m2") * 8]


def hfsc_class(o):
    return {n: curve(o.get(n)) for n in ("rsc", "fsc", "usc") if o.get(n)}


CLASS = {"htb": htb_class, "hfsc": hfsc_class, "drr": lambda o: some(quantum=o.get("quantum")),
         "qfq": lambda o: {"weight": o.get("weight"), "maxpkt": o.get("lmax")},
         "ets": lambda o: some(quantum=(o.get("quanta-band") or [None])[0])}


def near(a, b):
    """Equal, as far as tc prints six digits of what is not whole."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(near(x, y) for x, y in zip(a, b))
    if isinstance(a, float) or isinstance(b, float):
        return isinstance(b, (int, float)) and math.isclose(a, b, rel_tol=2e-4, abs_tol=1e-6)
    return a == b
