# SPDX-License-Identifier: MIT
"""What became of states, for the table of docs/coverage.md: NAME.json in $ORACLE_OUT, or $VM_OUT of a virtual machine."""
import json
import os


def write(name, states):
    """states: state, result (ok, failed, absent), dumps by operation, and of which operations the objects were made again."""
    folder = os.environ.get("ORACLE_OUT") or os.environ.get("VM_OUT")
    if folder:
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as f:
            json.dump({"kernel": os.uname().release, "states": states}, f)
