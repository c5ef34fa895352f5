#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints a golden line for each row, or for those named: tests/golden/make.py link.mtu vlan.id. The
values are made up; what a kernel really sends is what record.py prints."""
import json
import struct
import sys

import rows

ROOTS = [("rt-link", "newlink", "link"), ("rt-link", "getstats", "link_stats"),
         ("rt-link", "getstats request", "stats_get"), ("rt-link", "setstats", "stats_set"),
         ("rt-addr", "newaddr", "addr"),
         ("rt-route", "newroute", "route"), ("rt-rule", "newrule", "rule"), ("rt-neigh", "newneigh", "neigh"),
         ("rt-neigh", "setneightbl", "ndt"), ("tc", "newqdisc", "tc"), ("tc", "newtclass", "tclass"),
         ("rt-nexthop", "newnexthop", "nexthop"), ("rt-netconf", "newnetconf", "netconf"),
         ("rt-mdb", "newmdb", "mdb"), ("rt-mdb", "newmdb request", "mdb_set"), ("rt-mdb", "getmdb request", "mdb_get"),
         ("rt-vlan", "newvlan", "vlandb"), ("rt-vlan", "getvlan request", "vlandb_get"),
         ("rt-tunnel", "newtunnel", "tunnel"), ("rt-nsid", "newnsid", "nsid"),
         ("rt-addrlabel", "newaddrlabel", "addrlabel"), ("rt-prefix", "newprefix", "prefix"),
         ("rt-nduseropt", "newnduseropt", "nduseropt"), ("rt-cachereport", "newcachereport", "cachereport"),
         ("rt-dcb", "setdcb", "dcb"), ("tc", "newaction", "action"),
         ("nlctrl", "getfamily", "ctrl"), ("team", "options-set", "team_family")]
LISTS = ("INDEXED", "INDEXED0", "TYPED")


def attr(t, payload, nested=False):
    n = 4 + len(payload)
    return struct.pack("=HH", n, t | (0x8000 if nested else 0)) + payload + bytes(-n % 4)


def pick(row, width):
    table = rows.NAMES.get(row.names or "")
    if table and "FLAGS" in row.flags:
        return table[0][0] | table[-1][0]
    if table:
        return table[-1][0]
    v = 0x0102030405060708 >> 8 * (8 - width)
    return -v if row.type.startswith("S") else v


def scalar(row, family):
    t = row.type
    if t in ("IP", "VIA"):
        ip = bytes([10, 1, 2, 3])
        return ip if t == "IP" else struct.pack("=H", 2) + ip
    if t == "IP4":
        return bytes([10, 1, 2, 3])
    if t == "IP6":
        return bytes.fromhex("20010db8000000000000000000000001")
    if t == "FLAG":
        return b""
    if t == "STR":
        return b"text\0"
    if t == "MAC":
        return bytes([2, 0, 0, 0, 0, 42])[:row.max or 6]
    if t == "LABELS":
        return struct.pack(">LL", 100 << 12, 200 << 12 | 256)
    if t == "BIN":
        return bytes(i & 255 for i in range(1, (row.max or 3) + 1))
    if t == "BITFIELD32":
        return struct.pack("=LL", 1, 3)
    width = rows.WIDTH.get(t, 4)
    return pick(row, width).to_bytes(width, "big" if t.startswith("BE") else sys.byteorder,
                                     signed=t.startswith("S"))


def struct_bytes(s, variant=None):
    """A struct with a value in each member; variant: what the rest of it is."""
    out, rest, chosen = bytearray(s.size), b"", None
    for r in s.rows:
        if r.type == "PAD" or r.number == chosen:
            continue
        if r.type == "SUB":
            key, sub = variant or next(iter(rows.CHOICES[r.choice][1].items()))
            chosen = rows.CHOICES[r.choice][0]
            by = s.row(chosen)
            n = rows.WIDTH[by.type]
            out[chosen:chosen + n] = key.to_bytes(n, "big" if by.type.startswith("BE") else sys.byteorder)
            inner = struct_bytes(rows.SCHEMAS[sub]) if rows.SCHEMAS[sub].size else \
                b"".join(attr(x.number, payload(x)) for x in leaves(sub))
            if "TAIL" in r.flags:
                rest = inner
            else:
                out[r.number:r.number + r.max] = inner
            continue
        b = struct_bytes(rows.SCHEMAS[r.sub]) if r.type == "STRUCT" else scalar(r, 0)
        if "TAIL" in r.flags:
            rest = b + b if r.form else b
            continue
        n = rows.member_size(r)
        if r.bits:
            unit = rows.number(r.type, out[r.offset:r.offset + n]) | (pick(r, 1) & (1 << r.bits) - 1) << rows.shift(r)
            out[r.offset:r.offset + n] = unit.to_bytes(n, sys.byteorder)
            continue
        for at in range(r.number, r.number + (r.max if r.form == "PACKED" else n), n):
            out[at:at + n] = b[:n].ljust(n, b"\0")
    return bytes(out) + rest


def tails(row):
    """The variants that a part of a row's struct has."""
    s = rows.SCHEMAS[row.sub] if row.type == "STRUCT" else None
    last = s and next((r for r in s.rows if r.type == "SUB"), None)
    return list(rows.CHOICES[last.choice][1].items()) if last else [None]


