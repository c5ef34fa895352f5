#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""unsign.py MODULE...: takes away the signature behind each kernel module that has one (kernel/module_signature.c)."""
import os
import struct
import sys

MARK = b"~Module signature appended~\n"
TAIL = struct.Struct(">BBBBBxxxI")  # algorithm, hash, kind, lengths of signer, key and signature

for path in sys.argv[1:]:
    with open(path, "r+b") as f:
        size = f.seek(0, os.SEEK_END) - len(MARK) - TAIL.size
        if size < 0:
            continue
        f.seek(size)
        tail = f.read()
        if tail.endswith(MARK):
            *_, signer, key, signature = TAIL.unpack_from(tail)
            f.truncate(size - signer - key - signature)
