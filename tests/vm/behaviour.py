#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`./dev vm` as its user sees it: output, status, arguments and scratch folder come back, nothing else does; a
time limit, a crash and Ctrl-C end the machine, and tell so in one line."""
import os
import signal
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VM = os.path.join(TOP, "tests/vm/vm.sh")
failures = 0


def expect(what, got, wanted):
    global failures
    if got != wanted:
        failures += 1
        print(f"FAILED: {what}: {got!r}, wanted {wanted!r}")


def vm(*args, **kw):
    return subprocess.run(["sh", VM, *args], capture_output=True, check=False, **kw)


SCRIPT = r"""
printf 'out\0\377\r\n'; echo more >/dev/stdout; echo err >/dev/stderr
echo "$PWD|$VM_KERNEL|$VM_OUT|$1|$2" >"$VM_OUT/said"
mkdir "$VM_OUT/folder"; ln -s said "$VM_OUT/folder/link"
test ! -t 0; test -z "$(cat)"; test -z "${SECRET-}"
[ "$VM_KERNEL" = host ] || { echo x >"$3"; rm -f "$0"; }
exit 9
"""


def comes_back(kernel, folder):
    """Everything that is promised to come back, and nothing more."""
    script, stray, out = (os.path.join(folder, n) for n in ("script", "stray", "out"))
    with open(script, "w", encoding="ascii") as f:
        f.write(SCRIPT)
    r = vm("-o", out, kernel, "script", "a  b", "it's $HOME", stray, cwd=folder, env={**os.environ, "SECRET": "x"})
    expect(f"{kernel} status", r.returncode, 9)
    expect(f"{kernel} stdout", r.stdout, b"out\0\377\r\nmore\n")
    expect(f"{kernel} stderr", r.stderr, b"err\n")
    with open(os.path.join(out, "said"), encoding="ascii") as f:
        expect(f"{kernel} scratch", f.read(), f"{folder}|{kernel}|{out}|a  b|it's $HOME\n")
    expect(f"{kernel} link", os.readlink(os.path.join(out, "folder/link")), "said")
    expect(f"{kernel} stray files", (os.path.exists(stray), os.path.exists(script)), (False, True))


def one_line(what, r, status, text):
    expect(f"{what} status", r.returncode, status)
    expect(f"{what} lines", r.stderr.count(b"\n"), 1)
    expect(f"{what} text", text in r.stderr, True)


def interrupted(kernel):
    p = subprocess.Popen(["sh", VM, kernel, "sh", "-c", "echo up; sleep 100"], stdout=subprocess.PIPE,
                         start_new_session=True)
    expect(f"{kernel} up", p.stdout.readline(), b"up\n")
    run = f"{TOP}/build-vm/run.{p.pid}"
    expect(f"{kernel} run folder", os.path.isdir(run), True)
    start = time.monotonic()
    p.send_signal(signal.SIGINT)
    expect(f"{kernel} interrupted", p.wait(), 130)
    expect(f"{kernel} ends at once", time.monotonic() - start < 6, True)
    left = subprocess.run(["pgrep", "-f", run], capture_output=True, text=True, check=False).stdout.split()
    expect(f"{kernel} left", (left, os.path.exists(run)), ([], False))
    p.stdout.close()


def main():
    # a shell has its background commands ignore interrupts, and so would the machines that start here
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if os.geteuid() != 0:
        print("skipped: virtual machines need root")
        return 77
    for kernel in ("host", "7.3"):
        with tempfile.TemporaryDirectory(dir=os.path.join(TOP, "build-vm")) as folder:
            comes_back(kernel, folder)
    one_line("crash", vm("7.3", "sh", "-c", "echo c >/proc/sysrq-trigger"), 125, b"crashed")
    interrupted("7.3")
    for kernel in ("host", "7.3"):
        one_line(f"{kernel} limit", vm("-t", "2", kernel, "sleep", "100"), 124, b"time limit of 2 s")
    one_line("program", vm("host", "/no/such"), 127, b"no/such")
    expect("usage", vm().returncode, 125)
    print(f"{failures} failures")
    return 1 if failures else 0


sys.exit(main())