def payload(row, variant=None):
    one = struct_bytes(rows.SCHEMAS[row.sub], variant) if row.type == "STRUCT" else scalar(row, 2)
    if row.form == "PACKED" and "NEST_IN" in row.flags:
        return attr(1, one) + attr(2, one)
    if row.form == "PACKED":
        return one + one
    if row.form in LISTS:
        first = 0 if row.form == "INDEXED0" else 1
        return attr(first, one) + attr(first + 1, one)
    return one


def header(s):
    """A fixed header of zeros, and what one that counts its own end ends in."""
    h = bytearray(rows.header_size(s))
    for r in rows.SCHEMAS[s.header].rows if s.header else ():
        if "LENGTH" in r.flags:
            h[r.number:r.number + 2] = struct.pack("=H", 8)
            h += bytes(range(1, 9))
    return bytes(h)


def places():
    """schema -> (family, op, path, function that wraps the content in all that is around it)."""
    found, queue = {}, []
    for family, op, root in ROOTS:
        h = header(rows.SCHEMAS[root])
        found[root] = (family, op, "", lambda content, h=h: h + content)
        queue.append(root)
    while queue:
        name = queue.pop(0)
        family, op, path, around = found[name]
        s = rows.SCHEMAS[name]
        for r in s.rows:
            for sub, before, af in subs(s, r):
                if sub in found or rows.SCHEMAS[sub].size:
                    continue
                found[sub] = (family, op, *inside(r, sub, path, around, before, af))
                queue.append(sub)
    return found


def subs(s, row):
    if row.type == "NEST" and row.sub:
        yield row.sub, b"", 0
    if row.type == "SUB" and row.choice:
        selector, table = rows.CHOICES[row.choice]
        for key, sub in table.items():
            if selector == "outer":
                continue
            if selector is None:
                yield sub, b"", key
            elif isinstance(key, str):
                yield sub, attr(selector, key.encode() + b"\0"), 0
            else:
                yield sub, attr(selector, struct.pack("=H", key)), 0
        if row.sub:
            yield row.sub, b"", 0


def inside(row, sub, path, around, before, af):
    h = rows.header_size(rows.SCHEMAS[sub])
    name = row.name if row.number != 0x3fff else "1"
    path += ("." if path else "") + name
    number = row.number if row.number != 0x3fff else 1

    def wrap(content):
        content = bytes(h) + content
        if row.form == "HOPS":
            content = struct.pack("=H", len(content)) + content[2:]
        elif row.form in LISTS:
            content = attr(0 if row.form == "INDEXED0" else 1, content, True)
        out = bytearray(around(before + attr(number, content, row.form != "HOPS")))
        if af:
            out[0] = af
        return bytes(out)

    if row.form:
        path += "[0]"
    wrap.parent = around, number
    return path, wrap


