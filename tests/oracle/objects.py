# SPDX-License-Identifier: MIT
"""The objects of states: how weft and how iproute2 tell them.

Each is a module: DUMPS (family, operation, request) of weft; ASK (program, options, line) of theirs;
ours(dumps) and theirs(answers), lists of (key, object); table(object), the Table of one; NEW, how each
dump is given back, or None; not_made(object), the reason why one is not; ASSIGNED and ASSIGNED_THEIRS,
fields that the kernel gives a new object by itself, with the reason; theirs_not_made(key, object)
as not_made."""
import json

import compare
import obj_addr
import obj_bridge
import obj_families
import obj_fdb
import obj_link
import obj_misc
import obj_mpls
import obj_neigh
import obj_nexthop
import obj_route
import obj_rule
import obj_stats
import space

ALL = {"link": obj_link, "addr": obj_addr, "route": obj_route, "mpls": obj_mpls, "rule": obj_rule, "neigh": obj_neigh,
       "fdb": obj_fdb, "nexthop": obj_nexthop.Nexthop(), "nexthop_bucket": obj_nexthop.Bucket(),
       "vlan": obj_bridge.Vlan(), "vlan_global": obj_bridge.VlanGlobal(), "mst": obj_bridge.Mst(), "vni": obj_bridge.Vni(),
       "mdb": obj_bridge.Mdb(), "ntable": obj_misc.NeighbourTable(), "netconf": obj_misc.Netconf(), "nsid": obj_misc.Nsid(),
       "addrlabel": obj_misc.AddrLabel(), "maddr": obj_misc.Group(), "anycast": obj_misc.Anycast(),
       "mroute": obj_misc.MulticastRoute(), "stats": obj_stats.Stats(), "families": obj_families.Families()}
ORDER = ("link", "vlan", "vlan_global", "mst", "vni", "addr", "addrlabel", "nexthop", "route", "mpls", "rule", "neigh", "fdb", "mdb",
         "ntable", "qdisc", "class", "chain", "filter", "action")


def key(family, op, request):
    return f"{family} {op}" + (" " + json.dumps(request) if request else "")


class Look:
    """Both views of the objects of a state; dumps are weft's own by key()."""

    def __init__(self):
        self.dumps, self.ours, self.theirs = {}, {}, {}


def dump(family, op, request):
    code, out, err = space.weft("dump", family, op, *([json.dumps(request)] if request else []))
    if code:
        raise space.Broken(f"weft dump {family} {op}: status {code}: {err.strip()}")
    return json.loads(out)


# The kernel makes the first part of a dump as large as the socket's earlier receives: without any, it leaves
# out a route that is larger than 3.7 KiB, and `ip` does not notice.
BEFORE = {"ip": ["link show dev lo"]}


def ask(asks):
    """Documents of their commands, in as few processes as can be."""
    groups, out = {}, {}
    for tool, options, line in asks:
        lines = groups.setdefault((tool, tuple(options)), [])
        if line not in lines:
            lines.append(line)
    for (tool, options), lines in groups.items():
        first = BEFORE.get(tool, [])
        docs = space.documents(space.batch(tool, ["-j", "-d", *options], first + lines))[len(first):]
        if len(docs) != len(lines):  # some commands print nothing for nothing
            docs = [space.documents(space.batch(tool, ["-j", "-d", *options], first + [x]))[len(first):] for x in lines]
            docs = [d[0] if d else [] for d in docs]
        for line, d in zip(lines, docs):
            out[(tool, options, line)] = d if isinstance(d, list) else [d]
    return out


def look(names):
    """Theirs first: what is counted meanwhile is more in ours."""
    r = Look()
    said = ask([a for n in names for a in ALL[n].ASK])
    for n in names:
        o = ALL[n]
        keys = [key(*d) for d in o.DUMPS]
        for k, d in zip(keys, o.DUMPS):
            if k not in r.dumps:
                r.dumps[k] = dump(*d)
        r.ours[n] = [r.dumps[k] for k in keys]
        r.theirs[n] = o.theirs([said[(t, tuple(p), line)] for t, p, line in o.ASK])
    return r


def compare_all(names, result):
    c = compare.Context()
    r = look(names)
    for n in names:
        o = ALL[n]
        compare.match(o.ours(r.ours[n]), r.theirs[n], o.table, c, result, n)
    return r
