# SPDX-License-Identifier: MIT
"""The files of states/: what they say of themselves, and their commands, made as they are read.

    # name: what it is            # needs: what the kernel must have (needs.py)
    # objects: what is compared   # remake: no, and why not
    # words: everywhere, also on kernels where that takes long
    [>=6.12] ip ...               a line that only those kernels get, also [<6.12]
    [alone] ip ...                in a process of its own, not in a batch
    {for i in 1..9} ip ... {i}    a line for each number; {join i in 1..9} ... {end} within a line
    {A} {P}                       names of the namespace and of another one
"""
import glob
import itertools
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = ("ip", "tc", "bridge", "sysctl", "helper")


def version(text):
    return tuple(int(x) for x in re.findall(r"\d+", text)[:2])


class State:
    def __init__(self, path):
        self.id = os.path.basename(path)[:-4]
        self.head, self.lines = {}, []
        with open(path, encoding="utf-8") as f:
            for line in f:
                m = re.match(r"# (\w+): (.*)", line)
                if m:
                    self.head[m.group(1)] = m.group(2).strip()
                elif line.strip() and not line.startswith("#"):
                    self.lines.append(line.strip())
        self.name = self.head["name"]
        self.objects = self.head["objects"].split()
        self.needs = [x.strip() for x in self.head.get("needs", "").split(",") if x.strip()]
        self.remake = not self.head.get("remake", "yes").startswith("no")

    def commands(self, kernel, names):
        for line in self.lines:
            m = re.match(r"\[(>=|<)([\d.]+)\] (.*)", line)
            if m:
                if (kernel >= version(m.group(2))) != (m.group(1) == ">="):
                    continue
                line = m.group(3)
            yield from expand(line, names)

    def uses_peer(self):
        return any("{P}" in x for x in self.lines)


def expand(line, names):
    line = re.sub(r"\{join (\w+) in (\d+)\.\.(\d+)\}(.*?)\{end\}",
                  lambda m: " ".join(m.group(4).strip().replace("{%s}" % m.group(1), str(i))
                                     for i in range(int(m.group(2)), int(m.group(3)) + 1)), line)
    for k, v in names.items():
        line = line.replace("{%s}" % k, v)
    m = re.match(r"\{for (\w+) in (\d+)\.\.(\d+)\} (.*)", line)
    if not m:
        yield line
        return
    for i in range(int(m.group(2)), int(m.group(3)) + 1):
        yield m.group(4).replace("{%s}" % m.group(1), str(i))


def groups(commands):
    """Commands that one process can run: (program, options, lines)."""
    def split(command):
        alone = command.startswith("[alone] ")
        words = command.removeprefix("[alone] ").split()
        options = []
        at = 1
        while words[at].startswith("-"):
            options.append(words[at])
            at += 1
            if options[-1] == "-f":
                options.append(words[at])
                at += 1
        # a batch takes so many words in a line
        alone = alone or len(words) > 500
        return words[0], tuple(options), words[at:] if alone else " ".join(words[at:])

    parts = [split(x) for x in commands]
    for (tool, options, _), lines in itertools.groupby(parts, key=lambda x: (*x[:2], isinstance(x[2], list))):
        if tool not in TOOLS:
            raise ValueError(f"no command of a state: {tool}")
        yield tool, options, [x[2] for x in lines]


def load(pattern="*"):
    return [State(p) for p in sorted(glob.glob(os.path.join(HERE, "states", pattern + ".txt")))]