def at(value, path):
    for step in path.replace("[0]", ".0").split("."):
        if step == "0" and isinstance(value, list):
            value = value[0]
            if isinstance(value, dict) and list(value) == ["1"]:
                value = value["1"]
        elif step:
            value = value["1" if step == "0" else step]
    return value


def leaves(schema):
    return [r for r in rows.SCHEMAS[schema].rows if r.type not in ("PAD", "NEST", "SUB")]


def first_leaf(schema):
    """One attribute of a schema, or of the first nest in it, with the fixed header before it."""
    s = rows.SCHEMAS[schema]
    header = bytes(rows.header_size(s))
    if leaves(schema):
        r = leaves(schema)[0]
        return header + attr(r.number, payload(r), nested(r))
    r = next(r for r in s.rows if r.type == "NEST")
    return header + attr(r.number, first_leaf(r.sub), True)


def nested(row):
    return "NEST_IN" in row.flags or row.form in LISTS


SHOWN = set()


def structs(row, around):
    """The structs that a sub-message may be, each once; those that a nest further out chooses."""
    selector, table = rows.CHOICES[row.choice] if row.choice else (None, {})
    for key, sub in table.items():
        s = rows.SCHEMAS[sub]
        if selector == "outer":
            what = attr(row.number, struct_bytes(s) if s.size else first_leaf(sub), not s.size)
            parent, number = around.parent
            yield what, lambda c, k=key, p=parent, n=number: p(attr(1, k.encode() + b"\0") + attr(n, c, True))
        elif s.size and (row.schema, sub) not in SHOWN:
            SHOWN.add((row.schema, sub))
            before = attr(selector, key.encode() + b"\0" if isinstance(key, str) else struct.pack("=H", key))
            yield before + attr(row.number, struct_bytes(s)), around


def contents(schema, around):
    """(row, attributes, what is around them) of each row of a schema; nests with the first row of theirs."""
    for r in rows.SCHEMAS[schema].rows:
        if r.type == "PAD":
            continue
        if r.type not in ("NEST", "SUB") or not (r.sub or r.choice):
            for variant in tails(r):
                yield r, attr(r.number, payload(r, variant), nested(r)), around
        elif r.form in LISTS and r.type == "NEST" and leaves(r.sub):
            yield r, attr(r.number, attr(1, first_leaf(r.sub), True), True), around
        elif r.form in (None, "MULTI"):
            if r.type == "SUB":
                for what, whole in structs(r, around):
                    yield r, what, whole
            nests = (x for x in subs(rows.SCHEMAS[schema], r) if not rows.SCHEMAS[x[0]].size)
            for sub, before, _ in list(nests)[:1]:
                yield r, before + attr(r.number, first_leaf(sub), True), around


def main():
    wanted = set(sys.argv[1:])
    for schema, (family, op, path, around) in places().items():
        root = next(r for f, o, r in ROOTS if (f, o) == (family, op))
        for r, content, whole in contents(schema, around):
            if wanted and f"{schema}.{r.token}" not in wanted:
                continue
            body = whole(content)
            if r.type in ("IP", "VIA", "LABELS") and rows.header_size(rows.SCHEMAS[root]):
                body = bytes([2]) + body[1:]
            wire, out = rows.nest(rows.SCHEMAS[root], body, body[0])
            typed = "policy" in path
            inner = at(out, "" if typed else path)
            print("\t".join((f"{family} {op}", "." if typed or not path else path, wire,
                             json.dumps(inner, separators=(",", ":"), ensure_ascii=False))))


main()
