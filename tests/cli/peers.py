# SPDX-License-Identifier: MIT
"""peers.py WEFT DIR: many peers of one agent that say nothing, of several users. Prints what is wrong."""
import os
import socket
import struct
import subprocess
import sys
import time

weft, folder = sys.argv[1:]
path = folder + "/peers"
NOBODY, GROUP, OTHER = 65534, 54321, 54322
failed = 0


def bad(what):
    global failed
    failed = 1
    print("FAILED:", what)


def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    s.connect(path)
    return s


def farewell(s, seconds):
    """The number and text of BYE; None: nothing came, or it was another frame."""
    s.settimeout(seconds)
    try:
        head = s.recv(8, socket.MSG_WAITALL)
        if len(head) < 8 or head[4] != 12:
            return None
        body = s.recv(struct.unpack("<I", head[:4])[0], socket.MSG_WAITALL)
        return struct.unpack("<I", body[:4])[0], body[4:].decode()
    except OSError:
        return None


def gets_in():
    """None, or what a session is told."""
    r = subprocess.run([weft, "-t", "unix:" + path, "show", "links"], capture_output=True, text=True, timeout=20)
    return None if r.returncode == 0 else r.stderr


def as_user(gid, groups, what):
    """What the function returns in a process of that user, as text."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups(groups)
        os.setgid(gid)
        os.setuid(NOBODY)
        os.write(into, repr(what()).encode())
        os._exit(0)
    os.close(into)
    os.waitpid(pid, 0)
    return os.read(out, 4096).decode()


def idle_of_nobody():
    """How many of 20 connections are kept, and what the last is told."""
    all_of_them = [connect() for _ in range(20)]
    told = [farewell(s, 0.1) for s in all_of_them]
    return told.count(None), told[-1]


def told():
    return farewell(connect(), 0.3)


def silent():
    began = time.monotonic()
    idle = [connect() for _ in range(64)]
    time.sleep(0.5)
    told = gets_in()
    if not told or "too many peers" not in told:
        bad(f"a 65th peer: {told}")
    said = farewell(idle[0], 10)
    took = time.monotonic() - began
    if not said or said[1] != "no greeting in time" or not 4 < took < 8:
        bad(f"an idle peer: {said} after {took:.1f} s")
    time.sleep(1.2)
    told = gets_in()
    if told:
        bad(f"after the idle ones are gone: {told}")


def users():
    kept = as_user(NOBODY, [OTHER, GROUP], idle_of_nobody)
    if not kept.startswith("(16, (87,"):
        bad(f"of one user are kept, and the rest is told: {kept}")
    # time for their processes to end: their places are free with that, not some time later
    time.sleep(0.3)
    for groups, want in (([GROUP], "None"), ([OTHER, GROUP], "None"), ([OTHER], "(13,"), ([], "(13,")):
        said = as_user(NOBODY, groups, told)
        if not said.startswith(want):
            bad(f"with the groups {groups}: {said}")
    said = as_user(GROUP, [], told)
    if said != "None":
        bad(f"with that as its own group: {said}")


agent = subprocess.Popen([weft, "agent", "--listen", "unix:" + path, "--gid", str(GROUP)], stderr=subprocess.DEVNULL)
try:
    for _ in range(50):
        if os.path.exists(path):
            break
        time.sleep(0.1)
    silent()
    if os.geteuid() == 0:
        users()
finally:
    agent.terminate()
    agent.wait()
sys.exit(failed)
