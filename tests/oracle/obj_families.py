# SPDX-License-Identifier: MIT
"""Families of generic netlink: `genl ctrl list`, whose text is all it has."""
import re

import space
from compare import Table
from convert import Maybe
from obj import Object

BITS = {"admin-perm": 1, "cmd-cap-do": 2, "cmd-cap-dump": 4, "cmd-cap-haspol": 8, "uns-admin-perm": 16}


def values(lists):
    """Of numbered nests, their values."""
    return [v for x in lists or [] for v in x.values()]


def flags(ops, _):
    return [sum(BITS[f] for f in o.get("flags", [])) for o in values(ops)]


class Families(Object):
    DUMPS = [("nlctrl", "getfamily", None)]
    NEW = [None]
    TABLE = Table([
        ("family-id", "id", None), ("version", "version", None), ("hdrsize", "header", None), ("maxattr", "attribs", None),
        ("?ops", "ops", lambda v, _: [o["id"] for o in values(v)]), ("ops", "flags", flags),
        ("?mcast-groups", "groups", lambda v, _: [g["id"] for g in values(v)]),
        ("mcast-groups", "names", lambda v, _: [g["name"] for g in values(v)]),
    ], {"family_name": "the key"})

    def ours(self, dumps):
        return [(x["family-name"], x) for x in dumps[0]]

    def theirs(self, _):
        _, said, _ = space.run(["genl", "ctrl", "list"])
        out = []
        for part in said.split("Name: ")[1:]:
            head = re.search(r"ID: (\S+)\s+Version: (\S+)\s+header size: (\d+)\s+max attribs: (\d+)", part)
            x = dict(zip(("id", "version", "header", "attribs"), (int(n, 0) for n in head.groups())))
            x["ops"] = [int(n, 0) for n in re.findall(r"#\d+:\s+ID-(\S+)", part.split("multicast groups")[0])]
            # it does not tell them of every family
            x["flags"] = [int(n, 0) for n in re.findall(r"Capabilities \((\S+)\)", part)] or Maybe()
            x["groups"] = [int(n, 0) for n in re.findall(r"#\d+:\s+ID-(\S+)\s+name", part)]
            x["names"] = re.findall(r"name: (\S+)", part)
            out.append((part.split()[0], x))
        return out
