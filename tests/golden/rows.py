# SPDX-License-Identifier: MIT
"""The row files read by something else than a C compiler, and messages decoded by something else
than weft: what golden lines are made with. The notation of golden lines is told in README.md."""
import glob
import ipaddress
import json
import os
import re
import socket
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WIDTH = {"U8": 1, "S8": 1, "U16": 2, "S16": 2, "BE16": 2, "U32": 4, "S32": 4, "BE32": 4, "U64": 8,
         "S64": 8, "BE64": 8, "BITFIELD32": 8, "IP4": 4, "IP6": 16}


def read(path):
    text = ""
    for name in sorted(glob.glob(os.path.join(ROOT, path))):
        with open(name, encoding="utf-8") as f:
            text += f.read()
    return text


class Row:
    def __init__(self, schema, token, number, form, kind, extras):
        self.schema, self.token, self.number, self.form, self.type = schema, token, int(number, 0), form, kind
        for word in ("NAMES", "SUB", "CHOICE"):
            m = re.search(word + r"\((\w+)\)", extras)
            setattr(self, word.lower(), m and m.group(1))
        m = re.search(r"\.max = (\d+)", extras)
        self.max = int(m.group(1)) if m else 0
        m = re.search(r"\.bits = (\d+)", extras)
        self.bits = int(m.group(1)) if m else 0
        # where a member lies, and how many bits of its unit stand before it
        self.offset, self.before = (self.number & 0xfff, self.number >> 12) if self.bits else (self.number, 0)
        self.flags = set(re.findall(r"WEFT_F_(\w+)", extras))
        m = re.search(r'\.name = "([^"]+)"', extras)
        self.name = m.group(1) if m else token.replace("_", "-")


class Schema:
    def __init__(self, name, size, header):
        self.name, self.size, self.header, self.rows = name, size, header, []

    def row(self, number):
        for r in self.rows:
            if r.number in (number, 0x3fff):
                return r
        return None


def schemas():
    all_ = {}
    files = re.findall(r'"?<weft/rows/(\w+)\.def>', read("include/weft/rows/all.def"))
    for f in files:
        text = re.sub(r"/\*.*?\*/", "", read(f"include/weft/rows/{f}.def"), flags=re.S)
        for m in re.finditer(r"^WEFT_(BEGIN|BEGIN_STRUCT|ROW|MULTI|LIST)\((.*)\)$", text, re.M):
            word, rest = m.group(1), m.group(2)
            a = [x.strip() for x in rest.split(",")]
            if word.startswith("BEGIN"):
                h = re.search(r"HEADER\((\w+)\)", rest)
                all_[a[0]] = Schema(a[0], int(a[2]) if word == "BEGIN_STRUCT" else 0, h and h.group(1))
            elif word == "LIST":
                all_[a[0]].rows.append(Row(a[0], a[1], a[2], a[3], a[4], ",".join(a[5:])))
            else:
                form = "MULTI" if word == "MULTI" else None
                all_[a[0]].rows.append(Row(a[0], a[1], a[2], form, a[3], ",".join(a[4:])))
    return all_


def names():
    tables = {}
    for m in re.finditer(r"weft_name (\w+)\[\] = \{(.*?)\n\};", read("src/rows/names*.c"), re.S):
        tables[m.group(1)] = [(int(v, 0), n) for v, n in re.findall(r'\{ (\w+), "([^"]+)" \}', m.group(2))]
    return tables


