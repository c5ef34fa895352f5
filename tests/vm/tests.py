#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests.py BUILD SUITE...: the meson tests of these suites, a line each: name, a tab, the command for sh."""
import json
import shlex
import subprocess
import sys

known = json.loads(subprocess.run(["meson", "introspect", "--tests", sys.argv[1]], capture_output=True, text=True,
                                  check=True).stdout)
for t in known:
    suite = next((s.split(":")[-1] for s in t["suite"] if s.split(":")[-1] in sys.argv[2:]), None)
    if suite:
        words = [f"{k}={v}" for k, v in t["env"].items()] + t["cmd"]
        print(f"{suite}-{t['name']}\t{shlex.join(['env', *words])}")
