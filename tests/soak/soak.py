#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The long tests, run by run. Each run adds a line to tests/soak.tsv: date, commit (+: changed files),
harness, seed, count, findings. What is asked of a harness is the sum of its counts, so anyone can stop
and go on, and check.

soak.py [SECONDS [HARNESS...]]: one run of SECONDS (default 300) of each harness that has not reached its
figure, in turns, until all have. soak.py sums: what there is so far."""
import datetime
import glob
import os
import random
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TSV = os.path.join(ROOT, "tests/soak.tsv")
FUZZ, GCC = os.path.join(ROOT, "build-fuzz"), os.path.join(ROOT, "build-gcc")
CORPUS = os.path.join(ROOT, "tests/fuzz/corpus")
HEADER = ["date", "commit", "harness", "seed", "count", "findings"]
# how often each is to run in all: inputs, pairs of faults, forged messages, passes of the suite
FIGURES = {
    "fuzz-codec": 100_000_000,
    "fuzz-ack": 10_000_000,
    "fuzz-decode": 10_000_000,
    "fuzz-encode": 10_000_000,
    "fuzz-json": 10_000_000,
    "fuzz-session": 10_000_000,
    "fuzz-words": 10_000_000,
    "fuzz-file": 10_000_000,
    "fuzz-agent": 10_000_000,  # frames, of these three
    "fuzz-remote": 10_000_000,
    "fuzz-readonly": 10_000_000,
    "fuzz-ovsdb": 2_000_000,  # JSON makes it slow
    "fuzz-teamd": 10_000_000,
    "fault-pairs": 5_000,
    "faults": 40_000,
    "forged": 1_000_000,
    "netns": 20,
    "netns-rounds": 100_000,  # by 64 threads with 200 namespaces each
    "cut-streams": 20_000,  # connections to an agent, lost or silent after each byte, both ways
    "dumps": 320_000,  # of each sort of objects 10,000, while some of them come and go
    "storm": 6_000_000,  # events of routes, a minute at 100,000 per second
    "mutations": 500,  # findings: those that no test noticed
}


def sums():
    total = dict.fromkeys(FIGURES, (0, 0))
    if os.path.exists(TSV):
        with open(TSV, encoding="ascii") as f:
            rows = [line.rstrip("\n").split("\t") for line in f]
        if rows[0] != HEADER:
            sys.exit(f"{TSV}: its first line should be {HEADER}")
        for row in rows[1:]:
            _, _, harness, _, count, findings = row
            n, found = total.get(harness, (0, 0))
            total[harness] = n + int(count), found + int(findings)
    return total


def show():
    for harness, (n, found) in sums().items():
        print(f"{harness:14} {n:>14,} of {FIGURES.get(harness, 0):>14,}  {found} findings")


def commit():
    name = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True,
                          check=True).stdout.strip()
    changed = subprocess.run(["git", "-C", ROOT, "status", "--porcelain", "--", "src", "cli", "include"],
                             capture_output=True, text=True, check=True).stdout
    return name + ("+" if changed else "")


def add(harness, seed, count, findings):
    new = not os.path.exists(TSV)
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(TSV, "a", encoding="ascii") as f:
        if new:
            f.write("\t".join(HEADER) + "\n")
        f.write("\t".join(map(str, (date, commit(), harness, seed, count, findings))) + "\n")
    print(f"{date} {harness} seed {seed}: {count:,} runs, {findings} findings", flush=True)


def output(args, env=None):
    r = subprocess.run(args, capture_output=True, text=True, check=False, errors="replace",
                       env=dict(os.environ, **(env or {})))
    if r.returncode:
        print(f"{' '.join(args)}: status {r.returncode}\n{(r.stdout + r.stderr)[-3000:]}", flush=True)
    return r.returncode, r.stdout + r.stderr


def told(args, env=None):
    """The same, shown as it comes."""
    with subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          env=dict(os.environ, **(env or {}))) as p:
        text = ""
        for line in p.stdout:
            print(line, end="", flush=True)
            text += line
    return p.returncode, text


def fuzz(name, seconds, seed):
    """New inputs are kept in the build folder from run to run; merge() takes the best of them."""
    new, bad = (os.path.join(FUZZ, d, name) for d in ("corpus", "findings"))
    os.makedirs(new, exist_ok=True)
    os.makedirs(bad, exist_ok=True)
    os.makedirs(os.path.join(CORPUS, name), exist_ok=True)
    before = len(os.listdir(bad))
    # keeping account of rare features costs more than a short input
    _, text = output([f"{FUZZ}/tests/fuzz/fuzz_{name}", f"-max_total_time={seconds}", f"-seed={seed}", "-timeout=10",
                      "-rss_limit_mb=2048", "-print_final_stats=1", "-entropic=0", f"-artifact_prefix={bad}/", new,
                      os.path.join(CORPUS, name)])
    n = re.findall(r"^frames: (\d+)", text, re.M) or re.findall(r"stat::number_of_executed_units: *(\d+)", text)
    return int(n[-1]) if n else 0, len(os.listdir(bad)) - before


def merge(name, most=150_000):
    """The smallest inputs that reach what all reach, up to so many bytes. Those with a name of their own stay."""
    kept, new = os.path.join(CORPUS, name), os.path.join(FUZZ, "corpus", name)
    out = os.path.join(FUZZ, "merged")
    if not os.path.isdir(new):
        return
    os.makedirs(kept, exist_ok=True)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    code, _ = output([f"{FUZZ}/tests/fuzz/fuzz_{name}", "-merge=1", "-rss_limit_mb=2048", out, kept, new])
    if code:
        return
    for f in os.listdir(kept):
        if re.fullmatch(r"[0-9a-f]{40}", f):
            os.unlink(os.path.join(kept, f))
    total = 0
    for f in sorted(os.listdir(out), key=lambda f: (os.path.getsize(os.path.join(out, f)), f)):
        total += os.path.getsize(os.path.join(out, f))
        if total > most:
            break
        shutil.copy(os.path.join(out, f), kept)
    print(f"{name}: {len(os.listdir(kept))} inputs of {len(os.listdir(out))} kept", flush=True)


def faults(args):
    code, text = output([sys.executable, f"{ROOT}/tests/faults/faults.py", *args],
                        {"WEFT": f"{GCC}/cli/weft", "SHIM": f"{GCC}/tests/faults/libfaultshim.so",
                         "LIBRARY": f"{GCC}/tests/faults/library"})
    m = re.search(r"(\d+)(?: of \d+ points| pairs), (\d+) failures", text)
    return (int(m[1]), int(m[2])) if m else (0, 1 if code else 0)


def forged():
    code, text = output([f"{GCC}/tests/netns/netns_spoof"])
    return sum(map(int, re.findall(r"(\d+) forged messages", text))), int(code != 0)


def netns():
    bad = 0
    for t in sorted(glob.glob(f"{GCC}/tests/netns/netns_*")):
        if os.path.isfile(t) and not t.endswith("spoof"):
            bad += output([t])[0] != 0
    return 1, bad


def rounds():
    """As many threads and namespaces as are asked for, in one go."""
    code, text = output([f"{GCC}/tests/netns/netns_rounds", "100032", "64", "200"])
    m = re.search(r"(\d+) rounds", text)
    return int(m[1]) if m else 0, int(code != 0)


def storm():
    code, text = output([f"{GCC}/tests/netns/netns_storm", "60", "100000"])
    print("".join(re.findall(r".* per second;.*\n", text)), end="", flush=True)
    m = re.search(r"(\d+) events in", text)
    return int(m[1]) if m else 0, int(code != 0)


def dumps(each=10_000):
    """Of each sort as many; those that this kernel lacks in a virtual machine. More than that is not counted."""
    program = [f"{ROOT}/tests/oracle/churn.py", "--long", str(each)]
    code, text = told([sys.executable, *program], {"WEFT": f"{GCC}/cli/weft"})
    lacking = re.findall(r"^(.+): not on this kernel", text, re.M)
    if lacking:
        there, more = told([f"{ROOT}/dev", "vm", "-t", "36000", "7.3", *program, *lacking])
        code, text = code or there, text + more
    found = re.findall(r": (\d+) dumps of at least .* (\d+) faults$", text, re.M)
    return sum(min(int(n), each) for n, _ in found), max(sum(int(bad) for _, bad in found), int(code != 0))


def cut(jobs=24):
    """Each byte once; most of the time is spent waiting for those that fell silent."""
    work = [subprocess.Popen([f"{GCC}/tests/netns/netns_cut", str(jobs), str(jobs), str(i)], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True) for i in range(jobs)]
    texts = [p.communicate()[0] for p in work]
    bad = sum(p.returncode != 0 for p in work)
    if bad:
        print(next(t for p, t in zip(work, texts) if p.returncode)[-3000:], flush=True)
    return sum(int(n) for t in texts for n in re.findall(r"(\d+) of them cut", t)), bad


def mutations(seed):
    _, text = output([sys.executable, f"{ROOT}/tests/mutation/mutate.py", os.path.join(ROOT, "build-mutation"), "100",
                      str(seed)], {"JOBS": "1"})
    m = re.search(r": (\d+) of (\d+) noticed", text)
    return (int(m[2]), int(m[2]) - int(m[1])) if m else (0, 1)


def run(harness, seconds):
    seed = random.randrange(1, 2**31)
    if harness.startswith("fuzz-"):
        result = fuzz(harness[5:], seconds, seed)
    elif harness == "fault-pairs":
        result = faults(["pairs", "2000", str(seed)])
    elif harness == "mutations":
        result = mutations(seed)
    else:
        seed = 0  # the same each time
        result = {"faults": lambda: faults([]), "forged": forged, "netns": netns, "netns-rounds": rounds,
                  "cut-streams": cut, "dumps": dumps, "storm": storm}[harness]()
    add(harness, seed, *result)


def main():
    if sys.argv[1:] == ["sums"]:
        show()
        return
    if sys.argv[1:2] == ["merge"]:
        for harness in sys.argv[2:] or [h[5:] for h in FIGURES if h.startswith("fuzz-")]:
            merge(harness)
        return
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chosen = sys.argv[2:] or list(FIGURES)
    left = chosen
    while left:
        for harness in left:
            run(harness, seconds)
        done = sums()
        left = [h for h in chosen if done[h][0] < FIGURES[h]]
    for harness in chosen:
        if harness.startswith("fuzz-"):
            merge(harness[5:])
    show()


main()
