#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""bench_memory: the most memory that `deponent read` holds over 10,000 files of 10 KB.

usage: bench_memory.py DEPONENT FOLDER [FILES [BYTES]]

The files are made of the .txt files of FOLDER, joined and cut at paragraphs; prints seconds,
MB/s and the largest resident size as the system saw it.
"""
import os
import sys
import tempfile
import time

program, folder = os.path.abspath(sys.argv[1]), sys.argv[2]
files = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
size = int(sys.argv[4]) if len(sys.argv) > 4 else 10000

paragraphs = []
for place, _, names in sorted(os.walk(folder)):
    for name in sorted(names):
        if name.endswith(".txt"):
            with open(os.path.join(place, name), encoding="utf-8") as f:
                paragraphs += [p for p in f.read().split("\n") if p.strip()]
if not paragraphs:
    sys.exit(f"bench_memory: no .txt files in {folder}")

with tempfile.TemporaryDirectory() as place:
    at, total, paths = 0, 0, []
    for i in range(files):
        text = ""
        while len(text) < size:
            text += paragraphs[at % len(paragraphs)] + "\n\n"
            at += 1
        paths.append(f"{i}.txt")
        with open(os.path.join(place, paths[-1]), "w", encoding="utf-8") as f:
            total += len(text[:size].encode())
            f.write(text[:size])
    null = os.open(os.devnull, os.O_WRONLY)
    begin = time.monotonic()
    child = os.fork()
    if child == 0:
        os.chdir(place)
        os.dup2(null, 1)
        os.execv(program, [program, "read", "--format", "json", *paths])
    _, status, usage = os.wait4(child, 0)
    took = time.monotonic() - begin
    print(f"{files} files, {total / 1e6:.0f} MB: {took:.1f} s, {total / 1e6 / took:.1f} MB/s, "
          f"largest resident size {usage.ru_maxrss / 1024:.1f} MB, exit code "
          f"{os.waitstatus_to_exitcode(status)}")
