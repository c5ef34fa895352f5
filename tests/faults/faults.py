#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every allocation and every system call of the command fails in turn, in each scenario.

Whatever fails: no crash, no hang, no block or descriptor held at the end that a good run does not hold,
one line that says what is wrong; exit 0 only with the whole output and the whole change; afterwards the
state is that before or that after. Runs in namespaces of its own, the scenarios shared among three
processes, for most of it is waiting. faults.py [SECONDS] stops in time, and says how many points it left out;
then it takes every n-th point of each scenario, so that all have their share. faults.py pairs N SEED lets
two points fail in one run, N times."""
import contextlib
import errno
import os
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import switch

WEFT, SHIM, LIBRARY = os.environ["WEFT"], os.environ["SHIM"], os.environ["LIBRARY"]
TMP = tempfile.mkdtemp(prefix="weft-faults-")
REPORT = os.path.join(TMP, "report")
NS = f"weft-f-{os.getpid()}"
SHARES = 3
# what `netns list` tells is the namespaces of all processes and of /run/netns: only ours are here
INSIDE = ["unshare", "-n", "-m", "-p", "-f", "--mount-proc", "--kill-child", sys.executable, *sys.argv]
# what each call may say; a call that is not here is only tried with EINTR
HARD = [errno.ENOMEM, errno.EIO]
ASK_AGAIN = ("send", "recv", "recvfrom", "recvmsg", "recvmmsg", "read", "write", "poll", "waitpid", "sendmsg")

LINK = ["ip", "-o", "link"]
ADDR = ["ip", "-o", "addr"]
ROUTE = ["ip", "route", "show", "table", "all"]
RULE = ["ip", "rule"]
NEIGH = ["ip", "neigh"]
NAMES = ["ls", "/run/netns"]
SWITCH = os.path.join(TMP, "switch")
PORTS = os.path.join(TMP, "ports")
# not a program: what the switch has, told before the links, and what it had at first
BOTH = [PORTS, *LINK]
PUT_BACK = [PORTS]
OVS = ["--ovsdb", SWITCH]

# arguments of weft, or a scenario of LIBRARY; standard input, what shows the state, commands that put it back
SCENARIOS = [
    (["--help"], None, None, []),
    (["show", "links"], None, None, []),
    (["-j", "show", "links"], None, None, []),
    (["show", "addrs"], None, None, []),
    (["show", "routes"], None, None, []),
    (["show", "routes", "table=main"], None, None, []),
    (["show", "rules"], None, None, []),
    (["show", "neighs", "dev=v0"], None, None, []),
    (["dump", "rt-link", "getlink"], None, None, []),
    (["dump", "rt-addr", "getaddr"], None, None, []),
    (["dump", "rt-route", "getroute"], None, None, []),
    (["dump", "rt-rule", "getrule"], None, None, []),
    (["dump", "rt-neigh", "getneigh", '{"ndm-family": 2}'], None, None, []),
    (["dump", "nlctrl", "getfamily"], None, None, []),
    (["dump", "nlctrl", "getpolicy", '{"family-name": "nlctrl"}'], None, None, []),
    (["do", "rt-link", "getlink", '{"ifname": "v0"}'], None, None, []),
    (["do", "rt-link", "getlink", "-"], '{"ifi-index": 1}', None, []),
    (["do", "nlctrl", "getfamily", '{"family-name": "nlctrl"}'], None, None, []),
    (["families"], None, None, []),
    (["netns", "list"], None, None, []),
    (["monitor", "--duration", "0.005"], None, None, []),
    (["listen", "rt-link", "--duration", "0.005"], None, None, []),
    (["-t", "pid:1", "show", "rules"], None, None, []),
    (["add", "link", "ifname=f0", "kind=veth", "peer.ifname=f1"], None, LINK, [["ip", "link", "del", "f0"]]),
    (["add", "link", "ifname=f0", "kind=bridge", "forward-delay=400"], None, LINK, [["ip", "link", "del", "f0"]]),
    (["set", "link", "v0", "mtu=1400"], None, LINK, [["ip", "link", "set", "v0", "mtu", "1500"]]),
    (["set", "link", "v1", "master=br0"], None, LINK, [["ip", "link", "set", "v1", "nomaster"]]),
    (["add", "addr", "dev=v0", "address=10.7.0.1/24"], None, ADDR,
     [["ip", "addr", "del", "10.7.0.1/24", "dev", "v0"]]),
    (["add", "route", "dst=10.9.0.0/16", "via=10.0.0.2"], None, ROUTE, [["ip", "route", "del", "10.9.0.0/16"]]),
    (["add", "route", "dst=10.8.0.0/16", "nexthop=via:10.0.0.2,weight:2", "nexthop=via:10.0.0.3"], None, ROUTE,
     [["ip", "route", "del", "10.8.0.0/16"]]),
    (["add", "rule", "from=10.0.0.0/8", "priority=100", "table=100"], None, RULE,
     [["ip", "rule", "del", "priority", "100"]]),
    (["add", "neigh", "dst=10.0.0.9", "dev=v0", "lladdr=02:00:00:00:00:09"], None, NEIGH,
     [["ip", "neigh", "del", "10.0.0.9", "dev", "v0"]]),
    (["del", "addr", "dev=v0", "address=10.0.0.8/24"], None, ADDR,
     [["ip", "addr", "add", "10.0.0.8/24", "dev", "v0"]]),
    (["do", "rt-link", "newlink", "-", "--create", "--excl"],
     '[{"ifname": "f0", "ifalias": "x", "linkinfo": {"kind": "bridge", "data": {"priority": 7}}}]', LINK,
     [["ip", "link", "del", "f0"]]),
    (["do", "rt-route", "newroute", '{"rtm-family": 2, "rtm-type": "unicast", "rtm-table": 254, "rtm-dst-len": 32,'
      '"dst": "10.6.0.1", "gateway": "10.0.0.2"}', "--create"], None, ROUTE, [["ip", "route", "del", "10.6.0.1"]]),
    (["show", "fdbs", "--columns", "lladdr,dev,flags"], None, None, []),
    (["-j", "show", "filters", "dev=v0"], None, None, []),
    (["show", "link", "--help"], None, None, []),
    (["help", "add", "link", "kind=bridge"], None, None, []),
    (["-j", "show", "routes", "flags=linkdown", "gateway=none"], None, None, []),
    (["show", "rules", "fwmark=0x1/0xff"], None, None, []),
    (["show", "links", "kind=nonesuch"], None, None, []),
    (["add", "link", "kind=veth", "--help"], None, None, []),
    (["get", "link", "v0"], None, None, []),
    (["-j", "get", "addr", "10.0.0.8"], None, None, []),
    (["get", "route", "to", "10.0.0.77", "oif", "v0", "fibmatch"], None, None, []),
    (["flush", "route", "protocol=44"], None, ROUTE, [["ip", "route", "add", "10.5.0.0/16", "dev", "v0", "proto", "44"]]),
    (["dump", "rt-rule", "getrule", "--save", os.path.join(TMP, "saved")], None, ["ls", TMP],
     [["rm", "-f", os.path.join(TMP, "saved")]]),
    (["dump", "rt-nsid", "getnsid", "--save", "-"], None, None, []),
    (["restore", os.path.join(TMP, "rule")], None, RULE, [["ip", "rule", "del", "priority", "77"]]),
    (["restore", "--print", os.path.join(TMP, "rule")], None, None, []),
    (["restore", os.path.join(TMP, "cut")], None, None, []),
    (["netns", "identify", "1"], None, None, []),
    (["netns", "list-id"], None, None, []),
    (["netns", "pids", NS + "-x"], None, None, []),
    (["netns", "attach", NS, "1"], None, NAMES, [[WEFT, "netns", "del", NS]]),
    (["netns", "add", NS], None, NAMES, [[WEFT, "netns", "del", NS]]),
    (["do", "rt-link", "newlink", '{"mtu": "x"}'], None, None, []),
    (["add", "link", "ifname=lo", "kind=veth"], None, None, []),
    ([*OVS, "set", "link", "w1", "tag=9", "trunks=1,2,3"], None, BOTH, [PUT_BACK]),
    ([*OVS, "set", "link", "v1", "master=br1", "tag=5"], None, BOTH, [PUT_BACK]),
    ([*OVS, "set", "link", "w1", "master=0"], None, BOTH, [PUT_BACK]),
    ([*OVS, "add", "link", "ifname=f0", "kind=veth", "peer.ifname=f1", "master=br1", "tag=7"], None, BOTH,
     [PUT_BACK, ["ip", "link", "del", "f0"]]),
    *(([LIBRARY, s], None, None, []) for s in ("async", "close", "dumps", "message", "names", "inside", "batch",
                                                "tally")),
    ([LIBRARY, "watch"], None, None, [["ip", "link", "set", "w0", "down"]]),
]

failures = 0


class Program:
    """Loaded once; goes on from there in a child each time that it is run."""
    known = {}

    def __init__(self, args, stdin):
        self.files = [tempfile.TemporaryFile(dir=TMP) for _ in range(3)]
        if stdin:
            self.files[0].write(stdin)
            self.files[0].flush()
        given, self.give = os.pipe()
        self.take, taken = os.pipe()
        env = dict(os.environ, LD_PRELOAD=SHIM, FAULT_SERVER=f"{given},{taken}", FAULT_REPORT=REPORT)
        self.process = subprocess.Popen(args, env=env, pass_fds=(given, taken), stdin=self.files[0],
                                        stdout=self.files[1], stderr=self.files[2], start_new_session=True)
        os.close(given)
        os.close(taken)
        self.answers = select.poll()
        self.answers.register(self.take, select.POLLIN)

    @classmethod
    def of(cls, args, stdin=None):
        key = (tuple(args), stdin)
        if key not in cls.known:
            cls.known[key] = cls(args, stdin)
        return cls.known[key]

    def number(self):
        return struct.unpack("i", os.read(self.take, 4))[0]

    def text(self, n):
        fd = self.files[n].fileno()
        return os.pread(fd, os.fstat(fd).st_size, 0)

    def run(self, fault):
        """Its status, None when it, or a process that it left behind, hung."""
        os.write(self.give, fault.encode())
        self.number()
        if not self.answers.poll(8000):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            Program.known = {k: p for k, p in Program.known.items() if p is not self}
            return None
        return os.waitstatus_to_exitcode(self.number())


def sh(*args):
    if args[0] == PORTS:
        switch.settle()
    if args == (PORTS,):
        with switch.LOCK:
            switch.save(PORTS, {"w1": {}})
        return b""
    if args[0] == PORTS:
        with open(PORTS, "rb") as f:
            return f.read() + sh(*args[1:])
    program = Program.of(args)
    program.run("alloc:0")
    return program.text(1)


def run(args, stdin, fault):
    program = Program.of(args, stdin)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(REPORT)
    code = program.run(fault)
    if code is None:
        return -999, b"", b"", None
    report = None
    if os.path.exists(REPORT):
        with open(REPORT, encoding="ascii") as f:
            a = f.read().split()
        report = [int(x) for x in a[:4]] + [a[4] if len(a) > 4 else ""]
    # ages of neighbours and counters go on
    out = re.sub(rb'"(used|confirmed|updated|refcnt)":\d+|"(stats64|stats)":\{[^}]*\}|"\w*stats":\[[^]]*\]', b"",
                 program.text(1))
    return code, out, program.text(2), report


class Scenario:
    def __init__(self, args, stdin, show, undo):
        self.args = args if args[0] == LIBRARY else [WEFT, *args]
        self.show, self.undo = show, undo
        self.stdin = stdin.encode() if stdin is not None else None
        self.good()

    def good(self):
        """What a run without faults says and does."""
        self.reset()
        self.before = self.state()
        self.code, self.out, self.err, self.report = run(self.args, self.stdin, "alloc:0")
        self.after = self.state()
        self.reset()
        if self.show and self.before == self.after:
            self.fail("nothing", "the good run changes nothing")

    def state(self):
        # numbers and addresses that the kernel makes up
        return sorted(re.sub(rb"^\d+: |@\S+|link/ether \S+", b"", x) for x in sh(*self.show).splitlines()) \
            if self.show else None

    def reset(self):
        for command in self.undo:
            sh(*command)

    def fail(self, point, why):
        global failures
        failures += 1
        if failures < 30:
            print(f"FAILED: {' '.join(self.args[1:])[:100]}: {point}: {why}")

    def points(self):
        """(fault, whether it must be without consequence)"""
        for n in range(1, self.report[0] + 1):
            yield f"alloc:{n}", False
        for n in range(1, self.report[1] + 1):
            yield from ((f"sys:{n}:{e}", False) for e in HARD)
            yield f"sys:{n}:{errno.EINTR}", True

    def pair(self, rnd):
        """Two that fail, often the second soon after the first, where things are being put away."""
        one = rnd.choice([p for p, harmless in self.points() if not harmless])
        kind, n, *rest = one.split(":")
        if rnd.random() < 0.6:
            two = ":".join([kind, str(int(n) + rnd.randint(1, 4)), *rest])
        else:
            two = rnd.choice([p for p, harmless in self.points() if not harmless])
        return f"{one},{two}", False

    def check(self, point, harmless):
        code, out, err, report = run(self.args, self.stdin, point)
        state = self.state()
        if not self.show or state != self.before:
            self.reset()
        if code == -999:
            return self.fail(point, "hangs")
        if code < 0 or code > 127:
            return self.fail(point, f"signal: status {code}")
        if report is None:
            return self.fail(point, f"no report: status {code} {err[:100]}")
        if report[2] > self.report[2] or report[3] > self.report[3]:
            self.fail(point, f"holds {report[2]} blocks and {report[3]} descriptors, {self.report[2:4]} when good")
        if code == 0 and self.code != 0:
            return self.fail(point, "exit 0 of a wrong command")
        if code == 0 and (out != self.out or state != self.after):
            return self.fail(point, "exit 0 with output or change missing")
        if code and (err.count(b"\n") < 1 or not err.startswith(b"weft: ")) and "write" not in report[4]:
            return self.fail(point, f"status {code} without a word: {err[:200]}")
        # who loses the answer cannot know how far the kernel got, and says so with status 5; who cannot take
        # back the first of two steps says so too
        told = (code == 5 and "recv" in report[4]) or b"could not be removed" in err or b"may have done" in err
        if state not in (self.before, self.after) and not told:
            return self.fail(point, "a state between before and after")
        if harmless and report[4] in ASK_AGAIN and code != self.code:
            return self.fail(point, f"{report[4]} interrupted: status {code}: {err[:200]}")
        return None


def main():
    if os.geteuid() != 0:
        print("skipped: network namespaces need root")
        return 77
    share = os.environ.get("FAULTS_SHARE")
    if share is None and sys.argv[1:2] == ["pairs"]:
        os.execvpe("unshare", INSIDE, dict(os.environ, FAULTS_SHARE="0"))
    if share is None:
        return shared()
    os.makedirs("/run/netns", exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run/netns"], check=True)
    for c in ("link add v0 type veth peer name v1", "link add br0 address 02:00:00:00:00:0b type bridge",
              "link add br1 type veth peer name z1",
              "link set v0 up", "link set v1 up", "link add w0 type veth peer name w1",
              "addr add 10.0.0.1/24 dev v0", "addr add 10.0.0.8/24 dev v0", "link set lo up",
              "neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev v0"):
        subprocess.run(["ip", *c.split()], check=True)
    saved = os.path.join(TMP, "rule")
    sh("ip", "rule", "add", "from", "10.0.0.0/8", "priority", "77", "table", "100")
    subprocess.run([WEFT, "dump", "rt-rule", "getrule", "--save", saved], check=True)
    sh("ip", "rule", "del", "priority", "77")
    with open(saved, "rb") as f, open(os.path.join(TMP, "cut"), "wb") as g:
        g.write(f.read()[:-5])
    switch.serve(SWITCH, PORTS, "br1")
    sh(*PUT_BACK)
    time.sleep(2)  # until addresses and carriers have settled
    if sys.argv[1:2] == ["pairs"]:
        return pairs([Scenario(*s) for s in SCENARIOS], int(sys.argv[2]), int(sys.argv[3]))
    scenarios = [Scenario(*s) for s in SCENARIOS[int(share)::SHARES]]
    return singles(scenarios, float(sys.argv[1]) if len(sys.argv) > 1 else 1e9)


def shared():
    """Each share in namespaces of its own; what they come to, in one line."""
    processes = [subprocess.Popen(INSIDE, env=dict(os.environ, FAULTS_SHARE=str(i)), stdout=subprocess.PIPE, text=True)
                 for i in range(SHARES)]
    sums, status = [0] * 4, 0
    for p in processes:
        told = p.communicate()[0].splitlines()
        counts = re.findall(r"\d+", told[-1]) if p.returncode in (0, 1) and told else []
        if len(counts) == 4:
            told.pop()
        else:
            counts = [0, 0, 0, 1]
            told.append(f"a share ended with status {p.returncode}")
        for line in told:
            print(line)
        sums = [a + int(b) for a, b in zip(sums, counts)]
        status |= p.returncode
    print("{} scenarios, {} of {} points, {} failures".format(*sums))
    return 1 if status or sums[1] < 500 else 0


def pairs(scenarios, n, seed):
    rnd = random.Random(seed)
    for i in range(n):
        s = scenarios[i * len(scenarios) // n]
        if i == 0 or s is not scenarios[(i - 1) * len(scenarios) // n]:
            s.good()
        s.check(*s.pair(rnd))
    print(f"{n} pairs, {failures} failures")
    return 1 if failures else 0


def singles(scenarios, budget):
    start = time.time()
    for s in scenarios:
        s.good()  # once more: scenarios before this one may have left traces
    took = max(time.time() - start, 0.001) / len(scenarios)
    work = [(s, list(s.points())) for s in scenarios]
    total, done = sum(len(p) for _, p in work), 0
    step = max(1, int(total * took / 2 / budget + 1)) if budget < 1e9 else 1
    for i, (s, points) in enumerate(work):
        s.good()
        for p in points[i % step::step]:
            if time.time() - start > budget:
                break
            s.check(*p)
            done += 1
    print(f"{len(scenarios)} scenarios, {done} of {total} points, {failures} failures")
    return 1 if failures else 0


try:
    status = main()
finally:
    shutil.rmtree(TMP)
sys.exit(status)
