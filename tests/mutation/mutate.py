#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the tests notice when the code is wrong?

Changes the source in one place (an operator, a constant, a condition, a statement left out), builds and
runs the tests without a kernel, and undoes it; N times, at places that SEED chooses. A change that no test
notices has survived; one that makes the same machine code, or no program at all, does not count.

mutate.py BUILD [N [SEED [FILE...]]]: a build folder with tests; N 0: every change there is. Fails when fewer
than 90 of 100 are noticed."""
import concurrent.futures
import json
import os
import random
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = ["src/codec/bytes.c", "src/codec/read.c", "src/codec/write.c", "src/codec/scan.h", "src/proto/ack.c"]
# those that are likely to notice come first
TESTS = ["unit/unit_codec", "unit/unit_ack", "unit/unit_view", "fake/fake_dump", "fake/fake_call", "fake/fake_callbacks",
         "fake/fake_genl", "unit/unit_engine", "unit/unit_paths", "unit/unit_build", "unit/unit_differ", "unit/unit_own",
         "unit/unit_schema", "unit/unit_json", "unit/unit_misuse", "golden/golden"]
SWAPS = {
    "<": ["<=", ">", "=="], "<=": ["<", ">="], ">": [">=", "<", "=="], ">=": [">", "<="], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["+"], "/": ["*"], "%": ["/"], "<<": [">>"], ">>": ["<<"],
    "&": ["|"], "|": ["&", "^"], "^": ["|"], "+=": ["-=", "="], "-=": ["+=", "="], "&=": ["|=", "="], "|=": ["&=", "="],
    "++": ["--"], "--": ["++"], "!": [""], "~": [""],
    "true": ["false"], "false": ["true"], "NULL": ["(void *)1"],
}
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|^\s*#[^\n]*|[A-Za-z_]\w*'
                   r'|0[xX][0-9a-fA-F]+[uUlL]*|\d+[uUlL]*|<<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|\S',
                   re.S | re.M)


def tokens(text):
    return [(m.start(), m.group()) for m in TOKEN.finditer(text)
            if not m.group().startswith(("/*", "//", '"', "'")) and not m.group().lstrip().startswith("#")]


def binary(toks, i):
    """Whether token i stands between two values."""
    before = toks[i - 1][1] if i else ""
    return bool(re.match(r"[\w)\]]", before[-1:])) and before not in ("return", "sizeof", "case")


def is_pointer(toks, i):
    """`type *name` and `(type *)`, which only look like a product."""
    before, after = toks[i - 1][1], toks[i + 1][1]
    return before.endswith("_t") or before in ("void", "char", "uint8_t", "const") or after == ")" or after == "*" or \
        (i > 1 and toks[i - 2][1] in ("struct", "const", "enum"))


def numbers(word):
    digits = re.match(r"0[xX][0-9a-fA-F]+|\d+", word).group()
    n, suffix = int(digits, 0), word[len(digits):]
    return {f"{v}{suffix}" for v in (n + 1, n - 1, 0 if n else 2) if v >= 0 and v != n}


def changes(text):
    """(where, length, what instead) of all single changes."""
    toks = tokens(text)
    depth = 0
    for i, (at, word) in enumerate(toks):
        depth += (word == "{") - (word == "}")
        if depth == 0 or i == 0:
            continue
        if word in SWAPS:
            if word in "*&-+" and (not binary(toks, i) or (word == "*" and is_pointer(toks, i))):
                continue
            for new in SWAPS[word]:
                yield at, len(word), new
        elif word[0].isdigit():
            for new in sorted(numbers(word)):
                yield at, len(word), new
        elif word == "E" or re.fullmatch(r"E[A-Z]{3,}", word):
            yield at, len(word), "EDOM"
        elif word in ("if", "while") and toks[i + 1][1] == "(":
            end = closing(toks, i + 1)
            begin = toks[i + 1][0]
            yield begin, end + 1 - begin, f"(!{text[begin:end + 1]})"
        elif word in ("break", "continue"):
            yield at, len(word), ""
        if toks[i - 1][1] in ("{", "}", ";", ")", "else") and re.match(r"[A-Za-z_]\w*$|\*|\(", word):
            gone = statement(toks, i, text)
            if gone:
                yield at, gone - at, ""


def closing(toks, i):
    depth = 0
    for at, word in toks[i:]:
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return at
    raise ValueError("no end")


def statement(toks, i, text):
    """End of an assignment or call that begins at token i, or None."""
    words = []
    for at, word in toks[i:]:
        if word in "{}":
            return None
        if word == ";":
            break
        words.append(word)
    else:
        return None
    starts = ("return", "if", "for", "while", "do", "switch", "case", "default", "goto", "break", "continue", "else", "struct",
              "enum", "const", "static", "bool", "int", "char", "size_t", "ssize_t", "unsigned", "void", "typedef")
    if words[0] in starts or words[0].endswith("_t") or len(words) < 2:
        return None
    called = re.match(r"(\(void\) ?)?\w+ ?\(", " ".join(words[:5]).replace("( void )", "(void)"))
    assigned = any(w in ("=", "+=", "-=", "&=", "|=", "++", "--") for w in words)
    return at if called or assigned else None


class Build:
    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        subprocess.run(["ninja", "-C", self.folder], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as f:
            self.compile = {c["output"]: c for c in json.load(f)}
        self.deps = self.read_deps()
        self.links = {t: self.link_command(t) for t in TESTS}
        self.args = {"golden/golden": [f"{ROOT}/tests/golden/rows.txt", f"{ROOT}/tests/golden/linux-6.18.txt"]}

    def output(self, *args):
        return subprocess.run(["ninja", "-C", self.folder, "-t", *args], check=True, capture_output=True, text=True).stdout

    def read_deps(self):
        deps, target = {}, None
        for line in self.output("deps").splitlines():
            if line and not line[0].isspace():
                target = line.split(":")[0]
            elif line.strip():
                path = os.path.relpath(os.path.join(self.folder, line.strip()), ROOT)
                deps.setdefault(path, set()).add(target)
        return deps

    def link_command(self, test):
        return shlex.split(self.output("commands", f"tests/{test}").splitlines()[-1])

    def objects(self, source):
        """Objects of the library and the tests that are made of a source."""
        return sorted(o for o in self.deps.get(source, ())
                      if o in self.compile and not o.startswith(("cli/", "bench/", "examples/", "src/jsonin/")))


class Mutant:
    def __init__(self, build, source, text, where):
        self.build, self.source = build, source
        self.dir = tempfile.mkdtemp(prefix="weft-mutant-")
        self.overlay = os.path.join(self.dir, "src", os.path.relpath(source, "src"))
        os.makedirs(os.path.dirname(self.overlay))
        with open(self.overlay, "w", encoding="utf-8") as f:
            f.write(text if where is None else text[:where[0]] + where[2] + text[where[0] + where[1]:])
        self.made = {}

    def run(self, args, timeout, quiet=True):
        def limits():
            resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        out = subprocess.DEVNULL if quiet else None
        try:
            return subprocess.run(args, cwd=self.build.folder, stdout=out, stderr=out, timeout=timeout, check=False,
                                  preexec_fn=limits).returncode
        except subprocess.TimeoutExpired:
            return -1

    def compiles(self):
        """Object code of each changed object, or None when it is no program."""
        code = {}
        for i, o in enumerate(self.build.objects(self.source)):
            c = self.build.compile[o]
            to = os.path.join(self.dir, f"{i}.o")
            args = [a for a in shlex.split(c["command"]) if a not in ("-g", "-MD", "-Werror")]
            file = os.path.relpath(os.path.join(self.build.folder, c["file"]), ROOT)
            src = self.overlay if file == self.source else args[-1]
            for flag in ("-o", "-MQ", "-MF"):
                at = args.index(flag)
                del args[at:at + 2]
            args = [args[0], f"-I{self.dir}/src", "-w", *args[1:args.index("-c")], "-g0", "-O1", "-o", to, "-c", src]
            if self.run(args, 60) != 0:
                return None
            with open(to, "rb") as f:
                code[o] = f.read().replace(self.dir.encode(), b"")
            self.made[o] = to
        return code

    def noticed(self):
        """The test that fails, or None."""
        for test in TESTS:
            program = os.path.join(self.dir, os.path.basename(test))
            args = list(self.build.links[test])
            args[args.index("-o") + 1] = program
            # objects of the library come before it, so its own are not taken
            args = [self.made.get(a, a) for a in args]
            at = next(i for i, a in enumerate(args) if a.endswith("libweft.a"))
            args[at:at] = [to for o, to in self.made.items() if o.startswith("libweft.")]
            if self.run(args, 60) != 0:
                raise RuntimeError("cannot link " + test)
            if self.run([program, *self.build.args.get(test, [])], 20) != 0:
                return test
        return None

    def clean(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def one(build, source, text, where, same):
    m = Mutant(build, source, text, where)
    try:
        code = m.compiles()
        if code is None or code == same:
            return "none"
        return m.noticed() or "survived"
    finally:
        m.clean()


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = Build(sys.argv[1])
    n, seed = int((sys.argv[2:] or ["100"])[0]), int((sys.argv[3:] or ["1"])[0])
    work, same = [], {}
    for source in sys.argv[4:] or FILES:
        with open(os.path.join(ROOT, source), encoding="utf-8") as f:
            text = f.read()
        m = Mutant(build, source, text, None)
        same[source] = m.compiles()
        if not same[source]:
            sys.exit(f"{source} is part of nothing")
        if m.noticed():
            sys.exit(f"the tests fail without any change to {source}")
        m.clean()
        work += [(source, text, where) for where in sorted(set(changes(text)))]
    random.Random(seed).shuffle(work)
    possible, killed, survived, by = len(work), 0, [], {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=int(os.environ.get("JOBS", "2"))) as pool:
        todo = iter(work)
        running = {}
        while True:
            while len(running) < 4 and (not n or killed + len(survived) + len(running) < n):
                w = next(todo, None)
                if not w:
                    break
                running[pool.submit(one, build, *w, same[w[0]])] = w
            if not running:
                break
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for f in done:
                source, text, (at, length, new) = running.pop(f)
                result = f.result()
                if result == "survived":
                    line = text.count("\n", 0, at) + 1
                    survived.append(f"{source}:{line}: {' '.join(text[at:at + length].split())} -> {new or 'nothing'}")
                elif result != "none":
                    killed += 1
                    by[result] = by.get(result, 0) + 1
    for s in sorted(survived):
        print("survived:", s)
    total = killed + len(survived)
    print(f"{possible} changes possible; seed {seed}: {killed} of {total} noticed "
          f"({100 * killed / max(total, 1):.1f} %), {len(survived)} survived")
    print("first by:", ", ".join(f"{k} {v}" for k, v in sorted(by.items(), key=lambda x: -x[1])))
    sys.exit(0 if killed >= 0.9 * total else 1)


main()
