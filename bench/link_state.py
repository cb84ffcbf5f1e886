#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What adding records to a linked set costs, beside opening it and linking all anew.

    bench/link_state.py DEPONENT LINK_PEOPLE [--persons N] [--added K] [--runs R]

LINK_PEOPLE is bench/link_people of the build. N invented persons of its plain profile are linked
and kept, all but K records; then the kept set is opened without a list, and K records are added to
a copy of it, R times each, in turn. Adding is the difference of the two: both read the whole set,
check it, make the tables of comparison and count clusters. Best of R.
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time


def run(*command):
    """Wall and CPU seconds."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


arguments = argparse.ArgumentParser()
arguments.add_argument("deponent")
arguments.add_argument("link_people")
arguments.add_argument("--persons", type=int, default=1000000)
arguments.add_argument("--added", type=int, default=1000)
arguments.add_argument("--runs", type=int, default=7)
arguments.add_argument("--threads", default=None)
options = arguments.parse_args()
link = [options.deponent, "link", "--format", "json"]
if options.threads:
    link += ["--threads", options.threads]
with tempfile.TemporaryDirectory() as place:
    run(options.link_people, "plain", str(options.persons), "1", place)
    with open(os.path.join(place, "people.csv"), encoding="utf-8") as f:
        head, *rows = f.readlines()
    base, more = os.path.join(place, "base.csv"), os.path.join(place, "more.csv")
    for path, part in ((base, rows[:-options.added]), (more, rows[-options.added:])):
        with open(path, "w", encoding="utf-8") as f:
            f.writelines([head] + part)
    state, copy = os.path.join(place, "state"), os.path.join(place, "copy")
    whole = run(*link, "--id", "id", "--state", state, base)
    opened, added = [], []
    for _ in range(options.runs):
        opened.append(run(*link, "--state", state))
        shutil.copyfile(state, copy)
        os.sync()
        added.append(run(*link, "--state", copy, more))
    rows_of = [
        ("linking them and keeping the set", whole),
        ("opening the set", (min(x[0] for x in opened), min(x[1] for x in opened))),
        (f"opening it and adding {options.added:,}", (min(x[0] for x in added), min(x[1] for x in added))),
    ]
    print(f"{len(rows) - options.added:,} records, {os.path.getsize(state) / 1e6:.0f} MB kept")
    print("| | wall ms | CPU ms |\n|---|---|---|")
    for name, (wall, cpu) in rows_of:
        print(f"| {name} | {1000 * wall:.0f} | {1000 * cpu:.0f} |")
    wall, cpu = (rows_of[2][1][i] - rows_of[1][1][i] for i in (0, 1))
    print(f"| adding | {1000 * wall:.0f} | {1000 * cpu:.0f} |")
    print(f"linking all anew costs {whole[1] / max(cpu, 1e-3):.0f} times the CPU of adding")
