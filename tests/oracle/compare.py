# SPDX-License-Identifier: MIT
"""Two descriptions of one object, held against each other field by field.

A Table says which of our fields is which of theirs. Fields that are called the same need no line in it.
What is left on either side must stand in one of the two lists of the table, with a reason.
"""
import fnmatch
import functools
import re
import socket

GONE = object()


class Table:
    """fields: (ours, theirs, conversion), paths; of ours also several, a "?" before one that has a line of its own;
    no theirs: they do not show such a value.
    Conversions are told in convert.py. moves: parts of ours that are called otherwise, before names are compared."""

    def __init__(self, fields=(), ours_only=None, theirs_only=None):
        self.fields, self.ours_only, self.theirs_only = fields, ours_only or {}, theirs_only or {}

    def with_(self, other):
        return Table([*self.fields, *other.fields], {**self.ours_only, **other.ours_only},
                     {**self.theirs_only, **other.theirs_only})

    def under(self, ours, theirs):
        """The same table for parts of an object."""
        def below(prefix, path):
            if isinstance(path, tuple):
                return tuple(below(prefix, p) for p in path)
            return path and (f"?{prefix}.{path[1:]}" if path.startswith("?") else f"{prefix}.{path}")
        return Table([(below(ours, a), below(theirs, b), f) for a, b, f in self.fields],
                     {f"{theirs}.{k}": v for k, v in self.ours_only.items()},
                     {f"{theirs}.{k}": v for k, v in self.theirs_only.items()}).renamed(ours, theirs)

    def renamed(self, ours, theirs):
        self.moves = [(ours, theirs)]
        return self

    moves = ()


class Context:
    """What a conversion may ask: names of devices in the namespace that this process is in."""

    def __init__(self):
        self.names = dict(socket.if_nameindex())

    def name(self, index):
        return self.names.get(index, f"if{index}")


def get(d, path):
    for k in path.split("."):
        if not isinstance(d, dict) or k not in d:
            return None
        d = d[k]
    return d


def take(d, path):
    """Removes a value and returns it, or None."""
    way, _, last = path.rpartition(".")
    d = get(d, way) if way else d
    return d.pop(last, None) if isinstance(d, dict) else None


def put(d, path, value):
    *way, last = path.split(".")
    for k in way:
        d = d.setdefault(k, {})
    d[last] = value


def copy(x):
    if isinstance(x, dict):
        return {k: copy(v) for k, v in x.items()}
    if isinstance(x, list):
        return type(x)(copy(v) for v in x)
    return x


def flat(x, path="", dash=False, into=None):
    """The value of every leaf, by its path. A list of plain values is one."""
    into = {} if into is None else into
    if isinstance(x, dict):
        for k, v in x.items():
            k = k.replace("-", "_") if dash else k
            flat(v, f"{path}.{k}" if path else k, dash, into)
    elif isinstance(x, list) and any(isinstance(v, (dict, list)) for v in x):
        for i, v in enumerate(x):
            flat(v, f"{path}[{i}]", dash, into)
    else:
        into[path] = x
    return into


@functools.cache
def pattern(only):
    return re.compile("|".join(fnmatch.translate(p) for p in only) or r"(?!)")


def known(path, only):
    match = pattern(tuple(only)).match
    return match(path) or "[" in path and match(re.sub(r"\[\d*\]", "[]", path))


class Result:
    def __init__(self):
        self.faults, self.compared = [], 0

    def fault(self, text):
        self.faults.append(text)


def compare(ours, theirs, table, c, result, what):
    o, t, used = copy(ours), copy(theirs), set()
    for a, b, convert in table.fields:
        paths = a if isinstance(a, tuple) else (a,)
        mine = [get(o, p.lstrip("?")) for p in paths]
        used.update(p for p in paths if not p.startswith("?"))
        other = take(t, b) if b else None
        if all(x is None for x in mine) and other is None:
            continue
        try:
            want = convert(*mine, c) if convert else mine[0]
        except Exception as e:  # pylint: disable=broad-except
            result.fault(f"{what}: {a}: {mine!r} cannot be converted: {e!r}")
            continue
        result.compared += 1
        if not want == other:  # only == is told what equals
            result.fault(f"{what}: weft's {a} {short(mine)} should be {b} {short(want)}, is {short(other)}")
    for p in used:
        take(o, p)
    for x, y in table.moves:
        v = take(o, x)
        if v is not None:
            put(o, y, v)
    rest = flat(o, "", True)
    for path, value in flat(t).items():
        if value in ({}, []):
            continue
        if path in rest:
            mine = rest.pop(path)
            result.compared += 1
            if mine != value:
                result.fault(f"{what}: {path}: weft {short(mine)}, theirs {short(value)}")
        elif not known(path, table.theirs_only):
            result.fault(f"{what}: only theirs: {path} = {short(value)}")
    for path, value in rest.items():
        if value not in ({}, []) and not known(path, table.ours_only):
            result.fault(f"{what}: only weft's: {path} = {short(value)}")


def short(x):
    s = repr(x)
    return s if len(s) < 300 else s[:300] + "..."


def match(ours, theirs, table, c, result, what):
    """Lists of (key, object): each key once on both sides, or as often."""
    of = {}
    for k, v in theirs:
        of.setdefault(k, []).append(v)
    for k, v in ours:
        if of.get(k):
            compare(v, of[k].pop(0), table(v), c, result, f"{what} {k}")
        else:
            result.fault(f"{what} {k}: only weft has it: {short(v)}")
    for k, rest in of.items():
        for v in rest:
            result.fault(f"{what} {k}: weft does not have it: {short(v)}")


def unknown(x, path=""):
    """Paths of what weft knows only by number."""
    if isinstance(x, dict):
        for k, v in x.items():
            if k.startswith("@"):
                yield f"{path}.{k}"
            yield from unknown(v, f"{path}.{k}")
    elif isinstance(x, list):
        for v in x:
            yield from unknown(v, path + "[]")
