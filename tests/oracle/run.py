#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""States made by iproute2, read by weft and by iproute2, and made again from weft's own dump.

usage: run.py [-v] [--files] [STATE...]     (patterns of files in states/)
With --files they are made again by `weft dump --save` and `weft restore`; else what came of them is kept as
results.py tells.
"""
import os
import sys
import time

sys.dont_write_bytecode = True

import compare  # noqa: E402 pylint: disable=wrong-import-position
import make
import needs
import objects
import remake
import space
import states
from results import write

# by files in a virtual machine, where all would take long: what this kernel lacks
FILES = ("vlan", "vlan_tunnel", "mdb_vlan")
MODULES = ("ipv6", "mpls_router", "mpls_iptunnel", "ovpn", "l2tp_eth", "l2tp_netlink", "br_netfilter", "ila")


def prepare():
    """In a virtual machine: what the kernel does not load by itself, and no tunnels that come by themselves."""
    if os.environ.get("VM_KERNEL", "host") == "host":
        return
    for m in MODULES:
        space.run(["modprobe", "-q", m])
    space.sysctl("net.core.fb_tunnels_only_for_init_net=1")


def view(made, result):
    """Both views of the objects of a state; again, when something was still on the move."""
    for attempt in (0, 1, 2):
        result.faults, result.compared = [], 0
        if attempt:
            time.sleep(0.3 * attempt)
        made.own.enter()
        seen = objects.compare_all(made.state.objects, result)
        if not result.faults:
            break
    for op, dump in seen.dumps.items():
        for path in sorted(set(compare.unknown(dump))):
            result.fault(f"{op}: unknown to weft: {path}")
    return seen


def run(state, files):
    """What became of a state, as it stands in the file of results."""
    r = compare.Result()
    out = {"state": state.id, "name": state.name, "objects": state.objects}
    start = time.monotonic()
    try:
        made = make.Made(state)
    except make.Absent as e:
        return {**out, "result": "absent", "why": str(e)}
    except (space.Broken, OSError) as e:
        return {**out, "result": "failed", "faults": [f"cannot be made: {e}"]}
    try:
        seen = view(made, r)
        out["dumps"] = seen.dumps
        if state.remake and not r.faults:
            out["remade"] = remake.again(made, seen, r, files)
            out["again"] = [objects.key(*d) for n in state.objects for d, new in zip(objects.ALL[n].DUMPS, objects.ALL[n].NEW)
                            if new]
    except (space.Broken, OSError, ValueError) as e:
        r.fault(f"{type(e).__name__}: {e}")
    finally:
        made.close()
    out["result"] = "failed" if r.faults else "ok"
    out["faults"], out["compared"] = r.faults, r.compared
    out["seconds"] = round(time.monotonic() - start, 2)
    return out


def tell(out, most):
    text = {"absent": "not here: " + out.get("why", ""),
            "ok": f"{out.get('compared')} fields, {out.get('remade', 0)} objects made again, {out.get('seconds')} s",
            "failed": f"{len(out.get('faults', []))} faults"}[out["result"]]
    print(f"{out['result']:6} {out['state']}: {text}")
    for f in out.get("faults", [])[:most]:
        print("      ", f)
    sys.stdout.flush()


def main():
    arguments = sys.argv[1:]
    most = 10
    if arguments[:1] == ["-v"]:
        most = 10000
        arguments.pop(0)
    files = arguments[:1] == ["--files"]
    if files:
        arguments.pop(0)
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    if needs.tools_version() < (6, 15):
        print("skipped: needs iproute2 6.15 (in the cache of ./dev vm)")
        return 77
    prepare()
    results = []
    brief = files and os.environ.get("VM_KERNEL", "host") != "host"
    for pattern in arguments or (FILES if brief else ["*"]):
        for state in states.load(pattern):
            if not set(state.objects) <= set(objects.ALL):  # traffic control: qdisc.py, filter.py
                continue
            results.append(run(state, files))
            tell(results[-1], most)
    if not files:
        write("states", results)
    count = {x: sum(r["result"] == x for r in results) for x in ("ok", "failed", "absent")}
    print(f"{os.uname().release}: {count['ok']} states agree, {count['failed']} do not, {count['absent']} not here;",
          sum(r.get("compared", 0) for r in results), "fields,", sum(r.get("remade", 0) for r in results),
          "files restored" if files else "objects made again")
    return 1 if count["failed"] or not count["ok"] else 0


if __name__ == "__main__":
    sys.exit(main())
