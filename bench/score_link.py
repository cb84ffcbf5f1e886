#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accuracy of `deponent link` on sets with truth, with default settings and no labels.

    bench/score_link.py PROGRAM [SET...] [--data DIR] [--seed N]

DIR (default: link/ in DEPONENT_DATA) holds a folder for each set: a.csv, b.csv where there are
two lists (records named in a column rec_id), truth.csv of record and entity. A set with two lists is linked with --unique. For each
set the table says, of all true pairs (for --unique: those across the lists):

  pairs F1     of the --pairs file at the threshold the program chose, and the best F1 that any
               threshold on its probabilities would have given
  clusters F1  of the pairs that share a cluster in the --clusters file
  blocking     share of the true pairs that were scored at all, and what the program estimated
  calibration  precision of the pairs with p >= .95 and the share of true pairs they hold; mean
               error over ten equal-count bins of the pairs with p >= .05

No record of any set is printed.
"""
import argparse
import collections
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

# The least that each set should reach: pairs F1, clusters F1, blocking recall, share of true
# pairs at p >= .95.
LEAST = {
    "febrl1": (0.997, None, None, 0.97),
    "febrl2": (0.997, None, None, 0.97),
    "febrl3": (0.995, None, None, 0.97),
    "rldata500": (0.98, None, None, 0.75),
    "fake1000": (None, 0.88, None, None),
    "historical_even": (0.83, 0.89, 0.90, 0.53),
    "casualties": (0.95, None, None, 0.88),
}
PRECISION = 0.94
BIN_ERROR = 0.03


def pairs_of(groups):
    """How many pairs share a group."""
    return sum(n * (n - 1) // 2 for n in collections.Counter(groups).values())


def f1(right, said, true):
    return 2 * right / (said + true) if said + true else 1.0


class Truth:
    def __init__(self, folder, unique):
        with open(os.path.join(folder, "truth.csv"), newline="") as f:
            self.entity = {r["record"]: r["entity"] for r in csv.DictReader(f)}
        self.unique = unique
        self.pairs = pairs_of(self.entity.values())

    def same(self, left, right):
        return self.entity[left] == self.entity[right]


def read_pairs(path, truth):
    with open(path, newline="") as f:
        rows = csv.reader(f)
        head = next(rows)
        left, right, p = (head.index(x) for x in ("left", "right", "probability"))
        return [(float(r[p]), truth.same(r[left], r[right])) for r in rows]


def best_f1(scored, true):
    best = right = 0
    scored = sorted(scored, key=lambda x: -x[0])
    for i, (p, same) in enumerate(scored):
        right += same
        if i + 1 == len(scored) or scored[i + 1][0] != p:
            best = max(best, f1(right, i + 1, true))
    return best


def bin_error(scored):
    some = sorted(x for x in scored if x[0] >= 0.05)
    if not some:
        return float("nan")
    error, bins = 0.0, min(10, len(some))
    for k in range(bins):
        part = some[len(some) * k // bins:len(some) * (k + 1) // bins]
        error += abs(sum(p for p, _ in part) - sum(s for _, s in part)) / len(part)
    return error / bins


def run(program, arguments):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    done = subprocess.run([program, "link"] + arguments, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{program} link {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, cpu, time.time() - began


def estimated_recall(out):
    try:
        for line in out.splitlines():
            said = json.loads(line)
            if "blocking_recall" in said:
                return said["blocking_recall"]
    except ValueError:
        pass
    return None


def score(program, folder, scratch, seed):
    lists = [os.path.join(folder, x) for x in ("a.csv", "b.csv")]
    lists = [x for x in lists if os.path.exists(x)]
    unique = len(lists) > 1
    truth = Truth(folder, unique)
    pairs, clusters = os.path.join(scratch, "pairs.csv"), os.path.join(scratch, "clusters.csv")
    common = ["--id", "rec_id", "--seed", str(seed), "--format", "json"]
    common += ["--unique"] if unique else []
    out, cpu, wall = run(program, common + ["--pairs", pairs, "--clusters", clusters] + lists)
    linked = read_pairs(pairs, truth)
    ret = {"cpu": cpu, "wall": wall, "true": truth.pairs, "estimate": estimated_recall(out)}
    ret["pairs"] = f1(sum(s for _, s in linked), len(linked), truth.pairs)
    with open(clusters, newline="") as f:
        rows = list(csv.DictReader(f))
    if len(rows) != len(truth.entity):
        sys.exit(f"{folder}: {len(rows)} records in the clusters, {len(truth.entity)} in the truth")
    both = pairs_of((r["cluster"], truth.entity[r["record"]]) for r in rows)
    ret["clusters"] = f1(both, pairs_of(r["cluster"] for r in rows), truth.pairs)
    run(program, common + ["--threshold", "0", "--pairs", pairs] + lists)
    scored = read_pairs(pairs, truth)
    ret["scored"] = len(scored)
    ret["blocking"] = sum(s for _, s in scored) / truth.pairs
    ret["best"] = best_f1(scored, truth.pairs)
    sure = [s for p, s in scored if p >= 0.95]
    ret["precision"] = sum(sure) / len(sure) if sure else float("nan")
    ret["hold"] = sum(sure) / truth.pairs
    ret["error"] = bin_error(scored)
    return ret


def say(value, least=None, most=None):
    if value is None:
        return "-"
    text = f"{value:.4f}"
    if least is not None:
        text += "" if value >= least else f" (< {least})"
    if most is not None:
        text += "" if value <= most else f" (> {most})"
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--data")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_intermixed_args()
    data = given.data or os.path.join(os.environ.get("DEPONENT_DATA", "../shared/data"), "link")
    if not os.path.isdir(data):
        sys.exit(f"score_link: no folder {data}; name one with --data or DEPONENT_DATA")
    sets = given.sets or sorted(
        x for x in os.listdir(data) if os.path.exists(os.path.join(data, x, "truth.csv")))
    head = ["set", "pairs F1", "best", "clusters F1", "blocking", "estimated", "p>=.95 right",
            "holding", "bin error", "true", "scored", "CPU s"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head), flush=True)
    for name in sets:
        with tempfile.TemporaryDirectory() as scratch:
            got = score(given.program, os.path.join(data, name), scratch, given.seed)
        pairs, clusters, blocking, hold = LEAST.get(name, (None,) * 4)
        print("| " + " | ".join([
            name, say(got["pairs"], pairs), say(got["best"]), say(got["clusters"], clusters),
            say(got["blocking"], blocking), say(got["estimate"]),
            say(got["precision"], PRECISION), say(got["hold"], hold),
            say(got["error"], None, BIN_ERROR), str(got["true"]), str(got["scored"]),
            f"{got['cpu']:.2f}"]) + " |", flush=True)


if __name__ == "__main__":
    main()