def choices():
    """name -> (selector number, None for the family or "outer", {value: schema})."""
    out = {}
    text = read("src/rows/choices*.c")
    af = {"WEFT_AF_BRIDGE": 7, "WEFT_AF_INET6": 10, "WEFT_AF_INET": 2, "FAMILY_IPMR": 128}
    tables = {}
    for m in re.finditer(r"weft_variant (\w+)\[\] = \{(.*?)\n\};", text, re.S):
        rows = re.findall(r'\{ (NULL|"[^"]+"), (\w+), &weft__schema_(\w+) \}', m.group(2))
        tables[m.group(1)] = rows
    for m in re.finditer(r"weft_choice weft__choice_(\w+) = \{ (\w+), N\((\w+)\)", text):
        rows = tables[m.group(3)]
        if m.group(2) == "WEFT_SELECT_FAMILY":
            out[m.group(1)] = (None, {af[n]: s for _, n, s in rows})
        elif m.group(2) == "WEFT_SELECT_OUTER":
            out[m.group(1)] = ("outer", {v.strip('"'): s for v, _, s in rows})
        elif rows[0][1] != "0":
            out[m.group(1)] = (int(m.group(2)), {int(n, 0): s for _, n, s in rows})
        else:
            out[m.group(1)] = (int(m.group(2)), {v.strip('"'): s for v, _, s in rows})
    return out


SCHEMAS, NAMES, CHOICES = schemas(), names(), choices()
LE = sys.byteorder == "little"


def header_size(s, p=b""):
    """Of the message at p: a header may end in bytes that it counts itself."""
    if not s.header:
        return 0
    h = SCHEMAS[s.header]
    counts = next((r for r in h.rows if "LENGTH" in r.flags), None)
    more = number("U16", p[counts.number:counts.number + 2]) if counts and len(p) >= h.size else 0
    return (h.size + more + 3) & ~3


def number(kind, p):
    order = "big" if kind.startswith("BE") else sys.byteorder
    return int.from_bytes(p, order, signed=kind.startswith("S"))


def named(row, v):
    table = NAMES.get(row.names or "", []) if "WORDS" not in row.flags else []
    if "FLAGS" in row.flags and table:
        left = v
        for mask, _ in table:
            left &= ~mask
        return sorted(n for mask, n in table if v & mask == mask and mask) + ([left] if left else [])
    return next((n for value, n in table if value == v), v)


def labels(p):
    out = []
    for at in range(0, len(p), 4):
        word = int.from_bytes(p[at:at + 4], "big")
        if word & 0xeff or (word >> 8 & 1) != (at == len(p) - 4):
            return p.hex()
        out.append(str(word >> 12))
    return "/".join(out)


def fits(row, p, family):
    n = len(p)
    if row.form == "PACKED":
        w = member_size(row)
        return w and n % w == 0
    if row.form not in (None, "MULTI"):
        return True
    if row.type in WIDTH:
        return n == WIDTH[row.type]
    return {"FLAG": n <= 1, "UINT": n in (1, 2, 4, 8), "IP": n in (4, 16) or (family == 28 and n and n % 4 == 0),
            "LABELS": n and n % 4 == 0, "VIA": n in (6, 18), "MAC": 0 < n <= 32}.get(row.type, True)


def member_size(row):
    if row.type in WIDTH:
        return WIDTH[row.type]
    return SCHEMAS[row.sub].size if row.type == "STRUCT" else row.max


def text(b):
    return b.split(b"\0")[0].decode("utf-8")


def leaf(row, p, family):
    """(notation, JSON value) of one value."""
    t = row.type
    if t == "UINT" or t in WIDTH and t not in ("BITFIELD32", "IP4", "IP6"):
        if t == "UINT":
            t = "U" + str(8 * len(p))
        v = number(t, p)
        return f"{t.lower()}:{v}", named(row, v)
    hex_ = f"x:{p.hex()}" if p else ""
    if t == "FLAG":
        return hex_, not p or p[0] != 0
    if t == "STR":
        s = text(p)
        return (json.dumps(s, ensure_ascii=False) if p == s.encode() + b"\0" and " " not in s else hex_), s
    if t in ("IP", "IP4", "IP6"):
        if family == 28:
            return hex_, labels(p)
        return hex_, socket.inet_ntop(socket.AF_INET if len(p) == 4 else socket.AF_INET6, p)
    if t == "MAC":
        return hex_, p.hex(":")
    if t == "VIA":
        v = number("U16", p[:2])
        return f"u16:{v} x:{p[2:].hex()}", {"family": v, "addr": str(ipaddress.ip_address(p[2:]))}
    if t == "LABELS":
        return hex_, labels(p)
    if t == "BITFIELD32":
        a, b = number("U32", p[:4]), number("U32", p[4:])
        return f"u32:{a} u32:{b}", {"value": a, "selector": b}
    return hex_, p.hex()


