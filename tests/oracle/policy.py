#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Generic families: the types of rows are those of the kernel's own policies (CTRL_CMD_GETPOLICY)."""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))

import rows  # noqa: E402 pylint: disable=wrong-import-position
import space

MODULES = {"team": "team", "ovs_datapath": "openvswitch"}
# what rows of a type of the kernel's may be
TYPES = {"flag": "FLAG", "u8": "U8", "u16": "U16 BE16", "u32": "U32 BE32 IP4", "u64": "U64 BE64", "s8": "S8", "s16": "S16", "s32": "S32",
         "s64": "S64", "string": "STR", "nul-string": "STR", "nested": "NEST", "nested-array": "NEST",
         "bitfield32": "BITFIELD32", "sint": "SINT", "uint": "UINT"}


def families():
    """name -> {number of a request: (operation, schema)}"""
    text = rows.read("src/rows/families.c")
    out = {}
    for name, table in re.findall(r'\.name = "(\w+)", \.protocol = 16,.*?FAMILY\((\w+)\)', text):
        body = re.search(r"weft_op %s_ops\[\] = \{(.*?)\n\};" % table, text, re.S).group(1)
        out[name] = {int(n): (op, s) for op, n, s in re.findall(r'\{ "([\w-]+)", (\d+), .*?S\((\w+)\)', body) if n != "0"}
    return out


def policies(family):
    """The kernel's: {command: table}, {table: {attribute: its policy}}; None: it has no such family, or tells none."""
    code, out, err = space.weft("dump", "nlctrl", "getpolicy", json.dumps({"family-name": family}))
    if code:
        return None if "o such" in err or "not supported" in err else sys.exit(err)
    commands, tables = {}, {}
    for m in json.loads(out):
        for n, x in m.get("op-policy", {}).items():
            commands.setdefault(int(n), set()).update(x.values())
        for t, attrs in m.get("policy", {}).items():
            for n, x in attrs.items():
                tables.setdefault(int(t), {})[int(n)] = x
    return commands, tables


def compare(schema, table, tables, seen, where):
    """Faults of the rows of a schema against a table."""
    if (schema, table) in seen or table not in tables:
        return
    seen.add((schema, table))
    for n, x in sorted(tables[table].items()):
        kind = x["type"]
        row = rows.SCHEMAS[schema].row(n)
        if kind in ("invalid", "reject"):
            continue
        if row is None:
            yield f"{where}.{n}: the kernel takes {kind}, no row"
            continue
        where_row = f"{where}.{row.token}"
        if kind in TYPES and row.type not in TYPES[kind].split():
            yield f"{where_row}: {kind} for the kernel, {row.type} here"
        if kind in ("nested", "nested-array") and row.sub and "policy-idx" in x:
            yield from compare(row.sub, x["policy-idx"], tables, seen, where_row)


def main():
    faults, checked = [], 0
    for family, ops in families().items():
        if os.environ.get("VM_KERNEL", "host") != "host" and family in MODULES:
            space.run(["modprobe", "-q", MODULES[family]])
        told = policies(family)
        if told is None:
            print(f"{family}: not in this kernel")
            continue
        commands, tables = told
        seen = set()
        for command, used in sorted(commands.items()):
            # a policy of the whole family stands for all operations
            known = [ops[command]] if command in ops else []
            for (op, schema), table in ((k, t) for k in known for t in used):
                faults += compare(schema, table, tables, seen, f"{family} {op}")
        checked += sum(len(tables[t]) for _, t in seen)
        print(f"{family}: {len(seen)} policies")
    for f in faults:
        print("FAILED:", f)
    print(f"{checked} attributes, {len(faults)} faults")
    return 1 if faults or not checked else 0


sys.exit(main())
