#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does the range that `deponent link` gives for the number of persons hold the truth?

    bench/link_posterior.py PROGRAM LINK_PEOPLE [--runs N] [--profile plain|rich] [--first SEED]

Generates invented lists with truth (500 to 3,000 records, another size and seed each run), links
them with default settings, and counts in how many runs the 95 % range covers the true number of
distinct persons in the lists: it should be 90 to 99 of 100. Also how far the point is off (at
most 1 % where blocking recall is at least .98, at most 3 % otherwise), how wide the range is,
and in which direction it misses.
"""
import argparse
import collections
import csv
import glob
import json
import math
import os
import subprocess
import sys
import tempfile


def one_run(program, generator, profile, persons, seed, folder):
    subprocess.run([generator, profile, str(persons), str(seed), folder], check=True)
    with open(os.path.join(folder, "truth.csv"), newline="") as f:
        truth = {r["record"]: r["entity"] for r in csv.DictReader(f)}
    lists = sorted(p for p in glob.glob(os.path.join(folder, "*.csv"))
                   if os.path.basename(p) != "truth.csv")
    scored = os.path.join(folder, "scored.out")
    done = subprocess.run([program, "link", "--id", "id", "--seed", str(seed), "--format", "json",
                           "--threads", "1"] + lists, capture_output=True, text=True)
    if done.returncode:
        sys.exit("link_posterior: %s" % done.stderr.strip())
    got = json.loads(done.stdout)
    recall = 1.0
    if got["compared"] < got["all_pairs"]:
        subprocess.run([program, "link", "--id", "id", "--threshold", "0", "--pairs", scored] +
                       lists, capture_output=True, check=True)
        with open(scored, newline="") as f:
            right = sum(truth[r["left"]] == truth[r["right"]] for r in csv.DictReader(f))
        os.remove(scored)
        sizes = collections.Counter(truth.values()).values()
        recall = right / max(sum(n * (n - 1) // 2 for n in sizes), 1)
    for p in lists:
        os.remove(p)
    return len(truth), len(set(truth.values())), got["persons"], recall, got["clusters"]


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("program")
    ask.add_argument("generator")
    ask.add_argument("--runs", type=int, default=100)
    ask.add_argument("--profile", default="plain")
    ask.add_argument("--first", type=int, default=1)
    ask.add_argument("--each", action="store_true", help="a line for each run")
    given = ask.parse_args()
    covered = below = above = 0
    off, wide, outside, solved, z = [], [], 0, [], []
    share = {"plain": 1.28, "rich": 1.37}[given.profile]
    for run in range(given.runs):
        # Sizes of 500 to 3,000 records, evenly on a log scale, in an order that mixes them.
        step = (run * 37 % given.runs) / max(given.runs - 1, 1)
        persons = int(500 / share * math.exp(step * math.log(6)))
        with tempfile.TemporaryDirectory() as folder:
            records, true, range_of, recall, clusters = one_run(
                given.program, given.generator, given.profile, persons, given.first + run, folder)
        low, best, high = range_of["low"], range_of["best"], range_of["high"]
        covered += low <= true <= high
        below += high < true
        above += low > true
        error = best / true - 1
        off.append(error)
        wide.append((high - low) / true)
        solved.append(clusters / true - 1)
        outside += abs(error) > (0.01 if recall >= 0.98 else 0.03)
        z.append((best - true) / max((high - low) / 3.92, 0.25))
        if given.each:
            print("%4d records, %4d persons: %d … %d … %d, %d clusters, recall %.4f%s" % (
                records, true, low, best, high, clusters, recall,
                "" if low <= true <= high else "  MISSED"), flush=True)
    n = given.runs
    print("| profile | runs | covered | range too low | too high | point off, mean | rms | most | "
          "outside 1 %% / 3 %% | width | clusters off |\n|%s" % ("---|" * 11))
    print("| %s | %d | %d | %d | %d | %+.4f | %.4f | %.4f | %d | %.4f | %+.4f |" % (
        given.profile, n, covered, below, above, sum(off) / n,
        math.sqrt(sum(x * x for x in off) / n), max(map(abs, off)), outside, sum(wide) / n,
        sum(solved) / n))
    print("standard score of the point: mean %+.2f, rms %.2f" % (
        sum(z) / n, math.sqrt(sum(x * x for x in z) / n)))


main()