def shift(row):
    """Of a bit-field: compilers fill its unit from the end that stands first in memory."""
    return row.before if LE else 8 * WIDTH[row.type] - row.before - row.bits


def bits(s, row, p):
    """(notation, values) of all bit-fields in one unit."""
    unit = [r for r in s.rows if r.bits and r.offset == row.offset]
    whole = number(row.type, p)
    values = [(r, whole >> shift(r) & (1 << r.bits) - 1) for r in unit]
    wire = f"f{8 * WIDTH[row.type]}:" + ",".join(f"{v}/{r.bits}" for r, v in values)
    return wire, {r.name: named(r, v) for r, v in values}


def tail_schema(s, row, p):
    """What the member that takes the rest of a struct is, by another member."""
    if row.type != "SUB":
        return row.sub
    selector, table = CHOICES[row.choice]
    by = s.row(selector)
    return table.get(number(by.type, p[by.number:by.number + WIDTH[by.type]]), row.sub)


def tail(s, row, p, family):
    rest = p[row.number:]
    sub = tail_schema(s, row, p)
    if row.form == "PACKED" and len(rest) % member_size(row):
        return None
    if row.type == "SUB" and sub and SCHEMAS[sub].size > len(rest):
        sub = None
    if row.type == "SUB" and not sub:
        return f"x:{rest.hex()}", rest.hex()
    if row.type == "SUB":
        return content(SCHEMAS[sub], rest, family, None)
    return value(row, rest, family, None)


def members(s, p, family):
    """Members of a struct: notation covers every byte, holes as zeros."""
    wire, out, at = [], {}, 0
    for r in s.rows:
        if r.type == "PAD":
            continue
        if "TAIL" in r.flags:
            told = tail(s, r, p, family) if len(p) > r.number else None
            if told:
                if r.number > at:
                    wire.append(f"x:{p[at:r.number].hex()}")
                wire.append(told[0])
                out[r.name] = told[1]
                at = len(p)
            continue
        n = r.max if r.form == "PACKED" else member_size(r)
        if r.offset + n > len(p) or (r.bits and r.before):
            continue
        if r.number > at:
            wire.append(f"x:{p[at:r.number].hex()}")
        if r.bits:
            w, v = bits(s, r, p[r.offset:r.offset + n])
            wire.append(w)
            out.update(v)
            at = r.offset + n
            continue
        inner = p[r.number:r.number + n]
        sub = tail_schema(s, r, p) if r.type == "SUB" else None
        w, v = content(SCHEMAS[sub], inner, family, None) if sub else value(r, inner, family, None)
        wire.append(w)
        out[r.name] = v
        at = r.number + n
    told = at
    if at < len(p):
        wire.append(f"x:{p[at:].hex()}")
    if len(p) < s.size or (len(p) > s.size and told != len(p)):
        out["@size"] = len(p)
        end = s.size if len(p) > s.size else at
        if len(p) > end:
            out["@rest"] = p[end:].hex()
    return " ".join(wire), out


def attributes(p):
    while len(p) >= 4:
        n, t = struct.unpack("=HH", p[:4])
        if n < 4 or n > len(p):
            raise ValueError("malformed")
        yield t & 0x3fff, "!" * (t >> 15) + "^" * (t >> 14 & 1), p[4:n]
        p = p[(n + 3) & ~3:]


def by_sibling(selector, table, siblings):
    at = next((p for t, _, p in siblings if t == selector), None)
    if at is None:
        return None
    first = next(iter(table))
    return number("U%d" % (8 * len(at)), at) if isinstance(first, int) else text(at)


