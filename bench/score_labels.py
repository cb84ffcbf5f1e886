#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many labels does `deponent link` ask for, and what do they bring?

    bench/score_labels.py PROGRAM [SET...] [--data DIR] [--batch N] [--most N] [--each]

An oracle that knows truth.csv answers the review file: link --review, fill in the first N rows,
link --labels, until the program says that it is enough (or --most labels are given, which goes on
past the stop to see what more labels would bring). For each set:

  before   pairs F1 at the threshold that the program chose, without labels
  best     the best pairs F1 that any threshold would have given, without labels
  within   labels from which on F1 is within .005 of that
  stop     labels at which the program said enough, and pairs F1 there
  range    the F1 that it gave there

Sets are those of bench/score_link.py. No record of any set is printed.
"""
import argparse
import csv
import json
import os
import sys
import tempfile

from score_link import Truth, best_f1, f1, read_pairs, run


def pairs_f1(path, truth):
    linked = read_pairs(path, truth)
    return f1(sum(s for _, s in linked), len(linked), truth.pairs)


def link(program, arguments, lists):
    out, _, _ = run(program, arguments + ["--format", "json"] + lists)
    return json.loads(out)


def score(program, folder, scratch, batch, most, each):
    lists = [os.path.join(folder, n) for n in ("a.csv", "b.csv")
             if os.path.exists(os.path.join(folder, n))]
    unique = len(lists) > 1
    truth = Truth(folder, unique)
    common = ["--id", "rec_id"] + (["--unique"] if unique else [])
    pairs, review, labels = (os.path.join(scratch, n) for n in ("pairs", "review", "labels"))
    link(program, common + ["--threshold", "0.001", "--pairs", pairs], lists)
    best = best_f1(read_pairs(pairs, truth), truth.pairs)
    answers, curve = [], []
    stop = None
    while True:
        with open(labels, "w", newline="") as f:
            out = csv.writer(f)
            out.writerow(["left", "right", "verdict", "reason"])
            out.writerows(answers)
        said = link(program, common + ["--pairs", pairs, "--review", review] +
                    (["--labels", labels] if answers else []), lists)
        now = pairs_f1(pairs, truth)
        curve.append((len(answers), now))
        if each:
            print("%s %d labels: F1 %.4f (best %.4f), said %.4f to %.4f%s" % (
                os.path.basename(folder), len(answers), now, best, said["f1"]["low"],
                said["f1"]["high"], ", enough" if said["enough"] else ""), flush=True)
        if said["enough"] and stop is None:
            stop = (len(answers), now, said["f1"])
        if (stop and len(answers) >= most) or len(answers) >= max(most, 100):
            break
        if stop and not most:
            break
        with open(review, newline="") as f:
            rows = list(csv.DictReader(f))[:batch]
        if not rows:
            break
        for r in rows:
            verdict = "same" if truth.same(r["left"], r["right"]) else "different"
            answers.append((r["left"], r["right"], verdict, "oracle"))
    within = None
    for n, value in reversed(curve):
        if value < best - 0.005:
            break
        within = n
    return curve[0][1], best, within, stop


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("program")
    ask.add_argument("sets", nargs="*")
    ask.add_argument("--data")
    ask.add_argument("--batch", type=int, default=10)
    ask.add_argument("--most", type=int, default=0)
    ask.add_argument("--each", action="store_true")
    given = ask.parse_args()
    data = given.data or os.path.join(os.environ.get("DEPONENT_DATA", "../shared/data"), "link")
    if not os.path.isdir(data):
        sys.exit("score_labels: no folder %s; name one with --data or DEPONENT_DATA" % data)
    sets = given.sets or sorted(n for n in os.listdir(data)
                                if os.path.exists(os.path.join(data, n, "truth.csv")))
    print("| set | before | best | within .005 from | stop at | F1 there | range said |\n"
          "|---|---|---|---|---|---|---|")
    for name in sets:
        with tempfile.TemporaryDirectory() as scratch:
            before, best, within, stop = score(given.program, os.path.join(data, name), scratch,
                                               given.batch, given.most, given.each)
        said = "%.4f … %.4f" % (stop[2]["low"], stop[2]["high"]) if stop else "never"
        print("| %s | %.4f | %.4f | %s | %s | %s | %s |" % (
            name, before, best, "never" if within is None else within,
            stop[0] if stop else "-", "%.4f" % stop[1] if stop else "-", said), flush=True)


if __name__ == "__main__":
    main()
