#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Our numbers, struct sizes and offsets against kernel headers, and every attribute of those headers
against our rows. What the headers do not know yet is passed over.

uapi.py [DIR]: headers of DIR, which has linux/; without it those that are installed."""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "golden"))
import rows  # noqa: E402

HEADERS = ("if_link if_bridge rtnetlink if_addr fib_rules neighbour genetlink netlink lwtunnel mpls_iptunnel "
           "if_tunnel veth devlink if_vlan").split()


def spaces():
    out = {"attributes": [], "struct": [], "whole": [], "skip": {}}
    with open(os.path.join(HERE, "spaces.txt"), encoding="utf-8") as f:
        for line in f:
            word, *rest = line.split("#")[0].split() or [""]
            if word == "skip":
                out["skip"][rest[0]] = " ".join(rest[1:])
            elif word:
                out[word].append(rest)
    return out


class Headers:
    """What a compiler makes of the headers."""

    def __init__(self, include):
        self.flags = ["-I", include] if include else []
        self.dir = tempfile.TemporaryDirectory()
        self.text = "#include <stddef.h>\n#include <stdio.h>\n#include <sys/socket.h>\n#include <linux/types.h>\n"
        for h in HEADERS:
            if subprocess.run(["cc", *self.flags, "-E", "-x", "c", "-o", "/dev/null", "-"], text=True,
                              input=f"#include <linux/{h}.h>\n", stderr=subprocess.DEVNULL, check=False).returncode == 0:
                self.text += f"#include <linux/{h}.h>\n"
        self.code = self.run(["-E", "-P"])
        self.names = set(re.findall(r"\w+", self.code)) | set(re.findall(r"#define (\w+)", self.run(["-E", "-dM"])))
        self.enums = [re.findall(r"\b([A-Z]\w+)\s*(?:=[^,}]*)?(?:,|$)", body.strip())
                      for body in re.findall(r"enum\s*\w*\s*\{([^}]*)\}", self.code)]

    def run(self, options):
        return subprocess.run(["cc", *self.flags, *options, "-x", "c", "-"], input=self.text, text=True,
                              capture_output=True, check=True).stdout

    def values(self, expressions):
        """Values of C expressions that are known to compile."""
        path = os.path.join(self.dir.name, "x")
        body = "".join(f'printf("%ld\\n", (long)({e}));' for e in expressions)
        subprocess.run(["cc", *self.flags, "-w", "-x", "c", "-o", path, "-"], text=True, check=True,
                       input=f"{self.text}\nint main(void) {{ {body} return 0; }}\n")
        out = subprocess.run([path], capture_output=True, text=True, check=True).stdout.split()
        return dict(zip(expressions, map(int, out)))

    def members(self, struct):
        m = re.search(r"struct %s \{(.*?)\n?\};" % struct, self.code, re.S)
        return set(re.findall(r"(\w+)(?:\[[^]]*\])*;", m.group(1))) if m else None


def attributes(h, s, fail):
    want = []
    for schema, prefix, *extra in s["attributes"]:
        other = dict(x.split("=") for x in extra)
        for r in rows.SCHEMAS[schema].rows:
            name = other.get(r.token, prefix + r.token.upper())
            if name in h.names:
                want.append((f"{schema}.{r.token}", name, r.number))
    got = h.values(sorted({n for _, n, _ in want}))
    for what, name, number in want:
        if got[name] != number:
            fail(f"{what} is {number} here, {name} is {got[name]} there")
    return len(want)


def whole(h, s, fail):
    """Every member of an attribute enum has a row."""
    n = 0
    for member, schema in s["whole"]:
        enum = next((e for e in h.enums if member in e), [])
        names = [x for x in enum if not x.startswith("__") and not x.endswith(("_MAX", "_UNSPEC", "_PAD", "_PAD2"))]
        numbers = {r.number for r in rows.SCHEMAS[schema].rows}
        for name, value in h.values(names).items() if names else []:
            n += 1
            if value not in numbers and name not in s["skip"]:
                fail(f"{name} ({value}) has no row in {schema}")
    return n


def structs(h, s, fail):
    n = 0
    for schema, struct, *extra in s["struct"]:
        other = dict(x.split("=") for x in extra)
        members = h.members(struct)
        if members is None:
            continue
        ours = rows.SCHEMAS[schema]
        known = [(r, other.get(r.token, r.token)) for r in ours.rows if other.get(r.token, r.token) in members]
        size = f"sizeof(struct {struct})"
        got = h.values([size] + [e for _, m in known for e in (
            f"offsetof(struct {struct}, {m})", f"sizeof(((struct {struct} *)0)->{m})")])
        # structs grow at their end: what ours has more is newer than the headers
        if not got[size] <= ours.size <= got[size] + 8:
            fail(f"{schema} has {ours.size} bytes here, {got[size]} there")
        for r, m in known:
            n += 1
            there = (got[f"offsetof(struct {struct}, {m})"], got[f"sizeof(((struct {struct} *)0)->{m})"])
            if (r.number, rows.member_size(r)) != there:
                fail(f"{schema}.{r.token} is at {r.number} with {rows.member_size(r)} bytes here, {there} there")
    return n


def main():
    failures = []
    s, h = spaces(), Headers(sys.argv[1] if len(sys.argv) > 1 else None)
    counts = [f(h, s, failures.append) for f in (attributes, whole, structs)]
    for f in failures:
        print("FAILED:", f)
    print(f"{counts[0]} numbers of rows, {counts[1]} enumerators, {counts[2]} members of structs, "
          f"{len(failures)} failures")
    return 1 if failures or min(counts) < 50 else 0


sys.exit(main())
