#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests.py BUILD SUITE|SUITE-NAME...: meson tests, a line each: name, a tab, the command for sh."""
import json
import shlex
import subprocess
import sys

known = json.loads(subprocess.run(["meson", "introspect", "--tests", sys.argv[1]], capture_output=True, text=True,
                                  check=True).stdout)
for t in known:
    name = t["suite"][0].split(":")[-1] + "-" + t["name"]
    if name in sys.argv[2:] or name.split("-")[0] in sys.argv[2:]:
        words = [f"{k}={v}" for k, v in t["env"].items()] + t["cmd"]
        print(f"{name}\t{shlex.join(['env', *words])}")
