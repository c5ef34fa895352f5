#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""In a network namespace: servers of a database that say anything but what they should: the command ends in time, with an error or with what
the kernel alone tells, and never by a signal."""
import json
import os
import random
import socket
import subprocess
import tempfile
import threading
import time

WEFT = os.environ["WEFT"]
DIR = tempfile.mkdtemp(prefix="weft-lies-")
PATH = f"{DIR}/db.sock"
U = "00000000-0000-0000-0000-00000000000"
ROWS = [{"rows": [{"_uuid": ["uuid", U + "1"], "name": "br0", "ports": ["uuid", U + "2"], "datapath_type": "",
                   "fail_mode": ["set", []], "stp_enable": False}]},
        {"rows": [{"_uuid": ["uuid", U + "2"], "name": "lo", "interfaces": ["uuid", U + "3"], "tag": 5,
                   "trunks": ["set", [1, 2]]}]},
        {"rows": [{"_uuid": ["uuid", U + "3"], "name": "lo", "type": "", "ifindex": 1, "ofport": 1}]}]


def serve(listener, answer, stop):
    while not stop.is_set():
        try:
            c, _ = listener.accept()
        except OSError:
            return
        c.settimeout(30)
        try:
            while True:
                text = c.recv(1 << 20)
                if not text:
                    break
                for part in answer(json.loads(text)):
                    c.sendall(part)
        except (OSError, ValueError):
            pass
        c.close()


def run(*words):
    start = time.monotonic()
    r = subprocess.run([WEFT, "--ovsdb", PATH, *words], capture_output=True, text=True, timeout=60,
                       check=False)
    return r.returncode, r.stdout, r.stderr, time.monotonic() - start


def reply(result, number):
    return json.dumps({"id": number, "result": result, "error": None}).encode()


def mutated(rng):
    """An answer in which something is of another type, or is not there."""
    rows = json.loads(json.dumps(ROWS))
    values = [None, 0, -1, 1 << 60, "", "x" * 5000, [], {}, ["set"], ["set", [[]]], ["uuid"], ["uuid", 7], ["map", 1], True]
    for _ in range(rng.randint(1, 4)):
        row = rng.choice(rng.choice(rows)["rows"] or [{}])
        if row:
            row[rng.choice(list(row))] = rng.choice(values)
    if rng.random() < 0.2:
        rows[rng.randrange(3)] = rng.choice(values)
    return rows


def never_acts(m):
    """A database whose daemon does nothing of what it is told."""
    ops = m["params"][1:]
    if ops[0]["op"] == "select" and len(ops) == 3:
        return [reply(ROWS, m["id"])]
    return [reply([{}] * (len(ops) - 1) + [{"rows": [{"next_cfg": 7, "cur_cfg": 6}]}], m["id"])]


def listen():
    if os.path.exists(PATH):
        os.unlink(PATH)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(PATH)
    listener.listen(8)
    return listener


def far_away():
    """An agent that waits for the switch says so before its peer takes it for lost."""
    stop = threading.Event()
    listener = listen()
    threading.Thread(target=serve, args=(listener, never_acts, stop), daemon=True).start()
    code, _, text, seconds = run("-t", f"exec:{WEFT} --ovsdb {PATH} agent", "add", "link", "ifname=br9", "kind=ovs-bridge")
    stop.set()
    listener.close()
    if code == 2 and "ovs-vswitchd does not act" in text and seconds < 9:
        return 0
    print(f"FAILED: behind an agent, a switch that does not act: {code} {text} {seconds:.1f} s")
    return 1


def main():
    rng = random.Random(7)
    big = b'{"id":1,"result":[' + b'"x",' * (1 << 20)
    lies = [
        ("no JSON", lambda m: [b"hello"], "no JSON object"),
        ("half an object, then the end", lambda m: [b'{"id":1', b'}]]]'], ""),
        ("is silent", lambda m: [], "does not answer"),
        ("too deep", lambda m: [b'{"a":' + b"[" * 100000], "nested too deeply"),
        ("never ends", lambda m: [big] * 40, "more than"),
        ("another id", lambda m: [reply(ROWS, 77)], "does not answer"),
        ("no result", lambda m: [b'{"id":1,"result":null,"error":null}'], "without results"),
        ("an error", lambda m: [b'{"id":1,"result":null,"error":"\\u001b[31mno"}'], "ovsdb-server: "),
        ("refuses", lambda m: [reply([{"error": "not allowed", "details": "x" * 3000}], m["id"])], "not allowed"),
        ("asks whether we are there, for ever",
         lambda m: [b'{"method":"echo","params":[],"id":"echo"}'], "does not answer"),
        ("NUL and bad UTF-8", lambda m: [b'{"id":1,"result":["\\u0000\xff\xfe"]}'], ""),
    ]
    lies += [(f"mutated {n}", lambda m, rows=mutated(rng): [reply(rows, m["id"])], None) for n in range(60)]
    failed = far_away()
    for name, answer, text in lies:
        stop = threading.Event()
        listener = listen()
        threading.Thread(target=serve, args=(listener, answer, stop), daemon=True).start()
        show = run("show", "links")
        add = run("add", "link", "ifname=br9", "kind=ovs-bridge") if text is not None else show
        stop.set()
        listener.close()
        bad = []
        if show[0] != 0 or "lo" not in show[1]:
            bad.append(f"show: {show}")
        if text is not None and (add[0] != 2 or text not in add[2] or "\x1b" in add[2] or add[2].count("\n") != 1):
            bad.append(f"add: {add}")
        if max(show[3], add[3]) > 20:
            bad.append(f"took {show[3]:.1f} and {add[3]:.1f} s")
        for b in bad:
            print(f"FAILED: a server that lies ({name}): {b[:400]}")
            failed = 1
    for f in os.listdir(DIR):
        os.unlink(f"{DIR}/{f}")
    os.rmdir(DIR)
    print(f"{len(lies)} servers that lie")
    return failed


raise SystemExit(main())
