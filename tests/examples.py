#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the examples of the documents and compares what they print. usage: examples.py FILE...

In Markdown a block marked ```console is an example, in a manual page a .Bd -literal block with
a line that begins with "$ ". A line "$ command" is run by bash with `deponent` on the path, in a
folder of its own with a copy of example/; the lines below it are what it prints, standard error
included. A line of "..." alone stands for any lines, "..." within a line for anything. Prints
TAP, one assertion a command.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

tree = os.path.abspath(os.path.join(os.path.dirname(__file__), ".."))
program = os.path.abspath(os.environ["DEPONENT"])


def blocks(path):
    """(line number, lines) of each example."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    page = not path.endswith(".md")
    start = re.compile(r"^\.Bd .*-literal" if page else r"^ *```console$")
    end = re.compile(r"^\.Ed" if page else r"^ *```$")
    i = 0
    while i < len(lines):
        if start.match(lines[i]):
            k = i + 1
            while k < len(lines) and not end.match(lines[k]):
                k += 1
            block = lines[i + 1:k]
            if page:
                block = [unescape(line) for line in block]
            if any(line.startswith("$ ") for line in block):
                yield i + 2, block
            i = k
        i += 1


def unescape(line):
    for code, char in (("\\&", ""), ("\\-", "-"), ("\\(dq", '"'), ("\\(aq", "'"), ("\\e", "\\")):
        line = line.replace(code, char)
    return line


def commands(first, block):
    """(line number, command, expected lines) of a block."""
    found = []
    for number, line in enumerate(block, first):
        if line.startswith("$ "):
            found.append((number, line[2:], []))
        elif found and not found[-1][2] and found[-1][1].endswith("\\"):
            found[-1] = (found[-1][0], found[-1][1] + "\n" + line, [])
        elif found:
            found[-1][2].append(line)
    return found


def same(got, want):
    """Line by line; "..." in `want` stands for any lines, none included, and within a line for
    anything."""
    pattern = "".join(".*" if w.strip() in ("...", "…") else
                      re.escape(w).replace(r"\.\.\.", r"[^\n]*") + "\n" for w in want)
    return re.fullmatch(pattern, "".join(g + "\n" for g in got), re.DOTALL) is not None


count = failed = 0
with tempfile.TemporaryDirectory() as place:
    os.mkdir(os.path.join(place, "bin"))
    os.symlink(program, os.path.join(place, "bin", "deponent"))
    env = dict(os.environ, PATH=os.path.join(place, "bin") + ":" + os.environ["PATH"], COLUMNS="80")
    for path in sys.argv[1:]:
        work = tempfile.mkdtemp(dir=place)
        if os.path.isdir(os.path.join(tree, "example")):
            shutil.copytree(os.path.join(tree, "example"), os.path.join(work, "example"))
        for first, block in blocks(path):
            for number, command, want in commands(first, block):
                done = subprocess.run(["bash", "-c", command], cwd=work, env=env, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, timeout=60, check=False)
                got = done.stdout.rstrip("\n").split("\n") if done.stdout else []
                while want and not want[-1]:
                    want.pop()
                good = same(got, want)
                count += 1
                failed += not good
                name = os.path.relpath(path, tree)
                print(f"{'' if good else 'not '}ok {count} - {name}:{number}: {command.splitlines()[0]}")
                if not good:
                    for line in ["it printed:"] + got[:40]:
                        print("#", line)
if count == 0:
    print("ok 1 - no examples # SKIP none is written yet")
    count = 1
print(f"1..{count}")
sys.exit(failed != 0)