def chosen(row, siblings, family, outer):
    if row.type != "SUB" or not row.choice:
        return row.sub
    selector, table = CHOICES[row.choice]
    if selector is None:
        return table.get(family, row.sub)
    if selector == "outer":
        return table.get(outer, row.sub)
    return table.get(by_sibling(selector, table, siblings), row.sub)


def content(s, p, family, outer):
    return members(s, p, family) if s.size else nest(s, p, family, outer)


def nest(s, p, family, outer=None):
    """A message body, or a nest: its fixed header and its attributes."""
    wire, out, h = [], {}, header_size(s, p)
    if h:
        w, out = members(SCHEMAS[s.header], p[:h], family)
        for key in ("@size", "@rest"):  # only its padding
            out.pop(key, None)
        wire.append(w)
    all_ = list(attributes(p[h:]))
    for t, flags, inner in all_:
        row = s.row(t)
        if row is None or row.type == "PAD" or not fits(row, inner, family) or \
                (row.form != "MULTI" and row.number == t and row.name in out):
            wire.append(f"[{t}{flags} " + (f"x:{inner.hex()} " if inner else "") + "]")
            if row is None or row.type != "PAD" or inner:
                key = f"@{t}"
                old = out.get(key)
                out[key] = inner.hex() if old is None else \
                    (old if isinstance(old, list) else [old]) + [inner.hex()]
            continue
        w, v = value(row, inner, family, all_, outer)
        wire.append(f"[{t}{flags} {w} ]" if w else f"[{t}{flags} ]")
        name = row.name if row.number != 0x3fff else str(t)
        if row.form == "MULTI":
            out.setdefault(name, []).append(v)
        else:
            out[name] = v
    return " ".join(wire), out


def value(row, p, family, siblings, outer=None):
    form = row.form if row.form != "MULTI" else None
    one = Row(row.schema, row.token, str(row.number), None, row.type, "")
    one.names, one.flags, one.sub, one.choice, one.max = row.names, row.flags, row.sub, row.choice, row.max
    if form == "PACKED" and "NEST_IN" in row.flags and p[:2] == struct.pack("=H", 8) and len(p) > 7:
        form = "INDEXED"
    if form == "PACKED":
        size = member_size(row)
        parts = [value(one, p[i:i + size], family, None) for i in range(0, len(p), size)]
        return " ".join(w for w, _ in parts), [v for _, v in parts]
    if form == "HOPS":
        wire, out = [], []
        while p:
            n = struct.unpack("=H", p[:2])[0]
            w, v = nest(SCHEMAS[row.sub], p[:n], family)
            wire.append(w)
            out.append(v)
            p = p[(n + 3) & ~3:]
        return " ".join(wire), out
    if form:
        wire, out = [], {} if form == "TYPED" else []
        for t, flags, inner in attributes(p):
            w, v = value(one, inner, family, None, outer)
            wire.append(f"[{t}{flags} {w} ]" if w else f"[{t}{flags} ]")
            if form == "TYPED":
                out[str(t)] = v
            else:
                out.append({str(t): v} if form == "INDEXED" and row.sub else v)
        return " ".join(wire), out
    if row.type == "STRUCT":
        return members(SCHEMAS[row.sub], p, family)
    if row.type in ("NEST", "SUB"):
        sub = chosen(row, siblings or [], family, outer)
        if row.type == "NEST" and row.choice:
            outer = by_sibling(*CHOICES[row.choice], siblings or [])
        if sub:
            return content(SCHEMAS[sub], p, family, outer)
        return (f"x:{p.hex()}" if p else ""), p.hex()
    return leaf(row, p, family)


def line(family, op, schema, body):
    s = SCHEMAS[schema]
    wire, out = nest(s, body, body[0] if s.header else 0)
    return "\t".join((f"{family} {op}", "*", wire,
                      json.dumps(out, separators=(",", ":"), ensure_ascii=False)))
