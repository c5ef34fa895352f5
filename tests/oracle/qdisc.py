#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The states qdisc_*: each value that weft tells is what `tc -j -s -d` tells (qdisc_map.py), nothing is known only by
number, and both weft's dump and its words make the same again in a fresh namespace.

usage: qdisc.py [PATTERN of states]; with tc of $VM_IP2 where that is set. What a kernel lacks is passed over."""
import ctypes
import fnmatch
import glob
import json
import os
import re
import socket
import subprocess
import sys

import qdisc_map
from qdisc_map import Seen, handle, near
from results import write

HERE = os.path.dirname(os.path.abspath(__file__))
WEFT = os.environ["WEFT"]
TOOLS = os.environ.get("VM_IP2", "")
KERNEL = tuple(int(x) for x in re.findall(r"\d+", os.uname().release)[:2])
LIBC = ctypes.CDLL(None, use_errno=True)
NEWNET = 0x40000000
MADE = ("htb", "hfsc", "drr", "qfq")  # kinds whose classes somebody makes
FLOWS = ("cake", "fq_codel", "sfq", "fq_pie")  # whose classes come and go with packets
COUNTED = {"stats", "stats2", "xstats", "info", "direct-pkts", "packets", "bytesin", "qave", "backlog", "stat-bytes",
           "stat-packets", "stat-backlog"}
# Of these a dump cannot tell all: virtual queues have words of their own, prng-seed is drawn when it is not set.
NO_WORDS = ("gred",)
BRIEF = "ORACLE_BRIEF" in os.environ
ENV = dict(os.environ, LC_ALL="C", PATH=f"{TOOLS}:{TOOLS}/../bin:{os.environ['PATH']}" if TOOLS else os.environ["PATH"])


class Broken(Exception):
    pass


def run(argv, text=None):
    p = subprocess.run(argv, input=text, capture_output=True, text=True, env=ENV, check=False)
    if p.returncode:
        raise Broken(f"{' '.join(argv)[:200]}: {p.stderr.strip()[:400]}")
    return p.stdout


def namespace():
    if LIBC.unshare(NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    for name in ("all", "default"):  # no packets but ours
        path = f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"
        if os.path.exists(path):
            with open(path, "w", encoding="ascii") as f:
                f.write("1")


def commands(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            m = re.match(r"\[(>=|<)([\d.]+)\] ", line)
            if m:
                if (KERNEL >= tuple(map(int, m.group(2).split(".")))) != (m.group(1) == ">="):
                    continue
                line = line[m.end():]
            m = re.match(r"\{for (\w+) in (\d+)\.\.(\d+)\} ", line)
            if line.strip() and not line.startswith("#"):
                for i in range(int(m.group(2)), int(m.group(3)) + 1) if m else (0,):
                    yield line[m.end():].replace("{%s}" % m.group(1), str(i)).strip() if m else line.strip()


def make(lines):
    for tool in ("ip", "tc"):
        text = "".join(x.removeprefix(tool + " ") + "\n" for x in lines if x.startswith(tool + " "))
        if text:
            run([tool, "-batch", "-"], text)


def send():
    """A few packets through every device that is up."""
    for _, name in socket.if_nameindex():
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            try:
                s.bind((name, 0))
                for n in range(3):
                    s.send(bytes([2, 0, 0, 0, 0, n]) + bytes(6) + b"\x88\xb5" + bytes(50))
            except OSError:
                pass


def dumps():
    qdiscs, classes = json.loads(run([WEFT, "dump", "tc", "getqdisc"])), []
    for index in {x["ifindex"] for x in qdiscs}:
        mine = [x for x in qdiscs if x["ifindex"] == index]
        parents = [x["handle"] for x in mine if x["handle"]] if any(x["kind"] == "netem" for x in mine) else [0]
        for parent in parents:
            classes += json.loads(run([WEFT, "dump", "tc", "gettclass", json.dumps({"ifindex": index, "parent": parent})]))
    return qdiscs, [x for x in classes if x["kind"] not in FLOWS]


def unknown(x, path=""):
    for k, v in x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ():
        if isinstance(k, str) and re.match(r"@\d", k):
            yield f"{path}.{k}"
        yield from unknown(v, f"{path}.{k}")


def mended(text):
    """tc prints some words beside its JSON."""
    text = re.sub(r'"options":\{(default|bands) ([^ }]+) \}', r'"options":{"\1":"\2"}', text)
    text = re.sub(r'(true|")((?:sc|rt|ls|ul|weight) [^,{}"]*)(?:,|(?="stats"))', r'\1,', text)
    return json.loads(re.sub(r'(\d) period [^}]*\}', r'\1}', text))


def service(text):
    """"sc m1 0bit d 5ms m2 10Mbit" of each hfsc class, what qfq and drr classes have of their own."""
    out = {}
    for name, rest in re.findall(r"^class (?:hfsc|qfq|drr) (\S+) (.*)$", text, re.M):
        own = re.findall(r"(weight|maxpkt|quantum) (\d+)", rest)
        out[name] = {k: int(v) for k, v in own} or {
            k: [rate(a), int(d) * {"us": 1, "ms": 1000}[unit], rate(b)]
            for w, a, d, unit, b in re.findall(r"(sc|rt|ls|ul) m1 (\S+) d (\d+)(us|ms) m2 (\S+)", rest)
            for k in {"sc": ("rsc", "fsc"), "rt": ("rsc",), "ls": ("fsc",), "ul": ("usc",)}[w]}
    return out


def rate(text):
    m = re.match(r"([\d.]+)([KMGT]?)bit", text)
    return float(m.group(1)) * 1000 ** " KMGT".index(m.group(2) or " ")


def theirs():
    qdiscs = [(q["dev"], q["handle"], q.get("parent", "root"), q) for q in mended(run(["tc", "-j", "-s", "-d", "qdisc", "show"]))]
    classes = []
    for dev in {q[0] for q in qdiscs}:
        parents = [q[1] for q in qdiscs if q[0] == dev] if any(q[3]["kind"] == "netem" for q in qdiscs if q[0] == dev) else [""]
        for parent in parents:
            if parent == "0:":
                continue
            words = ["class", "show", "dev", dev] + (["parent", parent] if parent else [])
            more = service(run(["tc", "-s", "-d", *words]))
            for c in mended(run(["tc", "-j", "-s", "-d", *words]) or "[]"):
                c.update(more.get(c["handle"], {}))
                if c["class"] not in FLOWS:
                    classes.append((dev, c["handle"], c.get("parent", "root"), c))
    return qdiscs, classes


def counters(x, kind, moving):
    """Statistics that tc shows."""
    x.skip("stats", "xstats", "family", "ifindex", "handle", "parent", "kind")
    s = x.get("stats2")
    if s is None:
        return {}
    b, q, app = s.get("basic"), s.get("queue"), s.get("app")
    s.skip("pkt64")
    out = {n: q.get(n) for n in ("drops", "overlimits", "requeues", "backlog", "qlen")} if q else {}
    if b:
        out.update(bytes=b.get("bytes"), packets=b.get("packets"))
    if s.get("rate-est"):
        out.update(rate=s.get("rate-est").get("bps"), pps=s.get("rate-est").get("pps"))
    if app and kind in qdisc_map.STATS and not moving:
        out.update(qdisc_map.STATS[kind](app))
    elif app:
        app.used.update(app.value)
        app.inner.clear()
    return out


def place(x):
    parent = x.get("parent")
    return {"root": True} if parent == 0xffffffff else {"parent": handle(parent) if parent else "none"}


def qdisc(x, names):
    """What tc should say of a qdisc."""
    kind, o, stab = x.get("kind"), x.get("options"), x.get("stab")
    out = {"kind": kind, "handle": handle(x.get("handle")) or "0:", "dev": names[x.get("ifindex")], **place(x),
           "options": qdisc_map.QDISC.get(kind, qdisc_map.none)(o) if o is not None else {}, **counters(x, kind, False)}
    if x.get("info") != 1:
        out["refcnt"] = x.get("info")
    for n in ("ingress_block", "egress_block"):
        if x.get(n.replace("_", "-")):
            out[n] = x.get(n.replace("_", "-"))
    if x.get("hw-offload"):
        out["offloaded"] = True
    if stab:
        b = stab.get("base")
        b.skip("cell-log", "size-log", "cell-align")
        linklayer = {"atm": "atm", "ethernet": "ethernet"}.get(b.get("linklayer"))
        out["stab"] = qdisc_map.some(linklayer=linklayer, overhead=b.get("overhead") or None, mpu=b.get("mpu") or None,
                                     mtu=b.get("mtu") or None, tsize=b.get("tsize") or None)
    return out


def tclass(x, names):
    kind, o = x.get("kind"), x.get("options")
    stats = counters(x, kind, True)
    leaf = x.get("info")
    names.get(x.get("ifindex"))
    out = {"class": kind, "handle": handle(x.get("handle")), **place(x), "stats": stats}
    if kind == "htb":
        app = x.get("stats2").get("app")
        out["stats"].update(qdisc_map.htb_stats(app))
    if leaf:
        out["leaf"] = hex(leaf >> 16)
    return {**out, **(qdisc_map.CLASS.get(kind, qdisc_map.none)(o) if o is not None else {})}


def compare(what, ours, told, again, convert, faults):
    """told, again: what tc said before and after weft; what moved in between is not compared."""
    names = dict(socket.if_nameindex())
    index = {(t[0], t[1], t[2]): t[3] for t in told}
    later = {(t[0], t[1], t[2]): t[3] for t in again}
    for x in ours:
        seen = Seen(x)
        want = convert(seen, names)
        key = (names[x["ifindex"]], want["handle"], want.get("parent", "root"))
        got, after = index.pop(key, None), later.get(key)
        if got is None or after is None:
            faults.append(f"{what} {key}: tc does not have it")
            continue
        for k in sorted(set(want) | set(got)):
            if not near(want.get(k), got.get(k)) and near(got.get(k), after.get(k)):
                faults.append(f"{what} {key} {x['kind']}: {k} is {got.get(k)!r} for tc, weft means {want.get(k)!r}")
        faults += [f"{what} {key} {x['kind']}: {p} is not looked at" for p in seen.left()]
    faults += [f"{what} {k}: weft does not have it" for k in index]
    return len(ours)


def plain(x):
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items() if k not in COUNTED}
    return [plain(v) for v in x] if isinstance(x, list) else x


def difference(before, after):
    a, b = ({(x["ifindex"], x["handle"], x["parent"], x["kind"]): json.dumps(plain(x), sort_keys=True) for x in d}
            for d in (before, after))
    for k in sorted(set(a) | set(b)):
        if a.get(k) != b.get(k):
            yield f"{k}: was {a.get(k)}, made again {b.get(k)}"


def by_words(shown):
    """Adds what show tells, until nothing more can be added; what is left."""
    left = shown
    while left:
        failed = []
        for what, x in left:
            blocks = [f"{n.replace('_', '-')}={x[n]}" for n in ("ingress_block", "egress_block") if n in x]
            words = [f"dev={x['ifname']}", f"parent={x['parent']}", f"handle={x['handle']}", f"kind={x['kind']}", *blocks]
            try:
                run([WEFT, "add", what, *words, *x.get("words", "").split()])
            except Broken as e:
                failed.append((what, x, str(e)))
        if len(failed) == len(left):
            return [e for _, _, e in failed]
        left = [f[:2] for f in failed]
    return []


def shown():
    q = json.loads(run([WEFT, "-j", "show", "qdisc"]))
    c = json.loads(run([WEFT, "-j", "show", "class"]))
    return [("qdisc", x) for x in q if x["handle"] != "none"] + \
        [("class", x) for x in c if x["kind"] in MADE and not x["handle"].endswith(":")]


def wants_words(path):
    """In a hurry, words are tried only where the head of the state says so: the oldest kernel, which takes all,
    does not have its kinds."""
    with open(path, encoding="utf-8") as f:
        return not BRIEF or "# words: everywhere\n" in f


def state(path):
    lines, faults = list(commands(path)), []
    links = [x for x in lines if x.startswith("ip ")]
    namespace()
    make(lines)
    send()
    told = theirs() if TOOLS else None  # older ones tell otherwise
    qdiscs, classes = dumps()
    faults += [f"unknown: {p}" for p in unknown([qdiscs, classes])]
    if told:
        after = theirs()
        compare("qdisc", qdiscs, told[0], after[0], qdisc, faults)
        compare("class", classes, told[1], after[1], tclass, faults)
    words = shown() if wants_words(path) else []
    namespace()
    make(links)
    run([WEFT, "do", "tc", "newqdisc", "-", "--create", "--excl"], json.dumps(classes + qdiscs))
    again = dumps()
    faults += [f"from its dump: {d}" for d in difference(qdiscs + classes, again[0] + again[1])]
    if words and not any(x["kind"] in NO_WORDS for x in qdiscs) and len(qdiscs) < 100:
        namespace()
        make(links)
        faults += [f"by words: {e}" for e in by_words(words)]
        again = dumps()
        faults += [f"by words: {d}" for d in difference(qdiscs + classes, again[0] + again[1])]
    return {"tc getqdisc": qdiscs, "tc gettclass": classes}, faults


def main():
    if os.getuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    made, absent, bad, objects, told = 0, [], 0, 0, []
    for path in sorted(glob.glob(os.path.join(HERE, "states", "qdisc_*.txt"))):
        name = os.path.basename(path)[:-4]
        if not fnmatch.fnmatch(name, sys.argv[1] if sys.argv[1:] else "*"):
            continue
        try:
            seen, faults = state(path)
        except Broken as e:
            if "unknown" not in str(e) or "tc -batch" not in str(e):
                print(f"FAILED: {name}: {e}")
                bad += 1
            else:
                absent.append(name)
            continue
        told.append({"state": name, "result": "failed" if faults else "ok", "dumps": seen, "again": list(seen)})
        made, objects, bad = made + 1, objects + sum(map(len, seen.values())), bad + bool(faults)
        for f in faults[:20]:
            print(f"FAILED: {name}: {f[:1500]}")
    write("qdiscs", told)
    print(f"{made} states with {objects} objects, {bad} failures; not in this kernel: {' '.join(absent) or 'none'}")
    return 1 if bad or not made else 0


if __name__ == "__main__":
    sys.exit(main())
