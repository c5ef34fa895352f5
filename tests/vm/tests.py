#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests.py BUILD SUITE...: the meson tests of these suites, a line each: name, seconds it may
take, the command for sh; tabs between."""
import json
import shlex
import subprocess
import sys

known = json.loads(subprocess.run(["meson", "introspect", "--tests", sys.argv[1]], capture_output=True, text=True,
                                  check=True).stdout)
found = set()
for t in known:
    name = t["suite"][0].split(":")[-1] + "-" + t["name"]
    if name in sys.argv[2:] or name.split("-")[0] in sys.argv[2:]:
        words = [f"{k}={v}" for k, v in t["env"].items()] + t["cmd"]
        found |= {name, name.split("-")[0]}
        print(f"{name}\t{max(300, t['timeout'])}\t{shlex.join(['env', *words])}")
sys.exit("tests.py: no test " + " ".join(set(sys.argv[2:]) - found) if set(sys.argv[2:]) - found else 0)
