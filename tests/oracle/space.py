# SPDX-License-Identifier: MIT
"""Network namespaces of one's own, and the programs that are run in them."""
import ctypes
import json
import os
import re
import subprocess

NEWNET, BIND, DETACH = 0x40000000, 4096, 2
WEFT = os.environ.get("WEFT", "weft")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOLS = os.environ.get("VM_IP2", os.path.join(ROOT, "build-vm", "iproute2", "sbin"))
libc = ctypes.CDLL(None, use_errno=True)
home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


class Broken(Exception):
    """A program ended with an error: its text, and which of its lines it was, if it says so."""

    def __init__(self, text, line=None):
        super().__init__(text)
        self.line = line


def check(result):
    if result < 0:
        e = ctypes.get_errno()
        raise OSError(e, os.strerror(e))


def environment():
    env = dict(os.environ, LC_ALL="C")
    if os.path.isdir(TOOLS):
        env["PATH"] = f"{TOOLS}:{os.path.dirname(TOOLS)}/bin:{env['PATH']}"
    return env


ENV = environment()


class Space:
    """A namespace that lives until close(); enter() puts this process there, and what it starts."""

    def __init__(self):
        check(libc.unshare(NEWNET))
        self.fd = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.name = None

    def enter(self):
        check(libc.setns(self.fd, NEWNET))

    def bind(self, name):
        """Gives it a name that `ip netns` knows."""
        self.enter()
        os.makedirs("/run/netns", exist_ok=True)
        path = f"/run/netns/{name}"
        os.close(os.open(path, os.O_CREAT, 0))
        check(libc.mount(b"/proc/self/ns/net", path.encode(), None, BIND, None))
        self.name = name

    def close(self):
        leave()
        os.close(self.fd)
        if self.name:
            path = f"/run/netns/{self.name}"
            check(libc.umount2(path.encode(), DETACH))
            os.unlink(path)


def leave():
    check(libc.setns(home, NEWNET))


def run(argv, text=None):
    r = subprocess.run(argv, input=text, capture_output=True, text=True, env=ENV, check=False,
                       errors="surrogateescape", stdin=subprocess.DEVNULL if text is None else None)
    return r.returncode, r.stdout, r.stderr


def batch(tool, options, lines):
    """Lines of one program in one process; what it prints."""
    code, out, err = run([tool, *options, "-batch", "-"], "".join(f"{x}\n" for x in lines))
    if code:
        m = re.search(r"Command failed -:(\d+)", err)
        raise Broken(err.strip().replace("\n", " "), int(m.group(1)) - 1 if m else None)
    return out


def alone(argv):
    code, _, err = run(argv)
    if code:
        raise Broken(f"{' '.join(argv)[:200]}: {err.strip()}")


def pairs(items):
    """Of a key that a program prints twice, all values; a flag without a value is true."""
    d = {}
    for k, v in items:
        v = True if v is None else v
        if k in d:
            d[k] = d[k] + [v] if isinstance(d[k], Twice) else Twice([d[k], v])
        else:
            d[k] = v
    return d


class Twice(list):
    """Values of one key."""

    def __add__(self, other):
        return Twice(list.__add__(self, other))


def documents(text):
    """The JSON documents of a text, one after another."""
    decoder, at, out = json.JSONDecoder(object_pairs_hook=pairs), 0, []
    text = text.strip()
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        out.append(value)
        while at < len(text) and text[at].isspace():
            at += 1
    return out


def sysctl(line):
    name, value = line.split("=", 1)
    with open("/proc/sys/" + name.replace(".", "/"), "w", encoding="ascii") as f:
        f.write(value)


def weft(*args, text=None):
    return run([WEFT, *args], text)
