#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same things done over every transport, each in a namespace of its own: local, netns, a unix agent, an agent as
a child, an agent behind a real ssh, a tape. All must come out equal to local; the table says so."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

WEFT, CONFORM = os.environ["WEFT"], os.environ["CONFORM"]
TMP = tempfile.mkdtemp(prefix="weft-conform-")
NS, HOST = f"weft-c-{os.getpid()}", f"weft-h-{os.getpid()}"
PORT = "2222"
children = []


def sh(*args, **kw):
    return subprocess.run(args, check=True, **kw)


def inside(ns, *args):
    return ["ip", "netns", "exec", ns, *args]


def fresh():
    subprocess.run([WEFT, "netns", "del", NS], stderr=subprocess.DEVNULL, check=False)
    sh(WEFT, "netns", "add", NS)
    sh("ip", "-n", NS, "link", "set", "lo", "up")


def start(*args):
    children.append(subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))


def wait_for(what):
    for _ in range(100):
        if what():
            return
        time.sleep(0.1)
    raise SystemExit("a server did not come up")


def unix_agent():
    path = f"{TMP}/agent.sock"
    start(WEFT, "agent", "--listen", f"unix:{path}")
    wait_for(lambda: os.path.exists(path))
    return path


def ssh_server():
    """An ssh server on the loopback address of a namespace, and a client that trusts it."""
    sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{TMP}/host")
    sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"{TMP}/user")
    shutil.copy(f"{TMP}/user.pub", f"{TMP}/authorized")
    with open(f"{TMP}/sshd.conf", "w", encoding="ascii") as f:
        f.write(f"Port {PORT}\nListenAddress 127.0.0.1\nHostKey {TMP}/host\nPidFile none\nUsePAM no\nStrictModes no\n"
                f"PermitRootLogin yes\nAuthorizedKeysFile {TMP}/authorized\nPasswordAuthentication no\n"
                "KbdInteractiveAuthentication no\n")
    with open(f"{TMP}/ssh.conf", "w", encoding="ascii") as f:
        f.write(f"Host *\nIdentityFile {TMP}/user\nIdentitiesOnly yes\nStrictHostKeyChecking no\n"
                f"UserKnownHostsFile {TMP}/known\nLogLevel ERROR\n")
    os.mkdir(f"{TMP}/bin")
    with open(f"{TMP}/bin/ssh", "w", encoding="ascii") as f:
        f.write(f'#!/bin/sh\nexec /usr/bin/ssh -F {TMP}/ssh.conf "$@"\n')
    os.chmod(f"{TMP}/bin/ssh", 0o755)
    os.makedirs("/run/sshd", exist_ok=True)
    sh(WEFT, "netns", "add", HOST)
    sh("ip", "-n", HOST, "link", "set", "lo", "up")
    start(*inside(HOST, "/usr/sbin/sshd", "-D", "-E", f"{TMP}/sshd.log", "-f", f"{TMP}/sshd.conf"))
    probe = inside(HOST, f"{TMP}/bin/ssh", "-p", PORT, "root@127.0.0.1", "true")
    wait_for(lambda: subprocess.run(probe, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                                    check=False).returncode == 0)


def run(target, where=None, agent="", tape=None):
    """name -> what came of it."""
    args = [CONFORM, target, agent] + ([tape] if tape else [])
    env = dict(os.environ, PATH=f"{TMP}/bin:{os.environ['PATH']}")
    r = subprocess.run(inside(where, *args) if where else args, capture_output=True, text=True, env=env, timeout=120,
                       check=False)
    lines = dict(line.split("\t", 1) for line in r.stdout.splitlines())
    if r.returncode:
        lines["exit"] = f"{r.returncode}: {r.stderr.strip()}"
    return lines


def results():
    sock = unix_agent()
    ssh_server()
    tape = f"{TMP}/tape"
    for name, args in (
            ("local", {"target": "local", "where": NS}),
            ("netns", {"target": f"netns:{NS}"}),
            ("unix", {"target": f"unix:{sock}/netns:{NS}"}),
            ("exec", {"target": f"exec:{WEFT} agent/netns:{NS}"}),
            ("ssh", {"target": f"ssh:root@127.0.0.1:{PORT}/netns:{NS}", "where": HOST, "agent": f"{WEFT} agent"}),
            ("recorded", {"target": f"netns:{NS}", "tape": tape})):
        fresh()
        yield name, run(**args)
    yield "tape", run(f"tape:{tape}")


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    all_, failures = {}, 0
    try:
        all_ = dict(results())
    finally:
        for c in children:
            c.send_signal(signal.SIGTERM)
            c.wait()
        for ns in (NS, HOST):
            subprocess.run([WEFT, "netns", "del", ns], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(TMP)
    want = all_["local"]
    print(f"{'':16}" + "".join(f"{t:10}" for t in all_))
    for case in [*want, *({k for r in all_.values() for k in r} - set(want))]:
        row = ""
        for t, got in all_.items():
            # what another process does meanwhile is on no tape
            absent = case == "interrupted" and t in ("recorded", "tape") and case not in got
            same = absent or got.get(case) == want.get(case)
            row += f"{'not run' if absent else 'ok' if same else 'OTHER':10}"
            if not same:
                failures += 1
                row += f"\n  {t}: {got.get(case)!r}, local: {want.get(case)!r}\n"
        print(f"{case:16}{row}")
    print(f"{len(want)} cases, {len(all_)} transports, {failures} differences")
    if len(want) < 20 or "exit" in want or len(all_) != 7:
        failures += 1
    return 1 if failures else 0


sys.exit(main())
