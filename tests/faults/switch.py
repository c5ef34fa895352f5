# SPDX-License-Identifier: MIT
"""The least of a database of Open vSwitch: one bridge, whose ports stand in a file, one name and its columns a line."""
import json
import os
import socket
import threading
import time

LOCK = threading.Lock()
talks = set()
address = []
BRIDGE = "00000000-0000-0000-0000-000000000001"


def uuid(name, sort):
    """Always the same for a name."""
    return f"00000000-0000-000{sort}-0000-{name.encode().hex():0>12}"[:36]


def load(path):
    with open(path, encoding="utf-8") as f:
        return {name: json.loads(columns) for name, columns in (line.split(" ", 1) for line in f)}


def save(path, ports):
    with open(path + ".new", "w", encoding="utf-8") as f:
        f.writelines(f"{name} {json.dumps(columns, sort_keys=True)}\n" for name, columns in sorted(ports.items()))
    os.rename(path + ".new", path)


def select(table, ports, bridge):
    ports = {bridge: {}, **ports}
    if table == "Bridge":
        return [{"_uuid": ["uuid", BRIDGE], "name": bridge, "datapath_type": "",
                 "ports": ["set", [["uuid", uuid(n, 2)] for n in ports]]}]
    if table == "Port":
        return [{"_uuid": ["uuid", uuid(n, 2)], "name": n, "interfaces": ["uuid", uuid(n, 3)], **c}
                for n, c in ports.items()]
    if table == "Interface":
        return [{"_uuid": ["uuid", uuid(n, 3)], "name": n, "type": "internal" if n == bridge else "", "ofport": 1,
                 "ifindex": socket.if_nametoindex(n) if n == bridge else ["set", []]} for n in ports]
    return [{"next_cfg": 1, "cur_cfg": 1}]


def transact(ops, path, bridge):
    """All of it, or an error and nothing."""
    ports, results = load(path), []
    for o in ops:
        if not isinstance(o, dict):
            return [*results, {"error": "syntax error", "details": "no operation"}]
        table, rows = o["table"], []
        if o["op"] == "select":
            rows = select(table, ports, bridge)
        elif o["op"] == "insert" and table == "Port":
            columns = {k: v for k, v in o["row"].items() if k not in ("name", "interfaces")}
            ports[o["row"]["name"]] = columns
        elif o["op"] == "update" and table == "Port":
            name = next(n for n in ports if uuid(n, 2) == o["where"][0][2][1])
            ports[name].update(o["row"])
        elif o["op"] == "mutate" and table == "Bridge" and o["mutations"][0][1] == "delete":
            gone = o["mutations"][0][2][1][0][1]
            ports = {n: c for n, c in ports.items() if uuid(n, 2) != gone}
        results.append({"rows": rows})
    save(path, ports)
    return results


def talk(c, path, bridge):
    text, decoder = "", json.JSONDecoder()
    with c:
        while True:
            try:
                part = c.recv(1 << 16)
            except OSError:
                return
            if not part:
                return
            text += part.decode()
            while text:
                try:
                    m, at = decoder.raw_decode(text)
                except ValueError:
                    break
                text = text[at:]
                with LOCK:
                    reply = {"id": m["id"], "result": transact(m["params"][1:], path, bridge), "error": None}
                try:
                    c.sendall(json.dumps(reply).encode())
                except OSError:
                    return


def settle():
    """Until whoever asked has gone and all that was asked for is done: those who wait to be let in, too."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as last:
        last.connect(address[0])
        last.shutdown(socket.SHUT_WR)
        last.recv(1)
    until = time.monotonic() + 5
    while any(t.is_alive() for t in list(talks)) and time.monotonic() < until:
        time.sleep(0.002)
    talks.clear()


def serve(listen_at, path, bridge):
    """In a thread, as long as this process is there."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(listen_at)
    listener.listen(8)
    address.append(listen_at)

    def loop():
        while True:
            t = threading.Thread(target=talk, args=(listener.accept()[0], path, bridge), daemon=True)
            talks.add(t)
            t.start()

    threading.Thread(target=loop, daemon=True).start()
